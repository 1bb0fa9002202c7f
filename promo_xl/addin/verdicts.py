"""The three verdicts of a check, as Findings."""

from promo_xl.plan.findings import Finding, Severity

SIGNS = {"ok": "✓", "problem": "✗", "unknown": "?"}


def well(code: str, **details: object) -> Finding:
    """The thing is as it should be."""
    return Finding(code, Severity.INFO, details=details)


def unseen(code: str, **details: object) -> Finding:
    """It could not be seen whether it is."""
    return Finding(code, Severity.WARNING, details=details)


def wrong(code: str, **details: object) -> Finding:
    """It is not, and the sentence says what to do."""
    return Finding(code, Severity.ERROR, details=details)
