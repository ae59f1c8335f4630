"""DCAT 3, in the profile DCAT-AP 3: the whole site as a catalogue, packages as datasets, files as distributions.

DCAT-AP wants a dataset as the value of ``dct:source``; documents are none, so the documents that figures were read from
stand in ``prov:wasDerivedFrom`` and, as words, in ``dct:provenance``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from opendata.model import Package, Text
from opendata.records.entries import (
    Address,
    Earlier,
    Entry,
    File,
    Released,
    Subject,
    escape_path,
    find_creators,
    find_description,
    find_identifier,
    find_keywords,
    find_language,
    find_licences,
    find_people,
    find_title,
    is_date,
    mail_address,
    read_changelog,
    web_address,
)
from opendata.records.rdf import Node, clean, in_languages, typed

_MEDIA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_LANGUAGES = "http://publications.europa.eu/resource/authority/language/"

# The file types of the EU's authority table; a format that is not among them is named by its media type.
_FORMATS: Mapping[str, str] = {
    "application/geo+json": "GEOJSON",
    "application/json": "JSON",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/xml": "XML",
    "application/zip": "ZIP",
    "text/csv": "CSV",
    "text/plain": "TXT",
    "text/tab-separated-values": "TSV",
}

# ISO 639-1 → the EU's authority table, which uses ISO 639-3; other languages by the table of the Library of Congress.
_CODES: Mapping[str, str] = {
    "ar": "ARA",
    "bg": "BUL",
    "cs": "CES",
    "da": "DAN",
    "de": "DEU",
    "el": "ELL",
    "en": "ENG",
    "es": "SPA",
    "et": "EST",
    "fi": "FIN",
    "fr": "FRA",
    "ga": "GLE",
    "hr": "HRV",
    "hu": "HUN",
    "it": "ITA",
    "ja": "JPN",
    "ko": "KOR",
    "lt": "LIT",
    "lv": "LAV",
    "mt": "MLT",
    "nl": "NLD",
    "no": "NOR",
    "pl": "POL",
    "pt": "POR",
    "ro": "RON",
    "ru": "RUS",
    "sk": "SLK",
    "sl": "SLV",
    "sv": "SWE",
    "tr": "TUR",
    "uk": "UKR",
    "vi": "VIE",
    "zh": "ZHO",
}

_SHA256: Node = {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}
_TABLE_OF_TOPICS = Text("主题", {"en": "Topics"})


def describe_catalogue(entries: Sequence[Entry], name: Text, tagline: Text, address: Address) -> list[Node]:
    """Return the catalogue of a site as a graph.

    Parameters
    ----------
    entries
        The packages, in the order of the catalogue.
    name, tagline
        What the site is called, and what it says of itself; its publisher bears the same name.
    address
        Makes addresses; relative ones are relative to the file that the graph is written into.

    Returns
    -------
    list of dict
        The catalogue, a dataset for each package, then what they share: topics, places, licences, formats, languages.
    """
    return [
        _catalogue(entries, name, tagline, address),
        *(node for entry in entries for node in (describe_dataset(entry, address), *_earlier(entry, address))),
        *_topics(entries, address),
        *_places(entries, address),
        *_documents(entries, address),
        *_licences(entries),
        *_formats(entries),
        *_language_nodes({"zh", "en"}.union(*(entry.package.languages for entry in entries))),
    ]


def _catalogue(entries: Sequence[Entry], name: Text, tagline: Text, address: Address) -> Node:
    dates = [released.date for entry in entries for released in read_changelog(entry.package)]
    return clean(
        {
            "@id": _catalogue_id(address),
            "@type": "dcat:Catalog",
            "dct:title": in_languages(name, "zh"),
            "dct:description": in_languages(tagline if tagline.default else name, "zh"),
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": in_languages(name, "zh")},
            "foaf:homepage": {"@id": address(""), "@type": "foaf:Document"},
            "dct:language": [{"@id": _language(code)} for code in ("zh", "en")],
            "dct:modified": [_date(max(dates))] if dates else [],
            "dcat:themeTaxonomy": [{"@id": _scheme_id(address)}] if any(entry.topics for entry in entries) else [],
            "dcat:dataset": [{"@id": _dataset_id(entry, address)} for entry in entries],
        }
    )


def describe_dataset(entry: Entry, address: Address) -> Node:
    """Return a package as a dataset with its distributions."""
    package, language = entry.package, find_language(entry.package)
    log = read_changelog(package)
    current = next((released for released in log if released.version == package.version), None)
    schema = web_address(package.descriptor.get("$schema"))
    return clean(
        {
            "@id": _dataset_id(entry, address),
            "@type": "dcat:Dataset",
            "dct:title": in_languages(entry.title, language),
            "dct:description": in_languages(entry.description, language),
            "dct:identifier": find_identifier(package),
            "dcat:version": package.version or "",
            "adms:versionNotes": in_languages(current.notes, language) if current else [],
            **_dates(package, log, current),
            "dct:language": [{"@id": _language(code)} for code in package.languages if _language(code)],
            "dct:creator": [_agent(person) for person in find_creators(package)],
            # The profile allows one.
            "dct:publisher": [_agent(person) for person in find_people(package, "publisher")[:1]],
            "dcat:contactPoint": [card for card in map(_contact, package.contributors) if card],
            "dcat:keyword": [{"@value": word, "@language": language} if language else word for word in find_keywords(package)],
            "dcat:theme": [{"@id": _concept_id(topic, address)} for topic in entry.topics],
            "dct:spatial": [{"@id": _place_id(place, address)} for place in entry.places],
            "dct:temporal": _period(entry),
            "dct:provenance": _provenance(entry),
            "prov:wasDerivedFrom": _origins(entry, address),
            "dct:conformsTo": [{"@id": schema, "@type": "dct:Standard"}] if schema else [],
            "dcat:landingPage": _pages(f"{entry.page}/", address),
            "dcat:hasVersion": [{"@id": _version_id(entry, version, address)} for version in entry.earlier],
            "dcat:previousVersion": [{"@id": _version_id(entry, version, address)} for version in entry.earlier[:1]],
            "dcat:distribution": [_distribution(entry, package, file, address) for file in entry.data_files],
        }
    )


def _pages(path: str, address: Address) -> list[Node]:
    """A page in Chinese and its twin in English."""
    return [{"@id": address(prefix + path), "@type": "foaf:Document"} for prefix in ("", "en/")]


def _earlier(entry: Entry, address: Address) -> Iterator[Node]:
    """The versions before this one, each with its archive, as its own descriptor tells of it."""
    for at, version in enumerate(entry.earlier):
        package, language = version.package, find_language(version.package)
        released = next((item for item in read_changelog(package) if item.version == package.version), None)
        yield clean(
            {
                "@id": _version_id(entry, version, address),
                "@type": "dcat:Dataset",
                "dct:title": in_languages(find_title(package), language),
                "dct:description": in_languages(find_description(package), language),
                "dct:identifier": find_identifier(package),
                "dcat:version": package.version or "",
                "adms:versionNotes": in_languages(released.notes, language) if released else [],
                "dct:issued": _date(released.date) if released else "",
                "dcat:landingPage": _pages(f"{entry.page}/{package.version}/", address),
                "dcat:isVersionOf": {"@id": _dataset_id(entry, address)},
                "dcat:previousVersion": [
                    {"@id": _version_id(entry, other, address)} for other in entry.earlier[at + 1 : at + 2]
                ],
                "dcat:distribution": _distribution(entry, package, version.archive, address),
            }
        )


def _dates(package: Package, log: Sequence[Released], current: Released | None) -> Node:
    """When it was first and last released, as its changelog says; else when it was created, if that is said."""
    if log:
        return {"dct:issued": _date(min(item.date for item in log)), "dct:modified": _date(current.date) if current else ""}
    created = (package.created or "")[:10]
    return {"dct:created": _date(created)} if is_date(created) else {}


def _distribution(entry: Entry, package: Package, file: File, address: Address) -> Node:
    licences, place = _licence_of(package), {"@id": address(file.path)}
    media = {"@id": _MEDIA + file.registered_type} if file.registered_type else {}
    return clean(
        {
            "@id": f"{address(f'{entry.page}/')}#{escape_path(file.name)}",
            "@type": "dcat:Distribution",
            "dct:title": file.name,
            "dcat:accessURL": place,
            "dcat:downloadURL": place,
            "dcat:mediaType": media,
            "dct:format": {"@id": _format(file)} if _format(file) else {},
            "dcat:packageFormat": media if file.registered_type == "application/zip" else {},
            "dcat:byteSize": typed(file.size, "xsd:nonNegativeInteger"),
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": _SHA256,
                "spdx:checksumValue": typed(file.sha256, "xsd:hexBinary"),
            },
            **licences,
        }
    )


def _licence_of(package: Package) -> Node:
    """The licence; the profile allows one, so of several each is named in a statement of rights."""
    told = find_licences(package)
    if len(told) == 1:
        title, address = told[0]
        # A licence without an address is a thing without a name: it is described where it stands.
        return {"dct:license": {"@id": address} if address else {"@type": "dct:LicenseDocument", "dct:title": title}}
    label = " / ".join(" ".join(filter(None, (title, address and f"<{address}>"))) for title, address in told)
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": label}} if label else {}


def _agent(person: Mapping[str, Any]) -> Node:
    page = web_address(person.get("path"))
    return clean(
        {
            "@type": "foaf:Agent",
            "foaf:name": str(person["title"]),
            "foaf:homepage": [{"@id": page, "@type": "foaf:Document"}] if page else [],
        }
    )


def _contact(person: Mapping[str, Any]) -> Node:
    """Return how to reach a contributor, empty where no mail address is said."""
    mail = mail_address(person.get("email"))
    return (
        clean({"@type": "vcard:Kind", "vcard:fn": str(person.get("title") or ""), "vcard:hasEmail": {"@id": mail}})
        if mail
        else {}
    )


def _period(entry: Entry) -> Node:
    if not entry.start:
        return {}
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": _date(entry.start), "dcat:endDate": _date(entry.end)}


def _provenance(entry: Entry) -> Node:
    """Name the documents, or else the sources of the descriptor, in words."""
    names = [document.name for document in entry.documents] or [name for name, _ in _sources(entry.package)]
    if not names:
        return {}
    english = [name.in_language("en") for name in names]
    label = Text("来源：" + "；".join(name.default for name in names), {"en": "Sources: " + "; ".join(english)})
    if not any("en" in name.others for name in names):
        label = Text("; ".join(name.default for name in names))
    language = find_language(entry.package) or ("zh" if label.others else "")
    return {"@type": "dct:ProvenanceStatement", "rdfs:label": in_languages(label, language)}


def _origins(entry: Entry, address: Address) -> list[Node]:
    if entry.documents:
        return [{"@id": _document_id(document, address)} for document in entry.documents]
    language = find_language(entry.package)
    return [
        clean({**({"@id": page} if page else {}), "@type": "prov:Entity", "dct:title": in_languages(name, language)})
        for name, page in _sources(entry.package)
    ]


def _sources(package: Package) -> list[tuple[Text, str]]:
    """Return the sources that the descriptor says: title and address."""
    found = []
    for source in package.sources:
        page = web_address(source.get("path"))
        title = str(source.get("title") or page)
        english = source.get("title@en")
        if title:
            found.append((Text(title, {"en": str(english)} if english else {}), page))
    return found


# ----- what datasets share -----


def _topics(entries: Iterable[Entry], address: Address) -> Iterator[Node]:
    found = _once(topic for entry in entries for topic in entry.topics)
    if found:
        title = in_languages(_TABLE_OF_TOPICS, "zh")
        yield {"@id": _scheme_id(address), "@type": "skos:ConceptScheme", "dct:title": title}
    for topic in found:
        yield clean(
            {
                "@id": _concept_id(topic, address),
                "@type": "skos:Concept",
                "skos:prefLabel": in_languages(topic.name, "zh"),
                "skos:inScheme": {"@id": _scheme_id(address)},
            }
        )


def _places(entries: Iterable[Entry], address: Address) -> Iterator[Node]:
    for place in _once(place for entry in entries for place in entry.places):
        yield clean(
            {
                "@id": _place_id(place, address),
                "@type": "dct:Location",
                "skos:prefLabel": in_languages(place.name, "zh"),
                "dct:identifier": place.code,
            }
        )


def _documents(entries: Iterable[Entry], address: Address) -> Iterator[Node]:
    for document in _once(document for entry in entries for document in entry.documents):
        yield clean(
            {
                "@id": _document_id(document, address),
                "@type": ["prov:Entity", "foaf:Document"],
                "dct:title": in_languages(document.name, "zh"),
            }
        )


def _once(subjects: Iterable[Subject]) -> list[Subject]:
    """Return each subject once, in the order of their paths."""
    found = {subject.path: subject for subject in subjects}
    return [found[path] for path in sorted(found)]


def _licences(entries: Iterable[Entry]) -> Iterator[Node]:
    told = {}
    packages = (package for entry in entries for package in (entry.package, *(item.package for item in entry.earlier)))
    for package in packages:
        licences = find_licences(package)
        if len(licences) == 1 and licences[0][1]:
            told[licences[0][1]] = licences[0][0]
    for address in sorted(told):
        yield {"@id": address, "@type": "dct:LicenseDocument", "dct:title": told[address]}


def _formats(entries: Sequence[Entry]) -> Iterator[Node]:
    """The media types and formats, each told to be one: the profile asks, and the registers answer no program."""
    files = [file for entry in entries for file in _all_files(entry) if file.registered_type]
    kinds: dict[str, list[str]] = {}
    for file in files:
        kinds.setdefault(_MEDIA + file.registered_type, []).append("dct:MediaType")
        kinds.setdefault(_format(file), []).append("dct:MediaTypeOrExtent")
    for address in sorted(kinds):
        types = sorted(set(kinds[address]))
        yield {"@id": address, "@type": types if len(types) > 1 else types[0]}


def _all_files(entry: Entry) -> list[File]:
    return [*entry.data_files, *(version.archive for version in entry.earlier)]


def _format(file: File) -> str:
    """Return the address that names a file's format, empty where no register knows it."""
    if file.registered_type in _FORMATS:
        return _FILE_TYPES + _FORMATS[file.registered_type]
    return _MEDIA + file.registered_type if file.registered_type else ""


