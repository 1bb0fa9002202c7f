"""What the tests of the proofs share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.proof.good_book import good_book
from tests.proof.made import Edit, Entries, changed, replaced
from tests.proof.package_lint import lint


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The right workbook."""
    return good_book(tmp_path_factory.mktemp("good"))


@pytest.fixture
def rules_after(good: Path, tmp_path: Path) -> Callable[..., set[str]]:
    """The rules that the right workbook breaks after these edits of its XML."""

    def found(*edits: Edit, suffix: str = ".xlsx") -> set[str]:
        def change(entries: Entries) -> None:
            for edit in edits:
                replaced(*edit)(entries)

        return {problem.rule for problem in lint(changed(good, tmp_path / f"faulty{suffix}", change))}

    return found
