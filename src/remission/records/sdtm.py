"""SDTM datasets to the tables of a cohort, by a mapping that is data; nothing is lost in silence.

Every row of every dataset is either mapped (`Conversion.rows` says to which row of which table) or listed with the
reason (`Conversion.unmapped`); so are variables and values that a mapped row does not carry over. Values are not judged
here: the cohort that is written goes through the same checks as any other.

Time. Where subjects have a date of day zero the cohort is one of dates, ISO 8601 as given without the time of day, and
partial dates are completed by the rule of its cohort.toml. Otherwise it is one of days, from the study days: SDTM has
no study day 0, so study day 1 is day 0 of the cohort and study day -1 is day -1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from remission.records.datasets import Dataset, read_datasets
from remission.records.problems import InputProblems, Problem, shown
from remission.records.schema import TABLES
from remission.records.sdtm_mapping import Days, Merge, Record, SdtmMapping, Test, Variable

UNMAPPED = {
    "domain": pl.String,
    "variable": pl.String,
    "code": pl.String,
    "rows": pl.Int64,
    "whole_rows": pl.String,
    "why": pl.String,
}
"""Columns of the list of what was not mapped; `whole_rows` is "no" where the row is there and only a value is not."""
ROWS = {
    "domain": pl.String,
    "seq": pl.Int64,
    "subject_id": pl.String,
    "table": pl.String,
    "row_id": pl.String,
    "column": pl.String,
}
# The start of an ISO 8601 text, and what may follow it: nothing, a time of day, or parts of which one is not known.
ISO = r"^(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:--[-\d]*)?(?:T[^/]*)?$"
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
SHOWN = 50


@dataclass(frozen=True)
class Conversion:
    """The tables of a cohort made from SDTM, where each source row went, and what was not mapped and why.

    `tables` hold values as given: texts of dates when `time` is "dates", whole days otherwise.
    """

    tables: Mapping[str, pl.DataFrame]
    time: str
    day_zero: str
    rows: pl.DataFrame
    unmapped: pl.DataFrame
    rows_in: int
    datasets: tuple[str, ...]


@dataclass
class _Ledger:
    """Where each source row went: to a row of a table, or to the list."""

    used: list[pl.DataFrame] = field(default_factory=list)
    reasons: list[pl.DataFrame] = field(default_factory=list)
    values: list[tuple[str, str, str, int, str, str]] = field(default_factory=list)
    known_days: list[pl.DataFrame] = field(default_factory=list)

    def use(self, frame: pl.DataFrame, table: str, row_id: pl.Expr, column: pl.Expr) -> None:
        """These source rows are in a row of a table."""
        self.used.append(frame.select("source", table=pl.lit(table), row_id=row_id, column=column))

    def refuse(self, frame: pl.DataFrame, why: str | pl.Expr, code: pl.Expr) -> None:
        """These source rows are not mapped, for this reason; the first reason given stands."""
        reason = pl.lit(why) if isinstance(why, str) else why
        self.reasons.append(frame.select("source", code=code.cast(pl.String), why=reason))

    def lose(self, domain: str, variable: str, values: pl.Series, why: str) -> None:
        """A value of a row that is mapped is not carried over."""
        for code, count in values.drop_nulls().cast(pl.String).value_counts().sort(values.name).iter_rows():
            self.values.append((domain, variable, code, count, "no", why))


@dataclass(frozen=True)
class _Source:
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
        study_day = _number(frame, days.study_day).cast(pl.Int32)
        offset = pl.when(study_day > 0).then(study_day - 1).otherwise(study_day)
        if not self.dated:
            return offset
        counted = (pl.col("reference") + pl.duration(days=offset)).dt.to_string("%Y-%m-%d")
        return pl.coalesce(_iso(_text(frame, days.date)), counted)


def convert_datasets(
    folder: Path,
    mapping: SdtmMapping,
    *,
    day_zero: str = "RFSTDTC",
    therapies: Mapping[str, str] | None = None,
) -> Conversion:
    """The SDTM datasets of a folder as the tables of a cohort.

    `day_zero` is a date variable of DM (RFSTDTC, RFXSTDTC, RFICDTC), or DS. and the decode of a disposition event
    (DS.RANDOMIZED). `therapies` gives for each name or brand, in capitals, the name of the library. Raises
    InputProblems with everything that is wrong with the datasets as datasets: files, required variables, types,
    sequence numbers, subjects.
    """
    read = read_datasets(folder)
    problems = list(read.problems)
    frames = _by_domain(read.datasets)
    problems += _structure(frames, mapping, day_zero, read.datasets)
    if problems:
        raise InputProblems(problems)
    return _convert(frames, mapping, day_zero, therapies or {}, read.datasets)


def _convert(
    frames: dict[str, pl.DataFrame],
    mapping: SdtmMapping,
    day_zero: str,
    therapies: Mapping[str, str],
    datasets: Sequence[Dataset],
) -> Conversion:
    every = pl.concat([frame.select("source", "domain", "subject", "seq") for frame in frames.values()])
    ledger, dated = _Ledger(), _is_dated(frames, day_zero)
    source = _Source(mapping, _with_reference(frames), dated)
    pieces: dict[str, list[pl.DataFrame]] = {merge.table: [] for merge in mapping.merge}
    tables: dict[str, list[pl.DataFrame]] = {}
    hands = _handedness(source, ledger)
    for domain in sorted({domain for test in mapping.test for domain in test.domains} & frames.keys()):
        for table, piece in _findings(source, domain, hands, ledger):
            pieces[table].append(piece)
    for record in mapping.record:
        if record.domain not in frames:
            continue
        if record.table in pieces:
            pieces[record.table].append(_bare_pieces(source, record, ledger))
        else:
            tables.setdefault(record.table, []).append(_records(source, record, therapies, ledger))
    built = {name: pl.concat(parts, how="diagonal") for name, parts in tables.items()}
    for merge in mapping.merge:
        if pieces[merge.table]:
            built[merge.table] = _merged(merge.table, merge.split, pl.concat(pieces[merge.table]), ledger)
    built["subjects"] = _subjects(source, day_zero, ledger)
    _unused_variables(source, ledger)
    used = pl.concat(ledger.used)
    unmapped = _unmapped(every, used, ledger, mapping)
    rows = every.join(used, on="source", how="inner").rename({"subject": "subject_id"}).select(*ROWS)
    ordered = {name: _in_order(name, built[name]) for name in TABLES if name in built}
    names = tuple(dataset.file for dataset in datasets)
    return Conversion(ordered, "dates" if dated else "days", day_zero, rows, unmapped, every.height, names)


# ------------------------------------------------------------------ reading the domains


def _by_domain(datasets: Sequence[Dataset]) -> dict[str, pl.DataFrame]:
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
            "subject": _text(frame, "USUBJID"),
            "seq": _number(frame, f"{dataset.domain}SEQ").cast(pl.Int64, strict=False),
        }
        start += frame.height
        parts.setdefault(dataset.domain, []).append(frame.with_columns(**added))
    return {domain: pl.concat(frames, how="diagonal_relaxed") for domain, frames in parts.items()}


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None, pl.String)


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64, strict=False) if name in frame.columns else pl.lit(None, pl.Float64)


def _upper(frame: pl.DataFrame, name: str) -> pl.Expr:
    return _text(frame, name).str.strip_chars().str.to_uppercase()


def _iso(text: pl.Expr) -> pl.Expr:
    """The known start of an ISO 8601 text: a day, month or year; null when it is none.

    "2003---15" (the month is not known) is the year; an interval or 20031215 is not read.
    """
    return text.str.strip_chars().str.extract(ISO, 1)


def _with_reference(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every frame with the date that the study days of its subject count from."""
    dm = frames["DM"]
    reference = _iso(_text(dm, "RFSTDTC")).str.to_date("%Y-%m-%d", strict=False).alias("reference")
    dates = dm.select("subject", reference).unique("subject")
    return {name: frame.join(dates, on="subject", how="left", maintain_order="left") for name, frame in frames.items()}


