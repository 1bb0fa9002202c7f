"""A campaign as Excel saves it that planners made their own: macros, a sheet with formulas and pictures."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from promo_xl.addin.build import macros
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.formula.values import CellError, Value
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.macros import finished
from promo_xl.workbook.write import build
from tests.proof.made import Entries, changed, made
from tests.refresh.exports import HEAD
from tests.workbook.as_saved import VARIANTS, add_part, as_saved, put_before
from tests.workbook.files import STAMP, running
from tests.workbook.rich_book import CUSTOM, CUSTOM_REL, picture

OWN = "我的分析"
CHANNEL = "抖音信息流"
WEEKDAYS = "一二三四五六日"
METRICS = ("消耗", "曝光量", "点击量", "点赞", "评论", "分享", "转化数", "成交量", "成交金额", "退款")
PART = re.compile(rb"(drawing|chart|image|vmlDrawing|comments)1\.")
CONTENT = {"comments": "spreadsheetml.comments", "drawing": "drawing", "chart": "drawingml.chart"}
DEFAULTS = (("png", "image/png"), ("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing"))


@dataclass(frozen=True, slots=True)
class Own:
    """A planner's formula: what Excel left beside it, and what is right after the refresh."""

    formula: str
    was: Value
    right: Value


def source(days: int = 24) -> str:
    """An export of two campaigns a day and channel; every metric is a number of its own."""
    lines = [HEAD.strip().replace("消耗,展现量", ",".join(METRICS))]
    for day in range(days):
        for at, channel in enumerate((CHANNEL, "朋友圈", "KOL")):
            for campaign in range(2):
                row = [1000 * (day + 1) + 100 * at + 10 * campaign + metric for metric in range(len(METRICS))]
                when = date(2026, 6, 1) + timedelta(days=day)
                lines.append(",".join(map(str, [when, channel, "AB"[campaign], *row])))
    return "\n".join(lines) + "\n"


def own_formulas(days: int = 24) -> list[Own]:
    """Formulas that engines know, formulas that none knows, formulas that read nothing."""
    readings = running("zh").readings
    first, spends = readings[0].spend, [reading.spend or 0 for reading in readings]
    new = [1000 * (d + 1) + 100 * c + 10 * k for d in range(days) for c in range(3) for k in range(2)]
    douyin = sum(reading.spend or 0 for reading in readings if reading.channel == CHANNEL)
    more = douyin + sum(1000 * (d + 1) + 10 * k for d in range(days) for k in range(2))
    counted, total = len(spends), sum(spends)
    was_day, is_day = (f"星期{WEEKDAYS[date(2026, 6, day).weekday()]}" for day in (20, days))
    return [
        Own(f'SUMIFS(tblReadings[花费],tblReadings[渠道],"{CHANNEL}")', douyin, more),
        Own("A1*2", douyin * 2, more * 2),
        Own('TEXT(plan_as_of,"aaaa")', was_day, is_day),
        Own('INDIRECT("数据监控表!"&"E18")', first, first),
        Own('GETPIVOTDATA("花费",$H$1)', 12345, None),
        Own('TEXT(46000,"aaaa")', "星期二", "星期二"),
        Own('COUNTIFS(tblReadings[花费],">0")', counted, counted + len(new)),
        Own("AGGREGATE(9,6,tblReadings[花费])", total, total + sum(new)),
        Own('IFERROR(VLOOKUP("没有这个",tblReadings[渠道],1,FALSE),"无")', "无", "无"),
        Own("SUM(数据监控表!E18:E20)", sum(spends[:3]), sum(spends[:3])),
        Own("1/0", CellError("#DIV/0!"), CellError("#DIV/0!")),
        Own('MATCH("没有这个",tblReadings[渠道],0)', CellError("#N/A"), CellError("#N/A")),
        Own('TEXT(MAX(tblReadings[日期]),"aaaa")&"更新"', was_day + "更新", is_day + "更新"),
        Own(f'SUMPRODUCT((tblReadings[渠道]="{CHANNEL}")*1,tblReadings[花费])', douyin, more),
        Own("NOW()*0+A1", douyin, more),
    ]


