"""Targets held against what came of them: the page of all, the pages by place, the blocks on other pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from opendata.collection import Area
from opendata.render.base import Desk, Library, Page, Section, counted
from opendata.render.drawings import draw_target
from opendata.render.figures import FILTER_FROM
from opendata.render.verdicts import (
    JUDGED,
    figure_cell,
    in_order,
    status_cell,
    target_name,
    told_pace,
    told_path,
    told_period,
    told_target,
)
from opendata.targets import STATUSES, Target
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# More rows than this on one page are slow on a phone; then each place has pages of its own.
ROWS_A_PAGE = 500

# More pictures than this under one another are no longer looked at; the table has all targets.
_MOST_PICTURES = 8

# The parts of the method, in the order of reading.
_METHOD = ("compared", "baseline", "level", "share", "cumulative", "rate", "grade", "bounds", "sources")


def render_progress(library: Library, language: Language) -> Iterator[Page]:
    """Return the page of all targets, and where they are too many for one page, pages for each place."""
    desk = library.at(language, "progress")
    targets = in_order(library.targets)
    lead = told_counts(desk, targets)
    sections = [Section(_lead(desk, targets, lead))]
    if len(targets) <= ROWS_A_PAGE:
        sections.append(Section(_all_table(desk, targets), desk.t("progress.targets"), "targets"))
        yield desk.page(desk.t("nav.progress"), lead, [*sections, _method(desk)], "progress")
        return
    places = [(area, in_order(library.targets_by_area[area.area_id])) for area in library.areas if _has(library, area)]
    sections.append(Section(_place_table(desk, places), desk.t("progress.by_place"), "places"))
    yield desk.page(desk.t("nav.progress"), lead, [*sections, _method(desk)], "progress")
    for area, own in places:
        yield from _place_pages(library, language, area, own)


def _has(library: Library, area: Area) -> bool:
    return area.area_id in library.targets_by_area


def told_counts(desk: Desk, targets: Sequence[Target]) -> str:
    """Return a sentence that says how many targets there are, and of how many nobody can tell how they stand."""
    found = _count(targets)
    return desk.t(
        "progress.lead",
        count=f"{len(targets):,}",
        judged=f"{sum(found[status] for status in JUDGED):,}",
        waiting=f"{found['no-actual-yet']:,}",
        apart=f"{found['not-comparable']:,}",
    )


def _count(targets: Iterable[Target]) -> dict[str, int]:
    """Count every status, also those that no target has."""
    counts = dict.fromkeys(STATUSES, 0)
    for target in targets:
        counts[target.status] += 1
    return {str(status): number for status, number in counts.items()}


def _lead(desk: Desk, targets: Sequence[Target], lead: str) -> Markup:
    entries = [(status_cell(desk, status), number) for status, number in _count(targets).items()]
    few = sum(target.status in JUDGED for target in targets) * 2 < len(targets)
    notes = bool(desk.collection.document_notes)
    return desk.html("progress.html.j2", lead=lead, entries=entries, few=few, notes=notes)


def _method(desk: Desk) -> Section:
    parts = [(desk.t(f"method.{key}"), desk.t(f"method.{key}_is")) for key in _METHOD]
    statuses = [(status_cell(desk, status), desk.t(f"method.{status}")) for status in STATUSES]
    return Section(desk.html("method.html.j2", parts=parts, statuses=statuses), desk.t("progress.method"), "method")


# ----- all targets -----


def _all_table(desk: Desk, targets: Sequence[Target]) -> Markup:
    t = desk.t
    columns = (
        Column(t("columns.indicator"), roomy=True),
        Column(t("progress.target"), roomy=True),
        Column(t("progress.status"), filters=True, tight=True),
        Column(t("progress.reason"), roomy=True),
        Column(t("columns.area"), filters=True, roomy=True),
        Column(t("progress.baseline"), tight=True),
        Column(t("progress.latest"), tight=True),
        Column(t("progress.required"), tight=True),
        Column(t("progress.topic"), filters=True, roomy=True),
        Column(t("columns.document"), filters=True, roomy=True),
    )
    rows = tuple(_all_row(desk, target) for target in targets)
    return desk.table(TableView(t("progress.targets"), columns, rows, filterable=len(rows) >= FILTER_FROM))


def _all_row(desk: Desk, target: Target) -> tuple[Cell, ...]:
    page = desk.link(f"indicators/{target.indicator.indicator_id}")
    topic = desk.collection.topics[target.indicator.topic_id]
    return (
        Cell(target_name(desk, target), href=f"{page}#progress", identifier=target.key),
        _target_cell(desk, target, page),
        status_cell(desk, target.status),
        Cell(desk.say(target.explanation)),
        Cell(desk.say(target.area.name), href=desk.link(f"places/{target.area.area_id}")),
        *_numbers(desk, target),
        Cell(desk.say(topic.name), href=desk.link(f"topics/{topic.topic_id}")),
        Cell(desk.say(target.document.title), href=desk.link(f"documents/{target.document.source_id}")),
    )


def _target_cell(desk: Desk, target: Target, page: str) -> Cell:
    """The number over its period; it leads to where it is printed."""
    return Cell(
        told_target(desk, target), href=f"{page}#{target.key}", sort=str(target.value), more=(Cell(told_period(desk, target)),)
    )


def _numbers(desk: Desk, target: Target) -> tuple[Cell, Cell, Cell]:
    """Baseline, latest actual with the even path below it, required pace."""
    later = target.latest if target.latest is not target.baseline else None
    path = told_path(desk, target)
    pace = told_pace(desk, target)
    return (
        figure_cell(desk, target.baseline, target),
        figure_cell(desk, later, target, desk.t("progress.path_is", path=path) if path else ""),
        Cell(pace, sort="" if target.required_pace is None else str(target.required_pace)),
    )


# ----- too many for one page -----


def _place_table(desk: Desk, places: Sequence[tuple[Area, Sequence[Target]]]) -> Markup:
    t = desk.t
    columns = [Column(t("columns.area")), Column(t("progress.targets"), numeric=True)]
    columns += [Column(t(f"progress.{status}"), numeric=True) for status in STATUSES]
    rows = tuple(
        (
            Cell(desk.say(area.name), href=desk.link(f"progress/{area.area_id}"), more=desk.chinese(area.name)),
            counted(len(own)),
            *(counted(number) for number in _count(own).values()),
        )
        for area, own in places
    )
    return desk.table(TableView(t("progress.by_place"), tuple(columns), rows, filterable=len(rows) >= FILTER_FROM))


def _place_pages(library: Library, language: Language, area: Area, targets: Sequence[Target]) -> Iterator[Page]:
    base, pages = f"progress/{area.area_id}", -(-len(targets) // ROWS_A_PAGE)
    for number in range(1, pages + 1):
        desk = library.at(language, base if number == 1 else f"{base}/{number}")
        title = desk.t("progress.of_place", place=desk.say(area.name))
        position = desk.t("package.pages", page=number, pages=pages)
        lead = told_counts(desk, targets)
        shown = targets[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE]
        body = _lead(desk, targets, lead) + desk.html("more.html.j2", name=desk.t("progress.all_places"), path="progress")
        table = _all_table(desk, shown)
        if pages > 1:
            table += _pager(desk, base, number, pages, position)
            title = desk.join(title, position)
        yield desk.page(title, lead, (Section(body), Section(table, desk.t("progress.targets"), "targets")), "progress")


def _pager(desk: Desk, base: str, number: int, pages: int, position: str) -> Markup:
    def address(page: int) -> str:
        return desk.link(base if page == 1 else f"{base}/{page}")

    return desk.html(
        "pager.html.j2",
        position=position,
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < pages else "",
    )


# ----- blocks on other pages -----


def indicator_progress(desk: Desk, targets: Sequence[Target]) -> Markup:
    """Return the pictures and the table of an indicator's targets."""
    ordered, t = in_order(targets), desk.t
    pictures = [drawn for target in _distinct(ordered) if (drawn := draw_target(desk, target))][:_MOST_PICTURES]
    columns = (
        Column(t("progress.target"), roomy=True),
        Column(t("progress.status"), filters=True, tight=True),
        Column(t("progress.reason"), roomy=True),
        Column(t("columns.area"), filters=True, roomy=True),
        Column(t("progress.baseline"), tight=True),
        Column(t("progress.latest"), tight=True),
        Column(t("progress.required"), tight=True),
    )
    rows = tuple(_indicator_row(desk, target) for target in ordered)
    table = desk.table(TableView(t("progress.heading"), columns, rows, filterable=len(rows) >= FILTER_FROM))
    return Markup().join(pictures) + table + _more(desk)


