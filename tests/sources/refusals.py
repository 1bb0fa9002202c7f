"""What a refusal said, for tests to compare."""

from collections.abc import Callable

import pytest

from promo_xl.plan.findings import Finding, RefusedError


def refusal_of(action: Callable[[], object]) -> Finding:
    """The one finding that `action` is refused with."""
    with pytest.raises(RefusedError) as caught:
        action()
    (finding,) = caught.value.findings
    return finding
