"""Covariates that some people lack, filled in for the propensity, and one answer of several sets.

Treatment, event and its cumulative hazard are among the predictors (White & Royston 2009, doi:10.1002/sim.3618): left
out, values would be drawn as if they had nothing to do with the outcome, and what is held alike would be too weak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.comparison.design.records import NEAREST, lower_words
from remission.exhibits.wording import count, listed
from remission.inputs.problems import Problem
from remission.report.hazards.model_columns import held_column
from remission.stats.propensity.balance import Balance
from remission.stats.propensity.chained import impute_chained
from remission.stats.propensity.rubin import pool_imputations

if TYPE_CHECKING:
    from collections.abc import Mapping

    from remission.comparison.design.records import Design
    from remission.comparison.design.weighing import Weighed
    from remission.stats.propensity.contrasts import Contrast, GroupRows
    from remission.stats.propensity.logistic import Floats

KEY = "assignment.missing"
IMPUTE, COMPLETE = "impute", "complete cases"
# Where more lack a value than have one, the model says more than the records.
MOST_MISSING = 0.5
BINARY = 2


@dataclass(frozen=True, eq=False)
class Filled:
    """Sets of covariates without gaps, and how many people lacked each covariate, or any."""

    sets: tuple[dict[str, Floats], ...]
    lacked: tuple[tuple[str, int], ...]
    people: int
    seed: int

    @property
    def said(self) -> str:
        """How values were filled in, in words."""
        return (
            f"missing covariates filled in {len(self.sets)} times by chained equations (seed {self.seed}), answers "
            f"pooled by Rubin's rules"
        )

    @property
    def caution(self) -> str:
        """Whose values were filled in, and what is taken for granted."""
        if not self.people:
            return "Nobody lacked a covariate: nothing was filled in."
        which = listed([f"{lower_words(name)} of {number:,}" for name, number in self.lacked])
        return (
            f"{count(self.people, 'person')} lacked a covariate, which was filled in {len(self.sets)} times from the "
            f"others ({which}). It is right where, given what is known of people, chance decided whose value was "
            f"not recorded. Nothing in the records can show that."
        )


def check_filling(design: Design, file: str) -> Iterator[Problem]:
    """What cannot be had together with values that are filled in."""
    told = design.assignment
    if told.missing != IMPUTE:
        return
    if design.cloned or design.in_sequence:
        yield Problem.at_key(file, KEY, found=f"{IMPUTE}, with {design.time_zero.at}",
                             allowed="complete cases, or refuse, for clones and sequences",
                             do='Say missing = "complete cases".')  # fmt: skip
    together = [("follow_up.censoring", "weighted", design.follow_up.censoring == "weighted"),
                ("analysis.per_protocol", "true", design.analysis.per_protocol)]  # fmt: skip
    for key, found, asked in together:
        if asked:
            yield Problem.at_key(file, key, found=found, allowed=f"nothing that needs weights in time, with {IMPUTE}",
                                 do='Leave it out, or say missing = "complete cases".')  # fmt: skip
    if told.by == NEAREST:
        yield Problem.at_key(file, KEY, found=f"{IMPUTE}, with {NEAREST}", allowed="weights, with values filled in",
                             do="Pairs would be others in each set: take a kind of weights.")  # fmt: skip
    if told.cut_at is not None:
        yield Problem.at_key(file, "assignment.cut_at", found=f"{told.cut_at:g}", allowed=f"none, with {IMPUTE}",
                             do="Which weights are cut would differ from set to set: leave it out.")  # fmt: skip
    if design.analysis.bootstrap:
        yield Problem.at_key(file, "analysis.bootstrap", found=f"{design.analysis.bootstrap}",
                             allowed=f"0, with {IMPUTE}",
                             do="Each draw would have to be filled in anew: errors are robust and pooled.")  # fmt: skip


def unfillable(people: pl.DataFrame, names: Sequence[str], file: str) -> Iterator[Problem]:
    """Covariates of which too little is known, or which cannot be drawn: more than two texts, one value in all."""
    for name in names:
        values = people[held_column(name)]
        lost = values.null_count()
        if not lost:
            continue
        seen = values.drop_nulls()
        found = f"{lower_words(name)}, which {lost:,} of {count(values.len(), 'person')} lack"
        if not seen.len():
            found = f"{lower_words(name)}, which everybody lacks"
        do = "Leave the column out."
        if lost > MOST_MISSING * values.len():
            yield Problem.at_key(file, KEY, found=found, allowed="a value in half of the people or more", do=do)
        elif seen.n_unique() == 1:
            yield Problem.at_key(file, KEY, found=f"{found}, and is the same in all others",
                                 allowed="columns that differ between people", do=do)  # fmt: skip
        elif not values.dtype.is_numeric() and seen.n_unique() > BINARY:
            yield Problem.at_key(file, KEY, found=f"{found}, with {seen.n_unique()} different texts",
                                 allowed="numbers, or texts of two values, to be filled in",
                                 do='Put values together, or say missing = "complete cases".')  # fmt: skip


def fill_in(design: Design, people: pl.DataFrame, covariates: Mapping[str, Floats], rows: GroupRows) -> Filled:
    """The sets of a design that says impute. NotEstimable as `impute_chained` raises it."""
    gaps = [(name, people[held_column(name)].null_count()) for name in design.assignment.covariates]
    lacked = tuple((name, number) for name, number in gaps if number)
    beside = {"strategy": rows.treated, "event": rows.event, "hazard": cumulative_hazard(rows)}
    if rows.competed is not None:
        died = replace(rows, event=rows.competed)
        beside |= {"competing event": rows.competed, "its hazard": cumulative_hazard(died)}
    sets = impute_chained(covariates, beside, design.assignment.imputations, seed=design.analysis.seed)
    any_gap = np.any([np.isnan(column) for column in covariates.values()], axis=0)
    return Filled(sets, lacked, int(any_gap.sum()), design.analysis.seed)


def cumulative_hazard(rows: GroupRows) -> Floats:
    """Nelson and Aalen's estimate of all people together at the end of each one's follow-up, shape (n,).

    >>> from remission.stats.propensity.contrasts import GroupRows
    >>> never = np.zeros(3, bool)
    >>> cumulative_hazard(GroupRows(np.zeros(3), np.array([5, 7, 9]), np.array([1, 0, 1], bool), never, never)).round(2)
    array([0.33, 0.33, 1.33])
    """
    days, events = np.unique(rows.exit[rows.event], return_counts=True)
    entered = np.searchsorted(np.sort(rows.entry), days, "left")
    left = np.searchsorted(np.sort(rows.exit), days, "left")
    steps = np.append(0.0, np.cumsum(events / (entered - left)))
    return np.asarray(steps[np.searchsorted(days, rows.exit, "right")], np.float64)


def pool_contrasts(each: Sequence[tuple[Contrast, ...]]) -> tuple[Contrast, ...]:
    """The contrasts of each set as one each, by Rubin's rules."""
    told = []
    for same in zip(*each, strict=True):
        pooled = pool_imputations([one.value for one in same], [one.error for one in same])
        told.append(replace(same[0], value=pooled.value, error=pooled.error, pooled=pooled))
    return tuple(told)


def mean_of(each: Sequence[Weighed], filled: Filled) -> Weighed:
    """Weights and chances averaged over sets, for pictures, shares and balance; the answer pools the sets instead."""
    first = each[0]
    weight = np.mean([one.weight for one in each], axis=0)
    scores = np.mean([one.propensity.scores for one in each], axis=0)
    one, other = (float(np.mean([found.effective[side] for found in each])) for side in (0, 1))
    return replace(
        first, weight=weight, held=replace(first.held, weight=weight),
        propensity=replace(first.propensity, scores=scores), effective=(one, other),
        method=f"{first.method}; {filled.said}",
    )  # fmt: skip


def mean_balance(each: Sequence[tuple[Balance, ...]]) -> tuple[Balance, ...]:
    """The balance of each set as one: means and differences averaged."""
    numbers = [one.name for one in fields(Balance) if one.name != "name"]
    return tuple(
        replace(same[0], **{name: float(np.mean([getattr(one, name) for one in same])) for name in numbers})
        for same in zip(*each, strict=True)
    )
