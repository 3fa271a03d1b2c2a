"""The simulated registry: the same every time, chosen for treatment as planted, and its truth is the generator's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from remission.library.catalogue import cohort_folder, therapies
from remission.records.files.folder import check_cohort, load_cohort
from remission.simulation.cohorts.entrants import DEATH, EFFECTS, PROGRESSION, Effects, draw_entrants
from remission.simulation.cohorts.fates import Population
from remission.simulation.cohorts.hsct_500 import PLAN, simulate_hsct_500, write_hsct_500
from remission.simulation.cohorts.hsct_500_truth import EVENTS, planted_truths, truth_text
from remission.simulation.cohorts.truth import load_truths
from remission.simulation.disease import NEVER, YEAR_DAYS, generator

FOLDER = cohort_folder("hsct-500")
COHORT = load_cohort(FOLDER, therapies=therapies())


def test_simulating_again_gives_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write_hsct_500(tmp_path)
    assert {path.name for path in FOLDER.iterdir()} - {"truth.toml"} == {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()


def test_the_truth_beside_it_is_the_truth_of_the_generator() -> None:
    assert (FOLDER / "truth.toml").read_text(encoding="utf-8") == truth_text()


def test_another_seed_gives_other_people() -> None:
    one, other = (simulate_hsct_500(seed=seed, subjects=20).tables["visits"] for seed in (1, 2))
    assert not one.equals(other)


def test_the_bundled_folder_has_no_problem_and_stays_small() -> None:
    assert check_cohort(FOLDER, therapies=therapies()) == ()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 500_000


def test_the_files_give_back_the_simulation() -> None:
    made = simulate_hsct_500()
    for name in ("subjects", "visits"):
        columns = [column for column in made.tables[name].columns if column in COHORT.tables[name].columns]
        assert COHORT.tables[name].select(columns).equals(made.tables[name].select(columns))


def test_treatment_was_not_drawn_by_lot() -> None:
    people = draw_entrants(generator(3, 0), 20_000)
    treated, others = people.treated, ~people.treated
    assert 0.45 < treated.mean() < 0.55
    assert people.age_years[treated].mean() < people.age_years[others].mean() - 5
    assert people.edss[treated].mean() < people.edss[others].mean()
    assert people.relapses_before[treated].mean() > people.relapses_before[others].mean()
    shares = [treated[people.centre == place].mean() for place in range(5)]
    assert shares == sorted(shares, reverse=True)


def test_some_die_some_leave_and_nothing_is_recorded_of_anybody_afterwards() -> None:
    subjects = COHORT.subjects
    died = subjects.filter(pl.col("death_day").is_not_null())
    assert 20 <= died.height <= 30
    assert died["death_day"].equals(died["last_day"].rename("death_day"))
    assert subjects["last_day"].median() > 5 * YEAR_DAYS  # type: ignore[operator]  # a number
    last = subjects.select("subject_id", "last_day")
    for table in ("visits", "relapses", "scans"):
        late = COHORT.tables[table].join(last, on="subject_id").filter(pl.col("day") > pl.col("last_day"))
        assert late.height == 0


@pytest.mark.parametrize("effects", EFFECTS.values(), ids=EFFECTS)
def test_each_effect_multiplies_the_hazard_and_nothing_else_does(effects: Effects) -> None:
    people = draw_entrants(generator(4, 0), 500)
    everybody = np.ones(500, dtype=bool)
    untreated, treated = effects.per_person(people, ~everybody), effects.per_person(people, everybody)
    assert treated / untreated == pytest.approx(np.full(500, effects.treated))
    # By hand, of the person in row 0.
    by_hand = (
        effects.per_year * effects.older ** ((people.age_years[0] - 42) / 10) * effects.edss ** (people.edss[0] - 4)
    )
    by_hand *= effects.relapses_before ** (people.relapses_before[0] - 1) * (effects.male if people.male[0] else 1)
    by_hand *= [0.7, 0.85, 1.0, 1.2, 1.5][people.centre[0]] if effects.by_centre else 1
    assert untreated[0] == pytest.approx(by_hand)


def test_visits_find_progression_no_earlier_than_it_happens_and_only_in_life() -> None:
    population = Population.of(PLAN, 5_000, seed=2)
    for fates in (population.untreated, population.treated):
        found = fates.seen < NEVER
        assert found.sum() > 500
        assert (fates.seen[found] >= fates.latent[found]).all()
        assert (fates.seen[found] + 161 <= fates.death[found]).all()
        assert (fates.undying <= fates.seen).all()


def test_the_fates_as_treated_are_those_of_the_arm_that_a_person_was_in() -> None:
    population = Population.of(PLAN, 300, seed=2)
    mine = np.where(population.people.treated, population.treated.death, population.untreated.death)
    assert (population.as_treated.death == mine).all()


def test_the_closed_form_is_what_the_latent_course_does() -> None:
    population, day = Population.of(PLAN, 20_000, seed=5), 3 * YEAR_DAYS
    for effects, days in ((PROGRESSION, population.treated.latent), (DEATH, population.treated.death)):
        per_year = effects.per_person(population.people, np.ones(20_000, dtype=bool))
        expected = np.exp(-per_year * 3).mean()
        assert abs((days > day).mean() - expected) < 4 * (expected * (1 - expected) / 20_000) ** 0.5


def test_the_planted_ratio_is_found_in_endless_records_and_the_crude_one_is_another() -> None:
    """A conditional ratio is planted; the visits move it by little, which is what `seen` says."""
    truths = [truth for truth in load_truths(FOLDER) if truth.quantity == "hazard ratio" and truth.adjusted_for]
    assert [(truth.endpoint, truth.latent) for truth in truths] == [("cdp-24w", 0.45), ("cdp-24w", 1.0), ("death", 1.0)]
    for truth in truths:
        assert truth.latent is not None
        assert abs(truth.seen - truth.latent) < 3 * truth.seen_error


def test_incidences_of_the_two_events_leave_those_free_of_both() -> None:
    truths = list(planted_truths(subjects=4_000))
    assert {truth.endpoint for truth in truths} == set(EVENTS)
    for arm in ("HSCT", "Best available therapy"):
        mine = [one for one in truths if (one.quantity, one.arm, one.at_years) == ("cumulative incidence", arm, 5)]
        assert [one.event for one in mine] == ["cdp-24w", "death"]
        assert 0 < sum(one.seen for one in mine) < 1
