"""Targets held against what came of them: where each stands, what pace it takes, or why nobody can say.

Every target is judged by one of five rules, chosen by what it promises. *t0*, *t*, *T* are the ends of the base
year, of the latest actual and of the period, in years; *y0*, *y*, *Y* the baseline, the latest actual, the target.

========== ============================================================ =====================================
kind       achieved pace a; pace r that is required from the latest     path at t
           actual on
========== ============================================================ =====================================
level      a = (y ÷ y0)^(1 ÷ (t − t0)) − 1; r = (Y ÷ y)^(1 ÷ (T − t))   y0 + (Y − y0) × (t − t0) ÷ (T − t0)
           − 1; per cent a year
share      a = (y − y0) ÷ (t − t0); r = (Y − y) ÷ (T − t);              as for a level
           percentage points a year
count      the same differences, things a year: things are added, they  as for a level
           do not grow at a rate, and none at all is a fair start
cumulative a = y ÷ (t − t0); r = (Y − y) ÷ (T − t), where y is all that Y × (t − t0) ÷ (T − t0)
           came since t0; amount a year
rate       a = the average growth a year since t0; r = ((1 + Y)^(T−t0)  Y
           ÷ (1 + a)^(t−t0))^(1 ÷ (T−t)) − 1; per cent a year
========== ============================================================ =====================================

*Achieved share* is (y − y0) ÷ (Y − y0), and y ÷ Y for a cumulative target; *elapsed share* is (t − t0) ÷ (T − t0).
The status is ``on-track`` where a ≥ r, ``at-risk`` where 60 % of r ≤ a < r, else ``off-track``; for an indicator
that should fall, both with the sign turned; for a cumulative limit ``on-track`` where a ≤ r and ``at-risk`` where
60 % of a ≤ r. a ≥ r exactly where the latest actual lies on or beyond the curve from baseline to target.
A target that is reached is ``met``, also before its time; one that is not when its period ends is ``off-track``.

Where this comes from, and where it differs:

- Open SDG (documentation, *Progress measurement methodology*, designed by Statistics Canada) divides the growth rate
  from base year to latest actual by the one that leads from base year to target, and calls 95 % and more of it on
  track, 60 to 95 % acceleration needed, less limited, and below zero deterioration. The 60 % is taken from there; it
  names Eurostat's monitoring of sustainable development as its model. Here the required pace is counted from the
  latest actual on, because that is what is still to be done: who is late needs more; and only all of it is on track.
- ESCAP (SDG progress, *Technical notes*: Current Status Index) sets progress made since the base year against the
  progress needed until the end; that is the achieved share.
- Open SDG's program (``sdg/ProgressMeasure.py`` of sdg-build) replaces a baseline or target of 0 by 0.001, takes the
  first year of ``2021-2025``, and knows neither sums over years nor bounds. Here nothing is put in place of a value:
  a growth rate that is not defined makes the target ``not-comparable``.

What is compared:

- Same indicator, place, part, measure and kind of unit. Another currency is not converted: no document prints the
  rate of exchange of a later year, and that of the base year would decide who has met a target and who has not.
  Figures of a part of a year are not held against years. An actual that is printed as a range is left out; one that
  is printed with a bound is taken at its number, and ``approximate`` says so.
- The baseline is the document's own figure for the base year: from the same table row or passage, else from the
  document, else the last one recorded before the period. The period of a level begins where the document's does.
- The latest actual is the last one after the baseline and not after the period's end.
- A cumulative target is held against a recorded total since the period began, else against the sum of its years,
  if each of them is recorded; its baseline is only shown. A rate is held against a recorded average since the
  period began, against levels from the year before it on (in the currency of the document's own level target),
  or against the growth of each year so far.

Bounds: ``over`` and ``under`` are reached only beyond the number, the others at it; ``about`` also by a value that
rounds to it. A range is reached at its near end. ``over`` and ``at-least`` say that higher is wanted, ``at-most``
and ``under`` lower, whatever the indicator's direction; without either, baseline and target tell it. A lower rank is
always better, and a rank has no pace. Rows of the measure ``limit`` name a threshold inside another target and are
none themselves.
"""

from __future__ import annotations

import calendar
import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from opendata import words
from opendata.collection import Area, Breakdown, Collection, Document, Indicator, Observation
from opendata.errors import WrongName
from opendata.handles import Catalog
from opendata.model import Text
from opendata.words import MISSING, Language, Period, Unit, read_period

Kind = Literal["level", "cumulative", "share", "rate", "count", "rank", "other"]
Status = Literal["met", "on-track", "at-risk", "off-track", "no-actual-yet", "not-comparable"]
PaceUnit = Literal["percent", "percentage-point", "unit", ""]
STATUSES: tuple[Status, ...] = ("met", "on-track", "at-risk", "off-track", "no-actual-yet", "not-comparable")

AT_RISK = Decimal("0.6")
"""The share of the required pace from which a target is at risk, below which it is off track."""

_NOISE = Decimal("1e-9")  # roots are cut after 28 digits: equal paces may differ in the last of them
_CURRENCIES = frozenset({"CNY", "USD", "EUR", "ZAR", "JPY", "KRW", "HKD", "GBP"})
_YEARS = frozenset({"level", "share", "count", "rank"})  # kinds that are promised for a year or a date
_TENTH = Decimal("0.1")
_UNTOLD = Text("")


@dataclass(frozen=True)
class Figure:
    """An actual as it is compared: in ``unit``, at ``position`` on an axis of years; ``rows`` say where it comes from."""

    value: Decimal
    unit: Unit
    period: str
    position: Decimal
    rows: tuple[Observation, ...]

    @property
    def bound(self) -> str:
        """The bound with which it is printed; empty for a sum, or where it is printed as it is."""
        return self.rows[0].bound if len(self.rows) == 1 else ""

    @property
    def is_approximate(self) -> bool:
        """Whether any of its rows is printed with a bound."""
        return any(row.bound for row in self.rows)


