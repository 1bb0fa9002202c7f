"""promo-xl addin build: the add-in as a file, from its sources as text."""

from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path

from promo_xl.addin.build import build_addin, build_id
from promo_xl.addin.signing import signed, signer
from promo_xl.cli import options as shared
from promo_xl.cli.output import DONE, Console
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.wording import Wording
from promo_xl.workbook.atomic import write_atomically

FILE = "promo_xl.xlam"


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("-o", "--output", default=FILE, metavar="FILE", help=words.say("arg_addin_output"))
    parser.add_argument("--sign-with", metavar="CERTIFICATE", help=words.say("arg_sign_with"))
    parser.add_argument("--timestamp", default="", metavar="URL", help=words.say("arg_timestamp"))
    parser.add_argument("--templates", help=SUPPRESS)  # other commands have it: a sentence says why this has not
    shared.language(parser, words)
    shared.as_json(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Write the add-in; a file that holds the same already stays untouched."""
    _check(options)
    path = Path(options.output)
    if path.suffix.lower() != ".xlam":
        raise RefusedError([Finding("ADDIN_EXTENSION", details={"file": path.name}, place=str(path))])
    by = signer(options.sign_with, options.timestamp) if options.sign_with else None
    content = build_addin()
    if by is not None:
        content = signed(content, path.name, by)
    made = not (path.is_file() and path.read_bytes() == content)
    if made:
        write_atomically(path, content)
    console.data({"file": str(path), "build": build_id(), "made": made, "bytes": len(content)})
    console.say("addin_built" if made else "addin_unchanged", file=path, build=build_id()[:8])
    return DONE


def _check(options: Namespace) -> None:
    """Raises RefusedError for options that would do nothing."""
    if options.templates is not None:
        raise RefusedError([Finding("ADDIN_BUILD_TEMPLATES")])
    unnamed = options.sign_with is not None and not options.sign_with.strip()
    if unnamed or (options.timestamp and options.sign_with is None):
        raise RefusedError([Finding("SIGN_WITHOUT")])
