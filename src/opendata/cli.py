"""The command ``opendata``: each verb calls one function of the library, prints what it returns, and sets the exit status.

0 fine, 1 findings, 2 wrong usage. This is the only place that prints.
"""

from __future__ import annotations

import functools
import http.server
import io
import os
import re
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from opendata.errors import BuildFailed, MissingLibrary, OpenDataError, UnreadablePackage, WrongName, WrongUse

try:
    import click
except ImportError:  # the library alone, without the extra that publishes
    sys.exit(str(MissingLibrary("click", "The command opendata", "'opendata-shandong[publish]'")))

from opendata import __version__, rules
from opendata.canonical import fmt
from opendata.codegen import STUB, is_fresh, write_stub
from opendata.differences import SHOWN, diff
from opendata.exports import FORMATS, export
from opendata.handles import Catalog
from opendata.kinds import audit
from opendata.releases import BUMPS, Bump, release
from opendata.report import FORMS, Report, count
from opendata.revision import select_changed
from opendata.scaffold import KINDS, LICENCES, make_package
from opendata.shares import count_processors
from opendata.targets import STATUSES, progress, to_csv, to_json, to_text

if TYPE_CHECKING:
    from opendata.publish import Built

_FINDINGS, _USAGE, _INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command; every failure that has a cause is told in one line."""
    try:
        commands.main(args=None if arguments is None else list(arguments), prog_name="opendata", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; what was there before stands", _INTERRUPTED)
    except (WrongUse, MissingLibrary) as error:
        _fail(str(error), _USAGE)
    except (BuildFailed, UnreadablePackage, OpenDataError) as error:
        _fail(str(error), _FINDINGS)
    except BrokenPipeError:  # the reader of a pipe has gone; Python would complain once more at its exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_FINDINGS)
    sys.exit(0)


def _fail(message: str, status: int) -> NoReturn:
    click.echo(f"{_paint('error:', 'red', sys.stderr)} {message}", err=True)
    sys.exit(status)


def _paint(text: str, colour: str, stream: Any) -> str:
    plain = "NO_COLOR" in os.environ or not stream.isatty()
    return text if plain else click.style(text, fg=colour)


def _progress() -> Callable[[str], None] | None:
    """Tell the steps of long work on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        return None
    return lambda line: click.echo(f"  {line} …", err=True)


class _Meter:
    """Tells on a terminal how far a check is, in one line that is erased at the end; nothing in a pipe."""

    # What is done sooner needs none; and a line that changes more often is not read.
    _AFTER_SECONDS, _EVERY_SECONDS = 1.0, 0.1

    def __init__(self) -> None:
        self._tells = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._next = time.monotonic() + self._AFTER_SECONDS
        self._shown = ""

    def __enter__(self) -> rules.Progress | None:
        return self._tell if self._tells else None

    def __exit__(self, *_: object) -> None:
        self._show("")

    def _tell(self, done: int, tables: int, rows: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._EVERY_SECONDS
            self._show(f"  {done:,} of {count(tables, 'table')}, {count(rows, 'row')} …")

    def _show(self, line: str) -> None:
        if line != self._shown:
            # Blanks and not a terminal's own command: they erase everywhere.
            click.echo(f"\r{line}{' ' * (len(self._shown) - len(line))}{'' if line else chr(13)}", nl=False, err=True)
            self._shown = line


_SUFFIXES = {".txt": "text", ".json": "json", ".sarif": "sarif", ".xml": "junit", ".md": "markdown"}


def _report_options(function: Callable[..., None]) -> Callable[..., None]:
    shown = click.option(
        "--format", "form", type=click.Choice(list(FORMS)), default="text", show_default=True, help="How to tell the findings."
    )
    written = click.option(
        "--write",
        "files",
        multiple=True,
        type=click.Path(),
        metavar="FILE",
        help=f"Write them to a file too, by its ending: {', '.join(_SUFFIXES)} (.xml is JUnit). May be repeated.",
    )
    return shown(written(function))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="opendata")
def commands() -> None:
    """Validate data packages, hold them against their sources, and publish them as a site.

    Example: opendata validate datapackages/
    """


