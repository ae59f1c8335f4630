"""What the releases of the data changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from opendata.differences import visible
from opendata.releases import describe_changes
from opendata.render.base import Desk, Library, Page, Section, in_language
from opendata.render.feeds import feed_links
from opendata.render.revisions import Revision, anchor, list_revisions, revision_table
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# So many releases are told row by row, and so many rows of each; the archives hold all of them.
_STEPS = 30
_ROWS = 200
_LONGEST = 2000

Change = tuple[str, str, str, str]
"""Package, version, date, and what changed."""


def render_changes(library: Library, language: Language) -> Page:
    """Return the page of all changes, newest first."""
    desk, entries = library.at(language, "changes"), change_rows(library, language)
    lead = desk.t("changes.lead")
    body = change_table(desk, entries) if entries else desk.paragraph(desk.t("changes.none"))
    sections = [Section(desk.paragraph(lead) + feed_links(desk)), Section(body), *_steps(desk)]
    return desk.page(desk.t("nav.changes"), lead, sections, "changes")


def _steps(desk: Desk) -> Iterator[Section]:
    """What each release changed row by row, the newest first, and before them what is not released yet."""
    steps = [step for step in desk.library.steps if step.difference]
    for step in steps[:_STEPS]:
        assert step.difference
        package = desk.library.packages[step.package]
        title = desk.say(package.meta.title) or package.name
        said = step.version or desk.t("history.unreleased")
        heading = desk.t("changes.step_dated" if step.date else "changes.step", package=title, version=said, date=step.date)
        told = describe_changes(step.difference)[0 if desk.language == "zh" else 1]
        revisions = list(list_revisions(step))
        html = desk.paragraph(_count(desk, revisions) if revisions else visible(told, _LONGEST))
        if revisions:
            html += revision_table(desk, revisions[:_ROWS], heading)
        if len(revisions) > _ROWS:
            html += desk.paragraph(desk.t("changes.more_rows", count=f"{len(revisions) - _ROWS:,}"))
        yield Section(html, heading, anchor(step))


def _count(desk: Desk, revisions: Sequence[Revision]) -> str:
    """Count the rows that a release changed, losses first."""
    counts = Counter(revision.sort for revision in revisions)
    between = "，" if desk.language == "zh" else ", "
    told = between.join(
        desk.t(f"changes.count_{sort}", count=f"{counts[sort]:,}")
        for sort in ("removed", "renamed", "revised", "added")
        if counts[sort]
    )
    return desk.t("changes.counted", counts=told)


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
