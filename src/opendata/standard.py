"""Text into a report: the rules of the Data Package standard.

frictionless is the reference: it judges every descriptor, and every different text of a column that has passed here,
but for those that it surely takes: a descriptor of plain properties, a text of a plain type that ``casts`` takes.
So it is not even imported for most packages; tests hold what is sure against its verdict.
What comes before it is a check of columns that reads each different text once, strictly, by ``casts``: it finds what
frictionless finds, says what to write instead, and adds the rules that frictionless declares but does not enforce
(``uniqueKeys``, ``categories``, foreign keys to other packages).
Of a large table ``columns`` leaves only the rows in doubt to be looked at here.
frictionless never opens a file, and no address reaches it.

Where both differ, on purpose (a test holds the list)
-----------------------------------------------------
- Digits are ASCII and nothing is trimmed: ``１２``, ``1_000`` and `` 12`` are no numbers, ``2024-1-5`` is no date.
- ``format: any`` of a date means the default form: a guess is not data.
- A pattern holds for the whole text, also where it has alternatives or a line break follows.
- A row too short or too long is told once, and its cells are not judged: they stand in the wrong columns.
- A cell that was told is not judged again as a part of a key.
- A time without a zone cannot be compared with one that has it; frictionless ends in an error.
- Integers may have a ``groupChar``, years more than four digits.
- ``jsonSchema`` is applied to objects and arrays, and the bounds that the standard has for durations and other types
  are enforced, where frictionless refuses the descriptor. A pattern or JSON Schema that takes longer than some seconds
  is told as not enforced (``guarded``); frictionless would not come back.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from opendata import casts, columns, read
from opendata.columns import Chosen, Plan, Scanned
from opendata.errors import MissingLibrary, UnreadablePackage, nearest
from opendata.model import Descriptor, Field, ForeignKey, Resource, Schema
from opendata.read import Cells, Source
from opendata.report import Finding, Report, shorten

# In names: what a page cannot print safely, or a terminal obeys.
_UNSAFE_NAME = re.compile(r"[<>\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")

_STANDARD = re.compile(
    r"https://datapackage\.org/profiles/2\.\d+/(?:datapackage|dataresource|tableschema|tabledialect)\.json\Z"
)

# Finding the names near a wrong one takes a while: not among more than this, not for more or longer ones than that.
_NEAR_AMONG, _NEAR_FOR = 5_000, 50

# Constraints that somebody may write beside ``constraints``, where any property may stand and none is applied.
# Of ``required`` frictionless says so.
_MISPLACED = frozenset(
    (
        "unique",
        "pattern",
        "enum",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "jsonSchema",
    )
)

# What a dialect may say and this program does not do; the value is what changes nothing.
_DIALECT_DEFAULTS: Mapping[str, Any] = {"headerRows": [1], "headerJoin": " ", "commentRows": [], "nullSequence": None}

Key = tuple[str, ...]
Identity = tuple[Hashable, ...]
# What is asked of rows: whether a column's cells are right, whether a key holds, whether keys are different.
Question = str | ForeignKey | None


@dataclass(frozen=True)
class Column:
    """The different texts of a column: what each means, and what is wrong with it.

    Attributes
    ----------
    values
        Text to value, ``None`` for a missing one; a text that cannot be read is not there.
    faults
        Text to rule and message, for each text that breaks a rule.
    rules
        Declared rule to ``enforced`` or ``not supported``.
    complaints
        What is wrong with the declaration itself.
    """

    field: Field
    values: Mapping[str, Hashable]
    faults: Mapping[str, tuple[str, str]]
    rules: Mapping[str, str]
    complaints: tuple[str, ...]


class _Values(dict[str, Hashable]):
    """The values of a column of which only the texts in doubt were read before: the others are when they are asked for."""

    def __init__(self, column: Column) -> None:
        super().__init__(column.values)
        self._field = column.field
        try:
            self._cast: casts.Cast | None = casts.make_cast(column.field)
        except casts.UnsupportedType:
            self._cast = None

    def __missing__(self, text: str) -> Hashable:
        if self._cast is None:
            raise KeyError(text)
        try:
            self[text] = None if text in self._field.missing_values else casts.identity(self._field, self._cast(text))
        except casts.CastError:
            raise KeyError(text) from None
        return self[text]


@dataclass
class Table:
    """A table under check: its cells, where each column stands, whether its header is as declared.

    Of a large one only the rows in doubt are looked at: they are a table too, and ``origin`` is the whole of it.
    """

    source: Source
    resource: Resource
    cells: Cells | Scanned | Chosen
    positions: Mapping[str, int]
    header_fits: bool
    columns: dict[str, Column] = field(default_factory=dict, repr=False)
    known: dict[Key, frozenset[Identity]] = field(default_factory=dict, repr=False)
    origin: Table | None = field(default=None, repr=False)
    _whole: list[int] | None = field(default=None, repr=False)
    _asked: Mapping[Question, list[int]] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        """The file as messages name it."""
        return self.source.show(self.resource.path)

    @property
    def whole(self) -> list[int]:
        """The indices of the rows that are as long as the header and not blank."""
        if self._whole is None:
            width = len(self.cells.header)
            blank = self._missing_values()
            self._whole = [
                index for index, row in enumerate(self.cells.rows) if len(row) == width and not _is_blank(row, blank)
            ]
        return self._whole

    def among(self, question: Question) -> list[int]:
        """The indices of the rows in which something may be found: all whole ones, but for those proven right."""
        return self._asked.get(question, []) if self.origin else self.whole

    def is_blank(self, row: list[str]) -> bool:
        """Whether a row, perhaps a short one, says nothing: every cell is a missing value of its column."""
        return len(row) <= len(self.cells.header) and _is_blank(row, self._missing_values())

    def _missing_values(self) -> list[tuple[str, ...]]:
        return [self.field(name).missing_values for name in self.cells.header]

    def field(self, name: str) -> Field:
        """Return a column as it is declared; text where it is not."""
        schema = self.resource.schema
        return next((one for one in (schema.fields if schema else ()) if one.name == name), Field(name, "string"))

    def has(self, names: Key) -> bool:
        """Whether all of some columns are there, and at least one is asked for."""
        return bool(names) and all(name in self.positions for name in names)

    def column(self, name: str) -> Column:
        """Return a column read: each different text once; of a large table those that are not proven right."""
        if self.origin:
            return self.origin.column(name)
        if name not in self.columns:
            at, cells = self.positions[name], self.cells
            if isinstance(cells, Scanned):
                column = _read_column(self.field(name), cells.doubts[at])
                self.columns[name] = replace(column, values=_Values(column))
            else:
                self.columns[name] = _read_column(
                    self.field(name), dict.fromkeys(cells.rows[index][at] for index in self.whole)
                )
        return self.columns[name]

    def identities(self, names: Key, among: Iterable[int] | None = None) -> Iterator[tuple[int, Identity]]:
        """Yield the values that stand in some columns, row by row; rows with a cell that cannot be read are left out."""
        parts = [(self.positions[name], self.column(name).values) for name in names]
        rows = self.cells.rows
        for index in self.whole if among is None else among:
            row = rows[index]
            try:
                yield index, tuple([values[row[at]] for at, values in parts])
            except KeyError:
                continue

    def known_values(self, names: Key) -> frozenset[Identity]:
        """Return the values that stand in some columns together, but for those that are all missing."""
        if self.origin:
            return self.origin.known_values(names)
        if names not in self.known:
            pairs = self.distinct(names) if isinstance(self.cells, Scanned) else self.identities(names)
            self.known[names] = frozenset(values for _, values in pairs if values.count(None) < len(values))
        return self.known[names]

    def distinct(self, names: Key) -> Iterator[tuple[Key, Identity]]:
        """Yield the different texts that stand in some columns of a large table together, and their values."""
        assert isinstance(self.cells, Scanned)
        parts = [self.column(name).values for name in names]
        for texts in self.cells.distinct(tuple(self.positions[name] for name in names)):
            try:
                yield texts, tuple([values[text] for values, text in zip(parts, texts, strict=True)])
            except KeyError:
                continue

    def line(self, index: int) -> int:
        """The line of the file on which a row begins."""
        return self.cells.lines[index]


def _is_blank(row: list[str], missing: list[tuple[str, ...]]) -> bool:
    # Nearly every row ends at its first cell.
    return all(text in texts for text, texts in zip(row, missing, strict=False))


Tables = dict[tuple[str, str], Table]
# Is told how many tables and rows were read since it was told last.
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Workspace:
    """Packages that were read, and what could not be."""

    sources: tuple[Source, ...]
    tables: Tables
    findings: tuple[Finding, ...]

    def declares(self, package: str, resource: str) -> bool:
        """Whether a package that was read has such a resource, be its file readable or not."""
        return any(source.package.name == package and source.package.resource(resource) for source in self.sources)


def read_workspace(paths: Iterable[str | Path], tell: Tell | None = None) -> Workspace:
    """Read every package at or below some folders or zips; what cannot be read becomes a finding.

    Parameters
    ----------
    paths
        The folders and zips.
    tell
        Called with the tables and rows read since it was called last; ``None``: nobody is told.

    Raises
    ------
    WrongUse
        Where a path is no folder and no zip.
    """
    sources, findings = read_sources(paths)
    return read_tables(sources, findings, tell)


def read_sources(paths: Iterable[str | Path]) -> tuple[list[Source], list[Finding]]:
    """Read the descriptor of every package at or below some folders or zips, and what is wrong with their names."""
    findings: list[Finding] = []
    sources = [source for path in paths for source in _read_sources(path, findings)]
    return sources, [*findings, *_check_names(sources)]


def read_tables(sources: Iterable[Source], findings: Iterable[Finding] = (), tell: Tell | None = None) -> Workspace:
    """Read the tables of packages; what cannot be read becomes a finding beside those already there."""
    sources, findings = tuple(sources), list(findings)
    tables: Tables = {}
    least = columns.find_least(sources)
    for source in sources:
        for resource in source.package.resources:
            key = source.package.name, resource.name
            # The second of one name is told by ``_check_names``; the first stands.
            if not resource.is_table or resource.problem or key in tables:
                continue
            try:
                cells = _read_table(source, resource, least, tell)
            except UnreadablePackage as error:
                findings.append(_unreadable(error))
                continue
            finally:
                if tell:
                    tell(1, 0)
            told = list(_explain_header(resource, cells.header))
            findings += [Finding(source.show(resource.path), 1, column, rule, None, text) for rule, column, text in told]
            tables[key] = Table(source, resource, cells, _find_positions(cells.header), not told)
    return Workspace(sources, tables, tuple(findings))


def count_tables(sources: Iterable[Source]) -> int:
    """Return how many tables ``read_tables`` will read, or tell as unreadable."""
    known = (
        (source.package.name, one.name)
        for source in sources
        for one in source.package.resources
        if one.is_table and not one.problem
    )
    return len(set(known))


def _read_table(source: Source, resource: Resource, least: int, tell: Tell | None) -> Cells | Scanned:
    scanned = _scan(source, resource, least, tell)
    if scanned is not None:
        return scanned
    cells = read.read_cells(source, resource)
    if tell:
        tell(0, len(cells))
    return cells


def _find_positions(header: tuple[str, ...]) -> dict[str, int]:
    return {name: index for index, name in reversed(list(enumerate(header)))}


def _scan(source: Source, resource: Resource, least: int, tell: Tell | None) -> Scanned | None:
    """Read a large table in columns; ``None`` where it must be read as rows."""
    header = columns.read_header(source, resource, least)
    if header is None:
        return None
    positions = {} if any(_explain_header(resource, header)) else _find_positions(header)
    schema = resource.schema or Schema()
    known = {column.name: column for column in reversed(schema.fields)}
    keys: list[tuple[Key, bool]] = [((name,), False) for name in known if known[name].constraints.get("unique") is True]
    keys += [(schema.primary_key, True), *((key, False) for key in schema.unique_keys)]
    plan = Plan(
        tuple(known.get(name) or Field(name, "string") for name in header),
        frozenset(positions[name] for name in known if name in positions),
        tuple((_at(positions, key), gaps) for key, gaps in keys if _at(positions, key)),
        tuple(dict.fromkeys(at for one in schema.foreign_keys if (at := _at(positions, one.fields)))),
    )
    return columns.scan(source, resource, header, plan, (lambda rows: tell(0, rows)) if tell else None)


def _at(positions: Mapping[str, int], names: Key) -> tuple[int, ...]:
    """Where some columns stand; nothing where one of them does not."""
    return tuple(positions[name] for name in names) if all(name in positions for name in names) else ()


def _read_sources(path: str | Path, findings: list[Finding]) -> Iterator[Source]:
    shown = str(Path(path).parent) if Path(path).name in read.DESCRIPTORS else str(path)
    try:
        folder = read.open_folder(path)
        packages = read.find_packages(folder)
    except UnreadablePackage as error:
        findings.append(_unreadable(error))
        return
    if not packages:
        message = "there is no datapackage.json here; run `opendata new`"
        findings.append(Finding(shown, None, None, "descriptor-missing", None, message))
    for package in packages:
        below = str(package).removeprefix(str(folder)).strip("/")
        try:
            yield read.read_source(
                package,
                below if below and shown == "." else f"{shown.rstrip('/')}/{below}" if below else shown,
                lenient=True,
            )
        except UnreadablePackage as error:
            findings.append(_unreadable(error))


def check_workspace(workspace: Workspace) -> Report:
    """Check all packages of a workspace by the rules of the standard."""
    return join_parts(workspace.sources, workspace.findings, [check_part(workspace, workspace.sources)])


@dataclass(frozen=True)
class Part:
    """What was found in some packages.

    Attributes
    ----------
    findings
        In any order, one perhaps more than once.
    rules
        For each package, by its name, the state of each declared rule.
    tables, rows
        How much was checked.
    """

    findings: tuple[Finding, ...]
    rules: Mapping[str, Mapping[str, str]]
    tables: int
    rows: int


def check_part(workspace: Workspace, sources: Iterable[Source]) -> Part:
    """Check some packages of a workspace; the others are there for what refers to them."""
    findings: list[Finding] = []
    rules: dict[str, dict[str, str]] = {}
    for source in sources:
        findings += _check_source(source, workspace, rules.setdefault(source.package.name, {}))
    tables = [table for (name, _), table in workspace.tables.items() if name in rules]
    return Part(tuple(findings), rules, len(tables), sum(len(table.cells) for table in tables))


def join_parts(sources: Collection[Source], findings: Iterable[Finding], parts: Iterable[Part]) -> Report:
    """Return the report over parts, which is the same however the packages were parted.

    Parameters
    ----------
    sources
        All packages, in the order in which their rules are told.
    findings
        What was found where they were read.
    parts
        What was found in them.
    """
    parts = tuple(parts)
    states = {name: rules for part in parts for name, rules in part.rules.items()}
    names = dict.fromkeys(source.package.name for source in sources)
    return Report(
        tuple(_in_order([*findings, *(finding for part in parts for finding in part.findings)])),
        len(sources),
        sum(part.tables for part in parts),
        sum(part.rows for part in parts),
        {rule: state for name in names for rule, state in states.get(name, {}).items()},
    )


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, in the order of files and rows."""
    placed = {(f.path, f.row or 0, f.column or "", f.rule, f.value or "", f.message, f.severity): f for f in findings}
    return [placed[place] for place in sorted(placed)]


