"""promo-xl refresh: readings from the data sources into workbooks; what planners typed stays."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.check import all_workbooks
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, FOUND, Console, as_data, meter, progress
from promo_xl.plan.findings import Finding, RefusedError, Severity
from promo_xl.refresh.asked import Asked, sources_of
from promo_xl.refresh.changing import changed_file, tried
from promo_xl.refresh.fetching import Gathered, gather
from promo_xl.refresh.refreshing import REFRESH, Moment, Refreshed, refresh_file
from promo_xl.refresh.trusted import trust, unknown_places
from promo_xl.refresh.written import Written
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


@dataclass(slots=True)
class _Outcome:
    done: dict[Path, tuple[Gathered, Refreshed]] = field(default_factory=dict)
    refused: dict[Path, tuple[Finding, ...]] = field(default_factory=dict)


def run(options: Namespace, console: Console) -> int:
    """Refresh every workbook and say what came of it; 1 if something needs a look, 2 if one was refused."""
    moment = Moment(datetime.now(), _day(options.as_of) if options.as_of else None)
    book = load_book(templates(options))
    paths = all_workbooks(options.workbooks)
    if options.source and len(paths) > 1:
        raise RefusedError([Finding("REFRESH_SOURCE_FOR_MANY", details={"count": len(paths)})])
    asked, outcome = _asked(paths, options, book)
    _ask_for_trust([one for each in asked.values() for one in each], options, console)
    for path in progress(list(asked), len(asked), quiet=console.as_json):
        try:
            with meter(quiet=console.as_json or len(asked) > 1) as read:
                gathered = gather(asked[path], read)
            work = partial(refresh_file, book=book, words=console.words, gathered=gathered, moment=moment)
            done = tried(path, work)[0] if options.dry_run else changed_file(path, REFRESH, work, _written)
            outcome.done[path] = gathered, done
        except RefusedError as refusal:
            outcome.refused[path] = refusal.findings
    _tell(outcome, console, dry=options.dry_run)
    troubled = any(
        f.severity > Severity.INFO
        for g, one in outcome.done.values()
        for f in (*g.findings, *one.performed.findings)
    )
    return CANNOT if outcome.refused else FOUND if troubled else DONE


def _day(text: str) -> date:
    from promo_xl.batches.orders import day

    return day(text)


def _asked(paths: list[Path], options: Namespace, book: Book) -> tuple[dict[Path, list[Asked]], _Outcome]:
    """The sources of each workbook; one that has none, or rows that name none, is refused."""
    asked: dict[Path, list[Asked]] = {}
    outcome = _Outcome()
    for path in paths:
        try:
            asked[path] = sources_of(open_workbook(path, book), book, path, options.source, options.channel)
        except RefusedError as refusal:
            outcome.refused[path] = refusal.findings
    return asked, outcome


def _ask_for_trust(asked: list[Asked], options: Namespace, console: Console) -> None:
    """Places that no workbook has read from yet on this machine are read after the user said yes."""
    places = unknown_places(asked)
    if not places:
        return
    if not options.trust:
        console.say("trust_places", count=len(places))
        for place in places:
            console.line("  " + " ".join(place.split()))
        interactive = sys.stdin.isatty() and not console.as_json
        if not interactive or not _yes(console):
            details = {"places": " / ".join(places[:10]), "count": len(places)}
            listed = {} if console.as_json else {"reason": "listed"}
            raise RefusedError([Finding("SOURCE_NOT_TRUSTED", details={**details, **listed})])
    trust(places)


def _yes(console: Console) -> bool:
    try:
        answer = input(console.words.say("trust_ask")).strip().casefold()
    except EOFError:
        console.line("")
        return False
    return answer in {"y", "yes", "是", "好"}


def _written(one: Refreshed) -> tuple[Written, ...]:
    return one.performed.changes


def _tell(outcome: _Outcome, console: Console, *, dry: bool) -> None:
    console.data(
        {
            "refreshed": {str(path): _facts(*one, console.words) for path, one in outcome.done.items()},
            "refused": {
                str(path): [as_data(f, console.words) for f in found] for path, found in outcome.refused.items()
            },
        }
    )
    for path, (gathered, one) in outcome.done.items():
        _say(path, gathered, one, console, dry)
    for found in outcome.refused.values():
        console.findings(found, whole=True)
    changed = [path for path, (_, one) in outcome.done.items() if one.performed.changes]
    if changed and not dry:
        console.say("can_revert", file=changed[0])


def _say(path: Path, gathered: Gathered, one: Refreshed, console: Console, dry: bool) -> None:
    key = ("refreshed_dry" if dry else "refreshed") if one.performed.changes else "refreshed_not"
    as_of = one.as_of or "—"
    console.say(key, file=path, new=one.new, changed=one.changed, unchanged=one.unchanged, as_of=as_of)
    if one.kept or one.conflicts:
        console.say("refreshed_kept", kept=len(one.kept), conflicts=len(one.conflicts))
    for answer in gathered.answers:
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
    console.findings(one.performed.findings, indent="  ")


def _facts(gathered: Gathered, one: Refreshed, words: Wording) -> dict[str, object]:
    return {
        "cells": len(one.performed.changes),
        "new": one.new,
        "changed": one.changed,
        "unchanged": one.unchanged,
        "kept": [asdict(each) for each in one.kept],
        "conflicts": [asdict(each) for each in one.conflicts],
        "as_of": one.as_of,
        "formulas_renewed": one.renewed,
        "formulas_without_value": one.unknown,
        "log": [asdict(each) for each in one.log],
        "sources": [asdict(each) for each in gathered.answers],
        "findings": [as_data(f, words) for f in one.performed.findings],
    }
