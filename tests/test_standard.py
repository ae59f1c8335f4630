"""The rules of the standard: a corpus of broken packages, and the two judges held together."""

import itertools
import json
import random
import socket
from pathlib import Path

import frictionless
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opendata import guarded
from opendata.errors import OpenDataError
from opendata.model import read_package
from opendata.read import Cells, Source
from opendata.standard import Table, Workspace, check_workspace, read_workspace

BROKEN = Path(__file__).parent / "broken"
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Let every use of the network fail."""

    def refuse(*args, **kwargs):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: folder.name)
def test_broken_package(folder, monkeypatch):
    """Each folder gets the report beside it, line by line; to renew one: ``opendata validate . > report.txt`` in the folder."""
    monkeypatch.chdir(folder)
    expected = (folder / "report.txt").read_text("utf-8").splitlines()
    assert expected == check_workspace(read_workspace(["."])).to_text().splitlines()


def write(folder, descriptor, **tables):
    """Write a package and return its folder."""
    folder.mkdir(exist_ok=True)
    (folder / "datapackage.json").write_text(json.dumps({"$schema": SCHEMA, "name": "p"} | descriptor))
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def resource(name="t", fields=(), **more):
    """Make a resource of a table."""
    return {"name": name, "path": f"{name}.csv", "schema": {"fields": list(fields), **more}}


def lines_of(*paths):
    """Return the findings on some paths, their folder's name away."""
    parent = str(paths[0].parent)
    return [finding.line.replace(f"{parent}/", "") for finding in check_workspace(read_workspace(paths)).findings]


def test_findings_stand_in_the_order_of_files_and_rows(tmp_path):
    """And each once, with every declared rule accounted for."""
    fields = [{"name": "a", "type": "integer", "constraints": {"required": True, "biggest": 1}}, {"name": "b", "type": "text"}]
    folder = write(tmp_path / "p", {"resources": [resource(fields=fields, primaryKey=["a"])]}, t="a,b\nx,1\n,2\nx,3\n")
    report = check_workspace(read_workspace([folder]))
    places = [(finding.row, finding.column, finding.rule) for finding in report.findings]
    cells = [(2, "a", "type-error"), (3, "a", "constraint-error"), (3, "a", "primary-key"), (4, "a", "type-error")]
    assert [(None, "t.a", "field-error"), (None, "t.b", "field-error"), *cells] == places
    assert {
        "p/t/a: type": "enforced",
        "p/t/a: biggest": "not supported",
        "p/t/a: required": "enforced",
        "p/t/b: text": "not supported",
        "p/t/primary-key(a)": "enforced",
    } == report.rules


def test_a_table_that_is_told_is_not_told_again_by_its_neighbours(tmp_path):
    """A key into a table that cannot be read, or whose header is wrong, adds no line of its own."""
    keys = [{"fields": ["a"], "reference": {"resource": name, "fields": ["a"]}} for name in ("gone", "wrong")]
    a = {"name": "a", "type": "string"}
    folder = write(
        tmp_path / "p",
        {"resources": [resource(fields=[a], foreignKeys=keys), resource("gone", [a]), resource("wrong", [a])]},
        t="a\nx\n",
        wrong="b\nx\n",
    )
    assert [
        "p/datapackage.json: missing-file: The file gone.csv is not there. Add it, or take its resource out of the descriptor.",
        "p/wrong.csv:1 [a]: missing-label: the column is declared but not there; the header is: b",
        "p/wrong.csv:1 [b]: extra-label: the column is not declared; delete it, or add a field to the schema",
    ] == lines_of(folder)


