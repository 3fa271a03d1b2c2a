"""Threads of this process: for functions whose work is done outside the interpreter lock, as tables and kernels are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from remission.engines.engine import Item, Progress, Result, attempt, in_order, results


@dataclass(frozen=True)
class ThreadEngine:
    """Runs in as many threads as there are workers.

    >>> list(ThreadEngine(workers=2).map(abs, [-2, 1]))
    [2, 1]
    """

    workers: int

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], progress: Progress | None = None
    ) -> Iterator[Result]:
        """As in Engine."""
        with ThreadPoolExecutor(self.workers) as pool:
            attempts = in_order(lambda item: pool.submit(attempt, function, item), items, 2 * self.workers)
            yield from results(attempts, progress)
