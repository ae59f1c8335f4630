"""Addresses of versions: what was released stays where it is, byte for byte."""

import zipfile
from pathlib import Path

import pytest

from made_up import release_twice, write_packages
from opendata.collection import Collection
from opendata.errors import OpenDataError
from opendata.handles import Catalog
from opendata.model import Text
from opendata.publish import build
from opendata.render import Site, render_site
from opendata.render.base import Library

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
    """The archive, and exactly its files, byte for byte."""
    archive = packages / "trade" / "releases" / f"{version}.zip"
    assert archive.read_bytes() == rendered.files[f"data/trade/{version}/trade-{version}.zip"]
    with zipfile.ZipFile(archive) as opened:
        members = {f"data/trade/{version}/{name}": opened.read(name) for name in opened.namelist()}
    assert members == {address: rendered.files[address] for address in members}
    if version == "1.0.0":  # beside the newest stand files in other formats
        assert {*members, "data/trade/1.0.0/trade-1.0.0.zip"} == {
            a for a in rendered.files if a.startswith("data/trade/1.0.0/")
        }


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
