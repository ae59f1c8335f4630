"""What a reader does, in headless Chromium, on the site of the real packages."""

import collections
import csv
import io
import json
import os
import urllib.parse
import urllib.request
from importlib import resources
from pathlib import Path

import pytest
from lxml import html as parser

from made_up import write_stranger

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
    "progress": "progress/",
    "notes": "notes/",
    "packages": "data/",
    "package": "data/goods-trade/",
    "vocabulary": "data/reference/",
    "rows": "data/reference/breakdowns/2/",
    "version": "data/goods-trade/1.0.0/",
    "changes": "changes/",
    "search": "search/?q=qingdao",
    "compare": "compare/?indicators=goods-trade,gdp&places=qingdao,shandong",
    "about": "about/",
    "python": "python/",
    "reference": "python/reference/",
    "values": "python/reference/values/",
    "validation": "validation/",
    "hosting": "hosting/",
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
    assert hits[0].splitlines()[0].endswith(near)
    assert len(found) > 1


def test_search_finds_a_company_and_what_a_slip_hides(tab, address):
    """An item among many; a typing error in an English word."""
    tab.open(f"{address}en/search/?q=astrazeneca")
    assert tab.wait("document.querySelector('[data-od-results] a[href*=\"#n\"]')?.innerText").startswith("AstraZeneca")
    tab.open(f"{address}en/search/?q=forein%20trade")
    assert "Foreign" in tab.wait("document.querySelector('[data-od-results]').innerText")


def results(tab):
    """The names that a search shows."""
    return tab.evaluate("[...document.querySelectorAll('[data-od-results] a')].map((e) => e.innerText)")


@pytest.mark.parametrize(
    ("home", "words", "kind"),
    [
        ("", "规则给出的货物通关放行时限", "指标"),
        ("en/", "not the time actually taken", "indicator"),
        ("en/", "实际使用外资", "indicator"),
        ("", "goods trade", "主题"),
    ],
)
def test_search_finds_definitions_and_the_other_languages_words(tab, address, home, words, kind):
    """A result that does not show the words in its name shows the text that holds them."""
    tab.open(f"{address}{home}search/?q={urllib.parse.quote(words)}")
    shown = tab.wait("document.querySelector('[data-od-results] li')?.innerText")
    assert kind in shown
    assert words.lower() in shown.lower()


