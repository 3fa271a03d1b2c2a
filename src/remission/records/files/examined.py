"""Raw tables examined by every check, and made a cohort: the same whether they came from files or from memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import MOST_ALIKE, InputProblems, Problem, Severity
from remission.records.checks.run import ALL, check_columns, check_manifest_columns, check_tables
from remission.records.checks.sheets import Reading, Sheet, dates_of_day_zero, finish, open_sheet, subject_facts
from remission.records.cohort import Cohort, Manifest
from remission.records.files.completion import completed_words, last_watched
from remission.records.files.trimming import trim_table
from remission.records.observation import Observation, derive_observed

if TYPE_CHECKING:
    from remission.records.files.tables import RawTable, RawTables

Vocabulary = tuple[Collection[str], Mapping[str, str]]
"""The names allowed in treatments, and for a brand the name to write."""


@dataclass(frozen=True)
class Examined:
    """A cohort's tables after every check: the sheets that could be opened, and all problems of the wanted severities.

    Without a manifest nothing can be read: `reading` is None, and the problems say why.
    """

    reading: Reading | None
    sheets: Mapping[str, Sheet]
    problems: tuple[Problem, ...]

    @property
    def passed(self) -> Reading:
        """How the tables were read, when nothing is wrong with them; InputProblems with everything that is."""
        wrong = any(problem.severity == "error" for problem in self.problems)
        if wrong or self.reading is None:
            raise InputProblems(self.problems)
        return self.reading

    def cohort(self, digest: str) -> Cohort:
        """The cohort, when nothing is wrong with it; InputProblems with everything that is."""
        reading = self.passed
        # Only after every check: `finish` casts without looking.
        tables = {name: finish(sheet, reading) for name, sheet in self.sheets.items()}
        observation = _observation(tables)
        # In a cohort of days the source completed them, by a rule that we do not know.
        rule = reading.manifest.partial_dates if reading.dated else None
        completed = completed_words({name: sheet.frame for name, sheet in self.sheets.items()}, rule)
        # Put in place last: what is counted above is what was given.
        tables["observed"] = observation.table
        zero = dates_of_day_zero(self.sheets["subjects"], reading)
        return Cohort(reading.manifest, tables, digest, observation.rule, completed, day_zero_dates=zero)


def examine(
    manifest: Manifest,
    raw: RawTables,
    vocabulary: Vocabulary,
    severities: tuple[Severity, ...] = ALL,
    named_rows: int = MOST_ALIKE,
) -> Examined:
    """Every problem of raw tables and of what the manifest says of them, those that are known already first.

    Of a kind in one column `named_rows` have a problem of their own, and the others are counted.
    """
    reading = Reading(manifest, frozenset(vocabulary[0]), vocabulary[1], named_rows)
    tables = {name: trim_table(table, manifest.missing or ()) for name, table in raw.tables.items()}
    # In the order in which somebody would mend them: the manifest, the files, their columns, and values last.
    problems = list(raw.problems)
    for table in tables.values():
        problems += [*table.notes, *check_columns(table, manifest)]
    if "subjects" in tables:
        problems += check_manifest_columns(manifest, tables["subjects"])
    sheets = _open_sheets(tables, reading)
    problems += check_tables(sheets, reading, severities)
    return Examined(reading, sheets, tuple(one for one in problems if one.severity in severities))


def _open_sheets(raw: dict[str, RawTable], reading: Reading) -> dict[str, Sheet]:
    """Subjects first, for the rows of every other table are checked against them; relapses after what
    tells until when somebody looked for them."""
    sheets: dict[str, Sheet] = {}
    facts = None
    if "subjects" in raw:
        sheets["subjects"] = open_sheet(raw["subjects"], reading, None)
        # Rows of subjects that could not be read are not in the table: nobody may then be called a stranger.
        whole = "subject_id" in sheets["subjects"] and not raw["subjects"].problems
        facts = subject_facts(sheets["subjects"], reading) if whole else None
    for name in sorted(raw.keys() - {"subjects"}, key=lambda name: (name == "relapses", name)):
        known = _with_watch(facts, sheets) if name == "relapses" and reading.completing else facts
        sheets[name] = open_sheet(raw[name], reading, known)
    # Back in the order of the manifest as it was read (subjects first), which is the order in which problems are told.
    return {name: sheets[name] for name in raw}


def _with_watch(facts: pl.DataFrame | None, sheets: Mapping[str, Sheet]) -> pl.DataFrame | None:
    """The facts of the subjects and the last day on which somebody looked for their relapses."""
    watched = last_watched({name: sheet.frame for name, sheet in sheets.items()})
    if facts is None or watched is None:
        return facts
    return facts.join(watched, on="subject_id", how="left", maintain_order="left")


def _observation(tables: dict[str, pl.DataFrame]) -> Observation:
    if "observed" in tables:
        return Observation(tables["observed"], Cohort.observed_rule)
    return derive_observed(tables)
