"""The add-in's VBA in pyOpenVBA's interpreter: files of lines, texts, guards, answers, jobs."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from pyopenvba.interpreter import NOTHING, Interpreter

from promo_xl import user_settings
from promo_xl.addin.ingredients import ingredients
from promo_xl.addin.places import TICKET_FILE
from promo_xl.addin.tickets import check_ticket
from promo_xl.sheetspec.wording import wording
from tests.addin import macros_stand_in as stand_in
from tests.addin.macros_stand_in import Thing, collection, workbook

TEXTS = wording("en").labels["addin"]


def units(text: str) -> str:
    """A text as VBA holds it: each half of a surrogate pair is a sign of its own."""
    raw = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[i : i + 2])) for i in range(0, len(raw), 2))


class Desk:
    """An Excel with a plan, settings and a folder for tickets; `answer` is what Python answers in turn."""

    def __init__(self, folder: Path, book: Thing | None = None) -> None:
        self.home, self.work = folder / "home", folder / "work"
        self.work.mkdir()
        self.python = folder / "python.exe"
        self.python.write_bytes(b"")
        self.answers: list[list[tuple[str, str]]] = []
        self.commands: list[tuple[str, dict[str, str]]] = []
        self.book = book or workbook(folder, "计划 1.xlsx")
        self.excel = stand_in.excel(self.home, self.book, self.run_python)
        self.settings = Path(f"{self.home}\\.promo_xl\\promo_xl.conf")
        self.set(INTERPRETER_WIN=str(self.python), WORK_FOLDER=str(self.work))
        self.vba: Interpreter = stand_in.interpreter(self.excel)

    def set(self, **settings: str) -> None:
        self.settings.write_bytes(user_settings.write_lines(settings.items()).encode())

    def run_python(self, command: str) -> None:
        start = "import promo_xl.addin.commands as commands; commands."
        assert command.startswith(start)
        name, _, ticket = command.removeprefix(start).removesuffix("')").partition("('")
        request = user_settings.read_lines((self.work / f"{ticket}.request").read_text("ascii"))
        self.commands.append((name, dict(request)))
        if self.answers:
            text = user_settings.write_lines(self.answers.pop(0))
            (self.work / f"{ticket}.answer").write_text(text, "ascii")

    def press(self, command: str, *answers: list[tuple[str, str]]) -> list[str]:
        """Press a button; what the message boxes said."""
        self.answers += answers
        self.vba.run("PromoStart", [command])
        return [said for _, said, _, _ in self.vba.dialogs]

    def files(self) -> list[str]:
        return sorted(path.suffix for path in self.work.iterdir())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# The files


@pytest.mark.parametrize("text", ["a=b", "C:\\计划\\n", "好😀\r\n\t", "\\", "\\\\u4e2d", "", " ~ # ", "\u00b7"])
def test_vba_and_python_write_and_read_the_same_lines(desk: Desk, text: str) -> None:
    written = str(desk.vba.run("PromoLine", ["KEY", units(text)]))
    assert user_settings.read_lines(written) == [("KEY", text)]
    assert written.lower() == user_settings.write_lines([("KEY", text)]).lower()
    back = user_settings.write_lines([("OTHER", "x"), ("KEY", text)])
    assert desk.vba.run("PromoValue", [back, "KEY"]) == units(text)


def test_a_file_is_written_at_one_stroke_and_read_back(desk: Desk) -> None:
    path = str(desk.work / "计划.request")
    assert desk.vba.run("IsFileWritten", [path, "A=1\r\n"]) is True
    assert desk.vba.run("IsFileWritten", [path, "A=2\r\n"]) is True
    assert desk.vba.run("FileText", [path]) == "A=2\r\n"
    assert desk.files() == [".request"]
    assert desk.vba.run("IsFileWritten", [str(desk.work / "none" / "x"), ""]) is False
    assert desk.vba.run("FileText", [str(desk.work / "none")]) == ""


@pytest.mark.parametrize("verb", ["OpenTextFile", "CreateTextFile", "MoveFile", "DeleteFile", "Open ", "Kill "])
def test_nothing_that_a_cell_could_call_opens_or_deletes_a_file(verb: str) -> None:
    text = "\n".join(module.text for module in ingredients().modules if module.name != "xlwings")
    functions = re.findall(r"^Public Function (\w+)(.*?)^End Function", text, re.MULTILINE | re.DOTALL)
    assert verb in text
    assert [name for name, body in functions if verb in body] == []


# Settings and texts


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("ADD_WORKBOOK_TO_PYTHONPATH", "false"),
        ("USE UDF SERVER", True),
        ("SHOW CONSOLE", False),
        ("LICENSE_KEY", "given"),
        ("PYTHONPATH", "given"),
        ("CONDA PATH", "given"),
        ("OUTPUT_FOLDER", "C:\\计划"),
        ("TEMPLATES", ""),
    ],
)
def test_a_setting_is_of_the_users_file_or_fixed(desk: Desk, key: str, found: object) -> None:
    desk.set(OUTPUT_FOLDER="C:\\计划", PYTHONPATH="C:\\evil", LICENSE_KEY="x")
    desk.vba.run("PromoRereadSettings", [])
    assert desk.vba.run("PromoSetting", [key, "given"]) == found


@pytest.mark.parametrize(
    ("setting", "office", "language"), [("zh", 1033, "zh"), ("auto", 2052, "zh"), ("", 1031, "de")]
)
def test_texts_are_in_the_language_that_is_set_or_that_of_office(
    desk: Desk, setting: str, office: int, language: str
) -> None:
    desk.set(LANGUAGE=setting)
    desk.excel.members["languagesettings"] = Thing(languageid=lambda which: office)
    assert desk.vba.run("PromoLanguage", []) == language
    known = language if language == "zh" else "en"
    assert desk.vba.run("PromoText", ["vba_no_book"]) == wording(known).labels["addin"]["vba_no_book"]
    label = wording(known).labels["ribbon"]["promoCheck"]["label"]
    assert desk.vba.run("PromoRibbonText", ["promoCheck.label"]) == label


def test_placeholders_are_filled_once_by_name(desk: Desk) -> None:
    text = desk.vba.run("PromoText", ["vba_copy_failed", "error", "{book} {", "book", "计划"])
    assert text == TEXTS["vba_copy_failed"].replace("{book}", "计划").replace("{error}", "{book} {")


# Guards: each says what to do, and nothing happens


def _without_interpreter(desk: Desk) -> str:
    desk.python.unlink()
    return TEXTS["vba_no_interpreter"].replace("{file}", str(desk.python))


def _without_settings(desk: Desk) -> str:
    desk.settings.unlink()
    return TEXTS["vba_no_settings"].replace("{file}", str(desk.settings))


def _without_work(desk: Desk) -> str:
    desk.work.rmdir()
    return TEXTS["vba_work_folder"].replace("{folder}", str(desk.work))


def _with(member: str, value: object, key: str) -> Callable[[Desk], str]:
    def arranged(desk: Desk) -> str:
        desk.excel.members[member] = value
        return TEXTS[key].replace("{book}", "计划 1.xlsx")

    return arranged


def _old_format(desk: Desk) -> str:
    desk.book.members["fileformat"] = 56
    return TEXTS["vba_not_xlsx"].replace("{book}", "计划 1.xlsx")


def _copy_refused(desk: Desk) -> str:
    desk.book.refused["savecopyas"] = "Disk full"
    return TEXTS["vba_copy_failed"].replace("{book}", "计划 1.xlsx").replace("{error}", "Disk full")


GUARDS = {
    "no workbook": _with("activeworkbook", NOTHING, "vba_no_book"),
    "Protected View": _with("activeprotectedviewwindow", Thing(), "vba_protected_view"),
    "busy": _with("ready", False, "vba_busy"),
    "chart": _with("activesheet", Thing("Chart", name="图"), "vba_chart_sheet"),
    "format": _old_format,
    "copy": _copy_refused,
    "interpreter": _without_interpreter,
    "settings": _without_settings,
    "work folder": _without_work,
}


@pytest.mark.parametrize("arranged", GUARDS.values(), ids=GUARDS.keys())
def test_what_cannot_be_done_is_said_and_nothing_happens(desk: Desk, arranged: Callable[[Desk], str]) -> None:
    told = arranged(desk)
    assert desk.press("check_plan") == [told]
    assert desk.commands == []
    assert not desk.work.exists() or desk.files() == []


def test_an_excel_that_answers_with_an_error_is_busy(desk: Desk) -> None:
    desk.excel.refused["ready"] = "busy"
    assert desk.press("check_plan") == [TEXTS["vba_busy"]]


@pytest.mark.parametrize(
    ("name", "risky"), [("a|b", True), ("$a", True), ("a`", True), ('"', True), ("计划 (1)", False)]
)
def test_names_that_a_shell_would_read_are_refused_on_a_mac(desk: Desk, name: str, risky: bool) -> None:
    assert desk.vba.run("PromoRiskyName", [name]) is risky


# Requests and answers


def test_the_request_says_what_python_must_know(tmp_path: Path) -> None:
    sheets = [
        Thing("Worksheet", name="任务", protectcontents=True),
        Thing("Worksheet", name="b", protectcontents=False),
    ]
    desk = Desk(tmp_path, workbook(tmp_path, "计划.xlsm", fileformat=52, sheets=sheets, readonly=True))
    assert desk.press("check_plan", [("status", "done"), ("message", "好")]) == ["好"]
    ((command, request),) = desk.commands
    assert command == request["command"] == "check_plan"
    assert request["copy"].endswith(".xlsm")
    facts = {
        "language": "en",
        "book": "计划.xlsm",
        "fullname": "C:\\plans\\计划.xlsm",
        "protected": "任务",
        "readonly": "1",
        "autosave": "0",
        "date1904": "0",
        "sheet": "任务",
        "row": "7",
        "live": "0",
        "confirmed": "0",
        "addin_build": ingredients().build,
    }
    assert facts.items() <= request.items()
    assert desk.files() == []  # nothing is left behind
    assert desk.excel.members["statusbar"] is False


def _ticket(desk: Desk) -> str:
    desk.vba.freeze(datetime(2026, 6, 1, 9, 30, 0))
    return str(desk.vba.run("PromoNewTicket", []))


@pytest.mark.parametrize(("first", "second"), [(132456, 132457), (7, -7), (None, None)])
def test_two_excels_that_ask_in_the_same_second_use_other_files(
    tmp_path: Path, first: int | None, second: int | None
) -> None:
    made = []
    for number, window in enumerate((first, second)):
        (tmp_path / str(number)).mkdir()
        desk = Desk(tmp_path / str(number))
        if window is not None:  # a Mac tells of none
            desk.excel.members["hwnd"] = window
        made.append(_ticket(desk))
    assert made[0] != made[1]
    assert {one[:20] for one in made} == {"20260601-093000-001-"}
    for one in made:
        assert check_ticket(one) == one
        assert TICKET_FILE.fullmatch(f"{one}.request")


def test_every_request_names_the_excel_that_it_came_from(tmp_path: Path) -> None:
    told = []
    for window in (7, 8):
        (tmp_path / str(window)).mkdir()
        desk = Desk(tmp_path / str(window))
        desk.excel.members["hwnd"] = window
        desk.press("check_plan")
        desk.press("undo_last")
        first, second = (request["instance"] for _, request in desk.commands)
        assert first == second
        told.append(first)
    assert len(set(told)) == 2
    assert all(check_ticket(one) for one in told)


def no_answer_yet(desk: Desk, ticket: str) -> str:
    return TEXTS["vba_no_answer_yet"].replace("{log}", f"{desk.work}/{ticket}.log")


def test_an_answer_that_did_not_come_is_told_without_a_promise(desk: Desk) -> None:
    asked: list[str] = []
    desk.excel.members["runpython"] = lambda command: asked.append(command.partition("('")[2][:-2])
    assert desk.press("check_plan") == [no_answer_yet(desk, asked[0])]
    assert desk.files() == []


def test_an_answer_that_cannot_be_read_is_no_silence(desk: Desk) -> None:
    (said,) = desk.press("check_plan", [])
    assert "No answer has come from Python" in said
    assert desk.files() == []


def test_a_python_that_does_not_start_is_told(desk: Desk) -> None:
    desk.excel.refused["runpython"] = "no Python"
    told = TEXTS["vba_python_failed"].replace("{error}", "error 1004; no Python")
    assert desk.press("check_plan") == [told]
    assert desk.files() == []


def test_a_question_that_is_answered_with_yes_runs_the_command_again(desk: Desk) -> None:
    desk.vba.answers.append(6)  # vbYes
    asked, done = [("status", "ask"), ("message", "Overwrite?")], [("status", "done"), ("message", "Done.")]
    assert desk.press("make_batch", asked, done) == ["Overwrite?", "Done."]
    assert [(name, request["confirmed"]) for name, request in desk.commands] == [
        ("make_batch", "0"),
        ("make_batch", "1"),
    ]
    assert desk.files() == []


def test_a_question_that_is_answered_with_no_changes_nothing(desk: Desk) -> None:
    desk.vba.answers.append(7)  # vbNo
    assert desk.press("make_batch", [("status", "ask"), ("message", "Overwrite?")]) == ["Overwrite?"]
    assert len(desk.commands) == 1
    assert desk.files() == []


def test_a_new_build_is_put_in_place_when_the_planner_agrees(desk: Desk) -> None:
    desk.vba.answers.append(6)
    desk.answers = [
        [("status", "ask"), ("message", "Build anew?")],
        [("status", "done"), ("message", "Built."), ("do", "restart_note")],
    ]
    desk.vba.run("PromoStartQuietly", ["start_up"])
    assert [name for name, _ in desk.commands] == ["start_up", "rebuild_addin"]
    assert desk.commands[1][1]["command"] == "rebuild_addin"
    assert desk.vba.dialogs[1][1] == f"Built.\n{TEXTS['vba_restart']}"


def test_nobody_hears_of_a_start_that_fails(desk: Desk) -> None:
    desk.vba.run("PromoStartQuietly", ["start_up"])
    assert len(desk.commands) == 1
    desk.python.unlink()
    desk.vba.run("PromoStartQuietly", ["start_up"])
    assert desk.vba.dialogs == []


def test_the_answer_leads_to_its_place(desk: Desk) -> None:
    cell = Thing("Worksheet", name="a!b", protectcontents=False, range=lambda at: Thing(at=at))
    desk.book.members["worksheets"] = collection([cell])
    desk.press("check_plan", [("status", "done"), ("message", "x"), ("select", "a!b!C7")])
    assert desk.excel.members["gone"] == ["C7"]
