"""The rules of this field, and how strict they are: a digit changed anywhere is found."""

import csv
import io
import json
import random
import shutil
from pathlib import Path

import pytest

from opendata.errors import WrongUse
from opendata.kinds import audit
from opendata.rules import validate

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "datapackages"
DOCUMENTS = ROOT.parent / "shared" / "sources"

OBSERVATIONS = (
    *("indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound"),
    *("as_printed", "label_printed", "source_id", "locator"),
)
KEY = ("indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "unit_id", "bound", "source_id", "locator")
ITEMS = ("item_id", "list_id", "position", "name_zh", "organisation", "source_id", "locator")

PLAN = """云州市“十四五”贸易发展规划
本规划为云州而作。
一、基础
（一）成绩
2020年，全市贸易额840.6亿元，比2015年增长31.5%，年均增长5.6%，居全省第4位。民企占比为67.2%，较“十二五”末提高9.4个百分点。
1.园区
到2020年底，全市有园区37个，七成以上通铁路。
2.通关
2020年，平均通关时间31小时，比2017年压缩40%。
（二）不足
人均贸易额只有邻市的四分之一。
二、目标
到2025年，贸易额突破1250亿元，年均增长8%左右。“十四五”时期，新建海外仓3-5个，累计利用外资52亿美元。
“十四五”时期云州贸易主要指标
\t指标
\t2020年
\t2025年

\t贸易额（亿元）
\t840.6
\t1250

\t集装箱（万标箱）
\t96
\t154

三、任务
专栏1 工程
01
海港工程
云州海港年吞吐能力450万吨。
02
空港工程
云州机电有限公司与远帆集团共建，投资16.5亿元。
"""

# indicator | period | measure | status | value | unit | bound | as_printed | label | locator
ROWS = """
trade | 2020 | level | actual | 840.6 | cny-100m | | 840.6亿元 | 全市贸易额 | 一/（一）
trade | 2016/2020 | growth-total | actual | 31.5 | percent | | 31.5% | 贸易额增长 | 一/（一）
trade | 2016/2020 | growth-annual | actual | 5.6 | percent | | 5.6% | 贸易额年均增长 | 一/（一）
trade | 2020 | rank | actual | 4 | rank | | 第4位 | 居全省 | 一/（一）
private | 2020 | share | actual | 67.2 | percent | | 67.2% | 民企占比 | 一/（一）
private | 2016/2020 | change | actual | 9.4 | percentage-point | | 9.4个百分点 | 民企占比提高 | 一/（一）
parks | ../2020-12 | level | actual | 37 | count | | 37个 | 园区 | 一/（一）/1
parks | ../2020-12 | share | actual | 70 | percent | over | 七成以上 | 园区通铁路 | 一/（一）/1
clearance | 2020 | level | actual | 31 | hour | | 31小时 | 平均通关时间 | 一/（一）/2
clearance | 2018/2020 | growth-total | actual | -40 | percent | | 40% | 平均通关时间压缩 | 一/（一）/2
trade | 2025 | level | target | 1250 | cny-100m | over | 突破1250亿元 | 贸易额 | 二
trade | 2021/2025 | growth-annual | target | 8 | percent | about | 8%左右 | 贸易额年均增长 | 二
investment | 2021/2025 | cumulative | target | 52 | usd-100m | | 52亿美元 | 累计利用外资 | 二
trade | 2020 | level | actual | 840.6 | cny-100m | | 840.6 | 贸易额（亿元）/2020年 | 二/表1/1
trade | 2025 | level | target | 1250 | cny-100m | | 1250 | 贸易额（亿元）/2025年 | 二/表1/1
containers | 2025 | level | target | 154 | teu-10k | | 154 | 集装箱（万标箱）/2025年 | 二/表1/2
port |  | level | target | 450 | tonne-10k | | 450万吨 | 年吞吐能力 | 三/专栏1/01
airport |  | level | target | 16.5 | cny-100m | | 16.5亿元 | 投资 | 三/专栏1/02
""".strip().splitlines()

REFERENCE = {
    "units": "unit_id,base,factor,symbol\ncny-100m,CNY,100000000,亿元\nusd-100m,USD,100000000,亿美元\npercent,percent,1,%\n"
    "percentage-point,percentage-point,1,个百分点\nrank,rank,1,位\ncount,1,1,个\nhour,second,3600,小时\n"
    "teu-10k,TEU,10000,万标箱\ntonne-10k,tonne,10000,万吨\n",
    "sources": "source_id,kind,period\nyunzhou-plan,plan,2021/2025\nother-plan,plan,2021/2025\n",
    "lists": "list_id,source_id,printed_count\nworks,yunzhou-plan,2\nfirms,yunzhou-plan,\n",
}


def _cells(line, area="yunzhou"):
    indicator, period, measure, status, value, unit, bound, as_printed, label, locator = (c.strip() for c in line.split("|"))
    return dict(
        zip(
            OBSERVATIONS,
            (
                *(indicator, area, "", period, measure, status, value, unit, bound),
                *(as_printed, label, "yunzhou-plan", locator),
            ),
            strict=True,
        )
    )


def _csv(columns, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _write(folder, name, kind, tables, key=None):
    """A package of text columns: the standard finds nothing in it, so every finding is one of ours."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    resources = []
    for table, text in tables.items():
        (folder / name / f"{table}.csv").write_text(text, "utf-8")
        fields = [{"name": column, "type": "string"} for column in text.partition("\n")[0].split(",")]
        schema = {"fields": fields} | ({"primaryKey": list(key)} if key else {})
        resources.append({"name": table, "type": "table", "path": f"{table}.csv", "format": "csv", "schema": schema})
    descriptor = {"name": name, "kind": kind, "resources": resources}
    (folder / name / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")


def _package(folder, rows=(), items=None):
    _write(folder, "reference", "vocabulary", REFERENCE)
    if rows:
        _write(folder, "figures", "indicators", {"observations": _csv(OBSERVATIONS, rows)}, KEY)
    if items is not None:
        _write(folder, "things", "lists", {"items": _csv(ITEMS, items)})
    return folder


@pytest.fixture
def documents(tmp_path):
    """A folder with the made-up plan."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "yunzhou-plan.txt").write_text(PLAN, "utf-8")
    return folder


def _told(report):
    return [(finding.row, finding.column, finding.rule, finding.severity) for finding in report.findings]


def test_sound_rows_have_no_findings(tmp_path, documents):
    """Every form of the made-up plan's rows passes both checks."""
    folder = _package(tmp_path / "packages", [_cells(line) for line in ROWS])
    assert ([], []) == (_told(validate(folder)), _told(audit(folder, sources=documents)))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        # value against as_printed
        ("trade | 2020 | level | actual | 840.7 | cny-100m | | 840.6亿元 | 贸易额 | 一", [("value", "printed-number")]),
        ("trade | 2020 | level | actual | 8406 | cny-100m | | 840.6亿元 | 贸易额 | 一", [("value", "printed-number")]),
        ("trade | 2020 | share | actual | 7 | percent | over | 七成以上 | 占比 | 一", [("value", "printed-number")]),
        ("trade | 2020 | share | actual | 33.33 | percent | | 1/3 | 占比 | 一", []),
        ("trade | 2020 | share | actual | 33.333 | percent | | 1/3 | 占比 | 一", []),
        ("trade | 2020 | share | actual | 33.34 | percent | | 1/3 | 占比 | 一", [("value", "printed-number")]),
        ("trade | 2020 | share | actual | 33.3 | percent | | 1/3 | 占比 | 一", [("value", "printed-number")]),
        ("trade | 2020 | share | actual | 25.01 | percent | | 1/4 | 占比 | 一", [("value", "printed-number")]),
        ("trade | 2020 | level | actual | 1 | count | | 若干 | 园区 | 一", [("as_printed", "printed-number")]),
        ("trade | 2020 | level | actual | NaN | count | | 3个 | 园区 | 一", []),  # the column's type finds it
        ("trade | 2020 | level | actual | 1E99999 | count | | 3个 | 园区 | 一", []),
        ("trade | 2020 | growth-yoy | actual | 3 | percent | | 下降3% | 贸易额 | 一", [("value", "printed-number")]),
        ("trade | 2020 | growth-yoy | actual | -3 | percent | | 下降3% | 贸易额 | 一", []),
        # unit and bound against as_printed
        ("trade | 2020 | level | actual | 840.6 | usd-100m | | 840.6亿元 | 贸易额 | 一", [("unit_id", "printed-number")]),
        ("trade | 2025 | level | target | 1250 | cny-100m | | 突破1250亿元 | 贸易额 | 一", [("bound", "printed-number")]),
        ("trade | 2025 | level | target | 1250 | cny-100m | about | 突破1250亿元 | 贸易额 | 一", [("bound", "printed-number")]),
        ("trade | 2025 | level | target | 70 | count | at-least | 70个以上 | 园区 | 一", []),
        ("trade | 2025 | level | target | 3 | count | | 3-5个 | 海外仓 | 一", [("bound", "printed-number")]),
        # measure, unit and period
        ("trade | 2020 | share | actual | 37 | count | | 37个 | 园区 | 一", [("unit_id", "measure")]),
        ("trade | 2020 | rank | actual | 4 | percent | | 4% | 占比 | 一", [("unit_id", "measure")]),
        ("trade | 2020 | level | actual | 4 | rank | | 第4位 | 位次 | 一", [("measure", "measure")]),
        ("trade | 2020 | share | actual | 4 | percentage-point | | 4个百分点 | 占比 | 一", [("unit_id", "measure")]),
        ("trade | 2020 | level | actual | 4 | percentage-point | | 4个百分点 | 占比 | 一", [("measure", "measure")]),
        ("trade | 2020 | growth-annual | actual | 4 | percent | | 4% | 年均增长 | 一", [("period", "measure")]),
        ("trade | 2016/2020 | growth-yoy | actual | 4 | percent | | 4% | 增长 | 一", [("period", "measure")]),
        ("trade | 2020-01/2020-05 | growth-yoy | actual | 4 | percent | | 4% | 增长 | 一", []),
        ("trade | ../2020-12 | growth-total | actual | 4 | percent | | 4% | 增长 | 一", [("period", "measure")]),
        ("trade | 2020 | cumulative | actual | 4 | cny-100m | | 4亿元 | 累计 | 一", [("period", "measure")]),
        # periods
        ("trade | 2020-13 | level | actual | 4 | count | | 4个 | 园区 | 一", [("period", "period")]),
        ("trade | 2025/2021 | level | target | 4 | count | | 4个 | 园区 | 一", [("period", "period")]),
        ("trade | 2022 | level | actual | 4 | count | | 4个 | 园区 | 一", [("period", "period")]),
        ("trade | 2021 | level | actual | 4 | count | | 4个 | 园区 | 一", []),
        ("trade | 2020 | level | target | 4 | count | | 4个 | 园区 | 一", [("period", "period")]),
        ("trade | 2035 | level | target | 4 | count | | 4个 | 园区 | 一", []),
        ("trade | 2035 | level | assumption | 4 | count | | 4个 | 园区 | 一", []),
        ("trade |  | level | actual | 4 | count | | 4个 | 园区 | 一", []),
    ],
)
def test_a_row_contradicts_itself(tmp_path, line, told):
    """Value, unit, bound, measure and period are held against what is printed, with no document at hand."""
    report = validate(_package(tmp_path, [_cells(line)]))
    assert [(2, column, rule, "error") for column, rule in told] == _told(report)


