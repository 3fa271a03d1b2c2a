"""A raw table made ready for judging: each column as given and as read, beside what is known of the row's subject.

Column `given:edss` is the file's own value, `edss` the typed one (null where it cannot be read), and `subject:*` are
facts of the subject joined on once. The rules are expressions over this frame, and the finished table is a selection
of it. In a cohort of dates every day column is read as a date first and counted from the subject's day zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from remission.inputs.problems import MOST_ALIKE
from remission.records.cohort import DTYPES, Manifest
from remission.records.files.completion import MOVABLE, SPANS, Written, hold_death, hold_end, hold_start, move_back
from remission.records.files.dates import date_column, days_between, period
from remission.records.files.tables import IN_MEMORY, RawTable
from remission.records.runs import all_differ, find_runs
from remission.records.schema import ABSENT_CODES, PARTIAL, Column, Table

DAYS_PER_YEAR = 365.25
DAY_ZERO = Column("day_zero_date", "text", "Date of day zero: required of every subject who entered", required=True)
# Beyond it a cast to 32 bits wraps or fails, depending on the type that the file gave.
LARGEST_INTEGER = 2**31 - 1


@dataclass(frozen=True)
class Reading:
    """What decides how the tables of one cohort are read; of a broken rule `named_rows` rows are named."""

    manifest: Manifest
    therapies: frozenset[str]
    brands: Mapping[str, str] = field(default_factory=dict)
    named_rows: int = MOST_ALIKE

    @property
    def dated(self) -> bool:
        """Do the files hold calendar dates?"""
        return self.manifest.time == "dates"

    @property
    def completing(self) -> bool:
        """Are partial dates completed by a rule?"""
        return self.dated and self.manifest.partial_dates != "refuse"

    def choices(self, column: Column) -> tuple[str, ...]:
        """The allowed words of a choice column, from the schema or the library."""
        # Sorted, so that messages do not depend on the order of a set.
        return tuple(sorted(self.therapies)) if column.vocabulary else column.choices


@dataclass(frozen=True)
class Sheet:
    """A raw table with its typed columns and the facts of each row's subject; `columns` are those the file has.

    `people` are the names of the subjects table, None where they are not known.
    """

    raw: RawTable
    columns: tuple[Column, ...]
    frame: pl.DataFrame
    people: pl.Series | None = None

    @property
    def knows_subjects(self) -> bool:
        """Are the names of the subjects known, against which the rows are checked? Never of the subjects table."""
        return self.people is not None

    @property
    def table(self) -> Table:
        """The table of the schema."""
        return self.raw.table

    def __contains__(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    def dtype(self, name: str) -> pl.DataType:
        """The type of a column as the file gives it."""
        # Not by the schema of the frame, which is made anew of all its columns each time.
        return self.raw.frame.get_column(name).dtype


def given(name: str) -> pl.Expr:
    """The file's own value of a column."""
    return pl.col(f"given:{name}")


def expected_columns(table: Table, manifest: Manifest) -> dict[str, Column]:
    """Every column that a table may have: those of the schema, their companions, and declared covariates."""
    columns = [companion for column in table.columns for companion in _with_companions(column, manifest)]
    if table.name == "subjects":
        columns += _covariate_columns(manifest)
        # Only in a cohort of dates: in one of days such a column would identify people and be used by nothing.
        columns += [DAY_ZERO] if manifest.time == "dates" else []
    return {column.name: column for column in columns}


def _with_companions(column: Column, manifest: Manifest) -> Iterator[Column]:
    yield column
    if not column.required:
        yield Column(f"{column.name}_absent", "choice", f"Why {column.name} is empty", choices=ABSENT_CODES)
    # In a cohort of dates the precision is read off what was written; a column that says it could contradict it.
    if column.kind == "day" and manifest.time == "days":
        yield column.precision


def _covariate_columns(manifest: Manifest) -> list[Column]:
    columns = [companion for x in manifest.covariates for companion in _with_companions(x.column, manifest)]
    measured = {x.measured_day: x.name for x in manifest.covariates if isinstance(x.measured_day, str)}
    known = {column.name for column in columns}
    return columns + [
        Column(str(day), "day", f"Day on which {name} was measured", unit="days since day zero")
        for day, name in measured.items()
        # Columns that are in the schema already, or that are misspelt, are told by the checks of the manifest.
        if day not in known and str(day).startswith("x_")
    ]


