"""Tables into their canonical form, so that a comparison of two versions shows what changed and nothing else.

The form
--------
- UTF-8 without byte order mark, LF, quotes only where they are needed, no blank lines, as many cells as columns.
- Rows in the order of the columns that the schema's ``sortBy`` names; where it names none, of the primary key.
  Numbers are ordered by value, everything else by its text. ``"sortBy": []`` says that the order of the rows is itself
  data (the order of a menu, of a printed list) and stays; so does that of a table without a primary key.
- Texts in NFC, LF within them too, without blanks at their end.
- In columns of numbers, dates, times and ids also: no blanks around, half-width digits and signs; in numbers no
  thousands separators. An id is a text column named ``id`` or ``…_id``, or one that refers to such; the periods of the
  kind ``indicators`` are dates.

No value is given another meaning: a cell that can be read is changed only into one that reads the same, one that
cannot only into one that can; a text that obeys its constraints is changed only into one that obeys them.
What cannot be judged (rows of another length than the header, two keys that would become one) is refused as a whole.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from opendata import casts, read
from opendata.errors import UnreadablePackage, WrongUse
from opendata.files import replace_file, write_csv
from opendata.model import Dialect, Field, Resource, Schema
from opendata.report import count, quote, visible

# What is off at the end of a text. Other blanks (of a certain width, that do not break) may be meant.
_BLANKS = " \t\r\n\xa0\u3000"
# Around a number these are seen as little as blanks.
_INVISIBLE = _BLANKS + "\ufeff\u200b"

_HALF_WIDTH = str.maketrans("０１２３４５６７８９＋－−．，：／", "0123456789+--.,:/")
_NARROW = frozenset(("integer", "number", "year", "yearmonth", "date", "time", "datetime", "duration", "boolean", "geopoint"))
_BY_VALUE = frozenset(("integer", "number", "year"))
_ID = re.compile(r"(?:.*[_-])?(?:id|Id|ID)|.*[a-z]Id")
# 1,234.5 and -1,234,567, but not 1,23 or 0,123: there the comma may stand for a decimal point.
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")

_WORDS: Mapping[str, tuple[str, str]] = {
    "mark": ("byte order mark off", "byte order mark off"),
    "line-ends": ("line ends made LF", "line ends made LF"),
    "quotes": ("quotes only where needed", "quotes only where needed"),
    "header": ("1 column name made as declared", "{} column names made as declared"),
    "blank-rows": ("1 blank row deleted", "{} blank rows deleted"),
    "blanks": ("blanks off 1 cell", "blanks off {} cells"),
    "breaks": ("line breaks made LF in 1 cell", "line breaks made LF in {} cells"),
    "nfc": ("1 cell made NFC", "{} cells made NFC"),
    "half-width": ("1 cell made half-width", "{} cells made half-width"),
    "separators": ("thousands separators off 1 cell", "thousands separators off {} cells"),
    "moved": ("1 row moved", "{} rows moved"),
}

_PLAIN = Dialect()

Row = list[str]


@dataclass(frozen=True)
class Formatted:
    """What ``fmt`` did to a file, or would do.

    Attributes
    ----------
    path
        The file, as the caller named its folder.
    rows
        How many rows it has.
    changes
        What was changed → how often; empty where the file was canonical. The keys are those of ``_WORDS``.
    refused
        Why the file was left as it is, and what to do; ``None`` where it was not.
    """

    path: str
    rows: int = 0
    changes: Mapping[str, int] = field(default_factory=dict)
    refused: str | None = None

    @property
    def line(self) -> str:
        """What was done in one line."""
        if self.refused is not None:
            return visible(f"{self.path}: left as it is: {self.refused}")
        told = [_WORDS[kind][number != 1].format(f"{number:,}") for kind, number in self.changes.items()]
        return visible(f"{self.path}: {count(self.rows, 'row')}: {', '.join(told) or 'no change'}")


class _Refusal(Exception):
    """Why a table cannot be brought into its form without a doubt."""


def fmt(*paths: str | Path, check: bool = False) -> tuple[Formatted, ...]:
    """Bring the tables of the packages at or below some folders into their canonical form.

    Each file is replaced in one step, or left as it is.

    Parameters
    ----------
    *paths
        Folders of packages, or of folders of packages.
    check
        Change nothing; only say what would be.

    Returns
    -------
    tuple
        An entry for each table, and for each descriptor that cannot be read.

    Raises
    ------
    WrongUse
        Where a path is no folder, or none is given.
    """
    if not paths:
        raise WrongUse("No folder is named. Name one that holds data packages, for example datapackages/.")
    return tuple(one for path in paths for one in _format_below(path, check))


def _format_below(path: str | Path, check: bool) -> Iterator[Formatted]:
    where = Path(path).parent if Path(path).name in read.DESCRIPTORS else Path(path)
    if where.is_file():
        raise WrongUse(f"{where} is a file. Name the folder that holds datapackage.json; archives are not rewritten.")
    folder = read.open_folder(where)
    assert isinstance(folder, Path)
    try:
        packages = read.find_packages(folder)
    except UnreadablePackage as error:
        yield _refuse(error)
        return
    if not packages:
        yield Formatted(str(where), refused="there is no datapackage.json here; name another folder")
    for package in packages:
        try:
            source = read.read_source(package)
        except UnreadablePackage as error:
            yield _refuse(error)
            continue
        seen: set[str] = set()
        for resource in source.package.resources:
            if resource.is_table and resource.path not in seen:
                seen.add(resource.path)
                yield _format_file(source, resource, check)


def _refuse(error: UnreadablePackage, path: str | None = None) -> Formatted:
    told = f"{error.cause} {error.remedy}"
    return Formatted(path or error.path, refused=f"line {error.line}: {told}" if error.line else told)


def _format_file(source: read.Source, resource: Resource, check: bool) -> Formatted:
    path = source.show(resource.path)
    try:
        made, done = format_table(source, resource)
        if done.changes and (resource.hash or resource.bytes is not None):
            raise _Refusal("the descriptor tells its bytes or hash, which would change; take them out first")
        if done.changes and not check:
            file = read.find_file(source, resource.path)
            assert isinstance(file, Path)
            replace_file(file.resolve(), made)
    except UnreadablePackage as error:
        return _refuse(error, path)
    except _Refusal as error:
        return Formatted(path, refused=str(error))
    except OSError as error:
        return Formatted(path, refused=f"it cannot be written: {error.strerror or error}; allow it")
    return done


def format_table(source: read.Source, resource: Resource) -> tuple[bytes, Formatted]:
    """Return a table's file in canonical form, and what was changed.

    Raises
    ------
    UnreadablePackage
        Where the file cannot be read.
    _Refusal
        Where it can, and the form would not be without a doubt.
    """
    _refuse_dialect(resource)
    data = read.read_bytes(source, resource.path)
    cells = read.read_cells(source, resource)
    changes: Counter[str] = Counter()
    header = _mend_header(cells.header, resource.schema, changes)
    rows = [list(row) for row in cells.rows if row]
    changes["blank-rows"] = len(cells.rows) - len(rows)
    _refuse_ragged(cells, len(header))
    before = [list(row) for row in rows]
    for at, column in enumerate(_match(header, resource.schema)):
        is_id = _is_id(column, resource.schema, source.package.kind)
        repairs = _repair_column(column, dict.fromkeys(row[at] for row in rows), is_id)
        for row in rows if repairs else ():
            if row[at] in repairs:
                row[at], kinds = repairs[row[at]]
                changes.update(kinds)
    _refuse_merged(header, before, rows, resource.schema)
    rows, changes["moved"] = _sort(header, rows, resource)
    made = write_csv(header, rows, resource.dialect)
    # A byte order mark that is a part of the first cell would be taken for the file's.
    if _parse(made.removeprefix("\ufeff"), resource.dialect) != ([header, *rows] if resource.dialect.header else rows):
        raise _Refusal("it cannot be written so that it reads the same; look for odd characters in it")
    _notice_form(data, cells, resource.dialect, changes)
    told = {kind: changes[kind] for kind in _WORDS if changes[kind]}
    return made.encode(), Formatted(source.show(resource.path), len(rows), told)


# ----- what is not judged -----


def _refuse_dialect(resource: Resource) -> None:
    """Refuse what cannot be kept in the form: other encodings, comments, escapes."""
    encoding = (resource.encoding or "utf-8").lower().replace("_", "-")
    if encoding not in ("utf-8", "utf8", "utf-8-sig"):
        raise _Refusal(f"its encoding is declared as {resource.encoding}; save it as UTF-8 and declare utf-8")
    dialect, declared = resource.dialect, resource.descriptor.get("dialect")
    declared = declared if isinstance(declared, Mapping) else {}
    plain = Dialect(dialect.delimiter, dialect.quote_char, header=dialect.header)
    odd = [key for key in ("headerRows", "commentRows", "headerJoin") if declared.get(key)]
    if dialect != plain or odd or declared.get("lineTerminator", "\n") != "\n":
        raise _Refusal("its dialect has more than a delimiter, a quote and a header; write the file without that")


def _refuse_ragged(cells: read.Cells, width: int) -> None:
    for row, line in zip(cells.rows, cells.lines, strict=True):
        if row and len(row) != width:
            raise _Refusal(f"line {line}: the row has {count(len(row), 'cell')}, the header {width}; mend the row")


def _refuse_merged(header: Sequence[str], before: list[Row], after: list[Row], schema: Schema | None) -> None:
    """Refuse to make one key of two."""
    if schema is None:
        return
    unique = [(one.name,) for one in schema.fields if one.constraints.get("unique") is True]
    for key in (schema.primary_key, *schema.unique_keys, *unique):
        if not key or not all(name in header for name in key):
            continue
        places = [header.index(name) for name in key]
        first: dict[tuple[str, ...], tuple[str, ...]] = {}
        for old, new in zip(before, after, strict=True):
            was = tuple(old[at] for at in places)
            other = first.setdefault(tuple(new[at] for at in places), was)
            if other != was:
                told = " and ".join(quote(", ".join(filter(None, one))) for one in (other, was))
                raise _Refusal(f"{told} would become one {', '.join(key)}; say which is which, or delete one")


# ----- cells -----


def _mend_header(header: Sequence[str], schema: Schema | None, changes: Counter[str]) -> Row:
    """Return the names of the columns as declared, where only blanks or another form of Unicode keep them apart."""
    declared = schema.names if schema else ()
    names = list(header)
    for at, name in enumerate(names):
        mended = unicodedata.normalize("NFC", name).strip(_INVISIBLE)
        if name not in declared and mended in declared and mended not in names:
            names[at] = mended
            changes["header"] += 1
    twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
    if twice is not None:
        raise _Refusal(f"two columns are named {quote(twice)}; rename one")
    return names


def _match(header: Sequence[str], schema: Schema | None) -> list[Field]:
    declared = {one.name: one for one in (schema.fields if schema else ())}
    return [declared.get(name) or Field(name, "string") for name in header]


def _is_id(column: Field, schema: Schema | None, kind: str) -> bool:
    if column.type != "string":
        return False
    # A key takes the form of what it refers to, or they would part.
    pairs = [
        pair for key in (schema.foreign_keys if schema else ()) for pair in zip(key.fields, key.reference_fields, strict=False)
    ]
    name = next((referred for own, referred in pairs if own == column.name), column.name)
    return bool(_ID.fullmatch(name)) or (kind == "indicators" and name == "period")


def _repair_column(column: Field, texts: Iterable[str], is_id: bool) -> dict[str, tuple[str, list[str]]]:
    """Return the texts of a column that take another form: to that form, and the kinds of what was changed."""
    try:
        cast, check = casts.make_cast(column), casts.make_check(column)
    except casts.UnsupportedType:
        return {}
    present = [text for text in texts if text not in column.missing_values]
    steps = _choose_steps(column, present, is_id)
    mend = _mend_text if column.type in ("string", "any") else _mend_value
    judge = _Judge(column, cast, check, is_id)
    repairs = {text: mend(text, steps, judge) for text in present}
    return {text: repair for text, repair in repairs.items() if repair[0] != text}


Steps = list[tuple[str, Callable[[str], str]]]


def _choose_steps(column: Field, texts: Sequence[str], is_id: bool) -> Steps:
    if column.type in ("string", "any") and not is_id:
        return [("breaks", _unify_breaks), ("nfc", _compose), ("blanks", lambda text: text.rstrip(_BLANKS))]
    steps: Steps = [("nfc", _compose), ("blanks", lambda text: text.strip(_INVISIBLE))]
    if is_id or column.type in _NARROW:
        steps.append(("half-width", lambda text: text.translate(_HALF_WIDTH)))
    group = _find_separator(column, texts)
    if group:
        steps.append(("separators", lambda text: text.replace(group, "")))
    return steps


def _find_separator(column: Field, texts: Sequence[str]) -> str | None:
    """Return what separates thousands in a column: as declared, else a comma, if it does so in every cell that has one."""
    if column.type not in ("integer", "number"):
        return None
    declared, decimal = str(column.properties.get("groupChar") or ""), str(column.properties.get("decimalChar") or ".")
    if declared or decimal != ".":
        return declared or None
    plain = [text.translate(_HALF_WIDTH).strip(_INVISIBLE) for text in texts]
    return "," if all(_GROUPED.fullmatch(text) for text in plain if "," in text) else None


def _unify_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@dataclass(frozen=True)
class _Judge:
    """Says of a column's texts whether one may take the place of another."""

    column: Field
    cast: casts.Cast
    check: casts.Check
    is_id: bool

    def read(self, text: str) -> tuple[bool, bool, Any]:
        """Return whether a text can be read, whether it obeys the constraints, and its value's identity."""
        try:
            value = self.cast(text)
            return True, self.check(text, value) is None, casts.identity(self.column, value)
        except casts.CastError:
            return False, False, None

    def may_be_gap(self, text: str) -> bool:
        return text in self.column.missing_values and not self.column.required


