"""The report is the same from one process and from several; what ends one is told; nothing is left running."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from opendata import shares
from opendata.errors import OpenDataError, WrongUse
from opendata.rules import validate
from opendata.standard import read_sources

KEYS = {"fields": ["word"], "reference": {"package": "words", "resource": "words", "fields": ["word"]}}


def write(folder, name, rows, *, schema=None, **more):
    """A package of one table with the columns ``id`` and ``word``."""
    (folder / name).mkdir(parents=True)
    fields = [{"name": "id", "type": "integer"}, {"name": "word", "type": "string", "constraints": {"minLength": 2}}]
    resource = {"name": name, "path": "rows.csv", "schema": {"fields": fields, "primaryKey": ["id"], **(schema or {})}}
    (folder / name / "datapackage.json").write_text(json.dumps({"name": name, "resources": [resource], **more}), "utf-8")
    (folder / name / "rows.csv").write_text("id,word\n" + rows, "utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Packages with every kind of finding that more than one package is needed for, and cells that are hard to carry."""
    monkeypatch.setattr(shares, "MIN_BYTES", 0)
    write(tmp_path, "words", "1,ab\n2,cd\n", schema={"primaryKey": ["word"]})
    for number in range(9):
        rows = f'{number},ab\n{number},xy\nx,"a\n\u2028 “{number}"\n,\n7\n'
        write(tmp_path, f"table-{number}", rows, schema={"foreignKeys": [KEYS]} if number % 2 else None)
    nowhere = {"fields": ["word"], "reference": {**KEYS["reference"], "package": "no"}}
    write(tmp_path, "nowhere", "1,ab\n", schema={"foreignKeys": [nowhere]})
    write(tmp_path, "headless", "1,ab\n", schema={"fields": [{"name": "other"}]})
    write(tmp_path, "of-a-kind", "1,ab\n", kind="vocabulary")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "datapackage.json").write_text("{", "utf-8")
    (tmp_path / "table-1" / "rows.csv").write_bytes(b"id,word\n1,\xff\n")
    (tmp_path / "table-3" / "rows.csv").unlink()
    (tmp_path / "table-5" / "stray.csv").write_text("a\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("processes", [2, 3])
def test_several_processes_report_as_one(folder, processes):
    """Not a finding, a rule or a number differs, nor the order; and there were several."""
    sources, _ = read_sources([folder])
    assert len(shares.part_sources(sources, processes)) == processes
    expected = validate(folder)
    assert len(expected.findings) > 30 and not expected.valid
    assert expected.to_json() == validate(folder, processes=processes).to_json()
    assert expected == validate(folder, processes=processes)


def test_a_share_has_what_it_refers_to(folder):
    """Each package is checked once; a table that keys of a share lead to is read there too; those of a kind are here."""
    sources, _ = read_sources([folder])
    parts = shares.part_sources(sources, 3)
    assert sorted(s.shown for s in sources) == sorted(s.shown for part in parts for s in part.own)
    for part in parts:
        names = {s.package.name for s in (*part.own, *part.referred)}
        assert not any(s.package.name in ("table-5", "table-7") for s in part.own) or "words" in names
    assert "of-a-kind" in [s.package.name for s in parts[0].own]


def test_what_is_not_worth_it_or_not_sure_is_done_by_one(folder, tmp_path_factory, monkeypatch):
    """Few data, one process asked for, two packages of one name, a package in a zip, all leaning on a large one."""
    sources, _ = read_sources([folder])
    assert len(shares.part_sources(sources, 2)) == 2
    assert len(shares.part_sources(sources, 1)) == 1
    assert len(shares.part_sources(sources, 2, least=10**9)) == 1
    assert len(shares.part_sources([*sources, sources[0]], 2)) == 1
    (folder / "words" / "rows.csv").write_text("id,word\n" + "1,abcdef\n" * 10**6, "utf-8")
    assert len(shares.part_sources(sources, 2)) == 1

    import shutil

    made = shutil.make_archive(str(tmp_path_factory.mktemp("zip") / "packed"), "zip", folder)
    packed, _ = read_sources([made])
    assert packed and len(shares.part_sources(packed, 2)) == 1


def test_progress_counts_all_tables_and_rows(folder):
    """Whoever asks is told from all processes, up to the numbers of the report."""
    for processes in (1, 2):
        told = []
        report = validate(folder, processes=processes, progress=lambda *step, told=told: told.append(step))
        # A table that cannot be read is told too, when it has been tried.
        assert (13, 13, report.rows) == told[-1]


def test_a_process_that_dies_is_one_line(folder, monkeypatch):
    """Cause and remedy, and nobody waits for ever."""
    started = shares._start

    def start(share):
        made = started(share)
        enter = made.__enter__

        class Dying:
            def __enter__(self):
                process = enter()
                process.kill()
                return process

            def __exit__(self, *error):
                return made.__exit__(*error)

        return Dying()

    monkeypatch.setattr(shares, "_start", start)
    with pytest.raises(OpenDataError, match=r"^A process that checked .* has ended; .* --processes 1\.$"):
        validate(folder, processes=2)


def test_what_fails_in_a_process_is_told(folder, monkeypatch):
    """A package that is gone when its turn comes is told with its cause."""
    sources, findings = read_sources([folder])
    parts = shares.part_sources(sources, 2)
    (folder / parts[1].own[0].package.name / "datapackage.json").unlink()
    with pytest.raises(OpenDataError, match=r"could not be checked: UnreadablePackage: .* --processes 1\.$"):
        shares.check_shares(sources, findings, parts)


def test_a_process_that_cannot_be_started_is_told(folder, monkeypatch):
    """As any other failure: one line."""
    monkeypatch.setattr(sys, "executable", str(folder / "no-python"))
    with pytest.raises(OpenDataError, match=r"cannot be started: No such file .* --processes 1\.$"):
        validate(folder, processes=2)


def test_no_process_is_wrong_use(folder):
    """Zero is not «as many as there are»."""
    with pytest.raises(WrongUse, match="0 processes"):
        validate(folder, processes=0)


def find_children(parent):
    """The processes that a process started, and theirs."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            if stat.rpartition(")")[2].split()[:2][1] == str(parent) and stat.rpartition(")")[2].split()[0] != "Z":
                found += [int(entry.name), *find_children(int(entry.name))]
    return found


def is_running(process):
    """Whether a process is there and not merely waiting to be counted as gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def endless(folder):
    """A command at work on a pattern that takes long, with its children; the folder is parted into two shares."""
    slow = {"fields": [{"name": "id"}, {"name": "word", "constraints": {"pattern": "(x+x+)+y"}}], "primaryKey": []}
    for number in range(6):
        write(folder, f"slow-{number}", f"1,{'x' * 60}\n", schema=slow)
    code = "import sys; from opendata import shares, cli; shares.MIN_BYTES = 0; cli.main(sys.argv[1:])"
    command = [sys.executable, "-c", code, "validate", str(folder), "--processes", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    # The other share, and the process that tries the pattern in either.
    deadline = time.monotonic() + 20
    while len(children := find_children(process.pid)) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(children) >= 3
    yield process, children
    for one in (process.pid, *children):
        if is_running(one):
            os.kill(one, signal.SIGKILL)
    process.communicate()


def wait_until_gone(children):
    """Those of some processes that still run after a while."""
    deadline = time.monotonic() + 10
    while any(map(is_running, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return [one for one in children if is_running(one)]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
@pytest.mark.parametrize("everyone", [True, False])
def test_an_interrupt_ends_all_processes(endless, everyone):
    """Ctrl-C reaches every process of a terminal, a kill only one: either way one line, 130, and nothing left."""
    process, children = endless
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (130, "", "error: interrupted; what was there before stands") == (process.returncode, out, err.strip())
    assert [] == wait_until_gone(children)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_processes_end_with_the_one_that_started_them(endless):
    """Even where that has no time to end them."""
    process, children = endless
    # What tries a pattern ends itself when its time is over: `test_guarded`.
    patterns = [one for one in children if b"guarded.py" in Path(f"/proc/{one}/cmdline").read_bytes()]
    process.kill()
    process.wait()
    assert [] == wait_until_gone([one for one in children if one not in patterns])


def test_a_program_needs_no_guard_to_use_it(folder, tmp_path):
    """No part of the program that calls is run a second time."""
    program = tmp_path / "program.py"
    program.write_text(
        "print('once')\nimport sys\nfrom opendata import shares\nshares.MIN_BYTES = 0\n"
        "from opendata.rules import validate\nprint(validate(sys.argv[1], processes=2).packages)\n",
        "utf-8",
    )
    done = subprocess.run([sys.executable, str(program), str(folder)], capture_output=True, text=True, check=False)
    assert ("", "once") == (done.stderr, done.stdout.splitlines()[0])
    assert re.fullmatch(r"once\n13\n", done.stdout)
