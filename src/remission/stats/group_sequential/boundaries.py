"""At which value of its statistic a trial stops at each look: for effect, and for futility."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from remission.inputs.not_a_design import not_between, refuse, wrong_amounts, wrong_fractions, wrong_kind
from remission.stats.group_sequential.going import Going
from remission.stats.group_sequential.spending import Spending, spend

Sides = Literal[1, 2]
# A design with looks needs more information than one without, yet never so much more.
LARGEST_INFLATION = 4.0


@dataclass(frozen=True)
class Futility:
    """When to stop because an effect is no longer likely: by spending `beta`, or at `bounds` of Z that were chosen.

    beta: 1 - power, spent by `spending` (with `gamma`, as in `spend`); or bounds: Z at each look but the last, minus
    infinite where there is no stop. binding: a trial below the bound must stop, which buys lower bounds for effect; if
    it is not kept, more than alpha is spent. Not binding is the default, as regulators ask for.
    """

    beta: float | None = None
    spending: Spending = "obrien-fleming"
    gamma: float | None = None
    bounds: tuple[float, ...] | None = None
    binding: bool = False


@dataclass(frozen=True)
class Boundaries:
    """Where a trial stops: Z at or above `upper` for effect, Z at or below `futility` for futility.

    `futility` has a bound for each look but the last, at which whoever is not above is below; None where there is
    none. `spent`: cumulative one-sided error, of both sides together in a design with two (which stops below minus
    `upper` as well). `drift`: mean of Z at information 1 for which `beta` was spent.
    """

    fractions: tuple[float, ...]
    upper: tuple[float, ...]
    futility: tuple[float, ...] | None
    spent: tuple[float, ...]
    sides: Sides = 1
    binding: bool = False
    drift: float | None = None

    @property
    def levels(self) -> tuple[float, ...]:
        """The one-sided level of each look by itself, as a p is compared with."""
        return tuple(float(ndtr(-bound)) for bound in self.upper)

    @property
    def looks(self) -> int:
        """How many looks there are, the last included."""
        return len(self.fractions)

    def lower(self, *, keep_futility: bool = True) -> tuple[float, ...]:
        """Z below which a trial ends before its last look: futility, if that is kept, or the other of two sides."""
        # Two sides have no futility that could be kept or not.
        if self.sides == 2:
            return tuple(-bound for bound in self.upper)
        if self.futility is None or not keep_futility:
            return (-math.inf,) * (self.looks - 1) + (self.upper[-1],)
        return (*self.futility, self.upper[-1])


def find_boundaries(
    alpha: float,
    fractions: Sequence[float],
    spending: Spending | Sequence[float],
    futility: Futility | None = None,
    *,
    gamma: float | None = None,
    sides: Sides = 1,
) -> Boundaries:
    """The boundaries at which so much is spent at each information fraction, by recursive numerical integration.

    alpha: the whole error, one-sided, or of both sides if `sides` is 2, which are then alike; spending: a kind of
    `spend` (with `gamma`), or the cumulative amounts themselves. With futility by beta the drift is found at which all
    of beta is spent at the last look, where both boundaries meet. Lan & DeMets 1983, doi:10.1093/biomet/70.3.659;
    Jennison & Turnbull 2000, doi:10.1201/9780367805326, chapters 3, 4 and 7; beta spending: Pampallona, Tsiatis & Kim
    2001, doi:10.1177/009286150103500408. Exact to 1e-10 or so, and pinned to rpact. NotADesign with every reason.

    >>> found = find_boundaries(0.025, [0.5, 0.75, 1], "obrien-fleming")
    >>> [round(one, 6) for one in found.upper]
    [2.962588, 2.359018, 2.014084]
    >>> stops = find_boundaries(0.025, [0.5, 1], "pocock", Futility(beta=0.2, spending="pocock"))
    >>> [round(one, 3) for one in (*stops.upper, *stops.futility, stops.drift)]
    [2.157, 2.201, 1.083, 3.166]
    """
    refuse(_reasons(alpha, fractions, spending, futility, gamma, sides))
    times = tuple(map(float, fractions))
    spent = _spent(alpha, times, spending, gamma, sides)
    plan = _Plan(times, _steps(spent), sides, futility is not None and futility.binding)
    if futility is None:
        return Boundaries(times, _upper(plan), None, spent, sides)
    if futility.bounds is not None:
        upper = _upper(plan, futility.bounds)
        refuse(_crossed(upper, futility.bounds))
        return Boundaries(times, upper, futility.bounds, spent, sides, futility.binding)
    return _spend_beta(plan, spent, futility)


class _Plan(NamedTuple):
    """What is asked: when, and how much of alpha at each look by itself."""

    times: tuple[float, ...]
    amounts: tuple[float, ...]
    sides: Sides
    binding: bool


def _spent(
    alpha: float, times: tuple[float, ...], spending: Spending | Sequence[float], gamma: float | None, sides: Sides
) -> tuple[float, ...]:
    if not isinstance(spending, str):
        return tuple(map(float, spending))
    # Two sides are two designs of half the error each: the functions are not linear in alpha.
    return tuple(sides * one for one in spend(spending, alpha / sides, times, gamma))


def _steps(cumulative: Sequence[float]) -> tuple[float, ...]:
    return tuple(later - earlier for earlier, later in pairwise((0.0, *cumulative)))


def _after(times: tuple[float, ...], look: int) -> float | None:
    return times[look + 1] if look + 1 < len(times) else None


def _upper(plan: _Plan, futility: Sequence[float] = ()) -> tuple[float, ...]:
    """Upper bounds of Z from first to last; those of futility end a trial only if they bind."""
    going, upper = Going.from_point(), []
    for look, (time, amount) in enumerate(zip(plan.times, plan.amounts, strict=True)):
        # Of two sides each spends half, and the lower bound is the upper one turned round.
        high = going.bound_above(amount / plan.sides, time)
        upper.append(high / math.sqrt(time))
        if (after := _after(plan.times, look)) is not None:
            # If the bound may be ignored, alpha must also hold for trials that go on below it.
            stops = futility[look] * math.sqrt(time) if plan.binding else -math.inf
            going = going.on(-high if plan.sides == 2 else stops, high, time, 0.0, after)
    return tuple(upper)


def _spend_beta(plan: _Plan, spent: tuple[float, ...], futility: Futility) -> Boundaries:
    beta = futility.beta or 0.0
    amounts = _steps(spend(futility.spending, beta, plan.times, futility.gamma))
    # Bounds for effect that futility does not move hang on no drift: found once, and not for each that is tried.
    free = None if plan.binding else _upper(plan)
    # From what is spent in the end, which may be less than alpha where amounts were given.
    fixed = float(-ndtri(spent[-1]) - ndtri(beta))

    def left_over(drift: float) -> float:
        return _both(plan, amounts, drift, free)[2]

    most = fixed * math.sqrt(LARGEST_INFLATION)
    if not left_over(fixed / 2) > 0 > left_over(most):
        refuse([f"no drift spends beta, {beta:g}, just by the last look: spend less of it early"])
    drift = float(brentq(left_over, fixed / 2, most, xtol=1e-12, rtol=1e-13))
    upper, lower, _ = _both(plan, amounts, drift, free)
    refuse(_crossed(upper, lower))
    return Boundaries(plan.times, upper, lower, spent, plan.sides, plan.binding, drift)


def _both(
    plan: _Plan, amounts: tuple[float, ...], drift: float, free: tuple[float, ...] | None
) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Bounds for effect and futility at a drift, and by how much more than beta ends below the last upper bound."""
    null = true = Going.from_point()
    upper: list[float] = []
    lower: list[float] = []
    for look, time in enumerate(plan.times):
        gain = drift * (time - true.time)
        high = null.bound_above(plan.amounts[look], time) if free is None else free[look] * math.sqrt(time)
        upper.append(high / math.sqrt(time))
        after = _after(plan.times, look)
        if after is None:
            break
        # A drift that is too large has bounds that cross: then nobody goes on, and the search turns back.
        low = min(true.bound_below(amounts[look], time, gain), high)
        lower.append(low / math.sqrt(time))
        true = true.on(low, high, time, gain, after)
        null = null.on(low, high, time, 0.0, after) if free is None else null
    # At the last look both bounds are one, which alpha has chosen: only the drift is left to make beta come out.
    return tuple(upper), tuple(lower), true.below(high, plan.times[-1], gain) - amounts[-1]


