"""Laws of a refresh whose source does not answer: it can be stopped, it ends, and the file is as it was."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.refresh.asked import Asked, asked_at_once
from promo_xl.refresh.changing import replaced
from promo_xl.refresh.fetching import gather
from promo_xl.refresh.history import History
from promo_xl.refresh.history_files import FOLDER_VARIABLE, key_of
from promo_xl.sheetspec.load import load_book
from tests.refresh.exports import export, opened, plan

PATIENCE = 60.0  # far more than needed, so that a fault ends too


@dataclass
class Silent:
    """A server on this computer that takes every line and never says a word."""

    port: int
    asked: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def silent() -> Iterator[Silent]:
    """Such a server, as long as the test lives."""
    with contextlib.ExitStack() as lines, socket.create_server(("127.0.0.1", 0)) as listening:
        server = Silent(listening.getsockname()[1])

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    lines.enter_context(listening.accept()[0])
                    server.asked.set()

        threading.Thread(target=take, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan beside its export."""
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    export(tmp_path)
    return plan(tmp_path / "计划.xlsx")


def asked(book: Path, *sources: str) -> list[Asked]:
    return [asked_at_once(source, "抖音信息流", opened(book), load_book()) for source in sources]


@pytest.mark.parametrize("source", ["ocean_engine:123", "postgresql://u@127.0.0.1:{port}/shop#sales"])
def test_ctrl_c_ends_at_once_with_one_sentence_and_the_file_as_it_was(
    book: Path, silent: Silent, source: str
) -> None:
    command = [sys.executable, "-m", "promo_xl", "refresh", str(book), "--channel", "抖音信息流", "--lang", "zh"]
    address = f"http://127.0.0.1:{silent.port}"
    secrets = {"PROMO_XL_OCEAN_ADDRESS": address, "PROMO_XL_OCEAN_ACCESS_TOKEN": "x", "PROMO_XL_SQL_PASSWORD": "x"}
    before = book.read_bytes()
    run = subprocess.Popen(
        [*command, "--source", source.format(port=silent.port)],
        env={**os.environ, **secrets},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert silent.asked.wait(PATIENCE)
    run.send_signal(signal.SIGINT)
    out, said = run.communicate(timeout=PATIENCE)
    assert (run.returncode, out) == (130, "")
    assert said == "已停止：1 个工作簿中刷新了 0 个，其余的没有改动。\n"
    assert book.read_bytes() == before


def test_a_source_that_takes_too_long_is_given_up_and_the_others_count(
    book: Path, silent: Silent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMO_XL_SQL_PASSWORD", "x")
    silent_one = f"postgresql://u@127.0.0.1:{silent.port}/shop#sales"
    gathered = gather(asked(book, silent_one, str(book.with_name("导出.csv"))), longest=0.3)
    assert [(one.code, one.details["minutes"]) for one in gathered.findings] == [("SOURCE_OVERDUE", "0.005")]
    assert len(gathered.theirs) == 3
    with pytest.raises(RefusedError) as refusal:
        gather(asked(book, silent_one), longest=0.3)
    assert [one.code for one in refusal.value.findings] == ["SOURCE_OVERDUE"]


def test_whoever_looks_can_leave_a_database_that_somebody_keeps_locked(book: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)) as keeper:
        keeper.execute("CREATE TABLE sales (日期, 渠道, 消耗)")
        keeper.execute("BEGIN EXCLUSIVE")

        def leave() -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            gather(asked(book, f"{tmp_path / 'a.sqlite'}#sales"), look=leave)


def test_a_change_that_is_stopped_a_moment_after_it_was_made_can_be_taken_back(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history, before = History(tmp_path / "own"), book.read_bytes()
    rename = Path.replace

    def then_stopped(path: Path, target: Path) -> Path:
        done = rename(path, target)
        if target.name == book.name:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(Path, "replace", then_stopped)
    with pytest.raises(KeyboardInterrupt), history.alone(key_of(book), book.name):
        replaced(book, before, before + b"\0", history, action="refresh")
    entry = history.last(key_of(book))
    assert entry is not None
    assert history.snapshot(entry) == before
