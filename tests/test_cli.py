"""The command: what it prints, where, and with which status it ends."""

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from made_up import write_odd

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "datapackages"


with_documents = pytest.mark.skipif(
    not (ROOT.parent / "shared" / "sources").is_dir(), reason="the documents are not beside the project"
)


def run(*arguments, cwd=ROOT):
    return subprocess.run([sys.executable, "-m", "opendata", *map(str, arguments)], capture_output=True, text=True, cwd=cwd)


@pytest.fixture
def packages(tmp_path):
    shutil.copytree(PACKAGES, tmp_path / "datapackages")
    return tmp_path / "datapackages"


def edit(file, old, new):
    text = file.read_text("utf-8")
    assert text.count(old) >= 1, f"{old} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), "utf-8")


def test_help_shows_an_example_for_every_verb():
    """Each verb's help ends with a line to copy."""
    listed = run("--help").stdout.partition("Commands:")[2]
    verbs = [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and not line.startswith("   ")]
    assert [
        "audit",
        "build",
        "codegen",
        "diff",
        "export",
        "fmt",
        "list",
        "new",
        "progress",
        "release",
        "serve",
        "validate",
    ] == sorted(verbs)
    for verb in verbs:
        assert f"Example: opendata {verb}" in run(verb, "--help").stdout


def test_validate_of_good_packages_ends_with_0():
    """The packages of this repository are valid."""
    done = run("validate", "datapackages")
    assert (0, "") == (done.returncode, done.stderr), done.stdout
    assert done.stdout.endswith(": no findings\n")


def test_findings_end_with_1_and_name_file_row_column_value_and_remedy(packages):
    """A value that contradicts what is printed is told in one line."""
    edit(packages / "goods-trade" / "observations.csv", ",6407,cny-100m,,6407亿元,", ",6047,cny-100m,,6407亿元,")
    done = run("validate", "datapackages", cwd=packages.parent)
    finding, verdict = done.stdout.splitlines()
    assert 1 == done.returncode
    assert finding.startswith("datapackages/goods-trade/observations.csv:")
    assert finding.endswith(
        '[value]: printed-number: found "6047"; 6407亿元 is printed; write 6407 cny-100m, or mend as_printed'
    )
    assert verdict.endswith(": 1 finding")


def test_wrong_usage_ends_with_2():
    """A folder that is not there, a verb or an option that does not exist."""
    assert [2, 2, 2, 2] == [
        run(*arguments).returncode for arguments in (["validate", "nowhere"], ["validate"], ["dance"], ["build", "--fast"])
    ]
    assert "error: There is no folder nowhere. Name a folder that holds datapackage.json, or folders that do.\n" == (
        run("validate", "nowhere").stderr
    )


def test_json_can_be_read_by_a_program(packages):
    """--format json prints one object, findings or not."""
    edit(packages / "economy" / "observations.csv", "gdp,", "gpd,")
    report = json.loads(run("validate", packages, "--format", "json").stdout)
    assert not report["valid"]
    assert [("foreign-key", "gpd", "indicator_id")] == [(f["rule"], f["value"], f["column"]) for f in report["findings"]]
    assert "did you mean gdp" in report["findings"][0]["message"]


def test_github_annotations_stand_on_the_line(packages):
    """--format github prints a workflow command for each finding."""
    file = packages / "reference" / "units.csv"
    lines = file.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("cny,"))
    lines[at] = lines[at].rpartition(",")[0] + ",１"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    done = run("validate", "datapackages", "--format", "github", cwd=packages.parent)
    place = f"::error file=datapackages/reference/units.csv,line={at + 1},title=type-error in factor::"
    assert done.stdout.startswith(place), done.stdout
    assert "write '1'" in done.stdout


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        (lambda p: edit(p / "projects" / "items.csv", "item_id,", "itemid,"), "missing-label"),
        (lambda p: edit(p / "projects" / "items.csv", "\n", "\nshort,row\n"), "missing-cell"),
        (lambda p: (p / "projects" / "items.csv").write_bytes("item_id\n项目\n".encode("gbk")), "encoding-error"),
        (lambda p: (p / "projects" / "items.csv").unlink(), "missing-file"),
        (lambda p: edit(p / "projects" / "datapackage.json", ",", ",,"), "descriptor-json"),
    ],
    ids=["missing column", "short row", "GBK", "missing file", "broken JSON"],
)
def test_broken_packages_fail_a_build_in_one_line_and_leave_the_last_site(packages, broken, rule):
    """Nothing of build/site changes, and the error says that it stands."""
    site = packages.parent / "build" / "site"
    site.mkdir(parents=True)
    (site / "index.html").write_text("the last good site")
    broken(packages)
    done = run("build", "datapackages", cwd=packages.parent)
    told = [line for line in done.stdout.splitlines() if f": {rule}:" in line]
    assert (1, 1) == (done.returncode, len(told)), done.stdout
    assert "error: The data have errors, so nothing was built. The last site stands in build/site.\n" == done.stderr
    assert ["the last good site"] == [file.read_text() for file in site.iterdir()]


