"""Status in windows of time: how many are free of it, not free, or not assessable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.outcomes.readings import NO, NOT_ASSESSABLE, YES, ReadOutcome, evaluate_readings
from remission.report.asked import Asked, once
from remission.report.groups import GROUP, GroupBy, label_groups, place_of
from remission.report.pictures.window_status import WindowStatus
from remission.stats.proportions import estimate_proportion

if TYPE_CHECKING:
    from remission.records.cohort import Cohort

WINDOW = ("from_day", "to_day")


def estimate_window_status(
    outcome: ReadOutcome, *, cohort: Cohort | None = None, group_by: GroupBy = None, level: float | None = None
) -> WindowStatus:
    """Count the statuses of everyone who entered in every window, and estimate the share free among the assessable.

    The interval is Wilson's. Beside it stand the shares of everyone who entered if none and if all of those who are not
    assessable were free of it: whoever drops out of assessment seldom does so at random. `group_by` is a column of the
    cohort's subjects (which must then be given) that is known on day zero. InputProblems for one that is not.

    >>> from remission.outcomes.load import load_cohort
    >>> from remission.outcomes.readings import evaluate_readings
    >>> found = estimate_window_status(evaluate_readings(load_cohort("two-arm"), "neda-3-rebaselined"))
    >>> found.counts["persons"].to_list()
    [200, 200, 200]
    """
    level = level or outcome.endpoint.estimation.level
    readings = _grouped(outcome, cohort, group_by)
    of = (*WINDOW, GROUP)
    assert outcome.endpoint.readings is not None
    windows = [(one.from_day, one.to_day) for one in outcome.endpoint.readings.windows]
    # In the declared order, which need not be that of days: a reader looks for the windows as the definition has
    # them.
    order = {window: place for place, window in enumerate(dict.fromkeys(windows))}
    counted = readings.group_by(of, maintain_order=True).agg(
        persons=pl.len(),
        free=(pl.col("status") == YES).sum(),
        not_free=(pl.col("status") == NO).sum(),
        not_assessable=(pl.col("status") == NOT_ASSESSABLE).sum(),
    )
    rows = [row | _share(row, level) for row in counted.to_dicts()]
    place = place_of(group_by)
    rows.sort(key=lambda row: (order[row["from_day"], row["to_day"]], place(row[GROUP] or "")))
    why = (
        readings.filter(pl.col("status") != YES)
        .group_by(*of, "status", part=pl.coalesce("cause", "unassessed"), reason="reason")
        .agg(persons=pl.len())
        .sort("status", "persons", "part", "reason", descending=[False, True, False, False])
    ).to_dicts()
    why.sort(key=lambda row: (order[row["from_day"], row["to_day"]], place(row[GROUP] or "")))
    return WindowStatus(
        outcome.endpoint, pl.DataFrame(rows, _SCHEMA), pl.DataFrame(why, _WHY), level, outcome.provenance
    )


@once
def estimate_windows(asked: Asked) -> WindowStatus | None:
    """The status in each window of a report's endpoint; nothing for one that is not read in windows."""
    endpoint = asked.outcome.endpoint
    if endpoint.readings is None:
        return None
    read = evaluate_readings(asked.cohort, endpoint)
    return estimate_window_status(read, cohort=asked.cohort, group_by=asked.group_by, level=asked.choices.level)


def _grouped(outcome: ReadOutcome, cohort: Cohort | None, group_by: GroupBy) -> pl.DataFrame:
    if group_by is None:
        return outcome.readings.with_columns(pl.lit(None, pl.String).alias(GROUP))
    if cohort is None:
        raise ValueError(f"to group by '{group_by}' the cohort is needed: give cohort=")
    labels = label_groups(cohort, group_by)
    return outcome.readings.join(labels, on="subject_id", how="left", maintain_order="left")


def _share(row: dict[str, int], level: float) -> dict[str, object]:
    """The share among the assessable with its interval, and how far those not assessable could move it."""
    # Among the assessable; the two shares below say how far those left out could move it.
    found = estimate_proportion(row["free"], row["free"] + row["not_free"], level).rows()[0]
    everyone = row["persons"]
    return {
        **{name: found[name] for name in ("value", "low", "high", "level", "method")},
        "lowest": row["free"] / everyone,
        "highest": (row["free"] + row["not_assessable"]) / everyone,
    }


_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(WINDOW, pl.Int32),
    GROUP: pl.String,
    **dict.fromkeys(("persons", "free", "not_free", "not_assessable"), pl.Int64),
    **dict.fromkeys(("value", "low", "high", "level"), pl.Float64),
    "method": pl.String,
    "lowest": pl.Float64,
    "highest": pl.Float64,
}
_WHY: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(WINDOW, pl.Int32),
    **dict.fromkeys((GROUP, "status", "part", "reason"), pl.String),
    "persons": pl.Int64,
}
