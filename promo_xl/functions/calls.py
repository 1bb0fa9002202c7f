"""Checks the calls of the templates against the catalogue: names and numbers of arguments."""

from functools import cache

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.formula.nodes import Call, walk
from promo_xl.sheetspec.formula.parse import OWN
from promo_xl.sheetspec.hosts import live_formulas
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.source import nearest


@cache
def examine_calls(book: Book) -> None:
    """Raise RefusedError with every call of a function that is not there, or with too many or few arguments."""
    findings = [
        Finding("TEMPLATE", details={"found": found, "expected": expected}, place=formula.place)
        for formula in live_formulas(book)
        for node in walk(formula.node)
        if isinstance(node, Call) and OWN in node.function
        for found, expected in _faults(node)
    ]
    if findings:
        raise RefusedError(findings)


def _faults(call: Call) -> list[tuple[str, str]]:
    name = call.function[call.function.index(OWN) :]
    function = CATALOGUE.get(name)
    if function is None:
        hint = nearest(name, CATALOGUE)
        return [(name, f"{hint}?" if hint else ", ".join(CATALOGUE))]
    count, least, most = len(call.arguments), function.required, len(function.arguments)
    if least <= count <= most:
        return []
    return [(f"{name} with {count} arguments", f"{least} to {most} arguments")]
