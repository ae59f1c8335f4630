"""Atom feeds (RFC 4287) of what the releases changed: one for everything and one for each package, in each language.

An id must stay the same for ever and differ from that of anybody else, also where nobody knows at which address the
site will stand. It is a UUID made from what cannot change: the first released archive of the package, the version and
the language. Addresses in a feed are relative to it where the site's own is not known.
No clock is read: a feed is as old as its newest entry, and what has no date in its changelog has no entry.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from opendata.handles import PackageHandle
from opendata.read import digest
from opendata.render.base import LANGUAGES, Desk, Library, archive_address, in_language, localised, relative
from opendata.words import Language

_ATOM = "http://www.w3.org/2005/Atom"
_TYPE = "application/atom+xml"
_CODES: Mapping[Language, str] = {"zh": "zh-Hans", "en": "en"}

# A reader asks often; what is older stands on the page of changes.
_ENTRIES = 50

# What XML cannot hold.
_NO_TEXT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class _Entry:
    """A release as a feed tells it."""

    package: PackageHandle
    version: str
    day: dt.date
    told: str


def make_files(library: Library) -> dict[str, bytes]:
    """Return the feeds by their addresses below the root of the site; one without a single entry is not made."""
    files = {}
    for language in LANGUAGES:
        desk = library.at(language, "changes")
        for package in (None, *library.packages):
            entries = _find_entries(library, language, package)
            if entries:
                files[feed_address(language, package)] = _write_feed(desk, package, entries)
    return files


def feed_address(language: Language, package: str | None = None) -> str:
    """Return where a feed stands below the root of the site: that of a package, or of all."""
    return f"feeds/{language}/{package}.atom" if package else f"feeds/{language}.atom"


def feeds_of(desk: Desk) -> tuple[tuple[str, str], ...]:
    """Return title and address of the feeds that tell the changes of a page: that of its package first, then that of all."""
    library, path = desk.library, desk.path
    package = path.split("/")[1] if path.startswith("data/") else None
    if path.startswith("indicators/"):
        package = library.by_indicator[path.split("/")[1]][0].package
    wanted = [package, None] if package else [None]
    return tuple(
        (_title(desk, one), feed_address(desk.language, one)) for one in wanted if _find_entries(library, desk.language, one)
    )


def feed_links(desk: Desk, package: str | None = None) -> Markup:
    """Return the visible link to a feed; empty where there is none."""
    if not _find_entries(desk.library, desk.language, package):
        return Markup()
    address = desk.file(feed_address(desk.language, package))
    return desk.html("feed.html.j2", address=address, type=_TYPE, title=_title(desk, package))


def _title(desk: Desk, package: str | None) -> str:
    name = desk.say(desk.library.site.name)
    if package is None:
        return desk.t("changes.feed_title", name=name)
    meta = desk.library.packages[package].meta
    return desk.t("changes.feed_title_package", name=name, package=desk.say(meta.title) or package)


def _find_entries(library: Library, language: Language, package: str | None) -> list[_Entry]:
    found: list[_Entry] = []
    seen: set[tuple[str, str]] = set()
    for handle in library.packages.values() if package is None else [library.packages[package]]:
        for entry in handle.changelog:
            day, version = _read_day(entry.get("date")), entry.get("version")
            if day and isinstance(version, str) and version and (handle.name, version) not in seen:
                seen.add((handle.name, version))  # a version is released once, whatever a changelog tells
                found.append(_Entry(handle, version, day, in_language(entry, "description", language)))
    found.sort(key=lambda entry: entry.package.name)
    return sorted(found, key=lambda entry: entry.day, reverse=True)[:_ENTRIES]


def _read_day(text: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _identify(*parts: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("urn:opendata", *parts))).urn


def _origin(library: Library, package: PackageHandle) -> str:
    """Return what of a package never changes: the hash of its first archive, or where there is none its name and first day."""
    releases = library.releases[package.name]
    if releases:
        return digest(releases[next(reversed(releases))].archive)
    return f"{package.name} {package.changelog[-1].get('date')}"


def _write_feed(desk: Desk, package: str | None, entries: Sequence[_Entry]) -> bytes:
    from lxml import etree

    library, language = desk.library, desk.language
    here = feed_address(language, package)

    def locate(address: str, *, is_file: bool = False) -> str:
        """Return an address as the feed writes it."""
        whole = library.site.absolute(address if is_file else f"{address}/" if address else "")
        return whole or relative(here.rpartition("/")[0], address, is_file=is_file)

    def add(parent: object, name: str, text: str = "", **attributes: str) -> object:
        element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
        element.text = _NO_TEXT.sub("\ufffd", text) or None
        return element

    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    feed.set("{http://www.w3.org/XML/1998/namespace}lang", _CODES[language])
    add(feed, "title", _title(desk, package))
    of = _origin(library, library.packages[package]) if package else library.site.name.default
    add(feed, "id", _identify("feed" if package else "all", of, language))
    add(feed, "updated", _moment(max(entry.day for entry in entries)))
    add(add(feed, "author"), "name", desk.say(library.site.name))
    add(feed, "link", rel="self", type=_TYPE, href=locate(here, is_file=True))
    page = localised(language, f"data/{package}" if package else "changes")
    add(feed, "link", rel="alternate", type="text/html", hreflang=_CODES[language], href=locate(page))
    for one in entries:
        meta = one.package.meta
        entry = add(feed, "entry")
        add(entry, "title", f"{desk.say(meta.title) or one.package.name} {one.version}")
        add(entry, "id", _identify("release", _origin(library, one.package), one.version, language))
        add(entry, "updated", _moment(one.day))
        release = library.releases[one.package.name].get(one.version)
        path = f"data/{one.package.name}/{one.version}" if release else f"data/{one.package.name}"
        page = localised(language, path)
        add(entry, "link", rel="alternate", type="text/html", hreflang=_CODES[language], href=locate(page))
        if release:
            href = locate(archive_address(one.package.name, one.version), is_file=True)
            add(entry, "link", rel="enclosure", type="application/zip", length=str(len(release.archive)), href=href)
        add(entry, "category", term=_NO_TEXT.sub("\ufffd", one.package.name))
        add(entry, "summary", one.told)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _moment(day: dt.date) -> str:
    """A changelog knows days; the feed's hour is the first of the day."""
    return f"{day.isoformat()}T00:00:00Z"
