"""The first page: what this is, search, headline targets, and the ways in."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from opendata import views, words
from opendata.render.base import Desk, Library, Page, Section
from opendata.render.changes import change_rows, change_table
from opendata.render.drawings import draw_path
from opendata.render.packages import package_table
from opendata.render.verdicts import status_cell
from opendata.words import Language

_HEADLINES = 8
_PLACES = 24
_CHANGES = 5


def render_home(library: Library, language: Language) -> Page:
    """Return the first page; packages without figures get a plain one that lists them."""
    desk, site = library.at(language, ""), library.site
    tagline, lead = desk.say(site.tagline), _lead(desk)
    sections = [Section(desk.html("home.html.j2", lead=lead, tagline=tagline, compare=bool(library.by_indicator)))]
    sections += _ways_in(desk) if library.by_indicator else _packages(desk)
    changes = change_rows(library, language)[:_CHANGES]
    if changes:
        sections.append(Section(change_table(desk, changes), desk.t("home.recent"), "recent"))
    return desk.page(desk.say(site.name), tagline or lead, sections, "home")


def _lead(desk: Desk) -> str:
    collection = desk.collection
    if collection.observations:
        return desk.t(
            "home.lead",
            figures=f"{len(collection.observations):,}",
            items=f"{len(collection.items):,}",
            documents=len(collection.documents),
        )
    rows = sum(len(package[table]) for package in collection.packages for table in package.tables)
    return desk.t("home.lead_plain", packages=len(collection.packages), rows=f"{rows:,}")


def _packages(desk: Desk) -> list[Section]:
    return [Section(package_table(desk), desk.t("home.packages"), "packages")]


def _ways_in(desk: Desk) -> Iterator[Section]:
    library, collection = desk.library, desk.collection
    headlines = _headlines(desk)
    if headlines:
        all_targets = desk.html("more.html.j2", name=desk.t("home.all_targets", count=len(library.targets)), path="progress")
        yield Section(headlines + all_targets, desk.t("home.headline"), "headline")
    topics = [(desk.say(collection.topics[i].name), f"topics/{i}", len(library.by_topic[i])) for i in library.topics]
    yield Section(desk.links(topics), desk.t("home.topics"), "topics")
    areas = [(desk.say(a.name), f"places/{a.area_id}", len(library.figures_of(a))) for a in library.areas]
    most = sorted(areas, key=lambda area: -area[2])[:_PLACES]
    all_places = desk.html("more.html.j2", name=desk.t("home.all_places", count=len(areas)), path="places")
    yield Section(desk.links(most) + (all_places if len(areas) > len(most) else Markup()), desk.t("home.places"), "places")
    documents = [
        (desk.say(d.title), f"documents/{d.source_id}", len(library.by_document.get(d.source_id, [])))
        for d in collection.documents.values()
    ]
    yield Section(desk.links(documents), desk.t("home.documents"), "documents")


def _headlines(desk: Desk) -> Markup | None:
    """The indicators whose target can be held against an actual, those that most documents print first."""
    ranked = []
    for indicator_id, observations in desk.library.by_indicator.items():
        path = next((p for p in views.find_paths(observations) if p.needed is not None), None)
        if path:
            documents = len({o.document.source_id for o in observations})
            ranked.append((-documents, -len(observations), indicator_id, path))
    chosen = sorted(ranked, key=lambda entry: entry[:3])[:_HEADLINES]
    return desk.html("headlines.html.j2", entries=[_headline(desk, i, path) for _, _, i, path in chosen]) if chosen else None


def _headline(desk: Desk, indicator_id: str, path: views.Path) -> dict[str, object]:
    assert path.actual and path.target and path.needed is not None
    language = desk.language
    targets = desk.library.targets_by_indicator.get(indicator_id, [])
    own = next((target for target in targets if path.target in target.rows), None)
    return {
        "name": desk.say(desk.collection.indicators[indicator_id].name),
        "href": f"indicators/{indicator_id}",
        "area": desk.say(path.actual.area.name),
        "actual": views.full_value(path.actual, language),
        "actual_period": words.period_words(path.actual.period, language),
        "target": views.full_value(path.target, language),
        "target_period": words.period_words(path.target.period, language),
        "needed": words.percent(path.needed, desk.language),
        "spark": draw_path(desk, path),
        "status": status_cell(desk, own.status) if own else None,
    }
