"""promo-xl templates export: the templates, to change them."""

import shutil
from argparse import Namespace
from pathlib import Path

from promo_xl import assets
from promo_xl.cli.output import DONE, Console
from promo_xl.plan.findings import Finding, RefusedError


def run(options: Namespace, console: Console) -> int:
    """Copy the templates into an empty or new folder."""
    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RefusedError([Finding("TEMPLATES_EXIST", details={"folder": str(folder)}, place=str(folder))])
    try:
        shutil.copytree(assets.workbook_templates(), folder, dirs_exist_ok=True)
    except OSError as error:
        details = {"folder": str(folder), "problem": error.strerror or str(error)}
        raise RefusedError([Finding("OUTPUT_FOLDER", details=details, place=str(folder))]) from None
    console.say("exported", folder=folder)
    return DONE
