"""CSV on the Web: the tables of a package with their columns, types, keys and dialects, for any reader of CSVW.

What CSVW cannot say is left out rather than bent: a key that may be empty as a reference (CSVW asks for a match in every
row), rules over several columns, patterns of dates, and lists of words for true and false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from opendata.model import Dialect, Field, ForeignKey, Resource, Schema
from opendata.records.entries import Entry, escape_path, find_keywords, find_language, find_licences
from opendata.records.rdf import Node, clean, in_languages

CONTEXT = "http://www.w3.org/ns/csvw"

# Table Schema → CSVW, for the formats that the standard has by default.
_TYPES: Mapping[str, str] = {
    "array": "json",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
    "duration": "duration",
    "geojson": "json",
    "integer": "integer",
    "number": "number",
    "object": "json",
    "time": "time",
    "year": "gYear",
    "yearmonth": "gYearMonth",
}

_RANGES = {"minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "minExclusive", "exclusiveMaximum": "maxExclusive"}
# CSVW lets these have bounds; years and months are none of them.
_ORDERED = ("date", "datetime", "integer", "number", "time")
_LENGTHS = {"minLength": "minLength", "maxLength": "maxLength"}

# Of regular expressions only what every dialect of them reads alike: the rest would be a rule that nobody wrote.
_PLAIN_PATTERN = re.compile(r"(?:[A-Za-z0-9_ ,;:@/&%#=~<>\"'!-]|\\[dws.\\()\[\]{}*+?|/-]|[.()|*+?\[\]^$]|\{\d+(?:,\d*)?\})*")

Others = Mapping[str, Sequence[tuple[Resource, str]]]
"""The tables of other packages, by the package's name: the resource, and where its file stands from this one's folder."""


def describe_package(entry: Entry, others: Others | None = None) -> Node:
    """Return the tables of a package as CSVW, all addresses relative to the package's folder.

    Parameters
    ----------
    entry
        The package.
    others
        What its keys refer to in other packages: those tables are described too, so that the reference can be followed.
    """
    package, language = entry.package, find_language(entry.package)
    tables = [resource for resource in package.resources if _is_described(resource)]
    known: dict[tuple[str | None, str], str] = {(None, resource.name): escape_path(resource.path) for resource in tables}
    for name, found in (others or {}).items():
        known |= {(name, resource.name): address for resource, address in found}
    needed = _find_needed(tables, others or {})
    licences = [address for _, address in find_licences(package) if address]
    return {
        "@context": CONTEXT,
        **clean(
            {
                "dc:title": in_languages(entry.title, language),
                "dc:description": in_languages(entry.description, language),
                "dc:identifier": package.name,
                "dc:license": [{"@id": address} for address in licences],
                "dc:subject": find_keywords(package),
                "schema:version": package.version or "",
            }
        ),
        "tables": [
            *(_table(resource, escape_path(resource.path), known, language) for resource in tables),
            # Only what the references need of them: their keys, so that their own references lead no further.
            *(_table(resource, address, {}, language) | {"suppressOutput": True} for resource, address in needed),
        ],
    }


def _is_described(resource: Resource) -> bool:
    return bool(resource.is_table and resource.schema and resource.schema.fields)


def _find_needed(tables: Sequence[Resource], others: Others) -> Iterator[tuple[Resource, str]]:
    wanted = {
        (key.package, key.resource)
        for table in tables
        for key in (table.schema.foreign_keys if table.schema else ())
        if key.package and _is_never_empty(table, key)
    }
    for name in sorted(others):
        for resource, address in others[name]:
            if (name, resource.name) in wanted and _is_described(resource):
                yield resource, address


def _table(resource: Resource, url: str, known: Mapping[tuple[str | None, str], str], language: str) -> Node:
    assert resource.schema
    return clean(
        {
            "url": url,
            "dc:title": in_languages(resource.title, language),
            "dc:description": in_languages(resource.description, language),
            "dialect": _dialect(resource.dialect, resource.encoding),
        }
    ) | {"tableSchema": _schema(resource, resource.schema, known, language)}


def _schema(resource: Resource, schema: Schema, known: Mapping[tuple[str | None, str], str], language: str) -> Node:
    references = [
        {
            "columnReference": [_name(column) for column in key.fields],
            "reference": {
                "resource": known[key.package, key.resource],
                "columnReference": [_name(column) for column in key.reference_fields],
            },
        }
        for key in schema.foreign_keys
        if (key.package, key.resource) in known and _is_never_empty(resource, key)
    ]
    primary = {"primaryKey": [_name(column) for column in schema.primary_key]} if schema.primary_key else {}
    foreign = {"foreignKeys": references} if references else {}
    keys = set(schema.primary_key).union(*(key.fields for key in schema.foreign_keys))
    columns = [_column(column, language, is_key=column.name in keys) for column in schema.fields]
    return {"columns": columns, **primary, **foreign}


def _is_never_empty(resource: Resource, key: ForeignKey) -> bool:
    """Whether the columns of a key have a value in every row, by declaration."""
    assert resource.schema
    sure = {column.name for column in resource.schema.fields if column.required} | set(
        resource.schema.primary_key if len(resource.schema.primary_key) == 1 else ()
    )
    return set(key.fields) <= sure


def _column(column: Field, language: str, *, is_key: bool) -> Node:
    """Return a column; its heading in the file stands first among its titles, in no language, so that readers find it.

    Where CSVW would have the name escaped, it is left to follow from the heading, as it does by default, and the heading
    is the only title: readers look for the heading by these. Keys have to name their columns.
    """
    missing = [] if column.missing_values == ("",) else list(column.missing_values)
    name = _name(column.name)
    if is_key or name == column.name:
        told: Node = {"name": name, "titles": _titles(column, language)}
    else:
        told = {"titles": column.name} | clean({"dc:title": in_languages(column.title, language)})
    if column.required:
        told["required"] = True
    if missing:
        told["null"] = missing[0] if len(missing) == 1 else missing
    if column.type == "list":
        told["separator"] = str(column.properties.get("delimiter") or ",")
    told["datatype"] = _datatype(column)
    return told | clean({"dc:description": in_languages(column.description, language)})


def _titles(column: Field, language: str) -> Node:
    titles = {"und": column.name}
    if column.title.default and language:
        titles[language] = column.title.default
    return titles | {code: text for code, text in column.title.others.items() if text and code != language}


def _datatype(column: Field) -> Any:
    if column.type == "list":
        inner = str(column.properties.get("itemType") or "string")
        return _TYPES.get(inner, "string")
    if column.type in ("string", "any") or column.type not in _TYPES:
        return _text_type(column)
    if column.format not in ("default", ""):
        return "string"
    base = _TYPES[column.type]
    told: Node = {"base": base}
    if base == "number" or base == "integer":
        if column.properties.get("bareNumber") is False:
            return "string"
        marks = {name: column.properties[name] for name in ("decimalChar", "groupChar") if column.properties.get(name)}
        told |= {"format": marks} if marks else {}
    if base == "boolean":
        words = [column.properties.get(name) for name in ("trueValues", "falseValues")]
        if any(words):
            if not all(isinstance(item, list) and len(item) == 1 for item in words):
                return "string"
            told["format"] = "|".join(str(item[0]) for item in words if item)
    if base in _ORDERED:
        # An inclusive and an exclusive bound on the same side are an error to CSVW, which then gets the inclusive one.
        bounds = {theirs: column.constraints[ours] for ours, theirs in _RANGES.items() if ours in column.constraints}
        for side, other in (("minimum", "minExclusive"), ("maximum", "maxExclusive")):
            if side in bounds:
                bounds.pop(other, None)
        told |= bounds
    return told if len(told) > 1 else base


def _text_type(column: Field) -> Any:
    told: Node = {"base": "string"}
    told |= {theirs: column.constraints[ours] for ours, theirs in _LENGTHS.items() if ours in column.constraints}
    choices = column.choices
    pattern = column.constraints.get("pattern")
    if choices and all(isinstance(choice, str) for choice in choices):
        told["format"] = "^(?:" + "|".join(re.escape(choice).replace(r"\-", "-") for choice in choices) + ")$"
    elif isinstance(pattern, str) and _PLAIN_PATTERN.fullmatch(pattern) and "(?" not in pattern:
        told["format"] = f"^(?:{pattern})$"
    return told if len(told) > 1 else "string"


def _dialect(dialect: Dialect, encoding: str | None) -> Node:
    """Return what differs from CSVW's own defaults."""
    told: Node = {}
    if dialect.delimiter != ",":
        told["delimiter"] = dialect.delimiter
    if dialect.quote_char != '"':
        told["quoteChar"] = dialect.quote_char
    if not dialect.double_quote:
        told["doubleQuote"] = False
    if dialect.skip_initial_space:
        told["skipInitialSpace"] = True
    if not dialect.header:
        told |= {"header": False, "headerRowCount": 0}
    if dialect.comment_char:
        told["commentPrefix"] = dialect.comment_char
    if encoding and encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
        told["encoding"] = encoding
    return told


def _name(column: str) -> str:
    """Return a column's name as CSVW allows names: letters, digits, ``_`` and ``.``, the rest escaped."""
    escaped = quote(column, safe="").replace("-", "%2D").replace("~", "%7E")
    return f"%5F{escaped[1:]}" if escaped.startswith("_") else escaped
