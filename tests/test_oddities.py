"""Rules about what does not fit in the documents: each on made-up figures, both ways, with the bounds that are printed."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from opendata import oddities
from opendata.oddities import RULES, Span, find_oddities, needed_indicators

PACKAGES = Path(__file__).resolve().parents[1] / "datapackages"

COLUMNS = (
    *("indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound"),
    *("as_printed", "source_id", "locator"),
)


def _table(key, columns, *lines):
    rows = [dict(zip(columns.split(), (cell.strip() for cell in line.split("|")), strict=True)) for line in lines]
    return {row[key]: row for row in rows}


REFERENCE = {
    "units": _table(
        "unit_id",
        "unit_id base factor",
        *("cny-100m | CNY | 100000000", "cny-10k | CNY | 10000", "usd-100m | USD | 100000000", "count | 1 | 1"),
        *("percent | percent | 1", "times | times | 1", "percentage-point | percentage-point | 1", "rank | rank | 1"),
    ),
    "sources": _table(
        "source_id",
        "source_id kind period",
        *("plan | plan | 2021/2025", "sister | plan | 2021/2025", "later | article | 2022/2026"),
    ),
    "areas": _table(
        "area_id",
        "area_id kind parent_id",
        *("land | country |", "north | province | land", "south | province | land", "east | province | land"),
        *("port | city | north", "mill | city | north", "free-zone | zone | port"),
    ),
    "breakdowns": _table(
        "breakdown_id",
        "breakdown_id dimension",
        *("by-sea | mode", "compared-with-south | comparison", "by-sea-compared-with-north | comparison"),
        *("each-city | per-area", "industry-primary | industry", "industry-secondary | industry"),
    ),
    "indicators": _table(
        "indicator_id",
        "indicator_id direction",
        *("trade | higher", "goods-trade | higher", "costs | lower", "area | neutral"),
        *("services-trade | higher", "retail-sales | higher", "foreign-investment-used | higher"),
    ),
}

# Units and measures, for short.
WORDS = {"亿": "cny-100m", "万": "cny-10k", "$": "usd-100m", "%": "percent", "x": "times", "pp": "percentage-point"}
WORDS |= {"#": "rank", "n": "count"}


def _row(line):
    """``trade north 2020 level 100 亿`` with ``@part``, ``>`` and other bounds, ``by place`` and ``in source`` at will."""
    words = line.split()
    row = dict.fromkeys(COLUMNS, "") | {"source_id": "plan", "locator": "一", "status": "actual"}
    row["indicator_id"], row["area_id"], row["period"], row["measure"], value, unit = words[:6]
    row["period"] = row["period"].strip("-")
    row["value"], row["unit_id"] = value.split("=")[0], WORDS[unit]
    row["as_printed"] = value.split("=")[-1]
    for word in words[6:]:
        if word in ("plan", "sister", "later"):
            row["source_id"] = word
        elif word.startswith("@"):
            row["breakdown_id"] = word[1:]
        elif word == "target":
            row["status"] = word
        elif word in ("over", "at-least", "under", "at-most", "about", "aim", "low", "high"):
            row["bound"] = word
        else:
            row["locator"] = word
    return row


def _find(rule, *lines):
    """What one rule compared: for each subject and document whether it holds, and what is told."""
    found = find_oddities([_row(line) for line in lines], REFERENCE)
    return [(o.subject, o.source, o.holds, o.expectation) for o in found if o.rule == rule]


def _odd(rule, *lines):
    """What one rule tells as odd."""
    return [told for _, _, holds, told in _find(rule, *lines) if not holds]


def _holds(rule, *lines):
    """Whether a rule had something to compare, and all of it fits."""
    found = _find(rule, *lines)
    return bool(found) and all(holds for _, _, holds, _ in found)


# ----- what a printed number allows -----


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 亿", "9.5", "10.5"),
        ("10.0 亿", "9.95", "10.05"),
        ("15000=1.5万亿 亿", "14500", "15500"),
        ("15000=15000亿 亿", "14999.5", "15000.5"),
        ("29248.0=29248.0 亿", "29247.95", "29248.05"),
        ("70=七成 %", "65", "75"),
        ("33.33=1/3 %", "33.325", "33.335"),
        ("29=二十九个 n", "28.5", "29.5"),
        ("0=持平 %", "-0.5", "0.5"),
        ("0=0 %", "-0.5", "0.5"),
        ("1250 亿 over", "1250", "2250"),
        ("9 % over", "9", "10"),
        ("95 % at-least", "95", "105"),
        ("20 亿 under", "10", "20"),
        ("6 亿 at-most", "5", "6"),
        ("15 % about", "14", "16"),
        ("1000 亿 about", "950", "1050"),
        ("1000 亿 aim", "999.5", "1000.5"),
        ("-3 %", "-3.5", "-2.5"),
        ("-40 % over", "-50", "-40"),
    ],
)
def test_the_values_that_print_and_bound_allow(text, low, high):
    """Half a unit of the last printed digit; a bound reaches as far as its leading digit."""
    figures = oddities._Figures([_row(f"trade north 2020 level {text}")], REFERENCE)
    factor = figures.all[0].factor
    assert (Decimal(low), Decimal(high)) == (figures.all[0].span.low / factor, figures.all[0].span.high / factor)


def test_ends_that_touch_do_not_meet():
    """30 is not 31, though each may be 30.5; a point meets itself and what lies around it."""
    point = Span(Decimal(5), Decimal(5))
    spans = [(Span(Decimal("29.5"), Decimal("30.5")), Span(Decimal("30.5"), Decimal("31.5"))), (point, point)]
    spans.append((point, Span(Decimal(4), Decimal(6))))
    assert [False, True, True] == [one.meets(other) for one, other in spans]


def test_rows_that_cannot_be_reckoned_with_are_left_out():
    """An unknown unit, no number, a number without end, a unit without factor; half a range is none."""
    rows = [_row("trade north 2020 level 10 亿"), _row("trade north 2020 level 20 亿")]
    for change in ({"unit_id": "ell"}, {"value": "ten"}, {"value": "Infinity"}, {"value": "1E99999"}, {"bound": "low"}):
        assert [] == find_oddities([rows[0], rows[1] | change], REFERENCE)
    assert [] == find_oddities(rows, {})


# ----- growth -----

GROWTH = "trade north 2021/2025 growth-annual"
LEVELS = ("trade north 2020 level 100 亿", "trade north 2025 level 150 亿 target")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("8.4 %", []),
        ("8 %", []),
        ("9 %", []),
        ("9.0 %", ["from 100 to 150 is 8.45 % a year, 9 printed"]),
        ("9 % about", []),
        ("8 % over", []),
        ("9 % over", ["from 100 to 150 is 8.45 % a year, over 9 printed"]),
        ("10 % about", ["from 100 to 150 is 8.45 % a year, about 10 printed"]),
        ("8 % under", ["from 100 to 150 is 8.45 % a year, under 8 printed"]),
        ("9 % at-most", []),
    ],
)
def test_stated_growth_against_two_levels(stated, expected):
    """Base and target of the same document imply a growth; that which is stated must meet it."""
    assert expected == _odd("growth-and-levels", *LEVELS, f"{GROWTH} {stated} target")
    assert [] == _find("growth-and-levels", *LEVELS, f"{GROWTH} {stated} target sister")


def test_growth_in_all_and_on_the_year_before():
    """Growth over a period is on the year before it; a number of times is told as such; in one year, on what is not said."""
    levels = ("trade north 2015 level 100 亿", "trade north ../2020-12 level 320 亿", "trade north 2019 level 300 亿")
    assert _holds("growth-and-levels", *levels, "trade north 2016/2020 growth-total 2.2 x")
    assert _holds("growth-and-levels", *levels, "trade north 2020 growth-yoy 6.7 %")
    expected = ["from 300 to 320 is 6.67 %, 7.7 printed", "from 100 to 320 is 2.2 times, 3.2 printed"]
    lines = ("trade north 2020 growth-yoy 7.7 %", "trade north 2016/2020 growth-total 3.2 x")
    assert expected == _odd("growth-and-levels", *levels, *lines)
    assert [] == _find("growth-and-levels", *levels, "trade north 2020 growth-total 90 %")


def test_a_table_row_is_held_against_itself():
    """Prose that fits with its open number does not excuse the row of a table that does not."""
    prose = ("trade north 2025 level 150 亿 over target 二", f"{GROWTH} 15 % about target 二")
    table = tuple(f"{line} 表1/1" for line in (*LEVELS, f"{GROWTH} 15 % about target"))
    assert ["from 100 to 150 is 8.45 % a year, about 15 printed"] == _odd("growth-and-levels", *prose, *table)
    assert _holds("growth-and-levels", *prose, "trade north 2020 level 100 亿 三")


def test_levels_between_which_growth_is_not_defined():
    """From nothing, from a loss, from another currency."""
    growth = f"{GROWTH} 8 % target"
    for base in ("0 亿", "-5 亿", "100 $"):
        assert [] == _find("growth-and-levels", f"trade north 2020 level {base}", LEVELS[1], growth)


def test_growth_a_year_against_growth_in_all():
    """25.4 % a year for five years is 210 %."""
    annual = "trade north 2016/2020 growth-annual 25.4 %"
    assert _holds("growth-rates", annual, "trade north 2016/2020 growth-total 210 %")
    assert _holds("growth-rates", annual, "trade north 2016/2020 growth-total 2.1 x")
    expected = ["25.4 % a year for 5 years is 210 %, 146 printed"]
    assert expected == _odd("growth-rates", annual, "trade north 2016/2020 growth-total 146 %")
    assert [] == _find("growth-rates", annual, "trade north 2016/2020 growth-total 146 % sister")


# ----- parts -----


def test_exports_and_imports_are_trade():
    """A declared sum, within the rounding of all its numbers; what is there of it is no more than the whole."""
    exports, imports = "goods-exports north 2020 level 60.4 亿", "goods-imports north 2020 level 39.4 亿"
    assert _holds("parts-and-total", exports, imports, "goods-trade north 2020 level 100 亿")
    assert _holds("parts-and-total", exports, imports, "goods-trade north 2020 level 90 亿 over")
    assert _holds("parts-and-total", exports, "goods-trade north 2020 level 100 亿")
    expected = ["60.4 + 39.4 = 99.8, 101 printed"]
    assert expected == _odd("parts-and-total", exports, imports, "goods-trade north 2020 level 101 亿")
    assert ["60.4 = 60.4, 50 printed"] == _odd("parts-and-total", exports, "goods-trade north 2020 level 50 亿")


def test_the_shares_of_all_parts_are_100():
    """Shares of a whole that is divided; those of some parts are not more."""
    shares = [
        f"trade north 2020 share {v} % @industry-{p}" for p, v in (("primary", 2.5), ("secondary", 53.3), ("services", 44.2))
    ]
    assert _holds("parts-and-total", *shares)
    assert _holds("parts-and-total", *shares[:1], shares[2])
    wrong = shares[2].replace("44.2", "44.5")
    assert ["2.5 + 53.3 + 44.5 = 100.3 %"] == _odd("parts-and-total", *shares[:2], wrong)
    more = "trade north 2020 share 70 % @industry-manufacturing"
    assert ["70 + 44.2 = 114.2 %"] == _odd("parts-and-total", more, shares[2])
    assert [] == _find("parts-and-total", more, f"{shares[2]} sister")


def test_parts_and_places_are_no_more_than_what_they_lie_in():
    """A part against the whole, a place against those around it, places of one kind together."""
    land = "goods-trade land 2020 level 100 亿"
    assert ["101, part of 100"] == _odd("parts-and-total", land, "goods-trade land 2020 level 101 亿 @by-sea")
    assert ["1100000, part of 1000000"] == _odd("parts-and-total", land, "goods-trade port 2020 level 1100000 万")
    places = ("goods-trade north 2020 level 60 亿", "goods-trade south 2020 level 50 亿")
    assert ["2 places in it have 110, 100 printed"] == _odd("parts-and-total", land, *places)
    assert _holds("parts-and-total", land, places[0], "goods-trade free-zone 2020 level 50 亿")
    many = "trade land 2020 level 100 n", "trade north 2020 level 60 n", "trade south 2020 level 60 n"
    assert _holds("parts-and-total", *many)  # the same countries may be traded with
    assert ["120, part of 100"] == _odd("parts-and-total", many[0], "trade free-zone 2020 level 120 n")
    assert [] == _find("parts-and-total", "trade land 2020 level 1 %", "trade north 2020 level 5 %")
    each = "disposable-income-per-capita {} 2020 level {} 亿"
    assert [] == _find("parts-and-total", each.format("land", 1), each.format("north", 5))
    assert [] == _find("parts-and-total", land, "goods-trade land 2020 level 200 亿 @compared-with-south")


def test_what_is_declared_to_be_contained():
    """Exports by cross-border e-commerce are part of that trade."""
    outer = "cross-border-ecommerce-trade north 2020 level 100 亿"
    assert ["110, part of 100"] == _odd("parts-and-total", outer, "cross-border-ecommerce-exports north 2020 level 110 亿")
    assert _holds("parts-and-total", outer, "cross-border-ecommerce-exports north 2020 level 104 亿 about")


def test_a_year_is_less_than_its_years():
    """A year with as much as the five years around it; three years of five."""
    total = "trade north 2021/2025 cumulative 500 $ target"
    expected = [("trade/north/2025", "sister", False, "500 in 2025, 500 in 2021/2025")]
    assert expected == _find("parts-and-total", total, "trade north 2025 level 500 $ target sister")
    assert _holds("parts-and-total", total, "trade north 2022/2024 cumulative 300 $ target sister")
    assert ["600 in 2022/2024, 500 in 2021/2025"] == _odd(
        "parts-and-total", total, "trade north 2022/2024 cumulative 600 $ target"
    )
    assert [] == _find("parts-and-total", total, "trade north 2026 level 500 $ target")


# ----- shares -----


def test_a_share_of_the_whole_or_of_what_is_around():
    """Of the same place for a part, else of any place around it for which there is a number."""
    levels = ("trade port 2020 level 33.5 亿", "trade north 2020 level 100 亿", "trade land 2020 level 1000 亿")
    assert _holds("share-of-total", *levels, "trade port 2020 share 33.5 %")
    assert _holds("share-of-total", *levels, "trade port 2020 share 3.4 %")
    assert ["33.5 of 100 is 33.5 %, 34.5 printed"] == _odd("share-of-total", *levels, "trade port 2020 share 34.5 %")
    part = ("trade north 2016/2020 cumulative 25 亿 @by-sea", "trade north 2016/2020 cumulative 100 亿")
    assert _holds("share-of-total", *part, "trade north 2016/2020 share 20 % over @by-sea")
    assert ["25 of 100 is 25 %, over 30 printed"] == _odd(
        "share-of-total", *part, "trade north 2016/2020 share 30 % over @by-sea"
    )
    assert [] == _find("share-of-total", levels[0], "trade port 2020 share 34.5 %")


def test_declared_ratios_are_told_in_both_documents():
    """Services of all trade; a target share against two targets without a year, meant for the plan's end."""
    lines = ("services-trade north 2020 level 2339.1 亿", "goods-trade north 2020 level 22009.4 亿 sister")
    share = "services-trade-share-of-foreign-trade north 2020 share"
    assert ["2339.1 of 24348.5 is 9.61 %, 10.6 printed"] == _odd("share-of-total", *lines, f"{share} 10.6 %")
    assert _holds("share-of-total", *lines, f"{share} 9.6 %")
    told = "1000 of 30000 is 3.33 %, 8.7 printed"
    lines = (
        "goods-trade north 2025 share 8.7 % target @mode-cross-border-ecommerce",
        "goods-trade north 2025 level 30000 亿 over target",
        "cross-border-ecommerce-trade north - level 1000 亿 over target sister",
    )
    expected = [
        ("goods-trade/north/mode-cross-border-ecommerce/2025", "plan", False, told),
        ("cross-border-ecommerce-trade/north", "sister", False, told),
    ]
    assert expected == _find("share-of-total", *lines)


