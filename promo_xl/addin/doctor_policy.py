"""What Office and Windows allow: macros, add-ins, trusted folders, the command prompt.

A file in a trusted folder runs whatever the other settings say, unless VBA or all add-ins are switched off.
Policies go before the user's own settings: those of the cloud first, then the group's.
"""

from collections.abc import Iterator
from pathlib import PureWindowsPath

from promo_xl import user_settings
from promo_xl.addin.machine import Machine
from promo_xl.addin.registry import Value
from promo_xl.addin.verdicts import unseen, well, wrong
from promo_xl.plan.findings import Finding

POLICIES = (
    r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0",
    r"HKCU\Software\Policies\Microsoft\Office\16.0",
    r"HKLM\Software\Policies\Microsoft\Office\16.0",
)
USER = r"HKCU\Software\Microsoft\Office\16.0"
SECURITY, TRUSTED, COMMON_TRUSTED = (
    r"Excel\Security",
    r"Excel\Security\Trusted Locations",
    r"Common\Security\Trusted Locations",
)
DISABLED_ITEMS = rf"{USER}\Excel\Resiliency\DisabledItems"
COMMAND_PROMPT = r"HKCU\Software\Policies\Microsoft\Windows\System"
ASKS, SIGNED_ONLY, NEVER = 2, 3, 4  # of VBAWarnings; 1 runs everything, 2 is what holds where nothing is set


def _set(machine: Machine, key: str, name: str) -> tuple[Value | None, str]:
    """What holds for a setting, and the key that says so."""
    for root in (*POLICIES, USER):
        value = machine.registry.values(rf"{root}\{key}").get(name.casefold())
        if value is not None:
            return value, rf"{root}\{key}\{name}"
    return None, ""


def vba(machine: Machine) -> Iterator[Finding]:
    """VBA is not switched off for all of Office."""
    value, place = _set(machine, "Common", "VBAOff")
    yield wrong("DOCTOR_VBA_OFF", key=place) if value == 1 else well("DOCTOR_VBA")


def trust(machine: Machine) -> tuple[bool, str]:
    """Whether the folder of the add-in is trusted, and by which key if that was taken away."""
    value, place = _set(machine, TRUSTED, "AllLocationsDisabled")
    if value == 1:
        return False, place
    allowed, place = _set(machine, COMMON_TRUSTED, "Allow User Locations")
    roots = POLICIES if allowed == 0 else (*POLICIES, USER)
    listed = [folder for root in roots for folder in _locations(machine, rf"{root}\{TRUSTED}")]
    if any(_covers(machine, *folder) for folder in listed):
        return True, ""
    if allowed == 0:
        return False, place
    # Excel trusts its start folder from the beginning; a list without it was changed by somebody.
    return (True, "") if not _locations(machine, rf"{USER}\{TRUSTED}") else (False, rf"{USER}\{TRUSTED}")


def _locations(machine: Machine, key: str) -> list[tuple[str, bool]]:
    found = []
    for name in machine.registry.keys(key):
        values = machine.registry.values(rf"{key}\{name}")
        if isinstance(path := values.get("path"), str) and path:
            found.append((path, values.get("allowsubfolders") == 1))
    return found


def _covers(machine: Machine, folder: str, below: bool) -> bool:
    trusted = PureWindowsPath(user_settings.expanded(folder, _uppercase(machine)))
    ours = PureWindowsPath(str(machine.places.startup))
    return trusted == ours or (below and trusted in ours.parents)


def _uppercase(machine: Machine) -> dict[str, str]:
    known = {name.upper(): value for name, value in machine.environment.items()}
    return known | {name.lower(): value for name, value in known.items()}


def macros(machine: Machine) -> Iterator[Finding]:
    """The macros of the add-in may run."""
    trusted, untrusted_by = trust(machine)
    if trusted:
        yield well("DOCTOR_TRUSTED", folder=str(machine.places.startup))
        return
    value, place = _set(machine, SECURITY, "VBAWarnings")
    details = {"folder": str(machine.places.startup), "trust": untrusted_by, "key": place or "VBAWarnings"}
    if value == 1:
        yield well("DOCTOR_MACROS_ALL", **details)
    elif value in {SIGNED_ONLY, NEVER}:
        reason = "macros_signed" if value == SIGNED_ONLY else "macros_never"
        yield wrong("DOCTOR_MACROS", reason=reason, **details)
    else:
        yield wrong("DOCTOR_UNTRUSTED", **details)


def internet(machine: Machine) -> Iterator[Finding]:
    """The add-in does not carry the mark of a file from the internet."""
    zone = machine.zone(machine.places.addin)
    marked = any(f"zoneid={number}" in zone.casefold().replace(" ", "") for number in (3, 4))
    if not marked:
        yield well("DOCTOR_NO_MARK")
    elif trust(machine)[0]:
        yield unseen("DOCTOR_MARK_TRUSTED", file=str(machine.places.addin))
    else:
        _, place = _set(machine, SECURITY, "BlockContentExecutionFromInternet")
        yield wrong("DOCTOR_MARK", file=str(machine.places.addin), key=place or "Zone.Identifier")


def addins(machine: Machine) -> Iterator[Finding]:
    """Add-ins are not switched off, and need no signature."""
    value, place = _set(machine, SECURITY, "DisableAllAddins")
    if value == 1:
        yield wrong("DOCTOR_ADDINS_OFF", key=place)
        return
    value, place = _set(machine, SECURITY, "RequireAddinSig")
    if value == 1 and not trust(machine)[0]:
        yield wrong("DOCTOR_ADDINS_SIGNED", key=place, folder=str(machine.places.startup))
    else:
        yield well("DOCTOR_ADDINS")


def disabled(machine: Machine) -> Iterator[Finding]:
    """Excel has not put the add-in on its list of items that made it fail."""
    for value in machine.registry.values(DISABLED_ITEMS).values():
        if isinstance(value, bytes) and "promo_xl" in value[12:].decode("utf-16-le", "replace").casefold():
            yield wrong("DOCTOR_DISABLED", key=DISABLED_ITEMS)
            return
    yield well("DOCTOR_NOT_DISABLED")


def cmd(machine: Machine) -> Iterator[Finding]:
    """xlwings starts Python through cmd.exe, which a policy may forbid."""
    if machine.registry.values(COMMAND_PROMPT).get("disablecmd") in {1, 2}:
        yield wrong("DOCTOR_CMD", key=rf"{COMMAND_PROMPT}\DisableCMD")
    else:
        yield well("DOCTOR_CMD_WELL")
