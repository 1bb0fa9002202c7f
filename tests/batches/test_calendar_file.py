"""Laws of the calendar file: it brings new years whole, or says everything that is wrong with it."""

import datetime as dt
from pathlib import Path

import pytest

import promo_xl
from promo_xl.batches.calendar_file import read_calendar
from promo_xl.cli.main import main
from promo_xl.plan.calendar import RestDay, chinese_rest_days
from promo_xl.plan.findings import Finding, RefusedError
from tests.batches.lists import book, xlsx

NEW_YEAR = dt.date(2027, 1, 1)
YEAR_2027 = """日期,类型,说明
2027-01-01,休息,元旦
2027年2月5日-2月11日,放假,春节
2027-01-30,补班,春节
"""


def written(folder: Path, text: str, name: str = "放假安排.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def read(path: Path, language: str = "zh") -> tuple[RestDay, ...]:
    return read_calendar(path, book(), language)


def refused(path: Path, language: str = "zh") -> list[Finding]:
    with pytest.raises(RefusedError) as caught:
        read(path, language)
    return list(caught.value.findings)


def test_a_row_is_a_day_or_a_span_of_days(tmp_path: Path) -> None:
    days = read(written(tmp_path, YEAR_2027))
    assert days[0] == RestDay(NEW_YEAR, "元旦", "rest")
    assert days[1] == RestDay(dt.date(2027, 1, 30), "春节", "makeup")
    assert days[2:] == tuple(RestDay(dt.date(2027, 2, day), "春节", "rest") for day in range(5, 12))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("休息", "rest"), ("休", "rest"), ("放假", "rest"), ("Rest", "rest"), ("holiday", "rest"),
        ("REST", "rest"), ("调休上班", "makeup"), ("班", "makeup"), ("补班", "makeup"),
        ("Make-up workday", "makeup"), ("workday", "makeup"), ("makeup", "makeup"),
        ("未公布", "unannounced"), ("Not announced", "unannounced"),
    ],
)  # fmt: skip
def test_a_kind_may_be_said_in_any_language_and_in_a_word(tmp_path: Path, word: str, kind: str) -> None:
    (day,) = read(written(tmp_path, f"日期,类型\n2027-01-01,{word}\n"))
    assert (day.date, day.kind) == (NEW_YEAR, kind)


@pytest.mark.parametrize(
    "header", ["日期,类型,说明", "date,kind,name", "Date,Kind,What", " 放假日期 ,休/班,节日（中文）"]
)
def test_columns_are_known_by_their_labels_and_other_words(tmp_path: Path, header: str) -> None:
    assert read(written(tmp_path, f"{header}\n2027-01-01,休,元旦\n")) == (RestDay(NEW_YEAR, "元旦", "rest"),)


def test_excel_dates_titles_and_several_sheets_are_read(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "日历.xlsx",
        ["2027年放假安排"],
        ["说明", "日期", "类型"],
        ["元旦", NEW_YEAR, "休"],
        ["国庆", 46661, "休"],
        补班=[["日期", "类型"], ["2027.10.9", "班"]],
    )
    assert [(day.date, day.kind) for day in read(path)] == [
        (NEW_YEAR, "rest"),
        (dt.date(2027, 10, 1), "rest"),
        (dt.date(2027, 10, 9), "makeup"),
    ]


def test_the_rest_days_of_a_workbook_are_a_calendar_file(tmp_path: Path) -> None:
    assert main(["new", "Tea", "--launch", "2026-06-01", "--as-of", "2026-06-01", "-o", str(tmp_path)]) == 0
    (made,) = tmp_path.glob("*.xlsx")
    assert read(made) == promo_xl.read_workbook(made).rest_days


def test_the_same_day_twice_is_one_day_and_keeps_the_name(tmp_path: Path) -> None:
    path = written(tmp_path, "日期,类型,说明\n2027-01-01,休,\n2027/1/1,休息,元旦\n")
    assert read(path) == (RestDay(NEW_YEAR, "元旦", "rest"),)


