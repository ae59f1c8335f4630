"""Charts: what is drawn for what is known, and that nothing in a text can break a page."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from opendata.charts import (
    PALETTE,
    Bar,
    Dot,
    Line,
    Span,
    Status,
    Way,
    colour_rules,
    draw_bars,
    draw_card,
    draw_lines,
    draw_spans,
    draw_spark,
    text_width,
)
from opendata.errors import WrongName

Element = ElementTree.Element
HOSTILE = '"><script>alert(1)</script>&amp;]]>\x00\x1b\u202e\ud800<!--'


def dot(x: float, value: float, status: Status = "actual", bound: str = "", high: float | None = None) -> Dot:
    """Return a value in 亿美元 of a year."""
    return Dot(x, value, f"{value:g}亿美元", f"{round(x)}年", status, bound, high)


def lines(*series: Line, zero: bool = False, unit: str = "亿美元", tick: Callable[[float], str] = "{:g}".format) -> str:
    """Draw lines with texts that do not matter."""
    return draw_lines(series, title="货物进出口额", description="由2020年到2025年", unit=unit, tick=tick, zero=zero)


def spans(*bars: Span) -> str:
    """Draw amounts with texts that do not matter."""
    return draw_spans(bars, title="利用内资", description="五年累计", unit="亿元", tick="{:g}".format)


def bars(*rows: Bar) -> str:
    """Draw bars with texts that do not matter."""
    return draw_bars(rows, title="项目", description="按国家", unit="个")


TRADE = Line("青岛市", "qingdao", (dot(2019, 860), dot(2020, 926.9), dot(2025, 1300, "target", "over")))
INVESTMENT = Span(2021, 2026, 12000, "1.2万亿元", "2021—2025年", "target", "青岛市", "qingdao")
PLACES = tuple(
    Line(f"第{i}个地方", colour, (dot(2020, 900 + 7 * i), dot(2025, 1200 + 5 * i, "target")))
    for i, colour in enumerate(itertools.islice(PALETTE, 8))
)


def read(chart: str) -> Element:
    """Parse a chart, which is well-formed XML."""
    return ElementTree.fromstring(chart)


def drawings(chart: str) -> tuple[Element, Element]:
    """Return the narrow and the wide drawing."""
    narrow, wide = read(chart)
    return narrow, wide


def paths(drawing: Element, css: str) -> list[Element]:
    """Return the elements of a class."""
    return [e for e in drawing.iter() if css in e.get("class", "").split()]


def marks(drawing: Element) -> list[Element]:
    """Return the marks in the order drawn."""
    return paths(drawing, "od-mark")


def dashes(drawing: Element) -> list[str]:
    """Return how the lines between values are dashed; the marks' own shapes are left out."""
    own = {id(e) for mark in marks(drawing) for e in mark.iter()}
    strokes = [e for e in paths(drawing, "od-stroke") if id(e) not in own and e.get("stroke-linecap")]
    return [e.get("stroke-dasharray", "solid") for e in strokes]


