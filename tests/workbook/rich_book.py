"""A workbook of a planner's own with everything that follows a table, as long as it is asked for."""

import struct
import zlib
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.proof.good_book import CHAIN_TYPE, RIBBON, RIBBON_REL
from tests.proof.made import Entries, changed, made, replaced

FILLED = 3  # rows with data; the others are blank
HEAD = 4
CUSTOM = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<plan xmlns="urn:plan">1</plan>'
CUSTOM_REL = (
    '<Relationship Id="rIdCustom" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'customXml" Target="../customXml/item1.xml"/></Relationships>'
)
CHAIN = (
    '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="C5" i="1"/>'
    '<c r="A1" i="2"/></calcChain>'
)
CHAIN_REL = (
    '<Relationship Id="rIdChain" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'calcChain" Target="calcChain.xml"/></Relationships>'
)


def rich_book(path: Path, rows: int, *, totals: bool = False, was: int = 0) -> Path:
    """Sheet `花 费` with the table tblSpend, its first rows filled, and sheets that read it.

    What does not follow a table reads as if it had `was` rows, if that is given.
    """
    plain = made(
        path.with_suffix(".plain.xlsx"), lambda workbook: _build(workbook, rows, totals, HEAD + (was or rows))
    )
    return changed(plain, path, _finish)


def _build(workbook: Any, rows: int, totals: bool, was: int) -> None:
    workbook.set_properties({"created": datetime(2026, 6, 1)})
    sheet, other = workbook.add_worksheet("花 费"), workbook.add_worksheet("汇总")
    first, last = HEAD + 1, HEAD + rows
    formats = [
        workbook.add_format({"num_format": n, "border": 1, "bg_color": "#F0F4FF"}) for n in ("@", "0.00", "0%")
    ]
    running, share = f"SUM(B${first}:B{first})", f"B{first}/SUM($B${first}:$B${last})"
    double = "tblSpend[[#This Row],[花费]]*2"
    columns: list[dict[str, Any]] = [
        {"header": "渠道", "format": formats[0], "total_string": "合计"},
        {"header": "花费", "format": formats[1], "total_function": "sum"},
        {"header": "累计", "format": formats[1], "formula": f"={running}"},
        {"header": "占比", "format": formats[2], "formula": f"={share}", "total_function": "max"},
        {"header": "两倍", "format": formats[1], "formula": f"={double}"},
        {"header": "走势", "format": formats[0]},
    ]
    end = last + totals
    options = {"name": "tblSpend", "columns": columns, "total_row": totals}
    sheet.add_table(f"A{HEAD}:F{end}", options)
    for row in range(first, last + 1):
        sheet.set_row(row - 1, 21)
        number = row - first
        if number < FILLED:
            sheet.write_string(row - 1, 0, f"渠道{number}", formats[0])
            sheet.write_number(row - 1, 1, 100 * (number + 1), formats[1])
        else:
            sheet.write_blank(row - 1, 0, None, formats[0])
            sheet.write_blank(row - 1, 1, None, formats[1])
        sheet.write_formula(row - 1, 2, f"=SUM(B${first}:B{row})", formats[1])
        sheet.write_formula(row - 1, 3, f"=B{row}/SUM($B${first}:$B${last})", formats[2])
        sheet.write_formula(row - 1, 4, f"={double}", formats[1])
        sheet.write_blank(row - 1, 5, None, formats[0])
    if totals:
        sheet.set_row(end - 1, 33)
    _rules(workbook, sheet, first, last)
    other.write_formula("A1", f"=SUM('花 费'!B{first}:B{last})")
    other.write_formula("A2", f"=SUM('花 费'!$B${HEAD}:$B${last})+SUM('花 费'!B{first}:B{was - 1})")
    other.write_array_formula("A3:A3", f"{{=SUM('花 费'!B{first}:B{last}*'花 费'!C{first}:C{last})}}")
    other.write_formula("A4", f"=SUM('花 费'!{first}:{last})+SUM(tblSpend[花费])+SUM('花 费'!B:B)")
    other.write_formula("A5", f"='花 费'!B{first}&\"'花 费'!B{first}:B{was}\"")
    other.write_formula("A6", f"=SUM(B{first}:B{was})+SUM('花 费'!A{first}:G{was})")
    if totals:
        other.write_formula("A7", f"='花 费'!B{end}*2+SUM('花 费'!B{first}:B{end})")
    _around(workbook, sheet, other, first, last)


def _rules(workbook: Any, sheet: Any, first: int, last: int) -> None:
    red = workbook.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format(f"B{first}:B{last}", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(f"C{first}:C{last}", {"type": "icon_set", "icon_style": "3_arrows"})
    above = f"=$B{first}>AVERAGE($B${first}:$B${last})"
    sheet.conditional_format(f"A{first}:E{last}", {"type": "formula", "criteria": above, "format": red})
    sheet.conditional_format("B1:B2", {"type": "cell", "criteria": ">", "value": 1, "format": red})
    sheet.data_validation(f"A{first}:A{last}", {"validate": "list", "source": "=汇总!$C$1:$C$3"})
    unique = {"validate": "custom", "value": f"=COUNTIF($B${first}:$B${last},$B{first})=1"}
    sheet.data_validation(f"B{first}:B{last}", unique)
    sheet.ignore_errors({"number_stored_as_text": f"A{first}:A{last}"})
    sheet.write_comment(f"A{first}", "批注")
    sheet.write_url("H1", "internal:'汇总'!A1", string="到")


def _around(workbook: Any, sheet: Any, other: Any, first: int, last: int) -> None:
    sheet.print_area(f"A1:H{last}")
    sheet.insert_textbox("J1", "说明")
    sheet.insert_image("J9", "p.png", {"image_data": BytesIO(picture())})
    other.write_column("C1", ["甲", "乙", "丙"])
    other.add_sparkline("E1", {"range": f"'花 费'!B{first}:B{last}"})
    chart = workbook.add_chart({"type": "column"})
    where = "'花 费'!"
    chart.add_series(
        {
            "name": f"={where}$B${HEAD}",
            "categories": f"={where}$A${first}:$A${last}",
            "values": f"={where}$B${first}:$B${last}",
        }
    )
    chart.add_series({"values": f"={where}$C${first}:$C${first + 1}"})
    other.insert_chart("G2", chart)
    workbook.define_name("spends", f"={where}$B${first}:$B${last}")
    workbook.define_name("first_spend", f"={where}$B${first}")


def picture() -> bytes:
    """A PNG of one pixel."""
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\xff\0\0")),
        (b"IEND", b""),
    ]
    packed = [struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def _finish(entries: Entries) -> None:
    entries["customUI/customUI14.xml"] = RIBBON.encode()
    replaced("_rels/.rels", "</Relationships>", RIBBON_REL)(entries)
    entries["customXml/item1.xml"] = CUSTOM
    replaced("xl/_rels/workbook.xml.rels", "</Relationships>", CUSTOM_REL)(entries)
    entries["xl/calcChain.xml"] = CHAIN.encode()
    replaced("xl/_rels/workbook.xml.rels", "</Relationships>", CHAIN_REL)(entries)
    replaced("[Content_Types].xml", "</Types>", CHAIN_TYPE)(entries)
