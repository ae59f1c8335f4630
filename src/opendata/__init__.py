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

    from opendata.errors import OpenDataError
    from opendata.handles import Catalog, PackageHandle, TableHandle
    from opendata.publish import build
    from opendata.report import Finding, Report
    from opendata.rules import audit, validate

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
    "load",
    "names",
    "validate",
]

_HOMES = {
    "Catalog": "handles",
    "Finding": "report",
    "OpenDataError": "errors",
    "PackageHandle": "handles",
    "Report": "report",
    "TableHandle": "handles",
    "audit": "rules",
    "build": "publish",
    "validate": "rules",
}


def names() -> tuple[str, ...]:
    """Return the names of the packages that come with this library."""
    from opendata.handles import bundled_catalog

    return bundled_catalog().names()


def load(name: str) -> PackageHandle:
    """Return a package that comes with this library, by its name.

    Raises
    ------
    WrongName
        Where no package has it; the error carries the near ones.
    """
    from opendata.handles import bundled_catalog

    return bundled_catalog().load(name)


def __getattr__(name: str) -> Any:
    import importlib.util

    if name in _HOMES:
        value = getattr(importlib.import_module(f"opendata.{_HOMES[name]}"), name)
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
