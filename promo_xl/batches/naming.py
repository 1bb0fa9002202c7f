"""Which file each product of a list gets: its own, and the same in every run."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from promo_xl.batches.manifest import Manifest
from promo_xl.batches.names import file_stem, same_file_key
from promo_xl.batches.product_rows import ProductRow, digest, name_key


@dataclass(frozen=True, slots=True)
class Survey:
    """What is known of a list before its rows are read: of each name only numbers are kept.

    `stems` are the digests of the file names that products would have if they were alone, `doubled` those of names
    that stand there more than once.
    """

    products: int
    stems: Container[int]
    doubled: Container[int]


def survey(names: Iterable[str]) -> Survey:
    """What a list holds, by its names."""
    products, stems, once, doubled = 0, set[int](), set[int](), set[int]()
    for name in names:
        products += 1
        stems.add(digest(same_file_key(file_stem(name))))
        key = digest(name_key(name))
        (doubled if key in once else once).add(key)
    return Survey(products, stems, doubled)


@dataclass(slots=True)
class FileNames:
    """Gives each product its file, in the order of the list.

    A product that the manifest knows keeps its file. A new one gets the name that it would have alone, with a
    number if another product of the list or of the manifest has it.
    """

    ending: str
    survey: Survey
    manifest: Manifest = field(default_factory=Manifest)
    _used: set[int] = field(default_factory=set)
    _numbers: dict[int, int] = field(default_factory=dict)

    def of(self, product: ProductRow) -> str:
        """The file of a product."""
        return self._kept(product) or self._new(product.product, product.identity)

    def _kept(self, product: ProductRow) -> str:
        record = self.manifest.of(product.identity)
        if record is None and digest(product.key) not in self.survey.doubled:
            # Its launch was moved: still the same product, where there is no doubt.
            record = self.manifest.alike(product.product, product.code)
        if record is None or not record.file.endswith(self.ending):
            return ""
        key = digest(same_file_key(record.file))
        holder = self.manifest.holder(record.file)
        if key in self._used or holder is None or holder.identity != record.identity:
            return ""
        self._used.add(key)
        return record.file

    def _new(self, name: str, identity: int) -> str:
        stem = file_stem(name)
        natural = digest(same_file_key(stem))
        own = stem
        while not self._free(own, natural, identity):
            number = self._numbers.get(natural, 1) + 1
            self._numbers[natural] = number
            own = f"{stem}-{number}"
        file = f"{own}{self.ending}"
        self._used.add(digest(same_file_key(file)))
        return file

    def _free(self, stem: str, natural: int, identity: int) -> bool:
        key = digest(same_file_key(stem))
        if key != natural and key in self.survey.stems:
            return False
        file = f"{stem}{self.ending}"
        holder = self.manifest.holder(file)
        return digest(same_file_key(file)) not in self._used and (holder is None or holder.identity == identity)
