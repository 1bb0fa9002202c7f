"""A daily report of a Google Analytics property as readings, with everything that makes it less than whole."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promo_xl.plan.findings import Severity
from promo_xl.sources.ads_address import api_address
from promo_xl.sources.ads_analytics_notes import Notes
from promo_xl.sources.ads_google import CREDENTIALS, GoogleClient, InvalidRequestError
from promo_xl.sources.ads_http import unreadable
from promo_xl.sources.ads_patience import Patience
from promo_xl.sources.ads_range import Days, days_of
from promo_xl.sources.ads_rows import Gathered, Line, fields_of, name_of, number_of
from promo_xl.sources.ads_told import told
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, Surroundings

if TYPE_CHECKING:
    from google.analytics.data_v1beta.types import RunReportRequest, RunReportResponse

ADDRESS, VARIABLE = "https://analyticsdata.googleapis.com", "PROMO_XL_GA4_ADDRESS"
DIMENSIONS = ("date", "sessionDefaultChannelGroup")
LEVELS: Mapping[str, tuple[str, ...]] = {"": (), "campaign": ("sessionCampaignName",)}
AD = "advertiserAd"
METRICS = {
    "advertiserAdCost": "spend",
    "advertiserAdImpressions": "impressions",
    "advertiserAdClicks": "clicks",
    "keyEvents": "conversions",
    "transactions": "orders",
    # purchaseRevenue is already less refunds, and refunds have a column of their own.
    "grossPurchaseRevenue": "revenue",
    "refundAmount": "refund",
}
PATIENCE = Patience(tries=2, first_wait=2, read=60, most_bytes=16 * 1024 * 1024)
_ID = re.compile(r"(?:properties/)?([0-9]{1,20})")


@dataclass(frozen=True, slots=True)
class Analytics:
    """How a property is asked: at most `page_size` lines at once, `most_pages` times."""

    kind: str = "ga4"
    patience: Patience = PATIENCE
    page_size: int = 10_000
    most_pages: int = 100

    def identity(self, order: Order) -> str:
        """The report's address with the property."""
        return f"{api_address(VARIABLE, ADDRESS)}/v1beta/{_property(order)}:runReport"

    def read(self, order: Order, surroundings: Surroundings, today: dt.date | None = None) -> Fetched:
        """All readings of the property between the order's days.

        Numbers of the site and of advertising are asked apart: they may not go together. Advertising that the API
        refuses is left out and told; anything else that cannot be had is refused.
        """
        place = f"GA4 {_property(order).removeprefix('properties/')}"
        dimensions = (*DIMENSIONS, *_level(order, place))
        fields = fields_of(order, METRICS)
        days, findings = days_of(order, dt.datetime.now().astimezone().date() if today is None else today, place)
        gathered = Gathered(place, order, fields, BoundedFindings(place))
        for finding in findings:
            gathered.findings.add(finding)
        if days.last < days.first:
            return Fetched((), 0, place, gathered.told())
        notes = Notes(gathered.findings)
        file = surroundings.secret(CREDENTIALS).strip()
        client = GoogleClient(api_address(VARIABLE, ADDRESS), place, file, self.patience)
        groups = [[each for each in fields if each.startswith(AD) is ad] for ad in (False, True)]
        try:
            for done, metrics in enumerate(groups):
                surroundings.progress(done, len(groups))
                if metrics:
                    request = _request(_property(order), dimensions, metrics, days)
                    self._read_group(client, request, days, gathered, notes)
        finally:
            client.close()
        surroundings.progress(len(groups), len(groups))
        rows = gathered.rows()
        return Fetched(rows, gathered.read, notes.label, gathered.told())

    def _read_group(
        self, client: GoogleClient, request: "RunReportRequest", days: Days, gathered: Gathered, notes: Notes
    ) -> None:
        """All pages of a report. A page that is empty or brings nothing new is the last, whatever is said."""
        ad = request.metrics[0].name.startswith(AD)
        expected = found = 0
        request.limit = self.page_size
        for page in range(self.most_pages):
            request.offset = page * self.page_size
            try:
                answer = client.run(request)
            except InvalidRequestError as error:
                if not ad or page:
                    raise refused("GA4_REFUSED", gathered.place, message=error.said) from None
                notes.add("GA4_ADS_LEFT_OUT", Severity.WARNING, message=error.said)
                return
            notes.take(answer)
            lines = _lines(answer, request, gathered.place)
            new = sum(gathered.add(line, days) for line in lines)
            found, expected = found + new, int(answer.row_count)
            if new == 0 or found >= expected:
                break
        else:
            raise refused("ADS_TOO_MANY_PAGES", gathered.place, limit=str(self.most_pages))
        if found < expected:
            notes.add("ADS_LINES_MISSING", Severity.WARNING, found=str(found), expected=str(expected))


def _property(order: Order) -> str:
    match = _ID.fullmatch(order.place.strip())
    if match is None:
        raise refused("ADS_PLACE_NOT_ID", order.kind, found=told(order.place, most=40))
    return f"properties/{match[1]}"


def _level(order: Order, place: str) -> tuple[str, ...]:
    query = order.query.strip().lower()
    if query not in LEVELS:
        known = ", ".join(level for level in LEVELS if level)
        raise refused("ADS_QUERY_UNKNOWN", place, query=told(order.query, most=40), known=known)
    return LEVELS[query]


def _request(name: str, dimensions: Sequence[str], metrics: Sequence[str], days: Days) -> "RunReportRequest":
    from google.analytics.data_v1beta.types import DateRange, Dimension, Metric, OrderBy, RunReportRequest

    return RunReportRequest(
        property=name,
        dimensions=[Dimension(name=each) for each in dimensions],
        metrics=[Metric(name=each) for each in metrics],
        date_ranges=[DateRange(start_date=days.first.isoformat(), end_date=days.last.isoformat())],
        order_bys=[OrderBy(dimension=OrderBy.DimensionOrderBy(dimension_name=each)) for each in dimensions],
        return_property_quota=True,
    )


def _lines(answer: "RunReportResponse", request: "RunReportRequest", place: str) -> list[Line]:
    """The lines, if their columns are the ones that were asked for."""
    dimensions, metrics = ([each.name for each in asked] for asked in (request.dimensions, request.metrics))
    headers = [each.name for each in answer.dimension_headers], [each.name for each in answer.metric_headers]
    if answer.rows and headers != (dimensions, metrics):
        unreadable(place, "headers")
    lines = []
    for row in answer.rows:
        names = [each.value for each in row.dimension_values]
        values = [each.value for each in row.metric_values]
        if (len(names), len(values)) != (len(dimensions), len(metrics)):
            unreadable(place, "rows")
        # The API gives 0 for the advertising of channels whose advertising it does not know.
        if metrics[0].startswith(AD) and all(number_of(value) == 0 for value in values):
            values = [""] * len(values)
        campaign = name_of(names[2]) if len(names) > 2 else ""
        known = dict(zip(metrics, values, strict=True))
        lines.append(Line(names[0], (metrics[0], *names[1:]), name_of(names[1]), campaign, known))
    return lines
