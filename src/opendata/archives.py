"""The released versions of a package: archives that stay, ``releases/<version>.zip`` in its folder.

A version is released once the descriptor's changelog names it and its archive is there; an archive that the changelog
does not name was left by a release that did not happen.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from opendata import read
from opendata.errors import UnreadablePackage

CHECKSUMS = "SHA256SUMS"

_VERSION = re.compile(r"(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}", re.ASCII)
_LISTED = re.compile(r"([0-9a-f]{64})  (.+)")
_REMEDY = "Restore it, for example with git checkout."


@dataclass(frozen=True)
class Archive:
    """The archive of a released version of a package; ``shown`` is the file as messages name it."""

    package: str
    version: str
    file: read.Folder
    shown: str

    def read_bytes(self) -> bytes:
        """Return the archive as it is."""
        return self.file.read_bytes()

    def open(self) -> read.Source:
        """Open the archive, and hold its files against the checksums in it.

        Raises
        ------
        UnreadablePackage
            Where it is broken, its files are not those that were released, or it is of another package or version.
        """
        folder = read.open_zip(self.file, self.shown)
        check_files(folder, self.shown)
        source = read.read_source(folder, self.shown)
        told = source.package
        if (told.name, told.version) != (self.package, self.version):
            cause = f"It holds {told.name} {told.version or ''}".rstrip() + f", not {self.package} {self.version}."
            raise UnreadablePackage(self.shown, cause, _REMEDY)
        return source


def read_files(source: read.Source) -> dict[str, bytes]:
    """Return the files in an opened archive by name."""
    assert isinstance(source.folder, zipfile.Path)
    return {name: source.folder.root.read(name) for name in _list_files(source.folder)}


def find_archives(source: read.Source) -> tuple[Archive, ...]:
    """Return the archives of a package's released versions, the newest first; empty where there are none."""
    entries = source.package.descriptor.get("changelog")
    told = [entry.get("version") for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    found = []
    for version in {text for text in told if isinstance(text, str) and _VERSION.fullmatch(text)}:
        path = f"releases/{version}.zip"
        if source.folder.joinpath("releases", f"{version}.zip").is_file():
            found.append(Archive(source.package.name, version, read.find_file(source, path), source.show(path)))
    return tuple(sorted(found, key=lambda archive: version_key(archive.version), reverse=True))


def version_key(version: str | None) -> tuple[int, tuple[int, ...], str]:
    """Return a key that sorts versions as numbers, ``1.10.0`` after ``1.9.0``; what is no such version comes before.

    Examples
    --------
    >>> sorted(["1.10.0", "1.9.0", "spring"], key=version_key)
    ['spring', '1.9.0', '1.10.0']
    """
    text = version or ""
    return (1, tuple(map(int, text.split("."))), "") if _VERSION.fullmatch(text) else (0, (), text)


def check_files(folder: zipfile.Path, shown: str) -> None:
    """Hold the files in an archive against the list of checksums in it.

    Raises
    ------
    UnreadablePackage
        Where a file is damaged, missing, or not in the list, or there is no list.
    """
    names = _list_files(folder)
    try:
        lines = folder.root.read(CHECKSUMS).decode("utf-8").splitlines()
    except (KeyError, UnicodeDecodeError, *read.BROKEN):
        raise UnreadablePackage(shown, f"{CHECKSUMS} in it is missing or damaged.", _REMEDY) from None
    listed = {match[2]: match[1] for line in lines if (match := _LISTED.fullmatch(line))}
    for name in names:
        if (name != CHECKSUMS and name not in listed) or names.count(name) > 1:
            raise UnreadablePackage(shown, f"The file {name[:80]!r} in it is not of the release.", _REMEDY)
    for name, expected in listed.items():
        try:
            found = read.digest(folder.root.read(name))
        except (KeyError, *read.BROKEN):
            raise UnreadablePackage(shown, f"{name[:80]} in it is missing or damaged.", _REMEDY) from None
        if found != expected:
            raise UnreadablePackage(shown, f"{name[:80]} in it is not what was released.", _REMEDY)


def _list_files(folder: zipfile.Path) -> list[str]:
    return [entry.filename for entry in folder.root.infolist() if not entry.is_dir()]
