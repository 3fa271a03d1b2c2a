"""Cells and tables of a planned trial, as all its tables have them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.tables import Shown, Table
from remission.exhibits.wording import percent
from remission.inputs.provenance import Provenance
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.trials.design.planned import Planned


def provenance_of(planned: Planned) -> Provenance:
    """Trials that nobody held."""
    return Provenance(planned.design.name, "simulated", "", planned.design.sources)


def table_of(planned: Planned, name: str, caption: str, rows: list[dict[str, Any]], columns: tuple[Shown, ...],
             note: str = "") -> Table:  # fmt: skip
    """A table of trials that nobody held."""
    # By all rows, not the first ones: these may be empty, and a whole number may stand above a fraction.
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    return Table(name, caption, frame, columns, provenance_of(planned), note)


def number_in(field: str, header: str, digits: int, group: str = "") -> Shown:
    """A column of numbers; a dash where there is none."""
    return Shown(header, lambda row: "–" if row[field] is None else text_half_up(row[field], digits), group=group)


def share_in(field: str, header: str, group: str = "", digits: int = 1) -> Shown:
    """A column of shares in per cent; a dash where there is none."""
    return Shown(header, lambda row: "–" if row[field] is None else percent(row[field], digits), group=group)


def finite(value: float) -> float | None:
    """A number that is one, for programs and pages alike.

    >>> finite(2.5), finite(float("inf"))
    (2.5, None)
    """
    # JSON has no word for infinity or NaN, and a page should not show either as if it were a number.
    return value if math.isfinite(value) else None
