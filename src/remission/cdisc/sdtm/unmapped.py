"""What was not mapped: rows that are in no table, variables that nothing reads, values not carried over; and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.subjects import FOLLOWED

if TYPE_CHECKING:
    from remission.cdisc.datasets import Unread
    from remission.cdisc.sdtm.mapping import SdtmMapping
    from remission.cdisc.sdtm.source import Ledger, Source
    from remission.inputs.problems import Problem

UNMAPPED = {
    "domain": pl.String,
    "variable": pl.String,
    "code": pl.String,
    "rows": pl.Int64,
    "whole_rows": pl.String,
    "why": pl.String,
}
"""Columns of the list of what was not mapped; `whole_rows` is "no" where the row is there and only a value is not."""
CARRIED = ("STUDYID", "DOMAIN", "USUBJID", "SUBJID")
# Suffixes of variables that say of a finding what its code already says, or restate the date.
RESTATED = (
    "SEQ",
    "TESTCD",
    "TEST",
    "CAT",
    "SCAT",
    "ORRES",
    "ORRESU",
    "STRESC",
    "STRESN",
    "STRESU",
    "STAT",
    "DTC",
    "DY",
)


def list_unused_variables(source: Source, ledger: Ledger) -> None:
    """Variables of the mapped domains that no entry reads, with the number of rows that have a value there."""
    for domain in source.mapping.domains:
        if domain not in source.frames:
            continue
        frame, read = source.frames[domain], _read_variables(source.mapping, domain)
        for name in frame.columns:
            if name.islower() or name in read:
                continue
            count = frame[name].count()
            if count:
                ledger.values.append((domain, name, "", count, "no", "no entry of the mapping reads this variable"))


def list_left(left: Iterable[Unread], ledger: Ledger) -> None:
    """Files that could not be read and that nothing would have been mapped of; how many rows they hold is not known."""
    for one in left:
        ledger.values.append((one.name or one.file, "", "", None, "no", _why_left(one)))


def left_words(one: Unread) -> Iterator[Problem]:
    """The same as warnings."""
    for problem in one.problems[:1]:
        yield replace(problem, severity="warning", next_step=f"It was left: {_why_left(one)}.")


def _why_left(one: Unread) -> str:
    return "a file that is no dataset" if one.other else "cannot be read, and no entry of the mapping reads this domain"


def _read_variables(mapping: SdtmMapping, domain: str) -> set[str]:
    suffixes = {*RESTATED, "DECOD", "TERM", "STDTC", "STDY", "REASND", *(merge.suffix for merge in mapping.merge)}
    read = {*CARRIED, *(f"{domain}{suffix}" for suffix in suffixes)}
    for test in mapping.test:
        if domain in test.domains:
            read |= {f"{domain}{suffix}" for suffix in (*test.hand_suffixes, "REPNUM")}
    for record in mapping.record:
        if record.domain == domain:
            read |= {record.occurred, *(one.variable for one in record.values)}
            read |= {name for days in record.days for name in (days.date, days.study_day)}
            read |= set(record.where.variables) if record.where is not None else set()
    if domain == "DM":
        read |= {name for pair in FOLLOWED["DM"] for name in pair}
        read |= {"RFSTDTC", "DTHDTC", "DTHDY", "DTHFL", "ARMCD", "ARMNRS"}
        read |= {name for one in mapping.subjects.variable for name in (one.variable, one.unit_variable)}
    return read


def list_unmapped(every: pl.DataFrame, used: pl.DataFrame, ledger: Ledger, mapping: SdtmMapping) -> pl.DataFrame:
    """Every source row that is in no table, by domain, code and reason; and the values that were not carried over."""
    left = every.join(used.select("source").unique(), on="source", how="anti")
    empty = {"source": pl.Int64, "code": pl.String, "why": pl.String}
    told = pl.concat([pl.DataFrame(schema=empty), *ledger.reasons]).unique("source", keep="first", maintain_order=True)
    unread = pl.when(pl.col("domain").is_in(list(mapping.domains))).then(pl.lit("no entry of the mapping takes it"))
    named = left.join(told, on="source", how="left").with_columns(
        why=pl.coalesce("why", unread, pl.lit("no entry of the mapping reads this domain"))
    )
    rows = named.group_by("domain", "code", "why").agg(rows=pl.len().cast(pl.Int64))
    whole = rows.with_columns(variable=pl.lit(""), whole_rows=pl.lit("yes"), code=pl.col("code").fill_null(""))
    values = pl.DataFrame(ledger.values, schema=UNMAPPED, orient="row")
    return pl.concat([whole.select(*UNMAPPED), values]).sort("domain", "whole_rows", "variable", "code", "why")
