"""The public names, read from the sources: all there, and each says what it takes and gives."""

import inspect
from operator import attrgetter
from pathlib import Path

import pytest
from lxml import html as parser

import opendata
from opendata import interface
from opendata.errors import BuildFailed
from opendata.render.base import Library
from opendata.render.reference import render_reference

FOLDER = Path(opendata.__file__).parent
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def ours():
    """Our own public names."""
    return interface.read_interface(FOLDER)


def flatten(entries):
    """Entries and their members."""
    return [one for entry in entries for one in (entry, *entry.members)]


def write_package(folder, **modules):
    """Write a Python package and return its folder."""
    (folder / "made").mkdir()
    for name, text in modules.items():
        (folder / "made" / f"{name}.py").write_text(text, "utf-8")
    return folder / "made"


def test_every_public_name_is_there(ours):
    """What ``__all__`` lists, no more and no less."""
    assert sorted(opendata.__all__) == sorted(entry.name for entry in ours.names)


@pytest.mark.parametrize("name", [name for name in opendata.__all__ if inspect.isclass(getattr(opendata, name))])
def test_every_public_member_of_a_class_is_there(ours, name):
    """As Python itself finds them in the class that is imported."""
    is_told = (property, type(lambda: None), classmethod, staticmethod)
    members = {
        member
        for member, value in vars(getattr(opendata, name)).items()
        if not member.startswith("_") and (isinstance(value, is_told) or type(value).__name__ == "cached_property")
    }
    (entry,) = [entry for entry in ours.names if entry.name == name]
    assert members == {one.name.split(".")[1] for one in entry.members if not one.name.split(".")[1].startswith("_")}


def test_every_name_says_what_it_is(ours):
    """A docstring for each name, member, value and error."""
    assert [] == [one.name for one in flatten((*ours.names, *ours.values, *ours.errors)) if not one.text]


def test_every_parameter_is_explained(ours):
    """Under the name that it is given by, and no other."""
    wrong = []
    for one in flatten(ours.names):
        if one.kind in ("function", "method") and not one.name.endswith("__"):
            called = inspect.signature(attrgetter(one.name)(opendata))
            names = [f"{'*' * (p.kind is p.VAR_POSITIONAL)}{name}" for name, p in called.parameters.items() if name != "self"]
            told = [name for parameter in one.parameters for name in parameter.name.split(", ")]
            if names != told:
                wrong.append((one.name, names, told))
    assert [] == wrong


def test_every_function_says_what_it_gives(ours):
    """In a section of its own; a function without a result would say that it has none."""
    assert [] == [entry.name for entry in ours.names if entry.kind == "function" and not entry.returns]


def test_what_newcomers_begin_with_has_an_example(ours):
    """Of each way to find, describe and get."""
    begin = {"Catalog", "PackageHandle", "TableHandle", "catalog", "load", "names", "progress", "search", "series", "validate"}
    assert set() == begin - {entry.name for entry in ours.names if entry.examples}


def test_what_functions_give_and_raise_comes_with_them(ours):
    """The classes of results, those of their members, and the family of errors."""
    assert {"Hit", "Target", "Figure", "Observation", "Column", "Package", "Field", "Text"} <= {e.name for e in ours.values}
    assert {"WrongName", "WrongUse", "UnreadablePackage", "MissingLibrary"} <= {entry.name for entry in ours.errors}
    assert set() == {entry.name for entry in ours.values} & {entry.name for entry in ours.names}


