"""What a catalogue record is made from: a package, where it stands on the site, its files, and what its rows are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from opendata.model import Package, Text

Address = Callable[[str], str]
"""Turns a path below the root of the site into an address: whole where the site's is known, else relative to a record."""

_REGISTERED = ("application", "audio", "image", "text", "video")
_UNREGISTERED = ("jsonl", "jsonlines", "ndjson", "octet-stream")

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>\"@:?/\\]+@[^\s<>\"@:?/\\]+")
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)

# What tells of the data rather than being them.
_COMPANIONS = re.compile(r"(datapackage\.(json|ya?ml)|README\.md|CITATION\.cff|LICENSE(\.\w+)?|SHA256SUMS)", re.IGNORECASE)


@dataclass(frozen=True)
class File:
    """A file for download: its name, its path below the root of the site, its size in bytes, the sha256 in hex."""

    name: str
    path: str
    size: int
    sha256: str
    media_type: str = ""

    @property
    def registered_type(self) -> str:
        """Its media type where IANA's register has it; else empty, because an address made from it would lead nowhere."""
        main, _, sub = self.media_type.partition("/")
        known = main in _REGISTERED and sub and not sub.startswith("x-") and sub not in _UNREGISTERED
        return self.media_type if known else ""

    @property
    def is_data(self) -> bool:
        """Whether it holds data, rather than telling of them as a descriptor or a licence does."""
        return not _COMPANIONS.fullmatch(self.name)


@dataclass(frozen=True)
class Subject:
    """A topic, a place or a document that rows of a package name, with the path of its page."""

    path: str
    name: Text
    code: str = ""


@dataclass(frozen=True)
class Earlier:
    """An earlier version of a package: its descriptor of then, and its archive."""

    package: Package
    archive: File


@dataclass(frozen=True)
class Entry:
    """A package in the catalogue of a site.

    Attributes
    ----------
    package
        Its descriptor.
    page
        The path of its page.
    folder
        The path of the folder that its files of this version stand in.
    files
        The files for download.
    topics, places, documents
        What its rows name.
    earlier
        The versions released before this one, the newest first.
    start, end
        The first and the last time that its rows speak of, as ``2016``, ``2016-05`` or ``2016-05-31``; empty: not said.
    """

    package: Package
    page: str
    folder: str
    files: tuple[File, ...] = ()
    topics: tuple[Subject, ...] = ()
    places: tuple[Subject, ...] = ()
    documents: tuple[Subject, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    start: str = ""
    end: str = ""

    @property
    def data_files(self) -> tuple[File, ...]:
        """The files that hold data."""
        return tuple(file for file in self.files if file.is_data)

    @property
    def title(self) -> Text:
        """Its title, or its name where it has none."""
        return find_title(self.package)

    @property
    def description(self) -> Text:
        """Its description; where it has none, its tables and their columns, which it does say."""
        return find_description(self.package)


@dataclass(frozen=True)
class Released:
    """What the changelog says of one version, its newest entry first."""

    version: str
    date: str
    notes: Text = field(default_factory=lambda: Text(""))


def find_title(package: Package) -> Text:
    """Return the title, or the name where there is none."""
    return package.title if package.title.default else Text(package.name)


def find_description(package: Package) -> Text:
    """Return the description; where there is none, the tables and their columns, which the descriptor does say."""
    if package.description.default:
        return package.description
    tables = (
        f"{resource.name} ({', '.join(resource.schema.names)})" if resource.schema else resource.name
        for resource in package.resources
    )
    return Text(f"{find_title(package).default}: {'; '.join(tables)}")


def read_changelog(package: Package) -> tuple[Released, ...]:
    """Return what the descriptor says of its versions; entries without a version or a sound date are left out."""
    entries = package.descriptor.get("changelog")
    return tuple(
        Released(
            str(item["version"]),
            str(item["date"]),
            Text(str(item.get("description") or ""), {"en": str(item["description@en"])} if item.get("description@en") else {}),
        )
        for item in (entries if isinstance(entries, list) else ())
        if isinstance(item, Mapping) and item.get("version") and is_date(item.get("date"))
    )


def find_people(package: Package, *roles: str) -> list[Mapping[str, Any]]:
    """Return the contributors who have one of some roles; the names of roles are compared in lower case."""
    return [person for person in package.contributors if person.get("title") and set(roles) & set(_roles(person))]


def find_creators(package: Package) -> list[Mapping[str, Any]]:
    """Return who made the package: its creators and authors, and contributors of whom no role is said."""
    return [
        person
        for person in package.contributors
        if person.get("title") and (not _roles(person) or {"creator", "author"} & set(_roles(person)))
    ]


def _roles(person: Mapping[str, Any]) -> list[str]:
    """Return the roles of a contributor: the standard had ``role`` before it had ``roles``."""
    told = person.get("roles")
    roles = told if isinstance(told, list) else [person.get("role")]
    return [str(role).lower() for role in roles if role]


def find_licences(package: Package) -> list[tuple[str, str]]:
    """Return the licences: title or name, and the address where it is one that a browser may open."""
    return [
        (str(item.get("title") or item.get("name") or item.get("path") or ""), web_address(item.get("path")))
        for item in package.licenses
    ]


def find_keywords(package: Package) -> list[str]:
    """Return the keywords that the descriptor says."""
    told = package.descriptor.get("keywords")
    return [str(word) for word in told if word] if isinstance(told, list) else []


def find_identifier(package: Package) -> str:
    """Return the identifier: ``id`` where the descriptor gives one, else the name."""
    told = package.descriptor.get("id")
    return told if isinstance(told, str) and told else package.name


def find_language(package: Package) -> str:
    """Return the language in which the descriptor's texts are written, empty where it does not say."""
    return package.languages[0] if package.languages else ""


def web_address(value: object) -> str:
    """Return an address that leads to the web and can stand in a graph as it is; anything else becomes empty.

    Examples
    --------
    >>> web_address("https://example.org/a"), web_address("javascript:alert(1)"), web_address("https://x/<b>")
    ('https://example.org/a', '', '')
    """
    return value if isinstance(value, str) and _ADDRESS.fullmatch(value) else ""


def mail_address(value: object) -> str:
    """Return a mail address as a ``mailto:`` address, empty where it is none."""
    return f"mailto:{quote(value, safe='@+')}" if isinstance(value, str) and _MAIL.fullmatch(value) else ""


def escape_path(path: str) -> str:
    """Return a path as an address writes it: a space, a quote or a ``#`` in a file's name is escaped, Chinese too."""
    return quote(path, safe="/!$&'()*+,;=@-._~")


def is_date(value: object) -> bool:
    """Whether a value is a year, a month or a day as ISO 8601 writes it."""
    return isinstance(value, str) and bool(_DATE.fullmatch(value))


def span(dates: Iterable[tuple[tuple[int, int, int], tuple[int, int, int]]]) -> tuple[str, str]:
    """Return the first beginning and the last end of some periods, each (year, month, day) with 0 where it is not said.

    Examples
    --------
    >>> span([((2020, 0, 0), (2020, 0, 0)), ((2024, 1, 0), (2024, 5, 0))])
    ('2020', '2024-05')
    """
    periods = list(dates)
    if not periods:
        return "", ""
    # The end of a year is behind every month of it.
    last = max((end for _, end in periods), key=lambda end: tuple(part or 99 for part in end))
    return _write_date(min(start for start, _ in periods)), _write_date(last)


def _write_date(date: tuple[int, int, int]) -> str:
    year, month, day = date
    return f"{year:04}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "")
