"""Sites on disk: whole or not at all, the same bytes twice, and nothing in them that leads nowhere or elsewhere."""

import base64
import errno
import hashlib
import json
import re
from pathlib import Path

import pytest
import yaml
from lxml import html as parser

from made_up import write_hostile, write_packages, write_stranger
from opendata import publish
from opendata.errors import BuildFailed, WrongUse
from opendata.files import Held, hold
from opendata.publish import build, find_inputs, find_problems
from opendata.render import Page

ROOT = Path(__file__).parents[1]


def files_of(folder):
    """Every file below a folder with its bytes."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site of the made-up packages, built once for the tests that only look."""
    folder = tmp_path_factory.mktemp("built")
    return build(write_packages(folder / "packages"), out=folder / "build", site=ROOT).folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The site of packages that hold hostile texts."""
    folder = tmp_path_factory.mktemp("hostile")
    return build(write_hostile(folder / "packages"), out=folder / "build", site=ROOT).folder


@pytest.fixture
def standing(tmp_path):
    """A folder for output in which a site stands already, and the packages to build from."""
    stands = tmp_path / "build" / "site"
    stands.mkdir(parents=True)
    (stands / "index.html").write_text("the last good site")
    return write_packages(tmp_path / "packages"), tmp_path / "build"


def assert_stands(out):
    """The last good site is as it was, and nothing half made is left beside it."""
    assert {"index.html": b"the last good site"} == files_of(out / "site")
    assert [] == [path.name for path in out.glob(".new-*")]


# ----- what a site is -----


def test_every_page_has_its_twin_and_leads_to_it(site):
    """The link to the other language stays on the page."""
    pages = {path.parent.relative_to(site).as_posix() for path in site.rglob("index.html")}
    chinese = {path for path in pages if path != "en" and not path.startswith("en/")}
    assert {"en" if path == "." else f"en/{path}" for path in chinese} == pages - chinese
    for path in ("indicators/goods", "about", "."):
        link = parser.parse(site / path / "index.html").xpath("//a[@class='od-language']/@href")[0]
        assert (site / path / link).resolve() == (site / "en" / path).resolve()


def test_a_site_has_what_a_host_and_a_crawler_ask_for(site):
    """And of the theme nothing but its style sheet."""
    names = set(files_of(site))
    assert {"404.html", "robots.txt", "llms.txt", "assets/od/favicon.svg", "data/trade/current/trade.zip"} <= names
    theme = {name for name in names if name.startswith("assets/") and not name.startswith("assets/od/")}
    assert 1 == len(theme)
    assert re.fullmatch(r"assets/stylesheets/main\.\w+\.min\.css", theme.pop())


def test_the_page_for_unknown_addresses_speaks_both_languages(site):
    """A host shows one page for all, at any depth: its links are absolute."""
    tree = parser.parse(site / "404.html")
    assert ["zh-Hans", "en"] == tree.xpath("//main//section/@lang")
    assert all(re.match(r"/(?!/)", link) for link in tree.xpath("//main//a/@href"))


def test_below_a_path_the_page_for_unknown_addresses_finds_its_styles(tmp_path):
    """The configured address says where the site stands."""
    built = build(write_packages(tmp_path / "p"), out=tmp_path / "build", site=ROOT, url="https://data.example/sub/")
    tree = parser.parse(built.folder / "404.html")
    assert all(link.startswith("/sub/") for link in tree.xpath("//main//a/@href | //link[@rel='stylesheet']/@href"))
    page = parser.parse(built.folder / "en" / "indicators" / "goods" / "index.html")
    assert ["https://data.example/sub/en/indicators/goods/"] == page.xpath("//link[@rel='canonical']/@href")
    assert ["https://data.example/sub/indicators/goods/", "https://data.example/sub/en/indicators/goods/"] == page.xpath(
        "//link[@rel='alternate'][@hreflang]/@href"
    )
    assert ["https://data.example/sub/en/indicators/goods/"] == page.xpath("//meta[@property='og:url']/@content")


def test_a_preview_of_a_link_shows_the_pages_chart(tmp_path, monkeypatch):
    """Where the site's address is known: a whole address of a file that is there, with size and words."""
    monkeypatch.setattr("opendata.cards.find_painter", lambda: lambda svg: b"PNG " + svg.encode())
    built = build(write_packages(tmp_path / "p"), out=tmp_path / "build", site=ROOT, url="https://data.example/sub/")
    for path, card in {"en/indicators/goods": "indicators/goods.en", "places/north": "home.zh"}.items():
        page = parser.parse(built.folder / path / "index.html")
        assert [f"https://data.example/sub/cards/{card}.png"] == page.xpath("//meta[@property='og:image']/@content")
        assert ["summary_large_image"] == page.xpath("//meta[@name='twitter:card']/@content")
        assert (built.folder / "cards" / f"{card}.png").read_bytes().startswith(b"PNG <svg")


