"""Made-up packages to measure with: a table of eight columns under all kinds of constraints, and one it refers to."""

from __future__ import annotations

import json
import random
from pathlib import Path

ROWS = 1_000_000

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


def write_package(folder: Path, rows: int, bad: float = 0.0) -> None:
    """Write a made-up package: a table under all kinds of constraints with a key, and one that it refers to.

    ``bad`` is the share of its cells that break a rule.
    """
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
    folder.mkdir(parents=True, exist_ok=True)
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
