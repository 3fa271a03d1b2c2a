"""The bundled trial of transplantation: the same every time, its truth is the simulator's, and the engine finds it."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from remission.library.catalogue import cohort_folder, therapies
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.evaluation import evaluate
from remission.records.files.folder import check_cohort, load_cohort
from remission.records.files.write import write_cohort
from remission.simulation.cohorts.truth import load_truths
from remission.simulation.course.load import load_cohort_design
from remission.simulation.course.truths import planted_truths, truth_text
from remission.simulation.course.write import simulate_cohort
from remission.stats.rates import EventCounts, estimate_rate
from remission.stats.survival.kaplan_meier import kaplan_meier

NAME, PEOPLE, SEED = "hsct-against-therapy", 156, 1
FOLDER, PLAN = cohort_folder(NAME), load_cohort_design(NAME)
COHORT = load_cohort(FOLDER, therapies=therapies())
TRUTHS = load_truths(FOLDER)


def test_simulating_again_gives_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write_cohort(simulate_cohort(PLAN, PEOPLE, SEED), tmp_path)
    assert {path.name for path in FOLDER.iterdir()} - {"truth.toml"} == {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()


def test_the_truth_beside_it_is_that_of_other_people_of_the_same_design() -> None:
    assert (FOLDER / "truth.toml").read_text(encoding="utf-8") == truth_text(PLAN, TRUTHS, SEED, PEOPLE)
    fewer = {(one.endpoint, one.quantity, one.arm, one.at_years): one for one in planted_truths(PLAN, 4_000, seed=9)}
    for truth in TRUTHS:
        again = fewer[truth.endpoint, truth.quantity, truth.arm, truth.at_years]
        assert abs(again.seen - truth.seen) < 4 * math.hypot(again.seen_error, truth.seen_error)


def test_the_bundled_folder_has_no_problem_and_stays_small() -> None:
    assert check_cohort(FOLDER, therapies=therapies()) == ()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 300_000


@pytest.mark.parametrize("arm", ["HSCT", "Best available therapy"])
@pytest.mark.parametrize("endpoint", ["relapse-free", "cdp-24w"])
def test_the_engine_finds_the_truth_in_its_records(endpoint: str, arm: str) -> None:
    ids = COHORT.subjects.filter(arm=arm)["subject_id"].to_list()
    spells = evaluate(COHORT, endpoint).spells
    mine = spells.filter(spells["subject_id"].is_in(ids) & (spells["exit_day"] > 0))
    curve = kaplan_meier(mine["exit_day"].to_numpy(), mine["event"].to_numpy())
    for truth in TRUTHS:
        if (truth.endpoint, truth.quantity, truth.arm) == (endpoint, "event-free", arm):
            found = curve.survival_on([round(365.25 * truth.at_years)]).item()
            # By the truth: a curve without an event yet would have no error.
            error = math.sqrt(truth.seen * (1 - truth.seen) / mine.height)
            assert abs(found - truth.seen) < 3 * error < 0.18


def test_relapses_of_the_control_arm_come_as_often_as_planted() -> None:
    ids = COHORT.subjects.filter(arm=PLAN.design.control)["subject_id"].to_list()
    counts = evaluate_counts(COHORT, "relapse-30d").counts
    mine = counts.filter(counts["subject_id"].is_in(ids))
    row = estimate_rate(EventCounts.of(mine["events"], mine["person_days"]), level=0.99).rows()[0]
    (truth,) = [one for one in TRUTHS if (one.quantity, one.arm) == ("annualised rate", PLAN.design.control)]
    assert row["low"] < truth.seen < row["high"]  # type: ignore[operator]  # numbers in a frame of objects