def open_sheet(raw: RawTable, reading: Reading, facts: pl.DataFrame | None) -> Sheet:
    """Type every expected column of a raw table, and join the facts of its subjects (none for the subjects table)."""
    expected = expected_columns(raw.table, reading.manifest)
    columns = tuple(column for name, column in expected.items() if name in raw.frame.columns)
    people = facts["subject_id"] if facts is not None and "subject_id" in raw.frame.columns else None
    # Lazy until the end: typing a column, its checks and its facts are one pass over the file's columns.
    frame = raw.frame.lazy().select(pl.col(column.name).alias(f"given:{column.name}") for column in columns)
    if facts is not None and people is not None:
        frame = frame.with_columns(_facts_of_rows(raw.frame["subject_id"].cast(pl.String), facts))
    if reading.dated and "subject:zero" not in frame.collect_schema().names():
        frame = frame.with_columns(_day_zero(raw).alias("subject:zero"))
    # The sheet without its frame, for typing a column asks only which columns there are and of what type.
    sheet = Sheet(raw, columns, pl.DataFrame(), people)
    typed = [expression for column in columns for expression in _typed(sheet, column, reading)]
    sheet = replace(sheet, frame=frame.with_columns(typed).collect(engine=IN_MEMORY))
    # Last, for it needs the typed days.
    return _with_moved_days(sheet, reading, () if facts is None else facts.columns) if reading.completing else sheet


def _with_moved_days(sheet: Sheet, reading: Reading, facts: Collection[str]) -> Sheet:
    """Completed days moved to the end of what is known of the subject, and then to agree with the rest of their row."""
    # Most columns of most tables hold whole dates only, which are never moved: reading each again takes a while.
    partial = {column.name for column in sheet.columns if has_partial(sheet, column.name)}
    frame = sheet.frame
    for name, last in _ends(sheet, reading, facts):
        if name in partial:
            frame = frame.with_columns(**move_back(name, written_days(name).first, last))
    if sheet.table.name == "subjects" and "death_day" in partial:
        last_day = pl.col("last_day") if "last_day" in sheet else pl.lit(None, pl.Int32)
        frame = frame.with_columns(**hold_death(last_day, written_days("death_day")))
    for names in SPANS:
        if partial & set(names) and all(name in sheet for name in names):
            start, end = (written_days(name) for name in names)
            frame = frame.with_columns(**hold_start(start, end, after_zero=sheet.table.name == "relapses"))
            frame = frame.with_columns(**hold_end(start, end))
    return replace(sheet, frame=frame)


def has_partial(sheet: Sheet, name: str) -> bool:
    """Is any day in this column completed from a month or a year?"""
    companion = f"{name}_precision"
    return companion in sheet.frame.columns and bool(sheet.frame[companion].is_in(PARTIAL).any())


def written_days(name: str) -> Written:
    """A day column with the first and last day that each of its dates may mean, in days since day zero."""
    first, last = period(pl.col(f"date:{name}"), pl.col(f"{name}_precision"))
    return Written(name, *(days_between(day, pl.col("subject:zero")) for day in (first, last)))


def _facts_of_rows(names: pl.Series, facts: pl.DataFrame) -> list[pl.Series]:
    """The name of each row's subject and its facts, null for one that is not known."""
    # A join on names is what takes longest here, so it is made once a run of equal names.
    runs = find_runs(names)
    asked = pl.DataFrame({"subject_id": names if runs is None else runs.names})
    known = asked.join(facts, on="subject_id", how="left", maintain_order="left")
    return [names, *(known.drop("subject_id") if runs is None else known.drop("subject_id")[runs.of_row])]


def _ends(sheet: Sheet, reading: Reading, facts: Collection[str]) -> Iterator[tuple[str, pl.Expr]]:
    """The day columns in which a completed day may be moved back, in order, each with the day it may not be after."""
    if sheet.table.name == "subjects":
        cut = _cut_day(sheet, reading)
        # The death first, for last_day may not be after it; each of the two is moved by what was moved before it.
        if "death_day" in sheet:
            yield "death_day", cut
        if "last_day" in sheet:
            yield "last_day", pl.min_horizontal(pl.col("death_day"), cut) if "death_day" in sheet else cut
    elif sheet.knows_subjects:
        end = pl.col("subject:end")
        # Only the first day of a relapse is held to the last visit: after that nobody could have told of one.
        watched = pl.min_horizontal(end, "subject:watched") if "subject:watched" in facts else end
        for name in (movable for movable in MOVABLE if movable in sheet):
            yield name, watched if name == "day" else end


def _day_zero(raw: RawTable) -> pl.Expr:
    """Day zero as the subjects table gives it; null in a table whose subjects are not known."""
    if DAY_ZERO.name not in raw.frame.columns or raw.table.name != "subjects":
        return pl.lit(None, pl.Date)
    # Never completed: an error of weeks in day zero would shift every day of the person.
    return date_column(given(DAY_ZERO.name), raw.frame.schema[DAY_ZERO.name], "refuse").date


def _typed(sheet: Sheet, column: Column, reading: Reading) -> Iterator[pl.Expr]:
    raw, dtype = given(column.name), sheet.dtype(column.name)
    if column.kind == "day" and reading.dated:
        dates = date_column(raw, dtype, reading.manifest.partial_dates)
        yield dates.date.alias(f"date:{column.name}")
        yield days_between(dates.date, pl.col("subject:zero")).alias(column.name)
        yield dates.precision.alias(f"{column.name}_precision")
    elif column.kind in ("day", "integer"):
        yield _whole(raw, dtype).alias(column.name)
    elif column.kind == "number":
        yield _number(raw, dtype).alias(column.name)
    else:
        yield raw.cast(pl.String).alias(column.name)


