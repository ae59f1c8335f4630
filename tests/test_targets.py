"""Targets held against what came of them: thirty of the real ones worked by hand, and every hole a measure can fall into."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from opendata.collection import Area, Breakdown, Collection, Document, Indicator, Observation
from opendata.errors import WrongName
from opendata.handles import Catalog
from opendata.model import Text
from opendata.targets import REASONS, STATUSES, as_record, count_statuses, find_targets, progress, to_csv, to_json, to_text
from opendata.words import Unit

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "datapackages"


@pytest.fixture(scope="module")
def real():
    """Every figure of the packages of this repository."""
    return Collection(Catalog(PACKAGES)).observations


def numbers(target):
    """What a target says of its pace, as printed: elapsed, achieved share, achieved and required pace, path, gap."""
    shown = (
        target.elapsed_share,
        target.achieved_share,
        target.achieved_pace,
        target.required_pace,
        target.path,
        target.gap,
    )
    return tuple(None if number is None else str(number) for number in shown)


def figure(one):
    return None if one is None else (str(one.value), one.unit.unit_id, one.period)


def pick(targets, subject, period, measure, value, bound, source):
    """The one target of ``indicator/place`` or ``indicator/place/part`` that a document states so."""
    indicator, area, *part = subject.split("/")
    found = [
        target
        for target in targets
        if (indicator, area, period, measure, Decimal(value), bound, source)
        == (
            target.indicator.indicator_id,
            target.area.area_id,
            target.period,
            target.measure,
            target.value,
            target.bound,
            target.document.source_id,
        )
        and (target.breakdown.breakdown_id if target.breakdown else "") == "".join(part)
    ]
    assert 1 == len(found), f"{len(found)} targets are {subject} {period} {value}"
    return found[0]


# ----- thirty targets of the real packages, by hand -----

GATEWAY, OPENING, WEST = "qingdao-gateway-plan", "qingdao-opening-plan", "west-coast-commerce-plan"
TRADE, INVESTMENT, OUTBOUND = "shandong-foreign-trade-plan", "shandong-foreign-investment-plan", "shandong-outbound-plan"
SERVICES, DISTRIBUTION = "shandong-services-trade-plan", "shandong-distribution-plan"
NOTHING = (None, None, None, None, None, None)


def needs(pace):
    """Only the required pace is known: nothing after the baseline is recorded."""
    return None, None, None, pace, None, None


# what is promised (subject, period, measure, value, bound, document) -> kind, verdict, baseline, numbers; the arithmetic behind
BY_HAND = [
    # (8760 ÷ 6407)^(1/3) = 1.109898; (13000 ÷ 8760)^(1/3) = 1.140634; 2353 ÷ 6593 = 0.35689; 3 of 6 years;
    # 6407 + 6593 ÷ 2 = 9703.5; 8760 − 9703.5 = −943.5; 10.9898 ÷ 14.0634 = 0.78
    (
        ("goods-trade/qingdao", "2026", "level", "13000", "over", GATEWAY),
        ("level", "at-risk", "pace-short"),
        ("6407", "cny-100m", "2020"),
        ("50.0", "35.7", "11.0", "14.1", "9703.5", "-943.5"),
    ),
    # 2023 is recorded in yuan only; (1300 ÷ 926.9)^(1/5) = 1.069996
    (
        ("goods-trade/qingdao", "2025", "level", "1300", "", OPENING),
        ("level", "not-comparable", "currency"),
        ("926.9", "usd-100m", "2020"),
        needs("7.0"),
    ),
    # the same table row states it in dollars
    (
        ("goods-trade/qingdao", "2021/2025", "growth-annual", "7", "", OPENING),
        ("rate", "not-comparable", "currency"),
        ("926.9", "usd-100m", "2020"),
        needs("7.0"),
    ),
    # 2021, from which three years would count, is not recorded; 2023 is
    (
        ("goods-trade/qingdao", "2022/2024", "growth-annual", "7", "", GATEWAY),
        ("rate", "not-comparable", "no-baseline"),
        None,
        needs("7.0"),
    ),
    # (310 ÷ 170)^(1/5) = 1.127671
    (
        ("goods-trade/ftz-qingdao", "2025", "level", "310", "over", OPENING),
        ("level", "not-comparable", "currency"),
        ("170", "usd-100m", "2020"),
        needs("12.8"),
    ),
    # (30000 ÷ 22009.4)^(1/5) = 1.063904
    (
        ("goods-trade/shandong", "2025", "level", "30000", "over", TRADE),
        ("level", "no-actual-yet", "base-year-only"),
        ("22009.4", "cny-100m", "2020"),
        needs("6.4"),
    ),
    # the document has no base year of its own, its sibling has; (1500 ÷ 1237.24)^(1/2) = 1.101079
    (
        ("goods-imports/west-coast", "2022", "level", "1500", "over", OPENING),
        ("level", "no-actual-yet", "base-year-only"),
        ("1237.24", "cny-100m", "2020"),
        needs("10.1"),
    ),
    # (1400 ÷ 911.99)^(1/5) = 1.089501, which rounds up
    (
        ("goods-exports/west-coast", "2025", "level", "1400", "", WEST),
        ("level", "no-actual-yet", "base-year-only"),
        ("911.99", "cny-100m", "2020"),
        needs("9.0"),
    ),
    # 350 ÷ 5; the baseline of the table row is one year's level
    (
        ("foreign-investment-used/qingdao", "2021/2025", "cumulative", "350", "", OPENING),
        ("cumulative", "no-actual-yet", "base-year-only"),
        ("58.5", "usd-100m", "2020"),
        needs("70"),
    ),
    # 190 ÷ 3 = 63.33; nothing of 2021
    (
        ("foreign-investment-used/qingdao", "2022/2024", "cumulative", "190", "", GATEWAY),
        ("cumulative", "no-actual-yet", "no-actual"),
        None,
        needs("63.3"),
    ),
    # six years from the last actual before the plan: (75 ÷ 58.5)^(1/6) = 1.042280
    (
        ("foreign-investment-used/qingdao", "2026", "level", "75", "", GATEWAY),
        ("level", "no-actual-yet", "base-year-only"),
        ("58.5", "usd-100m", "2020"),
        needs("4.2"),
    ),
    # (30 − 21.9) ÷ 5 = 1.62; the first five months of 2024 are no year
    (
        ("foreign-investment-used/qingdao/industry-high-tech", "2025", "share", "30", "about", OPENING),
        ("share", "no-actual-yet", "partial-year-only"),
        ("21.9", "percent", "2020"),
        needs("1.62"),
    ),
    # (30 − 20.1) ÷ 5
    (
        ("foreign-investment-used/shandong/industry-high-tech", "2025", "share", "30", "", INVESTMENT),
        ("share", "no-actual-yet", "base-year-only"),
        ("20.1", "percent", "2020"),
        needs("1.98"),
    ),
    # (10 − 6.8) ÷ 5
    (
        ("foreign-investment-used/shandong/partner-japan-korea", "2025", "share", "10", "about", INVESTMENT),
        ("share", "no-actual-yet", "base-year-only"),
        ("6.8", "percent", "2020"),
        needs("0.64"),
    ),
    # 13.7 of the table, not "over 13.7" of the prose; (18.5 ÷ 13.7)^(1/5) = 1.061916
    (
        ("foreign-investment-used/west-coast", "2025", "level", "18.5", "over", WEST),
        ("level", "no-actual-yet", "base-year-only"),
        ("13.7", "usd-100m", "2020"),
        needs("6.2"),
    ),
    # (30 − 16) ÷ 5
    (
        ("fortune-500-projects/west-coast", "2025", "level", "30", "", WEST),
        ("count", "no-actual-yet", "base-year-only"),
        ("16", "count", "2020"),
        needs("2.8"),
    ),
    # a stock at the end of 2020: (60000 − 56000) ÷ 5
    (
        ("trading-firms/shandong", "2025", "level", "60000", "over", TRADE),
        ("count", "no-actual-yet", "base-year-only"),
        ("56000", "count", "../2020-12"),
        needs("800"),
    ),
    (
        ("trading-firms/west-coast", "2025", "level", "4500", "over", WEST),
        ("count", "no-actual-yet", "no-actual"),
        None,
        NOTHING,
    ),
    # down by 2 to 3 points from 14.5: the near end, −2 ÷ 5
    (
        ("logistics-cost-share-of-gdp/shandong", "2025", "change", "-2", "", DISTRIBUTION),
        ("share", "no-actual-yet", "base-year-only"),
        ("14.5", "percent", "2020"),
        needs("-0.4"),
    ),
    # 3 to 5 in each city
    (
        ("foreign-trade-service-firms/shandong/each-city", "2025", "level", "3", "", TRADE),
        ("count", "no-actual-yet", "no-actual"),
        None,
        NOTHING,
    ),
    # (1800 ÷ 848.9)^(1/6) = 1.133451
    (
        ("services-trade/qingdao", "2026", "level", "1800", "", GATEWAY),
        ("level", "no-actual-yet", "partial-year-only"),
        ("848.9", "cny-100m", "2020"),
        needs("13.3"),
    ),
    # "over 100 billion yuan" is the only baseline: (1500 ÷ 1000)^(1/5) = 1.084472
    (
        ("offshore-services-outsourcing-executed/shandong", "2025", "level", "1500", "over", SERVICES),
        ("level", "no-actual-yet", "base-year-only"),
        ("1000", "cny-100m", "2020"),
        needs("8.4"),
    ),
    # 持平
    (
        ("labour-dispatched/shandong", "2021/2025", "growth-annual", "0", "", OUTBOUND),
        ("rate", "no-actual-yet", "no-actual"),
        None,
        needs("0.0"),
    ),
    # 15 ÷ 5; the 29.2 of the five years before are no year's level
    (
        ("labour-dispatched/shandong", "2021/2025", "cumulative", "15", "", OUTBOUND),
        ("cumulative", "no-actual-yet", "no-actual"),
        None,
        needs("3"),
    ),
    # (11 ÷ 0.3)^(1/5) = 2.055201 in the table, (5 ÷ 0.3)^(1/5) = 1.755374 in the prose
    (
        ("outbound-investment-contracted/west-coast", "2025", "level", "11", "", WEST),
        ("level", "no-actual-yet", "base-year-only"),
        ("0.3", "usd-100m", "2020"),
        needs("105.5"),
    ),
    (
        ("outbound-investment-contracted/west-coast", "2025", "level", "5", "", WEST),
        ("level", "no-actual-yet", "base-year-only"),
        ("0.3", "usd-100m", "2020"),
        needs("75.5"),
    ),
    # the sum of five years stands as one year's level: recorded totals are no levels
    (
        ("overseas-contracting-turnover/shandong", "2025", "level", "500", "", SERVICES),
        ("level", "no-actual-yet", "no-actual"),
        None,
        NOTHING,
    ),
    # 15 new ones a year, or 15 at the end?
    (
        ("emerging-financial-institutions-added/ftz-qingdao", "2021/2025", "level", "15", "over", OPENING),
        ("count", "not-comparable", "period-unclear"),
        None,
        NOTHING,
    ),
    (
        ("rail-sea-intermodal-containers/qingdao-port", "", "rank", "1", "", OPENING),
        ("rank", "not-comparable", "no-period"),
        None,
        NOTHING,
    ),
    (
        ("recyclables-recovery-rate/shandong", "", "share", "78", "at-least", DISTRIBUTION),
        ("share", "not-comparable", "no-period"),
        None,
        NOTHING,
    ),
    # (800 ÷ 54.2)^(1/5) = 1.713240, more than the 70 % that the same row states
    (
        ("cross-border-ecommerce-trade/qingdao", "2025", "level", "800", "", OPENING),
        ("level", "no-actual-yet", "base-year-only"),
        ("54.2", "cny-100m", "2020"),
        needs("71.3"),
    ),
    # (120 ÷ 76.5)^(1/5) = 1.094218, from the baseline of another document
    (
        ("multimodal-centre-throughput/sco-area", "2025", "level", "120", "", OPENING),
        ("level", "no-actual-yet", "base-year-only"),
        ("76.5", "teu-10k", "2020"),
        needs("9.4"),
    ),
]


@pytest.mark.parametrize(("promised", "verdict", "baseline", "shown"), BY_HAND, ids=[" ".join(case[0][:4]) for case in BY_HAND])
def test_real_targets_are_as_worked_by_hand(real, promised, verdict, baseline, shown):
    """Kind, status, reason, baseline and every number agree to the digit shown."""
    target = pick(find_targets(real), *promised)
    assert (verdict, baseline, shown) == (
        (target.kind, target.status, target.reason),
        figure(target.baseline),
        numbers(target),
    )


# The same real targets a few years on: what is promised, actuals that are made up for the test, verdict and numbers.
LATER = [
    # 61.7 + 60 = 121.7 of 350; 121.7 ÷ 2 = 60.85; 228.3 ÷ 3 = 76.1; 350 × 2/5 = 140; 60.85 ÷ 76.1 = 0.80
    (
        ("foreign-investment-used/qingdao", "2021/2025", "cumulative", "350", "", OPENING),
        [("2021", "level", "61.7"), ("2022", "level", "60")],
        ("at-risk", "pace-short"),
        ("121.7", "usd-100m", "2021/2022"),
        ("40.0", "34.8", "60.85", "76.1", "140", "-18.3"),
    ),
    # a recorded total goes before a sum of the same years; 145 ÷ 2 = 72.5; 205 ÷ 3 = 68.33
    (
        ("foreign-investment-used/qingdao", "2021/2025", "cumulative", "350", "", OPENING),
        [("2021", "level", "61.7"), ("2022", "level", "60"), ("2021/2022", "cumulative", "145")],
        ("on-track", "pace-enough"),
        ("145", "usd-100m", "2021/2022"),
        ("40.0", "41.4", "72.5", "68.3", "140", "5"),
    ),
    # 2022 alone says nothing of a sum that begins in 2021
    (
        ("foreign-investment-used/qingdao", "2021/2025", "cumulative", "350", "", OPENING),
        [("2022", "level", "60")],
        ("not-comparable", "years-missing"),
        None,
        needs("70"),
    ),
    # "about 30": 29.5 rounds to it; 7.6 ÷ 8.1 = 0.938; 21.9 + 8.1 × 3/5 = 26.76; 7.6 ÷ 3 = 2.533; 0.5 ÷ 2
    (
        ("foreign-investment-used/qingdao/industry-high-tech", "2025", "share", "30", "about", OPENING),
        [("2023", "share", "29.5")],
        ("met", "reached-early"),
        ("29.5", "percent", "2023"),
        ("60.0", "93.8", "2.53", "0.25", "26.76", "2.74"),
    ),
    # without "about" the same value is on its way
    (
        ("foreign-investment-used/shandong/industry-high-tech", "2025", "share", "30", "", INVESTMENT),
        [("2023", "share", "29.5")],
        ("on-track", "pace-enough"),
        ("29.5", "percent", "2023"),
        ("60.0", "94.9", "3.13", "0.25", "26.04", "3.46"),
    ),
    # 0.4 ÷ 2 = 0.2; 2.8 ÷ 3 = 0.933; 0.2 ÷ 0.933 = 0.21
    (
        ("foreign-investment-used/shandong/partner-japan-korea", "2025", "share", "10", "", INVESTMENT),
        [("2022", "share", "7.2")],
        ("off-track", "pace-far-short"),
        ("7.2", "percent", "2022"),
        ("40.0", "12.5", "0.2", "0.93", "8.08", "-0.88"),
    ),
    # lower is better: from 14.5 to 12.5; −1.1 ÷ 3 = −0.367; −0.9 ÷ 2 = −0.45; 0.367 ÷ 0.45 = 0.81
    (
        ("logistics-cost-share-of-gdp/shandong", "2025", "change", "-2", "", DISTRIBUTION),
        [("2023", "share", "13.4")],
        ("at-risk", "pace-short"),
        ("13.4", "percent", "2023"),
        ("60.0", "55.0", "-0.37", "-0.45", "13.3", "0.1"),
    ),
    # 29304 ÷ 22009.4 = 1.331431; (30000 ÷ 29304)^(1/4) = 1.005886; 7294.6 ÷ 7990.6 = 0.9129; 22009.4 + 7990.6 ÷ 5
    (
        ("goods-trade/shandong", "2025", "level", "30000", "over", TRADE),
        [("2021", "level", "29304")],
        ("on-track", "pace-enough"),
        ("29304", "cny-100m", "2021"),
        ("20.0", "91.3", "33.1", "0.6", "23607.52", "5696.48"),
    ),
    # (1400 ÷ 1126.4)^(1/3) = 1.075173; (1.08^5 ÷ 1.242898)^(1/2) = 1.087281; 7.5173 ÷ 8.7281 = 0.86
    (
        ("retail-sales/west-coast", "2021/2025", "growth-annual", "8", "about", WEST),
        [("2023", "level", "1400")],
        ("at-risk", "pace-short"),
        ("1400", "cny-100m", "2023"),
        ("60.0", None, "7.5", "8.7", "8", "-0.5"),
    ),
    # growth of each year: (1.10 × 1.08)^(1/2) = 1.089954; (1.08^5 ÷ 1.188)^(1/3) = 1.073419
    (
        ("retail-sales/west-coast", "2021/2025", "growth-annual", "8", "about", WEST),
        [("2021", "growth-yoy", "10"), ("2022", "growth-yoy", "8")],
        ("on-track", "pace-enough"),
        ("9", "percent", "2021/2022"),
        ("40.0", None, "9.0", "7.3", "8", "1.0"),
    ),
    # an average that a document prints for the whole period; 7.6 rounds to "about 8"
    (
        ("retail-sales/west-coast", "2021/2025", "growth-annual", "8", "about", WEST),
        [("2021/2025", "growth-annual", "7.6")],
        ("met", "reached"),
        ("7.6", "percent", "2021/2025"),
        ("100.0", None, "7.6", None, "8", "-0.4"),
    ),
    # mid 2024 is 3 7/12 of 5 years: 2000 ÷ 3.58333 = 558.1; 2000 ÷ 1.41667 = 1411.8; 56000 + 4000 × 0.716667
    (
        ("trading-firms/shandong", "2025", "level", "60000", "over", TRADE),
        [("../2024-07", "level", "58000")],
        ("off-track", "pace-far-short"),
        ("58000", "count", "../2024-07"),
        ("71.7", "50.0", "558.1", "1411.8", "58866.7", "-866.7"),
    ),
    # the period is over: 13 ÷ 14 = 0.929
    (
        ("fortune-500-projects/west-coast", "2025", "level", "30", "", WEST),
        [("2025", "level", "29")],
        ("off-track", "missed"),
        ("29", "count", "2025"),
        ("100.0", "92.9", "2.6", None, "30", "-1"),
    ),
    # 900 ÷ 911.99 = 0.986853; (1400 ÷ 900)^(1/4) = 1.116792; −11.99 ÷ 488.01 = −0.0246
    (
        ("goods-exports/west-coast", "2025", "level", "1400", "", WEST),
        [("2021", "level", "900")],
        ("off-track", "wrong-way"),
        ("900", "cny-100m", "2021"),
        ("20.0", "-2.5", "-1.3", "11.7", "1009.592", "-109.592"),
    ),
]


@pytest.mark.parametrize(("promised", "made_up", "verdict", "latest", "shown"), LATER)
def test_real_targets_some_years_on(real, promised, made_up, verdict, latest, shown):
    """Made-up actuals for real targets: status, reason, latest actual and every number as worked by hand."""
    target = pick(find_targets(real), *promised)
    percent = next(row.unit for row in real if row.unit.unit_id == "percent")
    levels = target.baseline.unit
    rows = [
        replace(
            target.rows[0],
            status="actual",
            bound="",
            period=period,
            measure=measure,
            value=Decimal(value),
            unit=percent if measure.startswith("growth") else levels,
            locator="made/up",
        )
        for period, measure, value in made_up
    ]
    after = pick(find_targets([*real, *rows]), *promised)
    assert (verdict, latest, shown) == (
        (after.status, after.reason),
        figure(after.latest) if after.latest is not after.baseline else None,
        numbers(after),
    )


def test_every_real_target_has_one_verdict_with_its_reason_in_two_languages(real):
    """No target is left out or told twice; none of measure ``limit`` is one; every reason is known and told."""
    targets = find_targets(real)
    stated = [row for row in real if row.status == "target" and row.measure != "limit"]
    assert sorted(row.key for row in stated) == sorted(row.key for target in targets for row in target.rows)
    for target in targets:
        assert target.status in STATUSES
        assert target.reason in REASONS
        chinese, english = target.explanation.default, target.explanation.in_language("en")
        assert ("。", ".") == (chinese[-1], english[-1])
        assert "—" not in english, "a number that the reason names is not known"
    assert len(targets) == sum(count_statuses(targets).values())


# ----- the rules, one hole at a time -----

YUAN = Unit("cny-100m", "亿元", "hundred million yuan", "亿元", "CNY", Decimal(10) ** 8)
SMALL_YUAN = Unit("cny-10k", "万元", "ten thousand yuan", "万元", "CNY", Decimal(10) ** 4)
DOLLAR = Unit("usd-100m", "亿美元", "hundred million US dollars", "亿美元", "USD", Decimal(10) ** 8)
PERCENT = Unit("percent", "%", "per cent", "%", "percent", Decimal(1))
POINT = Unit("percentage-point", "个百分点", "percentage points", "个百分点", "percentage-point", Decimal(1))
COUNT = Unit("count", "个", "count", "个", "1", Decimal(1))
RANK = Unit("rank", "位", "rank", "位", "rank", Decimal(1))
TONNE = Unit("tonne", "吨", "tonnes", "吨", "tonne", Decimal(1))
PLAN = Document("plan", Text("规划", {"en": "Plan"}), Text(""), "plan", "here", "2021/2025", "")
REPORT = Document("report", Text("报告", {"en": "Report"}), Text(""), "article", "here", "", "")


def row(
    period, value, status="actual", unit=YUAN, measure="level", bound="", part="", way="higher", document=PLAN, locator="表1/1"
):
    """A figure of one made-up indicator and place."""
    return Observation(
        "made-up",
        Indicator("trade", Text("贸易", {"en": "Trade"}), "trade", Text(""), way, unit.unit_id),
        Area("here", Text("本地", {"en": "Here"}), "city", "", ""),
        Breakdown(part, "partner", Text(part)) if part else None,
        period,
        measure,
        status,
        Decimal(value),
        unit,
        bound,
        value,
        "贸易",
        document,
        locator,
        Text(""),
    )


def aim(period, value, **more):
    return row(period, value, "target", **more)


def judge(*rows, as_of=None):
    """The one target among some figures."""
    (target,) = find_targets(rows, as_of=as_of)
    return target


def verdict(*rows, **more):
    target = judge(*rows, **more)
    return target.status, target.reason


def test_a_baseline_of_zero_is_not_replaced_by_another():
    """0 → 10 of 100 after two of five years is no "substantial progress": growth from nothing is not defined."""
    target = judge(aim("2025", "100"), row("2020", "0"), row("2022", "10"))
    assert ("not-comparable", "baseline-zero") == (target.status, target.reason)
    assert ("40.0", "10.0", None, "115.4", "40", "-30") == numbers(target)  # (100 ÷ 10)^(1/3) = 2.154435


def test_a_count_may_begin_with_none():
    """Things are added: 5 a year made, 30 a year needed, 0.17 of it."""
    target = judge(aim("2025", "100", unit=COUNT), row("2020", "0", unit=COUNT), row("2022", "10", unit=COUNT))
    assert ("off-track", "pace-far-short") == (target.status, target.reason)
    assert ("40.0", "10.0", "5", "30", "40", "-30") == numbers(target)


def test_a_share_may_begin_with_zero():
    """Shares move by percentage points."""
    rows = [row("2020", "0", unit=PERCENT, measure="share"), row("2022", "12", unit=PERCENT, measure="share")]
    assert ("on-track", "pace-enough") == verdict(aim("2025", "30", unit=PERCENT, measure="share"), *rows)


def test_negative_baseline_and_change_of_sign_have_no_growth():
    """A growth rate of or through values below zero says nothing, so none is given."""
    below = judge(aim("2025", "100"), row("2020", "-10"), row("2022", "10"))
    across = judge(aim("2025", "100"), row("2020", "10"), row("2022", "-10"))
    to_nothing = judge(aim("2025", "0", way="lower"), row("2020", "10", way="lower"), row("2022", "5", way="lower"))
    assert [("not-comparable", "baseline-negative", None)] == [(below.status, below.reason, below.achieved_pace)]
    assert [("not-comparable", "sign-change", None)] == [(across.status, across.reason, across.achieved_pace)]
    assert [("not-comparable", "sign-change", None)] == [(to_nothing.status, to_nothing.reason, to_nothing.required_pace)]


def test_a_rate_from_a_zero_or_negative_level_is_not_worked_out():
    """The same for growth that is worked out from levels."""
    rate = aim("2021/2025", "8", unit=PERCENT, measure="growth-annual")
    assert [
        ("not-comparable", "baseline-zero"),
        ("not-comparable", "baseline-negative"),
        ("not-comparable", "sign-change"),
    ] == [verdict(rate, row("2020", start), row("2022", end)) for start, end in (("0", "5"), ("-5", "5"), ("5", "-5"))]


def test_target_below_the_baseline_of_an_indicator_that_should_rise():
    """Reached before it began; whoever falls below it is off track; no share of a way that leads backwards."""
    promised, base = aim("2025", "80"), row("2020", "100")
    still, fallen = judge(promised, base, row("2022", "90")), judge(promised, base, row("2022", "70"))
    assert ("met", "baseline-beyond-target", None) == (still.status, still.reason, still.achieved_share)
    assert ("off-track", "wrong-way", None) == (fallen.status, fallen.reason, fallen.achieved_share)
    assert ("no-actual-yet", "baseline-beyond-target") == verdict(promised, base)


def test_a_target_met_early_is_met():
    """Also before its time; the period it was made for is told."""
    target = judge(aim("2025", "150"), row("2020", "100"), row("2023", "160"))
    assert ("met", "reached-early") == (target.status, target.reason)
    assert "2023年为160亿元，已提前达到目标；时期至2025年。" == target.explanation.default
    assert "CNY 16 billion in 2023: the target is reached ahead of time (2025)." == target.explanation.in_language("en")
    assert ("met", "reached") == verdict(aim("2025", "150"), row("2020", "100"), row("2025", "150"))
    assert ("met", "reached-early") == verdict(
        aim("2021/2025", "150", measure="cumulative"), row("2021", "80"), row("2022", "70")
    )


def test_without_a_later_actual_only_the_required_pace_is_told():
    """The base year is no progress, and its absence is no zero."""
    target = judge(aim("2025", "161.051"), row("2020", "100"))
    assert ("no-actual-yet", "base-year-only") == (target.status, target.reason)
    assert needs("10.0") == numbers(target)
    assert target.latest is target.baseline
    assert ("no-actual-yet", "no-actual") == verdict(aim("2025", "100"))
    assert ("no-actual-yet", "no-actual") == verdict(aim("2025", "100"), row("2026", "100"))


def test_a_period_that_the_document_does_not_state_cannot_be_judged():
    """Nor is one taken from the title of the plan, or its first year."""
    figures = [row("2020", "100"), row("2022", "200")]
    assert ("not-comparable", "no-period") == verdict(aim("", "150"), *figures)
    assert ("not-comparable", "period-unclear") == verdict(aim("2021/2025", "150"), *figures)
    assert ("not-comparable", "period-unclear") == verdict(aim("2021-01/2025-06", "150", measure="cumulative"), *figures)


def test_two_currencies_are_not_compared():
    """No rate of exchange is recorded; the same currency in another unit is."""
    promised, base = aim("2025", "150", unit=DOLLAR), row("2020", "100", unit=DOLLAR)
    assert ("not-comparable", "currency") == verdict(promised, base, row("2023", "900"))
    target = judge(aim("2025", "150"), row("2020", "100"), row("2023", "1300000", unit=SMALL_YUAN))
    assert ("130", "cny-100m", "2023") == figure(target.latest)
    assert "on-track" == target.status
    assert ("not-comparable", "unit") == verdict(aim("2025", "150"), row("2020", "100"), row("2023", "9", unit=TONNE))
    sums = aim("2021/2025", "150", unit=DOLLAR, measure="cumulative")
    assert ("not-comparable", "currency") == verdict(sums, row("2021", "9"))


def test_a_rate_is_read_in_the_currency_of_the_level_beside_it():
    """Dollars where the plan's own level target is in dollars; where it has none and there are two, nobody can say."""
    rate = aim("2021/2025", "8", unit=PERCENT, measure="growth-annual")
    yuan, dollars = [row("2020", "100"), row("2022", "121")], [row("2020", "15", unit=DOLLAR), row("2022", "15", unit=DOLLAR)]

    def of_rate(*rows):
        (target,) = (target for target in find_targets(rows) if target.kind == "rate")
        return target.reason, str(target.achieved_pace)

    assert ("wrong-way", "0.0") == of_rate(rate, aim("2025", "22", unit=DOLLAR), *yuan, *dollars)
    assert ("pace-enough", "10.0") == of_rate(rate, aim("2025", "147"), *yuan, *dollars)
    assert ("currency", "None") == of_rate(rate, aim("2025", "22", unit=DOLLAR), *yuan, dollars[0])
    assert ("currency-unclear", "None") == of_rate(rate, *yuan, *dollars)
    grown = row("2021", "9", unit=PERCENT, measure="growth-yoy", document=REPORT)
    beside = row("2021", "109", document=REPORT)
    assert ("currency", "None") == of_rate(rate, aim("2025", "22", unit=DOLLAR), grown, beside)
    assert ("pace-enough", "9.0") == of_rate(rate, aim("2025", "147"), grown)


