"""Readings by the ribbon: the open workbook gets the cells that the command line gives the closed one, or none."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from promo_xl import user_settings
from promo_xl.addin import commands, job_process, jobs, refresh_job
from promo_xl.addin.gathered_file import read_gathered, write_gathered
from promo_xl.cli import refresh as command_line
from promo_xl.cli.main import main
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.fetching import Answered, Gathered
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, key_of
from promo_xl.refresh.merge import Theirs
from promo_xl.refresh.trusted import FILE as TRUSTED
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.mend import recalculate
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.tables_in_file import table_areas
from tests.addin.file_engine import ENGINE, OpenFile, opened
from tests.addin.test_commands import closed, without_formulas
from tests.addin.tickets_by_hand import Answered as Told
from tests.addin.tickets_by_hand import Excel, excel
from tests.proof.recalculate import ironcalc_values
from tests.refresh.exports import DAYS, NOW, export, plan, readings, typed
from tests.refresh.test_refresh import MANY

ZH = wording("zh")


class Clock(datetime):
    """The time at which the button and the command line refresh."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return NOW


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Excel:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.setenv(user_settings.VARIABLE, str(tmp_path / "promo_xl.conf"))
    for module in (refresh_job, command_line):
        monkeypatch.setattr(module, "datetime", Clock)
    return excel(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A plan beside its export of three readings."""
    (tmp_path / "桌面").mkdir()
    export(tmp_path / "桌面")
    return plan(tmp_path / "桌面" / "计划.xlsx")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is not begun in a process of its own: tests do it when it suits them."""
    monkeypatch.setattr(jobs, "start", lambda module, ticket: 0)


def press(app: Excel, path: Path, target: Any, **facts: str) -> tuple[str, Told]:
    """Press the button."""
    ticket = app.ticket("refresh_data", path, **{"confirmed": "0", **facts})
    return ticket, again(app, ticket, target)


def again(app: Excel, ticket: str, book: Any) -> Told:
    commands.refresh_data(ticket, book)
    return app.answer(ticket)


def confirm(app: Excel, ticket: str, book: Any) -> Told:
    """As VBA does on Yes."""
    request = app.work / f"{ticket}.request"
    request.write_bytes(request.read_bytes().replace(b"confirmed=0", b"confirmed=1"))
    return again(app, ticket, book)


def finish(app: Excel, ticket: str, file: OpenFile, book: Any = None) -> Told:
    """As VBA does when the job has worked: a fresh copy, then Python."""
    copy = app.work / f"{ticket}.xlsx"
    copy.write_bytes(file.path.read_bytes())
    patch_workbook(copy, [Change(*at, value) for at, value in file.typed.items()])
    commands.finish_job(ticket, book)
    return app.answer(ticket)


def refreshed(
    app: Excel, path: Path, meanwhile: Callable[[OpenFile], None] = lambda _: None
) -> tuple[Told, OpenFile]:
    """Press, say yes, let the job work in this process, and finish."""
    file, book = opened(path)
    ticket, answer = press(app, path, book)
    if answer["status"] == "ask":
        answer = confirm(app, ticket, book)
    assert answer["status"] == "running", answer.pairs
    job_process.main(ticket)
    meanwhile(file)
    return finish(app, ticket, file, book), file


def unlike(one: Path, other: Path) -> dict[Any, Any]:
    """The cells in which two workbooks differ: what is typed, and what their formulas come to."""
    mine, theirs = without_formulas(one), without_formulas(other)
    told = {at: (mine.get(at), theirs.get(at)) for at in mine.keys() | theirs.keys()}
    found, wanted = ironcalc_values(one), ironcalc_values(other)
    shown = {at: (found.get(at), wanted.get(at)) for at in found.keys() | wanted.keys()}
    return {at: both for at, both in {**told, **shown}.items() if both[0] != both[1]}


def at(path: Path, field: str, row: int = 0) -> tuple[str, int, int]:
    """A cell of a row of the table of readings, filled or not."""
    sheet, _, column = cell_of(path, field)
    return sheet, table_areas(path)["tblreadings"].top + 1 + row, column


def cell_of(path: Path, field: str) -> tuple[str, int, int]:
    from tests.refresh.exports import opened as read

    table = read(path).tables["readings"]
    return table.grid.name, table.first, table.columns[field]


# The same as the command line


@pytest.mark.parametrize("lines", [list(DAYS.values()), MANY], ids=["in blank rows", "in a table that grows"])
def test_the_button_writes_the_cells_that_the_command_line_writes(
    app: Excel, here: None, path: Path, tmp_path: Path, lines: list[str]
) -> None:
    export(path.parent, lines)
    other = closed(tmp_path, path)
    export(other.parent, lines)
    answer, file = refreshed(app, path)
    file.close()
    assert main(["refresh", str(other), "--trust", "--lang", "zh"]) in (0, 1)
    recalculate(other, load_book())  # as Excel has done with the open one
    assert answer["status"] == "done", answer.pairs
    assert len(readings(path)) == len(lines)
    assert unlike(path, other) == {}
    assert table_areas(path) == table_areas(other)


def test_a_correction_and_a_cell_of_the_planner_are_as_at_the_command_line(
    app: Excel, here: None, path: Path, tmp_path: Path
) -> None:
    _, file = refreshed(app, path)
    file.close()
    typed(path, 0, "spend", 90.0)
    lines = [DAYS[1].replace("100,", "150,"), DAYS[2].replace("200,", "250,"), DAYS[3]]
    other = closed(tmp_path, path)
    export(path.parent, lines)
    export(other.parent, lines)
    answer, file = refreshed(app, path)
    file.close()
    main(["refresh", str(other), "--trust", "--lang", "zh"])
    recalculate(other, load_book())
    assert unlike(path, other) == {}
    assert [spend for *_, spend in readings(path)] == [90, 250, 300]
    assert "保留手工改过的 0 格；与来源不一致 1 格" in answer["message"]


def test_the_answer_counts_names_each_source_and_leads_to_the_first_new_cell(
    app: Excel, here: None, path: Path
) -> None:
    answer, file = refreshed(app, path)
    assert answer["title"] == "刷新数据"
    assert answer["message"].splitlines()[:2] == [
        "已取数：新增 3 行，更新 0 行，未变 0 行；数据截至 2026-06-10。",
        "来源 导出.csv：读取 3 行，得到 3 条，最新 2026-06-03。",
    ]
    assert answer["select"] == "数据监控表!A18"
    assert file.visible["取数记录"] is True


def test_the_same_source_a_second_time_writes_nothing(app: Excel, here: None, path: Path) -> None:
    _, file = refreshed(app, path)
    file.close()
    answer, file = refreshed(app, path)
    assert (answer["status"], [one for one in file.done if one.startswith(("write", "resize"))]) == ("done", [])
    assert "没有新数据：3 行与来源一致" in answer["message"]
    assert len(History().entries(key_of(path))) == 1


def test_columns_are_written_in_few_steps_and_quietly(app: Excel, here: None, path: Path) -> None:
    export(path.parent, MANY)
    _, file = refreshed(app, path)
    assert len([one for one in file.done if one.startswith("write 数据监控表")]) < 12
    assert file.app == {"screen_updating": True, "enable_events": True, "calculation": "automatic"}


def test_rows_that_a_filter_hides_get_their_readings_too(app: Excel, here: None, path: Path) -> None:
    sheet, row, _ = at(path, "date")
    _, file = refreshed(app, path, lambda one: one.filtered.add((sheet, row + 1)))
    file.close()
    assert [spend for *_, spend in readings(path)] == [100, 200, 300]


# The question


def test_a_place_is_asked_for_once_and_no_means_nothing(app: Excel, here: None, path: Path) -> None:
    file, book = opened(path)
    ticket, answer = press(app, path, book)
    assert (answer["status"], str(path.parent / "导出.csv") in answer["message"]) == ("ask", True)
    assert not (app.work / f"{ticket}.progress").exists()
    assert press(app, path, book)[1]["status"] == "ask"  # that was a no
    assert confirm(app, ticket, book)["status"] == "running"
    assert press(app, path, book)[1]["status"] == "running"
    assert file.done == []


def test_every_place_is_shown_whole_before_it_is_allowed(app: Excel, here: None, path: Path) -> None:
    table = cell_table(path)
    names = [f"{name * 60}.csv" for name in ("甲乙", "丙丁", "戊己", "庚辛", "壬癸")]
    for i, name in enumerate(names):
        patch_workbook(path, [Change(table[0], table[1] + i, table[2]["kind"], "导出文件")])
        patch_workbook(path, [Change(table[0], table[1] + i, table[2]["source_place"], name)])
    _, book = opened(path)
    ticket, answer = press(app, path, book)
    shown = []
    while answer["status"] == "ask":
        assert len(answer["message"]) < 1024
        shown += [name for name in names if name in answer["message"]]
        answer = confirm(app, ticket, book)
    assert (shown, answer["status"]) == (names, "running")


def cell_table(path: Path) -> tuple[str, int, dict[str, int]]:
    from tests.refresh.exports import opened as read

    table = read(path).tables["sources"]
    return table.grid.name, table.first, dict(table.columns)


@pytest.mark.parametrize(
    ("place", "said"), [("a\u202evsc.exe", "<U+202E>"), ("数" * 900 + ".csv", "没法在这里确认")]
)
def test_a_place_that_hides_something_is_not_allowed_unseen(
    app: Excel, here: None, tmp_path: Path, place: str, said: str
) -> None:
    path = plan(tmp_path / "计划.xlsx", source_place=place)
    _, answer = press(app, path, opened(path)[1])
    assert answer["status"] in {"ask", "refused"}
    assert said in answer["message"]
    assert "\u202e" not in answer["message"]


# Where the workbook lies


@pytest.mark.parametrize(
    ("name", "full", "folder"),
    [
        ("工作簿1", "工作簿1", ""),
        ("计划.xlsx", "https://contoso.sharepoint.com/计划.xlsx", "https://contoso.sharepoint.com"),
    ],
)
def test_a_workbook_without_a_folder_reads_whole_paths_alone(
    app: Excel, here: None, path: Path, name: str, full: str, folder: str
) -> None:
    facts = {"book": name, "fullname": full, "folder": folder}
    file, book = opened(path, name)
    ticket, answer = press(app, path, book, **facts)
    assert answer["status"] == "running"
    job_process.main(ticket)
    assert "请写完整路径" in finish(app, ticket, file, book)["message"]
    sheet, row, columns = cell_table(path)
    patch_workbook(path, [Change(sheet, row, columns["source_place"], str(path.parent / "导出.csv"))])
    file, book = opened(path, name)
    ticket, answer = press(app, path, book, **facts)
    assert confirm(app, ticket, book)["status"] == "running"
    job_process.main(ticket)
    assert "新增 3 行" in finish(app, ticket, file, book)["message"]


# What happens meanwhile


def test_what_the_planner_types_meanwhile_stays(app: Excel, here: None, path: Path) -> None:
    answer, file = refreshed(app, path, lambda one: one.type(*at(path, "note", 0), "我的行"))
    file.close()
    assert answer["status"] == "done", answer.pairs
    assert file.cells[at(path, "note")[0]][at(path, "note", 0)[1:]] == "我的行"
    assert [spend for *_, spend in readings(path) if spend is not None] == [100, 200, 300]
    assert readings(path)[0] == ("None", "", None)


def test_a_cell_that_changes_after_the_copy_is_left_and_nothing_is_written(
    app: Excel, here: None, path: Path
) -> None:
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    job_process.main(ticket)
    file.cells[at(path, "spend")[0]][at(path, "spend")[1:]] = 7.0  # not in the copy
    answer = finish(app, ticket, file, book)
    assert (answer["status"], file.done) == ("refused", [])
    assert "请再点一次按钮" in answer["message"]
    assert History().entries(key_of(path)) == []


def test_another_workbook_in_front_does_not_matter(app: Excel, here: None, path: Path, tmp_path: Path) -> None:
    ENGINE.apps.running.clear()
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    job_process.main(ticket)
    front, other = opened(plan(tmp_path / "别的.xlsx"))
    assert "新增 3 行" in finish(app, ticket, file, other)["message"]
    assert [one for one in front.done if one.startswith("write")] == []


def test_a_workbook_that_was_closed_meanwhile_is_told(app: Excel, here: None, path: Path) -> None:
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    job_process.main(ticket)
    (app.work / f"{ticket}.xlsx").unlink()  # VBA finds nothing to copy
    commands.finish_job(ticket, book)
    answer = app.answer(ticket)
    assert (answer["status"], "请打开它" in answer["message"], file.done) == ("refused", True, [])


def test_a_planner_who_stops_it_gets_no_cell(app: Excel, here: None, path: Path) -> None:
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    (app.work / f"{ticket}.stop").write_text("stop=1\r\n", encoding="ascii")
    job_process.main(ticket)
    answer = finish(app, ticket, file, book)
    assert (answer["message"], file.done) == ("已停止取数，工作簿没有改动。", [])
    assert not (app.work / f"{ticket}.gathered").exists()


def test_a_source_that_fails_keeps_no_other_and_all_that_fail_are_refused(
    app: Excel, here: None, path: Path
) -> None:
    sheet, row, columns = cell_table(path)
    second = [Change(sheet, row + 1, columns["kind"], "导出文件")]
    patch_workbook(path, [*second, Change(sheet, row + 1, columns["source_place"], "没有.csv")])
    answer, file = refreshed(app, path)
    assert "新增 3 行" in answer["message"]
    assert "没有.csv" in answer["message"]
    file.close()
    (path.parent / "导出.csv").unlink()
    answer, file = refreshed(app, path)
    assert (answer["status"], file.done) == ("refused", [])


def test_a_row_of_sources_that_names_none_is_told_before_anything_is_read(
    app: Excel, here: None, tmp_path: Path
) -> None:
    path = plan(tmp_path / "计划.xlsx", kind="没有这种")
    _, answer = press(app, path, opened(path)[1])
    assert (answer["status"], "没有这种" in answer["message"]) == ("refused", True)


def test_a_workbook_that_must_not_be_changed_reads_nothing(app: Excel, here: None, path: Path) -> None:
    _, answer = press(app, path, opened(path)[1], readonly="1")
    assert (answer["status"], "以只读方式打开" in answer["message"]) == ("refused", True)


# The process


def test_a_process_of_its_own_fetches_and_says_how_far_it_is(app: Excel, path: Path) -> None:
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    assert confirm(app, ticket, book)["status"] == "running"
    until((app.work / f"{ticket}.worked").exists)
    progress = jobs.facts_in(app.work / f"{ticket}.progress")
    assert progress is not None
    assert progress["text"][0].startswith("正在")
    assert progress["total"] == ["1"]
    assert "新增 3 行" in finish(app, ticket, file, book)["message"]


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that nobody writes keeps a source waiting")
def test_a_process_that_was_ended_is_noticed(app: Excel, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(path.parent, [line for _ in range(4000) for line in MANY])
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    progress = app.work / f"{ticket}.progress"
    until(lambda: int(jobs.first(jobs.facts_in(progress) or {}, "pid") or 0) > 0)
    os.killpg(int(jobs.first(jobs.facts_in(progress) or {}, "pid")), signal.SIGKILL)
    monkeypatch.setattr(jobs, "STALE_SECONDS", 0.5)
    monkeypatch.setattr(jobs, "GRACE_SECONDS", 1.0)
    time.sleep(0.6)
    answer = finish(app, ticket, file, book)
    assert (answer["status"], "请再点一次“刷新数据”" in answer["message"]) == ("failed", True)
    assert file.done == []


# The table grows


def test_the_table_grows_before_the_cells_are_written(app: Excel, here: None, path: Path) -> None:
    export(path.parent, MANY)
    answer, file = refreshed(app, path)
    assert file.done[0] == "resize tblReadings 150"
    assert "监控表加了" in answer["message"]


def test_what_stands_below_the_table_is_named_and_stays(app: Excel, here: None, path: Path) -> None:
    export(path.parent, MANY)
    area = table_areas(path)["tblreadings"]
    patch_workbook(path, [Change(area.sheet, area.bottom + 3, area.left, "我的合计")])
    answer, file = refreshed(app, path)
    assert (answer["status"], file.done) == ("refused", [])
    assert f"{area.sheet}!A{area.bottom + 3}" in answer["message"]


def test_a_row_of_totals_is_told(app: Excel, here: None, path: Path) -> None:
    export(path.parent, MANY)
    answer, file = refreshed(app, path, lambda one: one.totals.add("tblReadings"))
    assert (answer["status"], file.done, "汇总行" in answer["message"]) == ("refused", [], True)


def test_a_table_that_grew_although_writing_failed_is_told(app: Excel, here: None, path: Path) -> None:
    export(path.parent, MANY)

    def fail() -> None:
        raise OSError("no more trees")

    def fails(file: OpenFile) -> None:
        file.before_write = fail

    answer, file = refreshed(app, path, fails)
    file.before_write = lambda: None
    assert answer["status"] == "refused"
    assert ("个空行" in answer["message"], "no more trees" in answer["message"]) == (True, True)
    file.close()
    assert readings(path) == []
    answer, file = refreshed(app, path)
    file.close()
    assert (len(readings(path)), "监控表加了" in answer["message"]) == (150, False)


def both(path: Path) -> Path:
    """A plan that takes readings and indices from one folder, more of each than its tables have room for."""
    folder = path.parent / "导出"
    folder.mkdir()
    export(folder, MANY)
    lines = (f"2026-06-{day:02},词{k},{day * k},--\n" for day in range(1, 31) for k in (1, 2))
    (folder / "指数.csv").write_text("日期,关键词,综合指数,搜索指数\n" + "".join(lines), encoding="utf-8")
    return plan(path.parent / "两种.xlsx", kind="folder", source_place="导出")


def test_two_tables_grow_and_hold_what_the_command_line_writes(app: Excel, here: None, path: Path) -> None:
    button = both(path)
    closed_file = button.with_name("命令行.xlsx")
    closed_file.write_bytes(button.read_bytes())
    answer, file = refreshed(app, button)
    assert file.done[:2] == ["resize tblReadings 150", "resize tblIndices 60"]
    assert all(f"{sheet}加了" in answer["message"] for sheet in ("数据监控表", "热度指数"))
    file.close()
    assert main(["refresh", str(closed_file), "--trust", "--lang", "zh"]) == 0
    recalculate(closed_file, load_book())  # as Excel has done with the open one
    assert unlike(button, closed_file) == {}


def test_of_two_tables_that_cannot_both_grow_none_does(app: Excel, here: None, path: Path) -> None:
    button = both(path)
    answer, file = refreshed(app, button, lambda one: one.totals.add("tblIndices"))
    assert (answer["status"], file.done, "汇总行" in answer["message"]) == ("refused", [], True)


def test_what_was_allowed_but_cannot_be_remembered_is_said(
    app: Excel, here: None, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "history" / TRUSTED).mkdir(parents=True)  # nothing can be written in its place
    answer, file = refreshed(app, path)
    file.close()
    assert (answer["status"], answer["message"].count("每次都会再问")) == ("done", 1)


# Taking back


@pytest.mark.parametrize("lines", [list(DAYS.values()), MANY], ids=["in blank rows", "in a table that grows"])
def test_undo_takes_every_cell_back(app: Excel, here: None, path: Path, lines: list[str]) -> None:
    export(path.parent, lines)
    before = without_formulas(path)
    _, file = refreshed(app, path)
    file.close()
    file, book = opened(path)
    ticket = app.ticket("undo_last", path)
    commands.undo_last(ticket, book)
    file.close()
    message = app.answer(ticket)["message"]
    assert ("“刷新数据”" in message, "没有撤销" in message) == (True, False)
    assert without_formulas(path) == before


# What the process hands over

WHOLE = Gathered(
    [
        Theirs((date(2026, 6, 1), "=cmd|'/c calc'!A0", ""), {"spend": 1.5, "clicks": 2}, "a.csv", days=7),
        Theirs((date(2026, 6, 1), "=1+1"), {"search_index": 9}, "b.csv", "indices"),
    ],
    [Answered("export", "a.csv", "抖音信息流", "数据源!A5", 3, 1, date(2026, 6, 1))],
    [Finding("SOURCE_ROWS_OUTSIDE", Severity.INFO, "s", "date", {"count": 1, "from": date(2026, 5, 1)}, "p")],
    1,
)


def test_what_is_handed_over_arrives_as_it_was(tmp_path: Path) -> None:
    write_gathered(tmp_path / "t.gathered", WHOLE)
    assert read_gathered(tmp_path / "t.gathered", ZH) == WHOLE


def _with(part: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    def edit(data: dict[str, Any]) -> Any:
        return {**data, part: value}

    return edit


HOSTILE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no object": lambda data: [data],
    "a part is missing": lambda data: {key: value for key, value in data.items() if key != "answers"},
    "no list": _with("theirs", {"a": 1}),
    "a cell of no metric": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"baseline": 1}, "l", 1]]),
    "no number": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": "=1+1"}, "l", 1]]),
    "true": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": True}, "l", 1]]),
    "no end": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": float("inf")}, "l", 1]]),
    "no day": _with("theirs", [["readings", ["2026-06-31", "a", ""], {"spend": 1}, "l", 1]]),
    "half a sign": _with("theirs", [["readings", ["2026-06-01", "\ud800", ""], {"spend": 1}, "l", 1]]),
    "too many parts": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": 1}, "l", 1, 1]]),
    "a month": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": 1}, "l", 30]]),
    "no days": _with("theirs", [["readings", ["2026-06-01", "a", ""], {"spend": 1}, "l", 0]]),
    "a table that nobody fills": _with("theirs", [["targets", ["2026-06-01", "a", ""], {"spend": 1}, "l", 1]]),
    "names of another table": _with("theirs", [["indices", ["2026-06-01", "a", ""], {"search_index": 1}, "l", 1]]),
    "a value of another table": _with("theirs", [["indices", ["2026-06-01", "a"], {"spend": 1}, "l", 1]]),
    "no name": _with("theirs", [["indices", ["2026-06-01"], {"search_index": 1}, "l", 1]]),
    "no severity": _with(
        "findings", [{**dict.fromkeys(("code", "subject", "field", "place"), ""), "severity": 9, "details": {}}]
    ),
    "deep": _with("failed", json.loads("[" * 900 + "]" * 900)),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_not_as_it_was_written_changes_nothing(
    app: Excel, here: None, path: Path, kind: str
) -> None:
    file, book = opened(path)
    ticket, _ = press(app, path, book)
    confirm(app, ticket, book)
    job_process.main(ticket)
    handed = app.work / f"{ticket}.gathered"
    handed.write_text(json.dumps(HOSTILE[kind](json.loads(handed.read_bytes()))), encoding="utf-8")
    answer = finish(app, ticket, file, book)
    assert (answer["status"], "中途损坏" in answer["message"], file.done) == ("refused", True, [])


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_bytes_that_are_no_json_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.gathered").write_bytes(content)
    with pytest.raises(RefusedError, match="GATHERED_DAMAGED"):
        read_gathered(tmp_path / "t.gathered", ZH)


def test_a_file_beyond_the_bound_is_neither_written_nor_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_gathered(tmp_path / "t.gathered", WHOLE)
    monkeypatch.setattr("promo_xl.addin.gathered_file.LARGEST", 100)
    with pytest.raises(RefusedError, match="GATHERED_DAMAGED"):
        read_gathered(tmp_path / "t.gathered", ZH)
    with pytest.raises(RefusedError, match="GATHERED_TOO_MUCH"):
        write_gathered(tmp_path / "u.gathered", WHOLE)
