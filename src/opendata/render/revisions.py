"""What releases changed, row by row, for readers: figures in words, other rows by their keys and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import InvalidOperation

from markupsafe import Markup

from opendata import views, words
from opendata.collection import Observation
from opendata.differences import CellChange, TableDifference, label_key, visible
from opendata.history import Step
from opendata.render.base import Desk, Library
from opendata.views import Cell, Column, TableView

# A note may be long; what changed in it is in the archives.
_SHOWN = 200


@dataclass(frozen=True)
class Revision:
    """A row that a step changed.

    Attributes
    ----------
    sort
        ``removed``, ``renamed``, ``revised`` or ``added``.
    label
        Names the row by its key.
    old, new
        Its cells by column, ``None`` on the side that has it not.
    cells
        What changed of a revised row.
    """

    step: Step
    table: str
    sort: str
    label: str
    old: Mapping[str, str] | None
    new: Mapping[str, str] | None
    cells: tuple[CellChange, ...] = ()


def list_revisions(step: Step) -> Iterator[Revision]:
    """Yield every row that a step changed, losses first in each table."""
    for table in step.difference.tables if step.difference else ():
        yield from _list_rows(step, table)


def _list_rows(step: Step, table: TableDifference) -> Iterator[Revision]:
    before, after = table.columns_old, table.columns_new
    for row in table.removed:
        cells = dict(zip(before, row, strict=True))
        yield Revision(step, table.name, "removed", table.label_removed(row), cells, None)
    for one in table.renamed:
        new = dict(zip(after, one.row, strict=True))
        old = new | dict(zip(table.key, one.old, strict=True))
        yield Revision(step, table.name, "renamed", label_key(one.new), old, new)
    for change in table.revised:
        new = dict(zip(after, change.row, strict=True))
        old = new | {cell.column: cell.old for cell in change.cells}
        yield Revision(step, table.name, "revised", label_key(change.key), old, new, change.cells)
    for row in table.added:
        yield Revision(step, table.name, "added", table.label_added(row), None, dict(zip(after, row, strict=True)))


def group_by_indicator(library: Library) -> dict[str, list[Revision]]:
    """Return the changed figures of each indicator, the newest first."""
    groups: dict[str, list[Revision]] = {}
    for step in library.steps:
        if library.packages[step.package].meta.kind == "indicators":
            for revision in list_revisions(step):
                ids = [side.get("indicator_id") for side in (revision.old, revision.new) if side]
                for indicator_id in dict.fromkeys(filter(None, ids)):
                    groups.setdefault(indicator_id, []).append(revision)
    return groups


def indicator_history(desk: Desk, indicator_id: str, observations: Sequence[Observation]) -> Markup:
    """Return which release revised which figure of an indicator, and since when they are published."""
    told = Markup()
    packages = dict.fromkeys(o.package for o in observations)
    revisions = desk.library.revisions.get(indicator_id, [])
    if revisions:
        told += revision_table(desk, revisions, desk.t("indicator.history"), {o.key for o in observations})
    else:
        version = desk.library.packages[next(iter(packages))].version or desk.t("package.not_given")
        told += desk.paragraph(desk.t("indicator.no_history", version=version))
    firsts = [step for step in desk.library.steps if step.package in packages and step.previous is None]
    for step in firsts:
        told += desk.paragraph(desk.t("history.first", version=step.version, date=step.date or desk.t("package.not_given")))
    return told


def revision_table(desk: Desk, revisions: Sequence[Revision], title: str, here: set[str] | None = None) -> Markup:
    """Return changed rows as a table.

    ``here`` are the keys of the figures on an indicator's own page: there the release is named and the indicator is
    not; else, on the page of a release, the other way round.
    """
    t, own = desk.t, here is not None
    head = [Column(t("history.figure"))] + ([Column(t("history.release"), tight=True)] if own else [])
    columns = (*head, Column(t("history.change"), tight=True), Column(t("history.before")), Column(t("history.after")))
    rows = []
    for one in revisions:
        old, new = (_figure(desk, one, side) for side in (one.old, one.new))
        first = [_label_cell(desk, one, old, new, here)]
        rows.append((*first, *([release_cell(desk, one.step)] if own else []), *_change_cells(desk, one, old, new)))
    return desk.table(TableView(title, columns, tuple(rows)))


def release_cell(desk: Desk, step: Step) -> Cell:
    """Name a release with its day, or say that there is none yet."""
    if step.version is None:
        return Cell(desk.t("history.unreleased"))
    return Cell(
        step.version, href=desk.link(f"data/{step.package}/{step.version}"), more=(Cell(step.date),) if step.date else ()
    )


def anchor(step: Step) -> str:
    """Return the name of a step's place on the page of all changes."""
    return f"{step.package}-{step.version or 'unreleased'}".replace(".", "-")


