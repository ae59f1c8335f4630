"""What other repositories call: the composite action and the pre-commit hooks name commands that exist, and work."""

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
(INSTALL, VALIDATE) = [step["run"] for step in ACTION["runs"]["steps"] if "run" in step]


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
    assert [] == [script for script in (INSTALL, VALIDATE) if "${{" in script]


def test_the_command_of_the_action_exists():
    """Verb and options are the command's own."""
    command = re.search(r'bin/opendata" (validate .*?) -- ', VALIDATE.replace("\\\n", " "), re.DOTALL)
    words = shlex.split(command[1].replace("${SINCE:+", "").replace('"$SINCE"}', "x"))
    assert {"--format", "--write", "--changed-since"} == {word for word in words if word.startswith("-")}
    assert {"--format", "--write", "--changed-since"} <= find_options("validate")
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
