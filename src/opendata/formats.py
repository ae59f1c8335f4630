"""Tables into files: CSV, JSON, JSON Lines, Parquet, zip. The same data give the same bytes.

XLSX has its own module, ``workbooks``, and SQLite ``databases``; both make what is described here.
"""

from __future__ import annotations

import functools
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opendata import frames
from opendata.files import write_csv
from opendata.model import Field, Schema, Text

if TYPE_CHECKING:
    import pyarrow as pa

_NOTHING = Text("")

# A zip stores the time of its files; this one is the first that the format can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)

# Whole numbers up to here survive a double, which is what spreadsheets and JavaScript have.
SAFE_INTEGER = 2**53

# What spreadsheets run: OWASP's list (CSV injection), full-width signs among it; blanks before them do not help.
_RUN = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
# In a column of numbers a sign is a sign, and a lone one stands for a missing value.
_SIGNED = re.compile(r"[+-]?[0-9.,' ]*(?:[eE][+-]?[0-9]+)?")
_NUMERIC = ("number", "integer", "year")

# Half of a character that lies outside the basic plane; JSON can hold one, UTF-8 cannot.
_HALF = re.compile("[\ud800-\udfff]")

# More digits than this Arrow holds, but DuckDB, Polars and Spark do not.
_WIDEST_DECIMAL = 38


