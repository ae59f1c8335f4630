"""Text into typed tables: catalogs, packages, tables, records, DataFrames.

Only the standard library is imported here; pandas when a DataFrame is asked for.
"""

from __future__ import annotations

import keyword
import os
import re
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from opendata import frames, read
from opendata.errors import MissingLibrary, WrongName, plain_name
from opendata.model import Field, Package, Resource, Schema, Text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from opendata.archives import Archive
    from opendata.citations import Style
    from opendata.remote import Entry

Record = Any
T = TypeVar("T")

_FOLDER = re.compile(r"[a-z0-9_-]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

# From this size on a file is worth the import of a fast reader.
_LARGE_BYTES = 1 << 20


def bundled_folder() -> Path:
    """Return the folder of the packages that come with this library: inside the wheel, or in the repository."""
    here = Path(__file__).resolve().parent
    inside = here / "_datapackages"
    return inside if inside.is_dir() else here.parents[1] / "datapackages"


@cache
def bundled_catalog() -> Catalog:
    """Return the catalog of the packages that come with this library, the same one each time."""
    return Catalog()


def prefetch(
    place: str | os.PathLike[str], names: Iterable[str] | None = None, *, all_versions: bool = False
) -> tuple[PackageHandle, ...]:
    """Fetch packages from an address, so that ``Catalog(place)`` loads them later without a network; return them.

    Parameters
    ----------
    place
        As for ``Catalog``.
    names
        Of the packages; ``None``: all.
    all_versions
        Every version of them, not the latest alone.

    Returns
    -------
    tuple of PackageHandle
        What is here now.

    Raises
    ------
    WrongName
        Where no package has a name.
    DownloadFailed
        Where one does not come whole.

    Examples
    --------
    >>> prefetch(Catalog().place, ["goods-trade"])[0].name  # a folder is at hand already
    'goods-trade'
    """
    return Catalog(place).prefetch(names, all_versions=all_versions)


class Catalog:
    """The data packages at or below a folder, in a zip, or at an address.

    A catalog is a snapshot: a package is read when it is first asked for, and once.

    What comes from an address is checked against the sha256 that its catalogue announces, kept in the platform's folder
    for caches (``OPENDATA_DIR`` names another), and not fetched twice. Where the address cannot be reached, the catalogue
    that came from it last is used, and a ``StaleData`` warning says so; with ``OPENDATA_OFFLINE=1`` nothing is asked for.

    Parameters
    ----------
    place
        A folder, a zip archive, or an ``https`` address: of a site that ``opendata build`` made, of a
        ``datapackage.json``, or of a zip. ``http`` is taken from this machine alone.
        ``None`` stands for the packages that come with this library.

    Raises
    ------
    WrongUse
        When it is first used, where there is no such folder or archive.
    DownloadFailed
        When it is first used, where there is nothing such at the address; later, where a package does not come whole.

    Examples
    --------
    >>> Catalog().load("reference").name
    'reference'
    """

    def __init__(self, place: str | os.PathLike[str] | None = None) -> None:
        if isinstance(place, str) and _ADDRESS.match(place):
            self.place: Path | str = place
        else:
            self.place = bundled_folder() if place is None else Path(place)
        self._is_bundled = place is None
        self._opened: dict[tuple[str, str], PackageHandle] = {}
        self._read: dict[str, PackageHandle] = {}

    @cached_property
    def _found(self) -> read.Folder | Mapping[str, tuple[Entry, ...]]:
        """The folder of the packages, or what a catalogue at an address lists."""
        if isinstance(self.place, Path):
            return read.open_folder(self.place)
        from opendata import remote  # and with it what speaks HTTP, which nobody else needs

        return remote.find_place(self.place)

    @cached_property
    def _packages(self) -> dict[str, PackageHandle]:
        """The packages in a folder as they are now; none for a catalogue, which lists versions."""
        packages: dict[str, PackageHandle] = {}
        if not isinstance(self._found, Mapping):
            for folder in read.find_packages(self._found):
                handle = self._read_folder(folder)
                packages.setdefault(handle.name, handle)
        return packages

    def _read_folder(self, folder: read.Folder) -> PackageHandle:
        """Read the package in a folder, once."""
        place = str(folder)
        if place not in self._read:
            self._read[place] = PackageHandle(read.read_source(folder))
        return self._read[place]

    def _read_bundled(self, name: str) -> PackageHandle | None:
        """Read a package of ours alone: their folders bear their names, and all of them take longer than one DataFrame."""
        if not self._is_bundled or "_packages" in self.__dict__ or not isinstance(name, str) or not _FOLDER.fullmatch(name):
            return None
        folder = bundled_folder() / name.replace("_", "-")
        return self._read_folder(folder) if (folder / "datapackage.json").is_file() else None

    @property
    def _entries(self) -> Mapping[str, tuple[Entry, ...]]:
        """What a catalogue lists; nothing for a folder."""
        return self._found if isinstance(self._found, Mapping) else {}

    def names(self) -> tuple[str, ...]:
        """Return the packages' names in alphabetical order."""
        return tuple(sorted(self._entries or self._packages))

    def versions(self, name: str) -> tuple[str, ...]:
        """Return the versions of a package that can be loaded, the newest first.

        They are those that were released; where none was, the version that the package says, if it says one.

        Parameters
        ----------
        name
            Of the package; case, ``-`` and ``_`` do not matter.

        Returns
        -------
        tuple of str
            The versions.

        Raises
        ------
        WrongName
            Where no package has the name; the error carries the near ones.

        Examples
        --------
        >>> Catalog().versions("goods-trade")[-1]
        '1.0.0'
        """
        name = self._match(name)
        if self._entries:
            return tuple(entry.version for entry in self._entries[name] if entry.version)
        package = self._packages[name]
        released = tuple(archive.version for archive in package.archives)
        return released or tuple(filter(None, [package.version]))

    def load(self, name: str, version: str | None = None) -> PackageHandle:
        """Return a package by its name, as it is or as it was released.

        Parameters
        ----------
        name
            Case, ``-`` and ``_`` do not matter.
        version
            One of ``versions(name)``, checked against the checksums of its release. ``None``: from a folder the package
            as it stands there, from an address its latest version.

        Returns
        -------
        PackageHandle
            With its tables as attributes, the same one each time.

        Raises
        ------
        WrongName
            Where no package has the name, or it has no such version; the error carries the near ones.
        UnreadablePackage
            Where the version is not what was released.
        DownloadFailed
            Where it does not come whole from its address.
        """
        if version is None and (alone := self._read_bundled(name)) is not None:
            return alone
        name = self._match(name)
        if self._entries:
            version = self._entries[name][0].version if version is None else version
        elif version is None:
            return self._packages[name]
        if version and version not in self.versions(name):
            raise WrongName(f"version of {name}", version, self.versions(name))
        if (name, version) not in self._opened:
            self._opened[name, version] = self._open(name, version)
        return self._opened[name, version]

    def _open(self, name: str, version: str) -> PackageHandle:
        if self._entries:
            from opendata import remote

            entry = next(entry for entry in self._entries[name] if entry.version == version)
            return PackageHandle(remote.fetch_entry(entry))
        archive = next((archive for archive in self._packages[name].archives if archive.version == version), None)
        return PackageHandle(archive.open()) if archive else self._packages[name]

    def _match(self, name: str) -> str:
        """Return the name of a package as it is written."""
        names = self._entries or self._packages
        if name in names:
            return name
        known = {plain_name(other): other for other in names}
        try:
            return known[plain_name(name)]
        except KeyError:
            titles = {other: _titles(entries[0].title) for other, entries in self._entries.items()}
            titles |= {other: _titles(package.meta.title) for other, package in self._packages.items()}
            raise WrongName("package", name, titles) from None

    def prefetch(self, names: Iterable[str] | None = None, *, all_versions: bool = False) -> tuple[PackageHandle, ...]:
        """Fetch packages from an address, so that they load later without a network; return them.

        Parameters
        ----------
        names
            Of the packages; ``None``: all.
        all_versions
            Every version of them, not the latest alone.

        Returns
        -------
        tuple of PackageHandle
            What is here now.

        Raises
        ------
        WrongName
            Where no package has a name.
        DownloadFailed
            Where one does not come whole.

        Examples
        --------
        >>> [package.name for package in Catalog().prefetch(["goods-trade"])]  # at hand already
        ['goods-trade']
        """
        chosen = self.names() if names is None else ([names] if isinstance(names, str) else names)
        wanted = [
            (name, version)
            for name in map(self._match, chosen)
            for version in ((self.versions(name) or (None,)) if all_versions else (None,))
        ]
        return tuple(self.load(name, version) for name, version in wanted)

    def __iter__(self) -> Iterator[PackageHandle]:
        return (self.load(name) for name in self.names())

    def __len__(self) -> int:
        return len(self._entries or self._packages)

    def __repr__(self) -> str:
        # Looking at a catalog must not go to the network.
        told = f": {', '.join(self.names())}" if isinstance(self.place, Path) or "_found" in self.__dict__ else ""
        return f"Catalog({str(self.place)!r}){told}"


class PackageHandle:
    """A data package: its metadata, and its tables as attributes or by name.

    Examples
    --------
    >>> trade = Catalog().load("goods-trade")
    >>> trade.tables, trade.version is not None
    (('observations',), True)
    >>> trade.observations.name == trade["observations"].name
    True
    """

    def __init__(self, source: read.Source) -> None:
        self._source = source
        self._tables = {
            resource.name: TableHandle(source, resource) for resource in source.package.resources if resource.is_table
        }

    @property
    def source(self) -> read.Source:
        """The package as it stands in its folder or zip, for those who read its files themselves."""
        return self._source

    @property
    def meta(self) -> Package:
        """The descriptor as a frozen value."""
        return self._source.package

    @property
    def name(self) -> str:
        """The package's name."""
        return self.meta.name

    @property
    def version(self) -> str | None:
        """The package's version, or ``None`` where it says none."""
        return self.meta.version

    @property
    def changelog(self) -> tuple[Mapping[str, Any], ...]:
        """What its descriptor says of its versions, as it stands there; empty where it says nothing."""
        entries = self.meta.descriptor.get("changelog")
        return tuple(entry for entry in entries if isinstance(entry, Mapping)) if isinstance(entries, list) else ()

    @property
    def descriptor(self) -> str:
        """The name of its descriptor's file."""
        return self._source.descriptor

    @cached_property
    def archives(self) -> tuple[Archive, ...]:
        """The archives of its released versions, the newest first; empty where its folder holds none."""
        from opendata.archives import find_archives

        return find_archives(self._source)

    @property
    def tables(self) -> tuple[str, ...]:
        """The names of its tables."""
        return tuple(self._tables)

    def file_bytes(self) -> dict[str, bytes]:
        """Return the package's files as they are: the descriptor first, then each resource's file."""
        files = {self._source.descriptor: (self._source.folder / self._source.descriptor).read_bytes()}
        return files | {resource.path: read.read_bytes(self._source, resource.path) for resource in self.meta.resources}

    def cite(self, style: Style = "gbt7714", *, language: str | None = None, accessed: str | None = None) -> str:
        """Return how to cite this package.

        Parameters
        ----------
        style
            ``"gbt7714"``, ``"bibtex"``, ``"apa"``, ``"csl-json"`` or ``"cff"``.
        language
            Of the title, ``"zh"`` or ``"en"``; ``None``: Chinese for GB/T 7714, English else.
        accessed
            The day on which you looked at it, as ``2026-11-20``; told by GB/T 7714 only.

        Raises
        ------
        WrongName
            For another style.

        Examples
        --------
        >>> Catalog().load("goods-trade").cite("apa").startswith("Open Data Shandong.")
        True
        """
        from opendata.citations import cite

        return cite(self.meta, style, language=language, accessed=accessed)

    def __iter__(self) -> Iterator[TableHandle]:
        return iter(self._tables.values())

    def __len__(self) -> int:
        return len(self._tables)

    def __bool__(self) -> bool:
        return True  # a package without a table is a package

    def __getitem__(self, name: str) -> TableHandle:
        """Return a table by its name; case, ``-`` and ``_`` do not matter.

        Raises
        ------
        WrongName
            Where there is none of that name; the error carries the near ones, found by name and by title.
        """
        if name in self._tables:  # to ask whether a table is true would read it: it has a length
            return self._tables[name]
        known = {plain_name(other): table for other, table in self._tables.items()}
        try:
            return known[plain_name(name)]
        except KeyError:
            raise WrongName("table", name, {t.name: _titles(t.title) for t in self._tables.values()}) from None

    if not TYPE_CHECKING:  # a table that is not declared would be right to a type checker: the stubs name those there are

        def __getattr__(self, name: str) -> TableHandle:
            if name.startswith("_"):
                raise AttributeError(name)
            try:
                return self[name]
            except WrongName as error:
                raise AttributeError(str(error)) from None

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *map(attribute_name, self._tables)})

    def __repr__(self) -> str:
        lines = [self._headline()]
        lines += [f"  {table.name}: {len(table)} rows × {len(table.columns)} columns" for table in self._tables.values()]
        return "\n".join(lines)

    def _headline(self) -> str:
        meta = self.meta
        return f"{meta.name} {meta.version or ''}".rstrip() + f": {meta.title.in_language('en') or meta.name}"

    def _repr_html_(self) -> str:
        rows = [(t.name, t.title.in_language("en"), f"{len(t):,}", str(len(t.columns))) for t in self._tables.values()]
        about = self.meta.description.in_language("en")
        return _html_table(self._headline(), about, ("Table", "Title", "Rows", "Columns"), rows)


