"""A git revision into the packages that a change since then touches."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from opendata import read
from opendata.errors import UnreadablePackage, WrongUse


@dataclass(frozen=True)
class Selection:
    """The packages to check after a change, by their folders, each once.

    Attributes
    ----------
    changed
        Those that have a file that is new, gone or other than it was.
    referring
        Those that did not change and have keys to one that did.
    referred
        Those without which the others cannot be judged: their keys lead there, or they count the same lists.
    """

    changed: tuple[Path, ...]
    referring: tuple[Path, ...]
    referred: tuple[Path, ...]

    @property
    def folders(self) -> tuple[Path, ...]:
        """All of them, to be checked together."""
        return (*self.changed, *self.referring, *self.referred)


@dataclass(frozen=True)
class _Known:
    """A package as far as it can be read; ``name`` is empty where it cannot."""

    folder: Path
    name: str = ""
    kind: str = ""
    refers_to: frozenset[str] = frozenset()


def select_changed(*paths: str | os.PathLike[str], since: str) -> Selection:
    """Return the packages at or below some folders that a change since a git revision touches.

    Files that are not committed count, new ones too; those that git ignores do not.

    Parameters
    ----------
    *paths
        Folders in a git repository.
    since
        A commit, branch or tag.

    Raises
    ------
    WrongUse
        Where a path is no folder of a git repository, or git knows no such revision.
    """
    packages: dict[Path, _Known] = {}
    files: set[Path] = set()
    for path in paths:
        folder = Path(path).parent if Path(path).name in read.DESCRIPTORS else Path(path)
        if not folder.is_dir():
            raise WrongUse(f"{folder} is no folder of a git repository. Name one, or leave --changed-since away.")
        try:
            found = read.find_packages(folder)
        except UnreadablePackage as error:
            raise WrongUse(str(error)) from None
        packages |= {package.resolve(): _look(package) for package in found if isinstance(package, Path)}
        files |= _find_changes(folder, since)
    redescribed = any(file.name in read.DESCRIPTORS for file in files)
    return _select(list(packages.values()), set(_find_owners(files, packages)), redescribed)


def _look(folder: Path) -> _Known:
    try:
        package = read.read_source(folder).package
    except UnreadablePackage:
        return _Known(folder)
    keys = (key for resource in package.resources if resource.schema for key in resource.schema.foreign_keys)
    return _Known(folder, package.name, package.kind, frozenset(key.package for key in keys if key.package))


def _find_owners(files: Iterable[Path], packages: Mapping[Path, _Known]) -> Iterator[Path]:
    """Yield the folders of the packages that some files are in."""
    for file in files:
        owner = next((packages[folder] for folder in file.parents if folder in packages), None)
        if owner:
            yield owner.folder


def _select(packages: list[_Known], owners: set[Path], redescribed: bool) -> Selection:
    changed = [one for one in packages if one.folder in owners]
    names = {one.name for one in changed if one.name}
    if redescribed:  # what leads nowhere may have led to a package that is gone, or that had another name
        names |= frozenset().union(*(one.refers_to for one in packages)) - {one.name for one in packages}
    referring = [one for one in packages if one not in changed and one.refers_to & names]
    chosen = [*changed, *referring]
    # Lists are counted over all packages that have items of them.
    if any(one.kind == "lists" for one in chosen):
        chosen += [one for one in packages if one.kind == "lists" and one not in chosen]
    at = 0
    while at < len(chosen):
        chosen += [one for one in packages if one.name in chosen[at].refers_to and one not in chosen]
        at += 1
    referred = [one for one in packages if one in chosen and one not in changed and one not in referring]
    return Selection(*(tuple(one.folder for one in part) for part in (changed, referring, referred)))


# ----- git -----


def _find_changes(folder: Path, since: str) -> set[Path]:
    """Return the files below a folder that are not as a revision has them."""
    top = Path(os.fsdecode(_ask(folder, "rev-parse", "--show-toplevel")).rstrip("\n"))
    try:
        commit = _ask(folder, "rev-parse", "--verify", "--end-of-options", f"{since}^{{commit}}").decode().strip()
    except WrongUse:
        raise WrongUse(f"git knows no revision {since!r} here. Name another, or fetch it first (git fetch origin).") from None
    # Neither a setting nor an attribute may start another program.
    told = _ask(folder, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", commit, "--", ".")
    new = _ask(folder, "ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", ".")
    return {top / os.fsdecode(name) for name in (told + new).split(b"\0") if name}


def _ask(folder: Path, *arguments: str) -> bytes:
    git = shutil.which("git")
    if git is None:
        raise WrongUse("git is not installed. Install it, or leave --changed-since away.")
    # The messages are shown to the user: in English, as everything else.
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    done = subprocess.run([git, "-C", str(folder), *arguments], capture_output=True, check=False, env=environment)
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git failed"]
        raise WrongUse(f"git cannot say what has changed in {folder}: {told[0].removeprefix('fatal: ')}.")
    return done.stdout
