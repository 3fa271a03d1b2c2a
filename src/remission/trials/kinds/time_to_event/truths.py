"""What might be true of hazards: the effect that was planned for, and others beside it, by pieces of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from remission.stats.sample_size.piecewise import PiecewiseHazard
from remission.trials.design.truths import Truth, shortened, titled

if TYPE_CHECKING:
    from remission.trials.design.records import Effect, EventTrial, Piece

# Designs write hazards per year, while calendars and played trials count months.
MONTHS = 12.0


def truths_of_effect(trial: EventTrial) -> list[Truth]:
    """The effect planned for first, then constant ratios, then the others as they are written.

    >>> from remission.trials.design.load import load_trial_design
    >>> [one.title for one in truths_of_effect(load_trial_design("late-effect").trial)][:2]
    ['as designed', 'hazard ratio 1, no effect']
    """
    effect = _pairs(trial.effect)
    # Several pieces have no one number, and no place on an axis of numbers, even where all of them are alike.
    ratio = effect[0][1] if len(effect) == 1 else None
    title = "as designed" if ratio is None else f"as designed, hazard ratio {shortened(ratio)}"
    planned = Truth(title, ratio, planned=True, effect=effect, null=_is_none(effect))
    constant = [
        Truth(titled("hazard ratio", one, 1.0), one, effect=((0.0, one),), null=one == 1)
        for one in trial.truths
        # The ratio planned for has the first row already.
        if one != ratio
    ]
    # Told by its ratios and not by its title, also where it is no effect: the error of the design is read off such a
    # truth.
    others = [(one.title, _pairs(one.effect)) for one in trial.others]
    return [planned, *constant, *(Truth(title, None, effect=one, null=_is_none(one)) for title, one in others)]


def _is_none(effect: tuple[tuple[float, float], ...]) -> bool:
    return all(ratio == 1 for _, ratio in effect)


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
    # Both count months of a person's own time, so the product changes wherever either does.
    starts = tuple(sorted({*control.starts, *ratios.starts}))
    rates = control.at(starts) * ratios.at(starts)
    return PiecewiseHazard(starts, tuple(float(rate) for rate in rates))
