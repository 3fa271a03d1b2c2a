"""What a confirmed change is made of: thresholds, the baseline, its confirmation, and its relation to relapses.

Each record with what no single value of it can tell: thresholds in order and on a grid, windows that open before they
close.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from remission.outcomes.definitions.fields import says
from remission.outcomes.definitions.units import MEASURES, Measure

Direction = Literal["worsening", "improvement"]
Moves = Literal["fixed", "roving", "roving-improvement", "roving-worsening"]
Relation = Literal["PIRA", "PIRA with a relapse during confirmation", "RAW", "undefined"]
Found = tuple[str, str, str, str]
"""A wrong value: its key within the rule, what was found, what is allowed, and what to do."""
# The walk keeps room for so many, the same for every rule: each other length would be compiled anew (decision 7).
MOST_THRESHOLDS = 32
"""Most rows of a table of thresholds."""
MOST_WINDOWS = 16
"""Most windows in which a change may be confirmed, the first one and those of `further` together."""
_PERCENT_STEP = 0.001


@dataclass(frozen=True)
class Threshold:
    """From this baseline value on (until the next row of the table), this change counts: an amount, or a share."""

    baseline_from: float = says("Lowest baseline value the row is for", low=0, unit="points or seconds")
    change: float | None = says(
        "Smallest change that counts", None, none="by percent", low=0, unit="points or seconds", off=True
    )
    percent: float | None = says(
        "Smallest change that counts, in per cent of the baseline value", None, none="by amount", low=0, off=True
    )


@dataclass(frozen=True)
class Baseline:
    """Which visit is the baseline: chosen in a window, and then fixed or moving with confirmed changes."""

    from_day: int | None = says("First day of the window (inclusive)", None, none="any")
    to_day: int = says("Last day of the window (inclusive)", 0)
    choose: Literal["last", "first", "last by day 0, else first"] = says("Which visit of the window", "last")
    after_relapse_days: int = says("A visit fewer than this many days after a relapse is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse is not usable", 0, low=0)
    moves: Moves = says("Which confirmed changes move the baseline", "fixed", off=True)
    moves_to: Literal["confirmation", "onset"] = says("To which visit of that change", "confirmation", off=True)
    sub_threshold: Literal["none", "any", "improvement", "worsening"] = says(
        "Which confirmed changes too small to count move it as well", "none", off=True
    )
    moves_after_relapse_days: int | None = says(
        "It moves to the first visit after a relapse once the search is more than this many days past the relapse",
        None,
        none="never",
        low=0,
        off=True,
    )
    never_better: bool = says("Is a moved baseline never better than the one before", False, off=True)
    local_extremes: Literal["kept", "skipped beyond threshold", "skipped"] = says(
        "A visit whose two neighbours are both better or both worse, as a baseline", "kept", off=True
    )


@dataclass(frozen=True)
class Onset:
    """Which visits can start a change."""

    counts_from_day: int = says("First day on which a change counts (inclusive)", 1)
    after_relapse_days: int = says("A visit fewer than this many days after a relapse is not usable", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse is not usable", 0, low=0)


@dataclass(frozen=True)
class Window:
    """One more window in which a change may be confirmed, both ends inclusive."""

    days: int = says("Days from onset to confirmation", low=1)
    tolerance_before_days: int = says("The window opens this many days early", 0, low=0)
    tolerance_after_days: int | None = says("The window closes this many days late", None, none="unlimited", low=0)


@dataclass(frozen=True)
class Confirmation:
    """How a change is confirmed: by the first usable visit inside a window after its onset, both ends inclusive."""

    days: int | None = says("Days from onset to confirmation; 'none' needs no confirmation", ..., none="none", low=1)
    tolerance_before_days: int = says("The window opens this many days early", 0, low=0)
    tolerance_after_days: int | None = says("The window closes this many days late", None, none="unlimited", low=0)
    further: tuple[Window, ...] = says("More windows in which it may be confirmed", (), off=True)
    visits: Literal["all", "last"] = says(
        "Must the change hold at all visits up to the confirming one, or only at that last one", "all"
    )
    after_relapse_days: int = says("A visit fewer than this many days after a relapse cannot confirm", 0, low=0)
    before_relapse_days: int = says("A visit fewer than this many days before a relapse cannot confirm", 0, low=0)
    scheduled_only: bool = says("Can only planned visits confirm", False, off=True)
    sustained_days: int | None = says(
        "The change must not be lost within this many days of its onset", 0, none="to the last visit", low=0, off=True
    )


@dataclass(frozen=True)
class RelapseAssociation:
    """Is a confirmed worsening associated with a relapse (RAW), independent of relapses (PIRA), or neither.

    RAW is asked first, of the onset. PIRA asks that no relapse lies in three windows: around the visit before the
    worsening, around its onset, and around its confirmation (both ends inclusive; a window of no length is not asked).
    """

    raw_after_days: int = says("An onset at most this many days after a relapse is associated with it", 90, low=0)
    raw_before_days: int = says("An onset at most this many days before a relapse is associated with it", 0, low=0)
    preceding: Literal["baseline", "last visit", "last lower visit"] = says(
        "The visit before the worsening: the baseline, the last one, or the last from which it is a worsening too",
        "baseline",
    )
    preceding_before_days: int = says("No relapse from this many days before the preceding visit", 0, low=0)
    preceding_after_days: int | None = says(
        "No relapse until this many days after the preceding visit", 0, none="up to onset", low=0
    )
    onset_before_days: int | None = says(
        "No relapse from this many days before the onset", 90, none="from preceding", low=0
    )
    onset_after_days: int | None = says(
        "No relapse until this many days after the onset", 30, none="up to confirmation", low=0
    )
    confirmation_before_days: int | None = says(
        "No relapse from this many days before the confirmation", 90, none="from onset", low=0
    )
    confirmation_after_days: int = says("No relapse until this many days after the confirmation", 30, low=0)
    relapse_during_confirmation: Literal["as the others", "a class of its own"] = says(
        "PIRA with a relapse after its onset and up to its confirmation", "as the others", off=True
    )
    counts: tuple[Relation, ...] = says("Which of them is the event", ("PIRA",))


# ---------------------------------------------------------------- what is wrong with them


def window_problems(window: Baseline) -> Iterator[Found]:
    """A window of the baseline that ends before it begins."""
    if window.from_day is not None and window.from_day > window.to_day:
        found = f"from {window.from_day} to {window.to_day}"
        yield "baseline.from_day", found, "a day on or before to_day", "Nobody would have a baseline: correct it."


def confirmation_problems(confirmation: Confirmation) -> Iterator[Found]:
    """More windows than a walk has room for."""
    windows = 1 + len(confirmation.further)
    if windows > MOST_WINDOWS:
        allowed = f"at most {MOST_WINDOWS} windows, the first one with them"
        yield "confirmation.further", f"{windows} windows", allowed, "Take windows together."


def amount_problems(key: str, measure: Measure, value: float) -> Iterator[Found]:
    """What is wrong with a value of a measure: it must be one that can be recorded."""
    unit = MEASURES[measure]
    if not _on_grid(value, 1 / unit.steps):
        yield key, f"{value:g}", f"steps of {1 / unit.steps:g}", "Values of this measure lie on such steps."
    if value > unit.highest:
        yield key, f"{value:g}", f"at most {unit.highest:g}", "Nobody could reach it: correct the value."


def threshold_problems(key: str, measure: Measure, rows: tuple[Threshold, ...]) -> Iterator[Found]:
    """What is wrong with a table of thresholds: its order, and each of its rows."""
    if len(rows) > MOST_THRESHOLDS:
        yield key, f"{len(rows)} rows", f"at most {MOST_THRESHOLDS} rows", "Take rows together."
    starts = [row.baseline_from for row in rows]
    if starts != sorted(set(starts)) or not starts or starts[0] != 0:
        yield key, f"rows from {starts}", "rows from 0 on, each later than the one before", "Order them."
    for row in rows:
        if (row.change is None) == (row.percent is None):
            yield key, f"the row from {row.baseline_from:g}", "just one of change and percent", "Write one of them."
        for value in (row.baseline_from, row.change):
            if value is not None:
                yield from amount_problems(key, measure, value)
        if row.change == 0 or row.percent == 0:
            yield key, "0", "more than 0", "A change is a difference."
        if row.percent is not None and not (_on_grid(row.percent, _PERCENT_STEP) and row.percent <= 1000):
            yield key, f"{row.percent:g} %", "up to 1000, in thousandths", "Correct the percentage."


def _on_grid(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-6


def relation_problems(rule: RelapseAssociation | None) -> Iterator[Found]:
    """Windows around relapses of which one end is open and the end that it should meet is not."""
    if rule is None:
        return
    pairs = (
        ("preceding_after_days", rule.preceding_after_days, "onset_before_days", rule.onset_before_days),
        ("onset_after_days", rule.onset_after_days, "confirmation_before_days", rule.confirmation_before_days),
    )
    for one, end, other, start in pairs:
        if (end is None) != (start is None):
            key, said = f"relapse_association.{one}", f"an open end of {one if end is None else other} only"
            yield key, said, f"both {one} and {other} open, or neither", "Windows are joined or apart."
