"""What a source says of hospital stock, and what a file must offer to be such a source.

A Stock accounts for itself: one whose tables have other columns, or whose ledger does not tell of exactly the rows
that it holds, cannot be made. So the build can add up sources that it knows nothing of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from remission.inputs.fetching import OFFERED, Asking, Fetched, Say
from remission.inputs.problems import Problem
from remission.inputs.snapshots import Snapshot
from remission.supply.coverage.extracts import EXTRACTS
from remission.supply.rows import ISSUED, SUBMISSIONS
from remission.supply.stock.ledger import LEDGER, RowsLost
from remission.supply.stock.months import digest_of
from remission.supply.stock.names import NAMES
from remission.supply.stock.revisions import REVISIONS

if TYPE_CHECKING:
    from remission.inputs.provenance import Source

STOCK_OFFERED = (*OFFERED, "CITATION")
# Of one source a single file speaks for a month of a series, so these two find the file of a row.
OF_ONE_FILE = ["series", "month"]


@dataclass(frozen=True, eq=False)
class Stock:
    """Everything that the fetched files of a source say of MS medicines.

    `issued` and `apart` have the columns of `ISSUED`, `submissions` those of `SUBMISSIONS`, `names` those of `NAMES`
    (every name that was matched, kept apart or nearly matched), `ledger` those of `LEDGER`, `revised` those of
    `REVISIONS`, `extracts` those of `EXTRACTS`. `used` are the files that speak for their months.

    TypeError for other columns; RowsLost where the ledger and the rows disagree, or rows come from no file.
    """

    issued: pl.DataFrame
    apart: pl.DataFrame
    submissions: pl.DataFrame
    names: pl.DataFrame
    ledger: pl.DataFrame
    problems: tuple[Problem, ...]
    used: tuple[Snapshot, ...] = ()
    revised: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REVISIONS))
    extracts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=EXTRACTS))

    def __post_init__(self) -> None:
        if wrong := [*self._other_columns()]:
            raise TypeError("; ".join(wrong))
        if lost := [*self._lost()]:
            raise RowsLost("; ".join(lost))

    @property
    def digest(self) -> str:
        """One SHA-256 for all files that were used."""
        return digest_of(self.used)

    def _other_columns(self) -> Iterator[str]:
        declared: Mapping[str, Mapping[str, type[pl.DataType]]] = {
            **dict.fromkeys(("issued", "apart"), ISSUED),
            "submissions": SUBMISSIONS,
            "names": NAMES,
            "ledger": LEDGER,
            "revised": REVISIONS,
            "extracts": EXTRACTS,
        }
        for name, columns in declared.items():
            found: pl.DataFrame = getattr(self, name)
            if found.schema != pl.Schema(columns):
                yield f"the table {name} must have the columns {', '.join(columns)}, found {found.schema}"

    def _lost(self) -> Iterator[str]:
        """Where rows went in and other numbers came out."""
        used = self.ledger.filter(pl.col("used") == "yes")
        into = pl.col("rows").filter(pl.col("kind") == "in").sum()
        out = pl.col("rows").filter(pl.col("kind") != "in").sum()
        for file, rows, told in used.group_by("file").agg(into, out=out).filter(pl.col("rows") != pl.col("out")).rows():
            yield f"{file}: {rows:,} rows in, {told:,} accounted for"
        yield from _other_rows("counted", used, self.issued)
        yield from _other_rows("apart", used, self.apart)
        if self.issued.height and not self.used:
            yield f"{self.issued.height:,} rows of no file"


def _other_rows(kind: str, used: pl.DataFrame, rows: pl.DataFrame) -> Iterator[str]:
    """Months of a series of which the ledger tells other numbers of rows than there are."""
    told = used.filter(pl.col("kind") == kind, pl.col("rows") > 0).group_by(OF_ONE_FILE).agg(told=pl.col("rows").sum())
    there = rows.group_by(OF_ONE_FILE).agg(there=pl.len().cast(pl.Int64))
    both = told.join(there, on=OF_ONE_FILE, how="full", coalesce=True).sort("month", "series")
    for series, month, said, found in both.iter_rows():
        if said != found:
            yield f"{series} of {month}: {said or 0:,} rows {kind} by the ledger, {found or 0:,} in the table"


class StockSource(Protocol):
    """What every file in `supply/sources/` offers. `CITATION` is how its published rows are named wherever shown."""

    TITLE: str
    LICENCE: str
    CITATION: Source

    def fetch(self, home: Path, asking: Asking, say: Say) -> Fetched:
        """Bring what is published and not here yet; one bad file never stops the others."""

    def tidy(self, home: Path) -> Stock:
        """Everything that lies in the home folder, without the network; an empty Stock where nothing was fetched."""
