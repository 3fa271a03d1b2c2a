"""Rows in, and what became of each: counted, kept apart, of other medicines, or explained by kind. The sum must agree.

Nothing is silently lost: a line whose parts do not add up to the rows of its file cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from remission.inputs.snapshots import Snapshot

LEDGER: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "series": pl.String,
    "month": pl.Date,
    "used": pl.String,
    "kind": pl.String,
    "rows": pl.Int64,
}


class RowsLost(RuntimeError):  # noqa: N818 - says what happened
    """Rows went in and nobody can say where they went: a fault of this program, not of the file."""


@dataclass(frozen=True)
class FileLedger:
    """The rows of one file. `used` is "yes" or says why its rows are not in the atlas.

    >>> FileLedger("m.csv", rows_in=10, counted=3, other=6, explained={"no quantity": 1}).rows_in
    10
    >>> FileLedger("m.csv", rows_in=10, counted=3, other=6)
    Traceback (most recent call last):
    ...
    remission.supply.stock.ledger.RowsLost: m.csv: 10 rows in, 9 accounted for
    """

    file: str
    rows_in: int
    counted: int = 0
    apart: int = 0
    other: int = 0
    explained: Mapping[str, int] = field(default_factory=dict)
    used: str = "yes"

    def __post_init__(self) -> None:
        # Checked when it is made and not when it is written, so that no line can exist whose rows do not add up.
        out = self.counted + self.apart + self.other + sum(self.explained.values())
        if out != self.rows_in:
            raise RowsLost(f"{self.file}: {self.rows_in:,} rows in, {out:,} accounted for")

    def lines(self, snapshot: Snapshot) -> Iterable[dict[str, object]]:
        """Its lines of the ledger: rows in, each kind of out, each kind of explained."""
        kinds = {"in": self.rows_in, "counted": self.counted, "apart": self.apart, "other medicines": self.other}
        about = {"file": self.file, "series": snapshot.series, "month": snapshot.month, "used": self.used}
        return [about | {"kind": kind, "rows": rows} for kind, rows in (kinds | dict(self.explained)).items()]


def unread_lines(snapshot: Snapshot, why: str) -> Iterable[dict[str, object]]:
    """The line of a file that was not read at all: its rows are not known, and not shown as none."""
    about = {"file": snapshot.file, "series": snapshot.series, "month": snapshot.month, "used": why}
    return [about | {"kind": "in", "rows": None}]
