"""Laws of the manifest: what it says is so, and no line of it can do harm."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo_xl.batches.manifest import (
    JOURNAL,
    Manifest,
    Record,
    Recorder,
    line_of,
    read_manifest,
    record_in,
    run_line,
)
from promo_xl.batches.names import file_stem
from promo_xl.batches.outputs import Folder
from promo_xl.batches.product_rows import identity_of

TEXTS = st.text(max_size=30)
FILES = TEXTS.map(lambda name: f"{file_stem(name)}-推广计划.xlsx") | st.just("")
RECORDS = st.builds(
    Record,
    TEXTS,
    TEXTS,
    TEXTS,
    FILES,
    st.sampled_from(["made", "failed"]),
    TEXTS,
    TEXTS,
    st.integers(0, 2**63),
    TEXTS,
    TEXTS,
)
MADE = Record("面膜", "A1", "2026-06-01", "面膜-推广计划.xlsx", "made", "spec", "sha", 7)


@given(RECORDS)
def test_a_line_gives_its_record_back(record: Record) -> None:
    line = line_of(record)
    assert line.count(b"\n") == 1
    assert record_in(line) == record


@given(RECORDS, st.data())
def test_a_torn_line_is_no_record_and_the_lines_around_it_are(record: Record, data: st.DataObject) -> None:
    line = line_of(MADE)
    cut = data.draw(st.integers(0, len(line) - 2))
    manifest = Manifest()
    for one in (line_of(record), line[:cut] + b"\n", line_of(record)):
        manifest.take(one)
    assert manifest.of(record.identity) == record
    assert manifest.of(MADE.identity) in {None, record}


def test_what_is_added_behind_a_torn_line_is_a_line_of_its_own(tmp_path: Path) -> None:
    output = Folder(tmp_path)
    output.add_lines(JOURNAL, line_of(MADE)[:20])
    output.add_lines(JOURNAL, line_of(MADE))
    assert read_manifest(output).of(MADE.identity) == MADE


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_no_bytes_do_harm(lines: list[bytes]) -> None:
    manifest = Manifest()
    for line in (*lines, line_of(MADE)):
        manifest.take(line)
    assert manifest.of(MADE.identity) == MADE


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 60_000,
        b'{"product": 1}',
        b"null",
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b"../../etc/passwd"),
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b"C:\\\\Windows"),
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b".."),
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b"promo_xl-manifest.jsonl"),
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b"con.1.xlsx"),
        line_of(MADE).replace("面膜-推广计划.xlsx".encode(), b"~$1.xlsx"),
        line_of(MADE).replace(b'"size":7', b'"size":true'),
        line_of(MADE).replace(b'"made"', b'"eaten"'),
        line_of(MADE).replace(b'"sha"', b'"' + b"a" * 600_000 + b'"'),
    ],
)
def test_a_line_that_somebody_made_up_is_no_record(line: bytes) -> None:
    assert record_in(line) is None


@pytest.mark.parametrize("as_of", ["9999-12-31", "0001-01-01", "soon"])
def test_a_day_that_nobody_plans_for_is_no_day_of_a_run(as_of: str) -> None:
    manifest = Manifest()
    manifest.take(run_line(date(2026, 6, 1)))
    manifest.take(f'{{"run":"1","as_of":"{as_of}"}}'.encode())
    assert manifest.as_of == date(2026, 6, 1)


def test_the_last_record_of_a_product_and_of_a_file_holds() -> None:
    manifest = Manifest()
    later = Record("面膜", "A1", "2026-06-01", "面膜-推广计划.xlsx", "made", "other", "bytes", 8)
    manifest.take(line_of(MADE))
    manifest.take(line_of(later))
    assert manifest.of(identity_of("面膜", "a1 ", "2026-06-01")) == later
    assert manifest.holder("面膜-推广计划.XLSX") == later
    assert list(manifest.files()) == [later]


def test_of_two_launches_of_one_product_none_is_the_other() -> None:
    manifest = Manifest()
    manifest.take(line_of(MADE))
    assert manifest.alike("面膜", "A1") == MADE
    manifest.take(line_of(Record("面膜", "A1", "2026-07-01", "面膜-2-推广计划.xlsx", "made")))
    assert manifest.alike("面膜", "A1") is None


def test_a_failure_does_not_wipe_out_what_another_run_has_made_meanwhile() -> None:
    manifest = Manifest()
    manifest.take(line_of(MADE))
    manifest.take(line_of(Record("面膜", "A1", "2026-06-01", MADE.file, "failed")))
    known = manifest.of(MADE.identity)
    assert known is not None
    assert (known.status, known.spec, known.sha256, known.size) == ("failed", MADE.spec, MADE.sha256, MADE.size)


def test_a_manifest_whose_folder_is_gone_says_so(tmp_path: Path) -> None:
    recorder = Recorder(Folder(tmp_path / "gone"))
    recorder.add(line_of(MADE))
    assert [finding.code for finding in recorder.problems] == ["OUTPUT_FOLDER_MISSING"]
