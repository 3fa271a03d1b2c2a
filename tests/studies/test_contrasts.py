"""Comparisons within a study: of two regimens, of two therapies, and never of a group with itself."""

from __future__ import annotations

from dataclasses import replace

from made_up.studies import number, series, together
from remission.studies.contrasts import contrasts
from remission.studies.load import load_studies
from remission.studies.study import Arm


def test_the_three_comparisons_of_regimens_stand_apart() -> None:
    found = {one.study.name: one for one in contrasts(load_studies(), "regimens")}
    assert sorted(found) == ["boffa-2021", "hamerschlak-2010", "silfverberg-2024"]
    sweden = found["silfverberg-2024"]
    assert sweden.other is not None
    assert (sweden.number.value, sweden.other.value, sweden.number.p) == (81, 71, 0.29)
    assert (found["boffa-2021"].number.low, found["boffa-2021"].number.high) == (0.14, 0.5)
    assert found["boffa-2021"].is_ratio


def test_a_comparison_with_another_therapy_is_no_comparison_of_regimens() -> None:
    therapies = contrasts(load_studies(), "therapies")
    assert {"mist", "boffa-2020", "boffa-2023", "braun-2025", "kalincik-2023"} <= {one.study.name for one in therapies}
    assert not {"silfverberg-2024"} & {one.study.name for one in therapies}


def test_two_numbers_are_compared_at_one_time_only() -> None:
    two = replace(
        series("a", 30),
        arms=(Arm("HSCT", "hsct"), Arm("other", "hsct")),
        numbers=(
            number("neda", value=80.0, months=60.0, p=0.2, p_against="other"),
            number("neda", "other", value=90.0, months=24.0),
            number("neda", "other", value=70.0, months=60.0),
        ),
    )
    (found,) = contrasts(together(two), "regimens")
    assert found.other is not None
    assert found.other.value == 70
    alone = replace(two, numbers=two.numbers[:2])
    assert contrasts(together(alone), "regimens") == ()
