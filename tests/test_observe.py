"""Printed numbers, their units and bounds; what a text says of time."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from opendata.observe import (
    Printed,
    Times,
    read_bounds,
    read_decimal,
    read_numeral,
    read_printed,
    read_spans,
    read_times,
    squeeze,
)

PACKAGES = Path(__file__).parents[1] / "datapackages"


@pytest.mark.parametrize(
    ("text", "number", "base", "bounds"),
    [
        # figures with units
        ("1250亿元", 125_000_000_000, "CNY", ()),
        ("1.2万亿元", 1_200_000_000_000, "CNY", ()),
        ("926.9亿美元", 92_690_000_000, "USD", ()),
        ("50亿欧元", 5_000_000_000, "EUR", ()),
        ("943万美元", 9_430_000, "USD", ()),
        ("2.5亿兰特", 250_000_000, None, ()),
        ("1,234.5万元", 12_345_000, "CNY", ()),
        ("265万标箱", 2_650_000, "TEU", ()),
        ("120万标准箱", 1_200_000, "TEU", ()),
        ("3.5万TEU", 35_000, "TEU", ()),
        ("22.0%", 22, "percent", ()),
        ("0.8％", "0.8", "percent", ()),
        ("２５％", 25, "percent", ()),
        ("4.4个百分点", "4.4", "percentage-point", ()),
        ("3百分点", 3, "percentage-point", ()),
        ("2.2倍", "2.2", "times", ()),
        ("9555.9平方公里", 9_555_900_000, "square-metre", ()),
        ("10万平方米", 100_000, "square-metre", ()),
        ("60公顷", 600_000, "square-metre", ()),
        ("40公里", 40_000, "metre", ()),
        ("91km", 91_000, "metre", ()),
        ("37.77小时", 135_972, "second", ()),
        ("15分钟", 900, "second", ()),
        ("5天", 432_000, "second", ()),
        ("5人民币", 5, "CNY", ()),
        ("2多百分点", 2, "percentage-point", ("over",)),
        ("3平方千米", 3_000_000, "square-metre", ()),
        ("80平米", 80, "square-metre", ()),
        ("7立方米", 7, "cubic-metre", ()),
        ("4千米", 4000, "metre", ()),
        ("25亩", 25, "mu", ()),
        ("6位", 6, "rank", ()),
        ("二百零三米", 203, "metre", ()),
        ("600兆瓦", 600_000_000, "watt", ()),
        ("30000吨", 30_000, "tonne", ()),
        ("6.6亿吨", 660_000_000, "tonne", ()),
        ("26588人", 26_588, "person", ()),
        ("430名", 430, "person", ()),
        ("7.7万人次", 77_000, "person", ()),
        ("406个", 406, None, ()),
        ("1.2万家", 12_000, None, ()),
        ("4.8个工作日", "4.8", None, ()),
        ("234.4部", "234.4", None, ()),
        ("4.4个", "4.4", None, ()),
        ("5×660兆瓦", 3_300_000_000, "watt", ()),
        ("5x660兆瓦", 3_300_000_000, "watt", ()),
        ("3*2.5兆瓦", 7_500_000, "watt", ()),
        ("1亿5千万元", 150_000_000, "CNY", ()),
        ("3万5千余人", 35_000, "person", ("over",)),
        ("1.5亿多美元", 150_000_000, "USD", ("over",)),
        ("3.5以上%", "3.5", "percent", ("over", "at-least")),
        # cells of tables
        ("1300", 1300, None, ()),
        ("五年累计1.2万", 12_000, None, ()),
        ("五年累计350", 350, None, ()),
        ("30左右", 30, None, ("about",)),
        ("持平", 0, "percent", ()),
        # numbers in words
        ("三条", 3, None, ()),
        ("两大", 2, None, ()),
        ("二十九个", 29, None, ()),
        ("一百零五项", 105, None, ()),
        ("一千零一十个", 1010, None, ()),
        ("六小时", 21_600, "second", ()),
        ("七成", 70, "percent", ()),
        ("两成", 20, "percent", ()),
        ("3成", 30, "percent", ()),
        ("近两成半", 25, "percent", ("about", "under")),
        ("10分之3", 30, "percent", ()),
        ("零分之一", 0, None, ()),
        ("1/0", 1, None, ()),
        ("半数以上", 50, "percent", ("over", "at-least")),
        ("翻二番", 4, "times", ()),
        ("翻三番", 8, "times", ()),
        ("翻四番", 16, "times", ()),
        ("零增长", 0, "percent", ()),
        ("无一家", 0, None, ()),
        ("榜首", 1, "rank", ()),
        ("居首", 1, "rank", ()),
        ("五成半", 55, "percent", ()),
        ("四分之一", 25, "percent", ()),
        ("百分之七", 7, "percent", ()),
        ("1/4", 25, "percent", ()),
        ("一半", 50, "percent", ()),
        ("一倍", 1, "times", ()),
        ("翻一番", 2, "times", ()),
        ("翻番", 2, "times", ()),
        ("翻两番", 4, "times", ()),
        ("没有一家", 0, None, ()),
        ("千亿级", 100_000_000_000, None, ()),
        # ranks
        ("第6位", 6, "rank", ()),
        ("第十二位", 12, "rank", ()),
        ("第二", 2, "rank", ()),
        ("第一档", 1, "rank", ()),
        ("首位", 1, "rank", ()),
        ("首个", 1, None, ()),
        # qualifiers
        ("突破1250亿元", 125_000_000_000, "CNY", ("over",)),
        ("超1.3万亿元", 1_300_000_000_000, "CNY", ("over",)),
        ("超过23.4%", "23.4", "percent", ("over",)),
        ("逾4亿美元", 400_000_000, "USD", ("over",)),
        ("破千亿元", 100_000_000_000, "CNY", ("over",)),
        ("过万家", 10_000, None, ("over",)),
        ("上千家", 1000, None, ("over",)),
        ("过半", 50, "percent", ("over",)),
        ("七成以上", 70, "percent", ("over", "at-least")),
        ("三分之二以上", Decimal(200) / 3, "percent", ("over", "at-least")),
        ("1700余家", 1700, None, ("over",)),
        ("20余万人", 200_000, "person", ("over",)),
        ("1200多亿元", 120_000_000_000, "CNY", ("over",)),
        ("3万余家", 30_000, None, ("over",)),
        ("7%左右", 7, "percent", ("about",)),
        ("约10万人次", 100_000, "person", ("about",)),
        ("近40%", 40, "percent", ("about", "under")),
        ("近百家", 100, None, ("about", "under")),
        ("不足四分之一", 25, "percent", ("under",)),
        ("不到20家", 20, None, ("under",)),
        ("不低于10万平方米", 100_000, "square-metre", ("at-least",)),
        ("不少于20家", 20, None, ("at-least",)),
        ("至少3个", 3, None, ("at-least",)),
        ("不超过5天", 432_000, "second", ("at-most",)),
        ("不得超过1/4", 25, "percent", ("at-most",)),
        ("48小时以内", 172_800, "second", ("at-most",)),
        ("48小时以下", 172_800, "second", ("at-most", "under")),
        ("力争达到3.9万亿", 3_900_000_000_000, None, ("aim",)),
        ("争取突破18.5亿美元", 1_850_000_000, "USD", ("over", "aim")),
        # white space of a hard-wrapped document
        ("突破 1250\n亿元", 125_000_000_000, "CNY", ("over",)),
    ],
)
def test_a_printed_number_is_read_in_base_units(text, number, base, bounds):
    """Figure, scale, unit word and qualifier; words for numbers count."""
    assert Printed(Decimal(number), Decimal(number), base, bounds) == read_printed(text)


@pytest.mark.parametrize(
    ("text", "low", "high", "base"),
    [
        ("2-3个百分点", 2, 3, "percentage-point"),
        ("5-10年", 5, 10, None),
        ("3至5家", 3, 5, None),
        ("5到8个", 5, 8, None),
        ("10%至15%", 10, 15, "percent"),
        ("2—3万元", 20_000, 30_000, "CNY"),
        ("8000～9000亿元", 800_000_000_000, 900_000_000_000, "CNY"),
        ("1万至2万人", 10_000, 20_000, "person"),
        ("2-3千家", 2000, 3000, None),
        ("1–2百家", 100, 200, None),
        ("三到五成", 30, 50, "percent"),
        ("六七成", 60, 70, "percent"),
    ],
)
def test_a_printed_range_has_two_ends(text, low, high, base):
    """A scale that stands behind the second number is the first one's too."""
    printed = read_printed(text)
    assert printed is not None
    assert (Decimal(low), Decimal(high), base, True) == (printed.low, printed.high, printed.base, printed.is_range)


