"""Workbooks read back by openpyxl: what a spreadsheet shows is what the table holds, and nothing in it runs."""

import datetime as dt
import io
import json
import zipfile

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from made_up import LONG, ODD, write_odd
from opendata import exports, workbooks
from opendata.errors import WrongUse
from opendata.handles import Catalog
from opendata.model import Field


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package of odd cells."""
    return Catalog(write_odd(tmp_path_factory.mktemp("odd"))).load("odd")


@pytest.fixture(scope="module")
def made(package):
    """Its workbook."""
    sheets = [exports.make_sheet(package[name]) for name in package.tables]
    return workbooks.to_xlsx(sheets, exports.describe_package(package))


@pytest.fixture(scope="module")
def book(made):
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(made.data))


def column(book, name):
    """The cells of a column of ``odd`` below its head; what Excel escapes is unescaped."""
    cells = [cell.value for cell in next(c for c in book["odd"].iter_cols() if c[0].value == name)[1:]]
    # openpyxl takes the escape off an underscore by itself, and off nothing else.
    return [unescape(value) if isinstance(value, str) and value != "_x0041_" else value for value in cells]


def read_moment(value):
    """A date of a spreadsheet as numbers, from the year to the minute."""
    return value.timetuple()[:5] if isinstance(value, dt.datetime) else value


def test_texts_come_back_as_they_are(book, package):
    """Ids keep their zeros, control characters, line breaks and marks of direction stay, an empty text is not a gap."""
    for name in ("id", "text", "formula", "control", "month", "span", "tier"):
        assert package["odd"].column(name) == column(book, name), name


def test_nothing_is_a_formula_or_a_link(made, book):
    """In the cells, and in the file itself."""
    assert {"s", "n", "b", "d"} >= {cell.data_type for page in book for row in page for cell in row}
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        pages = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert 3 == len(pages)
    assert not any(b"<f>" in page or b"<hyperlink" in page for page in pages)


def test_numbers_are_numbers_until_a_double_would_round_them(book):
    """Then they are text with every digit; what is not finite is text, too."""
    assert [-7, 0, None, 2**53] == column(book, "whole")
    assert ["9007199254740993", "-99999999999999999999", None, 1] == column(book, "huge")
    assert [-1.5, 1000, None, 0.1] == column(book, "number")
    assert ["0.1234567890123456789", 1, None, -2.5] == column(book, "exact")
    assert ["NaN", "INF", "-INF", 1] == column(book, "open")
    assert [2025, 1850, None, -44] == column(book, "year")
    assert [True, False, None, True] == column(book, "truth")


def test_dates_are_dates_where_spreadsheets_have_them(book):
    """Before March 1900, with a zone, or finer than a millisecond they are text."""
    day, moment = ([read_moment(value) for value in column(book, name)] for name in ("day", "moment"))
    assert ["1899-12-31", (1900, 3, 1, 0, 0), None, (2026, 11, 20, 0, 0)] == day
    assert ["1850-01-01T00:00:00", (2026, 11, 20, 8, 30), None, "2026-11-20T08:30:00.123456"] == moment
    assert [dt.time(8, 30), dt.time(23, 59, 59), None, dt.time(0)] == column(book, "hour")
    assert "2026-11-20T08:30:00+08:00" == column(book, "zoned")[1]


def test_objects_lists_and_points_are_json(book, package):
    """Half of a character comes back, too."""
    assert package["odd"].column("thing") == [value and json.loads(value) for value in column(book, "thing")]
    assert [[120.38, 36.07], [-1, 1], None, [0, 0]] == [value and json.loads(value) for value in column(book, "point")]


def test_a_text_longer_than_a_cell_is_cut_and_told(made, book):
    """At 32,767 characters as Excel counts them; 10,000 are no matter."""
    assert ["x" * 10_000, LONG[:32_767], "ＡＢＣ１２３", "😀"] == column(book, "long")
    assert [("long", 1)] == [(note.column, note.count) for note in made.notes if note.kind == "long"]


def test_characters_outside_the_basic_plane_count_twice():
    """A cut never leaves half of one."""
    assert 16_383 == len(workbooks._cut("😀" * 20_000))
    assert "😀" * 16_383 == workbooks._cut("😀" * 20_000)


def test_a_workbook_opens_well(book):
    """Frozen head, filter over all columns, widths between bounds, the table first."""
    page = book["odd"]
    assert ["odd", "more", "说明 About"] == book.sheetnames
    assert ("A2", "A1:V5") == (page.freeze_panes, page.auto_filter.ref)
    assert all(8 <= width.width <= 50 for width in page.column_dimensions.values())


def test_a_sheet_tells_what_the_data_are(made, book):
    """Title, version, licence, sources, citation, each note in both languages, each column with its meaning."""
    rows = [[cell.value for cell in row] for row in book["说明 About"].iter_rows()]
    told = [(label, value) for label, value, *_ in rows]
    assert [("标题 Title", "怪数"), ("标题 Title", "Odd values"), ("数据包 Package", "odd"), ("版本 Version", "1.2.0")] == told[
        :4
    ]
    assert ("许可 Licence", "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/") in told
    assert ("来源 Source", "北省规划 https://example.org/plan") in told
    assert ("引用 Citation", "GB/T 7714: 怪数[DS]. 1.2.0版.") in told
    assert 2 * len(made.notes) == sum(label == "备注 Note" for label, _ in told)
    assert ["odd", "id", "string", None, "id列", None, "Column id", None] in rows
    assert len(ODD) + 2 == sum(row[0] in ("odd", "more") for row in rows)


def test_names_of_sheets_are_such_as_excel_takes():
    """31 characters, none of its signs, no two alike in any case, none that it keeps for itself."""
    names = workbooks.sheet_names(["x" * 40, "X" * 40, "a[b]:*?/\\c", "History", "'quoted'", ""])
    assert ["x" * 31, f"{'X' * 29}-2", "a-b------c", "History-2", "quoted", "table"] == names


def test_more_rows_than_a_worksheet_holds(monkeypatch):
    """One line with a remedy."""
    monkeypatch.setattr(workbooks, "MAX_ROWS", 3)
    sheet = exports.Sheet("t", (Field("a", "integer"),), list, lambda: {"a": [1, 2, 3]})
    with pytest.raises(WrongUse, match=r"t has 3 rows and 1 columns; a worksheet holds 2 .* parquet or csv"):
        workbooks.to_xlsx([sheet], exports.About("p"))


def test_hostile_titles_and_names_do_no_harm():
    """A column named as a formula, a title with control characters."""
    sheet = exports.Sheet("t", (Field("=1+1", "string"),), list, lambda: {"=1+1": ["@x"]})
    made = workbooks.to_xlsx([sheet], exports.About("p", exports.formats.Text("a\x01\ud800<b>")))
    book = openpyxl.load_workbook(io.BytesIO(made.data))
    assert [("=1+1",), ("@x",)] == list(book["t"].iter_rows(values_only=True))
    assert "a\x01\ufffd<b>" == unescape(book["说明 About"]["B1"].value)