def test_a_finding_says_what_to_write(tmp_path):
    """File, row, column, the value found and the one expected, in one line."""
    report = validate(_package(tmp_path, [_cells(ROWS[0].replace("| 840.6 |", "| 841 |"))]))
    place = f"{tmp_path}/figures/observations.csv:2 [value]"
    cause = "840.6亿元 is printed; write 840.6 cny-100m, or mend as_printed"
    assert [f'{place}: printed-number: found "841"; {cause}'] == [finding.line for finding in report.findings]


def test_ranges_have_two_ends_in_order(tmp_path):
    """A range is two rows; the end that is missing is told at the one that is there."""
    low = _cells("warehouses | 2025 | level | target | 3 | count | low | 3-5个 | 海外仓 | 二")
    high = low | {"value": "5", "bound": "high"}
    falling = [
        _cells(f"costs | 2025 | change | target | {value} | percentage-point | {bound} | 2-3个百分点 | 费用下降 | 二")
        for value, bound in (("-2", "low"), ("-3", "high"))
    ]
    turned = [low | {"as_printed": "5-3个", "value": "5"}, high | {"as_printed": "5-3个", "value": "3"}]
    assert [
        [],
        [(2, "bound", "range", "error")],
        [(2, "value", "range", "error")],
    ] == [_told(validate(_package(tmp_path, rows))) for rows in ([low, high, *falling], [low], turned)]