def test_two_scopes_are_not_compared():
    """A part is not the total, nor the total a part; another part is simply something else."""
    base, later = row("2020", "100"), row("2023", "120", part="exports")
    assert ("not-comparable", "scope") == verdict(aim("2025", "150"), base, later)
    assert ("not-comparable", "scope") == verdict(aim("2025", "150", part="exports"), row("2023", "120"))
    assert ("no-actual-yet", "no-actual") == verdict(aim("2025", "150", part="imports"), later)


def test_a_part_of_a_year_is_not_held_against_a_year():
    """Neither as a level, nor in a sum, nor as growth; a stock at a date is no part of a year."""
    months = row("2024-01/2024-05", "70")
    grown = row("2021-01/2021-05", "9", unit=PERCENT, measure="growth-yoy")
    assert [("no-actual-yet", "partial-year-only")] * 3 == [
        verdict(aim("2025", "150"), row("2020", "100"), months),
        verdict(aim("2021/2025", "500", measure="cumulative"), months),
        verdict(aim("2021/2025", "8", unit=PERCENT, measure="growth-annual"), row("2020", "100"), grown),
    ]
    stock = judge(aim("2025", "150", unit=COUNT), row("../2020-12", "100", unit=COUNT), row("../2023-06", "125", unit=COUNT))
    assert ("50.0", "50.0", "10", "10", "125", "0") == numbers(stock)
    assert "on-track" == stock.status


