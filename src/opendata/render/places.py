"""Places: their indicators against their targets by topic, their items by list; all figures and items on pages of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from opendata.collection import Area, Item, Observation
from opendata.render.base import Desk, Library, Page, Section, counted, grouped, other_language
from opendata.render.figures import observation_tables
from opendata.render.lists import item_table
from opendata.render.multiples import multiples
from opendata.render.verdicts import status_cell
from opendata.targets import STATUSES
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# So many figures or items a reader surveys in one table on the place's own page; more have a page of their own.
_FEW_FIGURES = 12
_FEW_ITEMS = 20

# The lists with most items of a place stand open, the others are folded away.
_LISTS = 10


def render_places(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of places, and for each a page, with pages of all its figures and all its items where they are many."""
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
        path, figures, items = f"places/{area.area_id}", library.figures_of(area), library.items_of(area)
        yield _place(library.at(language, path), area)
        if len(figures) > _FEW_FIGURES:
            yield _all_figures(library.at(language, f"{path}/figures"), area, figures)
        if len(items) > _FEW_ITEMS:
            yield _all_items(library.at(language, f"{path}/items"), area, items)


def _row(desk: Desk, area: Area) -> tuple[Cell, ...]:
    return (
        Cell(desk.say(area.name), href=desk.link(f"places/{area.area_id}"), more=desk.chinese(area.name)),
        Cell(desk.t(f"area_kind.{area.kind}")),
        counted(len(desk.library.figures_of(area))),
        counted(len(desk.library.items_of(area))),
    )


def _place(desk: Desk, area: Area) -> Page:
    name, lead = desk.say(area.name), _told(desk, area)
    topics = list(_topics(desk, area, desk.library.figures_of(area)))
    sections = [Section(_lead(desk, area, lead, pictures=any("od-spark" in topic.html for topic in topics))), *topics]
    items = desk.library.items_of(area)
    if items:
        sections.append(Section(_items(desk, area, items), desk.t("place.items"), "items"))
    return desk.page(name, desk.t("place.description", name=name, lead=lead), sections, "place")


def _told(desk: Desk, area: Area) -> str:
    """Count what there is, in a sentence that leaves out what there is not."""
    library = desk.library
    figures, items = library.figures_of(area), library.items_of(area)
    targets = library.targets_by_area.get(area.area_id, ())
    parts = []
    if figures:
        indicators = len({o.indicator.indicator_id for o in figures})
        parts.append(desk.t("place.told_figures", indicators=f"{indicators:,}", figures=f"{len(figures):,}"))
    if targets:
        parts.append(desk.t("place.told_targets", count=f"{len(targets):,}"))
    if items:
        lists = len({item.list.list_id for item in items})
        parts.append(desk.t("place.told_items", items=f"{len(items):,}", lists=f"{lists:,}"))
    between, end = ("，", "。") if desk.language == "zh" else ("; ", ".")
    return between.join(parts) + end


def _lead(desk: Desk, area: Area, lead: str, *, pictures: bool) -> Markup:
    """What there is of it, how its targets stand, what kind of place it is, where it lies, what lies within it."""
    library = desk.library
    known = {other.area_id for other in library.areas}
    parent = desk.collection.areas.get(area.parent_id)
    within = [other for other in library.areas if other.parent_id == area.area_id]
    targets = library.targets_by_area.get(area.area_id, ())
    counts = [(status, sum(target.status == status for target in targets)) for status in STATUSES]
    return desk.html(
        "place.html.j2",
        lead=lead,
        statuses=[(status_cell(desk, status), number) for status, number in counts if number],
        pictures=pictures,
        compare=f"?places={area.area_id}" if library.figures_of(area) else "",
        other_name=area.name.in_language(other_language(desk.language)),
        kind=desk.t(f"area_kind.{area.kind}"),
        parent=(desk.say(parent.name), f"places/{parent.area_id}") if parent and parent.area_id in known else None,
        within=[(desk.say(other.name), f"places/{other.area_id}") for other in within],
    )


