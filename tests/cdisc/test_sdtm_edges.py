"""SDTM at its edges: study days, sequence numbers and results that are numbers and yet count nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.sdtm_writer import Row, write_folder
from remission.cdisc.convert import Conversion, convert_sdtm
from remission.cdisc.sdtm.source import day_number, day_of_study, iso_start
from remission.inputs.problems import InputProblems
from remission.outcomes.load import load_cohort

SUBJECT = {"STUDYID": "T", "DOMAIN": "DM", "USUBJID": "S1", "RFSTDTC": "2020-01-01", "ARM": "Drug"}


def score(seq: float = 1, **more: Any) -> Row:
    return {"DOMAIN": "QS", "USUBJID": "S1", "QSSEQ": seq, "QSTESTCD": "EDSS0101", "QSSTRESN": 2.0} | more


def converted(tmp_path: Path, *scores: Row, **subject: Any) -> Conversion:
    folder = write_folder(tmp_path / "sdtm", {"DM": [SUBJECT | subject], "QS": list(scores)})
    return convert_sdtm(folder, tmp_path / "cohort", kind="simulated", licence="MIT").conversion


def refused(tmp_path: Path, *scores: Row, **subject: Any) -> list[str]:
    with pytest.raises(InputProblems) as found:
        converted(tmp_path, *scores, **subject)
    return found.value.report().splitlines()


@pytest.mark.parametrize("zero", ["2020-01-01", None])
@pytest.mark.parametrize("day", [0.0, 1.5, -0.5, 100_001.0, -100_001.0, 3e9, -3e9, 1e300])
def test_a_study_day_that_counts_no_days_is_named_with_its_row(tmp_path: Path, day: float, zero: str | None) -> None:
    said = refused(tmp_path, score(1, QSDY=5.0), score(2, QSDY=day), RFSTDTC=zero)
    assert len(said) == 1
    assert said[0].startswith("qs.json, row 2, column QSDY: found ")
    assert said[0].endswith("allowed: whole days other than 0, at most 100,000. Correct the study day.")


def test_study_days_up_to_the_farthest_are_read(tmp_path: Path) -> None:
    made = converted(tmp_path, score(1, QSDY=1.0), score(2, QSDY=-1.0), score(3, QSDY=100_000.0), RFSTDTC=None)
    # Study day 1 is day 0, and there is no day between it and study day -1.
    assert made.tables["visits"].sort("day")["day"].to_list() == [-1, 0, 99_999]


def test_a_study_day_beside_a_date_must_count_days_too(tmp_path: Path) -> None:
    assert len(refused(tmp_path, score(1, QSDY=0.5, QSDTC="2020-02-01"))) == 1


@pytest.mark.parametrize("variable", ["DTHDY", "RFENDY", "RFPENDY"])
@pytest.mark.parametrize("day", [0.0, 10.5, 3e9])
def test_a_study_day_of_the_subject_must_count_days_too(tmp_path: Path, variable: str, day: float) -> None:
    (said,) = refused(tmp_path, score(1, QSDY=5.0), RFSTDTC=None, **{variable: day})
    assert said.startswith(f"dm.json, row 1, column {variable}: found ")
    assert said.endswith("allowed: whole days other than 0, at most 100,000. Correct the study day.")


# From 2 ** 53 on two neighbours are one number to a program that reads doubles.
@pytest.mark.parametrize("seq", [-1.0, 0.5, 2.0**53, 2.0**63, 1e30])
def test_a_sequence_number_that_no_row_can_be_named_by_is_refused(tmp_path: Path, seq: float) -> None:
    (said,) = refused(tmp_path, score(seq, QSDTC="2020-02-01"))
    assert "column QSSEQ" in said
    assert "Give every row its sequence number." in said


@pytest.mark.parametrize("text", ["NaN", "nan", "inf", "-inf", "Infinity"])
def test_a_text_for_no_number_is_no_result_and_is_listed(tmp_path: Path, text: str) -> None:
    bad = score(2, QSSTRESN=None, QSSTRESC=text, QSDTC="2020-03-01")
    made = converted(tmp_path, score(1, QSDTC="2020-02-01"), bad)
    assert made.tables["visits"]["edss"].to_list() == [2.0]
    assert ("EDSS0101", "no result that is a number") in made.unmapped.select("code", "why").rows()


def test_a_text_for_no_number_in_a_column_of_numbers_is_refused(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, score(1, QSDTC="2020-02-01", QSSTRESN="NaN"))
    assert "column QSSTRESN: found NaN; allowed: a number" in said


def one(expression: pl.Expr) -> Any:
    return pl.select(expression).item()


def test_consecutive_study_days_are_consecutive_days_and_the_first_is_day_zero() -> None:
    numbers = [float(number) for number in range(-400, 401) if number != 0]
    days = pl.select(day_of_study(pl.lit(pl.Series(numbers)))).to_series().to_list()
    assert days == list(range(-400, 400))
    assert days[numbers.index(1.0)] == 0


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2003-12-15T13:14:17", "2003-12-15"),
        ("2003-12-15T-:15", "2003-12-15"),
        (" 2003-12-15 ", "2003-12-15"),
        ("2003-12--", "2003-12"),
        ("2003-12", "2003-12"),
        ("2003---15", "2003"),
        ("2003-----T07", "2003"),
        ("2003", "2003"),
        ("--12-15", None),
        ("-----T07:15", None),
        ("2003-12-15/2003-12-20", None),
        ("2003-12-15T10:00/2003-12-20", None),
        ("20031215", None),
        ("15-12-2003", None),
        ("2003-1-5", None),
        ("", None),
        (None, None),
    ],
)
def test_of_a_date_partial_in_any_position_only_the_known_start_is_read(text: str | None, known: str | None) -> None:
    assert one(iso_start(pl.lit(text, pl.String))) == known


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(["", "T10:00", "T-:30", "T"]))
def test_a_whole_date_is_read_whatever_time_follows_it(day: date, time: str) -> None:
    read = iso_start(pl.lit(f"{day}{time}"))
    assert one(read) == str(day)
    assert one(day_number(read, dated=True)) == (day - date(1970, 1, 1)).days


@pytest.mark.parametrize("text", ["2003", "2003-12", "2003-02-30", "2003-13-01"])
def test_a_date_that_is_not_whole_or_not_there_has_no_number(text: str) -> None:
    assert one(day_number(pl.lit(text), dated=True)) is None


def of_people(*dead: dict[str, Any]) -> dict[str, list[Row]]:
    people = [SUBJECT | {"USUBJID": f"S{place}", "DTHFL": "", "DTHDTC": ""} | one for place, one in enumerate(dead, 1)]
    return {"DM": people, "QS": [score(QSDTC="2020-02-01")]}


@pytest.mark.parametrize("undated", [0, 1, 5])
def test_as_many_undated_deaths_are_listed_as_there_are(tmp_path: Path, undated: int) -> None:
    people = [{"DTHFL": "Y"}] * undated + [{"DTHFL": "Y", "DTHDTC": "2020-03-01"}, {}]
    made = convert_sdtm(write_folder(tmp_path / "sdtm", of_people(*people)), tmp_path / "out", kind="simulated")
    listed = made.unmapped.filter(pl.col("variable") == "DTHFL")
    assert listed["rows"].sum() == undated


def test_a_code_that_a_spreadsheet_would_run_is_a_text_in_the_list(tmp_path: Path) -> None:
    converted(tmp_path, score(1, QSDTC="2020-02-01"), score(2, QSDTC="2020-02-01", QSTESTCD="=1+1"))
    listed = (tmp_path / "cohort/conversion/unmapped.csv").read_text(encoding="utf-8")
    assert ",'=1+1," in listed


def test_naming_an_empty_table_drops_none_that_has_rows(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "sdtm", of_people({}, {}))
    made = convert_sdtm(folder, tmp_path / "out", kind="simulated", licence="MIT", collected=["relapses"])
    cohort = load_cohort(tmp_path / "out")
    assert cohort.manifest.collected == ("subjects", "visits", "relapses")
    assert (cohort.tables["visits"].height, cohort.tables["relapses"].height) == (1, 0)
    # What is called mapped is in a table that exists.
    assert {f"{table}.parquet" for table in made.conversion.rows["table"]} <= {
        path.name for path in made.folder.glob("*.parquet")
    }
    assert made.rows_in == made.rows_mapped + made.rows_listed == 3


def test_an_identifier_that_is_nearly_one_of_dm_is_named_with_what_nobody_sees(tmp_path: Path) -> None:
    (said,) = refused(tmp_path, score(1, QSDTC="2020-02-01", USUBJID="s1\u00a0"))
    assert r"column USUBJID: found 's1\u00a0'; allowed: a USUBJID of DM" in said
    assert said.endswith("Did you mean S1? Write it as in DM.")
