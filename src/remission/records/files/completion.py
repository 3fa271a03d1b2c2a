"""Partial dates that were completed: none is put where nobody could have known of it, and all are counted.

A relapse of "2018-05" whose subject was last seen on 12 May would, completed to 15 May, fall after the watch and not
be counted: the rule would have made the person event-free. So a day that was completed from a month or a year ends
with what is known of the subject, where the written period contains that end; and it agrees with the other day of its
row, where the written period lets it. Exact days are never moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from remission.records.cohort import NO_PARTIAL_DATE, PartialDates
from remission.records.schema import PARTIAL

# recorded_day is left alone: a record may be written long after the last day on which anything is known.
MOVABLE = ("day", "start_day", "from_day", "end_day", "to_day")
SPANS = (("day", "end_day"), ("start_day", "end_day"), ("from_day", "to_day"))


def before_moved(name: str) -> str:
    """Name of the column that keeps the completed day of a row whose day was moved, and is null elsewhere."""
    return f"completed:{name}"


def move_back(name: str, first: pl.Expr, end: pl.Expr) -> dict[str, pl.Expr]:
    """A day column with each completed day that is after `end` put on `end`, if the period begins by then.

    `first` is the first day of the written period, for a whole date that date; all three are days since day zero,
    null where not known.

    >>> frame = pl.DataFrame({"day": [135, 135, 135], "first": [121, 121, 135], "end": [130, 120, 130]})
    >>> frame.with_columns(**move_back("day", pl.col("first"), pl.col("end")))["day"].to_list()
    [130, 135, 135]
    """
    day = pl.col(name)
    # Only where the written period begins by then: a month that lies wholly after the last day known is a
    # contradiction, and told as one.
    past = (day > end) & (first <= end)
    return {before_moved(name): pl.when(past).then(day), name: pl.when(past).then(end).otherwise(day)}


def before_held(name: str) -> str:
    """Name of the column that keeps a day from before it was made to agree with its row, and is null elsewhere."""
    return f"held:{name}"


class Written(NamedTuple):
    """A day column, with the first and the last day that each date as written may mean (one day for a whole date)."""

    name: str
    first: pl.Expr
    last: pl.Expr

    @property
    def day(self) -> pl.Expr:
        """The day as it was read, completed and perhaps moved back."""
        return pl.col(self.name)


def hold_start(start: Written, end: Written, *, after_zero: bool) -> dict[str, pl.Expr]:
    """A completed first day put on the exact day on which its row ended, where it was after that.

    `after_zero`: also put on day 1 where it was before, though the row may have begun by then and was not over.
    """
    exact = end.first == end.last
    late = exact & (start.day > end.day) & (start.first <= end.day)
    # Completed to before day zero it would be no event, of somebody in whom it was still going on after it.
    early = exact & (end.day > 0) & (start.day <= 0) & (start.last > 0) & after_zero
    return _held(start, pl.when(late).then(end.day).when(early).then(pl.lit(1, pl.Int32)))


def hold_end(start: Written, end: Written) -> dict[str, pl.Expr]:
    """A completed last day put on the first day of its row, where it was before that.

    >>> frame = pl.DataFrame({"day": [50, 50], "end_day": [31, 31], "last": [61, 31]})
    >>> start, end = Written("day", pl.col("day"), pl.col("day")), Written("end_day", pl.lit(31), pl.col("last"))
    >>> frame.with_columns(**hold_end(start, end))["end_day"].to_list()
    [50, 31]
    """
    early = (end.day < start.day) & (end.last >= start.day)
    return _held(end, pl.when(early).then(start.day))


def hold_death(last_day: pl.Expr, death: Written) -> dict[str, pl.Expr]:
    """A completed day of death put on the last day alive, or on day 1, where it was before that.

    >>> frame = pl.DataFrame({"last_day": [10, None, 40], "death_day": [-14] * 3, "last": [16, 16, 16]})
    >>> death = Written("death_day", pl.lit(-14), pl.col("last"))
    >>> frame.with_columns(**hold_death(pl.col("last_day"), death))["death_day"].to_list()
    [10, 1, 1]
    """
    seen = (last_day > 0) & (death.day < last_day) & (death.last >= last_day)
    # Who entered was alive on day zero, and a death on it would exclude the person from every count.
    early = (death.day <= 0) & (death.last > 0)
    return _held(death, pl.when(seen).then(last_day).when(early).then(pl.lit(1, pl.Int32)))


def _held(written: Written, to: pl.Expr) -> dict[str, pl.Expr]:
    was = pl.when(to.is_not_null()).then(written.day)
    return {before_held(written.name): was, written.name: pl.coalesce(to, written.day)}


def last_watched(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame | None:
    """The last day of each subject on which somebody looked for relapses: as observed, otherwise the last visit.

    None when there is no table to tell it, or not its columns.
    """
    # An observed table goes before visits, as it does wherever observation is asked for.
    observed = frames.get("observed")
    if observed is not None:
        if not {"subject_id", "kind", "to_day"} <= set(observed.columns):
            return None
        watched, day = observed.filter(pl.col("kind") == "relapses"), pl.col("to_day")
    elif "visits" in frames and {"subject_id", "day"} <= set(frames["visits"].columns):
        watched, day = frames["visits"], pl.col("day")
    else:
        return None
    return watched.group_by("subject_id").agg(day.max().alias("subject:watched"))


def completed_words(frames: Mapping[str, pl.DataFrame], rule: PartialDates | None) -> str:
    """How many days were completed from a month or year, by which rule, and how many of them were moved back.

    `rule` is None where the source completed them (a cohort of days with columns `<day>_precision`).

    >>> visits = pl.DataFrame({"day": [15, 20], "day_precision": ["month", "day"]})
    >>> completed_words({"visits": visits}, "middle")
    '1 date was given as a month or a year (day in visits 1), and the middle day of it was taken'
    """
    counts = {f"{name} in {table}": n for table, frame in frames.items() for name, n in _completed(frame)}
    total = sum(counts.values())
    if not total:
        return NO_PARTIAL_DATE
    dates = "1 date was" if total == 1 else f"{total:,} dates were"
    where = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    if rule is None:
        return f"{dates} known to the month or year only ({where}), and completed by the source"
    words = f"{dates} given as a month or a year ({where}), and the {rule} day of it was taken"
    moved, held = (_changed(frames, prefix) for prefix in (before_moved(""), before_held("")))
    words += f"; {moved:,} of them moved back to the last day known of the subject" if moved else ""
    return words + (f"; {held:,} of them moved to agree with the rest of their rows" if held else "")


def _completed(frame: pl.DataFrame) -> Iterator[tuple[str, int]]:
    """Each day column with how many of its days were completed, where any was."""
    for name in frame.columns:
        # The file's own column beside the typed one would be counted a second time.
        if name.endswith("_precision") and not name.startswith("given:"):
            count = int(frame[name].is_in(PARTIAL).sum())
            if count:
                yield name.removesuffix("_precision"), count


def _changed(frames: Mapping[str, pl.DataFrame], prefix: str) -> int:
    return sum(frame[name].count() for frame in frames.values() for name in frame.columns if name.startswith(prefix))
