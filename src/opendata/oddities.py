"""What does not fit within a document or between documents: arithmetic over rows of figures.

Each rule compares figures and says whether they can stand beside each other:

===================== ====================================================================================
growth-and-levels     stated growth against the growth from one printed level to another
growth-rates          stated growth a year against stated growth in all
parts-and-total       parts against what they are parts of; a year against a total of years with it in them
share-of-total        a stated share or ratio against the figures it is taken from
change-of-share       a stated change or gap in percentage points against the shares or rates it is between
two-values            the same figure with two values, in a document or in two
two-places            the same number for a place and for another within it, in one document
base-and-target       a target that its base meets already, a total below the total before it, a later target below an
                      earlier one
order-of-magnitude    a figure, or the growth between two, more than five times what its nearest relatives say:
                      a year beside it, its base, the growth that is printed with it, the places beside its own
ranks                 ranks that contradict each other, or the figures that are ranked
===================== ====================================================================================

Nothing is compared as a bare number, everything as the span of values that the print allows, so that rounding is
no oddity: a number may lie half a unit of its last printed digit away (1.5万亿 is 1.45 to 1.55); ``about`` may lie a
whole unit or 5 % away; ``over`` and ``at-least`` reach from the number to one more of its leading digit (over 1250 is
1250 to 2250, over 9 is 9 to 10: who means more prints more); ``under`` and ``at-most`` likewise downwards; the two
ends of a range are one span. Two spans that meet are no oddity.

A year and a stock at the end of it are one time; a target of a plan without a year is meant for the plan's end.
Two currencies meet only at a rate that a document itself prints, by giving one figure in both; the rate is told.
Which figures are parts of which is nowhere guessed: names that say so stand in the tables of this module.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from opendata.observe import read_decimal
from opendata.words import Period, read_period

Row = Mapping[str, str]
Name = tuple[str, str]
"""An indicator and a part of it; the part is empty for the whole."""

FACTOR = 5
"""What grows by 38 % a year is five times as large after five years; beyond that a document has to say so."""

_YEAR_OR_SUM = ("level", "cumulative")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)

# ----- what is a part of what -----

# The sum of these is that.
SUMS: tuple[tuple[Name, tuple[Name, ...]], ...] = (
    (("goods-trade", ""), (("goods-exports", ""), ("goods-imports", ""))),
    (("services-trade", ""), (("services-exports", ""), ("services-imports", ""))),
    (
        ("aid-qualified-firms", ""),
        (("aid-qualified-firms", "aid-complete-projects"), ("aid-qualified-firms", "aid-goods-projects")),
    ),
    (
        ("development-zones", "zones-revenue-over-100bn"),
        tuple(("development-zones", f"zones-tier-{size}") for size in ("100bn", "300bn", "500bn")),
    ),
    (
        ("project-investment", "hisense-south-africa-industrial-park"),
        tuple(("project-investment", f"hisense-south-africa-{firm}") for firm in ("manufacturing", "sales")),
    ),
)

# Parts that make up the whole of whatever is divided so: shares of 100 %, amounts of the total.
DIVISIONS: tuple[tuple[str, ...], ...] = (
    ("industry-primary", "industry-secondary", "industry-services"),
    ("industry-traditional-services", "industry-emerging-services"),
)

# Parts that do not overlap, but leave something over.
DISJOINT: tuple[tuple[str, ...], ...] = (
    ("industry-primary", "industry-manufacturing", "industry-services"),
    ("mode-general-trade", "mode-market-procurement", "mode-cross-border-ecommerce"),
    ("partner-asean", "partner-eu", "partner-hong-kong", "partner-japan", "partner-korea", "partner-us"),
)

# The first is contained in the second.
CONTAINED: tuple[tuple[Name, Name], ...] = (
    (("cross-border-ecommerce-exports", ""), ("cross-border-ecommerce-trade", "")),
    (("ftz-innovations-replicated-in-province", ""), ("ftz-innovations", "")),
    (("ftz-trial-tasks-implemented", ""), ("ftz-trial-tasks", "")),
    (("offshore-services-outsourcing-executed", ""), ("services-outsourcing-executed", "")),
    (("online-retail-sales-goods", ""), ("online-retail-sales", "")),
    # Where a place has one multimodal centre, its containers between rail and sea pass through it.
    (("rail-sea-intermodal-containers", ""), ("multimodal-centre-throughput", "")),
    (("sco-trade", ""), ("goods-trade", "")),
)

# What can be added up over places; a country traded with by two cities is still one.
ADDITIVE = frozenset(
    {
        *("cross-border-ecommerce-trade", "foreign-investment-used", "fortune-500-projects", "gdp", "goods-exports"),
        *("goods-imports", "goods-trade", "labour-dispatched", "outbound-investment", "outbound-investment-non-financial"),
        *("overseas-contracting-new-contracts", "overseas-contracting-turnover", "retail-sales", "services-exports"),
        *("services-imports", "services-trade", "top-100-retailer-sales", "top-100-retailers", "trading-firms"),
    }
)

# What is for each of many is not contained in what is for each of more; nor is what is measured in these units.
FOR_EACH = frozenset(
    {
        *("disposable-income-per-capita", "health-care-spending-per-capita", "innovation-service-platforms-per-zone"),
        *("sales-per-firm",),
    }
)
_NO_AMOUNTS = frozenset(
    {"metre", "per-100-households", "percent", "percentage-point", "rank", "second", "times", "working-day", "year"}
)
_MONEY = frozenset({"CNY", "EUR", "GBP", "HKD", "JPY", "KRW", "USD", "ZAR"})

# Parts of this dimension are no parts of the whole: differences from others, numbers for each of many.
_NO_PARTS = frozenset({"comparison", "per-area", "condition"})

# A share or ratio: which figure stands above the line, and which are added up below it.
SHARES: dict[Name, tuple[Name, tuple[Name, ...]]] = {
    ("goods-trade", "mode-cross-border-ecommerce"): (("cross-border-ecommerce-trade", ""), (("goods-trade", ""),)),
    ("online-retail-sales-goods", ""): (("online-retail-sales-goods", ""), (("retail-sales", ""),)),
    ("services-trade-share-of-foreign-trade", ""): (("services-trade", ""), (("goods-trade", ""), ("services-trade", ""))),
}

# An average, the number of things it is over, and their total.
AVERAGES: tuple[tuple[Name, Name, Name], ...] = (
    (("sales-per-firm", "firm-top-100-retailer"), ("top-100-retailers", ""), ("top-100-retailer-sales", "")),
)


# ----- figures -----


@dataclass(frozen=True)
class Span:
    """The values that a printed number allows."""

    low: Decimal
    high: Decimal

    def meets(self, other: Span) -> bool:
        """Whether a value lies in both; ends that touch do not count: 30 is not 31."""
        return self == other or (self.low < other.high and other.low < self.high)

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, number: Decimal) -> Span:
        return Span(self.low * number, self.high * number) if number >= 0 else Span(self.high * number, self.low * number)

    def join(self, other: Span) -> Span:
        """Return the span from the lower to the higher of all ends."""
        return Span(min(self.low, other.low), max(self.high, other.high))

    def over(self, other: Span) -> Span | None:
        """Return the quotient; ``None`` where one of the two is not above zero."""
        if self.low <= 0 or other.low <= 0:
            return None
        return Span(self.low / other.high, self.high / other.low)

    def power(self, exponent: Decimal) -> Span:
        """Return the power of a span above zero."""
        return Span(self.low**exponent, self.high**exponent)


@dataclass(frozen=True)
class Figure:
    """A row of figures as it is compared; the two ends of a range are one.

    ``rows`` are the places of its rows among all; ``when`` is its year or period, the same for a year and the end of
    it; ``text`` its value with its bound, in units of ``unit``; ``amount`` and ``span`` are in base units.
    """

    rows: tuple[int, ...]
    indicator: str
    area: str
    part: str
    period: str
    when: str
    time: Period | None
    measure: str
    status: str
    text: str
    bound: str
    unit: str
    base: str
    factor: Decimal
    amount: Decimal
    span: Span
    source: str
    locator: str

    @property
    def name(self) -> Name:
        """Indicator and part."""
        return self.indicator, self.part

    @property
    def subject(self) -> str:
        """Indicator, place, part and period: ``goods-trade/ftz-qingdao/2021/2025``."""
        return "/".join(text for text in (self.indicator, self.area, self.part, self.period) if text)

    @property
    def year(self) -> int | None:
        """The year it is of, or at the end of which it is."""
        return int(self.when) if self.when.isdecimal() else None

    @property
    def rate(self) -> Span | None:
        """The factor by which it says that something grew; ``None`` where it is no growth, or a loss of all."""
        if not self.measure.startswith("growth-") or self.base not in ("percent", "times"):
            return None
        factor = self.span * (1 / _HUNDRED if self.base == "percent" else _ONE) + Span(_ONE, _ONE)
        return factor if factor.low > 0 else None


@dataclass(frozen=True)
class Oddity:
    """What a rule found when it compared figures; ``holds`` where they fit.

    ``rows`` are the places of the figures concerned among all rows; they are of the document ``source``.
    """

    rule: str
    subject: str
    source: str
    expectation: str
    holds: bool
    rows: tuple[int, ...]


@dataclass(frozen=True)
class _Outcome:
    """A comparison; ``figures`` are those on which it is to be noted."""

    figures: tuple[Figure, ...]
    holds: bool
    told: str


class _Figures:
    """All figures, by what they measure."""

    def __init__(self, rows: Sequence[Row], reference: Mapping[str, Mapping[str, Row]]) -> None:
        self._areas = reference.get("areas", {})
        self._parts = reference.get("breakdowns", {})
        self._indicators = reference.get("indicators", {})
        self._sources = reference.get("sources", {})
        self.all = tuple(_read_figures(rows, reference.get("units", {}), self._sources))
        self._named: dict[tuple[Name, str | None, str | None], list[Figure]] = defaultdict(list)
        for figure in self.all:
            for area in (None, figure.area):
                for when in (None, figure.when):
                    self._named[figure.name, area, when].append(figure)
        self._rates = tuple(_read_rates(self.all))

    def named(self, name: Name, *, area: str | None = None, when: str | None = None, **features: str) -> list[Figure]:
        """The figures of an indicator's part, of a place and time or of all, that have some features."""
        found, wanted = self._named.get((name, area, when), ()), features.items()
        return [f for f in found if all(getattr(f, key) == value for key, value in wanted)]

    def like(self, figure: Figure, name: Name, **others: str) -> list[Figure]:
        """The figures of a name for the same place, time, measure and kind of unit; those of its document, if it has any."""
        features = {key: getattr(figure, key) for key in ("area", "when", "measure", "status", "base")} | others
        found = self.named(name, **features)
        return [f for f in found if f.source == figure.source] or found

    def in_money(self, figure: Figure, base: str, *, when: str = "") -> Figure | None:
        """A figure in another currency, at a rate of its own document or else of any; ``None`` where none is printed.

        Its text tells the rate. ``when`` leaves only rates of that time.
        """
        rates = [rate for rate in self._rates if (rate.of, rate.into) == (figure.base, base) and when in ("", rate.when)]
        if not rates:
            return None
        rate = max(rates, key=lambda rate: rate.source == figure.source)
        text = f"{figure.text} {figure.unit} (at {_plain(round(rate.value, 4))} {base} a {figure.base}, {rate.when})"
        span = Span(figure.span.low * rate.span.low, figure.span.high * rate.span.high)
        return replace(figure, text=text, base=base, amount=figure.amount * rate.value, span=span)

    def above(self, area: str) -> list[str]:
        """The places in which a place lies, from the nearest on."""
        found: list[str] = []
        while (area := self._areas.get(area, {}).get("parent_id", "")) and area not in found:
            found.append(area)
        return found

    def beside(self, area: str) -> tuple[str, str]:
        """What places beside each other have in common: what they lie in, and their kind."""
        row = self._areas.get(area, {})
        return row.get("parent_id", "") or area, row.get("kind", "")

    def dimension(self, figure: Figure) -> str:
        """By what its part divides; empty for the whole."""
        return self._parts.get(figure.part, {}).get("dimension", "")

    def side(self, figure: Figure) -> int:
        """1 where higher is wanted, −1 where lower, 0 where neither is said."""
        if figure.bound in ("over", "at-least"):
            return 1
        if figure.bound in ("at-most", "under"):
            return -1
        return {"higher": 1, "lower": -1}.get(self._indicators.get(figure.indicator, {}).get("direction", ""), 0)

    def base_year(self, figure: Figure) -> int | None:
        """The year before the years of its document."""
        scope = read_period(self._sources.get(figure.source, {}).get("period", ""))
        return scope.start[0] - 1 if scope else None


