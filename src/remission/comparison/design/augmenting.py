"""The difference in shares by two models at once, of treatment and of outcome, beside that of weights alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remission.stats.emulation.augmented import Augmented, augmented_difference
from remission.stats.emulation.pseudo import pseudo_survival
from remission.stats.regression.refusals import NotEstimable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remission.comparison.design.emulated import Emulated
    from remission.comparison.design.weighing import Weighed


def augmented(emulated: Emulated, weighed: Weighed, at_days: Sequence[int]) -> dict[int, Augmented]:
    """Of each day that both strategies reach; nothing where the answer is not of everybody, or people entered late.

    Pseudo-observations are made in each strategy by itself, so that losses may differ between the two.
    """
    rows = emulated.rows
    if emulated.design.estimand != "everybody" or emulated.design.cloned or rows.entry.any():
        return {}
    # Its pseudo-observations are of curves of one event: where death competes they would answer another question.
    if emulated.design.in_sequence or emulated.filled is not None or emulated.competing:
        return {}
    last = min(int(rows.exit[rows.treated == treated].max()) for treated in (True, False))
    days = [day for day in at_days if day <= last]
    pseudo = np.empty((rows.exit.size, len(days)))
    for treated in (True, False):
        part = rows.treated == treated
        pseudo[part] = pseudo_survival(rows.exit[part], rows.event[part], days)
    try:
        told = [
            augmented_difference(rows.treated, column, weighed.propensity.scores, emulated.covariates,
                                 emulated.design.analysis.level) for column in pseudo.T
        ]  # fmt: skip
    except NotEstimable:
        return {}
    return dict(zip(days, told, strict=True))
