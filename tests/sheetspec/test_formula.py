"""The formula language means what Excel means: our values equal those of an engine that never saw our code."""

from pathlib import Path

import ironcalc
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from promo_xl.sheetspec.formula.criteria import Matcher
from promo_xl.sheetspec.formula.evaluate import compile_formula
from promo_xl.sheetspec.formula.operations import EAGER
from promo_xl.sheetspec.formula.parse import FormulaError, Macro, parse_formula
from promo_xl.sheetspec.formula.render import render
from promo_xl.sheetspec.formula.values import Area, CellError, Value, single
from tests.proof.recalculate import libreoffice_values

COLUMNS: dict[str, list[Value]] = {
    "a": [1, 2.5, None, "x", "", 40, -3, "5"],
    "b": ["抖音", "KOL", "抖音", None, "", "朋友圈*", "kol", "1.10"],
    "c": [45444, 45445, 45446, 45447, None, 45449, 45450, 45451],
}


class Sheet:
    """Eight rows of three columns, in our world and as addresses."""

    def __init__(self) -> None:
        self.matcher = Matcher()
        self.areas = {name: Area((values,)) for name, values in COLUMNS.items()}

    def cell(self, field: str, row: int = 0) -> Value:
        return COLUMNS[field][row]

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> Area:
        return self.areas[first] if first == last else Area((COLUMNS["a"], COLUMNS["b"], COLUMNS["c"]))

    def name(self, name: str, row: int = 0) -> Value:
        return 45446

    def choice(self, choices: str, code: str) -> str:
        return "抖音"


class Addresses:
    """The same cells as a workbook names them."""

    def __init__(self, row: int) -> None:
        self.row = row

    def cell(self, field: str) -> str:
        return f"{field.upper()}{self.row + 1}"

    def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
        return f"${first.upper()}$1:${last.upper()}$8"

    def name(self, name: str) -> str:
        return "45446"

    def choice(self, choices: str, code: str) -> str:
        return "抖音"


FORMULAS = [
    'IF([a]="","",[a]*2)',
    "[a]+1",
    "-[a]^2",
    "([a]+1)*(2-[a])/4",
    '[a]&"|"&[b]',
    "COUNTIFS(t[b],[b])",
    'COUNTIFS(t[b],"=抖音")',
    'COUNTIFS(t[b],"<>抖音")',
    'COUNTIFS(t[b],"")',
    'COUNTIFS(t[b],"?*")',
    'COUNTIFS(t[b],"朋友圈~*")',
    'COUNTIFS(t[b],"1.1")',
    'COUNTIFS(t[a],">1",t[b],"KOL")',
    'COUNTIFS(t[a],"<>")',
    "SUM(t[a])",
    "SUM([a],1)",
    "COUNT(t[a])",
    "COUNT([a],[b])",
    "MAX(t[a],0)",
    'SUMIFS(t[a],t[b],"抖音")',
    'SUMIFS(t[a],t[c],"<"&d)',
    'SUMIFS(t[a],t[c],">="&d,t[c],"<="&d+3)',
    'IFERROR(AVERAGEIFS(t[a],t[c],">"&d),"none")',
    'IFERROR(MATCH([b],t[b],0),"no")',
    'IFERROR(INDEX(t[a],MATCH("KOL",t[b],0)),"no")',
    "IFERROR(INDEX(t[a:c],2,3),0)",
    'SUMPRODUCT((t[c]>d)*(t[c]<d+5))',
    'LOOKUP(d+0.5,t[c],t[c])',
    "IF(AND(ISNUMBER([a]),[a]>0),ROUND([a]/3,2),0)",
    "IF(OR([a]=1,[b]=ch.x),1,0)",
    'IFERROR(1/[a],"div")',
    'IFERROR(RANK([a],t[a]),"none")',
    "MOD(d,7)&INT(d/7)",
    "WEEKDAY(d,2)+YEAR(d)+MONTH(d)*DAY(d)",
    "EDATE(d,1)-DATE(2024,6,1)",
    'TEXT(0.256,"0.0%")',
    'LEN([b])&LEFT([b],1)&RIGHT([b],1)&MID([b],2,2)',
    'SUBSTITUTE([b],"O","0")',
    "CHOOSE(2,1/0,7,1/0)",
    'IF([b]<"z",1,2)',
    "NOT([a]=1)",
    "[a]>[b]",
    'ISERROR(1/0)',
]  # fmt: skip


def ours(text: str, row: int) -> Value:
    try:
        value = single(compile_formula(parse_formula(text))(Sheet(), row))
    except CellError as error:
        return error.code
    return 0 if value is None else value


