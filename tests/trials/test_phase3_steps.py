"""What remains of a result: steps, each alone and together, against people drawn one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from remission.exhibits.page import tables_of
from remission.inputs.problems import InputProblems
from remission.trials.phase3.asked import DOUBTS, Asked, ask, read_asked
from remission.trials.phase3.page import phase3_page
from remission.trials.phase3.result import of_events, of_interval
from remission.trials.phase3.steps import WhatRemains, what_remains


@pytest.fixture(scope="module")
def mist() -> WhatRemains:
    return what_remains(ask(of_interval(0.07, 0.02, 0.24)))


def drawn_share(asked: Asked, log_ratios: np.ndarray, kept: float, seed: int) -> float:
    """How many of trials drawn person by person are significant: the plain twin of assurance."""
    rng = np.random.default_rng(seed)
    trial, wins = asked.trial(kept), 0
    for log_ratio in log_ratios:
        hazards = trial.rate * np.exp(np.repeat([0.0, log_ratio], [int(trial.controls), int(trial.treated)]))
        event, left = rng.exponential(1 / hazards), rng.exponential(1 / trial.dropout, hazards.size)
        end = np.minimum(np.minimum(event, left), trial.years)
        order = np.argsort(end)
        happened = (event <= end)[order]
        treated = (np.arange(hazards.size) >= int(trial.controls))[order]
        at_risk = np.arange(hazards.size, 0, -1)
        share = treated[::-1].cumsum()[::-1] / at_risk
        expected, variance = share[happened].sum(), (share * (1 - share))[happened].sum()
        wins += (expected - treated[happened].sum()) / math.sqrt(variance) > 1.959964
    return wins / log_ratios.size


@pytest.mark.parametrize("doubts", [(), ("sceptical",), ("ratio", "control")])
def test_the_chance_is_how_often_trials_drawn_person_by_person_succeed(
    mist: WhatRemains, doubts: tuple[str, ...]
) -> None:
    belief = mist.belief(doubts)
    draws = np.random.default_rng(5).choice(belief.log_ratios, 1200, p=belief.weights)
    kept = mist.kept_parts[1] if "control" in doubts else 1.0
    chance = mist.chance(doubts)
    error = max(math.sqrt(chance * (1 - chance) / draws.size), 1 / draws.size)
    assert drawn_share(mist.asked, draws, kept, 6) == pytest.approx(chance, abs=3 * error + 0.005)


def test_every_step_has_its_formula_and_stands_on_the_one_before(mist: WhatRemains) -> None:
    assert [one.name for one in mist.steps] == ["power", "error", *DOUBTS]
    assert all(one.formula for one in mist.steps)
    for before, after in zip(mist.steps, mist.steps[1:], strict=False):
        assert after.before == before.chance
    assert all(one.chance <= one.alone + 1e-9 for one in mist.steps[2:]), "what comes on top never helps"


def test_shrinkages_are_shown_apart_and_in_every_combination(mist: WhatRemains) -> None:
    assert len(mist.together) == 8
    alone = {names: chance for names, chance, _ in mist.together if len(names) < 2}
    assert alone[()] == mist.steps[1].chance
    assert alone["sceptical",] == next(one for one in mist.steps if one.name == "sceptical").alone


def test_a_published_ratio_brings_the_belief_nearer_to_no_effect(mist: WhatRemains) -> None:
    assert mist.ratio(["ratio"]) == pytest.approx(0.07 / 0.74)


def test_a_wider_sceptic_leaves_more(mist: WhatRemains) -> None:
    chances = [chance for _, _, chance, _ in mist.by_spread]
    assert chances == sorted(chances)


def test_a_fall_by_entry_rules_is_a_part_of_the_whole_fall_and_not_counted_twice(mist: WhatRemains) -> None:
    assert math.prod(mist.kept_parts) == pytest.approx(mist.asked.assumed.control_kept.value)


def test_a_result_that_did_not_pass_was_not_picked_for_it() -> None:
    found = what_remains(ask(of_interval(0.8, 0.5, 1.3)))
    assert "selection" not in found.doubts


def test_the_page_says_simulated_and_that_it_is_no_forecast(mist: WhatRemains) -> None:
    page = phase3_page(mist)
    assert page.in_short[0].startswith("SIMULATED: a what-if and no forecast.")
    assert {one.provenance.kind for one in tables_of(page.sections)} == {"simulated"}
    assert "some of them counted twice" in page.headlines[0]


def test_the_shortcut_is_refused_where_it_does_not_hold() -> None:
    assert of_events(0.7, (100,)).error == pytest.approx(0.2)
    with pytest.raises(InputProblems, match="The shortcut 4 / events is far too small here"):
        read_asked({"hr": "0.07", "events": "37"})


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InputProblems) as told:
        read_asked({"hr": "0.5", "interval": "0.6,0.9", "size": "3", "prior": "normal:0,0", "without": "doubt",
                    "control-rate": "-1"})  # fmt: skip
    assert len(told.value.problems) == 5
    with pytest.raises(InputProblems, match="--hr with --interval, or --hr with --events"):
        read_asked({"size": "500"})
    with pytest.raises(InputProblems, match="events of the treated and of the others"):
        read_asked({"hr": "0.5", "events": "0,4"})
