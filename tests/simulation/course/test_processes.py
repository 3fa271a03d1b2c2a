"""Each process of a virtual cohort happens as often as its formula says, and an effect changes it as it says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from made_up.virtual import DRUG, TRANSPLANT, effect, one_chunk, share, still, with_arms, with_numbers
from remission.simulation.course.chance import Events, draw_events, gamma_of
from remission.simulation.course.design import EARLY_DAYS, Rescue, Trigger
from remission.simulation.course.lives import Lives
from remission.simulation.disease import NEVER, YEAR_DAYS, generator

N = 6_000
END = DRUG.design.visits.last_day


def per_year(lives: Lives, events: Events, arm: int, from_day: float, to_day: float) -> tuple[float, float]:
    """Events a person and year in a stretch of days, with the standard error of a Poisson number."""
    mine = lives.people.arm[events.person] == arm
    count = int((mine & (events.day > from_day) & (events.day <= to_day)).sum())
    years = (lives.people.arm == arm).sum() * (to_day - from_day) / YEAR_DAYS
    return count / years, math.sqrt(max(count, 1)) / years


def is_near(found: tuple[float, float], expected: float) -> bool:
    return abs(found[0] - expected) < 4 * found[1]


def test_events_of_a_process_are_poisson_numbers() -> None:
    events = draw_events(generator(1, 0), np.full(20_000, 3.0))
    counts = np.bincount(events.person, minlength=20_000)
    assert abs(counts.mean() - 3) < 4 * math.sqrt(3 / 20_000)
    assert abs(counts.var() - 3) < 0.2
    assert (np.diff(events.day)[np.diff(events.person) == 0] > 0).all()


@pytest.mark.parametrize("plan", [[15], [40, 91], [91, 183, 274, 730]])
def test_events_by_each_visit_are_counted_as_one_by_one(plan: list[int]) -> None:
    random = generator(3, 0)
    drawn = draw_events(random, np.where(np.arange(60) % 5 == 0, 0.0, 6.0))
    events = Events(drawn.person, drawn.day * 100, drawn.mark)
    visits = np.array(plan) + np.floor(random.random((60, len(plan))) * 21).astype(np.int64) - 10
    # Also days before day zero, for what came within 30 days of a visit; and visits that do not keep apart.
    for days in (visits, visits - 30, visits * 0 + np.arange(len(plan))[::-1], visits * 3 % 100):
        one_by_one = [
            [int((events.whole_days[events.person == who] <= day).sum()) for day in row]
            for who, row in enumerate(days.tolist())
        ]
        assert events.until(days).tolist() == one_by_one
        nothing = Events(events.person[:0], events.day[:0], events.mark[:0])
        assert not nothing.until(days).any()


def test_personal_rates_have_mean_one_and_the_spread() -> None:
    rates = gamma_of(generator(2, 0).random(50_000), 0.8)
    assert abs(rates.mean() - 1) < 0.02
    assert abs(rates.var() - 0.8) < 0.05


def test_the_relapse_rate_falls_by_its_share_each_year() -> None:
    lives = one_chunk(still(DRUG, relapse_rate=1.0, relapse_fall=0.3), N)
    for year in (0, 1):
        expected = 0.7**year * 0.3 / -math.log(0.7)
        found = per_year(lives, lives.relapses, 0, year * YEAR_DAYS, (year + 1) * YEAR_DAYS)
        assert is_near(found, expected)


def test_people_differ_in_their_relapses_as_far_as_the_spread_says() -> None:
    lives = one_chunk(still(DRUG, relapse_rate=1.0, relapse_spread=0.8), N)
    counts = np.bincount(lives.relapses.person, minlength=N)[lives.people.arm == 0]
    mean = END / YEAR_DAYS
    assert abs(counts.var() / (mean + 0.8 * mean**2) - 1) < 0.12


def test_an_effect_begins_late_and_fades() -> None:
    late = {"lesions": effect(0.25, delay_months=6, halves_after_months=6)}
    lives = one_chunk(with_arms(still(DRUG, lesion_rate=4.0), {}, late), N)
    half = YEAR_DAYS / 2
    assert is_near(per_year(lives, lives.lesions, 1, 0, half), 4.0)
    assert is_near(per_year(lives, lives.lesions, 0, half, 2 * half), 4.0)
    for begins in (1, 2):
        # The mean of 4 r^(2^-t) over half a year, where its logarithm halves in each.
        points = np.linspace(begins - 1, begins, 2001)
        expected = 4 * float(np.exp(math.log(0.25) * 0.5**points).mean())
        assert is_near(per_year(lives, lives.lesions, 1, begins * half, (begins + 1) * half), expected)


def test_an_effect_above_one_is_drawn_at_its_own_rate() -> None:
    lives = one_chunk(with_arms(still(DRUG, step_rate=0.2), {}, {"steps": effect(3.0)}), N)
    assert is_near(per_year(lives, lives.disability.steps, 0, 0, END), 0.2)
    assert is_near(per_year(lives, lives.disability.steps, 1, 0, END), 0.6)


def test_who_is_quiet_never_relapses_and_that_is_the_plateau() -> None:
    many = with_arms(still(TRANSPLANT, relapse_rate=20.0), {"relapses": None}, {"rescue": None})
    lives = one_chunk(many, N)
    without = np.bincount(lives.relapses.person, minlength=N) == 0
    assert abs(without[lives.people.arm == 0].mean() - 0.6) < 4 * math.sqrt(0.24 / (N / 2))
    assert not without[lives.people.arm == 1].any()


def test_deaths_of_the_treatment_come_early_and_in_its_arm_only() -> None:
    lives = one_chunk(with_arms(still(TRANSPLANT), {"early_death_share": share(0.1)}, {}), N)
    died = lives.death != NEVER
    assert not died[lives.people.arm == 1].any()
    assert abs(died[lives.people.arm == 0].mean() - 0.1) < 4 * math.sqrt(0.09 / (N / 2))
    assert lives.death[died].min() >= 1
    assert lives.death[died].max() <= EARLY_DAYS


def test_death_comes_with_age_as_gompertz_says() -> None:
    plan = still(DRUG, death_rate_at_40=0.05, death_growth=0.1)
    lives = one_chunk(plan, N)
    growth, years = math.log(1.1), END / YEAR_DAYS
    hazard = 0.05 * np.exp(growth * (lives.people.age_years - 40)) * math.expm1(growth * years) / growth
    expected = -np.expm1(-hazard)
    for group in (lives.people.age_years < 35, lives.people.age_years > 45):
        error = math.sqrt(float((expected * (1 - expected))[group].sum()))
        assert abs((lives.death != NEVER)[group].sum() - expected[group].sum()) < 4 * error
    assert ((lives.death != NEVER) == np.isin(lives.reason, ["died"])).all()


def test_nobody_leaves_where_nobody_leaves_and_more_do_after_a_worsening() -> None:
    assert set(one_chunk(still(DRUG, step_rate=1.0), 500).reason) == {"completed"}
    lives = one_chunk(still(DRUG, step_rate=0.5, leaving_rate=0.1, leaving_after_worsening=5), N)
    seen = np.minimum(lives.scores.first_worse(), lives.last)
    left = lives.last < END
    before, after = seen.sum() / YEAR_DAYS, (lives.last - seen).sum() / YEAR_DAYS
    early, late = int((left & (seen == lives.last)).sum()), int((left & (seen < lives.last)).sum())
    assert is_near((early / before, math.sqrt(early) / before), 0.1)
    assert is_near((late / after, math.sqrt(late) / after), 0.5)


@pytest.mark.parametrize("after", ["relapse", "worsening"])
def test_a_switch_follows_its_event_and_changes_nothing_before_it(after: Trigger) -> None:
    rescue = Rescue("ocrelizumab", (after,), share(1.0), after_days=60, relapses=effect(0.0))
    switching = with_arms(TRANSPLANT, {}, {"rescue": rescue})
    lives, other = (one_chunk(plan, 1_500) for plan in (switching, with_arms(TRANSPLANT, {}, {"rescue": None})))
    switched = np.isfinite(lives.switch)
    assert switched[lives.people.arm == 1].any()
    assert not switched[lives.people.arm == 0].any()

    def until_switch(some: Lives) -> list[tuple[int, float]]:
        before = some.relapses.day <= lives.switch[some.relapses.person]
        return list(zip(some.relapses.person[before], some.relapses.day[before], strict=True))

    assert until_switch(lives) == until_switch(other)
    # With a ratio of 0 there is no relapse after it.
    assert lives.relapses.day.size == len(until_switch(lives))
    if after == "relapse":
        first = other.relapses.first(1_500)[switched]
        assert (lives.switch[switched] == first + rescue.after_days).all()


def test_without_noise_raters_write_the_score_and_with_it_they_often_do_not() -> None:
    exact = one_chunk(still(DRUG), 400)
    assert (exact.scores.score == exact.scores.baseline[:, None]).all()
    noisy = one_chunk(with_numbers(DRUG, **dict.fromkeys(("relapse_rate", "step_rate"), 0.0)), 400)
    assert (noisy.scores.score != noisy.scores.baseline[:, None]).mean() > 0.3


def test_a_relapse_raises_the_score_and_leaves_what_it_leaves() -> None:
    plan = still(DRUG, relapse_rate=0.5, relapse_rise=2.0, relapse_recovery_days=100, lasting_share=1.0)
    lives = one_chunk(plan, 800)
    (alone,) = np.nonzero(np.bincount(lives.relapses.person, minlength=800) == 1)
    place = np.searchsorted(lives.relapses.person, alone)
    day = lives.relapses.whole_days[place]
    everyone = np.zeros((800, 4), dtype=np.int64)
    everyone[alone] = day[:, None] + np.array([-1, 0, 50, 100])
    steps = lives.disability.at(everyone)[alone]
    rise = lives.disability.rise[place]
    assert np.allclose(steps - steps[:, :1], np.stack([0 * rise, 1 + rise, 1 + rise / 2, 0 * rise + 1], axis=1))
    assert abs(rise.mean() - 2.0) < 0.2
