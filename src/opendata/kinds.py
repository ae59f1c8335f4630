"""The rules of this field: packages of the kinds ``indicators`` and ``lists`` must say what their documents print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from opendata import documents as places
from opendata.errors import WrongUse, nearest
from opendata.observe import Printed, read_decimal, read_printed
from opendata.oddities import RULES, find_oddities, needed_indicators
from opendata.report import Finding, Report
from opendata.standard import Table, Tables, Workspace, read_workspace
from opendata.words import Period, read_period

# The base units that a measure can have; a level, a cumulative total and a limit can have any but a rank's.
_BASES = {
    "share": {"percent"},
    "ratio": {"percent", "times"},
    "rank": {"rank"},
    "multiple": {"times"},
    "growth-yoy": {"percent", "times"},
    "growth-total": {"percent", "times"},
    "growth-annual": {"percent", "times"},
}

# The columns that the rules of a kind read; a table without them gets one finding.
_COLUMNS = {
    ("indicators", "observations"): (
        *("indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound"),
        *("as_printed", "label_printed", "source_id", "locator"),
    ),
    ("lists", "items"): ("list_id", "position", "name_zh", "organisation", "source_id", "locator"),
}

Row = Mapping[str, str]
Tell = Callable[[str, str, str], None]


@dataclass(frozen=True)
class _Rows:
    """The rows of a table with where they stand."""

    table: Table

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        header = self.table.cells.header
        for line, row in zip(self.table.cells.lines, self.table.cells.rows, strict=True):
            if len(row) == len(header):
                yield line, dict(zip(header, row, strict=True))


def check_kinds(workspace: Workspace, report: Report) -> list[Finding]:
    """Check the tables whose package's kind has rules of its own.

    Parameters
    ----------
    workspace
        The packages.
    report
        What was found by the rules of the standard: a table that they refuse is not looked at.
    """
    broken = {finding.path for finding in report.findings if finding.severity == "error" and finding.row is None}
    extra: list[Finding] = []
    for table in workspace.tables.values():
        kind = _kind(table)
        if kind is None or table.path in broken or not table.header_fits:
            continue
        missing = _check_columns(table, kind)
        if missing:
            extra.append(missing)
        elif kind[0] == "indicators":
            extra += _check_observations(table, workspace.tables)
        else:
            extra += _check_items(table, workspace.tables)
    extra += _check_same(workspace.tables)
    if not any(finding.severity == "error" for finding in (*report.findings, *extra)):
        # What is odd in a document is judged once our record says what it prints: one mistake, one finding.
        extra += _check_notes(workspace.tables)
    return extra


def _kind(table: Table) -> tuple[str, str] | None:
    """The kind of a table that has rules of its own; ``None`` for anybody's."""
    kind = (table.source.package.kind, table.resource.name)
    return kind if kind in _COLUMNS else None


def _check_columns(table: Table, kind: tuple[str, str]) -> Finding | None:
    missing = [name for name in _COLUMNS[kind] if name not in table.positions]
    if not missing:
        return None
    message = f"a table {kind[1]} of a package of the kind {kind[0]} has this column; add it, or choose another kind"
    return Finding(table.path, 1, missing[0], "kind-columns", None, message)


def _reference(tables: Tables, name: str, key: str) -> dict[str, dict[str, str]]:
    table = tables.get(("reference", name))
    return {row.get(key, ""): row for _, row in _Rows(table)} if table else {}


