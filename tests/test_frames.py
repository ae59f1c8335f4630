"""Three readers, one result: cells into Python values, pandas and Arrow, whatever the cells hold."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendata import frames, read
from opendata.errors import UnreadablePackage
from opendata.model import read_package

FIELDS = {
    "code": {"type": "string"},
    "count": {"type": "integer"},
    "value": {"type": "number"},
    "kind": {"type": "string", "constraints": {"enum": ["b", "a"]}},
    "open": {"type": "boolean"},
    "day": {"type": "date"},
    "at": {"type": "datetime"},
    "year": {"type": "year"},
    "month": {"type": "yearmonth"},
}


def make_resource(fields, **more):
    """A resource ``t.csv`` with the given fields."""
    schema = {"fields": [{"name": name, **field} for name, field in fields.items()], **more.pop("schema", {})}
    return read_package({"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema, **more}]}, "p").resources[
        0
    ]


def read_reference(data, resource):
    """The standard library's reading: values, DataFrame, Arrow table."""
    with_folder = read.Source(None, Path("p"), "p", "datapackage.json")
    original = read.read_bytes
    read.read_bytes = lambda source, path: data
    try:
        cells = read.read_cells(with_folder, resource)
    finally:
        read.read_bytes = original
    fields = frames.match_fields(resource, cells.header)
    values = frames.read_values(cells, fields, "p/t.csv")
    return fields, values


