"""A cohort from frames in memory is the one that their files would be, and is refused for the same reasons."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from made_up.small_cohorts import TABLES, Folder
from remission.inputs.problems import InputProblems
from remission.records.cohort import Cohort

SAID: Mapping[str, Any] = {"kind": "simulated", "day_zero": "treatment start"}
VISITS = pl.DataFrame(
    {"person": [7, 7, 7, 8], "when": [0, 100, 190, 0], "score": [2.0, 3.0, 3.0, None], "who": ["clinician"] * 4}
)
NAMES = {"subject_id": "person", "day": "when", "edss": "score", "rater": "who"}
COVARIATE = {"x_nfl": {"type": "number", "measured_day": "x_nfl_day"}}


class Arrow:
    """A frame of a library that nobody here knows, which speaks Arrow's protocol and nothing else."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


def refused(**given: Any) -> list[str]:
    with pytest.raises(InputProblems) as raised:
        Cohort.from_frames(**{**SAID, **given})
    return raised.value.report().splitlines()


def small_frames() -> dict[str, pl.DataFrame]:
    return {name.removesuffix(".csv"): pl.read_csv(io.StringIO(text)) for name, text in TABLES.items()}


def test_frames_give_the_tables_that_their_files_give(good: Folder) -> None:
    of_files = good.load()
    said = {**SAID, "name": "small", "data_cut": 1000, "covariates": COVARIATE}
    cohort = Cohort.from_frames(**small_frames(), **said)
    assert set(cohort.tables) == set(of_files.tables)
    for name, table in of_files.tables.items():
        assert cohort.tables[name].equals(table), name
    assert cohort.observed_rule == of_files.observed_rule
    assert cohort.manifest.collected == of_files.manifest.collected


def test_columns_are_renamed_rows_named_and_subjects_found_in_the_other_tables() -> None:
    relapses = pl.DataFrame({"person": [9.0], "when": [40]})
    cohort = Cohort.from_frames(visits=VISITS, relapses=relapses, **SAID, **NAMES)
    # 9.0 is what a program without whole numbers makes of 9.
    assert cohort.subjects.select("subject_id", "entered").rows() == [("7", "yes"), ("8", "yes"), ("9", "yes")]
    assert cohort.tables["visits"].select("row_id", "day", "edss").row(2) == ("visits:2", 190, 3.0)
    assert cohort.manifest.collected == ("subjects", "visits", "relapses")
    assert "each taken to have entered" in cohort.manifest.note


@pytest.mark.parametrize("form", [pl.DataFrame.lazy, Arrow, pl.DataFrame.clone])
def test_every_form_gives_the_same_cohort(form: Any) -> None:
    cohort = Cohort.from_frames(visits=form(VISITS), **SAID, **NAMES)
    plain = Cohort.from_frames(visits=VISITS, **SAID, **NAMES)
    assert cohort.tables["visits"].equals(plain.tables["visits"])
    assert cohort.digest == plain.digest


def test_pandas_gives_the_same_cohort() -> None:
    pandas = pytest.importorskip("pandas")
    visits = pandas.DataFrame(VISITS.to_dict(as_series=False))
    plain = Cohort.from_frames(visits=VISITS, **SAID, **NAMES)
    for frame in (visits, visits.convert_dtypes(), visits.set_index(pandas.Index([4, 3, 2, 1]))):
        cohort = Cohort.from_frames(visits=frame, **SAID, **NAMES)
        assert cohort.tables["visits"].equals(plain.tables["visits"])
        assert cohort.digest == plain.digest
    mixed = pandas.DataFrame({"person": [1, 2], "when": ["a", 3]})
    (line,) = refused(visits=mixed, subject_id="person", day="when")
    assert line.startswith("visits, column when: found values of several kinds")


