"""The cumulative incidence of one kind of event while others compete, by Aalen and Johansen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.competing.causes import CauseRows
from remission.stats.competing.influence import Influence
from remission.stats.competing.variances import CountingVariance, JackknifeVariance
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.time_at_risk import Days, Floats

Variance = Literal["survfit", "cmprsk"]
VARIANCES: tuple[Variance, ...] = get_args(Variance)
NAMED: dict[Variance, str] = {
    "survfit": "infinitesimal jackknife variance (R survfit)",
    "cmprsk": "counting-process variance (R cmprsk)",
}
BY_CLUSTER = "infinitesimal jackknife by cluster"


@dataclass(frozen=True, eq=False)
class Incidence:
    """days: those with an event of any kind, ascending, shape (k,); at_risk: weight just before, shape (k,).

    events, incidence: weight of events of each kind on the day, and share that has had it by then, shape (k, c), in
    the order of `causes`; free: share without any, shape (k,). Incidences and `free` add up to 1.
    """

    data: CauseRows
    causes: tuple[int, ...]
    days: Days
    at_risk: Floats
    events: Floats
    incidence: Floats
    free: Floats
    method: str

    @property
    def known_until(self) -> float:
        """The last day of follow-up; endless if nobody is left free of all events."""
        return math.inf if self.free.size and self.free[-1] == 0 else self.data.rows.last_day

    def variance(self, cause: int, kind: Variance = "survfit") -> Floats:
        """Variance of the incidence of one kind of event on each day, shape (k,), between clusters if rows name them.

        ValueError for an unknown kind, and for that of cmprsk with weights or late entry, which it does not know.
        """
        if kind not in VARIANCES:
            raise ValueError(f"variance must be one of {', '.join(VARIANCES)}, found {kind!r}")
        place = self.place(cause)
        if kind == "survfit":
            return JackknifeVariance.of(self, place)
        rows = self.data.rows
        if rows.weight is not None or rows.cluster is not None or (rows.entry is not None and rows.entry.any()):
            raise ValueError("the variance of cmprsk knows neither weights nor clusters nor late entry: choose survfit")
        return CountingVariance.of(self, place)

    def share_on(self, cause: int, days: ArrayLike) -> Floats:
        """The share that has had one kind of event by each day: 0 for a kind that nobody had, NaN beyond follow-up."""
        wanted = np.asarray(days)
        of = self.incidence[:, self.causes.index(cause)] if cause in self.causes else np.zeros(self.days.size)
        height = np.append(0.0, of)[np.searchsorted(self.days, wanted, side="right")]
        return np.where((wanted > self.known_until) | (self.data.rows.n == 0), np.nan, height)

    def place(self, cause: int) -> int:
        """Place of a kind of event in `causes`; KeyError if nobody had it."""
        self.data.check_happened(cause)
        return self.causes.index(cause)


def cumulative_incidence(
    exit: ArrayLike,
    cause: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Incidence:
    """The share that has had each kind of event first by each day: the sum of S(t-) d / n, by Aalen and Johansen.

    One less the Kaplan-Meier curve that censors at the other kinds answers another question and is too high. Events of
    several kinds on one day share one risk set. A row is at risk on the days t with entry < t <= exit.

    exit, entry: whole days, shape (n,); cause: 0 for no event, 1, 2, ... for its kind, shape (n,); weight: positive;
    cluster: integers or texts, shape (n,), equal for rows of one person (pieces of time, clones): variances are then
    between clusters, for weights of any meaning.
    Aalen & Johansen 1978, Scand J Stat 5:141. Pinned to `survfit` and `cmprsk::cuminc` of R.

    >>> found = cumulative_incidence([100, 200, 300, 400], [1, 2, 1, 0])
    >>> found.incidence.tolist(), found.free.tolist()
    ([[0.25, 0.0], [0.25, 0.25], [0.5, 0.25]], [0.75, 0.5, 0.25])
    """
    data = CauseRows.of(exit, cause, entry, weight, cluster)
    causes = data.causes
    by_day = np.column_stack([data.events_by_day(one) for one in causes]) if causes else np.zeros((1, 0))
    days = np.flatnonzero(by_day.sum(axis=1) > 0)
    events, at_risk = by_day[days], data.rows.at_risk_by_day()[days] if causes else np.zeros(0)
    left = at_risk - events.sum(axis=1)
    left[left < 1e-12 * at_risk] = 0
    free = np.cumprod(left / at_risk)
    before = np.append(1.0, free)[: days.size]
    incidence = np.cumsum((before / at_risk)[:, None] * events, axis=0)
    weights = "weighted " if data.rows.weight is not None else ""
    late = " with late entry" if data.rows.entry is not None and data.rows.entry.any() else ""
    method = f"{weights}Aalen-Johansen{late}"
    return Incidence(data, causes, days, at_risk, events, incidence, np.asarray(free), method)


def estimate_cumulative_incidence(
    found: Incidence,
    cause: int,
    at_days: Sequence[int],
    level: float = 0.95,
    interval: Interval = "log-log",
    variance: Variance = "survfit",
) -> Estimates:
    """The share that has had this kind of event first by the end of each day, one row a day.

    Before its first event the value is 0, and after the last follow-up there is none; neither has limits. The interval
    is as in `confidence_limits`, of the incidence itself. The two variances differ by about a hundredth: the method
    says which it is. KeyError if nobody had the event.

    >>> found = cumulative_incidence([100, 200, 300, 400], [1, 2, 1, 0])
    >>> estimate_cumulative_incidence(found, 1, [50, 250]).frame.select("at_days", "value", "absent_reason").rows()
    [(50, 0.0, 'not estimable'), (250, 0.25, None)]
    """
    place, days = found.place(cause), np.asarray(at_days, dtype=np.int64)
    at = np.searchsorted(found.days, days, side="right")
    value = np.where(days > found.known_until, np.nan, np.append(0.0, found.incidence[:, place])[at])
    error = _variance_on(found, cause, at, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = confidence_limits(value, error / value**2, level, interval)
    events = np.append(0.0, np.cumsum(found.events[:, place]))[at]
    low, high = (np.where(events > 0, limit, np.nan) for limit in (low, high))
    named = NAMED[variance] if found.data.rows.cluster is None else BY_CLUSTER
    method = f"{found.method}, {named}, {interval} interval"
    row = {"what": "cumulative incidence", "unit": "proportion", "level": level, "scale": interval, "method": method}
    row |= {"group": f"event {cause}", "n": found.data.rows.n}
    names = ("at_days", "value", "low", "high", "events")
    columns = zip(days.tolist(), value.tolist(), low.tolist(), high.tolist(), events.tolist(), strict=True)
    return Estimates.of(row | _known(dict(zip(names, values, strict=True))) for values in columns)


def _variance_on(found: Incidence, cause: int, at: Days, kind: Variance) -> Floats:
    """Variances at these numbers of days with events, 0 before the first.

    Between clusters each day is a sum over all rows: only the days asked for are worth it.
    """
    if found.data.rows.cluster is None or kind != "survfit":
        return np.append(0.0, found.variance(cause, kind))[at]
    moved = Influence.of(found, found.place(cause))
    return np.array([JackknifeVariance.on(moved, int(one) - 1) if one else 0.0 for one in at], np.float64)


def _known(row: dict[str, float]) -> dict[str, float | str | None]:
    known = {name: None if math.isnan(value) else value for name, value in row.items()}
    return known | {"absent_reason": NOT_ESTIMABLE if None in known.values() else None}
