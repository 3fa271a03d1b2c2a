"""Deserts and oases: decided by the whole interval, everything else undecided or without a figure, nobody ranked."""

from __future__ import annotations

from dataclasses import replace

from made_up.atlas import SYNTHETIC, compared
from remission.atlas.pages.deserts import deserts_page
from remission.atlas.pictures.interval_list import compared_words, draw_intervals
from remission.supply.measures.deserts import SIDES


def test_sides_are_counted_as_they_were_made_up() -> None:
    first, second = compared()
    assert [len(first.on(side)) for side in SIDES] == [18, 27, 15, 0, 0]
    assert [len(second.on(side)) for side in SIDES] == [16, 24, 12, 0, 8]


def test_without_a_figure_of_england_nothing_is_decided() -> None:
    of = replace(compared()[0], england=None)
    assert len(of.on("undecided")) == 60
    assert compared_words(of).startswith("England has no figure of its own, so none of 60 places")
    assert "England has no figure" in deserts_page([of], SYNTHETIC).sections[0].blocks[0].before[0]


def test_without_a_figure_of_england_only_what_lies_beyond_its_bounds_is_decided() -> None:
    of = replace(compared()[0], england=None, bounds=(0.5, 0.6))
    assert all(row["high"] < 0.5 for row in of.on("below"))
    assert all(row["low"] > 0.6 for row in of.on("above"))
    assert 0 < len(of.on("below")) < len(compared()[0].on("below"))
    assert "England has no figure but lies between 50.0\u00a0% and 60.0\u00a0%." in compared_words(of)
    drawn = draw_intervals(of, SYNTHETIC).specs["wide"]["datasets"]["england"]
    assert [line["x"] for line in drawn] == [0.5, 0.6]


def test_what_lies_inside_the_doubt_about_england_is_undecided() -> None:
    plain = compared()[0]
    assert plain.england is not None
    doubtful = replace(plain, bounds=(plain.england - 0.1, plain.england + 0.1))
    assert len(doubtful.on("below")) < len(plain.on("below"))
    assert all(row["high"] < plain.england - 0.1 for row in doubtful.on("below"))
    assert "and between" in compared_words(doubtful)


def test_every_place_is_on_exactly_one_side() -> None:
    for of in compared():
        assert sum(len(of.on(side)) for side in SIDES) == len(of.rows)


def test_a_clause_of_nobody_is_left_out() -> None:
    first = compared()[0]
    assert first.on("not used") == []
    assert "Beside them" not in compared_words(first)
    assert not any(word in compared_words(one) for one in compared() for word in ("none", " 0 "))
    hidden = [{**row, "value": None, "low": None, "high": None} for row in first.rows]
    said = compared_words(replace(first, rows=hidden))
    assert said.endswith("No place has a figure. Beside them: 60 without a figure.")


def test_a_share_that_never_moves_has_no_interval_and_is_undecided_as_the_page_says() -> None:
    row = {**compared()[0].rows[0], "value": 1.0, "low": None, "high": None, "absent_reason": None}
    of = replace(compared()[0], rows=[row])
    assert len(of.on("undecided")) == 1
    made = deserts_page([of], SYNTHETIC)
    assert "or that there is no interval" in made.sections[-1].blocks[0].sentences[0]
    assert "or there is no interval" in made.sections[0].blocks[1].folded[0].caption


def test_what_is_not_used_says_which_hospitals_are_among_them() -> None:
    row = {**compared()[0].rows[0], "value": None, "low": None, "high": None, "absent_reason": "not used here"}
    made = deserts_page([replace(compared()[0], rows=[row])], SYNTHETIC)
    assert "eyes, children, cancer or bones" in made.sections[0].blocks[1].folded[0].note


def test_lists_are_in_order_of_name_and_not_of_value() -> None:
    for of in compared():
        for side in SIDES:
            names = [row["name"] for row in of.on(side)]
            assert names == sorted(names)
    drawn = draw_intervals(compared()[0], SYNTHETIC).table.frame
    assert drawn["value"].to_list() != sorted(drawn["value"], reverse=True)


def test_sides_differ_in_shape_and_not_only_in_ink() -> None:
    marks = draw_intervals(compared()[0], SYNTHETIC).specs["wide"]["datasets"]["marks"]
    assert {mark["shape"] for mark in marks} == {"triangle-down", "triangle-up"}


def test_places_without_a_figure_are_counted_and_never_taken_for_low() -> None:
    second = compared()[1]
    assert len(second.on("no figure")) == 8
    assert "8 without a figure" in compared_words(second)


def test_undecided_places_of_the_first_measure_are_listed_and_of_others_linked() -> None:
    first, second, *_ = deserts_page(compared(), SYNTHETIC).sections
    assert [table.name for table in first.blocks[1].folded] == ["undecided-share-high-efficacy"]
    assert second.blocks[1].folded == []
    assert f'href="measure/{compared()[1].words.name}.html"' in second.blocks[2].sentences[0]
