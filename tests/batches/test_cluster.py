"""Laws of a batch on a cluster: real Dask workers make what processes make, whoever dies meanwhile."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from promo_xl import assets
from promo_xl.batches.cluster import Cluster, make_parcel, parcel_of
from promo_xl.batches.crews import crew_for
from promo_xl.batches.jobs import Order, Outcome
from promo_xl.batches.runs import jobs_of
from promo_xl.batches.stores import Store
from promo_xl.plan.brief import Brief
from promo_xl.sheetspec.compose import Setting
from tests.batches.batches import DAY, begun, ran, statuses, workbooks, written_list, wrong
from tests.sources.refusals import refusal_of

PRODUCTS = 8
STARTING = """
import sys, time
from distributed import LocalCluster
if __name__ == "__main__":
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    cluster.wait_for_workers(2)
    print(cluster.scheduler_address, *(nanny.pid for nanny in cluster.workers.values()), flush=True)
    sys.stdin.read()
    cluster.close()
"""


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, list[int]]]:
    """A scheduler with two workers: its process, its address, and the workers' processes."""
    script = folder / "cluster.py"
    script.write_text(STARTING, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        address, *pids = process.stdout.readline().split()
        yield process, address, [int(pid) for pid in pids]
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


@pytest.fixture
def products(tmp_path: Path) -> Path:
    return written_list(tmp_path, *(f"产品{n},2026-06-01" for n in range(PRODUCTS)))


@pytest.mark.thorough
def test_workers_of_a_cluster_make_what_is_made_here_though_one_of_them_is_killed(
    products: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with running(tmp_path) as (_, address, pids):
        batch, outcomes = begun(products, out), list[Outcome]()
        for outcome in batch.outcomes(Cluster(address, PRODUCTS)):
            outcomes.append(outcome)
            if len(outcomes) == 2:
                os.kill(pids[0], signal.SIGKILL)
    assert {outcome.status for outcome in outcomes} <= {"made", "unchanged"}
    assert [outcome.product for outcome in outcomes] == [f"产品{n}" for n in range(PRODUCTS)]
    ran(products, tmp_path / "here")
    assert workbooks(out) == workbooks(tmp_path / "here")
    assert wrong(out) == []


@pytest.mark.thorough
def test_a_scheduler_that_goes_away_leaves_the_rest_to_the_next_run(products: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with running(tmp_path) as (process, address, pids):
        batch, outcomes = begun(products, out), list[Outcome]()
        for outcome in batch.outcomes(Cluster(address, PRODUCTS)):
            outcomes.append(outcome)
            if len(outcomes) == 1:
                process.kill()
                for pid in pids:
                    os.kill(pid, signal.SIGKILL)
    assert len(outcomes) == PRODUCTS
    assert set(statuses(outcomes)) <= {"made", "left"}
    assert "left" in statuses(outcomes)
    workbooks(out)
    time.sleep(0.1)
    assert set(statuses(ran(out / "未生成的产品.csv", out, resume=True))) <= {"made", "unchanged"}
    assert len(workbooks(out)) == PRODUCTS
    assert wrong(out) == []


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("promo_xl.batches.cluster.PATIENCE_SECONDS", 0.2)
    finding = refusal_of(lambda: Cluster("tcp://127.0.0.1:9"))
    assert (finding.code, finding.place) == ("SCHEDULER_UNREACHABLE", "tcp://127.0.0.1:9")


def test_a_text_that_is_no_address_is_refused_without_a_word_of_another_program(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert refusal_of(lambda: Cluster("somewhere")).code == "SCHEDULER_UNREACHABLE"
    gc.collect()
    assert capfd.readouterr().err == ""


def test_own_templates_travel_with_the_jobs(tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(assets.workbook_templates(), own)
    order = Order(tmp_path, Setting("zh", DAY), own)
    parcel, jobs = parcel_of(order), jobs_of([Brief("甲", DAY, DAY, DAY)], order)
    shutil.rmtree(own)  # as on another computer, which never had them
    assert statuses(make_parcel(jobs, parcel)) == ["made"]
    assert len(workbooks(tmp_path)) == 1


def test_a_place_that_only_this_process_sees_is_refused() -> None:
    finding = refusal_of(lambda: crew_for(Store("memory://plans"), 9, 2, scheduler="tcp://127.0.0.1:9"))
    assert finding.code == "STORE_NOT_SHARED"
