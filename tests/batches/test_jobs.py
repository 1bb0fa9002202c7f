"""Laws of a batch: one bad product never stops the others, nothing is overwritten, nothing is half there."""

import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from promo_xl import assets
from promo_xl.batches import jobs
from promo_xl.batches.crews import crew_of
from promo_xl.batches.jobs import Order, Outcome, make
from promo_xl.batches.runs import jobs_of, run
from promo_xl.plan.brief import Brief
from promo_xl.sheetspec.compose import Setting
from promo_xl.sheetspec.load import load_book
from promo_xl.workbook.read import read_workbook

DAY = date(2026, 6, 1)
BRIEF = Brief("清泉", DAY, DAY, date(2026, 6, 30))


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return Order(tmp_path, Setting("zh", DAY))


def named(*names: str) -> list[Brief]:
    return [replace(BRIEF, product=name) for name in names]


def made(briefs: list[Brief], order: Order, processes: int) -> list[Outcome]:
    """What became of every product."""
    return list(run(jobs_of(briefs, order), order, crew_of(processes, len(briefs))))


def test_every_product_has_a_file_of_its_own_whatever_its_name(order: Order) -> None:
    briefs = named("=1+1", "../../etc", "CON", "a/b", "A/B", "ä", "a\u0308", "长" * 200, "🍑", "面膜", "面膜")
    outcomes = made(briefs, order, 1)
    assert [outcome.status for outcome in outcomes] == ["made"] * len(briefs)
    assert len({outcome.path.name.casefold() for outcome in outcomes}) == len(briefs)
    assert {outcome.path.parent for outcome in outcomes} == {order.folder}
    assert len(list(order.folder.iterdir())) == len(briefs)


def test_two_processes_make_what_one_makes(order: Order, tmp_path: Path) -> None:
    briefs = named("甲", "乙", "丙")
    other = replace(order, folder=tmp_path / "two")
    other.folder.mkdir()
    one, two = made(briefs, order, 1), made(briefs, other, 2)
    assert [o.path.name for o in one] == [o.path.name for o in two]
    assert [o.path.read_bytes() for o in one] == [o.path.read_bytes() for o in two]


def test_a_second_run_changes_nothing(order: Order) -> None:
    first = made(named("甲"), order, 1)
    before = first[0].path.stat().st_mtime_ns
    assert [outcome.status for outcome in made(named("甲"), order, 1)] == ["unchanged"]
    assert first[0].path.stat().st_mtime_ns == before


def test_a_file_that_a_planner_worked_on_is_kept(order: Order) -> None:
    [job] = jobs_of(named("甲"), order)
    path = order.folder / job.file
    path.write_bytes(b"the planner's work")
    outcome = make(job, order)
    assert (outcome.status, outcome.findings[0].code) == ("failed", "OUTPUT_EXISTS")
    assert path.read_bytes() == b"the planner's work"
    assert make(job, replace(order, overwrite=True)).status == "made"


def test_a_product_that_breaks_the_builder_is_named_and_the_others_are_made(
    order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = jobs.compose

    def breaking(brief: Brief, *rest: object) -> object:
        if brief.product == "乙":
            raise ZeroDivisionError("no such thing")
        return plain(brief, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "compose", breaking)
    outcomes = made(named("甲", "乙", "丙"), order, 1)
    assert [outcome.status for outcome in outcomes] == ["made", "failed", "made"]
    assert outcomes[1].findings[0].code == "BROKEN"


def test_templates_that_were_changed_hold_for_the_next_workbook_of_the_same_program(
    order: Order, tmp_path: Path
) -> None:
    templates = Path(shutil.copytree(assets.workbook_templates(), tmp_path / "templates"))
    own = replace(order, templates=templates, many=True)
    first, second = jobs_of(named("甲", "乙"), own)
    make(first, own)
    sheet = templates / "sheets/gantt.yml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("任务名称", "要做的事"), encoding="utf-8")
    path = make(second, own).path
    book = load_book(templates)
    with zipfile.ZipFile(path) as archive:
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert "要做的事" in texts
    assert "任务名称" not in texts
    assert read_workbook(path, book).product == "乙"


def test_a_folder_that_is_gone_fails_each_product_with_the_reason(order: Order) -> None:
    outcomes = made(named("甲", "乙"), replace(order, folder=order.folder / "gone"), 1)
    assert [outcome.findings[0].code for outcome in outcomes] == ["OUTPUT_FOLDER_MISSING"] * 2
