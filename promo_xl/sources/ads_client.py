"""Asks Ocean Engine's API in the name of a user, and takes no error for an empty answer."""

from collections.abc import Mapping

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.ads_http import Answer, Connection, code_of, unreadable
from promo_xl.sources.ads_tokens import Tokens, error_details
from promo_xl.sources.refusal import refused

THROTTLED = frozenset({40100, 40110})
EXPIRED = frozenset({40102, 40104, 40105})
BROKEN = range(50000, 60000)
UNAUTHORIZED = 401


class OceanClient:
    """One user at one connection."""

    def __init__(self, connection: Connection, tokens: Tokens) -> None:
        self._connection, self._tokens = connection, tokens

    def get(self, path: str, params: Mapping[str, str]) -> Mapping[str, object]:
        """The `data` of an answer; an expired token is renewed once. Raises RefusedError for any error."""
        renewed = not self._tokens.pair.access
        if renewed:
            self._tokens.renew(self._connection)
        while True:
            status, answer = self._ask(path, params)
            code = code_of(answer)
            if status != UNAUTHORIZED and code not in EXPIRED:
                break
            if renewed:
                raise self._refusal(answer)
            self._tokens.renew(self._connection)
            renewed = True
        if code is None:
            unreadable(self._connection.place, "code")
        if code != 0:
            raise self._refusal(answer)
        data = answer.get("data")
        if not isinstance(data, dict):
            unreadable(self._connection.place, "data")
        return data

    def _ask(self, path: str, params: Mapping[str, str]) -> tuple[int, Answer]:
        headers = {"Access-Token": self._tokens.pair.access}
        return self._connection.ask("GET", path, headers, params=params, busy=self._busy)

    def _busy(self, answer: Answer) -> RefusedError | None:
        code = code_of(answer)
        if code in THROTTLED:
            return refused("ADS_THROTTLED", self._connection.place)
        return self._refusal(answer) if code in BROKEN else None

    def _refusal(self, answer: Answer) -> RefusedError:
        details = error_details(answer, self._tokens.hidden)
        return refused("ADS_API_ERROR", self._connection.place, **details)