@dataclass(frozen=True)
class About:
    """What a file tells of the data in it, in the languages of the package; nothing is told that is not known.

    Attributes
    ----------
    package
        The package's name.
    title, description
        Of the package, or of the part of it that the file holds.
    version, date
        Of the release.
    licences, sources
        Title and address of each; the address may be empty.
    citations
        How to cite it: the name of a style and a line.
    address
        Where the data are found.
    """

    package: str
    title: Text = _NOTHING
    description: Text = _NOTHING
    version: str = ""
    date: str = ""
    licences: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    citations: tuple[tuple[str, str], ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table as files are made of it.

    Attributes
    ----------
    name, title, description
        Of the table.
    fields
        Its columns as the schema describes them.
    schema
        Its keys.
    read_texts
        Returns the rows as they are written, a text a cell.
    read_values
        Returns the columns as cast values by name, ``None`` for a missing one.
    read_arrow
        Returns the same as an Arrow table; ``None``: it is made from the values.
    """

    name: str
    fields: tuple[Field, ...]
    read_texts: Callable[[], Iterable[Sequence[str]]]
    read_values: Callable[[], Mapping[str, Sequence[Any]]]
    read_arrow: Callable[[], pa.Table] | None = None
    title: Text = _NOTHING
    description: Text = _NOTHING
    schema: Schema = field(default_factory=Schema)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.fields)

    @functools.cached_property
    def values(self) -> Mapping[str, Sequence[Any]]:
        """The columns as cast values, read once."""
        return self.read_values()


@dataclass(frozen=True)
class Note:
    """What a format could not hold as it is, and what was done: ``kind`` is one of ``NOTES``."""

    kind: str
    table: str
    column: str
    count: int

    @property
    def text(self) -> Text:
        """The same in words."""
        words = {"table": self.table, "column": self.column, "count": f"{self.count:,}"}
        told = NOTES[self.kind]
        return Text(told.default.format(**words), {key: text.format(**words) for key, text in told.others.items()})


NOTES: Mapping[str, Text] = {
    "defused": Text(
        "{table}.{column}：{count}个单元格的开头是=、+、-、@或制表符等，电子表格会把它们当作公式，所以前面加了撇号（'）；"
        "不带BOM的CSV里一字未改。",
        {
            "en": "{table}.{column}: cells that a spreadsheet would run as formulas (they begin with =, +, -, @ or a tab): "
            "{count}. An apostrophe stands before each; the CSV without BOM has them as they are."
        },
    ),
    "exact": Text(
        "{table}.{column}：{count}个数字的位数超出双精度浮点数，存为文本，一位不少。",
        {"en": "{table}.{column}: numbers with more digits than a double holds: {count}. They are text, so that none is lost."},
    ),
    "early": Text(
        "{table}.{column}：{count}个日期早于1900年3月，电子表格没有这样的日期，存为文本。",
        {"en": "{table}.{column}: dates before March 1900, which spreadsheets do not have: {count}. They are text."},
    ),
    "moment": Text(
        "{table}.{column}：{count}个时间带时区，或精确到毫秒以下，存为文本。",
        {"en": "{table}.{column}: times with a zone, or finer than a millisecond: {count}. They are text."},
    ),
    "long": Text(
        "{table}.{column}：{count}个单元格超过32,767个字符，这里只有开头；CSV和JSON中是全文。",
        {
            "en": "{table}.{column}: cells of more than 32,767 characters: {count}. Here they are cut; CSV and JSON have them "
            "whole."
        },
    ),
    "keys": Text(
        "{table}.{column}：{count}行不符合声明的键，所以数据库里没有声明它。",
        {"en": "{table}.{column}: rows that break this declared key: {count}. The database does not declare it."},
    ),
}
"""What each kind of note says."""


@dataclass(frozen=True)
class Made:
    """A file's bytes, and what is to be told of them."""

    data: bytes = field(repr=False)
    notes: tuple[Note, ...] = ()


# ----- CSV -----


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> bytes:
    """Return a CSV file in UTF-8 with LF; ``bom`` puts a byte order mark in front, which spreadsheets want."""
    return write_csv(columns, rows).encode("utf-8-sig" if bom else "utf-8")


def to_spreadsheet_csv(sheet: Sheet) -> Made:
    """Return a CSV file with a byte order mark, in which no cell is run as a formula by a spreadsheet.

    An apostrophe is put before a text that begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab or a line
    break, as OWASP advises; negative numbers in columns of numbers stay as they are.
    """
    numeric = [column.type in _NUMERIC for column in sheet.fields]
    counts = [0] * len(numeric)

    def defuse(row: Sequence[str]) -> list[str]:
        cells = []
        for at, text in enumerate(row):
            runs = bool(_RUN.match(text)) and not (numeric[at] and _SIGNED.fullmatch(text))
            counts[at] += runs
            cells.append(f"'{text}" if runs else text)
        return cells

    header = [f"'{name}" if _RUN.match(name) else name for name in sheet.columns]
    data = to_csv(header, [defuse(row) for row in sheet.read_texts()], bom=True)
    told = zip(sheet.columns, counts, strict=True)
    return Made(data, tuple(Note("defused", sheet.name, name, count) for name, count in told if count))


# ----- JSON -----


def to_json(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as a JSON array of objects, one a line; a missing value is ``null``."""
    return _encode("[\n" + ",\n".join(_lines(rows)) + "\n]\n")


def to_jsonl(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as JSON Lines: an object a line, nothing around them."""
    return _encode("".join(f"{line}\n" for line in _lines(rows)))


def _lines(rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False, default=str, allow_nan=False) for row in rows)


def _encode(text: str) -> bytes:
    """JSON as bytes; a lone half of a character can only be written as an escape."""
    return _HALF.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode()


def json_rows(sheet: Sheet) -> tuple[Iterator[dict[str, Any]], tuple[Note, ...]]:
    """Return the rows of a table as JSON holds them, and what is to be told of them.

    Dates are ISO 8601, points pairs of numbers; a column of which one number would lose digits in a double is text.
    """
    columns, notes = [], []
    for column in sheet.fields:
        values = sheet.values[column.name]
        wide = count_wide(values) if column.type in _NUMERIC else 0
        if wide:
            notes.append(Note("exact", sheet.name, column.name, wide))
            columns.append([None if value is None else str(value) for value in values])
        elif column.type in ("string", "any", "yearmonth", "duration", "boolean"):
            columns.append(list(values))
        else:
            columns.append([frames.plain_value(value) for value in values])
    names = sheet.columns
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)), tuple(notes)


def count_wide(values: Iterable[Any]) -> int:
    """Return how many numbers have more digits than a double holds."""
    return sum(map(is_wide, values))


def is_wide(value: object) -> bool:
    """Whether a number has more digits than a double holds."""
    if isinstance(value, Decimal):
        return not value.is_finite() or Decimal(repr(float(value))) != value
    return isinstance(value, int) and abs(value) > SAFE_INTEGER


