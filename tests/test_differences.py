"""Two versions into keyed changes: what is found, in which order, and how it is told."""

import csv
import json
import random
import shutil
import subprocess
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendata.differences import (
    KINDS,
    CellChange,
    Difference,
    Renaming,
    RowChange,
    columnar,
    diff,
    open_version,
    packages,
)
from opendata.errors import UnreadablePackage, WrongUse
from opendata.files import write_csv
from opendata.formats import to_zip
from opendata.handles import Catalog

FIELDS = [
    {"name": "id", "type": "string"},
    {"name": "year", "type": "year"},
    {"name": "value", "type": "number", "missingValues": ["", "-"]},
    {"name": "note", "type": "string"},
]


def write(folder, rows, *, fields=FIELDS, key=("id", "year"), name="gdp", **more):
    """Write a package of one table; ``rows`` are lines of CSV after the header."""
    folder.mkdir(parents=True, exist_ok=True)
    schema = {"fields": fields} | ({"primaryKey": list(key)} if key else {}) | more.pop("schema", {})
    resource = {"name": "values", "path": "values.csv", "schema": schema} | more.pop("resource", {})
    descriptor = {"name": name, "version": "1.0.0", "resources": [resource], **more}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    header = ",".join(field["name"] for field in fields)
    (folder / resource["path"]).write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return folder


@pytest.fixture
def compare(tmp_path):
    """Return the difference of two lists of rows, or of two packages told by keywords."""

    def compare(old, new, before=None, after=None):
        return diff(write(tmp_path / "old", old, **(before or {})), write(tmp_path / "new", new, **(after or {})))

    return compare


def table(difference):
    """Return the only table that differs."""
    ((table,),) = (package.tables for package in difference.packages)
    return table


def schema(difference):
    """Return the changes of the descriptor as rows."""
    return [(c.kind, c.place, c.old, c.new) for package in difference.packages for c in package.schema]


def test_equal_versions_have_no_difference(compare):
    """Neither the order of rows nor another writing of a number is one."""
    found = compare(["a,2020,1.0,", "b,2020,-,x"], ["b,2020,,x", "a,2020,1.00,"])
    assert (False, "no difference") == (bool(found), found.to_text())


def test_rows_are_told_apart_by_their_primary_key(compare):
    """Removed and added as whole rows, revised cell by cell."""
    found = table(compare(["a,2020,10,", "b,2020,5,", "c,2020,1,x"], ["a,2020,12,", "c,2020,1,y", "d,2020,7,"]))
    assert {"removed": 1, "renamed": 0, "revised": 2, "added": 1} == found.counts
    assert (("b", "2020", "5", ""),) == found.removed
    assert (("d", "2020", "7", ""),) == found.added
    assert (
        RowChange(("a", "2020"), (CellChange("value", "10", "12", 0.2),)),
        RowChange(("c", "2020"), (CellChange("note", "x", "y", None),)),
    ) == found.revised


@pytest.mark.parametrize(
    ("old", "new", "change", "told"),
    [
        ("10", "12", 0.2, " (+20.0%)"),
        ("100", "0", -1.0, " (-100.0%)"),
        ("1", "1000", 10.0, " (+1000% or more)"),
        ("1", "-1000", -10.0, " (-1000% or less)"),
        ("0.0", "3", 10.0, ""),
        ("-4", "-3", 0.25, " (+25.0%)"),
        ("-", "3", None, ""),
        ("INF", "3", None, ""),
    ],
)
def test_relative_change_is_bounded(compare, old, new, change, told):
    """From a tenth to ten times the old value and no further; from nothing it has no percentage."""
    (row,) = table(compare([f"a,2020,{old},"], [f"a,2020,{new},"])).revised
    assert (change, told) == (row.cells[0].change, row.cells[0].percent)


def test_largest_revisions_come_first(compare):
    """Up or down alike: halved and doubled weigh the same, and then the order of the file holds."""
    found = table(compare([f"{i},2020,100," for i in "abcd"], ["a,2020,101,", "b,2020,50,", "c,2020,200,", "d,2020,1,"]))
    assert ["d", "b", "c", "a"] == [row.key[0] for row in found.revised]


