"""Findings about data, and the forms in which they are told.

Text and Markdown are for people; JSON (``report.schema.json`` beside this file describes it), SARIF 2.1.0, JUnit XML and
GitHub's workflow commands for the programs that show them where they belong.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]

# A cell may hold a megabyte; a message shows the beginning.
_SHOWN = 80

# A note of frictionless may quote half a descriptor.
_TOLD = 600

# A summary is read at a glance; the whole is in the log.
_SUMMARISED = 50

# What a terminal obeys or hides: controls, marks of writing direction, zero widths, halves of characters.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

# What Markdown could take for more than text. A full stop stays between digits only: www. makes a link.
_MEANING = re.compile(r"(?![0-9A-Za-z ,()%\-.])[\x00-\x7f]|(?<!\d)\.|\.(?!\d)")

# What XML has no way to say, not even as a reference, and ``_HIDDEN`` leaves.
_NOT_XML = re.compile("[\ufffe\uffff]")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do about it.

    Attributes
    ----------
    path
        The file, as the caller named its folder.
    row
        The line of the file where the row begins (the header is 1), as an editor numbers it; a spreadsheet says
        the same unless a cell above holds a line break. ``None`` for a whole file.
    column
        The column's name; ``None`` for a whole row.
    rule
        A short code: those of frictionless where the rule is the standard's, ours else.
    value
        The text found; ``None`` where it is not about one cell.
    message
        What is wrong, and what is expected instead.
    severity
        ``error`` fails a run; ``warning`` does not.
    """

    path: str
    row: int | None
    column: str | None
    rule: str
    value: str | None
    message: str
    severity: Severity = "error"

    @property
    def line(self) -> str:
        """The finding in one line; what a terminal would obey or hide is written as an escape."""
        place = self.path
        if self.row is not None:
            place += f":{self.row}"
        if self.column:
            place += f" [{shorten(self.column)}]"
        return visible(f"{place}: {self.rule}: {self.told}")

    @property
    def told(self) -> str:
        """What was found and what is expected instead, without the place."""
        found = "" if self.value is None else f"found {quote(self.value)}; "
        return f"{found}{shorten(self.message, _TOLD)}"


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes
    ----------
    findings
        In the order of files and rows.
    packages, tables, rows
        How much was checked.
    rules
        For each declared rule, ``resource/rule`` → ``enforced`` or ``not supported``.
    """

    findings: tuple[Finding, ...]
    packages: int = 0
    tables: int = 0
    rows: int = 0
    rules: dict[str, str] = field(default_factory=dict)

    @property
    def valid(self) -> bool:
        """Whether nothing of severity ``error`` was found."""
        return not any(finding.severity == "error" for finding in self.findings)

    def to_text(self) -> str:
        """Return the findings a line each, then a line that counts them."""
        return "\n".join([*(finding.line for finding in self.findings), self._verdict])

    @property
    def _checked(self) -> str:
        return f"{count(self.packages, 'package')}, {count(self.tables, 'table')}, {count(self.rows, 'row')}"

    @property
    def _verdict(self) -> str:
        return f"{self._checked}: {'no findings' if not self.findings else count(len(self.findings), 'finding')}"

    def to_json(self) -> str:
        """Return the report as a JSON object: ``valid``, ``packages``, ``tables``, ``rows``, ``rules``, ``findings``."""
        return json.dumps(
            {
                "valid": self.valid,
                "packages": self.packages,
                "tables": self.tables,
                "rows": self.rows,
                "rules": self.rules,
                "findings": [asdict(finding) for finding in self.findings],
            },
            ensure_ascii=False,
            indent=2,
        )

    def to_github(self) -> str:
        """Return the findings as GitHub workflow commands, which annotate the lines of a pull request."""
        lines = []
        for finding in self.findings:
            title = f"{finding.rule}{f' in {shorten(finding.column)}' if finding.column else ''}"
            place = f"file={_escape(finding.path, ',:')}" + (f",line={finding.row}" if finding.row else "")
            lines.append(visible(f"::{finding.severity} {place},title={_escape(title, ',:')}::{_escape(finding.told)}"))
        return "\n".join(lines)

    def to_sarif(self) -> str:
        """Return the findings as a SARIF 2.1.0 log, which code scanning services read."""
        rules = sorted({finding.rule for finding in self.findings})
        driver = {
            "name": "opendata",
            "rules": [{"id": rule, "shortDescription": {"text": rule.replace("-", " ")}} for rule in rules],
        }
        run = {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "results": [_sarif_result(finding, rules.index(finding.rule)) for finding in self.findings],
            "properties": {"packages": self.packages, "tables": self.tables, "rows": self.rows, "rules": self.rules},
        }
        log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
        return json.dumps(log, ensure_ascii=False, indent=2)

    def to_junit(self) -> str:
        """Return the report as JUnit XML, as build servers read it.

        A case for all that was checked, which stands also where nothing was found; a case for each file and rule
        with errors, which fails and lists them; a skipped one for each declared rule that was not enforced.
        Warnings are the first case's output.
        """
        from xml.etree import ElementTree as ET  # few need it, and all would wait for it

        errors: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.findings:
            if finding.severity == "error":
                errors.setdefault((finding.path, finding.rule), []).append(finding)
        passed_over = {rule: state for rule, state in self.rules.items() if state != "enforced"}
        tests = 1 + len(errors) + len(passed_over)
        counts = {"tests": str(tests), "failures": str(len(errors)), "errors": "0", "skipped": str(len(passed_over))}
        suites = ET.Element("testsuites", counts)
        suite = ET.SubElement(suites, "testsuite", {"name": "opendata", **counts})
        whole = ET.SubElement(suite, "testcase", {"classname": "opendata", "name": self._checked})
        warned = [finding.line for finding in self.findings if finding.severity == "warning"]
        if warned:
            ET.SubElement(whole, "system-out").text = "\n".join(map(_for_xml, warned))
        for (path, rule), findings in errors.items():
            place = {"classname": _for_xml(path), "name": rule, "file": _for_xml(path)}
            if findings[0].row is not None:
                place["line"] = str(findings[0].row)
            case = ET.SubElement(suite, "testcase", place)
            more = f" (and {len(findings) - 1:,} more)" if len(findings) > 1 else ""
            failure = ET.SubElement(case, "failure", {"type": rule, "message": _for_xml(findings[0].told) + more})
            failure.text = "\n".join(_for_xml(finding.line) for finding in findings)
        for name, state in passed_over.items():
            table, _, declared = name.rpartition("/")
            case = ET.SubElement(suite, "testcase", {"classname": _for_xml(table), "name": _for_xml(declared)})
            ET.SubElement(case, "skipped", {"message": _for_xml(state)})
        ET.indent(suites)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}'

    def to_markdown(self, limit: int = _SUMMARISED) -> str:
        """Return a summary for a pull request: how much of which rule, then the first findings as a table.

        No cell can break out of its place, make a link or call anybody.

        Parameters
        ----------
        limit
            How many findings the table shows.
        """
        lines = [f"**{self._verdict}**"]
        passed_over = [f"{_code(name)}: {escape_markdown(state)}" for name, state in self.rules.items() if state != "enforced"]
        if self.findings:
            counted = Counter((finding.rule, finding.severity) for finding in self.findings)
            lines += ["", "| rule | findings |", "| --- | ---: |"]
            lines += [
                f"| {_code(rule)}{' (warning)' if severity == 'warning' else ''} | {number:,} |"
                for (rule, severity), number in counted.most_common()
            ]
            lines += ["", "| file | row | column | rule | found | what to do |", "| --- | ---: | --- | --- | --- | --- |"]
            lines += [_markdown_row(finding) for finding in self.findings[:limit]]
            if len(self.findings) > limit:
                lines += ["", f"… and {count(len(self.findings) - limit, 'finding')} more."]
        if passed_over:
            lines += ["", "Declared and not enforced:", ""]
            lines += [f"- {one}" for one in passed_over[:limit]]
            if len(passed_over) > limit:
                lines += [f"- … and {len(passed_over) - limit:,} more"]
        return "\n".join(lines) + "\n"

    def to_form(self, form: str) -> str:
        """Return the report in a form by its name.

        Parameters
        ----------
        form
            ``"text"``, ``"json"``, ``"github"``, ``"sarif"``, ``"junit"`` or ``"markdown"``.
        """
        return FORMS[form](self)


FORMS: Mapping[str, Callable[[Report], str]] = {
    "text": Report.to_text,
    "json": Report.to_json,
    "github": Report.to_github,
    "sarif": Report.to_sarif,
    "junit": Report.to_junit,
    "markdown": Report.to_markdown,
}


def quote(value: str) -> str:
    """Return a cell's text for a message: in quotes, one line, hidden characters visible, long ones cut."""
    return visible(json.dumps(shorten(value), ensure_ascii=False))


