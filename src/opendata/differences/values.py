"""What has changed, as frozen values: in descriptors, in rows, in cells."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = tuple[str, ...]

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
        values = "" if self.old is None and self.new is None else f": {said(self.old)} → {said(self.new)}"
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
    """A row whose key stands in both versions and whose cells differ; ``row`` is all of it in the newer version."""

    key: Row
    cells: tuple[CellChange, ...]
    row: Row = field(default=(), compare=False, repr=False)


@dataclass(frozen=True)
class Renaming:
    """A row that has another key while the rest of it is the same, and the same in no other row.

    ``old`` and ``new`` are its keys, ``row`` is all of it in the newer version.
    """

    old: Row
    new: Row
    row: Row = field(default=(), compare=False, repr=False)


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
    gaps
        The texts that stand for a missing value, by column of the newer version.
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
    gaps: Mapping[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
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


# ----- telling one -----

LONGEST = 80


def visible(text: str, longest: int = LONGEST) -> str:
    """Return a text for one line: control and direction characters as escapes, long ones cut."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in _UNSEEN else char for char in cut)


_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def said(value: object) -> str:
    """Put a value of a descriptor into one line."""
    if value is None:
        return "∅"
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))


def label_key(key: Row) -> str:
    """Name a row by the parts of its key that are not empty."""
    return visible(", ".join(part for part in key if part) or "∅", 2 * LONGEST)


def _label(row: Row, columns: Sequence[str], key: Sequence[str]) -> str:
    places = [columns.index(name) for name in key if name in columns]
    return label_key(tuple(row[at] for at in places) if places and len(places) == len(key) else row)
