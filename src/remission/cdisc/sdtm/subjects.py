"""Subjects of SDTM: who they are, who entered, their history, and when and why their follow-up ended."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from remission.cdisc.sdtm.deaths import agrees, take_days, tell_of_demographics
from remission.cdisc.sdtm.mapping import Days
from remission.cdisc.sdtm.records import translated
from remission.cdisc.sdtm.source import (
    Ledger,
    Source,
    day_number,
    text_of,
    upper_of,
    zero_dates,
)
from remission.records.schema import TABLES

FOLLOWED = {
    "DM": (("RFSTDTC", "RFSTDY"), ("RFPENDTC", "RFPENDY"), ("RFENDTC", "RFENDY"), ("RFXENDTC", "RFXENDY")),
    "SE": (("SESTDTC", "SESTDY"), ("SEENDTC", "SEENDY")),
    "SV": (("SVSTDTC", "SVSTDY"), ("SVENDTC", "SVENDY")),
}
"""Variables, as date and study day, whose latest says until when a subject was followed."""


def derive_subjects(source: Source, day_zero: str, ledger: Ledger) -> pl.DataFrame:
    """The table of subjects, from DM, medical history, disposition and the days already mapped."""
    dm, rule = source.frames["DM"], source.mapping.subjects
    ways: dict[str, list[pl.Expr]] = {}
    for variable in rule.variable:
        value = translated(dm, "DM", variable, {}, ledger)
        if variable.units:
            unit = upper_of(dm, variable.unit_variable)
            strange = unit.is_not_null() & ~unit.is_in(list(variable.units))
            ledger.lose("DM", variable.variable, dm.select(text=pl.when(strange).then(unit))["text"], "in another unit")
            value = pl.when(~strange).then(value)
        if TABLES["subjects"].column(variable.column).kind in ("number", "integer"):
            value = value.cast(pl.Float64, strict=False)
        ways.setdefault(variable.column, []).append(value)
    frame = dm.select(
        "source", "subject",
        **{name: pl.coalesce(*values) for name, values in ways.items()},
        dead=upper_of(dm, "DTHFL") == "Y",
        failed=pl.any_horizontal(*(_says_so(dm, name, rule.not_entered_arms) for name in ("ARMCD", "ARM"))),
        # The name of an arm is no reason: only what says that somebody was given none.
        reason=pl.coalesce(
            text_of(dm, "ARMNRS"),
            *(pl.when(_says_so(dm, name, rule.not_entered_arms)).then(text_of(dm, name)) for name in ("ARM", "ARMCD")),
        ),
    )  # fmt: skip
    frame = _with_entry(source, frame, day_zero)
    frame = _with_history(source, frame, ledger)
    tell_of_demographics(source, ledger)
    frame = _with_end(source, frame, ledger)
    no_day = frame.filter(pl.col("dead").fill_null(False) & pl.col("death_day").is_null())
    undated = pl.Series("text", ["Y"] * no_day.height, dtype=pl.String)
    ledger.lose("DM", "DTHFL", undated, "a death without a date that can be read")
    ledger.use(frame, "subjects", pl.col("subject"), pl.lit("(row)"))
    return frame.rename({"subject": "subject_id"})


def _says_so(dm: pl.DataFrame, name: str, words: Sequence[str]) -> pl.Expr:
    """Does a variable of the arm say that the person was given none?"""
    return upper_of(dm, name).is_in(list(words))


def _with_entry(source: Source, frame: pl.DataFrame, day_zero: str) -> pl.DataFrame:
    """Who entered: those with a date of day zero (or, without any dates, those not said to have failed screening)."""
    failed = pl.col("failed").fill_null(False)
    entered = ~failed
    if source.dated:
        frame = frame.join(zero_dates(source.frames, day_zero), on="subject", how="left", maintain_order="left")
        # A date of day zero alone is not enough: who failed screening did not enter, whatever dates there are.
        entered = pl.col("day_zero_date").is_not_null() & ~failed
    frame = frame.with_columns(entered=pl.when(entered).then(pl.lit("yes")).otherwise(pl.lit("no")))
    out = pl.col("entered") == "no"
    return frame.with_columns(not_entered_reason=pl.when(out).then(pl.coalesce("reason", pl.lit("no day zero"))))


def _with_history(source: Source, frame: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """First symptom and course, from medical history."""
    rule = source.mapping.history
    if rule.domain not in source.frames:
        return frame
    history = source.frames[rule.domain]
    words = [upper_of(history, f"{rule.domain}{suffix}") for suffix in ("DECOD", "TERM")]
    started = pl.any_horizontal(*(word.is_in(list(rule.onset)).fill_null(False) for word in words))
    course = pl.coalesce(
        *(word.replace_strict(dict(rule.course), default=None, return_dtype=pl.String) for word in words)
    )
    day = source.day(history, Days("onset_day", f"{rule.domain}STDTC", f"{rule.domain}STDY")).cast(source.when)
    history = history.with_columns(
        started=started, course=course, onset_day=day, code=text_of(history, f"{rule.domain}CAT")
    )
    other = history.filter(~pl.col("started") & pl.col("course").is_null())
    ledger.refuse(other, "medical history other than onset and course", pl.col("code"))
    unread = history.filter(pl.col("started") & pl.col("onset_day").is_null() & pl.col("course").is_null())
    ledger.refuse(unread, "no date that can be read, and no study day", pl.col("code"))
    for name in ("onset_day", "course"):
        told = history.filter(pl.col("started") if name == "onset_day" else pl.lit(True)).filter(
            pl.col(name).is_not_null()
        )
        # The last row by its number: SDTM has no other order, and corrections come later.
        last = told.sort("seq").unique("subject", keep="last", maintain_order=True)
        ledger.refuse(told.join(last, on="source", how="anti"), f"a later row says the {name}", pl.col("code"))
        ledger.use(last, "subjects", pl.col("subject"), pl.lit(name))
        frame = frame.join(last.select("subject", name), on="subject", how="left", maintain_order="left")
    return frame


def _with_end(source: Source, frame: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Why and when follow-up ended: the last disposition event, the death, and the latest whole date of the subject."""
    if source.mapping.disposition.domain in source.frames:
        events = _disposition(source)
        frame = frame.join(_end_reasons(events, ledger), on="subject", how="left", maintain_order="left")
        deaths = _take_deaths(source, events, ledger)
    else:
        frame = frame.with_columns(end_reason=pl.lit(None, pl.String))
        deaths = take_days(source, ledger)
    for more in (deaths.rename({"taken": "death_day"}), _latest(source, ledger)):
        frame = frame.join(more, on="subject", how="left", maintain_order="left")
    dead = day_number(pl.col("death_day"), dated=source.dated)
    # Registers write on after a death; the death ends what is known of the person.
    after = (day_number(pl.col("last_day"), dated=source.dated) > dead).fill_null(False)
    # Who left, and whose death was told later, was not followed until then: only the death is known.
    until = after | ((pl.col("end_reason") == "died") & pl.col("death_day").is_not_null()).fill_null(False)
    last_day = pl.when(until).then("death_day").otherwise("last_day")
    return frame.with_columns(last_day=pl.when(pl.col("entered") == "yes").then(last_day))