def test_a_ratio_to_another_place():
    """The part is named for the place it is compared with."""
    levels = ("trade north 2020 level 8 亿", "trade south 2020 level 100 亿")
    assert _holds("share-of-total", *levels, "trade north 2020 ratio 8 % @compared-with-south")
    assert ["8 of 100 is 8 %, 9.5 printed"] == _odd(
        "share-of-total", *levels, "trade north 2020 ratio 9.5 % @compared-with-south"
    )


def test_an_average_times_its_number_is_the_total():
    """Sales for each firm, firms, and sales of all."""
    lines = ("top-100-retailers north 2020 level 11 n", "top-100-retailer-sales north 2020 level 1677.1 亿")
    average = "sales-per-firm north 2020 level {} @firm-top-100-retailer"
    assert _holds("share-of-total", *lines, average.format("1524600 万"))
    assert ["1677.1 for 11 is 152 each, 15.2 printed"] == _odd("share-of-total", *lines, average.format("15.2 亿"))


def test_a_change_between_two_shares():
    """Percentage points over a period are from the year before it; rounding of all three is allowed."""
    shares = ("trade north 2015 share 52.2 % @by-sea", "trade north 2020 share 69.4 % @by-sea")
    change = "trade north 2016/2020 change {} pp @by-sea"
    assert _holds("change-of-share", *shares, change.format("17.3"))
    assert ["from 52.2 to 69.4 is 17.2, 17.4 printed"] == _odd("change-of-share", *shares, change.format("17.4"))
    assert [] == _find("change-of-share", *shares, change.format("17.4") + " sister")


