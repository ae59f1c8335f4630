"""Pages to disk, all or nothing.

The only place that knows MkDocs: a stub of a page goes in, its shell (header, navigation, contents, footer) comes
out, and the tables and charts are put into the shell.
Everything is made in a folder beside the last good site, checked there, and then takes its place in one step.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from opendata.cards import make_cards
from opendata.charts import CARD_HEIGHT, CARD_WIDTH, colour_rules
from opendata.collection import Collection
from opendata.errors import BuildFailed, MissingLibrary, WrongUse
from opendata.files import hold
from opendata.handles import Catalog
from opendata.model import Text
from opendata.render import LANGUAGES, Guide, Link, Page, Rendered, Site, localised, relative, render_site
from opendata.report import Report, count
from opendata.rules import check
from opendata.standard import read_workspace
from opendata.words import Language

Progress = Callable[[str], None]

_SLOT = re.compile(r'<div data-od-slot="(\d+)"></div>')
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>(.*?)</script>", re.DOTALL)
_ASSET = re.compile(r'(\b(?:href|src)=")((?:\.\./)*|\./)?assets/')
_MARKDOWN = re.compile(r"[^\w\s]")

_FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
_CODE_BLOCK = re.compile(r'<pre><code(?: class="language-(\w+)")?>')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_SIDEWAYS = re.compile(r'<a href="\.\./([\w-]+)/">([^<]*)</a>')
# Material's switches for a drawer and a search that we do not have.
_SWITCH = re.compile(r'<input class="md-toggle"[^>]*>|<label class="md-overlay"[^>]*></label>')
_SKIP = re.compile(r'(<a href="[^"]*" class="md-skip">)[^<]*')
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_DARK_RULE = re.compile(r'^\[data-md-color-scheme="slate"\]\s*\{([^{}]*)\}', re.MULTILINE)

# Of the theme only its frame is used: its style sheet, and none of its scripts, icons and colours.
_THEME_FILES = re.compile(r"assets/stylesheets/main\.[0-9a-f]+\.min\.css")

# A site under way is made in a folder of this name beside the one that stands.
_FRESH = ".new-"

# Characters that are not seen and change how a title reads: controls, and those that turn the direction of writing.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# A title in a browser's tab and in search results is cut far earlier.
_LONGEST_TITLE = 200


# How HTML names the languages, and how they name themselves.
_CODES: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}
_NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}

# Written pages that lead the reader of every page to them, where a project has them.
_WRITTEN = ("python", "validation", "hosting", "about")

_SECTIONS = ("topics", "indicators", "places", "documents", "lists", "progress", "data", "changes")


@dataclass(frozen=True)
class Built:
    """What a build made: the folder of the site, the report of the validation before it, the count of pages and bytes."""

    folder: Path
    report: Report
    pages: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Inputs:
    """Where the site's own inputs stand: the folder ``site/`` and ``mkdocs.yml``, and what the site is called.

    ``prose`` is the folder of written pages, ``None`` for the built-in design: our own words are not anybody else's.
    ``licences`` are those of the packages, for the foot of each page.
    """

    folder: Path
    config: Path
    site: Site
    prose: Path | None = None
    licences: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> dict[str, Any]:
        """The texts of ``texts.toml`` by group, key and language."""
        return tomllib.loads((self.folder / "texts.toml").read_text("utf-8"))


def find_inputs(site: str | os.PathLike[str] | None = None, name: str | None = None, url: str | None = None) -> Inputs:
    """Return the inputs of a site: those of a project folder, else those that come with this library.

    Parameters
    ----------
    site
        A folder that holds ``mkdocs.yml`` and ``site/``; ``None``: the current folder if it does, else the library's own.
    name
        What the site is called; ``None``: what ``mkdocs.yml`` of the project says, else a plain name.
    url
        The address at which it will stand.

    Raises
    ------
    WrongUse
        Where ``site`` has no such files.
    """
    try:
        import yaml
    except ImportError:
        raise MissingLibrary("pyyaml", "Building a site", "'opendata-shandong[publish]'") from None
    project = Path(site) if site is not None else Path.cwd()
    own = (project / "mkdocs.yml").is_file() and (project / "site" / "texts.toml").is_file()
    if site is not None and not own:
        raise WrongUse(
            f"{project} has no mkdocs.yml with site/texts.toml beside it. Leave --site away to use the built-in one."
        )
    if own:
        folder, config = project / "site", project / "mkdocs.yml"
    else:
        inside = Path(__file__).resolve().parent / "_site"
        folder = inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "site"
        config = inside / "mkdocs.yml" if inside.is_dir() else folder.parent / "mkdocs.yml"
    told = yaml.safe_load(config.read_text("utf-8"))["extra"].get("opendata", {}) if own else {}
    if name is not None:
        names = Text(name)
    elif told.get("name"):
        names = Text(told["name"]["zh"], {"en": told["name"]["en"]})
    else:
        names = Text("开放数据", {"en": "Open data"})
    tagline = told.get("tagline") or {}
    site_value = Site(
        names,
        Text(tagline.get("zh", ""), {"en": tagline.get("en", "")}),
        url or str(told.get("url") or ""),
        _read_guides(folder / "pages") if own else (),
        (project / told["library"]).resolve() if told.get("library") else None,
    )
    return Inputs(folder.resolve(), config.resolve(), site_value, folder.resolve() / "pages" if own else None)


def _read_guides(folder: Path) -> tuple[Guide, ...]:
    """Read what the front matter of the written pages says of each; a page without one has no title but its name."""
    import yaml

    said: dict[str, dict[str, dict[str, Any]]] = {}
    for language in LANGUAGES:
        for file in sorted((folder / language).glob("*.md")):
            matter = _FRONT_MATTER.match(file.read_text("utf-8"))
            said.setdefault(file.stem, {})[language] = (yaml.safe_load(matter[1]) if matter else None) or {}

    def read(path: str, key: str, default: str) -> Text:
        texts = {language: str(matter.get(key) or default) for language, matter in said[path].items()}
        return Text(texts.get("zh", default), {"en": texts.get("en", default)})

    return tuple(Guide(path, read(path, "title", path), read(path, "description", "")) for path in said)


def build(
    *paths: str | os.PathLike[str],
    out: str | os.PathLike[str] = "build",
    site: str | os.PathLike[str] | None = None,
    name: str | None = None,
    url: str | None = None,
    progress: Progress | None = None,
) -> Built:
    """Validate data packages and build their site into ``out/site``.

    Parameters
    ----------
    *paths
        One folder or zip that holds the packages.
    out
        The folder for everything that is made.
    site
        A folder that holds ``mkdocs.yml`` and ``site/``; ``None``: the current folder if it does, else the built-in design.
    name
        What the site is called; ``None``: what ``mkdocs.yml`` of the project says, else a plain name.
    url
        The address at which it will stand.
    progress
        Called with a line before each step.

    Returns
    -------
    Built
        With a report that is not ``valid`` where the data have errors: then nothing was built, and what stood before stands.

    Raises
    ------
    BuildFailed
        Where the pages do not pass their checks, MkDocs fails, the disk is full, or another build is under way.
    """
    if len(paths) != 1:
        raise WrongUse("Name one folder that holds data packages, for example datapackages/.")
    say = progress or (lambda line: None)
    target = Path(out).resolve()
    inputs = find_inputs(site, name, url)
    say("validating")
    workspace = read_workspace([Path(path) for path in paths])
    report = check(workspace)
    if not report.valid:
        return Built(target / "site", report)
    say("rendering")
    collection = Collection(Catalog(paths[0]))
    inputs = replace(inputs, licences=_find_licences(collection))
    rendered = render_site(collection, inputs.folder, inputs.site, report)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with hold(target), _clear_leftovers(target), tempfile.TemporaryDirectory(prefix=_FRESH, dir=target) as folder:
            fresh = Path(folder) / "site"
            _build_into(fresh, Path(folder), target, rendered, inputs, say)
            say("checking")
            problems = find_problems(fresh, rendered.pages)
            if problems:
                shown = "; ".join(problems[:5])
                raise BuildFailed(f"{count(len(problems), 'problem')} in the pages, the last site stands: {shown}")
            _swap(fresh, target / "site")
    except OSError as error:
        raise BuildFailed(
            f"The site could not be written to {target}: {error.strerror or error}. The last one stands."
        ) from error
    sizes = [file.stat().st_size for file in (target / "site").rglob("*") if file.is_file()]
    return Built(target / "site", report, len(rendered.pages), len(sizes), sum(sizes))


@contextlib.contextmanager
def _clear_leftovers(target: Path) -> Iterator[None]:
    """Tidy up after a build that was killed: put a site back that was just being replaced, remove half-made ones."""
    for leftover in sorted(target.glob(f"{_FRESH}*")):
        if (leftover / "old").is_dir() and not (target / "site").exists():
            (leftover / "old").rename(target / "site")
        shutil.rmtree(leftover)
    yield


def _swap(fresh: Path, place: Path) -> None:
    """Put the new site in the place of the old one: two renames, and the old one back if the second fails."""
    old = fresh.parent / "old"
    if place.exists():
        place.rename(old)
    try:
        fresh.rename(place)
    except BaseException:
        if old.exists():
            old.rename(place)
        raise


# ----- MkDocs -----


def _build_into(fresh: Path, folder: Path, target: Path, rendered: Rendered, inputs: Inputs, say: Progress) -> None:
    say(f"writing {len(rendered.pages)} pages")
    docs = folder / "docs"
    for language in LANGUAGES:
        _write_stubs(docs / language, [page for page in rendered.pages if page.language == language], inputs, language)
    _replace(docs, target / "docs")
    say("making the shell")
    shells = {language: folder / "shell" / language for language in LANGUAGES}
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        configs = [
            _write_config(folder, target / "docs" / language, shells[language], rendered, inputs, language)
            for language in LANGUAGES
        ]
        list(pool.map(_run_mkdocs, configs))
    cards = make_cards(rendered.pages, inputs.site)
    for line in cards.told:
        say(line)
    for path, data in cards.files.items():
        _write(fresh / path, data)
    say("putting tables and charts in")
    _take_over(shells["zh"], fresh)
    known = {page.address for page in rendered.pages}
    for page in rendered.pages:
        shell = shells[page.language] / page.path / "index.html"
        text = _fill(shell.read_text("utf-8"), page, inputs, card=cards.by_page.get(page.address, ""))
        _write(fresh / page.address / "index.html", text.encode())
    for language in LANGUAGES:
        _take_over_prose(shells[language], fresh, language, known, inputs)
    for path, data in rendered.files.items():
        _write(fresh / path, data)


def _write_stubs(folder: Path, pages: Sequence[Page], inputs: Inputs, language: Language) -> None:
    import yaml

    for page in pages:
        matter = {
            "title": html.escape(_shorten(_one_line(page.title))),
            "description": html.escape(_one_line(page.description)),
        }
        lines = [
            "---",
            yaml.safe_dump(matter, allow_unicode=True, width=10**6).rstrip(),
            "---",
            "",
            f"# {_escape(page.title)}",
            "",
        ]
        for number, section in enumerate(page.sections):
            if section.heading:
                lines += [f"## {_escape(section.heading)} {{#{section.anchor}}}", ""]
            lines += [f'<div data-od-slot="{number}"></div>', ""]
        _write(folder / page.path / "index.md", "\n".join(lines).encode())
    for file in sorted((inputs.prose / language).glob("*.md")) if inputs.prose else []:
        _write(folder / file.stem / "index.md", file.read_bytes())
    for name, data in _beside_prose(inputs, language):
        _write(folder / name, data)
    _write_assets(folder / "assets" / "od", inputs)


def _beside_prose(inputs: Inputs, language: Language) -> Iterator[tuple[str, bytes]]:
    """The files that stand beside written pages: those in a folder of the page's name."""
    if inputs.prose:
        folder = inputs.prose / language
        yield from ((file.relative_to(folder).as_posix(), file.read_bytes()) for file in sorted(folder.glob("*/*.*")))


