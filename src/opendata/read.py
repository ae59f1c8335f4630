"""Disk or zip into text: find packages, read descriptors, read cells. Nothing outside a package's folder is opened."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import lzma
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from opendata.errors import MissingLibrary, UnreadablePackage, WrongUse
from opendata.model import Package, Resource, read_package

Folder = Path | zipfile.Path

DESCRIPTORS = ("datapackage.json", "datapackage.yaml", "datapackage.yml")

# A cell larger than this is not data but a mistake or an attack.
MAX_CELL_CHARACTERS = 16 * 2**20
# A table of ten million rows has about one GiB.
MAX_FILE_BYTES = 4 * 2**30
# A descriptor larger than this is read by nobody; one deeper, or with more values (YAML can repeat a value
# a billion times in a line), is an attack.
MAX_DESCRIPTOR_BYTES = 16 * 2**20
MAX_DESCRIPTOR_DEPTH = 60
MAX_DESCRIPTOR_VALUES = 1_000_000
_TOO_DEEP = f"It is nested more than {MAX_DESCRIPTOR_DEPTH} deep.", "Flatten it."
# A zip whose contents would fill a memory; text of tables shrinks to a tenth or so, never to a two-hundredth.
MAX_UNZIPPED_BYTES = 4 * 2**30
MAX_ZIP_RATIO = 200
MAX_ZIP_ENTRIES = 100_000

# What reading a file, or a member of a zip, raises where the disk, the archive or its packing is bad.
BROKEN = (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, lzma.LZMAError)

# Beside a table stand these; every other file belongs to a resource.
_COMPANIONS = ("readme", "license", "licence", "changelog", "citation", "contributing", "notes")


@dataclass(frozen=True)
class Source:
    """A package in its folder: ``shown`` is the folder as messages name it, ``descriptor`` the descriptor's file name."""

    package: Package
    folder: Folder
    shown: str
    descriptor: str

    def show(self, path: str) -> str:
        """Return a file of the package as messages name it."""
        return f"{self.shown.rstrip('/')}/{path}" if self.shown != "." else path


@dataclass(frozen=True)
class Cells:
    """The text of a table: ``rows[i]`` begins on line ``lines[i]`` of its file."""

    header: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.rows)


def open_folder(path: str | Path) -> Folder:
    """Return the folder at ``path``, or the inside of the zip there.

    Raises
    ------
    WrongUse
        Where there is neither.
    UnreadablePackage
        Where the zip is broken, would unpack to more than ``MAX_UNZIPPED_BYTES``, or holds paths out of its folder.
    """
    where = Path(path)
    if where.is_dir():
        return where
    if where.is_file() and where.suffix.lower() == ".zip":
        return open_zip(where, where)
    if where.is_file() and where.name in DESCRIPTORS:
        return where.parent
    if where.exists():
        raise WrongUse(f"{where} is neither a folder nor a zip archive. Name the folder that holds datapackage.json.")
    raise WrongUse(f"There is no folder {where}. Name a folder that holds datapackage.json, or folders that do.")


def open_zip(file: Folder, where: object) -> zipfile.Path:
    """Return the inside of a zip, which may itself stand in a zip; ``where`` names it.

    Raises
    ------
    UnreadablePackage
        Where it is broken, would unpack to more than ``MAX_UNZIPPED_BYTES``, or holds paths out of its folder.
    """
    try:
        archive = zipfile.ZipFile(file if isinstance(file, Path) else io.BytesIO(file.read_bytes()))
    except BROKEN:
        raise UnreadablePackage(where, "This is not a zip archive.", "Make it anew.", rule="zip") from None
    cause = _explain_zip(archive.infolist())
    if cause:
        archive.close()
        raise UnreadablePackage(where, cause, "Make it anew from the package's folder alone.", rule="zip")
    return zipfile.Path(archive)


def _explain_zip(entries: list[zipfile.ZipInfo]) -> str | None:
    """Say why an archive is not read, from its table of contents alone; nothing is unpacked.

    An entry whose true size is larger than the table says ends in an error when it is read.
    """
    if len(entries) > MAX_ZIP_ENTRIES:
        return f"It has {len(entries):,} entries; at most {MAX_ZIP_ENTRIES:,} are read."
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MAX_UNZIPPED_BYTES:
        return f"Unpacked it would have {unpacked:,} bytes; at most {MAX_UNZIPPED_BYTES:,} are read."
    if unpacked > MAX_DESCRIPTOR_BYTES and unpacked > packed * MAX_ZIP_RATIO:
        return f"Its {packed:,} bytes would unpack to {unpacked:,}, which no table does."
    for entry in entries:
        unsafe = explain_unsafe(entry.filename.rstrip("/"))
        if unsafe:
            return f"Its entry {entry.filename[:80]!r} {unsafe}."
    return None