def scan_arrow(data, resource):
    """Pyarrow's reading of bytes: the same as a whole and in parts of a few bytes, as a table and as a DataFrame."""
    data = frames.normal_bytes(data, resource)
    table, frame = frames.scan_arrow(data, resource), frames.scan_frame(data, resource)
    original, frames._PART_BYTES = frames._PART_BYTES, max(16, len(data) // 5)
    try:
        parts = frames.scan_arrow(data, resource), frames.scan_frame(data, resource)
    finally:
        frames._PART_BYTES = original
    if table is None:
        assert (None, None, None) == (frame, *parts)
        return None
    assert table.equals(parts[0])
    pd.testing.assert_frame_equal(frame, parts[1])
    return table, frame


def scan_pandas(data, resource):
    """Pandas' reading of bytes."""
    return frames.scan_pandas(frames.normal_bytes(data, resource), resource)


def assert_same(data, resource, *, fast=True):
    """Hold the three readers together; ``fast`` says whether the fast ones must dare, ``None`` that they may."""
    fields, values = read_reference(data, resource)
    expected = frames.make_frame(fields, values)
    arrow = scan_arrow(data, resource)
    pandas = scan_pandas(data, resource)
    if fast is not None:
        assert (fast, fast) == (arrow is not None, pandas is not None)
    if arrow is not None:
        table, frame = arrow
        pd.testing.assert_frame_equal(expected, frame)
        assert frames.make_arrow(fields, values).schema == table.schema
        assert frames.make_arrow(fields, values).equals(table.combine_chunks().unify_dictionaries())
    if pandas is not None:
        pd.testing.assert_frame_equal(expected, pandas)
    return expected


def assert_refused(data, resource, line, text):
    """The reference names the line, and no fast reader takes it another way."""
    with pytest.raises(UnreadablePackage) as caught:
        read_reference(data, resource)
    assert caught.value.line == line
    assert text in str(caught.value)
    assert scan_arrow(data, resource) is None
    assert scan_pandas(data, resource) is None


def test_each_type_has_its_dtype():
    """Without gaps: what the schema says, in NumPy's own dtypes where there are such."""
    row = b"0101,1,0.5,a,true,2025-06-30,2025-06-30T08:00:00,2025,2025-06\n"
    frame = assert_same(",".join(FIELDS).encode() + b"\n" + row, make_resource(FIELDS))
    text = "str" if int(pd.__version__.split(".")[0]) >= 3 else "string"
    assert {
        "code": text,
        "count": "int64",
        "value": "float64",
        "kind": "category",
        "open": "bool",
        "day": "datetime64[s]",
        "at": "datetime64[us]",
        "year": "int64",
        "month": text,
    } == {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_gaps_keep_the_type():
    """With gaps integers are Int64 and booleans boolean; nothing becomes a float or an object."""
    row = b"0101,1,0.5,a,true,2025-06-30,2025-06-30T08:00:00,2025,2025-06\n"
    data = ",".join(FIELDS).encode() + b"\n" + row + b"," * (len(FIELDS) - 1) + b"\n"
    frame = assert_same(data, make_resource(FIELDS))
    dtypes = {name: str(dtype) for name, dtype in frame.dtypes.items() if name not in ("code", "month")}
    assert {
        "count": "Int64",
        "value": "float64",
        "kind": "category",
        "open": "boolean",
        "day": "datetime64[s]",
        "at": "datetime64[us]",
        "year": "Int64",
    } == dtypes
    assert [[True] * len(FIELDS)] == frame.isna().iloc[1:].to_numpy().tolist()


HOSTILE_TEXTS = [
    "0101",
    "NA",
    "None",
    "nan",
    "NULL",
    "１２",
    " x ",
    "a,b",
    'say "hi"',
    "a\nb",
    "=1+1",
    "<b>",
    "\ufefft",
    "İ",
    "-",
]


def test_strings_stay_strings():
    """``0101`` keeps its zero, ``NA`` and ``None`` are words, blanks and full-width digits stay."""
    quoted = "\n".join('"' + text.replace('"', '""') + '",1' for text in HOSTILE_TEXTS)
    frame = assert_same(f"code,count\n{quoted}\n".encode(), make_resource(FIELDS))
    assert HOSTILE_TEXTS == frame["code"].tolist()


HOSTILE_FIELDS = {
    "text": {"type": "string"},
    "word": {"type": "string", "constraints": {"enum": ["None", "NA", "0101"]}},
    "wide": {"type": "integer"},
    "sum": {"type": "number"},
    "zero": {"type": "number"},
}
HOSTILE_ROWS = [
    ("0101", "0101", "9007199254740993", "0.30000000000000004", "-0"),
    ("NA", "NA", "", "0.1", "0"),
    ("None", "None", "-0", "0.2", "-0.0"),
    ("１２", "", "9007199254740992", "", ""),
    ('""', "", "0101", "1e-5", "1"),
]


@pytest.mark.parametrize("reader", ["reference", "pyarrow", "pandas"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("missing", [[""], ["-"]], ids=["empty-is-missing", "empty-is-text"])
def test_hostile_values_by_each_reader(reader, mark, missing):
    """Word for word what the file says, from whichever reader: no zero, digit, sign or word is lost, no gap is invented."""
    gap = missing[0]
    rows = [[cell or gap for cell in row] for row in HOSTILE_ROWS]
    data = mark + "\r\n".join(",".join(row) for row in [list(HOSTILE_FIELDS), *rows]).encode()
    resource = make_resource(HOSTILE_FIELDS, schema={"missingValues": missing})
    if reader == "reference":
        frame = frames.make_frame(*read_reference(data, resource))
    else:
        frame = scan_pandas(data, resource) if reader == "pandas" else scan_arrow(data, resource)[1]
    text = frame["text"].astype(object).where(frame["text"].notna(), None)
    assert ["0101", "NA", "None", "１２", None if gap == "" else ""] == text.tolist()
    assert ["0101", "NA", "None", None, None] == [None if value != value else value for value in frame["word"].tolist()]
    assert [9007199254740993, None, 0, 9007199254740992, 101] == [
        None if value is pd.NA else int(value) for value in frame["wide"].tolist()
    ]
    assert ["0.30000000000000004", "0.1", "0.2", "nan", "1e-05"] == list(map(repr, frame["sum"].tolist()))
    assert 0.1 + 0.2 == frame["sum"][0]
    assert ["-0.0", "0.0", "-0.0", "nan", "1.0"] == list(map(repr, frame["zero"].tolist()))
    assert ("category", "Int64", "float64") == tuple(str(frame[name].dtype) for name in ("word", "wide", "sum"))


@pytest.mark.parametrize("scan", [scan_arrow, scan_pandas])
@pytest.mark.parametrize("ragged", ["a,b,1,2", "a,b,1,2,3,4", "", ","], ids=["short", "long", "blank", "two"])
@pytest.mark.parametrize("where", [0, 2, 5])
def test_hostile_rows_by_each_reader(scan, ragged, where):
    """A ragged row is an error wherever it stands: the reference names its line, the fast ones leave it to that."""
    rows = [",".join(row) for row in HOSTILE_ROWS]
    rows.insert(where, ragged)
    data = "\n".join([",".join(HOSTILE_FIELDS), *rows, ""]).encode()
    with pytest.raises(UnreadablePackage) as caught:
        read_reference(data, make_resource(HOSTILE_FIELDS))
    assert (where + 2, "ragged-row") == (caught.value.line, caught.value.rule)
    assert scan(data, make_resource(HOSTILE_FIELDS)) is None


def test_large_integers_with_a_gap_keep_their_digits():
    """9007199254740993 is not the float before it."""
    frame = assert_same(b"count,code\n9007199254740993,a\n,b\n", make_resource(FIELDS))
    assert 9007199254740993 == frame["count"][0]


def test_integers_beyond_64_bits_are_python_integers():
    """They are kept exact; in Arrow they are decimals."""
    data = b"count,code\n9223372036854775808,a\n-1,b\n"
    frame = assert_same(data, make_resource(FIELDS), fast=None)
    assert [9223372036854775808, -1] == frame["count"].tolist()
    fields, values = read_reference(data, make_resource(FIELDS))
    assert [Decimal(9223372036854775808), Decimal(-1)] == frames.make_arrow(fields, values)["count"].to_pylist()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["0.1", "0.30000000000000004", "-0", "1e22"], [0.1, 0.1 + 0.2, -0.0, 1e22]),
        (["0.1", "0.12345678901234567890"], [Decimal("0.1"), Decimal("0.12345678901234567890")]),
        (["9007199254740993", "1.5"], [Decimal(9007199254740993), Decimal("1.5")]),
        (["1000000000000000000", "123456789012345.6"], [1e18, 123456789012345.6]),
        (["+5", ".5", "5."], [5.0, 0.5, 5.0]),
        (["INF", "-INF"], [float("inf"), float("-inf")]),
        (["1e400", "1"], [Decimal("1e400"), Decimal(1)]),
    ],
)
def test_no_digit_of_a_number_is_lost(texts, expected):
    """A column is float64 where every number survives that, else Decimal as a whole."""
    frame = assert_same(("value,code\n" + "\n".join(f"{text},x" for text in texts)).encode(), make_resource(FIELDS), fast=None)
    assert [str(value) for value in expected] == [str(value) for value in frame["value"]]
    assert ("object" if isinstance(expected[0], Decimal) else "float64") == frame["value"].dtype


def test_an_exact_column_with_a_gap_is_decimal_in_arrow():
    """What needs a Decimal in pandas is a decimal in Arrow, and the gap a null."""
    data = b"value,code\n0.12345678901234567890,a\n,b\n0.5,c\n"
    fields, values = read_reference(data, make_resource(FIELDS))
    column = frames.make_arrow(fields, values)["value"]
    assert pa.types.is_decimal(column.type)
    assert [Decimal("0.12345678901234567890"), None, Decimal("0.5")] == column.to_pylist()


def test_categories_stand_in_declared_order():
    """Also those that no row has; ordered where the schema says so."""
    fields = {
        "kind": {"type": "string", "constraints": {"enum": ["b", "c", "a"]}},
        "tier": {"type": "string", "categories": ["low", "high"], "categoriesOrdered": True},
        "code": {"type": "integer", "categories": [{"value": 2, "label": "two"}, {"value": 1, "label": "one"}]},
    }
    frame = assert_same(b"kind,tier,code\na,high,1\n,low,2\nb,,\n", make_resource(fields))
    assert ["b", "c", "a"] == frame["kind"].cat.categories.tolist()
    assert (["low", "high"], True) == (frame["tier"].cat.categories.tolist(), frame["tier"].cat.ordered)
    assert [2, 1] == frame["code"].cat.categories.tolist()


def test_a_value_outside_an_enumeration_is_an_error():
    """Pandas would make it a gap in silence."""
    assert_refused(b"kind,count\na,1\nc,2\n", make_resource(FIELDS), 3, "expected one of b, a")


@pytest.mark.parametrize("row", [b"a", b"a,1,x", b"", b"a,1,", b'"a,1'])
def test_a_ragged_row_is_an_error(row):
    """Too short, too long, blank or never closed: the line is named, nothing is filled."""
    with pytest.raises(UnreadablePackage) as caught:
        read_reference(b"code,count\nb,2\n" + row + b"\nc,3\n", make_resource(FIELDS))
    assert caught.value.line == 3
    data = b"code,count\nb,2\n" + row + b"\nc,3\n"
    assert (None, None) == (scan_arrow(data, make_resource(FIELDS)), scan_pandas(data, make_resource(FIELDS)))


def test_short_and_long_rows_do_not_make_up_for_each_other():
    """The delimiters of the whole file are as many as they should be, and still it is refused."""
    assert_refused(b"code,count\na,1,x\nb\n", make_resource(FIELDS), 2, "The row has 3 cells, the header has 2")


@pytest.mark.parametrize("text", ["0x1F", " 5", "5 ", "1_000", "１２", "1.0", "1e5", "1,000", "—"])
def test_what_is_no_integer_is_refused_by_all(text):
    """Pyarrow takes ``0x1F``, Python takes ``1_000`` and ``１２``; Table Schema does not."""
    assert_refused(f'code,count\na,1\nb,"{text}"\n'.encode(), make_resource(FIELDS), 3, "whole number")


@pytest.mark.parametrize("text", ["0x1F", " 5", "1_000", "１２", "nan", "inf", "Infinity", "1.2万", "1.2.3"])
def test_what_is_no_number_is_refused_by_all(text):
    """Pyarrow takes ``inf``; the standard writes ``INF``."""
    assert_refused(f"code,value\na,1\nb,{text}\n".encode(), make_resource(FIELDS), 3, "number")


@pytest.mark.parametrize(
    ("name", "text"),
    [("day", "2024-1-5"), ("day", "2024-02-30"), ("day", "0000-01-01"), ("open", "yes"), ("year", "24"), ("month", "2024-13")],
)
def test_other_types_are_strict_too(name, text):
    """A date is written in full and exists, a boolean is one of the words, a year has four digits."""
    assert_refused(f"code,{name}\nb,{text}\n".encode(), make_resource(FIELDS), 2, "expected")


def test_years_before_pandas_time_are_kept():
    """Nanoseconds begin in 1677; dates here do not."""
    frame = assert_same(b"day,code\n1200-01-01,a\n9999-12-31,b\n", make_resource(FIELDS))
    assert [dt.date(1200, 1, 1), dt.date(9999, 12, 31)] == frame["day"].dt.date.tolist()


def test_times_with_a_zone_are_in_utc():
    """One zone for a column; mixed with times that have none they stay objects."""
    zoned = assert_same(b"at,code\n2025-01-01T08:00:00+08:00,a\n,b\n2025-01-01T00:00:00Z,c\n", make_resource(FIELDS))
    assert "datetime64[us, UTC]" == str(zoned["at"].dtype)
    assert zoned["at"][0] == zoned["at"][2]
    mixed = assert_same(b"at,code\n2025-01-01T08:00:00Z,a\n2025-01-01T08:00:00,b\n", make_resource(FIELDS), fast=None)
    assert object == mixed["at"].dtype


def test_what_pandas_has_no_type_for_is_an_object():
    """Lists, objects, points and times are Python values in pandas, and text in Arrow."""
    fields = {"list": {"type": "list"}, "json": {"type": "object"}, "point": {"type": "geopoint"}, "time": {"type": "time"}}
    data = b'list,json,point,time\n"a,b","{""k"": 1}","120.5,36",08:30:00\n,,,\n'
    frame = assert_same(data, make_resource(fields), fast=None)
    assert [["a", "b"], {"k": 1}, (120.5, 36.0), dt.time(8, 30)] == frame.iloc[0].tolist()
    table = frames.make_arrow(*read_reference(data, make_resource(fields)))
    assert ['["a", "b"]', '{"k": 1}', "[120.5, 36.0]", "08:30:00"] == list(table.to_pylist()[0].values())


def test_missing_values_are_those_declared():
    """``-`` may be missing and an empty string a value."""
    resource = make_resource({"code": {"type": "string"}, "count": {"type": "integer"}}, schema={"missingValues": ["-", "n/a"]})
    frame = assert_same(b"code,count\n,1\n-,n/a\n", resource)
    assert [["", 1], [True, True]] == [frame.iloc[0].tolist(), frame.isna().iloc[1].tolist()]


def test_a_column_may_have_its_own_missing_values():
    """A field's list stands before the schema's."""
    fields = {"code": {"type": "string", "missingValues": ["x"]}, "count": {"type": "integer"}}
    frame = assert_same(b"code,count\nx,1\ny,\n", make_resource(fields), fast=None)
    assert [[True, False], [False, True]] == frame.isna().to_numpy().tolist()


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfcode,count\r\na,1\r\nb,2\r\n",
        b"code,count\ra,1\rb,2\r",
        b"code,count\na,1\nb,2",
        b'"code","count"\n"a","1"\n"b",2\n',
    ],
    ids=["bom-crlf", "cr", "no-last-break", "quoted"],
)
def test_ways_of_writing_do_not_matter(data):
    """A byte order mark, line ends and needless quotes change nothing."""
    frame = assert_same(data, make_resource(FIELDS))
    assert {"code": ["a", "b"], "count": [1, 2]} == frame.to_dict("list")


