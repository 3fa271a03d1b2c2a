"""The search for the largest likelihood ends where rounding is all that moves it, and not before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from remission.stats.regression.likelihoods.newton import Maximum
from remission.stats.regression.likelihoods.slopes import Slopes
from remission.stats.survival.time_at_risk import Floats

# As of Cox's model of one column in 880,000 rows with 28,000 events.
INFORMATION, HEIGHT = 27_674.0, -376_026.0


@dataclass
class Rounded:
    """A log likelihood with its top at 1, of which each look gives the score with a rounding of its own."""

    rounding: float
    looks: int = field(default=0)

    def at(self, beta: Floats) -> Slopes:
        """Value, score and information at `beta`."""
        self.looks += 1
        away = float(beta[0]) - 1.0
        score = -INFORMATION * away + self.rounding * (1 if self.looks % 2 else -1)
        return Slopes(HEIGHT - INFORMATION * away**2 / 2, np.array([score]), np.array([[INFORMATION]]))


@pytest.mark.parametrize("rounding", [0.0, 1e-9, 3e-7, 1e-6])
def test_rounding_of_the_score_does_not_keep_it_from_arriving(rounding: float) -> None:
    found = Maximum.of(Rounded(rounding), np.zeros(1))
    assert found.arrived
    assert found.steps < 8
    assert abs(found.beta[0] - 1.0) * INFORMATION**0.5 < 1e-7


def test_a_score_that_is_no_slope_of_the_likelihood_is_no_arrival() -> None:
    assert not Maximum.of(Rounded(1.0), np.zeros(1)).arrived
