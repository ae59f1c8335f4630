"""Pages as values: what they hold, in both languages, and that nothing in the data can leave its place.

The golden pages in ``tests/pages`` are renewed with ``OPENDATA_RENEW_PAGES=1 pytest tests/test_render.py``; look at
the difference before it is committed.
"""

import gzip
import html
import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html as parser

from made_up import HOSTILE, OBSERVATIONS, write_hostile, write_packages, write_stranger
from opendata import targets, views
from opendata.collection import Collection
from opendata.handles import Catalog
from opendata.model import Text
from opendata.releases import release
from opendata.render import Guide, Site, base, compare, drawings, places, relative, render_site, search
from opendata.report import Finding, Report

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "pages"
SITE = Site(Text("样本", {"en": "Sample"}), Text("一句话说明。", {"en": "What this is."}))
RENEW = os.environ.get("OPENDATA_RENEW_PAGES") == "1"

SHOWN = (
    "",
    "changes",
    "compare",
    "data/projects",
    "data/trade",
    "documents/north-plan",
    "industries/food",
    "indicators/firms",
    "indicators/goods",
    "lists",
    "lists/works",
    "notes",
    "places/harbour",
    "progress",
    "search",
    "topics/trade",
)


def render(folder, site=SITE):
    """Render the packages of a folder with the project's own templates and texts."""
    return render_site(Collection(Catalog(folder)), ROOT / "site", site)


def hide_what_is_drawn(text):
    """Leave only the title of each picture: how it is drawn is tested where it is drawn."""
    text = re.sub(r'<div class="od-chart">.*?</svg>\s*</div>', "<!-- a chart -->", text, flags=re.DOTALL)
    return re.sub(r"<svg.*?</svg>", "<!-- a spark -->", text, flags=re.DOTALL)


def hide_checksums(text):
    """The packages' files are made by the tests; their hashes say nothing about pages."""
    return re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text)


def as_text(page):
    """Return a page as a golden file holds it."""
    lines = [f"title: {page.title}", f"description: {page.description}", f"kind: {page.kind}"]
    if page.linked_data:
        lines.append("linked data: " + json.dumps(page.linked_data, ensure_ascii=False, indent=1))
    for section in page.sections:
        lines += ["", f"## {section.heading} #{section.anchor}" if section.heading else "##", str(section.html).strip()]
    return hide_checksums(hide_what_is_drawn("\n".join(lines))) + "\n"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The pages of the made-up packages."""
    return render(write_packages(tmp_path_factory.mktemp("made-up")))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The pages of the same packages with hostile texts everywhere."""
    return render(write_hostile(tmp_path_factory.mktemp("hostile")))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", SHOWN)
def test_pages_are_as_they_were(rendered, path, language):
    """Each kind of page, as HTML, compared whole."""
    page = next(page for page in rendered.pages if (page.path, page.language) == (path, language))
    golden = GOLDEN / f"{(path or 'home').replace('/', '-')}.{language}.html"
    if RENEW:
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(as_text(page), "utf-8")
    assert golden.read_text("utf-8") == as_text(page)


def test_no_golden_page_is_left_over():
    """A page that is no longer made has no golden file."""
    assert sorted(
        f"{(path or 'home').replace('/', '-')}.{language}.html" for path in SHOWN for language in ("zh", "en")
    ) == sorted(file.name for file in GOLDEN.iterdir())


@pytest.mark.parametrize("which", ["rendered", "hostile"])
def test_every_page_has_its_twin(which, request):
    """The same paths in both languages, each once."""
    pages = request.getfixturevalue(which).pages
    paths = {language: sorted(page.path for page in pages if page.language == language) for language in ("zh", "en")}
    assert paths["zh"] == paths["en"]
    assert len(paths["zh"]) == len(set(paths["zh"]))


def test_every_page_tells_its_title_and_what_it_holds(rendered):
    """A reader of search results sees both."""
    assert [] == [page.address for page in rendered.pages if not page.title or not page.description]


# ----- hostile data -----

PLAIN = {"script", "img", "iframe", "object", "embed", "style", "base", "link", "meta"}


def elements(page):
    """Every element of a page's sections."""
    for section in page.sections:
        yield from parser.fragment_fromstring(str(section.html), create_parent="div").iter()


def test_no_data_becomes_an_element_or_a_script(hostile):
    """What the data say is text: no element that acts, no attribute that runs."""
    found = [
        (page.address, element.tag)
        for page in hostile.pages
        for element in elements(page)
        if element.tag in PLAIN or any(name.lower().startswith("on") or name == "style" for name in element.attrib)
    ]
    assert [] == found


def test_no_data_becomes_an_address(hostile):
    """Links lead within the site, or to a licence at a web address."""
    links = {
        element.get(name)
        for page in hostile.pages
        for element in elements(page)
        for name in ("href", "src", "action", "formaction", "data")
        if element.get(name)
    }
    assert set() == {link for link in links if re.match(r"[a-z][a-z0-9+.-]*:|//", link, re.IGNORECASE)}