def shorten(text: str, limit: int = _SHOWN) -> str:
    """Return the beginning of a text, and how long all of it is where it is longer."""
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text):,} characters)"


def visible(text: str) -> str:
    """Return a text with escapes, such as ``u000a`` behind a backslash, in place of what a terminal would obey or hide."""
    return _HIDDEN.sub(lambda hidden: f"\\u{ord(hidden[0]):04x}", text)


def count(number: int, noun: str) -> str:
    """Return ``1 row`` or ``2 rows``, with thousands separators."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def escape_markdown(text: str) -> str:
    """Return a text that Markdown and HTML show as it is: every character that could mean something is an entity."""
    return _MEANING.sub(lambda match: f"&#{ord(match[0])};", visible(text))


def _code(text: str) -> str:
    """A value as code: nobody who is named in it is called, nothing in it becomes a link."""
    return f"<code>{escape_markdown(text)}</code>" if text else ""


def _markdown_row(finding: Finding) -> str:
    cells = [
        _code(finding.path),
        "" if finding.row is None else str(finding.row),
        _code(shorten(finding.column or "")),
        _code(finding.rule),
        "" if finding.value is None else _code(shorten(finding.value)),
        escape_markdown(shorten(finding.message, _TOLD)),
    ]
    return f"| {' | '.join(cells)} |"


def _sarif_result(finding: Finding, rule: int) -> dict[str, Any]:
    # GitHub refuses a place without a line; what is about a whole file stands at its beginning.
    place: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": _sarif_file(finding.path),
            "region": {"startLine": finding.row or 1},
        }
    }
    if finding.column:
        place["logicalLocations"] = [{"name": visible(shorten(finding.column)), "kind": "member"}]
    column = f"{shorten(finding.column)}: " if finding.column else ""
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": visible(f"{column}{finding.told}")},
        "locations": [place],
    }


def _sarif_file(path: str) -> dict[str, str]:
    """A file as an address: below the folder that the command ran in, or on this machine."""
    from urllib.parse import quote as quote_address

    address = quote_address(path.encode("utf-8", "surrogateescape"))
    return {"uri": f"file://{address}"} if path.startswith("/") else {"uri": address, "uriBaseId": "%SRCROOT%"}


def _for_xml(text: str) -> str:
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", visible(text))


def _escape(text: str, more: str = "") -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for char in more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text
