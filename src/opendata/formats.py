"""Tables into files: CSV, JSON, zip. The same data give the same bytes."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence

from opendata.files import write_csv

# A zip stores the time of its files; this one is the first that the format can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[str]], *, bom: bool = False) -> bytes:
    """Return a CSV file in UTF-8 with LF; ``bom`` puts a byte order mark in front, which spreadsheets want."""
    return write_csv(columns, rows).encode("utf-8-sig" if bom else "utf-8")


def to_json(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as a JSON array of objects, one a line; a missing value is ``null``."""
    lines = [json.dumps(row, ensure_ascii=False, default=str) for row in rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive whose bytes depend on names and contents alone: sorted, dated 1980, stored.

    It is stored uncompressed because deflate differs between builds of zlib, and its hash must hold on another machine.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return buffer.getvalue()
