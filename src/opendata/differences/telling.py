"""All changes between two versions into text, JSON, Markdown and SDMX-CSV.

Losses come first everywhere: what a reader had and has no longer is what a reviewer must see.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opendata.differences.sdmx import write_sdmx
from opendata.differences.values import LONGEST, PackageDifference, Row, TableDifference, label_key, said, visible
from opendata.report import count, escape_markdown

# How many changed rows of each sort a table shows in text and Markdown; JSON has them all.
SHOWN = 20


@dataclass(frozen=True)
class Difference:
    """The changes between two versions of one or more packages; true where there are any.

    Attributes
    ----------
    old, new
        The versions as the caller named them.
    removed, added
        Names of packages that only one of them has.
    packages
        Those that both have and that differ, by name.
    """

    old: str
    new: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    packages: tuple[PackageDifference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.packages)

    @property
    def summary(self) -> str:
        """All changes counted, in one line."""
        rows: Counter[str] = Counter()
        for package in self.packages:
            for table in package.tables:
                rows.update(table.counts)
        parts = [f"{count(len(names), 'package')} {sort}" for sort, names in _both(self.removed, self.added) if names]
        if self.packages:
            parts.append(f"{count(len(self.packages), 'package')} changed")
        changes = sum(len(package.schema) for package in self.packages)
        if changes:
            parts.append(f"{count(changes, 'change')} of schema or metadata")
        parts += [f"{count(rows[sort], 'row')} {sort}" for sort in ("removed", "renamed", "revised", "added") if rows[sort]]
        return ", ".join(parts) or "no difference"

    def to_text(self, limit: int = SHOWN) -> str:
        """Return the changes a line each, losses first, then a line that counts them."""
        lines = [f"package {sort}: {visible(name)}" for sort, names in _both(self.removed, self.added) for name in names]
        for package in self.packages:
            lines.append(package.title)
            lines += [f"  {change.line}" for change in package.schema]
            for table in package.tables:
                lines.append(f"  {visible(table.name)}: {_counted(table)} ({_sizes(table)})")
                lines += _text_rows(table, limit)
        return "\n".join([*lines, self.summary])

    def to_json(self) -> str:
        """Return all changes as a JSON object: ``old``, ``new``, ``removed``, ``added``, ``packages``."""
        return json.dumps(
            {
                "old": self.old,
                "new": self.new,
                "removed": self.removed,
                "added": self.added,
                "packages": [_package_object(package) for package in self.packages],
            },
            ensure_ascii=False,
            indent=2,
            default=str,
        )

    def to_markdown(self, limit: int = SHOWN, most: int | None = None) -> str:
        """Return the changes as Markdown for a pull request; no cell can break out of its place or call anybody.

        Parameters
        ----------
        limit
            The most rows of each sort told of a table.
        most
            The most characters in all (a comment on GitHub takes 65,536); ``None``: as many as it takes.
            Packages that lose something come first, and what does not fit is left out from the end, line by line.
        """
        text = "\n".join(self._markdown_lines(limit, self.packages)) + "\n"
        if most is None or len(text) <= most:
            return text
        note = ["", "… and more than fits here. `opendata diff` tells all of it."]
        room, lines = most - len("\n".join(note)) - 2, []
        for line in self._markdown_lines(limit, sorted(self.packages, key=lambda package: not _loses(package))):
            room -= len(line) + 1
            if room < 0:
                break
            lines.append(line)
        return "\n".join([*lines, *note]) + "\n"

    def _markdown_lines(self, limit: int, packages: Sequence[PackageDifference]) -> list[str]:
        lines = [f"**{escape_markdown(self.summary)}**"]
        for sort, names in _both(self.removed, self.added):
            if names:
                lines += ["", f"Packages {sort}: {', '.join(map(_code, names))}"]
        for package in packages:
            lines += ["", f"### {_code(package.title)}"]
            if package.schema:
                lines += ["", "| change | where | old | new |", "| --- | --- | --- | --- |"]
                lines += [
                    f"| {change.kind} | {_code(change.place)} | {_code_value(change.old)} | {_code_value(change.new)} |"
                    for change in package.schema[: limit * 4]
                ]
                lines += _more(len(package.schema) - limit * 4, "change")
            for table in package.tables:
                lines += ["", f"#### {_code(table.name)}: {_counted(table)} ({_sizes(table)})"]
                lines += ["", "| | row | column | old | new | |", "| --- | --- | --- | --- | --- | ---: |"]
                lines += _markdown_rows(table, limit)
        return lines

    def to_sdmx_csv(self, agency: str = "OPENDATA") -> str:
        """Return the changes of rows as a data message in SDMX-CSV 2.0, whose column ACTION says what to do; see ``sdmx``.

        Parameters
        ----------
        agency
            Who maintains the structures that the tables are of, as SDMX names it.

        Raises
        ------
        WrongUse
            Where SDMX-CSV cannot tell the changes: a table without key, other columns, tables or packages than before.
        """
        return write_sdmx(self.removed, self.added, self.packages, agency)


def _loses(package: PackageDifference) -> bool:
    """Whether a reader had something that is there no longer."""
    return any(change.kind.endswith("-removed") for change in package.schema) or any(t.removed for t in package.tables)


def _code(text: str) -> str:
    """A value as code: GitHub calls nobody who is named in it, and links nothing."""
    return f"<code>{escape_markdown(visible(text, 2 * LONGEST))}</code>" if text else ""


def _code_value(value: object) -> str:
    return "" if value is None else _code(said(value))


def _both(removed: Sequence[str], added: Sequence[str]) -> tuple[tuple[str, Sequence[str]], tuple[str, Sequence[str]]]:
    return ("removed", removed), ("added", added)


def _counted(table: TableDifference) -> str:
    return ", ".join(f"{number:,} {sort}" for sort, number in table.counts.items() if number)


def _sizes(table: TableDifference) -> str:
    if table.rows_old == table.rows_new:
        return f"of {count(table.rows_new, 'row')}"
    return f"{table.rows_old:,} → {count(table.rows_new, 'row')}"


def _more(number: int, noun: str) -> list[str]:
    return ["", f"… and {count(number, 'more ' + noun)}"] if number > 0 else []


def _text_rows(table: TableDifference, limit: int) -> Iterator[str]:
    told: list[list[str]] = [
        [f"- {table.label_removed(row)}" for row in table.removed[:limit]],
        [f"> {label_key(one.old)} → {label_key(one.new)}" for one in table.renamed[:limit]],
        [f"~ {label_key(row.key)}; {'; '.join(cell.line for cell in row.cells)}" for row in table.revised[:limit]],
        [f"+ {table.label_added(row)}" for row in table.added[:limit]],
    ]
    for lines, (sort, number) in zip(told, table.counts.items(), strict=True):
        for line in lines:
            yield f"    {line}"
        if number > limit:
            yield f"    … {number - limit:,} more {sort}"


def _markdown_rows(table: TableDifference, limit: int) -> Iterator[str]:
    told: list[list[str]] = [
        [f"| removed | {_code(table.label_removed(row))} | | | | |" for row in table.removed[:limit]],
        [f"| renamed | | | {_code(label_key(one.old))} | {_code(label_key(one.new))} | |" for one in table.renamed[:limit]],
        [
            f"| revised | {_code(label_key(row.key))} | {_code(cell.column)} | {_code(cell.old)} | {_code(cell.new)} "
            f"| {cell.percent.strip(' ()')} |"
            for row in table.revised[:limit]
            for cell in row.cells
        ],
        [f"| added | {_code(table.label_added(row))} | | | | |" for row in table.added[:limit]],
    ]
    for lines, (sort, number) in zip(told, table.counts.items(), strict=True):
        yield from lines
        if number > limit:
            yield f"| {sort} | … {number - limit:,} more | | | | |"


def _package_object(package: PackageDifference) -> dict[str, object]:
    return {
        "name": package.name,
        "version_old": package.version_old,
        "version_new": package.version_new,
        "schema": [vars(change) for change in package.schema],
        "tables": [_table_object(table) for table in package.tables],
    }


def _table_object(table: TableDifference) -> dict[str, object]:
    def keyed(key: Row) -> dict[str, str]:
        return dict(zip(table.key, key, strict=True))

    return {
        "name": table.name,
        "key": table.key,
        "rows_old": table.rows_old,
        "rows_new": table.rows_new,
        "removed": [dict(zip(table.columns_old, row, strict=True)) for row in table.removed],
        "renamed": [{"old": keyed(one.old), "new": keyed(one.new)} for one in table.renamed],
        "revised": [{"key": keyed(row.key), "cells": [vars(cell) for cell in row.cells]} for row in table.revised],
        "added": [dict(zip(table.columns_new, row, strict=True)) for row in table.added],
    }
