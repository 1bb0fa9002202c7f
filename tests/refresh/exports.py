"""A plan, the export that it takes readings from, and what a refresh makes of both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from promo_xl.plan.promotion import Promotion
from promo_xl.refresh.asked import sources_of
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.fetching import gather
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import Opened, open_workbook
from promo_xl.workbook.write import build
from tests.workbook.files import STAMP, planned

HEAD = "日期,渠道,计划,消耗,展现量\n"
DAYS = {
    1: "2026-06-01,抖音信息流,A,100,5000\n",
    2: "2026-06-02,抖音信息流,A,200,6000\n",
    3: "2026-06-03,朋友圈,,300,7000\n",
}
NOW = datetime(2026, 6, 10, 9, 30)
ZH = wording("zh")


def export(folder: Path, lines: Sequence[str] = tuple(DAYS.values()), name: str = "导出.csv") -> Path:
    """An export with these lines, in the folder."""
    path = folder / name
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


def plan(path: Path, promotion: Promotion | None = None, **sources: str) -> Path:
    """A workbook; `sources` is the row of its sheet of data sources."""
    whole = promotion or planned()
    row = {"kind": "export", "source_place": "导出.csv", "active": "yes", **sources}
    build(replace(whole, more={**whole.more, "sources": (row,)}), load_book(), "zh", str(path), STAMP)
    return path


def refresh(path: Path, now: datetime = NOW, as_of: date | None = None) -> Refreshed:
    """Refresh from the sources that the workbook names."""
    book = load_book()
    gathered = gather(sources_of(open_workbook(path, book), book, path))
    moment = Moment(now, as_of)
    return changed_file(
        path,
        REFRESH,
        lambda copy: refresh_file(copy, book, ZH, gathered, moment),
        lambda one: one.performed.changes,
    )


def opened(path: Path) -> Opened:
    """The workbook as it is."""
    return open_workbook(path, load_book())


def readings(path: Path) -> list[tuple[str, str, float | None]]:
    """Day, channel and spend of each filled row, from top to bottom."""
    return [(f"{row.date}", row.channel, row.spend) for row in opened(path).promotion.readings]


def cell(path: Path, row: int, field: str) -> tuple[str, int, int]:
    """Sheet, row and column of a field of the reading with this index."""
    table = opened(path).tables["readings"]
    return table.grid.name, table.numbers[row], table.columns[field]


def typed(path: Path, row: int, field: str, value: float | str | None) -> None:
    """A planner types into a reading."""
    patch_workbook(path, [Change(*cell(path, row, field), value)])


def codes(done: Refreshed) -> list[str]:
    """The codes of what it says."""
    return [finding.code for finding in done.performed.findings]


def shown(path: Path, sheet: str) -> list[list[object]]:
    """The filled rows of a sheet."""
    rows = opened(path).grids[sheet].values
    return [[value for value in row if value not in (None, "")] for row in rows if any(row)]
