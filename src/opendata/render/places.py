"""Places: all their figures by topic, all their items."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from opendata.collection import Area
from opendata.render.base import Desk, Library, Page, Section, counted, grouped, other_language
from opendata.render.figures import observation_tables
from opendata.render.lists import item_table
from opendata.render.progress import short_progress
from opendata.views import Cell, Column, TableView
from opendata.words import Language


def render_places(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of places and a page for each."""
    desk, areas = library.at(language, "places"), library.areas
    lead = desk.t("place.lead_index", count=len(areas))
    columns = (
        Column(desk.t("columns.area")),
        Column(desk.t("columns.kind"), filters=True),
        Column(desk.t("columns.figures"), numeric=True),
        Column(desk.t("columns.items"), numeric=True),
    )
    view = TableView(desk.t("nav.places"), columns, tuple(_row(desk, area) for area in areas), filterable=True)
    yield desk.page(desk.t("nav.places"), lead, (Section(desk.paragraph(lead)), Section(desk.table(view))), "index")
    for area in areas:
        yield _place(library.at(language, f"places/{area.area_id}"), area)


def _row(desk: Desk, area: Area) -> tuple[Cell, ...]:
    return (
        Cell(desk.say(area.name), href=desk.link(f"places/{area.area_id}"), more=desk.chinese(area.name)),
        Cell(desk.t(f"area_kind.{area.kind}")),
        counted(len(desk.library.figures_of(area))),
        counted(len(desk.library.items_of(area))),
    )


def _place(desk: Desk, area: Area) -> Page:
    name, figures, items = desk.say(area.name), desk.library.figures_of(area), desk.library.items_of(area)
    lead = desk.t("place.lead", figures=f"{len(figures):,}", items=f"{len(items):,}")
    sections = [Section(_lead(desk, area, lead))]
    by_topic = grouped(figures, lambda o: o.indicator.topic_id)
    for topic_id, topic in desk.collection.topics.items():
        if topic_id in by_topic:
            tables = observation_tables(desk, by_topic[topic_id], show_area=False)
            sections.append(Section(tables, desk.say(topic.name), topic_id))
    targets = desk.library.targets_by_area.get(area.area_id)
    if targets:
        sections.append(Section(short_progress(desk, targets, show_area=False), desk.t("progress.heading"), "progress"))
    if items:
        sections.append(Section(item_table(desk, items, show_list=True), desk.t("place.items"), "items"))
    return desk.page(name, desk.t("place.description", name=name, lead=lead), sections, "place")


def _lead(desk: Desk, area: Area, lead: str) -> Markup:
    """What kind of place it is, where it lies, and what lies within it."""
    known = {other.area_id for other in desk.library.areas}
    parent = desk.collection.areas.get(area.parent_id)
    within = [other for other in desk.library.areas if other.parent_id == area.area_id]
    return desk.html(
        "place.html.j2",
        lead=lead,
        compare=f"?places={area.area_id}" if desk.library.figures_of(area) else "",
        other_name=area.name.in_language(other_language(desk.language)),
        kind=desk.t(f"area_kind.{area.kind}"),
        parent=(desk.say(parent.name), f"places/{parent.area_id}") if parent and parent.area_id in known else None,
        within=[(desk.say(other.name), f"places/{other.area_id}") for other in within],
    )
