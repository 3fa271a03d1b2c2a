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
    ungraded_words,
    unseen_words,
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
subject_id,row_id,day,category,ctcae_grade
S1,A1,150,Infections,1
S1,A2,401,Infections,1
S2,A3,50,Infections,2
S2,A4,95,Infections,2
S2,A5,200,Infections,1
S3,A6,300,Infections,2
S4,A7,1100,Infections,1
S4,A8,-3,Infections,3
"""
HEADER = "subject_id,row_id,day,category,ctcae_grade,severity\n"


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
    # What nobody saw stands with every table, which may be read without the page.
    unseen = "Of those who entered 2 were not followed to day 100: what happened then is not known."
    assert adverse_events_table(counted).note == f"{unseen} {said}"
    assert grades_table(counted).note == f"{unseen} {said}"
    assert said in draw_adverse_events(counted).subtitle


def test_nothing_left_out_is_not_mentioned(tmp_path: Path) -> None:
    counted = found(tmp_path, "subject_id,row_id,day,category,ctcae_grade\nS1,A1,150,Infections,1\n")
    unseen = "Of those who entered 3 were not followed to day 100: what happened then is not known."
    assert adverse_events_table(counted).note == unseen
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
    # There is one category, so that any event is the same.
    assert [row[1:] for row in cells[:2]] == [row[1:] for row in cells[2:]]
    assert cells[2:] == [
        ["Infections", "early", "1", "20 % (4 to 62)", "1", "0", "0 % (0 to 43)", "0"],
        ["Infections", "late", "2", "67 % (21 to 94)", "2", "0", "0 % (0 to 56)", "0"],
    ]


def plain(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.replace("\u00a0", " ") for cell in row] for row in rows]


def test_six_events_without_a_grade_are_no_zero_of_grade_3_or_more(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day\n" + "".join(f"S{n},yes,400\n" for n in range(10))
    events = HEADER + "".join(f"S{n},A{n},20,Infections,,{'severe' if n < 4 else ''}\n" for n in range(6))
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=events))
    assert counted is not None
    early, late = plain(adverse_events_table(counted[0]).rows())[2:]
    # Wilson at 95 %: 6 of 10 gives 31.3 to 83.2.
    unknown = ["not graded", "not estimable: 6 of 6 events have no grade", "not graded"]
    assert early == ["Infections", "early", "6", "60 % (31 to 83)", "6", *unknown]
    assert late[5:] == ["0", "0 % (0 to 28)", "0"]
    (bar,) = draw_adverse_events(counted[0]).specs["wide"]["datasets"]["rows"]
    assert (bar["words"], bar["severe"]) == ("6, not graded", 0)
    assert ungraded_words(counted[0]) == (
        "6 of 6 events have no CTCAE grade: these may be of grade 3 or more. "
        "Their severity as recorded, which is no grade: 4 severe and 2 not recorded."
    )
    csv = counted[0].category_shares.filter(window="early").row(0, named=True)
    assert [csv[name] for name in ("severe_persons", "severe_persons_low", "severe_persons_high")] == [None] * 3


def test_with_some_grades_there_are_bounds(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day\n" + "".join(f"S{n},yes,400\n" for n in range(10))
    # S0 had a grade 3, S1 a grade 2 and one without, S2 one without: of grade 3 or more 1 to 3 persons, 1 to 3 events.
    events = HEADER + "S0,A1,20,Infections,3,\nS1,A2,20,Infections,2,\nS1,A3,30,Infections,,\nS2,A4,20,Infections,,\n"
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=events))
    assert counted is not None
    early, _ = plain(adverse_events_table(counted[0]).rows())[2:]
    # Wilson at 95 %: 1 of 10 begins at 1.8, 3 of 10 ends at 60.3.
    assert early[5:] == ["1 to 3", "10 % to 30 % (2 to 60): 2 of 4 events have no grade", "1 to 3"]
    grades = {(row[0], row[1]): row[2:] for row in plain(grades_table(counted[0]).rows())}
    unknown = "not estimable: 2 of 4 events have no grade"
    assert grades["3", "early"] == ["1", unknown, "1"]
    assert grades["not graded", "early"] == ["1", "10 % (2 to 40)", "2"]
    assert grades["3", "late"] == ["0", "0 % (0 to 28)", "0"]
    assert [column.group for column in grades_table(counted[0]).columns][2:] == ["By worst known grade"] * 3


def test_who_has_a_grade_3_anyway_leaves_no_doubt_about_persons(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day\nS0,yes,400\nS1,yes,400\n"
    events = HEADER + "S0,A1,20,Infections,4,\nS0,A2,30,Infections,,\n"
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=events))
    assert counted is not None
    assert plain(adverse_events_table(counted[0]).rows())[2][5:] == ["1", "50 % (9 to 91)", "1 to 2"]


def test_who_was_not_followed_to_day_100_is_not_free_of_harm_by_silence(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day,death_day\nS0,yes,400,\nS1,yes,99,\nS2,yes,,\nS3,yes,40,40\nS4,yes,100,\n"
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=HEADER))
    assert counted is not None
    assert (
        unseen_words(counted[0])
        == "Of those who entered 2 were not followed to day 100: what happened then is not known."
    )


def test_a_share_of_nobody_is_a_dash(tmp_path: Path) -> None:
    subjects = "subject_id,entered,last_day\nS1,yes,90\n"
    events = "subject_id,row_id,day,category\nS1,A1,5,Infections\n"
    counted = derive_adverse_events(written(tmp_path, subjects=subjects, adverse_events=events))
    assert counted is not None
    assert adverse_events_table(counted[0]).rows()[3][:4] == ["Infections", "late", "0", "–"]
    assert grades_table(counted[0]).rows()[1][:4] == ["not graded", "late", "0", "–"]


def test_the_level_of_the_report_is_that_of_the_shares(tmp_path: Path) -> None:
    cohort = written(tmp_path, subjects=SUBJECTS, adverse_events=EVENTS)
    wide, narrow = (derive_adverse_events(cohort, level=level) for level in (0.99, 0.8))
    assert wide is not None
    assert narrow is not None
    assert wide[0].category_shares["persons_high"][0] > narrow[0].category_shares["persons_high"][0]
    assert "99\u00a0% Wilson" in adverse_events_table(wide[0]).columns[3].header