def find_packages(folder: Folder) -> list[Folder]:
    """Return the folders below (or at) ``folder`` that hold a descriptor, in the order of their names.

    Folders within a package (its ``releases/``) belong to it and are not looked at; links to folders are not followed.

    Raises
    ------
    UnreadablePackage
        Where a folder may not be read.
    """
    try:
        if any((folder / name).is_file() for name in DESCRIPTORS):
            return [folder]
        below: list[Folder] = sorted(folder.iterdir(), key=lambda entry: entry.name)
        children = [child for child in below if child.is_dir() and not child.name.startswith((".", "__"))]
    except OSError as error:
        raise UnreadablePackage(folder, f"The folder cannot be read: {error.strerror}.", "Allow it.", rule="folder") from None
    return [package for child in children if not _is_link(child) for package in find_packages(child)]


def read_source(folder: Folder, shown: str | None = None, *, lenient: bool = False) -> Source:
    """Read the descriptor in a folder, and the schemas and dialects that stand in files of their own.

    Parameters
    ----------
    folder
        A package's.
    shown
        The folder as messages name it.
    lenient
        Whether a resource whose part of the descriptor cannot be read is kept, with its ``problem``.

    Raises
    ------
    UnreadablePackage
        Where there is none, or none that can be read; the line and column of broken JSON are told.
    """
    shown = str(folder) if shown is None else shown
    name = next((name for name in DESCRIPTORS if (folder / name).is_file()), None)
    if name is None:
        raise UnreadablePackage(
            shown, "There is no datapackage.json.", "Run `opendata new` to make one.", rule="descriptor-missing"
        )
    where = f"{shown.rstrip('/')}/{name}" if shown not in ("", ".") else name
    descriptor = _read_descriptor(folder, name, where, where)
    problems: dict[int, UnreadablePackage] = {}
    package = read_package(_join_parts(descriptor, folder, where, problems), where, lenient=lenient)
    if problems and not lenient:
        raise next(iter(problems.values()))
    resources = tuple(
        replace(resource, problem=problems.get(at, resource.problem)) for at, resource in enumerate(package.resources)
    )
    return Source(replace(package, resources=resources) if problems else package, folder, shown, name)


def _read_descriptor(folder: Folder, path: str, where: str, told: str) -> object:
    """Read a file of JSON or YAML; ``told`` is the descriptor that names it."""
    data = _read_inside(folder, path, told, MAX_DESCRIPTOR_BYTES)
    return parse_descriptor(data, where, yaml=path.lower().endswith((".yaml", ".yml")))


def parse_descriptor(data: bytes, where: str, *, yaml: bool = False) -> object:
    """Read a descriptor from its bytes; ``where`` names it.

    Raises
    ------
    UnreadablePackage
        Where they are no JSON (or YAML), with line and column, or hold what no descriptor does.
    """
    text = decode(data, None, where)
    item = _read_yaml(text, where) if yaml else _read_json(text, where)
    refused = _explain_structure(item)
    if refused:
        raise UnreadablePackage(where, *refused, rule="descriptor")
    return item


def _join_parts(descriptor: object, folder: Folder, where: str, problems: dict[int, UnreadablePackage]) -> object:
    """Put schemas and dialects that are files of the package into their resources; no address is fetched.

    A resource whose schema cannot be read goes without, and why is put into ``problems`` at its index.
    """
    resources = descriptor.get("resources") if isinstance(descriptor, Mapping) else None
    if not isinstance(descriptor, Mapping) or not isinstance(resources, list):
        return descriptor
    joined = []
    for at, resource in enumerate(resources):
        if isinstance(resource, Mapping):
            resource = dict(resource)
            for key in ("schema", "dialect"):
                path = resource.get(key)
                if isinstance(path, str):
                    try:
                        resource[key] = _read_part(folder, path, where)
                    except UnreadablePackage as error:
                        problems.setdefault(at, error)
                        del resource[key]
        joined.append(resource)
    return {**descriptor, "resources": joined}


def _read_part(folder: Folder, path: str, where: str) -> object:
    beside = where.rpartition("/")[0]
    part = _read_descriptor(folder, path, f"{beside}/{path}" if beside else path, where)
    if not isinstance(part, Mapping):
        raise UnreadablePackage(where, f"The file {path} is not an object.", "Write it as { … }.", rule="descriptor")
    return part


