"""What an order asks a database: a table's name or one SELECT, read sign by sign before anything is sent.

The databases keep their own watch (see `sql_sqlite`, `sql_server`); this is what they cannot say in plain words,
and what no read-only mode forbids, such as a file written by SELECT … INTO OUTFILE.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from promo_xl.plan.findings import RefusedError
from promo_xl.sources.refusal import refused

LONGEST_QUERY = 100_000
CHANGES = frozenset({"insert", "update", "delete", "merge", "replace"})
# MySQL has no read-only mode for these: they wait, lock, or touch files of the server.
MYSQL_EFFECTS = frozenset(
    {"load_file", "sleep", "benchmark", "get_lock", "release_lock", "release_all_locks", "sys_exec", "sys_eval"}
    | {"source_pos_wait", "master_pos_wait", "wait_for_executed_gtid_set", "wait_until_sql_thread_after_gtids"}
)
QUOTES = {"sqlite": '"', "postgresql": '"', "mysql": "`"}

_SPACE = r"(?P<space>[ \t\n]+|--[^\n]*)"
_WORD = r"(?:[A-Za-z_]|[^\x00-\x7f])(?:[\w$]|[^\x00-\x7f])*"
_QUOTED = (r"(?P<text>'(?:[^']|'')*')", r'(?P<name>"(?:[^"]|"")*")')
_TICKED = r"(?P<ticked>`(?:[^`]|``)*`)"
_LAST = (
    rf"(?P<word>{_WORD})",
    r"(?P<number>\d[\w.]*)",
    r"(?P<cast>::)",
    r":(?P<parameter>start|end)(?![\w$])",
    r"(?P<sign>.)",
)
_TOKENS = {
    "sqlite": (_SPACE, *_QUOTED, _TICKED, r"(?P<bracketed>\[[^\]]*\])", *_LAST),
    "mysql": (r"(?P<space>[ \t\n]+|--(?=[ \t\n]|\Z)[^\n]*|\#[^\n]*)", *_QUOTED, _TICKED, *_LAST),
    "postgresql": (
        _SPACE,
        r"(?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')",
        r"(?P<unicode>[uU]&['\"])",
        rf"(?P<dollars>\$(?P<tag>(?:{_WORD.replace('$', '')})?)\$.*?\$(?P=tag)\$)",
        *_QUOTED,
        *_LAST,
    ),
}
_PATTERNS = {dialect: re.compile("|".join(tokens), re.DOTALL) for dialect, tokens in _TOKENS.items()}
_PART = rf'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|{_WORD})'
_TABLE = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}")
_VERBS = frozenset({"select", "with"})
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UPPER = re.compile("[A-Z]+")
_NAMES = frozenset({"name", "ticked", "bracketed"})
_OPEN, _SEMICOLON = ("sign", "("), ("sign", ";")
_BRACKETS = frozenset({_OPEN, ("sign", ")")})
Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent. `text` is ready for the driver's parameters; if all that was given is a table's name, it asks
    for no row, and `table` is the quoted name.

    `calls` are the names that stand before a bracket, in small letters unless they are quoted.
    """

    text: str
    name: str
    table: str = ""
    calls: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()


def statement_of(query: str, dialect: str, place: str) -> Statement:
    """The statement of an order's query, or a refusal that says what is wrong with it."""
    text = query.strip().replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise refused("SOURCE_SQL_QUERY_BLANK", place)
    if len(text) > LONGEST_QUERY or _CONTROL.search(text):
        raise _unclear(text, place)
    if _TABLE.fullmatch(text) and text.lower() not in _VERBS:
        parts = [match[0] for match in re.finditer(_PART, text)]
        table = ".".join(_identifier(part, dialect) for part in parts)
        return Statement(f"SELECT * FROM {escaped(table, dialect)} LIMIT 0", text[:80], table)  # noqa: S608 - quoted
    return _select(text, dialect, place)


def columns_of(statement: Statement, names: Sequence[str], needed: frozenset[int], dialect: str) -> str:
    """The SELECT of a table's needed columns; NULL stands for each other one."""
    columns = ", ".join(
        quoted(name, dialect) if at in needed else f"NULL AS {quoted(f'_{at}', dialect)}"
        for at, name in enumerate(names)
    )
    return escaped(f"SELECT {columns} FROM {statement.table}", dialect)  # noqa: S608 - quoted


