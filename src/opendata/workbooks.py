"""Tables into XLSX workbooks: typed cells, a sheet that describes them, nothing that runs. The same data, the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from opendata import frames
from opendata.errors import MissingLibrary, WrongUse
from opendata.formats import About, Made, Note, Sheet, is_wide
from opendata.model import Field, Text

# What a worksheet holds, by Excel's own limits; a cell's length is counted in UTF-16.
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
_MAX_TEXT = 32_767
_MAX_NAME = 31

# Excel counts a 29 February 1900; from the day after on, every spreadsheet counts alike.
_FIRST_DAY = dt.date(1900, 3, 1)

# A workbook tells when it was made; the day of the release, or this.
_MADE = dt.datetime(1980, 1, 1)  # noqa: DTZ001 - the file has no zone

# What stands in these many rows decides how wide a column is shown.
_SAMPLE = 200
_NARROWEST, _WIDEST = 8, 48

_ABOUT = "说明 About"

_LABELS = {
    "title": "标题 Title",
    "description": "说明 Description",
    "package": "数据包 Package",
    "version": "版本 Version",
    "date": "日期 Date",
    "licence": "许可 Licence",
    "source": "来源 Source",
    "citation": "引用 Citation",
    "address": "地址 Address",
    "note": "备注 Note",
}
_HEADS = ("表 Sheet", "字段 Column", "类型 Type", "单位 Unit", "名称", "含义", "Title", "Meaning")


def to_xlsx(sheets: Sequence[Sheet], about: About) -> Made:
    """Return a workbook with a worksheet for each table and one that tells title, version, licence, sources and columns.

    Numbers are numbers, dates dates, ids text (``0101``), a missing value is a blank cell. What a spreadsheet would change
    is text instead, and noted: numbers of more digits than a double holds, dates before March 1900, times with a zone.
    No text is taken for a formula or a link.

    Raises
    ------
    MissingLibrary
        Where xlsxwriter is not installed.
    WrongUse
        For a table with more rows or columns than a worksheet holds.
    """
    try:
        import xlsxwriter
    except ImportError:
        raise MissingLibrary("xlsxwriter", "An XLSX file", "'opendata-shandong[publish]'") from None
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties(_properties(about))
        styles = _Styles(book)
        names = sheet_names([sheet.name for sheet in sheets])
        notes = [note for sheet, name in zip(sheets, names, strict=True) for note in _write_sheet(book, sheet, name, styles)]
        _write_about(book, sheets, names, about, notes, styles)
    return Made(buffer.getvalue(), tuple(notes))


class _Styles:
    """The formats of a workbook: made once, because each costs a style."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.whole = book.add_format({"num_format": "0"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.time = book.add_format({"num_format": "hh:mm:ss"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})


def _properties(about: About) -> dict[str, Any]:
    try:
        made = dt.datetime.fromisoformat(about.date) if about.date else _MADE
    except ValueError:  # a year or a month
        made = _MADE
    return {"title": _cut(about.title.default)[:255], "created": made}


def sheet_names(names: Sequence[str]) -> list[str]:
    """Return names that Excel takes for worksheets: at most 31 characters, none of its signs, each once in any case.

    Examples
    --------
    >>> sheet_names(["observations", "a/b", "Observations"])
    ['observations', 'a-b', 'Observations-2']
    """
    taken = {_ABOUT.casefold(), "history"}  # Excel keeps the second for itself
    found = []
    for name in names:
        plain = "".join("-" if char in "[]:*?/\\" or ord(char) < ord(" ") else char for char in name).strip("'") or "table"
        candidates = (f"{plain[: _MAX_NAME - len(end)]}{end}" for end in _endings())
        found.append(next(candidate for candidate in candidates if candidate.casefold() not in taken))
        taken.add(found[-1].casefold())
    return found


def _endings() -> Iterator[str]:
    return itertools.chain([""], (f"-{number}" for number in itertools.count(2)))


# ----- a table -----


def _write_sheet(book: Any, sheet: Sheet, name: str, styles: _Styles) -> list[Note]:
    columns = [sheet.values[column] for column in sheet.columns]
    rows = max((len(values) for values in columns), default=0)
    if rows >= MAX_ROWS or len(columns) > MAX_COLUMNS:
        raise WrongUse(
            f"{sheet.name} has {rows:,} rows and {len(columns):,} columns; a worksheet holds {MAX_ROWS - 1:,} and "
            f"{MAX_COLUMNS:,}. Export it to parquet or csv."
        )
    page = book.add_worksheet(name)
    counts: Counter[tuple[str, str]] = Counter()
    for at, (column, values) in enumerate(zip(sheet.fields, columns, strict=True)):
        page.write_string(0, at, _cut(column.name), styles.head)
        write = _writer(page, column, styles)
        for row, value in enumerate(values, start=1):
            if value is not None:
                kind = write(row, at, value)
                if kind:
                    counts[column.name, kind] += 1
        page.set_column(at, at, _width([column.name, *(str(value) for value in values[:_SAMPLE] if value is not None)]))
    page.freeze_panes(1, 0)
    if columns:
        page.autofilter(0, 0, rows, len(columns) - 1)
    return [Note(kind, sheet.name, column, count) for (column, kind), count in counts.items()]


