"""Makes docs/pictures: the sheets of the example workbook, drawn by LibreOffice. Run by `make pictures`.

The pictured workbook is the first one of `promo-xl demo`. So that text stays readable, blank spare rows are
left out, some columns and the third chart too, and the timeline begins five weeks before the launch.
"""

import os
import shutil
import struct
import subprocess
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

from promo_xl.batches.demo import Demo, in_progress, load_demo
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Block, Book, Table, Timeline
from promo_xl.workbook.write import Imprint, build

Color = tuple[int, int, int]

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "pictures"
PICTURES = ROOT / "docs" / "pictures"
FONTS = dict.fromkeys(("zh", "en"), "Noto Sans CJK SC")  # near in width to the fonts of the workbooks
CHARTS = 2  # beside each other; more would make the picture too wide
TIMELINE_FROM, DAYS, DAY_WIDTH = date(2026, 4, 27), 65, 1.9
DOTS_PER_INCH, POINTS_PER_INCH = 96, 72
LARGEST = 150_000  # bytes of a picture
COLORS, JUST_SEEN = 256, 40  # of a picture; squared distance of two colours

FOLDED = {
    "targets": "level parent dimension direction baseline path_gap start end channel phase source elapsed weight "
    "note",
    "tasks": "predecessors milestone completion deviation conflict",
    "members": "tasks partners available_from available_to deputy contact note",
    "risks": "trigger affected mitigation reserve reserve_budget due outcome residual note",
    "readings": "conversions refund cpc cpm cpa conversion_rate deviation change week_mean deviation_reason "
    "adjustment data_source fetched note",
}
BLANK_ROWS = {"targets": 2, "members": 2, "risks": 1, "sources": 1}
SOURCES = {
    "zh": (
        {"kind": "folder", "source_place": "导出", "active": "yes"},
        {
            "kind": "sql",
            "source_place": "postgresql://reader@db.example.com/shop",
            "query": "daily_sales",
            "mapping": "总消耗=花费；备注=",
            "active": "yes",
        },
        {"kind": "ga4", "source_place": "123456789", "channel": "官网", "active": "no"},
    ),
    "en": (
        {"kind": "folder", "source_place": "exports", "active": "yes"},
        {
            "kind": "sql",
            "source_place": "postgresql://reader@db.example.com/shop",
            "query": "daily_sales",
            "mapping": "total cost=Spend; remarks=",
            "active": "yes",
        },
        {"kind": "ga4", "source_place": "123456789", "channel": "Website", "active": "no"},
    ),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """What of a sheet is shown: from its upper left corner, in points; 0 is all there is."""

    sheet: str
    width: int = 0
    height: int = 0


SHOWN = (
    Picture("cover"),
    Picture("targets"),
    Picture("gantt"),
    Picture("team"),
    Picture("risks", width=1075),
    Picture("monitoring", width=1560, height=560),
    Picture("sources"),
)


def main() -> None:
    """Draw every picture in every language and put it into docs/pictures."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language, font in FONTS.items():
        workbook = _workbook(language, font)
        document = _document(workbook)
        sheets = [sheet.sheet for sheet in load_book().sheets]
        for picture in SHOWN:
            _draw(document, sheets.index(picture.sheet) + 1, picture, PICTURES / f"{language}-{picture.sheet}.png")


def _workbook(language: str, font: str) -> Path:
    book, demo = _compact(load_book(), font), load_demo(language)
    path = WORK / f"{language}.xlsx"
    build(_plan(book, demo), book, language, str(path), Imprint(datetime.combine(demo.as_of, time()), host="xlam"))
    return path


def _plan(book: Book, demo: Demo) -> Promotion:
    plan = in_progress(compose(demo.briefs[0], book, Setting(demo.language, demo.as_of)), demo)
    more = {**plan.more, "sources": SOURCES[demo.language]}
    return replace(plan, project={**plan.project, "timeline_start": TIMELINE_FROM}, more=more)


def _compact(book: Book, font: str) -> Book:
    sheets = tuple(
        replace(sheet, blocks=tuple(map(_compact_block, sheet.blocks)), charts=sheet.charts[:CHARTS])
        for sheet in book.sheets
        if not sheet.report
    )
    theme = replace(book.theme, fonts=dict.fromkeys(book.languages, font))
    return replace(book, sheets=sheets, theme=theme)


def _compact_block(block: Block) -> Block:
    if isinstance(block, Timeline):
        return replace(block, periods=DAYS, width=DAY_WIDTH)
    if not isinstance(block, Table) or block.fixed:
        return block
    folded = FOLDED.get(block.table, "").split()
    columns = tuple(replace(column, fold=column.fold or column.field in folded) for column in block.columns)
    return replace(block, columns=columns, least=0, spare=BLANK_ROWS.get(block.table, 0))


def _document(workbook: Path) -> Path:
    """Every sheet as one page of a PDF, whatever its size."""
    profile = f"-env:UserInstallation={(WORK / 'profile').as_uri()}"
    kind = 'pdf:calc_pdf_Export:{"SinglePageSheets":{"type":"boolean","value":"true"}}'
    office = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"
    _run(office, profile, "--headless", "--norestore", "--convert-to", kind, "--outdir", str(WORK), str(workbook))
    return workbook.with_suffix(".pdf")


def _draw(document: Path, page: int, picture: Picture, target: Path) -> None:
    only = ["-f", str(page), "-l", str(page), "-singlefile", "-r", str(DOTS_PER_INCH)]
    crop = ["-x", "0", "-y", "0", "-W", _dots(picture.width), "-H", _dots(picture.height)]
    drawn = WORK / target.name
    _run("pdftoppm", *only, *crop, str(document), str(drawn.with_suffix("")))
    content = _png(drawn.with_suffix(".ppm").read_bytes())
    if len(content) > LARGEST:
        raise SystemExit(f"{target.name} has {len(content)} bytes, more than {LARGEST}; show less of the sheet")
    target.write_bytes(content)


def _png(drawn: bytes) -> bytes:
    """A drawing as a PNG of 256 colours, a third of the size of one with all colours."""
    _, size, _, dots = drawn.split(b"\n", 3)
    width, height = map(int, size.split())
    pixels = list(zip(dots[0::3], dots[1::3], dots[2::3], strict=True))
    counts = Counter(pixels)
    palette = _palette(counts)
    number = {color: _nearest(color, palette) for color in counts}
    lines = (
        bytes([0, *(number[color] for color in pixels[at : at + width])]) for at in range(0, width * height, width)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(lines), 9)
    colors = bytes(part for color in palette for part in color)
    parts = [(b"IHDR", head), (b"PLTE", colors), (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _palette(counts: Counter[Color]) -> list[Color]:
    """The commonest colours that can be told apart, so that rare ones keep their hue."""
    palette: list[Color] = []
    for color, _ in counts.most_common():
        if len(palette) < COLORS and all(_apart(color, known) > JUST_SEEN for known in palette):
            palette.append(color)
    return palette


def _apart(one: Color, other: Color) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _nearest(color: Color, palette: Sequence[Color]) -> int:
    return min(range(len(palette)), key=lambda n: _apart(color, palette[n]))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _dots(points: int) -> str:
    return str(points * DOTS_PER_INCH // POINTS_PER_INCH)


def _run(*command: str) -> None:
    environment = {**os.environ, "SAL_USE_VCLPLUGIN": "svp"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr.strip()}")


if __name__ == "__main__":
    main()
