"""Pooling as textbooks write it, study by study and slowly: what the fast ways are compared with.

Inverse variance in decimal numbers of 60 digits, with the matrix P written out; the models of counts by the trapezoid
rule on a wide fixed grid and by the gamma function.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal, getcontext
from typing import NamedTuple

getcontext().prec = 60

Numbers = Sequence[float]


class PlainSums(NamedTuple):
    """What a tau squared makes of the studies."""

    mean: Decimal
    q: Decimal
    trace: Decimal
    score: Decimal
    log_likelihood: Decimal


def plain_sums(values: Numbers, variances: Numbers, tau2: float | Decimal, restricted: bool = True) -> PlainSums:
    """The weighted mean, Q, twice the slope of the (restricted) likelihood and the likelihood without its constant."""
    y, v = [Decimal(one) for one in values], [Decimal(one) + Decimal(tau2) for one in variances]
    w = [1 / one for one in v]
    total = sum(w)
    places = range(len(y))
    mean = sum((w[i] * y[i] for i in places), Decimal(0)) / total
    p = [[(w[i] if i == j else Decimal(0)) - w[i] * w[j] / total for j in places] for i in places]
    py = [sum((p[i][j] * y[j] for j in places), Decimal(0)) for i in places]
    q = sum((y[i] * py[i] for i in places), Decimal(0))
    trace = sum((p[i][i] for i in places), Decimal(0)) if restricted else total
    score = sum((one * one for one in py), Decimal(0)) - trace
    height = -sum((one.ln() for one in v), Decimal(0)) - q - (Decimal(total).ln() if restricted else 0)
    return PlainSums(mean, q, Decimal(trace), score, height / 2)


def plain_mixed(events: Sequence[int], totals: Numbers, middle: float, spread: float, rate: bool = False) -> float:
    """Log likelihood of a binomial-normal (or Poisson-normal) model: a sum over 4,001 places from -12 to 12."""
    step = 24 / 4000
    whole = 0.0
    for x, n in zip(events, totals, strict=True):
        heights = []
        for place in range(4001):
            z = -12 + place * step
            eta = middle + spread * z
            heights.append((_log_poisson if rate else _log_binomial)(x, n, eta) - z * z / 2)
        top = max(heights)
        total = sum(math.exp(one - top) for one in heights) * step
        whole += top + math.log(total) - math.log(2 * math.pi) / 2
    return whole


def _log_binomial(x: int, n: float, eta: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
    return ways + x * eta - n * (max(eta, 0) + math.log1p(math.exp(-abs(eta))))


def _log_poisson(x: int, time: float, eta: float) -> float:
    return x * (eta + math.log(time)) - time * math.exp(eta) - math.lgamma(x + 1)


def plain_beta_binomial(events: Sequence[int], totals: Sequence[int], mean: float, precision: float) -> float:
    """Log likelihood of a beta-binomial model, by the gamma function; precision is alpha + beta."""
    a, b = mean * precision, (1 - mean) * precision
    whole = 0.0
    for x, n in zip(events, totals, strict=True):
        ways = math.lgamma(n + 1) - math.lgamma(x + 1) - math.lgamma(n - x + 1)
        with_it = math.lgamma(x + a) + math.lgamma(n - x + b) - math.lgamma(n + a + b)
        whole += ways + with_it - (math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))
    return whole
