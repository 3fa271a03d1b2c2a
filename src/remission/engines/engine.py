"""What every engine does: results in the order of the items, and every failure told at once.

An engine only decides where a function runs. The function is pure, it and its items can be pickled, and so the results
are the same on every engine and with any number of workers.
"""

from __future__ import annotations

import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
ResultOfFuture = TypeVar("ResultOfFuture", covariant=True)

Progress = Callable[[int], object]
"""Called with how many items are done, in their order, failed ones included."""


class Engine(Protocol):
    """Where a function runs."""

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item], progress: Progress | None = None
    ) -> Iterator[Result]:
        """The result of each item, in their order, as soon as it and all before it are there.

        A failure does not stop the others: what they would fail of is told too. After the first one no result is
        given any more, and the end is an ExceptionGroup of all failures in the order of the items.
        """
        ...


@dataclass(frozen=True)
class Failure:
    """An exception as plain parts.

    An exception that was pickled is made again by calling its class with its message, which is not what every class
    is made from; and then the whole pool breaks. Parts always arrive.
    """

    kind: type[Exception]
    message: tuple[Any, ...]
    state: dict[str, Any]
    trail: str

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """The parts of an exception, and where in the worker it was raised."""
        trail = "".join(traceback.format_tb(error.__traceback__))
        # What a built-in class is called with: of a missing file also its name, which `args` leaves out.
        called = error.__reduce__()[1] if _is_built_in(type(error)) else error.args
        return cls(type(error), tuple(called), dict(error.__dict__), trail)

    def error(self) -> Exception:
        """The exception again, with the worker's trail as a note."""
        make = self.kind if _is_built_in(self.kind) else partial(self.kind.__new__, self.kind)
        error = make(*self.message)
        error.__dict__.update(self.state)
        error.add_note(f"In the worker:\n{self.trail}")
        return error


def _is_built_in(kind: type[Exception]) -> bool:
    return kind.__module__ == "builtins"


def attempt(function: Callable[[Item], Result], item: Item) -> Result | Failure:
    """The result of one item, or its failure as a value: what runs in a worker."""
    try:
        return function(item)
    except Exception as error:  # noqa: BLE001 - nothing is hidden: `results` raises it again
        return Failure.of(error)


def results(attempts: Iterable[Result | Failure], progress: Progress | None) -> Iterator[Result]:
    """The results up to the first failure; at the end an ExceptionGroup of the failures, if there was one."""
    failures: list[Exception] = []
    done = 0
    for done, attempted in enumerate(attempts, start=1):
        if progress is not None:
            progress(done)
        if isinstance(attempted, Failure):
            failures.append(attempted.error())
        elif not failures:
            yield attempted
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {done} items failed", failures)


class Future(Protocol[ResultOfFuture]):
    """What a pool or a cluster hands out for a function that it will run."""

    def result(self) -> ResultOfFuture:
        """Wait for it."""
        ...


def in_order(submit: Callable[[Item], Future[Result]], items: Iterable[Item], ahead: int) -> Iterator[Result]:
    """What each item becomes, in order; at most `ahead` are submitted and not yet given, so that few wait in memory."""
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(submit(item))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
