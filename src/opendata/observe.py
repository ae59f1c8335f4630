"""What an observation means: printed numbers and their bounds, periods, units.

The documents print numbers in Chinese prose (``突破1250亿元``, ``七成以上``, ``翻一番``).
This module reads such a text into a number, a base unit and a bound, so that a recorded
value can be held against what is printed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

# ----- printed numbers -----

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
# A printed number with its unit and qualifier is short; a cell of a megabyte is none, and must not be reckoned with.
LONGEST_NUMBER = 100
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"

# The unit word that follows a number -> (base, number of base units in one).
_UNIT_WORDS: tuple[tuple[str, str, Decimal], ...] = (
    ("美元", "USD", Decimal(1)),
    ("欧元", "EUR", Decimal(1)),
    ("人民币", "CNY", Decimal(1)),
    ("个百分点", "percentage-point", Decimal(1)),
    ("百分点", "percentage-point", Decimal(1)),
    ("平方公里", "square-metre", Decimal(10**6)),
    ("平方千米", "square-metre", Decimal(10**6)),
    ("平方米", "square-metre", Decimal(1)),
    ("平米", "square-metre", Decimal(1)),
    ("立方米", "cubic-metre", Decimal(1)),
    ("公里", "metre", Decimal(1000)),
    ("千米", "metre", Decimal(1000)),
    ("km", "metre", Decimal(1000)),
    ("标准箱", "TEU", Decimal(1)),
    ("标箱", "TEU", Decimal(1)),
    ("TEU", "TEU", Decimal(1)),
    ("分钟", "second", Decimal(60)),
    ("小时", "second", Decimal(3600)),
    ("公顷", "square-metre", Decimal(10000)),
    ("元", "CNY", Decimal(1)),
    ("兆瓦", "watt", Decimal(10**6)),
    ("亩", "mu", Decimal(1)),
    ("吨", "tonne", Decimal(1)),
    ("倍", "times", Decimal(1)),
    ("位", "rank", Decimal(1)),
    ("%", "percent", Decimal(1)),
    ("天", "second", Decimal(86400)),
    ("米", "metre", Decimal(1)),
)

_BOUND_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("不低于", ("at-least",)),
    ("不少于", ("at-least",)),
    ("至少", ("at-least",)),
    ("不得超过", ("at-most",)),
    ("不超过", ("at-most",)),
    ("不高于", ("at-most",)),
    ("以内", ("at-most",)),
    ("以下", ("at-most", "under")),
    ("不足", ("under",)),
    ("不到", ("under",)),
    ("低于", ("under",)),
    ("少于", ("under",)),
    ("接近", ("about", "under")),
    ("将近", ("about", "under")),
    ("近", ("about", "under")),
    ("左右", ("about",)),
    ("大约", ("about",)),
    ("约", ("about",)),
    ("超过", ("over",)),
    ("超", ("over",)),
    ("突破", ("over",)),
    ("破", ("over",)),
    ("以上", ("over", "at-least")),
    ("逾", ("over",)),
    ("过", ("over",)),
    ("余", ("over",)),
    ("多", ("over",)),
    ("高于", ("over",)),
    ("大于", ("over",)),
    ("力争", ("aim",)),
    ("争取", ("aim",)),
)


# No figure has more digits than this; a cell that does is a mistake, which the column's type need not find.
_MOST_DIGITS = 40


@dataclass(frozen=True)
class Printed:
    """A number as a document prints it.

    Attributes
    ----------
    low, high
        The number in base units; equal unless a range is printed.
    base
        The base unit that the text itself names (``CNY``, ``percent`` …), ``None`` where it names none
        or a word that only counts (``个``, ``家``).
    bounds
        The bounds that its words allow, for example ``("over", "at-least")`` for ``以上``.
    falls
        Whether it has a minus, or a word that says it falls.
    """

    low: Decimal
    high: Decimal
    base: str | None
    bounds: tuple[str, ...]
    falls: bool = False

    @property
    def is_range(self) -> bool:
        """Whether the text prints two numbers."""
        return self.low != self.high


def read_decimal(text: str) -> Decimal | None:
    """Return a recorded number that can be reckoned with: not NaN, not infinite, not of a thousand digits; else ``None``."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else None


