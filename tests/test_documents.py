"""Outlines and locators of documents, and rows held against the words they were taken from. All texts are made up."""

import pytest

from opendata.documents import explain_item, explain_observation, holds_label, holds_number, read_document

PLAN = """云州市“十四五”贸易发展规划
为办好云州贸易，特制定本规划，共分5章。

一、基础
（一）成绩
“十三五”时期，云州贸易一年一个台阶。
2020年，全市货物
贸易额840.6亿元，比2015年增长31.5%，年均增长5.6%，位次升至全省第4位。民企占比为67.2%，较“十二五”末提高9.4个百分点。
１．园区。到2020年底，全市有园区37个，省级以上16个。
2．通关。2020年，平均通关时间31小时，比2017年压缩40%。出口占比由22.5%提高到28.1%。
（二）不足
人均贸易额只有邻市的四成，占比低于全省2.7个百分点，比东州、西州分别低8.3、6.1个百分点。三产占比为2.4:51.3:46.3。

二、目标
到2025年，贸易额突破1200亿元，年均增长7%左右。争取服务贸易占比15%；新建海外仓3-5个。
“十四五”时期云州贸易主要指标
\t指标
\t2020年
\t2025年
\t五年累计

\t贸易额（亿元）
\t840.6
\t1200
\t—

\t利用外资（亿美元）
\t8.4
\t—
\t52

三、任务
（一）平台
办好三个展会。
专栏1 平台工程
01
海港工程
建设云州海港8号泊位，年吞吐能力450万标箱。
02
空港工程
开通航线12条。
（二）企业
1.引进
引进企业60家以上。
专栏2 企业工程
工程如下：1.云州机电有限公司扩产，投资3.5亿元。2.东州纺织厂迁建，投资1.25亿元，由远帆集团承担。
"""

NUMBERED = """云州港发展规划
一、现状
港口很忙。
二、目标
港口更忙。
云州港“十四五”主要指标
序
号
指标 2020
年
2025 年 年 均 属性
1 吞吐量（万吨） 310 450 8% 预期性
2 外贸吞吐
量（万吨） 90 — 五年累计 600 预期性
3 东港
集装箱（万标箱） 12 20 11%左右 预期性
散货（万吨） 77 95 4% 预期性
三、任务
修路。
"""

ARTICLE = """云州贸易开门红

云州日报记者

6月8日，云州举行发布会。今年1-4月，全市贸易额310.5亿元，增长3.2%。其中，机电产品占比超过50%。

目前，云州有贸易伙伴85个。去年，新增企业230家。
"""


@pytest.fixture(scope="module")
def plan():
    """The made-up plan."""
    return read_document(PLAN)


@pytest.fixture(scope="module")
def article():
    """The made-up article."""
    return read_document(ARTICLE)


def _texts(document, locator):
    return [passage.text for passage in document.find(locator)]


def test_the_places_of_a_plan(plan):
    """Chapters, sections, numbered paragraphs, boxes with their entries, tables with their rows, the words before."""
    assert {
        *("前言", "一", "一/（一）", "一/（一）/1", "一/（一）/2", "一/（二）"),
        *("二", "二/表1", "二/表1/1", "二/表1/2"),
        *("三", "三/（一）", "三/（一）/专栏1", "三/（一）/专栏1/01", "三/（一）/专栏1/02"),
        *("三/专栏1", "三/专栏1/01", "三/专栏1/02", "三/（二）", "三/（二）/1", "三/（二）/1/专栏2"),
        *("三/（二）/1/专栏2/1", "三/（二）/1/专栏2/2", "三/专栏2", "三/专栏2/1", "三/专栏2/2"),
        *("三/（二）/专栏2", "三/（二）/专栏2/1", "三/（二）/专栏2/2"),
    } == set(plan.places)


def test_a_place_that_is_not_there(plan):
    """A locator that names no place finds nothing."""
    assert [None] * 4 == [plan.find(locator) for locator in ("四", "一/（三）", "二/表2/1", "")]


def test_sentences_are_joined_over_lines_and_cut_at_their_ends(plan):
    """A line break cuts no sentence; a numbered paragraph begins one."""
    assert [
        "（一）成绩“十三五”时期，云州贸易一年一个台阶。",
        "2020年，全市货物贸易额840.6亿元，比2015年增长31.5%，年均增长5.6%，位次升至全省第4位。",
        "民企占比为67.2%，较“十二五”末提高9.4个百分点。",
        "１．园区。",
        "到2020年底，全市有园区37个，省级以上16个。",
        "2．通关。",
        "2020年，平均通关时间31小时，比2017年压缩40%。",
        "出口占比由22.5%提高到28.1%。",
    ] == _texts(plan, "一/（一）")