@dataclass(frozen=True)
class Target:
    """A target and where it stands.

    Attributes
    ----------
    rows
        The rows that state it: the same number twice in one document, or the two ends of a range.
    kind, measure
        By which rule it is judged, and what the rows call it; ``other`` is a measure without a rule.
    direction
        Which way is wanted, after the bound has been heard.
    value, low, high, bound, unit
        The number that counts, the ends of a range (``None`` where it is none), and how it is printed.
    baseline, latest
        What it is measured from, and the latest comparable actual; the same where none is later.
        For a rate they may be levels; for a change in percentage points they are the shares themselves.
    elapsed_share
        Per cent of the time from baseline to end that is over: at the latest actual, or at the date asked for.
    achieved_share
        Per cent of the way from baseline to target, or of a cumulative target; ``None`` for rates and ranks, and
        where the target does not lie ahead of the baseline.
    achieved_pace, required_pace, pace_unit
        See the module; ``percent`` and ``percentage-point`` a year, or ``unit`` a year.
        Where nothing later is recorded, the required pace is counted from the baseline.
    path, gap
        Where a straight line from baseline to target is at the latest actual, and how far that lies from it.
    status, reason, explanation
        The verdict, why in a code, and the same in Chinese and English with its numbers.
    approximate
        Whether a figure that counts is printed with a bound.
    """

    rows: tuple[Observation, ...]
    kind: Kind
    direction: Literal["higher", "lower", "neutral"]
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    bound: str
    status: Status = "not-comparable"
    reason: str = ""
    explanation: Text = _UNTOLD
    baseline: Figure | None = None
    latest: Figure | None = None
    elapsed_share: Decimal | None = None
    achieved_share: Decimal | None = None
    achieved_pace: Decimal | None = None
    required_pace: Decimal | None = None
    pace_unit: PaceUnit = ""
    path: Decimal | None = None
    gap: Decimal | None = None

    @property
    def key(self) -> str:
        """A short name for addresses: that of the row that states it first."""
        return self.rows[0].key

    @property
    def indicator(self) -> Indicator:
        """What is promised."""
        return self.rows[0].indicator

    @property
    def area(self) -> Area:
        """For which place."""
        return self.rows[0].area

    @property
    def breakdown(self) -> Breakdown | None:
        """For which part; ``None`` for the total."""
        return self.rows[0].breakdown

    @property
    def document(self) -> Document:
        """The document that promises it."""
        return self.rows[0].document

    @property
    def period(self) -> str:
        """For when; empty where the document does not say."""
        return self.rows[0].period

    @property
    def locators(self) -> tuple[str, ...]:
        """Where the document states it."""
        return tuple(dict.fromkeys(row.locator for row in self.rows))

    @property
    def measure(self) -> str:
        """What the rows call it."""
        return self.rows[0].measure

    @property
    def unit(self) -> Unit:
        """The unit of the target."""
        return self.rows[0].unit

    @property
    def approximate(self) -> bool:
        """Whether baseline or latest actual is printed with a bound."""
        return any(figure is not None and figure.is_approximate for figure in (self.baseline, self.latest))


def progress(
    packages: Catalog | str | os.PathLike[str] | None = None,
    *,
    area: str | None = None,
    indicator: str | None = None,
    status: str | None = None,
    as_of: date | None = None,
) -> tuple[Target, ...]:
    """Return the targets of some packages, in the order of packages and rows.

    Parameters
    ----------
    packages
        A catalog, or a folder or zip; ``None`` stands for the packages that come with this library.
    area, indicator, status
        Only those of a place, an indicator, a status, by its id.
    as_of
        Leave out what was not over on that date, and count the elapsed share to it.

    Returns
    -------
    tuple of Target
        Each with its status and the numbers that it rests on, or why nobody can say.

    Raises
    ------
    WrongName
        Where no place, indicator or status has that id; the error carries the near ones.

    Examples
    --------
    >>> [target.status for target in progress(area="qingdao", indicator="goods-trade", status="at-risk")]
    ['at-risk']
    """
    collection = Collection(packages if isinstance(packages, Catalog) else Catalog(packages))
    for kind, name, known in (
        ("place", area, collection.areas),
        ("indicator", indicator, collection.indicators),
    ):
        if name is not None and name not in known:
            raise WrongName(kind, name, {key: (one.name.default, one.name.in_language("en")) for key, one in known.items()})
    if status is not None and status not in STATUSES:
        raise WrongName("status", status, STATUSES)
    return tuple(
        target
        for target in find_targets(collection.observations, as_of=as_of)
        if area in (None, target.area.area_id)
        and indicator in (None, target.indicator.indicator_id)
        and status in (None, target.status)
    )


def find_targets(observations: Iterable[Observation], *, as_of: date | None = None) -> tuple[Target, ...]:
    """Return a verdict for each target among some figures, in their order; actuals are looked for among the same."""
    now = None if as_of is None else _position_of(as_of)
    actuals: dict[tuple[str, str], list[Observation]] = {}
    promised: dict[tuple[object, ...], list[Observation]] = {}
    levels: dict[tuple[str, ...], list[Observation]] = {}
    for row in observations:
        subject = (row.indicator.indicator_id, row.area.area_id)
        if row.status == "actual" and row.bound not in ("low", "high"):
            if row.time is not None and (now is None or _position(row.time) <= now):
                actuals.setdefault(subject, []).append(row)
        elif row.status == "target" and row.measure != "limit":
            part = (*subject, _part(row), row.document.source_id)
            if row.measure == "level":
                levels.setdefault(part, []).append(row)
            if row.bound in ("low", "high"):
                value: tuple[object, ...] = ("range", row.locator)
            else:
                value = (row.bound, row.value)
            promised.setdefault((*part, row.period, row.measure, row.unit.unit_id, *value), []).append(row)
    found = []
    for rows in promised.values():
        first = rows[0]
        subject = (first.indicator.indicator_id, first.area.area_id)
        siblings = levels.get((*subject, _part(first), first.document.source_id), [])
        found.append(_judge(rows, actuals.get(subject, []), siblings, now))
    return tuple(found)


