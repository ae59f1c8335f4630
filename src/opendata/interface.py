"""The public names of a Python package, read from its sources: signatures and NumPy docstrings, nothing imported.

Public is what ``__all__`` of the package lists, and what comes with it: the classes that these functions and the
members of these classes return, and the errors that are of the same family as a public error.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from opendata.errors import BuildFailed, MissingLibrary

# Longer than this a signature stands in several lines.
_LINE = 60

# Methods that a user calls without writing their names.
_CALLED = {"__getitem__", "__len__", "__iter__", "__arrow_c_stream__"}


@dataclass(frozen=True)
class Named:
    """A parameter, an attribute, a result or an error, as its docstring describes it; ``name`` or ``type`` may be empty."""

    name: str
    type: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A public name.

    Attributes
    ----------
    name
        As users write it below the package: ``search``, ``TableHandle.rows``.
    kind
        ``function``, ``class``, ``method`` or ``property``.
    signature
        As it is called, with types and defaults; the type alone for a property.
    text
        The first paragraphs of the docstring; `` ``code`` `` is marked as in reStructuredText.
    parameters, attributes, returns, raises
        Its sections; empty where it has none.
    examples
        Doctests and the sentences between them, as (whether it is code, text).
    members
        The public members of a class, in the order of the source.
    """

    name: str
    kind: str
    signature: str
    text: str
    parameters: tuple[Named, ...] = ()
    attributes: tuple[Named, ...] = ()
    returns: tuple[Named, ...] = ()
    raises: tuple[Named, ...] = ()
    examples: tuple[tuple[bool, str], ...] = ()
    members: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Interface:
    """A package's public names, and the classes and errors that come with them; each in alphabetical order."""

    package: str
    names: tuple[Entry, ...]
    values: tuple[Entry, ...]
    errors: tuple[Entry, ...]


def read_interface(folder: Path) -> Interface:
    """Read the public names of the package in a folder.

    Parameters
    ----------
    folder
        The package's own folder, which holds ``__init__.py``.

    Returns
    -------
    Interface
        The names of ``__all__`` and what comes with them.

    Raises
    ------
    BuildFailed
        Where there is no such package, or it has no ``__all__``.
    MissingLibrary
        Where griffelib is not installed (the extra ``publish``).
    """
    try:
        import griffe
    except ImportError:
        raise MissingLibrary("griffelib", "A reference of a Python library", "'opendata-shandong[publish]'") from None
    with _silent():
        try:
            package: Any = griffe.load(
                folder.name, search_paths=[folder.parent], allow_inspection=False, docstring_parser="numpy"
            )
        except (ImportError, griffe.GriffeError) as error:
            raise BuildFailed(
                f"{folder} cannot be read as a Python package: {error}; mend it, or `library` in mkdocs.yml"
            ) from None
        return _read(package, folder)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Let griffe say nothing on its own; what matters is told by an error."""
    logger = logging.getLogger("griffe")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _read(package: Any, folder: Path) -> Interface:
    listed = [_resolve(package, str(name)) for name in package.exports or ()]
    if not listed:
        raise BuildFailed(f"{folder}/__init__.py has no __all__. List there what is public, or leave `library` away.")
    found = {one.path: one for one in listed}
    families = [one for one in listed if one.is_class and _is_error(one)]
    _follow(package, listed, found)
    errors = [one for one in _classes(package) if one not in listed and _descends(one, families)]
    values = [one for one in found.values() if one not in listed and one not in errors]
    return Interface(package.name, *(tuple(map(_entry, sorted(group, key=_by_name))) for group in (listed, values, errors)))


def _by_name(one: Any) -> str:
    return str(one.name).lower()


def _resolve(package: Any, name: str) -> Any:
    """Return what a public name stands for: where it is defined, not where it is imported."""
    try:
        one = package.members[name]
        return one.final_target if one.is_alias else one
    except Exception:  # noqa: BLE001 - griffe has an exception for each way in which a name may lead nowhere
        raise BuildFailed(f"{package.name}.__all__ names {name}, which is not there. Mend it.") from None


def _follow(package: Any, start: Sequence[Any], found: dict[str, Any]) -> None:
    """Add the classes of the package that public functions, methods and attributes give, and those that these give."""
    waiting = list(start)
    while waiting:
        one = waiting.pop(0)
        for path in dict.fromkeys(path for annotation in _given(one) for path in _names_in(annotation)):
            given = _find_class(package, path)
            if given is not None and given.path not in found:
                found[given.path] = given
                waiting.append(given)


def _find_class(package: Any, path: str) -> Any:
    """Return the public class of the package at a path; ``None`` for another package's, or for what is no class."""
    if not path.startswith(f"{package.name}."):
        return None
    try:
        one = package.modules_collection[path]
        one = one.final_target if one.is_alias else one
    except Exception:  # noqa: BLE001 - griffe has an exception for each way in which a name may lead nowhere
        return None
    return one if one.is_class and not one.name.startswith("_") else None


def _given(one: Any) -> Iterator[Any]:
    """The annotations of what a user gets from a function, or from the members of a class."""
    if one.is_function:
        yield one.returns
    elif one.is_attribute:
        yield one.annotation
    elif one.is_class:
        each = [one.members["__iter__"]] if "__iter__" in one.members else []
        for member in (*_public_members(one), *_fields(one), *each):
            yield from _given(member)


