"""One file that a planner exported from a platform: CSV, text or Excel."""

from promo_xl.sources.export_places import local_path
from promo_xl.sources.export_reading import read_export
from promo_xl.sources.source import Fetched, Order, Source, Surroundings


class _Export:
    kind = "export"

    def identity(self, order: Order) -> str:
        """The file's absolute path."""
        return str(local_path(order))

    def read(self, order: Order, surroundings: Surroundings) -> Fetched:
        """The readings of the file; `order.query` may name the sheet."""
        return read_export(local_path(order), order, surroundings)


SOURCE: Source = _Export()