def test_duplicate_keys_are_an_error_that_names_both_lines(compare):
    """No row is lost in silence, also where the keys are written differently."""
    number = {"fields": [{"name": "id", "type": "integer"}, *FIELDS[1:]], "key": ("id",)}
    for rows in (["1,2020,1,", "2,2020,1,", "1,2021,1,"], ["1,2020,1,", "2,2020,1,", "01,2021,1,"]):
        for pair in ((rows, rows[:2]), (rows[:2], rows)):
            with pytest.raises(UnreadablePackage, match=r"values.csv:4: .*same primary key \(id=0?1\) as the one on line 2"):
                compare(*pair, number, number)


def test_keys_that_mean_the_same_are_the_same(compare):
    """A key column of numbers is compared as numbers."""
    number = {"fields": [{"name": "id", "type": "number"}, *FIELDS[1:]], "key": ("id",)}
    found = compare(["1.0,2020,1,", "2,2020,1,"], ["1.00,2020,3,", "2.0,2020,1,"], number, number)
    assert [("1.00",)] == [row.key for row in table(found).revised]


def test_row_is_renamed_where_the_rest_of_it_says_so(compare):
    """Another key, and cells that no other row has."""
    found = table(compare(["a,2020,1,first", "b,2020,2,second"], ["a,2020,1,first", "bb,2020,2,second"]))
    assert (Renaming(("b", "2020"), ("bb", "2020")),) == found.renamed
    assert ((), ()) == (found.removed, found.added)


@pytest.mark.parametrize(
    ("old", "new", "renamed"),
    [
        (["a,2019,5,"], ["a,2020,5,"], 0),  # one number is too little: a year gone, another come
        (["a,2019,5,x", "b,2019,5,x"], ["c,2020,5,x", "d,2021,5,x"], 0),  # which is which?
        (["a,2019,5,x", "b,2021,5,x", "k,2000,5,x"], ["c,2019,5,x", "d,2021,5,x", "k,2000,5,x"], 2),  # the year says
        (["a,2019,5,x"], ["b,2019,6,x"], 0),  # not the same
    ],
    ids=["one number", "ambiguous", "rest of the key", "other value"],
)
def test_row_is_not_renamed_where_it_could_be_another(compare, old, new, renamed):
    """Doubt is told as removed and added."""
    found = table(compare(old, new))
    assert (renamed, len(old) - renamed - sum(row in new for row in old)) == (len(found.renamed), len(found.removed))


def test_rows_without_primary_key_are_compared_as_often_as_they_occur(compare):
    """Twice and three times is a difference; 1.0 and 1.00 is none."""
    keyless = {"key": ()}
    found = table(
        compare(["a,2020,1,"] * 3 + ["b,2020,1.0,"], ["b,2020,1.00,", *["a,2020,1,"] * 2, "c,1,1,"], keyless, keyless)
    )
    assert ((("a", "2020", "1", ""),), (("c", "1", "1", ""),)) == (found.removed, found.added)


def test_key_of_one_version_serves_where_it_tells_the_rows_of_both_apart(compare):
    """A new primary key is a change of the schema, not of every row."""
    found = compare(["a,2020,1,", "b,2020,1,"], ["a,2020,2,", "b,2020,1,"], {"key": ()}, {"key": ("id",)})
    assert [("key", "values.primaryKey", [], ["id"])] == schema(found)
    assert [("a",)] == [row.key for row in table(found).revised]
    with_twice = compare(["a,2020,1,", "a,2021,1,"], ["a,2020,2,", "b,2020,1,"], {"key": ()}, {"key": ("id",)})
    assert () == table(with_twice).key


def test_renamed_column_is_followed(compare):
    """Another name, the same values: the rows are compared through it."""
    after = {"fields": [{"name": "area", "type": "string"}, *FIELDS[1:]], "key": ("area", "year")}
    found = compare(["a,2020,1,", "b,2020,1,"], ["a,2020,2,", "b,2020,1,"], None, after)
    assert [("field-renamed", "values.area", "id", "area")] == schema(found)
    assert [("a", "2020")] == [row.key for row in table(found).revised]


def constrained(**constraints):
    return {"fields": [*FIELDS[:2], FIELDS[2] | {"constraints": constraints}, FIELDS[3]]}


def choices(*names):
    return {"fields": [*FIELDS[:3], FIELDS[3] | {"categories": list(names), "constraints": {"enum": list(names)}}]}