def test_search_works_by_the_keyboard_and_says_what_it_found(tab, address):
    """Arrow keys through the results and back, Escape clears, Enter opens."""
    tab.open(f"{address}search/")
    tab.click("#od-q")
    tab.type("外资")
    tab.wait("/^找到\\d+条$/.test(document.querySelector('[data-od-found]').textContent)")
    names = results(tab)
    for step, expected in [("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)]:
        tab.press(step)
        assert names[expected] == tab.evaluate("document.activeElement.innerText")
    tab.press("ArrowUp")
    assert "od-q" == tab.evaluate("document.activeElement.id")
    tab.press("ArrowDown")
    tab.press("Escape")
    assert ["od-q", "", 0] == tab.evaluate(
        "[document.activeElement.id, document.activeElement.value, document.querySelectorAll('[data-od-results] li').length]"
    )
    tab.wait("document.querySelector('[data-od-found]').textContent === ''")
    tab.type("实际使用外资")
    tab.wait("document.querySelector('[data-od-results] a')?.innerText === '实际使用外资'")
    tab.press("ArrowDown")
    tab.press("Enter")
    tab.wait("location.pathname === '/indicators/foreign-investment-used/'")


def test_a_search_with_many_results_shows_all_that_are_asked_for(tab, address):
    """The first ones, and the others behind a button."""
    tab.open(f"{address}search/?q={urllib.parse.quote('青岛')}")
    tab.wait(
        "document.querySelector('[data-od-results] button') !== null && document.querySelector('[data-od-found]').textContent"
    )
    count = int("".join(char for char in text_of(tab, "[data-od-found]").partition("，")[0] if char.isdigit()))
    tab.click("[data-od-results] button")
    assert count == len(results(tab)) > 60


def test_search_and_comparison_work_from_a_disk(tab, site):
    """Opened as files, without a server."""
    tab.open(f"{site.as_uri()}/search/index.html?q=%E5%A4%96%E8%B5%84")
    assert "利用内外资" in tab.wait("document.querySelector('[data-od-results] a')?.innerText")
    tab.open(f"{site.as_uri()}/en/compare/index.html?indicators=gdp")
    assert tab.wait("document.querySelectorAll('[data-od-compared] table').length")
    assert [] == tab.complaints


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
    assert ("第二章表1第5行", "五年累计350") == (row[3], row[0])
    assert tab.evaluate("document.querySelector(':target').closest('details').open")
    tab.click(":target a")
    tab.wait("location.pathname.includes('/documents/qingdao-opening-plan/') && document.querySelector(':target') !== null")
    assert "五年累计350" in tab.evaluate("document.querySelector(':target').closest('tr').innerText")


def test_what_is_folded_is_opened_by_its_anchor_and_printed_whole(tab, address):
    """A page of many printed places is short; without JavaScript too an address of one opens it."""
    tab.show(width=1280, script=False)
    tab.open(f"{address}indicators/goods-trade/")
    tab.show(width=1280)
    folded = "[...document.querySelectorAll('details.od-folded')]"
    assert tab.evaluate(f"{folded}.length > 4 && {folded}.every((e) => !e.open)")
    key = tab.evaluate("document.querySelector('.od-folded [id^=o]').id")
    tab.show(width=1280, script=False)
    tab.open(f"{address}indicators/?")
    tab.open(f"{address}indicators/goods-trade/#{key}")
    tab.show(width=1280)
    assert [True, 1] == tab.evaluate(
        f"[document.getElementById('{key}').checkVisibility(), {folded}.filter((e) => e.open).length]"
    )
    tab.call("Emulation.setEmulatedMedia", media="print")
    assert tab.evaluate(f"{folded}.every((e) => e.querySelector('table').getBoundingClientRect().height > 0)")
    tab.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("home", ["", "en/"])
def test_the_ways_in_take_one_line_on_a_phone_and_search_one_tap(tab, address, home):
    """Two lines of header, each high enough for a finger; what does not fit is reached by moving the line."""
    tab.show(width=360)
    tab.open(f"{address}{home}topics/")
    tops = tab.evaluate(
        "[...new Set([...document.querySelectorAll('.od-nav a')].map((e) => e.getBoundingClientRect().top))].length"
    )
    assert 1 == tops
    assert [] == tab.evaluate(
        "[...document.querySelectorAll('.od-header a, .od-header button')].filter((e) => e.checkVisibility())"
        ".filter((e) => e.getBoundingClientRect().height < 40).map((e) => e.innerText)"
    )
    assert 360 >= tab.evaluate("document.documentElement.scrollWidth")
    tab.click(".od-header-link")
    tab.wait("location.pathname.endsWith('/search/')")


def test_the_download_holds_what_the_page_shows(tab, address):
    """The link to the CSV works and its rows are those of the table."""
    tab.open(f"{address}indicators/foreign-investment-used/")
    link = tab.evaluate("[...document.querySelectorAll('a[download]')].find((a) => a.innerText === 'CSV').href")
    with urllib.request.urlopen(link) as answer:
        lines = answer.read().decode().splitlines()
    # Longer tables are folded; what follows under the next heading is not of the data.
    own = "#data ~ :is(.od-table, details):not(#progress ~ *) a[href^='#o']"
    shown = tab.evaluate(f"document.querySelectorAll({json.dumps(own)}).length")
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


@pytest.mark.parametrize(("home", "status", "place"), [("", "○ 尚无数据", "青岛市"), ("en/", "○ no data yet", "Qingdao")])
def test_targets_are_chosen_by_status_and_place(tab, address, home, status, place):
    """Both choices together; what is counted above the table is what it holds."""
    tab.open(f"{address}{home}progress/")
    heads = tab.evaluate("[...document.querySelectorAll('#targets ~ .od-table thead th')].map((e) => e.innerText.trim())")
    at = [heads.index(name) for name in (("Progress", "Place") if home else ("进度", "地区"))]
    counts = tab.evaluate("[...document.querySelectorAll('.od-statuses strong')].map((e) => Number(e.innerText))")
    every = tab.evaluate(
        f"[...document.querySelectorAll('#targets ~ .od-table tbody tr')].map((r) => r.cells[{at[0]}].innerText.trim())"
    )
    assert sum(counts) == len(every)
    assert counts[4] == every.count(status)
    for value in (status, place):
        tab.evaluate(
            f"(() => {{ const s = document.querySelector('.od-tools option[value={json.dumps(value)}]').closest('select');"
            f" s.value = {json.dumps(value)}; s.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
        )
    shown = tab.evaluate(
        "[...document.querySelectorAll('#targets ~ .od-table tbody tr:not([hidden])')]"
        f".map((r) => {at}.map((i) => r.cells[i].innerText.trim()))"
    )
    assert shown
    assert all([status, place] == row for row in shown)


def test_a_table_is_saved_as_it_is_shown(tab, address):
    """Heading and the rows that a choice leaves, in their order, with the mark that spreadsheets want."""
    tab.open(f"{address}lists/foreign-investment-manufacturing-projects/?%E5%9C%B0%E5%8C%BA=%E5%A8%81%E6%B5%B7%E5%B8%82")
    saved = tab.evaluate(
        "(() => { const made = []; URL.createObjectURL = (blob) => { made.push(blob); return '#'; };"
        " document.querySelector('#items ~ .od-tools [data-od-save]').click();"
        " return made[0].arrayBuffer().then((b) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(b)); })()"
    )
    shown = tab.evaluate("document.querySelectorAll('#items ~ .od-table tbody tr:not([hidden])').length")
    assert saved.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(saved.removeprefix("\ufeff"))))
    assert shown + 1 == len(lines)
    assert {"威海市"} == {line[lines[0].index("地区")] for line in lines[1:]}