def test_status_changes_at_the_required_pace_and_at_sixty_per_cent_of_it():
    """Exactly as fast as required is on track, exactly 60 % of it at risk; the comparison is of unrounded paces."""
    base, unit = row("2020", "0", unit=COUNT), {"unit": COUNT}
    reached = {
        "40": "on-track",
        "39": "at-risk",
        "28.5715": "at-risk",
        "28.5714": "off-track",
        "0": "off-track",
        "-1": "off-track",
    }
    # 28.5714… = 200 ÷ 7: x ÷ 2 = 0.6 × (100 − x) ÷ 3
    got = {value: verdict(aim("2025", "100", **unit), base, row("2022", value, **unit))[0] for value in reached}
    assert reached == got
    growing = [row("2020", "100"), row("2022", "121")]
    assert ("on-track", "pace-enough") == verdict(aim("2025", "161.051"), *growing)  # 10 % a year, before and after


@given(start=st.integers(1, 10**6), end=st.integers(1, 10**6), latest=st.integers(1, 10**6), years=st.integers(1, 4))
def test_on_track_is_on_or_beyond_the_curve_to_the_target(start, end, latest, years):
    """Required from the latest on, or from the baseline on: the line between on track and not is the same."""
    assume(end > max(start, latest))
    status, _ = verdict(aim("2025", str(end)), row("2020", str(start)), row(str(2020 + years), str(latest)))
    # latest ≥ start × (end ÷ start)^(years ÷ 5), in whole numbers
    assert (status == "on-track") == (latest**5 >= start ** (5 - years) * end**years)


