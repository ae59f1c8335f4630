"""Charts of figures: which pictures an indicator gets, one question each, and their values for ``charts``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from opendata import charts, views, words
from opendata.collection import Indicator, Observation
from opendata.render.base import Desk, grouped
from opendata.render.verdicts import (
    JUDGED,
    target_name,
    told_amount,
    told_figure,
    told_growth,
    told_number,
    told_pace,
    told_path,
    told_period,
    told_target,
)
from opendata.targets import Figure, Target
from opendata.words import Language

# Fewer bars than this are a sentence, more are a table.
_FEWEST_BARS, _MOST_BARS = 3, 16

# Characters that a picture's description spends on its values.
_LISTED = 180

# So many comparisons of rates or shares an indicator shows; the rest stands in its table.
_MOST_COMPARISONS = 2


def draw_indicator(desk: Desk, indicator: Indicator, observations: Sequence[Observation]) -> list[Markup]:
    """Return the pictures of an indicator, each with its title."""
    drawn = []
    for family, unit, group in views.by_unit(observations):
        scale = views.column_scale((o.value for o in group), unit, desk.language)
        subject = _Subject(desk, desk.say(indicator.name), scale)
        if family == "amount":
            drawn += [*_draw_amounts(subject, group)]
        elif family in ("rate", "share"):
            drawn += [*_draw_rates(subject, group)]
    return [desk.html("chart.html.j2", title=title, drawing=Markup(svg)) for title, svg in drawn if svg]  # noqa: S704 - charts escapes


def draw_path(desk: Desk, path: views.Path) -> Markup:
    """Return the small picture of the way from an actual to its target."""
    assert path.actual and path.target
    title = views.path_sentence(path, desk.language, desk.t)
    dots = [_dot(o, desk.language) for o in (path.actual, path.target)]
    return Markup(charts.draw_spark(dots, title=title, colour=_colour(path.actual.area.area_id)))  # noqa: S704 - charts escapes


def draw_series(desk: Desk, rows: Sequence[Observation]) -> Markup:
    """Return the small picture of figures of one place, measure and unit, from zero; nothing for less than two dates."""
    scale = views.column_scale((o.value for o in rows), rows[0].unit, desk.language)
    dots = _dots(rows, scale, desk.language)
    if len({dot.x for dot in dots}) < 2:
        return Markup()
    told = [f"{dot.when} {dot.text}" for dot in dots]
    title = ("，" if desk.language == "zh" else ", ").join(told)
    colour = _colour(rows[0].area.area_id)
    return Markup(charts.draw_spark(dots, title=title, colour=colour, zero=True))  # noqa: S704 - charts escapes


def draw_counts(desk: Desk, title: str, counts: Mapping[str, int]) -> Markup:
    """Return counts as bars, the largest first."""
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    bars = [charts.Bar(name, count, f"{count:,}") for name, count in ordered]
    svg = charts.draw_bars(bars, title=title, description=desk.t("indicator.chart_desc"), unit="")
    return desk.html("chart.html.j2", title=title, drawing=Markup(svg))  # noqa: S704 - charts escapes


@dataclass(frozen=True)
class _Subject:
    """What a picture is about: the indicator's name and the scale of its values."""

    desk: Desk
    name: str
    scale: views.Scale

    def describe(self, told: Iterable[str]) -> str:
        """What a seeing reader learns besides the title: every line or bar, and where all numbers stand."""
        between, end = ("；", "。") if self.desk.language == "zh" else ("; ", ". ")
        # The picture's own words are cut at a length; where the numbers stand must not be lost.
        listed = between.join(told)
        listed = listed if len(listed) <= _LISTED else listed[: listed.rfind(between, 0, _LISTED)]
        return f"{listed}{end}{self.desk.t('indicator.chart_desc')}"

    def describe_bars(self, bars: Iterable[charts.Bar | charts.Span]) -> str:
        """The same of bars: name, period where they have one, value."""
        return self.describe(
            " ".join((bar.name, *([bar.when] if isinstance(bar, charts.Span) else []), bar.text)) for bar in bars
        )

    def title(self, sentence: str, others: int = 0) -> str:
        """The answer as a sentence; ``others`` are the lines or bars beside the one that it tells of."""
        t = self.desk.t
        sentence = sentence[:1].upper() + sentence[1:] if self.desk.language == "en" else sentence
        told = sentence.rstrip("。.") + (t("indicator.chart_others", count=others) if others else "")
        return t("indicator.chart_title", name=self.name, sentence=told)

    def told_line(self, line: charts.Line, whole: str = "") -> str:
        """Return what a line says: where it begins and where it leads; ``whole`` says what a share is a share of."""
        first, last = line.dots[0], line.dots[-1]
        t, who = self.desk.t, line.name
        if whole:
            who = f"{who}{whole}" if self.desk.language == "zh" else f"{who}, {whole}"
        aim = t("indicator.chart_aim") if last.status == "target" else ""
        key = "chart_line" if first is not last else "chart_point"
        return t(
            f"indicator.{key}", who=who, start_period=first.when, start=first.text, end_period=last.when, end=last.text, aim=aim
        )

    def told_bars(self, bars: Sequence[charts.Bar], period: str, measure: str = "") -> str:
        """Return which bar is the longest and which the shortest."""
        top, bottom = max(bars, key=lambda bar: bar.value), min(bars, key=lambda bar: bar.value)
        if self.desk.language == "en":
            head = ", ".join(part for part in (measure, period) if part)
            head = f"{head}: " if head else ""
        else:
            head = period + (f"{measure}，" if measure else "")
        if top.value == bottom.value:
            return self.desk.t("indicator.chart_equal", head=head, value=top.text)
        return self.desk.t(
            "indicator.chart_ranked", head=head, top=top.name, high=top.text, bottom=bottom.name, low=bottom.text
        )