def squeeze(text: str) -> str:
    """Return ``text`` without white space, full-width digits and signs made half-width."""
    return "".join(unicodedata.normalize("NFKC", c) if c in _WIDE else c for c in text if not c.isspace())


_WIDE = frozenset("０１２３４５６７８９％．，－～＋")


@lru_cache(maxsize=4096)
def read_numeral(text: str) -> Decimal | None:
    """Return the value of a number in Chinese or Arabic numerals (``1.2万``, ``三十五``, ``千亿``).

    ``None`` where it is not one.
    """
    if re.fullmatch(_FIGURES, text):
        parts = [_scale(Decimal(digits.replace(",", "")), scale) for digits, scale in _FIGURE.findall(text)]
        return sum(parts, Decimal(0))
    if not text or any(c not in _NUMERAL for c in text):
        return None
    return Decimal(_read_words(text))


def _read_words(text: str) -> int:
    """The value of Chinese numerals: what stands before 亿 or 万 is multiplied, what stands behind is added."""
    for char in "亿万":
        before, found, behind = text.rpartition(char)
        if found:
            return (_read_words(before) if before else 1) * _LARGE[char] + _read_words(behind)
    total, digit = 0, None
    for char in text:
        if char in _SMALL:
            total += (1 if digit is None else digit) * _SMALL[char]
            digit = None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


def _scale(number: Decimal, scale: str) -> Decimal:
    """The number times each of the multipliers."""
    for char in scale:
        number *= _SMALL.get(char) or _LARGE[char]
    return number


_FIGURE = re.compile(r"(\d[\d,]*(?:\.\d+)?)([十百千万亿]*)")
# 1亿5千万: what follows a scale in figures and has one itself is added.
_FIGURES = r"\d[\d,]*(?:\.\d+)?(?:[十百千万亿]+(?:\d+[十百千万亿]+)*)?"
_NUMBER = rf"(?:{_FIGURES}|[{_NUMERAL}]+)"
_RANGE = re.compile(rf"({_NUMBER})([^\d至到{_NUMERAL}]*?)(?:-|—|–|~|～|至|到)({_NUMBER})")


def read_printed(text: str) -> Printed | None:
    """Read a number as it is printed, with its unit word and its qualifier.

    Parameters
    ----------
    text
        For example ``突破1250亿元``, ``七成以上``, ``2-3个百分点``, ``第6位``, ``不足四分之一``, ``翻一番``, ``30左右``.

    Returns
    -------
    Printed or None
        ``None`` where the text holds no number that this module can read.

    Examples
    --------
    >>> read_printed("突破1250亿元").low
    Decimal('125000000000')
    >>> read_printed("七成以上").bounds
    ('over', 'at-least')
    """
    text = squeeze(text)
    if len(text) > LONGEST_NUMBER or re.search(r"数[十百千万亿]", text):  # 数百家: some hundreds are no number
        return None
    found = _read_printed(text)
    return replace(found, falls=bool(_FALLS.search(text))) if found else None


_FALLS = re.compile(r"^[-−负]|下降|下滑|减少|降低")


