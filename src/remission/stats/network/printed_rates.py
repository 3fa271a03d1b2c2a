"""How sure are rates of which a paper prints no interval: from people, rate and months, with two assumptions by name.

Relapses of one person come together, so counts vary more than Poisson's; and people leave, so years under observation
are fewer than planned. Both factors are assumed here, never found: what comes out is derived, and fit for a sensitivity
analysis that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from remission.inputs.problems import InputProblems, Problem

if TYPE_CHECKING:
    from remission.stats.network.contrasts import Floats


def rate_errors(
    people: ArrayLike, rates: ArrayLike, months: ArrayLike, *, over_dispersion: float, share: float
) -> Floats:
    """Standard errors of the logs of rates a year, one a row: the root of `over_dispersion` over the events.

    Events are people * rate * months / 12 * `share`, the share of the planned time that people were observed for.
    `over_dispersion` is the variance of counts over their mean. InputProblems, all at once, for numbers that are not
    above 0 (of no event the log is not known) or not known, and for a share above 1.

    >>> rate_errors([200], [0.5], [24], over_dispersion=1.0, share=1.0).round(4).tolist()
    [0.0707]
    """
    columns = np.broadcast_arrays(*(np.atleast_1d(np.asarray(one, np.float64)) for one in (people, rates, months)))
    problems = [
        _problem(name, at, value)
        for name, column in zip(("people", "rates", "months"), columns, strict=True)
        for at, value in enumerate(column)
        if not (np.isfinite(value) and value > 0)
    ]
    if not (np.isfinite(over_dispersion) and over_dispersion > 0):
        problems.append(_factor("over_dispersion", over_dispersion, "a number above 0"))
    if not 0 < share <= 1:
        problems.append(_factor("share", share, "a number above 0 and at most 1"))
    if problems:
        raise InputProblems(problems)
    number, rate, month = columns
    found: Floats = np.sqrt(over_dispersion / (number * rate * month / 12 * share))
    return found


def rate_ratio_errors(
    people: ArrayLike,
    rates: ArrayLike,
    other_people: ArrayLike,
    other_rates: ArrayLike,
    months: ArrayLike,
    *,
    over_dispersion: float,
    share: float,
) -> Floats:
    """Standard errors of the logs of the ratios of two such rates, one a row; as `rate_errors`, of both arms.

    >>> rate_ratio_errors([200], [0.5], [100], [1.0], [24], over_dispersion=1.0, share=1.0).round(4).tolist()
    [0.1]
    """
    one = rate_errors(people, rates, months, over_dispersion=over_dispersion, share=share)
    other = rate_errors(other_people, other_rates, months, over_dispersion=over_dispersion, share=share)
    return np.hypot(one, other)


def _problem(name: str, at: int, value: float) -> Problem:
    do = "Leave the row out, and say so."
    return Problem.at_row("rate_errors()", at + 1, name, found=f"{value:g}", allowed="a number above 0", do=do)


def _factor(name: str, value: float, allowed: str) -> Problem:
    return Problem.at_key("rate_errors()", name, found=f"{value:g}", allowed=allowed, do="Name a factor that can be.")
