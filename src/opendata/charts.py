"""Statistical charts as inline SVG, drawn when the site is built.

Every chart is a ``<div class="od-chart">`` with two drawings of the same data, one for a phone (328 px) and one for
a wider column (640 px), because one drawing scaled down would have text too small to read.
A spark is a single small drawing.
Texts arrive localised and formatted, and count as hostile: they reach the SVG through ``_el`` and ``_clean`` only.
There is no ``style`` attribute, style element or script in a drawing; a strict content security policy forbids them.

What the style sheet must do
----------------------------
``colour_rules()`` returns every rule that has to do with colour, for light, dark, print and forced colours:

========================  =============================================================================================
``.od-c-<key>``           sets ``color`` to a hue of ``PALETTE``; shapes use it as ``currentColor``
``.od-fill .od-stroke``   filled, drawn with that hue
``.od-hollow``            filled with the paper, drawn with that hue: targets, assumptions
``.od-soft``              a pale area of that hue: “about”, and the inside of a target's bar
``.od-ink .od-muted``     text: labels; ticks, units, periods
``.od-grid .od-axis``     hairlines; the zero line and the ticks of the years
``.od-halo``              the rim of a label in the colour of the paper
``.od-link .od-name``     the name of a bar that leads somewhere
========================  =============================================================================================

The site's own style sheet decides which drawing is shown, and how large::

    .od-chart svg { display: block; max-width: 100%; height: auto; font-family: inherit; overflow: visible }
    .od-chart .od-wide { display: none }
    @media (min-width: 720px) { .od-chart .od-wide { display: block } .od-chart .od-narrow { display: none } }
    .od-chart text { font-variant-numeric: tabular-nums }
    .od-mark:focus { outline: 2px solid currentColor }

``.od-mark`` is a thing with a value: ``data-text`` says it in words, ``tabindex="-1"`` lets a script move to it.
"""

from __future__ import annotations

import hashlib
import html
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from opendata.errors import WrongName

Status = Literal["actual", "target", "assumption"]
Tick = Callable[[float], str]


@dataclass(frozen=True)
class Dot:
    """A value at a date.

    Attributes
    ----------
    x
        Position in years: a yearly figure of 2020 stands at 2020.0.
    value
        In the unit of the chart; the low end where ``high`` is given.
    text, when
        The value and its period in words, localised: ``926.9亿美元``, ``2020年``.
    bound
        ``""``, ``over``, ``at-least``, ``about``, ``under``, ``at-most`` or ``aim``.
    high
        The high end of a range, in the unit of the chart; ``None`` where there is one value.
    """

    x: float
    value: float
    text: str
    when: str
    status: Status
    bound: str = ""
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """One place, or one part of a whole, through time; ``colour`` is a key of ``PALETTE``, ``name`` may be empty."""

    name: str
    colour: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Way:
    """The straight way from one value to another, each as (x, value): thin, dotted and grey.

    ``mark`` is a value on it, drawn as a ring and labelled with ``name``; ``None`` where none is asked for.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    mark: Dot | None = None
    name: str = ""


@dataclass(frozen=True)
class Span:
    """An amount accumulated over a period.

    Attributes
    ----------
    start, end
        In years, as instants: ``start`` is the beginning of the first year and ``end`` the end of the last one,
        so that 2021–2025 is 2021.0 to 2026.0 and January to May 2024 is 2024.0 to 2024.42.
    value
        In the unit of the chart, over the whole period.
    """

    start: float
    end: float
    value: float
    text: str
    when: str
    status: Status
    name: str
    colour: str
    bound: str = ""


@dataclass(frozen=True)
class Bar:
    """A count or a share by category; ``href`` is a relative or http(s) address, ``None`` where it leads nowhere."""

    name: str
    value: float
    text: str
    colour: str = "ink"
    href: str | None = None


# ----- colours -----

PALETTE: dict[str, tuple[str, str]] = {
    "shandong": ("#0072B2", "#3D8FD1"),
    "qingdao": ("#D55E00", "#EE7733"),
    "west-coast": ("#009E73", "#1DB88C"),
    "china": ("#B8608F", "#DB93BC"),
    "jiangsu": ("#3A96D0", "#7CC8F2"),
    "zhejiang": ("#BF8000", "#E69F00"),
    "guangdong": ("#948A00", "#F0E442"),
    "other": ("#777D86", "#979DA6"),
    "ink": ("#3C434D", "#C6CBD2"),
}
"""Colour of marks on white and on #14161a: the hues of Okabe and Ito, darker or lighter until they reach 3:1."""

# Text, hairlines and paper: (light, dark, print).
_PAPER_COLOURS: dict[str, tuple[str, str, str]] = {
    "ink": ("#1B1E23", "#E7E9EC", "#000000"),
    "muted": ("#5A6069", "#A6ACB5", "#333333"),
    "grid": ("#DDE0E4", "#2D3138", "#C4C4C4"),
    "axis": ("#8A9099", "#6F7680", "#555555"),
    "paper": ("#FFFFFF", "#14161A", "#FFFFFF"),
}

_DARK = '[data-md-color-scheme="slate"]'

_COLOUR_CLASSES = """\
.od-fill{fill:currentColor}
.od-stroke{fill:none;stroke:currentColor}
.od-hollow{fill:var(--od-chart-paper);stroke:currentColor}
.od-soft{fill:currentColor;fill-opacity:.16}
.od-ink{fill:var(--od-chart-ink)}
.od-muted{fill:var(--od-chart-muted)}
.od-grid{stroke:var(--od-chart-grid)}
.od-axis{stroke:var(--od-chart-axis)}
.od-halo{stroke:var(--od-chart-paper)}
.od-link .od-name{fill:var(--md-typeset-a-color,var(--od-chart-ink));text-decoration:underline}
"""


def colour_rules() -> str:
    """Return the CSS of every colour in the charts: light, dark, print, and the system's own where a reader forces them."""
    light = _variables({key: hues[0] for key, hues in PALETTE.items()}, 0)
    dark = _variables({key: hues[1] for key, hues in PALETTE.items()}, 1)
    printed = _variables({key: hues[0] for key, hues in PALETTE.items()}, 2)
    system = (
        "".join(f"--od-chart-{name}:CanvasText;" for name in _PAPER_COLOURS if name != "paper") + "--od-chart-paper:Canvas;"
    )
    system += "".join(f"--od-c-{key}:CanvasText;" for key in PALETTE)
    rules = [f":root{{{light}}}", f"{_DARK}{{{dark}}}"]
    rules += [f".od-c-{key}{{color:var(--od-c-{key})}}" for key in PALETTE]
    rules.append(_COLOUR_CLASSES.rstrip())
    # Paper is white whatever the screen shows, so print takes back the dark scheme.
    rules.append(f"@media print{{:root,{_DARK}{{{printed}}}}}")
    rules.append(f"@media (forced-colors:active){{:root,{_DARK}{{{system}}}}}")
    return "\n".join(rules) + "\n"


def _variables(hues: dict[str, str], scheme: int) -> str:
    """Return the custom properties of one scheme: 0 light, 1 dark, 2 print."""
    # Names of their own: the pages' style sheet has inks and papers too, and sets them on other elements.
    plain = "".join(f"--od-chart-{name}:{colours[scheme]};" for name, colours in _PAPER_COLOURS.items())
    return plain + "".join(f"--od-c-{key}:{hue};" for key, hue in hues.items())


def _colour_class(colour: str) -> str:
    """Return the class of a colour; raises ``WrongName`` for one that is not in the palette."""
    if colour not in PALETTE:
        raise WrongName("chart colour", colour, PALETTE)
    return f"od-c-{colour}"


# ----- text: cleaning, measuring, breaking -----

_LONGEST = 240  # characters of any text; a cell of a megabyte must not become a page of two
_ELLIPSIS = "…"


def _clean(text: str) -> str:
    """Return ``text`` on one line, without what XML forbids and without marks that turn the reading direction."""
    text = text[: 4 * _LONGEST]
    if not text.isprintable():
        text = "".join(" " if c.isspace() else c for c in text if c.isspace() or _is_visible(c))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + _ELLIPSIS


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs") and character not in "\ufffe\uffff"


