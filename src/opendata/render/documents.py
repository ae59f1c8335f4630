"""Documents: their tables as printed, all their figures in printed order, their lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from opendata import views, words
from opendata.collection import Document, Observation, in_printed_order, locator_order
from opendata.render.base import Desk, Library, Page, Section, counted, grouped, other_language
from opendata.render.downloads import list_files
from opendata.render.figures import FILTER_FROM, named, period_cell
from opendata.render.notes import note_table
from opendata.render.progress import short_progress
from opendata.views import Cell, Column, TableView
from opendata.words import Language


def render_documents(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of documents and a page for each."""
    desk, documents = library.at(language, "documents"), library.collection.documents
    lead = desk.t("document.lead_index", count=len(documents))
    columns = (
        Column(desk.t("columns.document")),
        Column(desk.t("columns.area"), filters=True),
        Column(desk.t("columns.covers"), tight=True),
        Column(desk.t("columns.figures"), numeric=True),
        Column(desk.t("columns.items"), numeric=True),
    )
    view = TableView(desk.t("nav.documents"), columns, tuple(_index_row(desk, document) for document in documents.values()))
    yield desk.page(desk.t("nav.documents"), lead, (Section(desk.paragraph(lead)), Section(desk.table(view))), "index")
    for document in documents.values():
        yield _document(library.at(language, f"documents/{document.source_id}"), document)


def _index_row(desk: Desk, document: Document) -> tuple[Cell, ...]:
    return (
        Cell(desk.say(document.title), href=desk.link(f"documents/{document.source_id}"), more=desk.chinese(document.title)),
        Cell(_area(desk, document)),
        Cell(words.period_words(document.period, desk.language), sort=document.period),
        counted(len(desk.library.by_document.get(document.source_id, []))),
        counted(len(desk.library.items_by_document.get(document.source_id, []))),
    )


def _area(desk: Desk, document: Document) -> str:
    area = desk.collection.areas.get(document.area_id)
    return desk.say(area.name) if area else document.area_id


def _document(desk: Desk, document: Document) -> Page:
    observations = in_printed_order(desk.library.by_document.get(document.source_id, []))
    items = desk.library.items_by_document.get(document.source_id, [])
    lead = desk.t(
        "document.lead",
        area=_area(desk, document),
        period=words.period_words(document.period, desk.language),
        figures=f"{len(observations):,}",
        items=f"{len(items):,}",
    )
    sections = [Section(_about(desk, document, lead))]
    notes = [note for note in desk.collection.document_notes if note.document.source_id == document.source_id]
    if notes:
        all_notes = desk.html("more.html.j2", name=desk.t("notes.all"), path="notes")
        told = note_table(desk, notes, title=desk.t("document.notes"))
        sections.append(Section(told + all_notes, desk.t("document.notes"), "notes"))
    sections += [_printed_section(desk, locator, cells) for locator, cells in _printed_tables(observations).items()]
    targets = desk.library.targets_by_document.get(document.source_id)
    if targets:
        block = short_progress(desk, targets, show_area=True)
        sections.append(Section(block, desk.t("progress.heading"), "progress"))
    if observations:
        sections.append(Section(_figures_in_order(desk, observations), desk.t("document.figures"), "figures"))
    lists = grouped(items, lambda i: i.list.list_id)
    if lists:
        known = desk.collection.lists
        ordered = sorted(lists, key=lambda i: locator_order(known[i].locator))
        entries = [(desk.say(known[i].name), f"lists/{i}", len(lists[i])) for i in ordered]
        sections.append(Section(desk.links(entries), desk.t("document.lists"), "lists"))
    files = desk.library.offers.get(desk.path)
    if files:
        sections.append(Section(list_files(desk, files), desk.t("package.download"), "download"))
    return desk.page(desk.say(document.title), lead, sections, "document")


def _about(desk: Desk, document: Document, lead: str) -> Markup:
    return desk.html(
        "document.html.j2",
        lead=lead,
        issuer=desk.say(document.issuer),
        checksum=document.sha256,
        other_title=document.title.in_language(other_language(desk.language)),
        kind=desk.t(f"document.{document.kind}"),
    )


# ----- tables as they are printed -----


def _printed_tables(observations: Sequence[Observation]) -> dict[str, list[Observation]]:
    """Return the cells of each printed table by the table's locator."""
    tables: dict[str, list[Observation]] = {}
    for o in observations:
        parts = o.locator.split("/")
        at = next((index for index, part in enumerate(parts) if part.startswith("表")), None)
        if at is not None and len(parts) > at + 1:
            tables.setdefault("/".join(parts[: at + 1]), []).append(o)
    return tables


