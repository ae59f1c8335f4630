"""Tables as text, and what makes two texts of a column the same."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from opendata import casts, read
from opendata.errors import UnreadablePackage
from opendata.model import Field, Resource, Schema

Canon = Callable[[str], Hashable]


@dataclass(frozen=True)
class Table:
    """A table as text.

    Attributes
    ----------
    rows
        Its rows; where the others are proven to be the same in both versions, those that may differ.
    lines
        The line of the file on which each row begins; empty where only a part of the rows is there.
    size
        How many rows there are in the file.
    columns
        Those of the header, then those that only the schema names.
    tally
        Tells of a column's texts how often each stands in the file.
    """

    name: str
    path: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: Sequence[int]
    size: int
    columns: tuple[Field, ...]
    schema: Schema
    declared: Mapping[str, Any]
    tally: Callable[[str], Mapping[str, int]]


def read_table(source: read.Source, resource: Resource) -> Table:
    """Read a table as text.

    Raises
    ------
    UnreadablePackage
        Where a row is ragged, or two columns have one name.
    """
    cells = read.read_cells(source, resource)
    path, width = source.show(resource.path), len(cells.header)
    if set(map(len, cells.rows)) - {width}:
        line, row = next((line, row) for line, row in zip(cells.lines, cells.rows, strict=True) if len(row) != width)
        cause = f"The row has {len(row)} cells, the header has {width}."
        raise UnreadablePackage(path, cause, "`opendata validate` lists all such rows.", line=line, rule="ragged-row")
    if len(set(cells.header)) < width:
        raise UnreadablePackage(path, "Two columns have one name.", "Give each its own.", line=1, rule="duplicate-label")
    return make_table(
        resource,
        path,
        cells.header,
        cells.rows,
        lines=cells.lines,
        size=len(cells.rows),
        tally=lambda name: Counter(map(itemgetter(cells.header.index(name)), cells.rows)),
    )


def make_table(
    resource: Resource,
    path: str,
    header: tuple[str, ...],
    rows: list[list[str]],
    *,
    lines: Sequence[int],
    size: int,
    tally: Callable[[str], Mapping[str, int]],
) -> Table:
    """Put rows and the schema that describes them together."""
    schema, declared = resource.schema or Schema(), resource.descriptor.get("schema")
    columns = describe_columns(resource, header)
    told = declared if isinstance(declared, Mapping) else {}
    return Table(resource.name, path, header, rows, lines, size, columns, schema, told, tally)


def describe_columns(resource: Resource, header: Sequence[str]) -> tuple[Field, ...]:
    """Return the columns of the header as the schema describes them, then those that only the schema names."""
    fields = resource.schema.fields if resource.schema else ()
    known = {column.name: column for column in fields}
    columns = (*(known.get(name) or Field(name, "string") for name in header),)
    return (*columns, *(column for column in fields if column.name not in header))


def match_columns(old: Table, new: Table) -> dict[str, str]:
    """Lead from each column of the newer version to the older's: by name, else where type and all values are the same."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    names = {name: name for name in after if name in before}
    gone = [name for name in old.header if name not in names]
    fresh = [name for name in new.header if name not in names]
    if gone and fresh:
        contents: dict[object, list[list[str]]] = defaultdict(lambda: [[], []])
        for side, (table, columns, fields) in enumerate(((old, gone, before), (new, fresh, after))):
            for name in columns:
                values = table.tally(name)
                if set(values) - set(fields[name].missing_values):
                    contents[fields[name].type, frozenset(values.items())][side].append(name)
        for formers, columns in contents.values():
            if len(formers) == len(columns) == 1:
                names[columns[0]] = formers[0]
    return names


def canonical(column: Field) -> Canon | None:
    """Return what makes texts that mean the same the same (a missing value is empty); ``None``: every text is itself."""
    missing = frozenset(column.missing_values)
    if column.type in ("string", "any", "yearmonth", "duration"):
        return None if missing <= {""} else lambda text: "" if text in missing else text
    try:
        cast = casts.make_cast(column)
    except casts.UnsupportedType:
        return None

    def canon(text: str) -> Hashable:
        if text in missing:
            return ""
        try:
            value = cast(text)
        except casts.CastError:
            return text
        if isinstance(value, list | dict):
            return json.dumps(value, sort_keys=True, default=str)
        return value if value == value else text  # NaN is not equal to itself

    def canon_number(text: str) -> Hashable:
        # Most numbers are whole and plainly written; these need no reading.
        if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < 16 and text not in missing:
            return int(text)
        return canon(text)

    return canon_number if column.type in ("integer", "number") else canon


def family(column: Field) -> str:
    """Types whose values can be equal."""
    return "number" if column.type in ("integer", "number", "year") else column.type


def make_canons(old: Sequence[Field], new: Sequence[Field]) -> list[tuple[Canon | None, Canon | None]]:
    """Return for each pair of columns what makes their texts comparable.

    Where their types have no value in common, texts are compared as they are: the year 2020 is not the text 2020, and
    that is told of the column, not of every row.
    """
    return [
        (canonical(first), canonical(second)) if family(first) == family(second) else (None, None)
        for first, second in zip(old, new, strict=True)
    ]