# ----- amounts -----


def _draw_amounts(subject: _Subject, group: Sequence[Observation]) -> Iterator[tuple[str, str]]:
    """Lines where a place has several dates; else places side by side; totals over periods on their own axis."""
    lines = _lines(group, subject.scale, subject.desk.language)
    moving = [line for line in lines if len({dot.x for dot in line.dots}) > 1]
    if moving:
        yield _draw_moving(subject, moving, group)
    elif len(lines) > 1:
        yield from _draw_side_by_side(subject, lines)
    spans = _spans(group, subject.scale, subject.desk.language)
    if len(spans) > 1:
        title = subject.title(_told_spans(subject, spans))
        unit = subject.scale.unit
        yield title, charts.draw_spans(spans, title=title, description=subject.describe_bars(spans), unit=unit, tick=_tick)


def _draw_moving(subject: _Subject, lines: Sequence[charts.Line], group: Sequence[Observation]) -> tuple[str, str]:
    """The title tells the way to the target that is best documented, else the line with most dates."""
    desk = subject.desk
    names = {line.name for line in lines}
    paths = [path for path in views.find_paths(group) if path.complete and path.actual and path.target]
    told = next(
        (p for p in paths if p.actual and p.actual.time and p.target and p.target.time and _drawn(p, desk) in names), None
    )
    if told:
        sentence = views.path_sentence(told, desk.language, desk.t)
    else:
        sentence = subject.told_line(max(lines, key=lambda line: len(line.dots)))
    title = subject.title(sentence, len(lines) - 1)
    about, unit = subject.describe(map(subject.told_line, lines)), subject.scale.unit
    return title, charts.draw_lines(lines, title=title, description=about, unit=unit, tick=_tick)


def _drawn(path: views.Path, desk: Desk) -> str:
    return desk.say(path.actual.area.name) if path.actual else ""