def test_nothing_moves_while_a_page_of_tables_loads(tab, address):
    """What the scripts fill is in the page already: the shifts that a browser counts stay below what it calls good."""
    for page in ("progress/", "en/indicators/goods-trade/", "lists/foreign-investment-manufacturing-projects/"):
        tab.show(width=360)
        tab.open(f"{address}{page}")
        shifts = tab.evaluate(
            "new Promise((resolve) => { const sum = (list) => list.getEntries().reduce((s, e) => s + e.value, 0);"
            " new PerformanceObserver((list) => resolve(sum(list)))"
            ".observe({ type: 'layout-shift', buffered: true });"
            " setTimeout(() => resolve(0), 500); })"
        )
        assert shifts < 0.02, page


def test_a_filtered_and_sorted_table_is_shared_by_its_address(tab, address):
    """What is chosen goes into the address, and comes back from it; the anchor stays and its row is shown."""
    page = f"{address}lists/foreign-investment-manufacturing-projects/"
    tab.open(page)
    tab.evaluate(
        "(() => { const s = document.querySelector('.od-tools option[value=\"威海市\"]').closest('select');"
        " s.value = '威海市'; s.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )
    number = "#items ~ .od-table thead th:last-child button"
    tab.click(number)
    tab.click(number)
    shared = tab.evaluate("location.href")
    assert {"地区": ["威海市"], "sort": ["-序号"]} == urllib.parse.parse_qs(urllib.parse.urlsplit(shared).query)
    rows = (
        "[...document.querySelectorAll('#items ~ .od-table tbody tr:not([hidden])')]"
        ".map((r) => [r.cells[1].innerText.trim(), Number(r.cells[r.cells.length - 1].innerText)])"
    )
    shown = tab.evaluate(rows)
    tab.open(address)
    tab.open(shared)
    assert shown == tab.evaluate(rows)
    assert {"威海市"} == {city for city, _ in shown}
    assert sorted((at for _, at in shown), reverse=True) == [at for _, at in shown]
    assert "descending" == tab.evaluate("document.querySelector('#items ~ .od-table th:last-child').getAttribute('aria-sort')")
    other = next(n for n in range(1, 42) if n not in {at for _, at in shown})
    tab.open(address)
    tab.open(f"{shared}#n{other}")
    assert sorted([*(at for _, at in shown), other]) == sorted(at for _, at in tab.evaluate(rows))
    top = tab.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= top < tab.evaluate("innerHeight")


def test_the_second_table_of_a_page_has_its_own_place_in_the_address(tab, address):
    """A choice in one table does not touch another that has the same column."""
    tab.open(f"{address}indicators/goods-trade/")
    places = "[...document.querySelectorAll('.od-tools option[value=\"青岛市\"]')].map((e) => e.closest('select'))"
    tab.evaluate(
        f"(() => {{ const s = {places}[1]; s.value = '青岛市'; s.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
    )
    state = f"{places}.map((e) => e.value)"
    chosen = tab.evaluate(state)
    assert 1 == chosen.count("青岛市")
    shared = tab.evaluate("location.href")
    tab.open(address)
    tab.open(shared)
    assert chosen == tab.evaluate(state)


def test_two_places_are_compared_by_the_keyboard(tab, address):
    """Find an indicator, choose it, choose two places, read the table; the address and the other language keep it."""
    tab.open(f"{address}compare/")
    tab.wait("document.querySelectorAll('.od-options input').length > 0")
    for field, words in [("indicators", "货物进出口总额"), ("places", "青岛市"), ("places", "山东省")]:
        tab.evaluate(f"(() => {{ const e = document.getElementById('od-find-{field}'); e.focus(); e.select(); }})()")
        tab.type(words)
        tab.press("Tab")
        if "checkbox" != tab.evaluate("document.activeElement.type"):
            tab.press("Tab")
        tab.press(" ")
    assert "?indicators=goods-trade&places=qingdao,shandong" == tab.evaluate("location.search")
    heads = "[...document.querySelector('[data-od-compared] table').tHead.rows[0].cells].map((c) => c.innerText)"
    assert ["时期", "青岛市", "山东省"] == tab.evaluate(heads)
    row = (
        "[...document.querySelector('[data-od-compared] tbody').rows].map((r) => [...r.cells].map((c) => c.innerText.trim()))"
        ".find((r) => r[0].startsWith('2020年'))"
    )
    assert ["6,407", "22,009.4"] == tab.evaluate(row)[1:]
    assert "货物进出口总额：数额（亿元）" == text_of(tab, "[data-od-compared] h3")
    tab.click(".od-language")
    tab.wait("location.pathname === '/en/compare/' && document.querySelector('[data-od-compared] table') !== null")
    assert ["Period", "Qingdao", "Shandong"] == tab.evaluate(heads)
    assert ["640.7", "2,200.94"] == tab.evaluate(row.replace("2020年", "2020\\n"))[1:]


def test_a_comparison_leads_to_where_its_numbers_are_printed(tab, address):
    """Each number is a link to its row on the indicator's page."""
    tab.open(f"{address}compare/?indicators=goods-trade&places=qingdao&shared=0")
    tab.wait("document.querySelectorAll('[data-od-compared] td a').length > 0")
    links = tab.evaluate(
        "[...document.querySelectorAll('[data-od-compared] td a')].map((a) => a.getAttribute('href').split('#')[1])"
    )
    tab.open(f"{address}indicators/goods-trade/")
    assert [] == [key for key in links if not tab.evaluate(f"document.getElementById({json.dumps(key)}) !== null")]


def test_what_is_compared_is_downloaded_as_it_is_shown(tab, address):
    """A line for each figure, numbers as numbers, the unit beside them."""
    tab.open(f"{address}compare/?indicators=goods-trade&places=qingdao,shandong&shared=1")
    tab.wait("!document.querySelector('[data-od-download]').disabled")
    tab.evaluate("void (URL.createObjectURL = (blob) => { window.downloaded = blob.text(); return 'blob:none'; })")
    tab.evaluate("void document.addEventListener('click', (event) => { if (event.target.download) event.preventDefault(); })")
    tab.click("[data-od-download]")
    rows = list(csv.DictReader(io.StringIO(tab.evaluate("window.downloaded"))))
    assert f"、{len(rows)}个数字" in text_of(tab, "[data-od-summary]")
    told = [[row[key] for key in ("地区", "时期", "性质", "数值", "单位")] for row in rows if row["指标"] == "货物进出口总额"]
    assert ["青岛市", "2020年", "实际", "6407", "亿元"] in told
    assert {"青岛市", "山东省"} == {row["地区"] for row in rows}


def test_without_javascript_the_comparison_says_what_it_needs(tab, address):
    """And leads to the tables."""
    tab.show(width=1280, script=False)
    tab.open(f"{address}compare/")
    assert "JavaScript" in text_of(tab, "main noscript")
    assert ["../indicators/", "../places/"] == tab.evaluate(
        "[...document.querySelectorAll('main noscript a')].map((a) => a.getAttribute('href'))"
    )
    assert not tab.evaluate("document.querySelector('[data-od-compare]').checkVisibility()")


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


# ----- what others judge: axe-core, and the rules of html-validate and vnu that can be broken here -----

# Of siblings built alike, axe finds in the third what it found in the first, and its time grows with their number.
FEW_OF_A_KIND = """(() => {
  document.querySelectorAll("details").forEach((e) => { e.open = true; });
  for (const parent of document.querySelectorAll("body *")) {
    const shapes = new Map();
    for (const child of [...parent.children]) {
      const parts = [child, ...child.querySelectorAll("*")].map((e) => `${e.tagName}.${e.getAttribute("class") ?? ""}`);
      const count = (shapes.get(parts.join()) ?? 0) + 1;
      shapes.set(parts.join(), count);
      if (count > 2 && !child.matches("label, input, select, button")) child.remove();
    }
  }
})()"""

# Width and colours: everything is looked at once wide and light, once narrow and dark; what hangs on colour always.
_COLOURS = ["color-contrast", "link-in-text-block"]
STATES = ((1280, False, None), (1280, True, _COLOURS), (360, False, _COLOURS), (360, True, None))


def find_violations(tab, address):
    """What axe-core finds in one page in each state: state, rule, and the first element that breaks it."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    found = []
    tab.show(width=1280, still=True)
    tab.open(address)
    tab.wait("!document.querySelector('[data-od-results]') || document.querySelector('[data-od-found]').textContent")
    tab.evaluate(f"{axe}; 0")
    tab.evaluate(FEW_OF_A_KIND)
    for width, dark, only in STATES:
        tab.show(width=width, dark=dark, still=True)
        options = {"resultTypes": ["violations"]} | ({"runOnly": {"type": "rule", "values": only}} if only else {})
        told = tab.evaluate(
            f"axe.run(document, {json.dumps(options)}).then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))"
        )
        found += [(width, dark, rule, element[:200]) for rule, element in told]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_violation(tab, address, kind):
    """On each kind of page, in both languages, light and dark, narrow and wide."""
    assert [] == [
        (home, *violation) for home in ("", "en/") for violation in find_violations(tab, f"{address}{home}{KINDS[kind]}")
    ]


def test_axe_finds_what_is_wrong(tab, tmp_path):
    """The check above can fail: pale text in the dark, a picture and a field without a name."""
    body = '<main><h1>x</h1><p>pale</p><img src="x.svg"><input></main>'
    style = "@media (prefers-color-scheme: dark) { body { background: #000; color: #111 } }"
    page = f'<!doctype html><html lang="en"><head><title>x</title><style>{style}</style></head><body>{body}</body></html>'
    (tmp_path / "index.html").write_text(page)
    with devtools.serving(tmp_path) as address:
        found = {violation[:3] for violation in find_violations(tab, f"{address}/")}
    assert {(1280, False, "image-alt"), (1280, False, "label"), (1280, True, "color-contrast")} <= found
    assert (1280, False, "color-contrast") not in found


@pytest.fixture(scope="session")
def strangers(tmp_path_factory):
    """The site of somebody else's package: no Chinese, no indicators, no design of its own."""
    from opendata.publish import build

    folder = tmp_path_factory.mktemp("strangers")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return build(write_stranger(folder / "packages"), out=folder / "build", name="Birds").folder


def test_axe_finds_no_violation_on_a_strangers_site(tab, strangers):
    """Every kind of page that it has."""
    pages = ["", "data/", "data/birds/", "changes/", "search/?q=birds"]
    with devtools.serving(strangers) as address:
        found = [(page, *v) for page in pages for v in find_violations(tab, f"{address}/en/{page}")]
    assert [] == found
    assert [] == tab.complaints


_BLOCKS = (
    "address article aside details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main nav ol p pre table ul"
)


def find_faults(text):
    """What html-validate and vnu would say of a page, for the rules that a generator of tables, lists and charts can break."""
    tree = parser.fromstring(text.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    ids = collections.Counter(tree.xpath("//@id"))
    faults = [f"id {name!r} {count} times" for name, count in ids.items() if count > 1]
    faults += [f"an id that is empty or has a space: {name!r}" for name in ids if not name or " " in name]
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list"):
        goals = [goal for value in tree.xpath(f"//@{attribute}") for goal in value.split()]
        faults += [f"{attribute} names {goal!r}, which is not there" for goal in goals if goal not in ids]
    levels = [
        int(tag[1]) for tag in (e.tag for e in tree.iter() if isinstance(e.tag, str)) if tag in {f"h{n}" for n in range(1, 7)}
    ]
    faults += [f"h{after} after h{before}" for before, after in zip([0, *levels], levels, strict=False) if after > before + 1]
    for what, path in {
        "an empty heading": "//*[self::h1 or self::h2 or self::h3 or self::h4][not(normalize-space())]",
        "a link without a text": "//a[@href][not(normalize-space()) and not(@aria-label) and not(.//title)]",
        "a button without a name": "//button[not(normalize-space()) and not(@aria-label) and not(@hidden)]",
        "a control without a label": "//*[self::select or self::input or self::textarea][not(ancestor::label)]"
        "[not(@aria-label) and not(@id = //label/@for)]",
        "a picture without a text": "//img[not(@alt)] | //svg[not(@role) and not(@aria-hidden)]",
        "a region of a table without a name": "//div[@tabindex][not(@role) or not(@aria-label)]",
        "an empty list": "//ul[not(li) and not(@hidden) and not(@aria-label) and not(ancestor::*[@hidden])]"
        " | //ol[not(li) and not(@hidden) and not(@data-od-results) and not(ancestor::*[@hidden])]",
        "a list of other things than items": "//ul/*[not(self::li)] | //ol/*[not(self::li)]",
        "a term outside of its list": "//dt[not(ancestor::dl)] | //dd[not(ancestor::dl)]",
        "a row that is shorter than its heading": "//table[count(thead/tr) = 1]/tbody/tr[not(*[@colspan])]"
        "[count(*) != count(../../thead/tr/*)]",
        "a paragraph around a block": f"//p[{' or '.join(f'.//{tag}' for tag in _BLOCKS.split())}]",
        "a link or button within another": "//a//a | //a//button | //button//a | //button//button | //label//label",
        "no title, or more than one": "//head[count(title) != 1 or not(normalize-space(title))]",
        "no description": "//head[not(meta[@name='description'][normalize-space(@content)])]",
        "no language": "/html[not(@lang)]",
        "a style or handler within the page": "//style | //@style | //@onclick | //@onload",
    }.items():
        faults += [what for _ in tree.xpath(path)]
    return faults


def test_no_page_has_a_fault_of_structure(site, strangers):
    """Every page of both sites; an unknown address has one page for two languages, with a heading for each."""
    faults = {}
    for folder in (site, strangers):
        for file in sorted(folder.rglob("*.html")):
            found = find_faults(file.read_text("utf-8"))
            if file.name == "404.html":
                found = [fault for fault in found if fault != "no description"]
            if found:
                faults[file.relative_to(folder).as_posix()] = found
    assert {} == faults


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p id="a">x</p><p id="a">y</p>', "id 'a' 2 times"),
        ('<label for="b">x</label>', "for names 'b', which is not there"),
        ("<h1>x</h1><h3>y</h3>", "h3 after h1"),
        ("<h1> </h1>", "an empty heading"),
        ("<input>", "a control without a label"),
        ("<ul></ul>", "an empty list"),
        ("<table><thead><tr><th>a<th>b</thead><tbody><tr><td>c</tbody></table>", "a row that is shorter than its heading"),
        ('<a href="x"></a>', "a link without a text"),
    ],
)
def test_faults_of_structure_are_found(body, fault):
    """The check above can fail."""
    head = '<head><title>x</title><meta name="description" content="x"></head>'
    assert [fault] == find_faults(f'<!doctype html><html lang="en">{head}<body>{body}</body></html>')


