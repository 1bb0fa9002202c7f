"""The Python interface: what `promo_xl` itself offers."""

from io import BytesIO
from pathlib import Path

import pytest

import promo_xl
from promo_xl.cli.main import main
from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.refresh.exports import DAYS, export, plan
from tests.workbook.files import running


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan beside the export that its sheet of data sources names."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    export(tmp_path)
    return plan(tmp_path / "计划.xlsx")


def test_a_plan_written_and_read_is_the_same_plan(tmp_path: Path) -> None:
    plan = running("zh")
    promo_xl.write_workbook(plan, tmp_path / "plan.xlsx")
    assert promo_xl.read_workbook(tmp_path / "plan.xlsx") == plan


def test_a_file_and_a_path_get_the_same_bytes(tmp_path: Path) -> None:
    target = BytesIO()
    promo_xl.write_workbook(running("en"), target, language="en")
    promo_xl.write_workbook(running("en"), tmp_path / "plan.xlsx", language="en")
    assert (tmp_path / "plan.xlsx").read_bytes() == target.getvalue()


def test_a_batch_makes_its_folder_and_yields_an_outcome_for_every_product(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("产品,上市日期\n清泉,2026-06-01\n暖芯,2026-07-01\n", encoding="utf-8")
    outcomes = list(promo_xl.batch(tmp_path / "list.csv", tmp_path / "新 文件夹"))
    assert [(outcome.product, outcome.status) for outcome in outcomes] == [("清泉", "made"), ("暖芯", "made")]


def test_a_batch_takes_a_calendar_of_a_new_year(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("产品,上市日期\n清泉,2027-05-10\n", encoding="utf-8")
    (tmp_path / "2027.csv").write_text("日期,类型,说明\n2027-05-01,休息,劳动节\n", encoding="utf-8")
    (made,) = promo_xl.batch(tmp_path / "list.csv", tmp_path, calendar=tmp_path / "2027.csv")
    rest_days = promo_xl.read_workbook(made.path).rest_days
    assert [(d.name, d.kind) for d in rest_days if d.date and d.date.year == 2027] == [("劳动节", "rest")]


def test_a_refresh_does_what_the_command_line_does(book: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / book.name
    other.write_bytes(book.read_bytes())
    done = promo_xl.refresh_workbook(book, sources=book.with_name("导出.csv"))
    assert main(["refresh", str(other), "--source", str(book.with_name("导出.csv")), "--lang", "zh"]) == 0
    assert (done.new, done.changed, done.unchanged, done.conflicts) == (3, 0, 0, ())
    assert [answer.read for answer in done.answers] == [3]
    ours, theirs = promo_xl.read_workbook(book), promo_xl.read_workbook(other)
    assert [r.spend for r in ours.readings] == [r.spend for r in theirs.readings] == [100, 200, 300]
    assert ours.project["as_of"] == theirs.project["as_of"] == done.as_of


def test_a_refresh_can_be_taken_back(book: Path) -> None:
    before = book.read_bytes()
    assert promo_xl.refresh_workbook(str(book), trust=True).new == 3
    assert main(["revert", str(book), "--lang", "zh"]) == 0
    assert book.read_bytes() == before


def test_a_refresh_that_is_tried_changes_no_byte(book: Path) -> None:
    before = book.read_bytes()
    done = promo_xl.refresh_workbook(book, sources=[book.with_name("导出.csv")], dry_run=True)
    assert (done.new, len(done.changes) > 3, book.read_bytes()) == (3, True, before)


def test_what_the_workbook_names_is_read_after_it_was_allowed(book: Path) -> None:
    before = book.read_bytes()
    with pytest.raises(RefusedError) as refusal:
        promo_xl.refresh_workbook(book)
    assert [(one.code, one.details["reason"]) for one in refusal.value.findings] == [
        ("SOURCE_NOT_TRUSTED", "python")
    ]
    assert book.read_bytes() == before
    assert promo_xl.refresh_workbook(book, trust=True).new == 3
    export(book.parent, [*DAYS.values(), "2026-06-04,朋友圈,,5,10\n"])
    assert promo_xl.refresh_workbook(book).new == 1, "allowed once is allowed"


def test_what_was_allowed_but_cannot_be_remembered_is_said(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "file" / "history"))
    done = promo_xl.refresh_workbook(book, trust=True, dry_run=True)
    assert [one.code for one in done.findings].count("PLACES_NOT_REMEMBERED") == 1
