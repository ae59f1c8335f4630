"""What a change since a git revision touches: the packages that changed, that refer to them, and that these refer to."""

import json
import os
import subprocess

import pytest

from opendata.errors import WrongUse
from opendata.revision import select_changed


def git(folder, *arguments):
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True, env=environment)


def write(folder, *referred, kind="", name=None):
    """A package with keys to others."""
    keys = [{"fields": ["a"], "reference": {"package": one, "resource": "t", "fields": ["a"]}} for one in referred]
    schema = {"fields": [{"name": "a", "type": "string"}], "foreignKeys": keys}
    descriptor = {"name": name or folder.name, "kind": kind, "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    (folder / "t.csv").write_text("a\nx\n")


@pytest.fixture
def folder(tmp_path):
    """Words ← gdp ← report; words ← trade; words ← parks, brands (lists); alone."""
    folder = tmp_path / "data ä"
    write(folder / "words")
    write(folder / "gdp", "words")
    write(folder / "report", "gdp")
    write(folder / "trade", "words")
    write(folder / "parks", "words", kind="lists")
    write(folder / "brands", "words", kind="lists")
    write(folder / "alone")
    (folder / "README.md").write_text("x")
    (folder / ".gitignore").write_text("*.tmp\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "x")
    return folder


def select(*paths, since="HEAD"):
    """The names of the packages: changed, referring, referred to."""
    chosen = select_changed(*paths, since=since)
    return tuple(" ".join(one.name for one in part) for part in (chosen.changed, chosen.referring, chosen.referred))


def test_nothing_changed(folder):
    """A file outside the packages is none of theirs, and one that git ignores is none."""
    (folder / "README.md").write_text("y")
    (folder / "gdp" / "x.tmp").write_text("y")
    assert ("", "", "") == select(folder)


def test_a_change_reaches_those_that_refer_to_it_and_what_these_need(folder):
    """Report refers to the one that changed; both need words. Others are left alone."""
    (folder / "gdp" / "t.csv").write_text("a\ny\n")
    assert ("gdp", "report", "words") == select(folder)


def test_a_change_of_words_reaches_all_that_use_them(folder):
    """The report refers to gdp, which did not change; alone refers to nothing."""
    (folder / "words" / "t.csv").write_text("a\ny\n")
    assert ("words", "brands gdp parks trade", "") == select(folder)


def test_lists_are_counted_together(folder):
    """The lists of one document may stand in several packages."""
    (folder / "parks" / "t.csv").write_text("a\ny\n")
    assert ("parks", "", "brands words") == select(folder)


@pytest.mark.parametrize("stage", [False, True])
def test_new_files_and_deleted_ones_are_changes(folder, stage):
    """Committed, staged or neither."""
    write(folder / "new", "trade")
    (folder / "alone" / "t.csv").unlink()
    if stage:
        git(folder, "add", "-A")
    assert ("alone new", "", "trade words") == select(folder)


def test_a_commit_is_held_against_the_revision(folder):
    """The working tree counts, be it committed or not."""
    (folder / "trade" / "t.csv").write_text("a\ny\n")
    git(folder, "commit", "-q", "-a", "-m", "y")
    assert [("", "", ""), ("trade", "", "words")] == [select(folder, since=revision) for revision in ("HEAD", "HEAD~1")]


@pytest.mark.parametrize("change", ["delete", "rename"])
def test_a_package_that_is_gone_leaves_keys_that_lead_nowhere(folder, change):
    """Those that referred to it are checked, by whatever name it went."""
    if change == "delete":
        (folder / "gdp" / "datapackage.json").unlink()
        (folder / "gdp" / "t.csv").unlink()
        assert ("", "report", "") == select(folder)
    else:
        write(folder / "gdp", "words", name="product")
        assert ("gdp", "report", "words") == select(folder)


def test_a_package_that_cannot_be_read_counts_when_it_changed(folder):
    """Then its finding is told."""
    (folder / "alone" / "datapackage.json").write_text("{")
    assert ("alone", "", "") == select(folder)
    git(folder, "commit", "-q", "-a", "-m", "y")
    assert ("", "", "") == select(folder)


def test_folders_keep_the_names_they_were_given(folder, monkeypatch):
    """So that findings name them as the caller does; a folder given twice counts once."""
    (folder / "gdp" / "t.csv").write_text("a\ny\n")
    monkeypatch.chdir(folder)
    assert ["gdp"] == [str(one) for one in select_changed("gdp", "gdp/datapackage.json", since="HEAD").folders]
    monkeypatch.chdir(folder / "gdp")
    assert ["."] == [str(one) for one in select_changed(".", since="HEAD").folders]


def test_wrong_use_is_told(folder, tmp_path_factory):
    """No such revision, one that would be an option, a folder without git, a file."""
    for revision in ("nowhere", "--help", "HEAD:README.md"):
        with pytest.raises(WrongUse, match=f"git knows no revision '{revision}' here"):
            select_changed(folder, since=revision)
    with pytest.raises(WrongUse, match=r"git cannot say what has changed in .*: not a git repository"):
        select_changed(tmp_path_factory.mktemp("x"), since="HEAD")
    with pytest.raises(WrongUse, match="is no folder of a git repository"):
        select_changed(folder / "a.zip", since="HEAD")


def test_without_git_it_is_told(folder, monkeypatch):
    """What to install, not a traceback."""
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(WrongUse, match="git is not installed"):
        select_changed(folder, since="HEAD")
