"""Rows of time at risk, checked once, and their counts on the grid of days.

Days are small whole numbers, so counting them on a grid replaces sorting: events, leavers and joiners are three
`bincount`s, and the number at risk is a running sum from the last day backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

LAST_POSSIBLE_DAY = 1_000_000  # 2,700 years: whoever passes this counts something else than days


@dataclass(frozen=True, eq=False)
class TimeAtRisk:
    """Rows at risk on the days t with entry < t <= exit, on a clock that starts on day 0.

    Rows with exit <= entry have no follow-up: they are dropped here and only their number is kept.
    entry, exit: days, shape (n,); event: bool, shape (n,); weight: positive, shape (n,) or None for one each;
    cluster: integers or texts that say which rows belong together, shape (n,) or None.

    >>> rows = TimeAtRisk.of([3, 0, 5], [True, False, False])
    >>> rows.n, rows.n_without_follow_up, rows.at_risk_by_day().tolist()
    (2, 1, [2.0, 2.0, 2.0, 2.0, 1.0, 1.0])
    """

    exit: Days
    event: Flags
    entry: Days | None
    weight: Floats | None
    cluster: NDArray[Any] | None
    n_without_follow_up: int

    @classmethod
    def of(
        cls,
        exit: ArrayLike,
        event: ArrayLike,
        entry: ArrayLike | None = None,
        weight: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
    ) -> TimeAtRisk:
        """Checked rows; ValueError names the array, what was found in it and what is allowed."""
        last, happened = _days("exit", exit), _flags(event)
        # Observation before day 0 cannot be time at risk on this clock.
        first = None if entry is None else np.maximum(_days("entry", entry), 0)
        weights = None if weight is None else _weights(weight)
        labels = None if cluster is None else _labels(cluster)
        _check_lengths({"exit": last, "event": happened, "entry": first, "weight": weights, "cluster": labels})
        followed = last > (0 if first is None else first)
        rows = cls(last, happened, first, weights, labels, int(followed.size - np.count_nonzero(followed)))
        return rows.where(followed) if rows.n_without_follow_up else rows

    def where(self, chosen: Flags) -> TimeAtRisk:
        """The chosen rows."""
        entry = None if self.entry is None else self.entry[chosen]
        weight = None if self.weight is None else self.weight[chosen]
        cluster = None if self.cluster is None else self.cluster[chosen]
        return TimeAtRisk(self.exit[chosen], self.event[chosen], entry, weight, cluster, self.n_without_follow_up)

    @property
    def n(self) -> int:
        """Rows with follow-up."""
        return self.exit.size

    @property
    def last_day(self) -> int:
        """The last day on which anybody was followed; 0 if nobody was."""
        return int(self.exit.max()) if self.n else 0

    def exits_by_day(self, last_day: int | None = None) -> Floats:
        """Weight of those whose time at risk ends on each day 0, 1, ..., last_day."""
        return self._count(self.exit, self.weight, last_day)

    def events_by_day(self, last_day: int | None = None) -> Floats:
        """Weight of the events on each day 0, 1, ..., last_day."""
        weight = None if self.weight is None else self.weight[self.event]
        return self._count(self.exit[self.event], weight, last_day)

    def at_risk_by_day(self, last_day: int | None = None) -> Floats:
        """Weight at risk on each day; on day 0, when nobody is yet at risk, that of those whose time starts then."""
        remaining = _from_last(self.exits_by_day(last_day))
        if self.entry is None:
            return remaining
        joining = self._count(self.entry, self.weight, last_day)
        at_risk = remaining - _from_last(joining)
        at_risk[0] = joining[0]
        return at_risk

    def _count(self, days: Days, weight: Floats | None, last_day: int | None) -> Floats:
        length = 1 + (self.last_day if last_day is None else last_day)
        return np.bincount(days, weight, minlength=length).astype(np.float64)


def _from_last(counts: Floats) -> Floats:
    return counts[::-1].cumsum()[::-1]


def _days(name: str, days: ArrayLike) -> Days:
    array = np.asarray(days)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{name} must hold whole days as integers without missing values, found {array.dtype}")
    if (latest := int(array.max())) > LAST_POSSIBLE_DAY:
        raise ValueError(f"{name} must be days of at most {LAST_POSSIBLE_DAY:,}, found {latest:,}: are these seconds?")
    return array


def _flags(event: ArrayLike) -> Flags:
    array = np.asarray(event)
    if array.dtype != np.bool_ and array.size:
        raise ValueError(f"event must be true or false, found {array.dtype}: give event == 1 for codes")
    return array.astype(np.bool_, copy=False)


def _weights(weight: ArrayLike) -> Floats:
    array = np.asarray(weight, dtype=np.float64)
    if array.size and not (array.min() > 0 and np.isfinite(array).all()):
        found = array[~(np.isfinite(array) & (array > 0))][0]
        raise ValueError(f"weight must be positive and finite, found {found}: leave out rows that do not count")
    return array


def _labels(cluster: ArrayLike) -> NDArray[Any]:
    array = np.asarray(cluster)
    if array.dtype == np.object_ and all(isinstance(label, str) for label in array.flat):
        array = array.astype(np.str_)
    if array.dtype.kind not in "iuUT":
        raise ValueError(f"cluster must hold integers or texts without missing values, found {array.dtype}")
    return array


def _check_lengths(arrays: dict[str, NDArray[Any] | None]) -> None:
    lengths = {name: array.shape for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1 or len(lengths["exit"]) != 1:
        raise ValueError(f"arrays must be one-dimensional and of one length, found {lengths}")
