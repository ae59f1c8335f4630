"""Types of packages for editors and type checkers: descriptors into a stub.

The stub ``_packages.pyi`` stands beside the library and has no module at run time: it tells type checkers the names of
packages, tables and columns, the values of enumerations, and what each column means. It is made, never written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from opendata.frames import kind_of
from opendata.handles import Catalog, PackageHandle, TableHandle, attribute_name, bundled_catalog
from opendata.model import Field, Text

STUB = Path(__file__).with_name("_packages.pyi")

_HEAD = """\
# Made from the descriptors of datapackages/ by `opendata codegen`; not to be edited.
# A typed handle takes fewer names than a handle of any package: that is its purpose.
# mypy: disable-error-code="override, overload-overlap"
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple, overload

import pandas as pd
import polars as pl
import pyarrow as pa

from opendata.handles import Column, Columns, PackageHandle, TableHandle
"""

# Type by Table Schema -> (of a cell in a record, of a Series in pandas).
_TYPES = {
    "string": ("str", "str"),
    "any": ("str", "str"),
    "yearmonth": ("str", "str"),
    "duration": ("str", "str"),
    "integer": ("int", "int"),
    "year": ("int", "int"),
    "number": ("float", "float"),
    "boolean": ("bool", "bool"),
    "date": ("date", "pd.Timestamp"),
    "datetime": ("datetime", "pd.Timestamp"),
    "time": ("time", "Any"),
    "object": ("dict[str, Any]", "Any"),
    "geojson": ("dict[str, Any]", "Any"),
    "array": ("list[Any]", "Any"),
    "list": ("list[Any]", "Any"),
    "geopoint": ("tuple[float, float]", "Any"),
}


def make_stub(catalog: Catalog | None = None) -> str:
    """Return the stub of a catalog's packages; ``None``: those that come with this library.

    Examples
    --------
    >>> "goods_trade: GoodsTradePackage" in make_stub()
    True
    """
    packages = tuple(bundled_catalog() if catalog is None else catalog)
    tables = [(package, package[name]) for package in packages for name in package.tables]
    shapes: dict[str, dict[str, list[PackageHandle]]] = {}
    for package, table in tables:
        shapes.setdefault(table.name, {}).setdefault(_table_classes(table, ""), []).append(package)
    parts = [_HEAD]
    classes: dict[tuple[str, str], str] = {}
    for name, variants in shapes.items():
        for holders in variants.values():
            # Packages of one kind share their columns; where they do not, the first that has them gives its name.
            prefix = "" if len(variants) == 1 else _camel(holders[0].name)
            parts.append(_table_classes(holders[0][name], prefix + _camel(name)))
            classes.update({(holder.name, name): prefix + _camel(name) for holder in holders})
    parts += [_package_class(package, classes) for package in packages]
    parts.append(_load(packages))
    public = sorted(["load", *(attribute_name(package.name) for package in packages)])
    parts.append("__all__ = [\n" + "".join(f"    {_quote(name)},\n" for name in public) + "]\n")
    return "\n".join(parts)


def write_stub() -> Path:
    """Write the stub of the packages that come with this library to its place beside the library, and return that."""
    STUB.write_text(make_stub(), "utf-8", newline="\n")
    return STUB


def is_fresh() -> bool:
    """Whether the stub in its place is the one that the descriptors make."""
    return STUB.is_file() and STUB.read_text("utf-8") == make_stub()


def _table_classes(table: TableHandle, name: str) -> str:
    """The classes of a table: its record, its columns, its handle."""
    columns = [(attribute_name(field.name) or f"column_{at}", field) for at, field in enumerate(table.fields)]
    lines = [f"class {name}Row(NamedTuple):"]
    for attribute, field in columns:
        lines += [f"    {attribute}: {_cell_type(field)}", f"    {_doc(field)}"]
    lines += ["", f"class {name}Columns(Columns):"]
    for attribute, field in columns:
        lines += [f"    {attribute}: Column[{_series_type(field)}]", f"    {_doc(field)}"]
    names = f"Literal[{', '.join(_quote(field.name) for field in table.fields)}]"
    lines += [
        "",
        f"class {name}Table(TableHandle):",
        "    @property",
        f"    def c(self) -> {name}Columns: ...",
        f"    def rows(self) -> list[{name}Row]: ...",
        f"    def __iter__(self) -> Iterator[{name}Row]: ...",
    ]
    by_type: dict[str, list[str]] = {}
    for field in table.fields:
        by_type.setdefault(_series_type(field), []).append(_quote(field.name))
    for kind, held in by_type.items():
        lines += ["    @overload"] if len(by_type) > 1 else []
        lines += [
            f"    def __getitem__(self, name: Literal[{', '.join(held)}] | Column[{kind}]) -> pd.Series[{kind}]: ...",
        ]
    cells: dict[str, list[str]] = {}
    for field in table.fields:
        cells.setdefault(_cell_type(field), []).append(_quote(field.name))
    for kind, held in cells.items():
        lines += ["    @overload"] if len(cells) > 1 else []
        lines.append(f"    def column(self, name: Literal[{', '.join(held)}]) -> list[{kind}]: ...")
    several = f"Sequence[{names} | Column[Any]] | None = None"
    lines += [
        f"    def arrow(self, columns: {several}) -> pa.Table: ...",
        f"    def polars(self, columns: {several}) -> pl.DataFrame: ...",
        f"    def scan(self, columns: {several}) -> pa.RecordBatchReader: ...",
        "",
    ]
    return "\n".join(lines)


def _package_class(package: PackageHandle, classes: dict[tuple[str, str], str]) -> str:
    lines = [
        f"class {_camel(package.name)}Package(PackageHandle):",
        f"    {_doc_text(package.meta.title, package.meta.description)}",
    ]
    for name in package.tables:
        lines += [f"    {attribute_name(name)}: {classes[package.name, name]}Table", f"    {_doc_text(package[name].title)}"]
    for name in package.tables:
        lines += ["    @overload"] if len(package.tables) > 1 else []
        lines.append(f"    def __getitem__(self, name: Literal[{_quote(name)}]) -> {classes[package.name, name]}Table: ...")
    return "\n".join([*lines, ""])


def _load(packages: Sequence[PackageHandle]) -> str:
    lines = []
    for package in packages:
        lines += [f"{attribute_name(package.name)}: {_camel(package.name)}Package", _doc_text(package.meta.title)]
    lines.append("")
    calls = [(package, *call) for package in packages for call in _calls(package)]
    for package, version, made in calls:
        lines += ["@overload"] if len(calls) > 1 else []
        lines.append(f"def load(name: Literal[{_quote(package.name)}], version: {version}) -> {made}:")
        lines.append(f"    {_doc_text(package.meta.title, package.meta.description)}")
    return "\n".join([*lines, ""])


def _calls(package: PackageHandle) -> Iterator[tuple[str, str]]:
    """What ``version`` may be, and what is loaded then: a version with other columns is a package of no known type."""
    typed: list[str] = []
    others: list[str] = []
    for archive in package.archives:
        same = _shape(PackageHandle(archive.open())) == _shape(package)
        (typed if same else others).append(_quote(archive.version))
    yield (f"Literal[{', '.join(typed)}] | None = None" if typed else "None = None"), f"{_camel(package.name)}Package"
    if others:
        yield f"Literal[{', '.join(others)}]", "PackageHandle"


def _shape(package: PackageHandle) -> list[tuple[str, list[str]]]:
    """The types of a package's tables, without what is said of them."""
    return [
        (name, [line for line in _table_classes(package[name], "").splitlines() if '"""' not in line])
        for name in package.tables
    ]


def _cell_type(field: Field) -> str:
    base = _TYPES.get(field.type, ("Any", "Any"))[0]
    if field.type == "string" and field.choices:
        base = f"Literal[{', '.join(_quote(str(choice)) for choice in field.choices)}]"
    elif kind_of(field) == "category":
        base = f"Literal[{', '.join(str(choice) for choice in field.choices or ())}]"
    return base if field.required or base == "Any" else f"{base} | None"


def _series_type(field: Field) -> str:
    return _TYPES.get(field.type, ("Any", "Any"))[1]


def _doc(field: Field) -> str:
    unit = [f"[{field.unit}]"] if field.unit else []
    return _doc_text(field.title, field.description, *map(Text, unit))


def _doc_text(*texts: Text) -> str:
    """A docstring of titles and meanings in both languages, in one line."""
    told = [" · ".join(dict.fromkeys(filter(None, (text.default, text.in_language("en"))))) for text in texts]
    line = " ".join("\n".join(filter(None, told)).replace("\n", " — ").split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{line}"""'


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in attribute_name(name).split("_"))


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