def _mend_value(text: str, steps: Steps, judge: _Judge) -> tuple[str, list[str]]:
    """Take all steps at once: only what they come to can be read."""
    new, kinds = text, []
    for kind, step in steps:
        stepped = step(new)
        if stepped != new:
            new = stepped
            kinds.append(kind)
    if new == text:
        return text, []
    was_read, was_valid, was = judge.read(text)
    if new in judge.column.missing_values:
        return (new, kinds) if not was_read and not new and judge.may_be_gap(new) else (text, [])
    is_read, is_valid, now = judge.read(new)
    same = is_read and (not was_read or (was == now and is_valid >= was_valid))
    return (new, kinds) if same else (text, [])


def _mend_text(text: str, steps: Steps, judge: _Judge) -> tuple[str, list[str]]:
    """Take each step that leaves a good text good, until none changes anything."""
    kinds: list[str] = []
    before = None
    while text != before:
        before = text
        for kind, step in steps:
            new = step(text)
            if new == text:
                continue
            if new in judge.column.missing_values:
                # Only what names a thing is nothing when it is blank; a blank text may be meant.
                if not new and judge.is_id and judge.may_be_gap(new):
                    return new, [*kinds, kind]
                continue
            if judge.read(new)[1] >= judge.read(text)[1]:
                text = new
                kinds.append(kind)
    return text, list(dict.fromkeys(kinds))


