"""Many packages on all processors: each process reads and checks a share of them, and the report is as from one.

A process is started as a program of its own, never as a copy of this one: so it does not matter what else the program
does that calls, which threads it has, or how its first file is written. It gets a line with the folders of its share
on its standard input, writes what it found to its standard output, and ends when its standard input does.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from opendata import read
from opendata.errors import OpenDataError
from opendata.report import Finding, Report
from opendata.standard import Part, Tell, Workspace, check_part, join_parts, read_tables

# What a package takes beside its bytes, said in bytes; measured on packages of two small tables.
_BYTES_EACH = 200_000
# A process takes half a second to start. Less than this is done before it would be of use.
MIN_BYTES = 40_000_000
# A larger table is read by all processors as it is.
_LARGE_BYTES = 1 << 20
# Findings a line, so that no line is without end.
_BATCH = 10_000


@dataclass(frozen=True)
class Share:
    """What one process does: the packages it checks, and those that it reads only because these refer to them."""

    own: tuple[read.Source, ...]
    referred: tuple[read.Source, ...]


def count_processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def part_sources(sources: Sequence[read.Source], processes: int, least: int | None = None) -> tuple[Share, ...]:
    """Part packages into shares of about the same work, the first for this process.

    Packages of a kind stay together in the first, since the rules of their kinds compare them. There is one share where
    more would be no faster: few data, packages in zips or of one name, or nearly all of the work in what the rest
    refers to.

    Parameters
    ----------
    sources
        The packages.
    processes
        The most shares.
    least
        Bytes that are worth parting; ``None``: ``MIN_BYTES``.
    """
    whole = (Share(tuple(sources), ()),)
    by_name = {source.package.name: source for source in sources}
    least = MIN_BYTES if least is None else least
    sizes = {source.shown: list(_measure(source)) for source in sources}
    plain = all(isinstance(source.folder, Path) for source in sources)
    apart = sum(_BYTES_EACH + sum(size for size in own if size < _LARGE_BYTES) for own in sizes.values())
    if processes < 2 or not plain or apart < least or not len(by_name) == len(sizes) == len(sources):
        return whole
    weights = {shown: _BYTES_EACH + sum(own) for shown, own in sizes.items()}
    chosen: list[list[read.Source]] = [
        [source for source in sources if source.package.kind],
        *([] for _ in range(processes - 1)),
    ]
    loads = [sum(weights[one.shown] for one in share) for share in chosen]
    # The heaviest first, each to the share with the least to do.
    for source in sorted((one for one in sources if not one.package.kind), key=lambda one: -weights[one.shown]):
        at = loads.index(min(loads))
        chosen[at].append(source)
        loads[at] += weights[source.shown]
    shares = [_add_referred(share, by_name) for share in chosen if share]
    heaviest = max(sum(weights[one.shown] for one in (*share.own, *share.referred)) for share in shares)
    return tuple(shares) if len(shares) > 1 and heaviest * 4 <= sum(weights.values()) * 3 else whole


def _measure(source: read.Source) -> Iterator[int]:
    for resource in source.package.resources:
        if resource.is_table and not read.explain_unsafe(resource.path):
            with contextlib.suppress(OSError):
                yield Path(str(source.folder), resource.path).stat().st_size


def _add_referred(own: list[read.Source], by_name: Mapping[str, read.Source]) -> Share:
    names = {one.package.name for one in own}
    keys = (key for one in own for resource in one.package.resources if resource.schema for key in resource.schema.foreign_keys)
    needed = dict.fromkeys(key.package for key in keys if key.package in by_name and key.package not in names)
    return Share(tuple(own), tuple(by_name[name] for name in needed if name))


def check_shares(
    sources: Sequence[read.Source], findings: Iterable[Finding], shares: Sequence[Share], tell: Tell | None = None
) -> tuple[Workspace, Report]:
    """Check packages in shares, all but the first by other processes.

    Returns
    -------
    tuple
        The packages of the first share as they were read, and the report over all.

    Raises
    ------
    OpenDataError
        Where another process ends before it has answered.
    """
    locked = _lock(tell)
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(max(1, len(shares) - 1)))
        processes = [stack.enter_context(_start(share)) for share in shares[1:]]
        others = [pool.submit(_collect, process, locked) for process in processes]
        workspace = _read(shares[0], locked)
        parts = [_check(workspace, shares[0]), *(other.result() for other in others)]
    return workspace, join_parts(sources, findings, parts)


def _lock(tell: Tell | None) -> Tell | None:
    if tell is None:
        return None
    lock, told = threading.Lock(), tell

    def tell_one(tables: int, rows: int) -> None:
        with lock:
            told(tables, rows)

    return tell_one


def _read(share: Share, tell: Tell | None) -> Workspace:
    own, referred = read_tables(share.own, (), tell), read_tables(share.referred)
    findings = (*own.findings, *referred.findings)
    return Workspace((*share.own, *share.referred), {**own.tables, **referred.tables}, findings)


def _check(workspace: Workspace, share: Share) -> Part:
    part = check_part(workspace, share.own)
    return Part((*workspace.findings, *part.findings), part.rules, part.tables, part.rows)


@contextlib.contextmanager
def _start(share: Share) -> Iterator[subprocess.Popen[str]]:
    """Start a process for a share, and end it whatever happens here."""
    # It finds the library where this process found it.
    code = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from opendata.shares import serve; serve()"
    try:
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", code, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="ascii",
        )
    except OSError as error:
        raise OpenDataError(f"A process for a part of the packages cannot be started: {error.strerror}. {_REMEDY}") from None
    assert process.stdin
    try:
        folders = [[[str(one.folder), one.shown] for one in part] for part in (share.own, share.referred)]
        with contextlib.suppress(OSError):  # it is gone already, which is told when its answer is missed
            process.stdin.write(json.dumps(folders) + "\n")
            process.stdin.flush()
        yield process
    finally:
        _end(process)


_REMEDY = "Try again with --processes 1."


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def _collect(process: subprocess.Popen[str], tell: Tell | None) -> Part:
    """Read what a process says until it has said all."""
    assert process.stdout
    findings: list[Finding] = []
    for line in process.stdout:
        if not line.endswith("\n"):
            break
        kind, said = json.loads(line)
        if kind == "read":
            if tell:
                tell(*said)
        elif kind == "findings":
            findings += [Finding(**one) for one in said]
        elif kind == "failed":
            raise OpenDataError(f"A part of the packages could not be checked: {said}. {_REMEDY}")
        else:
            return Part(tuple(findings), said["rules"], said["tables"], said["rows"])
    cause = "A process that checked a part of the packages has ended; is memory short?"
    raise OpenDataError(f"{cause} {_REMEDY}")


# ----- the other process -----


def serve() -> None:
    """Check the share that standard input names, and write what is found to standard output."""
    # Whoever interrupts interrupts the process that started this one, which then ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    order = sys.stdin.readline()
    threading.Thread(target=_wait_for_end, daemon=True).start()

    def say(kind: str, said: object) -> None:
        sys.stdout.write(json.dumps([kind, said]) + "\n")
        sys.stdout.flush()

    try:
        own, referred = (
            [read.read_source(Path(folder), shown, lenient=True) for folder, shown in part] for part in json.loads(order)
        )
        _answer(Share(tuple(own), tuple(referred)), say)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # noqa: BLE001 - told in the process that asked
        say("failed", f"{type(error).__name__}: {str(error)[:300]}")


def _wait_for_end() -> None:
    """End this process when the one that started it is gone."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _answer(share: Share, say: Callable[[str, object], None]) -> None:
    workspace = _read(share, lambda tables, rows: say("read", [tables, rows]))
    part = _check(workspace, share)
    for at in range(0, len(part.findings), _BATCH):
        say("findings", [asdict(finding) for finding in part.findings[at : at + _BATCH]])
    say("done", {"rules": part.rules, "tables": part.tables, "rows": part.rows})
