"""What pages offer for download: every format of every part, sizes and hashes that are true, notes that tell."""

import csv
import functools
import hashlib
import http.server
import io
import json
import re
import shutil
import sqlite3
import subprocess
import threading
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest

from made_up import write_hostile, write_odd, write_packages
from opendata import cli
from opendata.collection import Collection
from opendata.exports import tool_versions
from opendata.handles import Catalog
from opendata.model import Text
from opendata.render import Site, render_site
from opendata.render.downloads import make_manifest

ROOT = Path(__file__).parents[1]
SITE = Site(Text("样本", {"en": "Sample"}))


def render(folder):
    """Render the packages of a folder with the project's own templates and texts."""
    return render_site(Collection(Catalog(folder)), ROOT / "site", SITE)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """The site of the made-up packages, and of one with odd cells."""
    folder = write_packages(tmp_path_factory.mktemp("made-up"))
    write_odd(folder)
    return render(folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The site of packages with hostile texts everywhere."""
    return render(write_hostile(tmp_path_factory.mktemp("hostile")))


def html_of(rendered, address):
    """The HTML of a page's sections."""
    return "".join(str(s.html) for page in rendered.pages if page.address == address for s in page.sections)


def names_in(rendered, folder):
    """The files directly in a folder."""
    return {name.removeprefix(f"{folder}/") for name in rendered.files if name.rpartition("/")[0] == folder}


def test_every_part_comes_in_the_formats_that_make_sense(rendered):
    """Packages in all, with a workbook of each table where there are several; parts in those that people ask for."""
    tables = {f"{name}{end}" for name in ("odd", "more") for end in ("-excel.csv", ".csv", ".json", ".jsonl", ".parquet")}
    assert names_in(rendered, "data/odd/current") == tables | {
        "datapackage.json", "csv-metadata.json", "odd.zip", "odd.xlsx", "odd.sqlite", "odd-2.xlsx", "more.xlsx"
    }  # fmt: skip
    four = ("-excel.csv", ".csv", ".json", ".xlsx")
    assert {f"goods{end}" for end in four} == names_in(rendered, "indicators/goods")
    assert {f"works{end}" for end in four} == names_in(rendered, "lists/works")
    document = {f"north-plan{end}" for end in four} | {f"north-plan-items{end}" for end in four[:3]}
    assert document == names_in(rendered, "documents/north-plan")
    archives = {"all.zip", "all.sqlite", *(f"all-{form}.zip" for form in ("xlsx", "excel-csv", "json", "jsonl", "parquet"))}
    assert archives <= names_in(rendered, "data")


def test_all_formats_of_an_indicator_hold_the_same_figures(rendered):
    """By their own libraries, and no other figures than those of the page."""
    stem = "indicators/goods/goods"
    rows = json.loads(rendered.files[f"{stem}.json"])
    assert [1000, 1500, 8.4, 70, 20, 90, -3] == [row["value"] for row in rows]
    book = openpyxl.load_workbook(io.BytesIO(rendered.files[f"{stem}.xlsx"]))
    header, *cells = book["goods"].iter_rows(values_only=True)
    assert rows == [dict(zip(header, row, strict=True)) for row in cells]
    texts = list(csv.DictReader(io.StringIO(rendered.files[f"{stem}.csv"].decode())))
    assert [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows] == texts
    assert rendered.files[f"{stem}-excel.csv"].decode("utf-8-sig") == rendered.files[f"{stem}.csv"].decode()


def test_a_workbook_of_a_document_holds_its_figures_and_its_items(rendered):
    """A sheet each, and where they are from."""
    book = openpyxl.load_workbook(io.BytesIO(rendered.files["documents/north-plan/north-plan.xlsx"]))
    assert ["north-plan", "north-plan-items", "说明 About"] == book.sheetnames
    told = {row[0]: row[1] for row in book["说明 About"].iter_rows(values_only=True) if row[0]}
    assert ("Plan of the North", "北省规划") == (told["标题 Title"], told["来源 Source"])


def test_everything_is_one_archive_a_format(rendered):
    """The one of the packages as they are can be loaded, the database joins them, each tells what it is."""
    with zipfile.ZipFile(io.BytesIO(rendered.files["data/all.zip"])) as archive:
        assert "trade/observations.csv" in archive.namelist()
        assert "- trade 1.0.0: 贸易数据 (CC BY 4.0)" in archive.read("README.txt").decode()
    database = sqlite3.connect(":memory:")
    database.deserialize(rendered.files["data/all.sqlite"])
    assert [(9,)] == database.execute("SELECT count(*) FROM trade_observations").fetchall()
    database.close()
    with zipfile.ZipFile(io.BytesIO(rendered.files["data/all-excel-csv.zip"])) as archive:
        assert "odd.formula: cells that a spreadsheet would run as formulas" in archive.read("README.txt").decode()
        assert b"'=HYPERLINK" in archive.read("odd/odd-excel.csv")
    with zipfile.ZipFile(io.BytesIO(rendered.files["data/all-parquet.zip"])) as archive:
        assert 9 == pq.read_table(io.BytesIO(archive.read("trade/observations.parquet"))).num_rows


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_tell_format_size_and_purpose(rendered, language):
    """In the reader's language, with the true size of the file."""
    address = "indicators/goods" if language == "zh" else "en/indicators/goods"
    size = f"{len(rendered.files['indicators/goods/goods.xlsx']) / 1000:.1f} kB"
    line = next(line for line in html_of(rendered, address).split("<li>") if "goods.xlsx" in line)
    purpose = {"zh": "用Excel、WPS表格打开，编号和日期不变样", "en": "for Excel and other spreadsheets"}[language]
    assert (True, True) == (size in line, purpose in line)


def test_pages_tell_what_a_format_could_not_hold(rendered):
    """On the page of the package, in both languages."""
    assert "odd.day: dates before March 1900" in html_of(rendered, "en/data/odd")
    assert "odd.formula：4个单元格的开头是" in html_of(rendered, "data/odd")


def test_the_index_of_data_offers_everything(rendered):
    """With sizes; a site of one package has nothing to put together."""
    assert 7 == len(re.findall(r'href="(?:\.\./)*all[^"]*" download', html_of(rendered, "data")))


def test_no_cell_of_a_hostile_package_runs_in_a_spreadsheet(hostile):
    """Of every CSV for spreadsheets, whatever it holds."""
    found = [address for address in hostile.files if address.endswith("-excel.csv")]
    assert len(found) > 10
    for address in found:
        _, *rows = csv.reader(io.StringIO(hostile.files[address].decode("utf-8-sig"), newline=""))
        running = [cell for row in rows for cell in row if re.match(r"\s*[=@＝＠]|[\t\r]", cell)]
        assert [] == running, address
    texts = b"".join(hostile.files[address] for address in found)
    assert b"'=HYPERLINK" in texts


# ----- the manifest -----


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="there is no sha256sum")
def test_sha256sum_takes_the_manifest(rendered, tmp_path):
    """Every file for download is in it; a changed byte is found."""
    for address, data in rendered.files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_bytes(data)
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert 0 == subprocess.run(command, cwd=tmp_path, capture_output=True).returncode
    (tmp_path / "indicators/goods/goods.csv").write_bytes(b"changed")
    assert "indicators/goods/goods.csv: FAILED" in subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout


def test_the_manifest_holds_every_file_with_size_and_hash_and_what_made_it(rendered):
    """As JSON; pages and scripts are not downloads."""
    told = json.loads(rendered.files["checksums.json"])
    files = {one["path"]: (one["bytes"], one["sha256"]) for one in told["files"]}
    assert set(files) == {a for a in rendered.files if a.startswith(("data/", "indicators/", "lists/", "documents/"))}
    assert all((len(rendered.files[a]), hashlib.sha256(rendered.files[a]).hexdigest()) == told for a, told in files.items())
    assert tool_versions() == told["made_with"]
    assert {"opendata", "pyarrow", "sqlite", "xlsxwriter", "zlib"} == set(tool_versions())


def test_a_name_with_a_backslash_is_escaped_as_sha256sum_does():
    """A backslash in front says so."""
    line = make_manifest({"data/a\\b": b""})["SHA256SUMS"].decode()
    assert line.startswith("\\e3b0c442")
    assert line.endswith("  data/a\\\\b\n")


# ----- read at their addresses -----


@pytest.fixture
def served(rendered, tmp_path):
    """The files on loopback, as `opendata serve` has them."""
    for address, data in rendered.files.items():
        (tmp_path / address).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / address).write_bytes(data)

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(cli._QuietHandler, directory=str(tmp_path))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_part_of_a_file_is_served(rendered, served):
    """From the beginning, from the end, and none beyond it; without a range the whole."""
    address, whole = f"{served}/indicators/goods/goods.csv", rendered.files["indicators/goods/goods.csv"]
    for wanted, expected in (("bytes=0-9", whole[:10]), ("bytes=10-", whole[10:]), ("bytes=-5", whole[-5:]), ("", whole)):
        request = urllib.request.Request(address, headers={"Range": wanted} if wanted else {})
        with urllib.request.urlopen(request) as answer:
            assert (expected, 206 if wanted else 200) == (answer.read(), answer.status)
    with pytest.raises(urllib.error.HTTPError, match="416"):
        urllib.request.urlopen(urllib.request.Request(address, headers={"Range": f"bytes={len(whole)}-"}))


def test_polars_reads_the_parquet_of_an_address(served):
    """Without anything installed beside it."""
    frame = pl.read_parquet(f"{served}/data/trade/current/observations.parquet")
    assert [1000, 1500] == frame["value"].to_list()[:2]
    assert "0101" == pl.read_parquet(f"{served}/data/odd/current/odd.parquet")["id"][0]


def test_duckdb_reads_the_parquet_of_an_address_where_its_extension_is_there(served):
    """Its extension httpfs comes from the network, once; where it is not there DuckDB reads what another library fetched."""
    address = f"{served}/data/trade/current/observations.parquet"
    with duckdb.connect(config={"autoinstall_known_extensions": False}) as database:
        try:
            database.execute("LOAD httpfs")
        except duckdb.IOException:
            trade = pl.read_parquet(address)  # noqa: F841 - DuckDB finds it by its name
            query = "SELECT count(*), max(value) FROM trade"
        else:
            query = f"SELECT count(*), max(value) FROM '{address}'"
        assert [(9, 12000)] == database.sql(query).fetchall()