@pytest.mark.parametrize("text", ["", "若干", "首批", "abc", "数百家", "数十个", "首创", "多元", "9" * 101])
def test_what_holds_no_number(text):
    """Some hundreds are no number, and neither is a cell of a megabyte."""
    assert read_printed(text) is None


def test_the_longest_number_is_read():
    """A hundred characters are a number still."""
    assert Decimal(10) ** 99 == read_printed("1" + "0" * 99).low


def test_a_megabyte_is_refused_at_once():
    """A cell of multipliers is not multiplied out."""
    assert read_printed("亿" * 1_000_000) is None


@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ("-3%", True),
        ("−2.5%", True),
        ("下降3%", True),
        ("减少75个", True),
        ("负3%", True),
        ("下滑2%", True),
        ("降低2%", True),
        ("3%", False),
        ("增长3%", False),
        ("2-3个", False),
    ],
)
def test_a_printed_fall_is_seen(text, falls):
    """A minus in front or a word of falling; the dash of a range is none."""
    assert falls is read_printed(text).falls


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("1,234.5", "1234.5"),
        ("1.2万", "12000"),
        ("3千万", "30000000"),
        ("十", "10"),
        ("十二", "12"),
        ("三十五", "35"),
        ("一百", "100"),
        ("一百一十", "110"),
        ("两千零四", "2004"),
        ("一万二千", "12000"),
        ("千亿", "100000000000"),
        ("一亿三千万", "130000000"),
        ("三万亿", "3000000000000"),
        ("零", "0"),
        ("1亿5千万", "150000000"),
        ("八百零八", "808"),
        ("〇", "0"),
        ("2千3", None),
        ("", None),
        ("十个", None),
        ("1.2.3", None),
        ("x", None),
    ],
)
def test_numerals(text, number):
    """Arabic and Chinese numerals, alone and mixed; ``None`` for anything else."""
    assert (None if number is None else Decimal(number)) == read_numeral(text)


