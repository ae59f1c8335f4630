"""The rows of two versions of a table into keyed changes.

Rows are told apart by their primary key, and compared as text first: only where two texts differ are they read by
the column's type, so that ``1.0`` and ``1.00`` are one number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter

from opendata.differences.descriptors import compare_schemas
from opendata.differences.tables import Canon, Table, canonical, make_canons, match_columns
from opendata.differences.values import MOST, CellChange, Renaming, Row, RowChange, SchemaChange, TableDifference, visible
from opendata.errors import UnreadablePackage


def compare_tables(old: Table, new: Table) -> tuple[list[SchemaChange], TableDifference | None]:
    """Compare schema and rows of two versions of a table; ``None`` where no row has changed."""
    names = match_columns(old, new)
    changes = list(compare_schemas(new.name, old, new, names))
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


def _keys(table: Table, at: Sequence[int], canons: Sequence[Canon | None]) -> list[Hashable]:
    """Return the values of some columns for each row; texts that mean the same are the same."""
    if not any(canons):
        return list(map(itemgetter(*at), table.rows))
    columns: list[Iterable[Hashable]] = []
    for position, canon in zip(at, canons, strict=True):
        texts = map(itemgetter(position), table.rows)
        columns.append(map(canon, texts) if canon else texts)
    return list(columns[0]) if len(at) == 1 else list(zip(*columns, strict=True))


def _remember(canon: Canon | None) -> Canon | None:
    return lru_cache(4096)(canon) if canon else None


class _Rows:
    """The rows of two versions, seen through the columns that both have."""

    def __init__(self, old: Table, new: Table, common: list[str], formers: list[str]) -> None:
        self.old, self.new, self.common = old, new, common
        self.at_old = [old.header.index(name) for name in formers]
        self.at_new = [new.header.index(name) for name in common]
        self.fields = [new.columns[at] for at in self.at_new]
        self.readers = {"old": list(map(canonical, old.columns)), "new": list(map(canonical, new.columns))}
        canons = make_canons([old.columns[at] for at in self.at_old], self.fields)
        for first, second, (before, after) in zip(self.at_old, self.at_new, canons, strict=True):
            self.readers["old"][first], self.readers["new"][second] = before, after
        # The same texts meet again and again; keys do not, and are read without this memory.
        self.canons_old = [_remember(self.readers["old"][at]) for at in self.at_old]
        self.canons_new = [_remember(self.readers["new"][at]) for at in self.at_new]
        self.rows_old = _project(old.rows, self.at_old, len(old.header))
        self.rows_new = _project(new.rows, self.at_new, len(new.header))
        self.indices: dict[tuple[str, tuple[int, ...]], dict[Hashable, int] | None] = {}
        for table in (old, new):
            self._refuse_duplicates(table)
        self.references = tuple(dict.fromkeys(name for key in new.schema.foreign_keys for name in key.fields))

    def _refuse_duplicates(self, table: Table) -> None:
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

    def _index(self, table: Table, at: tuple[int, ...]) -> dict[Hashable, int] | None:
        """Return the row of each key, or ``None`` where two rows have the same."""
        place = self._side(table), at
        if place not in self.indices:
            index = dict(zip(self._keys(table, at), range(len(table.rows)), strict=True))
            self.indices[place] = index if len(index) == len(table.rows) else None
        return self.indices[place]

    def _keys(self, table: Table, at: tuple[int, ...]) -> list[Hashable]:
        readers = self.readers[self._side(table)]
        return _keys(table, at, [readers[position] for position in at])

    def _side(self, table: Table) -> str:
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
                    key_new = tuple(rows_new[other][p] for p in positions)
                    revised.append((other, RowChange(key_new, cells, tuple(self.new.rows[other]))))
        added = [at for one, at in index_new.items() if one not in index_old]
        pairs = self._find_renamed(removed, added, positions)
        moved_old, moved_new = {old for old, _ in pairs}, {new for _, new in pairs}
        revised.sort(key=lambda entry: (-max(cell.weight for cell in entry[1].cells), entry[0]))
        return self._difference(
            key,
            [at for at in removed if at not in moved_old],
            [at for at in added if at not in moved_new],
            tuple(change for _, change in revised),
            tuple(self._rename(o, n, positions) for o, n in pairs),
        )

    def _rename(self, old: int, new: int, key: Sequence[int]) -> Renaming:
        former, present = (tuple(row[at] for at in key) for row in (self.rows_old[old], self.rows_new[new]))
        return Renaming(former, present, tuple(self.new.rows[new]))

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
            {column.name: column.missing_values for column in self.new.columns},
            self.old.size,
            self.new.size,
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
