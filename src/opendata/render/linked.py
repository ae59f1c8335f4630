"""JSON-LD: what a page tells search engines about its data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from opendata.collection import Document
from opendata.handles import PackageHandle
from opendata.render.base import Desk
from opendata.render.downloads import Download, licences

# schema.org wants a description of this many characters.
_SHORTEST, _LONGEST = 50, 5000


def dataset(
    desk: Desk,
    *,
    name: str,
    description: str,
    files: Sequence[Download],
    package: PackageHandle,
    documents: Iterable[Document] = (),
    variable: str = "",
) -> dict[str, Any]:
    """Return schema.org Dataset metadata; nothing is claimed that the package does not say."""
    site = desk.library.site
    told = description if len(description) >= _SHORTEST else f"{description} {desk.say(site.tagline)}"
    linked: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": name,
        "description": told[:_LONGEST],
        "inLanguage": "zh-Hans" if desk.language == "zh" else "en",
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": desk.say(site.name)},
        "distribution": [_download(desk, file) for file in files],
    }
    addresses = [address for _, address in licences(package) if address]
    based = [{"@type": "CreativeWork", "name": desk.say(document.title)} for document in documents]
    more = {
        "url": site.absolute(f"{desk.address}/"),
        "version": package.version,
        "license": addresses[0] if addresses else "",
        "isBasedOn": based,
        "variableMeasured": variable,
    }
    return linked | {key: value for key, value in more.items() if value}


def _download(desk: Desk, file: Download) -> dict[str, str]:
    return {
        "@type": "DataDownload",
        "encodingFormat": file.media_type,
        "contentUrl": desk.library.site.absolute(file.address) or desk.file(file.address),
    }
