"""Who follows which strategy, and the guard: what is known only later must not count from the beginning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.comparison.design.records import LANDMARK
from remission.exhibits.wording import count
from remission.inputs.problems import Problem
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.comparison.design.known import Known
    from remission.comparison.design.records import Design, Strategy
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort


def follows(strategy: Strategy, known: Known, people: pl.Series, outcome: Outcome) -> NDArray[np.bool_]:
    """Who of these people follows a strategy, shape (n,): all conditions hold, and starts are as it says."""
    found = np.ones(people.len(), np.bool_)
    for one in strategy.where:
        found &= known.meets(one, people, outcome)[0]
    if strategy.starts:
        found &= has_start(first_starts(known.cohort, strategy.starts, people), strategy.by_day)
    if strategy.not_starts:
        found &= ~has_start(first_starts(known.cohort, strategy.not_starts, people), strategy.by_day)
    return found


def first_starts(cohort: Cohort, names: tuple[str, ...], people: pl.Series) -> NDArray[np.float64]:
    """The first day from day zero on which one of these therapies was started, shape (n,); NaN for never."""
    starts = cohort.tables["treatments"].filter(pl.col("therapy").is_in(list(names)) & (pl.col("start_day") >= 0))
    first = starts.group_by("subject_id").agg(pl.col("start_day").min().cast(pl.Float64))
    joined = people.to_frame("subject_id").join(first, on="subject_id", how="left", maintain_order="left")
    return joined["start_day"].fill_null(float("nan")).to_numpy()


def has_start(first: NDArray[np.float64], by_day: int) -> NDArray[np.bool_]:
    """Whether a therapy was started by a day, shape (n,); never is not."""
    return np.nan_to_num(first, nan=np.inf) <= by_day


def began_before(cohort: Cohort, strategies: Sequence[Strategy], people: pl.Series) -> NDArray[np.bool_]:
    """Who had begun a therapy of the strategies before day zero, shape (n,): no trial could draw lots of them."""
    names = sorted({one for strategy in strategies for one in (*strategy.starts, *strategy.not_starts)})
    earlier = cohort.tables["treatments"].filter(pl.col("therapy").is_in(names) & (pl.col("start_day") < 0))
    return people.is_in(earlier["subject_id"].implode()).to_numpy()


@dataclass(frozen=True)
class Immortal:
    """Those who begin a strategy after time zero, the days before, and the events in these.

    A comparison from time zero would give these person-days to the strategy, though nobody followed it yet. Whoever
    dies, or is lost, in them never begins: of the strategy nobody can die in them. `deaths` is None where no deaths
    were collected.
    """

    strategy: str
    people: int
    days: int
    events: int
    deaths: int | None

    @property
    def said(self) -> str:
        """The numbers in words, with what they mean."""
        years = f"{days_to_years(self.days):,.1f}"
        deaths = "no record of deaths" if self.deaths is None else count(self.deaths, "death")
        return (
            f"{count(self.people, 'person')} began '{self.strategy}' after time zero. Before they began they were "
            f"followed for {self.days:,} days ({years} person-years), with {count(self.events, 'event')} and "
            f"{deaths} in them: whoever dies or is lost before the start never starts, so this "
            f"time is immortal, and counted as time on the strategy it makes it look better than it is"
        )


def immortal_time(strategy: Strategy, known: Known, outcome: Outcome, start_day: int) -> Immortal:
    """The immortal time of one strategy in a cohort, counted from time zero."""
    spells = outcome.first.spells
    first = first_starts(known.cohort, strategy.starts or strategy.not_starts, spells["subject_id"])
    began = has_start(first, strategy.by_day) & (first > start_day)
    entry, exits = (spells[name].to_numpy() for name in ("entry_day", "exit_day"))
    # From time zero to the start, as far as somebody was followed then.
    until = np.minimum(np.nan_to_num(first), exits)
    days = np.maximum(until - np.maximum(entry, start_day), 0)[began]
    event = (spells["event"].to_numpy() & (exits < np.nan_to_num(first)) & (exits > start_day))[began]
    died = None
    if "death_day" in known.cohort.subjects.columns:
        death = _death_days(known.cohort, spells["subject_id"])
        died = int((np.nan_to_num(death, nan=np.inf) < first)[began].sum())
    return Immortal(strategy.name, int(began.sum()), int(days.sum()), int(event.sum()), died)


def _death_days(cohort: Cohort, people: pl.Series) -> NDArray[np.float64]:
    subjects = cohort.subjects.select("subject_id", pl.col("death_day").cast(pl.Float64))
    joined = people.to_frame("subject_id").join(subjects, on="subject_id", how="left", maintain_order="left")
    return joined["death_day"].fill_null(float("nan")).to_numpy()


def too_late(design: Design, known: Known, outcome: Outcome | None) -> Iterator[Problem]:
    """Strategies that are known only after time zero, with this cohort's immortal time; none of clones or sequences."""
    if design.cloned or design.in_sequence:
        return
    for place, one in enumerate(design.strategies, 1):
        if one.known_on <= design.start_day:
            continue
        numbers = "" if outcome is None else f": {immortal_time(one, known, outcome, design.start_day).said}"
        at_landmark = design.time_zero.at == LANDMARK
        begins = f"the landmark, day {design.start_day}" if at_landmark else "day zero"
        yield Problem.at_key(
            known.file, f"strategies[{place}].by_day",
            found=f"a strategy known only on day {one.by_day}, where time begins on {begins}{numbers}",
            allowed=f"a day up to {design.start_day}, where time begins",
            do=f'Clone everybody into both (time_zero.at = "clones"); or begin time at a landmark (time_zero.at = '
            f'"landmark", time_zero.day = {one.by_day} or later): those with the event before it are then left out; or '
            f'let a trial begin each month (time_zero.at = "sequence"), of those who have not begun.',
        )  # fmt: skip


def overlap(design: Design, file: str, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Problem | None:
    """What is wrong where somebody follows both strategies; None where nobody does."""
    both = int((one & other).sum())
    if not both:
        return None
    names = " and ".join(f"'{strategy.name}'" for strategy in design.strategies)
    return Problem.at_key(
        file, "strategies", found=f"{count(both, 'person')} who follow{'s' if both == 1 else ''} both {names}",
        allowed="strategies that nobody can follow both", do="Add a condition that keeps them apart.",
    )  # fmt: skip