def _told_spans(subject: _Subject, spans: Sequence[charts.Span]) -> str:
    """Tell the last total that is aimed at, else the last there is, and the one before it at the same place."""
    t = subject.desk.t
    counts = Counter(span.name for span in spans)
    told = max(spans, key=lambda span: (span.status == "target", counts[span.name], span.end - span.start, span.end))
    before = [span for span in spans if span.name == told.name and span.status == "actual" and span.end <= told.start]
    aim = t("indicator.chart_aim") if told.status == "target" else ""
    sentence = t("indicator.chart_total", who=told.name, period=told.when, value=told.text, aim=aim)
    if before:
        last = max(before, key=lambda span: (span.end, span.end - span.start))
        sentence += t("indicator.chart_before", period=last.when, value=last.text)
    return sentence


def _draw_side_by_side(subject: _Subject, lines: Sequence[charts.Line]) -> Iterator[tuple[str, str]]:
    year, count = Counter(line.dots[0].when for line in lines).most_common(1)[0]
    if count > 1:
        compared = [line for line in lines if line.dots[0].when == year]
        bars = [charts.Bar(line.name, line.dots[0].value, line.dots[0].text, line.colour) for line in compared]
        bars.sort(key=lambda bar: -bar.value)
        title = subject.title(subject.told_bars(bars, year))
        yield title, charts.draw_bars(bars, title=title, description=subject.describe_bars(bars), unit=subject.scale.unit)


def _lines(group: Sequence[Observation], scale: views.Scale, language: Language) -> list[charts.Line]:
    """A line a place for the total; where no total is given, a line a part of the place that has most."""
    levels = [o for o in group if o.measure == "level" and o.time and (o.time.is_whole or o.time.stock)]
    totals = [o for o in levels if o.breakdown is None]
    if totals:
        groups = grouped(totals, lambda o: o.area.area_id)
        return [
            charts.Line(rows[0].area.name.in_language(language), _colour(key), _dots(rows, scale, language))
            for key, rows in groups.items()
        ]
    areas = Counter(o.area.area_id for o in levels)
    most = areas.most_common(1)[0][0] if areas else ""
    return _part_lines([o for o in levels if o.area.area_id == most], scale, language)


def _part_lines(group: Sequence[Observation], scale: views.Scale, language: Language) -> list[charts.Line]:
    parts = grouped(group, _part_id)
    return [
        charts.Line(
            rows[0].breakdown.name.in_language(language) if rows[0].breakdown else rows[0].area.name.in_language(language),
            "other",
            _dots(rows, scale, language),
        )
        for rows in parts.values()
    ]


def _dots(rows: Sequence[Observation], scale: views.Scale, language: Language) -> tuple[charts.Dot, ...]:
    """A dot a figure; two rows of a range make one, and what two documents print alike is drawn once."""
    highs = {(o.period, o.status, o.as_printed): o for o in rows if o.bound == "high"}
    seen: dict[tuple[float, float, str], charts.Dot] = {}
    for o in sorted(rows, key=lambda o: (o.time.position if o.time else 0.0, o.value)):
        if o.bound == "high":
            continue
        high = highs.get((o.period, o.status, o.as_printed)) if o.bound == "low" else None
        dot = _dot(o, language, scale, high)
        seen.setdefault((dot.x, dot.value, dot.status), dot)
    return tuple(seen.values())


def _dot(o: Observation, language: Language, scale: views.Scale | None = None, high: Observation | None = None) -> charts.Dot:
    factor = scale.factor if scale else Decimal(1)
    assert o.time
    return charts.Dot(
        x=o.time.position,
        value=float(o.value * factor),
        text=views.full_value(o, language),
        when=words.period_words(o.period, language),
        status=o.status,  # type: ignore[arg-type]
        bound="" if high else o.bound,
        high=float(high.value * factor) if high else None,
    )


