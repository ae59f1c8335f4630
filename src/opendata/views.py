"""What a page says about rows: tables with units in their headings, headline sentences, printed places.

Everything here is plain values in one language; HTML is made in ``render``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from opendata import words
from opendata.collection import Observation, heading_number
from opendata.words import MISSING, Language, Unit

Translate = Callable[..., str]

_FAMILIES = {
    "level": "amount",
    "cumulative": "amount",
    "limit": "amount",
    "growth-yoy": "rate",
    "growth-total": "rate",
    "growth-annual": "rate",
    "change": "rate",
    "share": "share",
    "ratio": "share",
    "rank": "rank",
    "multiple": "multiple",
}


SIGNS = {"met": "✓", "on-track": "→", "at-risk": "!", "off-track": "↓", "no-actual-yet": "○", "not-comparable": "≠"}
"""The sign of each status of a target."""


@dataclass(frozen=True)
class Cell:
    """A cell: ``text`` is shown, ``sort`` orders it, ``href`` leads on, ``title`` explains, ``more`` stands below it.

    ``status`` is one of ``targets.STATUSES`` where the text names it: its sign and colour are shown with it.
    ``drawing`` is a small picture of what the text tells, as ``charts`` makes it; ``None`` where the column has none.
    """

    text: str
    sort: str = ""
    href: str = ""
    title: str = ""
    lang: str = ""
    identifier: str = ""
    more: tuple[Cell, ...] = ()
    status: str = ""
    drawing: str | None = None

    @property
    def sign(self) -> str:
        """The sign of its status, which tells it without colour."""
        return SIGNS[self.status]


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    numeric
        Aligned at the right.
    filters
        Gets a choice above the table.
    printed
        The document's own Chinese heading, where ``label`` is a translation of it.
    tight
        Holds a few words that are not broken into lines.
    roomy
        Holds sentences, which a column of four characters would make as tall as a page.
    """

    label: str
    numeric: bool = False
    filters: bool = False
    printed: str = ""
    tight: bool = False
    roomy: bool = False


# A list of more values than this is no choice; the words looked for find them.
_MOST_CHOICES = 200


