"""Measures of disability as whole numbers, so that every comparison is exact: units, values, thresholds.

EDSS in half-points, timed tests in half-milliseconds (the mean of two hands is then whole), the SDMT in answers. What
is measured is a row of MEASURES; to add one, add its row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.outcomes.definitions import Measure, Threshold
from remission.records.cohort import Cohort
from remission.records.kernels import kernel
from remission.records.segments import Flags, Ints, Positions, SubjectIndex

NO_VALUE = -1
UNABLE = 1_000_000_000
"""A test that could not be done: longer than any time."""

PER_CENT = 1000
"""Percentages are kept in thousandths of a per cent."""


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


MEASURES: dict[Measure, Unit] = {
    "edss": Unit(("edss",), 2, 2),
    "t25fw": Unit(("t25fw_seconds",), 1000, 2000, unable="t25fw_unable"),
    "nhpt": Unit(("nhpt_dominant_seconds", "nhpt_other_seconds"), 1000, 2000, unable="nhpt_unable"),
    "nhpt_dominant": Unit(("nhpt_dominant_seconds",), 1000, 2000, unable="nhpt_unable"),
    "nhpt_other": Unit(("nhpt_other_seconds",), 1000, 2000, unable="nhpt_unable"),
    "sdmt": Unit(("sdmt_correct",), 1, 1, worse=-1),
}


def values_of(index: SubjectIndex, measure: Measure, order: Positions) -> Ints:
    """The value of each visit in its unit, in the given order of rows, NO_VALUE where there is none; shape (rows,)."""
    unit = MEASURES[measure]
    unable = _unable(index.cohort, unit)
    columns = [index.column("visits", name).cast(pl.Float64).to_numpy() for name in unit.columns]
    factor = unit.units // unit.steps // len(columns)
    # Arrays are made here and not in the kernels: NumPy asks for large pages, and what is read out of order needs them.
    values = np.zeros(columns[0].size, np.int32)
    for column in columns:
        _add(column, unit.steps, factor, values)
    if unable is not None:
        values[unable] = UNABLE
    ordered = np.empty(order.size, np.int32)
    _put_in_order(values, order, ordered)
    return ordered


def _unable(cohort: Cohort, unit: Unit) -> Flags | None:
    visits = cohort.tables["visits"]
    if unit.unable is None or unit.unable not in visits.columns:
        return None
    unable: Flags = (visits[unit.unable] == "yes").fill_null(False).to_numpy()
    return unable


@kernel
def _add(column: NDArray[np.float64], steps: int, factor: int, values: Ints) -> None:
    """Add a column in whole units; what is empty in one of the columns has no value."""
    for i in range(values.size):
        if np.isnan(column[i]):
            values[i] = NO_VALUE
        elif values[i] != NO_VALUE:
            values[i] += np.int32(np.rint(steps * column[i])) * factor


@kernel
def _put_in_order(values: Ints, order: Positions, ordered: Ints) -> None:
    for i in range(order.size):
        ordered[i] = values[order[i]]


def in_units(measure: Measure, amount: float) -> int:
    """An amount of a measure in its whole units.

    >>> in_units("edss", 1.5), in_units("t25fw", 5.5)
    (3, 11000)
    """
    return round(amount * MEASURES[measure].units)


def threshold_rows(measure: Measure, thresholds: tuple[Threshold, ...]) -> NDArray[np.int64]:
    """A threshold table as the kernel takes it: from, amount, thousandths of a per cent (0 when by amount).

    >>> from remission.outcomes.endpoint_files import load_endpoint
    >>> threshold_rows("edss", load_endpoint("cdp-12w").progression.thresholds).tolist()
    [[0, 3, 0], [2, 2, 0], [12, 1, 0]]
    """
    rows = [
        (
            in_units(measure, row.baseline_from),
            0 if row.change is None else in_units(measure, row.change),
            0 if row.percent is None else round(row.percent * PER_CENT),
        )
        for row in thresholds
    ]
    return np.array(rows, np.int64).reshape(-1, 3)
