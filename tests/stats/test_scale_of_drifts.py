"""How many times as large the means of Z must be for a power: against the normal distribution, and where never."""

from __future__ import annotations

import math

import pytest
from scipy.stats import multivariate_normal, norm

from remission.inputs.not_a_design import NotADesign
from remission.stats.group_sequential.boundaries import Futility, find_boundaries
from remission.stats.group_sequential.drift import find_drift, scale_of_drifts


def test_means_that_change_from_look_to_look_are_scaled_until_their_normal_distribution_has_the_power() -> None:
    looks = find_boundaries(0.025, [0.4, 1], "pocock")
    drifts = [0.2, 2.0]
    scale = scale_of_drifts(looks, drifts, 0.85)
    first, last = (scale * one for one in drifts)
    both = [[1.0, math.sqrt(0.4)], [math.sqrt(0.4), 1.0]]
    on = norm.cdf(looks.upper[0] - first) - multivariate_normal([first, last], both).cdf(list(looks.upper))
    assert 1 - norm.cdf(looks.upper[0] - first) + on == pytest.approx(0.85, abs=1e-6)


def test_means_of_one_drift_are_scaled_to_the_drift_of_the_power() -> None:
    looks = find_boundaries(0.025, [0.25, 0.5, 1], "obrien-fleming", Futility(bounds=(-0.5, 0.3)))
    drifts = [1.7 * math.sqrt(one) for one in looks.fractions]
    assert 1.7 * scale_of_drifts(looks, drifts, 0.9) == pytest.approx(find_drift(looks, 0.9), abs=1e-9)


@pytest.mark.parametrize(("drifts", "why"), [([1.0, 0.0], "above 0, found 0"), ([-2.0, 0.1], "given up before")])
def test_where_no_number_of_people_has_the_power_it_is_refused(drifts: list[float], why: str) -> None:
    looks = find_boundaries(0.025, [0.5, 1], "obrien-fleming", Futility(bounds=(0.0,)))
    with pytest.raises(NotADesign, match=why):
        scale_of_drifts(looks, drifts, 0.8)
