"""Two groups under weights: how their hazards, rates, shares and restricted means differ, with errors by cluster.

A weight here corrects for who was treated and is no number of people: errors are those of the infinitesimal jackknife
over people (or pairs), which take the weights as known. Where the chances of treatment were estimated they are mostly
too large; a bootstrap that estimates them anew is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from remission.stats.competing.aalen_johansen import Incidence, cumulative_incidence
from remission.stats.competing.differences import incidence_difference, incidence_ratio, time_lost_difference
from remission.stats.estimates import NOT_ESTIMABLE
from remission.stats.horizons import YEAR_DAYS
from remission.stats.intervals import normal_quantile
from remission.stats.propensity.rubin import Pooled
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean
from remission.stats.survival.time_at_risk import Days, Flags, Floats

What = Literal[
    "hazard ratio", "rate ratio", "difference in event-free share", "difference in restricted mean",
    "cause-specific hazard ratio", "difference in cumulative incidence", "ratio of cumulative incidence",
    "difference in mean time lost", "cause-specific hazard ratio of the competing event",
    "difference in cumulative incidence of the competing event",
]  # fmt: skip
RATIOS: tuple[What, ...] = (
    "hazard ratio", "rate ratio", "cause-specific hazard ratio", "ratio of cumulative incidence",
    "cause-specific hazard ratio of the competing event",
)  # fmt: skip
EVENT, COMPETING = 1, 2


@dataclass(frozen=True, eq=False)
class GroupRows:
    """Rows at risk (entry < day <= exit) of those treated and the others, shape (n,); `cluster` says who is whom.

    competed: did the row end with an event of another kind, after which this one can no longer come; None where nothing
    competes.
    """

    entry: Days
    exit: Days
    event: Flags
    treated: Flags
    cluster: Days
    competed: Flags | None = None

    def take(self, places: NDArray[np.int64]) -> GroupRows:
        """Some rows, in this order, any of them more than once."""
        competed = None if self.competed is None else self.competed[places]
        return GroupRows(
            self.entry[places], self.exit[places], self.event[places], self.treated[places], self.cluster[places],
            competed,
        )  # fmt: skip

    def redrawn(self, clusters: NDArray[np.int64]) -> tuple[GroupRows, NDArray[np.int64]]:
        """All rows of each of these clusters (0, 1, ... in ascending order), a new one each time; and their places.

        >>> rows = GroupRows(*np.array([[0, 0, 0], [5, 6, 7]]), *np.zeros((2, 3), bool), np.array([0, 0, 1]))
        >>> found, places = rows.redrawn(np.array([1, 0, 1]))
        >>> places.tolist(), found.cluster.tolist()
        ([2, 0, 1, 2], [0, 1, 1, 2])
        """
        labels, member = np.unique(self.cluster, return_inverse=True)
        order, size = np.argsort(member, kind="stable"), np.bincount(member, minlength=labels.size)
        first = np.cumsum(size) - size
        taken = size[clusters]
        within = np.arange(taken.sum()) - np.repeat(np.cumsum(taken) - taken, taken)
        places = order[np.repeat(first[clusters], taken) + within]
        return replace(self.take(places), cluster=np.repeat(np.arange(clusters.size), taken)), places

    def ending(self, exits: Days, to_the_end: Flags) -> GroupRows:
        """The same rows ending on these days; only those that go on to their end have what ended them.

        >>> rows = GroupRows(*np.array([[0, 0], [5, 6]]), *np.ones((2, 2), bool), np.arange(2))
        >>> rows.ending(np.array([5, 4]), np.array([True, False])).event.tolist()
        [True, False]
        """
        competed = None if self.competed is None else self.competed & to_the_end
        return replace(self, exit=exits, event=self.event & to_the_end, competed=competed)

    @property
    def ended(self) -> Flags:
        """Did the row end with an event of either kind?"""
        return self.event if self.competed is None else self.event | self.competed

    def curve(self, weight: Floats, *, treated: bool) -> Curve:
        """The weighted curve of one group; of those with neither event where another kind competes."""
        part = self.treated == treated
        return kaplan_meier(
            self.exit[part], self.ended[part], entry=self.entry[part], weight=weight[part], cluster=self.cluster[part]
        )

    def incidence(self, weight: Floats, *, treated: bool) -> Incidence:
        """The weighted share of one group that has had the event (1), or what competes with it (2), by each day."""
        part = self.treated == treated
        kinds = np.where(self.event, EVENT, np.where(self.ended, COMPETING, 0))
        return cumulative_incidence(
            self.exit[part], kinds[part], entry=self.entry[part], weight=weight[part], cluster=self.cluster[part]
        )


@dataclass(frozen=True)
class Contrast:
    """Of those treated to the others: on the log scale for ratios, in shares or days for differences.

    `value` is NaN where neither curve reaches so far, or where a group has no event. `pooled` says of how many sets of
    filled-in values it is, and limits are then by t.
    """

    what: What
    value: float
    error: float
    day: int | None = None
    pooled: Pooled | None = None

    @property
    def is_ratio(self) -> bool:
        """Is it a ratio, whose value and error are those of its logarithm?"""
        return self.what in RATIOS

    def limits(self, level: float) -> tuple[float, float, float]:
        """Value, low and high as they are read: ratios as ratios."""
        quantile = normal_quantile(level) if self.pooled is None else self.pooled.quantile(level)
        spread = quantile * self.error
        return self.read(self.value), self.read(self.value - spread), self.read(self.value + spread)

    def read(self, number: float) -> float:
        """A number on the scale of `value`, as it is read."""
        return math.exp(number) if self.is_ratio else number


def contrast_groups(rows: GroupRows, weight: Floats, at_days: Sequence[int], horizon: int) -> tuple[Contrast, ...]:
    """Hazard ratio, rate ratio, difference in shares on each day, and in restricted means up to the horizon.

    Where another kind of event competes: cause-specific ratios, differences and ratios of cumulative incidence on each
    day, the difference in time lost, and what differs in the competing event itself. There a group without any event of
    a kind has no limits, and the ratio of a competing event that a group lacks is NaN.

    weight: positive, shape (n,). NotEstimable where no hazard ratio is (nobody of a group had the event, say).
    Weighted Cox: Lin & Wei 1989, doi:10.1080/01621459.1989.10478874; curves: Xie & Liu 2005, doi:10.1002/sim.2174.

    >>> rows = GroupRows(*(np.array(one) for one in ([0] * 6, [9, 13, 18, 23, 28, 31])),
    ...     np.array([1, 1, 0, 1, 1, 0], bool), np.array([1, 0, 1, 1, 0, 0], bool), np.arange(6))
    >>> [(one.what, round(one.value, 2)) for one in contrast_groups(rows, np.ones(6), [10], 25)][:3]
    [('hazard ratio', 1.07), ('rate ratio', 0.36), ('difference in event-free share', -0.33)]
    """
    if rows.competed is not None:
        return tuple(_competing_contrasts(rows, weight, at_days, horizon))
    one, other = rows.curve(weight, treated=True), rows.curve(weight, treated=False)
    shares = (share_contrast(one, other, day) for day in at_days)
    hazards = _hazards("hazard ratio", rows, rows.event, weight)
    return (hazards, rate_contrast(rows, weight), *shares, mean_contrast(one, other, horizon))


def _hazards(what: What, rows: GroupRows, event: Flags, weight: Floats) -> Contrast:
    columns = {"treated": rows.treated.astype(np.float64)}
    fit = cox(rows.exit, event, columns, entry=rows.entry, weight=weight, cluster=rows.cluster)
    return Contrast(what, float(fit.coefficients[0]), float(fit.standard_errors[0]))


def _competing_contrasts(rows: GroupRows, weight: Floats, at_days: Sequence[int], horizon: int) -> Iterator[Contrast]:
    assert rows.competed is not None
    one, other = rows.incidence(weight, treated=True), rows.incidence(weight, treated=False)
    # Of the event's own hazard who had the other kind is no longer there: they are censored for it, and only for it.
    yield _hazards("cause-specific hazard ratio", rows, rows.event, weight)
    yield rate_contrast(rows, weight)
    for day in at_days:
        yield Contrast("difference in cumulative incidence", *incidence_difference(one, other, EVENT, day), day)
    for day in at_days:
        yield Contrast("ratio of cumulative incidence", *incidence_ratio(one, other, EVENT, day), day)
    until = int(min(horizon, one.known_until, other.known_until))
    yield Contrast("difference in mean time lost", *time_lost_difference(one, other, EVENT, until), until)
    of: What = "cause-specific hazard ratio of the competing event"
    try:
        yield _hazards(of, rows, rows.competed, weight)
    except NotEstimable:
        # Few die: that nobody of a group did leaves the answer about the event as it is.
        yield Contrast(of, math.nan, math.nan)
    of = "difference in cumulative incidence of the competing event"
    for day in at_days:
        yield Contrast(of, *incidence_difference(one, other, COMPETING, day), day)


def share_contrast(curve: Curve, against: Curve, day: int) -> Contrast:
    """How much larger the share still free of the event is on a day; the influences of one cluster are added up.

    NaN where one of the curves does not reach so far. ValueError for curves without clusters.
    """
    what: What = "difference in event-free share"
    heights = [float(one.survival_on([day])[0]) for one in (curve, against)]
    if not all(map(math.isfinite, heights)):
        return Contrast(what, math.nan, math.nan, day)
    moved = [height * _on_log(one, day) for one, height in zip((curve, against), heights, strict=True)]
    return Contrast(what, heights[0] - heights[1], _error(curve, against, moved[0], moved[1]), day)


def mean_contrast(curve: Curve, against: Curve, horizon: int) -> Contrast:
    """Days free of the event gained up to the horizon, which is shortened to the shorter follow-up."""
    what: What = "difference in restricted mean"
    until = int(min(horizon, curve.known_until, against.known_until))
    if until < 1:
        return Contrast(what, math.nan, math.nan, until)
    moved = [_on_area(one, until) for one in (curve, against)]
    value = restricted_mean(curve, until)[0] - restricted_mean(against, until)[0]
    return Contrast(what, value, _error(curve, against, moved[0], moved[1]), until)


def rate_contrast(rows: GroupRows, weight: Floats) -> Contrast:
    """The ratio of events per time at risk, on the log scale, with the jackknife's error; NaN without an event."""
    time = np.maximum(rows.exit - rows.entry, 0) * weight
    events = rows.event * weight
    moved = np.zeros(rows.exit.size)
    logs = []
    for treated in (True, False):
        part = rows.treated == treated
        had, at_risk = float(events[part].sum()), float(time[part].sum())
        if not had:
            return Contrast("rate ratio", math.nan, math.nan)
        moved[part] = (1 if treated else -1) * (events[part] / had - time[part] / at_risk)
        logs.append(math.log(had / at_risk))
    _, member = np.unique(rows.cluster, return_inverse=True)
    return Contrast("rate ratio", logs[0] - logs[1], float(np.linalg.norm(np.bincount(member, moved))))


