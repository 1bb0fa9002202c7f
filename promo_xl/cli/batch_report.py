"""What a batch says at its end; it grows with what went wrong, not with what was made."""

from collections import Counter
from dataclasses import dataclass, field

from promo_xl.batches.batch import LEFT, REJECTED, Batch
from promo_xl.batches.jobs import Outcome
from promo_xl.cli.making import sheet_names
from promo_xl.cli.output import DONE, FOUND, SHOWN_PER_CODE, Console, as_data
from promo_xl.cli.terminal import on_one_line
from promo_xl.plan.findings import Severity

MOST_SHOWN = 50


@dataclass(slots=True)
class Report:
    """Counts outcomes, and keeps those that somebody has to look at."""

    batch: Batch
    console: Console
    counts: Counter[str] = field(default_factory=Counter)
    first: str = ""
    failed: list[Outcome] = field(default_factory=list)
    kept: list[Outcome] = field(default_factory=list)
    places: dict[str, list[str]] = field(default_factory=lambda: {"made": [], "unchanged": []})

    def take(self, outcome: Outcome) -> None:
        """Hear what became of a product."""
        self.counts[outcome.status] += 1
        if outcome.status in self.places:
            self.first = self.first or outcome.place
            if self.console.as_json:
                self.places[outcome.status].append(outcome.place)
        few = self.console.as_json or len(self.failed) + len(self.kept) < MOST_SHOWN
        if outcome.status == "failed" and (few or self.batch.order.tell_all):
            self.failed.append(outcome)
        elif outcome.findings and outcome.status == "unchanged" and few:
            self.kept.append(outcome)

    def tell(self) -> int:
        """Say what was made and what was not and why; the exit code."""
        batch, console, counts = self.batch, self.console, self.counts
        errors = [finding for finding in batch.findings if finding.severity == Severity.ERROR]
        self._as_data()
        console.findings(
            [finding for finding in batch.findings if finding.severity != Severity.ERROR],
            whole=batch.order.tell_all,
        )
        console.say("made", count=counts["made"], folder=batch.order.output)
        if counts["unchanged"]:
            console.say("unchanged", count=counts["unchanged"])
        if self.first:
            console.say("contents", sheets=" · ".join(sheet_names(batch.order)))
            console.say("open_first", file=self.first)
        not_made = counts["failed"] + counts[REJECTED]
        if not_made:
            console.say("failed", count=not_made)
        elif errors:
            console.say("unused")
        console.findings(errors, whole=batch.order.tell_all or len(errors) <= MOST_SHOWN, indent="  ")
        said = Counter[tuple[str, ...]]()
        for outcome in [*self.failed, *self.kept]:
            reasons = tuple(console.sentence(finding) for finding in outcome.findings)
            said[reasons] += 1
            if said[reasons] <= SHOWN_PER_CODE or batch.order.tell_all:
                console.line(f"  {on_one_line(outcome.product)}")
                console.findings(outcome.findings, whole=True, indent="    ")
        alike = sum(max(0, times - SHOWN_PER_CODE) for times in said.values())
        if alike and not batch.order.tell_all:
            console.line("  " + console.words.say("more", count=alike))
        if counts["failed"] > len(self.failed):
            more = "more_failed" if batch.failed_list else "more_failed_unlisted"
            console.say(more, count=counts["failed"] - len(self.failed))
        console.findings(batch.problems, whole=True)
        if batch.failed_list:
            console.say("failed_listed", file=batch.failed_list)
        if counts[LEFT]:
            console.say("batch_left", count=counts[LEFT], problem=batch.lost)
        return FOUND if not_made or errors or counts[LEFT] else DONE

    def _as_data(self) -> None:
        batch, words = self.batch, self.console.words
        self.console.data(
            {
                "folder": str(batch.order.output),
                **self.places,
                "failed": [
                    {"product": outcome.product, "findings": [as_data(f, words) for f in outcome.findings]}
                    for outcome in self.failed
                ],
                "left": self.counts[LEFT],
                "failed_list": batch.failed_list,
                "findings": [as_data(f, words) for f in [*batch.findings, *batch.problems]],
            }
        )
