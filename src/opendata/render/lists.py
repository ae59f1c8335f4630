"""Lists and their items: counts as bars, a table to choose from, the items of an industry across documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from opendata import views
from opendata.collection import Item, ItemList, locator_order
from opendata.render.base import Desk, Library, Page, Section, other_language
from opendata.render.downloads import offer_package
from opendata.render.drawings import draw_counts
from opendata.render.figures import FILTER_FROM
from opendata.render.linked import dataset
from opendata.render.records import head_links
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# Bars beyond this are no longer a picture.
_MOST_BARS = 20


def render_lists(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of lists, a page for each, and a page for each industry."""
    desk = library.at(language, "lists")
    lead = desk.t("list.lead_index", count=len(library.items_by_list), items=f"{len(library.collection.items):,}")
    sections = [Section(desk.paragraph(lead)), *_by_document(desk)]
    if library.items_by_industry:
        names = [
            (library.readable("industry", i, language), f"industries/{i}", len(n)) for i, n in library.items_by_industry.items()
        ]
        ordered = sorted(names, key=lambda entry: (-entry[2], entry[0]))
        sections.append(Section(desk.links(ordered), desk.t("list.industries"), "industries"))
    yield desk.page(desk.t("nav.lists"), lead, sections, "index")
    for list_id, items in library.items_by_list.items():
        yield _list(library.at(language, f"lists/{list_id}"), library.collection.lists[list_id], items)
    for industry, items in library.items_by_industry.items():
        yield _industry(library.at(language, f"industries/{industry}"), library.readable("industry", industry, language), items)


def _by_document(desk: Desk) -> Iterator[Section]:
    lists, items = desk.collection.lists, desk.library.items_by_list
    for document in desk.collection.documents.values():
        own = [i for i in items if lists[i].document.source_id == document.source_id]
        if own:
            ordered = sorted(own, key=lambda i: locator_order(lists[i].locator))
            entries = [(desk.say(lists[i].name), f"lists/{i}", len(items[i])) for i in ordered]
            yield Section(desk.links(entries), desk.say(document.title), document.source_id)


def _list(desk: Desk, item_list: ItemList, items: Sequence[Item]) -> Page:
    name, lead = desk.say(item_list.name), _list_lead(desk, item_list, items)
    files = desk.library.offers[desk.path]
    sections = [Section(_about(desk, item_list, items, lead))]
    bars = _bars(desk, items)
    if bars:
        sections.append(Section(Markup().join(bars), desk.t("list.chart"), "chart"))
    sections.append(Section(item_table(desk, items, show_list=False), desk.t("list.items"), "items"))
    sections.append(Section(offer_package(desk, items[0].package, files=files), desk.t("list.download"), "download"))
    package = desk.library.entries[items[0].package].package
    linked = dataset(
        desk,
        name=name,
        description=f"{name}. {lead}",
        files=files,
        package=package,
        documents=[item_list.document],
        areas={item.area.area_id: item.area for item in items if item.area}.values(),
    )
    links = head_links(desk, package, files)
    return desk.page(name, f"{name}: {lead}", sections, "list", linked, links)


def _list_lead(desk: Desk, item_list: ItemList, items: Sequence[Item]) -> str:
    return desk.t(
        "list.lead",
        count=f"{len(items):,}",
        document=desk.say(item_list.document.title),
        locator=views.locator_words(item_list.locator, desk.language),
    )


def _about(desk: Desk, item_list: ItemList, items: Sequence[Item], lead: str) -> Markup:
    printed = item_list.printed_count
    told = [desk.say(note.note) for note in desk.collection.document_notes if note.subject == item_list.list_id]
    if not told and printed is not None and printed != len(items):
        told.append(desk.t("list.count_differs", printed=printed, count=len(items)))
    return desk.html(
        "list.html.j2",
        lead=lead,
        other_name=item_list.name.in_language(other_language(desk.language)),
        document=desk.say(item_list.document.title),
        document_path=f"documents/{item_list.document.source_id}",
        notes=told,
    )


def _industry(desk: Desk, name: str, items: Sequence[Item]) -> Page:
    lists = {item.list.list_id for item in items}
    lead = desk.t("list.lead_industry", count=f"{len(items):,}", lists=len(lists))
    sections = [Section(desk.paragraph(lead))]
    bars = _bars(desk, items, only=("area", "country"))
    if bars:
        sections.append(Section(Markup().join(bars), desk.t("list.chart"), "chart"))
    sections.append(Section(item_table(desk, items, show_list=True, hide=("industry",)), desk.t("list.items"), "items"))
    return desk.page(name, f"{name}: {lead}", sections, "industry")


# ----- items -----


