"""Remembered columns: a value that no ordinary formula can say, shown while what it came from is unchanged.

The value stands in a hidden column of the row, and beside it a copy of the inputs that it was
computed from; the visible formula compares that copy with the inputs as they are now:

    IF([goal]="","",IF([goal]=[goal_seen],IF([goal_value_kept]="","",[goal_value_kept]),stale.stale))

A column without inputs waits for a core that computes it: it shows what is kept, or nothing.
"""

from dataclasses import replace

from promo_xl.sheetspec.formula.parse import parse_formula
from promo_xl.sheetspec.model import Column, Table
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.words import Words


def kept(column: Column) -> str:
    """The field of the hidden column that holds the value."""
    return f"{column.field}_kept"


def seen(column: Column) -> str:
    """The field of the hidden column that holds the copy of the inputs."""
    return "_".join(column.inputs) + "_seen"


def with_memory(table: Table) -> Table:
    """`table` with the formulas and the hidden columns that its remembered columns need."""
    columns: list[Column] = []
    hidden: dict[str, Column] = {}
    for column in table.columns:
        if column.kind != "remembered":
            columns.append(column)
            continue
        columns.append(replace(column, formula=_formula(column)))
        hidden[kept(column)] = replace(_hidden(kept(column), column.label, column.type), choices=column.choices)
        if column.inputs:
            source = table.column_of(column.inputs[0])
            hidden[seen(column)] = _hidden(seen(column), source.label if source else column.label, "id", "=")
    return replace(table, columns=(*columns, *hidden.values()))


def _formula(column: Column) -> Formula:
    value = f'IF([{kept(column)}]="","",[{kept(column)}])'
    text = value
    if column.inputs:
        now = '&"|"&'.join(f"[{name}]" for name in column.inputs)
        text = f'IF({now}="","",IF({now}=[{seen(column)}],{value},stale.stale))'
    return Formula(text, parse_formula(text), column.place)


def _hidden(field: str, label: Words, column_type: str, sign: str = "") -> Column:
    words = Words({language: f"_{text}{sign}" for language, text in label.by_language.items()})
    return Column(field, words, column_type, hidden=True)  # type: ignore[arg-type]
