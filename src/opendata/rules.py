"""The library's and the command's check: the rules of the standard, then those of the packages' kinds.

The latter read texts of documents, for which they need more than the standard does: they are imported where a package
has such a kind.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from opendata.errors import UnreadablePackage, WrongUse
from opendata.report import Finding, Report
from opendata.shares import check_shares, part_sources
from opendata.standard import Tell, Workspace, check_workspace, count_tables, read_sources

# Is told the tables read, the tables there are, and the rows read.
Progress = Callable[[int, int, int], None]


def validate(*paths: str | Path, processes: int = 1, progress: Progress | None = None) -> Report:
    """Check the data packages at or below some folders or zip archives.

    Parameters
    ----------
    *paths
        Folders or zips. Packages named together are known to each other's foreign keys.
    processes
        The most processes to use: with more than one, many packages are parted among them. The report is the same.
    progress
        Called from time to time with the tables read, the tables there are, and the rows read; perhaps from another
        thread, but never twice at once. ``None``: nobody is told.

    Returns
    -------
    Report
        All findings; bad data never raises.

    Raises
    ------
    WrongUse
        Where a path is no folder and no zip, or none is given; or ``processes`` is less than 1.
    MissingLibrary
        Where frictionless is not installed (the extra ``publish``).
    OpenDataError
        Where another process ends before it has answered.

    Examples
    --------
    >>> from opendata.handles import bundled_folder
    >>> validate(bundled_folder() / "reference").to_text().endswith("no findings")
    True
    """
    if not paths:
        raise WrongUse("No folder is named. Name one that holds data packages, for example datapackages/.")
    if processes < 1:
        raise WrongUse(f"There is no checking with {processes} processes. Write 1 or more.")
    sources, findings = read_sources(paths)
    tell = _count(progress, count_tables(sources)) if progress else None
    workspace, report = check_shares(sources, findings, part_sources(sources, processes), tell)
    return _add_kinds(workspace, report)


def _count(progress: Progress, tables: int) -> Tell:
    done = [0, 0]

    def tell(more_tables: int, more_rows: int) -> None:
        done[0] += more_tables
        done[1] += more_rows
        progress(done[0], tables, done[1])

    return tell


def check(workspace: Workspace) -> Report:
    """Check a workspace by the standard and by the rules of its packages' kinds."""
    return _add_kinds(workspace, check_workspace(workspace))


def _add_kinds(workspace: Workspace, report: Report) -> Report:
    """Add to a report what the rules of the packages' kinds find; ``workspace`` holds all packages that have one."""
    if not any(source.package.kind for source in workspace.sources):
        return report
    from opendata.kinds import check_kinds

    told = {(f.path, f.row, f.column) for f in report.findings}
    try:
        extra = check_kinds(workspace, report)
    except UnreadablePackage as error:  # a file that changed while it was checked
        extra = [Finding(error.path, error.line, None, error.rule, None, f"{error.cause} {error.remedy}")]
    findings = [*report.findings, *(f for f in extra if (f.path, f.row, f.column) not in told)]
    findings.sort(key=lambda f: (f.path, f.row or 0, f.column or ""))
    return Report(tuple(findings), report.packages, report.tables, report.rows, report.rules)
