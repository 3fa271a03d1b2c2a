"""Transport files at their edges: names that SAS would not take, widths around the limits, tables without rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from remission.cdisc.datasets import Dataset
from remission.cdisc.transport import Version, losses, read_transport, write_transport
from remission.inputs.problems import InputProblems

VERSIONS: tuple[Version, ...] = (5, 8)
both = pytest.mark.parametrize("version", VERSIONS)


def back(folder: Path, frame: pl.DataFrame, version: Version) -> tuple[pl.DataFrame, list[str]]:
    told = write_transport(Dataset("D", "", frame), folder / "d.xpt", version)
    return read_transport(folder / "d.xpt").frame, told["what"].to_list()


def refused(folder: Path, dataset: Dataset, version: Version) -> list[str]:
    with pytest.raises(InputProblems) as found:
        write_transport(dataset, folder / "d.xpt", version)
    assert not (folder / "d.xpt").exists()
    return found.value.report().splitlines()


@both
@pytest.mark.parametrize("name", ["A B", "1A", "ÄB", "A-B", "A.B", ""])
def test_a_column_that_sas_could_not_name_is_refused(tmp_path: Path, name: str, version: Version) -> None:
    (said,) = refused(tmp_path, Dataset("D", "", pl.DataFrame({"GOOD_1": ["x"], name: ["x"]})), version)
    assert "letters, digits and underscores, a digit not first" in said


@both
def test_two_names_that_differ_in_capitals_only_are_refused_both(tmp_path: Path, version: Version) -> None:
    said = refused(tmp_path, Dataset("D", "", pl.DataFrame({"AB": ["x"], "C": ["y"], "ab": ["z"]})), version)
    assert [line.split(":")[0] for line in said] == ["d.xpt, column AB", "d.xpt, column ab"]


@pytest.mark.parametrize(("version", "longest"), [(5, 8), (8, 32)])
def test_names_are_as_long_as_the_version_allows_and_no_longer(tmp_path: Path, version: Version, longest: int) -> None:
    name = "A" * longest
    write_transport(Dataset(name, "", pl.DataFrame({name: ["x"]})), tmp_path / "good.xpt", version)
    read = read_transport(tmp_path / "good.xpt")
    assert (read.name, read.frame.columns) == (name, [name])
    said = refused(tmp_path, Dataset(name + "A", "", pl.DataFrame({name + "A": ["x"]})), version)
    assert len(said) == 2
    assert said[0].startswith("d.xpt: found a dataset called")


@both
@pytest.mark.parametrize("name", ["", "A B", "1A"])
def test_a_dataset_must_have_a_name_too(tmp_path: Path, name: str, version: Version) -> None:
    assert len(refused(tmp_path, Dataset(name, "", pl.DataFrame({"A": ["x"]})), version)) == 1


@both
def test_a_table_without_columns_is_refused(tmp_path: Path, version: Version) -> None:
    assert refused(tmp_path, Dataset("D", "", pl.DataFrame()), version) == [
        "d.xpt: found no column; allowed: at least one. Leave it out."
    ]


def test_a_table_without_rows_comes_back_where_the_version_counts_them(tmp_path: Path) -> None:
    frame, told = back(tmp_path, pl.DataFrame({"A": ["x"], "B": [1.0]}).clear(), 8)
    assert (frame.columns, frame.height, told) == (["A", "B"], 0, [])


@both
@pytest.mark.parametrize("width", [1, 7, 8, 9, 79, 80, 81, 199, 200])
def test_a_text_of_any_width_beside_a_number_comes_back(tmp_path: Path, width: int, version: Version) -> None:
    # 80 is the length of a record: a row that ends inside one, on its end, and just after it.
    frame = pl.DataFrame({"T": ["x" * width, "y", None], "N": [1.0, None, -2.5]})
    read, told = back(tmp_path, frame, version)
    assert_frame_equal(read, frame)
    assert told == []


@both
def test_at_200_bytes_nothing_is_cut_and_at_201_one_row_is_told(tmp_path: Path, version: Version) -> None:
    frame = pl.DataFrame({"T": ["x" * 200, "x" * 201, "x" * 201]})
    told = losses(frame, version).rows()
    assert told == ([("T", 2, "long text")] if version == 5 else [])
    read, _ = back(tmp_path, frame, version)
    assert read["T"].str.len_bytes().to_list() == ([200] * 3 if version == 5 else [200, 201, 201])


values = st.one_of(st.none(), st.floats(width=64), st.sampled_from([0.0, -0.0, 5.4e-79, 7.2e75, 9e74, 1e-300, -1e300]))
# What a file of version 5 can hold: letters of ASCII that can be seen.
texts = st.one_of(st.none(), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12))


@both
@settings(max_examples=25)
@given(rows=st.lists(st.tuples(texts, values), min_size=1, max_size=12))
def test_what_is_not_told_as_lost_comes_back_and_what_is_told_did_not(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Any, Any]], version: Version
) -> None:
    frame = pl.DataFrame({"K": ["k"] * len(rows), "T": [row[0] for row in rows], "N": [row[1] for row in rows]},
                         schema={"K": pl.String, "T": pl.String, "N": pl.Float64})  # fmt: skip
    read, _ = back(tmp_path_factory.mktemp("xpt"), frame, version)
    told = {(column, what): count for column, count, what in losses(frame, version).rows()}
    lost_texts = sum(old != new for old, new in zip(frame["T"], read["T"], strict=True))
    assert lost_texts == told.get(("T", "empty text"), 0) + told.get(("T", "trailing blanks"), 0)
    # The last digits of a double are not all in a number of sixteen hexadecimal places.
    lost_numbers = sum(
        (old is None) != (new is None) or (old is not None and abs(old - new) > 1e-15 * abs(old))
        for old, new in zip(frame["N"], read["N"], strict=True)
    )
    assert lost_numbers == told.get(("N", "number"), 0)


@both
def test_the_largest_number_comes_back_and_a_larger_one_is_missing_and_told(tmp_path: Path, version: Version) -> None:
    read, told = back(tmp_path, pl.DataFrame({"N": [9e74, -9e74, 2.0**249, -7e75]}), version)
    assert read["N"].to_list() == [pytest.approx(9e74, rel=1e-15), pytest.approx(-9e74, rel=1e-15), None, None]
    assert told == ["number"]
