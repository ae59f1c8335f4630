"""All packages of a catalog, joined: what pages, series and searches are made from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from opendata.handles import Catalog, PackageHandle
from opendata.model import Text
from opendata.words import Period, Unit, read_period

# Which rows of a place come first: the plan's own words for a stock, a flow, a total.
_NUMERALS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True)
class Topic:
    """A subject, which is also a package of indicators."""

    topic_id: str
    name: Text


@dataclass(frozen=True)
class Area:
    """A place: country, province, city, district, zone or site."""

    area_id: str
    name: Text
    kind: str
    parent_id: str
    code: str


@dataclass(frozen=True)
class Indicator:
    """What is measured, free of place, time and part."""

    indicator_id: str
    name: Text
    topic_id: str
    definition: Text
    direction: str
    unit_id: str


@dataclass(frozen=True)
class Breakdown:
    """A part of a total, for example a partner or a product."""

    breakdown_id: str
    dimension: str
    name: Text


@dataclass(frozen=True)
class Document:
    """A document that the figures were taken from."""

    source_id: str
    title: Text
    issuer: Text
    kind: str
    area_id: str
    period: str
    sha256: str


@dataclass(frozen=True)
class Observation:
    """A figure with everything that its row says; ``value`` keeps the digits that are recorded."""

    package: str
    indicator: Indicator
    area: Area
    breakdown: Breakdown | None
    period: str
    measure: str
    status: str
    value: Decimal
    unit: Unit
    bound: str
    as_printed: str
    label_printed: str
    document: Document
    locator: str
    note: Text

    @cached_property
    def key(self) -> str:
        """A short name for addresses, which stays while the row's primary key stays."""
        parts = (
            self.indicator.indicator_id,
            self.area.area_id,
            self.breakdown.breakdown_id if self.breakdown else "",
            self.period,
            self.measure,
            self.status,
            self.unit.unit_id,
            self.bound,
            self.document.source_id,
            self.locator,
        )
        return "o" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]

    @property
    def time(self) -> Period | None:
        """The period as a value, ``None`` where the document states none."""
        return read_period(self.period)


@dataclass(frozen=True)
class ItemList:
    """An enumeration of a document."""

    list_id: str
    name: Text
    document: Document
    locator: str
    printed_count: int | None


@dataclass(frozen=True)
class Item:
    """A named thing of an enumeration."""

    package: str
    item_id: str
    list: ItemList
    position: int
    name: Text
    kind: str
    area: Area | None
    country: str
    organisation: str
    industry: str
    role: str
    document: Document
    locator: str
    note: Text


@dataclass(frozen=True)
class DocumentNote:
    """What seems wrong in a document itself, told to its readers; ``subject`` names the list or figure it is about."""

    note_id: str
    rule: str
    subject: str
    document: Document
    locator: str
    note: Text