def _names_in(annotation: Any) -> Iterator[str]:
    """The full names of what an annotation mentions."""
    if annotation is not None and not isinstance(annotation, str):
        for part in annotation.iterate(flat=True):
            if hasattr(part, "canonical_path"):  # a name, not a bracket or a comma
                yield str(part.canonical_path)


def _classes(package: Any) -> Iterator[Any]:
    for module in package.modules.values():
        yield from (one for one in module.classes.values() if not one.is_alias and not one.name.startswith("_"))


def _is_error(one: Any) -> bool:
    return any(str(base) in {"Exception", "BaseException"} for base in one.bases)


def _descends(one: Any, families: Iterable[Any]) -> bool:
    names, left, seen = {family.name for family in families}, [one], set()
    while left:
        current = left.pop()
        for base in map(str, current.bases):
            if base in names:
                return True
            if base in current.module.classes and base not in seen:
                seen.add(base)
                left.append(current.module.classes[base])
    return False


def _public_members(one: Any) -> list[Any]:
    members = [member for member in one.members.values() if not member.is_alias]
    return [
        member
        for member in members
        if (not member.name.startswith("_") or (member.name in _CALLED and member.docstring))
        and (member.is_function or (member.is_attribute and "property" in member.labels))
    ]


def _fields(one: Any) -> list[Any]:
    """The fields of a dataclass."""
    if "dataclass" not in one.labels:
        return []
    members = [member for member in one.members.values() if member.is_attribute and not member.name.startswith("_")]
    return [member for member in members if "property" not in member.labels and member.annotation is not None]


def _entry(one: Any) -> Entry:
    is_member = one.parent is not None and one.parent.is_class
    kind = "class" if one.is_class else "property" if one.is_attribute else "method" if is_member else "function"
    sections: dict[str, list[Any]] = {}
    for section in one.docstring.parsed if one.docstring else ():
        sections.setdefault(section.kind.value, []).append(section.value)

    def named(key: str) -> tuple[Named, ...]:
        return _join_same(_named(item) for value in sections.get(key, ()) for item in value)

    return Entry(
        name=f"{one.parent.name}.{one.name}" if is_member else one.name,
        kind=kind,
        signature=_signature(one),
        text="\n\n".join(sections.get("text", ())),
        parameters=named("parameters"),
        attributes=_describe_fields(one, sections.get("attributes", ())) if one.is_class else (),
        returns=named("returns"),
        raises=named("raises"),
        examples=tuple((kind.value == "examples", text) for value in sections.get("examples", ()) for kind, text in value),
        members=tuple(_entry(member) for member in _public_members(one)) if one.is_class else (),
    )


def _describe_fields(one: Any, sections: Iterable[Any]) -> tuple[Named, ...]:
    """Every field of a dataclass with its type, and what the docstring says of it; else what the docstring says."""
    # What stands before the colon may be several names, which griffe leaves together.
    items = [item for value in sections for item in map(_named, value)]
    told = {name: replace(item, name=name) for item in items for name in item.name.split(", ")}
    fields = {field.name: Named(field.name, _type(field.annotation), "") for field in _fields(one)}
    both = {name: Named(name, field.type, told[name].text if name in told else "") for name, field in fields.items()}
    return _join_same((both | {name: item for name, item in told.items() if name not in both}).values())


def _named(item: Any) -> Named:
    """Read an item of a section; an error is named by its type, and the type of a parameter stands in the signature."""
    told = "" if item.annotation is None else str(item.annotation)
    return Named(str(getattr(item, "name", "") or ""), told, str(item.description or "").strip())


def _join_same(items: Iterable[Named]) -> tuple[Named, ...]:
    """Put back together what a docstring describes in one breath: ``site, name, url``."""
    joined: list[Named] = []
    for item in items:
        if joined and item.name and item.text and joined[-1].text == item.text:
            joined[-1] = Named(f"{joined[-1].name}, {item.name}", "", item.text)
        else:
            joined.append(item)
    return tuple(joined)


# ----- signatures -----


def _signature(one: Any) -> str:
    if one.is_attribute:
        return _type(one.annotation)
    if one.is_class:
        # Of a dataclass the attributes are told; it is given, not made.
        made = one.members.get("__init__")
        return _call(one.name, made.parameters, None) if made is not None and not made.is_alias else str(one.name)
    return _call(one.name, one.parameters, one.returns)


def _call(name: str, parameters: Any, returns: Any) -> str:
    told = list(_parameters(parameters))
    end = f" -> {_type(returns)}" if returns is not None else ""
    line = f"{name}({', '.join(told)}){end}"
    if len(line) <= _LINE or not told:
        return line
    return "\n".join([f"{name}(", *(f"    {one}," if one != "*" else "    *," for one in told), f"){end}"])


def _parameters(parameters: Any) -> Iterator[str]:
    starred = False
    for parameter in parameters:
        if parameter.name in ("self", "cls"):
            continue
        kind = parameter.kind.value
        if kind == "keyword-only" and not starred:
            yield "*"
            starred = True
        stars = {"variadic positional": "*", "variadic keyword": "**"}.get(kind, "")
        starred = starred or stars == "*"
        told = f"{stars}{parameter.name}"
        if parameter.annotation is not None:
            told += f": {_type(parameter.annotation)}"
        if parameter.default is not None and not stars:
            told += (" = " if parameter.annotation is not None else "=") + str(parameter.default)
        yield told


def _type(annotation: Any) -> str:
    """Write a type as a reader needs it: without the modules it comes from."""
    return re.sub(r"\b(?:citations|frames|read|os|casts)\.(?=[A-Z])", "", str(annotation or ""))