def _explain_structure(item: object) -> tuple[str, str] | None:
    """Say why a descriptor is not one: nested without end, values without number, what JSON or a file cannot hold."""
    count, level = 0, [item]
    for _ in range(MAX_DESCRIPTOR_DEPTH):
        count += len(level)
        if count > MAX_DESCRIPTOR_VALUES:
            return f"It holds more than {MAX_DESCRIPTOR_VALUES:,} values.", "Keep data in CSV files."
        told = next(filter(None, map(_explain_value, level)), None)
        if told:
            return told
        level = list(islice(chain.from_iterable(map(_children, level)), MAX_DESCRIPTOR_VALUES + 1))
        if not level:
            return None
    return _TOO_DEEP


def _explain_value(value: object) -> tuple[str, str] | None:
    if isinstance(value, str):
        halves = not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)
        return (f"The text {value[:80]!r} holds half a character.", "Write the character itself.") if halves else None
    if isinstance(value, float):
        return None if math.isfinite(value) else ("It holds a number that is not finite.", "Write one that JSON has.")
    if isinstance(value, Mapping):
        odd = next((key for key in value if not isinstance(key, str)), None)
        return None if odd is None else (f"The key {odd!r} is not text.", "Write it in quotes.")
    known = value is None or isinstance(value, bool | int | list)
    return None if known else (f"It holds a {type(value).__name__}, which JSON has not.", "Write a text.")


