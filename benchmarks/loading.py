"""Loading: import, installed size, a large table to a typed DataFrame, and the first DataFrame of a bundled table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from processes import ENVIRONMENT, PEERS, ROOT, Contender, compare
from tables import ROWS, write_package

IMPORTS = ("opendata", "pandas", "frictionless")

# What a distribution brings with it, once: the files of all that it requires, as pip recorded them.
INSTALLED = """
import re, sys, importlib.metadata as metadata
def gather(name, found):
    name = re.sub(r"[-_.]+", "-", name).lower()
    if name not in found:
        found[name] = metadata.distribution(name)
        for line in found[name].requires or ():
            match = re.match(r"([A-Za-z0-9._-]+)[^;]*(;.*)?", line)
            if "extra" not in (match[2] or ""):
                try:
                    gather(match[1], found)
                except metadata.PackageNotFoundError:  # for another Python or system
                    pass
    return found
found = {}
for name in sys.argv[1:]:
    gather(name, found)
files = {str(file.locate()): file for one in found.values() for file in one.files or ()}
print(sum(file.locate().stat().st_size for file in files.values() if file.suffix != ".pyc" and file.locate().is_file()))
"""

FRAME = "\nresult = [len(frame), round(float(frame['value'].sum()), 2), int(frame['count'].sum())]"
OURS = "frame = od.Catalog({folder!r}).load({name!r})['rows'].df"
ARROW = """
types = {{
    'id': pa.int64(), 'code': pa.string(), 'value': pa.float64(), 'count': pa.int64(),
    'kind': pa.dictionary(pa.int32(), pa.string()), 'day': pa.timestamp('s'), 'note': pa.string(), 'area': pa.string(),
}}
convert = pyarrow.csv.ConvertOptions(column_types=types, null_values=[''], strings_can_be_null=True)
frame = pyarrow.csv.read_csv({path!r}, convert_options=convert).to_pandas()
"""
PANDAS = """
kinds = {{
    'id': 'int64', 'code': 'str', 'value': 'float64', 'count': 'int64',
    'kind': pd.CategoricalDtype(['a', 'b', 'c']), 'note': 'str', 'area': 'str',
}}
frame = pd.read_csv({path!r}, dtype=kinds, parse_dates=['day'], keep_default_na=False, na_values=[''])
"""
FRICTIONLESS = "frame = frictionless.Package({descriptor!r}).get_resource('rows').to_pandas()"

FIRST = "import opendata as od\nresult = len(od.load({package!r})[{table!r}].df)"
FIRST_PANDAS = """
import pandas as pd
result = len(pd.read_csv({path!r}, dtype={dtypes!r}, parse_dates={dates!r}, keep_default_na=False, na_values=['']))
"""
BUNDLED = (("reference", "units"), ("goods-trade", "observations"), ("projects", "items"), ("places", "items"))


def measure(share: float) -> Iterator[str]:
    """Yield what importing, installing and loading take."""
    imports = [Contender(name, f"import {name}") for name in IMPORTS]
    yield from compare("import", *imports, Contender("owid-catalog", "import owid.catalog", python=PEERS))
    yield from measure_installed()
    for package, table in BUNDLED:
        peer = Contender("pandas, dtypes given", read_with_pandas(package, table))
        ours = Contender("opendata", FIRST.format(package=package, table=table))
        yield from compare(f"first DataFrame of {package}.{table} in a fresh process", ours, peer, fresh=True)
    with tempfile.TemporaryDirectory() as made:
        yield from measure_large(Path(made) / "large", int(ROWS * share))


def measure_large(folder: Path, rows: int) -> Iterator[str]:
    """Compare the reading of a table from its file, imports apart; frictionless once, for it takes most of a minute."""
    write_package(folder, rows)
    path, descriptor = str(folder / "rows.csv"), str(folder / "datapackage.json")
    ours, peers = OURS.format(folder=str(folder), name=folder.name), [text.format(path=path) for text in (ARROW, PANDAS)]
    yield from compare(
        f"{rows:,} rows x 8 columns to a typed DataFrame, imports apart",
        Contender("opendata", ours + FRAME, "import pandas, pyarrow.csv, opendata as od"),
        Contender("pyarrow.csv to pandas, types given", peers[0] + FRAME, "import pyarrow as pa, pyarrow.csv, pandas"),
        Contender("pandas' C reader, dtypes given", peers[1] + FRAME, "import pandas as pd"),
        Contender("frictionless", FRICTIONLESS.format(descriptor=descriptor) + FRAME, "import pandas, frictionless", turns=1),
    )


def measure_installed() -> Iterator[str]:
    """Yield what each brings onto the disk, with all that it requires, without compiled bytecode."""
    yield "installed size with everything required"
    bundled = (ROOT / "src", ROOT / "datapackages", ROOT / "site")
    own = sum(file.stat().st_size for folder in bundled for file in folder.rglob("*.*") if file.suffix != ".pyc")
    sizes = {
        "opendata-shandong": own + installed_bytes(sys.executable, "pandas"),
        "pandas": installed_bytes(sys.executable, "pandas"),
        "frictionless and pandas": installed_bytes(sys.executable, "frictionless", "pandas"),
    }
    if Path(PEERS).exists():
        sizes["owid-catalog"] = installed_bytes(PEERS, "owid-catalog")
    for name, size in sizes.items():
        yield f"  {name:<44}{size / 2**20:8.0f} MiB"


def installed_bytes(python: str, *names: str) -> int:
    """Ask an environment for the size of distributions and all that they require."""
    done = subprocess.run([python, "-c", INSTALLED, *names], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def read_with_pandas(package: str, table: str) -> str:
    """Write what somebody who knows the schema tells pandas, as constants: no descriptor is read."""
    folder = ROOT / "datapackages" / package
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    resource = next(resource for resource in descriptor["resources"] if resource["name"] == table)
    fields = resource["schema"]["fields"]
    kinds = {"integer": "Int64", "number": "float64", "boolean": "boolean"}
    dtypes = {
        field["name"]: "category" if "enum" in field.get("constraints", {}) else kinds.get(field["type"], "str")
        for field in fields
        if field["type"] != "date"
    }
    dates = [field["name"] for field in fields if field["type"] == "date"]
    return FIRST_PANDAS.format(path=str(folder / resource["path"]), dtypes=dtypes, dates=dates)
