"""Targets in words: the number, what it is measured from, what came of it, the pace, the status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from opendata import views, words
from opendata.render.base import Desk
from opendata.render.figures import named
from opendata.targets import STATUSES, Figure, Target, pace_words, target_words
from opendata.views import Cell
from opendata.words import MISSING

JUDGED = frozenset({"met", "on-track", "at-risk", "off-track"})
"""The statuses that say how a target stands; the others say why nobody can tell."""


# Measures that a sentence can hold: “a share of 30%”; others stand before a colon.
_SAID = frozenset({"share", "cumulative", "growth-annual", "growth-yoy"})


def told_target(desk: Desk, target: Target) -> str:
    """Return the number of a target with what it counts: ``超过1,500亿元``, ``年均增长8.4%``, ``占比20–25%``."""
    if target.measure in _SAID and target.value >= 0:
        return _said(desk, target.measure, target_words(target, desk.language))
    if target.low is not None and target.high is not None:
        return target_words(target, desk.language)
    row = replace(target.rows[0], value=target.value, bound=target.bound)
    return views.said_value(row, desk.language, desk.t)


def told_number(desk: Desk, target: Target) -> str:
    """Return the number of a target alone, for a label beside its mark; a change says which way it goes."""
    return told_target(desk, target) if target.measure == "change" else target_words(target, desk.language)


def told_period(desk: Desk, target: Target) -> str:
    """Return for when a target is meant."""
    return words.period_words(target.period, desk.language) if target.period else desk.t("progress.no_period")


def told_figure(desk: Desk, figure: Figure, target: Target) -> str:
    """Return a baseline or an actual; growth and sums say what they are."""
    number = told_amount(desk, figure)
    measure = figure.rows[0].measure
    if measure.startswith("growth"):
        period = words.read_period(figure.period)
        measure = "growth-annual" if period and period.years > 1 else measure
    elif target.kind == "cumulative" and figure is target.latest:
        measure = "cumulative"
    else:
        return number
    return _said(desk, measure, number)


def told_amount(desk: Desk, figure: Figure) -> str:
    """Return the number of a baseline or an actual alone."""
    return words.bounded(words.amount(figure.value, figure.unit, desk.language), figure.bound, desk.language)


def _said(desk: Desk, measure: str, number: str) -> str:
    if measure in _SAID:
        return desk.t(f"said.{measure}", value=number)
    told = desk.t(f"measure.{measure}")
    return f"{told}{number}" if desk.language == "zh" else f"{told}: {number}"


def told_path(desk: Desk, target: Target) -> str:
    """Return where the even path from baseline to target is at the latest actual; empty where there is none."""
    if target.path is None or target.latest is None or target.kind == "rate":
        return ""
    return words.amount(target.path, target.latest.unit, desk.language)


def told_pace(desk: Desk, target: Target) -> str:
    """Return what is needed each year from the latest actual on; a dash where nothing is, or nobody can tell."""
    pace = target.required_pace
    if pace is None or target.status == "met":
        return MISSING
    if target.pace_unit == "percent":
        return _grown(desk, target, pace)
    if target.pace_unit == "percentage-point":
        key = "progress.up" if pace >= 0 else "progress.down"
        return desk.t(key, pace=pace_words(abs(pace), target, desk.language))
    return pace_words(pace, target, desk.language)


def told_growth(desk: Desk, target: Target) -> str:
    """Return the growth a year so far; a dash where it is not known."""
    return MISSING if target.achieved_pace is None else _grown(desk, target, target.achieved_pace)


def _grown(desk: Desk, target: Target, pace: Decimal) -> str:
    key = "progress.grow" if pace >= 0 else "progress.shrink"
    return desk.t(key, pace=pace_words(abs(pace), target, desk.language))


def status_cell(desk: Desk, status: str) -> Cell:
    """Return a status as a cell: its word, with which a template shows its sign."""
    place = list(STATUSES).index(status) if status in STATUSES else len(STATUSES)
    return Cell(desk.t(f"progress.{status}"), sort=str(place), status=status)


def figure_cell(desk: Desk, figure: Figure | None, target: Target, *more: str) -> Cell:
    """Return a baseline or an actual over its period; empty where there is none."""
    if figure is None:
        return Cell("")
    below = (words.period_words(figure.period, desk.language), *more)
    return Cell(told_figure(desk, figure, target), sort=str(figure.value), more=tuple(Cell(text) for text in below if text))


def target_name(desk: Desk, target: Target) -> str:
    """Return what a target is about: its indicator, with its part."""
    return named(target.rows[0], desk.language)


def in_order(targets: Iterable[Target]) -> list[Target]:
    """Put what can be judged first, best first; each status in the order of the data."""
    return sorted(targets, key=lambda target: STATUSES.index(target.status))