def _spans(group: Sequence[Observation], scale: views.Scale, language: Language) -> list[charts.Span]:
    spans = []
    for o in group:
        if o.measure != "cumulative" or o.time is None or o.breakdown is not None or o.bound == "high":
            continue
        (year, month, _), (to_year, to_month, _) = o.time.start, o.time.end
        spans.append(
            charts.Span(
                start=year + max(month - 1, 0) / 12,
                end=to_year + (to_month or 12) / 12,
                value=float(o.value * scale.factor),
                text=views.full_value(o, language),
                when=words.period_words(o.period, language),
                status=o.status,  # type: ignore[arg-type]
                name=o.area.name.in_language(language),
                colour=_colour(o.area.area_id),
                bound=o.bound,
            )
        )
    # What two documents print alike, one perhaps with a bound, is drawn once.
    return list({(span.name, span.start, span.end, span.value, span.status): span for span in reversed(spans)}.values())[::-1]


# ----- rates and shares -----


def _draw_rates(subject: _Subject, group: Sequence[Observation]) -> Iterator[tuple[str, str]]:
    """The way of a share over the years, then places and parts side by side in one measure and one period."""
    drawn: set[str] = set()
    for measure, rows in grouped(group, lambda o: o.measure).items():
        if measure in ("share", "ratio"):
            yield from _draw_share_lines(subject, measure, rows, drawn)
    # A change is held against something of its own each time: side by side such bars would compare nothing.
    rest = (o for o in group if o.key not in drawn and o.measure != "change")
    compared = grouped(rest, _compared_with)
    candidates = [_distinct(rows) for rows in compared.values()]
    candidates = [rows for rows in candidates if _FEWEST_BARS <= len(rows) <= _MOST_BARS]
    for rows in sorted(candidates, key=lambda rows: -len(rows))[:_MOST_COMPARISONS]:
        yield _draw_comparison(subject, rows)


def _compared_with(o: Observation) -> str:
    """Only like is held against like: places by their totals, or the parts of one place in one dimension; of one whole."""
    within = (o.area.area_id, o.breakdown.dimension) if o.breakdown else ()
    return "\x1f".join((o.measure, o.period, _whole_of(o), *within))


def _whole_of(o: Observation) -> str:
    """Return what a share is a share of, where its note says it; else it is the place's own total.

    A share of the nation and a share of the city have the same unit and answer different questions.
    """
    return o.note.default if o.measure == "share" and o.note.default.startswith("占") else ""


def _draw_share_lines(
    subject: _Subject, measure: str, rows: Sequence[Observation], drawn: set[str]
) -> Iterator[tuple[str, str]]:
    """One picture for each whole and each way of dividing it."""
    desk = subject.desk
    dated = [o for o in rows if o.time and (o.time.is_year or o.time.stock)]
    for alike in grouped(dated, lambda o: f"{_whole_of(o)}\x1f{o.breakdown.dimension if o.breakdown else ''}").values():
        groups = grouped(alike, lambda o: f"{o.area.area_id}\x1f{_part_id(o)}")
        moving = [own for own in groups.values() if len({o.period for o in own}) > 1]
        lines = [
            charts.Line(
                _subject_name(own[0], desk.language), _colour(own[0].area.area_id), _dots(own, subject.scale, desk.language)
            )
            for own in moving
        ]
        if lines:
            drawn |= {o.key for own in moving for o in own}
            whole = desk.say(alike[0].note) if _whole_of(alike[0]) else desk.t(f"measure.{measure}")
            title = subject.title(subject.told_line(lines[0], whole), len(lines) - 1)
            about, unit = subject.describe(subject.told_line(line, whole) for line in lines), subject.scale.unit
            yield title, charts.draw_lines(lines, title=title, description=about, unit=unit, tick=_tick)


def _distinct(rows: Sequence[Observation]) -> list[Observation]:
    """What two documents print alike stands once."""
    seen: dict[tuple[object, ...], Observation] = {}
    for o in rows:
        if o.bound != "high":
            seen.setdefault((o.area.area_id, _part_id(o), o.status, o.value, o.bound), o)
    return list(seen.values())