def count_statuses(targets: Iterable[Target]) -> dict[Status, int]:
    """Return how many targets have each status, those that occur, best first."""
    counts = Counter(target.status for target in targets)
    return {status: counts[status] for status in STATUSES if counts[status]}


# ----- one target -----


def _judge(
    rows: Sequence[Observation], actuals: Sequence[Observation], siblings: Sequence[Observation], now: Decimal | None
) -> Target:
    target = _read_target(rows)
    period = rows[0].time
    if target.kind == "other":
        return _not_comparable(target, "measure")
    if period is None:
        return _not_comparable(target, "no-period")
    if not (_is_year_or_date(period) if target.kind in _YEARS else period.is_whole and not period.stock):
        return _not_comparable(target, "period-unclear")
    case = _Case(actuals, siblings, now, *_span(target, period))
    if target.kind == "cumulative":
        return _judge_cumulative(target, case)
    if target.kind == "rate":
        return _judge_rate(target, case)
    return _judge_level(target, case)


@dataclass(frozen=True)
class _Case:
    """What one target is judged by: actuals of its indicator and place, and the span from ``start`` to ``end``."""

    actuals: Sequence[Observation]
    siblings: Sequence[Observation]
    now: Decimal | None
    start: Decimal
    end: Decimal

    def elapsed(self, since: Decimal, latest: Decimal | None) -> Decimal | None:
        """Return the share of time that is over, in per cent."""
        point = latest if self.now is None else self.now
        if point is None:
            return None
        return _tenth(min(max((point - since) / (self.end - since), Decimal(0)), Decimal(1)) * 100)


def _read_target(rows: Sequence[Observation]) -> Target:
    first = rows[0]
    ends = {row.bound: row.value for row in rows if row.bound in ("low", "high")}
    low = high = None
    bound = first.bound
    if len(ends) == 2:
        low, high = sorted(ends.values())
        bound = ""
    elif ends:  # one end alone is a bound
        bound = "at-least" if bound == "low" else "at-most"
    side = _side(first, bound)
    value = first.value if low is None or high is None else (high if side < 0 else low)
    return Target(tuple(rows), _kind(first), _DIRECTIONS[side], value, low, high, bound)


_DIRECTIONS: dict[int, Literal["higher", "lower", "neutral"]] = {1: "higher", -1: "lower", 0: "neutral"}
_SIDES: dict[str, int] = {name: side for side, name in _DIRECTIONS.items()}
_PACE_UNITS: dict[Kind, PaceUnit] = {"level": "percent", "share": "percentage-point", "count": "unit"}


def _kind(row: Observation) -> Kind:
    base = row.unit.base
    if row.measure == "cumulative":
        return "cumulative"
    if row.measure in ("growth-annual", "growth-yoy"):
        return "rate" if base == "percent" else "other"
    if row.measure == "rank":
        return "rank"
    if row.measure == "share" or (row.measure == "level" and base == "percent"):
        return "share"
    if row.measure == "change":
        return "share" if base == "percentage-point" else "other"
    if row.measure == "level":
        return "count" if base in ("1", "person") else "level"
    return "other"


def _side(row: Observation, bound: str) -> int:
    """Return 1 where higher is wanted, −1 where lower, 0 where neither is said."""
    if row.measure == "rank":
        return -1
    if row.measure == "change":  # a fall "by over 2 points" is wanted larger
        sign = (row.value > 0) - (row.value < 0)
        return -sign if bound in ("at-most", "under") else sign
    if bound in ("over", "at-least"):
        return 1
    if bound in ("at-most", "under"):
        return -1
    return _SIDES.get(row.indicator.direction, 0)


def _span(target: Target, period: Period) -> tuple[Decimal, Decimal]:
    """Return the ends of the base year and of the period; a level's period begins with its document's."""
    end = _position(period)
    if target.kind not in _YEARS:
        return Decimal(period.start[0] - 1), end
    plan = read_period(target.document.period)
    start = Decimal(plan.start[0] - 1) if plan is not None else end - 1
    return (start if start < end else end - 1), end


# ----- levels, shares, counts, ranks -----


def _judge_level(target: Target, case: _Case) -> Target:
    measures = ("share", "level") if target.measure == "change" else (target.measure,)
    base = "percent" if target.measure == "change" else target.unit.base
    figures = [
        _figure(row, target.unit if base == target.unit.base else row.unit)
        for row in case.actuals
        if row.measure in measures and _part(row) == _part(target.rows[0]) and row.unit.base == base and _fits(row, case.end)
    ]
    baseline = _find_baseline(figures, target, case.start)
    since = baseline.position if baseline else case.start
    latest = _best([figure for figure in figures if figure.position > since], target.document)
    if target.measure == "change" and baseline is None:
        return _not_comparable(replace(target, latest=latest), "no-baseline")
    ahead = _Ahead.of(target, baseline)
    target = replace(
        target,
        direction=_DIRECTIONS[ahead.side],
        value=ahead.printed,
        baseline=baseline,
        latest=latest or baseline,
        elapsed_share=case.elapsed(since, latest.position if latest else None),
        pace_unit=_PACE_UNITS.get(target.kind, ""),
    )
    target = _measure_level(target, ahead, case.end, later=latest is not None)
    if latest is None:
        return _nothing_later(target, case, since, measures, beyond=baseline is not None and ahead.is_reached_by(baseline))
    return _level_verdict(target, latest, ahead, case.end)


