"""Packages into files of other formats: on a site, and by the command ``opendata export``."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opendata import __version__, formats, read
from opendata.citations import cite, find_address, find_date
from opendata.databases import to_sqlite
from opendata.errors import OpenDataError, WrongName, WrongUse
from opendata.formats import About, Made, Note, Sheet
from opendata.handles import Catalog, PackageHandle, TableHandle
from opendata.workbooks import to_xlsx

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Form:
    """A format: how its files end, their media type, and whether one file holds a whole package."""

    suffix: str
    media_type: str
    whole: bool = False


FORMATS: Mapping[str, Form] = {
    "csv": Form(".csv", "text/csv"),
    "csv-bom": Form("-excel.csv", "text/csv"),
    "xlsx": Form(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", whole=True),
    "json": Form(".json", "application/json"),
    "jsonl": Form(".jsonl", "application/jsonl"),
    "parquet": Form(".parquet", "application/vnd.apache.parquet"),
    "sqlite": Form(".sqlite", "application/vnd.sqlite3", whole=True),
    "zip": Form(".zip", "application/zip", whole=True),
}
"""The formats by the names that ``export`` takes."""

# What Hive, Spark and Arrow take for a missing value in the name of a folder.
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
# What Spark escapes in the name of a folder; it takes an escape for one character, so Chinese is left as it is.
_ESCAPED = re.compile(r"[\x00-\x1f\"#%'*/:=?\\\x7f{\[\]^]")
# More folders than this are a mistake in the choice of the column.
_MOST_PARTS = 10_000


@dataclass(frozen=True)
class Exported:
    """What ``export`` did.

    Attributes
    ----------
    files
        The files or, for partitioned Parquet, the folder that now hold the data.
    unchanged
        Those of them that were there already with the same bytes.
    notes
        What the format could not hold as it is.
    """

    files: tuple[Path, ...]
    unchanged: tuple[Path, ...] = ()
    notes: tuple[Note, ...] = ()


# ----- a package and its tables as files are made of them -----


def describe_package(package: PackageHandle) -> About:
    """Return what the files of a package tell of it."""
    meta = package.meta
    return About(
        package=package.name,
        title=meta.title,
        description=meta.description,
        version=package.version or "",
        date=find_date(meta),
        licences=tuple((_said(item, "title", "name"), _said(item, "path")) for item in meta.licenses),
        sources=tuple((_said(item, "title"), _said(item, "path")) for item in meta.sources),
        citations=(("GB/T 7714", cite(meta, "gbt7714")), ("APA", cite(meta, "apa"))),
        address=find_address(meta),
    )


def _said(item: Mapping[str, Any], *keys: str) -> str:
    return next((str(item[key]) for key in keys if item.get(key)), "")


def make_sheet(table: TableHandle) -> Sheet:
    """Return a table of a package as files are made of it; nothing is read before a format needs it."""
    return Sheet(
        name=table.name,
        fields=table.fields,
        read_texts=lambda: (list(row.values()) for row in table.text_rows()),
        read_values=lambda: {name: table.column(name) for name in table.columns},
        read_arrow=table.arrow,
        title=table.title,
        schema=table.schema,
    )


def make_table(sheet: Sheet, about: About, form: str) -> Made:
    """Return the file of one table in a format; what ``zip`` holds is a package.

    Raises
    ------
    MissingLibrary
        Where the format needs one that is not installed.
    WrongUse
        For a table that the format cannot hold.
    """
    if form == "csv":
        return Made(formats.to_csv(sheet.columns, sheet.read_texts()))
    if form == "csv-bom":
        return formats.to_spreadsheet_csv(sheet)
    if form in ("json", "jsonl"):
        rows, notes = formats.json_rows(sheet)
        return Made(formats.to_json(rows) if form == "json" else formats.to_jsonl(rows), notes)
    if form == "parquet":
        return formats.to_parquet(sheet, about)
    return to_xlsx([sheet], about) if form == "xlsx" else to_sqlite([(about, [sheet])])


def make_whole(package: PackageHandle, sheets: Sequence[Sheet], about: About, form: str) -> Made:
    """Return the one file of a package: a workbook, a database, or a zip of the package as it is."""
    if form == "xlsx":
        return to_xlsx(sheets, about)
    if form == "sqlite":
        return to_sqlite([(about, sheets)])
    return Made(formats.to_zip({f"{package.name}/{name}": data for name, data in package.file_bytes().items()}))


def make_all(packages: Sequence[PackageHandle], form: str) -> Made:
    """Return one database, or one zip, of several packages."""
    if form == "sqlite":
        return to_sqlite([(describe_package(one), [make_sheet(one[name]) for name in one.tables]) for one in packages])
    return Made(formats.to_zip({f"{one.name}/{name}": data for one in packages for name, data in one.file_bytes().items()}))


def tool_versions() -> dict[str, str]:
    """Return the versions of the programs on which the bytes of a format depend: these are the same only where they are."""
    import pyarrow
    import xlsxwriter

    return {
        "opendata": __version__,
        "xlsxwriter": str(xlsxwriter.__version__),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "pyarrow": str(pyarrow.__version__),
        "sqlite": sqlite3.sqlite_version,
    }


# ----- the command -----


def export(
    package: str | os.PathLike[str] | PackageHandle,
    to: str,
    *,
    out: str | os.PathLike[str] = ".",
    table: str | None = None,
    partition_by: str | None = None,
    force: bool = False,
) -> Exported:
    """Write data packages in another format: all files, or none where one cannot be made.

    A workbook, a database or a zip is one file a package, ``<package>.xlsx``; of the other formats each table is a file,
    ``<package>/<table>.parquet``. Several packages become one database, or one zip, where ``out`` names it.
    A file that is there already is replaced only where ``force`` says so.

    Parameters
    ----------
    package
        A package, a folder or zip that holds one or several, or the name of one that comes with this library.
    to
        One of ``FORMATS``: ``"csv"`` (UTF-8, as written), ``"csv-bom"`` (for spreadsheets: with a byte order mark, and what
        would be run as a formula defused), ``"xlsx"``, ``"json"``, ``"jsonl"``, ``"parquet"``, ``"sqlite"``, ``"zip"``.
    out
        The folder to write into; or, where the result is one file, its name.
    table
        Only this table.
    partition_by
        For Parquet, a column by whose values the rows are spread over folders ``column=value``, as Spark, Dask, DuckDB
        and Polars read them. The column stands in the names of the folders only. Readers guess its type from them: where
        ids such as ``0101`` must stay text, tell them so (DuckDB ``hive_types_autocast=false``, Spark
        ``spark.sql.sources.partitionColumnTypeInference.enabled=false``, Polars ``hive_schema``).
    force
        Replace what is there.

    Returns
    -------
    Exported
        What was written, and what the format could not hold as it is.

    Raises
    ------
    WrongUse
        Where arguments do not go together, or a file is there already and differs.
    WrongName
        For a format, package, table or column that there is not.
    UnreadablePackage
        Where a table cannot be read.
    OpenDataError
        Where the disk does not take the files.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     done = export("goods-trade", "xlsx", out=folder)
    >>> [file.name for file in done.files]
    ['goods-trade.xlsx']
    """
    if to not in FORMATS:
        raise WrongName("format", to, tuple(FORMATS))
    packages = _find_packages(package)
    if partition_by is not None:
        if to != "parquet":
            raise WrongUse(
                f"Only Parquet is spread over folders. Use --to parquet, or leave --partition-by {partition_by} away."
            )
        return _export_parts(packages, Path(out), table, partition_by, force=force)
    if table is not None and to == "zip":
        raise WrongUse("A zip holds a whole package. Leave --table away, or choose another format.")
    made: dict[str, Made] = {}
    if len(packages) > 1 and to in ("sqlite", "zip") and _names_file(Path(out), to) and table is None:
        made = {"all": make_all(packages, to)}
    else:
        for one in packages:
            made |= _make_files(one, to, table)
    targets = {path: made[name].data for name, path in _place(made, Path(out), to).items()}
    unchanged = _put(targets, force=force)
    notes = tuple(note for file in made.values() for note in file.notes)
    return Exported(tuple(targets), unchanged, notes)


def _find_packages(package: str | os.PathLike[str] | PackageHandle) -> list[PackageHandle]:
    if isinstance(package, PackageHandle):
        return [package]
    # A bare name is a folder where it holds packages; an earlier export may have left one without.
    is_name = isinstance(package, str) and not re.search(r"[/\\.]", package)
    found = list(Catalog(package)) if not is_name or Path(package).exists() else []
    if not found and is_name:
        return [Catalog().load(str(package))]
    if not found:
        raise WrongUse(f"{os.fspath(package)} holds no data package. Name a folder that holds datapackage.json.")
    return found


def _make_files(package: PackageHandle, form: str, table: str | None) -> dict[str, Made]:
    """Return the files of a package by their names below the folder for output."""
    tables = [package[name] for name in package.tables] if table is None else [package[table]]
    if not tables and form != "zip":
        raise WrongUse(f"{package.name} has no table. A zip can hold it: use --to zip.")
    about, suffix = describe_package(package), FORMATS[form].suffix
    for name in (package.name, *(one.name for one in tables)):
        _check_name(name)
    sheets = [make_sheet(one) for one in tables]
    if FORMATS[form].whole:
        stem = package.name if table is None else f"{package.name}-{sheets[0].name}"
        return {f"{stem}{suffix}": make_whole(package, sheets, about, form)}
    return {f"{package.name}/{sheet.name}{suffix}": make_table(sheet, about, form) for sheet in sheets}


def _check_name(name: str) -> None:
    """Refuse a name that would lead out of the folder for output."""
    unsafe = read.explain_unsafe(name) or ("holds a slash" if re.search(r"[/\\]", name) else None)
    if unsafe:
        raise WrongUse(f"The name {name[:80]!r} {unsafe}, so no file can bear it. Mend the package's descriptor.")


def _place(made: Mapping[str, Made], out: Path, form: str) -> dict[str, Path]:
    """Say where each file goes: into the folder ``out``, or to ``out`` itself where that names the one file."""
    if len(made) == 1 and _names_file(out, form):
        return dict.fromkeys(made, out)
    if out.is_file():
        raise WrongUse(f"{out} is a file. Name a folder, or a file that ends in {FORMATS[form].suffix} for a single table.")
    return {name: out / name for name in made}


def _names_file(out: Path, form: str) -> bool:
    return out.suffix == Path(f"x{FORMATS[form].suffix}").suffix and not out.is_dir()


def _put(targets: Mapping[Path, bytes], *, force: bool) -> tuple[Path, ...]:
    """Write files, all of them whole before the first takes its place; return those that were there already."""
    with _telling(next(iter(targets))):
        same = tuple(path for path, data in targets.items() if path.is_file() and path.read_bytes() == data)
    other = [path for path in targets if path.exists() and path not in same]
    if other and not force:
        more = f" So do {len(other) - 1} more files." if len(other) > 1 else ""
        raise WrongUse(f"{other[0]} is there already and differs.{more} Say --force to replace it, or --out for another place.")
    parts: dict[Path, Path] = {}
    path = next(iter(targets))
    with _telling(path), contextlib.ExitStack() as stack:
        for path, data in targets.items():
            if path not in same:
                path.parent.mkdir(parents=True, exist_ok=True)
                parts[path] = path.with_name(f".{path.name}.part")
                stack.callback(parts[path].unlink, missing_ok=True)
                _write(parts[path], data)
        for path, part in parts.items():
            part.replace(path)
    return same


def _write(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)  # of an earlier attempt; a link there is not followed
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = error.filename or path
        raise OpenDataError(
            f"{where} could not be written: {error.strerror or error}. Free the disk or name another --out."
        ) from None


# ----- partitioned Parquet -----


def _export_parts(packages: Sequence[PackageHandle], out: Path, table: str | None, column: str, *, force: bool) -> Exported:
    if len(packages) != 1:
        raise WrongUse("--partition-by is for one package. Name its folder.")
    package = packages[0]
    handle = _find_table(package, table, column)
    for name in (package.name, handle.name, column):
        _check_name(name)
    data, notes = formats.to_arrow(make_sheet(handle), describe_package(package))
    target = out / package.name / handle.name
    with _telling(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{handle.name}.", dir=target.parent) as scratch:
            fresh = Path(scratch) / "fresh"
            fresh.mkdir()
            for folder, part in _split(data, column):
                (fresh / folder).mkdir()
                _write(fresh / folder / "part-0.parquet", formats.encode_parquet(part))
            if target.exists() and _alike(fresh, target):
                return Exported((target,), (target,), notes)
            if target.exists() and not force:
                raise WrongUse(f"{target} is there already and differs. Say --force to replace it, or --out for another place.")
            _exchange(fresh, target, Path(scratch) / "old")
    return Exported((target,), (), notes)


def _find_table(package: PackageHandle, table: str | None, column: str) -> TableHandle:
    if table is not None:
        handle = package[table]
        if column not in handle.columns:
            raise WrongName("column", column, handle.columns)
        return handle
    having = [name for name in package.tables if column in package[name].columns]
    if not having:
        raise WrongName("column", column, [name for table_name in package.tables for name in package[table_name].columns])
    if len(having) > 1:
        raise WrongUse(f"The column {column} is in several tables: {', '.join(having)}. Name one with --table.")
    return package[having[0]]


def _split(data: pa.Table, column: str) -> Iterator[tuple[str, pa.Table]]:
    """Yield a table's rows by the values of a column, in the order of the values' folders, each with its folder's name."""
    import numpy as np
    import pyarrow as pa

    array = data[column].combine_chunks()
    if pa.types.is_floating(array.type) or pa.types.is_decimal(array.type):
        raise WrongUse(f"{column} holds numbers with decimals, of which hardly two are alike. Partition by another column.")
    values = [None if value is None else _folder_value(column, value) for value in array.to_pylist()]
    names = sorted({_folder_name(column, value) for value in values})
    if len(names) > _MOST_PARTS:
        raise WrongUse(
            f"{column} has {len(names):,} values; at most {_MOST_PARTS:,} folders are made. Partition by another column."
        )
    if len(data.column_names) == 1:
        raise WrongUse(f"{column} is the only column, so nothing would be left to put into the folders.")
    place = {name: at for at, name in enumerate(names)}
    codes = np.array([place[_folder_name(column, value)] for value in values], np.int64)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
    rest = data.drop_columns([column]).take(pa.array(order))
    for at, name in enumerate(names):
        yield name, rest.slice(bounds[at], bounds[at + 1] - bounds[at])


def _folder_value(column: str, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else value.isoformat() if hasattr(value, "isoformat") else str(value)
    if not text or text in (".", ".."):
        raise WrongUse(f"{column} holds {text!r}, which cannot be part of a folder's name. Partition by another column.")
    return text


@functools.cache
def _folder_name(column: str, value: str | None) -> str:
    def escape(match: re.Match[str]) -> str:
        return f"%{ord(match[0]):02X}"

    told = _NO_VALUE if value is None else _ESCAPED.sub(escape, value)
    return f"{_ESCAPED.sub(escape, column)}={told}"


def _alike(one: Path, other: Path) -> bool:
    """Whether two folders hold the same files."""

    def look(folder: Path) -> dict[str, bytes]:
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    return other.is_dir() and look(one) == look(other)


def _exchange(fresh: Path, target: Path, old: Path) -> None:
    """Put a folder in the place of another: two renames, and the old one back if the second fails."""
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        if old.exists():
            old.rename(target)
        raise
