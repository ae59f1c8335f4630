"""Catalogues for machines: the records of every package as files, and what pages say of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from opendata.citations import cite
from opendata.collection import Item, Observation
from opendata.handles import PackageHandle
from opendata.model import Package, Resource
from opendata.read import digest
from opendata.records import core_metadata, croissant, csvw, dcat, rdf
from opendata.records.entries import Earlier, Entry, File, Subject, escape_path, find_licences, span
from opendata.render.base import Desk, Library, Link, Release, archive_address, grouped, relative
from opendata.render.downloads import Download
from opendata.views import Cell, Column, TableView

CATALOGUE = ("catalog.jsonld", "catalog.ttl", "datapackage.json")

# What describes a package, by the name of the file: its media type, and whether it stands beside the package's files.
# CSV on the Web is looked for beside the table; the others describe the current version, wherever its files stand.
_RECORDS: Mapping[str, str] = {
    "croissant.json": "application/ld+json",
    "csv-metadata.json": "application/csvm+json",
    "core-metadata.json": "application/json",
    "CITATION.cff": "application/yaml",
}


def make_files(library: Library) -> dict[str, bytes]:
    """Return the catalogue of the site and the records of each package by their addresses below the root of the site."""
    entries = library.entries.values()
    graph = dcat.describe_catalogue(tuple(entries), library.site.name, library.site.tagline, _addresses(library, ""))
    files = {"catalog.jsonld": rdf.to_jsonld(graph), "catalog.ttl": rdf.to_turtle(graph)}
    for entry in entries:
        made = {
            "croissant.json": _to_json(croissant.describe_package(entry, _addresses(library, entry.page))),
            "csv-metadata.json": _to_json(csvw.describe_package(entry, _tables_beside(library, entry))),
            "core-metadata.json": _to_json(core_metadata.to_record(_core_metadata(library, entry))),
            "CITATION.cff": cite(entry.package, "cff").encode(),
        }
        files |= {_address_of(library, entry.package.name, name): made[name] for name in _records(entry)}
    return files


def make_entries(library: Library) -> dict[str, Entry]:
    """Return what the records of each package are made from, by its name."""
    rows = grouped(library.collection.observations, lambda row: row.package)
    items = grouped(library.collection.items, lambda item: item.package)
    return {
        name: _make_entry(library, package, rows.get(name, []), items.get(name, []))
        for name, package in library.packages.items()
    }


def _make_entry(library: Library, package: PackageHandle, observations: Sequence[Observation], items: Sequence[Item]) -> Entry:
    name, page, releases = package.name, f"data/{package.name}", library.releases[package.name]
    # What has changed since its release is no version yet, whatever the descriptor still says.
    version = library.released_as(name) if releases else package.version
    times = [row.time for row in observations]
    start, end = span((time.start, time.end) for time in times if time)
    places = {row.area.area_id: row.area for row in observations} | {i.area.area_id: i.area for i in items if i.area}
    documents = {row.document.source_id: row.document for row in observations}
    documents |= {item.document.source_id: item.document for item in items}
    return Entry(
        replace(package.meta, version=version),
        page,
        library.folder_of(name),
        files=tuple(_file(download) for download in library.offers[page]),
        topics=_topics(library, observations),
        places=tuple(Subject(f"places/{i}", places[i].name, places[i].code) for i in sorted(places)),
        documents=tuple(Subject(f"documents/{i}", documents[i].title) for i in sorted(documents)),
        earlier=tuple(_earlier(package.name, {key: value for key, value in releases.items() if key != version})),
        start=start,
        end=end,
    )


def _records(entry: Entry) -> list[str]:
    """The records that a package has: without a contributor there is nobody to cite."""
    return [
        name for name in _RECORDS if name != "CITATION.cff" or any(item.get("title") for item in entry.package.contributors)
    ]


def _topics(library: Library, observations: Iterable[Observation]) -> tuple[Subject, ...]:
    found = sorted({row.indicator.topic_id for row in observations})
    return tuple(Subject(f"topics/{topic_id}", library.collection.topics[topic_id].name) for topic_id in found)


def _file(download: Download) -> File:
    return File(download.name, download.address, download.size, download.sha256, download.media_type)


def _earlier(name: str, releases: Mapping[str, Release]) -> Iterator[Earlier]:
    for version, release in releases.items():
        address = archive_address(name, version)
        file = address.rpartition("/")[2]
        archive = File(file, address, len(release.archive), digest(release.archive), "application/zip")
        yield Earlier(release.package.meta, archive)


def _addresses(library: Library, here: str) -> Callable[[str], str]:
    """Return what makes addresses for a file in the folder ``here``: whole ones where the site's address is known."""

    def address(path: str) -> str:
        escaped = escape_path(path)
        if library.site.url:
            return library.site.absolute(escaped)
        return relative(here, escaped.rstrip("/"), is_file=bool(escaped) and not escaped.endswith("/"))

    return address


