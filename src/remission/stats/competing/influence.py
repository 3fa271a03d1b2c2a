"""What each row, or each cluster of rows, moves in a cumulative incidence: the infinitesimal jackknife, kept apart.

With more weight of a row the share free of all events moves by l(u) of itself on each day u, and what it moves is
carried on to every later step: the influence on day t is A(t) F(t) + B(t), where A is the row's sum of l, and B that of
its own steps of F less l F. While a row is at risk A and B are those of everybody, from its entry on; at its exit they
stop. So sums over days, too, are differences of running sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.survival.time_at_risk import Floats

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Influence:
    """The pieces of every row's influence on the incidence of one kind of event.

    first, last: how many days with events were over when the row came under observation, and before the first on which
    nothing of it changes any more, shape (n,); shared_a, shared_b: A and B of who is there all along, shape (k + 1,);
    final_a, final_b: A and B of each row from its end on, shape (n,). incidence: F, shape (k,). labels: the distinct
    clusters, ascending, shape (m,); member: place in them of each row; without clusters each row is one.

    Pinned to the influence of `survfit` of R, and checked against the estimate without each cluster in turn.

    >>> from remission.stats.competing.aalen_johansen import cumulative_incidence
    >>> found = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0], cluster=[7, 7, 8, 9])
    >>> moved = Influence.of(found, 0)
    >>> moved.labels.tolist(), moved.on(np.array([0.0, 0.0, 1.0])).round(3).tolist()
    ([7, 8, 9], [0.0, 0.125, -0.125])
    """

    first: Places
    last: Places
    shared_a: Floats
    shared_b: Floats
    final_a: Floats
    final_b: Floats
    weight: Floats
    incidence: Floats
    labels: NDArray[Any]
    member: Places

    @classmethod
    def of(cls, found: Incidence, place: int) -> Influence:
        """Of the incidence of the kind of event at this place of `found.causes`."""
        rows, k = found.data.rows, found.days.size
        incidence, n = found.incidence[:, place], found.at_risk
        every = found.events.sum(axis=1)
        left = n - every
        left[left < 1e-12 * n] = 0
        # Where all at risk have an event the share free is 0 for good, whatever a row weighs.
        per_left = np.divide(1.0, left, out=np.zeros(k), where=left > 0)
        step = np.append(1.0, found.free)[:k] / n
        hazard = every / n
        shared_a = np.append(0.0, np.cumsum(hazard * per_left))
        shared_b = np.append(0.0, np.cumsum(-hazard * per_left * incidence - step * found.events[:, place] / n))
        last = np.searchsorted(found.days, rows.exit, side="right")
        first = np.zeros(rows.n, np.int64)
        if rows.entry is not None:
            first = np.searchsorted(found.days, rows.entry, side="right")
        own = np.maximum(last - 1, 0)
        had, mine = rows.event, found.data.cause == found.causes[place]
        a = shared_a[last] - shared_a[first] - had * per_left[own]
        b = shared_b[last] - shared_b[first] + had * per_left[own] * incidence[own] + mine * step[own]
        weight = np.ones(rows.n) if rows.weight is None else rows.weight
        cluster = np.arange(rows.n) if rows.cluster is None else rows.cluster
        labels, member = np.unique(cluster, return_inverse=True)
        return cls(first, last - had, shared_a, shared_b, a, b, weight, incidence, labels, member)

    def on(self, day_weights: Floats) -> Floats:
        """What each cluster moves in the sum over days of F times these weights, shape (k,): shape (m,).

        A single 1 asks for one day; the days until the next event ask for the area under F.
        """
        return self.add_up(self.of_rows(day_weights))

    def of_rows(self, day_weights: Floats) -> Floats:
        """The same of each row, shape (n,)."""
        height = day_weights * self.incidence
        k = day_weights.size
        # Running sums over the days before each: of who is there all along, and of who has left.
        over, area = _before(day_weights), _before(height)
        there_a, there_b = _before(height * self.shared_a[1:]), _before(day_weights * self.shared_b[1:])
        first, last = np.minimum(self.first, self.last), self.last
        under_way = (
            there_a[last] - there_a[first] - self.shared_a[first] * (area[last] - area[first])
            + there_b[last] - there_b[first] - self.shared_b[first] * (over[last] - over[first])
        )  # fmt: skip
        left = self.final_a * (area[k] - area[last]) + self.final_b * (over[k] - over[last])
        return np.asarray(self.weight * (under_way + left))

    def add_up(self, rows: Floats) -> Floats:
        """Numbers of rows, shape (n,), added up by cluster, shape (m,)."""
        return np.bincount(self.member, rows, minlength=self.labels.size).astype(np.float64)


def _before(values: Floats) -> Floats:
    return np.append(0.0, np.cumsum(values))
