"""What a reader does, in headless Chromium, on the site of the real packages."""

import json
import os
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

devtools = pytest.importorskip("devtools", reason="websocket-client is not installed", exc_type=ImportError)

ROOT = Path(__file__).parents[1]
PACKAGES = Path(os.environ.get("OPENDATA_PACKAGES", ROOT / "datapackages"))

KINDS = {
    "home": "",
    "topics": "topics/",
    "topic": "topics/goods-trade/",
    "indicators": "indicators/",
    "indicator": "indicators/goods-trade/",
    "places": "places/",
    "place": "places/qingdao/",
    "documents": "documents/",
    "document": "documents/qingdao-opening-plan/",
    "lists": "lists/",
    "list": "lists/foreign-investment-manufacturing-projects/",
    "industry": "industries/biomedicine/",
    "packages": "data/",
    "package": "data/goods-trade/",
    "vocabulary": "data/reference/",
    "changes": "changes/",
    "search": "search/?q=qingdao",
    "about": "about/",
}
ADDRESSES = [f"{language}{path}" for path in KINDS.values() for language in ("", "en/")]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The site of the packages that come with the library, built once."""
    from opendata.publish import build

    built = build(PACKAGES, out=tmp_path_factory.mktemp("built") / "build", site=ROOT)
    assert built.report.valid
    return built.folder


@pytest.fixture(scope="session")
def address(site):
    """The address at which the site is served, with a slash at its end."""
    with devtools.serving(site) as address:
        yield f"{address}/"


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests."""
    if devtools.find_chromium() is None:
        pytest.skip("Chromium is not installed.")
    with devtools.Chromium() as chromium:
        yield chromium


@pytest.fixture
def tab(chromium):
    """A new tab, as wide as a desktop."""
    tab = chromium.open_tab()
    tab.show(width=1280)
    yield tab
    tab.close()


def text_of(tab, selector):
    """The text of the first element that a selector finds."""
    return tab.evaluate(f"document.querySelector({json.dumps(selector)}).innerText")


def search(tab, words):
    """Type into the search field of the home page and send it off."""
    tab.click("#od-home-q, #od-q")
    tab.type(words)
    tab.press("Enter")
    tab.wait("location.pathname.endsWith('/search/') && document.querySelectorAll('[data-od-results] li').length > 0")
    return tab.evaluate("[...document.querySelectorAll('[data-od-results] li')].map((e) => e.innerText)")


@pytest.mark.parametrize(
    ("home", "words", "expected"),
    [
        ("", "外资", "实际使用外资"),
        ("en/", "foreign investment", "Utilised foreign direct investment"),
        ("", "利用外资", "实际使用外资"),
    ],
)
def test_search_from_the_home_page_finds_foreign_investment(tab, address, home, words, expected):
    """In both languages, by the keyboard, and a result says what kind of thing it is."""
    tab.open(address + home)
    found = search(tab, words)
    near = "指标" if home == "" else "indicator"
    hits = [hit for hit in found if hit.startswith(expected)]
    assert hits
    assert hits[0].endswith(near)
    assert len(found) > 1


def test_search_finds_a_company_and_what_a_slip_hides(tab, address):
    """An item among many; a typing error in an English word."""
    tab.open(f"{address}en/search/?q=astrazeneca")
    assert tab.wait("document.querySelector('[data-od-results] a[href*=\"#n\"]')?.innerText").startswith("AstraZeneca")
    tab.open(f"{address}en/search/?q=forein%20trade")
    assert "Foreign" in tab.wait("document.querySelector('[data-od-results]').innerText")


