"""A plan of few rows, so that many of them can be refreshed; made with templates of few rows."""

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from promo_xl import assets
from promo_xl.plan.brief import Brief
from promo_xl.plan.filled import Key
from promo_xl.refresh.asked import sources_of
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.fetching import gather
from promo_xl.refresh.history import History
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.write import build
from tests.refresh.exports import HEAD, NOW, ZH
from tests.workbook.files import STAMP

FIRST = date(2026, 6, 1)
BRIEF = Brief("清泉气泡水", FIRST, FIRST, date(2026, 6, 4), budget=1000.0)
ROWS = re.compile(r"\b(least|spare): \d+")
FEW = {"least": "least: 3", "spare": "spare: 1"}


@dataclass(frozen=True, slots=True)
class Ground:
    """Templates of few rows, and a fresh workbook made with them."""

    templates: Path
    book: Book = field(repr=False)
    fresh: bytes = field(repr=False)


def few_rows(folder: Path) -> Book:
    """The shipped templates with a few rows in each table."""
    templates = shutil.copytree(assets.workbook_templates(), folder / "templates")
    for path in templates.rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(ROWS.sub(lambda match: FEW[match[1]], text), encoding="utf-8")
    return load_book(templates)


def small_plan(path: Path, book: Book) -> Path:
    """A plan of four days."""
    whole = compose(BRIEF, book, Setting("zh", date(2026, 6, 2)))
    row = {"kind": "export", "source_place": "导出.csv", "active": "yes"}
    little = replace(
        whole,
        tasks=whole.tasks[:2],
        risks=whole.risks[:1],
        members=whole.members[:1],
        channels=whole.channels[:2],
        targets=whole.targets[:3],
        more={**whole.more, "sources": (row,)},
    )
    build(little, book, "zh", str(path), STAMP)
    return path


def exported(folder: Path, readings: Mapping[Key, Mapping[str, float]]) -> None:
    """The export that the plan names: spend and impressions by key."""
    lines: Iterable[str] = (
        f"{day},{channel},{campaign},{values.get('spend', '')},{values.get('impressions', '')}\n"
        for (day, channel, campaign), values in readings.items()
    )
    (folder / "导出.csv").write_text(HEAD + "".join(lines), encoding="utf-8")


def refreshed(path: Path, book: Book, history: History, now: datetime = NOW) -> Refreshed:
    """Refresh from the sources that the workbook names."""
    gathered = gather(sources_of(open_workbook(path, book), book, path))
    return changed_file(
        path,
        REFRESH,
        lambda copy: refresh_file(copy, book, ZH, gathered, Moment(now)),
        lambda one: one.performed.changes,
        history,
    )
