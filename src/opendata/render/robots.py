"""What programs read: robots.txt, a sitemap where the site's address is known, llms.txt."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from opendata.render.base import LANGUAGES, Library, Page, localised
from opendata.render.records import CATALOGUE
from opendata.render.search import index_pages


def make_files(library: Library, pages: Sequence[Page]) -> dict[str, bytes]:
    """Return the files for crawlers and language models."""
    lines = ["User-agent: *", "Allow: /"]
    files = {"llms.txt": _llms(library)}
    if library.site.url:
        guides = [Page(guide.path, language, "", "", ()) for language in LANGUAGES for guide in library.site.guides]
        files["sitemap.xml"] = _sitemap(library, [*pages, *guides])
        lines.append(f"Sitemap: {library.site.absolute('sitemap.xml')}")
    return files | {"robots.txt": "\n".join([*lines, ""]).encode()}


def _sitemap(library: Library, pages: Sequence[Page]) -> bytes:
    """Every page with its twin; no dates, which the data do not tell page by page."""
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    )
    catalogues = "".join(f"<url><loc>{escape(library.site.absolute(name))}</loc></url>\n" for name in CATALOGUE)
    return (head + "".join(_sitemap_entry(library, page) for page in pages) + catalogues + "</urlset>\n").encode()


def _sitemap_entry(library: Library, page: Page) -> str:
    def address(language: str) -> str:
        path = localised("zh" if language == "zh" else "en", page.path)
        return escape(library.site.absolute(f"{path}/" if path else ""), {'"': "&quot;"})

    twins = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{address(language)}"/>'
        for language, code in (("zh", "zh-Hans"), ("en", "en"))
    )
    return f"<url><loc>{address(page.language)}</loc>{twins}</url>\n"


def _llms(library: Library) -> bytes:
    """Say in plain words what is where, one fact a line, for programs that read prose."""
    desk = library.at("en", "")
    site = library.site
    lines = [f"# {_line(desk.say(site.name))} ({_line(site.name.default)})", "", f"> {_line(desk.say(site.tagline))}", ""]
    lines += [
        "Every page has a Chinese version at the root and an English one below en/.",
        "Each figure carries the document, the place in it and the number as printed.",
        "",
        "## Indexes",
        "",
    ]
    lines += [f"- {desk.t(f'nav.{key}')}: en/{key}/" for key in index_pages(library)]
    lines += [f"- {_line(desk.say(guide.title))}: en/{guide.path}/" for guide in library.site.guides]
    lines += [
        "",
        "## Catalogues for machines",
        "",
        "- catalog.jsonld, catalog.ttl: all packages in DCAT 3 and DCAT-AP 3",
        "- datapackage.json: every version of every package, by the Data Package standard",
        "- data/<package>/croissant.json: Croissant 1.1",
        "- data/<package>/<version>/csv-metadata.json: CSV on the Web",
        "- data/<package>/core-metadata.json: DB37/T 2885-2016, in Chinese",
        "- data/<package>/CITATION.cff: Citation File Format",
    ]
    lines += ["", "## Data packages (CSV with Frictionless descriptors)", ""]
    for package in library.packages.values():
        folder = library.folder_of(package.name)
        lines.append(f"- {_line(desk.say(package.meta.title) or package.name)}: {folder}/{package.name}.zip")
    if library.by_indicator:
        lines += ["", "## Indicators", "", "indicators/<id>/<id>.csv and .json hold the figures of one indicator."]
    return "\n".join([*lines, ""]).encode()


def _line(text: str) -> str:
    return " ".join(text.split())
