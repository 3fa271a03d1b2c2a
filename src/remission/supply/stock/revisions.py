"""From provisional to final: what was corrected between the two, by month, trust and product."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from remission.inputs.snapshots import Snapshot, read_snapshots
from remission.supply.medicines.own import own_products
from remission.supply.stock.choice import candidates
from remission.supply.stock.months import MonthFile, Verdicts, read_snapshot

BEFORE, AFTER = "provisional", "final"
KEY = ["month", "ods_code", "product"]
REVISIONS: dict[str, type[pl.DataType]] = {
    "month": pl.Date,
    "ods_code": pl.String,
    "product": pl.String,
    "provisional": pl.Float64,
    "final": pl.Float64,
    "difference": pl.Float64,
}


def revisions(home: Path, source: str) -> pl.DataFrame:
    """For every month of which both are here: provisional and final quantity, and final less provisional.

    A quantity is null where the file has no such row. The difference takes that for nothing issued, but only where the
    trust reported in that file at all; else it is null. The newest readable snapshot of each series counts.

    >>> revisions(Path("a folder without any"), "scmd").columns
    ['month', 'ods_code', 'product', 'provisional', 'final', 'difference']
    """
    months = candidates(one for one in read_snapshots(home) if one.source == source)
    verdicts, found = Verdicts(own_products(home)), [pl.DataFrame(schema=REVISIONS)]
    for ones in months.values():
        # Of one standing: an invented final file says nothing about a real provisional one.
        series = [
            [one for one in ones if one.series == name and one.standing == ones[0].standing] for name in (BEFORE, AFTER)
        ]
        if not all(series):
            continue
        read = [_first_readable(home, of_series, verdicts) for of_series in series]
        if read[0] is not None and read[1] is not None:
            found.append(_differences(read[0], read[1]))
    return pl.concat(found)


def _first_readable(home: Path, ones: list[Snapshot], verdicts: Verdicts) -> MonthFile | None:
    # The newest may be cut off; the one before it still says what was reported then.
    for one in ones:
        read, _ = read_snapshot(home, one, verdicts)
        if read is not None and read.usable:
            return read
    return None


def _differences(before: MonthFile, after: MonthFile) -> pl.DataFrame:
    # Full, for a correction may add a row or take one away.
    both = _quantities(before, BEFORE).join(_quantities(after, AFTER), on=KEY, how="full", coalesce=True)
    filled = [
        pl.when(pl.col("ods_code").is_in(read.submissions["ods_code"].to_list())).then(pl.col(name).fill_null(0.0))
        for read, name in ((after, AFTER), (before, BEFORE))
    ]
    # A row that is there counts whether or not its trust is among those who reported, which it then is.
    return both.with_columns(difference=filled[0] - filled[1]).select(*REVISIONS).sort(KEY)


def _quantities(read: MonthFile, name: str) -> pl.DataFrame:
    matched = read.rows.filter(pl.col("verdict") == "matched")
    return matched.group_by(KEY).agg(pl.col("quantity").sum().alias(name))