def test_dates_of_a_frame_are_counted_from_day_zero() -> None:
    subjects = pl.DataFrame({"subject_id": ["A"], "entered": ["yes"], "day_zero_date": [date(2020, 1, 10)]})
    visits = pl.DataFrame({"subject_id": ["A"], "day": [date(2020, 2, 9)], "edss": [2.0]})
    cohort = Cohort.from_frames(subjects=subjects, visits=visits, data_cut=date(2021, 1, 10), **SAID)
    assert cohort.tables["visits"]["day"].to_list() == [30]
    assert cohort.subjects["cut_day"].to_list() == [366]
    assert cohort.manifest.time == "dates"
    lines = refused(visits=visits, time="dates")
    assert "subjects, column day_zero_date: found no such column" in "\n".join(lines)


def test_everything_wrong_with_values_is_told_at_once_by_frame_and_row_from_nought() -> None:
    wrong = VISITS.with_columns(score=pl.Series([2.0, 3.3, 3.0, 11.0]), extra=1)
    relapses = pl.DataFrame({"person": [7], "when": [40.5]})
    lines = refused(visits=wrong, relapses=relapses, **NAMES)
    assert [line.partition(":")[0] for line in lines] == [
        "relapses, row 0, column day",
        "visits, column extra",
        "visits, row 1, column edss",
        "visits, row 3, column edss",
    ]


def test_everything_wrong_with_the_call_is_told_at_once_and_no_file_is_named() -> None:
    lines = refused(visits=VISITS, kind="observd", edss="EDSS", visit_day="when")
    assert [line.partition(": found")[0] for line in lines] == [
        "from_frames(), argument edss",
        "from_frames(), argument kind",
        "from_frames(), argument visit_day",
    ]
    assert "EDSS, which no frame has" in lines[0]
    (line,) = refused(visits={"day": [1]}, day="day")
    assert line.startswith("visits: found a dict; allowed: a frame of pandas, Polars or Arrow")
    told = refused(subjects=pl.DataFrame({"subject_id": ["A"], "entered": ["yes"], "x_n": [1], "arm": ["NA"]}))
    assert [line for line in told if "cohort.toml" in line] == []
    assert 'Declare it in from_frames() as covariates={"x_n": ...}.' in told[0] + told[1]


def test_a_name_that_is_taken_already_is_no_name_for_another_column() -> None:
    (line,) = refused(visits=VISITS.with_columns(edss=1.0), **NAMES)
    assert line.startswith("visits, column edss: found the column beside score")


def test_without_subjects_a_name_is_one_person_however_it_is_written() -> None:
    visits = pl.DataFrame({"subject_id": ["A", " A", "A", ".", ""], "day": [0, 1, 2, 3, 4]})
    lines = refused(visits=visits, missing=["."])
    assert [line.partition(":")[0] for line in lines if "blanks" not in line] == [
        "visits, row 3, column subject_id",
        "visits, row 4, column subject_id",
    ]
    cohort = Cohort.from_frames(visits=visits.head(3), **SAID)
    assert cohort.subjects["subject_id"].to_list() == ["A"]
    # What stops nobody is told all the same.
    assert [one.column for one in cohort.warnings if "blanks" in one.found] == ["subject_id"]
    assert "warnings: see cohort.warnings" in cohort._repr_html_()
    (line,) = refused(visits=visits.head(1), relapses=pl.DataFrame({"subject_id": [7], "day": [1]}))
    assert line.startswith("relapses, column subject_id: found numbers here and texts in visits")


def test_the_digest_follows_the_rows_and_what_is_said_of_them() -> None:
    one = Cohort.from_frames(visits=VISITS, **SAID, **NAMES).digest
    assert one != Cohort.from_frames(visits=VISITS.reverse(), **SAID, **NAMES).digest
    assert one != Cohort.from_frames(visits=VISITS, **{**SAID, "kind": "observed"}, **NAMES).digest


def test_what_a_notebook_shows_of_a_cohort_escapes_what_it_is_called() -> None:
    html = Cohort.from_frames(visits=VISITS, title="<b>", **SAID, **NAMES)._repr_html_()
    assert "<b>" not in html
    assert "SIMULATED" in html
    assert "<th>visits</th><td>4</td>" in html


def test_a_column_of_lists_is_refused_as_in_a_file() -> None:
    (line,) = refused(visits=VISITS.with_columns(who=pl.lit([1])), **NAMES)
    assert line.startswith("visits, column rater: found a column of List")
