"""Changes into versions: the bump, the changelog, the archive, and what is left when a release is cut off."""

import errno
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from opendata import differences, releases
from opendata.differences import KINDS, diff
from opendata.errors import OpenDataError, UnreadablePackage, WrongUse
from opendata.files import Held, hold
from opendata.read import digest
from opendata.releases import LEVELS, WORDS, next_version, release
from opendata.rules import validate

DESCRIPTOR = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "gdp",
    "title": "生产总值",
    "title@en": "GDP",
    "version": "0.1.0",
    "licenses": [{"name": "CC-BY-4.0", "title": "Attribution", "path": "https://creativecommons.org/licenses/by/4.0/"}],
    "contributors": [{"title": "Office of Statistics"}],
    "resources": [
        {
            "name": "values",
            "type": "table",
            "path": "values.csv",
            "title": "数值",
            "schema": {
                "fields": [
                    {"name": "area_id", "type": "string", "constraints": {"required": True}},
                    {"name": "year", "type": "year"},
                    {"name": "value", "type": "number", "constraints": {"minimum": 0}},
                    {"name": "note", "type": "string", "constraints": {"enum": ["final", "estimate"]}},
                ],
                "primaryKey": ["area_id", "year"],
                "foreignKeys": [{"fields": ["area_id"], "reference": {"resource": "areas", "fields": ["area_id"]}}],
            },
        },
        {
            "name": "areas",
            "type": "table",
            "path": "areas.csv",
            "schema": {
                "fields": [{"name": "area_id", "type": "string"}, {"name": "name", "type": "string"}],
                "primaryKey": ["area_id"],
            },
        },
        {
            "name": "log",
            "type": "table",
            "path": "log.csv",
            "schema": {"fields": [{"name": "day", "type": "string"}, {"name": "text", "type": "string"}]},
        },
    ],
}
FILES = {
    "values.csv": "area_id,year,value,note\nqd,2020,12400.6,final\nqd,2021,14136.5,\njn,2020,10140.9,final\n",
    "areas.csv": "area_id,name\nqd,青岛\njn,济南\nyt,烟台\n",
    "log.csv": "day,text\n1,a\n2,b\n2,b\n",
}


@pytest.fixture
def package(tmp_path):
    """Return a package's folder, as written by hand."""
    folder = tmp_path / "gdp"
    folder.mkdir()
    save(folder, DESCRIPTOR)
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def load(folder):
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def save(folder, descriptor):
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n", "utf-8")


