"""Pictures for previews of links: a page's chart and its sentence as PNG of 1200 × 630 px, made when the site is built.

They are drawn by resvg from our own SVG with the fonts of the machine, and come from no network.
Where resvg is missing, or no font has the characters of a language, there is no picture rather than one of empty boxes.
On one machine the same pages give the same bytes; another machine's fonts give others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from opendata.charts import CARD_HEIGHT, CARD_WIDTH, draw_card
from opendata.render import LANGUAGES, Page, Site
from opendata.words import Language

# The kinds of pages that people pass on, and that one picture can tell of.
_KINDS = frozenset({"home", "indicator"})

_FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Segoe UI, DejaVu Sans, sans-serif"

# Two characters of each language that look different, so that only a font that has neither draws them alike.
_PROBES: dict[Language, tuple[str, str]] = {"zh": ("山", "东"), "en": ("A", "W")}

_WIDE = re.compile(r'<svg class="od-wide".*?</svg>', re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)

Paint = Callable[[str], bytes]


@dataclass(frozen=True)
class Cards:
    """What was painted: PNG files by address, that of each page by the page's own address, and what is missing and why."""

    files: Mapping[str, bytes]
    by_page: Mapping[str, str]
    told: tuple[str, ...] = ()


NO_CARDS = Cards({}, {})


def make_cards(pages: Iterable[Page], site: Site) -> Cards:
    """Paint the pictures of a site's pages; none where nobody knows at which address they will stand.

    Parameters
    ----------
    pages
        All pages; those of kinds without a picture of their own show that of the first page.
    site
        What it is called, and where it will stand: a preview needs whole addresses.

    Returns
    -------
    Cards
        With a line for each language that has no pictures.
    """
    if not site.url:
        return NO_CARDS
    paint = find_painter()
    if paint is None:
        return Cards({}, {}, ("no pictures for link previews: resvg-py is not installed",))
    able = tuple(language for language in LANGUAGES if can_write(paint, language))
    told = [
        f"no pictures for link previews of pages in {language}: no font here has its characters (Debian: fonts-noto-cjk)"
        for language in LANGUAGES
        if language not in able
    ]
    files, by_page, home = {}, {}, {}
    shown = [page for page in pages if page.language in able]
    for page in shown:
        found = _find_drawing(page) if page.kind in _KINDS else None
        if found is None and page.kind != "home":
            continue
        title, drawing = found or (page.description, "")
        name = site.name.in_language(page.language)
        address = f"cards/{page.path or 'home'}.{page.language}.png"
        files[address] = paint(draw_card(drawing, title=title, name=name, fonts=_FONTS))
        by_page[page.address] = address
        if page.kind == "home":
            home[page.language] = address
    for page in shown:
        if page.language in home:
            by_page.setdefault(page.address, home[page.language])
    return Cards(files, by_page, tuple(told))


def _find_drawing(page: Page) -> tuple[str, str] | None:
    """Return the sentence and the wide drawing of a page's first chart."""
    for section in page.sections:
        drawing = _WIDE.search(section.html)
        title = _TITLE.search(drawing[0]) if drawing else None
        if drawing and title:
            return html.unescape(title[1]), drawing[0]
    return None


@cache
def find_painter() -> Paint | None:
    """Return what makes a PNG of an SVG; ``None`` where resvg is not installed."""
    try:
        import resvg_py
    except ImportError:
        return None

    def paint(svg: str) -> bytes:
        return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=CARD_WIDTH, height=CARD_HEIGHT))

    return paint


def can_write(paint: Paint, language: Language) -> bool:
    """Whether this machine has a font for a language: characters that it has not look all alike."""
    one, other = (paint(draw_card("", title=probe, name="", fonts=_FONTS)) for probe in _PROBES[language])
    return one != other