def test_a_change_against_the_growth_of_part_and_whole():
    """Where the earlier share is not printed, it follows from how fast both grew."""
    lines = (
        "online-retail-sales-goods north 2020 share 13.8 %",
        "online-retail-sales-goods north 2016/2020 growth-annual 25.8 %",
        "retail-sales north 2016/2020 growth-total 35.7 %",
        "retail-sales north 2016/2020 growth-annual 6.3 %",
    )
    change = "online-retail-sales-goods north 2016/2020 change {} pp"
    assert _holds("change-of-share", *lines, change.format("7.9"))
    assert ["from 5.94 to 13.8 is 7.86, 9.8 printed"] == _odd("change-of-share", *lines, change.format("9.8"))
    assert [] == _find("change-of-share", *lines[:2], change.format("9.8"))


def test_a_gap_between_two_places_or_of_a_part():
    """Shares and rates of two places; of a part and the whole only rates, for a share of it is of something else."""
    rates = ("trade north 2020 share 14.5 %", "trade south 2020 share 13.8 %")
    assert _holds("change-of-share", *rates, "trade north 2020 change 0.7 pp @compared-with-south")
    assert ["14.5 - 13.8 = 0.7, 1.7 printed"] == _odd(
        "change-of-share", *rates, "trade north 2020 change 1.7 pp @compared-with-south"
    )
    growth = ("trade north 2020 growth-yoy 8.6 % @by-sea", "trade north 2020 growth-yoy 7.5 %")
    gap = "trade north 2020 change {} pp @by-sea-compared-with-north"
    assert _holds("change-of-share", *growth, gap.format("1.1"))
    assert ["8.6 - 7.5 = 1.1, 2.1 printed"] == _odd("change-of-share", *growth, gap.format("2.1"))
    shares = ("trade north 2020 share 60 % @by-sea", "trade north 2020 share 7 %", growth[0])
    assert [] == _find("change-of-share", *shares, gap.format("1.1"))


