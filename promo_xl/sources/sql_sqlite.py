"""A SQLite file, read with Python's own sqlite3: opened for reading, and only SELECT passes its authorizer."""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.file_bytes import beginning
from promo_xl.sources.refusal import refused
from promo_xl.sources.sql_statement import Statement

BATCH = 200
SIGNATURE = b"SQLite format 3\0"
# Bytes 18 and 19 of the file say how it is written: 2 is a write-ahead log, a second file beside it.
WRITE_AHEAD = b"\2\2"
BUSY_SECONDS = 5.0
LONGEST_VALUE = 1024 * 1024
LONGEST_MESSAGE = 300
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_FORBIDDEN_FUNCTIONS = frozenset({"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit"})
_UNSAFE = "unsafe use of "
_STEPS_BETWEEN_LOOKS = 20_000
_CODES = {
    # No statement gets as far as that: it is a log left by a program that ended badly.
    "SQLITE_READONLY": "SOURCE_SQL_LOG_UNREADABLE",
    "SQLITE_INTERRUPT": "SOURCE_SQL_TOO_SLOW",
    "SQLITE_BUSY": "SOURCE_SQL_LOCKED",
    "SQLITE_LOCKED": "SOURCE_SQL_LOCKED",
    "SQLITE_NOTADB": "SOURCE_SQL_NOT_SQLITE",
    "SQLITE_CORRUPT": "SOURCE_SQL_DAMAGED",
    "SQLITE_CANTOPEN": "SOURCE_SQL_LOG_UNREADABLE",
}


class _Guard:
    """Lets nothing pass but reading, and remembers what it stopped."""

    def __init__(self) -> None:
        self.stopped: list[str] = []

    def __call__(self, action: int, _: str | None, function: str | None, *__: str | None) -> int:
        """What SQLite asks for each step of a statement."""
        is_call = action == sqlite3.SQLITE_FUNCTION
        if action in _ALLOWED and not (is_call and (function or "").lower() in _FORBIDDEN_FUNCTIONS):
            return sqlite3.SQLITE_OK
        self.stopped.append(function or "" if is_call else "")
        return sqlite3.SQLITE_DENY


class SqliteSession:
    """An open file that answers one statement after another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(
        self, text: str, parameters: Mapping[str, str]
    ) -> tuple[tuple[str, ...], Iterator[Sequence[Sequence[object]]]]:
        """The names of the columns and the rows, some at a time."""
        cursor = self._connection.execute(text, dict(parameters))
        names = tuple(str(column[0]) for column in cursor.description)
        return names, iter(lambda: cursor.fetchmany(BATCH), [])

    def check(self, statement: Statement) -> None:
        """Nothing more than the authorizer sees."""


@contextmanager
def sqlite_session(path: Path, place: str, seconds: float) -> Iterator[SqliteSession]:
    """The file open for reading, for so many seconds; what SQLite says against it becomes a refusal."""
    before, head = _status(path)
    is_alone = head[18:20] == WRITE_AHEAD and _is_without_log(path)
    guard = _Guard()
    try:
        # Reading a file with a log would else make files beside it, which no read-only folder takes.
        address = f"{path.as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}"
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            _restrict(connection, guard, seconds)
            yield SqliteSession(connection)
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _refusal(error, guard, place) from error
    if is_alone and _changed(before, _status(path)[0]):
        raise refused("SOURCE_SQL_CHANGED", place)


def _restrict(connection: sqlite3.Connection, guard: _Guard, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
    connection.set_authorizer(guard)


def _status(path: Path) -> tuple[os.stat_result, bytes]:
    """The file's state and first bytes, or a refusal unless it is an ordinary file that can be read."""
    status, head = beginning(path, 20)
    if not head.startswith(SIGNATURE):
        raise refused("SOURCE_SQL_NOT_SQLITE", path.name)
    return status, head


def _is_without_log(path: Path) -> bool:
    """True if the log beside the file is absent or empty."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size == 0
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _changed(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)


def _refusal(error: Exception, guard: _Guard, place: str) -> RefusedError:
    name = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
    message = str(error)[:LONGEST_MESSAGE]
    functions = sorted({each for each in guard.stopped if each})
    if message.startswith(_UNSAFE):  # a view calls it, and the schema is not trusted with that
        functions = [message.removeprefix(_UNSAFE)]
    if functions:
        return refused("SOURCE_SQL_EFFECTS", place, functions=", ".join(functions))
    code = "SOURCE_SQL_WRITES" if guard.stopped else _CODES.get(name, "SOURCE_SQL_FAILED")
    if message.startswith(("no such table", "no such view", "unknown database")):
        code = "SOURCE_SQL_TABLE_MISSING"
    return refused(code, place, message=message)
