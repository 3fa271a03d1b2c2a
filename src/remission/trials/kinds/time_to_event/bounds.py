"""The bounds of Z at looks, as a design spends its alpha and gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remission.inputs.not_a_design import spending_named
from remission.stats.group_sequential.boundaries import Boundaries, Futility, find_boundaries

if TYPE_CHECKING:
    from remission.trials.design.records import EventTrial


def bounds_at(fractions: tuple[float, ...], trial: EventTrial, alpha: float) -> Boundaries:
    """Bounds where one looks at these shares of information; NotADesign where there are none."""
    # With one look there is none before it at which to give up, also where a test beside the planned one asks.
    futility = _futility(trial) if len(fractions) > 1 else None
    # Amounts by hand come first: the named function has a default, so that it always seems to be written.
    spending = trial.spent or spending_named(trial.spending)
    return find_boundaries(alpha, fractions, spending, futility, gamma=trial.gamma)


def _futility(trial: EventTrial) -> Futility | None:
    said = trial.futility
    if said is None:
        return None
    # Beta or bounds and never both, for both would be refused: bounds that were chosen need no power.
    beta = 1 - trial.power if trial.power is not None and not said.bounds else None
    # A name is wanted also where bounds were chosen; it is then read by nobody.
    kind = spending_named(said.spending or "obrien-fleming")
    return Futility(beta, kind, said.gamma, said.bounds or None, said.binding)
