"""How long people stay free of an endpoint: curves, estimates at chosen times, median, restricted mean, comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.exhibits.wording import since_day_zero
from remission.inputs.tabular import Tabular
from remission.outcomes.outcome import Outcome
from remission.report.few_persons import too_few_to_test
from remission.report.groups import GROUP, GroupBy, Grouping, in_order, label_groups, not_recorded
from remission.report.pictures.comparison import Comparison, LeftOut, comparison_lines, comparison_table
from remission.report.pictures.kaplan_meier import CurvePlan, NamedCurve, draw_kaplan_meier, enters_late, risk_days
from remission.report.share_differences import estimate_differences
from remission.stats.estimates import Estimates, TestResult
from remission.stats.horizons import years_to_days
from remission.stats.intervals import Interval
from remission.stats.summaries import estimate_median_range
from remission.stats.survival.estimates import estimate_follow_up, estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import FEWEST_AT_RISK, kaplan_meier
from remission.stats.survival.logrank import log_rank
from remission.stats.survival.restricted_mean import estimate_restricted_mean, restricted_mean_difference

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.exhibits.tables import Table
    from remission.records.cohort import Cohort

POPULATION = "entered"


@dataclass(frozen=True, repr=False)
class EventFree(Tabular):
    """What can be said of one endpoint; every Estimates has a row a group (and time), `group` null when there is one.

    `spells` and `curves` have one entry a group, in the same order. `at_times` are the estimates at chosen times,
    `at_risk` those at the ticks of the picture, `follow_up` the median time to event or end of follow-up with its
    range, and the median follow-up by reverse Kaplan-Meier. `unrecorded` names the group of those without a group.
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
    unrecorded: str | None = None

    @property
    def late_entry(self) -> bool:
        """Did anybody come under observation after time began?"""
        return enters_late(self.curves)

    @property
    def estimates(self) -> Estimates:
        """All estimates in one frame."""
        parts = [self.at_times, self.median, self.restricted_mean, self.follow_up]
        compared = [self.comparison.shares, self.comparison.differences] if self.comparison else []
        return Estimates.together(parts + compared)

    @property
    def deciding(self) -> list[NamedCurve]:
        """The groups whose follow-up decides the time of headlines: people without a group and a handful only alone."""
        followed = [one for one in self.curves if one.curve.n]
        many = [one for one in followed if one.name != self.unrecorded and one.curve.n >= FEWEST_AT_RISK]
        return many or [one for one in followed if one.name != self.unrecorded] or followed

    @property
    def headline_day(self) -> int:
        """The last chosen day on which enough of every group are at risk; the first chosen one if there is none.

        Headlines stand at one time, or readers would compare five years of one group with two of another.
        """
        days: list[int] = self.at_times.frame["at_days"].unique().to_list()
        return max((day for day in days if not self.too_thin(day)), default=min(days))

    def too_thin(self, day: int) -> list[NamedCurve]:
        """The groups of which too few are at risk on a day for a headline."""
        return [one for one in self.deciding if not one.curve.enough_at_risk(day)]

    @cached_property
    def too_few(self) -> tuple[str, ...]:
        """What `too_few_to_test` says, worked out once: its exact p looks at up to a thousand ways to divide people."""
        return tuple(too_few_to_test(self))

    @property
    def comparison_table(self) -> list[Table]:
        """The tests and differences with their p; no table where people are not divided."""
        if self.comparison is None:
            return []
        endpoint = self.outcome.endpoint
        return [comparison_table(endpoint.name, endpoint.event_free, self.comparison, self.outcome.provenance)]

    def draw(self, *, tests: bool = False, ratios: Sequence[str] = ()) -> Figure:
        """The Kaplan-Meier picture; with `tests` how groups compare stands in it, `ratios` (lines) below them."""
        endpoint = self.outcome.endpoint
        left = tuple(one.said for one in self.outcome.not_followed())
        said = (endpoint.name, endpoint.event_free, self.clock, self.level, self.interval)
        lines = (*comparison_lines(self.comparison), *ratios) if tests and self.comparison else ()
        plan = CurvePlan(*said, left_out=left, label_day=self.headline_day, tests=lines)
        return draw_kaplan_meier(plan, self.curves, self.at_risk, self.at_times, self.outcome.provenance)

    @property
    def said(self) -> str:
        """Of which outcome, and of how many groups."""
        count = len(self.curves)
        return f"{self.outcome.said}; {count:,} {'curve' if count == 1 else 'curves'}"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame

    def _repr_html_(self) -> str:
        return self.draw()._repr_html_()


