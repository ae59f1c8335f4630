"""Bytes of a large table into proofs: which texts of a column are surely right, which rows surely need no look.

A table is read block by block in columns of text, by pyarrow, in threads. A block is read so only where pyarrow's
parser and Python's ``csv`` cannot differ; else ``csv`` reads it, and where the file itself is odd (NUL, a lone
carriage return, a quote in the middle of a cell, an encoding other than UTF-8) nothing is proven and ``scan`` returns
``None``. What is proven is proven for good: ``casts`` and frictionless would both accept the text. All other texts of
a column are handed over, each once, to be judged exactly; ``Scanned.select`` then fetches the rows they stand in.
So a clean table never becomes Python rows, and of any other only the rows in doubt do.

Keys are compared by hashes of 64 bits: rows whose hashes differ differ, and rows with equal ones are looked at.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import datetime as dt
import io
import os
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from opendata import casts
from opendata.errors import UnreadablePackage
from opendata.model import Field, Resource
from opendata.read import Cells, Source, explain_unsafe, find_file, read_cells

if TYPE_CHECKING:
    from concurrent.futures import Future

    import numpy as np
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Hashes = npt.NDArray[np.uint64]
    Mask = npt.NDArray[np.bool_]

Positions = tuple[int, ...]
Row = list[str]

# Less is read as rows sooner than pyarrow is imported; and where it is worth that, so small a table still is.
MIN_BYTES = 1 << 18
_SMALL_BYTES = 1 << 13
# In the processor's cache with what is made of it; and a line longer than this is not a table's.
BLOCK_BYTES = 1 << 22
_MAX_HEADER_BYTES = 1 << 16
# A cell of more lines is not data but a quote that is never closed.
_MAX_LINES = 10_000
_UTF8 = ("utf-8", "utf8", "utf-8-sig")
_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Plan:
    """What of a table is to be proven.

    Attributes
    ----------
    fields
        The columns in the order of the file.
    checked
        Positions of the columns whose cells are judged.
    keys
        Positions of the columns that together may not repeat, and whether a missing value counts as one.
    foreign
        Positions of the columns whose different values, together, are asked for.
    """

    fields: tuple[Field, ...]
    checked: frozenset[int] = frozenset()
    keys: tuple[tuple[Positions, bool], ...] = ()
    foreign: tuple[Positions, ...] = ()


class _Odd(Exception):
    """A file that is left to the exact reader."""


@dataclass(frozen=True)
class Chosen:
    """The rows of a large table that may have findings: what they may be found for, by their indices.

    Attributes
    ----------
    header, rows, lines
        As in ``Cells``.
    whole
        The rows that are as long as the header and not blank.
    repeated
        Of these, the rows with a key that may stand twice, or that is empty.
    answers
        Of these, for each question of ``Scanned.select``, the rows that answer it.
    """

    header: tuple[str, ...]
    rows: list[Row]
    lines: list[int]
    whole: list[int]
    repeated: list[int]
    answers: tuple[list[int], ...]

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Scanned:
    """A table that was read in columns; ``rows`` and ``lines`` read it again as rows, for those who need them.

    Attributes
    ----------
    header
        The columns' names.
    doubts
        For each column, the different texts that are not proven right.
    """

    source: Source
    resource: Resource
    header: tuple[str, ...]
    plan: Plan
    doubts: tuple[tuple[str, ...], ...]
    _size: int
    _ragged: bool
    _repeated: Sequence[Mask] | None = field(repr=False)
    _sets: dict[Positions, list[tuple[str, ...]]] = field(repr=False)
    _stamp: _Stamp = field(repr=False)

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _cells(self) -> Cells:
        self._refuse_changed()
        return read_cells(self.source, self.resource)

    @property
    def rows(self) -> list[Row]:
        """All rows as texts."""
        return self._cells.rows

    @property
    def lines(self) -> list[int]:
        """The line of the file on which each row begins."""
        return self._cells.lines

    def distinct(self, columns: Positions) -> list[tuple[str, ...]]:
        """Return the different texts that stand in some columns together.

        Raises
        ------
        UnreadablePackage
            Where the file is no longer the one that was read.
        """
        if columns not in self._sets:
            prover = _Prover(Plan(self.plan.fields, foreign=(columns,)))
            self._sets[columns] = _join_sets(part.sets[0] for part in self._work_again(prover.prove))
        return self._sets[columns]

    def select(self, questions: Sequence[Mapping[int, Collection[str]]]) -> Chosen:
        """Return the rows that may have findings.

        Those are the rows with a wrong number of cells or blank, with a key that may stand twice, and for each of the
        questions those with one of its texts in every column that it names. More may be among them, but none is left out.

        Raises
        ------
        UnreadablePackage
            Where the file is no longer the one that was read.
        """
        chosen = Chosen(self.header, [], [], [], [], tuple([] for _ in questions))
        if not questions and self._repeated is None and not self._ragged:
            return chosen
        selector = _Selector(self.plan, questions, self._repeated, ragged=self._ragged)
        begins = 2
        for part in self._work_again(selector.select):
            assert part.chosen is not None
            at, own = len(chosen.rows), part.chosen
            chosen.rows.extend(own.rows)
            chosen.lines.extend(begins + line for line in own.lines)
            for ours, more in zip(
                (chosen.whole, chosen.repeated, *chosen.answers), (own.whole, own.repeated, *own.answers), strict=True
            ):
                ours.extend(at + index for index in more)
            begins += part.count
        return chosen

    def _work_again(self, task: Callable[[int, _Block], _Part]) -> list[_Part]:
        """Do a task for each block; since the file was read first it may have changed."""
        try:
            parts = list(_work(self, task))
        except (*_FAILURES, UnreadablePackage, _Odd):
            self._refuse_changed(certain=True)
            raise
        self._refuse_changed()
        return parts

    def _refuse_changed(self, *, certain: bool = False) -> None:
        if certain or self._stamp != _stamp(self):
            where = self.source.show(self.resource.path)
            remedy = "Validate again when nothing writes to it."
            raise UnreadablePackage(where, "The file changed while it was checked.", remedy, rule="changed-file")


def find_least(sources: Iterable[Source]) -> int:
    """Return how many bytes a table of some packages must have for ``scan`` to be worth it."""
    sizes = []
    for source in sources:
        for resource in source.package.resources:
            if resource.is_table and not explain_unsafe(resource.path):
                with contextlib.suppress(OSError):
                    sizes.append(Path(str(source.folder), resource.path).stat().st_size)
    return min(MIN_BYTES, _SMALL_BYTES) if sum(sizes) >= 2 * MIN_BYTES or max(sizes, default=0) >= MIN_BYTES else MIN_BYTES


def read_header(source: Source, resource: Resource, least: int) -> tuple[str, ...] | None:
    """Return the header of a table that ``scan`` may be tried on: plainly written, of ``least`` bytes, pyarrow at hand.

    Raises
    ------
    UnreadablePackage
        As ``read.find_file`` does.
    """
    dialect = resource.dialect
    plain = dialect.header and dialect.double_quote and not dialect.escape_char and not dialect.comment_char
    known = dialect.delimiter in (",", ";", "\t", "|") and dialect.quote_char in ('"', "'")
    encoding = (resource.encoding or "utf-8").lower().replace("_", "-")
    if not (plain and known and encoding in _UTF8) or dialect.skip_initial_space or not find_spec("pyarrow"):
        return None
    file = find_file(source, resource.path)
    try:
        if not isinstance(file, Path) or file.stat().st_size < least:
            return None
        with file.open("rb") as opened:
            line = _read_head(opened)
        text = line.decode()
        rows = list(csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote_char, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error, _Odd):
        return None
    return tuple(rows[0]) if len(rows) == 1 and rows[0] and any(rows[0]) else None


def _read_head(opened: BinaryIO) -> bytes:
    """Read the first line, without a byte order mark and line end."""
    line = opened.readline(_MAX_HEADER_BYTES)
    if not line.endswith(b"\n") or line.startswith(_SHEETS):
        raise _Odd
    line = line.removeprefix(codecs.BOM_UTF8).removesuffix(b"\n").removesuffix(b"\r")
    if b"\r" in line or b"\0" in line:
        raise _Odd
    return line


def scan(
    source: Source, resource: Resource, header: tuple[str, ...], plan: Plan, tell: Callable[[int], None] | None = None
) -> Scanned | None:
    """Read a table in columns and prove what can be proven; ``None`` where it must be read as rows.

    Parameters
    ----------
    source, resource
        The table.
    header
        What ``read_header`` returned.
    plan
        What is to be proven.
    tell
        Called with the rows of each block once it is read; ``None``: nobody is told.
    """
    table = Scanned(source, resource, header, plan, (), 0, _ragged=False, _repeated=None, _sets={}, _stamp=())
    parts: list[_Part] = []
    try:
        stamp = _stamp(table)
        for part in _work(table, _Prover(plan).prove):
            parts.append(part)
            if tell:
                tell(part.size)
    except (*_FAILURES, _Odd):
        stamp = ()
    if not parts or not stamp or stamp != _stamp(table):
        if tell:  # it is read as rows, and they are told then
            tell(-sum(part.size for part in parts))
        return None
    return Scanned(
        source,
        resource,
        header,
        plan,
        tuple(tuple(dict.fromkeys(text for part in parts for text in part.doubts[at])) for at in range(len(header))),
        sum(part.size for part in parts),
        any(part.ragged for part in parts),
        _split(_find_repeated(plan, parts), [part.height for part in parts]),
        {columns: _join_sets([part.sets[number] for part in parts]) for number, columns in enumerate(plan.foreign)},
        stamp,
    )


def _join_sets(parts: Iterable[Iterable[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(texts for part in parts for texts in part))


# ----- a file that changes -----

# What tells a file from what stands there later.
_Stamp = tuple[int, ...]
# What reading a file anew may end in when it is not what it was. pyarrow's errors are ValueErrors.
_FAILURES = (OSError, EOFError, ValueError, IndexError)


def _stamp(table: Scanned) -> _Stamp:
    try:
        status = Path(str(table.source.folder), table.resource.path).stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


# ----- blocks -----


def _cut(opened: BinaryIO, quote: bytes) -> Iterator[bytes]:
    """Yield a file in blocks of whole rows; a line break within quotes ends none."""
    while data := opened.read(BLOCK_BYTES):
        block = data if data.endswith(b"\n") else data + opened.readline(BLOCK_BYTES)
        # Where quotes only open and close cells, which `_parse` makes sure of, an even number lies before the end of a row.
        lines: list[bytes] = []
        open_quotes = block.count(quote) % 2
        while open_quotes and (line := opened.readline(BLOCK_BYTES)) and len(lines) < _MAX_LINES:
            lines.append(line)
            open_quotes = (open_quotes + line.count(quote)) % 2
        last = lines[-1] if lines else block
        if open_quotes or (not last.endswith(b"\n") and opened.read(1)):
            raise _Odd
        yield b"".join([block, *lines]) if lines else block


def _work(table: Scanned, task: Callable[[int, _Block], _Part]) -> Iterator[_Part]:
    """Do a task for each block of a table and its number, in order, on all processors; few blocks are in memory at a time."""
    from concurrent.futures import ThreadPoolExecutor

    header, dialect = len(table.header), table.resource.dialect
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    file = find_file(table.source, table.resource.path)
    assert isinstance(file, Path)  # `read_header` saw to it

    def run(number: int, data: bytes) -> _Part:
        return task(number, _parse(data, header, dialect.delimiter, dialect.quote_char))

    if file.stat().st_size < BLOCK_BYTES // 4:
        workers = 0
    waiting: deque[Future[_Part]] = deque()
    with file.open("rb") as opened, ThreadPoolExecutor(workers or 1) as pool:
        _read_head(opened)
        try:
            for number, data in enumerate(_cut(opened, dialect.quote_char.encode())):
                if not workers:  # a thread takes longer to start
                    yield run(number, data)
                    continue
                waiting.append(pool.submit(run, number, data))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@dataclass(frozen=True)
class _Block:
    """Some rows of a table: the regular ones as columns, the others as they are; lines count from the block's first."""

    columns: list[Any]
    count: int
    lines: list[int] | None = None
    others: tuple[tuple[int, Row], ...] = ()

    @property
    def height(self) -> int:
        return len(self.columns[0])

    def line(self, index: int) -> int:
        return index if self.lines is None else self.lines[index]


