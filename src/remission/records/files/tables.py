"""The table files of a folder, CSV or Parquet, as raw frames: no value is judged here.

Every cell of a CSV arrives as text (an empty one as null); Parquet columns keep their type. What is wrong with a file
as a file (missing, twice, empty, not a CSV, nested columns) is said here, so that the checks see only tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from remission.inputs.csvtext import Positions, inspect_csv, unlike_csv
from remission.inputs.problems import Problem, alike, nearest, shown
from remission.records.files.dates import dates_of_stamps
from remission.records.files.manifest import FILE
from remission.records.files.texts import trim
from remission.records.schema import TABLES, Table

FORMATS = ("csv", "parquet")
IN_MEMORY: Final = "in-memory"
"""What evaluates questions about a table that was read: the other engine would cut it into pieces and copy it first."""
TAKEN_OFF = "They were taken off: nothing need be done."
# What a Parquet file that was changed on the way breaks the reader with; the second is no Exception.
UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True)
class RawTable:
    """A table as its file has it; `rows` are the numbers that a spreadsheet shows beside the rows of the frame.

    `problems` are those of rows that could not be read and are not in the frame; `notes` are what was mended on the
    way, and `written` the columns of texts before blanks around them were taken off.
    """

    table: Table
    file: str
    rows: Sequence[int] | Positions
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    written: Mapping[str, pl.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class RawTables:
    """The readable tables of a folder by name, and what is wrong with the others."""

    tables: dict[str, RawTable]
    problems: tuple[Problem, ...]


def table_files(folder: Path, name: str) -> list[Path]:
    """The files that hold the table called `name`: one, if all is well."""
    return [path for suffix in FORMATS if (path := folder / f"{name}.{suffix}").is_file()]


def read_tables(folder: Path, collected: tuple[str, ...]) -> RawTables:
    """Read the tables that were collected."""
    tables: dict[str, RawTable] = {}
    problems = list(_strays(folder, collected))
    for name in collected:
        read = _find_and_read(folder, TABLES[name])
        if isinstance(read, RawTable):
            tables[name] = read
            problems += read.problems
        else:
            problems += read
    return RawTables(tables, tuple(problems))


def _not_found(folder: Path, table: Table) -> Problem:
    """Why a table that is listed has no file, and what lies there instead."""
    allowed = f"{table.name}.csv or {table.name}.parquet"
    for path in sorted(folder.iterdir()):
        if path.name in (f"{table.name}.{suffix}" for suffix in FORMATS):
            # A pipe would be waited for without end, and a folder cannot be read at all.
            found = "a folder" if path.is_dir() else "no file (a pipe, a device or a link to nothing)"
            return Problem.of_file(path.name, found=found, allowed=allowed, do="Put the table there as a file.")
        if path.name.lower() in (f"{table.name}.{suffix}" for suffix in FORMATS):
            # Not read as it is: on another computer the two names would be two files.
            do = f"Rename it to {path.name.lower()}: capital and small letters are told apart."
            return Problem.of_file(path.name, found="a name in other letters", allowed=allowed, do=do)
    do = f"Add it (header only, if there was none), or take {table.name} out of collected in {FILE}."
    return Problem.of_file(f"{table.name}.csv", found="no such file", allowed=allowed, do=do)


def _strays(folder: Path, collected: tuple[str, ...]) -> Iterator[Problem]:
    paths = sorted(folder.iterdir())
    names = {path.name for path in paths}
    for path in paths:
        if path.suffix[1:].lower() not in FORMATS:
            continue
        # Whatever its letters: Visits.CSV is meant as a table of visits.
        table = path.stem.lower()
        if table in collected:
            # One that lies there alone is read, or told where its table is looked for.
            beside = [name for suffix in FORMATS if (name := f"{table}.{suffix}") in names]
            if path.name != path.name.lower() and beside:
                found = f"{beside[0]} beside it"
                yield Problem.of_file(path.name, found=found, allowed="one file a table", do="Remove one.")
        # An error: records that lie there and are not read would make everybody free of such events.
        elif table in TABLES:
            yield Problem.of_file(
                path.name,
                found=f"a table that {FILE} does not list as collected",
                allowed=", ".join(collected),
                do=f"Add {table} to collected if somebody did collect it "
                "(empty, it then means that nobody had one), or remove the file.",
            )
        else:
            yield Problem.of_file(
                path.name,
                found="a file that is not read",
                allowed=", ".join(TABLES),
                do=nearest(path.stem, TABLES) or "Rename or remove it.",
                severity="warning",
            )


def _find_and_read(folder: Path, table: Table) -> RawTable | list[Problem]:
    paths = table_files(folder, table.name)
    if not paths:
        return [_not_found(folder, table)]
    # Which of the two is the newer nobody can tell from here.
    if len(paths) > 1:
        return [
            Problem.of_file(
                paths[0].name, found=f"{paths[1].name} beside it", allowed="one file a table", do="Remove one."
            )
        ]
    return _read_csv(paths[0], table) if paths[0].suffix == ".csv" else _read_parquet(paths[0], table)


def _read_csv(path: Path, table: Table) -> RawTable | list[Problem]:
    text = inspect_csv(path.name, path.read_bytes())
    if not text.header:
        return list(text.problems)
    # Polars would rename the second column and say nothing.
    if twice := _twice(path.name, text.header):
        return twice
    try:
        # Everything as text: a guess of types depends on the first rows, and would turn the id 007 into 7.
        frame = pl.read_csv(text.content, infer_schema=False)
    except pl.exceptions.PolarsError:
        return [unlike_csv(path.name, None)]
    if frame.shape != (len(text.rows), len(text.header)):
        # Two readings of one text differ, as with a quotation mark inside an unquoted cell: trust neither.
        return [unlike_csv(path.name, None)]
    named = frame.select(pl.when(pl.all() != "").then(pl.all())).rename(trim, strict=False)
    notes = (*_beside_quotes(path.name, text.blanks), *_renamed(path.name, text.header))
    return RawTable(table, path.name, text.rows, named, text.problems, notes)


def _twice(file: str, header: Sequence[str]) -> list[Problem]:
    twice = [name for name, count in Counter(map(trim, header)).items() if count > 1]
    return list(alike(twice, partial(_one_twice, file)))


def _one_twice(file: str, name: str) -> Problem:
    return Problem.at_key(file, name, found="the column twice", allowed="each column once", do="Remove one.")


def _beside_quotes(file: str, count: int) -> Iterator[Problem]:
    if count:
        times = "once" if count == 1 else f"{count:,} times"
        yield Problem.of_file(
            file,
            found=f"blanks between a quotation mark and the comma or line end beside it, {times}",
            allowed="none there",
            do=TAKEN_OFF,
            severity="warning",
        )


def _renamed(file: str, header: Sequence[str]) -> Iterator[Problem]:
    for name in header:
        if name != trim(name):
            yield Problem.at_key(
                file,
                trim(name),
                found=f"blanks around the name: {shown(name)}",
                allowed="a name without blanks around it",
                do=TAKEN_OFF,
                severity="warning",
            )


def _read_parquet(path: Path, table: Table) -> RawTable | list[Problem]:
    if problems := unlike_parquet(path):
        return problems
    try:
        # One piece a column: Polars reads some into many, and would copy all of them for each further selection.
        frame = pl.read_parquet(path).rechunk()
    except UNREADABLE:
        return [broken_parquet(path)]
    return raw_table(frame, table, path.name, range(1, frame.height + 1))


def raw_table(frame: pl.DataFrame, table: Table, file: str, rows: Sequence[int]) -> RawTable | list[Problem]:
    """A frame with types of its own as a raw table, its rows numbered by `rows`; or what is wrong with its columns."""
    if wrong := [*_twice(file, frame.columns), *_nested(file, frame.schema)]:
        return wrong
    plain = frame.select(map(_plain, frame.get_columns())).rename(trim)
    return RawTable(table, file, rows, plain, notes=tuple(_renamed(file, frame.columns)))


def unlike_parquet(path: Path) -> list[Problem]:
    """What is wrong with a Parquet file before any of its rows is read: no such file at all, or columns that no rule
    could judge."""
    if path.stat().st_size == 0:
        return [
            Problem.of_file(path.name, found="an empty file", allowed="a Parquet file", do="Write the table again.")
        ]
    try:
        schema = pl.read_parquet_schema(path)
    except UNREADABLE:
        return [broken_parquet(path)]
    return _nested(path.name, schema)


def _nested(file: str, schema: Mapping[str, pl.DataType]) -> list[Problem]:
    # A list in a cell has no single value that a rule could judge.
    nested = [name for name, dtype in schema.items() if not _is_plain(dtype)]
    allowed, do = "text, numbers or dates", "Write one value a cell."
    return list(
        alike(
            nested,
            lambda name: Problem.at_key(
                file, name, found=f"a column of {schema[name].base_type().__name__}", allowed=allowed, do=do
            ),
        )
    )


def broken_parquet(path: Path) -> Problem:
    """A file that is not Parquet, or is no longer; the reader's own message may quote a cell and is not repeated."""
    return Problem.of_file(
        path.name, found="a file that is not Parquet", allowed="a Parquet file", do="Write it again."
    )


def _is_plain(dtype: pl.DataType) -> bool:
    kinds = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Null)
    return dtype.is_numeric() or isinstance(dtype, kinds)


def _plain(values: pl.Series) -> pl.Series:
    """The column as numbers, dates or texts: what the rules know."""
    if values.dtype.is_numeric() or values.dtype in (pl.String, pl.Date):
        return values
    return dates_of_stamps(values) if isinstance(values.dtype, pl.Datetime) else values.cast(pl.String)
