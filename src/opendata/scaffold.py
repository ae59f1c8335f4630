"""A name into a package that validates: descriptor and tables to fill in, or a table of yours with its types.

The columns of a kind are those of the packages that come with this library; what they do not declare alike
(the choices of one package's own words) is left out.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from opendata import casts, read
from opendata.canonical import fmt
from opendata.errors import OpenDataError, UnreadablePackage, WrongName, WrongUse
from opendata.files import write_csv
from opendata.handles import bundled_catalog
from opendata.model import Dialect, Field, Package, Resource
from opendata.report import Report, visible
from opendata.rules import validate

KINDS = ("none", "indicators", "lists", "vocabulary")

# Licences that are open by the Open Definition: name → title and address.
LICENCES: Mapping[str, tuple[str, str]] = {
    "CC-BY-4.0": (
        "Creative Commons Attribution 4.0 International",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    "CC-BY-SA-4.0": (
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "https://creativecommons.org/licenses/by-sa/4.0/",
    ),
    "CC0-1.0": (
        "Creative Commons Zero 1.0 Universal",
        "https://creativecommons.org/publicdomain/zero/1.0/",
    ),
    "ODC-BY-1.0": (
        "Open Data Commons Attribution License 1.0",
        "https://opendatacommons.org/licenses/by/1-0/",
    ),
    "ODbL-1.0": (
        "Open Data Commons Open Database License 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
}

# The other kinds look for their words in a package of this name.
_WORDS = "reference"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# A longer whole number is a code or a telephone's, and a float would change a longer number.
_DIGITS = 15
_INTEGER = re.compile(rf"-?(?:0|[1-9][0-9]{{0,{_DIGITS - 1}}})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

_STARTER = (
    {
        "name": "id",
        "type": "string",
        "title": "标识",
        "title@en": "Id",
        "constraints": {"required": True, "pattern": "[a-z0-9]+(-[a-z0-9]+)*"},
    },
    {"name": "value", "type": "number", "title": "数值", "title@en": "Value"},
)


@dataclass(frozen=True)
class Made:
    """What ``make_package`` made.

    Attributes
    ----------
    report
        The validation of it; where it is not valid, nothing was written.
    folder
        The package's folder.
    package
        Its descriptor as a value.
    left_out
        Tables of other packages that its columns would refer to and that do not stand beside it.
    """

    report: Report
    folder: Path
    package: Package
    left_out: tuple[str, ...] = ()


def make_package(
    place: str | os.PathLike[str],
    *,
    title: str,
    title_en: str = "",
    kind: str = "none",
    licence: str = "CC-BY-4.0",
    source: str | os.PathLike[str] | None = None,
    key: Sequence[str] = (),
) -> Made:
    """Make the folder of a new package: its descriptor and its tables.

    Parameters
    ----------
    place
        Where it shall stand; the last part is the package's name. The packages beside it are known to its keys.
    title, title_en
        Its title, and that in English.
    kind
        One of ``KINDS``; each has its own columns.
    licence
        One of ``LICENCES``.
    source
        A CSV or TSV file to copy, in canonical form; a column gets a type that every one of its cells has.
    key
        Columns of it that are its primary key.

    Returns
    -------
    Made
        With the report of the validation; bad data never raises.

    Raises
    ------
    WrongUse
        Where the name is none, the place is taken, or the arguments do not go together.
    UnreadablePackage
        Where ``source`` cannot be read as a table at all.
    OpenDataError
        Where the disk does not take the files.
    """
    folder = Path(place)
    _check_arguments(folder, kind, licence, source, key)
    beside = _find_beside(folder)
    descriptor: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": folder.name,
        **({"kind": kind} if kind != "none" else {}),
        **_check_titles(title, title_en),
        "version": "1.0.0",
        **({"languages": ["zh", "en"]} if title_en else {}),
        "licenses": [{"name": licence, "title": LICENCES[licence][0], "path": LICENCES[licence][1]}],
    }
    left_out: tuple[str, ...] = ()
    if source is not None:
        tables = dict([_read_table(Path(source), key)])
    elif kind == "none":
        tables = {"data.csv": (_describe("data", "data.csv", _STARTER, ["id"]), [])}
    else:
        resources, left_out = _copy_kind(kind, beside)
        tables = {item["path"]: (item, []) for item in resources}
    descriptor["resources"] = [item for item, _ in tables.values()]
    files = {
        path: write_csv([one["name"] for one in item["schema"]["fields"]], rows).encode()
        for path, (item, rows) in tables.items()
    }
    files["datapackage.json"] = f"{json.dumps(descriptor, ensure_ascii=False, indent=2)}\n".encode()
    try:
        report, package = _put_in_place(folder, files, beside, source)
    except OSError as error:
        raise OpenDataError(f"{folder} could not be written: {error.strerror or error}. Nothing was made.") from None
    return Made(report, folder, package, left_out)


def _check_arguments(folder: Path, kind: str, licence: str, source: object, key: Sequence[str]) -> None:
    if not _NAME.fullmatch(folder.name):
        raise WrongUse(f"{folder.name!r} is no name. Write lower-case words joined by hyphens, for example rainfall-by-year.")
    if folder.exists() or folder.is_symlink():
        raise WrongUse(f"{folder} is there already, and nothing is overwritten. Choose another name.")
    if not folder.parent.is_dir():
        raise WrongUse(f"There is no folder {folder.parent}. Make it first, or name another.")
    for word, known, what in ((kind, KINDS, "kind"), (licence, tuple(LICENCES), "licence")):
        if word not in known:
            raise WrongUse(str(WrongName(what, word, known)))
    if kind == "vocabulary" and folder.name != _WORDS:
        raise WrongUse(f"The other kinds look for their words in a package named {_WORDS}. Name it so, or choose another kind.")
    if source is not None and kind != "none":
        raise WrongUse(f"The kind {kind} has its own columns. Leave --from away, or the kind.")
    if key and source is None:
        raise WrongUse("--key names columns of the file of --from. Name the file too.")


def _check_titles(title: str, title_en: str) -> dict[str, str]:
    titles = {"title": " ".join(title.split()), "title@en": " ".join(title_en.split())}
    if not titles["title"]:
        raise WrongUse("The title is empty. Say in a few words what the data are.")
    for text in titles.values():
        if visible(text) != text:
            raise WrongUse(f"The title {visible(text)!r} has hidden characters. Write it without them.")
    return {name: text for name, text in titles.items() if text}


def _find_beside(folder: Path) -> dict[Path, Package]:
    """Return the packages that stand in the folders beside a place.

    Raises
    ------
    WrongUse
        Where one of them has its name.
    """
    found: dict[Path, Package] = {}
    for other in sorted(folder.parent.iterdir()):
        if other.is_dir() and any((other / name).is_file() for name in read.DESCRIPTORS):
            with contextlib.suppress(UnreadablePackage):  # what is wrong there is not told here
                found[other] = read.read_source(other).package
    taken = next((other for other, package in found.items() if package.name == folder.name), None)
    if taken:
        raise WrongUse(f"The package in {taken} is named {folder.name} too. Choose another name.")
    return found


# ----- kinds -----


def _copy_kind(kind: str, beside: Mapping[Path, Package]) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the resources of a kind, and the tables that their keys would refer to and that are not there."""
    alike = [package.meta for package in bundled_catalog() if package.meta.kind == kind]
    tables = {
        (package.name, resource.name, name)
        for package in beside.values()
        for resource in package.resources
        for name in (resource.schema.names if resource.schema else ())
    }
    left_out: list[str] = []
    resources = []
    for item in alike[0].descriptor["resources"]:
        others = [other.resource(item["name"]) for other in alike]
        schema = dict(item["schema"])
        schema["fields"] = [_keep_common(one, [other for other in others if other]) for one in schema["fields"]]
        keys = []
        for one in schema.pop("foreignKeys", []):
            to = one["reference"]
            if "package" not in to or all((to["package"], to["resource"], name) in tables for name in to["fields"]):
                keys.append(one)
            else:
                left_out.append(f"{to['package']}.{to['resource']}")
        resources.append({**item, "schema": {**schema, **({"foreignKeys": keys} if keys else {})}})
    return resources, tuple(dict.fromkeys(left_out))


