"""Two versions of packages into all their changes."""

from __future__ import annotations

import contextlib
import gc
import json
import os
from collections.abc import Callable, Hashable, Iterator

from opendata import read
from opendata.differences.columnar import read_changed
from opendata.differences.descriptors import compare_properties, compare_resources
from opendata.differences.rows import compare_tables
from opendata.differences.tables import read_table
from opendata.differences.telling import Difference
from opendata.differences.values import KINDS, PackageDifference, SchemaChange, TableDifference
from opendata.differences.versions import open_version
from opendata.handles import PackageHandle
from opendata.model import Resource


def diff(
    old: str | os.PathLike[str] | PackageHandle,
    new: str | os.PathLike[str] | PackageHandle,
    *,
    progress: Callable[[str], None] | None = None,
) -> Difference:
    """Compare two versions of data packages.

    Parameters
    ----------
    old, new
        Each a folder, a zip archive (such as ``datapackages/economy/releases/1.0.0.zip``), or ``revision:path`` of the git
        repository around the current folder (such as ``HEAD~1:datapackages``), or a package that ``load`` gave.
        A single package is compared with a single package whatever their names; else packages are matched by name.
    progress
        Called with a line before each package.

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

    Examples
    --------
    >>> from opendata import load
    >>> first = load("goods-trade", version="1.0.0")
    >>> diff(first, load("goods-trade", version="1.0.1")).packages[0].version_new
    '1.0.1'
    """
    before, after = open_version(old), open_version(new)
    if len(before) == len(after) == 1:
        pairs = list(zip(before.values(), after.values(), strict=True))
    else:
        pairs = [(before[name], after[name]) for name in sorted(before.keys() & after.keys())]
    both = {source.package.name for pair in pairs for source in pair}
    with _without_collector():
        compared = []
        for before_it, after_it in pairs:
            if progress:
                progress(f"comparing {after_it.package.name}")
            compared.append(compare_packages(before_it, after_it))
    return Difference(
        _name_version(old),
        _name_version(new),
        tuple(sorted(before.keys() - both)),
        tuple(sorted(after.keys() - both)),
        tuple(package for package in compared if package),
    )


def _name_version(place: str | os.PathLike[str] | PackageHandle) -> str:
    """Return a version as the difference tells it."""
    return f"{place.name} {place.version or ''}".rstrip() if isinstance(place, PackageHandle) else str(place)


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


def compare_packages(old: read.Source, new: read.Source) -> PackageDifference:
    """Compare two versions of a package.

    Raises
    ------
    UnreadablePackage
        Where a file cannot be read, or two rows of a table have one primary key.
    """
    schema = [*compare_properties(old.package, new.package)]
    tables: list[TableDifference] = []
    pairs, removed, added = _pair_resources(old, new)
    schema += [SchemaChange("resource-removed", item.name, "", item.path) for item in removed]
    schema += [SchemaChange("resource-added", item.name, "", None, item.path) for item in added]
    for before, after in pairs:
        schema += compare_resources(before, after)
        if not after.is_table or not before.is_table:
            if _content(old, before) != _content(new, after):
                schema.append(SchemaChange("file-changed", after.name, ""))
            continue
        forms = [(item.descriptor.get("schema"), item.dialect, item.encoding) for item in (before, after)]
        first, second = read.read_bytes(old, before.path), read.read_bytes(new, after.path)
        if forms[0] == forms[1] and first == second:
            continue
        apart = read_changed((old, before, first), (new, after, second))
        del first, second
        changes, table = compare_tables(*(apart or (read_table(old, before), read_table(new, after))))
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
