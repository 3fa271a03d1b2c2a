"""A block of trials: drawn from a seed of its own, analysed, and counted up.

What a block gives depends on the plan, the seed and its number alone, not on who plays it or when.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from remission.simulation.trials.kernel import Outcomes, Workspace, analyse_trials, draw_people
from remission.simulation.trials.plan import TrialPlan
from remission.simulation.trials.tables import Prepared, new_workspace, prepare
from remission.simulation.trials.tally import Tally

# With blocks of another size the same seed gives other trials.
BLOCK = 4096
# So many people are drawn at once that their words, entries and exits stay near the processor.
PEOPLE_AT_ONCE = 16_384


@dataclass(frozen=True)
class Block:
    """The `number`-th block of a run, of so many trials."""

    plan: TrialPlan
    seed: int
    number: int
    trials: int

    @property
    def generator(self) -> np.random.Generator:
        """The generator of this block: the `number`-th child of the seed, made without the others."""
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(self.number,))))


def play_block(block: Block) -> Tally:
    """Play a block and count it up; a function of the module, for processes and clusters."""
    return Tally.of(play_trials(block), block.plan)


def play_trials(block: Block) -> Outcomes:
    """What became of each trial of a block."""
    prepared, work = prepare(block.plan), new_workspace(block.plan)
    outcomes = no_outcomes(block)
    generator, at_once = block.generator, max(1, PEOPLE_AT_ONCE // block.plan.people)
    for first in range(0, block.trials, at_once):
        _play(prepared, generator, outcomes, work, range(first, min(first + at_once, block.trials)))
    return outcomes


def _play(prepared: Prepared, generator: np.random.Generator, outcomes: Outcomes, work: Workspace, at: range) -> None:
    people = int(prepared.tables.groups[-1])
    # The whole range of 64 bits, of which no word is thrown away: each person takes one, so that it does not matter how
    # many trials are drawn at once.
    words = generator.integers(0, 2**64, size=(len(at), people), dtype=np.uint64)
    entries, exits = np.empty(words.shape, dtype=np.int16), np.empty(words.shape, dtype=np.uint16)
    draw_people(words, prepared.tables, entries, exits)
    analyse_trials(entries, exits, prepared.tables.groups, prepared.rules, work, outcomes, at.start)


def no_outcomes(block: Block) -> Outcomes:
    """Rows for the trials of a block, in which no look is made yet."""
    by_look = (block.trials, len(block.plan.looks))
    compared = (block.trials, len(block.plan.arms) - 1)
    by_both = (*compared, by_look[1])
    return Outcomes(
        day=np.full(by_look, -1, dtype=np.int32),
        events=np.full(by_look, -1, dtype=np.int32),
        people=np.full(by_look, -1, dtype=np.int32),
        # What is no number, and not 0: a look that was not made must not be averaged with looks that found nothing.
        z=np.full(by_both, np.nan),
        effect=np.full(by_both, np.nan),
        decision=np.zeros(compared, dtype=np.int8),
        last=np.full(compared, -1, dtype=np.int16),
    )
