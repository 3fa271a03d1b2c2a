"""B cells beside effect: one denominator on one axis, directions as ranges, and an axis only where there can be one."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.b_cells import EFFECTS, invented
from remission.stats.rank_correlation import spearman
from remission.studies.b_cells.join import Asked, Effect, Joined, Point, join
from remission.studies.b_cells.load import load_b_cells
from remission.studies.b_cells.rows import DENOMINATORS, Counted

ALL = {drug.name: Effect(0.3 + at / 40) for at, drug in enumerate(load_b_cells().drugs)}


def test_what_can_be_read_today_carries_no_axis_of_memory_cells() -> None:
    for denominator in ("count", "B cells", "lymphocytes", "PBMC"):
        joined = join(load_b_cells().counts, ALL, denominator=denominator)
        assert not joined.carries_axis
        assert "5 are needed" in joined.why_none


def test_no_two_denominators_ever_stand_on_one_axis() -> None:
    for subset in {one.subset for one in load_b_cells().counts}:
        for denominator in ("count", "B cells", "lymphocytes", "PBMC", "serum"):
            joined = join(load_b_cells().counts, ALL, subset, denominator)
            assert {row.denominator for point in joined.points for row in point.rows} <= {denominator}


def test_a_row_of_another_denominator_is_left_out_with_the_reason() -> None:
    rows = [*invented(), replace(invented()[0], drug="ocrelizumab", denominator="PBMC")]
    joined = join(rows, EFFECTS | {"ocrelizumab": Effect(0.4)})
    assert [one.row.denominator for one in joined.left_out] == ["PBMC"]
    assert joined.left_out[0].why == f"counted {DENOMINATORS['PBMC']}, not {DENOMINATORS['B cells']}"


def test_points_of_two_denominators_are_refused_however_they_came_there() -> None:
    one, other = (Point(row.drug, Effect(0.5), 1, 1, (row,)) for row in invented()[:2])
    mixed = replace(other, rows=(replace(other.rows[0], denominator="count"),))
    with pytest.raises(ValueError, match="one axis, and 2 denominators"):
        Joined(Asked(), (one, mixed), (), None, (), "")


@pytest.mark.parametrize("denominator", ["not told", "a share", "T cells"])
def test_what_nobody_told_is_no_denominator(denominator: str) -> None:
    with pytest.raises(ValueError, match="an axis needs one denominator"):
        join(load_b_cells().counts, ALL, denominator=denominator)


def test_every_row_of_the_cells_is_on_the_axis_or_left_out_with_a_reason() -> None:
    for denominator in ("count", "B cells"):
        joined = join(load_b_cells().counts, ALL, denominator=denominator)
        on = [row for point in joined.points for row in point.rows]
        assert sorted(map(repr, [*on, *(one.row for one in joined.left_out)])) == sorted(
            repr(one) for one in load_b_cells().counts if one.subset == "memory B"
        )
        assert all(one.why for one in joined.left_out)


def test_invented_numbers_counted_in_one_way_carry_an_axis() -> None:
    joined = join(invented(), EFFECTS)
    assert joined.carries_axis
    assert joined.left_out == ()
    assert joined.range is not None
    assert joined.range == pytest.approx((spearman([5, 12, 40, 55, 70, 95], list(range(6))),) * 2)


def test_a_direction_enters_as_the_range_over_all_orders_that_it_allows() -> None:
    known = invented()
    drawn = join([*known[:-1], replace(known[-1], statistic="change", value=None, direction="down")], EFFECTS)
    by_hand = [spearman([*(row.value or 0 for row in known[:-1]), value], [effect.value for effect in EFFECTS.values()])
               for value in (1, 8, 20, 50, 60, 99)]  # fmt: skip
    assert drawn.carries_axis
    assert drawn.range == pytest.approx((min(by_hand), max(by_hand)))


def test_sources_that_disagree_allow_what_any_of_them_allows() -> None:
    row = replace(invented()[0], statistic="change", value=None, direction="down")
    joined = join([row, replace(row, direction="up", source="another")], EFFECTS)
    assert [(one.low, one.high) for one in joined.points] == [(0, math.inf)]


def test_one_drug_at_a_time_is_left_out_and_the_range_told() -> None:
    joined = join(invented(), EFFECTS)
    assert [one.drug for one in joined.without] == list(EFFECTS)
    assert joined.range_without is not None
    assert joined.range_without.low <= min(one.range.low for one in joined.without)


def test_natalizumab_is_counted_in_blood_or_in_tissue() -> None:
    rows = [*invented(), *(one for one in load_b_cells().counts if one.drug == "natalizumab")]
    effects = EFFECTS | {"natalizumab": Effect(0.32)}
    blood, tissue = (join(rows, effects, natalizumab=where) for where in ("blood", "tissue"))
    assert "natalizumab" in [point.drug for point in blood.points]
    assert "natalizumab" not in [point.drug for point in tissue.points]
    assert any("asked for in tissue" in one.why for one in tissue.left_out)
    # With the drug that raises them in blood the range reaches lower.
    assert blood.range is not None
    assert tissue.range is not None
    assert blood.range.low < tissue.range.low


def test_a_window_takes_rows_whose_time_lies_in_it() -> None:
    rows = [replace(row, months=float(at)) for at, row in enumerate(invented())]
    joined = join(rows, EFFECTS, window=(2, 4))
    assert [point.rows[0].months for point in joined.points] == [2, 3, 4]
    assert {one.why for one in joined.left_out} == {"at 0 months", "at 1 months", "at 5 months"}
    untimed = join([replace(row, months=None) for row in rows], EFFECTS, window=(2, 4))
    assert {one.why for one in untimed.left_out} == {"when is not told"}


def test_of_two_numbers_of_a_drug_the_one_of_most_people_stands_there() -> None:
    row = replace(invented()[0], people=10)
    joined = join([row, replace(row, people=90, value=33.0, source="larger")], EFFECTS)
    assert [one.rows[0].source for one in joined.points] == ["larger"]
    assert "another number of this drug" in joined.left_out[0].why


def test_a_number_that_was_taken_without_a_time_is_not_told_to_be_of_day_zero() -> None:
    untimed = replace(invented()[0], people=900, months=None)
    joined = join([*invented(), untimed], EFFECTS)
    assert [one.why.partition(": ")[2] for one in joined.left_out] == [
        "the one of a time that is not told, of 900 people"
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [({"against": "healthy people"}, "compared with healthy people, not with before"),
     ({"against": "controls"}, "compared with controls, not with before"), ({"whom": "NMOSD"}, "in NMOSD"),
     ({"statistic": "level"}, "no change from before: per cent"), ({"status": "not found", "says": "none"}, "none"),
     ({"denominator": "a share"}, DENOMINATORS["a share"]), ({"compartment": "tissue"}, "counted in tissue")],
)  # fmt: skip
def test_a_row_that_tells_another_thing_is_left_out_with_the_reason(changed: dict[str, str], why: str) -> None:
    joined = join([replace(invented()[0], **changed), *invented()[1:]], EFFECTS)  # type: ignore[arg-type]
    assert [one.row.drug for one in joined.left_out] == ["alemtuzumab"]
    assert joined.left_out[0].why.startswith(why)


def test_a_drug_without_an_effect_is_left_out() -> None:
    joined = join(invented(), {})
    assert joined.points == ()
    assert {one.why for one in joined.left_out} == {"its effect is not known"}


@given(st.permutations(range(6)))
def test_the_order_of_the_rows_changes_nothing(order: list[int]) -> None:
    joined = join([invented()[at] for at in order], EFFECTS)
    assert joined.range == pytest.approx(join(invented(), EFFECTS).range)


@given(st.lists(st.sampled_from(["down", "up", "no change", "number"]), min_size=6, max_size=6))
def test_knowing_a_number_never_widens_the_range(kinds: list[Literal["down", "up", "no change", "number"]]) -> None:
    def row(at: int, kind: Literal["down", "up", "no change", "number"]) -> Counted:
        known = invented()[at]
        return known if kind == "number" else replace(known, statistic="change", value=None, direction=kind)

    kept = [row(at, kind) for at, kind in enumerate(kinds)]
    widened = [row(at, "down") if kind == "number" else kept[at] for at, kind in enumerate(kinds)]
    ranges = [join(rows, EFFECTS).range for rows in (widened, kept)]
    for wide, narrow in pairwise(one for one in ranges if one is not None and not math.isnan(one.low)):
        assert wide.low <= narrow.low + 1e-12
        assert narrow.high <= wide.high + 1e-12


@pytest.mark.parametrize("asked", [{"window": (6, 3)}, {"natalizumab": "brain"}])
def test_what_cannot_be_asked_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"window begins|blood or tissue"):
        join(invented(), EFFECTS, **asked)  # type: ignore[arg-type]


def test_ranges_with_too_many_orders_to_look_through_are_told_in_words() -> None:
    row = load_b_cells().of("cladribine", "memory B")[0]
    drugs = [one.name for one in load_b_cells().drugs]
    rows = [replace(row, drug=drug, denominator="B cells", value=None, bound="", low=at, high=200.0 + at)
            for at, drug in enumerate(drugs)]  # fmt: skip
    joined = join(rows, {drug: Effect(0.3 + at / 50) for at, drug in enumerate(drugs)})
    assert not joined.carries_axis
    assert joined.why_none == "17 drugs have too many orders to look through"
    assert (joined.range, joined.without) == (None, ())
