"""People made alike by the way that a design names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from remission.comparison.design.records import NEAREST
from remission.stats.emulation.clones import Grace, clone
from remission.stats.emulation.pairs import censor_pairs
from remission.stats.emulation.staying import weigh_clones
from remission.stats.propensity.contrasts import GroupRows
from remission.stats.propensity.logistic import Flags, Floats, Propensity, fit_propensity
from remission.stats.propensity.matching import match_nearest
from remission.stats.propensity.weights import Kind, weigh

if TYPE_CHECKING:
    from remission.comparison.design.records import Assignment, Design
    from remission.stats.propensity.bootstrap import Places

# Starts within the grace are looked at month by month.
PERIOD_DAYS = 30


@dataclass(frozen=True, eq=False)
class Weighed:
    """Rows at risk with their weights, shape (m,), and the propensity of all people.

    How alike people are is looked at in `held`: their rows, shape (k,), with the strategy and weight of each.
    `cut` weights were set to `most`; `unmatched` people of the first strategy found nobody near. `effective` is how
    many people with equal weights would say as much, of both strategies; of clones after the grace.
    """

    rows: GroupRows
    weight: Floats
    held: Held
    propensity: Propensity
    method: str
    effective: tuple[float, float]
    cut: int = 0
    most: float | None = None
    unmatched: int = 0


@dataclass(frozen=True, eq=False)
class Held:
    """Who is looked at for balance: rows of people, the strategy and the weight of each, shape (k,)."""

    places: Places
    treated: Flags
    weight: Floats


def weigh_people(
    rows: GroupRows, covariates: Mapping[str, Floats], by: Assignment, *, watched: Places | None = None
) -> Weighed:
    """Weights, or pairs, by the assignment of a design. NotEstimable where no propensity is.

    watched: the last day on which each was watched, shape (n,): pairs then end together.
    """
    treated = rows.treated
    fitted = fit_propensity(treated, covariates, ridge=by.ridge)
    if by.by == NEAREST:
        found = _paired(rows, fitted, by.caliper)
        return found if watched is None else _ending_together(found, watched)
    weights = weigh(fitted, cast(Kind, by.by))
    if by.cut_at is not None:
        weights = weights.cut_at(by.cut_at)
    held = Held(np.arange(treated.size), treated, weights.weight)
    said = f"{weights.method} from {fitted.method}"
    return Weighed(rows, weights.weight, held, fitted, said, weights.effective, weights.cut, weights.most)


def _paired(rows: GroupRows, fitted: Propensity, caliper: float | None) -> Weighed:
    found = match_nearest(rows.treated, fitted.logits, caliper=caliper)
    places = np.concatenate((found.treated, found.other))
    paired = replace(rows.take(places), cluster=np.tile(np.arange(found.treated.size), 2))
    size, ones = float(found.treated.size), np.ones(places.size)
    said = f"{found.method}, on log odds from {fitted.method}"
    held = Held(places, paired.treated, ones)
    return Weighed(paired, ones, held, fitted, said, (size, size), unmatched=int(found.unmatched.size))


def _ending_together(found: Weighed, watched: Places) -> Weighed:
    """Pairs of whom neither is followed for longer than the other was watched; an event alone ends nobody else."""
    rows = found.rows
    exits, event = censor_pairs(rows.exit, rows.event, rows.cluster, followed=watched[found.held.places])
    shorter = int((exits < rows.exit).sum())
    said = f"{found.method}; pairs end together, so {shorter:,} are followed for less long than they were"
    return replace(found, rows=replace(rows, exit=exits, event=event), method=said)


def weigh_clones_of(
    rows: GroupRows, start: Places, covariates: Mapping[str, Floats], design: Design
) -> Weighed:  # fmt: skip
    """Everybody in both strategies until what they do fits only one, weighted for those who left.

    start: the day on which each began, -1 for never, shape (n,). NotEstimable as `stats.emulation` raises it.
    """
    clones = clone(rows.exit, rows.event, start, Grace(design.grace_days, min(PERIOD_DAYS, design.grace_days)))
    found = weigh_clones(clones, covariates, cut=design.assignment.cut_at)
    cloned = GroupRows(found.entry, found.exit, found.event, found.starts, found.person)
    if rows.competed is not None:
        # A clone that departed, and every piece but the last, ends before its person does.
        died = rows.competed[found.person] & (found.exit == rows.exit[found.person])
        cloned = replace(cloned, competed=died)
    # Before the grace is over both strategies hold the same people: how alike they are is asked of those after it.
    late = found.entry == design.grace_days
    held = Held(found.person[late], found.starts[late], found.weight[late])
    fitted = fit_propensity(rows.treated, covariates)
    return Weighed(cloned, found.weight, held, fitted, found.method, found.effective, found.cut, found.most)


def varying(covariates: Mapping[str, Floats], places: Places) -> dict[str, Floats]:
    """Covariates of these rows, without those that are the same in all of them: a draw may lack a rare level."""
    taken = {name: values[places] for name, values in covariates.items()}
    return {name: values for name, values in taken.items() if np.ptp(values) > 0}