def test_a_sentence_knows_what_stands_before_it(plan):
    """Nearest first: the sentences of its place, then of the places above."""
    passage = plan.find("三/专栏2/2")[0]
    assert ("2.东州纺织厂迁建，投资1.25亿元，由远帆集团承担。", ("专栏2 企业工程工程如下：",)) == (
        passage.text,
        passage.before[:1],
    )
    assert "1.引进引进企业60家以上。" in passage.before
    assert not any("云州机电" in text for text in passage.before)


def test_a_table_behind_tabs(plan):
    """A cell a line: cells and head are kept apart, the title stands before."""
    row = plan.find("二/表1/2")[0]
    assert (("利用外资（亿美元）", "8.4", "—", "52"), ("指标", "2020年", "2025年", "五年累计")) == (row.cells, row.columns)
    assert "“十四五”时期云州贸易主要指标" == row.before[0]


def test_a_table_a_line_a_row():
    """A line a row: an empty first cell continues the group above."""
    document = read_document(
        "一、一\n好。\n二、二\n云州主要指标\n类别\t名称\t单位\t2020年\n货物\t出口额\t亿元\t3.5\n\t进口额\t亿元\t2.25\n三、三\n完。\n"
    )
    assert [("货物", "出口额", "亿元", "3.5"), ("", "进口额", "亿元", "2.25")] == [
        document.find(f"二/表1/{number}")[0].cells for number in (1, 2)
    ]


def test_a_table_that_lost_its_cells():
    """Each row begins at the next printed number, and may go on over lines."""
    document = read_document(NUMBERED)
    assert [
        "1 吞吐量（万吨） 310 450 8% 预期性",
        "2 外贸吞吐 量（万吨） 90 — 五年累计 600 预期性",
        "3 东港 集装箱（万标箱） 12 20 11%左右 预期性 散货（万吨） 77 95 4% 预期性",
    ] == _texts(document, "二/表1")


def test_an_article_is_counted_by_paragraphs(article):
    """The headline is p1; blank lines do not count."""
    assert {"p1", "p2", "p3", "p4"} == set(article.places)
    assert ["云州贸易开门红"] == _texts(article, "p1")
    assert ["目前，云州有贸易伙伴85个。", "去年，新增企业230家。"] == _texts(article, "p4")


@pytest.mark.parametrize(
    ("as_printed", "holds"),
    [
        ("840.6亿元", True),
        ("８４０．６亿元", True),
        ("840.6", True),
        ("40.6亿元", False),
        ("0.6亿元", False),
        ("84", False),
        ("840", False),
        ("第4位", True),
        ("", False),
        ("8" * 1000, False),
    ],
)
def test_a_number_is_whole(plan, as_printed, holds):
    """A part of a longer number is not the number."""
    assert holds is holds_number(plan.find("一/（一）")[1], as_printed)


def test_numerals_are_whole():
    """成 of 四成 is not that of 十四成; white space within is no matter."""
    passage = read_document("共十四成，又 三\n十 个。").find("p1")[0]
    assert [False, True] == [holds_number(passage, text) for text in ("四成", "十四成")]


def test_a_label_keeps_the_order_of_its_characters(plan):
    """Words may be left out between, none added, none turned about; a heading's part stands in the head of the table."""
    sentence, row = plan.find("一/（一）")[1], plan.find("二/表1/1")[0]
    assert [True, True, False, False] == [
        holds_label(sentence, label) for label in ("全市货物贸易额", "货物贸易额增长", "增长货物贸易额", "服务贸易额")
    ]
    assert [True, True, False] == [holds_label(row, label) for label in ("贸易额（亿元）", "贸易额/2025年", "贸易额/2026年")]


UNITS = {
    "亿元": {"symbol": "亿元", "base": "CNY"},
    "%": {"symbol": "%", "base": "percent"},
    "个": {"symbol": "个", "base": "1"},
    "百分点": {"symbol": "个百分点", "base": "percentage-point"},
    "小时": {"symbol": "小时", "base": "second"},
    "亿美元": {"symbol": "亿美元", "base": "USD"},
    "位": {"symbol": "位", "base": "rank"},
    "万吨": {"symbol": "万吨", "base": "tonne"},
}

