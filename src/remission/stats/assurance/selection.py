"""Only results that passed go on: what a result that passed says of the truth, and how much it flatters on average.

A result here is a log ratio with a normal error; it passes where it is below -z(1 - alpha) times its error, that is,
where a test of no difference is significant in favour of the treatment at one-sided `alpha`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import log_ndtr

from remission.stats.assurance.future import Floats, passing_line


def expected_passing(log_ratio: ArrayLike, error: float, alpha: float) -> Floats:
    """The mean of results that pass, at each true log ratio: it - error x phi(a) / Phi(a), a = (line - it) / error.

    It is the mean of a normal distribution cut off at the line: always below the truth, by more the less often it
    passes. ValueError for an error not above 0, or an alpha not between 0 and 0.5.

    >>> round(float(expected_passing(0.0, 0.3, 0.025)), 3)
    -0.701
    """
    true = np.asarray(log_ratio, float)
    a = (passing_line(error, alpha) - true) / error
    # Far from the line phi and Phi both underflow to 0, and only the logarithm of their ratio is a number.
    return np.asarray(true - error * np.exp(-(a**2) / 2 - log_ndtr(a)) / math.sqrt(2 * math.pi))


def log_likelihood_of_passed(log_ratio: ArrayLike, found: float, error: float, alpha: float) -> Floats:
    """Log likelihood of the truth, given what was found and that only what passes is ever seen: log phi - log Phi(a).

    Constants are left out. ValueError where what was found did not pass: then nothing would have been seen.

    >>> told = log_likelihood_of_passed([-1.2, -0.9], -1.2, 0.3, 0.025)
    >>> bool(told[0] > told[1])
    True
    """
    line = passing_line(error, alpha)
    if not found < line:
        raise ValueError(f"a log ratio of {found} with error {error} does not pass at one-sided {alpha}")
    true = np.asarray(log_ratio, float)
    return np.asarray(-(((found - true) / error) ** 2) / 2 - log_ndtr((line - true) / error))


def estimate_passed(found: float, error: float, alpha: float) -> float:
    """The log ratio of which a result such as this is expected, given that it passed: the most likely truth.

    It is where `expected_passing` equals what was found. Of one that only just passed it lies far on the other side of
    0, and says that next to nothing is known. ValueError as there. Source: Zhong & Prentice 2008,
    doi:10.1093/biostatistics/kxn001.

    >>> round(estimate_passed(-1.2379, 0.2907, 0.025), 3)
    -1.229
    """
    # Asked for its refusal alone.
    log_likelihood_of_passed(0.0, found, error, alpha)
    gap = passing_line(error, alpha) - found
    # The tail of the normal distribution is near exponential: at this distance its mean lies nearer to the line.
    far = found + 2 * error + 4 * error**2 / gap
    return float(brentq(lambda true: float(expected_passing(true, error, alpha)) - found, found, far, xtol=1e-13))
