"""Records that tell of a death are named where nothing else does; a completed day of death is one that can be."""

from __future__ import annotations

import pytest

from made_up.small_cohorts import Folder

VISITS = "subject_id,row_id,day,edss\n"
ALIVE = "as it stands the person counts as alive."


def with_visits(good: Folder, *rows: str) -> list[str]:
    good.files["visits.csv"] = (VISITS + "".join(f"{row}\n" for row in rows)).encode()
    return [line.removeprefix("warning: visits.csv, ") for line in good.report()]


def test_a_score_of_10_without_a_death_is_named(good: Folder) -> None:
    assert with_visits(good, "S1,V1,0,6", "S1,V2,200,10") == [
        "row 3, column edss: found 10; allowed: 10, death due to MS, only of a subject with a death_day. Give the "
        f"subject's death_day, or correct the score: {ALIVE}"
    ]


def test_a_score_after_one_of_10_is_named_with_it(good: Folder) -> None:
    found = with_visits(good, "S1,V1,0,6", "S1,V2,200,10.0", "S1,V3,300,6", "S1,V4,390,")
    assert [line.split(":")[0] for line in found] == ["row 3, column edss", "row 4, column edss"]
    assert found[1] == (
        "row 4, column edss: found 6; allowed: no score after one of 10, which is death due to MS. "
        "Correct one of the two scores."
    )


def test_a_score_of_10_on_the_day_of_death_or_before_it_is_named(good: Folder) -> None:
    # S2 died on day 200.
    assert with_visits(good, "S2,V1,0,6", "S2,V2,200,10") == [
        "row 3, column edss: found 10; allowed: the score of a living person on the death_day. Leave the score out: "
        "the death_day tells of the death, and a score of 10 counts as a worsening too."
    ]
    assert with_visits(good, "S2,V1,0,6", "S2,V2,150,10") == [
        "row 3, column edss: found 10; allowed: 10, death due to MS, not before the death_day. Correct the score, or "
        "the death_day."
    ]


def test_the_gravest_living_score_is_not_named(good: Folder) -> None:
    assert with_visits(good, "S1,V1,0,6", "S1,V2,200,9.5", "S1,V3,300,6", "S2,V4,200,9.5") == []


def test_a_death_on_a_day_that_cannot_be_read_is_no_missing_death(good: Folder) -> None:
    good.cell("subjects.csv", 3, "death_day", "199a")
    good.files["adverse_events.csv"] = b"subject_id,row_id,day,term,fatal\nS2,A1,190,sepsis,yes\n"
    good.files["visits.csv"] = f"{VISITS}S2,V1,0,6\nS2,V2,190,10\n".encode()
    assert [(one.file, one.column) for one in good.problems() if one.column != "end_reason"] == [
        ("subjects.csv", "death_day")
    ]


def test_a_fatal_event_that_ends_on_another_day_than_the_death_is_named(good: Folder) -> None:
    good.files["adverse_events.csv"] = (
        b"subject_id,row_id,day,end_day,term,fatal\nS2,A1,190,200,sepsis,yes\nS2,A2,180,195,sepsis,yes\n"
        b"S2,A3,180,195,fever,no\n"
    )
    assert good.report() == [
        "warning: adverse_events.csv, row 3, column end_day: found 195; allowed: the subject's death_day, on which a "
        "fatal event ends. Correct one of the two."
    ]


def test_who_left_on_the_day_of_death_is_named(good: Folder) -> None:
    assert good.cell("subjects.csv", 3, "end_reason", "lost").report() == [
        "warning: subjects.csv, row 3, column end_reason: found lost; allowed: died, where the last_day is the "
        "death_day. Correct the end_reason, or the last_day: it is the last day alive of who left before the death."
    ]
    # Lost on day 150, and known to have died on day 200: no contradiction.
    good.cell("subjects.csv", 3, "last_day", "150")
    good.files["visits.csv"] = (VISITS + "S2,V1,0,6\n").encode()
    assert [line for line in good.report() if "subjects.csv" in line] == []


def test_a_death_after_the_vital_observation_is_named(good: Folder) -> None:
    good.files["cohort.toml"] = good.files["cohort.toml"].replace(b'"scans",', b'"scans", "observed",')
    rows = "S1,O1,vital,0,400\nS2,O2,vital,0,100\nS2,O3,vital,110,150\nS2,O4,clinic,0,150\n"
    good.files["observed.csv"] = ("subject_id,row_id,kind,from_day,to_day\n" + rows).encode()
    (line,) = good.report()
    assert line.startswith(
        "warning: observed.csv, row 4, column to_day: found 150; allowed: observation of vital up to"
    )


@pytest.mark.parametrize(
    ("zero", "last", "death", "found"),
    [
        # Completed to the first of the month: before day zero, so day 1; or the last day alive, 20 January.
        ("2020-01-15", "", "2020-01", 1),
        ("2020-01-15", "2020-01-20", "2020-01", 5),
        ("2020-01-15", "2020-02-03", "2020-02", 19),
        # The month is over by the last day alive, or by day zero: nothing of it is right, and it is left.
        ("2020-01-15", "2020-03-20", "2020-02", 17),
    ],
)
def test_a_completed_death_is_not_before_the_last_day_alive(
    dated: Folder, zero: str, last: str, death: str, found: int
) -> None:
    dated.replace("cohort.toml", '"middle"', '"first"')
    dated.files["subjects.csv"] = (
        f"subject_id,entered,last_day,death_day,day_zero_date\nS1,yes,{last},{death},{zero}\n"
    ).encode()
    dated.files["visits.csv"] = VISITS.encode()
    dated.files["relapses.csv"] = b"subject_id,row_id,day,end_day\n"
    assert dated.load().subjects["death_day"].to_list() == [found]


def test_a_death_before_day_zero_whatever_the_day_is_refused(dated: Folder) -> None:
    dated.files["subjects.csv"] = b"subject_id,entered,death_day,day_zero_date\nS1,yes,2019-12,2020-01-15\n"
    assert any("death_day: found 2019-12; allowed: day zero or later" in line for line in dated.report())


def test_a_score_of_10_in_a_table_without_days_is_a_missing_column(good: Folder) -> None:
    good.files["visits.csv"] = b"subject_id,row_id,edss\nS1,V1,10\n"
    assert [one for one in good.report() if "no such column" in one] != []
