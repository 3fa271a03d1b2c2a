"""Is a network one, or several between which no trial leads?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from remission.inputs.problems import Problem


@dataclass(frozen=True)
class Parts:
    """The treatments of each part, sorted; the largest part first.

    >>> Parts.of([("x", "y"), ("p", "q"), ("y", "z")])
    Parts(each=(('x', 'y', 'z'), ('p', 'q')))
    """

    each: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, designs: Iterable[Iterable[str]]) -> Parts:
        """Of the treatments of each study."""
        found: list[set[str]] = []
        for arms in map(set, designs):
            joined = [part for part in found if part & arms]
            found = [part for part in found if part not in joined] + [arms.union(*joined)]
        return cls(tuple(sorted((tuple(sorted(part)) for part in found), key=lambda part: (-len(part), part))))

    def holding(self, name: str) -> tuple[str, ...]:
        """The part of one treatment; empty where no study holds it."""
        return next((part for part in self.each if name in part), ())

    def problems(self, asked: str) -> list[Problem]:
        """One, by the names of all parts, where there are several; `asked` is the call that they were given to."""
        if len(self.each) < 2:
            return []
        found = f"{len(self.each)} parts: {'; '.join(', '.join(part) for part in self.each)}"
        allowed = "a network in which trials lead from each treatment to each"
        return [Problem.of_file(asked, found=found, allowed=allowed, do="Show each part by itself.")]
