"""A database: a SQLite file, PostgreSQL or MySQL; a table, a view or one SELECT.

`place` is a path that ends in .db, .sqlite or .sqlite3, or `sqlite:///x.db`, `postgresql://user@host:5432/shop`,
`mysql://user@host/shop`, with `?sslmode=require` if need be. The password is the secret PROMO_XL_SQL_PASSWORD, or
for one host alone PROMO_XL_SQL_PASSWORD_DB_EXAMPLE_COM (the host in capitals, _ for any other sign). A SELECT may
name :start and :end, the order's first and last day (both wanted); rows outside are left out in any case. The day
of a row in weekly readings is its week's first, as in exports. MySQL was never tried against a real server.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.export_headings import Columns
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, Source, Surroundings
from promo_xl.sources.sql_header import header_of
from promo_xl.sources.sql_places import Server, SqliteFile, database_of
from promo_xl.sources.sql_rows import MOST_READINGS, DatabaseRows
from promo_xl.sources.sql_server import ServerSession, server_session
from promo_xl.sources.sql_sqlite import SqliteSession, sqlite_session
from promo_xl.sources.sql_statement import columns_of, statement_of

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much is read of a database before it is refused."""

    rows: int = 10_000_000
    readings: int = MOST_READINGS
    seconds: float = 120.0


class _Sql:
    kind = "sql"

    def identity(self, order: Order) -> str:
        """The database's URL: dialect, user, host, port and name, or the file's absolute path."""
        return database_of(order).identity

    def read(self, order: Order, surroundings: Surroundings) -> Fetched:
        """The readings of the table or SELECT that `order.query` is."""
        return read_database(order, surroundings)


def read_database(order: Order, surroundings: Surroundings, limits: ReadingLimits | None = None) -> Fetched:
    """The readings of a database, within limits."""
    limits = limits or ReadingLimits()
    deadline = time.monotonic() + limits.seconds
    database = database_of(order)
    dialect = database.dialect if isinstance(database, Server) else "sqlite"
    statement = statement_of(order.query, dialect, database.name)
    place = f"{database.name} › {statement.name}"
    days = {
        "start": order.start.isoformat() if order.start else FIRST_DAY,
        "end": order.end.isoformat() if order.end else LAST_DAY,
    }
    with _session(database, surroundings, place, limits.seconds) as session:
        session.check(statement)
        parameters = {name: days[name] for name in statement.parameters}
        names, batches = session.run(statement.text, parameters)
        header = header_of(names, order, place)
        if statement.table:
            _, batches = session.run(columns_of(statement, names, _needed(header.columns), dialect), {})
        rows = DatabaseRows(place, header, order, BoundedFindings(place), most=limits.readings)
        for batch in batches:
            rows.add(batch)
            surroundings.progress(rows.read, 0)
            if rows.read > limits.rows:
                raise refused("SOURCE_SQL_TOO_MANY_ROWS", place, limit=str(limits.rows))
            if time.monotonic() > deadline:
                raise refused("SOURCE_SQL_TOO_SLOW", place, message=f"{limits.seconds:g} s")
    return rows.done(place)


@contextmanager
def _session(
    database: SqliteFile | Server, surroundings: Surroundings, place: str, seconds: float
) -> Iterator[SqliteSession | ServerSession]:
    if isinstance(database, SqliteFile):
        with sqlite_session(database.path, place, seconds) as session:
            yield session
        return
    password = next(filter(None, map(surroundings.secret, database.secrets)), "")
    with server_session(database, password, place, seconds) as opened:
        yield opened


def _needed(columns: Columns) -> frozenset[int]:
    keys = (columns.date, columns.channel, columns.campaign)
    return frozenset({at for at in keys if at is not None} | {at for _, at, _ in columns.metrics})


SOURCE: Source = _Sql()
