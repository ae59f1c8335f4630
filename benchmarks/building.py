"""Building the site."""

from __future__ import annotations

from collections.abc import Iterator

from processes import Contender, middle, race

BUILD = """
import tempfile
from opendata.publish import build
with tempfile.TemporaryDirectory() as folder:
    build("datapackages", out=folder + "/site")
"""


def measure(share: float) -> Iterator[str]:
    """Yield what the build of our own site takes, whatever the share."""
    (runs,) = race(Contender("opendata", BUILD, turns=3)).values()
    yield f"build of the site, both languages: {middle(runs, 'wall'):.1f} s, {middle(runs, 'peak'):.0f} MiB"
