"""The variance of a curve by the infinitesimal jackknife, for rows that are weighted or belong together.

Were one cluster to weigh a little more, the curve would move a little: that is the cluster's influence, and the
variance is the sum of the squared influences. It holds where a weight is not a number of people (it corrects for
selection) and where several rows are of one subject or one centre; Greenwood's formula holds in neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remission.stats.survival.time_at_risk import Days, Floats, TimeAtRisk

INFINITESIMAL_JACKKNIFE = "infinitesimal jackknife by cluster"

# A variance of less than this share of the largest terms that cancelled is what rounding leaves of none.
NO_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Clusters:
    """The clusters behind a Kaplan-Meier curve and what is needed to square and sum their influences.

    With g = d / (n (n - d)) on each day, a row moves the logarithm of the curve at day t by the negative of
    w (1 / (n - d) on the day of its event, if up to t, minus the sum of g over its days at risk up to t).

    labels: the distinct clusters, ascending, shape (m,); member: place in them of each row, shape (n,).
    per_event, fall: 1 / (n - d) and g on every day, shape (last day + 1,), 0 on a day on which all at risk have the
    event: past it the curve is at 0 whatever any row weighs.
    log_variance: variance of the logarithm of the curve on every day, shape (last day + 1,). It leans on the number of
    clusters: too narrow for a few, NaN where events have happened and no cluster has any influence, as with only one.

    Therneau & Grambsch 2000, doi:10.1007/978-1-4757-3294-8, chapter 7. Pinned to `survfit(cluster = )` of R.

    >>> from remission.stats.survival.kaplan_meier import kaplan_meier
    >>> for cluster in ([1, 2, 3, 4], [1, 1, 2, 2]):
    ...     kaplan_meier([1, 2, 3, 4], [True, True, True, False], cluster=cluster).log_variance.round(4).tolist()
    [0.0833, 0.25, 0.75, 0.75]
    [0.0556, 0.5, 0.5, 0.5]
    """

    rows: TimeAtRisk
    labels: NDArray[Any]
    member: Days
    per_event: Floats
    fall: Floats
    log_variance: Floats

    @classmethod
    def of(cls, rows: TimeAtRisk, days: Days, hazard: Floats, left: Floats) -> Clusters:
        """The clusters of rows that name theirs; d / n and n - d on the days on which somebody's follow-up ended."""
        labels, member = np.unique(np.zeros(0) if rows.cluster is None else rows.cluster, return_inverse=True)
        per_event, fall = np.zeros((2, rows.last_day + 1))
        # Where nobody is left the curve is 0 and stays there; its logarithm has no variance to add.
        some_left = left > 0
        per_event[days[some_left]] = 1 / left[some_left]
        fall[days] = hazard * per_event[days]
        return cls(rows, labels, member, per_event, fall, _log_variance(rows, member, per_event, fall))

    def on_area(self, still_to_come: Floats) -> Floats:
        """Each cluster's influence on the area under the curve up to a horizon, shape (m,).

        still_to_come: the area from every day to the horizon, 0 from the horizon on, shape (last day + 1,).
        """
        rows, lost = self.rows, np.cumsum(self.fall * still_to_come)
        moved = rows.event * (self.per_event * still_to_come)[rows.exit] - lost[rows.exit]
        if rows.entry is not None:
            moved += lost[rows.entry]
        if rows.weight is not None:
            moved *= rows.weight
        return -np.bincount(self.member, moved, minlength=self.labels.size).astype(np.float64)


def _log_variance(rows: TimeAtRisk, member: Days, per_event: Floats, fall: Floats) -> Floats:
    """Sum over clusters of the squared influence on the logarithm of the curve, on every day, shape (last day + 1,).

    A cluster's influence on day t is G(t) W - A, where G is the running sum of `fall` and the cluster's weight at risk
    W and constant A change only on days on which one of its rows enters or leaves. The sums over clusters of A^2, A W
    and W^2 are therefore running sums of such changes, and no table of clusters by days is needed.
    """
    fallen = np.cumsum(fall)
    day, at_risk, constant, member = _changes(rows, member, per_event, fallen)
    # By cluster and day in one number. The order within a day does not matter: of squares before and after, those in
    # between cancel.
    order, counts = np.argsort(member * np.int64(fall.size) + day), np.bincount(member)
    weights, constants = (_before_and_after(change[order], counts) for change in (at_risk, constant))
    day, constant = day[order], constant[order]
    squares, products, weights_squared, changed = (
        np.cumsum(np.bincount(day, change, minlength=fall.size))
        for change in (
            constants[1] ** 2 - constants[0] ** 2,
            constants[1] * weights[1] - constants[0] * weights[0],
            weights[1] ** 2 - weights[0] ** 2,
            constant**2,
        )
    )
    at_risk_squared = fallen**2 * weights_squared
    variance = squares - 2 * fallen * products + at_risk_squared
    # Terms that cancel leave rounding as large as they were: what is small beside them is no variance at all.
    largest = np.maximum.accumulate(squares + at_risk_squared + changed)
    return np.where(variance > NO_VARIANCE * largest, variance, np.where(fallen > 0, np.nan, 0.0))


def _changes(rows: TimeAtRisk, member: Days, per_event: Floats, fallen: Floats) -> tuple[Days, Floats, Floats, Days]:
    """Day, change of the weight at risk, change of the constant and cluster: first all entries, then all exits."""
    weight = np.ones(rows.n) if rows.weight is None else rows.weight
    entry = np.zeros(rows.n, dtype=np.int64) if rows.entry is None else rows.entry
    leaving = weight * (rows.event * per_event[rows.exit] - fallen[rows.exit])
    return (
        np.concatenate((entry, rows.exit)),
        np.concatenate((weight, -weight)),
        np.concatenate((weight * fallen[entry], leaving)),
        np.concatenate((member, member)),
    )


def _before_and_after(changes: Floats, counts: Days) -> tuple[Floats, Floats]:
    """Running sums that start again at 0 in each cluster, before and after each change; `counts` changes a cluster."""
    total = np.append(0.0, np.cumsum(changes))
    start = np.repeat(total[np.cumsum(counts) - counts], counts)
    return total[:-1] - start, total[1:] - start
