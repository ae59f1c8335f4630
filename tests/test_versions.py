"""Addresses of versions: what was released stays where it is, byte for byte."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import frictionless
import pytest

from made_up import release_twice, write_packages
from opendata.collection import Collection
from opendata.errors import OpenDataError
from opendata.formats import to_zip
from opendata.handles import Catalog
from opendata.model import Text
from opendata.publish import build
from opendata.render import Site, render_site
from opendata.render.base import Library
from opendata.rules import validate

INPUTS = Path(__file__).parents[1] / "site"
SITE = Site(Text("样本", {"en": "Sample"}), Text("一句话说明。", {"en": "What this is."}))


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The made-up packages; ``trade`` is released twice, the others never."""
    folder = write_packages(tmp_path_factory.mktemp("made-up"))
    release_twice(folder / "trade")
    return folder


@pytest.fixture(scope="module")
def rendered(packages):
    """Their pages and files."""
    return render_site(Collection(Catalog(packages)), INPUTS, SITE)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_a_released_version_stays_at_its_address(packages, rendered, version):
    """The archive and its files byte for byte; beside them the same in other formats."""
    archive = packages / "trade" / "releases" / f"{version}.zip"
    assert archive.read_bytes() == rendered.files[f"data/trade/{version}/trade-{version}.zip"]
    with zipfile.ZipFile(archive) as opened:
        members = {f"data/trade/{version}/{name}": opened.read(name) for name in opened.namelist()}
    assert members == {address: rendered.files[address] for address in members}
    beside = {a for a in rendered.files if a.startswith(f"data/trade/{version}/")} - {*members}
    formats = ("-excel.csv", ".json", ".jsonl", ".parquet", ".xlsx", ".sqlite")
    names = {f"trade-{version}.zip", "trade.xlsx", "trade.sqlite", *(f"observations{end}" for end in formats[:4])}
    assert {f"data/trade/{version}/{name}" for name in names} <= beside
    current = {f"data/trade/{version}/{name}" for name in ("trade.zip", "csv-metadata.json")}
    assert beside - {f"data/trade/{version}/{name}" for name in names} <= current


def test_current_files_stand_with_the_release_that_they_are(packages):
    """Until something changes; what was never released is current."""
    library = Library(Collection(Catalog(packages)), INPUTS, SITE)
    assert ("data/trade/1.1.0", "1.1.0") == (library.folder_of("trade"), library.released_as("trade"))
    assert ("data/projects/current", None) == (library.folder_of("projects"), library.released_as("projects"))


def test_changes_that_are_not_released_stand_apart_and_say_so(tmp_path):
    """The address of a version never gets other data."""
    trade = release_twice(write_packages(tmp_path) / "trade")
    before = (trade / "observations.csv").read_bytes()
    (trade / "observations.csv").write_bytes(before.replace(b"12000", b"12001"))
    rendered = render_site(Collection(Catalog(tmp_path)), INPUTS, SITE)
    assert before == rendered.files["data/trade/1.1.0/observations.csv"]
    assert b"12001" in rendered.files["data/trade/current/observations.csv"]
    page = next(page for page in rendered.pages if page.address == "en/data/trade")
    assert "The data here have changed since version 1.1.0 and are not released yet." in str(page.sections[0].html)
    assert "data/trade/current/trade.zip" in rendered.files["llms.txt"].decode()


@pytest.mark.parametrize("data", [b"", b"<html>"])
def test_a_broken_archive_stops_a_build_with_one_line(packages, tmp_path, data):
    """And leaves what stood before."""
    trade = release_twice(write_packages(tmp_path / "data") / "trade")
    (trade / "releases" / "1.0.0.zip").write_bytes(data)
    with pytest.raises(OpenDataError, match=r"^[^\n]*trade/releases/1\.0\.0\.zip: This is not a zip archive\.[^\n]*$"):
        build(tmp_path / "data", out=tmp_path / "build")
    assert not (tmp_path / "build").exists()


# ----- pages -----


def page_of(rendered, path, language="en"):
    """The HTML of a page."""
    page = next(page for page in rendered.pages if (page.path, page.language) == (path, language))
    return "".join(str(section.html) for section in page.sections)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_package_leads_to_its_versions(rendered, language):
    """The newest first, each with its date, archive and checksum."""
    html = page_of(rendered, "data/trade", language)
    at = [html.index(f'href="{address}') for address in ("1.1.0/", "1.0.0/")]
    assert sorted(at) == at
    assert "2026-02-03" in html
    assert sha256(rendered.files["data/trade/1.0.0/trade-1.0.0.zip"]).hexdigest() in html
    anchors = {page.path: {section.anchor for section in page.sections} for page in rendered.pages}
    assert ("versions" in anchors["data/trade"], "versions" in anchors["data/projects"]) == (True, False)


