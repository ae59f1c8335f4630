"""DB37/T 2885—2016, Shandong's local standard for the core metadata of government information resources.

The record bears the Chinese names of the standard's elements, in the standard's order. The standard has an XML schema
(its annex A) with short names, which could not be consulted: the record is therefore JSON under the Chinese names, and
does not claim to be an instance of that schema. Of its fifteen elements two (6.9 and 6.10) are not known to us by name
and are left out. An element that a package does not state is empty, and named as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opendata.citations import find_address, find_date
from opendata.records.entries import Entry, find_creators, find_identifier, find_keywords, find_people, web_address

STANDARD = "DB37/T 2885—2016"

# The element in the standard's words, and in English for readers of the English page.
ELEMENTS: Mapping[str, str] = {
    "信息资源名称": "Name",
    "信息资源摘要": "Abstract",
    "信息资源标识符": "Identifier",
    "信息资源提供方": "Provider",
    "信息资源分类": "Category",
    "信息资源格式": "Format",
    "信息资源管理方式": "Management",
    "信息资源共享类型": "Sharing type",
    "信息资源发布日期": "Release date",
    "服务信息": "Service information",
    "在线资源链接地址": "Online address",
    "元数据维护方": "Metadata maintainer",
    "元数据版本": "Metadata version",
}

_FORMATS = {"xlsx": "XLSX", "jsonl": "JSON Lines", "parquet": "Parquet", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Element:
    """An element of the standard: its Chinese and English name, and what the package states of it, which may be nothing."""

    name: str
    english: str
    value: str


def describe_package(entry: Entry, online: str = "") -> tuple[Element, ...]:
    """Return the elements of a package's record, in the standard's order.

    Parameters
    ----------
    entry
        The package.
    online
        The whole address of its page, empty where it is not known; then its own home page is told.

    Notes
    -----
    How a resource is managed and shared is a decision of an authority. No property of a data package states it, and a
    licence is not the same thing, so both are empty, as is the service behind it.
    """
    package = entry.package
    people = find_people(package, "publisher") or find_creators(package)
    topics = [topic.name.default for topic in entry.topics] or find_keywords(package)
    told = {
        "信息资源名称": package.title.default,
        "信息资源摘要": package.description.default,
        "信息资源标识符": find_identifier(package),
        "信息资源提供方": "、".join(str(person["title"]) for person in people),
        "信息资源分类": "、".join(topics),
        "信息资源格式": "、".join(_formats(entry)),
        "信息资源发布日期": find_date(package),
        "在线资源链接地址": online or web_address(find_address(package)),
        "元数据维护方": "、".join(str(person["title"]) for person in find_people(package, "maintainer", "wrangler")),
        "元数据版本": package.version or "",
    }
    return tuple(Element(name, english, " ".join(told.get(name, "").split())) for name, english in ELEMENTS.items())


def to_record(elements: tuple[Element, ...]) -> dict[str, object]:
    """Return the record as it is written to a file: every element, and which of them the package does not state."""
    return {
        "标准": STANDARD,
        "核心元数据": {element.name: element.value for element in elements},
        "未说明": [element.name for element in elements if not element.value],
    }


def _formats(entry: Entry) -> list[str]:
    """Return the kinds of the data files, each once; the archive that holds them is no format of the data."""
    endings = dict.fromkeys(file.name.rpartition(".")[2].lower() for file in entry.data_files if "." in file.name)
    return [_FORMATS.get(ending, ending.upper()) for ending in endings if ending != "zip"]