def _is_dated(frames: Mapping[str, pl.DataFrame], day_zero: str) -> bool:
    return bool(frames["DM"].join(_zero_dates(frames, day_zero), on="subject").height)


def _zero_dates(frames: Mapping[str, pl.DataFrame], day_zero: str) -> pl.DataFrame:
    """Subjects with a date of day zero, and that date as text."""
    domain, _, decode = day_zero.partition(".")
    if decode and domain in frames:
        frame = frames[domain].filter(_upper(frames[domain], f"{domain}DECOD") == decode.upper())
        dates = frame.select("subject", day_zero_date=_iso(_text(frame, f"{domain}STDTC")))
        return dates.drop_nulls().sort("day_zero_date").unique("subject", keep="first", maintain_order=True)
    if decode:
        return pl.DataFrame(schema={"subject": pl.String, "day_zero_date": pl.String})
    return frames["DM"].select("subject", day_zero_date=_iso(_text(frames["DM"], day_zero))).drop_nulls()


# ------------------------------------------------------------------ what is wrong with the datasets


def _structure(
    frames: Mapping[str, pl.DataFrame], mapping: SdtmMapping, day_zero: str, datasets: Sequence[Dataset]
) -> Iterator[Problem]:
    if "DM" not in frames:
        what, advice = "no DM dataset", "Add DM: it names the subjects."
        yield Problem("dm.xpt", None, None, what, "the demographics dataset", advice)
    for dataset in datasets:
        if dataset.domain in mapping.domains:
            yield from _missing_variables(dataset, mapping)
    for domain in mapping.domains:
        if domain in frames:
            yield from _keys(frames[domain], domain)
    if "DM" not in frames or "USUBJID" not in frames["DM"].columns:
        return
    dm = frames["DM"]
    again = dm.filter(pl.col("subject").is_duplicated() & pl.col("subject").is_not_null())
    yield from _rows(again, "USUBJID", _text(dm, "USUBJID"), "each subject once", "Keep one row a subject.")
    for domain in mapping.domains[1:]:
        if domain in frames:
            strangers = frames[domain].filter(
                pl.col("subject").is_not_null() & ~pl.col("subject").is_in(dm["subject"].implode())
            )
            advice = "Add the subject to DM, or correct the identifier."
            yield from _rows(strangers, "USUBJID", pl.col("subject"), "a USUBJID of DM", advice)
    yield from _day_zero_problems(frames, day_zero)


