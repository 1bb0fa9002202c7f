"""One right workbook with a little of everything that the lint looks at."""

from pathlib import Path
from typing import Any

from tests.proof.made import Entries, changed, made, replaced

RIBBON = (
    '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"><ribbon><tabs>'
    '<tab id="tab" label="推广"><group id="group" label="计划"><button id="check" label="检查"/>'
    '<button id="refresh" label="刷新"/></group></tab></tabs></ribbon></customUI>'
)
RIBBON_REL = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"'
    ' Target="customUI/customUI14.xml"/></Relationships>'
)
CHAIN = (
    '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<c r="C2" i="1"/><c r="C3"/><c r="A1" i="2"/></calcChain>'
)
CHAIN_REL = (
    '<Relationship Id="rIdChain" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'calcChain" Target="calcChain.xml"/></Relationships>'
)
CHAIN_TYPE = (
    '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.calcChain+xml"/></Types>'
)


def good_book(folder: Path) -> Path:
    """Sheet 计划 (tables, a chart, rules) and the hidden sheet _live."""
    plain = made(folder / "plain.xlsx", _build)
    return changed(plain, folder / "good.xlsx", _finish)


def _build(workbook: Any) -> None:
    plan, live = workbook.add_worksheet("计划"), workbook.add_worksheet("_live")
    live.hide()
    red = workbook.add_format({"bg_color": "#FFC7CE"})
    double = "=tblTask[[#This Row],[花费]]*2"
    columns = [{"header": "编号"}, {"header": "花费"}, {"header": "倍数", "formula": double}]
    plan.add_table("A1:C3", {"name": "tblTask", "columns": columns})
    for row, (name, spend) in enumerate([("甲", 1), ("乙", 2)], start=1):
        plan.write_string(row, 0, name)
        plan.write_number(row, 1, spend)
        plan.write_formula(row, 2, double, None, spend * 2)
    columns = [{"header": "日期", "total_string": "合计"}, {"header": "金[额]", "total_function": "sum"}]
    plan.add_table("E1:F4", {"name": "tblDay", "columns": columns, "total_row": True})
    plan.write_column("E2", [46000, 46001])
    plan.write_column("F2", [10, 20])
    plan.write_formula("F4", "=SUBTOTAL(109,tblDay[金'[额']])", None, 30)
    plan.write_formula("H1", "=SUM(tblTask[花费])+spend", None, 4)
    plan.write_formula("H2", '=IFERROR(PROMO_X(B2),IF(B2=1,"","高"))', None, "")
    plan.write_boolean("H3", True)
    plan.write_formula("H4", "=1/0", red, "#DIV/0!")
    plan.write_array_formula("J1:J2", "{=B2:B3*10}", None, 10)
    plan.write_number("J2", 20)
    plan.merge_range("L1:M1", "标题", red)
    plan.write_string("L2", "a_x0041_b\x01")
    plan.write_comment("L2", "批注")
    plan.write_url("L3", "internal:'_live'!A1", string="到")
    plan.set_column("A:B", 12)
    plan.set_row(5, 30)
    plan.set_header("&C推广")
    plan.data_validation("B2:B3", {"validate": "list", "source": ["一", "二"]})
    plan.data_validation("A2:A3", {"validate": "list", "source": "=_live!$C$1:$C$2", "input_message": "选"})
    plan.conditional_format("A2:C3", {"type": "formula", "criteria": "=$B2>1", "format": red})
    plan.conditional_format("F2:F3", {"type": "formula", "criteria": "=$F2<TODAY()", "format": red})
    plan.add_sparkline("N1", {"range": "_live!C1:C2"})
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=计划!$B$2:$B$3", "categories": "=计划!$A$2:$A$3"})
    plan.insert_chart("A10", chart)
    live.write_formula("A1", "=INDEX(tblTask[[编号]:[花费]],1,2)+计划!B2", None, 2)
    live.write_column("C1", [1, 2])
    live.write_row("E1", ["a", "b"])
    live.autofilter("E1:F5")
    workbook.define_name("spend", "=计划!$B$2")
    workbook.define_name("_live!here", "=_live!$C$1")


def _finish(entries: Entries) -> None:
    # XlsxWriter leaves the type of a blank result away
    replaced("xl/worksheets/sheet1.xml", '<c r="H2"><f>', '<c r="H2" t="str"><f>')(entries)
    entries["customUI/customUI14.xml"] = RIBBON.encode()
    replaced("_rels/.rels", "</Relationships>", RIBBON_REL)(entries)
    entries["xl/calcChain.xml"] = CHAIN.encode()
    replaced("xl/_rels/workbook.xml.rels", "</Relationships>", CHAIN_REL)(entries)
    replaced("[Content_Types].xml", "</Types>", CHAIN_TYPE)(entries)
