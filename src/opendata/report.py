"""Findings about data, and the forms in which they are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]

# A cell may hold a megabyte; a message shows the beginning.
_SHOWN = 80

# A note of frictionless may quote half a descriptor.
_TOLD = 600

# What a terminal obeys or hides: controls, marks of writing direction, zero widths, halves of characters.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


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
        shown = "" if self.value is None else f" found {quote(self.value)};"
        return visible(f"{place}: {self.rule}:{shown} {shorten(self.message, _TOLD)}")


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
        lines = [finding.line for finding in self.findings]
        counted = f"{count(self.packages, 'package')}, {count(self.tables, 'table')}, {count(self.rows, 'row')}"
        verdict = "no findings" if not self.findings else count(len(self.findings), "finding")
        return "\n".join([*lines, f"{counted}: {verdict}"])

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
            told = "" if finding.value is None else f"found {quote(finding.value)}; "
            told += shorten(finding.message, _TOLD)
            lines.append(visible(f"::{finding.severity} {place},title={_escape(title, ',:')}::{_escape(told)}"))
        return "\n".join(lines)


def merge(reports: Iterable[Report]) -> Report:
    """Return one report over several."""
    reports = tuple(reports)
    return Report(
        tuple(finding for report in reports for finding in report.findings),
        sum(report.packages for report in reports),
        sum(report.tables for report in reports),
        sum(report.rows for report in reports),
        {key: state for report in reports for key, state in report.rules.items()},
    )


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


def _escape(text: str, more: str = "") -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for char in more:
        text = text.replace(char, f"%{ord(char):02X}")
    return text
