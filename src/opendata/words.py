"""Numbers, bounds and periods in Chinese and English words, as ``visual`` rules of the site want them read.

Chinese keeps 万 and 亿 and the units of the documents; English converts to million and billion.
As many significant digits are shown as are recorded, never more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Language = Literal["zh", "en"]

MISSING = "—"
_MINUS = "\u2212"
_PERCENT = {"zh": "%", "en": "\u00a0%"}  # a no-break space: the sign never begins a line


@dataclass(frozen=True)
class Unit:
    """A unit of ``reference.units``: ``factor`` base units in one."""

    unit_id: str
    name_zh: str
    name_en: str
    symbol: str
    base: str
    factor: Decimal


# How English names an amount of a base unit: (in front, behind).
ENGLISH: dict[str, tuple[str, str]] = {
    "CNY": ("CNY ", ""),
    "USD": ("USD ", ""),
    "EUR": ("EUR ", ""),
    "ZAR": ("ZAR ", ""),
    "percent": ("", _PERCENT["en"]),
    "percentage-point": ("", " percentage points"),
    "TEU": ("", " TEU"),
    "tonne": ("", " tonnes"),
    "person": ("", " people"),
    "times": ("", " times"),
    "1": ("", ""),
}

_MULTIPLIERS = (("ten thousand ", 10**4), ("hundred million ", 10**8))

SCALES = ((Decimal(10) ** 12, " trillion"), (Decimal(10) ** 9, " billion"), (Decimal(10) ** 6, " million"))


def plain_number(value: Decimal | float, *, grouped: bool = True) -> str:
    """Return a number in figures with thousands separators, a real minus, and no digits that are not there."""
    number = _exact(value)
    text = format(number, ",f" if grouped else "f")
    return text.replace("-", _MINUS)


def percent(value: Decimal | float, language: Language) -> str:
    """Return a number as per cent: ``22.0%`` in Chinese, ``22.0 %`` with a no-break space in English."""
    return f"{plain_number(value)}{_PERCENT[language]}"


def scaled(value: Decimal | float, unit: Unit, language: Language) -> tuple[str, str]:
    """Return the figures of a value and the words of its unit: ``("6,407", "亿元")``, ``("640.7", "CNY … billion")``.

    The English unit holds ``…`` where the figures stand.
    """
    number = _exact(value)
    if language == "zh":
        return _scaled_zh(number, unit)
    before, behind, factor = _english_name(unit)
    amount = number * factor
    scale = ""
    if factor >= 10000 or abs(amount) >= 10**7:
        for size, word in SCALES:
            if abs(amount) >= size:
                amount, scale = _trim(amount / size), word
                break
    return plain_number(amount if factor == 1 else _trim(amount)), f"{before}…{scale}{behind}"


def _english_name(unit: Unit) -> tuple[str, str, Decimal]:
    """What English writes before and behind the figures of a unit, and by what it multiplies them.

    A unit that keeps its own name loses the Chinese multiplier in it: 10 of 万平方米 are 100,000 square metres.
    """
    if unit.base in ENGLISH:
        return *ENGLISH[unit.base], unit.factor
    for word, size in _MULTIPLIERS:
        if unit.name_en.startswith(word):
            return "", f" {unit.name_en[len(word) :]}", Decimal(size)
    return "", f" {unit.name_en}", Decimal(1)


def _scaled_zh(number: Decimal, unit: Unit) -> tuple[str, str]:
    """Chinese says 5.6万个 for 56,000个, where no more than two decimals are needed for it."""
    ten_thousands = _trim(number / 10000)
    if unit.factor == 1 and abs(number) >= 10000 and -int(ten_thousands.as_tuple().exponent) <= 2:
        return plain_number(ten_thousands), f"万{unit.symbol}"
    return plain_number(number), unit.symbol


def _exact(value: Decimal | float) -> Decimal:
    """A decimal as written (22.0 keeps its zero); a float as it prints, without a zero it never had."""
    return _trim(Decimal(repr(value))) if isinstance(value, float) else Decimal(value)


def _trim(number: Decimal) -> Decimal:
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def amount(value: Decimal | float, unit: Unit, language: Language) -> str:
    """Return a value with its unit: ``926.9亿美元``, ``USD 92.69 billion``, ``22.0%`` (English ``22.0 %``).

    Examples
    --------
    >>> billion = Unit("usd-100m", "亿美元", "hundred million US dollars", "亿美元", "USD", Decimal(10) ** 8)
    >>> amount(Decimal("926.9"), billion, "zh"), amount(Decimal("926.9"), billion, "en")
    ('926.9亿美元', 'USD 92.69 billion')
    """
    figures, words = scaled(value, unit, language)
    if unit.base == "rank":
        return f"第{figures}位" if language == "zh" else f"no. {figures}"
    if language == "zh":
        return f"{figures}{words}"
    if figures in ("1", f"{_MINUS}1"):
        words = _singular(words)
    return words.replace("…", figures, 1)


def _singular(words: str) -> str:
    """The unit of one: ``… days`` is ``… day``; one million stays a million of many."""
    if words == "… people":
        return "… person"
    many = any(word in words for _, word in SCALES) or " per " in words
    return words if many else words.removesuffix("s")


_BOUNDS_ZH = {
    "about": "约{}",
    "over": "超过{}",
    "at-least": "不低于{}",
    "at-most": "不超过{}",
    "under": "不足{}",
    "aim": "力争{}",
}
_BOUNDS_EN = {
    "about": "about {}",
    "over": "over {}",
    "at-least": "at least {}",
    "at-most": "at most {}",
    "under": "under {}",
    "aim": "aims for {}",
}


def bounded(text: str, bound: str, language: Language) -> str:
    """Put a bound into words around an amount; ``low`` and ``high`` are told where the range is."""
    words = _BOUNDS_ZH if language == "zh" else _BOUNDS_EN
    return words.get(bound, "{}").format(text)


def change(value: Decimal | float, unit: Unit, language: Language) -> str:
    """Put a change into words: ``提高3个百分点``, ``up 3 percentage points``, ``下降2%``."""
    number = _exact(value)
    size = amount(abs(number), unit, language)
    if language == "zh":
        return f"{'下降' if number < 0 else '提高'}{size}"
    return f"{'down' if number < 0 else 'up'} {size}"


# ----- periods -----

_DATE = r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?"
_PERIOD = re.compile(rf"(?:(\.\.)/)?{_DATE}(?:/{_DATE})?\Z")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, order=True)
class Period:
    """A period: a year, an interval, or a stock at a date. ``start`` and ``end`` are (year, month, day), 0 where not said."""

    start: tuple[int, int, int]
    end: tuple[int, int, int]
    stock: bool = False

    @property
    def is_year(self) -> bool:
        """Whether it is one calendar year."""
        return not self.stock and self.start == self.end and self.start[1] == 0

    @property
    def years(self) -> int:
        """The number of calendar years it spans, at least 1."""
        return self.end[0] - self.start[0] + 1

    @property
    def position(self) -> float:
        """Its place on an axis of years: a year at itself, a date within its year, an interval at its end."""
        year, month, day = self.end
        if self.stock and month == 12:
            return float(year)
        return float(year) if not month or self.is_whole else year - 1 + (month + (day / 31 if day else 0)) / 12

    @property
    def is_whole(self) -> bool:
        """Whether it spans whole calendar years."""
        return self.start[1] == 0 and self.end[1] == 0


def read_period(text: str) -> Period | None:
    """Read an ISO 8601 period as the data records it; ``None`` for an empty or unreadable one.

    Examples
    --------
    >>> read_period("2016/2020").years
    5
    """
    match = _PERIOD.match(text)
    first = _point(match, 2) if match else None
    if match is None or first is None:
        return None
    if match[5] is None:
        return Period(first, first, stock=bool(match[1]))
    second = _point(match, 5)
    # The ends of an interval are two, the first before the second, and told alike: both in years, months or days.
    if match[1] or second is None or second <= first or [bool(n) for n in first] != [bool(n) for n in second]:
        return None
    return Period(first, second)


def _point(match: re.Match[str], group: int) -> tuple[int, int, int] | None:
    """Year, month and day of a date, 0 where not said; ``None`` where the calendar has no such day."""
    year, month, day = int(match[group]), match[group + 1], match[group + 2]
    try:
        date(year, int(month or 1), int(day or 1))
    except ValueError:
        return None
    return year, int(month or 0), int(day or 0)


def period_words(text: str, language: Language) -> str:
    """Put a period into words: ``2020年``, ``2021—2025年``, ``2024年1—5月``, ``截至2020年底``; a dash where none is said."""
    period = read_period(text)
    if period is None:
        return text or MISSING
    return _period_zh(period) if language == "zh" else _period_en(period)


def _period_zh(period: Period) -> str:
    (year, month, day), (to_year, to_month, to_day) = period.start, period.end
    if period.stock:
        if not month or (month == 12 and not day):
            return f"截至{year}年底"
        return f"截至{year}年{month}月{f'{day}日' if day else '底'}"
    first = f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
    if period.start == period.end:
        return first
    if not month:
        return f"{year}—{to_year}年"
    if year == to_year and not day:
        return f"{year}年{month}—{to_month}月"
    last = f"{to_month}月" + (f"{to_day}日" if to_day else "")
    return f"{first}—{last}" if year == to_year else f"{first}—{to_year}年{last}"


def _period_en(period: Period) -> str:
    (year, month, day), (to_year, to_month, to_day) = period.start, period.end
    if period.stock:
        if not month or (month == 12 and not day):
            return f"end of {year}"
        return f"{f'{day} ' if day else 'end of '}{_MONTHS[month]} {year}"
    first = " ".join(part for part in (str(day) if day else "", _MONTHS[month]) if part)
    if period.start == period.end:
        return f"{first} {year}".strip()
    if not month:
        return f"{year}–{to_year}"
    last = " ".join(part for part in (str(to_day) if to_day else "", _MONTHS[to_month], str(to_year)) if part)
    dash = " – " if day else "–"
    return f"{first}{dash}{last}" if year == to_year else f"{first} {year}{dash}{last}"