def text_box(text: Element) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a text as the module estimates it."""
    size, x, y = float(text.get("font-size", "0")), float(text.get("x", "0")), float(text.get("y", "0"))
    width = text_width("".join(itertools.chain([text.text or ""], (child.tail or "" for child in text))), size)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
    return left, y - 0.8 * size, left + width, y + 0.2 * size


def assert_inside(chart: str) -> None:
    """Fail where a text leaves its drawing."""
    for drawing in drawings(chart):
        _, _, width, height = map(float, drawing.get("viewBox", "").split())
        for text in drawing.iter("text"):
            left, top, right, bottom = text_box(text)
            assert left >= -1 and right <= width + 1, (text.text, left, right)
            assert top >= -1 and bottom <= height + 1, (text.text, top, bottom)


def assert_apart(chart: str) -> None:
    """Fail where two labels touch."""
    for drawing in drawings(chart):
        labels = [text_box(text) for group in paths(drawing, "od-labels") for text in group.iter("text")]
        for a, b in itertools.combinations(labels, 2):
            assert not (a[0] + 1 < b[2] and b[0] + 1 < a[2] and a[1] + 1 < b[3] and b[1] + 1 < a[3]), (a, b)


# ----- what every chart has -----

EVERY = {
    "lines": lines(TRADE),
    "panels": lines(*PLACES),
    "spans": spans(INVESTMENT),
    "bars": bars(Bar("日本", 12, "12个"), Bar("韩国", 8, "8个")),
}


@pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)
def test_two_drawings_named(chart: str) -> None:
    """A chart is one narrow and one wide image, each named by its own title and description."""
    root = read(chart)
    assert (root.tag, root.get("class")) == ("div", "od-chart")
    assert [svg.get("class") for svg in root] == ["od-narrow", "od-wide"]
    assert [svg.get("viewBox", "").split()[2] for svg in root] == ["328", "640"]
    for svg in root:
        named = [e.text for key in svg.get("aria-labelledby", "").split() for e in svg.iter() if e.get("id") == key]
        assert [svg.find("title").text, svg.find("desc").text] == named  # type: ignore[union-attr]
        assert svg.get("role") == "img"


def test_ids_are_unique_on_a_page() -> None:
    """Several charts on a page, and the two drawings of each, have different ids."""
    ids = re.findall(r' id="([^"]+)"', "".join(EVERY.values()))
    assert len(ids) == 4 * len(EVERY)
    assert len(set(ids)) == len(ids)


def test_output_is_deterministic() -> None:
    """The same data give the same bytes, other data other ids."""
    assert lines(TRADE) == lines(TRADE)
    assert set(re.findall(r' id="([^"]+)"', lines(TRADE))).isdisjoint(re.findall(r' id="([^"]+)"', lines(*PLACES[:2])))


@pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)
def test_nothing_that_a_strict_policy_forbids(chart: str) -> None:
    """No style attribute or element, no script, no handler, no address of another host."""
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|http|url\(", chart)


@pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)
def test_text_is_text_of_at_least_12_px(chart: str) -> None:
    """Every text is a text element no smaller than 12 px, inside the drawing, and labels do not touch."""
    sizes = [float(text.get("font-size", "0")) for text in read(chart).iter("text")]
    assert sizes and min(sizes) >= 12
    assert_inside(chart)
    assert_apart(chart)


@pytest.mark.parametrize("chart", EVERY.values(), ids=EVERY)
def test_marks_say_what_they_are(chart: str) -> None:
    """Each mark can be reached by a script and says its value in words, in the attribute and in its title."""
    for drawing in drawings(chart):
        assert marks(drawing)
        for mark in marks(drawing):
            assert mark.get("tabindex") == "-1"
            assert mark.get("data-text") == mark.find("title").text  # type: ignore[union-attr]


def test_mark_text_follows_the_language() -> None:
    """A mark reads “name, when: text”; on Chinese charts with full-width punctuation."""
    english = Line("Qingdao", "qingdao", (Dot(2020, 92.69, "USD 92.69 billion", "2020", "actual"),))
    chart = draw_lines([english], title="Goods trade 青岛", description="Level", unit="USD", tick=str)
    assert marks(drawings(chart)[0])[0].get("data-text") == "Qingdao, 2020: USD 92.69 billion"
    assert marks(drawings(lines(TRADE))[0])[1].get("data-text") == "青岛市，2020年：926.9亿美元"


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "长" * 10_000, "\u202eabc\u0000", "' onload='alert(1)"])
def test_hostile_text_is_only_text(text: str) -> None:
    """Markup, control characters, lone surrogates, turned reading direction and endless texts end as short text."""
    hostile = Dot(2020, 1, text, text, "actual")
    other = Dot(2025, 2, text, text, "target", "over")
    charts = [
        draw_lines(
            [Line(text, "qingdao", (hostile, other))] * 2,
            title=text,
            description=text,
            unit=text,
            tick=lambda value: text + str(value),
        ),
        draw_spans(
            [Span(2020, 2021, 1, text, text, "actual", text, "other")],
            title=text,
            description=text,
            unit=text,
            tick=lambda _: text,
        ),
        draw_bars([Bar(text, 1, text, href="/a?b=" + text.replace(" ", "")[:40])], title=text, description=text, unit=text),
    ]
    for chart in charts:
        tags = {element.tag for element in read(chart).iter()}
        assert tags <= {"div", "svg", "title", "desc", "g", "path", "rect", "circle", "text", "a"}
        assert not re.search(r"[\x00-\x08\x1b\u202e\ud800-\udfff]", chart)
        assert not any(key.startswith("on") for element in read(chart).iter() for key in element.attrib)
        assert len(chart) < 40_000
        assert_inside(chart)
    spark = read(draw_spark([hostile, other], title=text, colour="other"))
    assert {element.tag for element in spark.iter()} <= {"svg", "title", "path", "circle"}


@pytest.mark.parametrize("draw", [lines, spans, bars])
def test_nothing_to_draw(draw: Callable[[], str]) -> None:
    """Without data there is no chart."""
    assert draw() == ""


def test_no_numbers_no_chart() -> None:
    """What is no finite number is left out; where nothing remains there is no chart."""
    assert lines(Line("a", "other", (dot(2020, math.nan), dot(2021, math.inf)))) == ""
    assert lines(Line("a", "other", (dot(1e18, 1), dot(2020, 1.7e308)))) == ""
    assert lines(Line("a", "other", ())) == ""
    assert draw_spark([], title="a", colour="other") == ""
    assert len(marks(drawings(lines(Line("a", "other", (dot(2020, math.nan), dot(2021, 1)))))[0])) == 1


def test_unknown_colour_is_a_wrong_call() -> None:
    """A colour that the palette lacks is named, with the near ones; it never becomes a class."""
    with pytest.raises(WrongName, match="qingdao"):
        lines(Line("a", "qingdoa", (dot(2020, 1),)))
    with pytest.raises(WrongName):
        bars(Bar("a", 1, "1", colour='x" onload="'))


# ----- lines -----


def test_years_that_follow_are_joined_solid_and_gaps_dashed() -> None:
    """A solid line where years follow each other, dashes over a gap of years."""
    chart = lines(Line("山东省", "shandong", (dot(2015, 3), dot(2018, 4), dot(2019, 5))))
    assert [dashes(drawing) for drawing in drawings(chart)] == [["6 4", "solid"]] * 2


def test_target_is_an_open_diamond_at_the_end_of_dots() -> None:
    """The last actual is joined to a target by a thin dotted path; the target is an open diamond."""
    for drawing in drawings(lines(TRADE)):
        assert dashes(drawing) == ["solid", "0 4"]
        target = marks(drawing)[-1]
        diamond = paths(target, "od-hollow")
        assert len(diamond) == 1 and (diamond[0].get("d") or "").endswith("z")
        assert paths(target, "od-fill") == []
        assert len(paths(marks(drawing)[0], "od-fill")) == 1


def test_second_target_is_reached_from_the_first() -> None:
    """Targets after one another are one path; a target that lies in the past has none."""
    line = Line("a", "other", (dot(2019, 1, "target"), dot(2020, 2), dot(2022, 3, "target"), dot(2025, 4, "target")))
    assert dashes(drawings(lines(line))[0]) == ["0 4", "0 4"]


def test_assumption_is_neither_dot_nor_diamond() -> None:
    """An expectation is an open circle."""
    mark = marks(drawings(lines(Line("a", "other", (dot(2020, 1), dot(2021, 2, "assumption")))))[0])[1]
    assert [e.tag for e in paths(mark, "od-hollow")] == ["circle"]


@pytest.mark.parametrize(("bound", "way"), [("over", -1), ("at-least", -1), ("under", 1), ("at-most", 1)])
def test_bounds_are_arrows(bound: str, way: int) -> None:
    """“Over” and “at least” point upward from the diamond, “under” and “at most” downward."""
    mark = marks(drawings(lines(Line("a", "other", (dot(2020, 1), dot(2025, 2, "target", bound)))))[0])[1]
    (arrow,) = paths(mark, "od-stroke")
    start, tip = map(float, re.findall(r"M\S+ ([\d.]+)V([\d.]+)", arrow.get("d", ""))[0])
    assert way == math.copysign(1, tip - start)


def test_about_is_a_soft_band_and_aim_nothing() -> None:
    """“About” lies in a soft band; “aims for” is said by its words alone."""

    def shapes(bound: str) -> int:
        chart = lines(Line("a", "other", (dot(2020, 1), dot(2025, 2, "target", bound))))
        return len(list(marks(drawings(chart)[0])[1])) - len(paths(marks(drawings(chart)[0])[1], "od-soft"))

    about = lines(Line("a", "other", (dot(2025, 2, "target", "about"),)))
    assert len(paths(drawings(about)[0], "od-soft")) == 1
    assert shapes("") == shapes("aim") == shapes("about")


def test_range_is_a_bracket_from_low_to_high() -> None:
    """A range has no point of its own: a bracket spans it, whichever end is given first."""
    chart = lines(Line("a", "other", (dot(2020, 20), dot(2025, 32, "target", high=28))), tick="{:.0f}%".format)
    mark = marks(drawings(chart)[0])[1]
    assert paths(mark, "od-hollow") == []
    (bracket,) = paths(mark, "od-stroke")
    tall = float(re.findall(r"h6v([\d.]+)h-6", bracket.get("d", ""))[0])
    assert 20 < tall < 80


def test_the_last_actual_and_targets_are_always_labelled() -> None:
    """However crowded, the value of each last actual and each target stands in the drawing, and no label on another."""
    chart = lines(*PLACES[:5])
    for drawing in drawings(chart):
        written = {text.text for text in drawing.iter("text")}
        assert {d.text for line in PLACES[:5] for d in line.dots} <= written
    assert_apart(chart)


def test_a_period_that_the_axis_does_not_tell_is_written() -> None:
    """A year is read from the axis; months, or the end of a year, stand beside the value."""
    part = Dot(2024.2, 5, "5亿美元", "2024年1—5月", "actual")
    written = [text.text for text in drawings(lines(Line("a", "other", (dot(2020, 4), part))))[0].iter("text")]
    assert "2024年1—5月" in written
    assert "2020年" not in written
    assert "2025年" not in [text.text for text in drawings(lines(TRADE))[0].iter("text")]


def test_a_plot_grows_until_all_targets_are_labelled() -> None:
    """Twenty-four targets within a few years make the drawing taller; none loses its label."""
    many = [dot(2021 + i % 4, 1000 + i, "target") for i in range(24)]
    few = drawings(lines(TRADE))[0]
    tall = drawings(lines(Line("青岛市", "qingdao", (dot(2020, 990), *many))))[0]
    assert {d.text for d in many} <= {text.text for text in tall.iter("text")}
    assert float(tall.get("height", "0")) > float(few.get("height", "0"))


@pytest.mark.parametrize(
    ("values", "zero"),
    [
        ((926.9, 1300), False),
        ((1, 1.0000001), False),
        ((5, 5), False),
        ((0, 0), False),
        ((-3.1, 8.2), False),
        ((-9, -8), True),
        ((1e18, 3e18), True),
        ((-1e300, 1e300), False),
        ((1e-9, 3e-9), False),
        ((12000, 12001), False),
    ],
)
def test_value_axis_has_three_to_five_round_ticks(values: tuple[float, float], zero: bool) -> None:
    """Three to five ticks that differ and enclose the data, for equal, negative, tiny and huge values too."""
    written: dict[str, float] = {}

    def tick(value: float) -> str:
        written[f"{value:.12g}"] = value
        return f"{value:.12g}"

    chart = lines(Line("a", "other", (dot(2020, values[0]), dot(2021, values[1]))), zero=zero, tick=tick)
    left = [
        t.text or "" for t in drawings(chart)[1].iter("text") if t.get("text-anchor") == "end" and t.get("class") == "od-muted"
    ]
    ticks = [written[text] for text in left]
    assert 3 <= len(ticks) <= 5
    assert ticks[0] <= min(values) and max(values) <= ticks[-1]
    assert 0 in ticks or not zero
    assert_inside(chart)


@pytest.mark.parametrize(("low", "expected"), [(40, True), (60, True), (92, False)])
def test_zero_is_shown_when_near(low: float, expected: bool) -> None:
    """Zero belongs to the axis where it takes at most half of the height."""
    texts = [t.text for t in drawings(lines(Line("a", "other", (dot(2020, low), dot(2021, 130)))))[0].iter("text")]
    assert expected == ("0" in texts)


def test_year_ticks_are_whole_years() -> None:
    """Years with data are labelled, the last and the last actual before others; many years at even steps."""

    def years(*dots: Dot) -> list[int]:
        written = (t.text or "" for t in drawings(lines(Line("a", "other", dots)))[0].iter("text"))
        return [int(t) for t in written if re.fullmatch(r"(19|20)\d\d", t)]

    assert years(dot(2020, 1), dot(2025, 2, "target")) == [2020, 2025]
    assert years(dot(2024.2, 1)) == [2024]
    many = years(*(dot(1978 + i, i) for i in range(43)))
    assert {10} == {b - a for a, b in itertools.pairwise(many)}
    assert many[-1] == 2020


def test_more_than_five_lines_become_panels_with_one_scale() -> None:
    """Six lines are six panels: one column narrow, three wide; the same value has the same height in each."""
    same = [Line(f"地方{i}", "other", (dot(2020, 5), dot(2021, 5 if i else 50))) for i in range(6)]
    narrow, wide = drawings(lines(*same))
    for drawing, columns in ((narrow, 1), (wide, 3)):
        named = [t for t in drawing.iter("text") if (t.text or "").startswith("地方")]
        assert [f"地方{i}" for i in range(6)] == [t.text for t in named]
        assert columns == len({t.get("x") for t in named})
        # Height of the first dot above the panel's name is the same in all panels.
        first = [float(mark.find("circle").get("cy", "0")) for mark in marks(drawing)[::2]]  # type: ignore[union-attr]
        assert len({round(y - float(t.get("y", "0"))) for y, t in zip(first, named, strict=True)}) == 1
    assert all(not (t.text or "").startswith("地方") or t.get("font-weight") for t in narrow.iter("text"))


def test_five_lines_stay_together() -> None:
    """Up to five lines share one plot."""
    assert len(marks(drawings(lines(*PLACES[:5]))[0])) == 5 * 2
    zeros = [t for t in drawings(lines(*PLACES[:5], zero=True))[1].iter("text") if t.text == "0"]
    assert len(zeros) == 1


def test_lines_that_crowd_stand_apart() -> None:
    """Fewer lines become panels too where their labels would cover each other's marks."""
    choice = random.Random(3)
    crowd = [
        Line(f"地方{i}", "other", tuple(dot(x, choice.randint(1, 99), "target", "over") for x in range(2015, 2031)))
        for i in range(5)
    ]
    drawing = drawings(lines(*crowd))[0]
    assert len([t for t in drawing.iter("text") if (t.text or "").startswith("地方") and t.get("x") != "0"]) == 5
    assert len([t for t in drawing.iter("text") if t.text == "0"]) == 5
    assert_apart(lines(*crowd))