@dataclass(frozen=True)
class _Rate:
    """What one unit of a currency is worth in another, by the figure of a year that a passage prints in both."""

    of: str
    into: str
    value: Decimal
    span: Span
    when: str
    source: str


def _read_rates(figures: Iterable[Figure]) -> Iterator[_Rate]:
    money = [f for f in figures if f.base in _MONEY and f.measure == "level" and f.status == "actual" and f.year]
    for pair in _group(money, lambda f: (f.subject, f.source, f.locator)):
        for one in pair:
            for other in pair:
                quotient = other.span.over(one.span)
                if one.base != other.base and quotient:
                    yield _Rate(one.base, other.base, other.amount / one.amount, quotient, one.when, one.source)


def _read_figures(rows: Sequence[Row], units: Mapping[str, Row], sources: Mapping[str, Row]) -> Iterator[Figure]:
    ranges: dict[tuple[str, ...], Figure] = {}
    for place, row in enumerate(rows):
        unit = units.get(row["unit_id"], {})
        value, factor = read_decimal(row["value"]), read_decimal(unit.get("factor", ""))
        if value is None or not factor:
            continue
        bound, time = row["bound"], read_period(row["period"])
        figure = Figure(
            rows=(place,),
            indicator=row["indicator_id"],
            area=row["area_id"],
            part=row["breakdown_id"],
            period=row["period"],
            when=_when(row, time, sources.get(row["source_id"], {})),
            time=time,
            measure=row["measure"],
            status=row["status"],
            text=f"{bound} {_plain(value)}".lstrip(),
            bound=bound,
            unit=row["unit_id"],
            base=unit.get("base", ""),
            factor=factor,
            amount=value * factor,
            span=_span(value, bound, _last_digit(value, row["as_printed"], is_second=bound == "high")) * factor,
            source=row["source_id"],
            locator=row["locator"],
        )
        if bound not in ("low", "high"):
            yield figure
            continue
        key = (figure.subject, figure.measure, figure.status, figure.source, figure.locator, row["as_printed"])
        other = ranges.pop(key, None)
        if other is None:
            ranges[key] = figure
        else:
            low, high = sorted((other, figure), key=lambda end: end.bound == "high")
            text = f"{low.text.removeprefix('low ')} to {high.text.removeprefix('high ')}"
            yield replace(low, rows=(*other.rows, place), text=text, bound="", span=low.span.join(high.span))


