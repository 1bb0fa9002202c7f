"""One connection to an advertising API: asks again where that helps, and never longer or more than allowed.

The requests are repeated here and not by the adapter: a body that is cut off, an answer that is no JSON and a
vendor's "too many requests" inside an HTTP 200 need the same waiting, and all of it ends at one deadline.
"""

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn, Self

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.ads_address import is_loopback
from promo_xl.sources.ads_patience import AgainError, Patience, persist
from promo_xl.sources.refusal import refused

if TYPE_CHECKING:
    import requests

Answer = Mapping[str, object]
BLOCK = 64 * 1024
TOO_MANY = 429
BUSY = frozenset({TOO_MANY, 500, 502, 503, 504})


class Connection:
    """Asks one address; `place` is what the findings name."""

    def __init__(self, address: str, place: str, patience: Patience) -> None:
        try:
            import requests
        except ImportError as error:
            raise refused("ADS_LIBRARY_MISSING", place, package="requests", extra="ads") from error
        self.address, self.place, self.patience = address, place, patience
        self._end = time.monotonic() + patience.deadline
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        busy: Callable[[Answer], RefusedError | None] = lambda answer: None,
        tries: int | None = None,
    ) -> tuple[int, Answer]:
        """The HTTP status (200 or 401) and the JSON object of the answer.

        `busy` says that an answer asks to be asked again later, and what is said if that does not help.
        """

        def once() -> tuple[int, Answer]:
            status, answer = self._once(method, path, headers, params, body)
            if refusal := busy(answer):
                raise AgainError(refusal)
            return status, answer

        return persist(once, self.patience, self._end, tries)

    def _once(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None,
        body: Mapping[str, object] | None,
    ) -> tuple[int, Answer]:
        import requests
        import urllib3

        left = max(0.001, self._end - time.monotonic())
        try:
            response = self._session.request(
                method,
                self.address + path,
                params=params,
                json=body,
                # Unpacked sizes need no bound where nothing is packed.
                headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
                timeout=(min(self.patience.connect, left), min(self.patience.read, left)),
                allow_redirects=False,
                stream=True,
            )
            with response:
                self._check_status(response)
                content = self._content(response)
        except requests.exceptions.SSLError:
            raise refused("ADS_CERTIFICATE", self.place, host=self.address) from None
        except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
            raise AgainError(self._too_slow()) from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            reason = type(error).__name__
            raise AgainError(refused("ADS_UNREACHABLE", self.place, host=self.address, reason=reason)) from None
        answer = parsed(content)
        if answer is None:
            raise AgainError(refused("ADS_REPLY_UNREADABLE", self.place, part="JSON"))
        return response.status_code, answer

    def _check_status(self, response: "requests.Response") -> None:
        status = response.status_code
        if status in BUSY:
            wait = retry_after(response.headers.get("Retry-After", ""))
            if status == TOO_MANY:
                raise AgainError(refused("ADS_THROTTLED", self.place), wait)
            raise AgainError(refused("ADS_SERVER_ERROR", self.place, status=str(status)), wait)
        if 300 <= status < 400:
            raise refused("ADS_REDIRECTED", self.place, host=self.address)
        if status not in (200, 401):
            raise refused("ADS_HTTP_REFUSED", self.place, status=str(status))
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise refused("ADS_REPLY_UNREADABLE", self.place, part="Content-Encoding")

    def _content(self, response: "requests.Response") -> bytes:
        content = bytearray()
        while block := response.raw.read1(BLOCK):
            content += block
            if len(content) > self.patience.most_bytes:
                limit = f"{self.patience.most_bytes / 2**20:g}"
                raise refused("ADS_REPLY_TOO_BIG", self.place, limit_mb=limit)
            if time.monotonic() > self._end:
                raise self._too_slow()
        return bytes(content)

    def _too_slow(self) -> RefusedError:
        return refused("ADS_TOO_SLOW", self.place, host=self.address)


def parsed(content: bytes) -> Answer | None:
    """The JSON object of a body, None if it is none; NaN and Infinity are texts."""
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=str)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def code_of(answer: Answer) -> int | None:
    """The API's own number for what happened, 0 for success; None if there is none."""
    code = answer.get("code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def retry_after(text: str) -> float | None:
    """The seconds that a Retry-After header asks for, None if it does not say."""
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def unreadable(place: str, part: str) -> NoReturn:
    """Refuse an answer of another form than the API has."""
    raise refused("ADS_REPLY_UNREADABLE", place, part=part)
