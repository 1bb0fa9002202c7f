"""promo-xl revert: takes back the last change that promo_xl made to workbooks."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl.cli import options as shared
from promo_xl.cli.check import all_workbooks
from promo_xl.cli.making import templates
from promo_xl.cli.output import CANNOT, DONE, Console, as_data, progress
from promo_xl.cli.terminal import on_one_line
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.refresh.history import Entry, History
from promo_xl.refresh.history_files import key_of
from promo_xl.refresh.revert import REVERT, Reverted, revert
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    shared.workbooks(parser, words)
    parser.add_argument("--list", action="store_true", help=words.say("arg_list"))
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Take back the last change of every workbook; 2 if one was refused, the others are done all the same."""
    paths = all_workbooks(options.workbooks)
    if options.list:
        return _list(paths, console)
    book, history = load_book(templates(options)), History()
    done: dict[Path, Reverted] = {}
    refused: dict[Path, tuple[Finding, ...]] = {}
    for path in progress(paths, len(paths), console):
        try:
            done[path] = revert(path, book, history)
        except RefusedError as refusal:
            refused[path] = refusal.findings
    console.data(
        {
            "reverted": {
                str(path): {
                    **_facts(one.entry),
                    "whole": one.whole,
                    "cells": one.cells,
                    "kept": [as_data(f, console.words) for f in one.findings],
                }
                for path, one in done.items()
            },
            "refused": {str(path): [as_data(f, console.words) for f in found] for path, found in refused.items()},
        }
    )
    for path, one in done.items():
        key = "reverted_whole" if one.whole else "reverted_cells"
        console.say(key, count=one.cells, file=path, **_said(one.entry, console.words))
        console.findings(one.findings, whole=True, indent="  ")
    for found in refused.values():
        console.findings(found, whole=True)
    return CANNOT if refused else DONE


def _list(paths: list[Path], console: Console) -> int:
    history = History()
    known = {path: history.entries(key_of(path)) for path in paths}
    console.data({"history": {str(path): [_facts(entry) for entry in known[path]] for path in paths}})
    for path, entries in known.items():
        console.line(str(on_one_line(path)))
        done = [entry for entry in reversed(entries) if entry.action != REVERT]
        if not done:
            console.say("history_none")
        for entry in done:
            key = "history_line" if entry.changes else "history_line_whole"
            key = "history_line_undone" if entry.undone else key
            console.say(key, count=len(entry.changes), **_said(entry, console.words))
    return DONE


def _facts(entry: Entry) -> dict[str, object]:
    return {
        "when": entry.when.isoformat(sep=" "),
        "action": entry.action,
        "cells_written": len(entry.changes),
        "undone": entry.undone,
    }


def _said(entry: Entry, words: Wording) -> dict[str, object]:
    return {"when": f"{entry.when:%Y-%m-%d %H:%M}", "action": words.word(f"done_{entry.action}")}
