"""What can go wrong in a call; bad data is not here, it is a report.

::

    OpenDataError
    ├── WrongName        a name that nothing has; carries the near ones
    ├── UnreadablePackage  a descriptor or a file that cannot be read at all
    ├── MissingLibrary   an optional library that the call needs
    ├── WrongUse         arguments that do not go together
    ├── DownloadFailed   what is at an address cannot be had, or is not what it should be
    │   └── Unreachable  because its server does not answer now
    └── BuildFailed      a site that could not be built; the last one stands
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Below this share of common characters two names are not slips of each other.
_ALIKE = 0.6


class OpenDataError(Exception):
    """Base of everything this library raises; its text is one line with a cause and a remedy."""

    def __reduce__(self) -> tuple[object, ...]:
        # Their arguments are fields, their ``args`` a text: a worker process could not send them home otherwise.
        return _remake, (type(self), self.args, dict(self.__dict__))


def _remake(kind: type[OpenDataError], args: tuple[object, ...], state: dict[str, object]) -> OpenDataError:
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(state)
    return error


class WrongName(OpenDataError, LookupError):
    """A package, table, column or field value that does not exist.

    Attributes
    ----------
    kind, name
        What was asked for, for example ``"package"`` and ``"good-trade"``.
    near
        The existing names closest to it, best first; may be empty.
    """

    def __init__(self, kind: str, name: str, existing: Iterable[str] | Mapping[str, Iterable[str]]) -> None:
        self.kind, self.name, self.near = kind, name, nearest(name, existing)
        known = sorted(set(existing))
        if self.near:
            hint = f"Did you mean {', '.join(self.near)}?"
        elif known:
            hint = f"There are: {', '.join(known[:12])}{' …' if len(known) > 12 else ''}."
        else:
            hint = "There are none."
        super().__init__(f"No {kind} is named {name!r}. {hint}")


class UnreadablePackage(OpenDataError):
    """A package or a file of it that cannot be read; ``path`` says which, ``line`` where if that is known."""

    def __init__(self, path: object, cause: str, remedy: str, *, line: int | None = None, rule: str = "package") -> None:
        self.path, self.cause, self.remedy, self.line, self.rule = str(path), cause, remedy, line, rule
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {cause} {remedy}")


class MissingLibrary(OpenDataError, ImportError):
    """An optional library that is not installed; the text says the command that installs it."""

    def __init__(self, library: str, purpose: str, install: str) -> None:
        super().__init__(f"{purpose} needs {library}, which is not installed. Run: pip install {install}")


class WrongUse(OpenDataError, ValueError):
    """Arguments that do not go together, or a file where a folder is needed."""


class DownloadFailed(OpenDataError):
    """What is at an ``address`` cannot be had, or is not what it should be; nothing of it is kept."""

    def __init__(self, address: object, cause: str, remedy: str) -> None:
        self.address, self.cause, self.remedy = str(address), cause, remedy
        super().__init__(f"{address}: {cause} {remedy}")


class Unreachable(DownloadFailed):
    """The server of an address does not answer now, or breaks off."""


class BuildFailed(OpenDataError):
    """The site could not be built; what was there before still stands."""


def nearest(name: str, existing: Iterable[str] | Mapping[str, Iterable[str]], count: int = 3) -> tuple[str, ...]:
    """Return the names closest to ``name``, best first, ignoring case, hyphens, underscores and blanks.

    Parameters
    ----------
    name
        What was asked for.
    existing
        The names there are; or a mapping of each name to its titles, by which it is found too.
    count
        The most to return.

    Examples
    --------
    >>> nearest("Good_Trade", ["goods-trade", "services-trade"], 1)
    ('goods-trade',)
    >>> nearest("外资", {"foreign-investment": ["利用外资", "Foreign investment"]})
    ('foreign-investment',)
    """
    titles = existing if isinstance(existing, Mapping) else dict.fromkeys(existing, ())
    wanted = plain_name(name)
    scored = []
    for position, other in enumerate(titles):
        score = max(_likeness(wanted, plain_name(text)) for text in (other, *titles[other]))
        if score:
            scored.append((-score, position, other))
    return tuple(other for _, _, other in sorted(scored)[:count])


def _likeness(wanted: str, other: str) -> float:
    """Return how alike two plain names are, from 0 (not) to 1 (the same)."""
    if not wanted or not other:
        return 0.0
    import difflib  # only a wrong name needs it

    matcher = difflib.SequenceMatcher(None, wanted, other)
    ratio = matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0
    if ratio >= _ALIKE:
        return ratio
    # A part of a name is a weaker hint than a slip in typing the whole; one Latin letter is none.
    inside = wanted in other and (len(wanted) > 1 or not wanted.isascii())
    return _ALIKE * (0.5 + 0.5 * len(wanted) / len(other)) if inside else 0.0


def plain_name(name: str) -> str:
    """Return a name as it is compared: ``Goods Trade``, ``goods_trade`` and ``goods-trade`` are one."""
    if not isinstance(name, str):
        raise WrongUse(f"A name is a text, and this is of type {type(name).__name__}: {name!r}.")
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
