"""What holds for all tests: none of them writes into the history of whoever runs them."""

from collections.abc import Iterator

import pytest

from promo_xl.refresh.history_files import FOLDER_VARIABLE


@pytest.fixture(autouse=True, scope="session")
def _history_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("history")))
        yield
