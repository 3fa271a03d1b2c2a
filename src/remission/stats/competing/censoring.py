"""Those who had another kind of event, kept at risk with a weight; and what that weight, being estimated, adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from remission.stats.competing.causes import CauseRows
from remission.stats.survival.time_at_risk import Days, Flags, Floats

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit

# Pieces beyond which memory ends: people with another event, by days on which their weight changes.
MOST_PIECES = 20_000_000


@dataclass(frozen=True, eq=False)
class StayingOn:
    """Pieces of people: everybody as they are, and who had another kind of event after it, from event day to event day.

    exit, event, entry, weight: of the pieces; person: row of `data` behind each.
    free_before: probability to be still uncensored just before each day 0, 1, ..., last day + 1.
    """

    data: CauseRows
    failure: int
    exit: NDArray[np.int64]
    event: Flags
    entry: NDArray[np.int64]
    weight: Floats
    person: NDArray[np.int64]
    free_before: Floats

    @classmethod
    def of(cls, data: CauseRows, failure: int, *, events_first: bool) -> StayingOn:
        """events_first: is who has an event no longer there to be censored on that day? ValueError if too many."""
        rows, cause = data.rows, data.cause
        free = _uncensored(data, events_first=events_first)
        days = np.unique(rows.exit[cause == failure])
        # Event days on which the weight is the same are one piece.
        last_of = np.append(np.flatnonzero(np.diff(free[days])), days.size - 1)
        until, level = days[last_of], free[days[last_of]]
        since = np.append(0, until[:-1])
        others = np.flatnonzero((cause > 0) & (cause != failure))
        begin = np.searchsorted(until, rows.exit[others], side="right")
        count = np.maximum(until.size - begin, 0)
        if count.sum() > MOST_PIECES:
            raise ValueError(f"{count.sum():,} pieces of people who had another event: give coarser days")
        who = np.repeat(others, count)
        piece = np.repeat(begin, count) + np.arange(who.size) - np.repeat(np.cumsum(count) - count, count)
        weight = level[piece] / free[rows.exit[who]]
        used = weight > 0  # where all others were censored nobody is there to be stood for
        who, piece = who[used], piece[used]
        everybody = np.arange(rows.n)
        return cls(
            data, failure,
            np.concatenate((rows.exit, until[piece])).astype(np.int64),
            np.concatenate((cause == failure, np.zeros(who.size, np.bool_))),
            np.concatenate((np.zeros(rows.n, np.int64), np.maximum(since[piece], rows.exit[who]))).astype(np.int64),
            np.concatenate((np.ones(rows.n), weight[used])),
            np.concatenate((everybody, who)),
            free,
        )  # fmt: skip


def _uncensored(data: CauseRows, *, events_first: bool) -> Floats:
    rows = data.rows
    at_risk, leaving = rows.at_risk_by_day(), rows.exits_by_day()
    events = rows.events_by_day()
    there = np.maximum(at_risk - events if events_first else at_risk, 1)
    there[0] = max(float(rows.n), 1.0)
    return np.concatenate(([1.0], np.cumprod(1 - (leaving - events) / there)))


class CensoringTerm:
    """What each person tells of the censoring that the weights rest on, carried to the score, shape (n, p).

    q(u) is how the score would move were censoring on day u a little more; who is censored on u adds q over the number
    at risk, and everybody at risk takes their share of what was expected off.
    """

    @staticmethod
    def of(fit: CoxFit, staying: StayingOn) -> Floats:
        """The term of each row of the data behind the pieces."""
        rows, cause, free = staying.data.rows, staying.data.cause, staying.free_before
        sets, steps = fit.data.sets, fit.steps
        length, spread = rows.last_day + 1, fit.data.covariates.spread
        # The first piece of everybody comes before all others.
        x = (fit.data.covariates.values - fit.data.covariates.centre)[: rows.n]
        risk = np.exp(fit.predictor[: rows.n] - steps.level)
        others = (cause > 0) & (cause != staying.failure)
        stays = np.where(others, risk / free[rows.exit], 0.0)
        # Of those who had another event before day u.
        before = [_before(rows.exit, stays * column, length) for column in (np.ones(rows.n), *x.T)]
        # Of the event days from u on.
        hazard = np.zeros((length, 1 + x.shape[1]))
        hazard[sets.days] = np.column_stack((steps.hazard, steps.hazard_mean * spread)) * free[sets.days][:, None]
        from_on = hazard[::-1].cumsum(axis=0)[::-1]
        q = np.column_stack([before[1 + a] * from_on[:, 0] - before[0] * from_on[:, 1 + a] for a in range(x.shape[1])])
        at_risk = np.maximum(rows.at_risk_by_day(), 1)
        share = q / at_risk[:, None]
        censored = rows.exits_by_day() - rows.events_by_day()
        expected = np.cumsum(share * (censored / at_risk)[:, None], axis=0)
        return np.asarray((cause == 0)[:, None] * share[rows.exit] - expected[rows.exit])


def _before(exit: Days, values: Floats, length: int) -> Floats:
    by_day = np.bincount(exit, values, minlength=length)
    return np.asarray(np.cumsum(by_day) - by_day)