def _keep_common(declared: Mapping[str, Any], resources: Sequence[Resource]) -> dict[str, Any]:
    """Return a column without the choices that are one package's own."""
    same = [
        one.properties
        for resource in resources
        if resource.schema
        for one in resource.schema.fields
        if one.name == declared["name"]
    ]
    kept = dict(declared)
    if any(one.get("categories") != declared.get("categories") for one in same):
        kept.pop("categories", None)
    limits = [dict(one.get("constraints", {})) for one in same]
    constraints = dict(kept.pop("constraints", {}))
    constraints = {name: bound for name, bound in constraints.items() if all(one.get(name) == bound for one in limits)}
    return {**kept, **({"constraints": constraints} if constraints else {})}


def _describe(name: str, path: str, fields: Iterable[Mapping[str, Any]], key: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [dict(one) for one in fields]}
    if key:
        schema["primaryKey"] = list(key)
    about = {"name": name, "type": "table", "path": path, "scheme": "file", "format": "csv", "mediatype": "text/csv"}
    return {**about, "encoding": "utf-8", "schema": schema}


# ----- a table of yours -----

_Table = tuple[str, tuple[dict[str, Any], list[list[str]]]]


def _read_table(file: Path, key: Sequence[str]) -> _Table:
    """Return a table as (name of its file, what describes it, its rows)."""
    suffix = file.suffix.lower()
    if suffix not in (".csv", ".tsv") or not file.is_file():
        raise WrongUse(f"{file} is not a CSV or TSV file. Name one after --from.")
    resource = Resource("data", file.name, dialect=Dialect("\t" if suffix == ".tsv" else ","))
    source = read.Source(Package("data", resources=(resource,)), file.parent, str(file.parent), file.name)
    cells = read.read_cells(source, resource)
    for name in key:
        if name not in cells.header:
            raise WrongUse(str(WrongName("column", name, cells.header)))
    name = "-".join(re.findall(r"[a-z0-9]+", file.stem.lower())) or "data"
    columns = [[row[at] for row in cells.rows if at < len(row)] for at in range(len(cells.header))]
    fields = [{"name": name, "type": infer_type(texts)} for name, texts in zip(cells.header, columns, strict=True)]
    return f"{name}.csv", (_describe(name, f"{name}.csv", fields, key), cells.rows)


