"""The site's own ``datapackage.json``: a catalogue of its packages and their versions, for programs.

It follows the recipe Data Catalog of the Data Package standard: a data package whose resources are data packages.
Each resource is one version. Besides what the standard has, it tells ``package``, ``version``, ``date``, whether it is the
``latest``, and its ``archive``: ``path``, ``bytes`` and ``hash`` of the zip that holds all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from opendata.citations import find_date
from opendata.handles import PackageHandle
from opendata.model import Text
from opendata.read import digest
from opendata.render.base import Library, archive_address

ADDRESS = "datapackage.json"


def make_files(library: Library, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the catalogue of a site, from all files that it has."""
    site = library.site
    told: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "profile": "data-package-catalog",  # the recipe wants it; frictionless takes it for a file and must be kept from it
        "name": "catalog",
        **_in_languages("title", site.name),
        **_in_languages("description", site.tagline),
        "homepage": site.absolute(""),
        "resources": [entry for package in library.packages.values() for entry in _entries(library, package, files)],
    }
    text = json.dumps({key: value for key, value in told.items() if value != ""}, ensure_ascii=False, indent=1)
    return {ADDRESS: f"{text}\n".encode()}


def _entries(library: Library, package: PackageHandle, files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """The released versions of a package, the newest first; where there are none, the package as it is."""
    name = package.name
    for at, (version, release) in enumerate(library.releases[name].items()):
        folder, archive = f"data/{name}/{version}", archive_address(name, version)
        yield _entry(f"{name}-{version}", release.package, folder, archive, files, latest=at == 0)
    if not library.releases[name]:
        folder = library.folder_of(name)
        yield _entry(name, package, folder, f"{folder}/{name}.zip", files, latest=True)


def _entry(
    name: str, package: PackageHandle, folder: str, archive: str, files: Mapping[str, bytes], *, latest: bool
) -> dict[str, Any]:
    meta = package.meta
    path = f"{folder}/{package.descriptor}"
    told = {
        "name": name.lower(),
        "profile": "data-package",
        **_in_languages("title", meta.title),
        **_in_languages("description", meta.description),
        **_file(path, files[path]),
        "format": "json" if path.endswith(".json") else "yaml",
        "mediatype": "application/json" if path.endswith(".json") else "application/yaml",
        "encoding": "utf-8",
        "licenses": [dict(item) for item in meta.licenses],
        "package": package.name,
        "version": meta.version,
        "date": find_date(meta),
        "latest": latest,
        "archive": _file(archive, files[archive]),
    }
    return {key: value for key, value in told.items() if value not in ("", None, [])}


def _file(path: str, data: bytes) -> dict[str, Any]:
    return {"path": path, "bytes": len(data), "hash": f"sha256:{digest(data)}"}


def _in_languages(key: str, text: Text) -> dict[str, str]:
    return {key: text.default, **{f"{key}@{language}": other for language, other in text.others.items()}}
