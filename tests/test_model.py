"""Descriptors as frozen values, read leniently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendata.errors import UnreadablePackage
from opendata.model import Dialect, Field, ForeignKey, Text, read_package

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def read_schema(schema, **resource):
    """Read a package of one resource."""
    descriptor = {"name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema, **resource}]}
    return read_package(descriptor, "p/datapackage.json").resources[0]


def test_texts_have_languages():
    """``title@en`` is the English of ``title``; where a language is missing the default stands in."""
    package = read_package({"title": "贸易", "title@en": "Trade", "title@de": 5, "resources": []}, "x")
    assert Text("贸易", {"en": "Trade"}) == package.title
    assert ["贸易", "Trade", "贸易"] == [package.title.in_language(code) for code in ("zh", "en", "de")]
    assert "贸易" == str(package.title)


@pytest.mark.parametrize(("path", "name"), [("a/goods/datapackage.json", "goods"), ("datapackage.json", "package")])
def test_a_package_without_a_name_has_its_folders(path, name):
    """Other people's packages need not have one."""
    assert name == read_package({"resources": []}, path).name


@pytest.mark.parametrize(
    ("descriptor", "cause"),
    [
        ([], "The descriptor is not an object."),
        ({}, "The descriptor has no list `resources`."),
        ({"resources": {}}, "The descriptor has no list `resources`."),
        ({"resources": ["a.csv"]}, "Resource 1 is not an object."),
        ({"name": 5, "resources": []}, "The package's name is 5, not text."),
        ({"resources": [{"path": ["a.csv", "b.csv"]}]}, "Resource 1 is spread over 2 files, which is not supported."),
    ],
)
def test_what_has_no_tables_is_refused(descriptor, cause):
    """Only a form in which no table can be found is an error here."""
    with pytest.raises(UnreadablePackage) as caught:
        read_package(descriptor, "x")
    assert cause == caught.value.cause


def test_schema_is_read_as_declared():
    """Keys may be written as text or list; missing values as texts or objects, for the table or for a column."""
    schema = read_schema(
        {
            "fields": [
                {"name": "a", "type": "integer", "constraints": {"required": True, "enum": [2, 1]}, "unit": "km"},
                {"name": "b", "missingValues": [{"value": "-", "label": "none"}], "categories": ["x", {"value": "y"}]},
                "not a field",
            ],
            "missingValues": ["", "NA"],
            "primaryKey": "a",
            "uniqueKeys": [["a", "b"], "b"],
            "foreignKeys": [{"fields": "b", "reference": {"package": "q", "resource": "r", "fields": ["c"]}}, 5],
            "fieldsMatch": ["subset"],
        }
    ).schema
    assert ("a", "b") == schema.names
    assert [("", "NA"), ("-",)] == [column.missing_values for column in schema.fields]
    assert [(2, 1), ("x", "y")] == [column.choices for column in schema.fields]
    assert [True, False] == [column.required for column in schema.fields]
    assert ["km", None] == [column.unit for column in schema.fields]
    assert (("a",), (("a", "b"), ("b",)), "subset") == (schema.primary_key, schema.unique_keys, schema.fields_match)
    assert (ForeignKey(("b",), "q", "r", ("c",)),) == schema.foreign_keys


def test_odd_constraints_do_no_harm():
    """A constraint of the wrong form is for ``standard`` to tell."""
    assert None is Field("a", constraints={"enum": 5}).choices
    assert False is Field("a", constraints={"required": "false"}).required
    assert {} == read_schema({"fields": [{"name": "a", "constraints": 5}]}).schema.fields[0].constraints


def test_dialects_of_both_versions():
    """The first version of the standard nests the properties in ``csv``; a TSV file has tabs unless it says else."""
    assert Dialect(";", "'", False, "\\", True, False, "#") == (
        read_schema(
            {},
            dialect={
                "csv": {
                    "delimiter": ";",
                    "quoteChar": "'",
                    "doubleQuote": False,
                    "escapeChar": "\\",
                    "skipInitialSpace": True,
                },
                "header": False,
                "commentChar": "#",
            },
        ).dialect
    )
    assert Dialect("\t") == read_schema({}, path="t.tsv").dialect


@pytest.mark.parametrize(
    ("resource", "is_table"),
    [
        ({"path": "t.csv"}, True),
        ({"path": ["T.TSV"]}, True),
        ({"path": "t.txt", "format": "csv"}, True),
        ({"path": "t.json"}, False),
        ({"path": "", "format": "csv"}, False),
        ({"data": []}, False),
    ],
)
def test_a_table_is_a_csv_file(resource, is_table):
    """By its suffix or by its declared format."""
    assert is_table is read_package({"resources": [resource]}, "x").resources[0].is_table


def test_resources_are_found_by_name():
    """``None`` stands for no such resource; one without a name is numbered; a size is a whole number."""
    package = read_package({"resources": [{"path": "a.csv", "bytes": True}, {"name": "b", "bytes": 7}]}, "x")
    assert ["resource-1", "b"] == [resource.name for resource in package.resources]
    assert [None, 7] == [resource.bytes for resource in package.resources]
    assert (package.resources[1], None) == (package.resource("b"), package.resource("c"))


@given(JSON, JSON, JSON)
def test_any_json_is_a_package_or_an_error(resource, schema, key):
    """Whatever stands in a descriptor, reading gives a value or ``UnreadablePackage``, nothing else."""
    base = resource if isinstance(resource, dict) else {"path": resource}
    inner = schema if isinstance(schema, dict) else {"fields": [{"name": schema, "constraints": key}], "primaryKey": key}
    for descriptor in (resource, {"resources": [resource]}, {"name": "p", "resources": [{**base, "schema": inner}]}):
        try:
            package = read_package(descriptor, "x/datapackage.json")
        except UnreadablePackage as error:
            read = error.path
        else:
            read = len(package.resources)
        assert read in ("x/datapackage.json", 0, 1, 2, 3, 4)


def test_a_resource_that_cannot_be_read_is_kept_where_it_is_asked_for():
    """With its problem, its name and its files, so that the others can be checked; a loader gets the error at once."""
    descriptor = {"resources": [{"name": "a", "path": ["x.csv", "y.csv"]}, "b", {"name": "c", "path": "z.csv"}]}
    a, b, c = read_package(descriptor, "p/datapackage.json", lenient=True).resources
    assert ("a", ("x.csv", "y.csv"), "Resource 1 is spread over 2 files, which is not supported.") == (
        a.name,
        a.parts,
        a.problem.cause,
    )
    assert ("resource-2", "Resource 2 is not an object.") == (b.name, b.problem.cause)
    assert (None, True) == (c.problem, c.is_table)
    with pytest.raises(UnreadablePackage, match="spread over 2 files"):
        read_package(descriptor, "p/datapackage.json")


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [
        ([{"name": "CC-BY-4.0", "title": "Attribution"}, {"name": "MIT"}], "CC-BY-4.0"),
        ([{"title": "Attribution"}], "Attribution"),
        ([{"path": "LICENCE.txt"}], "LICENCE.txt"),
        ([], None),
    ],
)
def test_the_licence_in_a_word(licenses, expected):
    """The first one's name, or what it says instead."""
    assert expected == read_package({"name": "p", "licenses": licenses, "resources": []}, "p").license
