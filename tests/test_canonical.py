"""The canonical form of tables: what ``fmt`` changes, what it leaves alone, and what it refuses."""

import csv
import errno
import io
import json
import os
import shutil
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opendata import canonical
from opendata.canonical import Formatted, fmt
from opendata.errors import OpenDataError, WrongUse
from opendata.handles import Catalog

PACKAGES = Path(__file__).resolve().parents[1] / "datapackages"

FIELDS = [
    {"name": "row_id", "type": "string"},
    {"name": "number", "type": "number"},
    {"name": "whole", "type": "integer"},
    {"name": "day", "type": "date"},
    {"name": "name", "type": "string"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b ", "１"]}},
]
HEADER = "row_id,number,whole,day,name,kind\n"


def write(folder, text, fields=FIELDS, *, path="t.csv", encoding=None, dialect=None, more=None, **schema):
    """Write a package of one table; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    resource = {"name": "t", "path": path, "schema": {"fields": fields, **schema}, **(more or {})}
    resource |= {"dialect": dialect} if dialect else {}
    resource |= {"encoding": encoding} if encoding else {}
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [resource]}), "utf-8")
    (folder / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def format_text(folder, text, *arguments, **options):
    """Format a table; returns what its file holds then, and what was said of it."""
    (done,) = fmt(write(folder, text, *arguments, **options))
    return (folder / "t.csv").read_bytes().decode("utf-8", "replace"), done


def mend(folder, cells, column):
    """Format a column's cells, in their order, without a key; returns them."""
    at = [one["name"] for one in FIELDS].index(column)
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(["x"] * at + [cell] + [""] * (5 - at) for cell in cells)
    text, done = format_text(folder, HEADER + buffer.getvalue())
    assert done.refused is None
    return [row[at] for row in csv.reader(io.StringIO(text, newline=""))][1:]


# ----- the form -----


def test_the_packages_of_this_repository_are_canonical():
    """What is published is in the form that ``fmt`` makes."""
    assert [] == [one.line for one in fmt(PACKAGES, check=True) if one.changes or one.refused]


def test_mark_line_ends_quotes_and_blank_lines_go(tmp_path):
    """A spreadsheet's own ways of saving are off, and each is told."""
    text, done = format_text(tmp_path, b'\xef\xbb\xbfrow_id,"name"\r\n"b",x\r\n\r\na,"y, z"', [FIELDS[0], FIELDS[4]])
    assert 'row_id,name\nb,x\na,"y, z"\n' == text
    assert {"mark": 1, "line-ends": 1, "quotes": 1, "blank-rows": 1} == done.changes
    assert (
        f"{tmp_path}/t.csv: 2 rows: byte order mark off, line ends made LF, quotes only where needed, 1 blank row deleted"
        == (done.line)
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("row_id\na\n", {}),
        ("row_id\na", {"line-ends": 1}),
        ("row_id\ra\r", {"line-ends": 1}),
        ("\ufeffrow_id\na\n", {"mark": 1}),
        ('row_id\n"a"\n', {"quotes": 1}),
        ('row_id\n"a\nb"\n', {}),
        ('row_id\n""\n', {}),
        ("row_id\n\n\na\n", {"blank-rows": 2}),
        ("row_id\na \n", {"blanks": 1}),
        (" row_id\na\n", {"header": 1}),
    ],
)
def test_each_change_is_told_once(tmp_path, text, changes):
    """A line end is not taken for a quote, nor a quote for a line end."""
    after, done = format_text(tmp_path, text, FIELDS[:1])
    assert changes == done.changes
    assert (after != text) is bool(changes)


def test_texts_lose_blanks_at_their_end_and_get_one_form_of_unicode(tmp_path):
    """Names and printed texts keep their digits, their signs and what stands before them."""
    cells = ["１２，３４ ", " a\u3000", "e\u0301", "x\r\ny\rz\n", "a\u200b", " ", "－\xa0"]
    assert ["１２，３４", " a", "\u00e9", "x\ny\nz", "a\u200b", " ", "－"] == mend(tmp_path, cells, "name")


def test_ids_are_half_width(tmp_path):
    """An id is the same id whoever typed it; a blank one is none."""
    assert ["ａ-1", "2021/2025", "x", ""] == mend(tmp_path, [" ａ－１", "２０２１／２０２５", "x\u3000", "  "], "row_id")


