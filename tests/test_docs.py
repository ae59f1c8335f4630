"""What the written documents say of the program is true."""

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from frictionless import FrictionlessException

import opendata
from opendata.cli import commands
from opendata.formats import to_zip
from opendata.publish import _policy
from test_standard import LAX, judge_here, judge_there
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


# ----- checks -----

DIFFERENCE = re.compile(r"^\| `(.+?)` \| `(.+)` \| (\S+) \| ([^|]+) \|$", re.MULTILINE)
VERDICTS = {
    "refused": False,
    "taken": True,
    "ends in an error": None,
    "refuses the schema": "schema",
    "不认表结构": "schema",
    "拒绝": False,
    "接受": True,
    "程序出错": None,
}


def read_differences(language):
    """The lines of the table of differences: cell, declaration, verdict here, verdict of frictionless."""
    found = DIFFERENCE.findall(read(f"site/pages/{language}/validation.md"))
    return [(cell, declared.replace("\\|", "|"), VERDICTS[here], VERDICTS[there]) for cell, declared, here, there in found]


@pytest.mark.parametrize(("cell", "declared", "here", "there"), read_differences("en"))
def test_each_difference_from_frictionless_is_as_it_is_written(tmp_path, cell, declared, here, there):
    """Both judge the cell, and say what the page says that they say."""
    schema, rows = {"fields": [{"name": "a", **json.loads(declared)}, {"name": "b", "type": "string"}]}, [[cell, "x"]]
    assert here is not there
    assert here == (judge_here(tmp_path, schema, rows) == set())
    if there == "schema":
        with pytest.raises(FrictionlessException):
            judge_there(schema, rows)
    elif there is None:
        with pytest.raises((TypeError, ArithmeticError)):
            judge_there(schema, rows)
    else:
        assert there == (judge_there(schema, rows) == set())


def test_the_differences_are_the_same_in_both_languages_and_of_every_type_that_has_some():
    """The types in which frictionless is lax, as the comparison of both judges knows them."""
    assert read_differences("en") == read_differences("zh")
    assert set(LAX) <= {json.loads(declared)["type"] for _, declared, _, _ in read_differences("en")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_finding_is_explained(language):
    """What the corpus of broken packages gets; and nothing is explained that no check says."""
    reports = [file.read_text("utf-8") for file in (ROOT / "tests" / "broken").glob("*/report.txt")]
    lines = "\n".join(reports).splitlines()
    told = {match[1] for line in lines if (match := re.match(r"\S+(?: \[[^]]*\])?: ([a-z]+(?:-[a-z]+)*): ", line))}
    table = re.search(r"\{#findings\}(.*?)\n## ", read(f"site/pages/{language}/validation.md"), re.DOTALL)[1]
    explained = {rule for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for rule in re.findall(r"`([a-z-]+)`", row)}
    assert len(told) > 30
    assert told == explained


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_policy_that_is_told_to_hosts_is_the_one_of_the_pages(language):
    """Word by word, but for the hashes of a page's own scripts."""
    policy = re.search(r'content="([^"]*)"', _policy("<script>x</script>"))[1]
    assert re.sub(r"'sha256-[^']+'", "'sha256-…'", policy) in read(f"site/pages/{language}/hosting.md")