@commands.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--changed-since", "since", metavar="REV", help="Check only what a change since a git revision touches.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=count_processors,
    metavar="N",
    help="The most processes to check many packages with; as many as processors where nothing is said.",
)
@_report_options
def validate_packages(paths: tuple[str, ...], since: str | None, processes: int, form: str, files: tuple[str, ...]) -> None:
    """Check data packages: the rules of the standard, and those of figures and lists.

    PATHS are folders or zip archives that hold datapackage.json, or folders of such folders.

    With --changed-since, the packages that have a file which is new, gone or other than in that revision, those that
    refer to them, and those without which these cannot be judged.

    Example: opendata validate datapackages/ --format github
    """
    _check_endings(files)
    folders = paths if since is None else _select_changed(paths, since)
    with _Meter() as progress:
        report = rules.validate(*folders, processes=processes, progress=progress) if folders else Report(())
    _tell(report, form, files)


def _select_changed(paths: tuple[str, ...], since: str) -> tuple[str | Path, ...]:
    chosen = select_changed(*paths, since=since)
    for folders, why in (
        (chosen.changed, f"changed since {since}"),
        (chosen.referring, "because they refer to these"),
        (chosen.referred, "because these refer to them"),
    ):
        if folders:
            click.echo(f"{why}: {', '.join(folder.name for folder in folders)}", err=True)
    if not chosen.folders:
        click.echo(f"no package has changed since {since}", err=True)
    return chosen.folders


@commands.command("audit")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--sources", required=True, type=click.Path(), help="Folder of the documents as <source_id>.txt.")
@_report_options
def audit_packages(paths: tuple[str, ...], sources: str, form: str, files: tuple[str, ...]) -> None:
    """Find every row at its place in the document it was taken from.

    Example: opendata audit datapackages/ --sources ../shared/sources
    """
    _check_endings(files)
    _tell(audit(*paths, sources=sources), form, files)


def _check_endings(files: Sequence[str]) -> None:
    """Refuse a file whose form nobody can know, before the work and not after it."""
    for file in files:
        if Path(file).suffix not in _SUFFIXES:
            raise WrongUse(f"How to write {file} is not known. Let it end in one of {', '.join(_SUFFIXES)}.")


def _tell(report: Report, form: str, files: Sequence[str] = ()) -> None:
    for file in files:
        text = report.to_form(_SUFFIXES[Path(file).suffix])
        try:
            Path(file).write_text(text if text.endswith("\n") else f"{text}\n", "utf-8")
        except OSError as error:
            raise WrongUse(f"{file} cannot be written: {error.strerror}. Name another file.") from None
    if form == "text":
        *findings, verdict = report.to_text().split("\n")
        for line in findings:
            click.echo(line)
        click.echo(_paint(verdict, "green" if report.valid else "red", sys.stdout))
    else:
        told = report.to_form(form)
        click.echo(told, nl=bool(told) and not told.endswith("\n"))
    if not report.valid:
        sys.exit(_FINDINGS)


@commands.command("fmt")
@click.argument("paths", nargs=-1, required=True, type=click.Path())
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a file would change.")
def format_packages(paths: tuple[str, ...], check: bool) -> None:
    """Bring the tables of data packages into their canonical form, so that a diff shows what changed and nothing else.

    UTF-8, LF, few quotes, NFC; rows in the order of the schema's sortBy or of the primary key; half-width digits and no
    thousands separators in columns of numbers, dates and ids. A file that cannot be read without a doubt is left as it is.

    Ends with 0 where every file is in that form, with 1 where one was refused or, with --check, would change.

    Example: opendata fmt datapackages/ --check
    """
    done = fmt(*paths, check=check)
    changed, refused = [one for one in done if one.changes], [one for one in done if one.refused is not None]
    for one in (*changed, *refused):
        click.echo(one.line)
    verb = "would change" if check else "changed"
    verdict = f"{count(len(done), 'file')}, {len(changed):,} {verb}, {len(refused):,} refused"
    bad = bool(refused or (check and changed))
    click.echo(_paint(verdict, "red" if bad else "green", sys.stdout))
    if bad:
        sys.exit(_FINDINGS)