def test_a_quote_within_a_cell_is_itself():
    """An unquoted cell may hold one; the fast readers leave such files alone."""
    frame = assert_same(b'code,count\n5" pipe,1\nb,2\n', make_resource(FIELDS), fast=False)
    assert '5" pipe' == frame["code"][0]


def test_a_broken_quote_is_an_error():
    """``"a"b`` is read as ``ab`` by pandas and pyarrow."""
    assert_refused(b'code,count\n"a"b,1\n', make_resource(FIELDS), 2, "closing quote")


def test_other_dialects():
    """A semicolon, a declared encoding and number forms are obeyed by all readers."""
    resource = make_resource(
        {"code": {"type": "string"}, "value": {"type": "number", "decimalChar": ",", "groupChar": "."}},
        dialect={"delimiter": ";", "quoteChar": "'"},
        encoding="gbk",
    )
    frame = assert_same("code;value\n'山;东';1.234,5\n青岛;2\n".encode("gbk"), resource)
    assert {"code": ["山;东", "青岛"], "value": [1234.5, 2.0]} == frame.to_dict("list")


def test_an_exact_number_in_its_own_form_keeps_its_digits():
    """A column that needs Decimals is made of the numbers, not of their texts."""
    resource = make_resource({"value": {"type": "number", "groupChar": ","}, "code": {"type": "string"}})
    frame = assert_same(b'value,code\n"9,007,199,254,740,993",a\n"1,234.5",b\n', resource, fast=None)
    assert [Decimal(9007199254740993), Decimal("1234.5")] == frame["value"].tolist()