# ----- the keyboard alone -----


def go_by_tab(tab, condition, most=400):
    """Press Tab until what has the focus fulfils a condition on ``e``; every stop on the way can be seen."""
    for _ in range(most):
        tab.press("Tab")
        found, seen, element = tab.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            f" return [Boolean({condition}), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,"
            " e.outerHTML.slice(0, 160)]; })()"
        )
        assert seen, f"no focus is seen on {element}"
        if found:
            return
    raise AssertionError(f"never reached: {condition}")


def test_from_the_home_page_to_the_printed_number_by_tab_and_enter_alone(tab, address):
    """Search 实际使用外资, open the indicator, read Qingdao's target, see where it is printed, save the CSV."""
    tab.open(address)
    go_by_tab(tab, "e.matches('.md-skip')", most=1)
    tab.press("Enter")
    tab.wait("location.hash.length > 1")
    tab.open(address)
    go_by_tab(tab, "e.id === 'od-home-q'")
    tab.type("实际使用外资")
    tab.press("Enter")
    tab.wait("location.pathname === '/search/' && document.querySelector('[data-od-results] a') !== null")
    go_by_tab(tab, "e.matches('[data-od-results] a') && e.innerText === '实际使用外资'")
    tab.press("Enter")
    tab.wait("location.pathname === '/indicators/foreign-investment-used/' && document.readyState === 'complete'")
    go_by_tab(
        tab, "e.matches('a[href^=\"#o\"]') && e.innerText.includes('350') && e.closest('tr').innerText.includes('青岛市')"
    )
    tab.press("Enter")
    tab.wait("location.hash.startsWith('#o') && document.querySelector(':target') !== null")
    assert "五年累计350" in tab.evaluate("document.querySelector(':target').closest('tr').innerText")
    go_by_tab(tab, "e.matches('a') && e.pathname.startsWith('/documents/qingdao-opening-plan/')")
    tab.press("Enter")
    tab.wait("location.pathname === '/documents/qingdao-opening-plan/' && document.querySelector(':target') !== null")
    assert "五年累计350" in tab.evaluate("document.querySelector(':target').closest('tr').innerText")
    tab.evaluate("history.back()")
    tab.wait("location.pathname === '/indicators/foreign-investment-used/' && document.readyState === 'complete'")
    go_by_tab(tab, "e.matches('a[download]') && e.innerText === 'CSV'")
    with urllib.request.urlopen(tab.evaluate("document.activeElement.href")) as answer:
        assert b"qingdao" in answer.read()