@lru_cache(maxsize=4096)
def _ems(character: str) -> float:
    """Return the width of a character in em: that of the system sans of phones and computers, or a little more."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 0.5 if character in "·“”‘’–" else 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in "il.,:;'|! ":
        return 0.28
    if character in "jtfrI()[]-/":
        return 0.36
    if character in "mwMW%@":
        return 0.88
    return 0.66 if character.isupper() else 0.56


def text_width(text: str, size: float) -> float:
    """Return the estimated width of a text in px, at a font size in px."""
    return size * sum(map(_ems, text))


# A word, a space, or a Chinese character together with the punctuation that may not be parted from it.
_PIECE = re.compile(r"[（《【]*[\u2e80-\uffef][，。、；：？！）》】]*|[^\s\u2e80-\uffef]+|\s")


def _wrap(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """Break a text into at most ``most`` lines of at most ``width`` px; what is left over is cut with an ellipsis."""
    lines = [""]
    pieces = _PIECE.findall(text)
    for index, piece in enumerate(pieces):
        if text_width(lines[-1] + piece, size) > width and lines[-1]:
            if len(lines) == most:
                lines[-1] = _shorten(lines[-1] + "".join(pieces[index:]), width, size)
                return tuple(lines)
            lines.append("")
        lines[-1] += "" if piece.isspace() and not lines[-1] else piece
    return tuple(_shorten(line.rstrip(), width, size) for line in lines if line.strip())


def _shorten(text: str, width: float, size: float) -> str:
    """Return the text, cut to ``width`` px with an ellipsis where it is longer."""
    if text_width(text, size) <= width:
        return text
    room = width - text_width(_ELLIPSIS, size)
    end = 0
    while end < len(text) and (room := room - text_width(text[end], size)) >= 0:
        end += 1
    kept = text[:end]
    # Rather a word less than half a word, unless the word is most of the text.
    if text[end] != " " and (space := kept.rfind(" ")) > end / 2 and kept[space:].isascii():
        kept = kept[:space]
    return kept.rstrip() + _ELLIPSIS


def _say(name: str, when: str, text: str, *, chinese: bool) -> str:
    """Return what a mark says: “Qingdao, 2020: USD 92.69 billion”, in Chinese with full-width punctuation."""
    comma, colon = ("，", "：") if chinese else (", ", ": ")
    return colon.join(part for part in (comma.join(part for part in (name, when) if part), text) if part)


def _is_chinese(*texts: str) -> bool:
    """Return whether texts are Chinese; Latin words weigh less, as Chinese sentences hold abbreviations."""
    joined = "".join(texts)
    han = sum("\u4e00" <= c <= "\u9fff" for c in joined)
    return 3 * han > sum(c.isalpha() for c in joined) - han


# ----- SVG -----


def _n(number: float) -> str:
    """Return px to a tenth, as short as it can be written."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _el(tag: str, *children: str, **attributes: str | float | None) -> str:
    """Return an element; attribute values are escaped, children are markup already. ``None`` leaves an attribute out."""
    written = []
    for key, value in attributes.items():
        if value is not None:
            text = value if isinstance(value, str) else _n(value)
            written.append(f' {key.rstrip("_").replace("_", "-")}="{html.escape(text)}"')
    inner = "".join(children)
    return f"<{tag}{''.join(written)}>{inner}</{tag}>" if inner else f"<{tag}{''.join(written)}/>"


def _path(x1: float, y1: float, x2: float, y2: float) -> str:
    return f"M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}"


Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class _Run:
    """A line of text; ``full`` is the whole of what was shortened, else ``None``."""

    text: str
    css: str = "od-ink"
    bold: bool = False
    full: str | None = None

    def draw(self, x: float, baseline: float, size: float, anchor: Anchor = "start", *, halo: bool = False) -> str:
        """Return the text element, its baseline at ``baseline``."""
        inside = html.escape(self.text, quote=False)
        if self.full is not None:
            inside = _el("title", html.escape(self.full, quote=False)) + inside
        return _el(
            "text",
            inside,
            class_=f"{self.css} od-halo" if halo else self.css,
            x=x,
            y=baseline,
            font_size=size,
            font_weight="600" if self.bold else None,
            text_anchor=None if anchor == "start" else anchor,
            # The rim lies under the letters, so that lines below a label do not cut into them.
            stroke_width="3" if halo else None,
            stroke_linejoin="round" if halo else None,
            paint_order="stroke" if halo else None,
        )


def _runs(text: str, width: float, size: float, most: int, *, css: str = "od-ink", bold: bool = False) -> tuple[_Run, ...]:
    """Break a text into runs; the first one carries the whole where something was cut."""
    # Bold letters are wider by about a fifteenth.
    lines = _wrap(text, width / 1.07 if bold else width, size, most)
    cut = any(line.endswith(_ELLIPSIS) for line in lines) and not text.endswith(_ELLIPSIS)
    return tuple(_Run(line, css, bold, text if cut and i == 0 else None) for i, line in enumerate(lines))


@dataclass(frozen=True)
class _Format:
    """One of the two drawings: its class, its width and the sizes of its text in px, and how many panels stand abreast."""

    css: str
    width: float
    label: float
    plot_height: float
    columns: int

    @property
    def leading(self) -> float:
        """Distance of two baselines of a label, in px."""
        return round(self.label * 1.22, 1)


_SMALL = 12.0  # px: ticks, units, years, in both drawings
_FORMATS = (_Format("od-narrow", 328, 12, 176, 1), _Format("od-wide", 640, 13, 220, 3))


@dataclass(frozen=True)
class _Head:
    """What a whole chart says of itself, cleaned."""

    kind: str
    title: str
    description: str
    unit: str
    chinese: bool
    linked: bool = False


def _head(kind: str, title: str, description: str, unit: str, *, linked: bool = False) -> _Head:
    title, description = _clean(title), _clean(description)
    return _Head(kind, title, description, _clean(unit), _is_chinese(title, description), linked)


def _draw_pair(head: _Head, data: object, draw: Callable[[_Format], tuple[float, str]]) -> str:
    """Return both drawings; ``draw`` gives the height in px and the content of one."""
    digest = hashlib.blake2s(repr((head, data)).encode("utf-8", "replace"), digest_size=6).hexdigest()
    return _el("div", *(_svg(head, f"od-{digest}", form, *draw(form)) for form in _FORMATS), class_="od-chart")


def _svg(head: _Head, stem: str, form: _Format, height: float, body: str) -> str:
    """Return one drawing with its name and description."""
    stem += form.css.removeprefix("od")
    names = _el("title", html.escape(head.title, quote=False), id=f"{stem}-t")
    names += _el("desc", html.escape(head.description, quote=False), id=f"{stem}-d")
    return _el(
        "svg",
        names + body,
        class_=form.css,
        viewBox=f"0 0 {_n(form.width)} {_n(math.ceil(height))}",
        width=form.width,
        height=math.ceil(height),
        # An image has no content to a screen reader; bars that are links must stay reachable.
        role="group" if head.linked else "img",
        aria_labelledby=f"{stem}-t {stem}-d",
        font_size=_SMALL,
    )


def _mark(colour: str, said: str, *shapes: str) -> str:
    """Return a mark: the shapes of one value, with the words that a script reads out and a pointer shows."""
    title = _el("title", html.escape(said, quote=False))
    return _el("g", title, *shapes, class_=f"od-mark {_colour_class(colour)}", tabindex="-1", data_text=said)


# ----- geometry -----


@dataclass(frozen=True)
class _Box:
    """A rectangle in px."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: _Box) -> bool:
        """Whether the two share an area."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom

    def grown(self, by: float) -> _Box:
        """Return the box with ``by`` px more on each side."""
        return _Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def holds(self, other: _Box) -> bool:
        """Whether the other lies inside."""
        slack = 0.05
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )


@dataclass(frozen=True)
class _Stroke:
    """A straight piece of a line, in px.

    ``kind``: ``solid`` between years that follow, ``dashed`` over a gap, ``dotted`` ahead, ``way`` as it was to be.
    """

    x1: float
    y1: float
    x2: float
    y2: float
    kind: Literal["solid", "dashed", "dotted", "way"]
    colour: str

    def crosses(self, box: _Box) -> bool:
        """Whether it passes through a box (Liang and Barsky's clipping)."""
        enter, leave = 0.0, 1.0
        dx, dy = self.x2 - self.x1, self.y2 - self.y1
        for step, room in (
            (-dx, self.x1 - box.left),
            (dx, box.right - self.x1),
            (-dy, self.y1 - box.top),
            (dy, box.bottom - self.y1),
        ):
            if step == 0:
                if room < 0:
                    return False
            elif step < 0:
                enter = max(enter, room / step)
            else:
                leave = min(leave, room / step)
        return enter < leave

    def draw(self) -> str:
        """Return the path."""
        width, dashes, cap = _STROKES[self.kind]
        return _el(
            "path",
            class_=f"od-stroke {_colour_class(self.colour)}",
            d=_path(self.x1, self.y1, self.x2, self.y2),
            stroke_width=width,
            stroke_dasharray=dashes,
            stroke_linecap=cap,
        )