def test_long_names_are_shortened_and_told_in_full() -> None:
    """A name too long for the drawing ends with an ellipsis, and the whole is in its title."""
    name = "山东省青岛市西海岸新区" * 9
    chart = lines(Line(name, "qingdao", TRADE.dots), Line("W" * 90, "other", (dot(2020, 900),)))
    assert_inside(chart)
    titles = [title.text for text in drawings(chart)[0].iter("text") for title in text.iter("title")]
    assert {name, "W" * 90} == set(titles)


def _crowds() -> Iterator[tuple[set[str], str]]:
    choice = random.Random(7)
    for _ in range(60):
        series = []
        for i in range(choice.randint(1, 7)):
            dots = [dot(2020 - k, choice.choice((90, 100, 300)) + choice.randint(0, 40)) for k in range(choice.randint(1, 6))]
            ends = [dot(2025, choice.randint(80, 400), "target", choice.choice(("", "over", "about", "under")))]
            series.append(Line(choice.choice(("青岛市", "Qingdao West Coast New Area")), "other", (*dots, *ends * (i % 3 > 0))))
        targets = {d.text for line in series for d in line.dots if d.status == "target"}
        last = {max((d for d in line.dots if d.status == "actual"), key=lambda d: d.x).text for line in series}
        yield targets | last, lines(*series)