def test_hostile_texts_stand_on_the_page_as_they_are(hostile):
    """Nothing is swallowed: a reader sees what the file says."""
    page = next(page for page in hostile.pages if page.address == "changes")
    text = " ".join("".join(element.itertext()) for element in elements(page) if element.tag == "td")
    assert [] == [hostile_text for hostile_text in HOSTILE if " ".join(hostile_text.split()) not in " ".join(text.split())]


def test_only_the_templates_elements_are_on_a_hostile_page(rendered, hostile):
    """The same packages give the same elements, whatever their texts say."""

    def tags(pages, path):
        page = next(page for page in pages if page.address == path)
        return [element.tag for element in elements(page) if element.tag in ("table", "tr", "th", "td", "form", "input", "pre")]

    for path in ("indicators/goods", "en/topics/trade", "lists/works"):
        assert tags(rendered.pages, path) == tags(hostile.pages, path)


def test_search_scripts_hold_data_only(hostile):
    """A name cannot end the script or begin another one."""
    for address, data in hostile.files.items():
        if address.endswith(".js"):
            text = data.decode()
            assert "<" not in text
            assert json.loads(text.partition("=")[2].rstrip(";\n"))


def test_a_long_cell_is_cut_on_the_page_and_whole_in_the_file(tmp_path):
    """A page stays readable; the download has all of it."""
    folder = write_packages(tmp_path)
    note = "长" * 10_000
    path = folder / "projects" / "items.csv"
    path.write_text(path.read_text("utf-8").replace("占地十亩。", note), "utf-8")
    rendered = render(folder)
    page = next(page for page in rendered.pages if page.address == "data/projects")
    assert "长" * 1000 + "…" in "".join(str(section.html) for section in page.sections)
    assert note not in "".join(str(section.html) for section in page.sections)
    assert note.encode() in rendered.files["data/projects/current/items.csv"]


# ----- anybody's packages -----


def test_a_strangers_long_table_has_pages_of_at_most_500_rows(tmp_path):
    """1,200 rows: three pages, each leading to its neighbours, no row lost, none twice."""
    pages = {page.address: page for page in render(write_stranger(tmp_path)).pages}
    addresses = ["data/birds", "data/birds/birds/2", "data/birds/birds/3"]
    assert addresses == [address for address in pages if address.startswith("data/birds")]
    tables = [re.findall(r"<th[^>]*>(R\d{5})</th>", "".join(str(s.html) for s in pages[a].sections)) for a in addresses]
    assert [500, 500, 200] == [len(rows) for rows in tables]
    assert [f"R{at:05}" for at in range(1200)] == [ring for rings in tables for ring in rings]
    assert 'href="birds/2/" rel="next"' in "".join(str(section.html) for section in pages["data/birds"].sections)
    assert 'href="../../" rel="prev"' in str(pages["data/birds/birds/2"].sections[0].html)


def test_a_package_of_many_tables_shows_less_of_each(tmp_path):
    """All of them stand on one page, which stays light; the further rows are a link away."""
    folder = write_stranger(tmp_path, rows=800)
    path = folder / "birds" / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    one = told["resources"][0]
    for number in range(5):
        (folder / "birds" / f"birds{number}.csv").write_bytes((folder / "birds" / "birds.csv").read_bytes())
        told["resources"].append(one | {"name": f"birds{number}", "path": f"birds{number}.csv"})
    path.write_text(json.dumps(told), "utf-8")
    page = next(page for page in render(folder).pages if page.address == "data/birds")
    assert 6 * 500 > len(re.findall(r"<th[^>]*>R\d{5}</th>", "".join(str(section.html) for section in page.sections))) >= 6 * 50


def test_a_strangers_site_has_only_pages_that_say_something(tmp_path):
    """No empty indexes of topics, places or lists."""
    assert ["", "changes", "data", "data/birds", "search"] == sorted(
        page.path for page in render(write_stranger(tmp_path, rows=3)).pages if page.language == "zh"
    )


# ----- what pages are made with -----


def test_every_text_stands_in_both_languages_with_the_same_names():
    """A translation that forgets a name would hide a number."""
    library = base.Library(Collection(Catalog(ROOT / "tests" / "sound" / "numbers")), ROOT / "site", SITE)
    texts = library._texts
    assert [] == [key for key, entry in texts.items() if set(entry) != {"zh", "en"}]
    names = {key: [set(re.findall(r"\{(\w+)\}", entry[language])) for language in ("zh", "en")] for key, entry in texts.items()}
    # Where one language needs no word.
    silent = [key for key, entry in texts.items() if not all(entry.values())]
    assert ["told.level", "told.change", "indicator.undated_period"] == silent
    assert [] == [key for key, (chinese, english) in names.items() if chinese != english]


