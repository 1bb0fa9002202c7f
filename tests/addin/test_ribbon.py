"""Every button of the ribbon has its texts, its picture, and a Sub that starts a command of Python."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest

from promo_xl import assets
from promo_xl.addin import commands
from promo_xl.addin.ingredients import ribbon
from promo_xl.sheetspec.wording import languages, wording

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
CALLBACKS = {
    "onLoad": "ByVal loaded As Object",
    "onAction": "ByVal control As Object",
    "getLabel": "ByVal control As Object, ByRef said As Variant",
    "getScreentip": "ByVal control As Object, ByRef said As Variant",
    "getSupertip": "ByVal control As Object, ByRef said As Variant",
}
# Commands of Excel 2010, whose pictures a button may borrow.
PICTURES = {
    "AdvancedFileProperties",
    "CalculateNow",
    "Copy",
    "DataValidation",
    "FileNew",
    "FileOpen",
    "FormatPainter",
    "Help",
    "RefreshAll",
    "Undo",
}
CHAIN = {
    "promoNew": "new_plan",
    "promoBatch": "make_batch",
    "promoRefresh": "refresh_data",
    "promoCheck": "check_plan",
    "promoSchedule": "auto_schedule",
    "promoUndo": "undo_last",
    "promoRepair": "repair_plan",
    "promoLanguage": "change_setting",
    "promoOutput": "change_setting",
    "promoTemplates": "change_setting",
    "promoShow": None,  # shown by VBA alone
    "promoHelp": "self_check",
}
ROOT = ElementTree.fromstring(ribbon())
CONTROLS = [element for element in ROOT.iter() if "id" in element.attrib]
BUTTONS = {element.get("id", ""): element for element in CONTROLS if element.tag.endswith("}button")}
SOURCES = {path.stem: path.read_text(encoding="ascii") for path in sorted(assets.macros().glob("*.bas"))}
PROCEDURE = re.compile(r"^(?:Public|Private) (?:Sub|Function) (\w+)\(.*?^End (?:Sub|Function)$", re.M | re.S)
PROCEDURES = {match[1]: match[0] for text in SOURCES.values() for match in PROCEDURE.finditer(text)}


def commands_of(procedure: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """The commands that a procedure starts, itself or through procedures that it calls."""
    text = PROCEDURES[procedure]
    found = set(re.findall(r'PromoStart "(\w+)"', text))
    called = {name for name in re.findall(r"\w+", text) if name in PROCEDURES} - seen - {procedure, "PromoStart"}
    for name in called:
        found |= commands_of(name, seen | {procedure} | called)
    return found


def test_the_ribbon_is_one_that_excel_2010_and_later_read() -> None:
    assert ROOT.tag == f"{{{NAMESPACE}}}customUI"
    assert ROOT[0][0][0].get("id") == "promoTab"


def test_no_id_stands_twice() -> None:
    assert Counter(element.get("id") for element in CONTROLS).most_common(1)[0][1] == 1
    assert BUTTONS.keys() == CHAIN.keys()


@pytest.mark.parametrize("attribute", CALLBACKS)
def test_every_callback_is_one_sub_with_the_arguments_that_excel_passes(attribute: str) -> None:
    names = {element.get(attribute) for element in ROOT.iter()} - {None}
    assert names
    for name in names:
        found = [
            (module, arguments)
            for module, text in SOURCES.items()
            for arguments in re.findall(rf"^Public Sub {name}\((.*)\)$", text, re.MULTILINE)
        ]
        assert found == [("PromoRibbon", CALLBACKS[attribute])]


def test_excel_finds_the_callbacks_by_name() -> None:
    assert "Option Private Module" not in SOURCES["PromoRibbon"]
    assert "Public Function" not in SOURCES["PromoRibbon"]


def test_pictures_are_those_of_excel_2010() -> None:
    assert {element.get("imageMso") for element in CONTROLS} - {None} <= PICTURES


@pytest.mark.parametrize("language", languages())
def test_every_control_has_a_label_and_a_tip_in_every_language(language: str) -> None:
    texts = wording(language).labels["ribbon"]
    assert {element.get("id") for element in CONTROLS} == texts.keys()
    for parts in texts.values():
        assert 0 < len(parts["label"]) <= 40
        assert 0 < len(parts["tip"]) <= 250


def test_every_control_asks_for_its_texts() -> None:
    for element in CONTROLS:
        assert element.get("getLabel") == "PromoRibbonLabel"
        assert not element.attrib.keys() & {"label", "screentip", "supertip"}
        if element.tag.endswith(("}button", "}menu")):
            assert element.get("getSupertip") == "PromoRibbonSupertip"


@pytest.mark.parametrize(("button", "command"), CHAIN.items())
def test_a_button_starts_its_command_of_python(button: str, command: str | None) -> None:
    started = commands_of(str(BUTTONS[button].get("onAction")))
    assert started == ({command} if command else set())
    if command:
        assert callable(getattr(commands, command))


def test_what_is_started_is_run_by_xlwings_with_its_ticket() -> None:
    runs = [
        line.strip() for line in "".join(SOURCES.values()).splitlines() if line.strip().startswith("RunPython ")
    ]
    assert runs == [
        'RunPython "import promo_xl.addin.commands as commands; commands." & command & "(\'" & ticket & "\')"'
    ]
    assert "FailureOf(command, ticket)" in PROCEDURES["PromoAsk"]


@pytest.mark.parametrize("command", ["start_up", "rebuild_addin", "finish_job"])
def test_what_no_button_starts_is_started_by_the_add_in(command: str) -> None:
    assert f'"{command}"' in "".join(SOURCES.values())
    assert callable(getattr(commands, command))


KEY = re.compile(r'"(vba_\w+)"')
NAMED = re.compile(r"\{(\w+)\}")
BY_KEY = "PromoText\\(key"
ASKED_BY_KEY = dict.fromkeys(("vba_ask_language", "vba_format_refused", "vba_format_failed"), BY_KEY)


@pytest.mark.parametrize("language", languages())
def test_every_text_that_vba_shows_is_there_and_no_other(language: str) -> None:
    texts = wording(language).labels["addin"]
    used = set(KEY.findall("".join(SOURCES.values())))
    assert used == {key for key in texts if key.startswith("vba_")}


def test_a_text_has_the_same_names_in_every_language_and_vba_fills_them() -> None:
    for key in sorted(set(KEY.findall("".join(SOURCES.values())))):
        asked = {frozenset(NAMED.findall(wording(one).labels["addin"][key])) for one in languages()}
        assert len(asked) == 1, key
        for name in asked.pop():
            pattern = rf'"?{ASKED_BY_KEY.get(key, key)}"?[\s\S]{{0,300}}?"{name}"'
            assert re.search(pattern, "".join(SOURCES.values())), (key, name)