def _language_nodes(codes: Iterable[str]) -> Iterator[Node]:
    for address in sorted({_language(code) for code in codes} - {""}):
        yield {"@id": address, "@type": "dct:LinguisticSystem"}


def _language(code: str) -> str:
    """Return the address that names a language, empty for what is no code of two letters."""
    short = code.partition("-")[0].lower()
    if short in _CODES:
        return _LANGUAGES + _CODES[short]
    return f"http://id.loc.gov/vocabulary/iso639-1/{short}" if len(short) == 2 and short.isascii() and short.isalpha() else ""


def _date(text: str) -> Node:
    return typed(text, {4: "xsd:gYear", 7: "xsd:gYearMonth"}.get(len(text), "xsd:date"))


# ----- addresses -----


def _catalogue_id(address: Address) -> str:
    return f"{address('')}#catalogue"


def _dataset_id(entry: Entry, address: Address) -> str:
    """A dataset is not its page: it bears the page's address with a name behind it."""
    return f"{address(f'{entry.page}/')}#dataset"


def _version_id(entry: Entry, version: Earlier, address: Address) -> str:
    return f"{address(f'{entry.page}/')}#version-{escape_path(version.package.version or '')}"


def _scheme_id(address: Address) -> str:
    return f"{address('topics/')}#topics"


def _concept_id(topic: Subject, address: Address) -> str:
    return f"{address(f'{topic.path}/')}#topic"


def _place_id(place: Subject, address: Address) -> str:
    return f"{address(f'{place.path}/')}#place"


def _document_id(document: Subject, address: Address) -> str:
    return f"{address(f'{document.path}/')}#document"
