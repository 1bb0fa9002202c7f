"""promo-xl demo: a batch of example workbooks, the first in the middle of its campaign."""

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from promo_xl.batches.demo import in_progress, latest, load_demo, on_day
from promo_xl.batches.jobs import store
from promo_xl.batches.orders import day
from promo_xl.batches.runs import jobs_of
from promo_xl.cli import options as shared
from promo_xl.cli.making import make_all, order, report, templates
from promo_xl.cli.output import Console
from promo_xl.sheetspec.compose import compose
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import Wording


def arguments(parser: ArgumentParser, words: Wording) -> None:
    """Declare the options."""
    parser.add_argument("-o", "--output", default="promo_xl_demo", help=words.say("arg_output"))
    shared.making(parser, words, as_of="arg_demo_as_of")
    shared.jobs(parser, words)
    shared.speaking(parser, words)


def run(options: Namespace, console: Console) -> int:
    """Make the example workbooks; they may replace those of an earlier demo."""
    load_book(templates(options))  # templates that cannot be used are refused before anything else
    demo = load_demo(options.lang or console.words.language, templates(options))
    demo = on_day(demo, day(options.as_of) if options.as_of else latest(demo, date.today()))
    options.as_of = demo.as_of.isoformat()
    whole = order(options, Path(options.output), demo.language, overwrite=True)
    first, *others = demo.briefs
    plan = in_progress(compose(first, load_book(whole.templates), whole.setting), demo)
    job, *_ = jobs_of(demo.briefs, whole)
    outcomes = [store(plan, job, whole), *make_all(others, whole, options.jobs, console)]
    code = report(outcomes, whole, console)
    console.say("demo_story", story=demo.says)
    return code