def _day_zero_problems(frames: Mapping[str, pl.DataFrame], day_zero: str) -> Iterator[Problem]:
    if _is_dated(frames, day_zero) or day_zero == "RFSTDTC":
        return
    what = f"no date in {day_zero}"
    advice = "Name another variable; without any date only RFSTDTC can be day zero, for study days count from it."
    yield Problem(frames["DM"]["file"][0] if frames["DM"].height else "DM", None, day_zero, what, "dates", advice)


def _missing_variables(dataset: Dataset, mapping: SdtmMapping) -> Iterator[Problem]:
    have, domain = {name.upper() for name in dataset.frame.columns}, dataset.domain
    wanted: list[tuple[str, ...]] = [("USUBJID",)]
    if domain != "DM":
        wanted.append((f"{domain}SEQ",))
    if any(domain in test.domains for test in mapping.test):
        wanted += [(f"{domain}TESTCD",), (f"{domain}STRESN", f"{domain}STRESC"), (f"{domain}DTC", f"{domain}DY")]
    for record in mapping.record:
        if record.domain == domain:
            wanted.append((record.days[0].date, record.days[0].study_day))
    for names in wanted:
        if not have & set(names):
            known = " or ".join(names)
            yield Problem(dataset.file, None, known, "no such variable", "a required variable", "Add it.")


def _keys(frame: pl.DataFrame, domain: str) -> Iterator[Problem]:
    """Subjects and sequence numbers: there, whole, and each pair once."""
    name = f"{domain}SEQ"
    if "USUBJID" in frame.columns:
        nobody = frame.filter(pl.col("subject").is_null())
        yield from _rows(nobody, "USUBJID", pl.lit("nothing"), "a subject", "Fill the cell.")
    if domain == "DM" or name not in frame.columns:
        return
    whole = (_number(frame, name) % 1 == 0) & (_number(frame, name) >= 0)
    broken = frame.filter(~whole.fill_null(False))
    yield from _rows(broken, name, _text(frame, name), "a whole number", "Give every row its sequence number.")
    again = frame.filter(whole.fill_null(False) & pl.struct("subject", "seq").is_duplicated())
    advice = "Give each row of a subject its own number, in split datasets too."
    yield from _rows(again, name, pl.col("seq").cast(pl.String), f"each {name} once a subject", advice)
    for suffix in ("STRESN", "DY", "STDY", "ENDY"):
        variable = f"{domain}{suffix}"
        if variable in frame.columns and frame.schema[variable] == pl.String:
            texts = frame.filter(pl.col(variable).is_not_null() & _number(frame, variable).is_null())
            yield from _rows(texts, variable, _text(frame, variable), "a number", "Correct the value.")


def _rows(broken: pl.DataFrame, column: str, found: pl.Expr, allowed: str, advice: str) -> Iterator[Problem]:
    chosen = broken.select("file", "file_row", found.fill_null("nothing").alias("found"))
    for place, (file, row, value) in enumerate(chosen.head(SHOWN).iter_rows(), 1):
        more = max(chosen.height - SHOWN, 0) if place == SHOWN else 0
        yield Problem(file, row, column, shown(str(value)), allowed, advice, more=more)


