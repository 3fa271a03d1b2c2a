"""How mixed a mix is: the entropy of its shares, read as a number of equally common kinds, with limits from months."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.months.ratios import Counts, Floats, MonthlyLimits, t_limits

DIVERSITY_METHOD = "exp of Shannon entropy (Hill number of order 1), jackknife over months, t interval on the entropy"


def shannon_entropy(amounts: ArrayLike) -> Floats:
    """Entropy H = - sum p log p of the shares p of the amounts along the last axis; natural logarithm.

    A kind of which there is none adds nothing. NaN where an amount is unknown or below 0, or where there is none of
    anything: shares mean nothing then.

    amounts: shape (..., kinds). Returns shape (...).
    Pinned to `diversity(index = "shannon")` of R's vegan package.

    >>> shannon_entropy([[1.0, 1.0, 0.0], [3.0, 0.0, 0.0]]).round(6).tolist()
    [0.693147, 0.0]
    """
    found = np.asarray(amounts, dtype=np.float64)
    total = found.sum(axis=-1, keepdims=True)  # 0 without kinds
    possible = (found >= 0).all(axis=-1, keepdims=True) & (total > 0) & np.isfinite(total)
    shares = np.divide(found, total, out=np.full(found.shape, np.nan), where=possible)
    # A kind of which nothing was issued adds nothing: 0 times the logarithm of 0 is 0 in the limit.
    logs = np.log(shares, out=np.zeros_like(shares), where=~(shares == 0))
    entropy: Floats = np.where(possible[..., 0], np.abs((shares * logs).sum(axis=-1)), np.nan)
    return entropy


def effective_number(amounts: ArrayLike) -> Floats:
    """Hill number of order 1, exp of the Shannon entropy: how many equally common kinds would be as mixed.

    amounts: shape (..., kinds). Returns shape (...), from 1 to the number of kinds. Hill 1973, doi:10.2307/1934352.

    >>> effective_number([[2.0, 2.0, 2.0, 0.0], [8.0, 1.0, 1.0, 0.0]]).round(3).tolist()
    [3.0, 1.895]
    """
    return np.exp(shannon_entropy(amounts))


def estimate_diversity(amounts: ArrayLike, level: float = 0.95) -> MonthlyLimits:
    """The effective number of kinds in the totals of all months, with limits by leaving out one month at a time.

    With H_j the entropy without month j of m, the jackknife variance of H is (m - 1) / m sum (H_j - mean H_j)^2; the
    limits are those of t with m - 1 degrees of freedom around H, then exp, cut at 1 and at the number of kinds. The
    months are taken as exchangeable, and `error` is that of H. The jackknife leaves the value itself as it is:
    entropy from totals is a little low when amounts are few.

    No value where a kind adds up to less than 0 (returns) or nothing was there; no limits with fewer than two months,
    where leaving out a month makes an entropy impossible, or where nothing changes.

    amounts: shape (..., months, kinds); a month with a NaN is left out. Returns arrays of shape (...).
    Hill 1973, doi:10.2307/1934352; Efron & Stein 1981, doi:10.1214/aos/1176345462. Pinned to `diversity` of R's vegan
    package and to a jackknife written out in R.

    >>> found = estimate_diversity([[[4.0, 1.0], [3.0, 2.0], [np.nan, np.nan], [5.0, 1.0]]])
    >>> [round(one.item(), 3) for one in (found.value, found.low, found.high)], found.n.item()
    ([1.755, 1.222, 2.0], 3)
    """
    found = np.asarray(amounts, dtype=np.float64)
    if np.isinf(found).any():
        raise ValueError("amounts must be finite, or NaN for a month without data")
    known: NDArray[np.bool_] = np.asarray(~np.isnan(found).any(axis=-1))
    found, months = np.where(known[..., None], found, 0.0), known.sum(axis=-1)
    entropy = shannon_entropy(found.sum(axis=-2))
    error = _jackknife_error(_entropies_without_a_month(found), known, months)
    error = np.where(np.isnan(entropy), np.nan, error)
    low, high = t_limits(entropy, error, months - 1, level)
    kinds = max(found.shape[-1], 1)
    return MonthlyLimits(np.exp(entropy), np.maximum(np.exp(low), 1), np.minimum(np.exp(high), kinds), months, error)


def _entropies_without_a_month(amounts: Floats) -> Floats:
    """Entropy of the totals of the other months, shape (..., months)."""
    # Totals of those before plus totals of those after: a difference from the total would leave digits of rounding.
    nothing = np.zeros_like(amounts[..., :1, :])
    before = np.concatenate([nothing, amounts[..., :-1, :]], axis=-2).cumsum(axis=-2)
    after = np.concatenate([amounts[..., 1:, :], nothing], axis=-2)[..., ::-1, :].cumsum(axis=-2)[..., ::-1, :]
    return shannon_entropy(before + after)


def _jackknife_error(without: Floats, known: NDArray[np.bool_], months: Counts) -> Floats:
    """Standard error from the estimates without each month; rounding of equal ones counts as 0."""
    enough = months > 1
    divisor = np.maximum(months, 1)
    mean = np.where(known, without, 0.0).sum(axis=-1) / divisor
    apart = np.where(known, without - mean[..., None], 0.0)
    apart = np.where(np.abs(apart) <= 1e-13, 0.0, apart)
    error = np.sqrt((divisor - 1) / divisor * (apart**2).sum(axis=-1))
    return np.where(enough, error, np.nan)
