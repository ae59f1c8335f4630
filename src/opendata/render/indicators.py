"""Topics and indicators: the sentence, the picture, the table, where it is printed, notes, downloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from opendata import views
from opendata.collection import Indicator, Observation
from opendata.render.base import Desk, Library, Page, Section, counted, other_language
from opendata.render.downloads import citations, offer_package, snippets
from opendata.render.drawings import draw_indicator, draw_series
from opendata.render.figures import notes, observation_tables, printed_places
from opendata.render.linked import cover, dataset
from opendata.render.progress import indicator_progress
from opendata.render.records import head_links
from opendata.render.revisions import indicator_history
from opendata.views import Cell, Column, TableView
from opendata.words import Language


def render_topics(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of topics and a page for each."""
    desk, topics = library.at(language, "topics"), library.collection.topics
    lead = desk.t("topic.lead_index", count=len(library.topics))
    entries = [(desk.say(topics[i].name), f"topics/{i}", len(library.by_topic[i])) for i in library.topics]
    yield desk.page(desk.t("nav.topics"), lead, (Section(desk.paragraph(lead)), Section(desk.links(entries))), "index")
    for topic_id in library.topics:
        yield _topic(library.at(language, f"topics/{topic_id}"), topic_id)


def _topic(desk: Desk, topic_id: str) -> Page:
    name, indicators = desk.say(desk.collection.topics[topic_id].name), _indicators_of(desk, topic_id)
    lead = desk.t("topic.lead", indicators=len(indicators), figures=len(desk.library.by_topic[topic_id]))
    table = _indicator_table(desk, indicators, name, drawn=True)
    meta = desk.html("meta.html.j2", text=desk.t("place.pictures")) if "od-spark" in table else Markup()
    sections = [Section(desk.paragraph(lead) + meta), Section(table, desk.t("topic.indicators"), "indicators")]
    lists = desk.library.lists_by_topic.get(topic_id, ())
    if lists:
        entries = [
            (desk.say(found.name), f"lists/{found.list_id}", len(desk.library.items_by_list[found.list_id])) for found in lists
        ]
        body = desk.html("meta.html.j2", text=desk.t("topic.lists_are")) + desk.links(entries)
        sections.append(Section(body, desk.t("topic.lists"), "lists"))
    return desk.page(name, desk.t("place.description", name=name, lead=lead), sections, "topic")


def _indicators_of(desk: Desk, topic_id: str) -> list[str]:
    return [i for i in desk.library.by_indicator if desk.collection.indicators[i].topic_id == topic_id]


def render_indicators(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of indicators and a page for each."""
    desk = library.at(language, "indicators")
    lead = desk.t("topic.lead", indicators=len(library.by_indicator), figures=f"{len(library.collection.observations):,}")
    sections = [Section(desk.paragraph(lead))]
    for topic_id in library.topics:
        name = desk.say(library.collection.topics[topic_id].name)
        sections.append(Section(_indicator_table(desk, _indicators_of(desk, topic_id), name), name, topic_id))
    yield desk.page(desk.t("nav.indicators"), lead, sections, "index")
    for indicator_id, observations in library.by_indicator.items():
        desk = library.at(language, f"indicators/{indicator_id}")
        yield _indicator(desk, library.collection.indicators[indicator_id], observations)


def _indicator_table(desk: Desk, indicators: Iterable[str], title: str, *, drawn: bool = False) -> Markup:
    found = desk.library.by_indicator
    rows = []
    for indicator_id in sorted(indicators, key=lambda i: (-len(found[i]), i)):
        name = desk.collection.indicators[indicator_id].name
        rows.append(
            (
                Cell(desk.say(name), href=desk.link(f"indicators/{indicator_id}"), more=desk.chinese(name)),
                Cell(
                    views.headline(found[indicator_id], desk.language, desk.t),
                    drawing=_spark(desk, found[indicator_id]) if drawn else None,
                ),
                counted(len(found[indicator_id])),
            )
        )
    columns = (
        Column(desk.t("columns.indicator")),
        Column(desk.t("columns.headline")),
        Column(desk.t("columns.figures"), numeric=True),
    )
    return desk.table(TableView(title, columns, tuple(rows)))


def _spark(desk: Desk, observations: Sequence[Observation]) -> Markup:
    """Draw the way that the headline tells; nothing where it tells of one date only."""
    path = next((p for p in views.find_paths(observations) if p.complete), None)
    if not path or not path.actual or not path.target or not (path.actual.time and path.target.time):
        return Markup()
    goal = path.target
    alike = [o for o in observations if views.is_plain_level(o) and o.time and o.bound not in ("low", "high")]
    own = [o for o in alike if o.status == "actual" and (o.area, o.unit) == (goal.area, goal.unit)]
    return draw_series(desk, [*own, goal])


def _indicator(desk: Desk, indicator: Indicator, observations: Sequence[Observation]) -> Page:
    name, sentence = desk.say(indicator.name), views.headline(observations, desk.language, desk.t)
    description = desk.t("indicator.chart_title", name=name, sentence=sentence)
    package = desk.library.entries[observations[0].package].package
    files = desk.library.offers[desk.path]
    linked = dataset(
        desk,
        name=name,
        description=f"{description} {desk.say(indicator.definition)}",
        files=files,
        package=package,
        documents={o.document.source_id: o.document for o in observations}.values(),
        variables=[name],
        period=cover(observations),
        areas={o.area.area_id: o.area for o in observations}.values(),
    )
    links = head_links(desk, package, files)
    return desk.page(name, description, _sections(desk, indicator, observations, sentence), "indicator", linked, links)


def _sections(desk: Desk, indicator: Indicator, observations: Sequence[Observation], sentence: str) -> Iterator[Section]:
    yield Section(_lead(desk, indicator, sentence))
    charts = draw_indicator(desk, indicator, observations)
    if charts:
        yield Section(Markup().join(charts), desk.t("indicator.chart"), "chart")
    yield Section(observation_tables(desk, observations, show_area=True, folded=True), desk.t("indicator.table"), "data")
    targets = desk.library.targets_by_indicator.get(indicator.indicator_id)
    if targets:
        yield Section(indicator_progress(desk, targets), desk.t("progress.heading"), "progress")
    yield Section(printed_places(desk, observations), desk.t("indicator.where"), "printed")
    told = notes(desk, observations)
    if told:
        yield Section(told, desk.t("indicator.notes"), "notes")
    yield Section(_downloads(desk, indicator, observations[0].package), desk.t("indicator.download"), "download")
    history = indicator_history(desk, indicator.indicator_id, observations)
    yield Section(history, desk.t("indicator.history"), "history")


def _lead(desk: Desk, indicator: Indicator, sentence: str) -> Markup:
    topic = desk.collection.topics[indicator.topic_id]
    definition = desk.say(indicator.definition)
    return desk.html(
        "indicator.html.j2",
        # A definition that only says the name again helps nobody.
        definition="" if definition.rstrip("。.") == desk.say(indicator.name) else definition,
        sentence=sentence,
        other_name=indicator.name.in_language(other_language(desk.language)),
        topic=desk.say(topic.name),
        topic_path=f"topics/{topic.topic_id}",
        indicator_id=indicator.indicator_id,
        direction=desk.t(f"indicator.direction_{indicator.direction}"),
    )


def _downloads(desk: Desk, indicator: Indicator, package: str) -> Markup:
    return offer_package(
        desk,
        package,
        files=desk.library.offers[desk.path],
        citations=citations(desk, indicator, package),
        snippets=snippets(indicator.indicator_id, package),
    )
