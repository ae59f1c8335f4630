"""Changed rows into a data message of SDMX-CSV 2.0, by which a database of SDMX is brought up to date.

The form is that of the field guide of the SDMX Technical Working Group (https://github.com/sdmx-twg/sdmx-csv):
``STRUCTURE,STRUCTURE_ID,ACTION``, then dimensions, then measures and attributes. A table is a data structure named
``AGENCY:package_table(version)``, its primary key the dimensions, every other column a measure or attribute under its
own name.

- a row that is gone is ``D`` with its dimensions alone;
- a new row is ``A`` with all its values;
- a revised row is ``M`` with the values that changed, and ``D`` with a dash for those it has lost;
- a row with another key is ``D`` and ``A``.

An empty dimension would be a wildcard: it is written ``_Z``, SDMX's code for what does not apply.
What stands in the descriptor is not data, so other columns, types, keys or tables than before are refused: a database
gets another structure by another message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from opendata.differences.values import PackageDifference, Row, TableDifference, visible
from opendata.errors import WrongUse
from opendata.files import write_csv

# What a descriptor may say otherwise while its rows stay of the same structure.
_SAME_STRUCTURE = {
    "licence-removed",
    "licence-added",
    "missing-values",
    "file-format",
    "file-renamed",
    "file-changed",
    "constraint-narrowed",
    "constraint-widened",
    "reference",
    "metadata",
}

# Deletes go before what takes their place.
_ORDER = "DAM"

_NOTHING = "_Z"
_LOST = "-"
_HEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION")

_COMPONENT = re.compile(r"[A-Za-z][A-Za-z0-9_$@-]*", re.ASCII)
_AGENCY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z0-9_@$-]+", re.ASCII)
_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", re.ASCII)

_WHOLE = "Load the new version as a whole, or use another --format."

Line = tuple[str, str, dict[str, str]]
"""Structure, action, and the text of each component."""


def write_sdmx(removed: Sequence[str], added: Sequence[str], packages: Sequence[PackageDifference], agency: str) -> str:
    """Return the message; it has a header alone where no row has changed.

    Raises
    ------
    WrongUse
        Where SDMX-CSV cannot tell the changes.
    """
    if not _AGENCY.fullmatch(agency):
        raise WrongUse(f"{agency!r} is no agency of SDMX: letters, digits, - and _, the first a letter.")
    for names, sort in ((removed, "gone"), (added, "new")):
        if names:
            raise WrongUse(f"The package {visible(names[0])} is {sort}; SDMX-CSV tells of rows only. {_WHOLE}")
    tables = [(package, table) for package in packages for table in package.tables]
    for package in packages:
        _refuse_structure(package)
    dimensions = list(dict.fromkeys(name for _, table in tables for name in table.key))
    others = list(dict.fromkeys(n for _, table in tables for n in table.columns_new if n not in dimensions))
    lines = [line for package, table in tables for line in _write_table(package, table, agency)]
    header = (*_HEAD, *dimensions, *others)
    return write_csv(
        header,
        (
            ("datastructure", structure, action, *(cells.get(name, "") for name in header[3:]))
            for structure, action, cells in lines
        ),
    )


def _refuse_structure(package: PackageDifference) -> None:
    change = next((change for change in package.schema if change.kind not in _SAME_STRUCTURE), None)
    if change:
        raise WrongUse(f"{visible(package.name)}: {change.line}. SDMX-CSV tells of rows, not of structures. {_WHOLE}")


def _write_table(package: PackageDifference, table: TableDifference, agency: str) -> list[Line]:
    where = f"{visible(package.name)}.{visible(table.name)}"
    if not table.key:
        raise WrongUse(f"{where} has no primary key, so SDMX-CSV has no dimensions to name its rows by. Declare one.")
    odd = next((name for name in table.columns_new if not _COMPONENT.fullmatch(name) or name in _HEAD), None)
    if odd is not None:
        raise WrongUse(f"{where}: the column {visible(odd)!r} is no name that SDMX allows. {_WHOLE}")
    identifier, version = f"{package.name}_{table.name}", package.version_new or ""
    if not _IDENTIFIER.fullmatch(identifier) or not _VERSION.fullmatch(version):
        raise WrongUse(f"{where} {visible(version)!r} is no name and version that SDMX allows; a version is like 1.0.0.")
    structure = f"{agency}:{identifier}({version})"
    lines = [(structure, action, cells) for action, cells in _write_rows(table)]
    return sorted(lines, key=lambda line: _ORDER.index(line[1]))


def _write_rows(table: TableDifference) -> Iterator[tuple[str, dict[str, str]]]:
    def name(key: Row) -> dict[str, str]:
        """A key as dimensions."""
        if _NOTHING in key:
            raise WrongUse(f"{visible(table.name)}: a key holds {_NOTHING}, which would be taken for an empty one. {_WHOLE}")
        return dict(
            zip(
                table.key,
                (part or _NOTHING for part in (_fill(table, *p) for p in zip(table.key, key, strict=True))),
                strict=True,
            )
        )

    def write(row: Row) -> dict[str, str]:
        cells = dict(zip(table.columns_new, row, strict=True))
        values = {column: _fill(table, column, text) for column, text in cells.items()}
        return values | name(tuple(cells[column] for column in table.key))

    for row in table.removed:
        cells = dict(zip(table.columns_old, row, strict=True))
        yield "D", name(tuple(cells[column] for column in table.key))
    for one in table.renamed:
        yield "D", name(one.old)
        yield "A", write(one.row)
    for change in table.revised:
        key = name(change.key)
        now = {cell.column: _fill(table, cell.column, cell.new) for cell in change.cells}
        if not all(now.values()):
            yield "D", key | {column: _LOST for column, text in now.items() if not text}
        if any(now.values()):
            yield "M", key | {column: text for column, text in now.items() if text}
    for row in table.added:
        yield "A", write(row)


def _fill(table: TableDifference, column: str, text: str) -> str:
    """Return the text of a cell, empty where it stands for a missing value."""
    return "" if text in table.gaps.get(column, ()) else text
