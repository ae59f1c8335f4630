"""The columnar check says what the exact one says: of clean tables, of nasty ones, and of files that are barely CSV."""

import contextlib
import copy
import csv
import io
import json
import random
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import frictionless
import pyarrow as pa
import pytest

from opendata import casts, columns, standard
from opendata.errors import UnreadablePackage
from opendata.model import Field
from opendata.standard import check_workspace, is_plain, read_workspace
from test_standard import CELLS, CONSTRAINTS, LAX, SCHEMA

COLUMN = {
    "string": [
        {},
        {"pattern": "[a-z]{1,3}|A.*"},
        {"pattern": r"^\w+$"},
        {"minLength": 2},
        {"maxLength": 1},
        {"enum": ["a", "一"]},
    ],
    "integer": [{}, {"minimum": 0}, {"maximum": "2"}, {"exclusiveMinimum": 1, "exclusiveMaximum": 11}, {"enum": [1, "02"]}],
    "number": [{}, {"minimum": 1.5}, {"maximum": "1.50"}, {"exclusiveMinimum": 1}, {"exclusiveMaximum": 0}, {"minimum": "abc"}],
    "date": [{}, {"minimum": "2024-01-05"}, {"exclusiveMaximum": "2024-02-29"}],
    "datetime": [{}, {"minimum": "2024-01-05T08:30:00"}, {"exclusiveMaximum": "2024-01-05T08:30:00Z"}],
}
TEXTS = {
    "string": ["b\nc", "b\r\nc", '"x"', "é", "😀", "a\u2028b", "\ufeff", "x" * 70, "ab", "abcd", "A|B", " "],
    "integer": ["0", "-0", "+1", "007", "--1", "1-", "9" * 18, "9" * 19, "-" + "9" * 19, "5,0", "0x1F"],
    "number": ["0.0", "-0.0", "00.50", "1.50000000000000000001", "1.5000000000000001", "--1", "1.2.3", "1.", "9" * 250, "1e5"],
    "date": ["0000-01-01", "0001-01-01", "9999-12-31", "2024-02-30", "1900-02-29", "2024-1-05", "202-401-05", "2024-04-31"],
    "datetime": [
        "2024-02-29T00:00:00",
        "2024-01-05T24:00:00",
        "2024-01-05T08:30-08",
        "0000-01-01T00:00:00",
        "2024-01-05T08:30:60",
    ],
    "time": ["23:59:59", "24:00:00", "08:30:00.5", "08:60:00", "08:30-08"],
}
SPOILS = ("blank", "short", "long", "nul", "return", "quote", "open", "bytes", "half", "crlf", "bom", "unended")


def make_field(chance, name):
    kind = chance.choice(["string", "integer", "number", "date", *CELLS])
    one = {"name": name, "type": kind}
    constraints = dict(chance.choice([*COLUMN.get(kind, [{}]), *CONSTRAINTS.get(kind, [{}])]))
    constraints |= chance.choice([{}, {}, {"required": True}, {"unique": True}])
    one |= chance.choice([{}, {}, {}, {"missingValues": ["", "NA", "-"]}, {"missingValues": []}])
    one |= {"number": {"groupChar": ","}, "string": {"format": "email"}}.get(kind, {}) if chance.random() < 0.1 else {}
    one |= {"categories": ["a", "b"]} if kind == "string" and chance.random() < 0.1 else {}
    sound = CELLS[kind][:4]
    pool = chance.choice(
        [sound, sound, CELLS[kind], CELLS[kind] + LAX.get(kind, []) + TEXTS.get(kind, []), TEXTS.get(kind, sound)]
    )
    return one | {"constraints": constraints}, pool


def make_rows(chance, fields, pools, count):
    """Make rows of a table; where a cell should be unique it often is."""
    unique = [one["constraints"].get("unique") or chance.random() < 0.2 for one in fields]
    rows = [[chance.choice(pool) for pool in pools] for _ in range(count)]
    for at, one in enumerate(fields):
        if unique[at] and one["type"] in ("integer", "string"):
            for number, row in enumerate(rows):
                row[at] = str(number) if chance.random() < 0.9 else row[at]
    return rows


