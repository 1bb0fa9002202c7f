"""`python benchmarks/refresh.py`: refreshes of closed workbooks against openpyxl, and how they grow.

Every time is CPU time of this process; only the ratios mean anything.
"""

import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.run import STAMP, ratio, said
from promo_xl.plan.brief import Brief
from promo_xl.plan.readings import Reading
from promo_xl.refresh.asked import sources_of
from promo_xl.refresh.changing import changed_file
from promo_xl.refresh.fetching import Gathered, gather
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.write import build

CHANNELS = ("抖音信息流", "朋友圈", "小红书", "搜索", "KOL")
FIRST = date(2026, 6, 1)
HEAD = "日期,渠道,消耗,展现量,点击量,订单数\n"
WORDS = wording("zh")
COLUMNS, ROWS = 25, 1000  # of a sheet of a planner's own data
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


@dataclass(frozen=True, slots=True)
class Case:
    """A plan that was refreshed once, and what its source says since."""

    path: Path
    gathered: Gathered
    moment: Moment

    @property
    def cells(self) -> int:
        """How many cells the workbook holds."""
        return sum(part.count(b"<c ") for part in parts(self.path).values())

    def refresh(self) -> Refreshed:
        """Refresh a fresh copy, with a copy in the history."""
        fresh = shutil.copy(self.path, self.path.with_name("fresh.xlsx"))
        return changed_file(
            fresh,
            REFRESH,
            lambda copy: refresh_file(copy, load_book(), WORDS, self.gathered, self.moment),
            lambda one: one.performed.changes,
        )

    def openpyxl(self) -> None:
        """What a script does that loads and saves, however little it changes."""
        load_workbook(self.path).save(self.path.with_name("saved.xlsx"))


def parts(path: Path) -> dict[str, bytes]:
    """The parts of a file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def case(folder: Path, readings: int, own_sheets: int = 0) -> Case:
    """A plan with so many readings, and sheets of a planner's own with 25,000 constants each."""
    folder.mkdir()
    path, export = folder / "plan.xlsx", folder / "导出.csv"
    days = [FIRST + timedelta(days=i) for i in range(readings // len(CHANNELS))]
    brief = Brief("新品", FIRST, FIRST, days[-1], budget=4e5)
    plan = compose(brief, load_book(), Setting("zh", FIRST))
    row = {"kind": "export", "source_place": export.name, "active": "yes"}
    known = tuple(Reading(date=day, channel=channel) for day in days for channel in CHANNELS)
    build(
        replace(plan, readings=known, more={**plan.more, "sources": (row,)}), load_book(), "zh", str(path), STAMP
    )
    add_sheets(path, own_sheets)
    moment = Moment(datetime.combine(days[-1], datetime.min.time()) + timedelta(days=1, hours=9))
    gathered = Gathered()
    for turn in range(2):
        lines = "".join(
            f"{day},{channel},{100 + turn + i},{5000 + turn + i},{90 + turn},{7 + turn}\n"
            for i, day in enumerate(days)
            for channel in CHANNELS
        )
        export.write_text(HEAD + lines, encoding="utf-8")
        gathered = gather(sources_of(open_workbook(path, load_book()), load_book(), path))
        if not turn:
            refresh_file(path, load_book(), WORDS, gathered, moment)
    return Case(path, gathered, replace(moment, now=moment.now + timedelta(hours=1)))


def add_sheets(path: Path, count: int) -> None:
    """Put sheets of texts and numbers behind those of the plan."""
    content = parts(path)
    for n in range(count):
        name = f"worksheets/own{n}.xml"
        content[f"xl/{name}"] = b"".join(own_sheet(n))
        put(content, "[Content_Types].xml", "</Types>", f'<Override PartName="/xl/{name}" ContentType="{SHEET}"/>')
        put(
            content,
            "xl/_rels/workbook.xml.rels",
            "</Relationships>",
            f'<Relationship Id="own{n}" Type="{RELATION}" Target="{name}"/>',
        )
        put(content, "xl/workbook.xml", "</sheets>", f'<sheet name="明细{n}" sheetId="{900 + n}" r:id="own{n}"/>')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in content.items():
            archive.writestr(name, part)


def put(content: dict[str, bytes], part: str, before: str, text: str) -> None:
    """Put a text into a part before the last place where `before` stands."""
    head, mark, tail = content[part].rpartition(before.encode())
    content[part] = head + text.encode() + mark + tail


def own_sheet(n: int) -> Iterator[bytes]:
    """The part of a sheet of constants: a text in every fifth column, numbers in the others."""
    yield b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns='
    yield b'"http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    letters = [get_column_letter(at) for at in range(1, COLUMNS + 1)]
    for row in range(1, ROWS + 1):
        yield f'<row r="{row}">'.encode()
        for at, letter in enumerate(letters):
            number = f'<c r="{letter}{row}"><v>{(row * 31 + at * 7 + n) % 9973 / 4}</v></c>'
            text = f'<c r="{letter}{row}" t="inlineStr"><is><t>商品{row * at % 499}</t></is></c>'
            yield (number if at % 5 else text).encode()
        yield b"</row>"
    yield b"</sheetData></worksheet>"


def lost(one: Case) -> set[str]:
    """The parts that a refresh loses."""
    one.refresh()
    return parts(one.path).keys() - parts(one.path.with_name("fresh.xlsx")).keys()


def against_openpyxl(name: str, one: Case) -> None:
    """A refresh against openpyxl on the same file; then what it did."""
    done, gone = one.refresh(), lost(one)
    metrics = sum(entry.column != "" for entry in done.log)
    said(name, ratio(one.refresh, one.openpyxl))
    print(f"  {one.cells:,} cells; {done.changed} rows, {metrics:,} metrics changed; lost parts: {len(gone)}")


def measure(folder: Path) -> None:
    """Print every ratio."""
    small, middle = case(folder / "90", 90), case(folder / "500", 500, own_sheets=7)
    large = case(folder / "5000", 5000)
    against_openpyxl("refresh of 90 readings / openpyxl load + save", small)
    against_openpyxl("refresh of 500 readings, 7 sheets of own data / the same", middle)
    against_openpyxl("refresh of 5,000 readings / the same", large)
    plain = case(folder / "plain", 500)
    said("refresh of 5,000 readings / of 500", ratio(large.refresh, plain.refresh))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["PROMO_XL_HISTORY"] = str(Path(temporary) / "history")
        measure(Path(temporary))
