"""What the buttons ask before Python is started; who cancels has changed nothing."""

from pathlib import Path
from typing import Any

import pytest

from promo_xl.sheetspec.wording import languages, wording
from tests.addin.macros_stand_in import Thing
from tests.addin.test_macros import TEXTS, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def typed(desk: Desk, *answers: object) -> list[str]:
    """Answer Excel's own boxes in turn; what they asked."""
    asked: list[str] = []
    left = list(answers)

    def box(prompt: str, title: str, default: Any, *, type: int) -> object:  # noqa: A002
        assert type == 2
        asked.append(prompt)
        return left.pop(0)

    desk.excel.members["inputbox"] = box
    return asked


def test_a_new_plan_is_asked_for_its_product_and_launch_date(desk: Desk) -> None:
    asked = typed(desk, " 汽水 ", "2026-09-01")
    desk.answers = [[("status", "done"), ("message", "Made.")]]
    desk.vba.run("PromoNewPlan", [Thing("Control", id="promoNew")])
    ((command, request),) = desk.commands
    assert command == "new_plan"
    assert (request["answer_product"], request["answer_launch"], request["copy"]) == ("汽水", "2026-09-01", "")
    assert asked == [TEXTS["vba_ask_product"], TEXTS["vba_ask_launch"]]


@pytest.mark.parametrize("answers", [(False,), ("汽水", False), ("",), ("汽水", " ")])
def test_who_cancels_hears_nothing(desk: Desk, answers: tuple[object, ...]) -> None:
    typed(desk, *answers)
    desk.vba.run("PromoNewPlan", [Thing("Control", id="promoNew")])
    assert desk.commands == []
    assert desk.vba.dialogs == []


def test_the_language_is_chosen_among_those_that_there_are(desk: Desk) -> None:
    asked = typed(desk, "zh")
    desk.vba.run("PromoSetLanguage", [Thing("Control", id="promoLanguage")])
    ((command, request),) = desk.commands
    assert command == "change_setting"
    assert (request["answer_setting"], request["answer_value"]) == ("LANGUAGE", "zh")
    assert all(language in asked[0] for language in ("auto", *languages()))


@pytest.mark.parametrize(
    ("button", "key"), [("PromoSetOutput", "OUTPUT_FOLDER"), ("PromoSetTemplates", "TEMPLATES")]
)
@pytest.mark.parametrize("chosen", [True, False])
def test_a_folder_is_picked_in_excels_dialog(desk: Desk, button: str, key: str, chosen: bool) -> None:
    dialog = Thing("FileDialog", show=lambda: -1 if chosen else 0, selecteditems=lambda number: "D:\\计划")
    desk.excel.members["filedialog"] = lambda kind: dialog
    desk.vba.run(button, [Thing("Control", id="x")])
    found = [(request["answer_setting"], request["answer_value"]) for _, request in desk.commands]
    assert found == ([(key, "D:\\计划")] if chosen else [])


@pytest.mark.parametrize(
    ("answer", "saved"),
    [(6, [("TEMPLATES", "E:\\新")]), (7, [("TEMPLATES", "")]), (2, [])],
    ids=["yes", "no", "cancel"],
)
def test_a_folder_that_is_set_can_go_back_to_the_default(
    desk: Desk, answer: int, saved: list[tuple[str, str]]
) -> None:
    desk.set(INTERPRETER_WIN=str(desk.python), WORK_FOLDER=str(desk.work), TEMPLATES="D:\\模板")
    desk.vba.answers.append(answer)
    dialog = Thing("FileDialog", show=lambda: -1, selecteditems=lambda number: "E:\\新")
    desk.excel.members["filedialog"] = lambda kind: dialog
    desk.vba.run("PromoSetTemplates", [Thing("Control", id="x")])
    assert [(r["answer_setting"], r["answer_value"]) for _, r in desk.commands] == saved
    assert "D:\\模板" in desk.vba.dialogs[0][1]


def test_settings_are_shown_without_python(desk: Desk) -> None:
    desk.set(OUTPUT_FOLDER="D:\\计划", LANGUAGE="zh")
    desk.python.unlink()
    desk.vba.run("PromoShowSettings", [Thing("Control", id="promoShow")])
    ((_, said, title, _),) = desk.vba.dialogs
    assert "D:\\计划" in said
    assert str(desk.settings) in said
    assert title == wording("zh").labels["ribbon"]["promoSettings"]["label"]
    assert desk.commands == []


def test_a_self_check_is_told_of_the_fault_and_lets_the_functions_try_again(desk: Desk) -> None:
    desk.vba.run("NoteFailure", ["call", 462, "The remote server machine does not exist", 0.1])
    desk.vba.run("PromoSelfCheck", [Thing("Control", id="promoHelp")])
    ((command, request),) = desk.commands
    assert command == "self_check"
    assert "Python is gone" in request["fault"]
    assert "462" in request["last_error"]
    assert desk.vba.run("PromoFault", []) == ""


def test_what_xlwings_reports_is_told_once(desk: Desk) -> None:
    desk.excel.members["runpython"] = lambda command: desk.vba.run("PromoProblem", ["x" * 900 + "last words"])
    (told,) = desk.press("check_plan")
    assert told.startswith("Python could not do this: xxx")
    assert "last words" in told
