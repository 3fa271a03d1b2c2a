"""Every shape that can be fitted to who had the event when, and what each says of years that nobody has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from remission.comparison.beyond.background import Background, ages_and_sexes
from remission.inputs.problems import InputProblems, Problem
from remission.inputs.tabular import Tabular
from remission.outcomes.definitions.rules.death import Death
from remission.report.asked import Asked, ask
from remission.report.curves.first_events import estimate_whole
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.horizons import days_to_years, years_to_days
from remission.stats.intervals import normal_quantile
from remission.stats.parametric.families.cure import MixtureCure
from remission.stats.parametric.fit import Fit, fit_shape
from remission.stats.parametric.shape import Shape, shapes_for
from remission.stats.parametric.sufficient import sufficient_follow_up
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.time_at_risk import TimeAtRisk

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.outcomes.outcome import SpellArrays
    from remission.records.cohort import Cohort
    from remission.report.event_free import EventFree
    from remission.stats.estimates import TestResult
    from remission.stats.survival.time_at_risk import Floats

Average = Literal["none", "equal", "aic"]
# Below that insufficient follow-up counts as rejected.
REJECTED = 0.05
FARTHEST_YEARS = 60


@dataclass(frozen=True)
class Refused:
    """A shape that was not fitted, and why."""

    title: str
    why: str


@dataclass(frozen=True, eq=False)
class Extrapolated:
    """One shape: its fit, and by year the share free with limits; those of an average have none."""

    title: str
    assumes: str
    fit: Fit | None
    years: Floats
    share: Floats
    low: Floats
    high: Floats

    def at(self, year: float) -> tuple[float, float, float]:
        """Share and limits at one of the years."""
        place = int(np.argmin(np.abs(self.years - year)))
        return float(self.share[place]), float(self.low[place]), float(self.high[place])


@dataclass(frozen=True, repr=False, eq=False)
class Beyond(Tabular):
    """What lies beyond the follow-up of one endpoint: the curve seen, every shape, and what was refused.

    `seen_until` is the last year on which anybody was followed, `firm_until` the last on which enough were for a
    headline; `at_years` those years of which each shape is told.
    """

    asked: Asked
    event_free: EventFree
    shapes: tuple[Extrapolated, ...]
    refused: tuple[Refused, ...]
    sufficient: TestResult
    at_years: tuple[float, ...]
    background: str = ""
    average: Extrapolated | None = None

    @property
    def seen_until(self) -> float:
        """Years until the last follow-up of anybody."""
        return days_to_years(self.event_free.curves[0].curve.last_day)

    @property
    def firm_until(self) -> float:
        """Years until which enough people are under observation for the curve to lean on."""
        curve = self.event_free.curves[0].curve
        enough = np.flatnonzero(curve.under_observation >= curve.fewest)
        return days_to_years(float(enough[-1])) if enough.size else 0.0

    def spread(self, year: float) -> tuple[float, float]:
        """The lowest and the highest share that any shape says of a year."""
        told = [one.at(year)[0] for one in self.shapes]
        return min(told), max(told)

    @property
    def estimates(self) -> Estimates:
        """A row for each shape and year asked, with the shapes that were refused as not estimable."""
        told = [*self.shapes, *([self.average] if self.average else [])]
        rows = [{**self._row(one.title, year), **self._numbers(one, year)} for one in told for year in self.at_years]
        rows += [
            {**self._row(one.title, year), "absent_reason": f"{NOT_ESTIMABLE}: {one.why}"}
            for one in self.refused
            for year in self.at_years
        ]
        return Estimates.of(rows)

    def _row(self, title: str, year: float) -> dict[str, object]:
        outcome, curve = self.asked.outcome, self.event_free.curves[0].curve
        where = "beyond follow-up" if year > self.seen_until else "within follow-up"
        return {
            "what": f"{outcome.endpoint.event_free}: {where}",
            "study": outcome.provenance.cohort,
            "group": title,
            "at_days": years_to_days(year),
            "unit": "proportion",
            "method": f"{title}, maximum likelihood" + (f", with {self.background}" if self.background else ""),
            "n": curve.n,
            "events": float(curve.events.sum()),
            "standing": outcome.provenance.kind,
        }

    def _numbers(self, one: Extrapolated, year: float) -> dict[str, object]:
        value, low, high = one.at(year)
        if np.isnan(low):
            return {"value": value, "absent_reason": "an average of shapes has no interval of its own"}
        return {"value": value, "low": low, "high": high, "level": self.asked.choices.level}

    @property
    def said(self) -> str:
        """Of which outcome, and how many shapes."""
        return f"{self.asked.outcome.said}; {len(self.shapes)} shapes, {len(self.refused)} refused"

    def _rows(self) -> pl.DataFrame:
        return self.estimates.frame


def extrapolate(
    cohort: Cohort,
    endpoint: Endpoint | str,
    to_years: float = 15.0,
    *,
    at_years: Sequence[float] = (10.0, 15.0),
    level: float | None = None,
    background: Background | None = None,
    average: Average = "none",
) -> Beyond:
    """What every shape says of the years up to `to_years`, of the first event of an endpoint.

    `background` is the hazard of dying anyway, for endpoints of which death is a part: shapes are then of what comes on
    top of it. `average` puts all shapes together with equal weights or by Akaike's, a choice that is named.

    InputProblems for times that are none, a background where death is no part or without ages, and for an endpoint of
    which fewer than two shapes can be fitted: one line alone would look like knowledge.

    >>> from remission.outcomes.load import load_cohort
    >>> found = extrapolate(load_cohort("hsct-500"), "neda-3")
    >>> len(found.shapes) > 5, [round(share, 1) for share in found.spread(15)][0] < 0.5
    (True, True)
    """
    asked = ask(cohort, endpoint, level=level)
    _check(asked, to_years, at_years, background)
    whole = estimate_whole(asked)
    arrays = whole.outcome.arrays(whole.spells[0])
    sufficient = sufficient_follow_up(arrays.exit, arrays.event, entry=arrays.entry)
    years = np.unique(np.concatenate([np.linspace(0, to_years, 121)[1:], np.array(sorted(at_years))]))
    anyway, alive = (
        _background(cohort, whole, arrays, background, years) if background else (None, np.ones(years.shape))
    )
    shapes: list[Extrapolated] = []
    refused: list[Refused] = []
    for shape in shapes_for(TimeAtRisk.of(arrays.exit, arrays.event, arrays.entry)):
        try:
            if isinstance(shape, MixtureCure):
                _check_cure(sufficient)
            fit = _fitted(shape, arrays, anyway)
            if isinstance(shape, MixtureCure):
                _check_share(fit, asked.choices.level)
            shapes.append(_told(fit, years, asked.choices.level, alive))
        except NotEstimable as nothing:
            refused.append(Refused(shape.title, "; ".join(nothing.reasons)))
    if len(shapes) < 2:
        raise InputProblems(_alone(asked, refused))
    named = background.name if background else ""
    averaged = _averaged(shapes, average) if average != "none" else None
    return Beyond(
        asked, whole, tuple(shapes), tuple(refused), sufficient, tuple(sorted(set(at_years))), named, averaged
    )


def _background(
    cohort: Cohort, whole: EventFree, arrays: SpellArrays, background: Background, years: Floats
) -> tuple[list[float], Floats]:
    """The hazard of each spell on its last day, and by year who is alive of the general population of like ages.

    The latter is the mean of what each would have (Ederer I).
    """
    spells = whole.spells[0].join(cohort.subjects.select("subject_id", "age_years", "sex"), on="subject_id", how="left")
    people = [
        (age + days_to_years(start), sex)
        for (age, sex), start in zip(ages_and_sexes(spells), spells["origin_day"].to_list(), strict=True)
    ]
    anyway = [background.hazard(sex, age + days_to_years(float(last)))
              for (age, sex), last in zip(people, arrays.exit.tolist(), strict=True)]  # fmt: skip
    alive = np.mean([np.exp(-background.cumulative(sex, age, years)) for age, sex in people], axis=0)
    return anyway, np.asarray(alive)


def _fitted(shape: Shape, arrays: SpellArrays, anyway: list[float] | None) -> Fit:
    weight = None if (arrays.weight == 1).all() else arrays.weight
    return fit_shape(shape, arrays.exit, arrays.event, entry=arrays.entry, weight=weight, background=anyway)


def _told(fit: Fit, years: Floats, level: float, alive: Floats) -> Extrapolated:
    low, high = fit.limits(years, level)
    return Extrapolated(
        fit.shape.title, fit.shape.assumes, fit, years, fit.survival(years) * alive, low * alive, high * alive
    )


def _check_cure(sufficient: TestResult) -> None:
    if not sufficient.p < REJECTED:
        found = "there is no plateau" if np.isnan(sufficient.p) else f"p {sufficient.p:.2g}"
        raise NotEstimable([f"insufficient follow-up is not rejected (Maller and Zhou's alpha, {found}): those who "
                            "never have the event cannot be told from those who have not had it yet"])  # fmt: skip


def _check_share(fit: Fit, level: float) -> None:
    """The share that never has the event must be above 0 by its own interval, on its own scale."""
    share = 1 / (1 + np.exp(-fit.at[0]))
    error = share * (1 - share) * fit.errors[0]
    if share - normal_quantile(level) * error <= 0:
        raise NotEstimable(["the interval of the share that never has the event holds 0"])


def _averaged(shapes: Sequence[Extrapolated], average: Average) -> Extrapolated:
    criteria = np.array([one.fit.aic if one.fit else np.nan for one in shapes])
    weight = np.ones(len(shapes)) if average == "equal" else np.exp((criteria.min() - criteria) / 2)
    share = np.average([one.share for one in shapes], axis=0, weights=weight)
    how = "equal weights" if average == "equal" else "weights by Akaike's criterion"
    none = np.full(share.shape, np.nan)
    return Extrapolated(f"Average, {how}", "Each shape is right with that weight: nobody knows the weights of years "
                        "that nobody has seen.", None, shapes[0].years, share, none, none)  # fmt: skip


def _check(asked: Asked, to_years: float, at_years: Sequence[float], background: Background | None) -> None:
    problems = []
    if not 0 < to_years <= FARTHEST_YEARS:
        problems.append(_wrong("--to", f"{to_years:g} years", f"years above 0, up to {FARTHEST_YEARS}"))
    late = [f"{year:g}" for year in at_years if not 0 < year <= to_years]
    if late or not at_years:
        problems.append(_wrong("--at", ", ".join(late) or "no year", f"years above 0 up to --to, {to_years:g}"))
    endpoint = asked.outcome.endpoint
    if background and not any(part.of(Death) for part in (endpoint, *endpoint.parts)):
        problems.append(_wrong("--background", "an endpoint of which death is no part", "one that counts death"))
    if problems:
        raise InputProblems(problems)


def _alone(asked: Asked, refused: Sequence[Refused]) -> Problem:
    why = "; ".join(f"{one.title}: {one.why}" for one in refused)
    return Problem.of_file(
        asked.outcome.name,
        found=f"fewer than two shapes can be fitted ({why})",
        allowed="two shapes or more, for one line alone would look like knowledge",
        do="Follow people for longer, or take an endpoint that more of them reach.",
    )


def _wrong(name: str, found: str, allowed: str) -> Problem:
    return Problem.at_key("beyond", name, found=found, allowed=allowed, do="Give another.")
