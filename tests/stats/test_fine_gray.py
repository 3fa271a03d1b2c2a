"""Fine and Gray's model: what it is without censoring and without others, and what it says of what it cannot fit."""

from __future__ import annotations

import numpy as np
import pytest

from remission.stats.competing.causes import CauseRows
from remission.stats.competing.censoring import StayingOn
from remission.stats.competing.estimates import estimate_subdistribution_ratios
from remission.stats.competing.fine_gray import CONVENTIONS, Convention, fine_gray
from remission.stats.estimates import NOT_ESTIMABLE
from remission.stats.regression.cox import cox
from remission.stats.regression.refusals import NotEstimable


def made(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return rng.integers(1, 25, n), rng.integers(0, 3, n), {"arm": rng.integers(0, 2, n), "age": rng.normal(size=n)}


@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("seed", range(4))
def test_without_others_it_is_the_cox_model(seed: int, convention: Convention) -> None:
    exit_, cause, columns = made(seed)
    only = np.minimum(cause, 1)
    fit = fine_gray(exit_, only, columns, convention=convention)
    plain = cox(exit_, only == 1, columns, ties="breslow" if convention == "cmprsk" else "efron")
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, atol=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_without_censoring_who_had_another_event_stays_for_good(seed: int) -> None:
    exit_, cause, columns = made(seed)
    cause = np.maximum(cause, 1)
    fit = fine_gray(exit_, cause, columns)
    forever = np.where(cause == 1, exit_, 1000)
    plain = cox(forever, cause == 1, columns, ties="breslow", cluster=np.arange(80))
    np.testing.assert_allclose(fit.coefficients, plain.coefficients, atol=1e-9)
    # Nothing is estimated of censoring, so its term is nothing.
    np.testing.assert_allclose(fit.covariance, plain.covariance, rtol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_weights_are_those_of_the_definition(seed: int) -> None:
    exit_, cause, _ = made(seed)
    staying = StayingOn.of(CauseRows.of(exit_, cause), 1, events_first=False)
    for day in np.unique(exit_[cause == 1]).tolist():
        there = (staying.entry < day) & (day <= staying.exit)
        for person in range(80):
            weight = staying.weight[there & (staying.person == person)].sum()
            if exit_[person] >= day:
                expected = 1.0
            elif cause[person] == 2:
                expected = float(
                    np.prod([
                        1 - (exit_[cause == 0] == gone).sum() / (exit_ >= gone).sum()
                        for gone in range(int(exit_[person]), day)
                    ])
                )  # fmt: skip
            else:
                expected = 0.0
            assert weight == pytest.approx(expected, abs=1e-12)


def test_people_without_a_covariate_are_left_out_of_the_weights_too() -> None:
    exit_, cause, columns = made(2)
    columns["age"][:5] = np.nan
    fit, kept = fine_gray(exit_, cause, columns), slice(5, None)
    other = fine_gray(exit_[kept], cause[kept], {name: column[kept] for name, column in columns.items()})
    np.testing.assert_allclose(fit.covariance, other.covariance)
    assert fit.method.endswith(", 5 rows without a covariate left out")


def test_what_it_cannot_fit_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    exit_, cause, columns = made(1)
    with pytest.raises(KeyError, match="nobody had an event of kind 7"):
        fine_gray(exit_, cause, columns, failure=7)
    with pytest.raises(ValueError, match="convention must be one of cmprsk, finegray"):
        fine_gray(exit_, cause, columns, convention="stata")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="all arrays must be of one length"):
        fine_gray(exit_[:9], cause, columns)
    with pytest.raises(NotEstimable, match="arm is the same in every row"):
        fine_gray(exit_, cause, {"arm": np.ones(80)})
    monkeypatch.setattr("remission.stats.competing.censoring.MOST_PIECES", 3)
    with pytest.raises(ValueError, match="pieces of people who had another event: give coarser days"):
        fine_gray(exit_, cause, columns)


def test_where_all_have_it_on_one_day_a_ratio_of_1_has_no_limits() -> None:
    fit = fine_gray(np.full(6, 300), np.full(6, 1), {"arm": [0, 1, 0, 1, 0, 1]})
    assert fit.standard_errors.tolist() == [0.0]
    row = estimate_subdistribution_ratios(fit).rows()[0]
    # Limits from 1.00 to 1.00 would be certainty out of nothing.
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (1.0, None, None, NOT_ESTIMABLE)