def _parse(data: bytes, width: int, delimiter: str, quote: str) -> _Block:
    """Split a block of whole lines into columns."""
    import pyarrow as pa

    if b"\0" in data:
        raise _Odd
    count = data.count(b"\n") + (not data.endswith(b"\n"))
    returns = b"\r" in data
    if returns and data.count(b"\r") != data.count(b"\r\n"):
        raise _Odd
    quoted = quote.encode() in data
    broken = quoted and _has_breaks(data, delimiter, quote)
    # A blank line is a row without cells, or of one: what pyarrow makes of it is not asked.
    blank = data.startswith((b"\n", b"\r\n")) or b"\n\n" in data or (returns and b"\n\r\n" in data)
    # pyarrow drops a byte order mark wherever a block begins.
    if not broken and not blank and not data.startswith(codecs.BOM_UTF8):
        try:
            columns = _parse_columns(data, width, delimiter, quote, quoted=quoted)
        except pa.ArrowInvalid:  # a row too short or too long, or not UTF-8, which the next reader finds too
            columns = []
        if columns and len(columns[0]) == count:
            return _Block(columns, count)
    return _parse_rows(data, width, delimiter, quote)


def _parse_columns(data: bytes, width: int, delimiter: str, quote: str, *, quoted: bool) -> list[Any]:
    import pyarrow as pa
    import pyarrow.csv as pa_csv

    names = [str(at) for at in range(width)]
    table = pa_csv.read_csv(
        pa.BufferReader(data),
        pa_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        pa_csv.ParseOptions(delimiter=delimiter, quote_char=quote if quoted else False, ignore_empty_lines=False),
        pa_csv.ConvertOptions(
            check_utf8=not data.isascii(),
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[],
            strings_can_be_null=False,
        ),
    )
    return [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]