def keyed(**keys):
    return {"schema": keys}


AREAS = {"fields": ["id"], "reference": {"package": "reference", "resource": "areas", "fields": ["id"]}}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"title": "GDP"}, [("metadata", "title", None, "GDP")]),
        ({}, {"version": "2.0.0", "changelog": []}, []),
        ({}, {"name": "gnp"}, [("package-renamed", "name", "gdp", "gnp")]),
        ({}, {"id": "x"}, [("identifier", "id", None, "x")]),
        ({"licenses": [{"name": "A"}]}, {"licenses": [{"name": "A", "title": "a"}]}, ["metadata"]),
        ({"licenses": [{"name": "A"}]}, {"licenses": [{"name": "B"}]}, ["licence-removed", "licence-added"]),
        ({}, {"resource": {"path": "v.csv"}}, [("file-renamed", "values", "values.csv", "v.csv")]),
        ({}, {"resource": {"name": "v"}}, [("resource-renamed", "v", "values", "v")]),
        ({}, {"resource": {"bytes": 1, "hash": "x"}}, []),
        ({}, {"resource": {"encoding": "gbk"}}, [("file-format", "values.encoding", "utf-8", "gbk")]),
        ({}, {"resource": {"dialect": {"quoteChar": "'"}}}, ["file-format"]),
        ({}, constrained(required=True), [("constraint-narrowed", "values.value.required", None, True)]),
        ({}, constrained(required=False), []),
        (constrained(unique=True), {}, [("constraint-widened", "values.value.unique", True, None)]),
        (constrained(minimum=9), constrained(minimum=10), [("constraint-narrowed", "values.value.minimum", 9, 10)]),
        (constrained(minimum="10"), constrained(minimum="9"), ["constraint-widened"]),
        (constrained(maximum=9), constrained(maximum=10), ["constraint-widened"]),
        (constrained(pattern="a"), constrained(pattern="b"), ["constraint-narrowed"]),
        (choices("x"), choices("x", "y"), [("constraint-widened", "values.note.enum", ["x"], ["x", "y"])]),
        (choices("x", "y"), choices("x"), [("constraint-narrowed", "values.note.enum", ["x", "y"], ["x"])]),
        (choices("x", "y"), choices("y", "x"), [("metadata", "values.note.enum", ["x", "y"], ["y", "x"])]),
        ({}, keyed(uniqueKeys=[["id", "note"]]), [("constraint-narrowed", "values.uniqueKeys(id, note)", None, None)]),
        ({}, keyed(foreignKeys=[AREAS]), [("constraint-narrowed", "values.foreignKeys(id)", None, "reference.areas.id")]),
        (
            keyed(foreignKeys=[AREAS]),
            keyed(foreignKeys=[AREAS | {"reference": AREAS["reference"] | {"resource": "places"}}]),
            [("reference", "values.foreignKeys(id)", "reference.areas.id", "reference.places.id")],
        ),
        ({}, keyed(fieldsMatch=["partial"]), [("constraint-widened", "values.fieldsMatch", "exact", "partial")]),
        ({}, keyed(missingValues=["", "NA"]), [("missing-values", "values.missingValues", [""], ["", "NA"])]),
        ({}, {"fields": [*FIELDS[:3], FIELDS[3] | {"title": "Note"}]}, [("metadata", "values.note.title", None, "Note")]),
        ({}, {"fields": [*FIELDS[:2], FIELDS[2] | {"unit": "%"}, FIELDS[3]]}, [("unit", "values.value", None, "%")]),
        ({}, {"fields": [*FIELDS[:2], FIELDS[2] | {"groupChar": " "}, FIELDS[3]]}, ["format"]),
        ({}, {"fields": [*FIELDS[:3], FIELDS[3] | {"type": "any"}]}, [("type", "values.note", "string", "any")]),
    ],
)
def test_changes_of_the_descriptor_are_apart(compare, before, after, expected):
    """Each has its kind, its place and both values; no row changes with them."""
    found = compare(["a,2020,1,"], ["a,2020,1,"], before, after)
    rows = schema(found)
    assert expected == [row if isinstance(one, tuple) else row[0] for row, one in zip(rows, expected, strict=True)]
    assert [] == [package.tables for package in found.packages if package.tables]


