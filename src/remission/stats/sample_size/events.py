"""How many events a log-rank test needs, by Schoenfeld's formula or Freedman's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, get_args

from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import not_between, refuse

EventFormula = Literal["schoenfeld", "freedman"]
FORMULAS: tuple[EventFormula, ...] = get_args(EventFormula)
# With hazards as near as this the events needed outnumber mankind.
NO_EFFECT = 1e-6


def events_needed(
    hazard_ratio: float,
    *,
    drift: float | None = None,
    alpha: float = 0.025,
    power: float = 0.9,
    sides: Literal[1, 2] = 1,
    allocation: float = 1.0,
    formula: EventFormula = "schoenfeld",
) -> float:
    """Events in both arms that a log-rank test needs: not rounded, so round up.

    hazard_ratio: treated to control; allocation r: people treated for each one in the control arm; alpha: of both sides
    if `sides` is 2. A trial with looks has a `drift` of its own (`find_drift`), for which alpha, power and sides are
    left unread; without looks it is z of alpha and of power. A stratified test needs as many, if the ratio and the
    allocation are those of every stratum; `stratified_events` has those that are not.

    - schoenfeld: (drift / log HR)^2 (1 + r)^2 / r. Schoenfeld 1981, doi:10.1093/biomet/68.1.316.
    - freedman: (drift / (1 - HR))^2 (1 + r HR)^2 / r. Freedman 1982, doi:10.1002/sim.4780010204.

    Both rest on arms that stay as large as they began, relative to each other: with ratios far from 1 or unequal arms
    they differ, and a simulation has to say which is nearer. Pinned to rpact. NotADesign with every reason.

    >>> round(events_needed(0.5), 2), round(events_needed(0.5, formula="freedman"), 2)
    (87.48, 94.57)
    """
    refuse(_wrong(hazard_ratio, allocation, formula))
    wanted = _fixed_drift(alpha, power, sides) if drift is None else drift
    refuse(not_between("drift", wanted, 0, math.inf))
    return (wanted / _drift_of_one(hazard_ratio, allocation, formula)) ** 2


def drift_of_events(
    events: float, hazard_ratio: float, *, allocation: float = 1.0, formula: EventFormula = "schoenfeld"
) -> float:
    """The mean of the log-rank Z after so many events: above 0 where the treated do better, a ratio below 1.

    The same formulas, solved for it. NotADesign with every reason, 0 events among them.

    >>> round(drift_of_events(88, 0.5), 4)
    3.2511
    """
    refuse([*not_between("events", events, 0, math.inf), *_wrong(hazard_ratio, allocation, formula)])
    return math.sqrt(events) * _drift_of_one(hazard_ratio, allocation, formula)


def power_of_events(
    events: float,
    hazard_ratio: float,
    *,
    alpha: float = 0.025,
    sides: Literal[1, 2] = 1,
    allocation: float = 1.0,
    formula: EventFormula = "schoenfeld",
) -> float:
    """The power of a log-rank test of one look after so many events, in the direction of the effect.

    alpha: of both sides if `sides` is 2. NotADesign with every reason.

    >>> round(power_of_events(88, 0.5), 4)
    0.9017
    """
    refuse(not_between("alpha", alpha, 0, 0.5 * sides))
    drift = drift_of_events(events, hazard_ratio, allocation=allocation, formula=formula)
    # Of two sides the other one counts for nothing: to be significant there is to find the effect the other way.
    return float(ndtr(abs(drift) + ndtri(alpha / sides)))


def stratified_events(
    hazard_ratio: float, allocations: Sequence[float], shares: Sequence[float], *, drift: float
) -> float:
    """Events that a stratified log-rank test needs where strata differ in allocation, by Schoenfeld's formula.

    shares: of all events, by stratum; the ratio is the same in all. Each event tells as much as its own stratum lets
    it, r / (1 + r)^2, so the mean of these takes the place of the one. NotADesign with every reason.

    >>> round(stratified_events(0.5, [1, 3], [0.6, 0.4], drift=3.2415), 2)
    97.2
    """
    reasons = [reason for one in allocations for reason in not_between("allocation", one, 0, math.inf)]
    if len(shares) != len(allocations) or not abs(sum(shares) - 1) < NO_EFFECT or min(shares, default=-1.0) < 0:
        reasons.append("shares of events must be 0 or more, one for each stratum, and add up to 1")
    # Each allocation was asked above; the 1 stands in for them.
    refuse([*reasons, *_wrong(hazard_ratio, 1.0, "schoenfeld"), *not_between("drift", drift, 0, math.inf)])
    told = sum(share * one / (1 + one) ** 2 for share, one in zip(shares, allocations, strict=True))
    return (drift / math.log(hazard_ratio)) ** 2 / told


def _fixed_drift(alpha: float, power: float, sides: int) -> float:
    reasons = [*not_between("alpha", alpha, 0, 0.5 * sides), *not_between("power", power, 0, 1)]
    if not reasons and power <= alpha / sides:
        reasons.append(f"power must be above the error of its side, {alpha / sides:g}, found {power:g}")
    refuse(reasons)
    return float(ndtri(power) - ndtri(alpha / sides))


def _drift_of_one(hazard_ratio: float, allocation: float, formula: EventFormula) -> float:
    """What one event adds to the square of the drift, as a root with the sign of the effect."""
    # An event is of the treated with chance r / (1 + r) without an effect, and r HR / (1 + r HR) with one, while arms
    # are as large as they began. Freedman's formula is the difference of the two over its spread without an effect;
    # Schoenfeld's is the first term of that in log HR, and so nearly the same near a ratio of 1.
    if formula == "schoenfeld":
        return -math.log(hazard_ratio) * math.sqrt(allocation) / (1 + allocation)
    return (1 - hazard_ratio) * math.sqrt(allocation) / (1 + allocation * hazard_ratio)


def _wrong(hazard_ratio: float, allocation: float, formula: str) -> list[str]:
    reasons = not_between("hazard_ratio", hazard_ratio, 0, math.inf) + not_between(
        "allocation", allocation, 0, math.inf
    )
    if abs(hazard_ratio - 1) < NO_EFFECT:
        reasons.append("hazard_ratio must not be 1: no number of events shows an effect that is not there")
    if formula not in FORMULAS:
        reasons.append(f"formula must be one of {', '.join(FORMULAS)}, found {formula}")
    return reasons
