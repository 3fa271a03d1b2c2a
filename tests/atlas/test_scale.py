"""A colour means what the legend says, and what is unknown never looks like a value."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remission.atlas.map.scale import (
    BY_REASON,
    LOOK_OF,
    LOOKS,
    PATTERNS,
    Scale,
    fills,
    legend_entries,
    look_key,
    look_words,
    scale_of,
    text_inks,
    volume_marks,
)
from remission.atlas.place_words import ABSENT
from remission.exhibits.theme import BROWNS, INK

BROWN = {ink for inks in BROWNS.values() for ink in inks}
VALUES = st.lists(st.floats(-50, 200).map(lambda value: round(value, 4)), min_size=1, max_size=200)


@given(VALUES, st.sampled_from(["proportion", None]))
def test_a_value_lies_in_the_class_that_the_legend_names(values: list[float], unit: str | None) -> None:
    scale = scale_of(values, unit)
    shown = [value * (100 if unit == "proportion" else 1) for value in values]
    for value, printed in zip(values, shown, strict=True):
        low, high = limits(look_words(look_key({"value": value, "absent_reason": None}, scale), scale))
        assert low - 1e-6 <= printed < high + 1e-6


@given(VALUES, st.sampled_from(["proportion", "patient-years a year", None]))
def test_a_signed_scale_parts_at_nought_and_says_the_side_of_every_class(values: list[float], unit: str | None) -> None:
    scale = scale_of(values, unit, signed=True)
    assert 0.0 in scale.breaks
    assert list(scale.breaks) == sorted(set(scale.breaks))
    assert len(scale.inks) == len(scale.labels()) == len(scale.breaks) + 1 <= 6
    for value in values:
        label = scale.labels()[scale.class_of(value)]
        assert label.startswith("less: ") == (value < -1e-9)
        assert (scale.inks[scale.class_of(value)] in BROWN) == (value < -1e-9)
        printed = value * (100 if unit == "proportion" else 1)
        low, high = limits(label.split(": ")[1])
        assert low - 1e-6 <= printed < high + 1e-6


def test_a_signed_scale_of_no_value_at_all_has_two_classes() -> None:
    assert scale_of([], "patient-years", signed=True).labels() == ["less: under 0", "same or more: 0 or more"]


def test_the_legend_is_headed_with_the_unit_unless_every_label_has_it() -> None:
    assert Scale((0.2,), "proportion").heading("Share") == "Share"
    assert Scale((5.0,), "patient-years a year").heading("Treatment") == "Treatment, patient-years a year"
    assert "brown below 0, blue above" in Scale((0.0,), None, signed=True).heading("Growth")


def test_words_are_seen_on_every_fill() -> None:
    for scale in [*(Scale(tuple(map(float, range(1, at))), None) for at in range(1, 6)),
                  *(Scale(tuple(map(float, range(-low, high))), None, signed=True) for low in range(3)
                    for high in range(1, 4))]:  # fmt: skip
        inks, grounds = text_inks(scale, INK), fills(scale)
        assert all(contrast(inks[str(at)], grounds[str(at)]) >= 4.5 for at in range(len(scale.inks)))


@given(VALUES)
def test_limits_are_in_order_and_inside_the_values(values: list[float]) -> None:
    breaks = scale_of(values, None).breaks
    assert list(breaks) == sorted(set(breaks))
    assert len(breaks) <= 4
    assert all(min(values) < limit <= max(values) for limit in breaks)


def test_classes_hold_about_as_many_values_each() -> None:
    scale = scale_of([at / 1000 for at in range(1001)], "proportion")
    counts = [sum(scale.class_of(at / 1000) == one for at in range(1001)) for one in range(5)]
    assert min(counts) > 150


def test_a_value_on_a_limit_is_above_it() -> None:
    assert Scale((0.2, 0.4), "proportion").class_of(0.2) == 1
    assert Scale((0.1 + 0.2,), "proportion").class_of(0.3) == 1


def test_a_measure_that_is_the_same_everywhere_has_one_class() -> None:
    assert scale_of([0.5, 0.5, None], "proportion").labels() == ["any value"]
    assert scale_of([], None).breaks == ()


@pytest.mark.parametrize("reason", [*ABSENT, "something new", None])
def test_what_has_no_value_has_no_class(reason: str | None) -> None:
    assert not look_key({"value": None, "absent_reason": reason}, Scale((), None)).isdigit()


def test_every_reason_of_the_atlas_has_its_own_look() -> None:
    assert set(BY_REASON) == set(ABSENT)


def test_a_place_without_a_row_is_not_taken_for_none() -> None:
    look = LOOK_OF[look_key(None, Scale((), None))]
    assert look.table == "not in these data"
    assert look.fill != LOOK_OF["n"].fill


def test_a_refusal_shows_only_where_nothing_is_known() -> None:
    scale = Scale((), None)
    rows = {"not visible here": "x", "not reported": "x", "not published": "x", "not used here": "n"}
    assert {why: look_key({"value": None, "absent_reason": why}, scale, refused=True) for why in rows} == rows
    assert look_key({"value": 0.0, "absent_reason": None}, scale, refused=True) == "0"


def test_what_is_unknown_has_a_pattern_that_is_drawn() -> None:
    drawn = set(re.findall(r'<pattern id="(p-[a-z]+)"', PATTERNS))
    unknown = {look.fill for key, look in LOOK_OF.items() if key not in "nt"}
    assert {f"url(#{name})" for name in drawn} == unknown
    assert len({look.fill for look in LOOKS if look.key != "m"}) == len(LOOKS) - 1


def test_the_legend_names_every_class_and_every_absence_that_occurs() -> None:
    scale = Scale((0.2, 0.4), "proportion")
    entries = legend_entries(scale, {"0", "p", "m", "t"})
    assert [words for _, words in entries[:3]] == scale.labels()
    assert [key for key, _ in entries[3:]] == ["n", "t", "v", "r", "p"]
    assert {key for key, _ in entries} <= set(fills(scale))


def test_blues_go_from_light_to_dark() -> None:
    for classes in range(1, 6):
        inks = Scale(tuple(float(at) for at in range(1, classes)), None).inks
        lights = [sum(int(ink[at : at + 2], 16) for at in (1, 3, 5)) for ink in inks]
        assert len(inks) == classes
        assert lights == sorted(lights, reverse=True)


@given(st.floats(0.01, 1e5))
def test_volumes_in_the_legend_are_no_larger_than_the_largest(largest: float) -> None:
    marks = volume_marks(largest)
    assert len(marks) == 3
    assert 0 < marks[0] < marks[1] < marks[2] <= largest * 1.000001
    assert marks[2] > largest / 2.6


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 from its definition, number by number."""
    lights = []
    for ink in (one, other):
        parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
    return max(lights) / min(lights)


def limits(words: str) -> tuple[float, float]:
    numbers = [float(number.replace(",", "").replace("\u2212", "-"))
               for number in re.findall(r"[-\u2212]?[\d,.]*\d(?:e[-+]?\d+)?", words)]  # fmt: skip
    if words == "any value":
        return float("-inf"), float("inf")
    if words.startswith("under"):
        return float("-inf"), numbers[0]
    return (numbers[0], float("inf")) if words.endswith("more") else (numbers[0], numbers[1])
