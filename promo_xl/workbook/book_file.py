"""A workbook's file in memory: its sheets, tables and names, each part looked through at most once."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from xml.parsers import expat

from promo_xl.sources.file_bytes import read_bytes
from promo_xl.sources.package import Package
from promo_xl.sources.refusal import refused
from promo_xl.workbook.places import Places
from promo_xl.workbook.tables_in_file import (
    Area,
    check_utf8,
    defined_texts,
    named_cells_of,
    sheet_parts,
    tables_of,
)


class BookFile(Package):
    """The file as it was when it was read; raises RefusedError where that is no workbook or is damaged."""

    def __init__(self, data: bytes, file: str) -> None:
        super().__init__(data, file)
        self._places: dict[str, Places] = {}
        self._utf8: set[str] = set()

    @classmethod
    def of(cls, file: "Path | BookFile") -> "BookFile":
        """The file itself, or the one that stands at a path now."""
        return file if isinstance(file, BookFile) else cls(read_bytes(file), file.name)

    @cached_property
    def parts(self) -> Mapping[str, str]:
        """The part of each sheet by the sheet's name."""
        return dict(sheet_parts(self.archive))

    @cached_property
    def tables(self) -> list[tuple[str, Area, list[str]]]:
        """Every Excel table: its name, the area of head and data, its columns' names."""
        return list(tables_of(self.archive))

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """The head and the data rows of every Excel table, by its name in lower case."""
        return {name.lower(): area for name, area, _ in self.tables}

    @cached_property
    def named_cells(self) -> Mapping[str, Area]:
        """Every defined name that is one cell, by the name."""
        return named_cells_of(self.archive)

    @cached_property
    def defined(self) -> Mapping[str, str]:
        """What each defined name of the whole workbook stands for."""
        return dict(defined_texts(self.archive))

    def utf8(self, part: str) -> bytes:
        """The bytes of a part that may be looked through and changed as UTF-8; raises RefusedError for another."""
        if part not in self._utf8:
            check_utf8(self.part(part), part, self.file)
            self._utf8.add(part)
        return self.part(part)

    def places(self, sheet: str) -> Places:
        """Where rows and cells of a sheet stand in its part."""
        if sheet not in self._places:
            part = self.parts[sheet]
            content = self.utf8(part)
            try:
                self._places[sheet] = Places(content, self.plain(part))
            except (expat.ExpatError, ValueError) as error:
                raise refused("FILE_CORRUPT", self.file, reason=str(error), part=part) from error
        return self._places[sheet]
