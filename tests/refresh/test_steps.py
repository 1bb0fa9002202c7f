"""What the actions say of a plan in a file."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from promo_xl.plan.findings import Severity
from promo_xl.refresh.steps import perform
from promo_xl.sheetspec.load import load_book
from tests.refresh.plans import CHAIN, ZH, dates, workbook

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


@pytest.mark.parametrize("begun", [{"status": "done"}, {"status": "in_progress"}, {"actual_start": MONDAY}])
def test_an_automatic_task_that_breaks_its_link_because_it_has_begun_is_told(
    tmp_path: Path, begun: dict[str, object]
) -> None:
    tasks = [replace(task, **begun) if task.id == "2" else task for task in CHAIN]  # type: ignore[arg-type]
    path = workbook(tmp_path / "plan.xlsx", tasks)
    done = perform("schedule", path, load_book(), ZH)
    (told,) = [finding for finding in done.findings if finding.code == "TASK_STAYS"]
    assert (told.subject, told.severity) == ("2", Severity.INFO)
    assert (told.details["other_name"], told.details["other_end"]) == ("调研", date(2026, 6, 5))
    assert told.place.startswith("plan.xlsx › 推广执行甘特图!")
    assert dates(path)["2"] == (MONDAY, TUESDAY)


def test_of_a_plan_that_follows_its_links_nothing_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "plan.xlsx")
    codes = {finding.code for finding in perform("schedule", path, load_book(), ZH).findings}
    assert codes == {"TASK_MOVED"}
