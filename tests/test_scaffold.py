"""New packages: what is made from a name, what is found out about a table, and what is refused."""

import errno
import json

import pytest

from opendata.canonical import fmt
from opendata.errors import OpenDataError, UnreadablePackage, WrongUse
from opendata.rules import validate
from opendata.scaffold import KINDS, LICENCES, infer_type, make_package


def describe(folder):
    """The descriptor of a package."""
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def list_names(folder):
    return sorted(file.name for file in folder.iterdir())


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_package_validates_and_is_canonical(tmp_path, kind):
    """Alone, whatever its kind: that its tables are empty is all there is to say."""
    folder = tmp_path / "reference"
    made = make_package(folder, title="词表", title_en="Words", kind=kind)
    report = validate(folder)
    assert report.valid and {"no-rows"} == {finding.rule for finding in report.findings}
    assert made.report.findings == report.findings
    assert [] == [one.line for one in fmt(folder, check=True) if one.changes or one.refused]
    assert ["reference"] == list_names(tmp_path)


def test_its_descriptor_says_what_was_said(tmp_path):
    """Name, titles, licence, version; nothing that nobody said."""
    make_package(tmp_path / "rainfall", title=" 降 水 ", licence="ODbL-1.0")
    descriptor = describe(tmp_path / "rainfall")
    resources = descriptor.pop("resources")
    title, address = LICENCES["ODbL-1.0"]
    assert {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "rainfall",
        "title": "降 水",
        "version": "1.0.0",
        "licenses": [{"name": "ODbL-1.0", "title": title, "path": address}],
    } == descriptor
    assert ["id", "value"] == [one["name"] for one in resources[0]["schema"]["fields"]]
    assert "id,value\n" == (tmp_path / "rainfall" / "data.csv").read_text()


def test_keys_lead_to_the_words_that_stand_beside_it(tmp_path):
    """Without them they are left out, and that is told."""
    alone = make_package(tmp_path / "gdp", title="x", kind="indicators")
    make_package(tmp_path / "reference", title="x", kind="vocabulary")
    among = make_package(tmp_path / "trade", title="x", kind="indicators")
    assert "reference.indicators" in alone.left_out and () == among.left_out
    keys = [describe(tmp_path / name)["resources"][0]["schema"].get("foreignKeys", []) for name in ("gdp", "trade")]
    assert [] == keys[0] and set(alone.left_out) == {
        f"{one['reference']['package']}.{one['reference']['resource']}" for one in keys[1]
    }
    assert validate(tmp_path).valid


def test_the_choices_of_one_package_are_not_those_of_its_kind(tmp_path):
    """What all lists declare stays, such as that an item has a kind; which kinds there are does not."""
    make_package(tmp_path / "parks", title="x", kind="lists")
    fields = {one["name"]: one for one in describe(tmp_path / "parks")["resources"][0]["schema"]["fields"]}
    assert {"name": "kind", "type": "string", "title": "类别", "title@en": "Kind", "constraints": {"required": True}} == fields[
        "kind"
    ]
    assert {"required": True, "minimum": 1} == fields["position"]["constraints"]


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        ([], "string"),
        (["", ""], "string"),
        (["1", "-2", "0", ""], "integer"),
        (["1", "0101"], "string"),
        (["+1"], "string"),
        (["1", "1.50"], "number"),
        (["1,234"], "string"),
        (["１２"], "string"),
        (["1e5"], "string"),
        (["NaN", "1"], "string"),
        (["1", "—"], "string"),
        (["123456789012345"], "integer"),
        (["1234567890123456"], "string"),
        (["0.1234567890123456"], "string"),
        (["true", "False", ""], "boolean"),
        (["1", "0"], "integer"),
        (["2024-01-31", ""], "date"),
        (["2024-01-31", "2024-02-30"], "string"),
        (["2024-1-5"], "string"),
        (["2024-01-31T08:00:00"], "datetime"),
        (["08:00:00"], "time"),
        (["2024-01"], "yearmonth"),
        (["2024-13"], "string"),
        (["2024"], "integer"),
        (["2024-01-31", "2024-01"], "string"),
        ([" 1"], "string"),
    ],
)
def test_a_type_is_one_that_every_cell_has(texts, kind):
    """Codes, telephones and half-typed numbers stay text."""
    assert kind == infer_type(texts)


def test_a_table_is_copied_in_canonical_form(tmp_path):
    """Its name made plain, its columns with the types found, its rows by the key that was asked for."""
    source = tmp_path / "My Rain（1）.TSV"
    source.write_bytes("\ufeffstation_id\tmm\tnote\r\n b\t1.5\t\r\n\ta\t0\tx, y\r\n".replace("\r\n\ta", "\r\na").encode())
    made = make_package(tmp_path / "rainfall", title="x", source=source, key=["station_id"])
    assert made.report.valid
    (resource,) = describe(tmp_path / "rainfall")["resources"]
    assert ("my-rain-1", "my-rain-1.csv", ["station_id"]) == (
        resource["name"],
        resource["path"],
        resource["schema"]["primaryKey"],
    )
    assert [("station_id", "string"), ("mm", "number"), ("note", "string")] == [
        (one["name"], one["type"]) for one in resource["schema"]["fields"]
    ]
    assert 'station_id,mm,note\na,0,"x, y"\nb,1.5,\n' == (tmp_path / "rainfall" / "my-rain-1.csv").read_text("utf-8")