@commands.command("new")
@click.argument("place", metavar="NAME", type=click.Path())
@click.option("--title", help="What the data are, in a few words.")
@click.option("--title-en", help="The same in English.")
@click.option("--kind", type=click.Choice(KINDS), help="Which columns and rules it has; none: your own.  [default: none]")
@click.option("--licence", type=click.Choice(list(LICENCES)), help="What others may do with the data.")
@click.option("--from", "source", type=click.Path(), metavar="FILE", help="A CSV or TSV file to copy; its types are found.")
@click.option("--key", multiple=True, metavar="COLUMN", help="A column of its primary key; may be repeated.")
def new_package(
    place: str,
    title: str | None,
    title_en: str | None,
    kind: str | None,
    licence: str | None,
    source: str | None,
    key: tuple[str, ...],
) -> None:
    """Make the folder of a new package that validates. On a terminal, what is not said is asked.

    NAME is the package's name, or a path that ends in it; the packages in the folders beside it are known to its keys.

    Example: opendata new datapackages/rainfall --title 降水量 --title-en Rainfall --licence CC-BY-4.0 --from rain.csv
    """
    if sys.stdin.isatty():
        title = title or click.prompt("Title", err=True)
        title_en = click.prompt("Title in English", default="", show_default=False, err=True) if title_en is None else title_en
        if kind is None and source is None:
            kind = click.prompt("Kind", type=click.Choice(KINDS), default=KINDS[0], err=True)
        licence = licence or click.prompt("Licence", type=click.Choice(list(LICENCES)), default=next(iter(LICENCES)), err=True)
    missing = [option for option, said in (("--title", title), ("--licence", licence)) if not said]
    if missing or not title or not licence:
        raise WrongUse(f"{' and '.join(missing)} must be said where nobody can be asked.")
    made = make_package(
        place, title=title, title_en=title_en or "", kind=kind or KINDS[0], licence=licence, source=source, key=key
    )
    if not made.report.valid:
        *findings, _ = made.report.to_text().split("\n")
        for line in findings:
            click.echo(line)
        _fail("The data have errors, so nothing was made.", _FINDINGS)
    click.echo(f"{made.folder}: {count(len(made.package.resources), 'table')}")
    for resource in made.package.resources:
        columns = resource.schema.fields if resource.schema else ()
        click.echo(f"  {resource.path}: {', '.join(f'{column.name} ({column.type})' for column in columns)}")
    if made.left_out:
        click.echo(f"  without keys to {', '.join(made.left_out)}, which do not stand beside it")
    click.echo(f"Next: fill in the tables and what describes them, then: opendata validate {made.folder}")


@commands.command("list")
@click.argument("path", required=False, type=click.Path())
def list_packages(path: str | None) -> None:
    """List the packages of a folder or zip with their tables and rows; without PATH, those that come with this library.

    Example: opendata list datapackages/
    """
    for package in Catalog(path):
        click.echo(f"{package.name} {package.version or '-'}  {package.meta.title.in_language('en')}")
        for name in package.tables:
            click.echo(f"  {name}: {count(len(package[name]), 'row')}, {count(len(package[name].columns), 'column')}")


@commands.command("codegen")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where the types are not those of the packages.")
def generate_types(check: bool) -> None:
    """Write the types of the packages, by which editors complete names and type checkers find slips.

    Run it when a descriptor of datapackages/ has changed.

    Example: opendata codegen
    """
    if not check:
        click.echo(write_stub())
    elif not is_fresh():
        _fail(f"{STUB} is not made from these descriptors. Run: opendata codegen", _FINDINGS)


@commands.command("progress")
@click.argument("path", required=False, type=click.Path())
@click.option("--area", help="Only the targets of one place, by its id.")
@click.option("--indicator", help="Only those of one indicator, by its id.")
@click.option("--status", type=click.Choice(STATUSES), help="Only those that stand so.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="As it stood on a day, such as 2024-07-03: what was not over by then is left out, and time is counted to it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="How to tell the targets.",
)
def tell_progress(
    path: str | None, area: str | None, indicator: str | None, status: str | None, as_of: datetime | None, form: str
) -> None:
    """Hold every target against what came of it: how far it is, what pace it takes, or why nobody can say.

    PATH is a folder or zip of packages; without it, those that come with this library.

    Example: opendata progress datapackages/ --area qingdao
    """
    day = as_of.date() if as_of else None
    try:
        targets = progress(path, area=area, indicator=indicator, status=status, as_of=day)
    except WrongName as error:  # an id on the command line is usage, not a finding
        raise WrongUse(str(error)) from None
    tell = {"text": to_text, "json": to_json, "csv": to_csv}[form]
    click.echo(tell(targets), nl=form != "csv")


