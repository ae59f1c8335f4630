"""What every page is made with: the values it consists of, the collection grouped, texts, templates, links."""

from __future__ import annotations

import json
import posixpath
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import babel
import jinja2
from markupsafe import Markup

from opendata.archives import Archive, read_files, version_key
from opendata.collection import Area, Collection, Item, ItemList, Observation
from opendata.handles import PackageHandle
from opendata.history import Step, find_steps
from opendata.model import Text
from opendata.report import Report
from opendata.targets import find_targets
from opendata.views import Cell, TableView
from opendata.words import Language

if TYPE_CHECKING:
    from opendata.records.entries import Entry
    from opendata.render.downloads import Download
    from opendata.render.revisions import Revision

Row = TypeVar("Row")

LANGUAGES: tuple[Language, ...] = ("zh", "en")

# Search engines and readers of a link preview show no more of a description.
_DESCRIPTION = 300

# So many figures tell what a part of a document is about.
_TELLING = 3

# A page with fewer headings needs no contents.
_CONTENTS_FROM = 3


@dataclass(frozen=True)
class Section:
    """A part of a page under its own heading; without a heading it stands directly under the title."""

    html: Markup
    heading: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Link:
    """A link that programs follow and readers do not see: its relation, its address, the media type of what is there."""

    rel: str
    href: str
    type: str = ""


@dataclass(frozen=True)
class Page:
    """A page in one language.

    ``path`` is its folder below the language's root, ``""`` for home; ``feeds`` are the titles and addresses of the
    Atom feeds that tell its changes.
    """

    path: str
    language: Language
    title: str
    description: str
    sections: tuple[Section, ...]
    kind: str = "page"
    linked_data: Mapping[str, Any] | None = None
    feeds: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def address(self) -> str:
        """The page's folder below the root of the site."""
        return localised(self.language, self.path)


@dataclass(frozen=True)
class Guide:
    """A page that people wrote: its folder below the language's root, and what its front matter says of it."""

    path: str
    title: Text
    description: Text


@dataclass(frozen=True)
class Site:
    """What the site is called and where it will stand.

    ``guides`` are its written pages; ``library`` is the folder of the Python package whose reference it has.
    """

    name: Text
    tagline: Text = field(default_factory=lambda: Text(""))
    url: str = ""
    guides: tuple[Guide, ...] = ()
    library: Path | None = None

    def has_guide(self, path: str) -> bool:
        """Whether there is a written page at a path."""
        return any(guide.path == path for guide in self.guides)

    def absolute(self, address: str) -> str:
        """Return the whole address of a page or file; empty where it is not known where the site will stand."""
        return f"{self.url.rstrip('/')}/{address}" if self.url else ""