def test_a_range_without_its_other_place(tmp_path):
    """The two ends stand at one place."""
    low = _cells("warehouses | 2025 | level | target | 3 | count | low | 3-5个 | 海外仓 | 二")
    high = low | {"value": "5", "bound": "high", "locator": "三"}
    expected = [(2, "bound", "range", "error"), (3, "bound", "range", "error")]
    assert expected == _told(validate(_package(tmp_path, [low, high])))


def _item(name, position, list_id="works", **others):
    row = dict.fromkeys(ITEMS, "") | {"item_id": name, "name_zh": name, "list_id": list_id, "position": str(position)}
    return row | {"source_id": "yunzhou-plan", "locator": "三/专栏1/02"} | others


def test_places_in_lists_and_their_sources(tmp_path):
    """A place is taken once in its list; an item is of its list's document; a list is as long as its document says."""
    items = [_item("a", 1), _item("b", 1), _item("c", 1, "firms"), _item("d", 2, "firms", source_id="other-plan")]
    report = validate(_package(tmp_path, items=items))
    assert [(3, "position", "position", "error"), (5, "source_id", "list-source", "error")] == _told(report)


@pytest.mark.parametrize(("length", "expected"), [(0, 0), (1, 1), (2, 0), (3, 1)])
def test_a_list_that_is_not_as_long_as_its_document_says(tmp_path, length, expected):
    """An error at the list, until it is recorded as a note about the document."""
    items = [_item(f"work-{number}", number) for number in range(1, length + 1)] or [_item("firm", 1, "firms")]
    report = validate(_package(tmp_path, items=items))
    assert [(2, "printed_count", "list-length", "error")] * expected == _told(report)
    assert all(f"record it in document-notes: 2 printed, {length} listed" in f.message for f in report.findings)