def _disposition(source: Source) -> pl.DataFrame:
    """The rows of disposition with `when`, `code`, whether they tell of a death, and the reason that ends follow-up."""
    rule = source.mapping.disposition
    events = source.frames[rule.domain]
    category, decode = upper_of(events, f"{rule.domain}CAT"), upper_of(events, f"{rule.domain}DECOD")
    reason = decode.replace_strict(dict(rule.values), default=None, return_dtype=pl.String)
    mine = category.is_in(list(rule.categories)) | category.is_null()
    day = source.day(events, Days("when", f"{rule.domain}STDTC", f"{rule.domain}STDY")).cast(source.when)
    # A death is one in whatever category it stands: who was lost may be known to have died since.
    died = (reason == "died").fill_null(False)
    return events.with_columns(end_reason=pl.when(mine).then(reason), when=day, code=decode, died=died)


def _end_reasons(events: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The reason why follow-up of each subject ended: that of the last such row."""
    other = events.filter(pl.col("end_reason").is_null() & ~pl.col("died"))
    ledger.refuse(other, "not an end of follow-up", pl.col("code"))
    told = events.filter(pl.col("end_reason").is_not_null())
    last = told.sort("when", "seq", nulls_last=False).unique("subject", keep="last", maintain_order=True)
    earlier = told.join(last, on="source", how="anti").filter(~pl.col("died"))
    ledger.refuse(earlier, "a later row says why follow-up ended", pl.col("code"))
    ledger.use(last, "subjects", pl.col("subject"), pl.lit("end_reason"))
    # A row that tells of a death is no sign of life on its day.
    ledger.known_days.append(events.filter(~pl.col("died")).select("subject", "when"))
    return last.select("subject", "end_reason")


def _take_deaths(source: Source, events: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """The day of death of each subject, with the rows of disposition that agree with it and those that do not."""
    told = events.filter("died").with_columns(day=pl.col("when"))
    ledger.tell_of_death(told)
    taken = take_days(source, ledger)
    judged = told.join(taken, on="subject", how="left").with_columns(agrees=agrees(source))
    ledger.use(judged.filter("agrees"), "subjects", pl.col("subject"), pl.lit("death_day"))
    ledger.refuse(judged.filter(pl.col("day").is_null()), "a death without a date that can be read", pl.col("code"))
    ledger.refuse(judged.filter(~pl.col("agrees")), "another day of death was taken", pl.col("code"))
    return taken


def _latest(source: Source, ledger: Ledger) -> pl.DataFrame:
    """The latest whole date (or day) of each subject in DM, SE, SV, DS and the mapped rows, deaths left out."""
    known = list(ledger.known_days)
    for domain, pairs in FOLLOWED.items():
        if domain in source.frames:
            frame = source.frames[domain]
            known += [
                frame.select("subject", source.day(frame, Days("", date, day)).cast(source.when).alias("when"))
                for date, day in pairs
            ]
    days = pl.concat(known).with_columns(number=day_number(pl.col("when"), dated=source.dated)).drop_nulls()
    last = days.sort("number").unique("subject", keep="last", maintain_order=True)
    return last.select("subject", pl.col("when").alias("last_day"))
