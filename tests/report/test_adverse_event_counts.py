"""Adverse events: who is counted must be among those of whom the share is taken."""

from __future__ import annotations

from pathlib import Path

from made_up.written_cohort import written
from remission.report.adverse_events import derive_adverse_events
from remission.report.pictures.adverse_events import (
    AdverseEvents,
    adverse_events_table,
    draw_adverse_events,
    grades_table,
)

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


def test_every_share_has_its_wilson_interval(tmp_path: Path) -> None:
    table = adverse_events_table(found(tmp_path))
    assert [column.header.replace("\u00a0", " ") for column in table.columns][2:5] == [
        "Persons",
        "Share (95 % Wilson interval)",
        "Events",
    ]
    cells = [[cell.replace("\u00a0", " ") for cell in row] for row in table.rows()]
    # Wilson at 95 %: 1 of 5 gives 3.6 to 62.4, 2 of 3 gives 20.8 to 93.9, 0 of 3 gives 0 to 56.1.
    assert cells == [
        ["Infections", "early", "1", "20 % (4 to 62)", "1", "0", "0 % (0 to 43)", "0"],
        ["Infections", "late", "2", "67 % (21 to 94)", "2", "0", "0 % (0 to 56)", "0"],
    ]


def test_a_share_of_nobody_is_a_dash(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day\nS1,yes,90\n"
    events = "subject_id,row_id,day,category\nS1,A1,5,Infections\n"
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=events))
    assert counted is not None
    assert adverse_events_table(counted[0]).rows()[1][:4] == ["Infections", "late", "0", "–"]
    assert grades_table(counted[0]).rows()[1][:4] == ["not graded", "late", "0", "–"]


def test_the_level_of_the_report_is_that_of_the_shares(tmp_path: Path) -> None:
    cohort = written(tmp_path, subjects=SUBJECTS, adverse_events=EVENTS)
    wide, narrow = (derive_adverse_events(cohort, level=level) for level in (0.99, 0.8))
    assert wide is not None
    assert narrow is not None
    assert wide[0].category_shares["persons_high"][0] > narrow[0].category_shares["persons_high"][0]
    assert "99\u00a0% Wilson" in adverse_events_table(wide[0]).columns[3].header
