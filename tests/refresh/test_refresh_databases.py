"""Laws of a refresh from a real database: what the workbooks hold are the database's own sums."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promo_xl.cli.main import main
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.refresh.shop import PRODUCTS, books, order_rows, own_sums, script, shown, told
from tests.sources.databases import sqlite_file
from tests.sources.postgres import PASSWORD, Postgres


@dataclass(frozen=True, slots=True)
class Database:
    """A place for the sheet of data sources, and the database's own answer to a statement."""

    place: str
    run: Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path / "history"))
    monkeypatch.setenv("PROMO_XL_LANG", "zh")
    if request.param == "sqlite":
        path = sqlite_file(tmp_path, script())

        def run(statement: str) -> list[tuple[Any, ...]]:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                return connection.execute(statement).fetchall()

        return Database("shop.db", run)
    server: Postgres = request.getfixturevalue("postgres")
    monkeypatch.setenv("PROMO_XL_SQL_PASSWORD", PASSWORD)
    name = "shop_refresh"
    server.run(f"DROP DATABASE IF EXISTS {name}", "postgres")
    return Database(server.create(name, script()), lambda statement: server.run(statement, name))


def sums(database: Database, product: int) -> dict[str, tuple[float, float]]:
    return {channel: (float(money), count) for channel, money, count in database.run(own_sums(product))}


def test_each_products_workbook_holds_what_the_database_sums_up_itself(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "计划"
    folder.mkdir()
    made = books(folder, database.place if ":" in database.place else "../shop.db")
    assert main(["refresh", str(folder), "--trust"]) == 0
    for product, path in made.items():
        expected = sums(database, product)
        assert len(expected) == 3
        found, seen = told(path), shown(path)
        assert found.keys() == expected.keys()
        for channel, (money, count) in expected.items():
            assert found[channel] == (pytest.approx(money, rel=1e-12, abs=1e-5), count)
            assert seen[channel] == pytest.approx(money, rel=1e-12, abs=1e-5)

    first = {path: path.read_bytes() for path in made.values()}
    assert main(["refresh", str(folder)]) == 0
    assert {path: path.read_bytes() for path in first} == first, "nothing new in the database"

    for statement in order_rows(3000, dt.date(2026, 6, 5)):  # number 3000 buys products 1 and 2 and 3
        database.run(statement)
    database.run("DELETE FROM order_lines WHERE order_id = 3000 AND product_id <> 2")
    assert main(["refresh", str(folder)]) == 0
    changed = [product for product, path in made.items() if path.read_bytes() != first[path]]
    assert changed == [2], PRODUCTS
    assert told(made[2])["朋友圈"][0] == pytest.approx(sums(database, 2)["朋友圈"][0], abs=1e-5)