def _distinct(targets: Iterable[Target]) -> list[Target]:
    """Leave out what another document promises alike: it would be the same picture again."""
    seen: dict[tuple[object, ...], Target] = {}
    for target in targets:
        part = target.breakdown.breakdown_id if target.breakdown else ""
        what = (target.area.area_id, part, target.period, target.measure, target.unit, target.value, target.low, target.high)
        seen.setdefault(what, target)
    return list(seen.values())


def _indicator_row(desk: Desk, target: Target) -> tuple[Cell, ...]:
    part = desk.say(target.breakdown.name) if target.breakdown else ""
    below = tuple(Cell(text) for text in (part, told_period(desk, target)) if text)
    return (
        Cell(told_target(desk, target), href=f"#{target.key}", sort=str(target.value), more=below),
        status_cell(desk, target.status),
        Cell(desk.say(target.explanation)),
        Cell(desk.say(target.area.name), href=desk.link(f"places/{target.area.area_id}")),
        *_numbers(desk, target),
    )


def short_progress(desk: Desk, targets: Sequence[Target], *, show_area: bool) -> Markup:
    """Return a short table of targets, those of a place or of a document: target, status, reason."""
    t, ordered = desk.t, in_order(targets)
    columns = (
        Column(t("progress.target")),
        Column(t("progress.status"), filters=True, tight=True),
        Column(t("progress.reason"), roomy=True),
    )
    rows = tuple(_short_row(desk, target, show_area=show_area) for target in ordered)
    table = desk.table(TableView(t("progress.heading"), columns, rows, filterable=len(rows) >= FILTER_FROM))
    return desk.paragraph(told_counts(desk, targets)) + table + _more(desk)


def _short_row(desk: Desk, target: Target, *, show_area: bool) -> tuple[Cell, ...]:
    page = desk.link(f"indicators/{target.indicator.indicator_id}")
    name = target_name(desk, target)
    if show_area:
        area = desk.say(target.area.name)
        name = f"{area}{name}" if desk.language == "zh" else f"{area}: {name}"
    promised = desk.t("progress.promised", period=told_period(desk, target), target=told_target(desk, target))
    return (
        Cell(name, href=f"{page}#progress", more=(Cell(promised),)),
        status_cell(desk, target.status),
        Cell(desk.say(target.explanation)),
    )


def _more(desk: Desk) -> Markup:
    return desk.html("more.html.j2", name=desk.t("progress.all"), path="progress")
