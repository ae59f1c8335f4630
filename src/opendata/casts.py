"""What a Table Schema type means: the text of a cell into a value.

The rules are those of Table Schema 2.0, read strictly: digits are ASCII, dates are as written in the format,
and nothing is trimmed.
A cell that breaks them raises ``CastError``, which says what to write instead.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
import warnings
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from opendata import guarded
from opendata.model import Field

Value = Any
Cast = Callable[[str], Value]
Check = Callable[[str, Value], str | None]


class CastError(ValueError):
    """A cell that is not of its column's type; the text says what is expected."""


class UnsupportedType(ValueError):
    """A type, format or pattern that this module does not know, or a rule that takes too long; the text names it."""


TYPES = (
    "string",
    "number",
    "integer",
    "boolean",
    "date",
    "time",
    "datetime",
    "year",
    "yearmonth",
    "duration",
    "object",
    "array",
    "list",
    "geopoint",
    "geojson",
    "any",
)


def make_cast(column: Field) -> Cast:
    """Return the function that reads the cells of a column; missing values are the caller's to sort out first.

    Raises
    ------
    UnsupportedType
        For a type or format that is not of Table Schema.
    """
    maker = _MAKERS.get(column.type)
    if maker is None:
        raise UnsupportedType(f"type {column.type!r} is not one of Table Schema's: {', '.join(TYPES)}")
    return maker(column)


def make_check(column: Field) -> Check:
    """Return the function that says which constraint a cell breaks (``None``: none), given its text and its value.

    ``required`` and ``unique`` are about missing cells and about columns; they are not checked here.

    Raises
    ------
    UnsupportedType
        For a constraint that is not of Table Schema, or a bound that is not of the column's type.
    """
    checks = [make_constraint(column, name, bound) for name, bound in declared_constraints(column)]

    def check(text: str, value: Value) -> str | None:
        for one in checks:
            broken = one(text, value)
            if broken:
                return broken
        return None

    return check


def declared_constraints(column: Field) -> list[tuple[str, Any]]:
    """Return the rules that a column declares for a single cell: name and bound, ``categories`` among them."""
    rules = [(name, bound) for name, bound in column.constraints.items() if name not in ("required", "unique")]
    return rules if column.categories is None else [*rules, ("categories", column.categories)]


def make_constraint(column: Field, name: str, bound: object) -> Check:
    """Return the function that checks one constraint of a column.

    Raises
    ------
    UnsupportedType
        As ``make_check``.
    """
    maker = _CONSTRAINTS.get(name)
    if maker is None:
        raise UnsupportedType(f"the constraint {name!r} is not one of: required, unique, {', '.join(_CONSTRAINTS)}")
    return maker(column, bound)


def identity(column: Field, value: Value) -> Hashable:
    """Return what stands for a value in keys: ``1`` and ``01`` are the same integer, ``1.0`` and ``1.00`` the same number."""
    value = _comparable(column, value)
    try:
        hash(value)
    except TypeError:  # an object or an array
        return json.dumps(value, sort_keys=True, default=str)
    return value  # type: ignore[no-any-return]


# ----- remedies -----

# What people write where nothing is known.
_GAPS = frozenset(("-", "—", "–", "——", "--", "N/A", "NA", "n/a", "#N/A", "NULL", "null", "None", "nan", "无", "…", "...", "/"))

# A longer text was not meant as a number or a date.
_MENDABLE = 200


def suggest(text: str, column: Field) -> str | None:
    """Return what a maintainer probably meant to write, or ``None``.

    Digits become half-width, blanks and thousands separators go, ``1.2万`` becomes 12000, dates take the standard's
    form, an enumeration its own case, and a dash the column's first missing value (usually the empty text).
    """
    if len(text) > _MENDABLE or _is_guarded(column):
        return None
    plain = unicodedata.normalize("NFKC", text).strip().strip("\ufeff\u200b")
    if plain in _GAPS and not column.required and column.missing_values:
        return "" if "" in column.missing_values else column.missing_values[0]
    try:
        cast, check = make_cast(column), make_check(column)
    except UnsupportedType:
        return None
    for candidate in dict.fromkeys((text.strip(), plain, *_mend(plain, column))):
        if candidate == text or not candidate:
            continue
        try:
            if check(candidate, cast(candidate)) is None:
                return candidate
        except CastError:
            continue
    return None