# ------------------------------------------------------------------ findings


def _findings(source: _Source, domain: str, hands: pl.DataFrame, ledger: _Ledger) -> Iterator[tuple[str, pl.DataFrame]]:
    """The pieces of rows that the findings of a domain give, and the table each belongs to."""
    frame = source.frames[domain]
    code, name = _upper(frame, f"{domain}TESTCD"), _upper(frame, f"{domain}TEST")
    tests = [(place, test) for place, test in enumerate(source.mapping.test) if domain in test.domains]
    which = pl.coalesce(
        *(pl.when(code.is_in(list(test.codes)) | name.is_in(list(test.names))).then(place) for place, test in tests)
    )
    day = source.day(frame, Days("day", f"{domain}DTC", f"{domain}DY"))
    frame = frame.with_columns(
        test=which, code=_text(frame, f"{domain}TESTCD"), when=day.cast(source.when), value=_result(frame, domain)
    )
    ledger.refuse(frame.filter(pl.col("test").is_null()), "no entry of the mapping has this test", pl.col("code"))
    for place, test in tests:
        mine = frame.filter(pl.col("test") == place)
        if mine.height:
            yield test.table, _pieces(source, domain, test, place, mine, hands, ledger)


def _result(frame: pl.DataFrame, domain: str) -> pl.Expr:
    number = _number(frame, f"{domain}STRESN")
    return pl.coalesce(number, _text(frame, f"{domain}STRESC").str.strip_chars().cast(pl.Float64, strict=False))


def _pieces(
    source: _Source,
    domain: str,
    test: Test,
    place: int,
    frame: pl.DataFrame,
    hands: pl.DataFrame,
    ledger: _Ledger,
) -> pl.DataFrame:
    """What each row of one test gives: a value for a column, on a day; the others are listed with the reason."""
    said = [f"{domain}{suffix}" for suffix in ("STRESC", "ORRES", "REASND")]
    unable = (
        pl.any_horizontal(
            *(_upper(frame, name).is_in(list(test.unable)).fill_null(False) for name in said), pl.lit(False)
        )
        & pl.col("value").is_null()
    )
    unit = _upper(frame, f"{domain}STRESU")
    unknown = pl.Series(test.unknown, dtype=pl.Float64).implode()
    strange = unit.is_not_null() & ~unit.is_in(list(test.units)) if test.units else pl.lit(False)
    frame = _with_hand(frame, domain, test, hands).with_columns(unable=unable)
    column = pl.lit(test.column) if "{hand}" not in test.column else _hand_column(test.column)
    why = (
        pl.when(pl.col("when").is_null()).then(pl.lit("no date that can be read, and no study day"))
        .when(pl.col("hand").is_null()).then(pl.lit("not known whether the dominant or the other hand"))
        .when(pl.col("unable")).then(pl.lit(None, pl.String))
        .when(_upper(frame, f"{domain}STAT") == "NOT DONE").then(pl.lit("not done"))
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
            _upper(frame, f"{domain}{suffix}").replace_strict(
                dict(test.hand_values), default=None, return_dtype=pl.String
            )
            for suffix in test.hand_suffixes
        )
    )
    side = pl.coalesce(*(_side(_upper(frame, f"{domain}{suffix}")) for suffix in test.hand_suffixes))
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


def _handedness(source: _Source, ledger: _Ledger) -> pl.DataFrame:
    """The dominant hand (LEFT, RIGHT) of each subject of whom it is told."""
    rule = source.mapping.handedness
    if rule.domain not in source.frames:
        return pl.DataFrame(schema={"subject": pl.String, "dominant": pl.String})
    frame = source.frames[rule.domain]
    code, name = _upper(frame, f"{rule.domain}TESTCD"), _upper(frame, f"{rule.domain}TEST")
    side = _side(pl.coalesce(_upper(frame, f"{rule.domain}STRESC"), _upper(frame, f"{rule.domain}ORRES")))
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


def _merge(source: _Source, table: str) -> Merge:
    return next(one for one in source.mapping.merge if one.table == table)