# ----- the same figure twice -----


@pytest.mark.parametrize(
    ("one", "other", "is_odd"),
    [
        ("11 $ target", "5 $ target", True),
        ("1250 亿 over target", "1300 亿 target", False),
        ("30000 亿 over target", "30000 亿 target", False),
        ("30000 亿 over target", "29000 亿 target", True),
        ("22009.4 亿 target", "22000=2.2万亿 亿 target", False),
        ("22009.4 亿 target", "22000 亿 target", True),
        ("1000 亿 over target", "3000 亿 aim target", True),
        ("30 % about target", "31 % target", False),
        ("10 亿 target", "100000 万 target", False),
        ("10 亿 target", "15 $ target", False),
        ("5 $", "11 $ target", False),
    ],
)
def test_the_same_figure_with_two_values(one, other, is_odd):
    """In one document or in two, with bounds, units and what is printed; currencies and promises are not compared."""
    assert is_odd == bool(_odd("two-values", f"trade north 2025 level {one}", f"trade north 2025 level {other} 二"))
    assert 2 * is_odd == len(_odd("two-values", f"trade north 2025 level {one}", f"trade north 2025 level {other} sister"))


def test_two_values_are_told_with_their_documents():
    """Readers of both are told; within one document its name is not repeated."""
    lines = ("trade north 2025 level 11 $ target", "trade north 2025 level 5 $ target")
    assert ["11 usd-100m, 5 usd-100m"] == _odd("two-values", *lines)
    told = "11 usd-100m in plan, 5 usd-100m in sister"
    expected = [("trade/north/2025", "plan", False, told), ("trade/north/2025", "sister", False, told)]
    assert expected == _find("two-values", lines[0], f"{lines[1]} sister")


