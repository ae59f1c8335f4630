"""The reference of a project's own Python library, made from its docstrings; these are English on both pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from opendata.interface import Entry, Interface
from opendata.render.base import Desk, Library, Page, Section
from opendata.words import Language

# Where it stands: below the page that people wrote about the library, if they did.
PATH = "python/reference"

_CODE = re.compile(r"``(.+?)``", re.DOTALL)


def render_reference(library: Library, interface: Interface, language: Language) -> Iterator[Page]:
    """Return the page of the public names, and the page of what they give and raise."""
    pages = {PATH: interface.names, f"{PATH}/values": (*interface.values, *interface.errors)}
    anchors = {entry.name: path for path, entries in pages.items() for entry in entries}
    for path, entries in pages.items():
        desk = library.at(language, path)
        key = "names" if path == PATH else "values"
        title, lead = desk.t(f"reference.{key}"), desk.t(f"reference.{key}_lead", package=interface.package)
        other = next(one for one in pages if one != path)
        intro = desk.html("reference_lead.html.j2", lead=lead, other=other, name=desk.t(f"reference.to_{key}"))
        sections = [Section(_entry(desk, entry, anchors), entry.name, entry.name) for entry in entries]
        yield desk.page(title, lead, (Section(intro), *sections), "reference")


def _entry(desk: Desk, entry: Entry, anchors: dict[str, str]) -> Markup:
    def link(name: str) -> str:
        path = anchors.get(name)
        return "" if path is None else f"{'' if path == desk.path else desk.link(path)}#{name}"

    return desk.html("reference.html.j2", entry=entry, prose=_prose, typed=lambda text: _typed(text, link), to=link)


def _prose(text: str) -> Markup:
    """Put paragraphs, lists and code of a docstring into HTML, everything escaped."""
    parts = []
    for block in filter(None, (block.strip("\n") for block in re.split(r"\n\s*\n", text))):
        lines = block.splitlines()
        if all(line.startswith(("- ", "  ")) for line in lines) and lines[0].startswith("- "):
            items = re.split(r"(?m)^- ", block)[1:]
            parts.append(
                Markup("<ul>{}</ul>").format(Markup().join(Markup("<li>{}</li>").format(_marked(one)) for one in items))
            )
        else:
            parts.append(Markup("<p>{}</p>").format(_marked(block)))
    return Markup().join(parts)


def _marked(text: str) -> Markup:
    """Escape a text, and mark what stands between double back-ticks as code."""
    pieces: Sequence[str] = _CODE.split(" ".join(text.split()))
    return Markup().join(Markup("<code>{}</code>").format(one) if at % 2 else one for at, one in enumerate(pieces))


def _typed(text: str, link: object) -> Markup:
    """Escape a signature or type, and lead from each name in it that has a place to that place."""
    assert callable(link)
    pieces = re.split(r"(?<![\w.])([A-Z]\w+)(?!\w)", text)
    return Markup().join(
        Markup('<a href="{}">{}</a>').format(address, one) if at % 2 and (address := link(one)) else one
        for at, one in enumerate(pieces)
    )