def _check_observations(table: Table, tables: Tables) -> list[Finding]:
    units = _reference(tables, "units", "unit_id")
    sources = _reference(tables, "sources", "source_id")
    findings: list[Finding] = []
    ranges: dict[tuple[str, ...], dict[str, tuple[int, Decimal]]] = {}
    for line, row in _Rows(table):

        def tell(column: str, message: str, rule: str, line: int = line, row: Row = row) -> None:
            findings.append(Finding(table.path, line, column, rule, row[column], message))

        value = read_decimal(row["value"])
        unit = units.get(row["unit_id"])
        printed = read_printed(row["as_printed"])
        if printed is None:
            tell(
                "as_printed",
                "no number can be read in it; print it as the document does, for example 1250亿元",
                "printed-number",
            )
        elif value is not None and unit:
            for column, message in explain_printed(row, value, unit, printed):
                tell(column, message, "printed-number")
        _check_period(row, sources.get(row["source_id"]), tell)
        if unit:
            _check_measure(row, unit, tell)
        if value is not None and row["bound"] in ("low", "high"):
            key = tuple(
                row[name] for name in ("indicator_id", "area_id", "breakdown_id", "period", "measure", "source_id", "locator")
            )
            ranges.setdefault((*key, row["as_printed"], row["label_printed"]), {})[row["bound"]] = (line, value)
    findings += _check_ranges(table, ranges)
    return findings


def explain_printed(row: Row, value: Decimal, unit: Row, printed: Printed) -> Iterator[tuple[str, str]]:
    """Say where a recorded value, its unit or its bound contradict what is printed: pairs of column and message."""
    factor = read_decimal(unit.get("factor", "")) or Decimal(1)
    base = unit.get("base", "")
    if printed.base is not None and printed.base != base:
        yield "unit_id", f"{row['as_printed']} is printed in {printed.base}, the unit {row['unit_id']} is of {base}"
        return
    ends = {"low": (printed.low,), "high": (printed.high,)}.get(row["bound"], (printed.low, printed.high))
    scales = (factor,) if printed.base is not None else (Decimal(1), factor)
    if not any(_close(end, abs(value) * scale) for end in ends for scale in scales):
        expected = printed.low / factor if printed.base is not None else printed.low
        shown = _plain(expected)
        if printed.is_range and row["bound"] == "high":
            shown = _plain(printed.high / factor if printed.base is not None else printed.high)
        yield "value", f"{row['as_printed']} is printed; write {shown} {row['unit_id']}, or mend as_printed"
    if printed.falls and value > 0 and (row["measure"] == "change" or row["measure"].startswith("growth")):
        yield "value", f"{row['as_printed']} is a fall; write the value with a minus"
    if printed.is_range and row["bound"] not in ("low", "high"):
        yield "bound", f"{row['as_printed']} is a range; write two rows, low and high"
    elif printed.bounds and not printed.is_range and row["bound"] not in printed.bounds:
        yield "bound", f"{row['as_printed']} says {' or '.join(printed.bounds)}; write that"


def _close(printed: Decimal, recorded: Decimal) -> bool:
    if printed == recorded:
        return True
    # Only a fraction that does not end may be rounded, to two decimals or more: 1/3 is 33.33.
    places = -int(recorded.as_tuple().exponent)
    endless = len(printed.as_tuple().digits) > 20
    return endless and places >= 2 and round(printed, places) == recorded


def _check_measure(row: Row, unit: Row, tell: Tell) -> None:
    """A measure, its unit and its period fit each other."""
    measure, base, text = row["measure"], unit.get("base", ""), row["period"]
    allowed = _BASES.get(measure)
    if allowed and base not in allowed:
        expected = " or ".join(sorted(allowed))
        tell("unit_id", f"a {measure} is given in {expected}; write that unit, or another measure", "measure")
    elif not allowed and base == "rank":
        tell("measure", f"{row['unit_id']} is the unit of a rank; write measure rank", "measure")
    elif base == "percentage-point" and measure not in ("change", "limit"):
        tell("measure", "percentage points measure a change; write measure change", "measure")
    period = read_period(text)
    if period is None:
        return
    if period.stock and (measure.startswith("growth") or measure in ("cumulative", "change")):
        tell("period", f"a {measure} has a period, not only a date; write the year or the interval", "measure")
    if measure == "growth-annual" and period.years == 1:
        tell("period", "an average per year needs an interval of years, for example 2016/2020", "measure")
    if measure == "growth-yoy" and period.years > 1:
        tell("period", "growth on the year before is of one year; is it growth-annual or growth-total?", "measure")
    if measure == "cumulative" and period.years == 1 and period.is_year:
        tell("period", "a total over several years needs their interval, for example 2016/2020", "measure")


