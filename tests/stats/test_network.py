"""Networks of trials: against numbers worked out elsewhere, against the likelihood written out, and what is refused."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import minimize

from made_up.networks import ANTI_CD20, networks, printed
from remission.inputs.problems import InputProblems
from remission.stats.network.contrasts import Contrasts, contrasts_of_pairs
from remission.stats.network.inconsistency import q_of_designs, split_sides
from remission.stats.network.pooled import pool_network
from remission.stats.network.ranks import rank_treatments


def test_the_network_of_anti_cd20_drugs_is_what_metafor_makes_of_it() -> None:
    found = pool_network(printed(ANTI_CD20), reference="teriflunomide")
    effects = dict(zip(found.names, found.effects, strict=True))
    expected = {"ocrelizumab": -0.8080788, "ofatumumab": -0.78670387, "ublituximab": -0.78619969,
                "interferon": -0.18232156, "teriflunomide": 0.0}  # fmt: skip
    assert effects == pytest.approx(expected, abs=1e-7)
    assert [round(math.exp(effects[one]), 3) for one in expected][:4] == [0.446, 0.455, 0.456, 0.833]
    errors = dict(zip(found.names, np.sqrt(found.covariance.diagonal()), strict=True))
    assert errors["ocrelizumab"] == pytest.approx(0.35044409, abs=1e-5)
    assert (found.tau2, found.df, round(found.q, 3)) == (0.0, 3, 1.067)
    # It has no loop: all that studies differ by lies within designs.
    designs = q_of_designs(found)
    assert (round(designs.within, 3), designs.within_df, designs.between_df) == (1.067, 3, 0)
    assert split_sides(found) == ()


@given(networks())
def test_the_effects_are_those_of_the_likelihood_written_out(trials: Contrasts) -> None:
    found = pool_network(trials, tau2="common")
    arms = {one: at for at, one in enumerate(found.names)}

    # Of each study the values, whom they compare, and the inverse of their covariance: once, and not at every step.
    studies = [
        (np.array([trials.values[row] for row in rows]), [arms[trials.treatments[row]] for row in rows],
         [arms[trials.bases[row]] for row in rows], np.linalg.inv(trials.covariance(rows)))
        for rows in trials.of_study.values()
    ]  # fmt: skip

    def minus_log_likelihood(free: np.ndarray) -> float:
        effects = np.concatenate([[0.0], free])
        apart = ((values - (effects[of] - effects[against]), inverse) for values, of, against, inverse in studies)
        return float(sum(one @ inverse @ one / 2 for one, inverse in apart))

    best = minimize(minus_log_likelihood, np.zeros(len(arms) - 1), method="BFGS", options={"gtol": 1e-9})
    assert found.effects[1:] == pytest.approx(best.x, abs=1e-5)
    assert found.q == pytest.approx(2 * best.fun, abs=1e-6)


@given(networks())
def test_tau_squared_is_where_the_restricted_likelihood_is_highest(trials: Contrasts) -> None:
    found = pool_network(trials)
    design = np.delete(trials.design(), 0, axis=1)
    size = len(trials.studies)
    within, between = np.zeros((size, size)), np.zeros((size, size))
    for rows in trials.of_study.values():
        for one in rows:
            for other in rows:
                within[one, other] = trials.covariance(rows)[rows.index(one), rows.index(other)]
                between[one, other] = 1.0 if one == other else 0.5

    def restricted(tau2: float) -> float:
        weights = np.linalg.inv(within + tau2 * between)
        inner = design.T @ weights @ design
        residual = trials.values - design @ np.linalg.solve(inner, design.T @ weights @ trials.values)
        return -float(
            -np.linalg.slogdet(weights)[1] + np.linalg.slogdet(inner)[1] + residual @ weights @ residual
        )  # fmt: skip

    best = restricted(found.tau2)
    others = [0.0, *np.geomspace(1e-6, 20, 60), found.tau2 * 1.01, found.tau2 * 0.99]
    assert all(restricted(other) <= best + 1e-7 for other in others)


@given(networks())
def test_q_falls_into_what_is_within_and_between_designs(trials: Contrasts) -> None:
    found = pool_network(trials)
    designs = q_of_designs(found)
    assert designs.within_df + designs.between_df == found.df
    assert designs.within >= -1e-9
    assert designs.between >= -1e-6 * (1 + found.q)


@given(networks())
def test_direct_and_indirect_evidence_together_are_the_network(trials: Contrasts) -> None:
    found = pool_network(trials)
    for one in split_sides(found):
        weights = one.direct_error**-2, one.indirect_error**-2
        whole = (one.direct * weights[0] + one.indirect * weights[1]) / sum(weights)
        assert whole == pytest.approx(found.against(one.one, one.other)[0], abs=1e-6)
        assert sum(weights) == pytest.approx(
            1 / found.variance_between[_place(found, one.one), _place(found, one.other)]
        )


def _place(found: object, name: str) -> int:
    return found.names.index(name)  # type: ignore[attr-defined, no-any-return]


def test_an_indirect_side_is_what_the_rest_of_the_network_says() -> None:
    rows = [("A", "x", "y", -0.2, 0.04), ("B", "x", "z", -0.5, 0.05), ("C", "y", "z", 0.6, 0.01)]
    whole = Contrasts(*zip(*rows, strict=True))
    split = {(one.one, one.other): one for one in split_sides(pool_network(whole, tau2="common"))}[("z", "y")]
    # Without the trial of y and z: z against x less y against x.
    assert (split.direct, split.indirect) == (pytest.approx(0.6), pytest.approx(-0.3))
    assert split.indirect_error**2 == pytest.approx(0.09)
    assert split.p == pytest.approx(math.erfc(0.9 / math.sqrt(0.1) / math.sqrt(2)))


@pytest.mark.parametrize(("planted", "found"), [(0.0, False), (1.0, True)])
def test_a_planted_inconsistency_is_found_where_it_was_planted(planted: float, found: bool) -> None:
    rng, rows = np.random.default_rng(20261130), []
    truth = {"a": 0.0, "b": -0.3, "c": -0.6, "d": -0.2}
    for number, (one, other) in enumerate([*combinations("abcd", 2)] * 4):
        shift = planted if (one, other) == ("b", "c") else 0.0
        value = truth[other] - truth[one] + shift + rng.normal(0, 0.1)
        rows.append((f"s{number}", one, other, value, 0.01))
    network = pool_network(Contrasts(*zip(*rows, strict=True)), tau2="common")
    worst = min(split_sides(network), key=lambda split: split.p)
    assert ((worst.one, worst.other) == ("c", "b") and worst.p < 1e-6) == found
    assert (q_of_designs(network).between_p < 0.001) == found


def test_all_pairs_of_a_trial_say_what_its_contrasts_to_one_arm_say() -> None:
    arms = {"a": (0.1, 0.02), "b": (-0.4, 0.03), "c": (-0.2, 0.05)}
    pairs = [("T", one, other, arms[other][0] - arms[one][0], arms[one][1] + arms[other][1])
             for one, other in combinations(arms, 2)]  # fmt: skip
    found = contrasts_of_pairs(*zip(*pairs, strict=True))
    assert found.treatments == ("b", "c")
    assert found.shared is not None
    assert found.shared.tolist() == pytest.approx([0.02, 0.02])
    assert found.values.tolist() == pytest.approx([-0.5, -0.3])
    with pytest.raises(InputProblems, match="T without some pair of its arms"):
        contrasts_of_pairs(*zip(*pairs[:2], strict=True))


def test_a_shared_arm_is_not_counted_twice() -> None:
    rows = [("T", "x", "low dose", -0.3, 0.05, 0.04), ("T", "x", "high dose", -0.3, 0.05, 0.04)]
    together = pool_network(Contrasts(*zip(*rows, strict=True)), reference="x")
    i, j = (together.names.index(one) for one in ("low dose", "high dose"))
    # Between the doses the arm that both lean on falls out: 0.01 + 0.01, and not 0.05 + 0.05.
    assert together.variance_between[i, j] == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("T", "x", "y", 0.1, 0.04, 0.05), ("T", "x", "z", 0.1, 0.06, 0.05)], "T with a shared variance that cannot"),
        ([("T", "x", "y", 0.1, 0.04, 0.0), ("T", "x", "z", 0.1, 0.06, 0.0)], "T with a shared variance that cannot"),
        ([("T", "x", "y", 0.1, 0.0, 0.0)], "T with a variance that is not above 0"),
        ([("T", "x", "y", math.nan, 0.1, 0.0)], "T with a number that is not known"),
        ([("T", "x", "x", 0.1, 0.1, 0.0)], "T with an arm twice"),
        ([("T", "x", "y", 0.1, 0.1, 0.01), ("T", "y", "z", 0.1, 0.1, 0.01)], "T with several bases"),
        ([("T", "x", "y", 0.1, 0.1, 0.0), ("U", "p", "q", 0.1, 0.1, 0.0)], "2 parts: p, q; x, y"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_study(rows: list[tuple[object, ...]], words: str) -> None:
    with pytest.raises(InputProblems, match=words):
        Contrasts(*zip(*rows, strict=True))  # type: ignore[arg-type]


def test_a_reference_that_is_in_no_trial_is_refused() -> None:
    with pytest.raises(InputProblems, match="allowed: interferon, ocrelizumab"):
        pool_network(printed(ANTI_CD20), reference="placebo")


def test_a_network_that_falls_apart_without_a_study_says_so() -> None:
    with pytest.raises(InputProblems, match="2 parts"):
        printed(ANTI_CD20).without("TENERE")
    assert printed(ANTI_CD20).without("OPERA I").k == 6


def test_ranks_are_as_uncertain_as_the_effects() -> None:
    network = pool_network(printed(ANTI_CD20), reference="teriflunomide")
    ranks = rank_treatments(network)
    assert ranks.probabilities.sum(axis=0) == pytest.approx(np.ones(5))
    assert ranks.probabilities.sum(axis=1) == pytest.approx(np.ones(5))
    assert ranks.p_scores.mean() == pytest.approx(0.5)
    names = list(network.names)
    # Three drugs whose limits overlap: each may be first, and two of them are not surely above the fourth.
    reach = {one: (ranks.low[names.index(one)], ranks.high[names.index(one)]) for one in names}
    assert (reach["ocrelizumab"], reach["ofatumumab"], reach["ublituximab"]) == ((1, 3), (1, 4), (1, 4))
    assert reach["teriflunomide"] == (4, 5)
    # More relapses are worse, so what has the smaller ratio is first.
    assert ranks.mean[names.index("ofatumumab")] < ranks.mean[names.index("teriflunomide")]
    turned = rank_treatments(network, fewer_is_better=False)
    assert turned.p_scores == pytest.approx(1 - ranks.p_scores)
    assert turned.mean == pytest.approx(6 - ranks.mean, abs=0.02)


def test_the_p_score_of_two_treatments_is_one_normal_probability() -> None:
    network = pool_network(Contrasts(["A"], ["x"], ["y"], [-0.3], [0.04]))
    ranks = rank_treatments(network)
    assert ranks.p_scores[1] == pytest.approx(0.9331927987311419)
    assert ranks.probabilities[1, 0] == pytest.approx(0.9332, abs=0.003)
