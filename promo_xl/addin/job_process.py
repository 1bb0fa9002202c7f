"""The process that makes the workbooks of a batch: python -m promo_xl.addin.job_process ticket.

It says how far it is, stops when asked to, and says at the end what became of every product.
"""

import csv
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from threading import Event, Thread

from promo_xl import user_settings
from promo_xl.addin.answers import told, write_lines, write_log
from promo_xl.addin.call import Call, templates_folder
from promo_xl.addin.jobs import list_name, read_list, write_progress
from promo_xl.addin.making import for_excel, output_folder
from promo_xl.addin.tickets import check_ticket, read_request, work_folder
from promo_xl.batches.jobs import Outcome, run
from promo_xl.batches.orders import day, prepared_order, processes_for
from promo_xl.batches.products import ProductList
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.wording import Wording, wording
from promo_xl.workbook.atomic import write_atomically

BEAT_SECONDS = 5.0
LOOK_SECONDS = 0.2
MOST_NAMES = 10
SAFE = str.maketrans({sign: f"'{sign}" for sign in "=+-@\t\r"})

Lines = list[tuple[str, str]]


def main(ticket: str) -> None:
    """Do the job of a ticket and leave `<ticket>.worked`, whatever happens."""
    user_settings.mend_environment()
    folder = work_folder()
    try:
        request = read_request(check_ticket(ticket), folder)
        call = Call(request, wording(request.get("language", "en")))
        try:
            lines = _made(call)
        except RefusedError as refusal:
            lines = [("refused", line) for line in told(refusal.findings, call.words)]
    except Exception as error:
        log = write_log(folder / f"{ticket}.log")
        lines = [("log", log), ("problem", f"{type(error).__name__}: {error}"[:300])]
    write_lines(folder / f"{ticket}.worked", lines)


def _made(call: Call) -> Lines:
    request, listed = call.request, read_list(call.request)
    typed = request.answered()
    order = prepared_order(
        output_folder(call),
        listed.language,
        as_of=day(typed["as_of"]) if typed.get("as_of") else None,
        templates=templates_folder(),
    )
    total, outcomes, stop = len(listed.briefs), list[Outcome](), request.file("stop")
    with _heartbeat(call, outcomes, total):
        making = run(listed.briefs, order, processes_for(total))
        for outcome in making:
            outcomes.append(outcome)
            if stop.exists():
                making.close()  # what is begun ends whole
                break
    problems = _problems(call, listed, outcomes, order.folder)
    lines: Lines = [("folder", str(order.folder)), ("total", str(total))]
    lines += [("stopped", "1")] if len(outcomes) < total else []
    for outcome in outcomes:
        findings = for_excel(outcome.findings)
        reasons = " ".join(call.words.sentence(finding) for finding in findings)
        lines.append((outcome.status, f"{outcome.product}: {reasons}" if findings else str(outcome.path)))
    return [*lines, ("problems", str(problems))] if problems else lines


@contextmanager
def _heartbeat(call: Call, outcomes: Sequence[Outcome], total: int) -> Iterator[None]:
    """Say every few seconds how far the job is, even while one workbook takes long."""
    ended = Event()

    def beat() -> None:
        said, due = -1, 0.0
        while not ended.is_set():
            if len(outcomes) != said or time.monotonic() >= due:
                said, due = len(outcomes), time.monotonic() + BEAT_SECONDS
                with suppress(Exception):  # Excel may be reading; the next beat comes soon
                    text = call.say("batch_running", done=said, total=total)
                    write_progress(call.request, said, total, text, os.getpid())
            ended.wait(LOOK_SECONDS)

    thread = Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _problems(call: Call, listed: ProductList, outcomes: Sequence[Outcome], folder: Path) -> Path | None:
    """All that is to be mended in the list, as a table beside the workbooks; None if nothing is."""
    words = call.words
    worth = [finding for finding in listed.findings if finding.severity > Severity.INFO]
    rows = [_row(finding.subject, finding, words) for finding in worth]
    rows += [_row(one.product, finding, words) for one in outcomes for finding in for_excel(one.findings)]
    if not rows:
        return None
    stem = f"{Path(list_name(call.request)).stem}-{words.in_excel('problems_file')}"
    target = StringIO(newline="")
    head = [words.in_excel(f"problem_{name}") for name in ("place", "product", "kind", "text")]
    csv.writer(target).writerows([head, *rows])
    content = target.getvalue().encode("utf-8-sig")
    for number in range(1, MOST_NAMES):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}.csv"
        with suppress(RefusedError):  # the one of before may be open in Excel
            write_atomically(path, content)
            return path
    return None


def _row(product: str, finding: Finding, words: Wording) -> list[str]:
    kind = words.word(finding.severity.name.lower())
    return [_harmless(text) for text in (finding.place, product, kind, words.sentence(finding))]


def _harmless(text: str) -> str:
    """A text that Excel does not take for a formula."""
    return text[:1].translate(SAFE) + text[1:]


if __name__ == "__main__":
    main(sys.argv[1])