def _unreadable(error: UnreadablePackage) -> Finding:
    return Finding(error.path, error.line, None, error.rule, None, f"{error.cause} {error.remedy}")


# ----- names -----


def _check_names(sources: list[Source]) -> Iterator[Finding]:
    """Two of one name cannot be told apart; a name that a page or a path cannot hold safely is refused."""
    seen: dict[str, str] = {}
    for source in sources:
        package, where = source.package, source.show(source.descriptor)
        if package.name in seen:
            message = f"{seen[package.name]} has this name too; give each its own"
            yield Finding(where, None, None, "package-name", package.name, message)
        seen.setdefault(package.name, where)
        yield from _check_unsafe(where, "package", package.name)
        for name in _repeated(resource.name for resource in package.resources):
            yield Finding(where, None, None, "resource-name", name, "two resources have this name; give each its own")
        for resource in package.resources:
            yield from _check_unsafe(where, "resource", resource.name)
            schema = resource.descriptor.get("schema")
            fields = schema.get("fields") if isinstance(schema, Mapping) else None
            for at, one in enumerate(fields if isinstance(fields, list) else []):
                if not isinstance(one, Mapping):
                    yield Finding(
                        where, None, resource.name, "field-error", str(one), f"field {at + 1} is not an object; write {{…}}"
                    )
            for column in resource.schema.fields if resource.schema else ():
                for name in _MISPLACED & column.properties.keys():
                    place, message = (
                        f"{resource.name}.{column.name}",
                        f"it is not applied there; move it into constraints.{name}",
                    )
                    yield Finding(where, None, place, "field-error", name, message, "warning")
            names = resource.schema.names if resource.schema else ()
            for name in _repeated(names):
                yield Finding(where, None, resource.name, "field-name", name, "two fields have this name; give each its own")
            for name in names:
                yield from _check_unsafe(where, "field", name)


