"""What other repositories call: the composite action and the pre-commit hooks name commands that exist, and work."""

import json
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from opendata.cli import commands

ROOT = Path(__file__).resolve().parents[1]
SOUND, BROKEN = ROOT / "tests" / "sound" / "numbers", ROOT / "tests" / "broken" / "constraints"

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
(INSTALL, VALIDATE, TELL) = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]


def find_options(verb):
    """The options of a verb."""
    return {name for parameter in commands.commands[verb].params for name in parameter.opts if name.startswith("-")}


def test_the_action_has_what_a_composite_action_needs():
    """A name, a description, inputs that are all used, steps that each say their shell or their action."""
    steps = ACTION["runs"]["steps"]
    assert ("composite", True, True) == (ACTION["runs"]["using"], bool(ACTION["name"]), bool(ACTION["description"]))
    assert set(ACTION["inputs"]) == set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text()))
    assert all(("uses" in step) != ("run" in step and step["shell"] == "bash") for step in steps)
    assert {f"${{{{ steps.{step['id']}.outputs.sarif }}}}" for step in steps if "sarif=" in step.get("run", "")} == {
        output["value"] for output in ACTION["outputs"].values()
    }


def test_no_input_is_written_into_a_script():
    """An expression in a script would be run as a part of it."""
    assert [] == [script for script in (INSTALL, VALIDATE, TELL) if "${{" in script]


def test_the_command_of_the_action_exists():
    """Verb and options are the command's own."""
    command = re.search(r'bin/opendata" (validate .*?) -- ', VALIDATE.replace("\\\n", " "), re.DOTALL)
    words = shlex.split(command[1].replace("${SINCE:+", "").replace('"$SINCE"}', "x"))
    assert {"--format", "--write", "--changed-since"} == {word for word in words if word.startswith("-")}
    assert {"--format", "--write", "--changed-since"} <= find_options("validate")
    told = re.search(r'bin/opendata" (diff .*?) -- ', TELL)[1]
    assert {"--format", "--most"} == {word for word in shlex.split(told) if word.startswith("--")} <= find_options("diff")
    assert "publish" in re.search(r"ACTION_PATH\[(\w+)\]", INSTALL)[1]


def test_the_hooks_name_commands_that_exist():
    """Each hook is a verb, installs what the command needs, and gets folders, not file names."""
    assert {"opendata-validate", "opendata-fmt"} == {hook["id"] for hook in HOOKS}
    for hook in HOOKS:
        program, verb = hook["entry"].split()
        assert ("opendata", f"opendata-{verb}", True) == (program, hook["id"], verb in commands.commands)
        assert ("python", [".[publish]"], False, ["."]) == (
            hook["language"],
            hook["additional_dependencies"],
            hook["pass_filenames"],
            hook["args"],
        )


@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("datapackage.json", True),
        ("a/datapackage.yaml", True),
        ("a/b c.csv", True),
        ("t.tsv", True),
        ("README.md", False),
        ("a.csv.txt", False),
    ],
)
def test_the_hooks_run_where_a_package_changes(name, runs):
    """On descriptors and tables."""
    assert {runs} == {bool(re.search(hook["files"], name)) for hook in HOOKS}


@pytest.fixture
def runner(tmp_path):
    """A repository, and a folder as the action finds it after its first steps."""
    temporary, repository = tmp_path / "temp", tmp_path / "repository"
    command = temporary / "opendata" / "bin" / "opendata"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m opendata "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    repository.mkdir()
    shutil.copytree(SOUND, repository / "sound ä")
    shutil.copytree(BROKEN, repository / "broken")
    descriptor = repository / "broken" / "datapackage.json"
    descriptor.write_text(descriptor.read_text("utf-8").replace('"example"', '"broken"'), "utf-8")

    def run(paths, since=""):
        said = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GITHUB_OUTPUT": str(tmp_path / "output")}
        # The package is found as this process finds it, from whatever folder.
        found = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
        environment = {**os.environ, **said, "PYTHONPATH": found, "RUNNER_TEMP": str(temporary)}
        # As GitHub runs it.
        bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", VALIDATE]
        environment |= {"PATHS": paths, "SINCE": since}
        return subprocess.run(bash, cwd=repository, env=environment, capture_output=True, text=True)

    return run


