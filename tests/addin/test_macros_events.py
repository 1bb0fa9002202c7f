"""What the add-in's VBA does when Excel calls it: workbooks that come to the front, jobs that work meanwhile."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyopenvba.interpreter import NOTHING

from promo_xl.addin.ingredients import ingredients
from tests.addin.macros_stand_in import collection, workbook
from tests.addin.test_macros import TEXTS, Desk, no_answer_yet


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# What Excel says by itself


@pytest.mark.parametrize("event", ["Workbook_Open", "host_WorkbookOpen", "host_WorkbookActivate"])
def test_excel_is_left_to_finish_before_a_workbook_is_looked_at(desk: Desk, event: str) -> None:
    sources = {module.name: module.text for module in ingredients().modules}
    events = (
        sources["PromoEvents"]
        .replace("Private WithEvents", "Private")
        .replace("Private Sub host", "Public Sub host")
    )
    opening = sources["ThisWorkbook"].replace("Private Sub", "Public Sub")
    desk.vba.add_module(events, name="PromoEvents", kind="class")
    desk.vba.add_module(opening, name="Opening", kind="class")
    kind, argument = ("Opening", "") if event == "Workbook_Open" else ("PromoEvents", " Nothing")
    desk.vba.add_module(
        f'Attribute VB_Name = "Fires"\nPublic Sub Fire()\nDim it As New {kind}\nit.{event}{argument}\nEnd Sub\n'
    )
    desk.vba.run("Fire", [])
    desk.vba.run("Fire", [])  # two events, one look
    assert [macro for _, macro in desk.excel.members["later"]] == ["'promo_xl.xlam'!PromoBindTick"]


def test_the_first_workbook_lets_python_look_after_the_add_in(desk: Desk) -> None:
    desk.vba.run("PromoBindTick", [])
    desk.vba.run("PromoBindTick", [])
    assert [macro for _, macro in desk.excel.members["later"]] == ["'promo_xl.xlam'!PromoStartTick"]
    desk.vba.run("PromoStartTick", [])
    assert [name for name, _ in desk.commands] == ["start_up"]


def test_an_add_in_that_is_closed_leaves_nothing_due(desk: Desk) -> None:
    desk.vba.run("PromoBookSeen", [])
    _running(desk)
    desk.vba.run("PromoBindEnd", [])
    desk.vba.run("PromoJobEnd", [])
    later = desk.excel.members["later"]
    assert [what[:2] for what in later[2:]] == [later[0], later[1]]
    assert [what[3] for what in later[2:]] == [False, False]


USES = ["Workbook_Activate", "Workbook_SheetActivate Nothing", "Workbook_SheetSelectionChange Nothing, Nothing"]


@pytest.mark.parametrize("use", USES)
def test_a_plan_with_macros_whose_closing_is_cancelled_listens_and_watches_again(desk: Desk, use: str) -> None:
    sources = {module.name: module.text for module in ingredients().modules}
    listening = sources["PromoEvents"].replace("Private WithEvents", "Private")
    opening = sources["ThisWorkbook"].replace("Private Sub", "Public Sub").replace("As Range", "As Object")
    desk.vba.add_module(listening, name="PromoEvents", kind="class")
    desk.vba.add_module(opening, name="Opening", kind="class")
    calls = ["it.Workbook_Open", "PromoJobStart ticket", "it.Workbook_BeforeClose False"]
    desk.vba.add_module(
        'Attribute VB_Name = "Fires"\nPublic it As New Opening\n'
        f"Public Sub Leave(ticket)\n{chr(10).join(calls)}\nEnd Sub\n"
        f"Public Sub Use()\nit.{use}\nit.{use}\nEnd Sub\n"
    )
    ticket = "20260601-093000-001-7"
    (desk.work / f"{ticket}.progress").write_text("done=2\r\ntotal=5\r\ntext=2 of 5\r\n")
    desk.vba.run("Leave", [ticket])
    assert _due(desk) == []
    desk.vba.run("Use", [])
    assert _due(desk) == ["'promo_xl.xlam'!PromoBindTick", "'promo_xl.xlam'!PromoJobTick"]
    desk.vba.run("PromoJobTick", [])
    assert str(desk.excel.members["statusbar"]).startswith("promo_xl: 2 of 5")


def _due(desk: Desk) -> list[object]:
    """What Excel would still call."""
    due = Counter(what[:2] for what in desk.excel.members["later"] if len(what) == 2)
    due.subtract(what[:2] for what in desk.excel.members["later"] if len(what) == 4)
    return sorted(macro for (_, macro), times in due.items() for _ in range(times))


def test_what_only_windows_has_is_compiled_on_windows_alone() -> None:
    for module in ingredients().modules:
        if module.name != "xlwings" and "Declare " in module.text:
            before = module.text.partition("Declare ")[0].splitlines()
            assert [line for line in before if line.startswith("#")] == [
                "#If Mac Then",
                "#ElseIf Win64 Or Win32 Then",
            ]


# Jobs


def _running(desk: Desk) -> str:
    desk.press("make_batch", [("status", "running")])
    (request,) = desk.work.glob("*.request")
    return request.stem


def test_a_job_shows_its_progress_and_is_finished_when_it_has_worked(desk: Desk) -> None:
    ticket = _running(desk)
    (desk.work / f"{ticket}.progress").write_text("done=2\r\ntotal=5\r\ntext=2 of 5 \\u8ba1\\u5212\r\n")
    desk.vba.run("PromoJobTick", [])
    assert desk.excel.members["statusbar"] == "promo_xl: 2 of 5 计划"
    assert len(desk.excel.members["later"]) == 2
    (desk.work / f"{ticket}.worked").write_text("")
    desk.answers = [[("status", "done"), ("message", "5 plans.")]]
    desk.vba.run("PromoJobTick", [])
    assert [name for name, _ in desk.commands] == ["make_batch", "finish_job"]
    assert desk.vba.dialogs[-1][1] == "5 plans."
    assert desk.files() == []
    assert desk.vba.run("PromoJobRuns", []) is False


def test_a_job_that_has_worked_gets_a_fresh_copy_of_its_workbook_wherever_that_is(
    desk: Desk, tmp_path: Path
) -> None:
    desk.press("refresh_data", [("status", "running")])
    (request,) = desk.work.glob("*.request")
    copy = request.with_suffix(".xlsx")
    copy.write_bytes(b"old")
    desk.vba.run("PromoJobTick", [])
    assert copy.read_bytes() == b"old", "the process may still read it"
    front = workbook(tmp_path, "别的.xlsx")
    desk.excel.members["activeworkbook"] = front
    desk.excel.members["workbooks"] = collection([front, desk.book])
    request.with_suffix(".worked").write_text("")
    request.with_suffix(".gathered").write_text("")
    found: list[bytes] = []
    desk.excel.members["runpython"] = lambda command: found.append(copy.read_bytes())
    desk.vba.run("PromoJobTick", [])
    assert found == [b"copy"]
    assert desk.files() == [], "what was fetched goes with the ticket"


@pytest.mark.parametrize("how", ["closed", "saved elsewhere"])
def test_a_workbook_that_is_not_the_same_any_more_is_not_copied(desk: Desk, how: str) -> None:
    desk.press("refresh_data", [("status", "running")])
    (request,) = desk.work.glob("*.request")
    request.with_suffix(".worked").write_text("")
    if how == "closed":
        desk.excel.members["workbooks"] = collection([])
    else:
        desk.book.members["fullname"] = "C:\\else\\计划 1.xlsx"
    left: list[bool] = []
    desk.excel.members["runpython"] = lambda command: left.append(request.with_suffix(".xlsx").exists())
    desk.vba.run("PromoJobTick", [])
    assert left == [False]


def test_a_button_pressed_while_a_job_runs_asks_whether_to_stop_it(desk: Desk) -> None:
    ticket = _running(desk)
    desk.vba.answers.append(6)
    assert desk.press("check_plan")[-1] == TEXTS["vba_job_runs"]
    assert len(desk.commands) == 1
    assert (desk.work / f"{ticket}.stop").is_file()


@pytest.mark.parametrize(("member", "value"), [("activeworkbook", NOTHING), ("ready", False)])
def test_a_job_is_finished_when_excel_has_a_workbook_and_time(desk: Desk, member: str, value: object) -> None:
    ticket = _running(desk)
    (desk.work / f"{ticket}.worked").write_text("")
    before, desk.excel.members[member] = desk.excel.members[member], value
    desk.vba.run("PromoJobTick", [])
    assert [name for name, _ in desk.commands] == ["make_batch"]
    desk.excel.members[member] = before
    desk.excel.members["workbooks"] = collection([])  # the product list may be closed by then
    desk.answers = [[("status", "done"), ("message", "5 plans.")]]
    desk.vba.run("PromoJobTick", [])
    assert [name for name, _ in desk.commands] == ["make_batch", "finish_job"]
    assert desk.vba.dialogs[-1][1] == "5 plans."


def test_a_repair_of_a_plan_that_was_closed_meanwhile_is_told(desk: Desk) -> None:
    desk.excel.members["workbooks"] = collection([])
    answer = [("status", "done"), ("message", "x"), ("format_clear", "任务\tA1:A9")]
    told = TEXTS["vba_book_gone"].replace("{book}", "计划 1.xlsx")
    assert desk.press("repair_plan", answer) == [f"x\n{told}"]


def test_a_job_that_shows_no_progress_is_asked_about_by_and_by(desk: Desk) -> None:
    desk.vba.freeze(datetime(2026, 6, 1, 9, 0, 0))
    ticket = _running(desk)
    (desk.work / f"{ticket}.progress").write_text("done=2\r\ntotal=5\r\ntext=2 of 5\r\n")
    for second, asked in [(1, 1), (31, 1), (32, 2), (40, 2), (62, 2), (63, 3)]:
        desk.vba.freeze(datetime(2026, 6, 1, 9, 0, 0) + timedelta(seconds=second))
        desk.answers = [[("status", "running")]]
        desk.vba.run("PromoJobTick", [])
        assert len(desk.commands) == asked, second


def test_python_that_answers_late_may_still_be_at_work(desk: Desk) -> None:
    ticket = "20260601-093000-001-7"
    (desk.work / f"{ticket}.request").write_text("")
    desk.vba.freeze(datetime(2026, 6, 1, 9, 30, 0))
    desk.vba.run("PromoJobWait", [ticket])
    for second, told in [(180, []), (181, [no_answer_yet(desk, ticket)])]:
        desk.vba.freeze(datetime(2026, 6, 1, 9, 30, 0) + timedelta(seconds=second))
        desk.vba.run("PromoJobTick", [])
        assert [said for _, said, _, _ in desk.vba.dialogs] == told, second
    assert desk.files() == []  # one that starts only now finds no request


# The status bar


@pytest.mark.parametrize(("stands", "left"), [("ours", False), ("of another macro", "of another macro")])
def test_a_message_of_ours_goes_after_some_seconds_and_one_of_others_stays(
    desk: Desk, stands: str, left: object
) -> None:
    desk.vba.run("PromoShow", ["ours", 10])
    assert desk.excel.members["statusbar"] == "ours"
    assert [what[1] for what in desk.excel.members["later"]] == ["'promo_xl.xlam'!PromoStatusTick"]
    desk.excel.members["statusbar"] = stands
    desk.vba.run("PromoStatusTick", [])
    assert desk.excel.members["statusbar"] == left


def test_closing_the_add_in_leaves_the_words_of_others(desk: Desk) -> None:
    desk.excel.members["statusbar"] = "of another macro"
    desk.vba.run("PromoJobEnd", [])
    desk.vba.run("PromoShowNothing", [])
    assert desk.excel.members["statusbar"] == "of another macro"


def test_a_message_that_follows_another_has_its_own_seconds(desk: Desk) -> None:
    desk.vba.run("PromoShow", ["one", 10])
    desk.vba.run("PromoShow", ["two", 10])
    first, taken_back, second = desk.excel.members["later"]
    assert (taken_back[:2], taken_back[3]) == (first, False)
    assert second[1] == first[1]


def test_stopping_is_said_until_the_job_has_stopped(desk: Desk) -> None:
    _running(desk)
    desk.vba.answers.append(6)
    desk.press("check_plan")
    desk.vba.run("PromoJobTick", [])
    assert desk.excel.members["statusbar"] == TEXTS["vba_stopping"]
