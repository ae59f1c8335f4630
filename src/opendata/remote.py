"""Addresses into files on this machine: catalogues, archives and packages, fetched once, checked, kept by their content.

What a catalogue announces with a sha256 is fetched once and checked each time it is opened. What has an address alone
is asked for anew each time, and sent again only where it has changed (ETag, Last-Modified); where the address cannot be
reached, what came from it last is used, and a warning says so. A file comes to its place in one step, so that processes
may share the folder, and nothing half fetched or damaged is ever found there.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import ipaddress
import json
import os
import re
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from opendata import read
from opendata.archives import version_key
from opendata.errors import DownloadFailed, Unreachable
from opendata.model import Text, read_package

# A server that sends nothing for so long is given up, and one that has sent less than this a second after a minute.
_SILENT_SECONDS = 20
_SLOW_BYTES_A_SECOND = 1_000
_SLOW_AFTER_SECONDS = 60
_BLOCK_BYTES = 1 << 16
# A part of a file that is older was left by a process that was killed.
_LEFT_SECONDS = 24 * 3600
_CATALOGUE = "datapackage.json"
_PROFILE = "data-package-catalog"
_SHA256 = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)
_KEPT = "/:?#[]@!$&'()*+,;=%~"

_warned: set[str] = set()


class StaleData(UserWarning):
    """An address cannot be reached; what came from it last is used."""


@dataclass(frozen=True)
class Entry:
    """A version of a package as a catalogue lists it.

    Attributes
    ----------
    package, version, title
        What it is; ``version`` is empty where the package has none.
    address
        Of its archive, or of its descriptor where ``packed`` is false.
    sha256, size
        Of the archive; ``None`` where the catalogue does not say.
    """

    package: str
    version: str
    title: Text
    address: str
    packed: bool
    sha256: str | None
    size: int | None


@dataclass(frozen=True)
class _Known:
    """What came from an address last."""

    file: Path
    final: str
    etag: str
    modified: str


# ----- what an address holds -----


def find_place(address: str) -> read.Folder | dict[str, tuple[Entry, ...]]:
    """Return what is at an address: the inside of a zip or of one package, or what a catalogue lists, by package.

    Parameters
    ----------
    address
        Of a site (its ``datapackage.json`` is looked for), of a ``datapackage.json``, or of a zip. Only ``https`` is
        taken; ``http`` from this machine alone.

    Returns
    -------
    Folder or dict
        The versions of each package, the latest first.

    Raises
    ------
    WrongUse
        For an address of another kind.
    DownloadFailed
        Where there is nothing such, or it does not come whole.
    """
    address = _check_address(address, None)
    path = urllib.parse.urlsplit(address).path
    if path.lower().endswith(".zip"):
        return read.open_zip(_fetch_changing(address, read.MAX_FILE_BYTES).file, address)
    if not path.lower().endswith(".json"):
        address = _child(re.sub(r"index\.html$", "", address), _CATALOGUE)
    found = _fetch_descriptor(address)
    told = _read_json(found.file.read_bytes(), address)
    if not _is_catalogue(told):
        return _fetch_package(found, address)
    return _read_entries(told, found.final, address)


def fetch_entry(entry: Entry) -> read.Source:
    """Return an entry of a catalogue as an opened package, once it is here and is what the catalogue says.

    Raises
    ------
    DownloadFailed
        Where it does not come, is damaged, or is another package; nothing of it is kept.
    """
    if not entry.packed:
        folder: read.Folder = _fetch_package(_fetch_descriptor(entry.address), entry.address)
    elif entry.sha256:
        folder = read.open_zip(_fetch(entry.address, entry.sha256, entry.size, read.MAX_FILE_BYTES), entry.address)
    else:
        folder = read.open_zip(_fetch_changing(entry.address, read.MAX_FILE_BYTES).file, entry.address)
    for place in read.find_packages(folder):
        source = read.read_source(place, entry.address)
        if source.package.name == entry.package and (source.package.version or "") == entry.version:
            return source
    cause = f"It does not hold {entry.package} {entry.version}".rstrip() + ", as the catalogue says."
    raise DownloadFailed(entry.address, cause, "Tell those who publish it.")


def _is_catalogue(told: Mapping[str, Any]) -> bool:
    profile = told.get("profile") or told.get("$schema")
    return isinstance(profile, str) and profile.removesuffix(".json").endswith(_PROFILE)


def _read_entries(told: Mapping[str, Any], base: str, address: str) -> dict[str, tuple[Entry, ...]]:
    listed = told.get("resources")
    if not isinstance(listed, list):
        raise DownloadFailed(address, "The catalogue has no list `resources`.", "Tell those who publish it.")
    found: dict[str, list[tuple[bool, Entry]]] = {}
    for at, item in enumerate(listed):
        try:
            entry = _read_entry(item, base)
        except (TypeError, ValueError, KeyError) as error:
            cause = f"Entry {at + 1} of the catalogue cannot be used: {error}."
            raise DownloadFailed(address, cause, "Tell those who publish it.") from None
        found.setdefault(entry.package, []).append((item.get("latest") is True, entry))
    for entries in found.values():
        entries.sort(key=lambda pair: (pair[0], version_key(pair[1].version)), reverse=True)
    return {package: tuple(entry for _, entry in entries) for package, entries in found.items()}


def _read_entry(item: Any, base: str) -> Entry:
    if not isinstance(item, Mapping):
        raise TypeError("it is not an object")
    name, version, title = item.get("package") or item.get("name"), item.get("version", ""), item.get("title", "")
    if not (isinstance(name, str) and name and isinstance(version, str) and isinstance(title, str)):
        raise TypeError("its package, version or title is not text")
    archive = item.get("archive")
    file = archive if isinstance(archive, Mapping) else item
    path, size, told = file.get("path"), file.get("bytes"), file.get("hash")
    if not isinstance(path, str) or not path:
        raise TypeError("it has no path")
    digest = _SHA256.fullmatch(told) if isinstance(told, str) else None
    if told is not None and not digest:
        raise ValueError("its hash is not a sha256")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
        raise ValueError("its bytes are not a number")
    try:
        where = _check_address(urllib.parse.urljoin(base, path), base)
    except DownloadFailed as error:
        raise ValueError(error.cause.rstrip(".")) from None
    english = {"en": item["title@en"]} if isinstance(item.get("title@en"), str) else {}
    packed = file is archive or path.lower().endswith(".zip")
    return Entry(name, version, Text(title, english), where, packed, digest[1] if digest else None, size)


def _fetch_package(found: _Known, address: str) -> zipfile.Path:
    """Fetch the files that a descriptor names beside it, and put all into one archive on this machine."""
    descriptor = _read_json(found.file.read_bytes(), address)
    files = {_CATALOGUE: found.file}
    for resource in read_package(descriptor, address).resources:
        parts = [part for key in ("schema", "dialect") if isinstance(part := resource.descriptor.get(key), str)]
        for path in filter(None, (resource.path, *parts)):
            unsafe = read.explain_unsafe(path)
            if unsafe:
                raise DownloadFailed(
                    address, f"The path {path[:200]!r} {unsafe}.", "Load a package whose files stand beside it."
                )
            where = _check_address(urllib.parse.urljoin(found.final, urllib.parse.quote(path)), found.final)
            digest = _SHA256.fullmatch(resource.hash or "") if path == resource.path else None
            if digest:
                files[path] = _fetch(where, digest[1], resource.bytes, read.MAX_FILE_BYTES)
            else:
                files[path] = _fetch_changing(where, read.MAX_FILE_BYTES).file
    with _new_file() as (part, file):
        with zipfile.ZipFile(file, "w") as archive:
            for name, kept in files.items():
                archive.write(kept, name)
        file.flush()
        packed = _keep(part, _digest(part))
    return read.open_zip(packed, address)


def _read_json(data: bytes, address: str) -> Mapping[str, Any]:
    if _HTML.match(data[:200]):
        raise DownloadFailed(
            address, "The server sent a web page, not a descriptor.", "Give the address of the datapackage.json."
        )
    told = read.parse_descriptor(data, address)
    if not isinstance(told, Mapping):
        raise DownloadFailed(address, "The descriptor is not an object.", "Give the address of a datapackage.json.")
    return told


# ----- addresses -----


def _check_address(address: str, origin: str | None) -> str:
    """Return an address in ASCII, once it may be fetched; ``origin`` is the one that led to it.

    Raises
    ------
    DownloadFailed
        For one that is not ``https``, and for ``http`` anywhere but on this machine, or where another machine led to it.
    """
    try:
        parts = urllib.parse.urlsplit(urllib.parse.quote(address.strip(), safe=_KEPT))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise DownloadFailed(address, "This is no address of a file.", "Write it as https://….") from None
    if not host or parts.username is not None:
        raise DownloadFailed(address, "This is no address of a file.", "Write it as https://host/path, without a password.")
    local = parts.scheme == "http" and _is_this_machine(host)
    if parts.scheme != "https" and not local:
        cause = f"It is not fetched by {parts.scheme}, where anyone on the way can change it."
        raise DownloadFailed(address, cause, "Use https.")
    if local and origin is not None and not _is_this_machine(urllib.parse.urlsplit(origin).hostname or ""):
        raise DownloadFailed(address, "Another machine leads to this one here.", "Give the address itself.")
    return urllib.parse.urlunsplit(parts._replace(fragment=""))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _child(address: str, name: str) -> str:
    parts = urllib.parse.urlsplit(address)
    return urllib.parse.urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}", query=""))


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows where an address of the same kind leads."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        try:
            return super().redirect_request(req, fp, code, msg, headers, _check_address(newurl, req.full_url))
        except BaseException:
            fp.close()
            raise


# ----- fetching -----


def _fetch(address: str, sha256: str, size: int | None, most: int) -> Path:
    """Return the file of a given content: as it was kept, or else from its address."""
    kept = _kept_file(sha256)
    if kept:
        return kept
    if is_offline():
        raise DownloadFailed(
            address, "It was never fetched, and OPENDATA_OFFLINE is set.", "Prefetch it where there is a network."
        )
    with _new_file() as (part, file):
        _, _, found, received = _receive(address, {}, file, most if size is None else size)
        if (size is not None and received != size) or found != sha256:
            cause = f"What came is damaged or another file ({received:,} bytes, sha256 {found[:12]}…, not {sha256[:12]}…)."
            raise DownloadFailed(address, f"{cause} It was not kept.", "Try again; if it stays so, tell those who publish it.")
        file.flush()
        return _keep(part, sha256)


def _fetch_descriptor(address: str) -> _Known:
    """Return the descriptor at an address; a web page in its place is not kept."""
    return _fetch_changing(address, read.MAX_DESCRIPTOR_BYTES, lambda file: _read_json(file.read_bytes(), address))


def _fetch_changing(address: str, most: int, check: Callable[[Path], object] | None = None) -> _Known:
    """Return what is at an address now, or what came from it last where it cannot be reached."""
    known = _recall(address)
    if is_offline():
        if known:
            return known
        raise DownloadFailed(
            address, "It was never fetched, and OPENDATA_OFFLINE is set.", "Prefetch it where there is a network."
        )
    headers = {}
    if known:
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    try:
        with _new_file() as (part, file):
            final, told, sha256, _ = _receive(address, {key: text for key, text in headers.items() if text}, file, most)
            if told is None:
                assert known  # nobody else is told that it has not changed
                return known
            file.flush()
            if check:
                check(part)
            kept = _keep(part, sha256)
    except Unreachable as error:
        if known is None:
            raise
        if address not in _warned:
            _warned.add(address)
            warnings.warn(StaleData(f"{error} What came from there last is used instead."), stacklevel=2)
        return known
    found = _Known(kept, final, told.get("ETag") or "", told.get("Last-Modified") or "")
    _remember(address, found, sha256)
    return found


def _receive(
    address: str, headers: Mapping[str, str], file: BinaryIO, most: int
) -> tuple[str, http.client.HTTPMessage | None, str, int]:
    """Fetch an address into a file: where it was in the end, its headers, the sha256, the bytes.

    The headers are ``None`` where it has not changed since.
    """
    try:
        with _open(address, headers) as answer:
            announced = answer.headers.get("Content-Length") or ""
            digest, received, started = hashlib.sha256(), 0, time.monotonic()
            while block := answer.read1(_BLOCK_BYTES):
                received += len(block)
                if received > most:
                    break
                digest.update(block)
                _write(file, block)
                spent = time.monotonic() - started
                if spent > _SLOW_AFTER_SECONDS and received < spent * _SLOW_BYTES_A_SECOND:
                    raise Unreachable(address, "The server sends too slowly.", "Try again later.")
            final, told = answer.url, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            if error.code == http.client.NOT_MODIFIED:
                return address, None, "", 0
            raise _explain_code(address, error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _explain_failure(address, error) from None
    if received > most or (announced.isdecimal() and int(announced) > most):
        raise DownloadFailed(
            address, f"It is larger than the {most:,} bytes expected. It was not kept.", "Look at the address."
        )
    if announced.isdecimal() and received < int(announced):
        raise Unreachable(address, f"The connection broke off after {received:,} of {announced} bytes.", "Try again.")
    return final, told, digest.hexdigest(), received


def _open(address: str, headers: Mapping[str, str]) -> Any:
    opener = urllib.request.OpenerDirector()
    # Nothing but these: no files, no FTP; a proxy that the environment names, but not to this machine itself.
    proxies: dict[str, str] | None = {} if urllib.parse.urlsplit(address).scheme == "http" else None
    for handler in (
        urllib.request.ProxyHandler(proxies),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=_trust()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(address, headers={"User-Agent": "opendata-shandong", **headers})  # noqa: S310 - checked
    return opener.open(request, timeout=_SILENT_SECONDS)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()  # reads the certificates of this machine, which takes a while


def _explain_code(address: str, code: int) -> DownloadFailed:
    if code in (404, 410):
        return DownloadFailed(address, f"The server has no such file ({code}).", "Look at the address.")
    if code in (401, 403, 407):
        return DownloadFailed(address, f"The server does not give it away ({code}).", "Ask those who publish it.")
    if code == 429 or code >= 500:
        return Unreachable(address, f"The server cannot answer now ({code}).", "Try again later.")
    return DownloadFailed(address, f"The server answers {code}.", "Look at the address.")


def _explain_failure(address: str, error: Exception) -> DownloadFailed:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        cause = f"The server cannot prove who it is ({reason.verify_message})."
        return DownloadFailed(address, cause, "Look at the address and at this machine's clock.")
    if isinstance(reason, TimeoutError):
        return Unreachable(address, f"The server was silent for {_SILENT_SECONDS} seconds.", "Try again later.")
    told = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    cause = f"The server cannot be reached ({' '.join(str(told).split())})."
    return Unreachable(address, cause, "Look at the address and at the network.")


# ----- the cache -----


def cache_folder() -> Path:
    """Return the folder for what is fetched: ``OPENDATA_DIR``, else ``opendata`` in the platform's folder for caches."""
    own = os.environ.get("OPENDATA_DIR")
    if own:
        return Path(own).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "opendata"
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "opendata" / "Cache"
    told = os.environ.get("XDG_CACHE_HOME") or ""
    return (Path(told) if Path(told).is_absolute() else Path.home() / ".cache") / "opendata"


