"""What might be true: the effect that was planned for, and others beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.stats.rounding import text_half_up
from remission.stats.sample_size.piecewise import PiecewiseHazard

if TYPE_CHECKING:
    from remission.trials.design.records import Effect, EventTrial, Piece, TrialDesign

MONTHS = 12.0


@dataclass(frozen=True)
class Truth:
    """One thing that might be true: its title, and its one number; None where the effect changes over time.

    effect: months and hazard ratios, of a trial of time to an event; null: that there is no effect.
    """

    title: str
    value: float | None
    planned: bool = False
    effect: tuple[tuple[float, float], ...] = ()
    null: bool = False

    @property
    def number(self) -> float:
        """Its one number, which every truth has but those of a trial of time to an event: they have their effect."""
        assert self.value is not None
        return self.value


def truths_of(design: TrialDesign) -> list[Truth]:
    """The truth planned for first, then the others, from the smallest effect to the largest as they are written.

    >>> from remission.trials.design.load import load_trial_design
    >>> [one.title for one in truths_of(load_trial_design("late-effect"))][:2]
    ['as designed', 'hazard ratio 1, no effect']
    """
    if design.time_to_event is not None:
        return _of_events(design.time_to_event)
    if design.shares is not None:
        trial = design.shares
        planned, null, what = trial.treated.value, trial.control.value, "share of the treated"
    elif design.rates is not None:
        planned, null, what = design.rates.ratio.value, 1.0, "rate ratio"
    else:
        assert design.one_arm is not None
        planned, null, what = design.one_arm.ratio.value, 1.0, "hazard ratio to history"
    first = Truth(f"as designed, {what} {_short(planned)}", planned, planned=True, null=planned == null)
    others = [Truth(_titled(what, one, null), one, null=one == null) for one in design.trial.truths if one != planned]
    return [first, *others]


def _of_events(trial: EventTrial) -> list[Truth]:
    effect = _pairs(trial.effect)
    ratio = effect[0][1] if len(effect) == 1 else None
    title = "as designed" if ratio is None else f"as designed, hazard ratio {_short(ratio)}"
    planned = Truth(title, ratio, planned=True, effect=effect, null=_is_none(effect))
    constant = [
        Truth(_titled("hazard ratio", one, 1.0), one, effect=((0.0, one),), null=one == 1)
        for one in trial.truths
        if one != ratio
    ]
    others = [(one.title, _pairs(one.effect)) for one in trial.others]
    return [planned, *constant, *(Truth(title, None, effect=one, null=_is_none(one)) for title, one in others)]


def _is_none(effect: tuple[tuple[float, float], ...]) -> bool:
    return all(ratio == 1 for _, ratio in effect)


def _titled(what: str, value: float, null: float) -> str:
    return f"{what} {_short(value)}" + (", no effect" if value == null else "")


def _short(value: float) -> str:
    return text_half_up(value, 3).rstrip("0").rstrip(".")


def _pairs(effect: Sequence[Effect]) -> tuple[tuple[float, float], ...]:
    return tuple((one.from_month, one.ratio) for one in effect)


def hazard_of(pieces: Sequence[Piece]) -> PiecewiseHazard:
    """A hazard per month, from what a design writes per year; none at all where nothing is written.

    >>> hazard_of([])
    PiecewiseHazard(starts=(0.0,), rates=(0.0,))
    """
    if not pieces:
        return PiecewiseHazard.constant(0.0)
    return PiecewiseHazard(tuple(one.from_month for one in pieces), tuple(one.per_year / MONTHS for one in pieces))


def treated_hazard(control: PiecewiseHazard, effect: tuple[tuple[float, float], ...]) -> PiecewiseHazard:
    """The control's hazard times the ratio of its month.

    >>> treated_hazard(PiecewiseHazard.constant(0.01), ((0.0, 2.0), (6.0, 0.5)))
    PiecewiseHazard(starts=(0.0, 6.0), rates=(0.02, 0.005))
    """
    ratios = PiecewiseHazard(tuple(at for at, _ in effect), tuple(ratio for _, ratio in effect))
    starts = tuple(sorted({*control.starts, *ratios.starts}))
    rates = control.at(starts) * ratios.at(starts)
    return PiecewiseHazard(starts, tuple(float(rate) for rate in rates))