def _check_unsafe(where: str, kind: str, name: str) -> Iterator[Finding]:
    if _UNSAFE_NAME.search(name):
        yield Finding(where, None, None, "unsafe-name", name, f"a {kind}'s name may not hold <, > or control characters")
    elif kind != "field" and ("/" in name or "\\" in name or name.startswith(".")):
        yield Finding(where, None, None, "unsafe-name", name, f"a {kind}'s name is part of addresses; write it without / and .")


def _repeated(names: Iterable[str]) -> list[str]:
    names = list(names)
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


# ----- one package -----


def _check_source(source: Source, workspace: Workspace, rules: dict[str, str]) -> list[Finding]:
    findings = [
        Finding(source.show(name), None, None, "unlisted-file", None, "no resource names this file; list it or delete it")
        for name in read.find_unlisted(source)
    ]
    for resource in source.package.resources:
        if resource.problem:
            findings.append(_unreadable(resource.problem))
            rules[f"{source.package.name}/{resource.name}/schema"] = "not checked: the resource cannot be read"
            continue
        findings += _check_file(source, resource)
        findings += _check_dialect(source, resource)
        table = workspace.tables.get((source.package.name, resource.name))
        if table and table.source is source and table.resource is resource:
            try:
                findings += _check_table(table, workspace, rules)
            except UnreadablePackage as error:
                findings.append(_unreadable(error))
                rules[f"{source.package.name}/{resource.name}/schema"] = "not checked: the file changed"
    return [*findings, *_ask_about_descriptor(source, findings)]