def test_without_a_known_address_no_page_claims_one(site):
    """Search engines take absolute addresses alone; the link to the other language is in the header anyway."""
    tree = parser.parse(site / "en" / "index.html")
    assert [] == tree.xpath(
        "//link[@rel='alternate'][@hreflang] | //link[@rel='canonical'] | //meta[@property='og:url' or @property='og:image']"
    )
    assert ["zh-Hans"] == tree.xpath("//header//a[@class='od-language']/@hreflang")


def test_no_switch_of_the_theme_is_left(site):
    """Its drawer and search do not exist here; their checkboxes would be no valid HTML."""
    assert [] == [path.name for path in site.rglob("*.html") if "md-toggle" in path.read_text("utf-8")]


def test_every_inline_script_is_allowed_by_its_hash_and_no_other(site):
    """The policy of each page names exactly the scripts that stand in it."""
    for path in site.rglob("*.html"):
        tree = parser.parse(path)
        policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        inline = [e.text for e in tree.xpath("//script[not(@src) and not(@type='application/ld+json')]")]
        hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in inline}
        assert hashes == set(re.findall(r"'sha256-[^']+'", policy))
        assert [] == tree.xpath("//@style | //style | //@onclick | //@onload")


def test_dark_colours_follow_the_system_without_a_script(site):
    """Every dark rule is there a second time for readers whose system is dark, and gives way to print."""
    styles = (site / "assets" / "od" / "od.css").read_text("utf-8")
    system = styles[styles.index("@media screen and (prefers-color-scheme:dark)") :]
    assert len(re.findall(r"(?m)^\[data-md-color-scheme=\"slate\"\]\s*\{", styles)) == system.count(":root:where(")
    assert "--od-paper: #14161a" in system


