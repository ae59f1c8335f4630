"""Tables to work with: the figures of a package with everything joined, and what packages there are."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from opendata.casts import exact_number
from opendata.collection import Collection, Observation
from opendata.errors import UnreadablePackage, WrongName, WrongUse, plain_name
from opendata.frames import import_pandas, make_frame
from opendata.handles import Catalog, bundled_catalog
from opendata.model import Field, Text
from opendata.words import Language, Period, Unit

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = ("indicator_id", "indicator", "area_id", "area", "breakdown_id", "breakdown", "period")
_MORE_TEXTS = ("measure", "status", "value", "unit_id", "unit", "bound", "as_printed", "source_id", "source", "locator", "note")
_CATALOG = ("package", "table", "title", "kind", "rows", "columns", "version", "licence")


def series(
    package: str | None = None,
    *,
    indicator: str | Sequence[str] | None = None,
    area: str | Sequence[str] | None = None,
    breakdown: str | Sequence[str] | None = None,
    measure: str | Sequence[str] | None = None,
    status: str | Sequence[str] | None = None,
    language: Language = "en",
    base_units: bool = False,
    catalog: Catalog | None = None,
) -> pd.DataFrame:
    """Return figures as a tidy table: a row each, with names beside ids and the period as dates.

    Parameters
    ----------
    package
        The name of a package of indicators; ``None``: all of them.
    indicator, area, breakdown, measure, status
        Only these, one or several, by id or by their Chinese or English name;
        ``breakdown=""`` for totals only.
    language
        Of the names, ``"zh"`` or ``"en"``.
    base_units
        Give values in base units: 6407 亿元 is 640700000000 CNY.
    catalog
        Where to look; ``None``: in the packages that come with this library.

    Returns
    -------
    pandas.DataFrame
        ``indicator_id``, ``indicator``, ``area_id``, ``area``, ``breakdown_id``, ``breakdown`` (missing for a total),
        ``period`` as recorded, its first and last day as ``start`` and ``end`` (one day for a stock at a date; missing
        where the document says no period), ``measure``, ``status``, ``value`` in ``unit`` (``unit_id``), ``bound``
        (categories in declared order; a missing bound: as stated), ``as_printed``, ``source_id``, ``source``,
        ``locator``, ``note``.
        In the order of packages and rows; ``.attrs`` carry the packages' versions.

    Raises
    ------
    WrongName
        For a package, an indicator, a place … that there is not; the error carries the near ones.
    WrongUse
        For a package that holds no indicators.
    UnreadablePackage
        Where an id of a row stands in no vocabulary.
    MissingLibrary
        Where pandas is not installed.

    Examples
    --------
    >>> table = series("goods-trade", area="青岛市", status="target", language="zh")
    >>> table["area"].unique().tolist()
    ['青岛市']
    """
    import_pandas("A table of figures")
    where = bundled_catalog() if catalog is None else catalog
    chosen = None if package is None else where.load(package)
    if chosen is not None and chosen.meta.kind != "indicators":
        kinds = [other.name for other in where if other.meta.kind == "indicators"]
        raise WrongUse(f"{chosen.name} holds no indicators. These do: {', '.join(kinds) or 'none'}.")
    collection, observations = _read(where)
    filters = [
        _filter(
            "indicator", indicator, {i: v.name for i, v in collection.indicators.items()}, lambda o: o.indicator.indicator_id
        ),
        _filter("area", area, {i: v.name for i, v in collection.areas.items()}, lambda o: o.area.area_id),
        _filter("breakdown", breakdown, {"": Text("")} | {i: v.name for i, v in collection.breakdowns.items()}, _breakdown_id),
        _filter("measure", measure, _choices(observations, "measure"), lambda o: o.measure),
        _filter("status", status, _choices(observations, "status"), lambda o: o.status),
    ]
    rows = [o for o in observations if (chosen is None or o.package == chosen.name) and all(keep(o) for keep in filters)]
    records = [_record(o, language, collection.units if base_units else None) for o in rows]
    frame = _frame(records, where)
    held = {o.package: None for o in rows}
    frame.attrs = {"versions": {name: where.load(name).version for name in held}, "language": language}
    return frame


@lru_cache(maxsize=4)
def _read(catalog: Catalog) -> tuple[Collection, tuple[Observation, ...]]:
    collection = Collection(catalog)
    try:
        return collection, collection.observations
    except KeyError as error:
        raise UnreadablePackage(
            catalog.place, f"The id {error} stands in no vocabulary.", "`opendata validate` names its row.", rule="foreign-key"
        ) from None


def _filter(
    kind: str, wanted: str | Sequence[str] | None, known: Mapping[str, Text], get: Callable[[Observation], str]
) -> Callable[[Observation], bool]:
    if wanted is None:
        return lambda observation: True
    by_name: dict[str, set[str]] = {}
    for ident, title in known.items():
        for text in {ident, title.default, *title.others.values()}:
            by_name.setdefault(plain_name(text), set()).add(ident)
    allowed: set[str] = set()
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if name in known:
            allowed.add(name)
        elif plain_name(name) in by_name:
            allowed |= by_name[plain_name(name)]
        else:
            raise WrongName(kind, name, {ident: (text.default, *text.others.values()) for ident, text in known.items()})
    return lambda observation: get(observation) in allowed


def _breakdown_id(observation: Observation) -> str:
    return observation.breakdown.breakdown_id if observation.breakdown else ""


def _choices(observations: Iterable[Observation], name: str) -> dict[str, Text]:
    """The values that a column has in any package, as names without a translation."""
    return {getattr(observation, name): Text("") for observation in observations}


def _record(o: Observation, language: Language, units: Mapping[str, Unit] | None) -> dict[str, Any]:
    unit, value = o.unit, o.value
    if units is not None:
        value *= unit.factor
        unit = next((u for u in units.values() if u.base == unit.base and u.factor == 1), None) or Unit(
            unit.base, unit.base, unit.base, unit.base, unit.base, Decimal(1)
        )
    first, last = days_of(o.time)
    return {
        "indicator_id": o.indicator.indicator_id,
        "indicator": o.indicator.name.in_language(language),
        "area_id": o.area.area_id,
        "area": o.area.name.in_language(language),
        "breakdown_id": o.breakdown.breakdown_id if o.breakdown else None,
        "breakdown": o.breakdown.name.in_language(language) if o.breakdown else None,
        "period": o.period or None,
        "start": first,
        "end": last,
        "measure": o.measure,
        "status": o.status,
        "value": exact_number(str(value)),
        "unit_id": unit.unit_id,
        "unit": unit.name_zh if language == "zh" else unit.name_en,
        "bound": o.bound or None,
        "as_printed": o.as_printed,
        "source_id": o.document.source_id,
        "source": o.document.title.in_language(language),
        "locator": o.locator,
        "note": o.note.in_language(language) or None,
    }


def days_of(period: Period | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period; a stock at a date is on one day.

    Examples
    --------
    >>> from opendata.words import read_period
    >>> [str(day) for day in days_of(read_period("2024-01/2024-05"))]
    ['2024-01-01', '2024-05-31']
    """
    if period is None:
        return None, None
    year, month, day = period.end
    month = month or 12
    last = date(year, month, day or calendar.monthrange(year, month)[1])
    if period.stock:
        return last, last
    year, month, day = period.start
    return date(year, month or 1, day or 1), last