def _is_guarded(column: Field) -> bool:
    """Whether trying a text takes another process, perhaps for seconds."""
    pattern = column.constraints.get("pattern")
    return "jsonSchema" in column.constraints or (isinstance(pattern, str) and not guarded.is_fast(pattern))


def _mend(plain: str, column: Field) -> Iterator[str]:
    """Guesses of what was meant, best first; the caller tries each."""
    if column.type in ("integer", "number"):
        bare = plain.replace(",", "").replace(" ", "").replace("_", "")
        yield bare
        yield bare.removesuffix("%")
        scaled = re.fullmatch(r"([+-]?[0-9]+(?:\.[0-9]+)?)([万亿])", bare)
        if scaled:
            yield format((Decimal(scaled[1]) * (10**4 if scaled[2] == "万" else 10**8)).normalize(), "f")
    elif column.type in ("date", "yearmonth", "year"):
        parts = re.match(r"([0-9]{4})(?:[-/.年]?([0-9]{1,2})(?:[-/.月]?([0-9]{1,2})日?|月)?|年)?\Z", plain)
        if parts:
            width = {"date": 3, "yearmonth": 2, "year": 1}[column.type]
            numbers = [part for part in parts.groups() if part]
            if len(numbers) == width:
                yield "-".join(part.zfill(2) for part in numbers)
        # With points the day comes first everywhere; with slashes nobody can know.
        dotted = re.match(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})\Z", plain)
        if dotted:
            yield f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}"
    elif column.type == "boolean":
        said = plain.casefold()
        trues, falses = _truths(column)
        if said in ("yes", "y", "true", "t", "是", "有"):
            yield from trues[:1]
        if said in ("no", "n", "false", "f", "否"):
            yield from falses[:1]
    for choice in column.choices or ():
        if str(choice).casefold() == plain.casefold():
            yield str(choice)


# ----- types -----

_INTEGER = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
_PART = r"(?:([0-9]+(?:\.[0-9]+)?){})?"
_DURATION = re.compile(
    r"(-?)P(?=[0-9T])" + "".join(map(_PART.format, "YMWD")) + "(?:T(?=[0-9])" + "".join(map(_PART.format, "HMS")) + r")?\Z"
)
# Python reads no longer ones, because the time they take grows with their square.
_MAX_DIGITS = 4300

_ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_FORMATS: dict[str, re.Pattern[str]] = {
    # The length is bounded because the rest takes time that grows with its square.
    "email": re.compile(r"(?=.{5,320}\Z)[^@\s]+@[^@\s]+\.[^@\s]+\Z"),
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+\Z"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z"),
    "binary": re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z"),
}


_EXAMPLES = {
    "email": "an address such as name@example.org",
    "uri": "an address with its scheme, such as https://example.org",
    "uuid": "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
    "binary": "bytes in Base64",
}


def _string(column: Field) -> Cast:
    if column.format == "default":
        return str
    pattern = _FORMATS.get(column.format)
    if pattern is None:
        raise UnsupportedType(f"format {column.format!r} of a string is not one of: default, {', '.join(_FORMATS)}")

    def cast(text: str) -> str:
        if not pattern.match(text):
            raise CastError(f"expected {_EXAMPLES[column.format]}")
        return text

    return cast


def _strip_number(column: Field) -> Callable[[str], str]:
    """Return the function that takes a number's text to the plain form: ``.`` for decimals, no groups, no words around."""
    group = str(column.properties.get("groupChar") or "")
    decimal = str(column.properties.get("decimalChar") or ".") if column.type == "number" else "."
    bare = column.properties.get("bareNumber", True) is not False

    def strip(text: str) -> str:
        if not bare:
            text = re.sub(r"\A[^0-9+\-.]+|[^0-9.]+\Z", "", text)
        if group:
            text = text.replace(group, "")
        if decimal == ".":
            return text
        if "." in text:
            raise CastError(f"expected {decimal!r} before the decimals")
        return text.replace(decimal, ".")

    return strip


def _integer(column: Field) -> Cast:
    strip = _strip_number(column)

    def cast(text: str) -> int:
        plain = strip(text)
        if not _INTEGER.match(plain):
            raise CastError("expected a whole number in ASCII digits, such as 1234")
        if len(plain) > _MAX_DIGITS:
            raise CastError(f"expected a whole number of at most {_MAX_DIGITS:,} digits")
        return int(plain)

    return cast