def engine(path: Path, texts: list[tuple[str, int]]) -> list[Value]:
    """What IronCalc makes of the rendered formulas, one in each row of column H."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for at, values in enumerate(COLUMNS.values()):
            for row, value in enumerate(values):
                if isinstance(value, str) and value:
                    sheet.write_string(row, at, value)
                elif isinstance(value, str):
                    sheet.write_formula(row, at, '=""', None, "")
                elif isinstance(value, (int, float)):
                    sheet.write_number(row, at, value)
        for i, (text, row) in enumerate(texts):
            sheet.write_formula(i, 7, "=" + render(parse_formula(text), Addresses(row)), None, 0)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    return [model.get_cell_value(0, i + 1, 8) for i in range(len(texts))]


def same(a: Value, b: Value) -> bool:
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-9 * max(1, abs(a))
    a, b = getattr(a, "code", a), getattr(b, "code", b)
    return (a or "") == (b or "") and isinstance(a, bool) == isinstance(b, bool)


# Where one engine is known to differ from Excel; the other one must then agree.
ONLY_LIBREOFFICE = {
    'COUNTIFS(t[b],"<>抖音")': "IronCalc passes over blank cells",
    "LOOKUP(d+0.5,t[c],t[c])": "IronCalc loses its way at a blank cell",
}
ONLY_IRONCALC = {
    'COUNTIFS(t[b],"1.1")': "LibreOffice compares the texts 1.1 and 1.10, Excel their numbers",
    'IFERROR(MATCH([b],t[b],0),"no")': "LibreOffice finds a blank",
    'IFERROR(RANK([a],t[a]),"none")': "LibreOffice ranks a blank as 0 and a text as its number",
}


def test_every_formula_has_the_value_that_the_engines_find(tmp_path: Path) -> None:
    texts = [(text, row) for text in FORMULAS for row in range(8)]
    file = tmp_path / "t.xlsx"
    ironcalc_found = engine(file, texts)
    cells = libreoffice_values([file], tmp_path)[file]
    for i, (text, row) in enumerate(texts):
        value = ours(text, row)
        if text not in ONLY_LIBREOFFICE:
            assert same(value, ironcalc_found[i]), (text, row, value, ironcalc_found[i])
        if text not in ONLY_IRONCALC:
            assert same(value, cells.get(("Sheet1", f"H{i + 1}"))), (text, row, value, cells)


NUMBERS = st.sampled_from(["[a]", "[c]", "1", "2.5", "d", "SUM(t[a])"])
TEXTS = st.sampled_from(["[b]", '"抖音"', '""', '"1"'])
CONDITIONS = st.builds("{}{}{}".format, NUMBERS, st.sampled_from(["=", "<>", "<", ">="]), NUMBERS | TEXTS)


def grown(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.builds("({}{}{})".format, parts, st.sampled_from(list("+-*/")), parts)
        | st.builds("IF({},{},{})".format, CONDITIONS, parts, parts)
        | st.builds('IFERROR({},"e")'.format, parts)
        | st.builds("COUNTIFS(t[a],{})".format, parts)
        | st.builds("MAX({},0)".format, NUMBERS)
    )


# & stands outermost only: IronCalc drops the brackets around it, ("a"&"b")/2 becomes "a"&"b"/2.


def test_rounding_leaves_numbers_alone_that_have_no_decimals() -> None:
    assert EAGER["ROUND"](1e308, 2) == 1e308
    assert EAGER["ROUND"](-1e16, 0) == -1e16
    assert EAGER["ROUND"](2.345, 2) == 2.35


PARTS = st.recursive(NUMBERS | TEXTS, grown, max_leaves=8)
# IronCalc writes a zero below zero as -0, which Excel does not have; adding 0 makes it the one zero.
EXPRESSIONS = PARTS | st.builds("IFERROR(INT({})+0,0)&{}".format, PARTS, TEXTS)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(EXPRESSIONS, st.integers(0, 7)), min_size=20, max_size=40))
def test_random_formulas_have_the_value_that_the_engine_finds(
    tmp_path: Path, texts: list[tuple[str, int]]
) -> None:
    found = engine(tmp_path / "t.xlsx", texts)
    assert [
        (t, row, ours(t, row), f) for (t, row), f in zip(texts, found, strict=True) if not same(ours(t, row), f)
    ] == []


@given(EXPRESSIONS)
def test_rendering_and_parsing_again_changes_nothing(text: str) -> None:
    class Same(Addresses):
        def cell(self, field: str) -> str:
            return f"[{field}]"

        def columns(self, table: str, first: str, last: str, *, headers: bool) -> str:
            return f"{table}[{first}]"

        def name(self, name: str) -> str:
            return name

    node = parse_formula(text)
    assert parse_formula(render(node, Same(0))) == node


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("XLOOKUP(1,t[a],t[b])", "XLOOKUP is not among the functions"),
        ("IF([a]=1", "ends too early|expected"),
        ("SUM(t[a]))", "left over"),
        ("[a] # 2", "cannot read"),
        ("TWICE([a],1)", r"TWICE takes \(x\)"),
    ],
)
def test_a_formula_that_cannot_be_read_says_why(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        parse_formula(text, {"TWICE": Macro(("x",), parse_formula("x*2"))})


def test_a_macro_stands_for_its_formula() -> None:
    macros = {"TWICE": Macro(("x",), parse_formula("x*2"))}
    assert parse_formula("TWICE([a]+1)", macros) == parse_formula("([a]+1)*2")
