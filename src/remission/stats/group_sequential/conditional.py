"""What is still to be hoped for, once a look has been seen: conditional and predictive power."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.inputs.not_a_design import not_between, refuse
from remission.stats.group_sequential.crossing import Drift, ends_from, means_of_sums
from remission.stats.group_sequential.going import Going

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries

# Beyond so many standard errors of the drift lies nothing.
REACH = 9.0


@dataclass(frozen=True)
class ConditionalPower:
    """The chance that the trial still ends above, by what the effect is taken to be.

    Under the `design`'s drift; under the `estimate` so far, which swings far at early looks; without effect, `null`.
    """

    design: float
    estimate: float
    null: float


def conditional_power(
    boundaries: Boundaries, look: int, z: float, drift: Drift, *, keep_futility: bool = True
) -> float:
    """The chance to end above at a later look, of a trial that saw `z` at this one (1 is the first) and goes on.

    drift: as in `crossing_probabilities`, and what holds from here on. Lan & Wittes 1988, Biometrics 44:579; with
    looks still to come, by integration. Pinned to rpact's `getConditionalPower` and to the normal distribution of R.
    NotADesign for a look that is the last one or none.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(conditional_power(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 1, 1.5, 3.24), 4)
    0.843
    """
    refuse(_wrong_look(boundaries, look, z))
    time = boundaries.fractions[look - 1]
    # All trials stand where this one does: how it came there says nothing of its steps to come.
    going = Going.from_point(time, z * math.sqrt(time))
    ends = ends_from(going, boundaries, means_of_sums(boundaries, drift), keep_futility=keep_futility, seen=look)
    return math.fsum(above for above, _ in ends)


def conditional_powers(
    boundaries: Boundaries, look: int, z: float, drift: float, *, keep_futility: bool = True
) -> ConditionalPower:
    """The same three times: under the design's drift, under the estimate z / sqrt t, and without effect.

    NotADesign as `conditional_power`.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> conditional_powers(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 1, 1.5, 3.24).estimate.__round__(4)
    0.5855
    """
    refuse(_wrong_look(boundaries, look, z))
    # At t the mean of Z is drift x sqrt t, so this is the drift under which z is what was to be expected.
    estimate = z / math.sqrt(boundaries.fractions[look - 1])
    powers = (
        conditional_power(boundaries, look, z, one, keep_futility=keep_futility) for one in (drift, estimate, 0.0)
    )
    return ConditionalPower(*powers)


def predictive_power(
    boundaries: Boundaries,
    look: int,
    z: float,
    prior: tuple[float, float] | None = None,
    *,
    keep_futility: bool = True,
) -> float:
    """Conditional power averaged over what the drift may be after this look.

    prior: mean and standard deviation of a normal prior of the drift; None: flat, so that only the trial counts. After
    z at t the drift has precision t more, and mean (mean / sd^2 + z sqrt t) / (1 / sd^2 + t). Spiegelhalter, Freedman &
    Blackburn 1986, Controlled Clinical Trials 7:8. Pinned to the normal distribution of R. NotADesign for a look that
    is the last one or none, or a standard deviation that is not above 0.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> looks = find_boundaries(0.025, [0.5, 1], "obrien-fleming")
    >>> round(predictive_power(looks, 1, 1.5), 4), round(predictive_power(looks, 1, 1.5, prior=(0.0, 1.0)), 4)
    (0.5607, 0.2486)
    """
    reasons = _wrong_look(boundaries, look, z)
    refuse(reasons + (not_between("standard deviation of the prior", prior[1], 0, math.inf) if prior else []))
    time = boundaries.fractions[look - 1]
    precision = time + (1 / prior[1] ** 2 if prior else 0.0)
    middle = (z * math.sqrt(time) + (prior[0] / prior[1] ** 2 if prior else 0.0)) / precision
    error = 1 / math.sqrt(precision)
    # Power bends over about 1 of the drift, what the drift may be over its own error: the narrower one counts.
    drifts, lengths = Going.points(middle - REACH * error, middle + REACH * error, min(error, 1.0))
    density = lengths * np.exp(-precision * (drifts - middle) ** 2 / 2) * math.sqrt(precision / (2 * math.pi))
    powers = [conditional_power(boundaries, look, z, float(one), keep_futility=keep_futility) for one in drifts]
    return float(density @ np.array(powers))


def _wrong_look(boundaries: Boundaries, look: int, z: float) -> list[str]:
    reasons = [] if math.isfinite(z) else [f"z must be a finite number, found {z}"]
    if not 1 <= look < boundaries.looks:
        reasons.append(f"look must be from 1 to {boundaries.looks - 1}, before the last one, found {look}")
    return reasons
