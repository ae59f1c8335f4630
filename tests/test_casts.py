"""What a cell's text means by Table Schema, and what to write instead."""

import datetime as dt
import json
import math
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opendata.casts import (
    TYPES,
    CastError,
    Guarded,
    UnsupportedType,
    exact_number,
    identity,
    make_cast,
    make_check,
    make_constraint,
    suggest,
)
from opendata.model import Field

UTC = dt.UTC
NASTY = st.text(max_size=12) | st.text('0123456789０１２+-.eE_, %万亿年月日/:TZPYMDWHS[]{}"\n', max_size=12)


def field(kind, form="default", *, constraints=None, categories=None, missing=("",), **properties):
    """Make a column."""
    return Field(
        "x", kind, form, constraints=constraints or {}, categories=categories, missing_values=missing, properties=properties
    )


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (field("string"), " a ", " a "),
        (field("any"), "", ""),
        (field("string", "email"), "a@b.cn", "a@b.cn"),
        (field("string", "uri"), "https://a.cn/b", "https://a.cn/b"),
        (field("string", "uuid"), "123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        (field("string", "binary"), "5LiA5Q==", "5LiA5Q=="),
        (field("integer"), "+007", 7),
        (field("integer"), "-1", -1),
        (field("integer", groupChar=","), "1,234", 1234),
        (field("integer", decimalChar=","), "12", 12),
        (field("integer", groupChar=None), "12", 12),
        (field("integer"), "9" * 4300, 10**4300 - 1),
        (field("number"), "123456789012345", 123456789012345.0),
        (field("number"), "1E400", Decimal("1e400")),
        (field("integer", bareNumber=False), "第12期", 12),
        (field("number"), "1.50", 1.5),
        (field("number"), ".5", 0.5),
        (field("number"), "5.", 5.0),
        (field("number"), "-1e3", -1000.0),
        (field("number"), "INF", math.inf),
        (field("number"), "-INF", -math.inf),
        (field("number"), "1e400", Decimal("1e400")),
        (field("number"), "0.1234567890123456789", Decimal("0.1234567890123456789")),
        (field("number", groupChar=".", decimalChar=","), "1.234,5", 1234.5),
        (field("number", bareNumber=False), "€ -9.5 %", -9.5),
        (field("boolean"), "TRUE", True),
        (field("boolean"), "0", False),
        (field("boolean", trueValues=["是"], falseValues=["否"]), "否", False),
        (field("boolean", trueValues=[]), "1", True),
        (field("boolean", trueValues=["是"]), "是", True),
        (field("boolean", falseValues="no"), "0", False),
        (field("boolean", trueValues="yes"), "true", True),
        (field("date"), "2024-02-29", dt.date(2024, 2, 29)),
        (field("date", "any"), "2024-02-29", dt.date(2024, 2, 29)),
        (field("date", "%d/%m/%Y"), "5/1/2024", dt.date(2024, 1, 5)),
        (field("date", "%Y年%m月%d日"), "2024年1月5日", dt.date(2024, 1, 5)),
        (field("time"), "08:30:00", dt.time(8, 30)),
        (field("time"), "08:30:00.5Z", dt.time(8, 30, 0, 500000, UTC)),
        (field("time", "%H.%M"), "08.30", dt.time(8, 30)),
        (field("datetime"), "2024-01-05T08:30:00+08:00", dt.datetime(2024, 1, 5, 0, 30, tzinfo=UTC)),
        (field("datetime", "%Y-%m-%d %H:%M %z"), "2024-01-05 08:30 +08:00", dt.datetime(2024, 1, 5, 0, 30, tzinfo=UTC)),
        (field("year"), "2024", 2024),
        (field("year"), "-0044", -44),
        (field("year"), "12024", 12024),
        (field("yearmonth"), "2024-06", "2024-06"),
        (field("duration"), "-P1Y2M3DT4H5M6.5S", "-P1Y2M3DT4H5M6.5S"),
        (field("duration"), "PT5M", "PT5M"),
        (field("object"), '{"a": 1}', {"a": 1}),
        (field("array"), "[1]", [1]),
        (field("geojson"), '{"type": "Point"}', {"type": "Point"}),
        (field("list"), "a,b", ["a", "b"]),
        (field("list", delimiter=";", itemType="integer"), "1;2", [1, 2]),
        (field("geopoint"), "120.38, 36.07", (120.38, 36.07)),
        (field("geopoint"), "-180,-90", (-180.0, -90.0)),
        (field("geopoint"), "180,90", (180.0, 90.0)),
        (field("geopoint", "array"), "[120.38, 36.07]", (120.38, 36.07)),
        (field("geopoint", "object"), '{"lon": 120.38, "lat": 36.07}', (120.38, 36.07)),
    ],
)
def test_cast(column, text, value):
    """A text of the type becomes the value, of the very type."""
    found = make_cast(column)(text)
    assert (type(value), value) == (type(found), found)


