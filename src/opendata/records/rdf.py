"""Graphs as plain dictionaries in the manner of JSON-LD, written as JSON-LD and as Turtle.

Both are written from the same values and by this module alone: the graph has a fixed order, so its bytes are the same on
every machine, and the site needs no RDF library to be built (rdflib reads both back in the tests, to the same triples).
Keys are prefixed names, values are texts, ``{"@value": …}`` literals, nodes, or lists of these.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from opendata.model import Text

Node = dict[str, Any]

PREFIXES: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def typed(value: object, datatype: str) -> Node:
    """Return a literal of a datatype, for example ``xsd:date``."""
    return {"@value": str(value), "@type": datatype}


def in_languages(text: Text, language: str) -> list[Any]:
    """Return a text as literals with their languages; the default text bears none where its language is not known."""
    literals: list[Any] = []
    if text.default:
        known = bool(_LANGUAGE.fullmatch(language))
        literals.append({"@value": text.default, "@language": language} if known else text.default)
    literals += [
        {"@value": told, "@language": code}
        for code, told in sorted(text.others.items())
        if told and code != language and _LANGUAGE.fullmatch(code)
    ]
    return literals


def clean(node: Mapping[str, Any]) -> Node:
    """Return a node without the properties that have no value; a list of one value becomes the value."""
    told = {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in node.items()
        if value not in ("", None, [], {})
    }
    return dict(told)


def to_jsonld(nodes: Sequence[Node]) -> bytes:
    """Return a graph as JSON-LD; its relative addresses are relative to the file, as JSON-LD says."""
    return (json.dumps({"@context": PREFIXES, "@graph": nodes}, ensure_ascii=False, indent=1) + "\n").encode()


def to_turtle(nodes: Sequence[Node]) -> bytes:
    """Return a graph as Turtle; its relative addresses are relative to the file."""
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items()]
    for node in nodes:
        lines += ["", *_write_named(node)]
    return ("\n".join(lines) + "\n").encode()


def _write_named(node: Node) -> Iterator[str]:
    """A node with an address, then those that stand within it and have an address and properties of their own."""
    inner: list[Node] = []
    yield f"<{node['@id']}>" + _write_properties(node, inner, 1) + " ."
    for child in inner:
        yield from _write_named(child)


def _write_properties(node: Node, inner: list[Node], depth: int) -> str:
    indent = "\n" + "  " * depth
    told = []
    for key, value in node.items():
        if key == "@id":
            continue
        values = value if isinstance(value, list) else [value]
        if key == "@type":
            told.append(f"{indent}a {', '.join(values)}")
        else:
            told.append(f"{indent}{key} " + ", ".join(_write_value(item, inner, depth) for item in values))
    return " ;".join(told)


def _write_value(value: Any, inner: list[Node], depth: int) -> str:
    if isinstance(value, str):
        return _quote(value)
    if "@value" in value:
        if "@language" in value:
            return f"{_quote(value['@value'])}@{value['@language']}"
        return f"{_quote(value['@value'])}^^{value['@type']}"
    if "@id" in value:
        if len(value) > 1:
            inner.append(value)
        return f"<{value['@id']}>"
    return f"[{_write_properties(value, inner, depth + 1)} ]"


def _quote(text: str) -> str:
    """Quote a text; what Turtle cannot hold in a short string is escaped by number."""
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return '"' + _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04X}", escaped) + '"'
