"""Resolve what the make targets install, with hashes and without addresses.

``dev.txt`` is what the project uses, ``bench.txt`` the peers, ``oldest.txt`` the oldest versions that are supported.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parent / "pyproject.toml"


def main() -> None:
    """Write the files; the versions are the newest that fit what is asked for and Python 3.11."""
    compile_file("dev.txt", str(PROJECT), "--extra", "publish", "--group", f"{PROJECT}:dev")
    for name in ("bench", "oldest"):
        compile_file(f"{name}.txt", str(HERE / f"{name}.in"))


def compile_file(name: str, *sources: str) -> None:
    """Write one file of pinned requirements."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", *sources),
            *("--python-version", "3.11", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate"),
            *("--custom-compile-command", "make lock", "--quiet", "--output-file", str(HERE / name)),
        ],
        check=True,
    )


if __name__ == "__main__":
    main()
