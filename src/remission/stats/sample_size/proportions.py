"""Two shares at a landmark: how many people, what power, and what size the test truly has at that many people."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, ndtr, ndtri, xlog1py, xlogy

from remission.inputs.not_a_design import not_between, not_whole, refuse

Floats = NDArray[np.float64]
ShareTest = Literal["pooled", "unpooled"]


def people_for_shares(
    control: float, treated: float, *, alpha: float, power: float, allocation: float = 1.0, test: ShareTest = "pooled"
) -> tuple[float, float]:
    """People wanted in the control and the treated arm, not yet rounded up, to tell two shares apart.

    control, treated: the true shares; alpha: one-sided; allocation: treated people for each control. The normal
    approximation, with the variance under equal shares taken from the pool ("pooled", the test that most trials plan)
    or from either arm ("unpooled"). NotADesign for shares outside 0 to 1 or alike, or an alpha or power outside.
    Fleiss, Levin & Paik 2003, chapter 4. Pinned to `getSampleSizeRates` of rpact.

    >>> [round(n, 2) for n in people_for_shares(0.48, 0.69, alpha=0.025, power=0.9)]
    [113.6, 113.6]
    """
    # A test with nothing to find still finds it with chance alpha, so that less power asks for no people at all.
    reasons = [*_not_asked(control, treated, alpha, allocation), *not_between("power", power, alpha, 1)]
    if control == treated:
        reasons.append(f"two shares that are alike ({control:g}) cannot be told apart by any number of people")
    refuse(reasons + _without_variance(control, treated, test))
    null, true = _spreads(control, treated, allocation, test)
    first = ((ndtri(1 - alpha) * null + ndtri(power) * true) / (treated - control)) ** 2
    return float(first), float(first * allocation)


def power_for_shares(
    control: float, treated: float, people: tuple[float, float], *, alpha: float, test: ShareTest = "pooled"
) -> float:
    """Power by the normal approximation with `people` in the control and the treated arm, in the direction told.

    The same arguments as `people_for_shares`, and its inverse. NotADesign as there. Pinned to `getPowerRates` of rpact.

    >>> round(power_for_shares(0.48, 0.69, (113.6, 113.6), alpha=0.025), 3)
    0.9
    """
    reasons = [reason for one in people for reason in not_between("people", one, 0, math.inf)]
    refuse(reasons + _not_asked(control, treated, alpha) + _without_variance(control, treated, test))
    allocation = people[1] / people[0]
    null, true = _spreads(control, treated, allocation, test)
    beyond = abs(treated - control) * math.sqrt(people[0]) - ndtri(1 - alpha) * null
    # Nobody against everybody varies in no trial: it is told apart or it is not.
    return float(ndtr(beyond / true)) if true > 0 else float(beyond > 0)


def exact_power_for_shares(
    control: float, treated: float, people: tuple[int, int], *, alpha: float, test: ShareTest = "pooled"
) -> float:
    """The chance that the test says more of the treated, summed over every pair of counts that can come out.

    With equal shares it is the true size of the test, which the normal approximation only promises. The sum is exact
    but for rounding; it has (n + 1) (m + 1) terms. NotADesign as `people_for_shares`, and for people not whole.

    >>> round(exact_power_for_shares(0.3, 0.3, (24, 24), alpha=0.05), 4)
    0.0482
    """
    refuse([*not_whole("people", people), *_not_asked(control, treated, alpha)])
    n, m = people
    x, y = np.arange(n + 1)[:, None], np.arange(m + 1)[None, :]
    difference = y / m - x / n
    pool = (x + y) / (n + m)
    variance = (
        pool * (1 - pool) * (1 / n + 1 / m)
        if test == "pooled"
        else x / n * (1 - x / n) / n + y / m * (1 - y / m) / m
    )  # fmt: skip
    # No variance and a difference: nobody against everybody, which is as far apart as can be.
    # With neither, 0 is not above 0, and the test says nothing.
    says = difference > ndtri(1 - alpha) * np.sqrt(variance)
    # The last digits of so many terms are rounding, and no chance is above 1.
    return min(float(_chances(n, control) @ says @ _chances(m, treated)), 1.0)


def _chances(n: int, share: float) -> Floats:
    """The chance of 0 to n of n, shape (n + 1,)."""
    k = np.arange(n + 1)
    # By logarithms, for the ways to choose k of n outgrow a float beyond a thousand people; and 0 log 0 is 0 here, so
    # that shares of 0 and 1 have chances too.
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    chances: Floats = np.exp(ways + xlogy(k, share) + xlog1py(n - k, -share))
    return chances


def _spreads(control: float, treated: float, allocation: float, test: ShareTest) -> tuple[float, float]:
    """Standard error of the difference times the root of the control arm's size: if shares were equal, and as told."""
    pool = (control + allocation * treated) / (1 + allocation)
    true = math.sqrt(control * (1 - control) + treated * (1 - treated) / allocation)
    return (math.sqrt(pool * (1 - pool) * (1 + 1 / allocation)) if test == "pooled" else true), true


def _without_variance(control: float, treated: float, test: ShareTest) -> list[str]:
    """Where the test would divide by 0 in every trial: nobody or everybody in both arms, or 0 and 1 not pooled."""
    alike = control == treated
    if {control, treated} <= {0.0, 1.0} and (alike or test == "unpooled"):
        return [f"shares of {control:g} and {treated:g} leave nothing that varies for this test"]
    return []


def _not_asked(control: float, treated: float, alpha: float, allocation: float = 1.0) -> list[str]:
    shares = (("control", control), ("treated", treated))
    reasons = [f"{name} must be from 0 to 1, found {share:g}" for name, share in shares if not 0 <= share <= 1]
    return [*reasons, *not_between("alpha", alpha, 0, 0.5), *not_between("allocation", allocation, 0, math.inf)]