def test_figures_without_a_year():
    """A plan's target is meant for its end; anything else is compared within its document only."""
    undated, dated = "trade north - level 30 n target", "trade north 2025 level 50 n target"
    assert ["30 count, 50 count"] == _odd("two-values", undated, dated)
    assert 2 == len(_odd("two-values", undated, f"{dated} sister"))
    assert [] == _find("two-values", f"{undated} later", dated)
    actual = "trade north - level {} n"
    assert ["9 count, 12 count"] == _odd("two-values", actual.format(9), actual.format(12))
    assert [] == _find("two-values", actual.format(9), actual.format(12) + " later")
    assert [] == _find("two-values", "trade north - limit 9 n", "trade north - limit 12 n")


def test_a_range_is_one_figure():
    """3-5 and 4 are no contradiction, 3-5 and 7 are."""
    ends = ("trade north 2025 level 3=3-5家 n low target", "trade north 2025 level 5=3-5家 n high target")
    assert _holds("two-values", *ends, "trade north 2025 level 4 n target")
    assert ["3 to 5 count, 7 count"] == _odd("two-values", *ends, "trade north 2025 level 7 n target")


def test_one_number_for_two_places():
    """The same growth for a city and for a zone in it, in one document."""
    lines = ("trade port 2021/2025 growth-annual 30 % target", "trade free-zone 2021/2025 growth-annual 30 % target")
    assert [("trade/port/2021/2025", "plan", False, "30 for port, 30 for free-zone")] == _find("two-places", *lines)
    assert _holds("two-places", lines[0], lines[1].replace("30", "25"))
    assert [] == _find("two-places", lines[0], f"{lines[1]} sister")
    assert [] == _find("two-places", lines[0], lines[1].replace("free-zone", "south"))


