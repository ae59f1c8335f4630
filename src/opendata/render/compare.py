"""The page on which a reader puts indicators and places side by side, and the figures that its script reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from opendata import views, words
from opendata.collection import Observation
from opendata.render.base import Desk, Library, Page, Section, localised, to_script
from opendata.words import Language

# Comparisons to begin with, and the places of each.
_EXAMPLES, _EXAMPLE_PLACES = 4, 4

# Two places can be looked up one after the other.
_FEWEST_PLACES = 3

_BOUNDS = ("", "about", "over", "at-least", "at-most", "under", "aim", "low", "high")

# What the script says, from the group of texts of this page.
_TEXTS = (
    "remove",
    "options",
    "options_found",
    "chosen_count",
    "shown",
    "nothing",
    "choose",
    "table",
    "file",
)


def render_compare(library: Library, language: Language) -> Page:
    """Return the page; without JavaScript it says what it needs and leads to the tables."""
    desk = library.at(language, "compare")
    body = desk.html("compare.html.j2", examples=_examples(desk))
    return desk.page(desk.t("compare.title"), desk.t("compare.lead"), (Section(body),), "compare")


def make_figures(library: Library, language: Language) -> dict[str, bytes]:
    """Return the figures as a script, so that a page from a disk reads them too; nothing where there are none."""
    if not library.by_indicator:
        return {}
    value = _figures(library.at(language, "compare"))
    return {f"{localised(language, 'compare')}/figures.js": to_script("opendataFigures", value)}


def _examples(desk: Desk) -> list[tuple[str, str]]:
    """Return name and address of the comparisons that have most to compare."""
    areas = {
        indicator_id: list(dict.fromkeys(o.area.area_id for o in observations))
        for indicator_id, observations in desk.library.by_indicator.items()
    }
    most = sorted((i for i in areas if len(areas[i]) >= _FEWEST_PLACES), key=lambda i: (-len(desk.library.by_indicator[i]), i))
    examples = []
    for indicator_id in most[:_EXAMPLES]:
        figures = desk.library.by_indicator[indicator_id]
        ranked = sorted(areas[indicator_id], key=lambda area_id: (-sum(o.area.area_id == area_id for o in figures), area_id))
        address = f"?indicators={indicator_id}&places={','.join(ranked[:_EXAMPLE_PLACES])}"
        places = [desk.say(desk.collection.areas[area_id].name) for area_id in ranked[:_EXAMPLE_PLACES]]
        name = desk.say(desk.collection.indicators[indicator_id].name)
        joined = ("、" if desk.language == "zh" else ", ").join(places)
        examples.append((desk.t("compare.example", name=name, places=joined), address))
    return examples


def _figures(desk: Desk) -> dict[str, Any]:
    """Return all figures in the words of one language, with the lists that their rows point into.

    A table holds the figures of one indicator that share a unit: its indicator, heading, unit, whether bars can be
    drawn from zero, and rows of place, part, period, measure, status, bound, figures, printed form, document, key.
    """
    library, t = desk.library, desk.t
    observations = library.collection.observations
    areas = [area for area in library.areas if library.figures_of(area)]
    parts = {o.breakdown.breakdown_id: o.breakdown for o in observations if o.breakdown}
    periods = sorted({o.period for o in observations}, key=_time)
    measures = list(dict.fromkeys(o.measure for o in observations))
    statuses = list(dict.fromkeys(o.status for o in observations))
    lists = {
        "place": [area.area_id for area in areas],
        "part": list(parts),
        "period": periods,
        "measure": measures,
        "status": statuses,
        "document": list(library.collection.documents),
    }
    at = {kind: {key: number for number, key in enumerate(keys)} for kind, keys in lists.items()}
    return {
        "texts": {key: t(f"compare.{key}", **_left_open(key)) for key in _TEXTS}
        | {"missing": t("site.missing"), "comma": "，" if desk.language == "zh" else ", "},
        "heads": {
            key: t(f"columns.{key}")
            for key in ("indicator", "area", "part", "total", "period", "status", "measure", "value", "printed", "document")
        }
        | {"unit": t("compare.unit"), "bound": t("compare.bound"), "scroll": t("site.table_scroll", title="{title}")},
        "indicators": [[i, desk.say(library.collection.indicators[i].name)] for i in library.by_indicator],
        "places": [[area.area_id, desk.say(area.name)] for area in areas],
        "parts": [desk.say(part.name) for part in parts.values()],
        "periods": [[words.period_words(period, desk.language), _years(period)] for period in periods],
        "measures": [t(f"measure.{measure}") for measure in measures],
        "statuses": [[status, t(f"status.{status}")] for status in statuses],
        "bounds": [_bound_words(desk, bound) for bound in _BOUNDS],
        "documents": [desk.say(document.title) for document in library.collection.documents.values()],
        "tables": [
            table
            for number, observations in enumerate(library.by_indicator.values())
            for table in _tables(desk, number, observations, at)
        ],
    }


def _left_open(key: str) -> dict[str, str]:
    """Names that the script fills in stay as they are."""
    names = ("name", "count", "shown", "indicators", "places", "tables", "figures", "family", "unit")
    return {name: f"{{{name}}}" for name in names} if key != "file" else {}


def _bound_words(desk: Desk, bound: str) -> str:
    if bound in ("low", "high"):
        return f"{desk.t(f'bound.{bound}')}{' ' if desk.language == 'en' else ''}{{}}"
    return words.bounded("{}", bound, desk.language)


def _tables(desk: Desk, indicator: int, observations: Iterable[Observation], at: dict[str, dict[str, int]]) -> list[list[Any]]:
    made = []
    for family, unit, group in views.by_unit(observations):
        scale = views.column_scale((o.value for o in group), unit, desk.language)
        ordered = sorted(group, key=lambda o: _order(o, at))
        bars = family in ("amount", "share") and all(o.value >= 0 for o in group)
        rows = [_row(o, scale, at) for o in ordered]
        made.append([indicator, desk.t(f"family.{family}"), scale.unit, int(bars), rows])
    return made


def _order(o: Observation, at: dict[str, dict[str, int]]) -> tuple[int, ...]:
    """The total before its parts, each measure by itself, then by time."""
    part = at["part"][o.breakdown.breakdown_id] if o.breakdown else -1
    return part, at["measure"][o.measure], at["period"][o.period], at["status"][o.status], at["place"][o.area.area_id]


def _row(o: Observation, scale: views.Scale, at: dict[str, dict[str, int]]) -> Sequence[int | str]:
    part, measure, period, status, place = _order(o, at)
    bound = _BOUNDS.index(o.bound)
    document = at["document"][o.document.source_id]
    return [place, part, period, measure, status, bound, scale.figures(o.value), o.as_printed, document, o.key]


def _time(period: str) -> tuple[float, str]:
    known = words.read_period(period)
    return (known.position if known else 0.0), period


def _years(period: str) -> int:
    """Return the number of whole years that a bar stands for, 0 where there is none to draw: a part of a year, no date."""
    known = words.read_period(period)
    if known is None:
        return 0
    return 1 if known.stock else known.years if known.is_whole else 0
