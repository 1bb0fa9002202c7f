"""What the process of a refresh does: it asks the sources, and leaves what they said in a file of the ticket.

Asked to stop it says so at once; what a source that is being read says then is dropped.
"""

from promo_xl.addin.call import Call
from promo_xl.addin.gathered_file import write_gathered
from promo_xl.addin.heartbeat import heartbeat
from promo_xl.addin.jobs import Lines
from promo_xl.addin.refresh_job import sources
from promo_xl.refresh.fetching import gather
from promo_xl.refresh.trusted import not_remembered, unknown_places


class _StoppedError(Exception):
    """The planner does not want it any more."""


def fetch(call: Call) -> Lines:
    """Ask the sources of the ticket's copy; raises RefusedError if none of them answers."""
    request, words, book = call.request, call.words, call.templates()
    asked, stop = sources(request, book), request.file("stop")
    now = [(0, len(asked), words.in_excel("refresh_running"))]

    def look() -> None:
        if stop.exists():
            raise _StoppedError

    def told(kind: str, done: int, total: int) -> None:
        label = book.label_of("source_kind", kind, words.language)
        part = f"{done}/{total}" if total else f"{done or ''}"
        now[0] = 0, len(asked), words.in_excel("refresh_reading", kind=label, part=part)

    try:
        with heartbeat(request, lambda: now[0]):
            gathered = gather(asked, told, look=look)
        look()
    except _StoppedError:
        return [("stopped", "1")]
    if unknown_places(asked):  # all were allowed before this process began
        gathered.findings.insert(0, not_remembered())
    write_gathered(request.file("gathered"), gathered)
    return [("gathered", "1")]
