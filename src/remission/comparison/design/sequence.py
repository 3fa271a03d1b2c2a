"""A sequence of trials: one begins each month, of those who have not begun the therapy and are free of the event.

What was begun in the month up to the day on which a trial begins decides on the arm, so it is known then: events of
that month are before time zero for both arms, and no time is immortal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.stats.emulation.trials import expand_trials
from remission.stats.horizons import YEAR_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.comparison.design.records import Design
    from remission.stats.propensity.logistic import Floats

MONTH_DAYS = YEAR_DAYS / 12
TIME, SQUARED = "months since day zero", "months since day zero, squared"
FEWEST_TO_CURVE = 3


def trials_of(people: pl.DataFrame, start: Floats, design: Design) -> pl.DataFrame:
    """A row for each trial of a person: entry 0, exit and event since it began, treated, `begins` (its day), `start`.

    people: entry, exit (days since day zero, up to the last trial's horizon), event and lost of each; start: the day on
    which each began the therapy, NaN for never, shape (n,). Somebody is in the trial of a day who is followed and free
    of the event then, and had not begun by the day of the trial before.
    """
    days = np.array(design.begins, np.int64)
    entry, last, had = (people[name].to_numpy()[:, None] for name in ("entry", "exit", "event"))
    began = np.nan_to_num(start, nan=np.inf)[:, None]
    there = (entry <= days) & (days < last)
    person, place = np.nonzero(there)
    before = np.append(-1, days[:-1])
    ends = np.append(days[1:], np.iinfo(np.int64).max)
    happens = (had & (last <= ends))[person, place]
    trials = expand_trials(person, (began > before)[person, place], (began <= days)[person, place], happens)
    who, begins = person[trials.begins], days[place[trials.begins]]
    later = people["exit"].to_numpy()[who] - begins
    return people[who.astype(np.int64)].with_columns(
        entry=pl.lit(0, pl.Int64),
        exit=pl.Series(np.minimum(later, design.horizon_days)),
        event=pl.Series(people["event"].to_numpy()[who] & (later <= design.horizon_days)),
        lost=pl.Series(people["lost"].to_numpy()[who] & (later <= design.horizon_days)),
        competed=pl.Series(people["competed"].to_numpy()[who] & (later <= design.horizon_days)),
        treated=pl.Series(trials.assigned),
        begins=pl.Series(begins),
    )


def time_since(begins: NDArray[np.int64]) -> dict[str, Floats]:
    """Columns of when a trial began, for the propensity; none where all began on one day.

    >>> {name: values.round(1).tolist() for name, values in time_since(np.array([0, 30])).items()}
    {'months since day zero': [0.0, 1.0]}
    """
    different = np.unique(begins).size
    months = begins / MONTH_DAYS
    return ({TIME: months} if different > 1 else {}) | ({SQUARED: months**2} if different >= FEWEST_TO_CURVE else {})