def test_near_names_are_not_sought_without_end(tmp_path):
    """A thousand wrong ids among many known ones are told in a moment."""
    known = "a\n" + "".join(f"id-{number}\n" for number in range(6000))
    wrong = "a\n" + "".join(f"di-{number}\n" for number in range(1000))
    key = {"fields": ["a"], "reference": {"resource": "known", "fields": ["a"]}}
    a = {"name": "a", "type": "string"}
    resources = [resource(fields=[a], foreignKeys=[key]), resource("known", [a])]
    lines = lines_of(write(tmp_path / "p", {"resources": resources}, t=wrong, known=known))
    assert 1000 == len(lines)
    assert 'p/t.csv:2 [a]: foreign-key: found "di-0"; not in p.known.a; add it to p.known first' == lines[0]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("md5:d41d8cd98f00b204e9800998ecf8427e", []),
        ("d41d8cd98f00b204e9800998ecf8427e", []),
        ("sha1:DA39A3EE5E6B4B0D3255BFEF95601890AFD80709", []),
        (
            "md5:0",
            [
                (
                    'p/t.txt: hash-count: found "md5:0"; '
                    "the file's md5 is d41d8cd98f00b204e9800998ecf8427e; mend the file, or write that"
                ),
            ],
        ),
        ("crc:0", ['p/t.txt: hash-count: found "crc:0"; only md5, sha1, sha256 and sha512 are known; write sha256:…']),
    ],
)
def test_hashes(tmp_path, declared, expected):
    """As the standard writes them: an algorithm and a colon, or MD5 without."""
    folder = write(tmp_path / "p", {"resources": [{"name": "t", "path": "t.txt", "hash": declared}]})
    (folder / "t.txt").write_bytes(b"")
    assert expected == lines_of(folder)


@pytest.mark.parametrize(
    "more",
    [
        {"$schema": "https://example.org/profile.json"},
        {"profile": "https://example.org/profile.json"},
        {"profiles": ["https://example.org/profile.json"]},
        {"profile": "fiscal-data-package"},
    ],
)
def test_addresses_of_profiles_are_not_fetched(tmp_path, more):
    """Nor are those of resources, schemas, dialects and fields (the corpus has them)."""
    one = {"name": "t", "path": "t.csv", "schema": {"$schema": "https://example.org/s.json", "fields": [{"name": "a"}]}} | more
    assert [] == lines_of(write(tmp_path / "p", {"resources": [one]} | more, t="a\nx\n"))


def test_a_pattern_that_takes_too_long_is_told_and_the_rest_checked(tmp_path, monkeypatch):
    """As a rule that is not enforced; no hostile cell holds up the report."""
    monkeypatch.setattr(guarded, "LIMIT_SECONDS", 1.0)
    slow = {"name": "a", "type": "string", "constraints": {"pattern": "(a+)+$", "minLength": 2}}
    folder = write(
        tmp_path / "p",
        {"resources": [resource(fields=[slow, {"name": "b", "type": "integer"}])]},
        t=f"a,b\n{'a' * 40}!,x\nb,1\n",
    )
    assert [
        (
            "p/datapackage.json [t.a]: field-error: the pattern '(a+)+$' takes too long on a cell; "
            "write it so that it reads one way only; mend the schema"
        ),
        'p/t.csv:2 [b]: type-error: found "x"; expected a whole number in ASCII digits, such as 1234',
        'p/t.csv:3 [a]: constraint-error: found "b"; expected at least 2 long, not 1',
    ] == lines_of(folder)
    rules = check_workspace(read_workspace([folder])).rules
    assert ("not supported", "enforced") == (rules["p/t/a: pattern"], rules["p/t/a: minLength"])


def test_json_schemas_of_cells(tmp_path):
    """Enforced for objects and arrays; what cannot be applied is told as a rule that is not."""
    fields = [
        {"name": "a", "type": "object", "constraints": {"jsonSchema": {"required": ["x"]}}},
        {"name": "b", "type": "array", "constraints": {"jsonSchema": {"items": {"type": "integer"}}}},
        {"name": "c", "type": "object", "constraints": {"jsonSchema": {"$ref": "https://example.org/a.json"}}},
        {"name": "d", "type": "string", "constraints": {"jsonSchema": {}}},
    ]
    rows = 'a,b,c,d\n"{""x"": 1}","[1, 2]",{},x\n{},"[1, ""2""]",{},x\n'
    folder = write(tmp_path / "p", {"resources": [resource(fields=fields)]}, t=rows)
    assert [
        (
            "p/datapackage.json [t.c]: field-error: the jsonSchema cannot be applied: "
            "it refers to https://example.org/a.json, which is not in it, and nothing is fetched; mend the schema"
        ),
        "p/datapackage.json [t.d]: field-error: jsonSchema is for objects and arrays, not for type string; mend the schema",
        """p/t.csv:3 [a]: constraint-error: found "{}"; expected what jsonSchema says: 'x' is a required property""",
        (
            """p/t.csv:3 [b]: constraint-error: found "[1, \\"2\\"]"; """
            """expected what jsonSchema says: 1: '2' is not of type 'integer'"""
        ),
    ] == [
        line
        for line in lines_of(folder)
        if "constraint-error: constraint" not in line and "field-error: constraint" not in line
    ]