def test_a_reader_finds_qingdaos_target_and_where_it_is_printed(tab, address):
    """From the table to the row that says document and place, to that row in the document."""
    tab.open(f"{address}indicators/foreign-investment-used/")
    rows = tab.evaluate(
        "[...document.querySelectorAll('#data ~ .od-table')].flatMap((t) => [...t.querySelectorAll('tbody tr')])"
        ".map((r) => [...r.cells].map((c) => c.innerText.trim())).filter((r) => r[0] === '青岛市' && r.includes('目标'))"
    )
    assert any("350" in cell for row in rows for cell in row)
    link = "[...document.querySelectorAll('.od-table a[href^=\"#o\"]')].find((a) => a.innerText.includes('350'))"
    tab.evaluate(f"{link}.click()")
    tab.wait("location.hash.startsWith('#o') && document.querySelector(':target') !== null")
    row = tab.evaluate("[...document.querySelector(':target').closest('tr').cells].map((c) => c.innerText.trim())")
    assert ("第二章表1第5行", "五年累计350") == (row[1], row[3])
    tab.click(":target a")
    tab.wait("location.pathname.includes('/documents/qingdao-opening-plan/') && document.querySelector(':target') !== null")
    assert "五年累计350" in tab.evaluate("document.querySelector(':target').closest('tr').innerText")


def test_the_download_holds_what_the_page_shows(tab, address):
    """The link to the CSV works and its rows are those of the table."""
    tab.open(f"{address}indicators/foreign-investment-used/")
    link = tab.evaluate("[...document.querySelectorAll('a[download]')].find((a) => a.innerText === 'CSV').href")
    with urllib.request.urlopen(link) as answer:
        lines = answer.read().decode().splitlines()
    shown = tab.evaluate("document.querySelectorAll('#data ~ .od-table a[href^=\"#o\"]').length")
    assert lines[0].startswith("indicator_id,area_id")
    assert shown == len(lines) - 1


def test_the_language_switch_stays_on_the_page(tab, address):
    """There and back."""
    tab.open(f"{address}places/qingdao/")
    tab.click(".od-language")
    tab.wait("location.pathname === '/en/places/qingdao/' && document.readyState === 'complete'")
    assert ("Qingdao", "en") == (text_of(tab, "h1"), tab.evaluate("document.documentElement.lang"))
    tab.click(".od-language")
    tab.wait("location.pathname === '/places/qingdao/'")


def test_projects_filtered_to_weihai(tab, address):
    """The choice above the table leaves the rows of the city, and says how many."""
    tab.open(f"{address}lists/foreign-investment-manufacturing-projects/")
    tab.evaluate(
        "(() => { const s = document.querySelector('.od-tools option[value=\"威海市\"]').closest('select');"
        " s.focus(); s.value = '威海市'; s.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )
    cities = tab.evaluate(
        "[...document.querySelectorAll('#items ~ .od-table tbody tr:not([hidden])')].map((r) => r.cells[1].innerText.trim())"
    )
    assert cities
    assert {"威海市"} == set(cities)
    assert f"显示 {len(cities)} / 41 行" == text_of(tab, ".od-tools output")


def test_a_table_is_sorted_by_a_column(tab, address):
    """By number where it holds numbers, and the heading says so to those who do not see it."""
    tab.open(f"{address}places/")
    tab.click(".od-table thead th:nth-child(3) button")
    tab.click(".od-table thead th:nth-child(3) button")
    counts = tab.evaluate(
        "[...document.querySelectorAll('.od-table tbody tr')].map((r) => Number(r.cells[2].innerText.replace(',', '')))"
    )
    assert sorted(counts, reverse=True) == counts
    assert "descending" == tab.evaluate("document.querySelector('.od-table th[aria-sort]').getAttribute('aria-sort')")


def test_the_keyboard_reaches_everything_and_the_focus_is_seen(tab, address):
    """The first stop leads to the content; every stop has an outline or a border that shows it."""
    tab.open(f"{address}indicators/goods-trade/")
    tab.press("Tab")
    assert "跳到正文" == tab.evaluate("document.activeElement.innerText.trim()")
    unseen = []
    for _ in range(40):
        tab.press("Tab")
        stop = tab.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();"
            " return [e.outerHTML.slice(0, 120), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 1,"
            " r.width > 0 && r.height > 0]; })()"
        )
        if not (stop[1] and stop[2]):
            unseen.append(stop)
    assert [] == unseen