def _frame(records: Sequence[Mapping[str, Any]], where: Catalog) -> pd.DataFrame:
    types = {"start": "date", "end": "date", "value": "number"}
    choices: dict[str, dict[str, None]] = {"measure": {}, "status": {}, "bound": {}}
    for package in where:
        if package.meta.kind == "indicators" and "observations" in package.tables:
            for column in package["observations"].schema.fields:
                choices.get(column.name, {}).update(dict.fromkeys(column.choices or ()))
    fields = [
        Field(name, types.get(name, "string"), categories=tuple(choices.get(name, ())) or None)
        for name in (*_TEXTS, "start", "end", *_MORE_TEXTS)
    ]
    return make_frame(fields, {field.name: [record[field.name] for record in records] for field in fields})


def catalog(place: Catalog | None = None, *, language: Language = "en") -> pd.DataFrame:
    """Return a table of packages and their tables: title, kind, rows, columns, version, licence.

    Parameters
    ----------
    place
        ``None``: the packages that come with this library.
    language
        Of the titles, ``"zh"`` or ``"en"``.

    Returns
    -------
    pandas.DataFrame
        A row for each table.

    Raises
    ------
    MissingLibrary
        Where pandas is not installed.

    Examples
    --------
    >>> table = catalog()
    >>> table.loc[table["package"] == "reference", "table"].tolist()[0]
    'sources'
    """
    import_pandas("A table of packages")
    records = []
    for package in bundled_catalog() if place is None else place:
        meta = package.meta
        licence = ", ".join(str(item.get("name") or item.get("title") or "") for item in meta.licenses)
        for name in package.tables:
            table = package[name]
            title = " – ".join(text for text in (meta.title.in_language(language), table.title.in_language(language)) if text)
            told = (title or None, meta.kind or None, len(table), len(table.columns), meta.version, licence or None)
            records.append(dict(zip(_CATALOG, (meta.name, name, *told), strict=True)))
    types = {"rows": "integer", "columns": "integer"}
    fields = [Field(name, types.get(name, "string")) for name in _CATALOG]
    return make_frame(fields, {field.name: [record[field.name] for record in records] for field in fields})