def test_numbers_are_plain(tmp_path):
    """Half-width, without separators of thousands; as many decimals as were written; nothing else is guessed."""
    cells = [" 1,234.50", "１２，３４５", "−7", "+1", "1.0", "12%", "1.2万", "—", "N/A", "1e3", " "]
    assert ["1234.50", "12345", "-7", "+1", "1.0", "12%", "1.2万", "—", "N/A", "1e3", ""] == mend(tmp_path, cells, "number")


@pytest.mark.parametrize("cells", [["1,234", "1,5"], ["1,234", "0,123"], ["1,234", "1,2345"], ["1,234", "1.234,5"]])
def test_a_comma_that_may_be_a_decimal_point_stays(tmp_path, cells):
    """One cell that no comma groups makes those of its column doubtful."""
    assert cells == mend(tmp_path, cells, "number")


def test_separators_that_are_declared_go(tmp_path):
    """What the schema says is no guess; the values stay."""
    fields = [{"name": "n", "type": "number", "groupChar": ".", "decimalChar": ","}]
    text, _ = format_text(tmp_path, 'n\n1.234\n"1.2,5"\n', fields)
    assert 'n\n1234\n"12,5"\n' == text


def test_a_comma_in_whole_numbers_that_are_not_stays(tmp_path):
    """``1,234.5`` is no whole number without its comma either."""
    assert ["1,234.5", "1234"] == mend(tmp_path, ["1,234.5", "1,234"], "whole")


def test_dates_are_half_width(tmp_path):
    """Digits and signs; which day was meant is not guessed."""
    assert ["2024-01-05", "2024/1/5", "2024年1月5日"] == mend(
        tmp_path, ["２０２４－０１－０５ ", "2024/1/5", "2024年1月5日"], "day"
    )


def test_a_text_that_obeys_its_constraints_goes_on_to(tmp_path):
    """A choice keeps its blank and its width; what is no choice becomes one where only a blank is wrong."""
    assert ["b ", "１", "a", "c", "b"] == mend(tmp_path, ["b ", "１", "a ", "c ", "b"], "kind")


def test_marks_of_missing_values_stay(tmp_path):
    """They are no values; and a text does not become one of them."""
    fields = [{"name": "name", "type": "string"}, {"name": "n", "type": "integer"}]
    text, _ = format_text(tmp_path, "name,n\n- ,-\nＮ, - \n", fields, missingValues=["", "-", "N"])
    assert "name,n\n- ,-\nＮ, - \n" == text


def test_types_that_are_not_known_are_left_alone(tmp_path):
    """Nobody can say what may be changed."""
    text, done = format_text(tmp_path, "x\n1 \n", [{"name": "x", "type": "money"}])
    assert ("x\n1 \n", {}) == (text, done.changes)


def test_a_table_without_schema_is_text(tmp_path):
    """Columns that are not declared are texts, in the order of the file."""
    text, done = format_text(tmp_path, "b_id,a\n２ ,y \n1,z\n", [])
    assert ("b_id,a\n2,y\n1,z\n", {"blanks": 2, "half-width": 1}) == (text, done.changes)


@pytest.mark.parametrize(("referred", "after"), [("code", "１"), ("area_id", "1")])
def test_a_key_takes_the_form_of_what_it_refers_to(tmp_path, referred, after):
    """Else the two would part."""
    foreign = [{"fields": ["area_id"], "reference": {"resource": "areas", "fields": [referred]}}]
    text, _ = format_text(tmp_path, "area_id\n１\n", [{"name": "area_id", "type": "string"}], foreignKeys=foreign)
    assert f"area_id\n{after}\n" == text


def test_periods_of_indicators_are_dates(tmp_path):
    """In other kinds of packages the column may hold anything."""
    folder = write(tmp_path, "period\n２０２５\n", [{"name": "period", "type": "string"}])
    fmt(folder)
    assert "period\n２０２５\n" == (folder / "t.csv").read_text("utf-8")
    descriptor = json.loads((folder / "datapackage.json").read_text())
    (folder / "datapackage.json").write_text(json.dumps({**descriptor, "kind": "indicators"}))
    fmt(folder)
    assert "period\n2025\n" == (folder / "t.csv").read_text("utf-8")


# ----- the order -----