@commands.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "sdmx-csv"]),
    default="text",
    help="How to tell the changes.",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option(
    "--limit",
    default=SHOWN,
    show_default=True,
    type=click.IntRange(0),
    help="The most rows of each sort told of a table; JSON has them all.",
)
@click.option("--most", type=click.IntRange(200), help="The most characters of Markdown; a comment on GitHub takes 65536.")
@click.option("--agency", default="OPENDATA", show_default=True, help="Who maintains the structures, for sdmx-csv.")
def diff_packages(old: str, new: str, form: str, limit: int, most: int | None, agency: str) -> None:
    """Tell what changed between two versions of data packages, row by row, losses first.

    OLD and NEW are folders, zip archives such as datapackages/economy/releases/1.0.0.zip, or a path in a git revision such
    as HEAD~1:datapackages. Rows are told apart by their primary key.

    sdmx-csv is a data message of SDMX-CSV 2.0, with the rows that are deleted (D), appended (A) and merged (M); it needs
    a primary key and the same columns in both versions.

    Ends with 0 where nothing differs, with 1 where something does or a version cannot be compared, with 2 where there
    is no such version.

    Example: opendata diff HEAD:datapackages datapackages --format markdown
    """
    difference = diff(old, new, progress=_progress())
    if form == "json":
        click.echo(difference.to_json())
    elif form == "markdown":
        click.echo(difference.to_markdown(limit, most), nl=False)
    elif form == "sdmx-csv":
        click.echo(difference.to_sdmx_csv(agency), nl=False)
    else:
        click.echo(difference.to_text(limit))
    if difference:
        sys.exit(_FINDINGS)


@commands.command("release")
@click.argument("package", type=click.Path())
@click.option("--bump", type=click.Choice(BUMPS), help="Raise the version by more than the change asks for.")
@click.option("--date", help="The day of the release, such as 2026-11-20.  [default: today]")
@click.option("--message-zh", default="", help="What to say of it in Chinese, before the counts.")
@click.option("--message-en", default="", help="What to say of it in English, before the counts.")
def release_package(package: str, bump: Bump | None, date: str | None, message_zh: str, message_en: str) -> None:
    """Write the next version of a package: version and changelog into its descriptor, an archive into releases/.

    PACKAGE is its folder. It is validated first; the version is raised by what has changed since the last release, as
    the version recipe of the Data Package standard says. Interrupted, it leaves what was there before.

    Example: opendata release datapackages/economy --message-en "Two typing errors mended."
    """
    done = release(package, bump=bump, date=date, message_zh=message_zh, message_en=message_en)
    if not done.report.valid:
        click.echo(done.report.to_text())
        _fail("The data have errors, so nothing was released.", _FINDINGS)
    if done.version is None or done.entry is None:
        click.echo(f"Since {done.previous} nothing has changed that asks for a new version; use --bump to make one.")
        return
    raised = f" ({done.bump}, after {done.previous})" if done.previous else ""
    click.echo(f"{done.version}{raised}: {done.archive}")
    click.echo(f"  {done.entry['description']}\n  {done.entry['description@en']}")


@commands.command("export")
@click.argument("package")
@click.option("--to", required=True, type=click.Choice(list(FORMATS)), help="The format; csv-bom is CSV for spreadsheets.")
@click.option(
    "--out", default=".", type=click.Path(), help="Folder to write into, or the name of the one file.  [default: here]"
)
@click.option("--table", help="Only this table.")
@click.option("--partition-by", metavar="COLUMN", help="Spread Parquet over a folder for each value of a column.")
@click.option("--force", is_flag=True, help="Replace files that are there already.")
def export_packages(package: str, to: str, out: str, table: str | None, partition_by: str | None, force: bool) -> None:
    """Write data packages as spreadsheets, JSON, Parquet, an SQLite database or a zip.

    PACKAGE is a folder or zip that holds one package or several, or the name of one that comes with this library. A
    workbook, a database and a zip are one file a package; of the other formats each table is a file.

    What a format cannot hold as it is (a text that a spreadsheet would run as a formula, a date before 1900, a number of
    thirty digits) is told on standard error.

    With --partition-by, Spark, Dask, DuckDB and Polars read the folder of the table as one table:
    spark.read.parquet("economy/observations"), duckdb: FROM read_parquet('economy/observations/**/*.parquet',
    hive_partitioning = true), dask.dataframe.read_parquet("economy/observations"),
    polars.scan_parquet("economy/observations/**/*.parquet", hive_partitioning=True).

    Example: opendata export datapackages/economy --to xlsx --out economy.xlsx
    """
    try:
        done = export(package, to, out=out, table=table, partition_by=partition_by, force=force)
    except WrongName as error:  # a name on the command line is usage, not a finding
        raise WrongUse(str(error)) from None
    for path in done.files:
        size = sum(file.stat().st_size for file in ([path] if path.is_file() else path.rglob("*.parquet")))
        click.echo(f"{path}: {size:,} bytes{' (unchanged)' if path in done.unchanged else ''}")
    for note in done.notes:
        click.echo(f"note: {note.text.in_language('en')}", err=True)


