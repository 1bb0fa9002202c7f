"""Batches from the ribbon: asked for, begun in a process of their own, watched, and finished."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.answers import ASK, DONE, FAILED, RUNNING, Answer, message, told, write_lines
from promo_xl.addin.call import Call, templates_folder
from promo_xl.addin.making import output_folder
from promo_xl.addin.own_copy import own_copy
from promo_xl.addin.own_process import start
from promo_xl.addin.tickets import Request
from promo_xl.batches.orders import day
from promo_xl.batches.products import ProductList, read_products
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.load import load_book

MODULE = "promo_xl.addin.job_process"
STALE_SECONDS = 30.0  # the process shows every few seconds that it lives
GRACE_SECONDS = 12.0  # after a computer slept, the process needs a moment too
PAUSE_SECONDS = 0.2

Facts = dict[str, list[str]]


def begin(call: Call) -> Answer:
    """Ask first, with the count and the folder and everything that is wrong in the list; then begin."""
    listed, folder = read_list(call.request), output_folder(call)
    errors = [finding for finding in listed.findings if finding.severity == Severity.ERROR]
    if not listed.briefs:
        details = {"file": list_name(call.request)}
        raise RefusedError([*errors, Finding("JOB_NOTHING", Severity.ERROR, details=details)])
    if not call.request.flag("confirmed"):
        return _asked(call, listed, folder, errors)
    for ending in ("stop", "worked"):
        call.request.file(ending).unlink(missing_ok=True)
    text = call.say("batch_running", done=0, total=len(listed.briefs))
    write_progress(call.request, 0, len(listed.briefs), text, 0)
    start(MODULE, call.request.ticket)
    return Answer(RUNNING, text)


def finish(call: Call) -> Answer:
    """How the job ended; while it works, that it does; a process that died is noticed."""
    request, until = call.request, time.monotonic() + GRACE_SECONDS
    while (worked := facts_in(request.file("worked"))) is None:
        progress = facts_in(request.file("progress"))
        if progress is None:
            return Answer(DONE, call.say("batch_no_job"))
        if _alive(request):
            return Answer(RUNNING, first(progress, "text"))
        if time.monotonic() >= until:
            done, total = first(progress, "done"), first(progress, "total")
            return Answer(FAILED, call.say("batch_died", done=done, total=total))
        time.sleep(PAUSE_SECONDS)
    return _ended(call, worked)


def _asked(call: Call, listed: ProductList, folder: Path, errors: Sequence[Finding]) -> Answer:
    ask = call.say("batch_ask", count=len(listed.briefs), folder=folder)
    if not errors:
        return Answer(ASK, ask)
    bad = call.say("batch_bad", count=listed.rows - len(listed.briefs))
    whole = message(bad, told(errors, call.words), call.words, None, ask)
    return replace(whole, status=ASK)


def _ended(call: Call, worked: Facts) -> Answer:
    if "log" in worked:
        log, problem = first(worked, "log"), first(worked, "problem")
        return Answer(FAILED, call.say("failed", problem=problem, log=log), log=log)
    if "refused" in worked:
        return Answer("refused", "\n".join([call.say("refused"), *worked["refused"]]))
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


def write_progress(request: Request, done: int, total: int, text: str, pid: int) -> None:
    """Say how far a job is."""
    facts = {"done": done, "total": total, "text": text, "pid": pid}
    write_lines(request.file("progress"), [(key, str(value)) for key, value in facts.items()])


def facts_in(path: Path) -> Facts | None:
    """The lines of a file by key; None where there is none, or one that cannot be read."""
    try:
        pairs = user_settings.read_lines(path.read_bytes().decode("ascii"))
    except (OSError, ValueError):
        return None
    found: Facts = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def first(facts: Facts, key: str) -> str:
    """The first value of a key, or ""."""
    return facts.get(key, [""])[0]


def _alive(request: Request) -> bool:
    try:
        return time.time() - request.file("progress").stat().st_mtime < STALE_SECONDS
    except OSError:
        return False
