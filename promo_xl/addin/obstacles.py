"""Why Excel could not start this Python: each reason a Finding, all of them together."""

from collections.abc import Iterator

from promo_xl.addin.ansi_path import usable
from promo_xl.addin.machine import OLDEST_PYTHON, Machine
from promo_xl.addin.places import MAC, WINDOWS
from promo_xl.plan.findings import Finding


def obstacles(machine: Machine) -> Iterator[Finding]:
    """What the Python that runs lacks to serve Excel."""
    if machine.places.startup is None:
        yield Finding("ADDIN_NO_EXCEL_HERE", details={"system": machine.system})
        return
    yield from kind_obstacles(machine)
    yield from package_obstacles(machine)
    yield from path_obstacles(machine)


def kind_obstacles(machine: Machine) -> Iterator[Finding]:
    """A Python of the Microsoft Store writes into folders of its own, and Excel cannot start it."""
    python = machine.python
    if python.store:
        yield Finding("ADDIN_PYTHON_STORE", details={"path": str(python.executable)})
    if python.version < OLDEST_PYTHON:
        found, expected = (".".join(map(str, version)) for version in (python.version, OLDEST_PYTHON))
        yield Finding("ADDIN_PYTHON_OLD", details={"found": found, "expected": expected})


def package_obstacles(machine: Machine) -> Iterator[Finding]:
    """xlwings, what it needs on this system, and its file for the bits of Excel."""
    python = machine.python
    needed = ("xlwings", "pyOpenVBA", "pywin32") if machine.system == WINDOWS else ("xlwings", "pyOpenVBA")
    missing = [name for name in needed if name not in python.packages]
    if missing:
        yield Finding(
            "ADDIN_PACKAGE_MISSING", details={"packages": ", ".join(missing), "path": str(python.executable)}
        )
    elif machine.system == WINDOWS and not python.dlls():
        details = {"file": f"xlwings64-{python.packages['xlwings']}.dll", "folder": str(python.prefix)}
        yield Finding("ADDIN_DLL_MISSING", details=details)
    elif machine.system == MAC and machine.script is None:
        yield Finding("ADDIN_SCRIPT_MISSING", details={"version": python.packages["xlwings"]})


def path_obstacles(machine: Machine) -> Iterator[Finding]:
    """The path of Python has to reach it through Excel, xlwings' DLL or script, and a command line."""
    path = str(machine.python.executable)
    found = usable(path, machine.system, machine.code_page, machine.short_path)
    if not found.text:
        details = {"path": path, "reason": found.reason, "code_page": machine.code_page}
        yield Finding("ADDIN_PYTHON_PATH", details=details)


def interpreter(machine: Machine) -> str:
    """How the settings name this Python; empty if there is no way to."""
    return usable(str(machine.python.executable), machine.system, machine.code_page, machine.short_path).text
