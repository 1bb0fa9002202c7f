"""The VBA of the add-in: as xlwings would write it, and safe where xlwings' is not. Run in two engines."""

import re
from pathlib import Path

import pytest
from pyopenvba.interpreter import EMPTY, Interpreter

from promo_xl.functions import com_host
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.model import Function
from promo_xl.functions.vba_wrappers import FUNCTIONS_MODULE, modules, wizard_texts
from tests.functions import fake_xlwings, office_macros
from tests.functions.com_process import HOST, ComProcess
from tests.functions.excel_stand_in import Area, Sheet, Union, interpreter
from tests.functions.pywin32_stand_in import Book

LIMIT = "SLOWEST_SECONDS As Double = "
ALL = {name: text.replace("\r\n", "\n") for name, text in modules().items()}
MODULES = {name: ALL[name] for name in ("PromoBridge", "PromoWizard", FUNCTIONS_MODULE)}
SIGNATURE = re.compile(r"^(?:Public )?Function (PROMO_\w+)\((.*?)\)(?: As Variant)?$", re.MULTILINE)
THEIR_CALL = re.compile(
    r'(PROMO_\w+) = XLPy.CallUDF\("(.*?)", "(.*?)", Array\((.*?)\), ThisWorkbook, Application.Caller\)'
)
OUR_CALL = re.compile(r'(PROMO_\w+) = PromoCall\("(.*?)", Array\((.*?)\)\)')


def joined(text: str) -> str:
    """VBA with its continued lines put together."""
    return re.sub(r"\s+_\n\s*", " ", text)


def bracketed(text: str) -> str:
    return text.replace("( ", "(")


def impatient(seconds: float) -> dict[str, str]:
    """The modules with a limit of so many seconds and a fake xlwings that takes twice as long."""
    text = MODULES["PromoBridge"]
    assert text.count(f"{LIMIT}20\n") == 1
    bridge = text.replace(f"{LIMIT}20\n", f"{LIMIT}{seconds}\n")
    texts = {**MODULES, "PromoBridge": bridge, fake_xlwings.MODULE: fake_xlwings.xlpy(2 * seconds)}
    return {name: text.replace("\n", "\r\n") for name, text in texts.items()}


# The text


@pytest.mark.parametrize(("name", "text"), ALL.items(), ids=list(ALL))
def test_a_module_is_as_the_editor_of_vba_takes_it(name: str, text: str) -> None:
    assert text.isascii()
    assert re.match(rf'Attribute VB_Name = "{name}"\n(?:Attribute \w+ = False\n)*\'', text)
    assert len(name) <= 31
    assert "\nOption Explicit\n" in text
    assert [line for line in text.splitlines() if "Resume Next" in line and " ' " not in line] == []
    assert re.findall(r"\bDeclare (?!PtrSafe )", text) == []
    assert max(map(len, text.splitlines())) < 1000
    assert [line for line in text.splitlines() if line.lstrip().startswith("'") and line.endswith("_")] == []


def test_every_line_ends_as_the_editor_of_vba_wants_it() -> None:
    for text in modules().values():
        assert text.count("\r\n") == text.count("\n") == text.count("\r") > 10


def test_a_statement_has_few_enough_continued_lines() -> None:
    runs = re.findall(r"(?:[^\n]* _\n)+", MODULES[FUNCTIONS_MODULE])
    assert max(run.count("\n") for run in runs) <= 24


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # olevba's, about its parser
def test_the_modules_read_back_from_a_workbook_as_they_were(tmp_path: Path) -> None:
    from oletools.olevba import VBA_Parser

    project = office_macros.vba_project(tmp_path, {name: modules()[name] for name in MODULES})
    found = {
        stream.rsplit("/", 1)[-1]: code.strip()
        for _, stream, _, code in VBA_Parser("vbaProject.bin", data=project).extract_macros()
    }
    assert {name: found[name] for name in MODULES} == {name: modules()[name].strip() for name in MODULES}


def test_our_wrappers_call_what_those_of_xlwings_call(excel: ComProcess) -> None:
    theirs, ours = excel.wrapper(book=Book("plan.xlsm")), bracketed(joined(MODULES[FUNCTIONS_MODULE]))
    assert {
        name: [part.replace(" As Variant", "") for part in arguments.split(", ")]
        for name, arguments in SIGNATURE.findall(ours)
    } == {name: arguments.split(", ") for name, arguments in SIGNATURE.findall(joined(theirs))}
    assert {name: (HOST, called, given) for name, called, given in OUR_CALL.findall(ours)} == {
        name: (module, called, given) for name, module, called, given in THEIR_CALL.findall(joined(theirs))
    }
    assert {name for name, _ in SIGNATURE.findall(ours)} == CATALOGUE.keys()
    assert f'HOST As String = "{HOST}"' in MODULES["PromoBridge"]
    assert "CallUDF((HOST), (functionName), (given), ThisWorkbook, Application.Caller)" in MODULES["PromoBridge"]


# The texts of the function wizard


