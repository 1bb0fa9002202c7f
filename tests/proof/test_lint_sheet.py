"""Each fault of cells, tables, rules, charts and layout is found, and nothing else."""

import pytest

PLAN = "xl/worksheets/sheet1.xml"
LIVE = "xl/worksheets/sheet2.xml"
TASKS = "xl/tables/table1.xml"
DAYS = "xl/tables/table2.xml"
CHART = "xl/charts/chart1.xml"
STRINGS = "xl/sharedStrings.xml"
CHAIN = "xl/calcChain.xml"
LONG = "长" * 256
DOUBLE = "<f>tblTask[[#This Row],[花费]]*2</f>"

CELL_FAULTS = [
    ("row-number", PLAN, '<row r="6"', '<row r="1048577"'),
    ("row-order", PLAN, '<row r="6"', '<row r="3"'),
    ("row-duplicate", PLAN, '<row r="6"', '<row r="4"'),
    ("cell-address", PLAN, '<c r="H3"', '<c r="XFE3"'),
    ("cell-address", PLAN, '<c r="H3"', '<c r="H9"'),
    ("cell-order", PLAN, '<c r="H3"', '<c r="D3"'),
    ("cell-duplicate", LIVE, '<c r="C2"><v>2</v></c>', '<c r="C2"><v>2</v></c><c r="C2"><v>2</v></c>'),
    ("style-index", PLAN, '<c r="H3"', '<c r="H3" s="3"'),
    ("shared-string-index", PLAN, '<c r="A2" t="s"><v>3</v>', '<c r="A2" t="s"><v>13</v>'),
    ("value-missing", PLAN, "+spend</f><v>4</v>", "+spend</f>"),
    ("value-missing", PLAN, '<c r="J2"><v>20</v></c>', ""),
    ("value-blank-untyped", PLAN, '<c r="H2" t="str">', '<c r="H2">'),
    ("value-not-a-number", PLAN, '<c r="F2"><v>10</v>', '<c r="F2"><v>NaN</v>'),
    ("value-not-a-truth", PLAN, 't="b"><v>1</v>', 't="b"><v>TRUE</v>'),
    ("value-not-an-error", PLAN, "<v>#DIV/0!</v>", "<v>#WRONG!</v>"),
    ("text-too-long", STRINGS, "<t>甲</t>", f"<t>{'甲' * 32_768}</t>"),
    ("text-too-long", STRINGS, "<t>甲</t>", f"<t>{'😀' * 16_384}</t>"),
    ("text-escape", STRINGS, "a_x005F_x0041_b", "a_x0041_b"),
    ("array-range", PLAN, 'ref="J1:J2">', 'ref="J2:J2">'),
    ("array-overlap", PLAN, '<c r="J2"><v>20</v>', '<c r="J2"><f t="array" ref="J2">1</f><v>20</v>'),
    ("array-in-table", PLAN, '<c r="F2"><v>10</v>', '<c r="F2"><f t="array" ref="F2:F3">1</f><v>10</v>'),
    ("array-over-merge", PLAN, 'ref="L1:M1"/>', 'ref="L1:M1"/><mergeCell ref="J1:K1"/>'),
    ("calc-chain-stale", CHAIN, '<c r="C3"/>', '<c r="B3"/>'),
    ("calc-chain-stale", CHAIN, '<c r="A1" i="2"/>', '<c r="A1" i="1"/>'),
]
TABLE_FAULTS = [
    ("table-id-duplicate", DAYS, 'id="2" name="tblDay"', 'id="1" name="tblDay"'),
    ("table-header-differs", TASKS, 'name="倍数"', 'name="倍数 "'),
    ("table-header-not-text", PLAN, '<c r="E1" t="s"><v>6</v>', '<c r="E1"><v>6</v>'),
    ("table-column-id-duplicate", TASKS, 'id="3" name="倍数"', 'id="2" name="倍数"'),
    ("table-filter-range", DAYS, '<autoFilter ref="E1:F3"/>', '<autoFilter ref="E1:F4"/>'),
    ("table-calculated-column-differs", PLAN, f"{DOUBLE}<v>4</v>", "<f>2*2</f><v>4</v>"),
    ("table-total-differs", DAYS, 'totalsRowLabel="合计"', 'totalsRowLabel="总计"'),
    ("dxf-index", TASKS, 'name="倍数"', 'dataDxfId="1" name="倍数"'),
    ("merge-in-table", PLAN, 'ref="L1:M1"/>', 'ref="L1:M1"/><mergeCell ref="E3:F3"/>'),
    ("filter-over-table", PLAN, "<mergeCells ", '<autoFilter ref="$F$1:$H$9"/><mergeCells '),
]
LAYOUT_FAULTS = [
    ("merge-range", PLAN, 'ref="L1:M1"/>', 'ref="L1:M1"/><mergeCell ref="P9:P9"/>'),
    ("merge-overlap", PLAN, 'ref="L1:M1"/>', 'ref="L1:M1"/><mergeCell ref="M1:M2"/>'),
    ("columns-overlap", PLAN, "</cols>", '<col min="2" max="3" width="9"/></cols>'),
    ("size-too-large", PLAN, 'width="12.7109375"', 'width="256"'),
    ("size-too-large", PLAN, 'ht="30"', 'ht="500"'),
    ("link-location", PLAN, "location=\"'_live'!A1\"", "location=\"'_life'!A1\""),
    ("link-location", PLAN, "location=\"'_live'!A1\"", 'location="spent"'),
    ("header-too-long", PLAN, "&amp;C推广", f"&amp;C{LONG}"),
    ("comment-without-shape", "xl/drawings/vmlDrawing1.vml", "<x:Row>1</x:Row>", "<x:Row>2</x:Row>"),
    ("comment-duplicate", "xl/comments1.xml", "</commentList>", '<comment ref="L2"/></commentList>'),
]
RULE_FAULTS = [
    ("validation-list-too-long", PLAN, '"一,二"', f'"{LONG}"'),
    ("validation-text-too-long", PLAN, 'prompt="选"', f'prompt="{LONG}"'),
    ("validation-overlap", PLAN, 'sqref="A2:A3"><formula1>', 'sqref="A2:B2"><formula1>'),
    ("validation-range", PLAN, 'sqref="A2:A3"><formula1>', 'sqref="A2:A"><formula1>'),
    ("validation-structured-reference", PLAN, "<formula1>_live!$C$1:$C$2", "<formula1>tblTask[编号]"),
    ("conditional-structured-reference", PLAN, "<formula>$B2&gt;1", "<formula>tblTask[花费]&gt;1"),
    ("conditional-own-function", PLAN, "<formula>$B2&gt;1", "<formula>PROMO_PACE($B2)&gt;1"),
    ("conditional-priority-duplicate", PLAN, 'priority="2"', 'priority="1"'),
    ("conditional-range", PLAN, '<conditionalFormatting sqref="F2:F3">', '<conditionalFormatting sqref="">'),
    ("dxf-index", PLAN, 'dxfId="0" priority="2"', 'dxfId="1" priority="2"'),
    ("sparkline-structured-reference", PLAN, "<xm:f>_live!C1:C2", "<xm:f>tblTask[花费]"),
    ("chart-sheet-missing", CHART, "<c:f>计划!$B$2:$B$3", "<c:f>计画!$B$2:$B$3"),
    ("chart-range-blank", CHART, "<c:f>计划!$B$2:$B$3", "<c:f>计划!$Z$2:$Z$3"),
    ("chart-reference", CHART, "<c:f>计划!$B$2:$B$3", "<c:f>tblTask[花费]"),
    ("chart-reference", CHART, "<c:f>计划!$B$2:$B$3", "<c:f>计划!spent"),
    ("chart-reference", CHART, "<c:f>计划!$B$2:$B$3", "<c:f>计划!$B$2:"),
]


