"""Two versions of data packages into keyed changes, and these into text, JSON and Markdown."""

from opendata.differences.packages import compare_packages, diff
from opendata.differences.telling import SHOWN, Difference
from opendata.differences.values import (
    KINDS,
    CellChange,
    PackageDifference,
    Renaming,
    RowChange,
    SchemaChange,
    TableDifference,
    label_key,
    visible,
)
from opendata.differences.versions import open_version

__all__ = [
    "KINDS",
    "SHOWN",
    "CellChange",
    "Difference",
    "PackageDifference",
    "Renaming",
    "RowChange",
    "SchemaChange",
    "TableDifference",
    "compare_packages",
    "diff",
    "label_key",
    "open_version",
    "visible",
]
