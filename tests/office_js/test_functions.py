"""Functions as Excel on a Mac and on the web calls them: the real xlwings Server and its JavaScript."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from promo_xl.cli.serve import environment
from promo_xl.functions.answering import answer
from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.cell_values import cell_in
from promo_xl.functions.faults import WrongArgumentError
from promo_xl.sheetspec.formula.values import CellError
from promo_xl.version import VERSION
from tests.office_js.calls import CALLS, LEFT_OUT, Call, column
from tests.office_js.conftest import Server

pytestmark = pytest.mark.noncommercial
HOSTILE = (
    *(
        "",
        "   ",
        True,
        False,
        0,
        -1,
        1e308,
        5e-324,
        None,
        "=1+1",
        "１２３",
        "\x00",
        "x" * 40_000,
        "9" * 400,
        "1e999",
    ),
    {"type": "Error", "basicType": "Error", "errorType": "Busy", "basicValue": "#BUSY!"},
    {"type": "Error", "errorType": "Div0"},
    {"type": "FormattedNumber", "basicType": "Double", "basicValue": 46174, "numberFormat": "yyyy/m/d"},
    {"type": "Entity", "basicType": "Error", "basicValue": "#VALUE!", "text": "x", "properties": {}},
    {"type": "LinkedEntity", "basicType": "Error", "basicValue": "#VALUE!"},
    {"type": "WebImage"},
    *({}, {"type": "Array", "basicValue": "#VALUE!", "elements": [[1]]}),
)


def direct(call: Call) -> Any:
    """What `answer` says, as a block."""
    found = answer(call.function, *call.plain)
    return found if isinstance(found, list) else [[found]]


@pytest.fixture(scope="session")
def answers(server: Server) -> dict[str, Any]:
    """Every call of the table through the served JavaScript."""
    return server.in_excel([(call.function, call.office_js) for call in CALLS])


def test_the_table_of_calls_calls_every_function_and_gets_each_of_them_wrong_too() -> None:
    assert {call.function for call in CALLS} == set(CATALOGUE)
    right = {call.function for call in CALLS if not call.wrong}
    wrong = {call.function for call in CALLS if call.wrong}
    assert right == set(CATALOGUE)
    assert wrong == right


def test_excel_is_told_every_function_by_its_name_in_the_catalogue(server: Server) -> None:
    told = {one["name"]: one for one in json.loads(server.get("/xlwings/custom-functions-meta.json"))["functions"]}
    assert set(told) == set(CATALOGUE)
    for name, function in CATALOGUE.items():
        assert told[name]["id"] == name
        assert told[name]["description"] == function.help.text("zh")
        found = [(p["name"], p["description"], p.get("optional", False)) for p in told[name]["parameters"]]
        assert found == [(a.name, a.help.text("zh"), a.optional) for a in function.arguments]
        assert all((p["dimensionality"], p["type"]) == ("matrix", "any") for p in told[name]["parameters"])
        assert "volatile" not in told[name]["options"]


def test_the_javascript_binds_each_name_of_the_catalogue(answers: dict[str, Any]) -> None:
    assert sorted(answers["names"]) == sorted(CATALOGUE)


@pytest.mark.parametrize("n", range(len(CALLS)), ids=[f"{n}-{call.function}" for n, call in enumerate(CALLS)])
def test_office_js_answers_as_python_does(answers: dict[str, Any], n: int) -> None:
    call, found = CALLS[n], answers["answers"][n]
    if call.wrong:
        with pytest.raises(WrongArgumentError):
            direct(call)
        assert (found.get("value"), found["error"]) == (None, "#VALUE!")  # a CustomFunctions.Error, and no text
        assert found["requests"] == [400]  # asked once
        assert found["message"].startswith(call.function)
        return
    assert found["requests"] == [200], found
    if call.function == "PROMO_VERSION":
        assert re.fullmatch(rf"{VERSION} · [\d-]+ [\d:]+", found["value"][0][0])
        return
    assert found["value"] == direct(call)


@pytest.mark.parametrize("name", CATALOGUE)
def test_hostile_cells_get_an_answer_or_an_error_and_are_asked_for_once(server: Server, name: str) -> None:
    arguments = CATALOGUE[name].arguments
    calls = [
        (name, [block] * len(arguments))
        for cell in HOSTILE
        for block in ([[cell]], column(cell, cell), [[cell, cell]])
    ]
    for call, found in zip(calls, server.in_excel(calls)["answers"], strict=True):
        assert found["requests"] in ([200], [400]), (call, found)
        assert ("value" in found) != (found.get("error") == "#VALUE!"), (call, found)
        if "value" in found:
            cells = [cell for row in found["value"] for cell in row]
            assert all(isinstance(cell, str | int | float) for cell in cells), (call, found)
        else:
            assert not re.search(r"Error\b", found["message"]), (call, found)  # no failure of the program


def test_an_old_excel_shows_the_error_as_text_and_asks_once(server: Server) -> None:
    (found,) = server.in_excel([("PROMO_ROI", [[["x"]], [[1]]])], runtime="1.1")["answers"]
    assert found["requests"] == [400]
    assert found["value"][0][0].startswith("PROMO_ROI")


def test_left_out_arguments_are_blanks(server: Server) -> None:
    calls = [
        ("PROMO_ROI", [[[80000]], [[10000]], LEFT_OUT]),
        ("PROMO_ROI", [[[80000]], [[10000]]]),
        ("PROMO_ROI", [LEFT_OUT, LEFT_OUT]),
    ]
    found = server.in_excel(calls)["answers"]
    assert [one["value"] for one in found] == [[[8]], [[8]], [[""]]]


def test_a_function_that_is_not_there_is_no_answer(server: Server) -> None:
    body = {"func_name": "PROMO_NONE", "args": [], "version": "", "client": "Office.js", "runtime": "1.4"}
    status, _ = server.post("/xlwings/custom-functions-call", body)
    assert status == 500


def test_the_two_hosts_share_no_function_object(server: Server) -> None:
    program = (
        "from promo_xl.functions import com_host, server_host\n"
        "for name, function in server_host.FUNCTIONS.items():\n"
        "    assert function is not getattr(com_host, name)\n"
    )
    env = environment(server.project, "noncommercial")
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=60)


def test_an_error_value_without_its_text_is_an_error_and_no_blank() -> None:
    assert isinstance(cell_in({"type": "Error", "errorType": "Div0"}), CellError)
