"""The self-check of the add-in from the ribbon: the doctor's verdicts and what Excel itself said, as a file."""

from collections import Counter
from datetime import datetime

from promo_xl.addin.answers import DONE, Answer
from promo_xl.addin.call import Call
from promo_xl.addin.doctor import examine
from promo_xl.addin.machine import this_machine
from promo_xl.addin.verdicts import SIGNS
from promo_xl.version import VERSION

ASKED = ("excel", "addin_build", "addin_file", "language")


def examined(call: Call) -> Answer:
    """Examine everything and write the report."""
    verdicts = list(examine(this_machine()))
    counts = Counter(one.state for one in verdicts)
    facts = {state: counts[state] for state in ("problem", "unknown")}
    request = call.request
    fault, error = request.get("fault"), request.get("last_error")
    lines = [
        f"promo_xl {VERSION} · {datetime.now():%Y-%m-%d %H:%M}",
        "",
        *(f"{SIGNS[one.state]} {call.words.sentence(one.finding)}" for one in verdicts),
        "",
        call.say("self_asked"),
        *(f"  {key}: {request.get(key)}" for key in ASKED if request.get(key)),
        *([call.say("self_fault", fault=fault)] if fault else []),
        *([call.say("self_error", error=error)] if error else []),
    ]
    off = [call.say("self_live_off")] if request.get("live") == "0" else []
    report = request.file("txt")
    report.write_text("\r\n".join([*lines, *off, ""]), encoding="utf-8-sig", newline="")
    head = call.say("self_problems" if any(facts.values()) else "self_well", **facts)
    said = [call.say("self_fault", fault=fault[:200])] if fault else []
    return Answer(DONE, "\n".join([head, *said, *off]), more=(("show", str(report)),))