COLUMNS = ("locator", "as_printed", "label_printed", "period", "measure", "status", "value", "unit", "bound")


def _row(line):
    """A row from the cells that the audit reads, parted by bars."""
    return dict(zip(COLUMNS, (cell.strip() for cell in line.split("|")), strict=True))


def _columns(line, document, scope="2021/2025", kind="plan"):
    row = _row(line)
    return [c for c, _ in explain_observation(row, document, scope, unit=UNITS[row["unit"]], kind=kind)]


@pytest.mark.parametrize(
    "line",
    [
        "一/（一） | 840.6亿元 | 全市货物贸易额 | 2020 | level | actual | 840.6 | 亿元 |",
        "一/（一） | 31.5% | 贸易额增长 | 2016/2020 | growth-total | actual | 31.5 | % |",
        "一/（一） | 5.6% | 贸易额年均增长 | 2016/2020 | growth-annual | actual | 5.6 | % |",
        "一/（一） | 第4位 | 位次升至全省 | 2020 | rank | actual | 4 | 位 |",
        "一/（一） | 67.2% | 民企占比 | 2020 | share | actual | 67.2 | % |",
        "一/（一） | 9.4个百分点 | 民企占比 | 2016/2020 | change | actual | 9.4 | 百分点 |",
        "一/（一）/1 | 37个 | 园区 | ../2020-12 | level | actual | 37 | 个 |",
        "一/（一）/2 | 31小时 | 平均通关时间 | 2020 | level | actual | 31 | 小时 |",
        "一/（一）/2 | 40% | 平均通关时间压缩 | 2018/2020 | growth-total | actual | -40 | % |",
        "一/（二） | 四成 | 人均贸易额 |  | ratio | actual | 40 | % |",
        "一/（二） | 2.7个百分点 | 占比低于全省 | 2020 | change | actual | -2.7 | 百分点 |",
        "一/（二） | 8.3 | 占比比东州低 | 2020 | change | actual | -8.3 | 百分点 |",
        "一/（二） | 51.3 | 三产占比 | 2020 | share | actual | 51.3 | % |",
        "二 | 突破1200亿元 | 贸易额 | 2025 | level | target | 1200 | 亿元 | over",
        "二 | 7%左右 | 贸易额年均增长 | 2021/2025 | growth-annual | target | 7 | % | about",
        "二 | 15% | 服务贸易占比 | 2025 | share | target | 15 | % | aim",
        "二 | 3-5个 | 海外仓 | 2025 | level | target | 3 | 个 | low",
        "二/表1/1 | 840.6 | 贸易额（亿元）/2020年 | 2020 | level | actual | 840.6 | 亿元 |",
        "二/表1/2 | 52 | 利用外资（亿美元）/五年累计 | 2021/2025 | cumulative | target | 52 | 亿美元 |",
        "三/专栏1/02 | 12条 | 航线 | | level | target | 12 | 个 |",
    ],
)
def test_a_row_that_stands_where_it_says(plan, line):
    """What the plan prints, in the period that it means, gets no finding."""
    assert [] == _columns(line + (" |" if line.count("|") == 7 else ""), plan)


