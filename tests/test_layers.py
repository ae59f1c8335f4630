"""The order of the stages: each module imports only those before it."""

import ast
from pathlib import Path

import opendata

# The package's own file stands outside: it imports nothing until a name is asked for.
STAGES = (
    "errors",
    "report",
    "model",
    "guarded",
    "casts",
    "files",
    "read",
    "archives",
    "remote",
    "revision",
    "columns",
    "standard",
    "shares",
    "frames",
    "citations",
    "handles",
    "canonical",
    "codegen",
    "words",
    "observe",
    "documents",
    "oddities",
    "kinds",
    "rules",
    "formats",
    "workbooks",
    "databases",
    "exports",
    "scaffold",
    "collection",
    "lookup",
    "tidy",
    "targets",
    "differences",
    "releases",
    "history",
    "views",
    "charts",
    "interface",
    "records",
    "render",
    "cards",
    "publish",
    "cli",
    "__main__",
)

SOURCE = Path(opendata.__file__).parent


def find_modules():
    """Every module as (dotted name within opendata, file); data folders hold none."""
    for file in sorted(SOURCE.rglob("*.py")):
        parts = file.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            yield name, file


def find_imports(file):
    """The stages that a module imports, at its top or within a function, for types or for use."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("opendata."):
                    yield node.lineno, alias.name.split(".")[1]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}:{node.lineno}: a relative import"
            parts = (node.module or "").split(".")
            if parts == ["opendata"]:
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif parts[0] == "opendata":
                yield node.lineno, parts[1]


def test_every_module_is_a_stage():
    """The list names all modules and no other."""
    assert sorted(STAGES) == sorted({name.split(".")[0] for name, _ in find_modules()})


def test_no_import_runs_back():
    """A module imports only stages before its own; the parts of one stage may know each other."""
    place = {stage: at for at, stage in enumerate(STAGES)}
    wrong = [
        f"{name}:{line} imports {imported}"
        for name, file in find_modules()
        for line, imported in find_imports(file)
        if imported != "__version__" and place[imported] >= place[name.split(".")[0]] and imported != name.split(".")[0]
    ]
    assert [] == wrong


def test_nothing_imports_the_command_line():
    """Only ``__main__`` does; the library neither prints nor exits."""
    assert {"__main__"} == {name for name, file in find_modules() for _, imported in find_imports(file) if imported == "cli"}


def test_no_function_bears_the_name_of_a_module():
    """``opendata.search`` as a module would hide ``opendata.search`` as a function once it is imported."""
    assert set() == set(opendata.__all__) & set(STAGES)