def _parse_rows(data: bytes, width: int, delimiter: str, quote: str) -> _Block:

    try:
        reader = csv.reader(
            io.StringIO(data.decode(), newline=""), delimiter=delimiter, quotechar=quote, doublequote=True, strict=True
        )
        rows, lines, others, line = [], [], [], 0
        for row in reader:
            if len(row) == width:
                rows.append(row)
                lines.append(line)
            else:
                others.append((line, row))
            line = reader.line_num
    except (UnicodeDecodeError, csv.Error):
        raise _Odd from None
    columns = [_make_array([row[at] for row in rows]) for at in range(width)]
    return _Block(columns, line, lines, tuple(others))


def _has_breaks(data: bytes, delimiter: str, quote: str) -> bool:
    """Whether a line breaks within quotes; a quote that neither opens nor closes a cell makes the file odd."""
    import numpy as np

    block = np.frombuffer(data, np.uint8)
    edges = np.zeros(256, np.bool_)
    edges[[ord(quote), ord(delimiter), 10, 13]] = True
    marks = block == ord(quote)
    within = np.logical_xor.accumulate(marks)  # an opening quote lies within, a closing one does not
    edge = edges[block]
    before, after = np.append(True, edge[:-1]), np.append(edge[1:], True)
    if within[-1] or (marks & within & ~before).any() or (marks & ~within & ~after).any():
        raise _Odd
    return bool((within & ((block == 10) | (block == 13))).any())


