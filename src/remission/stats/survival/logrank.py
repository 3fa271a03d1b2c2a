"""The log-rank test: do groups differ in when events happen, over the whole of the follow-up?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.estimates import TestResult
from remission.stats.survival.time_at_risk import Floats, TimeAtRisk

Parts = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class EventsByGroup:
    """Observed and expected events of each group and the covariance of their difference, summed over strata.

    groups: the labels in sorted order; observed, expected: shape (k,); covariance: shape (k, k).
    """

    groups: tuple[object, ...]
    observed: Floats
    expected: Floats
    covariance: Floats


def log_rank(
    exit: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> TestResult:
    """The log-rank test of k groups, within strata if given.

    The statistic is (O - E)' V^-1 (O - E) over all groups but one, where V is the hypergeometric covariance, and is
    chi-squared on k - 1 degrees of freedom. k counts the groups that are at risk on some day with an event, and the
    method names that k; a group followed only when no event happens takes no part. Where V has a rank below k - 1
    (some groups never share a risk set) the test is not estimable. Rows without follow-up are left out.

    exit, entry: whole days, shape (n,); event: bool, shape (n,); group, strata: labels, shape (n,).
    ValueError if there are fewer than two groups. p is NaN where there is nothing to compare.
    Mantel 1966, Cancer Chemother Rep 50:163; Peto & Peto 1972, doi:10.2307/2344317. Pinned to `survdiff` of R, with
    late entry to the score test of `coxph(ties = "exact")`.

    >>> test = log_rank([10, 20, 30, 40], [True, True, True, False], ["a", "a", "b", "b"])
    >>> round(test.statistic, 6), test.df, test.method
    (2.882353, 1, 'log-rank test of 2 groups')
    """
    counts = events_by_group(exit, event, group, entry=entry, strata=strata)
    name = "stratified log-rank test" if strata is not None else "log-rank test"
    # Without the first: observed less expected adds up to 0 over groups, so one of them says nothing new. A group
    # that never shares a risk set is not compared at all.
    compared = np.flatnonzero(counts.expected > 0)[1:]
    k = compared.size + 1 if compared.size else len(counts.groups)
    method = f"{name} of {k} groups{' with late entry' if entry is not None else ''}"
    covariance = counts.covariance[np.ix_(compared, compared)]
    if not compared.size or np.linalg.matrix_rank(covariance) < compared.size:
        return TestResult(
            math.nan, None, math.nan, f"{method}: not estimable, no event while the groups share a risk set"
        )
    excess = (counts.observed - counts.expected)[compared]
    statistic = float(excess @ np.linalg.solve(covariance, excess))
    return TestResult(statistic, compared.size, _chi_squared_tail(statistic, compared.size), method)


def _chi_squared_tail(statistic: float, df: int) -> float:
    # Imported here because it takes longer than a whole report of one group, which needs no such test.
    from scipy.special import gammaincc

    return float(gammaincc(df / 2, statistic / 2))


def events_by_group(
    exit: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    strata: ArrayLike | None = None,
) -> EventsByGroup:
    """Observed and expected events of each group, the ingredients of the log-rank test; arguments as there.

    >>> events_by_group([10, 20, 30, 40], [True, True, True, False], ["a", "a", "b", "b"]).observed.tolist()
    [2.0, 1.0]
    """
    labels, members = np.unique(np.asarray(group), return_inverse=True)
    if labels.size < 2:
        raise ValueError(f"a log-rank test compares at least two groups, found {labels.tolist()}")
    stratum = np.zeros(members.size, dtype=np.int64) if strata is None else np.unique(strata, return_inverse=True)[1]
    rows = [np.asarray(array) for array in (exit, event, members, stratum) + (() if entry is None else (entry,))]
    if len(lengths := {array.shape for array in rows}) > 1:
        raise ValueError(f"exit, event, entry, group and strata must have one length, found {sorted(lengths)}")
    parts = [_compare(*_tables([array[stratum == part] for array in rows], labels.size)) for part in np.unique(stratum)]
    observed, expected, covariance = (np.sum(part, axis=0) for part in zip(*parts, strict=True))
    return EventsByGroup(tuple(labels.tolist()), observed, expected, covariance)


def _tables(rows: list[NDArray[Any]], k: int) -> tuple[Floats, Floats]:
    """Events and numbers at risk, shape (k, days), on each day with an event; k counts the groups."""
    exit, event, members, _, *entry = rows
    groups = [TimeAtRisk.of(*(array[members == g] for array in (exit, event, *entry))) for g in range(k)]
    last_day = max(group.last_day for group in groups)
    events = np.stack([group.events_by_day(last_day) for group in groups])
    at_risk = np.stack([group.at_risk_by_day(last_day) for group in groups])
    eventful = events.sum(axis=0) > 0
    return events[:, eventful], at_risk[:, eventful]


def _compare(events: Floats, at_risk: Floats) -> Parts:
    """Observed, expected and covariance of one stratum: under no difference each day's events are drawn at random."""
    d, n = events.sum(axis=0), at_risk.sum(axis=0)
    share = at_risk / n
    # The last one at risk has the event for certain: no variance, and 0 / 0 in the formula.
    spread = d * (n - d) / np.maximum(n - 1, 1)
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    return events.sum(axis=1), (share * d).sum(axis=1), covariance