# Width in px, dashes, caps. Dots are dashes of no length with round caps.
_STROKES: dict[str, tuple[str, str | None, str]] = {
    "solid": ("2", None, "round"),
    "dashed": ("1.75", "6 4", "butt"),
    "dotted": ("1.5", "0 4", "round"),
    "way": ("1", "0 3", "round"),
}


@dataclass(frozen=True)
class _Scale:
    """Data to px; one value alone lies in the middle."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the position of a value."""
        if self.high == self.low:
            return (self.start + self.end) / 2
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


@dataclass(frozen=True)
class _Axis:
    """The ticks of a value axis, lowest first, with their labels."""

    ticks: tuple[tuple[float, str], ...]

    def scale(self, top: float, bottom: float) -> _Scale:
        """Return the scale from the lowest tick at ``bottom`` to the highest at ``top``, in px."""
        return _Scale(self.ticks[0][0], self.ticks[-1][0], bottom, top)

    def label_width(self, form: _Format) -> float:
        """Return the room of the labels in px, at most a quarter of the drawing."""
        return min(max(text_width(label, _SMALL) for _, label in self.ticks), form.width / 4)


def _value_axis(values: Sequence[float], tick: Tick, *, zero: bool) -> _Axis:
    """Return three to five ticks at round values that enclose the values, and zero where asked or near."""
    low, high = min(values), max(values)
    # Near: zero takes at most half of the height. Farther off it would press the data into a line.
    if zero or 0 < low <= high - low:
        low = min(low, 0.0)
    if zero or low - high <= high < 0:
        high = max(high, 0.0)
    if high - low <= max(abs(low), abs(high)) * 1e-9:
        spread = abs(low) / 10 or 1.0
        low, high = low - spread, high + spread
    ticks: list[tuple[float, str]] = []
    for step in _steps(high - low):
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first > 4:
            continue
        ticks = [(value, _clean(tick(value))) for value in (_rounded(i * step) for i in range(first, last + 1))]
        # A format with few digits may write two ticks alike: then they stand too close.
        if len({label for _, label in ticks}) == len(ticks):
            break
    return _Axis(tuple(ticks))


def _rounded(value: float) -> float:
    """Return a tick without the noise of binary fractions; never a negative zero."""
    return float(f"{value:.12g}") + 0.0


def _steps(span: float) -> Iterator[float]:
    """Yield round steps, from a fifth of the span upwards."""
    exponent = math.floor(math.log10(span / 5))
    for power in range(exponent, exponent + 8):
        for digit in (1, 2, 2.5, 5):
            yield digit * 10.0**power


def _draw_axis(axis: _Axis, scale: _Scale, left: float, right: float, *, labels: bool, form: _Format) -> str:
    """Return hairlines from ``left`` to ``right``, the zero line a little darker, and the labels before them."""
    drawn = []
    for value, label in axis.ticks:
        y = round(scale.at(value)) + 0.5
        css = "od-axis" if value == 0 else "od-grid"
        drawn.append(_el("path", class_=css, d=_path(left, y, right, y), stroke_width="1"))
        if labels:
            for run in _runs(label, axis.label_width(form), _SMALL, 1, css="od-muted"):
                drawn.append(run.draw(left - 8, y + 4, _SMALL, "end"))
    return "".join(drawn)


def _pick_years(wanted: Sequence[int], first: int, last: int, spacing: float) -> list[int]:
    """Return the years to be labelled: those with data, the most important first, as far as they fit.

    Where more than half would be left out the choice would look arbitrary: then every 2nd, 5th, 10th … back from the last.
    ``spacing`` is px per year.
    """
    years: list[int] = []
    for year in dict.fromkeys(wanted):
        if all(abs(year - other) * spacing >= _YEAR_ROOM for other in years):
            years.append(year)
    if 2 * len(years) >= len(set(wanted)):
        return sorted(years)
    steps = (digit * 10**power for power in range(12) for digit in (1, 2, 5))
    step = next((step for step in steps if step * spacing >= _YEAR_ROOM), 10**12)
    return list(range(last, first - 1, -step))[::-1]


_YEAR_ROOM = 38.0  # px from the middle of one year's label to the next
_MOST_TICKS = 40  # years; beyond, the little ticks would be a solid band


def _draw_years(positions: dict[int, float], labelled: Sequence[int], bottom: float, *, within: _Box) -> str:
    """Return a little tick for each year and the labels; ``positions`` are px, ``bottom`` is where the plot ends."""
    ticked = positions if len(positions) <= _MOST_TICKS else labelled
    marks = "".join(f"M{_n(positions[year])} {_n(bottom)}v4" for year in ticked)
    drawn = [_el("path", class_="od-axis", d=marks, stroke_width="1", fill="none")]
    for year in labelled:
        half = text_width(str(year), _SMALL) / 2
        x = min(max(positions[year], within.left + half), within.right - half)
        drawn.append(_Run(str(year), "od-muted").draw(x, bottom + 17, _SMALL, "middle"))
    return "".join(drawn)


# ----- labels beside marks -----


@dataclass(frozen=True)
class _Label:
    """Lines of text that belong to a mark; ``needed`` may not be dropped.

    ``mark`` is the mark's own box in px, ``y`` the height of its value.
    """

    runs: tuple[_Run, ...]
    mark: _Box
    y: float
    colour: str
    needed: bool
    size: float
    leading: float

    @property
    def width(self) -> float:
        """Width in px."""
        return max(text_width(run.text, self.size) * (1.07 if run.bold else 1) for run in self.runs)

    @property
    def height(self) -> float:
        """Height in px."""
        return len(self.runs) * self.leading


@dataclass(frozen=True)
class _Spot:
    """A place for a label: its box, to which side its lines are flush."""

    box: _Box
    anchor: Anchor


def _draw_label(label: _Label, spot: _Spot) -> str:
    """Return the lines of a label, and a leader to its mark where it stands apart from it."""
    x = {"start": spot.box.left, "end": spot.box.right, "middle": (spot.box.left + spot.box.right) / 2}[spot.anchor]
    drawn = [_draw_leader(label, spot.box)]
    for index, run in enumerate(label.runs):
        baseline = spot.box.top + index * label.leading + label.size * 0.95
        drawn.append(run.draw(x, baseline, label.size, spot.anchor, halo=True))
    return "".join(drawn)


def _draw_leader(label: _Label, box: _Box) -> str:
    """Return a hairline from a mark to a label that stands more than a few px away, else nothing."""
    mark = label.mark
    x, y = (mark.left + mark.right) / 2, label.y
    to_x, to_y = min(max(x, box.left), box.right), min(max(y, box.top + 3), box.bottom - 3)
    # From the rim of the mark, not from its middle.
    from_x, from_y = min(max(to_x, mark.left), mark.right), min(max(to_y, mark.top), mark.bottom)
    if math.hypot(to_x - from_x, to_y - from_y) <= 9:
        return ""
    css = f"od-stroke {_colour_class(label.colour)}"
    return _el("path", class_=css, d=_path(from_x, from_y, to_x, to_y), stroke_width="1", opacity="0.6")


_Placed = tuple[_Label, _Spot]

# What may be wrong with the labels of a drawing: nothing; a label lies over a mark; a needed label found no place.
_FINE, _COVERED, _LOST = 0, 1, 2

_NEAR = 4.0  # px that a label keeps from marks of others
_CLEAN = 5.0  # cost below which a place is as good as a reader could wish


@dataclass(frozen=True)
class _Surroundings:
    """What labels must heed: they stay in ``bounds``, never touch ``taken`` and avoid marks and strokes. All in px."""

    bounds: _Box
    marks: tuple[_Box, ...]
    strokes: tuple[_Stroke, ...]
    taken: tuple[_Box, ...] = ()

    def cost(self, box: _Box, own: _Box) -> float:
        """Return how much a box covers: 30 each mark but its own, 8 a line, 6 a dotted one.

        Near to a mark counts as over it, as the label would seem to be that mark's.
        """
        near = box.grown(_NEAR)
        cost = 30.0 * sum(near.overlaps(mark) for mark in self.marks if mark != own)
        return cost + sum((6 if s.kind in ("dotted", "way") else 8) for s in self.strokes if s.crosses(box))

    def covers_mark(self, box: _Box, own: _Box) -> bool:
        """Whether a box lies over a mark other than its own."""
        return any(box.overlaps(mark) for mark in self.marks if mark != own)