# ----- what is proven of a block -----


@dataclass(frozen=True)
class _Part:
    """What is known of a block: its rows, lines, regular rows; which rows were chosen, their lines counted from its first."""

    size: int
    count: int
    height: int = 0
    ragged: bool = False
    doubts: tuple[list[str], ...] = ()
    keys: tuple[_Keys, ...] = ()
    sets: tuple[list[tuple[str, ...]], ...] = ()
    chosen: Chosen | None = None


@dataclass(frozen=True)
class _Keys:
    """A key's hash in each regular row of a block; ``empty``: every part missing; ``left``: does not count."""

    hashes: Hashes
    empty: Mask | None
    left: Mask | None


class _Prover:
    """The kernels of a table's columns."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._kernels = {at: make_kernel(plan.fields[at]) for at in plan.checked}
        self._hashers = {at: _Hasher(plan.fields[at]) for columns, _ in plan.keys for at in columns}

    def prove(self, number: int, block: _Block) -> _Part:  # noqa: ARG002 - as `_Selector.select`
        texts = [_Texts(array, column.missing_values) for array, column in zip(block.columns, self.plan.fields, strict=True)]
        doubts = [self._kernels[at](one) if at in self._kernels else [] for at, one in enumerate(texts)]
        hashes = {at: hasher(texts[at]) for at, hasher in self._hashers.items()}
        return _Part(
            block.height + len(block.others),
            block.count,
            block.height,
            bool(block.others) or _find_blank(texts) is not None,
            tuple(doubts),
            tuple(_make_keys([hashes[at] for at in key], [texts[at].gaps for at in key], all_) for key, all_ in self.plan.keys),
            tuple(_distinct([block.columns[at] for at in columns]) for columns in self.plan.foreign),
        )


def _find_blank(texts: Sequence[_Texts]) -> Mask | None:
    """Where every column has a gap; ``None`` for nowhere."""
    mask = texts[0].gaps
    for one in texts[1:]:
        if mask is None:
            break
        mask = None if one.gaps is None else mask & one.gaps
    return mask if mask is not None and mask.any() else None


def _distinct(columns: list[Any]) -> list[tuple[str, ...]]:
    import pyarrow.compute as pc

    if len(columns) == 1:
        return [(text,) for text in pc.unique(columns[0]).to_pylist()]
    coded = [column.dictionary_encode() for column in columns]
    joined = _view(coded[0].indices).astype("int64")
    for one in coded[1:]:
        joined = joined * len(one.dictionary) + _view(one.indices)
        ranks = _make_numbers(joined).dictionary_encode()
        joined = _view(ranks.indices).astype("int64")  # small again, before the next column could make it overflow
    first = _find_first(joined)
    return list(zip(*(column.take(first).to_pylist() for column in columns), strict=True))


def _find_first(ranks: npt.NDArray[np.int64]) -> Any:
    """Return where each rank stands first; they are counted in the order in which they appear."""
    import numpy as np

    highest = np.maximum.accumulate(ranks)
    return _make_numbers(np.flatnonzero(np.diff(highest, prepend=-1)))


# ----- arrays -----

# An array of texts may have two GiB.
_MAX_ARRAY = 1 << 30

# pyarrow's own ways to and from NumPy and Python import pandas, which takes longer than a million rows do.


def _view(array: Any) -> Any:
    """Return what pyarrow has, numbers or truths without gaps, as NumPy has it."""
    import numpy as np

    data, kind, first, size = array.buffers()[1], str(array.type), array.offset, len(array)
    if kind == "bool":
        bits = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
        return np.unpackbits(bits, count=first + size, bitorder="little")[first:].view(np.bool_)
    kind = {"double": "float64"}.get(kind, kind)
    return np.frombuffer(data, kind)[first : first + size] if size else np.empty(0, kind)


def _make_mask(mask: Mask) -> Any:
    import numpy as np
    import pyarrow as pa

    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, pa.py_buffer(np.packbits(mask, bitorder="little"))])


def _make_numbers(numbers: npt.NDArray[np.int64]) -> Any:
    import pyarrow as pa

    return pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def _make_array(texts: Iterable[str]) -> Any:
    """Return an array of some texts, which are not those of a whole table."""
    (array,) = _make_arrays(texts)
    return array


def _make_arrays(texts: Iterable[str]) -> Iterator[Any]:
    """Yield arrays of some texts, none of them larger than one can be; at least one."""
    import numpy as np
    import pyarrow as pa

    parts = [text.encode() for text in texts]
    bounds = np.cumsum([0, *map(len, parts)])
    first = 0
    while True:
        last = max(first + 1, int(np.searchsorted(bounds, bounds[first] + _MAX_ARRAY, "right")) - 1)
        last = min(last, len(parts))
        some = pa.py_buffer((bounds[first : last + 1] - bounds[first]).astype(np.int32))
        yield pa.Array.from_buffers(pa.string(), last - first, [None, some, pa.py_buffer(b"".join(parts[first:last]))])
        if last >= len(parts):
            return
        first = last


class _Texts:
    """A column of a block: its texts, where a value is missing, and the bytes behind it."""

    def __init__(self, array: Any, missing: tuple[str, ...]) -> None:
        self.array = array
        self._missing = missing
        self._known: dict[Callable[[_Texts], _Read], _Read] = {}

    @cached_property
    def bounds(self) -> npt.NDArray[np.int32]:
        """Where each text begins in ``data``, and where the last one ends."""
        import numpy as np

        offsets = self.array.buffers()[1]
        if offsets is None:
            return np.zeros(1, np.int32)
        return np.frombuffer(offsets, np.int32)[self.array.offset : self.array.offset + len(self.array) + 1]

    @cached_property
    def data(self) -> Bytes:
        """The bytes of all texts, and others before and behind them."""
        import numpy as np

        data = self.array.buffers()[2]
        return np.frombuffer(data if data is not None else b"", np.uint8)

    @cached_property
    def lengths(self) -> npt.NDArray[np.int32]:
        """The length of each text in bytes."""
        import numpy as np

        return np.diff(self.bounds)

    @cached_property
    def gaps(self) -> Mask | None:
        """Where a value is missing; ``None`` for nowhere."""
        import pyarrow.compute as pc

        if self._missing == ("",):
            mask = self.lengths == 0
        elif self._missing:
            mask = _view(pc.is_in(self.array, value_set=_make_array(self._missing)))
        else:
            return None
        return mask if mask.any() else None

    @cached_property
    def present(self) -> _Texts:
        """The texts that are not missing."""
        return self if self.gaps is None else _Texts(self.array.filter(_make_mask(~self.gaps)), ())

    def read(self, reader: Callable[[_Texts], _Read]) -> _Read:
        """Read the texts once, for their kernel and for their key."""
        if reader not in self._known:
            self._known[reader] = reader(self)
        return self._known[reader]

    def has_digits(self, others: bytes) -> bool:
        """Whether all texts are made of ASCII digits and some of the other bytes from ``-`` to ``:``."""
        data = self.data[self.bounds[0] : self.bounds[-1]]
        if not len(data) or data.min() < ord("-") or data.max() > ord(":"):
            return not len(data)
        # Comparing is done many bytes at a time, looking up is not.
        return not any((data == byte).any() for byte in b"-./:" if byte not in others)

    def has_length(self, least: int, most: int) -> bool:
        """Whether all texts are so many bytes long."""
        return not len(self.lengths) or (int(self.lengths.min()) >= least and int(self.lengths.max()) <= most)


# ----- kernels -----

# A kernel says of each text whether it is surely right; `True` for all. It may err to one side only.
_Proof = Callable[["_Texts"], "Mask | bool"]
Kernel = Callable[["_Texts"], list[str]]
# Where a text has the form that was looked for (``None``: everywhere), and the values of those texts.
_Read = tuple["Mask | None", Any]

_DAY = "(?:{m31}-(?:0[1-9]|[12][0-9]|3[01])|{m30}-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))".format(
    m31="(?:0[13578]|1[02])", m30="(?:0[469]|11)"
)
# Without the 29th of February, the only day that takes arithmetic; there is no year 0.
_DATE = f"(?:[1-9][0-9]{{3}}|0[0-9]{{2}}[1-9]|0[1-9][0-9]0|00[1-9]0)-{_DAY}"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
# What a number has to be written as: longer ones are not wrong, but not for here.
_WHOLE = "-?[0-9]{1,18}"
_DECIMAL = r"-?[0-9]{1,200}(?:\.[0-9]{1,200})?"

_ORDERED = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS = ("minLength", "maxLength")
# Properties by which a number, or frictionless, is read another way.
_FORMS = ("groupChar", "decimalChar", "bareNumber", "floatNumber")


def make_kernel(column: Field) -> Kernel:
    """Return the function that lists the different texts of a column that are not proven right."""
    proof = _make_proof(column)
    required = column.required

    def kernel(texts: _Texts) -> list[str]:
        import pyarrow.compute as pc

        missing = (
            pc.unique(texts.array.filter(_make_mask(texts.gaps))).to_pylist() if required and texts.gaps is not None else []
        )
        present = texts.present
        proven: Mask | bool = proof(present) if proof is not None else False
        if proven is True or not len(present.array):
            return missing
        doubtful = present.array if proven is False else present.array.filter(_make_mask(~proven))
        return [*missing, *pc.unique(doubtful).to_pylist()]

    return kernel


def _make_proof(column: Field) -> _Proof | None:
    """Return what proves the texts of a column, ``None`` where each different one must be judged."""
    rules = dict(casts.declared_constraints(column))
    try:
        casts.make_cast(column)
        for name, bound in rules.items():
            casts.make_constraint(column, name, bound)
    except casts.UnsupportedType:
        return None
    if column.format != "default" or any(form in column.properties for form in _FORMS):
        return None
    if column.type == "any" and not rules:
        return _prove_all
    if column.type == "string" and set(rules) <= {"pattern", *_LENGTHS}:
        return _make_text_proof(rules)
    if column.type == "time" and not rules:
        return lambda texts: _match(texts, _TIME)
    if column.type in ("integer", "number", "date", "datetime") and set(rules) <= set(_ORDERED):
        return _make_ordered_proof(column, rules)
    return None


def _prove_all(texts: _Texts) -> bool:
    return True


def _match(texts: _Texts, pattern: str) -> Mask:
    import pyarrow.compute as pc

    mask: Mask = _view(pc.match_substring_regex(texts.array, rf"\A(?:{pattern})\z"))
    return mask


# What RE2 and Python's `re` read alike, or RE2 more strictly: literals, sets of them, groups, alternatives, repeats.
_PLAIN = r"""[\w /,:;@#%&=<>~"'!-]"""
_ESCAPED = r"\\[dsw./+*?()\[\]{}|^$,:;@#%&=~-]"
_ITEM = r"""(?:[\w /,:;@#%=<>"'!.+*?(){}$]|\\[./+*?()\[\]{}|^$-])"""
_SET = rf"\[(?:\^(?:{_ITEM}-{_ITEM}|{_ITEM})+|(?:{_ITEM}-{_ITEM}|{_ITEM}|\\[dsw])+)-?\]"
_REPEAT = r"(?:[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})\??(?![*+?{])"
_SIMPLE = re.compile(rf"(?:(?:{_PLAIN}|{_ESCAPED}|{_SET}|\.|\))(?:{_REPEAT})?|\((?:\?:)?|\||\^|\$)*\Z")


def _make_text_proof(rules: Mapping[str, Any]) -> _Proof | None:
    least, most, pattern = rules.get("minLength", 0), rules.get("maxLength"), rules.get("pattern")
    if pattern is not None and not _is_simple(pattern):
        return None

    def proof(texts: _Texts) -> Mask | bool:
        import pyarrow.compute as pc

        proven: Mask | bool = True if pattern is None else _match(texts, pattern)
        # A character has one byte or more.
        surely = least <= 1 and texts.has_length(least, most if most is not None else _MASK)
        if not surely:
            sizes = _view(pc.utf8_length(texts.array))
            fits = (sizes >= least) & (sizes <= (most if most is not None else sizes))
            proven = fits if proven is True else fits & proven
        return True if proven is True or proven.all() else proven  # type: ignore[union-attr]

    return proof


def _is_simple(pattern: str) -> bool:
    """Whether RE2 takes a pattern, and matches only what Python's ``re`` matches."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(pattern) > 200 or not _SIMPLE.match(pattern):
        return False
    try:
        pc.match_substring_regex(_make_array(["x"]), rf"\A(?:{pattern})\z")
    except pa.ArrowInvalid:
        return False
    return True


def _make_ordered_proof(column: Field, rules: Mapping[str, Any]) -> _Proof | None:
    read, first, last = {
        "integer": (_read_integers, -(2**63), 2**63 - 1),
        "number": (_read_numbers, float("-inf"), float("inf")),
        "date": (_read_dates, dt.date.min.toordinal() - _EPOCH, 10**9),
        "datetime": (_read_moments, (dt.date.min.toordinal() - _EPOCH) * 86400, 10**18),
    }[column.type]
    for name, bound in rules.items():
        limit = _read_limit(column, name, bound)
        if limit is None:
            return None
        if name in ("minimum", "exclusiveMinimum"):
            first = max(first, limit)
        else:
            last = min(last, limit)

    def proof(texts: _Texts) -> Mask | bool:
        import numpy as np

        known, values = texts.read(read)
        fits = (values >= first) & (values <= last) if column.type != "number" else (values > first) & (values < last)
        if known is None:
            return True if fits.all() else np.asarray(fits)
        proven = known.copy()
        proven[known] = fits
        return proven

    return proof


_EPOCH = dt.date(1970, 1, 1).toordinal()


def _read_limit(column: Field, name: str, bound: object) -> Any:
    """Return the last value that is surely on the right side of a bound, the bound itself for a number."""
    written = Decimal(repr(bound)) if isinstance(bound, int | float) else None
    step = {"exclusiveMinimum": 1, "exclusiveMaximum": -1}.get(name, 0)
    if column.type in ("integer", "number"):
        exact = written if written is not None else Decimal(str(casts.make_cast(column)(str(bound))))
        if not exact.is_finite() or abs(exact) > 2**62:
            return None
        if column.type == "number":
            return float(exact)
        return int(exact) + step
    value = casts.make_cast(column)(str(bound))
    if column.type == "date":
        return value.toordinal() - _EPOCH + step
    if value.tzinfo is not None or value.microsecond:
        return None
    seconds = (value.toordinal() - _EPOCH) * 86400 + value.hour * 3600 + value.minute * 60 + value.second
    return seconds + step


def _cast(texts: _Texts, kind: Any, pattern: str) -> _Read:
    """Cast the texts that have a form; ``None`` for a mask that holds everywhere."""
    known = _match(texts, pattern)
    return known, _view(texts.array.filter(_make_mask(known)).cast(kind))


def _read_integers(texts: _Texts) -> _Read:
    import pyarrow as pa

    if texts.has_digits(b"-"):
        try:
            return None, _view(texts.array.cast(pa.int64()))
        except pa.ArrowInvalid:
            pass
    return _cast(texts, pa.int64(), _WHOLE)


def _read_numbers(texts: _Texts) -> _Read:
    import pyarrow as pa

    if texts.has_digits(b"-.") and texts.has_length(0, 200):
        try:
            return None, _view(texts.array.cast(pa.float64()))
        except pa.ArrowInvalid:
            pass
    return _cast(texts, pa.float64(), _DECIMAL)


def _read_dates(texts: _Texts) -> _Read:
    import pyarrow as pa

    if texts.has_digits(b"-") and texts.has_length(10, 10):
        try:
            return None, _view(texts.array.cast(pa.date32()).cast(pa.int32()))
        except pa.ArrowInvalid:
            pass
    known = _match(texts, _DATE)
    return known, _view(texts.array.filter(_make_mask(known)).cast(pa.date32()).cast(pa.int32()))


def _read_moments(texts: _Texts) -> _Read:
    import pyarrow as pa

    known = _match(texts, f"{_DATE}T{_TIME}")
    moments = texts.array if known.all() else texts.array.filter(_make_mask(known))
    values = _view(moments.cast(pa.timestamp("s")).cast(pa.int64()))
    return (None if len(values) == len(texts.array) else known), values


# ----- keys -----

# Mixes of a multiplicative hash: odd, without a pattern in their bits.
_FACTOR, _OTHER = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
# What stands for a missing value, and for a text that cannot be read.
_GAP, _BROKEN = 0x165667B19E3779F9, 0x27D4EB2F165667C5
_MASK = 2**64 - 1
# Longer texts are hashed one by one.
_LONG = 256


class _Hasher:
    """Hashes of the values of a column: equal values have equal ones."""

    def __init__(self, column: Field) -> None:
        self.column = column
        kind = column.type if not any(form in column.properties for form in _FORMS) else ""
        if column.type in ("string", "any", "yearmonth") or (kind == "date" and column.format in ("default", "any")):
            self._hash: Callable[[_Texts], Hashes] = _hash_texts
        elif kind == "integer":
            self._hash = self._hash_integers
        elif kind == "number":
            self._hash = self._hash_numbers
        else:
            self._hash = self._hash_each
        try:
            self._cast = casts.make_cast(column)
        except casts.UnsupportedType:
            self._hash = _hash_texts  # no text can be read, and a row that cannot be read is no part of a key

    def __call__(self, texts: _Texts) -> Hashes:
        import numpy as np

        if texts.gaps is None:
            return self._hash(texts)
        hashes = np.full(len(texts.array), _GAP, np.uint64)
        hashes[~texts.gaps] = self._hash(texts.present)
        return hashes

    def _hash_integers(self, texts: _Texts) -> Hashes:
        return self._fill(texts, texts.read(_read_integers), lambda values: values.astype("int64").view("uint64"))

    def _hash_numbers(self, texts: _Texts) -> Hashes:
        return self._fill(texts, texts.read(_read_numbers), lambda values: (values + 0.0).view("uint64"))  # -0.0 is 0.0

    def _fill(self, texts: _Texts, read: _Read, convert: Callable[[Any], Hashes]) -> Hashes:
        import numpy as np

        known, values = read
        if known is None:
            return convert(values)
        hashes = np.empty(len(texts.array), np.uint64)
        hashes[known] = convert(values)
        hashes[~known] = self._hash_each(_Texts(texts.array.filter(_make_mask(~known)), ()))
        return hashes

    def _hash_each(self, texts: _Texts) -> Hashes:
        import numpy as np

        coded = texts.array.dictionary_encode()
        hashes = [self._hash_one(text) for text in coded.dictionary.to_pylist()]
        return np.array(hashes, np.uint64)[_view(coded.indices)] if hashes else np.empty(0, np.uint64)

    def _hash_one(self, text: str) -> int:
        try:
            value = casts.identity(self.column, self._cast(text))
        except casts.CastError:
            return _BROKEN
        if self.column.type == "integer" and isinstance(value, int) and -(2**63) <= value < 2**63:
            return value & _MASK
        if self.column.type == "number" and isinstance(value, Decimal) and value.is_finite():
            import numpy as np

            return int(np.float64(float(value) + 0.0).view(np.uint64))
        if value != value:  # NaN: a text is the same as itself, and its hash goes with the object
            value = text
        return hash(value) & _MASK


def _hash_texts(texts: _Texts) -> Hashes:
    """Hash texts eight bytes at a time."""
    import numpy as np

    starts, lengths = texts.bounds[:-1].astype(np.int64), texts.lengths.astype(np.int64)
    if not len(starts):
        return np.empty(0, np.uint64)
    data = np.concatenate([texts.data[: texts.bounds[-1]], np.zeros(8, np.uint8)])
    words = np.ndarray((len(data) - 7,), np.dtype("<u8"), data, strides=(1,))
    masks = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
    hashes = _mix(lengths.astype(np.uint64))
    longest = int(lengths.max())
    for at in range(0, min(longest, _LONG), 8):
        if at == 0 or longest <= 8:
            hashes = _mix(hashes ^ (words[starts] & masks[np.minimum(lengths, 8)]))
            continue
        rows = np.flatnonzero(lengths > at)
        word = words[starts[rows] + at] & masks[np.minimum(lengths[rows] - at, 8)]
        hashes[rows] = _mix(hashes[rows] ^ word)
    if longest > _LONG:
        rows = np.flatnonzero(lengths > _LONG)
        hashes[rows] = [hash(text) & _MASK for text in texts.array.take(rows).to_pylist()]
    return hashes


def _mix(values: Hashes) -> Hashes:
    import numpy as np

    values = values * np.uint64(_FACTOR)
    values ^= values >> np.uint64(32)
    values *= np.uint64(_OTHER)
    values ^= values >> np.uint64(29)
    return values


def _make_keys(hashes: Sequence[Hashes], gaps: Sequence[Mask | None], gaps_count: bool) -> _Keys:
    """Join the hashes of a key's columns."""
    joined = hashes[0]
    for other in hashes[1:]:
        joined = _mix(joined) ^ other
    some = every = gaps[0]
    for one in gaps[1:]:
        some = one if some is None else some if one is None else some | one
        every = None if every is None or one is None else every & one
    return _Keys(joined, every, None) if gaps_count else _Keys(joined, None, some)


def _find_repeated(plan: Plan, parts: Sequence[_Part]) -> Mask | None:
    """Return the regular rows whose key may stand twice, or is empty where it may not be; ``None`` for none."""
    import numpy as np

    found: Mask | None = None
    for number in range(len(plan.keys)):
        keys = [part.keys[number] for part in parts]
        hashes = np.concatenate([one.hashes for one in keys])
        left = _concatenate([one.left for one in keys], [len(one.hashes) for one in keys])
        mask = _concatenate([one.empty for one in keys], [len(one.hashes) for one in keys])
        twice = _repeated_in(hashes if left is None else hashes[~left])
        if twice is not None:
            doubled = twice[np.minimum(np.searchsorted(twice, hashes), len(twice) - 1)] == hashes
            if left is not None:
                doubled &= ~left
            mask = doubled if mask is None else mask | doubled
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def _concatenate(masks: Sequence[Mask | None], sizes: Sequence[int]) -> Mask | None:
    import numpy as np

    if all(mask is None for mask in masks):
        return None
    return np.concatenate([np.zeros(size, np.bool_) if mask is None else mask for mask, size in zip(masks, sizes, strict=True)])


def _split(mask: Mask | None, heights: Sequence[int]) -> Sequence[Mask] | None:
    import numpy as np

    return None if mask is None else np.split(mask, np.cumsum(heights)[:-1])


def _repeated_in(hashes: Hashes) -> Hashes | None:
    """Return the hashes that stand more than once, or ``None``."""
    import numpy as np

    if (hashes[1:] > hashes[:-1]).all():
        return None
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    # Each of them once; `np.unique` would import what takes longer.
    return twice[np.append(True, twice[1:] != twice[:-1])] if len(twice) else None


# ----- rows in doubt -----


class _Selector:
    """Finds the rows of a block that are asked for."""

    def __init__(
        self, plan: Plan, questions: Sequence[Mapping[int, Collection[str]]], repeated: Sequence[Mask] | None, *, ragged: bool
    ) -> None:
        self._plan = plan
        self._questions = [{at: list(_make_arrays(texts)) for at, texts in one.items()} for one in questions]
        self._repeated = repeated
        self._ragged = ragged

    def select(self, number: int, block: _Block) -> _Part:
        import numpy as np

        nowhere = np.zeros(block.height, np.bool_)
        repeated = nowhere if self._repeated is None else self._repeated[number]
        answers = [self._answer(question, block) for question in self._questions]
        blank = self._find_blank(block)
        if blank is not None:
            repeated, answers = repeated & ~blank, [one & ~blank for one in answers]
        wanted = repeated.copy()
        for one in (*answers, *(() if blank is None else (blank,))):
            wanted |= one
        places = np.flatnonzero(wanted)
        columns = [column.take(_make_numbers(places)).to_pylist() for column in block.columns]
        rows = [(block.line(at), list(row)) for at, row in zip(places.tolist(), zip(*columns, strict=True), strict=True)]
        # Where the regular rows stand once the others are among them.
        ranks = np.arange(len(rows))
        if block.others:
            ranks += np.searchsorted([line for line, _ in block.others], [line for line, _ in rows])
            rows = sorted([*rows, *block.others], key=lambda row: row[0])

        def rank(mask: Mask) -> list[int]:
            found: list[int] = ranks[mask[places]].tolist()
            return found

        chosen = Chosen(
            (),
            [row for _, row in rows],
            [line for line, _ in rows],
            rank(wanted if blank is None else wanted & ~blank),
            rank(repeated),
            tuple(map(rank, answers)),
        )
        return _Part(0, block.count, chosen=chosen)

    def _answer(self, question: Mapping[int, Iterable[Any]], block: _Block) -> Mask:
        import numpy as np
        import pyarrow.compute as pc

        found: Mask = np.ones(block.height, np.bool_)
        for at, arrays in question.items():
            known = np.zeros(block.height, np.bool_)
            for array in arrays:
                known |= _view(pc.is_in(block.columns[at], value_set=array))
            found &= known
        return found

    def _find_blank(self, block: _Block) -> Mask | None:
        if not self._ragged:
            return None
        fields = self._plan.fields
        return _find_blank([_Texts(array, one.missing_values) for array, one in zip(block.columns, fields, strict=True)])
