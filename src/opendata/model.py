"""Descriptors as frozen values: package, resource, schema, field.

Only the form of a descriptor is read here, leniently; whether it obeys the standard is for ``standard``.
A schema or dialect that stands in a file of its own is put in its place by ``read`` before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from opendata.errors import UnreadablePackage

Descriptor = Mapping[str, Any]

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Text:
    """A text in several languages: the Data Package recipe writes ``title`` and ``title@en``."""

    default: str
    others: Mapping[str, str] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """Return the text in a language, or in the default one where there is no translation."""
        return self.others.get(language) or self.default

    def __str__(self) -> str:
        return self.default


@dataclass(frozen=True)
class Field:
    """A column: ``type`` and ``format`` by Table Schema, ``constraints`` as declared."""

    name: str
    type: str = "any"
    format: str = "default"
    title: Text = Text("")
    description: Text = Text("")
    unit: str | None = None
    constraints: Mapping[str, Any] = field(default_factory=dict)
    categories: tuple[Any, ...] | None = None
    missing_values: tuple[str, ...] = ("",)
    properties: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        """Whether a cell may not be missing."""
        return self.constraints.get("required") is True

    @property
    def choices(self) -> tuple[Any, ...] | None:
        """The values allowed, in declared order, or ``None``."""
        allowed = self.constraints.get("enum")
        return self.categories or (tuple(allowed) if isinstance(allowed, list) and allowed else None)


@dataclass(frozen=True)
class ForeignKey:
    """Columns whose values must stand in another table, perhaps of another package."""

    fields: tuple[str, ...]
    package: str | None
    resource: str
    reference_fields: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    """The columns of a table and its keys."""

    fields: tuple[Field, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    fields_match: str = "exact"

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.fields)


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written."""

    delimiter: str = ","
    quote_char: str = '"'
    double_quote: bool = True
    escape_char: str | None = None
    skip_initial_space: bool = False
    header: bool = True
    comment_char: str | None = None


@dataclass(frozen=True)
class Resource:
    """A file of a package and what it holds; ``schema`` is ``None`` where none is declared.

    ``problem`` says why it cannot be used, where the package was read leniently; ``parts`` are then its files if it has
    several.
    """

    name: str
    path: str
    title: Text = Text("")
    description: Text = Text("")
    schema: Schema | None = None
    dialect: Dialect = Dialect()
    encoding: str | None = None
    hash: str | None = None
    bytes: int | None = None
    data: Any = None
    descriptor: Descriptor = field(default_factory=dict)
    problem: UnreadablePackage | None = None
    parts: tuple[str, ...] = ()

    @property
    def is_table(self) -> bool:
        """Whether this is a table in a CSV file."""
        suffix = self.path.rpartition(".")[2].lower()
        declared = str(self.descriptor.get("format", "")).lower()
        return bool(self.path) and (suffix in ("csv", "tsv") or declared in ("csv", "tsv"))


@dataclass(frozen=True)
class Package:
    """A data package's descriptor.

    ``kind`` is ``vocabulary``, ``indicators``, ``lists``, or empty for anybody's tabular package.
    """

    name: str
    title: Text = Text("")
    description: Text = Text("")
    version: str | None = None
    kind: str = ""
    licenses: tuple[Mapping[str, str], ...] = ()
    sources: tuple[Mapping[str, str], ...] = ()
    contributors: tuple[Mapping[str, Any], ...] = ()
    resources: tuple[Resource, ...] = ()
    languages: tuple[str, ...] = ()
    created: str | None = None
    descriptor: Descriptor = field(default_factory=dict)

    @property
    def license(self) -> str | None:
        """What the first of ``licenses`` is called, such as ``CC-BY-4.0``; ``None`` where there is none."""
        first = self.licenses[0] if self.licenses else {}
        return first.get("name") or first.get("title") or first.get("path")

    def resource(self, name: str) -> Resource | None:
        """Return the resource of that name, or ``None``."""
        return next((resource for resource in self.resources if resource.name == name), None)


def read_package(descriptor: object, path: object, *, lenient: bool = False) -> Package:
    """Turn a descriptor into a value.

    Parameters
    ----------
    descriptor
        What was read from a file.
    path
        The file as messages name it.
    lenient
        Whether a resource that cannot be read is kept, with its ``problem``, and the others can be used.

    Raises
    ------
    UnreadablePackage
        Where its form does not let its tables be found at all.
    """
    if not isinstance(descriptor, Mapping):
        raise UnreadablePackage(path, "The descriptor is not an object.", "Write it as { … }.", rule="package")
    resources = descriptor.get("resources")
    if not isinstance(resources, list):
        raise UnreadablePackage(
            path, "The descriptor has no list `resources`.", "List the package's files there.", rule="package"
        )
    name = descriptor.get("name")
    if name is not None and not isinstance(name, str):
        raise UnreadablePackage(path, f"The package's name is {name!r}, not text.", "Write a text.", rule="package")
    fallback = str(path).replace("\\", "/").rstrip("/").split("/")
    return Package(
        name=name or (fallback[-2] if len(fallback) > 1 else "package"),
        title=_text(descriptor, "title"),
        description=_text(descriptor, "description"),
        version=_optional(descriptor.get("version")),
        kind=str(descriptor.get("kind") or ""),
        licenses=_mappings(descriptor.get("licenses")),
        sources=_mappings(descriptor.get("sources")),
        contributors=_mappings(descriptor.get("contributors")),
        resources=tuple(_read_resource(item, path, position, lenient=lenient) for position, item in enumerate(resources)),
        languages=tuple(str(code) for code in _list(descriptor.get("languages"))),
        created=_optional(descriptor.get("created")),
        descriptor=descriptor,
    )


