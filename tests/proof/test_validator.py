"""The Open XML SDK validator accepts what is right, names what is not, and is never skipped."""

import pytest

from tests.proof.made import changed, made, replaced
from tests.proof.validator import ToolMissingError, validate


def plain(workbook) -> None:
    workbook.add_worksheet("甲").write_string("A1", "文")


def test_a_right_workbook_has_no_problem_whatever_its_path(tmp_path):
    folder = tmp_path / "空 格"
    folder.mkdir()
    assert validate([made(folder / "好.xlsx", plain)]) == []


def test_each_faulty_file_is_named_in_the_order_given(tmp_path):
    good = made(tmp_path / "good.xlsx", plain)
    fault = replaced("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetData><tree/>")
    bad = [changed(good, tmp_path / f"bad{number}.xlsx", fault) for number in (1, 2)]
    problems = validate([bad[0], good, bad[1]])
    assert [problem.file for problem in problems] == [str(bad[0]), str(bad[1])]
    assert {problem.part for problem in problems} == {"xl/worksheets/sheet1.xml"}


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    assert [problem.rule for problem in validate([tmp_path / "nothing.xlsx"])] == ["Exception"]


def test_without_the_program_the_sentence_says_how_to_get_it(tmp_path):
    with pytest.raises(ToolMissingError, match="make test"):
        validate([tmp_path / "a.xlsx"], tools=tmp_path)
