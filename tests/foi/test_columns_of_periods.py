"""Columns of different times are read with their times; what can hardly be true is kept and asked about."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from made_up.answers import Cells, write_csv
from remission.foi.answers.answer import About, Imported, import_answer
from remission.foi.answers.beside import people_counted
from remission.foi.answers.counts import Count, NoCount, Unread, explained_signs, read_count
from remission.foi.answers.periods import Period, past_months, past_period, period_in

ANSWERED = date(2026, 9, 30)
BARE = About("RTK", "FOIA", "published", ANSWERED)


def read(tmp_path: Path, cells: Cells, about: About = BARE) -> Imported:
    return import_answer(write_csv(tmp_path / "answer.csv", cells), about)


def spans(found: Imported) -> list[tuple[int, str, str]]:
    rows = found.answers.select("low", pl.col("period_start", "period_end").cast(pl.String))
    return rows.rows()


def test_quarters_beside_each_other_are_each_read(tmp_path: Path) -> None:
    found = read(tmp_path, [["Brand", "Q3 2025 (Jul - Sep)", "Q4 2025 (Oct - Dec)"], ["Avonex", 31, 29]])
    assert spans(found) == [(31, "2025-07-01", "2025-09-30"), (29, "2025-10-01", "2025-12-31")]
    assert set(found.answers["counted"]) == {"ever in period"}
    assert (found.problems, found.explained) == ((), ())


def test_times_that_count_back_from_the_answer_are_each_read(tmp_path: Path) -> None:
    """To 30 September 2026: three months begin on 1 July, and a year on 1 October 2025."""
    found = read(tmp_path, [["Brand", "Last 3 months", "Last 6 months", "Last year"], ["Avonex", 31, 33, 40]])
    starts = ["2026-07-01", "2026-04-01", "2025-10-01"]
    assert spans(found) == [(low, start, "2026-09-30") for low, start in zip((31, 33, 40), starts, strict=True)]
    assert not found.problems
    assert people_counted(found.answers)["low"].to_list() == [31, 33, 40]  # and never added up


def test_they_count_back_from_the_day_of_the_title_where_there_is_one(tmp_path: Path) -> None:
    found = read(
        tmp_path, [["Patients to 31/03/2026"], ["Brand", "Past 12 months", "Past 24 months"], ["Avonex", 4, 5]]
    )
    assert spans(found) == [(4, "2025-04-01", "2026-03-31"), (5, "2024-04-01", "2026-03-31")]


def test_without_any_day_to_count_back_from_nothing_is_guessed(tmp_path: Path) -> None:
    undated = About("RTK", "FOIA", "published")
    found = read(tmp_path, [["Brand", "Past 3 months", "Past 6 months"], ["Avonex", 4, 5]], undated)
    assert (found.counts, [one.kind for one in found.explained]) == (0, ["unread", "unread"])
    assert "a day to count back from" in str(found.problems[0])


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("Q1 2025/26", "2025-04-01", "2025-06-30"),
        ("Q4 2025-26", "2026-01-01", "2026-03-31"),
        ("2nd quarter 2026", "2026-04-01", "2026-06-30"),
        ("Quarter 3 2026", "2026-07-01", "2026-09-30"),
        ("Apr 2025 - Mar 2026", "2025-04-01", "2026-03-31"),
        ("January to June 2026", "2026-01-01", "2026-06-30"),
        ("October to March 2026", "2025-10-01", "2026-03-31"),
        ("Jan-26", "2026-01-01", "2026-01-31"),
        ("12 months to March 2026", "2025-04-01", "2026-03-31"),
        ("year ending 31 March 2026", "2025-04-01", "2026-03-31"),
        ("2023 to 2025", "2023-01-01", "2025-12-31"),
    ],
)
def test_a_header_names_its_period(header: str, first: str, last: str) -> None:
    assert period_in(header) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("header", ["Patients", "Over 12 months old", "Patients who may have stopped", "Month"])
def test_other_words_name_none(header: str) -> None:
    assert (period_in(header), past_months(header)) == (Period(), None)


@pytest.mark.parametrize(
    ("header", "months"),
    [("6 months", 6), ("Patients (12 months)", 12), ("in 3 months", 3), ("Previous year", 12), ("last 2 quarters", 6)],
)
def test_a_header_counts_back_so_many_months(header: str, months: int) -> None:
    assert past_months(header) == months


@pytest.mark.parametrize("header", ["at 12 months", "aged 12 years", "0-3 months on treatment", "12 months old"])
def test_other_months_count_nothing_back(header: str) -> None:
    assert past_months(header) is None


def test_months_back_from_the_end_of_a_short_month_and_over_a_leap_day() -> None:
    assert past_period(1, date(2024, 2, 29)) == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert past_period(3, date(2026, 5, 30)) == Period(date(2026, 2, 28), date(2026, 5, 30))
    assert past_period(12, date(2025, 2, 28)) == Period(date(2024, 3, 1), date(2025, 2, 28))


def test_a_bare_quarter_of_a_year_is_asked_about(tmp_path: Path) -> None:
    found = read(tmp_path, [["Brand", "Q1 2026", "Q2 2026"], ["Avonex", 4, 5]])
    assert found.counts == 2
    assert ["financial year" in problem.found for problem in found.problems] == [True, True]


def test_a_column_that_is_left_is_left_for_a_true_reason(tmp_path: Path) -> None:
    found = read(tmp_path, [["Brand", "Patients in the north", "Patients in the south"], ["Avonex", 4, 5]])
    assert [one.words for one in found.explained] == [
        "its header names no time that can be read beside that of column B"
    ]


def test_more_people_than_a_hospital_can_have_are_asked_about_and_packs_are_not(tmp_path: Path) -> None:
    found = read(tmp_path, [["Brand", "Patients in 2025"], ["Avonex", 52_000], ["Rebif", 1_900]])
    assert found.answers["low"].to_list() == [52_000, 1_900]
    assert [problem.row for problem in found.problems] == [2]
    assert "52,000 people on one therapy" in found.problems[0].found
    assert not read(tmp_path, [["Brand", "Tablets issued in 2025"], ["Aubagio", 52_000]]).problems


def test_more_people_in_a_part_of_a_time_than_in_the_whole_are_asked_about(tmp_path: Path) -> None:
    rows = [["Brand", "Past 3 months", "Past 12 months"], ["Avonex", 60, 41], ["Rebif", 7, "<10"], ["Tysabri", 9, 9]]
    found = read(tmp_path, rows)
    assert [(problem.row, problem.found.split(",")[0]) for problem in found.problems] == [(2, "60")]
    assert found.counts == 6


@pytest.mark.parametrize(
    "sentence",
    [
        "Numbers under 5 are shown as 0",
        "Counts below five have been recorded as zero.",
        "0 = fewer than 5",
        "A zero may mean less than 5 patients",
        "Figures of less than 5 are rounded down to 0",
    ],
)
def test_a_nought_that_stands_for_small_numbers_is_no_zero(sentence: str) -> None:
    signs = explained_signs([sentence])
    for written in ("0", "0.0", "zero", "nil"):
        assert read_count(written, signs) == Count(0, 4, note="hidden by the authority")
    assert read_count("7", signs) == Count(7, 7)


def test_a_nought_that_hides_an_unknown_number_has_no_upper_end() -> None:
    assert read_count("0", explained_signs(["Small numbers are shown as 0"])) == Count(0, None, False, HIDDEN)


HIDDEN = "hidden by the authority"


@pytest.mark.parametrize(
    "sentence", ["0 - 4 (under 5) are shown as *", "Shares under 5% are shown as 0", "Zero is zero"]
)
def test_other_sentences_leave_a_zero_alone(sentence: str) -> None:
    assert read_count("0", explained_signs([sentence])) == Count(0, 0)


def test_small_numbers_shown_as_nought_reach_the_answers_as_an_interval(tmp_path: Path) -> None:
    cells: Cells = [["Brand", "Patients"], ["Avonex", 0], ["Rebif", 12], [], ["Numbers under 6 are shown as 0"]]
    assert read(tmp_path, cells).answers.select("low", "high", "exact").rows() == [(0, 5, False), (12, 12, True)]


@pytest.mark.parametrize("written", ["1.000", "12.500", "<1.000", "1.000 - 2.000", "1.204.000", "about 1.500"])
def test_a_point_before_three_digits_is_asked_about(written: str) -> None:
    found = read_count(written)
    assert isinstance(found, Unread)
    assert "thousands" in found.next_step


@pytest.mark.parametrize("written", ["12.0", "12.00", "1,000", "1 000"])
def test_other_points_and_commas_are_read(written: str) -> None:
    assert isinstance(read_count(written), Count)


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("no more than 5 held", 0, 5),
        ("Not more than five patients are held", 0, 5),
        ("no fewer than 5 recorded", 5, None),
        ("less than 5 held", 0, 4),
        ("12 recorded", 12, 12),
    ],
)
def test_a_limit_that_is_held_is_a_limit(written: str, low: int, high: int | None) -> None:
    found = read_count(written)
    assert isinstance(found, Count)
    assert (found.low, found.high) == (low, high)


@pytest.mark.parametrize("written", ["not held", "no data are held", "Information not held", "no longer recorded"])
def test_what_is_not_held_is_still_not_held(written: str) -> None:
    found = read_count(written)
    assert isinstance(found, NoCount)
    assert found.kind == "not held"