@dataclass(frozen=True)
class _Ahead:
    """What is to be reached: the number as printed and as compared, and on which side of it is well."""

    printed: Decimal
    value: Decimal
    side: int
    bound: str
    low: Decimal | None
    high: Decimal | None

    @classmethod
    def of(cls, target: Target, baseline: Figure | None) -> _Ahead:
        add = baseline.value if baseline is not None and target.measure == "change" else Decimal(0)
        side, printed = _SIDES[target.direction], target.value
        if side == 0 and baseline is not None:
            if target.low is None or target.high is None:
                side = (printed > baseline.value) - (printed < baseline.value)
            else:
                side = (baseline.value < target.low) - (baseline.value > target.high)
                printed = target.high if side < 0 else target.low
        low, high = (None if end is None else end + add for end in (target.low, target.high))
        return cls(printed, printed + add, side, target.bound, low, high)

    def is_reached_by(self, figure: Figure) -> bool:
        value = figure.value
        if self.side == 0:
            return self.low is not None and self.high is not None and self.low <= value <= self.high
        if self.bound == "about":
            value = value.quantize(Decimal(1).scaleb(_exponent(self.value)), ROUND_HALF_UP)
        distance = (value - self.value) * self.side
        if distance:
            return distance > 0
        beyond, short = ("over", "under") if self.side > 0 else ("under", "over")
        return figure.bound != short and (self.bound not in ("over", "under") or figure.bound == beyond)


def _measure_level(target: Target, ahead: _Ahead, end: Decimal, *, later: bool) -> Target:
    """Work out paces, share and path as far as they are defined."""
    baseline, latest = target.baseline, target.latest
    if latest is None or target.kind == "rank":
        return target
    required = achieved = None
    if latest.position < end:
        required = _pace(target.kind, latest.value, ahead.value, end - latest.position)
    path = share = gap = None
    if baseline is not None and later:
        achieved = _pace(target.kind, baseline.value, latest.value, latest.position - baseline.position)
        whole = ahead.value - baseline.value
        if whole * ahead.side > 0:
            share = _tenth((latest.value - baseline.value) / whole * 100)
        path = baseline.value + whole * (latest.position - baseline.position) / (end - baseline.position)
        gap = _fine(latest.value - path, baseline.value, ahead.value)
        path = _fine(path, baseline.value, ahead.value)
    rounded = [_show_pace(target.kind, pace, latest.value, ahead.value) for pace in (achieved, required)]
    return replace(target, achieved_pace=rounded[0], required_pace=rounded[1], achieved_share=share, path=path, gap=gap)


def _pace(kind: Kind, start: Decimal, end: Decimal, years: Decimal) -> Decimal | None:
    """Return growth in per cent a year for a level, else the difference a year; ``None`` where growth is not defined."""
    if kind != "level":
        return (end - start) / years
    if start <= 0 or end <= 0:
        return None
    return ((end / start) ** (1 / years) - 1) * 100


def _show_pace(kind: Kind, pace: Decimal | None, *sources: Decimal) -> Decimal | None:
    if pace is None:
        return None
    return _tenth(pace) if kind in ("level", "rate") else _fine(pace, *sources)


def _level_verdict(target: Target, latest: Figure, ahead: _Ahead, end: Decimal) -> Target:
    baseline = target.baseline
    if ahead.is_reached_by(latest):
        if baseline is not None and ahead.is_reached_by(baseline):
            return _tell(target, "met", "baseline-beyond-target")
        return _tell(target, "met", "reached" if latest.position == end else "reached-early")
    if ahead.side == 0:
        return _not_comparable(target, "no-direction")
    if latest.position == end:
        return _tell(target, "off-track", "missed")
    if target.kind == "rank":
        return _not_comparable(target, "rank")
    if baseline is None:
        return _not_comparable(target, "no-baseline")
    if target.kind == "level" and min(baseline.value, latest.value, ahead.value) <= 0:
        return _not_comparable(target, _undefined_growth(baseline.value))
    achieved = _pace(target.kind, baseline.value, latest.value, latest.position - baseline.position)
    required = _pace(target.kind, latest.value, ahead.value, end - latest.position)
    assert achieved is not None and required is not None
    return _grade(target, achieved, required, ahead.side)


def _undefined_growth(baseline: Decimal) -> str:
    """Name what keeps growth from being defined, where a value is not above zero."""
    if baseline < 0:
        return "baseline-negative"
    return "sign-change" if baseline else "baseline-zero"


def _grade(target: Target, achieved: Decimal, required: Decimal, side: int) -> Target:
    """Compare the paces as they are, not as they are shown."""
    made, needed = achieved * side, required * side
    if made >= needed - _NOISE:
        return _tell(target, "on-track", "pace-enough")
    if made <= 0:
        return _tell(target, "off-track", "wrong-way")
    if made >= AT_RISK * needed - _NOISE:
        return _tell(target, "at-risk", "pace-short")
    return _tell(target, "off-track", "pace-far-short")


# ----- sums over years -----


def _judge_cumulative(target: Target, case: _Case) -> Target:
    first, start, end = target.rows[0], case.start, case.end
    same = [row for row in case.actuals if _part(row) == _part(first) and row.unit.base == target.unit.base]
    yearly = [_figure(row, target.unit) for row in same if row.measure == "level" and row.time and row.time.is_year]
    baseline = _find_baseline([figure for figure in yearly if figure.position == start], target, start)
    totals = [
        _figure(row, target.unit)
        for row in same
        if row.measure == "cumulative" and row.time and row.time.is_whole and row.time.start[0] - 1 == start and _fits(row, end)
    ]
    total, added = _best(totals, target.document), _running_sum(yearly, target, case)
    latest = added if added and (total is None or added.position > total.position) else total
    years = end - start
    target = replace(
        target,
        baseline=baseline,
        latest=latest,
        elapsed_share=case.elapsed(start, latest.position if latest else None),
        required_pace=_fine(target.value / years, target.value),
        pace_unit="unit",
    )
    if latest is None:
        if any(start < figure.position <= end for figure in yearly):
            return _not_comparable(target, "years-missing")
        return _nothing_later(target, case, start, ("cumulative", "level"))
    done = latest.position - start
    left = end - latest.position
    achieved = latest.value / done
    required = (target.value - latest.value) / left if left else None
    path = target.value * done / years
    target = replace(
        target,
        achieved_share=_tenth(latest.value / target.value * 100) if target.value > 0 else None,
        achieved_pace=_fine(achieved, latest.value, target.value),
        required_pace=None if required is None else _fine(required, latest.value, target.value),
        path=_fine(path, target.value),
        gap=_fine(latest.value - path, latest.value, target.value),
    )
    side = _SIDES[target.direction]
    if side == 0:
        return _not_comparable(target, "no-direction")
    reached = _Ahead(target.value, target.value, side, target.bound, target.low, target.high).is_reached_by(latest)
    if required is None:
        return _tell(target, "met", "reached") if reached else _tell(target, "off-track", "missed")
    if side > 0:
        return _tell(target, "met", "reached-early") if reached else _grade(target, achieved, required, side)
    if achieved <= required + _NOISE:  # a limit on a sum holds only when the period is over
        return _tell(target, "on-track", "limit-kept")
    return _tell(target, "at-risk" if AT_RISK * achieved <= required + _NOISE else "off-track", "limit-strained")