def _crossed(upper: Sequence[float], futility: Sequence[float]) -> list[str]:
    return [
        f"futility at look {look}, Z = {low:g}, is not below the bound for effect, {high:g}: stop later for it"
        for look, (low, high) in enumerate(zip(futility, upper, strict=False), 1)
        if not low < high
    ]


def _reasons(
    alpha: float, fractions: Sequence[float], spending: Spending | Sequence[float], futility: Futility | None,
    gamma: float | None, sides: Sides,
) -> list[str]:  # fmt: skip
    reasons = [*not_between("alpha", alpha, 0, 0.5 * sides), *wrong_fractions(fractions)]
    if isinstance(spending, str):
        reasons += wrong_kind(spending, gamma)
    else:
        reasons += wrong_amounts(spending, alpha, len(fractions))
    if sides not in (1, 2):
        reasons.append(f"a design has 1 or 2 sides, found {sides}")
    return reasons + (_wrong_futility(futility, fractions, sides) if futility else [])


def _wrong_futility(futility: Futility, fractions: Sequence[float], sides: Sides) -> list[str]:
    reasons = [] if sides == 1 else ["futility belongs to designs of one side: ask one side at half the error"]
    if (futility.beta is None) == (futility.bounds is None):
        return [*reasons, "futility must have either beta, which is spent, or bounds of Z"]
    if futility.bounds is not None:
        looks = len(fractions) - 1
        if len(futility.bounds) != looks or any(math.isnan(bound) for bound in futility.bounds):
            reasons.append(f"futility must have a bound for each look but the last: {looks}, found {futility.bounds}")
        return reasons
    reasons += [*not_between("beta", futility.beta or 0.0, 0, 0.5), *wrong_kind(futility.spending, futility.gamma)]
    if len(fractions) and fractions[-1] != 1:
        reasons.append(f"beta is spent by information 1, and the last fraction is {fractions[-1]:g}")
    return reasons