def test_white_space_and_wide_characters_are_no_difference():
    """Full-width digits and signs become half-width, other characters stay."""
    assert "25%,3.5-4~5+016789（亿元）" == squeeze(" ２５％ ，\n３．５－４\u3000～５＋０１６７８９（亿元）")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020年，全市", Times(years=frozenset({2020}))),
        ("二零二○年末", Times(years=frozenset({2020}))),
        ("一九四九年", Times(years=frozenset({1949}))),
        ("1978年，20195年", Times(years=frozenset({1978}))),
        ("“十五”时期和“十一五”时期", Times(spans=frozenset({(2001, 2005), (2006, 2010)}))),
        ("“十九五”规划", Times(spans=frozenset({(2046, 2050)}))),
        ("比“十三五”提高", Times(since=frozenset({2020}))),
        ("比12019，较1999", Times(since=frozenset({1999}))),
        ("下半年", Times(parts=frozenset({(7, 12)}))),
        ("一季度和四季度", Times(parts=frozenset({(1, 3), (10, 12)}))),
        ("二季度、三季度", Times(parts=frozenset({(4, 6), (7, 9)}))),
        ("1至5月，3到6月，2～11月", Times(parts=frozenset({(1, 5), (3, 6), (2, 11)}))),
        ("12月31日，112月", Times(months=frozenset({12}), days=frozenset({(12, 31)}))),
        ("二〇二〇年底", Times(years=frozenset({2020}))),
        ("“十三五”时期", Times(spans=frozenset({(2016, 2020)}))),
        ("十四五期间", Times(spans=frozenset({(2021, 2025)}))),
        ("“十三五”末", Times(years=frozenset({2020}))),
        ("“十四五”期末", Times(years=frozenset({2025}))),
        ("较“十二五”末提高", Times(since=frozenset({2015}))),
        ("比2015年增长，较2016增长", Times(since=frozenset({2015, 2016}))),
        ("2021—2025年", Times(years=frozenset({2025}), spans=frozenset({(2021, 2025)}))),
        ("2022年至2024年", Times(years=frozenset({2022, 2024}), spans=frozenset({(2022, 2024)}))),
        ("突破2000家，1998个", Times()),
        ("2024年1-5月", Times(years=frozenset({2024}), parts=frozenset({(1, 5)}))),
        ("上半年", Times(parts=frozenset({(1, 6)}))),
        ("前5个月", Times(parts=frozenset({(1, 5)}))),
        ("前三季度", Times(parts=frozenset({(1, 9)}))),
        ("8月底", Times(months=frozenset({8}))),
        ("7月3日", Times(months=frozenset({7}), days=frozenset({(7, 3)}))),
    ],
)
def test_what_a_text_says_of_time(text, expected):
    """Years, five-year plans, comparisons, months; a count of two thousand is no year."""
    assert expected == read_times(text)


