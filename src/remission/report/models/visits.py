"""The curve of an endpoint that is only seen at visits: what the days of visits leave open, by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.exhibits.wording import count
from remission.inputs.tabular import Tabular
from remission.report.asked import Asked, once
from remission.report.curves.first_events import estimate_whole
from remission.report.groups import GROUP, GroupBy, in_order, label_groups, not_recorded
from remission.report.models.between import BOUNDS, derive_between, seen_only_at_visits, why_not, with_deaths
from remission.stats.estimates import Estimates, TestResult
from remission.stats.horizons import years_to_days
from remission.stats.interval.limits import estimate_pointwise
from remission.stats.interval.npmle import IntervalCurve, estimate_interval_free
from remission.stats.interval.npmle import npmle as interval_curve
from remission.stats.interval.scores import Reference, interval_log_rank

if TYPE_CHECKING:
    from remission.outcomes.outcome import Outcome
    from remission.records.cohort import Cohort

POPULATION = "entered"
RANGE, LIMITS = "event-free, range between visits", "event-free between visits"
MOST_TO_PERMUTE = 500
# The search for limits climbs the likelihood anew for each of them, and a report is not to take minutes.
MOST_FOR_LIMITS = 2_000
MOST_IN_REPORT = 20_000


@dataclass(frozen=True)
class VisitCurve:
    """One group: between which days its events came, and the curve; a cohort that is not divided has no name.

    `between` has the columns of `derive_between`, without who entered later. `curve` is None where nobody is left.
    """

    name: str
    between: pl.DataFrame
    curve: IntervalCurve | None


@dataclass(frozen=True, repr=False)
class ReadOffVisits(Tabular):
    """What the days of visits leave open of the share free of an endpoint, a row a group and chosen time.

    `test` is that for a difference between groups, `compared` names those that take part with their persons; nothing
    where people are not divided.

    In `ranges` `low` and `high` are the least and the largest share that the visits allow, and `value` is there where
    the two agree. In `limits` they are confidence limits around that range, for that time alone. `bounds` are ranges
    over whatever those who died unseen may have had before; empty where nobody did. `late` persons entered after time
    began and are not in it; where there is no estimate `refused` says why, as does the `absent_reason` of each row.
    """

    outcome: Outcome
    curves: tuple[VisitCurve, ...]
    level: float
    ranges: Estimates
    limits: Estimates
    bounds: Estimates
    late: int
    deaths: int
    refused: str = ""
    test: TestResult | None = None
    compared: tuple[tuple[str, int], ...] = ()

    @property
    def estimates(self) -> Estimates:
        """All estimates in one frame."""
        return Estimates.together([self.ranges, self.limits, self.bounds])

    @property
    def gap(self) -> float:
        """The most by which any other curve could have a higher log likelihood, of the worst group."""
        return max((one.curve.gap for one in self.curves if one.curve), default=0.0)

    @property
    def said(self) -> str:
        """Of which outcome, and of how many groups, or why there is none."""
        number = len([one for one in self.curves if one.curve])
        return f"{self.outcome.said}; {self.refused or count(number, 'curve')}"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


def npmle(
    outcome: Outcome,
    cohort: Cohort | None = None,
    *,
    by: GroupBy = None,
    at_years: Sequence[float] | None = None,
    level: float | None = None,
) -> ReadOffVisits:
    """The share free of an endpoint where events are only known to lie between two visits: a range, with limits.

    The nonparametric maximum likelihood estimate for interval-censored events, of everyone who was followed or by group
    (`by`, a column known on day zero; the cohort must then be given). Between two visits the curve can run anywhere, so
    an estimate there is a range. Times and level are the endpoint's unless given. With the cohort, people who died
    without anybody knowing what came before are bounded: all of them had the event first, or none.
    There is no estimate, and a reason in every row, where days were made up (reconstructed records), where an event is
    dated by its confirmation or time begins at an event that is itself seen at visits, and where more than one in ten
    entered later; fewer are left out and counted. Of a group of more than 2,000 no limits are looked for.
    InputProblems for a column that does not divide people as of day zero.
    Turnbull 1976, doi:10.1111/j.2517-6161.1976.tb01597.x; limits by likelihood ratio: Banerjee & Wellner 2001,
    doi:10.1214/aos/1015345959.

    >>> from remission.outcomes.evaluation import evaluate
    >>> from remission.outcomes.load import load_cohort
    >>> cohort = load_cohort("two-arm")
    >>> found = npmle(evaluate(cohort, "cdp-24w"), cohort, by="arm", at_years=[3])
    >>> found.ranges.frame.select("group", pl.col("low", "high").round(3)).row(1)
    ('HSCT', 0.962, 0.979)
    """
    choices = outcome.endpoint.estimation
    level = level or choices.level
    days = [years_to_days(year) for year in (at_years or choices.at_years)]
    between = derive_between(outcome)
    names, between = _divided(between, outcome, cohort, by)
    late, refused = int(between["entered_late"].sum()), why_not(outcome.endpoint, outcome.provenance.kind, between)
    kept = between.filter(~pl.col("entered_late"))
    if cohort is not None:
        kept = with_deaths(kept, outcome, cohort)
    groups = [(name, kept.filter(pl.col(GROUP) == name)) for name in names]
    curves = tuple(VisitCurve(name, rows, None if refused else _curve(rows)) for name, rows in groups)
    deaths = int(kept["death"].is_not_null().sum()) if "death" in kept.columns else 0
    found = [_estimates(one, days, level, refused) for one in curves]
    ranges, limits, bounds = (_labelled(Estimates.together(part), outcome) for part in zip(*found, strict=True))
    together = tuple(one for one in curves if one.curve and by is not None and one.name != not_recorded(by))
    sizes = tuple((one.name, one.between.height) for one in together)
    test = _tested(together) if len(together) > 1 else None
    return ReadOffVisits(outcome, curves, level, ranges, limits, bounds, late, deaths, refused, test, sizes)


@once
def estimate_visits(asked: Asked) -> ReadOffVisits | None:
    """The same for a report's endpoint; nothing where the day of every event is known by itself.

    Of more than 20,000 persons it takes minutes, so it is refused: there `npmle` is to be asked by itself.
    """
    if not seen_only_at_visits(asked.outcome.endpoint):
        return None
    outcome, choices = estimate_whole(asked).outcome, asked.choices
    if outcome.spells.height > MOST_IN_REPORT:
        why, none = f"it takes minutes of more than {MOST_IN_REPORT:,} persons; remission.npmle does", Estimates.of([])
        return ReadOffVisits(outcome, (), choices.level, none, none, none, 0, 0, why)
    return npmle(outcome, asked.cohort, by=asked.group_by, at_years=choices.at_years, level=choices.level)


def _tested(groups: Sequence[VisitCurve]) -> TestResult:
    rows = pl.concat([one.between for one in groups])
    names = np.repeat([one.name for one in groups], [one.between.height for one in groups])
    # Drawing more people than this takes seconds; the law of large samples serves them.
    by: Reference = "permutation" if rows.height <= MOST_TO_PERMUTE else "chi-squared"
    return interval_log_rank(rows["last_free"].to_numpy(), rows["seen"].to_numpy(), names, by=by)


def _divided(
    between: pl.DataFrame, outcome: Outcome, cohort: Cohort | None, by: GroupBy
) -> tuple[list[str], pl.DataFrame]:
    """The names of all groups, and each person's."""
    if by is None:
        return [""], between.with_columns(pl.lit("").alias(GROUP))
    if cohort is None:
        raise ValueError(f"to divide by '{by}' the cohort is needed: give cohort=")
    labels = label_groups(cohort, by)
    # Also groups of whom nobody was followed: they have a row that says so.
    there = labels.join(outcome.first.spells, on="subject_id", how="semi")[GROUP]
    return in_order(there, by) or [""], between.join(labels, on="subject_id", how="left", maintain_order="left")


