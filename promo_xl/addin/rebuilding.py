"""A new version of promo_xl wants a new add-in: noticed when Excel starts, put in place once it can be."""

from dataclasses import replace

from promo_xl.addin.answers import ASK, DONE, Answer
from promo_xl.addin.call import Call
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine, this_machine
from promo_xl.addin.own_process import start
from promo_xl.addin.tickets import forget_old
from promo_xl.plan.findings import RefusedError

RESTART = ("do", "restart_note")


def started(call: Call) -> Answer:
    """Nothing to say where the add-in is the one of this version; else whether to replace it."""
    from promo_xl.addin.build import build_id

    forget_old(call.request.folder)
    installed = call.request.get("addin_build")
    if not installed or installed == build_id():
        return Answer(DONE)
    return rebuild(call) if call.request.flag("confirmed") else Answer(ASK, call.say("start_ask"))


def rebuild(call: Call) -> Answer:
    """Put the add-in of this version in its place, at once or as soon as Excel is closed."""
    return rebuilt(call, this_machine())


def rebuilt(call: Call, machine: Machine) -> Answer:
    """The same for a machine; raises RefusedError for what would be in the way then too."""
    try:
        # Excel has let go of the file, if it could; whether that was enough shows when it is replaced.
        done = install(replace(machine, excel_runs=lambda: False), call.words.word("plans_folder"))
    except RefusedError as refusal:
        if {finding.code for finding in refusal.findings} != {"ADDIN_EXCEL_RUNS"}:
            raise
        start("promo_xl.addin.rebuild_process", call.request.ticket)
        return Answer(DONE, call.say("rebuild_waits"))
    if done.state == "same":
        return Answer(DONE, call.say("rebuild_same"))
    return Answer(DONE, call.say("rebuild_done"), more=(RESTART,))
