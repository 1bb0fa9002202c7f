"""From the text of a formula to its parts: precedence climbing over one regular expression."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from promo_xl.sheetspec.formula.nodes import (
    Binary,
    Call,
    Cell,
    Choice,
    Columns,
    Constants,
    Literal,
    Name,
    Negative,
    Node,
    replace_names,
)
from promo_xl.sheetspec.formula.operations import FUNCTIONS

OWN = "PROMO_"  # functions of the add-in: in `live` formulas alone
PRECEDENCE = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 6}
TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?%?)
    | (?P<text>"(?:[^"]|"")*")
    | (?P<columns>(?P<table>[a-z_]\w*)\[(?P<headers>\#?)(?P<first>\w+)(?::(?P<last>\w+))?\])
    | \[(?P<cell>\w+)\]
    | (?P<choices>[a-z_]\w*)\.(?P<code>\w+)
    | (?P<function>[A-Z][A-Z0-9_.]*)\(
    | (?P<name>[A-Za-z_]\w*)
    | (?P<array>\{[^{}]*\})
    | (?P<operator><>|<=|>=|[-+*/^&=<>(),])
    )""",
    re.VERBOSE,
)


class FormulaError(ValueError):
    """A formula that cannot be read; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A named formula with arguments."""

    arguments: tuple[str, ...]
    body: Node


def parse_formula(text: str, macros: Mapping[str, Macro] | None = None) -> Node:
    """The parts of `text`, macros expanded; raises FormulaError."""
    return _Parser(text, macros or {}).whole()


class _Parser:
    def __init__(self, text: str, macros: Mapping[str, Macro]) -> None:
        self.text, self.macros = text, macros
        self.tokens = self._tokens()
        self.at = 0

    def _tokens(self) -> list[re.Match[str]]:
        tokens, position = [], 0
        end = len(self.text.rstrip())
        while position < end:
            match = TOKEN.match(self.text, position)
            if match is None:
                raise FormulaError(f"cannot read {self.text[position : position + 20]!r} in {self.text!r}")
            tokens.append(match)
            position = match.end()
        return tokens

    def peek(self) -> str:
        return self.tokens[self.at][0].strip() if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        if self.at >= len(self.tokens):
            raise FormulaError(f"{self.text!r} ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise FormulaError(f"expected {sign!r} before {self.peek()!r} in {self.text!r}")
        self.at += 1

    def whole(self) -> Node:
        node = self.expression(0)
        if self.peek():
            raise FormulaError(f"{self.peek()!r} is left over in {self.text!r}")
        return node

    def expression(self, least: int) -> Node:
        left = self.operand()
        while (power := PRECEDENCE.get(self.peek(), 0)) > least:
            operator = self.take()[0].strip()
            left = Binary(operator, left, self.expression(power))
        return left

    def operand(self) -> Node:
        token = self.take()
        groups = token.groupdict()
        if groups["number"]:
            number = groups["number"]
            return Literal(float(number[:-1]) / 100 if number.endswith("%") else _number(number))
        if groups["text"]:
            return Literal(groups["text"][1:-1].replace('""', '"'))
        if groups["columns"]:
            first = groups["first"]
            return Columns(groups["table"], first, groups["last"] or first, bool(groups["headers"]))
        if groups["cell"]:
            return Cell(groups["cell"])
        if groups["choices"]:
            return Choice(groups["choices"], groups["code"])
        if groups["function"]:
            return self.call(groups["function"])
        if groups["array"]:
            return Constants(tuple(_constant(part.strip()) for part in groups["array"][1:-1].split(",")))
        return self.sign_or_name(groups)

    def sign_or_name(self, groups: Mapping[str, str | None]) -> Node:
        if name := groups["name"]:
            return Literal(name == "TRUE") if name in {"TRUE", "FALSE"} else Name(name)
        match groups["operator"]:
            case "-":
                return Negative(self.expression(6))
            case "(":
                node = self.expression(0)
                self.expect(")")
                return node
        raise FormulaError(f"{groups['operator']!r} is out of place in {self.text!r}")

    def call(self, function: str) -> Node:
        arguments: list[Node | None] = []
        while self.peek() != ")":
            arguments.append(None if self.peek() == "," else self.expression(0))
            if self.peek() != ")":
                self.expect(",")
                if self.peek() == ")":
                    arguments.append(None)
        self.expect(")")
        if function in self.macros:
            return self.expand(function, arguments)
        if function not in FUNCTIONS and not function.startswith(OWN):
            raise FormulaError(f"{function} is not among the functions that every Excel since 2016 and WPS know")
        return Call(function, tuple(arguments))

    def expand(self, function: str, arguments: list[Node | None]) -> Node:
        macro = self.macros[function]
        if len(arguments) != len(macro.arguments) or None in arguments:
            raise FormulaError(f"{function} takes ({', '.join(macro.arguments)}) in {self.text!r}")
        given = {name: value for name, value in zip(macro.arguments, arguments, strict=True) if value is not None}
        return replace_names(macro.body, given)


def _number(text: str) -> float:
    return float(text) if "." in text or "E" in text else int(text)


def _constant(text: str) -> float | str:
    return text[1:-1] if text.startswith('"') else _number(text.removeprefix("-")) * (-1 if text[0] == "-" else 1)
