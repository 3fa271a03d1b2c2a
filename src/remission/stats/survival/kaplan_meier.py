"""The Kaplan-Meier curve: what share is still free of an event on each day, when some were followed for less long."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from remission.stats.survival.clusters import INFINITESIMAL_JACKKNIFE, Clusters
from remission.stats.survival.time_at_risk import Days, Floats, TimeAtRisk

# A risk set whose survivors weigh less than this share of it is empty: the rest is rounding of fractional weights.
NOBODY_LEFT = 1e-12

# A headline needs so many at risk; of a small study so large a share of all, and in no case fewer (decision 53).
ENOUGH_AT_RISK = 10
FEW_PERSONS = 50
SHARE_OF_FEW = 0.2
FEWEST_AT_RISK = 3


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: one entry for each day on which somebody's follow-up ended, ascending.

    days, at_risk, events, censored, survival, greenwood: shape (k,); `at_risk` is the weight at risk just before the
    day's events, `greenwood` the running sum of d / (n (n - d)), infinite once the curve is at 0.
    under_observation: shape (last day + 1,), weight at risk on every single day, for tables under a figure.
    clusters: the rows by cluster, if the variance is to be that between clusters; limits rest on `log_variance`.
    n: rows with follow-up; n_without_follow_up: rows left out because their follow-up is of zero days.
    """

    days: Days
    at_risk: Floats
    events: Floats
    censored: Floats
    survival: Floats
    greenwood: Floats
    under_observation: Floats
    n: int
    n_without_follow_up: int
    method: str
    clusters: Clusters | None = None

    @property
    def log_variance(self) -> Floats:
        """Variance of the logarithm of the curve, shape (k,): Greenwood's sum, or with clusters the jackknife's."""
        if self.clusters is None:
            return self.greenwood
        return np.where(self.survival > 0, self.clusters.log_variance[self.days], np.inf)

    @property
    def last_day(self) -> int:
        """The last day on which anybody was followed; 0 if nobody was."""
        return self.under_observation.size - 1

    @property
    def known_until(self) -> float:
        """The last day on which the curve has a height: that of the last follow-up, and endless for a curve at 0."""
        # Nobody is left to be followed, and nobody needs to be: who had the event cannot be without it again.
        return math.inf if self.n and self.survival[-1] == 0 else self.last_day

    def at(self, day: int) -> int:
        """Index of the last entry on or before the day; -1 before the first."""
        return int(np.searchsorted(self.days, day, side="right")) - 1

    def survival_on(self, days: ArrayLike) -> Floats:
        """The curve's height on each day, shape of `days`: 1 before the first entry, NaN after `known_until`."""
        wanted = np.asarray(days)
        height = np.append(1.0, self.survival)[np.searchsorted(self.days, wanted, side="right")]
        # After the last follow-up of a curve above 0 nothing is known; its last height carried on would read as
        # knowledge.
        return np.where(wanted > self.known_until, np.nan, height)

    def at_risk_on(self, days: ArrayLike) -> Floats:
        """The weight at risk (entry < day <= exit) on each day; on day 0 that of those whose time starts then."""
        wanted = np.asarray(days)
        return np.where(wanted > self.last_day, 0.0, self.under_observation[np.clip(wanted, 0, self.last_day)])

    def enough_at_risk(self, day: int) -> bool:
        """Are enough at risk on this day to put the height of the curve in a headline?

        At least ten, or where fewer than 50 were followed a fifth of them, and never fewer than three: with fewer one
        event moves the curve at will. A curve at 0 leans on nobody at risk.

        >>> curve = kaplan_meier([100] * 8 + [200, 200], [False] * 9 + [True])
        >>> curve.enough_at_risk(100), curve.enough_at_risk(150)
        (True, False)
        """
        if self.survival_on([day]).item() == 0:
            return True
        return bool(self.at_risk_on([day]).item() >= self.fewest)

    @property
    def fewest(self) -> float:
        """How many must be at risk for a height to stand in a headline."""
        return ENOUGH_AT_RISK if self.n >= FEW_PERSONS else max(FEWEST_AT_RISK, self.n * SHARE_OF_FEW)

    def events_until(self, days: ArrayLike) -> Floats:
        """The weight of events up to and including each day."""
        so_far = np.append(0.0, np.cumsum(self.events))
        return so_far[np.searchsorted(self.days, np.asarray(days), side="right")]


