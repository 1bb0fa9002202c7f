"""PROMO_ formulas that Excel no longer knows are entered again, and nothing else is touched."""

from pathlib import Path

import pytest
from pyopenvba.interpreter._values import error

from promo_xl.sheetspec.wording import wording
from tests.addin import grid_stand_in as grid
from tests.addin.macros_stand_in import Thing, collection, workbook
from tests.addin.test_macros import Desk

TEXTS = wording("en").labels["addin"]
BOUND = "0.3.0 · 11-26 09:30"
FREED = {
    "=PROMO_ROI(A1,B1)": "=PROMO_ROI(A1,B1)",
    "='C:\\Users\\李\\promo_xl.xlam'!PROMO_ROI(A1)": "=PROMO_ROI(A1)",
    "='it''s mine\\promo_xl.xlam'!PROMO_ROI('a''b'!A1)": "=PROMO_ROI('a''b'!A1)",
    "=promo_xl.xlam!PROMO_ROI(1)": "=PROMO_ROI(1)",
    "=[1]!PROMO_ROI(t[x])+[12]!promo_roi(1)": "=PROMO_ROI(t[x])+promo_roi(1)",
    "=_xldudf_PROMO_ROI(1)": "=PROMO_ROI(1)",
    '=IF(A1="[1]!PROMO_",[1]!PROMO_ROI(1),"say ""[1]!PROMO_ROI""")': (
        '=IF(A1="[1]!PROMO_",PROMO_ROI(1),"say ""[1]!PROMO_ROI""")'
    ),
    "='My Plan'!PROMO_goal+[1]!PROMO_ROI(1)": "='My Plan'!PROMO_goal+PROMO_ROI(1)",
    "='C:\\x\\other.xlam'!PROMO_ROI(1)": "='C:\\x\\other.xlam'!PROMO_ROI(1)",
    "='C:\\x\\notpromo_xl.xlam'!PROMO_ROI(1)": "='C:\\x\\notpromo_xl.xlam'!PROMO_ROI(1)",
    "=[1]!PROMO_goal+PROMO_ROI(1)": "=[1]!PROMO_goal+PROMO_ROI(1)",
    "=SUM([1]Sheet1!A1)": "=SUM([1]Sheet1!A1)",
}

