"""What is planted in the invented hospitals: parts add up to wholes, and a leak begins in its month and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from remission.simulation.stock.plan import FEWEST_PEOPLE, Plan, draw_plan, line_rates, people_on, poisson, shown
from remission.simulation.stock.supply import USES, Line

MONTHS, FIRST = 36, date(2024, 1, 1)
SURE = np.zeros(200, dtype=np.bool_)
SURE[:3] = True
NAMES = [use.therapy for use in USES]
AT_HOME = np.array([use.at_home for use in USES])


@pytest.fixture(scope="module")
def plan() -> Plan:
    return draw_plan(7, SURE, MONTHS, FIRST)


def test_the_sure_have_a_service_and_no_leak_and_every_kind_occurs(plan: Plan) -> None:
    assert plan.service[SURE].all()
    assert (shown(plan, MONTHS)[SURE] == 1).all()
    assert np.unique(plan.leak).tolist() == [0, 1, 2, 3]
    assert 0 < (~plan.service).sum() < len(SURE) / 2


def test_who_has_no_service_has_nobody_on_anything(plan: Plan) -> None:
    people = people_on(plan, MONTHS, FIRST)
    assert not people[~plan.service].any()
    assert not plan.size[~plan.service].any()
    assert not np.swapaxes(people, 1, 2)[~plan.used].any()


def test_people_are_none_or_enough_and_never_more_than_the_trust_has(plan: Plan) -> None:
    people = people_on(plan, MONTHS, FIRST)
    assert ((people == 0) | (people >= FEWEST_PEOPLE)).all()
    grown = plan.size[:, None] * 1.04 ** (5 + np.arange(MONTHS) / 12)
    # Those of therapies with less than one person are left out, so the sum may fall short and never exceed.
    assert (people.sum(axis=2) <= grown * (1 + 1e-9)).all()


def test_nobody_is_on_a_therapy_before_it_was_adopted(plan: Plan) -> None:
    people = people_on(plan, MONTHS, FIRST)
    early = np.arange(MONTHS)[None, :, None] < plan.adopted[:, None, :]
    assert early.any()
    assert not people[early].any()


@pytest.mark.parametrize("month", [0, 1, MONTHS - 1, MONTHS])
def test_a_leak_begins_in_its_month_and_takes_what_goes_home_and_nothing_else(plan: Plan, month: int) -> None:
    one = replace(plan, leak_from=np.full(200, month), kept=np.full(200, 0.25), outsourced_from=np.full(200, MONTHS))
    part = shown(one, MONTHS)
    assert (part[:, :month] == 1).all()
    assert (part[:, month:][:, :, AT_HOME] == 0.25).all()
    assert (part[:, :, ~AT_HOME] == 1).all()


def test_what_is_outsourced_is_what_stays_in_hospital(plan: Plan) -> None:
    one = replace(plan, leak_from=np.full(200, MONTHS), outsourced_from=np.full(200, 5))
    part = shown(one, MONTHS)
    assert (part[:, :5] == 1).all()
    assert (part[:, 5:][:, :, AT_HOME] == 1).all()
    assert (part[:, 5:][:, :, ~AT_HOME] == 0).all()


def line(name: str, share: float, start: tuple[int, int] = (2000, 1), **more: object) -> Line:
    made = Line("natalizumab", name, "1", "ml", 1.0, 12.0, 1, 1.0, share, start)
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def test_lines_of_a_therapy_share_its_people_from_the_month_in_which_they_are_there() -> None:
    people = np.zeros((1, 3, len(USES)))
    people[:, :, NAMES.index("natalizumab")] = 8.0
    both = (line("old", 0.5), line("new", 1.5, (2024, 2)))
    # One dose a month for each of eight people; the new line takes three in four of them from February on.
    assert line_rates(people, both, FIRST)[0].tolist() == [[8, 0], [2, 6], [2, 6]]
    three = (*both, line("start", 0.1, kind="start"), line("apart", 9.0, kind="apart"))
    found = line_rates(people, three, FIRST)[0]
    assert found[:, :2].sum(axis=1).tolist() == [8, 8, 8]
    assert found[:, 2] == pytest.approx([0.8] * 3)
    assert not found[:, 3].any()


def test_two_issued_at_once_are_half_the_occasions() -> None:
    people = np.ones((1, 1, len(USES)))
    one, two = (line_rates(people, (line("x", 1.0, at_a_time=n),), FIRST).item() for n in (1, 2))
    assert (one, two) == (1.0, 0.5)


def test_of_a_mean_of_nothing_nothing_is_drawn_and_more_chance_is_never_fewer() -> None:
    chances = np.linspace(0.001, 0.999, 99)
    assert not poisson(chances, np.zeros(99)).any()
    for mean in (0.3, 4.0, 49.9, 50.1, 900.0):
        assert (np.diff(poisson(chances, np.full(99, mean))) >= 0).all()