Write = Callable[[int, int, Any], str]


def _writer(page: Any, column: Field, styles: _Styles) -> Write:
    """Return the function that writes the values of a column; it returns the kind of note that the cell asks for, or ``""``."""

    def write_text(row: int, at: int, value: Any) -> str:
        text = str(value)
        short = _cut(text)
        page.write_string(row, at, short)
        return "" if short == text else "long"

    def write_number(row: int, at: int, value: Any) -> str:
        if is_wide(value):
            page.write_string(row, at, _cut(str(value)))
            return "exact"
        if isinstance(value, float) and (value != value or abs(value) == float("inf")):
            page.write_string(row, at, frames.plain_value(value))
            return ""
        page.write_number(row, at, value if isinstance(value, int) else float(value), styles.whole if whole else None)
        return ""

    def write_boolean(row: int, at: int, value: Any) -> str:
        page.write_boolean(row, at, value)
        return ""

    def write_moment(row: int, at: int, value: Any) -> str:
        kind = _spoils(value)
        if kind:
            page.write_string(row, at, value.isoformat())
        else:
            page.write_datetime(row, at, value, styles.date if type(value) is dt.date else _moment_style(value, styles))
        return kind

    def write_json(row: int, at: int, value: Any) -> str:
        return write_text(row, at, frames.json_text(value))

    whole = column.type in ("integer", "year")
    by_type: dict[str, Write] = {
        "integer": write_number,
        "year": write_number,
        "number": write_number,
        "boolean": write_boolean,
        "date": write_moment,
        "datetime": write_moment,
        "time": write_moment,
    }
    return by_type.get(column.type, write_json if frames.kind_of(column) == "object" else write_text)


def _moment_style(value: Any, styles: _Styles) -> Any:
    return styles.time if isinstance(value, dt.time) else styles.moment


def _spoils(value: Any) -> str:
    """Say why a spreadsheet would change a moment; empty where it would not."""
    if isinstance(value, dt.datetime | dt.time) and (value.tzinfo is not None or value.microsecond % 1000):
        return "moment"
    if isinstance(value, dt.time):
        return ""
    day = value.date() if isinstance(value, dt.datetime) else value
    return "early" if day < _FIRST_DAY else ""


def _cut(text: str) -> str:
    """The beginning of a text, as much as a cell holds; half a character becomes the sign for one."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if not _is_whole(text) else text
    if len(text) <= _MAX_TEXT // 2:
        return text
    return text.encode("utf-16-le")[: 2 * _MAX_TEXT].decode("utf-16-le", "ignore")


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _width(texts: Sequence[str]) -> int:
    """How wide a column is shown, in characters: Chinese ones take two."""
    widest = max(sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[:_WIDEST]) for text in texts)
    return max(_NARROWEST, min(_WIDEST, widest + 2))


# ----- what is told of it -----


def _write_about(
    book: Any, sheets: Sequence[Sheet], names: Sequence[str], about: About, notes: Sequence[Note], styles: _Styles
) -> None:
    page = book.add_worksheet(_ABOUT)
    page.set_column(0, 1, 24)
    page.set_column(2, 3, 12)
    page.set_column(4, 7, 36)
    row = 0
    for key, text in _tell(about, notes):
        page.write_string(row, 0, _LABELS[key], styles.head)
        page.write_string(row, 1, _cut(text))
        row += 1
    row += 1
    for at, head in enumerate(_HEADS):
        page.write_string(row, at, head, styles.head)
    for sheet, name in zip(sheets, names, strict=True):
        for column in sheet.fields:
            row += 1
            for at, text in enumerate((name, column.name, column.type, column.unit or "", *_meanings(column))):
                if text:
                    page.write_string(row, at, _cut(text), styles.wrapped)


def _tell(about: About, notes: Sequence[Note]) -> Iterator[tuple[str, str]]:
    for key in ("title", "description"):
        yield from ((key, text) for text in _all(getattr(about, key)))
    yield from ((key, getattr(about, key)) for key in ("package", "version", "date") if getattr(about, key))
    yield from (("licence", " ".join(filter(None, pair))) for pair in about.licences)
    yield from (("source", " ".join(filter(None, pair))) for pair in about.sources)
    yield from (("citation", f"{style}: {line}") for style, line in about.citations)
    yield from (("address", address) for address in [about.address] if address)
    yield from (("note", text) for note in notes for text in _all(note.text))


def _all(text: Text) -> list[str]:
    return [one for one in dict.fromkeys((text.default, *text.others.values())) if one]


def _meanings(column: Field) -> tuple[str, str, str, str]:
    """Title and meaning in Chinese (or what the package has), and in English where it is another text."""
    english = (column.title.others.get("en", ""), column.description.others.get("en", ""))
    return column.title.default, column.description.default, *english