def _when(row: Row, time: Period | None, source: Row) -> str:
    if time is None:
        scope = read_period(source.get("period", ""))
        is_meant_for_the_end = row["status"] == "target" and row["measure"] in ("level", "share") and not row["period"]
        if scope and is_meant_for_the_end and source.get("kind") == "plan":
            return str(scope.end[0])
        return f"?{row['period']} {row['source_id']}"  # to be compared within its document only
    if time.is_year or (time.stock and time.end[1] in (0, 12)):
        return str(time.end[0])
    return row["period"]


def _last_digit(value: Decimal, printed: str, *, is_second: bool) -> Decimal:
    """What one is worth at the last place that is printed, in the unit of the value: 1000 for 1.5万亿 in 亿."""
    found: list[str] = re.findall(r"\d[\d,]*(?:\.\d+)?", printed)
    number = read_decimal(found[-1 if is_second else 0].replace(",", "")) if found else None
    if number:
        scale = (abs(value) / number).normalize()
        if scale.as_tuple().digits == (1,):
            return scale.scaleb(_exponent(number))
    # 七成 is printed in tens; 1/3 is as fine as it is recorded.
    return _ONE.scaleb(_exponent(value if found else value.normalize()))


def _exponent(number: Decimal) -> int:
    return int(number.as_tuple().exponent)


def _span(value: Decimal, bound: str, digit: Decimal) -> Span:
    size = abs(value)
    reach = _ONE.scaleb(size.adjusted()) if size else _ONE
    if bound in ("over", "at-least"):
        span = Span(size, size + reach)
    elif bound in ("under", "at-most"):
        span = Span(size - reach, size)
    else:
        width = max(digit, size / 20) if bound == "about" else digit / 2
        span = Span(size - width, size + width)
    return span * (_ONE if value >= 0 else -_ONE)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _short(number: Decimal) -> str:
    """Three digits, or all before the point."""
    return _plain(round(number, max(0, 2 - number.adjusted()))) if number else "0"


