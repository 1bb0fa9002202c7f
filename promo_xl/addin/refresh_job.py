"""Readings from the ribbon: places asked for, fetched as a job, merged into the workbook that is still open."""

from datetime import datetime
from typing import Any

from promo_xl.addin import actions, replies
from promo_xl.addin.answers import ASK, DONE, Answer
from promo_xl.addin.call import Call
from promo_xl.addin.gathered_file import read_gathered
from promo_xl.addin.growing import Longer
from promo_xl.addin.guards import guarded, opened_copy
from promo_xl.addin.jobs import Facts, begun, first
from promo_xl.addin.own_copy import own_copy
from promo_xl.addin.tickets import Request
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.asked import Asked, asked_by
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.refresh.trusted import trust, unknown_places
from promo_xl.sheetspec.model import Book
from promo_xl.workbook.tables_in_file import table_areas

MOST_SHOWN = 600
"""Characters of places that one question shows; each place is shown whole or not asked for at all."""


def begin(call: Call) -> Answer:
    """Ask for places that are new on this machine, then begin; without a source compute anew."""
    asked = sources(call.request, call.templates())
    if not asked:
        acted = actions.act("recalculate", call.request, call.templates(), call.words, call.target())
        return replies.computed(acted.performed, call)
    unknown = unknown_places(asked)
    if call.request.flag("confirmed"):
        shown = _shown(unknown, call.request)
        trust(shown)
        unknown = unknown[len(shown) :]
    if unknown:
        shown = _shown(unknown, call.request)
        places = "\n".join(_visible(place) for place in shown)
        rest = call.say("refresh_ask_rest", count=len(unknown) - len(shown)) if len(unknown) > len(shown) else ""
        return Answer(ASK, call.say("refresh_ask", count=len(shown), places=places, rest=rest))
    return begun(call, len(asked), call.say("refresh_running"))


def ended(call: Call, worked: Facts) -> Answer:
    """Merge what was fetched into the workbook as it is now, and say what became of it."""
    if first(worked, "stopped") == "1":
        return Answer(DONE, call.say("refresh_stopped"))
    gathered = read_gathered(call.request.file("gathered"), call.words)
    return replies.taken(_taken_in(call, gathered, call.target_behind()), gathered, call)


def sources(request: Request, book: Book) -> tuple[Asked, ...]:
    """The active sources of the open workbook; raises RefusedError with all that keeps them from being asked.

    Relative places start from its folder, if it lies in one on this computer.
    """
    with own_copy(request) as copy:
        asked, found = opened_copy(request, copy, book)
        found += guarded(asked, actions.WRITING)
        if found or asked.opened is None:
            raise RefusedError(actions.once(found))
        named = asked_by(asked.opened, book, request.place.resolve().parent if request.place else None)
    if named.findings:
        raise RefusedError(named.findings)
    return named.asked


def _taken_in(call: Call, gathered: Gathered, target: Any) -> Refreshed:
    """Merge on a fresh copy, then write where it is open; raises RefusedError."""
    request, book = call.request, call.templates()
    with own_copy(request) as copy:
        before = copy.read_bytes()
        asked, found = opened_copy(request, copy, book)
        found += guarded(asked, actions.WRITING)
        if found or asked.opened is None:
            raise RefusedError(actions.once(found))
        areas = table_areas(copy)
        done = refresh_file(copy, book, call.words, gathered, Moment(datetime.now()))
    longer = [Longer(name, areas[name.lower()], rows) for name, rows in done.grown.items()]
    actions.write(REFRESH, request, before, done.performed, target, longer=longer)
    return done


def _shown(places: list[str], request: Request) -> list[str]:
    """The first places, as many as one question shows whole; raises RefusedError for one that is too long."""
    shown: list[str] = []
    room = MOST_SHOWN
    for place in places:
        room -= len(_visible(place)) + 1
        if room < 0:
            break
        shown.append(place)
    if places and not shown:
        details = {"count": len(places), "place": _visible(places[0])[:200]}
        raise RefusedError([Finding("SOURCE_PLACE_LONG", details=details, place=request.book)])
    return shown


def _visible(place: str) -> str:
    """A place on one line, with the number of each sign that would hide or turn something."""
    return "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in place)