@pytest.mark.parametrize("data", [b"code,count\n", b"code,count"])
def test_a_header_alone_is_an_empty_table(data):
    """No rows, and the dtypes are there."""
    fields, values = read_reference(data, make_resource(FIELDS))
    frame = frames.make_frame(fields, values)
    assert (0, "int64") == (len(frame), str(frame["count"].dtype))
    assert scan_arrow(data, make_resource(FIELDS)) is None


def test_one_column_with_a_blank_line_is_ragged():
    """A blank line is a row without cells, not an empty cell."""
    assert_refused(b"code\na\n\nb\n", make_resource(FIELDS), 3, "0 cells")


def test_two_columns_of_one_name_are_an_error():
    """A table cannot be addressed by name then."""
    assert_refused(b"code,code\na,b\n", make_resource(FIELDS), 1, "Two columns are named 'code'")


def test_a_field_of_an_unknown_type_is_an_error():
    """The column is named, no traceback."""
    assert_refused(b"x,y\n1,2\n", make_resource({"x": {"type": "colour"}}), None, "The column 'x' cannot be read")


def test_quotes_and_breaks_across_blocks(monkeypatch):
    """A file is looked at in blocks; a quote on their border is still one quote."""
    data = b'code,count\n"a,""b""\nc",1\n"",2\nx,3\n'
    for size in range(1, len(data) + 1):
        monkeypatch.setattr(frames, "_BLOCK_BYTES", size)
        assert frames._Look(plain=True, broken=True, delimiters=4) == frames._look(data, make_resource(FIELDS), counting=True)
        assert frames._Look(plain=False) == frames._look(b'code,count\n"a"b,1\n', make_resource(FIELDS), counting=True)
        assert not frames._look(b'code,count\n"a,1\n', make_resource(FIELDS), counting=True).plain