NOTE = {"rule": "list-length", "subject": "works", "source_id": "yunzhou-plan", "locator": "三/专栏1"}


def _note(folder, note):
    _write(folder, "reference", "vocabulary", REFERENCE | {"document-notes": _csv(tuple(note), [note])})
    return [(finding.rule, finding.column, finding.message) for finding in validate(folder).findings]


@pytest.mark.parametrize(("length", "expected"), [(1, []), (2, ["expectation"]), (3, ["expectation"])])
def test_a_recorded_note_about_a_document_holds_or_is_an_error(tmp_path, length, expected):
    """The oddity that is recorded is no finding; a note that is no longer true is."""
    items = [_item(f"work-{number}", number) for number in range(1, length + 1)]
    told = _note(_package(tmp_path, items=items), NOTE | {"expectation": "2 printed, 1 listed"})
    message = f"the note is no longer true, now it is: 2 printed, {length} listed; mend or delete it"
    assert [("document-note", column, message) for column in expected] == told


ODD = (
    "trade | 2025 | level | target | 1300 | cny-100m | | 1300亿元 | 贸易额 | 二",
    "trade | 2025 | level | target | 1400 | cny-100m | | 1400亿元 | 贸易额 | 二/表1/1",
)
ODD_NOTE = {
    "rule": "two-values",
    "subject": "trade/yunzhou/2025",
    "source_id": "yunzhou-plan",
    "locator": "二",
    "expectation": "1300 cny-100m, 1400 cny-100m",
}


def test_figures_that_do_not_fit_in_a_document(tmp_path):
    """An error at the first of them, which says what to record, until it is recorded."""
    folder = _package(tmp_path, [_cells(line) for line in ODD])
    cause = (
        "1300 cny-100m, 1400 cny-100m; is a figure misread? If the document says so, record it in document-notes, "
        "with the subject trade/yunzhou/2025: 1300 cny-100m, 1400 cny-100m"
    )
    place = f"{tmp_path}/figures/observations.csv:2 [value]"
    assert [f'{place}: two-values: found "1300"; {cause}'] == [finding.line for finding in validate(folder).findings]
    assert [] == _note(folder, ODD_NOTE)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"locator": "二/表1/1"}, []),
        ({"locator": "三"}, [("locator", "the figures stand at 二 and 二/表1/1; write one of these")]),
        (
            {"expectation": "1300 against 1400"},
            [("expectation", "the note is no longer true, now it is: 1300 cny-100m, 1400 cny-100m; mend or delete it")],
        ),
        (
            {"subject": "trade/yunzhou/2030"},
            [
                ("value", None),
                ("subject", "the rule two-values compares nothing of this subject in yunzhou-plan; mend or delete the note"),
            ],
        ),
        (
            {"source_id": "other-plan"},
            [
                ("value", None),
                ("subject", "the rule two-values compares nothing of this subject in other-plan; mend or delete the note"),
            ],
        ),
        ({"subject": "gone/yunzhou/2025"}, [("value", None), ("subject", None)]),
        ({"rule": "somebody-elses"}, [("value", None)]),
    ],
)
def test_a_note_about_figures_is_held_against_what_the_rule_finds(tmp_path, change, expected):
    """At the place where it finds it, in its words; a note about what is not there is told beside the oddity itself."""
    told = _note(_package(tmp_path, [_cells(line) for line in ODD]), ODD_NOTE | change)
    assert [column for column, _ in expected] == [column for _, column, _ in told]
    assert all(message in (None, found) for (_, message), (_, _, found) in zip(expected, told, strict=True))