def test_the_calculation_chain_may_name_every_cell_of_an_array_formula(rules_after):
    assert rules_after((CHAIN, '<c r="C3"/>', '<c r="C3"/><c r="J1"/><c r="J2"/>')) == set()


def test_beside_an_address_the_location_of_a_link_is_not_in_this_file(rules_after):
    location = "location=\"'_live'!A1\""
    assert rules_after((PLAN, location, 'r:id="rId1" location="foo#bar"')) == set()


@pytest.mark.parametrize(
    ("rule", "part", "old", "new"), [*CELL_FAULTS, *TABLE_FAULTS, *LAYOUT_FAULTS, *RULE_FAULTS]
)
def test_one_fault_is_found_and_no_other(rule, part, old, new, rules_after):
    assert rules_after((part, old, new)) == {rule}


class TestTables:
    """Faults that cannot be seeded alone: the formulas that name the table, its header, follow."""

    def test_two_tables_must_not_differ_by_case_alone(self, rules_after):
        found = rules_after((DAYS, 'displayName="tblDay"', 'displayName="TBLTASK"'))
        assert "table-name-duplicate" in found

    @pytest.mark.parametrize("name", ["tbl Day", "A1", "R1C1", "1st"])
    def test_a_table_name_must_be_a_name(self, name, rules_after):
        found = rules_after((DAYS, 'displayName="tblDay"', f'displayName="{name}"'))
        assert "table-name-illegal" in found

    def test_two_columns_must_not_differ_by_case_alone(self, rules_after):
        again = [(TASKS, 'name="倍数"', 'name="X"'), (TASKS, 'name="编号"', 'name="x"')]
        assert "table-header-duplicate" in rules_after(*again)

    def test_a_table_is_as_wide_as_its_columns(self, rules_after):
        wide = [(DAYS, 'ref="E1:F4"', 'ref="E1:G4"'), (DAYS, 'ref="E1:F3"', 'ref="E1:G3"')]
        assert rules_after(*wide) == {"table-range"}

    def test_a_table_has_a_data_row(self, rules_after):
        flat = [(DAYS, 'ref="E1:F4"', 'ref="E1:F2"'), (DAYS, 'ref="E1:F3"', 'ref="E1:F1"')]
        assert "table-without-rows" in rules_after(*flat)

    def test_tables_do_not_overlap(self, rules_after):
        moved = [(DAYS, 'ref="E1:F4"', 'ref="C1:D4"'), (DAYS, 'ref="E1:F3"', 'ref="C1:D3"')]
        assert "table-overlap" in rules_after(*moved)

    def test_every_row_of_a_calculated_column_has_its_formula(self, rules_after):
        found = rules_after((PLAN, f"{DOUBLE}<v>4</v>", "<v>4</v>"))
        assert found == {"table-calculated-column-differs", "calc-chain-stale"}

    def test_a_calculated_column_with_relative_references_moves_with_its_rows(self, rules_after):
        column = (TASKS, "tblTask[[#This Row],[花费]]*2", "B2*2")
        cells = [(PLAN, DOUBLE, "<f>B2*2</f>"), (PLAN, DOUBLE, "<f>B3*2</f>")]
        assert rules_after(column, *cells) == set()
        assert rules_after(column, cells[0], (PLAN, DOUBLE, "<f>B2*2</f>")) == {"table-calculated-column-differs"}

    def test_shared_formulas_are_read_as_what_they_mean(self, rules_after):
        column = (TASKS, "tblTask[[#This Row],[花费]]*2", "B2*2")
        master = (PLAN, DOUBLE, '<f t="shared" ref="C2:C3" si="0">B2*2</f>')
        assert rules_after(column, master, (PLAN, DOUBLE, '<f t="shared" si="0"/>')) == set()
