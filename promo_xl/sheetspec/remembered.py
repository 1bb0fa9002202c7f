"""Remembered columns: a value that no ordinary formula can say, shown while what it came from is unchanged.

The value stands in a hidden column of the row. Where it comes from its own row, a second hidden
column holds what the inputs were, and the visible formula compares the two:

    IF([goal]=[goal_value_seen],IF([goal_value_kept]="","",[goal_value_kept]),stale.stale)

Where it comes from whole tables, a formula says whether they are as they were:

    IF([id]&[name]="","",IF(schedule_fresh=1,IF([slack_kept]="","",[slack_kept]),stale.stale))
"""

from dataclasses import replace

from promo_xl.sheetspec.formula.nodes import Binary, Call, Cell, Node
from promo_xl.sheetspec.formula.parse import parse_formula
from promo_xl.sheetspec.model import Column, Table
from promo_xl.sheetspec.schema import Formula
from promo_xl.sheetspec.words import Words

STALE = "stale.stale"


def kept(column: Column) -> str:
    """The field of the hidden column that holds the value."""
    return f"{column.field}_kept"


def with_memory(table: Table) -> Table:
    """`table` with the formulas and the hidden columns that its remembered columns need."""
    columns: list[Column] = []
    hidden: list[Column] = []
    seen: dict[str, str] = {}
    for column in table.columns:
        if column.kind != "remembered":
            columns.append(column)
            continue
        if column.inputs and column.inputs.text not in seen:
            seen[column.inputs.text] = name = f"{column.field}_seen"
            hidden.append(replace(_hidden(name, column.label, "="), as_written=column.inputs))
        columns.append(replace(column, formula=_formula(table, column, seen)))
        memory = _hidden(kept(column), column.label, "")
        hidden.append(replace(memory, type=column.type, choices=column.choices, compute=column.compute))
    return replace(table, columns=(*columns, *hidden))


def _formula(table: Table, column: Column, seen: dict[str, str]) -> Formula:
    memory = kept(column)
    value = parse_formula(f'IF([{memory}]="","",[{memory}])')
    otherwise = column.fallback.node if column.fallback else parse_formula(STALE)
    if column.inputs:
        same = Binary("=", column.inputs.node, Cell(seen[column.inputs.text]))
        return Formula(f"remembered: {column.inputs.text}", Call("IF", (same, value, otherwise)), column.place)
    shown = Call("IF", (column.fresh.node, value, otherwise)) if column.fresh else value
    empty = parse_formula("&".join(f"[{c.field}]" for c in table.columns if c.needed) + '=""')
    whole: Node = Call("IF", (empty, parse_formula('""'), shown))
    return Formula(f"remembered: {column.field}", whole, column.place)


def _hidden(field: str, label: Words, sign: str) -> Column:
    words = Words({language: f"_{text}{sign}" for language, text in label.by_language.items()})
    return Column(field, words, "id", hidden=True)