def test_crowded_charts_keep_labels_apart_and_inside() -> None:
    """Sixty made-up charts: no label on another, none outside, each last actual and target labelled."""
    for needed, chart in _crowds():
        assert_inside(chart)
        assert_apart(chart)
        for drawing in drawings(chart):
            written = {text.text for group in paths(drawing, "od-labels") for text in group.iter("text")}
            assert needed <= written


# ----- amounts over a period -----


def test_bar_of_an_amount_is_as_wide_as_its_period() -> None:
    """Five years are five times as wide as one, on the same axis, and begin where they begin."""
    year = Span(2020, 2021, 2000, "2000亿元", "2020年", "actual", "青岛市", "qingdao")
    for drawing in drawings(spans(INVESTMENT, year)):
        boxes = [mark.find("rect") for mark in marks(drawing)]
        (x1, w1), (x5, w5) = sorted((float(b.get("x", "")), float(b.get("width", ""))) for b in boxes if b is not None)
        assert w5 == pytest.approx(5 * w1, abs=0.6)
        assert x5 == pytest.approx(x1 + w1, abs=0.2)


def test_amounts_are_filled_when_actual_and_outlined_when_target() -> None:
    """Filled for what was; an outline over a pale area for what shall be; heights from zero are as the amounts."""
    done = Span(2021, 2024, 6000, "6000亿元", "2021—2023年", "actual", "青岛市", "qingdao")
    actual, target = marks(drawings(spans(INVESTMENT, done))[0])
    assert (len(paths(actual, "od-fill")), len(paths(actual, "od-stroke"))) == (1, 0)
    assert (len(paths(target, "od-fill")), len(paths(target, "od-stroke"))) == (0, 1)
    tall = [float(mark.find("rect").get("height", "0")) for mark in (actual, target)]  # type: ignore[union-attr]
    assert tall[1] == pytest.approx(2 * tall[0], abs=0.2)


