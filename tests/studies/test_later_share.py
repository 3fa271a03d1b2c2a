"""Of those free at five years, how many at ten: from two printed shares, with the interval that they leave."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from remission.stats.survival.conditional import conditional_limits, conditional_survival
from remission.stats.survival.kaplan_meier import kaplan_meier
from remission.studies.later_share import later_share
from remission.studies.load import load_studies
from remission.studies.study import Number


def share(value: float, low: float | None, high: float | None, level: float = 0.95) -> Number:
    """A printed share in per cent."""
    return Number("neda", "verified", "made up", "page 1", value=value, low=low, high=high, level=level)


@pytest.mark.parametrize(
    ("study", "what", "course", "expected"),
    [
        ("silfverberg-2023", "neda", "RRMS", (0.89, 0.81, 0.98, "log")),
        ("boffa-2021", "progression-free", "RRMS", (0.83, 0.71, 0.98, "plain")),
    ],
)
def test_the_published_cohorts(study: str, what: str, course: str, expected: tuple[float, float, float, str]) -> None:
    numbers = load_studies().of_name(study).numbers
    five, ten = (
        next(one for one in numbers if one.what == what and one.months == at and one.course in ("", course) and one.low)
        for at in (60, 120)
    )
    found = later_share(five, ten)
    assert found is not None
    assert (round(found.value, 2), round(found.low, 2), round(found.high, 2), found.scales[0]) == expected


def test_it_is_what_the_records_say() -> None:
    """The same of records: printed with log limits, and asked of the curve itself."""
    exit = [100, 150, 200, 300, 400, 420, 500, 600, 700, 800, 900, 900, 900, 900, 900, 900]
    event = [True, False, True, True, False, True, True, False, True, True, *[False] * 6]
    curve = kaplan_meier(exit, event)
    printed = []
    for day in (450, 850):
        place = curve.at(day)
        half = 1.959963985 * math.sqrt(curve.greenwood[place])
        s = float(curve.survival[place])
        printed.append(share(100 * s, 100 * s * math.exp(-half), 100 * s * math.exp(half)))
    found = later_share(*printed)
    value, _ = conditional_survival(curve, 450, [850])
    low, high = conditional_limits(curve, 450, [850], 0.95, "log")
    assert found is not None
    assert found.scales == ("log", "log")
    assert (found.value, found.low) == pytest.approx((value[0], low[0]), rel=1e-6)
    assert found.high == pytest.approx(high[0], rel=1e-6)


def test_without_two_intervals_there_is_no_answer() -> None:
    five, ten = share(73, 66, 81), share(65, 57, 75)
    assert later_share(five, ten) is not None
    assert later_share(replace(five, low=None), ten) is None
    assert later_share(replace(five, level=None), ten) is None
    assert later_share(five, replace(ten, high=100)) is None
    # Of a later share that is surer than the earlier one they cannot be of the same people.
    assert later_share(share(73, 50, 90), share(65, 64, 66)) is None


def test_a_range_is_no_interval() -> None:
    assert later_share(replace(share(73, 66, 81), interval="range"), share(65, 57, 75)) is None