def state(folder):
    """Return every file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def change(folder, *edits):
    """Edit a package: a function is given the descriptor; file, old and new text replace; file and text write; file deletes."""
    for edit in edits:
        if callable(edit):
            descriptor = load(folder)
            edit(descriptor)
            save(folder, descriptor)
            continue
        file, *texts = (edit,) if isinstance(edit, str) else edit
        path = folder / file
        if not texts:
            path.unlink()
        elif isinstance(texts[0], bytes):
            path.write_bytes(texts[0])
        elif len(texts) == 1:
            path.write_text(texts[0], "utf-8")
        else:
            text = path.read_text("utf-8")
            assert texts[0] in text
            path.write_text(text.replace(*texts), "utf-8")


def fields(descriptor, table=0):
    return descriptor["resources"][table]["schema"]["fields"]


def put(key, value, *way):
    """Return an edit of the descriptor: ``way`` leads to where ``key`` is put."""

    def edit(descriptor):
        for step in way:
            descriptor = descriptor[step]
        if value is None:
            del descriptor[key]
        else:
            descriptor[key] = value

    return edit


VALUES = ("resources", 0)
SCHEMA = (*VALUES, "schema")
NOTE, VALUE = (*SCHEMA, "fields", 3), (*SCHEMA, "fields", 2)
NEW_TABLE = {"name": "new", "type": "table", "path": "new.csv", "schema": {"fields": [{"name": "x", "type": "string"}]}}

DESCRIPTOR_KEYS = DESCRIPTOR["resources"][0]["schema"]["foreignKeys"]

RELEASE = "RELEASE"


def write_new(descriptor):
    descriptor["resources"].append(NEW_TABLE)


CASES = {
    "nothing": ([], None, "", ""),
    "number written otherwise": ([("values.csv", "12400.6,", "12400.60,")], None, "", ""),
    "rows in another order": ([("areas.csv", "qd,青岛\njn,济南\n", "jn,济南\nqd,青岛\n")], None, "", ""),
    "file moved": ([put("path", "v.csv", *VALUES), ("v.csv", FILES["values.csv"]), "values.csv"], None, "", ""),
    "byte order mark": ([("values.csv", b"\xef\xbb\xbf" + FILES["values.csv"].encode())], None, "", ""),
    "line ends": ([("values.csv", FILES["values.csv"].replace("\n", "\r\n").encode())], None, "", ""),
    "quotes": ([("areas.csv", "qd,青岛", '"qd","青岛"')], None, "", ""),
    "gap written otherwise": (
        [
            put("missingValues", ["", "-"], *VALUE),
            ("values.csv", "14136.5", "-"),
            RELEASE,
            ("values.csv", "2021,-", "2021,"),
        ],
        None,
        "",
        "",
    ),
    "gap filled": (
        [("values.csv", "14136.5", ""), RELEASE, ("values.csv", "2021,,", "2021,14136.5,")],
        "patch",
        "values：修订1行（qd, 2021: value: ∅ → 14136.5）。",
        "values: 1 row revised (qd, 2021: value: ∅ → 14136.5).",
    ),
    "note alone": (
        [("values.csv", "12400.6,final", "12400.6,estimate")],
        "patch",
        "values：修订1行（qd, 2020: note: final → estimate）。",
        "values: 1 row revised (qd, 2020: note: final → estimate).",
    ),
    "source": ([put("sources", [{"title": "年鉴"}])], "patch", "更新说明性元数据。", "descriptive metadata changed."),
    "title of a table": ([put("title", "数", *VALUES)], "patch", "更新说明性元数据。", "descriptive metadata changed."),
    "value revised": (
        [("values.csv", "12400.6", "12400.8")],
        "patch",
        "values：修订1行（qd, 2020: value: 12400.6 → 12400.8 (+0.0016%)）。",
        "values: 1 row revised (qd, 2020: value: 12400.6 → 12400.8 (+0.0016%)).",
    ),
    "two values revised": (
        [("values.csv", "12400.6", "6200.3"), ("values.csv", "14136.5", "14136.6")],
        "patch",
        "values：修订2行（qd, 2020: value: 12400.6 → 6200.3 (-50.0%)；qd, 2021: value: 14136.5 → 14136.6 (+0.00071%)）。",
        "values: 2 rows revised (qd, 2020: value: 12400.6 → 6200.3 (-50.0%); qd, 2021: value: 14136.5 → 14136.6 (+0.00071%)).",
    ),
    "four values revised": (
        [("areas.csv", FILES["areas.csv"] + "wf,潍\n"), RELEASE, ("areas.csv", "\n", "市\n"), ("areas.csv", "name市", "name")],
        "patch",
        "areas：修订4行（qd: name: 青岛 → 青岛市；jn: name: 济南 → 济南市；yt: name: 烟台 → 烟台市等）。",
        "areas: 4 rows revised (qd: name: 青岛 → 青岛市; jn: name: 济南 → 济南市; yt: name: 烟台 → 烟台市 and others).",
    ),
    "row without key corrected": (
        [("log.csv", "1,a", "1,c")],
        "patch",
        "log：删除1行，新增1行。",
        "log: 1 row removed, 1 row added.",
    ),
    "reference of a row revised": (
        [put("primaryKey", ["year", "value"], *SCHEMA), RELEASE, ("values.csv", "jn,2020", "yt,2020")],
        "minor",
        "values：修订1行（2020, 10140.9: area_id: jn → yt）。",
        "values: 1 row revised (2020, 10140.9: area_id: jn → yt).",
    ),
    "title": ([put("title", "国内生产总值")], "patch", "更新说明性元数据。", "descriptive metadata changed."),
    "description of a field": (
        [put("description", "x", *NOTE)],
        "patch",
        "更新说明性元数据。",
        "descriptive metadata changed.",
    ),
    "row added": (
        [("values.csv", "jn,2020,", "jn,2021,11432.2,\njn,2020,")],
        "minor",
        "values：新增1行。",
        "values: 1 row added.",
    ),
    "table added": ([write_new, ("new.csv", "x\n1\n")], "minor", "新增资源new。", "resource new added."),
    "row without key added": ([("log.csv", "1,a\n", "1,a\n1,a\n")], "minor", "log：新增1行。", "log: 1 row added."),
    "constraint relaxed": (
        [put("minimum", None, *VALUE, "constraints")],
        "minor",
        "放宽约束values.value.minimum。",
        "constraint values.value.minimum relaxed.",
    ),
    "foreign key removed": (
        [put("foreignKeys", None, *SCHEMA)],
        "minor",
        "放宽约束values.foreignKeys(area_id)。",
        "constraint values.foreignKeys(area_id) relaxed.",
    ),
    "columns need not all be there": (
        [put("fieldsMatch", "subset", *SCHEMA)],
        "minor",
        "放宽约束values.fieldsMatch。",
        "constraint values.fieldsMatch relaxed.",
    ),
    "enumeration longer": (
        [put("enum", ["final", "estimate", "forecast"], *NOTE, "constraints")],
        "minor",
        "放宽约束values.note.enum。",
        "constraint values.note.enum relaxed.",
    ),
    "licence added": (
        [lambda d: d["licenses"].append({"name": "ODbL-1.0"})],
        "minor",
        "采用许可ODbL-1.0。",
        "licence ODbL-1.0 added.",
    ),
    "row added and value revised": (
        [("values.csv", "14136.5,", "14136.6,\njn,2021,11432.2,")],
        "minor",
        "values：修订1行（qd, 2021: value: 14136.5 → 14136.6 (+0.00071%)），新增1行。",
        "values: 1 row revised (qd, 2021: value: 14136.5 → 14136.6 (+0.00071%)), 1 row added.",
    ),
    "row removed": ([("values.csv", "qd,2021,14136.5,\n", "")], "major", "values：删除1行。", "values: 1 row removed."),
    "referenced row removed": ([("areas.csv", "yt,烟台\n", "")], "major", "areas：删除1行。", "areas: 1 row removed."),
    "referenced row renamed": (
        [("areas.csv", "qd,", "qingdao,"), ("values.csv", "qd,", "qingdao,")],
        "major",
        "values：删除1行，更改标识1行（qd, 2020 → qingdao, 2020），新增1行；areas：更改标识1行（qd → qingdao）。",
        "values: 1 row removed, 1 row renamed (qd, 2020 → qingdao, 2020), 1 row added; areas: 1 row renamed (qd → qingdao).",
    ),
    "row renamed to which nothing refers": (
        [("values.csv", "qd,2020,", "qd,2019,")],
        "patch",
        "values：更改标识1行（qd, 2020 → qd, 2019）。",
        "values: 1 row renamed (qd, 2020 → qd, 2019).",
    ),
    "row without key removed": ([("log.csv", "2,b\n2,b\n", "2,b\n")], "major", "log：删除1行。", "log: 1 row removed."),
    "table removed": ([lambda d: d["resources"].pop(), "log.csv"], "major", "删除资源log。", "resource log removed."),
    "field added": (
        [lambda d: fields(d).append({"name": "more"}), ("values.csv", "\n", ",\n"), ("values.csv", "note,", "note,more")],
        "major",
        "新增字段values.more。",
        "field values.more added.",
    ),
    "required field added": (
        [
            lambda d: fields(d, 2).append({"name": "more", "constraints": {"required": True}}),
            ("log.csv", "day,text,more\n1,a,x\n2,b,x\n2,b,x\n"),
        ],
        "major",
        "新增字段log.more。",
        "field log.more added.",
    ),
    "foreign key added": (
        [put("foreignKeys", None, *SCHEMA), RELEASE, put("foreignKeys", DESCRIPTOR_KEYS, *SCHEMA)],
        "major",
        "收紧约束values.foreignKeys(area_id)。",
        "constraint values.foreignKeys(area_id) tightened.",
    ),
    "unique key added": (
        [put("uniqueKeys", [["name"]], "resources", 1, "schema")],
        "major",
        "收紧约束areas.uniqueKeys(name)。",
        "constraint areas.uniqueKeys(name) tightened.",
    ),
    "encoding": (
        [put("encoding", "gbk", "resources", 1), ("areas.csv", FILES["areas.csv"].encode("gbk"))],
        "major",
        "文件格式areas.encoding改变。",
        "file format areas.encoding changed.",
    ),
    "delimiter": (
        [put("dialect", {"delimiter": ";"}, "resources", 2), ("log.csv", FILES["log.csv"].replace(",", ";"))],
        "major",
        "文件格式log.dialect改变。",
        "file format log.dialect changed.",
    ),
    "type wider": (
        [put("type", "any", *NOTE)],
        "major",
        "字段values.note的类型由string改为any。",
        "type of field values.note changed from string to any.",
    ),
    "identifier": ([put("id", "x-1")], "major", "标识由∅改为x-1。", "identifier changed from ∅ to x-1."),
    "licence withdrawn": (
        [lambda d: d["licenses"].append({"name": "ODbL-1.0"}), RELEASE, lambda d: d["licenses"].pop()],
        "major",
        "不再采用许可ODbL-1.0。",
        "licence ODbL-1.0 withdrawn.",
    ),
    "field removed": (
        [lambda d: fields(d, 2).pop(), ("log.csv", "day\n1\n2\n2\n")],
        "major",
        "删除字段log.text。",
        "field log.text removed.",
    ),
    "field renamed": (
        [put("name", "remark", *NOTE), ("values.csv", ",note", ",remark")],
        "major",
        "字段note改名为values.remark。",
        "field note renamed to values.remark.",
    ),
    "fields in another order": (
        [lambda d: fields(d, 2).reverse(), ("log.csv", "text,day\na,1\nb,2\nb,2\n")],
        "major",
        "log的字段次序改变。",
        "fields of log in another order.",
    ),
    "type": (
        [put("type", "string", *SCHEMA, "fields", 1)],
        "major",
        "字段values.year的类型由year改为string。",
        "type of field values.year changed from year to string.",
    ),
    "format": (
        [put("format", "%Y", *SCHEMA, "fields", 1)],
        "major",
        "values.year.format由default改为%Y。",
        "values.year.format changed from default to %Y.",
    ),
    "unit": (
        [put("unit", "CNY", *VALUE)],
        "major",
        "字段values.value的单位由∅改为CNY。",
        "unit of field values.value changed from ∅ to CNY.",
    ),
    "constraint tightened": (
        [put("minimum", 1, *VALUE, "constraints")],
        "major",
        "收紧约束values.value.minimum。",
        "constraint values.value.minimum tightened.",
    ),
    "enumeration shorter": (
        [put("enum", ["final"], *NOTE, "constraints")],
        "major",
        "收紧约束values.note.enum。",
        "constraint values.note.enum tightened.",
    ),
    "primary key": (
        [put("primaryKey", ["name"], "resources", 1, "schema")],
        "major",
        "areas.primaryKey由area_id改为name。",
        "areas.primaryKey changed from area_id to name.",
    ),
    "package renamed": ([put("name", "gross")], "major", "数据包由gdp改名为gross。", "package renamed from gdp to gross."),
    "table renamed": (
        [put("name", "numbers", *VALUES)],
        "major",
        "资源values改名为numbers。",
        "resource values renamed to numbers.",
    ),
    "licence replaced": (
        [put("licenses", [{"name": "ODbL-1.0"}])],
        "major",
        "不再采用许可CC-BY-4.0；采用许可ODbL-1.0。",
        "licence CC-BY-4.0 withdrawn; licence ODbL-1.0 added.",
    ),
    "missing values": (
        [put("missingValues", ["", "-"], *SCHEMA)],
        "major",
        'values.missingValues的缺失值标记由[""]改为["", "-"]。',
        'marks of missing values in values.missingValues changed from [""] to ["", "-"].',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_change_has_its_bump_changelog_difference_and_archive(package, name):
    """Released, changed, released again: by the recipe of the standard, told in both languages, and all of it kept."""
    edits, bump, chinese, english = CASES[name]
    release(package, date="2026-01-01")
    for edit in edits:
        if edit == RELEASE:
            release(package, date="2026-01-02")
        else:
            change(package, edit)
    last = load(package)["version"]
    found = diff(package / "releases" / f"{last}.zip", package)
    before = state(package)
    done = release(package, date="2026-02-01")
    assert (True, last, bump) == (done.report.valid, done.previous, done.bump), done.report.to_text()
    assert (done.difference,) == (found.packages or (done.difference,))
    if bump is None:
        assert (None, before) == (done.version, state(package))
        return
    assert next_version(last, bump) == done.version == load(package)["version"]
    entry = {"version": done.version, "date": "2026-02-01", "description": chinese, "description@en": english}
    assert [entry, *json.loads(before["datapackage.json"])["changelog"]] == load(package)["changelog"]
    with zipfile.ZipFile(done.archive) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    outside = {name: data for name, data in state(package).items() if "/" not in name}
    assert {"CITATION.cff", "README.md", "SHA256SUMS"} == inside.keys() - outside.keys()
    assert outside == {name: inside[name] for name in outside}
    assert not diff(done.archive, package)
    assert validate(package).valid


def test_a_corrected_key_is_major_where_a_package_beside_refers_to_it(package):
    """The table of another package in the same folder counts as one that refers to it."""
    other = package.parent / "more"
    other.mkdir()
    key = {"fields": ["year"], "reference": {"package": "gdp", "resource": "values", "fields": ["year"]}}
    schema = {"fields": [{"name": "year", "type": "integer"}], "foreignKeys": [key]}
    save(other, {"name": "more", "resources": [{"name": "years", "type": "table", "path": "years.csv", "schema": schema}]})
    (other / "years.csv").write_text("year\n2021\n", "utf-8")
    change(package, put("type", "integer", *SCHEMA, "fields", 1))
    release(package, date="2026-01-01")
    change(package, ("values.csv", "qd,2020,", "qd,2019,"))
    assert "major" == release(package, date="2026-02-01").bump


def test_what_takes_many_words_is_counted_only(package):
    """A changelog is read by people: a value of a page, or a key of ten parts, stands in the difference."""
    change(package, put("enum", None, *NOTE, "constraints"))
    release(package, date="2026-01-01")
    change(package, ("values.csv", ",final\nqd", f",{'long-' * 30}\nqd"), ("values.csv", "14136.5", "14136.6"))
    assert (
        "values: 2 rows revised (qd, 2021: value: 14136.5 → 14136.6 (+0.00071%) and others)."
        == (release(package, date="2026-02-01").entry["description@en"])
    )


def test_every_kind_of_change_has_a_level_and_words():
    """What can be found can be told and weighed."""
    assert set(KINDS) == set(LEVELS) == set(WORDS)


def test_first_release_keeps_the_version_and_counts(package):
    """Nothing came before it."""
    done = release(package, date="2026-01-01", message_zh="试行", message_en="On trial")
    assert ("0.1.0", None, None) == (done.version, done.previous, done.bump)
    assert {
        "version": "0.1.0",
        "date": "2026-01-01",
        "description": "试行。首次发布：3张表，9行。",
        "description@en": "On trial. First release: 3 tables, 9 rows.",
    } == done.entry


def test_package_without_version_begins_at_1_0_0(package):
    """As the recipe says."""
    change(package, put("version", None))
    assert "1.0.0" == release(package).version


def test_descriptor_keeps_its_form_and_order(package):
    """Only version and changelog are new: a reviewer sees two places."""
    before = (package / "datapackage.json").read_text("utf-8")
    release(package, date="2026-01-01")
    after = (package / "datapackage.json").read_text("utf-8")
    assert after.startswith(before.removesuffix("\n}\n") + ',\n  "changelog": [\n    {\n      "version": "0.1.0",\n')
    assert after.endswith("}\n  ]\n}\n")


def test_archive_can_be_checked_and_holds_how_to_cite_it(package):
    """Checksums of every other file; README and citation name this version and its day."""
    change(package, put("title", "A `b` <script>|[x](y) _z_"))
    archive = release(package, date="2026-01-01").archive
    with zipfile.ZipFile(archive) as files:
        inside = {name: files.read(name) for name in files.namelist()}
        assert {(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))} == {(e.compress_type, e.date_time) for e in files.infolist()}
    sums = dict(reversed(line.split("  ")) for line in inside["SHA256SUMS"].decode().splitlines())
    assert {name: digest(data) for name, data in inside.items() if name != "SHA256SUMS"} == sums
    assert [
        "cff-version: 1.2.0",
        'message: "If you use these data, please cite them as below."',
        "type: dataset",
        'title: "GDP"',
        "authors:",
        '  - name: "Office of Statistics"',
        "version: 0.1.0",
        "date-released: 2026-01-01",
        'license: "CC-BY-4.0"',
    ] == inside["CITATION.cff"].decode().splitlines()
    readme = inside["README.md"].decode().splitlines()
    assert r"# A \`b\` \<script\>\|\[x\](y) \_z\_ · GDP" == readme[0]
    assert "gdp 0.1.0 (2026-01-01)" in readme
    assert "    sha256sum -c SHA256SUMS" in readme


def test_own_readme_citation_and_licence_go_along(package):
    """The citation file with the version and the day of this release."""
    own = {"README.md": "mine\n", "CITATION.cff": "title: mine\nversion: 0.0.1\n", "LICENSE": "free\n"}
    change(package, *own.items())
    with zipfile.ZipFile(release(package, date="2026-01-01").archive) as files:
        inside = {name: files.read(name).decode() for name in own}
    assert own | {"CITATION.cff": "title: mine\nversion: 0.1.0\ndate-released: 2026-01-01\n"} == inside
    assert own["CITATION.cff"] == (package / "CITATION.cff").read_text()


def test_archive_is_the_same_bytes_wherever_and_whenever_it_is_made(package, tmp_path):
    """In another folder, with other times and rights of files, by another process with another hash seed."""
    twin = tmp_path / "elsewhere" / "twin"
    twin.mkdir(parents=True)
    for name in sorted(state(package), reverse=True):
        (twin / name).write_bytes((package / name).read_bytes())
        os.utime(twin / name, (10**9, 10**9))
        (twin / name).chmod(0o600)
    first = release(package, date="2026-01-01").archive.read_bytes()
    code = "import os, sys; os.umask(0o077); from opendata.releases import release; release(sys.argv[1], date='2026-01-01')"
    source = str(Path(releases.__file__).parents[1])
    more = {"PYTHONHASHSEED": "7", "PYTHONPATH": source, "TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", code, "twin"], env={**os.environ, **more}, cwd=twin.parent, check=True)
    assert first == (twin / "releases" / "0.1.0.zip").read_bytes()
    assert (package / "datapackage.json").read_bytes() == (twin / "datapackage.json").read_bytes()
    assert 0o600 == (twin / "datapackage.json").stat().st_mode & 0o777


@pytest.mark.parametrize(("bump", "version"), [("patch", None), ("minor", "0.2.0"), ("major", "1.0.0")])
def test_bump_may_be_larger_than_the_change_and_not_smaller(package, bump, version):
    """The refusal says why, and nothing is written."""
    release(package, date="2026-01-01")
    change(package, ("values.csv", "jn,2020,", "jn,2021,11432.2,\njn,2020,"))
    before = state(package)
    if version:
        assert version == release(package, bump=bump).version
        return
    with pytest.raises(WrongUse) as caught:
        release(package, bump=bump)
    told = "--bump patch is too small: by the version recipe this is minor: 1 row added in values. Leave it away, or say minor."
    assert (told, before) == (str(caught.value), state(package))


def test_release_without_a_change_is_made_only_when_asked(package):
    """For example because the README has changed."""
    release(package, date="2026-01-01")
    assert None is release(package).version
    done = release(package, bump="patch", date="2026-01-02")
    assert ("0.1.1", "数据未变。") == (done.version, done.entry["description"])


def test_data_with_errors_are_not_released(package):
    """The report says them, and nothing is written."""
    change(package, ("values.csv", "12400.6", "many"))
    before = state(package)
    done = release(package)
    assert ([("type-error", "many")], None) == ([(f.rule, f.value) for f in done.report.findings], done.version)
    assert before == state(package)


def test_packages_beside_it_are_known_and_their_errors_are_not_told(package):
    """A foreign key leads to the package in the next folder."""
    key = {"fields": ["area_id"], "reference": {"package": "places", "resource": "areas", "fields": ["area_id"]}}
    change(package, put("foreignKeys", [key], *SCHEMA))
    assert ["foreign-key"] == [finding.rule for finding in release(package).report.findings]
    beside = package.parent / "places"
    beside.mkdir()
    save(beside, DESCRIPTOR | {"name": "places", "resources": DESCRIPTOR["resources"][1:2]})
    (beside / "areas.csv").write_text(FILES["areas.csv"] + "qd,twice\n", "utf-8")
    assert "0.1.0" == release(package).version
    assert not validate(beside).valid


def test_bytes_and_hash_in_the_descriptor_follow_the_data(package):
    """Where they are declared; else they stay away."""
    change(package, put("bytes", 1, "resources", 1), put("hash", "sha256:00", "resources", 1))
    done = release(package)
    data = (package / "areas.csv").read_bytes()
    assert done.report.valid
    assert (len(data), f"sha256:{digest(data)}") == tuple(load(package)["resources"][1][key] for key in ("bytes", "hash"))
    assert "hash" not in load(package)["resources"][0]
    assert validate(package).valid


@pytest.mark.parametrize(
    ("edit", "arguments", "told"),
    [
        (None, {"date": "2025-12-31"}, "before the last release, which is of 2026-01-01"),
        (None, {"date": "1.2.2026"}, "is not a day such as 2026-11-20"),
        (put("version", "3.0.0"), {}, "says version 3.0.0, its last release is 0.1.0. Set it back"),
        (put("changelog", "much"), {}, "is not a list of releases with version and date"),
        (put("changelog", [{"version": "../../x", "date": "2026-01-01"}]), {}, "is not a list of releases"),
    ],
)
def test_wrong_use_writes_nothing(package, edit, arguments, told):
    """Each says what to do."""
    release(package, date="2026-01-01")
    change(package, ("values.csv", "12400.6", "12400.8"), *([edit] if edit else []))
    before = state(package)
    with pytest.raises(WrongUse) as caught:
        release(package, **arguments)
    assert told in str(caught.value)
    assert before == state(package)


@pytest.mark.parametrize(
    ("edit", "arguments", "told"),
    [
        (None, {"bump": "minor"}, "has no release yet"),
        (put("version", "2026-01"), {}, "is not of the form 1.0.0"),
        (put("version", "01.0.0"), {}, "is not of the form 1.0.0"),
    ],
)
def test_wrong_use_of_a_first_release(package, edit, arguments, told):
    """Each says what to do."""
    change(package, *([edit] if edit else []))
    with pytest.raises(WrongUse) as caught:
        release(package, **arguments)
    assert told in str(caught.value)


def test_what_is_no_package_is_wrong_use(package):
    """A file, nothing, and a descriptor in YAML."""
    (package / "datapackage.yaml").write_bytes((package / "datapackage.json").read_bytes())
    (package / "datapackage.json").unlink()
    for place in (package / "values.csv", package / "nowhere", package):
        with pytest.raises(WrongUse):
            release(place)


@pytest.mark.parametrize("damage", ["gone", "changed", "cut", "empty"])
def test_last_release_must_be_there_as_it_was(package, damage):
    """Without it nobody can say what has changed."""
    archive = release(package).archive
    data = archive.read_bytes()
    archive.write_bytes(
        {"changed": data.replace("青岛".encode(), "青鸟".encode()), "cut": data[:-100], "empty": b""}.get(damage, data)
    )
    if damage == "gone":
        archive.unlink()
    before = state(package)
    with pytest.raises(UnreadablePackage, match=r"0\.1\.0\.zip"):
        release(package, bump="patch")
    assert before == state(package)


def test_two_releases_at_once_are_one(package):
    """The second waits for nothing and writes nothing."""
    with hold(package), pytest.raises(Held, match="Another process is writing to"):
        release(package)


# ----- cut off -----


def prepare(package):
    """Release once and make a change; return the state, and the one that the next release must reach."""
    release(package, date="2026-01-01")
    change(package, ("values.csv", "12400.6", "12400.8"))
    return state(package)


def reach(package, before):
    """Return the state after an undisturbed release, and go back."""
    release(package, date="2026-02-01")
    after = state(package)
    for name in after.keys() - before.keys():
        (package / name).unlink()
    (package / "datapackage.json").write_bytes(before["datapackage.json"])
    assert before == state(package)
    return after


# Kills itself at the nth time that it opens, renames, removes or makes something in the package, or syncs it.
KILLED = """
import os, shutil, signal, sys
from opendata import releases
left, inside = 0, False
def count():
    global left
    left -= 1
    if left == 0: os.kill(os.getpid(), signal.SIGKILL)