def _read_resource(item: object, path: object, position: int, *, lenient: bool) -> Resource:
    try:
        return _resource(item, path, position)
    except UnreadablePackage as error:
        if not lenient:
            raise
        known = item if isinstance(item, Mapping) else {}
        parts = tuple(str(part) for part in _list(known.get("path")))
        return Resource(
            str(known.get("name") or f"resource-{position + 1}"), path="", descriptor=known, problem=error, parts=parts
        )


def _resource(item: object, path: object, position: int) -> Resource:
    if not isinstance(item, Mapping):
        raise UnreadablePackage(path, f"Resource {position + 1} is not an object.", "Write it as { … }.", rule="package")
    where = item.get("path")
    if isinstance(where, list):
        if len(where) != 1:
            raise UnreadablePackage(
                path,
                f"Resource {position + 1} is spread over {len(where)} files, which is not supported.",
                "Join them into one file.",
                rule="resource",
            )
        where = where[0]
    schema = item.get("schema")
    suffix = str(where or "").rpartition(".")[2].lower()
    return Resource(
        name=str(item.get("name") or f"resource-{position + 1}"),
        path=str(where or ""),
        title=_text(item, "title"),
        description=_text(item, "description"),
        schema=_schema(schema) if isinstance(schema, Mapping) else None,
        dialect=_dialect(item.get("dialect"), "\t" if suffix == "tsv" else ","),
        encoding=_optional(item.get("encoding")),
        hash=_optional(item.get("hash")),
        bytes=size if isinstance(size := item.get("bytes"), int) and not isinstance(size, bool) else None,
        data=item.get("data"),
        descriptor=item,
    )


def _schema(item: Descriptor) -> Schema:
    missing = item.get("missingValues")
    missing_values = _missing(missing) if isinstance(missing, list) else ("",)
    return Schema(
        fields=tuple(_field(column, missing_values) for column in _list(item.get("fields")) if isinstance(column, Mapping)),
        primary_key=_names(item.get("primaryKey")),
        unique_keys=tuple(_names(key) for key in _list(item.get("uniqueKeys"))),
        foreign_keys=tuple(_foreign_key(key) for key in _list(item.get("foreignKeys")) if isinstance(key, Mapping)),
        fields_match=_first(item.get("fieldsMatch")) or "exact",
    )


def _field(item: Descriptor, missing_values: tuple[str, ...]) -> Field:
    own = item.get("missingValues")
    categories = item.get("categories")
    constraints = item.get("constraints")
    return Field(
        name=str(item.get("name") or ""),
        type=str(item.get("type") or "any"),
        # Before version 1 of the standard a pattern was written with a prefix.
        format=str(item.get("format") or "default").removeprefix("fmt:"),
        title=_text(item, "title"),
        description=_text(item, "description"),
        unit=_optional(item.get("unit")),
        constraints=constraints if isinstance(constraints, Mapping) else {},
        categories=tuple(c.get("value") if isinstance(c, Mapping) else c for c in categories)
        if isinstance(categories, list)
        else None,
        missing_values=_missing(own) if isinstance(own, list) else missing_values,
        properties=item,
    )


def _foreign_key(item: Descriptor) -> ForeignKey:
    reference = item.get("reference")
    reference = reference if isinstance(reference, Mapping) else {}
    return ForeignKey(
        fields=_names(item.get("fields")),
        package=_optional(reference.get("package")),
        resource=str(reference.get("resource") or ""),
        reference_fields=_names(reference.get("fields")),
    )


def _dialect(item: object, delimiter: str) -> Dialect:
    if not isinstance(item, Mapping):
        return Dialect(delimiter=delimiter)
    csv = item.get("csv") if isinstance(item.get("csv"), Mapping) else item
    assert isinstance(csv, Mapping)
    return Dialect(
        delimiter=str(csv.get("delimiter") or delimiter),
        quote_char=str(csv.get("quoteChar") or '"'),
        double_quote=csv.get("doubleQuote", True) is not False,
        escape_char=_optional(csv.get("escapeChar")),
        skip_initial_space=csv.get("skipInitialSpace") is True,
        header=item.get("header", True) is not False,
        comment_char=_optional(item.get("commentChar")),
    )


def _text(item: Descriptor, key: str) -> Text:
    value = item.get(key)
    others = {
        name.rpartition("@")[2]: str(text)
        for name, text in item.items()
        if re.fullmatch(rf"{key}@[A-Za-z-]+", str(name)) and isinstance(text, str)
    }
    return Text(value if isinstance(value, str) else "", others)


def _list(item: object) -> list[Any]:
    return item if isinstance(item, list) else []


def _names(item: object) -> tuple[str, ...]:
    if isinstance(item, str):
        return (item,) if item else ()
    return tuple(str(name) for name in _list(item))


def _missing(item: list[Any]) -> tuple[str, ...]:
    return tuple(str(entry.get("value", "")) if isinstance(entry, Mapping) else str(entry) for entry in item)


def _mappings(item: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(entry for entry in _list(item) if isinstance(entry, Mapping))


def _optional(item: object) -> str | None:
    return item if isinstance(item, str) and item else None


def _first(item: object) -> str | None:
    names = _names(item)
    return names[0] if names else None
