"""The released versions of a package, and what has been done since, into steps: what each changed of the one before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opendata.differences import PackageDifference, compare_packages
from opendata.handles import PackageHandle


@dataclass(frozen=True)
class Step:
    """A release, or what is not released yet.

    Attributes
    ----------
    version
        The version that was released; ``None`` for what is not released yet.
    previous
        The version before it; ``None`` for the first release.
    date
        The day of the release as ``2026-11-20``; empty where the changelog names none, or there was none yet.
    difference
        What has changed since the version before; ``None`` for the first release, which changed nothing.
    """

    package: str
    version: str | None
    previous: str | None
    date: str
    difference: PackageDifference | None


def find_steps(package: PackageHandle) -> tuple[Step, ...]:
    """Return what a package's releases changed, the newest first; what has changed since stands before them.

    Computed from the archives in ``releases/`` alone: a version whose archive is not there has no step.

    Raises
    ------
    UnreadablePackage
        Where an archive is damaged.
    """
    dates = {entry.get("version"): _read_day(entry) for entry in package.changelog}
    sources = [(archive.version, archive.open()) for archive in reversed(package.archives)]
    steps = [
        Step(package.name, version, None, dates.get(version, ""), None)
        if at == 0
        else Step(
            package.name, version, sources[at - 1][0], dates.get(version, ""), compare_packages(sources[at - 1][1], source)
        )
        for at, (version, source) in enumerate(sources)
    ]
    if sources:
        since = compare_packages(sources[-1][1], package.source)
        if since:
            steps.append(Step(package.name, None, sources[-1][0], "", since))
    return tuple(reversed(steps))


def _read_day(entry: Mapping[str, Any]) -> str:
    day = entry.get("date")
    return day if isinstance(day, str) else ""
