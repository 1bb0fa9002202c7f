"""What a workbook is made from, as one number: equal means that it would come out the same."""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from promo_xl import assets
from promo_xl.plan.brief import Brief
from promo_xl.version import VERSION

if TYPE_CHECKING:
    from promo_xl.batches.jobs import Order


def basis_of(order: "Order") -> str:
    """What holds for every workbook of a run: the release, the templates, and the setting."""
    whole = sha256(VERSION.encode())
    folder = order.templates or assets.workbook_templates()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        whole.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        whole.update(content)
    macros = asdict(order.macros) if order.macros else None
    whole.update(_canonical([asdict(order.setting), order.host, macros]))
    return whole.hexdigest()


def spec_of(brief: Brief, basis: str) -> str:
    """The number of one product's workbook; where it stands in the list makes no difference."""
    values = asdict(brief)
    del values["place"]
    return sha256(basis.encode() + _canonical(values)).hexdigest()


def _canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, default=repr, separators=(",", ":")).encode()
