"""Measures of disability as whole numbers, so that every comparison is exact: columns, steps and units of each.

EDSS in half-points, timed tests in half-milliseconds (the mean of two hands is then whole), the SDMT in answers. What
is measured is a row of MEASURES; the twin, the narration and the words of a definition have theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from remission.records.schema import FUNCTIONAL_SYSTEMS, TABLES

# The eighth system, other, has no grades and leads nowhere (5.6).
GRADED_SYSTEMS = tuple(name for name in FUNCTIONAL_SYSTEMS if name != "fs_other")

Measure = Literal["edss", "t25fw", "nhpt", "nhpt_dominant", "nhpt_other", "sdmt"]


@dataclass(frozen=True)
class Unit:
    """How a measure is read: its columns (their mean is the value), steps and whole units in one point or second of it.

    A recorded value is rounded to the nearest step; `unable` is the column that says that the test could not be done;
    `worse` is 1 when a higher value is worse, else -1.
    """

    columns: tuple[str, ...]
    steps: int
    units: int
    worse: int = 1
    unable: str | None = None

    @property
    def highest(self) -> float:
        """The highest value that can be recorded."""
        high = TABLES["visits"].column(self.columns[0]).high
        assert high is not None
        return high


MEASURES: dict[Measure, Unit] = {
    "edss": Unit(("edss",), 2, 2),
    "t25fw": Unit(("t25fw_seconds",), 1000, 2000, unable="t25fw_unable"),
    "nhpt": Unit(("nhpt_dominant_seconds", "nhpt_other_seconds"), 1000, 2000, unable="nhpt_unable"),
    "nhpt_dominant": Unit(("nhpt_dominant_seconds",), 1000, 2000, unable="nhpt_unable"),
    "nhpt_other": Unit(("nhpt_other_seconds",), 1000, 2000, unable="nhpt_unable"),
    "sdmt": Unit(("sdmt_correct",), 1, 1, worse=-1),
}


def in_units(measure: Measure, amount: float) -> int:
    """An amount of a measure in its whole units.

    >>> in_units("edss", 1.5), in_units("t25fw", 5.5)
    (3, 11000)
    """
    return round(amount * MEASURES[measure].units)