def _in_unit(amount: Decimal, like: Figure) -> str:
    """An amount of base units in the unit of a figure."""
    return _plain(round(amount / like.factor, 4))


def _group(figures: Iterable[Figure], key: Callable[[Figure], object]) -> Iterable[list[Figure]]:
    groups: dict[object, list[Figure]] = defaultdict(list)
    for figure in figures:
        groups[key(figure)].append(figure)
    return groups.values()


def _of_each_document(*figures: Figure) -> tuple[Figure, ...]:
    """The first figure of each document and those of the same subject: readers of each document are told once."""
    firsts = {figure.source: figure.subject for figure in reversed(figures)}
    return tuple(figure for figure in figures if firsts[figure.source] == figure.subject)


# ----- the rules -----


def find_oddities(rows: Sequence[Row], reference: Mapping[str, Mapping[str, Row]]) -> list[Oddity]:
    """Compare figures by all rules.

    Parameters
    ----------
    rows
        Rows of ``observations``; those whose unit is not known are left out.
    reference
        Rows of ``units``, ``sources``, ``areas``, ``breakdowns`` and ``indicators``, by their ids.

    Returns
    -------
    list of Oddity
        One for each rule, subject and document that could be compared, also where all fits.
    """
    figures = _Figures(rows, reference)
    found: list[Oddity] = []
    for rule, check in _RULES.items():
        grouped: dict[tuple[str, str], list[tuple[Figure, _Outcome]]] = defaultdict(list)
        for outcome in check(figures):
            for figure in outcome.figures:
                grouped[figure.subject, figure.source].append((figure, outcome))
        for (subject, source), compared in grouped.items():
            odd = [(figure, outcome) for figure, outcome in compared if not outcome.holds]
            told = "; ".join(dict.fromkeys(outcome.told for _, outcome in odd or compared))
            places = dict.fromkeys(row for figure, _ in odd or compared for row in figure.rows)
            found.append(Oddity(rule, subject, source, told, not odd, tuple(places)))
    return found


def needed_indicators(subject: str) -> frozenset[str]:
    """Return the indicators without whose rows a subject cannot be compared again."""
    indicator = subject.partition("/")[0]
    relations: list[Iterable[Name]] = [(whole, *parts) for whole, parts in SUMS]
    relations += CONTAINED
    relations += [(share, above, *below) for share, (above, below) in SHARES.items()]
    relations += AVERAGES
    tied = [{name for name, _ in relation} for relation in relations]
    return frozenset({indicator}.union(*(names for names in tied if indicator in names)))


def _check_growth(figures: _Figures) -> Iterator[_Outcome]:
    for growth in figures.all:
        rate = growth.rate
        if rate is None or growth.time is None or growth.time.stock or not growth.time.is_whole:
            continue
        if growth.time.is_year != (growth.measure == "growth-yoy"):  # growth in all within one year: on what, is not said
            continue
        first, last = growth.time.start[0] - 1, growth.time.end[0]
        years = Decimal(last - first if growth.measure == "growth-annual" else 1)
        own = {"area": growth.area, "source": growth.source, "measure": "level"}
        bases = figures.named(growth.name, when=str(first), **own)
        ends = figures.named(growth.name, when=str(last), status=growth.status, **own)
        pairs = [(base, end) for base in bases for end in ends if base.base == end.base]
        pairs = [pair for pair in pairs if {figure.locator for figure in pair} == {growth.locator}] or pairs
        compared = []
        for base, end in pairs:
            factor = end.span.over(base.span)
            if factor:
                implied = _growth((end.amount / base.amount) ** (1 / years), growth)
                told = f"from {base.text} to {end.text} is {implied}, {growth.text} printed"
                compared.append((factor.power(1 / years).meets(rate), told))
        if compared:
            yield _Outcome((growth,), *max(compared, key=lambda pair: pair[0]))


def _growth(factor: Decimal, like: Figure) -> str:
    """Growth by a factor in the words of a stated one."""
    rate = factor - 1
    text = f"{_short(rate * 100)} %" if like.base == "percent" else f"{_short(rate)} times"
    return f"{text} a year" if like.measure == "growth-annual" else text


def _check_growth_rates(figures: _Figures) -> Iterator[_Outcome]:
    for annual in figures.all:
        if annual.measure != "growth-annual" or annual.rate is None or annual.time is None:
            continue
        years = Decimal(annual.time.years)
        features = {"area": annual.area, "when": annual.when, "status": annual.status, "source": annual.source}
        for total in figures.named(annual.name, measure="growth-total", **features):
            if total.rate is not None:
                whole = _growth(((annual.rate.low + annual.rate.high) / 2) ** years, total)
                told = f"{annual.text} % a year for {years} years is {whole}, {total.text} printed"
                yield _Outcome((total,), annual.rate.power(years).meets(total.rate), told)


def _check_parts(figures: _Figures) -> Iterator[_Outcome]:
    for whole_name, part_names in SUMS:
        for whole in figures.named(whole_name):
            if whole.measure in _YEAR_OR_SUM:
                yield from _add_up(figures, whole, part_names, leaves_over=False)
    for parts in (*DIVISIONS, *DISJOINT):
        leaves_over = parts in DISJOINT
        yield from _add_up_shares(figures, parts, leaves_over=leaves_over)
        for whole in figures.all:
            if not whole.part and whole.measure in _YEAR_OR_SUM:
                names = tuple((whole.indicator, part) for part in parts)
                yield from _add_up(figures, whole, names, leaves_over=leaves_over)
    for inner, outer in CONTAINED:
        for part in figures.named(inner):
            if part.measure in _YEAR_OR_SUM:
                yield from _contain(part, figures.like(part, outer))
    yield from _check_additive(figures)
    yield from _check_years(figures)


