"""Files that pages offer, and how a page offers them: CSV, JSON, zip, citations, lines of code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from opendata import formats
from opendata.citations import find_date
from opendata.collection import Indicator, Item, Observation
from opendata.handles import PackageHandle
from opendata.render.base import Desk, Library

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


def make_files(library: Library) -> dict[str, bytes]:
    """Return every file for download by its address."""
    files: dict[str, bytes] = {}
    for package in library.packages.values():
        files |= {address: data for _, address, data in package_files(package)}
    for indicator_id, observations in library.by_indicator.items():
        files |= _observation_files(f"indicators/{indicator_id}/{indicator_id}", observations)
    for list_id, items in library.items_by_list.items():
        files |= _item_files(f"lists/{list_id}/{list_id}", items)
    return files


def _folder(package: PackageHandle) -> str:
    return f"data/{package.name}/{package.version or 'current'}"


def package_files(package: PackageHandle) -> list[tuple[str, str, bytes]]:
    """Return a package's files, whole and one by one: name, address below the root of the site, bytes."""
    folder, contents = _folder(package), package.file_bytes()
    zipped = formats.to_zip({f"{package.name}/{name}": data for name, data in contents.items()})
    as_json = [(f"{table}.json", formats.to_json(package[table].records())) for table in package.tables]
    named = [(f"{package.name}.zip", zipped), *contents.items(), *(entry for entry in as_json if entry[0] not in contents)]
    return [(name, f"{folder}/{name}", data) for name, data in named]


def _observation_files(stem: str, observations: Sequence[Observation]) -> dict[str, bytes]:
    rows = [_observation_record(o) for o in observations]
    texts = [["" if row[c] is None else str(row[c]) for c in _OBSERVATION_COLUMNS] for row in rows]
    numbers = ({**row, "value": float(row["value"]) if row["value"] % 1 else int(row["value"])} for row in rows)
    return {f"{stem}.csv": formats.to_csv(_OBSERVATION_COLUMNS, texts), f"{stem}.json": formats.to_json(numbers)}


def _item_files(stem: str, items: Sequence[Item]) -> dict[str, bytes]:
    rows = [_item_record(item) for item in items]
    texts = [["" if value is None else str(value) for value in row.values()] for row in rows]
    return {f"{stem}.csv": formats.to_csv(list(rows[0]), texts), f"{stem}.json": formats.to_json(rows)}


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
    files: Sequence[tuple[str, str]],
    citations: Sequence[tuple[str, str]] = (),
    snippets: Sequence[tuple[str, str]] = (),
) -> Markup:
    """Return links to the files of exactly this page and to the package behind them."""
    handle = desk.library.packages[package]
    return desk.html(
        "downloads.html.j2",
        files=files,
        package=package,
        package_title=desk.say(handle.meta.title) or package,
        package_zip=f"{_folder(handle)}/{package}.zip",
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