def test_names_have_panels_of_their_own() -> None:
    """Amounts of two places never cover each other: each name has a panel, all with one scale."""
    other = Span(2021, 2026, 6000, "6000亿元", "2021—2025年", "target", "烟台市", "other", "over")
    chart = spans(INVESTMENT, other)
    names = [t.text for t in drawings(chart)[1].iter("text") if t.get("font-weight")]
    assert names == ["青岛市", "烟台市"]
    assert_inside(chart)


@pytest.mark.parametrize("value", [0, -5, 1e15])
def test_any_amount_can_be_drawn(value: float) -> None:
    """Nothing, less than nothing and very much; a period given backwards or of no length too."""
    for start, end in ((2021, 2026), (2026, 2021), (2020, 2020), (2024.0, 2024.42)):
        chart = spans(Span(start, end, value, f"{value:g}", "某时", "target", "青岛市", "qingdao", "under"))
        assert_inside(chart)
        assert "0" in [t.text for t in drawings(chart)[0].iter("text")]


# ----- bars by category -----


def test_bars_begin_at_zero() -> None:
    """Twice the value is twice the length, from one baseline; a fall goes to the other side."""
    chart = bars(Bar("日本", 12, "12个"), Bar("韩国", 6, "6个"), Bar("德国", 0, "0个"), Bar("法国", -6, "−6个"))
    for drawing in drawings(chart):
        rects = [paths(mark, "od-fill")[0] for mark in marks(drawing)]
        left, width = ([float(r.get(key, "")) for r in rects] for key in ("x", "width"))
        assert left[0] == left[1] == left[2] == pytest.approx(left[3] + width[3], abs=0.1)
        assert pytest.approx([12 * w / width[0] for w in width], abs=0.1) == [12, 6, 0, 6]
    assert_inside(chart)


