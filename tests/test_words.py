"""Numbers, bounds and periods in Chinese and English words."""

from decimal import Decimal

import pytest

from opendata.words import Period, Unit, amount, bounded, change, period_words, plain_number, read_period, scaled

UNITS = {
    unit_id: Unit(unit_id, symbol, name_en, symbol, base, Decimal(factor))
    for unit_id, symbol, name_en, base, factor in (
        ("cny", "元", "yuan", "CNY", 1),
        ("cny-10k", "万元", "ten thousand yuan", "CNY", 10**4),
        ("cny-100m", "亿元", "hundred million yuan", "CNY", 10**8),
        ("usd-100m", "亿美元", "hundred million US dollars", "USD", 10**8),
        ("usd-10k", "万美元", "ten thousand US dollars", "USD", 10**4),
        ("percent", "%", "per cent", "percent", 1),
        ("percentage-point", "个百分点", "percentage points", "percentage-point", 1),
        ("teu-10k", "万标箱", "ten thousand TEU", "TEU", 10**4),
        ("person-10k", "万人", "ten thousand persons", "person", 10**4),
        ("person", "人", "persons", "person", 1),
        ("tonne-100m", "亿吨", "hundred million tonnes", "tonne", 10**8),
        ("tonne-10k", "万吨", "ten thousand tonnes", "tonne", 10**4),
        ("sqm-10k", "万平方米", "ten thousand square metres", "square-metre", 10**4),
        ("hectare", "公顷", "hectares", "square-metre", 10**4),
        ("km", "公里", "kilometres", "metre", 1000),
        ("day", "天", "days", "second", 86400),
        ("per-100-households", "/百户", "per 100 households", "per-100-households", 1),
        ("times", "倍", "times", "times", 1),
        ("rank", "位", "rank", "rank", 1),
        ("count", "个", "count", "1", 1),
    )
}


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        ("6407", "cny-100m", "6,407亿元", "CNY 640.7 billion"),
        ("926.9", "usd-100m", "926.9亿美元", "USD 92.69 billion"),
        ("265", "teu-10k", "265万标箱", "2.65 million TEU"),
        ("22.0", "percent", "22.0%", "22.0\u00a0%"),
        ("12000", "cny-100m", "12,000亿元", "CNY 1.2 trillion"),
        ("0.3", "usd-100m", "0.3亿美元", "USD 30 million"),
        ("943", "usd-10k", "943万美元", "USD 9.43 million"),
        ("19665.2", "cny-10k", "19,665.2万元", "CNY 196.652 million"),
        ("32886", "cny", "32,886元", "CNY 32,886"),
        ("7.7", "person-10k", "7.7万人", "77,000 people"),
        ("1", "person", "1人", "1 person"),
        ("6.6", "tonne-100m", "6.6亿吨", "660 million tonnes"),
        ("1", "tonne-100m", "1亿吨", "100 million tonnes"),
        ("100", "tonne-10k", "100万吨", "1 million tonnes"),
        ("10", "sqm-10k", "10万平方米", "100,000 square metres"),
        ("120", "sqm-10k", "120万平方米", "1.2 million square metres"),
        ("60", "hectare", "60公顷", "60 hectares"),
        ("1", "km", "1公里", "1 kilometre"),
        ("1", "day", "1天", "1 day"),
        ("1", "per-100-households", "1/百户", "1 per 100 households"),
        ("234.4", "per-100-households", "234.4/百户", "234.4 per 100 households"),
        ("8.6", "times", "8.6倍", "8.6 times"),
        ("5", "rank", "第5位", "no. 5"),
        ("1", "percentage-point", "1个百分点", "1 percentage point"),
        ("3", "percentage-point", "3个百分点", "3 percentage points"),
        ("9999", "count", "9,999个", "9,999"),
        ("10000", "count", "1万个", "10,000"),
        ("25000", "count", "2.5万个", "25,000"),
        ("25060", "count", "25,060个", "25,060"),
        ("17516", "count", "17,516个", "17,516"),
        ("9300000", "count", "930万个", "9,300,000"),
        ("10000000", "count", "1,000万个", "10 million"),
        ("0", "percent", "0%", "0\u00a0%"),
        ("-40", "percent", "\u221240%", "\u221240\u00a0%"),
        ("-1", "percentage-point", "\u22121个百分点", "\u22121 percentage point"),
    ],
)
def test_amounts_keep_wan_and_yi_in_chinese_and_convert_in_english(value, unit, zh, en):
    """Chinese keeps the documents' units; English has millions and billions, no digit that is not recorded, and singulars."""
    assert (zh, en) == (amount(Decimal(value), UNITS[unit], "zh"), amount(Decimal(value), UNITS[unit], "en"))


def test_english_never_counts_in_hundred_millions():
    """No English amount holds a Chinese multiplier."""
    told = [amount(Decimal(number), unit, "en") for unit in UNITS.values() for number in ("1", "12", "6407", "0.5")]
    assert [] == [text for text in told if "hundred million" in text or "ten thousand" in text]


