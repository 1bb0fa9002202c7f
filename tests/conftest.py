"""What holds for all tests: none of them touches the history or the settings of whoever runs them."""

from collections.abc import Iterator

import pytest

from promo_xl import user_settings
from promo_xl.refresh.history_files import FOLDER_VARIABLE
from tests.sources.postgres import postgres

__all__ = ("postgres",)


@pytest.fixture(autouse=True, scope="session")
def _history_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(tmp_path_factory.mktemp("history")))
        patch.setenv(user_settings.VARIABLE, str(tmp_path_factory.mktemp("settings") / "promo_xl.conf"))
        yield
