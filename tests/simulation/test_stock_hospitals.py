"""How large invented hospitals are: those of eyes, children and cancer give nothing, and centres take the others'."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from remission.simulation.stock.hospitals import KEEPS, MS_PER_PERSON, ON_THERAPY, Hospitals
from remission.simulation.stock.plan import draw_plan
from remission.simulation.stock.trusts import acute_trusts

TRUSTS = acute_trusts()
ALL = Hospitals.of(TRUSTS)
EVERYBODY = np.ones(len(TRUSTS), dtype=np.bool_)


def at(code: str) -> int:
    return TRUSTS.index(code)


@pytest.mark.parametrize("code", ["RP6", "RBS", "RP4", "RBV", "RPY", "REN", "RL1", "RGM"])
def test_hospitals_of_eyes_children_cancer_bones_and_hearts_treat_nobody_with_ms(code: str) -> None:
    assert ALL.special[at(code)]
    plan = draw_plan(4, np.zeros(len(TRUSTS), dtype=np.bool_), 12, date(2024, 1, 1), ALL)
    assert not plan.service[at(code)]
    assert plan.size[at(code)] == 0
    assert not plan.used[at(code)].any()


def test_nobody_is_lost_on_the_way_to_a_centre() -> None:
    draws = np.linspace(0, 1, len(TRUSTS))
    treated = ALL.sizes(draws, EVERYBODY)
    assert treated.sum() == pytest.approx(ALL.expected[~ALL.special].sum())
    # Without a service everybody near it goes on.
    closed = EVERYBODY.copy()
    closed[at("RCF")] = False
    assert ALL.sizes(draws, closed)[at("RCF")] == 0
    assert ALL.sizes(draws, closed).sum() == pytest.approx(treated.sum())


def test_a_centre_has_its_own_and_what_its_neighbours_send() -> None:
    two = Hospitals.of(("RR8", "RCF", "RHM"))  # Leeds, Airedale beside it, Southampton far away
    keeps = np.array([0.0, 0.5, 0.0])
    own = two.expected
    kept = (KEEPS[0] + KEEPS[1]) / 2
    assert two.sizes(keeps, np.ones(3, dtype=np.bool_)) == pytest.approx(
        [own[0] + (1 - kept) * own[1], kept * own[1], own[2]]
    )


def test_a_hospital_for_neurology_is_large_by_its_neighbours_though_few_live_near_it() -> None:
    plan = draw_plan(4, np.zeros(len(TRUSTS), dtype=np.bool_), 12, date(2024, 1, 1), ALL)
    walton, of = plan.size[at("RET")], plan.size[plan.service]
    assert plan.hub[at("RET")]
    assert walton > np.quantile(of, 0.8)
    # England's whole is what is published of people with MS, so many on a therapy.
    assert plan.size.sum() == pytest.approx(55e6 * MS_PER_PERSON * ON_THERAPY, rel=0.1)
    assert 1500 < of.max() < 6000
    assert np.median(of) < 300


def test_of_a_trust_in_no_table_nothing_is_known_and_its_size_is_drawn() -> None:
    both = Hospitals.of(("TX9", "RR8"))
    assert both.known.tolist() == [False, True]
    assert both.sizes(np.zeros(2), np.ones(2, dtype=np.bool_)) == pytest.approx([0, both.expected[1]])
    alone = draw_plan(4, np.array([True, False]), 12, date(2024, 1, 1), both)
    assert alone.size[0] > 0
