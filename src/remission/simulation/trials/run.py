"""Play many trials by a plan, anywhere: the same bits on every engine and with any number of workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.engines.serial import SerialEngine
from remission.inputs.problems import InputProblems, Problem
from remission.simulation.trials.blocks import BLOCK, Block, play_block
from remission.simulation.trials.results import TrialResults

if TYPE_CHECKING:
    from remission.engines.engine import Engine
    from remission.simulation.trials.plan import TrialPlan
    from remission.simulation.trials.tally import Tally

# So that no sum of whole numbers can grow past 64 bits.
MOST_TRIALS = 100_000_000


@dataclass(frozen=True)
class Standing:
    """How far a run is, and how long it will still take; the first block alone says so already.

    >>> Standing(4096, 1_000_000, 182.0).in_words
    '4,096 of 1,000,000 trials, about 3 minutes left'
    """

    done: int
    trials: int
    seconds_left: float

    @property
    def in_words(self) -> str:
        """For a line of progress."""
        return f"{self.done:,} of {self.trials:,} trials, about {_spoken(self.seconds_left)} left"


Progress = Callable[[Standing], object]


def simulate_trials(
    plan: TrialPlan, trials: int, seed: int, engine: Engine | None = None, progress: Progress | None = None
) -> TrialResults:
    """Play so many trials and count what they say; `progress` is told after each block of 4,096.

    Each block has a seed of its own, the child of `seed` with its number, and counts whole numbers: the results are the
    same bits for any engine and number of workers.

    Ctrl-C keeps what is done: the results are of the blocks that were finished, and `is_partial`. Where none was, it
    ends the run. InputProblems for a number of trials or a seed that cannot be.

    >>> from remission.simulation.trials.plan import Look, TrialArm, TrialPlan
    >>> from remission.stats.sample_size.calendar import Accrual, PiecewiseHazard
    >>> hazards = [PiecewiseHazard((0.0,), (rate,)) for rate in (0.02, 0.01)]
    >>> arms = tuple(TrialArm(name, 100, hazard) for name, hazard in zip(("control", "treated"), hazards))
    >>> plan = TrialPlan(arms, Accrual((0.0,), (20.0,)), (Look(1.96, events=80),), end_month=120)
    >>> results = simulate_trials(plan, 1000, seed=1)
    >>> 0.8 < results.power().value < 0.95
    True
    """
    _check(trials, seed)
    return TrialResults(plan, seed, trials, _add_up_until_ended(plan, trials, seed, engine or SerialEngine(), progress))


def _add_up_until_ended(plan: TrialPlan, trials: int, seed: int, engine: Engine, progress: Progress | None) -> Tally:
    """The sum of the blocks; of those before somebody ended the run."""
    total: Tally | None = None
    # Kernels are compiled and tables made before the clock starts: they are no part of the pace.
    play_block(Block(plan, seed, 0, 1))
    pace = Pace(trials, getattr(engine, "workers", 1))
    try:
        for tally in _played(plan, trials, seed, engine):
            total = tally if total is None else total + tally
            if progress is not None:
                progress(Standing(total.trials, trials, pace.seconds_left(total.trials)))
    except KeyboardInterrupt:
        if total is None:
            raise
    assert total is not None
    return total


def _played(plan: TrialPlan, trials: int, seed: int, engine: Engine) -> Iterator[Tally]:
    """Each block in its order: the first one here, the others wherever the engine plays them."""
    starts = range(0, trials, BLOCK)
    # Made as they are asked for: the longest run has more than twenty thousand blocks, and may be ended after a few.
    blocks = (Block(plan, seed, number, min(BLOCK, trials - start)) for number, start in enumerate(starts))
    # Whoever ends the run while workers are still being started keeps at least this one, and is told a pace.
    yield play_block(next(blocks))
    yield from engine.map(play_block, blocks)


class Pace:
    """How long the rest will take: by the first block, played here alone; later by what the engine gives."""

    def __init__(self, trials: int, workers: int) -> None:
        self.trials, self.workers, self.begun = trials, workers, time.perf_counter()
        self.per_trial, self.given = 0.0, (0.0, 0)

    def seconds_left(self, done: int) -> float:
        """After so many are done; asked after each block."""
        now = time.perf_counter()
        if done <= BLOCK:
            # Played by one alone, while the rest is shared out: as if each worker were as fast as this one.
            self.per_trial = (now - self.begun) / done / self.workers
        elif not self.given[1]:
            # From the engine's first block on: that processes have to start is no part of the pace.
            self.given = (now, done)
        elif done - self.given[1] >= 4 * self.workers * BLOCK:
            # Workers give theirs nearly at once, so a few rounds make a pace.
            self.per_trial = (now - self.given[0]) / (done - self.given[1])
        return (self.trials - done) * self.per_trial


def _spoken(seconds: float) -> str:
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = round(seconds / length)
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{max(1, round(seconds))} s"


def _check(trials: int, seed: int) -> None:
    problems = []
    if not 1 <= trials <= MOST_TRIALS:
        problems.append(
            Problem.at_key(
                "simulate_trials()",
                "trials",
                found=f"{trials:,}",
                allowed=f"1 to {MOST_TRIALS:,}",
                do="Ask for another number of trials.",
            )
        )
    if seed < 0:
        problems.append(
            Problem.at_key("simulate_trials()", "seed", found=str(seed), allowed="0 or more", do="Take another seed.")
        )
    if problems:
        raise InputProblems(problems)
