"""Laws of batches into object stores: the same files, also where the store fails at times, and no secret told."""

import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import promo_xl
from promo_xl.batches.crews import Processes
from promo_xl.batches.manifest import read_manifest
from promo_xl.batches.outputs import Output, output_at
from promo_xl.batches.stores import Store
from promo_xl.batches.verifying import Verified, verify
from promo_xl.cli.main import main
from promo_xl.plan.findings import RefusedError
from tests.batches.batches import ran, statuses, workbooks, written_list
from tests.batches.s3 import S3, SECRET, s3
from tests.sources.refusals import refusal_of

__all__ = ("s3",)

ROWS = ("甲,2026-06-01", "乙,2026-06-01", "丙,2026-06-01")


@pytest.fixture
def products(tmp_path: Path) -> Path:
    return written_list(tmp_path, *ROWS)


@pytest.fixture
def memory() -> Store:
    from fsspec.implementations.memory import MemoryFileSystem

    MemoryFileSystem.store.clear()
    return Store("memory://plans")


def contents(output: Output) -> dict[str, bytes | None]:
    return {file: output.read(file) for file in output.files() if file.endswith(".xlsx")}


def wrong(output: Output) -> list[str]:
    return [finding.code for finding in verify(output, read_manifest(output), Verified())]


def test_a_store_holds_what_a_folder_holds(products: Path, tmp_path: Path, memory: Store) -> None:
    assert statuses(ran(products, memory)) == ["made"] * 3
    ran(products, tmp_path / "out")
    assert contents(memory) == workbooks(tmp_path / "out")
    assert statuses(ran(products, memory, resume=True)) == ["unchanged"] * 3
    assert wrong(memory) == []
    memory.write("甲-推广计划.xlsx", b"edited")
    memory.remove("乙-推广计划.xlsx")
    assert wrong(memory) == ["VERIFY_UNREADABLE", "VERIFY_MISSING"]
    assert statuses(ran(products, memory, resume=True)) == ["unchanged", "made", "unchanged"]


def test_the_command_writes_into_a_store(
    products: Path, memory: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["batch", str(products), "-o", str(memory), "--as-of", "2026-06-01", "--lang", "zh"]
    assert main(command) == 0
    assert "memory://plans/甲-推广计划.xlsx" in capsys.readouterr().out
    assert main([*command, "--verify"]) == 0


def test_an_address_is_a_store_and_a_folder_is_a_folder() -> None:
    assert output_at("s3://bucket/plans") == Store("s3://bucket/plans")
    assert output_at("file:///tmp/plans") == Path("/tmp/plans")
    assert output_at("C:\\plans") == Path("C:\\plans")


@pytest.mark.parametrize(
    ("address", "code"), [("nothing://x", "STORE_SCHEME"), ("oss://bucket/x", "STORE_LIBRARY")]
)
def test_a_store_that_nobody_knows_is_refused(address: str, code: str) -> None:
    assert refusal_of(lambda: list(Store(address).files())).code == code


def test_without_fsspec_a_folder_works_and_a_store_says_what_to_install(products: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['fsspec'] = None\n"
        "from promo_xl.cli.main import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", script, "batch", str(products), "--lang", "en", "--jobs", "1", "-o"]
    folder = subprocess.run([*command, str(tmp_path / "out")], capture_output=True, text=True, check=False)
    assert (folder.returncode, folder.stderr) == (0, "")
    store = subprocess.run([*command, "s3://plans"], capture_output=True, text=True, check=False)
    assert store.returncode == 2
    assert ".[cloud]" in store.stdout


def test_no_credential_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store("ftp://me:hidden-word@127.0.0.1:9/plans")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert "hidden-word" not in str(store) + store.place("a.xlsx")
    monkeypatch.setattr(Store, "_system", lambda _: (_Loud(), "plans"))
    said = str(refusal_of(lambda: store.write("a.xlsx", b"")))
    assert "hidden-word" not in said
    assert SECRET not in said


class _Loud:
    """A store that tells everything."""

    def pipe_file(self, *_: Any) -> None:
        raise ValueError(f"ftp://me:hidden-word@127.0.0.1 does not take {SECRET}")


def test_a_store_on_the_network_survives_answers_of_500(products: Path, s3: S3, tmp_path: Path) -> None:
    numbers = itertools.count()
    s3.fails = lambda method, path: method in {"PUT", "GET"} and next(numbers) % 3 == 0
    address = s3.address("three")
    assert statuses(ran(products, Store(address), Processes(2, 3))) == ["made"] * 3
    s3.fails = lambda method, path: False
    ran(products, tmp_path / "out")
    assert contents(Store(address)) == workbooks(tmp_path / "out")
    assert wrong(Store(address)) == []
    assert SECRET.encode() not in b"".join(Store(address).journal("promo_xl-manifest"))


@pytest.mark.thorough
def test_a_product_that_the_store_never_takes_is_named_and_made_by_the_next_run(products: Path, s3: S3) -> None:
    store = Store(s3.address("one-fails"))
    s3.fails = lambda method, path: method == "PUT" and "乙" in path
    outcomes = ran(products, store)
    assert statuses(outcomes) == ["made", "failed", "made"]
    assert outcomes[1].findings[0].code == "OUTPUT_STORE"
    assert SECRET not in str(outcomes[1].findings)
    s3.fails = lambda method, path: False
    assert statuses(ran(products, store, resume=True)) == ["unchanged", "made", "unchanged"]
    assert wrong(store) == []


@pytest.mark.thorough
def test_a_store_that_is_not_there_refuses_the_run(products: Path, s3: S3) -> None:
    s3.fails = lambda method, path: True
    with pytest.raises(RefusedError):
        list(promo_xl.batch(products, s3.address("down")))
