"""Small multiples: what an indicator comes to at a place, in a name, two numbers, a small picture and a status.

Every picture begins at zero and is as high as its largest value, so that the steepness of two can be compared although
their units differ: it is the relative change. What cannot stand on such a line (a total over years, a rate, a rank) is
told in words alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opendata import views, words
from opendata.collection import Observation
from opendata.render.base import Desk, grouped
from opendata.render.drawings import draw_series
from opendata.render.figures import named
from opendata.render.verdicts import JUDGED, status_cell, told_figure, told_pace, told_period, told_target
from opendata.targets import Figure, Target
from opendata.views import Cell, Column, TableView

# Which of several targets of an indicator is shown: the one that says most by itself.
_KINDS = ("level", "count", "share", "cumulative", "rate", "rank", "other")

# More rows than this beside small multiples are folded away, so that a place can be surveyed on a phone.
_SHORT = 3


@dataclass(frozen=True)
class Multiple:
    """An indicator at a place: its latest figure, its target, the picture between them; empty where there is none."""

    name: str
    href: str
    latest: str
    latest_period: str
    target: str
    target_period: str
    pace: str
    status: Cell
    spark: Markup
    others: int


def multiples(desk: Desk, figures: Sequence[Observation], targets: Sequence[Target]) -> Markup:
    """Return the indicators of one place: those with a target as small multiples, the others in a short table.

    Parameters
    ----------
    figures, targets
        Those of one place and one topic.
    """
    by_indicator = grouped(figures, lambda o: o.indicator.indicator_id)
    aims = grouped(targets, lambda target: target.indicator.indicator_id)
    made = [_multiple(desk, by_indicator[key], aims[key]) for key in by_indicator if key in aims]
    made.sort(key=lambda one: not one.spark)
    body = desk.html("multiples.html.j2", entries=made) if made else Markup()
    rest = {key: rows for key, rows in by_indicator.items() if key not in aims}
    if not rest:
        return body
    table = _latest_table(desk, rest)
    if len(rest) <= _SHORT and not made:
        return body + table
    title = desk.t("place.without_target", count=len(rest))
    return body + desk.html("folded.html.j2", title=title, body=table, opened=len(rest) <= _SHORT)


def _multiple(desk: Desk, rows: Sequence[Observation], targets: Sequence[Target]) -> Multiple:
    target = min(targets, key=_rank)
    figure = target.latest or target.baseline
    pace = told_pace(desk, target)
    return Multiple(
        name=named(target.rows[0], desk.language),
        href=f"{desk.link(f'indicators/{target.indicator.indicator_id}')}#progress",
        latest=told_figure(desk, figure, target) if figure else "",
        latest_period=words.period_words(figure.period, desk.language) if figure else "",
        target=told_target(desk, target),
        target_period=told_period(desk, target) if target.period else "",
        pace="" if pace == words.MISSING else desk.t("place.needs", pace=pace),
        status=status_cell(desk, target.status),
        spark=_draw(desk, target, rows, figure),
        others=len(targets) - 1,
    )


def _rank(target: Target) -> tuple[bool, bool, int, bool]:
    """The total before its parts, what can be judged before the rest, a level before a rate."""
    order = _KINDS.index(target.kind) if target.kind in _KINDS else len(_KINDS)
    return target.breakdown is not None, target.status not in JUDGED, order, target.baseline is None


def _draw(desk: Desk, target: Target, rows: Sequence[Observation], figure: Figure | None) -> Markup:
    """The actuals of the target's own measure, part and unit, and the target; nothing where there is no way to draw."""
    if figure is None or target.kind not in ("level", "count", "share") or target.rows[0].time is None:
        return Markup()
    own = [o for o in rows if o.status == "actual" and _alike(o, target.rows[0])]
    return draw_series(desk, [*own, *target.rows])


def _alike(o: Observation, aim: Observation) -> bool:
    """Whether a figure can stand on one line with a target."""
    whole = o.time is not None and (o.time.is_year or o.time.stock)
    part = o.breakdown == aim.breakdown and o.measure == aim.measure and o.unit == aim.unit
    return whole and part and o.bound not in ("low", "high")


def _latest_table(desk: Desk, by_indicator: Mapping[str, Sequence[Observation]]) -> Markup:
    """What has no target: a sentence for each indicator."""
    columns = (Column(desk.t("columns.indicator")), Column(desk.t("place.latest")))
    rows = tuple(
        (
            Cell(desk.say(rows[0].indicator.name), href=desk.link(f"indicators/{key}")),
            Cell(views.headline(rows, desk.language, desk.t)),
        )
        for key, rows in by_indicator.items()
    )
    return desk.table(TableView(desk.t("place.latest"), columns, rows))