@dataclass(frozen=True)
class TableView:
    """A table as shown: ``title`` names it to those who do not see it."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sortable: bool = True
    filterable: bool = False

    @property
    def choosable(self) -> frozenset[int]:
        """The positions of the columns that get a choice: those whose values a reader can survey and that differ."""
        if not self.filterable:
            return frozenset()
        wanted = (index for index, column in enumerate(self.columns) if column.filters)
        return frozenset(index for index in wanted if 2 <= len({row[index].text for row in self.rows}) <= _MOST_CHOICES)


def family(observation: Observation) -> str:
    """Return what a figure is told together with: amounts, rates, shares, ranks or multiples."""
    return _FAMILIES[observation.measure]


def by_unit(observations: Iterable[Observation]) -> list[tuple[str, Unit, list[Observation]]]:
    """Group figures that can stand in one column: of one family and one unit, amounts first, then the largest groups."""
    groups: dict[tuple[str, str], list[Observation]] = {}
    for observation in observations:
        groups.setdefault((family(observation), observation.unit.unit_id), []).append(observation)
    order = ["amount", "rate", "share", "rank", "multiple"]
    keys = sorted(groups, key=lambda key: (order.index(key[0]), -len(groups[key]), key[1]))
    return [(key[0], groups[key][0].unit, groups[key]) for key in keys]


@dataclass(frozen=True)
class Scale:
    """How the figures of a column are shown: multiplied by ``factor``, with ``unit`` in the heading."""

    factor: Decimal
    unit: str

    def figures(self, value: Decimal) -> str:
        """Return the figures of a value, no more digits than are recorded."""
        return words.plain_number(value if self.factor == 1 else _trim(value * self.factor))


def column_scale(values: Iterable[Decimal], unit: Unit, language: Language) -> Scale:
    """Return one scale for a column: the unit of the documents in Chinese, thousand millions and so on in English."""
    values = [abs(value) for value in values]
    if language == "zh" or not values:
        return Scale(Decimal(1), unit.symbol if language == "zh" else unit.name_en)
    before, behind = words.ENGLISH.get(unit.base, ("", f" {unit.name_en}"))
    name = f"{before}{behind}".strip()
    if unit.base not in words.ENGLISH:
        return Scale(Decimal(1), name)
    # Thousand millions at the most: a column that mixes 0.6 trillion and 12 billion is harder to read.
    for size, word in words.SCALES[1:]:
        if max(values) * unit.factor >= size and unit.factor > 1:
            return Scale(unit.factor / size, f"{before}{word.strip()}{behind}".strip())
    return Scale(unit.factor, name or "number")


def _trim(number: Decimal) -> Decimal:
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def full_value(observation: Observation, language: Language) -> str:
    """Return a value with unit and bound in words: ``超过1,250亿元``, ``down 3 percentage points``."""
    return told_value(observation.value, observation, language)


def told_value(value: Decimal, observation: Observation, language: Language) -> str:
    """Return a number in the unit, measure and bound of an observation."""
    unit, measure = observation.unit, observation.measure
    if measure == "change":
        text = words.change(value, unit, language)
    elif measure == "multiple":
        text = words.amount(value, unit, language)
    elif measure.startswith("growth") and language == "en" and unit.base == "times":
        text = f"{words.plain_number(value)}-fold increase"
    else:
        text = words.amount(value, unit, language)
    return words.bounded(text, observation.bound, language)


def said_value(observation: Observation, language: Language, t: Translate) -> str:
    """Return a value that says what it is where it is no plain level: ``占比13.8%``, ``share: 13.8%``.

    Changes and ranks say it by themselves: 提高3个百分点, 第8位.
    """
    measure, value = _said(observation, language, t)
    if observation.measure in ("level", "change", "rank", "multiple"):
        return value
    return f"{measure}: {value}" if language == "en" else f"{measure}{value}"


def _said(observation: Observation, language: Language, t: Translate) -> tuple[str, str]:
    """Return measure and value in words; Chinese says 下降3% for a growth of −3 %."""
    measure = t(f"measure.{observation.measure}")
    if language == "zh" and observation.measure.startswith("growth") and observation.value < 0:
        return measure.replace("增长", "下降"), told_value(abs(observation.value), observation, language)
    return measure, full_value(observation, language)


def column_words(cells: Sequence[Observation], language: Language, t: Translate) -> str:
    """Name a column of a printed table by what its cells share: their year, measure and status, else nothing."""
    periods, measures = {o.period for o in cells}, {o.measure for o in cells}
    told = [words.period_words(cells[0].period, language)] if len(periods) == 1 and cells[0].period else []
    if len(measures) == 1 and measures != {"level"}:
        told.append(t(f"measure.{cells[0].measure}"))
    elif {o.status for o in cells} == {"target"}:
        told.append(t("status.target"))
    return ("" if language == "zh" else ", ").join(told)


def bound_figures(observation: Observation, scale: Scale, language: Language, t: Translate) -> str:
    """Return the figures of a table cell with the bound in words."""
    figures = scale.figures(observation.value)
    if observation.bound in ("low", "high"):
        low_high = t(f"bound.{observation.bound}")
        return f"{low_high} {figures}" if language == "en" else f"{low_high}{figures}"
    return words.bounded(figures, observation.bound, language)


def locator_words(locator: str, language: Language) -> str:
    """Put a locator into words: ``二/（三）/3`` is ``第二章（三）3``, ``p12`` is ``第12段``."""
    parts = locator.split("/")
    paragraph = re.fullmatch(r"p(\d+)", parts[0])
    if paragraph:
        return f"第{paragraph[1]}段" if language == "zh" else f"paragraph {paragraph[1]}"
    if language == "en":
        return ", ".join(_part_en(part, before) for before, part in pairwise(["", *parts]))
    told = parts[0] if parts[0] == "前言" else f"第{parts[0]}章"
    for before, part in pairwise(parts):
        if before.startswith("表"):
            told += f"第{part}行"
        elif before.startswith("专栏"):
            told += f"第{int(part) if part.isdigit() else part}条"
        elif part.startswith("（"):
            told += part
        elif part.isdigit():
            told += f"第{part}点"
        else:
            told += f" {part}" if part[:1] not in "表专" else part
    return told


def _part_en(part: str, before: str) -> str:
    """Put a part of a locator into English: the documents number chapters 一, sections （一）, items 1."""
    if part == "前言":
        return "preface"
    for sign, word in (("表", "table"), ("专栏", "box")):
        if part.startswith(sign):
            return f"{word} {part[len(sign) :]}".strip()
    if not before and heading_number(part):
        return f"chapter {heading_number(part)}"
    if part.startswith("（") and heading_number(part):
        return f"section {heading_number(part)}"
    if part.isdigit():
        return f"{'row' if before.startswith('表') else 'item'} {int(part)}"
    return part


# ----- headline -----


@dataclass(frozen=True)
class Path:
    """The way of one place from its latest actual to its target, both levels in one unit."""

    actual: Observation | None
    target: Observation | None
    needed: Decimal | None = field(default=None)

    @property
    def complete(self) -> bool:
        """Whether both ends are known."""
        return self.actual is not None and self.target is not None


def find_paths(observations: Sequence[Observation]) -> list[Path]:
    """Return a path for each place and unit that has a level of the total, the most complete and best documented first."""
    groups: dict[tuple[str, str], list[Observation]] = {}
    for observation in observations:
        if is_plain_level(observation) and observation.bound not in ("low", "high"):
            groups.setdefault((observation.area.area_id, observation.unit.unit_id), []).append(observation)
    sizes = Counter(o.area.area_id for o in observations)
    subjects = {o.document.area_id for o in observations}

    def rank(key: tuple[str, str]) -> tuple[bool, bool, bool, int, tuple[str, str]]:
        path = paths[key]
        return not path.complete, path.needed is None, key[0] not in subjects, -sizes[key[0]], key

    paths = {key: _path(group) for key, group in groups.items()}
    return [paths[key] for key in sorted(paths, key=rank)]


def is_plain_level(observation: Observation) -> bool:
    """Whether a figure is the level of a total, of whole years or at a date: the first five months are no year's level."""
    period = observation.time
    whole = period is None or period.stock or period.is_whole
    return observation.measure == "level" and observation.breakdown is None and whole


