"""What can go wrong in a call; bad data is not here, it is a report.

::

    OpenDataError
    ├── WrongName        a name that nothing has; carries the near ones
    ├── UnreadablePackage  a descriptor or a file that cannot be read at all
    ├── MissingLibrary   an optional library that the call needs
    ├── WrongUse         arguments that do not go together
    └── BuildFailed      a site that could not be built; the last one stands
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class OpenDataError(Exception):
    """Base of everything this library raises; its text is one line with a cause and a remedy."""


class WrongName(OpenDataError, LookupError):
    """A package, table, column or field value that does not exist.

    Attributes
    ----------
    kind, name
        What was asked for, for example ``"package"`` and ``"good-trade"``.
    near
        The existing names closest to it, best first; may be empty.
    """

    def __init__(self, kind: str, name: str, existing: Iterable[str]) -> None:
        existing = sorted(set(existing))
        self.kind, self.name, self.near = kind, name, nearest(name, existing)
        if self.near:
            hint = f"Did you mean {', '.join(self.near)}?"
        elif existing:
            hint = f"There are: {', '.join(existing[:12])}{' …' if len(existing) > 12 else ''}."
        else:
            hint = "There are none."
        super().__init__(f"No {kind} is named {name!r}. {hint}")

    def __reduce__(self) -> tuple[object, ...]:
        return _remake_wrong_name, (self.kind, self.name, self.near, str(self))


def _remake_wrong_name(kind: str, name: str, near: tuple[str, ...], text: str) -> WrongName:
    error = WrongName(kind, name, near)
    error.args = (text,)
    return error


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


class BuildFailed(OpenDataError):
    """The site could not be built; what was there before still stands."""


def nearest(name: str, existing: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return the names closest to ``name``, ignoring case, hyphens and underscores, best first."""
    plain = {_plain(other): other for other in existing}
    wanted = _plain(name)
    close = difflib.get_close_matches(wanted, plain, n=count, cutoff=0.6)
    inside = [key for key in plain if wanted and wanted in key and key not in close]
    return tuple(plain[key] for key in [*close, *inside][:count])


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
