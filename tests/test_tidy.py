"""Tidy tables: figures with names and dates, and what packages there are."""

import datetime as dt
import json
import sys

import pandas as pd
import pytest

from opendata.errors import MissingLibrary, UnreadablePackage, WrongName, WrongUse
from opendata.handles import Catalog
from opendata.tidy import catalog, days_of, series
from opendata.words import read_period


def make_catalog(folder, rows, **more):
    """A catalog with a vocabulary and one package of indicators."""
    reference = {
        "sources": "source_id,title_zh,title_en,issuer_zh,issuer_en,kind,area_id,period,sha256\n"
        "plan,规划,The plan,,,plan,qd,2021/2025,\n",
        "areas": "area_id,name_zh,name_en,kind,parent_id,code\nqd,青岛市,Qingdao,city,,\nyt,烟台市,Yantai,city,,\n",
        "topics": "topic_id,name_zh,name_en,parent_id\ntrade,贸易,Trade,\n",
        "indicators": "indicator_id,name_zh,name_en,topic_id,definition_zh,definition_en,direction,default_unit_id\n"
        "exports,出口额,Exports,trade,,,higher,cny-100m\n",
        "breakdowns": "breakdown_id,dimension,name_zh,name_en\ncars,product,汽车,Cars\n",
        "units": "unit_id,name_zh,name_en,symbol,base,factor\n"
        "cny,元,yuan,元,CNY,1\ncny-100m,亿元,hundred million yuan,亿元,CNY,100000000\n"
        "teu-10k,万标箱,ten thousand TEU,万标箱,TEU,10000\n",
        "lists": "list_id,name_zh,name_en,source_id,locator,printed_count\n",
    }
    header = (
        "indicator_id,area_id,breakdown_id,period,measure,status,value,unit_id,bound,"
        "as_printed,label_printed,source_id,locator,note_zh,note_en\n"
    )
    status = {"name": "status", "type": "string", "constraints": {"enum": ["target", "actual"]}}
    packages = {
        "reference": ("vocabulary", reference, {}),
        "trade": ("indicators", {"observations": header + rows}, {"schema": {"fields": [status]}}),
    }
    for name, (kind, tables, more_resource) in packages.items():
        (folder / name).mkdir()
        resources = [{"name": table, "path": f"{table}.csv", **more_resource} for table in tables]
        descriptor = {"name": name, "kind": kind, "version": "1.0.0", "resources": resources, **more}
        (folder / name / "datapackage.json").write_text(json.dumps(descriptor))
        for table, text in tables.items():
            (folder / name / f"{table}.csv").write_text(text, "utf-8")
    return Catalog(folder)


ROWS = (
    "exports,qd,,2020,level,actual,6407,cny-100m,,6407亿元,出口,plan,一,,\n"
    "exports,qd,cars,2021/2025,level,target,12.5,cny-100m,over,12.5亿元以上,出口,plan,二,注,a note\n"
    "exports,yt,,,level,actual,3,teu-10k,,3万标箱,出口,plan,三,,\n"
)


@pytest.fixture
def small(tmp_path):
    """Three figures of two places."""
    return make_catalog(tmp_path, ROWS)


def test_a_row_has_everything_joined(small):
    """Ids with names, the period as dates, the document by its title."""
    row = series("trade", catalog=small).iloc[1]
    assert {
        "indicator_id": "exports",
        "indicator": "Exports",
        "area_id": "qd",
        "area": "Qingdao",
        "breakdown_id": "cars",
        "breakdown": "Cars",
        "period": "2021/2025",
        "start": pd.Timestamp("2021-01-01"),
        "end": pd.Timestamp("2025-12-31"),
        "measure": "level",
        "status": "target",
        "value": 12.5,
        "unit_id": "cny-100m",
        "unit": "hundred million yuan",
        "bound": "over",
        "as_printed": "12.5亿元以上",
        "source_id": "plan",
        "source": "The plan",
        "locator": "二",
        "note": "a note",
    } == row.to_dict()


def test_what_is_not_said_is_missing(small):
    """A total has no breakdown, a figure without a period no dates, one as stated no bound."""
    frame = series("trade", catalog=small)
    missing = frame.loc[2, ["breakdown_id", "breakdown", "period", "start", "end", "bound", "note"]]
    assert missing.isna().all()


def test_dtypes_and_attributes(small):
    """Dates are dates, values floats, enumerations categories in declared order; the version stands beside."""
    frame = series("trade", catalog=small)
    assert ("datetime64[s]", "float64") == (str(frame["start"].dtype), str(frame["value"].dtype))
    assert ["target", "actual"] == frame["status"].cat.categories.tolist()
    assert {"trade": "1.0.0"} == frame.attrs["versions"]