def _write_assets(folder: Path, inputs: Inputs) -> None:
    """Write the site's own styles, scripts and pictures."""
    for kind in ("scripts", "styles"):
        for file in sorted((inputs.folder / kind).rglob("*")):
            if file.is_file():
                _write(folder / file.relative_to(inputs.folder / kind), file.read_bytes())
    styles = (inputs.folder / "styles" / "od.css").read_text("utf-8")
    _write(folder / "od.css", _follow_system(styles + "\n" + colour_rules()).encode())


def _follow_system(styles: str) -> str:
    """Let the dark colours apply where the system is dark, so that no script is needed for them.

    ``:where`` keeps the rule as weak as ``:root``, so that those for print and for forced colours still win.
    """
    dark = "\n".join(f":root:where(:not([data-md-color-scheme])){{{body.strip()}}}" for body in _DARK_RULE.findall(styles))
    system = f"@media screen and (prefers-color-scheme:dark) and (forced-colors:none){{\n{dark}\n}}\n"
    return styles.rstrip() + "\n" + system


def _escape(text: str) -> str:
    """Write a text for a Markdown heading: what HTML or Markdown would read becomes an entity, which both leave alone."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE]}…"


def _find_licences(collection: Collection) -> tuple[str, ...]:
    """Return the titles of the packages' licences, each once."""
    told = [item.get("title") or item.get("name") for package in collection.packages for item in package.meta.licenses]
    return tuple(dict.fromkeys(str(title) for title in told if title))


