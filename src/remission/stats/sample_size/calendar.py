"""How many events are expected by when: people enter, have the event at a hazard of their arm, or drop out.

Times are in one unit throughout, which is the caller's: months, say. The time of the trial begins with the first entry,
the time of a person with their own. Everything is piecewise constant, so that all sums have a formula.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from remission.inputs.not_a_design import not_between, not_from_zero, refuse
from remission.stats.sample_size.follow_up import FollowUp
from remission.stats.sample_size.piecewise import Accrual, Floats, PiecewiseHazard

# The two are part of every calendar, and are taken from here.
__all__ = [
    "Accrual",
    "Arm",
    "Calendar",
    "PiecewiseHazard",
    "events_by_piece",
    "events_in_the_end",
    "expected_events",
    "people_needed",
    "time_of_events",
]

# Wide enough for the last digits of a sum, and not for thirds that were cut to 0.333.
SHARES_ADD_UP = 1e-9


NO_DROPOUT = PiecewiseHazard.constant(0.0)


@dataclass(frozen=True)
class Arm:
    """One arm: its hazard, the `share` of all people who enter it, and the hazard at which they drop out."""

    hazard: PiecewiseHazard
    share: float
    dropout: PiecewiseHazard = NO_DROPOUT


@dataclass(frozen=True)
class Calendar:
    """Who enters when and what happens to them: `people` by `accrual`, shared out over `arms`.

    followed_for: how long each person is followed at most; None: until the trial ends. NotADesign with every reason.
    """

    people: float
    accrual: Accrual
    arms: tuple[Arm, ...]
    followed_for: float | None = None

    def __post_init__(self) -> None:
        shares = [arm.share for arm in self.arms]
        reasons = not_between("people", self.people, 0, math.inf)
        reasons += [f"share must be above 0, found {share:g}" for share in shares if not share > 0]
        if not abs(sum(shares) - 1) < SHARES_ADD_UP:
            reasons.append(f"shares must add up to 1, found {sum(shares):g}")
        if self.followed_for is not None:
            reasons += not_between("followed_for", self.followed_for, 0, math.inf)
        if self.people > self.accrual.total:
            reasons.append(f"accrual never reaches {self.people:g}: it ends at {self.accrual.total:g}")
        refuse(reasons)

    @property
    def accrual_ends(self) -> float:
        """When the last one enters."""
        return self.accrual.until(self.people)


def expected_events(at: Sequence[float] | Floats, calendar: Calendar) -> Floats:
    """Events expected by each time of the trial, shape (times, arms).

    The sum over accrual of the chance to have had the event, not having dropped out, in what follow-up there was:
    integral of rate(u) F(t - u) du, with F by pieces in closed form. Lachin & Foulkes 1986, doi:10.2307/2531201.
    Pinned to rpact's `getEventProbabilities`. NotADesign for times below 0.

    >>> both = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))
    >>> expected_events([12.0, 24.0], Calendar(100, Accrual.constant(10.0), both)).round(2).tolist()
    [[14.4, 24.12], [30.46, 42.21]]
    """
    times = np.asarray(at, dtype=float)
    refuse([f"times must be 0 or later, and finite, found {one:g}" for one in times if not 0 <= one < math.inf])
    return np.stack([_events_of(arm, times, calendar, calendar.followed_for) for arm in calendar.arms], axis=-1)


def events_by_piece(at: float, calendar: Calendar, starts: Sequence[float]) -> Floats:
    """Events expected by a time of the trial in each piece of people's own time, shape (pieces, arms).

    starts: of the pieces, from 0 on; the last piece goes on. NotADesign for starts out of order.

    >>> both = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))
    >>> events_by_piece(24.0, Calendar(100, Accrual.constant(10.0), both), (0.0, 6.0)).round(2).tolist()
    [[12.96, 22.56], [17.5, 19.65]]
    """
    refuse(not_from_zero("starts", starts))
    longest = math.inf if calendar.followed_for is None else calendar.followed_for
    # Pieces beyond the longest follow-up end with it too, and so hold no events.
    ends = [min(end, longest) for end in (*starts[1:], math.inf)]
    times = np.array([at], dtype=float)
    # Whoever is followed only to the end of a piece has the same events before it, so that differences are the pieces.
    by_end = [[_events_of(arm, times, calendar, end)[0] for arm in calendar.arms] for end in ends]
    return np.diff(np.array(by_end), axis=0, prepend=0.0)


def time_of_events(events: float, calendar: Calendar) -> float:
    """The time of the trial at which so many events are expected, of all arms together.

    NotADesign where there are never so many: in time everybody has had the event, dropped out or is no longer followed.

    >>> both = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))
    >>> round(time_of_events(60, Calendar(100, Accrual.constant(10.0), both)), 2)
    18.21
    """
    refuse(not_between("events", events, 0, math.inf))
    most = events_in_the_end(calendar)
    # Asked before the search, which would double its time for ever for events that never come.
    if not events < most:
        refuse([f"{events:g} events never come: {most:g} are expected in the end; take more people"])
    latest = calendar.accrual_ends
    while expected_events([latest], calendar).sum() < events:
        latest *= 2
    return float(brentq(lambda at: expected_events([at], calendar).sum() - events, 0, latest, xtol=1e-12, rtol=1e-14))


def events_in_the_end(calendar: Calendar) -> float:
    """Events expected if the trial never ended.

    >>> arm = Arm(PiecewiseHazard.constant(0.03), 1.0, dropout=PiecewiseHazard.constant(0.01))
    >>> events_in_the_end(Calendar(100, Accrual.constant(10.0), (arm,)))
    75.0
    """
    ever = (FollowUp.of(arm.hazard, arm.dropout, calendar.followed_for).in_the_end for arm in calendar.arms)
    return calendar.people * sum(arm.share * chance for arm, chance in zip(calendar.arms, ever, strict=True))


def people_needed(
    events: float, accrual: Accrual, arms: tuple[Arm, ...], *, follow_up: float, followed_for: float | None = None
) -> float:
    """How many must enter for so many events to be expected when the last of them has been followed for `follow_up`.

    Not rounded; `followed_for` as in `Calendar`. NotADesign where accrual ends before so many are in.

    >>> both = tuple(Arm(PiecewiseHazard.constant(rate), 0.5) for rate in (0.05, 0.1))
    >>> round(people_needed(60, Accrual.constant(10.0), both, follow_up=12.0), 1)
    88.5
    """
    refuse([*not_between("events", events, 0, math.inf), *not_between("follow_up", follow_up, 0, math.inf)])

    def short_of(people: float) -> float:
        calendar = Calendar(people, accrual, arms, followed_for)
        return events - float(expected_events([calendar.accrual_ends + follow_up], calendar).sum())

    # Where nobody ever has an event more people bring none, and the search would ask for more without end.
    if not events_in_the_end(Calendar(1.0, Accrual.constant(1.0), arms, followed_for)) > 0:
        refuse(["no event is ever expected: a hazard must be above 0 while people are followed"])
    # As many people as events never suffice. More help in proportion at least, for the first are followed for longer.
    most = min(2 * events, accrual.total)
    while short_of(most) > 0 and most < accrual.total:
        most = min(2 * most, accrual.total)
    if short := max(short_of(most), 0.0):
        refuse([f"{events:g} events never come: accrual ends at {most:g} people, {short:g} events short"])
    return float(brentq(short_of, events / 2, most, xtol=1e-10, rtol=1e-14))


def _events_of(arm: Arm, times: Floats, calendar: Calendar, followed_for: float | None) -> Floats:
    course = FollowUp.of(arm.hazard, arm.dropout, followed_for)
    # Accrual goes on by itself; that of this trial ends with the last of its people.
    starts = [start for start in calendar.accrual.starts if start < calendar.accrual_ends]
    edges = np.array([*starts, calendar.accrual_ends])
    rates = np.asarray(calendar.accrual.rates[: len(starts)])
    # Whoever entered in a piece has been followed for between t - end and t - start.
    area = course.area(np.maximum(times[:, None] - edges, 0.0))
    events: Floats = arm.share * ((area[:, :-1] - area[:, 1:]) @ rates)
    return events
