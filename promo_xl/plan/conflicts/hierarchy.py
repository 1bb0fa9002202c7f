"""Conflicts of a summary task with the tasks below it."""

from collections.abc import Iterator, Mapping, Sequence

from promo_xl.plan.conflicts.ranking import Conflict
from promo_xl.plan.conflicts.subjects import about, text_of
from promo_xl.plan.findings import Finding, Severity
from promo_xl.plan.workload import TaskColumns


def hierarchy_conflicts(columns: TaskColumns, families: Mapping[int, Sequence[int]]) -> Iterator[Conflict]:
    """SUMMARY: a task outside the dates of the summary task that it belongs to, by how many calendar days.

    `families` are the positions of the summary tasks, each with those of the tasks directly below it.
    """
    for parent, children in families.items():
        if not columns.sound[parent]:
            continue
        first, last = columns.start[parent], columns.end[parent]
        assert first is not None
        assert last is not None
        for child in children:
            start, end = columns.start[child], columns.end[child]
            if not columns.sound[child] or start is None or end is None or (first <= start and end <= last):
                continue
            summary = columns.tasks[parent]
            inside = (min(end, last) - max(start, first)).days + 1
            details = {
                **about(columns, child),
                "other": text_of(summary),
                "other_name": summary.name or summary.id,
                "first": first,
                "last": last,
                "days": (end - start).days + 1 - max(0, inside),
            }
            field = "start" if start < first or start > last else "end"
            subject = columns.tasks[child].id
            yield (child, parent), Finding("SUMMARY", Severity.WARNING, subject, field, details)
