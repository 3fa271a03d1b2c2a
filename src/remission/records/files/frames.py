"""Frames in memory as the raw tables that files become: their columns renamed, their rows named and counted from 0.

A frame has no need to say what a file says: who is in it is told by its ids, and which row by its place. So where no
subjects are given the names in the other tables are they, and where there is no `row_id` it is made of the place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import Problem, nearest, shown
from remission.records.files.native_frames import polars_frame
from remission.records.files.tables import RawTable, RawTables, raw_table
from remission.records.files.texts import trimmed
from remission.records.schema import TABLES

if TYPE_CHECKING:
    from remission.records.schema import Table

CALL = "from_frames()"
SUBJECT = "subject_id"
DERIVED_SUBJECTS = "No subjects were given: they are the names in the other tables, each taken to have entered."


def read_frames(frames: Mapping[str, object], columns: Mapping[str, str]) -> RawTables:
    """Frames by the names of their tables, as raw tables; `columns` names columns that are called otherwise in them.

    >>> visits = pl.DataFrame({"id": [7], "day": [0]})
    >>> read_frames({"visits": visits}, {"subject_id": "id"}).tables["visits"].frame.columns
    ['subject_id', 'day', 'row_id']
    """
    tables: dict[str, RawTable] = {}
    problems: list[Problem] = []
    met: set[str] = set()
    # In the order of the schema, whatever that of the arguments: problems are told in it.
    for name, table in TABLES.items():
        if name not in frames:
            continue
        frame = polars_frame(frames[name], name)
        met |= set() if isinstance(frame, list) else set(frame.columns)
        read = frame if isinstance(frame, list) else _raw(frame, table, columns)
        if isinstance(read, list):
            problems += read
        else:
            tables[name] = _with_names(read)
    return RawTables(tables, (*problems, *_unmet(columns, frames, None if problems else met)))


def _raw(frame: pl.DataFrame, table: Table, columns: Mapping[str, str]) -> RawTable | list[Problem]:
    renamed = _renamed(frame, table, columns)
    return renamed if isinstance(renamed, list) else raw_table(renamed, table, table.name, range(renamed.height))


def _renamed(frame: pl.DataFrame, table: Table, columns: Mapping[str, str]) -> pl.DataFrame | list[Problem]:
    own = {theirs: ours for ours, theirs in columns.items() if _may_have(table, ours) and theirs in frame.columns}
    twice = [ours for theirs, ours in own.items() if ours != theirs and ours in set(frame.columns) - own.keys()]
    if not twice:
        return frame.rename({**own})
    return [
        Problem.at_key(
            table.name,
            name,
            found=f"the column beside {columns[name]}, which is to be called so",
            allowed="each column once",
            do="Leave one of them out.",
        )
        for name in twice
    ]


def _may_have(table: Table, name: str) -> bool:
    return name in _names(table) or (table.name == "subjects" and name.startswith("x_"))


def _names(table: Table) -> set[str]:
    """Every name that a column of the table may have, save those of covariates, which the caller chooses."""
    companions = {f"{column.name}_absent" for column in table.columns}
    return {*(column.name for column in table.with_precisions), *companions, "day_zero_date"}


def _unmet(columns: Mapping[str, str], frames: Mapping[str, object], met: set[str] | None) -> Iterator[Problem]:
    """Names that are in no table of the schema, and names that no frame has; `met` is None when one was not read."""
    given = [table for name, table in TABLES.items() if name in frames]
    for ours, theirs in columns.items():
        if not any(_may_have(table, ours) for table in given):
            own = dict.fromkeys(column.name for table in given for column in table.columns)
            do = nearest(ours, [*TABLES, *own]) or "Give a table, or the name of one of its columns."
            allowed = f"a table ({', '.join(TABLES)}), or one of the columns {', '.join(own)}"
            yield Problem.at_key(CALL, ours, found="an argument that is not known", allowed=allowed, do=do)
        elif met is not None and theirs not in met:
            do = nearest(str(theirs), met) or "Correct the name."
            found = f"{shown(str(theirs))}, which no frame has"
            yield Problem.at_key(CALL, ours, found=found, allowed="a column of one of the frames", do=do)


def _with_names(raw: RawTable) -> RawTable:
    """Ids that are whole numbers as such, and a name for every row where there is none."""
    frame = raw.frame
    ids = [name for name in raw.table.named("id") if name in frame.columns and frame.schema[name].is_float()]
    # A program that knows no nothing among whole numbers makes 7 into 7.0, which is another name than 7.
    whole = [name for name in ids if (frame[name] == frame[name].round()).all()]
    frame = frame.with_columns(pl.col(whole).cast(pl.Int64, strict=False))
    if "row_id" in raw.table and "row_id" not in frame.columns:
        frame = frame.with_columns(row_id=pl.format(f"{raw.table.name}:{{}}", pl.int_range(pl.len())))
    return RawTable(raw.table, raw.file, raw.rows, frame, raw.problems, raw.notes)


def with_subjects(raw: RawTables, missing: tuple[str, ...] = ()) -> RawTables:
    """The tables with a table of subjects; where none is given, of every name that is in the others.

    `missing` are the texts that stand for no name.
    """
    if "subjects" in raw.tables:
        return raw
    named = [table.frame[SUBJECT] for table in raw.tables.values() if SUBJECT in table.frame.columns]
    texts = [names.cast(pl.String).alias(SUBJECT) for names in named]
    # As they will be read: a blank around a name makes no second person.
    written = pl.concat([*texts, pl.Series(SUBJECT, [], pl.String)]).drop_nulls().to_frame()
    named_so = written.select(trimmed(pl.col(SUBJECT))).unique(maintain_order=True)
    frame = named_so.filter(~pl.col(SUBJECT).is_in(["", *missing])).with_columns(entered=pl.lit("yes"))
    subjects = RawTable(TABLES["subjects"], "subjects", range(frame.height), frame)
    return RawTables({"subjects": subjects, **raw.tables}, (*raw.problems, *_two_kinds(raw)))


def _two_kinds(raw: RawTables) -> Iterator[Problem]:
    """Ids that are numbers in one frame and texts in another: 7 and 007 would be two people, and nobody would know."""
    named = {name: table.frame for name, table in raw.tables.items() if SUBJECT in table.frame.columns}
    numbers = [name for name, frame in named.items() if frame.schema[SUBJECT].is_numeric()]
    if numbers and len(numbers) < len(named):
        found = f"numbers here and texts in {', '.join(name for name in named if name not in numbers)}"
        do = "Write the ids alike, or give the subjects."
        yield Problem.at_key(numbers[0], SUBJECT, found=found, allowed="one kind in all tables", do=do)
