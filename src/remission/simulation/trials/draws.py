"""Trials of rates, of shares and of one arm, drawn many times: what stands beside a formula, with its error.

The player of trials of time to an event has looks and calendars; these have one look, so that a draw of whole tables
does. Each thousand trials, or fewer large ones, have a seed of their own, so a run that was ended keeps what it had.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from remission.simulation.trials.results import Share
from remission.simulation.trials.run import Pace, Progress, Standing

if TYPE_CHECKING:
    from remission.stats.sample_size.exposure import Exposure
    from remission.stats.sample_size.one_sample import OneSampleVariance
    from remission.stats.sample_size.proportions import ShareTest

Floats = NDArray[np.float64]
Drawn = Callable[[np.random.Generator, int], NDArray[np.bool_]]
# With blocks of another size the same seed gives other trials.
BLOCK = 1_000
# A block of large trials holds fewer of them, so that memory stays flat and whoever waits is told in time.
MOST_DRAWN = 4_000_000
# Newton's steps for the log of a rate: from the crude one it is there to rounding in far fewer.
STEPS, ROUNDS = 4, 2


def play_rates(
    control: float, treated: float, dispersion: float, exposure: Exposure, people: tuple[int, int], *,
    alpha: float, trials: int, seed: int, progress: Progress | None = None,
) -> Share:  # fmt: skip
    """How often a Wald test of two negative binomial rates says fewer events of the treated.

    Each person has an exposure drawn from `exposure`, a rate drawn from a gamma distribution, and a Poisson count. The
    rates are fitted by maximum likelihood at a dispersion by moments, of both arms together, as a trial would have to.

    >>> from remission.stats.sample_size.exposure import Exposure
    >>> share = play_rates(0.8, 0.4, 0.5, Exposure.of([1.0]), (100, 100), alpha=0.025, trials=1000, seed=1)
    >>> 0.85 < share.value < 0.95
    True
    """

    def drawn(rng: np.random.Generator, many: int) -> NDArray[np.bool_]:
        counts, years = [], []
        for rate, number in zip((control, treated), people, strict=True):
            time = rng.choice(exposure.years, size=(many, number), p=exposure.share)
            # Mean 1 and the dispersion as variance: counts mixed so are negative binomial.
            frailty = rng.gamma(1 / dispersion, dispersion, time.shape) if dispersion > 0 else 1.0
            counts.append(rng.poisson(rate * time * frailty).astype(np.float64))
            years.append(time)
        z = _wald(counts, years)
        return np.asarray(z <= ndtri(alpha))

    return _played(drawn, trials, seed, progress, min(BLOCK, max(1, MOST_DRAWN // sum(people))))


def play_shares(
    control: float, treated: float, people: tuple[int, int], *, alpha: float, trials: int, seed: int,
    test: ShareTest = "pooled", fewer: bool = False, progress: Progress | None = None,
) -> Share:  # fmt: skip
    """How often a test of two shares says more of the treated, or `fewer`.

    >>> 0.85 < play_shares(0.48, 0.69, (114, 114), alpha=0.025, trials=2000, seed=1).value < 0.95
    True
    """

    def drawn(rng: np.random.Generator, many: int) -> NDArray[np.bool_]:
        n, m = people
        x, y = rng.binomial(n, control, many) / n, rng.binomial(m, treated, many) / m
        pool = (n * x + m * y) / (n + m)
        of_pool = pool * (1 - pool) * (1 / n + 1 / m)
        variance = of_pool if test == "pooled" else x * (1 - x) / n + y * (1 - y) / m
        gain = x - y if fewer else y - x
        # Multiplied out and strictly more: where everybody or nobody of both arms has it, gain and variance are both 0,
        # which would be a division by 0 and is no finding.
        return np.asarray(gain > ndtri(1 - alpha) * np.sqrt(variance))

    return _played(drawn, trials, seed, progress)


def play_one_sample(
    ratio: float, hazard: float, people: int, *, alpha: float, trials: int, seed: int,
    variance: OneSampleVariance = "expected", progress: Progress | None = None,
) -> Share:  # fmt: skip
    """How often the one-sample log-rank test says fewer events than history, all followed to one cumulative hazard.

    >>> 0.02 < play_one_sample(1.0, 0.55, 24, alpha=0.05, trials=4000, seed=1).value < 0.05
    True
    """

    def drawn(rng: np.random.Generator, many: int) -> NDArray[np.bool_]:
        # Time is told in history's hazard, in which the event comes at the rate of the ratio.
        at = rng.exponential(1 / ratio, (many, people))
        observed = (at < hazard).sum(axis=1).astype(np.float64)
        # What history expects of people until their own event or the end, and not of all to the end: who has had it is
        # no longer at risk.
        expected = np.minimum(at, hazard).sum(axis=1)
        taken = expected if variance == "expected" else (observed + expected) / 2
        return np.asarray(observed - expected <= ndtri(alpha) * np.sqrt(taken))

    return _played(drawn, trials, seed, progress)


def _played(drawn: Drawn, trials: int, seed: int, progress: Progress | None, size: int = BLOCK) -> Share:
    """The share of trials that say so; of those that were drawn before somebody ended the run."""
    says, done = 0, 0
    pace = Pace(trials, 1)
    blocks = np.random.SeedSequence(seed).spawn(math.ceil(trials / size))
    try:
        for at, block in enumerate(blocks):
            many = min(size, trials - at * size)
            says += int(drawn(np.random.default_rng(block), many).sum())
            done += many
            if progress is not None:
                progress(Standing(done, trials, pace.seconds_left(done)))
    except KeyboardInterrupt:
        if not done:
            raise
    return Share(says, done)


def _wald(counts: list[Floats], years: list[Floats]) -> Floats:
    """Z of the log rate ratio of each trial; 0 where an arm has no event at all, which is no finding."""
    crude = [count.sum(axis=1) / time.sum(axis=1) for count, time in zip(counts, years, strict=True)]
    seen = (crude[0] > 0) & (crude[1] > 0)
    rates = [np.where(seen, rate, 1.0) for rate in crude]
    for _ in range(ROUNDS):
        dispersion = _by_moments(counts, years, rates)
        rates = [_fitted(*one, dispersion) for one in zip(counts, years, rates, strict=True)]
    information = [_information(time, rate, dispersion) for time, rate in zip(years, rates, strict=True)]
    z = np.log(rates[1] / rates[0]) / np.sqrt(1 / information[0] + 1 / information[1])
    return np.where(seen, z, 0.0)


def _by_moments(counts: list[Floats], years: list[Floats], rates: list[Floats]) -> Floats:
    beyond, squares = np.zeros_like(rates[0]), np.zeros_like(rates[0])
    for count, time, rate in zip(counts, years, rates, strict=True):
        mean = rate[:, None] * time
        # A person is worth a little more than one square, for the rate was fitted to them.
        people = count.shape[1]
        beyond += ((count - mean) ** 2).sum(axis=1) * people / (people - 1) - mean.sum(axis=1)
        squares += (mean**2).sum(axis=1)
    # Counts that differ less than Poisson's by chance would make a dispersion below 0, which no rate has.
    return np.maximum(beyond / squares, 0.0)


def _information(time: Floats, rate: Floats, dispersion: Floats) -> Floats:
    mean = rate[:, None] * time
    return np.asarray((mean / (1 + dispersion[:, None] * mean)).sum(axis=1))


def _fitted(count: Floats, time: Floats, rate: Floats, dispersion: Floats) -> Floats:
    for _ in range(STEPS):
        mean = rate[:, None] * time
        weight = 1 / (1 + dispersion[:, None] * mean)
        step = ((count - mean) * weight).sum(axis=1) / (mean * weight).sum(axis=1)
        # Fisher's scoring, held back where the first step would overshoot.
        rate = rate * np.exp(np.clip(step, -1.0, 1.0))
    return rate
