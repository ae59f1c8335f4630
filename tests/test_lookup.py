"""Search: offline, Chinese and English, ranked, tolerant of slips."""

import json

import pytest

from opendata import lookup
from opendata.errors import WrongName
from opendata.handles import Catalog
from opendata.lookup import fold, search


def ids(query, **more):
    """What a search finds, as (kind, id)."""
    return [(hit.kind, hit.id) for hit in search(query, **more)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("实际使用外资", ("indicator", "foreign-investment-used")),
        ("利用外资", ("indicator", "foreign-investment-used")),
        ("foreign investment", ("package", "foreign-investment")),
        ("Foreign-Investment", ("package", "foreign-investment")),
        ("ＧＯＯＤＳ　ＴＲＡＤＥ", ("package", "goods-trade")),
        ("goods_trade", ("package", "goods-trade")),
        ("青岛", ("place", "qingdao")),
        ("Qingdao", ("place", "qingdao")),
        ("UTAC", ("item", "utac-semiconductor-packaging-yantai")),
        ("山东省“十四五”利用外资规划", ("document", "shandong-foreign-investment-plan")),
    ],
)
def test_what_comes_first(query, first):
    """A whole name before a beginning, a beginning before a part; case, width, hyphens and quotes do not matter."""
    assert first == ids(query)[0]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("forign investmnt", ("package", "foreign-investment")),
        ("qindao", ("place", "qingdao")),
        ("中殴班列", ("indicator", "china-europe-freight-trains")),
        ("利用外姿规模", ("indicator", "foreign-investment-used")),
    ],
)
def test_slips_of_typing(query, expected):
    """A wrong letter or character still finds it; such hits score less than any right one."""
    hits = search(query)
    assert expected in [(hit.kind, hit.id) for hit in hits]
    assert hits[0].score <= 30


def test_several_words_must_all_be_there():
    """Also where one is in the name and the other is a place that has such figures."""
    assert ("indicator", "goods-exports") in ids("qingdao exports")
    assert [] == ids("goods-exports xyzzyplugh")


def test_names_say_more_than_definitions():
    """A hit in a name stands before one in a definition or description."""
    scores = {hit.id: hit.score for hit in search("中欧班列", limit=500)}
    assert scores["china-europe-freight-trains"] > 60
    assert sorted(scores.values(), reverse=True) == list(scores.values())


def test_a_word_says_more_than_letters_within_one():
    """``port`` finds ports before exports."""
    names = [hit.name.in_language("en").lower() for hit in search("port", kinds="indicator", limit=500)]
    words = [any(word.startswith("port") for word in fold(name).split()) for name in names]
    assert words[0]


def test_every_name_is_found_by_its_beginning_and_its_end():
    """Any two or more consecutive characters of a name, in both languages, find the thing."""
    missing = []
    for entry in lookup._index(lookup.bundled_catalog())[::13]:
        for text in (entry.name.in_language("zh"), entry.name.in_language("en")):
            plain = fold(text)
            for part in {plain[:2], plain[-2:], plain[:5]}:
                if len(part.strip()) > 1 and (entry.kind, entry.id) not in ids(part, kinds=entry.kind, limit=5000):
                    missing.append((entry.id, part))
    assert [] == missing


def test_kinds_and_limit():
    """Only what is asked for, and no more of it."""
    hits = search("青岛", kinds=("place", "indicator"), limit=3)
    assert (3, {"place", "indicator"}) == (len(hits), {hit.kind for hit in hits} | {"indicator"})
    assert {"item"} == {hit.kind for hit in search("青岛", kinds="item")}


def test_a_kind_that_there_is_not():
    """The near ones are told."""
    with pytest.raises(WrongName, match="Did you mean package"):
        search("x", kinds="packages")


@pytest.mark.parametrize("query", ["", "  ", "，。", "xyzzyplugh", "狴犴狻猊"])
def test_nothing_found(query):
    """No hit is no error."""
    assert () == search(query)


def test_a_hit_leads_to_its_rows():
    """The packages of a hit hold rows of it."""
    hit = search("实际使用外资", kinds="indicator")[0]
    rows = [row for name in hit.packages for row in Catalog().load(name).observations.rows()]
    assert hit.id in {row.indicator_id for row in rows}
    assert "indicator foreign-investment-used: 实际使用外资 · Utilised foreign direct investment" == str(hit)


def test_anybodys_packages(tmp_path):
    """A package of another kind is found by its name, titles and tables."""
    descriptor = {"name": "gdp", "title": "Gross product", "resources": [{"name": "by-city", "path": "t.csv"}]}
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor))
    (tmp_path / "t.csv").write_text("a\n1\n")
    catalog = Catalog(tmp_path)
    assert [[("package", "gdp")]] * 3 == [ids(query, catalog=catalog) for query in ("gdp", "gross", "by city")]


def test_an_empty_catalog_is_not_ours(tmp_path):
    """Where there are no packages nothing is found."""
    assert () == search("goods trade", catalog=Catalog(tmp_path))
