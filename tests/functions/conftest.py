"""What the tests of functions share."""

from collections.abc import Iterator

import pytest

from tests.functions.com_process import ComProcess


@pytest.fixture(scope="session")
def excel() -> Iterator[ComProcess]:
    """Excel's side of the COM server."""
    process = ComProcess()
    yield process
    process.close()
