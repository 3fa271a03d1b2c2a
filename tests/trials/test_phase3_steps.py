"""What remains of a result: steps, each alone and together, against people drawn one by one."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from remission.exhibits.page import tables_of
from remission.inputs.problems import InputProblems
from remission.trials.phase3.asked import DOUBTS, Asked, ask, read_asked
from remission.trials.phase3.page import phase3_page
from remission.trials.phase3.result import of_events, of_interval
from remission.trials.phase3.steps import WhatRemains, what_remains
from remission.trials.phase3.wording import beyond_one, in_short
from remission.trials.phase3.write import phase3_json


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


def cautions(**told: str) -> str:
    """What is said at once of a result."""
    return " ".join(in_short(what_remains(read_asked(told))))


def test_a_trial_that_sees_hardly_an_event_says_that_its_chances_are_too_high() -> None:
    rare = {"hr": "0.07", "interval": "0.02,0.24", "control-rate": "0.001"}
    assert "The trial would see about 0.5 events in all" in cautions(**rare)
    assert "events in all" not in cautions(hr="0.07", interval="0.02,0.24")


def test_a_ratio_far_from_the_middle_of_its_interval_may_be_a_slip() -> None:
    assert "has its middle at 0.07 on the log scale, and the ratio is 0.23" in cautions(hr="0.23", interval="0.02,0.24")
    # As far off as rounding of printed intervals takes a ratio.
    for told in (("0.07", "0.02,0.24"), ("0.29", "0.16,0.54"), ("0.7", "0.40,1.23"), ("0.58", "0.38,0.87")):
        assert "slip" not in cautions(hr=told[0], interval=told[1])


def test_a_flat_prior_that_is_left_with_harm_says_that_it_tells_nothing() -> None:
    narrow = {"hr": "0.5", "events": "37"}
    assert "leaves a hazard ratio of 36. That is no finding" in cautions(**narrow)
    assert "That is no finding" not in cautions(**narrow, prior="normal:0,0.5")
    assert "That is no finding" not in cautions(**narrow, without="selection")


def test_a_ratio_believed_above_1_is_said_beside_the_picture_to_be_made_by_the_steps(mist: WhatRemains) -> None:
    said = (
        'From "A sceptic\'s prior" on the hazard ratio believed is above 1 (1.05), though phase II found 0.07. That is '
        "no forecast of harm. It is made by putting steps on top of each other: they count some of the same thing "
        "twice, and together they take away more than there was."
    )
    (block,) = next(one for one in phase3_page(mist).sections if one.name == "what-remains").blocks
    assert said in block.sentences
    assert said in json.loads(phase3_json(mist))["cautions"]


@pytest.mark.parametrize(
    ("told", "step", "why"),
    [
        ({"hr": "0.95", "interval": "0.8,1.12"}, "Phase III finds less, as published", "This step by itself"),
        ({"hr": "0.5", "events": "37"}, "Only good results go on", "This step by itself"),
        # One shrinkage alone counts nothing twice.
        ({"hr": "0.6", "interval": "0.5,0.72", "without": "selection,sceptical"}, "People with other courses come in",
         "each other: together they take away more"),
    ],
)  # fmt: skip
def test_which_step_makes_a_ratio_above_1_and_why(told: dict[str, str], step: str, why: str) -> None:
    (said,) = beyond_one(what_remains(read_asked(told)))
    assert said.startswith(f'From "{step}" on')
    assert why in said


@pytest.mark.parametrize(
    "told",
    [
        # Below 1 to the end; above it as phase II found; above it as the prior has it, which is what was believed.
        {"hr": "0.07", "interval": "0.02,0.24", "without": "ratio,eligibility"},
        {"hr": "1.5", "interval": "1.1,2.0"},
        {"hr": "0.9", "interval": "0.5,1.6", "prior": "normal:1,0.1"},
    ],
)
def test_a_ratio_that_no_step_brings_above_1_is_not_explained_by_steps(told: dict[str, str]) -> None:
    assert beyond_one(what_remains(read_asked(told))) == []


def test_where_nothing_hangs_on_the_sceptic_nothing_is_said_to_hang_on_him() -> None:
    assert "decides little here" in cautions(hr="1.5", interval="1.1,2.0")
    assert "Most hangs on how sceptical one is" in cautions(hr="0.07", interval="0.02,0.24")


def test_entry_rules_that_are_held_back_say_so() -> None:
    def formula(kept: str) -> str:
        asked = read_asked({"hr": "0.07", "interval": "0.02,0.24", "control-kept": kept})
        return next(one.formula for one in what_remains(asked).steps if one.name == "regression")

    assert formula("0.58").endswith("E[rate | 1 or more relapses] / E[rate | 2 or more] = 0.74")
    assert formula("1.17").startswith("control hazard × 1.00: ")
    assert formula("1.17").endswith("= 0.74, but no more of a fall than was seen in all")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("hr", "1e-10", "a number above 0.01 and below 100"),
        ("treated-share", "0.001", "found 0.5 of 500 people treated; allowed: 5 or more in either arm"),
        ("prior", "normal:0,1e-9", "a spread from 0.001 to 10"),
        ("prior", "normal:50,1", "a mean from -10 to 10"),
        ("by", "arm", "nothing without --from"),
        ("endpoint", "neda-3", "nothing without --from"),
        ("reference", "HSCT", "nothing without --from"),
        ("ratio", "2", "a number above 0 and below 2"),
    ],
)
def test_what_cannot_be_or_would_not_be_read_is_refused(option: str, value: str, said: str) -> None:
    with pytest.raises(InputProblems) as refused:
        read_asked({"hr": "0.07", "interval": "0.02,0.24", option: value})
    (problem,) = refused.value.problems
    assert said in str(problem)


def test_a_step_that_is_left_out_twice_is_named_once() -> None:
    assert read_asked({"hr": "0.07", "interval": "0.02,0.24", "without": "ratio, ratio"}).without == ("ratio",)


def test_a_ratio_of_any_size_has_a_page() -> None:
    page = phase3_page(what_remains(ask(of_interval(0.0001, 0.00001, 0.001))))
    power = next(one for one in tables_of(page.sections) if one.name == "power")
    assert power.frame["ratio"].min() == 0.0001
