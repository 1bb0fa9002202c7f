"""Laws of reading a Google Analytics property with the official client against a server on this computer."""

import dataclasses
import datetime as dt
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.ads_analytics import Analytics
from promo_xl.sources.ads_google import GoogleClient
from promo_xl.sources.ads_patience import Patience
from promo_xl.sources.kinds.ga4 import SOURCE
from promo_xl.sources.source import WEEKLY, Fetched, Order, Surroundings, source_of
from tests.sources.ads_server import Answers, Asked, Says, Server, serving
from tests.sources.exports import codes, readings
from tests.sources.refusals import refusal_of

TODAY = dt.date(2026, 6, 30)
QUICK = Patience(connect=1, read=0.5, tries=2, first_wait=0.01, longest_wait=0.05, deadline=5, most_bytes=200_000)
TOLD = "GA4_CURRENCY_AND_ZONE"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server in the place of the API."""
    with serving() as server:
        monkeypatch.setenv("PROMO_XL_GA4_ADDRESS", server.address)
        yield server


def order(place: str = "123456", **more: object) -> Order:
    """The orders of June 2026."""
    given = {"start": dt.date(2026, 6, 1), "end": TODAY, **more}
    return Order("ga4", place, **given)  # type: ignore[arg-type]


def fetch(asked: Order | None = None, page_size: int = 10_000, secret: str = "", **patience: float) -> Fetched:
    """What is read, with little patience."""
    assert isinstance(SOURCE, Analytics)
    quick = dataclasses.replace(QUICK, **patience)  # type: ignore[arg-type]
    source = dataclasses.replace(SOURCE, patience=quick, page_size=page_size)
    return source.read(order() if asked is None else asked, Surroundings(secret=lambda name: secret), TODAY)


def sent(asked: Asked) -> dict[str, list[dict[str, str]]]:
    """The request that was posted."""
    request = json.loads(asked.body)
    assert isinstance(request, dict)
    return request


def names(asked: Asked, part: str) -> list[str]:
    """The dimensions or metrics of a request."""
    return [each["name"] for each in sent(asked)[part]]


def is_ads(asked: Asked) -> bool:
    """True for the request for advertising."""
    return names(asked, "metrics")[0].startswith("advertiserAd")


def report(
    asked: Asked,
    rows: Sequence[tuple[Sequence[str], Mapping[str, str]]],
    count: int | None = None,
    metadata: Mapping[str, object] | None = None,
    **more: object,
) -> Says:
    """A report as the API sends it: what a row does not name is 0."""
    metrics = names(asked, "metrics")
    lines = [
        {
            "dimensionValues": [{"value": each} for each in dimensions],
            "metricValues": [{"value": values.get(metric, "0")} for metric in metrics],
        }
        for dimensions, values in rows
    ]
    return Says(
        {
            "dimensionHeaders": [{"name": name} for name in names(asked, "dimensions")],
            "metricHeaders": [{"name": name, "type": "TYPE_FLOAT"} for name in metrics],
            "rows": lines,
            "rowCount": len(lines) if count is None else count,
            "metadata": {"currencyCode": "CNY", "timeZone": "Asia/Shanghai", **(metadata or {})},
            "kind": "analyticsData#runReport",
            **more,
        }
    )


NUMBERS = {
    "keyEvents": "12",
    "transactions": "3",
    "grossPurchaseRevenue": "88.5",
    "refundAmount": "8",
    "advertiserAdCost": "20.25",
    "advertiserAdImpressions": "900",
    "advertiserAdClicks": "30",
}
SEARCH = (("20260601", "Paid Search"), NUMBERS)
DIRECT = (("20260601", "Direct"), {"keyEvents": "1"})


def well(asked: Asked) -> Says:
    """The usual answer."""
    return report(asked, [SEARCH, DIRECT])


def refusal(status: int, word: str, message: str) -> Says:
    """An error as the API sends it."""
    return Says({"error": {"code": status, "message": message, "status": word}}, status)


def test_site_and_advertising_are_asked_apart_and_read_as_one_line(server: Server) -> None:
    server.answers = well
    fetched = fetch()
    site, ads = server.asked
    assert (site.method, site.path) == ("POST", "/v1beta/properties/123456:runReport")
    assert names(site, "metrics") == ["keyEvents", "transactions", "grossPurchaseRevenue", "refundAmount"]
    assert names(ads, "metrics") == ["advertiserAdCost", "advertiserAdImpressions", "advertiserAdClicks"]
    for asked in server.asked:
        request = sent(asked)
        assert names(asked, "dimensions") == ["date", "sessionDefaultChannelGroup"]
        assert request["dateRanges"] == [{"startDate": "2026-06-01", "endDate": "2026-06-30"}]
        assert (request["limit"], request["returnPropertyQuota"]) == ("10000", True)
        assert "Authorization" not in asked.headers
    search = {"spend": 20.25, "impressions": 900, "clicks": 30, "conversions": 12, "orders": 3, "revenue": 88.5,
              "refund": 8}  # fmt: skip
    direct = {"conversions": 1, "orders": 0, "revenue": 0, "refund": 0}
    assert readings(fetched) == [("2026-06-01", "Direct", "", direct), ("2026-06-01", "Paid Search", "", search)]
    assert fetched.label == "GA4 123456 (CNY)"
    (finding,) = fetched.findings
    assert (finding.code, finding.details) == (TOLD, {"currency": "CNY", "zone": "Asia/Shanghai"})


def test_campaigns_are_asked_for_by_name(server: Server) -> None:
    server.answers = lambda asked: report(asked, [((*SEARCH[0], "夏季"), SEARCH[1])])
    fetched = fetch(order(query="campaign"))
    assert names(server.asked[0], "dimensions") == ["date", "sessionDefaultChannelGroup", "sessionCampaignName"]
    assert readings(fetched)[0][:3] == ("2026-06-01", "Paid Search", "夏季")


def test_pages_are_read_to_the_end(server: Server) -> None:
    days = [f"202606{day:02}" for day in range(1, 8)]

    def answers(asked: Asked) -> Says:
        start = int(json.loads(asked.body).get("offset", 0))
        return report(asked, [((day, "Direct"), {}) for day in days[start : start + 3]], count=7)

    server.answers = answers
    fetched = fetch(page_size=3)
    assert [str(row.date) for row in fetched.rows] == [f"2026-06-{day:02}" for day in range(1, 8)]
    assert [sent(asked).get("offset", "0") for asked in server.asked if not is_ads(asked)] == ["0", "3", "6"]
    assert codes(fetched) == [TOLD]


@pytest.mark.parametrize("page", [[], [DIRECT]])
def test_a_server_that_promises_lines_for_ever_is_left(
    server: Server, page: list[tuple[tuple[str, str], dict[str, str]]]
) -> None:
    server.answers = lambda asked: report(asked, page, count=10**9)
    assert "ADS_LINES_MISSING" in codes(fetch())
    assert len(server.asked) <= 4


def test_a_server_that_never_ends_is_refused(server: Server) -> None:
    server.answers = lambda asked: report(asked, [(("20260601", f"c{len(server.asked)}"), {})], count=10**9)
    assert refusal_of(fetch).code == "ADS_TOO_MANY_PAGES"
    assert len(server.asked) == 100


def test_advertising_that_does_not_go_with_the_dimensions_is_left_out_and_told(server: Server) -> None:
    said = "Please remove advertiserAdCost to make the request compatible."
    server.answers = lambda asked: refusal(400, "INVALID_ARGUMENT", said) if is_ads(asked) else well(asked)
    fetched = fetch()
    assert readings(fetched)[1][3] == {"conversions": 12, "orders": 3, "revenue": 88.5, "refund": 8}
    assert [(each.code, each.details.get("message")) for each in fetched.findings[1:]] == [
        ("GA4_ADS_LEFT_OUT", said)
    ]


def test_a_request_for_the_site_that_is_not_accepted_is_refused(server: Server) -> None:
    server.answers = lambda asked: refusal(400, "INVALID_ARGUMENT", "Field xyz is not a valid metric.")
    finding = refusal_of(lambda: fetch(order(mapping={"xyz": "likes"})))
    assert (finding.code, finding.details["message"]) == ("GA4_REFUSED", "Field xyz is not a valid metric.")


@pytest.mark.parametrize(
    ("status", "word", "code"),
    [
        (401, "UNAUTHENTICATED", "GA4_NOT_SIGNED_IN"),
        (403, "PERMISSION_DENIED", "GA4_NO_ACCESS"),
        (404, "NOT_FOUND", "ADS_HTTP_REFUSED"),
        (429, "RESOURCE_EXHAUSTED", "GA4_QUOTA_USED_UP"),
        (500, "INTERNAL", "ADS_SERVER_ERROR"),
        (503, "UNAVAILABLE", "ADS_SERVER_ERROR"),
    ],
)
def test_an_error_has_its_words(server: Server, status: int, word: str, code: str) -> None:
    server.answers = lambda asked: refusal(status, word, "it is so")
    assert refusal_of(fetch).code == code
    assert len(server.asked) == (2 if status >= 500 else 1)


@pytest.mark.parametrize(
    "failing",
    [refusal(500, "INTERNAL", "x"), refusal(503, "UNAVAILABLE", "x"), Says(b"{", length=99), Says(b"", delay=0.6)],
)
def test_a_failure_that_passes_is_not_told(server: Server, failing: Says) -> None:
    server.answers = lambda asked: failing if len(server.asked) == 1 else well(asked)
    assert len(fetch().rows) == 2


def test_errors_in_advertising_are_not_taken_for_incompatible_metrics(server: Server) -> None:
    server.answers = lambda asked: refusal(429, "RESOURCE_EXHAUSTED", "x") if is_ads(asked) else well(asked)
    assert refusal_of(fetch).code == "GA4_QUOTA_USED_UP"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html>sign in</html>",
        b"[]",
        b"null",
        b'{"rows":' + b"[" * 50_000,
        b'{"rows": {}}',
        b'{"rowCount": "many"}',
        b'{"rows": [{"dimensionValues": [{"value": {}}]}]}',
        b"\xff\xfe",
        b'{"rows": [{}], "rowCount": 1}',
    ],
)
def test_an_answer_of_another_form_is_refused(server: Server, body: bytes) -> None:
    server.answers = lambda asked: Says(body)
    assert refusal_of(fetch).code == "ADS_REPLY_UNREADABLE"


@pytest.mark.parametrize("body", [b"[]", b'"x"', b'{"error": []}', b'{"error": "x"}', b"<html>", b"[" * 50_000])
def test_an_error_of_another_form_is_refused(server: Server, body: bytes) -> None:
    server.answers = lambda asked: Says(body, status=403)
    assert refusal_of(fetch).code in {"ADS_REPLY_UNREADABLE", "GA4_NO_ACCESS"}


def test_headers_in_another_order_than_asked_are_refused(server: Server) -> None:
    def answers(asked: Asked) -> Says:
        body = report(asked, [DIRECT]).body
        assert isinstance(body, dict)
        return Says({**body, "metricHeaders": body["metricHeaders"][::-1]})

    server.answers = answers
    assert refusal_of(fetch).code == "ADS_REPLY_UNREADABLE"


def test_a_huge_answer_is_not_read(server: Server) -> None:
    server.answers = lambda asked: Says(b" " * 300_000 + b"{}")
    assert refusal_of(fetch).code == "ADS_REPLY_TOO_BIG"


@pytest.mark.parametrize("slow", [Says(b"{}", delay=0.6), Says(b" " * 200, drip=0.02)])
def test_a_slow_answer_is_given_up_and_named(server: Server, slow: Says) -> None:
    server.answers = lambda asked: slow
    start = time.monotonic()
    assert refusal_of(lambda: fetch(read=0.2, deadline=0.6)).code == "ADS_TOO_SLOW"
    assert time.monotonic() - start < 3


def test_no_redirect_is_followed(server: Server) -> None:
    with serving() as other:
        server.answers = lambda asked: Says(status=307, headers={"Location": f"{other.address}/"})
        assert refusal_of(fetch).code == "ADS_REDIRECTED"
        assert (len(server.asked), other.asked) == (1, [])


def test_nobody_at_the_address_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMO_XL_GA4_ADDRESS", "http://127.0.0.1:9")
    assert refusal_of(fetch).code == "ADS_UNREACHABLE"


@pytest.mark.parametrize(
    ("metadata", "code", "details"),
    [
        ({"dataLossFromOtherRow": True}, "GA4_OTHER_ROW", {}),
        ({"subjectToThresholding": True}, "GA4_THRESHOLDED", {}),
        (
            {"samplingMetadatas": [{"samplesReadCount": "250", "samplingSpaceSize": "1000"}]},
            "GA4_SAMPLED",
            {"share": "25.0%"},
        ),
        ({"samplingMetadatas": [{}]}, "GA4_SAMPLED", {"share": "0.0%"}),
        (
            {"schemaRestrictionResponse": {"activeMetricRestrictions": [{"metricName": "advertiserAdCost"}]}},
            "GA4_RESTRICTED",
            {"names": "advertiserAdCost"},
        ),
        ({"emptyReason": "NO_DATA\u202e"}, "GA4_EMPTY", {"message": "NO_DATA"}),
    ],
)
def test_what_makes_a_report_less_than_whole_is_told_once(
    server: Server, metadata: dict[str, object], code: str, details: dict[str, str]
) -> None:
    server.answers = lambda asked: report(asked, [DIRECT], metadata=metadata)
    assert [(each.code, each.details) for each in fetch().findings if each.code != TOLD] == [(code, details)]


@pytest.mark.parametrize(
    ("quota", "told"),
    [
        ({"tokensPerHour": {"consumed": 5, "remaining": 39_000}}, []),
        ({"tokensPerHour": {"consumed": 5, "remaining": 12}}, [("tokens_per_hour", "12")]),
        ({"tokensPerDay": {"consumed": 5}}, [("tokens_per_day", "0")]),
        ({"tokensPerProjectPerHour": {"remaining": 1}}, [("tokens_per_project_per_hour", "1")]),
    ],
)
def test_a_quota_that_runs_low_is_told(
    server: Server, quota: dict[str, object], told: list[tuple[str, str]]
) -> None:
    server.answers = lambda asked: report(asked, [DIRECT], propertyQuota=quota)
    low = [each.details for each in fetch().findings if each.code == "GA4_QUOTA_LOW"]
    assert [(each["quota"], each["left"]) for each in low] == told


def test_lines_of_other_and_of_no_channel(server: Server) -> None:
    rows = [(("20260601", "(other)"), {"keyEvents": "5"}), (("(other)", "(other)"), {"keyEvents": "6"}),
            (("20260601", ""), {"keyEvents": "7"})]  # fmt: skip
    server.answers = lambda asked: report(asked, rows) if not is_ads(asked) else report(asked, [])
    fetched = fetch(order(channel="官网"))
    assert [(row[1], row[3]["conversions"]) for row in readings(fetched)] == [("(other)", 5), ("官网", 7)]
    assert codes(fetched) == [TOLD, "SOURCE_DATE_UNREADABLE"]
    assert "SOURCE_CHANNEL_MISSING" in codes(fetch())


def test_a_value_that_is_no_amount_is_left_out_and_named(server: Server) -> None:
    rows = [(("20260601", "Direct"), {"keyEvents": "NaN", "refundAmount": "-3", "advertiserAdCost": "1e999"})]
    server.answers = lambda asked: report(asked, rows)
    fetched = fetch()
    assert readings(fetched)[0][3] == {"orders": 0, "revenue": 0, "impressions": 0, "clicks": 0}
    assert codes(fetched) == [TOLD, "SOURCE_VALUE_UNREADABLE", "ADS_VALUE_NEGATIVE", "SOURCE_VALUE_UNREADABLE"]


def test_weekly_readings_stand_on_mondays(server: Server) -> None:
    rows = [(("20260607", "Direct"), {"keyEvents": "1"}), (("20260603", "Direct"), {"keyEvents": "2"})]
    server.answers = lambda asked: report(asked, rows)
    (row,) = readings(fetch(order(period=WEEKLY)))
    assert (row[0], row[3]["conversions"]) == ("2026-06-01", 3)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"place": "UA-1"}, "ADS_PLACE_NOT_ID"),
        ({"place": "properties/"}, "ADS_PLACE_NOT_ID"),
        ({"place": "1/../2"}, "ADS_PLACE_NOT_ID"),
        ({"query": "source"}, "ADS_QUERY_UNKNOWN"),
        ({"mapping": {"sessions": "visits"}}, "SOURCE_MAPPING_FIELD_UNKNOWN"),
    ],
)
def test_an_order_that_cannot_be_asked_is_refused(server: Server, more: dict[str, object], code: str) -> None:
    assert refusal_of(lambda: fetch(order(**more))).code == code  # type: ignore[arg-type]
    assert server.asked == []


def test_the_identity_is_the_property_however_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PROMO_XL_GA4_ADDRESS", raising=False)
    identity = "https://analyticsdata.googleapis.com/v1beta/properties/42:runReport"
    assert {SOURCE.identity(order(place)) for place in ("42", " properties/42 ")} == {identity}
    assert source_of("ga4") is SOURCE


@pytest.mark.parametrize("address", ["http://example.org", "https://x/y", "ftp://localhost"])
def test_the_address_may_only_be_https_or_this_computer(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PROMO_XL_GA4_ADDRESS", address)
    assert refusal_of(fetch).code == "ADS_ADDRESS_NOT_ALLOWED"


def test_a_missing_library_is_named_with_its_command(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "google.analytics.data_v1beta", None)
    finding = refusal_of(fetch)
    assert (finding.code, finding.details) == (
        "ADS_LIBRARY_MISSING",
        {"package": "google-analytics-data", "extra": "ga4"},
    )


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b"[]", b"\xff", b"[" * 50_000, b'{"type": "service_account"}']
)
def test_a_spoilt_service_account_is_told_without_its_path_or_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    monkeypatch.delenv("PROMO_XL_GA4_ADDRESS", raising=False)
    file = tmp_path / "account.json"
    if content is not None:
        file.write_bytes(content)
    finding = refusal_of(lambda: fetch(secret=str(file)))
    assert (finding.code, finding.details) == ("GA4_CREDENTIALS_UNREADABLE", {"name": "PROMO_XL_GA4_CREDENTIALS"})


@pytest.mark.parametrize("secret", ["/keys/account.json", ""])
def test_credentials_are_the_service_account_s_else_the_computer_s_and_only_read(
    monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    asked: list[object] = []

    def given(*path: str, scopes: Sequence[str]) -> AnonymousCredentials:
        asked.append((*path, *scopes))
        return AnonymousCredentials()

    account = "google.oauth2.service_account.Credentials.from_service_account_file"
    monkeypatch.setattr(account, given)
    monkeypatch.setattr("google.auth.default", lambda scopes: (given(scopes=scopes), "project"))
    GoogleClient("https://analyticsdata.googleapis.com", "GA4 1", secret, QUICK).close()
    assert asked == [(*filter(None, [secret]), "https://www.googleapis.com/auth/analytics.readonly")]


def test_a_computer_without_credentials_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(scopes: Sequence[str]) -> None:
        raise DefaultCredentialsError("none")

    monkeypatch.delenv("PROMO_XL_GA4_ADDRESS", raising=False)
    monkeypatch.setattr("google.auth.default", nothing)
    finding = refusal_of(fetch)
    assert (finding.code, finding.details) == ("GA4_CREDENTIALS_MISSING", {"name": "PROMO_XL_GA4_CREDENTIALS"})


def quoting(secret: str) -> list[Answers]:
    """Answers that quote a secret."""
    return [
        lambda asked: refusal(400, "INVALID_ARGUMENT", secret),
        lambda asked: refusal(403, "PERMISSION_DENIED", secret),
        lambda asked: refusal(429, "RESOURCE_EXHAUSTED", secret),
        lambda asked: refusal(400, "INVALID_ARGUMENT", secret) if is_ads(asked) else well(asked),
        lambda asked: Says(secret.encode(), status=403),
    ]


@pytest.mark.parametrize("answers", quoting("/home/wang/key-7f3a.json"))
def test_no_secret_is_in_any_finding_or_log(
    server: Server, caplog: pytest.LogCaptureFixture, answers: Answers
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = answers
    try:
        said: object = fetch(secret="/home/wang/key-7f3a.json").findings
    except RefusedError as error:
        said = error.findings, repr(error), repr(error.__cause__)
    assert "key-7f3a" not in f"{said} {caplog.text}"