def _facets(desk: Desk) -> dict[str, Callable[[Item], str]]:
    """What items are told apart by."""
    library, language = desk.library, desk.language
    return {
        "kind": lambda item: library.readable("kind", item.kind, language),
        "area": lambda item: desk.say(item.area.name) if item.area else "",
        "country": lambda item: library.country(item.country, language) if item.country else "",
        "industry": lambda item: library.readable("industry", item.industry, language),
        "role": lambda item: item.role,
    }


def _bars(desk: Desk, items: Sequence[Item], only: Sequence[str] = ()) -> list[Markup]:
    """Counts by place, country, industry, kind and tier, where they tell at least two apart and repeat."""
    made = []
    for key, read in _facets(desk).items():
        counts = Counter(value for item in items if (value := read(item)))
        told = sum(counts.values())
        if (not only or key in only) and 2 <= len(counts) <= _MOST_BARS and told > len(counts) and told * 2 >= len(items):
            made.append(draw_counts(desk, desk.t("list.bars", by=desk.t(f"list.by_{key}")), counts))
    return made


def item_table(desk: Desk, items: Sequence[Item], *, show_list: bool, hide: Sequence[str] = ()) -> Markup:
    """Return items as a table; ``show_list`` for items of several lists, each with a link to its place in its list."""
    facets = _shown_facets(desk, items, {"area", *hide} if show_list and not hide else set(hide))
    ordered = sorted(items, key=lambda i: (i.list.list_id if show_list else "", i.position))
    shown = _Columns(desk, facets, items, show_list=show_list)
    rows = tuple(shown.row(item) for item in ordered)
    return desk.table(TableView(desk.t("list.items"), shown.heads, rows, filterable=len(rows) >= FILTER_FROM))


def _shown_facets(desk: Desk, items: Sequence[Item], hidden: set[str]) -> dict[str, Callable[[Item], str]]:
    """The facets that some item has; a kind that all share needs no column."""
    facets = {key: read for key, read in _facets(desk).items() if key not in hidden and any(read(item) for item in items)}
    if len({item.kind for item in items}) == 1:
        facets.pop("kind", None)
    return facets


class _Columns:
    """The columns of a table of items: name first, then what tells them apart."""

    def __init__(self, desk: Desk, facets: dict[str, Callable[[Item], str]], items: Sequence[Item], *, show_list: bool) -> None:
        self._desk, self._facets, self._list = desk, facets, show_list
        self._organisations = any(item.organisation for item in items)
        self._notes = any(desk.say(item.note) for item in items)

    @property
    def heads(self) -> tuple[Column, ...]:
        """The headings."""
        t = self._desk.t
        heads = [Column(t("columns.name"))]
        heads += [Column(t(f"columns.{key}"), filters=True) for key in self._facets]
        heads += [Column(t("columns.organisation"))] if self._organisations else []
        heads += [Column(t("columns.note"))] if self._notes else []
        last = Column(t("columns.list"), filters=True) if self._list else Column(t("columns.position"), numeric=True)
        return (*heads, last)

    def row(self, item: Item) -> tuple[Cell, ...]:
        """The cells of an item; in its own list its name is what its address points at."""
        desk = self._desk
        name, more = desk.say(item.name), (*desk.chinese(item.name), *_appearances(desk, item))
        cells = [
            Cell(name, href=_item_link(desk, item), more=more) if self._list else Cell(name, more=more, identifier=item.item_id)
        ]
        cells += [self._facet(key, item) for key in self._facets]
        cells += [Cell(item.organisation, lang="zh-Hans")] if self._organisations else []
        cells += [Cell(desk.say(item.note))] if self._notes else []
        if self._list:
            return (*cells, Cell(desk.say(item.list.name), href=desk.link(f"lists/{item.list.list_id}")))
        # Search points at the number: its catalogue then need not carry every id.
        return (*cells, Cell(str(item.position), sort=str(item.position), identifier=f"n{item.position}"))

    def _facet(self, key: str, item: Item) -> Cell:
        desk, text = self._desk, self._facets[key](item)
        if key == "area" and item.area:
            return Cell(text, href=desk.link(f"places/{item.area.area_id}"))
        if key == "industry" and item.industry:
            return Cell(text, href=desk.link(f"industries/{item.industry}"))
        return Cell(text, lang="zh-Hans" if key == "role" else "")


def _item_link(desk: Desk, item: Item) -> str:
    return f"{desk.link(f'lists/{item.list.list_id}')}#{item.item_id}"


def _appearances(desk: Desk, item: Item) -> tuple[Cell, ...]:
    """Where else the same thing is listed; lists of one name are told apart by their documents."""
    cells = []
    for other in desk.collection.same_as(item):
        name = desk.say(other.list.name)
        if name == desk.say(item.list.name):
            name = desk.t("list.of_document", list=name, document=desk.say(other.document.title))
        cells.append(Cell(desk.t("list.also", list=name), href=_item_link(desk, other)))
    return tuple(cells)