def kaplan_meier(
    exit: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Curve:
    """The Kaplan-Meier curve S(t) = product over the days up to t of 1 - d / n.

    A row is at risk on the days t with entry < t <= exit, on a clock that starts on day 0. Rows with exit <= entry
    have no follow-up, are left out of the risk set and counted in `n_without_follow_up`.

    exit, entry: whole days, shape (n,); event: bool, shape (n,); weight: positive, shape (n,). With weights, d and n
    are sums of weights also in Greenwood's formula, which treats a weight as so many rows; it is too narrow for
    weights that correct for selection. cluster: integers or texts, shape (n,), equal for rows that belong together; the
    variance is then that of `Clusters`, for weights of any meaning (number the rows if only the weights ask for it).
    ValueError for days that are not integers, events that are not bool, weights that are not positive, other clusters.
    Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452. Pinned to `survfit` of R (robust = FALSE; `cluster`).

    >>> curve = kaplan_meier([2, 3, 3, 5, 0], [True, True, False, False, False])
    >>> curve.days.tolist(), curve.at_risk.tolist(), curve.survival.tolist(), curve.n_without_follow_up
    ([2, 3, 5], [4.0, 3.0, 1.0], [0.75, 0.5, 0.5], 1)
    >>> kaplan_meier([2, 4, 4, 5], [True, False, True, False], cluster=["one", "one", "two", "two"]).method
    'Kaplan-Meier, infinitesimal jackknife by cluster'
    """
    rows = TimeAtRisk.of(exit, event, entry, weight, cluster)
    exits, under_observation = rows.exits_by_day(), rows.at_risk_by_day()
    # Days on which somebody's follow-up ended: on all others the curve neither falls nor loses anybody.
    days = np.flatnonzero(exits)
    events, at_risk = rows.events_by_day()[days], under_observation[days]
    left = _left(at_risk, events)
    survival: Floats = np.cumprod(left / at_risk, dtype=np.float64)
    # Where everybody left at risk has the event the variance is infinite, and so it is told.
    with np.errstate(divide="ignore"):
        greenwood: Floats = np.cumsum(events / at_risk / left)
    censored = np.maximum(exits[days] - events, 0)
    clusters = None if rows.cluster is None else Clusters.of(rows, days, events / at_risk, left)
    found = (days, at_risk, events, censored, survival, greenwood, under_observation)
    return Curve(*found, rows.n, rows.n_without_follow_up, _method(rows), clusters)


def _left(at_risk: Floats, events: Floats) -> Floats:
    """The weight that is at risk on a day and does not have the event on it."""
    left = at_risk - events
    left[left < NOBODY_LEFT * at_risk] = 0
    return left


def _method(rows: TimeAtRisk) -> str:
    weights = "weighted " if rows.weight is not None else ""
    late = " with late entry" if rows.entry is not None and (rows.entry > 0).any() else ""
    variance = f", {INFINITESIMAL_JACKKNIFE}" if rows.cluster is not None else ""
    return f"{weights}Kaplan-Meier{late}{variance}"


def early_risk_set(curve: Curve, smallest: float = 10) -> str | None:
    """A warning where the curve falls while few are at risk and more have yet to enter; None if it does not.

    With late entry the first risk sets can be tiny: one event then throws the curve far down, and every later value
    is multiplied by that. Looks at events before the day on which the risk set is largest.

    >>> warning = early_risk_set(kaplan_meier([40, 90, 95], [True, True, False], entry=[0, 50, 50]), smallest=2)
    >>> warning.split(",")[0]
    'on day 40 only 1 of at most 2 were at risk when an event happened'
    """
    if not curve.days.size:
        return None
    # Only while others still enter: a small risk set at the end is what every curve has.
    growing = curve.days < int(np.argmax(curve.under_observation))
    thin = np.flatnonzero(growing & (curve.events > 0) & (curve.at_risk < smallest))
    if not thin.size:
        return None
    first, most = thin[np.argmin(curve.at_risk[thin])], curve.under_observation.max()
    return (
        f"on day {curve.days[first]} only {curve.at_risk[first]:g} of at most {most:g} were at risk when an event "
        f"happened, because others entered later; all later values rest on this. Consider a curve that starts on a "
        f"day when at least {smallest:g} are under observation."
    )
