"""Files that pages offer, and how a page offers them: CSV, JSON, zip, citations, lines of code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from opendata import formats
from opendata.citations import find_date
from opendata.collection import Indicator, Item, Observation
from opendata.handles import PackageHandle
from opendata.read import digest
from opendata.render.base import Desk, Library

MEDIA_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "json": "application/json",
    "zip": "application/zip",
}

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
        What it is, one of ``MEDIA_TYPES``; empty for a file of a package that is offered as it is.
    data
        Its bytes.
    """

    name: str
    address: str
    form: str
    data: bytes = field(repr=False)
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
        return MEDIA_TYPES.get(self.form or self.name.rpartition(".")[2].lower(), "application/octet-stream")


def make_offers(library: Library) -> dict[str, tuple[Download, ...]]:
    """Return what each page offers, by the page's path: packages, indicators, lists."""
    offers = {f"data/{package.name}": _package_files(library, package) for package in library.packages.values()}
    for indicator_id, observations in library.by_indicator.items():
        path = f"indicators/{indicator_id}"
        offers[path] = _observation_files(f"{path}/{indicator_id}", observations)
    for list_id, items in library.items_by_list.items():
        path = f"lists/{list_id}"
        offers[path] = _item_files(f"{path}/{list_id}", items)
    return offers


def make_files(library: Library) -> dict[str, bytes]:
    """Return every file for download by its address."""
    return {download.address: download.data for offer in library.offers.values() for download in offer}


def _package_files(library: Library, package: PackageHandle) -> tuple[Download, ...]:
    """Return a package's files: whole, one by one as they are, and its tables in other forms."""
    folder, contents = library.folder_of(package.name), package.file_bytes()
    zipped = formats.to_zip({f"{package.name}/{name}": data for name, data in contents.items()})
    as_json = [(f"{table}.json", formats.to_json(package[table].records())) for table in package.tables]
    return (
        Download(f"{package.name}.zip", f"{folder}/{package.name}.zip", "zip", zipped),
        *(Download(name, f"{folder}/{name}", "", data) for name, data in contents.items()),
        *(Download(name, f"{folder}/{name}", "json", data) for name, data in as_json if name not in contents),
    )


def _observation_files(stem: str, observations: Sequence[Observation]) -> tuple[Download, ...]:
    rows = [_observation_record(o) for o in observations]
    texts = [["" if row[c] is None else str(row[c]) for c in _OBSERVATION_COLUMNS] for row in rows]
    numbers = ({**row, "value": float(row["value"]) if row["value"] % 1 else int(row["value"])} for row in rows)
    return _both(stem, formats.to_csv(_OBSERVATION_COLUMNS, texts), formats.to_json(numbers))


def _item_files(stem: str, items: Sequence[Item]) -> tuple[Download, ...]:
    rows = [_item_record(item) for item in items]
    texts = [["" if value is None else str(value) for value in row.values()] for row in rows]
    return _both(stem, formats.to_csv(list(rows[0]), texts), formats.to_json(rows))


def _both(stem: str, csv: bytes, json: bytes) -> tuple[Download, ...]:
    name = stem.rpartition("/")[2]
    return Download(f"{name}.csv", f"{stem}.csv", "csv", csv), Download(f"{name}.json", f"{stem}.json", "json", json)


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
        files=[(file.form.upper(), file.address) for file in files],
        package=package,
        package_title=desk.say(handle.meta.title) or package,
        package_zip=f"{desk.library.folder_of(package)}/{package}.zip",
        licences=licences(handle),
        citations=citations,
        snippets=snippets,
    )


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
