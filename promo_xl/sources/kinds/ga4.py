"""Google Analytics 4: a line per day and default channel group, through the official client.

`Order.place` is the property's id (`123` or `properties/123`); `Order.query` is empty, or `campaign` for a line
of each campaign too. `Order.mapping` may name further metrics of the API (`{"sessions": "clicks"}`). The
secret PROMO_XL_GA4_CREDENTIALS is the path of a service account's JSON; without it the computer's own credentials
count. The scope is read-only. Money is in the property's currency, days are of its time zone; both are told.
"""

from promo_xl.sources.ads_analytics import Analytics
from promo_xl.sources.source import Source

SOURCE: Source = Analytics()
