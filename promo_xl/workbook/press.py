"""Makes the many workbooks of a run: one trace for each shape, a stamp for each product."""

import gc
from collections import OrderedDict
from collections.abc import Iterator
from io import BytesIO
from threading import Lock

from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.model import Timeline
from promo_xl.sheetspec.recalled import Recalled
from promo_xl.sheetspec.workings import Workings
from promo_xl.workbook.layout import Shape
from promo_xl.workbook.macros import finished
from promo_xl.workbook.sheet import Values
from promo_xl.workbook.stamp import Master
from promo_xl.workbook.trace import UntraceableError
from promo_xl.workbook.write import Edition, write

MOST_MASTERS = 6  # at a time; each takes about 25 MB


def built(values: Values, edition: Edition) -> bytes:
    """One workbook, by the builder itself."""
    package, macros = BytesIO(), edition.imprint.macros
    write(values, edition, package)
    return finished(package.getvalue(), macros.ribbon) if macros else package.getvalue()


class Press:
    """The workbooks of one edition, in any order; each has the parts that the builder gives it, byte for byte."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.timelines = [b for sheet in edition.book.sheets for b in sheet.blocks if isinstance(b, Timeline)]
        self._lock = Lock()
        self._recalled = Recalled()
        self._masters: OrderedDict[tuple[int, ...], Master | None] = OrderedDict()

    def workbook(self, promotion: Promotion) -> bytes:
        """The workbook of a plan; one at a time, whoever asks."""
        with self._lock:
            return self.stamped(
                Workings(promotion, self.edition.book, self.edition.language, recalled=self._recalled)
            )

    def stamped(self, values: Values) -> bytes:
        """The workbook of these values; for one thread."""
        master = self._master(values)
        return master.stamped(values) if master is not None else built(values, self.edition)

    def _master(self, values: Values) -> Master | None:
        """The master of this shape; None for one that cannot be traced."""
        shape = tuple(self._shape(values))
        if shape in self._masters:
            self._masters.move_to_end(shape)
            return self._masters[shape]
        try:
            self._masters[shape] = Master(self.edition, values)
        except UntraceableError:
            self._masters[shape] = None
        if len(self._masters) > MOST_MASTERS:
            self._masters.popitem(last=False)
            gc.collect()  # XlsxWriter's workbook is a knot of references; left alone, dozens pile up
        return self._masters[shape]

    def _shape(self, values: Shape) -> Iterator[int]:
        for table in self.edition.book.tables:
            yield values.capacity(table)
            yield values.printed_rows(table)
        for timeline in self.timelines:
            yield values.printed_periods(timeline)
