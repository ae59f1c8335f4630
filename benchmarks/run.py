"""Measure the library side by side with its peers: fresh processes, in turn, medians of five; what `make bench` prints.

Absolute times depend on the machine; the ratios are what may be quoted. `--quick` takes tables of a tenth of the size.
What frictionless needs half a minute for is measured once, of the same files as ours.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
# Installed libraries are compiled; the first run in a fresh checkout is.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ROWS = 1_000_000
PACKAGES, PACKAGE_ROWS = 277, 617

PLAIN = "pass"
IMPORTS = {"opendata": "import opendata", "pandas": "import pandas", "frictionless": "import frictionless"}

FIRST_FRAME = "import opendata as od; len(od.load('reference').units.df)"
FIRST_FRAME_PANDAS = """
import pandas as pd
kinds = {name: 'str' for name in ('unit_id', 'name_zh', 'name_en', 'symbol', 'base')} | {'factor': 'float64'}
len(pd.read_csv('datapackages/reference/units.csv', dtype=kinds, keep_default_na=False, na_values=['']))
"""


VALIDATE = "from opendata.rules import validate; report = validate({folder!r}); print(len(report.findings))"
VALIDATE_PEER = """
import glob, frictionless
reports = [frictionless.validate(path, limit_errors=10**9) for path in glob.glob({folder!r} + {pattern!r})]
print(sum(report.stats['errors'] for report in reports))
"""


def main() -> None:
    """Run every comparison and print a line for each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="take tables of a tenth of the size")
    quick = options.parse_args().quick
    print(f"medians of {RUNS}, fresh processes, in turn; ratio = ours / theirs\n")
    start = {name: [] for name in ("nothing", *IMPORTS)}
    for _ in range(RUNS):
        start["nothing"].append(seconds(PLAIN))
        for name, code in IMPORTS.items():
            start[name].append(seconds(code))
    nothing = statistics.median(start["nothing"])
    for name in IMPORTS:
        print(f"import {name:<14} {max(0.0, statistics.median(start[name]) - nothing) * 1000:8.1f} ms")
    compare("first DataFrame of a bundled table", FIRST_FRAME, "pandas, dtypes given", FIRST_FRAME_PANDAS)
    for measure in (validate_large, validate_repository, validate_huge):
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), ROWS // 10 if quick else ROWS)
    build = "import tempfile; from opendata.publish import build; build('datapackages', out=tempfile.mkdtemp())"
    print(f"build of the site, both languages           {statistics.median(seconds(build) for _ in range(3)):8.1f} s")


def validate_large(folder: Path, rows: int) -> None:
    """Validate a large table, clean and with one bad cell in a hundred, against frictionless, which lists all errors too."""
    for name, what, bad in (("clean", "clean", 0.0), ("bad", "1 % bad cells", 0.01)):
        made = folder / name
        write_package(made, rows, bad)
        ours, theirs = VALIDATE.format(folder=str(made)), VALIDATE_PEER.format(folder=str(made), pattern="/datapackage.json")
        compare(f"validate {rows:,} rows x 8 columns, {what}", ours, "frictionless", theirs, peer_runs=1)


def validate_repository(folder: Path, rows: int) -> None:
    """Validate many small packages in one process."""
    packages = PACKAGES * rows // ROWS
    for number in range(packages):
        make_package(folder / f"package-{number:03}", PACKAGE_ROWS, 0.0)
    ours, theirs = VALIDATE.format(folder=str(folder)), VALIDATE_PEER.format(folder=str(folder), pattern="/*/datapackage.json")
    compare(f"validate {packages} packages, {packages * PACKAGE_ROWS:,} rows", ours, "frictionless", theirs, peer_runs=3)


def validate_huge(folder: Path, rows: int) -> None:
    """Validate ten times as many rows: that cost grows with the rows, and memory hardly."""
    write_package(folder, rows * 10, 0.0)
    times, sizes = zip(*(run(VALIDATE.format(folder=str(folder)))[:2] for _ in range(3)), strict=True)
    print(f"{f'validate {rows * 10:,} rows, clean':<50}{statistics.median(times):8.2f} s {max(sizes):5.0f} MiB")


