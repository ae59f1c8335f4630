"""The search page, and the catalogues of names that its script looks through.

The catalogues are shared by both languages and cut by what a query needs: the names in the reader's language come
first, those in the other language when a query is written in it, definitions last.
They are scripts, so that a page that was opened from a disk can read them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from opendata.model import Text
from opendata.render.base import LANGUAGES, Library, Page, Section, grouped, to_script
from opendata.words import Language

_NAMES: dict[Language, str] = {"zh": "opendataNamesZh", "en": "opendataNamesEn"}
_DEFINITIONS: dict[Language, str] = {"zh": "opendataDefinitionsZh", "en": "opendataDefinitionsEn"}

# What stands in Chinese texts and is written with a Latin keyboard: years, abbreviations, codes.
_LATIN_RUN = re.compile(r"[^\u2e80-\uffef]{2,}")


@dataclass(frozen=True)
class _Entry:
    """What can be found: its address is ``folder/id``; ``others`` are further words to find it by."""

    kind: str
    folder: str
    id: str
    name: Text
    others: Text | None = None
    labels: tuple[str, ...] = ()


def render_search(library: Library, language: Language) -> Page:
    """Return the search page; without JavaScript it leads to the indexes."""
    desk = library.at(language, "search")
    indexes = [(desk.t(f"nav.{key}"), key) for key in index_pages(library)]
    body = desk.html("search.html.j2", indexes=indexes)
    return desk.page(desk.t("search.title"), desk.t("site.search_label"), (Section(body),), "search")


def index_pages(library: Library) -> list[str]:
    """Return the paths of the pages that lead to all others."""
    keys = ["topics", "indicators"] if library.by_indicator else []
    keys += ["places", "documents"] if library.by_indicator or library.items_by_list else []
    keys += ["lists"] if library.items_by_list else []
    keys += ["progress"] if library.targets else []
    keys += ["compare"] if library.by_indicator else []
    return [*keys, "data", "changes"]


def make_catalogues(library: Library) -> dict[str, bytes]:
    """Return what search looks through, by address.

    ``paths.js``
        Ids by kind, the parts of indicators as places in the list of parts, the positions of the items of each list
        (their count where they run from 1): an item is addressed by its list and position.
    ``names.zh.js``, ``names.en.js``
        A line for each entry of ``paths.js``, then for each item: its name and, behind tabs, other words that find it;
        without a name the number of the line that says the same. Beside them the names of parts, written alike.
    ``definitions.zh.js``, ``definitions.en.js``
        A definition for each indicator, a line each.
    """
    entries, items = list(_entries(library)), _items(library)
    groups = grouped(entries, lambda entry: entry.kind)
    parts = {o.breakdown.breakdown_id: o.breakdown for o in library.collection.observations if o.breakdown}
    at = {part_id: number for number, part_id in enumerate(parts)}
    paths = {
        "groups": [[kind, group[0].folder, " ".join(entry.id for entry in group)] for kind, group in groups.items()],
        "parts": [
            sorted({at[o.breakdown.breakdown_id] for o in observations if o.breakdown})
            for observations in library.by_indicator.values()
        ],
        "items": [_positions([item.position for item in own]) for own in library.items_by_list.values()],
    }
    files = {"search/paths.js": to_script("opendataPaths", paths)}
    ordered = [entry for group in groups.values() for entry in group] + items
    for language in LANGUAGES:
        names = {
            "names": "\n".join(_fold_same("\t".join(_texts(entry, language)) for entry in ordered)),
            "parts": "\n".join("\t".join(_texts(_Entry("", "", "", part.name), language)) for part in parts.values()),
        }
        told = [library.collection.indicators[i].definition for i in library.by_indicator]
        definitions = "\n".join(_one_line(text.in_language(language)) for text in told)
        files[f"search/names.{language}.js"] = to_script(_NAMES[language], names)
        files[f"search/definitions.{language}.js"] = to_script(_DEFINITIONS[language], definitions)
    return files


def _positions(positions: Sequence[int]) -> int | Sequence[int]:
    return len(positions) if positions == list(range(1, len(positions) + 1)) else positions


def _texts(entry: _Entry, language: Language) -> list[str]:
    """Return the name of an entry in a language, and other words that it is found by where no name holds them."""
    name = _one_line(entry.name.in_language(language))
    more = [entry.others.in_language(language)] if entry.others else []
    if language == "zh":
        more += entry.labels
    else:
        # A query in Latin letters must not need the Chinese names.
        chinese = " ".join((entry.name.default, *entry.labels))
        more += _LATIN_RUN.findall(chinese)
    found = [name]
    # The longest first: a label that stands in another one needs no place of its own.
    for text in sorted(dict.fromkeys(map(_one_line, more)), key=lambda text: (-len(text), text)):
        if text and not any(text in known for known in found):
            found.append(text)
    return found


def _fold_same(lines: Iterable[str]) -> Iterator[str]:
    """Say what is said again by the number of the line that said it first, behind a tab."""
    first: dict[str, int] = {}
    for number, line in enumerate(lines):
        known = first.setdefault(line, number)
        yield line if known == number else f"\t{known}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _items(library: Library) -> list[_Entry]:
    return [
        _Entry("item", "", "", item.name, labels=(item.organisation,) if item.organisation else ())
        for own in library.items_by_list.values()
        for item in own
    ]


def _entries(library: Library) -> Iterator[_Entry]:
    """Everything but the items; lists last, so that their items follow them."""
    collection = library.collection
    for indicator_id, observations in library.by_indicator.items():
        labels = tuple(dict.fromkeys(o.label_printed for o in observations))
        yield _Entry("indicator", "indicators/", indicator_id, collection.indicators[indicator_id].name, labels=labels)
    for topic_id in library.topics:
        yield _Entry("topic", "topics/", topic_id, collection.topics[topic_id].name)
    for area in library.areas:
        yield _Entry("place", "places/", area.area_id, area.name)
    if library.by_indicator or library.items_by_list:
        for document in collection.documents.values():
            yield _Entry("document", "documents/", document.source_id, document.title)
    for industry in library.items_by_industry:
        name = Text(library.readable("industry", industry, "zh"), {"en": library.readable("industry", industry, "en")})
        yield _Entry("industry", "industries/", industry, name)
    for package in library.packages.values():
        titles = {
            language: " ".join(package[table].title.in_language(language) or table for table in package.tables)
            for language in LANGUAGES
        }
        title = Text(package.meta.title.default or package.name, package.meta.title.others)
        yield _Entry("package", "data/", package.name, title, Text(titles["zh"], {"en": titles["en"]}))
    for list_id in library.items_by_list:
        yield _Entry("list", "lists/", list_id, collection.lists[list_id].name)
