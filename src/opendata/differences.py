"""Two versions of data packages into keyed changes, and these into text, JSON and Markdown.

Rows are told apart by their primary key, and compared as text first: only where two texts differ are they read by
the column's type, so that ``1.0`` and ``1.00`` are one number.
Losses come first everywhere: what a reader had and has no longer is what a reviewer must see.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from opendata import casts, read
from opendata.errors import UnreadablePackage, WrongUse
from opendata.model import Field, Package, Resource, Schema
from opendata.report import count, escape_markdown

Row = tuple[str, ...]
Canon = Callable[[str], Hashable]

# The kinds of change in a descriptor, losses first; what each does to the version is told in ``releases``.
KINDS = (
    "resource-removed",
    "field-removed",
    "licence-removed",
    "package-renamed",
    "identifier",
    "resource-renamed",
    "field-renamed",
    "fields-reordered",
    "key",
    "type",
    "format",
    "unit",
    "missing-values",
    "file-format",
    "constraint-narrowed",
    "constraint-widened",
    "reference",
    "resource-added",
    "field-added",
    "licence-added",
    "file-renamed",
    "file-changed",
    "metadata",
)

# A relative change is cut here: a value that was nearly nothing would else drown all others.
MOST = 10.0

# Below this a percentage with one decimal says nothing.
_SMALL = 0.0005

# How many changed rows of each sort a table shows in text and Markdown; JSON has them all.
SHOWN = 20


@dataclass(frozen=True)
class SchemaChange:
    """One change in a descriptor.

    Attributes
    ----------
    kind
        One of ``KINDS``.
    table
        The resource as the newer version names it; empty for the package itself.
    name
        The field, property or key; may be empty where the table says it all.
    old, new
        What the descriptors say, as JSON values; ``None`` for nothing.
    """

    kind: str
    table: str
    name: str
    old: Any = None
    new: Any = None

    @property
    def place(self) -> str:
        """The table and what in it has changed."""
        return ".".join(part for part in (self.table, self.name) if part)

    @property
    def line(self) -> str:
        """The change in one line."""
        values = "" if self.old is None and self.new is None else f": {_said(self.old)} → {_said(self.new)}"
        return f"{self.kind} {visible(self.place)}{values}".rstrip()


@dataclass(frozen=True)
class CellChange:
    """A cell with another value.

    ``change`` is (new − old) ÷ |old|, from −10 to 10 (which also stands for any change from 0); ``None`` where the
    column is no number or one of the two is missing.
    """

    column: str
    old: str
    new: str
    change: float | None = None

    @property
    def line(self) -> str:
        """The change in one line: ``value: 12 → 13 (+8.3 %)``."""
        return f"{visible(self.column)}: {visible(self.old) or '∅'} → {visible(self.new) or '∅'}{self.percent}"

    @property
    def percent(self) -> str:
        """The relative change in brackets, or nothing."""
        if self.change is None:
            return ""
        if abs(self.change) < _SMALL:  # two digits of it, however small
            return f" ({Decimal(f'{100 * self.change:.2g}'):+f}%)"
        if abs(self.change) < MOST:
            return f" ({self.change:+.1%})"
        from_nothing = not re.search("[1-9]", self.old)
        return "" if from_nothing else f" ({self.change:+.0%} or {'more' if self.change > 0 else 'less'})"

    @property
    def weight(self) -> float:
        """How large the change is, from 0 to 1, the same up and down: |old − new| ÷ (|old| + |new|); 0 for no number."""
        return 0.0 if self.change is None else abs(self.change) / (1 + abs(1 + self.change))


@dataclass(frozen=True)
class RowChange:
    """A row whose key stands in both versions and whose cells differ."""

    key: Row
    cells: tuple[CellChange, ...]


@dataclass(frozen=True)
class Renaming:
    """A row that has another key while the rest of it is the same, and the same in no other row."""

    old: Row
    new: Row


@dataclass(frozen=True)
class TableDifference:
    """The changes in a table's rows.

    Attributes
    ----------
    name
        The table as the newer version names it.
    key
        The columns by which rows are told apart; empty where rows were compared as wholes, each as often as it occurs.
    removed, added
        Whole rows, in the order of ``columns_old`` and ``columns_new``, and of their files.
    renamed, revised
        Rows in both; the largest relative change first.
    references
        The columns whose values stand in another table.
    rows_old, rows_new
        How many rows there are.
    """

    name: str
    key: tuple[str, ...]
    columns_old: tuple[str, ...]
    columns_new: tuple[str, ...]
    removed: tuple[Row, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    revised: tuple[RowChange, ...] = ()
    added: tuple[Row, ...] = ()
    references: tuple[str, ...] = ()
    rows_old: int = 0
    rows_new: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many rows changed, by the sort of change."""
        return {sort: len(getattr(self, sort)) for sort in ("removed", "renamed", "revised", "added")}

    def label_removed(self, row: Row) -> str:
        """Name a removed row by its key, or by all its cells."""
        return _label(row, self.columns_old, self.key)

    def label_added(self, row: Row) -> str:
        """Name an added row by its key, or by all its cells."""
        return _label(row, self.columns_new, self.key)


@dataclass(frozen=True)
class PackageDifference:
    """The changes in a package: in its descriptor and, for each table that differs, in its rows."""

    name: str
    version_old: str | None
    version_new: str | None
    schema: tuple[SchemaChange, ...] = ()
    tables: tuple[TableDifference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.schema or self.tables)

    @property
    def title(self) -> str:
        """The package and its two versions."""
        old, new = self.version_old or "-", self.version_new or "-"
        return f"{visible(self.name)} {visible(old)}" + (f" → {visible(new)}" if new != old else "")