def _check_file(source: Source, resource: Resource) -> Iterator[Finding]:
    """That a file is there and can be checked; its declared hash and size."""
    where = source.show(source.descriptor)
    if not resource.path:
        inline = resource.data is not None
        rule, message = "resource", "the resource has no `path`; name its file"
        if inline:
            rule, message = "inline-data", "data in the descriptor is not supported; put it in a CSV file"
        yield Finding(where, None, None, rule, resource.name, message)
        return
    if resource.is_table and not resource.hash and resource.bytes is None:
        return
    try:
        data = read.read_bytes(source, resource.path)
    except UnreadablePackage as error:
        if not resource.is_table:
            yield _unreadable(error)
        return
    path = source.show(resource.path)
    if resource.schema and not resource.is_table:
        yield Finding(
            path, None, None, "format", None, "only tables in CSV files are checked; save it as CSV, or drop its schema"
        )
    if resource.bytes is not None and resource.bytes != len(data):
        yield Finding(
            path, None, None, "byte-count", None, f"the descriptor says {resource.bytes} bytes, the file has {len(data)}"
        )
    if resource.hash:
        yield from _check_hash(path, resource.hash, data)


def _check_hash(path: str, declared: str, data: bytes) -> Iterator[Finding]:
    algorithm, _, digits = declared.lower().rpartition(":")
    algorithm = algorithm or "md5"
    if algorithm not in ("md5", "sha1", "sha256", "sha512"):
        yield Finding(path, None, None, "hash-count", declared, "only md5, sha1, sha256 and sha512 are known; write sha256:…")
        return
    actual = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
    if actual != digits:
        message = f"the file's {algorithm} is {actual}; mend the file, or write that"
        yield Finding(path, None, None, "hash-count", declared, message)


def _check_dialect(source: Source, resource: Resource) -> Iterator[Finding]:
    """What a dialect says that is not done here must not be passed over in silence."""
    dialect = resource.descriptor.get("dialect")
    if not isinstance(dialect, Mapping) or not resource.is_table:
        return
    for name, default in _DIALECT_DEFAULTS.items():
        if dialect.get(name, default) not in (default, None):
            message = f"{name} is not supported; write the file without it"
            yield Finding(source.show(source.descriptor), None, resource.name, "dialect", str(dialect[name]), message)


def _explain_header(resource: Resource, header: Key) -> Iterator[tuple[str, str | None, str]]:
    """Say where a header is not as declared: rule, column, message; nothing where it is."""
    names, schema = list(header), resource.schema
    for name in _repeated(names):
        yield "duplicate-label", name or "(empty)", f"{names.count(name)} columns have this name; keep one"
    if schema is None or not schema.fields:
        return
    declared, match = list(schema.names), schema.fields_match
    missing = [name for name in dict.fromkeys(declared) if name not in names]
    extra = [name for name in dict.fromkeys(names) if name not in declared]
    if match == "partial" and len(missing) == len(set(declared)):
        yield "missing-label", None, f"none of the declared columns is there: {_name_some(declared)}"
        return
    if match in ("superset", "partial"):
        missing = [one.name for one in schema.fields if one.name in missing and _must_stand(one, schema.primary_key)]
    for name in missing:
        near = nearest(name, extra, 1)
        hint = f"the header has {near[0]!r} instead" if near else f"the header is: {_name_some(names)}"
        extra = [other for other in extra if other not in near]
        yield "missing-label", name, f"the column is declared but not there; {hint}"
    if match in ("exact", "equal", "superset"):
        for name in extra:
            yield "extra-label", name or "(empty)", "the column is not declared; delete it, or add a field to the schema"
    if match == "exact" and sorted(names) == sorted(declared) and names != declared:
        yield "incorrect-label", None, f"the columns are out of order; expected {_name_some(declared)}"


