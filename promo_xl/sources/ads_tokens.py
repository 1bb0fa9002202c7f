"""The access token of an account of Ocean Engine, renewed when it has expired."""

from collections.abc import Callable
from dataclasses import dataclass, field

from promo_xl.sources.ads_http import Answer, Connection, code_of, unreadable
from promo_xl.sources.ads_token_file import Pair, TokenFile, is_token, token_file
from promo_xl.sources.ads_told import told
from promo_xl.sources.refusal import refused

APP_ID, APP_SECRET = "PROMO_XL_OCEAN_APP_ID", "PROMO_XL_OCEAN_APP_SECRET"
ACCESS_TOKEN, REFRESH_TOKEN = "PROMO_XL_OCEAN_ACCESS_TOKEN", "PROMO_XL_OCEAN_REFRESH_TOKEN"
REFRESH_PATH = "/open_api/oauth2/refresh_token/"


@dataclass(slots=True)
class Tokens:
    """What the user gave, and the pair that counts now."""

    app_id: str
    secret: str = field(repr=False)
    pair: Pair
    file: TokenFile
    earlier: list[Pair] = field(default_factory=list, repr=False)

    @property
    def hidden(self) -> tuple[str, ...]:
        """What no message may say."""
        return self.secret, *(text for pair in (self.pair, *self.earlier) for text in (pair.access, pair.refresh))

    def renew(self, connection: Connection) -> None:
        """Exchange the refresh token for a new pair, which is kept before it is used.

        Another program may have done so meanwhile: then its pair counts. Raises RefusedError.
        """
        missing = [
            name
            for name, given in (
                (APP_ID, self.app_id),
                (APP_SECRET, self.secret),
                (REFRESH_TOKEN, self.pair.refresh),
            )
            if not given
        ]
        if missing:
            raise refused("ADS_TOKEN_EXPIRED", connection.place, names=", ".join(missing))
        try:
            with self.file.locked():
                newest = self.file.newest()
                if newest is None or newest.access == self.pair.access:
                    newest = self._exchanged(connection)
                    self.file.keep(newest)
            self.earlier.append(self.pair)
            self.pair = newest
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise refused(
                "ADS_TOKEN_NOT_KEPT", connection.place, path=str(self.file.folder), reason=reason
            ) from None

    def _exchanged(self, connection: Connection) -> Pair:
        body = {"app_id": int(self.app_id), "secret": self.secret, "refresh_token": self.pair.refresh}
        # Once: whether a request that got no answer used the token up is not known.
        _, answer = connection.ask("POST", REFRESH_PATH, {}, body=body, tries=1)
        if code_of(answer) != 0:
            raise refused("ADS_TOKEN_NOT_RENEWED", connection.place, **error_details(answer, self.hidden))
        data = answer.get("data")
        access, refresh = (
            data.get(name) if isinstance(data, dict) else None for name in ("access_token", "refresh_token")
        )
        if not (isinstance(access, str) and isinstance(refresh, str) and is_token(access) and is_token(refresh)):
            unreadable(connection.place, "refresh_token")
        return Pair(access, refresh)


def tokens_of(secret: Callable[[str], str], place: str) -> Tokens:
    """What the user gave of PROMO_XL_OCEAN_APP_ID, …_APP_SECRET, …_ACCESS_TOKEN and …_REFRESH_TOKEN."""
    names = APP_ID, APP_SECRET, ACCESS_TOKEN, REFRESH_TOKEN
    app_id, app_secret, access, refresh = given = tuple(secret(name).strip() for name in names)
    if not access and not (app_id and app_secret and refresh):
        missing = [name for name, text in zip(names, given, strict=True) if not text]
        raise refused("ADS_SECRET_MISSING", place, names=", ".join(missing))
    wrong = [name for name, text in zip(names, given, strict=True) if text and not is_token(text)]
    if app_id and not (app_id.isascii() and app_id.isdecimal() and len(app_id) <= 20):
        wrong.append(APP_ID)
    if wrong:
        raise refused("ADS_SECRET_MALFORMED", place, names=", ".join(dict.fromkeys(wrong)))
    file = token_file("ocean", given)
    return Tokens(app_id, app_secret, file.newest() or Pair(access, refresh), file)


def error_details(answer: Answer, hidden: tuple[str, ...]) -> dict[str, str]:
    """What an answer says of its error, without secrets and no longer than a sentence."""
    return {
        "error": told(answer.get("code"), hidden, most=20),
        "message": told(answer.get("message"), hidden),
        "request_id": told(answer.get("request_id"), hidden, most=64),
    }
