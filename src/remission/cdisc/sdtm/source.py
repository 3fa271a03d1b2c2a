"""SDTM datasets as read: the rows of each domain, days as SDTM tells them, and the ledger of where each row went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.mapping import Days, SdtmMapping

if TYPE_CHECKING:
    from remission.cdisc.datasets import Dataset

FARTHEST_DAY = 100_000
"""Most days of a study day (273 years): what is beyond counts no days, and a date that far away is none."""
# The start of an ISO 8601 text, and what may follow it: nothing, a time of day, or parts of which one is not known.
ISO = r"^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:--[-\d]*)?(?:T[^/]*)?$"


@dataclass
class Ledger:
    """Where each source row went: to a row of a table, or to the list."""

    used: list[pl.DataFrame] = field(default_factory=list)
    reasons: list[pl.DataFrame] = field(default_factory=list)
    values: list[tuple[str, str, str, int | None, str, str]] = field(default_factory=list)
    known_days: list[pl.DataFrame] = field(default_factory=list)
    deaths: list[pl.DataFrame] = field(default_factory=list)

    def use(self, frame: pl.DataFrame, table: str, row_id: pl.Expr, column: pl.Expr) -> None:
        """These source rows are in a row of a table."""
        self.used.append(frame.select("source", table=pl.lit(table), row_id=row_id, column=column))

    def refuse(self, frame: pl.DataFrame, why: str | pl.Expr, code: pl.Expr) -> None:
        """These source rows are not mapped, for this reason; the first reason given stands."""
        reason = pl.lit(why) if isinstance(why, str) else why
        self.reasons.append(frame.select("source", code=code.cast(pl.String), why=reason))

    def tell_of_death(self, frame: pl.DataFrame) -> None:
        """These source rows say that somebody died, on their `day` (null where they do not say when)."""
        self.deaths.append(frame.select("source", "subject", "domain", "seq", "day"))

    def lose(self, domain: str, variable: str, values: pl.Series, why: str) -> None:
        """A value of a row that is mapped is not carried over."""
        for code, count in values.drop_nulls().cast(pl.String).value_counts().sort(values.name).iter_rows():
            self.values.append((domain, variable, code, count, "no", why))


@dataclass(frozen=True)
class Source:
    """The prepared domains, and how days are told."""

    mapping: SdtmMapping
    frames: Mapping[str, pl.DataFrame]
    dated: bool

    @property
    def when(self) -> pl.DataType:
        """Type of a day column."""
        return pl.String() if self.dated else pl.Int32()

    def day(self, frame: pl.DataFrame, days: Days) -> pl.Expr:
        """A day column: the ISO text, else the study day counted from the reference date; or the days."""
        offset = day_of_study(number_of(frame, days.study_day))
        if not self.dated:
            return offset
        counted = (pl.col("reference") + pl.duration(days=offset)).dt.to_string("%Y-%m-%d")
        return pl.coalesce(iso_start(text_of(frame, days.date)), counted)


def day_of_study(number: pl.Expr) -> pl.Expr:
    """Days since the reference date of a study day, which has no day 0: day 1 is that date."""
    whole = number.cast(pl.Int32)
    return pl.when(whole > 0).then(whole - 1).otherwise(whole)


def by_domain(datasets: Sequence[Dataset]) -> dict[str, pl.DataFrame]:
    """The rows of each domain, those of split datasets together, with a number for each source row."""
    parts: dict[str, list[pl.DataFrame]] = {}
    start = 0
    for dataset in datasets:
        frame = dataset.frame.rename({name: name.upper() for name in dataset.frame.columns})
        added = {
            "source": pl.int_range(start, start + frame.height, dtype=pl.Int64),
            "file": pl.lit(dataset.file),
            "file_row": pl.int_range(1, frame.height + 1, dtype=pl.Int64),
            "domain": pl.lit(dataset.domain),
            "subject": text_of(frame, "USUBJID"),
            "seq": number_of(frame, f"{dataset.domain}SEQ").cast(pl.Int64, strict=False),
        }
        start += frame.height
        parts.setdefault(dataset.domain, []).append(frame.with_columns(**added))
    return {domain: pl.concat(frames, how="diagonal_relaxed") for domain, frames in parts.items()}


def with_reference(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every frame with the date that the study days of its subject count from."""
    dm = frames["DM"]
    reference = iso_start(text_of(dm, "RFSTDTC")).str.to_date("%Y-%m-%d", strict=False).alias("reference")
    dates = dm.select("subject", reference).unique("subject")
    return {name: frame.join(dates, on="subject", how="left", maintain_order="left") for name, frame in frames.items()}


def is_dated(frames: Mapping[str, pl.DataFrame], day_zero: str) -> bool:
    """Whether the cohort is one of dates: at least one subject has a date of day zero."""
    return bool(frames["DM"].join(zero_dates(frames, day_zero), on="subject").height)


def zero_dates(frames: Mapping[str, pl.DataFrame], day_zero: str) -> pl.DataFrame:
    """Subjects with a date of day zero, and that date as text."""
    domain, _, decode = day_zero.partition(".")
    if decode and domain in frames:
        frame = frames[domain].filter(upper_of(frames[domain], f"{domain}DECOD") == decode.upper())
        dates = frame.select("subject", day_zero_date=iso_start(text_of(frame, f"{domain}STDTC")))
        return dates.drop_nulls().sort("day_zero_date").unique("subject", keep="first", maintain_order=True)
    if decode:
        return pl.DataFrame(schema={"subject": pl.String, "day_zero_date": pl.String})
    return frames["DM"].select("subject", day_zero_date=iso_start(text_of(frames["DM"], day_zero))).drop_nulls()


def source_row_id() -> pl.Expr:
    """Domain and sequence number of a row, and its subject, for SDTM numbers the rows of each subject anew."""
    return pl.format("{}.{}:{}", "domain", "seq", "subject")


def text_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A variable as text; null throughout when the frame has no such variable."""
    return pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)


def number_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A variable as a number; null where it is none, and throughout when the frame has no such variable."""
    if name not in frame.columns:
        return pl.lit(None, pl.Float64)
    number = pl.col(name).cast(pl.Float64, strict=False)
    # Polars reads the texts "NaN" and "inf", by which other programs mean that there is no number.
    return pl.when(number.is_finite()).then(number)


def upper_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A variable as text in capitals, without the spaces around it."""
    return text_of(frame, name).str.strip_chars().str.to_uppercase()


def iso_start(text: pl.Expr) -> pl.Expr:
    """The known start of an ISO 8601 text: a day, month or year; null when it is none.

    "2003---15" (the month is not known) is the year; an interval or 20031215 is not read.
    """
    return text.str.strip_chars().str.extract(ISO, 1)


def day_number(value: pl.Expr, *, dated: bool) -> pl.Expr:
    """A day column as whole days; a date that is not whole is null."""
    if not dated:
        return value.cast(pl.Int32)
    return value.str.to_date("%Y-%m-%d", strict=False).dt.epoch("d").cast(pl.Int32)
