"""xlwings' module in the add-in takes nothing from workbooks, and a changed text of xlwings is named."""

import re
from pathlib import Path

import pytest
import xlwings

from promo_xl.addin.xlwings_module import PATCHES, Patch, patched, stretch
from promo_xl.plan.findings import RefusedError

FILE = "xlwings_custom_addin.bas"
TEXT = (Path(xlwings.__file__).parent / FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.name)
def test_a_changed_text_of_xlwings_is_named(patch: Patch) -> None:
    found = stretch(TEXT, patch)
    changed = TEXT.replace(found, found[:-2] + "'" + found[-2:])

    with pytest.raises(RefusedError) as refused:
        patched(changed, "0.0.1", FILE)

    (finding,) = refused.value.findings
    assert finding.details == {"patch": patch.name, "version": "0.0.1", "file": FILE}


@pytest.mark.parametrize(
    "trace",
    [
        "ActiveFullName = ActiveWorkbook.FullName",
        "& ThisWorkbook.FullName",
        '= ".py"',
        "wb.Sheets(PROJECT_NAME",
        "Sheets.Add",
        "VBProject",
        "ThisWorkbook",
    ],
)
def test_nothing_is_read_from_or_written_into_a_workbook(trace: str) -> None:
    assert trace in TEXT
    assert trace not in patched(TEXT, xlwings.__version__, FILE)


def test_settings_come_from_promo_xl_and_the_licence_stays() -> None:
    text = patched(TEXT, xlwings.__version__, FILE)

    assert "    GetConfig = PromoSetting(configKey, default)\nEnd Function\n" in text
    assert "xlwings is distributed under a BSD 3-clause license." in text
    assert max(map(len, text.splitlines())) <= 1023


def test_no_formula_can_run_python_read_files_or_start_programs() -> None:
    text = patched(TEXT, xlwings.__version__, FILE)

    reached = re.findall(r"^(?:Public )?(?:Function|Sub) (\w+)", text, re.MULTILINE)
    assert reached == ["RunPython", "XLPy", "KillPy"]
    start, guard = text.index("Public Function RunPython"), 'If TypeName(Application.Caller) = "Range" Then'
    assert guard in text[start : text.index("XLPy.Exec")]


def test_every_procedure_that_is_called_is_still_there() -> None:
    text = patched(TEXT, xlwings.__version__, FILE)

    defined = set(re.findall(r"^(?:\w+ )?(?:Function|Sub) (\w+)", text, re.MULTILINE))
    before = set(re.findall(r"^(?:Public |Private )?(?:Function|Sub) (\w+)", TEXT, re.MULTILINE))
    code = re.sub(r"'.*|\"[^\"\n]*\"", "", text)
    assert {name for name in before - defined if re.search(rf"\b{name}\b", code)} == set()
