"""Which files added by hand are extracts, cut to a few medicines, and which therapies each can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from remission.supply.coverage.extracts import EXTRACTS
from remission.supply.stock.choice import BY_HAND

if TYPE_CHECKING:
    from remission.inputs.snapshots import Snapshot

# A month of all medicines names some eight thousand; of far fewer, what is missing may have been left out.
WHOLE_MONTH_NAMES = 1000


def extracts_of(used: Iterable[Snapshot], names: Mapping[str, int], matched: pl.DataFrame) -> pl.DataFrame:
    """The months whose file is an extract, with the therapies that it can show, in the columns of `EXTRACTS`.

    names: how many names of medicines each file holds; matched: file, therapy of its rows of MS medicines. Months that
    were added as one file are one extract: a therapy that it names in any month it can show in all of them. What was
    fetched is whole, however short it is.
    """
    by_address: dict[str, list[Snapshot]] = {}
    for one in used:
        if one.url.startswith(BY_HAND):
            by_address.setdefault(one.url, []).append(one)
    rows = [
        (month.month, therapy)
        for months in by_address.values()
        # Its fullest month decides, as it does when the file is added: a trust's thin month is no sign of a cut.
        if max(names[one.file] for one in months) < WHOLE_MONTH_NAMES
        for therapy in _named(matched, [one.file for one in months]) or [None]
        for month in months
    ]
    return pl.DataFrame(rows, schema=EXTRACTS, orient="row").sort("month", "therapy")


def _named(matched: pl.DataFrame, files: list[str]) -> list[str | None]:
    """The therapies that some files name, in order."""
    named: list[str | None] = matched.filter(pl.col("file").is_in(files))["therapy"].unique().sort().to_list()
    return named


def without_whole(extracts: Mapping[str, pl.DataFrame], months: Mapping[str, frozenset[object]]) -> pl.DataFrame:
    """The extracts of some sources by their name, without months of which another source has a whole file.

    months: of which each source has a file at all.
    """
    whole = {
        month
        for name, all_months in months.items()
        for month in all_months - frozenset(extracts[name]["month"].to_list())
    }
    together = pl.concat([pl.DataFrame(schema=EXTRACTS), *extracts.values()])
    return together.filter(~pl.col("month").is_in(list(whole))).unique().sort("month", "therapy")