def _read_printed(text: str) -> Printed | None:
    bounds = read_bounds(text)
    text = re.sub(r"(?<=\d)百分点", "个百分点", text)  # 3百分点 are no 300

    def single(number: Decimal, base: str | None) -> Printed:
        return Printed(number, number, base, bounds)

    if re.search(r"翻[一两二三四]?番", text):
        times = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4}
        match = re.search(r"翻([一两二三四]?)番", text)
        assert match
        return single(Decimal(2) ** times[match[1]], "times")
    match = re.search(rf"([{_NUMERAL}\d]+)分之({_NUMBER})", text)
    if match:
        whole, part = read_numeral(match[1]), read_numeral(match[2])
        if whole and part is not None:
            return single(part / whole * 100, "percent")
    match = re.search(r"(\d+)/(\d+)", text)
    if match and int(match[2]):
        return single(Decimal(match[1]) / Decimal(match[2]) * 100, "percent")
    match = _TENTHS.search(text)
    if match:
        high = _read_tenths(match[2]) + (5 if match[3] else 0)
        return Printed(_read_tenths(match[1]) if match[1] else high, high, "percent", bounds)
    if re.search(r"一半|半数|过半", text):
        return single(Decimal(50), "percent")
    match = re.search(rf"第({_NUMBER})", text)
    if match:
        number = read_numeral(match[1])
        return None if number is None else single(number, "rank")
    if re.search(r"首位|榜首|居首|首个", text):
        return single(Decimal(1), None if "首个" in text else "rank")
    if text in ("持平", "零增长"):
        return single(Decimal(0), "percent")
    match = _RANGE.search(text)
    if match:
        return _read_range(match, text, bounds)
    if text.startswith(("没有", "无一")):
        return single(Decimal(0), None)
    match = re.search(r"(\d+)[×x*](\d+(?:\.\d+)?)", text)  # 5×660兆瓦: five of them
    if match:
        base, factor = _read_unit(text[match.end() :])
        return single(Decimal(match[1]) * Decimal(match[2]) * factor, base)
    # 五年累计1.2万: figures before words.
    match = re.search(_FIGURES, text) or re.search(_NUMBER, text)
    if not match:
        return None
    number = read_numeral(match[0])
    if number is None:
        return None
    tail = text[match.end() :].lstrip("余多")
    extra = re.match(r"[千万亿]+", tail)  # 20余万人: the multiplier behind the qualifier
    if extra:
        number = _scale(number, extra[0])
        tail = tail[extra.end() :]
    base, factor = _read_unit(tail)
    return single(number * factor, base)


# 七成, 两成半, 三到五成, 六七成.
_TENTHS = re.compile(r"(?:([一二两三四五六七八九1-9])[-—–~至到]?)?(?<![\d.])([一二两三四五六七八九1-9])成(半?)")


def _read_tenths(digit: str) -> Decimal:
    return Decimal(10 * (int(digit) if digit.isascii() else _DIGITS[digit]))


def _read_range(match: re.Match[str], text: str, bounds: tuple[str, ...]) -> Printed | None:
    low, high = read_numeral(match[1]), read_numeral(match[3])
    if low is None or high is None:
        return None
    base, factor = _read_unit(text[match.end() :])
    scale = re.search(r"[十百千万亿]+$", match[3])
    if scale and not re.search(r"[十百千万亿]$", match[1]):  # 2-3万元: the scale belongs to both ends
        low = _scale(low, scale[0])
    return Printed(low * factor, high * factor, base, bounds)


def _read_unit(tail: str) -> tuple[str | None, Decimal]:
    """Return the base and factor of the unit word that ``tail`` starts with."""
    tail = re.sub(r"^(?:多|余|左右|以上|以下)", "", tail)
    for word, base, factor in _UNIT_WORDS:
        if tail.startswith(word):
            return base, factor
    if tail[:1] in ("人", "名"):
        return "person", Decimal(1)
    return None, Decimal(1)


def read_bounds(text: str) -> tuple[str, ...]:
    """Return the bounds that the words of a text name, for example ``("over", "at-least")`` for ``以上``."""
    found: list[str] = []
    for word, bounds in _BOUND_WORDS:
        if word in text:
            found += [b for b in bounds if b not in found]
            text = text.replace(word, "")
    if re.search(r"上[百千万亿]", text) and "over" not in found:
        found.append("over")
    return tuple(found)


# ----- times -----

_YEAR = r"(?<!\d)((?:19|20)\d\d)"
_DASH = r"年?(?:-|—|–|~|至|到)+"
_SPAN = re.compile(rf"{_YEAR}{_DASH}((?:19|20)\d\d)(?!\d)")
_SINGLE = re.compile(rf"{_YEAR}(?:年|年末|年底)")
_SINCE = re.compile(rf"[比较]{_YEAR}(?!\d)年?")
_PLAN = re.compile(r"([比较]?)[“\"]?十([一二三四五六七八九]?)五[”\"]?((?:时期|期间|规划)?)(期?末)?")
_MONTHS = re.compile(r"(?<!\d)(\d{1,2})[-—–至到~]+(\d{1,2})月")
_MONTH = re.compile(r"(?<![\d\-—–~至到])(\d{1,2})月(?:(\d{1,2})日)?")
_ONES = "〇一二三四五六七八九"
_PARTS_OF_A_YEAR = {
    "上半年": (1, 6),
    "下半年": (7, 12),
    "前三季度": (1, 9),
    "一季度": (1, 3),
    "二季度": (4, 6),
    "三季度": (7, 9),
    "四季度": (10, 12),
}