def test_losses_come_first(compare):
    """In the descriptor, among the rows, and among packages."""
    after = {"fields": [FIELDS[1], FIELDS[0], FIELDS[2], {"name": "more", "type": "string"}], "title": "T"}
    found = compare(["a,2020,1,x", "b,2020,2,x", "c,2020,9,x"], ["2020,a,3,", "2020,d,4,", "2020,c,9,"], None, after)
    assert ["field-removed", "fields-reordered", "field-added", "metadata"] == [row[0] for row in schema(found)]
    assert """\
gdp 1.0.0
  field-removed values.note
  fields-reordered values: ["id", "year", "value"] → ["year", "id", "value"]
  field-added values.more
  metadata title: ∅ → T
  values: 1 removed, 1 revised, 1 added (of 3 rows)
    - b, 2020
    ~ a, 2020; value: 1 → 3 (+200.0%)
    + d, 2020
1 package changed, 4 changes of schema or metadata, 1 row removed, 1 row revised, 1 row added""" == found.to_text()


def test_kinds_are_told_in_their_order():
    """Every loss before every gain."""
    assert KINDS.index("licence-removed") < KINDS.index("type") < KINDS.index("resource-added") < KINDS.index("metadata")


def test_text_and_markdown_stop_at_a_limit_and_json_does_not(compare):
    """A page for a reviewer, all rows for a program."""
    found = compare([f"a{i},2020,1," for i in range(30)], ["b,2020,1,"])
    assert "    … 28 more removed" in found.to_text(2).splitlines()
    assert "| removed | … 28 more | | | | |" in found.to_markdown(2).splitlines()
    assert 30 == len(json.loads(found.to_json())["packages"][0]["tables"][0]["removed"])


def test_json_names_columns_and_keys(compare):
    """What a program reads."""
    found = json.loads(compare(["a,2020,10,", "b,2020,5,text"], ["a,2020,12,", "c,2020,5,text"]).to_json())
    assert {
        "name": "values",
        "key": ["id", "year"],
        "rows_old": 2,
        "rows_new": 2,
        "removed": [],
        "renamed": [{"old": {"id": "b", "year": "2020"}, "new": {"id": "c", "year": "2020"}}],
        "revised": [
            {
                "key": {"id": "a", "year": "2020"},
                "cells": [{"column": "value", "old": "10", "new": "12", "change": 0.2}],
            }
        ],
        "added": [],
    } == found["packages"][0]["tables"][0]


def test_markdown_fits_where_it_must(tmp_path):
    """What loses something first, whole lines, and a last one that says that there is more."""
    for side in ("old", "new"):
        for name in ("a", "b", "c"):
            rows = [f"{at},2020,{side == 'new' and at},x" for at in range(15)]
            write(tmp_path / side / name, rows[: 14 if (side, name) == ("new", "c") else 15], name=name)
    found = diff(tmp_path / "old", tmp_path / "new")
    whole = found.to_markdown()
    assert whole == found.to_markdown(most=len(whole))
    cut = found.to_markdown(most=1500)
    lines = cut.splitlines()
    assert (True, "… and more than fits here. `opendata diff` tells all of it.") == (1300 < len(cut) <= 1500, lines[-1])
    assert lines[2].startswith("### <code>c")
    assert set(lines[:-2]) <= set(whole.splitlines())


def test_markdown_lets_no_cell_out_of_its_place(compare):
    """No markup, link, line, table cell or mention comes from the data."""
    hostile = '"</code><script>|`x`](javascript:a)\n@octocat #1 www.example.com **b** \u202e"'
    after = {"title": "@octocat <b>|"}
    markdown = compare(["a,2020,1,"], [f"a,2020,1,{hostile}"], None, after).to_markdown()
    for line in markdown.splitlines():
        outside = line.replace("<code>", "").replace("</code>", "")
        assert not set("<`[]@*\u202e") & set(outside.replace("**1 package changed, 1 change", "").removesuffix("**")), line
        assert line.count("|") in (0, 5, 7), line
        assert "www." not in line


def test_text_shows_control_characters_as_escapes(compare):
    """A terminal obeys no cell."""
    assert "note: ∅ → \\u001b[31m\\u202ered" in compare(["a,2020,1,"], ["a,2020,1,\x1b[31m\u202ered"]).to_text()


