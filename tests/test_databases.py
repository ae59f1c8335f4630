"""Databases read back by sqlite3: the same values, keys that hold, and what is told of the data."""

import contextlib
import json
import sqlite3

import pytest

from made_up import write_odd, write_packages
from opendata import exports
from opendata.databases import to_sqlite
from opendata.formats import About, Sheet
from opendata.handles import Catalog
from opendata.model import Field, Schema


def open_bytes(data):
    """A database from its bytes, with foreign keys enforced."""
    database = sqlite3.connect(":memory:")
    database.deserialize(data)
    database.execute("PRAGMA foreign_keys = ON")
    return contextlib.closing(database)


def make(package):
    """The database of a package."""
    return to_sqlite([(exports.describe_package(package), [exports.make_sheet(package[name]) for name in package.tables])])


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The package of odd cells."""
    return Catalog(write_odd(tmp_path_factory.mktemp("odd"))).load("odd")


@pytest.fixture
def database(package):
    """Its database."""
    with open_bytes(make(package).data) as opened:
        yield opened


def column(database, name):
    return [value for (value,) in database.execute(f'SELECT "{name}" FROM odd')]


def test_texts_come_back_as_they_are(database, package):
    """Ids keep their zeros, an empty text is not NULL, formulas and long cells are text."""
    for name in ("id", "text", "formula", "control", "long", "month", "span", "tier"):
        assert package["odd"].column(name) == column(database, name), name


def test_numbers_keep_every_digit(database):
    """Those that SQLite would round, or make NULL, are text."""
    assert [-7, 0, None, 2**53] == column(database, "whole")
    assert ["9007199254740993", "-99999999999999999999", None, "1"] == column(database, "huge")
    assert [-1.5, 1000, None, 0.1] == column(database, "number")
    assert ["0.1234567890123456789", "1", None, "-2.5"] == column(database, "exact")
    assert ["NaN", "INF", "-INF", 1] == column(database, "open")
    assert [1, 0, None, 1] == column(database, "truth")


def test_dates_are_iso_text_of_any_year(database):
    """SQLite's own functions read them."""
    assert ["1899-12-31", "1900-03-01", None, "2026-11-20"] == column(database, "day")
    assert "1850-01-01T00:00:00" == column(database, "moment")[0]
    assert [(26,)] == database.execute("SELECT strftime('%Y', day) - 2000 FROM odd WHERE id = '0104'").fetchall()


def test_objects_are_json(database, package):
    """SQLite's functions for JSON read them."""
    assert package["odd"].column("thing") == [value and json.loads(value) for value in column(database, "thing")]
    assert [("值",)] == database.execute("SELECT json_extract(thing, '$.名') FROM odd WHERE id = '0101'").fetchall()


def test_keys_are_declared_and_hold(database):
    """A primary key refuses a double, a foreign key a reference to nothing."""
    assert [] == database.execute("PRAGMA foreign_key_check").fetchall()
    assert [("odd", "odd_id", "id")] == [row[2:5] for row in database.execute("PRAGMA foreign_key_list(more)")]
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        database.execute("INSERT INTO more VALUES ('0101', 1)")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("INSERT INTO more VALUES ('none', 1)")


def test_keys_that_the_rows_break_are_not_declared_but_told():
    """A package that was not validated still becomes a database."""
    schema = Schema(primary_key=("a",))
    sheet = Sheet("t", (Field("a", "string"),), list, lambda: {"a": ["x", "x", "y"]}, schema=schema)
    made = to_sqlite([(About("p"), [sheet])])
    assert [("keys", "a", 1)] == [(note.kind, note.column, note.count) for note in made.notes]
    with open_bytes(made.data) as database:
        assert [(3,)] == database.execute("SELECT count(*) FROM t").fetchall()
        told = database.execute("SELECT value FROM metadata WHERE key = 'note'").fetchall()
    assert ("t.a: rows that break this declared key: 1. The database does not declare it.",) in told


def test_metadata_tells_what_the_data_are(database):
    """Of the package, the table and each column."""
    rows = {(t, c, key): value for _, t, c, key, value in database.execute("SELECT * FROM metadata")}
    assert ("怪数", "1.2.0") == (rows[None, None, "package_title"], rows[None, None, "version"])
    assert "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/" == rows[None, None, "licence"]
    assert ("怪表", "day列", "date") == (rows["odd", None, "title"], rows["odd", "day", "title"], rows["odd", "day", "type"])
    assert ["id"] == json.loads(rows["odd", None, "schema"])["primaryKey"]


def test_several_packages_in_one_database(tmp_path):
    """A table is named after its package, and keys lead from one package to another."""
    folder = write_packages(tmp_path)
    for table, file in (
        ("lists", folder / "reference" / "datapackage.json"),
        ("items", folder / "projects" / "datapackage.json"),
    ):
        told = json.loads(file.read_text("utf-8"))
        schema = next(one for one in told["resources"] if one["name"] == table)["schema"]
        if table == "lists":
            schema["primaryKey"] = ["list_id"]
        else:
            goal = {"package": "reference", "resource": "lists", "fields": ["list_id"]}
            schema["foreignKeys"] = [{"fields": ["list_id"], "reference": goal}]
        file.write_text(json.dumps(told), "utf-8")
    with open_bytes(exports.make_all(list(Catalog(folder)), "sqlite").data) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {"projects_items", "reference_lists", "trade_observations", "metadata"} <= names
        assert [("reference_lists", "list_id")] == [
            (r[2], r[3]) for r in database.execute("PRAGMA foreign_key_list(projects_items)")
        ]
        assert [] == database.execute("PRAGMA foreign_key_check").fetchall()


def test_hostile_names():
    """Names that differ in case only, that SQLite keeps for itself, or that would end the statement."""
    fields = (Field('a"; DROP TABLE x; --', "string"), Field("A", "string"), Field("a", "string"))
    sheet = Sheet("sqlite_x", fields, list, lambda: {field.name: ["1"] for field in fields})
    metadata = Sheet("Metadata", fields, list, lambda: {field.name: ["1"] for field in fields})
    with open_bytes(to_sqlite([(About("p"), [sheet, metadata])]).data) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert ["_sqlite_x", "Metadata_2", "metadata"] == names
        assert ['a"; DROP TABLE x; --', "A", "a_2"] == [row[1] for row in database.execute("PRAGMA table_info(_sqlite_x)")]