def test_all_bars_zero_or_negative() -> None:
    """Bars that are all nothing, or all falls, have their baseline inside the drawing."""
    assert_inside(bars(Bar("日本", 0, "0个")))
    assert_inside(bars(Bar("日本", -3, "−3个"), Bar("韩国", -1, "−1个")))


def test_bars_can_lead_somewhere() -> None:
    """A bar with an address is a link, and a chart with links is no image, whose content could not be reached."""
    chart = bars(Bar("日本", 12, "12个", href="/zh/lists/?country=JP&x=1"), Bar("韩国", 8, "8个"))
    for drawing in drawings(chart):
        assert [a.get("href") for a in drawing.iter("a")] == ["/zh/lists/?country=JP&x=1"]
        assert drawing.get("role") == "group"


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "JAVASCRIPT:x", "java\nscript:x", " javascript:x", "data:text/html,x", "\x01javascript:x"]
)
def test_bars_lead_to_pages_only(href: str) -> None:
    """Addresses that would run something are left out."""
    chart = bars(Bar("日本", 12, "12个", href=href))
    assert list(read(chart).iter("a")) == []
    assert drawings(chart)[0].get("role") == "img"


# ----- sparks -----


def test_spark_is_small_and_named() -> None:
    """A spark has a title and no ids, one filled dot at the last actual, an open diamond at the target."""
    spark = read(draw_spark([*TRADE.dots], title="青岛市货物进出口额", colour="qingdao"))
    assert spark.get("viewBox") == "0 0 120 32"
    assert spark.find("title").text == "青岛市货物进出口额"  # type: ignore[union-attr]
    assert [
        len(paths(spark, "od-fill")),
        len(paths(spark, "od-hollow")),
        [e for e in spark.iter() if e.get("id")],
    ] == [1, 1, []]


