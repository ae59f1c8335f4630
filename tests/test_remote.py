"""Packages from addresses: what comes is checked, kept, and there without a network; all else is one line."""

import contextlib
import functools
import http.server
import json
import multiprocessing
import os
import re
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest

import opendata as od
from made_up import release_twice, write_packages
from opendata import remote
from opendata.collection import Collection
from opendata.errors import DownloadFailed, OpenDataError, Unreachable, WrongName
from opendata.formats import to_zip
from opendata.handles import Catalog
from opendata.model import Text
from opendata.remote import StaleData
from opendata.render import Site, render_site

INPUTS = Path(__file__).parents[1] / "site"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own for each test, and no proxy."""
    monkeypatch.setenv("OPENDATA_DIR", str(tmp_path / "cache"))
    for name in ("OPENDATA_OFFLINE", "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    remote._warned.clear()
    return tmp_path / "cache"


class Server(http.server.ThreadingHTTPServer):
    """A server on this machine that answers from a dictionary, counts what it sends, and can be told to misbehave."""

    daemon_threads = True

    def __init__(self, files):
        super().__init__(("127.0.0.1", 0), functools.partial(_Answer))
        self.files, self.asked, self.sent, self.special = dict(files), [], [], {}
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = self.path.lstrip("/")
        self.server.asked.append(path)
        self.close_connection = True
        if path in self.server.special:
            self.server.special[path](self)
            return
        data = self.server.files.get(path)
        tag = f'"{sha256(data or b"").hexdigest()}"'
        code = 404 if data is None else 304 if self.headers.get("If-None-Match") == tag else 200
        body = data if code == 200 else b"<html>not here</html>" if code == 404 else b""
        if code == 200:
            self.server.sent.append(path)  # before it is: who has it all may already be counting
        self.answer(code, body, ETag=tag)

    def answer(self, code, body=b"", **headers):
        self.send_response(code)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)


@contextlib.contextmanager
def serving(files):
    """Serve files on this machine."""
    server = Server(files)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The files of a site of made-up packages, of which ``trade`` is released twice."""
    folder = write_packages(tmp_path_factory.mktemp("made-up"))
    release_twice(folder / "trade")
    return render_site(Collection(Catalog(folder)), INPUTS, Site(Text("样本", {"en": "Sample"}))).files


@pytest.fixture
def server(files):
    """The site, served."""
    with serving(files) as server:
        yield server


# ----- round trip -----


def test_a_site_lists_and_loads_every_package_and_version(server):
    """From the address of the site, whole, as it was released."""
    catalog = Catalog(server.address)
    assert ("projects", "reference", "trade") == catalog.names()
    assert ("1.1.0", "1.0.0") == catalog.versions("trade")
    values = [catalog.load("trade", version).observations.rows()[0].value for version in (None, "1.1.0", "1.0.0")]
    assert [1001, 1001, 1000] == values
    assert ["1.1.0", "1.0.0"] == [catalog.load("trade", version).version for version in ("1.1.0", "1.0.0")]
    assert [4, 9] == [len(catalog.load(name)[table]) for name, table in (("projects", "items"), ("trade", "observations"))]


@pytest.mark.parametrize("end", ["", "/", "/index.html", "/datapackage.json"])
def test_a_site_is_found_by_its_address(server, end):
    """With a slash or without, and by its catalogue."""
    assert 3 == len(Catalog(server.address + end))


def test_nothing_is_fetched_before_it_is_asked_for(server):
    """Nor when a catalog shows itself."""
    catalog = Catalog(server.address)
    assert f"Catalog('{server.address}')" == repr(catalog)
    assert [] == server.asked
    catalog.names()
    assert ["datapackage.json"] == server.asked
    assert "projects, reference, trade" in repr(catalog)


def test_nothing_is_fetched_twice(server):
    """An archive is kept by its content; a catalogue that has not changed is not sent again."""
    for _ in range(3):
        Catalog(server.address).load("trade", "1.0.0")
    assert ["datapackage.json", "data/trade/1.0.0/trade-1.0.0.zip"] == server.sent
    assert 3 == server.asked.count("datapackage.json")


