"""What two descriptors declare into changes, each with its kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from opendata.differences.tables import Table
from opendata.differences.values import SchemaChange
from opendata.model import Field, Package, Resource, Schema

# What has its own kind of change, follows from the data, or records the changes themselves.
_PACKAGE_APART = {"name", "id", "licenses", "resources", "version", "changelog"}
_RESOURCE_APART = {"name", "path", "licenses", "schema", "dialect", "encoding", "hash", "bytes", "data"}
_SCHEMA_APART = {"fields", "primaryKey", "uniqueKeys", "foreignKeys", "fieldsMatch", "missingValues"}
# Properties of a field that say how its text is read.
_FORMS = ("format", "decimalChar", "groupChar", "bareNumber", "trueValues", "falseValues", "delimiter", "itemType")
_FIELD_APART = {"name", "type", "unit", "constraints", "missingValues", "categories", *_FORMS}

_STRICTNESS = {"exact": 3, "equal": 2, "subset": 1, "superset": 1, "partial": 0}


def compare_properties(old: Package, new: Package) -> Iterator[SchemaChange]:
    """Compare what two packages say of themselves."""
    if old.name != new.name:
        yield SchemaChange("package-renamed", "", "name", old.name, new.name)
    if old.descriptor.get("id") != new.descriptor.get("id"):
        yield SchemaChange("identifier", "", "id", old.descriptor.get("id"), new.descriptor.get("id"))
    yield from _compare_licences("", old.descriptor, new.descriptor)
    yield from _compare_metadata("", "", old.descriptor, new.descriptor, _PACKAGE_APART)


def _compare_licences(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[SchemaChange]:
    """A licence is its name, or where it has none its address; another title of it is metadata."""
    before, after = (
        {str(item.get("name") or item.get("path")): item for item in one.get("licenses") or () if isinstance(item, Mapping)}
        for one in (old, new)
    )
    for name in before:
        if name not in after:
            yield SchemaChange("licence-removed", table, "licenses", name, ", ".join(after) or None)
    for name in after:
        if name not in before:
            yield SchemaChange("licence-added", table, "licenses", ", ".join(before) or None, name)
        elif before[name] != after[name]:
            yield SchemaChange("metadata", table, "licenses", before[name], after[name])


def _compare_metadata(
    table: str, within: str, old: Mapping[str, Any], new: Mapping[str, Any], apart: Iterable[str]
) -> Iterator[SchemaChange]:
    for name in dict.fromkeys((*old, *new)):
        if name not in apart and old.get(name) != new.get(name):
            yield SchemaChange("metadata", table, f"{within}.{name}" if within else name, old.get(name), new.get(name))


def compare_resources(old: Resource, new: Resource) -> Iterator[SchemaChange]:
    """Compare what two packages say of a file; its columns are compared by ``compare_schemas``."""
    if old.name != new.name:
        yield SchemaChange("resource-renamed", new.name, "", old.name, new.name)
    if old.path != new.path:
        yield SchemaChange("file-renamed", new.name, "", old.path, new.path)
    if old.dialect != new.dialect:
        yield SchemaChange("file-format", new.name, "dialect", old.descriptor.get("dialect"), new.descriptor.get("dialect"))
    before, after = ((item.encoding or "utf-8").lower().replace("_", "-") for item in (old, new))
    if before != after:
        yield SchemaChange("file-format", new.name, "encoding", before, after)
    yield from _compare_licences(new.name, old.descriptor, new.descriptor)
    yield from _compare_metadata(new.name, "", old.descriptor, new.descriptor, _RESOURCE_APART)


def compare_schemas(name: str, old: Table, new: Table, names: Mapping[str, str]) -> Iterator[SchemaChange]:
    """Compare what two schemas declare; ``names`` leads from each column of the newer to the same one of the older."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    kept = set(names.values())
    for column in before:
        if column not in kept:
            yield SchemaChange("field-removed", name, column)
    for column in after:
        if column not in names:
            yield SchemaChange("field-added", name, column)
        elif names[column] != column:
            yield SchemaChange("field-renamed", name, column, names[column], column)
    for first, second in ((old.header, new.header), (old.schema.names, new.schema.names)):
        order = [column for column in first if column in kept]
        fresh = [column for column in second if column in names]
        if len(order) == len(fresh) and order != [names[column] for column in fresh]:
            yield SchemaChange("fields-reordered", name, "", order, fresh)
            break
    for column, former in names.items():
        yield from _compare_fields(name, before[former], after[column])
    yield from _compare_keys(name, old.schema, new.schema, {former: column for column, former in names.items()})
    said = [table.declared.get("missingValues", [""]) for table in (old, new)]
    if said[0] != said[1]:
        yield SchemaChange("missing-values", name, "missingValues", *said)
    yield from _compare_metadata(name, "schema", old.declared, new.declared, _SCHEMA_APART)


