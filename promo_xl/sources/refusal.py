"""How a source says no: one finding about one file."""

from promo_xl.plan.findings import Finding, RefusedError


def refused(code: str, place: str, **details: object) -> RefusedError:
    """The refusal of the file or cell at `place`, for the caller to raise."""
    return RefusedError([Finding(code=code, place=place, details=details)])