def _draw_comparison(subject: _Subject, rows: Sequence[Observation]) -> tuple[str, str]:
    desk, first = subject.desk, rows[0]
    period = words.period_words(first.period, desk.language) if first.period else desk.t("indicator.undated_period")
    if first.breakdown:
        period = ("" if desk.language == "zh" else ", ").join(filter(None, [desk.say(first.area.name), period]))
    name = _bar_names(rows, desk)
    bars = [
        charts.Bar(name(o), float(subject.scale.factor * o.value), views.full_value(o, desk.language), _bar_colour(o, rows))
        for o in sorted(rows, key=lambda o: -o.value)
    ]
    measure = desk.t(f"measure.{first.measure}")
    if _whole_of(first):
        measure += f"（{first.note.default}）" if desk.language == "zh" else f" ({desk.say(first.note)})"
    title = subject.title(subject.told_bars(bars, period, measure))
    return title, charts.draw_bars(bars, title=title, description=subject.describe_bars(bars), unit=subject.scale.unit)


def _bar_names(rows: Sequence[Observation], desk: Desk) -> Callable[[Observation], str]:
    """Name bars by what tells them apart: what all share stands in the title or is the only one there is."""
    areas, statuses = {o.area.area_id for o in rows}, {o.status for o in rows}
    parts = {_part_id(o) for o in rows}

    def name(o: Observation) -> str:
        told = [desk.say(o.area.name)] if len(areas) > 1 or len(parts) == 1 else []
        told += [desk.say(o.breakdown.name)] if o.breakdown else []
        told += [desk.t("columns.total")] if not told else []
        text = ("" if desk.language == "zh" else ", ").join(told)
        if len(statuses) == 1 or o.status == "actual":
            return text
        status = desk.t(f"status.{o.status}")
        return f"{text}（{status}）" if desk.language == "zh" else f"{text} ({status})"

    return name


def _bar_colour(o: Observation, rows: Sequence[Observation]) -> str:
    return _colour(o.area.area_id) if len({other.area.area_id for other in rows}) > 1 else "ink"


def _subject_name(o: Observation, language: Language) -> str:
    area = o.area.name.in_language(language)
    if o.breakdown is None:
        return area
    return ("" if language == "zh" else ", ").join([area, o.breakdown.name.in_language(language)])


# ----- targets -----


def draw_target(desk: Desk, target: Target) -> Markup | None:
    """Return the picture of where a target stands, ``None`` where nobody can tell or there is no way to draw."""
    if target.status not in JUDGED or target.latest is None or target.kind == "rank":
        return None
    title = _target_title(desk, target, target.latest)
    draw = {"cumulative": _draw_total, "rate": _draw_paces}.get(target.kind, _draw_way)
    svg = draw(desk, target, target.latest, title)
    return desk.html("chart.html.j2", title=title, drawing=Markup(svg)) if svg else None  # noqa: S704 - charts escapes


def _target_title(desk: Desk, target: Target, latest: Figure) -> str:
    is_rate = target.kind == "rate" and target.achieved_pace is not None
    key = "progress.picture_rate" if is_rate else "progress.picture"
    key = "progress.picture_total" if target.kind == "cumulative" else key
    sentence = desk.t(
        key,
        name=target_name(desk, target),
        area=desk.say(target.area.name),
        latest_period=_up_to(desk, latest) if is_rate else words.period_words(latest.period, desk.language),
        latest=told_growth(desk, target) if is_rate else told_figure(desk, latest, target),
        period=told_period(desk, target),
        target=told_target(desk, target),
    )
    pace = told_pace(desk, target)
    return sentence if pace == words.MISSING else desk.t("progress.picture_needs", sentence=sentence, pace=pace)


def _up_to(desk: Desk, latest: Figure) -> str:
    return words.period_words(str(int(latest.position)), desk.language)