def test_the_focus_is_seen_on_every_kind_of_thing_that_takes_it(tab, address):
    """Links, fields, choices, buttons, headings of columns, summaries, charts and tables; dark too."""
    kinds = set()
    for dark in (False, True):
        for page in ("", "compare/?indicators=goods-trade&places=qingdao", "lists/foreign-investment-manufacturing-projects/"):
            tab.show(width=360 if dark else 1280, dark=dark)
            tab.open(address + page)
            for _ in range(60):
                tab.press("Tab")
                kind, seen, element = tab.evaluate(
                    "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                    " return [`${e.tagName}.${e.type ?? ''}`, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2"
                    " && s.outlineColor !== getComputedStyle(document.body).backgroundColor, e.outerHTML.slice(0, 160)]; })()"
                )
                assert seen, element
                kinds.add(kind)
    assert {"A.", "INPUT.search", "INPUT.checkbox", "SELECT.select-one", "BUTTON.button", "DIV."} <= kinds


def test_nothing_moves_for_those_who_want_no_motion(tab, address):
    """No transition and no animation is left, and scrolling jumps."""
    moving = (
        "[...document.querySelectorAll('*')].filter((e) => { const s = getComputedStyle(e);"
        " return s.animationName !== 'none' || s.transitionDuration.split(',').some((d) => parseFloat(d) > 0)"
        " || s.scrollBehavior === 'smooth'; }).length"
    )
    tab.show(width=1280)
    tab.open(f"{address}indicators/goods-trade/")
    assert tab.evaluate(moving)
    tab.show(width=1280, still=True)
    assert 0 == tab.evaluate(moving)