def test_no_number_is_read():
    """``NaN`` is a number's text by the standard."""
    assert math.isnan(make_cast(field("number"))("NaN"))


def test_every_type_of_the_standard_is_read():
    """Each of those listed, and no other."""
    assert [None] * len(TYPES) == [make_cast(field(kind)) and None for kind in TYPES]


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        (field("string", "email"), "a@b", "expected an address such as name@example.org"),
        (field("string", "email"), "a@" + "." * 400_000 + " ", "expected an address such as name@example.org"),
        (field("string", "uri"), "example.org", "expected an address with its scheme, such as https://example.org"),
        (field("string", "uuid"), "123e4567", "expected a UUID such as 123e4567-e89b-12d3-a456-426614174000"),
        (field("string", "binary"), "abc", "expected bytes in Base64"),
        (field("integer"), "1.0", "expected a whole number in ASCII digits, such as 1234"),
        (field("integer"), "１２", "expected a whole number in ASCII digits, such as 1234"),
        (field("integer"), "1\n", "expected a whole number in ASCII digits, such as 1234"),
        (field("integer"), "9" * 4301, "expected a whole number of at most 4,300 digits"),
        (field("number"), "1,5", "expected a number in ASCII digits, such as 1234.5"),
        (field("number"), "inf", "expected a number in ASCII digits, such as 1234.5"),
        (field("number"), "1_0", "expected a number in ASCII digits, such as 1234.5"),
        (field("number"), "1e" + "9" * 30, "expected a number with an exponent of at most eighteen digits"),
        (field("number", decimalChar=","), "1.5", "expected ',' before the decimals"),
        (field("boolean"), "yes", "expected one of true, True, TRUE, 1, false, False, FALSE, 0"),
        (field("date"), "2024-1-5", "expected a date such as 2025-06-30"),
        (field("date"), "2024-02-30", "expected a date such as 2025-06-30: day is out of range for month"),
        (field("date", "%d/%m/%Y"), "30.06.2025", "expected a date in the form %d/%m/%Y, such as 30/06/2025"),
        (field("date", "%d/%m/%Y"), "30/06/２025", "expected a date in ASCII digits, such as 30/06/2025"),
        (field("time"), "8:30", "expected a time such as 08:30:00"),
        (field("time", "%H.%M"), "8:30", "expected a time in the form %H.%M, such as 08.30"),
        (field("datetime"), "2024-01-05 08:30:00", "expected a datetime such as 2025-06-30T08:30:00"),
        (field("year"), "24", "expected a year of four digits, such as 2025"),
        (field("year"), "9" * 5000, "expected a year of four digits, such as 2025"),
        (field("yearmonth"), "2024-13", "expected a year and month such as 2025-06"),
        (field("duration"), "P", "expected an ISO 8601 duration such as P1Y2M"),
        (field("duration"), "P1.2.3D", "expected an ISO 8601 duration such as P1Y2M"),
        (field("object"), "[]", "expected a JSON object"),
        (field("geojson"), "[]", "expected a JSON object"),
        (field("geopoint"), "180.1,0", "expected a longitude from -180 to 180 and a latitude from -90 to 90"),
        (field("geopoint"), "-180.1,0", "expected a longitude from -180 to 180 and a latitude from -90 to 90"),
        (field("geopoint"), "0,90.1", "expected a longitude from -180 to 180 and a latitude from -90 to 90"),
        (field("geopoint"), "0,-90.1", "expected a longitude from -180 to 180 and a latitude from -90 to 90"),
        (field("array"), "[" * 100_000, "expected a JSON array"),
        (field("list", itemType="integer"), "1,x", "expected a whole number in ASCII digits, such as 1234"),
        (field("geopoint"), "120.38", "expected a longitude and a latitude, such as 120.38,36.07"),
        (field("geopoint"), "NaN,1_0", "expected a longitude and a latitude, such as 120.38,36.07"),
        (field("geopoint"), "36.07,120.38", "expected a longitude from -180 to 180 and a latitude from -90 to 90"),
    ],
)
def test_cast_refuses(column, text, message):
    """Anything else is an error that says what is expected, in bounded time."""
    with pytest.raises(CastError) as caught:
        make_cast(column)(text)
    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("constraints", "kind", "good", "bad", "message"),
    [
        ({"minimum": 1}, "integer", "1", "0", "expected at least 1"),
        ({"maximum": "2.5"}, "number", "2.50", "2.6", "expected at most 2.5"),
        ({"exclusiveMinimum": 1}, "number", "1.1", "1", "expected more than 1"),
        ({"exclusiveMaximum": 2.0}, "integer", "1", "2", "expected less than 2.0"),
        ({"minimum": 0}, "number", "0", "NaN", "expected at least 0"),
        ({"minimum": "2024-01-05"}, "date", "2024-01-05", "2024-01-04", "expected at least 2024-01-05"),
        ({"maximum": "P1Y"}, "duration", "P12M", "P366D", "expected at most P1Y"),
        ({"minimum": "P1Y"}, "duration", "PT31556952S", "PT31556951.9S", "expected at least P1Y"),
        ({"maximum": "P1M"}, "duration", "PT2629746S", "PT2629746.1S", "expected at most P1M"),
        ({"enum": ["P1W"]}, "duration", "P7D", "P8D", "expected one of P1W"),
        ({"enum": ["P1D"]}, "duration", "PT86400S", "PT86401S", "expected one of P1D"),
        ({"enum": ["PT1H"]}, "duration", "PT60M", "PT61M", "expected one of PT1H"),
        ({"enum": ["PT1M"]}, "duration", "PT60S", "PT61S", "expected one of PT1M"),
        ({"minimum": "-PT1S"}, "duration", "-PT1S", "-PT2S", "expected at least -PT1S"),
        ({"minimum": 2024}, "year", "2024", "2023", "expected at least 2024"),
        ({"enum": [["a"], ["b", "c"]]}, "list", "b,c", "b", "expected one of ['a'], ['b', 'c']"),
        ({"enum": [{"type": "Point"}]}, "geojson", '{"type":"Point"}', "{}", "expected one of {'type': 'Point'}"),
        ({"enum": [{"a": 1}]}, "object", '{"a":1}', "{}", "expected one of {'a': 1}"),
        ({"pattern": "(a+)+b"}, "string", "aab", "aa", "expected the pattern (a+)+b"),
        ({"required": True, "unique": True, "maximum": 3}, "integer", "3", "4", "expected at most 3"),
        (
            {"minimum": "2024-01-05T00:00:00Z"},
            "datetime",
            "2024-01-05T08:00:00+08:00",
            "2024-01-05T08:00:00",
            "expected at least 2024-01-05T00:00:00Z, and a time zone where that has one, none where it has none",
        ),
        ({"minLength": 2}, "string", "一二", "一", "expected at least 2 long, not 1"),
        ({"maxLength": 1}, "array", "[10]", "[1, 2]", "expected at most 1 long, not 2"),
        ({"pattern": "A|B"}, "string", "B", "Axxx", "expected the pattern A|B"),
        ({"pattern": "A|B"}, "string", "A", "A\n", "expected the pattern A|B"),
        ({"enum": [1, "02"]}, "integer", "2", "3", "expected one of 1, 02"),
        ({"enum": [0.1]}, "number", "0.10", "0.11", "expected one of 0.1"),
        ({"enum": [True]}, "boolean", "1", "0", "expected one of True"),
        ({"enum": [[1], [2]]}, "array", "[2]", "[3]", "expected one of [1], [2]"),
    ],
)
def test_constraint(constraints, kind, good, bad, message):
    """Constraints compare values, not texts, and say the bound."""
    column = field(kind, constraints=constraints)
    cast, check = make_cast(column), make_check(column)
    assert [None, message] == [check(text, cast(text)) for text in (good, bad)]


