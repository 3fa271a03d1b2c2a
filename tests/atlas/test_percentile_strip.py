"""The strip: the figure as it was estimated, its place with the interval, no rank, and no dot without a figure."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from made_up.atlas import HERE, MEASURES, PEERS, PLACE, SYNTHETIC, estimates, strips
from remission.atlas.pictures.percentile_strip import draw_percentile_strip, reading, strips_of
from remission.stats.estimates import Estimates

FIGURE = draw_percentile_strip(PLACE, strips(), SYNTHETIC)


def row(measure: int) -> dict[str, object]:
    frame = estimates().frame.filter(pl.col("what") == MEASURES[measure].name, pl.col("group") == HERE)
    return frame.to_dicts()[0]


def test_the_table_holds_the_estimate_to_the_digit() -> None:
    frame = FIGURE.table.frame
    for at in range(len(MEASURES)):
        for part in ("value", "low", "high", "numerator", "denominator"):
            assert frame[part][at] == row(at)[part]


def test_deciles_are_those_of_all_trusts_with_a_figure() -> None:
    values = estimates().frame.filter(pl.col("what") == MEASURES[1].name, pl.col("population") == "trust")["value"]
    known = values.drop_nulls().to_numpy()
    assert FIGURE.table.frame["trusts"][1] == len(known) < len(values)
    assert FIGURE.table.frame["d5"][1] == pytest.approx(np.median(known))


def test_without_a_figure_there_is_a_reason_and_no_dot() -> None:
    marks = [mark for mark in FIGURE.specs["wide"]["datasets"]["marks"] if mark["kind"] == "here"]
    assert len(marks) == 2
    assert FIGURE.table.rows()[1][1] == "not visible here"
    assert reading(strips()[1]) == "Share by self-injected therapies: not visible here."


def test_a_trust_that_is_not_among_the_estimates_is_not_estimable() -> None:
    found = strips_of(estimates(), MEASURES, "NONE", (), "England")
    assert all(strip.here["value"] is None and "not estimable" in reading(strip) for strip in found)


def test_peers_and_england_are_marked() -> None:
    marks = FIGURE.specs["wide"]["datasets"]["marks"]
    assert [sum(mark["kind"] == kind for mark in marks) for kind in ("peer", "England")] == [8, 3]
    assert len(strips()[0].peers) == len(PEERS)


def test_the_reading_gives_the_interval_its_place_and_no_rank() -> None:
    said = reading(strips()[0])
    assert "with its interval lies between the" in said
    assert "percentile of 60 trusts" in said
    assert "rank" not in said


def test_too_few_trusts_are_not_compared() -> None:
    few = estimates().frame.filter(pl.col("group").is_in([HERE, *PEERS]))
    strip = strips_of(type(estimates())(few), MEASURES, HERE, PEERS, "England")[0]
    assert reading(strip).endswith("too few trusts have a figure to compare.")
    figure = draw_percentile_strip(PLACE, [strip], SYNTHETIC)
    assert figure.specs["wide"]["datasets"]["bands"] == []
    assert figure.table.frame["d5"].item() is None


def test_every_mark_stays_on_its_strip() -> None:
    for width, across in (("wide", 560), ("narrow", 340)):
        places = [mark["x"] for mark in FIGURE.specs[width]["datasets"]["marks"]]  # type: ignore[index]  # a width
        assert all(0 <= place <= across for place in places)


def test_a_share_is_drawn_from_nought_to_a_round_end() -> None:
    assert [strip.ends for strip in strips()[:2]] == [(0.0, 1.0), (0.0, 0.25)]


def test_bounds_without_a_figure_are_said_and_drawn_without_a_dot() -> None:
    code, name = pl.col("group") == HERE, pl.col("what") == MEASURES[1].name
    bounded = estimates().frame.with_columns(
        low=pl.when(code & name).then(0.02).otherwise("low"), high=pl.when(code & name).then(0.2).otherwise("high")
    )
    strip = strips_of(Estimates(bounded), MEASURES, HERE, (), "England")[1]
    assert reading(strip) == "Share by self-injected therapies: not visible here (bounds 2.0 to 20.0\u00a0%)."
    data = draw_percentile_strip(PLACE, [strip], SYNTHETIC).specs["wide"]["datasets"]
    assert [mark["kind"] for mark in data["marks"] if mark["kind"] == "here"] == []
    assert [line["x2"] for line in data["lines"] if line["kind"] == "bounds"] == [pytest.approx(0.2 / 0.25 * 560)]
