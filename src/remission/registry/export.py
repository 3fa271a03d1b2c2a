"""Everything that one person has told, for that person: as a cohort of one, as tables beside it, and as it was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.writing import write_new_folder
from remission.records.files.write import write_cohort
from remission.registry.cohort import RegistryCohort, assemble
from remission.registry.schema import OWN_TABLES

if TYPE_CHECKING:
    from remission.registry.answers import Answer
    from remission.registry.rows import Person

ANSWERS = "answers.json"
# A spreadsheet takes a cell that begins so for a formula and runs it, also after a blank.
OF_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_own_data(person: Person, answers: Sequence[Answer], folder: Path, *, on: date) -> RegistryCohort:
    """Write what a person has told into a new folder, whatever they consented to: it is theirs.

    `csv` and `parquet` are cohort folders that `remission check` accepts and `remission explain` narrates; the
    registry's own tables (own words among them) lie beside them in both formats, and `answers.json` holds every answer
    and consent as they were given, those since corrected too. InputProblems where an answer is of another person, where
    nothing has been told, and after an erasure.
    """
    strangers = [one for one in answers if one.person_id != person.person_id]
    if strangers:
        found = f"{len(strangers)} answers of another person"
        raise InputProblems(
            Problem.of_file("write_own_data()", found=found, allowed="answers of this person", do="Leave them out.")
        )
    made = assemble([person], answers, scope=None, on=on, own_words=True)
    with write_new_folder(folder) as new:
        write_cohort(made.cohort, new / "csv", "csv")
        write_cohort(made.cohort, new / "parquet", "parquet")
        for name, frame in made.own.items():
            _harmless(frame, name).write_csv(new / f"{name}.csv")
            frame.write_parquet(new / f"{name}.parquet")
        (new / ANSWERS).write_text(_as_told(person, answers, made), encoding="utf-8")
    return made


def _harmless(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Texts in own words that a spreadsheet would run, after an apostrophe, as spreadsheets mark a text."""
    texts = [one.name for one in OWN_TABLES[table].columns if one.kind == "text" and one.name in frame.columns]
    runs = {name: pl.any_horizontal(pl.col(name).str.strip_chars(" ").str.starts_with(one) for one in OF_FORMULAS)
            for name in texts}  # fmt: skip
    return frame.with_columns(
        pl.when(runs[name]).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name) for name in texts
    )


def _as_told(person: Person, answers: Sequence[Answer], made: RegistryCohort) -> str:
    left = [{"answer_id": one.answer_id, "why": one.why} for one in made.left_out]
    told = {
        "person_id": person.person_id,
        "registered_on": person.registered_on,
        "consents": [asdict(one) for one in person.consents],
        "answers": [asdict(one) for one in answers],
        "in_no_table": left,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=date.isoformat) + "\n"