def test_categories_are_checked_like_an_enumeration():
    """The standard declares them; frictionless does not enforce them."""
    check = make_check(field("string", categories=("a", "b")))
    assert [None, "expected one of a, b"] == [check(text, text) for text in ("a", "c")]


@pytest.mark.parametrize(
    ("kind", "schema", "good", "bad"),
    [
        ("object", {"required": ["a"]}, '{"a": 1}', '{"b": 1}'),
        ("array", {"maxItems": 1}, "[1]", "[1, 2]"),
    ],
)
def test_a_json_schema_is_enforced(kind, schema, good, bad):
    """On objects and arrays, with what the schema has against the cell."""
    check = make_check(field(kind, constraints={"jsonSchema": schema}))
    assert check(good, json.loads(good)) is None
    assert check(bad, json.loads(bad)).startswith("expected what jsonSchema says: ")


def test_a_json_schema_that_is_none_is_refused_at_once():
    """Before any cell is read."""
    with pytest.raises(UnsupportedType, match=r"^the jsonSchema cannot be applied: "):
        make_check(field("object", constraints={"jsonSchema": {"type": "nothing"}}))


def test_a_rule_in_its_own_process_is_asked_once_for_many_texts():
    """What was read ahead is not asked again; a text that was not is asked alone."""
    asked = []

    def ask(texts):
        asked.append(texts)
        return [None if text == "a" else "no" for text in texts]

    rule = Guarded("the rule", ask)
    rule.read_ahead(text for text in "ab")
    assert [None, "no", "no", "no"] == [rule(text, text) for text in "abcc"]
    assert [["a", "b"], ["c"]] == asked


