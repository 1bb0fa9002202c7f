"""Laws of a batch to which the worst happens: every product is made once or named, and no file is half there."""

import os
import resource
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import promo_xl
from promo_xl.batches import jobs
from promo_xl.batches.crews import Borrowed, Here, Processes
from promo_xl.batches.jobs import Job, Order, Outcome
from promo_xl.plan.findings import RefusedError
from promo_xl.workbook.atomic import _temporary_name
from tests.batches.batches import begun, manifest_of, ran, statuses, workbooks, written_list, wrong

PRODUCTS = 10


@pytest.fixture
def products(tmp_path: Path) -> Path:
    return written_list(tmp_path, *(f"产品{n},2026-06-01" for n in range(PRODUCTS)))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def children_of(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def one_workbook_each(out: Path, products: int = PRODUCTS) -> None:
    assert len(workbooks(out)) == products
    assert len(list(manifest_of(out).files())) == products
    assert wrong(out) == []


def test_workers_that_are_killed_are_replaced_and_the_run_goes_to_its_end(products: Path, out: Path) -> None:
    batch = begun(products, out)
    outcomes: list[Outcome] = []
    for outcome in batch.outcomes(Processes(2, PRODUCTS)):
        outcomes.append(outcome)
        if len(outcomes) in {1, 5}:
            os.kill(children_of(os.getpid())[0], signal.SIGKILL)
    assert {outcome.status for outcome in outcomes} <= {"made", "unchanged"}
    assert [outcome.product for outcome in outcomes] == [f"产品{n}" for n in range(PRODUCTS)]
    one_workbook_each(out)


@pytest.mark.thorough
def test_workers_that_are_killed_again_and_again_do_not_keep_a_run_from_its_end(tmp_path: Path, out: Path) -> None:
    products = written_list(tmp_path, *(f"产品{n},2026-06-01" for n in range(120)))
    batch, done = begun(products, out), 0
    for done, outcome in enumerate(batch.outcomes(Processes(2, 120)), 1):
        assert outcome.status in {"made", "unchanged"}
        if done % 15 == 0 and (workers := children_of(os.getpid())):
            os.kill(workers[-1], signal.SIGKILL)
    assert done == 120
    one_workbook_each(out, 120)


def killing(job: Job, order: Order) -> Outcome:
    """A product that takes its process along."""
    if job.brief.product == "产品3":
        os.kill(os.getpid(), signal.SIGKILL)
    return MAKE(job, order)


MAKE = jobs.make


def test_a_product_that_kills_its_workers_is_named_and_the_others_are_made(
    products: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "make", killing)
    outcomes = list(begun(products, out).outcomes(Processes(2, PRODUCTS)))
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    assert [(one.product, one.findings[0].code) for one in failed] == [("产品3", "KILLED")]
    assert len(workbooks(out)) == PRODUCTS - 1
    assert wrong(out) == [("VERIFY_UNMADE", "产品3")]
    monkeypatch.undo()
    assert statuses(ran(out / "未生成的产品.csv", out, resume=True)) == ["made"]
    one_workbook_each(out)


def command(products: Path, out: Path, *more: str) -> list[str]:
    return [
        *(sys.executable, "-m", "promo_xl", "batch", str(products), "-o", str(out)),
        *("--as-of", "2026-06-01", "--jobs", "2", "--lang", "zh", *more),
    ]


@pytest.fixture
def starting(products: Path, out: Path) -> Iterator[subprocess.Popen[str]]:
    run = subprocess.Popen(
        command(products, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        wait_until(lambda: out.is_dir() and len(list(out.glob("*.xlsx"))) >= 2)
        yield run
    finally:
        run.kill()
        run.communicate()


def test_a_driver_that_is_killed_is_resumed_to_the_end(
    products: Path, out: Path, starting: "subprocess.Popen[str]"
) -> None:
    workers = children_of(starting.pid)
    starting.kill()
    starting.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers))
    done = {path.name: path.stat().st_mtime_ns for path in out.glob("*.xlsx")}
    assert len(done) < PRODUCTS
    resumed = subprocess.run(command(products, out, "--resume"), capture_output=True, text=True, check=False)
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert {name: (out / name).stat().st_mtime_ns for name in done} == done
    one_workbook_each(out)


def test_ctrl_c_stops_with_whole_files_and_says_how_to_go_on(
    products: Path, out: Path, starting: "subprocess.Popen[str]"
) -> None:
    os.killpg(starting.pid, signal.SIGINT)
    said, complained = starting.communicate(timeout=60)
    assert starting.returncode == 130
    assert "--resume" in said
    assert complained == ""
    assert 2 <= len(workbooks(out)) < PRODUCTS
    assert f"已生成工作簿：{len(workbooks(out))} 个" in said
    assert "VERIFY_FOREIGN" not in {code for code, _ in wrong(out)}
    assert subprocess.run(command(products, out, "--resume"), capture_output=True, check=False).returncode == 0
    one_workbook_each(out)


def test_a_full_disk_names_every_product_and_leaves_no_half_file(products: Path, out: Path) -> None:
    batch = begun(products, out)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, usual[1]))
    try:
        outcomes = list(batch.outcomes(Processes(2, PRODUCTS)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert {(one.status, one.findings[0].code) for one in outcomes} == {("failed", "OUTPUT_DISK_FULL")}
    assert workbooks(out) == {}
    assert set(statuses(ran(products, out, resume=True))) == {"made"}
    one_workbook_each(out)


def test_a_manifest_that_cannot_grow_is_told_of_and_the_products_are_made(tmp_path: Path, out: Path) -> None:
    products = written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-01")
    batch = begun(products, out)
    (out / "promo_xl-manifest.jsonl").write_bytes(b" " * 400_000 + b"\n")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, usual[1]))
    try:
        assert statuses(list(batch.outcomes(Here()))) == ["made", "made"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert [finding.code for finding in batch.problems] == ["OUTPUT_DISK_FULL"]
    assert statuses(ran(products, out, resume=True)) == ["unchanged", "unchanged"]
    one_workbook_each(out, 2)


def test_a_manifest_that_is_no_file_is_refused_before_anything_is_made(products: Path, out: Path) -> None:
    (out / "promo_xl-manifest.jsonl").mkdir(parents=True)
    with pytest.raises(RefusedError) as refused:
        ran(products, out)
    assert [finding.code for finding in refused.value.findings] == ["OUTPUT_NOT_A_FILE"]
    assert workbooks(out) == {}


def test_a_manifest_that_leads_elsewhere_or_never_ends_is_refused_before_anything_is_made(
    products: Path, out: Path, tmp_path: Path
) -> None:
    other = tmp_path / "somebody's settings"
    other.write_text("as they were", encoding="utf-8")
    manifest = out / "promo_xl-manifest.jsonl"
    out.mkdir()
    for make in (lambda: manifest.symlink_to(other), lambda: os.mkfifo(manifest)):
        make()
        with pytest.raises(RefusedError) as refused:
            ran(products, out)
        assert [finding.code for finding in refused.value.findings] == ["OUTPUT_NOT_A_FILE"]
        manifest.unlink()
    assert other.read_text(encoding="utf-8") == "as they were"
    assert workbooks(out) == {}


def test_a_manifest_without_an_end_of_line_takes_no_memory(out: Path) -> None:
    out.mkdir()
    with (out / "promo_xl-manifest.jsonl").open("wb") as stream:
        stream.truncate(100 << 20)
    tracemalloc.start()
    try:
        assert not manifest_of(out)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_name_that_fills_its_cell_is_known_to_the_manifest(tmp_path: Path, out: Path) -> None:
    products = written_list(tmp_path, f"{'长' * 32_000},2026-06-01")
    assert statuses(ran(products, out)) == ["made"]
    assert statuses(ran(written_list(tmp_path, f"{'长' * 32_000},2026-06-02"), out, resume=True)) == ["made"]


def test_a_pipe_in_the_place_of_a_workbook_is_named_and_the_others_are_made(tmp_path: Path, out: Path) -> None:
    out.mkdir()
    os.mkfifo(out / "甲-推广计划.xlsx")
    first, second = ran(written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-01"), out)
    assert (first.status, first.findings[0].code, second.status) == ("failed", "OUTPUT_NOT_A_FILE", "made")


def test_a_file_that_is_open_elsewhere_is_named_and_the_others_are_made(tmp_path: Path, out: Path) -> None:
    ran(written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-01"), out)
    (out / "~$甲-推广计划.xlsx").touch()
    changed = written_list(tmp_path, "甲,2026-06-20", "乙,2026-06-20")
    first, second = ran(changed, out, resume=True)
    assert (first.status, first.findings[0].code, second.status) == ("failed", "OUTPUT_OPEN", "made")
    (out / "~$甲-推广计划.xlsx").unlink()
    assert statuses(ran(changed, out, resume=True)) == ["made", "unchanged"]
    one_workbook_each(out, 2)


def test_what_a_killed_writer_left_half_done_is_taken_away(products: Path, out: Path) -> None:
    out.mkdir()
    writer = subprocess.run(
        [sys.executable, "-c", "from promo_xl.workbook.atomic import _temporary_name as n; print(n())"],
        capture_output=True,
        text=True,
        check=True,
    )
    half, living = out / writer.stdout.strip(), out / _temporary_name()
    half.write_bytes(b"half")
    living.write_bytes(b"being written")
    begun(products, out)
    assert (half.exists(), living.exists()) == (False, True)


def test_an_executor_of_ones_own_makes_the_same_files(tmp_path: Path, out: Path) -> None:
    products = written_list(tmp_path, "甲,2026-06-01", "乙,2026-06-01")
    out.mkdir()
    with ThreadPoolExecutor(2) as executor:
        made = list(promo_xl.batch(products, out, executor=executor))
        assert executor.submit(len, "it is not closed").result()
    assert statuses(made) == ["made", "made"]
    one_workbook_each(out, 2)


@pytest.mark.thorough
def test_an_executor_that_ends_meanwhile_leaves_the_rest_to_the_next_run(products: Path, out: Path) -> None:
    executor = ThreadPoolExecutor(1)
    batch, outcomes = begun(products, out), list[Outcome]()
    for outcome in batch.outcomes(Borrowed(executor, 1)):
        outcomes.append(outcome)
        if len(outcomes) == 2:
            executor.shutdown(cancel_futures=True)
    assert len(outcomes) == PRODUCTS
    assert statuses(outcomes[:2]) == ["made", "made"]
    assert set(statuses(outcomes)) == {"made", "left"}
    assert batch.lost
    assert statuses(ran(out / "未生成的产品.csv", out, resume=True)).count("made") > 0
    one_workbook_each(out)
