"""A table that grew is the table that was made longer from the start; nothing else in the file changes."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Block, Book, Table
from promo_xl.workbook.growth import grown
from promo_xl.workbook.write import build
from tests.workbook.files import PLANS, STAMP
from tests.workbook.rich_book import FILLED, rich_book

BOOK = load_book()
# What differs without meaning: a hint about the width of a row, the request to calculate
HINTS = re.compile(rb' spans="[^"]*"| fullCalcOnLoad="1"')
CACHED = re.compile(rb"(<f\b[^>]*>[^<]*</f>)<v>[^<]*</v>")
REMEMBERED = re.compile(rb'<c:pt idx="[0-9]+">.*?</c:pt>', re.DOTALL)  # by a chart
CHAIN = "xl/calcChain.xml"
few = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
many = settings(few, max_examples=40)


def with_rows(table: str, rows: int) -> Book:
    """The declarations with so many rows for one table."""

    def block(one: Block) -> Block:
        return replace(one, least=rows, spare=0) if isinstance(one, Table) and one.table == table else one

    sheets = (replace(s, blocks=tuple(map(block, s.blocks))) for s in BOOK.sheets)
    return replace(BOOK, sheets=tuple(sheets))


def made_with(path: Path, plan: str, table: str, rows: int) -> Path:
    promotion, language = PLANS[plan]()
    build(promotion, with_rows(table, rows), language, str(path), STAMP)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def meaning(path: Path, *, values: bool = True) -> dict[str, bytes]:
    """The parts without what means nothing; without `values` also without results of formulas."""
    said = {name: HINTS.sub(b"", content) for name, content in parts(path).items()}
    return (
        said
        if values
        else {name: REMEMBERED.sub(b"", CACHED.sub(rb"\1", content)) for name, content in said.items()}
    )


@few
@given(rows=st.integers(64, 90), more=st.integers(1, 200), plan=st.sampled_from(["running_zh", "default_en"]))
def test_a_grown_table_of_readings_is_the_one_that_is_generated_longer(
    tmp_path: Path, rows: int, more: int, plan: str
) -> None:
    path = made_with(tmp_path / "grown.xlsx", plan, "readings", rows)
    grown(path, {"tblReadings": rows + more})
    longer = made_with(tmp_path / "longer.xlsx", plan, "readings", rows + more)
    assert meaning(path) == meaning(longer)


def test_rules_charts_and_names_of_other_sheets_follow_the_days_of_rest(tmp_path: Path) -> None:
    path = made_with(tmp_path / "grown.xlsx", "running_zh", "rest_days", 110)
    grown(path, {"tblRestDays": 137})
    longer = made_with(tmp_path / "longer.xlsx", "running_zh", "rest_days", 137)
    assert meaning(path, values=False) == meaning(longer, values=False)


@many
@given(rows=st.integers(FILLED + 1, 12), more=st.integers(1, 40), totals=st.booleans())
def test_everything_follows_a_table_of_the_planner(tmp_path: Path, rows: int, more: int, totals: bool) -> None:
    path = rich_book(tmp_path / "grown.xlsx", rows, totals=totals)
    grown(path, {"tblSpend": rows + more})
    longer = meaning(rich_book(tmp_path / "longer.xlsx", rows + more, totals=totals, was=rows), values=False)
    found = meaning(path, values=False)
    assert longer.pop(CHAIN)
    assert CHAIN not in found
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        assert b"calcChain" in longer[name]
        assert b"calcChain" not in found[name]
        del longer[name], found[name]
    assert found == longer
