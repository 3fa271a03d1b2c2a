"""The reconstructed records: the same every time, and the engine by itself finds the events of the layout in them."""

from pathlib import Path

import polars as pl
import pytest

from remission.library.catalogue import cohort_folder
from remission.records.files.folder import check_cohort
from remission.simulation.cohorts.reconstruct_halt_ms import Course, day_of, read_layout, reconstruct_halt_ms
from remission.simulation.cohorts.tables import write_tables

COURSES = read_layout()
TABLES = reconstruct_halt_ms()


def test_running_the_expander_again_gives_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write_tables(TABLES, tmp_path)
    for name in TABLES:
        file = f"{name}.csv"
        assert (tmp_path / file).read_bytes() == (cohort_folder("halt-ms") / file).read_bytes()


def test_the_bundled_folder_has_no_problem() -> None:
    assert check_cohort(cohort_folder("halt-ms"), therapies=["hsct"]) == ()


def test_one_of_the_25_evaluated_was_not_treated_and_nobody_says_why() -> None:
    (outside,) = TABLES["subjects"].filter(pl.col("entered") == "no").to_dicts()
    assert TABLES["subjects"].height == 25
    assert (outside["not_entered_reason"], outside["not_entered_reason_absent"]) == (None, "unknown")
    assert outside["last_day"] is None


def test_nothing_that_no_source_gives_is_there() -> None:
    assert not {"age_years", "sex", "death_day"} & set(TABLES["subjects"].columns)
    assert "died" not in TABLES["subjects"]["end_reason"].to_list()
    assert "adverse_events" not in TABLES


def test_nothing_happens_that_the_layout_does_not_ask_for() -> None:
    assert TABLES["relapses"].height == sum(course.relapse is not None for course in COURSES)
    assert TABLES["scans"].filter(pl.col("new_t2") > 0).height == sum(course.mri is not None for course in COURSES)


@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.subject_id)
def test_scores_rise_by_a_point_only_from_a_planted_progression_on(course: Course) -> None:
    visits = TABLES["visits"].filter(pl.col("subject_id") == course.subject_id)
    rise = visits["edss"] - course.edss_before
    first = next((day for day, by in zip(visits["day"], rise, strict=True) if by >= 1.0), None)
    assert first == (day_of(course.progression) if course.progression is not None else None)
    assert rise[-1] == course.edss_change


def test_scores_before_transplant_are_those_the_trial_took_in() -> None:
    before = TABLES["visits"].filter(pl.col("day") < 0)
    assert before.height == 24
    assert before["edss"].is_between(3.0, 5.5).all()


def test_everybody_is_seen_and_scanned_on_the_last_day() -> None:
    """The engine lets observation of progression and MRI end at the last assessment."""
    for table in ("visits", "scans"):
        last = TABLES[table].group_by("subject_id", maintain_order=True).agg(pl.col("day").max())
        assert last["day"].to_list() == [course.last_day for course in COURSES]
