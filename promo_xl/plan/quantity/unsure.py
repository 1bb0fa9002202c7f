"""What is put plainly before a text is read, and what may mean two things and is therefore not read.

Both are tables: add a line where planners' words are read wrongly.
"""

import re

from promo_xl.plan.quantity.model import Quantity, RefusedTextError

LONGEST_REMARK = 60
_QUOTES = {("“", "”"), ('"', '"'), ("「", "」"), ("『", "』"), ("《", "》")}
# A remark says what is counted. Brackets that may hold a unit, a currency or a number are no remarks.
_REMARK = re.compile(
    r" ?\((?:不?含|不?包[括含]|除|扣除|剔除|仅|只[计算含]|去重|全渠道|including |excluding |incl|excl|without )"
    r"[^()0-9一二两三四五六七八九十百千万亿%]*\) ?\Z",
    re.IGNORECASE,
)
_NOT = "(?:不|没有|别|勿|避免|禁止|严禁)(?:得|能|可|应|要|会|许|宜|准|允许|再|可以|应该)?"
PLAINLY = (
    (re.compile(rf"{_NOT}(?:超过|超出|高于|大于|多于)"), "不超过"),
    (re.compile(rf"{_NOT}(?:低于|小于|少于)"), "不低于"),
    (re.compile(r"([至最][少多])(?:需要?|有|要|得)(?=[ 0-9])"), r"\1"),
    (re.compile(r"(?:顶多|充其量)(?=[ 0-9])"), "最多"),
    (re.compile(r"少说(?=[ 0-9])"), "至少"),
    (re.compile(r"不止(?=[ 0-9])"), "超过"),
    (re.compile(r"不及(?=[ 0-9])"), "低于"),
    (re.compile(r"(?<![超不通经])过(?=[0-9])"), "超过"),
    (re.compile(r"([<>]) (?==)"), r"\1"),
)
_WORDS = "或者?|和|与|及|跟|改为?|变为?|实际|同比|对|乘|加|送|赠|选|转|共|中|开"
_CHANGE = r"(?:more|less|lower|higher|fewer|off)\b(?! than)|points? (?:rise|fall|drop|gain|more|less)"
_OTHERS = "(?:去年|同期|上[年月期周]|行业|竞品|大盘)"
UNSURE = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"负 ?(?=[0-9¥.]|百分之|千分之)|负增长", "ambiguous_sign"),
        (r"\berr:[0-9]", "excel_error"),
        (r"\b[a-z] ?: ?[0-9]", "ambiguous_ratio"),
        (r"[0-9] ?kw\b", "ambiguous_scale"),
        (r"\b(?:up|down) (?!to\b)|\b(?:rise|fall|drop) of\b|\byoy\b|\bmom\b", "ambiguous_change"),
        (rf"[0-9] ?%? ?(?:{_CHANGE})", "ambiguous_change"),
        (rf"比{_OTHERS}|(?:低于|高于|超过|优于|达到){_OTHERS}|{_OTHERS}的 ?[0-9]", "ambiguous_change"),
        (r"(?:[上下][调浮]|缩短|扩大) ?[0-9]", "ambiguous_change"),
        (rf"[0-9] ?(?:{_WORDS})[^0-9+;,、]{{0,4}}[0-9]", "two_quantities"),
        (r"(?:\btop |\bno\. ?|第 )[0-9]+ ?名?\Z", "ordinal"),
        (
            r"[0-9]k(?:视频|电视|画质|屏)|[0-9](?:封顶|起步|打底)|[0-9][^0-9+]{0,3}(?:封顶|起步|打底)\Z",
            "unreadable",
        ),
        (r"[0-9][^0-9+]{0,3}[-~至到] ?[0-9][^+]{0,12}\+ ?\Z|\A以[上下]", "conflicting_operators"),
        (r"\A(?:0[0-9]{2,3}|86|400|800)-[0-9]{7,11}\Z|\A[0-9]\. [0-9]", "malformed_number"),
        (r"[0-9] ?(?-i:M[Ll])\b", "ambiguous_scale"),
    )
)
# Signs without which none of the patterns above can match; most texts have none of them.
_SIGNS = frozenset(
    "负比调浮短扩或和与及跟改变实同对乘加送赠选转共中开屏视画封打第不没别勿避禁严需要有得顶充说过去行竞大"
)
_LETTER = re.compile("[A-Za-z]")
_LETTERS = re.compile("[A-Za-z] ?[0-9:]|[0-9%] ?[A-Za-z]|[A-Za-z]{2} ")
_NO_PART = re.compile(
    r"\A(?:争|保|冲|总?共)\Z|\A(?:确保|力争|累计|全年|其中|去年|今年|同期|现状|基线|目标|当前|目前|原价|现价|[日月周]均)"
    r"|率\Z|\A(?:CTR|CVR|ROI|ROAS|CPM|CPC|CPA)\Z",
    re.IGNORECASE,
)


def put_plainly(folded: str) -> str:
    """A text without what says nothing of the number, its words the usual ones: `不要超过30` -> `不超过30`.

    Raises RefusedTextError for what may mean two things.
    """
    bare = folded.strip(" ")
    if len(bare) > 2 and (bare[0], bare[-1]) in _QUOTES:
        folded = bare[1:-1]
    if ")" in folded[-3:]:
        folded = folded[:-LONGEST_REMARK] + _REMARK.sub("", folded[-LONGEST_REMARK:])
    if not _suspicious(folded):
        return folded
    for pattern, reason in UNSURE:
        unsure = pattern.search(folded)
        if unsure and not (reason == "two_quantities" and "之间" in folded):
            raise RefusedTextError(reason, unsure.start(), unsure.end())
    for pattern, words in PLAINLY:
        folded = pattern.sub(words, folded)
    return folded


def _suspicious(folded: str) -> bool:
    return (
        not _SIGNS.isdisjoint(folded)
        or (_LETTER.search(folded) is not None and _LETTERS.search(folded) is not None)
        or folded.endswith(("+", "+ "))
        or folded.startswith("以")
        or ". " in folded
        or " =" in folded
        or ("-" in folded and len(folded) > 10)
    )


def sure(quantity: Quantity, folded: str) -> Quantity:
    """`quantity` if nothing of its text was passed over; raises RefusedTextError otherwise.

    `9折优惠` is no nine, `5与10之间` no ten, and `去年500万，今年800万` no sum.
    """
    if quantity.unit.startswith("折") or (quantity.unit.startswith("成") and quantity.kind == "count"):
        raise RefusedTextError("unreadable")
    if "之间" in folded and quantity.op != "range":
        raise RefusedTextError("unreadable")
    if quantity.kind == "sum" and any(_NO_PART.search(name) for name, _ in quantity.parts):
        raise RefusedTextError("not_parts")
    return quantity