@pytest.mark.parametrize(
    ("here", "target", "expected"),
    [("", "", "./"), ("", "a/b", "a/b/"), ("a/b", "", "../../"), ("a/b", "a/c", "../c/"), ("en/a", "a", "../../a/")],
)
def test_links_are_relative(here, target, expected):
    """The site works below any path."""
    assert expected == relative(here, target)


def test_a_printed_table_is_set_back_into_its_rows_and_columns(rendered):
    """As printed; where no heading is printed, what its cells share."""
    page = next(page for page in rendered.pages if page.address == "documents/north-plan")
    table = parser.fromstring(str(page.sections[2].html))
    assert [
        ["指标", "2020年", "2025年", "2021—2025年累计", "年均"],
        ["货物进出口额（亿元）", "1000", "1500以上", "—", "8.4%"],
        ["企业数（个）", "—", "—", "五年累计300", "—"],
    ] == [[cell.text_content().strip() for cell in row.xpath("th|td")] for row in table.xpath("//tr")]


def test_an_item_leads_to_its_other_appearances(rendered):
    """The same thing named in two lists."""
    page = next(page for page in rendered.pages if page.address == "en/lists/works")
    assert '<a href="../seen/#dock-in-news">also in: Projects in the news</a>' in "".join(str(s.html) for s in page.sections)


def test_a_list_shows_the_items_of_its_places_and_industries(rendered):
    """A city's page holds the items of the city, an industry's those of all documents."""
    for path, names in {"places/harbour": ["新码头工程", "新码头", "新学校"], "industries/food": ["新工厂", "新学校"]}.items():
        page = next(page for page in rendered.pages if page.address == path)
        assert names == re.findall(r'<th scope="row"><a href="[^"]*lists/\w+/#[\w-]+">([^<]+)</a>', str(page.sections[-1].html))


def test_addresses_are_claimed_only_where_they_are_known(rendered, tmp_path):
    """Without a configured address there is no sitemap, and files are linked relative to the page."""
    assert b"User-agent: *\nAllow: /\n" == rendered.files["robots.txt"]
    assert "sitemap.xml" not in rendered.files
    known = render(write_packages(tmp_path), Site(SITE.name, SITE.tagline, "https://data.example/sub/"))
    assert known.files["robots.txt"].endswith(b"Sitemap: https://data.example/sub/sitemap.xml\n")
    addresses = re.findall(r"<loc>([^<]+)</loc>", known.files["sitemap.xml"].decode())
    catalogues = {f"https://data.example/sub/{name}" for name in ("catalog.jsonld", "catalog.ttl", "datapackage.json")}
    assert len(known.pages) + len(catalogues) == len(addresses) == len(set(addresses) | catalogues)
    assert {"https://data.example/sub/", "https://data.example/sub/en/indicators/goods/"} <= set(addresses)
    page = next(page for page in known.pages if page.address == "indicators/goods")
    assert "https://data.example/sub/indicators/goods/goods.csv" == page.linked_data["distribution"][0]["contentUrl"]


def test_written_pages_are_told_to_programs_and_readers_of_packages(tmp_path):
    """A sitemap has them in both languages; each package leads to how it is used, where a project says."""
    guides = (Guide("python", Text("用法", {"en": "Usage"}), Text("")),)
    told = render(write_packages(tmp_path), replace(SITE, url="https://data.example/", guides=guides))
    addresses = re.findall(r"<loc>([^<]+)</loc>", told.files["sitemap.xml"].decode())
    assert {"https://data.example/python/", "https://data.example/en/python/"} <= set(addresses)
    assert "- Usage: en/python/" in told.files["llms.txt"].decode().splitlines()
    (page,) = [page for page in told.pages if page.address == "en/data/trade"]
    assert '<a href="../../../python/">' not in str(page.sections[0].html)
    assert '<a href="../../python/">Use these data from Python</a>' in str(page.sections[0].html)


def test_llms_txt_names_the_packages(rendered):
    """In plain words, one fact a line."""
    text = rendered.files["llms.txt"].decode()
    assert text.startswith("# Sample (样本)\n\n> What this is.\n")
    assert "- Trade data: data/trade/current/trade.zip" in text


def test_pages_do_not_depend_on_anything_but_the_data(rendered, tmp_path):
    """Rendered again from a copy, everything is the same."""
    again = render(write_packages(tmp_path))
    assert rendered.files == again.files
    assert [as_text(page) for page in rendered.pages] == [as_text(page) for page in again.pages]


def test_figures_for_download_hold_exactly_the_pages_rows(rendered):
    """The CSV of an indicator, cell by cell; its JSON has numbers as numbers."""
    lines = rendered.files["indicators/firms/firms.csv"].decode().splitlines()
    assert "firms,north,,2021/2025,cumulative,target,300,count,,五年累计300,企业数（个）,north-plan,二/表1/2,," == lines[1]
    assert [300, 12000] == [row["value"] for row in json.loads(rendered.files["indicators/firms/firms.json"])]


