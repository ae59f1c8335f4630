"""Disk and zip into text: what is read right, what is refused, and nothing outside the folder."""

import csv
import json
import os
import socket
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opendata import read
from opendata.errors import OpenDataError, UnreadablePackage, WrongUse
from opendata.model import Dialect, Resource
from opendata.standard import check_workspace, read_workspace

SOUND = Path(__file__).parent / "sound"
FIELDS = [{"name": "id", "type": "string"}, {"name": "name", "type": "string"}]
ROWS = "id,name\na,青岛\nb,烟台\n"

pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture
def no_network(monkeypatch):
    """Let every use of the network fail."""

    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


def write(folder, data, **resource):
    """Write a package of one table of some bytes, and return its folder."""
    folder.mkdir(exist_ok=True)
    item = {"name": "table", "path": "table.csv", "schema": {"fields": FIELDS}} | resource
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [item]}))
    if data is not None:
        (folder / "table.csv").write_bytes(data)
    return folder


def read_table(folder):
    """Read the only table of a package."""
    source = read.read_source(folder, "p")
    return read.read_cells(source, source.package.resources[0])


def refusal(call, *args):
    """Return where and why a call refuses to read."""
    with pytest.raises(UnreadablePackage) as caught:
        call(*args)
    return caught.value.rule, str(caught.value)


@pytest.mark.parametrize("folder", sorted(SOUND.iterdir()), ids=lambda folder: folder.name)
def test_sound_folders_have_no_findings(folder, monkeypatch):
    """What can be read without doubt is read right."""
    monkeypatch.chdir(folder)
    report = check_workspace(read_workspace(["."]))
    assert [] == [finding.line for finding in report.findings]
    assert 1 == report.packages


@pytest.mark.parametrize(
    ("data", "declared"),
    [
        (ROWS.encode(), {}),
        (ROWS.encode("utf-8-sig"), {}),
        (ROWS.replace("\n", "\r\n").encode(), {}),
        (ROWS.replace("\n", "\r").encode(), {}),
        (ROWS.strip().encode(), {}),
        (ROWS.encode("utf-8-sig"), {"encoding": "UTF-8"}),
        (ROWS.encode("utf-16"), {"encoding": "utf-16"}),
        (ROWS.encode("gbk"), {"encoding": "gb18030"}),
        (ROWS.replace(",", "\t").encode(), {"dialect": {"delimiter": "\t"}}),
    ],
    ids=["utf-8", "BOM", "CRLF", "CR", "no last line break", "BOM declared", "UTF-16 declared", "GBK declared", "tabs"],
)
def test_encodings_and_line_ends(tmp_path, data, declared):
    """The same cells come out of every way of writing them that is UTF-8 or declared."""
    cells = read_table(write(tmp_path / "p", data, **declared))
    assert read.Cells(("id", "name"), [["a", "青岛"], ["b", "烟台"]], [2, 3]) == cells


UTF16 = "p/table.csv:1: The file is in UTF-16. Save it as “CSV UTF-8”."
GBK = "It looks like GBK (a Chinese Windows spreadsheet): save it as “CSV UTF-8”, or declare its encoding."