@pytest.mark.parametrize("kind", ["duration", "date", "time", "datetime", "year", "yearmonth", "integer", "number"])
def test_bounds_of_every_type_that_has_an_order(tmp_path, kind):
    """Listed difference: frictionless refuses some of them; the standard has them, and they are enforced."""
    low, high = {
        "duration": ("P1M", "P1Y"),
        "date": ("2024-01-05", "2024-02-05"),
        "time": ("08:30:00", "09:00:00"),
        "datetime": ("2024-01-05T08:30:00", "2024-01-06T08:30:00"),
        "year": ("2023", "2024"),
        "yearmonth": ("2024-01", "2024-02"),
    }.get(kind, ("1", "2"))
    for rule, wrong in [("minimum", [2]), ("maximum", [3]), ("exclusiveMinimum", [2, 3]), ("exclusiveMaximum", [2, 3])]:
        bound = {"minimum": high, "maximum": low, "exclusiveMinimum": high, "exclusiveMaximum": low}[rule]
        fields = [{"name": "a", "type": kind, "constraints": {rule: bound}}]
        folder = write(tmp_path / "p", {"resources": [resource(fields=fields)]}, t=f"a\n{low}\n{high}\n")
        findings = check_workspace(read_workspace([folder])).findings
        assert [("constraint-error", row) for row in wrong] == [(one.rule, one.row) for one in findings], rule


# ----- fuzz -----

WORDS = st.sampled_from(
    [
        "",
        "a",
        "t.csv",
        "../t.csv",
        "https://example.org/x.json",
        "integer",
        "date",
        "list",
        "any",
        "subset",
        "required",
        "name",
        "\n",
        "%",
    ]
)
LEAF = st.none() | st.booleans() | st.integers(-2, 5) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
KEYS = st.sampled_from(
    """
    name type format title path data schema dialect encoding hash bytes fields missingValues primaryKey
    uniqueKeys foreignKeys reference resource package resources constraints required unique minimum pattern
    enum maxLength categories value fieldsMatch licenses sources contributors created $schema profile
    delimiter header example stats layout hashing compression trueValues
    """.split()  # noqa: SIM905 - forty words read better so
)
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=15)
COLUMN = st.fixed_dictionaries(
    {"name": st.just("a") | JSON}, optional={"type": WORDS, "constraints": JSON, "format": WORDS, "example": JSON}
)
SCHEMAS = st.fixed_dictionaries(
    {"fields": st.lists(COLUMN | JSON, max_size=3)},
    optional={"primaryKey": JSON, "uniqueKeys": JSON, "foreignKeys": JSON, "missingValues": JSON, "fieldsMatch": JSON},
)
RESOURCES = st.fixed_dictionaries(
    {"name": st.just("t") | JSON, "path": st.just("t.csv") | JSON, "schema": SCHEMAS | JSON},
    optional={"dialect": JSON, "encoding": JSON, "hash": JSON, "bytes": JSON, "stats": JSON},
)
PACKAGES = st.fixed_dictionaries(
    {"resources": st.lists(RESOURCES | JSON, max_size=2) | JSON},
    optional={"name": JSON, "$schema": st.just(SCHEMA) | JSON, "licenses": JSON, "contributors": JSON, "created": JSON},
)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(PACKAGES | JSON)
def test_any_descriptor_gets_a_report(tmp_path_factory, descriptor):
    """Whatever a stranger's descriptor says, the answer is findings of one line each."""
    folder = tmp_path_factory.getbasetemp() / "any-descriptor"
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_text("a,b\n1,\n,2024-01-05\n")
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    try:
        report = check_workspace(read_workspace([folder]))
    except OpenDataError as error:
        pytest.fail(f"a package is never a wrong use: {error}")
    assert all("\n" not in finding.line for finding in report.findings)
    assert len(report.findings) == len(set(report.findings))


# ----- differential -----

