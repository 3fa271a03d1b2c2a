"""Calendar dates become days at the edge, by the rule the manifest names."""

from __future__ import annotations

import polars as pl
import pytest
from small_cohorts import Folder

CALENDAR = "a date of the calendar from 1900 to 2100. Correct the date."
PARTIAL = "One of the two was completed from a month or year: look whether the order can be right."


def test_it_counts_days_from_each_subjects_own_day_zero(dated: Folder) -> None:
    visits = dated.load().tables["visits"]
    assert visits["day"].to_list() == [30, 31 + 28]
    assert visits["day_precision"].to_list() == ["day", "day"]


# 2020-05 from 2020-01-01: 31 + 29 + 31 + 30 = 121 days before it, and 2021 begins on day 366.
COMPLETED = {"first": [121, 366], "middle": [121 + 14, 366 + 181], "last": [121 + 30, 366 + 364]}


@pytest.mark.parametrize("rule", COMPLETED)
def test_it_completes_partial_dates_by_the_rule(dated: Folder, rule: str) -> None:
    dated.replace("cohort.toml", '"middle"', f'"{rule}"')
    dated.files["relapses.csv"] = b"subject_id,row_id,day\nS1,R1,2020-05\nS1,R2,2021\n"
    relapses = dated.load().tables["relapses"]
    assert relapses["day"].to_list() == COMPLETED[rule]
    assert relapses["day_precision"].to_list() == ["month", "year"]


def test_the_data_cut_is_a_day_of_each_subject(dated: Folder) -> None:
    assert dated.load().subjects["cut_day"].to_list() == [731, 365, None]


def test_a_subject_who_did_not_enter_needs_no_day_zero(dated: Folder) -> None:
    assert dated.load().subjects["last_day"].to_list() == [700, 165, None]


def test_it_refuses_partial_dates_unless_a_rule_is_named(dated: Folder) -> None:
    dated.replace("cohort.toml", 'partial_dates = "middle"\n', "")
    found = {(p.file, p.row, p.column) for p in dated.problems()}
    assert found >= {("relapses.csv", 2, "day"), ("relapses.csv", 3, "day"), ("subjects.csv", 2, "onset_day")}
    assert (
        "relapses.csv, row 2, column day: found 2020-05; allowed: a whole date as YYYY-MM-DD, because partial_dates = "
        '"refuse" in cohort.toml. Complete it, or set partial_dates to first, middle or last.'
    ) in dated.report()


WRONG = [
    ("visits.csv", 2, "day", "2021-02-30", f"found 2021-02-30; allowed: {CALENDAR}"),
    ("visits.csv", 2, "day", "2021-13", f"found 2021-13; allowed: {CALENDAR}"),
    ("visits.csv", 2, "day", "1024", f"found 1024; allowed: {CALENDAR}"),
    (
        "visits.csv", 2, "day", "90",
        'found 90; allowed: a date as YYYY-MM-DD, because time = "dates" in cohort.toml. '
        'Write dates, or set time = "days".',
    ),
    (
        "visits.csv", 2, "day", "31/12/2020",
        "found 31/12/2020; allowed: a date as YYYY-MM-DD. Write year, month and day in that order.",
    ),
    (
        "visits.csv", 3, "day", "1950-01-01",
        "found 1950-01-01; allowed: a day after birth. Correct the day, or the subject's age_years.",
    ),
    ("visits.csv", 2, "day", "", "found nothing; allowed: a date as YYYY-MM-DD. Fill the cell."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "column", "value", "words"), WRONG)
def test_it_names_a_wrong_date(dated: Folder, file: str, row: int, column: str, value: str, words: str) -> None:
    assert dated.cell(file, row, column, value).report() == [f"{file}, row {row}, column {column}: {words}"]


def test_it_wants_a_whole_day_zero_of_everybody_who_entered(dated: Folder) -> None:
    whole = "allowed: a whole date as YYYY-MM-DD from 1900 to 2100."
    partial = dated.cell("subjects.csv", 2, "day_zero_date", "2020-01").report()
    assert f"subjects.csv, row 2, column day_zero_date: found 2020-01; {whole} Correct the date." in partial
    assert (
        f"subjects.csv, row 2, column day_zero_date: found nothing; {whole} "
        "Give it for every subject who entered: all days are counted from it."
    ) in dated.cell("subjects.csv", 2, "day_zero_date", "").report()


def test_it_refuses_a_date_of_a_subject_without_day_zero(dated: Folder) -> None:
    assert (
        "visits.csv, row 2, column day: found 2020-01-31; allowed: a date of a subject with a day_zero_date to count "
        "from. Give the subject's day_zero_date in the subjects table."
    ) in dated.cell("visits.csv", 2, "subject_id", "S3").report()


ORDER = [
    ("relapses.csv", 2, "end_day", "2020-04", "found 2020-04 with day = 2020-05; allowed: day or later."),
    ("visits.csv", 3, "day", "2021-06-20", "found 2021-06-20; allowed: a day not after the subject's death_day."),
]


@pytest.mark.parametrize(("file", "row", "column", "value", "words"), ORDER)
def test_an_order_that_a_completed_date_may_have_broken_is_a_warning(
    dated: Folder, file: str, row: int, column: str, value: str, words: str
) -> None:
    report = dated.cell(file, row, column, value).report()
    assert report == [f"warning: {file}, row {row}, column {column}: {words} {PARTIAL}"]


def test_it_reads_the_date_type_of_parquet(dated: Folder) -> None:
    text = dated.load().tables["visits"]
    folder = dated.write()
    frame = pl.read_csv(folder / "visits.csv", try_parse_dates=True)
    assert frame["day"].dtype == pl.Date
    frame.write_parquet(folder / "visits.parquet")
    (folder / "visits.csv").unlink()
    del dated.files["visits.csv"]
    assert dated.load().tables["visits"].equals(text)
