"""Tables of figures: by unit, by place in the documents, with their notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opendata import views, words
from opendata.collection import Observation, in_printed_order
from opendata.render.base import Desk, grouped
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# Of more figures than this only the first tables of a page stand open.
_FOLDED_FROM = 20

# A table with more rows than this is worth choosing from.
FILTER_FROM = 9


def observation_tables(desk: Desk, observations: Sequence[Observation], *, show_area: bool, folded: bool = False) -> Markup:
    """Return a table for each unit, which stands once, in the heading.

    ``folded``: where there are many figures, only those of the first family stand open: amounts where there are any.
    """
    made, groups = Markup(), views.by_unit(observations)
    fold = folded and len(observations) > _FOLDED_FROM
    for family, unit, group in groups:
        scale = views.column_scale((o.value for o in group), unit, desk.language)
        shown = _Shown.of(group, family, scale, show_area=show_area)
        title = desk.t("indicator.unit_table", family=desk.t(f"family.{family}"), unit=scale.unit)
        rows = tuple(_row(desk, same, shown) for same in _printed_alike(by_time(group)))
        view = TableView(title, _columns(desk, shown), rows, filterable=len(rows) >= FILTER_FROM)
        if fold and family != groups[0][0]:
            counted = desk.t("indicator.rows", title=title, count=len(rows))
            made += desk.html("folded.html.j2", title=counted, body=desk.table(view), opened=False)
        else:
            made += desk.html("heading.html.j2", title=title) + desk.table(view)
    return made


@dataclass(frozen=True)
class _Shown:
    """Which columns a table of figures has."""

    scale: views.Scale
    area: bool
    parts: bool
    measures: bool

    @classmethod
    def of(cls, group: Sequence[Observation], family: str, scale: views.Scale, *, show_area: bool) -> _Shown:
        mixed = len({o.measure for o in group}) > 1 or family in ("rate", "share")
        return cls(scale, show_area, any(o.breakdown for o in group), mixed)


def _columns(desk: Desk, shown: _Shown) -> tuple[Column, ...]:
    """What and how much stand first: they are what a phone shows before anything is moved."""
    t = desk.t
    columns = [Column(t("columns.area"), filters=True) if shown.area else Column(t("columns.indicator"))]
    columns += [Column(shown.scale.unit or t("columns.value"), numeric=True)]
    columns += [Column(t("columns.period"), tight=True), Column(t("columns.status"), filters=True, tight=True)]
    columns += [Column(t("columns.part"), filters=True)] if shown.parts else []
    columns += [Column(t("columns.measure"), filters=True)] if shown.measures else []
    return (*columns, Column(t("columns.printed")))


def _printed_alike(figures: Sequence[Observation]) -> list[list[Observation]]:
    """Put the rows of one figure together that is printed in several places: they differ in the place alone."""

    def what(o: Observation) -> str:
        part = o.breakdown.breakdown_id if o.breakdown else ""
        subject = (o.indicator.indicator_id, o.area.area_id, part, o.period, o.measure, o.status)
        return "\x1f".join((*subject, str(o.value.normalize()), o.unit.unit_id, o.bound))

    return list(grouped(figures, what).values())


def _row(desk: Desk, same: Sequence[Observation], shown: _Shown) -> tuple[Cell, ...]:
    o, t = same[0], desk.t
    indicator = desk.link(f"indicators/{o.indicator.indicator_id}")
    if shown.area:
        first = Cell(desk.say(o.area.name), href=desk.link(f"places/{o.area.area_id}"))
    else:
        first = Cell(desk.say(o.indicator.name), href=indicator)
    cells = [first, Cell(views.bound_figures(o, shown.scale, desk.language, t), sort=str(o.value))]
    cells += [period_cell(o, desk.language), Cell(t(f"status.{o.status}"))]
    cells += [Cell(desk.say(o.breakdown.name) if o.breakdown else t("columns.total"))] if shown.parts else []
    cells += [Cell(t(f"measure.{o.measure}"))] if shown.measures else []
    return (*cells, _printed_cell(desk, same, "" if shown.area else indicator))


def _printed_cell(desk: Desk, same: Sequence[Observation], page: str) -> Cell:
    """The printed form, which leads to where it is printed; below it the other places, each with its form if it has one."""
    first, *others = same
    again = desk.t("indicator.also_printed")
    more = tuple(
        Cell(again, href=f"{page}#{o.key}")
        if o.as_printed == first.as_printed
        else Cell(o.as_printed, href=f"{page}#{o.key}", lang="zh-Hans")
        for o in others
    )
    return Cell(first.as_printed, href=f"{page}#{first.key}", lang="zh-Hans", more=more)


def printed_places(desk: Desk, observations: Sequence[Observation]) -> Markup:
    """Return where each figure is printed, by document: place, the document's words, the printed form, the value.

    Long ones are folded by document; a number that leads to its row opens them, as browsers do for any anchor.
    """
    t, order = desk.t, list(desk.collection.documents)
    columns = (
        Column(t("columns.printed")),
        Column(t("columns.value")),
        Column(t("columns.label")),
        Column(t("columns.place")),
    )
    ordered = sorted(in_printed_order(observations), key=lambda o: order.index(o.document.source_id))
    made = Markup()
    for rows in grouped(ordered, lambda o: o.document.source_id).values():
        title = desk.say(rows[0].document.title)
        view = TableView(title, columns, tuple(_printed_row(desk, o) for o in rows), sortable=False)
        count = t("indicator.printed_in", document=title, count=len(rows))
        opened = len(observations) <= _FOLDED_FROM
        about = desk.html("more.html.j2", name=t("indicator.to_document"), path=f"documents/{rows[0].document.source_id}")
        made += desk.html("folded.html.j2", title=count, body=about + desk.table(view), opened=opened)
    return made


def _printed_row(desk: Desk, o: Observation) -> tuple[Cell, ...]:
    period = words.period_words(o.period, desk.language)
    value = views.said_value(o, desk.language, desk.t)
    document = f"{desk.link(f'documents/{o.document.source_id}')}#{o.key}"
    return (
        Cell(o.as_printed, href=document, lang="zh-Hans", identifier=o.key),
        Cell(f"{period}{'：' if desk.language == 'zh' else ': '}{value}" if o.period else value),
        Cell(o.label_printed, lang="zh-Hans"),
        Cell(views.locator_words(o.locator, desk.language), title=o.locator),
    )


def notes(desk: Desk, observations: Sequence[Observation]) -> Markup | None:
    """Return what must be known about single figures and their place in the document; ``None`` where there is nothing."""
    told = [_note(desk, o, desk.say(o.note)) for o in observations if desk.say(o.note)]
    for note in desk.collection.document_notes:
        place = (note.document.source_id, note.locator)
        about = next((o for o in observations if (o.document.source_id, o.locator) == place), None)
        told += [_note(desk, about, desk.say(note.note))] if about else []
    return desk.html("notes.html.j2", notes=told) if told else None


def _note(desk: Desk, o: Observation, text: str) -> tuple[str, str, str, str, str]:
    period = words.period_words(o.period, desk.language) if o.period else ""
    return desk.say(o.area.name), period, o.as_printed, text, o.key


def named(o: Observation, language: Language) -> str:
    """Return the name of what a figure measures, with its part: ``货物进出口额（东盟）``."""
    name = o.indicator.name.in_language(language)
    if o.breakdown is None:
        return name
    part = o.breakdown.name.in_language(language)
    return f"{name}（{part}）" if language == "zh" else f"{name} ({part})"


def period_cell(o: Observation, language: Language) -> Cell:
    """Return a period, sorted by time."""
    return Cell(words.period_words(o.period, language), sort=_time_key(o))


def by_time(group: Iterable[Observation]) -> list[Observation]:
    """Sort figures by place, part and time."""
    return sorted(
        group, key=lambda o: (o.area.area_id, o.breakdown.breakdown_id if o.breakdown else "", _time_key(o), o.status, o.value)
    )


def _time_key(o: Observation) -> str:
    return f"{o.time.position:.3f}" if o.time else ""