def _footer(texts: dict[str, Any], inputs: Inputs, language: Language) -> str:
    """Say under which licences the data are; nothing where no package says."""
    between = "、" if language == "zh" else ", "
    told = between.join(inputs.licences)
    return html.escape(texts["site"]["footer"][language].format(licences=told)) if told else ""


def _write_config(folder: Path, docs: Path, shell: Path, rendered: Rendered, inputs: Inputs, language: Language) -> Path:
    """Write what MkDocs must know for one language. ``docs_dir`` and ``site_dir`` are both under the folder for output."""
    import yaml

    texts = inputs.texts
    nav = _navigation(rendered, docs, texts, language)
    config: dict[str, Any] = {
        "INHERIT": str(inputs.config),
        "site_name": html.escape(inputs.site.name.in_language(language)),
        "site_url": inputs.site.absolute("" if language == "zh" else f"{language}/"),
        "docs_dir": str(docs),
        "site_dir": str(shell),
        "nav": nav,
        "theme": {"language": language, "custom_dir": str(inputs.folder / "overrides")},
        "extra": {
            "od": {key: html.escape(value[language]) for key, value in texts["site"].items() if "{" not in value[language]}
            | {"footer": _footer(texts, inputs, language)},
            "od_not_found": [_not_found(rendered, docs, texts, other) for other in LANGUAGES],
        },
    }
    path = folder / f"mkdocs.{language}.yml"
    _write(path, yaml.safe_dump(config, allow_unicode=True).encode())
    return path


