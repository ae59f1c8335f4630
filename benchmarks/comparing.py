"""Comparing two versions of a large table: against csv-diff, daff, and a pandas merge that tells the same."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from processes import PEERS, Contender, compare
from tables import ROWS, make_row, write_package

# Of a hundred thousand rows so many are taken out, put in, and changed in one number.
GONE, NEW, REVISED = 200, 200, 1000

# daff holds every cell as an object of its own; it is given a tenth of the rows, and so are the others beside it.
SHARE_OF_DAFF = 0.1

OURS = """
from opendata import diff
(table,) = diff({old!r}, {new!r}).packages[0].tables
counts = table.counts
result = [counts["removed"] + counts["renamed"], counts["revised"], counts["added"] + counts["renamed"]]
"""

# What ours tells: whole rows that are gone and new, and of each that is revised its key, the column, both texts and how
# far apart they are; numbers are equal when they mean the same.
PANDAS = """
import pandas as pd
old, new = (pd.read_csv(f + "/rows.csv", dtype=str, keep_default_na=False) for f in ({old!r}, {new!r}))
both = old.merge(new, on="id", how="outer", suffixes=("_old", "_new"), indicator=True, validate="one_to_one")
removed, added = both[both._merge == "left_only"], both[both._merge == "right_only"]
same, cells = both[both._merge == "both"], []
for column in old.columns[1:]:
    changed = same[same[column + "_old"] != same[column + "_new"]]
    first, second = changed[column + "_old"], changed[column + "_new"]
    if column in ("value", "count"):
        before, after = pd.to_numeric(first), pd.to_numeric(second)
        other, share = before != after, (after - before) / before.abs()
        cells += list(zip(changed["id"][other], first[other], second[other], share[other]))
    else:
        cells += list(zip(changed["id"], first, second))
result = [len(removed.to_dict("records")), len({{cell[0] for cell in cells}}), len(added.to_dict("records"))]
"""

CSV_DIFF = """
from csv_diff import compare, load_csv
old, new = (load_csv(open(f + "/rows.csv"), key="id") for f in ({old!r}, {new!r}))
told = compare(old, new)
result = [len(told["removed"]), len(told["changed"]), len(told["added"])]
"""

DAFF = """
import csv, daff
old, new = (daff.PythonTableView(list(csv.reader(open(f + "/rows.csv")))) for f in ({old!r}, {new!r}))
flags = daff.CompareFlags()
flags.addPrimaryKey("id")
flags.ordered = False
flags.show_unchanged = False
flags.unchanged_context = 0
out = daff.PythonTableView([])
daff.TableDiff(daff.Coopy.compareTables(old, new, flags).align(), flags).hilite(out)
marks = [str(row[0]) for row in out.data]
result = [marks.count("---"), sum("->" in mark for mark in marks), marks.count("+++")]
"""


def measure(share: float) -> Iterator[str]:
    """Yield what a comparison takes, keyed by the first column; what is found must be the same for all."""
    with tempfile.TemporaryDirectory() as made:
        for rows, with_daff in ((int(ROWS * share), False), (int(ROWS * share * SHARE_OF_DAFF), True)):
            places = {name: str(Path(made) / f"{name}-{rows}") for name in ("old", "new")}
            write_versions(Path(places["old"]), Path(places["new"]), rows)
            contenders = [
                Contender("opendata", OURS.format(**places)),
                Contender("pandas, a merge that tells the same", PANDAS.format(**places)),
                Contender("csv-diff", CSV_DIFF.format(**places), python=PEERS, turns=3),
            ]
            contenders += [Contender("daff", DAFF.format(**places), python=PEERS, turns=1)] if with_daff else []
            yield from compare(f"compare {rows:,} rows x 8 columns with as many", *contenders)


def write_versions(old: Path, new: Path, rows: int) -> None:
    """Write a package and what became of it: rows gone, new and revised, all in the same proportion."""
    write_package(old, rows)
    new.mkdir()
    descriptor = json.loads((old / "datapackage.json").read_text())
    (new / "datapackage.json").write_text(json.dumps(descriptor))
    (new / "areas.csv").write_bytes((old / "areas.csv").read_bytes())
    chance, part = random.Random(11), rows / 100_000
    header, *lines = (old / "rows.csv").read_text().splitlines()
    chosen = chance.sample(range(rows), int((GONE + REVISED) * part))
    gone, revised = set(chosen[: int(GONE * part)]), chosen[int(GONE * part) :]
    for at in revised:
        cells = lines[at].split(",")
        cells[2] = str(round(float(cells[2]) + 1, 2))
        lines[at] = ",".join(cells)
    kept = [line for at, line in enumerate(lines) if at not in gone]
    areas = [f"area-{number}" for number in range(200)]
    kept += [",".join([str(rows + at), *make_row(chance, areas)]) for at in range(int(NEW * part))]
    (new / "rows.csv").write_text("\n".join([header, *kept, ""]))
