"""What the walk reads of a measure: the value of each visit and the thresholds, as whole numbers of its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.kernels import kernel
from remission.outcomes.definitions.units import MEASURES, Measure, Unit, in_units
from remission.outcomes.walk import NO_VALUE, PER_CENT_OF, UNABLE

if TYPE_CHECKING:
    from remission.outcomes.definitions.changes import Threshold
    from remission.records.cohort import Cohort
    from remission.records.segments import Flags, Ints, SubjectIndex

Whole = NDArray[np.signedinteger]


def values_of(index: SubjectIndex, measure: Measure, order: Ints) -> Ints:
    """The value of each visit in its unit, in the given order of rows, NO_VALUE where there is none; shape (rows,)."""
    unit = MEASURES[measure]
    unable = _unable(index.cohort, unit)
    columns = [index.column("visits", name).cast(pl.Float64).to_numpy() for name in unit.columns]
    # Rounded to the step first, then put into units: the mean of two hands is whole only in half steps (1 of
    # rules.md).
    factor = unit.units // unit.steps // len(columns)
    # Arrays are made here and not in the kernels: NumPy asks for large pages, and what is read out of order needs them.
    values = np.zeros(columns[0].size, _narrowest(unit))
    for column in columns:
        _add(column, unit.steps, factor, NO_VALUE, values)
    # After the seconds: "unable" is worse than any time, whatever seconds stand beside it.
    if unable is not None:
        values[unable] = UNABLE
    # Put in order last: the columns are read once straight through, and only one array is touched out of order.
    ordered = np.empty(order.size, np.int32)
    _put_in_order(values, order, ordered)
    return ordered


def _narrowest(unit: Unit) -> type[np.signedinteger]:
    """A type that holds every value of the unit: a million persons' scores of a byte each stay in the cache."""
    # What could not be done is more than any value, and needs the whole width.
    return np.int8 if unit.unable is None and unit.highest * unit.units <= np.iinfo(np.int8).max else np.int32


def _unable(cohort: Cohort, unit: Unit) -> Flags | None:
    visits = cohort.tables["visits"]
    if unit.unable is None or unit.unable not in visits.columns:
        return None
    # Empty means that the test could be done: the column is filled in where it could not.
    unable: Flags = (visits[unit.unable] == "yes").fill_null(False).to_numpy()
    return unable


@kernel
def _add(column: NDArray[np.float64], steps: int, factor: int, no_value: int, values: Whole) -> None:
    """Add a column in whole units; what is empty in one of the columns has no value."""
    for i in range(values.size):
        # A mean of two hands needs both: half of it would look like a fast hand.
        if np.isnan(column[i]):
            values[i] = no_value
        elif values[i] != no_value:
            values[i] += np.int32(np.rint(steps * column[i])) * factor


@kernel
def _put_in_order(values: Whole, order: Ints, ordered: Ints) -> None:
    for i in range(order.size):
        ordered[i] = values[order[i]]


def threshold_rows(measure: Measure, thresholds: tuple[Threshold, ...]) -> NDArray[np.int64]:
    """A threshold table as the kernel takes it: from, amount, thousandths of a per cent (0 when by amount).

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> threshold_rows("edss", load_endpoint("cdp-12w").record.thresholds).tolist()
    [[0, 3, 0], [2, 2, 0], [12, 1, 0]]
    """
    rows = [
        (
            in_units(measure, row.baseline_from),
            0 if row.change is None else in_units(measure, row.change),
            # Thousandths of a per cent, as whole numbers: the finest share that the reader of definitions lets in.
            0 if row.percent is None else round(row.percent * (PER_CENT_OF // 100)),
        )
        for row in thresholds
    ]
    return np.array(rows, np.int64).reshape(-1, 3)