# ----- figures -----


def _topics(desk: Desk, area: Area, figures: Sequence[Observation]) -> Iterator[Section]:
    """For each topic the indicators against their targets; where figures are few, also all of them."""
    targets = desk.library.targets_by_area.get(area.area_id, ())
    aims = grouped(targets, lambda target: target.indicator.topic_id)
    for topic_id, name, own in _by_topic(desk, figures):
        if len(figures) > _FEW_FIGURES:
            body = multiples(desk, own, aims.get(topic_id, ()))
            more = desk.t("place.all_of_topic", count=f"{len(own):,}")
            body += desk.html("more.html.j2", name=more, path=f"{desk.path}/figures", anchor=topic_id)
        else:
            aimed = {target.indicator.indicator_id for target in aims.get(topic_id, ())}
            body = multiples(desk, [o for o in own if o.indicator.indicator_id in aimed], aims.get(topic_id, ()))
            body += observation_tables(desk, own, show_area=False)
        yield Section(body, name, topic_id)


def _by_topic(desk: Desk, figures: Sequence[Observation]) -> Iterator[tuple[str, str, list[Observation]]]:
    groups = grouped(figures, lambda o: o.indicator.topic_id)
    for topic_id, topic in desk.collection.topics.items():
        if topic_id in groups:
            yield topic_id, desk.say(topic.name), groups[topic_id]


def _all_figures(desk: Desk, area: Area, figures: Sequence[Observation]) -> Page:
    """All figures of a place by topic, in tables of one unit each."""
    name = desk.say(area.name)
    title = desk.t("place.figures_of", name=name)
    lead = desk.t("place.lead_figures", name=name, count=f"{len(figures):,}")
    back = desk.html("more.html.j2", name=desk.t("place.back", name=name), path=f"places/{area.area_id}")
    sections = [Section(desk.paragraph(lead) + back)]
    for topic_id, topic, own in _by_topic(desk, figures):
        sections.append(Section(observation_tables(desk, own, show_area=False), topic, topic_id))
    return desk.page(title, lead, sections, "place")


# ----- items -----


def _items(desk: Desk, area: Area, items: Sequence[Item]) -> Markup:
    """Few items as a table; of many, their lists with counts."""
    if len(items) <= _FEW_ITEMS:
        return item_table(desk, items, show_list=True)
    lists = grouped(items, lambda item: item.list.list_id)
    ordered = sorted(lists, key=lambda list_id: -len(lists[list_id]))
    entries = [(_list_name(desk, lists[i][0], lists), f"lists/{i}", len(lists[i])) for i in ordered]
    body = desk.html(
        "more.html.j2", name=desk.t("place.all_items", count=f"{len(items):,}"), path=f"{desk.path}/items", anchor=""
    )
    body += desk.links(entries[:_LISTS])
    if len(entries) > _LISTS:
        title = desk.t("place.more_lists", count=len(entries) - _LISTS)
        body += desk.html("folded.html.j2", title=title, body=desk.links(entries[_LISTS:]), opened=False)
    return body


def _list_name(desk: Desk, item: Item, lists: dict[str, list[Item]]) -> str:
    """Name a list; lists of one name are told apart by their documents."""
    name = desk.say(item.list.name)
    if sum(desk.say(rows[0].list.name) == name for rows in lists.values()) == 1:
        return name
    return desk.t("list.of_document", list=name, document=desk.say(item.list.document.title))


def _all_items(desk: Desk, area: Area, items: Sequence[Item]) -> Page:
    """All items of a place in one table."""
    name = desk.say(area.name)
    lead = desk.t("place.lead_items", name=name, count=f"{len(items):,}")
    back = desk.html("more.html.j2", name=desk.t("place.back", name=name), path=f"places/{area.area_id}")
    table = Section(item_table(desk, items, show_list=True), desk.t("list.items"), "items")
    return desk.page(desk.t("place.items_of", name=name), lead, (Section(desk.paragraph(lead) + back), table), "place")
