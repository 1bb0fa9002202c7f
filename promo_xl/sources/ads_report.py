"""A daily report of an Ocean Engine account: all days, all pages, as readings."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.ads_address import api_address
from promo_xl.sources.ads_client import OceanClient
from promo_xl.sources.ads_http import Connection, unreadable
from promo_xl.sources.ads_patience import Patience
from promo_xl.sources.ads_range import Days, days_of
from promo_xl.sources.ads_rows import Gathered, Line, fields_of, number_of
from promo_xl.sources.ads_tokens import tokens_of
from promo_xl.sources.ads_told import told
from promo_xl.sources.export_findings import BoundedFindings
from promo_xl.sources.refusal import refused
from promo_xl.sources.source import Fetched, Order, Surroundings

ADDRESS, VARIABLE = "https://api.oceanengine.com", "PROMO_XL_OCEAN_ADDRESS"
PAGE_SIZE, MOST_PAGES = 100, 1000
DAYS_AT_ONCE = 30
_ID = re.compile(r"[0-9]{1,20}")
_CHINA = dt.timezone(dt.timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Report:
    """How one report of the API is asked and read.

    `levels` are the queries that an order may name, with what each means to `parameters` and `lines`.
    `parameters(account, level, names, days)` is the query without the page.
    """

    kind: str
    title: str
    path: str
    metrics: Mapping[str, str]
    levels: Mapping[str, tuple[str, ...]]
    parameters: Callable[[str, tuple[str, ...], Sequence[str], Days], dict[str, str]]
    lines: Callable[[Mapping[str, object], tuple[str, ...]], list[Line] | None]
    patience: Patience = field(default_factory=Patience)

    def identity(self, order: Order) -> str:
        """The report's address with the account."""
        return f"{api_address(VARIABLE, ADDRESS)}{self.path}?advertiser_id={_account(order)}"

    def read(self, order: Order, surroundings: Surroundings, today: dt.date | None = None) -> Fetched:
        """All readings of the account between the order's days; refused if any page cannot be had."""
        account, place = _account(order), f"{self.title} {order.place.strip()}"
        level = self._level(order, place)
        fields = fields_of(order, self.metrics)
        if not order.channel.strip():
            raise refused("ADS_CHANNEL_BLANK", place)
        days, findings = days_of(order, dt.datetime.now(_CHINA).date() if today is None else today, place)
        tokens = tokens_of(surroundings.secret, place)
        gathered = Gathered(place, order, fields, BoundedFindings(place), lambda: tokens.hidden)
        for finding in findings:
            gathered.findings.add(finding)
        pieces = days.pieces(DAYS_AT_ONCE)
        with Connection(api_address(VARIABLE, ADDRESS), place, self.patience) as connection:
            client = OceanClient(connection, tokens)
            pages = MOST_PAGES
            for done, piece in enumerate(pieces):
                surroundings.progress(done, len(pieces))
                query = self.parameters(account, level, list(fields), piece)
                pages -= self._read_piece(client, query, level, piece, gathered, most=pages)
        surroundings.progress(len(pieces), len(pieces))
        rows = gathered.rows()
        return Fetched(rows, gathered.read, place, gathered.told())

    def _level(self, order: Order, place: str) -> tuple[str, ...]:
        query = order.query.strip().lower()
        if query not in self.levels:
            known = ", ".join(level for level in self.levels if level)
            raise refused("ADS_QUERY_UNKNOWN", place, query=told(order.query, most=40), known=known)
        return self.levels[query]

    def _read_piece(
        self,
        client: OceanClient,
        query: dict[str, str],
        level: tuple[str, ...],
        days: Days,
        gathered: Gathered,
        *,
        most: int,
    ) -> int:
        """All pages of some days, and how many there were.

        A page that is empty or brings nothing new is the last, whatever the API says.
        """
        expected = found = page = 0
        data: Mapping[str, object] = {}
        for page in range(1, most + 1):
            data = client.get(self.path, {**query, "page": str(page), "page_size": str(PAGE_SIZE)})
            lines = self.lines(data, level)
            if lines is None:
                unreadable(gathered.place, "rows")
            pages, expected = _paging(data, gathered.place)
            new = sum(gathered.add(line, days) for line in lines)
            found += new
            if new == 0 or (page >= pages and found >= expected):
                break
        else:
            raise refused("ADS_TOO_MANY_PAGES", gathered.place, limit=str(MOST_PAGES))
        if found < expected:
            details = {"found": str(found), "expected": str(expected)}
            gathered.findings.add(
                Finding("ADS_LINES_MISSING", Severity.WARNING, details=details, place=gathered.place)
            )
        _check_totals(data.get("total_metrics"), gathered, days)
        return page


def _account(order: Order) -> str:
    account = order.place.strip()
    if not _ID.fullmatch(account):
        raise refused("ADS_PLACE_NOT_ID", order.kind, found=told(order.place, most=40))
    return account


def _paging(data: Mapping[str, object], place: str) -> tuple[int, int]:
    """How many pages and lines the API says there are."""
    info = data.get("page_info")
    if not isinstance(info, dict):
        unreadable(place, "page_info")
    return _count(info.get("total_page"), place), _count(info.get("total_number"), place)


def _count(number: object, place: str) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        unreadable(place, "page_info")
    return number


def _check_totals(totals: object, gathered: Gathered, days: Days) -> None:
    """Report a sum that the API gives and the lines do not; each line may be rounded to a hundredth."""
    if not isinstance(totals, dict):
        return
    for name, metric in gathered.fields.items():
        total = number_of(totals.get(name))
        found, lines = gathered.sum(metric, days)
        if isinstance(total, float) and lines and abs(total - found) > 0.01 * lines + 1e-9 * total:
            details = {"total": f"{total:.2f}", "sum": f"{found:.2f}"}
            gathered.findings.add(
                Finding("ADS_TOTAL_MISMATCH", Severity.WARNING, "", metric, details, gathered.place)
            )
