"""Courses fitted to published arms: targets are the library's, the fit is what a simulation gives and can be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_calibration import DESIGNS, differences
from made_up.virtual import DRUG, TRANSPLANT
from remission.library.catalogue import LIBRARY
from remission.simulation.course.calibrate import Target, fit, load_targets, simulate, value_of, with_value
from remission.simulation.course.load import load_cohort_design
from remission.simulation.course.measures import MEASURES
from remission.studies.load import load_study

TARGETS = [one for design in DESIGNS for one in load_targets(design)]
PEOPLE = 3_000


@pytest.mark.parametrize("target", TARGETS, ids=lambda one: f"{one.study}-{one.quantity}-{one.months:g}")
def test_what_the_library_says_of_a_published_arm_is_the_target(target: Target) -> None:
    """Numbers that no file of a study holds are secondary or derived, and say from what."""
    held = [
        one
        for one in load_study(LIBRARY / "studies" / f"{target.study}.toml").numbers
        if (one.what, one.arm, one.value) == (target.quantity, target.study_arm, target.value)
    ]
    if not held:
        assert target.status in ("secondary", "derived")
        return
    (one,) = [each for each in held if each.months in (target.months, None)]
    assert (one.low, one.high, one.status) == (target.low, target.high, target.status)


def test_each_number_is_fitted_to_one_target_and_what_is_not_fitted_says_why() -> None:
    for design in DESIGNS:
        paths = [one.parameter for one in load_targets(design) if one.parameter]
        assert len(paths) == len(set(paths))
    assert all(one.note for one in TARGETS if not one.parameter)
    assert {one.quantity for one in TARGETS} <= set(MEASURES)


def test_the_library_holds_what_was_fitted_and_calls_it_derived() -> None:
    for one in TARGETS:
        if not one.parameter:
            continue
        plan = load_cohort_design(one.design)
        assert value_of(plan, one.parameter) == one.parameter_value
        assert one.parameter_low is not None
        assert one.parameter_high is not None
        assert one.parameter_low < value_of(plan, one.parameter) < one.parameter_high
        owner, name, *_ = one.parameter.split(".")
        holder = plan.course if owner == "course" else next(arm for arm in plan.design.arms if arm.name == owner)
        assert getattr(holder, name).status == "derived"


@pytest.mark.parametrize("design", DESIGNS)
def test_fewer_people_give_what_is_stored_and_another_number_is_noticed(design: str) -> None:
    known = load_targets(design)
    found = [
        replace(one, fitted=value, simulation_error=error)
        for one, (value, error) in zip(known, simulate(load_cohort_design(design), known, PEOPLE, seed=5), strict=True)
    ]
    assert differences(found, known) == []
    other = tuple(replace(one, fitted=(one.fitted or 0) * 1.3, parameter_value=9.0) for one in known)
    assert len(differences(found, other)) >= len(known)


def test_what_was_fitted_is_what_was_printed() -> None:
    """Within a point of a hundred, or little more than a hundredth: the fit has as many numbers as targets."""
    for one in TARGETS:
        if one.parameter:
            assert one.fitted == pytest.approx(one.value, abs=0.015 if abs(one.value) < 2 else 0.7)


def test_a_fit_finds_planted_numbers_from_a_start_far_off() -> None:
    targets = [one for one in load_targets("placebo-against-drug") if one.parameter and one.quantity != "relapse-free"]
    found = simulate(DRUG, targets, 12_000, seed=21)
    planted = [replace(one, value=value, low=None, high=None) for one, (value, _) in zip(targets, found, strict=True)]
    start = with_value(with_value(DRUG, "course.relapse_rate", 0.8), "course.step_rate", 0.05)
    done = fit(start, planted, people=4_000, rounds=3, seed=22)
    assert done.values["course.relapse_rate"] == pytest.approx(0.377, rel=0.12)
    assert done.values["course.step_rate"] == pytest.approx(0.172, rel=0.2)
    for path, (low, high) in done.intervals.items():
        assert low < value_of(DRUG, path) < high
        assert value_of(done.plan, path) == done.values[path]


def test_a_number_is_changed_in_its_place_only() -> None:
    changed = with_value(TRANSPLANT, "HSCT.steps.ratio", 0.9)
    assert value_of(changed, "HSCT.steps.ratio") == 0.9
    for path in ("HSCT.relapses.ratio", "HSCT.gain", "course.step_rate"):
        assert value_of(changed, path) == value_of(TRANSPLANT, path)
    assert changed.design.arms[1] is TRANSPLANT.design.arms[1]