def test_a_new_release_is_seen(files):
    """A catalogue that has changed comes anew."""
    told = json.loads(files["datapackage.json"])
    older = {**told, "resources": [entry for entry in told["resources"] if entry["version"] != "1.1.0"]}
    with serving({**files, "datapackage.json": json.dumps(older).encode()}) as server:
        assert "1.0.0" == Catalog(server.address).load("trade").version
        server.files["datapackage.json"] = files["datapackage.json"]
        assert "1.1.0" == Catalog(server.address).load("trade").version


def test_names_and_versions_that_are_not_there(server):
    """Get the near ones, as in a folder."""
    catalog = Catalog(server.address)
    with pytest.raises(WrongName, match=r"No package is named 'trad'\. Did you mean trade\?"):
        catalog.load("trad")
    with pytest.raises(WrongName, match=r"No version of trade is named '1\.0\.1'\. Did you mean 1\.0\.0"):
        catalog.load("trade", "1.0.1")
    assert catalog.load("Trade") is catalog.load("trade")


def test_a_zip_and_a_single_package(server, files):
    """An address of a zip, and of one package's descriptor with its files beside it."""
    assert ("1.0.0",) == Catalog(f"{server.address}/data/trade/1.0.0/trade-1.0.0.zip").versions("trade")
    package = Catalog(f"{server.address}/data/trade/1.0.0/datapackage.json").load("trade")
    assert ("1.0.0", 1000) == (package.version, package.observations.rows()[0].value)


def test_a_catalogue_of_somebody_else(files):
    """By the recipe alone: resources that are descriptors, without archives and hashes."""
    told = {
        "profile": "data-package-catalog",
        "resources": [{"name": "trade", "format": "json", "path": "data/trade/1.0.0/datapackage.json"}],
    }
    with serving({**files, "deep/datapackage.json": json.dumps(told).replace("data/", "../data/").encode()}) as server:
        catalog = Catalog(f"{server.address}/deep")
        assert ("trade",) == catalog.names()
        with pytest.raises(DownloadFailed, match="It does not hold trade, as the catalogue says"):
            catalog.load("trade")
        told["resources"][0]["version"] = "1.0.0"
        server.files["datapackage.json"] = json.dumps(told).encode()
        assert 9 == len(Catalog(server.address).load("trade").observations)


# ----- without a network -----


def test_what_was_prefetched_loads_without_a_network(files):
    """The catalogue and every version, after the server is gone; a warning says so, once."""
    with serving(files) as server:
        assert ["projects", "reference", "trade", "trade"] == [p.name for p in od.prefetch(server.address, all_versions=True)]
    with pytest.warns(StaleData, match=r"cannot be reached .* What came from there last is used instead\.") as told:
        values = [Catalog(server.address).load("trade", version).observations.rows()[0].value for version in ("1.0.0", None)]
    assert ([1000, 1001], 1) == (values, len(told))


def test_a_page_of_a_network_that_wants_a_log_in_is_not_kept(files):
    """What was good before stays, for when the address cannot be reached at all."""
    with serving(files) as server:
        Catalog(server.address).names()
        server.special["datapackage.json"] = say(200, b"<html>log in")
        with pytest.raises(DownloadFailed, match="The server sent a web page"):
            Catalog(server.address).names()
    with pytest.warns(StaleData):
        assert 3 == len(Catalog(server.address))


def test_only_named_packages_are_prefetched(server):
    """And only their latest versions."""
    od.prefetch(server.address, ["trade"])
    assert ["datapackage.json", "data/trade/1.1.0/trade-1.1.0.zip"] == server.asked


def test_offline_nothing_is_asked_for(server, monkeypatch):
    """With ``OPENDATA_OFFLINE`` what was fetched loads without a word, and all else is an error."""
    od.prefetch(server.address, "trade")
    asked = len(server.asked)
    monkeypatch.setenv("OPENDATA_OFFLINE", "1")
    assert "1.1.0" == Catalog(server.address).load("trade").version
    with pytest.raises(DownloadFailed, match=r"trade-1\.0\.0\.zip: It was never fetched, and OPENDATA_OFFLINE is set\."):
        Catalog(server.address).load("trade", "1.0.0")
    with pytest.raises(DownloadFailed, match="It was never fetched"):
        Catalog(f"{server.address}/elsewhere").names()
    assert asked == len(server.asked)


