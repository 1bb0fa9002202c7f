"""promo-xl templates export: the templates, to change them."""

import shutil
from argparse import ArgumentParser, Namespace
from pathlib import Path

from promo_xl import assets
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    export = actions.add_parser("export", help=words.say("export"))
    export.add_argument("folder", metavar="FOLDER", help=words.say("arg_folder"))
    shared.language(export, words)


def run(options: Namespace, console: Console) -> int:
    """Copy the templates into an empty or new folder."""
    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError([Finding("TEMPLATES_EXIST", details={"folder": str(folder)}, place=str(folder))])
    beside = folder.with_name(f".{folder.name}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(assets.workbook_templates(), beside, dirs_exist_ok=True)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError as error:  # copytree gathers its errors in a list
        shutil.rmtree(beside, ignore_errors=True)
        problem = error.strerror or str(error.args[0][0][2] if isinstance(error, shutil.Error) else error)
        details = {"folder": str(folder), "problem": problem}
        raise RefusedError([Finding("OUTPUT_FOLDER", details=details, place=str(folder))]) from None
    console.say("exported", folder=folder)
    return DONE