def test_a_version_tells_what_it_is(rendered):
    """Date, what changed, citation, every file with its checksum, and the versions beside it."""
    old, new = page_of(rendered, "data/trade/1.0.0"), page_of(rendered, "data/trade/1.1.0")
    assert "First release: 1 table, 9 rows." in old
    assert "1 row removed, 1 row added" in new
    assert "Trade data (Version 1.0.0) [Data set]. (2026)." in old
    for address, data in rendered.files.items():
        if address.startswith("data/trade/1.0.0/"):
            assert f'href="../../../../{address}"' in old
            made = address.endswith(("-excel.csv", "s.json", ".jsonl", ".parquet", ".xlsx", ".sqlite"))
            assert made or sha256(data).hexdigest() in old
    assert ('href="../1.1.0/" rel="next"' in old, 'rel="prev"' in old, "The newest version is" in old) == (True, False, True)
    assert ('rel="next"' in new, 'href="../1.0.0/" rel="prev"' in new, "The newest version is" in new) == (False, True, False)


def test_a_version_says_its_permanent_address_where_it_is_known(packages):
    """In its citation, too, and how a program loads it from there."""
    site = Site(SITE.name, SITE.tagline, "https://data.example/sub/")
    html = page_of(render_site(Collection(Catalog(packages)), INPUTS, site), "data/trade/1.0.0")
    assert "<code>https://data.example/sub/data/trade/1.0.0/</code>" in html
    assert "Trade data (Version 1.0.0) [Data set]. (2026). https://data.example/sub/data/trade/1.0.0/</code>" in html
    assert 'opendata.Catalog("https://data.example/sub/").load("trade", version="1.0.0")' in html


def test_a_release_with_a_web_page_is_refused(tmp_path):
    """It would stand among the site's own pages."""
    trade = release_twice(write_packages(tmp_path) / "trade")
    archive = trade / "releases" / "1.0.0.zip"
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    page = b"<script>alert(1)</script>"
    members["SHA256SUMS"] += f"{sha256(page).hexdigest()}  index.html\n".encode()
    archive.write_bytes(to_zip(members | {"index.html": page}))
    with pytest.raises(OpenDataError, match=r"^The release 1\.0\.0 of trade holds the web page 'index\.html'\."):
        render_site(Collection(Catalog(tmp_path)), INPUTS, SITE)


# ----- the catalogue -----


def test_the_catalogue_tells_every_version(rendered):
    """Each with its descriptor and its archive: where, how large, with which hash; and which is the latest."""
    told = json.loads(rendered.files["datapackage.json"])
    assert ("data-package-catalog", "样本", "Sample") == (told["profile"], told["title"], told["title@en"])
    assert [
        ("projects", "1.0.0", True),
        ("reference", "1.0.0", True),
        ("trade", "1.1.0", True),
        ("trade", "1.0.0", False),
    ] == [(entry["package"], entry["version"], entry["latest"]) for entry in told["resources"]]
    for entry in told["resources"]:
        for file in (entry, entry["archive"]):
            data = rendered.files[file["path"]]
            assert (len(data), f"sha256:{sha256(data).hexdigest()}") == (file["bytes"], file["hash"])
    trade = told["resources"][2]
    assert ("贸易数据", "Trade data", "2026-02-03") == (trade["title"], trade["title@en"], trade["date"])
    assert ["CC-BY-4.0"] == [licence["name"] for licence in trade["licenses"]]
    assert "data/trade/1.1.0/trade-1.1.0.zip" == trade["archive"]["path"]


def test_the_catalogue_follows_the_standard(rendered, tmp_path):
    """By frictionless, and by our own rules: every file is there and has the size and the hash that it says.

    The recipe's ``profile`` is kept from frictionless, which would look for a file of that name.
    """
    for address, data in rendered.files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_bytes(data)
    report = validate(tmp_path / "datapackage.json")
    assert () == report.findings
    (tmp_path / "data/trade/1.0.0/datapackage.json").write_text("{}", "utf-8")
    assert {"byte-count", "hash-count"} == {finding.rule for finding in validate(tmp_path / "datapackage.json").findings}
    told = json.loads(rendered.files["datapackage.json"])
    plain = {key: value for key, value in told.items() if key not in ("profile", "resources")}
    plain["resources"] = [{key: value for key, value in entry.items() if key != "profile"} for entry in told["resources"]]
    assert [] == frictionless.Package.validate_descriptor(plain).errors
