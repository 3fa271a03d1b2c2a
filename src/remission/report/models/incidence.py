"""Incidence curves of one group where death competes, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import event_noun
from remission.stats.competing.aalen_johansen import Incidence, cumulative_incidence, estimate_cumulative_incidence
from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint
    from remission.stats.intervals import Interval

EVENT, DEATH = 1, 2


def original_noun(endpoint: Endpoint) -> str:
    """The event as a noun, without the word that a value of its definition was changed for this run."""
    return event_noun((endpoint.changed_from or endpoint).title)


def ending_words(endpoint: Endpoint) -> dict[int, str]:
    """What each kind of ending is called at the start of a line.

    >>> from remission.outcomes.definitions.reading import load_endpoint
    >>> ending_words(load_endpoint("relapse-free"))
    {1: 'Relapse', 2: 'Death before a relapse'}
    """
    return {EVENT: (endpoint.changed_from or endpoint).title, DEATH: f"Death before {original_noun(endpoint)}"}


@dataclass(frozen=True, eq=False)
class GroupIncidence:
    """One group: its endings (days since the origin), its curves of incidence, and Kaplan-Meier curves beside them.

    endings: subject_id, entry, until, cause (0 none, 1 the event, 2 death without it), weight, unseen_days, death.
    `free` is of neither event nor death; `censored` censors deaths, as one should not.
    """

    name: str
    endings: pl.DataFrame
    incidence: Incidence
    free: Curve
    censored: Curve

    @classmethod
    def of(cls, name: str, endings: pl.DataFrame) -> GroupIncidence:
        """The curves of some endings."""
        rows = _arrays(endings)
        cause = endings["cause"].to_numpy()
        free, censored = kaplan_meier(event=cause > 0, **rows), kaplan_meier(event=cause == EVENT, **rows)
        return cls(name, endings, cumulative_incidence(cause=cause, **rows), free, censored)

    @property
    def drawn_until(self) -> int:
        """The last day with an ending on which enough were at risk: later, one death moves the areas at will."""
        days = [*self.incidence.days.tolist(), self.free.last_day]
        return max((day for day in days if self.free.at_risk_on([day]).item() >= self.free.fewest), default=0)

    @property
    def unseen(self) -> pl.Series:
        """How many days before the death nobody looked any more, of those with any who are in the risk set."""
        known = self.endings.filter(pl.col("until") > pl.col("entry"))["unseen_days"].drop_nulls()
        return known.filter(known > 0)

    def bound(self) -> Incidence:
        """The incidence if everybody whose last days before the death nobody saw had the event on that day."""
        seen = (pl.col("unseen_days") > 0).fill_null(value=False)
        worst = self.endings.with_columns(cause=pl.when(seen).then(EVENT).otherwise("cause"))
        return cumulative_incidence(cause=worst["cause"].to_numpy(), **_arrays(worst))


def _arrays(endings: pl.DataFrame) -> dict[str, Any]:
    entry, weight = endings["entry"].to_numpy(), endings["weight"].to_numpy()
    return {
        "exit": endings["until"].to_numpy(),
        "entry": entry if (entry > 0).any() else None,
        "weight": None if (weight == 1).all() else weight,
    }


def estimate_incidence(
    one: GroupIncidence, found: Incidence, cause: int, days: Sequence[int], level: float, interval: Interval
) -> Estimates:
    """The share that has had one kind first by each day; of a kind that nobody had 0, without limits."""
    at_risk = pl.Series("at_risk", one.free.at_risk_on(days), pl.Float64)
    if cause in found.causes:
        rows = estimate_cumulative_incidence(found, cause, days, level, interval)
        return Estimates(rows.frame.with_columns(at_risk))
    # Nobody had it: 0 as far as anybody was followed, which has no limits, and nothing beyond.
    about = {"unit": "proportion", "level": level, "scale": interval, "method": found.method, "n": one.free.n}
    reached = [day <= one.free.known_until and one.free.n > 0 for day in days]
    rows = Estimates.of(
        about | {"at_days": day, "value": 0.0 if known else None, "events": 0.0, "absent_reason": NOT_ESTIMABLE}
        for day, known in zip(days, reached, strict=True)
    )
    return Estimates(rows.frame.with_columns(at_risk))


def estimate_one_less(one: GroupIncidence, days: Sequence[int], level: float, interval: Interval) -> Estimates:
    """What a Kaplan-Meier curve that censors deaths would make of the share with the event, by each day."""
    frame = estimate_survival(one.censored, days, level, interval).frame
    turned = frame.with_columns(value=1 - pl.col("value"), low=1 - pl.col("high"), high=1 - pl.col("low"))
    return Estimates(turned.with_columns(method=pl.format("one less {}, deaths censored", "method")))
