"""Many trials: the same bits wherever they are played, what is done is kept, and what they say is true."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from types import SimpleNamespace

import numpy as np
import pytest

from made_up.trial_plans import MEDIAN_OF_36, two_arms
from remission.engines.load import load_engine
from remission.inputs.problems import InputProblems
from remission.simulation.trials.blocks import BLOCK, Block, play_trials
from remission.simulation.trials.plan import Look, TrialArm, TrialPlan
from remission.simulation.trials.results import Share, TrialResults
from remission.simulation.trials.run import Pace, Standing, simulate_trials
from remission.stats.sample_size.calendar import Accrual

SEED = 1050
SMALL = TrialPlan(
    (TrialArm("control", 20, MEDIAN_OF_36.times(3.0)), TrialArm("treated", 20, MEDIAN_OF_36.times(1.5))),
    Accrual((0.0,), (5.0,)),
    (Look(2.5, events=10, futility=-0.5), Look(2.0, events=20)),
    end_month=24,
)
FOUR_BLOCKS = 3 * BLOCK + 100


@pytest.fixture(scope="module")
def alone() -> TrialResults:
    return simulate_trials(SMALL, FOUR_BLOCKS, SEED)


@pytest.mark.parametrize("engine", [("threads", 1), ("threads", 2), ("threads", 8), ("processes", 2)], ids=str)
def test_any_number_of_workers_gives_the_same_bits(alone: TrialResults, engine: tuple[str, int]) -> None:
    again = simulate_trials(SMALL, FOUR_BLOCKS, SEED, load_engine(*engine))
    assert again.trials == FOUR_BLOCKS
    assert again.tally.same_bits(alone.tally)


def test_a_cluster_whose_worker_is_killed_midway_gives_the_same_bits(alone: TrialResults, scheduler: str) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with distributed.Client(scheduler) as client:
        workers = list(client.run(os.getpid).values())
    told: list[int] = []

    def kill_one(standing: Standing) -> None:
        # What it has done and nobody has fetched is lost with it, as is what it is at.
        if standing.done == 2 * BLOCK:
            os.kill(workers[0], signal.SIGKILL)
        told.append(standing.done)

    again = simulate_trials(SMALL, FOUR_BLOCKS, SEED, load_engine("cluster", address=scheduler), kill_one)
    assert told[-1] == FOUR_BLOCKS
    assert again.tally.same_bits(alone.tally)


def test_each_block_has_people_of_its_own() -> None:
    blocks = [play_trials(Block(SMALL, SEED, number, 200)).z[:, 0, 0] for number in range(3)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(np.corrcoef(np.nan_to_num(blocks[one]), np.nan_to_num(blocks[other]))[0, 1]) < 0.25
    assert not np.array_equal(blocks[0], play_trials(Block(SMALL, SEED + 1, 0, 200)).z[:, 0, 0])


def test_the_end_of_a_run_keeps_what_is_done(alone: TrialResults) -> None:
    def end_after_two(standing: Standing) -> None:
        if standing.done == 2 * BLOCK:
            raise KeyboardInterrupt

    try:
        part = simulate_trials(SMALL, FOUR_BLOCKS, SEED, load_engine("threads", 2), end_after_two)
    except KeyboardInterrupt:
        pytest.fail("what was done is lost")
    assert (part.trials, part.asked, part.is_partial) == (2 * BLOCK, FOUR_BLOCKS, True)
    assert part.tally.same_bits(simulate_trials(SMALL, 2 * BLOCK, SEED).tally)
    assert "8,192 of 12,388 trials, ended early" in part.said
    assert "ended early" not in alone.said


class EndsAtOnce:
    """An engine that somebody ends before it gives anything."""

    def map(self, *_: object) -> Iterator[None]:
        raise KeyboardInterrupt


def test_a_run_ended_while_it_waits_keeps_its_first_block() -> None:
    assert simulate_trials(SMALL, FOUR_BLOCKS, SEED, EndsAtOnce()).trials == BLOCK  # type: ignore[arg-type]


def test_a_run_ended_before_anything_is_done_just_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(_: Block) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("remission.simulation.trials.run.play_block", ended)
    with pytest.raises(KeyboardInterrupt):
        simulate_trials(SMALL, FOUR_BLOCKS, SEED)


def test_progress_says_how_long_it_will_take() -> None:
    told: list[Standing] = []
    simulate_trials(SMALL, FOUR_BLOCKS, SEED, progress=told.append)
    assert [standing.done for standing in told] == [BLOCK, 2 * BLOCK, 3 * BLOCK, FOUR_BLOCKS]
    assert told[-1].seconds_left == 0 < told[0].seconds_left
    assert Standing(4096, 10**8, 7200.0).in_words == "4,096 of 100,000,000 trials, about 2 hours left"


def test_the_start_of_workers_is_no_part_of_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    # The first block takes 2 s; workers start for 100 s, and each of the two gives a block every 4 s.
    seconds = iter((0.0, 2.0, 106.0, *(106.0 + 2 * block for block in range(1, 9))))
    clock = SimpleNamespace(perf_counter=lambda: next(seconds))
    monkeypatch.setattr("remission.simulation.trials.run.time", clock)
    pace = Pace(100 * BLOCK, workers=2)
    left = [pace.seconds_left(block * BLOCK) for block in range(1, 11)]
    assert left[:2] == [99.0, 98.0]
    assert left[-1] == 90 * 2.0


def test_a_number_of_trials_or_a_seed_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(InputProblems) as refused:
        simulate_trials(SMALL, 0, -1)
    assert "trials: found 0; allowed: 1 to 100,000,000" in refused.value.report()
    assert "seed: found -1; allowed: 0 or more" in refused.value.report()


def test_what_is_kept_does_not_grow_with_the_number_of_trials(alone: TrialResults) -> None:
    few = simulate_trials(SMALL, 10, SEED)
    assert few.tally.bins.shape == alone.tally.bins.shape
    assert few.tally.effects.squares.shape == alone.tally.effects.squares.shape


def near(share: Share, expected: float, errors: float = 3.0) -> None:
    assert abs(share.value - expected) < errors * math.sqrt(expected * (1 - expected) / share.trials)


LAN_DEMETS = (2.96258804273, 2.35901770741, 2.01408367604)
THREE = tuple(Look(bound, events=events) for bound, events in zip(LAN_DEMETS, (100, 150, 200), strict=True))


@pytest.mark.parametrize("looks", [(Look(1.959964, events=200),), THREE], ids=["fixed", "three looks"])
def test_without_an_effect_2_5_per_cent_of_trials_find_one(looks: tuple[Look, ...]) -> None:
    results = simulate_trials(two_arms(ratio=1.0, looks=looks), 4 * BLOCK, SEED)
    near(results.power(), 0.025)
    last = results.by_look()[-1]
    assert abs(last.effect.value) < 3 * last.effect.error


def test_power_is_what_schoenfeld_says_where_he_may() -> None:
    # With few events of many people, at a ratio near 1, the normal limit is good to a part of a per cent.
    drift = math.sqrt(200 / 4) * -math.log(0.75)
    expected = 0.5 * math.erfc((1.959964 - drift) / math.sqrt(2))
    near(simulate_trials(two_arms(ratio=0.75), 2 * BLOCK, SEED).power(), expected, errors=4)


def test_looks_add_up_and_say_when_they_are_made() -> None:
    results = simulate_trials(two_arms(looks=THREE), BLOCK, SEED)
    first, second, third, end = results.by_look()
    assert [one.look for one in (first, second, third, end)] == [1, 2, 3, None]
    assert first.made.value == 1.0
    assert second.made.count == BLOCK - first.rejected.count
    assert third.made.count == second.made.count - second.rejected.count
    assert (
        end.rejected.count
        == results.power().count
        == first.rejected.count + second.rejected.count + third.rejected.count
    )
    assert first.events.value == pytest.approx(100, abs=0.5)
    assert first.months.value < end.months.value < third.months.value
    low, middle, high = results.effect_quantiles()
    assert low < middle < high < 0
    assert math.exp(middle) == pytest.approx(0.63, abs=0.03)


def test_the_end_comes_before_the_events_when_they_are_too_rare() -> None:
    rare = two_arms(looks=(Look(None, events=300), Look(1.959964, events=400)), end_month=40)
    results = simulate_trials(rare, 500, SEED)
    assert results.short_of_events.value == 1.0
    # The look that never came is made by nobody: the last one is, at the end.
    assert [one.made.count for one in results.by_look()[:2]] == [0, 500]
    assert results.by_look()[1].months.value == pytest.approx(1218 / 30.4375)


def test_several_arms_are_each_compared_with_control() -> None:
    arms = tuple(TrialArm(name, 100, MEDIAN_OF_36.times(ratio)) for name, ratio in (("c", 1), ("a", 1), ("b", 0.4)))
    plan = TrialPlan(arms, Accrual((0.0,), (20.0,)), (Look(1.959964, events=120),), end_month=60)
    results = simulate_trials(plan, BLOCK, SEED)
    assert results.power(1).value < 0.05 < 0.9 < results.power(2).value
    assert results.any_better.count >= results.power(2).count


def test_shares_that_say_no_error_say_so() -> None:
    assert str(Share(0, 100)) == "none of 100 trials"
    assert math.isnan(Share(0, 100).error)
    assert str(Share(0, 0)) == "not estimable: no trial"
