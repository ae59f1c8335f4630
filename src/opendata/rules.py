"""The library's and the command's check: the rules of the standard, then those of the packages' kinds.

The latter read texts of documents, for which they need more than the standard does: they are imported where a package
has such a kind.
"""

from __future__ import annotations

from pathlib import Path

from opendata.errors import UnreadablePackage, WrongUse
from opendata.report import Finding, Report
from opendata.standard import Workspace, check_workspace, read_workspace


def validate(*paths: str | Path) -> Report:
    """Check the data packages at or below some folders or zip archives.

    Parameters
    ----------
    *paths
        Folders or zips. Packages named together are known to each other's foreign keys.

    Returns
    -------
    Report
        All findings; bad data never raises.

    Raises
    ------
    WrongUse
        Where a path is no folder and no zip, or none is given.
    MissingLibrary
        Where frictionless is not installed (the extra ``publish``).

    Examples
    --------
    >>> from opendata.handles import bundled_folder
    >>> validate(bundled_folder() / "reference").to_text().endswith("no findings")
    True
    """
    if not paths:
        raise WrongUse("No folder is named. Name one that holds data packages, for example datapackages/.")
    return check(read_workspace(paths))


def check(workspace: Workspace) -> Report:
    """Check a workspace by the standard and by the rules of its packages' kinds."""
    report = check_workspace(workspace)
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
