"""The Atlas: what hospitals issued, who reported at all, and what can be seen of it, frozen.

Published files, a synthetic sample and answers to freedom-of-information requests all end here. From here on there are
only months, codes as reported, products of the library and patient-years; what the rows are (published, synthetic, or
some of each) is read off the rows themselves and travels into every exhibit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

import polars as pl

from remission.inputs.provenance import Provenance, Source, Standing
from remission.supply.coverage.extracts import EXTRACTS

if TYPE_CHECKING:
    from remission.library.products import Product

State = Literal["used", "not used", "not visible", "not reported"]

# One row a month, code as reported and medicinal product (VMP) of an MS therapy.
ISSUED: dict[str, type[pl.DataType]] = {
    "month": pl.Date,
    # As reported and never rewritten: today's code is laid beside it (recoding.py), so that a row can be found in its
    # file.
    "ods_code": pl.String,
    "vmp_code": pl.String,
    "vmp_name": pl.String,
    "product": pl.String,
    "therapy": pl.String,
    "route_group": pl.String,
    "use": pl.String,
    "unit": pl.String,
    "quantity": pl.Float64,
    "units": pl.Float64,
    "patient_years": pl.Float64,
    # Beside the main figure from the start: the range of the factor goes into every interval (decision 35).
    "patient_years_low": pl.Float64,
    "patient_years_high": pl.Float64,
    "cost": pl.Float64,
    "series": pl.String,
    # Of each row, so that published and invented ones may meet in one table and still be told apart (decision 30).
    "standing": pl.String,
}

# Rows of any medicine at all: who reported in which month.
SUBMISSIONS: dict[str, type[pl.DataType]] = {"month": pl.Date, "ods_code": pl.String, "rows": pl.Int64}

COVERAGE: dict[str, type[pl.DataType]] = {
    "month": pl.Date,
    "code": pl.String,
    "therapy": pl.String,
    "state": pl.String,
    "reason": pl.String,
}

# Read off the rows and not set by a switch, which somebody would forget (decision 30).
STANDINGS: dict[frozenset[str], Standing] = {
    frozenset({"synthetic"}): "synthetic",
    frozenset({"published", "synthetic"}): "partly synthetic",
    frozenset({"published"}): "observed",
}


def standing_of(rows: pl.DataFrame) -> Standing:
    """What rows are, all together: observed, synthetic, or partly synthetic; ValueError for a standing unknown to us.

    Rows of no standing at all are never taken for real ones.

    >>> standing_of(pl.DataFrame({"standing": ["published", "synthetic"]}))
    'partly synthetic'
    """
    # An empty atlas invents nothing; but rows of an unknown standing are refused, never taken for real ones.
    found = frozenset(rows["standing"].unique().to_list()) if rows.height else frozenset({"published"})
    if found not in STANDINGS:
        raise ValueError(f"rows must be published or synthetic, found {sorted(map(str, found))}")
    return STANDINGS[found]


@dataclass(frozen=True, eq=False)
class Atlas:
    """What was issued by whom in which month, who reported, and when observation began and ended.

    `issued` has the columns of `ISSUED`, `submissions` those of `SUBMISSIONS`; `apart` has rows of `issued`'s columns
    whose strength or form belongs to other diseases, kept and never counted. `digest` is the SHA-256 of what was read,
    `extracts` says in the columns of `EXTRACTS` which months have no whole file, and what theirs can show; `own` are
    products that the owner of the atlas added to those of the library.
    """

    name: str
    issued: pl.DataFrame
    submissions: pl.DataFrame
    apart: pl.DataFrame
    digest: str
    sources: tuple[Source, ...] = ()
    extracts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EXTRACTS))
    own: tuple[Product, ...] = ()
    kept: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def provenance(self) -> Provenance:
        """Kind, sources and digest; the kind is that of the rows."""
        return Provenance(self.name, standing_of(self.issued), self.digest, self.sources)

    @property
    def months(self) -> tuple[date, ...]:
        """Every month of which anybody reported anything, in order."""
        return tuple(self.submissions["month"].unique().sort().to_list())