@pytest.mark.parametrize("values", [(5,), (5, 5), (-1, 1), (1e300, -1e300)])
def test_spark_of_any_values(values: tuple[float, ...]) -> None:
    """One value, equal ones, negative and huge ones stay inside."""
    spark = draw_spark([dot(2020 + i, value) for i, value in enumerate(values)], title="t", colour="ink")
    assert all(0 <= float(e.get("cy", "1")) <= 32 for e in read(spark).iter())


# ----- colours -----


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", PALETTE)
def test_marks_stand_out(colour: str) -> None:
    """Every hue has a contrast of 3:1 or more on white and, in its dark form, on near-black."""
    light, dark = PALETTE[colour]
    assert contrast(light, "#ffffff") >= 3
    assert contrast(dark, "#14161a") >= 3


def test_text_is_readable() -> None:
    """Text has 4.5:1 or more in light, dark and print."""
    schemes = re.findall(r"--od-chart-ink:(#\w{6});--od-chart-muted:(#\w{6});.*?--od-chart-paper:(#\w{6});", colour_rules())
    assert len(schemes) == 3
    assert all(contrast(text, paper) >= 4.5 for *texts, paper in schemes for text in texts)


def test_rules_cover_every_class_of_the_drawings() -> None:
    """Each class that a drawing uses for colour has a rule, in light, dark and print."""
    rules = colour_rules()
    used = set(" ".join(re.findall(r'class="([^"]*)"', "".join(EVERY.values()))).split())
    assert {c for c in used if f".{c}" not in rules} <= {"od-chart", "od-narrow", "od-wide", "od-mark", "od-labels", "od-name"}
    assert set(PALETTE) == set(re.findall(r"\.od-c-([\w-]+)\{", rules))
    assert rules.index('[data-md-color-scheme="slate"]') < rules.index("@media print")


# ----- ways -----

PROMISED = Line("", "qingdao", (dot(2020, 100), dot(2023, 120), dot(2025, 180, "target")))
EVEN = Way((2020, 100), (2025, 180), dot(2023, 148, "assumption"), "匀速")


