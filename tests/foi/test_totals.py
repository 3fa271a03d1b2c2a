"""A total is held against its rows: it never corrects one, and what is hidden leaves it room and no more."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remission.foi.answers.counts import Count, NoCount, Reading, Unread
from remission.foi.answers.totals import Ends, RowSums


def sums_of(*readings: Reading) -> RowSums:
    sums = RowSums()
    for one in readings:
        sums.add(one)
    return sums


def exactly(number: int) -> Count:
    return Count(number, number)


def test_a_cell_without_a_count_may_be_any_number_and_not_none() -> None:
    for hidden in (
        NoCount("unknown", ""),
        NoCount("refused", ""),
        NoCount("empty", ""),
        Unread("", ""),
        Count(9, 9, approximate=True),
        Count(0, None),
    ):
        sums = sums_of(exactly(12), hidden)
        assert sums.compare(exactly(12), 2, part=False) == sums.compare(exactly(500), 2, part=False) == ""
        assert sums.compare(exactly(11), 2, part=False) == "12 or more"


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (exactly(11), "12 to 16"),
        (exactly(12), ""),
        (exactly(16), ""),
        (exactly(17), "12 to 16"),
        (Count(0, 11), "12 to 16"),
        (Count(0, 12), ""),
        (Count(16, None), ""),
        (Count(17, None), "12 to 16"),
    ],
)
def test_hidden_counts_give_a_total_the_room_of_their_interval_and_no_more(total: Count, words: str) -> None:
    assert sums_of(exactly(12), Count(0, 4)).compare(total, 2, part=False) == words


def test_a_total_adds_up_all_rows_or_those_since_the_last_and_a_part_only_the_latter() -> None:
    sums = RowSums([(1, 1), (2, 2), (4, 4), (8, 8)], ends=[2])
    assert [total for total in range(20) if sums.compare(exactly(total), 4, part=False) == ""] == [12, 15]
    assert [total for total in range(20) if sums.compare(exactly(total), 4, part=True) == ""] == [12]
    # The first part, whose own end is none of those before it.
    assert [total for total in range(20) if sums.compare(exactly(total), 2, part=True) == ""] == [3]


def test_a_total_above_its_table_adds_up_what_stands_below() -> None:
    sums = RowSums([(1, 1), (2, 2), (4, 4)])
    assert [total for total in range(9) if sums.compare(exactly(total), 0, part=False) == ""] == [7]


def test_of_no_rows_only_nobody_is_the_total() -> None:
    assert RowSums().compare(exactly(0), 0, part=False) == ""
    assert RowSums().compare(exactly(1), 0, part=False) == "0"


ENDS = st.tuples(st.integers(0, 4), st.integers(0, 3)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(max_examples=80)
@given(st.lists(ENDS, min_size=1, max_size=4), ENDS)
def test_a_total_is_possible_where_some_numbers_of_people_make_it(counts: list[Ends], total: tuple[int, int]) -> None:
    every = product(*(range(low, (high or 0) + 1) for low, high in counts))
    possible = any(total[0] <= sum(people) <= total[1] for people in every)
    found = RowSums(counts).compare(Count(*total), len(counts), part=False)
    assert (found == "") == possible