def test_keys_are_made_only_where_they_are_asked_for(tmp_path):
    """That no two rows are alike today is no promise."""
    (tmp_path / "a.csv").write_text("id,n\n2,1\n1,2\n")
    make_package(tmp_path / "a", title="x", source=tmp_path / "a.csv")
    assert ["fields"] == list(describe(tmp_path / "a")["resources"][0]["schema"])
    assert "id,n\n2,1\n1,2\n" == (tmp_path / "a" / "a.csv").read_text()


@pytest.mark.parametrize(
    ("text", "key", "place", "rule"),
    [
        ("id\nb\na\nb\n", ["id"], "t.csv:4", "primary-key"),
        ("a,b\nx,y\nx\n", [], "t.csv:3", "missing-cell"),
        ("a,b\nx,y\n\n", [], "t.csv:3", "blank-row"),
        ("a,a\nx,y\n", [], "t.csv:1", "duplicate-label"),
        ("a,<b>\nx,y\n", [], "p/datapackage.json:None", "unsafe-name"),
    ],
)
def test_a_table_with_errors_makes_nothing(tmp_path, text, key, place, rule):
    """They are told by the lines of the file they stand in; no folder is left."""
    (tmp_path / "t.csv").write_text(text)
    made = make_package(tmp_path / "p", title="x", source=tmp_path / "t.csv", key=key)
    assert not made.report.valid
    told = [(f"{finding.path}:{finding.row}", finding.rule) for finding in made.report.findings]
    assert (f"{tmp_path}/{place}", rule) in told
    assert ["t.csv"] == list_names(tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    """GBK is not guessed at."""
    (tmp_path / "t.csv").write_bytes("项目,数值\n".encode("gbk") * 9)
    with pytest.raises(UnreadablePackage, match=r"t\.csv:1: The file is not UTF-8 .* It looks like GBK"):
        make_package(tmp_path / "p", title="x", source=tmp_path / "t.csv")
    assert ["t.csv"] == list_names(tmp_path)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Rain Fall", {}, "'Rain Fall' is no name. Write lower-case words joined by hyphens"),
        ("-", {}, "'-' is no name"),
        ("taken", {}, "is there already, and nothing is overwritten"),
        ("a/b", {}, "There is no folder .*/a. Make it first"),
        ("other-name", {}, r"The package in .*/neighbour is named other-name too"),
        ("p", {"kind": "list"}, "No kind is named 'list'. Did you mean lists"),
        ("p", {"licence": "CC-BY"}, "No licence is named 'CC-BY'. Did you mean CC-BY"),
        ("p", {"kind": "vocabulary"}, "Name it so, or choose another kind"),
        ("p", {"kind": "lists", "source": "t.csv"}, "The kind lists has its own columns"),
        ("p", {"key": ["a"]}, "--key names columns of the file of --from"),
        ("p", {"source": "nowhere.csv"}, "nowhere.csv is not a CSV or TSV file"),
        ("p", {"source": "t.csv", "key": ["aa"]}, "No column is named 'aa'. There are: a1"),
        ("p", {"title": " "}, "The title is empty"),
        ("p", {"title": "a\u202eb"}, "has hidden characters"),
    ],
)
def test_wrong_use_is_told_and_makes_nothing(tmp_path, monkeypatch, name, options, message):
    """Each with what to do; a folder that is there stays as it is, be it empty."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").mkdir()
    (tmp_path / "neighbour").mkdir()
    (tmp_path / "neighbour" / "datapackage.json").write_text('{"name": "other-name", "resources": []}')
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "datapackage.json").write_text("{")
    (tmp_path / "t.csv").write_text("a1\n1\n")
    with pytest.raises(WrongUse, match=message):
        make_package(tmp_path / name, **{"title": "x", **options})
    assert ["broken", "neighbour", "t.csv", "taken"] == list_names(tmp_path)


def test_what_an_interrupted_attempt_left_is_cleared(tmp_path):
    """The next attempt takes its place."""
    (tmp_path / ".p.part").mkdir()
    (tmp_path / ".p.part" / "old.csv").write_text("x")
    make_package(tmp_path / "p", title="x")
    assert (["p"], ["data.csv", "datapackage.json"]) == (list_names(tmp_path), list_names(tmp_path / "p"))


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch, error):
    """A full disk is told, an interrupt passed on."""

    def fail(part):
        raise error

    monkeypatch.setattr("opendata.scaffold.fmt", fail)
    told = OpenDataError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(told):
        make_package(tmp_path / "p", title="x")
    assert [] == list_names(tmp_path)
