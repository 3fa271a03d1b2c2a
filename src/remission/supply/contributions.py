"""What an atlas rests on: each source that gave it rows, with its licence, how many they were, and what they are.

Written when an atlas is built and read off that file ever after, so that a page can name no source as data of the
atlas but one that gave it rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.provenance import Source

if TYPE_CHECKING:
    from remission.inputs.snapshots import Snapshot
    from remission.supply.stock.stock import StockSource
    from remission.supply.stock.together import Together

INVENTED = Source("Invented by this project's own writer of such files", "derived", says="no real hospital's figures")
INVENTED_TITLE = "Invented sample of the files of hospital pharmacies"
INVENTED_LICENCE = "CC0-1.0 (made by this project)"

CONTRIBUTIONS: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("source", "standing", "title", "licence", "citation", "status", "says"), pl.String),
    "rows": pl.Int64,
    "fetched": pl.Date,
}


def contributions_of(together: Together, sources: Mapping[str, StockSource]) -> pl.DataFrame:
    """Every source and standing of the counted rows, in the columns of `CONTRIBUTIONS`; published ones first.

    `fetched` is the day of the newest file. Invented rows are named as such, whatever source's files they imitate.
    """
    rows = [
        _row(sources[source], source, standing) | {"rows": rows}
        for source, standing, rows in together.counted.select("source", "standing", "rows").iter_rows()
    ]
    fetched = pl.DataFrame(
        _days(together.stock.used), schema={"source": pl.String, "standing": pl.String, "fetched": pl.Date}
    )
    newest = fetched.group_by("source", "standing").agg(pl.col("fetched").max())
    told = pl.DataFrame(rows, schema={name: kind for name, kind in CONTRIBUTIONS.items() if name != "fetched"})
    return told.join(newest, on=["source", "standing"], how="left", maintain_order="left").select(*CONTRIBUTIONS)


def read_contributions(path: Path) -> pl.DataFrame:
    """The same, of a built atlas; OSError or a PolarsError for a file that is not one."""
    return pl.read_csv(path, schema=CONTRIBUTIONS)


def cited(contributions: pl.DataFrame) -> tuple[Source, ...]:
    """How the sources are named, each once."""
    named = contributions.select("citation", "status", "says").unique(maintain_order=True)
    return tuple(Source(citation, status, says=says) for citation, status, says in named.iter_rows())


def _row(source: StockSource, name: str, standing: str) -> dict[str, object]:
    published = standing == "published"
    citation = source.CITATION if published else INVENTED
    return {
        "source": name,
        "standing": standing,
        "title": source.TITLE if published else INVENTED_TITLE,
        "licence": source.LICENCE if published else INVENTED_LICENCE,
        "citation": citation.citation,
        "status": citation.status,
        "says": citation.says,
    }


def _days(used: Iterable[Snapshot]) -> list[dict[str, object]]:
    return [{"source": one.source, "standing": one.standing, "fetched": one.fetched} for one in used]
