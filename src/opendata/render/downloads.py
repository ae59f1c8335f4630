"""Files that pages offer, and how a page offers them: CSV, JSON, zip, citations, lines of code."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from babel.units import format_unit
from markupsafe import Markup

from opendata.casts import exact_number
from opendata.citations import find_date
from opendata.collection import Document, Indicator, Item, Observation, in_printed_order
from opendata.databases import to_sqlite
from opendata.exports import FORMATS, describe_package, make_sheet, make_table, make_whole, tool_versions
from opendata.formats import Made, Note, Sheet, to_zip
from opendata.handles import PackageHandle
from opendata.model import Dialect, Field, Text
from opendata.read import digest
from opendata.render.base import LANGUAGES, Desk, Library
from opendata.words import Language
from opendata.workbooks import to_xlsx

_NOTHING = Text("")

# What a part of the data (an indicator, a list, a document) is offered in, beside one workbook.
_FORMS_OF_PARTS = ("csv", "csv-bom", "json")
# A table of a package, beside the file that it is.
_FORMS_OF_TABLES = ("csv-bom", "csv", "json", "jsonl", "parquet")
# The formats in the order in which a page tells them: for people first.
_ORDER = ("zip", "xlsx", "csv-bom", "csv", "json", "jsonl", "parquet", "sqlite")

# Parts of the site that hold files for download.
_FOLDERS = ("data/", "indicators/", "lists/", "documents/")

_OBSERVATION_COLUMNS = (
    "indicator_id",
    "area_id",
    "breakdown_id",
    "period",
    "measure",
    "status",
    "value",
    "unit_id",
    "bound",
    "as_printed",
    "label_printed",
    "source_id",
    "locator",
    "note_zh",
    "note_en",
)


@dataclass(frozen=True)
class Download:
    """A file that a page offers.

    Attributes
    ----------
    name
        What the file is called.
    address
        Where it stands below the root of the site.
    form
        What it is, one of ``exports.FORMATS``; empty for a file of a package that is offered as it is.
    data
        Its bytes.
    table
        The table that it holds; empty where it holds more, or a part of one.
    notes
        What the format could not hold as it is.
    """

    name: str
    address: str
    form: str
    data: bytes = field(repr=False)
    table: str = ""
    notes: tuple[Note, ...] = ()
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", digest(self.data))

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return len(self.data)

    @property
    def media_type(self) -> str:
        """Its media type, as IANA registers it where it does."""
        form = FORMATS.get(self.form or self.name.rpartition(".")[2].lower())
        return form.media_type if form else "application/octet-stream"


def make_offers(library: Library) -> dict[str, tuple[Download, ...]]:
    """Return what each page offers, by the page's path: all data, packages and their versions, indicators, lists, documents."""
    offers: dict[str, tuple[Download, ...]] = {}
    sheets = {package.name: _sheets_of(package) for package in library.packages.values()}
    for package in library.packages.values():
        offers |= _offer_versions(library, package, sheets[package.name])
    if len(library.packages) > 1:
        offers["data"] = _offer_all(library, offers, sheets)
    for indicator_id, observations in library.by_indicator.items():
        path, indicator = f"indicators/{indicator_id}", observations[0].indicator
        sheet = _observation_sheet(library, indicator_id, observations)
        offers[path] = _offer_part(library, path, [sheet], observations[0].package, indicator.name, indicator.definition)
    for list_id, items in library.items_by_list.items():
        path = f"lists/{list_id}"
        offers[path] = _offer_part(library, path, [_item_sheet(library, list_id, items)], items[0].package, items[0].list.name)
    for document in library.collection.documents.values():
        path = f"documents/{document.source_id}"
        observations = in_printed_order(library.by_document.get(document.source_id, []))
        items = library.items_by_document.get(document.source_id, [])
        parts = [_observation_sheet(library, document.source_id, observations)] if observations else []
        parts += [_item_sheet(library, f"{document.source_id}-items", items)] if items else []
        if parts:
            first = observations[0].package if observations else items[0].package
            offers[path] = _offer_part(library, path, parts, first, document.title)
    return offers