def _build_options(function: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.argument("path", type=click.Path()),
        click.option(
            "--out", default="build", show_default=True, type=click.Path(), help="Folder for everything that is made."
        ),
        click.option("--site", type=click.Path(), help="Folder with mkdocs.yml and site/ of your own design."),
        click.option("--name", help="What the site is called."),
        click.option("--url", help="The address at which the site will stand."),
    ]
    return functools.reduce(lambda made, option: option(made), reversed(options), function)


@commands.command("build")
@_build_options
def build_site(path: str, out: str, site: str | None, name: str | None, url: str | None) -> None:
    """Validate the packages in PATH and build their site in Chinese and English into OUT/site.

    A build that fails leaves the last site as it was.

    Example: opendata build datapackages/ --out build
    """
    started = time.monotonic()
    built = _build_or_exit(path, out, site, name, url)
    seconds = time.monotonic() - started
    size = f"{built.bytes / 10**6:.1f} MB"
    click.echo(f"{_shown(built.folder)}: {count(built.pages, 'page')}, {count(built.files, 'file')}, {size}, {seconds:.0f} s")


def _shown(folder: Path) -> str:
    """Name a folder as seen from here, where it is below."""
    return str(folder.relative_to(Path.cwd())) if folder.is_relative_to(Path.cwd()) else str(folder)


def _build_or_exit(path: str, out: str, site: str | None, name: str | None, url: str | None) -> Built:
    from opendata.publish import build  # only those who build a site wait for what that takes

    built = build(path, out=out, site=site, name=name, url=url, progress=_progress())
    if not built.report.valid:
        click.echo(built.report.to_text())
        stands = f"The last site stands in {_shown(built.folder)}." if built.folder.is_dir() else "No site was built."
        _fail(f"The data have errors, so nothing was built. {stands}", _FINDINGS)
    return built


@commands.command("serve")
@_build_options
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port on this machine; 0 takes a free one."
)
@click.option("--no-build", is_flag=True, help="Serve what stands in OUT/site; do not build or watch.")
def serve_site(path: str, out: str, site: str | None, name: str | None, url: str | None, port: int, no_build: bool) -> None:
    """Build the site, serve it on this machine alone, and build again when a file changes.

    Example: opendata serve datapackages/ --port 8000
    """
    folder = Path(out).resolve() / "site"
    if not no_build:
        folder = _build_or_exit(path, out, site, name, url).folder
    if not (folder / "index.html").is_file():
        raise WrongUse(f"There is no site in {_shown(folder)}. Run `opendata build` first.")
    handler = functools.partial(_QuietHandler, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise WrongUse(f"Port {port} cannot be used: {error.strerror}. Name another with --port.") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)")
    watched = [Path(path), Path(site or ".") / "site", Path(site or ".") / "mkdocs.yml"]
    seen = _last_change(watched)
    from opendata.publish import build

    while True:
        time.sleep(1)
        changed = _last_change(watched)
        if no_build or changed == seen:
            continue
        seen = changed
        try:
            built = build(path, out=out, site=site, name=name, url=url)
            click.echo("built again" if built.report.valid else built.report.to_text())
        except OpenDataError as error:
            click.echo(f"error: {error}", err=True)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files without a line for each, and parts of files, which Polars and DuckDB ask for of a Parquet file."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that http.server calls it by
        """Say nothing."""

    def send_head(self) -> Any:
        """Answer a request for one part of a file; leave every other to the class above."""
        wanted = _PART.fullmatch(self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if wanted is None or not any(wanted.groups()) or not path.is_file():
            return super().send_head()
        data = path.read_bytes()
        first, last = wanted.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        if start > end:
            self.send_error(http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            return None
        self.send_response(http.HTTPStatus.PARTIAL_CONTENT)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        return io.BytesIO(data[start : end + 1])


_PART = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)


def _last_change(paths: Sequence[Path]) -> tuple[int, int]:
    """Return the newest time of change below some paths, and the number of files, which tells a deletion."""
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    return max((file.stat().st_mtime_ns for file in files), default=0), len(files)
