"""Run pieces of code in fresh processes, in turn, and tell their times and their peak memory side by side."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
# What only the peers need is in an environment of its own: `make bench` makes it from requirements/bench.txt.
PEERS = str(ROOT / ".venv" / "peers" / "bin" / "python")
# Installed libraries are compiled; the first run in a fresh checkout is. A peer must not find our sources.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH")}
OURS = {**ENVIRONMENT, "PYTHONPATH": str(ROOT / "src")}

# `first` is not timed, `code` is. The kernel's peak of a process alone: that of `resource` begins with its parent's.
MEASURED = """
import json, os, sys, time
{first}
wall, cpu = time.perf_counter(), time.process_time()
{code}
taken = [time.perf_counter() - wall, time.process_time() - cpu]
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
print("\\n" + json.dumps([*taken, peak, locals().get("result")]))
"""


@dataclass(frozen=True)
class Contender:
    """A piece of code to measure: what it leaves in ``result`` must be the same for all that are compared.

    ``first`` runs before the clock does. ``python`` is an interpreter; ``turns`` may be fewer for what takes a minute.
    """

    name: str
    code: str
    first: str = ""
    python: str = sys.executable
    turns: int = RUNS


@dataclass(frozen=True)
class Run:
    """What one process took: seconds of its code, of the processors for it, of the whole process; MiB at its peak."""

    wall: float
    cpu: float
    whole: float
    peak: float
    result: object


def race(*contenders: Contender, fresh: bool = False) -> dict[str, list[Run]]:
    """Run the contenders in turn and return their runs; one turn before is for the caches of the disk.

    With ``fresh`` everything in ``code`` is what a fresh process does, and the time of the whole process counts.
    """
    there = [contender for contender in contenders if Path(contender.python).exists()]
    runs: dict[str, list[Run]] = {contender.name: [] for contender in there}
    for turn in range(-1, RUNS):
        for contender in there:
            if turn < contender.turns and (turn >= 0 or contender.turns == RUNS):
                run = run_code(contender)
                if turn >= 0:
                    runs[contender.name].append(Run(run.whole, run.cpu, run.whole, run.peak, run.result) if fresh else run)
    results = {json.dumps(run.result) for made in runs.values() for run in made}
    assert len(results) == 1, results
    return runs


def run_code(contender: Contender) -> Run:
    """Run a contender once in a fresh process."""
    code = MEASURED.format(first=contender.first, code=contender.code)
    own = contender.python == sys.executable
    begun = time.perf_counter()
    done = subprocess.run(
        [contender.python, "-c", code], cwd=ROOT, env=OURS if own else ENVIRONMENT, capture_output=True, text=True, check=False
    )
    whole = time.perf_counter() - begun
    assert done.returncode == 0, f"{contender.name}: {done.stderr}"
    wall, cpu, peak, result = json.loads(done.stdout.splitlines()[-1])
    return Run(wall, cpu, whole, peak, result)


def compare(what: str, *contenders: Contender, fresh: bool = False) -> Iterator[str]:
    """Race contenders, ours first, and yield a heading and a line for each with its ratio; absent peers are named."""
    runs = race(*contenders, fresh=fresh)
    yield what
    ours = next(iter(runs.values()))
    for contender in contenders:
        made = runs.get(contender.name)
        if made is None:
            yield f"  {contender.name:<44} not measured: `make bench` installs it"
            continue
        line = f"  {contender.name:<44}{tell_seconds(middle(made, 'wall'))} {tell_seconds(middle(made, 'cpu'))} cpu"
        line += f" {middle(made, 'peak'):6.0f} MiB"
        if made is not ours:
            ratios = " ".join(f"{middle(ours, part) / middle(made, part):6.3g} {part}" for part in ("wall", "cpu", "peak"))
            line += f"   ratio {ratios}"
        yield line + ("" if len(made) == RUNS else f"   ({len(made)} run{'s' * (len(made) > 1)})")


def middle(runs: list[Run], part: str) -> float:
    """Return the median of a part of some runs."""
    return statistics.median(getattr(run, part) for run in runs)


def tell_seconds(seconds: float) -> str:
    """Write a duration in the unit that suits it."""
    return f"{seconds:8.2f} s " if seconds >= 10 else f"{seconds * 1000:8.1f} ms"
