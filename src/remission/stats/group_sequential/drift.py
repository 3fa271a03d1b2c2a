"""How large an effect, or how much information, a trial with looks needs for its power."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.optimize import brentq
from scipy.special import ndtri

from remission.inputs.not_a_design import refuse
from remission.stats.group_sequential.crossing import crossing_probabilities

if TYPE_CHECKING:
    from remission.stats.group_sequential.boundaries import Boundaries


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
    most = fixed_drift(boundaries, power)
    while short(most) > 0:
        most *= 2
    return float(brentq(short, 0.0, most, xtol=1e-12, rtol=1e-13))


def fixed_drift(boundaries: Boundaries, power: float) -> float:
    """The drift that a trial of one look needs for the same error and power: z of the one and z of the other.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(fixed_drift(find_boundaries(0.025, [0.5, 1], "obrien-fleming"), 0.9), 4)
    3.2415
    """
    return float(ndtri(power) - ndtri(boundaries.spent[-1] / boundaries.sides))


def inflation(boundaries: Boundaries, power: float, *, keep_futility: bool = True) -> float:
    """How many times the information of a trial of one look is needed for the same power.

    >>> from remission.stats.group_sequential.boundaries import find_boundaries
    >>> round(inflation(find_boundaries(0.025, [0.5, 1], "pocock"), 0.9), 4)
    1.111
    """
    return (find_drift(boundaries, power, keep_futility=keep_futility) / fixed_drift(boundaries, power)) ** 2