def _add_up(figures: _Figures, whole: Figure, names: Sequence[Name], *, leaves_over: bool) -> Iterator[_Outcome]:
    """Parts are as much as the whole; those that are there are no more."""
    parts = [found for name in names if (found := figures.like(whole, name))]
    if parts:
        total = _sum_of(parts)
        is_all = not leaves_over and len(parts) == len(names)
        holds = total.meets(whole.span) if is_all else total.low < whole.span.high
        added = " + ".join(_in_unit(part[0].amount, whole) for part in parts)
        told = f"{added} = {_in_unit(_amount_of(parts), whole)}, {whole.text} printed"
        yield _Outcome((whole,), holds, told)


def _add_up_shares(figures: _Figures, names: Sequence[str], *, leaves_over: bool) -> Iterator[_Outcome]:
    """The shares of all parts are 100 %, those of some are no more."""
    for share in figures.all:
        if share.part not in names or share.measure != "share" or share.base != "percent":
            continue
        parts = [found for part in names if (found := figures.like(share, (share.indicator, part), source=share.source))]
        is_all = not leaves_over and len(parts) == len(names)
        if parts[0][0] == share and len(parts) > 1:
            total = _sum_of(parts)
            holds = total.meets(Span(_HUNDRED, _HUNDRED)) if is_all else total.low < _HUNDRED
            told = f"{' + '.join(part[0].text for part in parts)} = {_plain(_amount_of(parts))} %"
            yield _Outcome((share,), holds, told)


def _sum_of(parts: Sequence[Sequence[Figure]]) -> Span:
    """What parts are together, each told once or more often."""
    spans = [Span(min(f.span.low for f in part), max(f.span.high for f in part)) for part in parts]
    return sum(spans[1:], spans[0])


def _amount_of(parts: Sequence[Sequence[Figure]]) -> Decimal:
    return sum((part[0].amount for part in parts), Decimal(0))


def _contain(part: Figure, wholes: Sequence[Figure]) -> Iterator[_Outcome]:
    """A part is no more than the whole."""
    if wholes:
        whole = max(wholes, key=lambda figure: figure.span.high)
        told = f"{part.text}, part of {_in_unit(whole.amount, part)}"
        yield _Outcome((part,), part.span.low < whole.span.high, told)


def _check_additive(figures: _Figures) -> Iterator[_Outcome]:
    """Parts and places are no more than the whole, places of one kind together no more than what they lie in."""
    for figure in figures.all:
        if figure.measure not in _YEAR_OR_SUM or figure.base in _NO_AMOUNTS or figure.indicator in FOR_EACH:
            continue
        if figures.dimension(figure) in _NO_PARTS:
            continue
        for one in (figure, *_in_other_money(figures, figure)):
            if figure.part:
                yield from _contain(one, figures.like(one, (figure.indicator, "")))
            for area in figures.above(figure.area):
                yield from _contain(one, figures.like(one, figure.name, area=area))
        if figure.indicator in ADDITIVE:
            yield from _add_up_places(figures, figure)


def _in_other_money(figures: _Figures, figure: Figure) -> Iterator[Figure]:
    """A figure in other currencies, at rates of its own time."""
    for base in _MONEY - {figure.base} if figure.base in _MONEY else ():
        if changed := figures.in_money(figure, base, when=figure.when):
            yield changed


def _add_up_places(figures: _Figures, whole: Figure) -> Iterator[_Outcome]:
    """Zones may lie across other places and across each other; districts, cities, provinces and countries do not."""
    features = {"when": whole.when, "measure": whole.measure, "status": whole.status, "base": whole.base}
    kinds: dict[str, dict[str, Figure]] = defaultdict(dict)
    for inner in figures.named(whole.name, **features):
        kind = figures.beside(inner.area)[1]
        if kind != "zone" and whole.area in figures.above(inner.area):
            kinds[kind].setdefault(inner.area, inner)
    for places in kinds.values():
        if len(places) > 1:
            low = sum((inner.span.low for inner in places.values()), Decimal(0))
            amount = sum((inner.amount for inner in places.values()), Decimal(0))
            told = f"{len(places)} places in it have {_in_unit(amount, whole)}, {whole.text} printed"
            yield _Outcome((whole,), low < whole.span.high, told)


def _check_years(figures: _Figures) -> Iterator[_Outcome]:
    """A year, or some years, are less than a total of years with these in them."""
    for total in figures.all:
        if total.measure != "cumulative" or total.time is None or total.time.years == 1 or total.amount <= 0:
            continue
        for part in figures.named(total.name, area=total.area, status=total.status, base=total.base):
            if part.measure in _YEAR_OR_SUM and part.time and part.time != total.time and _is_within(part.time, total.time):
                told = f"{part.text} in {part.when}, {_in_unit(total.amount, part)} in {total.when}"
                yield _Outcome((part,), part.amount < total.amount, told)


def _is_within(inner: Period, outer: Period) -> bool:
    return not inner.stock and outer.start[0] <= inner.start[0] and inner.end[0] <= outer.end[0]