def test_names_in_chinese(small):
    """Names, units, documents and notes in the other language."""
    row = series("trade", catalog=small, language="zh").iloc[1]
    assert ["出口额", "青岛市", "汽车", "亿元", "规划", "注"] == [
        row[name] for name in ("indicator", "area", "breakdown", "unit", "source", "note")
    ]


def test_base_units(small):
    """亿元 become yuan, exactly; a base without a unit of its own is named by itself."""
    frame = series("trade", catalog=small, base_units=True)
    assert [(640_700_000_000.0, "cny", "yuan"), (1_250_000_000.0, "cny", "yuan"), (30_000.0, "TEU", "TEU")] == list(
        frame[["value", "unit_id", "unit"]].itertuples(index=False, name=None)
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [0, 1, 2]),
        ({"area": "qd"}, [0, 1]),
        ({"area": "烟台市"}, [2]),
        ({"area": ["Yantai", "qd"]}, [0, 1, 2]),
        ({"area": "QINGDAO", "status": "target"}, [1]),
        ({"breakdown": ""}, [0, 2]),
        ({"breakdown": "汽车"}, [1]),
        ({"indicator": "Exports", "measure": "level"}, [0, 1, 2]),
        ({"area": []}, []),
    ],
)
def test_filters(small, filters, expected):
    """By id or name in either language, one or several."""
    frame = series("trade", catalog=small, **filters)
    assert [["一", "二", "三"][at] for at in expected] == frame["locator"].tolist()
    assert list(range(len(expected))) == frame.index.tolist()


def test_no_rows_keep_their_dtypes(small):
    """An empty table is still a table."""
    frame = series("trade", catalog=small, area="yt", status="target")
    assert (0, "float64", "datetime64[s]") == (len(frame), str(frame["value"].dtype), str(frame["end"].dtype))


@pytest.mark.parametrize(
    ("filters", "text"),
    [
        ({"area": "qingdo"}, "No area is named 'qingdo'. Did you mean qd?"),
        ({"indicator": "export"}, "No indicator is named 'export'. Did you mean exports?"),
        ({"status": "targets"}, "No status is named 'targets'. Did you mean target?"),
    ],
)
def test_wrong_names(small, filters, text):
    """Near ones are found by id and by name."""
    with pytest.raises(WrongName) as caught:
        series("trade", catalog=small, **filters)
    assert text == str(caught.value)


def test_packages_without_indicators(small):
    """A wrong use that names the right ones; a wrong name the near ones."""
    with pytest.raises(WrongUse, match=r"reference holds no indicators. These do: trade\."):
        series("reference", catalog=small)
    with pytest.raises(WrongName, match="Did you mean trade"):
        series("trad", catalog=small)


def test_an_id_that_stands_nowhere(tmp_path):
    """Data that were never validated do not end in a traceback."""
    where = make_catalog(tmp_path, "exports,nowhere,,2020,level,actual,1,cny,,1元,出口,plan,一,,\n")
    with pytest.raises(UnreadablePackage, match="'nowhere' stands in no vocabulary"):
        series("trade", catalog=where)


def test_all_our_packages():
    """Every figure once, in the order of packages and rows; no column is an object."""
    packages = [package for package in Catalog() if package.meta.kind == "indicators"]
    frame = series()
    assert sum(len(package["observations"]) for package in packages) == len(frame)
    assert [] == [name for name, dtype in frame.dtypes.items() if str(dtype) == "object"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020", ("2020-01-01", "2020-12-31")),
        ("2020-02", ("2020-02-01", "2020-02-29")),
        ("2016/2020", ("2016-01-01", "2020-12-31")),
        ("2024-01/2024-05", ("2024-01-01", "2024-05-31")),
        ("2024-06-30", ("2024-06-30", "2024-06-30")),
        ("../2020-12", ("2020-12-31", "2020-12-31")),
        ("../2020", ("2020-12-31", "2020-12-31")),
        ("", (None, None)),
    ],
)
def test_days_of_a_period(text, expected):
    """The first and the last day; a stock is on one."""
    days = tuple(None if day is None else dt.date.fromisoformat(day) for day in expected)
    assert days == days_of(read_period(text))


def test_catalog(small):
    """A row for each table of each package."""
    frame = catalog(small)
    assert [("trade", "observations", "indicators", 3, 15, "1.0.0")] == list(
        frame.loc[frame["package"] == "trade", ["package", "table", "kind", "rows", "columns", "version"]].itertuples(
            index=False, name=None
        )
    )
    assert 8 == len(frame)


def test_our_catalog_in_both_languages():
    """Titles of package and table."""
    zh, en = catalog(language="zh"), catalog()
    assert ("货物贸易数据 – 数据", "Goods trade – Observations") == tuple(
        frame.set_index("package").loc["goods-trade", "title"] for frame in (zh, en)
    )


def test_without_pandas(monkeypatch):
    """A message that says what to install."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    for ask in (series, catalog):
        with pytest.raises(MissingLibrary, match="pip install pandas"):
            ask()
