"""What pooling is asked with: every number that cannot be, of every study, said at once and by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.inputs.problems import InputProblems, Problem, alike

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Asked:
    """The columns that a call was given, one entry a study, and what is wrong with them.

    Columns of several lengths, or of none, end it at once: what is in which study is then unknown.

    >>> asked = Asked("pool_crude()", events=[3, 30], totals=[24, 24])
    >>> asked.refuse("events", asked["events"] > asked["totals"], "0 to the people of the study", "Look it up.")
    >>> try:
    ...     asked.end()
    ... except InputProblems as problems:
    ...     print(problems.report())
    pool_crude(), row 2, argument events: found 30; allowed: 0 to the people of the study. Look it up.
    """

    def __init__(self, call: str, **columns: ArrayLike) -> None:
        self.call = call
        self.problems: list[Problem] = []
        self._columns = {name: np.asarray(values, np.float64).ravel() for name, values in columns.items()}
        sizes = {name: column.size for name, column in self._columns.items()}
        if len(set(sizes.values())) > 1 or not all(sizes.values()):
            found = ", ".join(f"{size} {name}" for name, size in sizes.items())
            allowed, do = "at least one study, and as many of one as of another", "Give every study one entry in each."
            raise InputProblems(Problem.of_file(call, found=found, allowed=allowed, do=do))
        for name, column in self._columns.items():
            if not np.isfinite(column).all():
                self._say(name, ~np.isfinite(column), "a number", "Leave out the study whose number is not known.")

    def __getitem__(self, name: str) -> Floats:
        return self._columns[name]

    def refuse(self, name: str, wrong: Flags, allowed: str, do: str) -> None:
        """Name every study in which this column is wrong; one that is not known was named before."""
        if wrong.any():
            self._say(name, wrong & np.isfinite(self._columns[name]), allowed, do)

    def counts(self, name: str, *, at_most: str | None = None) -> None:
        """Refuse what is no whole number from 0, or above the people of its study."""
        column = self._columns[name]
        with np.errstate(invalid="ignore"):
            broken = (column < 0) | (column % 1 != 0)
        do = "Give counts as they are: nothing is added to zeros here, and a percentage is no count."
        self.refuse(name, broken, "whole numbers from 0", do)
        if at_most is not None:
            self.refuse(name, column > self._columns[at_most], f"at most its {at_most}", "Look both numbers up again.")

    def above_zero(self, name: str) -> None:
        """Refuse what is 0 or less."""
        self.refuse(name, self._columns[name] <= 0, "above 0", "Look the number up again.")

    def end(self) -> None:
        """InputProblems with everything that was refused, if anything was."""
        if self.problems:
            raise InputProblems(self.problems)

    def _say(self, name: str, wrong: Flags, allowed: str, do: str) -> None:
        column = self._columns[name]

        def problem(place: str) -> Problem:
            at, found = int(place), f"{column[int(place)]:g}"
            return Problem.at_row(self.call, at + 1, name, found=found, allowed=allowed, do=do)

        self.problems += alike([str(place) for place in np.flatnonzero(wrong)], problem)

    @staticmethod
    def word(name: str, value: object, known: tuple[object, ...]) -> None:
        """ValueError, with the known words, unless `value` is one of them."""
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(map(str, known))}, found {value!r}")
