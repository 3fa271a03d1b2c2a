"""Rebuilt curves as a cohort: one reconstruction, as records that every other command takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from remission.inputs.provenance import Source
from remission.records.cohort import Cohort
from remission.stats.horizons import MONTH_DAYS, YEAR_DAYS
from remission.studies.papers.curve_points import STANDING

if TYPE_CHECKING:
    from remission.stats.survival.from_points import Rebuilt
    from remission.studies.papers.made_curve import Made

RebuiltEvent = Literal["relapse", "death"]
Unit = Literal["days", "months", "years"]
DAYS_OF: dict[Unit, float] = {"days": 1, "months": MONTH_DAYS, "years": YEAR_DAYS}
ARMS = ("first curve", "second curve")
NOTE = (
    "Rebuilt from a printed curve: these are nobody's data. The curve and the numbers at risk are near those of the "
    "print. The order and the days of single events and losses are not known from it. How far the reading moves a "
    "result is told by several reconstructions; this is number {draw} of {of}{first}."
)


def rebuilt_cohort(
    made: Sequence[Made], event: RebuiltEvent, unit: Unit, name: str, files: str, draw: int = 1
) -> Cohort:
    """The cohort of one reconstruction of one curve or two, an arm each, in days; `kind` is reconstructed.

    `event` says in which table an event of the curve is written, `unit` is that of the printed times, `files` names
    what was read. `draw` says which of the reconstructions, from 1.

    >>> from remission.stats.survival.from_points import rebuild_times
    >>> from remission.studies.papers.made_curve import Made
    >>> made = Made((rebuild_times([1, 2], [0.9, 0.8], [0], [10]),), (), None)
    >>> rebuilt_cohort([made], "relapse", "years", "a", "points.csv")
    Cohort(a, reconstructed; rows: subjects 10, observed 20, relapses 2)
    """
    people = pl.concat(_people(one.rebuilt[draw - 1], place, unit) for place, one in enumerate(made))
    died = pl.col("event") if event == "death" else pl.lit(value=False)
    subjects = people.select(
        "subject_id", "arm", entered=pl.lit("yes"), last_day=pl.col("day"),
        end_reason=pl.when(died).then(pl.lit("died")), death_day=pl.when(died).then(pl.col("day")),
    )  # fmt: skip
    looked = ("vital", "relapses") if event == "relapse" else ("vital",)
    observed = pl.concat(
        people.select("subject_id", row_id=pl.col("subject_id") + f"-{kind}", kind=pl.lit(kind), from_day=pl.lit(0),
                      to_day=pl.col("day")) for kind in looked
    )  # fmt: skip
    # Who died is dead: a table of relapses would say that nobody had one.
    relapses = people.filter("event").select("subject_id", "day", row_id=pl.col("subject_id") + "-R")
    methods = "; ".join(dict.fromkeys(one.method for one in made))
    source = Source(files, "derived", says=f"points read off a curve and numbers at risk; {methods}")
    first = ", of the points as read or of the pattern that is nearest" if draw == 1 else ""
    return Cohort.from_frames(
        kind=STANDING, day_zero="time 0 of the printed curve", name=name, title=f"Rebuilt from a printed curve: {name}",
        licence="not stated: see the publication that was read", subjects=subjects, observed=observed,
        relapses=relapses if event == "relapse" else None, sources=(source,),
        note=NOTE.format(draw=draw, of=len(made[0].rebuilt), first=first),
    )  # fmt: skip


def _people(one: Rebuilt, place: int, unit: Unit) -> pl.DataFrame:
    days = np.floor(one.exit * DAYS_OF[unit] + 0.5).astype(np.int32)
    # An event read at time 0 comes on the first day: on day zero everybody is free of it.
    days = np.where(one.event, np.maximum(days, 1), days)
    names = [f"{'PQ'[place]}{at}" for at in range(1, days.size + 1)]
    return pl.DataFrame({"subject_id": names, "arm": [ARMS[place]] * days.size, "day": days, "event": one.event})
