"""Rates of events that may happen more than once, per person-year, and the ratio of two: exact, robust, overdispersed.

People differ in how often they have events. A Poisson interval ignores that and is too narrow wherever it is so; the
robust one lets the data tell how much they differ, the negative binomial one models it. Which was used is always named.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import gammaincinv

from remission.stats.estimates import NOT_ESTIMABLE, Estimates, TestResult
from remission.stats.intervals import FEWEST_FOR_NORMAL, normal_quantile, normal_tails

Floats = NDArray[np.float64]
RateMethod = Literal["exact", "robust", "negative binomial"]

DAYS_PER_YEAR = 365.25
NO_EVENT = "not estimable: no event"
NO_VARIANCE = "not estimable: a single cluster does not vary"

ON_FEW_PERSONS = "few persons"

# Below this dispersion the negative binomial is the Poisson distribution to within rounding.
LEAST_DISPERSION = 1e-7


class EventCounts(NamedTuple):
    """Whole numbers of events and days under observation, one row a subject or a piece of one; shape (n,).

    `cluster` names what rows belong together; None: each row is its own.
    """

    events: NDArray[np.int64]
    years: Floats
    cluster: NDArray[np.int64]

    @classmethod
    def of(cls, events: ArrayLike, person_days: ArrayLike, cluster: ArrayLike | None = None) -> EventCounts:
        """Counts of those who were observed at all: rows of no days are left out.

        ValueError for shapes that differ, for numbers that are negative or not finite, for events that are not whole,
        and for events on no days.

        >>> EventCounts.of([2, 0, 0], [365.25, 0, 730.5]).years.tolist()
        [1.0, 2.0]
        """
        count, days = np.asarray(events, np.float64).ravel(), np.asarray(person_days, np.float64).ravel()
        labels = np.arange(count.size) if cluster is None else np.asarray(cluster).ravel()
        if not count.size == days.size == labels.size:
            raise ValueError(f"as many events as person_days and clusters: {count.size}, {days.size}, {labels.size}")
        if not (np.isfinite(count).all() and np.isfinite(days).all() and (count >= 0).all() and (days >= 0).all()):
            raise ValueError("events and person_days must be 0 or more")
        if (count % 1).any():
            raise ValueError("events must be whole numbers")
        followed = days > 0
        if count[~followed].any():
            raise ValueError("events on no days: who was not observed cannot have been seen to have one")
        member = np.unique(labels[followed], return_inverse=True)[1] if followed.any() else np.zeros(0)
        return cls(count[followed].astype(np.int64), days[followed] / DAYS_PER_YEAR, member.astype(np.int64))

    @property
    def total(self) -> int:
        """All events together."""
        return int(self.events.sum())

    @property
    def members(self) -> tuple[int, int]:
        """How many clusters had an event, and how many there are."""
        return np.unique(self.cluster[self.events > 0]).size, np.unique(self.cluster).size


class NegativeBinomial(NamedTuple):
    """The maximum of the likelihood: log rates of each sample, their standard errors, and the common dispersion."""

    log_rates: tuple[float, ...]
    errors: tuple[float, ...]
    dispersion: float


def estimate_rate(counts: EventCounts, level: float = 0.95, method: RateMethod = "negative binomial") -> Estimates:
    """Events per person-year with an interval of one of three kinds.

    - exact: the Poisson rates under which as many events, or as few, have probability (1 - level) / 2. Without an
      event the rate is 0 and only its upper limit says anything. Garwood 1936, doi:10.1093/biomet/28.3-4.437.
    - robust: the Poisson rate with a sandwich variance of its logarithm, rows of one cluster added up first (no
      correction for few clusters), normal on the log scale.
    - negative binomial: variance of a count mu + dispersion mu^2; the maximum of the likelihood with the logarithm of
      person-years as offset, and a normal interval on the log scale from the expected information. A second row is the
      dispersion. When the counts do not vary more than Poisson counts would, the maximum lies at dispersion 0, and the
      method says so. Rows are taken as independent: clusters are not asked.

    What cannot be estimated is null with its reason. ValueError for an unknown method or level.
    Pinned to `poisson.test`, `glm` and `MASS::glm.nb` of R.

    >>> counts = EventCounts.of([3, 0, 1, 0, 5], [700, 720, 365, 731, 650])
    >>> for method in ("exact", "robust", "negative binomial"):
    ...     row = estimate_rate(counts, method=method).rows()[0]
    ...     [round(row[name], 3) for name in ("value", "low", "high")]
    [1.038, 0.475, 1.971]
    [1.038, 0.397, 2.714]
    [1.065, 0.346, 3.281]
    """
    if method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(_METHODS)}, found {method!r}")
    normal_quantile(level)  # for its check of the level
    row = _row("annualised rate", counts, level) | {"unit": "events per person-year", "method": _METHODS[method]}
    if counts.events.size == 0:
        return Estimates.of([row | {"absent_reason": NOT_ESTIMABLE}])
    # Before the question of events: with none at all the exact limit is all that can be said.
    if method == "exact":
        return Estimates.of([row | _exact(counts, level)])
    if counts.total == 0:
        return Estimates.of([row | {"value": 0.0, "absent_reason": NO_EVENT}])
    if method == "robust":
        return Estimates.of([row | _robust(counts, level)])
    fit = fit_negative_binomial(counts)
    row["method"] = f"{row['method']}{_limit_words(fit)}"
    dispersion = row | {"what": "dispersion", "scale": "linear", "unit": "variance beyond Poisson per squared mean"}
    dispersion |= {"value": fit.dispersion, "absent_reason": "no interval is given"}
    return Estimates.of([row | _limits(fit.log_rates[0], fit.errors[0], level), dispersion])


def estimate_rate_ratio(counts: EventCounts, against: EventCounts, level: float = 0.95) -> tuple[Estimates, TestResult]:
    """Rate of one sample over that of another: negative binomial with a common dispersion and one binary covariate.

    Normal interval on the log scale from the expected information, two-sided Wald test. `group` and `against` are the
    caller's to fill in. Without an event in one of them the ratio has no logarithm: "not estimable", p NaN. Where fewer
    than five had an event in one of them the method says so: interval and p hold in many persons.
    Pinned to `MASS::glm.nb` of R.

    >>> treated, control = EventCounts.of([0, 1, 0, 2], [730] * 4), EventCounts.of([3, 1, 4, 2], [730] * 4)
    >>> ratio, test = estimate_rate_ratio(treated, control)
    >>> round(ratio.rows()[0]["value"], 3), round(test.p, 3)
    (0.3, 0.067)
    """
    together = EventCounts(*(np.concatenate(pair) for pair in zip(counts, against, strict=True)))
    row = _row("rate ratio", together, level) | {"unit": "ratio", "method": f"ratio, {_METHODS['negative binomial']}"}
    method = str(row["method"])
    if counts.total == 0 or against.total == 0:
        return Estimates.of([row | {"absent_reason": NO_EVENT}]), TestResult(math.nan, None, math.nan, method)
    fit = fit_negative_binomial(counts, against)
    method += _limit_words(fit) + _few_words(counts, against)
    log_ratio, error = fit.log_rates[0] - fit.log_rates[1], math.hypot(*fit.errors)
    test = TestResult(log_ratio / error, None, normal_tails(log_ratio / error), f"{method}, Wald test")
    return Estimates.of([row | {"method": method} | _limits(log_ratio, error, level)]), test


def fit_negative_binomial(*samples: EventCounts) -> NegativeBinomial:
    """The maximum of the likelihood of samples that each have a rate and share one dispersion.

    Given the dispersion each log rate is the root of its own score, which falls all the way. The profile likelihood may
    rise to several maxima, of which one may lie at 0, where counts vary as Poisson counts do: all are looked for, and
    the highest is the answer. The standard errors are those of the expected information. ValueError when a sample has
    no event.

    >>> round(fit_negative_binomial(EventCounts.of([3, 0, 1, 0, 5], [365.25] * 5)).log_rates[0], 6)
    0.587787
    """
    if any(sample.total == 0 for sample in samples):
        raise ValueError("a sample without an event has no log rate")
    dispersion = max(_maxima(samples), key=lambda one: _profile(samples, one))
    log_rates = tuple(_log_rate(sample, dispersion) for sample in samples)
    information = [
        (mean / (1 + dispersion * mean)).sum()
        for mean in (sample.years * math.exp(rate) for sample, rate in zip(samples, log_rates, strict=True))
    ]
    return NegativeBinomial(log_rates, tuple(float(one**-0.5) for one in information), dispersion)


def _maxima(samples: tuple[EventCounts, ...]) -> Iterator[float]:
    """Every dispersion at which the profile likelihood stops rising."""
    grid = _dispersions(samples)
    scores = [_dispersion_score(samples, one) for one in grid]
    # It falls from 0 on: there may be no more spread than Poisson has, or another maximum further out.
    if scores[0] <= 0:
        yield 0.0
    while scores[-1] > 0:  # it ends: for a large dispersion a the score is below -1/a
        grid.append(grid[-1] * 4)
        scores.append(_dispersion_score(samples, grid[-1]))
    for (low, rising), (high, then) in pairwise(zip(grid, scores, strict=True)):
        if rising > 0 >= then:
            yield float(brentq(lambda a: _dispersion_score(samples, a), low, high, xtol=1e-300, rtol=1e-14))


def _dispersions(samples: tuple[EventCounts, ...]) -> list[float]:
    """Dispersions a of which each is twice the last, over all at which some person's 1 + a mu or 1 + a y changes.

    These are what the likelihood is made of, and they change slowly in the logarithm of a: between two that are so near
    each other it does not rise and fall again. Further down the score is a straight line in a, further out it falls as
    minus the number of people with events over a.
    """
    means = np.concatenate([one.years * (one.total / one.years.sum()) for one in samples])
    most = max(float(means.max()), *(float(one.events.max()) for one in samples))
    low, high = max(LEAST_DISPERSION, 1e-3 / most), max(1e3, 1e3 / float(means.min()))
    steps = 1 + math.ceil(math.log2(high / low))
    return [LEAST_DISPERSION, *np.geomspace(low, high, max(2, steps)).tolist()]


def _profile(samples: tuple[EventCounts, ...], dispersion: float) -> float:
    """The log likelihood at its highest for this dispersion, less what depends on neither rates nor dispersion."""
    whole = 0.0
    for sample in samples:
        rate = _log_rate(sample, dispersion)
        mean = sample.years * math.exp(rate)
        whole += rate * sample.total
        if dispersion == 0:
            whole -= float(mean.sum())
            continue
        above, steps = _rows_above(sample)
        whole += float((above * np.log1p(dispersion * steps)).sum())
        whole -= float(((sample.events + 1 / dispersion) * np.log1p(dispersion * mean)).sum())
    return whole


def _rows_above(sample: EventCounts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many rows have a count above j, for each j from 0 to below the highest count, and these j."""
    above = sample.events.size - np.cumsum(np.bincount(sample.events))[:-1]
    return above, np.arange(above.size)