def test_this_year_and_last_year_need_a_present():
    """An article's 今年 is the year it speaks in; a comparison with the same months of 去年 is none."""
    assert [{2024}, {2023}, set(), set(), set()] == [
        set(read_times(text, year).years)
        for text, year in (("今年以来", 2024), ("去年全市", 2024), ("较去年同期", 2024), ("今年", None), ("去年", None))
    ]
    assert [{2024}, {2024}, {2023}, set()] == [
        set(read_times(text, 2024).years) for text in ("本年", "全年", "上年", "上年同期")
    ]


def test_when_a_text_says_when():
    """A comparison names no year in which something stands; an interval does, its last; parts of a year are months."""
    texts = ("较2015年", "2016年", "2021—2025", "5月", "上半年")
    said = [read_times(text) for text in texts]
    assert [False, True, True, False, False] == [times.says_years for times in said]
    assert [False, False, False, True, True] == [times.says_months for times in said]
    assert [set(), {2016}, {2025}, set(), set()] == [set(times.ends) for times in said]


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("不高于3%", ("at-most",)),
        ("低于3%", ("under",)),
        ("少于3个", ("under",)),
        ("接近3%", ("about", "under")),
        ("将近3%", ("about", "under")),
        ("大约3%", ("about",)),
        ("高于3%", ("over",)),
        ("大于3%", ("over",)),
        ("超上百家", ("over",)),
        ("近百家左右", ("about", "under")),
        ("上3楼", ()),
    ],
)
def test_every_qualifier_names_its_bounds(text, bounds):
    """The longer word wins over the one within it, and no bound is named twice."""
    assert bounds == read_bounds(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.50", "12.50"),
        ("0", "0"),
        ("-3", "-3"),
        ("1e39", "1e39"),
        ("1e-39", "1e-39"),
        ("1e40", None),
        ("1e-40", None),
        ("NaN", None),
        ("-Infinity", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_recorded_number_can_be_reckoned_with(text, number):
    """What is not finite, or of more digits than any figure, is none."""
    assert (None if number is None else Decimal(number)) == read_decimal(text)


def test_intervals_in_figures():
    """The dash, the tilde and the word between two years."""
    assert {(2021, 2025), (2022, 2024), (2016, 2020)} == read_spans("2021—2025年，2022 - 2024年，2016至2020年，12021-2025")


def _rows():
    units = {row["unit_id"]: row for row in _read("reference/units.csv")}
    for file in sorted(PACKAGES.glob("*/observations.csv")):
        for row in _read(file.relative_to(PACKAGES)):
            yield row, units[row["unit_id"]]


def _read(name):
    with (PACKAGES / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_every_number_of_our_packages_is_read_as_it_is_recorded():
    """All real printed numbers: each gives the recorded value, in the recorded unit where it names one."""
    wrong = []
    for row, unit in _rows():
        printed = read_printed(row["as_printed"])
        if printed is None:
            wrong.append((row["as_printed"], "not read"))
            continue
        factor, value = Decimal(unit["factor"]), abs(Decimal(row["value"]))
        end = printed.high if row["bound"] == "high" else printed.low
        wanted = {value * factor} if printed.base else {value, value * factor}
        if not any(abs(end - number) < Decimal("0.005") for number in wanted) or printed.base not in (None, unit["base"]):
            wrong.append((row["as_printed"], printed, row["value"], row["unit_id"]))
    assert [] == wrong