def test_the_first_broken_constraint_is_told():
    """One finding for a cell, in declared order."""
    check = make_check(field("integer", constraints={"maximum": 3, "enum": [1, 4]}))
    assert ["expected at most 3", "expected one of 1, 4", None] == [check(str(number), number) for number in (5, 2, 1)]


@pytest.mark.parametrize(("count", "end"), [(20, "18, 19"), (21, "18, 19 …")])
def test_a_long_enumeration_is_told_by_its_beginning(count, end):
    """Twenty are named, and that there are more."""
    told = make_check(field("integer", constraints={"enum": list(range(count))}))("99", 99)
    assert f"expected one of {', '.join(map(str, range(18)))}, {end}" == told


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (field("text"), f"type 'text' is not one of Table Schema's: {', '.join(TYPES)}"),
        (field("string", "phone"), "format 'phone' of a string is not one of: default, email, uri, uuid, binary"),
        (field("date", "%Q"), "format '%Q' of a date is not one of: default, any, or a pattern such as %Y-%m-%d"),
        (field("date", "dd/mm"), "format 'dd/mm' of a date is not one of: default, any, or a pattern such as %Y-%m-%d"),
        (field("integer", constraints={"minimum": 1.5}), "the bound 1.5 is not of type integer"),
        (field("integer", constraints={"minimum": math.inf}), "the bound inf is not of type integer"),
        (field("integer", constraints={"minimum": True}), "the bound True is not of type integer"),
        (field("string", constraints={"enum": [1]}), "the bound 1 is not of type string"),
        (
            field("year", constraints={"minimum": "x"}),
            "the bound 'x' is not of type year: expected a year of four digits, such as 2025",
        ),
        (field("string", constraints={"enum": "a"}), "the choices 'a' are not a list"),
        (field("string", constraints={"minLength": "2"}), "the length '2' is not a whole number"),
        (field("string", constraints={"minLength": True}), "the length True is not a whole number"),
        (field("string", constraints={"pattern": 1}), "the pattern 1 is not a text"),
        (field("string", constraints={"jsonSchema": {}}), "jsonSchema is for objects and arrays, not for type string"),
        (field("object", constraints={"jsonSchema": []}), "the jsonSchema [] is not an object"),
        (
            field("string", constraints={"pattern": "("}),
            "the pattern '(' cannot be read: missing ), unterminated subpattern at position 0",
        ),
    ],
)
def test_what_cannot_be_enforced_is_said(column, message):
    """A rule that is not understood is never passed over."""
    with pytest.raises(UnsupportedType) as caught:
        (make_cast(column), make_check(column))
    assert message == str(caught.value)