def test_the_vendored_search_library_is_the_one_that_is_recorded():
    """Its hash, version and licence stand beside it."""
    folder = ROOT / "site" / "scripts" / "vendor"
    told = json.loads((folder / "vendored.json").read_text("utf-8"))
    assert {"uFuzzy.iife.min.js"} == set(told)
    for name, entry in told.items():
        assert entry["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert {"version", "licence", "licence_file", "source"} <= set(entry)
        assert (folder / entry["licence_file"]).is_file()


# ----- hostile data -----


def test_hostile_texts_run_nowhere(hostile):
    """In the finished pages: no script but ours, no element that acts, no foreign address."""
    written = {file.stem for file in (ROOT / "site" / "pages").glob("*/*.md")}
    for path in hostile.rglob("*.html"):
        tree = parser.parse(path)
        assert [] == tree.xpath("//img | //iframe | //object | //embed | //base")
        scripts = tree.xpath("//script[not(@type='application/ld+json')]")
        assert {"od.js", ""} == {(element.get("src") or "").rpartition("/")[2] for element in scripts}
        links = [] if path.parent.name in written else tree.xpath("//@href | //@src | //@action")
        allowed = {"https://creativecommons.org", "https://schema.org"}  # the licence, and what kind of page it is
        assert allowed >= {
            "/".join(link.split("/")[:3]) for link in links if re.match(r"[a-z][a-z0-9+.-]*:|//", link, re.IGNORECASE)
        }


def test_hostile_titles_stay_titles(hostile):
    """Front matter, Markdown, heading, contents and title show the text; nothing of it takes effect."""
    titles = {}
    for path in hostile.rglob("index.html"):
        tree = parser.parse(path)
        assert 1 == len(tree.xpath("//head/title"))
        assert 1 == len(tree.xpath("//h1"))
        titles[path.parent.relative_to(hostile).as_posix()] = tree.xpath("string(//h1)")
    assert "港市" in titles["places/harbour"]
    assert any("<script>alert(1)</script>" in title for title in titles.values())
    expected = ("<script>alert(1)</script>", "a | b", "{#id} {{ site }} {% x %} ${y}", "&lt;b&gt; &amp;amp;")
    assert [] == [text for text in expected if not any(text in title for title in titles.values())]
    assert not any(re.search("[\u202e\u200f]", title) for title in titles.values())


def test_linked_data_is_json_whatever_the_titles_say(hostile):
    """A title cannot end the script that it stands in."""
    found = 0
    for path in hostile.rglob("index.html"):
        for element in parser.parse(path).xpath("//script[@type='application/ld+json']"):
            assert "Dataset" == json.loads(element.text)["@type"]
            found += 1
    assert found


def test_a_strangers_package_gets_a_clean_site(tmp_path):
    """No Chinese, no kind, 1,200 rows: plain pages of at most 500 rows, all of them reached."""
    built = build(write_stranger(tmp_path / "packages"), out=tmp_path / "build", site=ROOT, name="Birds")
    assert (18, True) == (built.pages, built.report.valid)  # ours are four: the reference of our library
    tree = parser.parse(built.folder / "data" / "birds" / "index.html")
    assert ["birds · Birds"] == tree.xpath("//head/title/text()")
    assert 500 == len(tree.xpath("//th[starts-with(text(), 'R0')]"))


def test_written_pages_have_their_files_and_code_that_scrolls(site):
    """A file in the folder of a page's name stands beside it; each block of code is reached by the keyboard, and named."""
    for language, page in (("zh", site / "python"), ("en", site / "en" / "python")):
        tree = parser.parse(page / "index.html")
        file = ROOT / "site" / "pages" / language / "python" / "opendata-shandong.ipynb"
        assert ["opendata-shandong.ipynb"] == tree.xpath("//main//a/@href[contains(., 'ipynb')]")
        assert file.read_bytes() == (page / "opendata-shandong.ipynb").read_bytes()
        blocks = tree.xpath("//main//pre")
        assert len(blocks) > 30
        assert {("0", "group")} == {(block.get("tabindex"), block.get("role")) for block in blocks}
        labels = {"od-output" in block.get("class"): block.get("aria-label") for block in blocks}
        assert {"zh": "输出，可左右滑动", "en": "Output, scrolls sideways"}[language] == labels[True] != labels[False]
        assert tree.xpath("//meta[@property='og:title']/@content") == tree.xpath("//h1/text()")


def test_written_pages_are_in_the_foot_of_every_page_and_only_some_in_its_head(site):
    """The head is one line on a phone."""
    tree = parser.parse(site / "en" / "indicators" / "goods" / "index.html")
    assert ["Python"] == tree.xpath("//footer//a[@href='../../python/']/text()")
    assert [] == tree.xpath("//header//a[@href='../../python/']")


def test_prose_leads_only_to_pages_that_there_are(tmp_path):
    """What people wrote names the page of progress; packages without targets have none."""
    sites = [
        build(made, out=tmp_path / made.parent.name / "build", site=ROOT).folder
        for made in (write_packages(tmp_path / "ours" / "packages"), write_stranger(tmp_path / "theirs" / "packages"))
    ]
    pages = [parser.parse(site / "en" / "about" / "index.html") for site in sites]
    links = ["//main//a[@href='../progress/']", "//main//a[@href='../notes/']"]
    assert [[1, 1], [0, 0]] == [[len(page.xpath(link)) for link in links] for page in pages]
    assert ["document notes", "progress"] == [
        word for word in ("document notes", "progress") if word in pages[1].xpath("string(//main)")
    ]


# ----- whole or not at all -----


def test_the_built_in_design_brings_none_of_our_own_words(tmp_path, monkeypatch):
    """Somebody's site has a plain name and no page about ours; a project's own site has the pages it wrote."""
    monkeypatch.chdir(tmp_path)
    site = build(write_packages(tmp_path / "packages"), out="build").folder
    assert not (site / "about").exists()
    assert "山东" not in (site / "index.html").read_text("utf-8")
    assert "about/" not in (site / "en" / "index.html").read_text("utf-8")


def test_the_foot_of_a_page_says_the_licence_that_the_packages_say(tmp_path):
    """Theirs, escaped, and nothing where they say none."""
    folder = write_stranger(tmp_path / "packages")
    file = next(folder.rglob("datapackage.json"))
    told = []
    for licences in ([{"name": "CC0-1.0", "title": "No rights & <b>"}], []):
        file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"licenses": licences}), "utf-8")
        site = build(folder, out=tmp_path / "build", site=ROOT).folder
        told.append(parser.parse(site / "en" / "index.html").xpath("normalize-space(//footer)"))
    assert "Licence of the data: No rights & <b>." in told[0]
    assert "Licence" not in told[1]


