"""What the planner reads after an action on the open workbook."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from promo_xl.addin.actions import Acted, Undone
from promo_xl.addin.answers import Answer, extension_lines, format_lines, message, told
from promo_xl.addin.call import Call
from promo_xl.plan.findings import Severity
from promo_xl.refresh.fetching import Gathered
from promo_xl.refresh.refreshing import Refreshed
from promo_xl.refresh.work import Performed
from promo_xl.workbook.patch import column_name

MOVED = frozenset({"TASK_MOVED", "TASK_DATED"})
GIVEN = frozenset({"ID_GIVEN"})


def checked(acted: Acted, call: Call) -> Answer:
    """How much is wrong, and where it stands: in its sheet, else in the message."""
    performed = acted.performed
    counts = Counter(finding.severity for finding in performed.findings)
    head = call.say(
        "check_found" if performed.findings else "check_clean",
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        infos=counts[Severity.INFO],
    )
    if performed.shown:
        sheet = performed.shown.rpartition("!")[0]
        return Answer("done", f"{head}\n{call.say('check_written', sheet=sheet)}", select=performed.shown)
    lines = told(performed.findings, call.words)
    if acted.unwritten:
        lines = [*lines, call.say("check_unwritten"), *told(acted.unwritten, call.words)]
    return _message(head, lines, call)


def scheduled(performed: Performed, call: Call) -> Answer:
    """Which tasks moved, and which did not."""
    count = sum(finding.code in MOVED for finding in performed.findings)
    cells = _cells(performed)
    key = "schedule_moved" if count else "schedule_computed" if cells else "schedule_none"
    head = call.say(key, count=count, cells=cells)
    return _act(head, performed, call)


def taken(refreshed: Refreshed, gathered: Gathered, call: Call) -> Answer:
    """What became of the readings, each source with its newest day, and what is to be looked at."""
    performed, as_of = refreshed.performed, refreshed.as_of or "—"
    key = "readings_taken" if _cells(performed) else "readings_same"
    counts = {"new": refreshed.new, "changed": refreshed.changed, "unchanged": refreshed.unchanged}
    lines = [call.say(key, as_of=as_of, **counts)]
    if refreshed.kept or refreshed.conflicts:
        lines.append(call.say("readings_kept", kept=len(refreshed.kept), conflicts=len(refreshed.conflicts)))
    lines += [
        call.say("readings_source", label=a.label, read=a.read, readings=a.readings, newest=a.newest or "—")
        for a in gathered.answers
    ]
    sheets = {table.name: sheet.name for sheet, table in call.templates().tables.values()}
    lines += [
        call.say("readings_grown", sheet=sheets[name].text(call.words.language), rows=rows)
        for name, rows in refreshed.grown.items()
    ]
    head, *more = lines
    tail = call.say("can_undo") if _cells(performed) else ""
    answer = _message(head, [*more, *told(performed.findings, call.words)], call, tail)
    return replace(answer, select=performed.shown)


def computed(performed: Performed, call: Call) -> Answer:
    """How many cells are new, and where a source of data would be named."""
    cells = _cells(performed)
    head = call.say("refresh_done" if cells else "refresh_none", cells=cells)
    return _act(f"{head}\n{call.say('refresh_no_sources')}", performed, call)


def repaired(performed: Performed, call: Call) -> Answer:
    """What was repaired, and what Excel itself is to repair now."""
    head = call.say(
        "repair_done",
        count=sum(finding.code in GIVEN for finding in performed.findings),
        cells=_cells(performed),
        rules=len(performed.formats),
        calls=len(performed.extensions),
    )
    more = (*format_lines(performed.formats), *extension_lines(performed.extensions))
    answer = _act(head, performed, call)
    return replace(answer, more=(*answer.more, *more))


def undone(result: Undone, call: Call) -> Answer:
    """What was taken back, and which cells were kept."""
    action = call.words.word(f"done_{result.entry.action}")
    count = sum(not one.result for one in result.changes)
    when = f"{result.entry.when:%Y-%m-%d %H:%M}"
    head = call.say("undo_done" if count else "undo_none", when=when, action=action, count=count)
    answer = _message(head, told(result.findings, call.words), call)
    first = next((one for one in result.changes if not one.result), None)
    return replace(answer, select=_cell(first.sheet, first.row, first.column)) if first else answer


def _act(head: str, performed: Performed, call: Call) -> Answer:
    tail = call.say("can_undo") if _cells(performed) else ""
    answer = _message(head, told(performed.findings, call.words), call, tail)
    return replace(answer, select=performed.shown)


def _cells(performed: Performed) -> int:
    """How many cells were written; what formulas show is not."""
    return sum(not one.result for one in performed.changes)


def _cell(sheet: str, row: int, column: int) -> str:
    return f"{sheet}!{column_name(column)}{row}"


def _message(head: str, lines: list[str], call: Call, tail: str = "") -> Answer:
    return message(head, lines, call.words, call.request.file("txt"), tail)


REPLIES: dict[str, Callable[[Performed, Call], Answer]] = {
    "schedule": scheduled,
    "recalculate": computed,
    "repair": repaired,
}
