"""From the spells of an outcome to the curve between visits: the intervals, and the range on each day."""

from __future__ import annotations

from typing import cast

import polars as pl

from pins import Answer, Inputs, Tolerance
from remission.inputs.provenance import Provenance
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.outcome import Outcome
from remission.report.models.visits import npmle

TOLERANCE = Tolerance(1e-5, "both stop a little below the top; ours certifies 1e-6 of the log likelihood")
YEARS = (1, 2, 3, 5)


def ours(inputs: Inputs, name: str, question: str) -> Answer:
    """Our answer, as to `neda_3|least free`."""
    spells = pl.DataFrame(inputs[name]).with_columns(
        event=pl.col("event") == 1,
        last_free_day=pl.col("last_free_day").fill_nan(None),
        subject_id=pl.int_range(pl.len()).cast(pl.String),
        weight=1.0,
    )
    made = Provenance("two-arm", "simulated", "")
    found = npmle(Outcome(load_endpoint(name.replace("_", "-")), spells, made), at_years=YEARS)
    (curve,) = (one.curve for one in found.curves if one.curve)
    match question:
        case "persons":
            return [curve.n]
        case "log likelihood":
            return [curve.log_likelihood]
        case "least free":
            return cast("Answer", found.ranges.frame["low"].to_list())
        case "most free":
            return cast("Answer", found.ranges.frame["high"].to_list())
    raise LookupError(question)