# Cells for each kind of column. What frictionless takes and we refuse, on purpose, stands apart.
CELLS = {
    "string": ["", "a", "b", "A", " a ", "NA", "一", "a,b", '"', "Axxx", "0101"],
    "integer": ["", "1", "01", "-1", "+2", "2", "11", "x", "1.0", "1e3", "—", "1,234", "9" * 4301, "0x1", "1万"],
    "number": [
        "",
        "1",
        "1.0",
        "1.50",
        "1.5",
        "-2",
        "1e3",
        "1e400",
        ".5",
        "5.",
        "x",
        "1,5",
        "-",
        "NaN",
        "INF",
        "-INF",
        "50%",
        "1.2万",
        ".",
    ],
    "boolean": ["", "true", "True", "1", "0", "false", "yes", "TRUE ", "tRUE"],
    "date": [
        "",
        "2024-01-05",
        "2024-02-29",
        "2023-02-29",
        "2024/1/5",
        "20240105",
        "5 Jan 2024",
        "2024-01-05T00:00:00",
        "2024-13-01",
    ],
    "time": ["", "08:30:00", "08:30", "25:00:00", "8:30:00", "08:30:00Z", "x"],
    "datetime": [
        "",
        "2024-01-05T08:30:00",
        "2024-01-05T08:30:00Z",
        "2024-01-05",
        "2024-13-05T08:30:00",
        "2024-01-05T08:30",
        "x",
    ],
    "year": ["", "2024", "0999", "24", "20x4", "2024.0"],
    "yearmonth": ["", "2024-06", "2024-13", "2024", "2024-00", "x-06"],
    "duration": ["", "P1Y", "PT5M", "P", "1Y", "P1Y2M3DT4H5M6S", "x"],
    "object": ["", "{}", '{"a": 1}', "[]", "x", "1"],
    "array": ["", "[]", "[1]", "{}", "x"],
    "list": ["", "a,b", "a", ","],
    "geopoint": ["", "120,36", "120.5, 36.1", "36,120", "120", "x,y", "181,0"],
    "any": ["", "a", "1"],
}
LAX = {
    "integer": ["１２", "1_000", " 12", "12\t", "١"],
    "number": ["１２", "1_000", " 1.5", "inf", "nan", "Infinity", "-infinity"],
    "date": ["2024-1-5", "２024-01-05"],
    "time": ["08:30:00,5", "24:00:00"],
    "datetime": ["2024-01-05 08:30:00", "2024-01-05T08:30:00,5"],
    "year": [" 202", "+202", "２０２４", "1_00"],
    "yearmonth": ["2024-6", " 2024-06", "24-06"],
    "duration": ["P0001-01-01T00:00:00", "+P1Y"],
    "geopoint": ["1_0,2", "１,2"],
}
CONSTRAINTS = {
    "string": [{"pattern": "[a-z]*"}, {"minLength": 1, "maxLength": 2}, {"enum": ["a", "b", "0101"]}],
    "integer": [{"minimum": 0}, {"maximum": 2}, {"exclusiveMaximum": 2}, {"enum": [1, 2]}, {"enum": ["1", "02"]}],
    "number": [{"minimum": 0.5}, {"maximum": "1.5"}, {"exclusiveMinimum": 1}, {"enum": [1.5, 1]}],
    "boolean": [{"enum": [True]}, {"enum": ["false"]}],
    "date": [{"minimum": "2024-02-01"}, {"enum": ["2024-02-29"]}],
    "year": [{"maximum": 2000}],
    "yearmonth": [{"enum": ["2024-06"]}],
    "array": [{"minLength": 1}],
    "object": [{"maxLength": 0}],
}


def make_table(seed):
    """Make the schema and the rows of a table with nasty cells."""
    chance = random.Random(seed)
    kinds = chance.choices(list(CELLS), k=chance.randint(1, 4))
    fields, pools = [], []
    for at, kind in enumerate(kinds):
        constraints = dict(chance.choice([{}, *CONSTRAINTS.get(kind, [])]))
        hashable = kind not in ("object", "array", "list")
        constraints |= chance.choice([{}, {}, {"required": True}, {"unique": True} if hashable else {}])
        fields.append({"name": f"c{at}", "type": kind, "constraints": constraints})
        fields[-1] |= chance.choice([{}, {}, {"missingValues": ["", "NA", "-"]}])
        sound = CELLS[kind][:4]
        pools.append(chance.choice([sound, CELLS[kind], CELLS[kind] + LAX.get(kind, [])]))
    schema = {"fields": fields}
    names = [one["name"] for one in fields if one["type"] not in ("object", "array", "list")]
    if names and chance.random() < 0.5:
        schema["primaryKey"] = chance.sample(names, chance.randint(1, len(names)))
    if len(names) > 1 and chance.random() < 0.4:
        one, other = chance.sample(names, 2)
        schema["foreignKeys"] = [{"fields": [one], "reference": {"resource": "", "fields": [other]}}]
    rows = [[chance.choice(pool) for pool in pools] for _ in range(chance.randint(1, 7))]
    if chance.random() < 0.2:
        row = chance.choice(rows)
        row.append("x") if chance.random() < 0.5 else row.pop()
    return schema, rows


