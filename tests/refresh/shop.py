"""A little shop in a database, SQLite or PostgreSQL, and the workbooks that plan its products."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from promo_xl.plan.brief import Brief
from tests.refresh.exports import opened, plan
from tests.workbook.files import planned

PRODUCTS = {1: "清泉气泡水", 2: "茉莉花茶", 3: "Chef O'Neill's 酱"}
CHANNELS = ("抖音", "朋友圈", "小红书")
START, END = dt.date(2026, 6, 1), dt.date(2026, 6, 30)

TABLES = """
CREATE TABLE products (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
CREATE TABLE orders (id INTEGER PRIMARY KEY, ordered_at TIMESTAMP NOT NULL, channel VARCHAR(20) NOT NULL);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    unit_price NUMERIC(10, 2) NOT NULL,
    quantity INTEGER NOT NULL,
    discount DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
"""
LINES = "FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.product_id = {product}"
MONEY = "l.unit_price * l.quantity * (1 - l.discount)"


def script(orders: int = 60) -> str:
    """Tables and orders: a few on each day from a week before the campaign to a week behind it."""
    rows = [TABLES]
    for number, name in PRODUCTS.items():
        quoted = name.replace("'", "''")
        rows.append(f"INSERT INTO products VALUES ({number}, '{quoted}');")
    for order in range(1, orders + 1):
        rows += order_rows(order, START + dt.timedelta(days=order * 44 // orders - 7), order % 24)
    return "\n".join(rows)


def order_rows(order: int, day: dt.date, hour: int = 12) -> Iterator[str]:
    """An order of one to three products."""
    yield f"INSERT INTO orders VALUES ({order}, '{day} {hour:02}:59:59', '{CHANNELS[order // 3 % 3]}');"
    for product in PRODUCTS:
        if product == 1 + order % 3 or order % (product + 1) == 0:
            price = f"{9 + product + order % 7}.{order % 100:02}"
            amount, discount = 1 + order % 12, (order % 4) * 0.05
            yield f"INSERT INTO order_lines VALUES ({order}, {product}, {price}, {amount}, {discount});"


def query(product: int) -> str:
    """The readings of one product, as a planner types them into the sheet of data sources."""
    return (
        f"SELECT o.ordered_at AS date, o.channel AS channel, {MONEY} AS revenue, 1 AS orders "
        f"{LINES.format(product=product)}"
    )


def own_sums(product: int) -> str:
    """What the database itself says of the campaign: channel, revenue, orders."""
    return (
        f"SELECT o.channel, SUM({MONEY}), COUNT(*) {LINES.format(product=product)} "
        f"AND o.ordered_at >= '{START}' AND o.ordered_at < '{END + dt.timedelta(days=1)}' GROUP BY o.channel"
    )


def books(folder: Path, place: str) -> dict[int, Path]:
    """A workbook for each product, which names the database."""
    made = {}
    for number, name in PRODUCTS.items():
        brief = Brief(name, START, START, END, budget=400_000.0)
        whole = planned(brief)
        channels = [replace(whole.channels[i % len(whole.channels)], channel=c) for i, c in enumerate(CHANNELS)]
        path = folder / f"{number}.xlsx"
        row = {"kind": "sql", "source_place": place, "query": query(number)}
        made[number] = plan(path, replace(whole, channels=tuple(channels)), **row)
    return made


def told(path: Path) -> dict[str, tuple[float, float]]:
    """Revenue and orders by channel, of the readings of a workbook."""
    found: dict[str, tuple[float, float]] = {}
    for row in opened(path).promotion.readings:
        revenue, orders = found.get(row.channel, (0.0, 0.0))
        found[row.channel] = revenue + (row.revenue or 0), orders + (row.orders or 0)
    return found


def shown(path: Path) -> dict[str, float]:
    """Revenue by channel, as the workbook's own summary shows it."""
    read = opened(path).tables["channels"]
    grid = read.grid
    channel, revenue = read.columns["channel"], read.columns["revenue"]
    cells = {str(grid.cell(n, channel).value): grid.cell(n, revenue).value for n in read.numbers}
    return {name: value for name, value in cells.items() if isinstance(value, float)}
