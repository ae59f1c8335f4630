"""Findings and the forms in which they are told."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import marko
import pytest

import opendata.report
from opendata.report import FORMS, Finding, Report, count, escape_markdown, quote, shorten, visible
from opendata.rules import validate

CELL = Finding("a/table.csv", 3, "value", "type-error", "1,234", "expected a number; write '1234'")
FILE = Finding("a/datapackage.json", None, None, "missing-file", None, "The file b.csv is not there.")
HINT = Finding("a/table.csv", None, None, "no-rows", None, "the table has a header and no rows", "warning")

ODD = Finding("a b/#1|é.csv", 2, "<x>\u202e", "r", "|`[1](http://x.org) @you\x00\ufffe", "a\r\n| b |\n<script>www.x.org")
SCHEMA = json.loads(Path(opendata.report.__file__).with_name("report.schema.json").read_text("utf-8"))
BROKEN = Path(__file__).parent / "broken"


def test_line_says_place_rule_value_and_remedy():
    """A finding is one line: file, row, column, rule, what was found, what to write."""
    assert "a/table.csv:3 [value]: type-error: found \"1,234\"; expected a number; write '1234'" == CELL.line
    assert "a/datapackage.json: missing-file: The file b.csv is not there." == FILE.line


def test_line_is_one_line_and_harmless_whatever_the_cell_holds():
    """Line breaks, terminal controls and marks of direction are shown as escapes, long texts cut."""
    finding = Finding("a\nb.csv", 2, "c\x1b[31m", "r", '"\u202e\t' + "x" * 100, "m\r" + "y" * 1000)
    shown = '\\"\\u202e\\t' + "x" * 77 + "… (103 characters)"
    told = "m\\u000d" + "y" * 598 + "… (1,002 characters)"
    assert f'a\\u000ab.csv:2 [c\\u001b[31m]: r: found "{shown}"; {told}' == finding.line


def test_findings_of_two_rows_are_two():
    """Equality is of all fields, so that sets and dictionaries keep each row's finding."""
    other = Finding("a/table.csv", 4, "value", "type-error", "1,234", "expected a number; write '1234'")
    assert {CELL, other} == {CELL, other, CELL}
    assert 2 == len({CELL, other})


@pytest.mark.parametrize(("findings", "valid"), [((), True), ((HINT,), True), ((FILE,), False), ((HINT, CELL), False)])
def test_only_errors_make_a_report_invalid(findings, valid):
    """A warning is told and does not fail."""
    assert valid is Report(findings).valid


def test_text_counts_what_was_checked():
    """The last line counts packages, tables, rows and findings."""
    assert "1 package, 2 tables, 1,000 rows: no findings" == Report((), 1, 2, 1000).to_text()
    assert f"{FILE.line}\n0 packages, 0 tables, 0 rows: 1 finding" == Report((FILE,)).to_text()


def test_json_has_every_field():
    """A program reads the same as a person."""
    told = json.loads(Report((CELL,), 1, 1, 2, {"a/table/value: type": "enforced"}).to_json())
    expected = {
        "valid": False,
        "packages": 1,
        "tables": 1,
        "rows": 2,
        "rules": {"a/table/value: type": "enforced"},
        "findings": [
            {
                "path": "a/table.csv",
                "row": 3,
                "column": "value",
                "rule": "type-error",
                "value": "1,234",
                "message": "expected a number; write '1234'",
                "severity": "error",
            }
        ],
    }
    assert expected == told


