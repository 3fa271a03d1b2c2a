"""Trusts, boards and the areas above them: which belonged to which on a day, and which became which.

Three tables of the library say it. Belonging and becoming are dated rows with a source and a status, because health
services are rearranged often: a trust merges, an integrated care board (ICB) is split. Codes that no table knows are
shown as themselves and never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Literal

import polars as pl

from remission.library.catalogue import LIBRARY
from remission.places.organisation_checks import check_tables

Level = Literal["nation", "region", "icb", "trust", "board"]
FOLDER = LIBRARY / "places"
LONGEST_CLIMB = 4  # trust, ICB, region, nation

NODES: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("code", "level", "nation", "name", "gss_code"), pl.String),
    **dict.fromkeys(("opened", "closed"), pl.Date),
    **dict.fromkeys(("latitude", "longitude"), pl.Float64),
    **dict.fromkeys(("acute", "publishes"), pl.String),
    "population": pl.Int64,
    **dict.fromkeys(("population_kind", "population_date", "population_source", "source", "status", "note"), pl.String),
}
MEMBERSHIPS: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("code", "parent"), pl.String),
    **dict.fromkeys(("from", "to"), pl.Date),
    **dict.fromkeys(("source", "status"), pl.String),
}
SUCCESSIONS: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("predecessor", "successor"), pl.String),
    "date": pl.Date,
    **dict.fromkeys(("kind", "takes_total", "source", "status", "second_source", "note"), pl.String),
}


@dataclass(frozen=True, eq=False)
class Organisations:
    """Places, what they belonged to, and what they became; a row each, in the columns of `NODES`, `MEMBERSHIPS` and
    `SUCCESSIONS`.

    A blank date is one that is not known, or an end that has not come. Of the successions of one code at most one has
    `takes_total` yes: that successor carries on its figures, also where the code was split.
    """

    nodes: pl.DataFrame
    memberships: pl.DataFrame
    successions: pl.DataFrame

    @cached_property
    def _today(self) -> Mapping[str, str]:
        """Each code with a successor that takes its total, and the last of the chain."""
        # Only who takes the whole: a board that took a part of another's area has a history of its own.
        taken = self.successions.filter(pl.col("takes_total") == "yes")
        into = dict(taken.select("predecessor", "successor").rows())
        return {code: _last(code, into) for code in into}

    def as_now(self, codes: pl.Series) -> pl.DataFrame:
        """Today's code of each code, a row for each different one: ods_code, code, mapped.

        `mapped` is no for codes in no table; they stay themselves.

        >>> load_organisations().as_now(pl.Series(["RW6", "RJ1", "ZZ9"])).rows()
        [('RJ1', 'RJ1', True), ('RW6', 'RM3', True), ('ZZ9', 'ZZ9', False)]
        """
        found = pl.DataFrame({"ods_code": codes.cast(pl.String).drop_nulls().unique().sort()})
        known = [*self.nodes["code"], *self._today]
        return found.select(
            "ods_code",
            pl.col("ods_code").replace(dict(self._today)).alias("code"),
            pl.col("ods_code").is_in(known).alias("mapped"),
        )

    def parents(self, level: Level, on: date) -> pl.DataFrame:
        """What everything below a level belonged to on a day: code, parent (of that level), in order of code.

        Codes that belonged to nothing of the level on that day have no row.

        >>> dict(load_organisations().parents("region", date(2025, 1, 1)).rows())["RJ1"]
        'Y56'
        """
        edges = self.memberships.filter(_holds("from", "to", on)).select("code", "parent")
        wanted = self.nodes.filter(pl.col("level") == level).select(parent="code")
        climbing, found = edges, []
        # Level by level, and never for ever: of some trusts only the region is known, and a circle would not end.
        for _ in range(LONGEST_CLIMB):
            found.append(climbing.join(wanted, on="parent", how="semi"))
            above = edges.select(parent="code", above="parent")
            climbing = climbing.join(above, on="parent").select("code", parent="above")
        return pl.concat(found).unique().sort("code", "parent")

    def names(self, on: date) -> dict[str, str]:
        """The name of every code, closed ones too, except what opened after the day.

        >>> load_organisations().names(date(2025, 1, 1))["RJ1"]
        "Guy's and St Thomas' NHS FT"
        """
        # Closed ones too, for their rows are still in old files.
        known = self.nodes.filter(pl.col("opened").is_null() | (pl.col("opened") <= on))
        return dict(known.select("code", "name").rows())

    def closing_dates(self) -> dict[str, date]:
        """The last day of every trust that closed, by code."""
        closed = self.nodes.filter(pl.col("closed").is_not_null(), pl.col("level") == "trust")
        return dict(closed.select("code", "closed").rows())

    def nodes_of(self, level: Level, on: date) -> pl.DataFrame:
        """The rows of a level that existed on a day, in order of code.

        >>> [load_organisations().nodes_of("icb", date(year, 6, 1)).height for year in (2025, 2026)]
        [42, 36]
        """
        return self.nodes.filter(pl.col("level") == level, _holds("opened", "closed", on)).sort("code")

    def predecessors(self, code: str) -> pl.DataFrame:
        """Every code that became part of this one, itself or through another: predecessor, successor, date, kind,
        takes_total, source, status, second_source, note; the oldest first.

        >>> load_organisations().predecessors("R0A")["predecessor"].to_list()
        ['RM2', 'RW3', 'RW6']
        """
        reached, waiting = {code}, [code]
        while waiting:
            before = self.successions.filter(pl.col("successor").is_in(waiting))["predecessor"].to_list()
            waiting = [name for name in before if name not in reached]
            reached |= set(waiting)
        return self.successions.filter(pl.col("successor").is_in(sorted(reached))).sort("date", "predecessor")


def _holds(first: str, last: str, on: date) -> pl.Expr:
    """Both days included; a blank one is open."""
    return (pl.col(first).is_null() | (pl.col(first) <= on)) & (pl.col(last).is_null() | (pl.col(last) >= on))


def _last(code: str, into: Mapping[str, str]) -> str:
    """The end of a chain; a cycle, which the check refuses, ends where it began."""
    seen = {code}
    while (following := into.get(code)) is not None and following not in seen:
        seen.add(following)
        code = following
    return code


@cache
def load_organisations() -> Organisations:
    """The tables of the library, checked."""
    found = Organisations(
        pl.read_csv(FOLDER / "organisations.csv", schema=NODES),
        pl.read_csv(FOLDER / "memberships.csv", schema=MEMBERSHIPS),
        pl.read_csv(FOLDER / "successions.csv", schema=SUCCESSIONS),
    )
    check_organisations(found)
    return found


def check_organisations(organisations: Organisations) -> None:
    """InputProblems with everything that is wrong with the tables, all at once."""
    check_tables(organisations.nodes, organisations.memberships, organisations.successions)