def _check_shares(figures: _Figures) -> Iterator[_Outcome]:
    for share in figures.all:
        if share.base != "percent" or share.measure not in ("share", "ratio", "level"):
            continue
        found = list(_find_quotients(figures, share))
        if found:
            fits = [quotient for quotient in found if (quotient[2] * _HUNDRED).meets(share.span)]
            above, below, _ = (fits or found)[0]
            implied = _short(above.amount / below * 100)
            told = f"{_in_unit(above.amount, above)} of {_in_unit(below, above)} is {implied} %, {share.text} printed"
            yield _Outcome(_of_each_document(share, above), bool(fits), told)
    for average_name, number_name, total_name in AVERAGES:
        for average in figures.named(average_name, measure="level"):
            for total in figures.like(average, total_name):
                for number in figures.named(number_name, area=total.area, when=total.when, measure="level"):
                    quotient = total.span.over(number.span)
                    if quotient:
                        implied = _short(total.amount / number.amount / average.factor)
                        told = f"{_in_unit(total.amount, average)} for {number.text} is {implied} each, {average.text} printed"
                        yield _Outcome((average,), quotient.meets(average.span), told)


def _find_quotients(figures: _Figures, share: Figure) -> Iterator[tuple[Figure, Decimal, Span]]:
    """What a share can be a share of: the figure above the line, the amount below it, and their quotient."""
    declared = SHARES.get(share.name)
    compared = _COMPARED.fullmatch(share.part)
    above_name = declared[0] if declared else (share.indicator, compared[1] or "") if compared else share.name
    for above in figures.named(above_name, area=share.area, when=share.when, status=share.status):
        if above.measure not in _YEAR_OR_SUM or above.base == "percent":
            continue
        if declared:
            belows = [[figures.like(above, name) for name in declared[1]]]
        elif compared:
            belows = [[figures.like(above, above_name, area=compared[2])]]
        else:
            wider = figures.above(share.area)
            belows = [[figures.like(above, (share.indicator, ""))]] if share.part else []
            names = dict.fromkeys((share.name, (share.indicator, "")))
            belows += [[figures.like(above, name, area=area)] for area in wider for name in names]
        for below in belows:
            if all(below):
                quotient = above.span.over(_sum_of(below))
                if quotient:
                    yield above, _amount_of(below), quotient


# product-meat-compared-with-jiangsu: a part, and the place that it is compared with.
_COMPARED = re.compile(r"(?:(.+)-)?compared-with-(.+)")


def _check_changes(figures: _Figures) -> Iterator[_Outcome]:
    for change in figures.all:
        if change.measure != "change" or change.base != "percentage-point":
            continue
        compared = _COMPARED.fullmatch(change.part)
        if compared:
            yield from _check_gap(figures, change, compared[1] or "", compared[2])
        elif change.time and not change.time.stock and change.time.is_whole and change.time.years > 1:
            yield from _check_change(figures, change, change.time.start[0] - 1, change.time.end[0])


def _check_gap(figures: _Figures, gap: Figure, part: str, area: str) -> Iterator[_Outcome]:
    """The difference from another place in a share or a rate of growth; of a part from the whole, in growth alone."""
    compared = []
    for own in figures.named((gap.indicator, part), area=gap.area, when=gap.when, status=gap.status, base="percent"):
        for name in dict.fromkeys((own.name, (gap.indicator, ""))):
            if (name, area) == (own.name, own.area) or not (own.measure.startswith("growth-") or name == own.name):
                continue
            for other in figures.like(own, name, area=area):
                if own.measure.startswith("growth-") or own.measure in ("share", "level"):
                    told = f"{own.text} - {other.text} = {_plain(own.amount - other.amount)}, {gap.text} printed"
                    compared.append(((own.span - other.span).meets(gap.span), told))
    if compared:
        yield _Outcome((gap,), *max(compared, key=lambda pair: pair[0]))


def _check_change(figures: _Figures, change: Figure, first: int, last: int) -> Iterator[_Outcome]:
    """The difference between the shares of two years; the earlier may follow from the growth of part and whole."""
    ends = figures.named(change.name, area=change.area, when=str(last), base="percent", source=change.source)
    for end in ends:
        if end.measure not in ("share", "level") or end.status != change.status:
            continue
        bases = figures.named(change.name, area=change.area, when=str(first), measure=end.measure, base="percent")
        spans = [(base.span, base.amount) for base in bases if base.source == change.source]
        if not spans:
            spans = list(_reckon_back(figures, change, end))
        for span, amount in spans:
            told = f"from {_short(amount)} to {end.text} is {_short(end.amount - amount)}, {change.text} printed"
            yield _Outcome((change,), (end.span - span).meets(change.span), told)


def _reckon_back(figures: _Figures, change: Figure, end: Figure) -> Iterator[tuple[Span, Decimal]]:
    above, below = SHARES.get(change.name, (change.name, ((change.indicator, ""),)))
    if len(below) > 1 or above == below[0]:
        return
    part, whole = (_growth_of(figures, name, change) for name in (above, below[0]))
    if part and whole and end.span.low > 0:
        factor = whole.over(part)
        if factor:
            middle = (whole.low + whole.high) / (part.low + part.high)
            yield Span(end.span.low * factor.low, end.span.high * factor.high), end.amount * middle


def _growth_of(figures: _Figures, name: Name, like: Figure) -> Span | None:
    """The factor by which something grew in the time of a figure, as its document says most exactly."""
    factors = []
    for growth in figures.named(name, area=like.area, when=like.when, status=like.status, source=like.source):
        if growth.rate and growth.time and growth.measure in ("growth-annual", "growth-total"):
            years = growth.time.years if growth.measure == "growth-annual" else 1
            factors.append(growth.rate.power(Decimal(years)))
    return min(factors, key=lambda factor: factor.high - factor.low) if factors else None


def _check_values(figures: _Figures) -> Iterator[_Outcome]:
    compared = [figure for figure in figures.all if figure.measure not in ("rank", "limit")]
    for group in _group(compared, lambda f: (f.name, f.area, f.when, f.measure, f.status, f.base)):
        top, bottom = max(f.span.low for f in group), min(f.span.high for f in group)
        odd = [f for f in group if f.span.low >= bottom or f.span.high <= top]
        if len(group) > 1:
            yield _Outcome(_of_each_document(*(odd or group)), not odd, _tell_values(odd or group))


