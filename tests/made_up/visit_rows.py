"""Random events that are only seen at visits, by seed: trials, registries, one visit each, wide and narrow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

Array = np.ndarray


class VisitRows(NamedTuple):
    """Each event is after last_free and by seen, infinity if never seen; whole days, shape (n,)."""

    last_free: Array
    seen: Array


def visit_rows(seed: int) -> VisitRows:
    """Five kinds in turn, of 8 to 300 people."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(8, 40 if seed % 3 else 300))
    return VisitRows(*(_few_days, _registry, _once, _known_or_wide, _own_visits)[seed % 5](rng, n))


def _few_days(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    last = rng.integers(0, 13, n)
    return last, last + np.where(rng.random(n) < 0.3, np.inf, rng.integers(1, 9, n))


def _registry(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    event, step, start = rng.exponential(700, n), rng.integers(60, 120, n), rng.integers(1, 60, n)
    visit = np.ceil(np.maximum(event - start, 0) / step) * step + start
    end = start + (1800 - start) // step * step
    return np.where(visit <= 1800, np.maximum(visit - step, 0), end), np.where(visit <= 1800, visit, np.inf)


def _once(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    visit = rng.integers(1, 1000, n)
    had = rng.exponential(500, n) < visit
    return np.where(had, 0, visit), np.where(had, visit, np.inf)


def _known_or_wide(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    day = rng.integers(1, 400, n)
    last = np.where(rng.random(n) < 0.6, day - 1, np.maximum(day - 200, 0))
    return last, np.where(rng.random(n) < 0.3, np.inf, np.maximum(day, last + 1))


def _own_visits(rng: np.random.Generator, n: int) -> tuple[Array, Array]:
    visits = np.sort(rng.integers(1, 900, (n, 4)), axis=1)
    visits = np.column_stack((np.zeros(n), visits, np.full(n, np.inf)))
    free = (visits[:, 1:-1] < rng.exponential(400, n)[:, None]).sum(axis=1)
    last, seen = visits[np.arange(n), free], visits[np.arange(n), free + 1]
    return last, np.maximum(seen, last + 1)
