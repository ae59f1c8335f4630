"""Open data of Shandong's five-year plans, and the tools that publish it.

>>> import opendata as od
>>> "goods-trade" in od.names()
True

Importing this loads nothing but this file; every name below is fetched when it is first used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing typing for it would cost more than the rest

if TYPE_CHECKING:
    from typing import Any

    from opendata._packages import *  # noqa: F403 - a stub that `opendata codegen` makes: each package by its name
    from opendata._packages import load
    from opendata.differences import diff
    from opendata.errors import OpenDataError
    from opendata.exports import export
    from opendata.handles import Catalog, PackageHandle, TableHandle, prefetch
    from opendata.kinds import audit
    from opendata.lookup import search
    from opendata.publish import build
    from opendata.releases import release
    from opendata.report import Finding, Report
    from opendata.rules import validate
    from opendata.targets import progress
    from opendata.tidy import catalog, series

__version__ = "0.1.0"

__all__ = [
    "Catalog",
    "Finding",
    "OpenDataError",
    "PackageHandle",
    "Report",
    "TableHandle",
    "audit",
    "build",
    "catalog",
    "diff",
    "export",
    "load",
    "names",
    "prefetch",
    "progress",
    "release",
    "search",
    "series",
    "validate",
]

_HOMES = {
    "Catalog": "handles",
    "Finding": "report",
    "OpenDataError": "errors",
    "PackageHandle": "handles",
    "Report": "report",
    "TableHandle": "handles",
    "audit": "kinds",
    "build": "publish",
    "catalog": "tidy",
    "diff": "differences",
    "export": "exports",
    "prefetch": "handles",
    "progress": "targets",
    "release": "releases",
    "search": "lookup",
    "series": "tidy",
    "validate": "rules",
}


def names() -> tuple[str, ...]:
    """Return the names of the packages that come with this library.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> "goods-trade" in names()
    True
    """
    from opendata.handles import bundled_catalog

    return bundled_catalog().names()


if not TYPE_CHECKING:  # to a type checker any name would be right

    def load(name: str, version: str | None = None) -> PackageHandle:
        """Return a package that comes with this library, as it is or as it was released.

        Type checkers know the names and versions there are; for one that is only known at run time use
        ``Catalog().load(name, version)``.

        Parameters
        ----------
        name
            Case, ``-`` and ``_`` do not matter.
        version
            One of its releases, held against the checksums of its archive; ``None``: the package as it is.

        Returns
        -------
        PackageHandle
            With its tables as attributes.

        Raises
        ------
        WrongName
            Where no package has the name, or it has no such version; the error carries the near ones.

        Examples
        --------
        >>> load("goods-trade").tables
        ('observations',)
        >>> load("goods-trade", version="1.0.0").version
        '1.0.0'
        """
        from opendata.handles import bundled_catalog

        return bundled_catalog().load(name, version)

    def __getattr__(name: str) -> Any:
        import importlib.util

        if name in _HOMES:
            try:
                value = getattr(importlib.import_module(f"opendata.{_HOMES[name]}"), name)
            except ModuleNotFoundError as error:  # the library alone, without the extra that publishes
                from opendata.errors import MissingLibrary

                if isinstance(error, MissingLibrary) or not error.name or error.name.startswith("opendata"):
                    raise
                raise MissingLibrary(error.name, f"opendata.{name}", "'opendata-shandong[publish]'") from None
            globals()[name] = value
            return value
        if not name.startswith("_") and importlib.util.find_spec(f"opendata.{name}") is None:
            from opendata.errors import WrongName

            try:
                return load(name)
            except WrongName as error:
                raise AttributeError(str(error)) from None
        raise AttributeError(f"module 'opendata' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__", *(name.replace("-", "_") for name in names())})
