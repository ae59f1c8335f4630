"""The public surface: what ``import opendata`` offers, and what it costs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import opendata as od

SOURCE = str(Path(od.__file__).parents[1])

PUBLIC = [
    "Catalog",
    "Finding",
    "OpenDataError",
    "PackageHandle",
    "Report",
    "TableHandle",
    "audit",
    "build",
    "catalog",
    "diff",
    "export",
    "load",
    "names",
    "prefetch",
    "progress",
    "release",
    "search",
    "series",
    "validate",
]


def run_fresh(code):
    """Run code in a fresh process of this interpreter; returns what it prints as JSON."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": SOURCE})
    return json.loads(done.stdout)


def test_the_public_names_are_these():
    """A name that comes or goes is a decision, not an accident; the list is sorted."""
    assert PUBLIC == od.__all__


def test_every_public_name_is_there():
    """Each can be fetched and has a docstring."""
    assert [] == [name for name in od.__all__ if not getattr(od, name).__doc__]


def test_dir_tells_names_and_packages():
    """What completion offers: the public names and the packages as attributes, nothing else."""
    packages = {name.replace("-", "_") for name in od.names()}
    assert sorted({*PUBLIC, *packages, "__version__"}) == dir(od)


def test_import_loads_no_third_party_module():
    """Only this library's first file is loaded: not pandas, and none of its own stages."""
    loaded = run_fresh(
        "import sys, json; before = set(sys.modules); import opendata;"
        "print(json.dumps(sorted(set(sys.modules) - before - set(sys.stdlib_module_names))))"
    )
    assert ["opendata"] == loaded


def test_records_load_no_third_party_module():
    """Names, metadata, records and searches need the standard library alone."""
    loaded = run_fresh(
        "import sys, json; before = set(sys.modules)\n"
        "import opendata as od; od.names(); p = od.load('goods-trade'); p.observations.rows(); repr(p)\n"
        "p.cite('bibtex'); od.search('外资')\n"
        "tops = {name.split('.')[0] for name in set(sys.modules) - before}\n"
        "print(json.dumps(sorted(tops - set(sys.stdlib_module_names))))"
    )
    assert ["opendata"] == loaded


def test_packages_are_attributes():
    """``od.goods_trade`` is ``od.load("goods-trade")``, the same handle each time."""
    assert od.load("goods-trade") is od.goods_trade


def test_a_wrong_attribute_tells_the_near_ones():
    """A slip in an attribute is an AttributeError, as tools expect, with the near names."""
    with pytest.raises(AttributeError, match="Did you mean goods-trade"):
        _ = od.goods_trad
    assert not hasattr(od, "__path_of_nothing__")


def test_a_module_is_not_taken_for_a_package():
    """A stage that is not imported yet is no attribute."""
    assert "module 'opendata' has no attribute 'frames'" == run_fresh(
        "import json, opendata\ntry: opendata.frames\nexcept AttributeError as error: print(json.dumps(str(error)))"
    )


def test_what_publishes_says_what_to_install():
    """``od.build`` needs more than the library alone; the message is a command."""
    assert "opendata.build needs jinja2, which is not installed. Run: pip install 'opendata-shandong[publish]'" == run_fresh(
        "import sys, json, opendata; sys.modules['jinja2'] = None\n"
        "try: opendata.build\nexcept opendata.OpenDataError as error: print(json.dumps(str(error)))"
    )
