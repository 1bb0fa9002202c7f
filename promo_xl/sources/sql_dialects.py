"""How promo_xl talks to each kind of server: drivers, sessions that only read, errors.

MySQL was never tried against a real server here.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.refusal import refused
from promo_xl.sources.sql_places import Server

CONNECT_SECONDS = 10
LOCK_SECONDS = 5
# How long a server may take to obey before its line is cut.
GRACE_SECONDS = 5.0
LONGEST_MESSAGE = 300
# Only on such a line may a server ask for the password as it is, which who listens could read on another.
ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


class PlainPasswordRefused:
    """A way to log in that PyMySQL cannot make, as it is given no connection to do so."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How promo_xl talks to one kind of server; `codes` are its errors as findings."""

    driver: str
    modules: tuple[str, ...]
    settings: Callable[[float, bool], tuple[str, ...]]
    arguments: Callable[[Server, float], dict[str, Any]]
    codes: Mapping[str, str]


def _postgresql_settings(seconds: float, _: bool) -> tuple[str, ...]:
    return (
        "SET default_transaction_read_only = on",
        f"SET statement_timeout = {int(seconds * 1000)}",
        f"SET lock_timeout = {LOCK_SECONDS * 1000}",
        "SET standard_conforming_strings = on",
    )


def _mysql_settings(seconds: float, is_mariadb: bool) -> tuple[str, ...]:
    limit = f"max_statement_time = {seconds}" if is_mariadb else f"max_execution_time = {int(seconds * 1000)}"
    return (
        "SET SESSION TRANSACTION READ ONLY",
        f"SET SESSION {limit}",
        f"SET SESSION lock_wait_timeout = {LOCK_SECONDS}",
        "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_BACKSLASH_ESCAPES')",
        "START TRANSACTION READ ONLY",
    )


def _postgresql_arguments(server: Server, _: float) -> dict[str, Any]:
    return {
        "connect_timeout": CONNECT_SECONDS,
        "client_encoding": "utf8",
        "application_name": "promo_xl",
        "keepalives_idle": 30,
        **({"sslmode": server.sslmode} if server.sslmode else {}),
        **({} if server.sslmode in ENCRYPTED else {"require_auth": "!password"}),
    }


def _mysql_arguments(server: Server, seconds: float) -> dict[str, Any]:
    arguments = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": int(seconds + GRACE_SECONDS),
        "charset": "utf8mb4",
        "local_infile": False,
    }
    if server.sslmode in ENCRYPTED:
        context = ssl.create_default_context()
        context.check_hostname = server.sslmode == "verify-full"
        context.verify_mode = ssl.CERT_NONE if server.sslmode == "require" else ssl.CERT_REQUIRED
        return {**arguments, "ssl": context}
    arguments["auth_plugin_map"] = {"mysql_clear_password": PlainPasswordRefused}
    return {**arguments, "ssl_disabled": True} if server.sslmode == "disable" else arguments


DIALECTS = {
    "postgresql": Dialect(
        "postgresql+psycopg",
        ("sqlalchemy", "psycopg"),
        _postgresql_settings,
        _postgresql_arguments,
        {
            "25006": "SOURCE_SQL_WRITES",
            "57014": "SOURCE_SQL_TOO_SLOW",
            "55P03": "SOURCE_SQL_LOCKED",
            "42P01": "SOURCE_SQL_TABLE_MISSING",
            "3F000": "SOURCE_SQL_TABLE_MISSING",
            "42501": "SOURCE_SQL_NO_PERMISSION",
        },
    ),
    "mysql": Dialect(
        "mysql+pymysql",
        ("sqlalchemy", "pymysql"),
        _mysql_settings,
        _mysql_arguments,
        {
            "1792": "SOURCE_SQL_WRITES",
            "1317": "SOURCE_SQL_TOO_SLOW",
            "3024": "SOURCE_SQL_TOO_SLOW",
            "1969": "SOURCE_SQL_TOO_SLOW",
            "1205": "SOURCE_SQL_LOCKED",
            "1146": "SOURCE_SQL_TABLE_MISSING",
            "1142": "SOURCE_SQL_NO_PERMISSION",
            "1143": "SOURCE_SQL_NO_PERMISSION",
        },
    ),
}


def refusal_of(error: Exception, server: Server, place: str, password: str) -> RefusedError:
    """The refusal that an error of the server is."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or next(iter(cause.args), "")
    code = DIALECTS[server.dialect].codes.get(str(state), "SOURCE_SQL_FAILED")
    return refused(code, place, message=message_of(error, password))


def message_of(error: Exception, password: str) -> str:
    """What the database said, on one line and without the password."""
    cause = getattr(error, "orig", None) or error
    said = getattr(getattr(cause, "diag", None), "message_primary", None)
    numbered = len(cause.args) == 2 and isinstance(cause.args[1], str)
    said = str(said or (cause.args[1] if numbered else cause))
    text = said.replace(password, "***") if password else said
    return re.sub(r"\s+", " ", text).strip()[:LONGEST_MESSAGE]
