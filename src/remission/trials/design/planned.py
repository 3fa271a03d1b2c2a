"""A design computed and played under each of its truths."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import NotADesign
from remission.inputs.problems import InputProblems
from remission.trials.design.check import in_words
from remission.trials.design.records import EventTrial, OneArmTrial, RateTrial, ShareTrial
from remission.trials.design.runs import Runs
from remission.trials.design.size import POWERS
from remission.trials.kinds.one_arm import PlannedOneArm
from remission.trials.kinds.rates import PlannedRates
from remission.trials.kinds.shares import PlannedShares
from remission.trials.kinds.time_to_event.plan import EventPlan

if TYPE_CHECKING:
    from remission.trials.design.kind import Kind
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.records import TrialDesign
    from remission.trials.design.runs import Progress
    from remission.trials.design.truths import Truth


@dataclass(frozen=True)
class Planned:
    """A design and what it promises, the truth planned for first. asked: trials wanted for each truth."""

    design: TrialDesign
    kind: Kind
    outlooks: tuple[Outlook, ...]
    asked: int
    seed: int

    @property
    def plan(self) -> EventPlan | None:
        """Looks, events and calendar, of a trial of time to an event."""
        return self.kind if isinstance(self.kind, EventPlan) else None

    @property
    def first(self) -> Outlook:
        """Under the truth that was planned for."""
        return self.outlooks[0]

    @property
    def people(self) -> tuple[int, ...]:
        """People of each arm, control first."""
        return self.kind.people

    @property
    def done(self) -> int:
        """Trials that were played, of all truths together."""
        return sum(one.played.trials for one in self.outlooks if one.played)

    @property
    def wanted(self) -> int:
        """Trials that were asked for, of all truths together."""
        return self.asked * len(self.outlooks)

    @property
    def partial(self) -> bool:
        """Was the run ended before everything was played?"""
        return self.done < self.wanted or self._plain_ended

    @property
    def _plain_ended(self) -> bool:
        """Are there fewer trials by the plain test than by the one that is planned?"""
        # Counted apart from `done`: these are the same trials once more, and would make a run look longer than was
        # asked.
        other = self.plan is not None and not self.plan.is_plain
        return other and any(
            one.plain_played is None or one.plain_played.trials < self.asked for one in self.outlooks
        )  # fmt: skip

    @property
    def said(self) -> str:
        """What was simulated, in a sentence.

        A run that was ended early says so, and how much of it is there.
        """
        if self.done < self.wanted:
            return (
                f"SIMULATED, partial: {self.done:,} of {self.wanted:,} trials (seed {self.seed}); it was ended early."
            )
        if self.partial:
            return (
                f"SIMULATED, partial: all {self.wanted:,} trials (seed {self.seed}), but not all of them by the plain "
                "log-rank test too; it was ended early."
            )
        return f"SIMULATED: {self.asked:,} trials for each truth (seed {self.seed})."


def kind_of(design: TrialDesign) -> Kind:
    """A design worked out; NotADesign where it cannot be.

    >>> from remission.trials.design.load import load_trial_design
    >>> kind_of(load_trial_design("one-arm-24")).people
    (24,)
    """
    match design.trial:
        case EventTrial():
            return EventPlan.of(design)
        case RateTrial() as trial:
            return PlannedRates(trial, design.alpha)
        case OneArmTrial() as trial:
            return PlannedOneArm(trial, design.alpha)
        case ShareTrial() as trial:
            return PlannedShares(trial, design.alpha)


def plan_trial(
    design: TrialDesign, trials: int, seed: int, *, progress: Progress | None = None,
    only_planned: bool = False, file: str = "",
) -> Planned:  # fmt: skip
    """Compute and play a design under each of its truths, that of the plan first; InputProblems where it cannot be.

    Ctrl-C keeps what is done: truths that were not reached have their formula alone. only_planned: no other truth.
    file: what problems name, where it is not the design's own name.
    """
    try:
        kind = kind_of(design)
        # Every formula before any trial: what cannot be is then refused at once and not after a long run.
        told = [_foretold(kind, truth) for truth in kind.truths[: 1 if only_planned else None]]
    except NotADesign as error:
        raise InputProblems(in_words(error, file or f"{design.name}.toml", next(iter(design.kinds)))) from None
    return Planned(design, kind, tuple(_play_each(kind, told, trials, seed, progress)), trials, seed)


def _foretold(kind: Kind, truth: Truth) -> Outlook:
    return replace(kind.foretell(truth), sizes=tuple(kind.size_for(power, truth) for power in POWERS))


def _play_each(
    kind: Kind, told: list[Outlook], trials: int, seed: int, progress: Progress | None
) -> Iterator[Outlook]:  # fmt: skip
    # A test that is not the plain log-rank test has that one beside it, of the same people.
    beside = kind if isinstance(kind, EventPlan) and not kind.is_plain else None
    runs, ended = Runs(len(told) * (2 if beside else 1), progress), False
    for at, one in enumerate(told, 1):
        if ended:
            yield one
            continue
        try:
            played = kind.simulate(one, trials, seed, runs.next(one, f"{at} of {len(told)}"))
        except KeyboardInterrupt:
            # Nothing at all was played: then there is no report to write.
            if at == 1:
                raise
            played = one
        # A run within a truth keeps its blocks and raises nothing, so that an end is seen by what is missing.
        ended = played.played is None or played.played.trials < trials
        if beside and not ended:
            tell = runs.next(one, f"{at} of {len(told)}, by the plain log-rank test")
            # It stays as it was, where this was ended before any of them.
            with suppress(KeyboardInterrupt):
                played = beside.simulate_plain(played, trials, seed, tell)
            ended = played.plain_played is None or played.plain_played.trials < trials
        yield played
