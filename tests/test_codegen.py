"""Generated types: fresh, complete, right for type checkers; slips are errors."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import opendata as od
from made_up import release_twice, write_packages
from opendata import codegen
from opendata.handles import Catalog, attribute_name
from opendata.releases import release

SOURCE = Path(od.__file__).parents[1]
TYPICAL = Path(__file__).with_name("typical_use.py")

# One slip a line; a type checker must find each.
SLIPS = """\
import opendata as od
from typing import Literal
od.load("goods-trad")
od.goods_trad
od.good_trade.observations
od.load("goods-trade").observation
od.load("goods-trade", version="1.0.999")
od.load("goods-trade", version="1.0.0").observation
od.load("goods-trade")["observation"]
od.goods_trade.observations.rows()[0].vlaue
od.goods_trade.observations.rows()[0].status == "actuals"
od.goods_trade.observations["vlaue"]
od.goods_trade.observations.c.vlaue
od.goods_trade.observations.column("vlaue")
od.goods_trade.observations.polars(columns=["vlaue"])
od.goods_trade.observations.arrow(["vlaue"])
od.goods_trade.observations.rows()[0].value = 1.0
od.goods_trade.cite("bibtecs")
od.search("x", kinds="packages")
od.series("goods-trade", language="fr")
od.serch("x")
x: Literal["actual"] = od.goods_trade.observations.rows()[0].status
"""


def test_the_stub_is_fresh():
    """Run ``opendata codegen`` when a descriptor has changed."""
    assert codegen.STUB.read_text("utf-8") == codegen.make_stub()
    assert codegen.is_fresh()


def test_a_stale_stub_is_told(monkeypatch, tmp_path):
    """One that is missing or of other descriptors is not fresh."""
    monkeypatch.setattr(codegen, "STUB", tmp_path / "_packages.pyi")
    assert not codegen.is_fresh()
    assert codegen.write_stub() == tmp_path / "_packages.pyi"
    assert codegen.is_fresh()
    codegen.STUB.write_text(codegen.STUB.read_text("utf-8") + "x: int\n", "utf-8")
    assert not codegen.is_fresh()


def test_the_stub_names_everything():
    """Every package, table, column and value of an enumeration, with titles in both languages."""
    text = codegen.make_stub()
    missing = []
    for package in Catalog():
        wanted = [
            f"{attribute_name(package.name)}: ",
            f'def load(name: Literal["{package.name}"], ',
            package.meta.title.default,
        ]
        for name in package.tables:
            wanted.append(f"    {attribute_name(name)}: ")
            for field in package[name].fields:
                wanted += [f"    {field.name}: ", field.title.default, field.title.in_language("en")]
                wanted += [f'"{choice}"' for choice in field.choices or ()]
        missing += [text_ for text_ in wanted if text_ not in text]
    assert [] == missing


def test_versions_are_typed_as_far_as_they_are_alike(tmp_path):
    """A version with the columns of today has today's types; another is a package of no known type; no other is there."""
    trade = release_twice(write_packages(tmp_path) / "trade")
    assert 'def load(name: Literal["trade"], version: Literal["1.1.0", "1.0.0"] | None = None) -> TradePackage:' in (
        codegen.make_stub(Catalog(trade))
    )
    told = json.loads((trade / "datapackage.json").read_text("utf-8"))
    told["resources"][0]["schema"]["fields"][0]["constraints"] = {"required": True}
    (trade / "datapackage.json").write_text(json.dumps(told), "utf-8")
    assert "2.0.0" == release(trade, date="2026-03-04").version
    stub = codegen.make_stub(Catalog(tmp_path))
    assert 'def load(name: Literal["trade"], version: Literal["2.0.0"] | None = None) -> TradePackage:' in stub
    assert 'def load(name: Literal["trade"], version: Literal["1.1.0", "1.0.0"]) -> PackageHandle:' in stub
    assert 'def load(name: Literal["projects"], version: None = None) -> ProjectsPackage:' in stub


def test_a_title_cannot_break_out(tmp_path):
    """Quotes, backslashes and line breaks in titles stay within their docstring."""
    (tmp_path / "datapackage.json").write_text(
        '{"name": "p", "title": "a\\"\\"\\" b\\\\", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": ['
        '{"name": "class", "type": "integer", "title": "x\\ny"}, {"name": "2020", "type": "date"}]}}]}'
    )
    (tmp_path / "t.csv").write_text("class,2020\n1,2020-01-01\n")
    text = codegen.make_stub(Catalog(tmp_path))
    compile(text, "stub", "exec")
    assert {"    class_: int | None", "    n2020: date | None", '    """x — y"""'} <= set(text.splitlines())


