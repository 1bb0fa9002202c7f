"""Batches from the ribbon: asked for, begun as a job, and told of at their end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from promo_xl.addin.answers import ASK, Answer, message, told
from promo_xl.addin.call import Call, templates_folder
from promo_xl.addin.jobs import Facts, begun, first
from promo_xl.addin.making import output_folder
from promo_xl.addin.own_copy import own_copy
from promo_xl.addin.tickets import Request
from promo_xl.batches.orders import day
from promo_xl.batches.products import ProductList, read_products
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.load import load_book


def begin(call: Call) -> Answer:
    """Ask first, with the count and the folder and everything that is wrong in the list; then begin."""
    listed, folder = read_list(call.request), output_folder(call)
    errors = [finding for finding in listed.findings if finding.severity == Severity.ERROR]
    if not listed.briefs:
        details = {"file": list_name(call.request)}
        raise RefusedError([*errors, Finding("JOB_NOTHING", Severity.ERROR, details=details)])
    if not call.request.flag("confirmed"):
        return _asked(call, listed, folder, errors)
    total = len(listed.briefs)
    return begun(call, total, call.say("batch_running", done=0, total=total))


def ended(call: Call, worked: Facts) -> Answer:
    """What became of the list."""
    made, folder = len(worked.get("made", [])), first(worked, "folder")
    unchanged, failed = len(worked.get("unchanged", [])), worked.get("failed", [])
    if first(worked, "stopped") == "1":
        head = call.say("batch_stopped", made=made + unchanged, total=first(worked, "total"))
    else:
        head = call.say("batch_done", made=made, folder=folder)
    lines = [call.say("batch_unchanged", count=unchanged)] if unchanged else []
    lines += [call.say("batch_failed", count=len(failed)), *failed] if failed else []
    problems = first(worked, "problems")
    tail = call.say("batch_problems", file=problems) if problems else ""
    return message(head, lines, call.words, call.request.file("txt"), tail)


def _asked(call: Call, listed: ProductList, folder: Path, errors: Sequence[Finding]) -> Answer:
    ask = call.say("batch_ask", count=len(listed.briefs), folder=folder)
    if not errors:
        return Answer(ASK, ask)
    bad = call.say("batch_bad", count=listed.rows - len(listed.briefs))
    whole = message(bad, told(errors, call.words), call.words, None, ask)
    return replace(whole, status=ASK)


def list_name(request: Request) -> str:
    """The name of the product list: a file that was chosen, else the open workbook."""
    return Path(request.answered().get("products", "") or request.book).name


def read_list(request: Request) -> ProductList:
    """What the list says, as of today or of the day that was asked for; raises RefusedError."""
    typed, book = request.answered(), load_book(templates_folder())
    as_of = day(typed.get("as_of", "") or f"{date.today()}")
    if typed.get("products"):
        return read_products(Path(typed["products"]), book, as_of)
    if request.copy is None:
        raise RefusedError([Finding("JOB_LIST_MISSING")])
    with own_copy(request) as copy:
        return read_products(copy, book, as_of)