def test_lower_is_better_where_the_indicator_or_the_bound_says_so():
    """A fall from 10 to 5 in five years; (5 ÷ 8)^(1/3) = 0.854988, (8 ÷ 10)^(1/2) = 0.894427."""
    base, later = row("2020", "10", way="lower"), row("2022", "8", way="lower")
    target = judge(aim("2025", "5", way="lower"), base, later)
    assert ("at-risk", "lower", ("40.0", "40.0", "-10.6", "-14.5", "8", "0")) == (
        target.status,
        target.direction,
        numbers(target),
    )
    assert ("met", "reached-early") == verdict(aim("2025", "5", way="lower"), base, row("2022", "5", way="lower"))
    assert ("off-track", "wrong-way") == verdict(aim("2025", "5", way="lower"), base, row("2022", "11", way="lower"))
    assert "lower" == judge(aim("2025", "5", bound="at-most")).direction
    assert "higher" == judge(aim("2025", "5", bound="at-least", way="lower")).direction


def test_without_a_direction_baseline_and_target_tell_it():
    """A neutral indicator is wanted where its target lies; with nothing to tell it, nobody can say."""
    promised, base = aim("2025", "150", way="neutral"), row("2020", "100", way="neutral")
    target = judge(promised, base, row("2022", "125", way="neutral"))
    assert ("higher", "on-track") == (target.direction, target.status)
    assert ("not-comparable", "no-direction") == verdict(promised, row("2022", "125", way="neutral"))
    sums = aim("2021/2025", "150", way="neutral", measure="cumulative")
    assert ("not-comparable", "no-direction") == verdict(sums, row("2021", "30", way="neutral"))