def test_bad_data_build_nothing(standing):
    """The report says what is wrong; the last site stands."""
    packages, out = standing
    path = packages / "trade" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace(",1000,cny", ",1001,cny"), "utf-8")
    built = build(packages, out=out, site=ROOT)
    assert (False, 0) == (built.report.valid, built.pages)
    assert_stands(out)


def test_a_failure_of_mkdocs_is_told_and_leaves_the_last_site(standing, tmp_path):
    """Its last line says why."""
    packages, out = standing
    project = tmp_path / "project"
    (project / "site").mkdir(parents=True)
    for name in ("templates", "overrides", "styles", "scripts", "pages"):
        (project / "site" / name).symlink_to(ROOT / "site" / name)
    (project / "src").symlink_to(ROOT / "src")
    (project / "site" / "texts.toml").write_bytes((ROOT / "site" / "texts.toml").read_bytes())
    broken = (ROOT / "mkdocs.yml").read_text("utf-8").replace("plugins: []", "plugins: [no-such-plugin]")
    (project / "mkdocs.yml").write_text(broken, "utf-8")
    with pytest.raises(BuildFailed, match=r"MkDocs could not make the pages: .*The last site stands\."):
        build(packages, out=out, site=project)
    assert_stands(out)


@pytest.mark.parametrize("step", ["writing", "making the shell", "putting tables and charts in", "checking"])
def test_an_interrupt_leaves_the_last_site(standing, step):
    """Whenever it comes."""
    packages, out = standing

    def interrupt(line):
        if line.startswith(step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(packages, out=out, site=ROOT, progress=interrupt)
    assert_stands(out)


def test_an_interrupt_between_the_two_renames_puts_the_last_site_back(standing, monkeypatch):
    """The old one is out of the way and the new one not yet in."""
    packages, out = standing
    rename = Path.rename

    def interrupt(path, target):
        if path.name == "site" and ".new-" in path.as_posix():
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(packages, out=out, site=ROOT)
    monkeypatch.undo()
    assert_stands(out)


def test_what_a_killed_build_left_is_tidied_up_by_the_next(standing, monkeypatch):
    """A site that was just being replaced comes back, even if the next build fails too."""
    packages, out = standing
    (out / ".new-killed").mkdir()
    (out / "site").rename(out / ".new-killed" / "old")
    monkeypatch.setattr(publish, "_build_into", lambda *arguments: (_ for _ in ()).throw(BuildFailed("for a test")))
    with pytest.raises(BuildFailed, match="for a test"):
        build(packages, out=out, site=ROOT)
    assert_stands(out)


def test_two_builds_at_once(standing):
    """The second is told to wait; it touches nothing."""
    packages, out = standing
    with hold(out), pytest.raises(Held, match="Another process is writing to"):
        build(packages, out=out, site=ROOT)
    assert_stands(out)


def test_a_full_disk(standing, monkeypatch):
    """One clear line; the half-made site is gone."""
    packages, out = standing
    write, count = Path.write_bytes, iter(range(10**6))

    def fill(path, data):
        if next(count) > 40:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", fill)
    with pytest.raises(BuildFailed, match=r"could not be written to .*: No space left on device\. The last one stands\."):
        build(packages, out=out, site=ROOT)
    monkeypatch.undo()
    assert_stands(out)


def test_a_folder_that_cannot_be_written(tmp_path):
    """A file stands where the folder should be; a file system takes no folder."""
    packages = write_packages(tmp_path / "packages")
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "build", Path("/proc/opendata")):
        with pytest.raises(BuildFailed, match="could not be written"):
            build(packages, out=place, site=ROOT)


