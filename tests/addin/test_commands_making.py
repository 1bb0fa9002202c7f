"""New plans, settings, the self-check and the start: what the other buttons do."""

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from promo_xl import user_settings
from promo_xl.addin import build, commands, rebuild_process, rebuilding
from promo_xl.addin.call import Call
from promo_xl.addin.machine import this_machine
from promo_xl.addin.tickets import forget_old, read_request
from promo_xl.assets import workbook_templates
from promo_xl.cli.main import main
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from promo_xl.sheetspec.wording import wording
from tests.addin.tickets_by_hand import Answered, Excel, excel


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Excel:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.setenv(user_settings.VARIABLE, str(tmp_path / "promo_xl.conf"))
    return excel(tmp_path)


def press(app: Excel, command: str, **facts: str) -> Answered:
    ticket = app.ticket(command, **facts)
    getattr(commands, command)(ticket)
    return app.answer(ticket)


@pytest.mark.parametrize(
    ("product", "language", "more"),
    [
        ("桃子汽水", "en", {}),
        ("Peach soda", "en", {}),
        (
            "Peach soda",
            "zh",
            {"start": "2026-05-20", "end": "2026-07-01", "budget": "50万", "owner": "王", "code": "P1"},
        ),
    ],
)
def test_a_new_plan_has_the_bytes_that_the_command_line_makes(
    app: Excel, tmp_path: Path, product: str, language: str, more: dict[str, str]
) -> None:
    answers = {f"answer_{key}": value for key, value in more.items()}
    answer = press(
        app, "new_plan", language=language, answer_product=product, answer_launch="2026-06-01", **answers
    )
    options = [text for key, value in more.items() for text in (f"--{key}", value)]
    lang = "zh" if not product.isascii() else language
    main(["new", product, "--launch", "2026-06-01", "-o", str(tmp_path / "other"), "--lang", lang, *options])
    [made] = (tmp_path / "新计划").iterdir()
    [other] = (tmp_path / "other").iterdir()
    assert (answer["status"], answer["open"]) == ("done", str(made))
    assert (made.name, made.read_bytes()) == (other.name, other.read_bytes())


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"answer_product": "", "answer_launch": "2026-06-01"}, "没有填产品名称"),
        ({"answer_product": "A", "answer_launch": ""}, "不是日期"),
        ({"answer_product": "A", "answer_launch": "改天"}, "“改天”不是日期"),
        ({"answer_product": "A", "answer_launch": "2026-06-01", "answer_budget": "很多"}, "“很多”不是金额"),
        ({"answer_product": "A", "answer_launch": "2026-06-01", "answer_end": "2026-01-01"}, "结束"),
    ],
)
def test_a_new_plan_with_a_wrong_answer_is_refused_and_nothing_is_made(
    app: Excel, tmp_path: Path, answers: dict[str, str], said: str
) -> None:
    answer = press(app, "new_plan", **answers)
    assert (answer["status"], said in answer["message"]) == ("refused", True), answer.pairs
    assert not (tmp_path / "新计划").exists()


def test_a_plan_that_is_there_already_is_kept_and_the_advice_is_for_excel(app: Excel, tmp_path: Path) -> None:
    facts = {"answer_product": "桃子汽水", "answer_launch": "2026-06-01"}
    press(app, "new_plan", **facts)
    assert "内容相同" in press(app, "new_plan", **facts)["message"]
    answer = press(app, "new_plan", **{**facts, "answer_launch": "2026-06-02"})
    assert (answer["status"], "--overwrite" in answer["message"]) == ("refused", False)
    assert "移走或改名" in answer["message"]


def test_a_setting_is_saved_and_the_others_stay(app: Excel, tmp_path: Path) -> None:
    user_settings.path().write_bytes(user_settings.path().read_bytes() + b"NEWER_THAN_THIS=x\r\n")
    folder = tmp_path / "放 这里"
    folder.mkdir()
    answer = press(app, "change_setting", answer_setting="OUTPUT_FOLDER", answer_value=str(folder))
    assert (answer["status"], user_settings.settings()["OUTPUT_FOLDER"]) == ("done", str(folder))
    press(app, "change_setting", answer_setting="LANGUAGE", answer_value="EN")
    assert user_settings.settings()["LANGUAGE"] == "en"
    assert ("NEWER_THAN_THIS", "x") in user_settings.reading(user_settings.path()).pairs
    assert user_settings.settings()["WORK_FOLDER"] == str(app.work)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LANGUAGE", "klingon", "没有语言"),
        ("OUTPUT_FOLDER", "/no/such/folder", "不存在"),
        ("OUTPUT_FOLDER", "relative", "不是完整路径"),
        ("OUTPUT_FOLDER", "~nobody-at-all/plans", "不存在"),
        ("TEMPLATES", "/" + "x" * 300, "不存在"),
        ("TEMPLATES", "/no/such/folder", "不存在"),
        ("INTERPRETER_WIN", "C:\\evil.exe", "没有“INTERPRETER_WIN”这项设置"),
        ("WORK_FOLDER", "C:\\", "没有“WORK_FOLDER”这项设置"),
    ],
)
def test_a_wrong_setting_is_refused_and_nothing_is_changed(app: Excel, name: str, value: str, said: str) -> None:
    before = user_settings.path().read_bytes()
    answer = press(app, "change_setting", answer_setting=name, answer_value=value)
    assert (answer["status"], said in answer["message"]) == ("refused", True), answer.pairs
    assert user_settings.path().read_bytes() == before