def _figure(desk: Desk, one: Revision, cells: Mapping[str, str] | None) -> Observation | None:
    """Return the figure that a row records; ``None`` where it is none, or names what is not there any more."""
    kind = desk.library.packages[one.step.package].meta.kind
    if cells is None or kind != "indicators" or one.table != "observations":
        return None
    try:
        return desk.collection.make_observation(one.step.package, cells)
    except (KeyError, InvalidOperation):
        return None


def _label_cell(desk: Desk, one: Revision, old: Observation | None, new: Observation | None, here: set[str] | None) -> Cell:
    figure = new or old
    if figure is None:
        return Cell(one.label)
    period = words.period_words(figure.period, desk.language) if figure.period else ""
    parts = [
        desk.say(figure.indicator.name) if here is None else "",
        desk.say(figure.area.name),
        desk.say(figure.breakdown.name) if figure.breakdown else "",
        period,
        "" if figure.measure == "level" else desk.t(f"measure.{figure.measure}"),
        "" if figure.status == "actual" else desk.t(f"status.{figure.status}"),
    ]
    text = ("，" if desk.language == "zh" else ", ").join(part for part in parts if part)
    if here is not None:
        return Cell(text, href=f"#{figure.key}" if new and figure.key in here else "")
    there = new is not None and figure.key in desk.library.figure_keys
    return Cell(text, href=desk.link(f"indicators/{figure.indicator.indicator_id}") + f"#{figure.key}" if there else "")


def _change_cells(desk: Desk, one: Revision, old: Observation | None, new: Observation | None) -> tuple[Cell, Cell, Cell]:
    sort = Cell(desk.t(f"history.{one.sort}"))
    if one.sort == "revised":
        before = [_column_text(desk, one, cell.column, cell.old, old) for cell in one.cells]
        after = [_column_text(desk, one, cell.column, cell.new, new) for cell in one.cells]
        return sort, _lines(before), _lines(after)
    if one.sort == "renamed" and one.old and one.new:
        changed = [column for column in one.new if one.old.get(column) != one.new[column]]
        before = [_column_text(desk, one, column, one.old.get(column, ""), None) for column in changed]
        after = [_column_text(desk, one, column, one.new[column], None) for column in changed]
        return sort, _lines(before), _lines(after)
    return sort, Cell(_whole(desk, one.old, old)), Cell(_whole(desk, one.new, new))


def _whole(desk: Desk, cells: Mapping[str, str] | None, figure: Observation | None) -> str:
    if cells is None:
        return ""
    if figure:
        return views.full_value(figure, desk.language)
    return visible(desk.join(*(text for text in cells.values() if text)), _SHOWN)


def _column_text(desk: Desk, one: Revision, column: str, text: str, figure: Observation | None) -> str:
    """Put a cell into words: a value with its unit, any other with the name of its column."""
    if column == "value" and figure:
        return views.full_value(figure, desk.language)
    package = desk.library.packages[one.step.package]
    fields = package[one.table].fields if one.table in package.tables else ()
    title = next((desk.say(field.title) for field in fields if field.name == column), "") or column
    shown = visible(text, _SHOWN) if text else desk.t("site.missing")
    return desk.t("history.cell", column=title, text=shown)


def _lines(texts: Sequence[str]) -> Cell:
    return Cell(texts[0], more=tuple(Cell(text) for text in texts[1:])) if texts else Cell("")
