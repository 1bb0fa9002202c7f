"""Quantities as planners write them: what each text says, or the reason why it says nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from promo_xl.plan.quantity import DOWNWARD, HUGE, Quantity, format_amount, format_quantity, parse_quantity


def told(quantity: Quantity) -> str:
    """A quantity in one line: `percent ≥ 0.05 % of 转化率`, `count 100..200 次`, or the reason of a refusal."""
    if quantity.reason:
        return quantity.reason
    if quantity.op == "range":
        said = f"{quantity.low:f}..{quantity.high:f}"
    else:
        said = f"{quantity.op} {quantity.value:f}"
    parts = ", ".join(f"{name or '_'} {amount:f}" for name, amount in quantity.parts)
    unit = f" {quantity.unit}" if quantity.unit else ""
    name = f" of {quantity.name}" if quantity.name else ""
    note = f" ({quantity.note})" if quantity.note else ""
    return f"{quantity.kind} {said}{unit}{': ' if parts else ''}{parts}{name}{note}"


def lines(table: str) -> list[tuple[str, str]]:
    """The texts of a table with what each one says: `≥5%  ->  percent ≥ 0.05 %`."""
    pairs = (line.strip().split(" -> ") for line in table.strip().splitlines())
    return [(text.strip(), said.strip()) for text, said in pairs]


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        ≥5%      ->  percent ≥ 0.05 %
        ≧5%      ->  percent ≥ 0.05 %
        ⩾5%      ->  percent ≥ 0.05 %
        >=5%     ->  percent ≥ 0.05 %
        =>5%     ->  percent ≥ 0.05 %
        》=5%    ->  percent ≥ 0.05 %
        ＞＝5%   ->  percent ≥ 0.05 %
        ≮5%      ->  percent ≥ 0.05 %
        ≤30元    ->  money ≤ 30 元
        ≦30元    ->  money ≤ 30 元
        ⩽30元    ->  money ≤ 30 元
        <=30元   ->  money ≤ 30 元
        =<30元   ->  money ≤ 30 元
        《=30元  ->  money ≤ 30 元
        ≯30元    ->  money ≤ 30 元
        >5%      ->  percent > 0.05 %
        》5%     ->  percent > 0.05 %
        <5%      ->  percent < 0.05 %
        ＜5%     ->  percent < 0.05 %
        ~500     ->  count ~ 500
        ≈500     ->  count ~ 500
    """),
)
def test_the_signs_of_every_input_method_say_at_least_and_at_most(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        不低于5%        ->  percent ≥ 0.05 %
        不少于1000篇    ->  count ≥ 1000 篇
        不得低于5%      ->  percent ≥ 0.05 %
        至少500单       ->  count ≥ 500 单
        最少500单       ->  count ≥ 500 单
        大于等于5%      ->  percent ≥ 0.05 %
        不超过30元      ->  money ≤ 30 元
        不高于30元      ->  money ≤ 30 元
        至多30元        ->  money ≤ 30 元
        最多30元        ->  money ≤ 30 元
        小于等于30元    ->  money ≤ 30 元
        超过1000万      ->  count > 10000000
        高于5%          ->  percent > 0.05 %
        大于500         ->  count > 500
        多于500单       ->  count > 500 单
        突破1000万      ->  count > 10000000
        低于2%          ->  percent < 0.02 %
        少于100单       ->  count < 100 单
        小于2%          ->  percent < 0.02 %
        不足100单       ->  count < 100 单
        不满100单       ->  count < 100 单
        约500万         ->  count ~ 5000000
        大约500单       ->  count ~ 500 单
        近500万         ->  count ~ 5000000
        控制在30元以内  ->  money ≤ 30 元
        控制在30元      ->  money ≤ 30 元
        =500            ->  count = 500
    """),
)
def test_words_before_a_number_say_the_same(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        5000单以上        ->  count ≥ 5000 单
        5%及以上          ->  percent ≥ 0.05 %
        5%以下            ->  percent ≤ 0.05 %
        30元以内          ->  money ≤ 30 元
        30天之内          ->  count ≤ 30 天
        100元起           ->  money ≥ 100 元
        500万左右         ->  count ~ 5000000
        500上下           ->  count ~ 500
        24小时内响应          ->  count ≤ 24 小时响应
        5000+             ->  count ≥ 5000
        10万+             ->  count ≥ 100000
        1000+单           ->  count ≥ 1000 单
        100+万            ->  count ≥ 1000000
        100w+曝光         ->  count ≥ 1000000 曝光
        1000万次以上曝光  ->  count ≥ 10000000 次曝光
    """),
)
def test_words_behind_a_number_say_the_same(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        at least 500 orders  ->  count ≥ 500 orders
        no more than 30 CNY  ->  money ≤ 30 元
        up to 5%             ->  percent ≤ 0.05 %
        over 5%              ->  percent > 0.05 %
        under 30 CNY         ->  money < 30 元
        about 500            ->  count ~ 500
        500 orders or more   ->  count ≥ 500 orders
        500 or less          ->  count ≤ 500
        10M impressions      ->  count = 10000000 impressions
        5 million            ->  count = 5000000
        5 thousand orders    ->  count = 5000 orders
        3bn                  ->  count = 3000000000
    """),
)
def test_english_words_say_the_same(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        3百          ->  count = 300
        3千5百       ->  count = 3500
        5百万        ->  count = 5000000
        3千万        ->  count = 30000000
        1.5千万      ->  count = 15000000
        2万亿        ->  count = 2000000000000
        10万         ->  count = 100000
        1万5         ->  count = 15000
        1万500       ->  count = 10500
        1亿2000万    ->  count = 120000000
        1亿2千万3百  ->  count = 120000300
        5亿5千万     ->  count = 550000000
        1亿2         ->  count = 120000000
        5k           ->  count = 5000
        5K粉丝       ->  count = 5000 粉丝
        10w          ->  count = 100000
        1.5W         ->  count = 15000
        2w5          ->  count = 25000
        5wUV         ->  count = 50000 UV
        5000KOL      ->  count = 5000 KOL
        5 kg         ->  count = 5 kg
    """),
)
def test_scales_may_be_compounds_and_mixed_with_digits(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        十五          ->  count = 15
        二十五        ->  count = 25
        廿            ->  count = 20
        两千单        ->  count = 2000 单
        一百二十三万  ->  count = 1230000
        一千二百万    ->  count = 12000000
        一千零五十    ->  count = 1050
        一万零五      ->  count = 10005
        两万五        ->  count = 25000
        三百五        ->  count = 350
        一亿二        ->  count = 120000000
        壹佰贰拾叁    ->  count = 123
        一点五万      ->  count = 15000
        零点五        ->  count = 0.5
        五〇〇单      ->  count = 500 单
        二〇二六      ->  count = 2026
        零            ->  count = 0
        半亿          ->  count = 50000000
        新增粉丝五千  ->  count = 5000 of 新增粉丝
    """),
)
def test_chinese_numerals_are_numbers(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        1,000,000     ->  count = 1000000
        1，000，000   ->  count = 1000000
        １，０００    ->  count = 1000
        １０００万次  ->  count = 10000000 次
        5０００单     ->  count = 5000 单
        500 万 元     ->  money = 5000000 元
        约 500 万 次  ->  count ~ 5000000 次
        ≥ 5 %         ->  percent ≥ 0.05 %
        1.13E+08      ->  count = 113000000
    """),
)
def test_separators_of_thousands_full_width_and_spaces_change_nothing(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        5%            ->  percent = 0.05 %
        ５％          ->  percent = 0.05 %
        0.5‰          ->  percent = 0.0005 %
        5 %           ->  percent = 0.05 %
        百分之五      ->  percent = 0.05 %
        百分之五点五  ->  percent = 0.055 %
        百分之5       ->  percent = 0.05 %
        千分之三      ->  percent = 0.003 %
        万分之五      ->  percent = 0.0005 %
        三成          ->  percent = 0.3 %
        3成           ->  percent = 0.3 %
        3.5成         ->  percent = 0.35 %
        三成五        ->  percent = 0.35 %
        三成半        ->  percent = 0.35 %
        8折           ->  percent = 0.8 %
        75折          ->  percent = 0.75 %
        8.5折         ->  percent = 0.85 %
        八五折        ->  percent = 0.85 %
        打8折         ->  percent = 0.8 %
        8折以下       ->  percent ≤ 0.8 %
        一半          ->  percent = 0.5 %
        百分百        ->  percent = 1 %
        百分之百      ->  percent = 1 %
        十分之三      ->  percent = 0.3 %
        四分之一      ->  percent = 0.25 %
        5%的转化率    ->  percent = 0.05 % of 转化率
    """),
)
def test_shares_are_parts_of_one(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        增长50%          ->  relative = 0.5
        提升10%          ->  relative = 0.1
        降低20%          ->  relative = -0.2
        下降20%          ->  relative = -0.2
        减少一半         ->  relative = -0.5
        减半             ->  relative = -0.5
        50%增长          ->  relative = 0.5
        20% reduction    ->  relative = -0.2
        increase by 50%  ->  relative = 0.5
        reduce by 20%    ->  relative = -0.2
        增长50%以上      ->  relative ≥ 0.5
        降低20%以上      ->  relative ≤ -0.2
        增长超过50%      ->  relative > 0.5
        同比增长50%      ->  relative = 0.5 of 同比
        转化率提升5%     ->  relative = 0.05 of 转化率
        翻一番           ->  relative = 1
        翻两番           ->  relative = 3
        翻倍             ->  relative = 1
        增长一倍         ->  relative = 1
        增长3倍          ->  relative = 3 (ambiguous_times)
        增长到3倍        ->  relative = 2
        提升2个百分点    ->  points = 0.02 %
        降低2pp          ->  points = -0.02 %
        上升3个点        ->  points = 0.03 %
        2个百分点        ->  points = 0.02 %
        提升2-3个百分点  ->  points 0.02..0.03 %
        提升至8%         ->  percent = 0.08 %
        提升到8%以上     ->  percent ≥ 0.08 %
        转化率提升至8%   ->  percent = 0.08 % of 转化率
        提升转化率至5%   ->  percent = 0.05 % of 转化率
        达到8%           ->  percent = 0.08 %
        增长率50%        ->  percent = 0.5 % of 增长率
        同比增长率≥30%   ->  percent ≥ 0.3 % of 同比增长率
        降至5%           ->  percent = 0.05 % (lowered)
        降到30元         ->  money = 30 元 (lowered)
    """),
)
def test_changes_need_a_baseline_levels_do_not(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        1:8        ->  ratio = 8 1:x
        1：8       ->  ratio = 8 1:x
        1∶8        ->  ratio = 8 1:x
        1比8       ->  ratio = 8 1:x
        1 : 8      ->  ratio = 8 1:x
        1:3.5      ->  ratio = 3.5 1:x
        1:8以上    ->  ratio ≥ 8 1:x
        ≥1:8       ->  ratio ≥ 8 1:x
        ROI 1:8    ->  ratio = 8 1:x of ROI
        投产比1:3  ->  ratio = 3 1:x of 投产比
        1:8-1:10   ->  ratio 8..10 1:x
    """),
)
def test_a_ratio_is_one_of_cost_to_its_revenue(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        500元          ->  money = 500 元
        ¥500           ->  money = 500 元
        ￥5,000        ->  money = 5000 元
        RMB 500        ->  money = 500 元
        CNY 30         ->  money = 30 元
        500万元        ->  money = 5000000 元
        500万人民币    ->  money = 5000000 元
        500块          ->  money = 500 元
        30 yuan        ->  money = 30 元
        3亿元          ->  money = 300000000 元
        30元/单        ->  money = 30 元/单
        ¥30/单         ->  money = 30 元/单
        30元每单       ->  money = 30 元/单
        CPM≤30元/千次  ->  money ≤ 30 元/千次 of CPM
        1万元/月       ->  money = 10000 元/月
    """),
)
def test_yuan_are_the_only_money(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        100-200万            ->  count 1000000..2000000
        5%~8%                ->  percent 0.05..0.08 %
        5-8%                 ->  percent 0.05..0.08 %
        3至5万元             ->  money 30000..50000 元
        300到500单           ->  count 300..500 单
        1000-2000次          ->  count 1000..2000 次
        5000～6000单         ->  count 5000..6000 单
        5000—6000单          ->  count 5000..6000 单
        100次-200次          ->  count 100..200 次
        100元-200元          ->  money 100..200 元
        ¥100-¥200            ->  money 100..200 元
        8000-1万             ->  count 8000..10000
        500-1万              ->  count 500..10000
        1-2百万              ->  count 1000000..2000000
        1亿-2亿              ->  count 100000000..200000000
        三到五万             ->  count 30000..50000
        三十到五十万         ->  count 300000..500000
        百分之五到百分之八   ->  percent 0.05..0.08 %
        介于100和200之间     ->  count 100..200
        between 100 and 200  ->  count 100..200
        增长5%-8%            ->  relative 0.05..0.08
        降低5%-8%            ->  relative -0.08..-0.05
        转化率5%-8%          ->  percent 0.05..0.08 % of 转化率
    """),
)
def test_a_range_has_two_ends_and_its_right_end_serves_the_left(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        抖音信息流500万+朋友圈300万+KOL200万  ->  sum = 10000000: 抖音信息流 5000000, 朋友圈 3000000, KOL 2000000
        抖音500万、朋友圈300万；KOL200万      ->  sum = 10000000: 抖音 5000000, 朋友圈 3000000, KOL 2000000
        抖音500万，朋友圈300万                ->  sum = 8000000: 抖音 5000000, 朋友圈 3000000
        抖音：500万；朋友圈：300万            ->  sum = 8000000: 抖音 5000000, 朋友圈 3000000
        TikTok 5M + Instagram 3M              ->  sum = 8000000: TikTok 5000000, Instagram 3000000
        500万+300万                           ->  sum = 8000000: _ 5000000, _ 3000000
        抖音500万元+KOL200万                  ->  sum = 7000000 元: 抖音 5000000, KOL 2000000
        抖音40%+朋友圈30%+KOL30%              ->  sum = 1 %: 抖音 0.4, 朋友圈 0.3, KOL 0.3
        抖音≥500万+朋友圈300万                ->  sum ≥ 8000000: 抖音 5000000, 朋友圈 3000000
        抖音约500万+朋友圈约300万             ->  sum ~ 8000000: 抖音 5000000, 朋友圈 3000000
        抖音500万+朋友圈300万+                ->  sum ≥ 8000000: 抖音 5000000, 朋友圈 3000000
        抖音500+KOL 200                       ->  sum = 700: 抖音 500, KOL 200
    """),
)
def test_a_sum_adds_its_named_parts(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        H5 500万+618大促300万       ->  sum = 8000000: H5 5000000, 618大促 3000000
        H5 100万，双11 200万        ->  sum = 3000000: H5 1000000, 双11 2000000
        双十一500万                 ->  count = 5000000 of 双十一
        双12大促500万               ->  count = 5000000 of 双12大促
        小红书2.0 300万             ->  count = 3000000 of 小红书2.0
        3C数码500万                 ->  count = 5000000 of 3C数码
        5G手机300万                 ->  count = 3000000 of 5G手机
        58同城100万                 ->  count = 1000000 of 58同城
        90后用户500万               ->  count = 5000000 of 90后用户
        4S店300万                   ->  count = 3000000 of 4S店
        7日留存率30%                ->  percent = 0.3 % of 7日留存率
        近7日留存≥30%               ->  percent ≥ 0.3 % of 近7日留存
        3秒完播率≥30%               ->  percent ≥ 0.3 % of 3秒完播率
        Day7留存率30%               ->  percent = 0.3 % of Day7留存率
        6月GMV500万                 ->  count = 5000000 of 6月GMV
        百度500万+千川300万         ->  sum = 8000000: 百度 5000000, 千川 3000000
        预约5000人                  ->  count = 5000 人 of 预约
        1.抖音500万；2.朋友圈300万  ->  sum = 8000000: 1.抖音 5000000, 2.朋友圈 3000000
        A4纸500张                   ->  count = 500 张 of A4纸
    """),
)
def test_digits_of_names_are_no_amounts(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        曝光量1000万次    ->  count = 10000000 次 of 曝光量
        曝光量：1000万次  ->  count = 10000000 次 of 曝光量
        转化率≥3%         ->  percent ≥ 0.03 % of 转化率
        转化率不低于3%    ->  percent ≥ 0.03 % of 转化率
        GMV 500万元       ->  money = 5000000 元 of GMV
        GMV突破1000万     ->  count > 10000000 of GMV
        KOL 20位          ->  count = 20 位 of KOL
        每天3条           ->  count = 3 条 of 每天
        目标：≥500单      ->  count ≥ 500 单 of 目标
    """),
)
def test_a_name_may_stand_before_the_number(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    lines("""
        -500    ->  count = -500
        −500    ->  count = -500
        -3万元  ->  money = -30000 元
        ¥-500   ->  money = -500 元
    """),
)
def test_below_zero_is_what_has_one_sign_before_it(text: str, said: str) -> None:
    assert told(parse_quantity(text)) == said