def infer_type(texts: Iterable[str]) -> str:
    """Return the narrowest type of Table Schema that every text has; an empty one has any.

    What reads as a number and is none stays text: codes with a leading zero, more than fifteen digits.
    So do ``0`` and ``1`` as truths and years as dates: they are whole numbers as well.

    Examples
    --------
    >>> infer_type(["1", "-20", ""]), infer_type(["1", "2.50"]), infer_type(["0101", "37"])
    ('integer', 'number', 'string')
    """
    present = {text for text in texts if text}
    if not present:
        return "string"
    return next((kind for kind, fits in _TYPES if all(fits(text) for text in present)), "string")


def _reads_as(kind: str) -> Callable[[str], bool]:
    cast = casts.make_cast(Field("", kind))

    def fits(text: str) -> bool:
        try:
            cast(text)
        except casts.CastError:
            return False
        return True

    return fits


_TYPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("integer", lambda text: bool(_INTEGER.fullmatch(text))),
    ("number", lambda text: bool(_NUMBER.fullmatch(text)) and sum(map(str.isdigit, text)) <= _DIGITS),
    ("boolean", lambda text: text in ("true", "false", "True", "False", "TRUE", "FALSE")),
    *((kind, _reads_as(kind)) for kind in ("date", "datetime", "time", "yearmonth")),
)


# ----- files -----


def _put_in_place(
    folder: Path, files: Mapping[str, bytes], beside: Iterable[Path], source: str | os.PathLike[str] | None
) -> tuple[Report, Package]:
    """Write the files beside their place, check them, and move them there as a whole where they are valid."""
    part = folder.with_name(f".{folder.name}.part")
    with _emptied(part):
        for name, data in files.items():
            (part / name).write_bytes(data)
        package = read.read_source(part).package
        report = _check(part, folder, beside, source)
        if report.valid:
            fmt(part)  # not before: what is wrong is told by the lines of the file it stands in
            part.rename(folder)
    return report, package


@contextlib.contextmanager
def _emptied(part: Path) -> Iterator[None]:
    """Give an empty folder for the time of some work; what an earlier attempt left there goes."""
    if part.is_dir() and not part.is_symlink():
        shutil.rmtree(part)
    part.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _check(part: Path, folder: Path, beside: Iterable[Path], source: str | os.PathLike[str] | None) -> Report:
    """Validate a package that is not in its place yet, among those beside it; tell of its table by the file it came from."""
    report = validate(part, *beside)

    def place(path: str) -> str:
        name = path.removeprefix(f"{part}/")
        return str(source) if source is not None and name != "datapackage.json" else f"{folder}/{name}"

    own = (finding for finding in report.findings if finding.path.startswith(f"{part}/"))
    return Report(tuple(replace(finding, path=place(finding.path)) for finding in own), 1)