def _children(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return chain(value.keys(), value.values())
    return value if isinstance(value, list) else ()


def _read_json(text: str, where: str) -> object:
    remedy = "Look for a missing comma, quote or bracket there or just before."
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cause = f"The JSON is broken at column {error.colno}: {error.msg}."
        raise UnreadablePackage(where, cause, remedy, line=error.lineno, rule="descriptor-json") from None
    except RecursionError:
        raise UnreadablePackage(where, *_TOO_DEEP, rule="descriptor") from None
    except ValueError:
        raise UnreadablePackage(
            where, "It holds a number of more than 4,300 digits.", "Shorten it.", rule="descriptor"
        ) from None


def _read_yaml(text: str, where: str) -> object:
    try:
        import yaml
    except ImportError:
        raise MissingLibrary("pyyaml", "A descriptor in YAML", "'opendata-shandong[publish]'") from None
    try:
        return yaml.load(text, _make_yaml_loader(yaml))  # noqa: S506 - a SafeLoader with fewer types
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        cause = f"The YAML is broken{f' at column {mark.column + 1}' if mark else ''}: {error.problem or error.context}."
        line = mark.line + 1 if mark else None
        raise UnreadablePackage(where, cause, "Look at the indentation there.", line=line, rule="descriptor-yaml") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        cause = f"The YAML is broken: {type(error).__name__}."
        raise UnreadablePackage(where, cause, "Write it as JSON.", rule="descriptor-yaml") from None


def _make_yaml_loader(yaml: Any) -> Any:
    """Make a loader that knows JSON's values only: a date stays text, 12:30 is no number, the country NO is not false."""
    whole = r"-?(?:0|[1-9][0-9]*)"
    known = {
        "null": (r"(?:~|null|)\Z", ["~", "n", ""]),
        "bool": (r"(?:true|false)\Z", ["t", "f"]),
        "int": (rf"{whole}\Z", list("-0123456789")),
        "float": (rf"{whole}(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)\Z", list("-0123456789")),
    }

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    for tag, (pattern, first) in known.items():
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
    return Loader


def decode(data: bytes, encoding: str | None, where: str) -> str:
    """Return the text of a file: UTF-8, with or without a byte order mark, unless another encoding is declared.

    Raises
    ------
    UnreadablePackage
        For any other bytes, and for a NUL byte.
    """
    if encoding is None or encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig"):
        text = _decode_utf8(data, where)
    else:
        text = _decode_declared(data, encoding, where)
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        raise UnreadablePackage(where, "The file holds a NUL byte.", "Delete it.", line=line, rule="encoding-error")
    return text


def _decode_utf8(data: bytes, where: str) -> str:
    told = _recognise(data)
    if told:
        raise UnreadablePackage(where, *told, line=1, rule="encoding-error")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"The file is not UTF-8 (byte {data[error.start]:#04x})."
        remedy = "Save it as UTF-8, or declare its encoding."
        if _looks_chinese(data):
            remedy = "It looks like GBK (a Chinese Windows spreadsheet): save it as “CSV UTF-8”, or declare its encoding."
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadablePackage(where, cause, remedy, line=line, rule="encoding-error") from None


def _decode_declared(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        cause, line = f"The file is not {encoding}, as its descriptor says.", data.count(b"\n", 0, error.start) + 1
        remedy = "Save it in that encoding, or declare the right one."
        raise UnreadablePackage(where, cause, remedy, line=line, rule="encoding-error") from None
    except (LookupError, ValueError):  # no such codec, one of bytes to bytes, or one that refuses
        cause = f"The encoding {encoding[:40]!r} is unknown."
        raise UnreadablePackage(where, cause, "Declare utf-8, and save the file so.", rule="encoding-error") from None


def _recognise(data: bytes) -> tuple[str, str] | None:
    """Name what is not text in UTF-8 from its first bytes: cause and remedy, or ``None``."""
    head = data[:200]
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "The file is a spreadsheet or an archive, not text.", "Open it and save it as “CSV UTF-8”."
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")):
        return "The file is compressed.", "Unpack it; an archive of the whole package may be a zip."
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (b"\0" in head and head.count(b"\0") * 3 > len(head)):
        return "The file is in UTF-16.", "Save it as “CSV UTF-8”."
    return None


def _looks_chinese(data: bytes) -> bool:
    """Whether some bytes are GBK and mostly common characters; Latin letters with accents give rare ones."""
    try:
        wide = [char for char in data.decode("gb18030") if not char.isascii()]
    except UnicodeDecodeError:
        return False
    common = sum(bool(char.encode("gb2312", "ignore")) for char in wide)
    return common * 2 > len(wide)


def read_bytes(source: Source, path: str) -> bytes:
    """Return the bytes of a file of a package.

    Raises
    ------
    UnreadablePackage
        Where the path leads out of the folder, to another host, or nowhere, or the file is too large or broken.
    """
    return _read_inside(source.folder, path, source.show(source.descriptor), MAX_FILE_BYTES)


def find_file(source: Source, path: str) -> Folder:
    """Return where a file of a package stands, for readers that open it themselves.

    Raises
    ------
    UnreadablePackage
        As ``read_bytes`` does.
    """
    where = source.show(source.descriptor)
    try:
        return _find_inside(source.folder, path, where, MAX_FILE_BYTES)
    except BROKEN as error:
        raise _explain_broken(error, path, where) from None


def _read_inside(folder: Folder, path: str, where: str, most: int) -> bytes:
    """Read a file of a folder; ``where`` is the descriptor that names it."""
    try:
        return _find_inside(folder, path, where, most).read_bytes()
    except BROKEN as error:
        raise _explain_broken(error, path, where) from None


def _find_inside(folder: Folder, path: str, where: str, most: int) -> Folder:
    unsafe = explain_unsafe(path)
    if unsafe:
        cause = f"The path {path[:200]!r} {unsafe}."
        raise UnreadablePackage(where, cause, "Put the file into the package's folder.", rule="path")
    file = folder.joinpath(*PurePosixPath(path).parts)
    if not file.is_file():
        remedy = "Add it, or take its resource out of the descriptor."
        raise UnreadablePackage(where, f"The file {path} is not there.", remedy, rule="missing-file")
    if isinstance(file, Path) and isinstance(folder, Path) and not file.resolve().is_relative_to(folder.resolve()):
        cause = f"The path {path!r} is a link out of the package's folder."
        raise UnreadablePackage(where, cause, "Put the file itself there.", rule="path")
    size = file.stat().st_size if isinstance(file, Path) else file.root.getinfo(file.at).file_size
    if size > most:
        cause = f"The file {path} has {size:,} bytes; at most {most:,} are read."
        raise UnreadablePackage(where, cause, "Make it smaller, or several of it.", rule="file-size")
    return file


def _explain_broken(error: Exception, path: str, where: str) -> UnreadablePackage:
    told = getattr(error, "strerror", None) or str(error) or type(error).__name__
    cause = f"The file {path} cannot be read: {told}."
    return UnreadablePackage(where, cause, "Mend or replace it.", rule="source-error")


# What file systems take for a name and, on the narrowest of ours, for a path, in bytes.
_LONGEST_NAME = 255
_LONGEST_PATH = 1000


def explain_unsafe(path: str) -> str | None:
    """Say why a path of a descriptor or of a zip may not be followed, or ``None``."""
    if "://" in path:
        return "is an address, and nothing is fetched"
    if path.startswith(("/", "\\", "~")) or path[1:2] == ":":
        return "is absolute"
    if ".." in path.replace("\\", "/").split("/"):
        return "leads out of the package's folder"
    if "\\" in path:
        return "has a backslash"
    if not path.isprintable():
        return "has a control character"
    if any(len(part.encode()) > _LONGEST_NAME for part in path.split("/")) or len(path.encode()) > _LONGEST_PATH:
        return "is longer than a disk takes"
    return None


def read_cells(source: Source, resource: Resource) -> Cells:
    """Read the cells of a table as text, every row as long as it is in the file.

    Raises
    ------
    UnreadablePackage
        Where the file cannot be read as CSV at all: bytes, quotes, no header.
    """
    data = read_bytes(source, resource.path)
    where = source.show(resource.path)
    rows, lines = [], []
    for line, row in parse_rows(decode(data, resource.encoding, where), resource, where):
        rows.append(row)
        lines.append(line)
    if not resource.dialect.header:
        names = resource.schema.names if resource.schema else tuple(f"field{i + 1}" for i in range(len(rows[0]) if rows else 0))
        return Cells(names, rows, lines)
    if not any(rows):
        raise UnreadablePackage(where, "The file is empty.", "Write at least its header row.", rule="source-error")
    if not rows[0]:
        cause, remedy = "The first row is blank.", "Delete it: the header stands there."
        raise UnreadablePackage(where, cause, remedy, line=lines[0], rule="source-error")
    return Cells(tuple(rows[0]), rows[1:], lines[1:])


def parse_rows(text: str, resource: Resource, where: str) -> Iterator[tuple[int, list[str]]]:
    """Return each row of a table with the line on which it begins.

    Raises
    ------
    UnreadablePackage
        Where the text is no CSV in the dialect of the resource.
    """
    dialect, line = resource.dialect, 1
    # The limit is one for the whole process: it is raised, never lowered.
    csv.field_size_limit(max(MAX_CELL_CHARACTERS, csv.field_size_limit()))
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=dialect.delimiter,
            quotechar=dialect.quote_char,
            doublequote=dialect.double_quote,
            escapechar=dialect.escape_char,
            skipinitialspace=dialect.skip_initial_space,
            strict=True,
        )
        for row in reader:
            if not (dialect.comment_char and row and row[0].startswith(dialect.comment_char)):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadablePackage(where, *_explain_csv(str(error)), line=line, rule="source-error") from None
    except (TypeError, ValueError) as error:
        raise UnreadablePackage(
            where, f"The dialect cannot be used: {error}.", "Use one character each.", rule="dialect"
        ) from None


def _explain_csv(error: str) -> tuple[str, str]:
    if "unexpected end of data" in error:
        return "A quote that opens in this row is never closed.", 'Close it with ", or write "" for a quote in a cell.'
    if "field larger" in error:
        return f"A cell has more than {MAX_CELL_CHARACTERS:,} characters.", "Look for a quote that is never closed."
    if "expected after" in error:
        return "Text follows a closing quote in this row.", 'Put the whole cell in quotes, and write "" for a quote in it.'
    return f"The CSV is broken: {error}.", 'Put the cell in quotes, and write "" for a quote in it.'


def find_unlisted(source: Source) -> list[str]:
    """Return the tables of a package that no resource names, in order; companions such as README are left out.

    Looked at are the package's folder and the folders below it that hold a named file.
    """
    named = {
        PurePosixPath(path)
        for resource in source.package.resources
        for path in (resource.path, *resource.parts)
        if path and not explain_unsafe(path)
    }
    folders = sorted({PurePosixPath(), *(path.parent for path in named)})
    return [
        name
        for below in folders
        if (folder := source.folder.joinpath(*below.parts)).is_dir()
        # A package within this one, as a catalogue has them, lists its files itself.
        and (below == PurePosixPath() or not any((folder / name).is_file() for name in DESCRIPTORS))
        for name in _list_tables(folder, below)
        if PurePosixPath(name) not in named
    ]


def _list_tables(folder: Folder, below: PurePosixPath) -> list[str]:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return [
        str(below / name)
        for name in names
        if name.lower().endswith((".csv", ".tsv", ".xlsx", ".xls", ".parquet"))
        and not name.startswith((".", "~$"))
        and not name.lower().startswith(_COMPANIONS)
    ]


def digest(data: bytes) -> str:
    """Return the sha256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _is_link(folder: Folder) -> bool:
    return isinstance(folder, Path) and folder.is_symlink()