def test_byte_order_mark_and_windows_lines_are_read_right(packages):
    """A spreadsheet's own ways of saving UTF-8 are no findings."""
    for name in ("goods-trade/observations.csv", "reference/areas.csv"):
        file = packages / name
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    done = run("validate", packages)
    assert (0, "") == (done.returncode, done.stderr), done.stdout


def test_list_names_tables_and_rows():
    """A line a package, a line a table."""
    lines = run("list", "datapackages").stdout.splitlines()
    assert "goods-trade" == next(line for line in lines if line.startswith("goods-trade")).split()[0]
    assert any(line.startswith("  observations: ") for line in lines)


def test_colours_stay_out_of_a_pipe_and_obey_no_color(monkeypatch):
    """No escape sequence where nobody looks."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("validate", "datapackages").stdout


@with_documents
def test_audit_finds_every_row_at_its_place():
    """Every figure and name stands where its row says, without an exception list."""
    done = run("audit", "datapackages", "--sources", "../shared/sources")
    assert (0, "") == (done.returncode, done.stderr), done.stdout


@with_documents
def test_audit_fails_on_a_number_and_a_label_that_are_not_there(packages):
    """One finding each, with what to do."""
    file = packages / "goods-trade" / "observations.csv"
    edit(file, ",6407亿元,", ",6408亿元,")
    edit(file, ",926.9亿美元,进出口总额,", ",926.9亿美元,出口总量,")
    done = run("audit", packages, "--sources", "../shared/sources")
    assert 1 == done.returncode
    assert {"as_printed", "label_printed"} == {
        line.partition("[")[2].partition("]")[0] for line in done.stdout.splitlines()[:-1]
    }


def test_every_form_of_a_report_goes_to_the_screen_or_to_a_file(packages):
    """--format chooses the form, --write one more by the ending of a file; the findings end with 1 all the same."""
    edit(packages / "economy" / "observations.csv", "gdp,", "gpd,")
    checked = packages / "economy", packages / "reference"
    done = run("validate", *checked, "--format", "markdown", "--write", packages / "a.sarif", "--write", packages / "b.xml")
    assert (1, "") == (done.returncode, done.stderr)
    assert "| <code>foreign-key</code> | 1 |" in done.stdout
    assert "foreign-key" == json.loads((packages / "a.sarif").read_text("utf-8"))["runs"][0]["results"][0]["ruleId"]
    assert '<testsuites tests="2" failures="1"' in (packages / "b.xml").read_text("utf-8")
    assert (packages / "a.sarif").read_text("utf-8") == run("validate", *checked, "--format", "sarif").stdout


def test_a_report_file_of_no_known_form_is_wrong_usage(tmp_path):
    """It is told before the work; so is a file that cannot be written, after it."""
    assert [2, 2] == [
        run("validate", PACKAGES / "economy", "--write", file).returncode for file in ("a.pdf", tmp_path / "no" / "a.md")
    ]


def test_fmt_tells_what_it_did_and_check_only_what_it_would(tmp_path):
    """Each file with its rows and changes, then how many; the second run has nothing to do."""
    run("new", "p", "--title", "x", "--licence", "CC0-1.0", cwd=tmp_path)
    (tmp_path / "p" / "data.csv").write_bytes(b'\xef\xbb\xbfid,value\r\nb,"1,000"\r\na,2\r\n')
    told = "p/data.csv: 2 rows: byte order mark off, line ends made LF, thousands separators off 1 cell, 1 row moved\n"
    check, first, second = (run("fmt", "p", *options, cwd=tmp_path) for options in (["--check"], [], ["--check"]))
    assert (1, f"{told}1 file, 1 would change, 0 refused\n") == (check.returncode, check.stdout)
    assert (0, f"{told}1 file, 1 changed, 0 refused\n") == (first.returncode, first.stdout)
    assert (0, "1 file, 0 would change, 0 refused\n") == (second.returncode, second.stdout)
    assert "id,value\na,2\nb,1000\n" == (tmp_path / "p" / "data.csv").read_text()


def test_fmt_ends_with_1_where_it_refuses(tmp_path):
    """A file that cannot be read is left as it is, and that is no success."""
    run("new", "p", "--title", "x", "--licence", "CC0-1.0", cwd=tmp_path)
    (tmp_path / "p" / "data.csv").write_text("id,value\na\n")
    done = run("fmt", "p", cwd=tmp_path)
    told = "p/data.csv: left as it is: line 2: the row has 1 cell, the header 2; mend the row\n1 file, 0 changed, 1 refused\n"
    assert (1, told) == (done.returncode, done.stdout)


def test_new_makes_a_package_that_validates(tmp_path):
    """From options alone where nobody can be asked; what is missing there is wrong usage."""
    (tmp_path / "rain.csv").write_text("station,mm\na,1.5\n")
    done = run("new", "rainfall", "--title", "降水", "--licence", "CC-BY-4.0", "--from", "rain.csv", cwd=tmp_path)
    assert (0, "") == (done.returncode, done.stderr)
    assert "rainfall: 1 table\n  rain.csv: station (string), mm (number)\n" == done.stdout.rpartition("Next")[0]
    assert 0 == run("validate", "rainfall", cwd=tmp_path).returncode
    assert "error: --title and --licence must be said where nobody can be asked.\n" == run("new", "x", cwd=tmp_path).stderr
    again = run("new", "rainfall", "--title", "x", "--licence", "CC-BY-4.0", cwd=tmp_path)
    assert (2, "error: rainfall is there already, and nothing is overwritten. Choose another name.\n") == (
        again.returncode,
        again.stderr,
    )


def test_new_makes_nothing_of_a_table_with_errors(tmp_path):
    """They are told as findings."""
    (tmp_path / "rain.csv").write_text("station,mm\na,1.5,x\n")
    done = run("new", "rainfall", "--title", "x", "--licence", "CC0-1.0", "--from", "rain.csv", cwd=tmp_path)
    assert (1, "error: The data have errors, so nothing was made.\n") == (done.returncode, done.stderr)
    assert done.stdout.startswith('rain.csv:2: extra-cell: found "x"')


def test_new_asks_on_a_terminal(tmp_path):
    """Title, English title, kind and licence; what is left blank takes the default."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "opendata", "new", "rainfall"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        os.write(leader, "降水\nRainfall\n\n\n".encode())
        _, asked = process.communicate(timeout=30)
    os.close(leader)
    os.close(follower)
    assert 0 == process.returncode, asked
    assert [b"Title: ", b"Title in English: "] == [part for part in (b"Title: ", b"Title in English: ") if part in asked]
    descriptor = json.loads((tmp_path / "rainfall" / "datapackage.json").read_text("utf-8"))
    assert ("降水", "Rainfall", "CC-BY-4.0", None) == (
        descriptor["title"],
        descriptor["title@en"],
        descriptor["licenses"][0]["name"],
        descriptor.get("kind"),
    )