def test_figures_and_unit_apart():
    """The English unit holds an ellipsis where the figures stand."""
    unit = UNITS["cny-100m"]
    assert (("6,407", "亿元"), ("640.7", "CNY … billion")) == (
        scaled(Decimal(6407), unit, "zh"),
        scaled(Decimal(6407), unit, "en"),
    )


def test_numbers_have_separators_a_real_minus_and_their_own_digits():
    """A decimal keeps the zero it was written with; a float shows none it never had."""
    assert ("1,234.50", "1,234.5", "\u221212", "1234", "0.0000001") == (
        plain_number(Decimal("1234.50")),
        plain_number(1234.5),
        plain_number(-12.0),
        plain_number(Decimal(1234), grouped=False),
        plain_number(Decimal("1E-7")),
    )


@pytest.mark.parametrize(
    ("bound", "zh", "en"),
    [
        ("about", "约5%", "about 5%"),
        ("over", "超过5%", "over 5%"),
        ("at-least", "不低于5%", "at least 5%"),
        ("at-most", "不超过5%", "at most 5%"),
        ("under", "不足5%", "under 5%"),
        ("aim", "力争5%", "aims for 5%"),
        ("low", "5%", "5%"),
        ("high", "5%", "5%"),
        ("", "5%", "5%"),
    ],
)
def test_bounds_are_words(bound, zh, en):
    """Every bound has its word; the ends of a range are told where the range is."""
    assert (zh, en) == (bounded("5%", bound, "zh"), bounded("5%", bound, "en"))


def test_changes_say_up_or_down():
    """A change is told by its direction, its size without a sign."""
    point, percent = UNITS["percentage-point"], UNITS["percent"]
    assert ["提高3个百分点", "up 3 percentage points", "下降2%", "down 2\u00a0%", "up 1 percentage point"] == [
        change(Decimal(3), point, "zh"),
        change(Decimal(3), point, "en"),
        change(Decimal(-2), percent, "zh"),
        change(Decimal(-2), percent, "en"),
        change(Decimal(1), point, "en"),
    ]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2020", "2020年", "2020"),
        ("2021/2025", "2021—2025年", "2021–2025"),
        ("2024-05", "2024年5月", "May 2024"),
        ("2024-07-03", "2024年7月3日", "3 Jul 2024"),
        ("2024-01/2024-05", "2024年1—5月", "Jan–May 2024"),
        ("2020-11/2021-02", "2020年11月—2021年2月", "Nov 2020–Feb 2021"),
        ("2024-01-01/2024-05-03", "2024年1月1日—5月3日", "1 Jan – 3 May 2024"),
        ("2023-12-31/2024-05-03", "2023年12月31日—2024年5月3日", "31 Dec 2023 – 3 May 2024"),
        ("../2020", "截至2020年底", "end of 2020"),
        ("../2020-12", "截至2020年底", "end of 2020"),
        ("../2019-08", "截至2019年8月底", "end of Aug 2019"),
        ("../2024-07-03", "截至2024年7月3日", "3 Jul 2024"),
        ("", "—", "—"),
        ("last year", "last year", "last year"),
    ],
)
def test_periods_in_words(text, zh, en):
    """Each form of a period in both languages; a dash where none is recorded, the text itself where it is none."""
    assert (zh, en) == (period_words(text, "zh"), period_words(text, "en"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "20", "20255", "2025 ", "2025年", "2020-13", "2020-00", "2020-02-30", "2023-02-29", "0000", "../2020-42"),
        *("../2019/2020", "../", "2025/2021", "2020/2020", "2024-05/2024-05", "2024/2024-05", "2024-01/2025", "２０２０"),
        *("2020\n", "2016/2020/2025", "2020-1", "-2020"),
    ],
)
def test_what_is_no_period(text):
    """A day that no calendar has, an interval that runs backwards or nowhere, ends told differently."""
    assert read_period(text) is None


def test_what_a_period_tells():
    """Start, end, stock, length, and its place on an axis of years."""
    year, span, stock = read_period("2020"), read_period("2016/2020"), read_period("../2020-12")
    assert Period((2020, 0, 0), (2020, 0, 0)) == year
    assert Period((2016, 0, 0), (2020, 0, 0)) == span
    assert Period((2020, 12, 0), (2020, 12, 0), stock=True) == stock
    assert [(True, 1, 2020.0), (False, 5, 2020.0), (False, 1, 2020.0)] == [
        (period.is_year, period.years, period.position) for period in (year, span, stock) if period
    ]
    positions = [read_period(text).position for text in ("2024-01/2024-05", "../2024-06", "2024-12-31", "../2020")]
    assert [2023 + 5 / 12, 2023.5, 2023 + 13 / 12, 2020.0] == positions
    assert [True, False] == [read_period(text).is_whole for text in ("2016/2020", "2024-01/2024-05")]
