"""Processes of this machine, each started afresh: a process that is forked while Polars has threads can hang.

A script that uses this engine needs `if __name__ == "__main__":`, because every process imports it.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from remission.engines.engine import Item, Progress, Result, attempt, in_order, results

THREAD_SETTINGS = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")


@dataclass(frozen=True)
class ProcessEngine:
    """Runs in as many processes as there are workers, which share the processors between them."""

    workers: int

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], progress: Progress | None = None
    ) -> Iterator[Result]:
        """As in Engine; the function must be importable by name."""
        threads = max(1, (os.cpu_count() or 1) // self.workers)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(self.workers, spawn, _begin, (threads,)) as pool:
            attempts = in_order(lambda item: pool.submit(attempt, function, item), items, 2 * self.workers)
            yield from results(attempts, progress)


def _begin(threads: int) -> None:
    limit_threads(threads)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A run that is killed tells its workers nothing, and each keeps the others' queue open: they would wait for ever.
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def limit_threads(threads: int) -> None:
    """Before a worker imports anything large: its share of threads, unless the user has set another number."""
    for name in THREAD_SETTINGS:
        os.environ.setdefault(name, str(threads))