def test_never_fetched_and_not_there(files):
    """Without a server and without anything kept it is an error."""
    with serving(files) as server:
        pass
    with pytest.raises(Unreachable, match=r"The server cannot be reached \(.+\)\. Look at the address and at the network\."):
        Catalog(server.address).names()


# ----- what is damaged -----


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: data + b"x"])
def test_a_damaged_download_is_named_and_not_kept(server, cache, change):
    """Shorter, longer or other bytes than the catalogue announces; the next attempt is a new one."""
    path = "data/trade/1.0.0/trade-1.0.0.zip"
    whole = server.files[path]
    server.files[path] = change(whole)
    catalog = Catalog(server.address)
    with pytest.raises(DownloadFailed, match=rf"{path}: .* It was not kept\."):
        catalog.load("trade", "1.0.0")
    kept = {file.name for file in (cache / "files").iterdir()}
    assert {sha256(server.files["datapackage.json"]).hexdigest()} == kept
    server.files[path] = whole
    assert "1.0.0" == catalog.load("trade", "1.0.0").version


def test_a_file_that_was_damaged_on_this_machine_is_fetched_anew(server, cache):
    """It is checked each time it is opened."""
    Catalog(server.address).load("trade", "1.0.0")
    for file in (cache / "files").iterdir():
        file.write_bytes(b"damaged")
    assert "1.0.0" == Catalog(server.address).load("trade", "1.0.0").version
    assert 2 == server.sent.count("data/trade/1.0.0/trade-1.0.0.zip") == server.sent.count("datapackage.json")


@pytest.mark.parametrize("note", ["", "[]", "{}", '{"address": 1, "sha256": "../../x"}', "\x00"])
def test_a_broken_note_of_an_address_is_not_believed(server, cache, note):
    """It is as if there were none."""
    Catalog(server.address).names()
    for file in (cache / "addresses").iterdir():
        file.write_text(note, "utf-8")
    assert 3 == len(Catalog(server.address))


def test_a_hash_of_another_package_is_told(server):
    """An archive may be whole and still not be what its entry says."""
    told = json.loads(server.files["datapackage.json"])
    told["resources"][0]["archive"] = told["resources"][-1]["archive"]
    server.files["datapackage.json"] = json.dumps(told).encode()
    with pytest.raises(DownloadFailed, match=r"It does not hold projects 1\.0\.0, as the catalogue says\."):
        Catalog(server.address).load("projects")


# ----- servers that misbehave -----


def say(code, body=b"", **headers):
    """An answer of a server."""
    return lambda answer: answer.answer(code, body, **headers)


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (say(404, b"<html>"), "The server has no such file (404). Look at the address."),
        (say(403), "The server does not give it away (403). Ask those who publish it."),
        (say(503), "The server cannot answer now (503). Try again later."),
        (say(418), "The server answers 418. Look at the address."),
        (say(200, b"<!DOCTYPE html><title>Log in</title>"), "The server sent a web page, not a descriptor."),
        (say(200, b"[]"), "The descriptor is not an object."),
        (say(200, b"{"), "The JSON is broken at column 2"),
        (say(200, b"\xff\xfe{\x00"), "The file is in UTF-16."),
        (say(200, b"[" * 100_000), "nested"),
        (say(200, b'{"profile": "data-package-catalog"}'), "The catalogue has no list `resources`."),
        (say(200, b'{"profile": "data-package-catalog", "resources": [1]}'), "Entry 1 of the catalogue cannot be used"),
        (say(200, b"{}", Content_Length="9"), "The connection broke off after 2 of 9 bytes. Try again."),
        (say(200, b"", Content_Length="99999999999"), "It is larger than the 16,777,216 bytes expected."),
        (say(302, Location="http://example.org/datapackage.json"), "It is not fetched by http, where anyone on the way"),
        (say(302, Location="file:///etc/passwd"), "The server answers 302. Look at the address."),
        (say(302, Location="ftp://127.0.0.1/x"), "It is not fetched by ftp"),
        (say(302, Location="/datapackage.json"), "The server answers 302."),
        (lambda answer: answer.wfile.write(b"nonsense\r\n\r\n"), "The server cannot be reached"),
        (lambda answer: answer.connection.shutdown(2), "The server cannot be reached"),
    ],
)
def test_a_server_that_misbehaves_is_one_line(server, answer, cause):
    """The address, the cause and the remedy, by the one base of this library's errors."""
    server.special["datapackage.json"] = answer
    with pytest.raises(OpenDataError) as told:
        Catalog(server.address).names()
    assert cause in str(told.value)
    assert "\n" not in str(told.value)