@pytest.mark.parametrize(
    ("terminal", "environment", "shows"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
    ],
)
def test_a_long_check_tells_how_far_it_is(terminal, environment, shows):
    """In one line of a terminal, without a colour, erased at the end; a pipe and a dumb terminal see none."""
    hasty = "cli._Meter._AFTER_SECONDS = cli._Meter._EVERY_SECONDS = 0.0"
    code = f"import sys; from opendata import cli; {hasty}; cli.main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "validate", str(PACKAGES / "reference")]
    leader, follower = pty.openpty()
    told = {"stderr": follower if terminal else subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **told, env={**os.environ, **environment}) as process:
        os.close(follower)
        out, err = process.communicate(timeout=60)
    try:
        shown = os.read(leader, 1 << 16).decode() if shows else ""
    finally:
        os.close(leader)
    assert (0, b"") == (process.returncode, err or b"")
    assert out.startswith(b"1 package, ") and b"\r" not in out
    if shows:
        *lines, last = shown.split("\r")[:-1]
        tables = len(list((PACKAGES / "reference").glob("*.csv")))
        assert any("  1 of " in line for line in lines)
        assert f"  {tables} of {tables} tables, " in lines[-1] and lines[-1].rstrip().endswith(" rows …")
        assert "" == last.strip() and len(last) >= len(lines[-1].rstrip())
        assert "\033" not in shown and "\n" not in shown


