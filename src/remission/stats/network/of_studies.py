"""Rows that belong to studies: how many there are, and which rows are of which."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property


class OfStudies:
    """What arms and contrasts have alike: a study in each row."""

    studies: Sequence[str]

    @property
    def k(self) -> int:
        """How many studies."""
        return len(set(self.studies))

    @cached_property
    def of_study(self) -> dict[str, list[int]]:
        """The rows of each study, in the order of the first of each."""
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.studies):
            found.setdefault(name, []).append(row)
        return found
