"""The funnel: limits and positions as the statistics gave them, in words, by name and never by rank."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from made_up.atlas import HERE, SYNTHETIC, funnel
from remission.atlas.pictures.funnel_plot import draw_funnel, funnel_words

FIGURE = draw_funnel(funnel(), SYNTHETIC)


def test_limits_are_those_of_the_statistics_and_a_share_is_cut_at_what_is_possible() -> None:
    rows = FIGURE.specs["wide"]["datasets"]["limits"]
    assert {row["which"] for row in rows} == {"low 0.95", "high 0.95", "low 0.998", "high 0.998"}
    for row in rows:
        way, level = row["which"].split()
        low, high = funnel().funnel.limits([row["x"]], float(level))
        expected = min(max((low if way == "low" else high).item(), 0), 1)
        assert row["y"] == pytest.approx(expected)
    assert all(0 <= row["y"] <= 1 for row in rows)


def test_the_outer_limits_are_drawn_whole_and_the_inner_ones_dashed() -> None:
    dashes = {row["which"]: row["dash"] for row in FIGURE.specs["wide"]["datasets"]["limits"]}
    assert dashes["low 0.95"] != dashes["low 0.998"]


def test_a_trust_beyond_the_limits_has_another_shape() -> None:
    beyond = [position.endswith("99.8 %") for position in funnel().funnel.position]
    shapes = [dot["shape"] for dot in FIGURE.specs["wide"]["datasets"]["dots"]]
    assert shapes.count("diamond") == sum(beyond) > 0


def test_the_sentence_counts_those_beyond() -> None:
    positions = funnel().funnel.position
    above, below = (sum(one == f"{way} 99.8 %" for one in positions) for way in ("above", "below"))
    assert (above, below) == (2, 0)
    assert "60 trusts, 2 above the outer limits; all together" in funnel_words(funnel())
    below_too = ("below 99.8 %", *positions[1:])
    made = replace(funnel(), funnel=replace(funnel().funnel, position=below_too))
    assert f"{2 - (positions[0] == 'above 99.8 %')} above and 1 below the outer limits" in funnel_words(made)


def test_the_table_is_in_order_of_name_with_every_position() -> None:
    frame = FIGURE.table.frame
    assert frame["name"].to_list() == sorted(frame["name"])
    places = dict(zip(funnel().codes, funnel().funnel.position, strict=True))
    assert frame["position"].to_list() == [places[code] for code in frame["group"]]


def test_the_highlighted_trust_is_named_in_both_widths() -> None:
    for spec in FIGURE.specs.values():
        assert HERE in [name["words"] for name in spec["datasets"]["names"]]


def test_over_dispersion_is_named() -> None:
    assert "variance between groups" in FIGURE.table.note
    assert not math.isnan(funnel().funnel.tau_squared)
