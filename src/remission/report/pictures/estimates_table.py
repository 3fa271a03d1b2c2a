"""Estimates as readers see them: one row a group and quantity, in words and per cent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import amount, at_years, interval_words, level_words, limits_words, period, time_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import Estimates

# More groups than this beside each other do not fit on A4.
SIDE_BY_SIDE = 2


def estimates_table(name: str, title: str, estimates: Estimates, provenance: Provenance) -> Table:
    """Estimates of one endpoint, two groups beside each other; the CSV has one row an estimate, in full precision."""
    # Comparisons between groups have sentences of their own, and no cell in a table of groups.
    frame = estimates.frame.filter(pl.col("against").is_null())
    groups = frame["group"].unique(maintain_order=True).to_list()
    levels = set(frame["level"].drop_nulls())
    # Different levels in one table cannot be named in its caption; each row's method then says its own.
    said = f" with {level_words(levels.pop())} intervals" if len(levels) == 1 else ""
    shown, columns = _beside(frame, groups) if len(groups) <= SIDE_BY_SIDE else _below(frame)
    methods = "; ".join(dict.fromkeys(frame["method"].drop_nulls()))
    return Table(
        name, f"{title}: estimates{said}.", shown, columns, provenance, f"Methods: {methods}.", _filled(estimates.frame)
    )


def _beside(frame: pl.DataFrame, groups: list[str | None]) -> tuple[pl.DataFrame, tuple[Shown, ...]]:
    rows: dict[str, dict[str, str]] = {}
    for row in frame.to_dicts():
        cells = rows.setdefault(quantity(row), {"quantity": quantity(row)})
        cells |= {f"{groups.index(row['group'])} {header}": text(row) for header, text in _CELLS.items()}
    # Columns are numbered: two groups may have the same name as far as a header goes.
    columns = [
        shows(f"{at} {header}", header, group=group or "") for at, group in enumerate(groups) for header in _CELLS
    ]
    return pl.DataFrame(list(rows.values())).fill_null(""), (shows("quantity", "Quantity"), *columns)


def _below(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Shown, ...]]:
    cells = [Shown(header, text) for header, text in _CELLS.items()]
    return frame, (Shown("Quantity", quantity), shows("group", "Group", words=True), *cells)


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that never apply; those a reader of the CSV counts on always stay."""
    return frame.select(c for c in frame.columns if c in _ALWAYS or frame[c].null_count() < frame.height)


_ALWAYS = (
    *("what", "group", "against", "to_day", "at_days", "value", "low", "high"),
    *("unit", "at_risk", "events", "method", "absent_reason"),
)


def quantity(row: Row) -> str:
    """What a row of Estimates is of, in words."""
    what = str(row["what"]).rpartition(": ")[2]
    if row["at_days"] is not None:
        return f"{what[:1].upper()}{what[1:]} at {at_years(row['at_days'])}"
    if row["to_day"] is not None:
        what += f" within {period(row['to_day'])}" if row["to_day"] else ""
    return what[:1].upper() + what[1:]


def estimate_words(row: Row) -> str:
    """An estimate with its limits, or why there is none."""
    if row["to_day"] and row["events"] == 0:
        # The whole horizon, which as a number would read as if it were known.
        return "no event by then; not estimable"
    # All of them free, with exact limits: a count, for 100 % would read as a finding.
    if row["at_days"] is not None and row["value"] == 1 and row["low"] is not None:
        return f"none of {row['n']:,} had an event ({limits_words(row)})"
    return interval_words(row) if row["unit"] == "proportion" else time_words(row)


_CELLS: dict[str, Callable[[Row], str]] = {
    "Estimate": estimate_words,
    "At risk": lambda row: "" if row["at_risk"] is None else amount(row["at_risk"]),
    "Events": lambda row: "" if row["events"] is None else amount(row["events"]),
}


def truth_table(name: str, rows: pl.DataFrame, provenance: Provenance, note: str = "") -> Table:
    """What was planted in a simulated cohort beside what was estimated; columns what, group, truth, estimate."""
    columns = (
        shows("what", "Quantity"),
        shows("group", "Group", words=True),
        shows("truth_words", "Planted truth"),
        shows("estimate_words", "Estimated"),
        shows("inside", "Truth inside the interval?", words=True),
    )
    caption = "The planted truth beside the estimates, as visits and scans can find it."
    misses = "An interval misses the truth now and then: of 95 % intervals, one in twenty does."
    return Table(name, caption, rows, columns, provenance, f"{note} {misses}".strip())