@pytest.mark.parametrize(
    ("line", "column"),
    [
        # places, numbers, labels
        ("一/（三） | 840.6亿元 | 货物贸易额 | 2020 | level | actual | 840.6 | 亿元 |", "locator"),
        ("二 | 840.6 | 贸易额（亿元）/2020年 | 2020 | level | actual | 840.6 | 亿元 |", "locator"),
        ("一/（二） | 840.6亿元 | 货物贸易额 | 2020 | level | actual | 840.6 | 亿元 |", "as_printed"),
        ("一/（一） | 840.7亿元 | 货物贸易额 | 2020 | level | actual | 840.7 | 亿元 |", "as_printed"),
        ("一/（一） | 840.6 | 货物贸易额 | 2020 | level | actual | 840.6 | 亿元 |", "as_printed"),
        ("一/（一） | 840.6亿元 | 民企 | 2020 | level | actual | 840.6 | 亿元 |", "label_printed"),
        ("二/表1/1 | 840.6 | 贸易额（亿元）/2025年 | 2025 | level | target | 840.6 | 亿元 |", "as_printed"),
        # units, bounds, signs, measures
        ("一/（二） | 8.3 | 占比比东州低 | 2020 | change | actual | -8.3 | 小时 |", "unit_id"),
        ("二 | 1200亿元 | 贸易额 | 2025 | level | target | 1200 | 亿元 |", "bound"),
        ("二 | 7% | 贸易额年均增长 | 2021/2025 | growth-annual | target | 7 | % |", "bound"),
        ("二 | 15% | 服务贸易占比 | 2025 | share | target | 15 | % | at-most", "bound"),
        ("一/（一） | 31.5% | 贸易额增长 | 2016/2020 | growth-total | actual | -31.5 | % |", "value"),
        ("一/（一）/2 | 40% | 平均通关时间压缩 | 2018/2020 | growth-total | actual | 40 | % |", "value"),
        ("一/（二） | 2.7个百分点 | 占比低于全省 | 2020 | change | actual | 2.7 | 百分点 |", "value"),
        ("一/（一） | 9.4个百分点 | 民企占比 | 2016/2020 | change | actual | -9.4 | 百分点 |", "value"),
        ("一/（一） | 67.2% | 民企占比 | 2016/2020 | growth-annual | actual | 67.2 | % |", "measure"),
        ("一/（一）/1 | 37个 | 园区 | ../2020-12 | rank | actual | 37 | 个 |", "measure"),
        # periods
        ("一/（一） | 840.6亿元 | 全市货物贸易额 | 2015 | level | actual | 840.6 | 亿元 |", "period"),
        ("一/（一） | 840.6亿元 | 全市货物贸易额 | 2021 | level | actual | 840.6 | 亿元 |", "period"),
        ("一/（一） | 31.5% | 贸易额增长 | 2015/2020 | growth-total | actual | 31.5 | % |", "period"),
        ("一/（一） | 5.6% | 贸易额年均增长 | 2017/2020 | growth-annual | actual | 5.6 | % |", "period"),
        ("一/（一）/1 | 37个 | 园区 | ../2020-11 | level | actual | 37 | 个 |", "period"),
        ("一/（一）/2 | 40% | 平均通关时间压缩 | 2019/2020 | growth-total | actual | -40 | % |", "period"),
        ("一/（二） | 2.7个百分点 | 占比低于全省 | 2025 | change | actual | -2.7 | 百分点 |", "period"),
        ("二 | 突破1200亿元 | 贸易额 | 2020 | level | target | 1200 | 亿元 | over", "period"),
        ("二/表1/1 | 1200 | 贸易额（亿元）/2025年 | 2020 | level | target | 1200 | 亿元 |", "period"),
        ("二/表1/2 | 52 | 利用外资（亿美元）/五年累计 | 2020/2025 | cumulative | target | 52 | 亿美元 |", "period"),
        ("三/专栏1/02 | 12条 | 航线 | 2020 | level | target | 12 | 个 |", "period"),
    ],
)
def test_a_row_that_does_not(plan, line, column):
    """Each thing that the document does not bear out is told of its column."""
    assert [column] == _columns(line + (" |" if line.count("|") == 7 else ""), plan)


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("p3 | 310.5亿元 | 全市贸易额 | 2024-01/2024-04 | level | actual | 310.5 | 亿元 |", []),
        ("p3 | 超过50% | 机电产品占比 | 2024-01/2024-04 | share | actual | 50 | % | over", []),
        ("p4 | 85个 | 贸易伙伴 | ../2024-06 | level | actual | 85 | 个 |", []),
        ("p4 | 85个 | 贸易伙伴 | 2024 | level | actual | 85 | 个 |", []),
        ("p4 | 230家 | 新增企业 | 2023 | level | actual | 230 | 个 |", []),
        ("p3 | 310.5亿元 | 全市贸易额 | 2024-01/2024-05 | level | actual | 310.5 | 亿元 |", ["period"]),
        ("p3 | 310.5亿元 | 全市贸易额 | 2023-01/2024-04 | level | actual | 310.5 | 亿元 |", ["period"]),
        ("p3 | 310.5亿元 | 全市贸易额 | 2023-01/2023-04 | level | actual | 310.5 | 亿元 |", ["period"]),
        ("p4 | 85个 | 贸易伙伴 | ../2024-07 | level | actual | 85 | 个 |", ["period"]),
        ("p4 | 85个 | 贸易伙伴 | ../2024-06-07 | level | actual | 85 | 个 |", ["period"]),
        ("p4 | 85个 | 贸易伙伴 | ../2024-06-08 | level | actual | 85 | 个 |", []),
        ("p4 | 85个 | 贸易伙伴 | 2024-01-01/2024-06-08 | level | actual | 85 | 个 |", []),
        ("p4 | 85个 | 贸易伙伴 | 2024-01-01/2024-06-07 | level | actual | 85 | 个 |", ["period"]),
        ("p4 | 85个 | 贸易伙伴 | 2024-02-01/2024-06-08 | level | actual | 85 | 个 |", ["period"]),
        ("p3 | 310.5亿元 | 全市贸易额 | 2024-01-01/2024-06-08 | level | actual | 310.5 | 亿元 |", ["period"]),
        ("p4 | 230家 | 新增企业 | 2024 | level | actual | 230 | 个 |", ["period"]),
        ("p2 | 310.5亿元 | 全市贸易额 | 2024-01/2024-04 | level | actual | 310.5 | 亿元 |", ["as_printed"]),
    ],
)
def test_rows_of_an_article(article, line, columns):
    """The present is the article's last year; months are those printed; a stock without a date is of the article's own day."""
    assert columns == _columns(line + (" |" if line.count("|") == 7 else ""), article, "2023/2024", "article")


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("二/表1/1 | 310 | 吞吐量（万吨）/2020年 | 2020 | level | actual | 310 | 万吨 |", []),
        ("二/表1/2 | 五年累计600 | 外贸吞吐量（万吨） | 2021/2025 | cumulative | target | 600 | 万吨 |", []),
        ("二/表1/3 | 11%左右 | 集装箱（万标箱）/年均 | 2021/2025 | growth-annual | target | 11 | % | about", []),
        ("二/表1/3 | 95 | 散货（万吨）/2025年 | 2025 | level | target | 95 | 万吨 |", []),
        ("二/表1/3 | 20 | 散货（万吨）/2025年 | 2025 | level | target | 20 | 万吨 |", ["as_printed"]),
        ("二/表1/3 | 77 | 散货（万吨）/2025年 | 2025 | level | target | 77 | 万吨 |", ["as_printed"]),
        ("二/表1/1 | 450 | 吞吐量（万吨）/2020年 | 2020 | level | actual | 450 | 万吨 |", ["as_printed"]),
        ("二/表1/1 | 450 | 吞吐量（万吨）/2025年 | 2025 | level | target | 450 | 小时 |", ["unit_id"]),
    ],
)
def test_rows_of_a_table_that_lost_its_cells(line, columns):
    """The nth value belongs to the nth heading, and to the label that stands before it."""
    assert columns == _columns(line + (" |" if line.count("|") == 7 else ""), read_document(NUMBERED))