def _number(column: Field) -> Cast:
    strip = _strip_number(column)

    def cast(text: str) -> float | Decimal:
        plain = strip(text)
        if plain in ("NaN", "INF", "-INF"):
            return float(plain.replace("INF", "inf"))
        if not _NUMBER.match(plain):
            raise CastError("expected a number in ASCII digits, such as 1234.5")
        return exact_number(plain)

    return cast


# Up to so many significant digits every decimal number survives a float.
_SAFE_DIGITS = 15


def exact_number(text: str) -> float | Decimal:
    """Return a float where it prints back as the same number, else a ``Decimal``: no digit is lost in silence."""
    if len(text) <= _SAFE_DIGITS and "e" not in text and "E" not in text:
        return float(text)
    try:
        written = Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal takes
        raise CastError("expected a number with an exponent of at most eighteen digits") from None
    number = float(written)
    return number if Decimal(repr(number)) == written else written


def _truths(column: Field) -> tuple[list[str], list[str]]:
    """Return the texts that mean true and those that mean false."""
    trues, falses = column.properties.get("trueValues"), column.properties.get("falseValues")
    return (
        [str(text) for text in trues] if isinstance(trues, list) and trues else ["true", "True", "TRUE", "1"],
        [str(text) for text in falses] if isinstance(falses, list) and falses else ["false", "False", "FALSE", "0"],
    )


def _boolean(column: Field) -> Cast:
    trues, falses = _truths(column)
    values = dict.fromkeys(trues, True) | dict.fromkeys(falses, False)

    def cast(text: str) -> bool:
        try:
            return values[text]
        except KeyError:
            raise CastError(f"expected one of {', '.join(values)}") from None

    return cast


def _moment(kind: str, read: Callable[[str], Value], shape: str, example: str) -> Callable[[Field], Cast]:
    pattern = re.compile(shape + r"\Z")

    def maker(column: Field) -> Cast:
        form = column.format

        def default(text: str) -> Value:
            if not pattern.match(text):
                raise CastError(f"expected a {kind} such as {example}")
            try:
                return read(text)
            except ValueError as error:
                raise CastError(f"expected a {kind} such as {example}: {error}") from None

        if form in ("default", "any"):
            return default
        return _patterned(kind, form)

    return maker


def _patterned(kind: str, form: str) -> Cast:
    """Return the cast for a pattern such as ``%d/%m/%Y``, as strptime reads it but for digits, which are ASCII."""
    try:
        example = dt.datetime(2025, 6, 30, 8, 30, tzinfo=dt.UTC).strftime(form)
        dt.datetime.strptime(example, form)
    except (ValueError, re.error):
        example = ""
    if "%" not in form or not example:
        raise UnsupportedType(f"format {form!r} of a {kind} is not one of: default, any, or a pattern such as %Y-%m-%d")

    def cast(text: str) -> Value:
        try:
            moment = dt.datetime.strptime(text, form)
        except ValueError:
            raise CastError(f"expected a {kind} in the form {form}, such as {example}") from None
        if any(char.isdigit() and not char.isascii() for char in text):
            raise CastError(f"expected a {kind} in ASCII digits, such as {example}")
        return {"date": moment.date(), "time": moment.timetz()}.get(kind, moment)

    return cast


def _year(column: Field) -> Cast:
    def cast(text: str) -> int:
        if not re.match(r"-?(?:[0-9]{4}|[1-9][0-9]{4,8})\Z", text):
            raise CastError("expected a year of four digits, such as 2025")
        return int(text)

    return cast


