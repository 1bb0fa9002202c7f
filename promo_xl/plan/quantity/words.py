"""The words around a number and what they say: operators, changes, levels, currencies, units."""


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


AT_LEAST = _words(
    "≥ ≧ ⩾ ≽ ⪰ ≮ >= => ≥= 》= =》 〉= 大于等于 大于或等于 不低于 不少于 不小于 不下于 不得低于 不得少于",
    "不能低于 不能少于 至少 最少 最低 起码 下限 不亚于 不应低于 应不低于 需不低于 须不低于",
)
AT_MOST = _words(
    "≤ ≦ ⩽ ≼ ⪯ ≯ <= =< ≤= 《= =《 〈= 小于等于 小于或等于 不超过 不高于 不大于 不多于 不得超过 不得高于",
    "不能超过 不能高于 不可超过 不超 不超出 至多 最多 最高 上限 不应超过 控制在 应不超过 需不超过",
    "须不超过",
)
MORE = _words(
    "> 》 〉 大于 多于 高于 超过 超出 突破 超 逾 破",
)
LESS = _words(
    "< 《 〈 小于 少于 低于 不满 不足 不到 未满 未达到",
)
ABOUT = _words(
    "~ ∼ ≈ ≒ ≃ ≅ 约 大约 约为 约等于 大概 大致 近 将近 接近 差不多",
)
ENGLISH_OPERATORS = {
    "≥": "at least|no less than|not less than|no fewer than|minimum|min|min.|not below",
    "≤": "at most|no more than|not more than|up to|maximum|max|max.|within|not exceeding|not over",
    ">": "over|more than|above|greater than|exceeding|exceed",
    "<": "under|less than|below|fewer than",
    "~": "about|around|approximately|approx|approx.|roughly|circa|ca.|nearly|almost",
}
RISE = _words(
    "增长 提升 提高 增加 上升 上涨 增 涨 升",
)
FALL = _words(
    "降低 下降 减少 下滑 缩减 削减 压缩 下跌 降 减",
)
RISEN_TO = _words(
    "提升至 提升到 提高至 提高到 增长至 增长到 增加至 增加到 增至 增到 上升至 上升到 上涨至 上涨到 升至",
    "升到 涨至 涨到",
)
FALLEN_TO = _words(
    "降低至 降低到 下降至 下降到 减少至 减少到 下滑至 下滑到 缩减至 缩减到 削减至 削减到 压缩至 压缩到",
    "降至 降到 减至 减到",
)
REACH = _words(
    "达到 达 达成 达至 高达 多达 完成 实现 做到 维持在 保持在 稳定在 控制到 等于 =",
)
ENGLISH_CHANGES = {
    "+": "increase|increase by|increased by|grow|grow by|growth|growth of|improve|improve by|raise by|rise by"
    "|up by",
    "-": "decrease|decrease by|decreased by|reduce|reduce by|reduction of|drop by|fall by|cut by|lower by|down by"
    "|decline by",
}
ENGLISH_LEVELS = {
    "": "increase to|grow to|improve to|raise to|rise to",
    "lowered": "decrease to|reduce to|drop to|fall to|cut to|lower to",
}
CHINESE_OPERATORS = {"≥": AT_LEAST, "≤": AT_MOST, ">": MORE, "<": LESS, "~": ABOUT}


