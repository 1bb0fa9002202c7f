"""A folder that exports are put into; where two files give the same reading, the later file counts."""

from promo_xl.sources.export_folder import read_folder
from promo_xl.sources.export_places import local_path
from promo_xl.sources.source import Fetched, Order, Source, Surroundings


class _Folder:
    kind = "folder"

    def identity(self, order: Order) -> str:
        """The folder's absolute path."""
        return str(local_path(order))

    def read(self, order: Order, surroundings: Surroundings) -> Fetched:
        """What all files directly inside say."""
        return read_folder(order, surroundings)


SOURCE: Source = _Folder()
