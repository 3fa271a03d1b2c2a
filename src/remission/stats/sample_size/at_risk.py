"""Who is expected at risk, and at what hazard, when a two-arm trial is looked at: what weighted tests are made of.

Everything is held at the nodes of Gauss and Legendre's rule in each piece between two breaks, where all is smooth, so
that integrals are exact to rounding, and those up to a node as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from remission.inputs.not_a_design import refuse

if TYPE_CHECKING:
    from remission.stats.sample_size.calendar import Calendar

Floats = NDArray[np.float64]
NODES = 24
# Cumulative hazard of one piece: e to the minus 20 is two in a billion. The nodes of one piece still resolve it.
FEW_LEFT = 20.0
_AT, _WEIGHT = legendre.leggauss(NODES)


def _integrals_to_nodes() -> Floats:
    """What values at the nodes are multiplied by to have the integral up to each node, shape (nodes, nodes)."""
    # By Legendre's polynomials and not by powers, whose inverse for so many points loses half of all digits.
    basis = np.linalg.inv(legendre.legvander(_AT, NODES - 1))
    return np.array([legendre.legval(_AT, legendre.legint(one, lbnd=-1)) for one in basis.T]).T


_TO_NODES = _integrals_to_nodes()


@dataclass(frozen=True, eq=False)
class AtRisk:
    """At `times` of people's own, with `widths` that sum to an integral; the control in column 0, the treated in 1.

    Values at nodes, since weights by a pooled curve have no closed form, as the events of one arm have in `FollowUp`.
    at_risk: the share of all people who are in this arm and still watched and free; hazards: theirs; free: the share
    free of the event. Shapes (nodes,) and (nodes, 2). pieces: the width of each piece of `NODES` nodes.
    """

    times: Floats
    widths: Floats
    at_risk: Floats
    hazards: Floats
    free: Floats
    pieces: Floats

    @staticmethod
    def over_those_left(values: Floats, left: Floats) -> Floats:
        """Values of each of those who are left, of the same shape; 0 where nobody is.

        Where hazards are large so few are left late that a computer has 0 for them, and 0 / 0 would spoil an integral.

        >>> AtRisk.over_those_left(np.array([1.0, 0.0]), np.array([0.5, 0.0])).tolist()
        [2.0, 0.0]
        """
        found: Floats = np.divide(values, left, np.zeros_like(left), where=left > 0)
        return found

    @cached_property
    def pooled(self) -> Floats:
        """The hazard of both arms together, of those at risk: what a pooled Kaplan-Meier curve tends to."""
        return self.over_those_left((self.at_risk * self.hazards).sum(axis=1), self.at_risk.sum(axis=1))

    @cached_property
    def pooled_free(self) -> Floats:
        """The curve of both arms pooled, at the nodes."""
        free: Floats = np.exp(-self.up_to(self.pooled))
        return free

    def up_to(self, values: Floats) -> Floats:
        """The integral of `values` at the nodes from 0 to each node."""
        by_piece = values.reshape(-1, NODES)
        within = by_piece @ _TO_NODES.T * self.pieces[:, None] / 2
        whole = by_piece @ _WEIGHT * self.pieces / 2
        found: Floats = (np.concatenate([[0.0], np.cumsum(whole)[:-1]])[:, None] + within).ravel()
        return found


def _closer_where_steep(edges: Floats, calendar: Calendar) -> Floats:
    """More edges where hazards are so large that nodes spread evenly would miss all that happens.

    From each edge on in steps that double, from one after which few are left: so each hazard, of whichever arm, has a
    piece of about its own length.
    """
    further = []
    for first, last in pairwise(edges):
        steepest = max(float(arm.hazard.at([first])[0] + arm.dropout.at([first])[0]) for arm in calendar.arms)
        width = FEW_LEFT / steepest if steepest > 0 else np.inf
        while width < last - first:
            further.append(first + width)
            width *= 2
    return np.union1d(edges, further)


def expect_at_risk(at: float, calendar: Calendar, *, until: float | None = None) -> AtRisk:
    """Who is at risk when the trial is looked at, at the time `at` of its calendar; `until`: up to that time of people.

    NotADesign for a calendar that has not two arms, a time not above 0, or `until` beyond the longest follow-up.

    >>> from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard
    >>> arms = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.2, 0.1))
    >>> seen = expect_at_risk(4.0, Calendar(100, Accrual((0.0,), (50.0,)), arms))
    >>> [round(float(seen.widths @ (seen.at_risk * seen.hazards)[:, arm]), 6) for arm in (0, 1)]
    [0.223761, 0.128973]
    """
    # Who enters first is followed for longest: where nobody enters in the first months, nobody is for as long as `at`.
    accrual = calendar.accrual
    first = min(start for start, rate in zip(accrual.starts, accrual.rates, strict=True) if rate > 0)
    longest = min(at - first, np.inf if calendar.followed_for is None else calendar.followed_for)
    last = longest if until is None else until
    reasons = [] if len(calendar.arms) == 2 else [f"two arms are compared, found {len(calendar.arms)}"]
    if not first < at < np.inf:
        reasons.append(f"a trial is looked at after it began, found {at:g}")
    elif not 0 < last <= longest:
        reasons.append(f"nobody is followed beyond {longest:g}, found {last:g}")
    refuse(reasons)
    # Entry changes at `at - start` of people's own time, for whoever has been in for longer entered before that start.
    breaks = [0.0, last, at - calendar.accrual_ends, *(at - start for start in calendar.accrual.starts)]
    for arm in calendar.arms:
        breaks += [*arm.hazard.starts, *arm.dropout.starts]
    edges = _closer_where_steep(np.unique([edge for edge in breaks if 0 <= edge <= last]), calendar)
    pieces = np.diff(edges)
    times = (edges[:-1, None] + pieces[:, None] * (_AT + 1) / 2).ravel()
    # Only who entered at least so long before the look can be watched at a time of their own.
    entered = calendar.accrual.entered(np.minimum(at - times, calendar.accrual_ends)) / calendar.people
    hazards, free, at_risk = [], [], []
    for arm in calendar.arms:
        hazards.append(arm.hazard.at(times))
        free.append(np.exp(-arm.hazard.cumulative(times)))
        at_risk.append(arm.share * entered * free[-1] * np.exp(-arm.dropout.cumulative(times)))
    widths = (pieces[:, None] * _WEIGHT / 2).ravel()
    return AtRisk(times, widths, np.stack(at_risk, 1), np.stack(hazards, 1), np.stack(free, 1), pieces)
