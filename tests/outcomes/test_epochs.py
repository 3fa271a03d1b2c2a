"""Treatment epochs: the vectorised derivation against a plain one, examples by hand, and what was on at an event."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made_up.further_worlds import cohort_of, random_cohort, someone
from remission.library.catalogue import therapies
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.relapse import Relapse
from remission.outcomes.epochs import EPOCH_COLUMNS, Overlap, carry_overs, derive_epochs, derive_therapy_at
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.records.people import SubjectRecords, subject_records

Epoch = dict[str, Any]
TALLY: Counter[str] = Counter()
CARRY = {"cladribine": 6, "alemtuzumab": 12}
OVERLAPS: tuple[Overlap, ...] = ("the later begins", "both stay")


# ---------------------------------------------------------------- the plain twin


def plain_epochs(person: SubjectRecords, merge_days: int, carry_over: dict[str, int], overlap: Overlap) -> list[Epoch]:
    epochs: list[Epoch] = []
    for row in sorted(person.rows("treatments"), key=lambda row: row["start_day"]):
        works_to, merges_to = last_days(row, carry_over)
        same = [one for one in epochs if one["therapy"] == row["therapy"]]
        last = same[-1] if same else None
        between = overlap == "the later begins" and last is not None and epochs[-1] is not last
        if last is not None and not between and is_near(last["merges_to"], row["start_day"], merge_days):
            TALLY["merged"] += 1
            last["row_ids"].append(row["row_id"])
            last["works_to"] = later(last["works_to"], works_to)
            last["merges_to"] = later(last["merges_to"], merges_to)
        else:
            kind = therapies()[row["therapy"]].kind
            epochs.append(
                {"therapy": row["therapy"], "kind": kind, "start_day": row["start_day"], "works_to": works_to,
                 "merges_to": merges_to, "row_ids": [row["row_id"]]}
            )  # fmt: skip
    return [ended(place, epochs, overlap, person.subject["subject_id"]) for place in range(len(epochs))]


def last_days(row: Any, carry_over: dict[str, int]) -> tuple[int | None, int | None]:
    """Up to which day it works, and up to which day another row is measured against; None: without end."""
    kind, end = therapies()[row["therapy"]].kind, row["end_day"]
    if kind == "procedure":
        return None, row["start_day"] if end is None else end
    if end is None and (kind == "continuous" or row["ongoing"] == "yes"):
        return None, None
    last = (row["start_day"] if end is None else end) + carry_over.get(row["therapy"], 0)
    return last, last


def is_near(end: int | None, start: int, merge_days: int) -> bool:
    return end is None or start <= end or start - end < merge_days


def later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def ended(place: int, epochs: list[Epoch], overlap: Overlap, subject_id: str) -> Epoch:
    one, after = epochs[place], epochs[place + 1 :]
    if overlap == "both stay":
        after = [other for other in after if other["start_day"] > one["start_day"] and one["kind"] == "procedure"]
    end, why = one["works_to"], {"course": "worn off"}.get(one["kind"], "stopped")
    if after and (end is None or after[0]["start_day"] - 1 < end):
        end, why = after[0]["start_day"] - 1, "another therapy"
    TALLY.update([f"{one['kind']} {why if end is not None else 'goes on'}"])
    if end is not None and end < one["start_day"]:
        TALLY["without a day"] += 1
    return {
        "subject_id": subject_id, "epoch": place + 1, "therapy": one["therapy"], "kind": one["kind"],
        "start_day": one["start_day"], "end_day": end, "ended_by": None if end is None else why,
        "row_ids": one["row_ids"],
    }  # fmt: skip


@settings(max_examples=200)
@given(st.integers(0, 2**48), st.sampled_from([0, 1, 5, 12]), st.sampled_from(OVERLAPS))
def test_epochs_are_those_of_the_plain_twin(seed: int, merge_days: int, overlap: Overlap) -> None:
    cohort = with_some_ongoing(random_cohort(random.Random(seed)), seed)
    expected = [
        epoch for person in subject_records(cohort) for epoch in plain_epochs(person, merge_days, CARRY, overlap)
    ]
    assert derive_epochs(cohort, merge_days, CARRY, overlap).to_dicts() == expected


def with_some_ongoing(cohort: Cohort, seed: int) -> Cohort:
    dice = random.Random(seed + 1)
    rows = cohort.tables["treatments"]
    ongoing = [dice.choice((None, "no", "yes")) if end is None else None for end in rows["end_day"]]
    tables = dict(cohort.tables) | {"treatments": rows.with_columns(ongoing=pl.Series(ongoing, dtype=pl.String))}
    return Cohort(cohort.manifest, tables, "")


def test_the_cases_reach_every_end() -> None:
    """Runs after the agreement test, on its tally."""
    ends = {
        "continuous": ("stopped", "goes on", "another therapy"),
        "course": ("worn off", "goes on", "another therapy"),
        "procedure": ("goes on", "another therapy"),
    }
    reached = {f"{kind} {why}" for kind, every in ends.items() for why in every} | {"merged", "without a day"}
    assert {what: TALLY[what] for what in reached if TALLY[what] < 20} == {}


# ---------------------------------------------------------------- by hand


def start(therapy: str, day: int, end: int | None = None, **more: Any) -> dict[str, Any]:
    return {"subject_id": "A", "therapy": therapy, "start_day": day, "end_day": end, **more}


def epochs_of(*rows: dict[str, Any], **choices: Any) -> list[tuple[Any, ...]]:
    cohort = cohort_of(someone() | {"treatments": list(rows)})
    chosen = {"merge_days": 30, "carry_over": CARRY} | choices
    return derive_epochs(cohort, **chosen).select("therapy", "start_day", "end_day", "ended_by").rows()


def test_each_kind_ends_in_its_own_way() -> None:
    assert epochs_of(start("natalizumab", 0, 90)) == [("natalizumab", 0, 90, "stopped")]
    assert epochs_of(start("natalizumab", 0)) == [("natalizumab", 0, None, None)]
    assert epochs_of(start("cladribine", 0, 10)) == [("cladribine", 0, 16, "worn off")]
    assert epochs_of(start("cladribine", 10)) == [("cladribine", 10, 16, "worn off")]
    assert epochs_of(start("cladribine", 10, ongoing="yes")) == [("cladribine", 10, None, None)]
    assert epochs_of(start("hsct", 5, 25)) == [("hsct", 5, None, None)]


def test_a_therapy_ends_the_day_before_the_next_begins() -> None:
    rows = (start("natalizumab", 0, 90), start("ocrelizumab", 60), start("hsct", 200), start("cladribine", 300, 310))
    assert epochs_of(*rows) == [
        ("natalizumab", 0, 59, "another therapy"),
        ("ocrelizumab", 60, 199, "another therapy"),
        ("hsct", 200, 299, "another therapy"),
        ("cladribine", 300, 316, "worn off"),
    ]


def test_where_both_stay_only_a_procedure_gives_way() -> None:
    rows = (start("natalizumab", 0, 90), start("ocrelizumab", 60, 100), start("hsct", 50))
    assert epochs_of(*rows, overlap="both stay") == [
        ("natalizumab", 0, 90, "stopped"),
        ("hsct", 50, 59, "another therapy"),
        ("ocrelizumab", 60, 100, "stopped"),
    ]


@pytest.mark.parametrize(("merge_days", "count"), [(29, 2), (30, 2), (31, 1)])
def test_a_break_shorter_than_the_rule_is_no_break(merge_days: int, count: int) -> None:
    """Off from day 90 to day 120: 30 days between."""
    rows = (start("natalizumab", 0, 90), start("natalizumab", 120, 200))
    assert len(epochs_of(*rows, merge_days=merge_days)) == count


def test_what_another_therapy_came_between_is_not_put_together() -> None:
    rows = (start("natalizumab", 0, 90), start("ocrelizumab", 95, 99), start("natalizumab", 100, 200))
    assert [row[:3] for row in epochs_of(*rows)] == [
        ("natalizumab", 0, 90), ("ocrelizumab", 95, 99), ("natalizumab", 100, 200),
    ]  # fmt: skip
    assert [row[:3] for row in epochs_of(*rows, overlap="both stay")] == [
        ("natalizumab", 0, 200), ("ocrelizumab", 95, 99),
    ]  # fmt: skip


def test_two_courses_within_the_time_the_first_works_are_one_epoch() -> None:
    rows = (start("cladribine", 0, 10), start("cladribine", 365, 375))
    assert epochs_of(*rows, carry_over={"cladribine": 400}) == [("cladribine", 0, 775, "worn off")]


def test_a_course_of_steroids_ends_no_other_therapy() -> None:
    rows = (start("natalizumab", 0), start("methylprednisolone", 50, 54))
    assert epochs_of(*rows) == [("natalizumab", 0, None, None)]
    assert len(epochs_of(*rows, carry_over={"methylprednisolone": 0}, leave_out=())) == 2


def test_every_row_that_is_not_left_out_is_in_one_epoch() -> None:
    cohort = random_cohort(random.Random(7))
    for overlap in OVERLAPS:
        rows = derive_epochs(cohort, 5, CARRY, overlap)["row_ids"].explode().to_list()
        assert sorted(rows) == sorted(cohort.tables["treatments"]["row_id"].to_list())


def test_of_two_that_start_on_one_day_the_last_in_the_file_holds() -> None:
    assert epochs_of(start("natalizumab", 0), start("ocrelizumab", 0)) == [
        ("natalizumab", 0, -1, "another therapy"), ("ocrelizumab", 0, None, None),
    ]  # fmt: skip


def test_a_course_whose_effect_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="a course of cladribine work"):
        epochs_of(start("cladribine", 0), carry_over={})


@pytest.mark.parametrize(
    ("choices", "said"),
    [({"merge_days": -1}, "merge_days"), ({"overlap": "guess"}, "overlap"), ({"carry_over": {"x": -1}}, "carry_over")],
)
def test_rules_that_do_not_exist_are_refused(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        epochs_of(start("natalizumab", 0), **choices)


def test_the_library_knows_every_course_and_says_how_far_it_was_checked() -> None:
    courses = {name for name, therapy in therapies().items() if therapy.kind == "course"}
    assert set(carry_overs()) == courses
    for one in carry_overs().values():
        assert one.status in ("verified", "secondary", "derived", "unverified")
        assert one.citation
        assert one.says
        assert one.status == "unverified" or one.locus


def test_the_frame_is_as_declared_even_when_nobody_was_treated() -> None:
    empty = derive_epochs(cohort_of(someone()))
    assert dict(empty.schema) == EPOCH_COLUMNS
    assert dict(derive_epochs(random_cohort(random.Random(1)), 0, CARRY).schema) == EPOCH_COLUMNS
    assert empty.height == 0


# ---------------------------------------------------------------- what was on


RELAPSE = Endpoint("r", "Relapse", "Relapse-free", record=Relapse())


def at_event(day: int | None, *rows: dict[str, Any], overlap: Overlap = "the later begins") -> tuple[Any, ...]:
    relapses = [] if day is None else [{"subject_id": "A", "day": day}]
    cohort = cohort_of(someone() | {"treatments": list(rows), "relapses": relapses})
    found = derive_therapy_at(evaluate(cohort, RELAPSE), derive_epochs(cohort, 0, CARRY, overlap))
    return found.select("therapy_at_event", "epoch_at_event", "therapy_rows").row(0)


@pytest.mark.parametrize(
    ("day", "therapy"),
    [(59, "natalizumab"), (60, "ocrelizumab"), (100, "ocrelizumab"), (101, "no therapy"), (None, None)],
)
def test_the_therapy_at_an_event_is_that_of_its_day(day: int | None, therapy: str | None) -> None:
    assert at_event(day, start("natalizumab", 0, 90), start("ocrelizumab", 60, 100))[0] == therapy


def test_the_epoch_and_its_rows_are_named() -> None:
    rows = (start("natalizumab", -50, 90), start("ocrelizumab", 60, 100), start("ocrelizumab", 101, 300))
    assert at_event(200, *rows) == ("ocrelizumab", 3, ["treatments-2"])


def test_several_that_were_on_are_all_named() -> None:
    rows = (start("natalizumab", 0, 90), start("ocrelizumab", 60, 100))
    assert at_event(70, *rows, overlap="both stay") == (
        "natalizumab + ocrelizumab", 1, ["treatments-0", "treatments-1"],
    )  # fmt: skip
