"""promo-xl addin doctor: why the add-in does not work, and a page for the IT department."""

from argparse import ArgumentParser, Namespace
from collections import Counter

from promo_xl.addin.doctor import examine
from promo_xl.addin.it_page import POLICIES, files, parts
from promo_xl.addin.machine import Machine, this_machine
from promo_xl.addin.places import MAC, WINDOWS
from promo_xl.addin.verdicts import SIGNS
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, FOUND, Console, as_data
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("--it", action="store_true", help=words.say("arg_it"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Examine everything; 1 if something is wrong."""
    machine = this_machine()
    if options.it:
        return _it(machine, console)
    verdicts = list(examine(machine))
    checks = [{"check": one.check, "state": one.state, **as_data(one.finding, console.words)} for one in verdicts]
    counts = Counter(one.state for one in verdicts)
    console.data({"checks": checks, "problems": counts["problem"], "unknown": counts["unknown"]})
    for one in verdicts:
        console.line(f"{SIGNS[one.state]} {console.sentence(one.finding)}")
    key = "doctor_summary" if counts["problem"] else "doctor_well"
    console.say(key, problem=counts["problem"], unknown=counts["unknown"])
    return FOUND if counts["problem"] else DONE


def _it(machine: Machine, console: Console) -> int:
    """The page for the IT department."""
    found, known, words = list(files(machine)), parts(machine), console.words
    console.data(
        {
            "system": machine.system,
            "files": [{"what": one.what, "path": str(one.path), "sha256": one.sha256} for one in found],
            "parts": {
                name: {"version": version, "licence": licence} for name, (version, licence) in known.items()
            },
            "policies": [{"key": key, "expected": words.say(f"it_policy_{name}")} for name, key in POLICIES],
        }
    )
    console.say("it_title")
    if machine.places.startup is None:
        console.say("it_elsewhere", system=machine.system)
    console.say("it_files")
    for one in found:
        console.line(f"  {words.say(f'it_file_{one.what}')}: {one.path}")
        if one.sha256:
            console.line(f"    SHA-256 {one.sha256}")
    console.say(f"it_processes_{machine.system if machine.system in {WINDOWS, MAC} else WINDOWS}")
    console.say("it_network")
    if machine.system != MAC:
        console.say("it_policies")
        for name, key in POLICIES:
            console.line(f"  {key}")
            console.line(f"    {words.say(f'it_policy_{name}')}")
    console.say("it_licences")
    for name, (version, licence) in known.items():
        console.line(f"  {name} {version}: {licence}")
    console.say("it_removing")
    return DONE
