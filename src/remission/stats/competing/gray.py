"""Gray's test: do groups differ in the cumulative incidence of one kind of event, while others compete?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.competing.causes import CauseRows
from remission.stats.estimates import TestResult
from remission.stats.regression.chi_squared import ChiSquared

if TYPE_CHECKING:
    from remission.stats.survival.time_at_risk import Floats


def gray_test(
    exit: ArrayLike,
    cause: ArrayLike,
    group: ArrayLike,
    *,
    failure: int = 1,
    strata: ArrayLike | None = None,
) -> TestResult:
    """Gray's test of the cumulative incidence of one kind of event in k groups, within strata if given.

    On each day with the event, each group's share of the events is compared with its share of those who have not had
    it (the others included who can no longer have it), and the differences are added up. A log-rank test that censors
    at the other kinds compares rates instead.

    exit: whole days, shape (n,); cause: 0 for no event, 1, 2, ... for its kind; group, strata: labels, shape (n,).
    ValueError if there are fewer than two groups; p is NaN where there is nothing to compare, or nobody in a group was
    followed. Gray 1988, doi:10.1214/aos/1176350951, with rho = 0. Pinned to `cmprsk::cuminc` of R.

    >>> test = gray_test([10, 20, 30, 40, 50, 60], [1, 1, 2, 0, 1, 2], ["a", "a", "a", "b", "b", "b"])
    >>> round(test.statistic, 4), test.df, test.method
    (2.4381, 1, "Gray's test of 2 groups")
    """
    labels, members = np.unique(np.asarray(group), return_inverse=True)
    if labels.size < 2:
        raise ValueError(f"Gray's test compares at least two groups, found {labels.tolist()}")
    stratum = np.zeros(members.size, np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    arrays = [np.asarray(one) for one in (exit, cause)]
    if len(lengths := {one.shape for one in (*arrays, members, stratum)}) > 1:
        raise ValueError(f"exit, cause, group and strata must have one length, found {sorted(lengths)}")
    score, variance = np.zeros(labels.size), np.zeros((labels.size, labels.size))
    for part in np.unique(stratum):
        chosen = stratum == part
        groups = [CauseRows.of(*(one[chosen & (members == g)] for one in arrays)) for g in range(labels.size)]
        moved, spread = _of_stratum(groups, failure)
        score += moved
        variance += spread
    method = f"{'stratified ' if strata is not None else ''}Gray's test of {labels.size} groups"
    followed = np.unique(members[arrays[0] > 0])
    if followed.size < labels.size:
        empty = ", ".join(str(one) for place, one in enumerate(labels.tolist()) if place not in followed)
        return TestResult(math.nan, None, math.nan, f"{method}: not estimable, nobody was followed in {empty}")
    # Scores add up to 0 over groups: one of them says nothing new.
    return ChiSquared.of_quadratic(score[:-1], variance[:-1, :-1], method, "the groups share no day with the event")


def _of_stratum(groups: list[CauseRows], failure: int) -> tuple[Floats, Floats]:
    """Score of each group and its covariance, shape (k,) and (k, k), from the days with any event."""
    days = max(one.rows.last_day for one in groups)
    at_risk = np.column_stack([one.rows.at_risk_by_day(days) for one in groups])
    every = np.column_stack([one.rows.events_by_day(days) for one in groups])
    mine = np.column_stack([np.bincount(one.rows.exit[one.cause == failure], minlength=days + 1) for one in groups])
    eventful = every.sum(axis=1) > 0
    if not eventful.any():
        # Nothing happened to anybody: nothing is expected, and nothing varies.
        return np.zeros(len(groups)), np.zeros((len(groups), len(groups)))
    y, d, others = at_risk[eventful], mine[eventful].astype(np.float64), (every - mine)[eventful]
    there = np.maximum(y, 1)
    free = np.cumprod(1 - (d + others) / there, axis=0)
    before = np.vstack((np.ones(len(groups)), free))[:-1]
    # Of those not yet with this event, at risk or past another: what their number would be were nobody censored.
    stand = np.divide(y, before, out=np.zeros_like(y), where=before > 0)
    incidence = np.cumsum(before * d / there, axis=0)
    waiting = stand * (1 - np.vstack((np.zeros(len(groups)), incidence))[:-1])
    total = d.sum(axis=1)
    expected = waiting * np.divide(total, waiting.sum(axis=1), out=np.zeros_like(total), where=total > 0)[:, None]
    return (d - expected).sum(axis=0), _covariance(y, stand, total, others, before, free)


def _covariance(y: Floats, stand: Floats, total: Floats, others: Floats, before: Floats, free: Floats) -> Floats:
    """Each step of each group's counts, by what it does to the score now and, through its own incidence, later."""
    together = stand.sum(axis=1)
    hazard = np.divide(total, together, out=np.zeros_like(total), where=total > 0)
    pooled = np.cumsum(hazard)
    not_yet = 1 - np.append(0.0, pooled)[:-1]
    # now[t, a, g]: what an event of group g on day t does to the score of group a.
    now = np.einsum("ta,ag->tag", stand, np.eye(stand.shape[1]))
    now -= stand[:, :, None] * stand[:, None, :] / np.maximum(together, 1e-300)[:, None, None]
    rate = np.divide(hazard, not_yet, out=np.zeros_like(hazard), where=(total > 0) & (not_yet > 0))
    so_far = np.cumsum(now * rate[:, None, None], axis=0)
    later = so_far[-1] - so_far
    left = np.divide((1 - pooled)[:, None], free, out=np.zeros_like(free), where=free > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_mine = _tied(total[:, None], together[:, None] * before) * before * hazard[:, None] / y
        of_others = np.where(free > 0, _tied(others, y) * before**2 * others / y**2, 0.0)
    of_mine, of_others = (np.where(y > 0, one, 0.0) for one in (of_mine, of_others))
    by_mine = now + np.where(free > 0, 1 - left, 1.0)[:, None, :] * later
    by_others = left[:, None, :] * later
    return np.asarray(
        np.einsum("tag,tbg,tg->ab", by_mine, by_mine, of_mine)
        + np.einsum("tag,tbg,tg->ab", by_others, by_others, of_others)
    )


def _tied(events: NDArray[Any], at_risk: Floats) -> Floats:
    return np.asarray(np.where(events > 1, 1 - (events - 1) / np.where(at_risk > 1, at_risk - 1, np.inf), 1.0))