def test_a_beginning_is_the_end_of_the_years_before(plan):
    """由 names where a change began; without years in its sentence the words before it tell them."""
    document = read_document("一、一\n“十三五”时期，占比由22.5%提高到28.1%。\n二、二\n完。\n")
    began = "一 | 22.5% | 占比 | 2011/2015 | share | actual | 22.5 | % |"
    ended = "一 | 28.1% | 占比 | 2011/2015 | share | actual | 28.1 | % |"
    assert [[], ["period"]] == [_columns(began, document), _columns(ended, document)]


@pytest.mark.parametrize(
    ("locator", "name", "organisation", "columns"),
    [
        ("三/专栏2/1", "云州机电有限公司", "", []),
        ("三/专栏2/2", "东州纺织厂", "远帆集团", []),
        ("三/专栏2", "东州纺织厂", "远帆集团；云州机电有限公司", []),
        ("三/（一）", "云州海港8号泊位", "", []),
        ("三/专栏2/1", "东州纺织厂", "", ["name_zh"]),
        ("三/专栏2/1", "云州机电有限公司", "远帆集团", ["organisation"]),
        ("三/专栏2/2", "东州纺织厂", "远帆集团；云州机电", ["organisation"]),
        ("三/专栏1/01", "云州海港9号泊位", "", ["name_zh"]),
        ("三/专栏3/1", "云州机电有限公司", "", ["locator"]),
    ],
)
def test_items_stand_at_their_place(plan, locator, name, organisation, columns):
    """Name and organisations are printed there, white space aside."""
    row = {"locator": locator, "name_zh": name, "organisation": organisation}
    assert columns == [column for column, _ in explain_item(row, plan)]
