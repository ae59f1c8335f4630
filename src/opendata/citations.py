"""How to cite a package: GB/T 7714, BibTeX, APA, CSL-JSON, Citation File Format.

What its descriptor does not say is left out, never made up.
"""

from __future__ import annotations

import json
import re
from typing import Literal

from opendata.errors import WrongName
from opendata.model import Package

Style = Literal["gbt7714", "bibtex", "apa", "csl-json", "cff"]
STYLES: tuple[Style, ...] = ("gbt7714", "bibtex", "apa", "csl-json", "cff")

# Citation File Format takes a licence by its SPDX identifier only; these are the ones that data bear.
_SPDX = frozenset(
    (
        *(
            f"CC-{kind}-{version}"
            for kind in ("BY", "BY-SA", "BY-NC", "BY-ND", "BY-NC-SA", "BY-NC-ND")
            for version in ("3.0", "4.0")
        ),
        "Apache-2.0",
        "CC0-1.0",
        "MIT",
        "ODC-By-1.0",
        "ODbL-1.0",
        "PDDL-1.0",
    )
)

# YAML takes these in no string, JSON does: what is not seen, and marks of direction with it.
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")

_LATEX = {char: rf"\{char}" for char in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def cite(package: Package, style: str, *, language: str | None = None, accessed: str | None = None) -> str:
    """Return the citation of a package.

    Parameters
    ----------
    package
        Authors are its contributors, the date is the one that its changelog gives to its version, else ``created``,
        the address is its ``homepage``.
    style
        ``"gbt7714"`` (GB/T 7714-2015), ``"bibtex"``, ``"apa"`` (7th edition), ``"csl-json"`` or ``"cff"`` (a
        ``CITATION.cff`` by Citation File Format 1.2.0; it wants an author, and the package's name stands in for one).
    language
        Of the title, ``"zh"`` or ``"en"``; ``None``: Chinese for GB/T 7714, English else.
    accessed
        The day on which it was looked at, as ``2026-11-20``; told by GB/T 7714 only.

    Raises
    ------
    WrongName
        For a style that is not among these.
    """
    if style not in STYLES:
        raise WrongName("citation style", style, STYLES)
    title = package.title.in_language(language or ("zh" if style == "gbt7714" else "en")) or package.name
    makers = {"gbt7714": _cite_gbt7714, "bibtex": _cite_bibtex, "apa": _cite_apa, "csl-json": _cite_csl, "cff": _cite_cff}
    return makers[style](package, title, accessed)


def _cite_gbt7714(package: Package, title: str, accessed: str | None) -> str:
    date, address = find_date(package), find_address(package)
    carrier = "DS/OL" if address else "DS"
    published = (f"({date})" if date else "") + (f"[{accessed}]" if accessed else "")
    version = f"{package.version}版" if package.version else ""
    parts = (_authors(package, ", "), f"{title}[{carrier}]", version, published, address)
    return ". ".join(part for part in parts if part) + ("" if address else ".")


def _cite_apa(package: Package, title: str, accessed: str | None) -> str:
    year = find_date(package)[:4] or "n.d."
    version = f" (Version {package.version})" if package.version else ""
    authors = _authors(package, ", & ")
    described = f"{title}{version} [Data set]."
    begin = f"{authors}. ({year}). {described}" if authors else f"{described} ({year})."
    address = find_address(package)
    return f"{begin} {address}" if address else begin


def _cite_bibtex(package: Package, title: str, accessed: str | None) -> str:
    licences = ", ".join(str(item.get("name") or item.get("title") or "") for item in package.licenses)
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in _names(package)),
        "title": f"{{{_latex(title)}}}",
        "year": find_date(package)[:4],
        "version": _latex(package.version or ""),
        "url": find_address(package),
        "note": _latex(f"Data set, {licences}" if licences else "Data set"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    return "\n".join([f"@misc{{{_key(package)},", *lines, "}"])


def _cite_csl(package: Package, title: str, accessed: str | None) -> str:
    date = find_date(package)
    item: dict[str, object] = {
        "id": _key(package),
        "type": "dataset",
        "title": title,
        "author": [{"literal": name} for name in _names(package)],
        "version": package.version,
        "issued": {"date-parts": [[int(part) for part in date.split("-")]]} if date else None,
        "URL": find_address(package),
    }
    return json.dumps([{key: value for key, value in item.items() if value}], ensure_ascii=False, indent=2)


def _cite_cff(package: Package, title: str, accessed: str | None) -> str:
    date, address = find_date(package), find_address(package)
    licence = package.licenses[0] if len(package.licenses) == 1 else {}
    name, place = str(licence.get("name") or ""), str(licence.get("path") or "")
    lines = ["cff-version: 1.2.0", 'message: "If you use these data, please cite them as below."', "type: dataset"]
    lines += [
        f"title: {_yaml(title)}",
        "authors:",
        *(f"  - name: {_yaml(author)}" for author in _names(package) or [package.name]),
    ]
    if package.version:
        # With two dots YAML takes it for no number.
        plain = re.fullmatch(r"\d+\.\d+\.\d+", package.version, re.ASCII)
        lines.append(f"version: {package.version if plain else _yaml(package.version)}")
    lines += [f"date-released: {date}"] if len(date) == len("2026-11-20") else []
    if name in _SPDX:
        lines.append(f"license: {_yaml(name)}")
    elif _is_address(place):
        lines.append(f"license-url: {_yaml(place)}")
    lines += [f"url: {_yaml(address)}"] if _is_address(address) else []
    return "\n".join([*lines, ""])


def _yaml(text: str) -> str:
    """Quote a text for YAML: a JSON string is one too, but for what is not printable."""
    quoted = json.dumps(" ".join(text.split()), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", text))


def find_date(package: Package) -> str:
    """Return the date of the package's version, as ``2026``, ``2026-11`` or ``2026-11-20``; empty where none is said."""
    changes = package.descriptor.get("changelog")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict) and change.get("version") == package.version and _is_date(change.get("date")):
            return str(change["date"])
    created = (package.created or "")[:10]
    return created if _is_date(created) else ""


def find_address(package: Package) -> str:
    """Return the package's home page, or an empty text."""
    home = package.descriptor.get("homepage")
    return home if isinstance(home, str) else ""


def _is_date(text: object) -> bool:
    return isinstance(text, str) and bool(re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", text, re.ASCII))


def _names(package: Package) -> list[str]:
    return [str(person["title"]) for person in package.contributors if person.get("title")]


def _authors(package: Package, joint: str) -> str:
    return joint.join(_names(package))


def _key(package: Package) -> str:
    return f"{package.name}-{package.version}" if package.version else package.name


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in text)
