"""A big export against a plain `pandas.read_csv` of the same file; ratios within one run.

    python benchmarks/exports.py [rows]

Each reading runs in a fresh process, the order swapped from round to round, and tells its seconds (imports of
pandas not counted) and the most memory that the process had.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS = 5
ROWS = 1_000_000
HEADER = "日期,渠道,推广计划,关键词,消耗(元),展现量,点击量,点击率(%),转化数,支付金额(元)\n"


def write_export(path: Path, rows: int) -> None:
    """A platform's export: two titles, the header, a row for each day, channel, plan and word, a totals row.

    There are 7,000 readings; in a file named `alike` half of the lines have the numbers of another.
    """
    sums = [0, 0, 0, 0, 0]
    with path.open("w", encoding="gbk" if "gbk" in path.name else "utf-8", newline="") as stream:
        stream.write("推广报表\n\n" + HEADER)
        for word in range(rows):
            n = word
            day, plan = n % 28 + 1, n // 140 % 50
            n = n // 14_000 * 14_000 + n % 7_000 if "alike" in path.name else n
            shown, clicks = 1000 + n % 90_001, 10 + n % 997
            values = (n % 100_003, shown, clicks, n % 53, n % 900_001)
            sums = [a + b for a, b in zip(sums, values, strict=True)]
            stream.write(
                f"2026-06-{day:02},渠道{n // 28 % 5},计划{plan},词{word},{values[0] / 100:.2f},{shown},{clicks},"
                f"{clicks / shown * 100:.2f},{values[3]},{values[4] / 100:.2f}\n"
            )
        stream.write(f"合计,--,--,--,{sums[0] / 100:.2f},{sums[1]},{sums[2]},--,{sums[3]},{sums[4] / 100:.2f}\n")


def once(kind: str, path: Path) -> None:
    """Read the file in this process and print seconds, megabytes and what came out."""
    import pandas as pd
    import yaml

    from promo_xl.assets import workbook_templates
    from promo_xl.sources.export_headings import declared_headings
    from promo_xl.sources.kinds.export import SOURCE
    from promo_xl.sources.source import Order, Surroundings

    document = yaml.safe_load((workbook_templates() / "source_headings.yml").read_text(encoding="utf-8"))
    order = Order("export", str(path), headings=declared_headings(document))
    start = time.perf_counter()
    if kind == "plain":
        # The totals row has a dash in a column of numbers.
        warnings.simplefilter("ignore", pd.errors.DtypeWarning)
        made = len(pd.read_csv(path, skiprows=2, encoding="gbk" if "gbk" in path.name else "utf-8"))
        told = ""
    else:
        fetched = SOURCE.read(order, Surroundings())
        made, told = len(fetched.rows), " ".join(finding.code for finding in fetched.findings)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, made, told)


def measured(kind: str, path: Path) -> tuple[float, float, str]:
    """Seconds, megabytes and the rest of what a fresh process says."""
    command = [sys.executable, __file__, kind, str(path)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split(maxsplit=2)
    return float(said[0]), float(said[1]), said[2].strip()


def main(rows: int) -> None:
    """Print the median ratio and the peak memory for files in UTF-8, in GBK and with lines alike."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("utf8.csv", "gbk.csv", "alike.csv"):
            path = Path(folder) / name
            write_export(path, rows)
            pairs = []
            for turn in range(ROUNDS):
                kinds = ("export", "plain") if turn % 2 else ("plain", "export")
                found = {kind: measured(kind, path) for kind in kinds}
                pairs.append((found["export"], found["plain"]))
            ratio = statistics.median(export[0] / plain[0] for export, plain in pairs)
            export, plain = (statistics.median(pair[at][0] for pair in pairs) for at in (0, 1))
            memory = [max(pair[at][1] for pair in pairs) for at in (0, 1)]
            print(f"{name}: {path.stat().st_size / 2**20:.0f} MB, {rows:,} rows; gave {pairs[0][0][2]}")
            print(f"  export {export:.2f} s, plain {plain:.2f} s, ratio {ratio:.2f}")
            print(f"  peak {memory[0]:.0f} MB, plain {memory[1]:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] in (["plain"], ["export"]):
        once(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