def test_packages_are_matched_by_name(tmp_path):
    """A folder of packages against another: one gone, one new, one changed."""
    for side, names in (("old", ("a", "b")), ("new", ("b", "c"))):
        for name in names:
            write(tmp_path / side / name, [f"x,2020,{len(side) if side == 'old' else 4},"], name=name)
    found = diff(tmp_path / "old", tmp_path / "new")
    assert (("a",), ("c",), ["b"]) == (found.removed, found.added, [package.name for package in found.packages])
    assert "1 package removed, 1 package added, 1 package changed, 1 row revised" == found.summary


def test_resources_are_matched_by_name_then_path_then_content(tmp_path):
    """A table under another name is followed; a file that is no table is compared as a whole."""

    def package(folder, resources, files):
        folder.mkdir()
        (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": resources}))
        for name, text in files.items():
            (folder / name).write_text(text)
        return folder

    old = package(
        tmp_path / "old",
        [{"name": n, "path": p} for n, p in (("a", "a.csv"), ("b", "b.csv"), ("c", "c.pdf"), ("d", "d.csv"))],
        {"a.csv": "x\n1\n", "b.csv": "x\n2\n", "c.pdf": "old", "d.csv": "x\n4\n"},
    )
    new = package(
        tmp_path / "new",
        [{"name": n, "path": p} for n, p in (("aa", "a.csv"), ("bb", "bb.csv"), ("c", "c.pdf"), ("e", "e.csv"))],
        {"a.csv": "x\n1\n3\n", "bb.csv": "x\n2\n", "c.pdf": "new", "e.csv": "x\n5\n"},
    )
    found = diff(old, new)
    assert [
        ("resource-removed", "d", "d.csv", None),
        ("resource-renamed", "aa", "a", "aa"),
        ("resource-renamed", "bb", "b", "bb"),
        ("resource-added", "e", None, "e.csv"),
        ("file-renamed", "bb", "b.csv", "bb.csv"),
        ("file-changed", "c", None, None),
    ] == schema(found)
    assert ("aa", (("3",),)) == (table(found).name, table(found).added)


def test_zip_and_folder_are_the_same(tmp_path):
    """An archive is read as the folder it was made of."""
    folder = write(tmp_path / "old", ["a,2020,1,"])
    (tmp_path / "old.zip").write_bytes(to_zip({file.name: file.read_bytes() for file in folder.iterdir()}))
    assert Difference(str(tmp_path / "old.zip"), str(folder)) == diff(tmp_path / "old.zip", folder)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository with two commits, the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Nobody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "nobody@example.com")
    subprocess.run(["git", "init", "--quiet", "."], check=True)
    for value in (1, 2):
        write(tmp_path / "data" / "gdp", [f"a,2020,{value},"])
        with zipfile.ZipFile(tmp_path / "data" / "gdp.zip", "w") as archive:
            for file in (tmp_path / "data" / "gdp").iterdir():
                archive.write(file, file.name)
        subprocess.run(["git", "add", "."], check=True)
        subprocess.run(["git", "commit", "--quiet", "-m", f"Value {value}"], check=True)
    return tmp_path


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
@pytest.mark.parametrize("path", ["data", "data/gdp", "data/gdp/datapackage.json", "data/gdp.zip", ""])
def test_git_revision_is_a_version(repository, monkeypatch, path):
    """A folder, a package, its descriptor or an archive as it was; the working tree is not touched; from any folder."""
    monkeypatch.chdir(repository / "data" / "gdp")
    found = diff(f"HEAD~1:{path}", f"HEAD:{path}")
    assert [(("a", "2020"), "1", "2")] == [(row.key, row.cells[0].old, row.cells[0].new) for row in table(found).revised]
    assert b"" == subprocess.run(["git", "status", "--porcelain"], capture_output=True).stdout


@needs_git
@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("HEAD:nowhere", "path 'nowhere' does not exist in 'HEAD'"),
        ("nothing:data", "invalid object name 'nothing'"),
        ("HEAD:data/gdp/values.csv", "is neither a folder nor a zip archive"),
        ("--output=x:data", "There is no folder --output=x:data"),
        ("https://example.com/x.zip", "There is no folder"),
        ("nowhere", "There is no folder nowhere"),
        (".git", "There is no data package in .git"),
    ],
)
def test_version_that_is_not_there_is_wrong_use(repository, place, told):
    """With the cause that git tells, and nothing fetched."""
    with pytest.raises(WrongUse) as caught:
        open_version(place)
    assert told in str(caught.value)


