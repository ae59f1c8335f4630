"""Large tables a part at a time: the same as at once, in little memory, wrong where it is reached."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

import opendata as od
from opendata import frames
from opendata.errors import UnreadablePackage, WrongName
from opendata.handles import Catalog

FIELDS = (
    {"name": "id", "type": "string"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["b", "a"]}},
    {"name": "count", "type": "integer"},
    {"name": "share", "type": "number"},
    {"name": "day", "type": "date"},
    {"name": "seen", "type": "datetime"},
    {"name": "tags", "type": "array"},
)


def write_table(folder, rows, end="\n"):
    """Write a package with one table of these rows of text; returns its handle."""
    folder.mkdir(exist_ok=True)
    told = {"name": "made-up", "resources": [{"name": "t", "path": "t.csv", "schema": {"fields": list(FIELDS)}}]}
    (folder / "datapackage.json").write_text(json.dumps(told), "utf-8")
    lines = [",".join(field["name"] for field in FIELDS), *rows]
    (folder / "t.csv").write_bytes("".join(line + end for line in lines).encode())
    return Catalog(folder).load("made-up")["t"]


def make_rows(count):
    """Rows with gaps, quotes, line breaks and commas in cells, and leading noughts."""
    for at in range(count):
        name = f'"x,{at:05}\n""y"""' if at % 7 == 0 else f"{at:05}"
        tags = '"[""a"", 1]"' if at % 3 else ""
        number = "" if at % 5 == 0 else str(at)
        yield f"{name},{'ab'[at % 2]},{number},{at / 4},2024-01-{at % 28 + 1:02},2024-01-01T00:00:{at % 60:02}Z,{tags}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [64, 1000, 1 << 20])
def test_parts_are_the_whole(tmp_path, monkeypatch, size, end):
    """Wherever the file is cut; every value, every type."""
    monkeypatch.setattr(frames, "_SCAN_BYTES", size)
    table = write_table(tmp_path, make_rows(300), end)
    scanned, whole = table.scan().read_all(), table.arrow().replace_schema_metadata()
    assert whole.schema == scanned.schema
    assert whole.to_pylist() == scanned.to_pylist()


def test_files_that_only_the_reference_reads(tmp_path):
    """Lines that end with CR, a byte order mark, a quote within a cell."""
    for at, data in enumerate((b"id,count\ra,1\rb,2\r", b"\xef\xbb\xbfid,count\r\na,1\r\nb,2\r\n", b'id,count\na,1\nb"c,2\n')):
        table = write_table(tmp_path / str(at), [])
        (tmp_path / str(at) / "t.csv").write_bytes(data)
        assert [1, 2] == table.scan(["count"]).read_all()["count"].to_pylist()


def test_an_empty_table(tmp_path):
    """No rows, all columns with their types."""
    table = write_table(tmp_path, [])
    assert (0, table.arrow().schema.types) == (table.scan().read_all().num_rows, table.scan().schema.types)


def test_nothing_is_read_before_it_is_reached(tmp_path, monkeypatch):
    """A bad cell late in the file is told late, with its line."""
    monkeypatch.setattr(frames, "_SCAN_BYTES", 500)
    rows = [f"{at},a,{at},1.5,2024-01-01,2024-01-01T00:00:00Z," for at in range(100)]
    reader = write_table(tmp_path, [*rows, "x,a,many,1,2024-01-01,2024-01-01T00:00:00Z,"]).scan()
    assert reader.read_next_batch().num_rows < 20
    with pytest.raises(UnreadablePackage, match=r"t\.csv:102: The cell 'many' in column 'count'"):
        reader.read_all()


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("x,a,1,0.30000000000000004441,2024-01-01,,", "The column 'share' holds a number that double would change"),
        ("x,a,99999999999999999999,1,2024-01-01,,", "The column 'count' holds a number that int64 would change"),
        ("x,a,1,1,2024-01-01,2024-01-01T00:00:00,", "The column 'seen' holds timestamp"),
        ("x,c,1,1,2024-01-01,,", "The cell 'c' in column 'kind'"),
        ("x,a,1", "The row has 3 cells, the header has 7"),
    ],
)
def test_what_a_part_cannot_hold_is_told(tmp_path, monkeypatch, row, cause):
    """Nothing is rounded in silence; other columns can still be read."""
    monkeypatch.setattr(frames, "_SCAN_BYTES", 300)
    table = write_table(tmp_path, [*make_rows(20), row])
    with pytest.raises(UnreadablePackage, match=cause):
        table.scan().read_all()
    if "would change" in cause:
        assert 21 == table.scan(["id"]).read_all().num_rows


def test_some_columns(tmp_path):
    """In the order asked for; a wrong name gets the near ones."""
    table = write_table(tmp_path, make_rows(5))
    assert ["share", "id"] == table.scan(["share", "id"]).schema.names
    with pytest.raises(WrongName, match="Did you mean share"):
        table.scan(["shar"])


def test_other_libraries_take_the_reader(tmp_path):
    """DuckDB as it is, polars batch by batch."""
    table = write_table(tmp_path, make_rows(300))
    with duckdb.connect() as database:
        database.register("reader", table.scan(["kind", "count"]))
        assert [(sum(at for at in range(300) if at % 5),)] == database.sql("select sum(count) from reader").fetchall()
    assert 300 == sum(len(pl.from_arrow(batch)) for batch in table.scan(["kind", "count"]))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path):
    """A file four times as large takes no more, at the peak of the process."""
    code = (
        "import sys, resource, opendata as od\n"
        "table = od.Catalog(sys.argv[1]).load('made-up')['t']\n"
        "rows = sum(batch.num_rows for batch in table.scan(['id', 'kind', 'count', 'share', 'day', 'seen']))\n"
        "print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = []
    for count in (500_000, 2_000_000):
        folder = tmp_path / str(count)
        write_table(folder, [])
        schema = json.loads((folder / "datapackage.json").read_text("utf-8"))
        schema["resources"][0]["schema"]["fields"].pop()
        (folder / "datapackage.json").write_text(json.dumps(schema), "utf-8")
        with (folder / "t.csv").open("w", encoding="utf-8") as file:
            file.write("id,kind,count,share,day,seen\n")
            file.writelines(f"{at:07},a,{at},0.25,2024-01-01,2024-01-01T00:00:00Z\n" for at in range(count))
        env = {"PYTHONPATH": str(Path(od.__file__).parents[1])}
        done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, env=env, check=True)
        rows, peak = map(int, done.stdout.split())
        assert count == rows
        told.append(peak)
    assert told[1] < told[0] * 1.15
