"""How often: annualised rates of an endpoint that recurs, by three methods, and how groups compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.outcomes.counts import CountOutcome, count_outcome
from remission.report.asked import Asked, once
from remission.report.groups import GROUP, GroupBy, Grouping, in_order, label_groups, not_recorded
from remission.report.pictures.comparison import LeftOut
from remission.stats.estimates import Estimates, TestResult
from remission.stats.rates import EventCounts, RateMethod, estimate_rate, estimate_rate_ratio

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

# In the order of preference: the headline is the first that could be fitted.
METHODS: tuple[RateMethod, ...] = ("negative binomial", "robust", "exact")
POPULATION = "entered"


@dataclass(frozen=True)
class EventRates:
    """What can be said of how often an endpoint came; `counts` has the counts of each group, under its name.

    `rates` has a row a group and method (two of the negative binomial: the rate and the dispersion), `group` null when
    people are not divided. `ratios` are those of each group to the reference, with `tests` in the same order;
    `left_out` are the groups that take no part.
    """

    outcome: CountOutcome
    counts: tuple[tuple[str, pl.DataFrame], ...]
    level: float
    rates: Estimates
    ratios: Estimates
    tests: tuple[TestResult, ...]
    compared: tuple[tuple[str, int], ...]
    left_out: tuple[LeftOut, ...]

    @property
    def estimates(self) -> Estimates:
        """All estimates in one frame."""
        return Estimates.together([self.rates, self.ratios])


def estimate_event_rates(
    outcome: CountOutcome, *, cohort: Cohort | None = None, group_by: GroupBy = None, level: float | None = None
) -> EventRates:
    """Estimate how often people had an event, for everyone who entered and was followed, or by group.

    `group_by` is a column of the cohort's subjects (which must then be given) that is known on day zero; people without
    a value are a group of their own, which is not compared. The level is the endpoint's unless it is given.
    InputProblems for a column that is not there, is not known on day zero or has too many values.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.counts import evaluate_counts
    >>> found = estimate_event_rates(evaluate_counts(load_cohort("two-arm"), "relapse-30d"))
    >>> found.rates.frame["method"][-1]
    'Poisson rate, exact interval'
    """
    level = level or outcome.endpoint.estimation.level
    groups = _split(outcome, cohort, group_by)
    arrays = {name: EventCounts.of(frame["events"], frame["person_days"]) for name, frame in groups}
    rates = [
        estimate_rate(counts, level, method).labelled(group=name or None)
        for name, counts in arrays.items()
        for method in METHODS
    ]
    unrecorded = not_recorded(group_by) if group_by else None
    # Who has no value is no group, and a group without follow-up has no rate.
    compared = [name for name, counts in arrays.items() if counts.events.size and name != unrecorded]
    ratios, tests = _ratios({name: arrays[name] for name in compared}, level, Grouping.of(group_by))
    return EventRates(
        outcome,
        tuple(groups),
        level,
        _labelled(Estimates.together(rates), outcome),
        _labelled(ratios, outcome),
        tests,
        tuple((name, int(arrays[name].events.size)) for name in compared),
        tuple(_left_out(name, frame, unrecorded) for name, frame in groups if name not in compared and name),
    )


@once
def estimate_how_often(asked: Asked) -> EventRates | None:
    """The rates of a report's endpoint if it recurs; nothing for one that ends with its first event."""
    if not asked.outcome.endpoint.recurs:
        return None
    counted = count_outcome(asked.cohort, asked.outcome)
    return estimate_event_rates(counted, cohort=asked.cohort, group_by=asked.group_by, level=asked.choices.level)


def _split(outcome: CountOutcome, cohort: Cohort | None, group_by: GroupBy) -> list[tuple[str, pl.DataFrame]]:
    if group_by is None:
        return [("", outcome.counts)]
    if cohort is None:
        raise ValueError(f"to group by '{group_by}' the cohort is needed: give cohort=")
    counts = outcome.counts.join(label_groups(cohort, group_by), on="subject_id", how="left", maintain_order="left")
    names = in_order(counts[GROUP], group_by)
    return [(name, counts.filter(pl.col(GROUP) == name)) for name in names] or [("", counts)]


def _ratios(
    arrays: dict[str, EventCounts], level: float, grouping: Grouping | None
) -> tuple[Estimates, tuple[TestResult, ...]]:
    """Each group's rate over that of the reference; none where nobody in that was followed."""
    rows, tests = [], []
    first = grouping.first_of(list(arrays)) if grouping else None
    for name in arrays:
        if first is None or name == first:
            continue
        row, test = estimate_rate_ratio(arrays[name], arrays[first], level)
        rows.append(row.labelled(group=name, against=first))
        tests.append(test)
    return Estimates.together(rows), tuple(tests)


def _left_out(name: str, frame: pl.DataFrame, unrecorded: str | None) -> LeftOut:
    return LeftOut(name, frame.height, "it is no group of its own" if name == unrecorded else "nobody was followed")


def _labelled(estimates: Estimates, outcome: CountOutcome) -> Estimates:
    labels = {"study": outcome.provenance.cohort, "population": POPULATION, "standing": outcome.provenance.kind}
    what = pl.format("{}: {}", pl.lit(outcome.endpoint.title), pl.col("what")).alias("what")
    return Estimates(estimates.labelled(**labels).frame.with_columns(what))
