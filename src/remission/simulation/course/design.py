"""The design of a virtual cohort: a course of disease, arms with their effects, and when people are seen.

A design is a TOML file of `library/cohort_designs/`, or somebody's own. It names its course and may change single
parameters of it. An effect is a ratio on the rate of one process; it may begin late (`delay_months`) and fade
(`halves_after_months`: its logarithm halves in that time).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from remission.inputs.declared import key
from remission.simulation.course.parameters import (
    POINTS,
    SHARE,
    Course,
    Parameter,
    Status,
    number,
)
from remission.simulation.disease import VisitPlan
from remission.simulation.months import day_of

EARLY_DAYS = 100
Trigger = Literal["relapse", "worsening"]


@dataclass(frozen=True)
class Effect:
    """A ratio on the rate of one process, from `delay_months` after the start of the therapy."""

    ratio: float = key("Rate under the therapy over the rate without", low=0, high=100)
    status: Status = key("How far the number was checked; assumed: nobody published it")
    source: str = key("Where it is from; of an assumed number, why it was chosen")
    delay_months: float = key("Months until it works", 0.0, low=0, high=600)
    halves_after_months: float | None = key("Months in which its logarithm halves; without it it lasts", None, low=0.1)


@dataclass(frozen=True)
class Rescue:
    """A switch to another therapy after what the first was to prevent; its effects take the place of the arm's."""

    therapy: str = key("The therapy that is begun, by its name in the library")
    after: tuple[Trigger, ...] = key("What leads to it", least=1)
    share: Parameter = number("Share of those with such an event who switch", SHARE, 0, 1)
    after_days: int = key("Days from the event (or its confirmation) to the switch", low=0, high=3650)
    relapses: Effect | None = key("Effect on relapses", None)
    lesions: Effect | None = key("Effect on new lesions", None)
    # No effects on death or leaving: those stay with the arm that somebody was allocated to.
    steps: Effect | None = key("Effect on worsening without a relapse", None)


@dataclass(frozen=True)
class ArmEvent:
    """An adverse event that may happen once to a person of an arm."""

    term: str = key("The event, as CTCAE calls it")
    category: str = key("Its system organ class")
    share: Parameter = number("Share of people who have it", SHARE, 0, 1)
    # Up to 4: an event of grade 5 is a death, and deaths are drawn apart.
    grades: tuple[int, ...] = key("Lowest and highest grade", least=2, low=1, high=4)
    days: tuple[int, ...] = key("First and last day on which it may begin", least=2, low=0, high=36525)
    lasts_days: int = key("How long it lasts", low=0, high=3650)


@dataclass(frozen=True)
class Arm:
    """One arm: how many of a block go into it, what they are given, and what that changes."""

    name: str = key("Name of the arm")
    therapy: str = key("What they are given, by its name in the library")
    weight: int = key("How many of each block are allocated to it", 1, low=1, high=100)
    conditioning: str = key("HSCT only: conditioning regimen", "")
    relapses: Effect | None = key("Effect on relapses", None)
    lesions: Effect | None = key("Effect on new lesions", None)
    steps: Effect | None = key("Effect on worsening without a relapse", None)
    death: Effect | None = key("Effect on death", None)
    leaving: Effect | None = key("Effect on leaving the study", None)
    # Apart from the ratio on relapses: a ratio alone has no plateau, for everybody would relapse in the end.
    quiet_share: Parameter | None = number(
        "Share who never again relapse or have a new lesion", SHARE, 0, 1, optional=True
    )
    # Apart from the ratio on death, which multiplies a rate that is low and grows with age: deaths of a treatment come
    # early, whatever the age.
    early_death_share: Parameter | None = number(
        f"Share who die of the treatment within {EARLY_DAYS} days", SHARE, 0, 1, optional=True
    )
    gain: Parameter | None = number(
        "Mean fall of the EDSS within the first year, in steps, before it is cut at 0", POINTS, 0, 4, optional=True
    )
    rescue: Rescue | None = key("A switch to another therapy", None)
    adverse_events: tuple[ArmEvent, ...] = key("What they may suffer", ())

    def share(self, name: str) -> float:
        """The number of a parameter, 0 where the design does not have it."""
        given = getattr(self, name)
        return 0.0 if given is None else float(given.value)


@dataclass(frozen=True)
class Visits:
    """When people are seen, and how often they are not."""

    at_months: tuple[float, ...] = key("Months of the visits after day zero", least=1, low=0.5, high=600)
    scans_at_months: tuple[float, ...] = key("Those of them with a scan", low=0.5, high=600)
    jitter_days: int = key("By how many days people come early or late at most", low=0, high=180)
    missed_share: float = key("Share of visits that do not take place", low=0, high=1)
    unscored_share: float = key("Share of visits that take place without an EDSS", low=0, high=1)
    unscanned_share: float = key("Share of planned scans that are not made at visits that take place", low=0, high=1)
    source: str = key("Where this is from", "assumed")

    @property
    def plan(self) -> VisitPlan:
        """The same as the plan that schedules are drawn from."""
        days = tuple(day_of(month) for month in self.at_months)
        scanned = tuple(place for place, month in enumerate(self.at_months) if month in self.scans_at_months)
        comes, scored, scans = (1 - one for one in (self.missed_share, self.unscored_share, self.unscanned_share))
        return VisitPlan(days, scanned, self.jitter_days, comes, scored, scans)

    @property
    def last_day(self) -> int:
        """The last day on which anybody is followed."""
        # Whoever comes late to the last visit is followed until then.
        return self.plan.days[-1] + self.jitter_days

    @property
    def years(self) -> int:
        """Whole years of follow-up."""
        return int(self.at_months[-1] // 12)


@dataclass(frozen=True)
class CohortDesign:
    """What a virtual cohort is drawn from; `control` is the arm that the others are held against."""

    name: str = key("Name of the design and of its cohorts")
    title: str = key("Title as it stands on reports")
    course: str = key("A course of the library, or a file beside the design")
    control: str = key("The arm that the others are held against")
    visits: Visits = key("When people are seen")
    arms: tuple[Arm, ...] = key("The arms", least=1)
    changes: Mapping[str, Parameter] = key("Parameters of the course that are others here", make=dict)
    day_zero: str = key("What day zero is", "randomisation")
    note: str = key("What a reader should know", "")

    @property
    def others(self) -> tuple[Arm, ...]:
        """The arms but the control."""
        return tuple(arm for arm in self.arms if arm.name != self.control)

    @property
    def block(self) -> int:
        """How many people one block of the allocation has."""
        return sum(arm.weight for arm in self.arms)


@dataclass(frozen=True)
class Plan:
    """A design with the course it names, as it was changed: all that draws are made from."""

    design: CohortDesign
    course: Course

    @classmethod
    def of(cls, design: CohortDesign, course: Course) -> Plan:
        """The design on its course; its changes are in the course."""
        # Made here once, so that nothing that draws has to know that a number was changed.
        return cls(design, replace(course, **dict[str, Any](design.changes)))