def _running_sum(yearly: Sequence[Figure], target: Target, case: _Case) -> Figure | None:
    """Return the sum since the start, if every year of it so far is recorded; a gap ends it."""
    rows: list[Observation] = []
    value, position = Decimal(0), case.start
    while position < case.end:
        year = _best([figure for figure in yearly if figure.position == position + 1], target.document)
        if year is None:
            break
        rows += year.rows
        value += year.value
        position += 1
    return Figure(value, target.unit, _years_between(case.start, position), position, tuple(rows)) if rows else None


# ----- rates -----


def _judge_rate(target: Target, case: _Case) -> Target:
    start, end = case.start, case.end
    same = [row for row in case.actuals if _part(row) == _part(target.rows[0])]
    beside = [row for row in case.siblings if row.locator in target.locators]
    spoken = {row.unit.base for row in beside or case.siblings}
    levels = [
        _figure(row, row.unit)
        for row in same
        if row.measure == "level" and _fits(row, end) and (not spoken or row.unit.base in spoken)
    ]
    grown = _growth_of_levels(levels, target, case)
    rates = [row for row in same if row.measure.startswith("growth") and _speaks(row, same, spoken)]
    made = [*_recorded_averages(rates, case), *grown, *_growth_by_years(rates, target, case)]
    best = max(made, key=lambda one: one[0].position, default=None)  # of equals the first: printed before worked out
    if len(grown) > 1 and best in grown:
        return _not_comparable(target, "currency-unclear")
    baseline = _find_baseline([figure for figure in levels if figure.position == start], target, start)
    target = replace(
        target,
        baseline=baseline,
        latest=best[0] if best else baseline,
        elapsed_share=case.elapsed(start, best[0].position if best else None),
        required_pace=_tenth(target.value),
        pace_unit="percent",
    )
    if best is None:
        return _no_rate(target, case, [figure for figure in levels if figure.position > start], rates, spoken)
    return _rate_verdict(target, *best, start, end)


def _rate_verdict(target: Target, latest: Figure, achieved: Decimal, start: Decimal, end: Decimal) -> Target:
    left, done, whole = end - latest.position, latest.position - start, end - start
    target = replace(target, achieved_pace=_tenth(achieved), path=target.value, gap=_tenth(achieved - target.value))
    side = _SIDES[target.direction]
    if side == 0:
        return _not_comparable(target, "no-direction")
    if not left:
        figure = Figure(achieved, target.unit, latest.period, latest.position, ())
        reached = _Ahead(target.value, target.value, side, target.bound, target.low, target.high).is_reached_by(figure)
        target = replace(target, required_pace=None)
        return _tell(target, "met", "reached") if reached else _tell(target, "off-track", "missed")
    factor = (1 + target.value / 100) ** whole / (1 + achieved / 100) ** done
    required = (factor ** (1 / left) - 1) * 100
    return _grade(replace(target, required_pace=_tenth(required)), achieved, required, side)


def _no_rate(
    target: Target, case: _Case, later: Sequence[Figure], rates: Sequence[Observation], spoken: Iterable[str]
) -> Target:
    """Say why no average growth since the period began can be worked out."""
    baseline = target.baseline
    if later and baseline is None:
        return _not_comparable(target, "no-baseline")
    if baseline is not None and any(figure.unit.base == baseline.unit.base for figure in later):
        return _not_comparable(target, _undefined_growth(baseline.value))
    bases = spoken or ({baseline.unit.base} if baseline else ())
    verdict = _nothing_later(target, case, case.start, ("level", "growth-yoy"), bases=bases)
    if verdict.status == "no-actual-yet" and any(
        row.time and row.time.is_whole and case.start < _position(row.time) <= case.end for row in rates
    ):
        return _not_comparable(target, "years-missing")
    return verdict


def _speaks(rate: Observation, same: Sequence[Observation], spoken: Iterable[str]) -> bool:
    """Whether a printed growth may be in the currency of the target: the level beside it tells in which one it is."""
    beside = {row.unit.base for row in same if row.measure == "level" and _place(row) == _place(rate)}
    return not beside or not spoken or bool(beside & set(spoken))


def _place(row: Observation) -> tuple[str, str]:
    return row.document.source_id, row.locator


def _recorded_averages(rates: Sequence[Observation], case: _Case) -> list[tuple[Figure, Decimal]]:
    """Return the averages since the period began that a document prints."""
    return [
        (_figure(row, row.unit), row.value)
        for row in rates
        if row.measure == "growth-annual"
        and row.unit.base == "percent"
        and row.time
        and row.time.start[0] - 1 == case.start
        and _fits(row, case.end)
    ]


def _growth_of_levels(levels: Sequence[Figure], target: Target, case: _Case) -> list[tuple[Figure, Decimal]]:
    """Return the average growth from the year before the period to the latest level in the same unit."""
    found = []
    for base in sorted({figure.unit.base for figure in levels}):
        own = [figure for figure in levels if figure.unit.base == base]
        baseline = _find_baseline([figure for figure in own if figure.position == case.start], target, case.start)
        latest = _best([figure for figure in own if case.start < figure.position <= case.end], target.document)
        if baseline is None or latest is None:
            continue
        scaled = latest.value * latest.unit.factor / baseline.unit.factor
        pace = _pace("level", baseline.value, scaled, latest.position - case.start)
        if pace is not None:
            found.append((latest, pace))
    return found