def test_a_limit_on_a_sum_is_kept_or_strained_and_met_only_at_its_end():
    """At most 100 in five years."""
    limit = aim("2021/2025", "100", measure="cumulative", bound="at-most")
    spent = {"20": "on-track", "25": "at-risk", "40": "off-track", "120": "off-track"}
    assert spent == {value: verdict(limit, row("2021", value))[0] for value in spent}  # 25 a year, 18.75 left: 0.75
    assert ("met", "reached") == verdict(limit, row("2021/2025", "100", measure="cumulative"))
    assert ("off-track", "missed") == verdict(limit, row("2021/2025", "101", measure="cumulative"))


@pytest.mark.parametrize(
    ("bound", "met_by", "missed_by"),
    [
        ("", "30", "29.9"),
        ("aim", "30", "29.9"),
        ("at-least", "30", "29.9"),
        ("over", "30.1", "30"),
        ("about", "29.5", "29.4"),
        ("at-most", "30", "30.1"),
        ("under", "29.9", "30"),
    ],
)
def test_each_bound_has_its_own_reach(bound, met_by, missed_by):
    """What the number itself does, and what is just short of it."""
    promised = aim("2025", "30", unit=PERCENT, measure="share", bound=bound)
    end = {"unit": PERCENT, "measure": "share"}
    assert [("met", "reached"), ("off-track", "missed")] == [
        verdict(promised, row("2025", value, **end)) for value in (met_by, missed_by)
    ]