def _printed_section(desk: Desk, locator: str, cells: Sequence[Observation]) -> Section:
    title = desk.t("document.target_table", locator=views.locator_words(locator, desk.language))
    columns = grouped(cells, _heading)
    headings = sorted(columns, key=lambda heading: _column_order(cells, heading))
    rows = tuple(_printed_row(desk, row, headings) for row in _printed_rows(cells))
    heads = [Column(desk.t("document.row")), *(_printed_column(desk, heading, columns) for heading in headings)]
    anchor = "table-" + "-".join(str(number) for part in locator_order(locator) for number in part)
    return Section(desk.table(TableView(title, tuple(heads), rows, sortable=False)), title, anchor)


def _printed_rows(cells: Sequence[Observation]) -> Iterator[dict[str, list[Observation]]]:
    """Set the cells of a printed table back into its rows: figures by their column."""
    for row in grouped(cells, lambda o: f"{o.locator}\x1f{_label(o)}").values():
        yield grouped(row, _heading)


def _printed_row(desk: Desk, row: dict[str, list[Observation]], headings: Sequence[str]) -> tuple[Cell, ...]:
    first = next(iter(row.values()))[0]
    english = (Cell(named(first, "en")),) if desk.language == "en" else ()
    label = Cell(_label(first), href=desk.link(f"indicators/{first.indicator.indicator_id}"), lang="zh-Hans", more=english)
    return (label, *(_printed_cell(desk, row.get(heading, [])) for heading in headings))


def _printed_cell(desk: Desk, found: Sequence[Observation]) -> Cell:
    """A cell as printed; a range, or two figures of one cell, stand in it once."""
    printed = list(dict.fromkeys(o.as_printed for o in found))
    told = "; ".join(views.said_value(o, desk.language, desk.t) for o in found)
    lang = "zh-Hans" if any(not char.isascii() for text in printed for char in text) else ""
    return Cell("、".join(printed), title=told, lang=lang, sort=str(found[0].value) if found else "")


def _label(o: Observation) -> str:
    return o.label_printed.partition("/")[0]


def _heading(o: Observation) -> str:
    return o.label_printed.partition("/")[2]


def _printed_column(desk: Desk, heading: str, columns: dict[str, list[Observation]]) -> Column:
    """A printed heading; where the table prints none, what its cells share; in English, that above the printed one."""
    cells = columns[heading]
    told = views.column_words(cells, desk.language, desk.t) or desk.t("columns.value")
    areas = {o.area.area_id for o in cells}
    if len(areas) == 1 and any({o.area.area_id for o in other} != areas for other in columns.values()):
        told = desk.say(cells[0].area.name)
    if desk.language == "zh":
        return Column(heading or told, numeric=True)
    return Column(told, numeric=True, printed=heading)


def _column_order(cells: Sequence[Observation], heading: str) -> tuple[bool, float, int]:
    """Columns of a printed table: levels by their year, growth behind them; where places are columns, as first printed."""
    first = next(index for index, o in enumerate(cells) if _heading(o) == heading)
    o = cells[first]
    return o.measure.startswith("growth"), o.time.position if o.time else 0.0, first


# ----- all figures -----


def _figures_in_order(desk: Desk, observations: Sequence[Observation]) -> Markup:
    t = desk.t
    columns = (
        Column(t("columns.indicator")),
        Column(t("columns.value")),
        Column(t("columns.period"), tight=True),
        Column(t("columns.status"), filters=True, tight=True),
        Column(t("columns.area"), filters=True),
        Column(t("columns.printed")),
        Column(t("columns.place"), tight=desk.language == "zh"),
    )
    rows = tuple(_figure_row(desk, o) for o in observations)
    return desk.table(TableView(t("document.figures"), columns, rows, filterable=len(rows) >= FILTER_FROM))


def _figure_row(desk: Desk, o: Observation) -> tuple[Cell, ...]:
    indicator = desk.link(f"indicators/{o.indicator.indicator_id}")
    return (
        Cell(named(o, desk.language), href=f"{indicator}#{o.key}", identifier=o.key),
        Cell(views.said_value(o, desk.language, desk.t), sort=str(o.value)),
        period_cell(o, desk.language),
        Cell(desk.t(f"status.{o.status}")),
        Cell(desk.say(o.area.name)),
        Cell(o.as_printed, title=o.label_printed, lang="zh-Hans"),
        Cell(views.locator_words(o.locator, desk.language), title=o.locator),
    )