def is_offline() -> bool:
    """Whether ``OPENDATA_OFFLINE`` says that nothing is to be fetched."""
    return os.environ.get("OPENDATA_OFFLINE", "").lower() not in ("", "0", "false", "no")


@contextlib.contextmanager
def _new_file() -> Iterator[tuple[Path, BinaryIO]]:
    """A file of its own for what comes; it is gone afterwards unless it was kept."""
    try:
        folder = _folder("files")
        handle, name = tempfile.mkstemp(prefix=".part-", dir=folder)
    except OSError as error:
        raise _explain_disk(error) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield part, file
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _keep(part: Path, sha256: str) -> Path:
    """Put a whole file in its place in one step; another process may have done so just before, with the same content."""
    place = part.parent / sha256
    try:
        part.replace(place)
    except OSError as error:
        if not _kept_file(sha256):  # on Windows a file that is open cannot be replaced
            raise _explain_disk(error) from None
    return place


def _kept_file(sha256: str) -> Path | None:
    """Return a file that was kept, if it still is what it was; a damaged one is removed."""
    place = cache_folder() / "files" / sha256
    try:
        if _digest(place) == sha256:
            return place
    except OSError:
        return None
    with contextlib.suppress(OSError):
        place.unlink()
    return None


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _write(file: BinaryIO, block: bytes) -> None:
    try:
        file.write(block)
    except OSError as error:
        raise _explain_disk(error) from None


