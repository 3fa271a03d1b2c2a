"""Where death competes: the share that has had the event by a time, and the share that has died without it, by group.

One less a Kaplan-Meier curve that censors deaths is the share in a world in which nobody dies; it is kept beside, to
say by how much it is too high.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.inputs.tabular import Tabular
from remission.outcomes.deaths.competing import derive_endings
from remission.outcomes.definitions.consistency import check_definition
from remission.report.asked import Asked, once
from remission.report.event_free import clock_of
from remission.report.groups import GROUP, GroupBy, in_order, label_groups, not_recorded
from remission.report.models.compared import NamedTest
from remission.report.models.incidence import (
    DEATH,
    EVENT,
    GroupIncidence,
    estimate_incidence,
    estimate_one_less,
    original_noun,
)
from remission.report.models.ratios_apart import RatiosApart, estimate_ratios_apart
from remission.stats.competing.gray import gray_test
from remission.stats.estimates import Estimates, TestResult
from remission.stats.horizons import years_to_days
from remission.stats.survival.kaplan_meier import FEWEST_AT_RISK

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort
    from remission.stats.intervals import Interval

WHAT = "cumulative incidence"
TOO_HIGH = "one less Kaplan-Meier"
BOUND = "cumulative incidence had all whose last days nobody saw had the event"


@dataclass(frozen=True, repr=False)
class CompetingRisks(Tabular):
    """What can be said of an endpoint where death competes; each Estimates has a row a group and time.

    `event` and `death` are the incidences, `too_high` one less Kaplan-Meier beside that of the event, `bounds` that of
    the event had everybody whose last days nobody saw had it. `tests` are Gray's, of the event and of death.
    """

    outcome: Outcome
    groups: tuple[GroupIncidence, ...]
    level: float
    interval: Interval
    clock: str
    event: Estimates
    death: Estimates
    too_high: Estimates
    bounds: Estimates
    tests: tuple[NamedTest, ...] = ()
    ratios: RatiosApart | None = None
    unrecorded: str | None = None

    @property
    def estimates(self) -> Estimates:
        """All estimates in one frame."""
        ratios = [self.ratios.estimates] if self.ratios else []
        return Estimates.together([self.event, self.death, self.too_high, *ratios])

    @cached_property
    def headline_day(self) -> int:
        """The last chosen day on which enough of every group are at risk; the first chosen one if there is none."""
        followed = [one for one in self.groups if one.free.n and one.name != self.unrecorded]
        deciding = [one for one in followed if one.free.n >= FEWEST_AT_RISK] or followed
        days: list[int] = self.event.frame["at_days"].unique().to_list()
        fit = [day for day in days if all(one.free.enough_at_risk(day) for one in deciding)]
        return max(fit, default=min(days))

    @property
    def said(self) -> str:
        """Of which outcome, and of how many groups."""
        return f"{self.outcome.said}; death competes; {len(self.groups):,} groups"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


def cumulative_incidence(
    outcome: Outcome,
    cohort: Cohort,
    *,
    by: GroupBy = None,
    adjust: Sequence[str] = (),
    strata: Sequence[str] = (),
    level: float | None = None,
    interval: Interval | None = None,
    at_years: Sequence[float] | None = None,
) -> CompetingRisks:
    """The share that has had the event first by each time, and the share that has died without it, by group.

    By Aalen and Johansen, with Gray's test and cause-specific and subdistribution hazard ratios of the groups apart;
    `adjust` names columns known on day zero that the ratios hold alike, `strata` some that have baseline hazards of
    their own in the cause-specific ones. Which deaths compete is in docs/rules.md; the
    limit `late_death_days`, and what is not said, are the endpoint's. Of an endpoint that recurs the first event.
    InputProblems where death is the event or a part of it, and for columns that are not known on day zero.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.evaluation import evaluate
    >>> cohort = load_cohort("two-arm")
    >>> found = cumulative_incidence(evaluate(cohort, "cdp-24w"), cohort, by="arm")
    >>> found.event.frame["method"][0]
    'Aalen-Johansen, infinitesimal jackknife variance (R survfit), log-log interval'
    """
    check_definition(_competing(outcome.endpoint))
    choices = outcome.endpoint.estimation
    level, interval = level or choices.level, interval or choices.interval
    days = [years_to_days(year) for year in (at_years or choices.at_years)]
    endings = derive_endings(cohort, outcome, choices.late_death_days)
    groups = tuple(GroupIncidence.of(name, rows) for name, rows in _split(endings, cohort, by))
    unrecorded = not_recorded(by) if by else None
    noun = original_noun(outcome.endpoint)

    def each(of: str, what: str, estimated: Callable[[GroupIncidence], Estimates]) -> Estimates:
        about = {"study": outcome.provenance.cohort, "population": "entered", "standing": outcome.provenance.kind}
        said = f"{of}: {what}"
        return Estimates.together(estimated(one).labelled(group=one.name or None, what=said, **about) for one in groups)

    def incidence(cause: int) -> Callable[[GroupIncidence], Estimates]:
        return lambda one: estimate_incidence(one, one.incidence, cause, days, level, interval)

    compared = [one for one in groups if one.free.n and one.name != unrecorded]
    return CompetingRisks(
        outcome, groups, level, interval, clock_of(outcome, cohort),
        event=each(noun, WHAT, incidence(EVENT)),
        death=each(f"death before {noun}", WHAT, incidence(DEATH)),
        too_high=each(noun, TOO_HIGH, lambda one: estimate_one_less(one, days, level, interval)),
        bounds=each(noun, BOUND, lambda one: estimate_incidence(one, one.bound(), EVENT, days, level, interval)),
        tests=tuple(_gray(compared, cause, outcome.endpoint) for cause in (EVENT, DEATH)) if by else (),
        ratios=estimate_ratios_apart(outcome, cohort, endings, by, (adjust, strata), level) if by else None,
        unrecorded=unrecorded,
    )  # fmt: skip


@once
def estimate_competing(asked: Asked) -> CompetingRisks | None:
    """The same as a report asks for it; nothing where a death ends observation and is no ending of its own."""
    if asked.choices.death == "censors":
        return None
    return cumulative_incidence(
        asked.outcome, asked.cohort, by=asked.group_by, adjust=asked.adjust, strata=asked.strata,
        level=asked.choices.level, interval=asked.choices.interval, at_years=asked.choices.at_years,
    )  # fmt: skip


def _competing(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, estimation=replace(endpoint.estimation, death="competes"))


def _split(endings: pl.DataFrame, cohort: Cohort, by: GroupBy) -> Iterable[tuple[str, pl.DataFrame]]:
    cause = pl.when(pl.col("ended_by") == "event").then(EVENT).when(pl.col("ended_by") == "death").then(DEATH)
    rows = endings.with_columns(
        entry=pl.col("entry_day") - pl.col("origin_day"),
        until=pl.col("until_day") - pl.col("origin_day"),
        cause=cause.otherwise(0).cast(pl.Int64),
    )
    kept = ("subject_id", "entry", "until", "cause", "weight", "unseen_days", "death")
    if by is None:
        return [("", rows.select(kept))]
    labelled = rows.join(label_groups(cohort, by), on="subject_id", how="left", maintain_order="left")
    return [(name, labelled.filter(pl.col(GROUP) == name).select(kept)) for name in in_order(labelled[GROUP], by)]


def _gray(compared: Sequence[GroupIncidence], cause: int, endpoint: Endpoint) -> NamedTest:
    what = f"Gray's test of {'the event' if cause == EVENT else 'death without it'}"
    if any(one.incidence.data.rows.weight is not None for one in compared):
        why = "it knows no weights"
    elif len(compared) < 2:
        why = "fewer than two groups can be compared"
    else:
        # It knows no late entry: who entered late is left out here, and said beside the ratios.
        rows = pl.concat([one.endings.with_columns(pl.lit(one.name).alias(GROUP)) for one in compared])
        rows = rows.filter(pl.col("entry") <= 0)
        groups = np.asarray(rows[GROUP].to_list())
        return NamedTest(what, gray_test(rows["until"], rows["cause"], groups, failure=cause), endpoint.title)
    return NamedTest(what, TestResult(np.nan, None, np.nan, f"Gray's test: not estimable, {why}"), endpoint.title)
