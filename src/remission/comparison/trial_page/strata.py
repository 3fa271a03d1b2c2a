"""Where a strategy was absent, or nearly so, in words and as a table: positivity by each covariate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.comparison.design.positivity import Stratum, has_small_chance, where_unlikely
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.wording import NBSP, count, percent

if TYPE_CHECKING:
    from remission.comparison.design.estimate import Trial

POSSIBLE = (
    "Where hardly anybody followed one of the strategies, the answer rests on a few people with large weights, or on "
    "none: the table has this by each covariate."
)


def absent_words(strata: Sequence[Stratum]) -> Iterator[str]:
    """A sentence for each stratum in which a strategy is absent, and for each in which nearly so."""
    for one in strata:
        name, number = one.rarer
        if one.is_empty:
            yield f"{one.words}: all {one.people:,} people followed {one.only}. Of the other nothing is known there."
        elif one.is_nearly_empty:
            yield f"{one.words}: only {number:,} of {one.rows:,} followed {name}. Little is known of it there."


def unlikely_words(found: Trial) -> str:
    """How many had next to no chance of one of the strategies, and where most of them are; empty where nobody is."""
    small = has_small_chance(found.weighed.propensity)
    if not small.any():
        return ""
    who = "trial" if found.emulated.design.in_sequence else "person"
    said = f"{count(int(small.sum()), who)} had a chance under 2.5{NBSP}% of one of the strategies."
    where = where_unlikely(found.strata, float(small.mean()))
    parts = [f"{one.words} ({one.unlikely:,} of {one.rows:,})" for one in where]
    return f"{said} That is commonest where: {'; '.join(parts)}." if parts else said


def strata_table(found: Trial) -> Table:
    """A row a stratum: how many followed either strategy, and how many had next to no chance of one of them."""
    one, other = found.emulated.names
    rows = [
        {"stratum": each.words, "rows": each.rows, "first": each.first, "second": each.rows - each.first,
         "unlikely": each.unlikely}
        for each in found.strata
    ]  # fmt: skip
    columns = (
        shows("stratum", "Stratum", words=True),
        Shown("Trials" if found.emulated.design.in_sequence else "People", lambda row: f"{row['rows']:,}"),
        Shown(one, lambda row: _of_all(row, "first")),
        Shown(other, lambda row: _of_all(row, "second")),
        Shown(f"Chance of one under 2.5{NBSP}%", lambda row: _of_all(row, "unlikely")),
    )
    note = "Numbers by thirds, texts by their values; of five or more. Nothing is weighted."
    return Table("strata", "Who followed which, by each covariate.", pl.DataFrame(rows), columns,
                 found.emulated.cohort.provenance, note)  # fmt: skip


def _of_all(row: Row, name: str) -> str:
    return f"{row[name]:,} ({percent(row[name] / row['rows'], 0)})"