def _check_period(row: Row, source: Row | None, tell: Tell) -> None:
    """A period that can be read; an actual not in the future of its document, a target not in its past."""
    text = row["period"]
    if not text:
        return
    period = read_period(text)
    if period is None:
        tell("period", "not a period; write 2025, 2021/2025, 2024-01/2024-05, or ../2020-12 for a stock at a date", "period")
        return
    scope = read_period(source["period"]) if source else None
    if scope is None or source is None:
        return
    last_actual = scope.start[0] if source.get("kind") == "plan" else scope.end[0]
    if row["status"] == "actual" and _ends(period) > last_actual:
        tell("period", f"an actual after {last_actual} stands in the document's future; is it a target?", "period")
    if row["status"] == "target" and _ends(period) < scope.start[0]:
        tell("period", f"a target that ends before {scope.start[0]} stands in the document's past; is it an actual?", "period")


def _ends(period: Period) -> int:
    return period.end[0]


def _check_ranges(table: Table, ranges: dict[tuple[str, ...], dict[str, tuple[int, Decimal]]]) -> Iterator[Finding]:
    for ends in ranges.values():
        if len(ends) == 1:
            (bound, (line, _)) = next(iter(ends.items()))
            other = "high" if bound == "low" else "low"
            yield Finding(
                table.path, line, "bound", "range", bound, f"the row for the other end is missing; add one with bound {other}"
            )
        elif abs(ends["low"][1]) > abs(ends["high"][1]):
            line, value = ends["low"]
            yield Finding(table.path, line, "value", "range", _plain(value), "the low end exceeds the high end; swap them")


def _check_items(table: Table, tables: Tables) -> Iterator[Finding]:
    """Places in a list are counted once each; a list as long as its document says, or a note that says why not."""
    lists = _reference(tables, "lists", "list_id")
    counted: dict[str, dict[str, int]] = {}
    for line, row in _Rows(table):
        places = counted.setdefault(row["list_id"], {})
        if row["position"] in places:
            message = f"row {places[row['position']]} has this place in {row['list_id']} too; count on"
            yield Finding(table.path, line, "position", "position", row["position"], message)
        places.setdefault(row["position"], line)
        known = lists.get(row["list_id"])
        if known and known["source_id"] != row["source_id"]:
            message = f"the list {row['list_id']} is of {known['source_id']}; write that, or name another list"
            yield Finding(table.path, line, "source_id", "list-source", row["source_id"], message)


@dataclass(frozen=True)
class _Oddity:
    """What a rule found of a document itself, not of our record: to be recorded once, and shown to readers.

    ``expectation`` says it in a few plain words; a recorded note repeats them, and is wrong when they change.
    ``locators`` are the places in the document to one of which a note belongs.
    """

    rule: str
    subject: str
    source: str
    expectation: str
    holds: bool
    locators: tuple[str, ...]
    finding: Finding


def _check_notes(tables: Tables) -> Iterator[Finding]:
    """Hold what is odd in the documents against ``reference.document-notes``: both ways, nothing passes in silence."""
    oddities = {(o.rule, o.subject, o.source): o for o in (*_compare_lengths(tables), *_compare_figures(tables))}
    notes = tables.get(("reference", "document-notes"))
    recorded: dict[tuple[str, str, str], tuple[int, Row]] = {}
    if notes and notes.header_fits:
        columns = ("rule", "subject", "source_id", "expectation", "locator")
        for line, row in _Rows(notes):
            known = {name: row.get(name, "") for name in columns}
            recorded[known["rule"], known["subject"], known["source_id"]] = (line, known)
        yield from _check_recorded(notes, recorded, oddities, _list_whatever_is_at_hand(tables))
    for key, oddity in oddities.items():
        if not oddity.holds and key not in recorded:
            yield oddity.finding