def _place(labels: Sequence[_Label], around: _Surroundings) -> tuple[list[_Placed], int]:
    """Place labels one after the other, the most important first; return them with the worst fault.

    Labels that are not needed are dropped rather than moved away or put over something.
    """
    placed: list[_Placed] = []
    fault = _FINE
    for label in labels:
        spot = _find_spot(label, around)
        if spot is not None:
            fault = max(fault, _COVERED if around.covers_mark(spot.box, label.mark) else _FINE)
            placed.append((label, spot))
            around = replace(around, taken=(*around.taken, spot.box))
        elif label.needed:
            fault = _LOST
    return placed, fault


def _find_spot(label: _Label, around: _Surroundings) -> _Spot | None:
    """Return the best free place for a label, ``None`` where there is none."""
    best: _Spot | None = None
    best_cost = math.inf if label.needed else _CLEAN
    reach = int((around.bounds.bottom - around.bounds.top) // 7) if label.needed else 0
    for shift in range(reach + 1):
        away = 2.8 * shift  # a px away costs 0.4
        if best is not None and best_cost <= away:
            break
        for rank, spot in enumerate(_spots(label, 7.0 * shift, around.bounds)):
            if not around.bounds.holds(spot.box) or any(spot.box.overlaps(box) for box in around.taken):
                continue
            cost = around.cost(spot.box, label.mark) + away + rank * 0.5
            if cost < best_cost:
                best, best_cost = spot, cost
    return best


def _spots(label: _Label, shift: float, bounds: _Box) -> Iterator[_Spot]:
    """Yield the places around a mark in order of preference, moved by ``shift`` px up or down."""
    mark, width, height = label.mark, label.width, label.height
    middle = (mark.left + mark.right) / 2
    above, below = mark.top - 3 - height - shift, mark.bottom + 3 + shift
    beside = (mark.top + mark.bottom - height) / 2
    for top in (above, below):
        yield _centred_spot(middle, top, width, height, bounds)
    for top in (beside - shift, beside + shift) if shift else (beside,):
        yield _Spot(_Box(mark.right + 4, top, mark.right + 4 + width, top + height), "start")
        yield _Spot(_Box(mark.left - 4 - width, top, mark.left - 4, top + height), "end")
    for top in (above, below):
        yield _Spot(_Box(middle - width, top, middle, top + height), "end")
        yield _Spot(_Box(middle, top, middle + width, top + height), "start")


def _centred_spot(middle: float, top: float, width: float, height: float, bounds: _Box) -> _Spot:
    """Return a place centred on ``middle``, or flush with the edge of the bounds that it would cross."""
    left = middle - width / 2
    anchor: Anchor = "middle"
    if left + width > bounds.right:
        left, anchor = bounds.right - width, "end"
    if left < bounds.left:
        left, anchor = bounds.left, "start"
    return _Spot(_Box(left, top, left + width, top + height), anchor)


def _stack(labels: Sequence[_Label], left: float, top: float, bottom: float) -> list[_Placed]:
    """Put labels under one another in a column, each as near to the height of its mark as the others let it."""
    ordered = sorted(labels, key=lambda label: label.y)
    tops: list[float] = []
    floor = top
    for label in ordered:
        tops.append(max(floor, label.y - label.height / 2))
        floor = tops[-1] + label.height + 3
    ceiling = bottom
    for index in reversed(range(len(ordered))):
        tops[index] = min(tops[index], ceiling - ordered[index].height)
        ceiling = tops[index] - 3
    return [
        (label, _Spot(_Box(left, y, left + label.width, y + label.height), "start"))
        for label, y in zip(ordered, tops, strict=True)
    ]


# ----- marks of values at a date -----

_UP = frozenset({"over", "at-least"})
_DOWN = frozenset({"under", "at-most"})
_ARROW = 12.0  # px that an arrow adds above or below a mark


@dataclass(frozen=True)
class _Point:
    """A dot on paper: px of its value, and of its high end where it is a range (else the same)."""

    dot: Dot
    x: float
    low: float
    high: float
    last: bool

    @property
    def y(self) -> float:
        """Where lines meet it."""
        return (self.low + self.high) / 2

    @property
    def box(self) -> _Box:
        """What the mark covers."""
        up = _ARROW if self.dot.bound in _UP else 0
        down = _ARROW if self.dot.bound in _DOWN else 0
        size = 5.0 if self.dot.status == "actual" else 7.0
        return _Box(self.x - size, min(self.high, self.low) - size - up, self.x + size, max(self.low, self.high) + size + down)


def _draw_point(point: _Point, colour: str, said: str) -> str:
    """Return the mark of a value: shape for status, arrow, band or bracket for what the number leaves open."""
    x, y = point.x, point.y
    # A finger needs more than a dot.
    shapes = [_el("circle", cx=x, cy=y, r=12, fill="none", pointer_events="all")]
    if point.dot.bound == "about":
        shapes.append(_el("rect", class_="od-soft", x=x - 9, y=y - 14, width=18, height=28, rx=9))
    if point.dot.high is not None:
        shapes.append(_draw_bracket(point))
    elif point.dot.status == "target":
        shapes.append(_el("path", class_="od-hollow", d=_diamond(x, y, 6), stroke_width="2", stroke_linejoin="round"))
    elif point.dot.status == "assumption":
        shapes.append(_el("circle", class_="od-hollow", cx=x, cy=y, r=4, stroke_width="1.5"))
    else:
        shapes.append(_el("circle", class_="od-fill od-halo", cx=x, cy=y, r=4.5 if point.last else 3.5, stroke_width="1"))
    shapes.append(_draw_arrow(point.dot.bound, x, point.box.top + _ARROW, point.box.bottom - _ARROW))
    return _mark(colour, said, *shapes)


def _diamond(x: float, y: float, size: float) -> str:
    return f"M{_n(x)} {_n(y - size)}l{_n(size)} {_n(size)}l{_n(-size)} {_n(size)}l{_n(-size)} {_n(-size)}z"


def _draw_arrow(bound: str, x: float, top: float, bottom: float) -> str:
    """Return the arrow of “over” from ``top`` upwards or of “under” from ``bottom`` downwards, else nothing."""
    if bound in _UP:
        y, way = top, -1.0
    elif bound in _DOWN:
        y, way = bottom, 1.0
    else:
        return ""
    tip = y + way * (_ARROW - 2)
    d = f"M{_n(x)} {_n(y)}V{_n(tip)}M{_n(x - 3.5)} {_n(tip - way * 4)}L{_n(x)} {_n(tip)}L{_n(x + 3.5)} {_n(tip - way * 4)}"
    return _el("path", class_="od-stroke", d=d, stroke_width="1.5", stroke_linecap="round", stroke_linejoin="round")


def _draw_bracket(point: _Point) -> str:
    """Return the bracket of a range; it opens to the left, where the line comes from."""
    # Ends closer than 6 px would run into a blot.
    half = max((point.low - point.high) / 2, 3)
    d = f"M{_n(point.x - 6)} {_n(point.y - half)}h6v{_n(2 * half)}h-6"
    width = "2.5" if point.dot.status == "actual" else "1.75"
    return _el("path", class_="od-stroke", d=d, stroke_width=width, stroke_linejoin="round")


def _points(line: Line, x: _Scale, y: _Scale) -> list[_Point]:
    """Return the dots of a line on paper, by date."""
    last = max((dot.x for dot in line.dots if dot.status == "actual"), default=None)
    return [
        _Point(dot, x.at(dot.x), y.at(dot.value), y.at(dot.value if dot.high is None else dot.high), last == dot.x)
        for dot in line.dots
    ]


def _strokes(points: Sequence[_Point], colour: str) -> list[_Stroke]:
    """Return the lines between the points of one series."""
    actual = [point for point in points if point.dot.status == "actual"]
    strokes = []
    for a, b in pairwise(actual):
        years = round(b.dot.x) - round(a.dot.x)
        # Two figures for one year are two sources, not a movement.
        if b.dot.x > a.dot.x:
            strokes.append(_Stroke(a.x, a.y, b.x, b.y, "solid" if years <= 1 else "dashed", colour))
    return strokes + _ways_ahead(points, actual[-1:], colour)


def _ways_ahead(points: Sequence[_Point], last: Sequence[_Point], colour: str) -> list[_Stroke]:
    """Return the dotted paths from the last actual to targets and assumptions after it, each kind in its own order."""
    strokes = []
    for status in ("target", "assumption"):
        reached = list(last)
        for point in points:
            before = [p for p in reached if p.dot.x < point.dot.x]
            if point.dot.status == status and before:
                strokes.append(_Stroke(before[-1].x, before[-1].y, point.x, point.y, "dotted", colour))
                reached.append(point)
    return strokes


# ----- lines -----

_TOGETHER = 5  # lines in one plot; more become small multiples


def draw_lines(
    lines: Sequence[Line],
    *,
    title: str,
    description: str,
    unit: str,
    tick: Tick,
    zero: bool = False,
    ways: Sequence[Way] = (),
) -> str:
    """Draw values at dates, one line a place or part; more than five (or fewer that crowd) become panels with one scale.

    Parameters
    ----------
    lines
        In the order in which panels shall stand. Dots without a finite number are left out.
    title, description
        What a screen reader says: the answer, and what a seeing reader learns besides. They are not drawn.
    unit
        Drawn once above the axis; may be empty.
    tick
        Writes a value of the axis, in ``unit``.
    zero
        Whether the axis must include zero; it does anyway where zero takes at most half of the height.
    ways
        What was to be expected between two dates, under the lines of one plot; panels show none.

    Returns
    -------
    str
        Markup, safe to put into a page; ``""`` where there is nothing to draw.

    Raises
    ------
    WrongName
        For a colour that is not in ``PALETTE``.
    """
    ready = _ready_lines(lines)
    if not ready:
        return ""
    head = _head("lines", title, description, unit)
    known = tuple(_ready_way(way) for way in ways if _is_year(way.start[0], way.end[0]) and _is_value(way.start[1], way.end[1]))
    dots = [dot for line in ready for dot in line.dots]
    values = [dot.value for dot in dots] + [dot.high for dot in dots if dot.high is not None]
    values += [value for way in known for _, value in (way.start, way.end)]
    axis = _value_axis(values, tick, zero=zero)
    if len(ready) > _TOGETHER:
        return _draw_pair(head, (ready, axis), lambda form: _draw_apart(ready, head, axis, form))
    return _draw_pair(head, (ready, axis, known), lambda form: _draw_together(ready, head, axis, form, known))


def _ready_lines(lines: Iterable[Line]) -> list[Line]:
    """Return the lines that have something to draw, texts cleaned, dots by date, ends of ranges in order."""
    ready = []
    for line in lines:
        _colour_class(line.colour)
        dots = sorted(
            (_ready_dot(dot) for dot in line.dots if _is_year(dot.x) and _is_value(dot.value, dot.high)), key=lambda d: d.x
        )
        if dots:
            ready.append(Line(_clean(line.name), line.colour, tuple(dots)))
    return ready


def _ready_way(way: Way) -> Way:
    """Return a way with cleaned texts; a mark that is no value, or lies beyond the ends, is left out."""
    mark = way.mark
    if mark is not None and (not _is_value(mark.value) or not way.start[0] <= mark.x <= way.end[0]):
        mark = None
    return replace(way, mark=mark and _ready_dot(mark), name=_clean(way.name))


def _ready_dot(dot: Dot) -> Dot:
    low, high = dot.value, dot.high
    if high is not None:
        low, high = min(low, high), max(low, high)
    return replace(dot, value=low, high=None if high == low else high, text=_clean(dot.text), when=_clean(dot.when))


def _is_value(*values: float | None) -> bool:
    """Whether these are numbers; differences of larger ones than this would be infinite."""
    return all(value is None or abs(value) <= 1e300 for value in values)


def _is_year(*years: float) -> bool:
    """Whether these lie in the calendar; an axis to the year 10¹⁸ would have no end of ticks."""
    return all(abs(year) < 1e5 for year in years)


_MORE = 44.0  # px by which a plot grows when its labels find no good place
_ATTEMPTS = 8
_HEADROOM = 44.0  # px above a plot for labels of its highest marks
_FOOTROOM = 22.0  # px below the lowest hairline where that is not zero


@dataclass(frozen=True)
class _Drawn:
    """A drawing: height in px, content, and the worst fault of its labels."""

    height: float
    body: str
    fault: int


def _draw_with_room(draw: Callable[[float], _Drawn]) -> _Drawn:
    """Draw with more and more px of height until the labels are fine; after three attempts none lost is good enough."""
    best = draw(0)
    for attempt in range(1, _ATTEMPTS):
        if best.fault == _FINE or (attempt > 2 and best.fault == _COVERED):
            break
        best = min(best, draw(_MORE * attempt), key=lambda drawn: drawn.fault)
    return best


def _draw_together(
    lines: Sequence[Line], head: _Head, axis: _Axis, form: _Format, ways: tuple[Way, ...] = ()
) -> tuple[float, str]:
    """Draw up to five lines in one plot, or apart where they crowd; return height in px and content."""
    # One value, or one for each of two places, or the way from one to another, is soon said.
    dates = len({dot.x for line in lines for dot in line.dots})
    brief = (dates == 1 and len(lines) <= 2) or (dates == 2 and len(lines) == 1)
    top = (16.0 if head.unit else 2.0) + _HEADROOM

    def draw(more: float) -> _Drawn:
        bottom = top + form.plot_height * (0.6 if brief else 1) + more
        area = _Box(axis.label_width(form) + 9, top, form.width - 2, bottom)
        body, fault = _draw_plot(lines, head, axis, form, _Plot(area, area, titled=False, numbered=True, ways=ways))
        return _Drawn(bottom + 24, body, fault)

    drawn = _draw_with_room(draw)
    if drawn.fault != _FINE and len(lines) > 1:
        return _draw_apart(lines, head, axis, form)
    return drawn.height, _draw_unit(head, form) + drawn.body


def _draw_unit(head: _Head, form: _Format) -> str:
    """Return the unit at the upper left."""
    return "".join(run.draw(0, 12, _SMALL) for run in _runs(head.unit, form.width, _SMALL, 1, css="od-muted"))


@dataclass(frozen=True)
class _Plot:
    """Where a plot stands: ``area`` of the data, ``outer`` for its labels, in px.

    ``titled`` plots say the name of their line above, ``numbered`` ones have labels at the value axis.
    """

    area: _Box
    outer: _Box
    titled: bool
    numbered: bool
    years: tuple[float, float] | None = None
    ways: tuple[Way, ...] = ()


def _draw_plot(lines: Sequence[Line], head: _Head, axis: _Axis, form: _Format, plot: _Plot) -> tuple[str, int]:
    """Return the content of one plot and the worst fault of its labels."""
    area = plot.area
    dots = [dot for line in lines for dot in line.dots]
    dates = [dot.x for dot in dots] + [date for way in plot.ways for date in (way.start[0], way.end[0])]
    first, last = plot.years or (min(dates), max(dates))
    column = 0.0 if plot.titled or len(lines) == 1 or first == last else _column_width(lines, last, form)
    right = area.right - column
    x = _Scale(first, last, area.left + 12, right - 14)
    # Years standing apart from the lowest hairline show that it is no zero line, and leave room for labels.
    y = axis.scale(area.top, area.bottom - (0 if axis.ticks[0][0] == 0 else _FOOTROOM))
    series = [(line, _points(line, x, y)) for line in lines]
    ways = [
        _Stroke(x.at(way.start[0]), y.at(way.start[1]), x.at(way.end[0]), y.at(way.end[1]), "way", "other") for way in plot.ways
    ]
    rings = [(line, point) for line in _way_lines(plot.ways) for point in _points(line, x, y)]
    strokes = ways + [stroke for line, points in series for stroke in _strokes(points, line.colour)]
    bounds = _Box(area.left + 4, area.top - (30 if plot.titled else _HEADROOM), right, area.bottom - 1)
    marks = [p.box for _, points in series for p in points] + [p.box for _, p in rings]
    around = _Surroundings(bounds, tuple(marks), tuple(strokes))
    labels, fault = _put_labels(series, form, around, column=column, named=not plot.titled)
    # Last of all: what was to be expected matters less than what is.
    around = replace(around, taken=tuple(spot.box for _, spot in labels))
    told = [_make_label(line, p, form, form.width * 0.42, named=True, needed=True) for line, p in rings]
    labels = labels + _place([label for label in told if label], around)[0]
    drawn = [_draw_axis(axis, y, area.left, right, labels=plot.numbered, form=form)]
    drawn.append(_draw_date_axis(dots, x, area.bottom, plot.outer))
    drawn += [stroke.draw() for stroke in strokes]
    drawn += [_draw_point(p, line.colour, _say_dot(line, p.dot, head)) for line, p in rings]
    drawn += [_draw_point(p, line.colour, _say_dot(line, p.dot, head)) for line, points in series for p in points]
    drawn.append(_el("g", *(_draw_label(label, spot) for label, spot in labels), class_="od-labels"))
    return "".join(drawn), fault


def _way_lines(ways: Sequence[Way]) -> Iterator[Line]:
    """Yield the marked values of ways, each as a line of one dot."""
    for way in ways:
        if way.mark is not None:
            yield Line(way.name, "other", (way.mark,))


def _say_dot(line: Line, dot: Dot, head: _Head) -> str:
    return _say(line.name, dot.when, dot.text, chinese=head.chinese)


def _draw_date_axis(dots: Sequence[Dot], x: _Scale, bottom: float, outer: _Box) -> str:
    """Return the years under a plot of values at dates."""
    data = sorted(round(dot.x) for dot in dots)
    first, last = data[0], data[-1]
    done = [round(dot.x) for dot in dots if dot.status == "actual"]
    spacing = abs(x.end - x.start) / max(x.high - x.low, 1e-9)
    labelled = _pick_years([last, *([max(done)] if done else []), first, *data], first, last, spacing)
    ticks = range(first, last + 1) if last - first <= _MOST_TICKS else labelled
    return _draw_years({year: x.at(year) for year in ticks}, labelled, bottom, within=outer)


_COLUMN_GAP = 8.0  # px between a plot and the column of its end labels


def _column_width(lines: Sequence[Line], last: float, form: _Format) -> float:
    """Return the px of the column of end labels, gap included; 0 where no line reaches the last date."""
    most = form.width * (0.36 if form.columns == 1 else 0.33)
    ends = [line for line in lines if line.dots[-1].x == last]
    widths = [text_width(line.name, form.label) * 1.07 for line in ends]
    widths += [text_width(line.dots[-1].text, form.label) for line in ends]
    return min(max(widths) + 1, most) + _COLUMN_GAP if ends else 0.0


def _put_labels(
    series: Sequence[tuple[Line, list[_Point]]], form: _Format, around: _Surroundings, *, column: float, named: bool
) -> tuple[list[_Placed], int]:
    """Give labels to the ends of lines (in a column at the right where there is one) and to the other points."""
    edge = max(point.x for _, points in series for point in points)
    widest = around.bounds.right - around.bounds.left - 40
    stacked: list[_Label] = []
    free: list[tuple[int, _Label]] = []
    for line, points in series:
        # The last point bears the name of its line.
        end = points[-1]
        for point in points:
            rank = _importance(point, end, points, len(series))
            if rank is None:
                continue
            in_column = column > 0 and point is end and point.x == edge
            width = column - _COLUMN_GAP if in_column else min(form.width * (0.42 if named else 0.3), widest)
            label = _make_label(line, point, form, width, named=named and point is end, needed=rank <= 2)
            if label and in_column:
                stacked.append(label)
            elif label:
                free.append((rank, label))
    bounds = around.bounds
    placed = _stack(stacked, bounds.right + 6, bounds.top, bounds.bottom + 12)
    crowd = _crowded([label for _, label in free if label.needed])
    beside = _stack_crowd(crowd, bounds)
    fault = _COVERED if any(around.covers_mark(spot.box, label.mark) for label, spot in beside) else _FINE
    placed += beside
    if any(spot.box.top < bounds.top - 0.1 for _, spot in placed):
        fault = _LOST
    around = replace(around, taken=tuple(spot.box for _, spot in placed))
    alone = sorted((pair for pair in free if pair[1] not in crowd), key=lambda pair: pair[0])
    more, worst = _place([label for _, label in alone], around)
    return placed + more, max(fault, worst)


def _crowded(labels: Sequence[_Label]) -> list[_Label]:
    """Return the labels of the date where most stand closer than their heights, and all others of that date.

    Each on its own would find a place, but beside a neighbour's mark; in a column they keep the order of the values.
    """
    crowds = []
    for x in dict.fromkeys(label.mark.left for label in labels):
        group = sorted((label for label in labels if label.mark.left == x), key=lambda label: label.y)
        if any(b.y - a.y < b.height for a, b in pairwise(group)):
            crowds.append(group)
    return max(crowds, key=len, default=[])


def _stack_crowd(labels: Sequence[_Label], bounds: _Box) -> list[_Placed]:
    """Put labels of one date in a column at the right of their marks, or at the left where the right has no room."""
    if not labels:
        return []
    width = max(label.width for label in labels)
    left = max(label.mark.right for label in labels) + 14
    if left + width > bounds.right:
        left = max(min(label.mark.left for label in labels) - 14 - width, bounds.left)
    return _stack(labels, left, bounds.top, bounds.bottom)


def _importance(point: _Point, end: _Point, points: Sequence[_Point], lines: int) -> int | None:
    """Return the turn of a point's label: 0–2 are never dropped, later ones where there is room; ``None``: no label."""
    if point is end:
        return 0
    if point.dot.status == "target":
        return 1
    if point.last and point.dot.status == "actual":
        return 2
    if point is points[0]:
        return 3
    # Numbers at every point of several lines are a table over a picture; the table stands below.
    return 4 if lines == 1 and len(points) <= 8 else None


def _make_label(line: Line, point: _Point, form: _Format, width: float, *, named: bool, needed: bool) -> _Label | None:
    """Return the label of a point: name, value, and the period where the axis does not tell it."""
    dot = point.dot
    runs = _runs(line.name, width, form.label, 2, bold=True) if named else ()
    runs += _runs(dot.text, width, form.label, 2)
    if not _is_plain_year(dot):
        runs += _runs(dot.when, width, form.label, 2, css="od-muted")
    return _Label(runs, point.box, point.y, line.colour, needed, form.label, form.leading) if runs else None


def _is_plain_year(dot: Dot) -> bool:
    return dot.when in ("", str(round(dot.x)), f"{round(dot.x)}年")


# ----- small multiples -----


@dataclass(frozen=True)
class _Grid:
    """Panels of one size, in px: margin at the left, width and height of a plot, what is between, above all, above each."""

    columns: int
    left: float
    width: float
    gutter: float
    plot_height: float
    top: float
    header: float

    def area(self, index: int) -> _Box:
        """Return the place of a plot; above it is room for a name and a label, below it for years."""
        row, column = divmod(index, self.columns)
        left = self.left + column * (self.width + self.gutter)
        top = self.top + row * self.row_height + self.header
        return _Box(left, top, left + self.width, top + self.plot_height)

    @property
    def row_height(self) -> float:
        """Px from one row to the next."""
        return self.plot_height + self.header + 38

    def height(self, panels: int) -> float:
        """Return the px of all rows."""
        return self.top + math.ceil(panels / self.columns) * self.row_height - 8


def _grid(axis: _Axis, head: _Head, form: _Format, names: Sequence[str], plot_height: float) -> _Grid:
    """Return the grid for panels with these names; ``plot_height`` in px."""
    columns = min(form.columns, len(names))
    left, gutter = axis.label_width(form) + 9, 22.0
    width = (form.width - 2 - left - gutter * (columns - 1)) / columns
    return _Grid(columns, left, width, gutter, plot_height, 20.0 if head.unit else 0.0, 52.0 if any(names) else 36.0)


def _draw_apart(lines: Sequence[Line], head: _Head, axis: _Axis, form: _Format) -> tuple[float, str]:
    """Draw each line in its own panel, all with one scale; return height in px and content."""
    dots = [dot for line in lines for dot in line.dots]
    years = (min(dot.x for dot in dots), max(dot.x for dot in dots))

    def draw(more: float) -> _Drawn:
        grid = _grid(axis, head, form, [line.name for line in lines], 84 + more)
        parts, worst = [], _FINE
        for index, line in enumerate(lines):
            area = grid.area(index)
            plot = _Plot(area, area, titled=True, numbered=index % grid.columns == 0, years=years)
            body, fault = _draw_plot([line], head, axis, form, plot)
            parts += [_draw_panel_name(line.name, area, form), body]
            worst = max(worst, fault)
        return _Drawn(grid.height(len(lines)), "".join(parts), worst)

    drawn = _draw_with_room(draw)
    return drawn.height, _draw_unit(head, form) + drawn.body


def _draw_panel_name(name: str, area: _Box, form: _Format) -> str:
    """Return the name of a panel above the room for its labels."""
    runs = _runs(name, area.right - area.left, form.label, 1, bold=True)
    return "".join(run.draw(area.left, area.top - 36, form.label) for run in runs)


# ----- amounts over a period -----

_YEAR_WIDTH = 58.0  # px: a year is not drawn wider, five years as a wall would look like more than they are


def draw_spans(spans: Sequence[Span], *, title: str, description: str, unit: str, tick: Tick) -> str:
    """Draw cumulative amounts as bars as wide as their period, from zero; one panel a name, all with one scale.

    Parameters, result and errors are those of ``draw_lines``.
    A bar's height is the amount and its width the period: its area has no meaning, and its axis is never shared
    with yearly values.
    """
    ready = [_ready_span(span) for span in spans if _is_year(span.start, span.end) and _is_value(span.value)]
    if not ready:
        return ""
    head = _head("spans", title, description, unit)
    axis = _value_axis([span.value for span in ready], tick, zero=True)
    return _draw_pair(head, (ready, axis), lambda form: _draw_span_panels(ready, head, axis, form))


def _ready_span(span: Span) -> Span:
    """Return a span with cleaned texts, its start before its end."""
    _colour_class(span.colour)
    start, end = min(span.start, span.end), max(span.start, span.end)
    return replace(span, start=start, end=end, text=_clean(span.text), when=_clean(span.when), name=_clean(span.name))


def _draw_span_panels(spans: Sequence[Span], head: _Head, axis: _Axis, form: _Format) -> tuple[float, str]:
    """Draw one panel for each name; return height in px and content."""
    names = list(dict.fromkeys(span.name for span in spans))

    def draw(more: float) -> _Drawn:
        grid = _grid(axis, head, form, names, 128 + more)
        parts, worst = [], _FINE
        for index, name in enumerate(names):
            own = [span for span in spans if span.name == name]
            area = grid.area(index)
            plot = _SpanPlot(area, _span_scale(spans, area), index % grid.columns == 0)
            body, fault = _draw_span_panel(own, head, axis, form, plot)
            parts += [_draw_panel_name(name, area, form), body]
            worst = max(worst, fault)
        return _Drawn(grid.height(len(names)), "".join(parts), worst)

    drawn = _draw_with_room(draw)
    return drawn.height, _draw_unit(head, form) + drawn.body


def _span_scale(spans: Sequence[Span], area: _Box) -> _Scale:
    """Return the scale of time that all panels share, half a year free at either end."""
    first, last = min(span.start for span in spans) - 0.5, max(span.end for span in spans) + 0.5
    width = min(area.right - area.left, (last - first) * _YEAR_WIDTH)
    return _Scale(first, last, area.left, area.left + width)


@dataclass(frozen=True)
class _SpanPlot:
    """Where the bars of one name stand: ``area`` in px, ``x`` the scale of time."""

    area: _Box
    x: _Scale
    numbered: bool


def _draw_span_panel(spans: Sequence[Span], head: _Head, axis: _Axis, form: _Format, plot: _SpanPlot) -> tuple[str, int]:
    """Return the bars of one name with their labels, and the labels' worst fault."""
    area, x = plot.area, plot.x
    y = axis.scale(area.top, area.bottom)
    boxes = [_span_box(span, x, y) for span in spans]
    edges = [edge for span, box in zip(spans, boxes, strict=True) for edge in _outline(span, box)]
    # Smaller by what a label keeps away from other marks: these are labelled at their rim.
    solid = tuple(box.grown(-_NEAR) for span, box in zip(spans, boxes, strict=True) if span.status == "actual")
    around = _Surroundings(_Box(area.left, area.top - 30, area.right, area.bottom + 4), solid, tuple(edges))
    inside = [span.status == "actual" and any(_is_within(span, other) for other in spans) for span in spans]
    labels = [
        _make_span_label(span, box, form, area, head, flat=flat) for span, box, flat in zip(spans, boxes, inside, strict=True)
    ]
    placed, fault = _place([label for label in labels if label], around)
    drawn = [_draw_axis(axis, y, area.left, x.end, labels=plot.numbered, form=form)]
    drawn.append(_draw_span_years(spans, x, area))
    # Wide before narrow and filled before outlined, so that a part never hides under its whole.
    order = sorted(zip(spans, boxes, strict=True), key=lambda pair: (pair[0].status != "actual", pair[1].left - pair[1].right))
    drawn += [_draw_span(span, box, head) for span, box in order]
    drawn.append(_el("g", *(_draw_label(label, spot) for label, spot in placed), class_="od-labels"))
    return "".join(drawn), fault


def _span_box(span: Span, x: _Scale, y: _Scale) -> _Box:
    base, end = y.at(0), y.at(span.value)
    left, right = x.at(span.start), x.at(span.end)
    return _Box(left, min(base, end), max(right, left + 2), max(base, end))


def _outline(span: Span, box: _Box) -> list[_Stroke]:
    """Return the edges of a target's bar, which labels avoid; a filled bar is avoided as a whole."""
    if span.status == "actual":
        return []
    corners = [(box.left, box.bottom), (box.left, box.top), (box.right, box.top), (box.right, box.bottom)]
    return [_Stroke(a[0], a[1], b[0], b[1], "solid", span.colour) for a, b in pairwise(corners)]


def _draw_span(span: Span, box: _Box, head: _Head) -> str:
    """Return a bar: filled for what was, outlined over a pale area for what shall be."""
    width, height = box.right - box.left, box.bottom - box.top
    if span.status == "actual":
        shapes = [_el("rect", class_="od-fill od-halo", x=box.left, y=box.top, width=width, height=height, stroke_width="1")]
    else:
        inside = _el("rect", class_="od-soft", x=box.left, y=box.top, width=width, height=height)
        dashes = "5 3" if span.status == "assumption" else None
        d = f"M{_n(box.left + 1)} {_n(box.top + 1)}h{_n(max(width - 2, 0))}v{_n(max(height - 2, 0))}h{_n(-max(width - 2, 0))}z"
        shapes = [inside, _el("path", class_="od-stroke", d=d, stroke_width="2", stroke_dasharray=dashes)]
    end = box.top if span.value >= 0 else box.bottom
    if span.bound == "about":
        shapes.append(_el("rect", class_="od-soft", x=box.left, y=end - 6, width=width, height=12, rx=6))
    shapes.append(_draw_arrow(span.bound, (box.left + box.right) / 2, end - 1, end + 1))
    return _mark(span.colour, _say(span.name, span.when, span.text, chinese=head.chinese), *shapes)


def _is_within(span: Span, other: Span) -> bool:
    """Whether a bar stands inside another: a part of its period and less than its amount."""
    return other.start <= span.start and span.end <= other.end and abs(span.value) < abs(other.value)


def _make_span_label(span: Span, box: _Box, form: _Format, area: _Box, head: _Head, *, flat: bool) -> _Label | None:
    """Return value and period, which stand at the end of the bar that is away from zero; ``flat``: on one line."""
    width = area.right - area.left
    runs = _runs(span.text, width, form.label, 2) + _runs(span.when, width, form.label, 1, css="od-muted")
    line = _say("", span.when, span.text, chinese=head.chinese)
    if flat and text_width(line, form.label) <= width:
        runs = (_Run(line),)
    end = box.top if span.value >= 0 else box.bottom
    band = 5 if span.bound == "about" else 0
    up = _ARROW if span.bound in _UP else band
    down = _ARROW if span.bound in _DOWN else band
    mark = _Box(box.left, end - up, box.right, end + down)
    return _Label(runs, mark, end, span.colour, True, form.label, form.leading) if runs else None


def _draw_span_years(spans: Sequence[Span], x: _Scale, area: _Box) -> str:
    """Return the years under bars: a label stands under the middle of its year."""
    first, last = math.floor(x.low + 0.5), math.ceil(x.high - 0.5) - 1
    last = max(first, last)
    spacing = (x.end - x.start) / (x.high - x.low)
    starts = [math.floor(span.start) for span in spans]
    ends = [max(math.ceil(span.end) - 1, start) for span, start in zip(spans, starts, strict=True)]
    labelled = _pick_years([max(ends), *sorted(starts + ends)], first, last, spacing)
    ticks = range(first, last + 1) if last - first <= _MOST_TICKS else labelled
    return _draw_years({year: x.at(year + 0.5) for year in ticks}, labelled, area.bottom, within=area)


# ----- bars by category -----


def draw_bars(bars: Sequence[Bar], *, title: str, description: str, unit: str) -> str:
    """Draw counts or shares as horizontal bars from zero, in the order given: name at the left, value at the end.

    Parameters, result and errors are those of ``draw_lines``.
    A bar with an ``href`` is a link; addresses other than relative and http(s) ones are left out.
    """
    ready = [_ready_bar(bar) for bar in bars if _is_value(bar.value)]
    if not ready:
        return ""
    head = _head("bars", title, description, unit, linked=any(bar.href for bar in ready))
    return _draw_pair(head, ready, lambda form: _draw_rows(ready, head, form))


def _ready_bar(bar: Bar) -> Bar:
    _colour_class(bar.colour)
    return replace(bar, name=_clean(bar.name), text=_clean(bar.text), href=_safe_address(bar.href))


def _safe_address(href: str | None) -> str | None:
    """Return an address that leads to a page; ``None`` for ``javascript:`` and its kin."""
    if not href or any(not _is_visible(c) or c.isspace() for c in href):
        return None
    scheme = re.match(r"([^/?#]*?):", href)
    return href if scheme is None or scheme[1].lower() in ("http", "https") else None


@dataclass(frozen=True)
class _Rows:
    """The columns of a bar chart in px: names up to ``names``, bars on ``x``, values of at most ``values`` at their ends."""

    names: float
    values: float
    x: _Scale
    bar: float


def _draw_rows(bars: Sequence[Bar], head: _Head, form: _Format) -> tuple[float, str]:
    """Draw all the bars; return height in px and content."""
    rows = _layout_rows(bars, form)
    top = 22.0 if head.unit else 4.0
    drawn = []
    y = top
    for bar in bars:
        names = _runs(bar.name, rows.names, form.label, 2, css="od-ink od-name")
        height = max(26.0, len(names) * form.leading + 8)
        drawn.append(_draw_bar(bar, names, rows, form, y + height / 2, head))
        y += height
    zero = round(rows.x.at(0)) + 0.5
    drawn.append(_el("path", class_="od-axis", d=_path(zero, top, zero, y), stroke_width="1", fill="none"))
    return y + 4, _draw_unit(head, form) + "".join(drawn)


def _layout_rows(bars: Sequence[Bar], form: _Format) -> _Rows:
    """Give names what they need up to two fifths, values theirs up to a third, and bars the rest."""
    names = min(max(text_width(bar.name, form.label) for bar in bars) + 4, form.width * 0.4)
    values = min(max(text_width(bar.text, form.label) for bar in bars) + 1, form.width * 0.34)
    low, high = min(0.0, *(bar.value for bar in bars)), max(0.0, *(bar.value for bar in bars))
    start, end = names + 10 + (values + 6 if low < 0 else 0), form.width - 2 - (values + 6)
    if low < 0 and high <= 0:
        end = form.width - 4
    return _Rows(names, values, _Scale(low, high if high > low else low + 1, start, end), 14)


def _draw_bar(bar: Bar, names: Sequence[_Run], rows: _Rows, form: _Format, middle: float, head: _Head) -> str:
    """Return one row, its middle at the px ``middle``."""
    zero, end = rows.x.at(0), rows.x.at(bar.value)
    first = middle - (len(names) - 1) * form.leading / 2 + form.label * 0.36
    shapes = [_el("rect", x=0, y=middle - 13, width=form.width, height=26, fill="none", pointer_events="all")]
    shapes += [run.draw(rows.names, first + i * form.leading, form.label, "end") for i, run in enumerate(names)]
    left, width = min(zero, end), abs(end - zero)
    shapes.append(_el("rect", class_="od-fill", x=left, y=middle - rows.bar / 2, width=width, height=rows.bar))
    x, anchor = (end - 6, "end") if bar.value < 0 else (end + 6, "start")
    for run in _runs(bar.text, rows.values, form.label, 1):
        shapes.append(run.draw(x, middle + form.label * 0.36, form.label, "end" if anchor == "end" else "start"))
    row = _mark(bar.colour, _say(bar.name, "", bar.text, chinese=head.chinese), *shapes)
    return _el("a", row, class_="od-link", href=bar.href) if bar.href else row


# ----- sparks -----

_SPARK_WIDTH, _SPARK_HEIGHT = 120.0, 32.0


def draw_spark(dots: Sequence[Dot], *, title: str, colour: str, zero: bool = False) -> str:
    """Draw a line of the size of a word: the last actual a filled dot, targets open diamonds, no axes.

    With ``zero`` it stands on a hairline at zero: then sparks of different units compare as relative change.
    Returns one ``<svg class="od-spark">`` that its ``<title>`` names, or ``""`` where there are no dots.
    It has no ids: a page may show the same spark twice.
    """
    ready = _ready_lines([Line("", colour, tuple(dots))])
    if not ready:
        return ""
    line = ready[0]
    values = [value for dot in line.dots for value in (dot.value, dot.value if dot.high is None else dot.high)]
    values += [0.0] if zero else []
    x = _Scale(line.dots[0].x, line.dots[-1].x, 7, _SPARK_WIDTH - 7)
    y = _Scale(min(values), max(values), _SPARK_HEIGHT - (1 if zero and min(values) == 0 else 7), 7)
    points = _points(line, x, y)
    drawn = []
    if zero:
        base = round(y.at(0) - 0.5) + 0.5
        drawn.append(_el("path", class_="od-axis", d=_path(0, base, _SPARK_WIDTH, base), stroke_width="1"))
    drawn += [stroke.draw() for stroke in _strokes(points, colour)]
    drawn += [_draw_spark_point(point) for point in points]
    return _el(
        "svg",
        _el("title", html.escape(_clean(title), quote=False)),
        *drawn,
        class_=f"od-spark {_colour_class(colour)}",
        viewBox=f"0 0 {_n(_SPARK_WIDTH)} {_n(_SPARK_HEIGHT)}",
        width=_SPARK_WIDTH,
        height=_SPARK_HEIGHT,
        role="img",
    )


def _draw_spark_point(point: _Point) -> str:
    """Return the mark of a target or of the last actual; the others are told by the line."""
    if point.dot.status == "target":
        return _el("path", class_="od-hollow", d=_diamond(point.x, point.y, 4.5), stroke_width="1.5")
    if point.dot.status == "actual" and point.last:
        return _el("circle", class_="od-fill", cx=point.x, cy=point.y, r=3)
    if point.dot.status == "assumption":
        return _el("circle", class_="od-hollow", cx=point.x, cy=point.y, r=2.5, stroke_width="1.5")
    return ""


# ----- cards: a chart as a picture of its own -----

CARD_WIDTH, CARD_HEIGHT = 1200, 630
"""Px of the picture that a preview of a link shows."""

_CARD_MARGIN, _CARD_TEXT = 56.0, 34.0
_VARIABLE = re.compile(r"var\(--od-(chart|c)-([a-z-]+)\)")


def draw_card(drawing: str, *, title: str, name: str, fonts: str) -> str:
    """Return an SVG file that stands by itself: a sentence, the drawing below it, who says so.

    Parameters
    ----------
    drawing
        One of the two drawings of a chart, markup as this module makes it; ``""`` for the sentence alone.
    title, name
        The sentence, and the name of the site; both count as hostile.
    fonts
        Families, the wanted ones first, as CSS lists them.
    """
    title, name = _clean(title), _clean(name)
    width = CARD_WIDTH - 2 * _CARD_MARGIN
    size = _CARD_TEXT if drawing else 1.6 * _CARD_TEXT
    lines = _wrap(title, width / 1.07, size, 3 if drawing else 5)
    body = [_el("rect", width=CARD_WIDTH, height=CARD_HEIGHT, fill=_PAPER_COLOURS["paper"][0])]
    body += [_Run(line, bold=True).draw(_CARD_MARGIN, 40 + size + i * size * 1.3, size) for i, line in enumerate(lines)]
    body.append(_Run(name, "od-muted").draw(CARD_WIDTH - _CARD_MARGIN, CARD_HEIGHT - 40, 26, "end"))
    top = 52 + len(lines) * size * 1.3
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', drawing)
    if found:
        wide, high = float(found[1]), float(found[2])
        scale = min(width / wide, (CARD_HEIGHT - 32 - top) / high)
        inner = drawing[drawing.index(">") + 1 : drawing.rindex("</svg>")]
        view, w, h = f"0 0 {_n(wide)} {_n(high)}", wide * scale, high * scale
        body.append(_el("svg", inner, viewBox=view, x=_CARD_MARGIN, y=top, width=w, height=h, font_size=_SMALL))
    box = f"0 0 {CARD_WIDTH} {CARD_HEIGHT}"
    style = _el("style", _card_rules())
    file = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box, "font_family": fonts}
    return _el("svg", style, *body, width=CARD_WIDTH, height=CARD_HEIGHT, **file)


@lru_cache(maxsize=1)
def _card_rules() -> str:
    """Return the light colours written out: a file that stands by itself has no page that sets variables."""

    def write(match: re.Match[str]) -> str:
        return PALETTE[match[2]][0] if match[1] == "c" else _PAPER_COLOURS[match[2]][0]

    rules = [f".od-c-{key}{{color:{light}}}" for key, (light, _) in PALETTE.items()]
    kept = [rule for rule in _COLOUR_CLASSES.splitlines() if not rule.startswith(".od-link")]
    return _VARIABLE.sub(write, "\n".join([*rules, *kept]))
