"""What a developer writes: held by type checkers (``test_codegen``), and run as it stands."""

from typing import Literal

import pandas as pd

import opendata as od


def read_records() -> list[float]:
    """Records: attributes with their types, enumerations as literals."""
    table = od.load("goods-trade").observations
    status: Literal["actual", "target", "assumption"] = table.rows()[0].status
    place: str = table.rows()[0].area_id
    part: str | None = table.rows()[0].breakdown_id
    assert status and place and (part is None or part)
    return [row.value for row in table if row.status == "target" and row.unit_id == "cny-100m"]


def read_frames() -> pd.DataFrame:
    """DataFrames: masks, assignment and grouping are pandas' own; columns by name or as attributes."""
    table = od.goods_trade.observations
    values: pd.Series[float] = table["value"]
    same: pd.Series[float] = table[table.c.value]
    assert values.equals(same)
    frame = table.df
    targets = frame[frame[table.c.status] == "target"].assign(double=lambda rows: rows["value"] * 2)
    assert len(frame[["area_id", "value"]]) == len(table)
    return targets.groupby("area_id")[["double"]].sum()


def describe() -> str:
    """Metadata, columns that know what they mean, citations."""
    package = od.load("foreign-investment")
    value = package["observations"].c.value
    assert value.type == "number"
    return f"{package.version} {value.label.in_language('en')} {value.unit} {package.cite('bibtex')}"


def compare_versions() -> bool:
    """An earlier version has the types of today where its columns are the same; versions are literals."""
    old = od.load("goods-trade", version="1.0.0")
    was: float = old.observations.rows()[0].value
    versions: tuple[str, ...] = od.Catalog().versions("goods-trade")
    return bool(was) and old.version in versions


def prefetch(address: str) -> list[str | None]:
    """Packages from an address, for a machine without a network."""
    return [package.version for package in od.prefetch(address, ["goods-trade"], all_versions=True)]


def find() -> list[str]:
    """Search, tidy series, the catalog."""
    hits = od.search("利用外资", kinds="indicator")
    frame = od.series("foreign-investment", area="qingdao", language="zh", base_units=True)
    assert len(frame) and len(od.catalog())
    return [hit.id for hit in hits]


def read_others(folder: str) -> int:
    """Anybody's packages have names that only the run knows: items, not attributes."""
    return sum(len(package[name]) for package in od.Catalog(folder) for name in package.tables)


def handle_errors(name: str) -> tuple[str, ...]:
    """A name that comes from outside is given to a catalog."""
    try:
        return od.Catalog().load(name).tables
    except od.OpenDataError as error:
        return (str(error),)


def pass_handles(package: od.PackageHandle) -> od.TableHandle:
    """The typed handles are handles."""
    return package[package.tables[0]]


def use_reference() -> dict[str, str]:
    """A package with several tables."""
    reference = od.load("reference")
    assert reference.units.rows()[0].factor
    assert pass_handles(reference).name == "sources"
    return {row.area_id: row.name_en for row in reference["areas"]}
