"""Citations in four styles; what is not said is left out."""

import json

import pytest

from opendata.citations import STYLES, cite
from opendata.errors import WrongName
from opendata.model import read_package

FULL = {
    "name": "goods-trade",
    "title": "货物贸易",
    "title@en": "Goods & services_trade 100%",
    "version": "1.2.0",
    "homepage": "https://example.org/goods-trade/",
    "contributors": [{"title": "Open Data Shandong"}, {"title": "李雷", "path": "https://example.org"}],
    "licenses": [{"name": "CC-BY-4.0"}],
    "changelog": [{"version": "1.2.0", "date": "2026-11-20"}, {"version": "1.1.0", "date": "2025-01-01"}],
    "resources": [],
}
BARE = {"name": "bare", "resources": []}


def cited(descriptor, style, **more):
    """The citation of a descriptor."""
    return cite(read_package(descriptor, "p/datapackage.json"), style, **more)


def test_gbt7714():
    """GB/T 7714-2015: type and carrier in brackets, date in parentheses, the day of access in brackets."""
    assert (
        "Open Data Shandong, 李雷. 货物贸易[DS/OL]. 1.2.0版. (2026-11-20)[2026-11-30]. https://example.org/goods-trade/"
    ) == cited(FULL, "gbt7714", accessed="2026-11-30")


def test_apa():
    """APA, 7th edition; the title in English unless asked otherwise."""
    begin = "Open Data Shandong, & 李雷. (2026). "
    end = " (Version 1.2.0) [Data set]. https://example.org/goods-trade/"
    assert f"{begin}Goods & services_trade 100%{end}" == cited(FULL, "apa")
    assert f"{begin}货物贸易{end}" == cited(FULL, "apa", language="zh")


def test_bibtex():
    """What LaTeX would read is escaped, names of bodies are kept whole."""
    assert (
        "@misc{goods-trade-1.2.0,\n"
        "  author = {{Open Data Shandong} and {李雷}},\n"
        "  title = {{Goods \\& services\\_trade 100\\%}},\n"
        "  year = {2026},\n"
        "  version = {1.2.0},\n"
        "  url = {https://example.org/goods-trade/},\n"
        "  note = {Data set, CC-BY-4.0},\n"
        "}"
    ) == cited(FULL, "bibtex")


def test_csl_json():
    """What Zotero and pandoc read."""
    assert [
        {
            "id": "goods-trade-1.2.0",
            "type": "dataset",
            "title": "Goods & services_trade 100%",
            "author": [{"literal": "Open Data Shandong"}, {"literal": "李雷"}],
            "version": "1.2.0",
            "issued": {"date-parts": [[2026, 11, 20]]},
            "URL": "https://example.org/goods-trade/",
        }
    ] == json.loads(cited(FULL, "csl-json"))


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("gbt7714", "bare[DS]."),
        ("apa", "bare [Data set]. (n.d.)."),
        ("bibtex", "@misc{bare,\n  title = {{bare}},\n  note = {Data set},\n}"),
        ("csl-json", '[\n  {\n    "id": "bare",\n    "type": "dataset",\n    "title": "bare"\n  }\n]'),
    ],
)
def test_nothing_is_made_up(style, expected):
    """No author, date, version or address that the descriptor does not name."""
    assert expected == cited(BARE, style)


@pytest.mark.parametrize(
    ("more", "year"),
    [
        ({"created": "2024-05-01T10:00:00Z", "version": "1.0.0"}, "2024"),
        ({"created": "last year"}, "n.d."),
        ({"version": "1.0.0", "changelog": [{"version": "1.0.0", "date": "2023"}], "created": "2020-01-01"}, "2023"),
        ({"version": "1.0.0", "changelog": [{"version": "0.9.0", "date": "2023"}]}, "n.d."),
        ({"changelog": "none"}, "n.d."),
    ],
)
def test_where_the_year_is_from(more, year):
    """The changelog's date of this version, else the day of creation, else none."""
    assert f"({year})" in cited({**BARE, **more}, "apa")


def test_braces_and_backslashes_in_a_title():
    """A title cannot break out of its field."""
    text = cited({**BARE, "title": "a} \\input{x} ~^#$"}, "bibtex")
    title = r"a\} \textbackslash{}input\{x\} \textasciitilde{}\textasciicircum{}\#\$"
    assert f"  title = {{{{{title}}}}}," in text.splitlines()


def test_a_style_that_there_is_not():
    """The near ones are told."""
    with pytest.raises(WrongName, match="Did you mean bibtex"):
        cited(BARE, "BibTex2")
    assert ("gbt7714", "bibtex", "apa", "csl-json", "cff") == STYLES