def _number(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_numeric():
        return raw.cast(pl.Float64)
    return raw.cast(pl.String).str.strip_chars().cast(pl.Float64, strict=False)


def _whole(raw: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The value as a 32-bit integer, null unless it is a whole number; 12.0 is one, as some programs write it so."""
    if dtype.is_integer():
        return raw.cast(pl.Int32, strict=False)
    number = _number(raw, dtype)
    whole = number.is_finite() & (number == number.round()) & (number.abs() <= LARGEST_INTEGER)
    return pl.when(whole).then(number).cast(pl.Int32, strict=False)


def subject_facts(subjects: Sheet, reading: Reading) -> pl.DataFrame:
    """What the rows of the other tables are checked against, one row a subject.

    `subject:birth` is the first day on which somebody of that age in whole years can have been alive.
    """
    # A subject that is there twice is an error already; one of its rows lets the other tables be checked.
    frame = subjects.frame
    if not all_differ(frame["subject_id"]):
        frame = frame.unique("subject_id", keep="first", maintain_order=True)
    # One year more than the age in whole years, rounded away from day zero, so that nobody is younger than recorded.
    birth = -((_fact(subjects, "age_years", pl.Float64) + 1) * DAYS_PER_YEAR).ceil().cast(pl.Int32, strict=False)
    facts = {
        "known": pl.lit(True),
        "entered": _fact(subjects, "entered", pl.String),
        "birth": birth,
        "death": _fact(subjects, "death_day", pl.Int32),
        "death_partial": is_partial(subjects, "death_day"),
        # Of a death_day that nobody can read or place the subjects table tells, and no row of another need.
        "no_death": ~_is_given(subjects, "death_day"),
        "last": _fact(subjects, "last_day", pl.Int32),
    }
    if "subject:zero" in frame.columns:
        facts["zero"] = pl.col("subject:zero")
        facts["zero_told"] = _is_zero_told(subjects)
    if reading.completing:
        facts["end"] = pl.min_horizontal(facts["last"], facts["death"], _cut_day(subjects, reading))
    return frame.select("subject_id", **{f"subject:{name}": fact for name, fact in facts.items()})


def _is_zero_told(subjects: Sheet) -> pl.Expr:
    """Does the subjects table itself have a problem with a missing day zero? Then no other row need tell it again."""
    if DAY_ZERO not in subjects.columns:
        return pl.lit(True)
    return _is_given(subjects, DAY_ZERO.name) | (_fact(subjects, "entered", pl.String) == "yes").fill_null(False)


def _is_given(subjects: Sheet, name: str) -> pl.Expr:
    # Parquet can hold a text that is empty and not null.
    return given(name).cast(pl.String).str.len_bytes().fill_null(0) > 0 if name in subjects else pl.lit(False)


def _fact(subjects: Sheet, name: str, dtype: type[pl.DataType]) -> pl.Expr:
    return pl.col(name) if name in subjects.frame.columns else pl.lit(None, dtype)


def is_partial(sheet: Sheet, name: str) -> pl.Expr:
    """Was the day in this column completed from a month or a year?"""
    companion = f"{name}_precision"
    if companion not in sheet.frame.columns:
        return pl.lit(False)
    return pl.col(companion).is_in(PARTIAL).fill_null(False)


def finish(sheet: Sheet, reading: Reading) -> pl.DataFrame:
    """The checked table: columns in the order of the schema and in its types, rows in the order of the file."""
    expected = expected_columns(sheet.table, reading.manifest).values()
    return sheet.frame.select(finished for column in expected for finished in _finished(sheet, column, reading))


def dates_of_day_zero(subjects: Sheet, reading: Reading) -> pl.DataFrame | None:
    """When day zero was, subject by subject; None in a cohort of days, which has no dates."""
    if not reading.dated:
        return None
    return subjects.frame.select("subject_id", pl.col("subject:zero").alias(DAY_ZERO.name))


def _finished(sheet: Sheet, column: Column, reading: Reading) -> Iterator[pl.Expr]:
    # Always there, whether or not a file has it: every rule that asks for the data cut then has one column to read.
    if column.name == "cut_day":
        yield _cut_day(sheet, reading)
    # Day zero's date ends here: in tables there are only days from here on.
    elif column.name in sheet and column.name != DAY_ZERO.name:
        yield pl.col(column.name).cast(DTYPES[column.kind])
        if column.kind == "day" and reading.completing:
            yield pl.col(f"{column.name}_precision")


def _cut_day(subjects: Sheet, reading: Reading) -> pl.Expr:
    """The subject's own cut where given, otherwise that of the manifest."""
    cut = reading.manifest.data_cut
    declared = pl.lit(cut if isinstance(cut, int) else None, pl.Int32)
    if reading.dated and cut is not None:
        declared = days_between(pl.lit(cut).str.to_date("%Y-%m-%d"), pl.col("subject:zero"))
    own = pl.col("cut_day") if "cut_day" in subjects else pl.lit(None, pl.Int32)
    # A subject's own cut first: centres may close on different days.
    return pl.coalesce(own, declared).alias("cut_day")
