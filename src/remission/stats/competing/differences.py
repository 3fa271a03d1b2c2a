"""How two groups differ in a cumulative incidence: shares, their ratio and time lost, with errors by cluster.

Groups may share clusters, as clones do: what a cluster moves in both is added up before it is squared.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remission.stats.competing.influence import Influence
from remission.stats.survival.clusters import NO_VARIANCE

if TYPE_CHECKING:
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.survival.time_at_risk import Floats


@dataclass(frozen=True, eq=False)
class _Moved:
    """A number of one group, the clusters and what each moves in it, shape (m,); no clusters where nobody had any."""

    value: float
    labels: NDArray[Any]
    moved: Floats
    rows: float


def incidence_difference(one: Incidence, other: Incidence, cause: int, day: int) -> tuple[float, float]:
    """How much larger the share with this kind of event is by a day, and its error.

    NaN where one of them was not followed so long; the error is NaN where nobody of a group had such an event by then,
    for nothing then tells how far its share is from 0. Pinned to the influence of `survfit` of R.

    >>> from remission.stats.competing.aalen_johansen import cumulative_incidence
    >>> one = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0], cluster=[0, 1, 2, 3])
    >>> other = cumulative_incidence([1, 2, 3, 4], [2, 1, 0, 0], cluster=[4, 5, 6, 7])
    >>> [round(number, 3) for number in incidence_difference(one, other, 1, 3)]
    [0.25, 0.331]
    """
    return _less(_share(one, cause, day), _share(other, cause, day))


def incidence_ratio(one: Incidence, other: Incidence, cause: int, day: int) -> tuple[float, float]:
    """The logarithm of the ratio of both shares by a day, and its error; NaN where one is 0 or not followed so long.

    >>> from remission.stats.competing.aalen_johansen import cumulative_incidence
    >>> one = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0], cluster=[0, 1, 2, 3])
    >>> other = cumulative_incidence([1, 2, 3, 4], [2, 1, 0, 0], cluster=[4, 5, 6, 7])
    >>> [round(number, 3) for number in incidence_ratio(one, other, 1, 3)]
    [0.693, 1.0]
    """
    share, against = _share(one, cause, day), _share(other, cause, day)
    if not (share.value > 0 and against.value > 0):
        return math.nan, math.nan
    return math.log(share.value / against.value), _error(share, against, (1 / share.value, -1 / against.value))


def time_lost_difference(one: Incidence, other: Incidence, cause: int, until: int) -> tuple[float, float]:
    """How many days more are lost to this kind of event up to a horizon that both reach: the area under the share.

    NaN as in `incidence_difference`. Andersen, Canudas-Romo & Keiding 2013, doi:10.4054/DemRes.2013.29.41.

    >>> from remission.stats.competing.aalen_johansen import cumulative_incidence
    >>> one = cumulative_incidence([1, 2, 3, 4], [1, 2, 1, 0], cluster=[0, 1, 2, 3])
    >>> other = cumulative_incidence([1, 2, 3, 4], [2, 1, 0, 0], cluster=[4, 5, 6, 7])
    >>> [round(number, 3) for number in time_lost_difference(one, other, 1, 4)]
    [0.5, 0.75]
    """
    return _less(_lost(one, cause, until), _lost(other, cause, until))


def _less(one: _Moved, other: _Moved) -> tuple[float, float]:
    """How much more one is than the other, and the error of that."""
    return one.value - other.value, _error(one, other, (1.0, -1.0))


def _share(found: Incidence, cause: int, day: int) -> _Moved:
    weights = np.zeros(found.days.size)
    if reached := int(np.searchsorted(found.days, day, side="right")):
        weights[reached - 1] = 1
    return _sum(found, cause, weights, day)


def _lost(found: Incidence, cause: int, until: int) -> _Moved:
    # Who has had it on a day has lost the days after it, up to the horizon.
    return _sum(found, cause, np.diff(np.minimum(np.append(found.days, until), until)).astype(np.float64), until)


def _sum(found: Incidence, cause: int, weights: Floats, day: int) -> _Moved:
    if day > found.known_until or not found.data.rows.n:
        return _Moved(math.nan, np.zeros(0, np.int64), np.zeros(0), math.nan)
    if cause not in found.causes:
        return _Moved(0.0, np.zeros(0, np.int64), np.zeros(0), 0.0)
    place = found.place(cause)
    moved = Influence.of(found, place)
    rows = moved.of_rows(weights)
    value = float((weights * found.incidence[:, place]).sum())
    return _Moved(value, moved.labels, moved.add_up(rows), float((rows**2).sum()))


def _error(one: _Moved, other: _Moved, by: tuple[float, float]) -> float:
    if not all(found.value > 0 for found in (one, other)):
        return math.nan
    labels, member = np.unique(np.concatenate((one.labels, other.labels)), return_inverse=True)
    moved = np.concatenate((by[0] * one.moved, by[1] * other.moved))
    variance = float((np.bincount(member, moved, minlength=labels.size) ** 2).sum())
    # One cluster alone moves nothing: that is no error of 0.
    size = by[0] ** 2 * one.rows + by[1] ** 2 * other.rows
    return math.sqrt(variance) if variance > NO_VARIANCE * size else math.nan