def _navigation(rendered: Rendered, docs: Path, texts: dict[str, Any], language: Language) -> list[dict[str, str]]:
    """Return the pages that lead to all others, in order: title → file."""
    paths = {page.path for page in rendered.pages if page.language == language}
    nav = [{texts["nav"]["home"][language]: "index.md"}]
    nav += [{texts["nav"][key][language]: f"{key}/index.md"} for key in _SECTIONS if key in paths]
    written = [key for key in _WRITTEN if (docs / key / "index.md").is_file()]
    return nav + [{texts["nav"][key][language]: f"{key}/index.md"} for key in written]


def _not_found(rendered: Rendered, docs: Path, texts: dict[str, Any], language: Language) -> dict[str, Any]:
    """Return one language's part of the page for addresses that do not exist."""
    links = [
        {"title": html.escape(title), "path": localised(language, file.removesuffix("index.md")) + "/"}
        for entry in _navigation(rendered, docs, texts, language)
        for title, file in entry.items()
    ]
    return {
        "lang": _CODES[language],
        "title": html.escape(texts["site"]["not_found_title"][language]),
        "text": html.escape(texts["site"]["not_found"][language]),
        "links": [link | {"path": link["path"].lstrip("/")} for link in links],
    }


def _run_mkdocs(config: Path) -> None:
    # The clock must not reach a page: MkDocs takes its date from here.
    environment = os.environ | {
        "SOURCE_DATE_EPOCH": "0",
        "NO_COLOR": "1",
        "PYTHONWARNINGS": "ignore",
        "NO_MKDOCS_2_WARNING": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file", str(config)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=config.parent,
    )
    if done.returncode:
        last = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        raise BuildFailed(f"MkDocs could not make the pages: {last[-1] if last else 'no reason given'}. The last site stands.")


def _take_over(shell: Path, fresh: Path) -> None:
    """Keep our assets and the theme's style sheet once, for both languages."""
    for file in sorted((shell / "assets").rglob("*")):
        name = file.relative_to(shell).as_posix()
        if file.is_file() and (name.startswith("assets/od/") or _THEME_FILES.fullmatch(name)):
            _write(fresh / name, file.read_bytes())


