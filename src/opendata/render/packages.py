"""Data packages, ours or anybody's: description, downloads with checksums, schema, rows, changelog."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

from opendata.citations import find_date
from opendata.handles import PackageHandle, TableHandle
from opendata.model import Field
from opendata.read import digest
from opendata.render.base import Desk, Library, Page, Section, archive_address, counted, in_language
from opendata.render.changes import change_rows, change_table
from opendata.render.downloads import Download, licences, list_files, list_tables, told_size
from opendata.render.feeds import feed_links
from opendata.render.figures import FILTER_FROM
from opendata.render.linked import dataset
from opendata.render.records import catalogue_list, core_metadata_table, head_links, record_list
from opendata.report import Report
from opendata.views import Cell, Column, TableView
from opendata.words import Language

# More rows than this on one page are slow on a phone (design, measured); the rest goes to further pages.
ROWS_A_PAGE = 500

# A page whose cells would hold more characters than this gets fewer rows of each table, and the table more pages.
_CELLS_A_PAGE = 160_000

# A cell may hold a megabyte; a page shows its beginning, the download all of it.
_SHOWN = 1000

_CHOICES = 40

_STATES = {True: "package.is_enforced", False: "package.not_enforced"}


def render_packages(library: Library, language: Language) -> Iterator[Page]:
    """Return the index of packages, a page for each, and the further pages of long tables."""
    desk = library.at(language, "data")
    lead = desk.t("package.lead_index", count=len(library.packages))
    everything = library.offers.get(desk.path)
    sections = [Section(desk.paragraph(lead)), Section(package_table(desk))]
    if everything:
        sections.append(Section(list_files(desk, everything), desk.t("download.all"), "download"))
    sections.append(Section(catalogue_list(desk), desk.t("catalogues.heading"), "machines"))
    yield desk.page(desk.t("nav.data"), lead, sections, "index")
    for package in library.packages.values():
        yield _package(library.at(language, f"data/{package.name}"), package)
        for table in (package[name] for name in package.tables):
            for number in range(2, _page_count(package, table) + 1):
                yield _further(library.at(language, f"data/{package.name}/{table.name}/{number}"), package, table, number)


def package_table(desk: Desk) -> Markup:
    """Return all packages as a table."""
    t = desk.t
    columns = (
        Column(t("columns.title")),
        Column(t("columns.package")),
        Column(t("columns.version")),
        Column(t("columns.rows"), numeric=True),
    )
    rows = tuple(
        (
            Cell(title_of(desk, package), href=desk.link(f"data/{package.name}")),
            Cell(package.name),
            Cell(package.version or t("package.not_given")),
            counted(sum(len(package[table]) for table in package.tables)),
        )
        for package in desk.library.packages.values()
    )
    return desk.table(TableView(t("nav.data"), columns, rows))


def title_of(desk: Desk, package: PackageHandle) -> str:
    """Return what a package is called in the language of a page."""
    return desk.say(package.meta.title) or package.name


def _package(desk: Desk, package: PackageHandle) -> Page:
    title, description = title_of(desk, package), desk.say(package.meta.description)
    files = desk.library.offers[desk.path]
    sections = [
        Section(_about(desk, package)),
        Section(_downloads(desk, package, files), desk.t("package.download"), "download"),
    ]
    for table in (package[name] for name in package.tables):
        heading = desk.say(table.title) or table.name
        sections.append(Section(_schema(desk, table), heading, f"table-{table.name}"))
        sections.append(Section(_rows(desk, package, table, 1)))
    if desk.library.releases[package.name]:
        sections.append(Section(_versions(desk, package), desk.t("version.heading"), "versions"))
    sections.append(Section(_changelog(desk, package), desk.t("package.changelog"), "changelog"))
    if desk.library.report:
        sections.append(Section(_checks(desk, package, desk.library.report), desk.t("package.checks"), "checks"))
    sections.append(Section(record_list(desk, package.name), desk.t("catalogues.heading"), "machines"))
    sections.append(Section(core_metadata_table(desk, package.name), desk.t("catalogues.core_metadata"), "core-metadata"))
    entry, released = desk.library.entries[package.name], desk.library.released_as(package.name)
    columns = [desk.say(c.title) or c.name for table in package.tables for c in package[table].fields]
    linked = dataset(
        desk,
        name=title,
        description=description or title,
        files=files,
        package=entry.package,
        documents=[desk.collection.documents[item.path.rpartition("/")[2]] for item in entry.documents],
        variables=list(dict.fromkeys(columns)),
        period=(entry.start, entry.end),
        areas=[desk.collection.areas[item.path.rpartition("/")[2]] for item in entry.places],
    )
    # What is released is cited by the address at which it stays.
    links = head_links(desk, entry.package, files, cited=f"{desk.path}/{released}" if released else "")
    return desk.page(title, description or title, sections, "package", linked, links)


def _about(desk: Desk, package: PackageHandle) -> Markup:
    newest = next(iter(desk.library.releases[package.name]), None)
    changed = newest is not None and desk.library.released_as(package.name) is None
    return desk.html(
        "package.html.j2",
        unreleased=desk.t("package.unreleased", version=newest) if changed else "",
        description=desk.say(package.meta.description),
        version=package.version or desk.t("package.not_given"),
        licences=licences(package),
        sources=[in_language(item, "title", desk.language) for item in package.meta.sources],
        name=package.name,
        has_guide=desk.library.site.has_guide("python"),
    )


def _downloads(desk: Desk, package: PackageHandle, files: Sequence[Download]) -> Markup:
    """The package whole, each table in every format, the package's own files with checksums."""
    whole = list_files(desk, [file for file in files if not file.table])
    tables = list_tables(desk, package, files) if package.tables else Markup()
    own = desk.html("checksums.html.j2", table=file_table(desk, [file for file in files if not file.form]))
    return whole + tables + own


