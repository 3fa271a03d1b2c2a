"""The mix over time: numbers as they were given, gaps as gaps, the same ink for a class on every page."""

from __future__ import annotations

import re
from datetime import date
from itertools import combinations, pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.atlas import CLASSES, MONTHS, SILENT, SYNTHETIC, mix
from remission.atlas.pictures.therapy_mix import (
    FILLS,
    PATTERNS,
    Mix,
    fill_of,
    mix_panels,
    mix_table,
    pushed_apart,
    recent_words,
)
from remission.exhibits.month_axis import MONTH, Months, year_of
from remission.exhibits.theme import CLASS_FILLS, SIZES

TABLE = mix_table(mix(), SYNTHETIC)


def areas(of: Mix | None = None) -> list[dict[str, float]]:
    panel, *_ = mix_panels(of or mix(), SIZES["wide"], axis=True)
    rows: list[dict[str, float]] = panel.datasets["mix_areas"]
    return rows


def test_the_table_has_every_month_and_the_numbers_that_were_given() -> None:
    frame = TABLE.frame
    assert frame["month"].to_list() == list(MONTHS.all)
    given_sums = mix().frame.group_by("group").agg(pl.col("patient_years").sum())
    for group, total in given_sums.iter_rows():
        assert frame[group].sum() == pytest.approx(total)


def test_a_month_that_was_not_reported_is_said_and_never_zero() -> None:
    rows = [row for row in TABLE.rows() if row[0] == "May 2020"]
    assert rows == [["May 2020", *["not reported"] * len(CLASSES)]]
    assert TABLE.frame.filter(pl.col("month").is_in(SILENT)).drop_nulls("all classes").is_empty()


def test_a_class_that_was_never_issued_is_named_and_kept_in_the_csv() -> None:
    assert "Not issued in any reported month: glatiramer acetate." in TABLE.note
    assert "glatiramer acetate" in TABLE.csv().partition("\n")[0]


def test_nothing_is_drawn_in_a_month_that_was_not_reported() -> None:
    for month in SILENT:
        inside = [row for row in areas() if year_of(month) + 1e-9 < row["t"] < year_of(month) + MONTH - 1e-9]
        assert not inside


def test_areas_before_and_after_a_gap_are_different_areas() -> None:
    parts = {row["part"] for row in areas() if str(row["part"]).startswith("anti-CD20")}
    assert len(parts) == 3


def test_a_null_is_a_gap_as_much_as_a_missing_row() -> None:
    months = Months(date(2025, 1, 1), date(2025, 3, 1))
    frame = pl.DataFrame({"month": months.all, "group": ["a"] * 3, "patient_years": [1.0, None, 2.0]})
    table = mix_table(Mix("A trust", frame, ["a"], months), SYNTHETIC)
    assert [row[1] for row in table.rows()] == ["1.0", "not reported", "2.0"]


def test_a_single_month_between_gaps_is_as_wide_as_a_month() -> None:
    months = Months(date(2025, 1, 1), date(2025, 3, 1))
    frame = pl.DataFrame({"month": [date(2025, 2, 1)], "group": ["a"], "patient_years": [1.0]})
    drawn = areas(Mix("A trust", frame, ["a"], months))
    assert max(row["t"] for row in drawn) - min(row["t"] for row in drawn) == pytest.approx(MONTH)


def test_areas_stand_on_each_other_and_reach_the_total() -> None:
    month = year_of(date(2025, 9, 1)) + MONTH / 2
    tops = [row["high"] for row in areas() if abs(row["t"] - month) < 1e-9]
    assert max(tops) == pytest.approx(mix().frame.filter(pl.col("month") == date(2025, 9, 1))["patient_years"].sum())


def test_returns_are_drawn_as_nothing_and_stand_in_the_table() -> None:
    months = Months(date(2025, 1, 1), date(2025, 1, 1))
    frame = pl.DataFrame({"month": [date(2025, 1, 1)], "group": ["a"], "patient_years": [-0.5]})
    of = Mix("A trust", frame, ["a"], months)
    assert all(row["high"] == 0 for row in areas(of))
    assert mix_table(of, SYNTHETIC).rows()[0][1] == "\u22120.5"
    assert "returned" in mix_table(of, SYNTHETIC).note


def test_a_class_has_its_ink_by_its_place_among_all_classes() -> None:
    few = Mix("Another", mix().frame.filter(pl.col("group") == "cladribine"), tuple(CLASSES), MONTHS)
    assert fill_of(few, "cladribine") == fill_of(mix(), "cladribine")


def luminance(ink: str) -> float:
    red, green, blue = (int(ink[at : at + 2], 16) for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


def test_neighbours_in_the_stack_are_told_apart_in_grey() -> None:
    assert all(abs(luminance(one) - luminance(other)) > 60 for one, other in pairwise(CLASS_FILLS))


def test_what_is_alike_in_grey_has_another_texture() -> None:
    # Where classes between them are missing, two of one brightness stand side by side: their textures tell them apart.
    textures = re.findall(r'<pattern id="p-mix-\d+".*?fill="[^"]+"/>(.*?)</pattern>', PATTERNS)
    assert len(textures) == len(CLASS_FILLS)
    shapes = [re.sub(r'(stroke|fill)="[^"]+"', "", texture) for texture in textures]
    alike = [
        (one, other)
        for one, other in combinations(range(len(CLASS_FILLS)), 2)
        if abs(luminance(CLASS_FILLS[one]) - luminance(CLASS_FILLS[other])) <= 60
    ]
    assert len(alike) > 10
    assert all(shapes[one] != shapes[other] for one, other in alike)
    assert all((fill in CLASS_FILLS) == (not shapes[at]) for at, fill in enumerate(FILLS))


def test_of_months_known_in_part_no_share_and_no_zero_is_said() -> None:
    months = Months(date(2025, 1, 1), date(2025, 3, 1))
    frame = pl.DataFrame({"month": months.all, "group": ["a"] * 3, "patient_years": [1.0, 2.0, 3.0]})
    of = Mix("A trust", frame, ["a", "b"], months, frozenset({months.last}))
    assert of.recent() == {"a": None, "b": None}
    assert recent_words(of, 3) == "Shares are not known: files of the last 12 months hold some medicines only."
    assert mix_table(of, SYNTHETIC).frame.select("a", "b", "all classes").rows() == [
        (1.0, 0.0, 1.0), (2.0, 0.0, 2.0), (3.0, None, None),
    ]  # fmt: skip
    labels = [row["words"] for panel in mix_panels(of, SIZES["wide"], axis=True)
              for row in panel.datasets.get("mix_labels", [])]  # fmt: skip
    assert labels == ["a"]


def test_shares_are_of_the_reported_months_of_the_last_twelve() -> None:
    recent = mix().recent()
    assert sum(share or 0 for share in recent.values()) == pytest.approx(1)
    assert "anti-CD20 45" in recent_words(mix())


@given(st.lists(st.floats(0, 250), max_size=10).map(sorted))
def test_labels_keep_their_order_and_distance(places: list[float]) -> None:
    pushed = pushed_apart(places, 19, 250)
    assert all(after - before >= 19 - 1e-6 for before, after in pairwise(pushed))
    assert not pushed or pushed[-1] <= 250 - 9.5 + 1e-6
