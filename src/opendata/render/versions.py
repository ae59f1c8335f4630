"""The released versions of packages: their files at addresses that stay."""

from __future__ import annotations

from opendata.errors import WrongUse
from opendata.render.base import Library, Release


def make_files(library: Library) -> dict[str, bytes]:
    """Return the files of every released version and its archive by their addresses below the root of the site.

    Raises
    ------
    WrongUse
        Where a package holds a web page, which would stand among the site's own.
    """
    files: dict[str, bytes] = {}
    for package, releases in library.releases.items():
        for version, release in releases.items():
            files |= _release_files(package, version, release)
    return files


def archive_address(package: str, version: str) -> str:
    """Return where the archive of a released version stands below the root of the site."""
    return f"data/{package}/{version}/{package}-{version}.zip"


def _release_files(package: str, version: str, release: Release) -> dict[str, bytes]:
    page = next((name for name in release.files if name.lower().endswith((".html", ".htm"))), None)
    if page:
        raise WrongUse(f"The release {version} of {package} holds the web page {page[:80]!r}, which a site cannot publish.")
    files = {f"data/{package}/{version}/{name}": data for name, data in release.files.items()}
    return files | {archive_address(package, version): release.archive}