def spoil(chance, data, delimiter):
    """Break a file in a way that CSV files are broken."""
    kind = chance.choice(SPOILS)
    lines = data.split(b"\n")
    at = chance.randrange(1, len(lines))
    broken = {
        "blank": b"",
        "short": lines[at].rpartition(delimiter)[0],
        "long": lines[at] + delimiter + b"x",
        "nul": lines[at] + b"\0",
        "return": lines[at] + b"\rx",
        "quote": b'a"b' + lines[at],
        "open": b'"' + lines[at],
        "bytes": lines[at] + b"\xff",
        "half": lines[at] + b"\xed\xa0\x80",
    }
    if kind in broken:
        lines.insert(at, broken[kind])
        return b"\n".join(lines)
    return {"crlf": data.replace(b"\n", b"\r\n"), "bom": b"\xef\xbb\xbf" + data, "unended": data.rstrip(b"\n")}[kind]


def make_package(chance, folder):
    """Write a package of two tables with nasty cells, keys and bonds."""
    resources = []
    for name in ("t", "u"):
        made = [make_field(chance, f"c{at}") for at in range(chance.randint(1, 4))]
        fields, pools = [one for one, _ in made], [pool for _, pool in made]
        names = [one["name"] for one in fields]
        rows = make_rows(chance, fields, pools, chance.choice([1, 3, 10, 30]))
        schema = {"fields": fields}
        if chance.random() < 0.5:
            schema["primaryKey"] = chance.sample(names, chance.randint(1, len(names)))
        if chance.random() < 0.3:
            schema["uniqueKeys"] = [chance.sample(names, chance.randint(1, len(names)))]
        if chance.random() < 0.5:
            width = chance.randint(1, min(2, len(names)))
            reference = {"resource": chance.choice(["t", "u", "", "t", "u", "nowhere"]), "fields": ["c0", "c1"][:width]}
            schema["foreignKeys"] = [{"fields": chance.sample(names, width), "reference": reference}]
        if chance.random() < 0.1:
            schema["fieldsMatch"] = chance.choice(["subset", "superset"])
            names[chance.randrange(len(names))] = chance.choice(["other", "c0"])
        delimiter = chance.choice([",", ",", ";"])
        text = io.StringIO(newline="")
        quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerows([names, *rows])
        data = text.getvalue().encode()
        if chance.random() < 0.3:
            data = spoil(chance, data, delimiter.encode())
        (folder / f"{name}.csv").write_bytes(data)
        resources.append({"name": name, "path": f"{name}.csv", "schema": schema, "dialect": {"delimiter": delimiter}})
    (folder / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p", "resources": resources}))


@pytest.fixture
def judges(monkeypatch):
    """Return the function that checks a folder both ways: exact report, columnar report, tables read in columns."""

    def judge(folder, block):
        monkeypatch.setattr(columns, "MIN_BYTES", 1 << 40)
        exact = asdict(check_workspace(read_workspace([folder])))
        monkeypatch.setattr(columns, "MIN_BYTES", 0)
        monkeypatch.setattr(columns, "BLOCK_BYTES", block)
        workspace = read_workspace([folder])
        scanned = [table.cells for table in workspace.tables.values() if isinstance(table.cells, columns.Scanned)]
        return exact, asdict(check_workspace(workspace)), scanned

    return judge


@pytest.mark.parametrize("batch", range(8))
def test_both_ways_say_the_same(tmp_path, judges, batch):
    """Findings with their messages, rows, rules: over tables with nasty cells in small and large blocks."""
    scanned = dirty = 0
    for seed in range(batch * 250, batch * 250 + 250):
        chance = random.Random(seed)
        make_package(chance, tmp_path)
        exact, columnar, tables = judges(tmp_path, chance.choice([150, 400, 1 << 20]))
        assert exact == columnar, f"seed {seed}"
        scanned += len(tables)
        dirty += bool(exact["findings"]) and bool(tables)
    assert scanned > 250
    assert dirty > 100


def test_broken_files_are_read_in_columns_where_they_can_be(tmp_path, judges):
    """Blank and ragged rows, line breaks in cells and CRLF do not send a large table to the exact reader; these do."""
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["a"]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p", "resources": [resource]}))
    rows = "".join(f"{number},x\n" for number in range(50))
    kept = {}
    for middle in [
        "",
        "\n",
        "1\n",
        "1,2,3\n",
        '60,"a\nb"\n',
        '60,"a""b"\n',
        '60,a"b\n',
        "60,a\rb\n",
        "60,\0\n",
        '60,"a\n',
        ",\n",
        "x,y\n",
    ]:
        (tmp_path / "t.csv").write_bytes(("a,b\n" + rows + middle + "70,y\n").encode())
        exact, columnar, tables = judges(tmp_path, 200)
        assert exact == columnar
        kept[middle] = bool(tables)
    assert ['60,a"b\n', "60,a\rb\n", "60,\0\n", '60,"a\n'] == [middle for middle, scanned in kept.items() if not scanned]


def test_a_clean_table_never_becomes_rows(tmp_path, judges, monkeypatch):
    """And of another only the rows with findings do."""
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "date", "constraints": {"minimum": "2024-01-01"}}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["a"]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p", "resources": [resource]}))
    rows = [f"{number},2024-01-{number % 28 + 1:02d}" for number in range(1000)]
    taken = []
    select = columns.Scanned.select

    def watch(self, questions):
        cells = select(self, questions)
        taken.append(cells.lines)
        return cells

    monkeypatch.setattr(columns.Scanned, "select", watch)
    for wrong, lines in [({}, []), ({500: "500,2023-12-31"}, [502]), ({3: "x,2024-01-01", 900: "7,2024-01-01"}, [5, 9, 902])]:
        (tmp_path / "t.csv").write_text("\n".join(["a,b", *(wrong.get(at, row) for at, row in enumerate(rows)), ""]))
        exact, columnar, _ = judges(tmp_path, 1000)
        assert exact == columnar
        assert lines == taken.pop()


