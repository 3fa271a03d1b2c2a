"""Kaplan-Meier beside what visits allow at the chosen times, and hazard ratios by both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import at_years, interval_words, level_words, limits_words, percent
from remission.report.hazards.wording import adjusted_words, ratio_words
from remission.report.models.interval_hazards import MODELS
from remission.report.pictures.innermost import range_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.report.event_free import EventFree
    from remission.report.models.interval_hazards import IntervalHazards
    from remission.report.models.visits import ReadOffVisits


HEADERS = {"Cox": "Days of visits (Cox)", "Weibull": "Between visits (Weibull)", "spline": "Between visits (spline)"}


def visits_table(found: ReadOffVisits, whole: EventFree) -> Table:
    """A row a group and chosen time; the CSV has the estimates, a row each, in full precision."""
    rows = pl.DataFrame(list(_rows(found, whole)), infer_schema_length=None)
    endpoint, level = found.outcome.endpoint, level_words(found.level)
    columns = [
        *([shows("group", "Group", words=True)] if len(found.curves) > 1 else []),
        Shown("Time", lambda row: at_years(row["at_days"])),
        shows("seen", "Kaplan-Meier"),
        shows("between", "Between visits (NPMLE)"),
        shows("limits", f"{level[:1].upper()}{level[1:]} limits"),
        *([shows("bounds", "Whatever came before a death")] if found.deaths else []),
    ]
    methods = "; ".join(dict.fromkeys(found.estimates.frame["method"].drop_nulls()))
    caption = f"{endpoint.event_free}: as seen on the day of a visit, and as visits allow."
    filled = [one.name for one in found.estimates.frame if one.null_count() < len(one)]
    raw = found.estimates.frame.select(filled)
    return Table(
        f"visits-{found.outcome.name}", caption, rows, tuple(columns), found.outcome.provenance,
        f"Methods: {methods}.", raw,
    )  # fmt: skip


def _rows(found: ReadOffVisits, whole: EventFree) -> Iterator[dict[str, Any]]:
    limits, bounds = _by_time(found.limits.rows()), _by_time(found.bounds.rows())
    seen = _by_time(whole.at_times.rows())
    for row in found.ranges.rows():
        key = row["group"], row["at_days"]
        reached = seen[key]["value"] is not None and row["low"] is not None
        yield {
            "group": row["group"],
            "at_days": row["at_days"],
            "seen": interval_words(seen[key]),
            # Beyond the last visit of all, everything down to nobody free is possible: no estimate.
            "between": range_words(row) if reached else "nobody was seen for so long",
            "limits": _limits(limits[key]) if reached else "not estimable",
            "bounds": range_words(bounds[key]) if reached and key in bounds else None,
        }


def _by_time(rows: Sequence[Row]) -> dict[tuple[object, object], Row]:
    return {(row["group"], row["at_days"]): row for row in rows}


def _limits(row: Row) -> str:
    known = row["low"] is not None and row["high"] is not None
    return f"{limits_words(row)}{percent(0)[-2:]}" if known else row["absent_reason"] or "not estimable"


def interval_hazards_table(name: str, title: str, found: IntervalHazards, provenance: Provenance) -> Table:
    """A row a pair of groups, with nothing held alike and with what was asked for; the CSV has a row an estimate."""
    rows: list[dict[str, Any]] = []
    for beside in zip(*(found.by_model[model].rows() for model in MODELS), strict=True):
        first = beside[0]
        cells = {model: ratio_words(row) for model, row in zip(MODELS, beside, strict=True)}
        held = adjusted_words(first["adjusted_for"])
        rows.append({"pair": f"{first['group']} against {first['against']}", "held": held, **cells})
    adjusted = found.estimates.frame["adjusted_for"].drop_nulls().len() > 0
    columns = (
        shows("pair", "Groups", words=True),
        *((shows("held", "Model", words=True),) if adjusted else ()),
        *(shows(model, HEADERS[model]) for model in MODELS),
    )
    frame = found.estimates.frame
    level = level_words(float(frame["level"].max()))  # type: ignore[arg-type]
    methods = "; ".join(dict.fromkeys(frame["method"].drop_nulls()))
    filled = frame.select(one.name for one in frame if one.null_count() < len(one))
    caption = f"{title}: hazard ratios with {level} intervals, by the days of visits and between them."
    return Table(
        f"visits-ratios-{name}", caption, pl.DataFrame(rows), columns, provenance, f"Methods: {methods}.", filled
    )