def test_a_note_whose_figures_are_not_at_hand_is_left_alone(tmp_path):
    """The vocabulary has the name, its package was not named; once it was, and figures fit, the note is wrong."""
    known = REFERENCE | {"document-notes": _csv(tuple(ODD_NOTE), [ODD_NOTE]), "indicators": "indicator_id\ntrade\n"}
    _write(tmp_path, "reference", "vocabulary", known)
    assert validate(tmp_path).valid
    _write(tmp_path, "figures", "indicators", {"observations": _csv(OBSERVATIONS, [_cells(ODD[0])])}, KEY)
    assert [(2, "subject", "document-note", "error")] == _told(validate(tmp_path))


def test_what_is_tied_together_as_one_thing_must_be_an_item(tmp_path):
    """A name that no list has is told with the nearest one; without any list at hand nothing is checked."""
    rows = [{"thing_id": "work-1", "item_id": "work-2"}, {"thing_id": "work-1", "item_id": "werk-1"}]
    same = REFERENCE | {"same-as": _csv(("thing_id", "item_id"), rows)}
    folder = _package(tmp_path, items=[_item("work-1", 1), _item("work-2", 2)])
    _write(folder, "reference", "vocabulary", same)
    report = validate(folder)
    assert [(3, "item_id", "same-as", "error")] == _told(report)
    assert "no list has this item; did you mean work-1?" == report.findings[0].message
    assert validate(folder / "reference").valid


def test_a_table_without_the_columns_of_its_kind(tmp_path):
    """One finding for the table, from both checks; anybody's table of another kind has no such columns."""
    text = "name,value\na,1\n"
    _write(tmp_path, "figures", "indicators", {"observations": text})
    _write(tmp_path, "things", "lists", {"items": text})
    _write(tmp_path, "others", "", {"observations": text, "items": text})
    expected = [(1, "indicator_id", "kind-columns", "error"), (1, "list_id", "kind-columns", "error")]
    assert expected == _told(validate(tmp_path))
    assert expected == _told(audit(tmp_path, sources=tmp_path))


