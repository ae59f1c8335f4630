"""Files for download: the same data give the same bytes, and every cell comes back as it was."""

import csv
import datetime
import io
import json
import zipfile
from decimal import Decimal

from made_up import HOSTILE
from opendata import formats


def test_csv_is_utf_8_with_lf_and_quotes_only_where_needed():
    """A diff of two files shows what changed and nothing else."""
    assert b'a,b\n1,"x,y"\n,"say ""hi"""\n' == formats.to_csv(["a", "b"], [["1", "x,y"], ["", 'say "hi"']])


def test_csv_with_a_byte_order_mark_for_spreadsheets():
    """The mark stands in front and nowhere else."""
    assert b"\xef\xbb\xbf\xe5\x90\x8d\n" == formats.to_csv(["名"], [], bom=True)


def test_hostile_cells_come_back_from_csv_as_they_were():
    """A download is data: nothing is defused, nothing is lost."""
    data = formats.to_csv(["x"], [[text] for text in (*HOSTILE, "two\nlines")])
    assert [["x"], *[[text] for text in (*HOSTILE, "two\nlines")]] == list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_json_is_an_array_with_an_object_a_line():
    """A missing value is null, a date is a string, Chinese stays readable."""
    rows = [{"a": None, "b": "名"}, {"a": datetime.date(2024, 1, 2), "b": Decimal("1.50")}]
    data = formats.to_json(rows)
    assert '[\n{"a": null, "b": "名"},\n{"a": "2024-01-02", "b": "1.50"}\n]\n' == data.decode()
    assert 2 == len(json.loads(data))


def test_json_of_nothing_is_an_empty_array():
    """Programs that read it need no special case."""
    assert [] == json.loads(formats.to_json([]))


def test_zip_depends_on_names_and_contents_alone():
    """The order in which files are given, the clock and the machine leave no trace."""
    one = formats.to_zip({"b.csv": b"2", "a.csv": b"1"})
    assert one == formats.to_zip({"a.csv": b"1", "b.csv": b"2"})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert ["a.csv", "b.csv"] == archive.namelist()
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}
        assert {zipfile.ZIP_STORED} == {entry.compress_type for entry in archive.infolist()}
        assert b"1" == archive.read("a.csv")