def watch(event, arguments):
    if inside and event in {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate"}:
        count()
sys.addaudithook(watch)
def deadly(function):
    def call(*arguments, **more):
        count()
        done = function(*arguments, **more)
        count()
        return done
    return call
os.fsync = deadly(os.fsync)
releases.Path.replace = deadly(releases.Path.replace)
write = releases._write_release
def only_there(*arguments):
    global inside
    inside = True
    return write(*arguments)
releases._write_release = only_there
for point in range(1, 200):
    child = os.fork()
    if child == 0:
        left = point
        releases.release(sys.argv[1], date="2026-02-01")
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(point, status, flush=True)
    sys.stdin.readline()
    if status == 0: break
"""


def test_killed_release_leaves_the_old_or_the_new_state(package):
    """At every write: the descriptor and the archive it names fit each other, and the next release reaches the end."""
    before = prepare(package)
    after = reach(package, before)
    source = str(Path(releases.__file__).parents[1])
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(package), "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    seen = []
    with child:
        for line in child.stdout:
            status = line.split()[1]
            now = state(package)
            seen.append("new" if now["datapackage.json"] == after["datapackage.json"] else "old")
            if seen[-1] == "old":
                assert before == {name: now[name] for name in before}
                release(package, date="2026-02-01")
            assert after == {n: d for n, d in state(package).items() if not n.endswith(".part")}
            for name in state(package).keys() - before.keys():
                (package / name).unlink()
            (package / "datapackage.json").write_bytes(before["datapackage.json"])
            child.stdin.write("\n")
            child.stdin.flush()
    assert "0" == status
    assert (["old"] * seen.count("old"), True, True) == (
        seen[: seen.count("old")],
        seen.count("old") > 15,
        seen.count("new") > 2,
    )


@pytest.mark.parametrize("room", [0, 1, 4000], ids=["nothing", "a byte", "most of it"])
def test_disk_that_takes_a_part_of_a_file_keeps_what_was_there(package, room):
    """The kernel itself refuses the rest of the archive: one line, nothing half made, and the next release works."""
    before = prepare(package)
    code = (
        "import resource, signal, sys; from opendata.errors import OpenDataError; from opendata.releases import release\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))\n"
        "try: release(sys.argv[1], date='2026-02-01')\n"
        "except OpenDataError as error: sys.exit(str(error))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(releases.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(package)], env=environment, capture_output=True, text=True)
    assert (1, True) == (done.returncode, done.stderr.endswith("File too large. What was there before stands.\n")), done.stderr
    assert before == state(package)
    assert "0.1.1" == release(package, date="2026-02-01").version


# In order: the archive is synced, put in place, its folder synced; then the same for the descriptor.
# A folder that cannot be synced is no failure: some file systems know no such thing.
ARCHIVE_SYNCED, DESCRIPTOR_SYNCED = 3, 6


@pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
@pytest.mark.parametrize("point", range(1, 7))
@pytest.mark.parametrize(
    "cause", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["disk", "interrupt"]
)
def test_full_disk_and_interrupt_leave_what_was_there(package, monkeypatch, first, point, cause):
    """At every write, in one line; and nothing half made is left."""
    before = state(package) if first else prepare(package)
    calls = []

    def failing(function):
        def call(*arguments, **more):
            calls.append(function)
            if len(calls) == point:
                raise cause
            return function(*arguments, **more)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(Path, "replace", failing(Path.replace))
        if isinstance(cause, OSError) and point in (ARCHIVE_SYNCED, DESCRIPTOR_SYNCED):
            release(package, date="2026-02-01")
            written = True
        else:
            with pytest.raises((OpenDataError, KeyboardInterrupt)) as caught:
                release(package, date="2026-02-01")
            assert isinstance(caught.value, KeyboardInterrupt) or str(caught.value).endswith("What was there before stands.")
            written = point == DESCRIPTOR_SYNCED
            assert written or before == state(package)
    done = release(package, date="2026-02-01")
    assert (None if written else "0.1.0" if first else "0.1.1") == done.version


@pytest.mark.parametrize("part", [".0.1.1.zip.part", ".datapackage.json.part"])
def test_full_disk_while_a_file_is_written(package, monkeypatch, part):
    """The bytes do not fit: nothing is left of them."""
    before = prepare(package)
    plain = Path.open

    def full(path, *arguments, **more):
        return plain(Path("/dev/full"), "wb") if path.name == part else plain(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OpenDataError, match="could not be written: No space left on device"):
        release(package)
    assert before == state(package)


def test_link_in_place_of_an_unfinished_file_is_not_followed(package):
    """A package from elsewhere cannot make its release write outside."""
    outside = package.parent / "outside"
    outside.write_text("mine")
    (package / ".datapackage.json.part").symlink_to(outside)
    release(package)
    assert "mine" == outside.read_text()


def test_archive_of_an_unwritten_version_is_replaced(package):
    """Cut off between archive and descriptor, then changed further: the version it was to be has never been."""
    before = prepare(package)
    release(package, date="2026-02-01")
    (package / "datapackage.json").write_bytes(before["datapackage.json"])
    change(package, ("areas.csv", "yt,烟台\n", ""))
    done = release(package, date="2026-02-02")
    assert ("1.0.0", ["0.1.0.zip", "1.0.0.zip"]) == (done.version, sorted(p.name for p in done.archive.parent.iterdir()))


def test_forgotten_release_is_not_overwritten(package):
    """A descriptor that lost two releases does not make them again under the same numbers."""
    before = prepare(package)
    for old, new in (("12400.8", "12400.9"), ("12400.9", "12401")):
        release(package, date="2026-02-01")
        change(package, ("values.csv", old, new))
    change(package, ("datapackage.json", before["datapackage.json"].decode()))
    kept = state(package)
    with pytest.raises(WrongUse, match="tells of releases that the descriptor does not name"):
        release(package)
    assert kept == state(package)


# ----- the command -----


def run(*arguments, cwd):
    source = str(Path(differences.__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "opendata", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": source},
    )


def test_command_releases_and_tells_differences(package):
    """Status 0 where nothing differs or a release was made, 1 for differences and errors, 2 for wrong use."""
    here = package.parent
    first = run("release", "gdp", "--date", "2026-01-01", cwd=here)
    told = "0.1.0: gdp/releases/0.1.0.zip\n  首次发布：3张表，9行。\n  First release: 3 tables, 9 rows.\n"
    assert (0, told, "") == (first.returncode, first.stdout, first.stderr)
    same = run("diff", "gdp/releases/0.1.0.zip", "gdp", cwd=here)
    assert (0, "no difference\n") == (same.returncode, same.stdout)
    change(package, ("values.csv", "12400.6", "12400.8"))
    found = run("diff", "gdp/releases/0.1.0.zip", "gdp", "--format", "json", cwd=here)
    assert (1, "gdp") == (found.returncode, json.loads(found.stdout)["packages"][0]["name"])
    assert run("diff", "gdp/releases/0.1.0.zip", "gdp", "--format", "markdown", cwd=here).stdout.startswith("**1 package")
    second = run("release", "gdp", "--date", "2026-01-02", cwd=here)
    assert "0.1.1 (patch, after 0.1.0): gdp/releases/0.1.1.zip" == second.stdout.splitlines()[0]
    assert 2 == run("release", "nowhere", cwd=here).returncode
    change(package, ("values.csv", "12400.8", "much"))
    broken = run("release", "gdp", cwd=here)
    assert (1, "error: The data have errors, so nothing was released.\n") == (broken.returncode, broken.stderr)
