"""Pictures for previews of links: which pages have one, and that there is none where it could not be read."""

import struct

import pytest

from opendata import cards
from opendata.charts import Dot, Line, draw_lines
from opendata.model import Text
from opendata.render import Page, Section, Site

SITE = Site(Text("样本", {"en": "Sample"}), url="https://data.example/")
CHART = draw_lines(
    [Line("Harbour", "qingdao", (Dot(2020, 1, "1", "2020", "actual"), Dot(2025, 2, "2", "2025", "target")))],
    title="Goods <one> & more: 1 in 2020",
    description="",
    unit="",
    tick="{:g}".format,
)
PAGES = (
    Page("", "en", "Home", "What this is.", (Section("<p>Hello</p>"),), "home"),
    Page("indicators/goods", "en", "Goods", "Goods.", (Section("<p>1</p>"), Section(CHART)), "indicator"),
    Page("indicators/plain", "en", "Plain", "Plain.", (Section("<p>1</p>"),), "indicator"),
    Page("places/harbour", "en", "Harbour", "Harbour.", (Section(CHART),), "place"),
)


@pytest.fixture
def painted(monkeypatch):
    """Every SVG that is painted; the painter gives it back, so that any machine can run the test."""
    monkeypatch.setattr(cards, "find_painter", lambda: lambda svg: svg.encode())


def test_a_page_shows_its_chart_and_others_that_of_the_first_page(painted):
    """Home and indicators have pictures of their own; an address stands once, whatever shows it."""
    made = cards.make_cards(PAGES, SITE)
    assert ["cards/home.en.png", "cards/indicators/goods.en.png"] == sorted(made.files)
    assert {
        "en": "cards/home.en.png",
        "en/indicators/goods": "cards/indicators/goods.en.png",
        "en/indicators/plain": "cards/home.en.png",
        "en/places/harbour": "cards/home.en.png",
    } == made.by_page
    assert "Goods &lt;one&gt; &amp; more: 1 in 2020" in made.files["cards/indicators/goods.en.png"].decode()
    assert () == made.told


def test_without_an_address_nothing_is_painted(monkeypatch):
    """A preview needs whole addresses: nothing is made that nobody can use."""
    monkeypatch.setattr(cards, "find_painter", lambda: pytest.fail("nothing is to be painted"))
    assert cards.NO_CARDS == cards.make_cards(PAGES, Site(Text("样本")))


def test_a_language_without_a_font_has_no_pictures_and_the_build_says_so(monkeypatch):
    """Where all characters look alike they are empty boxes."""
    monkeypatch.setattr(cards, "find_painter", lambda: lambda svg: b"the same")
    made = cards.make_cards(PAGES, SITE)
    assert ({}, {}) == (made.files, made.by_page)
    assert ["zh", "en"] == [line.partition(" in ")[2][:2] for line in made.told]


def test_without_the_library_the_build_says_so(monkeypatch):
    """In one line that names it."""
    monkeypatch.setattr(cards, "find_painter", lambda: None)
    made = cards.make_cards(PAGES, SITE)
    assert (1, {}) == (len(made.told), made.files)
    assert "resvg-py" in made.told[0]


def test_a_card_is_a_png_of_its_size_and_the_same_each_time():
    """Drawn by resvg itself with a font of this machine."""
    pytest.importorskip("resvg_py")
    paint = cards.find_painter()
    if not cards.can_write(paint, "en"):
        pytest.skip("this machine has no font")
    made = cards.make_cards(PAGES, SITE).files
    assert made == cards.make_cards(PAGES, SITE).files
    data = made["cards/indicators/goods.en.png"]
    assert b"\x89PNG\r\n\x1a\n" == data[:8]
    assert (1200, 630) == struct.unpack(">II", data[16:24])


def test_a_machine_without_fonts_is_found_out(monkeypatch):
    """The real renderer with no font at all: neither language can be written."""
    resvg = pytest.importorskip("resvg_py")

    def paint(svg):
        return bytes(resvg.svg_to_bytes(svg_string=svg, skip_system_fonts=True))

    assert [False, False] == [cards.can_write(paint, language) for language in ("zh", "en")]
