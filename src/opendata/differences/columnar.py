"""Two versions of a large table into the rows that may differ: by columns, without a Python object for any other row.

What is left away is proven to be the same in both versions, text by text, or by the column's type where two texts
differ. What is left is compared by ``rows``, so that there is one account of what a difference is; ``None`` stands for
tables that it must be given whole: small or oddly written ones, and those whose keys tell no rows apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, reduce
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from opendata import frames, read
from opendata.differences.tables import Canon, Table, describe_columns, make_canons, make_table, match_columns
from opendata.model import Field, Resource

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Places = npt.NDArray[np.int64]
    Mask = npt.NDArray[np.bool_]

# Below this the rows are compared sooner than pyarrow is imported.
MIN_BYTES = 1 << 20

# Codes of several columns are joined into one number while it fits.
_MOST_CODES = 1 << 62

# Where more of the rows than this are gone or new, columns save nothing.
_MOST_MOVED = 0.5


def read_changed(
    old: tuple[read.Source, Resource, bytes], new: tuple[read.Source, Resource, bytes]
) -> tuple[Table, Table] | None:
    """Return both versions of a table with only the rows that may differ.

    Parameters
    ----------
    old, new
        The package, the resource, and the bytes of its file.
    """
    if len(old[2]) + len(new[2]) < MIN_BYTES or not find_spec("pyarrow"):
        return None
    texts = [frames.read_texts(data, resource) for _, resource, data in (old, new)]
    if None in texts:
        return None
    sides = [_Side(*side[:2], table) for side, table in zip((old, new), texts, strict=True)]
    return _select(*sides)


@dataclass(frozen=True)
class _Side:
    """One version: every cell as text, in columns."""

    source: read.Source
    resource: Resource
    texts: Any

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(self.texts.column_names)

    def tally(self, name: str) -> dict[str, int]:
        counts = self.texts[name].value_counts()
        return dict(zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True))

    def at(self, places: Places) -> Table:
        """Return the table with some of its rows."""
        import pyarrow as pa

        chosen = self.texts.take(pa.array(places))
        rows = [list(row) for row in zip(*(column.to_pylist() for column in chosen.columns), strict=True)]
        where = self.source.show(self.resource.path)
        return make_table(self.resource, where, self.header, rows, lines=(), size=self.texts.num_rows, tally=self.tally)


def _select(old: _Side, new: _Side) -> tuple[Table, Table] | None:
    import numpy as np

    none = np.zeros(0, np.int64)
    names = match_columns(old.at(none), new.at(none))
    common = [name for name in new.header if names.get(name) in old.header]
    formers = [names[name] for name in common]
    newer = {former: name for name, former in names.items()}
    schemas = [side.resource.schema for side in (old, new)]
    keys = [schema.primary_key if schema else () for schema in schemas]
    key = keys[1]
    if not common or tuple(newer.get(name, name) for name in keys[0]) != key or not set(key) <= set(common):
        return None
    known = [{column.name: column for column in describe_columns(side.resource, side.header)} for side in (old, new)]
    canons = make_canons([known[0][name] for name in formers], [known[1][name] for name in common])
    columns = [
        _Pair(name, old.texts[former], new.texts[name], *canon, _is_digits(known[0][former], known[1][name]))
        for name, former, canon in zip(common, formers, canons, strict=True)
    ]
    if not key:
        return _select_whole(old, new, columns)
    return _select_keyed(old, new, [c for c in columns if c.name in key], [c for c in columns if c.name not in key])


@dataclass(frozen=True)
class _Pair:
    """A column of both versions, and what makes the texts of each comparable.

    ``digits`` says that whole numbers in plain digits are read as such.
    """

    name: str
    old: Any
    new: Any
    canon_old: Canon | None
    canon_new: Canon | None
    digits: bool

    @property
    def sides(self) -> tuple[tuple[Any, Canon | None], tuple[Any, Canon | None]]:
        return (self.old, self.canon_old), (self.new, self.canon_new)

    @cached_property
    def holds_digits(self) -> bool:
        """Whether every text is a whole number in plain digits, and read as such."""
        return self.digits and all(_has_digits_only(texts) for texts in (self.old, self.new))

    @property
    def says_what_it_means(self) -> bool:
        """Whether different texts are different values, in both versions."""
        if self.canon_old is None and self.canon_new is None:
            return True
        if self.holds_digits:
            return True
        texts = set(self.old.unique().to_pylist()) | set(self.new.unique().to_pylist())
        meanings = [_read(text, canon) for canon in (self.canon_old, self.canon_new) for text in texts]
        size = len(texts)
        return meanings[:size] == meanings[size:] and len(set(meanings[:size])) == size

    def differ(self, at_old: Places, at_new: Places) -> Mask:
        """Say of pairs of rows whether they have different values in this column."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        first, second = _take(self.old, at_old), _take(self.new, at_new)
        differs = pc.not_equal(first, second)
        found = np.asarray(differs.to_numpy(), bool)
        if (self.canon_old is None and self.canon_new is None) or not found.any():
            return found
        told = [texts.filter(differs).combine_chunks() for texts in (first, second)]
        codes = [texts.dictionary_encode() for texts in told]
        known = [
            [_read(text, canon) for text in code.dictionary.to_pylist()]
            for code, canon in zip(codes, (self.canon_old, self.canon_new), strict=True)
        ]
        wide = max(len(known[1]), 1)
        both = codes[0].indices.to_numpy().astype(np.int64) * wide + codes[1].indices.to_numpy()
        pairs = pa.array(both).dictionary_encode()
        same = np.array([known[0][pair // wide] == known[1][pair % wide] for pair in pairs.dictionary.to_pylist()], bool)
        found[np.flatnonzero(found)[same[pairs.indices.to_numpy()]]] = False
        return found


def _is_digits(old: Field, new: Field) -> bool:
    """Whether whole numbers in plain digits are read as such, and none stands for a missing value."""
    return all(
        column.type in ("integer", "number") and not any(text.isdigit() for text in column.missing_values)
        for column in (old, new)
    )


def _has_digits_only(texts: Any) -> bool:
    """Whether every text is a whole number without sign and leading zero, of at most 15 digits."""
    import pyarrow.compute as pc

    return bool(pc.all(pc.match_substring_regex(texts, r"^(0|[1-9][0-9]{0,14})$")).as_py() is not False)


def _read(text: str, canon: Canon | None) -> Hashable:
    return canon(text) if canon else text


def _take(texts: Any, places: Places) -> Any:
    """Return the texts at some places; the column itself where these are all in their order."""
    import numpy as np
    import pyarrow as pa

    if len(places) == len(texts) and np.array_equal(places, np.arange(len(texts))):
        return texts
    return texts.take(pa.array(places))


def _encode(columns: Sequence[_Pair]) -> tuple[Places, Places]:
    """Return a number for each row of each version: the same where the texts of some columns are the same."""
    import numpy as np
    import pyarrow as pa

    def join(one: tuple[Places, int], other: tuple[Places, int]) -> tuple[Places, int]:
        (first, many), (second, more) = one, other
        if many * more >= _MOST_CODES:
            first, many = _shorten(first)
        joined = first * more + second
        return joined, many * more

    def encode(column: _Pair) -> tuple[Places, int]:
        texts = pa.chunked_array([*column.old.chunks, *column.new.chunks], column.old.type)
        if column.holds_digits:  # a number is its own code
            numbers = texts.cast(pa.int64()).to_numpy()
            return numbers, int(numbers.max(initial=0)) + 1
        texts = texts.combine_chunks()
        coded = texts.dictionary_encode()
        return coded.indices.to_numpy().astype(np.int64), max(len(coded.dictionary), 1)

    codes, _ = _shorten(reduce(join, map(encode, columns))[0])
    size = len(columns[0].old)
    return codes[:size], codes[size:]


def _shorten(codes: Places) -> tuple[Places, int]:
    """Number what is different from 0 on."""
    import numpy as np
    import pyarrow as pa

    coded = pa.array(codes).dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), max(len(coded.dictionary), 1)


def _select_whole(old: _Side, new: _Side, columns: Sequence[_Pair]) -> tuple[Table, Table]:
    """Leave away the rows that stand as often in one version as in the other."""
    import numpy as np

    first, second = _encode(columns)
    most = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    uneven = np.bincount(first, minlength=most) != np.bincount(second, minlength=most)
    return old.at(np.flatnonzero(uneven[first])), new.at(np.flatnonzero(uneven[second]))


def _select_keyed(old: _Side, new: _Side, key: Sequence[_Pair], rest: Sequence[_Pair]) -> tuple[Table, Table] | None:
    """Leave away the rows that have their key in both versions and mean the same."""
    import numpy as np

    if not all(column.says_what_it_means for column in key):
        return None
    first, second = _encode(key)
    most = int(max(first.max(initial=-1), second.max(initial=-1))) + 1
    if any(len(codes) and np.bincount(codes).max() > 1 for codes in (first, second)):
        return None  # the row-wise way says which
    match = [np.full(len(codes), -1, np.int64) for codes in (first, second)]
    for at, (codes, others) in enumerate(((first, second), (second, first))):
        place = np.full(most, -1, np.int64)
        place[others] = np.arange(len(others))
        match[at] = place[codes]
    removed, added = (np.flatnonzero(one < 0) for one in match)
    if min(len(removed), len(added)) > _MOST_MOVED * max(len(first), len(second)):
        return None
    paired = np.flatnonzero(match[0] >= 0)
    partner = match[0][paired]
    with ThreadPoolExecutor() as pool:
        differs = reduce(np.logical_or, pool.map(lambda c: c.differ(paired, partner), rest), np.zeros(len(paired), bool))
    chosen = [np.zeros(len(codes), bool) for codes in (first, second)]
    for mask, gone, changed in zip(chosen, (removed, added), (paired[differs], partner[differs]), strict=True):
        mask[gone] = True
        mask[changed] = True
    for at, places in enumerate(_find_alike(rest, removed, added)):
        chosen[at][places] = True
        others = match[at][places]
        chosen[1 - at][others[others >= 0]] = True
    return old.at(np.flatnonzero(chosen[0])), new.at(np.flatnonzero(chosen[1]))


def _find_alike(rest: Sequence[_Pair], removed: Places, added: Places) -> tuple[Places, Places]:
    """Return the rows of each version that may be the same, key aside, as one that is gone and one that is new.

    How often they stand there decides whether a row was renamed.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = np.zeros(0, np.int64)
    if not rest or not len(removed) or not len(added):
        return nothing, nothing
    both = []
    for at, places in enumerate((removed, added)):
        columns = [
            [_read(text, column.sides[at][1]) for text in _take(column.sides[at][0], places).to_pylist()] for column in rest
        ]
        both.append(set(zip(*columns, strict=True)))
    telling = both[0] & both[1]
    if not telling:
        return nothing, nothing
    order = sorted(range(len(rest)), key=lambda at: rest[at].canon_old is not None)  # texts first: they need no reading
    found = []
    for side in (0, 1):
        places = np.arange(len(rest[0].sides[side][0]))
        for at in order:
            texts, canon = rest[at].sides[side]
            texts = _take(texts, places)
            wanted = {row[at] for row in telling}
            alike = wanted if canon is None else {text for text in texts.unique().to_pylist() if canon(text) in wanted}
            mask = pc.is_in(texts, pa.array(sorted(map(str, alike)), texts.type))
            places = places[np.asarray(mask.to_numpy(), bool)]
        found.append(places)
    return found[0], found[1]