def test_a_clean_table_is_proven_without_the_libraries_that_take_longer_to_import(tmp_path):
    """Neither pandas, which pyarrow imports when it is asked the convenient way, nor frictionless, nor the domain's rules."""
    fields = [
        {"name": "a", "type": "integer", "constraints": {"required": True}},
        {"name": "b", "type": "string", "constraints": {"pattern": "[a-z]+"}},
        {"name": "c", "type": "date"},
        {"name": "d", "type": "number"},
    ]
    key = {"fields": ["b", "c"], "reference": {"resource": "", "fields": ["b", "c"]}}
    schema = {"fields": fields, "primaryKey": ["a"], "foreignKeys": [key], "missingValues": ["", "NA"]}
    (tmp_path / "datapackage.json").write_text(
        json.dumps({"$schema": SCHEMA, "name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]})
    )
    rows = "".join(f"{at},x,{'NA' if at % 9 else '2024-01-05'},{at}.5\n" for at in range(20_000))
    (tmp_path / "t.csv").write_text("a,b,c,d\n" + rows)
    code = (
        "import sys; from opendata.rules import validate; report = validate(sys.argv[1]); "
        "print(report.to_text(), sorted({'pandas', 'pyarrow', 'frictionless', 'opendata.kinds'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "1 package, 1 table, 20,000 rows: no findings ['pyarrow']\n" == done.stdout


def shorten_file(file):
    file.write_bytes(file.read_bytes()[:-500])


def replace_file(file):
    file.with_name("new").write_text("a,b\n1,2024-01-05\n")
    file.with_name("new").replace(file)


def lengthen_file(file):
    with file.open("a") as opened:
        opened.write('7,"unclosed\n')


@pytest.mark.parametrize("change", [shorten_file, replace_file, lengthen_file, Path.unlink, lambda file: file.write_bytes(b"")])
@pytest.mark.parametrize("moment", ["select", "distinct", "read_cells"])
def test_a_file_that_changes_between_two_readings_is_one_finding(tmp_path, monkeypatch, change, moment):
    """Whatever it has become, at whichever reading: never a traceback, and no finding about what is no longer there."""
    monkeypatch.setattr(columns, "MIN_BYTES", 0)
    monkeypatch.setattr(columns, "BLOCK_BYTES", 1000)
    fields = [{"name": "a", "type": "integer"}, {"name": "b", "type": "date"}]
    key = {"fields": ["a"], "reference": {"resource": "t", "fields": ["b" if moment == "distinct" else "a"]}}
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "primaryKey": ["a"], "foreignKeys": [key]}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p", "resources": [resource]}))
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{at % 900},2024-01-05\n" for at in range(1000)))
    workspace = read_workspace([tmp_path])
    table = workspace.tables["p", "t"]
    assert isinstance(table.cells, columns.Scanned)
    change(tmp_path / "t.csv")
    told = f"{tmp_path}/t.csv: changed-file: The file changed while it was checked. Validate again when nothing writes to it."
    if moment == "read_cells":
        with pytest.raises(UnreadablePackage, match="The file changed while it was checked"):
            table.cells.rows  # noqa: B018 - the file is read when they are asked for
    else:
        assert [told] == [finding.line for finding in check_workspace(workspace).findings]


def test_a_file_that_changes_while_it_is_read_in_columns_is_read_as_rows(tmp_path, monkeypatch):
    """What is reported is then what stands in it at one moment."""
    fields = [{"name": "a", "type": "integer"}]
    resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p", "resources": [resource]}))
    (tmp_path / "t.csv").write_text("a\n" + "1\n" * 500)
    monkeypatch.setattr(columns, "MIN_BYTES", 0)
    parse = columns._parse

    def change(*arguments):
        (tmp_path / "t.csv").write_text("a\nx\n")
        return parse(*arguments)

    monkeypatch.setattr(columns, "_parse", change)
    report = check_workspace(read_workspace([tmp_path]))
    assert (1, [(2, "type-error")]) == (report.rows, [(finding.row, finding.rule) for finding in report.findings])


@pytest.mark.parametrize("kind", sorted({*COLUMN, "time"}))
def test_what_a_kernel_proves_both_judges_take(kind, monkeypatch):
    """For each text that is wrong by ``casts`` or by frictionless, the kernel is in doubt."""
    monkeypatch.setattr(standard, "_is_sure", lambda column: False)
    chance = random.Random(kind)
    alphabet = {"string": "aAbz0 一.|-\n", "date": "0123-", "time": "0123:.Z"}.get(kind, "0123-+.eT: ")
    texts = list(dict.fromkeys([*CELLS[kind], *LAX.get(kind, []), *TEXTS[kind]]))
    for text in list(texts):
        for _ in range(15):
            at = chance.randrange(len(text) + 1)
            texts.append(text[:at] + chance.choice(alphabet) + text[at + chance.randrange(2) :])
    texts = list(dict.fromkeys(text for text in texts if text))
    for constraints in COLUMN.get(kind, [{}]):
        column = Field("a", kind, constraints=constraints, properties={"name": "a", "type": kind, "constraints": constraints})
        faults = standard._read_column(column, texts).faults
        kernel = columns.make_kernel(column)
        for _ in range(20):
            some = chance.sample(texts, chance.choice([1, 3, len(texts)]))
            doubts = set(kernel(columns._Texts(pa.array(some, pa.string()), ("",))))
            assert set() == (set(some) & set(faults)) - doubts, constraints
        assert constraints or [] == kernel(columns._Texts(pa.array(["", CELLS[kind][1]], pa.string()), ("",)))


PIECES = [
    r"a",
    r"b",
    r"[ab]",
    r"[^a]",
    r"[a-c-]",
    r"\d",
    r"\s",
    r"\w",
    r"\.",
    r".",
    r"(a|b)",
    r"(?:ab)",
    r"a{2}",
    r"b{1,2}",
    r"a*",
    r"(ab)+",
    r"b?",
    r"|",
    r"^",
    r"$",
    r"a*?",
    r"一",
]
ODD_PIECES = [r"(?i)", r"\D", r"\b", r"(?=a)", r"(a)\1", r"a*+", r"[[a]", r"[^\d]", r"a{,2}", r"(?P<n>a)"]


def test_patterns_that_two_engines_read():
    """Where RE2 is asked, what it matches Python's ``re`` matches in full; what the two may read otherwise it is not asked."""
    chance = random.Random(7)
    texts = ["", "\n", "一", "é", "\u00a0", "\u0663", "[", "ab\n"] + [
        "".join(chance.choices("ab1. _-\n", k=size)) for size in range(1, 8) for _ in range(9)
    ]
    simple = 0
    for _ in range(3000):
        pattern = "".join(chance.choices(PIECES + ODD_PIECES, k=chance.randint(1, 5)))
        with contextlib.suppress(casts.UnsupportedType):
            casts.make_constraint(Field("a", "string"), "pattern", pattern)
            if columns._is_simple(pattern):
                simple += 1
                proven = columns._match(columns._Texts(pa.array(texts, pa.string()), ()), pattern)
                assert all(re.fullmatch(pattern, text) for text, fine in zip(texts, proven, strict=True) if fine), pattern
    assert simple > 300
    assert not any(
        map(columns._is_simple, ["(?i)a", r"\D", r"\ba", "(?=a)a", r"(a)\1", "a*+", "[[a]", r"[^\d]", "a{,2}", "(?P<n>a)"])
    )


@pytest.mark.parametrize(
    "kind", ["string", "integer", "number", "date", "boolean", "time", "datetime", "year", "duration", "list"]
)
def test_equal_values_have_equal_hashes(kind):
    """In whatever way they are written, and wherever the block ends."""
    column = Field("a", kind, properties={"name": "a", "type": kind})
    texts = list(dict.fromkeys(text for text in [*CELLS[kind], *TEXTS.get(kind, []), "01:00:00+01:00", "00:00:00Z"] if text))
    values = standard._Values(standard._read_column(column, texts))
    hasher = columns._Hasher(column)
    hashes = hasher(columns._Texts(pa.array(texts, pa.string()), ("",)))
    alone = [hasher(columns._Texts(pa.array(["", text], pa.string()), ("",)))[1] for text in texts]
    assert list(hashes) == alone
    known = {}
    for text, number in zip(texts, alone, strict=True):
        with contextlib.suppress(KeyError):
            assert number == known.setdefault(values[text], number), text
    # Numbers that differ behind the sixteenth digit have the same.
    assert kind == "number" or len(known) == len(set(known.values()))


PLAIN = {
    "$schema": SCHEMA,
    "name": "p",
    "title": "P",
    "title@en": "P",
    "version": "1.0.0",
    "languages": ["zh", "en"],
    "licenses": [{"name": "CC-BY-4.0", "path": "https://example.org/"}],
    "sources": [{"title": "A", "path": "https://example.org/"}],
    "contributors": [{"title": "A", "roles": ["creator"]}],
    "resources": [
        {
            "name": "t",
            "type": "table",
            "path": "t.csv",
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": {
                "fields": [
                    {"name": "a", "type": "string", "constraints": {"required": True, "pattern": "[a-z]", "enum": ["a"]}},
                    {"name": "b", "type": "number", "unit": "kg", "constraints": {"minimum": 0, "exclusiveMaximum": 5.5}},
                    {"name": "c", "type": "date", "constraints": {"unique": True, "maximum": "2024-01-01"}},
                ],
                "primaryKey": ["a"],
                "uniqueKeys": [["b", "c"]],
                "missingValues": ["", "-"],
                "foreignKeys": [{"fields": ["a"], "reference": {"resource": "", "fields": ["c"]}}],
            },
        }
    ],
}
WORDS = [" ", "a", "A b", "../x", "/x", "https://example.org/x", "table", "integer", "object", "2.0", "string", "zz"]
VALUES = [None, True, 0, -1, 1.5, *WORDS, "", [], [""], ["a"], ["a", "a"], [1], {}, {"a": "b"}, [[]], [{}]]
NAMES = [
    "name",
    "type",
    "title",
    "format",
    "profile",
    "missingValues",
    "example",
    "created",
    "email",
    "licenses",
    "keywords",
    "dialect",
    "data",
    "homepage",
    "image",
    "bytes",
    "hash",
    "exclusiveMinimum",
    "minLength",
    "categories",
    "a@b",
    "title@zh",
    "rdfType",
]


def places(item):
    """Yield each container in a descriptor with each of its keys or indices."""
    for key, value in item.items() if isinstance(item, dict) else enumerate(item):
        yield item, key
        if isinstance(value, dict | list):
            yield from places(value)


def test_a_plain_descriptor_is_one_that_frictionless_takes():
    """So that it need not be asked: over descriptors changed in a few places."""
    plain = 0
    for seed in range(3000):
        chance = random.Random(seed)
        descriptor = copy.deepcopy(PLAIN)
        for _ in range(chance.randint(1, 2)):
            item, key = chance.choice(list(places(descriptor)))
            change = chance.random()
            if change < 0.5:
                item[key] = copy.deepcopy(chance.choice(VALUES))
            elif change < 0.75 and isinstance(item, dict):
                item[chance.choice(NAMES)] = copy.deepcopy(chance.choice(VALUES))
            else:
                del item[key]
        descriptor = standard._disarm(descriptor)
        if is_plain(descriptor):
            plain += 1
            told = [error.note for error in frictionless.Package.validate_descriptor(descriptor).errors]
            assert [] == told, descriptor
    assert is_plain(PLAIN)
    assert plain > 300