def test_a_place_is_surveyed_on_its_page_and_told_in_full_on_two_others(real):
    """Each indicator of Qingdao stands on its page once; its figures and its items each on a page, none lost."""
    pages = {page.path: page for page in places.render_places(real, "zh") if f"{page.path}/".startswith("places/qingdao/")}
    assert ["places/qingdao", "places/qingdao/figures", "places/qingdao/items"] == sorted(pages)
    figures, items = real.by_area["qingdao"], real.items_by_area["qingdao"]
    survey = "".join(str(part.html) for part in pages["places/qingdao"].sections)
    for indicator in {o.indicator.indicator_id for o in figures}:
        assert 1 == len(re.findall(rf'href="\.\./\.\./indicators/{indicator}/[#"]', survey))
    text = "".join(str(part.html) for part in pages["places/qingdao/figures"].sections)
    assert {o.key for o in figures} == set(re.findall(r'#(o[0-9a-f]+)"', text))
    text = "".join(str(part.html) for part in pages["places/qingdao/items"].sections)
    assert {item.item_id for item in items} == set(re.findall(r'/lists/[\w-]+/#([\w-]+)"', text)) & {i.item_id for i in items}
    counts = [int(count) for count in re.findall(r'<span class="od-count">(\d+)</span>', survey)]
    assert len(items) == sum(counts)


def test_what_cannot_stand_on_a_line_has_no_picture_on_a_places_page(real):
    """A total over years, a rate, a target without a date: words alone. A level and its target: a picture from zero."""
    page = next(page for page in places.render_places(real, "zh") if page.path == "places/qingdao")
    entries = section(page, "foreign-investment").xpath(".//ul[@class='od-multiples']/li")
    told = {entry.xpath("string(h3)").strip(): entry for entry in entries}
    total = told["引进内资额（总投资过亿元项目）"]
    assert "累计12,000亿元" in total.text_content()
    assert [] == total.xpath(".//*[local-name()='svg']")
    level = told["实际使用外资"]
    assert "2020年 58.5亿美元" in " ".join(level.text_content().split())
    assert 1 == len(level.xpath(".//*[local-name()='svg']"))


def pictures(library, language):
    """Each picture of the real indicators: indicator, its title, and the figures that it can hold."""
    for indicator_id, observations in library.by_indicator.items():
        desk = library.at(language, f"indicators/{indicator_id}")
        for drawn in drawings.draw_indicator(desk, library.collection.indicators[indicator_id], observations):
            yield indicator_id, parser.fragment_fromstring(str(drawn)), observations


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_picture_has_two_units_or_holds_a_total_among_yearly_values(real, language):
    """Every mark of every picture tells a figure of one family and one unit; totals over periods stand among themselves."""
    found = 0
    for indicator_id, figure, observations in pictures(real, language):
        said = figure.xpath(".//*[local-name()='svg'][1]//@data-text")
        told = {}
        for o in observations:
            told.setdefault(" ".join(views.full_value(o, language).split()), set()).add(
                (views.family(o), o.unit.unit_id, o.measure == "cumulative")
            )
        kinds = [told[text.rpartition("：" if language == "zh" else ": ")[2]] for text in said]
        assert set.intersection(*kinds), (indicator_id, figure.findtext("figcaption"), said)
        found += 1
    assert found > 50


def test_shares_of_different_wholes_stand_in_different_pictures(real):
    """Of the nation and of the city: two pictures, each saying in its title what the shares are of."""
    titles = [figure.findtext("figcaption") for indicator, figure, _ in pictures(real, "zh") if indicator == "goods-trade"]
    assert "货物进出口总额：山东省占全国2015年为6.1%，2020年为6.8%" in titles
    assert "货物进出口总额：青岛西海岸新区占青岛市2016年为30.7%，2020年为33.5%" in titles


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_title_of_a_picture_is_its_answer(real, language):
    """The name of the indicator, then a sentence with a number; the picture's name for a screen reader is the same."""
    for indicator_id, figure, observations in pictures(real, language):
        title, name = figure.findtext("figcaption"), observations[0].indicator.name.in_language(language)
        assert title.startswith(name)
        assert re.search(r"\d", title.removeprefix(name)), (indicator_id, title)
        named = figure.xpath("string(.//*[local-name()='svg'][1]/*[local-name()='title'])")
        assert " ".join(title.split())[:200] == named[:200]
        assert "\n" not in title and "  " not in title


def test_each_list_stands_with_one_topic(real):
    """By the part of the document that it is printed in; a plan on one subject gives its lists to that subject."""
    found = [entry.list_id for lists in real.lists_by_topic.values() for entry in lists]
    assert len(found) == len(set(found))
    documents = {i for i in real.items_by_list if real.collection.lists[i].document.source_id in real.by_document}
    assert documents == set(found)
    assert "shandong-services-fairs" in {entry.list_id for entry in real.lists_by_topic["services-trade"]}


