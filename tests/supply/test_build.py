"""A build accounts for every row, says what the rows are, and never takes invented ones for real."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from remission.atlas.words import built_lines
from remission.inputs.problems import InputProblems
from remission.inputs.snapshots import LISTED
from remission.supply.build import BUILT, SAMPLE, Built, build_atlas, load_atlas, load_truth
from remission.supply.rows import standing_of


def test_rows_in_are_rows_out_and_rows_explained(built: Built) -> None:
    by_kind = built.ledger.filter(pl.col("used") == "yes").with_columns(into=pl.col("kind") == "in")
    for (file,), lines in by_kind.partition_by("file", as_dict=True).items():
        rows_in = lines.filter("into")["rows"].sum()
        assert rows_in == lines.filter(~pl.col("into"))["rows"].sum() > 0, file


def test_what_is_counted_is_what_lies_in_the_built_atlas(built: Built) -> None:
    counted = built.ledger.filter(pl.col("used") == "yes", pl.col("kind") == "counted")["rows"].sum()
    assert built.atlas.issued.height == counted
    assert load_atlas(built.home).issued.equals(built.atlas.issued)


def test_the_kind_of_the_atlas_is_that_of_its_rows(built: Built) -> None:
    assert built.atlas.provenance.warning.startswith("SYNTHETIC")
    some = built.atlas.issued.with_columns(
        standing=pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("published")).otherwise("standing")
    )
    assert replace(built.atlas, issued=some).provenance.warning.startswith("PARTLY SYNTHETIC")
    real = some.with_columns(standing=pl.lit("published"))
    assert replace(built.atlas, issued=real).provenance.warning == ""


def test_the_sources_of_invented_rows_say_that_they_are(built: Built) -> None:
    assert ["Invented" in one.citation for one in built.atlas.sources] == [True]


def test_rows_of_no_standing_are_refused() -> None:
    with pytest.raises(ValueError, match="must be published or synthetic"):
        standing_of(pl.DataFrame({"standing": ["published", None]}))


def test_every_name_is_told_with_its_verdict(built: Built) -> None:
    told = "\n".join(built_lines(built))
    for name in built.names["vmp_name"].unique():
        assert name in told
    assert "Near misses: 1 name\n" in told
    assert "rows in = " in told


def test_the_cost_at_list_price_agrees_with_the_quantity(built: Built) -> None:
    priced = built.names.filter(pl.col("cost_per_list_price").is_not_null())
    assert priced.height > 0
    apart = (pl.col("cost_per_list_price") / pl.col("units_priced") - 1).abs()
    assert priced.select(apart.max()).item() < 0.005


def test_fetched_files_are_read_and_the_sample_is_then_left_alone(atlas_home: Path, tmp_path: Path) -> None:
    fetched = tmp_path / "home"
    shutil.copytree(atlas_home / SAMPLE, fetched)
    listed = (fetched / LISTED).read_text(encoding="utf-8").replace(",synthetic\n", ",published\n")
    (fetched / LISTED).write_text(listed, encoding="utf-8")
    made = build_atlas(fetched)
    assert made.atlas.provenance.kind == "observed"
    assert not (fetched / SAMPLE).exists()
    assert load_truth(fetched, made.atlas) is None


def test_a_damaged_build_says_how_to_make_it_again(built: Built, tmp_path: Path) -> None:
    shutil.copytree(built.home / BUILT, tmp_path / BUILT)
    (tmp_path / BUILT / "issued.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputProblems) as found:
        load_atlas(tmp_path)
    assert "remission atlas build" in found.value.report()
