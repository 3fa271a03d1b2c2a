"""Cumulative incidence under weights: what each cluster moves, and what two groups differ in."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats.competing.aalen_johansen import Incidence, cumulative_incidence, estimate_cumulative_incidence
from remission.stats.competing.differences import incidence_difference, incidence_ratio, time_lost_difference
from remission.stats.competing.influence import Influence
from remission.stats.propensity.contrasts import GroupRows, contrast_groups

ROW = st.tuples(st.integers(0, 4), st.integers(1, 9), st.integers(0, 2), st.floats(0.2, 4), st.integers(0, 3))
ROWS = st.lists(ROW, min_size=3, max_size=14)


def of(rows: list[tuple[int, int, int, float, int]], by: dict[int, float] | None = None) -> Incidence:
    """The incidence of rows of entry, length, cause, weight and cluster; weights of clusters times `by`."""
    entry, length, cause, weight, cluster = (np.array(one) for one in zip(*rows, strict=True))
    scale = np.array([(by or {}).get(int(one), 1.0) for one in cluster])
    return cumulative_incidence(entry + length, cause, entry=entry, weight=weight * scale, cluster=cluster)


def plain(rows: list[tuple[int, int, int, float, int]], cause: int, day: int) -> float:
    """The share by a day, day by day and row by row."""
    free, share = 1.0, 0.0
    for now in range(1, day + 1):
        there = sum(w for entry, length, _, w, _ in rows if entry < now <= entry + length)
        mine = sum(w for entry, length, kind, w, _ in rows if entry + length == now and kind == cause)
        every = sum(w for entry, length, kind, w, _ in rows if entry + length == now and kind)
        if there:
            share += free * mine / there
            free *= 0 if every > there * (1 - 1e-12) else 1 - every / there
    return share


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_what_a_cluster_moves_is_how_the_share_changes_with_its_weight(
    rows: list[tuple[int, int, int, float, int]],
) -> None:
    found = of(rows)
    for place, cause in enumerate(found.causes):
        moved = Influence.of(found, place)
        weights = np.arange(1.0, found.days.size + 1)
        told = moved.on(weights)
        for label, one in zip(moved.labels.tolist(), told, strict=True):
            low, high = (of(rows, {label: 1 + step}).incidence[:, place] for step in (-1e-6, 1e-6))
            assert one == pytest.approx(float(((high - low) * weights).sum()) / 2e-6, abs=2e-6)
        for day in (2, 5, 13):
            if day <= found.known_until:
                assert found.share_on(cause, [day])[0] == pytest.approx(plain(rows, cause, day), abs=1e-12)


def many(people: int, seed: int) -> tuple[GroupRows, np.ndarray, np.ndarray]:
    """People of two groups with a confounder: rows, the true chance of treatment, and the confounder."""
    random = np.random.default_rng(seed)
    frail = random.random(people) < 0.4
    chance = np.where(frail, 0.25, 0.65)
    treated = random.random(people) < chance
    event = random.exponential(1 / (np.where(treated, 0.1, 0.2) * np.where(frail, 2.0, 1.0)))
    death = random.exponential(1 / (0.05 * np.where(frail, 3.0, 1.0)))
    lost = random.exponential(20, people)
    years = np.minimum(np.minimum(event, death), np.minimum(lost, 6))
    days = np.ceil(365.25 * years).astype(np.int64)
    happened, died = event <= years, death <= years
    rows = GroupRows(np.zeros(people, np.int64), days, happened, treated, np.arange(people), died)
    return rows, chance, frail


def test_the_jackknife_without_each_person_in_turn_gives_the_same_error() -> None:
    rows, chance, _ = many(250, 3)
    weight = np.where(rows.treated, 1 / chance, 1 / (1 - chance))

    def difference(kept: np.ndarray) -> float:
        part = rows.take(kept)
        both = (part.incidence(weight[kept], treated=treated) for treated in (True, False))
        return incidence_difference(*both, 1, 1461)[0]

    everybody = np.arange(250)
    without = np.array([difference(np.delete(everybody, one)) for one in everybody])
    jackknife = math.sqrt(249 / 250 * ((without - without.mean()) ** 2).sum())
    error = incidence_difference(rows.incidence(weight, treated=True), rows.incidence(weight, treated=False), 1, 1461)[
        1
    ]
    assert error == pytest.approx(jackknife, rel=0.03)


def share(treated: bool, frail: bool, years: float, kind: int = 1) -> float:
    """The planted share by a time in closed form: constant hazards, of which one is first."""
    hazards = ((0.1 if treated else 0.2) * (2 if frail else 1), 0.05 * (3 if frail else 1))
    return hazards[kind - 1] / sum(hazards) * -math.expm1(-sum(hazards) * years)


def test_the_planted_difference_is_found_by_weights_and_not_without() -> None:
    rows, chance, _ = many(6_000, 8)
    weight = np.where(rows.treated, 1 / chance, 1 / (1 - chance))
    truth = [0.4 * (share(True, True, 5, kind) - share(False, True, 5, kind))
             + 0.6 * (share(True, False, 5, kind) - share(False, False, 5, kind)) for kind in (1, 2)]  # fmt: skip
    told = {one.what: one for one in contrast_groups(rows, weight, [1826], 1826)}
    event = "difference in cumulative incidence"
    for what, true in zip((event, f"{event} of the competing event"), truth, strict=True):
        _, low, high = told[what].limits(0.95)
        assert low < true < high
    crude = contrast_groups(rows, np.ones(6_000), [1826], 1826)[2]
    assert not crude.limits(0.95)[1] < truth[0] < crude.limits(0.95)[2]
    # One less Kaplan-Meier, for which who died is lost, is too high in both groups.
    censored = GroupRows(rows.entry, rows.exit, rows.event, rows.treated, rows.cluster)
    for treated in (True, False):
        high = 1 - censored.curve(weight, treated=treated).survival_on([1826])[0]
        assert high > rows.incidence(weight, treated=treated).share_on(1, [1826])[0] + 0.02


def test_a_person_in_pieces_says_as_much_as_in_one_and_twice_as_one() -> None:
    rows, chance, _ = many(200, 5)
    weight = 1 / chance
    middle = np.maximum(rows.exit // 2, 1)
    cut = rows.exit > middle
    kinds = np.where(rows.event, 1, np.where(rows.ended, 2, 0))
    whole = cumulative_incidence(rows.exit, kinds, weight=weight, cluster=rows.cluster)
    pieces = cumulative_incidence(
        np.concatenate((middle, rows.exit[cut])), np.concatenate((np.where(cut, 0, kinds), kinds[cut])),
        entry=np.concatenate((rows.entry, middle[cut])), weight=np.concatenate((weight, weight[cut])),
        cluster=np.concatenate((rows.cluster, rows.cluster[cut])),
    )  # fmt: skip
    assert pieces.variance(1) == pytest.approx(whole.variance(1), rel=1e-9)
    twice = rows.take(np.repeat(np.arange(200), 2))
    told = estimate_cumulative_incidence(twice.incidence(np.repeat(weight, 2), treated=True), 1, [900])
    once = estimate_cumulative_incidence(rows.incidence(weight, treated=True), 1, [900])
    names = ("value", "low", "high")
    assert told.frame.select(names).row(0) == pytest.approx(once.frame.select(names).row(0), abs=1e-12)


def test_what_nobody_had_has_no_limits_and_one_cluster_alone_has_none() -> None:
    ends, never = np.array([50, 60, 70, 80, 90, 99]), np.zeros(6, bool)
    treated = np.array([1, 0, 1, 0, 1, 0], bool)
    rows = GroupRows(np.zeros(6, np.int64), ends, np.arange(6) < 4, treated, np.arange(6), never)
    told = {one.what: one for one in contrast_groups(rows, np.ones(6), [75], 90)}
    nobody = told["difference in cumulative incidence of the competing event"]
    assert nobody.value == 0
    assert math.isnan(nobody.error)
    assert math.isnan(told["cause-specific hazard ratio of the competing event"].value)
    assert math.isfinite(told["ratio of cumulative incidence"].error)
    alone = cumulative_incidence([5, 8, 9], [1, 2, 0], cluster=["one"] * 3)
    row = estimate_cumulative_incidence(alone, 1, [8]).rows()[0]
    assert (row["low"], row["absent_reason"]) == (None, "not estimable")
    assert "infinitesimal jackknife by cluster" in row["method"]
    both = rows.incidence(np.ones(6), treated=True), rows.incidence(np.ones(6), treated=False)
    assert math.isnan(incidence_ratio(*both, 2, 75)[0])
    assert math.isnan(time_lost_difference(*both, 1, 200)[0])