def test_citations_escape_what_tex_reads(hostile):
    """A title with a percent sign or a backslash does not break a bibliography."""
    page = next(page for page in hostile.pages if page.address == "indicators/goods")
    text = html.unescape("".join(str(section.html) for section in page.sections))
    bibtex = text[text.index("@misc{") :].partition("</code>")[0]
    assert [] == re.findall(r"(?<!\\)[%&#]", bibtex)


# ----- targets and what came of them -----

YEAR = "goods,north,,2023,level,actual,{value},cny-100m,,{value},货物进出口额,north-news,p3,,"


def pages_with(folder, *rows):
    """The pages of the made-up packages with some rows more, by address."""
    return {page.address: page for page in render(write_packages(folder, observations=(*OBSERVATIONS, *rows))).pages}


def section(page, anchor):
    """A part of a page, parsed."""
    return parser.fragment_fromstring(str(next(s.html for s in page.sections if s.anchor == anchor)), create_parent="div")


def statuses(page, anchor):
    """The status of each row of a table of targets, as a reader sees it, by what stands in front of it."""
    rows = section(page, anchor).xpath(".//tbody/tr[.//*[contains(@class, 'od-status')]] | .//ul[@class='od-multiples']/li")
    return [" ".join(row.xpath(".//*[contains(@class, 'od-status')]")[0].text_content().split()) for row in rows]


@pytest.mark.parametrize(
    ("value", "status", "word"),
    [(1600, "✓ 已达到", "met"), (1280, "→ 进度正常", "on track"), (1220, "! 有风险", "at risk"), (1010, "↓ 落后", "off track")],
)
def test_one_added_row_changes_the_status_everywhere(tmp_path, value, status, word):
    """Next year's actual as one line of CSV: the page of all, indicator, place, document, home, both languages."""
    before = pages_with(tmp_path / "before")
    after = pages_with(tmp_path / "after", YEAR.format(value=value))
    for address, anchor in {
        "progress": "targets",
        "indicators/goods": "progress",
        "documents/north-plan": "progress",
        "places/north": "trade",
    }.items():
        assert status not in statuses(before[address], anchor)
        assert status == statuses(after[address], anchor)[0]
        assert word in statuses(after[f"en/{address}"], anchor)[0]
    assert status in str(section(after[""], "headline").text_content()).replace("\n", " ")
    told = ["共3个目标：能够判断的0个，还没有可比实际数的3个", "共3个目标：能够判断的2个，还没有可比实际数的1个"]
    assert [True, True] == [
        page["progress"].description.startswith(text) for page, text in zip((before, after), told, strict=True)
    ]


def test_next_years_actual_is_one_row_and_a_release_and_all_pages_follow(tmp_path):
    """A maintainer adds a line and releases: version, changelog, statuses and the figure itself, in both languages."""
    folder = write_packages(tmp_path)
    package = folder / "trade"
    told = json.loads((package / "datapackage.json").read_text("utf-8"))
    (package / "datapackage.json").write_text(json.dumps({key: told[key] for key in told if key != "changelog"}), "utf-8")
    assert "1.0.0" == release(package, date="2024-01-02").version
    before = {page.address: page for page in render(folder).pages}
    with (package / "observations.csv").open("a", encoding="utf-8") as file:
        file.write(YEAR.format(value=1220) + "\n")
    released = release(package, date="2024-02-03", message_zh="补充2023年实际数。", message_en="The actual of 2023 is added.")
    assert "1.1.0" == released.version  # a row more is minor, by the version recipe of the standard
    after = {page.address: page for page in render(folder).pages}

    def text(pages, address):
        return " ".join(str(part.html) for part in pages[address].sections)

    for prefix, sentence in (("", "补充2023年实际数。"), ("en/", "The actual of 2023 is added.")):
        for address in ("changes", "data/trade"):
            assert [False, True] == [sentence in text(pages, prefix + address) for pages in (before, after)]
            assert [False, True] == ["1.1.0" in text(pages, prefix + address) for pages in (before, after)]
    figures = [str(section(pages["indicators/goods"], "progress").text_content()) for pages in (before, after)]
    assert [False, True] == ["1,220亿元" in shown for shown in figures]
    assert ["○ 尚无数据", "! 有风险"] == [statuses(pages["progress"], "targets")[0] for pages in (before, after)]
    assert "! at risk" == statuses(after["en/progress"], "targets")[0]


def test_a_target_that_can_be_judged_has_its_picture(tmp_path):
    """A line for an amount, bars for a growth, a bar within a bar for a total; none where nobody can tell."""
    assert [] == section(pages_with(tmp_path / "before")["indicators/goods"], "progress").xpath(".//figure")
    pages = pages_with(
        tmp_path / "after",
        YEAR.format(value=1220),
        "goods,north,,2021/2025,cumulative,target,6000,cny-100m,,6000,累计,north-plan,三,,",
        "goods,north,,2021/2022,cumulative,actual,2100,cny-100m,,2100,累计,north-news,p4,,",
    )
    found = {
        (figure.findtext("figcaption"), figure.xpath("string(.//svg/@class)"), len(figure.xpath(".//svg[1]//*[@data-text]")))
        for figure in section(pages["indicators/goods"], "progress").xpath(".//figure")
    }
    assert {
        ("货物进出口额：北省2023年为1,220亿元，2025年目标超过1,500亿元，此后每年需要增长10.9%", "od-narrow", 4),
        ("货物进出口额：北省截至2023年年均增长6.9%，2021—2025年目标年均增长8.4%，此后每年需要增长10.8%", "od-narrow", 3),
        ("货物进出口额：北省2021—2022年累计2,100亿元，2021—2025年目标累计6,000亿元，此后每年需要1,300亿元", "od-narrow", 2),
    } == found


