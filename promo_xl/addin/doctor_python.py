"""The Python that answers Excel: its kind, its packages, its path, and what the environment does to it."""

from collections.abc import Iterator

from promo_xl.addin.doctor_excel import found_excel
from promo_xl.addin.machine import Machine
from promo_xl.addin.obstacles import interpreter, kind_obstacles, package_obstacles, path_obstacles
from promo_xl.addin.verdicts import unseen, well, wrong
from promo_xl.plan.findings import Finding
from promo_xl.version import VERSION

DISTURBING = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP")


def python(machine: Machine) -> Iterator[Finding]:
    """A Python that Excel can start."""
    found = list(kind_obstacles(machine))
    yield from found
    if not found:
        details = {"version": ".".join(map(str, machine.python.version)), "bits": machine.python.bits}
        yield well(
            "DOCTOR_PYTHON", reason=f"python_{machine.python.kind}", path=str(machine.python.executable), **details
        )


def packages(machine: Machine) -> Iterator[Finding]:
    """promo_xl, xlwings and what they need, with an add-in that can be built from them."""
    found = [finding for finding in package_obstacles(machine) if finding.code == "ADDIN_PACKAGE_MISSING"]
    yield from found
    if not found:
        versions = {"promo_xl": VERSION, **machine.python.packages}
        named = [
            f"{name} {versions[name]}"
            for name in ("promo_xl", "xlwings", "pyOpenVBA", "pywin32")
            if name in versions
        ]
        yield well("DOCTOR_PACKAGES", packages=", ".join(named))


def dll(machine: Machine) -> Iterator[Finding]:
    """xlwings' DLL with as many bits as Excel; Python itself may have others."""
    dlls, office = machine.python.dlls(), found_excel(machine)
    bits = office.bits if office else 0
    if "xlwings" not in machine.python.packages:
        yield unseen("DOCTOR_NOT_WITHOUT", reason="without_xlwings")
    elif bits in dlls:
        yield well("DOCTOR_DLL", file=str(dlls[bits]))
    elif dlls and not bits:
        yield unseen("DOCTOR_DLL_BITS", files=", ".join(path.name for path in dlls.values()))
    else:
        name = f"xlwings{bits or 64}-{machine.python.packages['xlwings']}.dll"
        yield wrong("ADDIN_DLL_MISSING", file=name, folder=str(machine.python.prefix))


def path(machine: Machine) -> Iterator[Finding]:
    """The path of Python reaches it through Excel unharmed."""
    found = list(path_obstacles(machine))
    yield from found
    if not found:
        yield well("DOCTOR_PATH", path=interpreter(machine), code_page=machine.code_page)


def variables(machine: Machine) -> Iterator[Finding]:
    """Nothing in the environment makes Python load code of others."""
    found = [name for name in DISTURBING if machine.environment.get(name)]
    for name in found:
        yield wrong("DOCTOR_VARIABLE", name=name, value=machine.environment[name])
    if not found:
        yield well("DOCTOR_VARIABLES")