def estimate_event_free(
    outcome: Outcome,
    *,
    cohort: Cohort | None = None,
    group_by: GroupBy = None,
    level: float | None = None,
    interval: Interval | None = None,
    at_years: Sequence[float] | None = None,
) -> EventFree:
    """Estimate how long people stay free of an endpoint, for everyone who entered or by group.

    `group_by` is a column of the cohort's subjects (which must then be given) that is known on day zero, or a Grouping
    with the order of groups and the one compared with; people without a value are a group that is not compared. What
    is not said is taken from the endpoint. The restricted mean of a group runs to the last of the chosen times that it
    reaches, a difference to the last that both reach.
    InputProblems for a column that is not there, is not known on day zero or has too many values.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("halt-ms")
    >>> result = estimate_event_free(evaluate(cohort, "halt-ms-efs"))
    >>> round(result.at_times.frame["value"][-1], 3)
    0.692
    """
    # Of an endpoint that recurs the first event: a curve of later ones would be of people who have had one.
    outcome, choices = outcome.first, outcome.endpoint.estimation
    level, interval = level or choices.level, interval or choices.interval
    days = [years_to_days(year) for year in (at_years or choices.at_years)]
    groups = _split(outcome, cohort, group_by)
    curves = tuple(_curve(outcome, name, spells) for name, spells in groups)
    ticks = risk_days(curves)
    unrecorded = not_recorded(group_by) if group_by else None

    def each(of: list[Estimates]) -> Estimates:
        marked = [one.labelled(group=named.name or None) for one, named in zip(of, curves, strict=True)]
        return _labelled(Estimates.together(marked), outcome)

    at_times = each([estimate_survival(one.curve, days, level, interval) for one in curves])
    compared = _Compared(days, level, unrecorded, Grouping.of(group_by), at_times)
    return EventFree(
        outcome,
        tuple(spells for _, spells in groups),
        curves,
        level,
        interval,
        clock_of(outcome, cohort),
        at_times=at_times,
        at_risk=each([estimate_survival(one.curve, ticks, level, interval) for one in curves]),
        median=each([estimate_median(one.curve, level, interval) for one in curves]),
        restricted_mean=each([_restricted_mean(one, days, level) for one in curves]),
        follow_up=each([_follow_up(outcome, spells, level, interval) for _, spells in groups]),
        comparison=_compare(outcome, groups, curves, compared),
        unrecorded=unrecorded,
    )


def clock_of(outcome: Outcome, cohort: Cohort | None) -> str:
    """The title of the axis of an outcome's time, which may begin at another endpoint's event.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("two-arm")
    >>> clock_of(evaluate(cohort, "improvement-lost"), cohort)
    'Years since improvement, at its confirmation'
    """
    endpoint = outcome.endpoint
    origin = "" if endpoint.origin is None else endpoint.origin.title
    return since_day_zero(cohort.manifest.day_zero if cohort is not None else "", endpoint.origin_day, origin)


def _labelled(estimates: Estimates, outcome: Outcome) -> Estimates:
    labels = {"study": outcome.provenance.cohort, "population": POPULATION, "standing": outcome.provenance.kind}
    what = pl.format("{}: {}", pl.lit(outcome.endpoint.event_free), pl.col("what")).alias("what")
    return Estimates(estimates.labelled(**labels).frame.with_columns(what))


def _split(outcome: Outcome, cohort: Cohort | None, group_by: GroupBy) -> list[tuple[str, pl.DataFrame]]:
    if group_by is None:
        return [("", outcome.spells)]
    if cohort is None:
        raise ValueError(f"to group by '{group_by}' the cohort is needed: give cohort=")
    spells = outcome.spells.join(label_groups(cohort, group_by), on="subject_id", how="left")
    groups = [(name, spells.filter(pl.col(GROUP) == name)) for name in in_order(spells[GROUP], group_by)]
    return groups or [("", outcome.spells)]


