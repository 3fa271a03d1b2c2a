"""Calendar dates become days at the edge, by the rule the manifest names."""

from __future__ import annotations

import io
from datetime import date, timedelta

import polars as pl
import pytest

from made_up.small_cohorts import Folder

CALENDAR = "a date of the calendar from 1900 to 2100. Correct the date."
CORRECT = "Correct the date, or leave the cell empty if the person did not enter."
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
    dated.cell("subjects.csv", 2, "last_day", "2022-01-01")
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
    (
        "subjects.csv", 2, "onset_day", "0001-01-01",
        f"found 0001-01-01; allowed: {CALENDAR[:-1]}, or leave the cell empty if none is known.",
    ),
    ("visits.csv", 2, "day", "2021-13", f"found 2021-13; allowed: {CALENDAR}"),
    ("visits.csv", 2, "day", "1024", f"found 1024; allowed: {CALENDAR}"),
    (
        "visits.csv", 2, "day", "90",
        'found 90; allowed: a date as YYYY-MM-DD, because time = "dates" in cohort.toml. '
        'Write dates, or set time = "days".',
    ),
    (
        "visits.csv", 2, "day", "43861",
        'found 43861; allowed: a date as YYYY-MM-DD, because time = "dates" in cohort.toml. '
        "That may be a spreadsheet's number for 2020-01-31: give the cells the format YYYY-MM-DD and save again.",
    ),
    (
        "visits.csv", 2, "day", "2020-01-31 00:00:00",
        "found 2020-01-31 00:00:00; allowed: a date as YYYY-MM-DD. "
        "That is a time stamp: write 2020-01-31, without the time of day.",
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
    assert f"subjects.csv, row 2, column day_zero_date: found 2020-01; {whole} {CORRECT}" in partial
    assert (
        f"subjects.csv, row 2, column day_zero_date: found nothing; {whole} "
        "Give it for every subject who entered: all days are counted from it."
    ) in dated.cell("subjects.csv", 2, "day_zero_date", "").report()


def test_a_wrong_day_zero_is_told_once_and_not_again_by_every_row_of_the_person(dated: Folder) -> None:
    told = dated.cell("subjects.csv", 2, "day_zero_date", "0001-01-01").report()
    assert told == [
        "subjects.csv, row 2, column day_zero_date: found 0001-01-01; allowed: a whole date as YYYY-MM-DD from 1900 to "
        "2100. Correct the date, or leave the cell empty if the person did not enter."
    ]


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


def in_parquet(dated: Folder, table: str, **columns: pl.Series) -> Folder:
    """The folder with one of its tables in Parquet, some of its columns replaced."""
    frame = pl.read_csv(dated.files.pop(f"{table}.csv"), try_parse_dates=True)
    (dated.path / f"{table}.csv").unlink(missing_ok=True)
    buffer = io.BytesIO()
    frame.with_columns(**columns).write_parquet(buffer)
    dated.files[f"{table}.parquet"] = buffer.getvalue()
    return dated


SENTINELS = [date(1, 1, 1), date(1899, 12, 31), date(2101, 1, 1), date(9999, 12, 31)]


@pytest.mark.parametrize("sentinel", SENTINELS)
@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_year_that_no_life_reaches_is_refused_in_every_format(
    dated: Folder, sentinel: date, file_format: str
) -> None:
    days = pl.Series([sentinel, date(2020, 2, 29)])
    if file_format == "parquet":
        in_parquet(dated, "visits", day=days)
    else:
        dated.cell("visits.csv", 2, "day", sentinel.isoformat())
    (problem,) = dated.problems()
    assert (problem.column, problem.found) == ("day", sentinel.isoformat())
    assert problem.allowed == "a date of the calendar from 1900 to 2100"


@pytest.mark.parametrize("sentinel", SENTINELS)
def test_a_day_zero_of_such_a_year_is_refused_in_parquet_too(dated: Folder, sentinel: date) -> None:
    zeros = pl.Series([sentinel, date(2021, 1, 1), None])
    told = [
        one for one in in_parquet(dated, "subjects", day_zero_date=zeros).problems() if one.column == "day_zero_date"
    ]
    assert [one.found for one in told] == [sentinel.isoformat()]
    assert told[0].allowed == "a whole date as YYYY-MM-DD from 1900 to 2100"


@pytest.mark.parametrize("cut", ["0001-01-01", "9999-12-31"])
def test_a_data_cut_of_such_a_year_is_refused(dated: Folder, cut: str) -> None:
    assert any(one.column == "data_cut" for one in dated.replace("cohort.toml", "2022-01-01", cut).problems())


# Midnight of 31 January 2020 in Berlin is 30 January, 23:00 in universal time.
STAMPS = pl.Series([date(2020, 1, 31), date(2021, 3, 1)]).cast(pl.Datetime("us"))
BERLIN = STAMPS.dt.replace_time_zone("Europe/Berlin")


@pytest.mark.parametrize("stamps", [STAMPS, STAMPS.dt.cast_time_unit("ns"), BERLIN, STAMPS.dt.replace_time_zone("UTC")])
def test_a_midnight_of_its_own_zone_is_a_date(dated: Folder, stamps: pl.Series) -> None:
    plain = dated.load().tables["visits"]
    assert in_parquet(dated, "visits", day=stamps).load().tables["visits"].equals(plain)


def test_a_local_midnight_as_universal_time_is_refused_and_never_a_day_early(dated: Folder) -> None:
    found = in_parquet(dated, "visits", day=BERLIN.dt.convert_time_zone("UTC")).problems()
    assert [one.found for one in found] == ["2020-01-30 23:00:00 UTC", "2021-02-28 23:00:00 UTC"]
    assert {one.next_step for one in found} == {UNIVERSAL}


UNIVERSAL = (
    "That is a time stamp of universal time, and may be another day at the place: write the date there, or keep its "
    "own time zone in the column."
)


def test_a_stamp_as_day_zero_hears_the_same(dated: Folder) -> None:
    told = dated.cell("subjects.csv", 2, "day_zero_date", "2019-12-31T23:00:00Z").problems()
    assert [one.next_step for one in told if one.column == "day_zero_date"] == [UNIVERSAL]


def test_a_time_of_day_is_refused_as_it_is_in_a_csv(dated: Folder) -> None:
    (found,) = in_parquet(dated, "visits", day=STAMPS + pl.Series([timedelta(hours=14), timedelta(0)])).problems()
    assert (found.row, found.found) == (1, "2020-01-31 14:00:00")
    assert found.next_step == "That is a time stamp: write 2020-01-31, without the time of day."


def test_a_stamp_of_universal_time_in_a_text_is_not_told_to_drop_its_time(dated: Folder) -> None:
    (found,) = dated.cell("visits.csv", 2, "day", "2020-01-30T23:00:00Z").problems()
    assert found.next_step == UNIVERSAL


MOVED = "allowed: a day not after the last day known of the subject."
# What is known of S1 ends on 2020-05-12, which is day 132; 2020-05-15 is day 135 and 2020-05-31 day 151.
ENDS = {
    "last visit": [("visits.csv", 2, "day", "2020-05-12")],
    "last day": [("visits.csv", 2, "day", "2020-07-01"), ("subjects.csv", 2, "last_day", "2020-05-12")],
    "death": [("visits.csv", 2, "day", "2020-05-12"), ("subjects.csv", 2, "death_day", "2020-05-12")],
}


def one_relapse(dated: Folder, written: str) -> Folder:
    dated.files["relapses.csv"] = f"subject_id,row_id,day\nS1,R1,{written}\n".encode()
    return dated


@pytest.mark.parametrize("rule", ["middle", "last"])
@pytest.mark.parametrize("end", ENDS)
def test_a_completed_day_is_not_after_what_is_known_of_the_subject(dated: Folder, rule: str, end: str) -> None:
    dated.replace("cohort.toml", '"middle"', f'"{rule}"')
    for cell in ENDS[end]:
        dated.cell(*cell)
    assert one_relapse(dated, "2020-05").load().tables["relapses"]["day"].to_list() == [132]


def test_a_completed_day_is_not_after_the_data_cut(dated: Folder) -> None:
    dated.replace("cohort.toml", "2022-01-01", "2020-05-12").cell("visits.csv", 2, "day", "2020-05-01")
    dated.cell("subjects.csv", 2, "death_day", "2020-05").cell("subjects.csv", 2, "last_day", "2020-05")
    subjects = dated.load().subjects
    assert subjects.select("last_day", "death_day", "cut_day").row(0) == (132, 132, 132)


def test_relapses_watched_by_a_recorded_table_are_not_after_it(dated: Folder) -> None:
    dated.replace("cohort.toml", '["subjects", ', '["subjects", "observed", ')
    dated.files["observed.csv"] = (
        b"subject_id,row_id,kind,from_day,to_day\nS1,O1,relapses,2020-01-01,2020-05-12\nS1,O2,mri,2020-01-01,2021-01-01\n"
    )
    assert one_relapse(dated, "2020-05").load().tables["relapses"]["day"].to_list() == [132]


def test_a_whole_date_and_a_period_after_the_end_stay_where_they_are(dated: Folder) -> None:
    dated.cell("visits.csv", 2, "day", "2020-05-12")
    dated.files["relapses.csv"] = b"subject_id,row_id,day\nS1,R1,2020-05-15\nS1,R2,2020-06\nS1,R3,2020-04\n"
    assert dated.load().tables["relapses"]["day"].to_list() == [135, 152 + 14, 91 + 14]


def test_it_warns_of_a_day_that_was_moved_and_names_it(dated: Folder) -> None:
    dated.cell("visits.csv", 2, "day", "2020-05-12")
    assert one_relapse(dated, "2020-05").report() == [
        f"warning: relapses.csv, row 2, column day: found 2020-05, put on 2020-05-12; {MOVED} The middle day of that "
        "period is later, so it was moved back to the last day known: write the whole date if you have it."
    ]


def test_the_cohort_says_how_many_dates_were_completed(dated: Folder) -> None:
    dated.cell("visits.csv", 2, "day", "2020-05-12")
    assert one_relapse(dated, "2020-05").load().completed_dates == (
        "4 dates were given as a month or a year (onset_day in subjects 1, last_day in subjects 1, "
        "death_day in subjects 1, day in relapses 1), and the middle day of it was taken; "
        "1 of them moved back to the last day known of the subject"
    )


def test_the_cohort_says_that_no_date_was_partial(good: Folder) -> None:
    assert good.load().completed_dates == "no date was partial"


def test_days_that_the_source_completed_are_counted(good: Folder) -> None:
    good.files["relapses.csv"] = b"subject_id,row_id,day,day_precision\nS1,R1,50,month\nS2,R2,20,day\n"
    words = "1 date was known to the month or year only (day in relapses 1), and completed by the source"
    assert good.load().completed_dates == words


def test_it_warns_of_a_period_that_contains_day_zero(dated: Folder) -> None:
    # Day zero of S1 is 1 January 2020, that of S2 1 January 2021: 2019 is over by then, 2021 has just begun.
    dated.replace("cohort.toml", '"relapses"]', '"relapses", "treatments"]')
    dated.files["treatments.csv"] = (
        b"subject_id,row_id,therapy,start_day,end_day\nS1,T1,hsct,2019,2020-01\nS1,T2,hsct,2020-02,\nS2,T3,hsct,2021,\n"
    )
    lines = [line for line in dated.report() if "contains day zero" in line]
    assert [line.split(":")[1].strip() for line in lines] == [
        "treatments.csv, row 2, column end_day",
        "treatments.csv, row 4, column start_day",
    ]
    assert lines[1].endswith(
        "found 2021; allowed: a day before day zero or after it. The period contains day zero, and the middle day of "
        "it decides alone what counts as before: write the whole date if you have it."
    )
