"""The picture of a curve shows the numbers of the estimates, no others."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from remission.exhibits.figure import Figure
from remission.exhibits.theme import SIZES
from remission.inputs.provenance import Provenance
from remission.report.pictures.kaplan_meier import (
    LABEL_APART,
    CurvePlan,
    NamedCurve,
    _apart,
    draw_kaplan_meier,
    risk_days,
)
from remission.stats.estimates import Estimates
from remission.stats.survival.estimates import estimate_survival
from remission.stats.survival.kaplan_meier import kaplan_meier

PROVENANCE = Provenance("made-up", "simulated", "0" * 64)
PLAN = CurvePlan("made-up", "Free of it", "Years since start", 0.9, "log-log")
Group = tuple[list[int], list[bool]]
TWO: dict[str, Group] = {
    "short": ([100, 400, 500, 900], [True, False, True, False]),
    "long": ([300, 1500, 2000, 2100], [True, False, False, True]),
}


def draw(groups: dict[str, Group], at_days: tuple[int, ...] = (365,)) -> tuple[Figure, Estimates]:
    curves = [NamedCurve(name, kaplan_meier(exit, event)) for name, (exit, event) in groups.items()]
    ticks = risk_days(curves)
    at_risk = Estimates.together(one_group(curve, ticks) for curve in curves)
    at_times = Estimates.together(one_group(curve, list(at_days)) for curve in curves)
    return draw_kaplan_meier(PLAN, curves, at_risk, at_times, PROVENANCE), at_risk


def one_group(named: NamedCurve, days: list[int]) -> Estimates:
    return estimate_survival(named.curve, days, PLAN.level, PLAN.interval).labelled(group=named.name or None)


@cache
def two() -> tuple[Figure, Estimates]:
    return draw(TWO)


def rows_of(figure: Figure, name: str) -> list[dict[str, Any]]:
    return list(figure.specs["wide"]["datasets"][name])


@pytest.mark.parametrize(("last_day", "years"), [(1826, [0, 1, 2, 3, 4, 5]), (1825, [0, 1, 2, 3, 4])])
def test_follow_up_of_five_years_has_a_fifth_tick_and_numbers_under_it(last_day: int, years: list[int]) -> None:
    figure, _ = draw({"": ([100, last_day], [True, False])})
    told = {row["t"] for row in rows_of(figure, "risk") if "t" in row}
    assert sorted(round(one) for one in told) == years
    assert (">5</text>" in figure.svg("wide")) == (years[-1] == 5)


def test_numbers_under_the_axis_are_those_of_the_estimates() -> None:
    figure, estimates = two()
    expected = [f"{row['at_risk']:g} ({row['events']:g})" for row in estimates.rows() if row["at_days"] != 2100]
    assert [row["words"] for row in rows_of(figure, "risk")] == expected
    assert all(words in figure.svg() for words in expected)


def test_the_text_twin_holds_the_same_numbers() -> None:
    figure, estimates = two()
    assert figure.table.frame["at_risk"].to_list() == estimates.frame["at_risk"].to_list()
    assert [row[2] for row in figure.table.rows()] == [f"{n:g}" for n in estimates.frame["at_risk"]]


def test_the_text_twin_does_not_stop_before_the_last_event() -> None:
    figure, _ = draw({"": ([100, 364], [False, True])})
    assert figure.table.frame["at_days"].to_list() == [0, 91, 183, 274, 364]
    assert figure.table.frame["events"].to_list()[-1] == 1
    assert len(rows_of(figure, "risk")) == 4


def test_numbers_at_risk_do_not_touch_on_a_phone_and_the_first_and_the_twin_stay() -> None:
    many = [(list(range(1, 2001)), [day % 2 == 0 for day in range(1, 2001)])] * 2
    figure, _ = draw(dict(zip(("one", "other"), many, strict=True)))
    for width, size in SIZES.items():
        rows = figure.specs[width]["datasets"]["risk"]
        mine = [row for row in rows if row["group"] == "other"]
        assert mine[0]["words"] == "2000 (0)"
        # Both groups give their numbers at the same times.
        assert [row["t"] for row in mine] == [row["t"] for row in rows if row["group"] == "one"]
        a_year = size.plot / (2000 / 365.25)
        for one, after in pairwise(mine):
            # Six pixels a letter: less than this and words of two columns are read as one.
            wide = 0.44 * size.words * (len(one["words"]) + len(after["words"])) / 2
            assert (after["t"] - one["t"]) * a_year > wide
    counted = [len({row["t"] for row in figure.specs[width]["datasets"]["risk"]}) for width in ("wide", "narrow")]
    assert counted == [6, 3]
    assert figure.table.frame["at_days"].n_unique() == 7


def test_the_picture_says_who_is_in_it_where_curves_share_people() -> None:
    named = NamedCurve("", kaplan_meier(*TWO["short"]))
    plan = replace(PLAN, who="2 persons in 4 trials")
    drawn = draw_kaplan_meier(plan, [named], one_group(named, risk_days([named])), one_group(named, [365]), PROVENANCE)
    assert drawn.subtitle.startswith("2 persons in 4 trials. Kaplan-Meier")


def test_late_entry_is_named_with_the_method() -> None:
    late = NamedCurve("", kaplan_meier([100, 900], [True, False], entry=[0, 50]))
    times = one_group(late, [365])
    figure = draw_kaplan_meier(PLAN, [late], one_group(late, risk_days([late])), times, PROVENANCE)
    assert "with late entry" in figure.table.caption
    assert "late entry" in figure.subtitle
    assert "late entry" not in draw({"": TWO["short"]})[0].subtitle


def test_each_group_has_its_own_dashes_and_its_name_on_the_picture() -> None:
    figure, _ = two()
    dashes = {row["group"]: tuple(row["dash"]) for row in rows_of(figure, "steps")}
    assert len(set(dashes.values())) == 2
    assert all(f">{name}</text>" in figure.svg() for name in dashes)


def test_the_label_gives_the_last_estimate_that_there_is() -> None:
    figure, _ = draw({"": TWO["short"][:2]}, at_days=(365, 731, 1826))
    assert [row["words"] for row in rows_of(figure, "labels")] == ["37.5\u00a0% (2.9 to 76.1) at 2\u00a0years"]


def test_a_curve_without_an_event_has_no_band_and_says_so() -> None:
    figure, _ = draw({"": ([400, 500], [False, False])})
    assert rows_of(figure, "band") == []
    assert [row["words"] for row in rows_of(figure, "labels")] == ["no event seen"]
    assert figure.table.rows()[1][-2:] == ["no event yet", "–"]


def test_the_band_ends_where_the_curve_reaches_zero() -> None:
    figure, _ = draw({"": ([100, 400], [True, True])})
    band = rows_of(figure, "band")
    assert [row["t"] for row in band] == [100 / 365.25, 400 / 365.25]
    assert band[0]["low"] == band[1]["low"]


def test_nobody_followed_is_an_empty_picture_not_an_error() -> None:
    figure, _ = draw({"": ([0], [False])})
    assert rows_of(figure, "steps") == []
    assert rows_of(figure, "labels")[0]["words"] == "not estimable"
    assert figure.svg("narrow").startswith("<svg")


@pytest.mark.parametrize(("persons", "marked"), [(300, True), (301, False)])
def test_it_says_when_ends_of_follow_up_are_too_many_to_mark(persons: int, marked: bool) -> None:
    figure, _ = draw({"": (list(range(1, persons + 1)), [False] * persons)})
    assert bool(rows_of(figure, "ends")) == marked
    assert ("too many to mark" in figure.subtitle) != marked


@pytest.mark.parametrize("ends", [[0.5, 0.5], [1.0, 1.0, 1.0], [0.02, 0.0], [0.9, 0.1, 0.5, 0.55]])
def test_labels_do_not_cover_each_other(ends: list[float]) -> None:
    heights = sorted(_apart(ends))
    assert all(above - below >= 0.9 * LABEL_APART for below, above in pairwise(heights))
    assert 0 <= heights[0] <= heights[-1] <= 1


def test_the_description_says_what_is_seen() -> None:
    figure, _ = two()
    assert re.search(r"short: 75\.0\s%.*long: 75\.0\s%", figure.description)
