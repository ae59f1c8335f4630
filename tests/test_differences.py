"""Two versions into keyed changes: what is found, in which order, and how it is told."""

import json
import shutil
import subprocess
import zipfile

import pytest

from opendata.differences import (
    KINDS,
    CellChange,
    Difference,
    Renaming,
    RowChange,
    diff,
    open_version,
)
from opendata.errors import UnreadablePackage, WrongUse
from opendata.formats import to_zip

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
