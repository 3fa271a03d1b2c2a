"""How long people stay free of an endpoint: curves, estimates at chosen times, median, restricted mean, comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from remission.analyses.groups import GROUP, label_groups
from remission.exhibits.figure import Figure
from remission.exhibits.kaplan_meier import CurvePlan, NamedCurve, draw_kaplan_meier, risk_days
from remission.exhibits.wording import since_day_zero
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.stats.estimates import Estimates, TestResult
from remission.stats.horizons import years_to_days
from remission.stats.intervals import Interval
from remission.stats.kaplan_meier import kaplan_meier
from remission.stats.logrank import log_rank
from remission.stats.restricted_mean import estimate_restricted_mean, restricted_mean_difference
from remission.stats.summaries import estimate_median_range
from remission.stats.survival import estimate_follow_up, estimate_median, estimate_survival

POPULATION = "entered"


@dataclass(frozen=True)
class Comparison:
    """Groups compared: the log-rank test over all of them, and the difference in restricted mean to the first one."""

    log_rank: TestResult
    differences: Estimates
    tests: tuple[TestResult, ...]


@dataclass(frozen=True)
class EventFree:
    """What can be said of one endpoint; every Estimates has a row a group (and time), `group` null when there is one.

    `spells` and `curves` have one entry a group, in the same order. `at_times` are the estimates at chosen times,
    `at_risk` those at the ticks of the picture, `follow_up` the median time to event or end of follow-up with its
    range, and the median follow-up by reverse Kaplan-Meier.
    """

    outcome: Outcome
    spells: tuple[pl.DataFrame, ...]
    curves: tuple[NamedCurve, ...]
    level: float
    interval: Interval
    clock: str
    at_times: Estimates
    at_risk: Estimates
    median: Estimates
    restricted_mean: Estimates
    follow_up: Estimates
    comparison: Comparison | None = None

    @property
    def estimates(self) -> Estimates:
        """All estimates in one frame."""
        parts = [self.at_times, self.median, self.restricted_mean, self.follow_up]
        return Estimates.together(parts + ([self.comparison.differences] if self.comparison else []))

    def draw(self) -> Figure:
        """The Kaplan-Meier picture."""
        endpoint = self.outcome.endpoint
        plan = CurvePlan(endpoint.name, endpoint.event_free, self.clock, self.level, self.interval)
        return draw_kaplan_meier(plan, self.curves, self.at_risk, self.at_times, self.outcome.provenance)

    def _repr_html_(self) -> str:
        return self.draw()._repr_html_()


def estimate_event_free(
    outcome: Outcome,
    *,
    cohort: Cohort | None = None,
    group_by: str | None = None,
    level: float | None = None,
    interval: Interval | None = None,
    at_years: Sequence[float] | None = None,
) -> EventFree:
    """Estimate how long people stay free of an endpoint, for everyone who entered or by group.

    `group_by` is a column of the cohort's subjects (which must then be given); people without a value are a group of
    their own. What is not said is taken from the endpoint. The restricted mean runs to the last of the chosen times
    that every group reaches. InputProblems for a column that is not there or has too many values.

    >>> from remission.analyses.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("halt-ms")
    >>> result = estimate_event_free(evaluate(cohort, "halt-ms-efs"))
    >>> round(result.at_times.frame["value"][-1], 3)
    0.692
    """
    choices = outcome.endpoint.estimation
    level, interval = level or choices.level, interval or choices.interval
    days = [years_to_days(year) for year in (at_years or choices.at_years)]
    groups = _split(outcome, cohort, group_by)
    curves = tuple(_curve(outcome, name, spells) for name, spells in groups)
    horizon = _horizon(curves, days)
    ticks = risk_days(curves)

    def each(of: list[Estimates]) -> Estimates:
        marked = [one.labelled(group=named.name or None) for one, named in zip(of, curves, strict=True)]
        return _labelled(Estimates.together(marked), outcome)

    return EventFree(
        outcome,
        tuple(spells for _, spells in groups),
        curves,
        level,
        interval,
        since_day_zero(cohort.manifest.day_zero if cohort is not None else "", outcome.endpoint.origin_day),
        at_times=each([estimate_survival(one.curve, days, level, interval) for one in curves]),
        at_risk=each([estimate_survival(one.curve, ticks, level, interval) for one in curves]),
        median=each([estimate_median(one.curve, level, interval) for one in curves]),
        restricted_mean=each([estimate_restricted_mean(one.curve, horizon, level) for one in curves]),
        follow_up=each([_follow_up(outcome, spells, level, interval) for _, spells in groups]),
        comparison=_compare(outcome, groups, curves, (horizon, level)),
    )


def _labelled(estimates: Estimates, outcome: Outcome) -> Estimates:
    labels = {"study": outcome.provenance.cohort, "population": POPULATION, "standing": outcome.provenance.kind}
    what = pl.format("{}: {}", pl.lit(outcome.endpoint.event_free), pl.col("what")).alias("what")
    return Estimates(estimates.labelled(**labels).frame.with_columns(what))


def _split(outcome: Outcome, cohort: Cohort | None, group_by: str | None) -> list[tuple[str, pl.DataFrame]]:
    if group_by is None:
        return [("", outcome.spells)]
    if cohort is None:
        raise ValueError(f"to group by '{group_by}' the cohort is needed: give cohort=")
    spells = outcome.spells.join(label_groups(cohort, group_by), on="subject_id", how="left")
    groups = [(name, spells.filter(pl.col(GROUP) == name)) for name in spells[GROUP].unique().sort()]
    return groups or [("", outcome.spells)]


def _curve(outcome: Outcome, name: str, spells: pl.DataFrame) -> NamedCurve:
    arrays = outcome.arrays(spells)
    weight = None if (arrays.weight == 1).all() else arrays.weight
    return NamedCurve(name, kaplan_meier(arrays.exit, arrays.event, entry=arrays.entry, weight=weight))


def _horizon(curves: Sequence[NamedCurve], days: Sequence[int]) -> int:
    """The last chosen day that every group reaches; where none does, the end of the shortest follow-up."""
    shortest = min((one.curve.last_day for one in curves if one.curve.n), default=0)
    return max((day for day in days if day <= shortest), default=shortest)


def _follow_up(outcome: Outcome, spells: pl.DataFrame, level: float, interval: Interval) -> Estimates:
    arrays = outcome.arrays(spells)
    followed = (arrays.exit - arrays.entry)[arrays.exit > arrays.entry]
    plain = estimate_median_range(followed, "time to event or end of follow-up", "days")
    return Estimates.together([plain, estimate_follow_up(arrays.exit, arrays.event, level=level, interval=interval)])


def _compare(
    outcome: Outcome,
    groups: list[tuple[str, pl.DataFrame]],
    curves: Sequence[NamedCurve],
    horizon_and_level: tuple[int, float],
) -> Comparison | None:
    if len(groups) < 2:
        return None
    spells = pl.concat(frame for _, frame in groups)
    arrays = outcome.arrays(spells)
    late = arrays.entry if (arrays.entry > 0).any() else None
    test = log_rank(arrays.exit, arrays.event, np.asarray(spells[GROUP].to_list()), entry=late)
    first, *others = curves
    pairs = [restricted_mean_difference(one.curve, first.curve, *horizon_and_level) for one in others]
    named = [row.labelled(group=one.name, against=first.name) for one, (row, _) in zip(others, pairs, strict=True)]
    return Comparison(test, _labelled(Estimates.together(named), outcome), tuple(test for _, test in pairs))