def test_unknown_constraints_are_named():
    """With what there is instead."""
    with pytest.raises(UnsupportedType, match=r"^the constraint 'minimal' is not one of: required, unique, minimum, "):
        make_constraint(field("integer"), "minimal", 1)


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("integer", "1", "+01", True),
        ("number", "1.0", "1.00", True),
        ("number", "0.10000000000000000001", "0.1", False),
        ("string", "1", "01", False),
        ("duration", "P1D", "PT24H", True),
        ("datetime", "2024-01-05T08:00:00+08:00", "2024-01-05T00:00:00Z", True),
        ("object", '{"a":1,"b":2}', '{"b": 2, "a": 1}', True),
        ("object", '{"a":1}', '{"a": 2}', False),
        ("array", "[1, 2]", "[2, 1]", False),
    ],
)
def test_keys_are_values(kind, one, other, same):
    """Two texts of one value are one key."""
    column = field(kind)
    cast = make_cast(column)
    keys = {identity(column, cast(text)) for text in (one, other)}
    assert (1 if same else 2) == len(keys)


@pytest.mark.parametrize(
    ("column", "text", "better"),
    [
        (field("integer"), "１２", "12"),
        (field("integer"), " 12 ", "12"),
        (field("integer"), "1,234", "1234"),
        (field("integer"), "1.2万", "12000"),
        (field("integer"), "1_234", "1234"),
        (field("integer"), "1 234", "1234"),
        (field("integer"), "\ufeff12\u200b", "12"),
        (field("number"), "9" * 199 + ",", "9" * 199),
        (field("number"), "9" * 200 + ",", None),
        (field("number"), "12元", None),
        (field("number"), "3.5亿", "350000000"),
        (field("number"), "95%", "95"),
        (field("integer"), "多", None),
        (field("integer", constraints={"maximum": 10}), "1,234", None),
        (field("number"), "—", ""),
        (field("number", missing=("..",)), "N/A", ".."),
        (field("number", missing=()), "N/A", None),
        (field("number", constraints={"required": True}), "-", None),
        (field("date"), "2024/1/5", "2024-01-05"),
        (field("date"), "2024年1月5日", "2024-01-05"),
        (field("date"), "20240105", "2024-01-05"),
        (field("date"), "5.1.2024", "2024-01-05"),
        (field("date"), "5/1/2024", None),
        (field("date"), "2024-02-30", None),
        (field("yearmonth"), "2024年6月", "2024-06"),
        (field("year"), "２０２４年", "2024"),
        (field("boolean"), "是", "true"),
        (field("boolean"), "F", "false"),
        (field("object", constraints={"jsonSchema": {}}), " {}", None),
        (field("string", constraints={"pattern": "(a+)+b"}), " ab", None),
        *((field("boolean"), text, "true") for text in ("yes", "Y", "tRUE", "t", "有")),
        *((field("boolean"), text, "false") for text in ("no", "n", "fALSE", "否")),
        *((field("number"), gap, "") for gap in ("-", "–", "——", "--", "N/A", "NA", "n/a", "#N/A", "NULL", "null")),
        *((field("number"), gap, "") for gap in ("None", "nan", "无", "…", "...", "/")),
        (field("boolean", falseValues=["nein"]), "No", "nein"),
        (field("string", constraints={"enum": ["City"]}), " city", "City"),
        (field("string", constraints={"pattern": "[A-Z]+"}), "ＡＢ", "AB"),
        (field("integer"), "1" * 1_000_000 + "x", None),
        (field("text"), "1", None),
    ],
)
def test_suggest(column, text, better):
    """A remedy is given where what was meant is clear, and only if it would pass."""
    assert better == suggest(text, column)