def judge_here(folder, schema, rows):
    """Return our findings as rule, row, field."""
    descriptor = {"$schema": SCHEMA, "name": "p", "resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
    source = Source(read_package(descriptor, "p/datapackage.json"), folder, "p", "datapackage.json")
    header = tuple(one["name"] for one in schema["fields"])
    cells = Cells(header, rows, list(range(2, len(rows) + 2)))
    table = Table(source, source.package.resources[0], cells, {name: at for at, name in enumerate(header)}, header_fits=True)
    report = check_workspace(Workspace((source,), {("p", "t"): table}, ()))
    return {(finding.rule, finding.row, finding.column) for finding in report.findings}


def judge_there(schema, rows):
    """Return frictionless's findings as rule, row, field."""
    header = [one["name"] for one in schema["fields"]]
    item = {"name": "t", "type": "table", "data": [header, *rows], "schema": schema}
    package = frictionless.Package.from_descriptor({"$schema": SCHEMA, "resources": [item]})
    report = package.validate(limit_errors=10**6)
    assert [] == report.errors
    return {
        (error.type, getattr(error, "row_number", None), getattr(error, "field_name", None) or None)
        for error in report.tasks[0].errors
    }


def without_known_differences(findings, schema, rows):
    """Take away what the two say differently on purpose; what is left must be equal."""
    fields = schema["fields"]
    ragged = {at for at, row in enumerate(rows, 2) if len(row) != len(fields)}
    lax = {
        (at, one["name"])
        for at, row in enumerate(rows, 2)
        for one, text in zip(fields, row, strict=False)
        if text in LAX.get(one["type"], ())
    }
    blank = {row for rule, row, _ in findings if rule == "blank-row"}
    told = {name for rule, _, name in findings if rule == "type-error"} | {name for _, name in lax}
    left = set()
    for rule, row, name in findings:
        if row in ragged and rule in ("missing-cell", "extra-cell", "blank-row"):
            left.add(("ragged", row, None))  # told once a row, not once a cell; too long is not blank
        elif rule == "blank-row":
            left.add((rule, row, None))
        elif row in ragged or row in blank or (row, name) in lax:
            continue  # cells in the wrong columns; a blank row's key; frictionless's laxity
        elif rule in ("primary-key", "foreign-key", "unique-error"):
            if not ragged and not told:  # a cell that was told is no part of a key
                left.add((rule, row, None))
        else:
            left.add((rule, row, name))
    return left


@pytest.mark.parametrize("batch", range(4))
def test_both_judges_agree(tmp_path, batch):
    """Ours and frictionless's findings are the same but for the listed differences, over tables with nasty cells."""
    agreed = set()
    for seed in range(batch * 250, batch * 250 + 250):
        schema, rows = make_table(seed)
        ours, theirs = judge_here(tmp_path, schema, rows), judge_there(schema, rows)
        left = without_known_differences(ours, schema, rows)
        assert without_known_differences(theirs, schema, rows) == left, f"seed {seed}: {schema} {rows}"
        agreed |= {rule for rule, _, _ in left}
    assert {"type-error", "constraint-error", "unique-error", "primary-key", "foreign-key", "blank-row", "ragged"} == agreed


def judge_cell(folder, text, **declared):
    """Return what both find in a table of one column and one cell: rules of ours, rules of frictionless."""
    schema, rows = {"fields": [{"name": "a", **declared}, {"name": "b", "type": "string"}]}, [[text, "x"]]
    ours, theirs = judge_here(folder, schema, rows), judge_there(schema, rows)
    return [rule for rule, _, _ in sorted(ours)], [rule for rule, _, _ in sorted(theirs)]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in LAX for text in LAX[kind]])
def test_digits_and_dates_are_strict(tmp_path, kind, text):
    """Listed difference: frictionless takes these, and we do not."""
    assert (["type-error"], []) == judge_cell(tmp_path, text, type=kind)


