"""What the cells of a frame say, whether they came as texts, as the beginnings of texts or as numbers."""

from typing import Any

from promo_xl.sources.export_values import is_missing, text_of

Coded = tuple[Any, list[str]]


class LostTextError(Exception):
    """Beside a number too big for 64 bits pandas takes 1_000 for a number as well, and keeps no text of it."""

    def __init__(self, column: int) -> None:
        """Remember the column that is to be read as texts."""
        super().__init__(column)
        self.column = column


def coded(series: Any) -> Coded:
    """A column of texts as a number for each row and the texts that they stand for, "" for none."""
    import pandas as pd

    codes, distinct = pd.factorize(series.to_numpy())
    texts = [name_in(text_of(text)) for text in distinct.tolist()]
    if (codes < 0).any():
        codes[codes < 0] = len(texts)
        texts.append("")
    return codes, texts


def missing_cells(series: Any) -> Any:
    """Which cells say nothing, with spaces around it or not."""
    import numpy as np
    import pandas as pd

    if pd.api.types.is_numeric_dtype(series):
        return series.isna().to_numpy()
    cells = series.to_numpy()
    missing = cells == b"" if cells.dtype.kind == "S" else pd.isna(cells)
    rest = np.flatnonzero(~missing)
    missing[rest] = [is_missing(text_of(cell_text(cell))) for cell in cells[rest].tolist()]
    return missing


def blank_rows(frame: Any, dates: Coded) -> Any:
    """Which rows are of blanks and dashes only."""
    import numpy as np

    codes, texts = dates
    blank = np.array([not text for text in texts], dtype=bool)[codes]
    for column in frame.columns:
        blank[blank] = missing_cells(frame[column][blank])
    return blank


def row_cells(frame: Any, at: int, width: int) -> list[str | None]:
    """The cells of one row as texts."""
    return [cell_text(frame[column].iloc[at]) for column in frame.columns[:width]]


def cell_text(cell: Any) -> str | None:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "ignore") or None
    return None if cell is None or cell != cell else str(cell)  # noqa: PLR0124 (not a number)


def name_in(text: str) -> str:
    return "" if is_missing(text) else text
