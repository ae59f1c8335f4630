"""What the releases of the data changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from opendata.render.base import Desk, Library, Page, Section
from opendata.views import Cell, Column, TableView
from opendata.words import Language

Change = tuple[str, str, str, str]
"""Package, version, date, and what changed."""


def render_changes(library: Library, language: Language) -> Page:
    """Return the page of all changes, newest first."""
    desk, entries = library.at(language, "changes"), change_rows(library, language)
    lead = desk.t("changes.lead")
    body = change_table(desk, entries) if entries else desk.paragraph(desk.t("changes.none"))
    return desk.page(desk.t("nav.changes"), lead, (Section(desk.paragraph(lead)), Section(body)), "changes")


def change_rows(library: Library, language: Language) -> list[Change]:
    """Return every entry of every package's changelog, newest first."""
    rows = [
        (
            package.name,
            str(entry.get("version", "")),
            str(entry.get("date", "")),
            in_language(entry, "description", language),
        )
        for package in library.packages.values()
        for entry in package.changelog
    ]
    return sorted(rows, key=lambda row: (row[2], row[1], row[0]), reverse=True)


def change_table(desk: Desk, entries: Sequence[Change]) -> Markup:
    """Return changes as a table."""
    t = desk.t
    columns = (
        Column(t("columns.date")),
        Column(t("columns.package")),
        Column(t("columns.version")),
        Column(t("columns.change")),
    )
    rows = tuple(
        (Cell(date), Cell(name, href=desk.link(f"data/{name}")), Cell(version), Cell(told))
        for name, version, date, told in entries
    )
    return desk.table(TableView(t("nav.changes"), columns, rows))


def in_language(item: Mapping[str, Any], key: str, language: Language) -> str:
    """Return a property of a descriptor in a language: ``title@en`` before ``title``."""
    translated = item.get(f"{key}@{language}") if language != "zh" else None
    return str(translated or item.get(key) or "")
