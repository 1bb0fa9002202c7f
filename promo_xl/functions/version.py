"""The function that says what calculated, and when."""

from datetime import datetime

from promo_xl.functions.model import Argument, Function, said
from promo_xl.version import VERSION


def _version(_: object) -> str:
    return f"{VERSION} · {datetime.now():%m-%d %H:%M}"  # short: it stands in one cell of the cover


ENTRIES = (
    Function(
        "PROMO_VERSION",
        said(
            "哪个版本的 promo_xl 最后计算了这一格，在什么时候。",
            "Which version of promo_xl calculated this cell last, and when.",
        ),
        (
            Argument(
                "after",
                "any",
                said("这一格变化时重新回答。", "A cell; when it changes, the answer is given anew."),
                optional=True,
            ),
        ),
        _version,
        steady=False,
    ),
)