def _check_recorded(
    notes: Table,
    recorded: Mapping[tuple[str, str, str], tuple[int, Row]],
    oddities: Mapping[tuple[str, str, str], _Oddity],
    at_hand: frozenset[str],
) -> Iterator[Finding]:
    """A note says what the rule finds now, at a place where it finds it; one that cannot be checked is left alone."""
    for key, (line, row) in recorded.items():
        rule, subject, _ = key
        needed = {subject} if rule == "list-length" else needed_indicators(subject)
        oddity = oddities.get(key)
        if rule not in (*RULES, "list-length") or not needed <= at_hand:
            continue
        if oddity is None:
            message = f"the rule {rule} compares nothing of this subject in {row['source_id']}; mend or delete the note"
            yield Finding(notes.path, line, "subject", "document-note", subject, message)
        elif oddity.holds or row["expectation"] != oddity.expectation:
            message = f"the note is no longer true, now it is: {oddity.expectation}; mend or delete it"
            yield Finding(notes.path, line, "expectation", "document-note", row["expectation"], message)
        elif oddity.locators and row["locator"] not in oddity.locators:
            message = f"the figures stand at {' and '.join(oddity.locators)}; write one of these"
            yield Finding(notes.path, line, "locator", "document-note", row["locator"], message)


def _list_whatever_is_at_hand(tables: Tables) -> frozenset[str]:
    """The indicators and lists whose rows are at hand, and those that the vocabulary does not have at all.

    A note about one whose package was not named cannot be checked; one about a name that is gone can.
    """
    found: set[str] = set()
    for table, column in (*((t, "indicator_id") for t in _observations(tables)), *((t, "list_id") for t in _items(tables))):
        found.update(row[column] for _, row in _Rows(table))
    known = {*_reference(tables, "indicators", "indicator_id"), *_reference(tables, "lists", "list_id")}
    notes = tables.get(("reference", "document-notes"))
    subjects = {row.get("subject", "").partition("/")[0] for _, row in _Rows(notes)} if notes else set()
    return frozenset(found | (subjects - known))


def _observations(tables: Tables) -> list[Table]:
    """The tables of figures whose columns are those of their kind."""
    kind = ("indicators", "observations")
    return [t for t in tables.values() if _kind(t) == kind and t.header_fits and not _check_columns(t, kind)]


def _items(tables: Tables) -> list[Table]:
    """The tables of named things whose columns are those of their kind."""
    kind = ("lists", "items")
    return [t for t in tables.values() if _kind(t) == kind and t.header_fits and not _check_columns(t, kind)]


def _compare_figures(tables: Tables) -> Iterator[_Oddity]:
    """Compare all figures at hand with each other."""
    rows = [(table, line, row) for table in _observations(tables) for line, row in _Rows(table)]
    keys = {"units": "unit_id", "sources": "source_id", "areas": "area_id"}
    keys |= {"breakdowns": "breakdown_id", "indicators": "indicator_id"}
    reference = {name: _reference(tables, name, key) for name, key in keys.items()}
    for oddity in find_oddities([row for _, _, row in rows], reference):
        table, line, row = rows[oddity.rows[0]]
        locators = tuple(dict.fromkeys(rows[place][2]["locator"] for place in oddity.rows))
        message = (
            f"{oddity.expectation}; is a figure misread? "
            f"If the document says so, record it in document-notes, with the subject {oddity.subject}: {oddity.expectation}"
        )
        finding = Finding(table.path, line, "value", oddity.rule, row["value"], message)
        yield _Oddity(oddity.rule, oddity.subject, oddity.source, oddity.expectation, oddity.holds, locators, finding)


