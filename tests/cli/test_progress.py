"""On a terminal, what takes long shows how far it is, how fast it goes and how long it takes yet."""

import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl

import pytest

from promo_xl.cli import output
from promo_xl.cli.output import console, meter, progress


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Everything takes long."""
    monkeypatch.setattr(output, "SLOW_SECONDS", 0)
    return monkeypatch


@contextmanager
def terminal(patch: pytest.MonkeyPatch, rows: int = 40, columns: int = 100) -> Iterator[list[str]]:
    """Errors go to a terminal of so many rows and columns; in the end: what stood there, one after the other."""
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    lines: list[str] = []
    with os.fdopen(theirs, "w", encoding="utf-8") as stream, patch.context() as now:
        now.setattr(sys, "stderr", stream)
        yield lines
        stream.write("\rend")
        stream.flush()
        found = b""
        while not found.endswith(b"end"):
            found += os.read(ours, 4096)
        lines += found.decode().replace("\n", "").split("\r")
    os.close(ours)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("4/4 · 每秒 ", " 个 · 还需 00:00")), ("en", ("4/4 · ", " a second · 00:00 left"))],
)
@pytest.mark.parametrize(("rows", "columns"), [(40, 100), (0, 100), (0, 0)])
def test_a_bar_speaks_the_language_of_the_planner_however_much_a_terminal_tells_of_itself(
    at_once: pytest.MonkeyPatch, language: str, words: tuple[str, str], rows: int, columns: int
) -> None:
    with terminal(at_once, rows, columns) as lines:
        assert list(progress("abcd", 4, console(language))) == list("abcd")
    last = [line for line in lines if "4/4" in line][-1]
    assert last.startswith("100%|█")
    assert all(word in last for word in words)
    assert len(last) <= 100


def test_a_list_with_more_rows_than_products_ends_at_a_hundred_per_cent(at_once: pytest.MonkeyPatch) -> None:
    with terminal(at_once) as lines:
        assert len(list(progress("abcdef", 4, console("zh")))) == 6
    assert any("100%|" in line and "6/6" in line for line in lines)


def test_nothing_is_shown_where_a_program_listens(at_once: pytest.MonkeyPatch) -> None:
    with terminal(at_once) as lines:
        assert list(progress("abcd", 4, console("zh", as_json=True))) == list("abcd")
        with meter(console("zh", as_json=True)) as hear:
            hear("x", 1, 2)
    assert lines == ["", "end"]
