"""What a timeline shows of therapies, relapses and ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from made_up.written_cohort import written
from remission.outcomes.evaluation import evaluate
from remission.records.cohort import Cohort
from remission.report.pictures.swimmer import MARKS, Timelines, draw_swimmer
from remission.report.timelines import derive_timelines

SUBJECTS = "subject_id,entered,last_day,end_reason\nS1,yes,900,completed\n"
VISITS = "subject_id,row_id,day,edss\nS1,V1,0,2\nS1,V2,900,2\n"
THERAPIES = "subject_id,row_id,therapy,start_day,end_day,ongoing\n"


def timelines(folder: Path, **tables: str) -> tuple[Cohort, Timelines]:
    cohort = written(folder, **{"subjects": SUBJECTS, "visits": VISITS, "relapses": "subject_id,row_id,day\n"} | tables)
    return cohort, derive_timelines(cohort, evaluate(cohort, "relapse-free"))


@pytest.mark.parametrize(
    ("row", "stretch", "marks"),
    [
        ("S1,T1,ocrelizumab,10,,", (10, 900), []),
        ("S1,T1,ocrelizumab,10,,yes", (10, 900), []),
        ("S1,T1,ocrelizumab,10,300,", (10, 300), []),
        ("S1,T1,ocrelizumab,10,10,", None, [("Course or single dose", 10)]),
        ("S1,T1,hsct,10,,", None, [("Procedure", 10)]),
        ("S1,T1,hsct,10,40,", None, [("Procedure", 10)]),
        ("S1,T1,cladribine,10,400,", None, [("Course or single dose", 10)]),
    ],
)
def test_the_library_says_what_is_a_stretch_and_what_a_mark(
    tmp_path: Path, row: str, stretch: tuple[int, int] | None, marks: list[tuple[str, int]]
) -> None:
    _, shown = timelines(tmp_path, treatments=f"{THERAPIES}{row}\n")
    bars = shown.stretches.filter(shown.stretches["therapy"].is_not_null()).select("from_day", "to_day").rows()
    assert bars == ([stretch] if stretch else [])
    assert [one for one in shown.marks.select("mark", "day").rows() if one[0] != "Completed"] == marks


@pytest.mark.parametrize("collected", [True, False])
def test_no_therapy_is_said_only_where_therapies_were_collected(tmp_path: Path, collected: bool) -> None:
    cohort, shown = timelines(tmp_path, **({"treatments": THERAPIES} if collected else {}))
    spec = str(draw_swimmer(shown, "Years", cohort.provenance).spec())
    assert ("Being observed, no therapy" in spec) is collected
    assert ("Being observed (therapies not collected)" in spec) is not collected


@pytest.mark.parametrize(
    ("reason", "mark"),
    [
        ("completed", "Completed"),
        ("cut-off", "Cut off"),
        ("lost", "Left or lost"),
        ("withdrew", "Left or lost"),
        ("", "End, reason not recorded"),
    ],
)
def test_every_end_has_its_own_word(tmp_path: Path, reason: str, mark: str) -> None:
    subjects = f"subject_id,entered,last_day,end_reason\nS1,yes,900,{reason}\n"
    cohort, shown = timelines(tmp_path, subjects=subjects)
    assert shown.marks.rows() == [("S1", mark, 900)]
    assert mark in str(draw_swimmer(shown, "Years", cohort.provenance).spec())


def test_no_two_marks_look_alike() -> None:
    assert len({(shape, ink, filled) for _, shape, ink, filled in MARKS}) == len(MARKS)


def test_only_the_relapse_that_ended_the_time_is_said_to_count(tmp_path: Path) -> None:
    observed = "subject_id,row_id,kind,from_day,to_day\nS1,O1,relapses,0,500\nS2,O2,relapses,0,500\n"
    subjects = SUBJECTS + "S2,yes,900,completed\n"
    relapses = "subject_id,row_id,day\nS1,R1,100\nS1,R2,200\nS2,R3,800\n"
    _, shown = timelines(tmp_path, subjects=subjects, observed=observed, relapses=relapses)
    assert sorted(row for row in shown.marks.rows() if "elapse" in row[1]) == [
        ("S1", "Other relapse", 200),
        ("S1", "Relapse that counts", 100),
        ("S2", "Other relapse", 800),
    ]


def test_a_mark_after_the_last_day_stays_in_the_picture(tmp_path: Path) -> None:
    cohort, shown = timelines(tmp_path, relapses="subject_id,row_id,day\nS1,R1,1800\n")
    spec = draw_swimmer(shown, "Years", cohort.provenance).spec()
    plot = spec["hconcat"][0]["vconcat"][0]["layer"][0]
    assert plot["encoding"]["x"]["scale"]["domain"][1] > 1800 / 365.25
