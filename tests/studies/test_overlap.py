"""No person twice: the set with most people is found exactly, and a pair that overlaps is refused by name."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.studies import number, series, together
from remission.inputs.problems import InputProblems
from remission.studies.load import Studies, load_studies
from remission.studies.overlap import (
    Chosen,
    Entry,
    check_no_person_twice,
    circles,
    non_overlapping,
    overlaps_of,
    shared,
)
from remission.studies.study import Arm, Course, Overlap, Study

SERIES = Path(__file__).parents[2] / "../shared/facts/evidence/hsct_studies.csv"


def deaths(studies: Studies) -> list[Entry]:
    return [Entry(*one) for one in studies.numbers("transplant-deaths") if one[1].denominator]


def chosen(*studies: Study) -> Chosen:
    library = together(*studies)
    return non_overlapping(deaths(library), library)


def kept(*studies: Study) -> list[str]:
    return [one.study.name for one in chosen(*studies).kept]


def test_the_larger_of_two_is_kept_and_the_other_says_why() -> None:
    found = chosen(series("early", 40, late="contained in"), series("late", 100))
    assert [one.name for one in found.kept] == ["late"]
    assert [(one.entry.name, one.why) for one in found.left_out] == [("early", "contained in late (invented)")]


def test_two_small_ones_beat_a_hub_only_with_more_people() -> None:
    small = [series("a", 60, hub="may share people with"), series("b", 50, hub="may share people with")]
    assert kept(*small, series("hub", 100)) == ["a", "b"]
    assert kept(*small, series("hub", 120)) == ["hub"]


def test_of_equal_sets_the_latest_is_taken() -> None:
    assert kept(series("a", 50, year=2020), series("b", 50, year=2010, a="same people as")) == ["a"]
    assert kept(series("a", 50, year=2010), series("b", 50, year=2020, a="same people as")) == ["b"]


def test_what_is_inside_what_is_inside_is_inside() -> None:
    library = together(
        series("a", 1, b="contained in"), series("b", 2), series("c", 3, b="contains", d="contained in"), series("d", 4)
    )
    graph = overlaps_of(library)
    assert graph["a"].keys() == {"b", "c", "d"}
    assert graph["d"]["a"].relation == "contains"


def test_two_studies_of_the_same_people_share_with_the_same_others() -> None:
    graph = overlaps_of(
        together(series("a", 1, b="same people as"), series("b", 1), series("c", 1, b="may share people with"))
    )
    assert "c" in graph["a"]
    assert "a" in graph["c"]


def test_arms_of_one_study_are_different_people_unless_it_says_otherwise() -> None:
    two = replace(
        series("a", 30),
        arms=(Arm("HSCT", "hsct"), Arm("other", "hsct")),
        numbers=(
            number("transplant-deaths", events=0, denominator=30),
            number("transplant-deaths", "other", events=0, denominator=20),
        ),
    )
    assert [one.name for one in chosen(two).kept] == ["a (HSCT)", "a (other)"]
    tied = replace(two, arms=(Arm("HSCT", "hsct", shares_people_with=("other",)), Arm("other", "hsct")))
    assert [one.number.arm for one in chosen(tied).kept] == ["HSCT"]


def test_courses_of_one_arm_are_different_people_and_the_whole_arm_is_both() -> None:
    one = series("a", 30)
    parts: tuple[tuple[Course, int], ...] = (("", 30), ("RRMS", 20), ("SPMS", 9))
    entries = [Entry(one, replace(one.numbers[1], course=course, denominator=people)) for course, people in parts]
    graph = overlaps_of(together(one))
    assert not shared(entries[1], entries[2], graph)
    assert shared(entries[0], entries[1], graph)
    assert len(non_overlapping(entries, together(one)).kept) == 1


def test_pooling_a_pair_that_overlaps_is_an_error_that_names_them() -> None:
    library = together(series("a", 10, b="may share people with"), series("b", 10), series("c", 10))
    with pytest.raises(InputProblems) as caught:
        check_no_person_twice(deaths(library), library)
    assert "a, may share people with b (invented)" in caught.value.report()
    check_no_person_twice(deaths(library.without("a")), library)


def test_studies_inside_each_other_are_found() -> None:
    a, b = series("a", 1, b="contained in"), series("b", 1, a="contained in")
    assert circles(together(a, b, series("c", 1))) == [("a", "b")]


def worth(entries: Sequence[Entry]) -> tuple[int, list[int]]:
    return sum(one.people for one in entries), sorted((one.study.year or 0 for one in entries), reverse=True)


def best_by_trying(entries: list[Entry], studies: Studies) -> tuple[int, list[int]]:
    """People and years of the best set, plainly: every set is tried."""
    graph = overlaps_of(studies)
    best: tuple[int, list[int]] = (0, [])
    for size in range(len(entries) + 1):
        for some in combinations(entries, size):
            if not any(shared(*pair, graph) for pair in combinations(some, 2)):
                best = max(best, worth(some))
    return best


@given(st.data())
def test_no_set_without_overlap_has_more_people_or_is_later(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 9))
    ties = st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14)
    pairs = {(a, b) for a, b in data.draw(ties) if a != b}
    studies = []
    for place in range(count):
        one = series(f"s{place}", data.draw(st.integers(1, 6)), year=2000 + place)
        told = tuple(Overlap(f"s{b}", "may share people with", "drawn") for a, b in sorted(pairs) if a == place)
        studies.append(replace(one, overlaps=told))
    library = together(*studies)
    found = non_overlapping(deaths(library), library)
    check_no_person_twice(found.kept, library)
    assert worth(found.kept) == best_by_trying(deaths(library), library)
    assert len(found.kept) + len(found.left_out) == count


def test_for_mortality_it_is_the_nineteen_cohorts() -> None:
    found = non_overlapping(deaths(load_studies()), load_studies())
    assert (len(found.kept), sum(one.people for one in found.kept)) == (19, 2509)
    assert sum(one.number.events or 0 for one in found.kept) == 15


def test_the_nineteen_are_those_picked_by_hand() -> None:
    if not SERIES.is_file():
        pytest.skip("the table of series lies elsewhere")
    with SERIES.open(encoding="utf-8", newline="") as opened:
        by_hand = [row for row in csv.DictReader(opened) if row["pool_trm"].startswith("yes")]
    found = non_overlapping(deaths(load_studies()), load_studies()).kept
    assert sorted((int(row["trm_n"]), int(row["trm_deaths"]), int(row["year"])) for row in by_hand) == sorted(
        (one.number.denominator or 0, one.number.events or 0, one.study.year or 0) for one in found
    )