REFUSED = {
    "blank": [
        "", "   ", "-", "—", "/", "待定", "（待定）", "无", "暂无", "N/A", "n/a", "TBD", "未定", "?",
    ],
    "no_number": [
        "优化内容选题，增加互动引导活动", "抖音投放+朋友圈投放", "H5", "双11", "Top10", "618大促", "Q3",
        "第一季度", "第2名", "百度", "千川投放", "≥",
    ],
    "part_without_number": [
        "抖音500万+朋友圈投放", "待定+朋友圈300万", "抖音500+朋友圈", "500万++朋友圈300万",
    ],
    "unnamed_parts": ["100、200", "抖音500万，300万", "500万+朋友圈300万"],
    "not_parts": ["保底500万，冲刺800万", "抖音500万+朋友圈500万，合计1000万"],
    "mixed_units": [
        "抖音500单+朋友圈300元", "抖音40%+朋友圈300万", "邀请3位KOL，发布5条视频", "抖音1:8+朋友圈1:3",
        "5%-8", "100次-200单",
    ],
    "two_quantities": [
        "500万 300万", "5 6", "12 345", "抖音500朋友圈300万", "500单300元", "五百单 300元",
        "从3%提升到5%", "满300减50", "买1送1", "618 500万", "5%<转化率<8%", "不低于5%且不高于8%",
    ],
    "vague": [
        "五百多", "500多万", "500余单", "几百", "十几单", "数千", "若干", "大量", "上万", "近千万",
        "百万", "破亿", "成千上万", "七八个", "三四百", "1万50",
    ],
    "malformed_number": [
        "1.2.3", "1,00", "1,00,0", "1000，2000", "05", "5万万", "10折", "10²", "①500万", "5½", "٣٤٥",
    ],
    "excel_error": ["#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "####", "抖音#N/A+朋友圈300万"],
    "foreign_currency": [
        "$500", "US$500", "500美元", "€500", "500欧元", "£500", "500英镑", "500日元", "500円", "HK$500",
        "500港币", "USD 500", "500 USD",
    ],
    "ambiguous_ratio": ["8:1", "3:7", "2:8", "1:8万"],
    "ambiguous_sign": ["-5%", "+50%", "- 5", "+5", "抖音-500万"],
    "ambiguous_scale": ["5m", "2m", "500+300+200万", "三到五百万"],
    "ambiguous_change": ["提升转化率5%", "翻3倍", "提升至50%增长", "提升达到8%", "降低3倍", "同比50%"],
    "ambiguous_name": ["H5500万", "双11500万", "国庆十一500万", "小红书2.0"],
    "absolute_change": ["增长1000万次", "客单价提升20元"],
    "conflicting_operators": ["≥5%以下", "约≥500", "500左右+", "≥100-200"],
    "reversed_range": ["100到50单", "5-3万", "8%~5%"],
    "date": [
        "2026-06-01", "2026/6/1", "6/18", "6月18日", "2026年", "12:30", "20:30:00", "1/3", "春节2026",
    ],
    "ordinal": ["搜索排名前10", "前100名"],
    "inexact_fraction": ["三分之一", "七分之二"],
    "unit_in_name": ["GMV（万元）500", "转化率(%) 5"],
    "unreadable": ["5000（美元）", "(500)", "±5%", "不500单", "¥500单"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "text"), [(reason, text) for reason, texts in REFUSED.items() for text in texts]
)
def test_what_is_no_sure_quantity_is_refused_with_its_reason(reason: str, text: str) -> None:
    quantity = parse_quantity(text)
    assert (quantity.kind, quantity.value, quantity.parts, quantity.reason) == ("none", None, (), reason)


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("500万 300万", 4, " 300万"),
        ("抖音500万+朋友圈投放", 7, "朋友圈投放"),
        ("抖音500单+朋友圈300元", 7, "朋友圈300元"),
        ("  销售额 500多万", 9, "多"),
        ("GMV 1,00,0", 4, "1,00,0"),
        ("５００美元", 3, "美元"),
        ("目标…500美元", 6, "美元"),
        ("合计 #N/A", 3, "#N/A"),
    ],
)
def test_a_refusal_names_the_place_in_the_text_as_typed(text: str, at: int, found: str) -> None:
    quantity = parse_quantity(text)
    assert (quantity.at, quantity.found) == (at, found)


