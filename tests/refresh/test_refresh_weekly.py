"""Laws of weekly readings, from the sheet of data sources to the monitoring sheet."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.refresh.exports import ZH, codes, export, plan, readings, refresh

WEEK = "2026-06-01 ~ 2026-06-07"


def weeks(folder: Path, *dates: str, name: str = "周报.csv", channel: str = "抖音信息流") -> Path:
    """A weekly export: 700 spent in each of the weeks."""
    return export(folder, [f"{date},{channel},A,700,5000\n" for date in dates], name)


def spent(path: Path) -> dict[str, float | None]:
    """Spend by the day at which it is written."""
    return {day: spend for day, _, spend in readings(path)}


@pytest.mark.parametrize(
    "dates",
    [
        (WEEK, "2026-06-08 ~ 2026-06-14"),
        ("2026/06/01至2026/06/07", "2026/06/08至2026/06/14"),
        ("20260601-20260607", "20260608-20260614"),
        ("2026-W23", "2026-W24"),
        ("2026w23", "2026w24"),
        ("2026-06-01", "2026-06-08"),
    ],
)
def test_a_week_is_written_at_its_first_day(tmp_path: Path, dates: tuple[str, str]) -> None:
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv", period="weekly")
    weeks(tmp_path, *dates)
    done = refresh(path)
    assert spent(path) == {"2026-06-01": 700, "2026-06-08": 700}
    assert not {code for code in codes(done) if code.startswith("SOURCE")}


def test_the_same_weeks_again_change_nothing(tmp_path: Path) -> None:
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv", period="weekly")
    weeks(tmp_path, WEEK)
    refresh(path)
    before = path.read_bytes()
    weeks(tmp_path, "2026-W23")
    refresh(path)
    assert path.read_bytes() == before


def test_weeks_of_a_source_that_is_said_to_be_daily_are_told(tmp_path: Path) -> None:
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv")
    weeks(tmp_path, WEEK)
    assert "SOURCE_WEEKS_FOUND" in codes(refresh(path))
    assert spent(path) == {"2026-06-01": 700}


def test_days_of_a_source_that_is_said_to_be_weekly_are_told(tmp_path: Path) -> None:
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv", period="weekly")
    weeks(tmp_path, "2026-06-01", "2026-06-02")
    assert "SOURCE_DAYS_FOUND" in codes(refresh(path))


@pytest.mark.parametrize(
    "other", ["2026-06-01", "2026-06-03", "2026-06-05 ~ 2026-06-11", "2026-06-01 ~ 2026-06-03"]
)
@pytest.mark.parametrize("period", ["daily", "weekly"])
def test_a_file_that_counts_a_day_twice_is_refused(tmp_path: Path, other: str, period: str) -> None:
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv", period=period)
    weeks(tmp_path, WEEK, other)
    before = path.read_bytes()
    command = [sys.executable, "-m", "promo_xl", "refresh", str(path), "--trust", "--lang", "zh"]
    told = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", cwd=tmp_path)
    assert told.returncode == 2
    assert "同一天会算两次" in told.stderr + told.stdout
    assert path.read_bytes() == before


@pytest.mark.parametrize(("first", "left"), [("daily", 1), ("weekly", 2)])
def test_of_a_daily_and_a_weekly_source_the_first_counts(tmp_path: Path, first: str, left: int) -> None:
    export(tmp_path, ["2026-06-02,抖音信息流,A,100,1\n", "2026-06-03,抖音信息流,A,100,1\n"], "日报.csv")
    weeks(tmp_path, WEEK)
    rows = [
        {"kind": "export", "source_place": "日报.csv", "active": "yes", "period": "daily"},
        {"kind": "export", "source_place": "周报.csv", "active": "yes", "period": "weekly"},
    ]
    path = plan_of(tmp_path, rows if first == "daily" else rows[::-1])
    done = refresh(path)
    mixed = [finding for finding in done.performed.findings if finding.code == "SOURCES_PERIODS_MIXED"]
    assert [(one.details["channel"], one.details["count"]) for one in mixed] == [("抖音信息流", str(left))]
    assert sum(spend or 0 for spend in spent(path).values()) == (200 if first == "daily" else 700)


def test_days_and_weeks_of_two_channels_stand_side_by_side(tmp_path: Path) -> None:
    export(tmp_path, ["2026-06-02,朋友圈,A,100,1\n"], "日报.csv")
    weeks(tmp_path, WEEK)
    rows = [
        {"kind": "export", "source_place": "日报.csv", "active": "yes", "period": "daily"},
        {"kind": "export", "source_place": "周报.csv", "active": "yes", "period": "weekly"},
    ]
    path = plan_of(tmp_path, rows)
    assert "SOURCES_PERIODS_MIXED" not in codes(refresh(path))
    assert spent(path) == {"2026-06-01": 700, "2026-06-02": 100}


def test_sources_that_write_a_channel_in_another_width_are_of_one_channel(tmp_path: Path) -> None:
    export(tmp_path, ["2026-06-02,ＫＯＬ,A,100,1\n"], "日报.csv")
    weeks(tmp_path, WEEK, channel="kol")
    rows = [
        {"kind": "export", "source_place": "日报.csv", "active": "yes", "period": "daily"},
        {"kind": "export", "source_place": "周报.csv", "active": "yes", "period": "weekly"},
    ]
    path = plan_of(tmp_path, rows)
    assert "SOURCES_PERIODS_MIXED" in codes(refresh(path))
    assert spent(path) == {"2026-06-02": 100}


@pytest.mark.parametrize("stands", ["days", "weeks"])
def test_what_stands_by_one_period_is_not_added_to_by_the_other(tmp_path: Path, stands: str) -> None:
    days, week = ("2026-06-02", "2026-06-03"), (WEEK,)
    path = plan(tmp_path / "a.xlsx", source_place="周报.csv")
    weeks(tmp_path, *(days if stands == "days" else week))
    refresh(path)
    before = spent(path)
    weeks(tmp_path, *(week if stands == "days" else days))
    done = refresh(path)
    (mixed,) = [one for one in done.performed.findings if one.code == "REFRESH_PERIODS_MIXED"]
    assert (mixed.details["channel"], mixed.details["count"]) == ("抖音信息流", 1 if stands == "days" else 2)
    assert "没有写入" in ZH.sentence(mixed)
    assert spent(path) == before


def plan_of(folder: Path, rows: list[dict[str, str]]) -> Path:
    """A workbook with these sources."""
    from dataclasses import replace

    from promo_xl.sheetspec.load import load_book
    from promo_xl.workbook.write import build
    from tests.workbook.files import STAMP, planned

    whole = planned()
    path = folder / "a.xlsx"
    build(replace(whole, more={**whole.more, "sources": tuple(rows)}), load_book(), "zh", str(path), STAMP)
    return path
