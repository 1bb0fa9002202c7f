"""Laws of the example batch: on every day a campaign under way, and others that are still ahead."""

from datetime import date

import pytest

from promo_xl.batches.demo import Demo, in_progress, latest, load_demo, on_day
from promo_xl.plan.promotion import Promotion
from promo_xl.sheetspec.compose import Setting, compose
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.workings import Workings

SATURDAYS = [
    date(2026, 6, 20),
    date(2026, 10, 3),  # within the rest days of October
    date(2027, 2, 20),  # rest days of this year may not be announced yet
    date(2031, 11, 29),
]


def plans(demo: Demo) -> list[Promotion]:
    """The plans of the batch as `promo-xl demo` makes them."""
    setting = Setting(demo.language, demo.as_of)
    first, *others = [compose(brief, load_book(), setting) for brief in demo.briefs]
    return [in_progress(first, demo), *others]


def figure(plan: Promotion, field: str) -> object:
    """A figure of the cover."""
    return Workings(plan, load_book(), "zh").single(field)


@pytest.mark.parametrize("as_of", SATURDAYS, ids=str)
def test_on_every_date_the_first_plan_is_healthy_and_under_way_and_no_plan_is_late(as_of: date) -> None:
    first, *others = plans(on_day(load_demo("zh"), as_of))
    assert figure(first, "time_progress") == pytest.approx(20 / 30)
    assert figure(first, "overall") == pytest.approx(0.644, abs=0.001)
    assert [figure(first, field) for field in ("targets_behind", "tasks_late", "conflicts")] == [0, 0, 1]
    assert [figure(plan, "tasks_late") for plan in others] == [0] * 5


@pytest.mark.parametrize("as_of", SATURDAYS, ids=str)
def test_no_phase_of_the_first_plan_spends_more_than_its_budget(as_of: date) -> None:
    first, *_ = plans(on_day(load_demo("zh"), as_of))
    used = Workings(first, load_book(), "zh").column("phases", "used")
    assert [share for share in used if share != ""] == [pytest.approx(0.986), pytest.approx(0.7958, abs=0.0001)]


def test_the_batch_of_any_day_of_a_week_is_that_of_its_last_saturday() -> None:
    demo = load_demo("zh")
    assert [latest(demo, date(2031, 11, day)) for day in (28, 29, 30)] == [
        date(2031, 11, 22),
        date(2031, 11, 29),
        date(2031, 11, 29),
    ]
    assert latest(demo, date(2020, 1, 1)) == date(2019, 12, 28)


def test_the_figures_that_the_demo_tells_are_those_of_its_first_workbook() -> None:
    demo = load_demo("en")
    workings = Workings(plans(demo)[0], load_book(), "en")
    impressions, engagement, orders = workings.column("targets", "current")[:3]
    assert (impressions, engagement, orders) == (7_182_000, pytest.approx(0.062), 2288)
    assert [round(float(str(roi))) for roi in workings.column("channels", "roi")[:2]] == [8, 5]
    assert "70% of the 10M" in demo.says and "6.2%" in demo.says and "2,288 of 5,000" in demo.says
