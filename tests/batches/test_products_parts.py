"""Laws of phases and channels that are written in one cell."""

import datetime as dt
from pathlib import Path

import pytest

from promo_xl.plan.findings import Severity
from tests.batches.lists import codes, from_text, listed, only, the, xlsx

START, END = dt.date(2026, 6, 1), dt.date(2026, 6, 30)


def day(number: int) -> dt.date:
    return dt.date(2026, 6, number)


def phases(folder: Path, text: str) -> list[tuple[object, ...]]:
    """Name, first and last day and share of each phase that the text names."""
    path = xlsx(folder / "a.xlsx", ["产品", "推广开始", "推广结束", "阶段"], ["面膜", START, END, text])
    rows = only(listed(path)).rows["phases"]
    return [(row["name"], row["start"], row["end"], row.get("share")) for row in rows]


def channels(folder: Path, text: str) -> list[tuple[object, object]]:
    """Name and share of each channel that the text names."""
    path = xlsx(folder / "a.xlsx", ["产品", "上市日期", "渠道"], ["面膜", START, text])
    return [(row["channel"], row.get("share")) for row in only(listed(path)).rows["channels"]]


@pytest.mark.parametrize(
    "text",
    [
        "预热 6/1-6/10 20%；爆发 6/11-6/20 50%；持续 6/21-6/30 30%",
        "预热6月1日-6月10日20％;爆发6月11日-20日50％;持续6月21日至30日30％;",
        "预热：6.1-6.10 20%\n爆发：6.11-6.20 50%\n持续：6.21-6.30 30%",
        "预热(6/1-6/10)：20%、爆发(6/11-6/20)：50%、持续(6/21-6/30)：30%",
        "预热 20% 6/1-6/10，爆发 50% 6/11-6/20，持续 30% 6/21-6/30",
        "预热 2026-06-01 to 2026-06-10 20; 爆发 2026-06-11 to 2026-06-20 50; 持续 2026-06-21 to 2026-06-30 30",
        "持续 6/21-6/30 0.3；预热 6/1-6/10 0.2；爆发 6/11-6/20 0.5",
    ],
)
def test_phases_are_read_however_they_are_separated(tmp_path: Path, text: str) -> None:
    assert phases(tmp_path, text) == [
        ("预热", day(1), day(10), 0.2),
        ("爆发", day(11), day(20), 0.5),
        ("持续", day(21), day(30), 0.3),
    ]


def test_as_many_phases_as_the_template_has_are_placed_like_its_own(tmp_path: Path) -> None:
    assert phases(tmp_path, "预热 20%；爆发 50%；持续 30%") == [
        ("预热", day(1), day(8), 0.2),
        ("爆发", day(9), day(20), 0.5),
        ("持续", day(21), day(30), 0.3),
    ]


def test_other_numbers_of_undated_phases_share_the_window_equally(tmp_path: Path) -> None:
    assert phases(tmp_path, "上半场；下半场") == [
        ("上半场", day(1), day(15), None),
        ("下半场", day(16), day(30), None),
    ]


def test_undated_phases_fill_the_days_between_dated_ones(tmp_path: Path) -> None:
    assert phases(tmp_path, "预热；爆发 6/16-6/18；返场；持续") == [
        ("预热", day(1), day(15), None),
        ("爆发", day(16), day(18), None),
        ("返场", day(19), day(24), None),
        ("持续", day(25), day(30), None),
    ]


