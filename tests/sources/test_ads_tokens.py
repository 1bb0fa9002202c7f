"""Laws of the tokens of an Ocean Engine account."""

import json
import logging
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.ads_token_file import token_file
from promo_xl.sources.ads_told import told
from tests.sources.ads_account import REFRESH, SECRETS, error, fetch, in_turn, page, row, sent, tokens
from tests.sources.ads_server import Answers, Asked, Says, Server, serving
from tests.sources.exports import readings
from tests.sources.refusals import refusal_of

WELL = Says(page([row("2026-06-01")]))
EXPIRED = error(40102, "access_token已过期")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server in the place of the API, and a user without kept tokens."""
    with serving() as server:
        monkeypatch.setenv("PROMO_XL_OCEAN_ADDRESS", server.address)
        monkeypatch.setenv("PROMO_XL_SETTINGS", str(tmp_path / "promo_xl.conf"))
        yield server


def valid(access: str, renewal: Says | Answers, *, expired: Says = EXPIRED) -> Answers:
    """Answers that know one access token."""

    def answers(asked: Asked) -> Says:
        if asked.path == REFRESH:
            return renewal(asked) if callable(renewal) else renewal
        return WELL if asked.headers["Access-Token"] == access else expired

    return answers


def kept(folder: Path) -> list[dict[str, str]]:
    """The pairs on the disk."""
    return [json.loads(path.read_text()) for path in sorted((folder / "tokens").glob("*.json"))]


@pytest.mark.parametrize("expired", [EXPIRED, error(40105), error(40104), Says({"code": 1}, status=401)])
def test_an_expired_token_is_renewed_once_and_the_new_pair_kept(
    server: Server, tmp_path: Path, expired: Says
) -> None:
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"), expired=expired)
    assert len(readings(fetch())) == 1
    (renewal,) = (asked for asked in server.asked if asked.path == REFRESH)
    assert renewal.method == "POST"
    assert sent(renewal) == {
        "app_id": 17900001,
        "secret": "secret-of-the-app",
        "refresh_token": "refresh-token-1",
    }
    assert "Access-Token" not in renewal.headers
    assert kept(tmp_path) == [{"access_token": "access-token-2", "refresh_token": "refresh-token-2"}]


def test_the_next_time_starts_with_the_kept_pair(server: Server) -> None:
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
    fetch()
    server.asked.clear()
    fetch()
    assert [asked.headers.get("Access-Token") for asked in server.asked] == ["access-token-2"]
    server.answers = valid("access-token-3", tokens("access-token-3", "refresh-token-3"))
    fetch()
    assert sent(server.asked[-2])["refresh_token"] == "refresh-token-2"  # type: ignore[index]


def test_a_new_pair_is_on_the_disk_before_it_is_used(server: Server, tmp_path: Path) -> None:
    on_disk: list[object] = []

    def answers(asked: Asked) -> Says:
        if asked.path == REFRESH:
            return tokens("access-token-2", "refresh-token-2")
        if asked.headers["Access-Token"] == "access-token-2":
            on_disk.extend(kept(tmp_path))
            return Says(status=403)
        return EXPIRED

    server.answers = answers
    assert refusal_of(fetch).code == "ADS_HTTP_REFUSED"
    assert on_disk == [{"access_token": "access-token-2", "refresh_token": "refresh-token-2"}]


def test_without_an_access_token_one_is_fetched_first(server: Server) -> None:
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
    secrets = {name: text for name, text in SECRETS.items() if "ACCESS" not in name}
    assert len(readings(fetch(secrets=secrets))) == 1
    assert [asked.path == REFRESH for asked in server.asked] == [True, False]


def test_a_new_authorization_does_not_use_the_tokens_of_the_old_one(server: Server) -> None:
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
    fetch()
    server.answers = valid("access-token-9", error(1))
    assert len(readings(fetch(secrets={**SECRETS, "PROMO_XL_OCEAN_ACCESS_TOKEN": "access-token-9"}))) == 1


def test_a_renewed_token_that_is_refused_too_is_not_renewed_again(server: Server) -> None:
    server.answers = valid("never", tokens("access-token-2", "refresh-token-2"))
    assert refusal_of(fetch).code == "ADS_API_ERROR"
    assert [asked.path == REFRESH for asked in server.asked] == [False, True, False]


def test_a_refresh_token_that_is_refused_is_told_with_what_to_do(server: Server) -> None:
    server.answers = valid("never", error(40103, "refresh_token已过期"))
    finding = refusal_of(fetch)
    assert finding.code == "ADS_TOKEN_NOT_RENEWED"
    assert finding.details == {"error": "40103", "message": "refresh_token已过期", "request_id": "20260630BAD"}


@pytest.mark.parametrize("renewal", [Says(status=500), Says(b"{", length=60), Says(b"", delay=0.6)])
def test_a_refresh_token_is_sent_once_only(server: Server, renewal: Says) -> None:
    server.answers = valid("never", renewal)
    assert refusal_of(fetch).code in {"ADS_SERVER_ERROR", "ADS_UNREACHABLE", "ADS_TOO_SLOW"}
    assert sum(asked.path == REFRESH for asked in server.asked) == 1


@pytest.mark.parametrize(
    "data", [{}, [], None, {"access_token": "a b", "refresh_token": "c"}, {"access_token": 1, "refresh_token": 2},
             {"access_token": "x", "refresh_token": ""}, {"access_token": "x\r\nHost: y", "refresh_token": "c"}]
)  # fmt: skip
def test_a_renewal_without_a_pair_is_refused(server: Server, tmp_path: Path, data: object) -> None:
    server.answers = valid("never", Says({"code": 0, "message": "OK", "data": data}))
    assert refusal_of(fetch).code == "ADS_REPLY_UNREADABLE"
    assert kept(tmp_path) == []


def test_programs_that_renew_at_once_use_each_refresh_token_once(server: Server, tmp_path: Path) -> None:
    current = {"access": "", "refresh": "refresh-token-1"}

    def answers(asked: Asked) -> Says:
        if asked.path != REFRESH:
            return WELL if asked.headers["Access-Token"] == current["access"] else EXPIRED
        if sent(asked)["refresh_token"] != current["refresh"]:  # type: ignore[index]
            return error(40103)
        current.update(access="access-token-2", refresh="refresh-token-2")
        return tokens("access-token-2", "refresh-token-2")

    server.answers = answers
    read: list[int] = []
    threads = [threading.Thread(target=lambda: read.append(len(fetch().rows))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [1] * 8


def test_where_no_pair_can_be_kept_the_refresh_token_is_not_used_up(server: Server, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("a file in the way")
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
    assert refusal_of(fetch).code == "ADS_TOKEN_NOT_KEPT"
    assert not any(asked.path == REFRESH for asked in server.asked)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 9999,
        '{"access_token": 1}',
        "{" + " " * 20_000 + "}",
        '{"access_token": "a\\nb", "refresh_token": "c"}',
    ],
)
def test_a_spoilt_file_of_tokens_is_as_none(server: Server, tmp_path: Path, content: str) -> None:
    file = token_file("ocean", [SECRETS[name] for name in sorted(SECRETS, key=list(SECRETS).index)])
    file.folder.mkdir()
    file.path.write_text(content)
    server.answers = valid("access-token-1", error(1))
    assert len(readings(fetch())) == 1


def test_a_file_that_is_held_open_for_a_moment_is_waited_for(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, held = Path.replace, [PermissionError(), PermissionError()]

    def replaced(new: Path, old: Path) -> Path:
        if held:
            raise held.pop()
        return replace(new, old)

    monkeypatch.setattr(Path, "replace", replaced)
    server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
    assert len(readings(fetch())) == 1
    assert len(kept(tmp_path)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_user_may_read_the_tokens(server: Server, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        server.answers = valid("access-token-2", tokens("access-token-2", "refresh-token-2"))
        fetch()
    finally:
        os.umask(before)
    folder = tmp_path / "tokens"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert not any(secret in path.name for path in folder.iterdir() for secret in SECRETS.values())


@pytest.mark.parametrize(
    ("change", "code", "names"),
    [
        (dict.fromkeys(SECRETS, ""), "ADS_SECRET_MISSING", ", ".join(SECRETS)),
        ({"PROMO_XL_OCEAN_ACCESS_TOKEN": " ", "PROMO_XL_OCEAN_REFRESH_TOKEN": ""}, "ADS_SECRET_MISSING",
         "PROMO_XL_OCEAN_ACCESS_TOKEN, PROMO_XL_OCEAN_REFRESH_TOKEN"),
        ({"PROMO_XL_OCEAN_ACCESS_TOKEN": "a\r\nX: y"}, "ADS_SECRET_MALFORMED", "PROMO_XL_OCEAN_ACCESS_TOKEN"),
        ({"PROMO_XL_OCEAN_ACCESS_TOKEN": "令牌"}, "ADS_SECRET_MALFORMED", "PROMO_XL_OCEAN_ACCESS_TOKEN"),
        ({"PROMO_XL_OCEAN_APP_ID": "one"}, "ADS_SECRET_MALFORMED", "PROMO_XL_OCEAN_APP_ID"),
    ],
)  # fmt: skip
def test_a_secret_that_is_missing_or_spoilt_is_named_and_not_shown(
    server: Server, change: dict[str, str], code: str, names: str
) -> None:
    finding = refusal_of(lambda: fetch(secrets={**SECRETS, **change}))
    assert (finding.code, finding.details) == (code, {"names": names})
    assert server.asked == []


def test_an_expired_token_without_the_means_to_renew_it_is_told(server: Server) -> None:
    server.answers = valid("never", error(1))
    secrets = {"PROMO_XL_OCEAN_ACCESS_TOKEN": "access-token-1", "PROMO_XL_OCEAN_APP_ID": "1"}
    finding = refusal_of(lambda: fetch(secrets=secrets))
    assert finding.code == "ADS_TOKEN_EXPIRED"
    assert finding.details == {"names": "PROMO_XL_OCEAN_APP_SECRET, PROMO_XL_OCEAN_REFRESH_TOKEN"}


OLD = "; ".join(text for name, text in SECRETS.items() if not name.endswith("APP_ID"))
ECHO = f"{OLD}; access-token-2; refresh-token-2"


@pytest.mark.parametrize(
    "answers",
    [
        valid("never", error(40103, OLD)),
        valid("never", tokens("access-token-2", "refresh-token-2"), expired=error(40102, ECHO)),
        in_turn(error(40002, OLD)),
        in_turn(Says({"code": 40002, "message": OLD, "request_id": OLD})),
        in_turn(error(ECHO)),
        in_turn(Says(ECHO.encode(), 500)),
        in_turn(Says(ECHO.encode(), 403, headers={"X": ECHO})),
        in_turn(Says(status=302, headers={"Location": f"https://example.org/?{ECHO}"})),
        in_turn(Says(page([row(OLD), row("2026-06-01", cost="refresh-token-1")]))),
        in_turn(Says(b"x", length=99)),
    ],
)
def test_no_secret_is_in_any_finding_log_or_traceback(
    server: Server, caplog: pytest.LogCaptureFixture, answers: Answers
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = answers
    try:
        findings: object = fetch().findings
    except RefusedError as refusal:
        findings = refusal.findings, repr(refusal), repr(refusal.__cause__)
    said = f"{findings} {caplog.text}"
    assert [secret for secret in ECHO.split("; ") if secret in said] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\tb\u202ec", "a b c"),
        ("x" * 500, "x" * 199 + "…"),
        ("", "-"),
        (None, "-"),
        (["a"], "-"),
        (True, "-"),
        ("token%2F1 and token/1", "… and …"),
        (40100, "40100"),
        (10**30, "…"),
    ],
)
def test_what_a_server_says_is_told_short_and_on_one_line(text: object, shown: str) -> None:
    assert told(text, ["token/1", ""]) == shown