def _yearmonth(column: Field) -> Cast:
    def cast(text: str) -> str:
        if not re.match(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z", text):
            raise CastError("expected a year and month such as 2025-06")
        return text

    return cast


def _duration(column: Field) -> Cast:
    def cast(text: str) -> str:
        if not _DURATION.match(text):
            raise CastError("expected an ISO 8601 duration such as P1Y2M")
        return text

    return cast


def _json(kind: str, accepted: type) -> Callable[[Field], Cast]:
    def maker(column: Field) -> Cast:
        def cast(text: str) -> Value:
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                raise CastError(f"expected a JSON {kind}") from None
            if not isinstance(value, accepted):
                raise CastError(f"expected a JSON {kind}")
            return value

        return cast

    return maker


def _list(column: Field) -> Cast:
    delimiter = str(column.properties.get("delimiter") or ",")
    item = make_cast(Field(column.name, str(column.properties.get("itemType") or "string")))

    def cast(text: str) -> list[Value]:
        return [item(part) for part in text.split(delimiter)]

    return cast


def _geopoint(column: Field) -> Cast:
    def cast(text: str) -> tuple[Value, Value]:
        try:
            lon, lat = (_coordinate(part) for part in _split_point(text, column.format))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise CastError("expected a longitude and a latitude, such as 120.38,36.07") from None
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise CastError("expected a longitude from -180 to 180 and a latitude from -90 to 90")
        return lon, lat

    return cast


def _split_point(text: str, form: str) -> list[Any]:
    if form == "default":
        return list(text.split(","))
    point = json.loads(text)
    return [point["lon"], point["lat"]] if form == "object" else list(point)


def _coordinate(part: object) -> Value:
    text = str(part).strip()
    if not _NUMBER.match(text):
        raise CastError("expected a number")
    return exact_number(text)


def _any(column: Field) -> Cast:
    return str


_MAKERS: dict[str, Callable[[Field], Cast]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _moment("date", dt.date.fromisoformat, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "2025-06-30"),
    "time": _moment("time", dt.time.fromisoformat, rf"[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_ZONE}", "08:30:00"),
    "datetime": _moment(
        "datetime",
        dt.datetime.fromisoformat,
        rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_ZONE}",
        "2025-06-30T08:30:00",
    ),
    "year": _year,
    "yearmonth": _yearmonth,
    "duration": _duration,
    "object": _json("object", dict),
    "array": _json("array", list),
    "geojson": _json("object", dict),
    "list": _list,
    "geopoint": _geopoint,
    "any": _any,
}


# ----- constraints -----


def _bound(column: Field, bound: object) -> Value:
    """Return a bound of a descriptor as a value of the column: written as a cell would be, or as JSON has the type."""
    if isinstance(bound, bool):
        fits = column.type == "boolean"
    elif isinstance(bound, int | float):
        fits = column.type == "number" or (column.type in ("integer", "year") and float(bound).is_integer())
    else:
        fits = isinstance(bound, {"object": dict, "geojson": dict, "array": list, "list": list}.get(column.type, ()))
    if fits:
        return Decimal(repr(bound)) if column.type in ("integer", "number", "year") else bound
    if not isinstance(bound, str):
        raise UnsupportedType(f"the bound {bound!r} is not of type {column.type}")
    try:
        return _comparable(column, make_cast(column)(bound))
    except CastError as error:
        raise UnsupportedType(f"the bound {bound!r} is not of type {column.type}: {error}") from None


def _comparable(column: Field, value: Value) -> Value:
    if column.type == "duration":
        return _seconds(value)
    return Decimal(repr(value)) if isinstance(value, float) else value


def _seconds(text: str) -> Decimal:
    """Length of an ISO 8601 duration for ordering; a year counts 365.2425 days and a month a twelfth of it."""
    match = _DURATION.match(text)
    assert match
    days = Decimal("365.2425")
    factors = (days * 86400, days * 7200, Decimal(604800), Decimal(86400), Decimal(3600), Decimal(60), Decimal(1))
    total = sum((Decimal(part) * factor for part, factor in zip(match.groups()[1:], factors, strict=True) if part), Decimal(0))
    return -total if match[1] else total


def _compare(words: str, holds: Callable[[Value, Value], bool]) -> Callable[[Field, object], Check]:
    def maker(column: Field, bound: object) -> Check:
        limit = _bound(column, bound)

        def check(text: str, value: Value) -> str | None:
            try:
                fine = holds(_comparable(column, value), limit)
            except TypeError:  # a time with a zone against one without
                return f"expected {words} {bound}, and a time zone where that has one, none where it has none"
            except InvalidOperation:  # NaN
                fine = False
            return None if fine else f"expected {words} {bound}"

        return check

    return maker