def _compare_lengths(tables: Tables) -> Iterator[_Oddity]:
    """Compare each list with the number that its document gives for it.

    A list of which no item is at hand is left alone: its package was not named.
    """
    lists = tables.get(("reference", "lists"))
    if lists is None:
        return
    lengths = Counter(row["list_id"] for table in _items(tables) for _, row in _Rows(table))
    for line, row in _Rows(lists):
        subject, printed = row.get("list_id", ""), row.get("printed_count", "")
        if not printed.isdecimal() or not lengths[subject]:
            continue
        told = f"{printed} printed, {lengths[subject]} listed"
        message = f"{told}; is an item missing or named twice? If the document says so, record it in document-notes: {told}"
        finding = Finding(lists.path, line, "printed_count", "list-length", printed, message)
        holds = int(printed) == lengths[subject]
        locators = tuple(place for place in (row.get("locator", ""),) if place)
        yield _Oddity("list-length", subject, row.get("source_id", ""), told, holds, locators, finding)


def _check_same(tables: Tables) -> Iterator[Finding]:
    """What ``reference.same-as`` ties together must be items of some package of lists; none at hand, none checked."""
    same = tables.get(("reference", "same-as"))
    known = {
        row.get("item_id", "")
        for table in tables.values()
        if table.source.package.kind == "lists" and table.resource.name == "items" and table.header_fits
        for _, row in _Rows(table)
    }
    if same is None or not same.header_fits or not known:
        return
    for line, row in _Rows(same):
        for column in ("thing_id", "item_id"):
            if row[column] not in known:
                near = nearest(row[column], known, 1)
                hint = f"did you mean {near[0]}?" if near else "delete the row, or add the item first"
                yield Finding(same.path, line, column, "same-as", row[column], f"no list has this item; {hint}")


def _plain(number: Decimal) -> str:
    text = format(number.normalize(), "f")
    return text if len(text) < 16 else f"{float(number):.4g}"


# ----- rows against documents -----


def audit(*paths: str | Path, sources: str | Path) -> Report:
    """Hold every row of packages of ours against the documents they were taken from.

    Parameters
    ----------
    *paths
        Folders or zips of packages.
    sources
        A folder with a text file ``<source_id>.txt`` for each document.

    Returns
    -------
    Report
        A finding for each row whose locator is not in its document, or whose place there does not hold
        number, label or name.

    Raises
    ------
    WrongUse
        Where a path is not there.
    """
    folder = Path(sources)
    if not folder.is_dir():
        raise WrongUse(f"There is no folder {folder}. Name the folder that holds the documents as text.")
    if not paths:
        raise WrongUse("No folder is named. Name one that holds data packages, for example datapackages/.")
    workspace = read_workspace(paths)
    findings = [finding for finding in workspace.findings if finding.severity == "error"]
    known = _reference(workspace.tables, "sources", "source_id")
    units = _reference(workspace.tables, "units", "unit_id")
    documents: dict[str, places.Document | str] = {}
    rows = 0
    for table in workspace.tables.values():
        kind = _kind(table)
        if kind is None or not table.header_fits:
            continue
        if missing := _check_columns(table, kind):
            findings.append(missing)
            continue
        for line, row in _Rows(table):
            rows += 1
            name = row["source_id"]
            if name not in documents:
                documents[name] = _read_document(folder, name)
            document = documents[name]
            if isinstance(document, str):
                findings.append(Finding(table.path, line, "source_id", "audit-source", name, document))
                continue
            if kind[0] == "indicators":
                source, unit = known.get(name, {}), units.get(row["unit_id"])
                scope = source.get("period", "")
                found = places.explain_observation(row, document, scope, unit=unit, kind=source.get("kind", "plan"))
            else:
                found = places.explain_item(row, document)
            findings += [Finding(table.path, line, column, "audit", row[column], message) for column, message in found]
    return Report(tuple(findings), len(workspace.sources), len(workspace.tables), rows)


def _read_document(folder: Path, name: str) -> places.Document | str:
    """A document, or why there is none to look in. A name that leads out of the folder is no document's."""
    file = folder / f"{name}.txt"
    if not name or Path(name).name != name or not file.is_file():
        return f"there is no {folder}/{name}.txt to look in; mend the id, or add the document"
    try:
        return places.read_document(file.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        return f"{file} is not UTF-8; save it anew"