class Collection:
    """The packages of a catalog and, where they follow the kinds ``indicators`` and ``lists``, their joined rows.

    Packages of any other kind stand in ``packages`` only.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.packages: tuple[PackageHandle, ...] = tuple(catalog)
        self._by_name = {package.name: package for package in self.packages}

    def _reference(self, table: str) -> list[dict[str, str]]:
        reference = self._by_name.get("reference")
        if reference is None or table not in reference.tables:
            return []
        return reference[table].text_rows()

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Topics by id, in the order of their table."""
        return {row["topic_id"]: Topic(row["topic_id"], _name(row)) for row in self._reference("topics")}

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Places by id."""
        return {
            row["area_id"]: Area(row["area_id"], _name(row), row["kind"], row["parent_id"], row["code"])
            for row in self._reference("areas")
        }

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {
            row["indicator_id"]: Indicator(
                row["indicator_id"],
                _name(row),
                row["topic_id"],
                Text(row["definition_zh"], {"en": row["definition_en"]}),
                row["direction"],
                row["default_unit_id"],
            )
            for row in self._reference("indicators")
        }

    @cached_property
    def breakdowns(self) -> dict[str, Breakdown]:
        """Parts by id."""
        return {
            row["breakdown_id"]: Breakdown(row["breakdown_id"], row["dimension"], _name(row))
            for row in self._reference("breakdowns")
        }

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Units by id."""
        return {
            row["unit_id"]: Unit(
                row["unit_id"], row["name_zh"], row["name_en"], row["symbol"], row["base"], Decimal(row["factor"])
            )
            for row in self._reference("units")
        }

    @cached_property
    def documents(self) -> dict[str, Document]:
        """Documents by id, in the order of their table."""
        return {
            row["source_id"]: Document(
                row["source_id"],
                Text(row["title_zh"], {"en": row["title_en"]}),
                Text(row["issuer_zh"], {"en": row["issuer_en"]}),
                row["kind"],
                row["area_id"],
                row["period"],
                row["sha256"],
            )
            for row in self._reference("sources")
        }

    @cached_property
    def lists(self) -> dict[str, ItemList]:
        """Enumerations by id."""
        return {
            row["list_id"]: ItemList(
                row["list_id"],
                _name(row),
                self.documents[row["source_id"]],
                row["locator"],
                int(row["printed_count"]) if row["printed_count"] else None,
            )
            for row in self._reference("lists")
        }

    @cached_property
    def observations(self) -> tuple[Observation, ...]:
        """Every figure, in the order of packages and rows."""
        found = []
        for package in self.packages:
            if package.meta.kind != "indicators" or "observations" not in package.tables:
                continue
            found += [self.make_observation(package.name, row) for row in package["observations"].text_rows()]
        return tuple(found)

    def make_observation(self, package: str, row: Mapping[str, str]) -> Observation:
        """Return the figure that a row of a package records.

        Raises
        ------
        KeyError
            Where an id or a column is not there.
        decimal.InvalidOperation
            Where the value is no number.
        """
        return Observation(
            package,
            self.indicators[row["indicator_id"]],
            self.areas[row["area_id"]],
            self.breakdowns[row["breakdown_id"]] if row["breakdown_id"] else None,
            row["period"],
            row["measure"],
            row["status"],
            Decimal(row["value"]),
            self.units[row["unit_id"]],
            row["bound"],
            row["as_printed"],
            row["label_printed"],
            self.documents[row["source_id"]],
            row["locator"],
            Text(row["note_zh"] or row["note_en"], {"en": row["note_en"]}),
        )

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every named thing, in the order of packages and rows."""
        found = []
        for package in self.packages:
            if package.meta.kind != "lists" or "items" not in package.tables:
                continue
            for row in package["items"].text_rows():
                found.append(
                    Item(
                        package.name,
                        row["item_id"],
                        self.lists[row["list_id"]],
                        int(row["position"]),
                        _name(row),
                        row["kind"],
                        self.areas[row["area_id"]] if row["area_id"] else None,
                        row["country"],
                        row["organisation"],
                        row["industry"],
                        row["role"],
                        self.documents[row["source_id"]],
                        row["locator"],
                        Text(row["note_zh"] or row["note_en"], {"en": row["note_en"]}),
                    )
                )
        return tuple(found)

    @cached_property
    def document_notes(self) -> tuple[DocumentNote, ...]:
        """What seems wrong in the documents themselves, in the order of their table."""
        return tuple(
            DocumentNote(
                row["note_id"],
                row["rule"],
                row["subject"],
                self.documents[row["source_id"]],
                row["locator"],
                Text(row["note_zh"], {"en": row["note_en"]}),
            )
            for row in self._reference("document-notes")
        )

    @cached_property
    def _things(self) -> dict[str, list[Item]]:
        """The appearances of each thing of ``reference.same-as``; its id is that of one of them."""
        known = {item.item_id: item for item in self.items}
        things: dict[str, dict[str, Item]] = {}
        for row in self._reference("same-as"):
            for item_id in (row["thing_id"], row["item_id"]):
                if item_id in known:
                    things.setdefault(row["thing_id"], {})[item_id] = known[item_id]
        return {thing: list(items.values()) for thing, items in things.items()}

    @cached_property
    def _thing_of(self) -> dict[str, str]:
        return {item.item_id: thing for thing, items in self._things.items() for item in items}

    def same_as(self, item: Item) -> tuple[Item, ...]:
        """Return the other appearances of the thing that an item names, as the table ``same-as`` links them."""
        thing = self._thing_of.get(item.item_id)
        return tuple(other for other in self._things.get(thing or "", ()) if other.item_id != item.item_id)


def _name(row: dict[str, str]) -> Text:
    return Text(row["name_zh"], {"en": row["name_en"]})


def in_printed_order(observations: Iterable[Observation]) -> list[Observation]:
    """Sort figures of one document by their place in it."""
    return sorted(observations, key=lambda observation: locator_order(observation.locator))


def locator_order(locator: str) -> tuple[tuple[int, int], ...]:
    """Return a key that sorts locators as they stand in a document: chapters before sections, 9 before 10."""
    key = []
    for part in locator.split("/"):
        if part == "前言":
            key.append((0, 0))
        elif part.startswith("表"):
            key.append((2, heading_number(part[1:]) or 1))
        elif part.startswith("专栏"):
            key.append((3, heading_number(part[2:]) or 1))
        else:
            key.append((1, heading_number(part) or 99))
    return tuple(key)


def heading_number(text: str) -> int | None:
    """Return the number in a heading's number, ``None`` where it holds none.

    Examples
    --------
    >>> heading_number("p12"), heading_number("（三）"), heading_number("十二"), heading_number("前言")
    (12, 3, 12, None)
    """
    digits = "".join(char for char in text if char in "0123456789")
    if digits:
        return int(digits[:9])
    tens, found, ones = text.strip("（）()").rpartition("十")
    if not found:
        return _NUMERALS.get(ones)
    if (tens and tens not in _NUMERALS) or (ones and ones not in _NUMERALS):
        return None
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
