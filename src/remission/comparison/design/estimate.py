"""The effect in a target trial: before and after people are made alike, with errors, and what could explain it away."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from remission.comparison.design.augmenting import augmented
from remission.comparison.design.control import Control, estimate_control
from remission.comparison.design.emulated import Emulated, emulate
from remission.comparison.design.filling import mean_balance, mean_of, pool_contrasts
from remission.comparison.design.positivity import Stratum, empty_strata, strata_of
from remission.comparison.design.protocol import PerProtocol, per_protocol, weigh_lost
from remission.comparison.design.reading import design_path
from remission.comparison.design.weighing import (
    Held,
    Weighed,
    varying,
    weigh_clones_of,
    weigh_people,
)
from remission.exhibits.wording import count
from remission.inputs.problems import InputProblems, Problem
from remission.stats.competing.aalen_johansen import estimate_cumulative_incidence
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.horizons import years_to_days
from remission.stats.propensity.balance import Balance, balance
from remission.stats.propensity.bootstrap import Resampled, bootstrap
from remission.stats.propensity.contrasts import (
    COMPETING,
    EVENT,
    Contrast,
    GroupRows,
    contrast_groups,
    rate_of,
)
from remission.stats.propensity.unmeasured import EValue, hazard_e_value, risk_e_value
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.restricted_mean import estimate_restricted_mean

if TYPE_CHECKING:
    from pathlib import Path

    from remission.records.cohort import Cohort
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.propensity.bootstrap import Places
    from remission.stats.propensity.logistic import Floats
    from remission.stats.survival.kaplan_meier import Curve

CRUDE = "as treated, nothing held alike"
NAIVE = "by what was begun later, with immortal time in it and nothing held alike"
LATE, WEIGHTED = " with late entry", "weighted "
TRIALS = ", n and events are of trials"
ROBUST = "robust errors, weights taken as known"
RATIO_OF_SHARES, INCIDENCE, FREE_OF_BOTH = "ratio of cumulative incidence", "cumulative incidence", "free of both"


@dataclass(frozen=True, eq=False)
class Trial:
    """A target trial carried out: people, weights, contrasts before (`crude`) and after, and the draws.

    `each` has the weights of every set of filled-in values, and `complete` the hazard ratio of those with every value
    and their number; nothing where nothing is filled in.
    """

    emulated: Emulated
    weighed: Weighed
    crude: tuple[Contrast, ...]
    contrasts: tuple[Contrast, ...]
    draws: Resampled | None
    protocol: PerProtocol | None = None
    control: Control | None = None
    each: tuple[Weighed, ...] = ()
    complete: tuple[Contrast, int] | None = None

    @property
    def at_days(self) -> tuple[int, ...]:
        """The days on which shares are compared."""
        return tuple(years_to_days(year) for year in self.emulated.design.analysis.at_years)

    @property
    def rows(self) -> GroupRows:
        """The rows that take part, with their clusters."""
        return self.weighed.rows

    def curve(self, *, treated: bool, weighted: bool = True) -> Curve:
        """The curve of one strategy."""
        if not weighted:
            rows = self.emulated.rows
            curve = rows.curve(np.ones(rows.exit.size), treated=treated)
            return replace(curve, method=curve.method.removeprefix(WEIGHTED) + self._counted)
        curve = self.rows.curve(self.weighed.weight, treated=treated)
        # Rows of clones are pieces of time: of people each strategy holds everybody.
        held = int((self.weighed.held.treated == treated).sum())
        # Pieces of somebody's time are no late entry.
        late = self.emulated.rows.entry.any()
        method = curve.method if late else curve.method.replace(LATE, "")
        return replace(curve, n=self.people if self.emulated.design.cloned else held,
                       method=method + self._counted)  # fmt: skip

    @property
    def _counted(self) -> str:
        """What n and events of a curve are of, where they are not of people."""
        return TRIALS if self.emulated.design.in_sequence else ""

    def incidence(self, *, treated: bool, weighted: bool = True) -> Incidence:
        """The shares of one strategy with the event, and with the death that competes with it."""
        if not weighted:
            rows = self.emulated.rows
            return rows.incidence(np.ones(rows.exit.size), treated=treated)
        return self.rows.incidence(self.weighed.weight, treated=treated)

    @property
    def people(self) -> int:
        """Whom the contrasts are of; in pairs those who are in one."""
        if self.emulated.design.cloned or self.emulated.design.in_sequence:
            return self.emulated.people["subject_id"].n_unique()
        return self.weighed.held.places.size

    @property
    def events(self) -> int:
        """How many of them had the event."""
        if self.emulated.design.in_sequence:
            return self.emulated.people.filter("event")["subject_id"].n_unique()
        return int((self.emulated.rows if self.emulated.design.cloned else self.rows).event.sum())

    @cached_property
    def balances(self) -> tuple[tuple[Balance, Balance], ...]:
        """Each covariate before and after, in order."""
        filled = self.emulated.filled
        sets = (self.emulated.covariates,) if filled is None else filled.sets
        before = mean_balance([balance(self.emulated.rows.treated, one) for one in sets])
        after = mean_balance(
            [_after(found.held, one) for found, one in zip(self.each or (self.weighed,), sets, strict=True)]
        )
        # On one scale: the spread is that of all who could have been in it, before anybody is weighted or left out.
        return tuple(zip(before, map(_on_scale_of, after, before), strict=True))

    @cached_property
    def strata(self) -> tuple[Stratum, ...]:
        """People by each covariate, and how many of them followed either strategy."""
        return strata_of(self.emulated, self.weighed.propensity)

    @property
    def share_with_event(self) -> float:
        """By the end of follow-up, in both strategies together, after weights."""
        heights = []
        for treated in (True, False):
            curve = self.curve(treated=treated)
            last = int(min(self.emulated.design.horizon_days, curve.known_until))
            heights.append(float(curve.survival_on([last])[0]))
        return 1 - sum(heights) / 2

    @property
    def e_value(self) -> EValue | None:
        """How strong something unmeasured must be to explain the hazard ratio away; None where it has no limits."""
        if self.emulated.competing:
            return self._risk_e_value()
        ratio, low, high = self.limits(0)
        if not all(map(math.isfinite, (ratio, low, high))):
            return None
        return hazard_e_value(ratio, low, high, share_with_event=self.share_with_event)

    def _risk_e_value(self) -> EValue | None:
        """Of the last ratio of shares: it is one of risks, and needs no share of who would have had it undying."""
        told = [
            one.limits(self.emulated.design.analysis.level) for one in self.contrasts if one.what == RATIO_OF_SHARES
        ]
        known = [one for one in told if all(map(math.isfinite, one))]
        return risk_e_value(*known[-1]) if known else None

    def limits(self, place: int) -> tuple[float, float, float]:
        """A contrast after weights with its limits by robust errors."""
        return self.contrasts[place].limits(self.emulated.design.analysis.level)

    def drawn(self, place: int) -> tuple[float, float, float] | None:
        """The same with limits of the draws; None where there are none."""
        if self.draws is None:
            return None
        one = self.contrasts[place]
        low, high = self.draws.limits(self.emulated.design.analysis.level)[place]
        return one.read(one.value), one.read(float(low)), one.read(float(high))

    @property
    def bootstrapped(self) -> str:
        """How the draws were made, in words; empty where there are none."""
        if self.draws is None:
            return ""
        made = len(self.draws.values)
        failed = f", {self.draws.failed:,} without an answer" if self.draws.failed else ""
        return f"percentiles of {made:,} draws that estimate the weights anew (seed {self.draws.seed}{failed})"

    @cached_property
    def estimates(self) -> Estimates:
        """Every contrast before and after, by both kinds of error, and the shares, means and rates behind them."""
        provenance = self.emulated.outcome.provenance
        told = Estimates.together([Estimates.of(self._contrasts()), *self._of_groups()])
        return told.labelled(study=provenance.cohort, standing=provenance.kind)

    def _contrasts(self) -> Iterator[dict[str, object]]:
        level, held = self.emulated.design.analysis.level, ", ".join(self.emulated.design.assignment.covariates)
        way = self.weighed.method
        weighted: dict[str, object] = {"adjusted_for": held, "population": self.emulated.design.estimand}
        for place, one in enumerate(self.contrasts):
            yield self._row(one, self.limits(place), f"{way}; {ROBUST}{_parts(one)}") | weighted
            if (drawn := self.drawn(place)) is not None:
                yield self._row(one, drawn, f"{way}; {self.bootstrapped}") | weighted
        if self.complete is not None:
            alone, number = self.complete
            told = f"complete cases alone, {self.each[0].method}; {ROBUST}"
            yield self._row(alone, alone.limits(level), told) | weighted | {"n": number, "events": None}
        if self.protocol is not None:
            for one in self.protocol.contrasts:
                yield self._row(one, one.limits(level), f"{self.protocol.method}; {ROBUST}") | weighted
        for one in self.crude:
            yield self._row(one, one.limits(level), NAIVE if self.emulated.design.cloned else CRUDE)
        if self.control is not None:
            yield from self._of_control(self.control, f"{way}; {ROBUST}", weighted)
        for at, two in augmented(self.emulated, self.weighed, self.at_days).items():
            found = Contrast("difference in event-free share", two.value, two.error, at)
            yield self._row(found, (two.value, two.low, two.high), two.method) | weighted

    def _of_control(self, control: Control, way: str, weighted: dict[str, object]) -> Iterator[dict[str, object]]:
        of = f"negative control, {control.outcome.name}"
        of_whom: dict[str, object] = {"n": control.people, "events": float(control.events)}
        for one in control.contrasts:
            yield self._row(one, one.limits(control.level), f"{of}: {way}") | weighted | of_whom
        for one in control.crude:
            yield self._row(one, one.limits(control.level), f"{of}: {CRUDE}") | of_whom

    def _row(self, one: Contrast, found: tuple[float, float, float], method: str) -> dict[str, object]:
        names = ("value", "low", "high")
        known = {name: number if math.isfinite(number) else None for name, number in zip(names, found, strict=True)}
        group, against = self.emulated.names
        unit = "ratio" if one.is_ratio else "days" if "mean" in one.what else "proportion"
        days = {"to_day": one.day} if "mean" in one.what else {"at_days": one.day}
        return {
            "what": one.what, "group": group, "against": against, "level": self.emulated.design.analysis.level,
            "scale": "log" if one.is_ratio else "linear", "unit": unit, "method": method,
            "n": self.people, "events": float(self.events),
            "absent_reason": NOT_ESTIMABLE if None in known.values() else None, **known, **days,
        }  # fmt: skip

    def _of_groups(self) -> Iterator[Estimates]:
        level, horizon = self.emulated.design.analysis.level, self.emulated.design.horizon_days
        for weighted in (True, False):
            whom = self.emulated.design.estimand if weighted else "as treated"
            for name, treated in zip(self.emulated.names, (True, False), strict=True):
                if self.emulated.competing:
                    found = self.incidence(treated=treated, weighted=weighted)
                    for told in _incidences(found, self.at_days, level):
                        yield told.labelled(group=name, population=whom)
                curve = self.curve(treated=treated, weighted=weighted)
                # Of those without the event and alive, where death competes.
                of = {"what": FREE_OF_BOTH} if self.emulated.competing else {}
                yield estimate_survival(curve, self.at_days, level).labelled(group=name, population=whom, **of)
                of = {"what": f"restricted mean, {FREE_OF_BOTH}"} if self.emulated.competing else {}
                yield estimate_restricted_mean(curve, horizon, level).labelled(group=name, population=whom, **of)
                rows, weight = (self.rows, self.weighed.weight) if weighted else (
                    self.emulated.rows, np.ones(self.emulated.people.height))  # fmt: skip
                rate = rate_of(rows, weight, treated=treated)
                yield Estimates.of([{
                    "what": "rate", "group": name, "population": whom, "value": rate, "unit": "per year",
                    "method": "events by person-years" + (", weighted" if weighted else ""),
                    "absent_reason": "limits are given of the ratio",
                }])  # fmt: skip


def _incidences(found: Incidence, at_days: Sequence[int], level: float) -> Iterator[Estimates]:
    """The shares with the event and with the death that competes; of a kind that nobody had there is no row."""
    for cause, what in ((EVENT, INCIDENCE), (COMPETING, f"{INCIDENCE} of the competing event")):
        if cause in found.causes:
            yield estimate_cumulative_incidence(found, cause, at_days, level).labelled(what=what)


def _after(held: Held, covariates: Mapping[str, Floats]) -> tuple[Balance, ...]:
    taken = {name: values[held.places] for name, values in covariates.items()}
    return balance(held.treated, taken, held.weight)


def _parts(one: Contrast) -> str:
    """What an answer of several sets is made of, in words; nothing of a single one."""
    if one.pooled is None:
        return ""
    found = one.pooled
    return f"; variance within sets {found.within:.3g}, between {found.between:.3g}, df {found.df:.4g}"


def _on_scale_of(after: Balance, before: Balance) -> Balance:
    apart = before.treated - before.others
    if not apart or not before.difference:
        return after
    return replace(after, difference=(after.treated - after.others) * before.difference / apart)


def estimate_trial(cohort: Cohort, file: str | Path) -> Trial:
    """Carry out a design on a cohort and estimate its effect; InputProblems with everything that is wrong.

    >>> from remission.outcomes.load import load_cohort
    >>> found = estimate_trial(load_cohort("hsct-500"), "transplant-or-therapy")
    >>> found.contrasts[0].what, found.emulated.names
    ('hazard ratio', ('HSCT', 'Best available therapy'))
    """
    return estimate_effect(emulate(cohort, file), design_path(file).name)


def estimate_effect(emulated: Emulated, file: str) -> Trial:
    """The effect in a target trial whose people are known; InputProblems where no propensity, or no effect, is."""
    design, rows = emulated.design, emulated.rows
    at_days = [years_to_days(year) for year in design.analysis.at_years]
    horizon = design.horizon_days
    each = _weighed_by_set(emulated, file)
    try:
        weighed = (
            _weighed(emulated, rows, np.arange(rows.exit.size), emulated.covariates)
            if emulated.filled is None
            else mean_of(each, emulated.filled)
        )
    except NotEstimable as why:
        raise InputProblems(_no_propensity(emulated, file, why)) from None

    def again(places: Places) -> Floats:
        drawn, taken = rows.redrawn(places)
        found = _weighed(emulated, drawn, taken, varying(emulated.covariates, taken))
        return np.array([one.value for one in contrast_groups(found.rows, found.weight, at_days, horizon)])

    try:
        crude = contrast_groups(rows, np.ones(rows.exit.size), at_days, horizon)
        contrasts = (
            pool_contrasts([contrast_groups(one.rows, one.weight, at_days, horizon) for one in each])
            if each
            else contrast_groups(weighed.rows, weighed.weight, at_days, horizon)
        )
    except NotEstimable as why:
        found = f"no effect that can be estimated ({why})"
        raise InputProblems(
            Problem.at_key(file, "outcome.endpoint", found=found, allowed="events in both strategies",
                           do="Choose another endpoint, or follow people for longer.")
        ) from None  # fmt: skip
    asked = design.analysis
    protocol = _kept(emulated, file, at_days) if asked.per_protocol else None
    draws = (
        bootstrap(np.unique(rows.cluster).size, again, asked.bootstrap, seed=asked.seed)
        if asked.bootstrap >= 2
        else None
    )
    control = estimate_control(emulated, each or (weighed,), at_days, file)
    complete = _complete(emulated) if each else None
    return Trial(emulated, weighed, crude, contrasts, draws, protocol, control, each, complete)


def _weighed_by_set(emulated: Emulated, file: str) -> tuple[Weighed, ...]:
    """Weights by every set of filled-in covariates; none where nothing is filled in."""
    try:
        if emulated.filled is None:
            return ()
        return tuple(_alike(emulated, emulated.rows, one) for one in emulated.filled.sets)
    except NotEstimable as why:
        raise InputProblems(_no_propensity(emulated, file, why)) from None


def _complete(emulated: Emulated) -> tuple[Contrast, int] | None:
    """The hazard ratio of those who lack nothing, and their number; None where there is none."""
    places = np.flatnonzero(~np.any([np.isnan(one) for one in emulated.covariates.values()], axis=0))
    try:
        found = _alike(emulated, emulated.rows.take(places), varying(emulated.covariates, places))
        horizon = emulated.design.horizon_days
        return contrast_groups(found.rows, found.weight, (), horizon)[0], places.size
    except NotEstimable:
        return None


def _kept(emulated: Emulated, file: str, at_days: list[int]) -> PerProtocol:
    try:
        return per_protocol(emulated, _alike(emulated, emulated.rows), at_days)
    except NotEstimable as why:
        raise InputProblems(
            Problem.at_key(file, "analysis.per_protocol", found=f"no effect that can be estimated ({why})",
                           allowed="events and people who stay in both strategies", do="Leave it out, or take out "
                           "covariates that tell who leaves.")
        ) from None  # fmt: skip


def _weighed(emulated: Emulated, rows: GroupRows, places: Places, covariates: Mapping[str, Floats]) -> Weighed:
    """Rows of people (those of a draw, from these places) made alike and followed in the way that the design names."""
    if emulated.design.cloned:
        return weigh_clones_of(rows, emulated.start[places], covariates, emulated.design)
    return weigh_lost(emulated, _alike(emulated, rows, covariates), rows, places, covariates)


def _alike(emulated: Emulated, rows: GroupRows, of: Mapping[str, Floats] | None = None) -> Weighed:
    """Rows made alike in these covariates (by themselves in those of everybody), whoever is lost or leaves."""
    covariates = emulated.covariates if of is None else of
    watched = emulated.watched if emulated.design.follow_up.pairs_end_together else None
    return weigh_people(rows, covariates, emulated.design.assignment, watched=watched)


def _no_propensity(emulated: Emulated, file: str, why: NotEstimable) -> list[Problem]:
    """Each stratum without one of the strategies; where there is none, why no propensity can be fitted."""
    key, allowed = "assignment.covariates", "strata in which some followed either strategy"
    strata = [
        Problem.at_key(file, key, found=f"{one.words}: {count(one.people, 'person')}, all on '{one.only}'",
                       allowed=allowed, do="Narrow eligibility to where either was possible, or name a ridge.")
        for one in empty_strata(emulated)
    ]  # fmt: skip
    do = "Narrow eligibility to where either was possible, leave the column out, or name a ridge."
    return strata or [Problem.at_key(file, key, found=str(why), allowed=allowed, do=do)]