def _split(source: _Source, domain: str, table: str, frame: pl.DataFrame, ledger: _Ledger) -> pl.Expr:
    """Rater or region of a finding; a word that is not in the mapping is listed and gives none."""
    merge = _merge(source, table)
    variable = f"{domain}{merge.suffix}"
    said = _upper(frame, variable)
    strange = frame.select(variable=pl.when(~said.is_in(list(merge.values))).then(said))["variable"]
    ledger.lose(domain, variable, strange, f"no word of the mapping for {merge.split}")
    return said.replace_strict(dict(merge.values), default=None, return_dtype=pl.String)


def _bare_pieces(source: _Source, record: Record, ledger: _Ledger) -> pl.DataFrame:
    """A procedure that makes a row of its day even when no finding does."""
    frame = _meant(source, record, ledger)
    frame = frame.with_columns(when=source.day(frame, record.days[0]).cast(source.when))
    ledger.refuse(
        frame.filter(pl.col("when").is_null()), "no date that can be read, and no study day", _code(frame, record)
    )
    kept = frame.filter(pl.col("when").is_not_null())
    split = _split(source, record.domain, record.table, kept, ledger)
    return kept.select(
        "source", "domain", "seq", "subject", "when",
        split=split, place=pl.lit(len(source.mapping.test)), column=pl.lit(None, pl.String),
        value=pl.lit(None, pl.Float64), unable=pl.lit(None, pl.String), mean=pl.lit(True), raterless=pl.lit(True),
    )  # fmt: skip


def _merged(table: str, split: str, pieces: pl.DataFrame, ledger: _Ledger) -> pl.DataFrame:
    """Pieces of one subject, day and rater (or region) as one row of the table.

    A piece that names no rater belongs to the row of that day where that is clear; the second value of one column (a
    score given twice) begins a second row, for which to believe is not decided here. Trials of a timed test are
    averaged, and one that could not be done counts only where none was timed.
    """
    day = ["subject", "when"]
    pieces = pieces.sort("subject", "when", "place", "domain", "seq")
    first, named = pl.col("split").min().over(day), pl.col("split").drop_nulls().n_unique().over(day)
    alone = (pl.len().over([*day, "column"]) == 1) & ((named == 1) | pl.col("raterless"))
    pieces = pieces.with_columns(
        split=pl.when(pl.col("mean") | alone).then(pl.col("split").fill_null(first)).otherwise("split")
    )
    key = [*day, "split"]
    timed = pl.col("value").is_not_null().any().over([*key, "column"])
    beaten = pl.col("unable").is_not_null() & timed
    ledger.refuse(
        pieces.filter(beaten), "unable on this trial, and another trial of the visit was timed", pl.col("column")
    )
    pieces = pieces.filter(~beaten)
    nth = pl.int_range(pl.len()).over([*key, "column"])
    pieces = pieces.with_columns(nth=pl.when(pl.col("mean")).then(0).otherwise(nth))
    key = [*key, "nth"]
    row_id = _row_id().first().over(key)
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


def _row_id() -> pl.Expr:
    """Domain and sequence number of a row, and its subject, for SDTM numbers the rows of each subject anew."""
    return pl.format("{}.{}:{}", "domain", "seq", "subject")


# ------------------------------------------------------------------ records: a row of a domain is a row of a table


def _code(frame: pl.DataFrame, record: Record) -> pl.Expr:
    """What a row is called in the list: its coded term. A term as reported may tell who somebody is."""
    return _text(frame, f"{record.domain}DECOD")


def _meant(source: _Source, record: Record, ledger: _Ledger) -> pl.DataFrame:
    """The rows of a domain that an entry is for, and that occurred."""
    frame = source.frames[record.domain]
    if record.where is not None:
        meant = pl.any_horizontal(
            *(_upper(frame, name).is_in(list(record.where.values)).fill_null(False) for name in record.where.variables)
        )
        code = pl.coalesce(_code(frame, record), _text(frame, f"{record.domain}CAT"))
        ledger.refuse(frame.filter(~meant), "not what the mapping looks for in this domain", code)
        frame = frame.filter(meant)
    if record.occurred:
        absent = (_upper(frame, record.occurred) == "N").fill_null(False)
        ledger.refuse(frame.filter(absent), f"did not occur ({record.occurred} is N)", _code(frame, record))
        frame = frame.filter(~absent)
    return frame