def test_the_action_annotates_sums_up_and_fails(runner, tmp_path):
    """Its step ends as the command does, with the summary of the run and a SARIF file."""
    done = runner("sound ä\nbroken\n")
    assert 1 == done.returncode, done.stderr
    lines = done.stdout.splitlines()
    assert [True] * 7 == [line.startswith("::error file=broken/table.csv,line=") for line in lines[:-1]]
    assert lines[-1].endswith(": 7 findings")
    assert (tmp_path / "summary.md").read_text("utf-8").startswith(f"**{lines[-1]}**")
    sarif = (tmp_path / "output").read_text().removeprefix("sarif=").strip()
    assert '"ruleId": "constraint-error"' in Path(sarif).read_text("utf-8")


def test_the_action_passes_where_nothing_is_found(runner, tmp_path):
    """One line in the log, and the summary says so too."""
    done = runner("sound ä")
    assert (0, True) == (done.returncode, done.stdout.endswith(": no findings\n")), done.stderr
    assert (tmp_path / "summary.md").read_text("utf-8").endswith(": no findings**\n")


@pytest.mark.parametrize(("paths", "since"), [("--version", ""), ("nowhere", ""), ("sound ä", "no such revision")])
def test_the_action_tells_wrong_usage(runner, tmp_path, paths, since):
    """An input is never taken for an option; nothing is summed up that was not checked."""
    done = runner(paths, since)
    assert (2, "", True) == (done.returncode, done.stdout, done.stderr.startswith("error: "))
    assert not (tmp_path / "summary.md").exists()


# ----- the comment on a pull request -----

# Holds comments as GitHub does: lists them by the filter that it is given, makes and changes them; or refuses.
GH = """#!/usr/bin/env python3
import json, os, sys
from pathlib import Path
place, words = Path(os.environ["COMMENTS"]), sys.argv[1:]
comments = json.loads(place.read_text())
with Path(os.environ["CALLS"]).open("a") as calls:
    calls.write(json.dumps(words) + "\\n")
assert words[0] == "api" and os.environ["GH_TOKEN"] == "secret", words
method = words[words.index("--method") + 1] if "--method" in words else "GET"
if method in os.environ.get("REFUSED", ""):
    sys.exit("gh: Resource not accessible by integration (HTTP 403)")
if method == "GET":
    assert words[1:3] == ["--paginate", "repos/o/r/issues/7/comments"], words
    marker = words[words.index("--jq") + 1].split('startswith("')[1].split('"')[0]
    print("".join(f"{one['id']}\\n" for one in comments if one["bot"] and one["body"].startswith(marker)), end="")
else:
    name, _, file = words[words.index("--field") + 1].partition("=@")
    assert name == "body", words
    body = Path(file).read_text()
    assert len(body) < 65536
    if method == "POST":
        assert words[3] == "repos/o/r/issues/7/comments", words
        comments.append({"id": 100 + len(comments), "bot": True, "body": body})
    else:
        (known,) = [one for one in comments if words[3] == f"repos/o/r/issues/comments/{one['id']}"]
        known["body"] = body
    place.write_text(json.dumps(comments))
"""


@pytest.fixture
def reviewed(tmp_path):
    """A repository with a commit, a changed working tree, and a pull request with somebody's comment."""
    temporary, repository, programs = tmp_path / "temp", tmp_path / "repository", tmp_path / "bin"
    for folder in (temporary / "opendata" / "bin", repository, programs):
        folder.mkdir(parents=True)
    scripts = {
        temporary / "opendata" / "bin" / "opendata": f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m opendata "$@"\n',
        programs / "gh": GH.replace("/usr/bin/env python3", sys.executable),
    }
    for script, text in scripts.items():
        script.write_text(text)
        script.chmod(0o755)
    comments, summary = tmp_path / "comments.json", tmp_path / "summary.md"
    marker = re.search(r'marker="(.*)"', TELL)[1]
    comments.write_text(json.dumps([{"id": 1, "bot": False, "body": f"{marker} mine"}, {"id": 2, "bot": True, "body": "x"}]))
    shutil.copytree(SOUND, repository / "data" / "sound ä")
    someone = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **someone, "COMMENTS": str(comments), "CALLS": str(tmp_path / "calls")}
    for words in (["init", "--quiet", "."], ["add", "."], ["commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", *words], cwd=repository, env=environment, check=True)

    def run(paths="data", since="HEAD", number="7", refused=""):
        found = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
        told = {"PATHS": paths, "SINCE": since, "NUMBER": number, "REFUSED": refused, "GH_TOKEN": "secret"}
        told |= {"GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": str(summary), "RUNNER_TEMP": str(temporary)}
        told |= {"PYTHONPATH": found, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        bash = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", TELL]
        done = subprocess.run(bash, cwd=repository, env=environment | told, capture_output=True, text=True)
        assert 0 == done.returncode, done.stderr
        return done.stdout, json.loads(comments.read_text())

    run.repository, run.summary, run.table = repository, summary, next(repository.rglob("*.csv"))
    return run


def edit(table, row=1):
    """Take a row out of a table."""
    lines = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(lines[:row] + lines[row + 1 :]), "utf-8")


