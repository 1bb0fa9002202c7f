"""What the process of a batch does: the workbooks of a product list, and a table of what is to be mended in it.

It stops when asked to; what it has begun then ends whole.
"""

import csv
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path

from promo_xl.addin.batch_job import list_name, read_list
from promo_xl.addin.call import Call, templates_folder
from promo_xl.addin.heartbeat import heartbeat
from promo_xl.addin.jobs import Lines
from promo_xl.addin.making import for_excel, output_folder
from promo_xl.batches.crews import crew_of
from promo_xl.batches.jobs import Outcome
from promo_xl.batches.orders import day, prepared_order, processes_for
from promo_xl.batches.products import ProductList
from promo_xl.batches.runs import jobs_of, run
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.atomic import write_atomically

MOST_NAMES = 10
SAFE = str.maketrans({sign: f"'{sign}" for sign in "=+-@\t\r"})


def make(call: Call) -> Lines:
    """Make the workbooks; the lines say what became of every product."""
    request, words, listed = call.request, call.words, read_list(call.request)
    typed = request.answered()
    order = prepared_order(
        output_folder(call),
        listed.language,
        as_of=day(typed["as_of"]) if typed.get("as_of") else None,
        templates=templates_folder(),
    )
    order, folder = replace(order, many=True), output_folder(call)
    total, outcomes, stop = len(listed.briefs), list[Outcome](), request.file("stop")
    late: list[Outcome] = []

    def now() -> tuple[int, int, str]:
        done = len(outcomes)
        return done, total, words.in_excel("batch_running", done=done, total=total)

    with heartbeat(request, now):
        making = run(jobs_of(listed.briefs, order), order, crew_of(processes_for(total), total), late.append)
        for outcome in making:
            outcomes.append(outcome)
            if stop.exists():
                making.close()  # what is begun ends whole
                outcomes += [one for one in late if one not in outcomes]
                break
    problems = _problems(call, listed, outcomes, folder)
    lines: Lines = [("folder", str(folder)), ("total", str(total))]
    lines += [("stopped", "1")] if len(outcomes) < total else []
    for outcome in outcomes:
        findings = for_excel(outcome.findings)
        reasons = " ".join(words.sentence(finding) for finding in findings)
        lines.append((outcome.status, f"{outcome.product}: {reasons}" if findings else outcome.place))
    return [*lines, ("problems", str(problems))] if problems else lines


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
