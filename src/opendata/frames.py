"""The text of a table into typed columns: Python values, a pandas DataFrame, an Arrow table.

Three readers give one result. The standard library's is the reference and tells what is wrong; those of
pyarrow and pandas either prove that a table is clean or return ``None``, so that a cell they would take
another way (``0x1F``, `` 5``, a short row, a broken quote) is left to the reference.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opendata import casts
from opendata.errors import MissingLibrary, UnreadablePackage
from opendata.model import Field, Resource
from opendata.read import Cells, Source, decode, find_file, parse_rows, read_cells

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Values = dict[str, list[Any]]

# Up to so many significant digits every decimal number survives a float.
_SAFE_DIGITS = 15
_BLOCK_BYTES = 1 << 20
# What a thread reads at once: small beside the table, large beside the overhead of a call.
_PART_BYTES = 1 << 20
# A part of a scan: large enough to be read fast, small enough that ten of them do not matter.
_SCAN_BYTES = 8 << 20
# A header longer than this is left to the reference.
_HEAD_BYTES = 1 << 16
# The first of January of the year 1, in days of Arrow's count; Python and the standard know no year 0.
_FIRST_DAY = -719162
_PLAIN_TEXT = ("string", "any")
_NUMBER_FORMS = ("groupChar", "decimalChar", "bareNumber")


def kind_of(column: Field) -> str:
    """Return how a column is held.

    One of ``category``, ``text``, ``integer``, ``number``, ``boolean``, ``date``, ``datetime``, ``object``.
    A string with an enumeration is a category, and so is an integer with declared ``categories``.
    """
    if (column.choices and column.type == "string") or (column.categories and column.type == "integer"):
        return "category"
    kinds = {"any": "text", "string": "text", "yearmonth": "text", "duration": "text", "year": "integer"}
    plain = ("integer", "number", "boolean", "date", "datetime")
    return kinds.get(column.type) or (column.type if column.type in plain else "object")


def match_fields(resource: Resource, header: Sequence[str]) -> tuple[Field, ...]:
    """Return the columns of a file as its schema describes them, in the file's order; text where it does not."""
    known = {column.name: column for column in (resource.schema.fields if resource.schema else ())}
    return tuple(known.get(name) or Field(name, "string") for name in header)


def choices_of(column: Field) -> list[Any]:
    """Return the values that a column's enumeration allows, as values of its type, in declared order."""
    cast = casts.make_cast(column)
    return [cast(choice if isinstance(choice, str) else json.dumps(choice)) for choice in column.choices or ()]


# ----- the standard library's reader -----


def read_values(cells: Cells, fields: Sequence[Field], where: str) -> Values:
    """Cast the cells of a table; missing ones become ``None``.

    Raises
    ------
    UnreadablePackage
        For the first row that is shorter or longer than the header, for a name that stands twice in the header,
        and for the first cell that is not of its column's type or enumeration. ``where`` names the file.
    """
    width = len(cells.header)
    for row, line in zip(cells.rows, cells.lines, strict=True):
        if len(row) != width:
            raise UnreadablePackage(
                where,
                f"The row has {len(row)} cells, the header has {width}.",
                "Mend the row; `opendata validate` lists them all.",
                line=line,
                rule="ragged-row",
            )
    twice = next((name for at, name in enumerate(cells.header) if name in cells.header[:at]), None)
    if twice is not None:
        raise UnreadablePackage(where, f"Two columns are named {twice!r}.", "Rename one.", line=1, rule="duplicate-labels")
    return {column.name: _read_column(column, at, cells, where) for at, column in enumerate(fields)}


def _read_column(column: Field, at: int, cells: Cells, where: str) -> list[Any]:
    known: dict[str, Any] = dict.fromkeys(column.missing_values)
    try:
        cast = _strict_cast(column)
    except casts.UnsupportedType as error:
        raise UnreadablePackage(
            where, f"The column {column.name!r} cannot be read: {error}.", "Mend its schema.", rule="schema"
        ) from None
    values = []
    for row, line in zip(cells.rows, cells.lines, strict=True):
        text = row[at]
        if text not in known:
            try:
                known[text] = cast(text)
            except casts.CastError as error:
                raise UnreadablePackage(
                    where,
                    f"The cell {text[:80]!r} in column {column.name!r}: {error}.",
                    "`opendata validate` lists all such cells.",
                    line=line,
                    rule="type-error",
                ) from None
        values.append(known[text])
    return _settle(column, values)


def _strict_cast(column: Field) -> casts.Cast:
    """The cast of a column that also holds its enumeration: a category outside it would be lost in silence."""
    cast = casts.make_cast(column)
    if kind_of(column) != "category":
        return cast
    allowed = choices_of(column)

    def among(text: str) -> Any:
        value = cast(text)
        if value not in allowed:
            raise casts.CastError(f"expected one of {', '.join(map(str, allowed[:20]))}")
        return value

    return among