def test_the_picture_of_a_target_holds_no_number_that_its_table_lacks(tmp_path):
    """Baseline, latest actual, even path and target."""
    pages = pages_with(tmp_path, YEAR.format(value=1220))
    block = section(pages["indicators/goods"], "progress")
    figure = next(f for f in block.xpath(".//figure") if "超过" in f.findtext("figcaption"))
    said = {text.rpartition("：")[2] for text in figure.xpath(".//@data-text")}
    assert {"1,000亿元", "1,220亿元", "1,300亿元", "超过1,500亿元"} == said
    assert [] == [number for number in said if number not in block.xpath("string(.//table)")]


def test_many_targets_have_pages_by_place_of_at_most_500_rows(tmp_path):
    """The first page then leads to the places; each target stands on one page of its place."""
    rows = [f"goods,harbour,,2025,level,target,{n},cny-100m,,{n},目标,north-plan,三/{n},," for n in range(1, 621)]
    pages = pages_with(tmp_path, *rows)
    addresses = ["progress", "progress/harbour", "progress/harbour/2", "progress/north"]
    assert addresses == sorted(address for address in pages if address.startswith("progress"))
    assert [0, 500, 120, 3] == [len(statuses(pages[a], "targets")) if "/" in a else 0 for a in addresses]
    links = section(pages["progress"], "places").xpath(".//tbody//a/@href")
    assert ["north/", "harbour/"] == links
    assert "method" in {part.anchor for part in pages["progress"].sections}


def test_each_status_has_a_word_a_sign_and_a_colour_that_is_read_in_both_schemes():
    """At least 4.5 to 1 on paper, on a row under the pointer and on a row that is pointed at."""
    styles = (ROOT / "site" / "styles" / "od.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--od-([\w-]+): (#\w+);", styles.split(start)[1].split("}")[0]))
        for start in (":root {", '[data-md-color-scheme="slate"] {')
    )
    weak = [
        (status, paper, round(contrast(scheme[status], scheme[paper]), 2))
        for scheme in (light, dark)
        for status in targets.STATUSES
        for paper in ("paper", "wash", "mark")
        if contrast(scheme[status], scheme[paper]) < 4.5
    ]
    assert [] == weak
    assert set(targets.STATUSES) == set(views.SIGNS)
    assert len(targets.STATUSES) == len(set(views.SIGNS.values()))


def test_colours_of_status_are_used_for_status_alone():
    """No link, line or heading borrows them."""
    styles = (ROOT / "site" / "styles" / "od.css").read_text("utf-8")
    uses = re.findall(rf"([^{{}}\n]+) {{ color: var\(--od-({'|'.join(targets.STATUSES)})\); }}", styles)
    assert [(f".od-status-{status}", status) for status in targets.STATUSES] == uses
    assert len(uses) == len(re.findall(rf"var\(--od-(?:{'|'.join(targets.STATUSES)})\)", styles))


def contrast(one, other):
    """The ratio of two colours as WCAG 2 defines it."""

    def light(colour):
        digits = colour.lstrip("#")
        digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


# ----- document notes -----


def write_notes(folder, *rows):
    """The made-up packages with these document notes."""
    write_packages(folder)
    path = folder / "reference" / "document-notes.csv"
    path.write_text("\n".join([path.read_text("utf-8").split("\n")[0], *rows, ""]), "utf-8")
    return folder


def test_document_notes_stand_by_document_in_printed_order(tmp_path):
    """A list, a figure with place, part and period, or whatever the note calls its subject."""
    folder = write_notes(
        tmp_path,
        "c,two-values,goods/north/2021/2025,x,north-plan,二/表1/1,丙,C",
        "n,ranks,goods/harbour/by-sea/2020,x,north-news,p2,丁,D",
        "b,list-length,works,x,north-plan,二/专栏1,乙,B",
        "a,new-rule,unheard/of,x,north-plan,一/（二）/3,甲,A",
    )
    page = next(page for page in render(folder).pages if page.address == "en/notes")
    rows = [
        [s.heading, *(" / ".join(text.strip() for text in cell.itertext() if text.strip()) for cell in row.xpath("th|td"))]
        for s in page.sections
        if s.heading
        for row in section(page, s.anchor).xpath(".//tbody/tr")
    ]
    plan, news = "Plan of the North", "News of the North"
    assert [
        [plan, "unheard/of / new rule", "A", "chapter 1, section 2, item 3"],
        [plan, "Goods trade, North, 2021–2025 / two values of one figure", "C", "chapter 2, table 1, row 1"],
        [plan, "Key projects / list and stated count", "B", "chapter 2, box 1"],
        [news, "Goods trade, Harbour, By sea, 2020 / ranks", "D", "paragraph 2"],
    ] == rows
    assert ["../indicators/goods/", "../lists/works/"] == section(page, "north-plan").xpath(".//th/a/@href")


