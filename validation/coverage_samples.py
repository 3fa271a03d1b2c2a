"""Samples whose truth is known, for `model_coverage.py`: two arms, one group, and two kinds of events that compete.

Times are continuous, so there are no ties; loss is exponential and the same in both arms, at the rate at which a given
share of all would be lost before their event.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

# How many times the rate of loss is worked out from, and how many samples are looked at together.
TIMES, TOGETHER = 200_000, 2_000
# Two years, with a visit every three months.
HORIZON, BETWEEN_VISITS = 728, 91
# Of those without an effect, the share that has the first kind of event in the end (Fine and Gray 1999).
FIRST_KIND = 0.5


@dataclass(frozen=True, eq=False)
class Followed:
    """Samples in rows, persons in columns by time ascending: kind of event (0 for lost) and arm; shape (samples, n)."""

    last: Floats
    cause: NDArray[np.int64]
    arm: Floats


def loss_rate(times: Floats, lost: float) -> float:
    """The exponential rate of loss at which this share of such times would not be reached."""
    return float(brentq(lambda rate: 1 - float(np.exp(-rate * times).mean()) - lost, 1e-6, 1e3))


def blocks(samples: int) -> Iterator[int]:
    """So many samples at once, until all have been drawn."""
    for begun in range(0, samples, TOGETHER):
        yield min(TOGETHER, samples - begun)


def arms(n: int) -> Floats:
    """The first half in one arm, the second in the other."""
    return (np.arange(n) >= n / 2).astype(np.float64)


def two_arms(random: np.random.Generator, n: int, ratio: float, lost: float, samples: int) -> Iterator[Followed]:
    """Exponential times whose hazard is `ratio` times as high in the second arm."""
    rate = loss_rate(_exponential(np.random.default_rng(0), arms(TIMES), ratio), lost)
    for some in blocks(samples):
        arm = np.broadcast_to(arms(n), (some, n))
        event = _exponential(random, arm, ratio)
        yield followed(random, event, np.ones(event.shape, np.int64), arm, rate)


def one_group(random: np.random.Generator, n: int, share: float, lost: float, samples: int) -> Iterator[Followed]:
    """Exponential times, of which `share` is longer than 1."""
    hazard = -math.log(share)
    rate = hazard * lost / (1 - lost)
    for some in blocks(samples):
        event = random.exponential(1 / hazard, (some, n))
        yield followed(random, event, np.ones(event.shape, np.int64), np.zeros(event.shape), rate)


def at_visits(
    random: np.random.Generator, n: int, share: float, lost: float, samples: int
) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """The same seen at visits, on the same days for all: the last without the event, and the first with it if any.

    On the day HORIZON `share` is free of the event. To each visit the same share of people comes, and who stays away
    once is lost: such that `lost` of all are lost before their event is seen.
    """
    happens = 1 - share ** (BETWEEN_VISITS / HORIZON)
    comes = (1 - lost) / (happens + (1 - lost) * (1 - happens))
    for some in blocks(samples):
        event, visits = random.geometric(happens, (some, n)), random.geometric(1 - comes, (some, n)) - 1
        last = np.where(event <= visits, event - 1, visits) * BETWEEN_VISITS
        yield last, np.where(event <= visits, event * float(BETWEEN_VISITS), np.inf)


def two_kinds(random: np.random.Generator, n: int, ratio: float, lost: float, samples: int) -> Iterator[Followed]:
    """Two kinds of events: the hazard of the subdistribution of the first is `ratio` times as high in the second arm.

    The share with the first kind by t is 1 - (1 - q (1 - exp(-t))) ** ratio, with q of those in the end: the model of
    Fine and Gray 1999, doi:10.1080/01621459.1999.10474144. The second kind is exponential among the others.
    """
    rate = loss_rate(_competing(np.random.default_rng(0), arms(TIMES), ratio)[0], lost)
    for some in blocks(samples):
        arm = np.broadcast_to(arms(n), (some, n))
        yield followed(random, *_competing(random, arm, ratio), arm, rate)


def _exponential(random: np.random.Generator, arm: Floats, ratio: float) -> Floats:
    return np.asarray(random.exponential(1.0, arm.shape) / ratio**arm)


def _competing(random: np.random.Generator, arm: Floats, ratio: float) -> tuple[Floats, NDArray[np.int64]]:
    power = ratio**arm
    drawn = random.random(arm.shape)
    first = drawn < 1 - (1 - FIRST_KIND) ** power
    reached = np.where(first, (1 - (1 - np.where(first, drawn, 0.0)) ** (1 / power)) / FIRST_KIND, 0.0)
    return np.where(first, -np.log1p(-reached), random.exponential(1.0, arm.shape)), np.where(first, 1, 2)


def followed(random: np.random.Generator, event: Floats, kind: NDArray[np.int64], arm: Floats, rate: float) -> Followed:
    """Events until loss at this rate, in the order of time."""
    loss = random.exponential(1 / rate, event.shape)
    last = np.minimum(event, loss)
    order = np.argsort(last, axis=1)
    parts: list[NDArray[Any]] = [last, np.where(event <= loss, kind, 0), arm]
    return Followed(*(np.take_along_axis(part, order, axis=1) for part in parts))
