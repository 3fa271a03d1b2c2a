"""Problems of the file of a design, each told by its key, what was found and what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from remission.inputs.problems import Problem

if TYPE_CHECKING:
    from remission.trials.design.records import Given

# Nobody plans for longer; what is beyond it is a slip of the keyboard.
MOST_MONTHS, MOST_YEARS = 600.0, 50.0
# Exact chances of one arm and of shares go through every count that can come out, of shares through every pair of them.
MOST_OF_EXACT = 2_000


class Said:
    """Makes problems of one file, below a key."""

    def __init__(self, file: str, above: str = "") -> None:
        self.file, self.above = file, above

    def within(self, key: str) -> Said:
        """The same, for keys below this one."""
        return Said(self.file, f"{self.above}{key}.")

    def problem(self, key: str | None, found: object, allowed: str, do: str) -> Problem:
        """One problem; without a key it is of the whole file."""
        at = None if key is None else f"{self.above}{key}"
        return Problem.at_key(self.file, at, found=str(found), allowed=allowed, do=do)

    def reasons(self, key: str, reasons: Sequence[str], do: str) -> Iterator[Problem]:
        """Reasons of the statistics, which say "what must be, found what"."""
        for reason in reasons:
            # From the right: what was found stands at the end of a reason, whatever stands before it.
            allowed, _, found = reason.rpartition(", found ")
            # A reason without a number that was found says only what is so, and stands in its place.
            yield self.problem(key, found if allowed else reason, allowed or "a design that can be", do)

    def between(self, key: str, value: float | None, low: float, high: float, do: str) -> Iterator[Problem]:
        """Where a number that was written is not above `low` and below `high`."""
        if value is not None and not low < value < high:
            yield self.problem(key, f"{value:g}", f"above {low:g} and below {high:g}", do)

    def at_least(self, key: str, value: float | None, low: float, high: float, do: str) -> Iterator[Problem]:
        """Where a number that was written is below `low` or above `high`."""
        if value is not None and not low <= value <= high:
            yield self.problem(key, f"{value:g}", f"{low:g} to {high:g}", do)

    def given(self, key: str, one: Given, low: float, high: float, do: str) -> Iterator[Problem]:
        """The same as `between`, of a number with a status."""
        yield from self.between(f"{key}.value", one.value, low, high, do)

    def truths(self, truths: Sequence[float], low: float, high: float) -> Iterator[Problem]:
        """Where a truth that is looked at besides is none that there can be."""
        for one in truths:
            yield from self.at_least("truths", one, low, high, "Look at truths that can be.")