def _growth_by_years(rates: Sequence[Observation], target: Target, case: _Case) -> list[tuple[Figure, Decimal]]:
    """Return the average of the years' own growth, if every year so far has one; a gap ends it."""
    yearly = [
        _figure(row, row.unit)
        for row in rates
        if row.measure == "growth-yoy" and row.unit.base == "percent" and row.time and row.time.is_year and row.value > -100
    ]
    rows: list[Observation] = []
    factor, position = Decimal(1), case.start
    while position < case.end:
        year = _best([figure for figure in yearly if figure.position == position + 1], target.document)
        if year is None:
            break
        rows += year.rows
        factor *= 1 + year.value / 100
        position += 1
    if not rows:
        return []
    average = (factor ** (1 / (position - case.start)) - 1) * 100
    period = _years_between(case.start, position)
    return [(Figure(_fine(average, target.value), target.unit, period, position, tuple(rows)), average)]


def _years_between(start: Decimal, end: Decimal) -> str:
    first, last = int(start) + 1, int(end)
    return str(last) if first == last else f"{first}/{last}"


# ----- where nothing can be compared -----


def _nothing_later(
    target: Target,
    case: _Case,
    since: Decimal,
    measures: tuple[str, ...],
    *,
    bases: Iterable[str] = (),
    beyond: bool = False,
) -> Target:
    """Say why no actual after the baseline can be held against the target."""
    first = target.rows[0]
    wanted = set(bases) or {"percent" if target.measure == "change" else target.unit.base}
    later = [row for row in case.actuals if row.measure in measures and row.time and since < _position(row.time) <= case.end]
    own = [row for row in later if _part(row) == _part(first)]
    strange = [row for row in own if _is_whole(row) and row.unit.base not in wanted]
    if paid := [row for row in strange if {row.unit.base, *wanted} <= _CURRENCIES]:
        return _tell(target, "not-comparable", "currency", _last(paid))
    if strange and target.kind != "rate":
        return _tell(target, "not-comparable", "unit", _last(strange))
    if months := [row for row in own if not _is_whole(row)]:
        return _tell(target, "no-actual-yet", "partial-year-only", _last(months))
    other = [row for row in later if _part(row) != _part(first) and not (_part(row) and _part(first))]
    if apart := [row for row in other if _is_whole(row) and row.unit.base in wanted]:
        return _tell(target, "not-comparable", "scope", _last(apart))
    if beyond:
        return _tell(target, "no-actual-yet", "baseline-beyond-target")
    return _tell(target, "no-actual-yet", "no-actual" if target.baseline is None else "base-year-only")


def _last(rows: Sequence[Observation]) -> Observation:
    """Return the latest of some rows; of one date a level, which says more than its growth."""
    return max(rows, key=lambda row: (_position(row.time) if row.time else Decimal(0), row.measure == "level"))


def _not_comparable(target: Target, reason: str) -> Target:
    return _tell(target, "not-comparable", reason)


# ----- figures and time -----


def _part(row: Observation) -> str:
    return row.breakdown.breakdown_id if row.breakdown else ""


def _is_year_or_date(period: Period) -> bool:
    return period.is_year or period.stock


def _is_whole(row: Observation) -> bool:
    return row.time is not None and (row.time.is_whole or row.time.stock)


def _fits(row: Observation, end: Decimal) -> bool:
    """Whether a row tells of a year, a date or, for sums and averages, whole years, none of it after ``end``."""
    period = row.time
    if period is None or _position(period) > end:
        return False
    return period.is_whole if row.measure in ("cumulative", "growth-annual") else _is_year_or_date(period)


def _position(period: Period) -> Decimal:
    return Decimal(repr(period.position))


def _position_of(day: date) -> Decimal:
    days = 366 if calendar.isleap(day.year) else 365
    return day.year - 1 + Decimal(day.timetuple().tm_yday) / days


def _figure(row: Observation, unit: Unit) -> Figure:
    period = row.time
    assert period is not None
    value = row.value if row.unit.factor == unit.factor else row.value * row.unit.factor / unit.factor
    return Figure(value, unit, row.period, _position(period), (row,))


def _find_baseline(figures: Sequence[Figure], target: Target, start: Decimal) -> Figure | None:
    """Return the figure of the same passage, else of the same document, else any: the last up to the period's start."""
    before = [figure for figure in figures if figure.position <= start]
    own = [figure for figure in before if figure.rows[0].document == target.document]
    beside = [figure for figure in own if figure.rows[0].locator in target.locators]
    return _best(beside or own or before, target.document)


def _best(figures: Sequence[Figure], document: Document) -> Figure | None:
    """Return the latest; of one date the one printed without a bound, then the document's own, then the most exact."""

    def worth(figure: Figure) -> tuple[Decimal, bool, bool, int]:
        return figure.position, not figure.is_approximate, figure.rows[0].document == document, -_exponent(figure.value)

    return max(figures, key=worth, default=None)


def _exponent(value: Decimal) -> int:
    """Return the power of ten of the last digit, at most 0."""
    return min(int(value.as_tuple().exponent), 0)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(_TENTH, ROUND_HALF_UP)


def _fine(value: Decimal, *sources: Decimal) -> Decimal:
    """Round to one decimal more than its sources have, without zeros at the end."""
    digits = min(_exponent(source) for source in sources) - 1
    rounded = value.quantize(Decimal(1).scaleb(digits), ROUND_HALF_UP).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


# ----- words -----

