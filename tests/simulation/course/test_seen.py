"""The engine finds in the records of a virtual cohort what was planted: person by person, and as numbers."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.virtual import DRUG, TRANSPLANT, one_chunk, still, with_numbers
from remission.library.catalogue import therapies
from remission.outcomes.counts import evaluate_counts
from remission.outcomes.evaluation import evaluate
from remission.records.files.folder import check_cohort
from remission.records.files.write import write_cohort
from remission.simulation.cohorts.truth import Truth
from remission.simulation.course import lives as of_lives
from remission.simulation.course.chance import Events
from remission.simulation.course.design import Plan
from remission.simulation.course.seen import ENDPOINTS, apart, latent_counts, seen_counts
from remission.simulation.course.truths import planted_truths
from remission.simulation.course.worsening import Scores, confirmed
from remission.simulation.course.write import simulate_cohort
from remission.simulation.disease import NEVER
from remission.stats.horizons import years_to_days
from remission.stats.survival.kaplan_meier import kaplan_meier

N = 500
PLANS = {"drug": DRUG, "transplant": TRANSPLANT}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_engine_finds_the_day_of_every_person(plan: Plan) -> None:
    cohort, lives = simulate_cohort(plan, N, seed=3), one_chunk(plan, N, seed=3)
    for endpoint, (seen, _) in ENDPOINTS.items():
        spells, times = evaluate(cohort, endpoint).spells.sort("subject_id"), seen(lives)
        assert spells["exit_day"].to_list() == times.exit.tolist(), endpoint
        assert spells["event"].to_list() == times.event.tolist(), endpoint
    counts = evaluate_counts(cohort, "relapse-30d").counts.sort("subject_id")
    events, days = seen_counts(lives)
    assert counts["events"].to_list() == events.tolist()
    assert counts["person_days"].to_list() == days.tolist()


def estimated(plan: Plan, n: int, truth: Truth) -> tuple[float, float]:
    """What the records of a cohort give for a truth, with its standard error."""
    cohort = simulate_cohort(plan, n, seed=5)
    arms = cohort.subjects.select("subject_id", "arm")
    mine = evaluate(cohort, truth.endpoint).spells.join(arms, on="subject_id").filter(pl.col("arm") == truth.arm)
    curve = kaplan_meier(mine["exit_day"].to_numpy(), mine["event"].to_numpy())
    day = years_to_days(truth.at_years)
    free = float(curve.survival_on([day]).item())
    return free, free * math.sqrt(float(curve.log_variance[curve.at(day)]))


def test_estimates_of_a_cohort_lie_about_the_seen_truth() -> None:
    truths = [one for one in planted_truths(DRUG, people=8_000) if one.quantity == "event-free" and one.at_years == 2]
    asked = [one for one in truths if one.endpoint in ("cdp-24w", "neda-3")]
    assert len(asked) == 4
    for truth in asked:
        found, error = estimated(DRUG, 1_500, truth)
        assert abs(found - truth.seen) < 3 * math.hypot(error, truth.seen_error)


def test_the_latent_truth_is_the_closed_form_where_there_is_one() -> None:
    truths = {
        (one.endpoint, one.arm, one.at_years): one for one in planted_truths(still(DRUG, relapse_rate=0.5), 8_000)
    }
    for years in (1, 2):
        free = truths["relapse-free", "Placebo", years]
        assert free.latent == pytest.approx(math.exp(-0.5 * years), abs=4 * free.seen_error)
    rate = truths["relapse-30d", "Placebo", 2]
    assert rate.latent == pytest.approx(0.5, abs=4 * rate.seen_error)
    # Relapses within thirty days of the last that counted are a part of it.
    assert rate.latent is not None
    assert rate.seen < rate.latent


def test_noise_alone_makes_worsenings_that_are_seen_and_never_happened() -> None:
    noisy = with_numbers(still(DRUG), rating_sd=0.6)
    free = {one.arm: one for one in planted_truths(noisy, 4_000) if (one.endpoint, one.at_years) == ("cdp-24w", 2)}
    assert free["Placebo"].latent == 1.0
    assert free["Placebo"].seen < 0.99
    exact = [one for one in planted_truths(still(DRUG), 1_000) if one.endpoint == "cdp-24w"]
    assert {one.seen for one in exact} == {1.0}
    # Nobody had it among five hundred people: that is no proof that nobody has.
    assert {one.seen_error for one in exact} == {1 / 500}


def plain_confirmed(days: list[int], worse: list[bool | None], relapsing: list[bool], least: int) -> tuple[int, int]:
    """The rule read aloud: None is a visit without a score."""
    for onset, shown in enumerate(worse):
        if not shown:
            continue
        for later in range(onset + 1, len(days)):
            if worse[later] is None:
                continue
            if not worse[later]:
                break
            if days[later] - days[onset] >= least and not relapsing[later]:
                return days[onset], days[later]
    return NEVER, NEVER


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(20, 200), st.sampled_from([True, False, None]), st.booleans()), min_size=1, max_size=9
    )
)
def test_a_confirmed_worsening_is_that_of_the_plain_rule(visits: list[tuple[int, bool | None, bool]]) -> None:
    days = np.cumsum([gap for gap, _, _ in visits])
    worse, relapsing = [one for _, one, _ in visits], [one for _, _, one in visits]
    score = np.array([[3.0 if one else 2.0 for one in worse]])
    scores = Scores(
        days[None, :], np.array([[one is not None for one in worse]]), score, np.array([2.0]), np.array([relapsing])
    )
    for weeks in (12, 24):
        began, told = confirmed(scores, weeks)
        assert (began[0], told[0]) == plain_confirmed(days.tolist(), worse, relapsing, weeks * 7 - 7)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 120)), max_size=25))
def test_relapses_that_count_are_those_of_the_plain_rule(rows: list[tuple[int, int]]) -> None:
    rows = sorted(rows)
    events = Events(
        np.array([who for who, _ in rows], dtype=np.int64), np.array([float(d) for _, d in rows]), np.zeros(len(rows))
    )
    last: dict[int, int] = {}
    plain = []
    for who, day in rows:
        plain.append(who not in last or day - last[who] >= 30)
        if plain[-1]:
            last[who] = day
    assert apart(events, 3).tolist() == plain


def test_latent_relapses_go_on_after_somebody_left() -> None:
    lives = one_chunk(with_numbers(DRUG, leaving_rate=1.0), N)
    assert latent_counts(lives)[0].sum() > seen_counts(lives)[0].sum()


def test_a_cohort_is_the_same_however_many_chunks_it_is_drawn_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_lives, "CHUNK", 40)
    part, whole = (simulate_cohort(TRANSPLANT, n, seed=2) for n in (80, 130))
    for name, frame in part.tables.items():
        first = whole.tables[name].filter(pl.col("subject_id") <= "P0000080")
        assert frame.equals(first), name
    assert simulate_cohort(TRANSPLANT, 130, seed=2).tables["visits"].equals(whole.tables["visits"])
    assert not simulate_cohort(TRANSPLANT, 80, seed=3).tables["visits"].equals(part.tables["visits"])
    assert whole.subjects.group_by("arm").len()["len"].to_list() == [65, 65]


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_shipped_designs_give_cohorts_without_a_warning(plan: Plan, tmp_path: Path) -> None:
    cohort = simulate_cohort(plan, 300, seed=1)
    write_cohort(cohort, tmp_path, "parquet")
    assert check_cohort(tmp_path, therapies=therapies()) == ()
    assert cohort.manifest.kind == "simulated"
