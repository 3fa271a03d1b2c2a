"""The answer of a design in one sentence, and what limits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.exhibits.wording import percent
from remission.stats.rounding import text_half_up
from remission.trials.design.phrases import people_words
from remission.trials.design.report.sizes import size_words
from remission.trials.design.taken import taken_for_true

if TYPE_CHECKING:
    from remission.trials.design.outlook import Outlook
    from remission.trials.design.planned import Planned


def answer(planned: Planned) -> str:
    """How many people, how many events, how long, what power.

    The power is by formula and by simulation, the latter with its error.
    """
    return planned.kind.answer(people_words(planned.people), planned.first.power)


def limits(planned: Planned) -> list[str]:
    """What limits the answer, the most important first."""
    return list(_limits(planned))


def _limits(planned: Planned) -> Iterator[str]:
    yield planned.said
    if sizes := size_words(planned):
        yield sizes
    yield from planned.kind.compared(planned.outlooks)
    if weaker := _weaker(planned):
        yield f"If instead the {weaker.truth.title} were true, power would be {weaker.power}."
    taken = taken_for_true(planned.design)
    assumed = sum(1 for one in taken if one.status == "assumed")
    if assumed:
        number = "All" if assumed == len(taken) else f"{assumed} of the"
        verb = "is" if assumed == 1 else "are"
        yield f"{number} {len(taken)} numbers that it takes for true {verb} assumed: nobody measured them."
    yield from _size(planned)
    if planned.first.differs:
        # Where power is known exactly, the simulation has only chance to add.
        better = "simulation" if planned.first.exact is None else "exact power"
        apart = abs((planned.first.formula or 0.0) - planned.first.played.value) if planned.first.played else 0.0
        yield (
            f"Formula and simulation of the design lie {text_half_up(100 * apart, 1)} points apart, more than chance "
            f"explains: trust the {better}."
        )
    yield from planned.kind.limits(planned.outlooks)


def _weaker(planned: Planned) -> Outlook | None:
    """The truth nearest to the one planned for whose effect is weaker, but not none."""
    power = planned.first.formula
    if power is None:
        return None
    told = [one for one in planned.outlooks[1:] if one.truth.value is not None and not one.truth.null]
    # By power and not by its number: so it serves ratios, of which less is more, and shares to either side alike.
    below = [(one.formula, one) for one in told if one.formula is not None and one.formula < power]
    return max(below, key=lambda pair: pair[0])[1] if below else None


def _size(planned: Planned) -> Iterator[str]:
    """The error where there is no effect, exact or simulated, where it is not what was promised."""
    null = next((one for one in planned.outlooks if one.truth.null), None)
    alpha = planned.design.alpha
    if null is None:
        return
    # An exact error is told whatever it is; a simulated one only beyond chance, or chance would be told as a fault.
    if null.exact is not None:
        yield (
            f"Without any effect it would claim an effect in {percent(null.exact, 1)} of trials, by exact computation; "
            f"{percent(alpha, 1)} was asked for."
        )
    elif null.played is not None and null.differs:
        yield (
            f"Without any effect it claims an effect in {percent(null.played.value, 1)} of simulated trials, "
            f"where {percent(alpha, 1)} was asked for."
        )
