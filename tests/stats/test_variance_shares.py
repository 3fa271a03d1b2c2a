"""Shares of variance: worked by hand, and what must hold of any grid. `validation/variance_shares` pins them to R."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makers.grids import grids
from remission.stats.variance_shares import is_balanced, variance_shares

GRIDS = grids()


def test_a_balanced_grid_worked_by_hand() -> None:
    # 1, 2 / 5, 9. Mean 4.25; rows 1.5 and 7 (SS 30.25), columns 3 and 5.5 (SS 6.25); total 38.75; rest 2.25.
    shares = variance_shares([1, 2, 5, 9], [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert shares.total == pytest.approx(38.75)
    assert shares.factors == pytest.approx((30.25 / 38.75, 6.25 / 38.75))
    assert shares.interactions == pytest.approx(2.25 / 38.75)
    assert shares.balanced
    assert "eta squared" in shares.method


def test_an_unbalanced_grid_worked_by_hand() -> None:
    # Cells (0,0)=0, (0,1)=2, (1,0)=4; (1,1) is missing. Mean 2, total 8; two dummies fit three cells exactly.
    # First alone: means 1 and 4, SS 2*1 + 1*4 = 6; second alone: means 2 and 2, SS 0.
    # Orders: first then second 6 + 2; second then first 0 + 8. Averages: 7 and 1.
    shares = variance_shares([0, 2, 4], [[0, 0], [0, 1], [1, 0]])
    assert shares.factors == pytest.approx((7 / 8, 1 / 8))
    assert shares.interactions == pytest.approx(0, abs=1e-12)
    assert not shares.balanced
    assert "LMG" in shares.method


@pytest.mark.parametrize("name", sorted(GRIDS))
def test_a_full_grid_is_balanced_and_one_with_gaps_is_not(name: str) -> None:
    rows = [list(row.values()) for row in GRIDS[name]]
    shares = variance_shares([row[0] for row in rows], [row[1:] for row in rows])
    assert shares.balanced == name.startswith("balanced")


def test_values_that_do_not_vary_have_no_shares() -> None:
    shares = variance_shares([0.3, 0.3, 0.3, 0.3], [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert all(math.isnan(share) for share in (*shares.factors, shares.interactions))


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([1.0, np.nan], [[0], [1]]),
        ([1.0, 2.0], [[0.5], [1.0]]),
        ([1.0], [[0], [1]]),
        ([1.0, 2.0], [[0] * 13, [1] * 13]),
    ],
)
def test_what_cannot_be_split_is_refused(values: list[float], levels: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"levels|factors|values"):
        variance_shares(values, levels)


@settings(max_examples=60)
@given(
    st.lists(st.integers(2, 4), min_size=1, max_size=4).flatmap(
        lambda sizes: st.tuples(
            st.just(sizes),
            st.lists(st.integers(-50, 50), min_size=int(np.prod(sizes)), max_size=int(np.prod(sizes))),
            st.integers(0, 3),
        )
    )
)
def test_shares_are_parts_of_one(made: tuple[list[int], list[int], int]) -> None:
    sizes, values, taken = made
    levels = np.array(list(product(*(range(size) for size in sizes))))[taken:]
    values = values[taken:]
    shares = variance_shares(values, levels)
    if math.isnan(shares.interactions):
        assert len(set(values)) <= 1
        return
    assert sum(shares.factors) + shares.interactions == pytest.approx(1)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in (*shares.factors, shares.interactions))
    if not taken:
        assert is_balanced(levels)
        # Renaming levels and moving the origin changes nothing.
        again = variance_shares(np.array(values) + 7, levels * 3 + 5)
        assert again.factors == pytest.approx(shares.factors)
