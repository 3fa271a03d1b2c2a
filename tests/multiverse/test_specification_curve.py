"""The pictures of a multiverse show its numbers, each over the options that made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import vl_convert

from made_up.vega_lite import check_spec
from remission.exhibits.figure import Figure
from remission.exhibits.theme import SIZES, VERMILION
from remission.inputs.provenance import STANDING_WORDS, Provenance
from remission.multiverse.agreement import STEPS, Agreement, agreement_table, draw_kappas, draw_persons
from remission.multiverse.page import base_sentence, headline
from remission.multiverse.specification_curve import (
    ShownChoice,
    Specification,
    Specifications,
    draw_specification_curve,
    draw_variance_shares,
    share_words,
)
from remission.stats.agreement import PersonVotes, cohen_kappa, pair_tables
from remission.stats.variance_shares import variance_shares

PROVENANCE = Provenance("made-up", "reconstructed", "0" * 64)
CHOICES = (
    ShownChoice("days", "Confirmed after", ("84 days", "168 days")),
    ShownChoice("at", "Held at", ("all", "last")),
)
VALUES = {(0, 0): 0.4, (0, 1): 0.5, (1, 0): 0.1, (1, 1): 0.2}


def specifications(values: dict[tuple[int, ...], float | None] | None = None) -> Specifications:
    rows = tuple(
        Specification(f"id{a}{b}", (a, b), value, *((value - 0.05, value + 0.05) if value else (None, None)),
                      persons=20, assessed=16, events=4, person_days=36525)
        for (a, b), value in (values or VALUES).items()
    )  # fmt: skip
    return Specifications(
        "made", "Worsening", CHOICES, rows, 1096, 0.95, "log-log", "1 - Kaplan-Meier", "id10", "cdp", PROVENANCE
    )


def agreement() -> Agreement:
    yes = np.array([[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], np.bool_)
    tables = pair_tables(yes, np.full(yes.shape, True))
    return Agreement(specifications(), cohen_kappa(tables), tables.judged)


def figures() -> list[Figure]:
    seen = specifications()
    shares = variance_shares(list(VALUES.values()), list(VALUES))
    votes = PersonVotes(np.array([0, 1, 4, 0]), np.array([4, 4, 4, 0]))
    return [
        draw_specification_curve(seen), draw_variance_shares(seen, shares),
        draw_kappas(agreement()), draw_persons(seen, votes),
    ]  # fmt: skip


def rows_of(figure: Figure, name: str, width: Any = "wide") -> list[dict[str, Any]]:
    return list(figure.specs[width]["datasets"][name])


def test_estimates_stand_in_order_with_their_intervals() -> None:
    points = rows_of(draw_specification_curve(specifications()), "points")
    assert [row["value"] for row in points] == [0.1, 0.2, 0.4, 0.5]
    assert [row["rank"] for row in points] == [1, 2, 3, 4]
    assert all(row["low"] == pytest.approx(row["value"] - 0.05) for row in points)


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_under_each_estimate_stand_the_options_that_made_it(width: Any) -> None:
    figure = draw_specification_curve(specifications())
    labels = [row for row in rows_of(figure, "labels", width) if not row["bold"]]
    assert [row["words"] for row in labels] == ["84 days", "168 days", "all", "last"]
    cells = rows_of(figure, "cells", width)
    options = sorted({row["y"] for row in cells})
    under = {(round((row["left"] + row["right"]) / 2), options.index(row["y"])) for row in cells}
    # Ranks 1 to 4 are (1, 0), (1, 1), (0, 0), (0, 1); rows from the top are 84, 168, all, last.
    assert under == {(1, 1), (1, 2), (2, 1), (2, 3), (3, 0), (3, 2), (4, 0), (4, 3)}


def test_every_row_of_cells_stands_at_its_words() -> None:
    figure = draw_specification_curve(specifications())
    words = {row["y"] for row in rows_of(figure, "labels") if not row["bold"]}
    assert all(min(abs((row["y"] + row["y2"]) / 2 - at) for at in words) < 3 for row in rows_of(figure, "cells"))


def test_the_endpoint_as_it_is_is_marked() -> None:
    figure = draw_specification_curve(specifications())
    assert [row["value"] for row in rows_of(figure, "points") if row["ink"] == VERMILION] == [0.1]
    assert "Marked: cdp as it is" in figure.subtitle
    other = draw_specification_curve(replace(specifications(), base="elsewhere"))
    assert rows_of(other, "base") == []
    assert "Marked" not in other.subtitle


def test_neighbours_are_joined_when_there_is_no_room_between_them() -> None:
    seen = specifications()
    many = tuple(
        replace(row, id=f"{row.id}{at}", value=(row.value or 0) + at / 1e4) for at in range(60) for row in seen.rows
    )
    cells = rows_of(draw_specification_curve(replace(seen, rows=many)), "cells")
    assert len(cells) < 20
    assert sum(row["right"] - row["left"] for row in cells) == pytest.approx(2 * len(many))


def test_a_definition_without_an_estimate_is_counted_and_not_drawn() -> None:
    figure = draw_specification_curve(specifications({**VALUES, (1, 1): None}))
    assert len(rows_of(figure, "points")) == 3
    assert "1 definition without an estimate not drawn" in figure.subtitle
    assert figure.table.frame.height == 4


def test_the_picture_says_that_it_is_no_test() -> None:
    assert "It is no test" in draw_specification_curve(specifications()).subtitle


def test_a_change_of_order_of_rows_changes_nothing() -> None:
    seen = specifications()
    other = replace(seen, rows=tuple(reversed(seen.rows)))
    assert draw_specification_curve(seen).spec() == draw_specification_curve(other).spec()


def test_the_twin_has_rates_and_who_was_not_assessable() -> None:
    row = draw_specification_curve(specifications()).table.frame.to_dicts()[0]
    assert row["per_100_person_years"] == pytest.approx(4)
    assert row["share_not_assessable"] == pytest.approx(0.2)
    assert (row["days"], row["at"], row["as_the_endpoint"]) == ("168 days", "all", True)


def test_cells_of_the_heat_map_are_the_kappas() -> None:
    made = agreement()
    cells = rows_of(draw_kappas(made), "cells")
    assert sum(row["right"] - row["left"] for row in cells) == 4 * 5 / 2
    inks = {ink for _, ink, _ in STEPS}
    order = made.order
    for row in cells:
        for column in range(int(row["left"]), int(row["right"])):
            kappa = made.kappa[order[int(row["top"])], order[column]]
            expected = next((ink for limit, ink, _ in STEPS if kappa < limit), None)
            assert (row["ink"] == expected) if not np.isnan(kappa) else (row["ink"] not in inks)


def test_kappa_by_choice_is_of_pairs_that_differ_in_it_only() -> None:
    made = agreement()
    frame = agreement_table(made).frame
    # Definitions in order: (0,0), (0,1), (1,0), (1,1); the last has no event, so its kappas with others are 0.
    assert frame["n_pairs"].to_list() == [6, 2, 2]
    assert frame["median"][1] == pytest.approx(np.median([made.kappa[0, 2], made.kappa[1, 3]]))
    assert frame["lowest"][2] == pytest.approx(min(made.kappa[0, 1], made.kappa[2, 3]))


def test_persons_are_counted_once_and_those_never_assessed_are_named() -> None:
    figure = figures()[3]
    assert figure.table.frame["persons"].sum() == 3
    assert "1 person who entered can be assessed under no definition" in figure.table.notes
    assert "1 person (33.3\u00a0% of 3) had the event under some definitions" in figure.subtitle


def test_bars_are_in_order_of_the_shares() -> None:
    bars = rows_of(figures()[1], "bars")
    assert bars[0]["words"] == "90.0\u00a0%"
    assert bars[0]["right"] > bars[1]["right"] >= bars[2]["right"]


@pytest.mark.parametrize("place", range(4))
def test_each_picture_says_what_its_rows_are_and_follows_the_grammar(place: int) -> None:
    figure = figures()[place]
    for width in SIZES:
        check_spec(figure.spec(width))
        assert STANDING_WORDS["reconstructed"] in figure.svg(width)
        vl_convert.svg_to_png(figure.svg(width))
    assert STANDING_WORDS["reconstructed"] in figure.table.html()


def test_all_had_it_is_never_said_as_nobody_had_it() -> None:
    """The share is of those with the event: a curve that fell to nothing is 1, one on which nothing happened is 0."""
    row = {"low": None, "high": None, "n": 20}
    said = [share_words({**row, "value": value}).replace("\u00a0", " ") for value in (1.0, 0.5, 0.0, None)]
    assert said == ["100.0 % (limits not estimable)", "50.0 % (limits not estimable)", "none yet", "–"]
    assert share_words({"value": 0.25, "low": 0.1}).replace("\u00a0", " ") == "25.0 %"


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "gives 100.0 % (limits not estimable)"), (0.0, "gives none yet"), (0.4, "gives 40.0 % (95")],
)
def test_the_page_says_of_the_endpoint_as_it_is_what_the_table_says(value: float, words: str) -> None:
    limits = (value - 0.05, value + 0.05) if 0 < value < 1 else (None, None)
    base = Specification("id10", (1, 0), value, *limits, persons=20, assessed=16, events=4, person_days=36525)
    seen = specifications()
    seen = replace(seen, rows=(*(row for row in seen.rows if row.id != "id10"), base))
    assert words in base_sentence(seen, base).replace("\u00a0", " ")


def test_of_nobody_no_share_was_not_assessable() -> None:
    row = Specification("id10", (1, 0), None, None, None, persons=0, assessed=0, events=0, person_days=0)
    table = draw_specification_curve(replace(specifications(), rows=(row,))).table
    assert table.rows()[0][-2] == "–"
    assert table.rows()[0][3:5] == ["–", "–"]
    assert row.per_100_person_years is None


def test_where_no_definition_has_an_estimate_it_says_so() -> None:
    seen = specifications(dict.fromkeys(VALUES))
    assert headline(seen) == "Worsening: no definition has an estimate at 3\u00a0years."
    figure = draw_specification_curve(seen)
    assert "no definition has an estimate" in figure.description
    assert "4 definitions without an estimate not drawn." in figure.subtitle
    assert figure.svg("narrow").startswith("<svg")


def test_where_estimates_are_all_the_same_no_choice_explains_anything() -> None:
    shares = variance_shares([0.3] * 4, list(VALUES))
    figure = draw_variance_shares(specifications(dict.fromkeys(VALUES, 0.3)), shares)
    assert {row[1] for row in figure.table.rows()} == {"not estimable"}
    assert "The estimates do not vary" in figure.description