@pytest.mark.parametrize("language", ["zh", "en", "fr"])
def test_the_wizard_has_a_short_text_for_everything_in_every_language(language: str) -> None:
    texts = wizard_texts(language)
    assert [text.name for text in texts] == list(CATALOGUE)
    for text, function in zip(texts, CATALOGUE.values(), strict=True):
        assert len(text.arguments) == len(function.arguments)
        assert all(0 < len(cell.encode("utf-16-le")) <= 255 * 2 for cell in text.row)


def test_the_wizards_texts_are_in_the_language_asked_for() -> None:
    roi = {language: next(t for t in wizard_texts(language) if t.name == "PROMO_ROI") for language in ("zh", "fr")}
    assert roi["zh"].row[2:4] == ("成交金额。", "花费。")
    assert roi["fr"].row[2:4] == ("Revenue.", "Cost.")


# In pyOpenVBA's interpreter, with stand-ins for the objects of Excel


@pytest.fixture
def vba() -> Interpreter:
    return interpreter(impatient(0.1), fake_xlwings.server(0.2))


@pytest.mark.parametrize("function", CATALOGUE.values(), ids=CATALOGUE.keys())
def test_every_wrapper_hands_all_its_arguments_to_python(vba: Interpreter, function: Function) -> None:
    vba.run("SetBehaviour", ["what"])
    required = vba.run(function.name, [1.0] * function.required)
    whole = vba.run(function.name, [Area([[1.0]])] * len(function.arguments))
    assert whole == required == f"{HOST} {function.name} {len(function.arguments)}"


def test_python_gets_the_add_in_and_the_calling_cell(vba: Interpreter) -> None:
    vba.run("SetBehaviour", ["with what"])
    assert vba.run("PROMO_ROI", [1.0, 1.0]) == "Workbook Range"


SCENARIOS = {
    "fine,fine": "8, 8, started 2, called 2",
    "refuse,fine": "error, 8, started 2, called 2",
    "refuse,refuse,refuse": "error, error, error, started 3, called 3",
    "rejected,fine": "error, 8, started 2, called 2",
    "busy at start,fine": "error, 8, started 2, called 1",
    "no workbook,fine": "error, 8, started 2, called 1",
    "slow,fine": "8, 8, started 2, called 2",
    "no start,fine,fine": "error, error, error, started 1, called 0",
    "no library,fine": "error, error, started 1, called 0",
    "hang at start,fine": "error, error, started 1, called 0",
    "gone,fine,fine": "error, error, error, started 1, called 1",
    "gone to VBA,fine": "error, error, started 1, called 1",
    "disconnected,fine": "error, error, started 1, called 1",
    "hang,fine,fine": "error, error, error, started 1, called 1",
    "fine,gone,fine": "8, error, error, started 2, called 2",
    "gone,fine,forget,fine": "error, error, 8, started 2, called 2",
    "no start,no start,forget,no start,no start": "error, error, error, error, started 2, called 0",
}
FAULTS = {
    "fine": r" / ",
    "refuse": r" / (?P<when>.*); error -2147467259; WrongArgumentError: cost",
    "rejected": r" / (?P<when>.*); error -2147418111; Call was rejected by callee\.",
    "no start": r"(?P<when>.*); Python could not be started; error 1000; Could not activate .* / .*",
    "gone,fine": r"(?P<when>.*); Python is gone; error -2147023174; The RPC server is unavailable\. / .*",
    "hang": r"(?P<when>.*); Python took \d seconds and failed; error -2147467259; TimeoutError: no answer / .*",
    "gone,forget": r" / ",
}
WHEN = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d")


@pytest.mark.parametrize(("behaviours", "told"), SCENARIOS.items())
def test_a_bridge_that_failed_is_not_tried_again(vba: Interpreter, behaviours: str, told: str) -> None:
    assert vba.run("Asked", [behaviours]) == told


@pytest.mark.parametrize(("behaviours", "told"), FAULTS.items())
def test_a_fault_is_told_with_its_time_and_its_reason(vba: Interpreter, behaviours: str, told: str) -> None:
    match = re.fullmatch(told, str(vba.run("FaultAfter", [behaviours])))
    assert match
    assert all(WHEN.fullmatch(when) for when in match.groupdict().values())


@pytest.mark.parametrize("behaviours", ["refuse", "gone", "no start", "hang"])
def test_every_failure_is_an_error_value(vba: Interpreter, behaviours: str) -> None:
    assert vba.run("ErrorOf", [behaviours]) == "Error 2015"


FORMULA = {(0, 0), (1, 0), (2, 0)}


