"""The catalogues that a site publishes, and what its pages tell programs: of our packages, strangers' and hostile ones."""

import json
import posixpath
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin

import mlcroissant
import pyshacl
import pytest
import rdflib
import yaml
from rdflib.compare import isomorphic

from made_up import release_twice, write_hostile, write_packages, write_stranger
from opendata.collection import Collection
from opendata.handles import Catalog
from opendata.model import Text
from opendata.render import Rendered, Site, downloads, records, render_site, robots, versions
from opendata.render.base import Library

# rdflib and what mlcroissant loads warn of their own coming changes when they are used as they ask to be.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ROOT = Path(__file__).parents[1]
SHAPES = Path(__file__).parent / "shapes" / "dcat-ap-3.0.1.ttl"
BASE = "https://example.org/data/"
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
SITE = Site(Text("样本", {"en": "Sample"}), Text("一句话说明。", {"en": "One line."}))


def render(folder):
    """The pages and files of the packages in a folder."""
    return render_site(Collection(Catalog(folder)), ROOT / "site", SITE)


def make_files(folder, url):
    """The files of the packages in a folder at an address, without any page."""
    library = Library(Collection(Catalog(folder)), ROOT / "site", replace(SITE, url=url))
    files = records.make_files(library) | downloads.make_files(library) | robots.make_files(library, ())
    return Rendered((), files | versions.make_files(library))


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """Made-up packages of which one is released twice, hostile ones, a stranger's; and ours at an address, without pages."""
    made_up = write_packages(tmp_path_factory.mktemp("made-up"))
    release_twice(made_up / "trade")
    return {
        "made-up": render(made_up),
        "hostile": render(write_hostile(tmp_path_factory.mktemp("hostile"))),
        "stranger": render(write_stranger(tmp_path_factory.mktemp("stranger"), rows=3)),
        "ours": make_files(ROOT / "datapackages", "https://example.org/data"),
    }


@pytest.fixture(params=["made-up", "hostile", "stranger", "ours"])
def site(request, sites):
    """Each of them in turn."""
    return sites[request.param]


def write_site(site, folder):
    """Write the files of a site as it is published."""
    for address, data in site.files.items():
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def read_catalogue(site):
    """The catalogue, read from either file at the same address."""
    one, other = (
        rdflib.Graph().parse(data=site.files[name], format=form, publicID=BASE + name)
        for name, form in (("catalog.jsonld", "json-ld"), ("catalog.ttl", "turtle"))
    )
    assert isomorphic(one, other)
    return one


def test_the_catalogue_obeys_dcat_ap(site):
    """By the shapes of DCAT-AP 3.0.1, whatever the packages say."""
    valid, _, text = pyshacl.validate(read_catalogue(site), shacl_graph=str(SHAPES))
    assert valid, text


def test_every_address_of_the_catalogue_leads_to_a_file_or_a_page(site):
    """What may be downloaded is there, and is what is told of it; what may be read is a page."""
    graph = read_catalogue(site)
    pages = {f"{BASE}{page.address}/" if page.address else BASE for page in site.pages}
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    files = list(graph.subject_objects(DCAT.downloadURL))
    assert files
    for distribution, address in files:
        data = site.files[unquote(str(address).removeprefix(BASE))]
        assert len(data) == int(graph.value(distribution, DCAT.byteSize))
        assert graph.value(graph.value(distribution, spdx.checksum), spdx.checksumValue)
    if not pages:
        return
    told = {str(node) for node in graph.all_nodes() if isinstance(node, rdflib.URIRef) and str(node).startswith(BASE)}
    for address in told - {str(address) for _, address in files}:
        page, _, _ = address.partition("#")
        assert page in pages, address