def _take_over_prose(shell: Path, fresh: Path, language: Language, known: set[str], inputs: Inputs) -> None:
    """Keep the pages that people wrote, and the one page for addresses that do not exist."""
    told = {guide.path: guide for guide in inputs.site.guides}
    untold = Guide("", Text(""), Text(""))
    prose = [
        Page(path, language, guide.title.in_language(language), guide.description.in_language(language), ())
        for path in sorted(file.parent.name for file in shell.glob("*/index.html"))
        for guide in [told.get(path, untold)]
    ]
    there = {page.path for page in prose}
    for page in prose:
        if page.address not in known:
            text = (shell / page.path / "index.html").read_text("utf-8")
            # Prose may name a page that only some packages have: to progress, to notes.
            text = _SIDEWAYS.sub(lambda match: match[0] if match[1] in there else match[2], text)
            text = _open_tables(text, inputs, language)
            text = _CODE_BLOCK.sub(lambda match: _open_code(match[1], inputs, language), text)
            _write(fresh / page.address / "index.html", _fill(text, page, inputs).encode())
    for name, data in _beside_prose(inputs, language):
        _write(fresh / localised(language, name), data)
    if language == LANGUAGES[0]:
        page = Page("", language, "", "", ())
        _write(fresh / "404.html", _fill((shell / "404.html").read_text("utf-8"), page, inputs, is_page=False).encode())


def _open_code(kind: str | None, inputs: Inputs, language: Language) -> str:
    """Begin a block of code that scrolls in its own box, which the keyboard reaches and a screen reader names."""
    is_output = kind == "text"
    label = html.escape(inputs.texts["site"]["output" if is_output else "code"][language])
    return f'<pre class="od-code{" od-output" * is_output}" tabindex="0" role="group" aria-label="{label}"><code>'


def _open_tables(text: str, inputs: Inputs, language: Language) -> str:
    """Let a table of a written page scroll in its own box, named by the heading above it."""
    label = inputs.texts["site"]["table_scroll"][language]

    def box(match: re.Match[str]) -> str:
        heading = re.sub(r"<[^>]*>", "", re.findall(r"<h[1-3][^>]*>(.*?)</h[1-3]>", text[: match.start()], re.DOTALL)[-1])
        told = html.escape(label.format(title=html.unescape(heading)))
        table = match[0].replace("<table>", '<table class="od-rows">', 1).replace("<th>", '<th scope="col">')
        return f'<div class="od-table od-written" role="group" tabindex="0" aria-label="{told}">{table}</div>'

    return _TABLE.sub(box, text)


# ----- putting things in -----


def _fill(shell: str, page: Page, inputs: Inputs, *, is_page: bool = True, card: str = "") -> str:
    """Put tables, charts, metadata, the other language and the policy into a shell; ``card`` is a preview's picture."""
    text = _SLOT.sub(lambda match: str(page.sections[int(match[1])].html), _SWITCH.sub("", shell))
    if page.language != "zh":
        text = _ASSET.sub(lambda match: f"{match[1]}{match[2] or ''}../assets/", text)
    skip = html.escape(inputs.texts["site"]["skip"][page.language])
    text = _SKIP.sub(lambda match: f"{match[1]}{skip}", text, count=1)
    text = text.replace("<!--od:language-->", _language_link(page) if is_page else "", 1)
    head = [_policy(text)]
    if is_page:
        head += _addresses(page, inputs.site) + _feeds(page) + _card(page, inputs.site, card)
        head += [_link(link) for link in page.links]
        if page.linked_data:
            body = json.dumps(page.linked_data, ensure_ascii=False).replace("<", "\\u003c")
            head.append(f'<script type="application/ld+json">{body}</script>')
    return text.replace("<!--od:head-->", "\n".join(head), 1)


def _link(link: Link) -> str:
    kind = f' type="{html.escape(link.type)}"' if link.type else ""
    return f'<link rel="{html.escape(link.rel)}" href="{html.escape(link.href)}"{kind}>'


def _twin(page: Page) -> str:
    """Return the address of the page in the other language."""
    return localised("en" if page.language == "zh" else "zh", page.path)


def _language_link(page: Page) -> str:
    other: Language = "en" if page.language == "zh" else "zh"
    link = html.escape(relative(page.address, _twin(page)))
    return f'<a class="od-language" href="{link}" hreflang="{_CODES[other]}" lang="{_CODES[other]}">{_NAMES[other]}</a>'


def _addresses(page: Page, site: Site) -> list[str]:
    """Links to the page in each language; absolute, as search engines want them, only where the site's address is known."""
    links = []
    if site.url:
        links.append(f'<link rel="canonical" href="{html.escape(_absolute(page.address, site))}">')
        for language in LANGUAGES:
            twin = html.escape(_absolute(localised(language, page.path), site))
            links.append(f'<link rel="alternate" hreflang="{_CODES[language]}" href="{twin}">')
    return links


