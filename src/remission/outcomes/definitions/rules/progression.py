"""Confirmed change of a measure of disability, and what no single value of its definition can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from remission.inputs.problems import Problem
from remission.outcomes.definitions.changes import (
    Baseline,
    Confirmation,
    Direction,
    Found,
    Onset,
    RelapseAssociation,
    Threshold,
    amount_problems,
    confirmation_problems,
    relation_problems,
    threshold_problems,
    window_problems,
)
from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.rule import Rule
from remission.outcomes.definitions.units import MEASURES, Measure

SameDay = Literal["error", "first", "last", "worst", "best"]
Unconfirmed = Literal["ignored", "censored", "event"]
Rater = Literal["clinician", "self", "other", "not recorded"]


@dataclass(frozen=True)
class Progression(Rule):
    """Confirmed change of a measure of disability: worsening, or with `direction` its mirror image, improvement."""

    thresholds: tuple[Threshold, ...] = says("Smallest change that counts, by baseline value", unless="reaches")
    confirmation: Confirmation = says("How a change is confirmed")
    measure: Measure = says("What is measured", "edss", off=True)
    direction: Direction = says("Which change is the event", "worsening", off=True)
    reaches: float | None = says(
        "The event is to reach this value rather than to change by a threshold", None, none="no", low=0, off=True
    )
    improvement: tuple[Threshold, ...] = says("Thresholds of improvement when they are others", (), off=True)
    baseline: Baseline = says("Which visit is the baseline", Baseline())
    onset: Onset = says("Which visits can start a change", Onset())
    relapse_association: RelapseAssociation | None = says("Which relation to relapses makes it an event", None)
    relapses_last: Literal["a day", "to their end"] = says(
        "Are windows around a relapse counted from its first day on both sides, or after it from its last day",
        "a day",
        off=True,
    )
    minimum_value: float | None = says("An onset must reach at least this value", None, none="any", low=0, off=True)
    minimum_pyramidal: int | None = says(
        "An onset and its confirmation need at least this pyramidal score", None, none="any", low=0, high=6, off=True
    )
    leading_system: Literal["not asked", "must worsen"] = says(
        "The functional system that leads at onset: must it be worse than at baseline, and stay so",
        "not asked",
        off=True,
    )
    events: Literal["first", "all"] = says("Is the first the event, or is each an episode", "first", off=True)
    event_date: Literal["onset", "confirmation"] = says("Which visit dates the event", "onset")
    raters: tuple[Rater, ...] = says("Whose scores are used", ("clinician", "not recorded"))
    same_day: SameDay = says("Which of two scores of one day is used", "error")
    unconfirmed_before_death: Unconfirmed = says(
        "What a change counts as when the person died before it could be confirmed", "ignored"
    )
    unconfirmed_at_end: Unconfirmed = says(
        "What a change counts as when the visits ended before it could be confirmed", "ignored"
    )

    rule = "progression"
    kind = "clinic"
    rests_on = ("visits",)
    listed = "Worsening of disability"
    asked_at = "assessments"
    excludes: ClassVar[Mapping[str, tuple[str, ...]]] = {"no-baseline": ("baseline.from_day", "baseline.to_day")}
    sections: ClassVar[Mapping[str, str]] = {
        "baseline": "Baseline",
        "onset": "Onset",
        "confirmation": "Confirmation",
        "relapse_association": "Relation to relapses",
    }
    sentences: ClassVar[Mapping[str, str]] = {
        "no-baseline": "No usable score in the baseline window: progression cannot be assessed.",
        "baseline-blocked": "{value}: too close to a relapse to be the baseline.",
        "baseline-extreme": "{value}: a lone peak or dip, so it is not the baseline.",
        "baseline": "{value} is the baseline; {needed}.",
        "baseline-passed-over": "{value}: too close to a relapse, or a lone peak or dip: the next visit is asked "
        "instead.",
        "baseline-moved": "{value} is the new baseline{counts_as}; {needed}.",
        "no-change": "{value}: no {change}.",
        "too-early": "{value}: a {change}, but before the first day that counts.",
        "onset-blocked": "{value}: a {change}, but too close to a relapse to start a progression.",
        "onset": "{value}: a {change} begins here.",
        "onset-after-relapse": "{value}: first the baseline moves, for a relapse lies between it and this visit.",
        "relapse-passed": "{value}: the first visit after that relapse; the baseline moves here.",
        "confirmed": "{value}: the {change} is confirmed at this visit.",
        "confirmed-small": "{value}: too small to count, and confirmed at this visit: the baseline moves.",
        "not-sustained": "{value}: the {change} was not sustained, so it does not count.",
        "not-held": "{value}: the {change} did not hold, so it is not confirmed.",
        "small-nothing": "{value}: the difference is too small to count, and the baseline stays.",
        "window-missed": "No usable visit to confirm the {change}, though visits went on: it is not confirmed.",
        "open-uncounted": "No later visit could confirm the {change}, and it would not be the event.",
        "below-minimum": "{value}: not as bad as an event must be at least.",
        "pyramidal-below-minimum": "{value}: the pyramidal score does not reach what an event needs.",
        "no-leading-system": "{value}: no leading functional system is and stays worse than at baseline.",
        "related": "{value}: in relation to relapses it is {relation}.",
        "pending": "No later visit could confirm or refute the {change}.",
        "pending-event": "By the definition an unconfirmed change counts as an event here: {because}.",
        "pending-ignored": "By the definition an unconfirmed change does not count here: {because}.",
        "pending-censored": "By the definition observation ends before an unconfirmed change: {because}.",
    }

    @property
    def uses_relapses(self) -> bool:
        """Does any window of the rule ask for relapses?"""
        return bool(self._kept_apart) or self._asks_relapses

    @property
    def _kept_apart(self) -> Mapping[str, int]:
        """The days by which visits are kept apart from relapses, by their names, where they are any."""
        windows = {"baseline": self.baseline, "onset": self.onset, "confirmation": self.confirmation}
        sides = ("after_relapse_days", "before_relapse_days")
        days = {f"{name}.{side}": getattr(window, side) for name, window in windows.items() for side in sides}
        return {name: asked for name, asked in days.items() if asked}

    @property
    def _asks_relapses(self) -> bool:
        """Do relapses decide more than which visits are used?"""
        return self.relapse_association is not None or self.baseline.moves_after_relapse_days is not None

    def without(self, table: str) -> Mapping[str, object]:
        """Relapses are left out by keeping no visit apart from them, unless they decide more than that."""
        return {} if table != "relapses" or self._asks_relapses else dict.fromkeys(self._kept_apart, 0)

    @property
    def measured(self) -> tuple[str, ...]:
        """The columns of its measure: without one of them nobody has a baseline."""
        return MEASURES[self.measure].columns

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables the rule reads."""
        return (*self.rests_on, "relapses") if self.uses_relapses else self.rests_on

    @property
    def systems(self) -> tuple[str, ...]:
        """Columns of functional systems without any of which no worsening could be told from none."""
        if self.leading_system == "must worsen":
            return ("fs_pyramidal", "fs_cerebellar", "fs_brainstem", "fs_sensory")
        return () if self.minimum_pyramidal is None else ("fs_pyramidal",)

    @property
    def observed_kinds(self) -> tuple[str, ...]:
        """A relation to relapses cannot be told where nobody asked about them."""
        return (self.kind,) if self.relapse_association is None else (self.kind, "relapses")

    @property
    def searched(self) -> Progression:
        """All of it but which visit dates the event: that decides nothing in the walk."""
        return replace(self, event_date="onset")

    def family(self, *, after_event: bool) -> str:
        """By what it asks: a measure other than the EDSS, an improvement, a milestone, a relation, or none of these."""
        if self.measure != "edss":
            return "Walking, hands and cognition"
        if self.direction == "improvement" or after_event:
            return "Improvement, and how long it lasts"
        if self.reaches is not None:
            return "Milestones of disability"
        return self.listed if self.relapse_association is None else "Worsening and its relation to relapses"

    def problems(self, file: str) -> list[Problem]:
        """Everything that is wrong with a progression whose values are each allowed."""
        found = [
            *window_problems(self.baseline),
            *confirmation_problems(self.confirmation),
            *_tables(self),
            *_milestone(self),
            *_improvement(self),
            *relation_problems(self.relapse_association),
        ]
        return [
            Problem.at_key(file, f"{self.rule}.{key}", found=said, allowed=allowed, do=advice)
            for key, said, allowed, advice in found
        ]


