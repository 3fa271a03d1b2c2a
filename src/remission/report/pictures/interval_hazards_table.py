"""Hazard ratios by three models beside each other: by the days of visits, and between visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Table, shows
from remission.exhibits.wording import level_words
from remission.report.models.interval_hazards import MODELS, ratio_words

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.report.models.interval_hazards import IntervalHazards

HEADERS = {"Cox": "Days of visits (Cox)", "Weibull": "Between visits (Weibull)", "spline": "Between visits (spline)"}


def interval_hazards_table(name: str, title: str, found: IntervalHazards, provenance: Provenance) -> Table:
    """A row a pair of groups, with nothing held alike and with what was asked for; the CSV has a row an estimate."""
    rows: list[dict[str, Any]] = []
    for beside in zip(*(found.by_model[model].rows() for model in MODELS), strict=True):
        first = beside[0]
        cells = {model: ratio_words(row) for model, row in zip(MODELS, beside, strict=True)}
        held = first["adjusted_for"] or "nothing"
        rows.append({"pair": f"{first['group']} against {first['against']}", "held": held, **cells})
    adjusted = any(row["held"] != "nothing" for row in rows)
    columns = (
        shows("pair", "Groups", words=True),
        *((shows("held", "Held alike", words=True),) if adjusted else ()),
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