@dataclass(frozen=True)
class Rendered:
    """All pages, and all files that stand beside them, by their address below the root of the site."""

    pages: tuple[Page, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """A released version of a package: as it was, its archive, and the files in it by name."""

    package: PackageHandle
    archive: bytes
    files: Mapping[str, bytes]


# ----- addresses -----


def localised(language: Language, path: str) -> str:
    """Return the address of a page below the root of the site: Chinese pages stand at the root, English ones in ``en``."""
    return "/".join(part.strip("/") for part in ("" if language == "zh" else language, path) if part.strip("/"))


def archive_address(package: str, version: str) -> str:
    """Return where the archive of a released version stands below the root of the site."""
    return f"data/{package}/{version}/{package}-{version}.zip"


def relative(here: str, target: str, *, is_file: bool = False) -> str:
    """Return the link from the page at ``here`` to a page or file, both below the root of the site."""
    path = posixpath.relpath("/" + target, "/" + here)
    return path if is_file else ("./" if path == "." else path + "/")


def other_language(language: Language) -> Language:
    """Return the language that a reader can switch to."""
    return "en" if language == "zh" else "zh"


# ----- the collection as pages need it -----


class Library:
    """The collection grouped by what pages are about, with texts and templates.

    Parameters
    ----------
    collection
        The packages.
    inputs
        The folder ``site/``: texts, templates.
    site
        Names.
    report
        What the check of the packages found; ``None`` where they were not checked.
    """

    def __init__(self, collection: Collection, inputs: Path, site: Site, report: Report | None = None) -> None:
        self.collection, self.site, self.inputs, self.report = collection, site, inputs, report
        self._texts = _read_texts(inputs)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(inputs / "templates"),
            autoescape=True,  # select_autoescape leaves .html.j2 and .svg unescaped
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._labels = _read_labels(collection)
        self._countries = {language: babel.Locale(language).territories for language in LANGUAGES}
        observations, items = collection.observations, collection.items
        self.by_indicator = grouped(observations, lambda o: o.indicator.indicator_id)
        self.by_area = grouped(observations, lambda o: o.area.area_id)
        self.by_document = grouped(observations, lambda o: o.document.source_id)
        self.by_topic = grouped(observations, lambda o: o.indicator.topic_id)
        self.items_by_list = grouped(items, lambda i: i.list.list_id)
        self.items_by_area = grouped(items, lambda i: i.area.area_id if i.area else "")
        self.items_by_document = grouped(items, lambda i: i.document.source_id)
        self.items_by_industry = grouped((i for i in items if i.industry), lambda i: i.industry)
        self.targets = find_targets(observations)
        self.targets_by_indicator = grouped(self.targets, lambda target: target.indicator.indicator_id)
        self.targets_by_area = grouped(self.targets, lambda target: target.area.area_id)
        self.targets_by_document = grouped(self.targets, lambda target: target.document.source_id)
        self.packages: dict[str, PackageHandle] = {package.name: package for package in collection.packages}

    @cached_property
    def offers(self) -> Mapping[str, tuple[Download, ...]]:
        """The files that each page offers, by the page's path; made once, because both languages offer the same."""
        from opendata.render.downloads import make_offers  # which is made with a library

        return make_offers(self)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """What catalogue records are made from, by the name of the package."""
        from opendata.render.records import make_entries  # which is made with a library

        return make_entries(self)

    @cached_property
    def lists_by_topic(self) -> Mapping[str, Sequence[ItemList]]:
        """The lists of each topic, those with most items first: those in whose part of a document it has most figures.

        That part is the smallest with some figures, as a single one says little about what a chapter is about.
        """
        counts: dict[tuple[str, ...], Counter[str]] = {}
        for o in self.collection.observations:
            for part in _parts(o.document.source_id, o.locator):
                counts.setdefault(part, Counter())[o.indicator.topic_id] += 1
        known = [i for i in self.items_by_list if i in self.collection.lists]
        groups: dict[str, list[ItemList]] = {}
        for found in sorted((self.collection.lists[i] for i in known), key=lambda f: -len(self.items_by_list[f.list_id])):
            around = [counts[part] for part in _parts(found.document.source_id, found.locator) if part in counts]
            near = next((count for count in around if count.total() >= _TELLING), around[-1] if around else None)
            if near:
                groups.setdefault(max(sorted(near), key=near.__getitem__), []).append(found)
        return groups

    def folder_of(self, package: str) -> str:
        """Return where the current files of a package stand below the root of the site.

        That is ``data/<package>/<version>`` where they are those of its newest release, which never change there, else
        ``data/<package>/current``.
        """
        version = self.released_as(package)
        return f"data/{package}/{version or 'current'}"

    def released_as(self, package: str) -> str | None:
        """Return the version as which a package's files are released, ``None`` where they have changed since or never were."""
        return self._released[package]

    @cached_property
    def _released(self) -> dict[str, str | None]:
        return {name: _find_release(package, self.releases[name]) for name, package in self.packages.items()}

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What the releases of all packages changed, and what has changed since; made once for both languages.

        The newest first: what is not released yet, then by day.
        """
        found = [step for package in self.packages.values() for step in find_steps(package)]
        found.sort(key=lambda step: (step.version is None, step.date, step.package, version_key(step.version)), reverse=True)
        return tuple(found)

    @cached_property
    def revisions(self) -> Mapping[str, Sequence[Revision]]:
        """The figures of each indicator that a release changed, or that have changed since."""
        from opendata.render.revisions import group_by_indicator  # which is made with a library

        return group_by_indicator(self)

    @cached_property
    def figure_keys(self) -> frozenset[str]:
        """The keys of all figures there are."""
        return frozenset(o.key for o in self.collection.observations)

    @cached_property
    def releases(self) -> dict[str, dict[str, Release]]:
        """The released versions of each package, the newest first."""
        return {
            name: {archive.version: _read_release(archive) for archive in package.archives}
            for name, package in self.packages.items()
        }

    def text(self, language: Language, key: str, **values: object) -> str:
        """Return a text of ``texts.toml`` in a language, its names filled in."""
        entry = self._texts[key][language]
        return entry.format(**values) if values else entry

    def fill(self, template: str, **values: object) -> Markup:
        """Fill a template, everything escaped."""
        return Markup(self._environment.get_template(template).render(**values))  # noqa: S704 - autoescape is on

    def readable(self, column: str, code: str, language: Language) -> str:
        """Put a code of a column into words: the label of its category, else the words that it is made of."""
        label = self._labels.get((column, code))
        return label.in_language(language) if label else code.replace("-", " ")

    def country(self, code: str, language: Language) -> str:
        """Name a country: as ``texts.toml`` does, else as Unicode's CLDR does."""
        ours = self._texts.get(f"country.{code}", {}).get(language)
        return ours or str(self._countries[language].get(code, code))

    def rule(self, code: str, language: Language) -> str:
        """Name what a document note says, by the rule that found it: as ``texts.toml`` does, else by its code."""
        return self._texts.get(f"rule.{code}", {}).get(language) or self.readable("rule", code, language)

    @property
    def topics(self) -> list[str]:
        """The topics that have figures, in the order of their table."""
        return [topic_id for topic_id in self.collection.topics if topic_id in self.by_topic]

    @property
    def areas(self) -> list[Area]:
        """The places that have figures or items: larger kinds first, in each kind those with most."""
        order = ["country", "province", "city", "district", "zone", "site"]

        def key(area: Area) -> tuple[int, int, str]:
            weight = len(self.figures_of(area)) + len(self.items_of(area))
            return order.index(area.kind) if area.kind in order else len(order), -weight, area.area_id

        return sorted((a for a in self.collection.areas.values() if self.figures_of(a) or self.items_of(a)), key=key)

    def figures_of(self, area: Area) -> Sequence[Observation]:
        """Return the figures of a place."""
        return self.by_area.get(area.area_id, [])

    def items_of(self, area: Area) -> Sequence[Item]:
        """Return the items of a place."""
        return self.items_by_area.get(area.area_id, [])

    def at(self, language: Language, path: str) -> Desk:
        """Return what makes the page at ``path`` in a language."""
        return Desk(self, language, path)


@dataclass(frozen=True)
class Desk:
    """Where one page is made: its language and path are known, so texts are translated and links relative to it."""

    library: Library
    language: Language
    path: str

    @property
    def address(self) -> str:
        """The page's address below the root of the site."""
        return localised(self.language, self.path)

    @property
    def collection(self) -> Collection:
        """The packages."""
        return self.library.collection

    def t(self, key: str, **values: object) -> str:
        """Return a text of ``texts.toml``."""
        return self.library.text(self.language, key, **values)

    def say(self, text: Text) -> str:
        """Return a text in the language of the page."""
        return text.in_language(self.language)

    def join(self, *parts: str) -> str:
        """Join parts of a description by the semicolon of the language."""
        return ("；" if self.language == "zh" else "; ").join(part for part in parts if part)

    def link(self, target: str) -> str:
        """Return the link to the page at ``target`` in the same language."""
        return relative(self.address, localised(self.language, target))

    def file(self, target: str) -> str:
        """Return the link to a file below the root of the site."""
        return relative(self.address, target, is_file=True)

    def html(self, template: str, **values: object) -> Markup:
        """Fill a template."""
        return self.library.fill(template, t=self.t, language=self.language, link=self.link, file=self.file, **values)

    def table(self, view: TableView) -> Markup:
        """Return a table as HTML."""
        return self.html("table.html.j2", table=view)

    def links(self, entries: Sequence[tuple[str, str, int]]) -> Markup:
        """Return a list of links: name, path, count."""
        return self.html("links.html.j2", entries=entries)

    def paragraph(self, text: str) -> Markup:
        """Return a paragraph."""
        return Markup("<p>{}</p>").format(text)

    def chinese(self, text: Text) -> tuple[Cell, ...]:
        """Return the Chinese name that stands below an English one on English pages."""
        if self.language == "zh" or text.in_language("en") == text.default:
            return ()
        return (Cell(text.default, lang="zh-Hans"),)

    def page(
        self,
        title: str,
        description: str,
        sections: Iterable[Section],
        kind: str = "page",
        linked_data: Mapping[str, Any] | None = None,
        links: tuple[Link, ...] = (),
    ) -> Page:
        """Return the page; its description is one line of a length that search engines show."""
        short = " ".join(description.split())[:_DESCRIPTION]
        from opendata.render.feeds import feeds_of  # which is made with a desk

        told = self._with_contents(tuple(sections), kind)
        return Page(self.path, self.language, title, short, told, kind, linked_data, feeds_of(self), links)

    def _with_contents(self, sections: tuple[Section, ...], kind: str) -> tuple[Section, ...]:
        """Put the headings of a long page behind its lead, for screens too narrow for a list of them at the side."""
        entries = [(section.heading, section.anchor) for section in sections if section.heading]
        if kind == "home" or len(entries) < _CONTENTS_FROM:
            return sections
        first = sections[0]
        return (replace(first, html=first.html + self.html("contents.html.j2", entries=entries)), *sections[1:])


# ----- small things -----


def grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    """Group rows by a key, in the order in which the keys first come."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def counted(number: int) -> Cell:
    """Return a cell with a count."""
    return Cell(f"{number:,}", sort=str(number))


def to_script(name: str, value: object) -> bytes:
    """Return a script that sets a global name to a value: unlike JSON, it can be read from a local file too."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f"window.{name}={body};\n".encode()


def _parts(document: str, locator: str) -> Iterator[tuple[str, ...]]:
    """Yield the parts of a document that hold a place, the smallest first: item, section, chapter, the whole."""
    parts = tuple(locator.split("/"))
    for length in range(len(parts), -1, -1):
        yield document, *parts[:length]


def _read_release(archive: Archive) -> Release:
    source = archive.open()
    return Release(PackageHandle(source), archive.read_bytes(), read_files(source))


def _find_release(package: PackageHandle, releases: Mapping[str, Release]) -> str | None:
    """Return the newest released version where its files are those of the package, byte for byte."""
    newest = next(iter(releases), None)
    if newest is None or package.version != newest:
        return None
    files = releases[newest].files
    return newest if all(files.get(name) == data for name, data in package.file_bytes().items()) else None


def in_language(item: Mapping[str, Any], key: str, language: Language) -> str:
    """Return a property of a descriptor in a language: ``title@en`` before ``title``."""
    translated = item.get(f"{key}@{language}") if language != "zh" else None
    return str(translated or item.get(key) or "")


def _read_texts(inputs: Path) -> dict[str, dict[Language, str]]:
    texts = tomllib.loads((inputs / "texts.toml").read_text("utf-8"))
    return {f"{group}.{key}": value for group, entries in texts.items() for key, value in entries.items()}


def _read_labels(collection: Collection) -> dict[tuple[str, str], Text]:
    """Return the labels that the categories of columns carry, by column and value."""
    labels: dict[tuple[str, str], Text] = {}
    for package in collection.packages:
        for name in package.tables:
            for column in package[name].fields:
                for entry in column.properties.get("categories") or ():
                    if isinstance(entry, Mapping) and entry.get("label"):
                        english = {"en": str(entry["label@en"])} if entry.get("label@en") else {}
                        labels[column.name, str(entry.get("value"))] = Text(str(entry["label"]), english)
    return labels