@pytest.mark.parametrize(
    ("data", "declared", "message"),
    [
        (ROWS.encode("utf-16"), {}, UTF16),
        (ROWS.encode("utf-16-le"), {}, UTF16),
        (ROWS.encode("gbk"), {}, f"p/table.csv:2: The file is not UTF-8 (byte 0xc7). {GBK}"),
        (
            b"id,name\n" + b"x,y\n" * 20_000 + "z,青岛".encode("gbk"),
            {},
            f"p/table.csv:20002: The file is not UTF-8 (byte 0xc7). {GBK}",
        ),
        (
            "id,name\na,Müller\n".encode("latin-1"),
            {},
            "p/table.csv:2: The file is not UTF-8 (byte 0xfc). Save it as UTF-8, or declare its encoding.",
        ),
        (
            ROWS.encode("gbk"),
            {"encoding": "ascii"},
            "p/table.csv:2: The file is not ascii, as its descriptor says. Save it in that encoding, or declare the right one.",
        ),
        (
            ROWS.encode(),
            {"encoding": "zip"},
            "p/table.csv: The encoding 'zip' is unknown. Declare utf-8, and save the file so.",
        ),
        (
            ROWS.encode(),
            {"encoding": "a\0b"},
            "p/table.csv: The encoding 'a\\x00b' is unknown. Declare utf-8, and save the file so.",
        ),
        (
            ROWS.encode(),
            {"encoding": "undefined"},
            "p/table.csv: The encoding 'undefined' is unknown. Declare utf-8, and save the file so.",
        ),
        (b"id,name\na,b\0\n", {}, "p/table.csv:2: The file holds a NUL byte. Delete it."),
        (
            b"PK\x03\x04\x14\0\0\0",
            {},
            "p/table.csv:1: The file is a spreadsheet or an archive, not text. Open it and save it as “CSV UTF-8”.",
        ),
    ],
    ids=["UTF-16", "UTF-16 bare", "GBK", "GBK late", "Latin-1", "not ASCII", "zip", "NUL in name", "undefined", "NUL", "XLSX"],
)
def test_other_bytes_are_named(tmp_path, data, declared, message):
    """Bytes that are not the text they claim to be are told with line and remedy."""
    assert ("encoding-error", message) == refusal(read_table, write(tmp_path / "p", data, **declared))


def test_lines_are_those_of_the_file(tmp_path):
    """A row after a cell with line breaks, or after a comment, is told by the line it begins on."""
    data = b'#c\nid,name\n"a\r\nb",c\n#d\nd,e\n'
    cells = read_table(write(tmp_path / "p", data, dialect={"commentChar": "#"}))
    assert read.Cells(("id", "name"), [["a\r\nb", "c"], ["d", "e"]], [3, 6]) == cells


def test_a_cell_of_a_megabyte_is_read(tmp_path):
    """Long is not wrong."""
    cells = read_table(write(tmp_path / "p", b"id,name\na," + b"x" * 2**20))
    assert 2**20 == len(cells.rows[0][1])


def test_bounds_on_sizes(tmp_path, monkeypatch):
    """A cell, a file, a descriptor beyond its bound is told, and not read."""
    folder = write(tmp_path / "p", b"id,name\na," + b"x" * 200)
    monkeypatch.setattr(read, "MAX_CELL_CHARACTERS", 100)
    csv.field_size_limit(100)
    expected = "p/table.csv:2: A cell has more than 100 characters. Look for a quote that is never closed."
    assert ("source-error", expected) == refusal(read_table, folder)
    monkeypatch.undo()
    monkeypatch.setattr(read, "MAX_FILE_BYTES", 100)
    expected = "p/datapackage.json: The file table.csv has 210 bytes; at most 100 are read. Make it smaller, or several of it."
    assert ("file-size", expected) == refusal(read_table, folder)
    monkeypatch.setattr(read, "MAX_DESCRIPTOR_BYTES", 10)
    assert "file-size" == refusal(read_table, folder)[0]


def test_the_limit_of_a_cell_is_never_lowered():
    """The limit is the process's: a program that raised it keeps what it set."""
    csv.field_size_limit(read.MAX_CELL_CHARACTERS + 5)
    assert [(1, ["a"])] == list(read.parse_rows("a", Resource("t", "t.csv"), "t.csv"))
    assert read.MAX_CELL_CHARACTERS + 5 == csv.field_size_limit(read.MAX_CELL_CHARACTERS)


@pytest.mark.parametrize("dialect", [Dialect(delimiter=";;"), Dialect(quote_char="''"), Dialect(escape_char="ab")])
def test_a_dialect_that_cannot_be_used_is_told(dialect):
    """Characters are single ones."""
    resource = Resource("t", "t.csv", dialect=dialect)
    assert "dialect" == refusal(lambda: list(read.parse_rows("a", resource, "t.csv")))[0]


