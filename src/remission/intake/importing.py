"""Files as they come to the folder of a cohort, with the map that was used, what changed, and the rows that are listed.

Rows in are rows out and rows listed, file by file. What shows single persons (listed rows, columns kept aside) is in a
folder that says so; the map and the counts hold no id and no free text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.inputs.writing import is_free, write_new_folder
from remission.intake.converting import Converted, convert_file
from remission.intake.looking import Looked, look_at
from remission.intake.mapping import LEFT, OPEN, ImportMap, as_map, map_text
from remission.intake.proposing import Proposal, propose
from remission.records.cohort import Manifest
from remission.records.files.manifest import FILE, manifest_text
from remission.records.schema import TABLES

BESIDE = "import"
OF_PERSONS = "records-of-persons"
PERSONS = f"{BESIDE}/{OF_PERSONS}"
MAP = "map.toml"
CHANGES = {"file": pl.String, "column": pl.String, "change": pl.String, "cells": pl.Int64}
ROWS = {"file": pl.String, "table": pl.String, "rows_in": pl.Int64, "rows_out": pl.Int64, "rows_listed": pl.Int64}
LISTED = {"file": pl.String, "row": pl.Int64, "column": pl.String, "found": pl.String, "why": pl.String}


@dataclass(frozen=True)
class Imported:
    """What an import wrote: one Converted a file that was mapped, and the files that were left alone."""

    folder: Path
    files: tuple[Converted, ...]
    left: tuple[str, ...]

    @property
    def rows_in(self) -> int:
        """Rows of the mapped files."""
        return sum(one.rows_in for one in self.files)

    @property
    def rows_out(self) -> int:
        """Rows of the cohort's tables."""
        return sum(len(one.rows) for one in self.files)

    @property
    def rows_listed(self) -> int:
        """Rows that are in no table, each listed with its reason."""
        return sum(len(one.listed) for one in self.files)


Seen = dict[tuple[Path, str, str], tuple[Looked, ...]]
"""Files that were looked at, by their path, encoding and separator."""


def propose_map(
    paths: Sequence[Path], said: Mapping[str, Any], file: str = MAP, seen: Seen | None = None
) -> tuple[Proposal, tuple[Looked, ...]]:
    """The map of some files with what `said` (plain data of a map) leaves out filled in, and the files as looked at.

    What is in `seen` is not read again, so that a question more costs no file. Raises InputProblems for files that
    hold no table, and for what is wrong with the map.
    """
    asked = as_map(said, file)
    problems: list[Problem] = []
    looked: list[Looked] = []
    for path in paths:
        how = asked.files.get(path.name)
        encoding, separator = (how.encoding.removeprefix(OPEN), how.separator.removeprefix(OPEN)) if how else ("", "")
        try:
            looked += _look_once(path, encoding, separator, {} if seen is None else seen)
        except InputProblems as wrong:
            problems += wrong.problems
    problems += _strangers(asked, looked, file)
    if problems:
        raise InputProblems(problems)
    return propose(looked, asked), tuple(looked)


def _look_once(path: Path, encoding: str, separator: str, seen: Seen) -> tuple[Looked, ...]:
    at = (path, encoding, separator)
    if at not in seen:
        seen[at] = look_at(path, encoding, separator)
    return seen[at]


def _strangers(asked: ImportMap, looked: Sequence[Looked], file: str) -> list[Problem]:
    """Files of the map that were not given, and columns that a file does not have."""
    by_label = {one.label: one for one in looked}
    problems = []
    for label, how in asked.files.items():
        if label not in by_label:
            allowed = ", ".join(by_label) or "the files that are imported"
            do = "Name the file too, or take it out of the map."
            problems.append(Problem.at_key(file, f"files.{label}", found="no such file given", allowed=allowed, do=do))
            continue
        header = by_label[label].header
        named = [(f"columns.{name}", column) for name, column in how.columns.items()]
        for at, column in [*named, *(("aside", column) for column in how.aside)]:
            if column not in (*header, OPEN):
                do = "Name one of its columns."
                allowed = ", ".join(header)
                problems.append(Problem.at_key(file, f"files.{label}.{at}", found=column, allowed=allowed, do=do))
    return problems


