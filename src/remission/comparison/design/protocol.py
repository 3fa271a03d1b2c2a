"""Those lost, and those who leave their strategy, weighted for: in the effect itself, and per protocol beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from remission.comparison.design.impossible import WEIGHTED
from remission.comparison.design.remaining import Remaining, weigh_remaining
from remission.comparison.design.sequence import SQUARED, TIME
from remission.exhibits.wording import count
from remission.stats.propensity.contrasts import Contrast, contrast_groups
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from remission.comparison.design.emulated import Emulated
    from remission.comparison.design.weighing import Weighed
    from remission.stats.propensity.bootstrap import Places
    from remission.stats.propensity.contrasts import GroupRows
    from remission.stats.propensity.logistic import Flags, Floats

Columns = Mapping[str, "Floats"]
BY = "by the inverse of the chance to have stayed, by a logistic model pooled over months in each strategy"


@dataclass(frozen=True, eq=False)
class PerProtocol:
    """The effect had everybody kept to the strategy with which they began: contrasts, who left each, and how."""

    contrasts: tuple[Contrast, ...]
    left: tuple[int, int]
    method: str


def weigh_lost(emulated: Emulated, weighed: Weighed, rows: GroupRows, places: Places, covariates: Columns) -> Weighed:
    """The same rows, in which those who stay stand for those lost; as they were unless the design asks for it.

    rows: of people (or of a draw, from `places` of them) before they were made alike. NotEstimable as the model is.
    """
    if emulated.design.follow_up.censoring != WEIGHTED:
        return weighed
    lost = _lost(emulated, weighed, rows, places)
    taken = {name: values[weighed.held.places] for name, values in _of_losses(emulated, covariates).items()}
    found = _remaining(weighed.rows, weighed.weight, [(lost, taken)], "of who was lost")
    where = " in trials" if emulated.design.in_sequence else ""
    said = f"{weighed.method}; {count(sum(found.left), 'loss', 'losses')}{where}, weighted {BY}"
    return replace(weighed, rows=found.rows, weight=found.weight, method=said)


def per_protocol(emulated: Emulated, alike: Weighed, at_days: Sequence[int]) -> PerProtocol:
    """Everybody until they leave their strategy, and those who stay weighted for those who left; robust errors.

    alike: people made alike, before any weights for losses. NotEstimable where a model, or an effect, has no answer.
    """
    rows, places = emulated.rows, np.arange(emulated.rows.exit.size)
    departs = emulated.departs[alike.held.places]
    left = departs < alike.rows.exit
    exits = np.minimum(alike.rows.exit, departs).astype(np.int64)
    kept = alike.rows.ending(exits, ~left)
    taken = {name: values[alike.held.places] for name, values in emulated.covariates.items()}
    leaves: list[tuple[Flags, Columns]] = [(left, taken)]
    said = ""
    if emulated.design.follow_up.censoring == WEIGHTED:
        lost = _lost(emulated, alike, rows, places) & ~left
        leaves.append((lost, {name: taken[name] for name in _of_losses(emulated, emulated.covariates)}))
        said = ", as are losses"
    found = _remaining(kept, alike.weight, leaves, "of who left a strategy")
    contrasts = contrast_groups(found.rows, found.weight, at_days, emulated.design.horizon_days)
    who = [int((left & (alike.rows.treated == treated)).sum()) for treated in (True, False)]
    names = emulated.names
    method = (
        f"{alike.method}; per protocol: {who[0]:,} left '{names[0]}' and {who[1]:,} left '{names[1]}', weighted {BY}"
        f"{said}, the largest weight {found.most:.3g}"
    )
    return PerProtocol(contrasts, (who[0], who[1]), method)


def _remaining(
    rows: GroupRows, weight: Floats, leaves: Sequence[tuple[Flags, Columns]], of: str
) -> Remaining:  # fmt: skip
    try:
        return weigh_remaining(rows, weight, tuple(leaves))
    except NotEstimable as why:
        raise NotEstimable([f"{of}: {why}"]) from None


def _lost(emulated: Emulated, weighed: Weighed, rows: GroupRows, places: Places) -> Flags:
    """Who was lost on the last day of each row that was made alike; whom a pair ended was not."""
    lost = emulated.people["lost"].to_numpy()[places]
    held = weighed.held.places
    return np.asarray(lost[held] & (weighed.rows.exit == rows.exit[held]))


def _of_losses(emulated: Emulated, covariates: Columns) -> dict[str, Floats]:
    asked = emulated.design.follow_up.censoring_covariates
    labels = {one.label for one in emulated.columns if one.source in asked} | {TIME, SQUARED}
    return {name: values for name, values in covariates.items() if name in labels}