def _must_stand(column: Field, key: Key) -> bool:
    return column.required or column.name in key


def _name_some(names: Iterable[str]) -> str:
    return shorten(", ".join(names), 300)


# ----- one table -----


def _check_table(table: Table, workspace: Workspace, rules: dict[str, str]) -> Iterator[Finding]:
    schema, name = table.resource.schema, f"{table.source.package.name}/{table.resource.name}"
    if isinstance(table.cells, Scanned):
        table = _take_doubtful(table, table.cells, workspace)
    yield from _check_rows(table)
    if schema is None:
        rules[f"{name}/schema"] = "not declared"
        return
    if not table.header_fits:
        rules[f"{name}/schema"] = "not checked: the header is not as declared"
        return
    for declared in schema.fields:
        if declared.name in table.positions:
            column = table.column(declared.name)
            rules |= {f"{name}/{declared.name}: {rule}": state for rule, state in column.rules.items()}
            yield from _check_column(table, column)
    for rule, key in (("primary-key", schema.primary_key), *(("unique-key", key) for key in schema.unique_keys)):
        if key:
            yield from _check_unique(table, key, rule)
            rules[f"{name}/{rule}({', '.join(key)})"] = "enforced" if table.has(key) else "not supported"
    for foreign in schema.foreign_keys:
        told = list(_check_foreign_key(table, foreign, workspace))
        yield from told
        broken = any(finding.path != table.path for finding in told)
        rules[f"{name}/foreign-key({', '.join(foreign.fields)})"] = "not supported" if broken else "enforced"


def _take_doubtful(table: Table, cells: Scanned, workspace: Workspace) -> Table:
    """Make a table of those rows of a large one that may have findings; what is found in them is all there is to find."""
    schema = table.resource.schema if table.header_fits else None
    asked: dict[Question, dict[int, Collection[str]]] = {}
    for column in (table.column(one.name) for one in (schema.fields if schema else ()) if one.name in table.positions):
        if column.faults:
            asked[column.field.name] = {table.positions[column.field.name]: column.faults}
    for foreign in schema.foreign_keys if schema else ():
        target = _find_target(table, foreign, workspace)
        if target is None or not _fits(table, foreign, target):
            continue
        known = target.known_values(foreign.reference_fields)
        pairs = table.distinct(foreign.fields)
        dangling = [texts for texts, values in pairs if values not in known and values.count(None) < len(values)]
        if dangling:
            columns_of_texts = zip(foreign.fields, zip(*dangling, strict=True), strict=True)
            asked[foreign] = {table.positions[name]: set(texts) for name, texts in columns_of_texts}
    chosen = cells.select(tuple(asked.values()))
    answers = {**dict(zip(asked, chosen.answers, strict=True)), None: chosen.repeated}
    return replace(table, cells=chosen, columns={}, known={}, origin=table, _whole=chosen.whole, _asked=answers)


def _check_rows(table: Table) -> Iterator[Finding]:
    header, width = table.cells.header, len(table.cells.header)
    if not len((table.origin or table).cells):
        yield Finding(table.path, None, None, "no-rows", None, "the table has a header and no rows", "warning")
    if len(table.whole) == len(table.cells.rows):
        return
    for index, row in enumerate(table.cells.rows):
        line = table.line(index)
        if table.is_blank(row):
            yield Finding(table.path, line, None, "blank-row", None, "the row is blank; delete it")
        elif len(row) < width:
            gone = header[len(row)]
            message = f"the row has {len(row)} cells, the header has {width}; {gone!r} is the first that is missing"
            yield Finding(table.path, line, gone, "missing-cell", None, message)
        elif len(row) > width:
            message = f"the row has {len(row)} cells, the header has {width}; is a cell with a comma not in quotes?"
            yield Finding(table.path, line, None, "extra-cell", row[width], message)


def _read_column(column: Field, texts: Iterable[str]) -> Column:
    """Read each different text of a column: by ``casts``, then, where it passed, by frictionless."""
    try:
        cast = casts.make_cast(column)
    except casts.UnsupportedType as error:
        return Column(column, {}, {}, {column.type: "not supported"}, (str(error),))
    values: dict[str, Hashable] = {}
    faults: dict[str, tuple[str, str]] = {}
    read: dict[str, Any] = {}
    for text in texts:
        if text in column.missing_values:
            values[text] = None
            if column.required:
                faults[text] = "constraint-error", "the cell is required; write a value"
            continue
        try:
            read[text] = cast(text)
            values[text] = casts.identity(column, read[text])
        except casts.CastError as error:
            faults[text] = "type-error", str(error) + _advise(text, column)
    rules, complaints = {"type": "enforced"}, []
    for name, bound in casts.declared_constraints(column):
        try:
            broken = _apply(casts.make_constraint(column, name, bound), read, faults)
            faults |= {text: ("constraint-error", told + _advise(text, column)) for text, told in broken.items()}
            rules[name] = "enforced"
        except casts.UnsupportedType as error:
            complaints.append(str(error))
            rules[name] = "not supported"
    rules |= {name: "enforced" for name in ("required", "unique") if column.constraints.get(name) is True}
    if complaints or not _is_sure(column):
        faults |= _ask_about_cells(column, [text for text in read if text not in faults])
    return Column(column, values, faults, rules, tuple(complaints))