# ----- targets and bases -----


@pytest.mark.parametrize(
    ("indicator", "base", "target", "is_odd"),
    [
        ("trade", "100 亿", "90 亿", True),
        ("trade", "100 亿", "100 亿", True),
        ("trade", "100 亿", "100 亿 over", False),
        ("trade", "100 亿 over", "100 亿 over", True),
        ("trade", "100 亿", "101 亿", False),
        ("costs", "100 亿", "90 亿", False),
        ("costs", "100 亿", "110 亿", True),
        ("trade", "100 亿", "110 亿 at-most", True),
        ("trade", "100 亿", "90 亿 at-most", False),
        ("trade", "14 %", "12 % at-most", False),
        ("trade", "11 %", "12 % at-most", True),
        ("trade", "110 亿", "90 亿 over", True),
    ],
)
def test_a_base_that_meets_its_target(indicator, base, target, is_odd):
    """In the direction of the indicator or of the bound; the base is the year before the plan's first."""
    lines = (f"{indicator} north ../2020-12 level {base}", f"{indicator} north 2025 level {target} target")
    assert is_odd == bool(_odd("base-and-target", *lines))
    assert [] == _find("base-and-target", lines[0].replace("2020", "2019"), lines[1])


def test_no_direction_no_target():
    """Where neither more nor less is wanted nothing is met."""
    assert [] == _find("base-and-target", "area north 2020 level 9 亿", "area north 2025 level 8 亿 target")


def test_a_total_below_the_last():
    """Five years against the five before, and against five times the year before."""
    target = "trade north 2021/2025 cumulative {} $ target"
    before, year = "trade north 2016/2020 cumulative 188.4 $", "trade north 2020 level 28.8 $"
    assert _holds("base-and-target", before, year, target.format("200"))
    assert ["188.4 in 2016/2020, 150 in 2021/2025 wanted"] == _odd("base-and-target", before, year, target.format("150"))
    assert ["28.8 in 2020 is 144 in 5 years, 140 wanted"] == _odd("base-and-target", year, target.format("140"))
    assert [] == _find("base-and-target", before.replace("2016", "2017"), target.format("150"))
    assert _holds("base-and-target", before.replace("trade", "costs"), target.format("150").replace("trade", "costs"))


def test_a_later_target_below_an_earlier_one():
    """Two plans for two years."""
    earlier = "trade north 2025 level 100 亿 target"
    expected = [("trade/north/2026", "later", False, "100 in 2025, 90 in 2026 wanted")]
    assert expected == _find("base-and-target", earlier, "trade north 2026 level 90 亿 target later")
    assert _holds("base-and-target", earlier, "trade north 2026 level 110 亿 target later")
    assert _holds("base-and-target", earlier, "trade north 2026 level 90 亿 over target later")


# ----- magnitude -----


def test_the_average_year_of_a_total_against_a_year():
    """More than five times as large or small; a target's year is the one before it."""
    year = "trade north 2020 level 10.5 $"
    told = "280 in 2016/2020 is 56 a year, 10.5 in 2020"
    assert [told] == _odd("order-of-magnitude", year, "trade north 2016/2020 cumulative 280 $")
    assert _holds("order-of-magnitude", year, "trade north 2016/2020 cumulative 260 $")
    assert ["9 in 2016/2020 is 1.8 a year, 10.5 in 2020"] == _odd(
        "order-of-magnitude", year, "trade north 2016/2020 cumulative 9 $"
    )
    assert ["280 in 2021/2025 is 56 a year, 10.5 in 2020"] == _odd(
        "order-of-magnitude", year, "trade north 2021/2025 cumulative 280 $ target"
    )
    assert [] == _find("order-of-magnitude", year, "trade north 2011/2015 cumulative 280 $")


