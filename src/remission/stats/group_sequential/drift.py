"""How large an effect, or how much information, a trial with looks needs for its power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scipy.optimize import brentq
from scipy.special import ndtri

from remission.inputs.not_a_design import refuse
from remission.stats.group_sequential.crossing import crossing_probabilities

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries

# A trial that has not got its power by a hundred times the people of one with one look does not get it by more.
FURTHEST = 10.0


def find_drift(boundaries: Boundaries, power: float, *, keep_futility: bool = True) -> float:
    """The mean of Z at information 1 at which the trial ends above with this chance.

    Information is in proportion to its square: of events, what they make of a hazard ratio is in `sample_size`. Of two
    sides the upper one counts. Pinned to rpact's `getDesignCharacteristics`. NotADesign for a power that is not above
    the error without effect and below 1.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(find_drift(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 0.9), 4)
    3.2471
    """

    def short(drift: float) -> float:
        return power - crossing_probabilities(boundaries, drift, keep_futility=keep_futility).power

    if not (short(0.0) > 0 and power < 1):
        refuse([f"power must be above the error, {power - short(0.0):.3g}, and below 1, found {power:g}"])
    # Looks cost power, so the drift of one look may be too small. Doubling ends: the mean of Z grows at every look.
    most = fixed_drift(boundaries, power)
    while short(most) > 0:
        most *= 2
    return float(brentq(short, 0.0, most, xtol=1e-12, rtol=1e-13))


def scale_of_drifts(boundaries: Boundaries, drifts: Sequence[float], power: float) -> float:
    """How many times as large the mean of Z must be at every look for this power, where it is `drifts` now.

    With k^2 times the people each mean is k times as large, also where hazards are not proportional. NotADesign where
    the last mean is not above 0, or where a trial that gives up early never has the power, however many take part.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> looks = find_boundaries(0.025, [0.5, 1], "obrien-fleming")
    >>> round(scale_of_drifts(looks, [3.2471 * 0.5**0.5, 3.2471], 0.9), 4)
    1.0
    """
    refuse([] if drifts[-1] > 0 else [f"the last mean of Z must be above 0, found {drifts[-1]:.3g}"])

    def short(scale: float) -> float:
        return power - crossing_probabilities(boundaries, [scale * one for one in drifts]).power

    most = fixed_drift(boundaries, power) / drifts[-1]
    furthest = FURTHEST * most
    # This may never end by itself: where an early mean is below 0, more people make futility there more certain.
    while short(most) > 0 and most < furthest:
        most *= 2
    if short(most) > 0:
        refuse([f"power of {power:g} is never reached, however many take part: trials are given up before"])
    return float(brentq(short, 0.0, most, xtol=1e-12, rtol=1e-13))


def fixed_drift(boundaries: Boundaries, power: float) -> float:
    """The drift that a trial of one look needs for the same error and power: z of the one and z of the other.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(fixed_drift(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 0.9), 4)
    3.2415
    """
    return float(ndtri(power) - ndtri(boundaries.spent[-1] / boundaries.sides))


def inflation(boundaries: Boundaries, power: float, *, keep_futility: bool = True) -> float:
    """How many times the information of a trial of one look is needed for the same power. NotADesign as `find_drift`.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(inflation(find_boundaries(0.025, [0.5, 1], "pocock"), 0.9), 4)
    1.111
    """
    return (find_drift(boundaries, power, keep_futility=keep_futility) / fixed_drift(boundaries, power)) ** 2