# ----- paths -----


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("data/table.csv", None),
        ("./table.csv", None),
        ("a..b.csv", None),
        ("../table.csv", "leads out of the package's folder"),
        (f"{'长' * 86}/table.csv", "is longer than a disk takes"),
        ("a/" * 500 + "t.csv", "is longer than a disk takes"),
        (f"{'长' * 85}/table.csv", None),
        ("data/../../table.csv", "leads out of the package's folder"),
        ("/etc/passwd", "is absolute"),
        ("~/table.csv", "is absolute"),
        ("C:table.csv", "is absolute"),
        ("\\\\host\\table.csv", "is absolute"),
        ("..\\table.csv", "leads out of the package's folder"),
        ("data\\table.csv", "has a backslash"),
        ("https://example.org/table.csv", "is an address, and nothing is fetched"),
        ("table\n.csv", "has a control character"),
    ],
)
def test_paths(path, why):
    """A path stays inside the folder, or is refused with its reason."""
    assert why == read.explain_unsafe(path)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    """A link within the folder is; one out of it, to a table, a folder or a descriptor, is not."""
    (tmp_path / "secret.csv").write_bytes(ROWS.encode())
    (tmp_path / "secret.json").write_text('{"resources": []}')
    folder = write(tmp_path / "p", None)
    (folder / "table.csv").symlink_to(tmp_path / "secret.csv")
    expected = "p/datapackage.json: The path 'table.csv' is a link out of the package's folder. Put the file itself there."
    assert ("path", expected) == refusal(read_table, folder)
    write(folder, None, path="up/secret.csv")
    (folder / "up").symlink_to(tmp_path)
    assert "path" == refusal(read_table, folder)[0]
    (folder / "table.csv").unlink()
    (folder / "real.csv").write_bytes(ROWS.encode())
    (folder / "table.csv").symlink_to("real.csv")
    assert 2 == len(read_table(write(folder, None)))
    (folder / "datapackage.json").unlink()
    (folder / "datapackage.json").symlink_to(tmp_path / "secret.json")
    assert "path" == refusal(read.read_source, folder, "p")[0]


def test_folders_of_packages(tmp_path):
    """Packages are found below a folder, by name; hidden folders, links and folders within a package are not looked at."""
    for name in ("b", "a/x", ".hidden", "__pycache__", "b/releases/1.0.0"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "datapackage.json").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "b")
    assert [tmp_path / "a/x", tmp_path / "b"] == read.find_packages(read.open_folder(tmp_path))
    assert tmp_path / "b" == read.open_folder(tmp_path / "b" / "datapackage.json")


@pytest.mark.parametrize("name", ["nowhere", "table.csv"])
def test_what_is_no_folder_is_wrong_use(tmp_path, name):
    """The caller is told which folder to name."""
    (tmp_path / "table.csv").write_text("id\n")
    with pytest.raises(WrongUse, match=r"Name (the|a) folder that holds datapackage.json"):
        read.open_folder(tmp_path / name)


def test_what_may_not_be_read_is_told(tmp_path, monkeypatch):
    """A folder or a file that the system refuses is a finding, not a traceback."""
    folder = write(tmp_path / "p", ROWS.encode())

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    source = read.read_source(folder, "p")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    expected = "p/datapackage.json: The file table.csv cannot be read: Permission denied. Mend or replace it."
    assert ("source-error", expected) == refusal(read.read_bytes, source, "table.csv")
    monkeypatch.setattr(Path, "iterdir", refuse)
    lines = [finding.line for finding in read_workspace([tmp_path]).findings]
    assert [f"{tmp_path}: folder: The folder cannot be read: Permission denied. Allow it."] == lines


# ----- zip -----

BAD_CRC = (
    "zip/p/datapackage.json: source-error: The file table.csv cannot be read: "
    "Bad CRC-32 for file 'p/table.csv'. Mend or replace it."
)


