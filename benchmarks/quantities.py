"""How many texts a second `parse_quantity` reads, beside a mere `unicodedata.normalize` of the same texts."""

import random
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from promo_xl.plan.quantity import parse_quantity
from promo_xl.plan.quantity.shapes import forget_shapes

ROUNDS = 7
TEXTS = 20_000
CHANNELS = [
    "抖音信息流",
    "朋友圈",
    "小红书",
    "微博",
    "B站",
    "KOL",
    "快手",
    "视频号",
    "百度",
    "天猫",
    "京东",
    "线下门店",
]
METRICS = ["曝光量", "转化率", "GMV", "客单价", "新增粉丝", "点击量", "ROI"]
SYLLABLES = "安博辰德恩芳歌海佳凯兰明宁欧品青瑞思泰唯欣雅泽"


def _number(dice: random.Random) -> str:
    whole = dice.randint(1, 99_999)
    return dice.choice([str(whole), f"{whole}.{dice.randint(1, 9)}", f"{whole:,}"])


def _plain(dice: random.Random) -> str:
    lead = dice.choice(["", "", "≥", "≤", "不低于", "不超过", "约", "提升至", "增长", *METRICS])
    tails = ["万次", "单", "元", "万", "%"]
    if lead in {"提升至", "增长"}:
        tails = ["%", "%以上"]
    elif not lead or lead in METRICS:
        tails += ["单以上", "元以内", "+"]
    tail = dice.choice(tails)
    return f"{lead}{_number(dice)}{tail}"


def _sum(dice: random.Random) -> str:
    return "+".join(f"{channel}{_number(dice)}万" for channel in dice.sample(CHANNELS, 3))


def _range(dice: random.Random) -> str:
    low = dice.randint(1, 500)
    return f"{low}-{low + dice.randint(1, 500)}{dice.choice(['万', '次', '元', '%', '万元'])}"


def _full_width(dice: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in _plain(dice))


def _named(dice: random.Random) -> str:
    """A text whose name is new, so that no shape is known."""
    return f"{''.join(dice.choices(SYLLABLES, k=5))}{_number(dice)}{dice.choice(['万次', '单', '%'])}"


def _spelled(dice: random.Random) -> str:
    thousands, hundreds, tens, ones = dice.choices("一二三四五六七八九", k=4)
    return f"{thousands}千{hundreds}百{tens}十{ones}万{dice.choice('次单元')}"


def _refused(dice: random.Random) -> str:
    return dice.choice(
        ["几百单", "500万 300万", f"${_number(dice)}", f"{_number(dice)}多万", "优化内容选题，增加互动"]
    )


SETS: dict[str, list[Callable[[random.Random], str]]] = {
    "plain": [_plain],
    "ratio": [lambda dice: f"1:{_number(dice)}"],
    "range": [_range],
    "sum of three": [_sum],
    "full width": [_full_width],
    "English": [lambda dice: f"at least {_number(dice)} orders"],
    "new names": [_named],
    "spelled": [_spelled],
    "refused": [_refused],
    "mixed": [_plain, _plain, _plain, _plain, _range, _sum, _sum, _full_width, _named, _refused],
}


def _seconds(work: Callable[[str], object], texts: list[str]) -> float:
    start = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - start


def _normalized(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def measure() -> list[str]:
    """A line for each kind of text: texts per CPU second, and the ratio to normalizing them (medians of 7)."""
    return list(_lines())


def _lines() -> Iterator[str]:
    for name, makers in SETS.items():
        dice = random.Random(7)
        texts = list(dict.fromkeys(dice.choice(makers)(dice) for _ in range(TEXTS)))
        read, trivial = [], []
        for _ in range(ROUNDS):
            forget_shapes()
            read.append(_seconds(parse_quantity, texts))
            trivial.append(_seconds(_normalized, texts))
        each = statistics.median(read) / len(texts)
        ratio = statistics.median(a / b for a, b in zip(read, trivial, strict=True))
        refused = sum(bool(parse_quantity(text).reason) for text in texts) / len(texts)
        yield (
            f"{name:<13}{len(texts):>6} distinct texts {1 / each:>9,.0f}/s {each * 1e6:>6.1f} us"
            f"  {ratio:>5.0f} x normalize  {refused:>4.0%} refused"
        )


if __name__ == "__main__":
    print("\n".join(measure()))
