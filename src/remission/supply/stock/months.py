"""One month's file, read: the rows of MS medicines, who reported at all, the ledger, and what was wrong.

A name is judged once, however many rows and files carry it. Rows of other medicines are counted and let go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import Problem
from remission.inputs.snapshots import Snapshot, bytes_of
from remission.supply.medicines import products
from remission.supply.stock.ledger import FileLedger
from remission.supply.stock.rows import judge
from remission.supply.stock.text import read_text

if TYPE_CHECKING:
    from remission.library.products import Product

# By code and name: both are judged, and either may change from month to month.
NAME = ["vmp_code", "vmp_name"]
NEAR, NEAR_KIND = "near miss", "near name of a product"
KEPT = ("matched", "apart", NEAR)


class Verdicts:
    """What the products say of each name, remembered: most names of a month were in the last one too.

    `own` are products that the owner of an atlas added to those of the library.
    """

    def __init__(self, own: tuple[Product, ...] = ()) -> None:
        self.own = own
        self._known = pl.DataFrame(
            schema=dict.fromkeys((*NAME, "product", "verdict", "reason"), pl.String)  # as `match_names` answers
        )

    def of(self, names: pl.DataFrame) -> pl.DataFrame:
        """The names with `product`, `verdict` and `reason`; at least those asked for."""
        # Matching a name against every pattern is slow, and most names of a month were in the last one too.
        unknown = names.join(self._known, on=NAME, how="anti")
        if unknown.height:
            answered = products.match_names(unknown, self.own).select(self._known.columns)
            self._known = _alone(pl.concat([self._known, answered.cast(pl.String)]))
        return self._known


@dataclass(frozen=True, eq=False)
class MonthFile:
    """What one file holds. `rows` are those of names that are matched, apart or near, with their number in the file.

    `submissions` has `month, ods_code, rows` and the `row` where the code first stands; `names` is the number of names
    of medicines in the file, of any medicine.
    """

    rows: pl.DataFrame
    submissions: pl.DataFrame
    ledger: FileLedger
    names: int
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        """Has it a row of its month at all?"""
        return self.submissions.height > 0


def read_snapshot(home: Path, snapshot: Snapshot, verdicts: Verdicts) -> tuple[MonthFile | None, tuple[Problem, ...]]:
    """The file of a snapshot, or None with the reason as problems: changed bytes, no CSV, a header unknown to us."""
    content, problems = bytes_of(home, snapshot)
    if content is None:
        return None, problems
    read = read_month(snapshot.file, content, snapshot.month, verdicts)
    return (read, read.problems) if isinstance(read, MonthFile) else (None, read)


def read_month(file: str, content: bytes, month: date | None, verdicts: Verdicts) -> MonthFile | tuple[Problem, ...]:
    """The rows of a published file's bytes; only problems when it is none. `month` None: it may hold several."""
    text = read_text(file, content)
    if text.header is None:
        return text.problems
    judged = judge(file, text, month)
    # Only rows that can be used are matched, but all of them count as reported below.
    live = judged.rows.filter(pl.col("why").is_null())
    answers = verdicts.of(live.select(NAME).unique())
    named = live.join(answers, on=NAME, how="left", maintain_order="left").drop("why")
    assumed: tuple[Problem, ...] = ()
    if "unit" not in text.header.columns:
        without, named = named, products.with_own_units(named, verdicts.own)
        assumed = _assumed_units(file, without, named)
    # A row of another month says nothing about who reported in this one.
    reported = judged.rows if month is None else judged.rows.filter(pl.col("month") == month)
    return MonthFile(
        _alone(named.filter(pl.col("verdict").is_in(KEPT))),
        _alone(_submissions(reported)),
        _ledger(file, text.records, judged.rows, named),
        text.rows["vmp_name"].n_unique(),
        (*judged.problems, *assumed),
    )


def _assumed_units(file: str, without: pl.DataFrame, named: pl.DataFrame) -> tuple[Problem, ...]:
    """That amounts without a unit were taken for amounts in the unit of their product: an assumption, and said so."""
    filled = named.filter(without["unit"].is_null() & pl.col("unit").is_not_null() & (pl.col("verdict") == "matched"))
    if not filled.height:
        return ()
    units = ", ".join(sorted(filled["unit"].unique().to_list()))
    do = f"Taken to be in the unit in which the dictionary counts each product ({units}), as in the published months."
    found, allowed = "amounts without a unit", "a column of units"
    row, more = filled["row"].min(), filled.height - 1
    return (Problem.at_row(file, row, found=found, allowed=allowed, do=do, severity="warning", more=more),)  # type: ignore[arg-type]


def _alone(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows in memory of their own: texts are views, and a few of them would keep a whole file's bytes."""
    # The oldest layout copies texts; the newer one would hand out views again.
    written = rows.write_ipc(None, compat_level=pl.CompatLevel.oldest())
    return pl.read_ipc(written.getvalue())


def _submissions(rows: pl.DataFrame) -> pl.DataFrame:
    """Who reported: a row that cannot be used is still a row that was handed in."""
    reported = rows.filter(pl.col("month").is_not_null() & pl.col("ods_code").is_not_null())
    grouped = reported.group_by("month", "ods_code").agg(pl.len().cast(pl.Int64).alias("rows"), pl.col("row").min())
    return grouped.sort("month", "ods_code")


def _ledger(file: str, records: int, rows: pl.DataFrame, named: pl.DataFrame) -> FileLedger:
    out = _counts(named["verdict"])
    explained = _counts(rows["why"].drop_nulls())
    # Near misses are explained and not lost: never counted and never dropped in silence.
    if NEAR in out:
        explained[NEAR_KIND] = out[NEAR]
    return FileLedger(
        file, records, out.get("matched", 0), out.get("apart", 0), out.get("other", 0), dict(sorted(explained.items()))
    )


def _counts(words: pl.Series) -> dict[str, int]:
    return dict(words.value_counts(name="rows").iter_rows())


def digest_of(snapshots: Iterable[Snapshot]) -> str:
    """One SHA-256 for all files that were used, whatever the order in which they came.

    >>> digest_of(())[:8]
    'e3b0c442'
    """
    # Sorted, so that the digest is of what was used and not of the order in which a folder lists it.
    lines = sorted(f"{one.source} {one.series} {one.month} {one.standing} {one.sha256}\n" for one in snapshots)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