def test_a_change_needs_a_baseline_and_nothing_else_does() -> None:
    changes = ["增长50%", "提升2个百分点", "翻一番", "增长3倍", "增长5%-8%", "提升2-3个百分点"]
    levels = ["5%", "提升至8%", "1:8", "500万元", "100-200万", "抖音500万+KOL200万", "增长率50%"]
    assert all(parse_quantity(text).needs_baseline for text in changes)
    assert not any(parse_quantity(text).needs_baseline for text in levels)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (5000, "count = 5000"),
        (-3, "count = -3"),
        (0.1, "count = 0.1"),
        (1e16, "count = 10000000000000000"),
        (-0.0, "count = 0"),
        (Decimal("1E+3"), "count = 1000"),
        (Decimal("2.50"), "count = 2.5"),
        (None, "blank"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (Decimal("sNaN"), "not_a_number"),
        (1e300, "too_long"),
        (5e-324, "too_long"),
        (10**4000, "too_long"),
        (Decimal("1E+999999"), "too_long"),
        ([500], "not_a_number"),
    ],
)
def test_what_is_no_text_is_a_count_or_has_a_reason(given: object, said: str) -> None:
    assert told(parse_quantity(given)) == said


@pytest.mark.parametrize(
    "text", ["9" * 10_000, "0." + "9" * 10_000, "1万" + "5" * 10_000, "一" * 10_000, "1e+999"]
)
def test_a_number_longer_than_anyone_types_is_refused(text: str) -> None:
    assert parse_quantity(text).reason in {"too_long", "malformed_number", "no_number"}


