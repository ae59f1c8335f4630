"""Text to disk: CSV that every reader takes alike, a file replaced in one step, a folder held by one process."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from opendata.errors import OpenDataError
from opendata.model import Dialect

try:
    import fcntl
except ImportError:  # Windows has none: there two builds at once are not told from one
    fcntl = None  # type: ignore[assignment]

_PLAIN = Dialect()


class Held(OpenDataError):
    """Another process works on this folder."""


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]], dialect: Dialect = _PLAIN) -> str:
    """Return CSV with LF and the fewest quotes.

    The standard library's writer leaves a lone carriage return without quotes in some versions of Python.
    """
    special = re.compile(f"[{re.escape(dialect.delimiter + dialect.quote_char)}\\r\\n]")
    mark = dialect.quote_char

    def write(row: Sequence[str]) -> str:
        cells = [f"{mark}{cell.replace(mark, mark * 2)}{mark}" if special.search(cell) else cell for cell in row]
        # A line with one empty cell would be a blank line.
        return dialect.delimiter.join(cells) if cells != [""] else mark * 2

    return "".join(f"{write(row)}\n" for row in ([header, *rows] if dialect.header else rows))


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in place in one step, once it is on the disk as a whole; it keeps the rights of the one before."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.unlink(missing_ok=True)  # of an earlier attempt; a link there is not followed
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # not every file system can write a folder's names down
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; the lock goes with the process, however it ends.

    Raises
    ------
    Held
        Where another process holds it.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Held(f"Another process is writing to {folder}. Wait for it.") from None
        yield
    finally:
        os.close(handle)