def test_rows_take_the_order_of_the_primary_key(tmp_path):
    """By text; numbers by value, missing ones first, what is none last; how many had to move is told."""
    fields = [{"name": "x", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "note", "type": "string"}]
    rows = ["b,2,1", "a,10,2", "a,9,3", "a,,4", "a,x,5", "B,1,6", "二,1,7", "a,9,8"]
    text, done = format_text(tmp_path, "x,n,note\n" + "\n".join(rows) + "\n", fields, primaryKey=["x", "n"])
    assert ["x,n,note", "B,1,6", "a,,4", "a,9,3", "a,9,8", "a,10,2", "a,x,5", "b,2,1", "二,1,7"] == text.splitlines()
    assert {"moved": 5} == done.changes


@pytest.mark.parametrize(("order", "rows"), [([], "b,1 a,2 c,0"), (["n"], "c,0 b,1 a,2"), (None, "a,2 b,1 c,0")])
def test_sort_by_goes_before_the_primary_key(tmp_path, order, rows):
    """An empty list says that the order of the rows is data."""
    fields = [{"name": "x", "type": "string"}, {"name": "n", "type": "number"}]
    schema = {"primaryKey": ["x"]} | ({} if order is None else {"sortBy": order})
    text, _ = format_text(tmp_path, "x,n\nb,1\na,2\nc,0\n", fields, **schema)
    assert ["x,n", *rows.split()] == text.splitlines()


def test_numbers_that_are_none_have_a_place_too(tmp_path):
    """NaN is not less or more than anything; the order does not depend on where it stood."""
    fields = [{"name": "n", "type": "number"}]
    orders = [["NaN", "2", "INF", "1.5", "-INF"], ["1.5", "-INF", "NaN", "INF", "2"]]
    texts = [
        format_text(tmp_path / str(at), "\n".join(["n", *rows]) + "\n", fields, primaryKey=["n"])[0]
        for at, rows in enumerate(orders)
    ]
    assert ["n\n-INF\n1.5\n2\nINF\nNaN\n"] * 2 == texts


# ----- what is refused -----


@pytest.mark.parametrize(
    ("text", "options", "told"),
    [
        ("a\nx,y\n", {}, "line 2: the row has 2 cells, the header 1; mend the row"),
        ("a,b\n\nx\n", {}, "line 3: the row has 1 cell, the header 2; mend the row"),
        ("a,a\nx,y\n", {}, 'two columns are named "a"; rename one'),
        ('a\n"x\n', {}, 'line 2: A quote that opens in this row is never closed. Close it with ", or write "" for a quote'),
        (b"\xff\xfea\x00", {}, "line 1: The file is in UTF-16. Save it as “CSV UTF-8”."),
        ("项目\n".encode("gbk") * 20, {}, "line 1: The file is not UTF-8 (byte 0xcf). It looks like GBK"),
        ("a\nx \n", {"encoding": "latin-1"}, "its encoding is declared as latin-1; save it as UTF-8 and declare utf-8"),
        ("a\n#x \n", {"dialect": {"commentChar": "#"}}, "its dialect has more than a delimiter, a quote and a header;"),
        ("a\nx \n", {"dialect": {"headerRows": [1, 2]}}, "its dialect has more than a delimiter, a quote and a header;"),
        ("a\nx \n", {"dialect": {"lineTerminator": "\r\n"}}, "its dialect has more than a delimiter, a quote and a header;"),
        ("a\nx \n", {"sortBy": ["b"]}, 'its rows are ordered by "b", which is no column; mend the key or sortBy'),
        ("a\nx \n", {"sortBy": "a"}, "sortBy in its schema is not a list of columns; write one, or []"),
        ("a\nx \nx\n", {"primaryKey": ["a"]}, '"x " and "x" would become one a; say which is which, or delete one'),
        ("a\nx \nx\n", {"uniqueKeys": [["a"]]}, '"x " and "x" would become one a; say which is which, or delete one'),
        ("\ufeff\ufeffb\nx \n", {}, "it cannot be written so that it reads the same; look for odd characters in it"),
        ("a\nx \n", {"more": {"bytes": 5}}, "the descriptor tells its bytes or hash, which would change; take them out"),
        ("a\nx \n", {"more": {"path": "../t.csv"}}, "The path '../t.csv' leads out of the package's folder."),
    ],
)
def test_what_is_in_doubt_is_left_as_it_is(tmp_path, text, options, told):
    """A file is formatted as a whole or not at all, and why is told."""
    folder = tmp_path / "p"
    _, done = format_text(folder, text, [{"name": "a", "type": "string"}], **options)
    assert done.refused is not None and done.refused.startswith(told), done.refused
    assert (text if isinstance(text, bytes) else text.encode()) == (folder / "t.csv").read_bytes()
    assert f": left as it is: {done.refused}" in done.line


