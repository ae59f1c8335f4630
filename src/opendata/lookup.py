"""Finding things by words, Chinese or English, without network: packages, indicators, places, documents, lists, items."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, get_args

from opendata.errors import WrongName
from opendata.handles import Catalog, PackageHandle, bundled_catalog
from opendata.model import Text

Kind = Literal["package", "indicator", "place", "document", "list", "item"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# How much a hit in a name, in a label that a document prints, in a definition, and in the name of a place that
# has such figures is worth.
_NAME, _LABEL, _PROSE, _CONTEXT = 1.0, 0.8, 0.4, 0.1
_SAME, _BEGINS, _HOLDS, _ALL_WORDS, _SLIP = 100.0, 80.0, 60.0, 45.0, 30.0
# Latin letters within a word (port in support) say less.
_WITHIN_WORD = 30.0
# So alike two words must be to be slips of each other.
_WORD_ALIKE = 0.75
# So many of a Chinese query's pairs of characters a text must hold to be meant by it.
_PAIRS_SHARED = 0.6


@dataclass(frozen=True)
class Hit:
    """A thing that a search has found.

    Attributes
    ----------
    kind
        ``package``, ``indicator``, ``place``, ``document``, ``list`` or ``item``.
    id
        Its id: a package's name, an ``indicator_id`` and so on.
    name
        In Chinese and English.
    packages
        The packages that hold its rows, to be given to ``load``; none for a place or a document that no row names.
    score
        How well it fits, more is better; only good for comparing hits of one search.
    """

    kind: Kind
    id: str
    name: Text
    packages: tuple[str, ...]
    score: float

    def __str__(self) -> str:
        names = " · ".join(dict.fromkeys((self.name.in_language("zh"), self.name.in_language("en"))))
        return f"{self.kind} {self.id}: {names}"


@dataclass(frozen=True)
class _Entry:
    """What can be found: its texts, made plain, each with what a hit in it is worth."""

    kind: Kind
    id: str
    name: Text
    packages: tuple[str, ...]
    texts: tuple[tuple[str, float], ...]

    @property
    def joined(self) -> str:
        return " ".join(text for text, _ in self.texts)


def search(
    query: str, *, kinds: Kind | Sequence[Kind] | None = None, limit: int = 20, catalog: Catalog | None = None
) -> tuple[Hit, ...]:
    """Find packages, indicators, places, documents, lists and items by words.

    Names, ids, the labels that documents print, and definitions are looked through; case, width, hyphens and
    blanks do not matter. Where nothing holds the words, slips of typing are allowed for.

    Parameters
    ----------
    query
        In Chinese or English; several words must all be there.
    kinds
        Only these kinds of things; ``None``: all.
    limit
        The most to return.
    catalog
        Where to look; ``None``: in the packages that come with this library.

    Returns
    -------
    tuple of Hit
        Best first; empty for an empty query.

    Raises
    ------
    WrongName
        For a kind that there is not.

    Examples
    --------
    >>> search("利用外资")[0].id
    'foreign-investment-used'
    >>> search("forign investmnt", kinds="package")[0].id
    'foreign-investment'
    """
    wanted = (kinds,) if isinstance(kinds, str) else tuple(kinds or KINDS)
    for kind in wanted:
        if kind not in KINDS:
            raise WrongName("kind of thing", kind, KINDS)
    plain = fold(query)
    if not plain:
        return ()
    entries = [entry for entry in _index(bundled_catalog() if catalog is None else catalog) if entry.kind in wanted]
    hits = _score_all(entries, lambda entry: _score(entry, plain)) or _search_with_slips(entries, plain)
    order = {kind: position for position, kind in enumerate(KINDS)}
    hits.sort(key=lambda hit: (-hit.score, order[hit.kind], len(hit.name.default), hit.id))
    return tuple(hits[:limit])


def fold(text: str) -> str:
    """Return a text as it is compared: one width, one case, words apart by single blanks."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in text).split())


