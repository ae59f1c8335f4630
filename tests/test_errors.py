"""Exceptions: one base class, near names, texts that say what to do, and a way through a worker process."""

import inspect
import pickle

import pytest

from opendata import errors
from opendata.errors import MissingLibrary, OpenDataError, UnreadablePackage, WrongName, nearest


def kinds():
    return [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]


def test_every_exception_has_the_one_base():
    """A caller catches everything of this library with ``OpenDataError``."""
    assert [] == [kind for kind in kinds() if not issubclass(kind, OpenDataError)]


def test_the_tree_in_the_docstring_is_complete():
    """The module's docstring shows every exception."""
    assert [] == [kind.__name__ for kind in kinds() if kind.__name__ not in errors.__doc__]


@pytest.mark.parametrize(
    ("name", "existing", "expected"),
    [
        ("Goods_Trade", ["goods-trade", "services-trade"], ("goods-trade",)),
        ("good-trade", ["economy", "goods-trade"], ("goods-trade",)),
        ("trade", ["goods-trade", "economy"], ("goods-trade",)),
        ("area", ["area_id", "value"], ("area_id",)),
        ("外资", {"foreign-investment": ["利用外资"], "economy": ["经济总量"]}, ("foreign-investment",)),
        ("Utilised FDI", {"fdi": ["Utilised FDI (USD)"], "gdp": ["GDP"]}, ("fdi",)),
        ("xyzzy", ["goods-trade"], ()),
        ("", ["goods-trade"], ()),
        ("a", ["area_id"], ()),
    ],
)
def test_near_names(name, existing, expected):
    """Slips of typing, parts and titles are found; case, hyphens and underscores do not matter."""
    assert expected == nearest(name, existing)


def test_a_slip_comes_before_a_part():
    """What is nearly the whole name stands before what only holds it."""
    assert ("trade", "goods-trade") == nearest("trade", ["goods-trade", "trade"])


def test_a_wrong_name_says_the_near_ones():
    """With near names the text asks for them; without, it lists what there is."""
    near = WrongName("package", "goods-trad", ["goods-trade", "economy"])
    far = WrongName("package", "xyzzy", ["goods-trade", "economy"])
    none = WrongName("table", "xyzzy", [])
    assert [
        "No package is named 'goods-trad'. Did you mean goods-trade?",
        "No package is named 'xyzzy'. There are: economy, goods-trade.",
        "No table is named 'xyzzy'. There are none.",
    ] == [str(near), str(far), str(none)]


def test_a_wrong_name_is_a_lookup_error():
    """Code that catches LookupError keeps working."""
    assert issubclass(WrongName, LookupError)


@pytest.mark.parametrize(
    "error",
    [
        WrongName("package", "goods-trad", ["goods-trade"]),
        UnreadablePackage("a/b.csv", "The row is short.", "Mend it.", line=3, rule="ragged-row"),
        MissingLibrary("polars", "A polars DataFrame", "polars pyarrow"),
        OpenDataError("plain"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exceptions_travel_between_processes(error):
    """Text and fields survive pickling, as a pool of workers needs."""
    again = pickle.loads(pickle.dumps(error))
    assert (type(error), str(error), vars(error)) == (type(again), str(again), vars(again))


def test_a_missing_library_says_the_command():
    """The text can be pasted into a shell."""
    assert "A polars DataFrame needs polars, which is not installed. Run: pip install polars pyarrow" == str(
        MissingLibrary("polars", "A polars DataFrame", "polars pyarrow")
    )
