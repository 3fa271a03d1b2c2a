"""Counts of events and days: what rates per person-year are made of."""

from __future__ import annotations

from typing import Any

import pytest

from made_up.further_worlds import cohort_of, someone
from remission.inputs.problems import InputProblems
from remission.outcomes.counts import COUNT_COLUMNS, evaluate_counts
from remission.outcomes.definitions.records import Endpoint
from remission.outcomes.definitions.rules.mri import Mri


def counted(endpoint: str | Endpoint = "relapse-30d", to: int = 400, **tables: Any) -> dict[str, Any]:
    rows = someone(to) | {name: [{"subject_id": "A", **row} for row in some] for name, some in tables.items()}
    return evaluate_counts(cohort_of(rows), endpoint).counts.row(0, named=True)


def test_every_relapse_counts_and_those_of_30_days_once() -> None:
    days = (100, 110, 129, 130, 300)
    found = counted(relapses=[{"day": day} for day in days])
    assert (found["events"], found["person_days"], found["first_day"], found["last_day"]) == (3, 400, 0, 400)
    assert found["reason"] == "completed"


def test_a_relapse_on_the_last_day_leaves_no_reason_and_every_day() -> None:
    found = counted(relapses=[{"day": 400}])
    assert (found["events"], found["person_days"], found["reason"]) == (1, 400, None)


def test_relapses_that_do_not_qualify_or_nobody_watched_for_do_not_count() -> None:
    rows = [{"day": -5}, {"day": 50, "fever": "yes"}, {"day": 100, "end_day": 100}, {"day": 500}]
    assert counted(relapses=rows)["events"] == 0


def test_who_was_not_followed_has_no_days() -> None:
    assert counted(to=0) == {
        "subject_id": "A", "events": 0, "person_days": 0, "first_day": 0, "last_day": 0, "reason": "no-follow-up",
        "lesions": None,
    }  # fmt: skip


def test_active_scans_are_counted_each() -> None:
    endpoint = Endpoint("m", "m", "M", record=Mri(("new_t2",), events="all"))
    scans = [{"day": day, "new_t2": lesions} for day, lesions in ((50, 2), (100, 0), (150, 1), (200, 0))]
    found = counted(endpoint, scans=scans)
    assert (found["events"], found["person_days"]) == (2, 200)


def test_everyone_who_entered_has_a_row_in_their_order() -> None:
    rows = someone()
    rows["subjects"] += [{"subject_id": name, "entered": entered} for name, entered in (("C", "yes"), ("B", "no"))]
    rows["relapses"] = [{"subject_id": "C", "day": 9}, {"subject_id": "A", "day": 9}]
    counts = evaluate_counts(cohort_of(rows), "relapse-30d").counts
    assert counts["subject_id"].to_list() == ["A", "C"]
    assert counts["events"].to_list() == [1, 0]  # nobody watched C
    assert dict(counts.schema) == COUNT_COLUMNS


def test_an_endpoint_of_first_events_is_refused() -> None:
    with pytest.raises(InputProblems) as refused:
        counted("relapse-free")
    assert [problem.column for problem in refused.value.problems] == ["relapse.events"]


def test_lesions_are_added_up_over_the_scans_that_count() -> None:
    # The reference is the scan of day 30 (the first from day 20 on): its 9 lesions and those before it are old.
    scans = [{"day": 10, "new_t2": 5, "gd_lesions": 0}, {"day": 30, "new_t2": 9, "gd_lesions": 0}]
    scans += [{"day": 100, "new_t2": 2, "gd_lesions": 1}, {"day": 200, "new_t2": 0, "gd_lesions": 0}]
    scans += [{"day": 300, "new_t2": 1, "gd_lesions": 4}, {"day": 401, "new_t2": 7, "gd_lesions": 0}]
    rule = Mri(("new_t2", "gd_lesions"), reference_from_day=20, events="all")
    found = counted(Endpoint("mri", "MRI", "Free", record=rule), to=400, scans=scans)
    assert (found["events"], found["lesions"]) == (2, 2 + 1 + 1 + 4)
    largest = Endpoint("mri", "MRI", "Free", record=Mri(("new_t2", "gd_lesions"), combine="largest", events="all"))
    assert counted(largest, to=400, scans=scans)["lesions"] == 5 + 9 + 2 + 4