@pytest.mark.parametrize(
    ("revenue", "waits"),
    [
        (Area([[8.0]]), False),
        (Area([[EMPTY]]), False),
        (Area([[8.0]], {(0, 0)}), False),
        (Area([[EMPTY]], {(0, 0)}), True),
        (Area([[8.0], [EMPTY], [4.0]]), False),
        (Area([[8.0], [4.0], [EMPTY]], FORMULA), True),
        (Area([[8.0], [""], [0.0]], FORMULA), False),
        (Area([[8.0], [EMPTY], [4.0]], {(0, 0)}), False),
        (Area([[8.0], [EMPTY], [4.0]], {(1, 0)}), True),
        (Area([[8.0, EMPTY], [EMPTY, 4.0]], {(1, 1)}), False),
        (Area([[8.0, EMPTY], [EMPTY, 4.0]], {(0, 1)}), True),
        (Union(Area([[8.0]]), Area([[EMPTY]], {(0, 0)})), True),
    ],
)
def test_a_formula_that_is_not_calculated_yet_keeps_python_out(
    vba: Interpreter, revenue: Area, waits: bool
) -> None:
    vba.run("SetBehaviour", ["what"])
    answer = vba.run("PROMO_ROI", [revenue, 2.0])
    assert str(answer) == ("Error 2042" if waits else f"{HOST} PROMO_ROI 3")
    assert vba.run("CountCalls", []) == (0 if waits else 1)
    assert vba.run("PromoFault", []) == ""


def test_of_a_whole_column_only_the_rows_in_use_are_looked_at(vba: Interpreter) -> None:
    whole = [[8.0], [EMPTY], [4.0]] + [[EMPTY]] * 1_048_573
    vba.run("SetBehaviour", ["what"])
    assert vba.run("PROMO_ROI", [Area(whole, {(0, 0)}), 2.0]) == f"{HOST} PROMO_ROI 3"
    assert str(vba.run("PROMO_ROI", [Area(whole, {(1, 0)}), 2.0])) == "Error 2042"


def test_columns_without_formulas_are_not_read_by_vba(vba: Interpreter) -> None:
    typed, calculated = Area([[8.0], [EMPTY]]), Area([[1.0], [2.0]], {(0, 0), (1, 0)})
    vba.run("SetBehaviour", ["what"])
    vba.run("PROMO_ROI", [typed, calculated])
    assert (typed.reads, calculated.reads) == (0, 1)


def test_the_wizards_texts_are_set_for_every_function(vba: Interpreter) -> None:
    excel = vba.host.application
    vba.run("PromoWizardTexts", [Sheet([text.row for text in wizard_texts("zh")])])
    assert excel.described == [
        (
            f"'it''s promo_xl.xlam'!{text.name}",
            text.description,
            com_host.CATEGORY,
            text.arguments,
        )
        for text in wizard_texts("zh")
    ]


def test_a_refusal_of_a_wizard_text_stops_nothing(vba: Interpreter) -> None:
    excel = vba.host.application
    excel.refused = {"'it''s promo_xl.xlam'!PROMO_ROI"}
    vba.run("PromoWizardTexts", [Sheet([text.row for text in wizard_texts("en")])])
    assert len(excel.described) == len(CATALOGUE) - 1


# In LibreOffice, which calls the functions from cells


def test_libreoffice_compiles_and_runs_the_modules(tmp_path: Path) -> None:
    # LibreOffice shows CVErr(xlErrValue) as the text Error 2015, which IFERROR lets pass.
    formulas = {
        "A1": "=PROMO_ROI(80000,10000)",
        "A2": "=PROMO_ROI(C1,C2)",
        "A3": "=PROMO_ROI(C1:C2,C2)",
        **{f"B{row}": f'=Asked("{one}")' for row, one in enumerate(SCENARIOS, 1)},
        **{f"D{row}": f'=FaultAfter("{one}")' for row, one in enumerate(FAULTS, 1)},
        **{f"E{row}": f'=What("{name}")' for row, name in enumerate(CATALOGUE, 1)},
        "F1": '=ErrorOf("gone")',
    }
    modules = {**impatient(1), fake_xlwings.CLASS: fake_xlwings.server(2)}
    modules[fake_xlwings.MODULE] += what_of_every_function()
    shown = office_macros.shown(tmp_path, formulas, modules, [fake_xlwings.CLASS], {"C1": 80, "C2": 10})
    assert (shown["A1"], shown["A2"]) == (8, 8)
    assert [shown[f"B{row}"] for row, _ in enumerate(SCENARIOS, 1)] == list(SCENARIOS.values())
    for row, told in enumerate(FAULTS.values(), 1):
        assert re.fullmatch(told, str(shown[f"D{row}"])), shown[f"D{row}"]
    assert [shown[f"E{row}"] for row, _ in enumerate(CATALOGUE, 1)] == [
        f"{HOST} {function.name} {len(function.arguments)}" for function in CATALOGUE.values()
    ]
    assert shown["F1"] == "Error 2015"


def what_of_every_function() -> str:
    """VBA that calls a function by its name with as many arguments as it needs."""
    cases = [
        f'        Case "{function.name}": What = {function.name}({", ".join("1" * function.required)})'
        for function in CATALOGUE.values()
    ]
    lines = ["Public Function What(ByVal functionName As String) As String", "    PromoForgetFault"]
    lines += ['    Behaviour = "what"', "    Select Case functionName", *cases, "    End Select"]
    return "\n".join([*lines, '    Behaviour = ""', "End Function", ""])
