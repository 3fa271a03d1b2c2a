"""The log-rank test: what may not change it, and when there is nothing to test."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from made_up.survival_rows import late
from remission.stats.survival.logrank import events_by_group, log_rank

Grouped = tuple[tuple[int, int, bool], str, int]

grouped = st.lists(st.tuples(late, st.sampled_from("abc"), st.integers(1, 2)), min_size=6, max_size=40)


def arrays(rows: list[Grouped]) -> tuple[list[int], list[int], list[bool], list[str], list[int]]:
    spells, group, stratum = zip(*rows, strict=True)
    entry, last, event = zip(*spells, strict=True)
    return list(entry), list(last), list(event), list(group), list(stratum)


@given(grouped)
def test_observed_and_expected_are_the_textbook_sums(rows: list[Grouped]) -> None:
    entry, last, event, group, _ = arrays(rows)
    assume(len(set(group)) > 1)
    counts = events_by_group(last, event, group, entry=entry)
    for place, label in enumerate(counts.groups):
        expected = 0.0
        for day in {day for day, happened in zip(last, event, strict=True) if happened}:
            at_risk = [g for a, b, g in zip(entry, last, group, strict=True) if a < day <= b]
            events = sum(happened for b, happened in zip(last, event, strict=True) if b == day)
            expected += events * at_risk.count(label) / len(at_risk)
        assert counts.expected[place] == pytest.approx(expected)
    assert counts.observed.sum() == pytest.approx(counts.expected.sum())
    np.testing.assert_allclose(counts.covariance.sum(axis=0), 0, atol=1e-9)


@given(grouped)
def test_the_names_of_the_groups_do_not_matter(rows: list[Grouped]) -> None:
    entry, last, event, group, stratum = arrays(rows)
    assume(len(set(group)) > 1)
    renamed = [{"a": "z", "b": "y", "c": "x"}[label] for label in group]
    one = log_rank(last, event, group, entry=entry, strata=stratum)
    other = log_rank(last, event, renamed, entry=entry, strata=stratum)
    assume(not math.isnan(one.statistic))
    assert other.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-9)
    assert other.df == one.df


@given(grouped)
def test_one_stratum_is_no_stratum(rows: list[Grouped]) -> None:
    entry, last, event, group, _ = arrays(rows)
    assume(len(set(group)) > 1)
    plain = events_by_group(last, event, group, entry=entry)
    single = events_by_group(last, event, group, entry=entry, strata=["all"] * len(rows))
    np.testing.assert_array_equal(plain.covariance, single.covariance)
    np.testing.assert_array_equal(plain.expected, single.expected)


def test_the_method_names_the_groups_that_take_part() -> None:
    rows = [10, 20, 30, 40, 5], [True, True, True, False, False], ["a", "a", "b", "b", "c"]
    assert log_rank(*rows).method == "log-rank test of 2 groups"
    assert log_rank(*rows).df == 1


def test_two_equal_groups_do_not_differ() -> None:
    last, event = [10, 20, 30, 10, 20, 30], [True, True, False] * 2
    test = log_rank(last, event, ["a"] * 3 + ["b"] * 3)
    assert test.statistic == pytest.approx(0, abs=1e-12)
    assert test.p == pytest.approx(1)


def test_those_without_follow_up_do_not_matter() -> None:
    last, event, group = [10, 20, 30, 40], [True, False, True, True], ["a", "a", "b", "b"]
    with_zero = log_rank([*last, 0], [*event, True], [*group, "a"])
    assert with_zero.statistic == log_rank(last, event, group).statistic


def test_the_method_says_groups_strata_and_late_entry() -> None:
    last, event, group = [10, 20, 30, 40], [True, False, True, True], ["a", "a", "b", "b"]
    assert log_rank(last, event, group).method == "log-rank test of 2 groups"
    late_and_stratified = log_rank(last, event, group, entry=[0, 5, 0, 0], strata=[1, 1, 1, 1])
    assert late_and_stratified.method == "stratified log-rank test of 2 groups with late entry"


@pytest.mark.parametrize(
    ("event", "entry"),
    [([False, False, False, False], [0, 0, 0, 0]), ([True, True, True, True], [0, 0, 50, 50])],
    ids=["no event", "never at risk together"],
)
def test_with_nothing_to_compare_p_is_not_a_number(event: list[bool], entry: list[int]) -> None:
    test = log_rank([10, 20, 60, 70], event, ["a", "a", "b", "b"], entry=entry)
    assert math.isnan(test.p)
    assert test.df is None
    assert test.method.endswith("not estimable, no event while the groups share a risk set")


def test_one_group_is_refused() -> None:
    with pytest.raises(ValueError, match=r"compares at least two groups, found \['a'\]"):
        log_rank([10, 20], [True, False], ["a", "a"])


def test_arrays_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must have one length, found \[\(2,\), \(3,\)\]"):
        log_rank([10, 20, 30], [True, False, True], ["a", "b"])
