"""Known traps of models and of competing events: each gives an answer, or says in words what to do; none gives NaN."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np
import pytest

from remission.stats.competing.aalen_johansen import VARIANCES, cumulative_incidence, estimate_cumulative_incidence
from remission.stats.competing.fine_gray import CONVENTIONS, Convention, fine_gray
from remission.stats.competing.gray import gray_test
from remission.stats.regression.cox import FEW_CLUSTERS, cox
from remission.stats.regression.curves import estimate_predicted, predicted_curve
from remission.stats.regression.estimates import estimate_hazard_ratios
from remission.stats.regression.firth import estimate_firth, firth
from remission.stats.regression.refusals import NotEstimable
from remission.stats.survival.permutation import permutation_log_rank

DAYS, ARM = np.array([9, 13, 18, 23, 28, 31]), np.array([1, 0, 1, 1, 0, 0])
EVENT, CAUSE = np.array([True, True, False, True, True, False]), np.array([1, 2, 0, 1, 1, 0])
NOBODY, NO_EVENT = np.zeros(0, np.int64), np.zeros(6, np.int64)
COLUMNS = {"arm": ARM}


@pytest.fixture(autouse=True)
def _no_warning_of_arithmetic() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


# ---- ties at the horizon: the day asked for counts


def test_an_event_on_the_day_asked_for_has_happened_by_its_end() -> None:
    found = cumulative_incidence([10, 10, 10, 20], [1, 2, 0, 0])
    values = estimate_cumulative_incidence(found, 1, [9, 10, 20]).frame["value"].to_list()
    assert values == [0.0, 0.25, 0.25]
    curve = predicted_curve(cox(DAYS, EVENT, COLUMNS), {"arm": 0})
    before, on, last = estimate_predicted(curve, [8, 9, 31]).frame["value"].to_list()
    assert before == 1.0 > on > last
    # Who is censored on the day of an event was at risk of it.
    assert cox([9, 9, 20, 20], [True, False, True, False], {"arm": [1, 0, 0, 1]}).data.sets.last.tolist().count(0) == 2


def test_after_the_last_follow_up_there_is_no_value_and_before_the_first_event_no_limits() -> None:
    found = cumulative_incidence(DAYS, CAUSE)
    rows = estimate_cumulative_incidence(found, 1, [8, 31, 32]).rows()
    assert [(row["value"], row["low"]) for row in (rows[0], rows[2])] == [(0.0, None), (None, None)]
    assert rows[1]["low"] < rows[1]["value"] < rows[1]["high"]


@pytest.mark.parametrize("variance", VARIANCES)
def test_where_all_have_the_event_there_are_no_limits(variance: str) -> None:
    row = estimate_cumulative_incidence(cumulative_incidence([10], [1]), 1, [10], variance=variance).rows()[0]  # type: ignore[arg-type]
    assert (row["value"], row["low"], row["high"], row["absent_reason"]) == (1.0, None, None, "not estimable")


# ---- nothing to compare


def test_where_nobody_has_an_event_gray_has_nothing_to_compare() -> None:
    for strata in (None, ARM):
        found = gray_test(DAYS, NO_EVENT, [0, 1, 0, 1, 0, 1], strata=strata)
        assert (math.isnan(found.p), found.df) == (True, None)
        assert "not estimable" in found.method


def test_a_group_in_which_nobody_was_followed_is_no_group_without_events() -> None:
    found = gray_test(np.where(ARM == 1, 0, DAYS), CAUSE, np.where(ARM == 1, "drug", "control"))
    assert math.isnan(found.p)
    assert found.method.endswith("not estimable, nobody was followed in drug")
    by_permutation = permutation_log_rank(np.where(ARM == 1, 0, DAYS), EVENT, ARM)
    assert by_permutation.method.endswith("not estimable, nothing to compare")


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_without_an_event_fine_and_gray_says_so(convention: Convention) -> None:
    for exit_, cause in ((DAYS, NO_EVENT), (NO_EVENT, CAUSE), (NOBODY, NOBODY)):
        with pytest.raises(KeyError, match="nobody had an event of kind 1, nor of any other"):
            fine_gray(exit_, cause, {"arm": np.zeros(exit_.size)}, convention=convention)
    with pytest.raises(KeyError, match="nobody had an event of kind 1, only of 2"):
        fine_gray(DAYS, np.full(6, 2), COLUMNS, convention=convention)
    with pytest.raises(KeyError, match="nor of any other"):
        estimate_cumulative_incidence(cumulative_incidence(DAYS, NO_EVENT), 1, [10])


@pytest.mark.parametrize("fit", [cox, firth])
def test_without_a_row_no_model_is_fitted(fit: Callable[..., object]) -> None:
    for exit_ in (NOBODY, NO_EVENT, -DAYS):
        with pytest.raises(NotEstimable, match="no row has follow-up and a value in every column"):
            fit(exit_, np.ones(exit_.size, np.bool_), {"arm": np.arange(exit_.size)})


# ---- what a column may not be


@pytest.mark.parametrize("fit", [cox, firth])
@pytest.mark.parametrize("unit", [1e-300, 1e300])
def test_a_column_in_no_usable_unit_is_refused_by_name(fit: Callable[..., object], unit: float) -> None:
    with pytest.raises(NotEstimable, match=r"arm differs by some 5e.* give it in another unit"):
        fit(DAYS, EVENT, {"arm": ARM * unit})


@pytest.mark.parametrize(
    ("columns", "cause", "said"),
    [
        ({"arm": ARM, "twice": 2 * ARM}, CAUSE, "twice says nothing that arm did not say"),
        ({"arm": ARM, "b": DAYS, "c": DAYS % 4, "d": DAYS % 3}, CAUSE, "4 columns and 3 events"),
        ({"arm": np.array([1, 1, 1, 0, 0, 0])}, np.array([1, 1, 1, 2, 0, 2]), "arm tells on every event day"),
        ({"arm": np.where(ARM == 1, 1, math.nan)}, CAUSE, "arm is the same in every row"),
    ],
)
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_fine_and_gray_refuses_what_cox_refuses(
    columns: dict[str, np.ndarray], cause: np.ndarray, said: str, convention: Convention
) -> None:
    with pytest.raises(NotEstimable, match=said):
        fine_gray(DAYS, cause, columns, convention=convention)


def test_a_weight_that_cannot_be_is_the_one_that_is_told() -> None:
    for weight in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match=f"weight must be positive and finite, found {weight}"):
            cumulative_incidence(DAYS, CAUSE, weight=[1, 1, weight, 1, 1, 1])


# ---- limits that are too narrow in silence


def test_few_clusters_are_told_with_what_they_do() -> None:
    few = cox(DAYS, EVENT, COLUMNS, cluster=ARM)
    row = estimate_hazard_ratios(few).rows()[0]
    assert row["high"] / row["low"] < 1.1
    assert row["method"].endswith("of clusters (only 2: limits are too narrow)")
    n = FEW_CLUSTERS
    enough = cox(np.arange(1, n + 1), np.ones(n, np.bool_), {"x": np.arange(n) % 3}, cluster=np.arange(n))
    assert enough.method.endswith("of clusters")


def test_all_events_on_one_day_tell_nothing_and_say_nothing_false() -> None:
    # Everybody at risk had it: the likelihood is flat but for Efron's steps, which favour no arm.
    rows = estimate_firth(firth([5] * 6, [True] * 6, COLUMNS)).rows()
    assert rows[0]["value"] == pytest.approx(1.0)
    assert rows[0]["low"] < 1 < rows[0]["high"]
