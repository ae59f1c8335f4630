"""The joined rows of all packages, and what orders and links them."""

import pytest

from made_up import OBSERVATIONS, write_packages, write_stranger
from opendata.collection import Collection, heading_number, in_printed_order, locator_order
from opendata.handles import Catalog


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """The made-up packages."""
    return Collection(Catalog(write_packages(tmp_path_factory.mktemp("made-up"))))


def test_figures_carry_what_their_ids_point_at(collection):
    """A row's ids become the indicator, place, part, unit and document themselves."""
    first, *_, last = collection.observations
    assert ("货物进出口额", "北省", None, "亿元", "北省规划") == (
        first.indicator.name.default,
        first.area.name.default,
        first.breakdown,
        first.unit.symbol,
        first.document.title.default,
    )
    assert ("Firms", "Harbour", True) == (
        last.indicator.name.in_language("en"),
        last.area.name.in_language("en"),
        last.time.stock,
    )
    assert len(OBSERVATIONS) - 1 == len(collection.observations)


def test_items_carry_their_list_and_place(collection):
    """An item without a place has none; one with a place knows it."""
    assert [("new-dock", "重点项目", "港市"), ("new-mill", "重点项目", "北省")] == [
        (item.item_id, item.list.name.default, item.area.name.default) for item in collection.items[:2]
    ]
    assert 3 == collection.lists["works"].printed_count
    assert collection.lists["seen"].printed_count is None


def test_keys_tell_all_figures_apart_and_stay(collection, tmp_path):
    """An address with a key still leads to its row when other rows came and this one's note changed."""
    keys = [o.key for o in collection.observations]
    assert len(keys) == len(set(keys))
    changed = (OBSERVATIONS[0], *reversed(OBSERVATIONS[1:-1]), OBSERVATIONS[-1] + "x")
    later = Collection(Catalog(write_packages(tmp_path, observations=changed)))
    assert set(keys) == {o.key for o in later.observations}


def test_the_same_thing_in_two_lists_knows_its_other_appearance(collection):
    """Both ways, and a thing that is named once has none."""
    items = {item.item_id: item for item in collection.items}
    assert ("dock-in-news",) == tuple(other.item_id for other in collection.same_as(items["new-dock"]))
    assert ("new-dock",) == tuple(other.item_id for other in collection.same_as(items["dock-in-news"]))
    assert () == collection.same_as(items["new-mill"])


def test_packages_of_no_kind_stand_among_the_packages_only(tmp_path):
    """Somebody else's package has no figures and no items, and does no harm."""
    collection = Collection(Catalog(write_stranger(tmp_path, rows=3)))
    assert (("birds",), (), (), {}) == (
        tuple(package.name for package in collection.packages),
        collection.observations,
        collection.items,
        collection.documents,
    )


def test_locators_sort_as_they_stand_in_a_document():
    """Chapters before sections, 9 before 10, the preface first, text before tables and boxes."""
    ordered = [
        "前言",
        "一/（二）/3",
        "一/（十）/1",
        "二",
        "二/9",
        "二/10",
        "二/表1/2",
        "二/表1/10",
        "二/表2/1",
        "二/专栏1/1",
        "十一",
    ]
    assert ordered == sorted(set(ordered), key=locator_order)
    assert ["p2", "p12"] == sorted(["p12", "p2"], key=locator_order)


def test_a_strange_locator_sorts_last_and_does_not_fail():
    """Locators are data: whatever stands there has a place."""
    assert ["一", "附录"] == sorted(["附录", "一"], key=locator_order)
    assert ((2, 1),) == locator_order("表甲")


def test_figures_of_a_document_in_printed_order(collection):
    """As a reader meets them."""
    figures = [o for o in collection.observations if o.document.source_id == "north-plan"]
    assert ["一/（二）/3", "一/（二）/3", "一/（二）/4", "二/表1/1", "二/表1/1", "二/表1/1", "二/表1/2"] == [
        o.locator for o in in_printed_order(figures)
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("二十一", 21), ("（三）", 3), ("p7", 7), ("前言", None), ("", None)],
)
def test_numbers_of_headings(text, number):
    """Chinese and Arabic, in brackets or not."""
    assert number == heading_number(text)
