"""Laws of going on: only what is missing or has changed is made, and nobody's work is lost."""

import datetime as dt
from pathlib import Path

import pytest

from promo_xl.batches.crews import Here
from promo_xl.batches.manifest import JOURNAL
from tests.batches.batches import begun, manifest_of, ran, statuses, workbooks, written_list, wrong

FIRST, SECOND = "甲-推广计划.xlsx", "乙-推广计划.xlsx"


@pytest.fixture
def products(tmp_path: Path) -> Path:
    return written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-02")


@pytest.fixture
def out(tmp_path: Path, products: Path) -> Path:
    folder = tmp_path / "out"
    assert statuses(ran(products, folder)) == ["made", "made"]
    return folder


def times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.xlsx")}


def test_what_is_there_is_not_made_again(products: Path, out: Path) -> None:
    before = times(out)
    assert statuses(ran(products, out, resume=True)) == ["unchanged", "unchanged"]
    assert times(out) == before
    assert wrong(out) == []


def test_what_is_missing_is_made(products: Path, out: Path) -> None:
    before = workbooks(out)
    (out / FIRST).unlink()
    assert statuses(ran(products, out, resume=True)) == ["made", "unchanged"]
    assert workbooks(out) == before


def test_what_has_changed_in_the_list_is_made_anew(tmp_path: Path, out: Path) -> None:
    before = workbooks(out)
    changed = written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-20")
    assert statuses(ran(changed, out, resume=True)) == ["unchanged", "made"]
    after = workbooks(out)
    assert after.keys() == before.keys()
    assert (after[FIRST] == before[FIRST], after[SECOND] == before[SECOND]) == (True, False)
    assert wrong(out) == []


def test_a_file_that_somebody_has_edited_is_kept_and_told_of(tmp_path: Path, products: Path, out: Path) -> None:
    edited = (out / SECOND).read_bytes() + b"edited"
    (out / SECOND).write_bytes(edited)
    same = ran(products, out, resume=True)
    assert [(one.status, [f.code for f in one.findings]) for one in same] == [
        ("unchanged", []),
        ("unchanged", ["OUTPUT_EDITED_KEPT"]),
    ]
    changed = written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-20")
    for _ in range(2):  # what was known of the file is not forgotten by a failure
        kept = ran(changed, out, resume=True)
        assert [(one.status, [f.code for f in one.findings]) for one in kept] == [
            ("unchanged", []),
            ("failed", ["OUTPUT_EDITED"]),
        ]
        assert (out / SECOND).read_bytes() == edited
    assert statuses(ran(changed, out, resume=True, overwrite=True)) == ["unchanged", "made"]
    assert wrong(out) == []


def test_a_file_that_no_manifest_knows_is_kept(tmp_path: Path, products: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / FIRST).write_bytes(b"the planner's work")
    first, second = ran(products, folder, resume=True)
    assert (first.status, first.findings[0].code, second.status) == ("failed", "OUTPUT_EXISTS", "made")
    assert (folder / FIRST).read_bytes() == b"the planner's work"


def test_without_resume_a_second_run_compares_every_file(tmp_path: Path, products: Path, out: Path) -> None:
    assert statuses(ran(products, out)) == ["unchanged", "unchanged"]
    changed = written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-20")
    assert statuses(ran(changed, out)) == ["unchanged", "failed"]


def test_a_file_whose_record_was_lost_is_found_to_be_right(products: Path, out: Path) -> None:
    manifest = out / f"{JOURNAL}.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-30])
    before = times(out)
    assert statuses(ran(products, out, resume=True)) == ["unchanged", "unchanged"]
    assert times(out) == before
    assert wrong(out) == []


def test_products_keep_their_files_whatever_is_left_of_the_list(tmp_path: Path) -> None:
    rows = ["面膜,2026-06-01,A", "面膜,2026-06-02,B", "面 膜,2026-06-03,C", "ａｂ,2026-06-01,D", "AB,2026-06-01,E"]
    head, folder = "产品,上市日期,产品编号", tmp_path / "out"
    whole = ran(written_list(tmp_path, *rows, head=head), folder)
    files = [outcome.path.name for outcome in whole]
    assert len({name.casefold() for name in files}) == len(rows)
    for n in range(len(rows)):
        rest = ran(written_list(tmp_path, *rows[n:], head=head), folder, resume=True)
        assert [outcome.path.name for outcome in rest] == files[n:]
        assert statuses(rest) == ["unchanged"] * len(rest)
    backwards = ran(written_list(tmp_path, *reversed(rows), head=head), folder, resume=True)
    assert [outcome.path.name for outcome in backwards] == files[::-1]


def test_a_wrong_row_keeps_the_name_that_it_gets_when_it_is_right(tmp_path: Path) -> None:
    head, folder = "产品,上市日期,产品编号", tmp_path / "out"
    ran(written_list(tmp_path, "面膜,soon,A", "面膜,2026-06-01,B", head=head), folder)
    assert list(workbooks(folder)) == ["面膜-2-推广计划.xlsx"]
    ran(written_list(tmp_path, "面膜,2026-06-02,A", head=head), folder, resume=True)
    assert list(workbooks(folder)) == ["面膜-2-推广计划.xlsx", "面膜-推广计划.xlsx"]
    assert wrong(folder) == []


def test_two_launches_of_one_product_are_two_workbooks_in_every_order(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    ran(written_list(tmp_path, "面膜,2026-06-01", "面膜,2026-07-01"), folder)
    before = workbooks(folder)
    assert len(before) == 2
    assert statuses(ran(written_list(tmp_path, "面膜,2026-08-01"), folder, resume=True)) == ["made"]
    assert before.items() < workbooks(folder).items()


def test_a_run_that_goes_on_knows_the_as_of_date_of_before(tmp_path: Path, products: Path, out: Path) -> None:
    assert manifest_of(out).as_of == dt.date(2026, 6, 1)
    batch = begun(products, out, resume=True, as_of=dt.date(2026, 6, 2))
    assert statuses(list(batch.outcomes(Here()))) == ["made", "made"]


def test_verifying_names_everything_that_is_not_as_it_was_made(tmp_path: Path) -> None:
    rows = [f"{name},2026-06-01" for name in "甲乙丙丁戊"]
    folder = tmp_path / "out"
    ran(written_list(tmp_path, *rows, "己,soon"), folder)
    gone, longer, other, broken, right = (f"{name}-推广计划.xlsx" for name in "甲乙丙丁戊")
    (folder / gone).unlink()
    (folder / longer).write_bytes((folder / right).read_bytes() + b"more" * 99)
    swapped = bytearray((folder / other).read_bytes())
    date_of_first_entry = 10  # nothing that its readers look at
    swapped[date_of_first_entry] ^= 1
    (folder / other).write_bytes(swapped)
    (folder / broken).write_bytes((folder / broken).read_bytes()[:1000])
    (folder / "别的.xlsx").write_bytes(b"mine")
    (folder / ".promo_xl-00000000-1-000000000000.tmp").write_bytes(b"half")
    assert wrong(folder) == [
        ("VERIFY_MISSING", gone),
        ("VERIFY_SIZE", longer),
        ("VERIFY_CHANGED", other),
        ("VERIFY_UNREADABLE", broken),
        ("VERIFY_UNMADE", "己"),
        ("VERIFY_LEFTOVER", ".promo_xl-00000000-1-000000000000.tmp"),
        ("VERIFY_FOREIGN", "别的.xlsx"),
    ]
