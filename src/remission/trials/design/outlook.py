"""What a design promises under each truth: by formula, exactly where that can be, and by simulation with its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import NotADesign
from remission.inputs.problems import InputProblems
from remission.simulation.trials.draws import play_one_sample, play_rates, play_shares
from remission.simulation.trials.plan import people_by_arm
from remission.simulation.trials.run import Standing, simulate_trials
from remission.stats.sample_size.counts import power_for_rates
from remission.stats.sample_size.exposure import Exposure
from remission.stats.sample_size.one_sample import exact_power_for_one_sample, power_for_one_sample
from remission.stats.sample_size.proportions import exact_power_for_shares, power_for_shares
from remission.trials.design.check import in_words
from remission.trials.design.events import EventPlan, Promise
from remission.trials.design.records import OneArmTrial
from remission.trials.design.truths import Truth, truths_of

if TYPE_CHECKING:
    from remission.simulation.trials.results import Share, TrialResults
    from remission.trials.design.records import EventTrial, RateTrial, ShareTrial, TrialDesign

Progress = Callable[[str, Standing], object]
# Beyond so many Monte-Carlo errors chance does not explain a difference.
MANY_ERRORS = 3.0


@dataclass(frozen=True)
class Outlook:
    """Under one truth: power by `formula`, `exact` and `played`; None where it cannot be told, or was not reached.

    plain: power of the plain log-rank test by formula, where the design has another; plain_played: simulated.
    """

    truth: Truth
    formula: float | None
    exact: float | None = None
    played: Share | None = None
    promise: Promise | None = None
    results: TrialResults | None = None
    plain: float | None = None
    plain_played: Share | None = None

    @property
    def differs(self) -> bool:
        """Is the simulation farther from the formula than chance explains?"""
        if self.formula is None or self.played is None or not self.played.trials:
            return False
        error = math.sqrt(max(self.formula * (1 - self.formula), 1e-9) / self.played.trials)
        return abs(self.played.value - self.formula) > MANY_ERRORS * error


@dataclass(frozen=True)
class Planned:
    """A design and what it promises, the truth planned for first. asked: trials wanted for each truth."""

    design: TrialDesign
    outlooks: tuple[Outlook, ...]
    plan: EventPlan | None
    asked: int
    seed: int

    @property
    def first(self) -> Outlook:
        """Under the truth that was planned for."""
        return self.outlooks[0]

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

    @property
    def people(self) -> tuple[int, ...]:
        """People of each arm, control first."""
        trial = self.design.trial
        return (trial.people,) if isinstance(trial, OneArmTrial) else _two_arms(trial)


def _two_arms(trial: EventTrial | RateTrial | ShareTrial) -> tuple[int, int]:
    """People of control and of the treated arm."""
    control, treated = people_by_arm(trial.people, (1.0, trial.allocation))
    return control, treated


def plan_trial(
    design: TrialDesign, trials: int, seed: int, *, progress: Progress | None = None,
    only_planned: bool = False, file: str = "",
) -> Planned:  # fmt: skip
    """Compute and play a design under each of its truths, that of the plan first; InputProblems where it cannot be.

    Ctrl-C keeps what is done: truths that were not reached have their formula alone. only_planned: no other truth.
    file: what problems name, where it is not the design's own name.
    """
    try:
        plan = EventPlan.of(design) if design.time_to_event is not None else None
        truths = truths_of(design)[: 1 if only_planned else None]
        told = [_told(design, plan, truth) for truth in truths]
    except NotADesign as error:
        raise InputProblems(in_words(error, file or f"{design.name}.toml", next(iter(design.kinds)))) from None
    return Planned(design, tuple(_play_each(design, plan, told, trials, seed, progress)), plan, trials, seed)


def _play_each(
    design: TrialDesign, plan: EventPlan | None, told: list[Outlook], trials: int, seed: int, progress: Progress | None
) -> Iterator[Outlook]:
    ended, twice = False, plan is not None and not plan.is_plain
    runs = Runs(len(told) * (2 if twice else 1), progress)
    for at, one in enumerate(told, 1):
        if ended:
            yield one
            continue
        try:
            played = _played(design, plan, one, trials, seed, runs.next(one, f"{at} of {len(told)}"))
        except KeyboardInterrupt:
            # Nothing at all was played: then there is no report to write.
            if at == 1:
                raise
            played = one
        ended = played.played is None or played.played.trials < trials
        if plan is not None and twice and not ended:
            tell = runs.next(one, f"{at} of {len(told)}, by the plain log-rank test")
            played = _played_plainly(plan, played, trials, seed, tell)
            ended = played.plain_played is None or played.plain_played.trials < trials
        yield played


def _played_plainly(
    plan: EventPlan, one: Outlook, trials: int, seed: int, progress: Callable[[Standing], object] | None
) -> Outlook:  # fmt: skip
    """The same trials by the plain log-rank test; as it was where that was ended before any of them."""
    try:
        return replace(
            one, plain_played=simulate_trials(plan.play_plain(one.truth), trials, seed, progress=progress).power()
        )  # fmt: skip
    except KeyboardInterrupt:
        return one


class Runs:
    """Tells whoever waits which truth is played, and how long all that are still to come will take."""

    def __init__(self, runs: int, progress: Progress | None) -> None:
        self.to_come, self.progress = runs, progress

    def next(self, one: Outlook, which: str) -> Callable[[Standing], object] | None:
        """What is told by the next run; None where nobody asked."""
        self.to_come -= 1
        progress, further = self.progress, self.to_come
        if progress is None:
            return None

        def tell(standing: Standing) -> None:
            left = standing.trials - standing.done
            each = standing.seconds_left * standing.trials / left if left else 0.0
            progress(
                f"{one.truth.title} ({which})",
                replace(standing, seconds_left=standing.seconds_left + further * each),
            )

        return tell


def _played(
    design: TrialDesign, plan: EventPlan | None, one: Outlook, trials: int, seed: int,
    progress: Callable[[Standing], object] | None,
) -> Outlook:  # fmt: skip
    if plan is not None:
        results = simulate_trials(plan.play(one.truth), trials, seed, progress=progress)
        return replace(one, played=results.power(), results=results)
    return replace(one, played=_draw(design, one.truth.number, trials, seed, progress))


def _told(design: TrialDesign, plan: EventPlan | None, truth: Truth) -> Outlook:
    if plan is not None:
        promise = plan.promise(truth)
        return Outlook(truth, promise.power if promise else None, promise=promise, plain=plan.plain_power(truth))
    if design.rates is not None:
        return Outlook(truth, _rates_by_formula(design.rates, truth.number, design.alpha))
    if design.one_arm is not None:
        return _of_one_arm(design.one_arm, truth, design.alpha)
    assert design.shares is not None
    return _of_shares(design.shares, truth, design.alpha)


def exposure_of(trial: RateTrial) -> Exposure:
    """How long people of a trial of rates are followed."""
    return Exposure.planned(trial.least_years, trial.most_years, trial.dropout_per_year.value)


def history_hazard(trial: OneArmTrial) -> float:
    """The cumulative hazard that history has by the end of follow-up."""
    return -math.log(trial.history_free.value)


def _rates_by_formula(trial: RateTrial, ratio: float, alpha: float) -> float | None:
    if ratio == 1:
        return alpha
    # The formula has its power in the direction of the effect; one-sided, the other way it is next to nothing.
    if ratio > 1:
        return None
    first, second = _two_arms(trial)
    control = trial.control.value
    return power_for_rates(control, control * ratio, trial.dispersion.value, exposure_of(trial),
                           (float(first), float(second)), alpha=alpha, followed="each")  # fmt: skip


def _of_one_arm(trial: OneArmTrial, truth: Truth, alpha: float) -> Outlook:
    ratio, hazard = truth.number, history_hazard(trial)
    formula = alpha if ratio == 1 else power_for_one_sample(
        ratio, Exposure.of([hazard]), trial.people, alpha=alpha, variance=trial.variance)  # fmt: skip
    return Outlook(truth, formula, exact_power_for_one_sample(
        ratio, hazard, trial.people, alpha=alpha, variance=trial.variance))  # fmt: skip


def _of_shares(trial: ShareTrial, truth: Truth, alpha: float) -> Outlook:
    people, control, treated = _two_arms(trial), trial.control.value, truth.number
    formula = alpha if treated == control else power_for_shares(
        control, treated, people, alpha=alpha, test=trial.test)  # fmt: skip
    gains = trial.treated.value > control
    one, other = (control, treated) if gains else (1 - control, 1 - treated)
    against = formula if (treated >= control) == gains or treated == control else None
    return Outlook(truth, against, exact_power_for_shares(one, other, people, alpha=alpha, test=trial.test))


def _draw(
    design: TrialDesign, value: float, trials: int, seed: int, progress: Callable[[Standing], object] | None
) -> Share:
    return _drawing(design, value)(alpha=design.alpha, trials=trials, seed=seed, progress=progress)


def _drawing(design: TrialDesign, value: float) -> Callable[..., Share]:
    """What draws the trials of a design whose one number is `value`."""
    if (arm := design.one_arm) is not None:
        return partial(play_one_sample, value, history_hazard(arm), arm.people, variance=arm.variance)
    if (rates := design.rates) is not None:
        control = rates.control.value
        return partial(
            play_rates, control, control * value, rates.dispersion.value, exposure_of(rates), _two_arms(rates)
        )
    shares = design.shares
    assert shares is not None
    # Whether fewer are better is a matter of the plan: also where another truth lies on the other side of control.
    fewer = shares.treated.value < shares.control.value
    return partial(play_shares, shares.control.value, value, _two_arms(shares), test=shares.test, fewer=fewer)
