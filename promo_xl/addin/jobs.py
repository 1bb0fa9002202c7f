"""Jobs of the ribbon, such as batches: begun in a process of their own, watched, and finished."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.answers import DONE, FAILED, REFUSED, RUNNING, Answer, write_lines
from promo_xl.addin.call import Call
from promo_xl.addin.own_process import start
from promo_xl.addin.tickets import Request

MODULE = "promo_xl.addin.job_process"
STALE_SECONDS = 30.0  # the process shows every few seconds that it lives
GRACE_SECONDS = 12.0  # after a computer slept, the process needs a moment too
PAUSE_SECONDS = 0.2

Facts = dict[str, list[str]]
Lines = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of job.

    `work` is done in the process and gives the lines that it leaves; `ended` tells what these say, in Excel.
    `died` and `none` are the texts for a process that died and for a job that nobody began.
    """

    work: Callable[[Call], Lines]
    ended: Callable[[Call, Facts], Answer]
    died: str
    none: str


def begun(call: Call, total: int, text: str) -> Answer:
    """Begin the job of a request in a process of its own."""
    for ending in ("stop", "worked"):
        call.request.file(ending).unlink(missing_ok=True)
    write_progress(call.request, 0, total, text, 0)
    start(MODULE, call.request.ticket)
    return Answer(RUNNING, text)


def finished(call: Call, job: Job) -> Answer:
    """How the job ended; while it works, that it does; a process that died is noticed."""
    request, until = call.request, time.monotonic() + GRACE_SECONDS
    while (worked := facts_in(request.file("worked"))) is None:
        progress = facts_in(request.file("progress"))
        if progress is None:
            return Answer(DONE, call.say(job.none))
        if _alive(request):
            return Answer(RUNNING, first(progress, "text"))
        if time.monotonic() >= until:
            done, total = first(progress, "done"), first(progress, "total")
            return Answer(FAILED, call.say(job.died, done=done, total=total))
        time.sleep(PAUSE_SECONDS)
    if "log" in worked:
        log, problem = first(worked, "log"), first(worked, "problem")
        return Answer(FAILED, call.say("failed", problem=problem, log=log), log=log)
    if "refused" in worked:
        return Answer(REFUSED, "\n".join([call.say("refused"), *worked["refused"]]))
    return job.ended(call, worked)


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
