"""A product that stands twice in a list is made once; of each product only a number is kept to tell."""

from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from promo_xl.batches.product_rows import ProductRow, digest
from promo_xl.plan.findings import Finding, Severity

T = TypeVar("T")


class Everything(Container[T], Generic[T]):
    """Holds whatever is looked for."""

    def __contains__(self, _: object) -> bool:
        """True."""
        return True


@dataclass(slots=True)
class Doubles:
    """The products of a list so far; names are kept for those alone whose name is in `doubled`."""

    doubled: Container[int] = field(default_factory=Everything)
    _whole: dict[int, ProductRow] = field(default_factory=dict)
    _names: dict[int, ProductRow] = field(default_factory=dict)

    def told(self, row: ProductRow) -> ProductRow:
        """The row, with what is to be said of it; one that was there before has no brief any more."""
        if not row.product or row.launch is None:
            return row
        name, whole = digest(row.key), row.identity
        if name not in self.doubled:
            return row
        kept = replace(row, brief=None, findings=())
        same, first = self._names.setdefault(name, kept), self._whole.setdefault(whole, kept)
        if first is not kept:
            return _noted(row, "PRODUCT_TWICE", Severity.ERROR, first)
        return _noted(row, "PRODUCT_SAME_NAME", Severity.INFO, same) if same is not kept else row


def _noted(row: ProductRow, code: str, severity: Severity, other: ProductRow) -> ProductRow:
    details = {"found": row.product, "first": other.place, "first_name": other.product}
    finding = Finding(code, severity, row.product, "product", details, row.place)
    brief = None if severity is Severity.ERROR else row.brief
    return replace(row, brief=brief, findings=(*row.findings, finding))