def _records(source: _Source, record: Record, therapies: Mapping[str, str], ledger: _Ledger) -> pl.DataFrame:
    frame = _meant(source, record, ledger)
    frame = frame.with_columns(row_id=_row_id())
    frame = frame.with_columns(
        source.day(frame, days).cast(source.when).alias(f"to:{days.column}") for days in record.days
    )
    for days in record.days:
        given = pl.coalesce(_text(frame, days.date), _text(frame, days.study_day))
        lost = frame.filter(given.is_not_null() & pl.col(f"to:{days.column}").is_null())
        if days is not record.days[0]:
            ledger.lose(
                record.domain, days.date, lost.select(given.alias("text"))["text"], "a date that cannot be read"
            )
    frame = _with_values(frame, record, therapies, ledger)
    first = pl.col(f"to:{record.days[0].column}")
    ledger.refuse(frame.filter(first.is_null()), "no date that can be read, and no study day", _code(frame, record))
    frame = frame.filter(first.is_not_null())
    for variable in record.values:
        if variable.therapy:
            wanted = pl.col(f"to:{variable.column}")
            ledger.refuse(frame.filter(wanted.is_null()), "no therapy of the library", _code(frame, record))
            frame = frame.filter(wanted.is_not_null())
    for days in record.days:
        ledger.known_days.append(frame.select("subject", pl.col(f"to:{days.column}").alias("when")))
    if record.join_gap_days is not None:
        frame = _joined_doses(source, record, frame)
    ledger.use(frame, record.table, pl.col("row_id"), pl.lit("(row)"))
    columns = dict.fromkeys([days.column for days in record.days] + [value.column for value in record.values])
    return frame.unique("row_id", keep="first", maintain_order=True).select(
        "row_id", pl.col("subject").alias("subject_id"), **{name: pl.col(f"to:{name}") for name in columns}
    )


def _with_values(frame: pl.DataFrame, record: Record, therapies: Mapping[str, str], ledger: _Ledger) -> pl.DataFrame:
    """The frame with each value column, from the first of its variables that says something."""
    ways: dict[str, list[pl.Expr]] = {}
    for variable in record.values:
        ways.setdefault(variable.column, []).append(_translated(frame, record.domain, variable, therapies, ledger))
    return frame.with_columns(pl.coalesce(*ways[name]).alias(f"to:{name}") for name in ways)


def _translated(
    frame: pl.DataFrame, domain: str, variable: Variable, therapies: Mapping[str, str], ledger: _Ledger
) -> pl.Expr:
    said = _upper(frame, variable.variable)
    if variable.therapy:
        return said.replace_strict(dict(therapies), default=None, return_dtype=pl.String)
    if variable.number:
        number = _number(frame, variable.variable)
        odd = frame.select(text=pl.when(number.is_null()).then(said))["text"]
        ledger.lose(domain, variable.variable, odd, "not a number")
        return number
    if variable.values is None:
        return _text(frame, variable.variable)
    odd = frame.select(text=pl.when(~said.is_in(list(variable.values))).then(said))["text"]
    ledger.lose(domain, variable.variable, odd, f"no word of the mapping for {variable.column}")
    word = said.replace_strict(dict(variable.values), default=None, return_dtype=pl.String)
    return pl.when(word != "").then(word)


def _joined_doses(source: _Source, record: Record, frame: pl.DataFrame) -> pl.DataFrame:
    """Doses of one therapy as periods: the row of the first dose, until the end of the last.

    A dose with a partial date is a period of its own, for the gap before it is not known.
    """
    start, end = (f"to:{days.column}" for days in record.days[:2])
    therapy = next(f"to:{one.column}" for one in record.values if one.therapy)
    as_day = {name: _day_number(pl.col(name), source.dated) for name in (start, end)}
    frame = frame.with_columns(first=as_day[start], last=pl.coalesce(as_day[end], as_day[start]))
    frame = frame.with_columns(
        whole=pl.col("first").is_not_null() & (pl.col(end).is_null() | as_day[end].is_not_null())
    )
    frame = frame.sort("subject", therapy, "whole", "first", "seq", nulls_last=True)
    who = ["subject", therapy, "whole"]
    before = pl.col("last").cum_max().shift(1).over(who)
    fresh = ~pl.col("whole") | before.is_null() | (pl.col("first") - before > record.join_gap_days)
    frame = frame.with_columns(period=fresh.cast(pl.Int64).cum_sum())
    latest = pl.col(end).sort_by(pl.col("last"), nulls_last=False).last().over("period")
    frame = frame.with_columns(latest.alias(end), row_id=pl.col("row_id").first().over("period"))
    return frame.sort("source")


def _day_number(value: pl.Expr, dated: bool) -> pl.Expr:
    if not dated:
        return value.cast(pl.Int32)
    return value.str.to_date("%Y-%m-%d", strict=False).dt.epoch("d").cast(pl.Int32)


# ------------------------------------------------------------------ subjects


