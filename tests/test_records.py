"""Catalogue records as values: what is claimed, what is left out, and that other people's readers take them."""

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import mlcroissant
import pyshacl
import pytest
import rdflib
import yaml
from rdflib.compare import isomorphic

from opendata.citations import cite
from opendata.model import Text, read_package
from opendata.records import core_metadata, croissant, csvw, dcat, rdf
from opendata.records.entries import (
    Earlier,
    Entry,
    File,
    Subject,
    find_creators,
    find_people,
    mail_address,
    read_changelog,
    web_address,
)

# rdflib and what mlcroissant loads warn of their own coming changes when they are used as they ask to be.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

SHAPES = Path(__file__).parent / "shapes"
BASE = "https://example.org/site/"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")

# What any package may say, and what nobody should.
FULL = {
    "name": "fish",
    "id": "https://example.org/id/fish",
    "title": "鱼",
    "title@en": "Fish",
    "description": "每年的鱼。",
    "description@en": "Fish of every year.",
    "version": "1.1.0",
    "languages": ["zh", "en"],
    "keywords": ["渔业"],
    "licenses": [{"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
    "contributors": [
        {"title": "Office of Fish", "roles": ["creator"], "path": "https://example.org/fish"},
        {"title": "Press", "roles": ["publisher"], "email": "press@example.org"},
        {"title": "Clerk", "role": "maintainer"},
    ],
    "sources": [{"title": "年鉴", "title@en": "Yearbook", "path": "https://example.org/yearbook"}],
    "changelog": [
        {"version": "1.1.0", "date": "2026-02-03", "description": "改了一行。", "description@en": "One row revised."},
        {"version": "1.0.0", "date": "2026-01-02", "description": "首次发布。"},
    ],
    "resources": [
        {
            "name": "seas",
            "path": "seas.csv",
            "schema": {
                "fields": [{"name": "sea", "type": "string", "constraints": {"required": True}}],
                "primaryKey": ["sea"],
            },
        },
        {
            "name": "catch",
            "path": "catch.csv",
            "title": "渔获",
            "title@en": "Catch",
            "schema": {
                "fields": [
                    {"name": "sea", "type": "string", "title": "海", "title@en": "Sea", "constraints": {"required": True}},
                    {"name": "year", "type": "year", "constraints": {"required": True, "minimum": 2000}},
                    {"name": "tonnes", "type": "number", "missingValues": ["", "-"]},
                    {"name": "kind", "type": "string", "constraints": {"enum": ["a+b", "cod"]}},
                    {"name": "seen", "type": "date"},
                    {"name": "盐", "type": "integer", "constraints": {"minimum": 0, "exclusiveMinimum": -1}},
                ],
                "primaryKey": ["sea", "year"],
                "foreignKeys": [{"fields": ["sea"], "reference": {"resource": "seas", "fields": ["sea"]}}],
            },
        },
    ],
}
TABLES = {
    "seas.csv": "sea\nbohai\nhuanghai\n",
    "catch.csv": "sea,year,tonnes,kind,seen,盐\nbohai,2020,1.5,cod,2020-01-02,3\nhuanghai,2021,-,a+b,,\n",
}
BARE = {"name": "bare", "resources": [{"name": "things", "path": "things.csv"}]}


def at_root(path):
    """Addresses below a known site."""
    return BASE + path


def make_entry(descriptor=FULL, tables=TABLES, **more):
    """An entry whose files are the tables and an archive."""
    package = read_package(descriptor, "made up")
    folder = f"data/{package.name}/{package.version or 'current'}"
    files = [make_file(name, f"{folder}/{name}", text.encode()) for name, text in tables.items()]
    files.append(make_file("datapackage.json", f"{folder}/datapackage.json", b"{}"))
    files.append(make_file(f"{package.name}.zip", f"{folder}/{package.name}.zip", b"PK"))
    return Entry(package, f"data/{package.name}", folder, tuple(files), **more)


def make_file(name, path, data):
    """A file as a site offers it."""
    kinds = {"csv": "text/csv", "zip": "application/zip", "json": "application/json"}
    media_type = kinds.get(name.rpartition(".")[2], "application/octet-stream")
    return File(name, path, len(data), hashlib.sha256(data).hexdigest(), media_type)


def read_graph(nodes):
    """The triples of a graph; both ways of writing it say the same ones."""
    one = rdflib.Graph().parse(data=rdf.to_jsonld(nodes), format="json-ld", publicID=f"{BASE}catalog.jsonld")
    other = rdflib.Graph().parse(data=rdf.to_turtle(nodes), format="turtle", publicID=f"{BASE}catalog.ttl")
    assert isomorphic(one, other)
    return one


def find_violations(graph):
    """What the shapes of DCAT-AP find."""
    valid, _, text = pyshacl.validate(graph, shacl_graph=str(SHAPES / "dcat-ap-3.0.1.ttl"))
    return "" if valid else text


# ----- what is vendored -----


def test_the_shapes_are_those_that_the_readme_tells_of():
    """A shape that was bent to let a catalogue pass would be seen."""
    told = re.findall(r"`([\w.-]+)` \|.*`([0-9a-f]{64})`", (SHAPES / "README.md").read_text("utf-8"))
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in SHAPES.iterdir() if file.suffix != ".md"}
    assert dict(told) == found


@pytest.mark.parametrize(
    ("prefix", "turtle"),
    [
        ("a distribution without an address", '[] a dcat:Distribution ; dct:title "x" .'),
        ("a catalogue without a publisher", '[] a dcat:Catalog ; dct:title "x" ; dct:description "x" .'),
        ("a size that is text", '[] a dcat:Distribution ; dcat:accessURL <x> ; dcat:byteSize "1" .'),
        ("a media type as text", '[] a dcat:Distribution ; dcat:accessURL <x> ; dcat:mediaType "text/csv" .'),
        ("two versions", '[] a dcat:Dataset ; dct:title "x" ; dct:description "x" ; dcat:version "1", "2" .'),
    ],
)
def test_the_shapes_can_find_fault(prefix, turtle):
    """Each of these breaks a rule of the profile."""
    head = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    assert find_violations(rdflib.Graph().parse(data=head + turtle, format="turtle", publicID=BASE))


# ----- DCAT -----


def describe(*entries, address=at_root):
    """The graph of a catalogue."""
    return dcat.describe_catalogue(entries, Text("样本", {"en": "Sample"}), Text(""), address)


def test_dcat_obeys_the_profile():
    """A package that says everything, and one that says nothing but its name, are clean by the shapes."""
    earlier = Earlier(
        read_package(FULL | {"version": "1.0.0"}, "old"), make_file("fish-1.0.0.zip", "data/fish/1.0.0/fish-1.0.0.zip", b"PK")
    )
    full = make_entry(
        topics=(Subject("topics/sea", Text("海洋", {"en": "Sea"})),),
        places=(Subject("places/bohai", Text("渤海", {"en": "Bohai"}), "370000"),),
        documents=(Subject("documents/plan", Text("规划", {"en": "Plan"})),),
        earlier=(earlier,),
        start="2016",
        end="2024-05",
    )
    assert "" == find_violations(read_graph(describe(full, make_entry(BARE, {"things.csv": "a\n1\n"}))))


def test_dcat_tells_files_with_size_checksum_and_formats_by_address():
    """Each file of data is a distribution; the descriptor is none."""
    graph = read_graph(describe(make_entry()))
    place = rdflib.URIRef(f"{BASE}data/fish/1.1.0/seas.csv")
    [file] = graph.subjects(DCAT.downloadURL, place)
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    assert rdflib.Literal(len(TABLES["seas.csv"]), datatype=rdflib.XSD.nonNegativeInteger) == graph.value(file, DCAT.byteSize)
    value = graph.value(graph.value(file, spdx.checksum), spdx.checksumValue)
    assert hashlib.sha256(TABLES["seas.csv"].encode()).hexdigest() == str(value)
    assert rdflib.URIRef("https://www.iana.org/assignments/media-types/text/csv") == graph.value(file, DCAT.mediaType)
    assert rdflib.URIRef("http://publications.europa.eu/resource/authority/file-type/CSV") == graph.value(file, DCT["format"])
    assert rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/") == graph.value(file, DCT.license)
    names = {str(graph.value(item, DCT.title)) for item in graph.subjects(rdflib.RDF.type, DCAT.Distribution)}
    assert {"seas.csv", "catch.csv", "fish.zip"} == names


def test_dcat_chains_the_versions():
    """The newest leads to the one before it, and that one to the one before."""
    old = [
        Earlier(read_package(FULL | {"version": version}, "old"), make_file("x.zip", f"data/fish/{version}/x.zip", b"PK"))
        for version in ("1.0.1", "1.0.0")
    ]
    graph = read_graph(describe(make_entry(earlier=tuple(old))))
    page = f"{BASE}data/fish/"
    chain = {str(a).removeprefix(page): str(b).removeprefix(page) for a, b in graph.subject_objects(DCAT.previousVersion)}
    assert {"#dataset": "#version-1.0.1", "#version-1.0.1": "#version-1.0.0"} == chain
    assert {"1.1.0", "1.0.1", "1.0.0"} == {str(version) for version in graph.objects(None, DCAT.version)}


def test_dcat_claims_nothing_that_a_package_does_not_say():
    """No licence, no version, no date, no language, no people; its title is its name."""
    node = dcat.describe_dataset(make_entry(BARE, {"things.csv": "a\n1\n"}), at_root)
    assert {
        "@id",
        "@type",
        "dct:title",
        "dct:description",
        "dct:identifier",
        "dcat:landingPage",
        "dcat:distribution",
    } == node.keys()
    assert ("bare", "bare: things") == (node["dct:title"], node["dct:description"])


def test_dcat_names_several_licences_in_words():
    """The profile allows one licence for a file; none of several is chosen."""
    both = [*FULL["licenses"], {"name": "own", "title": "House rules"}]
    [*_, archive] = dcat.describe_dataset(make_entry(FULL | {"licenses": both}), at_root)["dcat:distribution"]
    assert "dct:license" not in archive
    assert "CC BY 4.0 <https://creativecommons.org/licenses/by/4.0/> / House rules" == archive["dct:rights"]["rdfs:label"]


def test_relative_addresses_become_whole_where_the_catalogue_is_read():
    """Without a configured address nothing is written that is wrong elsewhere: the file's own address is the base."""
    relative = read_graph(describe(make_entry(), address=lambda path: path or "./"))
    assert isomorphic(read_graph(describe(make_entry())), relative)


@pytest.mark.parametrize("text", ['"', "\\", "a\nb", "<x>", "\x00\x1f\x7f", "\u202e\ufeff", "汉", "'''\"\"\"", "@en", "^^"])
def test_both_ways_of_writing_a_graph_survive_any_text(text):
    """What is told is what is read."""
    [said] = read_graph([{"@id": "x", "@type": "dcat:Dataset", "dct:title": text}]).objects(None, DCT.title)
    assert text == str(said)


def test_the_same_entries_give_the_same_bytes():
    """No clock, no order of a set."""
    one, other = (rdf.to_jsonld(describe(make_entry())) + rdf.to_turtle(describe(make_entry())) for _ in range(2))
    assert one == other


# ----- what is read out of a descriptor -----


def test_people_by_their_roles():
    """Roles are told in either form of the standard; who has none is a creator."""
    package = read_package(FULL, "x")
    assert ["Office of Fish"] == [person["title"] for person in find_creators(package)]
    assert ["Clerk"] == [person["title"] for person in find_people(package, "maintainer")]
    anyone = read_package(BARE | {"contributors": [{"title": "Somebody"}, {"roles": ["creator"]}]}, "x")
    assert ["Somebody"] == [person["title"] for person in find_creators(anyone)]


def test_addresses_that_are_none_are_left_out():
    """Scripts, spaces and markup are no addresses."""
    for wrong in ("javascript:alert(1)", "https://a b", 'https://x/"><script>', "ftp://x", None, 7, "https://x/\n"):
        assert "" == web_address(wrong)
    for wrong in ("x", "a@b?subject=x", "<a@b>", "a@b c", None):
        assert "" == mail_address(wrong)
    assert "mailto:a.b@example.org" == mail_address("a.b@example.org")


def test_an_unsound_changelog_is_left_out():
    """An entry without version or date says nothing about a release."""
    told = [{"version": "1.0.0"}, {"date": "2026-01-01"}, "x", {"version": "1.0.0", "date": "yesterday"}]
    assert () == read_changelog(read_package(BARE | {"changelog": told}, "x"))
    assert () == read_changelog(read_package(BARE | {"changelog": "x"}, "x"))


# ----- Croissant -----


def write_croissant(folder, entry):
    """Write a package's files and its Croissant record beside its folder, as the site does."""
    for name, text in TABLES.items():
        (folder / "1.1.0").mkdir(exist_ok=True)
        (folder / "1.1.0" / name).write_text(text, "utf-8")
    told = croissant.describe_package(entry, lambda path: path.removeprefix("data/fish/"))
    (folder / "croissant.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return mlcroissant.Dataset(jsonld=folder / "croissant.json")


@pytest.mark.filterwarnings("ignore")  # of the libraries that mlcroissant loads
def test_croissant_is_clean_and_loads(tmp_path):
    """The reference library finds nothing to say, checks the hashes and yields every row with its types."""
    found = write_croissant(tmp_path, make_entry())
    assert (set(), set()) == (found.metadata.ctx.issues.errors, found.metadata.ctx.issues.warnings)
    assert ["bohai", "huanghai"] == [row["seas/sea"].decode() for row in found.records("seas")]
    first, second = found.records("catch")
    assert (b"bohai", 2020, b"1.5", 3) == tuple(first[f"catch/{name}"] for name in ("sea", "year", "tonnes", "%E7%9B%90"))
    # A table that writes ``-`` for a missing number has text for readers that cannot be told so.
    assert (b"-", b"a+b") == (second["catch/tonnes"], second["catch/kind"])


@pytest.mark.filterwarnings("ignore")
def test_croissant_notices_another_file(tmp_path):
    """The hash is that of the file."""
    found = write_croissant(tmp_path, make_entry())
    (tmp_path / "1.1.0" / "seas.csv").write_text("sea\nother\n")
    with pytest.raises(mlcroissant.GenerationError):
        list(found.records("seas"))


def test_croissant_leaves_out_tables_that_its_readers_would_misread():
    """Other separators, encodings and headers are files without a record set."""
    for change in ({"dialect": {"delimiter": ";"}}, {"encoding": "gb18030"}, {"dialect": {"header": False}}):
        descriptor = FULL | {"resources": [FULL["resources"][0] | change]}
        told = croissant.describe_package(make_entry(descriptor), at_root)
        assert ([], ["seas.csv"]) == (told["recordSet"], [file["name"] for file in told["distribution"]])


def test_croissant_claims_nothing_that_a_package_does_not_say():
    """The language of a text that is not told is undetermined."""
    told = croissant.describe_package(make_entry(BARE, {"things.csv": "a\n1\n"}), at_root)
    assert not {"license", "version", "datePublished", "creator", "citeAs", "inLanguage"} & told.keys()
    assert "und" == told["@context"]["@language"]


# ----- CSV on the Web -----


def test_csvw_tells_columns_types_and_keys():
    """Types and rules come from the schema; the heading in the file is among the titles."""
    told = csvw.describe_package(make_entry())
    catch = told["tables"][1]
    columns = {column.get("name", "盐"): column for column in catch["tableSchema"]["columns"]}
    assert {"und": "sea", "zh": "海", "en": "Sea"} == columns["sea"]["titles"]
    assert "gYear" == columns["year"]["datatype"]
    assert {"base": "integer", "minimum": 0} == columns["盐"]["datatype"]
    assert ["", "-"] == columns["tonnes"]["null"]
    assert {"base": "string", "format": r"^(?:a\+b|cod)$"} == columns["kind"]["datatype"]
    assert "盐" == columns["盐"]["titles"]
    assert ["sea", "year"] == catch["tableSchema"]["primaryKey"]
    [key] = catch["tableSchema"]["foreignKeys"]
    assert {"resource": "seas.csv", "columnReference": ["sea"]} == key["reference"]


def test_csvw_names_stay_within_what_csvw_allows():
    """A name is letters, digits, ``_``, ``.`` and escapes, and does not begin with ``_``."""
    for name in ("a-b", "_x", "a b", "汉", "a/b", "~", "a.b_c", "100%"):
        schema = {"fields": [{"name": name, "type": "string"}], "primaryKey": [name]}
        descriptor = BARE | {"resources": [{"name": "t", "path": "t.csv", "schema": schema}]}
        [column] = csvw.describe_package(make_entry(descriptor, {}))["tables"][0]["tableSchema"]["columns"]
        assert re.fullmatch(r"([A-Za-z0-9]|%[0-9A-F]{2})([A-Za-z0-9_.]|%[0-9A-F]{2})*", column["name"])


def test_csvw_follows_keys_into_other_packages_where_no_value_may_be_missing():
    """A reference that may be empty would be an error in every reader of CSVW; the other table is described, not told."""
    seas, catch = (read_package(FULL, "x").resources[at] for at in (0, 1))
    for required in (True, False):
        fields = [{"name": "sea", "type": "string", "constraints": {"required": required}}]
        keys = [{"fields": ["sea"], "reference": {"package": "fish", "resource": "seas", "fields": ["sea"]}}]
        resource = {"name": "t", "path": "t.csv", "schema": {"fields": fields, "foreignKeys": keys}}
        others = {"fish": [(seas, "../../fish/1.1.0/seas.csv"), (catch, "../../fish/1.1.0/catch.csv")]}
        told = csvw.describe_package(make_entry(BARE | {"resources": [resource]}, {}), others)
        more = [table["url"] for table in told["tables"][1:]]
        assert (["../../fish/1.1.0/seas.csv"] if required else []) == more
        assert required == ("foreignKeys" in told["tables"][0]["tableSchema"])


def test_csvw_says_only_what_it_can_say():
    """A format, a list of words for true, or a pattern of one dialect alone is text, not a rule that nobody wrote."""

    def datatype(**field):
        resource = {"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "x", **field}]}}
        told = csvw.describe_package(make_entry(BARE | {"resources": [resource]}, {}))
        return told["tables"][0]["tableSchema"]["columns"][0]["datatype"]

    assert "string" == datatype(type="date", format="%d.%m.%Y")
    assert "date" == datatype(type="date")
    assert "string" == datatype(type="boolean", trueValues=["yes", "ja"], falseValues=["no"])
    assert {"base": "boolean", "format": "yes|no"} == datatype(type="boolean", trueValues=["yes"], falseValues=["no"])
    assert {"base": "number", "format": {"decimalChar": ","}} == datatype(type="number", decimalChar=",")
    assert "string" == datatype(type="integer", bareNumber=False)
    assert "string" == datatype(type="string", constraints={"pattern": "(?i)x"})
    assert {"base": "string", "format": r"^(?:\d{4})$"} == datatype(type="string", constraints={"pattern": r"\d{4}"})
    assert "string" == datatype(type="geopoint")


@pytest.mark.filterwarnings("always")  # the library gathers what it warns of
def test_csvw_is_valid_by_a_validator(tmp_path):
    """The library csvw reads the metadata with the tables, checks types and both kinds of keys, and finds faults."""
    library = pytest.importorskip("csvw", reason="csvw is not among the pinned requirements")
    for name, text in TABLES.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "csv-metadata.json").write_text(json.dumps(csvw.describe_package(make_entry()), ensure_ascii=False), "utf-8")

    def is_valid():
        """Some faults it tells by its verdict, others by an exception."""
        try:
            return library.CSVW(str(tmp_path / "csv-metadata.json"), validate=True).is_valid
        except ValueError:
            return False

    assert is_valid()
    for wrong in (
        "bohai,2022,1,cod,,-1\n",  # below the minimum
        "bohai,2020,1,cod,,\n",  # a key twice
        "bohai,2022,1,cod,,x\n",  # no integer
        "bohai,2022,1,eel,,\n",  # not among the choices
        "east,2022,1,cod,,\n",  # a reference to nothing
    ):
        (tmp_path / "catch.csv").write_text(TABLES["catch.csv"] + wrong, "utf-8")
        assert not is_valid(), wrong
    (tmp_path / "catch.csv").write_text(TABLES["catch.csv"] + "bohai,2022,1,cod,,\n", "utf-8")
    assert is_valid()


# ----- citation and core metadata -----


@pytest.mark.parametrize(
    "descriptor",
    [
        FULL,
        BARE,
        FULL
        | {"licenses": [{"name": "own-rules", "path": "https://example.org/rules"}], "homepage": "https://example.org/a b"},
        FULL | {"version": "2", "title@en": '\u202e"\x9f\ufeff: - #x', "contributors": [{"title": "a: b\n- c"}]},
    ],
)
def test_citation_files_obey_their_schema(descriptor):
    """By the schema of Citation File Format 1.2.0, also for texts that YAML has its own mind about."""
    told = yaml.load(cite(read_package(descriptor, "x"), "cff"), yaml.BaseLoader)
    schema = json.loads((SHAPES / "cff-1.2.0.json").read_text("utf-8"))
    jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())
    assert ("dataset", descriptor.get("version")) == (told["type"], told.get("version"))


def test_core_metadata_tells_what_a_package_states_and_names_the_rest():
    """All elements stand there in the standard's order; what is not stated is empty and listed."""
    elements = core_metadata.describe_package(make_entry(topics=(Subject("topics/sea", Text("海洋")),)), f"{BASE}data/fish/")
    record = core_metadata.to_record(elements)
    assert list(core_metadata.ELEMENTS) == list(record["核心元数据"])
    assert {
        "信息资源名称": "鱼",
        "信息资源摘要": "每年的鱼。",
        "信息资源标识符": "https://example.org/id/fish",
        "信息资源提供方": "Press",
        "信息资源分类": "海洋",
        "信息资源格式": "CSV",
        "信息资源发布日期": "2026-02-03",
        "在线资源链接地址": f"{BASE}data/fish/",
        "元数据维护方": "Clerk",
        "元数据版本": "1.1.0",
    } == {name: value for name, value in record["核心元数据"].items() if value}
    assert ["信息资源管理方式", "信息资源共享类型", "服务信息"] == record["未说明"]


def test_core_metadata_invents_nothing():
    """A package that states its name and files alone has an identifier and a format."""
    told = {element.name: element.value for element in core_metadata.describe_package(make_entry(BARE, {"things.csv": "a\n"}))}
    assert {"信息资源标识符": "bare", "信息资源格式": "CSV"} == {name: value for name, value in told.items() if value}


def test_an_unreleased_change_is_no_version():
    """Without a version a record tells neither it nor its date."""
    entry = make_entry()
    node = dcat.describe_dataset(replace(entry, package=replace(entry.package, version=None)), at_root)
    assert not {"dcat:version", "adms:versionNotes", "dct:modified"} & node.keys()