CELLS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "007", "1.5", "NA", "true", "2024-01-01", "a", "b", '"', ",", "\n", "0x1", " 1", "+1", "1e3"]
    ),
    st.text(alphabet='ab,"\n\r 0１.é', max_size=4),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5),
    raw=st.booleans(),
    kinds=st.permutations(list(FIELDS)),
)
def test_whatever_the_cells_hold(rows, raw, kinds):
    """Each fast reader gives the reference's table or none, also where the reference refuses the file."""
    names = kinds[:3]

    def write(cell):
        return cell if raw else '"' + cell.replace('"', '""') + '"'

    data = "\n".join([",".join(names), *(",".join(map(write, row)) for row in rows)]).encode()
    resource = make_resource({name: FIELDS[name] for name in names})
    try:
        read_reference(data, resource)
    except UnreadablePackage:
        assert (None, None) == (scan_arrow(data, resource), scan_pandas(data, resource))
    else:
        assert_same(data, resource, fast=None)


def test_many_rows(tmp_path):
    """A table of several blocks: dictionaries of its chunks are one in the end."""
    random = np.random.default_rng(1)
    rows = [
        f"{n:06d},{n if n % 7 else ''},{random.integers(1, 10**6) / 100},{'ab'[n % 2] if n % 5 else ''},"
        f"{'true' if n % 3 else 'false'},{dt.date(2000, 1, 1) + dt.timedelta(n % 5000)},,2020,2020-01"
        for n in range(60_000)
    ]
    data = (",".join(FIELDS) + "\n" + "\n".join(rows) + "\n").encode()
    assert len(data) > 2 * 2**20
    frame = assert_same(data, make_resource(FIELDS))
    assert 60_000 == len(frame)
    assert json.loads(json.dumps(frame["code"].iloc[-1])) == "059999"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa,b\r\n1,-\r\n,NA\r\n",
        b'a,b\n"x, ""y""","two\nlines"\n01, x\n',
        "a,b\n中,é\n".encode(),
    ],
)
def test_texts_are_as_the_reference_reads_them(data):
    """Nothing is cast, trimmed or taken for missing."""
    resource = make_resource({"a": {"type": "integer"}, "b": {"type": "string", "missingValues": ["-"]}})
    source, original = read.Source(None, Path("p"), "p", "datapackage.json"), read.read_bytes
    read.read_bytes = lambda source, path: data
    try:
        cells = read.read_cells(source, resource)
    finally:
        read.read_bytes = original
    table = frames.read_texts(data, resource)
    assert list(cells.header) == table.column_names
    assert cells.rows == [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


@pytest.mark.parametrize(
    "data",
    [b"a,b\n1\n", b"a,b\n1,2,3\n", b"a,a\n1,2\n", b'a,b\n5",2\n', b"a,b\n\n1,2\n", b"a,b\n\xff,2\n", b"a,b\n\0,2\n", b""],
)
def test_what_the_reference_could_read_otherwise_is_left_to_it(data):
    """Ragged rows, two columns of one name, a quote within a cell, a blank line, bytes that are no UTF-8."""
    assert frames.read_texts(data, make_resource({"a": {"type": "string"}})) is None
