"""promo-xl refresh: readings from the data sources into workbooks; what planners typed stays."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.check import all_workbooks
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, INTERRUPTED, Console, as_data, meter, progress
from promo_xl.cli.terminal import complain
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.asked import Asked, sources_of
from promo_xl.refresh.refreshing import Moment, Refreshed
from promo_xl.refresh.taking_in import taken_in
from promo_xl.refresh.trusted import check_trusted, trust, unknown_places
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.model import Book
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.read import open_workbook

SHOWN = 40  # lines of a dry run


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    parser.add_argument("--source", metavar="PLACE", action="append", default=[], help=words.say("arg_source"))
    parser.add_argument("--channel", metavar="NAME", default="", help=words.say("arg_channel"))
    parser.add_argument("--as-of", metavar="DATE", help=words.say("arg_refresh_as_of"))
    parser.add_argument("--dry-run", action="store_true", help=words.say("arg_dry_run"))
    parser.add_argument("--trust", action="store_true", help=words.say("arg_trust"))
    shared.speaking(parser, words)


NO_SOURCE = "REFRESH_NO_SOURCE"


@dataclass(slots=True)
class _Outcome:
    done: dict[Path, Refreshed] = field(default_factory=dict)
    refused: dict[Path, tuple[Finding, ...]] = field(default_factory=dict)
    told: list[Finding] = field(default_factory=list)
    without: list[Path] = field(default_factory=list)


def run(options: Namespace, console: Console) -> int:
    """Refresh every workbook and say what came of it; 1 if something needs a look, 2 if one was refused."""
    moment = Moment(datetime.now(), _day(options.as_of) if options.as_of else None)
    book = load_book(templates(options))
    paths = all_workbooks(options.workbooks)
    if options.source and len(paths) > 1:
        raise RefusedError([Finding("REFRESH_SOURCE_FOR_MANY", details={"count": len(paths)})])
    asked, outcome = _asked(paths, options, book)
    outcome.told = _ask_for_trust([one for each in asked.values() for one in each], options, console)
    if not _refreshed(asked, outcome, book, moment, options=options, console=console):
        return INTERRUPTED
    _tell(outcome, console, dry=options.dry_run)
    troubled = any(f.severity > Severity.INFO for one in outcome.done.values() for f in one.findings)
    return CANNOT if outcome.refused else FOUND if troubled else DONE


def _refreshed(
    asked: dict[Path, list[Asked]],
    outcome: _Outcome,
    book: Book,
    moment: Moment,
    *,
    options: Namespace,
    console: Console,
) -> bool:
    """Refresh one workbook after the other; False if the user stopped that, which is told."""
    state = (0, 0)
    path = Path()
    try:
        for path in progress(list(asked), len(asked), console):
            state = _state(path)
            try:
                with meter(console, hidden=len(asked) > 1) as read:
                    outcome.done[path] = taken_in(
                        path, asked[path], book, console.words, moment, dry_run=options.dry_run, progress=read
                    )
            except RefusedError as refusal:
                outcome.refused[path] = refusal.findings
    except KeyboardInterrupt:
        if outcome.done or outcome.refused:
            _tell(outcome, console, dry=options.dry_run)
        ready = path in outcome.done or _state(path) == state  # else it was put in its place a moment ago
        done = 0 if options.dry_run else len(outcome.done) + (not ready)
        complain(console.words.say("stopped_refresh", done=done, count=len(asked)))
        return False
    return True


def _state(path: Path) -> tuple[int, int]:
    """What differs as soon as another file has been put in the place of this one."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns


def _day(text: str) -> date:
    from promo_xl.batches.orders import day

    return day(text)