def _length(words: str, holds: Callable[[int, int], bool]) -> Callable[[Field, object], Check]:
    def maker(column: Field, bound: object) -> Check:
        if not isinstance(bound, int) or isinstance(bound, bool):
            raise UnsupportedType(f"the length {bound!r} is not a whole number")

        def check(text: str, value: Value) -> str | None:
            size = len(value) if hasattr(value, "__len__") else len(text)
            return None if holds(size, bound) else f"expected {words} {bound} long, not {size}"

        return check

    return maker


class Guarded:
    """A rule that is applied in a process of its own: read ahead, it is asked once for all texts of a column.

    Raises
    ------
    UnsupportedType
        Where it cannot be applied, or takes too long on some text.
    """

    def __init__(self, name: str, ask: Callable[[list[str]], Sequence[str | None]]) -> None:
        self._name, self._ask = name, ask
        self._told: dict[str, str | None] = {}

    def __call__(self, text: str, value: Value) -> str | None:  # noqa: ARG002 - as every check
        """Say what the rule has against a text."""
        if text not in self._told:
            self.read_ahead([text])
        return self._told[text]

    def read_ahead(self, texts: Iterable[str]) -> None:
        """Ask about many texts at once."""
        asked = list(texts)
        try:
            self._told |= zip(asked, self._ask(asked), strict=True)
        except guarded.TooSlow:
            raise UnsupportedType(f"{self._name} takes too long on a cell; write it so that it reads one way only") from None
        except guarded.Refused as error:
            raise UnsupportedType(f"{self._name} cannot be applied: {error}") from None


def _check_pattern(column: Field, bound: object) -> Check:
    if not isinstance(bound, str):
        raise UnsupportedType(f"the pattern {bound!r} is not a text")
    pattern = _compile(bound)
    broken = f"expected the pattern {bound}"
    # The whole text: frictionless matches `A|B` against a beginning, and lets a trailing line break pass.
    if guarded.is_fast(bound):
        return lambda text, value: None if pattern.fullmatch(text) else broken

    def ask(texts: list[str]) -> list[str | None]:
        return [None if matched else broken for matched in guarded.match_all(bound, texts)]

    return Guarded(f"the pattern {bound!r}", ask)


def _check_json_schema(column: Field, bound: object) -> Check:
    if column.type not in ("object", "array"):
        raise UnsupportedType(f"jsonSchema is for objects and arrays, not for type {column.type}")
    if not isinstance(bound, Mapping):
        raise UnsupportedType(f"the jsonSchema {bound!r} is not an object")

    def ask(texts: list[str]) -> list[str | None]:
        return [told and f"expected what jsonSchema says: {told}" for told in guarded.check_all(bound, texts)]

    check = Guarded("the jsonSchema", ask)
    check.read_ahead(["{}" if column.type == "object" else "[]"])  # whether it can be applied at all
    return check


@lru_cache(maxsize=256)
def _compile(pattern: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():  # that a later Python may read it otherwise
            warnings.simplefilter("ignore")
            return re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UnsupportedType(f"the pattern {pattern!r} cannot be read: {error}") from None


def _check_choice(column: Field, bound: object) -> Check:
    if not isinstance(bound, list | tuple):
        raise UnsupportedType(f"the choices {bound!r} are not a list")
    allowed = [_bound(column, choice) for choice in bound]
    names = ", ".join(str(choice) for choice in bound[:20]) + (" …" if len(bound) > 20 else "")
    try:
        known: frozenset[Value] | list[Value] = frozenset(allowed)
    except TypeError:
        known = allowed

    def check(text: str, value: Value) -> str | None:
        return None if _comparable(column, value) in known else f"expected one of {names}"

    return check


_CONSTRAINTS: dict[str, Callable[[Field, Any], Check]] = {
    "minimum": _compare("at least", lambda value, limit: value >= limit),
    "maximum": _compare("at most", lambda value, limit: value <= limit),
    "exclusiveMinimum": _compare("more than", lambda value, limit: value > limit),
    "exclusiveMaximum": _compare("less than", lambda value, limit: value < limit),
    "minLength": _length("at least", lambda size, limit: size >= limit),
    "maxLength": _length("at most", lambda size, limit: size <= limit),
    "pattern": _check_pattern,
    "jsonSchema": _check_json_schema,
    "enum": _check_choice,
    "categories": _check_choice,
}