def _subjects(source: _Source, day_zero: str, ledger: _Ledger) -> pl.DataFrame:
    dm, rule = source.frames["DM"], source.mapping.subjects
    ways: dict[str, list[pl.Expr]] = {}
    for variable in rule.variable:
        value = _translated(dm, "DM", variable, {}, ledger)
        if variable.units:
            unit = _upper(dm, variable.unit_variable)
            strange = unit.is_not_null() & ~unit.is_in(list(variable.units))
            ledger.lose("DM", variable.variable, dm.select(text=pl.when(strange).then(unit))["text"], "in another unit")
            value = pl.when(~strange).then(value)
        if TABLES["subjects"].column(variable.column).kind in ("number", "integer"):
            value = value.cast(pl.Float64, strict=False)
        ways.setdefault(variable.column, []).append(value)
    death = _iso(_text(dm, "DTHDTC")) if source.dated else _study_day(_number(dm, "DTHDY"))
    frame = dm.select(
        "source", "subject",
        **{name: pl.coalesce(*values) for name, values in ways.items()},
        death_day=death.cast(source.when),
        dead=_upper(dm, "DTHFL") == "Y",
        failed=pl.any_horizontal(*(_upper(dm, name).is_in(list(rule.not_entered_arms)) for name in ("ARMCD", "ARM"))),
        reason=pl.coalesce(_text(dm, "ARMNRS"), _text(dm, "ARM")),
    )  # fmt: skip
    frame = _with_entry(source, frame, day_zero)
    frame = _with_history(source, frame, ledger)
    frame = _with_end(source, frame, ledger)
    no_day = frame.filter(pl.col("dead").fill_null(False) & pl.col("death_day").is_null())
    ledger.lose("DM", "DTHFL", no_day.select(text=pl.lit("Y"))["text"], "a death without a date that can be read")
    ledger.use(frame, "subjects", pl.col("subject"), pl.lit("(row)"))
    return frame.rename({"subject": "subject_id"})


def _study_day(number: pl.Expr) -> pl.Expr:
    whole = number.cast(pl.Int32)
    return pl.when(whole > 0).then(whole - 1).otherwise(whole)


def _with_entry(source: _Source, frame: pl.DataFrame, day_zero: str) -> pl.DataFrame:
    """Who entered: those with a date of day zero (or, without any dates, those not said to have failed screening)."""
    failed = pl.col("failed").fill_null(False)
    entered = ~failed
    if source.dated:
        frame = frame.join(_zero_dates(source.frames, day_zero), on="subject", how="left", maintain_order="left")
        entered = pl.col("day_zero_date").is_not_null() & ~failed
    frame = frame.with_columns(entered=pl.when(entered).then(pl.lit("yes")).otherwise(pl.lit("no")))
    out = pl.col("entered") == "no"
    return frame.with_columns(not_entered_reason=pl.when(out).then(pl.coalesce("reason", pl.lit("no day zero"))))


def _with_history(source: _Source, frame: pl.DataFrame, ledger: _Ledger) -> pl.DataFrame:
    """First symptom and course, from medical history."""
    rule = source.mapping.history
    if rule.domain not in source.frames:
        return frame
    history = source.frames[rule.domain]
    words = [_upper(history, f"{rule.domain}{suffix}") for suffix in ("DECOD", "TERM")]
    started = pl.any_horizontal(*(word.is_in(list(rule.onset)).fill_null(False) for word in words))
    course = pl.coalesce(
        *(word.replace_strict(dict(rule.course), default=None, return_dtype=pl.String) for word in words)
    )
    day = source.day(history, Days("onset_day", f"{rule.domain}STDTC", f"{rule.domain}STDY")).cast(source.when)
    history = history.with_columns(
        started=started, course=course, onset_day=day, code=_text(history, f"{rule.domain}CAT")
    )
    other = history.filter(~pl.col("started") & pl.col("course").is_null())
    ledger.refuse(other, "medical history other than onset and course", pl.col("code"))
    unread = history.filter(pl.col("started") & pl.col("onset_day").is_null() & pl.col("course").is_null())
    ledger.refuse(unread, "no date that can be read, and no study day", pl.col("code"))
    for name in ("onset_day", "course"):
        told = history.filter(pl.col("started") if name == "onset_day" else pl.lit(True)).filter(
            pl.col(name).is_not_null()
        )
        last = told.sort("seq").unique("subject", keep="last", maintain_order=True)
        ledger.refuse(told.join(last, on="source", how="anti"), f"a later row says the {name}", pl.col("code"))
        ledger.use(last, "subjects", pl.col("subject"), pl.lit(name))
        frame = frame.join(last.select("subject", name), on="subject", how="left", maintain_order="left")
    return frame