def quoted(name: str, dialect: str) -> str:
    """A name as the dialect writes any name."""
    quote = QUOTES[dialect]
    return quote + name.replace(quote, quote * 2) + quote


def escaped(text: str, dialect: str) -> str:
    """A text that the driver does not take for one with places for parameters."""
    return text if dialect == "sqlite" else text.replace("%", "%%")


def _identifier(part: str, dialect: str) -> str:
    name = part
    if part[0] in '"`[':
        closing = part[-1]
        name = part[1:-1].replace(closing * 2, closing)
    elif dialect == "postgresql":
        name = _folded(part)  # as the database does with a name that is not quoted
    return quoted(name, dialect)


def _select(text: str, dialect: str, place: str) -> Statement:
    tokens = list(_tokens(text, dialect, place))
    said = [token for token in tokens if token[0] != "space"]
    first = next((token for token in said if token != _OPEN), ("", ""))
    if first[0] != "word" or _folded(first[1]) not in _VERBS:
        raise refused("SOURCE_SQL_NOT_SELECT", place, found=text[:40])
    while said[-1] == _SEMICOLON:
        said.pop()
    if _SEMICOLON in said:
        raise refused("SOURCE_SQL_SEVERAL", place)
    calls = _calls(said, place)
    effects = calls & MYSQL_EFFECTS if dialect == "mysql" else set()
    if effects:
        raise refused("SOURCE_SQL_EFFECTS", place, functions=", ".join(sorted(effects)))
    sent = "".join(_sent(token, dialect) for token in tokens).strip()
    parameters = frozenset(text for kind, text in said if kind == "parameter")
    return Statement(sent, "SELECT", "", calls, parameters)


def _calls(said: Sequence[Token], place: str) -> frozenset[str]:
    """The names that are called; refused if a word of the statement changes something."""
    calls: set[str] = set()
    for before, (kind, text), after in zip([_SEMICOLON, *said], said, [*said[1:], _SEMICOLON], strict=False):
        word = _folded(text) if kind == "word" else ""
        if word == "into" or (word in CHANGES and before in _BRACKETS and after != _OPEN):
            raise refused("SOURCE_SQL_WRITES", place, message=word.upper())
        # PostgreSQL reads on with backslashes in a text that goes on in the next line.
        if kind == "escaped" and after[0] in {"text", "escaped"}:
            raise _unclear(text, place)
        if after == _OPEN and kind == "word":
            calls.add(word)
        elif after == _OPEN and kind in _NAMES:
            calls.add(text[1:-1].replace(text[-1] * 2, text[-1]))
    return frozenset(calls)


def _tokens(text: str, dialect: str, place: str) -> Iterator[Token]:
    """The statement in pieces; remarks become a space, so that no database reads anything else into them."""
    at = 0
    while at < len(text):
        if text.startswith("/*", at):
            at = _behind_remark(text, at, place)
            yield "space", " "
            continue
        match = _PATTERNS[dialect].match(text, at)
        if match is None:
            raise _unclear(text[at:], place)
        kind = match.lastgroup or ""
        piece = match[kind]
        if kind == "unicode" or (kind == "sign" and piece in "'\"`"):
            raise _unclear(text[at:], place)
        yield kind, " " if kind == "space" and piece[0] in "-#" else piece
        at = match.end()


def _behind_remark(text: str, at: int, place: str) -> int:
    depth, end = 0, at
    for mark in re.finditer(r"/\*|\*/", text[at:]):
        depth += 1 if mark[0] == "/*" else -1
        end = at + mark.end()
        if depth == 0:
            return end
    raise _unclear(text[at:], place)


def _sent(token: Token, dialect: str) -> str:
    kind, text = token
    if token == _SEMICOLON:
        return ""
    if kind == "parameter":
        return f":{text}" if dialect == "sqlite" else f"%({text})s"
    return escaped(text, dialect)


def _folded(word: str) -> str:
    """A word in small letters, of which only those of English change."""
    return _UPPER.sub(lambda letters: letters[0].lower(), word)


def _unclear(text: str, place: str) -> RefusedError:
    return refused("SOURCE_SQL_UNCLEAR", place, found=_CONTROL.sub(" ", text[:40]))