def file_table(desk: Desk, files: Sequence[Download]) -> Markup:
    """Return files for download as a table with sizes and checksums."""
    t = desk.t
    rows = tuple(
        (
            Cell(file.name, href=desk.file(file.address)),
            Cell(told_size(file.size, desk.language), sort=str(file.size)),
            Cell(file.sha256),
        )
        for file in files
    )
    columns = (Column(t("columns.file")), Column(t("columns.size"), numeric=True), Column(t("columns.checksum")))
    return desk.table(TableView(t("package.download"), columns, rows, sortable=False))


def _versions(desk: Desk, package: PackageHandle) -> Markup:
    """The released versions, each with its page and its archive."""
    t, releases = desk.t, desk.library.releases[package.name]
    rows = tuple(
        (
            Cell(version, href=desk.link(f"data/{package.name}/{version}")),
            Cell(find_date(release.package.meta)),
            Cell(f"{package.name}-{version}.zip", href=desk.file(archive_address(package.name, version))),
            Cell(told_size(len(release.archive), desk.language), sort=str(len(release.archive))),
            Cell(digest(release.archive)),
        )
        for version, release in releases.items()
    )
    columns = (
        Column(t("columns.version")),
        Column(t("columns.date")),
        Column(t("columns.file")),
        Column(t("columns.size"), numeric=True),
        Column(t("columns.checksum")),
    )
    return desk.table(TableView(t("version.heading"), columns, rows, sortable=False))


def _changelog(desk: Desk, package: PackageHandle) -> Markup:
    entries = [row for row in change_rows(desk.library, desk.language) if row[0] == package.name]
    if not entries:
        return desk.paragraph(desk.t("package.no_changelog"))
    return change_table(desk, entries) + feed_links(desk, package.name)


def _checks(desk: Desk, package: PackageHandle, report: Report) -> Markup:
    """What was checked before the build: how much, what was found, and of each declared rule whether it was enforced."""
    t = desk.t
    findings = [finding for finding in report.findings if finding.path.startswith(f"{package.source.shown}/")]
    declared: dict[str, list[tuple[str, str]]] = {}
    for place, state in report.rules.items():
        where, _, rule = place.removeprefix(f"{package.name}/").partition(": ")
        if place.startswith(f"{package.name}/"):
            declared.setdefault(where, []).append((rule, state))
    rules = [entry for entries in declared.values() for entry in entries]
    enforced = sum(state == "enforced" for _, state in rules)
    tables = [package[name] for name in package.tables]
    told = desk.html(
        "checks.html.j2",
        counts=t("package.checked", tables=len(tables), rows=f"{sum(map(len, tables)):,}"),
        outcome=t("package.found", count=len(findings)) if findings else t("package.clean"),
        enforced=t("package.enforced", count=len(rules), enforced=enforced),
        lines=[finding.line for finding in findings[:_CHOICES]],
        has_guide=desk.library.site.has_guide("validation"),
    )
    columns = (Column(t("columns.field")), Column(t("columns.constraints")), Column(t("package.state"), tight=True))
    rows = tuple(
        (Cell(where), Cell(", ".join(rule for rule, _ in entries)), Cell(t(_STATES[all(s == "enforced" for _, s in entries)])))
        for where, entries in declared.items()
    )
    table = desk.table(TableView(t("package.checks"), columns, rows, sortable=False))
    return told + desk.html("within.html.j2", summary=t("package.rules"), table=table)


