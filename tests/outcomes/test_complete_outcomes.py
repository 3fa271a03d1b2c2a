"""Outcome rows with what a statistician needs beside them: arm, covariates, dates where the cohort has them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from remission.cdisc.adtte import adtte
from remission.outcomes.definitions.reading import load_endpoint
from remission.outcomes.evaluation import evaluate
from remission.outcomes.files import WRITERS
from remission.outcomes.load import load_cohort
from remission.records.cohort import Cohort

MANIFEST = """\
name = "dated"
title = "Dated"
kind = "observed"
day_zero = "start"
time = "{time}"
collected = {collected}
licence = "MIT"
[covariates.x_nfl]
type = "number"
measured_day = 0
"""
DATES = """\
subject_id,day_zero_date,arm,centre,sex,age_years,entered,last_day,x_nfl
S1,2020-02-28,A,Rome,female,31.5,yes,2021-02-28,7.5
S2,2021-03-01,B,Oslo,,44,yes,2022-03-01,
"""
ASKED = {"outcome": "relapse-free", "readings": "neda-3-rebaselined", "counts": "relapse-30d", "changes": "cdp-12w"}
DAYS = "subject_id,arm,entered,last_day,x_nfl\nS1,A,yes,366,7.5\nS2,B,yes,365,\n"


def cohort(folder: Path, time: str = "dates", collected: tuple[str, ...] = ("subjects", "relapses")) -> Cohort:
    folder.mkdir(exist_ok=True)
    (folder / "cohort.toml").write_text(MANIFEST.format(time=time, collected=json.dumps(collected)))
    dated = time == "dates"
    (folder / "subjects.csv").write_text(DATES if dated else DAYS)
    (folder / "relapses.csv").write_text(f"subject_id,row_id,day\nS1,R1,{'2020-03-01' if dated else '2'}\n")
    return load_cohort(folder)


def rows(made: Cohort, path: Path) -> pl.DataFrame:
    WRITERS["outcome"](made, load_endpoint("relapse-free"), path)
    return pl.read_csv(path, try_parse_dates=True)


def test_arm_covariates_and_dates_stand_behind_the_rows(tmp_path: Path) -> None:
    frame = rows(cohort(tmp_path / "c"), tmp_path / "o.csv")
    names = ("subject_id", "arm", "centre", "sex", "age_years", "x_nfl", "origin_date", "exit_date")
    # 2020 had a 29 February: the relapse of 1 March came two days after 28 February.
    assert frame.select("exit_day", *names).rows() == [
        (2, "S1", "A", "Rome", "female", 31.5, 7.5, date(2020, 2, 28), date(2020, 3, 1)),
        (365, "S2", "B", "Oslo", None, 44.0, None, date(2021, 3, 1), date(2022, 3, 1)),
    ]


@pytest.mark.parametrize("what", ["outcome", "readings", "counts", "changes"])
def test_every_kind_of_rows_has_them(tmp_path: Path, what: str) -> None:
    (tmp_path / "c").mkdir()
    days = ((day, date(2020, 2, 28) + timedelta(day), 2 if day == 0 else 4) for day in (0, 100, 200, 300))
    visits = "".join(f"S1,V{day},{when},{edss}\n" for day, when, edss in days)
    (tmp_path / "c" / "visits.csv").write_text(f"subject_id,row_id,day,edss\n{visits}")
    (tmp_path / "c" / "scans.csv").write_text("subject_id,row_id,day,new_t2,gd_lesions\n")
    made = cohort(tmp_path / "c", collected=("subjects", "relapses", "visits", "scans"))
    WRITERS[what](made, load_endpoint(ASKED[what]), tmp_path / "o.parquet")
    frame = pl.read_parquet(tmp_path / "o.parquet").filter(subject_id="S1")
    assert frame.height
    assert frame.select("arm", "centre", "x_nfl").unique().rows() == [("A", "Rome", 7.5)]
    named = [name for name in frame.columns if name.endswith("_day")]
    assert named
    for name in named:
        zero = pl.lit(date(2020, 2, 28))
        counted = frame.select((zero + pl.duration(days=pl.col(name))).alias("date"))["date"]
        assert frame[f"{name.removesuffix('day')}date"].to_list() == counted.to_list()


def test_a_cohort_of_days_has_no_dates_and_its_columns_all_the_same(tmp_path: Path) -> None:
    frame = rows(cohort(tmp_path / "c", "days"), tmp_path / "o.csv")
    assert not [name for name in frame.columns if name.endswith("_date")]
    assert frame["arm"].to_list() == ["A", "B"]


def test_dates_decide_nothing_and_are_never_shown(tmp_path: Path) -> None:
    dated, days = cohort(tmp_path / "a"), cohort(tmp_path / "b", "days")
    assert "2020" not in repr(dated)
    assert days.day_zero_dates is None
    found = [evaluate(one, "relapse-free").spells.select("subject_id", "exit_day", "event") for one in (dated, days)]
    assert found[0].equals(found[1])


def test_adtte_has_dates_treatment_site_age_and_sex(tmp_path: Path) -> None:
    made = cohort(tmp_path / "c")
    frame = adtte(evaluate(made, "relapse-free"), made).dataset.frame
    names = ("USUBJID", "SITEID", "AGE", "AGEU", "SEX", "TRTP", "STARTDT", "ADT", "AVAL")
    # AVAL is ADT less STARTDT plus one.
    assert frame.select(names).rows() == [
        ("S1", "Rome", 31.5, "YEARS", "F", "A", date(2020, 2, 28), date(2020, 3, 1), 3),
        ("S2", "Oslo", 44.0, "YEARS", "U", "B", date(2021, 3, 1), date(2022, 3, 1), 366),
    ]
    bare = cohort(tmp_path / "d", "days")
    columns = adtte(evaluate(bare, "relapse-free"), bare).dataset.frame.columns
    # What nobody recorded is no column: an empty SEX of everybody would read as asked and unknown.
    assert "TRTP" in columns
    assert not {"SITEID", "AGE", "SEX", "ADT", "STARTDT"} & set(columns)