def _score_all(entries: Iterable[_Entry], score: Callable[[_Entry], float]) -> list[Hit]:
    scored = ((entry, score(entry)) for entry in entries)
    return [Hit(entry.kind, entry.id, entry.name, entry.packages, round(points, 2)) for entry, points in scored if points]


def _score(entry: _Entry, query: str) -> float:
    compact = query.replace(" ", "")
    best = 0.0
    for text, worth in entry.texts:
        whole = text.replace(" ", "")
        if compact not in whole:
            continue
        share = len(compact) / len(whole)
        if compact == whole:
            points = _SAME
        elif whole.startswith(compact):
            points = _BEGINS + 10 * share
        elif query.isascii() and f" {query}" not in text:
            points = _WITHIN_WORD + 10 * share
        else:
            points = _HOLDS + 10 * share
        best = max(best, points * worth)
    words = query.split()
    if not best and len(words) > 1 and all(word in entry.joined for word in words):
        best = _ALL_WORDS * max(worth for text, worth in entry.texts if any(word in text for word in words))
    return best


# ----- slips of typing -----


def _search_with_slips(entries: Sequence[_Entry], query: str) -> list[Hit]:
    mended = _mend_words(entries, query)
    if mended:
        return _score_all(entries, lambda entry: _score(entry, mended) * _SLIP / _SAME)
    return _score_all(entries, _score_but_one(query)) or _score_all(entries, lambda entry: _share_pairs(entry, query))


def _mend_words(entries: Sequence[_Entry], query: str) -> str | None:
    """Put for each Latin word of a query the likest one that there is; ``None`` where one has none, or none changed."""
    vocabulary = sorted({word for entry in entries for text, _ in entry.texts for word in text.split() if word.isascii()})
    known = set(vocabulary)
    words = []
    for word in query.split():
        if word in known or not word.isascii():
            words.append(word)
            continue
        near = difflib.get_close_matches(word, vocabulary, 1, _WORD_ALIKE)
        if not near:
            return None
        words += near
    mended = " ".join(words)
    return mended if mended != query else None


def _score_but_one(query: str) -> Callable[[_Entry], float]:
    """Score texts that hold a Chinese query but for one character."""
    compact = query.replace(" ", "")
    if compact.isascii() or len(compact) < 3:
        return lambda entry: 0.0
    forms = (f"{re.escape(compact[:at])}.{re.escape(compact[at + 1 :])}" for at in range(len(compact)))
    pattern = re.compile("|".join(forms))

    def score(entry: _Entry) -> float:
        return max((_SLIP * worth for text, worth in entry.texts if pattern.search(text.replace(" ", ""))), default=0.0)

    return score


def _share_pairs(entry: _Entry, query: str) -> float:
    """Score by the pairs of neighbouring characters that a text shares with a Chinese query."""
    compact = query.replace(" ", "")
    pairs = {compact[at : at + 2] for at in range(len(compact) - 1)}
    if compact.isascii() or len(pairs) < 2:
        return 0.0
    best = 0.0
    for text, worth in entry.texts:
        shared = sum(pair in text for pair in pairs) / len(pairs)
        if shared >= _PAIRS_SHARED:
            best = max(best, _SLIP * shared * worth)
    return best


# ----- what there is -----


@dataclass
class _Uses:
    """What the rows of all packages say of ids: which packages name them, how documents print them, and where."""

    holders: dict[tuple[str, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    areas: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))


