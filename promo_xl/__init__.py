"""Excel workbooks that plan and steer a product promotion.

    plan = promo_xl.read_workbook("清泉-推广计划.xlsx")
    promo_xl.write_workbook(plan, "copy.xlsx")
    for outcome in promo_xl.batch("products.csv", "plans"):
        print(outcome.product, outcome.status, outcome.path)
    done = promo_xl.refresh_workbook("清泉-推广计划.xlsx", sources="daily.csv")
    print(done.new, done.changed, done.conflicts)

The command line is `promo-xl`; nothing heavy loads before a function is called.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

from promo_xl.version import VERSION

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from promo_xl.batches.jobs import Outcome
    from promo_xl.plan.promotion import Promotion
    from promo_xl.refresh.refreshing import Refreshed
    from promo_xl.sheetspec.host_names import Host

__version__ = VERSION


def write_workbook(
    promotion: "Promotion",
    path_or_file: Path | str | IO[bytes],
    *,
    language: str = "zh",
    as_of: date | None = None,
    templates: Path | None = None,
    host: "Host" = "xlam",
) -> None:
    """Write a plan as a workbook; a path is replaced in one step. Raises RefusedError with findings.

    `host` is the add-in that its live cells call: `xlam` (Excel on Windows), `officejs`, or `none`.
    `as_of` dates the file (its creation date) and defaults to the plan's own as-of date, then today.
    """
    from promo_xl.batches.jobs import Order, workbook_bytes
    from promo_xl.sheetspec.compose import Setting
    from promo_xl.workbook.atomic import write_atomically

    own = promotion.project.get("as_of")
    day = as_of or (own if isinstance(own, date) else date.today())
    content = workbook_bytes(promotion, Order(Path(), Setting(language, day), templates, host=host))
    if isinstance(path_or_file, Path | str):
        write_atomically(Path(path_or_file), content)
    else:
        path_or_file.write(content)


def read_workbook(path: Path | str, *, templates: Path | None = None) -> "Promotion":
    """The plan in a workbook that promo_xl made. Raises RefusedError with findings if it cannot be read."""
    from promo_xl.sheetspec.load import load_book
    from promo_xl.workbook.read import read_workbook as read

    return read(path, load_book(templates))


def batch(
    products: Path | str,
    folder: Path | str,
    *,
    language: str | None = None,
    as_of: date | None = None,
    templates: Path | None = None,
    calendar: Path | str | None = None,
    overwrite: bool = False,
    jobs: int = 1,
    host: "Host" = "xlam",
    resume: bool = False,
    executor: "Executor | None" = None,
    scheduler: str | None = None,
) -> Iterator["Outcome"]:
    """Make the workbooks of a product list and yield what became of each good product.

    Rows that name no usable product are left out; `promo_xl.batches.products.read_products` says why.
    `host` is the add-in that live cells call. `calendar` is a file with the rest days of newly announced
    years. The folder is made if there is none; it may be the address of a store such as s3://bucket/plans. A
    manifest is kept in it, by which `resume` makes only what is missing or has changed. `jobs` processes work, or
    an `executor` of your own, or the Dask cluster of a `scheduler`. Raises RefusedError if the list, the calendar
    or the templates cannot be used at all.
    """
    from promo_xl.batches.batch import REJECTED, begin
    from promo_xl.batches.calendar_file import read_calendar
    from promo_xl.batches.crews import crew_for
    from promo_xl.batches.jobs import Order
    from promo_xl.batches.open_list import open_list
    from promo_xl.batches.orders import make_folder
    from promo_xl.batches.outputs import output_at
    from promo_xl.sheetspec.compose import Setting
    from promo_xl.sheetspec.load import load_book

    day = as_of or date.today()
    listed = open_list(Path(products), load_book(templates), day)
    spoken = language or listed.language
    announced = read_calendar(Path(calendar), load_book(templates), spoken) if calendar else ()
    setting = Setting(spoken, day, announced=announced)
    output = folder if isinstance(folder, Path) else output_at(folder)
    make_folder(output)
    order = Order(output, setting, templates, overwrite, host=host, resume=resume)
    making = begin(listed, order)
    crew = crew_for(order.output, making.total, jobs, executor=executor, scheduler=scheduler)
    yield from (outcome for outcome in making.outcomes(crew) if outcome.status != REJECTED)


def refresh_workbook(
    path: Path | str,
    *,
    sources: Path | str | Sequence[Path | str] | None = None,
    channel: str = "",
    as_of: date | None = None,
    dry_run: bool = False,
    trust: bool = False,
    templates: Path | None = None,
    language: str | None = None,
) -> "Refreshed":
    """Take readings into a closed workbook, as `promo-xl refresh` does, and say what became of them.

    `sources` are files, folders or addresses such as `ga4:123456`; without them those of the workbook's own sheet
    are asked, and `trust` allows places that nobody allowed on this machine yet. `channel` is the one of given
    sources that name none. `language` is the one of what is written into the log, if not the workbook's own. What
    was typed stays. A copy of the file is kept, for `promo-xl revert`; with `dry_run` the file stays. Raises
    RefusedError with findings, and then the file is as it was.
    """
    from datetime import datetime

    from promo_xl.refresh.asked import sources_of
    from promo_xl.refresh.refreshing import Moment
    from promo_xl.refresh.taking_in import taken_in
    from promo_xl.refresh.trusted import check_trusted, unknown_places
    from promo_xl.refresh.trusted import trust as allowed
    from promo_xl.sheetspec.load import load_book
    from promo_xl.sheetspec.wording import wording
    from promo_xl.workbook.read import open_workbook

    file, book = Path(path), load_book(templates)
    given = () if sources is None else (sources,) if isinstance(sources, Path | str) else sources
    opened = open_workbook(file, book)
    asked = sources_of(opened, book, file, [str(one) for one in given], channel)
    if trust:
        told = allowed(unknown_places(asked))
    else:
        check_trusted(asked, reason="python")
        told = []
    words = wording(language or opened.language, templates)
    return taken_in(file, asked, book, words, Moment(datetime.now(), as_of), dry_run=dry_run, told=told)