def _address_of(library: Library, package: str, name: str) -> str:
    return f"{library.folder_of(package)}/{name}" if name == "csv-metadata.json" else f"data/{package}/{name}"


def _tables_beside(library: Library, entry: Entry) -> dict[str, list[tuple[Resource, str]]]:
    """Return the tables of the packages that a package's keys refer to, with where they stand from its folder."""
    named = {key.package for item in entry.package.resources if item.schema for key in item.schema.foreign_keys}
    found: dict[str, list[tuple[Resource, str]]] = {}
    for name, package in library.packages.items():
        if name in named and name != entry.package.name:
            folder = library.folder_of(name)
            found[name] = [
                (item, relative(entry.folder, escape_path(f"{folder}/{item.path}"), is_file=True))
                for item in package.meta.resources
            ]
    return found


def _core_metadata(library: Library, entry: Entry) -> tuple[core_metadata.Element, ...]:
    return core_metadata.describe_package(entry, library.site.absolute(f"{entry.page}/"))


def _to_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# ----- what pages say -----


def core_metadata_table(desk: Desk, package: str) -> Markup:
    """Return the record by the local standard as a table, and the link to it as a file."""
    t = desk.t
    elements = _core_metadata(desk.library, desk.library.entries[package])
    rows = tuple(
        (
            Cell(element.name, lang="" if desk.language == "zh" else "zh-Hans"),
            *(() if desk.language == "zh" else (Cell(element.english),)),
            Cell(element.value or t("package.not_given"), lang=_language_of(desk, element.value)),
        )
        for element in elements
    )
    columns = (
        Column(t("catalogues.element")),
        *(() if desk.language == "zh" else (Column(t("catalogues.in_english")),)),
        Column(t("catalogues.value")),
    )
    view = TableView(t("catalogues.core_metadata"), columns, rows, sortable=False)
    address = _address_of(desk.library, package, "core-metadata.json")
    return desk.html(
        "core_metadata.html.j2", lead=t("catalogues.core_lead", standard=core_metadata.STANDARD), path=address
    ) + desk.table(view)


def _language_of(desk: Desk, text: str) -> str:
    """Say of a Chinese text on an English page that it is one; the record is in Chinese wherever it is shown."""
    return "zh-Hans" if desk.language == "en" and any("\u4e00" <= char <= "\u9fff" for char in text) else ""


def record_list(desk: Desk, package: str) -> Markup:
    """Return links to the descriptions of a package for programs, each with a sentence."""
    return _links(desk, [(name, _address_of(desk.library, package, name)) for name in _records(desk.library.entries[package])])


def catalogue_list(desk: Desk) -> Markup:
    """Return links to the catalogues of the site, and a sentence on each description that every package has."""
    names: list[tuple[str, str]] = [(name, name) for name in CATALOGUE]
    return _links(desk, [*names, *((name, "") for name in _RECORDS)])


def _links(desk: Desk, entries: Iterable[tuple[str, str]]) -> Markup:
    told = [(name, path, desk.t(f"catalogues.{name.replace('.', '_').replace('-', '_').lower()}")) for name, path in entries]
    return desk.html("records.html.j2", entries=told)


def head_links(
    desk: Desk,
    package: Package,
    files: Iterable[Download],
    *,
    cited: str = "",
    records: Iterable[tuple[str, str]] | None = None,
) -> tuple[Link, ...]:
    """Return the links by which programs find their way without reading the page (FAIR Signposting).

    Parameters
    ----------
    package
        Whose data the page shows.
    files
        What it offers.
    cited
        The path of the page to cite; empty: this one. ``cite-as`` needs a whole address, and is left out where the
        site's is not known.
    records
        Address and media type of what describes the data; ``None``: the records of the package.
    """
    library = desk.library
    address = library.site.absolute(f"{cited or desk.path}/")
    if records is None:
        entry = library.entries[package.name]
        records = [(_address_of(library, package.name, name), _RECORDS[name]) for name in _records(entry)]
    licences = [licence for _, licence in find_licences(package) if licence]
    described = [*records, ("catalog.jsonld", "application/ld+json")]
    return (
        *((Link("cite-as", address),) if address else ()),
        Link("type", "https://schema.org/Dataset"),
        Link("type", "https://schema.org/AboutPage"),
        *(Link("license", licence) for licence in licences),
        *(Link("describedby", escape_path(desk.file(path)), media_type) for path, media_type in described),
        *(Link("item", escape_path(desk.file(file.address)), file.media_type) for file in files),
    )