REASONS: dict[str, tuple[str, str]] = {
    "reached": ("{latest}为{value}，达到目标。", "{value} in {latest}: the target is reached."),
    "reached-early": (
        "{latest}为{value}，已提前达到目标；时期至{period}。",
        "{value} in {latest}: the target is reached ahead of time ({period}).",
    ),
    "baseline-beyond-target": (
        "基期数{baseline_value}（{baseline}）已经达到目标，因此目标说明不了进度。",
        "The baseline, {baseline_value} ({baseline}), had already reached the target, which therefore says nothing of a pace.",
    ),
    "pace-enough": (
        "截至{latest}{achieved}，此后需要{required}：速度足够。",
        "Up to {latest}: {achieved}; needed from then on: {required}. That is fast enough.",
    ),
    "pace-short": (
        "截至{latest}{achieved}，此后需要{required}：速度在所需的60%与100%之间。",
        "Up to {latest}: {achieved}; needed from then on: {required}. That is 60\u00a0% of it or more, but not all.",
    ),
    "pace-far-short": (
        "截至{latest}{achieved}，此后需要{required}：速度不到所需的60%。",
        "Up to {latest}: {achieved}; needed from then on: {required}. That is less than 60\u00a0% of what is needed.",
    ),
    "wrong-way": (
        "截至{latest}{achieved}，没有向目标靠近；此后需要{required}。",
        "Up to {latest}: {achieved}, no step towards the target; needed from then on: {required}.",
    ),
    "limit-kept": (
        "截至{latest}{achieved}，此后可用{required}：没有超出限额的速度。",
        "Up to {latest}: {achieved}; left from then on: {required}. That is within the limit.",
    ),
    "limit-strained": (
        "截至{latest}{achieved}，此后只可用{required}。",
        "Up to {latest}: {achieved}; left from then on: only {required}.",
    ),
    "missed": (
        "{latest}为{value}，时期结束时没有达到目标。",
        "{value} in {latest}, when the period ended: the target is not reached.",
    ),
    "no-actual": ("还没有可以比较的实际数。", "No comparable actual is recorded yet."),
    "base-year-only": (
        "基期（{baseline}）之后还没有实际数。",
        "No actual after the base year ({baseline}) is recorded yet.",
    ),
    "partial-year-only": (
        "后来只有不满一年的实际数（{other_period}：{other}），不与全年目标相比。",
        "Later, only a part of a year is recorded ({other_period}: {other}); it is not held against a year.",
    ),
    "no-period": (
        "文件没有写明何时达到，无法判断快慢。",
        "The document does not say by when, so nobody can tell whether it is early or late.",
    ),
    "period-unclear": (
        "目标写的是一段时期，不是某一年，也不是累计：一年的实际数无法与它对照。",
        "The target is set for a span of time, neither for one year nor as a total: a year's actual cannot be held against it.",
    ),
    "measure": ("这种度量没有评价方法。", "There is no rule for this measure."),
    "currency": (
        "后来的实际数是另一种货币（{other_period}：{other}）；没有收录当年汇率，不作换算。",
        "Later actuals are in another currency ({other_period}: {other}); none is converted: that year's rate is not recorded.",
    ),
    "currency-unclear": (
        "目标没有写明货币，而实际数有不止一种货币。",
        "The target names no currency, and actuals are recorded in more than one.",
    ),
    "unit": (
        "后来的实际数是另一种单位（{other_period}：{other}）。",
        "Later actuals are in another unit ({other_period}: {other}).",
    ),
    "scope": (
        "后来的实际数口径不同（{other_period}：{other}）：一个是总量，一个是其中一部分。",
        "Later actuals differ in scope ({other_period}: {other}): one is the total, the other a part of it.",
    ),
    "no-baseline": (
        "没有收录基期的数，无法计算时期开始以来的速度。",
        "No figure of the base year is recorded, so the pace since the period began cannot be worked out.",
    ),
    "baseline-zero": ("基期数为零，增长率没有意义。", "The baseline is zero, so a growth rate is not defined."),
    "baseline-negative": ("基期数为负，增长率没有意义。", "The baseline is negative, so a growth rate is not defined."),
    "sign-change": (
        "从基期到目标，数值不都大于零，增长率没有意义。",
        "The values from baseline to target are not all above zero, so a growth rate is not defined.",
    ),
    "years-missing": (
        "时期内有的年份没有实际数，无法累计或平均。",
        "Some years of the period have no actual, so they cannot be summed or averaged.",
    ),
    "rank": ("位次没有速度可言；最新为{value}（{latest}）。", "A rank has no pace; the latest is {value} ({latest})."),
    "no-direction": (
        "既没有写明越高越好还是越低越好，也无法从基期数看出。",
        "Neither the document nor the baseline tells whether higher or lower is wanted.",
    ),
}
"""What each reason says; ``{value}`` and the like are the target's own numbers."""


def _tell(target: Target, status: Status, reason: str, other: Observation | None = None) -> Target:
    """Give a verdict with its reason in words; ``other`` is the actual that cannot be held against the target."""
    texts = [
        template.format(**_numbers(target, language), **_other_numbers(other, language))
        for template, language in zip(REASONS[reason], _LANGUAGES, strict=True)
    ]
    return replace(target, status=status, reason=reason, explanation=Text(texts[0], {"en": texts[1]}))


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _numbers(target: Target, language: Language) -> dict[str, str]:
    baseline, latest = target.baseline, target.latest
    return {
        "period": words.period_words(target.period, language),
        "baseline": words.period_words(baseline.period, language) if baseline else MISSING,
        "baseline_value": words.amount(baseline.value, baseline.unit, language) if baseline else MISSING,
        "latest": words.period_words(latest.period, language) if latest else MISSING,
        "value": _told_value(target, language),
        "achieved": _pace_phrase(target.achieved_pace, target, language),
        "required": _pace_phrase(target.required_pace, target, language),
    }


def _other_numbers(other: Observation | None, language: Language) -> dict[str, str]:
    if other is None:
        return {}
    text = words.bounded(words.amount(other.value, other.unit, language), other.bound, language)
    if other.measure.startswith("growth"):
        text = f"增长{text}" if language == "zh" else f"growth of {text}"
    return {"other": text, "other_period": words.period_words(other.period, language)}


def _pace_phrase(pace: Decimal | None, target: Target, language: Language) -> str:
    grows = target.pace_unit == "percent"
    told = pace_words(pace, target, language)
    if language == "zh":
        return f"每年{'增长' if grows else ''}{told}"
    return f"{'growth of ' if grows else ''}{told} a year"