def test_an_actual_with_a_bound_is_taken_at_its_number_and_said_to_be_approximate():
    """Over 30 reaches "over 30", under 30 does not reach 30; one without a bound goes before."""
    promised = aim("2025", "30", bound="over")
    over, under = judge(promised, row("2025", "30", bound="over")), row("2025", "30", bound="under")
    assert ("met", True) == (over.status, over.approximate)
    assert ("off-track", "missed") == verdict(aim("2025", "30"), under)
    exact = judge(promised, row("2020", "20", bound="over"), row("2020", "21", document=REPORT, locator="p1"))
    assert ("20", True) == (str(exact.baseline.value), exact.approximate)  # the document's own goes before that
    exact = judge(promised, row("2020", "20", bound="over"), row("2020", "21"))
    assert ("21", False) == (str(exact.baseline.value), exact.approximate)
    assert judge(promised, row("2020", "20", bound="low"), row("2020", "22", bound="high")).baseline is None


def test_a_range_is_one_target_reached_at_its_near_end():
    """Two rows, one target; for a fall the near end is the upper one."""
    ends = [aim("2025", "5", bound="high", unit=COUNT), aim("2025", "3", bound="low", unit=COUNT)]
    target = judge(*ends, row("2020", "1", unit=COUNT), row("2023", "2", unit=COUNT))
    assert ("3", "3", "5", 2) == (str(target.value), str(target.low), str(target.high), len(target.rows))
    assert ("60.0", "50.0", "0.3", "0.5", "2.2", "-0.2") == numbers(target)
    assert ("at-risk", "pace-short") == (target.status, target.reason)
    assert ("met", "reached-early") == verdict(*ends, row("2020", "1", unit=COUNT), row("2023", "3", unit=COUNT))
    fall = [
        aim("2025", "-3", bound="high", unit=POINT, measure="change", way="lower"),
        aim("2025", "-2", bound="low", unit=POINT, measure="change", way="lower"),
    ]
    share = {"unit": PERCENT, "measure": "share", "way": "lower"}
    assert ("met", "reached") == verdict(*fall, row("2020", "14.5", **share), row("2025", "12.5", **share))
    assert ("off-track", "missed") == verdict(*fall, row("2020", "14.5", **share), row("2025", "12.6", **share))
    assert ("not-comparable", "no-baseline") == verdict(*fall, row("2022", "12.5", **share))