def _compare_fields(table: str, old: Field, new: Field) -> Iterator[SchemaChange]:
    if old.type != new.type:
        yield SchemaChange("type", table, new.name, old.type, new.type)
    for form in _FORMS:
        before, after = ((item.format if form == "format" else item.properties.get(form)) for item in (old, new))
        if before != after:
            yield SchemaChange("format", table, f"{new.name}.{form}", before, after)
    if old.unit != new.unit:
        yield SchemaChange("unit", table, new.name, old.unit, new.unit)
    if old.properties.get("missingValues") != new.properties.get("missingValues"):
        said = (item.properties.get("missingValues") for item in (old, new))
        yield SchemaChange("missing-values", table, new.name, *said)
    yield from _compare_constraints(table, old, new)
    yield from _compare_metadata(table, new.name, old.properties, new.properties, _FIELD_APART)


def _compare_constraints(table: str, old: Field, new: Field) -> Iterator[SchemaChange]:
    before, after = ({n: v for n, v in item.constraints.items() if v is not False} for item in (old, new))
    # ``categories`` and ``enum`` say the same; ours say it twice, because frictionless enforces one of them only.
    for constraints, item in ((before, old), (after, new)):
        constraints.pop("enum", None)
        if item.choices is not None:
            constraints["enum"] = list(item.choices)
    for name in dict.fromkeys((*before, *after)):
        first, second = before.get(name), after.get(name)
        if first == second:
            continue
        if name == "enum" and first and second and sorted(map(str, first)) == sorted(map(str, second)):
            yield SchemaChange("metadata", table, f"{new.name}.{name}", first, second)
            continue
        narrowed = second is not None and (first is None or _is_narrower(name, first, second))
        kind = "constraint-narrowed" if narrowed else "constraint-widened"
        yield SchemaChange(kind, table, f"{new.name}.{name}", first, second)
    labels = [item.properties.get("categories") for item in (old, new)]
    if labels[0] != labels[1] and old.choices == new.choices:
        yield SchemaChange("metadata", table, f"{new.name}.categories", *labels)


def _is_narrower(name: str, old: Any, new: Any) -> bool:
    """Say whether a constraint lets less pass than before; where that cannot be told (two patterns), it may."""
    if name == "enum":
        return not {str(choice) for choice in old} <= {str(choice) for choice in new}
    first, second = _bound(old), _bound(new)
    if type(first) is not type(second):
        return True
    if name in ("minimum", "exclusiveMinimum", "minLength"):
        return bool(second > first)
    if name in ("maximum", "exclusiveMaximum", "maxLength"):
        return bool(second < first)
    return True


def _bound(value: object) -> Any:
    try:
        return Decimal(str(value))
    except InvalidOperation:  # a date
        return str(value)


def _compare_keys(table: str, old: Schema, new: Schema, names: Mapping[str, str]) -> Iterator[SchemaChange]:
    """Compare keys; ``names`` leads from each column of the older version to the newer's name for it."""

    def renamed(columns: Sequence[str]) -> tuple[str, ...]:
        return tuple(names.get(column, column) for column in columns)

    if renamed(old.primary_key) != new.primary_key:
        yield SchemaChange("key", table, "primaryKey", list(old.primary_key), list(new.primary_key))
    before, after = {renamed(key) for key in old.unique_keys}, set(new.unique_keys)
    for key in sorted(before ^ after):
        kind = "constraint-narrowed" if key in after else "constraint-widened"
        yield SchemaChange(kind, table, f"uniqueKeys({', '.join(key)})")
    first = {renamed(key.fields): [key.package, key.resource, *key.reference_fields] for key in old.foreign_keys}
    second = {key.fields: [key.package, key.resource, *key.reference_fields] for key in new.foreign_keys}
    for key in dict.fromkeys((*first, *second)):
        if first.get(key) != second.get(key):
            kind = "reference" if key in first and key in second else ""
            kind = kind or ("constraint-narrowed" if key in second else "constraint-widened")
            targets = (".".join(filter(None, one[key])) if key in one else None for one in (first, second))
            yield SchemaChange(kind, table, f"foreignKeys({', '.join(key)})", *targets)
    if old.fields_match != new.fields_match:
        wider = _STRICTNESS.get(new.fields_match, 3) < _STRICTNESS.get(old.fields_match, 3)
        kind = "constraint-widened" if wider else "constraint-narrowed"
        yield SchemaChange(kind, table, "fieldsMatch", old.fields_match, new.fields_match)