def test_problems_in_the_pages_stop_a_build(standing, monkeypatch):
    """What would be broken for readers never takes the place of what works."""
    packages, out = standing
    monkeypatch.setattr(publish, "find_problems", lambda *arguments: ["index.html links to x, which is not there"])
    with pytest.raises(BuildFailed, match="1 problem in the pages"):
        build(packages, out=out, site=ROOT)
    assert_stands(out)


def test_two_builds_are_byte_identical(site, tmp_path):
    """Whatever the clock, the folder and the order of threads."""
    built = build(write_packages(tmp_path / "elsewhere" / "packages"), out=tmp_path / "other", site=ROOT)
    one, two = files_of(site), files_of(built.folder)
    assert sorted(one) == sorted(two)
    assert [] == [name for name in one if one[name] != two[name]]


# ----- configuration -----


def test_docs_dir_and_site_dir_are_under_the_folder_for_output(tmp_path, monkeypatch):
    """MkDocs empties its ``site_dir``, and the default of that is where our sources live."""
    told = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert all(told[key].startswith("build/") for key in ("docs_dir", "site_dir"))
    seen = []
    run = publish._run_mkdocs

    def look(config):
        seen.append(yaml.safe_load(config.read_text("utf-8")))
        run(config)

    monkeypatch.setattr(publish, "_run_mkdocs", look)
    out = tmp_path / "build"
    build(write_packages(tmp_path / "packages"), out=out, site=ROOT)
    assert 2 == len(seen)
    assert all(Path(config[key]).is_relative_to(out) for config in seen for key in ("docs_dir", "site_dir"))


def test_the_sites_own_inputs_must_be_complete(tmp_path):
    """A folder without them is a wrong use, not a failed build."""
    with pytest.raises(WrongUse, match=r"has no mkdocs\.yml"):
        find_inputs(tmp_path)


def test_one_folder_is_needed(tmp_path):
    """None and two are a wrong use."""
    with pytest.raises(WrongUse, match="Name one folder"):
        build(out=tmp_path)


# ----- checks -----


def problems_of(folder, files, pages=()):
    """Write some files and look for problems in them."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return find_problems(folder, pages)


def test_a_dead_link_and_a_dead_anchor_are_found(tmp_path):
    """To a page, to a file, to a place on a page; what is there is not told."""
    text = (
        '<p id="here"><a href="b/">b</a> <a href="b/#x">x</a> <a href="c.csv">c</a> <a href="#here">h</a> <a href="#no">n</a>'
    )
    found = problems_of(tmp_path, {"index.html": text, "b/index.html": "<p id='y'><a href='../'>up</a> <a href='..'>up</a>"})
    assert [
        "index.html links to #no in index.html, which is not there",
        "index.html links to #x in b/index.html, which is not there",
        "index.html links to c.csv, which is not there",
    ] == sorted(found)


def test_another_host_is_found(tmp_path):
    """What a browser would fetch; a link that a reader may follow is none."""
    text = """<script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//cdn.example/x.css">
    <img src="http://cdn.example/x.png" alt=""><a href="https://example.org/">a link</a>"""
    assert [
        "index.html loads //cdn.example/x.css from another host",
        "index.html loads http://cdn.example/x.png from another host",
        "index.html loads https://cdn.example/x.js from another host",
    ] == sorted(problems_of(tmp_path, {"index.html": text}))


def test_a_place_that_was_not_filled_is_found(tmp_path):
    """In whatever page; the words as a text are none."""
    files = {"a.html": '<div data-od-slot="3"></div>', "b.html": "<p>x<!--od:head-->", "c.html": "<p>data-od-slot &lt;!--od:"}
    assert ["a.html has a place that was not filled", "b.html has a place that was not filled"] == problems_of(tmp_path, files)


def test_a_page_without_a_twin_is_found(tmp_path):
    """By the pages that were rendered, not by what stands on disk."""
    pages = [Page("a", "zh", "", "", ()), Page("b", "zh", "", "", ()), Page("b", "en", "", "", ())]
    assert ["/a/ has no page in the other language"] == problems_of(tmp_path, {"x.html": "<p>"}, pages)
