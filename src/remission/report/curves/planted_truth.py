"""The truth that was planted in a bundled simulated cohort, beside what was estimated from its records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.wording import interval_words, percent, time_words
from remission.library.catalogue import cohort_folder, cohort_names
from remission.records.files.manifest import FILE, parse_manifest
from remission.report.pictures.estimates_table import quantity, truth_table
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.stats.horizons import days_to_years, years_to_days
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.records.cohort import Cohort
    from remission.report.event_free import EventFree

COLUMNS = ("what", "group", "truth", "value", "low", "high", "truth_words", "estimate_words", "inside")


def compare_with_truth(cohort: Cohort, result: EventFree, group_by: str | None) -> Table | None:
    """Planted truth beside estimate; None unless the cohort is the bundled one and was grouped by its arms."""
    folder = _bundled_folder(cohort)
    # The truth was planted by arm: of other groups nothing is known.
    if folder is None or group_by != "arm":
        return None
    mine = [truth for truth in load_truths(folder) if truth.endpoint == result.outcome.name]
    rows = [row for truth in mine for row in _beside(truth, result)]
    if not rows:
        return None
    return truth_table(pl.DataFrame(rows, infer_schema_length=None).select(COLUMNS), cohort.provenance)


def _bundled_folder(cohort: Cohort) -> Path | None:
    name = cohort.manifest.name
    if cohort.manifest.kind != "simulated" or name not in cohort_names():
        return None
    folder = cohort_folder(name)
    # A folder of the same name with other records has another truth, or none.
    same = parse_manifest((folder / FILE).read_bytes()).manifest == cohort.manifest
    return folder if same else None


def _beside(truth: Truth, result: EventFree) -> list[dict[str, object]]:
    """The rows of the estimates that this truth is about: one, or none when another time was chosen."""
    day = years_to_days(truth.at_years)
    if truth.quantity == "event-free":
        rows = [row for row in result.at_times.rows() if row["at_days"] == day and row["group"] == truth.arm]
    elif truth.quantity == "restricted mean":
        rows = [row for row in result.restricted_mean.rows() if row["to_day"] == day and row["group"] == truth.arm]
    else:
        pairs = result.comparison.differences.rows() if result.comparison else []
        rows = [row for row in pairs if row["to_day"] == day and truth.arm == f"{row['group']} less {row['against']}"]
    return [_row(truth, row) for row in rows]


def _row(truth: Truth, row: Mapping[str, Any]) -> dict[str, object]:
    seen, share = truth.seen, row["unit"] == "proportion"
    known = row["low"] is not None and row["high"] is not None
    inside = "not estimable" if not known else "yes" if row["low"] <= seen <= row["high"] else "no"
    numbers = {name: row[name] for name in ("value", "low", "high")}
    words = percent(seen) if share else f"{text_half_up(days_to_years(seen), 1)} years"
    estimate = interval_words(row) if share else time_words(row)
    said = {"truth_words": words, "estimate_words": estimate, "inside": inside}
    return {"what": quantity(row), "group": truth.arm, "truth": seen, **numbers, **said}