def _curve(rows: pl.DataFrame) -> IntervalCurve | None:
    if not rows.height:
        return None
    return interval_curve(rows["last_free"].to_numpy(), rows["seen"].to_numpy(), rows["weight"].to_numpy())


def _estimates(
    one: VisitCurve, days: Sequence[int], level: float, refused: str
) -> tuple[Estimates, Estimates, Estimates]:
    """The range, the limits and the bounds of one group."""
    if one.curve is None:
        why = refused or "nobody was followed from the start"
        rows = [{"at_days": day, "unit": "proportion", "method": "NPMLE for intervals"} for day in days]
        absent = Estimates.of(row | {"what": RANGE, "n": one.between.height, "absent_reason": why} for row in rows)
        return absent.labelled(group=one.name or None), Estimates.of([]), Estimates.of([])
    ranges = estimate_interval_free(one.curve, days).labelled(what=RANGE, events=float(one.between["event"].sum()))
    limits = _limits(one, one.curve, days, level).labelled(what=LIMITS)
    bounds = Estimates.of(_bounds(one, days))
    return tuple(part.labelled(group=one.name or None) for part in (ranges, limits, bounds))  # type: ignore[return-value]


def _limits(one: VisitCurve, curve: IntervalCurve, days: Sequence[int], level: float) -> Estimates:
    if one.between.height <= MOST_FOR_LIMITS:
        return estimate_pointwise(curve, days, level)
    why = f"not looked for in more than {MOST_FOR_LIMITS:,} persons"
    row = {"unit": "proportion", "method": "NPMLE for intervals, no limits", "n": curve.n, "absent_reason": why}
    return Estimates.of(row | {"at_days": day} for day in days)


def _bounds(one: VisitCurve, days: Sequence[int]) -> Iterator[dict[str, object]]:
    """The least share, had all who died unseen had the event before, and the largest, had none of them."""
    if "death" not in one.between.columns or not one.between["death"].count():
        return
    died, death = pl.col("death").is_not_null(), pl.col("death")
    first = _curve(one.between.with_columns(seen=pl.when(died).then(death.cast(pl.Float64)).otherwise("seen")))
    never = _curve(one.between.with_columns(last_free=pl.when(died).then(death).otherwise("last_free")))
    assert first is not None
    assert never is not None
    low, high = first.free_between(days)[0], never.free_between(days)[1]
    # The likeliest curve need not move as its observations do, so it is itself within the ends too.
    least_seen, most_seen = one.curve.free_between(days) if one.curve else (low, high)
    ends = np.minimum(low, least_seen), np.maximum(high, most_seen)
    for day, least, most in zip(days, *(end.tolist() for end in ends), strict=True):
        numbers = {"at_days": day, "low": least, "high": most, "n": one.between.height, "unit": "proportion"}
        number = int(one.between["death"].count())
        method = f"NPMLE for intervals, bounded: {count(number, 'person')} who died had the event before, or had not"
        yield numbers | {"what": BOUNDS, "method": method, "absent_reason": "not estimable"}


def _labelled(estimates: Estimates, outcome: Outcome) -> Estimates:
    labels = {"study": outcome.provenance.cohort, "population": POPULATION, "standing": outcome.provenance.kind}
    what = pl.format("{}: {}", pl.lit(outcome.endpoint.event_free), pl.col("what")).alias("what")
    return Estimates(estimates.labelled(**labels).frame.with_columns(what))
