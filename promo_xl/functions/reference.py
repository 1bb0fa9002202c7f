"""The functions as the READMEs show them: a table per language, between two marks.

`PROMO_ROI(revenue: CNY, cost: CNY, [net])` | ROAS: revenue per unit of cost …
"""

from promo_xl.functions.catalogue import CATALOGUE
from promo_xl.functions.model import Function, said

OPENING, CLOSING = "<!-- functions -->", "<!-- /functions -->"
HEADS = (said("函数", "function"), said("回答什么", "what it answers"))


def with_reference(page: str, language: str) -> str:
    """The page with the table of today's catalogue between its marks; ValueError where it has no such marks."""
    before, opening, rest = page.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not (opening and closing):
        raise ValueError(f"the page needs a line {OPENING} and a line {CLOSING}")
    return f"{before}{OPENING}\n\n{reference(language)}\n{CLOSING}{after}"


def reference(language: str) -> str:
    """A row per function in the order of the catalogue: how it is called, and what it answers."""
    rows = [[head.text(language) for head in HEADS], ["---", "---"]]
    rows += [[f"`{called(function)}`", _plain(function.help.text(language))] for function in CATALOGUE.values()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def called(function: Function) -> str:
    """How a function is called, with units; what may be left out stands in brackets."""
    named = [(f"{a.name}: {a.unit}" if a.unit else a.name, a.optional) for a in function.arguments]
    return f"{function.name}({', '.join(f'[{name}]' if optional else name for name, optional in named)})"


def _plain(text: str) -> str:
    return text.replace("|", r"\|")