def _settle(column: Field, values: list[Any]) -> list[Any]:
    """One column, one type: where one number needs more digits than a float has, all are exact."""
    if column.type == "number" and any(isinstance(value, Decimal) for value in values):
        return [_exact(value) if isinstance(value, float) else value for value in values]
    return values


def _exact(number: float) -> Decimal:
    """A float that is the number written, as a decimal: without a last zero that nobody wrote."""
    return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))


# ----- values into pandas -----


def import_pandas(purpose: str = "A DataFrame") -> Any:
    """Return pandas, or raise ``MissingLibrary``."""
    try:
        import pandas as pd
    except ImportError:
        raise MissingLibrary("pandas", purpose, "pandas") from None
    return pd


def import_pyarrow(purpose: str) -> Any:
    """Return pyarrow, or raise ``MissingLibrary``."""
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingLibrary("pyarrow", purpose, "pyarrow") from None
    return pa


def make_frame(fields: Sequence[Field], values: Mapping[str, list[Any]]) -> pd.DataFrame:
    """Make a DataFrame of cast values, with the dtypes that the schema says."""
    pd = import_pandas()
    return pd.DataFrame({column.name: _series(pd, column, values[column.name]) for column in fields})  # type: ignore[no-any-return]


def _series(pd: Any, column: Field, values: list[Any]) -> Any:
    gaps = any(value is None for value in values)
    kind = kind_of(column)
    if kind == "category":
        return pd.Series(pd.Categorical(values, dtype=_category(pd, column)))
    if kind == "text":
        return pd.Series(values, dtype=_text_dtype(pd))
    if kind == "integer":
        small = all(value is None or -(2**63) <= value < 2**63 for value in values)
        return pd.Series(values, dtype=("Int64" if gaps else "int64") if small else object)
    if kind == "number":
        exact = any(isinstance(value, Decimal) for value in values)
        return pd.Series(values, dtype=object if exact else "float64")
    if kind == "boolean":
        return pd.Series(values, dtype="boolean" if gaps else "bool")
    if kind == "date":
        # Seconds, so that a year before 1678 fits; pandas knows no days.
        return pd.Series(pd.array(values, dtype=object)).astype("datetime64[s]")
    if kind == "datetime":
        zoned = {value.tzinfo is not None for value in values if value is not None}
        if len(zoned) < 2:
            zone = ", UTC" if zoned == {True} else ""
            inner = [value if value is None or not zone else value.astimezone(dt.UTC) for value in values]
            return pd.Series(inner, dtype=f"datetime64[us{zone}]")
    return pd.Series(values, dtype=object)


def _category(pd: Any, column: Field) -> Any:
    return pd.CategoricalDtype(choices_of(column), ordered=column.properties.get("categoriesOrdered") is True)


def _text_dtype(pd: Any) -> Any:
    return pd.StringDtype(na_value=float("nan")) if int(pd.__version__.split(".")[0]) >= 3 else pd.StringDtype()


# ----- values into Arrow -----


def make_arrow(fields: Sequence[Field], values: Mapping[str, list[Any]]) -> pa.Table:
    """Make an Arrow table of cast values; exact numbers are decimals, and what Arrow has no type for is JSON text."""
    pa = import_pyarrow("An Arrow table")
    return pa.table({column.name: _array(pa, column, values[column.name]) for column in fields})


def _array(pa: Any, column: Field, values: list[Any]) -> Any:
    kind = kind_of(column)
    if kind == "category":
        allowed = choices_of(column)
        position = {value: at for at, value in enumerate(allowed)}
        codes = pa.array([None if value is None else position[value] for value in values], pa.int32())
        return pa.DictionaryArray.from_arrays(codes, _choice_array(pa, column), ordered=_is_ordered(column))
    if kind in ("integer", "number"):
        wide = kind == "integer" and not all(value is None or -(2**63) <= value < 2**63 for value in values)
        if wide or any(isinstance(value, Decimal) for value in values):
            return _exact_array(pa, values)
        return pa.array(values, pa.int64() if kind == "integer" else pa.float64())
    if kind == "datetime":
        zoned = {value.tzinfo is not None for value in values if value is not None}
        if len(zoned) < 2:
            return pa.array(values, pa.timestamp("us", "UTC") if zoned == {True} else pa.timestamp("us"))
        values = [None if value is None else value.isoformat() for value in values]
    if column.type == "time":
        values = [None if value is None else value.isoformat() for value in values]
    elif kind == "object":
        values = [None if value is None else json_text(value) for value in values]
    types = {"boolean": pa.bool_(), "date": pa.date32()}
    return pa.array(values, types.get(kind, pa.large_string()))