def test_a_silent_server_is_given_up(server, monkeypatch):
    """After a time that is told."""
    monkeypatch.setattr(remote, "_SILENT_SECONDS", 0.2)
    server.special["datapackage.json"] = lambda answer: time.sleep(1)
    with pytest.raises(Unreachable, match="The server was silent for"):
        Catalog(server.address).names()


def test_a_slow_server_is_given_up(server, monkeypatch):
    """One byte now and then would hold a program for ever."""
    monkeypatch.setattr(remote, "_SLOW_AFTER_SECONDS", 0.1)

    def trickle(answer):
        answer.send_response(200)
        answer.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(40):
                answer.wfile.write(b" ")
                time.sleep(0.05)

    server.special["datapackage.json"] = trickle
    with pytest.raises(Unreachable, match="The server sends too slowly"):
        Catalog(server.address).names()


def test_a_redirect_is_followed(server):
    """To the same kind of address; what a catalogue names is beside where it was found."""
    server.special["old/datapackage.json"] = say(301, Location="/datapackage.json")
    assert "1.1.0" == Catalog(f"{server.address}/old").load("trade").version


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"archive": {"path": "file:///etc/passwd", "hash": "0" * 64}}, "This is no address of a file"),
        ({"archive": {"path": "http://example.org/x.zip"}}, "It is not fetched by http"),
        ({"archive": {"path": "x.zip", "hash": "md5:0"}}, "its hash is not a sha256"),
        ({"archive": {"path": "x.zip", "bytes": True}}, "its bytes are not a number"),
        ({"archive": {"path": 1}}, "it has no path"),
        ({"archive": {}, "path": None}, "it has no path"),
        ({"package": 1}, "its package, version or title is not text"),
        ({"version": []}, "its package, version or title is not text"),
    ],
)
def test_a_hostile_catalogue(server, change, cause):
    """Each entry is looked at before anything is fetched."""
    told = json.loads(server.files["datapackage.json"])
    told["resources"][1] |= change
    server.files["datapackage.json"] = json.dumps(told).encode()
    with pytest.raises(DownloadFailed, match=rf"Entry 2 of the catalogue cannot be used: {re.escape(cause)}"):
        Catalog(server.address).names()


def test_a_hostile_zip(server):
    """Nothing is unpacked, and nothing stands outside."""
    server.files["bad.zip"] = to_zip({"../datapackage.json": b"{}"})
    with pytest.raises(OpenDataError, match="leads out of the package's folder"):
        Catalog(f"{server.address}/bad.zip").names()


@pytest.mark.parametrize("path", ["../../secret.csv", "/etc/passwd", "https://example.org/x.csv"])
def test_a_hostile_package(server, path):
    """Only files beside a descriptor are fetched."""
    told = {"name": "x", "resources": [{"name": "x", "path": path}]}
    server.files["x/datapackage.json"] = json.dumps(told).encode()
    with pytest.raises(DownloadFailed, match="Load a package whose files stand beside it"):
        Catalog(f"{server.address}/x/datapackage.json").names()