def test_sections_signatures_and_fields_are_read(tmp_path):
    """What is described in one breath stays together; a dataclass tells all its fields."""
    package = write_package(
        tmp_path,
        __init__='from made.parts import Thing, make\n__all__ = ["Thing", "make"]\n',
        parts='''
from __future__ import annotations
from dataclasses import dataclass

@dataclass(frozen=True)
class Thing:
    """A thing.

    Attributes
    ----------
    low, high
        Its ends.
    """

    low: int
    high: int
    name: str = ""

    @property
    def wide(self) -> Other:
        """How wide."""

    def _hidden(self): ...

class Other:
    """What a thing gives."""

def make(*names: str, size: int | None = None, **more: str) -> list[Thing]:
    """Make things of ``names``.

    - one
    - two

    Parameters
    ----------
    *names
        Their names.
    size
        In *mm*.

    Returns
    -------
    list of Thing
        One for each.

    Raises
    ------
    ValueError
        Where one is empty.

    Examples
    --------
    As said:

    >>> make()
    []
    """
''',
    )
    made = interface.read_interface(package)
    make, thing = made.names
    assert "make(*names: str, size: int | None = None, **more: str) -> list[Thing]" == " ".join(
        make.signature.replace("(\n    ", "(").replace(",\n)", ")").split()
    )
    assert [("*names", "Their names."), ("size", "In *mm*.")] == [(one.name, one.text) for one in make.parameters]
    assert [("list of Thing", "One for each.")] == [(one.type, one.text) for one in make.returns]
    assert [("ValueError", "Where one is empty.")] == [(one.type, one.text) for one in make.raises]
    assert ((False, "As said:"), (True, ">>> make()\n[]")) == make.examples
    assert [("low, high", "Its ends."), ("name", "")] == [(one.name, one.text) for one in thing.attributes]
    assert ["Thing.wide"] == [one.name for one in thing.members]
    assert ["Other"] == [one.name for one in made.values]


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        ({}, "has no __all__"),
        ({"__init__": "def broken(:"}, "cannot be read as a Python package"),
        ({"__init__": "x = 1"}, "has no __all__"),
        ({"__init__": '__all__ = ["gone"]'}, "names gone, which is not there"),
    ],
)
def test_a_package_without_public_names_stops_the_build(tmp_path, modules, message):
    """With one line that says what to mend."""
    with pytest.raises(BuildFailed, match=message) as told:
        interface.read_interface(write_package(tmp_path, **modules))
    assert "\n" not in str(told.value)


# ----- pages -----


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """A site of made-up packages."""
    from made_up import write_packages
    from opendata.collection import Collection
    from opendata.handles import Catalog
    from opendata.model import Text
    from opendata.render import Site

    packages = Catalog(write_packages(tmp_path_factory.mktemp("packages")))
    return Library(Collection(packages), ROOT / "site", Site(Text("x")))


def read_page(page):
    """A page as a tree, each section under its anchor."""
    parts = (f'<section id="{section.anchor or "top"}">{section.html}</section>' for section in page.sections)
    return parser.fromstring(f"<main>{''.join(parts)}</main>")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_hold_every_name_and_mark_what_is_english(ours, library, language):
    """An anchor for each name and member; a link to another name leads to its anchor."""
    pages = {page.path: read_page(page) for page in render_reference(library, ours, language)}
    anchors = {path: set(tree.xpath("//@id")) for path, tree in pages.items()}
    assert {one.name for one in flatten(ours.names)} <= anchors["python/reference"]
    assert {one.name for one in flatten((*ours.values, *ours.errors))} <= anchors["python/reference/values"]
    for path, tree in pages.items():
        for link in tree.xpath("//section[position()>1]//a/@href"):
            there, _, anchor = link.partition("#")
            goal = {"": path, "values/": "python/reference/values", "../": "python/reference"}[there]
            assert anchor in anchors[goal], link
        assert [] == tree.xpath("//section[position()>1]//p[not(ancestor::*[@lang='en']) and not(@class='od-meta')]")


def test_a_docstring_cannot_leave_its_place(tmp_path, library):
    """Whatever it says is text."""
    nasty = "<script>alert(1)</script> ``<b>`` ]( {{ x }} &amp;"
    text = f'"""{nasty}"""'
    head = '__all__ = ["f"]\ndef f(x="<i>") -> "</code><u>":\n    '
    code = f'{head}{text[:-3]}\n\n    Examples\n    --------\n    >>> "<s>"\n    """\n'
    made = interface.read_interface(write_package(tmp_path, __init__=code))
    for page in render_reference(library, made, "en"):
        tree = read_page(page)
        assert [] == tree.xpath("//script | //b | //i | //u | //s")
    (first, _) = render_reference(library, made, "en")
    shown = read_page(first).text_content()
    assert all(part in shown for part in ("<script>alert(1)</script> <b> ]( {{ x }} &amp;", '"<s>"', "<i>"))