def test_notes_are_text_whatever_they_say(tmp_path):
    """Hostile notes and subjects stay in their cells."""
    rows = []
    for at, text in enumerate(HOSTILE):
        quoted = '"' + text.replace('"', '""') + '"'
        rows.append(f"n{at},{quoted},{quoted},x,north-plan,二/表1/1,{quoted},{quoted}")
    pages = {page.address: page for page in render(write_notes(tmp_path, *rows)).pages}
    for address in ("notes", "en/notes", "documents/north-plan"):
        assert [] == [e.tag for e in elements(pages[address]) if e.tag in PLAIN or any(n.startswith("on") for n in e.attrib)]
    cells = {cell.text_content() for cell in section(pages["notes"], "north-plan").xpath(".//td")}
    assert [] == [text for text in HOSTILE if text.strip() not in {cell.strip() for cell in cells}]


def test_more_notes_than_a_page_holds_stand_with_their_documents(tmp_path):
    """The page of all then leads to them."""
    rows = [f"n{at},two-values,goods,x,north-plan,二/表1/{at},甲,A" for at in range(501)]
    pages = {page.address: page for page in render(write_notes(tmp_path, *rows)).pages}
    assert ["../documents/north-plan/"] == section(pages["notes"], "documents").xpath(".//a/@href")
    assert 501 == len(section(pages["documents/north-plan"], "notes").xpath(".//tbody/tr"))


# ----- search and comparison: what their scripts read -----


@pytest.fixture(scope="module")
def real():
    """The packages that come with the library."""
    packages = Path(os.environ.get("OPENDATA_PACKAGES", ROOT / "datapackages"))
    return base.Library(Collection(Catalog(packages)), ROOT / "site", SITE)


def compressed(data):
    """How many bytes a web server sends."""
    return len(gzip.compress(data, 9))


def run_node(*arguments, told=""):
    """What a script prints; the pages' scripts need nothing of a browser for what is asked here."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is not installed; the browser tests try the same scripts.")
    return json.loads(subprocess.run([node, *arguments], input=told, capture_output=True, text=True, check=True).stdout)


def test_search_reads_at_most_60_kb_at_its_first_use(real):
    """Names in the reader's language with definitions, or names in both; each script once, for both languages."""
    sizes = {path.rpartition("/")[2]: compressed(data) for path, data in search.make_catalogues(real).items()}
    own = {
        language: sizes["paths.js"] + sizes[f"names.{language}.js"] + sizes[f"definitions.{language}.js"]
        for language in ("zh", "en")
    }
    other = sizes["paths.js"] + sizes["names.zh.js"] + sizes["names.en.js"]
    print(f"search, bytes compressed: Chinese {own['zh']:,}, English {own['en']:,}, the other language's words {other:,}")
    assert max(*own.values(), other) <= 60_000


def searched_texts(library):
    """Every name and label with the address where it leads, read from the packages and not from the catalogues."""
    collection = library.collection
    for o in collection.observations:
        path = f"indicators/{o.indicator.indicator_id}/"
        yield from ((o.label_printed, path), *((text, path) for text in both(o.indicator.name)))
        yield from ((text, path) for text in (both(o.breakdown.name) if o.breakdown else ()))
        yield from ((text, f"places/{o.area.area_id}/") for text in both(o.area.name))
        yield from ((text, f"documents/{o.document.source_id}/") for text in both(o.document.title))
        yield from ((text, f"topics/{o.indicator.topic_id}/") for text in both(collection.topics[o.indicator.topic_id].name))
    for item in collection.items:
        yield from ((text, f"lists/{item.list.list_id}/") for text in both(item.list.name))
        yield from ((text, f"lists/{item.list.list_id}/#n{item.position}") for text in (*both(item.name), item.organisation))
        if item.industry:
            labels = [library.readable("industry", item.industry, language) for language in ("zh", "en")]
            yield from ((text, f"industries/{item.industry}/") for text in labels)
    for package in collection.packages:
        yield from ((text, f"data/{package.name}/") for text in (package.name, *both(package.meta.title)))


def both(text):
    """A text in both languages."""
    return text.in_language("zh"), text.in_language("en")


