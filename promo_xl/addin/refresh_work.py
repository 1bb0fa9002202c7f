"""What the process of a refresh does: it asks the sources, and leaves what they said in a file of the ticket.

Asked to stop it says so at once; a source that is being read ends by itself, and what it says is dropped.
"""

from concurrent.futures import ThreadPoolExecutor, wait

from promo_xl.addin.call import Call
from promo_xl.addin.gathered_file import write_gathered
from promo_xl.addin.heartbeat import LOOK_SECONDS, heartbeat
from promo_xl.addin.jobs import Lines
from promo_xl.addin.refresh_job import sources
from promo_xl.refresh.fetching import gather


class _StoppedError(Exception):
    """The planner does not want it any more."""


def fetch(call: Call) -> Lines:
    """Ask the sources of the ticket's copy; raises RefusedError if none of them answers."""
    request, words, book = call.request, call.words, call.templates()
    asked, stop = sources(request, book), request.file("stop")
    now = [(0, len(asked), words.in_excel("refresh_running"))]

    def told(kind: str, done: int, total: int) -> None:
        if stop.exists():
            raise _StoppedError
        label = book.label_of("source_kind", kind, words.language)
        part = f"{done}/{total}" if total else f"{done or ''}"
        now[0] = 0, len(asked), words.in_excel("refresh_reading", kind=label, part=part)

    pool = ThreadPoolExecutor(1)
    with heartbeat(request, lambda: now[0]):
        answer = pool.submit(gather, asked, told)
        while not stop.exists():
            if answer in wait([answer], LOOK_SECONDS).done:
                break
        pool.shutdown(wait=False)
    if stop.exists():
        return [("stopped", "1")]
    write_gathered(request.file("gathered"), answer.result())
    return [("gathered", "1")]
