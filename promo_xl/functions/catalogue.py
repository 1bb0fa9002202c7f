"""The one catalogue: every function that Excel can call, in the order in which the reference shows them."""

from promo_xl.functions import money, progress, schedule, targets, version
from promo_xl.functions.model import Catalogue, Function


def _collected() -> dict[str, Function]:
    catalogue = Catalogue()
    for module in (targets, progress, money, schedule, version):
        for function in module.ENTRIES:
            catalogue.add(function)
    return catalogue.functions


CATALOGUE = _collected()
