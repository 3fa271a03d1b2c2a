"""Functions that workers of every engine can import."""

from __future__ import annotations

import os
import time
from pathlib import Path


class Refused(Exception):  # noqa: N818 - as InputProblems, it is made from something else than its message
    """An exception whose class is not called with its message."""

    def __init__(self, rows: list[tuple[str, int]]) -> None:
        self.rows = sorted(rows, key=lambda row: row[1])
        super().__init__(f"{len(rows)} row(s)")


def slow_at_first(item: int) -> int:
    """The square, later for small items: whoever gives results as they come gives them in another order."""
    time.sleep(0.2 if item == 0 else 0.0)
    return item * item


def refuse_odd(item: int) -> int:
    if item % 2:
        raise Refused([("visits", item)])
    return item


def where(item: int) -> tuple[int, str | None]:
    return os.getpid(), os.environ.get("POLARS_MAX_THREADS")


def stay(place: str) -> None:
    """Say in a file that it has begun, and stay longer than any test."""
    Path(place).touch()
    time.sleep(600)