def test_rows_that_are_too_short_are_left_to_the_standard(tmp_path):
    """A ragged row gets the standard's finding and no more."""
    folder = _package(tmp_path, [_cells(ROWS[0])])
    with (folder / "figures" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,yunzhou\n")
    assert [(3, "breakdown_id", "missing-cell", "error")] == _told(validate(folder))


def test_wrong_calls_are_exceptions(tmp_path):
    """Nothing named, or no folder of documents, is wrong use."""
    with pytest.raises(WrongUse, match="No folder is named"):
        validate()
    with pytest.raises(WrongUse, match="No folder is named"):
        audit(sources=tmp_path)
    with pytest.raises(WrongUse, match="There is no folder"):
        audit(tmp_path, sources=tmp_path / "nowhere")


def test_audit_of_items(tmp_path, documents):
    """Name and organisation stand at the item's place."""
    items = [
        _item("云州机电有限公司", 1, organisation="远帆集团"),
        _item("东州机电有限公司", 2),
        _item("云州机电有限公司", 3, organisation="近帆集团"),
        _item("云州机电有限公司", 4, locator="三/专栏1/03"),
    ]
    report = audit(_package(tmp_path / "packages", items=items), sources=documents)
    expected = [(3, "name_zh"), (4, "organisation"), (5, "locator")]
    assert [(row, column, "audit", "error") for row, column in expected] == _told(report)


def test_audit_without_a_document(tmp_path, documents):
    """A document that is not there, is no text, or lies outside the folder is told at each row of it."""
    (tmp_path / "secret.txt").write_text(PLAN, "utf-8")
    (documents / "gbk.txt").write_bytes(PLAN.encode("gbk"))
    rows = [_cells(ROWS[0]) | {"source_id": name} for name in ("other-plan", "../secret", "gbk", "")]
    report = audit(_package(tmp_path / "packages", rows), sources=documents)
    assert [(row, "source_id", "audit-source", "error") for row in (2, 3, 4, 5)] == _told(report)
    assert [True, True, False, True] == ["there is no" in finding.message for finding in report.findings]


# ----- how strict -----

MUTATED = ("value", "as_printed", "period", "locator")
NUMERALS = "一二三四五六七八九"


def _mutants(text, column):
    """Every text that differs in one digit; in what the document prints, also in one Chinese numeral."""
    for place, char in enumerate(text):
        others = ""
        if char in "0123456789":
            others = "0123456789"
        elif char in NUMERALS and column in ("as_printed", "locator"):
            others = NUMERALS
        for other in others:
            if other != char:
                yield text[:place] + other + text[place + 1 :]


def _caught(folder, documents):
    """The rows that one of the two checks has an error for."""
    reports = validate(folder), audit(folder, sources=documents)
    return {(f.path, f.row) for report in reports for f in report.findings if f.severity == "error"}


@pytest.mark.parametrize("column", MUTATED)
def test_a_digit_changed_in_a_made_up_row_is_found(tmp_path, documents, column):
    """Every single one of all mutants of all rows; each has an area of its own, so that no key is met twice."""
    mutants = [
        (line, text, _cells(line, f"area-{number}-{count}") | {column: text})
        for number, line in enumerate(ROWS)
        for count, text in enumerate(_mutants(_cells(line)[column], column))
    ]
    folder = _package(tmp_path / "packages", [row for _, _, row in mutants])
    caught = {row for _, row in _caught(folder, documents)}
    assert len(mutants) > 200
    assert [] == [(line, text) for number, (line, text, _) in enumerate(mutants, 2) if number not in caught]


@pytest.fixture(scope="module")
def real():
    """Our packages, where their documents are at hand."""
    if not DOCUMENTS.is_dir():
        pytest.skip(f"the documents are not in {DOCUMENTS}")
    return PACKAGES


def test_every_row_of_ours_stands_where_it_says(real):
    """No exception list."""
    assert [] == [finding.line for finding in audit(real, sources=DOCUMENTS).findings]


def test_a_digit_changed_in_a_real_row_is_found(real, tmp_path):
    """At least 99 of 100 in every column, of 150 rows each; a row is changed in one column only."""
    folder = tmp_path / "datapackages"
    shutil.copytree(real, folder)
    chance = random.Random(20260)
    tables = {}
    for file in sorted(folder.glob("*/observations.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            tables[file] = list(csv.DictReader(lines))
    rows = [(file, number) for file, table in tables.items() for number in range(len(table))]
    chance.shuffle(rows)
    changed = {column: [] for column in MUTATED}
    for column in sorted(MUTATED, key=lambda name: name != "period"):  # many rows have no period
        while len(changed[column]) < 150 and rows:
            file, number = rows.pop()
            row = tables[file][number]
            mutants = list(_mutants(row[column], column))
            if mutants:
                row[column] = chance.choice(mutants)
                changed[column].append((str(file), number + 2))
    for file, table in tables.items():
        file.write_text(_csv(list(table[0]), table), "utf-8")
    caught = _caught(folder, DOCUMENTS)
    assert [150] * 4 == [len(places) for places in changed.values()]
    rates = {column: sum(place in caught for place in places) / len(places) for column, places in changed.items()}
    assert all(rate >= 0.99 for rate in rates.values()), rates


def test_a_number_changed_with_its_value_is_found(real, tmp_path):
    """As printed and value changed alike: only the document can tell, and does."""
    folder = tmp_path / "datapackages"
    shutil.copytree(real, folder)
    chance = random.Random(20261)
    changed = set()
    for file in sorted(folder.glob("*/observations.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            table = list(csv.DictReader(lines))
        for number, row in enumerate(table, 2):
            figures = row["value"].lstrip("-")
            if row["as_printed"].count(figures) != 1:
                continue
            other = chance.choice(list(_mutants(figures, "value")))
            row["as_printed"] = row["as_printed"].replace(figures, other)
            row["value"] = row["value"].replace(figures, other)
            changed.add((str(file), number))
        file.write_text(_csv(list(table[0]), table), "utf-8")
    caught = {(f.path, f.row) for f in audit(folder, sources=DOCUMENTS).findings}
    assert len(changed) > 400
    assert len(changed & caught) >= 0.99 * len(changed), sorted(changed - caught)