def with_ways(*ways: Way, series: tuple[Line, ...] = (PROMISED,)) -> str:
    """Draw lines over ways."""
    return draw_lines(series, title="目标", description="", unit="亿元", tick="{:g}".format, ways=ways)


def test_a_way_lies_under_the_line_with_a_ring_that_says_where_it_was_to_be() -> None:
    """Grey and dotted from end to end; its ring is a mark like others, named and labelled."""
    for drawing in drawings(with_ways(EVEN)):
        said = [mark.get("data-text") for mark in marks(drawing)]
        assert ["匀速，2023年：148亿美元", "2020年：100亿美元", "2023年：120亿美元", "2025年：180亿美元"] == said
        first = paths(drawing, "od-stroke")[0]
        assert ("od-stroke od-c-other", "0 3") == (first.get("class"), first.get("stroke-dasharray"))
        assert {"匀速", "148亿美元"} <= {text.text for text in drawing.iter() if text.tag.endswith("text")}


def test_a_way_without_a_mark_is_a_line_alone() -> None:
    """So is one whose mark is no number, or lies beyond its ends."""
    plain = with_ways(Way((2020, 100), (2025, 180)))
    for mark in (dot(2026, 148), dot(2023, math.nan), replace(dot(2023, 148), x=math.inf)):
        assert len(marks(drawings(with_ways(Way((2020, 100), (2025, 180), mark)))[0])) == 3
    assert len(marks(drawings(plain)[0])) == 3
    assert ["0 3"] == [
        e.get("stroke-dasharray") for e in paths(drawings(plain)[1], "od-stroke") if e.get("stroke-width") == "1"
    ]


def test_a_way_widens_the_axes_and_one_without_numbers_is_left_out() -> None:
    """Its ends are drawn within the plot."""
    wide = drawings(with_ways(Way((2015, 20), (2030, 400))))[1]
    assert {"0", "400"} <= {text.text for text in wide.iter() if text.tag.endswith("text")}
    assert with_ways() == with_ways(Way((2020, math.nan), (2025, 180)), Way((2020, 1), (math.inf, 180)))


def test_a_ways_name_is_hostile_until_cleaned() -> None:
    """It reaches the picture as text."""
    read(with_ways(Way((2020, 100), (2025, 180), dot(2023, 148), HOSTILE)))


# ----- cards -----


def test_a_card_stands_by_itself() -> None:
    """The sentence, the drawing in its light colours, the name; no variable that only a page sets, nothing from elsewhere."""
    drawing = re.search(
        r'<svg class="od-wide".*?</svg>', lines(Line("青岛市", "qingdao", (dot(2020, 1), dot(2021, 2)))), re.DOTALL
    )[0]
    card = ElementTree.fromstring(draw_card(drawing, title="一句话", name="样本<b>", fonts="sans-serif"))
    assert ("1200", "630") == (card.get("width"), card.get("height"))
    text = "".join(card.itertext())
    assert "一句话" in text
    assert "样本<b>" in text
    assert "青岛市" in text
    rules = card.find("{*}style").text
    assert ".od-c-qingdao{color:#D55E00}" in rules
    assert "var(" not in rules
    inner = card.find("{*}svg")
    assert float(inner.get("y")) + float(inner.get("height")) <= 630
    assert float(inner.get("x")) + float(inner.get("width")) <= 1200
    used = {name for element in card.iter() for name in element.get("class", "").split() if name.startswith("od-c-")}
    assert set() == {name for name in used if f".{name}{{" not in rules}


def test_a_card_of_a_long_sentence_keeps_its_bounds() -> None:
    """Lines are cut rather than written over the edge; a card without a drawing is its sentence."""
    card = ElementTree.fromstring(draw_card("", title="很长的句子" * 60, name="", fonts="sans-serif"))
    written = card.findall("{*}text")
    assert 5 == len([text for text in written if text.text])
    assert all(float(text.get("y")) <= 630 for text in written)
    assert all(56 + text_width(text.text or "", float(text.get("font-size"))) <= 1200 for text in written if text.text)