@pytest.mark.parametrize(
    ("text", "name", "first"),
    [
        ("618爆发 6/16-6/20", "618爆发", 16),
        ("H1 6/1-6/10", "H1", 1),
        ("第1阶段6/2-6/3", "第1阶段", 2),
        ("618 6/18", "618", 18),
    ],
)
def test_digits_in_a_name_are_no_date(tmp_path: Path, text: str, name: str, first: int) -> None:
    ((found, start, _, _),) = phases(tmp_path, text)
    assert (found, start) == (name, day(first))


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("预热 20%；50%；持续 30%", "PRODUCT_PHASE_UNREADABLE", "50%"),
        ("预热 6/1~~6/10/3 100%", "PRODUCT_PHASE_UNREADABLE", "预热 6/1~~6/10/3 100%"),
        ("预热 6/1-6/10", "", ""),
        ("预热 2/30-3/5", "PRODUCT_DATE_NO_SUCH_DAY", "2/30-3/5"),
        ("6/1-6/10 100%", "PRODUCT_PHASE_UNREADABLE", "6/1-6/10 100%"),
        ("预热 六月上旬 %", "PRODUCT_PHASE_UNREADABLE", "预热 六月上旬 %"),
        ("预热；预 热", "", ""),
        ("预热；预热", "PRODUCT_PART_TWICE", "预热"),
    ],
)
def test_a_piece_that_is_no_phase_is_named(tmp_path: Path, text: str, code: str, found: str) -> None:
    products = listed(
        xlsx(tmp_path / "a.xlsx", ["产品", "推广开始", "推广结束", "阶段"], ["面膜", START, END, text])
    )
    assert codes(products) == ([code] if code else [])
    assert (products.briefs == ()) == bool(code)
    if code:
        assert products.findings[0].details["found"] == found


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        ("预热 5/25-6/10；爆发 6/11-6/30", "PRODUCT_PHASE_OUTSIDE", Severity.WARNING),
        ("预热 6/1-6/15；爆发 6/11-6/30", "PRODUCT_PHASE_OVERLAP", Severity.WARNING),
        ("预热 2026/6/20-2026/6/10", "PRODUCT_PHASE_REVERSED", Severity.ERROR),
        ("预热 6/1-6/30；爆发", "PRODUCT_PHASE_ROOM", Severity.ERROR),
    ],
)
def test_a_phase_that_does_not_fit_is_named(tmp_path: Path, text: str, code: str, severity: Severity) -> None:
    products = listed(
        xlsx(tmp_path / "a.xlsx", ["产品", "推广开始", "推广结束", "阶段"], ["面膜", START, END, text])
    )
    assert [(f.code, f.severity) for f in products.findings] == [(code, severity)]
    assert len(products.briefs) == (severity is Severity.WARNING)


@pytest.mark.parametrize(
    "text",
    [
        "抖音 50%；小红书 30%；KOL 20%",
        "抖音50%+小红书30%+KOL20%",
        "抖音：50，小红书：30，KOL：20",
        "抖音（50%）、小红书（30%）、KOL（20%）",
        "抖音 0.5\n小红书 0.3\nKOL 0.2",
    ],
)
def test_channels_are_read_however_they_are_separated(tmp_path: Path, text: str) -> None:
    assert channels(tmp_path, text) == [("抖音", 0.5), ("小红书", 0.3), ("KOL", 0.2)]


def test_channels_need_no_shares_and_keep_digits_in_their_names(tmp_path: Path) -> None:
    assert channels(tmp_path, "抖音、H5、618会场、A/B测试") == [
        ("抖音", None),
        ("H5", None),
        ("618会场", None),
        ("A/B测试", None),
    ]


def test_shares_are_added_exactly(tmp_path: Path) -> None:
    text = "KOL 40%；广告 30%；物料 20%；备用 10%"
    assert [share for _, share in channels(tmp_path, text)] == [0.4, 0.3, 0.2, 0.1]


@pytest.mark.parametrize(
    ("text", "total", "gap"),
    [
        ("甲 50%；乙 30%", "0.8", "-0.2"),
        ("甲 50；乙 60", "1.1", "0.1"),
        ("甲 33.3%；乙 33.3%；丙 33.3%", "0.999", "-0.001"),
        ("甲 40%；乙", "0.4", "-0.6"),
    ],
)
def test_shares_that_are_not_the_whole_are_refused_with_the_gap(
    tmp_path: Path, text: str, total: str, gap: str
) -> None:
    products = from_text(tmp_path, f"产品,上市日期,渠道\n面膜,6/1,{text}\n")
    assert products.briefs == ()
    details = the(products, "PRODUCT_SHARES_GAP").details
    assert (str(details["sum"]), str(details["gap"])) == (total, gap)


@pytest.mark.parametrize("text", ["抖音 50%；50%", "抖音 abc%；KOL 50%", "50"])
def test_a_piece_that_is_no_channel_is_named(tmp_path: Path, text: str) -> None:
    products = from_text(tmp_path, f"产品,上市日期,渠道\n面膜,6/1,{text}\n")
    assert codes(products) == ["PRODUCT_CHANNEL_UNREADABLE"]


@pytest.mark.parametrize("text", ["-", "待定", "无", ""])
def test_a_placeholder_leaves_the_defaults(tmp_path: Path, text: str) -> None:
    assert only(from_text(tmp_path, f"产品,上市日期,阶段,渠道\n面膜,6/1,{text},{text}\n")).rows == {}