def test_a_pull_request_gets_one_comment_that_is_renewed(reviewed):
    """The first push makes it, the next ones change it; nobody else's is touched; the summary has it too."""
    assert ("", 2) == (reviewed()[0], len(reviewed()[1]))  # nothing to tell, so nothing is told
    edit(reviewed.table)
    first, comments = reviewed("./data/\n")
    assert ("", 3) == (first, len(comments))
    body = comments[2]["body"]
    assert body.startswith("<!-- opendata: difference of the data -->\n\n### What changes in the data\n")
    assert "1 row removed" in body
    assert body.partition("\n\n")[2] in reviewed.summary.read_text("utf-8")
    with reviewed.table.open("a", encoding="utf-8") as table:
        table.write("b,1 €,2,3\n")
    _, comments = reviewed(".")
    assert (3, True) == (len(comments), "1 row removed, 1 row added" in comments[2]["body"])
    subprocess.run(["git", "checkout", "--quiet", "."], cwd=reviewed.repository, check=True)
    _, comments = reviewed()
    assert (3, True) == (len(comments), comments[2]["body"].endswith("\nNo difference.\n"))
    assert ["<!-- opendata: difference of the data --> mine", "x"] == [one["body"] for one in comments[:2]]


@pytest.mark.parametrize("refused", ["POST", "GET"])
def test_a_fork_gets_the_summary_alone(reviewed, refused):
    """Its token may not write; the run does not fail for it."""
    edit(reviewed.table)
    told, comments = reviewed(refused=refused)
    assert (True, 2) == (told.startswith("::notice::"), len(comments))
    assert "1 row removed" in reviewed.summary.read_text("utf-8")


def test_a_comment_fits_whatever_has_changed(reviewed):
    """Many packages and long cells: what loses something first, the end left out and said to be."""
    for number in range(60):
        folder = reviewed.repository / "data" / f"p{number:02}"
        folder.mkdir()
        fields = [{"name": "id"}, {"name": "text"}]
        schema = {"fields": fields, "primaryKey": "id"}
        told = {"name": folder.name, "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
        (folder / "datapackage.json").write_text(json.dumps(told))
        (folder / "t.csv").write_text("id,text\n" + "".join(f"{at},{'|' * 100}\n" for at in range(40)))
    someone = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    subprocess.run(["git", "add", "."], cwd=reviewed.repository, check=True)
    subprocess.run(["git", *someone, "commit", "--quiet", "-m", "x"], cwd=reviewed.repository, check=True)
    for file in sorted((reviewed.repository / "data").glob("p*/t.csv")):
        file.write_text(file.read_text().replace("|", "*"))
    edit(reviewed.repository / "data" / "p59" / "t.csv")
    _, comments = reviewed()
    body = comments[2]["body"]
    assert len(body) <= 61_000
    assert body.index("<code>p59") < body.index("<code>p00")
    assert body.endswith("… and more than fits here. `opendata diff` tells all of it.\n")


def test_new_folders_and_wrong_paths_are_told(reviewed):
    """No input is an option or a command; what cannot be compared is a warning, and no traceback."""
    shutil.copytree(SOUND, reviewed.repository / "more`$(id)")
    told, comments = reviewed("more`$(id)\nnowhere\n--version\n")
    assert "\n`more???id?` is new.\n" in comments[2]["body"]
    assert [True, True] == [
        line.startswith("::warning::The data cannot be compared: error: There is no folder ") for line in told.splitlines()
    ]
    assert "::notice::There is nothing to compare with" in reviewed(since="")[0]
    assert "::warning::git does not know the revision" in reviewed(since="--upload-pack=x")[0]