def test_a_neutral_range_is_kept_inside():
    """From below its lower end counts, from above its upper; within it the target is met."""
    ends = [aim("2025", "5", bound="high", way="neutral"), aim("2025", "3", bound="low", way="neutral")]

    def near(start):
        target = judge(*ends, row("2020", start, way="neutral"))
        return str(target.value), target.direction

    assert [("3", "higher"), ("5", "lower")] == [near("1"), near("9")]
    assert ("met", "baseline-beyond-target") == verdict(*ends, row("2020", "4", way="neutral"), row("2022", "4", way="neutral"))


def test_a_rank_is_reached_or_not_and_has_no_pace():
    """A lower rank is better, whatever the indicator's direction."""
    promised, end = aim("2025", "3", unit=RANK, measure="rank"), {"unit": RANK, "measure": "rank"}
    assert [("met", "reached-early"), ("not-comparable", "rank"), ("off-track", "missed")] == [
        verdict(promised, row("2020", "9", **end), row(period, value, **end))
        for period, value in (("2022", "2"), ("2022", "5"), ("2025", "5"))
    ]
    assert (None, None) == numbers(judge(promised, row("2020", "9", **end), row("2022", "5", **end)))[2:4]


def test_the_baseline_is_the_documents_own():
    """That of the passage before that of the document before any other; one within the period is none."""
    elsewhere, same = row("2020", "1", document=REPORT), row("2020", "2", locator="一")
    beside, before, within = row("2020", "3"), row("2019", "4", document=REPORT), row("2021", "5")
    choices = [[elsewhere, same, beside, before, within], [elsewhere, same, before], [elsewhere, before], [before], [within]]
    assert ["3", "2", "1", "4", None] == [
        None if (base := judge(aim("2025", "9"), *rows).baseline) is None else str(base.value) for rows in choices
    ]
    assert ("not-comparable", "no-baseline") == verdict(aim("2025", "9"), within)


def test_a_plan_without_a_period_of_its_own_begins_with_the_targets_year():
    """Then the last actual before that year is the baseline."""
    target = judge(aim("2025", "9", document=REPORT), row("2020", "4"), row("2023", "5"))
    assert ("5", "no-actual-yet") == (str(target.baseline.value), target.status)


def test_one_number_printed_twice_in_a_document_is_one_target():
    """Another document's or another bound's is another."""
    rows = [
        aim("2025", "9"),
        aim("2025", "9.0", locator="二"),
        aim("2025", "9", document=REPORT),
        aim("2025", "9", bound="over", locator="二"),
    ]
    assert [("表1/1", "二"), ("表1/1",), ("二",)] == [target.locators for target in find_targets(rows)]


def test_years_that_are_missing_are_not_guessed():
    """Neither in a chain of growth nor in a sum."""
    rate = aim("2021/2025", "8", unit=PERCENT, measure="growth-annual")
    assert ("not-comparable", "years-missing") == verdict(rate, row("2022", "9", unit=PERCENT, measure="growth-yoy"))
    sums = aim("2021/2025", "500", measure="cumulative")
    target = judge(sums, row("2021", "100"), row("2023", "120"))
    assert ("100", "cny-100m", "2021") == figure(target.latest)


def test_rates_at_the_end_of_their_period():
    """Met or missed, nothing more to be required; a rate without a direction cannot be judged."""
    rate = aim("2021/2025", "8", unit=PERCENT, measure="growth-annual", bound="over")
    target = judge(rate, row("2020", "100"), row("2025", "150"))  # 1.5^(1/5) = 1.084472
    assert ("met", "reached", "8.4", None) == (target.status, target.reason, str(target.achieved_pace), target.required_pace)
    assert "2025年为8.4%，达到目标。" == target.explanation.default
    assert ("off-track", "missed") == verdict(rate, row("2020", "100"), row("2025", "145"))
    neutral = aim("2021/2025", "8", unit=PERCENT, measure="growth-annual", way="neutral")
    assert ("not-comparable", "no-direction") == verdict(neutral, row("2020", "100"), row("2022", "145"))


def test_a_measure_without_a_rule_says_so():
    """And a threshold is no target."""
    assert ("not-comparable", "measure") == verdict(aim("2025", "2", unit=PERCENT, measure="multiple"))
    assert () == find_targets([aim("2025", "2", measure="limit"), row("2025", "2", status="assumption")])


