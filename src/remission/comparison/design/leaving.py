"""Who leaves a target trial before its end: lost to it, or no longer on the strategy with which they began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.library.catalogue import therapies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from remission.comparison.design.records import Design, Strategy
    from remission.records.cohort import Cohort

# Reasons of an endpoint's spell after which nobody knows; whether that was a loss, the end of observation says.
NO_LONGER_SEEN = ("lost", "withdrew", "unknown", "not-observed")
LOST = ("lost", "withdrew", "unknown")
# Until so many days after the last dose somebody is taken to be on the therapy, as between two infusions or packs.
GAP_DAYS = 60


def lost_to_follow_up(cohort: Cohort, spells: pl.DataFrame) -> pl.Series:
    """Whether each spell ended because the person was lost, and not because the records end; shape (n,).

    spells: subject_id, event and reason. A gap between assessments longer than the endpoint allows is a loss; a death,
    another therapy or a data cut is none.
    """
    ended = spells.join(cohort.select("subjects", "subject_id", "end_reason"), on="subject_id", how="left",
                        maintain_order="left")  # fmt: skip
    by_person = pl.col("reason").is_in(NO_LONGER_SEEN) & pl.col("end_reason").fill_null("unknown").is_in(LOST)
    lost = ~pl.col("event") & (by_person | (pl.col("reason") == "gap"))
    return ended.select(lost.fill_null(value=False).alias("lost"))["lost"]


def died_first(cohort: Cohort, design: Design, people: pl.DataFrame) -> int | None:
    """How many people died within the years of follow-up without the event having been seen; None if none is recorded.

    people: subject_id, event and, of a sequence, `begins`. A person in several trials counts once.
    """
    deaths = cohort.select("subjects", "subject_id", "death_day")
    if deaths["death_day"].null_count() == deaths.height:
        return None
    zero = pl.col("begins") if "begins" in people.columns else pl.lit(design.start_day)
    after = pl.col("death_day") - zero
    died = ~pl.col("event") & (after > 0) & (after <= design.horizon_days)
    return people.join(deaths, on="subject_id", how="left").filter(died)["subject_id"].n_unique()


def departures(cohort: Cohort, design: Design, people: pl.DataFrame) -> NDArray[np.float64]:
    """Days since time zero on which each leaves the strategy followed then, shape (n,); infinite for never.

    people: subject_id, treated, and of a sequence `begins`. A strategy is left by beginning what it does not begin, or
    when for more than 60 days none of the therapies that it starts is taken any more. Given once, as a course or a
    procedure, a therapy is not stopped.
    """
    zero = people["begins"].to_numpy() if "begins" in people.columns else np.full(people.height, design.start_day)
    taken: dict[str, list[tuple[str, int, float]]] = {}
    table = cohort.select("treatments", "subject_id", "therapy", "start_day", "end_day").sort("start_day")
    for who, therapy, start, end in table.iter_rows():
        if start is not None:
            taken.setdefault(who, []).append((therapy, start, np.inf if end is None else end))
    found = np.full(people.height, np.inf)
    for row, (who, treated) in enumerate(people.select("subject_id", "treated").iter_rows()):
        strategy = design.strategies[0 if treated else 1]
        found[row] = _leaves(strategy, taken.get(who, []), int(zero[row])) - zero[row]
    # Whoever had stopped within the month before time zero leaves at once.
    return np.asarray(np.maximum(found, 1.0))


def _leaves(strategy: Strategy, taken: list[tuple[str, int, float]], zero: int) -> float:
    begins = min((start for name, start, _ in taken if name in strategy.not_starts and start > zero), default=np.inf)
    until = -np.inf
    for name, start, end in taken:
        if name not in strategy.starts or start > until + GAP_DAYS > zero:
            continue
        until = max(until, end if therapies()[name].kind == "continuous" else np.inf)
    stops = until + GAP_DAYS + 1 if strategy.starts else np.inf
    return float(min(begins, stops))
