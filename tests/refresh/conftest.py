"""The small plan that many tests change, made once."""

import pytest

from tests.refresh.small_plan import Ground, few_rows, small_plan


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Templates of few rows and a fresh workbook."""
    folder = tmp_path_factory.mktemp("few")
    book = few_rows(folder)
    return Ground(folder / "templates", book, small_plan(folder / "a.xlsx", book).read_bytes())