def test_own_templates_are_used_once_they_are_set(app: Excel, tmp_path: Path) -> None:
    own = tmp_path / "模板"
    shutil.copytree(workbook_templates(), own)
    labels = own / "labels.zh.yml"
    labels.write_text(
        labels.read_text(encoding="utf-8").replace("file_title: 推广计划", "file_title: 我的计划"), "utf-8"
    )
    assert press(app, "change_setting", answer_setting="TEMPLATES", answer_value=str(own))["status"] == "done"
    press(app, "new_plan", answer_product="桃子汽水", answer_launch="2026-06-01")
    assert [path.name for path in (tmp_path / "新计划").iterdir()] == ["桃子汽水-我的计划.xlsx"]


def test_broken_templates_are_not_set(app: Excel, tmp_path: Path) -> None:
    own = tmp_path / "模板"
    shutil.copytree(workbook_templates(), own)
    (own / "theme.yml").write_text(":\n  - [", encoding="utf-8")
    answer = press(app, "change_setting", answer_setting="TEMPLATES", answer_value=str(own))
    assert (answer["status"], "theme.yml" in answer["message"]) == ("refused", True)
    assert "TEMPLATES" not in user_settings.settings()


def test_the_self_check_writes_a_report_with_what_excel_said(app: Excel) -> None:
    facts = {
        "excel": "16.0, 64 bit, Windows",
        "fault": "PROMO_ROI: 坏",
        "last_error": "Type mismatch",
        "live": "0",
    }
    answer = press(app, "self_check", **facts)
    report = Path(answer["show"]).read_text(encoding="utf-8-sig")
    assert answer["status"] == "done"
    for said in ("promo_xl ", "16.0, 64 bit, Windows", "PROMO_ROI: 坏", "Type mismatch", "现在由普通公式回答"):
        assert said in report
    assert "PROMO_ROI: 坏" in answer["message"]


def test_the_start_is_silent_unless_the_addin_is_an_old_one(app: Excel) -> None:
    assert press(app, "start_up", addin_build=build.build_id()).pairs == [
        ("status", "done"),
        ("title", "promo_xl"),
    ]
    answer = press(app, "start_up", addin_build="0" * 64)
    assert (answer["status"], "现在换成新的吗" in answer["message"]) == ("ask", True)


def test_an_addin_that_excel_holds_is_replaced_once_excel_is_closed(
    app: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, str]] = []

    def held(*given: object, **named: object) -> None:
        raise RefusedError([Finding("ADDIN_EXCEL_RUNS", details={"file": "promo_xl.xlam"})])

    monkeypatch.setattr(rebuilding, "install", held)
    monkeypatch.setattr(rebuilding, "start", lambda *given: begun.append(given))
    ticket = app.ticket("rebuild_addin")
    answer = rebuilding.rebuilt(Call(read_request(ticket, app.work), wording("zh")), this_machine())
    assert (begun, answer.status) == ([("promo_xl.addin.rebuild_process", ticket)], "done")
    assert "关闭 Excel 的所有窗口" in answer.message


def test_the_waiting_process_installs_once_no_excel_runs(app: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    runs = iter([True, True, False])

    def excel_runs() -> bool:
        done.append("looked")
        return next(runs)

    monkeypatch.setattr(rebuild_process, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(rebuild_process, "install", lambda machine, folder: done.append(folder))
    machine = replace(this_machine(), excel_runs=excel_runs)
    assert rebuild_process.install_when_closed(machine, "计划")
    assert done == ["looked", "looked", "looked", "计划"]
    monkeypatch.setattr(rebuild_process, "PATIENCE_SECONDS", 0.0)
    assert not rebuild_process.install_when_closed(replace(machine, excel_runs=lambda: True), "计划")
    assert done[-1] == "计划"


def test_old_tickets_are_forgotten_and_nothing_else(app: Excel, tmp_path: Path) -> None:
    import os

    for name in ("20200101-000000-001.request", "20200101-000000-001.xlsx", "我的笔记.txt", "20200101.xlsx"):
        (app.work / name).write_text("", encoding="utf-8")
        os.utime(app.work / name, (0, 0))
    (app.work / "20260601-000000-001.xlsx").write_text("", encoding="utf-8")
    forget_old(app.work)
    assert sorted(path.name for path in app.work.iterdir()) == [
        "20200101.xlsx",
        "20260601-000000-001.xlsx",
        "我的笔记.txt",
    ]


def test_the_day_is_the_one_of_today(app: Excel) -> None:
    answer = press(app, "new_plan", answer_product="桃子汽水", answer_launch=f"{date.today()}")
    assert answer["status"] == "done"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_of_the_commands_is_there_and_used(language: str) -> None:
    files = (Path(commands.__file__).parent).glob("*.py")
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    texts = wording(language).labels["addin"]
    literal = set(re.findall(r"""(?:say|in_excel)\(\s*["'](\w+)["']""", sources))
    assert literal - texts.keys() == set()
    own = [key for key in texts if key.split("_")[0] in {"batch", "setting", "self", "rebuild", "refresh", "undo"}]
    assert [
        key for key in own if key not in literal and f'"{key}"' not in sources and not key.startswith("setting_")
    ] == []