def _with_end(source: _Source, frame: pl.DataFrame, ledger: _Ledger) -> pl.DataFrame:
    """Why and when follow-up ended: the last disposition event, and the latest whole date of the subject."""
    rule = source.mapping.disposition
    if rule.domain in source.frames:
        events = source.frames[rule.domain]
        category, decode = _upper(events, f"{rule.domain}CAT"), _upper(events, f"{rule.domain}DECOD")
        reason = decode.replace_strict(dict(rule.values), default=None, return_dtype=pl.String)
        mine = category.is_in(list(rule.categories)) | category.is_null()
        day = source.day(events, Days("when", f"{rule.domain}STDTC", f"{rule.domain}STDY")).cast(source.when)
        events = events.with_columns(end_reason=pl.when(mine).then(reason), when=day, code=decode)
        ledger.refuse(events.filter(pl.col("end_reason").is_null()), "not an end of follow-up", pl.col("code"))
        told = events.filter(pl.col("end_reason").is_not_null())
        last = told.sort("when", "seq", nulls_last=False).unique("subject", keep="last", maintain_order=True)
        ledger.refuse(told.join(last, on="source", how="anti"), "a later row says why follow-up ended", pl.col("code"))
        ledger.use(last, "subjects", pl.col("subject"), pl.lit("end_reason"))
        ledger.known_days.append(events.select("subject", "when"))
        frame = frame.join(
            last.select("subject", "end_reason", "when"), on="subject", how="left", maintain_order="left"
        )
        died = (pl.col("end_reason") == "died") & pl.col("death_day").is_null()
        frame = frame.with_columns(death_day=pl.when(died).then("when").otherwise("death_day")).drop("when")
    latest = _latest(source, ledger)
    frame = frame.join(latest, on="subject", how="left", maintain_order="left")
    dead = _day_number(pl.col("death_day"), source.dated)
    after = _day_number(pl.col("last_day"), source.dated) > dead
    entered = pl.col("entered") == "yes"
    last_day = pl.when(after.fill_null(False)).then("death_day").otherwise("last_day")
    return frame.with_columns(last_day=pl.when(entered).then(last_day))


def _latest(source: _Source, ledger: _Ledger) -> pl.DataFrame:
    """The latest whole date (or day) of each subject in DM, SE, SV, DS and the mapped rows."""
    known = list(ledger.known_days)
    for domain, pairs in _FOLLOWED.items():
        if domain in source.frames:
            frame = source.frames[domain]
            known += [
                frame.select("subject", source.day(frame, Days("", date, day)).cast(source.when).alias("when"))
                for date, day in pairs
            ]
    days = pl.concat(known).with_columns(number=_day_number(pl.col("when"), source.dated)).drop_nulls()
    last = days.sort("number").unique("subject", keep="last", maintain_order=True)
    return last.select("subject", pl.col("when").alias("last_day"))


_FOLLOWED = {
    "DM": (("RFSTDTC", "RFSTDY"), ("RFPENDTC", "RFPENDY"), ("RFENDTC", "RFENDY"), ("RFXENDTC", "RFXENDY")),
    "SE": (("SESTDTC", "SESTDY"), ("SEENDTC", "SEENDY")),
    "SV": (("SVSTDTC", "SVSTDY"), ("SVENDTC", "SVENDY")),
}


# ------------------------------------------------------------------ what was not mapped


def _unused_variables(source: _Source, ledger: _Ledger) -> None:
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
        read |= {name for pair in _FOLLOWED["DM"] for name in pair}
        read |= {"RFSTDTC", "DTHDTC", "DTHDY", "DTHFL", "ARMCD", "ARMNRS"}
        read |= {name for one in mapping.subjects.variable for name in (one.variable, one.unit_variable)}
    return read


def _unmapped(every: pl.DataFrame, used: pl.DataFrame, ledger: _Ledger, mapping: SdtmMapping) -> pl.DataFrame:
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


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the schema that the frame has, in its order; a column without any value is left out."""
    table = TABLES[name]
    columns = [column.name for column in table.columns if column.name in frame.columns]
    kept = [column for column in columns if table.column(column).required or frame[column].count()]
    extra = ["day_zero_date"] if name == "subjects" and "day_zero_date" in frame.columns else []
    return frame.select(*kept, *extra)
