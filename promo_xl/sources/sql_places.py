"""Which databases may be asked, and how each is called: by a local SQLite file or a server's plain URL."""

import dataclasses
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.export_places import LONGEST_PLACE, local_path
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Order

PORTS = {"postgresql": 5432, "mysql": 3306}
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SECRET = "PROMO_XL_SQL_PASSWORD"  # noqa: S105 - the name of a secret
LONGEST_NAME = 128
_SQLITE_URL = "sqlite:///"
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_SQLITE_ENDINGS = (".db", ".sqlite", ".sqlite3")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_RESERVED = re.compile(r"[%/:@?#\[\]\s]")


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A database in one file of this computer."""

    path: Path

    @property
    def identity(self) -> str:
        """Its URL with the absolute path."""
        return f"{_SQLITE_URL}{self.path.as_posix()}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Server:
    """A database on a server; `dialect` is a key of PORTS, `sslmode` one of SSL_MODES or ""."""

    dialect: str
    user: str
    host: str
    port: int
    database: str
    sslmode: str = ""

    @property
    def identity(self) -> str:
        """Its URL, which names everything that decides whom is asked, and no secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        options = f"?sslmode={self.sslmode}" if self.sslmode else ""
        return f"{self.dialect}://{_quoted(self.user)}@{host}:{self.port}/{_quoted(self.database)}{options}"

    @property
    def name(self) -> str:
        """What people call it."""
        return self.database

    @property
    def secrets(self) -> tuple[str, str]:
        """The names its password may have: the host's own, which goes first, and the one for all hosts."""
        return f"{SECRET}_{re.sub(r'[^A-Z0-9]+', '_', self.host.upper())}", SECRET


def database_of(order: Order) -> SqliteFile | Server:
    """The database that the order's place names, or a refusal that repeats no secret."""
    place = order.place.strip()
    if not place:
        raise refused("SOURCE_SQL_PLACE", order.kind)
    if len(place) > LONGEST_PLACE or any(sign < " " or sign == "\x7f" for sign in place):
        raise refused("SOURCE_PLACE_DEVICE", order.kind)
    scheme = _SCHEME.match(place)
    if place.lower().startswith(_SQLITE_URL):
        path = place[len(_SQLITE_URL) :]
        if not path or path == ":memory:" or set(path) & set("?#"):
            raise refused("SOURCE_SQL_PLACE", _shown(place))
        return SqliteFile(local_path(dataclasses.replace(order, place=path)))
    if scheme and scheme[1].lower() in PORTS:
        return _server(place)
    if scheme:
        raise refused("SOURCE_SQL_PLACE", _shown(place))
    if not place.lower().endswith(_SQLITE_ENDINGS):
        raise refused("SOURCE_SQL_PLACE", _shown(place))
    return SqliteFile(local_path(order))


def _server(place: str) -> Server:
    try:
        url = urlsplit(place)
        port = url.port
        options = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    except ValueError:
        raise _unclear(place) from None
    user, database = unquote(url.username or ""), unquote(url.path.removeprefix("/"))
    if url.password is not None or ":" in user:
        secrets = ", ".join(Server(url.scheme, "", url.hostname or "", 0, "").secrets)
        raise refused("SOURCE_SQL_PASSWORD_IN_PLACE", _shown(place), secrets=secrets)
    host = url.hostname or ""
    named = _is_name(user) and _is_name(database)
    if not named or port == 0 or url.fragment or not _is_host(host) or not place.lower().startswith(
        f"{url.scheme}://"
    ):  # fmt: skip
        raise _unclear(place)
    if any(name != "sslmode" or value not in SSL_MODES for name, value in options) or len(options) > 1:
        names = ", ".join(name[:40] for name, _ in options[:5])
        raise refused("SOURCE_SQL_OPTION", _shown(place), found=names, modes=", ".join(SSL_MODES))
    sslmode = options[0][1] if options else ""
    return Server(url.scheme, user, host, port or PORTS[url.scheme], database, sslmode)


def _unclear(place: str) -> RefusedError:
    return refused("SOURCE_SQL_PLACE", _shown(place))


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and not set(text) & set("/\\")


def _is_host(host: str) -> bool:
    if _HOST.fullmatch(host):
        return True
    try:
        return "%" not in host and bool(ipaddress.IPv6Address(host))
    except ValueError:
        return False


def _shown(place: str) -> str:
    """A place up to its colon: behind it a password may stand anywhere."""
    head, colon, _ = place.partition(":")
    return f"{head[:40]}:…" if colon else place[:200]


def _quoted(text: str) -> str:
    return _RESERVED.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), text)
