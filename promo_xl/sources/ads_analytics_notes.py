"""What a report of Google Analytics says of itself: currency, quota, and what makes it less than whole."""

from typing import TYPE_CHECKING

from promo_xl.plan.findings import Finding, Severity
from promo_xl.sources.ads_told import told
from promo_xl.sources.export_findings import BoundedFindings

if TYPE_CHECKING:
    from google.analytics.data_v1beta.types import ResponseMetaData, RunReportResponse

LOW_QUOTAS = {"tokens_per_day": 5000, "tokens_per_hour": 1000, "tokens_per_project_per_hour": 500}


class Notes:
    """What the answers say of themselves, each thing once."""

    def __init__(self, findings: BoundedFindings) -> None:
        self._findings = findings
        self._said: set[tuple[str, str]] = set()
        self._currency = self._zone = ""

    @property
    def label(self) -> str:
        """The place with the currency that the money is in."""
        return f"{self._findings.place} ({self._currency})" if self._currency else self._findings.place

    def add(self, code: str, severity: Severity, **details: str) -> None:
        """Say a thing unless it was said."""
        if (code, str(details)) not in self._said:
            self._said.add((code, str(details)))
            self._findings.add(Finding(code, severity, details=details, place=self._findings.place))

    def take(self, answer: "RunReportResponse") -> None:
        """Say what an answer's metadata and quota tell."""
        metadata = answer.metadata
        self._currency = self._currency or told(metadata.currency_code, most=10).strip("-")
        self._zone = self._zone or told(metadata.time_zone, most=60).strip("-")
        if self._currency or self._zone:
            zone, currency = self._zone or "?", self._currency or "?"
            self.add("GA4_CURRENCY_AND_ZONE", Severity.INFO, currency=currency, zone=zone)
        self._take_losses(metadata)
        for quota, least in LOW_QUOTAS.items():
            if quota in answer.property_quota:
                left = int(getattr(answer.property_quota, quota).remaining)
                if left < least:
                    self.add("GA4_QUOTA_LOW", Severity.WARNING, quota=quota, left=str(left))

    def _take_losses(self, metadata: "ResponseMetaData") -> None:
        if metadata.data_loss_from_other_row:
            self.add("GA4_OTHER_ROW", Severity.WARNING)
        if metadata.subject_to_thresholding:
            self.add("GA4_THRESHOLDED", Severity.WARNING)
        for sampled in metadata.sampling_metadatas:
            share = int(sampled.samples_read_count) / max(1, int(sampled.sampling_space_size))
            self.add("GA4_SAMPLED", Severity.WARNING, share=f"{share:.1%}")
        if metadata.empty_reason:
            self.add("GA4_EMPTY", Severity.INFO, message=told(metadata.empty_reason))
        restricted = metadata.schema_restriction_response.active_metric_restrictions
        if restricted:
            names = told(", ".join(each.metric_name for each in restricted))
            self.add("GA4_RESTRICTED", Severity.WARNING, names=names)
        if getattr(metadata, "data_truncation_reasons", ()):
            self.add("GA4_TRUNCATED", Severity.WARNING)
