"""The doctor of the add-in: every check in one list, each with a verdict and how to mend what it finds.

A verdict is a Finding: INFO says that a thing is well, WARNING that it could not be seen, ERROR what is wrong.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from promo_xl.addin import doctor_excel, doctor_files, doctor_policy, doctor_python
from promo_xl.addin.machine import Machine
from promo_xl.addin.places import MAC, WINDOWS
from promo_xl.addin.verdicts import unseen
from promo_xl.plan.findings import Finding, Severity

STATES = {Severity.INFO: "ok", Severity.WARNING: "unknown", Severity.ERROR: "problem"}
EVERYWHERE = frozenset({WINDOWS, MAC, ""})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at, on the systems that have it; "" stands for those without Excel.

    `installed` is True for what can only be looked at once the add-in was installed.
    """

    name: str
    run: Callable[[Machine], Iterable[Finding]]
    systems: frozenset[str] = frozenset({WINDOWS})
    installed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says."""

    check: str
    finding: Finding

    @property
    def state(self) -> str:
        """`ok`, `unknown` or `problem`."""
        return STATES[self.finding.severity]


CHECKS = (
    Check("excel", doctor_excel.excel, EVERYWHERE),
    Check("python", doctor_python.python, EVERYWHERE),
    Check("packages", doctor_python.packages, EVERYWHERE),
    Check("dll", doctor_python.dll),
    Check("path", doctor_python.path, frozenset({WINDOWS, MAC})),
    Check("variables", doctor_python.variables, EVERYWHERE),
    Check("settings", doctor_files.settings, EVERYWHERE),
    Check("interpreter", doctor_files.interpreter, frozenset({WINDOWS, MAC}), installed=True),
    Check("addin", doctor_files.addin, frozenset({WINDOWS, MAC}), installed=True),
    Check("twice", doctor_files.twice, frozenset({WINDOWS, MAC})),
    Check("work", doctor_files.work, frozenset({WINDOWS, MAC}), installed=True),
    Check("script", doctor_files.script, frozenset({MAC}), installed=True),
    Check("vba", doctor_policy.vba),
    Check("macros", doctor_policy.macros),
    Check("internet", doctor_policy.internet, installed=True),
    Check("addins", doctor_policy.addins),
    Check("disabled", doctor_policy.disabled),
    Check("cmd", doctor_policy.cmd),
    Check("fault", doctor_files.fault, frozenset({WINDOWS, MAC}), installed=True),
)


def examine(machine: Machine, checks: Iterable[Check] = CHECKS) -> Iterator[Verdict]:
    """Every verdict, in the order of the list; what a system does not have is left out."""
    system = machine.system if machine.places.startup is not None else ""
    installed = doctor_files.installed(machine)
    for check in checks:
        if system in check.systems and (installed or not check.installed):
            yield from (Verdict(check.name, finding) for finding in _looked_at(check, machine))


def _looked_at(check: Check, machine: Machine) -> Iterator[Finding]:
    try:
        yield from check.run(machine)
    except OSError as error:
        yield unseen("DOCTOR_UNSEEN", file=error.filename or check.name, problem=error.strerror or str(error))
