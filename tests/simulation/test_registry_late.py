"""The registry of late starts: the same every time, its truth is the generator's, and only clones come near to it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from remission.library.catalogue import cohort_folder, therapies
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.records.files.folder import check_cohort, load_cohort
from remission.simulation.cohorts.entrants import draw_entrants
from remission.simulation.cohorts.registry_late import (
    PROGRESSION,
    STRONGER,
    Hazards,
    draw_late_latent,
    draw_starts,
    simulate_registry_late,
    write_registry_late,
)
from remission.simulation.cohorts.registry_late_truth import GRACE_DAYS, WITHIN, fates, planted_truths, truth_text
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.simulation.disease import generator
from remission.stats.emulation.clones import Grace, clone
from remission.stats.emulation.compare import clone_curves, clone_hazard_ratio
from remission.stats.emulation.staying import WeightedClones, weigh_clones
from remission.stats.regression.cox import cox

FOLDER = cohort_folder("registry-late")
COHORT = load_cohort(FOLDER, therapies=therapies())
TRUTHS = load_truths(FOLDER)
Numbers = np.ndarray


def truth(quantity: str, arm: str = WITHIN, years: int = 5) -> Truth:
    return next(one for one in TRUTHS if (one.quantity, one.arm, one.at_years) == (quantity, arm, years))


def arrays(cohort: Cohort) -> tuple[Numbers, Numbers, Numbers, dict[str, Numbers]]:
    """exit, event, start and what decided on it, of everybody followed."""
    starts = cohort.tables["treatments"].filter(therapy=STRONGER).select("subject_id", "start_day")
    before = cohort.tables["visits"].filter(pl.col("day") <= 0).select("subject_id", "edss")
    about = cohort.subjects.select("subject_id", "age_years", "x_relapses_before")
    frame = evaluate(cohort, "cdp-24w").spells.filter(pl.col("exit_day") > 0)
    for other in (about, before, starts):
        frame = frame.join(other, on="subject_id", how="left")
    columns = {name: frame[name].cast(pl.Float64).to_numpy() for name in ("age_years", "edss", "x_relapses_before")}
    return frame["exit_day"].to_numpy(), frame["event"].to_numpy(), frame["start_day"].fill_null(-1).to_numpy(), columns


def naive(exit: Numbers, event: Numbers, start: Numbers, columns: dict[str, Numbers]) -> float:
    """The log hazard ratio of who ever started, held alike in all that decided on it."""
    ever = ((start >= 0) & (start <= exit)).astype(np.float64)
    return float(cox(exit, event, {"ever": ever, **columns}).coefficients[0])


def weighted(cohort: Cohort) -> WeightedClones:
    exit, event, start, columns = arrays(cohort)
    return weigh_clones(clone(exit, event, start, Grace(GRACE_DAYS)), columns)


@pytest.fixture(scope="module")
def large() -> Cohort:
    """Other people than those of the bundled records, ten times as many."""
    return simulate_registry_late(seed=11, subjects=6_000)


def test_simulating_again_gives_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write_registry_late(tmp_path)
    assert {path.name for path in FOLDER.iterdir()} - {"truth.toml"} == {path.name for path in tmp_path.iterdir()}
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (FOLDER / path.name).read_bytes()


def test_the_truth_beside_it_is_the_truth_of_the_generator() -> None:
    assert (FOLDER / "truth.toml").read_text(encoding="utf-8") == truth_text()


def test_the_bundled_folder_has_no_problem_and_stays_small() -> None:
    assert check_cohort(FOLDER, therapies=therapies()) == ()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 700_000


def test_many_start_late_some_never_and_nobody_after_progression_was_found() -> None:
    exit, event, start, _ = arrays(COHORT)
    started = start >= 0
    assert 0.6 < started.mean() < 0.85
    assert 0.25 < (started & (start <= GRACE_DAYS)).mean() < 0.5
    assert (start[event] < exit[event]).all()
    assert "arm" not in COHORT.subjects.columns


def test_the_start_was_not_drawn_by_lot() -> None:
    people = draw_entrants(generator(3, 0), 20_000)
    early = draw_starts(generator(3, 1), people) <= GRACE_DAYS
    assert people.age_years[early].mean() < people.age_years[~early].mean() - 3
    assert people.relapses_before[early].mean() > people.relapses_before[~early].mean() + 0.2


def test_hazards_change_on_the_day_of_the_start_and_by_the_planted_ratio() -> None:
    starts = np.repeat([400.0, 4e9], 40_000)
    latent = draw_late_latent(generator(5, 0), Hazards(*np.full((3, starts.size), 0.2)), starts)
    rates = {}
    for name, mine in (("starts", starts == 400), ("others", starts > 400)):
        for when, (low, high) in {"before": (0, 400), "after": (400, 1_500)}.items():
            days = np.clip(latent.progression[mine], low, high) - low
            happened = (latent.progression[mine] > low) & (latent.progression[mine] <= high)
            rates[name, when] = happened.sum() / days.sum() * 365.25
    assert rates["starts", "before"] == pytest.approx(0.2, rel=0.03)
    assert rates["others", "after"] == pytest.approx(0.2, rel=0.03)
    assert rates["starts", "after"] == pytest.approx(0.2 * PROGRESSION.treated, rel=0.04)


def test_who_waits_to_start_late_waits_no_shorter_than_they_would_have() -> None:
    """Of the strategy not to start within the year, the hazard after it is a mixture that no short wait hastens."""
    of = fates(40_000)
    (early, _), (late, _) = of[WITHIN], of[next(name for name in of if name != WITHIN)]
    years = [365 * year for year in (1, 2, 5)]
    found = [((late > day).mean() - (early > day).mean()) for day in years]
    assert found[2] < found[1] < found[0] < 0
    assert found[2] == pytest.approx(-0.095, abs=0.012)


def test_ever_started_looks_far_better_than_the_truth_in_the_bundled_records_and_clones_do_not() -> None:
    ratio = truth("hazard ratio").seen
    assert math.exp(naive(*arrays(COHORT))) < 0.25 < ratio - 0.3
    fit = clone_hazard_ratio(weighted(COHORT))
    assert abs(fit.coefficients[0] - math.log(ratio)) < fit.standard_errors[0] < 0.2


def test_weighted_clones_find_the_planted_effect_in_other_people(large: Cohort) -> None:
    ratio, rows = math.log(truth("hazard ratio").seen), weighted(large)
    assert naive(*arrays(large)) < ratio - 1
    fit = clone_hazard_ratio(rows)
    assert fit.standard_errors[0] < 0.06
    assert abs(fit.coefficients[0] - ratio) < 2 * fit.standard_errors[0]
    for curve, arm in zip(clone_curves(rows), dict.fromkeys(one.arm for one in TRUTHS), strict=True):
        for years in (1, 3, 5):
            known = truth("event-free", arm, years)
            at = curve.at(round(365.25 * years))
            error = curve.survival[at] * math.sqrt(curve.log_variance[at])
            assert abs(curve.survival[at] - known.seen) < 3 * error < 0.05


def test_without_weights_the_clones_of_other_people_are_too_kind(large: Cohort) -> None:
    exit, event, start, _ = arrays(large)
    clones = clone(exit, event, start, Grace(GRACE_DAYS))
    fit = cox(clones.exit, clones.event, {"starts": clones.starts.astype(np.float64)}, cluster=clones.person)
    assert fit.coefficients[0] < math.log(truth("hazard ratio").seen) - 2 * fit.standard_errors[0]


def test_truths_of_few_people_have_the_same_rows() -> None:
    assert [(one.quantity, one.arm, one.at_years) for one in planted_truths(subjects=4_000)] == [
        (one.quantity, one.arm, one.at_years) for one in TRUTHS
    ]