def test_a_total_against_the_growth_that_is_printed_with_it():
    """Up to its last year, or from the year before a target; more than five times as much."""
    last, growth = "trade north 2020 level 10.5 $", "trade north 2016/2020 growth-annual 55.7 %"
    # 10.5 × (1 + 1/1.557 + 1/1.557² + 1/1.557³ + 1/1.557⁴) = 26.149
    reckoned = "10.5 in 2020 after growth of 55.7 % a year is 26.1 in 2016/2020, 280 printed"
    average = "280 in 2016/2020 is 56 a year, 10.5 in 2020"
    total = "trade north 2016/2020 cumulative 280 $"
    assert [f"{average}; {reckoned}"] == _odd("order-of-magnitude", last, growth, total)
    assert _holds("order-of-magnitude", last, growth, total.replace("280", "28.0"))
    assert [average] == _odd("order-of-magnitude", last, f"{growth} sister", total)
    # 10.5 × (1.1 + 1.1² + 1.1³ + 1.1⁴ + 1.1⁵) = 70.514
    wanted, yearly = "trade north 2021/2025 cumulative {} $ target", "trade north 2021/2025 growth-annual 10 % target"
    found = _odd("order-of-magnitude", last, yearly, wanted.format(700))
    assert ["10.5 in 2020 before growth of 10 % a year is 70.5 in 2021/2025, 700 printed"] == found[0].split("; ")[1:]
    assert _holds("order-of-magnitude", last, yearly, wanted.format(70))
    assert _holds("order-of-magnitude", last, "trade north 2016/2020 growth-annual -100 %", total.replace("280", "60"))


def test_a_target_many_times_its_base():
    """Unless the document says by how much a year; a share may follow from its figures."""
    base, target = "trade north 2020 level 10 亿", "trade north 2025 level 80 亿 target"
    assert ["10 in 2020, 80 in 2025"] == _odd("order-of-magnitude", base, target)
    assert _holds("order-of-magnitude", base, target.replace("80", "50"))
    assert [] == _find("order-of-magnitude", base, target, "trade north 2021/2025 growth-annual 50 % target")
    assert [] == _find("order-of-magnitude", f"{base} sister", target)
    levels = ("cross-border-ecommerce-trade north 2020 level 138.3 亿", "goods-trade north 2020 level 22009.4 亿")
    share = "goods-trade north 2025 share {} % target @mode-cross-border-ecommerce"
    assert ["0.628 in 2020, 8.7 in 2025"] == _odd("order-of-magnitude", *levels, share.format("8.7"))
    assert _holds("order-of-magnitude", *levels, share.format("2.5"))


def test_the_growth_between_the_targets_of_two_plans():
    """More than five times what either wants a year."""
    lines = ("services-trade north 2025 level 1250 亿 target", "services-trade north 2022/2024 growth-annual 8 % target later")
    told = "from 1250 in 2025 to 1800 in 2026 is 44 % a year, 8 printed"
    expected = [("services-trade/north/2026", "later", False, told), ("services-trade/north/2025", "plan", False, told)]
    assert expected == _find("order-of-magnitude", *lines, "services-trade north 2026 level 1800 亿 target later")
    assert _holds("order-of-magnitude", *lines, "services-trade north 2026 level 1600 亿 target later")


def test_two_currencies_meet_at_a_rate_that_a_document_prints():
    """The rate of a figure that stands there in both, which is told; without one they are not compared."""
    rate = ("trade north 2020 level 6407 亿", "trade north 2020 level 926.9 $")
    plans = ("trade north 2025 level 1300 $ target", "trade north 2026 level 13000 亿 target later")
    pace = "trade north 2021/2025 growth-annual 7 % target"
    told = "from 1300 usd-100m (at 6.9123 CNY a USD, 2020) in 2025 to 13000 in 2026 is 44.7 % a year, 7 printed"
    found = [one for one in _find("order-of-magnitude", *rate, *plans, pace) if not one[2]]
    expected = [("trade/north/2026", "later", False, told), ("trade/north/2025", "plan", False, told)]
    assert expected == found
    assert [] == _odd("order-of-magnitude", *rate, plans[0], plans[1].replace("13000", "10000"), pace)
    assert [] == _odd("order-of-magnitude", *plans, pace)
    assert [] == _odd("order-of-magnitude", rate[0], f"{rate[1]} 二", *plans, pace)  # another passage may mean another thing
    undated = [line.replace("2020", "-") for line in rate]  # nor is it certain that two undated figures are one
    assert [] == _odd("order-of-magnitude", *undated, *plans, pace)


