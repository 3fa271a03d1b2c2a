"""The page of virtual cohorts: each target with its fit, what was not fitted with its why, and what limits held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from course_coverage import stored
from remission.simulation.cohorts.truth import Truth
from remission.simulation.course.calibrate import load_targets, with_value
from remission.simulation.course.load import design_names, load_cohort_design
from remission.simulation.course.page import virtual_cohorts_page
from remission.simulation.course.telling import told_lines

PAGE = virtual_cohorts_page()
TARGETS = [one for name in design_names() for one in load_targets(name)]


def test_every_number_stands_on_the_page_with_its_fit_status_and_source() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    for one in TARGETS:
        about = (f"{one.value:g}", f"{one.fitted:g} (error {one.simulation_error:g})", one.status, one.source)
        (row,) = [line for line in rows if all(f"| {word}" in line for word in about) and f"at {one.months:g} " in line]
        assert one.note in row
        assert f"`{one.parameter}` = {one.parameter_value:g}" in row if one.parameter else "`" not in row
    assert len([line for line in rows if "-against-" in line]) == len(stored())


def test_what_lies_within_chance_is_counted_and_what_does_not_is_said() -> None:
    beside = [one for one in TARGETS if not one.parameter]
    agree = [one for one in beside if one.agrees]
    assert f"Of {len(beside)} further published numbers" in PAGE
    assert f"fitted, {len(agree)} lie within chance" in PAGE
    assert {one.study for one in beside if not one.agrees} == {"silfverberg-2023", "burt-2021", "freedoms", "affirm"}


def test_within_chance_is_within_the_interval_or_what_so_many_people_allow() -> None:
    one = next(target for target in TARGETS if target.low is not None)
    assert one.low is not None
    assert not replace(one, fitted=one.low - 0.01).agrees
    share = replace(one, low=None, high=None, value=50.0, people=100, simulation_error=50 / 50_000**0.5)
    # The standard error of a half in 100 people is five points.
    assert replace(share, fitted=59.7).agrees
    assert not replace(share, fitted=59.9).agrees
    assert not replace(share, fitted=None).agrees


def test_the_command_tells_both_truths_of_the_share() -> None:
    plan = load_cohort_design("placebo-against-drug")
    one = Truth("cdp-24w", "event-free", "Placebo", 2, 0.8067, 0.002, "proportion", 0.6744)
    said = list(told_lines(plan, 10, [one], Path("out")))
    assert "Free of it at 2 years, Placebo: 81 % as visits see it, 67 % as it happens." in said
    assert any("docs/virtual-cohorts.md" in line for line in said)
    # Somebody's own numbers under the same name are not those that were fitted.
    own = with_value(plan, "course.relapse_rate", 0.9)
    assert not any("docs/" in line for line in told_lines(own, 10, [one], Path("out")))
