"""Atom feeds: valid by RFC 4287, found from the pages, the same for ever whatever the site's address is."""

import re
from pathlib import Path

import pytest
from lxml import etree

from made_up import release_twice, write_hostile, write_packages, write_stranger
from opendata.collection import Collection
from opendata.handles import Catalog
from opendata.model import Text
from opendata.publish import _feeds
from opendata.render import Site, relative, render_site

ROOT = Path(__file__).parents[1]
SITE = Site(Text("样本", {"en": "Sample"}), Text("一句话说明。", {"en": "What this is."}))
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
A = {"a": "http://www.w3.org/2005/Atom"}
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def render(folder, site=SITE):
    """Render the packages of a folder."""
    return render_site(Collection(Catalog(folder)), ROOT / "site", site)


def find_feeds(rendered):
    """Every feed by its address, parsed."""
    return {address: etree.fromstring(data) for address, data in rendered.files.items() if address.endswith(".atom")}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The made-up packages, one of them released twice."""
    folder = write_packages(tmp_path_factory.mktemp("feeds"))
    release_twice(folder / "trade")
    return folder


@pytest.fixture(scope="module")
def rendered(released):
    """Their site, whose address nobody knows."""
    return render(released)


def find_faults(feed):
    """What the schema cannot say: RFC 4287, 4.1.1, 4.1.2, 4.2.6, 4.2.7."""
    entries = feed.findall("a:entry", A)
    ids = [e.text for e in feed.iterfind(".//a:id", A)]
    yield from (f"no id of its own: {one}" for one in ids if ids.count(one) > 1 or not UUID.fullmatch(one))
    if feed.find("a:author/a:name", A) is None or not feed.find("a:author/a:name", A).text:
        yield "no author"
    for part in (feed, *entries):
        links = [(link.get("rel", "alternate"), link.get("type"), link.get("hreflang")) for link in part.findall("a:link", A)]
        yield from (f"two links alike: {link}" for link in links if link[0] == "alternate" and links.count(link) > 1)
        if not any(link[0] == "alternate" for link in links):
            yield "no link to a page"
        if not (part.findtext("a:title", "", A)).strip():
            yield "no title"
    if [link.get("rel") for link in feed.findall("a:link", A)].count("self") != 1:
        yield "no link to itself"
    moments = [entry.findtext("a:updated", None, A) for entry in entries]
    if feed.findtext("a:updated", None, A) != max(moments) or moments != sorted(moments, reverse=True):
        yield "not updated when its newest entry was, or not in order"


@pytest.mark.parametrize("make", [write_packages, write_hostile], ids=["plain", "hostile"])
@pytest.mark.parametrize("url", ["", "https://data.example/sub"])
def test_feeds_are_valid(tmp_path, make, url):
    """By the schema of the RFC and by what it cannot say, whatever the texts hold."""
    feeds = find_feeds(render(make(tmp_path), Site(SITE.name, SITE.tagline, url)))
    names = ("projects", "reference", "trade")
    assert {f"feeds/{la}{n}.atom" for la in ("zh", "en") for n in ("", *(f"/{n}" for n in names))} == set(feeds)
    for address, feed in feeds.items():
        assert (True, []) == (SCHEMA.validate(feed), list(find_faults(feed))), (address, SCHEMA.error_log)


def test_a_schema_that_can_fail():
    """It refuses what the RFC forbids."""
    for wrong in ("<title>x</title>", "<id>urn:x</id><title>x</title><updated>2026-01-02</updated>"):
        assert not SCHEMA.validate(etree.fromstring(f'<feed xmlns="{A["a"]}">{wrong}</feed>'))


def test_a_feed_tells_each_release_in_its_language(rendered):
    """Title, day, changelog, the version's page, its archive."""
    feed = find_feeds(rendered)["feeds/en/trade.atom"]
    assert ["Trade data 1.1.0", "Trade data 1.0.0"] == [e.findtext("a:title", None, A) for e in feed.findall("a:entry", A)]
    entry = feed.find("a:entry", A)
    assert "2026-02-03T00:00:00Z" == entry.findtext("a:updated", None, A)
    assert "observations: 1 row" in entry.findtext("a:summary", None, A)
    links = {link.get("rel"): link for link in entry.findall("a:link", A)}
    assert "../../en/data/trade/1.1.0/" == links["alternate"].get("href")
    assert "../../data/trade/1.1.0/trade-1.1.0.zip" == links["enclosure"].get("href")
    archive = rendered.files["data/trade/1.1.0/trade-1.1.0.zip"]
    assert str(len(getattr(archive, "data", archive))) == links["enclosure"].get("length")
    assert ("en", "Sample: changes of Trade data") == (
        feed.get("{http://www.w3.org/XML/1998/namespace}lang"),
        feed.findtext("a:title", None, A),
    )