def import_files(proposal: Proposal, looked: Sequence[Looked], out: Path) -> Imported:
    """Write the cohort that a map without open questions makes of the files.

    Raises InputProblems when the map leaves a question, when no file holds subjects, and when `out` holds files.
    """
    whole = proposal.map
    problems = [_unanswered(str(question), ".".join(question.at)) for question in proposal.questions]
    tables = [whole.files[one.label].table for one in looked]
    if "subjects" not in tables and not problems:
        do = "Give the file that names the subjects."
        problems.append(Problem.at_key(MAP, "files", found="no file of subjects", allowed="at least one", do=do))
    if not is_free(out):
        do, allowed = "Choose another folder: records are never overwritten.", "a new or empty folder"
        problems.append(Problem.of_file(str(out), found="a folder that holds files", allowed=allowed, do=do))
    if problems:
        raise InputProblems(problems)
    files = _convert(looked, whole)
    left = tuple(one.label for one in looked if whole.files[one.label].table == LEFT)
    texts = {FILE: manifest_text(_manifest(whole, files, out.name)), f"{BESIDE}/{MAP}": map_text(whole)}
    texts |= {f"{table}.csv": frame.write_csv() for table, frame in _tables(files)}
    texts |= {f"{BESIDE}/{name}.csv": spreadsheet_csv(frame) for name, frame in _lists(files)}
    with write_new_folder(out) as new:
        (new / PERSONS).mkdir(parents=True)
        for name, text in texts.items():
            (new / name).write_text(text, encoding="utf-8")
    return Imported(out, files, left)


def _unanswered(ask: str, at: str) -> Problem:
    return Problem.at_key(MAP, at, found="no answer", allowed="an answer", do=ask)


def _convert(looked: Sequence[Looked], whole: ImportMap) -> tuple[Converted, ...]:
    maps = {one.label: whole.files[one.label] for one in looked}
    people = [one for one in looked if maps[one.label].table == "subjects"]
    made = {one.label: convert_file(one, maps[one.label], whole) for one in people}
    kept = {row["subject_id"] for one in made.values() for _, row in one.rows}
    given = {text for one in people for text in one.values(maps[one.label].columns["subject_id"])}
    # Strangers to the subjects' file are not among them: the checks of the cohort tell of those.
    gone = frozenset(given - kept)
    others = [one for one in looked if maps[one.label].table not in ("subjects", LEFT)]
    made |= {one.label: convert_file(one, maps[one.label], whole, gone) for one in others}
    return tuple(made[one.label] for one in looked if one.label in made)


def _manifest(whole: ImportMap, files: Sequence[Converted], name: str) -> Manifest:
    return Manifest(
        name=whole.name or name,
        title=whole.title or whole.name or name,
        kind=whole.kind,  # type: ignore[arg-type]  # the map allows the same words, and an open one was asked
        day_zero=whole.day_zero,
        time=whole.time,  # type: ignore[arg-type]
        collected=tuple(table for table in TABLES if table in {one.table for one in files}),
        licence=whole.licence,
        partial_dates=whole.partial_dates or "refuse",  # type: ignore[arg-type]
        covariates=whole.covariates,
        note=f"Imported from {', '.join(one.file for one in files)}; what changed is in {BESIDE}/changes.csv.",
    )


def _tables(files: Sequence[Converted]) -> Iterator[tuple[str, pl.DataFrame]]:
    for table in TABLES:
        # A file without rows is a table too: it was collected, and nobody had one.
        if of := [one for one in files if one.table == table]:
            yield (
                table,
                _frame([row for one in of for _, row in one.rows], [name for one in of for name in one.columns]),
            )


def _lists(files: Sequence[Converted]) -> Iterator[tuple[str, pl.DataFrame]]:
    """What is told beside the tables, by the name of its file; what shows persons last, in a folder of that name."""
    changes = [(one.file, *at, cells) for one in files for at, cells in one.changes.items()]
    yield "changes", pl.DataFrame(changes, CHANGES, orient="row")
    counts = [(one.file, one.table, one.rows_in, len(one.rows), len(one.listed)) for one in files]
    yield "rows", pl.DataFrame(counts, ROWS, orient="row")
    listed = [(row.file, row.row, row.column, row.found, row.why) for one in files for row in one.listed]
    yield f"{OF_PERSONS}/listed", pl.DataFrame(listed, LISTED, orient="row")
    for one in files:
        if one.kept_aside:
            file, _, sheet = one.file.partition(":")
            yield (
                f"{OF_PERSONS}/aside-{'-'.join(filter(None, (Path(file).stem, sheet)))}",
                _frame(one.aside, ("subject_id", "row", *one.kept_aside)),
            )


def _frame(rows: Sequence[Mapping[str, str]], names: Sequence[str] = ()) -> pl.DataFrame:
    names = tuple(dict.fromkeys(names or [name for row in rows for name in row]))
    return pl.DataFrame(
        {name: [row.get(name) or None for row in rows] for name in names}, dict.fromkeys(names, pl.String)
    )
