"""Document notes: what does not fit within a document or between documents, in neutral words, by document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from opendata import views, words
from opendata.collection import Document, DocumentNote, locator_order
from opendata.render.base import Desk, Library, Page, Section, grouped
from opendata.render.figures import FILTER_FROM
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# More rows than this are slow on a phone; then this page leads to the documents' own, which hold them too.
_ROWS_A_PAGE = 500


def render_notes(library: Library, language: Language) -> Page:
    """Return the page of all document notes."""
    desk = library.at(language, "notes")
    notes = library.collection.document_notes
    found = grouped(notes, lambda note: note.document.source_id)
    lead = desk.t("notes.lead", count=f"{len(notes):,}", documents=len(found))
    sections = [Section(desk.html("all_notes.html.j2", lead=lead, progress=bool(library.targets)))]
    # In the order of the documents, whatever the order of the notes.
    own = [(document, found[key]) for key, document in library.collection.documents.items() if key in found]
    if len(notes) <= _ROWS_A_PAGE:
        sections += _by_document(desk, own)
    else:
        entries = [(desk.say(document.title), f"documents/{document.source_id}", len(told)) for document, told in own]
        sections.append(Section(desk.links(entries), desk.t("nav.documents"), "documents"))
    return desk.page(desk.t("nav.notes"), lead, sections, "notes")


def _by_document(desk: Desk, own: Sequence[tuple[Document, Sequence[DocumentNote]]]) -> Iterator[Section]:
    for document, told in own:
        name = desk.html("more.html.j2", name=desk.t("notes.document"), path=f"documents/{document.source_id}")
        title = desk.say(document.title)
        yield Section(note_table(desk, told, title=title, anchored=True) + name, title, document.source_id)


def note_table(desk: Desk, notes: Sequence[DocumentNote], *, title: str, anchored: bool = False) -> Markup:
    """Return notes of one document in printed order; each can be pointed at where they are ``anchored``."""
    t = desk.t
    columns = (Column(t("notes.subject")), Column(t("columns.note")), Column(t("columns.place")))
    ordered = sorted(notes, key=lambda note: locator_order(note.locator))
    rows = tuple(_row(desk, note, anchored=anchored) for note in ordered)
    return desk.table(TableView(title, columns, rows, filterable=len(rows) >= FILTER_FROM))


def _row(desk: Desk, note: DocumentNote, *, anchored: bool) -> tuple[Cell, ...]:
    rule = Cell(desk.library.rule(note.rule, desk.language))
    name, path = _subject(desk, note.subject)
    place = views.locator_words(note.locator, desk.language)
    return (
        Cell(
            name,
            href=desk.link(path) if path else "",
            more=(rule,),
            identifier=f"note-{note.note_id}" if anchored else "",
        ),
        Cell(desk.say(note.note)),
        Cell(place, title=note.locator),
    )


def _subject(desk: Desk, subject: str) -> tuple[str, str]:
    """Name what a note is about, with its page: a list, or a figure as ``indicator/place/part/period``."""
    library, collection = desk.library, desk.collection
    if subject in collection.lists:
        return desk.say(collection.lists[subject].name), f"lists/{subject}" if subject in library.items_by_list else ""
    indicator, _, rest = subject.partition("/")
    if indicator not in collection.indicators:
        return subject, ""
    told = [desk.say(collection.indicators[indicator].name)]
    while rest:
        part, _, behind = rest.partition("/")
        known = collection.areas.get(part) or collection.breakdowns.get(part)
        told.append(desk.say(known.name) if known else words.period_words(rest, desk.language))
        rest = behind if known else ""
    name = ("，" if desk.language == "zh" else ", ").join(told)
    return name, f"indicators/{indicator}" if indicator in library.by_indicator else ""