def test_ragged_row_is_an_error(compare):
    """It cannot be compared, and its line is told."""
    with pytest.raises(UnreadablePackage, match=r"values.csv:3: The row has 2 cells, the header has 4"):
        compare(["a,2020,1,", "b,2020"], ["a,2020,1,"])


def test_two_packages_of_one_name_are_an_error(tmp_path):
    """None of them is taken for the other."""
    write(tmp_path / "a", [])
    write(tmp_path / "b", [])
    with pytest.raises(UnreadablePackage, match="has this name too"):
        diff(tmp_path, tmp_path)


def test_many_rows_take_time_in_proportion(compare):
    """A hundred thousand rows, each tenth revised, a part renamed: all are found."""
    old = [f"a{i},2020,{i + 1},text {i}" for i in range(100_000)]
    new = [f"{'b' if i % 1000 == 5 else 'a'}{i},2020,{i + 1 + (i % 10 == 0)}.0,text {i}" for i in range(100_000)]
    found = table(compare(old, new))
    assert {"removed": 0, "renamed": 100, "revised": 10_000, "added": 0} == found.counts


# ----- SDMX-CSV -----


def test_sdmx_csv_says_what_to_do_with_each_row(compare):
    """Deletes first; a value that is lost is deleted by a dash; an empty dimension is no wildcard."""
    old = ["a,2020,1,x", "b,2020,2,text b", "c,2020,3,c", "d,,4,", "e,2020,5,gone"]
    new = ["a,2021,8,y", "bb,2020,2,text b", "c,2020,-,cc", "d,,4.5,", "e,2020,5,"]
    assert """\
STRUCTURE,STRUCTURE_ID,ACTION,id,year,value,note
datastructure,OPENDATA:gdp_values(1.0.0),D,a,2020,,
datastructure,OPENDATA:gdp_values(1.0.0),D,b,2020,,
datastructure,OPENDATA:gdp_values(1.0.0),D,c,2020,-,
datastructure,OPENDATA:gdp_values(1.0.0),D,e,2020,,-
datastructure,OPENDATA:gdp_values(1.0.0),A,bb,2020,2,text b
datastructure,OPENDATA:gdp_values(1.0.0),A,a,2021,8,y
datastructure,OPENDATA:gdp_values(1.0.0),M,d,_Z,4.5,
datastructure,OPENDATA:gdp_values(1.0.0),M,c,2020,,cc
""" == compare(old, new).to_sdmx_csv()


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"key": ()}, "key values.primaryKey"),
        ({"fields": [*FIELDS, {"name": "more"}]}, "field-added values.more. SDMX-CSV tells of rows, not of structures"),
        ({"version": "2026"}, "is no name and version that SDMX allows"),
        ({"name": "a b"}, "package-renamed"),
        ({"agency": "1 x"}, "is no agency of SDMX"),
    ],
)
def test_sdmx_csv_refuses_what_it_cannot_tell(compare, after, told):
    """With a reason, and what to do instead."""
    agency = after.pop("agency", "OPENDATA") if "agency" in after else "OPENDATA"
    rows = ["a,2020,2,x,y"] if len(after.get("fields", ())) > 4 else ["a,2020,2,x"]
    found = compare(["a,2020,1,x"], rows, None, after)
    with pytest.raises(WrongUse) as caught:
        found.to_sdmx_csv(agency)
    assert told in str(caught.value)


def test_sdmx_csv_needs_a_key_and_names_that_it_knows(compare, tmp_path):
    """A table without one, a column that no component can be named after, a key that is the code for an empty one."""
    odd = {"fields": [*FIELDS[:3], {"name": "备注", "type": "string"}]}
    for old, new, side, told in (
        (["a,2020,1,"], ["a,2020,2,"], {"key": ()}, "has no primary key"),
        (["a,2020,1,"], ["a,2020,2,"], odd, "is no name that SDMX allows"),
        (["_Z,2020,1,"], ["_Z,2020,2,"], {}, "would be taken for an empty one"),
    ):
        with pytest.raises(WrongUse, match=told):
            compare(old, new, side, side).to_sdmx_csv()
    write(tmp_path / "a" / "one", ["a,2020,1,"], name="one")
    write(tmp_path / "b" / "two", ["a,2020,1,"], name="two")
    for side in "ab":
        write(tmp_path / side / "both", ["a,2020,1,"], name="both")
    with pytest.raises(WrongUse, match="The package one is gone"):
        diff(tmp_path / "a", tmp_path / "b").to_sdmx_csv()


