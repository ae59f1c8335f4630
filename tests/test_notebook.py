"""The notebooks that the site offers: stored without outputs, and run as a researcher would, in a kernel of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import opendata

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "site" / "pages").glob("*/python/*.ipynb"))

# A kernel has no test around it: it is told first that there is no network but to itself.
OFFLINE = """\
import socket as _socket
def _refuse(*args, **kwargs):
    raise AssertionError("the network was used")
_socket.getaddrinfo = _refuse
"""

# In a process of its own, for the sockets that a client of a kernel leaves open.
RUN = """\
import sys
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], 4)
notebook.cells.insert(0, nbformat.v4.new_code_cell(sys.argv[3]))
NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
del notebook.cells[0]
nbformat.write(notebook, sys.argv[2])
"""


def name_language(file):
    """The language of a notebook."""
    return file.parents[1].name


def run_notebook(file, folder):
    """Run a notebook in a folder with the kernel of this environment, and return its cells with what they show."""
    places = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_CONFIG_DIR": "config",
    }
    environment = os.environ | {"PYTHONPATH": str(Path(opendata.__file__).parents[1])}
    environment |= {name: str(folder / place) for name, place in places.items()}
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(file), str(folder / "done.ipynb"), OFFLINE],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return nbformat.read(folder / "done.ipynb", 4).cells


def told(cells):
    """Everything that the cells of a notebook show as text."""
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return "\n".join(output.get("text") or output["data"]["text/plain"] for output in outputs)


def test_there_is_one_in_each_language():
    """Both are offered on the page of their language."""
    assert ["en", "zh"] == [name_language(file) for file in NOTEBOOKS]
    for file in NOTEBOOKS:
        page = (file.parents[1] / "python.md").read_text("utf-8")
        assert f"({file.name})" in page


@pytest.mark.parametrize("file", NOTEBOOKS, ids=name_language)
def test_a_notebook_is_stored_without_outputs_and_in_one_form(file):
    """About twenty lines of code; outputs, counts and machines' names would change with every run."""
    text = file.read_text("utf-8")
    notebook = nbformat.reads(text, 4)
    nbformat.validate(notebook)
    assert text == json.dumps(json.loads(text), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all((cell.outputs, cell.execution_count) == ([], None) for cell in code)
    assert 15 <= sum(bool(line.strip()) for cell in code for line in cell.source.splitlines()) <= 35


@pytest.mark.slow
@pytest.mark.parametrize("file", NOTEBOOKS, ids=name_language)
def test_a_notebook_runs_without_a_network(file, tmp_path):
    """From the first cell to the last, with the figures that the documents print."""
    shown = told(run_notebook(file, tmp_path))
    expected = {
        "en": [
            "goods-trade.observations",
            "Qingdao",
            "Shandong",
            "6407.0",
            "30000.0",
            "at-risk",
            "growth of 14.1",
            "[Data set]",
        ],
        "zh": ["goods-trade.observations", "青岛市", "山东省", "6407.0", "30000.0", "at-risk", "14.1%", "[DS]"],
    }[name_language(file)]
    assert [] == [text for text in expected if text not in shown], shown