# ----- tables -----


def _schema(desk: Desk, table: TableHandle) -> Markup:
    """Keys and columns of a table with types, constraints and meanings."""
    t = desk.t
    rows = tuple(
        (
            Cell(column.name),
            Cell(column.type),
            Cell(_constraints(column, t)),
            Cell(desk.join(desk.say(column.title), desk.say(column.description))),
        )
        for column in table.fields
    )
    columns = (
        Column(t("columns.field")),
        Column(t("columns.type")),
        Column(t("columns.constraints")),
        Column(t("columns.meaning")),
    )
    view = TableView(t("package.schema"), columns, rows, sortable=False)
    return desk.html("schema.html.j2", rows=len(table), schema=table.schema) + desk.table(view)


def _constraints(column: Field, t: Callable[..., str]) -> str:
    told = []
    for name, bound in column.constraints.items():
        if name == "required" and bound:
            told.append(t("package.required"))
        elif name == "enum":
            more = " …" if len(bound) > _CHOICES else ""
            told.append(" | ".join(str(choice) for choice in bound[:_CHOICES]) + more)
        elif name != "required":
            told.append(f"{name} {bound}")
    return "; ".join(told)


def _rows_a_page(package: PackageHandle, table: TableHandle) -> int:
    """Return how many rows of a table a page shows: at most 500, fewer where rows are long or stand beside other tables."""
    rows = table.text_rows()
    size = sum(len(value) + 20 for row in rows for value in row.values())
    share = min(_CELLS_A_PAGE // len(package.tables), _CELLS_A_PAGE // 2)
    return min(ROWS_A_PAGE, max(50, len(rows) * share // max(size, 1)))


def _page_count(package: PackageHandle, table: TableHandle) -> int:
    return max(1, -(-len(table) // _rows_a_page(package, table)))


def _rows(desk: Desk, package: PackageHandle, table: TableHandle, number: int) -> Markup:
    """The rows of one page, as the file has them."""
    step, pages = _rows_a_page(package, table), _page_count(package, table)
    columns = tuple(
        Column(desk.say(column.title) or column.name, numeric=column.type in ("number", "integer")) for column in table.fields
    )
    names = [column.name for column in table.fields]
    found = table.text_rows()[(number - 1) * step : number * step]
    rows = tuple(tuple(Cell(_short(row[name])) for name in names) for row in found)
    view = desk.table(TableView(desk.say(table.title) or table.name, columns, rows, filterable=len(rows) >= FILTER_FROM))
    return view if pages == 1 else view + _pager(desk, f"data/{package.name}", table, number, pages)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _pager(desk: Desk, base: str, table: TableHandle, number: int, pages: int) -> Markup:
    def address(page: int) -> str:
        return desk.link(base if page == 1 else f"{base}/{table.name}/{page}")

    return desk.html(
        "pager.html.j2",
        position=desk.t("package.pages", page=number, pages=pages),
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < pages else "",
    )


def _further(desk: Desk, package: PackageHandle, table: TableHandle, number: int) -> Page:
    name = desk.say(table.title) or table.name
    title = f"{name}（{number}）" if desk.language == "zh" else f"{name} ({number})"
    position = desk.t("package.pages", page=number, pages=_page_count(package, table))
    back = desk.html("more.html.j2", name=title_of(desk, package), path=f"data/{package.name}")
    return desk.page(title, f"{title}: {position}", (Section(back + _rows(desk, package, table, number)),), "rows")
