"""Deaths of SDTM: every row that tells of one, the day that is taken, and the tellings that disagree.

Demographics, disposition and adverse events each tell of deaths, in the same study seldom all of them and not always
alike. A row that tells of a death is never evidence that somebody was alive on its day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.source import Ledger, Source, day_of_study, iso_start, number_of, text_of, upper_of

if TYPE_CHECKING:
    from remission.cdisc.sdtm.mapping import SdtmMapping

DEATHS = {
    "subject_id": pl.String,
    "domain": pl.String,
    "seq": pl.Int64,
    "told": pl.String,
    "day": pl.String,
    "taken": pl.String,
    "why": pl.String,
}
"""Columns of the list of deaths that are told differently; `day` is the row's, `taken` the subject's day of death."""


def tell_of_demographics(source: Source, ledger: Ledger) -> None:
    """The deaths that DM tells of, by its date, its study day or its flag."""
    dm = source.frames["DM"]
    day = iso_start(text_of(dm, "DTHDTC")) if source.dated else day_of_study(number_of(dm, "DTHDY"))
    dm = dm.with_columns(day=day.cast(source.when))
    ledger.tell_of_death(dm.filter(pl.col("day").is_not_null() | (upper_of(dm, "DTHFL") == "Y").fill_null(False)))


def take_days(source: Source, ledger: Ledger) -> pl.DataFrame:
    """The day of death of each subject of whom one is told: columns subject and taken.

    Demographics go before disposition, and disposition before adverse events; of several rows of one domain the latest
    day is taken, for who was reported dead and then dead later was alive in between. A month or year gives way to a
    whole date of another row that lies in it.
    """
    tellings = _tellings(source, ledger).drop_nulls("day").sort("rank", "day", descending=[False, True])
    first = tellings.unique("subject", keep="first", maintain_order=True).select("subject", taken="day")
    if not source.dated:
        return first
    fuller = tellings.join(first, on="subject").filter(pl.col("day").str.starts_with(pl.col("taken")))
    # Stable: of two whole dates in one month that of the domain which goes before.
    fuller = fuller.sort(pl.col("day").str.len_bytes(), descending=True, maintain_order=True)
    return fuller.unique("subject", keep="first", maintain_order=True).select("subject", taken="day")


def agrees(source: Source) -> pl.Expr:
    """Does the day of a row agree with the day taken: the same, or a month or year in which that lies?"""
    day, taken = pl.col("day"), pl.col("taken")
    return (taken.str.starts_with(day) if source.dated else day == taken).fill_null(False)


def list_deaths(source: Source, ledger: Ledger, frame: pl.DataFrame) -> pl.DataFrame:
    """Every telling of each subject whose death is told differently, in the columns of `DEATHS`.

    `frame` has subject, death_day and end_reason. Demographics and disposition are asked about everybody with a death:
    that one of them does not tell of it is a difference too.
    """
    taken = frame.select("subject", taken="death_day")
    tellings = _tellings(source, ledger).join(taken, on="subject", how="left", maintain_order="left")
    why = (
        pl.when(pl.col("day").is_null()).then(pl.lit("no date that can be read"))
        .when(agrees(source)).then(pl.lit(""))
        .otherwise(pl.lit("another day of death was taken"))
    )  # fmt: skip
    told = tellings.with_columns(told=pl.lit("death"), why=why)
    of_whom = told.select("subject", "taken").unique(maintain_order=True)
    silent = [_silent(source, domain, of_whom, told, frame) for domain in _asked(source)]
    every = pl.concat([told, *silent], how="diagonal").with_columns(
        pl.col("day", "taken").cast(pl.String), subject_id="subject"
    )
    differ = every.filter(pl.col("why") != "").select("subject_id").unique()
    return (
        every.join(differ, on="subject_id", how="semi")
        .sort("subject_id", "rank", "day", nulls_last=True)
        .select(*DEATHS)
    )


def _asked(source: Source) -> tuple[str, ...]:
    disposition = source.mapping.disposition.domain
    return ("DM", disposition) if disposition in source.frames else ("DM",)


def _silent(
    source: Source, domain: str, of_whom: pl.DataFrame, told: pl.DataFrame, frame: pl.DataFrame
) -> pl.DataFrame:
    """Those with a death of which this domain does not tell, with what it says instead."""
    tells = pl.col("subject").is_in(told.filter(pl.col("domain") == domain)["subject"].implode())
    instead: pl.Expr = pl.when(~tells).then(pl.lit("nothing"))
    if domain != "DM":
        of_whom = of_whom.join(frame.select("subject", "end_reason"), on="subject", how="left")
        # Who left for another reason and is told dead in another row left before: that is said too.
        instead = pl.coalesce(pl.when(pl.col("end_reason") != "died").then("end_reason"), instead)
    rank = _rank(source.mapping).get(domain)
    silent = of_whom.with_columns(told=instead).filter(pl.col("told").is_not_null())
    return silent.with_columns(
        domain=pl.lit(domain), rank=pl.lit(rank, pl.Int32), why=pl.lit("does not tell of the death")
    )


def _tellings(source: Source, ledger: Ledger) -> pl.DataFrame:
    nobody = source.frames["DM"].clear().select("source", "subject", "domain", "seq", day=pl.lit(None, source.when))
    every = pl.concat([nobody, *ledger.deaths])
    ranks = _rank(source.mapping)
    rank = pl.col("domain").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32)
    return every.with_columns(rank=rank)


def _rank(mapping: SdtmMapping) -> dict[str, int]:
    return {"DM": 0, mapping.disposition.domain: 1}