def _path(group: Sequence[Observation]) -> Path:
    actual = _latest([o for o in group if o.status == "actual"])
    target = _latest([o for o in group if o.status == "target"])
    if actual is None or target is None:
        return Path(actual, target)
    return Path(actual, target, needed_growth(actual, target))


def _latest(group: Sequence[Observation]) -> Observation | None:
    dated = [o for o in group if o.time is not None]
    if dated:
        return max(dated, key=lambda o: (o.time.position if o.time else 0.0, o.bound == "", len(o.as_printed)))
    return group[0] if group else None


def needed_growth(actual: Observation, target: Observation) -> Decimal | None:
    """Return the growth a year, in per cent to one decimal, that leads from an actual to a target.

    (target ÷ actual) ^ (1 ÷ years) − 1. ``None`` where a period is not stated, no year lies between,
    a level is not above zero, or the unit is a share or a rank, for which growth says nothing.
    """
    start, end = actual.time, target.time
    if start is None or end is None or actual.unit.base in ("percent", "percentage-point", "rank"):
        return None
    years = end.position - start.position
    if years < 1 or actual.value <= 0 or target.value <= 0:
        return None
    rate = (float(target.value / actual.value) ** (1 / years) - 1) * 100
    return Decimal(repr(rate)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def headline(observations: Sequence[Observation], language: Language, t: Translate) -> str:
    """Return the sentence that a reader sees first, made from the data by rule."""
    for path in find_paths(observations):
        if path.actual and path.target and path.actual.time and path.target.time:
            return path_sentence(path, language, t)
    totals = [o for o in observations if o.breakdown is None]
    levels = [o for o in totals if is_plain_level(o)]
    for chosen in (
        [o for o in totals if o.measure == "cumulative" and o.status == "target"],
        [o for o in levels if o.status == "actual" and o.time],
        [o for o in levels if o.status == "target"],
        totals,
        list(observations),
    ):
        own = [o for o in chosen if o.area.area_id == o.document.area_id] or chosen
        if own:
            return one_sentence(_latest(own) or own[0], language, t)
    return ""


def path_sentence(path: Path, language: Language, t: Translate) -> str:
    """Put a path into a sentence."""
    assert path.actual and path.target
    return t(
        "indicator.from_to" if path.needed is not None else "indicator.from_to_plain",
        area=path.actual.area.name.in_language(language),
        start_period=words.period_words(path.actual.period, language),
        start=full_value(path.actual, language),
        end_period=words.period_words(path.target.period, language),
        end=full_value(path.target, language),
        rate="" if path.needed is None else words.percent(path.needed, language),
    )


def one_sentence(observation: Observation, language: Language, t: Translate) -> str:
    """Put one figure into a sentence."""
    area = observation.area.name.in_language(language)
    value = full_value(observation, language)
    period = words.period_words(observation.period, language)
    if (
        observation.breakdown is None
        and observation.measure == "cumulative"
        and observation.status == "target"
        and observation.period
    ):
        return t("indicator.cumulative_target", area=area, period=period, value=value)
    if observation.breakdown is None and observation.measure == "level":
        if period == MISSING:
            return t(
                "indicator.undated_target" if observation.status == "target" else "indicator.undated", area=area, value=value
            )
        return t(
            "indicator.only_target" if observation.status == "target" else "indicator.only_actual",
            area=area,
            period=period,
            value=value,
        )
    return _part_sentence(observation, language, t)


def _part_sentence(observation: Observation, language: Language, t: Translate) -> str:
    """Put a figure of a part, a rate, a share or a rank into a sentence."""
    measure, value = _said(observation, language, t)
    if observation.measure in ("level", "rank", "change"):
        measure = t(f"told.{observation.measure}")
    period = words.period_words(observation.period, language) if observation.period else ""
    names = [observation.area.name] + ([observation.breakdown.name] if observation.breakdown else [])
    told = [name.in_language(language) for name in names]
    target = t("status.target") if observation.status == "target" else ""
    if language == "zh":
        return t("indicator.other", head="".join([*told, period, target, measure]), value=value)
    head = ", ".join([*told, " ".join(part for part in (target, measure) if part)]).removesuffix(", ")
    return t("indicator.other", head=head, value=f"{value} ({period})" if period else value)