def _curve(outcome: Outcome, name: str, spells: pl.DataFrame) -> NamedCurve:
    arrays = outcome.arrays(spells)
    # Without weights that differ the faster way is right, and the method's name is shorter.
    weight = None if (arrays.weight == 1).all() else arrays.weight
    return NamedCurve(name, kaplan_meier(arrays.exit, arrays.event, entry=arrays.entry, weight=weight))


def _horizon(curves: Sequence[NamedCurve], days: Sequence[int]) -> int:
    """The last chosen day on which these curves all have a height; where there is none, the end of the shortest."""
    shortest = min(one.curve.known_until for one in curves)
    # Beyond it one of the two areas would be made up.
    reached = [day for day in days if day <= shortest]
    return max(reached) if reached else int(shortest)


def _restricted_mean(one: NamedCurve, days: Sequence[int], level: float) -> Estimates:
    return estimate_restricted_mean(one.curve, _horizon([one], days), level)


def _follow_up(outcome: Outcome, spells: pl.DataFrame, level: float, interval: Interval) -> Estimates:
    arrays = outcome.arrays(spells)
    followed = (arrays.exit - arrays.entry)[arrays.exit > arrays.entry]
    # Both: papers print either without saying which, and the reverse one is not shortened by events.
    plain = estimate_median_range(followed, "time to event or end of follow-up", "days")
    reverse = estimate_follow_up(arrays.exit, arrays.event, entry=arrays.entry, level=level, interval=interval)
    return Estimates.together([plain, reverse])


@dataclass(frozen=True)
class _Compared:
    """What a comparison is made with: the chosen days, the level, the group that is none, how people are divided.

    And the shares that are free of the event on those days, group by group.
    """

    days: Sequence[int]
    level: float
    unrecorded: str | None
    grouping: Grouping | None
    at_times: Estimates


def _compare(
    outcome: Outcome, groups: list[tuple[str, pl.DataFrame]], curves: Sequence[NamedCurve], choices: _Compared
) -> Comparison | None:
    if len(groups) < 2:
        return None
    compared = [one for one in curves if one.curve.n and one.name != choices.unrecorded]
    names = {one.name for one in compared}
    differences, tests = _differences(compared, choices)
    pairs = [(str(row["group"]), str(row["against"])) for row in differences.rows()]
    return Comparison(
        _log_rank(outcome, [frame for name, frame in groups if name in names]),
        _labelled(differences, outcome),
        _labelled(estimate_differences(choices.at_times, compared, pairs), outcome),
        tests,
        tuple((one.name, one.curve.n) for one in compared),
        tuple(_left_out(name, frame, choices) for name, frame in groups if name not in names),
    )


def _log_rank(outcome: Outcome, frames: Sequence[pl.DataFrame]) -> TestResult:
    if len(frames) < 2:
        method = "log-rank test: not estimable, fewer than two groups can be compared"
        return TestResult(math.nan, None, math.nan, method)
    spells = pl.concat(frames)
    arrays = outcome.arrays(spells)
    late = arrays.entry if (arrays.entry > 0).any() else None
    return log_rank(arrays.exit, arrays.event, np.asarray(spells[GROUP].to_list()), entry=late)


def _differences(compared: Sequence[NamedCurve], choices: _Compared) -> tuple[Estimates, tuple[TestResult, ...]]:
    """Each group less the reference, up to the last chosen day that both reach; none where that was not followed."""
    rows, tests = [], []
    names = [one.name for one in compared]
    first = next((one for one in compared if choices.grouping and one.name == choices.grouping.first_of(names)), None)
    # Each less one, and no other pairs: more of them would be tests that nobody asked for.
    for one in compared:
        if first is None or one is first:
            continue
        horizon = _horizon([one, first], choices.days)
        row, test = restricted_mean_difference(one.curve, first.curve, horizon, choices.level)
        rows.append(row.labelled(group=one.name, against=first.name))
        tests.append(test)
    return Estimates.together(rows), tuple(tests)


def _left_out(name: str, frame: pl.DataFrame, choices: _Compared) -> LeftOut:
    is_none = name == choices.unrecorded
    return LeftOut(name, frame.height, "it is no group of its own" if is_none else "nobody in it was followed")
