"""Texts of a server as they may be told: short, on one line, without secrets."""

import re
from collections.abc import Iterable
from urllib.parse import quote

MOST = 200
SHORTEST_SECRET = 4
_UNSEEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]+")


def told(value: object, hidden: Iterable[str] = (), most: int = MOST) -> str:
    """The text with each secret as …; "-" for nothing."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return "-"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "…"
    text = value if isinstance(value, str) else f"{value:.15g}" if isinstance(value, float) else str(value)
    for secret in sorted(
        {form for each in hidden for form in (each, quote(each, safe=""))}, key=len, reverse=True
    ):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "…")
    text = _UNSEEN.sub(" ", text).strip()
    return (text if len(text) <= most else text[: most - 1] + "…") or "-"
