"""The engine and the estimators find what the simulation planted, in a cohort too large for luck."""

import polars as pl
import pytest

from remission.library.catalogue import cohort_folder
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.outcomes.outcome import Outcome
from remission.records.cohort import Cohort
from remission.simulation.cohorts.reconstruct_halt_ms import Course, day_of, read_layout
from remission.simulation.cohorts.truth import Truth, load_truths
from remission.simulation.cohorts.two_arm import simulate_two_arm
from remission.simulation.cohorts.two_arm_truth import HAZARDS
from remission.stats.horizons import years_to_days
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.restricted_mean import restricted_mean

TRUTHS = load_truths(cohort_folder("two-arm"))


@pytest.fixture(scope="module")
def large() -> Cohort:
    return simulate_two_arm(seed=7, subjects=3000)


@pytest.fixture(scope="module", params=["neda-3", "halt-ms-efs"])
def outcome(request: pytest.FixtureRequest, large: Cohort) -> Outcome:
    return evaluate(large, request.param)


def _curve(outcome: Outcome, cohort: Cohort, arm: str) -> Curve:
    ids = cohort.subjects.filter(pl.col("arm") == arm)["subject_id"].to_list()
    days = outcome.arrays(outcome.spells.filter(pl.col("subject_id").is_in(ids)))
    return kaplan_meier(days.exit, days.event, entry=days.entry)


def _planted(outcome: Outcome, quantity: str, arm: str) -> list[Truth]:
    found = [truth for truth in TRUTHS if (truth.endpoint, truth.quantity, truth.arm) == (outcome.name, quantity, arm)]
    assert found
    return found


@pytest.mark.parametrize("arm", HAZARDS)
def test_the_curve_of_3000_people_holds_the_truth_inside_its_interval(
    outcome: Outcome, large: Cohort, arm: str
) -> None:
    curve = _curve(outcome, large, arm)
    for truth in _planted(outcome, "event-free", arm):
        row = estimate_survival(curve, [years_to_days(truth.at_years)], level=0.99).rows()[0]
        assert row["low"] <= truth.seen <= row["high"]  # type: ignore[operator]  # numbers in a frame of objects


@pytest.mark.parametrize("arm", HAZARDS)
def test_the_other_arm_s_truth_lies_outside(outcome: Outcome, large: Cohort, arm: str) -> None:
    """The control: an interval that would hold anything is no evidence."""
    (other,) = set(HAZARDS) - {arm}
    curve = _curve(outcome, large, arm)
    for truth in _planted(outcome, "event-free", other):
        row = estimate_survival(curve, [years_to_days(truth.at_years)], level=0.99).rows()[0]
        assert not row["low"] <= truth.seen <= row["high"]  # type: ignore[operator]  # as above


@pytest.mark.parametrize("arm", HAZARDS)
def test_the_restricted_mean_is_the_planted_one(outcome: Outcome, large: Cohort, arm: str) -> None:
    (truth,) = _planted(outcome, "restricted mean", arm)
    value, error = restricted_mean(_curve(outcome, large, arm), years_to_days(truth.at_years))
    assert abs(value - truth.seen) < 3 * error


@pytest.mark.parametrize(
    ("endpoint", "planted"),
    [
        ("halt-ms-progression", lambda course: course.progression),
        ("halt-ms-relapse", lambda course: course.relapse),
        ("halt-ms-mri", lambda course: course.mri),
    ],
)
def test_the_engine_finds_the_layout_of_halt_ms_in_its_records(endpoint: str, planted: object) -> None:
    assert callable(planted)
    spells = evaluate(load_cohort("halt-ms"), endpoint).spells
    found = {row["subject_id"]: (row["exit_day"], row["event"], row["reason"]) for row in spells.to_dicts()}
    assert found == {course.subject_id: _expected(course, planted(course)) for course in read_layout()}


def _expected(course: Course, month: int | None) -> tuple[int, bool, str | None]:
    return (course.last_day, False, course.end_reason) if month is None else (day_of(month), True, None)