def make_files(library: Library) -> dict[str, bytes]:
    """Return every file for download by its address."""
    return {download.address: download.data for offer in library.offers.values() for download in offer}


def make_manifest(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the sizes and hashes of all files for download, for ``sha256sum -c`` and as JSON.

    The JSON also names the programs that made the files: the bytes of XLSX, Parquet and SQLite are the same wherever these
    versions make them from the same data, and may differ with others.
    """
    told = {address: data for address, data in sorted(files.items()) if address.startswith(_FOLDERS)}
    hashes = {address: digest(data) for address, data in told.items()}
    manifest = {
        "made_with": tool_versions(),
        "files": [{"path": address, "bytes": len(data), "sha256": hashes[address]} for address, data in told.items()],
    }
    lines = "".join(_checksum_line(address, value) for address, value in hashes.items())
    return {
        "SHA256SUMS": lines.encode(),
        "checksums.json": (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _checksum_line(address: str, value: str) -> str:
    """A line as sha256sum writes it: a backslash in front says that the name is escaped."""
    escaped = address.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{'' if escaped == address else chr(92)}{value}  {escaped}\n"


# ----- packages -----


def _sheets_of(package: PackageHandle) -> list[Sheet]:
    return [make_sheet(package[name]) for name in package.tables]


def _offer_versions(library: Library, package: PackageHandle, sheets: Sequence[Sheet]) -> dict[str, tuple[Download, ...]]:
    """What the page of a package offers; and what those of its other versions do beside their archives.

    A version that is no longer the newest keeps its files in every format: their addresses are permanent.
    """
    current = library.released_as(package.name)
    releases = library.releases[package.name]
    taken = {*package.file_bytes(), *(releases[current].files if current else ())}
    offers = {f"data/{package.name}": _package_files(library.folder_of(package.name), package, sheets, taken)}
    for version, release in releases.items():
        folder = f"data/{package.name}/{version}"
        if version == current:
            offers[folder] = tuple(file for file in offers[f"data/{package.name}"] if file.form)
        else:
            offers[folder] = tuple(_converted(folder, release.package, _sheets_of(release.package), {*release.files}))
    return offers


def _package_files(folder: str, package: PackageHandle, sheets: Sequence[Sheet], taken: set[str]) -> tuple[Download, ...]:
    """Return a package's files: whole, one by one as they are, and its tables in other formats."""
    as_it_is = [Download(name, f"{folder}/{name}", "", data) for name, data in package.file_bytes().items()]
    whole = make_whole(package, sheets, describe_package(package), "zip").data
    zipped = Download(f"{package.name}.zip", f"{folder}/{package.name}.zip", "zip", whole)
    return (zipped, *as_it_is, *_converted(folder, package, sheets, taken))


def _converted(folder: str, package: PackageHandle, sheets: Sequence[Sheet], taken: set[str]) -> Iterator[Download]:
    """The formats that a package and its tables do not have by themselves; a name that the package uses gets a number."""
    # Zip is the one format that the package has by itself.
    about, used = describe_package(package), {*taken, f"{package.name}.zip"}

    def named(stem: str, form: str, made: Made, table: str = "") -> Download:
        end = FORMATS[form].suffix
        names = (f"{stem}{number}{end}" for number in itertools.chain([""], (f"-{at}" for at in itertools.count(2))))
        name = next(name for name in names if name not in used)
        used.add(name)
        return Download(name, f"{folder}/{name}", form, made.data, table, made.notes)

    if not sheets:
        return
    for form in ("xlsx", "sqlite"):
        yield named(package.name, form, make_whole(package, sheets, about, form))
    plain = {name for name, _ in _plain_files(package)}
    for sheet in sheets:
        for form in _FORMS_OF_TABLES:
            if form != "csv" or sheet.name not in plain:
                yield named(sheet.name, form, make_table(sheet, about, form), sheet.name)
        if len(sheets) > 1:
            yield named(sheet.name, "xlsx", make_table(sheet, about, "xlsx"), sheet.name)


def _plain_files(package: PackageHandle) -> Iterator[tuple[str, str]]:
    """The tables whose own files are CSV as everybody reads it, each with its file."""
    for resource in package.meta.resources:
        utf8 = (resource.encoding or "utf-8").lower() in ("utf-8", "utf8")
        if resource.name in package.tables and resource.path.endswith(".csv") and utf8 and resource.dialect == Dialect():
            yield resource.name, resource.path


def _offer_all(
    library: Library, offers: Mapping[str, Sequence[Download]], sheets: Mapping[str, Sequence[Sheet]]
) -> tuple[Download, ...]:
    """Everything: the packages as they are, one database, and an archive of each other format."""
    packages = list(library.packages.values())
    plain = {f"{package.name}/{name}": data for package in packages for name, data in package.file_bytes().items()}
    database = to_sqlite([(describe_package(package), sheets[package.name]) for package in packages if sheets[package.name]])
    everything = [
        Download("all.zip", "data/all.zip", "zip", to_zip(plain | {"README.txt": _readme(library)})),
        Download("all.sqlite", "data/all.sqlite", "sqlite", database.data, "", database.notes),
    ]
    for form in ("xlsx", "csv-bom", "json", "jsonl", "parquet"):
        made = {}
        for package in packages:
            for file in offers[f"data/{package.name}"]:
                if file.form == form and not (form == "xlsx" and file.table):
                    made[f"{package.name}/{file.name}" if file.table else file.name] = file
        told = tuple(note for file in made.values() for note in file.notes)
        archive = to_zip({path: file.data for path, file in made.items()} | {"README.txt": _readme(library, told)})
        name = f"all-{'excel-csv' if form == 'csv-bom' else form}.zip"
        everything.append(Download(name, f"data/{name}", form, archive, "", told))
    return tuple(everything)


def _readme(library: Library, notes: Sequence[Note] = ()) -> bytes:
    """What an archive of everything says of itself, in both languages."""
    lines = []
    for language in LANGUAGES:
        desk = library.at(language, "data")
        lines += [desk.say(library.site.name), desk.t("download.readme", count=len(library.packages))]
        for package in library.packages.values():
            licence = ", ".join(title for title, _ in licences(package)) or desk.t("package.not_given")
            title = desk.say(package.meta.title) or package.name
            lines.append(f"- {package.name} {package.version or ''}".rstrip() + f": {title} ({licence})")
        lines += [desk.say(note.text) for note in notes]
        lines += [address for address in [library.site.absolute(f"{desk.address}/")] if address] + [""]
    return "\n".join(lines).encode()


# ----- indicators, lists, documents -----


def _offer_part(
    library: Library, path: str, sheets: Sequence[Sheet], package: str, title: Text, description: Text = _NOTHING
) -> tuple[Download, ...]:
    """What the page of an indicator, a list or a document offers: one workbook, and each table in the other formats."""
    about = replace(
        describe_package(library.packages[package]),
        title=title,
        description=description,
        sources=tuple((document.title.default, "") for document in _documents(library, path)),
        citations=(),
        address=library.site.absolute(f"{path}/"),
    )
    name = path.rpartition("/")[2]
    offers = []
    for sheet in sheets:
        for form in _FORMS_OF_PARTS:
            made, file = make_table(sheet, about, form), f"{sheet.name}{FORMATS[form].suffix}"
            offers.append(Download(file, f"{path}/{file}", form, made.data, sheet.name, made.notes))
    book = to_xlsx(sheets, about)
    return (*offers, Download(f"{name}.xlsx", f"{path}/{name}.xlsx", "xlsx", book.data, "", book.notes))


def _documents(library: Library, path: str) -> list[Document]:
    """The documents that the data of a page are taken from."""
    kind, _, name = path.partition("/")
    if kind == "documents":
        return [library.collection.documents[name]]
    rows = library.by_indicator[name] if kind == "indicators" else library.items_by_list[name]
    return list({row.document.source_id: row.document for row in rows}.values())


def _observation_sheet(library: Library, name: str, observations: Sequence[Observation]) -> Sheet:
    records = [_observation_record(o) for o in observations]
    return _sheet(library.packages[observations[0].package], name, records)


def _item_sheet(library: Library, name: str, items: Sequence[Item]) -> Sheet:
    return _sheet(library.packages[items[0].package], name, [_item_record(item) for item in items])


def _sheet(package: PackageHandle, name: str, records: Sequence[Mapping[str, Any]]) -> Sheet:
    """Rows of a package, perhaps of several of one kind, with the columns as the package's schema describes them."""
    columns = list(records[0])
    known = {column.name: column for table in package.tables for column in package[table].fields}
    fields = tuple(known.get(column) or Field(column, "string") for column in columns)

    def read_texts() -> list[list[str]]:
        return [["" if value is None else str(value) for value in record.values()] for record in records]

    def read_values() -> dict[str, list[Any]]:
        return {column: [_typed(record[column]) for record in records] for column in columns}

    return Sheet(name, fields, read_texts, read_values)


def _typed(value: Any) -> Any:
    """A number as files hold it: whole where it is, else as exact as it was recorded."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else exact_number(str(value))


def _observation_record(o: Observation) -> dict[str, Any]:
    return {
        "indicator_id": o.indicator.indicator_id,
        "area_id": o.area.area_id,
        "breakdown_id": o.breakdown.breakdown_id if o.breakdown else None,
        "period": o.period or None,
        "measure": o.measure,
        "status": o.status,
        "value": o.value,
        "unit_id": o.unit.unit_id,
        "bound": o.bound or None,
        "as_printed": o.as_printed,
        "label_printed": o.label_printed,
        "source_id": o.document.source_id,
        "locator": o.locator,
        "note_zh": o.note.default or None,
        "note_en": o.note.others.get("en") or None,
    }


def _item_record(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "list_id": item.list.list_id,
        "position": item.position,
        "name_zh": item.name.default,
        "name_en": item.name.in_language("en"),
        "kind": item.kind,
        "area_id": item.area.area_id if item.area else None,
        "country": item.country or None,
        "organisation": item.organisation or None,
        "industry": item.industry or None,
        "role": item.role or None,
        "source_id": item.document.source_id,
        "locator": item.locator,
        "note_zh": item.note.default or None,
        "note_en": item.note.others.get("en") or None,
    }


# ----- how a page offers them -----


def offer_package(
    desk: Desk,
    package: str,
    *,
    files: Sequence[Download],
    citations: Sequence[tuple[str, str]] = (),
    snippets: Sequence[tuple[str, str]] = (),
) -> Markup:
    """Return links to the files of exactly this page and to the package behind them."""
    handle = desk.library.packages[package]
    return desk.html(
        "downloads.html.j2",
        files=list_files(desk, files),
        package=package,
        package_title=desk.say(handle.meta.title) or package,
        package_zip=f"{desk.library.folder_of(package)}/{package}.zip",
        licences=licences(handle),
        citations=citations,
        snippets=snippets,
    )


def list_files(desk: Desk, files: Sequence[Download]) -> Markup:
    """Return files as a list: format, size, what it is good for; and what could not be held as it is."""
    ordered = sorted((file for file in files if file.form), key=lambda file: _ORDER.index(file.form))
    # Archives of a format would be taken for the format itself.
    several = len({file.table for file in ordered if file.table}) > 1 or desk.path == "data"
    entries = [
        (
            desk.t(f"download.{file.form}"),
            file.name if several else "",
            file.address,
            told_size(file.size, desk.language),
            desk.t(f"download.{file.form}_for"),
        )
        for file in ordered
    ]
    return desk.html("files.html.j2", entries=entries, notes=_told(desk, files))


def list_tables(desk: Desk, package: PackageHandle, files: Sequence[Download]) -> Markup:
    """Return the files of each table of a package, a line a table."""
    plain = {path: name for name, path in _plain_files(package)}
    lines = []
    for name in package.tables:
        own = [
            replace(file, form="csv", table=name) if not file.form and plain.get(file.name) == name else file for file in files
        ]
        ordered = sorted((file for file in own if file.form and file.table == name), key=lambda file: _ORDER.index(file.form))
        links = [(desk.t(f"download.{file.form}"), file.address, told_size(file.size, desk.language)) for file in ordered]
        anchor = f"table-{name}" if desk.path == f"data/{package.name}" else ""  # the pages of versions show no tables
        lines.append((desk.say(package[name].title) or name, anchor, links))
    return desk.html("table_files.html.j2", lines=lines, notes=_told(desk, [file for file in files if file.table]))


def _told(desk: Desk, files: Sequence[Download]) -> list[str]:
    return list(dict.fromkeys(desk.say(note.text) for file in files for note in file.notes))


def told_size(size: int, language: Language) -> str:
    """Return a size in the words of a language.

    Examples
    --------
    >>> told_size(12_345, "en"), told_size(3_456_789, "zh")
    ('12.3 kB', '3.5 MB')
    """
    unit, divisor = ("kilobyte", 1000) if size < 10**6 else ("megabyte", 10**6)
    number = max(size / divisor, 0.1)
    return format_unit(number, f"digital-{unit}", length="short", format="#,##0.#", locale=language)


def licences(package: PackageHandle) -> list[tuple[str, str]]:
    """Return the licences of a package: title and address, the address only where it leads to a web page."""
    told = []
    for licence in package.meta.licenses:
        address = str(licence.get("path") or "")
        safe = address if address.startswith(("https://", "http://")) else ""
        told.append((str(licence.get("title") or licence.get("name") or address), safe))
    return told


def citations(desk: Desk, indicator: Indicator, package: str) -> list[tuple[str, str]]:
    """Return how to cite the data of an indicator: GB/T 7714 and BibTeX."""
    handle, site = desk.library.packages[package], desk.library.site
    version, year = handle.version or "", find_date(handle.meta)[:4] or "n.d."
    address = site.absolute(f"indicators/{indicator.indicator_id}/")
    national = [f"{site.name.in_language('zh')}. {indicator.name.default}[DS/OL]", f"{version}版" if version else "", year]
    fields = {
        "title": indicator.name.in_language("en"),
        "author": f"{{{site.name.in_language('en')}}}",
        "version": version,
        "year": year,
        "url": address,
    }
    lines = [f"  {name} = {{{_bibtex(value)}}}," for name, value in fields.items() if value]
    key = "-".join(filter(None, [indicator.indicator_id, version]))
    return [
        ("GB/T 7714", ". ".join(part for part in [*national, address] if part).rstrip(".") + "."),
        ("BibTeX", "\n".join([f"@misc{{{key},", *lines, "}"])),
    ]


def _bibtex(value: str) -> str:
    """Escape what TeX would read; braces that are meant stay."""
    return value.replace("\\", "\\textbackslash ").replace("&", "\\&").replace("%", "\\%").replace("#", "\\#")


def snippets(indicator_id: str, package: str) -> list[tuple[str, str]]:
    """Return lines that read the data of an indicator, by language."""
    python = (
        f'import opendata as od\n\nrows = od.load("{package}").observations.df\nrows[rows.indicator_id == "{indicator_id}"]'
    )
    return [("Python", python), ("R", f'rows <- read.csv("{indicator_id}.csv", colClasses = c(period = "character"))')]