def _tell_values(group: Sequence[Figure]) -> str:
    in_one = len({figure.source for figure in group}) == 1
    texts = [f"{f.text} {f.unit}" + ("" if in_one else f" in {f.source}") for f in group]
    return ", ".join(dict.fromkeys(texts))


def _check_places(figures: _Figures) -> Iterator[_Outcome]:
    compared = [figure for figure in figures.all if figure.measure not in ("rank", "limit", "ratio")]
    for group in _group(compared, lambda f: (f.name, f.when, f.measure, f.status, f.unit, f.source)):
        placed = {outer.area: outer for outer in group}
        for inner in group:
            for area in figures.above(inner.area):
                if outer := placed.get(area):
                    told = f"{outer.text} for {outer.area}, {inner.text} for {inner.area}"
                    yield _Outcome((outer,), outer.amount != inner.amount, told)


def _check_bases(figures: _Figures) -> Iterator[_Outcome]:
    for target in figures.all:
        side, before = figures.side(target), figures.base_year(target)
        if target.status != "target" or not side:
            continue
        if target.measure in ("level", "share") and target.year and before and before < target.year:
            for base in figures.like(target, target.name, when=str(before), status="actual"):
                ahead = (target.amount - base.amount) * side
                holds = ahead > 0 or (ahead == 0 and target.bound in ("over", "under") and base.bound != target.bound)
                yield _Outcome((target,), holds, f"{base.text} in {before}, {target.text} in {target.year} wanted")
            for earlier in _earlier_targets(figures, target):
                told = f"{earlier.text} in {earlier.year}, {target.text} in {target.year} wanted"
                holds = (target.amount - earlier.amount) * side > 0 or target.span.meets(earlier.span)
                yield _Outcome((target,), holds, told)
        elif target.measure == "cumulative" and target.time and target.time.is_whole and target.time.years > 1:
            yield from _check_total(figures, target, target.time, side)


def _check_total(figures: _Figures, target: Figure, time: Period, side: int) -> Iterator[_Outcome]:
    """A total is beyond the total of as many years before, and beyond the year before times its years."""
    before = time.start[0] - 1
    last = f"{before - time.years + 1}/{before}"
    for base in figures.like(target, target.name, when=last, status="actual"):
        told = f"{base.text} in {last}, {target.text} in {target.when} wanted"
        yield _Outcome((target,), (target.amount - base.amount) * side >= 0, told)
    for base in figures.like(target, target.name, when=str(before), status="actual", measure="level"):
        pace = base.amount * time.years
        told = f"{base.text} in {before} is {_in_unit(pace, target)} in {time.years} years, {target.text} wanted"
        yield _Outcome((target,), (target.span.high - pace) * side >= 0, told)


def _earlier_targets(figures: _Figures, target: Figure) -> list[Figure]:
    """What any document wants of the same figure in a year before."""
    features = {"area": target.area, "measure": target.measure, "status": "target", "base": target.base}
    named = figures.named(target.name, **features)
    return [earlier for earlier in named if earlier.year and target.year and earlier.year < target.year]


def _earlier_in_other_money(figures: _Figures, target: Figure) -> Iterator[Figure]:
    """The same where it is wanted in another currency; near growth says little then, but far growth does."""
    if target.base in _MONEY:
        for base in sorted(_MONEY - {target.base}):
            for earlier in _earlier_targets(figures, replace(target, base=base)):
                if changed := figures.in_money(earlier, target.base):
                    yield changed


def _check_magnitude(figures: _Figures) -> Iterator[_Outcome]:
    for figure in figures.all:
        if figure.measure == "cumulative" and figure.time and figure.time.years > 1 and figure.time.is_whole:
            yield from _check_average(figures, figure, figure.time)
            yield from _check_course(figures, figure, figure.time)
        elif figure.status == "target" and figure.measure in ("level", "share") and figure.year:
            yield from _check_jump(figures, figure)
            if figure.measure == "level":
                yield from _check_pace(figures, figure)
    for _, number_name, total_name in AVERAGES:
        yield from _check_siblings(figures, number_name, total_name)


def _is_far(factor: Span | None) -> bool:
    return factor is not None and (factor.low > FACTOR or factor.high < _ONE / FACTOR)


def _check_average(figures: _Figures, total: Figure, time: Period) -> Iterator[_Outcome]:
    """The average year of a total against an actual year in it, for a target against the year before it."""
    first = time.start[0] - (total.status == "target")
    for level in figures.named(total.name, area=total.area, measure="level", status="actual", base=total.base):
        if level.year and first <= level.year <= time.end[0]:
            average = total.amount / time.years
            told = f"{total.text} in {total.when} is {_short(average / level.factor)} a year, {level.text} in {level.year}"
            yield _Outcome((total,), not _is_far((total.span * (_ONE / time.years)).over(level.span)), told)


def _check_course(figures: _Figures, total: Figure, time: Period) -> Iterator[_Outcome]:
    """A total of years against their sum at the growth that its document prints, up to the last year or from the base."""
    first, last = time.start[0] - 1, time.end[0]
    in_document = {"area": total.area, "status": total.status, "source": total.source}
    for growth in figures.named(total.name, when=total.when, measure="growth-annual", **in_document):
        if growth.rate is None:
            continue
        for level in figures.named(total.name, area=total.area, measure="level", source=total.source, base=total.base):
            if (level.year, level.status) == (first, "actual"):
                steps, side = range(1, time.years + 1), "before"
            elif (level.year, level.status) == (last, total.status):
                steps, side = range(1 - time.years, 1), "after"
            else:
                continue
            low, high = (sum((rate**step for step in steps), Decimal(0)) for rate in (growth.rate.low, growth.rate.high))
            years = Span(min(low, high), max(low, high))
            if course := total.span.over(Span(level.span.low * years.low, level.span.high * years.high)):
                reckoned = _short(level.amount * (low + high) / 2 / total.factor)
                told = f"{level.text} in {level.year} {side} growth of {growth.text} % a year is {reckoned} in {total.when}"
                yield _Outcome((total,), not _is_far(course), f"{told}, {total.text} printed")


