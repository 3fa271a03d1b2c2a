"""The last day on which anything is known of somebody: recorded, else shown by a record, never merely the data cut."""

from __future__ import annotations

from pathlib import Path

from made_up.written_cohort import written
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.report.last_known import last_known_days
from remission.report.pictures.swimmer import draw_swimmer
from remission.report.population import derive_flow, estimate_time_known
from remission.report.timelines import derive_timelines

SUBJECTS = """\
subject_id,entered,last_day,cut_day
S1,yes,400,1000
S2,yes,1200,1000
S3,yes,,1000
S4,yes,,1000
S5,yes,,1000
"""
VISITS = """\
subject_id,row_id,day,edss
S1,V1,0,2
S3,V2,0,2
S3,V3,250,2
S4,V4,-20,2
"""
EVENTS = "subject_id,row_id,day,end_day\nS3,A1,300,350\nS5,A2,900,1300\n"


def cohort(folder: Path) -> Cohort:
    return written(folder, subjects=SUBJECTS, visits=VISITS, adverse_events=EVENTS)


def test_without_a_last_day_it_is_the_last_record_and_never_after_the_cut(tmp_path: Path) -> None:
    found = dict(last_known_days(cohort(tmp_path)).rows())
    assert found == {"S1": 400, "S2": 1000, "S3": 350, "S4": None, "S5": 1000}


def test_a_death_is_the_last_that_is_known_of_somebody(tmp_path: Path) -> None:
    # Lost on day 100 and told dead on day 300; written on for 50 days after the death; dead after the data cut.
    subjects = "subject_id,entered,last_day,death_day,cut_day\nS1,yes,100,300,\nS2,yes,350,300,\nS3,yes,100,300,200\n"
    assert dict(last_known_days(written(tmp_path, subjects=subjects)).rows()) == {"S1": 300, "S2": 300, "S3": 200}


def test_when_it_was_written_down_is_no_day_on_which_somebody_was_seen(tmp_path: Path) -> None:
    relapses = "subject_id,row_id,day,recorded_day\nS1,R1,80,700\n"
    one = written(tmp_path, subjects="subject_id,entered\nS1,yes\n", relapses=relapses)
    assert last_known_days(one).rows() == [("S1", 80)]


def test_it_counts_only_those_whose_last_day_is_known(tmp_path: Path) -> None:
    row = estimate_time_known(cohort(tmp_path)).rows()[0]
    assert (row["value"], row["low"], row["high"]) == (700.0, 350.0, 1000.0)
    assert (row["n"], row["denominator"]) == (4, 5)


def test_the_flow_says_of_how_many_nothing_is_known(tmp_path: Path) -> None:
    made = cohort(tmp_path)
    steps = derive_flow(made, evaluate(made, "death"))
    entered = next(step for step in steps if step.label == "Entered")
    assert entered.details == ("5 reason not recorded", "1 of them without a last day")


def test_the_line_of_a_person_ends_on_the_last_known_day(tmp_path: Path) -> None:
    made = cohort(tmp_path)
    timelines = derive_timelines(made, evaluate(made, "death"))
    assert dict(timelines.persons.select("person", "last_day").rows()) == {
        "S1": 400, "S2": 1000, "S3": 350, "S4": None, "S5": 1000,
    }  # fmt: skip
    table = draw_swimmer(timelines, "Years", made.provenance).table
    assert dict(zip(table.frame["person"], (row[1] for row in table.rows()), strict=True))["S4"] == "–"
