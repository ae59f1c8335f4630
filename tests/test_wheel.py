"""The built wheel: it carries the data, the site's inputs and the types, and works where the repository is not."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built by the project's own build backend without network."""
    folder = tmp_path_factory.mktemp("dist")
    code = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def members(wheel):
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def find_inputs(folder, inside):
    """The files of a folder of the repository as the wheel should have them."""
    files = (file for file in (ROOT / folder).rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {f"{inside}/{file.relative_to(ROOT / folder).as_posix()}" for file in files}


def test_the_wheel_has_the_data(members):
    """Every file of every package: one source of truth."""
    assert set() == find_inputs("datapackages", "opendata/_datapackages") - members


def test_the_wheel_has_the_inputs_of_the_site(members):
    """Templates, styles, scripts and pages, and the configuration of MkDocs."""
    assert set() == (find_inputs("site", "opendata/_site") | {"opendata/_site/mkdocs.yml"}) - members


def test_the_wheel_has_the_types(members):
    """The marker that makes type checkers look, and the stubs."""
    assert {"opendata/py.typed", "opendata/_packages.pyi"} <= members


def test_the_wheel_has_nothing_else(members):
    """No tests, no caches, no files of an editor."""
    odd = {name for name in members if not name.startswith("opendata") or "__pycache__" in name or "/." in name}
    assert set() == odd


def install(wheel, folder, base, shared):
    """Make a fresh environment of an interpreter with the wheel, and the libraries of another folder; no network is needed."""
    subprocess.run([str(base), "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    interpreter = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = find_libraries(interpreter, folder)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)  # a wheel of pure Python is installed by unpacking it
    (packages / "shared.pth").write_text(str(shared), "utf-8")
    return interpreter


def find_libraries(interpreter, folder):
    """The folder that an interpreter's libraries are installed into."""
    return Path(
        json.loads(run(interpreter, "import json, sysconfig; print(json.dumps(sysconfig.get_path('purelib')))", folder))
    )


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The interpreter of a fresh environment with the wheel, and pandas from this one."""
    return install(wheel, tmp_path_factory.mktemp("fresh"), sys.executable, Path(pd.__file__).parents[1])


def run(interpreter, code, folder):
    """Run code outside the repository, without this process's paths."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([str(interpreter), "-c", code], cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_works_outside_the_repository(python, tmp_path):
    """The data come from within the wheel, as records and as a DataFrame with its dtypes."""
    code = """
import json, opendata as od
from opendata.handles import bundled_folder
table = od.load("goods-trade").observations
frame = table.df
places = [od.__file__, str(bundled_folder())]
print(json.dumps([*places, len(od.names()), len(table.rows()), len(frame), str(frame["value"].dtype)]))
"""
    home, data, names, rows, length, dtype = json.loads(run(python, code, tmp_path))
    inside = str(python.parents[1])
    assert (True, True) == (home.startswith(inside), data.startswith(inside))
    assert (rows, "float64") == (length, dtype)
    assert names == len(list((ROOT / "datapackages").glob("*/datapackage.json")))


def test_the_site_finds_its_inputs(python, tmp_path):
    """Templates and configuration come from within the wheel, too."""
    code = """
import json
from opendata.publish import find_inputs
inputs = find_inputs()
print(json.dumps([str(inputs.folder), str(inputs.config), inputs.config.is_file()]))
"""
    folder, config, there = json.loads(run(python, code, tmp_path))
    inside = str(python.parents[1].resolve())
    assert (True, True, True) == (folder.startswith(inside), config.startswith(inside), there)


@pytest.mark.parametrize("version", ["newest", "3.11", "3.12", "3.13"])
def test_it_loads_alike_with_the_oldest_and_the_newest_pandas(request, wheel, tmp_path, version):
    """All tests of the readers, run against the wheel: with this pandas, and with the oldest under each Python there is."""
    if version == "newest":
        interpreter = request.getfixturevalue("python")
    else:
        base = ROOT / ".venv" / f"oldest-{version}" / "bin" / "python"
        if not base.exists():
            pytest.skip(
                f"no environment with the oldest pandas for Python {version}: make test makes it where python{version} is"
            )
        interpreter = install(wheel, tmp_path, base, find_libraries(base, tmp_path))
        told = run(interpreter, "import sys, pandas; print(*sys.version_info[:2], pandas.__version__)", tmp_path).split()
        assert version == ".".join(told[:2])
        assert told[2] in (ROOT / "requirements" / "oldest.in").read_text("utf-8")
    place = run(interpreter, "import opendata; print(opendata.__file__)", tmp_path)
    assert place.startswith(str(interpreter.parents[1]))
    (tmp_path / "test_frames.py").write_bytes((ROOT / "tests" / "test_frames.py").read_bytes())
    code = "import sys, pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-W', 'error', 'test_frames.py']))"
    assert " passed" in run(interpreter, code, tmp_path)
