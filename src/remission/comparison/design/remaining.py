"""Those who remain stand for those who left and were like them: weights month by month, in each strategy by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from remission.comparison.design.sequence import FEWEST_TO_CURVE, MONTH_DAYS
from remission.stats.emulation.censoring import weigh_staying

if TYPE_CHECKING:
    from remission.stats.propensity.bootstrap import Places
    from remission.stats.propensity.contrasts import GroupRows
    from remission.stats.propensity.logistic import Flags, Floats

MONTH, SQUARED = "months followed", "months followed, squared"


@dataclass(frozen=True, eq=False)
class Remaining:
    """Rows cut by month, each with the weight of its person times that of having remained until it begins, shape (m,).

    left: how many left, of the first strategy and of the other; most: the largest weight of remaining.
    """

    rows: GroupRows
    weight: Floats
    left: tuple[int, int]
    most: float


def weigh_remaining(
    rows: GroupRows, weight: Floats, leaves: tuple[tuple[Flags, Mapping[str, Floats]], ...]
) -> Remaining:
    """Rows cut by month and weighted for each kind of leaving: who leaves at the exit, and columns that decide on it.

    rows, weight: shape (n,); leaves: of each kind a flag and columns, shape (n,). Chances are those of a logistic model
    pooled over months, in each strategy by itself, with the months followed and their square; they stand over the
    chance by the months alone (stabilised). Where nobody left a strategy its weights stay. NotEstimable where columns
    tell who leaves.
    """
    row, pieces = _by_month(rows)
    remaining = np.ones(row.size)
    last = pieces.exit == rows.exit[row]
    left = [0, 0]
    for flags, columns in leaves:
        leaves_now = last & flags[row]
        for place, treated in enumerate((True, False)):
            part = pieces.treated == treated
            left[place] += int(leaves_now[part].sum())
            if leaves_now[part].any():
                remaining[part] *= _weights(row[part], pieces.entry[part], leaves_now[part], columns)
    return Remaining(pieces, weight[row] * remaining, (left[0], left[1]), float(remaining.max(initial=1.0)))


def _weights(row: Places, entry: Places, leaves: Flags, columns: Mapping[str, Floats]) -> Floats:
    months = np.round(entry / MONTH_DAYS).astype(np.int64)
    # After the last month in which somebody left nobody does: a curve over months would tell that as certain.
    can = months <= months[leaves].max()
    time = {MONTH: months.astype(np.float64), SQUARED: months.astype(np.float64) ** 2}
    taken = {name: values[row] for name, values in columns.items()} | time
    # Of two months the square says what the month says.
    few = np.unique(months[can]).size < FEWEST_TO_CURVE
    varies = {name: one for name, one in taken.items() if np.ptp(one[can]) > 0 and not (few and name == SQUARED)}
    over = {name: one for name, one in varies.items() if name in time}
    return weigh_staying(row, leaves, varies, over=over or None, can=can).weight


def _by_month(rows: GroupRows) -> tuple[Places, GroupRows]:
    """The row of each piece, and the pieces: of one row together, in the order of time."""
    first = np.floor(rows.entry / MONTH_DAYS).astype(np.int64)
    size = np.maximum(np.ceil(rows.exit / MONTH_DAYS).astype(np.int64) - first, 1)
    row = np.repeat(np.arange(rows.exit.size), size)
    month = np.arange(row.size) - np.repeat(np.cumsum(size) - size, size) + first[row]
    entry = np.maximum(np.round(month * MONTH_DAYS).astype(np.int64), rows.entry[row])
    exits = np.minimum(np.round((month + 1) * MONTH_DAYS).astype(np.int64), rows.exit[row])
    pieces = rows.take(row)
    kept = exits > entry
    last = exits == rows.exit[row]
    return row[kept], replace(pieces, entry=entry).ending(exits, last).take(np.flatnonzero(kept))
