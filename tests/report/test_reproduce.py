"""Published beside computed: honest only if the computed column does not know what was published."""

import shutil
import tomllib
from pathlib import Path

import polars as pl
import pytest

from remission.inputs.problems import InputProblems
from remission.library.catalogue import cohort_folder, library_files
from remission.report.reproduce import as_json, exit_code, reproduce

(PUBLISHED,) = (path for path in library_files("published", ".toml") if path.stem == "halt-ms")


def test_every_published_quantity_of_halt_ms_comes_out_to_the_printed_digit() -> None:
    lines = reproduce("halt-ms")
    printed = {row["quantity"]: row["printed"] for row in tomllib.loads(PUBLISHED.read_text())["published"]}
    assert {line.quantity: line.computed for line in lines} == printed
    assert all(line.matches is True for line in lines)
    assert exit_code(lines) == 0


def test_what_is_published_is_what_the_papers_print() -> None:
    """Pinned here as well, so that nobody can make a mismatch go away by editing the file."""
    published = [line.published for line in reproduce("halt-ms")]
    assert published == [
        "25",
        "24",
        "62 (12-72)",
        "69.2 (50.2-82.1)",
        "91.3 (74.7-97.2)",
        "86.9 (69.5-94.7)",
        "86.3 (68.1-94.5)",
        "78.4 (60.1-89.0)",
        "90.9 (73.7-97.1)",
        "86.3 (68.1-94.5)",
        "100",
        "-0.5 (-1.5 to 0.0)",
        "0.001",
    ]


def test_with_the_published_numbers_deleted_the_computed_column_is_unchanged(tmp_path: Path) -> None:
    empty = tmp_path / "nothing.toml"
    empty.write_text("")
    blind = reproduce("halt-ms", published_file=empty)
    assert [line.computed for line in blind] == [line.computed for line in reproduce("halt-ms")]
    assert all(line.published is None and line.matches is None for line in blind)
    assert exit_code(blind) == 1


def test_a_wrong_published_number_is_a_mismatch(tmp_path: Path) -> None:
    changed = tmp_path / "halt-ms.toml"
    changed.write_text(PUBLISHED.read_text().replace("69.2 (50.2-82.1)", "69.3 (50.2-82.1)"))
    lines = reproduce("halt-ms", published_file=changed)
    assert [line.published for line in lines if not line.matches] == ["69.3 (50.2-82.1)"]
    assert exit_code(lines) == 1


@pytest.mark.parametrize("row_id", ["R01-relapse-06", "R05-relapse-27", "R06-relapse-33"])
def test_with_one_relapse_moved_by_400_days_it_fails(tmp_path: Path, row_id: str) -> None:
    moved = pl.when(pl.col("row_id") == row_id).then(400).otherwise(0)
    lines = reproduce("halt-ms", cohort_folder=_changed(tmp_path, "relapses", day=moved, end_day=moved))
    assert any(line.matches is False for line in lines)
    assert exit_code(lines) == 1


def test_an_unchanged_copy_still_matches(tmp_path: Path) -> None:
    """The control of the test above: it is the move that fails it, not the copying."""
    assert exit_code(reproduce("halt-ms", cohort_folder=_changed(tmp_path, "relapses"))) == 0


def _changed(folder: Path, table: str, **added: pl.Expr) -> Path:
    copy = folder / "halt-ms"
    shutil.copytree(cohort_folder("halt-ms"), copy)
    frame = pl.read_csv(copy / f"{table}.csv")
    frame.with_columns(pl.col(name) + days for name, days in added.items()).write_csv(copy / f"{table}.csv")
    return copy


def test_it_says_what_each_match_is_worth() -> None:
    standing = {line.quantity: line.standing for line in reproduce("halt-ms")}
    assert set(standing.values()) == {"identified", "chosen"}
    assert standing["event-free at 5 years, % (90% interval)"] == "identified"
    assert standing["follow-up, median (range), months"] == "chosen"
    assert standing["EDSS change of those who completed, p"] == "chosen"
    assert all(line.why for line in reproduce("halt-ms"))


def test_json_has_just_the_promised_keys() -> None:
    rows = as_json(reproduce("halt-ms"))
    assert all(list(row) == ["quantity", "published", "computed", "method", "standing", "matches"] for row in rows)
    assert all(row["method"] for row in rows)


def test_a_published_quantity_that_nothing_computes_is_an_error(tmp_path: Path) -> None:
    stray = tmp_path / "halt-ms.toml"
    stray.write_text('[[published]]\nquantity = "event-free at 7 years"\nprinted = "60.0"\n')
    with pytest.raises(ValueError, match="does not compute"):
        reproduce("halt-ms", published_file=stray)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(InputProblems) as problems:
        reproduce("halt-mss")
    assert "Did you mean" in problems.value.report()