def _told_value(target: Target, language: Language) -> str:
    if target.kind == "rate" and target.achieved_pace is not None:
        return words.percent(target.achieved_pace, language)
    return words.amount(target.latest.value, target.latest.unit, language) if target.latest else MISSING


def pace_words(pace: Decimal | None, target: Target, language: Language) -> str:
    """Put a pace a year into words: ``11.0%``, ``1.62个百分点``, ``70亿美元``; a dash for none."""
    if pace is None:
        return MISSING
    if target.pace_unit == "percent":
        return words.percent(pace, language)
    if target.pace_unit == "percentage-point":
        return words.plain_number(pace) + ("个百分点" if language == "zh" else " percentage points")
    return words.amount(pace, target.unit, language)


def target_words(target: Target, language: Language) -> str:
    """Put the number of a target into words: ``超过13,000亿元``, ``3–5个``."""
    if target.low is None or target.high is None:
        return words.bounded(words.amount(target.value, target.unit, language), target.bound, language)
    return f"{words.plain_number(target.low)}–{words.amount(target.high, target.unit, language)}"


_COLUMNS = (
    *("place", "indicator", "part", "period", "kind", "target", "baseline", "latest"),
    *("time over", "achieved", "pace", "needed", "status", "why"),
)


def to_text(targets: Sequence[Target]) -> str:
    """Return the targets as a table of aligned columns in English, and a line that counts their statuses."""
    table = [_COLUMNS, *(_text_row(target) for target in targets)]
    wide = [max(len(row[at]) for row in table) for at in range(len(_COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip() for row in table]
    counts = ", ".join(f"{number} {status}" for status, number in count_statuses(targets).items())
    total = f"{len(targets)} target{'' if len(targets) == 1 else 's'}"
    return "\n".join([*(lines if targets else ()), f"{total}: {counts}" if counts else total])


def _text_row(target: Target) -> tuple[str, ...]:
    def told(figure: Figure | None) -> str:
        return f"{words.amount(figure.value, figure.unit, 'en')} ({figure.period})" if figure else MISSING

    def share(value: Decimal | None) -> str:
        return MISSING if value is None else words.percent(value, "en")

    return (
        target.area.area_id,
        target.indicator.indicator_id,
        target.breakdown.breakdown_id if target.breakdown else "",
        target.period or MISSING,
        target.kind,
        target_words(target, "en"),
        told(target.baseline),
        told(target.latest) if target.latest is not target.baseline else MISSING,
        share(target.elapsed_share),
        share(target.achieved_share),
        pace_words(target.achieved_pace, target, "en"),
        pace_words(target.required_pace, target, "en"),
        target.status,
        target.explanation.in_language("en"),
    )


def to_json(targets: Sequence[Target]) -> str:
    """Return the targets as JSON: an object with ``counts`` and ``targets``; a number that is not known is null."""
    told = {"counts": count_statuses(targets), "targets": [as_record(target) for target in targets]}
    return json.dumps(told, ensure_ascii=False, indent=2)


def to_csv(targets: Sequence[Target]) -> str:
    """Return the targets as CSV, a row each: the columns of :func:`as_record`, baseline and latest spread over several.

    Several locators are joined by a space; a number that is not known is empty.
    """
    rows = [_flat(as_record(target)) for target in targets]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _FLAT, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


_RECORD = (
    *("key", "indicator_id", "area_id", "breakdown_id", "period", "kind", "measure", "direction", "value", "low", "high"),
    *("bound", "unit_id", "source_id", "locators", "baseline", "latest", "approximate", "elapsed_share", "achieved_share"),
    *("achieved_pace", "required_pace", "pace_unit", "path", "gap", "status", "reason", "explanation_zh", "explanation_en"),
)
_OF_FIGURE = ("value", "unit_id", "period")
_FLAT = tuple(
    column
    for name in _RECORD
    for column in ([f"{name}_{part}" for part in _OF_FIGURE] if name in ("baseline", "latest") else [name])
)


def _flat(record: dict[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in record.items():
        if name in ("baseline", "latest"):
            figure = value if isinstance(value, dict) else {}
            flat |= {f"{name}_{part}": figure.get(part) for part in _OF_FIGURE}
        elif isinstance(value, list):
            flat[name] = " ".join(value)
        else:
            flat[name] = str(value).lower() if isinstance(value, bool) else value
    return flat


def as_record(target: Target) -> dict[str, object]:
    """Return a target as plain values by name, ids for what it points at."""
    return {
        "key": target.key,
        "indicator_id": target.indicator.indicator_id,
        "area_id": target.area.area_id,
        "breakdown_id": target.breakdown.breakdown_id if target.breakdown else None,
        "period": target.period or None,
        "kind": target.kind,
        "measure": target.measure,
        "direction": target.direction,
        "value": _plain(target.value),
        "low": _plain(target.low),
        "high": _plain(target.high),
        "bound": target.bound or None,
        "unit_id": target.unit.unit_id,
        "source_id": target.document.source_id,
        "locators": list(target.locators),
        "baseline": _plain_figure(target.baseline),
        "latest": _plain_figure(target.latest),
        "approximate": target.approximate,
        "elapsed_share": _plain(target.elapsed_share),
        "achieved_share": _plain(target.achieved_share),
        "achieved_pace": _plain(target.achieved_pace),
        "required_pace": _plain(target.required_pace),
        "pace_unit": target.pace_unit or None,
        "path": _plain(target.path),
        "gap": _plain(target.gap),
        "status": target.status,
        "reason": target.reason,
        "explanation_zh": target.explanation.default,
        "explanation_en": target.explanation.in_language("en"),
    }


def _plain_figure(figure: Figure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    sources = [{"source_id": row.document.source_id, "locator": row.locator} for row in figure.rows]
    return {"value": _plain(figure.value), "unit_id": figure.unit.unit_id, "period": figure.period, "sources": sources}


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