def plain_value(value: Any) -> Any:
    """Return a cast value as JSON can say it.

    Moments are ISO 8601, exact numbers text, points lists; NaN and the infinite are text, as Table Schema writes them.
    """
    if isinstance(value, float):
        if value == value and abs(value) != float("inf"):
            return value
        return "NaN" if value != value else "INF" if value > 0 else "-INF"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: plain_value(inner) for key, inner in value.items()}
    return [plain_value(inner) for inner in value] if isinstance(value, list | tuple) else value


def json_text(value: Any) -> str:
    """Return what has no type of its own (objects, arrays, points) as JSON that UTF-8 can hold."""
    text = json.dumps(plain_value(value), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character, which JSON can hold as an escape only
        return json.dumps(plain_value(value))
    return text


def _exact_array(pa: Any, values: list[Any]) -> Any:
    exact = [None if value is None else Decimal(value) for value in values]
    try:
        return pa.array(exact)
    except pa.ArrowInvalid:  # more digits than a decimal of Arrow holds, or NaN among them
        return pa.array([None if value is None else str(value) for value in values], pa.large_string())


def _choice_array(pa: Any, column: Field) -> Any:
    return pa.array(choices_of(column), pa.int64() if column.type == "integer" else pa.large_string())


def _is_ordered(column: Field) -> bool:
    return column.properties.get("categoriesOrdered") is True


# ----- what the fast readers may be given -----


@dataclass(frozen=True)
class _Look:
    """What one pass over a file shows, before a fast reader is given it.

    ``plain``: no NUL byte, and every quote opens or closes a cell. ``broken``: a line breaks within a cell.
    ``delimiters``: how many stand outside of quotes.
    """

    plain: bool
    broken: bool = False
    delimiters: int = 0


def prepare_file(source: Source, resource: Resource) -> Path | bytes:
    """Return a table's file as the fast readers take it: where it stands, or its bytes in UTF-8 without a byte order mark."""
    file = find_file(source, resource.path)
    encoding = (resource.encoding or "utf-8").lower().replace("_", "-")
    if not isinstance(file, Path) or encoding not in ("utf-8", "utf8", "utf-8-sig"):
        return normal_bytes(file.read_bytes(), resource)
    with file.open("rb") as opened:
        return normal_bytes(file.read_bytes(), resource) if opened.read(3) == codecs.BOM_UTF8 else file


def normal_bytes(data: bytes, resource: Resource) -> bytes:
    """Return bytes in UTF-8 without a byte order mark; as they are where they are not what the resource says."""
    if resource.encoding and resource.encoding.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        try:
            data = data.decode(resource.encoding).encode()
        except (UnicodeError, LookupError):
            return data
    return data.removeprefix(codecs.BOM_UTF8)


def _open(file: Path | bytes) -> BinaryIO:
    return io.BytesIO(file) if isinstance(file, bytes) else file.open("rb")


def _blocks(file: Path | bytes) -> Iterator[memoryview]:
    """A file block by block in one buffer: what is looked at once should not fill the memory."""
    buffer = memoryview(bytearray(_BLOCK_BYTES))
    with _open(file) as opened:
        while size := opened.readinto(buffer):  # type: ignore[attr-defined]
            yield buffer[:size]


def plain_header(file: Path | bytes, resource: Resource) -> tuple[str, ...] | None:
    """Return the header of a file whose dialect all three readers read alike, else ``None``."""
    dialect = resource.dialect
    marks = (dialect.delimiter, dialect.quote_char)
    plain = dialect.header and dialect.double_quote and not (dialect.escape_char or dialect.comment_char)
    if not plain or dialect.skip_initial_space or any(len(mark) != 1 or not mark.isascii() for mark in marks):
        return None
    with _open(file) as opened:
        head = opened.read(_HEAD_BYTES)
    ends = [at for at in (head.find(b"\n"), head.find(b"\r")) if at >= 0]
    if not ends:
        return None
    try:
        text = head[: min(ends)].decode()
        rows = list(csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote_char, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None  # a line break within a quoted name, too
    return tuple(rows[0]) if len(rows) == 1 and len(set(rows[0])) == len(rows[0]) > 0 else None


def _look(file: Path | bytes, resource: Resource, *, counting: bool) -> _Look:
    """Look through a file; the delimiters are counted where ``counting`` says so."""
    delimiter, quote = resource.dialect.delimiter.encode(), resource.dialect.quote_char.encode()
    quoted = False
    delimiters = 0
    for block in _blocks(file):
        data = bytes(block)
        if b"\0" in data:
            return _Look(plain=False)
        quoted = quoted or quote in data
        delimiters += data.count(delimiter) if counting and not quoted else 0
    return _look_at_quotes(file, delimiter, quote) if quoted else _Look(True, False, delimiters)


def _look_at_quotes(file: Path | bytes, delimiter: bytes, quote: bytes) -> _Look:
    import numpy as np

    comma, mark = delimiter[0], quote[0]
    edges = np.zeros(256, bool)
    edges[[mark, comma, 10, 13]] = True
    inside, broken, delimiters = False, False, 0
    before = np.array([10], np.uint8)  # the file's beginning is an edge, and so is its end
    closed_at_end = False
    for view in _blocks(file):
        block = np.frombuffer(view, np.uint8)
        if closed_at_end and not edges[block[0]]:
            return _Look(plain=False)
        is_mark = block == mark
        within = np.logical_xor.accumulate(is_mark) ^ inside  # an opening quote lies within, a closing one does not
        opening, closing = np.flatnonzero(is_mark & within), np.flatnonzero(is_mark & ~within)
        previous = np.concatenate([before, block[:-1]])
        closed_at_end = bool(len(closing)) and bool(closing[-1] == len(block) - 1)
        if not edges[previous[opening]].all() or not edges[block[closing[: -1 if closed_at_end else None] + 1]].all():
            return _Look(plain=False)
        delimiters += int(((block == comma) & ~within).sum())
        broken = broken or bool((((block == 10) | (block == 13)) & within).any())
        inside, before = bool(within[-1]), block[-1:].copy()
    return _Look(not inside, broken, delimiters)


def _has_blank_line(file: Path | bytes) -> bool:
    """Whether two line breaks follow each other, perhaps within a quoted cell."""
    last = b""
    for block in _blocks(file):
        data = last + bytes(block)
        if b"\n\n" in data or (b"\r" in data and (b"\r\r" in data or b"\n\r" in data)):
            return True
        last = data[-1:]
    return False


# ----- pandas' reader -----


def scan_pandas(file: Path | bytes, resource: Resource) -> pd.DataFrame | None:
    """Read a table with pandas, or return ``None`` where it is not proven clean; ``file`` is of ``prepare_file``."""
    pd = import_pandas()
    header = plain_header(file, resource)
    look = _look(file, resource, counting=True) if header else _Look(plain=False)
    if header is None or not look.plain or (len(header) == 1 and _has_blank_line(file)):
        return None
    try:
        # The header is read as a row: only then does pandas refuse every longer one.
        texts = pd.read_csv(
            io.BytesIO(file) if isinstance(file, bytes) else file,
            sep=resource.dialect.delimiter,
            quotechar=resource.dialect.quote_char,
            header=None,
            names=list(range(len(header))),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            encoding="utf-8",
            engine="c",
        )
    except (ValueError, UnicodeError):  # its parser errors are ValueErrors
        return None
    if look.delimiters != len(texts) * (len(header) - 1):  # pandas fills short rows; their delimiters are missing
        return None
    columns = {}
    for at, column in enumerate(match_fields(resource, header)):
        series = _cast_series(pd, column, texts.pop(at).iloc[1:])
        if series is None:
            return None
        columns[column.name] = series
    return pd.DataFrame(columns, copy=False)  # type: ignore[no-any-return]


def _cast_series(pd: Any, column: Field, texts: Any) -> Any:
    if column.type in _PLAIN_TEXT and column.format == "default" and kind_of(column) == "text":
        series = texts.reset_index(drop=True).astype(_text_dtype(pd))
        return series.mask(series.isin(column.missing_values))
    codes, known = pd.factorize(texts)
    try:
        cast = _strict_cast(column)
        values = [None if text in column.missing_values else cast(text) for text in known.tolist()]
    except (casts.CastError, casts.UnsupportedType):
        return None
    return _series(pd, column, _settle(column, values)).take(codes).reset_index(drop=True)


# ----- pyarrow's reader -----


def scan_arrow(file: Path | bytes, resource: Resource) -> pa.Table | None:
    """Read a table with pyarrow, or return ``None`` where it is not proven clean or has a type that Arrow has not.

    ``file`` is of ``prepare_file``.
    """
    pa = import_pyarrow("This reader")
    plan = _plan_scan(file, resource)
    batches = None if plan is None else _run_scan(pa, plan)
    if plan is None or batches is None:
        return None
    columns = [_join_arrays(pa, list(arrays)) for arrays in zip(*batches, strict=True)]
    names = [column.name for column in plan.fields]
    return None if any(column is None for column in columns) else pa.table(columns, names=names)


def scan_frame(file: Path | bytes, resource: Resource) -> pd.DataFrame | None:
    """Read with pyarrow the DataFrame that ``make_frame`` makes of the same cells; ``None`` where ``scan_arrow`` is.

    Read part by part, and each part is put where it stays: beside the frame hardly anything is in memory.
    """
    pa, pd = import_pyarrow("This reader"), import_pandas()
    plan = _plan_scan(file, resource)
    if plan is None:
        return None
    placed = {} if plan.rows is None else {at: column for at, column in enumerate(plan.fields) if kind_of(column) in _PLACED}
    places = {at: _Place(pd, column, plan.rows or 0) for at, column in placed.items()}
    batches = _run_scan(pa, plan, places)
    if batches is None:
        return None
    made = {}
    for at, (column, arrays) in enumerate(zip(plan.fields, zip(*batches, strict=True), strict=True)):
        if at in places:
            made[column.name] = places.pop(at).to_series()
            continue
        joined = _join_arrays(pa, list(arrays))
        if joined is None:
            return None
        made[column.name] = _series_from_arrow(pd, column, joined)
    return pd.DataFrame(made, copy=False)  # type: ignore[no-any-return]


class _Unproven(Exception):
    """A part of a file is not proven clean."""


@dataclass(frozen=True)
class _Part:
    """Whole lines of a file: its bytes from ``begin`` to ``end``; ``row`` is the first one's number where that is known."""

    begin: int
    end: int
    row: int | None


@dataclass(frozen=True)
class _Scan:
    """A file that pyarrow may read; ``rows`` is ``None`` where their number is only known when it is read."""

    file: Path | bytes
    resource: Resource
    fields: tuple[Field, ...]
    parts: tuple[_Part, ...]
    rows: int | None
    broken: bool


def _plan_scan(file: Path | bytes, resource: Resource) -> _Scan | None:
    """Look through a file that pyarrow is to read: what it reads otherwise than we do is not in it."""
    header = plain_header(file, resource)
    if header is None:
        return None
    fields = match_fields(resource, header)
    if len({column.missing_values for column in fields}) != 1 or any(kind_of(column) == "object" for column in fields):
        return None
    with _open(file) as opened:
        parts, rows, quoted = _cut_parts(opened, resource.dialect.quote_char.encode())
    if parts is None or not parts:
        return None
    look = _look_at_quotes(file, resource.dialect.delimiter.encode(), resource.dialect.quote_char.encode()) if quoted else None
    if look and not look.plain:
        return None
    broken = look is not None and look.broken
    if broken:  # a line break within a cell is told from the end of a row by those who read from the beginning only
        parts, rows = [_Part(parts[0].begin, parts[-1].end, None)], None
    return _Scan(file, resource, fields, tuple(parts), rows, broken)


def _cut_parts(opened: BinaryIO, quote: bytes) -> tuple[list[_Part] | None, int | None, bool]:
    """Cut a file behind its header into whole lines.

    Returns the parts, or ``None`` where it holds a NUL byte; the number of lines, or ``None`` where a line ends in a
    carriage return alone; and whether it holds a quote.
    """
    head = opened.read(_HEAD_BYTES)
    begin = min(at for at in (head.find(b"\n"), head.find(b"\r")) if at >= 0)
    begin += 2 if head[begin : begin + 2] == b"\r\n" else 1
    first, size, rows = begin, _PART_BYTES, 0
    parts: list[_Part] = []
    quoted, returns = quote in head[:begin], head[begin - 1 : begin] == b"\r"
    while True:
        opened.seek(begin)
        data = opened.read(size)
        last = len(data) < size
        stop = len(data) if last else data.rfind(b"\n") + 1
        if not stop and not last:  # a line longer than that
            size *= 2
            continue
        if b"\0" in data:
            return None, None, False
        if stop:
            quoted = quoted or quote in data
            returns = returns or (b"\r" in data and data.count(b"\r", 0, stop) != data.count(b"\r\n", 0, stop))
            parts.append(_Part(begin, begin + stop, rows))
            rows += data.count(b"\n", 0, stop) + (last and data[stop - 1 : stop] != b"\n")
        begin, size = begin + stop, _PART_BYTES
        if last:
            break
    if returns and parts:
        return [_Part(first, begin, None)], None, quoted
    return parts, rows, quoted


def _run_scan(pa: Any, plan: _Scan, places: Mapping[int, _Place] | None = None) -> list[list[Any]] | None:
    """Read the parts of a file side by side: the columns of each batch of rows, but for those that are put in their places."""

    def scan(part: _Part) -> list[list[Any]]:
        return _scan_part(pa, plan, part, places or {})

    try:
        if len(plan.parts) == 1:
            return scan(plan.parts[0])
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(pa.cpu_count()) as pool:
            return [batch for batches in pool.map(scan, plan.parts) for batch in batches]
    except (pa.ArrowInvalid, _Unproven):  # ragged rows, bytes that are not UTF-8, cells of another type
        return None


def _scan_part(pa: Any, plan: _Scan, part: _Part, places: Mapping[int, _Place]) -> list[list[Any]]:
    """Read some lines of a file and cast them; a part whose rows are counted is one batch."""
    with _open(plan.file) as opened:
        opened.seek(part.begin)
        data = opened.read(part.end - part.begin)
    table = _read_arrow(pa, data, plan)
    if part.row is not None and table.num_rows != data.count(b"\n") + (data[-1:] != b"\n"):
        raise _Unproven
    # A blank line is a row without cells; pyarrow makes it one that is empty in every column.
    filled = any(not column.null_count for column in table.columns) and "" in plan.fields[0].missing_values
    if not filled and (data[:1] in (b"\n", b"\r") or _has_blank_line(data)):
        raise _Unproven
    del data
    batches = table.to_batches()
    del table
    scanned: list[list[Any]] = []
    while batches:
        texts = batches.pop(0).columns
        arrays: list[Any] = []
        for at, column in enumerate(plan.fields):
            array, texts[at] = _cast_array(pa, column, texts[at]), None  # its text is not needed longer
            if array is None:
                raise _Unproven
            if part.row is not None and at in places:
                places[at].put(part.row, array)
                array = None
            arrays.append(array)
        scanned.append(arrays)
    return scanned


def _read_arrow(pa: Any, data: bytes, plan: _Scan) -> Any:
    import pyarrow.csv as pa_csv

    # One batch, in this thread: the parts are what is read side by side.
    whole = {} if plan.broken else {"use_threads": False, "block_size": len(data) + 1}
    return pa_csv.read_csv(
        pa.BufferReader(data),
        read_options=pa_csv.ReadOptions(column_names=[column.name for column in plan.fields], **whole),
        parse_options=pa_csv.ParseOptions(
            delimiter=plan.resource.dialect.delimiter,
            quote_char=plan.resource.dialect.quote_char,
            newlines_in_values=plan.broken,
            ignore_empty_lines=False,
        ),
        convert_options=pa_csv.ConvertOptions(
            column_types={column.name: _text_type(pa, column) for column in plan.fields},
            null_values=list(plan.fields[0].missing_values),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def read_texts(data: bytes, resource: Resource) -> pa.Table | None:
    """Read the cells of a table as text with pyarrow, nothing cast, no text for a missing value taken away.

    ``None`` where the standard library could read another text, or would refuse the file: ragged rows, blank lines,
    quotes in the middle of a cell, bytes that are not of its encoding, a column named twice.

    Parameters
    ----------
    data
        The file.
    resource
        What its descriptor says of it.

    Raises
    ------
    MissingLibrary
        Where pyarrow is not installed.
    """
    pa = import_pyarrow("This reader")
    import pyarrow.csv as pa_csv

    data = normal_bytes(data, resource)
    header = plain_header(data, resource)
    look = _look(data, resource, counting=False) if header else _Look(plain=False)
    if header is None or not look.plain or _has_blank_line(data):
        return None
    try:
        return pa_csv.read_csv(
            pa.BufferReader(data),
            parse_options=pa_csv.ParseOptions(
                delimiter=resource.dialect.delimiter,
                quote_char=resource.dialect.quote_char,
                newlines_in_values=look.broken,
                ignore_empty_lines=False,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None


def _join_arrays(pa: Any, arrays: list[Any]) -> Any:
    """Join a column's parts, or return ``None`` where they differ in type: times of which only some have a zone."""
    types = {array.type for array in arrays}
    if len(types) > 1:
        types = {array.type for array in arrays if array.null_count < len(array)}
        if len(types) != 1:
            return None
        (one,) = types
        arrays = [array if array.type == one else pa.nulls(len(array), one) for array in arrays]
    return pa.chunked_array(arrays)


def _text_type(pa: Any, column: Field) -> Any:
    """How the text of a column is read: whole, as bytes that are looked at before they are taken for text, or coded."""
    if not _is_read_whole(column):
        return pa.dictionary(pa.int32(), pa.string())
    return pa.large_string() if kind_of(column) == "text" else pa.binary()


def _is_read_whole(column: Field) -> bool:
    """Whether a column is read as text (else: its distinct texts are)."""
    kind = kind_of(column)
    if kind == "text":
        return column.type in _PLAIN_TEXT and column.format == "default"
    return column.type in ("integer", "number", "date") and column.format == "default" and kind != "category"


def _cast_array(pa: Any, column: Field, texts: Any) -> Any:
    kind = kind_of(column)
    if _is_read_whole(column):
        if kind == "text":
            return texts
        if not any(form in column.properties for form in _NUMBER_FORMS) and _has_plain_digits(texts):
            written = texts.view(pa.string())
            return _parse_dates(pa, written) if kind == "date" else _parse_numbers(pa, kind, written)
        texts = texts.cast(pa.string()).dictionary_encode()
    codes = texts.indices
    try:
        cast = _strict_cast(column)
        values = [cast(text) for text in texts.dictionary.to_pylist()]
    except (casts.CastError, casts.UnsupportedType):
        return None
    if kind == "category":
        position = {value: at for at, value in enumerate(choices_of(column))}
        places = pa.array([position[value] for value in values], pa.int32()).take(codes)
        return pa.DictionaryArray.from_arrays(places, _choice_array(pa, column), ordered=_is_ordered(column))
    if any(isinstance(value, Decimal) for value in values):
        return None
    array = _array(pa, column, values)
    expected = {"integer": pa.types.is_int64, "datetime": pa.types.is_timestamp}.get(kind)
    return array.take(codes) if expected is None or expected(array.type) else None


def _has_plain_digits(texts: Any) -> bool:
    """Whether no byte of the column lies behind the digits: no ``0x1F``, no ``1e5``, no ``nan``, nothing full-width."""
    import numpy as np

    _, offsets, data = texts.buffers()
    if data is None or not len(texts):
        return True
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    bytes_ = np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
    return not len(bytes_) or bool(bytes_.max() <= ord("9"))


def _parse_numbers(pa: Any, kind: str, texts: Any) -> Any:
    import pyarrow.compute as pc

    try:
        numbers = texts.cast(pa.int64() if kind == "integer" else pa.float64())
    except pa.ArrowInvalid:  # +5 and whole numbers of more than 64 bits, too: the reference reads them
        return None
    if kind == "integer":
        return numbers
    sizes = pc.binary_length(texts)
    if (pc.max(sizes).as_py() or 0) > _SAFE_DIGITS:
        long = pc.greater(sizes, _SAFE_DIGITS)
        written, read = texts.filter(long), numbers.filter(long)
        odd = written.filter(pc.not_equal(written, read.cast(pa.string())))
        if any(isinstance(casts.exact_number(text), Decimal) for text in odd.to_pylist()):
            return None
    return numbers


def _parse_dates(pa: Any, texts: Any) -> Any:
    import pyarrow.compute as pc

    try:
        dates = texts.cast(pa.date32())
    except pa.ArrowInvalid:
        return None
    first = pc.min(dates.cast(pa.int32())).as_py()
    return dates if first is None or first >= _FIRST_DAY else None


# The kinds of columns whose parts are put into one array of NumPy.
_PLACED = {"integer": "int64", "number": "float64", "boolean": "bool", "date": "datetime64[s]", "category": "int32"}


class _Place:
    """Where the values of a column stay as pandas holds them; parts of it are put there by several threads."""

    def __init__(self, pd: Any, column: Field, rows: int) -> None:
        import numpy as np

        self._pd, self._column, self._kind = pd, column, kind_of(column)
        few = self._kind == "category" and len(column.choices or ()) < 2**7
        self._data = np.empty(rows, "int8" if few else _PLACED[self._kind])
        self._gaps = np.zeros(rows if self._kind in ("integer", "boolean") else 0, bool)

    def put(self, row: int, array: Any) -> None:
        """Put a part in its place, beginning with a row."""
        here = slice(row, row + len(array))
        if self._kind == "category":
            array = array.indices.fill_null(-1)
        elif self._kind == "date":
            array = array.cast("timestamp[s]")
        elif len(self._gaps) and array.null_count:
            self._gaps[here] = array.is_null().to_numpy(zero_copy_only=False)
            array = array.fill_null(0 if self._kind == "integer" else False)
        self._data[here] = array.to_numpy(zero_copy_only=False)

    def to_series(self) -> Any:
        """Return the column, which is not copied."""
        pd, data = self._pd, self._data
        if self._kind == "category":
            data = pd.Categorical.from_codes(data, dtype=_category(pd, self._column))
        elif self._gaps.any():
            make = pd.arrays.IntegerArray if self._kind == "integer" else pd.arrays.BooleanArray
            data = make(data, self._gaps)
        return pd.Series(data, copy=False)


def _series_from_arrow(pd: Any, column: Field, array: Any) -> Any:
    kind = kind_of(column)
    if kind == "category":
        codes = [chunk.indices.fill_null(-1) for chunk in array.chunks]
        import numpy as np

        return pd.Series(pd.Categorical.from_codes(np.concatenate(codes), dtype=_category(pd, column)))
    if kind == "text":
        return pd.Series(_text_dtype(pd).__from_arrow__(array), copy=False)
    if array.null_count and kind in ("integer", "boolean"):
        dtype = pd.Int64Dtype() if kind == "integer" else pd.BooleanDtype()
        return pd.Series(dtype.__from_arrow__(array))
    if kind == "date":
        array = array.cast("timestamp[s]")
    if kind == "datetime" and array.type.tz:
        return pd.Series(array.cast("timestamp[us]").to_numpy(), copy=False).dt.tz_localize("UTC")
    return pd.Series(array.to_numpy(), copy=False)


# ----- in parts -----


def scan_parts(source: Source, resource: Resource, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
    """Read a table from front to back, a part at a time, with the types that ``make_arrow`` gives.

    Each part is read as a table of its own is. What only the whole table would tell cannot be waited for: a column of
    numbers is floating point, and one that this would change is an error.
    A file in a zip, in another encoding or with quotes that only the reference reads is taken into memory first.

    Raises
    ------
    UnreadablePackage
        When a part is reached that cannot be read so.
    """
    pa = import_pyarrow("A scan")
    where = source.show(resource.path)
    parts = _read_parts(source, resource, where)
    first = next(parts)
    if not len(first):  # a part with the header alone
        first = next(parts, first)
    fields = match_fields(resource, first.column_names)
    plain = make_arrow(fields, {column.name: [] for column in fields})
    types = {}
    for column in fields:
        # Whether times have a zone, the schema does not say.
        told = kind_of(column) == "datetime" and first[column.name].null_count < len(first)
        types[column.name] = (first if told else plain).schema.field(column.name)
    schema = pa.schema([types[name] for name in (columns or types)])
    tables = (_conform(pa, part, schema, where) for part in chain([first], parts))
    return pa.RecordBatchReader.from_batches(schema, (batch for table in tables for batch in table.to_batches()))


def _conform(pa: Any, part: pa.Table, schema: Any, where: str) -> pa.Table:
    """The columns of a part with the types of all of them."""
    arrays = []
    for field in schema:
        array = part[field.name]
        if array.type != field.type:
            if array.null_count < len(array):
                number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
                other = f"a number that {field.type} would change" if number else f"{array.type} and {field.type}"
                cause = f"The column {field.name!r} holds {other}, which a scan cannot give."
                raise UnreadablePackage(where, cause, "Read it with arrow(), or scan the other columns.", rule="type-error")
            array = pa.nulls(len(array), field.type)
        arrays.append(array)
    return pa.table(arrays, schema=schema)


def _read_parts(source: Source, resource: Resource, where: str) -> Iterator[pa.Table]:
    """The parts of a table, at least one, each as ``make_arrow`` makes it."""
    file = prepare_file(source, resource)
    with _open(file) as opened:
        marked = b"\r" in opened.readline(_HEAD_BYTES)[:-2]  # a line may end with CR alone, but not here
    if marked or plain_header(file, resource) is None or not _look(file, resource, counting=False).plain:
        cells = read_cells(source, resource)
        fields = match_fields(resource, cells.header)
        yield make_arrow(fields, read_values(cells, fields, where))
        return
    head, lines = b"", 0
    for block in _read_records(file, resource.dialect.quote_char.encode()):
        table = scan_arrow(head + block, resource)
        # The lines before this part, but for the header, which stands in front of each.
        yield _read_part(head + block, resource, where, lines - bool(head)) if table is None else table
        head = head or block[: block.find(b"\n") + 1]
        lines += block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _read_part(data: bytes, resource: Resource, where: str, before: int) -> pa.Table:
    """A part with its header, by the reference; ``before`` is added to the lines that it tells of."""
    try:
        rows = list(parse_rows(decode(data, None, where), resource, where))
        cells = Cells(tuple(rows[0][1]), [row for _, row in rows[1:]], [line for line, _ in rows[1:]])
        fields = match_fields(resource, cells.header)
        return make_arrow(fields, read_values(cells, fields, where))
    except UnreadablePackage as error:
        line = None if error.line is None else error.line + before
        raise UnreadablePackage(where, error.cause, error.remedy, line=line, rule=error.rule) from None


def _read_records(file: Path | bytes, quote: bytes) -> Iterator[bytes]:
    """A file in parts that end where a row ends; quotes open and close cells in it, as ``_look`` has seen."""
    left = b""
    with _open(file) as opened:
        while block := opened.read(_SCAN_BYTES):
            data = left + block
            end = _find_end(data, quote)
            if end:
                yield data[:end]
            left = data[end:]
    if left:
        yield left


def _find_end(data: bytes, quote: bytes) -> int:
    """Where the last whole row ends: behind a line break that has an even number of quotes before it."""
    quotes, end = data.count(quote), len(data)
    while (at := data.rfind(b"\n", 0, end)) >= 0:
        quotes -= data.count(quote, at, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0
