"""The hazard ratio of two rebuilt curves: Rubin's rules by hand, and Cox on the times as they are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remission.stats.regression.cox import cox
from remission.stats.survival.from_points import Rebuilt
from remission.studies.papers.two_curves import RebuiltRatio, rebuilt_ratio


def test_limits_hold_chance_and_the_reading_by_rubins_rules() -> None:
    found = RebuiltRatio(np.log([0.5, 0.6, 0.7]), np.array([0.1, 0.2, 0.3]))
    logs = [math.log(one) for one in (0.5, 0.6, 0.7)]
    middle = sum(logs) / 3
    between = sum((one - middle) ** 2 for one in logs) / 2
    error = math.sqrt((0.01 + 0.04 + 0.09) / 3 + 4 / 3 * between)
    z = 1.959963984540054
    assert found.together == pytest.approx([math.exp(middle + at * z * error) for at in (0, -1, 1)], rel=1e-12)
    assert found.spread == pytest.approx((0.5, 0.7))
    assert found.as_read == pytest.approx(0.5)


def test_one_reconstruction_has_the_limits_of_chance_alone() -> None:
    found = RebuiltRatio(np.array([0.0]), np.array([0.1]))
    assert found.together == pytest.approx((1, math.exp(-0.1959963984540054), math.exp(0.1959963984540054)))


def test_the_ratio_is_the_first_curve_over_the_second_whatever_the_unit_of_time() -> None:
    draw = np.random.default_rng(5)
    days = [np.ceil(draw.exponential(scale, 60)).astype(int) for scale in (900, 400)]
    event = [draw.random(60) < 0.7 for _ in range(2)]
    fit = cox(np.concatenate(days), np.concatenate(event), {"first": np.repeat([1.0, 0.0], 60)})
    for unit in (1.0, 30.4375, 365.25):
        one, other = (Rebuilt(at / unit, had, np.array([60])) for at, had in zip(days, event, strict=True))
        found = rebuilt_ratio([one], [other])
        assert found.logs[0] == pytest.approx(fit.coefficients[0], rel=1e-9)
        assert found.errors[0] == pytest.approx(fit.standard_errors[0], rel=1e-9)
    assert found.as_read < 1
