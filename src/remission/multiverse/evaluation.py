"""One definition evaluated on one cohort: who had the event, who could not be assessed, and the estimates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from remission.inputs.problems import InputProblems
from remission.multiverse.grid import Definition, reason
from remission.outcomes.evaluation import evaluate, evaluate_days
from remission.stats.horizons import years_to_days
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import kaplan_meier

if TYPE_CHECKING:
    from remission.outcomes.definitions.records import Endpoint, Estimation
    from remission.records.cohort import Cohort
    from remission.records.segments import SubjectIndex

Flags = NDArray[np.bool_]
Numbers = tuple[float | None, ...]


class SpellTimes(NamedTuple):
    """Everyone who entered: days since the origin, and whether time ended with the event; each of shape (n,)."""

    entry: NDArray[np.int32]
    exit: NDArray[np.int32]
    event: Flags


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What one definition says; `judged` are those with follow-up, `yes` those of them who had the event, shape (n,).

    `person_days` is the follow-up of those judged. The tuples hold a number for each time: the share with the event by
    then (1 - Kaplan-Meier), its limits, the persons still under observation, the events so far. A definition that the
    records cannot answer has `refused`, which says why, and nobody judged.
    """

    id: str
    judged: Flags
    yes: Flags
    person_days: int
    value: Numbers
    low: Numbers
    high: Numbers
    at_risk: Numbers
    events: Numbers
    method: str
    refused: str = ""

    @property
    def events_in_all(self) -> int:
        """How many had the event during follow-up."""
        return int(np.count_nonzero(self.yes))


def spell_times(cohort: Cohort, endpoint: Endpoint, index: SubjectIndex | None = None) -> SpellTimes:
    """First events as arrays, without the names of rows: in the order of the subjects who entered.

    On one `index` of the cohort, endpoints that search alike are searched for once.
    """
    if endpoint.origin is not None:
        # Each subject's time then begins on a day of their own, which only the outcome knows.
        outcome = evaluate(cohort, endpoint)
        arrays = outcome.arrays(outcome.spells.filter(pl.col("episode") == 1))
        return SpellTimes(arrays.entry, arrays.exit, arrays.event)
    days, origin = evaluate_days(cohort, endpoint, index), np.int32(endpoint.origin_day)
    return SpellTimes(days.entry - origin, days.exit - origin, days.event)


def evaluate_definition(
    cohort: Cohort, definition: Definition, estimation: Estimation, index: SubjectIndex | None = None
) -> Evaluated:
    """Evaluate one definition; one that these records cannot answer comes back refused, with why."""
    try:
        times = spell_times(cohort, definition.endpoint, index)
    # One definition that these records cannot answer must not end a run of a thousand.
    except InputProblems as found:
        nobody = np.zeros(0, np.bool_)
        return Evaluated(definition.id, nobody, nobody, 0, (), (), (), (), (), "", reason(found))
    judged = times.exit > times.entry
    yes = times.event & judged
    curve = kaplan_meier(times.exit, times.event, entry=times.entry)
    days = at_days(estimation.at_years)
    rows = estimate_survival(curve, days, estimation.level, estimation.interval).frame
    return Evaluated(
        definition.id,
        judged,
        yes,
        # 64 bits: days of a million people over years do not fit 32.
        int((times.exit - times.entry)[judged].sum(dtype=np.int64)),
        tuple(_less(one) for one in rows["value"]),
        # The share with the event is one less the share without it, so the limits change places.
        tuple(_less(one) for one in rows["high"]),
        tuple(_less(one) for one in rows["low"]),
        tuple(rows["at_risk"]),
        tuple(rows["events"]),
        f"1 - {rows['method'][0]}",
    )


def at_days(years: Sequence[float]) -> list[int]:
    """The days at which shares are given."""
    return [years_to_days(year) for year in years]


def _less(share: float | None) -> float | None:
    return None if share is None else 1 - share
