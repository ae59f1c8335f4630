"""Packages in other formats: each read back by its own library, written whole or not at all."""

import csv
import errno
import io
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import dask.dataframe
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from made_up import ODD, write_odd, write_packages
from opendata import exports
from opendata.errors import OpenDataError, WrongName, WrongUse
from opendata.exports import FORMATS, export
from opendata.handles import Catalog

SOURCE = str(Path(exports.__file__).parents[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the package of odd cells."""
    return write_odd(tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="module")
def package(folder):
    """The package of odd cells."""
    return Catalog(folder).load("odd")


def make(package, form, table="odd"):
    """The file of a table."""
    return exports.make_table(exports.make_sheet(package[table]), exports.describe_package(package), form)


@pytest.fixture(scope="module")
def parquet(package, tmp_path_factory):
    """The Parquet file of ``odd``."""
    path = tmp_path_factory.mktemp("parquet") / "odd.parquet"
    path.write_bytes(make(package, "parquet").data)
    return path


# ----- text formats -----


def test_csv_holds_the_cells_as_they_are_written(package, folder):
    """Nothing is defused, nothing is lost."""
    assert (folder / "odd.csv").read_bytes() == make(package, "csv").data


def test_csv_for_spreadsheets_runs_nothing_and_says_so(package):
    """An apostrophe before what would be a formula, also in full-width; signs of numbers stay."""
    made = make(package, "csv-bom")
    assert made.data.startswith(b"\xef\xbb\xbfid,")
    rows = list(csv.DictReader(io.StringIO(made.data.decode("utf-8-sig"), newline="")))
    told = {name: [row[name] for row in rows] for name in ODD}
    assert ["'=1+1", "", "NA", "(none)"] == told["text"]
    assert ["'" + cell for cell in ODD["formula"][1]] == told["formula"]
    assert ["-7", "-99999999999999999999", "-1.5", "-0044"] == [
        told["whole"][0], told["huge"][1], told["number"][0], told["year"][3]
    ]  # fmt: skip
    assert ["120.38,36.07", "'-1,1"] == told["point"][:2]
    assert {"text": 1, "formula": 4, "open": 1, "span": 1, "point": 1} == {note.column: note.count for note in made.notes}
    assert "odd.text：1个单元格" in made.notes[0].text.default
    untouched = set(ODD) - {note.column for note in made.notes}
    assert all([cell if cell is not None else "(none)" for cell in ODD[name][1]] == told[name] for name in untouched)


def test_json_and_json_lines_hold_the_same_rows(package):
    """By the json module: what is missing is null, what JSON cannot say is text."""
    rows = json.loads(make(package, "json").data)
    assert rows == [json.loads(line) for line in make(package, "jsonl").data.decode().split("\n")[:-1]]
    told = {name: [row[name] for row in rows] for name in ODD}
    for name in ("id", "text", "formula", "control", "long", "month", "span", "thing", "list", "whole", "number", "truth"):
        assert package["odd"].column(name) == told[name], name
    assert ["9007199254740993", "-99999999999999999999", None, "1"] == told["huge"]
    assert ["0.1234567890123456789", "1", None, "-2.5"] == told["exact"]
    assert ["NaN", "INF", "-INF", 1] == told["open"]
    assert [[120.38, 36.07], [-1, 1], None, [0, 0]] == told["point"]
    assert ("1899-12-31", "2026-11-20T08:30:00.123456", "08:30:00") == (told["day"][0], told["moment"][3], told["hour"][0])


# ----- Parquet -----


def test_parquet_comes_back_through_arrow_as_it_was(package, parquet):
    """Values and types are those of ``TableHandle.arrow``."""
    read, table = pq.read_table(parquet), package["odd"].arrow()
    assert table.column_names == read.column_names
    # NaN equals nothing, so it is compared as it prints.
    assert {name: str(table[name].to_pylist()) for name in ODD} == {name: str(read[name].to_pylist()) for name in ODD}
    assert {name: table[name].type for name in ODD if name != "tier"} == {n: read[n].type for n in ODD if n != "tier"}
    assert pa.types.is_dictionary(read["tier"].type)
    assert [value and value.isoformat() for value in package["odd"].column("day")] == [
        value and value.isoformat() for value in read["day"].to_pylist()
    ]


def test_parquet_describes_itself(parquet):
    """Any reader of Parquet finds title, version and licence, readers of Arrow the meaning of each column."""
    schema = pq.read_schema(parquet)
    told = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert ("怪表", "怪数", "1.2.0") == (told["title"], told["package_title"], told["version"])
    assert "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/" == told["licence"]
    assert "Column day" == schema.field("day").metadata[b"title@en"].decode()
    known = duckdb.sql(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{parquet}')").fetchall()
    assert ("version", "1.2.0") in known
    assert ["id"] == json.loads(dict(known)["schema"])["primaryKey"]


@pytest.mark.parametrize("name", [name for name, (kind, _) in ODD.items() if kind in ("string", "integer", "number", "boolean", "date", "year", "yearmonth", "duration")])  # fmt: skip  # noqa: E501
def test_duckdb_polars_and_pandas_read_parquet_alike(package, parquet, name):
    """Each gives the values of the table; exact numbers as decimals."""
    expected = [Decimal(v) if name in ("huge", "exact") and v is not None else v for v in package["odd"].column(name)]
    lazy = duckdb.sql(f"SELECT \"{name}\" FROM read_parquet('{parquet}')").fetchall()
    frame = pd.read_parquet(parquet, columns=[name], dtype_backend="numpy_nullable")[name].astype(object)
    if name == "open":
        expected = [str(value) for value in expected]
        assert expected == [str(value) for (value,) in lazy]
        assert expected == [str(value) for value in pl.read_parquet(parquet)[name].to_list()]
        return
    assert expected == [value for (value,) in lazy]
    assert expected == pl.read_parquet(parquet)[name].to_list()
    assert expected == frame.where(frame.notna(), None).tolist()


def test_an_integer_of_more_digits_than_any_decimal_is_text():
    """DuckDB, Polars and Spark know 38 digits."""
    from opendata.model import Field

    digits = "1" * 40
    sheet = exports.Sheet("t", (Field("a", "integer"),), list, lambda: {"a": [int(digits), None]})
    made = exports.make_table(sheet, exports.About("p"), "parquet")
    assert [digits, None] == pq.read_table(io.BytesIO(made.data))["a"].to_pylist()
    assert [("exact", 1)] == [(note.kind, note.count) for note in made.notes]


# ----- partitioned Parquet -----


@pytest.fixture(scope="module")
def parted(tmp_path_factory):
    """A table spread over folders by a column whose values are Chinese, marked, or missing."""
    folder = tmp_path_factory.mktemp("parted")
    rows = ["place,n,note", *(f"{place},{n},x{n}" for n, place in enumerate(["青岛", "a/b", "", "a=b c", "青岛", "50%"]))]
    (folder / "table.csv").write_text("\n".join(rows) + "\n", "utf-8")
    fields = [{"name": "place", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "note", "type": "string"}]
    told = {"name": "parted", "resources": [{"name": "table", "path": "table.csv", "schema": {"fields": fields}}]}
    (folder / "datapackage.json").write_text(json.dumps(told), "utf-8")
    done = export(folder, "parquet", partition_by="place", out=folder / "lake")
    assert (folder / "lake" / "parted" / "table",) == done.files
    return done.files[0]


PLACES = [("青岛", 0), ("a/b", 1), (None, 2), ("a=b c", 3), ("青岛", 4), ("50%", 5)]


def test_partitions_are_named_as_spark_names_them(parted):
    """Signs that a path cannot hold are escaped, Chinese is not: Spark would read its bytes one by one."""
    assert ["place=50%25", "place=__HIVE_DEFAULT_PARTITION__", "place=a%2Fb", "place=a%3Db c", "place=青岛"] == sorted(
        path.name for path in parted.iterdir()
    )


def test_duckdb_reads_partitions(parted):
    """As one table with the column."""
    query = f"SELECT place, n FROM read_parquet('{parted}/**/*.parquet', hive_partitioning = true) ORDER BY n"
    assert PLACES == duckdb.sql(query).fetchall()


def test_polars_reads_partitions(parted):
    """As one table with the column."""
    frame = pl.scan_parquet(f"{parted}/**/*.parquet", hive_partitioning=True).select("place", "n").sort("n").collect()
    assert PLACES == frame.rows()


# Dask 2026 says to pandas 3.1 what it will no longer take.
@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_arrow_and_dask_read_partitions(parted):
    """As one table with the column."""
    table = pyarrow.dataset.dataset(parted, partitioning="hive").to_table().sort_by("n")
    assert PLACES == list(zip(table["place"].to_pylist(), table["n"].to_pylist(), strict=True))
    # Dask looks at each folder alone: where a value is missing it must be told the type.
    partitioning = {"flavor": "hive", "schema": pa.schema([("place", pa.string())])}
    frame = dask.dataframe.read_parquet(parted, dataset={"partitioning": partitioning}).compute().sort_values("n")
    places = frame["place"].astype(object)
    assert PLACES == list(zip(places.where(places.notna(), None), frame["n"], strict=True))


def test_partitions_keep_the_rows_of_the_table(tmp_path):
    """All of them, in the order of the file within a folder."""
    done = export("economy", "parquet", partition_by="area_id", out=tmp_path)
    table = Catalog().load("economy").observations
    read = pl.scan_parquet(f"{done.files[0]}/**/*.parquet", hive_partitioning=True).collect()
    assert sorted(map(str, table.polars().select(read.columns).rows())) == sorted(map(str, read.rows()))
    qingdao = pq.read_table(done.files[0] / "area_id=qingdao" / "part-0.parquet")
    expected = [row.locator for row in table.rows() if row.area_id == "qingdao"]
    assert expected == qingdao["locator"].to_pylist()


def test_partitions_by_what_cannot_name_a_folder(folder, tmp_path):
    """An empty text, a number with decimals, a column that is not there, a format that has no folders."""
    for column, told in (("text", "holds ''"), ("number", "numbers with decimals"), ("nowhere", "No column")):
        with pytest.raises(OpenDataError, match=told):
            export(folder, "parquet", partition_by=column, out=tmp_path)
    with pytest.raises(WrongUse, match="Only Parquet"):
        export(folder, "csv", partition_by="id", out=tmp_path)
    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_partitioned_folder_is_replaced_only_when_told(parted):
    """The same again changes nothing; other data need ``force``, and nothing of the old stays."""
    folder = parted.parents[2]
    again = export(folder, "parquet", partition_by="place", out=folder / "lake")
    assert (parted,) == again.unchanged
    with pytest.raises(WrongUse, match=r"is there already and differs\. Say --force"):
        export(folder, "parquet", partition_by="n", out=folder / "lake")
    export(folder, "parquet", partition_by="n", out=folder / "lake", force=True)
    assert [f"n={n}" for n in range(6)] == sorted(path.name for path in parted.iterdir())
    export(folder, "parquet", partition_by="place", out=folder / "lake", force=True)
    assert ["table"] == [path.name for path in parted.parent.iterdir()]


# ----- files -----


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written(form, folder, tmp_path):
    """One file a package, or one a table; written twice nothing changes."""
    done = export(folder, form, out=tmp_path)
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    end = FORMATS[form].suffix
    assert names == ([f"odd{end}"] if FORMATS[form].whole else [f"odd/more{end}", f"odd/odd{end}"])
    assert done.files == export(folder, form, out=tmp_path).unchanged


def test_one_file_goes_where_it_is_named(folder, tmp_path):
    """``out`` is its name where it ends like one; several packages become one database."""
    assert (tmp_path / "x.parquet",) == export(folder, "parquet", table="more", out=tmp_path / "x.parquet").files
    several = write_packages(tmp_path / "several")
    assert (tmp_path / "all.sqlite",) == export(several, "sqlite", out=tmp_path / "all.sqlite").files
    assert (tmp_path / "all.zip",) == export(several, "zip", out=tmp_path / "all.zip").files
    assert ("projects", "reference", "trade") == Catalog(tmp_path / "all.zip").names()


def test_a_file_that_is_there_is_not_overwritten(folder, tmp_path):
    """Unless told; and then nothing half-made is left."""
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "odd.csv").write_text("mine")
    with pytest.raises(WrongUse, match=r"odd\.csv is there already and differs\. Say --force"):
        export(folder, "csv", out=tmp_path)
    assert ["odd.csv"] == [path.name for path in (tmp_path / "odd").iterdir()]
    export(folder, "csv", out=tmp_path, force=True)
    assert ["more.csv", "odd.csv"] == sorted(path.name for path in (tmp_path / "odd").iterdir())


def test_a_full_disk_leaves_what_was_there(folder, tmp_path, monkeypatch):
    """One clear line; no file has changed, none is half made."""
    export(folder, "csv", out=tmp_path)
    (tmp_path / "odd" / "odd.csv").write_text("mine")
    (tmp_path / "odd" / "more.csv").write_text("mine")
    count, sync = iter(range(9)), os.fsync

    def fill(handle):
        if next(count):
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(handle)

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(OpenDataError, match="could not be written: No space left on device"):
        export(folder, "csv", out=tmp_path, force=True)
    assert {"odd.csv": "mine", "more.csv": "mine"} == {p.name: p.read_text() for p in (tmp_path / "odd").iterdir()}


def test_wrong_names_tell_the_near_ones(tmp_path):
    """Of a format, a package, a table, a column."""
    for arguments, told in (
        ({"package": "economy", "to": "xls"}, "xlsx"),
        ({"package": "ekonomy", "to": "csv"}, "economy"),
        ({"package": "economy", "to": "csv", "table": "observation"}, "observations"),
        ({"package": "economy", "to": "parquet", "partition_by": "area"}, "area_id"),
    ):
        with pytest.raises(WrongName, match=told):
            export(**arguments, out=tmp_path)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path):
    """A package that was not validated may call a table anything."""
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "t.csv").write_text("a\n1\n")
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [{"name": "../../x", "path": "t.csv"}]}))
    with pytest.raises(WrongUse, match="so no file can bear it"):
        export(folder, "json", out=tmp_path / "out")
    assert not (tmp_path / "x.json").exists()


def test_the_bytes_depend_on_the_data_alone(folder, tmp_path):
    """Neither the zone, the locale, the seed of hashes nor the folder leave a trace, in any format."""
    code = "import sys; from opendata import export\nfor form in sys.argv[3:]: export(sys.argv[1], form, out=sys.argv[2])"
    made = []
    for zone, locale, seed in (("UTC", "C.UTF-8", "0"), ("Asia/Shanghai", "C", "77")):
        out = tmp_path / seed
        environment = {"PYTHONPATH": SOURCE, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PATH": os.environ["PATH"]}
        subprocess.run([sys.executable, "-c", code, str(folder), str(out), *FORMATS], check=True, env=environment)
        made.append({path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()})
    assert 13 == len(made[0])
    assert made[0] == made[1]