def test_links_of_a_feed_lead_to_what_is_there(rendered):
    """Pages and files, relative to the feed."""
    places = {f"/{page.address}/".replace("//", "/") for page in rendered.pages} | {f"/{name}" for name in rendered.files}
    for address, feed in find_feeds(rendered).items():
        for link in feed.iterfind(".//a:link", A):
            href = link.get("href")
            goal = "/" + "/".join(_resolve(address, href))
            assert goal + ("/" if href.endswith("/") and goal != "/" else "") in places, (address, href)


def _resolve(address, href):
    parts = address.split("/")[:-1]
    for part in href.rstrip("/").split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return parts


def test_ids_stay_whatever_happens_to_the_site(released, rendered):
    """With an address or without, under another name: an entry is the same; in two languages it is two."""
    known = render(released, Site(Text("别名", {"en": "Other"}), SITE.tagline, "https://data.example/"))
    one, other = find_feeds(rendered), find_feeds(known)
    for address in one:
        ids = [[e.text for e in feeds[address].iterfind("a:entry/a:id", A)] for feeds in (one, other)]
        assert ids[0] == ids[1]
    assert one["feeds/en/trade.atom"].findtext("a:id", None, A) == other["feeds/en/trade.atom"].findtext("a:id", None, A)
    ids = {language: {e.text for e in one[f"feeds/{language}.atom"].iterfind("a:entry/a:id", A)} for language in ("zh", "en")}
    assert (4, 4, set()) == (len(ids["zh"]), len(ids["en"]), ids["zh"] & ids["en"])
    assert {e.text for e in one["feeds/en/trade.atom"].iterfind("a:entry/a:id", A)} <= ids["en"]
    assert "https://data.example/feeds/zh.atom" == other["feeds/zh.atom"].find("a:link[@rel='self']", A).get("href")


def test_pages_lead_to_their_feeds(rendered):
    """In the head for feed readers; on the pages of changes and of packages where a reader sees it."""
    pages = {page.address: page for page in rendered.pages}
    assert [("样本：数据更新", "feeds/zh.atom")] == list(pages[""].feeds)
    assert ["feeds/en/trade.atom", "feeds/en.atom"] == [address for _, address in pages["en/indicators/goods"].feeds]
    assert [
        '<link rel="alternate" type="application/atom+xml" title="样本：贸易数据的更新" href="../../feeds/zh/trade.atom">',
        '<link rel="alternate" type="application/atom+xml" title="样本：数据更新" href="../../feeds/zh.atom">',
    ] == _feeds(pages["data/trade"])
    for address, feed in (("changes", "feeds/zh.atom"), ("en/data/trade", "feeds/en/trade.atom")):
        link = f'href="{relative(address, feed, is_file=True)}" type="application/atom+xml"'
        assert link in "".join(str(section.html) for section in pages[address].sections)


def test_what_has_no_releases_has_no_feed(tmp_path):
    """No link leads to an empty one."""
    made = render(write_stranger(tmp_path, rows=3))
    assert ({}, {()}) == (find_feeds(made), {page.feeds for page in made.pages})


def test_control_characters_do_not_break_a_feed(tmp_path):
    """XML has no way to hold them."""
    folder = write_packages(tmp_path)
    path = folder / "trade" / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("首次发布。", "首\\u0000\\u001b[31m\\ufffe发布。"), "utf-8")
    entry = find_feeds(render(folder))["feeds/zh/trade.atom"].find("a:entry", A)
    assert "首\ufffd\ufffd[31m\ufffd发布。" == entry.findtext("a:summary", None, A)