def test_as_of_a_date_later_figures_are_left_out_and_time_goes_on():
    """Mid-2023 is half of five years; the level of 2023 is not over then."""
    rows = [aim("2025", "150"), row("2020", "100"), row("2022", "121"), row("2023", "160")]
    then = judge(*rows, as_of=date(2023, 6, 30))
    assert ("2022", "49.9", "on-track") == (then.latest.period, str(then.elapsed_share), then.status)  # 181 of 365 days
    assert ("2023", "60.0") == (judge(*rows).latest.period, str(judge(*rows).elapsed_share))
    late = judge(aim("2025", "150"), row("2020", "100"), as_of=date(2027, 1, 1))
    assert ("100.0", "no-actual-yet") == (str(late.elapsed_share), late.status)


# ----- from packages to tables -----


def test_progress_of_packages_can_be_narrowed_and_knows_names():
    """By place, indicator and status; a wrong name gets the near ones."""
    everything = progress(PACKAGES)
    some = progress(Catalog(PACKAGES), area="qingdao", indicator="goods-trade", status="not-comparable")
    assert {("qingdao", "goods-trade", "not-comparable")} == {
        (t.area.area_id, t.indicator.indicator_id, t.status) for t in some
    }
    assert len(everything) == sum(len(progress(PACKAGES, status=status)) for status in count_statuses(everything))
    for wrong in ({"area": "qindao"}, {"indicator": "good-trade"}, {"status": "ontrack"}):
        with pytest.raises(WrongName) as error:
            progress(PACKAGES, **wrong)
        assert {"qingdao", "goods-trade", "on-track"} & set(error.value.near)


def test_next_years_actual_is_one_row(tmp_path):
    """A line added to a CSV file, and the target that waited for it has a status."""
    shutil.copytree(PACKAGES, tmp_path / "datapackages")
    file = tmp_path / "datapackages" / "goods-trade" / "observations.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    base = next(dict(zip(header, one, strict=True)) for one in rows if one[:4] == ["goods-trade", "shandong", "", "2020"])
    added = base | {"period": "2021", "measure": "level", "value": "29304", "unit_id": "cny-100m", "as_printed": "29304亿元"}
    with file.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, header, lineterminator="\n").writerow(added)
    before, after = (
        progress(folder, area="shandong", indicator="goods-trade") for folder in (PACKAGES, tmp_path / "datapackages")
    )
    waiting = [t.status for t in before if t.measure == "level"]
    assert (["no-actual-yet"], ["on-track"]) == (waiting, [t.status for t in after if t.measure == "level"])


def test_text_is_a_table_with_a_line_of_counts():
    """One line a target under one header; nothing but the counts where there is none."""
    lines = to_text(find_targets([aim("2025", "150", bound="over"), row("2020", "100"), row("2023", "160")])).splitlines()
    assert [
        "place indicator part period kind target baseline latest time over achieved pace needed status why",
        (
            "here trade 2025 level over CNY 15 billion CNY 10 billion (2020) CNY 16 billion (2023) "
            "60.0 % 120.0 % 17.0 % −3.2 % met CNY 16 billion in 2023: the target is reached ahead of time (2025)."
        ),
        "1 target: 1 met",
    ] == [" ".join(line.split()) for line in lines]
    assert "0 targets" == to_text(())


def test_json_has_every_number_and_both_languages():
    """What is not known is null, never 0."""
    told = json.loads(to_json(find_targets([aim("2025", "150"), row("2020", "100")])))
    (target,) = told["targets"]
    assert {"no-actual-yet": 1} == told["counts"]
    assert (150, 8.4, None, None) == tuple(
        target[name] for name in ("value", "required_pace", "achieved_share", "breakdown_id")
    )
    assert {"value": 100, "unit_id": "cny-100m", "period": "2020", "sources": [{"source_id": "plan", "locator": "表1/1"}]} == (
        target["baseline"]
    )
    assert "基期（2020年）之后还没有实际数。" == target["explanation_zh"]
    assert "No actual after the base year (2020) is recorded yet." == target["explanation_en"]
    assert set(target) == set(as_record(judge(aim("", "1"))))


def test_csv_is_a_row_a_target():
    """The columns of the record; baseline and latest are spread, what is not known is empty."""
    target = judge(aim("2025", "150"), row("2020", "100"))
    (told,) = csv.DictReader(to_csv([target]).splitlines())
    record = as_record(target)
    assert [name for name in record if name not in ("baseline", "latest")] == [
        name for name in told if not name.startswith(("baseline_", "latest_"))
    ]
    assert ("100", "cny-100m", "2020", "", "8.4", "表1/1", "false") == tuple(
        told[name]
        for name in (
            *("baseline_value", "baseline_unit_id", "baseline_period", "achieved_share", "required_pace", "locators"),
            "approximate",
        )
    )
    assert 1 == len(to_csv([]).splitlines())


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "opendata", "progress", *arguments], capture_output=True, text=True, cwd=ROOT)


def test_the_command_tells_the_same_and_wrong_names_are_wrong_usage():
    """A table, or JSON; exit 0, and 2 for an id that does not exist."""
    done = run("datapackages", "--area", "qingdao", "--indicator", "goods-trade")
    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout == to_text(progress(PACKAGES, area="qingdao", indicator="goods-trade")) + "\n"
    told = json.loads(run("datapackages", "--status", "at-risk", "--format", "json").stdout)
    assert {"at-risk"} == set(told["counts"])
    rows = list(csv.DictReader(run("datapackages", "--area", "qingdao", "--format", "csv").stdout.splitlines()))
    assert {"qingdao"} == {told["area_id"] for told in rows}
    before = json.loads(run("datapackages", "--indicator", "goods-trade", "--as-of", "2023-12-30", "--format", "json").stdout)
    assert {"met", "on-track", "at-risk", "off-track"}.isdisjoint(before["counts"])  # 2023 was not over
    assert 2 == run("datapackages", "--as-of", "tomorrow").returncode
    wrong = run("datapackages", "--area", "qindao")
    assert (2, "error: No place is named 'qindao'.") == (wrong.returncode, wrong.stderr[:34])
    assert 2 == run("datapackages", "--status", "fine").returncode