def rate_of(rows: GroupRows, weight: Floats, *, treated: bool) -> float:
    """Events a year of one group under weights; NaN without time at risk."""
    part = rows.treated == treated
    years = float((np.maximum(rows.exit - rows.entry, 0) * weight)[part].sum()) / YEAR_DAYS
    return float((rows.event * weight)[part].sum()) / years if years else math.nan


def _on_log(curve: Curve, day: int) -> Floats:
    """Influence of each cluster on the logarithm of the curve."""
    if curve.clusters is None:
        raise ValueError(f"curves with clusters are needed: without them the error is {NOT_ESTIMABLE}")
    return curve.clusters.on_area((np.arange(curve.last_day + 1) <= day).astype(np.float64))


def _on_area(curve: Curve, horizon: int) -> Floats:
    if curve.clusters is None:
        raise ValueError(f"curves with clusters are needed: without them the error is {NOT_ESTIMABLE}")
    still_to_come = np.zeros(curve.last_day + 1)
    until = min(horizon, curve.last_day)
    still_to_come[:until] = curve.survival_on(np.arange(until))[::-1].cumsum()[::-1]
    return curve.clusters.on_area(still_to_come)


def _error(curve: Curve, against: Curve, moved: Floats, other: Floats) -> float:
    """Clusters may have rows in both groups: what they move is subtracted before it is squared."""
    assert curve.clusters is not None
    assert against.clusters is not None
    labels = np.concatenate((curve.clusters.labels, against.clusters.labels))
    member = np.unique(labels, return_inverse=True)[1]
    return float(np.linalg.norm(np.bincount(member, np.concatenate((moved, -other)))))
