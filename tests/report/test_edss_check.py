"""Recorded against computed EDSS: what was compared is said, and no score of a person is."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from made_up.written_cohort import written
from remission.outcomes.edss import SCORES
from remission.records.cohort import Cohort
from remission.report.edss_check import check_edss, write_edss_check

HEADER = f"subject_id,row_id,day,edss,{','.join(SCORES)}\n"
NORMAL = "0,0,0,0,0,0,0,0"
PYRAMIDAL_1 = "0,0,1,0,0,0,0,0"


def cohort(folder: Path, *rows: str) -> Cohort:
    subjects = "subject_id,entered,last_day\nS1,yes,400\n"
    return written(folder, subjects=subjects, visits=HEADER + "".join(f"{row}\n" for row in rows))


def test_visits_that_disagree_are_listed_with_person_and_day(tmp_path: Path) -> None:
    made = cohort(
        tmp_path,
        f"S1,V1,0,0,{NORMAL}",
        f"S1,V2,90,2.5,{NORMAL}",
        f"S1,V3,180,1.5,{PYRAMIDAL_1}",
        "S1,V4,270,3,,,,,,,,",
        f"S1,V5,360,,{NORMAL}",
    )
    found = check_edss(made)
    assert found.rows.select("subject_id", "row_id", "day", "recorded", "computed", "difference").rows() == [
        ("S1", "V2", 90, 2.5, 0.0, 2.5),
        ("S1", "V3", 180, 1.5, 1.0, 0.5),
    ]
    assert found.sentence == (
        "Of 3 visits compared, 2 disagree, 1 of them by a point or more (rules: converted). "
        "Not compared: 1 visit with an EDSS that could not be computed."
    )
    assert "2.5" not in found.sentence
    assert write_edss_check(found, made, tmp_path / "out" / "edss.csv") == 2
    assert set(pl.read_csv(tmp_path / "out" / "edss.csv")["standing"]) == {"simulated"}


def test_nothing_compared_is_not_agreement(tmp_path: Path) -> None:
    found = check_edss(cohort(tmp_path, "S1,V1,0,3,,,,,,,,"))
    assert found.rows.is_empty()
    assert found.sentence.startswith("Nothing was compared: of 1 visit with an EDSS none has")
    assert "not the same as agreement" in found.sentence
