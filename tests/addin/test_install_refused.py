"""Installing that cannot be done, even half way, leaves the computer as it was, and says what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from promo_xl.addin import install as installing
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import wording
from tests.addin.computers import another, mac, tree, windows
from tests.addin.test_install import COMPUTERS, PLANS


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    return "\n".join(wording("zh").sentence(finding) for finding in caught.value.findings)


@pytest.mark.parametrize("computer", COMPUTERS)
def test_a_folder_where_the_addin_should_be(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    machine = computer(tmp_path)
    machine.places.addin.mkdir(parents=True)
    before = tree(tmp_path)
    assert "同名的文件夹" in refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before


def test_settings_that_can_neither_be_read_nor_put_aside(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.places.old_settings.mkdir(parents=True)
    machine.places.settings.write_bytes(b"\xff not readable")
    before = tree(tmp_path)
    assert str(machine.places.settings) in refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("computer", COMPUTERS)
def test_a_file_where_the_work_folder_should_be(tmp_path: Path, computer: Callable[..., Machine]) -> None:
    machine = computer(tmp_path)
    machine.places.work.parent.mkdir(parents=True)
    machine.places.work.write_bytes(b"a file")
    before = tree(tmp_path)
    assert "什么都没有改动" in refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before


def test_a_work_folder_whose_name_is_too_long(tmp_path: Path) -> None:
    before = tree(windows(tmp_path).places.documents.parent)
    assert "什么都没有改动" in refusal(lambda: install(windows(tmp_path), PLANS, work=tmp_path / ("x" * 300)))
    assert tree(tmp_path) == before


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    machine = windows(tmp_path)
    if there:
        install(windows(tmp_path, **another("a0" * 32, b"an older add-in")), PLANS)
    before, opened = tree(tmp_path), Path.open

    def denied(path: Path, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if path.parent == machine.places.addin.parent and mode == "x+b":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, mode, *arguments, **named)

    monkeypatch.setattr(Path, "open", denied)
    assert "IT 部门" in refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before


def full_disk(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    write = installing.write_atomically

    def full(path: Path, content: bytes, patience: float) -> None:
        if path == file:
            raise RefusedError([Finding("OUTPUT_DISK_FULL", details={"folder": str(path.parent)})])
        write(path, content, patience)

    monkeypatch.setattr(installing, "write_atomically", full)


@pytest.mark.parametrize("old", [b"LANGUAGE=zh\n", b"\xff not readable"])
@pytest.mark.parametrize("computer", COMPUTERS)
def test_a_failure_at_the_last_file_takes_the_others_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, computer: Callable[..., Machine], old: bytes
) -> None:
    machine = computer(tmp_path)
    machine.places.settings.parent.mkdir(parents=True)
    machine.places.settings.write_bytes(old)
    before = tree(tmp_path)
    full_disk(monkeypatch, machine.places.settings)
    assert "磁盘空间不足" in refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before


def test_the_older_addin_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(mac(tmp_path, **another("a0" * 32, b"an older add-in")), PLANS)
    machine = mac(tmp_path)
    before = tree(tmp_path)
    full_disk(monkeypatch, machine.places.settings)
    refusal(lambda: install(machine, PLANS))
    assert tree(tmp_path) == before
