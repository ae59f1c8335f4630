"""Tables into an SQLite database: types, keys, and what is told of the data. The same data give the same bytes."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from opendata import frames
from opendata.formats import About, Made, Note, Sheet, describe_field, describe_table, describe_whole, is_wide
from opendata.model import Field

# SQLite keeps names that begin so for itself.
_OWN = "sqlite_"
_METADATA = "metadata"
_LARGEST = 2**63


@dataclass(frozen=True)
class _Table:
    """A table as SQLite gets it: its names there, its rows as SQLite holds them."""

    sheet: Sheet
    package: str
    name: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    rows: list[tuple[Any, ...]]

    def pick(self, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The cells of some columns, row by row."""
        places = [self.sheet.columns.index(name) for name in names]
        return (tuple(row[place] for place in places) for row in self.rows)


def to_sqlite(packages: Sequence[tuple[About, Sequence[Sheet]]]) -> Made:
    """Return an SQLite database of one package or several: a table each, with types and keys, and ``metadata``.

    Dates and moments are ISO 8601 text, truths 0 and 1, objects and points JSON; a missing value is NULL, an empty text is
    not. Numbers that SQLite would round are text. Primary, unique and foreign keys are declared where the rows keep them,
    else noted. With several packages a table is named ``package_table``, and keys lead from package to package.

    ``metadata`` has the columns ``package``, ``table_name``, ``column_name``, ``key`` and ``value``.
    """
    several = len(packages) > 1
    plain = [
        (about, sheet, f"{about.package}_{sheet.name}".replace("-", "_") if several else sheet.name)
        for about, sheets in packages
        for sheet in sheets
    ]
    names = _unlike([name for *_, name in plain], {_METADATA})
    tables = [_convert(about.package, sheet, name) for (about, sheet, _), name in zip(plain, names, strict=True)]
    abouts = {about.package: about for about, _ in packages}
    notes: list[tuple[str, Note]] = []
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA foreign_keys = OFF;")
        for table in tables:
            definition, broken = _define(table, tables)
            notes += [(table.package, note) for note in (*_count_wide(table), *broken)]
            database.execute(definition)
            marks = ", ".join("?" * len(table.columns))
            database.executemany(f"INSERT INTO {_quote(table.name)} VALUES ({marks})", table.rows)  # noqa: S608 - quoted
        _write_metadata(database, tables, abouts, notes)
        database.commit()
        database.execute("VACUUM")
        return Made(database.serialize(), tuple(note for _, note in notes))


def _convert(package: str, sheet: Sheet, name: str) -> _Table:
    columns = dict(zip(sheet.columns, _unlike(sheet.columns), strict=True))
    kinds = {column.name: _kind(column, sheet.values[column.name]) for column in sheet.fields}
    cells = [list(map(_holder(kinds[column]), sheet.values[column])) for column in sheet.columns]
    return _Table(
        sheet, package, name, columns, {key: _TYPES[kind] for key, kind in kinds.items()}, list(zip(*cells, strict=True))
    )


_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL", "text": "TEXT", "exact": "TEXT", "object": "TEXT"}


def _kind(column: Field, values: Iterable[Any]) -> str:
    """How SQLite holds a column: ``exact`` is text, because a number of it has more digits than SQLite would keep."""
    if column.type in ("integer", "year"):
        return "integer" if all(value is None or -_LARGEST <= value < _LARGEST for value in values) else "exact"
    if column.type == "number":
        return "exact" if any(isinstance(value, Decimal) for value in values) else "number"
    if column.type in ("boolean", "date", "datetime", "time"):
        return "boolean" if column.type == "boolean" else "object"
    return "object" if frames.kind_of(column) == "object" else "text"


def _holder(kind: str) -> Callable[[Any], Any]:
    def hold_object(value: Any) -> Any:
        if value is None:
            return None
        return value.isoformat() if hasattr(value, "isoformat") else frames.json_text(value)

    def hold_exact(value: Any) -> Any:
        return None if value is None else str(value)

    def hold_number(value: Any) -> Any:  # SQLite would make NULL of NaN
        return None if value is None else frames.plain_value(value)

    return {"exact": hold_exact, "number": hold_number, "object": hold_object}.get(kind, lambda value: value)


def _count_wide(table: _Table) -> Iterator[Note]:
    for column in table.sheet.fields:
        values = table.sheet.values[column.name]
        if column.type in ("integer", "number", "year") and table.types[column.name] == "TEXT":
            yield Note("exact", table.sheet.name, column.name, sum(map(is_wide, values)))