@given(st.sampled_from(TYPES), NASTY)
@example("geopoint", '{"lon": 1}')
@example("list", "")
def test_any_text_is_a_value_or_an_error(kind, text):
    """No text of any type ends in another exception; what is cast can be a key and be checked."""
    column = field(kind)
    try:
        value = make_cast(column)(text)
    except CastError as error:
        found = str(error)
    else:
        found = f"expected {hash(identity(column, value)):d}"
    assert found.startswith("expected ")


@given(st.sampled_from(TYPES), NASTY)
def test_a_suggestion_is_always_valid(kind, text):
    """What is told to be written would pass, or is the missing value."""
    column = field(kind)
    better = suggest(text, column)
    if better:
        make_cast(column)(better)
    else:
        assert better in (None, "")


@given(st.integers())
def test_integers_round_trip(number):
    """A whole number of any size comes back."""
    assert number == make_cast(field("integer"))(str(number))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_digit_is_lost(number):
    """A number is a float where that prints the same number, else exact."""
    found = exact_number(str(number))
    assert number == (Decimal(repr(found)) if isinstance(found, float) else found)


@given(st.dates(), st.datetimes(timezones=st.none() | st.just(UTC)))
def test_moments_round_trip(day, moment):
    """ISO 8601 in, the same moment out."""
    assert day == make_cast(field("date"))(day.isoformat())
    assert moment == make_cast(field("datetime"))(moment.isoformat())


@given(st.times(timezones=st.none() | st.just(UTC)), st.integers(1000, 9999), st.integers(1, 12))
def test_times_and_months_round_trip(time, year, month):
    """As Python prints them."""
    assert time == make_cast(field("time"))(time.isoformat())
    assert year == make_cast(field("year"))(str(year))
    assert f"{year}-{month:02}" == make_cast(field("yearmonth"))(f"{year}-{month:02}")


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("’", ".")]),
)
def test_grouped_numbers_round_trip(number, chars):
    """Whatever stands between the thousands and before the decimals, no digit is lost."""
    group, decimal = chars
    text = f"{number:,f}".translate({ord(","): group, ord("."): decimal})
    found = make_cast(field("number", groupChar=group, decimalChar=decimal))(text)
    assert number == (Decimal(repr(found)) if isinstance(found, float) else found)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_json_round_trips(value):
    """Objects and arrays come back, with any text in them; what is neither is refused."""
    kind = "object" if isinstance(value, dict) else "array"
    if isinstance(value, dict | list):
        assert value == make_cast(field(kind))(json.dumps(value))
    else:
        with pytest.raises(CastError):
            make_cast(field(kind))(json.dumps(value))


@settings(deadline=None)  # a pattern may start a process
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5), st.sampled_from(TYPES))
def test_any_bound_is_a_check_or_an_error(bound, kind):
    """Whatever stands in a constraint, making it gives a check or ``UnsupportedType``."""
    for name in ("minimum", "exclusiveMaximum", "minLength", "pattern", "enum", json.dumps(bound)):
        try:
            check = make_constraint(field(kind), name, bound)
        except UnsupportedType as error:
            told = str(error)
        else:
            told = check("1", 1) if name == "pattern" else "fine"
        assert isinstance(told, str | None)