@dataclass(frozen=True)
class Times:
    """What a text says of time.

    Attributes
    ----------
    years
        The years it names, also as the end of a five-year plan (``“十三五”末``).
    spans
        First and last year of each interval, five-year plans among them.
    since
        The years against which it compares (``比2015年``, ``较“十二五”末``).
    months, days
        The months and the days of months it names alone.
    parts
        First and last month of each part of a year.
    """

    years: frozenset[int] = frozenset()
    spans: frozenset[tuple[int, int]] = frozenset()
    since: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    days: frozenset[tuple[int, int]] = frozenset()
    parts: frozenset[tuple[int, int]] = frozenset()

    @property
    def says_years(self) -> bool:
        """Whether it says when something was, comparisons aside."""
        return bool(self.years or self.spans)

    @property
    def says_months(self) -> bool:
        """Whether it names a month or a part of a year."""
        return bool(self.months or self.parts)

    @property
    def ends(self) -> frozenset[int]:
        """The years in which something may stand: those it names and the last ones of intervals."""
        return self.years | {end for _, end in self.spans}


@lru_cache(maxsize=16384)
def read_times(text: str, this_year: int | None = None) -> Times:
    """Read what a text says of time.

    Parameters
    ----------
    text
        A sentence or a heading.
    this_year
        The year that ``今年`` means; ``None`` where the text does not speak of its own present.

    Examples
    --------
    >>> sorted(read_times("“十三五”末比2015年增长两成").years), sorted(read_times("“十三五”末比2015年增长两成").since)
    ([2020], [2015])
    """
    text = squeeze(text)
    text = re.sub(rf"[一二][零〇○九][零○{_ONES}]{{2}}(?=年)", _in_digits, text)
    spans = set(read_spans(text))
    since = {int(year) for year in _SINCE.findall(text)}
    years = {int(match[1]) for match in _SINGLE.finditer(text) if text[match.start() - 1 : match.start()] not in ("比", "较")}
    for against, number, _, last in _PLAN.findall(text):
        first = 1956 + 5 * (9 + (_ONES.index(number) if number else 0))
        if against:
            since.add(first + 4)
        elif last:
            years.add(first + 4)
        else:
            spans.add((first, first + 4))
    if this_year:
        years |= {this_year} if re.search(r"今年|本年|全年", text) else set()
        years |= {this_year - 1} if re.search(r"去年(?!同期)|上年(?!同期)", text) else set()
    parts = {(int(first), int(last)) for first, last in _MONTHS.findall(text)}
    parts |= {(1, int(last)) for last in re.findall(r"前(\d{1,2})个?月", text)}
    parts |= {_PARTS_OF_A_YEAR[words] for words in re.findall("|".join(_PARTS_OF_A_YEAR), text)}
    alone = [(int(month), int(day or 0)) for month, day in _MONTH.findall(text)]
    return Times(
        frozenset(years),
        frozenset(spans),
        frozenset(since),
        frozenset(month for month, _ in alone),
        frozenset((month, day) for month, day in alone if day),
        frozenset(parts),
    )


def _in_digits(match: re.Match[str]) -> str:
    return "".join(str(_ONES.index("〇" if char in "零○" else char)) for char in match[0])


@lru_cache(maxsize=64)
def read_spans(text: str) -> frozenset[tuple[int, int]]:
    """Return the intervals of years that a text prints in figures: ``2021—2025年`` is (2021, 2025)."""
    return frozenset((int(first), int(last)) for first, last in _SPAN.findall(squeeze(text)))
