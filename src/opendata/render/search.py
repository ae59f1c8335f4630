"""The search page, and the catalogues of names that its script looks through."""

from __future__ import annotations

from collections.abc import Iterator

from opendata.model import Text
from opendata.render.base import Library, Page, Section, localised, other_language, to_script
from opendata.words import Language

Entry = tuple[str, str, str, str]
"""Kind, name, other words to find it by, address below the language's root."""


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
    return [*keys, "data", "changes"]


def make_catalogues(library: Library, language: Language) -> dict[str, bytes]:
    """Return what search looks through, as scripts, so that they are read from a local file too.

    ``catalogue.js`` holds all but the items and is small; ``items.js`` follows it: for each list its address and the
    names of its items in printed order, so that an item's address need not be told.
    """
    entries = [*_subjects(library, language), *_containers(library, language)]
    items = [
        (f"lists/{list_id}/", [(item.position, *_names(item.name, language, item.organisation)) for item in items])
        for list_id, items in library.items_by_list.items()
    ]
    folder = localised(language, "search")
    return {
        f"{folder}/catalogue.js": to_script("opendataCatalogue", entries),
        f"{folder}/items.js": to_script("opendataItems", items),
    }


def _names(name: Text, language: Language, more: str = "") -> tuple[str, str]:
    """Return a name and the other words that it is found by."""
    known, other = name.in_language(language), name.in_language(other_language(language))
    return known, " ".join(part for part in ("" if other == known else other, "" if more in known else more) if part)


def _entry(kind: str, name: Text, path: str, language: Language, more: str = "") -> Entry:
    return (kind, *_names(name, language, more), path)


def _subjects(library: Library, language: Language) -> Iterator[Entry]:
    collection = library.collection
    for indicator_id, observations in library.by_indicator.items():
        indicator = collection.indicators[indicator_id]
        labels = {o.label_printed.partition("/")[0] for o in observations} - {indicator.name.default}
        more = " ".join([indicator_id.replace("-", " "), *sorted(labels)])
        yield _entry("indicator", indicator.name, f"indicators/{indicator_id}/", language, more)
    for topic_id in library.topics:
        yield _entry("topic", collection.topics[topic_id].name, f"topics/{topic_id}/", language)
    for area in library.areas:
        yield _entry("place", area.name, f"places/{area.area_id}/", language)


def _containers(library: Library, language: Language) -> Iterator[Entry]:
    if library.by_indicator or library.items_by_list:
        for document in library.collection.documents.values():
            yield _entry("document", document.title, f"documents/{document.source_id}/", language)
    for list_id in library.items_by_list:
        yield _entry("list", library.collection.lists[list_id].name, f"lists/{list_id}/", language)
    for industry in library.items_by_industry:
        name = Text(library.readable("industry", industry, "zh"), {"en": library.readable("industry", industry, "en")})
        yield _entry("industry", name, f"industries/{industry}/", language)
    for package in library.packages.values():
        titles = " ".join(package[table].title.in_language(language) or table for table in package.tables)
        title = Text(package.meta.title.default or package.name, package.meta.title.others)
        yield _entry("package", title, f"data/{package.name}/", language, f"{package.name} {titles}")
