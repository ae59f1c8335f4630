"""JSON-LD: what a page tells search engines about its data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from opendata.citations import find_date
from opendata.collection import Area, Document, Observation
from opendata.model import Package
from opendata.records.entries import escape_path, find_creators, find_licences, find_people, span, web_address
from opendata.render.base import Desk
from opendata.render.downloads import Download

# schema.org, as search engines read it, wants a description of this many characters.
_SHORTEST, _LONGEST = 50, 5000

# A page about sixty places is about all of them; a list of sixty names is of use to nobody.
_PLACES = 20


def dataset(
    desk: Desk,
    *,
    name: str,
    description: str,
    files: Sequence[Download],
    package: Package,
    documents: Iterable[Document] = (),
    variables: Sequence[str] = (),
    period: tuple[str, str] = ("", ""),
    areas: Iterable[Area] = (),
) -> dict[str, Any]:
    """Return schema.org Dataset metadata; nothing is claimed that the package does not say.

    ``dateModified`` is absent: a package says when it was released, not when each of its pages' data last changed.
    So is ``sameAs``: no other address is known that is the same data.
    """
    site = desk.library.site
    linked: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name,
        "description": _describe(desk, description, files),
        "inLanguage": "zh-Hans" if desk.language == "zh" else "en",
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": desk.say(site.name)},
        "includedInDataCatalog": _catalogue(desk),
        "distribution": [_download(desk, file) for file in files],
    }
    places = [{"@type": "Place", "name": desk.say(area.name)} for area in areas]
    more = {
        "url": site.absolute(f"{desk.address}/"),
        "identifier": desk.path.removeprefix("data/"),
        "version": package.version,
        "datePublished": find_date(package),
        "creator": [_agent(person) for person in find_creators(package)],
        "contributor": [_agent(person) for person in find_people(package, "contributor", "wrangler", "maintainer")],
        "license": next((address for _, address in find_licences(package) if address), ""),
        "isBasedOn": [{"@type": "CreativeWork", "name": desk.say(document.title)} for document in documents],
        "variableMeasured": list(variables) if len(variables) > 1 else "".join(variables),
        "temporalCoverage": "/".join(dict.fromkeys(filter(None, period))),
        "spatialCoverage": places if len(places) <= _PLACES else [],
    }
    return linked | {key: value for key, value in more.items() if value}


def cover(observations: Iterable[Observation]) -> tuple[str, str]:
    """Return the first and the last time that figures speak of; empty where none says."""
    times = (row.time for row in observations)
    return span((time.start, time.end) for time in times if time)


def _describe(desk: Desk, description: str, files: Sequence[Download]) -> str:
    """Return a description that is long enough: behind a short one stands what the site says of itself, then the files."""
    told = " ".join(description.split())
    between = "、" if desk.language == "zh" else ", "
    more = (desk.say(desk.library.site.tagline), desk.t("linked.files", files=between.join(file.name for file in files)))
    for sentence in more:
        if len(told) < _SHORTEST:
            told = " ".join(filter(None, (told, " ".join(sentence.split()))))
    return told[:_LONGEST]


def _catalogue(desk: Desk) -> dict[str, str]:
    site = desk.library.site
    address = site.absolute("catalog.jsonld")
    return {"@type": "DataCatalog", "name": desk.say(site.name)} | ({"url": address} if address else {})


def _agent(person: Any) -> dict[str, str]:
    page = web_address(person.get("path"))
    return {"@type": "Organization", "name": str(person["title"])} | ({"url": page} if page else {})


def _download(desk: Desk, file: Download) -> dict[str, str]:
    return {
        "@type": "DataDownload",
        "name": file.name,
        "encodingFormat": file.media_type,
        "contentUrl": desk.library.site.absolute(escape_path(file.address)) or escape_path(desk.file(file.address)),
        "contentSize": f"{file.size} B",
        "sha256": file.sha256,
    }