def _log_rate(sample: EventCounts, dispersion: float) -> float:
    """Root of the score sum((y - mu) / (1 + a mu)) by Newton's method: the likelihood is concave in the log rate."""
    rate = math.log(sample.total / sample.years.sum())
    for _ in range(200):
        mean = sample.years * math.exp(rate)
        spread = 1 + dispersion * mean
        score = ((sample.events - mean) / spread).sum()
        curvature = (mean * (1 + dispersion * sample.events) / spread**2).sum()
        # At most one step of e: from a start far off Newton's method would overshoot.
        step = float(np.clip(score / curvature, -1.0, 1.0))
        rate += step
        if abs(step) <= 1e-15 * max(abs(rate), 1.0):
            break
    return rate


def _dispersion_score(samples: tuple[EventCounts, ...], dispersion: float) -> float:
    """Slope of the profile log likelihood in the dispersion a.

    The log likelihood of a count y of mean mu is the sum over j < y of log(1 + a j), minus (y + 1/a) log(1 + a mu),
    plus y log mu and what does not depend on a.
    """
    slope = 0.0
    for sample in samples:
        mean = sample.years * math.exp(_log_rate(sample, dispersion))
        above, steps = _rows_above(sample)
        slope += float((above * steps / (1 + dispersion * steps)).sum())
        slope += float((np.log1p(dispersion * mean) / dispersion**2).sum())
        slope -= float(((sample.events + 1 / dispersion) * mean / (1 + dispersion * mean)).sum())
    return slope


