"""Deaths of the transplant, of all cohorts and by years of treatment, as the pages of deaths pool them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from remission.evidence.recipes.pooled import HERE
from remission.exhibits.synthesis.scales import known_numbers
from remission.exhibits.wording import count, percent

if TYPE_CHECKING:
    from remission.evidence.recipes.pooled import PoolShown
    from remission.exhibits.synthesis.lines import Line

EVERYBODY = "All years"
# What a group of the pool is called where it stands alone.
YEARS_WORDS = {HERE: EVERYBODY, "In both": "Before and after 2006", "Not told": "Years not told"}
SAFETY: dict[str, type[pl.DataType]] = {
    "years": pl.String,
    "deaths": pl.Int64,
    "people": pl.Int64,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
    "ways": pl.Int64,
}


def safety_rows(whole: PoolShown, by_era: PoolShown) -> pl.DataFrame:
    """A row for all cohorts and one for each span of years, in the columns of SAFETY.

    `value`, `low` and `high` are of all people together with an exact interval; `least` and `most` are the ends of what
    the usual ways to pool give, of which there are `ways`. Null where too few cohorts or deaths allow none.
    """
    rows = [*_rows(whole), *_rows(by_era)]
    return pl.DataFrame(rows, schema=SAFETY)


def _rows(pool: PoolShown) -> Iterator[dict[str, object]]:
    pooled = [line for line in pool.pooled if line.role == "pooled"]
    for group, lines in groupby(pooled, key=lambda line: line.group):
        yield _row(YEARS_WORDS.get(group, group), list(lines))


def _row(group: str, lines: Sequence[Line]) -> dict[str, object]:
    # All people together stands first in every question, and is the one whose interval is exact.
    crude = lines[0]
    values = known_numbers([(line.value,) for line in lines])
    return {
        "years": group,
        "deaths": round(crude.events or 0),
        "people": crude.n,
        "value": crude.value,
        "low": crude.low,
        "high": crude.high,
        "least": min(values, default=None),
        "most": max(values, default=None),
        "ways": len(values),
    }


def safety_sentence(rows: pl.DataFrame) -> str:
    """The deaths of all cohorts in one sentence: the count, and the span of all ways to pool them.

    >>> import polars as pl
    >>> whole = ("All years", 15, 2509, 0.006, 0.003, 0.01, 0.004, 0.018, 5)
    >>> safety_sentence(pl.DataFrame([whole], schema=SAFETY, orient="row"))
    'Of 2,509 people 15 died of the transplant: 0.4\\xa0% to 1.8\\xa0%, by which of 5 usual ways they are counted.'
    """
    row = rows.row(0, named=True)
    counted = f"Of {row['people']:,} people {row['deaths']} died of the transplant"
    if row["least"] is None:
        return f"{counted}; no pooled number could be made of them."
    ways = count(row["ways"], "usual way", "usual ways")
    return f"{counted}: {percent(row['least'])} to {percent(row['most'])}, by which of {ways} they are counted."


def era_sentence(rows: pl.DataFrame) -> str:
    """The deaths by years of treatment as counts, without a share that so few could not carry.

    >>> import polars as pl
    >>> none = (None,) * 5 + (0,)
    >>> rows = [("All years", 15, 2509, *none), ("From 2007 on", 1, 756, *none), ("Not told", 14, 1753, *none)]
    >>> era_sentence(pl.DataFrame(rows, schema=SAFETY, orient="row"))
    'By years of treatment, from 2007 on: 1 of 756; not told: 14 of 1,753.'
    """
    eras = [f"{row['years'][:1].lower()}{row['years'][1:]}: {row['deaths']} of {row['people']:,}"
            for row in rows.iter_rows(named=True) if row["years"] != EVERYBODY]  # fmt: skip
    return f"By years of treatment, {'; '.join(eras)}."
