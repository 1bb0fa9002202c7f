"""A PostgreSQL or MySQL server: one transaction that can only read, with time limits, rows streamed.

SQLAlchemy streams tuples without pandas.read_sql: as fast where rows are only summed, with memory that stays flat.
MySQL was never tried against a real server here.
"""

import importlib
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from promo_xl.sources.refusal import refused
from promo_xl.sources.sql_dialects import DIALECTS, GRACE_SECONDS, message_of, refusal_of
from promo_xl.sources.sql_places import Server
from promo_xl.sources.sql_statement import Statement

BATCH = 500
# Volatile, and harmless all the same.
HARMLESS = frozenset({"random", "clock_timestamp"})


class ServerSession:
    """An open transaction that answers one statement after another."""

    def __init__(self, connection: Any, server: Server, place: str, password: str) -> None:
        self._connection = connection
        self._server = server
        self._place = place
        self._password = password
        self._results: list[Any] = []

    def run(
        self, text: str, parameters: Mapping[str, str]
    ) -> tuple[tuple[str, ...], Iterator[Sequence[Sequence[object]]]]:
        """The names of the columns and the rows, some at a time."""
        with self._refusing():
            result = self._connection.exec_driver_sql(
                text, dict(parameters), execution_options={"yield_per": BATCH}
            )
            self._results.append(result)
            names = tuple(str(column[0]) for column in result.cursor.description or ())
        return names, self._batches(result)

    def check(self, statement: Statement) -> None:
        """Refuse a SELECT that calls what is declared to have effects; a read-only transaction lets some pass."""
        if self._server.dialect != "postgresql" or not statement.calls:
            return
        with self._refusing():
            volatile = self._connection.exec_driver_sql(
                "SELECT DISTINCT proname::text FROM pg_catalog.pg_proc"
                " WHERE proname = ANY(%(names)s::name[]) AND (provolatile = 'v' OR prokind = 'p')",
                {"names": sorted(statement.calls)},
            ).all()
        found = sorted({name for (name,) in volatile} - HARMLESS)
        if found:
            raise refused("SOURCE_SQL_EFFECTS", self._place, functions=", ".join(found[:10]))

    def begin(self, seconds: float) -> None:
        """Let the session read only, and no longer than that."""
        is_mariadb = bool(getattr(self._connection.dialect, "is_mariadb", False))
        with self._refusing():
            for setting in DIALECTS[self._server.dialect].settings(seconds, is_mariadb):
                self._connection.exec_driver_sql(setting)

    def end(self) -> None:
        """Let go of the line first: a cursor that is closed on it might read its rows to their end."""
        with suppress(Exception):
            self._connection.invalidate()
        for result in self._results:
            with suppress(Exception):
                result.close()
        with suppress(Exception):
            self._connection.close()

    def _batches(self, result: Any) -> Iterator[Sequence[Sequence[object]]]:
        while True:
            with self._refusing():
                batch = result.fetchmany(BATCH)
            if not batch:
                return
            yield batch

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What goes wrong between here and the server, whatever a hostile one answers, becomes a refusal."""
        try:
            yield
        except Exception as error:
            raise refusal_of(error, self._server, self._place, self._password) from None


@contextmanager
def server_session(server: Server, password: str, place: str, seconds: float) -> Iterator[ServerSession]:
    """A session of so many seconds; what the server says against it becomes a refusal without the password."""
    with _Watch(seconds) as watch:
        connection = _connected(server, password, place, seconds, watch)
        session = ServerSession(connection, server, place, password)
        try:
            session.begin(seconds)
            yield session
        finally:
            session.end()


def _connected(server: Server, password: str, place: str, seconds: float, watch: "_Watch") -> Any:
    _need(server, place)
    from sqlalchemy import URL, create_engine, event, pool

    dialect = DIALECTS[server.dialect]
    url = URL.create(dialect.driver, server.user, password or None, server.host, server.port, server.database)
    arguments = dialect.arguments(server, seconds)
    engine = create_engine(url, poolclass=pool.NullPool, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "do_connect", watch.connect)
    try:
        connection = engine.connect().execution_options(postgresql_readonly=True)
        _read_days_leniently(server, connection)
    except Exception as error:
        secrets = ", ".join(server.secrets)
        message = message_of(error, password)
        raise refused("SOURCE_SQL_CONNECT", place, message=message, secrets=secrets) from None
    return connection


def _need(server: Server, place: str) -> None:
    missing = []
    for module in DIALECTS[server.dialect].modules:
        try:
            importlib.import_module(module)
        except ImportError:
            missing.append(module)
    if missing:
        details = {"packages": ", ".join(missing), "extra": server.dialect}
        raise refused("SOURCE_SQL_DRIVER_MISSING", place, **details)


class _Watch:
    """Ends what takes longer, even where a statement lifted the server's limit or the server is silent."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timers: list[threading.Timer] = []
        self._lines: list[Any] = []

    def __enter__(self) -> "_Watch":
        return self

    def connect(self, dialect: Any, _: Any, arguments: Any, keywords: Any) -> Any:
        """A new line, watched from its first word on."""
        line = dialect.connect(*arguments, **keywords)
        self._lines.append(line)
        if hasattr(line, "cancel_safe"):  # PyMySQL waits no longer than its read_timeout
            for seconds, act in ((self._seconds, _cancel), (self._seconds + GRACE_SECONDS, _cut)):
                timer = threading.Timer(seconds, act, [line])
                timer.daemon = True
                timer.start()
                self._timers.append(timer)
        return line

    def __exit__(self, *_: object) -> None:
        for timer in self._timers:
            timer.cancel()
        for line in self._lines:
            with suppress(Exception):
                line.close()


def _cancel(line: Any) -> None:
    with suppress(Exception):
        line.cancel_safe(timeout=GRACE_SECONDS)


def _cut(line: Any) -> None:
    with suppress(Exception):
        borrowed = socket.socket(fileno=line.fileno())
        try:
            borrowed.shutdown(socket.SHUT_RDWR)
        finally:
            borrowed.detach()


def _read_days_leniently(server: Server, connection: Any) -> None:
    """Give a day that Python has no date for, such as infinity, as its text instead of ending the reading."""
    if server.dialect != "postgresql":
        return
    from psycopg import DataError
    from psycopg.types import datetime as days

    def lenient(loader: Any) -> Any:
        class Lenient(loader):  # type: ignore[misc]
            def load(self, data: Any) -> Any:
                try:
                    return super().load(data)
                except DataError:
                    return bytes(data).decode("utf-8", "replace")

        return Lenient

    adapters = connection.connection.driver_connection.adapters
    adapters.register_loader("date", lenient(days.DateLoader))
    adapters.register_loader("timestamp", lenient(days.TimestampLoader))
    adapters.register_loader("timestamptz", lenient(days.TimestamptzLoader))
