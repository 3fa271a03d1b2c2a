"""Deaths of the transplant with the cohorts parted by one thing after another: course, years, disability, graft."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.mortality import scale_of
from remission.evidence.words import begun
from remission.exhibits.synthesis.lines import Line, value_words
from remission.studies.estimators import ESTIMATORS
from remission.studies.grouping import GROUPINGS

if TYPE_CHECKING:
    from remission.evidence.recipes.known import Known

PARTED_BY = ("course", "era", "edss", "intensity", "graft", "serotherapy")
DRAWN = begun(ESTIMATORS["crude"].title)
ROWS: dict[str, type[pl.DataType]] = dict.fromkeys(
    ("by", "part", "counted", "estimator", "number", "method"), pl.String
)


def parted_lines(known: Known) -> list[Line]:
    """All people of each part together, with an exact interval; a part of too few cohorts says so."""
    return [replace(line, name=line.group, group=begun(GROUPINGS[by].title)) for by, line in _every(known)
            if line.name == DRAWN]  # fmt: skip


def parted_rows(known: Known) -> pl.DataFrame:
    """The same by every estimator, in words."""
    every = list(_every(known))
    scale = scale_of([line for _, line in every])
    rows = [
        {"by": begun(GROUPINGS[by].title), "part": line.group, "counted": line.counted, "estimator": line.name,
         "number": value_words(line, scale), "method": line.method}
        for by, line in every
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=ROWS)


def _every(known: Known) -> list[tuple[str, Line]]:
    return [(by, line) for by in PARTED_BY for line in known.pool(f"hsct-mortality-by-{by}").pooled
            if line.role == "pooled"]  # fmt: skip