def compare(what: str, ours: str, peer: str, theirs: str, *, peer_runs: int = RUNS) -> None:
    """Time two pieces of code in turn and print both with their ratio; what both print must be the same."""
    mine, other = [], []
    for turn in range(RUNS):
        mine.append(run(ours))
        if turn < peer_runs:
            other.append(run(theirs))
    assert len({told for _, _, told in mine + other}) == 1, f"{what}: {mine[0][2]} and {other[0][2]} findings"
    own, its = (statistics.median(time for time, _, _ in runs) for runs in (mine, other))
    peaks = " / ".join(f"{max(size for _, size, _ in runs):.0f}" for runs in (mine, other))
    told = f", {int(mine[0][2]):,} findings" if mine[0][2].strip() not in ("", "0") else ""
    print(f"{what:<50}{own:8.2f} s   {peer}: {its:.2f} s   ratio {own / its:.3f} (1 : {its / own:.1f})   {peaks} MiB{told}")


def seconds(code: str) -> float:
    """Return how long a fresh process takes to run some code."""
    return run(code)[0]


def run(code: str) -> tuple[float, float, str]:
    """Run some code in a fresh process; return its seconds, its peak memory in MiB, and what it printed."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
    told = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    taken = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    assert process.returncode == 0, code
    return taken, usage.ru_maxrss / 1024, told


def write_package(*made: object) -> None:
    """Write a large package in another process: a child's peak memory begins with that of its parent."""
    writer = multiprocessing.get_context("spawn").Process(target=make_package, args=made)
    writer.start()
    writer.join()
    assert writer.exitcode == 0


# For each column, cells that are wrong in it and in nothing else; `None`: the number of an earlier row.
WRONG = (
    [None],
    ["AB12345", "ab1234"],
    ["-1", "—", "1e9", "1.2万"],
    ["1001", "1.5", "x"],
    ["d", "A"],
    ["2024-13-01", "1999-12-31", "01/02/2024"],
    ["note " + "x" * 40],
    ["nowhere", "area-200"],
)


def make_package(folder: Path, rows: int, bad: float) -> None:
    """Write a made-up package: a table under all kinds of constraints with a key, and one that it refers to."""
    chance = random.Random(7)
    required = {"required": True}
    fields = [
        {"name": "id", "type": "integer", "constraints": {**required, "minimum": 0}},
        {"name": "code", "type": "string", "constraints": {**required, "pattern": "[A-Z]{2}[0-9]{4}"}},
        {"name": "value", "type": "number", "constraints": {"minimum": 0, "maximum": 1000}},
        {"name": "count", "type": "integer", "constraints": {"minimum": 0, "maximum": 1000}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b", "c"]}},
        {"name": "day", "type": "date", "constraints": {"minimum": "2000-01-01", "maximum": "2030-12-31"}},
        {"name": "note", "type": "string", "constraints": {"minLength": 1, "maxLength": 20}},
        {"name": "area", "type": "string", "constraints": required},
    ]
    areas = [f"area-{number}" for number in range(200)]
    key = {"fields": ["area"], "reference": {"resource": "areas", "fields": ["area"]}}
    schema = {"fields": fields, "primaryKey": ["id"], "foreignKeys": [key]}
    parts = {"name": "areas", "path": "areas.csv", "schema": {"fields": [{"name": "area", "type": "string"}]}}
    table = {"name": "rows", "path": "rows.csv", "schema": schema}
    folder.mkdir(exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps({"name": folder.name.lower(), "resources": [table, parts]}))
    (folder / "areas.csv").write_text("\n".join(["area", *areas, ""]))
    different = [make_row(chance, areas) for _ in range(min(rows, ROWS))]
    with (folder / "rows.csv").open("w") as file:
        file.write(",".join(field["name"] for field in fields) + "\n")
        for number in range(rows):
            row = [str(number), *different[number % len(different)]]
            for at in range(8) if bad else ():
                if chance.random() < bad:
                    row[at] = chance.choice(WRONG[at]) or str(max(number - 50, 0))
            file.write(",".join(row) + "\n")


def make_row(chance: random.Random, areas: list[str]) -> tuple[str, ...]:
    """Make all cells of a row but its number."""
    day = f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    code = f"{chance.choice('ABC')}{chance.choice('XYZ')}{chance.randrange(10000):04d}"
    value, many = str(round(chance.random() * 1000, 2)), str(chance.randrange(1000))
    return code, value, many, chance.choice("abc"), day, f"note {chance.randrange(50)}", chance.choice(areas)


if __name__ == "__main__":
    main()