def test_github_commands_cannot_be_broken_out_of():
    """Colons, commas, percent signs and line breaks of names and cells are escaped as the format asks."""
    odd = Finding("a,b:c.csv", 2, "x:y", "r", "1\n::error::gotcha", "100 %\nmore")
    expected = (
        '::error file=a%2Cb%3Ac.csv,line=2,title=r in x%3Ay::found "1\\n::error::gotcha"; 100 %25%0Amore\n'
        "::warning file=a/table.csv,title=no-rows::the table has a header and no rows"
    )
    assert expected == Report((odd, HINT)).to_github()


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(Report(()), id="nothing"),
        pytest.param(Report((CELL, FILE, HINT, ODD), 1, 2, 3, {"a/table/value: type": "not supported"}), id="made up"),
        pytest.param(validate(BROKEN / "constraints"), id="constraints"),
        pytest.param(validate(BROKEN / "unsafe-names"), id="unsafe names"),
    ],
)
def test_json_obeys_its_published_schema(report):
    """A program may rely on the schema that the wheel carries."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(report.to_json()))


def test_the_schema_of_json_lets_nothing_else_pass():
    """A property more or less, or another severity, does not obey it."""
    told = json.loads(Report((CELL,), 1, 1, 1).to_json())
    finding = told["findings"][0]
    wrong = [
        {**told, "version": 1},
        {key: told[key] for key in told if key != "rules"},
        {**told, "findings": [{**finding, "severity": "note"}]},
        {**told, "findings": [{**finding, "row": 0}]},
        {**told, "findings": [{key: finding[key] for key in finding if key != "row"}]},
    ]
    assert [False] * 5 == [jsonschema.Draft202012Validator(SCHEMA).is_valid(one) for one in wrong]


def test_sarif_names_rule_file_and_line():
    """Each finding is a result at a place; its rule is listed once; a whole file is its first line."""
    log = json.loads(Report((FILE, CELL, HINT, CELL), 1, 2, 3, {"a/table/value: type": "enforced"}).to_sarif())
    (run,) = log["runs"]
    assert ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json") == (log["version"], log["$schema"])
    assert {
        "name": "opendata",
        "rules": [
            {"id": "missing-file", "shortDescription": {"text": "missing file"}},
            {"id": "no-rows", "shortDescription": {"text": "no rows"}},
            {"id": "type-error", "shortDescription": {"text": "type error"}},
        ],
    } == run["tool"]["driver"]
    assert {"packages": 1, "tables": 2, "rows": 3, "rules": {"a/table/value: type": "enforced"}} == run["properties"]
    assert [
        ("missing-file", 0, "error"),
        ("type-error", 2, "error"),
        ("no-rows", 1, "warning"),
        ("type-error", 2, "error"),
    ] == [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]]
    assert {"text": "value: found \"1,234\"; expected a number; write '1234'"} == run["results"][1]["message"]
    assert [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a/table.csv", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3},
            },
            "logicalLocations": [{"name": "value", "kind": "member"}],
        }
    ] == run["results"][1]["locations"]
    assert 1 == run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"]


def test_sarif_writes_addresses_and_harmless_texts():
    """A path is escaped as an address, an absolute one is this machine's; nothing hidden stays hidden."""
    absolute = Finding("/srv/a b.csv", None, None, "r", None, "m")
    first, second = json.loads(Report((ODD, absolute)).to_sarif())["runs"][0]["results"]
    files = [one["locations"][0]["physicalLocation"]["artifactLocation"] for one in (first, second)]
    assert [{"uri": "a%20b/%231%7C%C3%A9.csv", "uriBaseId": "%SRCROOT%"}, {"uri": "file:///srv/a%20b.csv"}] == files
    told = '<x>\\u202e: found "|`[1](http://x.org) @you\\u0000\ufffe"; a\\u000d\\u000a| b |\\u000a<script>www.x.org'
    assert told == first["message"]["text"]


def read_junit(report):
    """The cases of JUnit XML as (class, name, outcome, message, text), and the counts of its suite."""
    (suite,) = ET.fromstring(report.to_junit())
    cases = []
    for case in suite:
        (outcome,) = [*case] or [ET.Element("passed")]
        cases.append((case.get("classname"), case.get("name"), outcome.tag, outcome.get("message"), outcome.text))
    return [suite.get(name) for name in ("tests", "failures", "errors", "skipped")], cases