def test_a_text_longer_than_a_cell_can_hold_is_refused() -> None:
    assert parse_quantity("抖音500万+" * 7000).reason == "too_long"


def test_a_sum_is_exact_where_floats_are_not() -> None:
    assert parse_quantity("甲1.13亿+乙0.1+丙0.2").value == Decimal("113000000.3")
    assert parse_quantity("1.13亿").value == Decimal(113000000)


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        ("5000000", "500万", "5M"),
        ("15000", "1.5万", "15000"),
        ("113000000", "11300万", "113M"),
        ("12345", "12345", "12345"),
        ("0.5", "0.5", "0.5"),
        ("0", "0", "0"),
        ("-20000", "-2万", "-20000"),
        (
            "1000000.000000000000000000000001",
            "1000000.000000000000000000000001",
            "1000000.000000000000000000000001",
        ),
    ],
)
def test_a_round_amount_is_written_the_way_a_planner_does(amount: str, zh: str, en: str) -> None:
    assert (format_amount(Decimal(amount), "zh"), format_amount(Decimal(amount), "en")) == (zh, en)
    assert format_amount(HUGE, "zh") == "1000000000000000"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("500万次以上", "≥500万次", "≥5M 次"),
        ("5000000元", "500万元", "CNY 5M"),
        ("30元每单", "30元/单", "CNY 30/单"),
        ("约8折", "约80%", "about 80%"),
        ("降低20%以上", "降低≥20%", "reduce by ≥20%"),
        ("提升2个百分点", "增长2个百分点", "increase by 2pp"),
        ("增长3倍", "增长3倍", "increase by 3 times"),
        ("降至5%", "降至5%", "reduce to 5%"),
        ("1比8", "1:8", "1:8"),
        ("100-200万", "100万-200万", "1M-2M"),
        ("曝光量1000万次", "曝光量 1000万次", "曝光量 10M 次"),
        ("抖音500万；KOL200万", "抖音 500万+KOL 200万", "抖音 5M+KOL 2M"),
        ("待定", "", ""),
    ],
)
def test_a_quantity_is_written_so_that_it_reads_back(text: str, zh: str, en: str) -> None:
    quantity = parse_quantity(text)
    assert (format_quantity(quantity, "zh"), format_quantity(quantity, "en")) == (zh, en)


