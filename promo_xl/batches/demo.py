"""The example batch: products and a running campaign, from workbook_templates/demo.yml.

All its dates move together, so that the campaign is as far on its way on one as-of date as on another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from promo_xl import assets
from promo_xl.plan.brief import Brief
from promo_xl.plan.promotion import Promotion
from promo_xl.plan.readings import Reading
from promo_xl.plan.tasks import Task
from promo_xl.sheetspec.placing import in_language
from promo_xl.sheetspec.source import Loader


@dataclass(frozen=True, slots=True)
class Demo:
    """The briefs of the example products, and the story of the first."""

    briefs: tuple[Brief, ...]
    as_of: date
    story: Mapping[str, Any]
    language: str

    @property
    def says(self) -> str:
        """What the first workbook shows."""
        return in_language(self.story["says"], self.language)


def load_demo(language: str, folder: Path | None = None) -> Demo:
    """The example batch in a language, on the dates that its file says."""
    places = [place / "demo.yml" for place in (folder, assets.workbook_templates()) if place]
    path = next(place for place in places if place.is_file())
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - a safe loader
    briefs = tuple(
        Brief(
            product=in_language(item["product"], language),
            launch=item["launch"],
            start=item["launch"],
            end=item["end"],
            code=item["code"],
            owner=in_language(item["owner"], language),
            budget=float(item["budget"]),
        )
        for item in data["products"]
    )
    return Demo(briefs, data["as_of"], data["story"], language)


def on_day(demo: Demo, as_of: date) -> Demo:
    """The same batch as if its as-of date were this one."""
    later = as_of - demo.as_of
    briefs = (replace(b, launch=b.launch + later, start=b.start + later, end=b.end + later) for b in demo.briefs)
    return replace(demo, briefs=tuple(briefs), as_of=as_of)


def latest(demo: Demo, today: date) -> date:
    """The last day up to today of the same weekday as the as-of date; launches keep their weekdays too."""
    return today - (today - demo.as_of) % timedelta(weeks=1)


def in_progress(promotion: Promotion, demo: Demo) -> Promotion:
    """The plan of the first product as it stands on the as-of date, with its readings."""
    story = demo.story
    names = [in_language(name, demo.language) for name in story["people"]]
    members = (
        tuple(replace(member, name=name) for member, name in zip(promotion.members, names, strict=False))
        + promotion.members[len(names) :]
    )
    return replace(
        promotion,
        readings=tuple(_readings(promotion, demo)),
        tasks=tuple(_task(task, demo) for task in promotion.tasks),
        members=members,
        risks=tuple(replace(risk, **_texts(story["risks"].get(risk.id, {}), demo)) for risk in promotion.risks),
    )


def _readings(promotion: Promotion, demo: Demo) -> list[Reading]:
    start = promotion.window[0]
    assert start is not None
    return [
        Reading(
            date=start + timedelta(days=day),
            channel=channel.channel,
            **{field: round(float(unit) * factor) for field, unit in share["per"].items()},
        )
        for day, factor in enumerate(demo.story["factors"])
        for channel, share in zip(promotion.channels, demo.story["channels"], strict=False)
    ]


def _task(task: Task, demo: Demo) -> Task:
    told = _texts(demo.story["tasks"].get(task.id, {}), demo)
    if task.start is None or task.end is None or task.start > demo.as_of:
        return replace(task, **told)
    days = (task.end - task.start).days + 1
    passed = min(1.0, round(((demo.as_of - task.start).days + 1) / days, 2))
    done = task.end <= demo.as_of
    stands = {"status": "done" if done else "in_progress", "completion": passed, "actual_start": task.start}
    if done and "status" not in told:
        stands["actual_end"] = task.end
    return replace(task, **{**stands, **told})


def _texts(told: Mapping[str, Any], demo: Demo) -> dict[str, Any]:
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}
    return {k: in_language(v, demo.language) if isinstance(v, dict) else v for k, v in plain.items()}
