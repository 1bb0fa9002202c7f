"""Trend insight of Ocean Engine (巨量算数): interest indices of keywords, from files that planners export there.

There is no public interface to ask: the website is for people, and what it shows them they can save.
"""

from promo_xl.plan.filled import INDICES
from promo_xl.sources.export_folder import read_folder
from promo_xl.sources.export_places import local_path
from promo_xl.sources.export_reading import read_export
from promo_xl.sources.source import Fetched, Order, Source, Surroundings


class _Suanshu:
    kind = "suanshu"

    def identity(self, order: Order) -> str:
        """The absolute path of the file or folder."""
        return str(local_path(order))

    def read(self, order: Order, surroundings: Surroundings) -> Fetched:
        """The indices of the file, or of all files in the folder; one that holds none is refused."""
        path = local_path(order)
        if path.is_dir():
            return read_folder(order, surroundings, (INDICES,))
        return read_export(path, order, surroundings, tables=(INDICES,))


SOURCE: Source = _Suanshu()
