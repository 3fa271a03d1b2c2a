"""How far definitions agree: persons in classes worked by hand, and a heat map that holds every pair once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.exhibits.theme import SIZES
from remission.inputs.provenance import Provenance
from remission.multiverse.agreement import (
    MOST_DRAWN,
    NOT_ESTIMABLE,
    SHOWN_PAIRS,
    STEPS,
    Agreement,
    agreement_table,
    draw_kappas,
    draw_persons,
    pairs_table,
    person_rows,
)
from remission.multiverse.specification_curve import ShownChoice, Specification, Specifications
from remission.stats.agreement import PersonVotes

MADE_UP = Provenance("made-up", "simulated", "0" * 64)
VOTE = st.integers(0, 400).flatmap(lambda judged: st.tuples(st.integers(0, judged), st.just(judged)))
KAPPA = st.one_of(st.just(float("nan")), st.floats(-1, 1), st.sampled_from([0.2, 0.4, 0.6, 0.8, 0.9, 1.0]))


def definitions(values: list[float | None]) -> Specifications:
    options = tuple(f"option {at}" for at in range(len(values)))
    rows = tuple(
        Specification(f"id{at}", (at,), value, None, None, persons=9, assessed=9, events=1, person_days=900)
        for at, value in enumerate(values)
    )
    choice = ShownChoice("days", "Confirmed after", options)
    return Specifications("m", "M", (choice,), rows, 365, 0.95, "plain", "1 - KM", "id0", "cdp", MADE_UP)


def of_kappas(values: list[float | None], kappas: list[float]) -> Agreement:
    m = len(values)
    first, second = np.triu_indices(m, 1)
    kappa = np.eye(m)
    kappa[first, second] = kappa[second, first] = (kappas * (m * m))[: len(first)]
    return Agreement(definitions(values), kappa, np.full((m, m), 9))


def plain_class(yes: int, judged: int) -> str:
    """The class of one person, as one would say it."""
    if yes == 0:
        return "none of them"
    if yes == judged:
        return "all of them"
    share = Fraction(yes, judged)
    if share <= Fraction(1, 10):
        return "up to 10\u00a0%"
    if share > Fraction(9, 10):
        return "over 90\u00a0%, not all"
    tenth = next(at for at in range(1, 9) if Fraction(at, 10) < share <= Fraction(at + 1, 10))
    return f"over {10 * tenth} to {10 * tenth + 10}\u00a0%"


@given(st.lists(VOTE, max_size=30))
def test_every_person_that_anybody_judged_is_in_one_class(votes: list[tuple[int, int]]) -> None:
    yes, judged = (np.array([vote[at] for vote in votes], np.int64) for at in (0, 1))
    found = {row["under"]: row["persons"] for row in person_rows(PersonVotes(yes, judged))}
    said = [plain_class(*vote) for vote in votes if vote[1]]
    assert found == {under: said.count(under) for under in found}
    assert sum(found.values()) == len(said)


def test_nobody_at_all_is_said_and_no_share_is_made_of_it() -> None:
    nobody = PersonVotes(np.zeros(2, np.int64), np.zeros(2, np.int64))
    figure = draw_persons(definitions([0.1, 0.2]), nobody)
    assert figure.subtitle.startswith("0 persons (of nobody) had the event under some definitions")
    assert "2 persons who entered can be assessed under no definition" in figure.table.note


def test_one_of_three_thousand_is_not_nought_per_cent() -> None:
    yes = np.array([1, *[0] * 2999], np.int64)
    figure = draw_persons(definitions([0.1, 0.2]), PersonVotes(yes, np.full(3000, 2, np.int64)))
    assert figure.subtitle.startswith("1 person (under 0.1\u00a0% of 3,000)")
    assert figure.table.rows()[0] == ["none of them", "2999", "over 99.9\u00a0%"]


def plain_ink(kappa: float) -> str:
    if np.isnan(kappa):
        return NOT_ESTIMABLE[0]
    return next(ink for limit, ink, _ in STEPS if kappa < limit)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=7), st.lists(KAPPA, min_size=1, max_size=9))
def test_the_heat_map_covers_its_lower_half_once_in_the_ink_of_each_kappa(
    values: list[float | None], kappas: list[float]
) -> None:
    made = of_kappas(values, kappas)
    cells: list[dict[str, Any]] = draw_kappas(made).specs["wide"]["datasets"]["cells"]
    inks = {(row, at): one["ink"] for one in cells for row in (one["top"],) for at in range(one["left"], one["right"])}
    ordered = made.kappa[np.ix_(made.order, made.order)]
    m = len(values)
    assert sum(one["right"] - one["left"] for one in cells) == m * (m + 1) // 2
    assert inks == {(row, at): plain_ink(ordered[row, at]) for row in range(m) for at in range(row + 1)}


def test_a_kappa_that_is_not_estimable_is_in_the_legend_only_where_there_is_one() -> None:
    for kappas, there in (([0.5], False), ([float("nan"), 0.5, 0.5], True)):
        legend = draw_kappas(of_kappas([0.1, 0.2, 0.3], kappas)).specs["wide"]["datasets"]["legend"]
        assert (NOT_ESTIMABLE[1] in [one["words"] for one in legend]) == there


def test_without_any_kappa_nothing_is_shown_as_nought() -> None:
    made = of_kappas([0.1, 0.2], [float("nan")])
    assert "2 definitions: not estimable." in draw_kappas(made).subtitle
    assert agreement_table(made).rows() == [
        ["All pairs", "0", "–", "–", "–"],
        ["Differ only in: Confirmed after", "0", "–", "–", "–"],
    ]
    assert pairs_table(made).frame.is_empty()
    assert pairs_table(made).csv().splitlines()[1].startswith("1,2,id0,id1,9,,")


def test_the_pairs_that_agree_least_come_first_and_all_are_in_the_file() -> None:
    values: list[float | None] = [at / 20 for at in range(12)]
    kappas = [1 - at / 100 for at in range(66)]
    table = pairs_table(of_kappas(values[::-1], kappas))
    shown = table.frame["kappa"].to_list()
    assert shown == pytest.approx(sorted(kappas)[:SHOWN_PAIRS])
    assert table.raw is not None
    assert table.raw.height == 66
    # Numbered by their estimates, the lower one first, whatever the order of the options.
    assert all(one < other for one, other in table.raw.select("first_no", "second_no").iter_rows())
    assert dict(table.raw.select("first_no", "first").iter_rows())[1] == "id11"


def test_of_many_definitions_an_even_choice_with_both_ends_is_drawn() -> None:
    many: list[float | None] = [at / 1000 for at in range(MOST_DRAWN + 41)]
    figure = draw_kappas(of_kappas(many, [0.5]))
    assert f"Drawn: {MOST_DRAWN} of {len(many)} definitions, evenly spaced." in figure.subtitle
    tops = [one["top"] for one in figure.specs["narrow"]["datasets"]["cells"]]
    assert max(tops) == MOST_DRAWN - 1
    assert set(figure.specs) == set(SIZES)