def test_typical_use_runs():
    """What the type checkers are shown does what it says."""
    spec = importlib.util.spec_from_file_location("typical_use", TYPICAL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.read_records()
    assert len(module.read_frames())
    assert "Value" in module.describe()
    assert "foreign-investment-used" in module.find()
    assert module.handle_errors("goods-trad")[0].startswith("No package is named")
    assert "Qingdao" == module.use_reference()["qingdao"]
    assert module.compare_versions()
    assert "1.0.0" == module.prefetch(str(Catalog().place))[-1]
    assert module.read_others(str(Catalog().place)) > 1000


def check_with_mypy(file, folder):
    """The lines with errors, by mypy --strict, and what it says."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, "--cache-dir", str(folder), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, "MYPYPATH": str(SOURCE)})
    return {int(line) for line in re.findall(rf"\b{file.name}:(\d+): error:", done.stdout)}, done.stdout


def find_program(*names):
    """The first of some programs that stands beside this interpreter or on the path."""
    places = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return next((found for name in names if (found := shutil.which(name, path=places))), None)


def check_with_pyright(file, folder):
    """The lines with errors, by pyright (or its twin with an own Node), and what it says."""
    program = find_program("pyright", "basedpyright")
    if program is None:
        pytest.skip("pyright is not installed")
    settings = {"extraPaths": [str(SOURCE)], "typeCheckingMode": "standard", "reportUnnecessaryComparison": "error"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [program, "--pythonpath", sys.executable, "-p", str(folder), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    return {int(line) for line in re.findall(rf"\b{file.name}:(\d+):\d+ - error", done.stdout)}, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("check", [check_with_mypy, check_with_pyright])
def test_typical_use_is_right(check, tmp_path):
    """No finding in what developers write."""
    file = Path(shutil.copy(TYPICAL, tmp_path))
    lines, told = check(file, tmp_path)
    assert set() == lines, told


@pytest.mark.slow
@pytest.mark.parametrize("check", [check_with_mypy, check_with_pyright])
def test_slips_are_errors(check, tmp_path):
    """Each of them is found, and nothing else."""
    (tmp_path / "slips.py").write_text(SLIPS, "utf-8")
    lines, told = check(tmp_path / "slips.py", tmp_path)
    found = [line for number, line in enumerate(SLIPS.splitlines(), 1) if number in lines]
    assert SLIPS.splitlines()[2:] == found, told


class LanguageServer:
    """As much of an editor as asks for completions and hovers."""

    def __init__(self, program, folder, text):
        self.file = folder / "editor.py"
        self.file.write_text(text, "utf-8")
        (folder / "pyrightconfig.json").write_text(json.dumps({"extraPaths": [str(SOURCE)]}))
        self.process = subprocess.Popen([program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last = 0
        place = {"uri": folder.as_uri(), "name": "folder"}
        self.ask("initialize", {"processId": None, "rootUri": place["uri"], "workspaceFolders": [place], "capabilities": {}})
        self.send({"method": "initialized", "params": {}})
        document = {"uri": self.file.as_uri(), "languageId": "python", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})

    def send(self, message):
        """Write one message."""
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self.process.stdin.flush()

    def ask(self, method, params):
        """Ask, answer what the server asks meanwhile, and return its answer."""
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = self.process.stdout.read(1)
                assert byte, "the language server has ended"
                head += byte
            size = int(re.search(rb"Content-Length: (\d+)", head)[1])
            message = json.loads(self.process.stdout.read(size))
            if "method" not in message and message.get("id") == self.last:
                return message["result"]
            if "method" in message and "id" in message:
                wanted = message.get("params", {}).get("items", []) if message["method"] == "workspace/configuration" else None
                self.send({"id": message["id"], "result": wanted and [{} for _ in wanted]})

    def at(self, line, column):
        """A place in the file."""
        return {"textDocument": {"uri": self.file.as_uri()}, "position": {"line": line, "character": column}}

    def complete(self, line, column):
        """What an editor would offer."""
        answer = self.ask("textDocument/completion", self.at(line, column))
        return {item["label"] for item in (answer["items"] if isinstance(answer, dict) else answer)}


@pytest.mark.slow
def test_an_editor_completes_and_explains(tmp_path):
    """Packages, tables, columns and values of enumerations are offered; hovering tells title and meaning."""
    program = find_program("pyright-langserver", "basedpyright-langserver")
    if program is None:
        pytest.skip("no language server is installed")
    lines = ["import opendata as od", 'od.load("")', "t = od.goods_trade.observations", "od.load('projects').", "t.rows()[0]."]
    lines += ['t[""]', "t.c.", 't.rows()[0].status == ""', "t.c.value"]
    server = LanguageServer(program, tmp_path, "\n".join(lines) + "\n")
    try:
        wanted = [
            (1, 9, '"goods-trade"'),
            (2, 7, "goods_trade"),
            (3, 20, "items"),
            (4, 12, "label_printed"),
            (5, 3, '"value"'),
            (6, 4, "as_printed"),
            (7, 24, '"assumption"'),
        ]
        assert [] == [offer for line, column, offer in wanted if offer not in server.complete(line, column)]
        told = json.dumps(server.ask("textDocument/hover", server.at(8, 5)), ensure_ascii=False)
        assert "数值 · Value" in told
        assert "a fall is negative" in told
    finally:
        server.process.kill()
        server.process.communicate()