@pytest.mark.parametrize(
    ("address", "cause"),
    [
        ("http://example.org/", "It is not fetched by http, where anyone on the way can change it. Use https."),
        ("http://127.0.0.1.example.org/", "Use https."),
        ("ftp://example.org/x.zip", "It is not fetched by ftp"),
        ("file:///etc/datapackage.json", "This is no address of a file."),
        ("https://", "This is no address of a file."),
        ("https://me:secret@example.org/", "without a password"),
        ("https://example.org:port/", "This is no address of a file."),
        ("https://[::1/", "This is no address of a file."),
    ],
)
def test_addresses_that_are_not_fetched(address, cause):
    """Before anything goes to the network."""
    with pytest.raises(DownloadFailed, match=re.escape(cause)):
        Catalog(address).names()


def test_https_does_not_lead_to_this_machine():
    """A catalogue of elsewhere makes nobody ask what listens here."""
    with pytest.raises(DownloadFailed, match="Another machine leads to this one here"):
        remote._check_address("http://127.0.0.1:631/", "https://example.org/datapackage.json")


# ----- the cache -----


@pytest.mark.parametrize(
    ("platform", "name", "environment", "expected"),
    [
        ("linux", "posix", {}, "/home/me/.cache/opendata"),
        ("linux", "posix", {"XDG_CACHE_HOME": "/fast"}, "/fast/opendata"),
        ("linux", "posix", {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/opendata"),
        ("darwin", "posix", {"XDG_CACHE_HOME": "/fast"}, "/home/me/Library/Caches/opendata"),
        ("linux", "posix", {"OPENDATA_DIR": "/data"}, "/data"),
        ("linux", "posix", {"OPENDATA_DIR": "~/data"}, "/home/me/data"),
    ],
)
def test_the_folder_of_each_platform(monkeypatch, platform, name, environment, expected):
    """As the platform has it; ``OPENDATA_DIR`` before all."""
    for variable in ("OPENDATA_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in {"HOME": "/home/me", **environment}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert Path(expected) == remote.cache_folder()


def test_a_cache_that_cannot_be_written(server, tmp_path, monkeypatch):
    """One line says where, why, and what to do."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OPENDATA_DIR", str(tmp_path / "file"))
    with pytest.raises(DownloadFailed, match=r"cannot be kept there .* name another folder in OPENDATA_DIR\."):
        Catalog(server.address).names()


def test_a_full_disk(server, monkeypatch, cache):
    """Nothing half written stays."""

    def fail(file, block):
        raise remote._explain_disk(OSError(28, "No space left on device"))

    monkeypatch.setattr(remote, "_write", fail)
    with pytest.raises(DownloadFailed, match=r"No space left on device.*Make room"):
        Catalog(server.address).names()
    assert [] == list((cache / "files").iterdir())


def test_parts_of_killed_processes_are_cleared_away(server, cache):
    """Old ones; a new one may be of a process that is still at work."""
    (cache / "files").mkdir(parents=True)
    for name, age in ((".part-old", 2 * 24 * 3600), (".part-new", 60)):
        (cache / "files" / name).write_bytes(b"half")
        os.utime(cache / "files" / name, (time.time() - age,) * 2)
    Catalog(server.address).names()
    assert {".part-new"} == {file.name for file in (cache / "files").glob(".part-*")}


def load_all(address):
    """What one of several processes does."""
    return [package.observations.rows()[0].value for package in Catalog(address).prefetch(["trade"], all_versions=True)]


def test_many_processes_at_once(server, cache):
    """All get what they asked for, and only whole files stay."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert [[1001, 1000]] * 8 == pool.map(load_all, [server.address] * 8)
    assert all(sha256(file.read_bytes()).hexdigest() == file.name for file in (cache / "files").iterdir())


def test_the_network_needs_the_standard_library_alone(server):
    """And what speaks HTTP is not loaded where no address is given."""
    code = (
        "import sys, json; before = set(sys.modules)\n"
        "import opendata as od; od.load('goods-trade').observations.rows()\n"
        "silent = 'http.client' not in sys.modules and 'opendata.remote' not in sys.modules\n"
        "rows = len(od.Catalog(sys.argv[1]).load('trade').observations.rows())\n"
        "tops = {name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)\n"
        "print(json.dumps([silent, rows, sorted(tops)]))"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(od.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code, server.address], capture_output=True, text=True, env=env, check=True)
    assert [True, 9, ["opendata"]] == json.loads(done.stdout)