def test_two_values_of_a_unique_column_do_not_become_one(tmp_path):
    """``unique`` of a column is a key too."""
    fields = [{"name": "a", "type": "string", "constraints": {"unique": True}}]
    _, done = format_text(tmp_path, "a\nx \nx\n", fields)
    assert '"x " and "x" would become one a; say which is which, or delete one' == done.refused


def test_what_cannot_be_read_does_not_hold_up_the_rest(tmp_path):
    """A broken descriptor, a missing file; the good package is formatted."""
    write(tmp_path / "a", "x\n")
    (tmp_path / "a" / "datapackage.json").write_text("{")
    write(tmp_path / "b", "x\n")
    (tmp_path / "b" / "t.csv").unlink()
    write(tmp_path / "c", "row_id\n1 \n", FIELDS[:1])
    done = fmt(tmp_path)
    assert [f"{tmp_path}/{name}" for name in ("a/datapackage.json", "b/t.csv", "c/t.csv")] == [one.path for one in done]
    assert [True, True, False] == [one.refused is not None for one in done]
    assert "row_id\n1\n" == (tmp_path / "c" / "t.csv").read_text()


def test_a_file_is_formatted_once_though_two_resources_name_it(tmp_path):
    """The first says how."""
    folder = write(tmp_path, "row_id\n1 \n", FIELDS[:1])
    descriptor = json.loads((folder / "datapackage.json").read_text())
    descriptor["resources"].append({**descriptor["resources"][0], "name": "again"})
    descriptor["resources"].append({"name": "text", "path": "readme.txt"})
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    assert [Formatted(f"{folder}/t.csv", 1, {"blanks": 1})] == list(fmt(folder / "datapackage.json"))


def test_wrong_use_is_told(tmp_path):
    """No folder, a file, none named; a folder without packages is a refusal."""
    (tmp_path / "a.zip").write_bytes(b"")
    for paths in ((), (tmp_path / "nowhere",), (tmp_path / "a.zip",)):
        with pytest.raises(WrongUse):
            fmt(*paths)
    (done,) = fmt(tmp_path)
    assert "there is no datapackage.json here; name another folder" == done.refused


# ----- files -----


def test_check_changes_nothing(tmp_path):
    """It says what would be done."""
    folder = write(tmp_path, "row_id\n1 \n", FIELDS[:1])
    before = [(file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())]
    (done,) = fmt(folder, check=True)
    assert {"blanks": 1} == done.changes
    assert before == [(file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())]


def test_a_canonical_file_is_not_touched(tmp_path):
    """Not even its time."""
    folder = write(tmp_path, "row_id\n1\n", FIELDS[:1])
    os.utime(folder / "t.csv", ns=(1, 1))
    (done,) = fmt(folder)
    assert (f"{folder}/t.csv: 1 row: no change", 1) == (done.line, (folder / "t.csv").stat().st_mtime_ns)


def test_the_file_keeps_its_mode_and_a_link_its_place(tmp_path):
    """A link within the package goes on to be one."""
    folder = write(tmp_path, "row_id\n1 \n", FIELDS[:1])
    (folder / "t.csv").rename(folder / "real.txt")
    (folder / "real.txt").chmod(0o640)
    (folder / "t.csv").symlink_to("real.txt")
    fmt(folder)
    assert (folder / "t.csv").is_symlink()
    assert ("row_id\n1\n", 0o640) == ((folder / "real.txt").read_text(), stat.S_IMODE((folder / "real.txt").stat().st_mode))


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_file(tmp_path, monkeypatch, error):
    """A full disk, an interrupt: the old file stands, and nothing beside it."""

    def fail(handle):
        raise error

    folder = write(tmp_path, "row_id\n1 \n", FIELDS[:1])
    monkeypatch.setattr("os.fsync", fail)
    if isinstance(error, OSError):
        assert "it cannot be written: No space left on device; allow it" == fmt(folder)[0].refused
    else:
        with pytest.raises(KeyboardInterrupt):
            fmt(folder)
    assert {"datapackage.json", "t.csv"} == {file.name for file in folder.iterdir()}
    assert "row_id\n1 \n" == (folder / "t.csv").read_text()


