"""The recipes under the report, counted by hand."""

from __future__ import annotations

from pathlib import Path

from made_up.small_report_cohort import tiny
from remission.outcomes.evaluation import evaluate
from remission.outcomes.load import load_cohort
from remission.report.adverse_events import derive_adverse_events
from remission.report.curves.planted_truth import compare_with_truth
from remission.report.edss_change import estimate_edss_change
from remission.report.event_free import estimate_event_free
from remission.report.pictures.swimmer import MOST_PERSONS
from remission.report.population import derive_baseline, derive_flow, estimate_time_known
from remission.report.timelines import derive_timelines

PEOPLE = """\
S1,a,yes,900,completed,
S2,a,yes,400,died,400
S3,b,yes,900,completed,
S4,,no,,,
S5,b,yes,50,lost,
"""
VISITS = """\
S1,V1,-10,2.0
S1,V2,0,3.0
S1,V3,890,1.5
S2,V4,0,4.0
S2,V5,300,6.0
S3,V6,0,2.0
S3,V7,800,2.0
"""
ADVERSE = """\
S1,A1,-5,Infections,2
S1,A2,10,Infections,1
S1,A3,100,Infections,3
S1,A4,101,Infections,
S2,A5,20,,4
S4,A6,3,Infections,5
"""


def test_the_flow_counts_everyone_once(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE + "S6,b,yes,0,lost,\n", visits=VISITS, relapses="S1,R1,100\n")
    steps = derive_flow(cohort, evaluate(cohort, "relapse-free"))
    assert [(step.label, step.persons) for step in steps] == [
        ("Evaluated", 6),
        ("Did not enter", 1),
        ("Entered", 5),
        ("Not followed for this endpoint", 1),
        ("Followed for this endpoint", 4),
    ]
    assert steps[2].details == ("2 completed follow-up", "2 lost to follow-up", "1 died")


def test_follow_up_is_to_the_last_day_known_of_those_who_entered(tmp_path: Path) -> None:
    row = estimate_time_known(tiny(tmp_path, PEOPLE)).rows()[0]
    assert (row["value"], row["low"], row["high"], row["n"]) == (650.0, 50.0, 900.0, 4)


def test_the_baseline_table_names_what_nobody_recorded(tmp_path: Path) -> None:
    baseline = derive_baseline(tiny(tmp_path, PEOPLE, visits=VISITS), "arm")
    assert baseline.groups == ("All", "a", "b")
    assert baseline.frame.row(0) == ("Persons", "", "4", "2", "2")
    assert "Last EDSS up to day zero" in baseline.frame["what"].to_list()
    assert baseline.not_recorded == ("Age in years", "Sex", "Course of MS", "Years since the first symptom")


def test_change_is_from_the_last_score_up_to_day_zero_to_the_last_one_after(tmp_path: Path) -> None:
    change = estimate_edss_change(tiny(tmp_path, PEOPLE, visits=VISITS))
    assert change.changes.select("subject_id", "change", "completed").rows() == [
        ("S1", -1.5, True),
        ("S2", 2.0, False),
        ("S3", 0.0, True),
        ("S5", None, False),
    ]
    assert change.summary.rows()[0]["value"] == -0.75
    assert change.summary.rows()[0]["population"] == "completed"


def test_adverse_events_are_counted_per_person_and_per_event(tmp_path: Path) -> None:
    found = derive_adverse_events(tiny(tmp_path, PEOPLE, adverse_events=ADVERSE))
    assert found is not None
    assert found[0].at_risk == {"early": 4, "late": 3}
    assert found[0].before == 1
    assert found[0].categories.rows() == [
        # Persons and events; of grade 3 or more persons and events at least and at most; events without a grade.
        ("Category not recorded", "early", 1, 1, 1, 1, 1, 1, 0),
        ("Infections", "early", 1, 2, 1, 1, 1, 1, 0),
        ("Infections", "late", 1, 1, 0, 1, 0, 1, 1),
    ]
    assert found[0].grades.rows() == [
        ("1", "early", 0, 1),
        ("3", "early", 1, 1),
        ("4", "early", 1, 1),
        ("not graded", "late", 1, 1),
    ]


def test_adverse_events_that_were_not_collected_are_not_none(tmp_path: Path) -> None:
    assert derive_adverse_events(tiny(tmp_path / "without", PEOPLE)) is None
    none = derive_adverse_events(tiny(tmp_path / "empty", PEOPLE, adverse_events=""))
    assert none is not None
    assert none[0].categories.is_empty()


def test_a_timeline_shows_relapses_scans_and_ends(tmp_path: Path) -> None:
    cohort = tiny(tmp_path, PEOPLE, visits=VISITS, relapses="S1,R1,100\n", scans="S3,M1,0,0\nS3,M2,500,2\n")
    timelines = derive_timelines(cohort, evaluate(cohort, "relapse-free"), "arm")
    assert timelines.left_out == 0
    assert sorted(timelines.marks.rows()) == [
        ("S1", "Completed", 900),
        ("S1", "Relapse that counts", 100),
        ("S2", "Death", 400),
        ("S3", "Completed", 900),
        ("S3", "Scan with lesions", 500),
        ("S5", "Left or lost", 50),
    ]


def test_of_many_people_an_even_choice_is_drawn_with_everyone_who_died() -> None:
    cohort = load_cohort("two-arm")
    timelines = derive_timelines(cohort, evaluate(cohort, "neda-3"), "arm")
    assert timelines.persons.height == MOST_PERSONS
    assert timelines.left_out == 140
    assert timelines.persons["group"].value_counts()["count"].min() >= 29
    died = cohort.subjects.filter(cohort.subjects["death_day"].is_not_null())["subject_id"]
    assert died.is_in(timelines.persons["person"].implode()).all()


def test_the_planted_truth_stays_with_the_bundled_cohort(tmp_path: Path) -> None:
    cohort = load_cohort("two-arm")
    outcome = evaluate(cohort, "neda-3")
    by_arm = estimate_event_free(outcome, cohort=cohort, group_by="arm")
    found = compare_with_truth(cohort, by_arm, "arm")
    assert found is not None
    assert {"yes"} <= set(found.frame["inside"]) <= {"yes", "no"}
    assert compare_with_truth(cohort, by_arm, "sex") is None
    mine = tiny(tmp_path, PEOPLE, relapses="")
    assert compare_with_truth(mine, estimate_event_free(evaluate(mine, "relapse-free")), "arm") is None