def make_zip(path, files, packing=zipfile.ZIP_DEFLATED):
    """Write an archive."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def package_files(**more):
    """Return the files of a package of one table."""
    item = {"name": "table", "path": "table.csv", "schema": {"fields": FIELDS}}
    return {"p/datapackage.json": json.dumps({"name": "p", "resources": [item]}), "p/table.csv": ROWS} | more


def zip_findings(path):
    """Return the findings of a zip, its own path as ``zip``."""
    report = check_workspace(read_workspace([path]))
    return [finding.line.replace(str(path), "zip") for finding in report.findings]


def test_a_package_in_a_zip_is_read(tmp_path):
    """As in a folder."""
    assert [] == zip_findings(make_zip(tmp_path / "p.zip", package_files()))
    assert ["zip/p/more.csv: unlisted-file: no resource names this file; list it or delete it"] == zip_findings(
        make_zip(tmp_path / "q.zip", package_files(**{"p/more.csv": ROWS}))
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil.csv", "leads out of the package's folder"),
        ("p/../../evil.csv", "leads out of the package's folder"),
        ("/etc/evil.csv", "is absolute"),
    ],
)
def test_zip_slip(tmp_path, name, why):
    """An archive with an entry out of its folder is refused as a whole."""
    expected = f"zip: zip: Its entry {name!r} {why}. Make it anew from the package's folder alone."
    assert [expected] == zip_findings(make_zip(tmp_path / "p.zip", package_files(**{name: ROWS})))


def test_zip_bombs(tmp_path, monkeypatch):
    """Nothing is unpacked that is too large, too dense, too many, or larger than its table of contents says."""
    bomb = make_zip(tmp_path / "bomb.zip", package_files(**{"p/table.csv": b"\0" * (20 * 2**20)}))
    (line,) = zip_findings(bomb)
    assert line.endswith(" would unpack to 20,971,682, which no table does. Make it anew from the package's folder alone.")
    sound = make_zip(tmp_path / "sound.zip", package_files())
    remedy = "Make it anew from the package's folder alone."
    monkeypatch.setattr(read, "MAX_ZIP_ENTRIES", 1)
    assert [f"zip: zip: It has 2 entries; at most 1 are read. {remedy}"] == zip_findings(sound)
    monkeypatch.undo()
    monkeypatch.setattr(read, "MAX_UNZIPPED_BYTES", 100)
    (line,) = zip_findings(sound)
    assert line.endswith(f"bytes; at most 100 are read. {remedy}")


def test_a_zip_that_lies_about_its_sizes(tmp_path):
    """An entry that unpacks to more than it says ends in an error, not in a full memory."""
    path = make_zip(tmp_path / "p.zip", package_files(**{"p/table.csv": b"id,name\n" + b"a,b\n" * 100_000}))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"p/table.csv") - 46
    data[at + 24 : at + 28] = struct.pack("<I", 1000)
    path.write_bytes(data)
    assert [BAD_CRC] == zip_findings(path)


def test_broken_zips(tmp_path):
    """No archive, one cut short, one with a secret."""
    path = tmp_path / "p.zip"
    path.write_bytes(b"not a zip")
    assert ["zip: zip: This is not a zip archive. Make it anew."] == zip_findings(path)
    make_zip(path, package_files(), zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[data.index("青岛".encode())] ^= 1
    path.write_bytes(data)
    assert [BAD_CRC] == zip_findings(path)
    make_zip(path, package_files())
    data = bytearray(path.read_bytes())
    data[data.rindex(b"p/table.csv") - 46 + 8] |= 1
    path.write_bytes(data)
    (line,) = zip_findings(path)
    assert "is encrypted" in line


# ----- descriptors -----


def test_yaml_has_the_values_of_json(tmp_path):
    """A date stays text, ``NO`` is no boolean, ``12:30`` no number; what JSON has is what it has there."""
    text = "a: 2024-01-01\nb: NO\nc: 12:30\nd: 1.5e3\ne: true\nf: ~\ng: -7\nh: 0123\ni: 1_000\nj:\nresources: []\n"
    (tmp_path / "datapackage.yaml").write_text(text)
    expected = {
        "a": "2024-01-01",
        "b": "NO",
        "c": "12:30",
        "d": 1500.0,
        "e": True,
        "f": None,
        "g": -7,
        "h": "0123",
        "i": "1_000",
    }
    assert expected | {"j": None, "resources": []} == read.read_source(tmp_path).package.descriptor


@pytest.mark.parametrize(
    "text", ["a: !!set {b}\nresources: []", "a: !!binary aGk=\nresources: []", "a: .nan\nb: !!python/name:os.system x"]
)
def test_yaml_of_other_types_is_refused(tmp_path, text):
    """Nothing but JSON's values is made, least of all an object of Python."""
    (tmp_path / "datapackage.yaml").write_text(text)
    assert refusal(read.read_source, tmp_path)[0] in ("descriptor", "descriptor-yaml")


