"""Changes into a version, a changelog entry and an archive that stays: ``releases/<version>.zip`` of a package.

The version follows the recipe of the Data Package standard (Data Package Version).
A release is two files put in place one after the other, the archive first; until the descriptor names the new
version the release has not happened, and an archive it does not name is replaced by the next attempt.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import zipfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from opendata import read
from opendata.archives import CHECKSUMS, check_files
from opendata.citations import cite
from opendata.differences import (
    PackageDifference,
    SchemaChange,
    TableDifference,
    compare_packages,
    label_key,
    visible,
)
from opendata.errors import OpenDataError, UnreadablePackage, WrongUse
from opendata.files import hold, replace_file
from opendata.formats import to_zip
from opendata.model import ForeignKey, Package, Resource, read_package
from opendata.report import Report, count
from opendata.rules import validate

Bump = Literal["major", "minor", "patch"]
BUMPS: tuple[Bump, ...] = ("major", "minor", "patch")

# The recipe's rules by the kind of change; where it is silent, what can break a reader's program is major.
LEVELS: Mapping[str, Bump | None] = {
    # “Change the data package, resource or field name or identifier”
    "package-renamed": "major",
    "identifier": "major",
    "resource-renamed": "major",
    "field-renamed": "major",
    # “Add, remove or re-order fields”
    "field-added": "major",
    "field-removed": "major",
    "fields-reordered": "major",
    # “Change a field type or format”; another unit or another sign for a gap changes what the same text says
    "type": "major",
    "format": "major",
    "unit": "major",
    "missing-values": "major",
    "file-format": "major",
    # “Change a field constraint to be more restrictive”; another primary key makes other rows of the same data
    "constraint-narrowed": "major",
    "key": "major",
    # “… delete … data that is referenced by another data resource”; other people's references cannot be seen
    "resource-removed": "major",
    # a right that was given is taken back
    "licence-removed": "major",
    # “Add a new data resource”, “Change a field constraint to be less restrictive”, “Update a reference”
    "resource-added": "minor",
    "constraint-widened": "minor",
    "reference": "minor",
    "licence-added": "minor",
    # “Correct errors in existing data”, “Change descriptive metadata properties”
    "file-changed": "patch",
    "metadata": "patch",
    # “You relocate the data to a new URL or path. No change in the version number”
    "file-renamed": None,
}

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
# What is said of a release in its changelog names so many revised values, then counts.
_NAMED = 3
# A row whose key or values take more than this says less in a sentence than the count does; the difference names it.
_SENTENCE = 100


@dataclass(frozen=True)
class Released:
    """What ``release`` did.

    Attributes
    ----------
    report
        The validation before it; where it is not valid, nothing was written.
    previous
        The version released before, or ``None``.
    version
        The version written; ``None`` where nothing was, because nothing has changed or the data have errors.
    bump
        What the version was raised by; ``None`` for a first release.
    archive
        The file that stays.
    entry
        The changelog entry: ``version``, ``date``, ``description``, ``description@en``.
    difference
        What has changed since the previous version.
    """

    report: Report
    previous: str | None = None
    version: str | None = None
    bump: Bump | None = None
    archive: Path | None = None
    entry: Mapping[str, str] | None = None
    difference: PackageDifference | None = None


def release(
    package: str | os.PathLike[str],
    *,
    bump: Bump | None = None,
    date: str | None = None,
    message_zh: str = "",
    message_en: str = "",
) -> Released:
    """Release a package: write its next version, a changelog entry and an archive into ``releases/``.

    The first release keeps the version that the descriptor says, ``1.0.0`` where it says none.
    Interrupted at any point it leaves either the old or the new state.

    Parameters
    ----------
    package
        The package's folder. The packages in the folders beside it are known to its foreign keys.
    bump
        Raise the version by more than the change asks for; ``None``: by as much.
    date
        The day of the release as ``2026-11-20``; ``None``: today.
    message_zh, message_en
        What to say of it before the counts, a sentence in each language.

    Returns
    -------
    Released
        With the report of the validation; bad data never raises.

    Raises
    ------
    WrongUse
        Where the folder is no package in JSON, ``bump`` is smaller than the change or the date is before the last one.
    UnreadablePackage
        Where the last release is missing or damaged.
    OpenDataError
        Where the disk does not take the files; what was there stands.
    """
    folder = Path(package)
    if not folder.is_dir():
        raise WrongUse(f"{folder} is no folder. Name the folder of one package, for example datapackages/economy.")
    with hold(folder):
        source = read.read_source(folder)
        if not source.descriptor.endswith(".json"):
            raise WrongUse(f"{source.show(source.descriptor)} is in YAML; a release is written into datapackage.json.")
        report = _validate(folder)
        if not report.valid:
            return Released(report)
        changelog = _read_changelog(source)
        day = _read_date(date, changelog)
        if not changelog:
            return _release_first(source, report, day, bump, message_zh, message_en)
        previous = changelog[0]["version"]
        difference = compare_packages(_open_release(source, previous), source)
        referenced = _find_referenced(source, folder)
        needed = required_bump(difference, referenced)
        if needed is None and bump is None:
            return Released(report, previous, difference=difference)
        if needed and bump and BUMPS.index(bump) > BUMPS.index(needed):
            raise WrongUse(
                f"--bump {bump} is too small: {_explain_bump(difference, referenced)} Leave it away, or say {needed}."
            )
        raised = bump or needed
        assert raised
        version = next_version(previous, raised)
        words = describe_changes(difference)
        entry = _make_entry(version, day, words, (message_zh, message_en))
        archive = _write_release(source, entry, changelog)
        return Released(report, previous, version, raised, archive, entry, difference)


def _release_first(
    source: read.Source, report: Report, day: str, bump: Bump | None, message_zh: str, message_en: str
) -> Released:
    if bump:
        raise WrongUse(f"{source.package.name} has no release yet, so there is nothing to raise. Leave --bump away.")
    version = source.package.version or "1.0.0"
    if not _VERSION.fullmatch(version):
        raise WrongUse(f"The version {version!r} is not of the form 1.0.0. Mend it in {source.show(source.descriptor)}.")
    tables = [resource for resource in source.package.resources if resource.is_table]
    rows = sum(len(read.read_cells(source, resource)) for resource in tables)
    words = (
        f"首次发布：{len(tables)}张表，{rows:,}行。",
        f"First release: {count(len(tables), 'table')}, {count(rows, 'row')}.",
    )
    entry = _make_entry(version, day, words, (message_zh, message_en))
    return Released(report, None, version, None, _write_release(source, entry, []), entry)


# ----- before -----


def _validate(folder: Path) -> Report:
    """Check a package together with those beside it, and tell of this one only.

    What the descriptor says of bytes and hashes is not held against the files: the release writes it anew.
    """
    beside = _find_beside(folder)
    report = validate(folder, *beside)
    strange = tuple(f"{other}/" for other in beside)
    findings = (
        finding
        for finding in report.findings
        if not finding.path.startswith(strange) and finding.rule not in ("hash-count", "byte-count")
    )
    return Report(tuple(findings), report.packages, report.tables, report.rows, report.rules)


def _find_beside(folder: Path) -> list[Path]:
    """Return the folders of the packages that stand in the same folder as one."""
    place = folder.resolve()
    return [
        other
        for other in sorted(place.parent.iterdir())
        if other != place and other.is_dir() and any((other / name).is_file() for name in read.DESCRIPTORS)
    ]


def _find_referenced(source: read.Source, folder: Path) -> frozenset[str]:
    """Name the tables of a package to which foreign keys point, its own and those of the packages beside it."""
    package = source.package
    beside = (read.read_source(other, lenient=True).package for other in _find_beside(folder))
    own = {key.resource or table.name for table in package.resources for key in _keys_of(table) if not key.package}
    others = {
        key.resource for other in beside for table in other.resources for key in _keys_of(table) if key.package == package.name
    }
    return frozenset(own | others)


def _keys_of(table: Resource) -> tuple[ForeignKey, ...]:
    return table.schema.foreign_keys if table.schema else ()


def _read_changelog(source: read.Source) -> list[dict[str, Any]]:
    """Return the releases that the descriptor names, newest first, once they fit each other and its version.

    Raises
    ------
    WrongUse
        Where they do not.
    """
    where = source.show(source.descriptor)
    changelog: list[dict[str, Any]] = source.package.descriptor.get("changelog", [])
    sound = isinstance(changelog, list) and all(
        isinstance(entry, dict) and _VERSION.fullmatch(str(entry.get("version"))) and isinstance(entry.get("date"), str)
        for entry in changelog
    )
    if not sound:
        raise WrongUse(f"`changelog` in {where} is not a list of releases with version and date. Restore it.")
    if changelog and source.package.version != changelog[0]["version"]:
        raise WrongUse(
            f"{where} says version {source.package.version}, its last release is {changelog[0]['version']}. "
            "Set it back: the release writes the version; use --bump to raise it by more."
        )
    return changelog


def _read_date(date: str | None, changelog: list[dict[str, Any]]) -> str:
    if date is None:
        date = dt.datetime.now().astimezone().date().isoformat()
    try:
        fine = dt.date.fromisoformat(date).isoformat() == date
    except ValueError:
        fine = False
    if not fine:
        raise WrongUse(f"The date {date!r} is not a day such as 2026-11-20.")
    if changelog and date < changelog[0]["date"]:
        raise WrongUse(f"The date {date} is before the last release, which is of {changelog[0]['date']}.")
    return date


def _open_release(source: read.Source, version: str) -> read.Source:
    """Open a released archive, and hold its files against the checksums in it."""
    assert isinstance(source.folder, Path)
    path = source.folder / "releases" / f"{version}.zip"
    remedy = "Restore it, for example with git checkout; without it nobody can say what has changed."
    if not path.is_file():
        raise UnreadablePackage(path, f"The archive of the last release, {version}, is not there.", remedy)
    last = read.read_source(read.open_folder(path), str(path))
    assert isinstance(last.folder, zipfile.Path)
    check_files(last.folder, str(path))
    return last


# ----- the recipe -----


def required_bump(difference: PackageDifference, referenced: Container[str] | None = None) -> Bump | None:
    """Return by what the version recipe raises the version for some changes; ``None`` where it stays.

    A row that is gone is major, and so is one whose key changed where another table refers to it: what refers to it
    breaks. A key that is corrected in a table to which nothing refers is patch, as any correction; new rows are minor;
    another value is patch, but minor where it follows a change in another table.
    Rows without a key cannot be told to be the same: fewer of them are major, more are minor, as many are a correction.
    """
    levels = [level for level, _ in _reasons(difference, referenced)]
    return next((bump for bump in BUMPS if bump in levels), None)


def _reasons(difference: PackageDifference, referenced: Container[str] | None) -> Iterator[tuple[Bump | None, str]]:
    for change in difference.schema:
        yield LEVELS[change.kind], change.line
    for table in difference.tables:
        if not table.key:
            more = len(table.added) - len(table.removed)
            level: Bump = "minor" if more > 0 else "major" if more else "patch"
            yield level, f"{len(table.removed)} removed and {len(table.added)} added in {table.name}"
            continue
        # “Correct errors in existing data” is patch; “… data that is referenced by another data resource” is major.
        moved: Bump = "major" if referenced is None or table.name in referenced else "patch"
        kinds: tuple[tuple[str, Bump], ...] = (("removed", "major"), ("renamed", moved), ("added", "minor"))
        for sort, level in kinds:
            if table.counts[sort]:
                yield level, f"{count(table.counts[sort], 'row')} {sort} in {table.name}"
        for row in table.revised:
            follows = any(cell.column in table.references for cell in row.cells)
            yield "minor" if follows else "patch", f"{label_key(row.key)} revised in {table.name}"


def _explain_bump(difference: PackageDifference, referenced: Container[str]) -> str:
    needed = required_bump(difference, referenced)
    texts = [text for level, text in _reasons(difference, referenced) if level == needed]
    more = f" and {count(len(texts) - _NAMED, 'other change')}" if len(texts) > _NAMED else ""
    return f"by the version recipe this is {needed}: {'; '.join(texts[:_NAMED])}{more}."


def next_version(version: str, bump: Bump) -> str:
    """Return the version raised.

    Examples
    --------
    >>> next_version("1.2.3", "minor")
    '1.3.0'
    """
    match = _VERSION.fullmatch(version)
    if not match:
        raise WrongUse(f"The version {version!r} is not of the form 1.0.0.")
    major, minor, patch = map(int, match.groups())
    raised = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[bump]
    return ".".join(map(str, raised))


# ----- the changelog -----

# How a change in a descriptor is told: in Chinese, in English. Metadata is told once, whatever it was.
WORDS: Mapping[str, tuple[str, str]] = {
    "package-renamed": ("数据包由{old}改名为{new}", "package renamed from {old} to {new}"),
    "identifier": ("标识由{old}改为{new}", "identifier changed from {old} to {new}"),
    "resource-removed": ("删除资源{place}", "resource {place} removed"),
    "resource-renamed": ("资源{old}改名为{new}", "resource {old} renamed to {new}"),
    "resource-added": ("新增资源{place}", "resource {place} added"),
    "field-removed": ("删除字段{place}", "field {place} removed"),
    "field-renamed": ("字段{old}改名为{place}", "field {old} renamed to {place}"),
    "field-added": ("新增字段{place}", "field {place} added"),
    "fields-reordered": ("{place}的字段次序改变", "fields of {place} in another order"),
    "key": ("{place}由{old}改为{new}", "{place} changed from {old} to {new}"),
    "type": ("字段{place}的类型由{old}改为{new}", "type of field {place} changed from {old} to {new}"),
    "format": ("{place}由{old}改为{new}", "{place} changed from {old} to {new}"),
    "unit": ("字段{place}的单位由{old}改为{new}", "unit of field {place} changed from {old} to {new}"),
    "missing-values": ("{place}的缺失值标记由{old}改为{new}", "marks of missing values in {place} changed from {old} to {new}"),
    "file-format": ("文件格式{place}改变", "file format {place} changed"),
    "constraint-narrowed": ("收紧约束{place}", "constraint {place} tightened"),
    "constraint-widened": ("放宽约束{place}", "constraint {place} relaxed"),
    "reference": ("{place}改为引用{new}", "{place} now refers to {new}"),
    "licence-removed": ("不再采用许可{old}", "licence {old} withdrawn"),
    "licence-added": ("采用许可{new}", "licence {new} added"),
    "file-renamed": ("文件{old}移至{new}", "file {old} moved to {new}"),
    "file-changed": ("更新文件{place}", "file {place} changed"),
    "metadata": ("更新说明性元数据", "descriptive metadata changed"),
}


def describe_changes(difference: PackageDifference) -> tuple[str, str]:
    """Say in Chinese and in English what has changed: counts, and the revised values that changed most."""
    told = [_describe_schema(change) for change in difference.schema]
    told += [_describe_table(table) for table in difference.tables]
    pairs = list(dict.fromkeys(told)) or [("数据未变", "no change in the data")]
    chinese, english = "；".join(zh for zh, _ in pairs), "; ".join(en for _, en in pairs)
    return f"{chinese}。", f"{english}."


def _describe_schema(change: SchemaChange) -> tuple[str, str]:
    values = {"place": visible(change.place), "old": _word(change.old), "new": _word(change.new)}
    chinese, english = WORDS[change.kind]
    return chinese.format(**values), english.format(**values)


def _word(value: Any) -> str:
    if isinstance(value, list):
        plain = all(isinstance(item, str) and item for item in value)
        return visible(", ".join(value) or "∅" if plain else json.dumps(value, ensure_ascii=False))
    return visible(str(value)) if value is not None else "∅"


def _describe_table(table: TableDifference) -> tuple[str, str]:
    chinese, english = [], []
    names = {"removed": "删除", "renamed": "更改标识", "revised": "修订", "added": "新增"}
    for sort, number in table.counts.items():
        if not number:
            continue
        examples: list[str] = []
        if sort == "renamed":
            examples = [f"{label_key(one.old)} → {label_key(one.new)}" for one in table.renamed[:_NAMED]]
        if sort == "revised":
            examples = [f"{label_key(row.key)}: {', '.join(cell.line for cell in row.cells)}" for row in table.revised[:_NAMED]]
        examples = [example for example in examples if len(example) <= _SENTENCE]
        more = number > len(examples)
        chinese.append(f"{names[sort]}{number:,}行" + (f"（{'；'.join(examples)}{'等' if more else ''}）" if examples else ""))
        told = f" ({'; '.join(examples)}{' and others' if more else ''})" if examples else ""
        english.append(f"{count(number, 'row')} {sort}{told}")
    name = visible(table.name)
    return f"{name}：{'，'.join(chinese)}", f"{name}: {', '.join(english)}"


def _make_entry(version: str, day: str, words: tuple[str, str], messages: tuple[str, str]) -> dict[str, str]:
    chinese, english = (" ".join(message.split()) for message in messages)
    chinese += "" if not chinese or chinese.endswith(("。", "！", "？")) else "。"
    english += "" if not english or english.endswith((".", "!", "?")) else "."
    return {
        "version": version,
        "date": day,
        "description": f"{chinese}{words[0]}",
        "description@en": f"{english} {words[1]}".strip(),
    }


# ----- the files -----


def _write_release(source: read.Source, entry: Mapping[str, str], changelog: list[dict[str, Any]]) -> Path:
    """Write the archive, then the descriptor that names it; or neither.

    Raises
    ------
    OpenDataError
        Where the disk does not take them.
    """
    assert isinstance(source.folder, Path)
    releases, path = source.folder / "releases", source.folder / source.descriptor
    left = _find_left_over(releases, changelog)
    files = _make_files(source, entry, changelog)
    descriptor, archive = files[source.descriptor], releases / f"{entry['version']}.zip"
    before = path.read_bytes()
    made = not releases.exists()
    try:
        releases.mkdir(exist_ok=True)
        replace_file(archive, to_zip(files))
        replace_file(path, descriptor)
    except BaseException as error:
        # Killed here, the archive would stay without its descriptor, and the next release would replace it.
        with contextlib.suppress(OSError):
            if path.read_bytes() == before:
                archive.unlink(missing_ok=True)
                if made:
                    releases.rmdir()
        if isinstance(error, OSError):
            cause = f"{error.filename or archive} could not be written: {error.strerror or error}."
            raise OpenDataError(f"{cause} What was there before stands.") from None
        raise
    for other in (*left, *releases.glob(".*.zip.part")):
        if other != archive:
            other.unlink(missing_ok=True)
    return archive


def _find_left_over(releases: Path, changelog: list[dict[str, Any]]) -> list[Path]:
    """Return the archives that an interrupted release left behind: the descriptor does not name them.

    Each of them says itself that it came after releases that the descriptor names.

    Raises
    ------
    WrongUse
        Where an archive tells of releases that the descriptor has forgotten: nothing that was released is overwritten.
    """
    named = {f"{entry['version']}.zip" for entry in changelog}
    left = []
    for path in sorted(releases.glob("*.zip")) if releases.is_dir() else ():
        if path.name in named or not _VERSION.fullmatch(path.stem):
            continue
        with contextlib.suppress(UnreadablePackage):  # a broken archive tells of nothing
            earlier = (read.read_source(read.open_folder(path)).package.descriptor.get("changelog") or [])[1:]
            follows = earlier == changelog[len(changelog) - len(earlier) :] and bool(earlier) == bool(changelog)
            if not follows:
                raise WrongUse(
                    f"{path} tells of releases that the descriptor does not name. "
                    "Restore the `changelog` and `version` there from that archive, or delete it if it was never published."
                )
        left.append(path)
    return left


def _make_files(source: read.Source, entry: Mapping[str, str], changelog: list[dict[str, Any]]) -> dict[str, bytes]:
    """Return the files of the archive: descriptor, data, README, citation, licence where there is one, checksums."""
    paths = [item.path for item in source.package.resources if item.path]
    files = {str(PurePosixPath(path)): read.read_bytes(source, path) for path in paths}
    descriptor = dict(source.package.descriptor)
    descriptor["resources"] = [_refresh(item, files) for item in descriptor["resources"]]
    # At the end, after the resources: the log grows, and what describes the package stays in sight.
    descriptor["version"] = entry["version"]
    descriptor["changelog"] = [dict(entry), *changelog]
    package = read_package(descriptor, source.show(source.descriptor))
    own = {name: (source.folder / name).read_bytes() for name in _COMPANIONS if (source.folder / name).is_file()}
    if "CITATION.cff" in own:
        own["CITATION.cff"] = _renew_citation(own["CITATION.cff"], entry)
    made = {"README.md": _make_readme(package, source, entry), "CITATION.cff": cite(package, "cff").encode()}
    text = json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n"
    files = {**made, **own, **files, source.descriptor: text.encode()}
    if CHECKSUMS in files:
        raise WrongUse(f"A resource of {source.package.name} is named {CHECKSUMS}, as the list of checksums is. Rename it.")
    sums = "".join(f"{read.digest(files[name])}  {name}\n" for name in sorted(files))
    return {**files, CHECKSUMS: sums.encode()}


_COMPANIONS = ("README.md", "CITATION.cff", "LICENSE", "LICENSE.md", "LICENSE.txt")


def _refresh(item: dict[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    """Bring bytes and hash up to date where a resource says them."""
    path = item.get("path")
    data = files.get(str(PurePosixPath(path[0] if isinstance(path, list) else str(path))))
    fresh = dict(item)
    if data is not None and "bytes" in item:
        fresh["bytes"] = len(data)
    if data is not None and "hash" in item:
        fresh["hash"] = f"sha256:{read.digest(data)}"
    return fresh


def _make_readme(package: Package, source: read.Source, entry: Mapping[str, str]) -> bytes:
    """Say what the archive is, in both languages, for a reader who has nothing else."""
    say = _plain
    titles = [package.title.in_language(language) or package.name for language in ("zh", "en")]
    lines = [f"# {say(' · '.join(dict.fromkeys(titles)))}", "", f"{say(package.name)} {entry['version']} ({entry['date']})", ""]
    for language in ("zh", "en"):
        text = package.description.in_language(language)
        lines += [say(text), ""] if text and say(text) not in lines else []
    for resource in package.resources:
        lines += [f"## {say(resource.path)}", ""]
        if resource.is_table:
            lines += [f"{count(len(read.read_cells(source, resource)), 'row')}", ""]
        fields = resource.schema.fields if resource.schema else ()
        lines += [
            f"- {say(field.name)} ({say(field.type)}): {say(field.title.default)} · {say(field.title.in_language('en'))}"
            for field in fields
        ]
        lines += [""] if fields else []
    licences = ", ".join(say(str(item.get("title") or item.get("name") or item.get("path"))) for item in package.licenses)
    lines += ["## 许可 · Licence", "", licences or "–", ""]
    lines += ["## 引用 · Citation", "", say(cite(package, "gbt7714")), "", say(cite(package, "apa")), ""]
    lines += ["## 核对 · Check", "", f"    sha256sum -c {CHECKSUMS}", ""]
    return "\n".join(lines).encode()


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, and that reads well in a plain editor."""
    return _MARKUP.sub(r"\\\1", visible(text, 10_000))


_MARKUP = re.compile(r"([\\`*\[\]<>#|&~]|(?<!\w)_|_(?!\w))")


def _renew_citation(data: bytes, entry: Mapping[str, str]) -> bytes:
    """Return the package's own citation file with the version and the date of this release."""
    text = data.decode("utf-8")
    for name, value in (("version", entry["version"]), ("date-released", entry["date"])):
        line = f"{name}: {value}"
        text, found = re.subn(rf"(?m)^{name}:.*$", line, text)
        text = text if found else f"{text.rstrip()}\n{line}\n"
    return text.encode()