def _apply(check: casts.Check, read: Mapping[str, Any], faults: Mapping[str, object]) -> dict[str, str]:
    """Apply a rule to the values in which nothing is wrong yet; what is told of a text is told once."""
    if isinstance(check, casts.Guarded):
        check.read_ahead(text for text in read if text not in faults)
    told = ((text, check(text, value)) for text, value in read.items() if text not in faults)
    return {text: broken for text, broken in told if broken}


def _advise(text: str, column: Field) -> str:
    better = casts.suggest(text, column)
    if better is None:
        return ""
    return f"; write {better!r}" if better else "; leave the cell empty for a missing value"


def _check_column(table: Table, column: Column) -> Iterator[Finding]:
    """Tell each row that holds a text with a fault; then the values that stand twice and may not."""
    name, rows = column.field.name, table.cells.rows
    for complaint in column.complaints:
        place = f"{table.resource.name}.{name}"
        yield Finding(_descriptor(table), None, place, "field-error", None, f"{complaint}; mend the schema")
    at = table.positions[name]
    if column.faults:
        path = table.path
        for index in table.among(name):
            fault = column.faults.get(rows[index][at])
            if fault:
                yield Finding(path, table.line(index), name, fault[0], rows[index][at], fault[1])
    if column.field.constraints.get("unique") is True:
        first: dict[Identity, int] = {}
        for index, value in table.identities((name,), table.among(None)):
            if value == (None,):
                continue
            if value in first:
                message = f"the same value stands in row {first[value]}; each must be different"
                yield Finding(table.path, table.line(index), name, "unique-error", rows[index][at], message)
            first.setdefault(value, table.line(index))


def _descriptor(table: Table) -> str:
    return table.source.show(table.source.descriptor)


def _check_unique(table: Table, key: Key, rule: str) -> Iterator[Finding]:
    """Tell rows with the same key; in a primary key a missing value is a value, in a unique key (as in SQL) it is not."""
    if not table.has(key):
        message = f"{', '.join(name for name in key if name not in table.positions)} is no column; mend the key"
        yield Finding(_descriptor(table), None, table.resource.name, rule, ", ".join(key), message)
        return
    column = key[0] if len(key) == 1 else None
    first: dict[Identity, int] = {}
    for index, values in table.identities(key, table.among(None)):
        line = table.line(index)
        if values.count(None) == len(values) and rule == "primary-key":
            yield Finding(table.path, line, column, rule, None, "the primary key is empty; write one")
        elif None in values and (rule == "unique-key" or len(values) == 1):
            continue
        elif values in first:
            message = f"row {first[values]} has the same {rule.replace('-', ' ')}; delete one, or say what tells them apart"
            yield Finding(table.path, line, column, rule, _show_key(table, index, key), message)
        else:
            first[values] = line


def _show_key(table: Table, index: int, key: Key) -> str:
    return ", ".join(filter(None, (table.cells.rows[index][table.positions[name]] for name in key)))


def _check_foreign_key(table: Table, foreign: ForeignKey, workspace: Workspace) -> Iterator[Finding]:
    package = foreign.package or table.source.package.name
    target = _find_target(table, foreign, workspace)
    name, columns = f"{package}.{foreign.resource or table.resource.name}", ", ".join(foreign.fields)
    if target is None or not target.header_fits:
        # A table that is there and cannot be read has been told.
        if target is None and not workspace.declares(package, foreign.resource):
            message = f"there is no such table; {_hint_table(package, foreign.resource, workspace)}"
            yield Finding(_descriptor(table), None, columns, "foreign-key", name, message)
        return
    if not _fits(table, foreign, target):
        message = f"the key's columns do not fit those of {name}; mend the key"
        yield Finding(_descriptor(table), None, columns, "foreign-key", None, message)
        return
    known = target.known_values(foreign.reference_fields)
    hints: dict[Identity, str] = {}
    for index, values in table.identities(foreign.fields, table.among(foreign)):
        if values in known or values.count(None) == len(values):
            continue
        shown = _show_key(table, index, foreign.fields)
        if values not in hints:
            near = _near_values(shown, known) if len(values) == 1 and len(hints) < _NEAR_FOR else ()
            hints[values] = f"did you mean {', '.join(near)}?" if near else f"add it to {name} first"
        message = f"not in {name}.{', '.join(foreign.reference_fields)}; {hints[values]}"
        yield Finding(table.path, table.line(index), columns, "foreign-key", shown, message)


def _find_target(table: Table, foreign: ForeignKey, workspace: Workspace) -> Table | None:
    """The table that a key leads to, which may be its own."""
    if not foreign.resource and not foreign.package:
        return table
    return workspace.tables.get((foreign.package or table.source.package.name, foreign.resource))


def _fits(table: Table, foreign: ForeignKey, target: Table) -> bool:
    """Whether the columns of a key are there, and as many on both sides."""
    pairs = target.header_fits and len(foreign.fields) == len(foreign.reference_fields)
    return pairs and table.has(foreign.fields) and target.has(foreign.reference_fields)


def _hint_table(package: str, resource: str, workspace: Workspace) -> str:
    if "://" in package:
        return "it is an address, and nothing is fetched"
    near = nearest(resource, [name for owner, name in workspace.tables if owner == package], 1)
    return f"did you mean {near[0]}?" if near else "check it together with that package"


def _near_values(shown: str, known: frozenset[Identity]) -> tuple[str, ...]:
    if len(known) > _NEAR_AMONG or len(shown) > _NEAR_FOR:
        return ()
    return nearest(shown, sorted(value for (value,) in known if isinstance(value, str)))


# ----- frictionless -----


def _load_frictionless() -> Any:
    try:
        import frictionless
    except ImportError:
        raise MissingLibrary("frictionless", "Validation", "'opendata-shandong[publish]'") from None
    return frictionless