def test_everything_that_is_wrong_is_said_at_once_with_its_place(tmp_path: Path) -> None:
    rows = [
        ("2027-02-30", "休"),
        ("下周", "休"),
        ("10月1日", "休"),
        ("2027-05-01", "红"),
        ("2027-05-02", "调休上斑"),
        ("", "休"),
        ("2027-05-03", ""),
        ("2207-01-01", "休"),
        ("2027年", "休"),
        ("2027-01-01", "休"),
        ("2027-01-01", "班"),
        ("2月29日", "休"),
        ("2027年10月上旬", "休"),
    ]
    path = written(tmp_path, "日期,类型\n" + "".join(f"{day},{kind}\n" for day, kind in rows))
    found = refused(path)
    assert [(finding.code, finding.place.rpartition(" ")[2]) for finding in found] == [
        ("CALENDAR_DATE_NO_SUCH_DAY", "A2"),
        ("CALENDAR_DATE_UNREADABLE", "A3"),
        ("CALENDAR_DATE_NO_YEAR", "A4"),
        ("CALENDAR_KIND_UNKNOWN", "B5"),
        ("CALENDAR_KIND_NEAR", "B6"),
        ("CALENDAR_CELL_MISSING", "A7"),
        ("CALENDAR_CELL_MISSING", "B8"),
        ("CALENDAR_DATE_FAR", "A9"),
        ("CALENDAR_SPAN_LONG", "A10"),
        ("CALENDAR_DAY_TWICE", "A12"),
        ("CALENDAR_DATE_NO_YEAR", "A13"),
        ("CALENDAR_DATE_UNREADABLE", "A14"),
    ]
    by_code = {finding.code: finding.details for finding in found}
    assert by_code["CALENDAR_KIND_NEAR"]["suggestion"] == "调休上班"
    assert by_code["CALENDAR_KIND_UNKNOWN"]["allowed"] == "休息 / 调休上班 / 未公布"
    assert by_code["CALENDAR_DAY_TWICE"]["first"] == "放假安排.csv › A11"


def test_a_missing_column_is_named_with_the_nearest_heading(tmp_path: Path) -> None:
    (finding,) = refused(written(tmp_path, "date,knid\n2027-01-01,休\n"))
    assert (finding.code, finding.place) == ("CALENDAR_COLUMN_MISSPELT", "放假安排.csv › B1")
    assert finding.details == {"column": "类型", "found": "knid", "suggestion": "Kind"}
    (finding,) = refused(written(tmp_path, "date,colour\n2027-01-01,red\n"), "en")
    assert (finding.code, finding.details["column"]) == ("CALENDAR_COLUMN_MISSING", "Kind")


def test_a_file_of_something_else_is_refused_with_both_columns_missing(tmp_path: Path) -> None:
    found = refused(written(tmp_path, "甲,乙\n1,2\n"))
    assert [(finding.code, finding.field) for finding in found] == [
        ("CALENDAR_COLUMN_MISSING", "date"),
        ("CALENDAR_COLUMN_MISSING", "kind"),
    ]


def test_a_calendar_without_days_is_refused(tmp_path: Path) -> None:
    (finding,) = refused(written(tmp_path, "日期,类型\n"))
    assert (finding.code, finding.place) == ("CALENDAR_EMPTY", "放假安排.csv › A2")


@pytest.mark.parametrize(
    "command", [["new", "面膜", "--launch", "2026-12-20"], ["batch", "list.csv", "--jobs", "2"]]
)
def test_a_newly_announced_year_is_no_longer_marked_in_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, YEAR_2027)
    written(
        tmp_path, "产品,上市日期\n面膜,2026-12-20\n精华,2026-12-21\n面霜,2026-12-22\n乳液,2026-12-23\n", "list.csv"
    )
    options = ["--as-of", "2026-11-01", "--lang", "zh", "-o"]
    assert main([*command, *options, "without"]) == 0
    assert main([*command, *options, "with", "--calendar", "放假安排.csv"]) == 0
    for path in Path("with").glob("*.xlsx"):
        before = promo_xl.read_workbook(Path("without") / path.name).rest_days
        after = promo_xl.read_workbook(path).rest_days
        assert RestDay(NEW_YEAR, "", "unannounced") in before
        assert not any(day.kind == "unannounced" and day.date == NEW_YEAR for day in after)
        assert RestDay(NEW_YEAR, "元旦", "rest") in after
        assert set(chinese_rest_days([2026])) <= set(after)


def test_a_bad_calendar_stops_the_command_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "日期,类型\n2027-01-01,调休\n2027-02-30,休\n")  # 调休 may be the day off or the day at work
    command = ["new", "面膜", "--launch", "2026-12-20", "--lang", "zh", "-o", "out", "--calendar", "放假安排.csv"]
    assert main(command) == 2
    said = capsys.readouterr().out
    assert "放假安排.csv › B2: “类型”写的是“调休”" in said
    assert "放假安排.csv › A3: “日期”写的是“2027-02-30”，没有这一天" in said
    assert not Path("out").exists()
