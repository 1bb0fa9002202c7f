"""Batches from the ribbon: asked, begun in a process of their own, stopped, finished, missed when they die."""

import csv
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from promo_xl import user_settings
from promo_xl.addin import batch_work, commands, job_process, jobs
from promo_xl.cli.main import main
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.addin.tickets_by_hand import Answered, Excel, excel

HEAD = "产品名称,上市日期\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Excel:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.setenv(user_settings.VARIABLE, str(tmp_path / "promo_xl.conf"))
    return excel(tmp_path)


def products(folder: Path, *rows: str) -> Path:
    path = folder / "清单.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def ask(app: Excel, ticket: str) -> Answered:
    commands.make_batch(ticket)
    return app.answer(ticket)


def confirm(app: Excel, ticket: str) -> Answered:
    """As VBA does on Yes."""
    path = app.work / f"{ticket}.request"
    path.write_bytes(path.read_bytes().replace(b"confirmed=0", b"confirmed=1"))
    return ask(app, ticket)


def finish(app: Excel, ticket: str) -> Answered:
    commands.finish_job(ticket)
    return app.answer(ticket)


def until(true: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_nothing_is_made_before_the_planner_says_yes(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01", "柚子茶,2026-07-01")
    answer = ask(app, app.ticket("make_batch", answer_products=str(path), confirmed="0"))
    assert (answer["status"], "2 个工作簿" in answer["message"]) == ("ask", True)
    assert str(tmp_path / "新计划") in answer["message"]
    assert not (tmp_path / "新计划").exists()


def test_all_bad_rows_are_told_at_once_before_anything_is_made(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01", "柚子茶,改天", ",2026-07-01")
    answer = ask(app, app.ticket("make_batch", answer_products=str(path), confirmed="0"))
    assert answer["status"] == "ask"
    for said in ("2 行不能用", "“改天”", "清单.csv › ", "1 个工作簿"):
        assert said in answer["message"]


@pytest.mark.parametrize(("rows", "said"), [(("柚子茶,改天",), "没有一行能生成"), ((), "表头下面没有产品")])
def test_a_list_without_a_good_row_is_refused(
    app: Excel, tmp_path: Path, rows: tuple[str, ...], said: str
) -> None:
    path = products(tmp_path, *rows)
    answer = ask(app, app.ticket("make_batch", answer_products=str(path), confirmed="1"))
    assert (answer["status"], said in answer["message"]) == ("refused", True), answer.pairs
    assert not (tmp_path / "新计划").exists()


def test_without_a_list_the_button_says_how_to_get_one(app: Excel) -> None:
    answer = ask(app, app.ticket("make_batch", confirmed="0"))
    assert (answer["status"], "打开产品清单" in answer["message"]) == ("refused", True)


def test_a_batch_makes_the_files_that_the_command_line_makes(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01", "柚子茶,改天", "=梅子酒,2026-07-01")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="0")
    ask(app, ticket)
    assert confirm(app, ticket)["status"] == "running"
    until((app.work / f"{ticket}.worked").exists)
    answer = finish(app, ticket)
    main(["batch", str(path), "-o", str(tmp_path / "other")])
    made, other = tmp_path / "新计划", tmp_path / "other"
    assert {p.name: p.read_bytes() for p in made.glob("*.xlsx")} == {
        p.name: p.read_bytes() for p in other.glob("*.xlsx")
    }
    assert (answer["status"], "已生成 2 个工作簿" in answer["message"]) == ("done", True)
    with (made / "清单-问题清单.csv").open(encoding="utf-8-sig", newline="") as stream:
        head, *rows = csv.reader(stream)
    assert head == ["位置", "产品", "级别", "问题"]
    assert [row[1] for row in rows if "“改天”" in row[3]] == ["柚子茶"]
    assert "清单-问题清单.csv" in answer["message"]


def test_the_open_workbook_is_the_list_under_its_own_name(app: Excel, tmp_path: Path) -> None:
    from openpyxl import Workbook

    path = tmp_path / "夏季.xlsx"
    book = Workbook()
    for row in (["产品名称", "上市日期"], ["桃子汽水", "2026-06-01"], ["柚子茶", "改天"]):
        book.active.append(row)
    book.save(path)
    ticket = app.ticket("make_batch", path, confirmed="0")
    assert "夏季.xlsx › " in ask(app, ticket)["message"]
    confirm_without_process(app, ticket)
    assert "已生成 1 个" in finish(app, ticket)["message"]
    assert (tmp_path / "新计划" / "夏季-问题清单.csv").exists()


def confirm_without_process(app: Excel, ticket: str) -> None:
    """The job, in this process."""
    path = app.work / f"{ticket}.request"
    path.write_bytes(path.read_bytes().replace(b"confirmed=0", b"confirmed=1"))
    job_process.main(ticket)


def test_a_job_says_how_far_it_is(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    job_process.main(ticket)
    progress = jobs.facts_in(app.work / f"{ticket}.progress")
    assert progress is not None
    assert progress["total"] == ["1"]
    assert progress["pid"] == [str(os.getpid())]


def test_a_job_stops_when_asked_and_the_next_run_makes_the_rest(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, *(f"产品{i},2026-06-01" for i in range(3)))
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    (app.work / f"{ticket}.stop").write_text("stop=1\r\n", encoding="ascii")
    job_process.main(ticket)
    assert "已停止：共 3 个，至少生成了 1 个" in finish(app, ticket)["message"]
    (app.work / f"{ticket}.stop").unlink()
    job_process.main(ticket)
    assert "未改动：1 个" in finish(app, ticket)["message"]
    assert len(list((tmp_path / "新计划").glob("*.xlsx"))) == 3


def test_a_file_in_the_way_is_kept_and_told(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01")
    (tmp_path / "新计划").mkdir()
    there = tmp_path / "新计划" / "桃子汽水-推广计划.xlsx"
    there.write_bytes(b"mine")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    job_process.main(ticket)
    message = finish(app, ticket)["message"]
    assert ("未生成：1 个" in message, "移走或改名" in message, "--overwrite" in message) == (True, True, False)
    assert there.read_bytes() == b"mine"


def test_a_table_of_problems_that_is_open_elsewhere_is_not_in_the_way(app: Excel, tmp_path: Path) -> None:
    path = products(tmp_path, "桃子汽水,2026-06-01", "柚子茶,改天")
    (tmp_path / "新计划").mkdir()
    for name in ("清单-问题清单.csv", "~$清单-问题清单.csv"):
        (tmp_path / "新计划" / name).write_bytes(b"open")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    job_process.main(ticket)
    assert (tmp_path / "新计划" / "清单-问题清单-2.csv").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="ends a process as a power cut would")
def test_a_job_whose_process_was_ended_is_noticed(
    app: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = products(tmp_path, *(f"产品{i},2026-06-01" for i in range(40)))
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    assert ask(app, ticket)["status"] == "running"
    progress = app.work / f"{ticket}.progress"
    until(lambda: int(jobs.first(jobs.facts_in(progress) or {}, "pid") or 0) > 0)
    assert finish(app, ticket)["status"] == "running"
    os.killpg(int(jobs.first(jobs.facts_in(progress) or {}, "pid")), signal.SIGKILL)
    monkeypatch.setattr(jobs, "STALE_SECONDS", 0.5)
    monkeypatch.setattr(jobs, "GRACE_SECONDS", 1.0)
    time.sleep(0.6)
    answer = finish(app, ticket)
    assert (answer["status"], "请再运行一次" in answer["message"]) == ("failed", True)


def test_a_job_that_fails_says_where_the_details_are(
    app: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise OSError("no more trees")

    path = products(tmp_path, "桃子汽水,2026-06-01")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    monkeypatch.setattr(batch_work, "run", fail)
    job_process.main(ticket)
    answer = finish(app, ticket)
    assert (answer["status"], "no more trees" in answer["message"]) == ("failed", True)
    assert "Traceback" in Path(answer["log"]).read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_told(app: Excel, tmp_path: Path) -> None:
    (tmp_path / "新计划").write_text("a file", encoding="utf-8")
    path = products(tmp_path, "桃子汽水,2026-06-01")
    ticket = app.ticket("make_batch", answer_products=str(path), confirmed="1")
    job_process.main(ticket)
    assert "换一个位置" in finish(app, ticket)["message"]


def test_without_a_job_there_is_nothing_to_finish(app: Excel) -> None:
    assert "没有正在进行的批量生成" in finish(app, app.ticket("make_batch"))["message"]