def _asked(paths: list[Path], options: Namespace, book: Book) -> tuple[dict[Path, list[Asked]], _Outcome]:
    """The sources of each workbook. One whose rows name none is refused; one without any if no other has some."""
    asked: dict[Path, list[Asked]] = {}
    outcome = _Outcome()
    for path in paths:
        try:
            asked[path] = sources_of(open_workbook(path, book), book, path, options.source, options.channel)
        except RefusedError as refusal:
            if [finding.code for finding in refusal.findings] == [NO_SOURCE]:
                outcome.without.append(path)
            outcome.refused[path] = refusal.findings
    if asked:  # else there was nothing to do at all, and each says why
        for path in outcome.without:
            del outcome.refused[path]
    else:
        outcome.without.clear()
    return asked, outcome


def _ask_for_trust(asked: list[Asked], options: Namespace, console: Console) -> list[Finding]:
    """Places that no workbook has read from yet on this machine are read after the user said yes.

    What is to be told of that comes back.
    """
    places = unknown_places(asked)
    if not places:
        return []
    if not options.trust:
        console.say("trust_places", count=len(places))
        for place in places:
            console.line("  " + " ".join(place.split()))
        interactive = sys.stdin.isatty() and not console.as_json
        if not interactive or not _yes(console):
            check_trusted(asked, reason="" if console.as_json else "listed")
    return trust(places)


def _yes(console: Console) -> bool:
    try:
        answer = input(console.words.say("trust_ask")).strip().casefold()
    except EOFError:
        console.line("")
        return False
    return answer in {"y", "yes", "是", "好"}


def _tell(outcome: _Outcome, console: Console, *, dry: bool) -> None:
    console.data(
        {
            "refreshed": {str(path): _facts(one, console.words) for path, one in outcome.done.items()},
            "refused": {
                str(path): [as_data(f, console.words) for f in found] for path, found in outcome.refused.items()
            },
            "without_sources": [str(path) for path in outcome.without],
            "findings": [as_data(f, console.words) for f in outcome.told],
        }
    )
    console.findings(outcome.told)
    for path, one in outcome.done.items():
        _say(path, one, console, dry)
    if outcome.without:
        console.say("refreshed_without", count=len(outcome.without))
    for found in outcome.refused.values():
        console.findings(found, whole=True)
    changed = [path for path, one in outcome.done.items() if one.changes]
    if changed and not dry:
        console.say("can_revert", file=changed[0])


def _say(path: Path, one: Refreshed, console: Console, dry: bool) -> None:
    key = ("refreshed_dry" if dry else "refreshed") if one.changes else "refreshed_not"
    as_of = one.as_of or "—"
    console.say(key, file=path, new=one.new, changed=one.changed, unchanged=one.unchanged, as_of=as_of)
    if one.kept:
        console.say("refreshed_kept", kept=len(one.kept))
    if one.conflicts:
        console.say("refreshed_conflicts", conflicts=len(one.conflicts))
    for answer in one.answers:
        told = {"label": answer.label, "channel": answer.channel and f" ({answer.channel})"}
        newest = answer.newest or "—"
        console.say("refreshed_source", **told, read=answer.read, readings=answer.readings, newest=newest)
    if one.unknown:
        console.say("refreshed_unknown", count=one.unknown)
    for line in one.log[:SHOWN] if dry else ():
        name = " · ".join(part for part in (line.what, line.channel, line.campaign, line.column) if part)
        before = "" if line.before is None else f"{line.before} → "
        console.line(f"  {name}: {before}{line.after}")
    if dry and len(one.log) > SHOWN:
        console.line("  " + console.words.say("more", count=len(one.log) - SHOWN))
    console.findings(one.findings, indent="  ")


def _facts(one: Refreshed, words: Wording) -> dict[str, object]:
    return {
        "cells": len(one.changes),
        "new": one.new,
        "changed": one.changed,
        "unchanged": one.unchanged,
        "kept": [asdict(each) for each in one.kept],
        "conflicts": [asdict(each) for each in one.conflicts],
        "as_of": one.as_of,
        "formulas_renewed": one.renewed,
        "formulas_without_value": one.unknown,
        "log": [asdict(each) for each in one.log],
        "sources": [asdict(each) for each in one.answers],
        "findings": [as_data(f, words) for f in one.findings],
    }