def test_the_catalogue_tells_of_every_version_that_stands_on_the_site(sites):
    """The two releases of a package, in a chain; packages that were never released have their own word for it."""
    graph = read_catalogue(sites["made-up"])
    page = f"{BASE}data/trade/"
    chain = [(str(a).removeprefix(page), str(b).removeprefix(page)) for a, b in graph.subject_objects(DCAT.previousVersion)]
    assert [("#dataset", "#version-1.0.0")] == chain
    told = {str(graph.value(address, DCAT.version)) for address in (rdflib.URIRef(f"{page}{name}") for name in chain[0])}
    assert {"1.1.0", "1.0.0"} == told


def test_a_change_after_a_release_is_told_under_no_version(tmp_path):
    """The data stand in ``current``; both releases are versions before them."""
    folder = write_packages(tmp_path / "packages")
    release_twice(folder / "trade")
    table = folder / "trade" / "observations.csv"
    table.write_text(table.read_text("utf-8").replace(",1500,", ",1501,"), "utf-8")
    graph = read_catalogue(render(folder))
    dataset = rdflib.URIRef(f"{BASE}data/trade/#dataset")
    assert graph.value(dataset, DCAT.version) is None
    versions = {str(graph.value(other, DCAT.version)) for other in graph.objects(dataset, DCAT.hasVersion)}
    assert {"1.1.0", "1.0.0"} == versions


@pytest.mark.parametrize("name", ["made-up", "stranger"])
def test_croissant_loads_from_the_files_of_the_site(sites, name, tmp_path):
    """Without a network: the addresses are relative to the record, and every hash is checked."""
    write_site(sites[name], tmp_path)
    for path in sorted(tmp_path.glob("data/*/croissant.json")):
        found = mlcroissant.Dataset(jsonld=path)
        assert set() == found.metadata.ctx.issues.errors
        for record_set in found.metadata.record_sets:
            [name] = {field.source.file_object for field in record_set.fields}
            [file] = [file for file in found.metadata.file_objects if file.id == name]
            lines = (path.parent / file.content_url).read_text("utf-8").splitlines()
            assert len(lines) - 1 == len(list(found.records(record_set.uuid)))


def test_croissant_of_our_packages_is_clean(sites, tmp_path):
    """No error, and no warning but that what has changed since its release has no version; the addresses are whole."""
    for address in sorted(sites["ours"].files):
        if address.endswith("/croissant.json"):
            path = tmp_path / "croissant.json"
            path.write_bytes(sites["ours"].files[address])
            issues, told = mlcroissant.Dataset(jsonld=path).metadata.ctx.issues, json.loads(path.read_bytes())
            assert set() == issues.errors
            missing = {re.search(r"schema\.org/(\w+)", warning)[1] for warning in issues.warnings}
            assert (set() if "version" in told else {"version", "datePublished"}) == missing
            assert all(file["contentUrl"].startswith(BASE) for file in told["distribution"])


def test_csvw_names_tables_that_are_there(site):
    """Every address in the metadata leads, from where the metadata stand, to a table with exactly these columns."""
    for address in (name for name in site.files if name.endswith("csv-metadata.json")):
        told = json.loads(site.files[address])
        for table in told["tables"]:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(address), unquote(table["url"])))
            header = site.files[path].decode("utf-8-sig").split("\n", 1)[0].rstrip("\r")
            columns = table["tableSchema"]["columns"]
            assert header.split(",") == [column["titles"]["und"] for column in columns]
            assert set(table["tableSchema"].get("primaryKey", ())) <= {column["name"] for column in columns}


@pytest.mark.parametrize("name", ["made-up", "stranger", "ours"])
def test_csvw_is_valid_by_a_validator(sites, name, tmp_path):
    """The library csvw checks each table by its metadata: types, patterns, keys, and references across packages."""
    library = pytest.importorskip("csvw", reason="csvw is not among the pinned requirements")
    write_site(sites[name], tmp_path)
    found = sorted(tmp_path.glob("data/*/*/csv-metadata.json"))
    assert found
    for path in found:
        checked = library.CSVW(str(path), validate=True)
        assert checked.is_valid, [str(warning.message) for warning in checked.warnings]


