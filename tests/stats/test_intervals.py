"""The five limits: what holds for all of them, and what each does at the ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.intervals import INTERVALS, Interval, confidence_limits, normal_quantile

probability, variance = st.floats(0.01, 0.99), st.floats(1e-6, 2)


@given(probability, variance, st.sampled_from(INTERVALS))
def test_limits_enclose_the_estimate_and_stay_probabilities(p: float, greenwood: float, interval: Interval) -> None:
    low, high = confidence_limits(p, greenwood, 0.95, interval)
    assert 0 <= low <= p + 1e-12
    assert p - 1e-12 <= high <= 1


@given(probability, variance, st.sampled_from(INTERVALS))
def test_a_higher_level_is_never_narrower(p: float, greenwood: float, interval: Interval) -> None:
    narrow, wide = (confidence_limits(p, greenwood, level, interval) for level in (0.90, 0.95))
    assert wide[0] <= narrow[0] + 1e-12
    assert wide[1] >= narrow[1] - 1e-12


@given(probability, variance)
def test_logit_and_arcsin_treat_survival_and_failure_alike(p: float, greenwood: float) -> None:
    # The same standard error of the probability seen from the other side.
    mirrored = greenwood * p**2 / (1 - p) ** 2
    for interval in ("logit", "arcsin"):
        low, high = confidence_limits(p, greenwood, 0.95, interval)
        other_low, other_high = confidence_limits(1 - p, mirrored, 0.95, interval)
        np.testing.assert_allclose([low, high], [1 - other_high, 1 - other_low], atol=1e-9)


@pytest.mark.parametrize("interval", INTERVALS)
def test_no_kind_has_limits_at_zero(interval: Interval) -> None:
    assert np.isnan(confidence_limits([0.0], [np.inf], 0.95, interval)).all()


def test_before_any_event_only_plain_and_log_claim_certainty() -> None:
    claims = {interval: confidence_limits(1.0, 0.0, 0.95, interval)[0].item() for interval in INTERVALS}
    assert {interval for interval, low in claims.items() if low == 1} == {"plain", "log"}
    assert all(np.isnan(low) for interval, low in claims.items() if interval not in ("plain", "log"))


def test_plain_limits_are_cut_at_the_ends() -> None:
    low, high = confidence_limits([0.1, 0.95], [2.0, 0.01], 0.95, "plain")
    assert low[0] == 0
    assert high[1] == 1


@pytest.mark.parametrize("level", [0, 1, 95, -0.1])
def test_a_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match=f"level must lie between 0 and 1, found {level}: give 0.95 for 95 %"):
        normal_quantile(level)


def test_an_unknown_interval_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="must be one of plain, log, log-log, logit, arcsin, found 'loglog'"):
        confidence_limits(0.5, 0.1, 0.95, "loglog")
