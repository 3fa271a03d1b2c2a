"""A wrong value is named with its file, row and column, what is allowed and what to do: the exact words."""

from __future__ import annotations

import pytest

from made_up.small_cohorts import THERAPIES, Folder
from remission.records.files.folder import check_cohort

EDSS = "0, or 1.0 to 10.0 in steps of 0.5"
ABSENT = "Correct the value, or leave it empty and give the reason in edss_absent."
DAY = "a whole number of days since day zero"
DEATH = "Correct the day, or the death_day."
WORDS = "Use one of the allowed words, exactly so."
LISTED = "The names are in data-dictionary.md, which 'remission template DIR' writes."
FATAL = (
    "allowed: a death only of a subject with a death_day. Give the subject's death_day, or correct the event: as it "
    "stands the person counts as alive."
)
NAN = 'If nan means that nothing is known, say so in cohort.toml: missing = ["nan"].'

ERRORS = [
    ("visits.csv", 2, "edss", "0.5", f"found 0.5; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "3.3", f"found 3.3; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "11", f"found 11; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "-1", f"found -1; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "three", f"found three; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "nan", f"found nan; allowed: {EDSS}. {NAN}"),
    ("visits.csv", 2, "edss", "inf", f"found inf; allowed: {EDSS}. {ABSENT}"),
    ("visits.csv", 2, "edss", "3,5", f"found 3,5; allowed: {EDSS}. Write decimals with a point."),
    ("visits.csv", 2, "edss", "=1+1", f"found =1+1; allowed: {EDSS}. {ABSENT}"),
    (
        "visits.csv", 2, "day", "2021-03-04",
        f'found 2021-03-04; allowed: {DAY}, because time = "days" in cohort.toml. Write days, or set time = "dates".',
    ),
    (
        "visits.csv", 2, "day", "2021-03-04 00:00:00",
        f'found 2021-03-04 00:00:00; allowed: {DAY}, because time = "days" in cohort.toml. '
        'Write days, or set time = "dates".',
    ),
    ("visits.csv", 2, "day", "12.5", f"found 12.5; allowed: {DAY}, at most 55,000 away. Correct the day."),
    ("visits.csv", 2, "day", "soon", f"found soon; allowed: {DAY}, at most 55,000 away. Correct the day."),
    ("visits.csv", 2, "day", "", f"found nothing; allowed: {DAY}. Fill the cell."),
    (
        "visits.csv", 2, "day", "-15500",
        "found -15500; allowed: a day after birth. Correct the day, or the subject's age_years.",
    ),
    ("visits.csv", 5, "day", "201", f"found 201; allowed: a day not after the subject's death_day. {DEATH}"),
    ("relapses.csv", 3, "day", "201", f"found 201; allowed: a day not after the subject's death_day. {DEATH}"),
    (
        "visits.csv", 2, "subject_id", "S9",
        "found S9; allowed: a subject_id of the subjects table. Add the subject there, or correct the id.",
    ),
    ("visits.csv", 2, "subject_id", "", "found nothing; allowed: text that is not empty. Fill the cell."),
    ("visits.csv", 2, "row_id", "", "found nothing; allowed: text that is not empty. Fill the cell."),
    ("relapses.csv", 2, "end_day", "49", "found 49 with day = 50; allowed: day or later. Correct one of the two."),
    (
        "treatments.csv", 3, "end_day", "-51",
        "found -51 with start_day = -50; allowed: start_day or later. Correct one of the two.",
    ),
    (
        "treatments.csv", 2, "therapy", "natalizumap",
        "found natalizumap; allowed: a name in the therapies list. Did you mean natalizumab?",
    ),
    ("treatments.csv", 2, "therapy", "xyz", f"found xyz; allowed: a name in the therapies list. {LISTED}"),
    ("subjects.csv", 2, "course", "rrms", "found rrms; allowed: CIS, RRMS, SPMS, PPMS. Did you mean RRMS?"),
    (
        "subjects.csv", 2, "end_reason", "gone",
        f"found gone; allowed: completed, lost, withdrew, died, cut-off. {WORDS}",
    ),
    ("relapses.csv", 2, "severity", "bad", f"found bad; allowed: mild, moderate, severe. {WORDS}"),
    ("subjects.csv", 2, "entered", "y", f"found y; allowed: yes, no. {WORDS}"),
    (
        "visits.csv", 3, "edss_absent", "refused",
        f"found refused; allowed: not_asked, unknown, declined, not_applicable. {WORDS}",
    ),
    (
        "adverse_events.csv", 2, "ctcae_grade", "6",
        "found 6; allowed: a whole number from 1 to 5. "
        "Correct the value, or leave it empty and give the reason in ctcae_grade_absent.",
    ),
    (
        "scans.csv", 2, "new_t2", "-1",
        "found -1; allowed: a whole number, 0 or more. "
        "Correct the value, or leave it empty and give the reason in new_t2_absent.",
    ),
    (
        "subjects.csv", 2, "x_nfl", "much",
        "found much; allowed: a number. Correct the value, or leave it empty and give the reason in x_nfl_absent.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "value", "words"), ERRORS)
def test_it_names_a_wrong_value(good: Folder, file: str, row: int, column: str, value: str, words: str) -> None:
    assert good.cell(file, row, column, value).report() == [f"{file}, row {row}, column {column}: {words}"]


BRANDS = {"Tysabri": "natalizumab", "Ocrevus": "ocrelizumab"}


@pytest.mark.parametrize("written", ["Tysabri", "TYSABRI", "Tysabry", "Tysabri 300mg"])
def test_it_names_the_therapy_that_a_brand_is(good: Folder, written: str) -> None:
    folder = good.cell("treatments.csv", 3, "therapy", written).write()
    (problem,) = check_cohort(folder, therapies=THERAPIES, brands=BRANDS)
    assert (problem.row, problem.found) == (3, written)
    assert problem.next_step == "Did you mean natalizumab (Tysabri is a brand of it)?"


WARNINGS = [
    ("visits.csv", 4, "day", "401", "day", "found 401; allowed: a day not after the subject's last_day. "
     "Correct the day, or the last_day."),
    ("visits.csv", 2, "subject_id", "S3", "subject_id", "found S3; allowed: rows of subjects who entered. "
     "The row is kept and not evaluated: should entered be yes?"),
    ("treatments.csv", 3, "ongoing", "yes", "end_day", "found 10; allowed: no end_day where ongoing is yes. "
     "Correct one of the two."),
    ("adverse_events.csv", 2, "fatal", "yes", "fatal", f"found yes; {FATAL}"),
    ("adverse_events.csv", 2, "ctcae_grade", "5", "ctcae_grade", f"found 5; {FATAL}"),
    ("subjects.csv", 3, "last_day", "201", "last_day", "found 201; allowed: a day not after the death_day. "
     "Correct one of the two."),
    ("subjects.csv", 2, "x_nfl_day", "", "x_nfl_day", "found nothing; allowed: the day x_nfl was measured. "
     "Give the day, to show that it was not after day zero."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "value", "named", "words"), WARNINGS)
def test_it_warns_and_still_loads(
    good: Folder, file: str, row: int, column: str, value: str, named: str, words: str
) -> None:
    assert good.cell(file, row, column, value).report() == [f"warning: {file}, row {row}, column {named}: {words}"]
    good.load()


def test_it_finds_no_problem_in_a_good_cohort(good: Folder, dated: Folder) -> None:
    assert good.report() == []
    assert dated.report() == []


@pytest.mark.parametrize("term", ["-5", "-", "2021-03-04", "=1+1", "@SUM(1)", "-2+3", "+A1"])
def test_a_text_may_begin_as_a_formula_does_and_is_kept_as_it_is(good: Folder, term: str) -> None:
    good.cell("adverse_events.csv", 2, "term", term).cell("subjects.csv", 2, "arm", f"={term}")
    assert good.report() == []
    cohort = good.load()
    assert (cohort.tables["adverse_events"]["term"][0], cohort.subjects["arm"][0]) == (term, f"={term}")


@pytest.mark.parametrize("value", ["3.5", " 3.5", "3.50", "+3.5", "10", "0", "1"])
def test_it_reads_a_number_however_it_is_written(good: Folder, value: str) -> None:
    assert good.cell("visits.csv", 2, "edss", value).load().tables["visits"]["edss"][0] == float(value)


def test_it_reads_whole_days_written_with_a_point(good: Folder) -> None:
    assert good.cell("visits.csv", 2, "day", "-10.0").load().tables["visits"]["day"][0] == -10


def test_it_names_both_rows_of_a_repeated_row_id(good: Folder) -> None:
    advice = "found V2; allowed: each row_id once. Give every row its own, and never use one again."
    assert good.cell("visits.csv", 2, "row_id", "V2").report() == [
        f"visits.csv, row 2, column row_id: {advice}",
        f"visits.csv, row 3, column row_id: {advice}",
    ]


def test_it_names_a_repeated_subject(good: Folder) -> None:
    words = "found S1; allowed: each subject_id once. Keep one row of each person."
    report = good.cell("subjects.csv", 4, "subject_id", "S1").report()
    assert report == [f"subjects.csv, row {row}, column subject_id: {words}" for row in (2, 4)]


def test_it_warns_of_two_visits_on_one_day_by_one_rater_only(good: Folder) -> None:
    words = (
        "found -10; allowed: one visit a day by the same rater. Remove one, or choose a same_day rule in the endpoint."
    )
    same = good.cell("visits.csv", 3, "day", "-10").report()
    assert same == [f"warning: visits.csv, row {row}, column day: {words}" for row in (2, 3)]
    assert good.cell("visits.csv", 3, "rater", "other").report() == []


def test_it_refuses_a_covariate_measured_after_day_zero(good: Folder) -> None:
    words = (
        "found 1; allowed: day 0 or earlier, because x_nfl was measured then. "
        "What is measured after day zero is no covariate: leave it out."
    )
    assert good.cell("subjects.csv", 2, "x_nfl_day", "0").report() == []
    assert good.cell("subjects.csv", 2, "x_nfl_day", "1").report() == [
        f"subjects.csv, row 2, column x_nfl_day: {words}"
    ]


def test_it_wants_the_day_of_a_death(good: Folder) -> None:
    words = (
        "subjects.csv, row 3, column end_reason: found died; allowed: died only with a death_day. "
        "Give the death_day: a death without a day would not be counted."
    )
    errors = [str(p) for p in good.cell("subjects.csv", 3, "death_day", "").problems() if p.severity == "error"]
    assert errors == [words]


def test_it_refuses_a_death_before_day_zero(good: Folder) -> None:
    words = "found -4; allowed: day zero or later, for a subject who entered. Correct the death_day, or entered."
    assert f"subjects.csv, row 3, column death_day: {words}" in good.cell("subjects.csv", 3, "death_day", "-4").report()


def test_it_reports_everything_at_once(good: Folder) -> None:
    good.cell("visits.csv", 2, "edss", "11").cell("visits.csv", 4, "day", "x").cell("scans.csv", 2, "new_t2", "a")
    assert [problem.place for problem in good.problems()] == [
        "scans.csv, row 2, column new_t2",
        "visits.csv, row 2, column edss",
        "visits.csv, row 4, column day",
    ]


def test_it_shows_fifty_rows_and_counts_the_rest(good: Folder) -> None:
    rows = "".join(f"S1,W{i},{i},99\n" for i in range(1284))
    good.files["visits.csv"] = f"subject_id,row_id,day,edss\n{rows}".encode()
    errors = [problem for problem in good.problems() if problem.severity == "error"]
    assert [problem.row for problem in errors] == list(range(2, 52))
    assert [problem.more for problem in errors] == [0] * 49 + [1234]
    assert str(errors[-1]).endswith(" And 1,234 more rows like this one.")


def test_it_shortens_a_long_value_and_keeps_it_on_one_line(good: Folder) -> None:
    found = good.cell("subjects.csv", 2, "course", "x\ny" * 30).problems()[0].found
    assert found == "'" + r"x\ny" * 13 + "…'"


def test_it_refuses_a_value_together_with_its_absence_code(good: Folder) -> None:
    assert good.cell("visits.csv", 2, "edss_absent", "unknown").report() == [
        "visits.csv, row 2, column edss: found 2.0 with edss_absent = unknown; "
        "allowed: a value, or the reason why there is none. Remove one of the two."
    ]
