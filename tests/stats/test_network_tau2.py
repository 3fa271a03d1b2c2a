"""Tau squared of a network is found wherever its maximum lies, whichever way round contrasts were written down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.stats.network.contrasts import Contrasts
from remission.stats.network.pooled import pool_network


def test_two_trials_that_say_the_opposite_have_a_tau_squared() -> None:
    """Written from opposite sides their numbers are alike, and differ all the more."""
    trials = Contrasts(["A", "B"], ["x", "y"], ["y", "x"], [-0.51, -0.51], [0.04, 0.04])
    # Of two equal variances the restricted maximum is half of the squared distance less the variance.
    assert pool_network(trials).tau2 == pytest.approx(1.02**2 / 2 - 0.04, rel=1e-9)


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(1e-4, 0.5), st.booleans()), min_size=2, max_size=6),
)
def test_turning_a_contrast_changes_nothing(rows: list[tuple[float, float, bool]]) -> None:
    names = [f"T{at}" for at in range(len(rows))]
    values, variances = np.array([one[0] for one in rows]), [one[1] for one in rows]
    turned = np.array([-1.0 if one[2] else 1.0 for one in rows])
    bases = ["y" if one[2] else "x" for one in rows]
    treatments = ["x" if one[2] else "y" for one in rows]
    straight = pool_network(Contrasts(names, ["x"] * len(rows), ["y"] * len(rows), values, variances))
    other = pool_network(Contrasts(names, bases, treatments, turned * values, variances), reference="x")
    assert other.tau2 == pytest.approx(straight.tau2, rel=1e-6, abs=1e-10)
    assert other.effects == pytest.approx(straight.effects, rel=1e-6, abs=1e-8)
