"""Laws of the sheets beside the list, whose rows replace the defaults of a product."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from promo_xl.batches.products import ProductList
from promo_xl.plan.findings import Severity
from promo_xl.plan.tasks import Link
from promo_xl.sheetspec.compose import Setting, compose
from tests.batches.lists import AS_OF, book, codes, listed, only, the, xlsx

START = dt.date(2026, 6, 1)
LIST = (["产品", "产品编号", "上市日期", "销量目标"], ["面膜", "M1", START, None], ["精华", "S1", START, "800单"])


def beside(folder: Path, **sheets: Any) -> ProductList:
    """What a list of 面膜 and 精华 with these further sheets says."""
    return listed(xlsx(folder / "a.xlsx", *LIST, **sheets))


def test_tasks_replace_the_defaults_of_their_product_only(tmp_path: Path) -> None:
    products = beside(
        tmp_path,
        任务=[
            ["产品", "编号", "任务名称", "开始时间", "结束时间", "负责人", "前置依赖", "状态", "完成率", "里程碑"],
            ["面膜", "1.1", "调研", START, "6月5日", "张三、李四", None, "进行中", (0.5, "0%"), None],
            ["面膜", "1.10", "上线", 46184, "2026-06-10", "王五", "1.1FS+2d", "not started", None, "◆"],
        ],
    )
    assert codes(products) == []
    mask, serum = products.briefs
    assert "tasks" not in serum.rows
    assert mask.rows["tasks"] == (
        {
            "id": "1.1",
            "name": "调研",
            "start": START,
            "end": dt.date(2026, 6, 5),
            "owners": ("张三", "李四"),
            "status": "in_progress",
            "completion": 0.5,
        },
        {
            "id": "1.10",
            "name": "上线",
            "start": dt.date(2026, 6, 11),
            "end": dt.date(2026, 6, 10),
            "owners": ("王五",),
            "predecessors": (Link("1.1", "FS", 2),),
            "status": "not_started",
            "milestone": True,
        },
    )
    plan = compose(mask, book(), Setting("zh", AS_OF))
    assert [task.id for task in plan.tasks] == ["1.1", "1.10"]
    assert len(compose(serum, book(), Setting("zh", AS_OF)).tasks) > 20


@pytest.mark.parametrize(
    ("sheet", "header"),
    [
        ("任务", ["产品", "任务名称"]),
        ("Tasks", ["Product", "Task"]),
        ("推广执行甘特图", ["商品名称", "任务名称"]),
        ("tblTasks", ["product_name", "任务名称"]),
        ("Task list ", ["任务名称", "产品"]),
    ],
)
def test_sheets_and_columns_are_known_by_their_names_in_any_language(
    tmp_path: Path, sheet: str, header: list[str]
) -> None:
    row = ["调研", "面膜"] if header[1] == "产品" else ["面膜", "调研"]
    products = beside(tmp_path, **{sheet: [["说明"], header, row]})
    assert codes(products) == []
    assert products.briefs[0].rows == {"tasks": ({"name": "调研"},)}


def test_people_risks_and_targets_are_read_by_their_columns(tmp_path: Path) -> None:
    products = beside(
        tmp_path,
        人员=[
            ["产品", "角色", "姓名", "投入比例%", "可用开始"],
            ["面膜", "组长", "张三", 80, "6/1"],
            ["面膜", "设计", "李四", 50, None],
        ],
        风险=[
            ["产品", "风险描述", "风险类别", "发生概率", "影响程度", "阈值"],
            ["面膜", "断货", "供应与物流", 3, "4", "1%"],
        ],
        目标=[
            ["产品", "具体指标", "量化目标(SMART)", "取数指标", "权重", "基线值"],
            ["面膜", "互动率", (0.05, "0%"), "互动率", (1, "0%"), 0.02],
        ],
    )
    assert codes(products) == []
    assert products.briefs[0].rows == {
        "members": (
            {"role": "组长", "name": "张三", "share": 0.8, "available_from": START},
            {"role": "设计", "name": "李四", "share": 0.5},
        ),
        "risks": ({"description": "断货", "category": "supply", "likelihood": 3, "impact": 4, "threshold": 0.01},),
        "targets": (
            {"metric": "互动率", "goal": "5%", "source": "engagement_rate", "weight": 1.0, "baseline": 0.02},
        ),
    }


def test_a_product_may_be_called_by_its_code_or_in_another_case(tmp_path: Path) -> None:
    products = beside(tmp_path, 任务=[["产品", "任务名称"], ["m1", "一"], [" 面膜　", "二"]])
    assert [row["name"] for row in products.briefs[0].rows["tasks"]] == ["一", "二"]


def test_a_merged_product_cell_holds_for_all_its_rows(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx(
        tmp_path / "a.xlsx", *LIST, 任务=[["产品", "任务名称"], ["面膜", "一"], [None, "二"], [None, "三"]]
    )
    workbook = openpyxl.load_workbook(path)
    workbook["任务"].merge_cells("A2:A3")
    workbook.save(path)
    products = listed(path)
    assert [row["name"] for row in products.briefs[0].rows["tasks"]] == ["一", "二"]
    assert the(products, "PRODUCT_ROW_WITHOUT_PRODUCT").place == "a.xlsx › 任务!A4"


def test_a_product_that_is_not_in_the_list_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    products = beside(tmp_path, 任务=[["产品", "任务名称"], ["面模", "一"], ["洗衣机", "二"]])
    assert codes(products) == ["PRODUCT_ROW_UNKNOWN", "PRODUCT_ROW_UNKNOWN"]
    longer = listed(
        xlsx(
            tmp_path / "b.xlsx",
            ["产品", "上市日期"],
            ["玻尿酸面膜", START],
            任务=[["产品", "任务名称"], ["玻尿酸面模", "一"]],
        )
    )
    assert the(longer, "PRODUCT_ROW_NEAR").details["suggestion"] == "玻尿酸面膜"
    assert {finding.severity for finding in products.findings} == {Severity.ERROR}
    assert len(products.briefs) == 2


def test_ids_that_excel_changed_are_refused_with_the_way_out_and_fail_their_product(tmp_path: Path) -> None:
    products = beside(
        tmp_path,
        任务=[
            ["产品", "编号", "任务名称", "前置依赖"],
            ["面膜", 1.1, "一", None],
            ["面膜", "2", "二", dt.date(2026, 6, 15)],
            ["精华", 3, "三", 2],
        ],
    )
    assert codes(products) == ["PRODUCT_ID_LOST", "PRODUCT_TEXT_LOST"]
    assert products.findings[0].place == "a.xlsx › 任务!B2"
    assert [brief.product for brief in products.briefs] == ["精华"]
    assert products.briefs[0].rows["tasks"] == ({"id": "3", "name": "三", "predecessors": (Link("2"),)},)


def test_an_unknown_choice_is_doubted_with_the_allowed_ones(tmp_path: Path) -> None:
    products = beside(tmp_path, 任务=[["产品", "任务名称", "状态", "优先级"], ["面膜", "一", "进行", "火急"]])
    near, unknown = products.findings
    assert (near.code, near.details["suggestion"]) == ("PRODUCT_CHOICE_NEAR", "进行中")
    assert (unknown.code, unknown.details["allowed"]) == ("PRODUCT_CHOICE_UNKNOWN", "高 / 中 / 低")
    assert products.briefs[0].rows["tasks"] == ({"name": "一", "status": "进行", "priority": "火急"},)


def test_computed_columns_are_ignored_and_said_so(tmp_path: Path) -> None:
    products = beside(tmp_path, 任务=[["产品", "任务名称", "工期(天)", "冲突提示"], ["面膜", "一", 5, "x"]])
    assert the(products, "PRODUCT_SHEET_COMPUTED").details == {"sheet": "任务", "found": "工期(天) / 冲突提示"}
    assert products.briefs[0].rows["tasks"] == ({"name": "一"},)


def test_a_needed_cell_that_is_blank_is_an_error(tmp_path: Path) -> None:
    products = beside(tmp_path, 任务=[["产品", "任务名称", "负责人"], ["面膜", None, "张三"]])
    assert the(products, "PRODUCT_CELL_MISSING").details["missing"] == "任务名称"
    assert [brief.product for brief in products.briefs] == ["精华"]


def test_a_sheet_that_names_no_products_is_an_error(tmp_path: Path) -> None:
    finding = the(beside(tmp_path, 任务=[["编号", "任务名称"], ["1", "一"]]), "PRODUCT_SHEET_WITHOUT_PRODUCT")
    assert finding.details == {"sheet": "任务", "found": "编号 / 任务名称", "column": "产品"}


def test_another_sheet_is_named_and_a_hidden_one_passed_over(tmp_path: Path) -> None:
    import openpyxl

    path = xlsx(tmp_path / "a.xlsx", *LIST, 备忘=[["x"]], 隐藏=[["y"]])
    workbook = openpyxl.load_workbook(path)
    workbook["隐藏"].sheet_state = "hidden"
    workbook.save(path)
    assert the(listed(path), "PRODUCT_SHEET_UNKNOWN").details["found"] == "备忘"


def test_phases_and_channels_may_stand_on_sheets(tmp_path: Path) -> None:
    products = beside(
        tmp_path,
        阶段=[["产品", "阶段", "预算占比"], ["面膜", "预热", 20], ["面膜", "爆发", 50], ["面膜", "持续", 30]],
        渠道=[["产品", "渠道", "预算占比"], ["面膜", "抖音", (0.6, "0%")], ["面膜", "KOL", 0.4]],
    )
    assert codes(products) == []
    rows = products.briefs[0].rows
    assert [(row["name"], row["end"].day, row["share"]) for row in rows["phases"]] == [  # type: ignore[attr-defined]
        ("预热", 8, 0.2),
        ("爆发", 20, 0.5),
        ("持续", 30, 0.3),
    ]
    assert rows["channels"] == ({"channel": "抖音", "share": 0.6}, {"channel": "KOL", "share": 0.4})


def test_shares_on_a_sheet_make_up_the_whole(tmp_path: Path) -> None:
    products = beside(tmp_path, 渠道=[["产品", "渠道", "预算占比"], ["面膜", "抖音", 0.6], ["面膜", "KOL", 0.3]])
    assert str(the(products, "PRODUCT_SHARES_GAP").details["gap"]) == "-0.1"
    assert [brief.product for brief in products.briefs] == ["精华"]


def test_a_share_that_is_none_is_refused(tmp_path: Path) -> None:
    products = beside(
        tmp_path, 渠道=[["产品", "渠道", "预算占比"], ["面膜", "抖音", "大部分"], ["精华", "KOL", -1]]
    )
    assert codes(products) == ["PRODUCT_SHARE_UNREADABLE", "PRODUCT_SHARE_UNREADABLE"]


def test_a_phase_with_half_its_days_is_refused(tmp_path: Path) -> None:
    products = beside(tmp_path, 阶段=[["产品", "阶段", "阶段开始"], ["面膜", "预热", START]])
    assert codes(products) == ["PRODUCT_PHASE_HALF_DATED"]


def test_a_sheet_outdoes_the_column_and_both_are_named(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["产品", "上市日期", "渠道"],
        ["面膜", START, "抖音"],
        渠道=[["产品", "渠道"], ["面膜", "KOL"]],
    )
    products = listed(path)
    assert codes(products) == ["PRODUCT_ROWS_TWICE"]
    assert products.briefs[0].rows["channels"] == ({"channel": "KOL"},)


def test_goals_of_the_list_fill_blank_goals_of_given_targets(tmp_path: Path) -> None:
    filled = beside(tmp_path, 目标=[["产品", "具体指标", "取数指标"], ["精华", "线上销量", "成交量"]])
    assert codes(filled) == []
    assert filled.briefs[1].rows["targets"] == ({"metric": "线上销量", "source": "orders", "goal": "800单"},)
    lost = beside(tmp_path, 目标=[["产品", "具体指标"], ["精华", "口碑"]])
    details = the(lost, "PRODUCT_GOAL_UNUSED").details
    assert (details["metric"], details["found"]) == ("成交量", "800单")


def test_an_english_list_speaks_english_of_its_choices(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "a.xlsx",
        ["Product", "Launch date"],
        ["Mask", START],
        Tasks=[["Product", "Task", "Status"], ["Mask", "x", "odd"]],
    )
    assert "In progress" in str(the(listed(path), "PRODUCT_CHOICE_UNKNOWN").details["allowed"])


def test_a_list_without_further_rows_is_as_before(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", ["产品", "上市日期"], ["面膜", START], 任务=[["产品", "任务名称"]], 目标=[])
    assert only(listed(path)).rows == {}