def _check_jump(figures: _Figures, target: Figure) -> Iterator[_Outcome]:
    """A target against its base, where the document does not state the growth between them."""
    before = figures.base_year(target)
    in_document = {"area": target.area, "source": target.source}
    if before is None or figures.named(target.name, measure="growth-annual", status="target", **in_document):
        return
    same = {"when": str(before), "status": "actual", "measure": target.measure, "base": target.base}
    bases = [(base.span, base.amount) for base in figures.named(target.name, **same, **in_document)]
    if not bases and target.measure == "share" and target.name in SHARES:
        then = replace(target, when=str(before), status="actual")
        quotients = _find_quotients(figures, then)
        bases = [(span * _HUNDRED, above.amount / below * 100) for above, below, span in quotients]
    for span, amount in bases:
        told = f"{_short(amount / target.factor)} in {before}, {target.text} in {target.year}"
        yield _Outcome((target,), not _is_far(target.span.over(span)), told)


def _check_pace(figures: _Figures, target: Figure) -> Iterator[_Outcome]:
    """The growth from an earlier target to a later one, against the yearly growth that the two documents want."""
    for earlier in (*_earlier_targets(figures, target), *_earlier_in_other_money(figures, target)):
        years = Decimal((target.year or 0) - (earlier.year or 0))
        factor = target.span.over(earlier.span)
        rates = [
            growth
            for growth in figures.named(target.name, area=target.area, measure="growth-annual", status="target", base="percent")
            if growth.source in (target.source, earlier.source) and growth.amount > 0
        ]
        if factor and rates:
            fastest = max(rates, key=lambda growth: growth.span.high)
            low = (factor.low ** (1 / years) - 1) * 100
            implied = _growth((target.amount / earlier.amount) ** (1 / years), fastest)
            told = f"from {earlier.text} in {earlier.year} to {target.text} in {target.year} is {implied}"
            told += f", {fastest.text} printed"
            yield _Outcome(_of_each_document(target, earlier), low <= FACTOR * fastest.span.high, told)


def _check_siblings(figures: _Figures, number_name: Name, total_name: Name) -> Iterator[_Outcome]:
    """What comes to each thing at a place, against the nearest of the places beside it."""
    each: list[tuple[Figure, Span, Decimal]] = []
    for total in figures.named(total_name, measure="level"):
        for number in figures.named(number_name, area=total.area, when=total.when, measure="level", source=total.source):
            quotient = total.span.over(number.span)
            if quotient:
                each.append((total, quotient, total.amount / number.amount))
    for total, quotient, amount in each:
        others = [
            (span, other)
            for figure, span, other in each
            if figure.area != total.area
            and figure.when == total.when
            and figures.beside(figure.area) == figures.beside(total.area)
        ]
        if others:
            span, nearest = min(others, key=lambda pair: max(pair[1] / amount, amount / pair[1]))
            told = f"{_short(amount / total.factor)} each, {_short(nearest / total.factor)} at the nearest place beside it"
            yield _Outcome((total,), not _is_far(quotient.over(span)), told)


def _check_ranks(figures: _Figures) -> Iterator[_Outcome]:
    ranks = [figure for figure in figures.all if figure.measure == "rank"]
    for group in _group(ranks, lambda f: (f.name, f.when, f.status, f.area)):
        holds = len({figure.amount for figure in group}) == 1
        if len(group) > 1:
            yield _Outcome(_of_each_document(*group), holds, _tell_values(group))
    for group in _group(ranks, lambda f: (f.name, f.when, f.status, figures.beside(f.area))):
        for equal in _group(group, lambda f: f.amount):
            areas = dict.fromkeys(figure.area for figure in equal)
            told = ", ".join(f"{equal[0].text} for {area}" for area in areas)
            if len({figure.area for figure in group}) > 1:
                yield _Outcome(_of_each_document(*equal), len(areas) == 1, told)
    for rank in ranks:
        for own in figures.named(rank.name, area=rank.area, when=rank.when, status=rank.status):
            if own.measure in _YEAR_OR_SUM and figures.side(own) > 0:
                yield from _check_rank(figures, rank, own)


def _check_rank(figures: _Figures, rank: Figure, own: Figure) -> Iterator[_Outcome]:
    """As many places as are known to have more stand before it."""
    ahead = {
        other.area
        for other in figures.named(own.name, when=own.when, status=own.status, measure=own.measure, base=own.base)
        if figures.beside(other.area) == figures.beside(rank.area) and other.span.low > own.span.high
    }
    told = f"{rank.text} printed, {len(ahead)} have more than {own.text}"
    yield _Outcome((rank,), rank.amount > len(ahead), told)


_RULES: dict[str, Callable[[_Figures], Iterator[_Outcome]]] = {
    "growth-and-levels": _check_growth,
    "growth-rates": _check_growth_rates,
    "parts-and-total": _check_parts,
    "share-of-total": _check_shares,
    "change-of-share": _check_changes,
    "two-values": _check_values,
    "two-places": _check_places,
    "base-and-target": _check_bases,
    "order-of-magnitude": _check_magnitude,
    "ranks": _check_ranks,
}

RULES = tuple(_RULES)