class Column(str, Generic[T]):
    """The name of a column, which also tells what the column holds; pandas takes it as the text it is.

    Examples
    --------
    >>> value = Catalog().load("goods-trade").observations.c.value
    >>> value == "value", value.label.in_language("en")
    (True, 'Value')
    """

    __slots__ = ("field",)

    field: Field

    def __new__(cls, field: Field) -> Column[T]:
        """Make the name of a field."""
        made = super().__new__(cls, field.name)
        made.field = field
        return made

    def __reduce__(self) -> tuple[object, ...]:
        return Column, (self.field,)

    @property
    def label(self) -> Text:
        """The column's title, in the languages of its package."""
        return self.field.title

    @property
    def meaning(self) -> Text:
        """What the column holds, in the languages of its package; empty where its schema does not say."""
        return self.field.description

    @property
    def unit(self) -> str | None:
        """The unit of its numbers, where the schema names one for all of them."""
        return self.field.unit

    @property
    def type(self) -> str:
        """Its type by Table Schema."""
        return self.field.type


class Columns:
    """The columns of a table as attributes: ``table.c.value``."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._columns: dict[str, Column[Any]] = {}
        for at, column in enumerate(fields):
            self._columns.setdefault(attribute_name(column.name) or f"column_{at}", Column(column))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Column[Any]:
            if name.startswith("__") or name == "_columns":
                raise AttributeError(name)
            try:
                return self._columns[name]
            except KeyError:
                titles = {other: _titles(column.field.title) for other, column in self._columns.items()}
                raise AttributeError(str(WrongName("column", name, titles))) from None

    def __iter__(self) -> Iterator[Column[Any]]:
        return iter(self._columns.values())

    def __len__(self) -> int:
        return len(self._columns)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __repr__(self) -> str:
        return describe_fields(column.field for column in self)


class TableHandle:
    """A table of a package; nothing is read before it is asked for.

    Examples
    --------
    >>> units = Catalog().load("reference").units
    >>> units.columns[0], units.c.unit_id.type
    ('unit_id', 'string')
    >>> units.df["unit_id"].tolist() == [row.unit_id for row in units]
    True
    """

    def __init__(self, source: read.Source, resource: Resource) -> None:
        self._source, self._resource = source, resource

    @property
    def name(self) -> str:
        """The table's name."""
        return self._resource.name

    @property
    def title(self) -> Text:
        """The table's title."""
        return self._resource.title

    @property
    def schema(self) -> Schema:
        """The schema as declared; empty where none is."""
        return self._resource.schema or Schema()

    @cached_property
    def _cells(self) -> read.Cells:
        return read.read_cells(self._source, self._resource)

    @cached_property
    def _values(self) -> frames.Values:
        return frames.read_values(self._cells, self.fields, self._source.show(self._resource.path))

    @cached_property
    def _large(self) -> tuple[str, ...] | None:
        """The header of a file that is worth a fast reader; ``None`` where the standard library's serves."""
        if "_cells" in self.__dict__:
            return None
        file = read.find_file(self._source, self._resource.path)
        if isinstance(file, Path) and file.stat().st_size < _LARGE_BYTES:
            return None
        prepared = frames.prepare_file(self._source, self._resource)
        if isinstance(prepared, bytes) and len(prepared) < _LARGE_BYTES:
            return None
        return frames.plain_header(prepared, self._resource)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names in the order of the file."""
        return self._large or self._cells.header

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The columns as the schema describes them; text where it does not."""
        return frames.match_fields(self._resource, self.columns)

    @cached_property
    def c(self) -> Columns:
        """The columns as attributes, each a name that knows its title, meaning and unit."""
        return Columns(self.fields)

    def column(self, name: str) -> list[Any]:
        """Return the values of a column, ``None`` for a missing one.

        Parameters
        ----------
        name
            The column, or its attribute of ``c``.

        Raises
        ------
        WrongName
            Where there is no such column.
        UnreadablePackage
            Where a row is ragged, or a cell is not of its column's type.
        """
        self._check_columns([name])
        return list(self._values[name])

    def _check_columns(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.columns:
                raise WrongName("column", name, {column.name: _titles(column.title) for column in self.fields})

    def rows(self) -> list[Record]:
        """Return the rows as named tuples with typed values, ``None`` for a missing one; no third-party library is needed.

        Raises
        ------
        UnreadablePackage
            Where a row is ragged, or a cell is not of its column's type.

        Examples
        --------
        >>> Catalog().load("reference").units.rows()[0].unit_id
        'cny'
        """
        make = _make_record(self.name, self.columns)._make
        return [make(values) for values in zip(*(self._values[name] for name in self.columns), strict=True)]

    def records(self) -> Iterator[dict[str, Any]]:
        """Return the rows as dictionaries with typed values."""
        columns = [self._values[name] for name in self.columns]
        return (dict(zip(self.columns, values, strict=True)) for values in zip(*columns, strict=True))

    def text_rows(self) -> list[dict[str, str]]:
        """Return the rows as the file has them: text, nothing cast."""
        header = self._cells.header
        return [dict(zip(header, row, strict=True)) for row in self._cells.rows]

    @property
    def df(self) -> pd.DataFrame:
        """A pandas DataFrame with the dtypes of the schema; ``.attrs`` carry title, licence, version and sources.

        Strings stay strings (``0101``, ``NA``), integers with gaps are ``Int64``, booleans with gaps ``boolean``,
        enumerations categories in declared order, dates ``datetime64``. A column of numbers of which one would
        change as a float holds ``decimal.Decimal``. Each call gives its own frame, which is yours to change.

        Raises
        ------
        MissingLibrary
            Where pandas is not installed.
        UnreadablePackage
            Where a row is ragged, or a cell is not of its column's type.
        """
        # pandas 3 copies what is written to; before, a shallow copy would let a change through.
        return self._frame.copy(deep=int(frames.import_pandas().__version__.split(".")[0]) < 3)

    @cached_property
    def _frame(self) -> pd.DataFrame:
        frame = self._read_frame()
        package = self._source.package
        frame.attrs = {
            "package": package.name,
            "table": self.name,
            "title": package.title.default,
            "version": package.version,
            "licenses": [dict(item) for item in package.licenses],
            "sources": [dict(item) for item in package.sources],
        }
        return frame

    def _read_frame(self) -> pd.DataFrame:
        frames.import_pandas()
        if self._large is not None:
            file = frames.prepare_file(self._source, self._resource)
            try:
                frame = frames.scan_frame(file, self._resource)
            except MissingLibrary:
                frame = frames.scan_pandas(file, self._resource)
            if frame is not None:
                return frame
        return frames.make_frame(self.fields, self._values)

    def arrow(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the table, or some of its columns, as an Arrow table with the types of the schema.

        Enumerations are dictionaries, numbers that a float would change decimals, and what Arrow has no type for
        (objects, arrays, points, times) is JSON or ISO 8601 text.

        Parameters
        ----------
        columns
            Their names, in the order wanted; ``None``: all of them.

        Raises
        ------
        MissingLibrary
            Where pyarrow is not installed.
        WrongName
            Where there is no such column.
        UnreadablePackage
            Where a row is ragged, or a cell is not of its column's type.
        """
        frames.import_pyarrow("An Arrow table")
        self._check_columns(columns or ())
        table = self._arrow
        return table if columns is None else table.select(list(columns))

    @cached_property
    def _arrow(self) -> pa.Table:
        table = None
        if self._large is not None:
            table = frames.scan_arrow(frames.prepare_file(self._source, self._resource), self._resource)
        if table is None:
            table = frames.make_arrow(self.fields, self._values)
        package = self._source.package
        about = {"package": package.name, "table": self.name, "title": package.title.default, "version": package.version or ""}
        return table.replace_schema_metadata(about)

    def scan(self, columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
        """Read the table, or some of its columns, a part at a time, for tables that do not fit into memory.

        The parts have the types of ``arrow``, and each is checked as it is reached. DuckDB and pyarrow take the reader as
        it is, polars each batch (``polars.from_arrow``); it is read once, from front to back. A file in a folder, in
        UTF-8, is never in memory as a whole; one in a zip or in another encoding is.

        Parameters
        ----------
        columns
            The columns to read, in this order; ``None``: all.

        Returns
        -------
        pyarrow.RecordBatchReader
            The parts, in the order of the file.

        Raises
        ------
        MissingLibrary
            Where pyarrow is not installed.
        WrongName
            Where there is no such column.
        UnreadablePackage
            When a part is reached in which a row is ragged, a cell is not of its column's type, or a number would be
            changed by floating point: ``arrow`` holds such a column as decimals, which only the whole table can tell.

        Examples
        --------
        >>> batches = Catalog().load("goods-trade").observations.scan(["area_id", "value"])
        >>> sum(batch.num_rows for batch in batches) == len(Catalog().load("goods-trade").observations)
        True
        """
        frames.import_pyarrow("A scan")
        self._check_columns(columns or ())
        return frames.scan_parts(self._source, self._resource, columns)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Hand the table to any library that takes the Arrow capsule: DuckDB, polars, pandas, GDAL."""
        return self.arrow().__arrow_c_stream__(requested_schema)

    def polars(self, columns: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the table, or some of its columns, as a polars DataFrame; enumerations are ``Enum`` in declared order.

        Parameters
        ----------
        columns
            Their names, in the order wanted; ``None``: all of them.

        Raises
        ------
        MissingLibrary
            Where polars or pyarrow is not installed.
        WrongName
            Where there is no such column.
        UnreadablePackage
            Where a row is ragged, or a cell is not of its column's type.
        """
        try:
            import polars as pl
        except ImportError:
            raise MissingLibrary("polars", "A polars DataFrame", "polars pyarrow") from None
        frame = pl.DataFrame(self.arrow(columns))
        enums = {column.name: frames.choices_of(column) for column in self.fields if column.choices and column.type == "string"}
        return frame.with_columns(pl.col(name).cast(pl.Enum(enums[name])) for name in frame.columns if name in enums)

    def __getitem__(self, name: str) -> pd.Series[Any]:
        """Return a column as a pandas Series; several are ``table.df[[…]]``.

        Raises
        ------
        WrongName
            Where there is no such column.
        """
        self._check_columns([name])
        return self.df[name]

    def __len__(self) -> int:
        if self._large is not None and "_values" not in self.__dict__:
            try:
                return len(self._frame)
            except MissingLibrary:
                pass
        return len(self._cells)

    def __iter__(self) -> Iterator[Record]:
        return iter(self.rows())

    def __repr__(self) -> str:
        return f"{self._headline()}\n{describe_fields(self.fields)}"

    def _headline(self) -> str:
        package = self._source.package
        licence = ", ".join(str(item.get("name", "")) for item in package.licenses) or "no licence given"
        title = self._resource.title.in_language("en") or self.name
        return f"{package.name}.{self.name}: {title} ({len(self)} rows, version {package.version or 'not given'}, {licence})"

    def _repr_html_(self) -> str:
        rows = [
            (column.name, column.type, column.title.in_language("en"), column.description.in_language("en"))
            for column in self.fields
        ]
        about = self._resource.description.in_language("en")
        return _html_table(self._headline(), about, ("Column", "Type", "Title", "Meaning"), rows)


def describe_fields(fields: Iterable[Field]) -> str:
    """Return a line for each column: name, type, title."""
    fields = tuple(fields)
    wide = max((len(column.name) for column in fields), default=0)
    lines = (f"  {column.name:<{wide}}  {column.type:<8} {column.title.in_language('en')}" for column in fields)
    return "\n".join(line.rstrip() for line in lines)


def _html_table(heading: str, about: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table for a notebook: everything escaped, a page of its own makes no sense of styles."""
    import html  # only a notebook needs it, and it takes as long as reading a small table

    head = "".join(f"<th>{html.escape(text)}</th>" for text in header)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in rows)
    told = f"<p>{html.escape(about)}</p>" if about else ""
    return (
        f"<div><p><strong>{html.escape(heading)}</strong></p>{told}"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _titles(title: Text) -> tuple[str, ...]:
    return tuple(text for text in (title.default, *title.others.values()) if text)


@cache
def _make_record(name: str, columns: tuple[str, ...]) -> type[Any]:
    fields = [attribute_name(column) or f"column_{at}" for at, column in enumerate(columns)]
    base = namedtuple(attribute_name(name).title().replace("_", "") or "Row", fields, rename=True)  # type: ignore[misc]  # noqa: PYI024
    # The class has no module to be found in, so a pickled record says how to make it again.
    return type(
        base.__name__, (base,), {"__slots__": (), "__reduce__": lambda self: (_remake_record, (name, columns, tuple(self)))}
    )


def _remake_record(name: str, columns: tuple[str, ...], values: tuple[Any, ...]) -> Record:
    return _make_record(name, columns)(*values)


def attribute_name(name: str) -> str:
    """Return a name as an attribute may be written.

    ``goods-trade`` becomes ``goods_trade``, ``class`` becomes ``class_``, ``2020`` becomes ``n2020``.
    """
    plain = "".join(char if char.isalnum() else "_" for char in name).lstrip("_")
    if plain[:1].isdigit():
        return f"n{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) else plain