@pytest.mark.slow
def test_every_name_and_label_is_found_by_any_two_characters_of_it(real, tmp_path):
    """In both languages' pages, by the page's own script, with what it loads for such a query and no more."""
    files = {path: data.decode() for path, data in search.make_catalogues(real).items()}
    (tmp_path / "files.json").write_text(json.dumps(files), "utf-8")
    cases = sorted(set(searched_texts(real)))
    found = run_node(
        ROOT / "tests" / "search_pairs.js",
        ROOT / "site" / "scripts" / "search.js",
        tmp_path / "files.json",
        told=json.dumps(cases),
    )
    print(f"search: {len(cases):,} texts, {found['pairs']:,} pairs of characters")
    assert [] == found["missed"]
    assert found["pairs"] > 5_000


def test_definitions_are_searched(real):
    """An indicator's definition, in the reader's language."""
    files = search.make_catalogues(real)
    for language in ("zh", "en"):
        text = files[f"search/definitions.{language}.js"].decode()
        lines = json.loads(text.partition("=")[2].rstrip(";\n")).split("\n")
        indicators = [real.collection.indicators[i] for i in real.by_indicator]
        assert [" ".join(i.definition.in_language(language).split()) for i in indicators] == lines


def test_what_is_compared_is_every_figure_and_light(real):
    """Each figure once, with the key of its row; at most 60 kB compressed."""
    for language in ("zh", "en"):
        ((path, data),) = compare.make_figures(real, language).items()
        told = json.loads(data.decode().partition("=")[2].rstrip(";\n"))
        print(f"{path}, bytes compressed: {compressed(data):,}")
        assert compressed(data) <= 60_000
        keys = sorted(row[-1] for *_, rows in told["tables"] for row in rows)
        assert sorted(o.key for o in real.collection.observations) == keys


def test_what_is_compared_stands_in_one_unit_a_table(rendered):
    """The figures of an indicator by family and unit, with bounds and bars where they can be drawn from zero."""
    told = json.loads(rendered.files["en/compare/figures.js"].decode().partition("=")[2].rstrip(";\n"))
    assert [
        ("Goods trade", "Amounts", "CNY billion", 1, 2),
        ("Goods trade", "Growth and change", "%", 0, 2),
        ("Goods trade", "Shares and ratios", "%", 1, 3),
        ("Firms", "Amounts", "number", 1, 2),
    ] == [(told["indicators"][at][1], family, unit, bars, len(rows)) for at, family, unit, bars, rows in told["tables"]]
    assert [("100", "{}"), ("150", "over {}")] == [(row[6], told["bounds"][row[5]]) for row in told["tables"][0][4]]
    # Bars are held against those of as many years.
    assert {"2020": 1, "end of 2020": 1, "2023": 1, "2025": 1, "2021–2025": 5} == dict(told["periods"])


def test_a_package_tells_what_was_checked(tmp_path):
    """Warnings of this package, and of each declared rule whether it was enforced; those of another package stay there."""
    folder = write_packages(tmp_path / "packages")
    rules = {"trade/observations/value: type": "enforced", "trade/observations/value: secret": "not supported"}
    findings = [
        Finding(f"{folder}/{name}/datapackage.json", None, None, "odd", None, f"<b>{name}</b> is odd", "warning")
        for name in ("trade", "projects")
    ]
    report = Report(tuple(findings), 1, 1, 3, {**rules, "projects/items/name: type": "enforced"})
    rendered = render_site(Collection(Catalog(folder)), ROOT / "site", Site(Text("样本", {"en": "Sample"})), report)
    page = next(page for page in rendered.pages if (page.language, page.path) == ("en", "data/trade"))
    told = parser.fromstring(next(section.html for section in page.sections if section.anchor == "checks"))
    text = " ".join(told.text_content().split())
    assert "Warnings, listed below: 1." in text
    assert "Rules declared: 2; enforced: 1." in text
    assert "<b>trade</b> is odd" in text
    assert "<b>projects</b>" not in text
    assert ["observations/value", "type, secret", "not supported"] == [
        " ".join(cell.text_content().split()) for cell in told.xpath("//tbody/tr/*")
    ]


def test_a_saved_table_holds_no_formula():
    """What a spreadsheet would run is text; negative numbers stay numbers; quotes are doubled."""
    script = (
        "const vm = require('node:vm');"
        "const find = (what) => what.startsWith('script') ? { getAttribute: () => 'assets/od/od.js' } : null;"
        "const document = { documentElement: { lang: 'zh' }, querySelector: find, querySelectorAll: () => [] };"
        "const page = vm.createContext({ document });"
        f"vm.runInContext(require('node:fs').readFileSync({json.dumps(str(ROOT / 'site/scripts/od.js'))}, 'utf8'), page);"
        "page.cells = ['=1+1', '+x', '-3.5', '-a', '@x', '\\tx', '+12,000%', 'a,b', 'say \"x\"', '3'];"
        "console.log(JSON.stringify(vm.runInContext('cells.map(csvCell)', page)));"
    )
    expected = ["'=1+1", "'+x", "-3.5", "'-a", "'@x", "'\tx", '"+12,000%"', '"a,b"', '"say ""x"""', "3"]
    assert expected == run_node("-e", script)