# ----- Parquet -----


def to_parquet(sheet: Sheet, about: About) -> Made:
    """Return a Parquet file with the table's types, its columns' meanings and what is told of the data.

    Numbers are doubles where a double holds each of them, else decimals of at most 38 digits, else text.
    Enumerations are dictionaries, which DuckDB, Polars and Spark read as text or categories.
    Title, version, licence, sources, citation and schema stand in the file's metadata under keys of their own.

    Raises
    ------
    MissingLibrary
        Where pyarrow is not installed.
    """
    table, notes = to_arrow(sheet, about)
    return Made(encode_parquet(table), notes)


def to_arrow(sheet: Sheet, about: About) -> tuple[pa.Table, tuple[Note, ...]]:
    """Return a table as Parquet takes it, described, and what is to be told of it."""
    pa = frames.import_pyarrow("A Parquet file")
    table = (
        sheet.read_arrow()
        if sheet.read_arrow
        else frames.make_arrow(sheet.fields, {name: list(values) for name, values in sheet.values.items()})
    )
    columns, fields, notes = [], [], []
    for column, array in zip(sheet.fields, table.columns, strict=True):
        if pa.types.is_decimal(array.type) and array.type.precision > _WIDEST_DECIMAL:
            array = pa.chunked_array([[None if v is None else str(v) for v in array.to_pylist()]], pa.large_string())
        if column.type in _NUMERIC and pa.types.is_large_string(array.type):
            notes.append(Note("exact", sheet.name, column.name, count_wide(sheet.values[column.name])))
        columns.append(array)
        fields.append(pa.field(column.name, array.type, metadata=describe_field(column)))
    schema = pa.schema(fields, metadata=describe(sheet, about))
    return pa.table(columns, schema=schema), tuple(notes)


def encode_parquet(table: pa.Table) -> bytes:
    """Return an Arrow table as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = pa.BufferOutputStream()
    # Every reader of Parquet knows snappy.
    pq.write_table(table, buffer, compression="snappy")
    return bytes(buffer.getvalue())


def describe(sheet: Sheet, about: About) -> dict[str, str]:
    """Return what a file tells of a table and its package, as keys and texts."""
    return describe_table(sheet, about) | describe_whole(about)


def describe_table(sheet: Sheet, about: About) -> dict[str, str]:
    """Return what a file tells of a table, as keys and texts; ``schema`` is its Table Schema as JSON."""
    fields = [dict(column.properties) or {"name": column.name, "type": column.type} for column in sheet.fields]
    told = {
        "table": sheet.name,
        **_in_languages("title", sheet.title if sheet.title.default else about.title),
        "description": sheet.description.default or about.description.default,
        "schema": json.dumps({"fields": fields, "primaryKey": list(sheet.schema.primary_key)}, ensure_ascii=False),
    }
    return {key: text for key, text in told.items() if text}


def describe_whole(about: About) -> dict[str, str]:
    """Return what a file tells of a package, as keys and texts."""
    told = {
        "package": about.package,
        **_in_languages("package_title", about.title),
        "version": about.version,
        "date": about.date,
        "licence": "; ".join(filter(None, (" ".join(filter(None, pair)) for pair in about.licences))),
        "sources": "; ".join(filter(None, (" ".join(filter(None, pair)) for pair in about.sources))),
        "citation": about.citations[0][1] if about.citations else "",
        "address": about.address,
    }
    return {key: text for key, text in told.items() if text}


def describe_field(column: Field) -> dict[str, str]:
    """Return what a file tells of a column, as keys and texts."""
    told = {"type": column.type, "unit": column.unit or ""}
    told |= _in_languages("title", column.title) | _in_languages("description", column.description)
    return {key: text for key, text in told.items() if text}


def _in_languages(key: str, text: Text) -> dict[str, str]:
    return {key: text.default} | {f"{key}@{language}": other for language, other in text.others.items()}


# ----- zip -----


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive whose bytes depend on names and contents alone: sorted, dated 1980, stored.

    It is stored uncompressed because deflate differs between builds of zlib, and its hash must hold on another machine.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return buffer.getvalue()