def test_an_upper_bound_points_downward() -> None:
    assert {parse_quantity(text).op for text in ("≤30元", "30元以内", "低于30元")} == DOWNWARD


@pytest.mark.parametrize("text", ["曝光1000万次（含自然流量）", "“曝光1000万次”", "曝光1000万次 (excl. organic)"])
def test_a_remark_behind_the_number_and_quotes_around_it_say_nothing_about_it(text: str) -> None:
    assert replace(parse_quantity(text), name="") == replace(parse_quantity("曝光1000万次"), name="")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "ambiguous_change") for text in ("up 50%", "50% more", "20% lower", "80% off", "rise of 50%")),
        ("up 2 points", "ambiguous_change"),
        ("x:1", "ambiguous_ratio"),
        ("1kw", "ambiguous_scale"),
        ("负5%", "ambiguous_sign"),
    ],
)
def test_what_may_be_a_change_a_scale_or_a_sign_is_not_taken_for_a_level(text: str, reason: str) -> None:
    assert (parse_quantity(text).kind, parse_quantity(text).reason) == ("none", reason)


def test_up_to_is_a_limit_and_no_change() -> None:
    assert (parse_quantity("up to 50%").op, parse_quantity("no more than 50%").op) == ("≤", "≤")


@pytest.mark.parametrize("text", ["不要超过30元", "不得大于30元", "避免高于30元", "顶多30元"])
def test_whatever_says_not_more_is_an_upper_limit(text: str) -> None:
    assert (parse_quantity(text).op, parse_quantity(text).value) == ("≤", Decimal(30))


@pytest.mark.parametrize("text", ["不可低于95%", "不应少于95%", "至少需95%"])
def test_whatever_says_not_less_is_a_lower_limit(text: str) -> None:
    assert (parse_quantity(text).op, parse_quantity(text).value) == ("≥", Decimal("0.95"))


@pytest.mark.parametrize(
    "text",
    [
        "1258或3000",
        "4321改为5432单",
        "5与10之间",
        "抖音500万、快手300万，共800万",
        "去年500万，今年800万",
        "CTR 3%、CVR 5%",
        "500ML",
        "9折优惠",
        "负增长5%",
        "比去年高20%",
        "下调10%",
        "4K视频",
        "Err:502",
        "5-10万+",
        "100元封顶",
    ],
)
def test_what_would_be_a_guess_is_refused(text: str) -> None:
    assert parse_quantity(text).kind == "none", parse_quantity(text)
