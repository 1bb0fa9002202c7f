"""The official client of Google Analytics, with bounds: size, time, no redirects, and errors in words."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.ads_address import is_loopback
from promo_xl.sources.ads_http import unreadable
from promo_xl.sources.ads_patience import AgainError, Patience, persist
from promo_xl.sources.ads_told import told
from promo_xl.sources.refusal import refused

if TYPE_CHECKING:
    from google.analytics.data_v1beta.types import RunReportRequest, RunReportResponse

CREDENTIALS = "PROMO_XL_GA4_CREDENTIALS"
KIND = "analyticsData#runReport"
SCOPES = ("https://www.googleapis.com/auth/analytics.readonly",)
_REQUEST = re.compile(r"\A[A-Z]+ \S+: ")  # the client puts the request before the API's words


class InvalidRequestError(Exception):
    """The API does not answer such a request; `said` is what it says."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class _TooBigError(Exception):
    """A body larger than allowed."""


class _TooSlowError(Exception):
    """A body that does not end in time."""


@dataclass(slots=True)
class GoogleClient:
    """Asks for reports; `place` is what the findings name, `file` a service account's JSON or empty."""

    address: str
    place: str
    file: str = field(repr=False)
    patience: Patience
    _client: Any = None
    _credentials: Any = None
    _end: float = 0

    def __post_init__(self) -> None:
        """Find the credentials; nothing is asked yet."""
        try:
            from google.analytics.data_v1beta import BetaAnalyticsDataClient
        except ImportError as error:
            raise refused(
                "ADS_LIBRARY_MISSING", self.place, package="google-analytics-data", extra="ga4"
            ) from error
        self._end = time.monotonic() + self.patience.deadline
        self._credentials = _credentials(self.address, self.file, self.place)
        self._client = BetaAnalyticsDataClient(
            transport="rest", credentials=self._credentials, client_options={"api_endpoint": self.address}
        )
        session = self._client.transport._session
        session.max_redirects = 0
        session.trust_env = not is_loopback(self.address)
        session.hooks["response"].append(self._bounded)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.transport.close()

    def run(self, request: "RunReportRequest") -> "RunReportResponse":
        """One page of a report. Raises InvalidRequestError for a request that cannot be answered, RefusedError."""
        return persist(lambda: self._once(request), self.patience, self._end)

    def _once(self, request: "RunReportRequest") -> "RunReportResponse":
        import requests
        from google.api_core import exceptions as api
        from google.auth import exceptions as auth
        from google.protobuf.json_format import ParseError

        timeout = max(0.001, min(self.patience.read, self._end - time.monotonic()))
        try:
            answer: RunReportResponse = self._client.run_report(request, retry=None, timeout=timeout)
        except api.GoogleAPICallError as error:
            raise self._api_error(error) from None
        except (requests.exceptions.SSLError, requests.exceptions.RequestException) as error:
            raise self._connection_error(error) from None
        except (auth.RefreshError, auth.DefaultCredentialsError):
            raise refused("GA4_NOT_SIGNED_IN", self.place, name=CREDENTIALS) from None
        except auth.GoogleAuthError as error:
            raise AgainError(self._unreachable(error)) from None
        except _TooBigError:
            limit = f"{self.patience.most_bytes / 2**20:g}"
            raise refused("ADS_REPLY_TOO_BIG", self.place, limit_mb=limit) from None
        except _TooSlowError:
            raise self._too_slow() from None
        except (ParseError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
            raise AgainError(refused("ADS_REPLY_UNREADABLE", self.place, part="JSON")) from None
        if answer.kind != KIND:
            unreadable(self.place, "kind")
        return answer

    def _api_error(self, error: Any) -> Exception:
        status, said = int(error.code or 0), told(_REQUEST.sub("", str(error.message)), self._hidden())
        if status == 400:
            return InvalidRequestError(said)
        if status == 401:
            return refused("GA4_NOT_SIGNED_IN", self.place, name=CREDENTIALS)
        if status == 403:
            return refused("GA4_NO_ACCESS", self.place, message=said)
        if status == 429:
            return refused("GA4_QUOTA_USED_UP", self.place, message=said)
        if status >= 500:
            return AgainError(refused("ADS_SERVER_ERROR", self.place, status=str(status)))
        return refused("ADS_HTTP_REFUSED", self.place, status=str(status))

    def _connection_error(self, error: Exception) -> Exception:
        import requests

        if isinstance(error, requests.exceptions.TooManyRedirects):
            return refused("ADS_REDIRECTED", self.place, host=self.address)
        if isinstance(error, requests.exceptions.SSLError):
            return refused("ADS_CERTIFICATE", self.place, host=self.address)
        slow = isinstance(error, requests.exceptions.Timeout) or "timed out" in str(error)
        return AgainError(self._too_slow() if slow else self._unreachable(error))

    def _unreachable(self, error: Exception) -> RefusedError:
        return refused("ADS_UNREACHABLE", self.place, host=self.address, reason=type(error).__name__)

    def _too_slow(self) -> RefusedError:
        return refused("ADS_TOO_SLOW", self.place, host=self.address)

    def _hidden(self) -> tuple[str, ...]:
        return self.file, getattr(self._credentials, "token", None) or ""

    def _bounded(self, response: Any, *_: object, **__: object) -> None:
        response.raw = _BoundedBody(response.raw, self.patience.most_bytes, self._end)


class _BoundedBody:
    """The body of a response, as `requests` reads it, up to a size (unpacked) and a moment."""

    def __init__(self, raw: Any, most: int, end: float) -> None:
        self._raw, self._most, self._end = raw, most, end

    def stream(self, size: int, decode_content: bool = True) -> Iterator[bytes]:
        """Piece after piece, each as soon as it comes."""
        left = self._most
        try:
            while block := self._raw.read1(size, decode_content=decode_content):
                left -= len(block)
                self._check(left)
                yield block
        except BaseException:
            self._raw.close()
            raise

    def _check(self, left: int) -> None:
        if left < 0:
            raise _TooBigError
        if time.monotonic() > self._end:
            raise _TooSlowError

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _credentials(address: str, file: str, place: str) -> Any:
    """Those of the service account, else the computer's own; a server on this computer is shown none."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials
    from google.auth.exceptions import GoogleAuthError
    from google.oauth2 import service_account

    if is_loopback(address):
        return AnonymousCredentials()
    try:
        if file:
            return service_account.Credentials.from_service_account_file(str(Path(file)), scopes=SCOPES)
        return google.auth.default(scopes=SCOPES)[0]
    except (GoogleAuthError, OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        # What is wrong may quote the file.
        code = "GA4_CREDENTIALS_UNREADABLE" if file else "GA4_CREDENTIALS_MISSING"
        raise refused(code, place, name=CREDENTIALS) from None
