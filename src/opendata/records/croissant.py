"""Croissant 1.1: a package's files, and each table as a record set that can be loaded.

Left out, because Croissant cannot say it: constraints, the characters for a missing value, keys of several columns that
refer to another table, and references to other packages. A table whose file readers of Croissant would misread (other
separators, encodings, no header) is a file without a record set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from opendata.citations import cite, find_date
from opendata.model import Field, Resource, Schema
from opendata.records.entries import (
    Address,
    Entry,
    File,
    escape_path,
    find_creators,
    find_keywords,
    find_language,
    find_licences,
    find_people,
    web_address,
)
from opendata.records.rdf import Node, clean

# The context that the specification gives for 1.1.
_CONTEXT: Mapping[str, Any] = {
    "@vocab": "https://schema.org/",
    "annotation": "cr:annotation",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

# What readers take for a missing value without being told.
_MISSING = {"", "NA", "N/A", "NaN", "null"}

_TYPES: Mapping[str, str] = {
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "datetime": "sc:DateTime",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "year": "sc:Integer",
}


def describe_package(entry: Entry, address: Address) -> Node:
    """Return a package as a Croissant dataset; relative addresses are relative to the file in the package's folder."""
    package, language = entry.package, find_language(entry.package)
    tables = [resource for resource in package.resources if _is_readable(resource)]
    licences = [address or title for title, address in find_licences(package)]
    return {
        "@context": {"@language": language or "und", **_CONTEXT},
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        **clean(
            {
                "name": _in_languages(entry.title.default, entry.title.others, language),
                "description": _in_languages(entry.description.default, entry.description.others, language),
                "identifier": package.name,
                "url": address(f"{entry.page}/"),
                "version": package.version or "",
                "datePublished": find_date(package),
                "license": licences,
                "creator": [_agent(person) for person in find_creators(package)],
                "publisher": [_agent(person) for person in find_people(package, "publisher")],
                "inLanguage": list(package.languages),
                "keywords": find_keywords(package),
                "citeAs": cite(package, "bibtex") if package.contributors else "",
            }
        ),
        "distribution": [_file(file, address) for file in _own_files(entry)],
        "recordSet": [_record_set(resource, package.resources, language) for resource in tables],
    }


def _own_files(entry: Entry) -> Iterator[File]:
    """The files that the descriptor names: what else is offered is the same data in other formats."""
    own = {resource.path for resource in entry.package.resources}
    return (file for file in entry.files if file.name in own)


def _file(file: File, address: Address) -> Node:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": address(file.path),
        "contentSize": f"{file.size} B",
        "encodingFormat": file.media_type or "application/octet-stream",
        "sha256": file.sha256,
    }


def _is_readable(resource: Resource) -> bool:
    """Whether a reader that knows nothing of dialects reads the table as its descriptor says."""
    dialect = resource.dialect
    plain = (dialect.quote_char, dialect.double_quote, dialect.header) == ('"', True, True)
    plain = plain and not (dialect.escape_char or dialect.comment_char or dialect.skip_initial_space)
    separator = {"csv": ",", "tsv": "\t"}.get(resource.path.rpartition(".")[2].lower())
    encoding = (resource.encoding or "utf-8").lower().replace("_", "-")
    return bool(
        plain and resource.schema and resource.is_table and separator == dialect.delimiter and encoding in ("utf-8", "utf8")
    )


def _record_set(resource: Resource, resources: tuple[Resource, ...], language: str) -> Node:
    assert resource.schema
    keys = [{"@id": _field_id(resource.name, name)} for name in resource.schema.primary_key]
    return clean(
        {
            "@type": "cr:RecordSet",
            "@id": resource.name,
            "name": _in_languages(resource.title.default or resource.name, resource.title.others, language),
            "description": _in_languages(resource.description.default, resource.description.others, language),
            "key": keys,
        }
    ) | {
        "field": [
            _field(resource, column, _references(resource.schema, column, resources), language)
            for column in resource.schema.fields
        ]
    }


def _field(resource: Resource, column: Field, reference: Node, language: str) -> Node:
    described = column.description if column.description.default else column.title
    return clean(
        {
            "@type": "cr:Field",
            "@id": _field_id(resource.name, column.name),
            "name": column.name,
            "description": _in_languages(described.default, described.others, language),
            "dataType": _data_type(column),
            "references": reference,
            "source": {"fileObject": {"@id": resource.path}, "extract": {"column": column.name}},
        }
    )


def _data_type(column: Field) -> str:
    """Return the type; what is written in a way of its own (``1.200,5``, ``31.12.``, ``-`` for missing) is text to others."""
    if not set(column.missing_values) <= _MISSING:
        return "sc:Text"
    own = {"decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues"} & set(column.properties)
    return _TYPES.get(column.type, "sc:Text") if not own and column.format in ("default", "") else "sc:Text"


def _references(schema: Schema, column: Field, resources: tuple[Resource, ...]) -> Node:
    """Return the column that a key of one column refers to, within the package.

    It is named in its file: readers join what a field refers to, and mlcroissant 1.1.1 cannot join a field of a record
    set that is read from a file. What may not be unique there is not named, because joining it would repeat rows.
    """
    for key in schema.foreign_keys:
        if key.fields == (column.name,) and not key.package and len(key.reference_fields) == 1:
            target = next((item for item in resources if item.name == key.resource), None)
            if target and target.schema is not schema and _is_readable(target) and _is_unique(target, key.reference_fields):
                return {"fileObject": {"@id": target.path}, "extract": {"column": key.reference_fields[0]}}
    return {}


def _is_unique(resource: Resource, columns: tuple[str, ...]) -> bool:
    assert resource.schema
    declared = [item.name for item in resource.schema.fields if item.constraints.get("unique") is True]
    return columns in (resource.schema.primary_key, *resource.schema.unique_keys) or columns[0] in declared


def _field_id(table: str, column: str) -> str:
    return f"{escape_path(table)}/{escape_path(column).replace('/', '%2F')}"


def _in_languages(default: str, others: Mapping[str, str], language: str) -> Any:
    """Return a text, or its languages where it has several."""
    told = {code: text for code, text in others.items() if text and text != default}
    return {language or "und": default, **told} if told and default else default


def _agent(person: Mapping[str, Any]) -> Node:
    return clean({"@type": "sc:Organization", "name": str(person["title"]), "url": web_address(person.get("path"))})
