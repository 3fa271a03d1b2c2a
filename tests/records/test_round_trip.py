"""What is written is read back, and what is corrupted is found, for cohorts nobody thought of."""

from __future__ import annotations

import shutil
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from made_up.small_cohorts import TABLES as GOOD
from made_up.small_cohorts import THERAPIES, Folder, small_cohort
from remission.inputs.writing import HIDDEN
from remission.records.checks import run as checks
from remission.records.checks.absence import ABSENT_LOOKING
from remission.records.cohort import DTYPES, Cohort, Manifest
from remission.records.files.folder import load_cohort
from remission.records.files.texts import trim
from remission.records.files.write import write_cohort
from remission.records.schema import SCHEMA, TABLES, Column, Table

# Blanks around a text are taken off on reading, and names that look alike are refused: here they never begin or end so,
# and no two letters look the same. What begins as a formula does is a text like any other.
LETTERS = "=+-@,\"'\n ;#\\aBz09äß€中\u0301"
TEXTS = (
    st.text(st.sampled_from(LETTERS), min_size=1, max_size=8)
    .map(lambda text: unicodedata.normalize("NFC", trim(text)))
    .filter(lambda text: text != "" and text not in ABSENT_LOOKING)
)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Allowed values of a column, days of a life in which nothing contradicts anything."""
    if column.kind == "day":
        return st.integers(0, 300)
    if column.vocabulary:
        return st.sampled_from(THERAPIES)
    if column.kind == "choice":
        return st.sampled_from([choice for choice in column.choices if choice != "died"])
    if column.step is not None:
        return st.sampled_from([0.0, *(half / 2 for half in range(2, 21))])
    if column.kind == "integer":
        return st.integers(int(column.low or 0), int(column.high or 10**6))
    if column.kind == "number":
        return st.floats(column.low, column.high, allow_nan=False, allow_infinity=False)
    return TEXTS


@st.composite
def frames(draw: st.DrawFn, table: Table, subjects: list[str]) -> pl.DataFrame:
    """A valid table of these subjects, some of its optional columns left out."""
    height = len(subjects) if table.name == "subjects" else draw(st.integers(0, 4))
    optional = [column.name for column in table.columns if not column.required and column.name != "death_day"]
    kept = set(draw(st.sets(st.sampled_from(optional)))) if optional else set()
    if table.name == "subjects":
        kept.add("cut_day")
    data: dict[str, pl.Series] = {}
    for column in table.columns:
        if column.required or column.name in kept:
            data[column.name] = pl.Series(column_values(draw, column, height, subjects), dtype=DTYPES[column.kind])
    frame = pl.DataFrame(data)
    for first, last in (("day", "end_day"), ("start_day", "end_day"), ("from_day", "to_day")):
        if first in data and last in data:
            frame = frame.with_columns((pl.col(first) + pl.col(last)).alias(last))
    return frame


def column_values(draw: st.DrawFn, column: Column, height: int, subjects: list[str]) -> list[Any]:
    if column.name == "row_id":
        return [f"row {i}" for i in range(height)]
    if column.name == "subject_id":
        return (
            subjects[:height] if height == len(subjects) else [draw(st.sampled_from(subjects)) for _ in range(height)]
        )
    allowed = values(column) if column.required else st.none() | values(column)
    return [draw(allowed) for _ in range(height)]


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """A valid cohort of a few subjects in days."""
    subjects = draw(st.lists(TEXTS, min_size=1, max_size=4, unique=True))
    others = draw(st.sets(st.sampled_from([table.name for table in SCHEMA if table.name != "subjects"])))
    names = ("subjects", *sorted(others))
    manifest = Manifest("drawn", "Drawn", "simulated", "start", "days", names, "MIT")
    return Cohort(manifest, {name: draw(frames(TABLES[name], subjects)) for name in names}, "")


@settings(max_examples=60)
@given(cohort=cohorts(), file_format=st.sampled_from(["csv", "parquet"]))
def test_a_written_cohort_is_read_back_exactly(cohort: Cohort, file_format: Literal["csv", "parquet"]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_cohort(cohort, folder, file_format)
        loaded = load_cohort(folder, therapies=THERAPIES)
    assert loaded.manifest == cohort.manifest
    for name, frame in cohort.tables.items():
        assert_frame_equal(loaded.tables[name], frame)


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_dates_come_back_as_days_with_their_precision(
    dated: Folder, tmp_path: Path, file_format: Literal["csv", "parquet"]
) -> None:
    cohort = dated.load()
    write_cohort(cohort, tmp_path / "out", file_format)
    loaded = load_cohort(tmp_path / "out", therapies=THERAPIES)
    assert (loaded.manifest.time, loaded.manifest.data_cut) == ("days", "2022-01-01")
    for name, frame in cohort.tables.items():
        assert_frame_equal(loaded.tables[name], frame)


def test_it_replaces_a_table_of_the_other_format(good: Folder, tmp_path: Path) -> None:
    cohort = good.load()
    write_cohort(cohort, tmp_path / "out", "csv")
    write_cohort(cohort, tmp_path / "out", "parquet")
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".toml", ".parquet"}
    assert_frame_equal(load_cohort(tmp_path / "out", therapies=THERAPIES).subjects, cohort.subjects)


def test_the_digest_names_the_files_and_nothing_else(good: Folder) -> None:
    digest = good.load().digest
    assert good.load().digest == digest
    good.files["notes.txt"] = b"not a table"
    assert good.load().digest == digest
    assert good.cell("visits.csv", 2, "edss", "2.5").load().digest != digest
    good.cell("visits.csv", 2, "edss", "2.0")
    good.files["cohort.toml"] = b"# a comment says nothing of the records\n" + good.files["cohort.toml"]
    assert good.load().digest == digest
    good.replace("cohort.toml", "small cohort", "tiny cohort")
    assert good.load().digest != digest


DISALLOWED = {
    "choice": ("zzz", "yes or no", "7"),
    "day": ("tomorrow", "1.5", "2020-01-01", "99999", "nan"),
    "integer": ("1.5", "many", "inf", "-7"),
    "number": ("much", "nan", "inf", "1;2"),
}
CELLS = [
    (file, row, column.name, value)
    for file, text in GOOD.items()
    for row in range(2, len(text.splitlines()) + 1)
    for column in TABLES[file.removesuffix(".csv")].columns
    if column.name in text.splitlines()[0].split(",")
    for value in DISALLOWED.get(column.kind, ())
]


def errors_of(cell: tuple[str, int, str, str]) -> set[tuple[str, int | None, str | None]]:
    with tempfile.TemporaryDirectory() as folder:
        problems = small_cohort(Path(folder)).cell(*cell).problems()
    return {(problem.file, problem.row, problem.column) for problem in problems if problem.severity == "error"}


@settings(max_examples=80)
@given(cell=st.sampled_from(CELLS))
def test_a_disallowed_value_is_found_where_it_stands(cell: tuple[str, int, str, str]) -> None:
    assert cell[:3] in errors_of(cell)


def test_a_disallowed_value_is_not_found_with_the_rules_off(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = ("visits.csv", 4, "edss", "3.3")
    assert cell[:3] in errors_of(cell)
    monkeypatch.setattr(checks, "column_rules", lambda sheet, reading: ())
    assert errors_of(cell) == set()


def test_a_parquet_table_keeps_the_types_of_other_programs(good: Folder) -> None:
    expected = good.load().tables["visits"]
    foreign = pl.DataFrame(
        {
            "subject_id": pl.Series(["S1", "S1", "S1", "S2", "S2"], dtype=pl.Categorical),
            "row_id": ["V1", "V2", "V3", "V4", "V5"],
            "day": [-10.0, 90.0, 380.0, 0.0, 180.0],
            "edss": pl.Series([2.0, None, 3.5, 6.0, 0.0], dtype=pl.Float32),
            "edss_absent": [None, "declined", None, None, None],
            "rater": ["clinician", "clinician", None, "self", "other"],
        }
    )
    del good.files["visits.csv"]
    (good.path / "visits.csv").unlink()
    foreign.write_parquet(good.path / "visits.parquet")
    assert_frame_equal(good.load().tables["visits"], expected)


FOREIGN = [
    (pl.Series("edss", [True]), "row 1, column edss: found true;"),
    (pl.Series("edss", [float("nan")]), "row 1, column edss: found NaN;"),
    (pl.Series("day", ["2021-03-04"]).str.to_date(), "row 1, column day: found 2021-03-04;"),
    (pl.Series("day", ["2021-03-04"]).str.to_datetime("%Y-%m-%d"), "row 1, column day: found 2021-03-04;"),
    (pl.Series("edss", [[1.0]]), "column edss: found a column of List;"),
    (pl.Series("subject_id", [None], dtype=pl.Null), "row 1, column subject_id: found nothing;"),
    (pl.Series("row_id", [""]), "row 1, column row_id: found nothing;"),
]


@pytest.mark.parametrize(("series", "words"), FOREIGN)
def test_it_names_a_type_that_does_not_fit(good: Folder, series: pl.Series, words: str) -> None:
    frame = pl.DataFrame({"subject_id": ["S1"], "row_id": ["V1"], "day": [0], "edss": [2.0]}).with_columns(series)
    del good.files["visits.csv"]
    frame.write_parquet(good.write() / "visits.parquet")
    assert [line for line in good.report() if f"visits.parquet, {words}" in line]


def test_a_cohort_whose_writer_was_killed_is_never_half_of_two(
    good: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, out, moves = good.load(), tmp_path / "out", [0]
    new = replace(old, tables={name: frame.filter(subject_id="S1") for name, frame in old.tables.items()})
    write_cohort(old, out)
    move = shutil.move

    def killed(source: Path, path: Path) -> None:
        moves[0] += 1
        if moves[0] > 2:
            raise KeyboardInterrupt
        move(source, path)

    monkeypatch.setattr(shutil, "move", killed)
    with pytest.raises(KeyboardInterrupt):
        write_cohort(new, out)
    monkeypatch.undo()
    # Two of seven files are the new ones: the reader brings the others.
    loaded = load_cohort(out, therapies=THERAPIES)
    for name, frame in new.tables.items():
        assert_frame_equal(loaded.tables[name], frame)
    assert HIDDEN not in {path.name for path in out.iterdir()}
