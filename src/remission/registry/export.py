"""Everything that one person has told, for that person: as a cohort of one, as tables beside it, and as it was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from remission.inputs.problems import InputProblems, Problem
from remission.inputs.spreadsheets import spreadsheet_csv
from remission.inputs.writing import write_new_folder
from remission.records.files.write import write_cohort
from remission.registry.cohort import RegistryCohort, assemble

if TYPE_CHECKING:
    from remission.inputs.provenance import Standing
    from remission.registry.answers import Answer
    from remission.registry.rows import Person

ANSWERS = "answers.json"


def write_own_data(
    person: Person, answers: Sequence[Answer], folder: Path, *, on: date, standing: Standing = "observed"
) -> RegistryCohort:
    """Write what a person has told into a new folder, whatever they consented to: it is theirs.

    `csv` and `parquet` are cohort folders that `remission check` accepts and `remission explain` narrates; the
    registry's own tables (own words among them) lie beside them in both formats, and `answers.json` holds every answer
    and consent as they were given, those since corrected too. InputProblems where an answer is of another person, where
    nothing has been told, and after an erasure. `standing` is what the files say that the person is:
    "simulated" where they are invented.
    """
    strangers = [one for one in answers if one.person_id != person.person_id]
    if strangers:
        found = f"{len(strangers)} answers of another person"
        raise InputProblems(
            Problem.of_file("write_own_data()", found=found, allowed="answers of this person", do="Leave them out.")
        )
    made = assemble([person], answers, scope=None, on=on, own_words=True, standing=standing)
    with write_new_folder(folder) as new:
        write_cohort(made.cohort, new / "csv", "csv")
        write_cohort(made.cohort, new / "parquet", "parquet")
        for name, frame in made.own.items():
            # For a spreadsheet, unlike the cohort folders, which are read back: own words may look like a formula.
            (new / f"{name}.csv").write_text(spreadsheet_csv(frame), encoding="utf-8")
            frame.write_parquet(new / f"{name}.parquet")
        (new / ANSWERS).write_text(_as_told(person, answers, made), encoding="utf-8")
    return made


def _as_told(person: Person, answers: Sequence[Answer], made: RegistryCohort) -> str:
    left = [{"answer_id": one.answer_id, "why": one.why} for one in made.left_out]
    told = {
        "standing": made.cohort.provenance.kind,
        "person_id": person.person_id,
        "registered_on": person.registered_on,
        "consents": [asdict(one) for one in person.consents],
        "answers": [asdict(one) for one in answers],
        "in_no_table": left,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=date.isoformat) + "\n"
