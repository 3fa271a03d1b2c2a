"""The library's organisations with what the directory service adds: new trusts, and what became of old ones.

The library is read by people and goes first; the service only fills what it does not know. So a trust that is opened
or merged after a release is followed as soon as somebody fetches, and no status of ours is overwritten.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from remission.inputs.snapshots import LISTED, read_snapshots
from remission.places.organisations import (
    MEMBERSHIPS,
    NODES,
    SUCCESSIONS,
    Organisations,
    check_organisations,
    load_organisations,
)
from remission.places.sources import ods


def organisations_of(home: Path) -> Organisations:
    """The organisations of the library, and those fetched into `home`, if any were.

    >>> organisations_of(Path("no such folder")) is load_organisations()
    True
    """
    if not (home / LISTED).is_file() or not any(one.source == ods.SOURCE for one in read_snapshots(home)):
        return load_organisations()
    return with_fetched(load_organisations(), ods.tidy(home))


def with_fetched(known: Organisations, fetched: ods.FetchedOrganisations) -> Organisations:
    """Rows of the service for trusts that no table of the library knows, put after its own; checked as a whole.

    A succession is taken where the library has none of that trust; where the service names several successors it does
    not say who takes the total, and the old code then stays as it is.
    """
    trusts = fetched.nodes.filter(pl.col("level") == "trust", ~pl.col("code").is_in(known.nodes["code"].to_list()))
    codes = [*known.nodes["code"], *trusts["code"]]
    became = fetched.successions.filter(
        ~pl.col("predecessor").is_in(known.successions["predecessor"].to_list()),
        pl.col("predecessor").is_in(codes),
        pl.col("successor").is_in(codes),
    ).with_columns(pl.col("takes_total").fill_null("no"))
    belongs = fetched.memberships.filter(pl.col("code").is_in(trusts["code"].to_list()), pl.col("parent").is_in(codes))
    found = Organisations(
        pl.concat(
            [known.nodes, _shaped(trusts.with_columns(nation=pl.lit("England"), publishes=pl.lit("yes")), NODES)]
        ),
        pl.concat([known.memberships, _shaped(belongs, MEMBERSHIPS)]),
        pl.concat([known.successions, _shaped(became, SUCCESSIONS)]),
    )
    check_organisations(found)
    return found


def _shaped(rows: pl.DataFrame, columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """Rows in the library's columns; what the service does not say is null."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in columns.items()
    )