CALLS = {
    "=PROMO_ROI(1)": True,
    "=[1]!promo_roi(1)": True,
    "=@PROMO_ROI(t[[#This Row],[a'[b\"']]])": True,
    "=[@x]*Sheet1!A1+PROMO_ROI(1)": True,
    "=IF('C|x'!A1=\"[a]b!c|\",PROMO_ROI(1))": False,
    "=IF('it''s'!A1=\"[a]b!c|\",PROMO_ROI(1))": True,
    '="""PROMO_ROI("&PROMO_ROI(1)': True,
    '="PROMO_ROI(1)"': False,
    "='PROMO_ROI(1)'!A1": False,
    "=Sheet1!PROMO_ROI(1)": False,
    "=PROMO_ROI": False,
    "=PROMO_GOAL(1)": False,
    "=MY_PROMO_ROI(1)": False,
    "=我PROMO_ROI(1)": False,
    "=PROMO_ROI2(1)": False,
    "=t[PROMO_ROI(1)]": False,
    "PROMO_ROI(1)": False,
    "=A1": False,
}
LINKED = [
    "=PROMO_ROI([Book2.xlsx]Sheet1!A1)",
    "=PROMO_ROI('[计划 2.xlsx]数据 表'!A1)",
    "=PROMO_ROI('C:\\x\\Book2.xlsx'!budget)",
    "=[1]!PROMO_ROI([2]Sheet1!A1)",
    "=PROMO_ROI(1)+cmd|'/c calc'!A0",
    "=PROMO_ROI([3]!budget)",
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(("formula", "freed"), FREED.items())
def test_a_formula_is_freed_of_the_path_of_the_add_in_alone(desk: Desk, formula: str, freed: str) -> None:
    assert desk.vba.run("PromoFreed", [formula]) == freed


@pytest.mark.parametrize(("formula", "calls"), CALLS.items())
def test_a_call_is_the_name_of_one_of_our_functions_and_a_bracket(desk: Desk, formula: str, calls: bool) -> None:
    assert desk.vba.run("PromoCalls", [formula]) is calls


@pytest.mark.parametrize("formula", LINKED)
def test_a_formula_that_refers_to_another_file_is_left_and_told(desk: Desk, formula: str) -> None:
    sheet = grid.sheet("任务", [[formula, "=PROMO_ROI(1)"]])
    desk.book.members["worksheets"] = collection([sheet])
    told = desk.vba.run("PromoRebind", [desk.book])
    assert sheet.members["entered"] == [("B1", "formula", "=PROMO_ROI(1)")]
    assert told.splitlines()[1] == TEXTS["vba_not_bound"].replace("{places}", "任务!A1")


@pytest.mark.parametrize(
    ("shown", "live"),
    [(BOUND, True), ("12.10.3 · 01-01 00:00", True), ("Not bound", False), ("0.3.0 - 11-26 09:30", False)],
)
def test_a_plan_is_live_when_the_add_in_answers(desk: Desk, shown: str, live: bool) -> None:
    assert desk.vba.run("PromoLooksBound", [shown]) is live
    desk.book.members["names"] = grid.names(grid.name("plan_engine", shown))
    assert desk.vba.run("PromoIsLive", [desk.book]) is live


def test_an_engine_that_is_an_error_or_no_cell_is_not_live(desk: Desk) -> None:
    for engine in (grid.name("plan_engine"), grid.name("other", BOUND)):
        desk.book.members["names"] = grid.names(engine)
        assert desk.vba.run("PromoIsLive", [desk.book]) is False


def test_only_formulas_that_call_the_add_in_are_entered_again(desk: Desk) -> None:
    sheet = grid.sheet("任务", [["=A2+1", "=[1]!PROMO_ROI(A1)"], ["PROMO_", "=promo_xl.xlam!PROMO_ROI(1)"]])
    desk.book.members["worksheets"] = collection([sheet])
    told = desk.vba.run("PromoRebind", [desk.book])
    assert sheet.members["entered"] == [("B1", "formula", "=PROMO_ROI(A1)"), ("B2", "formula", "=PROMO_ROI(1)")]
    assert told == TEXTS["vba_bound"].replace("{count}", "2")


def test_an_excel_that_spills_is_given_formulas_that_may_spill(desk: Desk) -> None:
    sheet = grid.sheet("任务", [["=[1]!PROMO_ROI(A1:A9)"]] * 2, modern=True)
    desk.book.members["worksheets"] = collection([sheet])
    desk.vba.run("PromoRebind", [desk.book])
    assert [how for _, how, _ in sheet.members["entered"]] == ["formula2", "formula2"]


def test_an_array_is_entered_once_as_a_whole(desk: Desk) -> None:
    sheet = grid.sheet("任务", [["=[1]!PROMO_ROI(1)"], ["=[1]!PROMO_ROI(1)"]])
    grid.as_array(sheet, [(1, 1), (2, 1)], "A1:A2")
    desk.book.members["worksheets"] = collection([sheet])
    desk.vba.run("PromoRebind", [desk.book])
    assert sheet.members["entered"] == [("A1:A2", "formulaarray", "=PROMO_ROI(1)")]


def test_an_array_that_excel_would_not_take_is_kept_and_told(desk: Desk) -> None:
    sheet = grid.sheet("任务", [[f"=PROMO_ROI({'1' * 250})"]])
    grid.as_array(sheet, [(1, 1)], "A1")
    desk.book.members["worksheets"] = collection([sheet])
    told = desk.vba.run("PromoRebind", [desk.book])
    assert sheet.members["entered"] == []
    assert told == TEXTS["vba_not_bound"].replace("{places}", "任务!A1")


def test_protected_sheets_are_left_alone_and_told(desk: Desk) -> None:
    one = grid.sheet("锁", [["=PROMO_ROI(1)", ""]], protected=True)
    other = grid.sheet("空", [["=A1", "PROMO_"]], protected=True)
    desk.book.members["worksheets"] = collection([one, other])
    assert desk.vba.run("PromoRebind", [desk.book]) == TEXTS["vba_not_bound"].replace("{places}", "锁")
    assert one.members["entered"] == []


@pytest.mark.parametrize("fails", [False, True])
def test_excel_is_afterwards_as_it_was(desk: Desk, fails: bool) -> None:
    sheet = grid.sheet("任务", [["=PROMO_ROI(1)", "=PROMO_ROI(2)"]])
    if fails:
        sheet.members["grid"][1, 2].refused["formula"] = "locked"
    desk.book.members["worksheets"] = collection([sheet])
    state = {"calculation": 2, "enableevents": True, "screenupdating": True}
    desk.excel.members |= state
    told = str(desk.vba.run("PromoRebind", [desk.book]))
    assert ("locked" in told) is fails
    assert {key: desk.excel.members[key] for key in state} == state
    assert desk.book.members["saved"] is True


def test_a_formula_does_not_spread_over_its_column_and_excel_may_do_so_again(desk: Desk) -> None:
    sheet = grid.sheet("任务", [["=PROMO_ROI(1)", ""]])
    desk.book.members["worksheets"] = collection([sheet])
    fills = desk.excel.members["autocorrect"] = Thing("AutoCorrect", autofillformulasinlists=True)
    cell, told = sheet.members["grid"][1, 1], []
    enter = cell.vba_set
    cell.vba_set = lambda *what, **named: told.append(fills.members["autofillformulasinlists"]) or enter(*what)
    desk.vba.run("PromoRebind", [desk.book])
    assert told == [False]
    assert fills.members["autofillformulasinlists"] is True


def test_what_was_copied_is_pasted_before_a_plan_is_bound(tmp_path: Path) -> None:
    sheet = grid.sheet("任务", [["=PROMO_ROI(1)", ""]])
    book = workbook(tmp_path, "计划.xlsx", sheets=[sheet], names=grid.names(grid.name(*PLAN[0])))
    desk = Desk(tmp_path, book)
    desk.excel.members["cutcopymode"] = 1
    desk.vba.run("PromoBindTick", [])
    assert sheet.members["entered"] == []
    desk.excel.members["cutcopymode"] = False
    desk.vba.run("PromoBindTick", [])
    assert len(sheet.members["entered"]) == 1


PLAN = [("plan_engine", "not bound")]


@pytest.mark.parametrize(
    ("names", "fault", "entered"),
    [
        (PLAN, False, 1),
        ([("plan_engine", BOUND)], False, 0),
        ([("budget", "x")], False, 0),
        (PLAN, True, 0),
    ],
    ids=["plan", "live", "no plan", "fault"],
)
def test_a_plan_that_is_not_live_is_bound_when_it_comes_to_the_front(
    tmp_path: Path, names: list[tuple[str, str]], fault: bool, entered: int
) -> None:
    sheet = grid.sheet("任务", [["=PROMO_ROI(1)", ""]])
    defined = grid.names(*(grid.name(*one) for one in names))
    desk = Desk(tmp_path, workbook(tmp_path, "计划.xlsx", sheets=[sheet], names=defined))
    if fault:
        desk.vba.run("NoteFailure", ["call", 462, "The remote server machine does not exist", 0.1])
    desk.vba.run("PromoBookSeen", [])
    ((_, macro),) = desk.excel.members["later"]
    assert macro == "'promo_xl.xlam'!PromoBindTick"
    desk.vba.run("PromoBindTick", [])
    assert len(sheet.members["entered"]) == entered
    due = [what[1] for what in desk.excel.members["later"]].count("'promo_xl.xlam'!PromoStatusTick")
    assert (due, bool(desk.excel.members["statusbar"])) == (entered, bool(entered))
    desk.vba.run("PromoBindTick", [])  # once is enough, whether it helped or not
    assert len(sheet.members["entered"]) == entered


# Colour rules and outgrown calls


RULES = (
    "format_clear=任|务\tA1:A9\r\n"
    'format=任|务\tA1:A9\t=IF(A1="|",1)\tfont=FF8000;bold=1;num=0;-0\r\n'
    "format=任|务\tA1:A9\t=A2\tfill=FF8000\r\n"
)


def _coloured(desk: Desk, steps: list[tuple[object, ...]], refused: str = "", visible: int = -1) -> Thing:
    """A sheet that tells what is done to its rules; `refused` is a formula that Excel does not take in a rule."""

    def rules(place: str) -> Thing:
        def add(kind: object, operator: object, formula: object) -> Thing:
            if formula == refused:
                raise error(1004, "no such rule")
            steps.append((place, kind, formula))
            return Thing("FormatCondition", name=place, font=Thing(), interior=Thing())

        return Thing(delete=lambda: steps.append((place, "delete")), add=add)

    spare = Thing("Range", formula="", formatconditions=rules("spare"), clear=lambda: steps.append(("cleared",)))
    spare.members["formulalocal"] = lambda: str(spare.members["formula"]).replace("IF(", "WENN(")
    taken = Thing("Range", value2="ours")
    sheet = Thing(
        "Worksheet",
        name="任|务",
        visible=visible,
        cells=lambda r, c: taken if r == 1048576 else spare,
        rows=Thing(count=1048576),
        columns=Thing(count=16384),
        activate=lambda: steps.append(("activate", sheet.members["visible"])),
    )
    first = Thing("Range", select=lambda: steps.append(("first",)))
    area = Thing("Range", formatconditions=rules("area"), cells=lambda *at: first, worksheet=sheet)
    sheet.members["range"] = lambda at: area
    spare.members["value2"] = None
    desk.book.members |= {"worksheets": collection([sheet]), "activesheet": sheet}
    desk.book.members["activate"] = lambda: steps.append(("first window of the book",))
    desk.excel.members["selection"] = Thing("Range", select=lambda: steps.append(("back",)))
    desk.excel.members["activewindow"] = Thing("Window", activate=lambda: steps.append(("window",)))
    return sheet


def test_a_rule_is_added_in_the_users_language_from_its_first_cell(desk: Desk) -> None:
    steps: list[tuple[object, ...]] = []
    _coloured(desk, steps)
    assert desk.vba.run("PromoFormats", [desk.book, RULES]) == ""
    rule = 2, '=WENN(A1="|",1)'
    assert steps == [
        *[("spare", *rule), ("cleared",), ("spare", 2, "=A2"), ("cleared",), ("area", "delete")],
        *[("activate", -1), ("first",), ("area", *rule), ("back",)],
        *[("activate", -1), ("first",), ("area", 2, "=A2"), ("back",)],
        *[("activate", -1), ("window",)],
    ]


def test_a_rule_has_the_style_that_was_asked_for(desk: Desk) -> None:
    rule = Thing("FormatCondition", font=Thing(), interior=Thing())
    desk.vba.run("PromoDress", [rule, "font=FF8000;bold=1;num=0;-0"])
    assert rule.members["font"].members == {"color": 0x0080FF, "bold": True}
    assert rule.members["numberformat"] == "0;-0"


@pytest.mark.parametrize("broken", ["formula", "sheet", "style"])
def test_no_rule_is_taken_away_unless_excel_takes_all_of_them(desk: Desk, broken: str) -> None:
    steps: list[tuple[object, ...]] = []
    _coloured(desk, steps, refused="=A2" if broken == "formula" else "")
    answer = RULES.replace("fill=FF8000", "fill" if broken == "style" else "fill=FF8000")
    answer += "format=gone\tA1\t=A1\tbold=1\r\n" if broken == "sheet" else ""
    told = str(desk.vba.run("PromoFormats", [desk.book, answer]))
    assert ("area", "delete") not in steps
    assert [step for step in steps if step[0] == "area"] == []
    assert steps[-3:] == [("cleared",), ("activate", -1), ("window",)]
    assert told.endswith(TEXTS["vba_format_refused"].partition("{error}")[2])


@pytest.mark.parametrize("visible", [0, 2], ids=["hidden", "very hidden"])
@pytest.mark.parametrize("refused", ["", "=A2"])
def test_the_rules_of_a_hidden_sheet_are_put_back_and_it_is_hidden_again(
    desk: Desk, visible: int, refused: str
) -> None:
    steps: list[tuple[object, ...]] = []
    sheet = _coloured(desk, steps, refused, visible)
    assert ("no such rule" in str(desk.vba.run("PromoFormats", [desk.book, RULES]))) is bool(refused)
    assert {step for step in steps if step[0] == "activate"} == {("activate", -1)}
    assert sheet.members["visible"] == visible
    assert desk.excel.members["enableevents"] is desk.excel.members["screenupdating"] is True


def _outgrown(
    desk: Desk, refused: bool = False, formula: str = "=PROMO_X(1)", protected: bool = False
) -> tuple[list[tuple[object, ...]], Thing]:
    steps: list[tuple[object, ...]] = []

    def resized(rows: int) -> Thing:
        if refused:
            raise error(1004, "no room")
        block = Thing("Range")
        block.vba_set = lambda name, value, *a, **n: steps.append((name.lower(), int(rows), value))  # type: ignore[method-assign]
        return block

    corner = Thing("Range", hasarray=True, formula=formula, currentarray=Thing("Range", address="$A$2:$B$4"))
    area = Thing(
        "Range",
        address="$A$2:$B$4",
        row=2,
        column=1,
        rows=Thing(count=3),
        cells=lambda *at: corner,
        clearcontents=lambda: steps.append(("clear",)),
        resize=resized,
    )
    rows = Thing(
        insert=lambda: steps.append(("insert", desk.excel.members["cutcopymode"])),
        delete=lambda: steps.append(("delete",)),
    )
    sheet = Thing(
        "Worksheet",
        name="_live",
        protectcontents=protected,
        range=lambda at: area,
        rows=lambda at: (steps.append((at,)), rows)[1],
    )
    area.members["worksheet"] = sheet
    desk.excel.members["cutcopymode"] = 1  # rows were copied
    name = Thing("Name", name="tasks", refersto="old")
    desk.book.members |= {"worksheets": collection([sheet]), "names": collection([name])}
    return steps, name if not refused else area


def test_an_outgrown_call_gets_rows_first_and_its_names_last(desk: Desk) -> None:
    steps, name = _outgrown(desk)
    answer = "extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\nname=tasks\t=_live!$A$2:$B$6\r\n"
    assert desk.vba.run("PromoExtend", [desk.book, answer]) == ""
    assert steps == [("5:6",), ("insert", False), ("clear",), ("formulaarray", 5, "=PROMO_X(2)")]
    assert name.members["refersto"] == "=_live!$A$2:$B$6"


def test_a_call_that_excel_refuses_is_put_back(desk: Desk) -> None:
    steps, area = _outgrown(desk, refused=True)
    told = str(desk.vba.run("PromoExtend", [desk.book, "extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\n"]))
    assert "_live!A2:B4" in told
    assert "no room" in told
    assert area.members["formulaarray"] == "=PROMO_X(1)"
    assert steps[-2:] == [("5:6",), ("delete",)]


@pytest.mark.parametrize(
    ("answer", "formula", "protected"),
    [
        ("extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\n", f"={'1' * 255}", False),
        ("extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\n", "=PROMO_X(1)", True),
        ("extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\nname=gone\t=A1\r\n", "=PROMO_X(1)", False),
        ("extend=_live\tA2:B4\t6\t=PROMO_X(2)\r\nextend=gone\tA2\t6\t=PROMO_X(2)\r\n", "=PROMO_X(1)", False),
    ],
    ids=["cannot be put back", "protected", "no such name", "no such sheet"],
)
def test_no_call_is_enlarged_unless_all_can_be(desk: Desk, answer: str, formula: str, protected: bool) -> None:
    steps, name = _outgrown(desk, formula=formula, protected=protected)
    assert desk.vba.run("PromoExtend", [desk.book, answer]) != ""
    assert steps == []
    assert name.members["refersto"] == "old"


def test_a_formula_that_is_too_long_is_told_before_anything_is_cleared(desk: Desk) -> None:
    steps, _ = _outgrown(desk)
    told = desk.vba.run("PromoExtend", [desk.book, f"extend=_live\tA2:B4\t6\t={'1' * 255}\r\n"])
    assert told == TEXTS["vba_too_long"].replace("{place}", "_live!A2:B4")
    assert steps == []
