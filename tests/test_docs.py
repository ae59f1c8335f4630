"""What the written documents say of the program is true."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest

import opendata
from opendata.cli import commands
from opendata.formats import to_zip
from written import run_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "site" / "pages").glob("*/*.md"))
WRITTEN = ["README.md", "CONTRIBUTING.md", *(file.relative_to(ROOT).as_posix() for file in PAGES)]


def name_page(file):
    """A page by language and name."""
    return f"{file.parent.name}-{file.stem}"


def read(name):
    return (ROOT / name).read_text("utf-8")


def test_the_readme_is_short_and_its_picture_is_there():
    """Ninety lines are enough to begin with."""
    assert len(read("README.md").splitlines()) <= 90
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", read("README.md"))
    assert 1 == len(pictures)
    assert (ROOT / pictures[0]).is_file()


def test_the_python_of_the_readme_runs():
    """Six lines that a newcomer copies, with the figure they promise."""
    (code,) = re.findall(r"```python\n(.*?)```", read("README.md"), re.DOTALL)
    names = {}
    exec(code, names)
    levels = names["df"].query("indicator_id == 'goods-trade' and area_id == 'qingdao' and measure == 'level'")
    assert {6407.0, 926.9, 1300.0} <= set(levels.value)


@pytest.mark.parametrize("name", WRITTEN)
def test_every_command_and_target_that_is_named_exists(name):
    """`opendata VERB` and `make TARGET` in a code span or block."""
    text = re.sub(r"```python\n.*?```", "", read(name), flags=re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?:\$ )?((?:opendata|make) .*)$", text, re.MULTILINE)
    code = "\n".join(spans)
    verbs = set(re.findall(r"\bopendata ([a-z]+)\b", code))
    targets = set(re.findall(r"\bmake ([a-z]+)\b", code))
    assert set() == verbs - set(commands.commands)
    assert set() == targets - set(re.findall(r"^([a-z]+):.*##", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_link_inside_the_project_leads_somewhere(name):
    """Files that are named in links are there."""
    targets = re.findall(r"\]\((?!https?:)([^)#]+)\)", read(name))
    assert [] == [target for target in targets if not (ROOT / target).exists()]


def test_the_version_stands_in_one_place_and_is_told_alike():
    """The citation and the changelog speak of the version that the package has."""
    assert f"version: {opendata.__version__}\n" in read("CITATION.cff")
    assert f"## {opendata.__version__}" in read("CHANGELOG.md")


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "requirements").glob("*.txt")))
def test_lock_files_have_hashes_and_no_addresses(name):
    """Every requirement is pinned and hashed; no registry is named."""
    text = read(f"requirements/{name}")
    names = re.findall(r"^([a-z0-9][\w.-]*)==", text, re.MULTILINE)
    assert names
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(names)
    assert "://" not in text


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A folder of a reader's own, with what the pages say to download, and a screen of 80 columns."""
    for name in ("goods-trade", "reference"):
        (tmp_path / f"{name}.zip").write_bytes(to_zip(opendata.load(name).file_bytes()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    with pd.option_context("display.unicode.east_asian_width", False):  # a page may set it
        yield


@pytest.mark.parametrize("file", PAGES, ids=name_page)
def test_the_code_of_a_page_does_what_stands_below_it(file, reader):
    """Every block runs, and its output is the one that is written; ``OPENDATA_RENEW_PAGES=1`` writes it anew."""
    text = file.read_text("utf-8")
    renewed = run_page(text)
    if os.environ.get("OPENDATA_RENEW_PAGES") == "1":
        file.write_text(renewed, "utf-8")
    assert renewed == text
