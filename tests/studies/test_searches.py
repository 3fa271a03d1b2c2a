"""How the library came about is data too, and its counts are those of the files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from remission.studies.load import load_studies
from remission.studies.searches import regimens, searches, unread

MISSING = Path(__file__).parents[2] / "../shared/facts/evidence/hsct_missing_series.csv"


def test_the_counts_of_the_searches_are_those_of_the_library() -> None:
    every = load_studies().every
    found = {one.subject: one.studies for one in searches()}
    hsct = [one for one in every if any(arm.therapy == "hsct" for arm in one.arms)]
    assert found["Transplantation for MS"] == len([one for one in hsct if one.numbers or one.name == "haussler-2021"])
    pooled = [one for one in every if one.kind == "pooled by others" and not one.arms]
    assert found["Meta-analyses of transplantation"] == len(pooled)
    assert found["Registered trials of transplantation"] == len([one for one in every if one.trial])
    # Two trials of transplantation stand among the trials of drugs and among those registered too.
    assert sum(found.values()) - 4 == len(every)


def test_what_a_meta_analysis_counted_and_nobody_could_read_is_named() -> None:
    assert {"EBMT 2006 (Saccardi)", "Mancardi 2012 (Italy)"} <= {one.series for one in unread("sormani-2017")}
    assert unread("ge-2019") == ()


def test_the_unread_series_are_all_there() -> None:
    if not MISSING.is_file():
        pytest.skip("the list of missing series lies elsewhere")
    with MISSING.open(encoding="utf-8", newline="") as opened:
        assert len(list(csv.DictReader(opened))) == len(unread())


def test_regimens_name_the_conditionings_of_the_studies() -> None:
    kinds = {arm.conditioning.kind for one in load_studies().every for arm in one.arms if arm.conditioning}
    assert {one.conditioning for one in regimens()} <= kinds