def obey(message, table):
    """Bring a table up to date as a database of SDMX does: rows by key, each its values by name."""
    header, *lines = csv.reader(message.splitlines(keepends=True))
    key = header[3 : 3 + len(next(iter(table)))] if table else header[3:5]
    for line in lines:
        action, cells = line[2], dict(zip(header[3:], line[3:], strict=True))
        where = tuple(cells.pop(name) for name in key)
        said = {name: text for name, text in cells.items() if text}
        if action == "D" and not said:
            del table[where]
        elif action == "D":
            table[where] = {name: text for name, text in table[where].items() if name not in said}
        elif action == "A":
            assert where not in table
            table[where] = said
        else:
            table[where] |= said
    return table


def test_sdmx_csv_leads_from_the_old_version_to_the_new(tmp_path):
    """A thousand rows, changed in every way: what a database then holds is the new version."""
    chance = random.Random(5)
    old = {(f"a{at}", chance.choice(["2020", "2021", ""])): [str(at + 1), f"text {at}"] for at in range(1000)}
    new = {}
    for at, (key, cells) in enumerate(old.items()):
        if at % 50 == 3:
            continue
        new[(f"b{at}", key[1]) if at % 50 == 4 else key] = [
            chance.choice([cells[0], cells[0], "7", "-"]) if at % 50 != 4 else cells[0],
            chance.choice([cells[1], cells[1], "other", ""]) if at % 50 != 4 else cells[1],
        ]
    sides = [[",".join((*key, *cells)) for key, cells in version.items()] for version in (old, new)]
    message = diff(write(tmp_path / "old", sides[0]), write(tmp_path / "new", sides[1])).to_sdmx_csv()

    def hold(version):
        return {
            (key[0], key[1] or "_Z"): {n: c for n, c in zip(("value", "note"), cells, strict=True) if c not in ("", "-")}
            for key, cells in version.items()
        }

    assert hold(new) == obey(message, hold(old))
    assert {"A", "D", "M"} == {line.split(",")[2] for line in message.splitlines()[1:]}


# ----- by columns -----

TEXTS = {
    "id": ["1", "2", "3", "01", "4", "5", "6", "7", "10", "x", ""],
    "code": ["a", "b", "c", "A", "é", "中", "a b", '"a"', "a,b", "x\ny", "", "-"],
    "value": ["1", "1.0", "1.00", "2", "-", "", "1e2", "100", "0.1", "much", "+1"],
    "day": ["2020-01-01", "2020-1-1", "", "2021-12-31"],
    "flag": ["true", "false", "1", "0", ""],
}
TYPES = {
    "id": ({"type": "integer"}, {"type": "string"}, {"type": "number"}, {"type": "integer", "missingValues": ["1"]}),
    "code": ({"type": "string"}, {"type": "string", "missingValues": ["", "-"]}),
    "value": ({"type": "number"}, {"type": "number", "missingValues": ["", "-"]}, {"type": "string"}),
    "day": ({"type": "date"}, {"type": "string"}),
    "flag": ({"type": "boolean"}, {"type": "string"}),
}


