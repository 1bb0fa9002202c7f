"""A big SQLite table against a plain `pandas.read_sql` with its sums by day and channel; ratios within one run.

    python benchmarks/databases.py [rows]

Each reading runs in a fresh process, the order swapped from round to round, and tells its seconds (imports of
pandas not counted) and the most memory that the process had.
"""

import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS = 5
ROWS = 1_000_000
COLUMNS = "date, channel, campaign, spend, impressions, clicks, conversions, revenue"


def write_table(path: Path, rows: int) -> None:
    """A row for each day, channel, plan and word; there are 7,000 readings."""
    connection = sqlite3.connect(path)
    connection.execute(f"CREATE TABLE readings ({COLUMNS}, word TEXT)")
    connection.executemany(
        "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                f"2026-06-{n % 28 + 1:02}", f"渠道{n // 28 % 5}", f"计划{n // 140 % 50}", n % 100_003 / 100,
                1000 + n % 90_001, 10 + n % 997, n % 53, n % 900_001 / 100, f"词{n}",
            )
            for n in range(rows)
        ),
    )  # fmt: skip
    connection.commit()
    connection.close()


def once(kind: str, path: Path) -> None:
    """Read the table in this process and print seconds, megabytes and how many readings came out."""
    import pandas as pd

    from promo_xl.sources.kinds.sql import SOURCE
    from promo_xl.sources.source import Order, Surroundings

    start = time.perf_counter()
    if kind == "plain":
        connection = sqlite3.connect(path)
        frame = pd.read_sql(f"SELECT {COLUMNS} FROM readings", connection)
        made = len(frame.groupby(["date", "channel", "campaign"]).sum())
        connection.close()
    else:
        made = len(SOURCE.read(Order("sql", str(path), query="readings"), Surroundings()).rows)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, made)


def measured(kind: str, path: Path) -> tuple[float, float, int]:
    """Seconds, megabytes and readings of a fresh process."""
    command = [sys.executable, __file__, kind, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(said[0]), float(said[1]), int(said[2])


def main(rows: int) -> None:
    """Print the median ratio and the peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.db"
        write_table(path, rows)
        pairs = []
        for turn in range(ROUNDS):
            kinds = ("sql", "plain") if turn % 2 else ("plain", "sql")
            found = {kind: measured(kind, path) for kind in kinds}
            pairs.append((found["sql"], found["plain"]))
        ratio = statistics.median(ours[0] / plain[0] for ours, plain in pairs)
        seconds = [statistics.median(pair[at][0] for pair in pairs) for at in (0, 1)]
        memory = [max(pair[at][1] for pair in pairs) for at in (0, 1)]
        print(f"{path.stat().st_size / 2**20:.0f} MB, {rows:,} rows; gave {pairs[0][0][2]:,} readings")
        print(f"  sql {seconds[0]:.2f} s, plain {seconds[1]:.2f} s, ratio {ratio:.2f}")
        print(f"  peak {memory[0]:.0f} MB, plain {memory[1]:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] in (["plain"], ["sql"]):
        once(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