@dataclass(frozen=True)
class Difference:
    """The changes between two versions of one or more packages; true where there are any.

    Attributes
    ----------
    old, new
        The versions as the caller named them.
    removed, added
        Names of packages that only one of them has.
    packages
        Those that both have and that differ, by name.
    """

    old: str
    new: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    packages: tuple[PackageDifference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.packages)

    @property
    def summary(self) -> str:
        """All changes counted, in one line."""
        rows: Counter[str] = Counter()
        for package in self.packages:
            for table in package.tables:
                rows.update(table.counts)
        parts = [f"{count(len(names), 'package')} {sort}" for sort, names in _both(self.removed, self.added) if names]
        if self.packages:
            parts.append(f"{count(len(self.packages), 'package')} changed")
        changes = sum(len(package.schema) for package in self.packages)
        if changes:
            parts.append(f"{count(changes, 'change')} of schema or metadata")
        parts += [f"{count(rows[sort], 'row')} {sort}" for sort in ("removed", "renamed", "revised", "added") if rows[sort]]
        return ", ".join(parts) or "no difference"

    def to_text(self, limit: int = SHOWN) -> str:
        """Return the changes a line each, losses first, then a line that counts them."""
        lines = [f"package {sort}: {visible(name)}" for sort, names in _both(self.removed, self.added) for name in names]
        for package in self.packages:
            lines.append(package.title)
            lines += [f"  {change.line}" for change in package.schema]
            for table in package.tables:
                lines.append(f"  {visible(table.name)}: {_counted(table)} ({_sizes(table)})")
                lines += _text_rows(table, limit)
        return "\n".join([*lines, self.summary])

    def to_json(self) -> str:
        """Return all changes as a JSON object: ``old``, ``new``, ``removed``, ``added``, ``packages``."""
        return json.dumps(
            {
                "old": self.old,
                "new": self.new,
                "removed": self.removed,
                "added": self.added,
                "packages": [_package_object(package) for package in self.packages],
            },
            ensure_ascii=False,
            indent=2,
            default=str,
        )

    def to_markdown(self, limit: int = SHOWN) -> str:
        """Return the changes as Markdown for a pull request; no cell can break out of its place or call anybody."""
        lines = [f"**{escape_markdown(self.summary)}**"]
        for sort, names in _both(self.removed, self.added):
            if names:
                lines += ["", f"Packages {sort}: {', '.join(map(_code, names))}"]
        for package in self.packages:
            lines += ["", f"### {_code(package.title)}"]
            if package.schema:
                lines += ["", "| change | where | old | new |", "| --- | --- | --- | --- |"]
                lines += [
                    f"| {change.kind} | {_code(change.place)} | {_code_value(change.old)} | {_code_value(change.new)} |"
                    for change in package.schema[: limit * 4]
                ]
                lines += _more(len(package.schema) - limit * 4, "change")
            for table in package.tables:
                lines += ["", f"#### {_code(table.name)}: {_counted(table)} ({_sizes(table)})"]
                lines += ["", "| | row | column | old | new | |", "| --- | --- | --- | --- | --- | ---: |"]
                lines += _markdown_rows(table, limit)
        return "\n".join(lines) + "\n"


# ----- versions -----


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> Difference:
    """Compare two versions of data packages.

    Parameters
    ----------
    old, new
        Each a folder, a zip archive (such as ``datapackages/gdp/releases/1.0.0.zip``), or ``revision:path`` of the git
        repository around the current folder (such as ``HEAD~1:datapackages``).
        A single package is compared with a single package whatever their names; else packages are matched by name.

    Returns
    -------
    Difference
        All changes; the files are only read.

    Raises
    ------
    WrongUse
        Where there is no such version, or it holds no package.
    UnreadablePackage
        Where a file cannot be read, or two rows of a table have one primary key: none is dropped in silence.
    """
    before, after = open_version(old), open_version(new)
    if len(before) == len(after) == 1:
        pairs = list(zip(before.values(), after.values(), strict=True))
    else:
        pairs = [(before[name], after[name]) for name in sorted(before.keys() & after.keys())]
    both = {source.package.name for pair in pairs for source in pair}
    with _without_collector():
        compared = [compare_packages(*pair) for pair in pairs]
    return Difference(
        str(old),
        str(new),
        tuple(sorted(before.keys() - both)),
        tuple(sorted(after.keys() - both)),
        tuple(package for package in compared if package),
    )


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the collector from walking millions of live rows again and again: half of the time of a large comparison."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def open_version(place: str | os.PathLike[str]) -> dict[str, read.Source]:
    """Return the packages of a version by name; see ``diff`` for what a place may be.

    Raises
    ------
    WrongUse
        Where there is none.
    UnreadablePackage
        Where one cannot be read, or two have one name.
    """
    shown = str(place)
    revision = ":" in shown and "://" not in shown and not shown.startswith("-") and not Path(shown).exists()
    folder = _open_revision(shown) if revision else read.open_folder(shown)
    packages: dict[str, read.Source] = {}
    for package in read.find_packages(folder):
        below = _below(package, folder)
        source = read.read_source(package, f"{shown.rstrip('/')}/{below}" if below else shown)
        other = packages.setdefault(source.package.name, source)
        if other is not source:
            where = source.show(source.descriptor)
            raise UnreadablePackage(where, f"{other.show(other.descriptor)} has this name too.", "Give each its own.")
    if not packages:
        raise WrongUse(f"There is no data package in {shown}. Name a folder or zip that holds datapackage.json.")
    return packages