def test_a_part_in_another_currency_is_held_against_the_whole_at_the_rate_of_its_time():
    """Of another time no rate is printed."""
    rate = ("goods-trade north 2020 level 700 亿", "goods-trade north 2020 level 100 $")
    inner = "services-trade port {} level {} $"
    whole = "services-trade north 2020 level 70 亿"
    told = "11 usd-100m (at 7 CNY a USD, 2020), part of 70"
    assert [told] == _odd("parts-and-total", *rate, whole, inner.format(2020, 11))
    assert [] == _odd("parts-and-total", *rate, whole, inner.format(2020, 9))
    assert [] == _odd("parts-and-total", *rate, whole.replace("2020", "2023"), inner.format(2023, 11))


def test_what_comes_to_each_against_the_places_beside_it():
    """Provinces against provinces: the whole country is no neighbour."""
    firms = [f"top-100-retailers {area} 2020 level 10 n" for area in ("north", "south", "east", "land")]
    sales = "top-100-retailer-sales {} 2020 level {} 亿"
    others = (sales.format("south", 900), sales.format("land", 9000), sales.format("east", 100))
    assert _holds("order-of-magnitude", *firms, *others[:2], sales.format("north", 4000))
    found = _odd("order-of-magnitude", *firms, *others, sales.format("north", 6000))
    expected = {
        "90 each, 600 at the nearest place beside it",
        "10 each, 90 at the nearest place beside it",
        "600 each, 90 at the nearest place beside it",
    }
    assert expected == set(found)


# ----- ranks -----


def test_ranks_that_contradict_each_other():
    """One place with two ranks; two places beside each other with one."""
    rank = "trade north 2020 rank {} #"
    assert ["3 rank, 4 rank"] == _odd("ranks", rank.format(3), rank.format(4))
    assert _holds("ranks", rank.format(3), rank.format(3))
    assert ["3 for north, 3 for south"] == _odd("ranks", rank.format(3), rank.format(3).replace("north", "south"))
    assert _holds("ranks", rank.format(3), rank.format(4).replace("north", "south"))
    assert [] == _find("ranks", rank.format(3), rank.format(3).replace("north", "port"))


def test_a_rank_against_the_figures_that_are_ranked():
    """As many as are known to have more stand before it."""
    levels = ("trade north 2020 level 50 亿", "trade south 2020 level 70 亿", "trade east 2020 level 60 亿")
    assert ["2 printed, 2 have more than 50"] == _odd("ranks", *levels, "trade north 2020 rank 2 #")
    assert _holds("ranks", *levels, "trade north 2020 rank 3 #")
    assert _holds("ranks", *levels, "trade land 2020 level 500 亿", "trade north 2020 rank 7 #")


# ----- all together -----


def test_an_oddity_names_the_rows_concerned():
    """Of the document that is told, those that do not fit; the others of the subject are left out."""
    lines = (
        "trade north 2025 level 11 $ target",
        "trade north 2025 level 5 $ target 二",
        "trade north 2024 level 5 $ target 三",
    )
    found = [o for o in find_oddities([_row(line) for line in lines], REFERENCE) if not o.holds]
    assert [("two-values", (0, 1))] == [(o.rule, o.rows) for o in found]


def test_what_must_be_at_hand_to_compare_again():
    """The indicator alone, or those that a relation ties to it."""
    assert frozenset({"trade"}) == needed_indicators("trade/north/2020")
    tied = {"top-100-retailers", "top-100-retailer-sales", "sales-per-firm"}
    assert tied == needed_indicators("sales-per-firm/north/2020")


def _read(path, key):
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def test_relations_name_what_the_vocabulary_has():
    """A name that is gone would silence its rule."""
    indicators = _read(PACKAGES / "reference" / "indicators.csv", "indicator_id")
    parts = _read(PACKAGES / "reference" / "breakdowns.csv", "breakdown_id")
    names = [name for whole, of in oddities.SUMS for name in (whole, *of)]
    names += [name for pair in oddities.CONTAINED for name in pair]
    names += [name for share, (above, below) in oddities.SHARES.items() for name in (share, above, *below)]
    names += [name for average in oddities.AVERAGES for name in average]
    named = {name for name, _ in names} | oddities.ADDITIVE | oddities.FOR_EACH
    divided = {part for _, part in names if part} | {part for group in oddities.DIVISIONS for part in group}
    assert (set(), set()) == (named - set(indicators), divided - set(parts))


def test_every_rule_is_in_the_enum_of_the_notes():
    """A note can be recorded for whatever is found."""
    text = (PACKAGES / "reference" / "datapackage.json").read_text("utf-8")
    assert [] == [rule for rule in RULES if f'"{rule}"' not in text]


def test_the_module_tells_each_rule():
    """The table at its beginning is complete and in order."""
    lines = (oddities.__doc__ or "").splitlines()
    assert list(RULES) == [line.split()[0] for line in lines if line.split() and line.split()[0] in RULES]
