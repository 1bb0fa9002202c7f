"""What the buttons of the ribbon start: each reads its ticket, does its work, writes its answer.

`commands.check_plan("20260601-093000-001-132456")`. None of them ever raises; what nobody expected is told too,
with the file that holds the details.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from promo_xl import user_settings
from promo_xl.addin import tickets
from promo_xl.addin.answers import FAILED, REFUSED, Answer, message, told, write_lines, write_log
from promo_xl.addin.call import Call
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording, wording

PARTLY = frozenset({"WRITTEN_PARTLY", "TABLE_KEEPS_ROWS"})
LANGUAGE = "en"  # until the request says otherwise


def check_plan(ticket: str, book: Any = None) -> None:
    """Check the plan and write what is found into its sheet."""
    from promo_xl.addin import actions, replies

    def work(call: Call) -> Answer:
        acted = actions.check(call.request, call.templates(), call.words, call.target())
        return replies.checked(acted, call)

    _answered(ticket, work, book)


def auto_schedule(ticket: str, book: Any = None) -> None:
    """Give tasks that follow others their dates."""
    _act(ticket, "schedule", book)


def refresh_data(ticket: str, book: Any = None) -> None:
    """Take readings from the sources of the workbook, in a process of its own; without one, compute anew."""
    from promo_xl.addin.refresh_job import begin

    _answered(ticket, begin, book)


def repair_plan(ticket: str, book: Any = None) -> None:
    """Missing ids, remembered values, colour rules, and calls that their tables have outgrown."""
    _act(ticket, "repair", book)


def undo_last(ticket: str, book: Any = None) -> None:
    """Take back what the last of our actions changed."""
    from promo_xl.addin import actions, replies

    def work(call: Call) -> Answer:
        return replies.undone(actions.undo(call.request, call.templates(), call.target()), call)

    _answered(ticket, work, book)


def new_plan(ticket: str, book: Any = None) -> None:
    """Make the workbook of one product."""
    from promo_xl.addin.making import new

    _answered(ticket, new, book)


def make_batch(ticket: str, book: Any = None) -> None:
    """Make the workbooks of a product list, in a process of its own."""
    from promo_xl.addin.batch_job import begin

    _answered(ticket, begin, book)


def finish_job(ticket: str, book: Any = None) -> None:
    """Say how a job ended, or that it still works."""
    from promo_xl.addin.job_kinds import finish

    _answered(ticket, finish, book)


def change_setting(ticket: str, book: Any = None) -> None:
    """Change one of the user's settings."""
    from promo_xl.addin.setting_change import change

    _answered(ticket, change, book)


def self_check(ticket: str, book: Any = None) -> None:
    """Examine the add-in on this computer; the report is a text file."""
    from promo_xl.addin.self_report import examined

    _answered(ticket, examined, book)


def start_up(ticket: str, book: Any = None) -> None:
    """See once after the start of Excel whether the add-in is the one of this version."""
    from promo_xl.addin.rebuilding import started

    _answered(ticket, started, book)


def rebuild_addin(ticket: str, book: Any = None) -> None:
    """Build the add-in anew and put it in its place."""
    from promo_xl.addin.rebuilding import rebuild

    _answered(ticket, rebuild, book)


def _act(ticket: str, action: str, book: Any) -> None:
    from promo_xl.addin import actions, replies

    def work(call: Call) -> Answer:
        acted = actions.act(action, call.request, call.templates(), call.words, call.target())
        return replies.REPLIES[action](acted.performed, call)

    _answered(ticket, work, book)


def _answered(ticket: str, work: Callable[[Call], Answer], book: Any) -> None:
    """Answer a ticket, whatever happens. Without a folder or with a wrong ticket there is nobody to answer."""
    with suppress(Exception):
        user_settings.mend_environment()
        folder = tickets.work_folder()
        answer = _answer(tickets.check_ticket(ticket), folder, work, book)
        write_lines(folder / f"{ticket}.answer", answer.lines())


def _answer(ticket: str, folder: Path, work: Callable[[Call], Answer], book: Any) -> Answer:
    words, title = wording(LANGUAGE), ""
    try:
        try:
            request = tickets.read_request(ticket, folder)
            words = wording(request.get("language", LANGUAGE))
            call = Call(request, words, book)
            words, title = call.words, call.title
            answer = work(call)
        except RefusedError as refusal:
            answer = _refused(refusal.findings, words, folder / f"{ticket}.txt")
    except Exception as error:
        log = write_log(folder / f"{ticket}.log")
        problem = f"{type(error).__name__}: {error}"[:300]
        answer = Answer(FAILED, words.in_excel("failed", problem=problem, log=log or "…"), log=log)
    return replace(answer, title=answer.title or title or words.in_excel("product"))


def _refused(findings: tuple[Finding, ...], words: Wording, report: Path) -> Answer:
    head = words.in_excel("partly" if any(f.code in PARTLY for f in findings) else "refused")
    return replace(message(head, told(findings, words), words, report), status=REFUSED)