def test_changed_since_checks_what_a_change_touches(packages):
    """What is checked and why goes to the other stream, so that a program can read the report."""
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *arguments], cwd=packages.parent, check=True, capture_output=True)
    edit(packages / "economy" / "observations.csv", "gdp,", "gpd,")
    done = run("validate", "datapackages", "--changed-since", "HEAD", "--format", "json", cwd=packages.parent)
    report = json.loads(done.stdout)
    assert (1, "changed since HEAD: economy\nbecause these refer to them: reference\n") == (done.returncode, done.stderr)
    assert (2, ["foreign-key"]) == (report["packages"], [finding["rule"] for finding in report["findings"]])
    subprocess.run([*git, "commit", "-q", "-a", "-m", "y"], cwd=packages.parent, check=True, capture_output=True)
    done = run("validate", "datapackages", "--changed-since", "HEAD", cwd=packages.parent)
    assert (0, "no package has changed since HEAD\n") == (done.returncode, done.stderr)


def test_export_writes_a_file_and_says_what_it_could_not_hold(tmp_path):
    """A line for each file, notes on standard error; again nothing changes, and what differs is not overwritten."""
    package = write_odd(tmp_path)
    done = run("export", package, "--to", "xlsx", cwd=tmp_path)
    assert (0, True) == (done.returncode, done.stdout.startswith("odd.xlsx: "))
    assert "note: odd.day: dates before March 1900, which spreadsheets do not have: 1. They are text.\n" in done.stderr
    assert run("export", package, "--to", "xlsx", cwd=tmp_path).stdout.endswith("bytes (unchanged)\n")
    (tmp_path / "odd.xlsx").write_text("mine")
    done = run("export", package, "--to", "xlsx", cwd=tmp_path)
    told = "error: odd.xlsx is there already and differs. Say --force to replace it, or --out for another place.\n"
    assert (2, "", told) == (done.returncode, done.stdout, done.stderr)
    assert 0 == run("export", package, "--to", "xlsx", "--force", cwd=tmp_path).returncode


def test_export_tells_wrong_names_and_unreadable_tables_in_one_line(tmp_path):
    """Usage is 2, data that cannot be read 1; nothing is written."""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "t.csv").write_bytes(b"a\nx\0y\n")
    (tmp_path / "p" / "datapackage.json").write_text('{"name": "p", "resources": [{"name": "t", "path": "t.csv"}]}')
    for arguments, status, told in (
        (["ekonomy", "--to", "csv"], 2, "No package is named 'ekonomy'. Did you mean economy?"),
        (["economy", "--to", "csv", "--table", "x"], 2, "No table is named 'x'. There are: observations."),
        (["nowhere/x", "--to", "csv"], 2, "There is no folder nowhere/x."),
        (["p", "--to", "xlsx"], 1, "p/t.csv:2: The file holds a NUL byte."),
    ):
        done = run("export", *arguments, cwd=tmp_path)
        assert (status, "", 1) == (done.returncode, done.stdout, done.stderr.count("\n"))
        assert told in done.stderr
    assert ["p"] == [path.name for path in tmp_path.iterdir()]
