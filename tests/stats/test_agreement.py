"""Kappa of every pair: by hand, against the plain definition, and exact however many persons there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.stats import agreement
from remission.stats.agreement import cohen_kappa, count_votes, pair_tables


def plain_kappa(first: list[bool], second: list[bool]) -> float:
    """Cohen's kappa of one pair, as in the paper."""
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    yes = sum(first) / n * sum(second) / n
    no = (1 - sum(first) / n) * (1 - sum(second) / n)
    return (observed - yes - no) / (1 - yes - no) if yes + no < 1 else float("nan")


def test_kappa_worked_by_hand() -> None:
    # 20 both, 5 first only, 10 second only, 15 neither: p_o 0.7, p_e 0.5 * 0.6 + 0.5 * 0.4 = 0.5, kappa 0.4.
    first = [True] * 25 + [False] * 25
    second = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    kappa = cohen_kappa(pair_tables([first, second], np.full((2, 50), True)))
    assert kappa[0, 1] == pytest.approx(0.4)
    assert kappa[0, 0] == kappa[1, 1] == 1


def test_only_those_whom_both_judge_count() -> None:
    yes = [[True, True, False, False], [True, False, False, True]]
    judged = [[True, True, True, True], [True, True, True, False]]
    tables = pair_tables(yes, judged)
    assert tables.judged[0, 1] == 3
    assert cohen_kappa(tables)[0, 1] == pytest.approx(plain_kappa([True, True, False], [True, False, False]))


def test_yes_of_somebody_who_is_not_judged_does_not_count() -> None:
    tables = pair_tables([[True, True], [True, True]], [[True, False], [True, True]])
    assert tables.yes[0].tolist() == [1, 1]
    assert count_votes([[True, True]], [[True, False]]).yes.tolist() == [1, 0]


def test_without_variation_there_is_no_kappa() -> None:
    assert np.isnan(cohen_kappa(pair_tables([[False] * 3, [False] * 3], np.full((2, 3), True)))).all()


@settings(max_examples=80)
@given(
    st.integers(1, 30).flatmap(
        lambda n: st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=2, max_size=5)
    )
)
def test_every_pair_is_that_of_the_plain_definition(yes: list[list[bool]]) -> None:
    kappa = cohen_kappa(pair_tables(yes, np.full(np.shape(yes), True)))
    plain = [[plain_kappa(first, second) for second in yes] for first in yes]
    np.testing.assert_allclose(kappa, plain, atol=1e-12)
    np.testing.assert_array_equal(np.isnan(kappa), np.isnan(kappa.T))


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    yes, judged = rng.random((4, 1000)) < 0.3, rng.random((4, 1000)) < 0.9
    whole = pair_tables(yes, judged)
    monkeypatch.setattr(agreement, "BLOCK", 64)
    pieces = pair_tables(yes, judged)
    assert all((a == b).all() for a, b in zip(vars(whole).values(), vars(pieces).values(), strict=True))


def test_who_changes_is_yes_under_one_and_no_under_another() -> None:
    yes = [[True, True, False, False], [True, False, False, False]]
    judged = [[True, True, True, False], [True, True, True, False]]
    votes = count_votes(yes, judged)
    assert votes.changing.tolist() == [False, True, False, False]
    assert votes.share[:3].tolist() == [1.0, 0.5, 0.0]
    assert np.isnan(votes.share[3])


@pytest.mark.parametrize(("yes", "judged"), [([[1, 0]], [[True, True]]), ([[True]], [[True, True]]), ([True], [True])])
def test_other_shapes_and_codes_are_refused(yes: list[object], judged: list[object]) -> None:
    with pytest.raises(ValueError, match=r"true or false|one shape"):
        pair_tables(yes, judged)
    with pytest.raises(ValueError, match=r"true or false|one shape"):
        count_votes(yes, judged)