def _define(table: _Table, tables: Sequence[_Table]) -> tuple[str, list[Note]]:
    """Return the statement that makes a table, and a note for each key that its rows do not keep."""
    lines = [
        f"{_quote(table.columns[column.name])} {table.types[column.name]}{' NOT NULL' if _is_filled(table, column) else ''}"
        for column in table.sheet.fields
    ]
    notes = []
    schema = table.sheet.schema
    keys = [("PRIMARY KEY", schema.primary_key), *(("UNIQUE", key) for key in schema.unique_keys)]
    for word, key in keys:
        if not key or not set(key) <= set(table.columns):
            continue
        doubles = _count_doubles(table, key)
        if doubles:
            notes.append(Note("keys", table.sheet.name, ", ".join(key), doubles))
        else:
            lines.append(f"{word} ({_list(table, key)})")
    for foreign in schema.foreign_keys:
        goal = _find_goal(table, tables, foreign.package, foreign.resource)
        if goal is None or not set(foreign.fields) <= set(table.columns):
            continue  # another package, which is not in this file
        if not _is_unique(goal, foreign.reference_fields):
            continue  # SQLite takes a reference only to what is declared unique
        known = set(goal.pick(foreign.reference_fields))
        lost = sum(cells not in known for cells in table.pick(foreign.fields) if None not in cells)
        if lost:
            notes.append(Note("keys", table.sheet.name, ", ".join(foreign.fields), lost))
        else:
            target = f"{_quote(goal.name)} ({_list(goal, foreign.reference_fields)})"
            lines.append(f"FOREIGN KEY ({_list(table, foreign.fields)}) REFERENCES {target}")
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {_quote(table.name)} (\n  {body}\n)", notes


def _is_filled(table: _Table, column: Field) -> bool:
    return column.required and None not in table.sheet.values[column.name]


def _count_doubles(table: _Table, key: Sequence[str]) -> int:
    """How many rows repeat a key; a key with a gap repeats none, as in SQL."""
    cells = [row for row in table.pick(key) if None not in row]
    return len(cells) - len(set(cells))


def _is_unique(table: _Table, key: Sequence[str]) -> bool:
    schema = table.sheet.schema
    declared = [set(schema.primary_key), *map(set, schema.unique_keys)]
    return bool(key) and set(key) in declared and not _count_doubles(table, key)


def _find_goal(table: _Table, tables: Sequence[_Table], package: str | None, name: str) -> _Table | None:
    """The table that a foreign key means; an empty name is the table itself."""
    wanted = (package or table.package, name or table.sheet.name)
    return next((other for other in tables if (other.package, other.sheet.name) == wanted), None)


def _write_metadata(
    database: sqlite3.Connection, tables: Sequence[_Table], abouts: Mapping[str, About], notes: Sequence[tuple[str, Note]]
) -> None:
    database.execute(
        f"CREATE TABLE {_METADATA} (\n  package TEXT NOT NULL,\n  table_name TEXT,\n  column_name TEXT,\n"
        "  key TEXT NOT NULL,\n  value TEXT NOT NULL\n)"
    )
    rows: list[tuple[str, str | None, str | None, str, str]] = []
    for package, about in abouts.items():
        rows += [(package, None, None, key, text) for key, text in describe_whole(about).items()]
    for table in tables:
        told = describe_table(table.sheet, abouts[table.package])
        rows += [(table.package, table.name, None, key, text) for key, text in told.items()]
        for column in table.sheet.fields:
            facts = {"name": column.name} | describe_field(column)
            rows += [(table.package, table.name, table.columns[column.name], key, text) for key, text in facts.items()]
    for package, note in notes:
        rows += [(package, note.table, None, "note", text) for text in (note.text.default, note.text.in_language("en"))]
    database.executemany(f"INSERT INTO {_METADATA} VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608 - a name of ours


# ----- names -----


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _list(table: _Table, names: Sequence[str]) -> str:
    return ", ".join(_quote(table.columns[name]) for name in names)


def _unlike(names: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return names of which no two differ in case alone, which SQLite would take for one."""
    known = {name.casefold() for name in taken}
    found = []
    for name in names:
        plain = name.replace("\0", "") or "column"
        plain = f"_{plain}" if plain.casefold().startswith(_OWN) else plain
        candidates = itertools.chain([plain], (f"{plain}_{number}" for number in itertools.count(2)))
        found.append(next(candidate for candidate in candidates if candidate.casefold() not in known))
        known.add(found[-1].casefold())
    return found
