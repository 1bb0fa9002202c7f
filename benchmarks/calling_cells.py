"""How often a standard workbook calls the add-in when everything is recalculated, and with how many cells.

python benchmarks/calling_cells.py
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from promo_xl.functions.answering import answer
from promo_xl.sheetspec.formula.values import Area, Result
from promo_xl.sheetspec.hosts import for_host
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.workings import Workings
from tests.workbook.files import running


def measure() -> Iterator[str]:
    """Calls by function and the cells that they pass, of the example campaign in progress."""
    calls: Counter[str] = Counter()
    passed: Counter[str] = Counter()

    def counted(function: str, arguments: list[Result]) -> Result:
        cells = [tuple(zip(*a.columns, strict=True)) if isinstance(a, Area) else a for a in arguments]
        calls[function] += 1
        passed[function] += sum(len(a) * len(a[0]) if isinstance(a, tuple) else 1 for a in cells)
        found = answer(function, *cells)
        return Area(tuple(map(list, zip(*found, strict=True)))) if isinstance(found, list) else found

    book = for_host(load_book(), "xlam")
    live = Workings(running("zh"), book, "zh", functions=counted)
    for call in book.calls:
        live.answers(call)
    for field in ("roi", "engine"):
        live.single(field)
    target = book.tables["targets"][1].column_of("achievement")
    assert target is not None
    live.column("targets", "achievement")
    blank = (
        live.capacity("targets") - calls["PROMO_ACHIEVEMENT"]
    )  # equal rows are computed once here, by Excel each
    passed["PROMO_ACHIEVEMENT"] += 5 * blank
    calls["PROMO_ACHIEVEMENT"] += blank
    for function in calls:
        yield f"{function:<20}{calls[function]:>4} calls {passed[function]:>7,} cells"
    yield f"{'together':<20}{calls.total():>4} calls {passed.total():>7,} cells"


if __name__ == "__main__":
    for line in measure():
        print(line)
