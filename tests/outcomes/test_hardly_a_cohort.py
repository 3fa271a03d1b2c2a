"""Endpoints of cohorts that hardly are any: nobody entered, one visit, a day of follow-up or none, ids like numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.small_cohorts import Folder, small_cohort
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.epochs import EPOCH_COLUMNS, derive_epochs
from remission.outcomes.evaluation import evaluate

ENDPOINTS = ("relapse-free", "cdp-12w", "halt-ms-efs", "death", "neda-3")
SUBJECTS = "subject_id,entered,last_day,end_reason,death_day\n"
OTHERS = {
    "visits.csv": "subject_id,row_id,day,edss\n",
    "relapses.csv": "subject_id,row_id,day\n",
    "scans.csv": "subject_id,row_id,day,region,new_t2,enlarging_t2,gd_lesions\n",
    "treatments.csv": "subject_id,row_id,therapy,start_day,end_day,ongoing\n",
    "adverse_events.csv": "subject_id,row_id,day,term,ctcae_grade,fatal\n",
}


def cohort_of(tmp_path: Path, subjects: str, **rows: str) -> Folder:
    """A cohort of these subjects, with rows in the tables that are named and none in the others."""
    folder = small_cohort(tmp_path)
    manifest = folder.files["cohort.toml"].decode().partition("\n[covariates")[0]
    folder.files = {"cohort.toml": manifest.encode(), "subjects.csv": (SUBJECTS + subjects).encode()}
    folder.files |= {name: (head + rows.get(name.partition(".")[0], "")).encode() for name, head in OTHERS.items()}
    return folder


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_where_nobody_entered_there_is_no_spell(tmp_path: Path, endpoint: str) -> None:
    spells = evaluate(cohort_of(tmp_path, "S1,no,,,\n").load(), endpoint).spells
    assert spells.height == 0
    assert {"subject_id", "entry_day", "exit_day", "event"} <= set(spells.columns)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_of_a_follow_up_of_no_days_nothing_is_known_and_nobody_is_free(tmp_path: Path, endpoint: str) -> None:
    folder = cohort_of(tmp_path, "S1,yes,0,completed,\n", visits="S1,V1,0,2\n", scans="S1,M1,0,brain,0,0,0\n")
    (spell,) = evaluate(folder.load(), endpoint).spells.to_dicts()
    assert (spell["entry_day"], spell["exit_day"], spell["event"]) == (0, 0, False)
    assert spell["reason"] == "no-follow-up"


def test_with_one_visit_a_rise_has_nothing_to_rise_from(tmp_path: Path) -> None:
    folder = cohort_of(tmp_path, "S1,yes,90,completed,\n", visits="S1,V1,90,6\n")
    (spell,) = evaluate(folder.load(), "cdp-12w").spells.to_dicts()
    assert (spell["event"], spell["exit_day"], spell["reason"]) == (False, spell["entry_day"], "no-baseline")


def test_a_relapse_before_day_zero_is_not_counted_and_takes_no_days_away(tmp_path: Path) -> None:
    folder = cohort_of(tmp_path, "S1,yes,90,completed,\n", visits="S1,V1,90,2\n", relapses="S1,R1,-5\nS1,R2,60\n")
    counts = evaluate_counts(folder.load(), "relapse-30d").counts
    assert counts.select("events", "person_days").row(0) == (1, 90)


def test_ids_that_look_like_one_number_are_different_people(tmp_path: Path) -> None:
    people = "".join(f"{name},yes,90,completed,\n" for name in ("1", "01", "1.0", "1e0"))
    visits = "".join(f"{name},V{at},90,2\n" for at, name in enumerate(("01", "1", "1e0", "1.0")))
    folder = cohort_of(tmp_path, people, visits=visits, relapses="01,R1,30\n1e0,R2,40\n")
    spells = evaluate(folder.load(), "relapse-free").spells
    assert spells.select("subject_id", "exit_day", "event").rows() == [
        ("1", 90, False), ("01", 30, True), ("1.0", 90, False), ("1e0", 40, True),
    ]  # fmt: skip


def test_nobody_treated_has_no_epoch_and_a_therapy_of_a_day_has_one_of_a_day(tmp_path: Path) -> None:
    assert derive_epochs(cohort_of(tmp_path, "S1,yes,90,completed,\n").load()).columns == list(EPOCH_COLUMNS)
    folder = cohort_of(tmp_path, "S1,yes,90,completed,\n", treatments="S1,T1,natalizumab,0,0,no\n")
    (epoch,) = derive_epochs(folder.load()).to_dicts()
    assert (epoch["start_day"], epoch["end_day"], epoch["ended_by"]) == (0, 0, "stopped")
