"""When an endpoint happened to people, latent and as seen: by rules of its own, in whole arrays.

Latent: on the day, until death or the end of the study. Seen: at a visit or scan that took place, until the last of
them, as the endpoints of the same names in the library say. What the records of a cohort give converges to what is
seen, not to what is latent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.simulation.course.worsening import confirmed
from remission.simulation.disease import NEVER, Days, Flags

if TYPE_CHECKING:
    from remission.simulation.course.chance import Events
    from remission.simulation.course.lives import Lives

# As in `relapse-30d`, written here again for the same reason as the rule of a worsening.
APART_DAYS = 30


@dataclass(frozen=True, eq=False)
class Times:
    """The day on which follow-up for an endpoint ended, and whether by the event, shape (n,)."""

    exit: Days
    event: Flags

    @classmethod
    def of(cls, happened: Days, end: Days) -> Times:
        """An event on its day if it comes by the end."""
        return cls(np.minimum(happened, end), happened <= end)


def seen_relapse(lives: Lives) -> Times:
    """The first relapse that is noted: `relapse-free`."""
    return Times.of(lives.relapses.first(lives.n), lives.last)


def seen_worsening(lives: Lives, weeks: int) -> Times:
    """The first confirmed worsening: `cdp-12w` and `cdp-24w`."""
    began, _ = confirmed(lives.scores, weeks)
    return Times.of(began, lives.scores.last_day)


def seen_lesions(lives: Lives) -> Times:
    """The first scan after day zero with a new lesion or one that enhances: `mri-activity`."""
    active = lives.scanned & (lives.new_lesions + lives.enhancing > 0)
    return Times.of(np.where(active, lives.schedule.days, NEVER).min(axis=1), lives.last_scan)


def seen_activity(lives: Lives) -> Times:
    """The first of the three, as long as all are looked for: `neda-3`, whose worsening 12 weeks confirm."""
    parts = (seen_worsening(lives, 12), seen_relapse(lives), seen_lesions(lives))
    # The first end of any part ends all: from there on nobody could say that there was no activity of that kind, so
    # that what another part shows later does not count.
    exit = np.minimum.reduce([part.exit for part in parts])
    event = np.logical_or.reduce([part.event & (part.exit == exit) for part in parts])
    return Times(exit, event)


def seen_death(lives: Lives) -> Times:
    """Death while followed: `death`."""
    return Times.of(lives.death, lives.last)


def latent_end(lives: Lives) -> Days:
    """Until when things can happen to people: death or the end of the study, whoever leaves."""
    return np.minimum(lives.death, lives.plan.design.visits.last_day)


def _latent(days: Callable[[Lives], Days]) -> Callable[[Lives], Times]:
    return lambda lives: Times.of(days(lives), latent_end(lives))


def _latent_activity(lives: Lives) -> Days:
    lesions = lives.lesions.first(lives.n)
    return np.minimum(np.minimum(lives.relapses.first(lives.n), lesions), lives.disability.first_worsening)


# By the names of the library: what is seen, and the same as it happens.
ENDPOINTS: Mapping[str, tuple[Callable[[Lives], Times], Callable[[Lives], Times]]] = {
    "relapse-free": (seen_relapse, _latent(lambda lives: lives.relapses.first(lives.n))),
    "cdp-24w": (lambda lives: seen_worsening(lives, 24), _latent(lambda lives: lives.disability.first_worsening)),
    "neda-3": (seen_activity, _latent(_latent_activity)),
    "death": (seen_death, _latent(lambda lives: lives.death)),
}


def seen_counts(lives: Lives) -> tuple[Days, Days]:
    """Relapses and days under observation of each person, shape (n,): `relapse-30d`."""
    known = lives.relapses.where(lives.relapses.whole_days <= lives.last[lives.relapses.person])
    counted = apart(known, lives.n)
    return np.bincount(known.person[counted], minlength=lives.n), lives.last


def latent_counts(lives: Lives) -> tuple[Days, Days]:
    """Every relapse that began, also within 30 days of the one before, and days alive in the study, shape (n,)."""
    end = latent_end(lives)
    inside = lives.relapses.whole_days <= end[lives.relapses.person]
    return np.bincount(lives.relapses.person[inside], minlength=lives.n), end


def apart(events: Events, n: int) -> Flags:
    """Which begin at least 30 days after the last that counted; the others are a part of it.

    >>> from remission.simulation.course.chance import Events
    >>> apart(Events(np.array([0, 0, 0]), np.array([5.0, 20.0, 40.0]), np.zeros(3)), 1).tolist()
    [True, False, True]
    """
    counts = np.zeros(events.day.size, dtype=np.bool_)
    # Half of it, for days less the whole would not fit into 64 bits.
    last = np.full(n, -NEVER // 2)
    place = events.place_before(np.arange(n))
    ends = np.append(place[1:], events.day.size)
    # One round for each person's first, second, third event, and so on.
    for round_ in range(int((ends - place).max(initial=0))):
        who = np.flatnonzero(place + round_ < ends)
        at = place[who] + round_
        far = events.whole_days[at] - last[who] >= APART_DAYS
        counts[at] = far
        last[who[far]] = events.whole_days[at[far]]
    return counts
