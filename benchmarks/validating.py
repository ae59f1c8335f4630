"""Validation: one large table, clean and with bad cells, a repository of many small packages, and memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from processes import Contender, compare, middle, race
from tables import ROWS, write_package

PACKAGES, PACKAGE_ROWS = 277, 617

VALIDATE = "result = len(validate({folder!r}).findings)"
FRICTIONLESS = """
reports = [frictionless.validate(path, limit_errors=10**9) for path in glob.glob({folder!r} + {pattern!r})]
result = sum(report.stats['errors'] for report in reports)
"""


def measure(share: float) -> Iterator[str]:
    """Yield what validation takes; frictionless lists all errors too."""
    rows = int(ROWS * share)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, what, bad in (("clean", "clean", 0.0), ("bad", "1 % bad cells, every finding listed", 0.01)):
            write_package(folder / name, rows, bad)
            # What takes frictionless most of a minute is measured once, of the same files as ours.
            peer = contend(folder / name, "/datapackage.json", turns=1)
            yield from compare(f"validate {rows:,} rows x 8 columns, {what}", *peer)
        packages = int(PACKAGES * share)
        for number in range(packages):
            write_package(folder / "repository" / f"package-{number:03}", PACKAGE_ROWS)
        peer = contend(folder / "repository", "/*/datapackage.json", turns=3)
        yield from compare(f"validate {packages} packages, {packages * PACKAGE_ROWS:,} rows", *peer)
        write_package(folder / "huge", rows * 10)
        ours, _ = contend(folder / "huge", "", turns=3)
        (runs,) = race(ours).values()
        yield f"validate {rows * 10:,} rows, clean: {middle(runs, 'wall'):.2f} s, {middle(runs, 'peak'):.0f} MiB"


def contend(folder: Path, pattern: str, turns: int) -> tuple[Contender, Contender]:
    """Our validation of a folder and that of frictionless, with their imports."""
    ours = "from opendata.rules import validate\n" + VALIDATE.format(folder=str(folder))
    theirs = "import glob, frictionless\n" + FRICTIONLESS.format(folder=str(folder), pattern=pattern)
    return Contender("opendata", ours), Contender("frictionless", theirs, turns=turns)