def _exact(counts: EventCounts, level: float) -> dict[str, object]:
    tail, years = (1 - level) / 2, float(counts.years.sum())
    low = float(gammaincinv(counts.total, tail)) / years if counts.total else 0.0
    return {"value": counts.total / years, "low": low, "high": float(gammaincinv(counts.total + 1, 1 - tail)) / years}


def _robust(counts: EventCounts, level: float) -> dict[str, object]:
    rate = counts.total / counts.years.sum()
    residuals = np.bincount(counts.cluster, counts.events - rate * counts.years)
    if residuals.size < 2:
        return {"value": float(rate), "absent_reason": NO_VARIANCE}
    return _limits(math.log(rate), float(np.linalg.norm(residuals)) / counts.total, level)


def _limits(log_value: float, error: float, level: float) -> dict[str, object]:
    half = normal_quantile(level) * error
    return {"value": math.exp(log_value), "low": math.exp(log_value - half), "high": math.exp(log_value + half)}


def _row(what: str, counts: EventCounts, level: float) -> dict[str, Any]:
    return {
        "what": what,
        "level": level,
        "scale": "log",
        "n": counts.events.size,
        "events": float(counts.total),
        "numerator": float(counts.total),
        "denominator": float(counts.years.sum()),
    }


def _limit_words(fit: NegativeBinomial) -> str:
    return "; dispersion 0: the counts vary no more than Poisson counts would" if fit.dispersion == 0 else ""


def _few_words(counts: EventCounts, against: EventCounts) -> str:
    (one, of_one), (other, of_other) = counts.members, against.members
    if min(one, other) >= FEWEST_FOR_NORMAL:
        return ""
    return f"; {ON_FEW_PERSONS}: {one} of {of_one} had an event, against {other} of {of_other}"


_METHODS: dict[RateMethod, str] = {
    "exact": "Poisson rate, exact interval",
    "robust": "Poisson rate, robust interval by cluster on the log scale",
    "negative binomial": "negative binomial rate, Wald interval on the log scale",
}