@lru_cache(maxsize=4)
def _index(catalog: Catalog) -> tuple[_Entry, ...]:
    packages = tuple(catalog)
    reference = next((package for package in packages if package.name == "reference"), None)

    def rows(table: str) -> list[dict[str, str]]:
        return reference[table].text_rows() if reference and table in reference.tables else []

    uses = _read_uses(packages)
    areas = {row.get("area_id", ""): row for row in rows("areas")}
    entries = []
    indicator_texts: dict[str, list[tuple[str, float]]] = {}
    for row in rows("indicators"):
        ident = row.get("indicator_id", "")
        texts = [*_names(row, "name"), (ident, _NAME), *((label, _LABEL) for label in uses.labels[ident])]
        indicator_texts[ident] = texts
        places = [text for area in uses.areas[ident] for text, _ in _names(areas.get(area, {}), "name")]
        more = [
            *((row.get(f"definition_{language}", ""), _PROSE) for language in ("zh", "en")),
            *((t, _CONTEXT) for t in places),
        ]
        entries.append(_entry("indicator", ident, _name(row, "name"), uses.holders["indicator_id", ident], [*texts, *more]))
    for ident, row in areas.items():
        # 青岛市 is also called 青岛.
        short = re.sub(r"(?<=..)[省市区县]$", "", row.get("name_zh", ""))
        texts = [*_names(row, "name"), (ident, _NAME), (short, _NAME)]
        entries.append(_entry("place", ident, _name(row, "name"), uses.holders["area_id", ident], texts))
    for row in rows("sources"):
        ident = row.get("source_id", "")
        texts = [*_names(row, "title"), (ident, _NAME), *((text, _PROSE) for text, _ in _names(row, "issuer"))]
        entries.append(_entry("document", ident, _name(row, "title"), uses.holders["source_id", ident], texts))
    for row in rows("lists"):
        ident = row.get("list_id", "")
        entries.append(
            _entry("list", ident, _name(row, "name"), uses.holders["list_id", ident], [*_names(row, "name"), (ident, _NAME)])
        )
    for package in packages:
        held = [ident for ident in indicator_texts if package.name in uses.holders["indicator_id", ident]]
        entries.append(_package_entry(package, [text for ident in held for text, _ in indicator_texts[ident]]))
        if package.meta.kind == "lists" and "items" in package.tables:
            entries += [_item_entry(package, row) for row in package["items"].text_rows()]
    return tuple(entries)


def _read_uses(packages: Sequence[PackageHandle]) -> _Uses:
    uses = _Uses()
    for package in packages:
        main = {"indicators": "observations", "lists": "items"}.get(package.meta.kind, "")
        for row in package[main].text_rows() if main in package.tables else ():
            for key in ("indicator_id", "list_id", "area_id", "source_id"):
                uses.holders[key, row.get(key, "")][package.name] = None
            if "indicator_id" in row:
                uses.labels[row["indicator_id"]][row.get("label_printed", "")] = None
                uses.areas[row["indicator_id"]][row.get("area_id", "")] = None
    return uses


def _package_entry(package: PackageHandle, held: Sequence[str]) -> _Entry:
    meta = package.meta
    texts = [(meta.name, _NAME), *((text, _NAME) for text in (meta.title.default, *meta.title.others.values()))]
    for table in package.tables:
        title = package[table].title
        texts += [(text, _PROSE) for text in (table, title.default, *title.others.values())]
    texts += [(text, _PROSE) for text in (meta.description.default, *meta.description.others.values(), *held)]
    return _entry("package", meta.name, Text(meta.title.default or meta.name, meta.title.others), [meta.name], texts)


def _item_entry(package: PackageHandle, row: dict[str, str]) -> _Entry:
    texts = [*_names(row, "name"), (row.get("item_id", ""), _NAME), (row.get("organisation", ""), _LABEL)]
    texts += [(row.get(f"note_{language}", ""), _PROSE) for language in ("zh", "en")]
    return _entry("item", row.get("item_id", ""), _name(row, "name"), [package.name], texts)


def _entry(kind: Kind, ident: str, name: Text, packages: Iterable[str], texts: Iterable[tuple[str, float]]) -> _Entry:
    folded = ((fold(text), worth) for text, worth in texts)
    return _Entry(kind, ident, name, tuple(packages), tuple((text, worth) for text, worth in folded if text))


def _names(row: dict[str, str], name: str) -> list[tuple[str, float]]:
    return [(row.get(f"{name}_{language}", ""), _NAME) for language in ("zh", "en")]


def _name(row: dict[str, str], name: str) -> Text:
    return Text(row.get(f"{name}_zh", ""), {"en": row.get(f"{name}_en", "")})
