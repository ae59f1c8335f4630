"""Findings and the forms in which they are told."""

import json

import pytest

from opendata.report import Finding, Report, count, merge, quote, shorten, visible

CELL = Finding("a/table.csv", 3, "value", "type-error", "1,234", "expected a number; write '1234'")
FILE = Finding("a/datapackage.json", None, None, "missing-file", None, "The file b.csv is not there.")
HINT = Finding("a/table.csv", None, None, "no-rows", None, "the table has a header and no rows", "warning")


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


def test_merge_adds_up():
    """One report over several keeps the order of findings."""
    merged = merge([Report((CELL,), 1, 2, 3, {"a": "enforced"}), Report((FILE,), 4, 5, 6, {"b": "not supported"})])
    assert Report((CELL, FILE), 5, 7, 9, {"a": "enforced", "b": "not supported"}) == merged
    assert Report(()) == merge([])


def test_small_words():
    """Numbers of things, cut texts, escapes."""
    assert ["0 rows", "1 row", "1,234 rows"] == [count(number, "row") for number in (0, 1, 1234)]
    assert ["abc", "ab… (3 characters)"] == [shorten("abc", 3), shorten("abc", 2)]
    assert '"\\ud800"' == quote("\ud800")
    assert "正常 ok" == visible("正常 ok")
