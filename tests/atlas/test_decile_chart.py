"""Deciles over time: those of the trusts at each window, broken where there are too few, one place drawn over them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from made_up.atlas import HERE, NAMES, SYNTHETIC, over_time
from remission.atlas.pictures.decile_chart import decile_words, draw_decile_chart, trusts_words
from remission.stats.estimates import Estimates

FIGURE = draw_decile_chart(over_time(), SYNTHETIC)


def test_each_window_has_the_deciles_of_its_trusts() -> None:
    frame = over_time().frame
    last = over_time().estimates.frame.filter(
        pl.col("to_day") == pl.col("to_day").max(), pl.col("population") == "trust"
    )
    assert frame["trusts"][-1] == 60
    assert frame["d5"][-1] == pytest.approx(last["value"].median())


def test_the_highlighted_place_is_drawn_with_its_interval() -> None:
    line = FIGURE.specs["wide"]["datasets"]["decile_line"]
    england = over_time().estimates.frame.filter(pl.col("group") == "England").sort("to_day")
    assert [point["y"] for point in line] == england["value"].to_list()
    assert [point["low"] for point in line] == england["low"].to_list()


def test_a_trust_can_be_highlighted_in_its_place() -> None:
    of = replace(over_time(), highlight=HERE, highlight_name=NAMES[HERE])
    assert draw_decile_chart(of, SYNTHETIC).table.columns[1].header == NAMES[HERE]


def test_a_window_without_a_figure_breaks_the_line() -> None:
    frame = over_time().estimates.frame
    day = frame["to_day"].unique().sort()[20]
    gone = (pl.col("group") == "England") & (pl.col("to_day") == day)
    reason = pl.when(gone).then(pl.lit("not reported")).otherwise("absent_reason")
    nulls = [pl.when(gone).then(None).otherwise(part).alias(part) for part in ("value", "low", "high")]
    cut = frame.with_columns(*nulls, absent_reason=reason)
    figure = draw_decile_chart(replace(over_time(), estimates=Estimates(cut)), SYNTHETIC)
    assert {point["part"] for point in figure.specs["wide"]["datasets"]["decile_line"]} == {0, 1}
    assert "not reported" in [row[1] for row in figure.table.rows()]


def test_deciles_of_few_trusts_are_not_given() -> None:
    few = over_time().estimates.frame.filter(pl.col("group").is_in(["England", *list(NAMES)[:9]]))
    of = replace(over_time(), estimates=Estimates(few))
    assert of.frame["d5"].null_count() == of.frame.height
    assert "Fewer than 10 trusts" in decile_words(of)
    assert draw_decile_chart(of, SYNTHETIC).specs["wide"]["datasets"]["decile_bands"] == []


def test_bounds_of_a_place_without_a_figure_are_drawn_and_no_line() -> None:
    england = pl.col("group") == "England"
    hidden = over_time().estimates.frame.with_columns(value=pl.when(england).then(None).otherwise("value"))
    figure = draw_decile_chart(replace(over_time(), estimates=Estimates(hidden)), SYNTHETIC)
    data = figure.specs["wide"]["datasets"]
    assert data["decile_line"] == []
    assert len(data["decile_bounds"]) == figure.table.frame.height
    assert all(row["y"] < row["y2"] for row in data["decile_bounds"])
    assert "dotted band" in figure.subtitle
    assert {"England, at least", "England, at most"} <= {label["words"] for label in data["decile_words"]}


def test_a_total_of_england_is_not_drawn_on_the_axis_of_trusts_and_said_so() -> None:
    figure = draw_decile_chart(replace(over_time(), drawn=False), SYNTHETIC)
    data = figure.specs["wide"]["datasets"]
    assert data["decile_line"] == data["decile_bounds"] == []
    assert "England" not in [label["words"] for label in data["decile_words"]]
    assert "England is a sum of many trusts and not drawn" in figure.subtitle
    assert "not estimable" not in [row[1] for row in figure.table.rows()]


def test_the_axis_has_its_unit() -> None:
    assert FIGURE.specs["wide"]["vconcat"][0]["title"]["text"] == "Per cent"
    frame = over_time().estimates.frame.with_columns(unit=pl.lit("patient-years a year"))
    figure = draw_decile_chart(replace(over_time(), estimates=Estimates(frame)), SYNTHETIC)
    assert figure.specs["wide"]["vconcat"][0]["title"]["text"] == "Patient-years a year"
    assert decile_words(replace(over_time(), estimates=Estimates(frame))).endswith(" patient-years a year.")


def test_how_many_trusts_have_a_figure_is_said_of_the_first_and_last_window() -> None:
    frame = over_time().estimates.frame
    first = pl.col("to_day") == pl.col("to_day").min()
    fewer = frame.filter(~(first & pl.col("group").is_in(list(NAMES)[:20])))
    said = trusts_words(replace(over_time(), estimates=Estimates(fewer)))
    assert said.startswith(
        "40 trusts have a figure in the window ending January 2022, 60 in that ending September 2025."
    )
