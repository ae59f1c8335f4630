"""What the releases changed, on the pages: per indicator, and all of it by release, in both languages."""

import json
import re
from pathlib import Path

import pytest
from lxml import html as parser

from made_up import write_hostile, write_packages
from opendata.collection import Collection
from opendata.handles import Catalog
from opendata.history import find_steps
from opendata.model import Text
from opendata.releases import release
from opendata.render import Site, render_site

ROOT = Path(__file__).parents[1]
SITE = Site(Text("样本", {"en": "Sample"}))
KEY = ["indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "unit_id", "bound", "source_id", "locator"]
TABLE = "observations.csv"


def prepare(folder):
    """Give the made-up figures a primary key, and nothing released."""
    path = folder / "trade" / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    del told["changelog"]
    told["resources"][0]["schema"]["primaryKey"] = KEY
    for field in told["resources"][0]["schema"]["fields"]:
        if field["name"] == "as_printed":
            field |= {"title": "原文数字", "title@en": "As printed"}
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return folder / "trade"


def change(package, *edits):
    """Replace texts in the table."""
    text = (package / TABLE).read_text("utf-8")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    (package / TABLE).write_text(text, "utf-8")


CORRECTED = (("level,actual,1000,cny-100m,,1000,", "level,actual,1010,cny-100m,,1010,"),)
LOST_AND_NEW = (
    ("goods,harbour,,2023,growth-yoy,actual,-3,percent,,下降3%,进出口,north-news,p1,,\n", ""),
    ("firms,harbour,", "goods,north,,2024,level,actual,1200,cny-100m,,1200,进出口,north-news,p9,,\nfirms,harbour,"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Released, corrected and released, changed further and not released."""
    made = write_packages(tmp_path_factory.mktemp("changes"))
    package = prepare(made)
    release(package, date="2026-01-02")
    change(package, *CORRECTED)
    release(package, date="2026-02-03", message_zh="改正一处笔误", message_en="A slip corrected")
    change(package, *LOST_AND_NEW)
    return made


@pytest.fixture(scope="module")
def pages(folder):
    """Their pages by address."""
    return {page.address: page for page in render_site(Collection(Catalog(folder)), ROOT / "site", SITE).pages}


def rows(page, anchor):
    """The texts of the table in a section, a list a row; what stands below each other is joined by a stroke."""
    (section,) = (section for section in page.sections if section.anchor == anchor)
    tree = parser.fragment_fromstring(str(section.html), create_parent="div")
    return [[" | ".join(c.strip() for c in cell.itertext() if c.strip()) for cell in row] for row in tree.xpath(".//tbody/tr")]


def test_steps_are_the_releases_and_what_is_not_released(folder):
    """The newest first, each against the one before it."""
    steps = find_steps(Catalog(folder).load("trade"))
    assert [(None, "1.0.1", ""), ("1.0.1", "1.0.0", "2026-02-03"), ("1.0.0", None, "2026-01-02")] == [
        (step.version, step.previous, step.date) for step in steps
    ]
    counts = [step.difference.tables[0].counts if step.difference else None for step in steps]
    assert [
        {"removed": 1, "renamed": 0, "revised": 0, "added": 1},
        {"removed": 0, "renamed": 0, "revised": 1, "added": 0},
        None,
    ] == counts
    assert () == find_steps(Catalog(folder).load("projects"))


def test_an_indicator_has_its_history_in_words(pages):
    """Which release revised which figure, old and new, in the units of the language; what is not released says so."""
    assert [
        ["港市，2023年，同比增长", "尚未发布", "删除", "−3%", "—"],
        ["北省，2024年", "尚未发布", "新增", "—", "1,200亿元"],
        ["北省，2020年", "1.0.1 | 2026-02-03", "修订", "1,000亿元 | 原文数字：1000", "1,010亿元 | 原文数字：1010"],
    ] == rows(pages["indicators/goods"], "history")
    assert [
        "North, 2020",
        "1.0.1 | 2026-02-03",
        "revised",
        "CNY 100 billion | As printed: 1000",
        "CNY 101 billion | As printed: 1010",
    ] == rows(pages["en/indicators/goods"], "history")[2]
    text = str(next(s for s in pages["indicators/goods"].sections if s.anchor == "history").html)
    assert "首次发布：1.0.0版（2026-01-02）。" in text


def test_history_leads_to_the_figure_and_to_the_release(pages):
    """A figure that is there can be followed to where it is printed; one that is gone cannot."""
    (section,) = (s for s in pages["en/indicators/goods"].sections if s.anchor == "history")
    anchors = set(re.findall(r'id="(o[0-9a-f]{10})"', "".join(str(s.html) for s in pages["en/indicators/goods"].sections)))
    links = re.findall(r'<th scope="row">(?:<a href="#(\w+)")?', str(section.html))
    assert [False, True, True] == [link in anchors for link in links]
    assert 'href="../../data/trade/1.0.1/"' in str(section.html)


def test_an_indicator_that_was_never_revised_says_so(pages):
    """With the version since which it stands."""
    (section,) = (s for s in pages["en/indicators/firms"].sections if s.anchor == "history")
    assert "<p>No revisions since version 1.0.1.</p><p>First released as version 1.0.0 (2026-01-02).</p>" == str(section.html)


def test_the_page_of_changes_tells_each_release_row_by_row(pages):
    """Not released first; with counts, and what the figures were and are."""
    page = pages["en/changes"]
    assert [("Trade data: not yet released", "trade-unreleased"), ("Trade data 1.0.1 (2026-02-03)", "trade-1-0-1")] == [
        (section.heading, section.anchor) for section in page.sections if section.heading
    ]
    told = {section.anchor: str(section.html) for section in page.sections}
    assert told["trade-unreleased"].startswith("<p>Rows: 1 removed, 1 added.</p>")
    assert [
        ["Goods trade, North, 2020", "revised", "CNY 100 billion | As printed: 1000", "CNY 101 billion | As printed: 1010"]
    ] == rows(page, "trade-1-0-1")
    assert "A slip corrected. observations: 1 row revised" in str(page.sections[1].html)


def test_rows_that_are_no_figures_are_told_by_their_keys(tmp_path):
    """Items by key and columns; a change of the schema alone by its words."""
    folder = write_packages(tmp_path)
    for name, schema in (("projects", {"primaryKey": ["item_id"]}), ("reference", {})):
        path = folder / name / "datapackage.json"
        told = json.loads(path.read_text("utf-8"))
        del told["changelog"]
        told["resources"][0]["schema"] |= schema
        path.write_text(json.dumps(told), "utf-8")
        release(folder / name, date="2026-01-02")
    path = folder / "projects" / "items.csv"
    path.write_text(path.read_text("utf-8").replace("New dock,", "Dock,").replace("new-mill,", "old-mill,"), "utf-8")
    path = folder / "reference" / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"title@en": "Words"}), "utf-8")
    pages = {page.address: page for page in render_site(Collection(Catalog(folder)), ROOT / "site", SITE).pages}
    assert [
        ["old-mill", "renamed", "item_id: new-mill", "item_id: old-mill"],
        ["new-dock", "revised", "name_en: New dock", "name_en: Dock"],
    ] == rows(pages["en/changes"], "projects-unreleased")
    (section,) = (s for s in pages["en/changes"].sections if s.anchor == "reference-unreleased")
    assert "<p>descriptive metadata changed.</p>" == str(section.html)


def test_an_old_row_whose_names_are_gone_is_shown_as_it_was(tmp_path):
    """A place that the vocabulary has no more: no figure can be made of the row, and none is lost."""
    folder = write_packages(tmp_path)
    package = prepare(folder)
    release(package, date="2026-01-02")
    change(package, *((old, new) for old, new in [("goods,harbour,by-sea", "goods,north,by-sea"), ("harbour", "north")]))
    for file in (folder / "reference" / "areas.csv", folder / "projects" / "items.csv"):
        file.write_text(file.read_text("utf-8").replace("harbour,港市,Harbour,city,north,\n", "").replace("harbour", "north"))
    pages = {page.address: page for page in render_site(Collection(Catalog(folder)), ROOT / "site", SITE).pages}
    shown = rows(pages["en/indicators/goods"], "history")
    assert any("harbour" in text for row in shown for text in row)


def test_hostile_rows_stay_in_their_cells(tmp_path):
    """What was released before and is gone is data too."""
    folder = write_hostile(tmp_path)
    path = folder / "projects" / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    del told["changelog"]
    path.write_text(json.dumps(told), "utf-8")
    assert release(folder / "projects", date="2026-01-02").version
    items = folder / "projects" / "items.csv"
    items.write_text("\n".join(items.read_text("utf-8").split("\n")[:1]) + "\n", "utf-8")
    page = next(p for p in render_site(Collection(Catalog(folder)), ROOT / "site", SITE).pages if p.address == "changes")
    for section in page.sections:
        tree = parser.fragment_fromstring(str(section.html), create_parent="div")
        assert not {"script", "img", "iframe", "style"} & {element.tag for element in tree.iter()}
    assert "删除4行" in "".join(str(section.html) for section in page.sections)