def _feeds(page: Page) -> list[str]:
    """Links to the feeds that tell the changes of a page, by which a feed reader finds them."""
    return [
        f'<link rel="alternate" type="application/atom+xml" title="{html.escape(_one_line(title))}" '
        f'href="{html.escape(relative(page.address, address, is_file=True))}">'
        for title, address in page.feeds
    ]


def _absolute(address: str, site: Site) -> str:
    return site.absolute(f"{address}/" if address else "")


def _card(page: Page, site: Site, picture: str) -> list[str]:
    """What a preview of a link shows; pages that people wrote have their title in the shell only."""
    if not page.title:
        return []
    values = {
        "og:type": "website",
        "og:title": _shorten(_one_line(page.title)),
        "og:description": _one_line(page.description),
        "og:site_name": _one_line(site.name.in_language(page.language)),
        "og:locale": "zh_CN" if page.language == "zh" else "en_GB",
        "og:url": _absolute(page.address, site) if site.url else "",
    }
    if picture:
        values |= {
            "og:image": site.absolute(picture),
            "og:image:type": "image/png",
            "og:image:width": str(CARD_WIDTH),
            "og:image:height": str(CARD_HEIGHT),
            "og:image:alt": _one_line(page.description),
        }
    told = [f'<meta property="{key}" content="{html.escape(value)}">' for key, value in values.items() if value]
    return [*told, '<meta name="twitter:card" content="summary_large_image">'] if picture else told


def _policy(text: str) -> str:
    """A content security policy: nothing from another host, and of inline scripts only those that stand in the page."""
    hashes = []
    for attributes, body in _INLINE_SCRIPT.findall(text):
        if "application/json" not in attributes and "application/ld+json" not in attributes:
            value = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
            hashes.append(f"'sha256-{value}'")
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *dict.fromkeys(hashes)]),
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }
    policy = "; ".join(f"{name} {sources}" for name, sources in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{policy}">'


# ----- checks -----


def find_problems(folder: Path, pages: Sequence[Page]) -> list[str]:
    """Look for what must not be in a site: dead links and anchors, lost slots, other hosts, pages without a twin."""
    addresses = {page.address for page in pages}
    problems = [f"/{page.address}/ has no page in the other language" for page in pages if _twin(page) not in addresses]
    files = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    anchors: dict[str, set[str]] = {}
    links: list[tuple[str, str, str]] = []
    for name in sorted(file for file in files if file.endswith(".html")):
        text = (folder / name).read_text("utf-8")
        if "<div data-od-slot=" in text or "<!--od:" in text:
            problems.append(f"{name} has a place that was not filled")
        tree = _parse(text)
        anchors[name] = set(tree.xpath("//@id"))
        problems += [f"{name} loads {address} from another host" for address in _loaded(tree) if _ELSEWHERE.match(address)]
        if name != "404.html":  # its links are absolute: it is shown at any address
            links += [(name, *goal) for goal in _goals(tree, name)]
    for name, goal, anchor in links:
        if goal not in files:
            problems.append(f"{name} links to {goal}, which is not there")
        elif anchor and goal in anchors and anchor not in anchors[goal]:
            problems.append(f"{name} links to #{anchor} in {goal}, which is not there")
    return problems


def _parse(text: str) -> Any:
    from lxml import html as parser

    return parser.fromstring(text.encode(), parser=parser.HTMLParser(encoding="utf-8"))


def _loaded(tree: Any) -> list[str]:
    """Return the addresses of what a browser fetches with a page."""
    return list(
        tree.xpath(
            "//script/@src | //link[contains('stylesheet icon preload preconnect', @rel)]/@href"
            " | //img/@src | //iframe/@src | //source/@src | //object/@data | //embed/@src"
        )
    )


def _goals(tree: Any, name: str) -> Iterator[tuple[str, str]]:
    """Return the file and the anchor that each link within the site leads to."""
    for address in sorted(set(tree.xpath("//a/@href | //link/@href | //script/@src | //img/@src | //form/@action"))):
        if _SCHEME.match(address):
            continue
        path, _, anchor = address.partition("#")
        path = path.partition("?")[0]
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(name), urllib.parse.unquote(path))) if path else name
        if path.endswith(("/", "..")) or path == ".":
            goal = posixpath.normpath(f"{goal}/index.html")
        yield goal, urllib.parse.unquote(anchor)


# ----- files -----


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _replace(fresh: Path, place: Path) -> None:
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(fresh, place)
