"""The likelihoods of Cox's model against their definitions, and their slopes against their differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.model_rows import ModelTable, fittable, tables, textbook_likelihood
from remission.stats.regression.likelihoods.partial import Partial
from remission.stats.regression.likelihoods.penalty import Penalised
from remission.stats.regression.likelihoods.slopes import Likelihood
from remission.stats.regression.likelihoods.ties import TIES, TiedLikelihood, Ties
from remission.stats.regression.risk_sets import RiskSets
from remission.stats.survival.time_at_risk import TimeAtRisk

betas = st.tuples(st.floats(-2, 2), st.floats(-1, 1)).map(np.array)


def likelihood(table: ModelTable, ties: Ties) -> Likelihood:
    """Of the covariates as they are."""
    rows = TimeAtRisk.of(table.exit, table.event, table.entry, table.weight)
    sets = RiskSets.of(rows, table.stratum)
    return TiedLikelihood.on(sets, sets.of_rows(table.x), np.zeros(sets.order.size), ties)


@pytest.mark.parametrize("ties", TIES)
@given(data=st.data(), beta=betas)
def test_it_is_what_the_textbook_says(ties: Ties, data: st.DataObject, beta: np.ndarray) -> None:
    table = data.draw(tables(weighted=ties in ("efron", "breslow"), largest=9 if ties == "exact marginal" else 12))
    if not table.event.any():
        return
    assert likelihood(table, ties).at(beta).value == pytest.approx(
        textbook_likelihood(table, beta, ties), rel=1e-10, abs=1e-10
    )


@pytest.mark.parametrize("ties", TIES)
def test_who_enters_later_is_in_no_set_of_a_tied_day(ties: Ties) -> None:
    # Two events on day 5, of which the third is at risk and the fourth, who enters on it, is not.
    table = ModelTable(
        np.array([0, 0, 0, 5, 0]),
        np.array([5, 5, 9, 9, 12]),
        np.array([True, True, True, False, True]),
        np.array([[1.0, 0.2], [0, 0.5], [1, -0.3], [2, 1], [0, 0.1]]),
        np.zeros(5, np.int64),
        np.ones(5),
    )
    beta = np.array([0.4, -0.7])
    assert likelihood(table, ties).at(beta).value == pytest.approx(textbook_likelihood(table, beta, ties), abs=1e-12)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ties", [*TIES, "penalised efron", "penalised breslow"])
def test_slope_and_curvature_are_its_differences(ties: str, seed: int) -> None:
    plain = ties.removeprefix("penalised ")
    like = likelihood(fittable(seed), plain)
    if plain != ties:
        assert isinstance(like, Partial)
        like = Penalised(like)
    at, step = np.array([0.3, -0.4]), 1e-5
    ways = [step * one for one in np.eye(2)]
    slope = [(like.at(at + way).value - like.at(at - way).value) / (2 * step) for way in ways]
    np.testing.assert_allclose(like.at(at).score, slope, rtol=1e-6, atol=1e-6)
    if plain == ties:  # the penalised one tells the curvature of the other
        bend = [(like.at(at - way).score - like.at(at + way).score) / (2 * step) for way in ways]
        np.testing.assert_allclose(like.at(at).information, bend, rtol=1e-6, atol=1e-6)


@given(tables(weighted=False), betas)
def test_where_no_day_has_two_events_all_ties_are_one(table: ModelTable, beta: np.ndarray) -> None:
    days = table._replace(
        exit=10 * table.exit + np.arange(table.exit.size), entry=10 * table.entry, stratum=np.zeros_like(table.stratum)
    )
    if len(set(days.exit[days.event].tolist())) < days.event.sum() or not days.event.any():
        return
    first, *others = (likelihood(days, ties).at(beta) for ties in TIES)
    for other in others:
        assert other.value == pytest.approx(first.value, abs=1e-10)
        np.testing.assert_allclose(other.score, first.score, atol=1e-9)
        np.testing.assert_allclose(other.information, first.information, atol=1e-9)


def test_many_ties_neither_overflow_nor_vanish() -> None:
    # The number of sets of 400 in 1,000 has 290 digits; that of orders of 400 has 869.
    rng = np.random.default_rng(5)
    n, table = 1000, fittable(1, 1000)
    x = np.column_stack((rng.integers(0, 2, n), rng.normal(size=n)))
    tied = table._replace(exit=np.full(n, 9), entry=np.zeros(n, np.int64), event=np.arange(n) < 400, x=x)
    tied = tied._replace(stratum=np.zeros(n, np.int64), weight=np.ones(n))
    for ties in ("discrete", "exact marginal"):
        at_none = likelihood(tied, ties).at(np.zeros(2))
        lgamma = [sum(np.log(np.arange(1, one + 1))) for one in (n, 400, 600)]
        assert at_none.value == pytest.approx(lgamma[1] + lgamma[2] - lgamma[0], rel=1e-10)
        assert likelihood(tied, ties).at(np.array([0.5, 0.5])).known