def test_citations_and_core_metadata_are_there_for_each_package(site):
    """Both can be read back; nobody is cited where nobody is named."""
    for page in (page for page in site.pages if page.kind == "package" and page.language == "zh"):
        record = json.loads(site.files[f"{page.path}/core-metadata.json"])
        assert {name for name, value in record["核心元数据"].items() if not value} == set(record["未说明"])
        citation = site.files.get(f"{page.path}/CITATION.cff")
        assert citation is None or yaml.safe_load(citation)["authors"]


def test_a_package_of_a_stranger_is_cited_by_nobody(sites):
    """It names no contributor."""
    assert not [name for name in sites["stranger"].files if name.endswith("CITATION.cff")]


# ----- what pages tell -----


def test_pages_about_data_tell_search_engines_what_they_ask_for(site):
    """By the rules that are published for schema.org's Dataset, on every page that has data of its own."""
    pages = [page for page in site.pages if page.linked_data]
    kinds = {"package", "version", "indicator", "list"}
    assert {page.kind for page in site.pages} & kinds == {page.kind for page in pages}
    for page in pages:
        told = page.linked_data
        assert ("https://schema.org/", "Dataset") == (told["@context"], told["@type"])
        assert 50 <= len(told["description"]) <= 5000, page.address
        assert told["name"]
        assert not {"sameAs", "dateModified"} & told.keys()
        assert {"distribution", "includedInDataCatalog"} <= told.keys()
        for file in told["distribution"]:
            assert re.fullmatch(r"[0-9a-f]{64}", file["sha256"])
            address = urljoin(f"{BASE}{page.address}/", file["contentUrl"]).removeprefix(BASE)
            data = site.files[unquote(address)]
            assert f"{len(data)} B" == file["contentSize"]
        for key in ("url", "license"):
            assert told.get(key, "https://").startswith(("https://", "http://"))
        assert re.fullmatch(r"(\d{4}(-\d\d){0,2}(/\d{4}(-\d\d){0,2})?)?", told.get("temporalCoverage", ""))


def test_an_indicator_tells_when_where_and_on_what_it_rests(sites):
    """Variable, period, places and documents of its own figures; version and date of its package."""
    [page] = [p for p in sites["made-up"].pages if (p.path, p.language) == ("indicators/goods", "en")]
    told = page.linked_data
    assert ("Goods trade", "2020/2025") == (told["variableMeasured"], told["temporalCoverage"])
    assert ["North", "Harbour"] == [place["name"] for place in told["spatialCoverage"]]
    assert {"Plan of the North", "News of the North"} == {work["name"] for work in told["isBasedOn"]}
    assert "1.1.0" == told["version"]


def test_links_lead_programs_to_descriptions_files_and_licence(site):
    """FAIR Signposting: each link of the page's head is whole, or leads to a file of the site."""
    pages = [page for page in site.pages if page.kind in ("package", "version", "indicator", "list")]
    for page in pages:
        relations = [link.rel for link in page.links]
        assert {"type", "describedby", "item"} <= set(relations)
        for link in page.links:
            assert link.href.startswith(("https://", "http://")) or (
                unquote(posixpath.normpath(posixpath.join(page.address, link.href))) in site.files
            ), (page.address, link)
        assert relations.count("cite-as") == (1 if page.linked_data.get("url") else 0)


def test_the_index_of_data_names_every_catalogue(sites):
    """In both languages, each with a sentence."""
    for page in sites["made-up"].pages:
        if page.path == "data":
            [section] = [section for section in page.sections if section.anchor == "machines"]
            for name in ("catalog.jsonld", "catalog.ttl", "croissant.json", "csv-metadata.json", "core-metadata.json"):
                assert f"<code>{name}</code>" in section.html


def test_programs_that_read_prose_are_told_of_the_catalogues(sites):
    """In llms.txt; in the sitemap where the site's address is known."""
    for name in ("catalog.jsonld", "catalog.ttl", "croissant.json"):
        assert name in sites["made-up"].files["llms.txt"].decode()
    assert "<loc>https://example.org/data/catalog.jsonld</loc>" in sites["ours"].files["sitemap.xml"].decode()
