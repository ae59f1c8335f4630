"""Catalogs, packages, tables: what a developer holds in the hand."""

import copy
import json
import pickle
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import opendata as od
from opendata import frames, handles, read
from opendata.errors import MissingLibrary, OpenDataError, UnreadablePackage, WrongName, WrongUse

FIELDS = [
    {"name": "code", "type": "string", "title": "代码", "title@en": "Code"},
    {"name": "count", "type": "integer", "unit": "person", "description": "人数", "description@en": "People counted"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["b", "a"]}},
    {"name": "class", "type": "number"},
]
TEXT = "code,count,kind,class\n0101,9007199254740993,a,0.5\nNA,,b,0.25\n"


def write_package(folder, text=TEXT, fields=FIELDS, name="my-package", **more):
    """Write a package with one table; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    resource = {"name": "my-table", "path": "t.csv", "title@en": "A <table>", "schema": {"fields": fields}}
    package = {"name": name, "title": "一个包", "title@en": "A package", "version": "1.2.0", "resources": [resource], **more}
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    (folder / "t.csv").write_text(text, "utf-8", newline="")
    return folder


@pytest.fixture
def package(tmp_path):
    """A small package of another kind than ours."""
    return od.Catalog(write_package(tmp_path / "p")).load("my-package")


# ----- catalogs -----


def test_our_packages_are_there():
    """The bundled packages are named in alphabetical order, and each loads."""
    names = od.names()
    assert sorted(names) == list(names)
    assert [*names] == [od.load(name).name for name in names]
    assert {"reference", "goods-trade", "projects"} <= set(names)


def test_a_folder_of_packages(tmp_path):
    """All packages below a folder; iterating gives handles."""
    write_package(tmp_path / "b", name="beta")
    write_package(tmp_path / "a", name="alpha")
    catalog = od.Catalog(tmp_path)
    assert (("alpha", "beta"), ["alpha", "beta"], 2) == (catalog.names(), [p.name for p in catalog], len(catalog))


def test_a_zip_of_packages(tmp_path):
    """What is in an archive reads as what is in a folder."""
    write_package(tmp_path / "p")
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        for name in ("datapackage.json", "t.csv"):
            archive.write(tmp_path / "p" / name, f"p/{name}")
    inside, outside = (od.Catalog(tmp_path / name).load("my-package")["my-table"] for name in ("p.zip", "p"))
    assert outside.rows() == inside.rows()
    pd.testing.assert_frame_equal(outside.df, inside.df)


def test_a_folder_that_is_not_there(tmp_path):
    """Wrong use, in one line."""
    with pytest.raises(WrongUse, match="There is no folder"):
        od.Catalog(tmp_path / "nowhere").names()


def test_a_package_is_read_once():
    """A catalog is a snapshot: the same handle each time."""
    assert od.load("goods-trade") is od.load("Goods_Trade")


@pytest.mark.parametrize("name", ["goods-trad", "good_trade", "货物贸易", "Goods trade"])
def test_a_wrong_package_name_gets_the_near_ones(name):
    """By name and by title in both languages."""
    with pytest.raises(WrongName) as caught:
        od.load(name if name != "Goods trade" else "Goods trades")
    assert "goods-trade" in caught.value.near


# ----- packages -----


def test_tables_by_name_and_as_attributes(package):
    """``-`` and ``_`` are one, so is case."""
    assert ("my-table",) == package.tables
    assert package["my-table"] is package.my_table is package["My_Table"]
    assert "my_table" in dir(package)


def test_asking_for_a_table_does_not_read_it(tmp_path):
    """Nothing of a large file is read before its cells are wanted."""
    folder = write_package(tmp_path)
    (folder / "t.csv").unlink()
    package = od.Catalog(folder).load("my-package")
    assert package["my-table"] is package.my_table
    with pytest.raises(UnreadablePackage):
        package.my_table.df  # noqa: B018


@pytest.mark.parametrize("name", ["my-tabel", "A table"])
def test_a_wrong_table_name_gets_the_near_ones(package, name):
    """As an item a WrongName, as an attribute an AttributeError."""
    with pytest.raises(WrongName, match="Did you mean my-table"):
        package[name]
    with pytest.raises(AttributeError, match="Did you mean my-table"):
        getattr(package, name)


def test_metadata(tmp_path):
    """Version, changelog and licence are what the descriptor says."""
    log = [{"version": "1.2.0", "date": "2026-11-20", "description@en": "First."}]
    licences = [{"name": "CC-BY-4.0"}]
    package = od.Catalog(write_package(tmp_path, changelog=log, licenses=licences)).load("my-package")
    assert ("1.2.0", tuple(log), tuple(licences)) == (package.version, package.changelog, package.meta.licenses)


def test_no_changelog(package):
    """Nothing said, nothing told."""
    assert () == package.changelog


def test_the_files_of_a_package(package):
    """The bytes as they stand: the descriptor and each table."""
    assert (["datapackage.json", "t.csv"], TEXT.encode()) == (list(package.file_bytes()), package.file_bytes()["t.csv"])


def test_a_package_shows_itself(package):
    """In a terminal: the name, the version, the tables with their sizes."""
    assert "my-package 1.2.0: A package\n  my-table: 2 rows × 4 columns" == repr(package)


def test_in_a_notebook_everything_is_escaped(package):
    """Titles may hold markup; a notebook must not run it."""
    html = package._repr_html_() + package["my-table"]._repr_html_()
    assert "A &lt;table&gt;" in html
    assert "<table>" not in html.replace("<table><thead>", "")


# ----- records -----


def test_records_are_typed(package):
    """Strings stay strings, a gap is None, an enumeration its text; a keyword as a name gets an underscore."""
    rows = package.my_table.rows()
    assert [("0101", 9007199254740993, "a", 0.5), ("NA", None, "b", 0.25)] == rows
    assert (0.5, 9007199254740993) == (rows[0].class_, rows[0].count)


def test_records_are_frozen(package):
    """A record cannot be changed."""
    row = package.my_table.rows()[0]
    with pytest.raises(AttributeError):
        row.code = "x"


def test_records_travel_between_processes(package):
    """Pickled, copied, and still with their names."""
    row = package.my_table.rows()[0]
    assert ("0101", "0101") == (pickle.loads(pickle.dumps(row)).code, copy.deepcopy(row).code)


def test_rows_in_other_forms(package):
    """As dictionaries with values, as dictionaries with text, by column, by iteration."""
    table = package.my_table
    assert {"code": "NA", "count": None, "kind": "b", "class": 0.25} == list(table.records())[1]
    assert {"code": "NA", "count": "", "kind": "b", "class": "0.25"} == table.text_rows()[1]
    assert ["0101", "NA"] == table.column("code")
    assert (table.rows(), 2) == (list(table), len(table))


def test_a_column_is_a_copy(package):
    """Changing what was returned does not change the table."""
    package.my_table.column("code").clear()
    assert ["0101", "NA"] == package.my_table.column("code")


def test_a_table_without_a_schema(tmp_path):
    """Everything is text, and nothing is guessed."""
    (tmp_path / "datapackage.json").write_text('{"name": "p", "resources": [{"name": "t", "path": "t.csv"}]}')
    (tmp_path / "t.csv").write_text("a,b\n0101,\n")
    table = od.Catalog(tmp_path).load("p")["t"]
    assert [("0101", None)] == table.rows()


def test_bad_cells_are_told_with_their_line(tmp_path):
    """File, line, column, value and what is expected; from records and DataFrames alike."""
    table = od.Catalog(write_package(tmp_path, TEXT + "x,１２,a,1\n")).load("my-package").my_table
    expected = f"{tmp_path}/t.csv:4: The cell '１２' in column 'count': expected a whole number in ASCII digits, such as 1234."
    for ask in (table.rows, lambda: table.df, table.arrow, lambda: list(table.records())):
        with pytest.raises(UnreadablePackage) as caught:
            ask()
        assert f"{expected} `opendata validate` lists all such cells." == str(caught.value)


@pytest.mark.parametrize("row", ["x,1,a", "x,1,a,1,2", ""])
def test_a_ragged_row_is_an_error(tmp_path, row):
    """Never a silent gap, whichever way the table is asked for."""
    table = od.Catalog(write_package(tmp_path, TEXT + row + "\nx,1,a,1\n")).load("my-package").my_table
    for ask in (table.rows, lambda: table.df, lambda: table["code"], table.arrow):
        with pytest.raises(UnreadablePackage, match=r"t\.csv:4: The row has \d cells, the header has 4"):
            ask()


# ----- columns -----


def test_columns_know_what_they_hold(package):
    """A column is its name, with label, meaning, unit and type."""
    count = package.my_table.c.count
    assert ("count", "People counted", "person", "integer") == (count, count.meaning.in_language("en"), count.unit, count.type)
    assert "Code" == package.my_table.c.code.label.in_language("en")
    assert ["code", "count", "kind", "class"] == list(package.my_table.c)
    assert 1 == len(package.my_table.df[package.my_table.df[package.my_table.c.kind] == "a"])
    assert count == pickle.loads(pickle.dumps(count))


def test_a_wrong_column_gets_the_near_ones(package):
    """By name and by title, as attribute, item and argument."""
    table = package.my_table
    with pytest.raises(AttributeError, match="Did you mean count"):
        _ = table.c.cuont
    for ask in (
        lambda: table["cuont"],
        lambda: table.column("cuont"),
        lambda: table.arrow(["cuont"]),
    ):
        with pytest.raises(WrongName, match="Did you mean count"):
            ask()


def test_a_table_shows_itself(package):
    """In a terminal: title, rows, version, licence, columns with type and title."""
    assert (
        "my-package.my-table: A <table> (2 rows, version 1.2.0, no licence given)\n"
        "  code   string   Code\n  count  integer\n  kind   string\n  class  number"
    ) == repr(package.my_table)
    assert "  code   string   Code\n  count  integer\n  kind   string\n  class  number" == repr(package.my_table.c)


# ----- DataFrames -----


def test_dtypes_and_attributes(package):
    """What the schema says, and where it is from."""
    frame = package.my_table.df
    text = "str" if int(pd.__version__.split(".")[0]) >= 3 else "string"
    assert {"code": text, "count": "Int64", "kind": "category", "class": "float64"} == frame.dtypes.astype(str).to_dict()
    assert (["0101", "NA"], 9007199254740993) == (frame["code"].tolist(), frame["count"][0])
    assert ["b", "a"] == frame["kind"].cat.categories.tolist()
    assert ("my-package", "my-table", "1.2.0") == tuple(frame.attrs[key] for key in ("package", "table", "version"))
    assert list(range(2)) == frame.index.tolist()


def test_a_frame_is_yours(package):
    """Changing one, its cells or its attributes, does not change the next."""
    first = package.my_table.df
    first.loc[0, "code"] = "changed"
    first.attrs["package"] = "changed"
    del first["count"]
    assert ("0101", "my-package", 9007199254740993) == (
        package.my_table.df["code"][0],
        package.my_table.df.attrs["package"],
        package.my_table.df["count"][0],
    )


def test_a_column_as_a_series(package):
    """By its name, or by the column that knows it."""
    table = package.my_table
    assert ["0101", "NA"] == table["code"].tolist() == table[table.c.code].tolist()


def test_every_bundled_table_has_its_dtypes():
    """No object column: all our numbers are floats that lose no digit."""
    odd = [
        (package.name, table, name)
        for package in od.Catalog()
        for table in package.tables
        for name, dtype in package[table].df.dtypes.items()
        if str(dtype) == "object"
    ]
    assert [] == odd


@pytest.mark.parametrize("reader", ["pyarrow", "pandas", "standard library"])
def test_a_large_table_reads_alike(tmp_path, monkeypatch, reader):
    """From a megabyte on a fast reader is taken, where it is there; what comes out is the same."""
    rows = "".join(f"{n:06d},{n if n % 3 else ''},{'ab'[n % 2]},{n / 4}\n" for n in range(60_000))
    folder = write_package(tmp_path, "code,count,kind,class\n" + rows)
    monkeypatch.setattr(handles, "_LARGE_BYTES", 2**40)
    expected = od.Catalog(folder).load("my-package").my_table.df
    monkeypatch.undo()
    assert (folder / "t.csv").stat().st_size > handles._LARGE_BYTES
    if reader != "pyarrow":
        monkeypatch.setattr(frames, "import_pyarrow", refuse_pyarrow)
    if reader == "standard library":
        monkeypatch.setattr(frames, "scan_pandas", lambda file, resource: None)
    table = od.Catalog(folder).load("my-package").my_table
    assert (60_000, ("code", "count", "kind", "class")) == (len(table), table.columns)
    pd.testing.assert_frame_equal(expected, table.df)
    assert (reader == "standard library") == ("_cells" in vars(table))


def refuse_pyarrow(purpose):
    """What happens where pyarrow is not installed."""
    raise MissingLibrary("pyarrow", purpose, "pyarrow")


# ----- Arrow, polars -----


def test_arrow(package):
    """Types of the schema, a dictionary for an enumeration, metadata that says where it is from."""
    table = package.my_table.arrow()
    assert ["0101", "NA"] == table["code"].to_pylist()
    assert (pa.int64(), True) == (table.schema.field("count").type, pa.types.is_dictionary(table.schema.field("kind").type))
    assert b"my-package" == table.schema.metadata[b"package"]
    assert ["class", "code"] == package.my_table.arrow(columns=["class", "code"]).column_names


def test_the_arrow_capsule(package):
    """Any library that takes the capsule takes a table handle."""
    table = pa.RecordBatchReader.from_stream(package.my_table).read_all()
    assert [9007199254740993, None] == table["count"].to_pylist()


def test_polars(package):
    """Columns as chosen, enumerations as Enum in declared order."""
    pl = pytest.importorskip("polars")
    frame = package.my_table.polars(columns=["kind", "count"])
    assert {"kind": pl.Enum(["b", "a"]), "count": pl.Int64} == dict(frame.schema)
    assert [("a", 9007199254740993), ("b", None)] == frame.rows()


@pytest.mark.parametrize(
    ("library", "ask", "install"),
    [
        ("pandas", lambda table: table.df, "pip install pandas"),
        ("pyarrow", lambda table: table.arrow(), "pip install pyarrow"),
        ("polars", lambda table: table.polars(), "pip install polars pyarrow"),
    ],
)
def test_a_missing_library_is_told(package, monkeypatch, library, ask, install):
    """What is needed and the command that installs it; records still work."""
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary, match=install):
        ask(package.my_table)
    assert 2 == len(package.my_table.rows())


def test_exact_numbers(tmp_path):
    """A column of which one number would change as a float is Decimal in records, pandas and Arrow."""
    table = od.Catalog(write_package(tmp_path, "code,class\na,0.12345678901234567890\nb,1\n")).load("my-package").my_table
    exact = [Decimal("0.12345678901234567890"), Decimal(1)]
    assert [exact, exact, exact] == [table.column("class"), table.df["class"].tolist(), table.arrow()["class"].to_pylist()]


def test_everything_raised_has_the_one_base(package):
    """Whatever goes wrong can be caught at once."""
    with pytest.raises(OpenDataError):
        package.my_table["nothing"]


def test_one_of_our_packages_is_read_alone(monkeypatch):
    """Its folder bears its name; all descriptors together take longer than the first DataFrame of a small table."""
    told = []
    reading = read.read_source
    monkeypatch.setattr(read, "read_source", lambda folder, *more: told.append(Path(folder).name) or reading(folder, *more))
    ours = od.Catalog()
    alone = ours.load("goods_trade")
    assert ["goods-trade"] == told
    assert alone is ours.load("goods-trade")
    assert len(ours.names()) == len(told)
    assert alone is ours.load("Goods-Trade")


def test_a_package_is_a_row_of_its_tables():
    """Walking a package gives its tables in their order; it has a length, and is true also without any."""
    package = od.Catalog().load("reference")
    assert package.tables == tuple(table.name for table in package)
    assert len(package.tables) == len(package)
    assert package


@pytest.mark.parametrize("name", [3, None, 1.5])
def test_a_name_that_is_no_text_is_refused(name):
    """A number is no name; the error is the library's own and says what came."""
    with pytest.raises(WrongUse, match=f"^A name is a text, and this is of type {type(name).__name__}: {name!r}\\.$"):
        od.Catalog().load(name)
