"""The shape of the project: what a newcomer may rely on."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "promo_xl").rglob("*.py"))
LONGEST = 400


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert [path.name for path in MODULES if path.read_text(encoding="utf-8").count("\n") > LONGEST] == []


def test_no_module_hides_behind_a_name_that_says_nothing() -> None:
    assert {path.stem for path in MODULES} & {"utils", "helpers", "manager", "common", "misc"} == set()


def test_every_module_says_what_it_is() -> None:
    assert [
        p.name for p in MODULES if p.stat().st_size and not p.read_text(encoding="utf-8").startswith('"""')
    ] == []


def test_no_binary_workbook_is_in_the_tree() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [f for f in listed.splitlines() if f.endswith((".xlsx", ".xlsm", ".xlam", ".xls", ".bin"))] == []


@pytest.mark.parametrize(
    "module", ["promo_xl", "promo_xl.cli.main", "promo_xl.sheetspec.load", "promo_xl.batches.jobs"]
)
def test_starting_loads_nothing_heavy(module: str) -> None:
    script = (
        f"import {module}, sys; print(sorted({{'pandas', 'numpy', 'openpyxl', 'xlwings'}} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    # From a copy: two builds in one tree at a time would take each other's files away.
    source = tmp_path_factory.mktemp("source") / "tree"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".git", ".venv", "build", "*.egg-info", "__pycache__")
    )
    subprocess.run([*pip, str(source)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_carries_templates_and_macros(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    wanted = {
        f"promo_xl/{path.relative_to(ROOT)}"
        for path in [*(ROOT / "workbook_templates").rglob("*.yml"), *(ROOT / "macros").iterdir()]
    } | {
        "promo_xl/py.typed",
    }
    assert wanted <= set(names)


def test_the_wheel_works_away_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    command = [
        sys.executable,
        "-m",
        "promo_xl",
        "new",
        "新品",
        "--launch",
        "2026-06-01",
        "--lang",
        "zh",
        "-o",
        "出 来",
    ]
    path = [str(tmp_path / "site"), *(p for p in sys.path if "site-packages" in p)]
    run = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(path), "PYTHONSAFEPATH": "1", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert [p.name for p in (tmp_path / "出 来").iterdir()] == ["新品-推广计划.xlsx"]