@st.composite
def versions(draw):
    """Two versions of a table: the rows of one are those of the other, changed here and there."""
    rows = draw(st.lists(st.tuples(*(st.sampled_from(texts) for texts in TEXTS.values())), max_size=9))
    rows = [list(row) for row in rows]
    if draw(st.booleans()):  # mostly sound keys, else most examples are errors
        rows = [[str(at), *row[1:]] for at, row in enumerate(rows)]
    newer = [list(row) for row in rows]
    for _ in range(draw(st.integers(0, 4))):
        what = draw(st.sampled_from(["cell", "drop", "add", "swap"]))
        at = draw(st.integers(0, max(len(newer) - 1, 0)))
        if what == "add" or not newer:
            newer.append([draw(st.sampled_from(texts)) for texts in TEXTS.values()])
        elif what == "drop":
            del newer[at]
        elif what == "swap":
            newer.insert(0, newer.pop(at))
        else:
            column = draw(st.integers(0, len(TEXTS) - 1))
            newer[at][column] = draw(st.sampled_from(list(TEXTS.values())[column]))
    key = draw(st.sampled_from([(), ("id",), ("id", "code"), ("code", "day", "id"), ("value",)]))
    sides = []
    for these in (rows, newer):
        columns = draw(st.permutations(list(TEXTS))) if draw(st.integers(0, 3)) == 0 else list(TEXTS)
        columns = columns[: draw(st.sampled_from([5, 5, 5, 4]))]
        names = {"flag": draw(st.sampled_from(["flag", "flag", "sign"]))}
        fields = [{"name": names.get(name, name), **draw(st.sampled_from(TYPES[name]))} for name in columns]
        own = draw(st.sampled_from([key, key, key, key, ("code",)]))
        schema = {"fields": fields} | ({"primaryKey": list(own)} if set(own) <= set(columns) and own else {})
        table = [[row[list(TEXTS).index(name)] for name in columns] for row in these]
        sides.append((schema, write_csv([field["name"] for field in fields], table)))
    return sides


def save_version(folder, schema, text):
    folder.mkdir(exist_ok=True)
    descriptor = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    (folder / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    (folder / "t.csv").write_text(text, "utf-8", newline="")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(versions())
def test_by_columns_and_by_rows_is_one_verdict(tmp_path_factory, sides):
    """Whatever the tables hold: the same changes in the same order, or the same error."""
    folder = tmp_path_factory.getbasetemp() / "differential"
    folder.mkdir(exist_ok=True)
    for name, side in zip(("old", "new"), sides, strict=True):
        save_version(folder / name, *side)
    told = []
    with pytest.MonkeyPatch.context() as patch:
        for least in (1 << 60, 0):
            patch.setattr(columnar, "MIN_BYTES", least)
            try:
                told.append(diff(folder / "old", folder / "new"))
            except UnreadablePackage as error:
                told.append(str(error))
    assert told[0] == told[1]


def test_large_tables_are_compared_by_columns(tmp_path, monkeypatch):
    """Only the rows that differ, and those that could be taken for a renamed one, are looked at."""
    old = [f"a{i},2020,{i}.0,text {i % 50}" for i in range(40_000)]
    new = [f"{'b' if i == 7 else 'a'}{i},2020,{i + (i == 9)},text {i % 50}" for i in range(40_000)]
    seen, plain = [], packages.compare_tables

    def compare_tables(*tables):
        seen.append([len(one.rows) for one in tables])
        return plain(*tables)

    monkeypatch.setattr(packages, "compare_tables", compare_tables)
    found = table(diff(write(tmp_path / "old", old), write(tmp_path / "new", new)))
    assert ({"removed": 0, "renamed": 1, "revised": 1, "added": 0}, 40_000) == (found.counts, found.rows_old)
    assert [[2, 2]] == seen


def test_without_pyarrow_rows_are_compared(tmp_path, monkeypatch):
    """The library alone tells the same, slower."""
    monkeypatch.setattr(columnar, "MIN_BYTES", 0)
    monkeypatch.setattr(columnar, "find_spec", lambda name: None)
    found = diff(write(tmp_path / "old", ["a,2020,1,"]), write(tmp_path / "new", ["a,2020,2,"]))
    assert 1 == table(found).counts["revised"]


def test_packages_that_load_gave_are_compared_as_they_are():
    """A release and the package of today are handed over as handles, and told by name and version."""
    trade = Catalog()
    found = diff(trade.load("goods-trade", "1.0.0"), trade.load("goods-trade", "1.0.1"))
    assert ("goods-trade 1.0.0", "goods-trade 1.0.1") == (found.old, found.new)
    assert ("1.0.0", "1.0.1") == (found.packages[0].version_old, found.packages[0].version_new)
    assert not diff(trade.load("goods-trade", "1.0.1"), trade.load("goods-trade", "1.0.1"))


def test_what_is_no_version_is_refused_in_one_line():
    """A table or a number is neither a place nor a package."""
    with pytest.raises(WrongUse, match=r"^A TableHandle is no version\. Give a folder.*load\(\)\.$"):
        diff(Catalog().load("goods-trade").observations, "x")
