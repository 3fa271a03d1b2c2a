"""Numbers drawn by formula: cut to a range wherever it lies, and streams that are apart from each other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from remission.simulation.course.calibrate import SEED as FITS
from remission.simulation.course.chance import bounded_normal_of
from remission.simulation.course.lives import STREAM
from remission.simulation.course.truths import SEED as TRUTHS
from remission.simulation.disease import generator


@pytest.mark.parametrize("mean", [-5.0, 3.0, 5.9, 7.0, 8.1, 12.0, 30.0])
def test_a_normal_number_is_cut_to_its_range_wherever_that_lies(mean: float) -> None:
    uniform = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    sd, low, high = 0.3, 6.0, 8.0
    expected = truncnorm.ppf(uniform, (low - mean) / sd, (high - mean) / sd, mean, sd)
    assert bounded_normal_of(uniform, mean, sd, low, high) == pytest.approx(expected, abs=1e-6)
    # 0 is among the uniform numbers.
    assert low <= bounded_normal_of(np.zeros(1), mean, sd, low, high)[0] <= high


@pytest.mark.parametrize("seed", [TRUTHS, FITS])
def test_no_cohort_has_a_stream_of_what_it_is_compared_with(seed: int) -> None:
    first, second = seed % 2**32, seed >> 32
    # A seed of one word, then the purpose: that is how the second word could be a cohort's purpose.
    assert second not in STREAM.values()
    same = generator(first, second, 1, 0).random(4)
    assert (generator(seed, 1, 0).random(4) == same).all(), "words are laid behind each other no longer"
