"""Findings of SDTM: what each row of a test gives, and the pieces of one day as one visit or scan."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from remission.cdisc.sdtm.mapping import Days, Merge, Record, Test
from remission.cdisc.sdtm.records import code_of, occurred_rows
from remission.cdisc.sdtm.source import Ledger, Source, number_of, source_row_id, text_of, upper_of


def derive_pieces(
    source: Source, domain: str, hands: pl.DataFrame, ledger: Ledger
) -> Iterator[tuple[str, pl.DataFrame]]:
    """The pieces of rows that the findings of a domain give, and the table each belongs to."""
    frame = source.frames[domain]
    code, name = upper_of(frame, f"{domain}TESTCD"), upper_of(frame, f"{domain}TEST")
    tests = [(place, test) for place, test in enumerate(source.mapping.test) if domain in test.domains]
    # A test that two entries of the mapping know goes to the first of them: no row may be in two places.
    which = pl.coalesce(
        *(pl.when(code.is_in(list(test.codes)) | name.is_in(list(test.names))).then(place) for place, test in tests)
    )
    day = source.day(frame, Days("day", f"{domain}DTC", f"{domain}DY"))
    frame = frame.with_columns(
        test=which, code=text_of(frame, f"{domain}TESTCD"), when=day.cast(source.when), value=_result(frame, domain)
    )
    ledger.refuse(frame.filter(pl.col("test").is_null()), "no entry of the mapping has this test", pl.col("code"))
    for place, test in tests:
        mine = frame.filter(pl.col("test") == place)
        if mine.height:
            yield test.table, _pieces(source, domain, test, place, mine, hands, ledger)


def _result(frame: pl.DataFrame, domain: str) -> pl.Expr:
    # The standardised number first; where there is only text, it may still be one.
    number = number_of(frame, f"{domain}STRESN")
    text = text_of(frame, f"{domain}STRESC").str.strip_chars().cast(pl.Float64, strict=False)
    return pl.coalesce(number, pl.when(text.is_finite()).then(text))


def _pieces(
    source: Source,
    domain: str,
    test: Test,
    place: int,
    frame: pl.DataFrame,
    hands: pl.DataFrame,
    ledger: Ledger,
) -> pl.DataFrame:
    """What each row of one test gives: a value for a column, on a day; the others are listed with the reason."""
    said = [f"{domain}{suffix}" for suffix in ("STRESC", "ORRES", "REASND")]
    # Unable only without a number: who was timed was able, whatever stands beside it.
    unable = (
        pl.any_horizontal(
            *(upper_of(frame, name).is_in(list(test.unable)).fill_null(False) for name in said), pl.lit(False)
        )
        & pl.col("value").is_null()
    )
    unit = upper_of(frame, f"{domain}STRESU")
    unknown = pl.Series(test.unknown, dtype=pl.Float64).implode()
    strange = unit.is_not_null() & ~unit.is_in(list(test.units)) if test.units else pl.lit(False)
    frame = _with_hand(frame, domain, test, hands).with_columns(unable=unable)
    column = pl.lit(test.column) if "{hand}" not in test.column else _hand_column(test.column)
    # The first reason stands, as in every list of the ledger. Unable comes before "not done": somebody tried.
    why = (
        pl.when(pl.col("when").is_null()).then(pl.lit("no date that can be read, and no study day"))
        .when(pl.col("hand").is_null()).then(pl.lit("not known whether the dominant or the other hand"))
        .when(pl.col("unable")).then(pl.lit(None, pl.String))
        .when(upper_of(frame, f"{domain}STAT") == "NOT DONE").then(pl.lit("not done"))
        .when(pl.col("value").is_null()).then(pl.lit("no result that is a number"))
        .when(pl.col("value").is_in(unknown)).then(pl.lit("a number that stands for not known"))
        .when(strange).then(pl.format("a unit that is not known: {}", unit.fill_null("")))
    )  # fmt: skip
    frame = frame.with_columns(why=why, column=column)
    ledger.refuse(frame.filter(pl.col("why").is_not_null()), pl.col("why"), pl.col("code"))
    kept = frame.filter(pl.col("why").is_null())
    split = _split(source, domain, test.table, kept, ledger)
    return kept.select(
        "source", "domain", "seq", "subject", "when",
        split=split, place=pl.lit(place), column=pl.col("column"),
        value=pl.when(~pl.col("unable")).then(pl.col("value")),
        unable=pl.when(pl.col("unable")).then(pl.lit(test.unable_column)),
        mean=pl.lit(test.repeats == "mean"),
        raterless=pl.lit(f"{domain}{_merge(source, test.table).suffix}" not in frame.columns),
    )  # fmt: skip


def _with_hand(frame: pl.DataFrame, domain: str, test: Test, hands: pl.DataFrame) -> pl.DataFrame:
    """The frame with `hand`: dominant, other, null when it is not known; "" for a test that has none."""
    if "{hand}" not in test.column:
        return frame.with_columns(hand=pl.lit(""))
    said = pl.coalesce(
        *(
            upper_of(frame, f"{domain}{suffix}").replace_strict(
                dict(test.hand_values), default=None, return_dtype=pl.String
            )
            for suffix in test.hand_suffixes
        )
    )
    # Left and right mean nothing without the dominant hand, which another domain may tell.
    side = pl.coalesce(*(_side(upper_of(frame, f"{domain}{suffix}")) for suffix in test.hand_suffixes))
    joined = frame.join(hands, on="subject", how="left", maintain_order="left")
    by_side = (
        pl.when(side.is_null() | pl.col("dominant").is_null()).then(pl.lit(None, pl.String))
        .when(side == pl.col("dominant")).then(pl.lit("dominant")).otherwise(pl.lit("other"))
    )  # fmt: skip
    return joined.with_columns(hand=pl.coalesce(said, by_side))


def _side(text: pl.Expr) -> pl.Expr:
    return text.str.extract(r"^(LEFT|RIGHT)\b", 1)


def _hand_column(pattern: str) -> pl.Expr:
    before, after = pattern.split("{hand}")
    return pl.lit(before) + pl.col("hand") + pl.lit(after)


def derive_hands(source: Source, ledger: Ledger) -> pl.DataFrame:
    """The dominant hand (LEFT, RIGHT) of each subject of whom it is told."""
    rule = source.mapping.handedness
    if rule.domain not in source.frames:
        return pl.DataFrame(schema={"subject": pl.String, "dominant": pl.String})
    frame = source.frames[rule.domain]
    code, name = upper_of(frame, f"{rule.domain}TESTCD"), upper_of(frame, f"{rule.domain}TEST")
    side = _side(pl.coalesce(upper_of(frame, f"{rule.domain}STRESC"), upper_of(frame, f"{rule.domain}ORRES")))
    frame = frame.with_columns(
        code=code, mine=code.is_in(list(rule.codes)) | name.is_in(list(rule.names)), dominant=side
    )
    ledger.refuse(
        frame.filter(~pl.col("mine").fill_null(False)), "no entry of the mapping has this test", pl.col("code")
    )
    told = frame.filter(pl.col("mine") & pl.col("dominant").is_not_null())
    ledger.refuse(frame.filter(pl.col("mine") & pl.col("dominant").is_null()), "neither left nor right", pl.col("code"))
    last = told.sort("seq").unique("subject", keep="last", maintain_order=True)
    ledger.refuse(told.join(last, on="source", how="anti"), "a later row says which hand", pl.col("code"))
    ledger.use(last, "visits", pl.lit(None, pl.String), pl.lit("(which hand is dominant)"))
    return last.select("subject", "dominant")


def _merge(source: Source, table: str) -> Merge:
    return next(one for one in source.mapping.merge if one.table == table)


def _split(source: Source, domain: str, table: str, frame: pl.DataFrame, ledger: Ledger) -> pl.Expr:
    """Rater or region of a finding; a word that is not in the mapping is listed and gives none."""
    merge = _merge(source, table)
    variable = f"{domain}{merge.suffix}"
    said = upper_of(frame, variable)
    strange = frame.select(variable=pl.when(~said.is_in(list(merge.values))).then(said))["variable"]
    ledger.lose(domain, variable, strange, f"no word of the mapping for {merge.split}")
    return said.replace_strict(dict(merge.values), default=None, return_dtype=pl.String)


def derive_bare_pieces(source: Source, record: Record, ledger: Ledger) -> pl.DataFrame:
    """A procedure that makes a row of its day even when no finding does."""
    frame = occurred_rows(source, record, ledger)
    frame = frame.with_columns(when=source.day(frame, record.days[0]).cast(source.when))
    ledger.refuse(
        frame.filter(pl.col("when").is_null()), "no date that can be read, and no study day", code_of(frame, record)
    )
    kept = frame.filter(pl.col("when").is_not_null())
    split = _split(source, record.domain, record.table, kept, ledger)
    return kept.select(
        "source", "domain", "seq", "subject", "when",
        split=split, place=pl.lit(len(source.mapping.test)), column=pl.lit(None, pl.String),
        value=pl.lit(None, pl.Float64), unable=pl.lit(None, pl.String), mean=pl.lit(True), raterless=pl.lit(True),
    )  # fmt: skip


def merge_pieces(table: str, split: str, pieces: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Pieces of one subject, day and rater (or region) as one row of the table.

    A piece that names no rater belongs to the row of that day where that is clear; the second value of one column (a
    score given twice) begins a second row, for which to believe is not decided here. Trials of a timed test are
    averaged, and one that could not be done counts only where none was timed.
    """
    day = ["subject", "when"]
    pieces = pieces.sort("subject", "when", "place", "domain", "seq")
    first, named = pl.col("split").min().over(day), pl.col("split").drop_nulls().n_unique().over(day)
    # A value without a rater joins the only rater of its day; with two raters nobody knows whose it is.
    alone = (pl.len().over([*day, "column"]) == 1) & ((named == 1) | pl.col("raterless"))
    pieces = pieces.with_columns(
        split=pl.when(pl.col("mean") | alone).then(pl.col("split").fill_null(first)).otherwise("split")
    )
    key = [*day, "split"]
    timed = pl.col("value").is_not_null().any().over([*key, "column"])
    # One trial that was done is a result, and another that was not says nothing against it.
    beaten = pl.col("unable").is_not_null() & timed
    ledger.refuse(
        pieces.filter(beaten), "unable on this trial, and another trial of the visit was timed", pl.col("column")
    )
    pieces = pieces.filter(~beaten)
    # Repeats that are not averaged become visits of their own, which a same-day rule can then choose from.
    nth = pl.int_range(pl.len()).over([*key, "column"])
    pieces = pieces.with_columns(nth=pl.when(pl.col("mean")).then(0).otherwise(nth))
    key = [*key, "nth"]
    row_id = source_row_id().first().over(key)
    pieces = pieces.with_columns(row_id=row_id)
    ledger.use(pieces, table, pl.col("row_id"), pl.coalesce("unable", "column"))
    ledger.known_days.append(pieces.select("subject", "when"))
    rows = pieces.select(*key, "row_id").unique(maintain_order=True)
    for name in pieces["column"].drop_nulls().unique().sort():
        own = pieces.filter((pl.col("column") == name) & pl.col("value").is_not_null())
        rows = _joined(rows, own.group_by(key).agg(pl.col("value").mean().alias(name)), key)
    for name in pieces["unable"].drop_nulls().unique().sort():
        own = pieces.filter(pl.col("unable") == name).select(key).unique().with_columns(pl.lit("yes").alias(name))
        rows = _joined(rows, own, key)
    return rows.rename({"subject": "subject_id", "when": "day", "split": split}).drop("nth")


def _joined(rows: pl.DataFrame, own: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return rows.join(own, on=key, how="left", nulls_equal=True, maintain_order="left")
