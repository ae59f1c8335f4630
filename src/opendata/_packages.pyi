# Made from the descriptors of datapackages/ by `opendata codegen`; not to be edited.
# A typed handle takes fewer names than a handle of any package: that is its purpose.
# mypy: disable-error-code="override, overload-overlap"
# pyright: reportIncompatibleMethodOverride=false, reportOverlappingOverload=false
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple, overload

import pandas as pd
import polars as pl
import pyarrow as pa

from opendata.handles import Column, Columns, PackageHandle, TableHandle

class ObservationsRow(NamedTuple):
    indicator_id: str
    """指标 · Indicator"""
    area_id: str
    """地区 · Area"""
    breakdown_id: str | None
    """分组 · Breakdown — 空白表示总量 · empty for the total"""
    period: str | None
    """时期 · Period — ISO 8601：年份、区间或截至某日的存量（../2020-12）；文件未说明时为空 · ISO 8601: a year, an interval, or a stock at a date (../2020-12); empty where the document does not say"""
    measure: Literal["level", "cumulative", "share", "rank", "ratio", "multiple", "growth-yoy", "growth-total", "growth-annual", "change", "limit"]
    """度量 · Measure"""
    status: Literal["actual", "target", "assumption"]
    """性质 · Status — 实际、目标或预期 · actual, target or assumption"""
    value: float
    """数值 · Value — 以 unit_id 为单位；下降为负 · in unit_id; a fall is negative"""
    unit_id: str
    """单位 · Unit"""
    bound: Literal["about", "over", "at-least", "at-most", "under", "aim", "low", "high"] | None
    """界限 · Bound — 空白表示如文件所述 · empty: as stated"""
    as_printed: str
    """文件原样 · As printed — 数字连同单位和修饰语 · the number with its unit and qualifier"""
    label_printed: str
    """文件用语 · Label as printed"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document — 标题序号路径 · the path of heading numbers"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class ObservationsColumns(Columns):
    indicator_id: Column[str]
    """指标 · Indicator"""
    area_id: Column[str]
    """地区 · Area"""
    breakdown_id: Column[str]
    """分组 · Breakdown — 空白表示总量 · empty for the total"""
    period: Column[str]
    """时期 · Period — ISO 8601：年份、区间或截至某日的存量（../2020-12）；文件未说明时为空 · ISO 8601: a year, an interval, or a stock at a date (../2020-12); empty where the document does not say"""
    measure: Column[str]
    """度量 · Measure"""
    status: Column[str]
    """性质 · Status — 实际、目标或预期 · actual, target or assumption"""
    value: Column[float]
    """数值 · Value — 以 unit_id 为单位；下降为负 · in unit_id; a fall is negative"""
    unit_id: Column[str]
    """单位 · Unit"""
    bound: Column[str]
    """界限 · Bound — 空白表示如文件所述 · empty: as stated"""
    as_printed: Column[str]
    """文件原样 · As printed — 数字连同单位和修饰语 · the number with its unit and qualifier"""
    label_printed: Column[str]
    """文件用语 · Label as printed"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document — 标题序号路径 · the path of heading numbers"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class ObservationsTable(TableHandle):
    @property
    def c(self) -> ObservationsColumns: ...
    def rows(self) -> list[ObservationsRow]: ...
    def __iter__(self) -> Iterator[ObservationsRow]: ...
    @overload
    def __getitem__(self, name: Literal["indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "unit_id", "bound", "as_printed", "label_printed", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["value"] | Column[float]) -> pd.Series[float]: ...
    @overload
    def column(self, name: Literal["indicator_id", "area_id", "unit_id", "as_printed", "label_printed", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["breakdown_id", "period", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["measure"]) -> list[Literal["level", "cumulative", "share", "rank", "ratio", "multiple", "growth-yoy", "growth-total", "growth-annual", "change", "limit"]]: ...
    @overload
    def column(self, name: Literal["status"]) -> list[Literal["actual", "target", "assumption"]]: ...
    @overload
    def column(self, name: Literal["value"]) -> list[float]: ...
    @overload
    def column(self, name: Literal["bound"]) -> list[Literal["about", "over", "at-least", "at-most", "under", "aim", "low", "high"] | None]: ...
    def arrow(self, columns: Sequence[Literal["indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound", "as_printed", "label_printed", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound", "as_printed", "label_printed", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["indicator_id", "area_id", "breakdown_id", "period", "measure", "status", "value", "unit_id", "bound", "as_printed", "label_printed", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class MeasuresItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["action", "measure"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["e-commerce"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class MeasuresItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class MeasuresItemsTable(TableHandle):
    @property
    def c(self) -> MeasuresItemsColumns: ...
    def rows(self) -> list[MeasuresItemsRow]: ...
    def __iter__(self) -> Iterator[MeasuresItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["action", "measure"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["e-commerce"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class OrganisationsItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["association", "bank", "company", "institution", "mechanism", "university"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["aerospace", "agricultural-machinery", "automobiles", "biomedicine", "construction", "construction-machinery", "e-commerce", "education", "finance", "fine-chemicals", "fisheries", "food", "household-appliances", "industrial-gases", "marine-biomedicine", "marine-equipment", "marine-technology", "marine-tourism", "new-energy-and-new-materials", "new-generation-information-technology", "offshore-wind", "rail-transit", "research", "retail", "rubber", "salt-chemicals", "seawater-desalination", "shipbuilding", "shipping", "textiles"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class OrganisationsItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class OrganisationsItemsTable(TableHandle):
    @property
    def c(self) -> OrganisationsItemsColumns: ...
    def rows(self) -> list[OrganisationsItemsRow]: ...
    def __iter__(self) -> Iterator[OrganisationsItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["association", "bank", "company", "institution", "mechanism", "university"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["aerospace", "agricultural-machinery", "automobiles", "biomedicine", "construction", "construction-machinery", "e-commerce", "education", "finance", "fine-chemicals", "fisheries", "food", "household-appliances", "industrial-gases", "marine-biomedicine", "marine-equipment", "marine-technology", "marine-tourism", "new-energy-and-new-materials", "new-generation-information-technology", "offshore-wind", "rail-transit", "research", "retail", "rubber", "salt-chemicals", "seawater-desalination", "shipbuilding", "shipping", "textiles"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class PlacesItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["base", "bonded-zone", "city", "cluster", "commercial-centre", "commercial-complex", "cooperation-park", "development-zone", "export-base", "free-trade-zone", "import-zone", "industrial-park", "logistics-hub", "overseas-zone", "platform", "port", "shopping-street", "tourism-area"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["agriculture", "automobiles", "biomedicine", "catering", "coal-chemicals", "construction", "culture", "e-commerce", "education", "energy", "film", "finance", "fisheries", "food", "health-care", "high-end-equipment", "household-appliances", "logistics", "marine-biomedicine", "marine-equipment", "marine-tourism", "mining", "new-energy", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "rail-transit", "research", "retail", "rubber", "salt-chemicals", "shipbuilding", "shipping", "software", "textiles", "tourism"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class PlacesItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class PlacesItemsTable(TableHandle):
    @property
    def c(self) -> PlacesItemsColumns: ...
    def rows(self) -> list[PlacesItemsRow]: ...
    def __iter__(self) -> Iterator[PlacesItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["base", "bonded-zone", "city", "cluster", "commercial-centre", "commercial-complex", "cooperation-park", "development-zone", "export-base", "free-trade-zone", "import-zone", "industrial-park", "logistics-hub", "overseas-zone", "platform", "port", "shopping-street", "tourism-area"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["agriculture", "automobiles", "biomedicine", "catering", "coal-chemicals", "construction", "culture", "e-commerce", "education", "energy", "film", "finance", "fisheries", "food", "health-care", "high-end-equipment", "household-appliances", "logistics", "marine-biomedicine", "marine-equipment", "marine-tourism", "mining", "new-energy", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "rail-transit", "research", "retail", "rubber", "salt-chemicals", "shipbuilding", "shipping", "software", "textiles", "tourism"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class ProjectsItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["cold-chain", "commercial", "e-commerce", "engineering", "infrastructure", "investment", "logistics", "technology", "wholesale-market"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["advanced-manufacturing", "agriculture", "automobiles", "biomedicine", "building-materials", "construction", "culture", "e-commerce", "energy", "film", "finance", "fisheries", "food", "health-care", "high-end-chemicals", "high-end-equipment", "household-appliances", "infrastructure", "logistics", "marine-technology", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "research", "retail", "rubber", "salt-chemicals", "seawater-desalination"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class ProjectsItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class ProjectsItemsTable(TableHandle):
    @property
    def c(self) -> ProjectsItemsColumns: ...
    def rows(self) -> list[ProjectsItemsRow]: ...
    def __iter__(self) -> Iterator[ProjectsItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["cold-chain", "commercial", "e-commerce", "engineering", "infrastructure", "investment", "logistics", "technology", "wholesale-market"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["advanced-manufacturing", "agriculture", "automobiles", "biomedicine", "building-materials", "construction", "culture", "e-commerce", "energy", "film", "finance", "fisheries", "food", "health-care", "high-end-chemicals", "high-end-equipment", "household-appliances", "infrastructure", "logistics", "marine-technology", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "research", "retail", "rubber", "salt-chemicals", "seawater-desalination"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class RoutesAndEventsItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["activity", "air-route", "exhibition", "festival", "forum", "rail-route", "road-route", "shipping-route"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["agricultural-machinery", "agriculture", "biomedicine", "catering", "culture", "e-commerce", "film", "health-care", "logistics", "retail", "rubber", "shipping", "tourism"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class RoutesAndEventsItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class RoutesAndEventsItemsTable(TableHandle):
    @property
    def c(self) -> RoutesAndEventsItemsColumns: ...
    def rows(self) -> list[RoutesAndEventsItemsRow]: ...
    def __iter__(self) -> Iterator[RoutesAndEventsItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["activity", "air-route", "exhibition", "festival", "forum", "rail-route", "road-route", "shipping-route"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["agricultural-machinery", "agriculture", "biomedicine", "catering", "culture", "e-commerce", "film", "health-care", "logistics", "retail", "rubber", "shipping", "tourism"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class SectorsItemsRow(NamedTuple):
    item_id: str
    """条目标识 · Item id"""
    list_id: str
    """清单 · List"""
    position: int
    """序号 · Position"""
    name_zh: str
    """名称 · Name as printed"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["investment-direction", "open-field", "sector-focus", "service-focus"]
    """类别 · Kind"""
    area_id: str | None
    """所在地区 · Area"""
    country: str | None
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: str | None
    """相关机构 · Organisation"""
    industry: Literal["advanced-manufacturing", "aerospace", "agriculture", "automobiles", "biomedicine", "building-materials", "business-services", "construction", "construction-machinery", "culture", "e-commerce", "education", "energy", "environmental-protection", "equipment-manufacturing", "film", "finance", "fine-chemicals", "fisheries", "food", "health-care", "high-end-chemicals", "high-end-equipment", "information-services", "logistics", "marine-biomedicine", "marine-economy", "marine-equipment", "marine-finance", "marine-technology", "marine-tourism", "metals", "modern-services", "new-energy", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "offshore-wind", "petrochemicals", "rail-transit", "research", "rubber", "seawater-desalination", "shipbuilding", "shipping", "smart-manufacturing", "software", "textiles", "tourism"] | None
    """产业 · Industry"""
    role: str | None
    """等级或地位 · Role or tier"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str | None
    """说明 · Note in Chinese"""
    note_en: str | None
    """说明（英文） · Note in English"""

class SectorsItemsColumns(Columns):
    item_id: Column[str]
    """条目标识 · Item id"""
    list_id: Column[str]
    """清单 · List"""
    position: Column[int]
    """序号 · Position"""
    name_zh: Column[str]
    """名称 · Name as printed"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """所在地区 · Area"""
    country: Column[str]
    """国家或地区 · Country or region — ISO 3166-1 二位代码 · ISO 3166-1 alpha-2"""
    organisation: Column[str]
    """相关机构 · Organisation"""
    industry: Column[str]
    """产业 · Industry"""
    role: Column[str]
    """等级或地位 · Role or tier"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class SectorsItemsTable(TableHandle):
    @property
    def c(self) -> SectorsItemsColumns: ...
    def rows(self) -> list[SectorsItemsRow]: ...
    def __iter__(self) -> Iterator[SectorsItemsRow]: ...
    @overload
    def __getitem__(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["position"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["item_id", "list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["position"]) -> list[int]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["investment-direction", "open-field", "sector-focus", "service-focus"]]: ...
    @overload
    def column(self, name: Literal["area_id", "country", "organisation", "role", "note_zh", "note_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["industry"]) -> list[Literal["advanced-manufacturing", "aerospace", "agriculture", "automobiles", "biomedicine", "building-materials", "business-services", "construction", "construction-machinery", "culture", "e-commerce", "education", "energy", "environmental-protection", "equipment-manufacturing", "film", "finance", "fine-chemicals", "fisheries", "food", "health-care", "high-end-chemicals", "high-end-equipment", "information-services", "logistics", "marine-biomedicine", "marine-economy", "marine-equipment", "marine-finance", "marine-technology", "marine-tourism", "metals", "modern-services", "new-energy", "new-energy-and-new-materials", "new-generation-information-technology", "new-materials", "offshore-wind", "petrochemicals", "rail-transit", "research", "rubber", "seawater-desalination", "shipbuilding", "shipping", "smart-manufacturing", "software", "textiles", "tourism"] | None]: ...
    def arrow(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["item_id", "list_id", "position", "name_zh", "name_en", "kind", "area_id", "country", "organisation", "industry", "role", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class SourcesRow(NamedTuple):
    source_id: str
    """文件标识 · Document id"""
    title_zh: str
    """文件名 · Chinese title"""
    title_en: str
    """英文名 · English title"""
    issuer_zh: str | None
    """发布机构 · Issuer in Chinese"""
    issuer_en: str | None
    """发布机构（英文） · Issuer in English"""
    kind: Literal["plan", "article"]
    """类别 · Kind"""
    area_id: str
    """地区 · Area"""
    period: str
    """所涉时期 · Period covered — ISO 8601 时间区间 · ISO 8601 interval"""
    sha256: str
    """文本校验值 · sha256 of the text"""

class SourcesColumns(Columns):
    source_id: Column[str]
    """文件标识 · Document id"""
    title_zh: Column[str]
    """文件名 · Chinese title"""
    title_en: Column[str]
    """英文名 · English title"""
    issuer_zh: Column[str]
    """发布机构 · Issuer in Chinese"""
    issuer_en: Column[str]
    """发布机构（英文） · Issuer in English"""
    kind: Column[str]
    """类别 · Kind"""
    area_id: Column[str]
    """地区 · Area"""
    period: Column[str]
    """所涉时期 · Period covered — ISO 8601 时间区间 · ISO 8601 interval"""
    sha256: Column[str]
    """文本校验值 · sha256 of the text"""

class SourcesTable(TableHandle):
    @property
    def c(self) -> SourcesColumns: ...
    def rows(self) -> list[SourcesRow]: ...
    def __iter__(self) -> Iterator[SourcesRow]: ...
    def __getitem__(self, name: Literal["source_id", "title_zh", "title_en", "issuer_zh", "issuer_en", "kind", "area_id", "period", "sha256"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["source_id", "title_zh", "title_en", "area_id", "period", "sha256"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["issuer_zh", "issuer_en"]) -> list[str | None]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["plan", "article"]]: ...
    def arrow(self, columns: Sequence[Literal["source_id", "title_zh", "title_en", "issuer_zh", "issuer_en", "kind", "area_id", "period", "sha256"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["source_id", "title_zh", "title_en", "issuer_zh", "issuer_en", "kind", "area_id", "period", "sha256"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["source_id", "title_zh", "title_en", "issuer_zh", "issuer_en", "kind", "area_id", "period", "sha256"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class AreasRow(NamedTuple):
    area_id: str
    """地区标识 · Area id"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""
    kind: Literal["country", "province", "city", "district", "zone", "site"]
    """类别 · Kind"""
    parent_id: str | None
    """上级地区 · Parent area"""
    code: str | None
    """行政区划代码 · Code — GB/T 2260 代码 · GB/T 2260 code"""

class AreasColumns(Columns):
    area_id: Column[str]
    """地区标识 · Area id"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""
    kind: Column[str]
    """类别 · Kind"""
    parent_id: Column[str]
    """上级地区 · Parent area"""
    code: Column[str]
    """行政区划代码 · Code — GB/T 2260 代码 · GB/T 2260 code"""

class AreasTable(TableHandle):
    @property
    def c(self) -> AreasColumns: ...
    def rows(self) -> list[AreasRow]: ...
    def __iter__(self) -> Iterator[AreasRow]: ...
    def __getitem__(self, name: Literal["area_id", "name_zh", "name_en", "kind", "parent_id", "code"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["area_id", "name_zh", "name_en"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["kind"]) -> list[Literal["country", "province", "city", "district", "zone", "site"]]: ...
    @overload
    def column(self, name: Literal["parent_id", "code"]) -> list[str | None]: ...
    def arrow(self, columns: Sequence[Literal["area_id", "name_zh", "name_en", "kind", "parent_id", "code"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["area_id", "name_zh", "name_en", "kind", "parent_id", "code"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["area_id", "name_zh", "name_en", "kind", "parent_id", "code"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class TopicsRow(NamedTuple):
    topic_id: str
    """主题标识 · Topic id"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""
    parent_id: str | None
    """上级主题 · Parent topic"""

class TopicsColumns(Columns):
    topic_id: Column[str]
    """主题标识 · Topic id"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""
    parent_id: Column[str]
    """上级主题 · Parent topic"""

class TopicsTable(TableHandle):
    @property
    def c(self) -> TopicsColumns: ...
    def rows(self) -> list[TopicsRow]: ...
    def __iter__(self) -> Iterator[TopicsRow]: ...
    def __getitem__(self, name: Literal["topic_id", "name_zh", "name_en", "parent_id"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["topic_id", "name_zh", "name_en"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["parent_id"]) -> list[str | None]: ...
    def arrow(self, columns: Sequence[Literal["topic_id", "name_zh", "name_en", "parent_id"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["topic_id", "name_zh", "name_en", "parent_id"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["topic_id", "name_zh", "name_en", "parent_id"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class IndicatorsRow(NamedTuple):
    indicator_id: str
    """指标标识 · Indicator id"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""
    topic_id: str
    """主题 · Topic"""
    definition_zh: str
    """定义 · Definition in Chinese"""
    definition_en: str
    """定义（英文） · Definition in English"""
    direction: Literal["higher", "lower", "neutral"]
    """方向 · Direction — 数值升高还是降低为好 · which way is better"""
    default_unit_id: str
    """常用单位 · Usual unit"""

class IndicatorsColumns(Columns):
    indicator_id: Column[str]
    """指标标识 · Indicator id"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""
    topic_id: Column[str]
    """主题 · Topic"""
    definition_zh: Column[str]
    """定义 · Definition in Chinese"""
    definition_en: Column[str]
    """定义（英文） · Definition in English"""
    direction: Column[str]
    """方向 · Direction — 数值升高还是降低为好 · which way is better"""
    default_unit_id: Column[str]
    """常用单位 · Usual unit"""

class IndicatorsTable(TableHandle):
    @property
    def c(self) -> IndicatorsColumns: ...
    def rows(self) -> list[IndicatorsRow]: ...
    def __iter__(self) -> Iterator[IndicatorsRow]: ...
    def __getitem__(self, name: Literal["indicator_id", "name_zh", "name_en", "topic_id", "definition_zh", "definition_en", "direction", "default_unit_id"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["indicator_id", "name_zh", "name_en", "topic_id", "definition_zh", "definition_en", "default_unit_id"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["direction"]) -> list[Literal["higher", "lower", "neutral"]]: ...
    def arrow(self, columns: Sequence[Literal["indicator_id", "name_zh", "name_en", "topic_id", "definition_zh", "definition_en", "direction", "default_unit_id"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["indicator_id", "name_zh", "name_en", "topic_id", "definition_zh", "definition_en", "direction", "default_unit_id"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["indicator_id", "name_zh", "name_en", "topic_id", "definition_zh", "definition_en", "direction", "default_unit_id"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class BreakdownsRow(NamedTuple):
    breakdown_id: str
    """分组标识 · Breakdown id"""
    dimension: Literal["comparison", "component", "condition", "event", "firm", "flow", "industry", "item", "level", "mode", "outlet", "partner", "per-area", "product", "project-type", "recognition", "size", "subject", "transport", "zone"]
    """维度 · Dimension"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""

class BreakdownsColumns(Columns):
    breakdown_id: Column[str]
    """分组标识 · Breakdown id"""
    dimension: Column[str]
    """维度 · Dimension"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""

class BreakdownsTable(TableHandle):
    @property
    def c(self) -> BreakdownsColumns: ...
    def rows(self) -> list[BreakdownsRow]: ...
    def __iter__(self) -> Iterator[BreakdownsRow]: ...
    def __getitem__(self, name: Literal["breakdown_id", "dimension", "name_zh", "name_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["breakdown_id", "name_zh", "name_en"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["dimension"]) -> list[Literal["comparison", "component", "condition", "event", "firm", "flow", "industry", "item", "level", "mode", "outlet", "partner", "per-area", "product", "project-type", "recognition", "size", "subject", "transport", "zone"]]: ...
    def arrow(self, columns: Sequence[Literal["breakdown_id", "dimension", "name_zh", "name_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["breakdown_id", "dimension", "name_zh", "name_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["breakdown_id", "dimension", "name_zh", "name_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class UnitsRow(NamedTuple):
    unit_id: str
    """单位标识 · Unit id"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""
    symbol: str
    """符号 · Symbol"""
    base: str
    """基本单位 · Base unit"""
    factor: float
    """换算系数 · Factor — 一个单位等于多少个基本单位 · number of base units in one"""

class UnitsColumns(Columns):
    unit_id: Column[str]
    """单位标识 · Unit id"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""
    symbol: Column[str]
    """符号 · Symbol"""
    base: Column[str]
    """基本单位 · Base unit"""
    factor: Column[float]
    """换算系数 · Factor — 一个单位等于多少个基本单位 · number of base units in one"""

class UnitsTable(TableHandle):
    @property
    def c(self) -> UnitsColumns: ...
    def rows(self) -> list[UnitsRow]: ...
    def __iter__(self) -> Iterator[UnitsRow]: ...
    @overload
    def __getitem__(self, name: Literal["unit_id", "name_zh", "name_en", "symbol", "base"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["factor"] | Column[float]) -> pd.Series[float]: ...
    @overload
    def column(self, name: Literal["unit_id", "name_zh", "name_en", "symbol", "base"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["factor"]) -> list[float]: ...
    def arrow(self, columns: Sequence[Literal["unit_id", "name_zh", "name_en", "symbol", "base", "factor"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["unit_id", "name_zh", "name_en", "symbol", "base", "factor"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["unit_id", "name_zh", "name_en", "symbol", "base", "factor"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class ListsRow(NamedTuple):
    list_id: str
    """清单标识 · List id"""
    name_zh: str
    """中文名称 · Chinese name"""
    name_en: str
    """英文名称 · English name"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    printed_count: int | None
    """文件所列数目 · Count that the document prints"""

class ListsColumns(Columns):
    list_id: Column[str]
    """清单标识 · List id"""
    name_zh: Column[str]
    """中文名称 · Chinese name"""
    name_en: Column[str]
    """英文名称 · English name"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    printed_count: Column[int]
    """文件所列数目 · Count that the document prints"""

class ListsTable(TableHandle):
    @property
    def c(self) -> ListsColumns: ...
    def rows(self) -> list[ListsRow]: ...
    def __iter__(self) -> Iterator[ListsRow]: ...
    @overload
    def __getitem__(self, name: Literal["list_id", "name_zh", "name_en", "source_id", "locator"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def __getitem__(self, name: Literal["printed_count"] | Column[int]) -> pd.Series[int]: ...
    @overload
    def column(self, name: Literal["list_id", "name_zh", "name_en", "source_id", "locator"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["printed_count"]) -> list[int | None]: ...
    def arrow(self, columns: Sequence[Literal["list_id", "name_zh", "name_en", "source_id", "locator", "printed_count"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["list_id", "name_zh", "name_en", "source_id", "locator", "printed_count"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["list_id", "name_zh", "name_en", "source_id", "locator", "printed_count"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class SameAsRow(NamedTuple):
    thing_id: str
    """事物标识 · Thing id — 该事物首次出现的条目标识 · the item id under which it is listed first"""
    item_id: str
    """条目标识 · Item id — 各清单中指同一事物的条目 · an item, in any package of lists, that is this thing"""

class SameAsColumns(Columns):
    thing_id: Column[str]
    """事物标识 · Thing id — 该事物首次出现的条目标识 · the item id under which it is listed first"""
    item_id: Column[str]
    """条目标识 · Item id — 各清单中指同一事物的条目 · an item, in any package of lists, that is this thing"""

class SameAsTable(TableHandle):
    @property
    def c(self) -> SameAsColumns: ...
    def rows(self) -> list[SameAsRow]: ...
    def __iter__(self) -> Iterator[SameAsRow]: ...
    def __getitem__(self, name: Literal["thing_id", "item_id"] | Column[str]) -> pd.Series[str]: ...
    def column(self, name: Literal["thing_id", "item_id"]) -> list[str]: ...
    def arrow(self, columns: Sequence[Literal["thing_id", "item_id"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["thing_id", "item_id"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["thing_id", "item_id"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class DocumentNotesRow(NamedTuple):
    note_id: str
    """说明标识 · Note id"""
    rule: Literal["base-and-target", "change-of-share", "growth-and-levels", "growth-rates", "list-length", "order-of-magnitude", "parts-and-total", "ranks", "share-of-total", "two-places", "two-values"]
    """规则 · Rule — 发现它的校验规则 · the rule of validation that found it"""
    subject: str
    """对象 · Subject — 所指清单的标识，或指标、地区、分组和时期的标识，以斜线相连 · the id of a list, or the ids of indicator, place, part and period joined by slashes"""
    expectation: str
    """核对结果 · Expectation — 规则算出的结果；不再如此时校验报错 · what the rule computes; an error when it is so no longer"""
    source_id: str
    """来源文件 · Source document"""
    locator: str
    """所在位置 · Place in the document"""
    note_zh: str
    """说明 · Note in Chinese"""
    note_en: str
    """说明（英文） · Note in English"""

class DocumentNotesColumns(Columns):
    note_id: Column[str]
    """说明标识 · Note id"""
    rule: Column[str]
    """规则 · Rule — 发现它的校验规则 · the rule of validation that found it"""
    subject: Column[str]
    """对象 · Subject — 所指清单的标识，或指标、地区、分组和时期的标识，以斜线相连 · the id of a list, or the ids of indicator, place, part and period joined by slashes"""
    expectation: Column[str]
    """核对结果 · Expectation — 规则算出的结果；不再如此时校验报错 · what the rule computes; an error when it is so no longer"""
    source_id: Column[str]
    """来源文件 · Source document"""
    locator: Column[str]
    """所在位置 · Place in the document"""
    note_zh: Column[str]
    """说明 · Note in Chinese"""
    note_en: Column[str]
    """说明（英文） · Note in English"""

class DocumentNotesTable(TableHandle):
    @property
    def c(self) -> DocumentNotesColumns: ...
    def rows(self) -> list[DocumentNotesRow]: ...
    def __iter__(self) -> Iterator[DocumentNotesRow]: ...
    def __getitem__(self, name: Literal["note_id", "rule", "subject", "expectation", "source_id", "locator", "note_zh", "note_en"] | Column[str]) -> pd.Series[str]: ...
    @overload
    def column(self, name: Literal["note_id", "subject", "expectation", "source_id", "locator", "note_zh", "note_en"]) -> list[str]: ...
    @overload
    def column(self, name: Literal["rule"]) -> list[Literal["base-and-target", "change-of-share", "growth-and-levels", "growth-rates", "list-length", "order-of-magnitude", "parts-and-total", "ranks", "share-of-total", "two-places", "two-values"]]: ...
    def arrow(self, columns: Sequence[Literal["note_id", "rule", "subject", "expectation", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.Table: ...
    def polars(self, columns: Sequence[Literal["note_id", "rule", "subject", "expectation", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pl.DataFrame: ...
    def scan(self, columns: Sequence[Literal["note_id", "rule", "subject", "expectation", "source_id", "locator", "note_zh", "note_en"] | Column[Any]] | None = None) -> pa.RecordBatchReader: ...

class ConsumptionAndDistributionPackage(PackageHandle):
    """消费与商贸流通数据 · Consumption and distribution — 十份规划与报道中“消费与商贸流通”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on consumption and distribution in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class CrossBorderEcommercePackage(PackageHandle):
    """跨境电商数据 · Cross-border e-commerce — 十份规划与报道中“跨境电商”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on cross-border e-commerce in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class EconomyPackage(PackageHandle):
    """经济总量与营商环境数据 · Economy and business environment — 十份规划与报道中“经济总量与营商环境”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on economy and business environment in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class ForeignInvestmentPackage(PackageHandle):
    """利用内外资数据 · Inward investment — 十份规划与报道中“利用内外资”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on inward investment in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class GoodsTradePackage(PackageHandle):
    """货物贸易数据 · Goods trade — 十份规划与报道中“货物贸易”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on goods trade in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class LogisticsAndPortsPackage(PackageHandle):
    """物流与口岸数据 · Logistics and ports — 十份规划与报道中“物流与口岸”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on logistics and ports in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class MeasuresPackage(PackageHandle):
    """任务举措 · Measures — 专栏所列工程、举措与行动。 · The numbered measures of the boxes, and the eight actions."""
    items: MeasuresItemsTable
    """任务举措 · Measures"""
    def __getitem__(self, name: Literal["items"]) -> MeasuresItemsTable: ...

class OpeningPlatformsPackage(PackageHandle):
    """开放平台与园区数据 · Opening-up platforms and zones — 十份规划与报道中“开放平台与园区”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on opening-up platforms and zones in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class OrganisationsPackage(PackageHandle):
    """企业与机构 · Organisations — 规划点名的企业、协会与机构。 · Companies, associations and institutions that the plans name."""
    items: OrganisationsItemsTable
    """企业与机构 · Organisations"""
    def __getitem__(self, name: Literal["items"]) -> OrganisationsItemsTable: ...

class OutboundCooperationPackage(PackageHandle):
    """对外投资合作数据 · Outbound investment and cooperation — 十份规划与报道中“对外投资合作”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on outbound investment and cooperation in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

class PlacesPackage(PackageHandle):
    """园区与场所 · Places — 规划点名的园区、基地、商业中心、街区、平台与口岸。 · Zones, parks, bases, commercial centres, streets, platforms and ports that the plans name."""
    items: PlacesItemsTable
    """园区与场所 · Places"""
    def __getitem__(self, name: Literal["items"]) -> PlacesItemsTable: ...

class ProjectsPackage(PackageHandle):
    """项目 · Projects — 规划点名的外资、工程、商贸与物流项目。 · Investment, engineering, commercial and logistics projects that the plans name."""
    items: ProjectsItemsTable
    """项目 · Projects"""
    def __getitem__(self, name: Literal["items"]) -> ProjectsItemsTable: ...

class ReferencePackage(PackageHandle):
    """通用词表 · Reference vocabularies — 各数据包共同引用的来源文件、地区、主题、指标、分组、单位与清单。 · The source documents, areas, topics, indicators, breakdowns, units and lists that every other package points at."""
    sources: SourcesTable
    """来源文件 · Source documents"""
    areas: AreasTable
    """地区 · Areas"""
    topics: TopicsTable
    """主题 · Topics"""
    indicators: IndicatorsTable
    """指标 · Indicators"""
    breakdowns: BreakdownsTable
    """分组 · Breakdowns"""
    units: UnitsTable
    """单位 · Units"""
    lists: ListsTable
    """清单 · Lists"""
    same_as: SameAsTable
    """同一事物 · The same thing"""
    document_notes: DocumentNotesTable
    """文件说明 · Document notes"""
    @overload
    def __getitem__(self, name: Literal["sources"]) -> SourcesTable: ...
    @overload
    def __getitem__(self, name: Literal["areas"]) -> AreasTable: ...
    @overload
    def __getitem__(self, name: Literal["topics"]) -> TopicsTable: ...
    @overload
    def __getitem__(self, name: Literal["indicators"]) -> IndicatorsTable: ...
    @overload
    def __getitem__(self, name: Literal["breakdowns"]) -> BreakdownsTable: ...
    @overload
    def __getitem__(self, name: Literal["units"]) -> UnitsTable: ...
    @overload
    def __getitem__(self, name: Literal["lists"]) -> ListsTable: ...
    @overload
    def __getitem__(self, name: Literal["same-as"]) -> SameAsTable: ...
    @overload
    def __getitem__(self, name: Literal["document-notes"]) -> DocumentNotesTable: ...

class RoutesAndEventsPackage(PackageHandle):
    """航线与展会 · Routes and events — 规划点名的运输线路、展会与论坛。 · Transport routes, exhibitions and forums that the plans name."""
    items: RoutesAndEventsItemsTable
    """航线与展会 · Routes and events"""
    def __getitem__(self, name: Literal["items"]) -> RoutesAndEventsItemsTable: ...

class SectorsPackage(PackageHandle):
    """产业方向 · Sector focus — 各市、各区重点产业与服务贸易方向，以及招商目录。 · The sectors that cities and districts focus on, and investment catalogues."""
    items: SectorsItemsTable
    """产业方向 · Sector focus"""
    def __getitem__(self, name: Literal["items"]) -> SectorsItemsTable: ...

class ServicesTradePackage(PackageHandle):
    """服务贸易数据 · Services trade — 十份规划与报道中“服务贸易”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on services trade in ten plans and reports, each with the place where it is printed."""
    observations: ObservationsTable
    """数据 · Observations"""
    def __getitem__(self, name: Literal["observations"]) -> ObservationsTable: ...

consumption_and_distribution: ConsumptionAndDistributionPackage
"""消费与商贸流通数据 · Consumption and distribution"""
cross_border_ecommerce: CrossBorderEcommercePackage
"""跨境电商数据 · Cross-border e-commerce"""
economy: EconomyPackage
"""经济总量与营商环境数据 · Economy and business environment"""
foreign_investment: ForeignInvestmentPackage
"""利用内外资数据 · Inward investment"""
goods_trade: GoodsTradePackage
"""货物贸易数据 · Goods trade"""
logistics_and_ports: LogisticsAndPortsPackage
"""物流与口岸数据 · Logistics and ports"""
measures: MeasuresPackage
"""任务举措 · Measures"""
opening_platforms: OpeningPlatformsPackage
"""开放平台与园区数据 · Opening-up platforms and zones"""
organisations: OrganisationsPackage
"""企业与机构 · Organisations"""
outbound_cooperation: OutboundCooperationPackage
"""对外投资合作数据 · Outbound investment and cooperation"""
places: PlacesPackage
"""园区与场所 · Places"""
projects: ProjectsPackage
"""项目 · Projects"""
reference: ReferencePackage
"""通用词表 · Reference vocabularies"""
routes_and_events: RoutesAndEventsPackage
"""航线与展会 · Routes and events"""
sectors: SectorsPackage
"""产业方向 · Sector focus"""
services_trade: ServicesTradePackage
"""服务贸易数据 · Services trade"""

@overload
def load(name: Literal["consumption-and-distribution"], version: Literal["1.0.0"] | None = None) -> ConsumptionAndDistributionPackage:
    """消费与商贸流通数据 · Consumption and distribution — 十份规划与报道中“消费与商贸流通”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on consumption and distribution in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["cross-border-ecommerce"], version: Literal["1.0.0"] | None = None) -> CrossBorderEcommercePackage:
    """跨境电商数据 · Cross-border e-commerce — 十份规划与报道中“跨境电商”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on cross-border e-commerce in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["economy"], version: Literal["1.0.0"] | None = None) -> EconomyPackage:
    """经济总量与营商环境数据 · Economy and business environment — 十份规划与报道中“经济总量与营商环境”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on economy and business environment in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["foreign-investment"], version: Literal["1.0.1", "1.0.0"] | None = None) -> ForeignInvestmentPackage:
    """利用内外资数据 · Inward investment — 十份规划与报道中“利用内外资”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on inward investment in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["goods-trade"], version: Literal["1.0.1", "1.0.0"] | None = None) -> GoodsTradePackage:
    """货物贸易数据 · Goods trade — 十份规划与报道中“货物贸易”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on goods trade in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["logistics-and-ports"], version: Literal["1.0.0"] | None = None) -> LogisticsAndPortsPackage:
    """物流与口岸数据 · Logistics and ports — 十份规划与报道中“物流与口岸”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on logistics and ports in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["measures"], version: Literal["1.0.0"] | None = None) -> MeasuresPackage:
    """任务举措 · Measures — 专栏所列工程、举措与行动。 · The numbered measures of the boxes, and the eight actions."""
@overload
def load(name: Literal["opening-platforms"], version: Literal["1.0.1", "1.0.0"] | None = None) -> OpeningPlatformsPackage:
    """开放平台与园区数据 · Opening-up platforms and zones — 十份规划与报道中“开放平台与园区”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on opening-up platforms and zones in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["organisations"], version: Literal["1.0.0"] | None = None) -> OrganisationsPackage:
    """企业与机构 · Organisations — 规划点名的企业、协会与机构。 · Companies, associations and institutions that the plans name."""
@overload
def load(name: Literal["outbound-cooperation"], version: Literal["1.0.1", "1.0.0"] | None = None) -> OutboundCooperationPackage:
    """对外投资合作数据 · Outbound investment and cooperation — 十份规划与报道中“对外投资合作”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on outbound investment and cooperation in ten plans and reports, each with the place where it is printed."""
@overload
def load(name: Literal["places"], version: Literal["1.0.0"] | None = None) -> PlacesPackage:
    """园区与场所 · Places — 规划点名的园区、基地、商业中心、街区、平台与口岸。 · Zones, parks, bases, commercial centres, streets, platforms and ports that the plans name."""
@overload
def load(name: Literal["projects"], version: Literal["1.0.0"] | None = None) -> ProjectsPackage:
    """项目 · Projects — 规划点名的外资、工程、商贸与物流项目。 · Investment, engineering, commercial and logistics projects that the plans name."""
@overload
def load(name: Literal["reference"], version: Literal["1.1.0", "1.0.0"] | None = None) -> ReferencePackage:
    """通用词表 · Reference vocabularies — 各数据包共同引用的来源文件、地区、主题、指标、分组、单位与清单。 · The source documents, areas, topics, indicators, breakdowns, units and lists that every other package points at."""
@overload
def load(name: Literal["routes-and-events"], version: Literal["1.0.0"] | None = None) -> RoutesAndEventsPackage:
    """航线与展会 · Routes and events — 规划点名的运输线路、展会与论坛。 · Transport routes, exhibitions and forums that the plans name."""
@overload
def load(name: Literal["sectors"], version: Literal["1.0.0"] | None = None) -> SectorsPackage:
    """产业方向 · Sector focus — 各市、各区重点产业与服务贸易方向，以及招商目录。 · The sectors that cities and districts focus on, and investment catalogues."""
@overload
def load(name: Literal["services-trade"], version: Literal["1.0.0"] | None = None) -> ServicesTradePackage:
    """服务贸易数据 · Services trade — 十份规划与报道中“服务贸易”的实际数、目标与预期，每个数字注明出处。 · Actuals, targets and expectations on services trade in ten plans and reports, each with the place where it is printed."""

__all__ = [
    "consumption_and_distribution",
    "cross_border_ecommerce",
    "economy",
    "foreign_investment",
    "goods_trade",
    "load",
    "logistics_and_ports",
    "measures",
    "opening_platforms",
    "organisations",
    "outbound_cooperation",
    "places",
    "projects",
    "reference",
    "routes_and_events",
    "sectors",
    "services_trade",
]
