"""Workbooks that somebody bent: what cannot be changed soundly is refused, and the file stays as it was."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.steps import perform
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import wording
from promo_xl.workbook.convert import convert_workbook
from promo_xl.workbook.obstacles import obstacles
from promo_xl.workbook.patch import Change, patch_workbook
from promo_xl.workbook.read import open_workbook
from promo_xl.workbook.tables_in_file import Area, area_of, named_cells
from promo_xl.workbook.template_version import newer
from tests.proof.made import Entries, changed, replaced

BOOK = load_book()
EN = wording("en")
WORKBOOK, COVER = "xl/workbook.xml", "xl/worksheets/sheet1.xml"
CHANGING = ("schedule", "recalculate", "fix_ids", "repair")
LOCKED = '<workbookProtection lockStructure="1"/><bookViews>'


def refusal_of(path: Path, work: Callable[[Path], object]) -> tuple[Finding, ...]:
    before = path.read_bytes()
    with pytest.raises(RefusedError) as refused:
        work(path)
    assert path.read_bytes() == before
    return refused.value.findings


def codes_of(path: Path, work: Callable[[Path], object]) -> list[str]:
    return [finding.code for finding in refusal_of(path, work)]


def doing(action: str) -> Callable[[Path], object]:
    return lambda path: perform(action, path, BOOK, EN)


def converting(host: str) -> Callable[[Path], object]:
    return lambda path: convert_workbook(path, BOOK, host)  # type: ignore[arg-type]


def of_version(path: Path, version: str | float) -> Path:
    """The plan as one of this version would be."""
    patch_workbook(path, [Change(*open_workbook(path, BOOK).cells["template_version"], version)])
    return path


def header_renamed(path: Path, field: str) -> None:
    table = open_workbook(path, BOOK).tables["tasks"]
    patch_workbook(path, [Change(table.grid.name, table.first - 1, table.columns[field], "改了名")])


def encoded(part: str, encoding: str) -> Callable[[Entries], None]:
    """The part in another encoding, which it declares."""

    def change(entries: Entries) -> None:
        text = entries[part].decode().replace('encoding="UTF-8"', f'encoding="{encoding}"', 1)
        entries[part] = text.encode(encoding, "xmlcharrefreplace")

    return change


def part_of(path: Path, part: str) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


@pytest.mark.parametrize("action", CHANGING)
def test_a_plan_that_lost_a_column_is_changed_by_no_action(made: Path, action: str) -> None:
    header_renamed(made, "status")
    assert codes_of(made, doing(action)) == ["COLUMN_MISSING"]


def test_a_plan_that_lost_a_column_is_checked_all_the_same(made: Path) -> None:
    header_renamed(made, "status")
    done = perform("check", made, BOOK, EN)
    assert "COLUMN_MISSING" in {finding.code for finding in done.findings}
    assert done.changes


def test_a_plan_that_lost_a_table_is_changed_by_no_action(made: Path, tmp_path: Path) -> None:
    def renamed(entries: Entries) -> None:
        part = next(n for n, c in entries.items() if n.startswith("xl/tables/") and b'"tblTasks"' in c)
        entries[part] = entries[part].replace(b'"tblTasks"', b'"tblOther"')

    path = changed(made, tmp_path / "lost.xlsx", renamed)
    assert "TABLE_MISSING" in codes_of(path, doing("schedule"))


@pytest.mark.parametrize("work", [*map(doing, (*CHANGING, "check")), converting("none"), converting("officejs")])
def test_a_plan_of_a_newer_version_is_never_written_into(made: Path, work: Callable[[Path], object]) -> None:
    assert codes_of(of_version(made, "99.0.0"), work) == ["BOOK_NEWER"]


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        ("99.0.0rc1", ["BOOK_NEWER"]),
        ("v99.0", ["BOOK_NEWER"]),
        (99.5, ["BOOK_NEWER"]),
        ("9" * 5000, ["BOOK_NEWER"]),
        ("0.1.0.0.1", ["BOOK_NEWER"]),
        ("0.1.0.0", []),
        ("0.0.9", []),
        ("00.01", []),
        ("", []),
        ("版本一", ["BOOK_VERSION_UNREADABLE"]),
        ("٩٩.0", ["BOOK_VERSION_UNREADABLE"]),
    ],
    ids=lambda value: str(value)[:12],
)
def test_versions_are_compared_by_their_leading_numbers(made: Path, version: str, codes: list[str]) -> None:
    found = newer(open_workbook(of_version(made, version), BOOK), made.name)
    assert [finding.code for finding in found] == codes
    assert all(len(str(finding.details["found"])) < 50 for finding in found)


@pytest.mark.parametrize(
    "place", ["推广执行甘特图!$G$10", "项目信息!$D$9", "检查结果!$B$9", "检查结果!$A$1048576"]
)
def test_the_result_of_a_check_goes_nowhere_but_above_its_table(made: Path, tmp_path: Path, place: str) -> None:
    def pointed(entries: Entries) -> None:
        text = entries[WORKBOOK].decode()
        start = text.index(">", text.index('"plan_check_result"')) + 1
        entries[WORKBOOK] = (text[:start] + place + text[text.index("<", start) :]).encode()

    path = changed(made, tmp_path / "pointed.xlsx", pointed)
    before = path.read_bytes()
    done = perform("check", path, BOOK, EN)
    assert (done.changes, path.read_bytes()) == ((), before)
    assert "FINDINGS_SHEET_MISSING" in {finding.code for finding in done.findings}


def test_what_is_signed_is_not_converted(made: Path, tmp_path: Path) -> None:
    def signed(entries: Entries) -> None:
        entries["_xmlsignatures/sig1.xml"] = b"<a/>"

    assert codes_of(changed(made, tmp_path / "signed.xlsx", signed), converting("none")) == ["BOOK_SIGNED"]


def test_what_is_protected_is_not_converted(made: Path, tmp_path: Path) -> None:
    path = changed(
        made, tmp_path / "kept.xlsx", replaced(COVER, "</sheetData>", '</sheetData><sheetProtection sheet="1"/>')
    )
    found = refusal_of(path, converting("none"))
    assert [(f.code, f.details["sheet"]) for f in found] == [("SHEET_PROTECTED", "项目信息")]


@pytest.mark.parametrize("host", ["none", "officejs"])
def test_a_workbook_that_is_its_own_add_in_is_given_to_no_other(made: Path, tmp_path: Path, host: str) -> None:
    def with_macros(entries: Entries) -> None:
        entries["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"

    assert codes_of(changed(made, tmp_path / "own.xlsm", with_macros), converting(host)) == ["FORMAT_HOST"]


def test_a_hidden_sheet_of_a_protected_structure_stays_hidden(made: Path, tmp_path: Path) -> None:
    path = changed(made, tmp_path / "locked.xlsx", replaced(WORKBOOK, "<bookViews>", LOCKED))
    assert codes_of(path, doing("check")) == ["BOOK_STRUCTURE_PROTECTED"]


def test_a_protected_structure_forbids_no_change_of_cells(made: Path, tmp_path: Path) -> None:
    perform("check", made, BOOK, EN)
    path = changed(made, tmp_path / "locked.xlsx", replaced(WORKBOOK, "<bookViews>", LOCKED))
    assert obstacles(path, ["项目信息"], shown=["检查结果"]) == []
    perform("check", path, BOOK, EN)


@pytest.mark.parametrize(
    "text",
    ["A0:AQ58", "A7:G99999999", "G107:A7", "A58:G7", "ZZZZZ5", "$XFE$5", "A" + "9" * 5000, "A1048577", "A١", ""],
    ids=lambda text: text[:14],
)
def test_what_no_sheet_has_is_no_area(text: str) -> None:
    assert area_of("甲", text) is None


def test_the_last_cell_of_a_sheet_is_one() -> None:
    assert area_of("甲", "$A$1:$XFD$1048576") == Area("甲", 1, 1, 1_048_576, 16_384)


@pytest.mark.parametrize("cell", ["$ZZZZZ$5", "$B$0", "$B$99999999999"])
def test_a_name_for_what_no_sheet_has_names_no_cell(made: Path, tmp_path: Path, cell: str) -> None:
    old = named_cells(made)["plan_check_result"]
    path = changed(
        made, tmp_path / "named.xlsx", replaced(WORKBOOK, f">{old.sheet}!$B$5<", f">{old.sheet}!{cell}<")
    )
    assert "plan_check_result" not in named_cells(path)
    perform("check", path, BOOK, EN)


def test_a_table_of_findings_as_long_as_a_sheet_takes_no_more_rows_than_there_are_findings(
    made: Path, tmp_path: Path
) -> None:
    def longer(entries: Entries) -> None:
        part = next(n for n, c in entries.items() if n.startswith("xl/tables/") and b'"tblFindings"' in c)
        entries[part] = entries[part].replace(b":G107", b":G1048576")

    path = changed(made, tmp_path / "long.xlsx", longer)
    done = perform("check", path, BOOK, EN)
    assert done.changes
    assert max(change.row for change in done.changes) <= 107 + len(done.findings)


@pytest.mark.parametrize("encoding", ["UTF-16", "ISO-8859-1"])
@pytest.mark.parametrize("part", [COVER, WORKBOOK])
def test_a_part_that_is_not_in_utf8_is_never_changed(made: Path, tmp_path: Path, encoding: str, part: str) -> None:
    path = changed(made, tmp_path / "coded.xlsx", encoded(part, encoding))
    for work in (
        converting("none"),
        lambda file: patch_workbook(file, [Change("项目信息", 40, 1, "甲")]),
        lambda file: obstacles(file, ["项目信息"]),
    ):
        (finding,) = refusal_of(path, work)
        assert (finding.code, finding.place) == ("FILE_PART_ENCODING", "coded.xlsx")
        assert finding.details == {"part": part, "found": encoding}


@pytest.mark.parametrize(("cell", "refused"), [((31, 6), False), ((31, 7), True), ((31, 8), False)])
def test_of_merged_cells_only_the_first_is_changed(
    made: Path, tmp_path: Path, cell: tuple[int, int], refused: bool
) -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="F31:G31"/></mergeCells>'
    path = changed(made, tmp_path / "merged.xlsx", replaced(COVER, "</sheetData>", merged))
    found = obstacles(path, ["项目信息"], [("项目信息", *cell)])
    wanted = [("CELL_MERGED", {"area": "F31:G31"}, "merged.xlsx › 项目信息!G31")] if refused else []
    assert [(f.code, f.details, f.place) for f in found] == wanted


def test_an_action_writes_into_no_merged_cell(made: Path, tmp_path: Path) -> None:
    read = open_workbook(made, BOOK).tables["findings"]
    sheet = "xl/worksheets/sheet10.xml"
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A8:G12"/></mergeCells>'
    path = changed(made, tmp_path / "merged.xlsx", replaced(sheet, "</sheetData>", merged))
    (finding,) = refusal_of(path, doing("check"))
    assert (finding.code, finding.details["area"], read.first) == ("CELL_MERGED", "A8:G12", 8)


@pytest.mark.parametrize(
    ("number", "action", "code"),
    [
        (3, "repair", "COLUMN_MISSING"),
        (10, "check", "FILE_CORRUPT"),
        (12, "recalculate", "FILE_CORRUPT"),
        (12, "schedule", "FILE_CORRUPT"),
    ],
)
def test_a_sheet_without_the_element_of_its_rows_is_refused_with_a_finding(
    made: Path, tmp_path: Path, number: int, action: str, code: str
) -> None:
    def emptied(entries: Entries) -> None:
        part = f"xl/worksheets/sheet{number}.xml"
        head, _, rest = entries[part].partition(b"<sheetData>")
        entries[part] = head + rest.partition(b"</sheetData>")[2]

    path = changed(made, tmp_path / "bent.xlsx", emptied)
    assert code in codes_of(path, doing(action))
