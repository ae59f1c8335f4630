"""Pages as values: what they hold, in both languages, and that nothing in the data can leave its place.

The golden pages in ``tests/pages`` are renewed with ``OPENDATA_RENEW_PAGES=1 pytest tests/test_render.py``; look at
the difference before it is committed.
"""

import html
import json
import os
import re
from pathlib import Path

import pytest
from lxml import html as parser

from made_up import HOSTILE, write_hostile, write_packages, write_stranger
from opendata.collection import Collection
from opendata.handles import Catalog
from opendata.model import Text
from opendata.render import Site, base, relative, render_site

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "pages"
SITE = Site(Text("样本", {"en": "Sample"}), Text("一句话说明。", {"en": "What this is."}))
RENEW = os.environ.get("OPENDATA_RENEW_PAGES") == "1"

SHOWN = (
    "",
    "changes",
    "data/projects",
    "data/trade",
    "documents/north-plan",
    "industries/food",
    "indicators/firms",
    "indicators/goods",
    "lists",
    "lists/works",
    "places/harbour",
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
    assert note.encode() in rendered.files["data/projects/1.0.0/items.csv"]


# ----- anybody's packages -----


def test_a_strangers_long_table_has_pages_of_at_most_500_rows(tmp_path):
    """1,200 rows: three pages, each leading to its neighbours, no row lost, none twice."""
    pages = {page.address: page for page in render(write_stranger(tmp_path)).pages}
    addresses = ["data/birds", "data/birds/birds/2", "data/birds/birds/3"]
    assert addresses == [address for address in pages if address.startswith("data/birds")]
    tables = [re.findall(r"<th[^>]*>(R\d{5})</th>", "".join(str(s.html) for s in pages[a].sections)) for a in addresses]
    assert [500, 500, 200] == [len(rows) for rows in tables]
    assert [f"R{at:05}" for at in range(1200)] == [ring for rings in tables for ring in rings]
    assert 'href="birds/2/" rel="next"' in str(pages["data/birds"].sections[-2].html)
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
    assert len(known.pages) == len(addresses) == len(set(addresses))
    assert {"https://data.example/sub/", "https://data.example/sub/en/indicators/goods/"} <= set(addresses)
    page = next(page for page in known.pages if page.address == "indicators/goods")
    assert "https://data.example/sub/indicators/goods/goods.csv" == page.linked_data["distribution"][0]["contentUrl"]


def test_llms_txt_names_the_packages(rendered):
    """In plain words, one fact a line."""
    text = rendered.files["llms.txt"].decode()
    assert text.startswith("# Sample (样本)\n\n> What this is.\n")
    assert "- Trade data: data/trade/1.0.0/trade.zip" in text


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


def test_citations_escape_what_tex_reads(hostile):
    """A title with a percent sign or a backslash does not break a bibliography."""
    page = next(page for page in hostile.pages if page.address == "indicators/goods")
    text = html.unescape("".join(str(section.html) for section in page.sections))
    bibtex = text[text.index("@misc{") :].partition("</code>")[0]
    assert [] == re.findall(r"(?<!\\)[%&#]", bibtex)