# Types of which frictionless takes every text that `casts` takes, under constraints that can be read.
_SURE_TYPES = ("string", "any", "integer", "number", "boolean", "date")


def _is_sure(column: Field) -> bool:
    """Whether frictionless takes every text of a column that ``casts`` takes."""
    forms = ("groupChar", "decimalChar", "bareNumber", "floatNumber", "trueValues", "falseValues")
    if column.type not in _SURE_TYPES or column.format != "default" or any(form in column.properties for form in forms):
        return False
    # Of larger bounds it takes the binary value, `casts` the one that is written.
    bounds = [bound for _, rule in casts.declared_constraints(column) for bound in (rule if isinstance(rule, list) else [rule])]
    return not any(isinstance(bound, float) and abs(bound) >= 2**53 for bound in bounds)


# Constraints about which frictionless is not asked.
_OURS = ("required", "unique", "pattern", "jsonSchema")


def _ask_about_cells(column: Field, texts: list[str]) -> dict[str, tuple[str, str]]:
    """Let frictionless judge texts that passed here: its verdict on ``uri``, ``email`` and ``geojson`` is the finer one."""
    plain = column.type in ("string", "any") and column.format == "default" and not casts.declared_constraints(column)
    wrong = column.type == "year" or (column.type == "integer" and "groupChar" in column.properties)
    if plain or wrong or not texts:
        return {}
    # A pattern was matched against the whole text, in bounded time; it would match it against a beginning, in any time.
    constraints = {name: bound for name, bound in column.constraints.items() if name not in _OURS}
    declared = _disarm({**column.properties, "type": column.type, "constraints": constraints, "missingValues": [""]})
    frictionless = _load_frictionless()
    faults = {}
    try:
        reader = frictionless.Field.from_descriptor(declared).create_cell_reader()
    except Exception:  # noqa: BLE001 - a field that it refuses is told with the descriptor; on some it ends in a bare error
        return {}
    for text in texts:
        with contextlib.suppress(Exception):  # nor may a text on which it ends in an error hide what it says of the next
            _, notes = reader(text)
            for kind, note in (notes or {}).items():
                faults[text] = ("type-error" if kind == "type" else "constraint-error"), f"{note} (frictionless)"
    return faults


# What frictionless says of a descriptor and this module says with its place.
_SAID = re.compile(
    r"names of the (?:resources|fields) are not unique|path \".*\" is not safe|properties \"path\" (?:or|and) \"data\""
    r"|primary key \"|foreign key \"|field type \".*\" is not supported|foreign key fields \""
)


# Constraints that the standard has for a type and frictionless refuses; they are enforced here.
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_ALLOWED: Mapping[str, Key] = {
    **dict.fromkeys(("integer", "number", "date", "time", "datetime", "duration", "year", "yearmonth"), _BOUNDS),
    "list": ("minLength", "maxLength"),
    "object": ("jsonSchema",),
    "array": ("jsonSchema",),
}


def _ask_about_descriptor(source: Source, found: list[Finding]) -> Iterator[Finding]:
    """Let frictionless judge the descriptor, without the addresses and paths that it would follow."""
    readable = [resource.descriptor for resource in source.package.resources if resource.descriptor]
    descriptor, where = _disarm({**source.package.descriptor, "resources": readable}), source.show(source.descriptor)
    if is_plain(descriptor):
        return
    frictionless = _load_frictionless()
    try:
        errors = frictionless.Package.validate_descriptor(descriptor).errors
        told = [(error.type, error.note) for error in errors]
    except Exception as error:  # noqa: BLE001 - it raises bare errors on some descriptors
        told = [("package-error", f"frictionless cannot read the descriptor ({type(error).__name__}: {error})")]
    ours = " ".join(finding.message for finding in found if finding.rule == "field-error")
    for rule, note in dict.fromkeys(told):
        unknown = re.match(r'constraint "(.*)" is not supported by type "(.*)"', note)
        known = unknown and (repr(unknown[1]) in ours or unknown[1] in _ALLOWED.get(unknown[2], ()))
        if not _SAID.search(note) and not known:
            yield Finding(where, None, None, rule, None, f"{note}; see https://datapackage.org/standard/")


# What a plain descriptor says: property to what its value must be. Any other property is for frictionless to judge.
_Shape = Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[-a-z0-9._]+", value))


