"""Adverse events: who is counted must be among those of whom the share is taken."""

from __future__ import annotations

from pathlib import Path

from written_cohort import written

from remission.analyses.adverse_events import derive_adverse_events
from remission.exhibits.adverse_events import AdverseEvents, adverse_events_table, draw_adverse_events, grades_table

SUBJECTS = """\
subject_id,entered,last_day,cut_day
S1,yes,400,1000
S2,yes,90,1000
S3,yes,,1000
S4,yes,1200,1000
S5,yes,,1000
"""
EVENTS = """\
subject_id,row_id,day,category
S1,A1,150,Infections
S1,A2,401,Infections
S2,A3,50,Infections
S2,A4,95,Infections
S2,A5,200,Infections
S3,A6,300,Infections
S4,A7,1100,Infections
S4,A8,-3,Infections
"""


def found(folder: Path, events: str = EVENTS) -> AdverseEvents:
    counted = derive_adverse_events(written(folder, subjects=SUBJECTS, adverse_events=events))
    assert counted is not None
    return counted[0]


def test_late_events_are_of_those_still_followed(tmp_path: Path) -> None:
    counted = found(tmp_path)
    assert counted.at_risk == {"early": 5, "late": 3}
    assert counted.categories.select("window", "persons", "events").rows() == [("early", 1, 1), ("late", 2, 2)]
    assert (counted.before, counted.after) == (1, 4)


def test_the_page_says_how_many_are_left_out(tmp_path: Path) -> None:
    counted = found(tmp_path)
    said = "Left out: 1 event before day zero and 4 events after the last day known or the data cut."
    assert adverse_events_table(counted).note == said
    assert grades_table(counted).note == said
    assert said in draw_adverse_events(counted).subtitle


def test_nothing_left_out_is_not_mentioned(tmp_path: Path) -> None:
    counted = found(tmp_path, "subject_id,row_id,day,category\nS1,A1,150,Infections\n")
    assert adverse_events_table(counted).note == ""
    assert "Left out" not in draw_adverse_events(counted).subtitle


def test_one_category_is_one_category(tmp_path: Path) -> None:
    assert "in 1 category," in draw_adverse_events(found(tmp_path / "one")).description
    many = "".join(f"S1,A{place},5,Kind {place:02}\n" for place in range(17))
    subtitle = draw_adverse_events(found(tmp_path / "many", "subject_id,row_id,day,category\n" + many)).subtitle
    assert "1 rarer category is in the table only." in subtitle
