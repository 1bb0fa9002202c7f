"""Laws of what charts remember of cells that were changed in a closed workbook."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promo_xl.sheetspec.formula.values import Value
from promo_xl.workbook.book_file import BookFile
from promo_xl.workbook.chart_points import Cells, Redrawn, redrawn
from promo_xl.workbook.grids import Grids
from promo_xl.workbook.patch import Change
from promo_xl.workbook.shown import UNKNOWN
from tests.proof.made import changed, made

DAY = 46174  # 2026-06-01
CHART = "xl/charts/chart1.xml"
SHEET = "数据 表"
few = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def book(path: Path, rows: list[list[Value]], values: str = "", names: dict[str, str] | None = None) -> Path:
    """A workbook with these rows on the first sheet, dates in column D, and a line chart of two columns."""

    def build(workbook: Any) -> None:
        sheet, _ = workbook.add_worksheet(SHEET), workbook.add_worksheet("别的")
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is not None:
                    sheet.write(
                        row,
                        column,
                        value,
                        workbook.add_format({"num_format": "yyyy/m/d"}) if column == 3 else None,
                    )
        for name, text in (names or {}).items():
            workbook.define_name(name, text)
        chart = workbook.add_chart({"type": "line"})
        last = max(len(rows), 1)
        whole = {"categories": f"='{SHEET}'!$A$1:$A${last}", "values": f"='{SHEET}'!$B$1:$B${last}"}
        chart.add_series(whole)
        sheet.insert_chart("F1", chart)

    return made(path, build)


def chart(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(CHART)


def after(path: Path, *changes: Change) -> Redrawn:
    file = BookFile.of(path)
    return redrawn(Cells(file, Grids(file)), Cells(file, Grids(file), changes))


def points(tmp_path: Path, reference: str, changes: dict[str, Value], **more: Any) -> str | None:
    """What stands in a chart after changes of cells such as A1; None if it keeps its bytes."""
    rows = more.pop("rows", [["甲", 1, "x", DAY], ["乙", 2, "y", DAY + 1], ["丙", 3, "z", DAY + 2]])
    head, tail = '<c:chartSpace xmlns:c="c">', "</c:chartSpace>"
    path = book(tmp_path / "made.xlsx", rows, **more)
    path = changed(
        path, tmp_path / "图.xlsx", lambda parts: parts.update({CHART: f"{head}{reference}{tail}".encode()})
    )
    done = after(path, *(Change(SHEET, int(at[1:]), ord(at[0]) - 64, value) for at, value in changes.items()))
    found = done.parts.get(CHART)
    return None if found is None else found.decode().removeprefix(head).removesuffix(tail)


def numbers(formula: str, count: int, *texts: str | None) -> str:
    """The memory of numbers; None is a point that is not there."""
    return _reference("numRef", "numCache", formula, count, texts)


def texts(formula: str, count: int, *texts: str | None) -> str:
    """The same of texts."""
    return _reference("strRef", "strCache", formula, count, texts)


def _reference(kind: str, cache: str, formula: str, count: int, points: tuple[str | None, ...]) -> str:
    inside = "".join(f'<c:pt idx="{n}"><c:v>{t}</c:v></c:pt>' for n, t in enumerate(points) if t is not None)
    whole = f'<c:{cache}><c:ptCount val="{count}"/>{inside}</c:{cache}>'
    return f"<c:{kind}><c:f>{formula}</c:f>{whole}</c:{kind}>"


B = "'数据 表'!$B$1:$B$3"
cells = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    # XlsxWriter says 524288.691406 in sixteen digits, which end with a 1.
    st.floats(-1e6, 1e6).map(lambda number: round(number, 6) + 0.0).filter(lambda n: f"{n:.16g}" == f"{n:.15g}"),
)
names = st.text("甲乙a<&>\"' ", min_size=1, max_size=4).filter(str.strip)


@few
@given(st.lists(st.tuples(names, cells, names, cells), min_size=1, max_size=8))
def test_a_chart_is_the_one_that_is_made_of_the_new_values(
    tmp_path: Path, rows: list[tuple[str, float | None, str, float | None]]
) -> None:
    before = book(tmp_path / "before.xlsx", [[a, b] for a, b, _, _ in rows])
    wanted = book(tmp_path / "wanted.xlsx", [[a, b] for _, _, a, b in rows])
    changes = [Change(SHEET, row, 1, one[2]) for row, one in enumerate(rows, 1)]
    changes += [Change(SHEET, row, 2, one[3]) for row, one in enumerate(rows, 1)]
    assert _values(after(before, *changes).parts.get(CHART, chart(before))) == _values(chart(wanted))


def _values(part: bytes) -> bytes:
    """The part with numbers in one spelling: 5.0 is 5."""
    return part.replace(b".0<", b"<")


@pytest.mark.parametrize("change", [Change("别的", 1, 2, 9), Change(SHEET, 4, 2, 9), Change(SHEET, 1, 3, "w")])
def test_a_chart_that_plots_nothing_changed_keeps_its_bytes(tmp_path: Path, change: Change) -> None:
    path = book(tmp_path / "a.xlsx", [["甲", 1], ["乙", 2]])
    assert after(path, change) == Redrawn({})


def test_a_value_that_nobody_knows_loses_its_point(tmp_path: Path) -> None:
    for unknown in (UNKNOWN, None, "没有数", True):
        assert points(tmp_path, numbers(B, 3, "1", "2", "3"), {"B2": unknown}) == numbers(B, 3, "1", None, "3")


def test_a_point_comes_where_it_belongs(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["甲", None], ["乙", 2], ["丙", None]]
    assert points(tmp_path, numbers(B, 3, None, "2"), {"B1": 0.5, "B3": 7}, rows=rows) == numbers(
        B, 3, "0.5", "2", "7"
    )
    assert points(tmp_path, numbers(B, 3), {"B1": 1, "B3": 3}, rows=rows) == numbers(B, 3, "1", "2", "3")
    empty = f"<c:numRef><c:f>{B}</c:f><c:numCache/></c:numRef>"
    assert points(tmp_path, empty, {"B1": 1}, rows=rows) is None, "it does not say how many there are"


def test_cells_may_be_named_in_every_way(tmp_path: Path) -> None:
    known = {
        "花费": f"='{SHEET}'!$B$1:$B$3",
        "会动的": f"=OFFSET('{SHEET}'!$B$1,0,0,3,1)",
        "别处": "=OFFSET(别的!$B$1,0,0,3,1)",
    }
    ways = ("花费", "[0]!花费", "'图.xlsx'!花费", "('数据 表'!$B$1:$B$2,'数据 表'!$B$3)", "'数据 表'!B1:B3")
    for formula in ways:
        found = points(tmp_path, numbers(formula, 3, "1", "2", "3"), {"B2": 5}, names=known)
        assert found == numbers(formula, 3, "1", "5", "3"), formula
    assert points(tmp_path, numbers("会动的", 3, "1", "2", "3"), {"B2": 5}, names=known) == numbers("会动的", 3)
    for formula in ("别处", "[1]数据!$B$1:$B$3", "没有的名字", "#REF!"):
        assert points(tmp_path, numbers(formula, 3, "1", "2", "3"), {"B2": 5}, names=known) is None, formula


def test_a_whole_column_has_the_points_of_its_cells(tmp_path: Path) -> None:
    column = "'数据 表'!$B:$B"
    found = points(tmp_path, numbers(column, 1048576, "1", "2", "3"), {"B5": 5})
    assert found == numbers(column, 1048576, "1", "2", "3", None, "5")


def test_rows_out_of_sight_have_no_points_where_a_chart_leaves_them_out(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["甲", 1], ["乙", 2], ["丙", 3]])

    def hide(parts: dict[str, bytes]) -> None:
        sheet = "xl/worksheets/sheet1.xml"
        parts[sheet] = parts[sheet].replace(b'<row r="2"', b'<row r="2" hidden="1"')
        parts[CHART] = f'<c:c xmlns:c="c">{numbers(B, 2, "1", "3")}</c:c>'.encode()

    filtered = changed(path, tmp_path / "b.xlsx", hide)
    done = after(filtered, Change(SHEET, 3, 2, 9), Change(SHEET, 2, 2, 8))
    assert done.parts[CHART].decode() == f'<c:c xmlns:c="c">{numbers(B, 2, "1", "9")}</c:c>'


def test_a_chart_with_another_number_of_points_loses_those_that_nobody_can_tell(tmp_path: Path) -> None:
    assert points(tmp_path, numbers(B, 2, "1", "2"), {"B2": 5}) == numbers(B, 2)


def test_texts_arrive_as_texts(tmp_path: Path) -> None:
    formula = "'数据 表'!$A$1:$A$2"
    found = points(tmp_path, texts(formula, 2, "甲", "乙"), {"A2": "<b>&\x02 _x0041_"})
    assert found == texts(formula, 2, "甲", "&lt;b&gt;&amp; _x005F_x0041_")


@pytest.mark.parametrize(
    ("spelled", "last"),
    [
        (("46174", "46175"), "46204"),
        (("2026-06-01", "2026-06-02"), "2026-07-01"),
        (("2026/6/1", "2026/6/2"), "2026/7/1"),
        (("6月1日", "6月2日"), "7月1日"),
        (("6/1/2026", "6/2/2026"), "7/1/2026"),
        (("June 1", "June 2"), None),
        (("2026-06-01", "6/2/2026"), None),
    ],
)
def test_a_date_among_texts_is_spelled_as_the_chart_spells_dates(
    tmp_path: Path, spelled: tuple[str, str], last: str | None
) -> None:
    formula = "'数据 表'!$D$1:$D$3"
    found = points(
        tmp_path,
        texts(formula, 3, *spelled, "x"),
        {"D3": DAY + 30},
        rows=[["", "", "", DAY], ["", "", "", DAY + 1], ["", "", "", "x"]],
    )
    assert found == texts(formula, 3, *spelled, last)


def test_levels_of_texts_lie_from_the_inner_to_the_outer(tmp_path: Path) -> None:
    def levels(formula: str, count: int, *levels: tuple[str, ...]) -> str:
        inside = "".join(
            "<c:lvl>" + "".join(f'<c:pt idx="{n}"><c:v>{t}</c:v></c:pt>' for n, t in enumerate(level)) + "</c:lvl>"
            for level in levels
        )
        cache = f'<c:multiLvlStrCache><c:ptCount val="{count}"/>{inside}</c:multiLvlStrCache>'
        return f"<c:multiLvlStrRef><c:f>{formula}</c:f>{cache}</c:multiLvlStrRef>"

    rows: list[list[Value]] = [["甲", "a"], ["乙", "b"], ["丙", "c"]]
    whole = "'数据 表'!$A$1:$B$3"
    found = points(
        tmp_path, levels(whole, 3, ("a", "b", "c"), ("甲", "乙", "丙")), {"A2": "丁", "B3": "d"}, rows=rows
    )
    assert found == levels(whole, 3, ("a", "b", "d"), ("甲", "丁", "丙"))
    found = points(tmp_path, levels(whole, 2, ("丙", "c"), ("乙", "b"), ("甲", "a")), {"A2": "丁"}, rows=rows)
    assert found == levels(whole, 2, ("丙", "c"), ("丁", "b"), ("甲", "a"))


def test_charts_of_newer_kinds_are_left_and_named(tmp_path: Path) -> None:
    level = '<cx:lvl ptCount="1"><cx:pt idx="0">1</cx:pt></cx:lvl>'
    newer = f'<cx:c xmlns:cx="x"><cx:numDim><cx:f>{{}}</cx:f>{level}</cx:numDim></cx:c>'
    path = book(tmp_path / "a.xlsx", [["甲", 1]])
    for formula, left in (("'数据 表'!$B$1", ("xl/charts/chartEx1.xml",)), ("别的!$B$1", ())):
        part = {"xl/charts/chartEx1.xml": newer.format(formula).encode()}
        whole = changed(path, tmp_path / "b.xlsx", lambda parts, part=part: parts.update(part))  # type: ignore[misc]
        assert after(whole, Change(SHEET, 1, 2, 9)).left == left


def test_names_that_stand_for_each_other_end(tmp_path: Path) -> None:
    circle = {"一": "=二", "二": "=一"}
    assert points(tmp_path, numbers("一", 3, "1"), {"B2": 5}, names=circle) is None


def test_references_of_a_whole_sheet_many_times_over_are_not_looked_through(tmp_path: Path) -> None:
    many = numbers("'数据 表'!$A$1:$XFD$1048576", 3, "1") * 200
    found = points(tmp_path, many, {"B2": 5})
    assert found == numbers("'数据 表'!$A$1:$XFD$1048576", 3) * 200