def test_other_delimiters_and_tables_without_header_keep_theirs(tmp_path):
    """A dialect that is declared is kept."""
    text, done = format_text(tmp_path, "b;'x;y'\na;'z'\n", [{"name": "a"}, {"name": "c"}], primaryKey=["a"], dialect={
        "delimiter": ";", "quoteChar": "'", "header": False,
    })  # fmt: skip
    assert ("a;z\nb;'x;y'\n", {"quotes": 1, "moved": 1}) == (text, done.changes)


# ----- properties -----

_TEXTS = {
    "row_id": st.text("ab１2 －-\u3000é e\u0301", max_size=4),
    "name": st.text(max_size=6),
    "kind": st.sampled_from(["a", "b ", "１", ""]),
}
_SOUND = _TEXTS | {
    "number": st.one_of(st.just(""), st.floats().map(repr).map(str.upper), st.decimals(allow_nan=False).map(str)),
    "whole": st.one_of(st.sampled_from(["", "007", "+7"]), st.integers().map(str)),
    "day": st.dates().map(str),
}
_ODD = _TEXTS | {
    "number": st.one_of(st.text("0123１２,，.．-−+ 　eE%", max_size=7), st.integers().map("{:,}".format)),
    "whole": st.one_of(st.text("0123１２,，- ", max_size=6), st.integers(-(10**7), 10**7).map("{:,}".format)),
    "day": st.text("2024０１-－/ ", min_size=8, max_size=11),
    "kind": st.sampled_from(["a ", "b", "c\r\n", " "]),
}


@st.composite
def tables(draw):
    """A file of odd cells, as any program might have written it."""
    columns = draw(st.lists(st.sampled_from(list(_ODD)), min_size=1, max_size=4, unique=True))
    cells = draw(st.sampled_from([_SOUND, _ODD]))
    cell = {name: cells[name].map(lambda text: text.replace("\0", "").encode("utf-8", "replace").decode()) for name in columns}
    rows = draw(st.lists(st.tuples(*(cell[name] for name in columns)), max_size=6))
    buffer = io.StringIO()
    quoting, end = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])), draw(st.sampled_from(["\n", "\r\n"]))
    writer = csv.writer(buffer, quoting=quoting, lineterminator=end)
    writer.writerow(columns)
    writer.writerows(rows)
    mark = draw(st.sampled_from(["", "\ufeff"]))
    schema = {"primaryKey": [columns[0]]} if draw(st.booleans()) else {"sortBy": draw(st.sampled_from([[], columns]))}
    fields = [one for one in FIELDS if one["name"] in columns]
    return mark + buffer.getvalue(), sorted(fields, key=lambda one: columns.index(one["name"])), schema


def load(folder):
    """The rows of a table with their values, or ``None`` where it cannot be loaded."""
    try:
        table = Catalog(folder).load("p").t
        return table.c, [tuple(row) for row in table.rows()]
    except OpenDataError:
        return None


def plain(columns, row):
    """A row whose texts are as the form has them; its numbers and dates as they are."""
    forms = {
        "row_id": lambda text: unicodedata.normalize("NFC", text).strip().translate(canonical._HALF_WIDTH) or None,
        "name": lambda text: unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip(
            " \t\n\xa0\u3000"
        ),
        "kind": lambda text: text,
    }
    return tuple(
        forms.get(str(name), lambda value: value)(value) if value is not None else None
        for name, value in zip(columns, row, strict=True)
    )


@settings(max_examples=150, deadline=None)
@given(tables())
def test_formatting_twice_is_formatting_once_and_keeps_every_value(tmp_path_factory, table):
    """What could be loaded loads equal, row for row, but for the form of texts; a second run changes nothing."""
    text, fields, schema = table
    folder = tmp_path_factory.mktemp("p")
    try:
        write(folder, text, fields, **schema)
        before = load(folder)
        (done,) = fmt(folder)
        after = (folder / "t.csv").read_bytes()
        assert (after != text.encode()) is bool(done.changes and done.refused is None)
        if done.refused is None:
            assert [Formatted(done.path, done.rows, {})] == list(fmt(folder))
        if before is not None:
            loaded = load(folder)
            assert loaded is not None
            columns = [str(column) for column in before[0]]
            expected = sorted((plain(columns, row) for row in before[1]), key=repr)
            assert expected == sorted((plain(columns, row) for row in loaded[1]), key=repr)
    finally:
        shutil.rmtree(folder)
