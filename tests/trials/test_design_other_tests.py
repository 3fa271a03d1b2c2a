"""Stratified tests and restricted means as designs: against formulas by hand, and against the same people simulated."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from made_up.planned_trials import planned_trials
from remission.exhibits.page import tables_of
from remission.inputs.problems import InputProblems
from remission.stats.sample_size.at_risk import expect_at_risk
from remission.stats.sample_size.average_ratio import AverageRatio
from remission.stats.sample_size.calendar import Accrual, Arm, Calendar, PiecewiseHazard, expected_events
from remission.stats.sample_size.restricted_mean import power_for_restricted_mean
from remission.stats.sample_size.weighted import LOG_RANK, Stratum, power_for_weighted
from remission.trials.design.load import load_trial_design
from remission.trials.design.outlook import Outlook
from remission.trials.design.planned import Planned, plan_trial
from remission.trials.design.records import Effect, GivingUp, Piece
from remission.trials.design.report.page import design_page
from remission.trials.kinds.time_to_event.strata import mixed, ratio_over_strata, spread_of_plain_z

# Beyond so many Monte-Carlo errors a seed that is fixed would be bad luck.
ERRORS = 4.0
MANY = 20_000
TIMES = (("relapsing", 0.6, 1.0), ("progressive", 0.4, 4.0))


@pytest.fixture(scope="module")
def every() -> dict[str, Planned]:
    return planned_trials()


def with_events(name: str, trials: int = 200, *, only_planned: bool = True, **changed: object) -> Planned:
    """A design of the library with something else in it, played under its own truth."""
    design = load_trial_design(name)
    assert design.time_to_event is not None
    changed_to = replace(design.time_to_event, **changed)  # type: ignore[arg-type]
    return plan_trial(replace(design, time_to_event=changed_to), trials, seed=1, only_planned=only_planned)


def apart(one: Outlook, *, plain: bool = False) -> float:
    """How many Monte-Carlo errors formula and simulation lie apart."""
    formula, played = (one.plain, one.plain_played) if plain else (one.formula, one.played)
    assert formula is not None
    assert played is not None
    return abs(played.value - formula) / math.sqrt(formula * (1 - formula) / played.trials)


def by_hand(factor: float) -> Calendar:
    """The people of `two-courses`, as if all were of a course with so many times the hazard; the control first."""
    leaves = PiecewiseHazard.constant(0.03 / 12)
    hazards = (0.07 / 12 * factor, 0.07 / 12 * 0.55 * factor)
    arms = tuple(Arm(PiecewiseHazard.constant(hazard), 0.5, leaves) for hazard in hazards)
    return Calendar(400.0, Accrual((0.0,), (12.0,)), arms)


def test_power_with_strata_is_that_of_scores_added_up_over_people_written_by_hand() -> None:
    planned = with_events("two-courses", fractions=(1.0,), power=None, events=118)
    assert planned.first.promise is not None
    at = planned.first.promise.duration.times[-1]
    # All events of both courses have come by then: each course counted by itself, and added up.
    events = sum(share * float(expected_events([at], by_hand(factor)).sum()) for _, share, factor in TIMES)
    assert events == pytest.approx(118, abs=1e-6)
    seen = [Stratum(share, expect_at_risk(at, by_hand(factor))) for _, share, factor in TIMES]
    assert planned.first.formula == pytest.approx(power_for_weighted(LOG_RANK, seen, 400, alpha=0.025), abs=1e-9)


def test_with_strata_formula_and_simulation_agree_under_every_truth_also_of_the_plain_test() -> None:
    planned = with_events("two-courses", MANY, only_planned=False)
    for one in planned.outlooks:
        assert apart(one) < ERRORS, one.truth.title
        assert apart(one, plain=True) < ERRORS, one.truth.title
    null = next(one for one in planned.outlooks if one.truth.null)
    # Arms with equal shares of each course cannot differ by it; the plain test does not know that, and claims too
    # little.
    assert null.plain is not None
    assert null.plain_played is not None
    assert null.plain < 0.02
    assert null.plain_played.value < 0.02
    assert null.formula == pytest.approx(0.025, abs=1e-6)
    first = planned.first
    assert first.formula is not None
    assert first.plain is not None
    assert first.formula > first.plain + 0.03


def test_strata_that_are_alike_have_the_power_of_the_plain_test() -> None:
    design = load_trial_design("two-courses")
    assert design.time_to_event is not None
    alike = tuple(replace(one, factor=1.0) for one in design.time_to_event.strata)
    first = with_events("two-courses", MANY, strata=alike).first
    assert first.formula is not None
    assert first.formula == pytest.approx(first.plain, abs=1e-12)
    assert first.played is not None
    assert first.plain_played is not None
    assert abs(first.played.value - first.plain_played.value) < 0.005
    # Schoenfeld's formula, which the plain design has, takes arms to stay as large as they began.
    alone = with_events("two-courses", strata=()).first
    assert alone.plain is None
    assert first.formula == pytest.approx(alone.formula, abs=0.015)


def test_where_one_may_give_up_the_stratified_test_has_both_bounds_and_so_has_the_plain_one() -> None:
    planned = with_events("two-courses", MANY, futility=GivingUp(bounds=(0.5,)))
    assert apart(planned.first) < ERRORS
    assert apart(planned.first, plain=True) < ERRORS
    tables = {table.name: table for table in tables_of(design_page(planned).sections)}
    assert tables["bounds"].frame["futility"].to_list() == [0.5, None]
    assert tables["conditional-power"].frame.height > 0


def test_people_of_two_hazards_have_their_mean_at_first_and_less_once_the_frail_have_left() -> None:
    seen = [Stratum(share, expect_at_risk(100, by_hand(factor))) for _, share, factor in TIMES]
    whole = mixed(seen).seen
    written = 0.07 / 12
    assert whole.hazards[0, 0] == pytest.approx(written * (0.6 + 0.4 * 4), rel=1e-3)
    at = 60
    alive = [0.6 * math.exp(-written * at), 0.4 * math.exp(-4 * written * at)]
    expected = written * (alive[0] + 4 * alive[1]) / sum(alive)
    assert np.interp(at, whole.times, whole.hazards[:, 0]) == pytest.approx(expected, rel=1e-4)
    assert np.interp(at, whole.times, whole.free[:, 0]) == pytest.approx(sum(alive), rel=1e-3)


def test_the_plain_test_spreads_as_it_should_where_there_is_one_stratum() -> None:
    assert spread_of_plain_z([Stratum(1.0, expect_at_risk(60, by_hand(1.0)))], 0.5) == pytest.approx(1.0, abs=1e-12)


def test_a_ratio_over_strata_is_weighted_by_the_events_of_each() -> None:
    told = ratio_over_strata([0.25, 0.75], [AverageRatio(9, 0.5, 80.0, 1.0), AverageRatio(9, 1.0, 40.0, 0.0)])
    # 20 and 30 events: half of the logarithm counts for two fifths.
    assert told.ratio == pytest.approx(0.5**0.4)
    assert told.events == pytest.approx(50)
    assert ratio_over_strata([0.5, 0.5], [told, replace(told, ratio=None)]).ratio is None


def test_the_page_of_strata_names_the_test_the_plain_one_and_what_is_assumed_of_each(every: dict[str, Planned]) -> None:
    page = design_page(every["two-courses"], "remission simulate trial")
    assert "stratified log-rank" in str(page.facts)
    assert "with 2 looks and 2 strata" in page.headlines[0]
    assert any(one.startswith("The plain log-rank test, after as many events") for one in page.in_short)
    assert any("without any effect it claims one in 1.8\xa0% of trials by formula" in one for one in page.in_short)
    tables = {table.name: table for table in tables_of(page.sections)}
    taken = tables["taken-for-true"].frame
    assert taken.filter(what="Times the hazard, progressive course")["value"].to_list() == [4.0]
    assert taken.filter(what="Share of each arm, progressive course")["value"].to_list() == [0.4]
    assert "by the same bounds" in tables["power"].note
    assert tables["calendar"].frame["events"].max() == pytest.approx(118, abs=1e-6)


def test_months_gained_are_those_of_curves_written_by_hand_and_of_simulated_trials() -> None:
    effect = (Effect(0.0, 0.6, "assumed"),)
    planned = with_events("months-gained", MANY, effect=effect)
    promise = planned.first.promise
    assert promise is not None
    control, treated = 0.25 / 12, 0.15 / 12
    # The area below exp(-ht) up to month 36.
    gain = (1 - math.exp(-36 * treated)) / treated - (1 - math.exp(-36 * control)) / control
    assert promise.gain == pytest.approx(gain, rel=1e-9)
    assert planned.first.results is not None
    seen = planned.first.results.by_look()[-1].effect
    # Curves in days are steps: half a day at most.
    assert abs(seen.value - gain) < ERRORS * seen.error + 0.02
    leaves = PiecewiseHazard.constant(0.03 / 12)
    arms = tuple(Arm(PiecewiseHazard.constant(one), 0.5, leaves) for one in (control, treated))
    calendar = Calendar(360.0, Accrual((0.0,), (12.0,)), arms)
    assert planned.first.formula == pytest.approx(power_for_restricted_mean(60, calendar, 36, alpha=0.025), abs=1e-9)
    assert apart(planned.first) < ERRORS
    assert promise.duration.times == (60.0,)
    assert promise.duration.events[0] == pytest.approx(float(expected_events([60], calendar).sum()))


def test_beside_restricted_means_stands_the_plain_log_rank_test_in_the_same_month() -> None:
    planned = with_events("months-gained", MANY, only_planned=False)
    for one in planned.outlooks:
        assert apart(one) < ERRORS, one.truth.title
        assert apart(one, plain=True) < ERRORS, one.truth.title
    # What is gained early and lost late is a gain in months, and is diluted in a ratio.
    first = planned.first
    assert first.formula is not None
    assert first.plain is not None
    assert first.formula > first.plain + 0.15
    assert first.results is not None
    assert first.results.by_look()[0].months.value == pytest.approx(60, abs=0.02)


def test_the_page_says_how_many_months_are_gained_and_that_they_were_simulated(every: dict[str, Planned]) -> None:
    planned = every["months-gained"]
    page = design_page(planned, "remission simulate trial")
    (answer,) = page.headlines
    assert "looked at once in month 60" in answer
    assert "show a gain of 4.3\xa0months free of relapse up to month 36 with a power of" in answer
    assert any("a gain of 4.31\xa0months is expected; simulated trials gain" in one for one in page.in_short)
    assert any(one.startswith("The plain log-rank test, in the same month") for one in page.in_short)
    tables = {table.name: table for table in tables_of(page.sections)}
    power = tables["power"]
    headers = [one.full_header for one in power.columns]
    assert headers[-4:-2] == ["Months gained: expected", "Months gained: simulated"]
    assert power.frame["gain"].to_list()[1] == pytest.approx(0.0, abs=1e-9)
    assert "it stands for no hazard ratio" in tables["bounds"].note
    assert tables["bounds"].frame["ratio"].to_list() == [None]
    assert "at a bound of its own" in power.note


def test_a_loss_of_months_is_not_said_to_be_shown() -> None:
    worse = (Effect(0.0, 1.4, "assumed"),)
    (answer,) = design_page(with_events("months-gained", effect=worse)).headlines
    assert "would call the treated better, at a loss of" in answer
    assert "without any gain to show" in answer


def test_a_month_that_nobody_can_be_followed_to_is_refused_in_words() -> None:
    design = load_trial_design("months-gained")
    assert design.time_to_event is not None
    (entry,) = design.time_to_event.accrual
    late = (replace(entry, people_per_month=0.0), replace(entry, from_month=12.0))
    with pytest.raises(InputProblems, match="nobody is followed beyond 48"):
        with_events("months-gained", accrual=late, restricted_mean_month=50.0)


def test_where_hardly_an_event_is_expected_months_are_not_told_by_one() -> None:
    rare = with_events("months-gained", control=(Piece(0, 0.0001, "assumed"),))
    assert rare.plan is not None
    assert rare.first.promise is not None
    assert 0 < rare.first.promise.duration.events[-1] < 0.5
    assert rare.plan.events == 0
    (answer,) = design_page(rare).headlines
    assert "with about 0 events, show a gain of 0.002\N{NO-BREAK SPACE}months" in answer