def _is_path(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not read.explain_unsafe(value)


def _is_bound(value: object) -> bool:
    return _is_text(value) or (isinstance(value, int | float) and not isinstance(value, bool))


def _lists(shape: _Shape) -> _Shape:
    return lambda value: isinstance(value, list) and bool(value) and all(map(shape, value))


def _lists_different(shape: _Shape) -> _Shape:
    return lambda value: _lists(shape)(value) and len({json.dumps(one) for one in value}) == len(value)


def _has_shape(shapes: Mapping[str, _Shape], needed: Key = ()) -> _Shape:
    """Whether a value is an object of known properties; of the texts for readers there may be translations (``title@en``)."""

    def find(name: str) -> _Shape:
        default, _, language = name.partition("@")
        return shapes.get(default if language and default in _TITLES else name, _is_never)

    return lambda value: (
        isinstance(value, Mapping)
        and all(name in value for name in needed)
        and all(find(name)(one) for name, one in value.items())
    )


def _is_never(value: object) -> bool:
    return False


_TITLES: Mapping[str, _Shape] = {"title": _is_text, "description": _is_text}
_ORDERED: Mapping[str, _Shape] = {"minimum": _is_bound, "maximum": _is_bound}
_BEYOND: Mapping[str, _Shape] = {"exclusiveMinimum": _is_bound, "exclusiveMaximum": _is_bound}
_ANY_TYPE: Mapping[str, _Shape] = {"required": _is_flag, "unique": _is_flag}
_PLAIN_CONSTRAINTS: Mapping[str, Mapping[str, _Shape]] = {
    "string": {"pattern": _is_text, "minLength": _is_count, "maxLength": _is_count, "enum": _lists_different(_is_text)},
    "any": {"enum": _lists_different(_is_text)},
    "boolean": {},
    "year": _ORDERED,
    "yearmonth": _ORDERED,
    **{kind: {**_ORDERED, "enum": _lists_different(_is_bound)} for kind in ("integer", "number", "date", "time", "datetime")},
}
_PLAIN_KEYS = _has_shape(
    {
        "fields": _lists(_is_text),
        "reference": _has_shape(
            {"resource": lambda value: isinstance(value, str), "fields": _lists(_is_text)}, ("resource", "fields")
        ),
    },
    ("fields", "reference"),
)
_PLAIN_SCHEMA = _has_shape(
    {
        "fields": _lists(lambda one: isinstance(one, Mapping)),
        "primaryKey": _lists(_is_text),
        "uniqueKeys": _lists(_lists(_is_text)),
        "foreignKeys": lambda value: value == [] or _lists(_PLAIN_KEYS)(value),
        "missingValues": _lists_different(lambda one: isinstance(one, str)),
    },
    ("fields",),
)
_PLAIN_RESOURCE = _has_shape(
    {
        **_TITLES,
        "name": _is_name,
        "type": lambda value: value == "table",
        "path": _is_path,
        "scheme": lambda value: value == "file",
        "format": lambda value: value in ("csv", "tsv"),
        "mediatype": lambda value: value in ("text/csv", "text/tab-separated-values"),
        "encoding": lambda value: value in ("utf-8", "utf8", "UTF-8"),
        "bytes": _is_count,
        "hash": _is_text,
        "schema": _PLAIN_SCHEMA,
    },
    ("name", "path"),
)
_PLAIN_PACKAGE = _has_shape(
    {
        **_TITLES,
        "$schema": _is_text,
        "name": _is_name,
        "kind": _is_text,
        "version": _is_text,
        "languages": _lists_different(_is_text),
        "licenses": _lists(_has_shape({"name": _is_text, "path": _is_text, "title": _is_text}, ("name",))),
        "sources": _lists(_has_shape({"title": _is_text, "path": _is_text}, ("title",))),
        "contributors": _lists(
            _has_shape({"title": _is_text, "path": _is_text, "roles": _lists_different(_is_text)}, ("title",))
        ),
        "resources": _lists(_PLAIN_RESOURCE),
    },
    ("resources",),
)


def is_plain(descriptor: Descriptor) -> bool:
    """Whether frictionless surely has nothing to say of a descriptor; ``False`` says only that it must be asked."""
    if not _PLAIN_PACKAGE(descriptor):
        return False
    schemas = [resource["schema"] for resource in descriptor["resources"] if "schema" in resource]
    names = [resource["name"] for resource in descriptor["resources"]]
    return len(set(names)) == len(names) and all(_is_plain_schema(schema, newer="$schema" in descriptor) for schema in schemas)


def _is_plain_schema(schema: Descriptor, *, newer: bool) -> bool:
    names = [one.get("name") for one in schema["fields"]]
    if not all(map(_is_text, names)) or len(set(names)) != len(names):
        return False
    keys = schema.get("foreignKeys", [])
    asked = [*schema.get("primaryKey", []), *(name for one in keys for name in one["fields"])]
    paired = all(len(one["fields"]) == len(one["reference"]["fields"]) for one in keys)
    return set(asked) <= set(names) and paired and all(_is_plain_field(one, newer=newer) for one in schema["fields"])


def _is_plain_field(one: Descriptor, *, newer: bool) -> bool:
    allowed = _PLAIN_CONSTRAINTS.get(str(one.get("type")))
    if allowed is None:
        return False
    if newer and "minimum" in allowed:
        allowed = {**allowed, **_BEYOND}
    shapes = {
        **_TITLES,
        "name": _is_text,
        "type": _is_text,
        "unit": _is_text,
        "constraints": _has_shape({**_ANY_TYPE, **allowed}),
        "categories": _lists_different(_is_text),
        "categoriesOrdered": _is_flag,
    }
    return _has_shape(shapes)(one)


def _disarm(item: Descriptor) -> dict[str, Any]:
    """A copy of a descriptor without what frictionless would open or fetch, and without keys to other packages.

    The standard's own profiles come with frictionless; naming one says which version of the standard holds.
    """
    kept: dict[str, Any] = {}
    for key, value in item.items():
        if key in ("profile", "profiles", "extrapaths", "hashing", "stats", "layout", "compression"):
            continue
        if key == "$schema" and not _STANDARD.match(str(value)):
            continue
        if key == "foreignKeys" and isinstance(value, list):
            value = [one for one in value if not _leads_out(one)]
        if key == "schema" and isinstance(value, Mapping) and isinstance(value.get("fields"), list):
            # It would read a field that is a text from the file or the address of that name.
            value = {**value, "fields": [one for one in value["fields"] if not isinstance(one, str)]}
        if isinstance(value, Mapping):
            kept[key] = _disarm(value)
        elif isinstance(value, list):
            kept[key] = [_disarm(one) if isinstance(one, Mapping) else one for one in value]
        else:
            kept[key] = value
    return kept


def _leads_out(foreign: object) -> bool:
    reference = foreign.get("reference") if isinstance(foreign, Mapping) else None
    return isinstance(reference, Mapping) and bool(reference.get("package"))