def test_a_chart_is_read_by_the_arrow_keys(tab, address):
    """One value after the other, in words."""
    tab.open(f"{address}indicators/goods-trade/")
    tab.evaluate("document.querySelector('.od-figure-chart').focus()")
    tab.press("ArrowRight")
    first = text_of(tab, ".od-reading")
    tab.press("ArrowRight")
    assert "亿" in first
    assert first != text_of(tab, ".od-reading")


def test_the_chosen_colours_stay(tab, address):
    """Dark where the system is dark; what a reader chooses wins, on the next page too."""

    def paper():
        return tab.evaluate("getComputedStyle(document.body).backgroundColor")

    tab.open(address)
    assert "rgb(255, 255, 255)" == paper()
    tab.show(width=1280, dark=True)
    assert "rgb(20, 22, 26)" == paper()
    tab.click(".od-scheme")
    assert "rgb(255, 255, 255)" == paper()
    tab.open(f"{address}places/")
    assert "rgb(255, 255, 255)" == paper()
    tab.evaluate("localStorage.clear()")


def test_without_javascript_everything_is_there(tab, address):
    """Tables, charts, links, dark colours; search leads to the indexes."""
    tab.show(width=360, script=False, dark=True)
    tab.open(f"{address}indicators/goods-trade/")
    tab.show(width=360, script=True, dark=True)
    seen = tab.evaluate(
        "[document.querySelectorAll('.od-chart svg').length > 0, document.querySelectorAll('.od-table tbody tr').length > 20,"
        " document.querySelectorAll('.od-table thead button').length, getComputedStyle(document.body).backgroundColor]"
    )
    assert [True, True, 0, "rgb(20, 22, 26)"] == seen


def test_an_unknown_address_leads_back(tab, address):
    """At any depth, in both languages."""
    tab.open(f"{address}no/such/page/")
    assert ["没有这个页面", "Page not found"] == tab.evaluate(
        "[...document.querySelectorAll('main h1')].map((e) => e.innerText)"
    )
    assert "rgb(255, 255, 255)" == tab.evaluate("getComputedStyle(document.body).backgroundColor")
    tab.click("main section:nth-of-type(2) li:nth-child(3) a")
    tab.wait("location.pathname === '/en/indicators/'")


def test_no_page_scrolls_sideways_on_a_phone(tab, address):
    """Each kind of page in both languages at 360 px: tables and charts keep within the page."""
    tab.show(width=360)
    wide = []
    for path in ADDRESSES:
        tab.open(address + path)
        tab.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        if tab.evaluate("document.documentElement.scrollWidth") > 360:
            wide.append(path)
    assert [] == wide


def test_no_page_asks_another_host_or_complains(tab, address):
    """Nor breaks its own policy, nor writes an error to the console."""
    for path in ADDRESSES:
        tab.open(address + path)
    assert [] == tab.complaints
    assert set() == {url for url in tab.requests if not url.startswith((address, "data:"))}


@pytest.mark.parametrize(("path", "most"), [("", 120_000), ("en/", 120_000), *((f"{path}", 100_000) for path in ADDRESSES[2:])])
def test_pages_are_light(site, path, most):
    """Compressed, with everything that they load at once; search may load its catalogue besides."""
    import gzip
    import re

    folder = site / path.partition("?")[0]
    page = (folder / "index.html").read_text("utf-8")
    loaded = set(re.findall(r'<(?:script|link)[^>]*(?:src|href)="([^"]+\.(?:js|css|svg))"', page))
    assert loaded
    files = [folder / "index.html", *((folder / name).resolve() for name in loaded)]
    assert most > sum(len(gzip.compress(file.read_bytes())) for file in files)
