"""The workbooks under proof, written once."""

import shutil
from pathlib import Path

import pytest

from tests.proof.recalculate import libreoffice_values
from tests.proof.values import Values
from tests.workbook.files import write_all


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every plan of files.py as a workbook."""
    return write_all(tmp_path_factory.mktemp("plans"))


@pytest.fixture(scope="session")
def in_libreoffice(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Values]:
    """What LibreOffice calculates in each of them, in one run of the program."""
    return libreoffice_values(files.values(), tmp_path_factory.mktemp("office"))


@pytest.fixture
def made(files: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the running campaign, to be changed."""
    return Path(shutil.copy(files["running_zh"], tmp_path / "plan.xlsx"))
