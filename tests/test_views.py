"""Tables and sentences as values: units, bounds, places of printing, headlines."""

import itertools
from decimal import Decimal

import pytest

from made_up import write_packages
from opendata import views
from opendata.collection import Collection
from opendata.handles import Catalog

TEXTS = {
    "indicator.from_to": "{area} {start_period} {start} {end_period} {end} {rate}",
    "indicator.from_to_plain": "{area} {start_period} {start} {end_period} {end}",
    "indicator.other": "{head}={value}",
    "indicator.cumulative_target": "{area} {period} total {value}",
}


def say(key, **values):
    """A text that shows its parts."""
    return TEXTS.get(key, key.rpartition(".")[2]).format(**values)


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """The made-up figures, by the order of their rows."""
    return Collection(Catalog(write_packages(tmp_path_factory.mktemp("made-up")))).observations


def test_figures_of_one_column_share_family_and_unit(figures):
    """Amounts first; a share and a growth rate have a unit in common and still no column."""
    groups = [(family, unit.unit_id, len(group)) for family, unit, group in views.by_unit(figures[:7])]
    assert [("amount", "cny-100m", 2), ("rate", "percent", 2), ("share", "percent", 3)] == groups


def test_a_column_has_one_scale(figures):
    """Chinese keeps the unit of the documents, English takes billions; no digit is added."""
    values = [figures[0].value, Decimal("22009.4")]
    chinese, english = (views.column_scale(values, figures[0].unit, language) for language in ("zh", "en"))
    assert ("亿元", "22,009.4") == (chinese.unit, chinese.figures(values[1]))
    assert ("CNY billion", "2,200.94") == (english.unit, english.figures(values[1]))


def test_a_value_says_what_it_is_where_it_is_no_level(figures):
    """The document's list of figures mixes levels, shares and growth."""
    chosen = [figures[at] for at in (0, 1, 2, 3, 6, 7)]
    assert ["1,000亿元", "超过1,500亿元", "growth-annual8.4%", "share70%", "growth-yoy3%", "cumulative300个"] == [
        views.said_value(o, "zh", say) for o in chosen
    ]
    assert ["share: 70\u00a0%", "growth-yoy: −3\u00a0%"] == [views.said_value(figures[at], "en", say) for at in (3, 6)]


def test_a_column_without_a_printed_heading_is_named_by_what_its_cells_share(figures):
    """Their year and measure; nothing where they share nothing."""
    assert "2021–2025, growth-annual" == views.column_words([figures[2]], "en", say)
    assert "2025年target" == views.column_words([figures[1]], "zh", say)
    assert "" == views.column_words([figures[0], figures[2]], "zh", say)


@pytest.mark.parametrize(
    ("locator", "chinese", "english"),
    [
        ("二/（三）/3", "第二章（三）第3点", "chapter 2, section 3, item 3"),
        ("二/表1/10", "第二章表1第10行", "chapter 2, table 1, row 10"),
        ("四/专栏2/03", "第四章专栏2第3条", "chapter 4, box 2, item 3"),
        ("p12", "第12段", "paragraph 12"),
        ("前言", "前言", "preface"),
        ("附录", "第附录章", "附录"),
    ],
)
def test_locators_in_words(locator, chinese, english):
    """Where a number is printed, as a reader would look it up."""
    assert (chinese, english) == (views.locator_words(locator, "zh"), views.locator_words(locator, "en"))


def test_the_headline_holds_the_target_against_the_latest_actual(figures):
    """1000 to 1500 in five years takes 8.4 % a year: the rate is computed, not taken from a row."""
    assert "北省 2020年 1,000亿元 2025年 超过1,500亿元 8.4%" == views.headline(figures[:7], "zh", say)
    assert "North 2020 CNY 100 billion 2025 over CNY 150 billion 8.4\u00a0%" == views.headline(figures[:7], "en", say)


def test_the_headline_of_a_total_over_years_says_so(figures):
    """A cumulative target is no level."""
    assert "North 2021–2025 total 300" == views.headline(figures[7:8], "en", say)


def test_a_part_a_fall_and_a_rank_in_a_sentence(figures):
    """Names, period, what it is, and the value."""
    assert "北省海运2020年share=70%" == views.one_sentence(figures[3], "zh", say)
    assert "North, By sea, share=70\u00a0% (2020)" == views.one_sentence(figures[3], "en", say)
    assert "港市2023年growth-yoy=3%" == views.one_sentence(figures[6], "zh", say)
    assert "Harbour, growth-yoy=−3\u00a0% (2023)" == views.one_sentence(figures[6], "en", say)


def test_every_selection_of_figures_has_a_headline(figures):
    """Whatever an indicator holds, its page begins with a sentence in both languages."""
    for size, language in itertools.product((1, 2), ("zh", "en")):
        assert all(views.headline(chosen, language, say) for chosen in itertools.combinations(figures, size))


def test_needed_growth_is_left_out_where_it_says_nothing(figures):
    """Shares, values at or below zero, less than a year between, no year given."""
    actual, target, share = figures[0], figures[1], figures[3]
    assert Decimal("8.4") == views.needed_growth(actual, target)
    assert [None, None, None] == [
        views.needed_growth(share, target),
        views.needed_growth(target, actual),
        views.needed_growth(actual, actual),
    ]


def test_a_path_leads_from_the_latest_actual_to_the_furthest_target(figures):
    """Growth rates and parts are no ends of it."""
    path = views.find_paths(figures[:7])[0]
    assert ("2020", "2025", True) == (path.actual.period, path.target.period, path.complete)