def test_junit_has_a_case_for_each_file_and_rule_that_failed():
    """A build server shows one failure with all its rows; a rule that was not enforced is skipped, not passed."""
    rules = {"a/table/value: type": "enforced", "a/table/foreign-key(value)": "not supported"}
    other = Finding("a/table.csv", 9, "value", "type-error", "x", "expected a number")
    counts, cases = read_junit(Report((FILE, CELL, other, HINT), 1, 1, 9, rules))
    assert ["4", "2", "0", "1"] == counts
    message = "found \"1,234\"; expected a number; write '1234' (and 1 more)"
    assert [
        ("opendata", "1 package, 1 table, 9 rows", "system-out", None, HINT.line),
        ("a/datapackage.json", "missing-file", "failure", "The file b.csv is not there.", FILE.line),
        ("a/table.csv", "type-error", "failure", message, f"{CELL.line}\n{other.line}"),
        ("a/table", "foreign-key(value)", "skipped", "not supported", None),
    ] == cases


def test_junit_of_a_good_report_has_a_case_that_passed():
    """Build servers take a file without cases for a run that broke."""
    assert (["1", "0", "0", "0"], [("opendata", "0 packages, 0 tables, 0 rows", "passed", None, None)]) == read_junit(
        Report(())
    )


def test_junit_is_xml_whatever_a_cell_holds():
    """What XML cannot say is written as an escape."""
    _, cases = read_junit(Report((ODD,)))
    shown = '"|`[1](http://x.org) @you\\u0000\\ufffe"'
    assert f"found {shown}; a\\u000d\\u000a| b |\\u000a<script>www.x.org" == cases[1][3]


def test_markdown_sums_up():
    """How often which rule was broken, the first findings, what was not enforced, how many more there are."""
    rules = {"a/table/value: type": "enforced", "a/table/foreign-key(value)": "not supported"}
    value = "<code>1,234</code> | expected a number&#59; write &#39;1234&#39; |"
    assert [
        "**1 package, 2 tables, 3 rows: 3 findings**",
        "",
        "| rule | findings |",
        "| --- | ---: |",
        "| <code>type-error</code> | 2 |",
        "| <code>no-rows</code> (warning) | 1 |",
        "",
        "| file | row | column | rule | found | what to do |",
        "| --- | ---: | --- | --- | --- | --- |",
        f"| <code>a&#47;table&#46;csv</code> | 3 | <code>value</code> | <code>type-error</code> | {value}",
        "",
        "… and 2 findings more.",
        "",
        "Declared and not enforced:",
        "",
        "- <code>a&#47;table&#47;foreign-key(value)</code>: not supported",
        "",
    ] == Report((CELL, CELL, HINT), 1, 2, 3, rules).to_markdown(1).split("\n")
    assert "**0 packages, 0 tables, 0 rows: no findings**\n" == Report(()).to_markdown()


def test_markdown_cannot_be_broken_out_of():
    """A cell makes no row, no link, no tag and no mention, and shows what it holds."""
    text = Report((ODD,)).to_markdown()
    (row,) = [line for line in text.split("\n") if "&#64;you" in line]
    assert 7 == row.count("|")
    assert not set("<>[]`@\\_*#~") & set(row.replace("<code>", "").replace("</code>", "").replace("&#", ""))
    assert "www.x.org" not in text
    html = marko.convert(escape_markdown("# *a* _b_ <i>c</i> [d](e) `f` ~~g~~\n- h\n"))
    assert "<p># *a* _b_ &lt;i&gt;c&lt;/i&gt; [d](e) `f` ~~g~~\\u000a- h\\u000a</p>\n" == html


@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_every_rule_that_failed(form):
    """Whatever the form, each rule with an error is in it."""
    told = Report((FILE, CELL)).to_form(form)
    assert [True, True] == [rule in told for rule in ("missing-file", "type-error")]


def test_small_words():
    """Numbers of things, cut texts, escapes."""
    assert ["0 rows", "1 row", "1,234 rows"] == [count(number, "row") for number in (0, 1, 1234)]
    assert ["abc", "ab… (3 characters)"] == [shorten("abc", 3), shorten("abc", 2)]
    assert '"\\ud800"' == quote("\ud800")
    assert "正常 ok" == visible("正常 ok")