def rich_plan(folder: Path) -> Path:
    """The workbook, beside the export that its sheet of data sources names."""
    (folder / "导出.csv").write_text(source(), encoding="utf-8")
    generated = folder / "generated.xlsm"
    generated.write_bytes(_generated(running("zh")))
    owned = changed(generated, folder / "owned.xlsm", lambda entries: _add_own(entries, folder))
    return as_saved(owned, folder / "计划.xlsm", VARIANTS["linked_in_xlstart"])


def _generated(plan: Promotion) -> bytes:
    row = {"kind": "export", "source_place": "导出.csv", "active": "yes"}
    project, target = macros(len(for_host(load_book(), "xlam").sheets)), BytesIO()
    whole = replace(plan, more={**plan.more, "sources": (row,)})
    build(whole, load_book(), "zh", target, replace(STAMP, macros=project))
    return finished(target.getvalue(), project.ribbon)


def _add_own(entries: Entries, folder: Path) -> None:
    """The planner's sheet with everything on it, put into the plan under numbers of its own."""
    with zipfile.ZipFile(made(folder / "own.xlsx", _own_sheet)) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    for name, content in own.items():
        if re.fullmatch(r"xl/(drawings|charts|media|comments).*", name):
            new = PART.sub(rb"\g<1>91.", name.encode()).decode()
            entries[new] = PART.sub(rb"\g<1>91.", content) if name.endswith(".rels") else content
            kind = new.rpartition("/")[2].rstrip(".xml").rstrip("1").rstrip("9")
            if new.endswith(".xml") and kind in CONTENT:
                content_type = f"application/vnd.openxmlformats-officedocument.{CONTENT[kind]}+xml"
                override = f'<Override PartName="/{new}" ContentType="{content_type}"/>'
                put_before(entries, "[Content_Types].xml", "</Types>", override)
    for ending, kind in DEFAULTS:
        if f'Extension="{ending}"'.encode() not in entries["[Content_Types].xml"]:
            put_before(
                entries, "[Content_Types].xml", "</Types>", f'<Default Extension="{ending}" ContentType="{kind}"/>'
            )
    relation = add_part(entries, "worksheet", "", "worksheets/", "own")
    entries["xl/worksheets/own.xml"] = own["xl/worksheets/sheet1.xml"]
    rels = PART.sub(rb"\g<1>91.", own["xl/worksheets/_rels/sheet1.xml.rels"])
    entries["xl/worksheets/_rels/own.xml.rels"] = rels
    number = entries["xl/workbook.xml"].count(b"<sheet ") + 1
    sheet = f'<sheet name="{OWN}" sheetId="{number}" r:id="{relation}"/>'
    put_before(entries, "xl/workbook.xml", "</sheets>", sheet)
    entries["customXml/item1.xml"] = CUSTOM
    rest = CUSTOM_REL.removesuffix("</Relationships>")
    put_before(entries, "xl/_rels/workbook.xml.rels", "</Relationships>", rest)


def _own_sheet(workbook: Any) -> None:
    """Numbers and formulas alone: texts and formats would point into other parts."""
    sheet, readings = workbook.add_worksheet(OWN), workbook.add_worksheet("数据监控表")
    for row, own in enumerate(own_formulas()):
        value = own.was.code if isinstance(own.was, CellError) else own.was
        sheet.write_formula(row, 0, f"={own.formula}", None, value)
    sheet.write_column("C1", [3, 1, 2])
    sheet.conditional_format("C1:C3", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("D1", {"range": "数据监控表!E18:E77"})
    sheet.insert_textbox("J1", "我的说明")
    sheet.insert_image("J9", "p.png", {"image_data": BytesIO(picture())})
    sheet.write_comment("C1", "批注", {"author": "王五"})
    readings.write_column("E18", [reading.spend for reading in running("zh").readings])
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=数据监控表!$E$18:$E$107"})
    sheet.insert_chart("J15", chart)


def parts(path: Path) -> Mapping[str, bytes]:
    """Every part of a package."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