def _tables(rule: Progression) -> Iterator[Found]:
    if rule.reaches is None or rule.thresholds:
        yield from threshold_problems("thresholds", rule.measure, rule.thresholds)
    if rule.improvement:
        yield from threshold_problems("improvement", rule.measure, rule.improvement)
    for key, value in (("reaches", rule.reaches), ("minimum_value", rule.minimum_value)):
        if value is not None:
            yield from amount_problems(key, rule.measure, value)


def _milestone(rule: Progression) -> Iterator[Found]:
    if rule.reaches is None:
        return
    baseline = rule.baseline
    plain = {
        "direction": rule.direction == "worsening",
        "baseline.moves": baseline.moves == "fixed",
        "baseline.sub_threshold": baseline.sub_threshold == "none",
        "baseline.moves_after_relapse_days": baseline.moves_after_relapse_days is None,
        "baseline.local_extremes": baseline.local_extremes == "kept",
        "relapse_association": rule.relapse_association is None,
    }
    for key, is_plain in plain.items():
        if not is_plain:
            yield key, "an option of changes beside 'reaches'", "its default", "A value is reached, not changed to."


def _improvement(rule: Progression) -> Iterator[Found]:
    if rule.direction == "worsening":
        return
    asked = {
        "relapse_association": rule.relapse_association,
        "minimum_value": rule.minimum_value,
        "minimum_pyramidal": rule.minimum_pyramidal,
        "leading_system": None if rule.leading_system == "not asked" else rule.leading_system,
    }
    for key, value in asked.items():
        if value is not None:
            yield key, "asked of an improvement", "nothing", "It is a question to a worsening: take it out."