def test_a_descriptor_that_is_not_there(tmp_path):
    """The remedy is a command."""
    expected = ("descriptor-missing", "x: There is no datapackage.json. Run `opendata new` to make one.")
    assert expected == refusal(read.read_source, tmp_path, "x")


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.sampled_from(read.DESCRIPTORS))
def test_any_bytes_are_a_descriptor_or_an_error(tmp_path_factory, data, name):
    """Whatever stands in a descriptor's file, reading gives a package or an error of this library."""
    folder = tmp_path_factory.getbasetemp() / "any-bytes"
    folder.mkdir(exist_ok=True)
    for other in read.DESCRIPTORS:
        (folder / other).unlink(missing_ok=True)
    (folder / name).write_bytes(data)
    try:
        source = read.read_source(folder)
    except OpenDataError as error:
        told = str(error)
    else:
        told = source.descriptor
    assert name in told
    assert "\n" not in told


@given(st.binary(max_size=80) | st.text('a,"\n\r;\0\ufeff', max_size=40).map(str.encode))
def test_any_bytes_are_a_table_or_an_error(tmp_path_factory, data):
    """Whatever stands in a table's file, reading gives cells, whose lines ascend, or an error of this library."""
    folder = write(tmp_path_factory.getbasetemp() / "any-table", data)
    try:
        cells = read_table(folder)
    except OpenDataError as error:
        assert str(error).startswith("p/table.csv")  # noqa: PT017 - either end is right
    else:
        assert sorted(cells.lines) == cells.lines
        assert len(cells) == len(cells.lines)


def test_unlisted_files_are_looked_for_where_tables_are(tmp_path):
    """In the package's folder and beside its tables, not elsewhere."""
    folder = write(tmp_path / "p", None, path="./data/table.csv")
    for name in ("data/table.csv", "data/more.csv", "data/README.csv", "old.xlsx", "releases/x.csv", "~$old.xlsx"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("id,name\n")
    assert ["old.xlsx", "data/more.csv"] == read.find_unlisted(read.read_source(folder))


def test_digest_and_show():
    """Small things: sha256 in hexadecimal digits, a file as messages name it."""
    assert "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" == read.digest(b"")
    source = read.read_source(SOUND / "yaml", "some/where/")
    assert "some/where/a.csv" == source.show("a.csv")
    assert "datapackage.yml" == source.descriptor
    assert os.sep not in source.descriptor


def test_a_schema_that_cannot_be_read_is_the_problem_of_its_resource(tmp_path):
    """Where the package is read leniently; a loader gets the error at once."""
    good = {"name": "a", "path": "a.csv", "schema": {"fields": []}}
    bad = {"name": "b", "path": "b.csv", "schema": "gone.json", "dialect": "https://example.org/dialect.json"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "p", "resources": [good, bad]}))
    a, b = read.read_source(tmp_path, lenient=True).package.resources
    assert (None, "The file gone.json is not there.") == (a.problem, b.problem.cause)
    with pytest.raises(UnreadablePackage, match=r"The file gone\.json is not there"):
        read.read_source(tmp_path)