@pytest.mark.parametrize(
    ("text", "declared", "ours", "theirs"),
    [
        ("Axxx", {"type": "string", "constraints": {"pattern": "A|B"}}, ["constraint-error"], []),
        ("A\n", {"type": "string", "constraints": {"pattern": "A"}}, ["constraint-error"], []),
        ("c", {"type": "string", "categories": ["a", "b"]}, ["constraint-error"], []),
        ("1,234", {"type": "integer", "groupChar": ","}, [], ["type-error"]),
        ("12024", {"type": "year"}, [], ["type-error"]),
        ("-0044", {"type": "year"}, [], ["type-error"]),
        ("5 Jan 2024", {"type": "date", "format": "any"}, ["type-error"], []),
        ("３0/06/2024", {"type": "date", "format": "%d/%m/%Y"}, ["type-error"], ["type-error"]),
        ("no@mail@here.cn", {"type": "string", "format": "email"}, ["type-error"], ["type-error"]),
        ("a..b@here.cn", {"type": "string", "format": "email"}, ["type-error"], ["type-error"]),
        ('{"type": "Nothing"}', {"type": "geojson"}, ["type-error"], ["type-error"]),
    ],
)
def test_other_differences_and_finer_verdicts(tmp_path, text, declared, ours, theirs):
    """Where frictionless is wrong we are right; where it knows a format better, its verdict is ours."""
    assert (ours, theirs) == judge_cell(tmp_path, text, **declared)


@pytest.mark.parametrize(
    ("declared", "text", "rules"),
    [
        ({"type": "integer", "constraints": {"minimum": "abc"}}, "1", ["field-error"]),
        ({"type": "datetime", "constraints": {"minimum": "2024-01-01T00:00:00Z"}}, "2024-01-05T08:30:00", ["constraint-error"]),
        ({"type": "number", "constraints": {"minimum": 0}}, "sNaN", ["type-error"]),
        ({"type": "array", "constraints": {"unique": True}}, "[1]", []),
    ],
)
def test_where_frictionless_crashes_we_do_not(tmp_path, declared, text, rules):
    """Listed difference: a bare exception there, a finding here."""
    schema, rows = {"fields": [{"name": "a", **declared}]}, [[text]]
    assert rules == sorted(rule for rule, _, _ in judge_here(tmp_path, schema, rows))
    with pytest.raises((TypeError, ArithmeticError)):
        judge_there(schema, rows)


def test_a_constraint_in_the_wrong_place_is_told(tmp_path):
    """Beside ``constraints`` it would pass in silence: a warning, for a field may have properties of one's own."""
    fields = [{"name": "a", "pattern": "x+", "constraints": {"maxLength": 3}}, {"name": "b", "minimum": 1, "unit": "m"}]
    folder = write(tmp_path, {"resources": [resource(fields=fields)]}, t="a,b\ny,0\n")
    report = check_workspace(read_workspace([folder]))
    assert report.valid
    assert [
        ("t.a", "pattern", "it is not applied there; move it into constraints.pattern"),
        ("t.b", "minimum", "it is not applied there; move it into constraints.minimum"),
    ] == [(f.column, f.value, f.message) for f in report.findings]


def test_unique_keys_are_enforced(tmp_path):
    """Listed difference: frictionless accepts ``uniqueKeys`` and does not look; a missing value is distinct, as in SQL."""
    schema = {"fields": [{"name": name, "type": "integer"} for name in "ab"], "uniqueKeys": [["a", "b"]]}
    rows = [["1", "1"], ["1", ""], ["01", "1"], ["1", ""]]
    assert {("unique-key", 4, None)} == judge_here(tmp_path, schema, rows)
    assert set() == judge_there(schema, rows)


@pytest.mark.parametrize("match", ["exact", "equal", "subset", "superset", "partial"])
def test_headers_are_judged_alike(tmp_path, match):
    """Whether a header is as declared, under each way of matching; duplicates are refused under all."""
    declared = ["a", "b", "c"]
    fields = [{"name": "a", "constraints": {"required": True}}, {"name": "b"}, {"name": "c"}]
    schema = {"fields": [{"type": "string", **one} for one in fields], "fieldsMatch": match}
    pool = [
        *itertools.permutations(declared),
        *itertools.permutations(declared, 2),
        ("a",),
        ("b",),
        (*declared, "d"),
        ("d",),
        ("a", "d"),
    ]
    for header in pool:
        folder = write(
            tmp_path / "p", {"resources": [resource(**schema)]}, t=",".join(header) + "\n" + ",".join("x" * len(header))
        )
        item = {"name": "t", "type": "table", "data": [list(header), ["x"] * len(header)], "schema": schema}
        report = frictionless.Package.from_descriptor({"$schema": SCHEMA, "resources": [item]}).validate()
        assert report.valid is (not lines_of(folder)), header