# ----- rows -----


def _sort(header: Sequence[str], rows: list[Row], resource: Resource) -> tuple[list[Row], int]:
    """Return the rows in their order, and how many of them had to move."""
    order = _declared_order(resource)
    unknown = next((name for name in order if name not in header), None)
    if unknown is not None:
        raise _Refusal(f"its rows are ordered by {quote(unknown)}, which is no column; mend the key or sortBy")
    fields = _match(header, resource.schema)
    parts = [(at, _order_cells(fields[at])) for at in map(header.index, order)]
    numbers = sorted(range(len(rows)), key=lambda index: [rank(rows[index][at]) for at, rank in parts])
    return [rows[index] for index in numbers], len(rows) - _count_standing(numbers)


def _declared_order(resource: Resource) -> tuple[str, ...]:
    declared = resource.descriptor.get("schema")
    order = declared.get("sortBy") if isinstance(declared, Mapping) else None
    if order is None:
        return resource.schema.primary_key if resource.schema else ()
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        raise _Refusal("sortBy in its schema is not a list of columns; write one, or [] where the order is data")
    return tuple(order)


def _order_cells(column: Field) -> Callable[[str], tuple[Any, ...]]:
    """Return what orders the cells of a column: numbers by value, then by text; everything else by text."""
    if column.type not in _BY_VALUE:
        return lambda text: (text,)
    cast = casts.make_cast(column)

    def rank(text: str) -> tuple[Any, ...]:
        if text in column.missing_values:
            return 0, text
        try:
            value = cast(text)
        except casts.CastError:
            return 2, text
        value = Decimal(repr(value)) if isinstance(value, float) else value
        return (2, text) if value != value else (1, value, text)  # NaN has no place among numbers

    return rank


def _count_standing(numbers: Sequence[int]) -> int:
    """Return the length of the longest run of rows that follow each other as before: the others were moved."""
    ends: list[int] = []
    for number in numbers:
        at = bisect_left(ends, number)
        ends[at : at + 1] = [number]
    return len(ends)


# ----- files -----


def _parse(text: str, dialect: Dialect) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote_char, strict=True)
    try:
        return list(reader)
    except csv.Error:
        return []


def _notice_form(data: bytes, cells: read.Cells, dialect: Dialect, changes: Counter[str]) -> None:
    """Tell what writing alone changes: the mark, the line ends, the quotes."""
    text = data.decode("utf-8-sig")
    changes["mark"] = int(data.startswith(b"\xef\xbb\xbf"))
    written = write_csv(cells.header, (row for row in cells.rows if row), dialect)
    lines = _unify_breaks(text)
    changes["line-ends"] = int(text.count("\r") > written.count("\r") or not text.endswith("\n"))
    if changes["blank-rows"]:
        lines = re.sub(r"\n+", "\n", lines)
        written = re.sub(r"\n+", "\n", written)
    changes["quotes"] = int(lines.removesuffix("\n") != _unify_breaks(written).removesuffix("\n"))
