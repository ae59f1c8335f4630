"""The released versions of packages: a page for each, and their files at addresses that stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from markupsafe import Markup

from opendata import citations
from opendata.errors import WrongUse
from opendata.handles import PackageHandle
from opendata.render.base import Desk, Library, Page, Release, Section, archive_address, in_language
from opendata.render.downloads import Download, licences, list_files, list_tables
from opendata.render.linked import dataset
from opendata.render.packages import file_table, title_of
from opendata.render.records import head_links
from opendata.words import Language

_STYLES: Mapping[Language, tuple[tuple[str, citations.Style], ...]] = {
    "zh": (("GB/T 7714", "gbt7714"), ("BibTeX", "bibtex")),
    "en": (("APA", "apa"), ("GB/T 7714", "gbt7714"), ("BibTeX", "bibtex")),
}


def make_files(library: Library) -> dict[str, bytes]:
    """Return the files of every released version and its archive by their addresses below the root of the site.

    Raises
    ------
    WrongUse
        Where a release holds a web page, which would stand among the site's own.
    """
    return {
        file.address: file.data
        for package, releases in library.releases.items()
        for version, release in releases.items()
        for file in release_files(package, version, release)
    }


def release_files(package: str, version: str, release: Release) -> tuple[Download, ...]:
    """Return the archive of a released version, then the files in it."""
    page = next((name for name in release.files if name.lower().endswith((".html", ".htm"))), None)
    if page:
        raise WrongUse(f"The release {version} of {package} holds the web page {page[:80]!r}. Release the package without it.")
    address = archive_address(package, version)
    folder = address.rpartition("/")[0]
    return (
        Download(f"{package}-{version}.zip", address, "zip", release.archive),
        *(Download(name, f"{folder}/{name}", "", data) for name, data in release.files.items()),
    )


def render_versions(library: Library, language: Language) -> Iterator[Page]:
    """Return a page for each released version of each package."""
    for package, releases in library.releases.items():
        versions = list(releases)
        for version, release in releases.items():
            desk = library.at(language, f"data/{package}/{version}")
            yield _version(desk, version, release, versions)


def _version(desk: Desk, version: str, release: Release, versions: Sequence[str]) -> Page:
    package, name = release.package, release.package.name
    title = f"{title_of(desk, package)} {version}"
    date = citations.find_date(package.meta)
    lead = desk.t("version.lead", version=version, date=date) if date else desk.t("version.lead_undated", version=version)
    files = release_files(name, version, release)
    sections = [
        Section(_about(desk, version, release, versions)),
        Section(_downloads(desk, release.package, files), desk.t("package.download"), "download"),
        Section(_cite(desk, release), desk.t("indicator.cite"), "cite"),
    ]
    description = desk.say(package.meta.description) or title
    linked = dataset(desk, name=title, description=description, files=files, package=package.meta)
    links = head_links(desk, package.meta, files, records=[(f"{desk.path}/{package.descriptor}", "application/json")])
    return desk.page(
        title, f"{title}: {lead}" if desk.language == "en" else f"{title}：{lead}", sections, "version", linked, links
    )


def _downloads(desk: Desk, package: PackageHandle, files: Sequence[Download]) -> Markup:
    """The archive and the files in it as they were released, then the same in other formats."""
    made = desk.library.offers[desk.path]
    whole = [file for file in made if not file.table and file.form != "zip"]
    other = list_files(desk, whole) + list_tables(desk, package, [*files, *made])
    return file_table(desk, files) + (desk.paragraph(desk.t("download.other")) + other if made else Markup())


def _about(desk: Desk, version: str, release: Release, versions: Sequence[str]) -> Markup:
    package, name = release.package, release.package.name
    at = versions.index(version)
    changed = next((entry for entry in package.changelog if entry.get("version") == version), {})
    return desk.html(
        "version.html.j2",
        package=name,
        title=title_of(desk, package),
        version=version,
        date=citations.find_date(package.meta),
        change=in_language(changed, "description", desk.language),
        licences=licences(package),
        address=desk.library.site.absolute(f"data/{name}/{version}/"),
        catalog=desk.library.site.url,
        newer=versions[at - 1] if at else "",
        older=versions[at + 1] if at + 1 < len(versions) else "",
        newest=versions[0],
    )


def _cite(desk: Desk, release: Release) -> Markup:
    """The citation of exactly this version, in the styles that readers of a language use."""
    meta = release.package.meta
    address = desk.library.site.absolute(f"data/{meta.name}/{meta.version}/")
    if address:  # where this version stays, rather than where its makers are
        meta = replace(meta, descriptor={**meta.descriptor, "homepage": address})
    told = [(label, citations.cite(meta, style)) for label, style in _STYLES[desk.language]]
    return desk.html("cite.html.j2", heading=desk.t("indicator.cite"), entries=told)
