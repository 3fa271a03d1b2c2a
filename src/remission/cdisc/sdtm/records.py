"""Records of SDTM, where a row of a domain is a row of a table: relapses, treatments, adverse events; doses joined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from remission.cdisc.sdtm.source import Ledger, Source, day_number, number_of, source_row_id, text_of, upper_of

if TYPE_CHECKING:
    from remission.cdisc.sdtm.mapping import Record, Variable

FATAL = "fatal"


def code_of(frame: pl.DataFrame, record: Record) -> pl.Expr:
    """What a row is called in the list: its coded term. A term as reported may tell who somebody is."""
    return text_of(frame, f"{record.domain}DECOD")


def occurred_rows(source: Source, record: Record, ledger: Ledger) -> pl.DataFrame:
    """The rows of a domain that an entry is for, and that occurred."""
    frame = source.frames[record.domain]
    if record.where is not None:
        meant = pl.any_horizontal(
            *(
                upper_of(frame, name).is_in(list(record.where.values)).fill_null(False)
                for name in record.where.variables
            )
        )
        code = pl.coalesce(code_of(frame, record), text_of(frame, f"{record.domain}CAT"))
        ledger.refuse(frame.filter(~meant), "not what the mapping looks for in this domain", code)
        frame = frame.filter(meant)
    if record.occurred:
        absent = (upper_of(frame, record.occurred) == "N").fill_null(False)
        ledger.refuse(frame.filter(absent), f"did not occur ({record.occurred} is N)", code_of(frame, record))
        frame = frame.filter(~absent)
    return frame


def derive_records(source: Source, record: Record, therapies: Mapping[str, str], ledger: Ledger) -> pl.DataFrame:
    """The rows of a table that the rows of one domain are, by one entry of the mapping."""
    frame = occurred_rows(source, record, ledger)
    frame = frame.with_columns(row_id=source_row_id())
    frame = frame.with_columns(
        source.day(frame, days).cast(source.when).alias(f"to:{days.column}") for days in record.days
    )
    for days in record.days:
        given = pl.coalesce(text_of(frame, days.date), text_of(frame, days.study_day))
        lost = frame.filter(given.is_not_null() & pl.col(f"to:{days.column}").is_null())
        # Without its first day a row is refused as a whole; a later day that cannot be read only loses its value.
        if days is not record.days[0]:
            ledger.lose(
                record.domain, days.date, lost.select(given.alias("text"))["text"], "a date that cannot be read"
            )
    frame = _with_values(frame, record, therapies, ledger)
    first = pl.col(f"to:{record.days[0].column}")
    ledger.refuse(frame.filter(first.is_null()), "no date that can be read, and no study day", code_of(frame, record))
    frame = frame.filter(first.is_not_null())
    for variable in record.values:
        if variable.therapy:
            wanted = pl.col(f"to:{variable.column}")
            ledger.refuse(frame.filter(wanted.is_null()), "no therapy of the library", code_of(frame, record))
            frame = frame.filter(wanted.is_not_null())
    _tell_days(record, frame, ledger)
    if record.join_gap_days is not None:
        frame = _joined_doses(source, record, frame)
    ledger.use(frame, record.table, pl.col("row_id"), pl.lit("(row)"))
    columns = dict.fromkeys([days.column for days in record.days] + [value.column for value in record.values])
    return frame.unique("row_id", keep="first", maintain_order=True).select(
        "row_id", pl.col("subject").alias("subject_id"), **{name: pl.col(f"to:{name}") for name in columns}
    )


def _with_values(frame: pl.DataFrame, record: Record, therapies: Mapping[str, str], ledger: Ledger) -> pl.DataFrame:
    """The frame with each value column, from the first of its variables that says something."""
    ways: dict[str, list[pl.Expr]] = {}
    for variable in record.values:
        ways.setdefault(variable.column, []).append(translated(frame, record.domain, variable, therapies, ledger))
    words = {name: pl.coalesce(*some) for name, some in ways.items()}
    if FATAL in ways:
        # A death that one variable tells of is told, whatever the other says.
        deadly = pl.any_horizontal(*((way == "yes").fill_null(False) for way in ways[FATAL]))
        words[FATAL] = pl.when(deadly).then(pl.lit("yes")).otherwise(words[FATAL])
    return frame.with_columns(word.alias(f"to:{name}") for name, word in words.items())


def _tell_days(record: Record, frame: pl.DataFrame, ledger: Ledger) -> None:
    """The days on which something is known of a subject: of an event that was fatal the end is the day of death."""
    fatal = pl.lit(False)
    if f"to:{FATAL}" in frame.columns:
        fatal = (pl.col(f"to:{FATAL}") == "yes").fill_null(False)
        end = pl.col("to:end_day") if "to:end_day" in frame.columns else pl.lit(None, frame["to:day"].dtype)
        ledger.tell_of_death(frame.filter(fatal).with_columns(day=end))
    for days in record.days:
        ends = days is not record.days[0]
        known = frame.filter(~fatal) if ends else frame
        ledger.known_days.append(known.select("subject", pl.col(f"to:{days.column}").alias("when")))


def translated(
    frame: pl.DataFrame, domain: str, variable: Variable, therapies: Mapping[str, str], ledger: Ledger
) -> pl.Expr:
    """A variable in the words of a column; a word or number that cannot be read is listed."""
    said = upper_of(frame, variable.variable)
    if variable.therapy:
        return said.replace_strict(dict(therapies), default=None, return_dtype=pl.String)
    if variable.number:
        number = number_of(frame, variable.variable)
        odd = frame.select(text=pl.when(number.is_null()).then(said))["text"]
        ledger.lose(domain, variable.variable, odd, "not a number")
        return number
    if variable.values is None:
        return text_of(frame, variable.variable)
    odd = frame.select(text=pl.when(~said.is_in(list(variable.values))).then(said))["text"]
    ledger.lose(domain, variable.variable, odd, f"no word of the mapping for {variable.column}")
    word = said.replace_strict(dict(variable.values), default=None, return_dtype=pl.String)
    # The mapping gives an empty word to what is known and says nothing; it is not listed as unknown.
    return pl.when(word != "").then(word)


def _joined_doses(source: Source, record: Record, frame: pl.DataFrame) -> pl.DataFrame:
    """Doses of one therapy as periods: the row of the first dose, until the end of the last.

    A dose with a partial date is a period of its own, for the gap before it is not known.
    """
    start, end = (f"to:{days.column}" for days in record.days[:2])
    therapy = next(f"to:{one.column}" for one in record.values if one.therapy)
    as_day = {name: day_number(pl.col(name), dated=source.dated) for name in (start, end)}
    frame = frame.with_columns(first=as_day[start], last=pl.coalesce(as_day[end], as_day[start]))
    frame = frame.with_columns(
        whole=pl.col("first").is_not_null() & (pl.col(end).is_null() | as_day[end].is_not_null())
    )
    frame = frame.sort("subject", therapy, "whole", "first", "seq", nulls_last=True)
    who = ["subject", therapy, "whole"]
    # The latest end so far: a short dose inside a long period must not open a hole.
    before = pl.col("last").cum_max().shift(1).over(who)
    fresh = ~pl.col("whole") | before.is_null() | (pl.col("first") - before > record.join_gap_days)
    frame = frame.with_columns(period=fresh.cast(pl.Int64).cum_sum())
    latest = pl.col(end).sort_by(pl.col("last"), nulls_last=False).last().over("period")
    frame = frame.with_columns(latest.alias(end), row_id=pl.col("row_id").first().over("period"))
    return frame.sort("source")
