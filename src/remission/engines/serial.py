"""One item after the other, in this process: least memory, and the engine that every other one must agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from remission.engines.engine import Item, Progress, Result, attempt, results


@dataclass(frozen=True)
class SerialEngine:
    """Runs here.

    >>> list(SerialEngine().map(abs, [-2, 1]))
    [2, 1]
    """

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], progress: Progress | None = None
    ) -> Iterator[Result]:
        """As in Engine."""
        return results((attempt(function, item) for item in items), progress)
