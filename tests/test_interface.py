"""The Python interface: what `promo_xl` itself offers."""

from io import BytesIO
from pathlib import Path

import promo_xl
from tests.workbook.files import running


def test_a_plan_written_and_read_is_the_same_plan(tmp_path: Path) -> None:
    plan = running("zh")
    promo_xl.write_workbook(plan, tmp_path / "plan.xlsx")
    assert promo_xl.read_workbook(tmp_path / "plan.xlsx") == plan


def test_a_file_and_a_path_get_the_same_bytes(tmp_path: Path) -> None:
    target = BytesIO()
    promo_xl.write_workbook(running("en"), target, language="en")
    promo_xl.write_workbook(running("en"), tmp_path / "plan.xlsx", language="en")
    assert (tmp_path / "plan.xlsx").read_bytes() == target.getvalue()


def test_a_batch_yields_an_outcome_for_every_product(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("产品,上市日期\n清泉,2026-06-01\n暖芯,2026-07-01\n", encoding="utf-8")
    outcomes = list(promo_xl.batch(tmp_path / "list.csv", tmp_path))
    assert [(outcome.product, outcome.status) for outcome in outcomes] == [("清泉", "made"), ("暖芯", "made")]


def test_a_batch_takes_a_calendar_of_a_new_year(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("产品,上市日期\n清泉,2027-05-10\n", encoding="utf-8")
    (tmp_path / "2027.csv").write_text("日期,类型,说明\n2027-05-01,休息,劳动节\n", encoding="utf-8")
    (made,) = promo_xl.batch(tmp_path / "list.csv", tmp_path, calendar=tmp_path / "2027.csv")
    rest_days = promo_xl.read_workbook(made.path).rest_days
    assert [(d.name, d.kind) for d in rest_days if d.date and d.date.year == 2027] == [("劳动节", "rest")]
