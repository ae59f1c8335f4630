"""Measure the library side by side with its peers: fresh processes, in turn, medians of five; what `make bench` prints.

Absolute times depend on the machine; the ratios are what may be quoted.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
ROWS = 100_000

PLAIN = "pass"
IMPORTS = {"opendata": "import opendata", "pandas": "import pandas", "frictionless": "import frictionless"}

FIRST_FRAME = "import opendata as od; len(od.load('reference').units.df)"
FIRST_FRAME_PANDAS = """
import pandas as pd
kinds = {name: 'str' for name in ('unit_id', 'name_zh', 'name_en', 'symbol', 'base')} | {'factor': 'float64'}
len(pd.read_csv('datapackages/reference/units.csv', dtype=kinds, keep_default_na=False, na_values=['']))
"""


def main() -> None:
    """Run every comparison and print a line for each."""
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
    with tempfile.TemporaryDirectory() as folder:
        made = make_package(Path(folder))
        ours = f"from opendata.rules import validate; assert validate({str(made)!r}).valid"
        theirs = f"import frictionless; assert frictionless.validate({str(made / 'datapackage.json')!r}).valid"
        compare(f"validate {ROWS:,} rows x 8 columns, clean", ours, "frictionless", theirs)
    build = "import tempfile; from opendata.publish import build; build('datapackages', out=tempfile.mkdtemp())"
    print(f"build of the site, both languages           {statistics.median(seconds(build) for _ in range(3)):8.1f} s")


def compare(what: str, ours: str, peer: str, theirs: str) -> None:
    """Time two pieces of code in turn and print both with their ratio."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS)]
    mine, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{what:<44}{mine:8.2f} s   {peer}: {other:.2f} s   ratio {ratio:.2f}")


def seconds(code: str) -> float:
    """Return how long a fresh process takes to run some code."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def make_package(folder: Path) -> Path:
    """Write a made-up package of clean rows: a key, numbers with bounds, an enumeration, a date, a foreign key."""
    chance = random.Random(7)
    fields = [
        {"name": "id", "type": "integer"},
        {"name": "code", "type": "string", "constraints": {"required": True, "pattern": "[A-Z]{2}[0-9]{4}"}},
        {"name": "value", "type": "number", "constraints": {"minimum": 0}},
        {"name": "count", "type": "integer", "constraints": {"maximum": 1000}},
        {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b", "c"]}},
        {"name": "day", "type": "date"},
        {"name": "note", "type": "string"},
        {"name": "area", "type": "string"},
    ]
    areas = [f"area-{number}" for number in range(200)]
    key = {"fields": ["area"], "reference": {"resource": "areas", "fields": ["area"]}}
    rows = {"fields": fields, "primaryKey": ["id"], "foreignKeys": [key]}
    descriptor = {
        "name": "made-up",
        "resources": [
            {"name": "rows", "path": "rows.csv", "schema": rows},
            {"name": "areas", "path": "areas.csv", "schema": {"fields": [{"name": "area", "type": "string"}]}},
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    (folder / "areas.csv").write_text("\n".join(["area", *areas, ""]))
    with (folder / "rows.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field["name"] for field in fields])
        for number in range(ROWS):
            day = f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
            code = f"{chance.choice('ABC')}{chance.choice('XYZ')}{chance.randrange(10000):04d}"
            value, many = round(chance.random() * 1000, 2), chance.randrange(1000)
            writer.writerow([number, code, value, many, chance.choice("abc"), day, f"note {number % 50}", chance.choice(areas)])
    return folder


if __name__ == "__main__":
    main()
