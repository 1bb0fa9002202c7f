"""Cell formats from the theme, each made once per workbook."""

from typing import Any

from xlsxwriter.format import Format

from promo_xl.sheetspec.model import TEXT_TYPES, Book, Column, Theme
from promo_xl.workbook.xlsx import Workbook

NOTHING = ";;;"  # the number format that shows no value
COLOR_KEYS = (
    "font_color",
    "bg_color",
    "bottom_color",
    "top_color",
    "left_color",
    "right_color",
    "border_color",
)


def style_properties(theme: Theme, style: str) -> dict[str, Any]:
    """A style's properties with its colours looked up in the theme."""
    given = theme.styles[style]
    return {key: theme.colors.get(str(v), str(v)) if key in COLOR_KEYS else v for key, v in given.items()}


class Styles:
    """Formats by style and type; XlsxWriter numbers them in the order in which they are first used."""

    def __init__(self, workbook: Workbook, book: Book, language: str) -> None:
        self.workbook, self.theme, self.language = workbook, book.theme, language
        self._made: dict[tuple[str, str], Format] = {}
        self.font = self.theme.fonts.get(language) or self.theme.fonts["en"]

    def color(self, name: str) -> str:
        """The colour of the theme with this name, or a literal #RRGGBB."""
        return self.theme.colors.get(name, name)

    def properties(self, style: str) -> dict[str, Any]:
        """A style's properties with its colours looked up."""
        return style_properties(self.theme, style)

    def of(self, style: str) -> Format:
        """The format of a style."""
        return self._format(style, "", {"font_name": self.font, **self.properties(style)})

    def rule(self, style: str) -> Format:
        """The format that a colour rule lays over a cell: only what it changes."""
        return self._format(style, "rule", self.properties(style))

    def cell(self, style: str, column: Column) -> Format:
        """The format of a cell of a column: the style with the type's number format and alignment."""
        kind = column.type + ("+" if column.computed else "") + ("-" if column.hidden else "")
        own = self.properties(style)
        typed = self._typed(column)
        if "align" in own:
            typed.pop("indent")
        properties = {"font_name": self.font, **typed, **own}
        return self._format(style, kind, properties)

    def _typed(self, column: Column) -> dict[str, Any]:
        number_format = self.theme.formats[column.type].text(self.language)
        if column.hidden and column.type in TEXT_TYPES:
            number_format = NOTHING  # it would spill over into a neighbour that is in sight
        elif column.computed and column.type in TEXT_TYPES:
            number_format = "General"  # Excel would show a formula in a text cell as text
        align = self.theme.align[column.type]
        return {
            "num_format": number_format,
            "align": align,
            "indent": int(align != "center"),
            "text_wrap": column.type == "long",
        }

    def _format(self, style: str, kind: str, properties: dict[str, Any]) -> Format:
        key = (style, kind)
        if key not in self._made:
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]