def _draw_way(desk: Desk, target: Target, latest: Figure, title: str) -> str:
    """Baseline, latest actual and target in one line; the even path from baseline to target under it."""
    time = target.rows[0].time
    assert time
    start = target.baseline if target.baseline is not latest else None
    # A change is counted from the baseline; the picture shows where it leads.
    add = start.value if start and target.measure == "change" else Decimal(0)
    goal = target.value + add
    values = [figure.value for figure in (start, latest) if figure] + [goal]
    scale = views.column_scale(values, latest.unit, desk.language)
    dots = [_figure_dot(desk, figure, scale) for figure in (start, latest) if figure]
    low, high = (None if end is None else float((end + add) * scale.factor) for end in (target.low, target.high))
    value = float(goal * scale.factor)
    end = charts.Dot(
        x=time.position,
        value=value if low is None else low,
        text=told_number(desk, target),
        when=told_period(desk, target),
        status="target",
        bound=target.bound,
        high=high,
    )
    ways = []
    if start:
        path = None
        if target.path is not None and float(latest.position) < end.x:
            when, text = words.period_words(latest.period, desk.language), told_path(desk, target)
            path = charts.Dot(float(latest.position), float(target.path * scale.factor), text, when, "assumption")
        ways = [charts.Way((dots[0].x, dots[0].value), (end.x, value), path, desk.t("progress.path"))]
    line = charts.Line("", _colour(target.area.area_id), (*dots, end))
    about = desk.t("indicator.chart_desc")
    return charts.draw_lines([line], title=title, description=about, unit=scale.unit, tick=_tick, ways=ways)


def _figure_dot(desk: Desk, figure: Figure, scale: views.Scale) -> charts.Dot:
    return charts.Dot(
        x=float(figure.position),
        value=float(figure.value * scale.factor),
        text=told_amount(desk, figure),
        when=words.period_words(figure.period, desk.language),
        status="actual",
        bound=figure.bound,
    )


def _draw_total(desk: Desk, target: Target, latest: Figure, title: str) -> str:
    """What came so far within what is to come, each as wide as its time."""
    time = target.rows[0].time
    assert time
    scale = views.column_scale([target.value, latest.value], target.unit, desk.language)
    name, colour, begin = desk.say(target.area.name), _colour(target.area.area_id), float(time.start[0])
    so_far = charts.Span(
        start=begin,
        end=float(latest.position) + 1,
        value=float(latest.value * scale.factor),
        text=told_amount(desk, latest),
        when=words.period_words(latest.period, desk.language),
        status="actual",
        name=name,
        colour=colour,
    )
    whole = charts.Span(
        start=begin,
        end=float(time.end[0]) + 1,
        value=float(target.value * scale.factor),
        text=told_number(desk, target),
        when=told_period(desk, target),
        status="target",
        name=name,
        colour=colour,
        bound=target.bound,
    )
    about = desk.t("indicator.chart_desc")
    return charts.draw_spans([whole, so_far], title=title, description=about, unit=scale.unit, tick=_tick)


def _draw_paces(desk: Desk, target: Target, latest: Figure, title: str) -> str:
    """The average growth so far, the one that was promised, and the one that is needed from then on."""
    made = desk.t("progress.bar_made", period=_up_to(desk, latest))
    needed = None if target.status == "met" else target.required_pace
    bars = [
        charts.Bar(name, float(pace), words.percent(pace, desk.language), _colour(target.area.area_id))
        for name, pace in (
            (desk.t("progress.bar_target"), target.value),
            (made, target.achieved_pace),
            (desk.t("progress.bar_needed"), needed),
        )
        if pace is not None
    ]
    return charts.draw_bars(bars, title=title, description=desk.t("indicator.chart_desc"), unit="%")


# ----- small things -----


def _colour(area_id: str) -> str:
    return area_id if area_id in charts.PALETTE else "other"


def _part_id(o: Observation) -> str:
    return o.breakdown.breakdown_id if o.breakdown else ""


def _tick(value: float) -> str:
    return words.plain_number(Decimal(f"{value:.6g}") + 0)
