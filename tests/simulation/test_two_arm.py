"""The simulated cohort: the same every time, untidy where it says so, and what was planted is what is there."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from remission.inputs.provenance import STANDING_WORDS
from remission.library.catalogue import cohort_folder, therapies
from remission.records.files.folder import check_cohort, load_cohort
from remission.simulation.cohorts.truth import load_truths
from remission.simulation.cohorts.two_arm import simulate_two_arm, write_two_arm
from remission.simulation.cohorts.two_arm_truth import HAZARDS, planted_truths, truth_text
from remission.simulation.disease import (
    NEVER,
    Hazards,
    draw_latent,
    draw_schedule,
    generator,
    seen_mri,
    seen_progression,
)

FOLDER = cohort_folder("two-arm")
COHORT = load_cohort(FOLDER, therapies=therapies())


def test_simulating_again_gives_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write_two_arm(tmp_path)
    assert {path.name for path in FOLDER.iterdir()} - {"truth.toml"} == {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()


def test_the_truth_beside_it_is_the_truth_of_the_generator() -> None:
    assert (FOLDER / "truth.toml").read_text(encoding="utf-8") == truth_text()


def test_another_seed_gives_other_people() -> None:
    one, other = (simulate_two_arm(seed=seed, subjects=20).tables["visits"] for seed in (1, 2))
    assert not one.equals(other)


def test_the_bundled_folder_has_no_problem_and_stays_small() -> None:
    assert check_cohort(FOLDER, therapies=therapies()) == ()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 350_000


def test_dates_in_the_files_give_back_the_days_of_the_simulation() -> None:
    exact = simulate_two_arm().tables["visits"].select("row_id", "day", "edss")
    assert COHORT.tables["visits"].select("row_id", "day", "edss").equals(exact)


def test_some_dates_are_partial_and_completed_inside_follow_up() -> None:
    relapses = COHORT.tables["relapses"].join(COHORT.subjects.select("subject_id", "last_day"), on="subject_id")
    partial = relapses.filter(pl.col("day_precision") == "month")
    assert partial.height > 0
    assert partial["day"].is_between(1, partial["last_day"]).all()


def test_each_person_placed_by_hand_is_there() -> None:
    subjects, observed = COHORT.subjects, COHORT.tables["observed"]
    treated = subjects.filter(pl.col("arm") == "HSCT")["subject_id"].to_list()
    later = COHORT.tables["treatments"].filter(pl.col("subject_id").is_in(treated) & (pl.col("therapy") != "hsct"))
    unscanned = (
        observed.filter(pl.col("kind") == "mri")
        .join(subjects, on="subject_id")
        .filter(pl.col("last_day") - pl.col("to_day") > 1000)
    )
    assert subjects.filter(pl.col("end_reason") == "died")["death_day"].to_list() == [41]
    assert subjects.filter(pl.col("last_day") == 0).height >= 1
    assert later.height == 1
    assert unscanned.height == 1
    assert observed.filter(pl.col("from_day") > 0)["subject_id"].n_unique() == 1


def test_one_adverse_event_is_fatal_and_it_is_that_of_the_person_who_died() -> None:
    (fatal,) = COHORT.tables["adverse_events"].filter(pl.col("fatal") == "yes").to_dicts()
    (died,) = COHORT.subjects.filter(pl.col("death_day").is_not_null()).to_dicts()
    assert (fatal["subject_id"], fatal["ctcae_grade"]) == (died["subject_id"], 5)


def test_nobody_without_planted_progression_or_relapse_rises_by_a_threshold() -> None:
    """Noise stays below every threshold, so an engine that finds progression there would be wrong."""
    cohort = simulate_two_arm(seed=5, subjects=300)
    relapsed = cohort.tables["relapses"]["subject_id"].unique().to_list()
    visits = cohort.tables["visits"].filter(~pl.col("subject_id").is_in(relapsed)).drop_nulls("edss")
    risen = visits.with_columns(before=pl.col("edss").first().over("subject_id")).with_columns(
        rise=pl.col("edss") - pl.col("before"), step=pl.when(pl.col("before") >= 6.0).then(0.5).otherwise(1.0)
    )
    later_worse = risen.with_columns(at_end=(pl.col("rise") >= pl.col("step")).last().over("subject_id"))
    unsustained = later_worse.filter((pl.col("rise") >= pl.col("step")) & ~pl.col("at_end"))
    assert unsustained.height == 0
    assert later_worse["at_end"].any()


def test_the_closed_form_is_what_the_latent_course_does() -> None:
    n, hazards = 20_000, Hazards(0.05, 0.1, 0.15)
    latent = draw_latent(generator(3, 0), hazards, n)
    first = np.minimum(latent.progression, np.minimum(latent.relapses[:, 0], latent.lesions[:, 0]))
    expected = math.exp(-hazards.total * 3)
    assert abs((first > 3 * 365.25).mean() - expected) < 4 * math.sqrt(expected * (1 - expected) / n)


def test_visits_find_things_no_earlier_than_they_happen() -> None:
    latent, schedule = draw_latent(generator(4, 0), Hazards(0.2, 0.2, 0.2), 500), draw_schedule(generator(4, 1), 500)
    progression, mri = seen_progression(latent, schedule), seen_mri(latent, schedule, 1)
    found = progression < NEVER
    assert found.sum() > 100
    assert (progression[found] >= latent.progression[found]).all()
    assert (mri >= latent.lesions[:, 0]).all()


@pytest.mark.parametrize("arm", HAZARDS)
def test_what_is_seen_lags_behind_what_happens(arm: str) -> None:
    truths = [truth for truth in planted_truths(subjects=20_000) if truth.arm == arm and truth.latent is not None]
    assert truths
    assert all(truth.latent is not None and truth.seen > truth.latent for truth in truths)


def test_a_folder_without_planted_numbers_has_none(tmp_path: Path) -> None:
    assert load_truths(tmp_path) == ()
    assert len(load_truths(FOLDER)) == 22


def test_the_note_does_not_say_again_what_every_page_warns_of() -> None:
    manifest = COHORT.manifest
    assert STANDING_WORDS[manifest.kind] == "SIMULATED: no real person's data"
    assert "no real person" not in manifest.note.lower()