def _english(what: str, phrases: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {phrase: (what, says) for says, text in phrases.items() for phrase in text.split("|")}


# What a word says before a number, as (what it is, what it says).
BEFORE: dict[str, tuple[str, str]] = {
    **{word: ("op", op) for op, words in CHINESE_OPERATORS.items() for word in words},
    **_english("op", ENGLISH_OPERATORS),
    **_english("change", ENGLISH_CHANGES),
    **_english("level", ENGLISH_LEVELS),
    **dict.fromkeys(RISE, ("change", "+")),
    **dict.fromkeys(FALL, ("change", "-")),
    **dict.fromkeys(RISEN_TO, ("level", "")),
    **dict.fromkeys(FALLEN_TO, ("level", "lowered")),
    **dict.fromkeys((*REACH, "reach", "reaching"), ("reach", "")),
    **dict.fromkeys(("¥", "RMB", "rmb", "CNY", "cny", "人民币"), ("money", "")),
    **dict.fromkeys((":", "为", "是", "在", "了"), ("joint", "")),
    **dict.fromkeys(("至", "到"), ("toward", "")),
    **dict.fromkeys(("介于", "between"), ("between", "")),
    "百分之": ("per", "2"),
    "千分之": ("per", "3"),
    "万分之": ("per", "4"),
    "-": ("minus", ""),
}
LONGEST_BEFORE = max(map(len, BEFORE))
# A short word may be the end of another word, which is a name: 预约5000人, 万达500万, 华为300万.
NAME_ENDS = frozenset(
    _words(
        "预约 节约 合约 签约 履约 续约 邀约 违约 特约 条约 最近 附近 就近 临近 周边近 商超 中超 英超 西超",
        "万达 直达 雷达 马达 表达 韵达 闪达 抵达 送达 触达 到达 发达 通达 传达 转达 信达 爆破 打破 华为 行为",
        "作为 成为 认为 签到 报到 收到 直到 迟到 看到 遇到 得到 满减 立减 直降 递增 激增 新增 净增 热升 冬至",
        "甚至 乃至 及至 夏至 存在 所在 现在 潜在 内在 外在 正在 实在 自在 还是 于是 但是 可是 为了 主打 单打",
        "双打 拍打 精打 敲打 油压缩 秒杀价 突破口 不增 不降 不涨 不升 不减 首破 最大 最小 人民 高升 晋升 攀升",
        "速降 空降 霜降 加减 增减 升降",
    )
)
NEGATIONS = "不非未没无勿莫"

_INCLUDED = {"以上": "≥", "以下": "≤", "以内": "≤"}
_AFTER = {
    "≥": "起|+|及更多|或更多|以上(含)|(含)以上|or more|and more|or above|and above|and up|or higher|plus",
    "≤": "之内|内|以下(含)|(含)以下|or less|or fewer|or below|and below|or lower",
    "~": "左右|上下",
}
# What a word says behind a number.
AFTER: dict[str, str] = {
    **{f"{link}{word}": op for link in ("", "及", "或", "及其", "含") for word, op in _INCLUDED.items()},
    **{word: op for op, words in _AFTER.items() for word in words.split("|")},
}

FOREIGN = frozenset(
    _words(
        "美元 美金 美刀 刀 USD US 欧元 EUR 英镑 GBP 港币 港元 港纸 HKD HK 日元 日币 日圆 JPY 円 韩元 韩币 KRW",
        "台币 新台币 台幣 TWD NTD 澳元 澳币 AUD 加元 加币 CAD 新加坡元 新元 新币 SGD 泰铢 THB 卢布 RUB 卢比",
        "INR 越南盾 VND 印尼盾 IDR 林吉特 MYR 瑞士法郎 CHF 澳门元 MOP 比索 PHP 雷亚尔 BRL 迪拉姆 AED dollar",
        "dollars euro euros pound pounds yen usd eur gbp hkd jpy USDT",
    )
)
MONEY_UNITS = ("元人民币", "元整", "元", "块钱", "圆", "人民币", "RMB", "CNY", "rmb", "cny", "yuan")

# Words that follow a number as its unit. Any other word may too; these tell `5000粉丝` from `618大促`.
MEASURES = frozenset(
    _words(
        "个 人 次 单 件 条 篇 家 位 名 场 套 份 台 部 张 支 只 箱 瓶 盒 包 袋 组 项 款 种 户 店 间 笔 元 块",
        "倍 人次 元/单 天 h",
    )
)
UNITS = frozenset(
    _words(
        "个 人 次 单 件 条 篇 家 位 名 场 套 份 台 部 张 支 只 箱 瓶 盒 包 袋 组 项 款 种 类 户 店 间 座 辆",
        "本 册 期 轮 批 笔 票 票次 枚 颗 粒 双对 倍 元 块 圆 角 毛 分 遍 帧 版 城 赞 播 粉 粉丝 用户 会员",
        "客户 订单 曝光 点击 互动 评论 点赞 分享 转发 收藏 浏览 访问 下载 安装 注册 播放 观看 线索 销量 成交",
        "转化 阅读 到店 关注 留资 咨询 预约 报名 签到 参与 人次 人民币 万 千克 公斤 斤 吨 克 升 毫升 米 公里",
        "平米 平方米 天 日 周 月 年 个月 季度 小时 分钟 秒 秒钟 时 刻 钟 岁 级 名额 笔记 视频 文章 内容 作品",
        "素材 海报 达人 博主 主播 媒体 渠道 门店 城市 商品 产品 KOL KOC KOS UV PV IP DAU MAU SKU SPU pp ppt",
        "pct kg g km cm mm ml l L GB MB KB TB s h min days orders users times views clicks likes shares",
        "comments followers fans impressions visits leads downloads installs customers units pieces posts",
        "videos articles people new members sales signups plays subscribers sessions conversions",
    )
)
TIME_UNITS = frozenset(
    _words(
        "日 天 周 月 年 个月 季度 小时 分钟 秒 秒钟 时 h s D d min",
    )
)
# What is measured or hired, in Latin letters: a number glued to it is its number (KOL200万), unlike H5 or Top10.
METRICS = frozenset(
    _words(
        "KOL KOC KOS GMV ROI ROAS UV PV DAU MAU WAU CPM CPC CPA CPS CPE CPL CPT CTR CVR CAC LTV ARPU AOV APP",
        "SKU SPU IP NPS VV IMP ACU PCU SEM SEO DSP RTB OTT EDM SMS DM OOH PR TVC GRP SOV SOC DOU GTA GTV OKR",
        "KPI VIP RMB CNY",
    )
)
LATIN_UNITS = (
    frozenset(unit for unit in UNITS if unit.isascii())
    | METRICS
    | frozenset(
        _words(
            "kw kW KW kwh kWh kb Kb mb Mb Mbps kbps kcal KPI BGM MV MCN MAC Mac MBA MB mg Mg mAh WeChat Weibo Web",
            "web wifi WiFi Wi-Fi",
        )
    )
)
# Days that are named by their numbers.
FESTIVALS = frozenset(
    _words(
        "618 1111 1212 11.11 12.12 6.18 9.9 99 88 38 520 521 818 828 919 928 1010 1018",
        "8.18 5.20 315 1024 360 1688 4399",
    )
)
# What such a name measures is no part of a sum: 保底500万，冲刺800万 are two levels, 合计 is the sum itself.
NOT_PARTS = (
    "保底",
    "兜底",
    "冲刺",
    "挑战",
    "底线",
    "理想",
    "合计",
    "总计",
    "共计",
    "总共",
    "小计",
    "总数",
    "总量",
    "total",
    "Total",
    "sum",
)

PLACEHOLDERS = frozenset(
    _words(
        "- -- --- — —— ― – _ __ / // \\ * ** . .. ... …… 。 ? ?? ??? 待定 待确认 待确定 待补充 待补 待填",
        "待填写 待更新 待议 待评估 待沟通 待商议 未定 未确定 未知 未填 未设 未设定 无 暂无 暂缺 暂未确定",
        "暂不确定 没有 空 空白 不适用 不涉及 不详 略 n/a na n.a. n.a tbd tbc tba none null nil nan pending",
        "unknown x xx xxx",
    )
)
EXCEL_ERRORS = _words(
    "#N/A #DIV/0! #REF! #NAME? #VALUE! #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN!",
    "#PYTHON! #EXTERNAL! #GETTING_DATA ### Err:5",
)