def _explain_disk(error: OSError) -> DownloadFailed:
    cause = f"What is fetched cannot be kept there ({error.strerror or error})."
    return DownloadFailed(cache_folder(), cause, "Make room, or name another folder in OPENDATA_DIR.")


def _folder(name: str) -> Path:
    folder = cache_folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    limit = time.time() - _LEFT_SECONDS
    for left in folder.glob(".part-*"):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < limit:
                left.unlink()
    return folder


def _note(address: str) -> Path:
    return cache_folder() / "addresses" / f"{hashlib.sha256(address.encode()).hexdigest()}.json"


def _recall(address: str) -> _Known | None:
    """Return what came from an address last, ``None`` where nothing did or it is not whole any more."""
    try:
        told = json.loads(_note(address).read_text("utf-8"))
        file = _kept_file(str(told["sha256"])) if told["address"] == address and _SHA256.fullmatch(told["sha256"]) else None
        return _Known(file, str(told["final"]), str(told["etag"]), str(told["modified"])) if file else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remember(address: str, known: _Known, sha256: str) -> None:
    told = {"address": address, "final": known.final, "sha256": sha256, "etag": known.etag, "modified": known.modified}
    try:
        folder = _folder("addresses")
        handle, name = tempfile.mkstemp(prefix=".part-", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(told, file)
        Path(name).replace(_note(address))
    except OSError as error:
        raise _explain_disk(error) from None
