"""All pages of a site in both languages, and all files beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opendata.collection import Collection
from opendata.interface import Interface, read_interface
from opendata.render import (
    catalogue,
    changes,
    compare,
    documents,
    downloads,
    feeds,
    home,
    indicators,
    lists,
    notes,
    packages,
    places,
    progress,
    records,
    reference,
    robots,
    search,
    versions,
)
from opendata.render.base import LANGUAGES, Library, Page, Rendered, Site
from opendata.report import Report
from opendata.words import Language


def render_site(collection: Collection, inputs: Path, site: Site, report: Report | None = None) -> Rendered:
    """Make every page in every language, and the files beside them.

    Parameters
    ----------
    collection
        The packages.
    inputs
        The folder ``site/``: texts, templates.
    site
        Names.
    report
        What the check of the packages found, for their pages to tell.
    """
    library = Library(collection, inputs, site, report)
    interface = read_interface(site.library) if site.library else None
    pages = tuple(page for language in LANGUAGES for page in _render_pages(library, interface, language))
    # First: a package's own file of the same name stands before a record of ours.
    files = records.make_files(library)
    files |= downloads.make_files(library)
    files |= search.make_catalogues(library)
    for language in LANGUAGES:
        files |= compare.make_figures(library, language)
    files |= robots.make_files(library, pages)
    files |= feeds.make_files(library)
    # Last: what was released stays as it was, whatever else is made beside it.
    files |= versions.make_files(library)
    files |= catalogue.make_files(library, files)
    files |= downloads.make_manifest(files)
    return Rendered(pages, dict(sorted(files.items())))


def _render_pages(library: Library, interface: Interface | None, language: Language) -> Iterator[Page]:
    yield home.render_home(library, language)
    if library.by_indicator:
        yield from indicators.render_topics(library, language)
        yield from indicators.render_indicators(library, language)
        yield compare.render_compare(library, language)
    if library.by_indicator or library.items_by_list:
        yield from places.render_places(library, language)
        yield from documents.render_documents(library, language)
    if library.targets:
        yield from progress.render_progress(library, language)
    if library.collection.document_notes:
        yield notes.render_notes(library, language)
    if library.items_by_list:
        yield from lists.render_lists(library, language)
    yield from packages.render_packages(library, language)
    yield from versions.render_versions(library, language)
    yield changes.render_changes(library, language)
    yield search.render_search(library, language)
    if interface:
        yield from reference.render_reference(library, interface, language)
