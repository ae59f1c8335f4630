"""Resolve ``requirements/dev.txt``: all that the make targets use, with hashes and without addresses."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Write the file; the versions are the newest that fit ``pyproject.toml`` and Python 3.11."""
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", str(HERE.parent / "pyproject.toml")),
            *("--extra", "publish", "--group", f"{HERE.parent / 'pyproject.toml'}:dev"),
            *("--python-version", "3.11", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate"),
            *("--custom-compile-command", "make lock", "--quiet", "--output-file", str(HERE / "dev.txt")),
        ],
        check=True,
    )


if __name__ == "__main__":
    main()
