"""A place into the packages of a version: a folder, a zip archive, a path in a git revision."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

from opendata import read
from opendata.errors import UnreadablePackage, WrongUse
from opendata.handles import PackageHandle


def open_version(place: str | os.PathLike[str] | PackageHandle) -> dict[str, read.Source]:
    """Return the packages of a version by name; see ``diff`` for what a place may be.

    Raises
    ------
    WrongUse
        Where there is none.
    UnreadablePackage
        Where one cannot be read, or two have one name.
    """
    if isinstance(place, PackageHandle):
        return {place.name: place.source}
    if not isinstance(place, str | os.PathLike):
        raise WrongUse(f"A {type(place).__name__} is no version. Give a folder, a zip archive, or a package from load().")
    shown = str(place)
    revision = ":" in shown and "://" not in shown and not shown.startswith("-") and not Path(shown).exists()
    folder = _open_revision(shown) if revision else read.open_folder(shown)
    packages: dict[str, read.Source] = {}
    for package in read.find_packages(folder):
        below = _below(package, folder)
        source = read.read_source(package, f"{shown.rstrip('/')}/{below}" if below else shown)
        other = packages.setdefault(source.package.name, source)
        if other is not source:
            where = source.show(source.descriptor)
            raise UnreadablePackage(where, f"{other.show(other.descriptor)} has this name too.", "Give each its own.")
    if not packages:
        raise WrongUse(f"There is no data package in {shown}. Name a folder or zip that holds datapackage.json.")
    return packages


def _below(package: read.Folder, folder: read.Folder) -> str:
    if isinstance(package, zipfile.Path):
        return package.at.strip("/")
    assert isinstance(folder, Path)
    return "/".join(package.relative_to(folder).parts)


def _open_revision(place: str) -> read.Folder:
    """Return the folder or zip that a git revision has at a path, without touching the working tree."""
    git = shutil.which("git")
    if git is None:
        raise WrongUse(f"There is no folder {place}, and git is not installed to look for it as a revision.")

    def ask(*arguments: str) -> bytes:
        # The messages are shown to the user: in English, as everything else.
        done = subprocess.run([git, *arguments], capture_output=True, check=False, env={**os.environ, "LC_ALL": "C"})
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
            raise WrongUse(f"There is no folder {place}, and as a git revision: {told[0].removeprefix('fatal: ')}.")
        return done.stdout

    revision, _, path = place.partition(":")
    if path.rpartition("/")[2] in read.DESCRIPTORS:
        path = path.rpartition("/")[0]
    kind = ask("cat-file", "-t", f"{revision}:{path}").strip()
    named = ask("rev-parse", "--verify", f"{revision}:{path}").decode().strip()
    if kind == b"tree":
        # From below the top, git archive would look for this folder's own path in the tree.
        top = ask("rev-parse", "--show-toplevel").decode().rstrip("\n")
        data = ask("-C", top, "archive", "--format=zip", "-0", named)
    else:
        data = ask("cat-file", "blob", named)
    try:
        return zipfile.Path(zipfile.ZipFile(io.BytesIO(data)))
    except zipfile.BadZipFile:
        raise WrongUse(f"{place} is neither a folder nor a zip archive. Name the folder of a package.") from None
