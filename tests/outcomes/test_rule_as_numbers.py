"""A definition as the numbers that the walk takes: nothing that nobody reads, nothing read that is not written."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace

import numpy as np
import pytest

from remission.outcomes import walk
from remission.outcomes.definitions.changes import Baseline, Confirmation, RelapseAssociation, Threshold, Window
from remission.outcomes.definitions.rules.progression import Progression
from remission.outcomes.rules import progression
from remission.outcomes.rules.progression import as_numbers
from remission.records.segments import NEVER

PLAIN = Progression(thresholds=(Threshold(0.0, 1.0), Threshold(5.5, 0.5)), confirmation=Confirmation(days=84))


def test_every_number_of_a_rule_is_read_by_the_walk_and_written_for_it() -> None:
    kernels = inspect.getsource(walk).partition("@filling_kernel")[2]
    read = set(re.findall(r"\brule\.(\w+)", kernels))
    written = {"listing"}
    for part in (progression._baseline_numbers, progression._change_numbers, progression._relation_numbers):
        written |= part(PLAIN).keys()
    assert read == written == set(walk.RULE.names or ())


def test_thresholds_are_in_half_points_and_what_is_not_filled_is_not_counted() -> None:
    numbers = as_numbers(PLAIN)
    assert numbers["worse_count"] == 2
    assert numbers["worse_rows"][:2].tolist() == [[0, 2, 0], [11, 1, 0]]
    assert not numbers["worse_rows"][2:].any()


def test_without_a_table_of_its_own_an_improvement_is_measured_like_a_worsening() -> None:
    same, other = as_numbers(PLAIN), as_numbers(replace(PLAIN, improvement=(Threshold(0.0, 2.0),)))
    assert (same["better_rows"] == same["worse_rows"]).all()
    assert (other["better_count"], other["better_rows"][0].tolist()) == (1, [0, 4, 0])
    assert (other["worse_rows"] == same["worse_rows"]).all()


@pytest.mark.parametrize(
    ("confirmation", "windows"),
    [
        (Confirmation(days=84), [(84, NEVER)]),
        (Confirmation(days=84, tolerance_before_days=7, tolerance_after_days=14), [(77, 98)]),
        (Confirmation(days=84, tolerance_after_days=0), [(84, 84)]),
        # However early it opens, it opens after the day of the onset.
        (Confirmation(days=5, tolerance_before_days=5, tolerance_after_days=0), [(1, 5)]),
        (Confirmation(days=5, tolerance_before_days=900), [(1, NEVER)]),
        (Confirmation(days=None, tolerance_before_days=7), [(0, 0)]),
    ],
)
def test_a_window_opens_early_closes_late_and_never_on_the_day_of_the_onset(
    confirmation: Confirmation, windows: list[tuple[int, int]]
) -> None:
    numbers = as_numbers(replace(PLAIN, confirmation=confirmation))
    assert numbers["window_count"] == len(windows)
    assert [tuple(row) for row in numbers["windows"][: len(windows)].tolist()] == windows
    assert numbers["unconfirmed"] == (confirmation.days is None)


@pytest.mark.parametrize(("late", "closes"), [(0, 194), (200, 284)])
def test_the_search_ends_with_the_window_that_closes_last_wherever_it_is_written(late: int, closes: int) -> None:
    early = Confirmation(days=84, tolerance_after_days=late, further=(Window(168, 0, 26), Window(100, 0, 0)))
    assert as_numbers(replace(PLAIN, confirmation=early))["closes"] == closes


def test_one_open_window_keeps_the_search_open() -> None:
    open_later = Confirmation(days=84, tolerance_after_days=7, further=(Window(168),))
    assert as_numbers(replace(PLAIN, confirmation=open_later))["closes"] == NEVER


@pytest.mark.parametrize(
    ("moves", "sub_threshold", "flags"),
    [
        ("fixed", "any", (0, 0, 0, 0)),
        ("roving", "none", (1, 1, 0, 0)),
        ("roving", "any", (1, 1, 1, 1)),
        ("roving", "improvement", (1, 1, 0, 1)),
        ("roving", "worsening", (1, 1, 1, 0)),
        ("roving-improvement", "worsening", (0, 1, 0, 0)),
        ("roving-improvement", "any", (0, 1, 0, 1)),
        ("roving-worsening", "any", (1, 0, 1, 0)),
    ],
)
def test_a_small_change_moves_only_a_baseline_that_changes_of_its_direction_move(
    moves: str, sub_threshold: str, flags: tuple[int, int, int, int]
) -> None:
    baseline = Baseline(moves=moves, sub_threshold=sub_threshold)  # type: ignore[arg-type]
    numbers = as_numbers(replace(PLAIN, baseline=baseline))
    names = ("moves_worse", "moves_better", "small_worse", "small_better")
    assert tuple(int(numbers[name]) for name in names) == flags


def test_a_baseline_window_without_a_first_day_begins_before_every_day_and_can_be_added_to() -> None:
    opens, closes = as_numbers(PLAIN)["baseline_window"]
    assert (opens < -NEVER, closes) == (True, 0)
    assert opens - NEVER < opens
    assert (
        as_numbers(replace(PLAIN, baseline=Baseline(from_day=-30, to_day=-30)))["baseline_window"].tolist() == [-30] * 2
    )


def test_windows_around_relapses_are_open_only_where_they_join_the_next() -> None:
    joined = RelapseAssociation(
        preceding_before_days=5, preceding_after_days=None, onset_before_days=None, onset_after_days=None,
        confirmation_before_days=None, confirmation_after_days=30,
    )  # fmt: skip
    numbers = as_numbers(replace(PLAIN, relapse_association=joined))
    assert numbers["pira"].tolist() == [[5, walk.OPEN], [0, walk.OPEN], [0, 30]]
    assert as_numbers(replace(PLAIN, relapse_association=RelapseAssociation()))["pira"].tolist() == [
        [0, 0], [90, 30], [90, 30],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("counts", "flags"),
    [
        (("PIRA",), [1, 0, 0, 0]),
        (("undefined", "RAW"), [0, 0, 1, 1]),
        (("PIRA with a relapse during confirmation",), [0, 1, 0, 0]),
    ],
)
def test_which_relations_count_stands_at_their_places(counts: tuple[str, ...], flags: list[int]) -> None:
    relation = RelapseAssociation(counts=counts)  # type: ignore[arg-type]
    assert as_numbers(replace(PLAIN, relapse_association=relation))["counts"].tolist() == flags


def test_every_rule_is_of_one_size_and_only_the_listing_differs_when_all_changes_are_listed() -> None:
    once, listed = as_numbers(PLAIN), as_numbers(PLAIN, listing=True)
    differing = [name for name in walk.RULE.names or () if not np.array_equal(once[name], listed[name])]
    assert differing == ["listing"]