def _below(package: read.Folder, folder: read.Folder) -> str:
    if isinstance(package, zipfile.Path):
        return package.at.strip("/")
    assert isinstance(folder, Path)
    return "/".join(package.relative_to(folder).parts)


def _open_revision(place: str) -> read.Folder:
    """Return the folder or zip that a git revision has at a path, without touching the working tree."""
    git = shutil.which("git")
    if git is None:
        raise WrongUse(f"There is no folder {place}, and git is not installed to look for it as a revision.")

    def ask(*arguments: str) -> bytes:
        # The messages are shown to the user: in English, as everything else.
        done = subprocess.run([git, *arguments], capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
            raise WrongUse(f"There is no folder {place}, and as a git revision: {told[0].removeprefix('fatal: ')}.")
        return done.stdout

    revision, _, path = place.partition(":")
    if path.rpartition("/")[2] in read.DESCRIPTORS:
        path = path.rpartition("/")[0]
    kind = ask("cat-file", "-t", f"{revision}:{path}").strip()
    named = ask("rev-parse", "--verify", f"{revision}:{path}").decode().strip()
    if kind == b"tree":
        # From below the top, git archive would look for this folder's own path in the tree.
        top = ask("rev-parse", "--show-toplevel").decode().rstrip("\n")
        data = ask("-C", top, "archive", "--format=zip", "-0", named)
    else:
        data = ask("cat-file", "blob", named)
    try:
        return zipfile.Path(zipfile.ZipFile(io.BytesIO(data)))
    except zipfile.BadZipFile:
        raise WrongUse(f"{place} is neither a folder nor a zip archive. Name the folder of a package.") from None


# ----- packages -----


def compare_packages(old: read.Source, new: read.Source) -> PackageDifference:
    """Compare two versions of a package.

    Raises
    ------
    UnreadablePackage
        Where a file cannot be read, or two rows of a table have one primary key.
    """
    schema = [*_compare_properties(old.package, new.package)]
    tables: list[TableDifference] = []
    pairs, removed, added = _pair_resources(old, new)
    schema += [SchemaChange("resource-removed", item.name, "", item.path) for item in removed]
    schema += [SchemaChange("resource-added", item.name, "", None, item.path) for item in added]
    for before, after in pairs:
        schema += _compare_resources(before, after)
        if not after.is_table or not before.is_table:
            if _content(old, before) != _content(new, after):
                schema.append(SchemaChange("file-changed", after.name, ""))
            continue
        forms = [(item.descriptor.get("schema"), item.dialect, item.encoding) for item in (before, after)]
        if forms[0] == forms[1] and _content(old, before) == _content(new, after):
            continue
        changes, table = _compare_tables(_read_table(old, before), _read_table(new, after))
        schema += changes
        tables += [table] if table else []
    schema.sort(key=lambda change: KINDS.index(change.kind))
    return PackageDifference(new.package.name, old.package.version, new.package.version, tuple(schema), tuple(tables))


def _content(source: read.Source, resource: Resource) -> object:
    return read.read_bytes(source, resource.path) if resource.path else resource.data


def _pair_resources(
    old: read.Source, new: read.Source
) -> tuple[list[tuple[Resource, Resource]], list[Resource], list[Resource]]:
    """Match resources by name; those left over by their file's path, then by its content."""
    before = {item.name: item for item in old.package.resources}
    after = {item.name: item for item in new.package.resources}
    pairs = {name: (before[name], after[name]) for name in after if name in before}
    removed = [item for name, item in before.items() if name not in pairs]
    added = [item for name, item in after.items() if name not in pairs]
    ways: list[Callable[[read.Source, Resource], object]] = [lambda source, item: item.path, _content]
    for way in ways:
        if removed and added:
            known = {_hashable(way(old, item)): item for item in removed}
            for item in list(added):
                match = known.pop(_hashable(way(new, item)), None)
                if match is not None and match.is_table == item.is_table:
                    pairs[item.name] = (match, item)
                    removed.remove(match)
                    added.remove(item)
    return [pairs[name] for name in after if name in pairs], removed, added


def _hashable(value: object) -> Hashable:
    return value if isinstance(value, str | bytes) else json.dumps(value, sort_keys=True, default=str)


# ----- descriptors -----

# What has its own kind of change, follows from the data, or records the changes themselves.
_PACKAGE_APART = {"name", "id", "licenses", "resources", "version", "changelog"}
_RESOURCE_APART = {"name", "path", "licenses", "schema", "dialect", "encoding", "hash", "bytes", "data"}
_SCHEMA_APART = {"fields", "primaryKey", "uniqueKeys", "foreignKeys", "fieldsMatch", "missingValues"}
# Properties of a field that say how its text is read.
_FORMS = ("format", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "delimiter", "itemType")
_FIELD_APART = {"name", "type", "unit", "constraints", "missingValues", "categories", *_FORMS}

_STRICTNESS = {"exact": 3, "equal": 2, "subset": 1, "superset": 1, "partial": 0}


def _compare_properties(old: Package, new: Package) -> Iterator[SchemaChange]:
    if old.name != new.name:
        yield SchemaChange("package-renamed", "", "name", old.name, new.name)
    if old.descriptor.get("id") != new.descriptor.get("id"):
        yield SchemaChange("identifier", "", "id", old.descriptor.get("id"), new.descriptor.get("id"))
    yield from _compare_licences("", old.descriptor, new.descriptor)
    yield from _compare_metadata("", "", old.descriptor, new.descriptor, _PACKAGE_APART)


def _compare_licences(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[SchemaChange]:
    """A licence is its name, or where it has none its address; another title of it is metadata."""
    before, after = (
        {str(item.get("name") or item.get("path")): item for item in one.get("licenses") or () if isinstance(item, Mapping)}
        for one in (old, new)
    )
    for name in before:
        if name not in after:
            yield SchemaChange("licence-removed", table, "licenses", name, ", ".join(after) or None)
    for name in after:
        if name not in before:
            yield SchemaChange("licence-added", table, "licenses", ", ".join(before) or None, name)
        elif before[name] != after[name]:
            yield SchemaChange("metadata", table, "licenses", before[name], after[name])


def _compare_metadata(
    table: str, within: str, old: Mapping[str, Any], new: Mapping[str, Any], apart: Iterable[str]
) -> Iterator[SchemaChange]:
    for name in dict.fromkeys((*old, *new)):
        if name not in apart and old.get(name) != new.get(name):
            yield SchemaChange("metadata", table, f"{within}.{name}" if within else name, old.get(name), new.get(name))


def _compare_resources(old: Resource, new: Resource) -> Iterator[SchemaChange]:
    if old.name != new.name:
        yield SchemaChange("resource-renamed", new.name, "", old.name, new.name)
    if old.path != new.path:
        yield SchemaChange("file-renamed", new.name, "", old.path, new.path)
    if old.dialect != new.dialect:
        yield SchemaChange("file-format", new.name, "dialect", old.descriptor.get("dialect"), new.descriptor.get("dialect"))
    before, after = ((item.encoding or "utf-8").lower().replace("_", "-") for item in (old, new))
    if before != after:
        yield SchemaChange("file-format", new.name, "encoding", before, after)
    yield from _compare_licences(new.name, old.descriptor, new.descriptor)
    yield from _compare_metadata(new.name, "", old.descriptor, new.descriptor, _RESOURCE_APART)


def _compare_schemas(name: str, old: _Table, new: _Table, names: Mapping[str, str]) -> Iterator[SchemaChange]:
    """Compare what two schemas declare; ``names`` leads from each column of the newer to the same one of the older."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    kept = set(names.values())
    for column in before:
        if column not in kept:
            yield SchemaChange("field-removed", name, column)
    for column in after:
        if column not in names:
            yield SchemaChange("field-added", name, column)
        elif names[column] != column:
            yield SchemaChange("field-renamed", name, column, names[column], column)
    for first, second in ((old.header, new.header), (old.schema.names, new.schema.names)):
        order = [column for column in first if column in kept]
        fresh = [column for column in second if column in names]
        if len(order) == len(fresh) and order != [names[column] for column in fresh]:
            yield SchemaChange("fields-reordered", name, "", order, fresh)
            break
    for column, former in names.items():
        yield from _compare_fields(name, before[former], after[column])
    yield from _compare_keys(name, old.schema, new.schema, {former: column for column, former in names.items()})
    said = [table.declared.get("missingValues", [""]) for table in (old, new)]
    if said[0] != said[1]:
        yield SchemaChange("missing-values", name, "missingValues", *said)
    yield from _compare_metadata(name, "schema", old.declared, new.declared, _SCHEMA_APART)


def _compare_fields(table: str, old: Field, new: Field) -> Iterator[SchemaChange]:
    if old.type != new.type:
        yield SchemaChange("type", table, new.name, old.type, new.type)
    for form in _FORMS:
        before, after = ((item.format if form == "format" else item.properties.get(form)) for item in (old, new))
        if before != after:
            yield SchemaChange("format", table, f"{new.name}.{form}", before, after)
    if old.unit != new.unit:
        yield SchemaChange("unit", table, new.name, old.unit, new.unit)
    if old.properties.get("missingValues") != new.properties.get("missingValues"):
        said = (item.properties.get("missingValues") for item in (old, new))
        yield SchemaChange("missing-values", table, new.name, *said)
    yield from _compare_constraints(table, old, new)
    yield from _compare_metadata(table, new.name, old.properties, new.properties, _FIELD_APART)


def _compare_constraints(table: str, old: Field, new: Field) -> Iterator[SchemaChange]:
    before, after = ({n: v for n, v in item.constraints.items() if v is not False} for item in (old, new))
    # ``categories`` and ``enum`` say the same; ours say it twice, because frictionless enforces one of them only.
    for constraints, item in ((before, old), (after, new)):
        constraints.pop("enum", None)
        if item.choices is not None:
            constraints["enum"] = list(item.choices)
    for name in dict.fromkeys((*before, *after)):
        first, second = before.get(name), after.get(name)
        if first == second:
            continue
        if name == "enum" and first and second and sorted(map(str, first)) == sorted(map(str, second)):
            yield SchemaChange("metadata", table, f"{new.name}.{name}", first, second)
            continue
        narrowed = second is not None and (first is None or _is_narrower(name, first, second))
        kind = "constraint-narrowed" if narrowed else "constraint-widened"
        yield SchemaChange(kind, table, f"{new.name}.{name}", first, second)
    labels = [item.properties.get("categories") for item in (old, new)]
    if labels[0] != labels[1] and old.choices == new.choices:
        yield SchemaChange("metadata", table, f"{new.name}.categories", *labels)


def _is_narrower(name: str, old: Any, new: Any) -> bool:
    """Say whether a constraint lets less pass than before; where that cannot be told (two patterns), it may."""
    if name == "enum":
        return not {str(choice) for choice in old} <= {str(choice) for choice in new}
    first, second = _bound(old), _bound(new)
    if type(first) is not type(second):
        return True
    if name in ("minimum", "exclusiveMinimum", "minLength"):
        return bool(second > first)
    if name in ("maximum", "exclusiveMaximum", "maxLength"):
        return bool(second < first)
    return True


def _bound(value: object) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:  # a date
        return str(value)


def _compare_keys(table: str, old: Schema, new: Schema, names: Mapping[str, str]) -> Iterator[SchemaChange]:
    """Compare keys; ``names`` leads from each column of the older version to the newer's name for it."""

    def renamed(columns: Sequence[str]) -> tuple[str, ...]:
        return tuple(names.get(column, column) for column in columns)

    if renamed(old.primary_key) != new.primary_key:
        yield SchemaChange("key", table, "primaryKey", list(old.primary_key), list(new.primary_key))
    before, after = {renamed(key) for key in old.unique_keys}, set(new.unique_keys)
    for key in sorted(before ^ after):
        kind = "constraint-narrowed" if key in after else "constraint-widened"
        yield SchemaChange(kind, table, f"uniqueKeys({', '.join(key)})")
    first = {renamed(key.fields): [key.package, key.resource, *key.reference_fields] for key in old.foreign_keys}
    second = {key.fields: [key.package, key.resource, *key.reference_fields] for key in new.foreign_keys}
    for key in dict.fromkeys((*first, *second)):
        if first.get(key) != second.get(key):
            kind = "reference" if key in first and key in second else ""
            kind = kind or ("constraint-narrowed" if key in second else "constraint-widened")
            targets = (".".join(filter(None, one[key])) if key in one else None for one in (first, second))
            yield SchemaChange(kind, table, f"foreignKeys({', '.join(key)})", *targets)
    if old.fields_match != new.fields_match:
        wider = _STRICTNESS.get(new.fields_match, 3) < _STRICTNESS.get(old.fields_match, 3)
        kind = "constraint-widened" if wider else "constraint-narrowed"
        yield SchemaChange(kind, table, "fieldsMatch", old.fields_match, new.fields_match)


# ----- rows -----


@dataclass(frozen=True)
class _Table:
    """A table as text; ``columns`` are those of the header, then those that only the schema names."""

    name: str
    path: str
    header: tuple[str, ...]
    rows: list[list[str]]
    lines: Sequence[int]
    columns: tuple[Field, ...]
    schema: Schema
    declared: Mapping[str, Any]


def _read_table(source: read.Source, resource: Resource) -> _Table:
    cells = read.read_cells(source, resource)
    path, width = source.show(resource.path), len(cells.header)
    if set(map(len, cells.rows)) - {width}:
        line, row = next((line, row) for line, row in zip(cells.lines, cells.rows, strict=True) if len(row) != width)
        cause = f"The row has {len(row)} cells, the header has {width}."
        raise UnreadablePackage(path, cause, "`opendata validate` lists all such rows.", line=line, rule="ragged-row")
    if len(set(cells.header)) < width:
        raise UnreadablePackage(path, "Two columns have one name.", "Give each its own.", line=1, rule="duplicate-label")
    schema = resource.schema or Schema()
    known = {column.name: column for column in schema.fields}
    columns = (*(known.get(name) or Field(name, "string") for name in cells.header),)
    columns += tuple(column for column in schema.fields if column.name not in cells.header)
    declared = resource.descriptor.get("schema")
    return _Table(
        resource.name,
        path,
        cells.header,
        cells.rows,
        cells.lines,
        columns,
        schema,
        declared if isinstance(declared, Mapping) else {},
    )


def _compare_tables(old: _Table, new: _Table) -> tuple[list[SchemaChange], TableDifference | None]:
    names = _match_columns(old, new)
    changes = list(_compare_schemas(new.name, old, new, names))
    common = [name for name in new.header if names.get(name) in old.header]
    rows = _Rows(old, new, common, [names[name] for name in common])
    newer = {former: name for name, former in names.items()}
    for key in dict.fromkeys((new.schema.primary_key, tuple(newer.get(name, name) for name in old.schema.primary_key))):
        if key and set(key) <= set(common):
            found = rows.compare_by(key)
            if found is not None:  # the key of one version need not be one in the other
                break
    else:
        found = rows.compare_whole()
    return changes, found if found and any(found.counts.values()) else None


def _match_columns(old: _Table, new: _Table) -> dict[str, str]:
    """Lead from each column of the newer version to the older's: by name, else where type and all values are the same."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    names = {name: name for name in after if name in before}
    gone = [name for name in old.header if name not in names]
    fresh = [name for name in new.header if name not in names]
    if gone and fresh:
        contents: dict[object, list[list[str]]] = defaultdict(lambda: [[], []])
        for side, (table, columns, fields) in enumerate(((old, gone, before), (new, fresh, after))):
            for name in columns:
                at = table.header.index(name)
                values = Counter(row[at] for row in table.rows)
                if set(values) - set(fields[name].missing_values):
                    contents[fields[name].type, frozenset(values.items())][side].append(name)
        for formers, columns in contents.values():
            if len(formers) == len(columns) == 1:
                names[columns[0]] = formers[0]
    return names


def _keys(table: _Table, at: Sequence[int], canons: Sequence[Canon | None]) -> list[Hashable]:
    """Return the values of some columns for each row; texts that mean the same are the same."""
    if not any(canons):
        return list(map(itemgetter(*at), table.rows))
    columns: list[Iterable[Hashable]] = []
    for position, canon in zip(at, canons, strict=True):
        texts = map(itemgetter(position), table.rows)
        columns.append(map(canon, texts) if canon else texts)
    return list(columns[0]) if len(at) == 1 else list(zip(*columns, strict=True))


def _canonical(column: Field) -> Canon | None:
    """Return what makes texts that mean the same the same (a missing value is empty); ``None``: every text is itself."""
    missing = frozenset(column.missing_values)
    if column.type in ("string", "any", "yearmonth", "duration"):
        return None if missing <= {""} else lambda text: "" if text in missing else text
    try:
        cast = casts.make_cast(column)
    except casts.UnsupportedType:
        return None

    def canon(text: str) -> Hashable:
        if text in missing:
            return ""
        try:
            value = cast(text)
        except casts.CastError:
            return text
        if isinstance(value, list | dict):
            return json.dumps(value, sort_keys=True, default=str)
        return value if value == value else text  # NaN is not equal to itself

    def canon_number(text: str) -> Hashable:
        # Most numbers are whole and plainly written; these need no reading.
        if text.isdigit() and text.isascii() and text[0] != "0" and len(text) < 16 and text not in missing:
            return int(text)
        return canon(text)

    return canon_number if column.type in ("integer", "number") else canon


def _family(column: Field) -> str:
    """Types whose values can be equal."""
    return "number" if column.type in ("integer", "number", "year") else column.type


def _remember(canon: Canon | None) -> Canon | None:
    return lru_cache(4096)(canon) if canon else None


class _Rows:
    """The rows of two versions, seen through the columns that both have."""

    def __init__(self, old: _Table, new: _Table, common: list[str], formers: list[str]) -> None:
        self.old, self.new, self.common = old, new, common
        self.at_old = [old.header.index(name) for name in formers]
        self.at_new = [new.header.index(name) for name in common]
        self.fields = [new.columns[at] for at in self.at_new]
        self.readers = {"old": list(map(_canonical, old.columns)), "new": list(map(_canonical, new.columns))}
        for first, second in zip(self.at_old, self.at_new, strict=True):
            if _family(old.columns[first]) != _family(new.columns[second]):
                # The year 2020 is not the text 2020; that is told of the column, not of every row.
                self.readers["old"][first] = self.readers["new"][second] = None
        # The same texts meet again and again; keys do not, and are read without this memory.
        self.canons_old = [_remember(self.readers["old"][at]) for at in self.at_old]
        self.canons_new = [_remember(self.readers["new"][at]) for at in self.at_new]
        self.rows_old = _project(old.rows, self.at_old, len(old.header))
        self.rows_new = _project(new.rows, self.at_new, len(new.header))
        self.indices: dict[tuple[str, tuple[int, ...]], dict[Hashable, int] | None] = {}
        for table in (old, new):
            self._refuse_duplicates(table)
        self.references = tuple(dict.fromkeys(name for key in new.schema.foreign_keys for name in key.fields))

    def _refuse_duplicates(self, table: _Table) -> None:
        """A version whose own primary key does not tell its rows apart cannot be compared without losing one."""
        key = table.schema.primary_key
        if not key or not set(key) <= set(table.header):
            return
        at = tuple(table.header.index(name) for name in key)
        if self._index(table, at) is not None:
            return
        seen: dict[Hashable, int] = {}
        for row, one in enumerate(self._keys(table, at)):
            if one in seen:
                shown = ", ".join(f"{name}={table.rows[row][column]}" for name, column in zip(key, at, strict=True))
                raise UnreadablePackage(
                    table.path,
                    f"The row has the same primary key ({visible(shown)}) as the one on line {table.lines[seen[one]]}.",
                    "Delete one, or say what tells them apart; rows with one key cannot be compared.",
                    line=table.lines[row],
                    rule="primary-key",
                )
            seen[one] = row

    def _index(self, table: _Table, at: tuple[int, ...]) -> dict[Hashable, int] | None:
        """Return the row of each key, or ``None`` where two rows have the same."""
        place = self._side(table), at
        if place not in self.indices:
            index = dict(zip(self._keys(table, at), range(len(table.rows)), strict=True))
            self.indices[place] = index if len(index) == len(table.rows) else None
        return self.indices[place]

    def _keys(self, table: _Table, at: tuple[int, ...]) -> list[Hashable]:
        readers = self.readers[self._side(table)]
        return _keys(table, at, [readers[position] for position in at])

    def _side(self, table: _Table) -> str:
        return "old" if table is self.old else "new"

    def compare_by(self, key: tuple[str, ...]) -> TableDifference | None:
        """Compare by a key; ``None`` where it does not tell the rows of a version apart."""
        positions = [self.common.index(name) for name in key]
        index_old = self._index(self.old, tuple(self.at_old[at] for at in positions))
        index_new = self._index(self.new, tuple(self.at_new[at] for at in positions))
        if index_old is None or index_new is None:
            return None
        removed, revised = [], []
        rows_old, rows_new = self.rows_old, self.rows_new
        for one, at in index_old.items():
            other = index_new.get(one)
            if other is None:
                removed.append(at)
            elif rows_old[at] != rows_new[other]:
                cells = self._compare_cells(rows_old[at], rows_new[other])
                if cells:
                    revised.append((other, RowChange(tuple(rows_new[other][p] for p in positions), cells)))
        added = [at for one, at in index_new.items() if one not in index_old]
        pairs = self._find_renamed(removed, added, positions)
        moved_old, moved_new = {old for old, _ in pairs}, {new for _, new in pairs}
        revised.sort(key=lambda entry: (-max(cell.weight for cell in entry[1].cells), entry[0]))
        return self._difference(
            key,
            [at for at in removed if at not in moved_old],
            [at for at in added if at not in moved_new],
            tuple(change for _, change in revised),
            tuple(Renaming(*(tuple(row[p] for p in positions) for row in (rows_old[o], rows_new[n]))) for o, n in pairs),
        )

    def compare_whole(self) -> TableDifference:
        """Compare rows as wholes: each that occurs more often in one version is removed or added so many times."""
        before: dict[Row, list[int]] = defaultdict(list)
        after: dict[Row, list[int]] = defaultdict(list)
        for places, rows in ((before, self.rows_old), (after, self.rows_new)):
            for at, row in enumerate(rows):
                places[tuple(row)].append(at)
        removed = [at for row, places in before.items() for at in places[len(after.get(row, ())) :]]
        added = [at for row, places in after.items() for at in places[len(before.get(row, ())) :]]
        # What is left may still mean the same.
        meant: dict[tuple[Hashable, ...], list[int]] = defaultdict(list)
        for at in sorted(added):
            meant[self._read(self.rows_new[at], self.canons_new)].append(at)
        gone = []
        for at in sorted(removed):
            same = meant.get(self._read(self.rows_old[at], self.canons_old))
            if same:
                same.pop(0)
            else:
                gone.append(at)
        return self._difference((), gone, sorted(at for places in meant.values() for at in places), (), ())

    def _difference(
        self,
        key: tuple[str, ...],
        removed: list[int],
        added: list[int],
        revised: tuple[RowChange, ...],
        renamed: tuple[Renaming, ...],
    ) -> TableDifference:
        return TableDifference(
            self.new.name,
            key,
            self.old.header,
            self.new.header,
            tuple(tuple(self.old.rows[at]) for at in removed),
            renamed,
            revised,
            tuple(tuple(self.new.rows[at]) for at in added),
            self.references,
            len(self.old.rows),
            len(self.new.rows),
        )

    def _read(self, row: Sequence[str], canons: Sequence[Canon | None]) -> tuple[Hashable, ...]:
        return tuple(canon(text) if canon else text for canon, text in zip(canons, row, strict=True))

    def _compare_cells(self, old: Sequence[str], new: Sequence[str]) -> tuple[CellChange, ...]:
        changes = []
        for at, (first, second) in enumerate(zip(old, new, strict=True)):
            if first == second:
                continue
            canon_old, canon_new = self.canons_old[at], self.canons_new[at]
            before = canon_old(first) if canon_old else first
            after = canon_new(second) if canon_new else second
            if before != after:
                number = self.fields[at].type in ("integer", "number")
                changes.append(CellChange(self.common[at], first, second, _relative(before, after) if number else None))
        return tuple(changes)

    def _find_renamed(self, removed: list[int], added: list[int], key: list[int]) -> list[tuple[int, int]]:
        """Pair removed and added rows whose cells outside the key say that they are one row.

        They must be the same in all other columns, and say enough: a text, or two values; and either no other row
        of both versions says the same, or all parts of the key but one are the same too.
        """
        rest = [at for at in range(len(self.common)) if at not in key]
        if not removed or not added or not rest:
            return []
        first = {at: self._rest(self.rows_old[at], self.canons_old, rest) for at in removed}
        second = {at: self._rest(self.rows_new[at], self.canons_new, rest) for at in added}
        telling = {one for one in set(first.values()) & set(second.values()) if self._says_enough(one, rest)}
        if not telling:
            return []
        often: Counter[tuple[Hashable, ...]] = Counter()
        for rows, canons in ((self.rows_old, self.canons_old), (self.rows_new, self.canons_new)):
            often.update(one for row in rows if (one := self._rest(row, canons, rest)) in telling)
        candidates: dict[Hashable, list[list[int]]] = defaultdict(lambda: [[], []])
        for side, (places, rows) in enumerate(((first, self.rows_old), (second, self.rows_new))):
            for at, one in places.items():
                if one not in telling:
                    continue
                if often[one] == 2:  # once in each version
                    candidates[one][side].append(at)
                elif len(key) > 1:
                    for part in key:
                        others = tuple(rows[at][other] for other in key if other != part)
                        candidates[one, part, others][side].append(at)
        pairs = {(old[0], new[0]) for old, new in candidates.values() if len(old) == len(new) == 1}
        olds, news = Counter(old for old, _ in pairs), Counter(new for _, new in pairs)
        return sorted((old, new) for old, new in pairs if olds[old] == news[new] == 1)

    def _rest(self, row: Sequence[str], canons: Sequence[Canon | None], rest: list[int]) -> tuple[Hashable, ...]:
        return tuple(canon(row[at]) if (canon := canons[at]) else row[at] for at in rest)

    def _says_enough(self, cells: tuple[Hashable, ...], rest: list[int]) -> bool:
        present = [at for at, cell in zip(rest, cells, strict=True) if cell != ""]
        texts = [
            at
            for at in present
            if self.fields[at].type == "string" and not self.fields[at].choices and self.common[at] not in self.references
        ]
        return bool(texts) or len(present) > 1


def _project(rows: list[list[str]], at: list[int], width: int) -> Sequence[Sequence[str]]:
    """Return the rows with some columns only, in that order; the rows themselves where these are all."""
    if at == list(range(width)):
        return rows
    return [[row[position] for position in at] for row in rows]


def _relative(old: Hashable, new: Hashable) -> float | None:
    try:
        before, after = Decimal(str(old)), Decimal(str(new))
        if not before.is_finite() or not after.is_finite():
            return None
        if before == 0:
            return MOST if after > 0 else -MOST
        return float(max(min((after - before) / abs(before), Decimal(MOST)), Decimal(-MOST)))
    except ArithmeticError:  # not a number after all, or an exponent beyond what Decimal takes
        return None


# ----- telling -----

_LONGEST = 80


def visible(text: str, longest: int = _LONGEST) -> str:
    """Return a text for one line: control and direction characters as escapes, long ones cut."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in _UNSEEN else char for char in cut)


_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def _code(text: str) -> str:
    """A value as code: GitHub calls nobody who is named in it, and links nothing."""
    return f"<code>{escape_markdown(visible(text, 2 * _LONGEST))}</code>" if text else ""


def _code_value(value: object) -> str:
    return "" if value is None else _code(_said(value))


def _said(value: object) -> str:
    if value is None:
        return "∅"
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def _both(removed: Sequence[str], added: Sequence[str]) -> tuple[tuple[str, Sequence[str]], tuple[str, Sequence[str]]]:
    return ("removed", removed), ("added", added)


def label_key(key: Row) -> str:
    """Name a row by the parts of its key that are not empty."""
    return visible(", ".join(part for part in key if part) or "∅", 2 * _LONGEST)


def _label(row: Row, columns: Sequence[str], key: Sequence[str]) -> str:
    places = [columns.index(name) for name in key if name in columns]
    return label_key(tuple(row[at] for at in places) if places and len(places) == len(key) else row)


def _counted(table: TableDifference) -> str:
    return ", ".join(f"{number:,} {sort}" for sort, number in table.counts.items() if number)


def _sizes(table: TableDifference) -> str:
    if table.rows_old == table.rows_new:
        return f"of {count(table.rows_new, 'row')}"
    return f"{table.rows_old:,} → {count(table.rows_new, 'row')}"


def _more(number: int, noun: str) -> list[str]:
    return ["", f"… and {count(number, 'more ' + noun)}"] if number > 0 else []


def _text_rows(table: TableDifference, limit: int) -> Iterator[str]:
    told: list[list[str]] = [
        [f"- {table.label_removed(row)}" for row in table.removed[:limit]],
        [f"> {label_key(one.old)} → {label_key(one.new)}" for one in table.renamed[:limit]],
        [f"~ {label_key(row.key)}; {'; '.join(cell.line for cell in row.cells)}" for row in table.revised[:limit]],
        [f"+ {table.label_added(row)}" for row in table.added[:limit]],
    ]
    for lines, (sort, number) in zip(told, table.counts.items(), strict=True):
        for line in lines:
            yield f"    {line}"
        if number > limit:
            yield f"    … {number - limit:,} more {sort}"


def _markdown_rows(table: TableDifference, limit: int) -> Iterator[str]:
    told: list[list[str]] = [
        [f"| removed | {_code(table.label_removed(row))} | | | | |" for row in table.removed[:limit]],
        [f"| renamed | | | {_code(label_key(one.old))} | {_code(label_key(one.new))} | |" for one in table.renamed[:limit]],
        [
            f"| revised | {_code(label_key(row.key))} | {_code(cell.column)} | {_code(cell.old)} | {_code(cell.new)} "
            f"| {cell.percent.strip(' ()')} |"
            for row in table.revised[:limit]
            for cell in row.cells
        ],
        [f"| added | {_code(table.label_added(row))} | | | | |" for row in table.added[:limit]],
    ]
    for lines, (sort, number) in zip(told, table.counts.items(), strict=True):
        yield from lines
        if number > limit:
            yield f"| {sort} | … {number - limit:,} more | | | | |"


def _package_object(package: PackageDifference) -> dict[str, object]:
    return {
        "name": package.name,
        "version_old": package.version_old,
        "version_new": package.version_new,
        "schema": [vars(change) for change in package.schema],
        "tables": [_table_object(table) for table in package.tables],
    }


def _table_object(table: TableDifference) -> dict[str, object]:
    def keyed(key: Row) -> dict[str, str]:
        return dict(zip(table.key, key, strict=True))

    return {
        "name": table.name,
        "key": table.key,
        "rows_old": table.rows_old,
        "rows_new": table.rows_new,
        "removed": [dict(zip(table.columns_old, row, strict=True)) for row in table.removed],
        "renamed": [{"old": keyed(one.old), "new": keyed(one.new)} for one in table.renamed],
        "revised": [{"key": keyed(row.key), "cells": [vars(cell) for cell in row.cells]} for row in table.revised],
        "added": [dict(zip(table.columns_new, row, strict=True)) for row in table.added],
    }
