"""Small made-up packages that the tests of collection, pages and sites are built from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

from opendata.releases import release

HOSTILE = (
    "<script>alert(1)</script>",
    "](javascript:alert(1))",
    "a | b",
    '=HYPERLINK("https://example.org","x")',
    "\u202eright to left\u200f",
    "{#id} {{ site }} {% x %} ${y}",
    "'\"><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;amp;",
    "`code` *star* _line_ # - + ! ~ ^ [x]: y",
    '</script><!--od:head--><div data-od-slot="0"></div>',
    "x" * 10_000,
)

_LICENCE = {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}

REFERENCE = {
    "sources": (
        "source_id,title_zh,title_en,issuer_zh,issuer_en,kind,area_id,period,sha256",
        f"north-plan,北省规划,Plan of the North,北省政府,Government of the North,plan,north,2021/2025,{'0' * 64}",
        f"north-news,北省新闻,News of the North,,,article,north,2024,{'1' * 64}",
    ),
    "areas": (
        "area_id,name_zh,name_en,kind,parent_id,code",
        "nation,全国,Nation,country,,",
        "north,北省,North,province,nation,",
        "harbour,港市,Harbour,city,north,",
    ),
    "topics": ("topic_id,name_zh,name_en,parent_id", "trade,贸易,Trade,"),
    "indicators": (
        "indicator_id,name_zh,name_en,topic_id,definition_zh,definition_en,direction,default_unit_id",
        "goods,货物进出口额,Goods trade,trade,进口与出口之和。,Imports and exports together.,higher,cny-100m",
        "firms,企业数,Firms,trade,企业数。,Firms.,neutral,count",
    ),
    "breakdowns": ("breakdown_id,dimension,name_zh,name_en", "by-sea,mode,海运,By sea", "by-air,mode,空运,By air"),
    "units": (
        "unit_id,name_zh,name_en,symbol,base,factor",
        "cny-100m,亿元,hundred million yuan,亿元,CNY,100000000",
        "percent,百分比,per cent,%,percent,1",
        "count,个,number,个,1,1",
    ),
    "lists": (
        "list_id,name_zh,name_en,source_id,locator,printed_count",
        "works,重点项目,Key projects,north-plan,二/专栏1,3",
        "seen,见报项目,Projects in the news,north-news,p2,",
    ),
    "document-notes": (
        "note_id,rule,subject,expectation,source_id,locator,note_zh,note_en",
        'rate,growth,goods,"8.4 printed, 8.45 implied",north-plan,二/表1/1,所印增速略有出入。,The rate differs a little.',
    ),
    "same-as": ("thing_id,item_id", "new-dock,dock-in-news"),
}

_COLUMNS = "indicator_id,area_id,breakdown_id,period,measure,status,value,unit_id,bound,as_printed,label_printed"

OBSERVATIONS = (
    f"{_COLUMNS},source_id,locator,note_zh,note_en",
    "goods,north,,2020,level,actual,1000,cny-100m,,1000,货物进出口额（亿元）/2020年,north-plan,二/表1/1,,",
    "goods,north,,2025,level,target,1500,cny-100m,over,1500以上,货物进出口额（亿元）/2025年,north-plan,二/表1/1,,",
    "goods,north,,2021/2025,growth-annual,target,8.4,percent,,8.4%,货物进出口额（亿元）/年均,north-plan,二/表1/1,,",
    "goods,north,by-sea,2020,share,actual,70,percent,,70%,海运占比,north-plan,一/（二）/3,按金额计。,By value.",
    "goods,north,by-air,2020,share,actual,20,percent,,20%,空运占比,north-plan,一/（二）/3,,",
    "goods,harbour,by-sea,2020,share,actual,90,percent,,90%,港市海运占比,north-plan,一/（二）/4,,",
    "goods,harbour,,2023,growth-yoy,actual,-3,percent,,下降3%,进出口,north-news,p1,,",
    "firms,north,,2021/2025,cumulative,target,300,count,,五年累计300,企业数（个）,north-plan,二/表1/2,,",
    "firms,harbour,,../2020,level,actual,12000,count,about,约1.2万个,企业,north-news,p12,,",
)

ITEMS = (
    "item_id,list_id,position,name_zh,name_en,kind,area_id,country,organisation,industry,role,source_id,locator,note_zh,note_en",
    "new-dock,works,1,新码头,New dock,investment,harbour,JP,东洋公司,logistics,市级,north-plan,二/专栏1/1,,",
    "new-mill,works,2,新工厂,New mill,engineering,north,,,food,,north-plan,二/专栏1/2,占地十亩。,Ten mu of land.",
    "new-school,works,3,新学校,New school,engineering,harbour,DE,,food,,north-plan,二/专栏1/3,,",
    "dock-in-news,seen,1,新码头工程,Dock works,investment,harbour,,,logistics,,north-news,p2,,",
)


def write_packages(folder: Path, *, observations: tuple[str, ...] = OBSERVATIONS, items: tuple[str, ...] = ITEMS) -> Path:
    """Write the made-up packages: a vocabulary, one of indicators, one of lists. Returns the folder."""
    _write(folder / "reference", "vocabulary", "词表", "Vocabulary", {name: _file(rows) for name, rows in REFERENCE.items()})
    _write(folder / "trade", "indicators", "贸易数据", "Trade data", {"observations": _file(observations)})
    _write(folder / "projects", "lists", "项目", "Projects", {"items": _file(items)})
    return folder


def release_twice(folder: Path) -> Path:
    """Release the made-up package ``trade`` as it is, then with one value corrected: 1.0.0 and 1.1.0. Returns its folder."""
    told = json.loads((folder / "datapackage.json").read_text("utf-8"))
    (folder / "datapackage.json").write_text(json.dumps({key: told[key] for key in told if key != "changelog"}), "utf-8")
    assert "1.0.0" == release(folder, date="2026-01-02").version
    table = folder / "observations.csv"
    table.write_text(table.read_text("utf-8").replace("level,actual,1000,", "level,actual,1001,").replace(",,1000,", ",,1001,"))
    assert "1.1.0" == release(folder, date="2026-02-03", bump="minor").version
    return folder


def write_hostile(folder: Path) -> Path:
    """Write the made-up packages with hostile texts in every name, cell, note and title that a page shows."""
    write_packages(folder)
    reference = folder / "reference"
    for at, (table, columns) in enumerate(
        {
            "sources": ("title_zh", "title_en", "issuer_zh", "issuer_en"),
            "areas": ("name_zh", "name_en"),
            "topics": ("name_zh", "name_en"),
            "indicators": ("name_zh", "name_en", "definition_zh", "definition_en"),
            "breakdowns": ("name_zh", "name_en"),
            "lists": ("name_zh", "name_en"),
        }.items()
    ):
        _spoil(reference / f"{table}.csv", columns, at)
    _spoil(folder / "trade" / "observations.csv", ("note_zh", "note_en", "label_printed"), 2)
    _spoil(folder / "projects" / "items.csv", ("name_zh", "name_en", "organisation", "role", "note_zh", "note_en"), 5)
    for at, name in enumerate(("reference", "trade", "projects")):
        path = folder / name / "datapackage.json"
        told = json.loads(path.read_text("utf-8"))
        for step, key in enumerate(("title", "title@en", "description", "description@en")):
            told[key] = HOSTILE[(at + step) % len(HOSTILE)]
        told["licenses"] = [{"name": "x", "title": HOSTILE[0], "path": "javascript:alert(1)"}]
        told["sources"] = [{"title": text} for text in HOSTILE]
        told["changelog"] = [{"version": "1.0.0", "date": "2026-01-02", "description": text} for text in HOSTILE]
        path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return folder


def write_stranger(folder: Path, rows: int = 1200) -> Path:
    """Write somebody else's package: no Chinese, no kind, one long table."""
    folder = folder / "birds"
    folder.mkdir(parents=True)
    lines = ["ring,species,grams,seen", *(f"R{at:05},{HOSTILE[at % 3]},{at}.5,2024-01-01" for at in range(rows))]
    (folder / "birds.csv").write_text("\n".join(lines) + "\n", "utf-8")
    types = {"ring": "string", "species": "string", "grams": "number", "seen": "date"}
    told = {
        "name": "birds",
        "resources": [
            {
                "name": "birds",
                "path": "birds.csv",
                "schema": {"fields": [{"name": name, "type": kind} for name, kind in types.items()], "primaryKey": "ring"},
            }
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(told), "utf-8")
    return folder.parent


LONG = "长" * 40_000

ODD = {
    "id": ("string", ["0101", "0102", "0103", "0104"]),
    "text": ("string", ["=1+1", "", "NA", None]),
    "formula": ("string", ['=HYPERLINK("https://example.org","x")', "-cmd|' /C calc'!A0", "\t=1", "＝1+1"]),
    "control": ("string", ["a\x01b", "line\r\nbreak", "_x0041_", "\u202eright to left\u200f"]),
    "long": ("string", ["x" * 10_000, LONG, "ＡＢＣ１２３", "😀"]),
    "whole": ("integer", ["-7", "0", None, "9007199254740992"]),
    "huge": ("integer", ["9007199254740993", "-99999999999999999999", None, "1"]),
    "number": ("number", ["-1.5", "1000", None, "0.1"]),
    "exact": ("number", ["0.1234567890123456789", "1", None, "-2.50"]),
    "open": ("number", ["NaN", "INF", "-INF", "1"]),
    "truth": ("boolean", ["true", "false", None, "1"]),
    "day": ("date", ["1899-12-31", "1900-03-01", None, "2026-11-20"]),
    "moment": ("datetime", ["1850-01-01T00:00:00", "2026-11-20T08:30:00", None, "2026-11-20T08:30:00.123456"]),
    "zoned": ("datetime", ["2026-11-20T08:30:00Z", "2026-11-20T08:30:00+08:00", None, "2026-01-01T00:00:00Z"]),
    "hour": ("time", ["08:30:00", "23:59:59", None, "00:00:00"]),
    "year": ("year", ["2025", "1850", None, "-0044"]),
    "month": ("yearmonth", ["2025-06", "1850-12", None, "2026-01"]),
    "span": ("duration", ["P1Y2M", "-P3D", None, "PT5M"]),
    "thing": ("object", ['{"a": [1, null], "名": "值"}', '{"half": "\\ud800"}', None, "{}"]),
    "list": ("array", ["[1, 2.5]", "[]", None, '["=1"]']),
    "point": ("geopoint", ["120.38,36.07", "-1,1", None, "0,0"]),
    "tier": ("string", ["high", "low", None, "high"]),
}
"""Columns that some format cannot hold as they are: type, and the cells as written; ``None`` is missing."""


def write_odd(folder: Path) -> Path:
    """Write a package of cells that are hard to carry over: ``odd`` with every type, and ``more`` that refers to it."""
    folder = folder / "odd"
    folder.mkdir(parents=True)
    missing = "(none)"
    fields = [
        {"name": name, "type": kind, "title": f"{name}列", "title@en": f"Column {name}"} for name, (kind, _) in ODD.items()
    ]
    fields[-1]["categories"] = ["low", "middle", "high"]
    rows = zip(*(cells for _, cells in ODD.values()), strict=True)
    _write_rows(folder / "odd.csv", ODD, ([missing if cell is None else cell for cell in row] for row in rows))
    _write_rows(folder / "more.csv", ("odd_id", "at"), (("0101", "1"), ("0101", "2"), ("0104", "3")))
    told = {
        "name": "odd",
        "title": "怪数",
        "title@en": "Odd values",
        "version": "1.2.0",
        "licenses": [_LICENCE],
        "sources": [{"title": "北省规划", "path": "https://example.org/plan"}],
        "resources": [
            {
                "name": "odd",
                "path": "odd.csv",
                "title": "怪表",
                "schema": {"fields": fields, "primaryKey": ["id"], "missingValues": [missing]},
            },
            {
                "name": "more",
                "path": "more.csv",
                "schema": {
                    "fields": [{"name": "odd_id", "type": "string"}, {"name": "at", "type": "integer"}],
                    "primaryKey": ["odd_id", "at"],
                    "foreignKeys": [{"fields": ["odd_id"], "reference": {"resource": "odd", "fields": ["id"]}}],
                },
            },
        ],
    }
    (folder / "datapackage.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return folder


def _write_rows(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([list(header), *rows])


def _file(rows: tuple[str, ...]) -> str:
    return "\n".join([*rows, ""])


def _write(folder: Path, kind: str, title: str, english: str, tables: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    resources = []
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
        header = text.split("\n", 1)[0].split(",")
        fields = [
            {
                "name": column,
                "type": "number" if column in ("value", "factor") else "integer" if column == "position" else "string",
            }
            for column in header
        ]
        for field in fields:
            if field["name"] == "industry":
                field["categories"] = [{"value": "food", "label": "食品", "label@en": "Food"}, {"value": "logistics"}]
        resources.append({"name": name, "path": f"{name}.csv", "title": f"{title}·{name}", "schema": {"fields": fields}})
    told = {
        "name": folder.name,
        "kind": kind,
        "title": title,
        "title@en": english,
        "description": f"{title}，用于测试。",
        "description@en": f"{english}, made up for tests.",
        "version": "1.0.0",
        "licenses": [_LICENCE],
        "changelog": [
            {"version": "1.0.0", "date": "2026-01-02", "description": "首次发布。", "description@en": "First release."}
        ],
        "resources": resources,
    }
    (folder / "datapackage.json").write_text(json.dumps(told, ensure_ascii=False, indent=2), "utf-8")


def _spoil(path: Path, columns: tuple[str, ...], start: int) -> None:
    """Put a hostile text behind what stands in some columns of every row."""
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for at, row in enumerate(rows):
        for step, column in enumerate(columns):
            row[column] += HOSTILE[(start + at + 3 * step) % len(HOSTILE)]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
