"""A database in a test: made by a script, asked by an order."""

import sqlite3
from pathlib import Path

from promo_xl.sources.kinds.sql import ReadingLimits, read_database
from promo_xl.sources.source import Fetched, Surroundings
from tests.sources.exports import order

TABLE = "CREATE TABLE readings (date TEXT, channel TEXT, campaign TEXT, spend REAL, clicks INTEGER);"


def sqlite_file(folder: Path, script: str, name: str = "shop.db") -> Path:
    """A SQLite file made by a script."""
    path = folder / name
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY;" + script)
    connection.close()
    return path


def ask(
    place: object, query: str, limits: ReadingLimits | None = None, password: str = "", **more: object
) -> Fetched:
    """What a database gives for a query, with the shipped aliases."""
    surroundings = Surroundings(secret=lambda name: password if name == "PROMO_XL_SQL_PASSWORD" else "")
    return read_database(order(str(place), "sql", query=query, **more), surroundings, limits)


def bytes_beside(path: Path) -> dict[str, bytes]:
    """Every file of the folder with its content."""
    return {each.name: each.read_bytes() for each in path.parent.iterdir() if each.is_file()}
