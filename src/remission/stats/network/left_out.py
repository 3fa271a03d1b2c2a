"""The network without each of its trials: does it hang on one of them, or fall apart without it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from remission.stats.network.parts import Parts
from remission.stats.network.pooled import Network, Tau2, pool_network

if TYPE_CHECKING:
    from remission.stats.network.contrasts import Contrasts


@dataclass(frozen=True, eq=False)
class Without:
    """The network without `study`: the part of it that holds the reference, and what is no longer joined to that.

    `network` is None where no trial of the reference is left.
    """

    study: str
    network: Network | None
    cut_off: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Is each treatment still joined to each?"""
        return not self.cut_off


def without_each(trials: Contrasts, *, reference: str | None = None, tau2: Tau2 = "REML") -> tuple[Without, ...]:
    """The network pooled again without each study, in their order; tau squared is sought anew each time.

    Where a study alone leads to some treatments they are `cut_off`, by name, and what still holds the reference is
    pooled. InputProblems for a reference that is in no trial.

    >>> from remission.stats.network.contrasts import Contrasts
    >>> trials = Contrasts(["A", "B", "C"], ["x", "x", "y"], ["y", "y", "z"], [-0.2, -0.4, -0.1], [0.04, 0.04, 0.05])
    >>> [(one.study, one.network.effects.round(2).tolist(), one.cut_off) for one in without_each(trials)]
    [('A', [0.0, -0.4, -0.5], ()), ('B', [0.0, -0.2, -0.3], ()), ('C', [0.0, -0.3], ('z',))]
    """
    base = trials.known(reference)
    return tuple(_without(trials, study, base, tau2) for study in trials.of_study)


def _without(trials: Contrasts, study: str, reference: str, tau2: Tau2) -> Without:
    designs = {name: arms for name, arms in trials.arms.items() if name != study}
    joined = Parts.of(designs.values()).holding(reference)
    cut_off = tuple(name for name in trials.names if name not in joined and name != reference)
    if not joined:
        return Without(study, None, cut_off)
    rows = [row for row, name in enumerate(trials.studies) if name != study and trials.bases[row] in joined]
    return Without(study, pool_network(trials.take(rows), reference=reference, tau2=tau2), cut_off)
