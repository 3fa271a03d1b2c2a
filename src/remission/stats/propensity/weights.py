"""Weights that make groups alike, and of whom the answer then is: they change the estimand, and it is always said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from remission.stats.propensity.logistic import Flags, Floats, Propensity

Kind = Literal["inverse probability", "stabilised", "treated", "overlap", "matching"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Of a person's chance e of treatment: the weight if treated, and if not. p is the share that was treated.
_FORMULAS: Mapping[Kind, tuple[Callable[[Floats, float], Floats], Callable[[Floats, float], Floats]]] = {
    "inverse probability": (lambda e, _: 1 / e, lambda e, _: 1 / (1 - e)),
    "stabilised": (lambda e, p: p / e, lambda e, p: (1 - p) / (1 - e)),
    "treated": (lambda e, _: np.ones(e.shape), lambda e, _: e / (1 - e)),
    "overlap": (lambda e, _: 1 - e, lambda e, _: e),
    "matching": (lambda e, _: np.minimum(e, 1 - e) / e, lambda e, _: np.minimum(e, 1 - e) / (1 - e)),
}
ESTIMANDS: Mapping[Kind, str] = {
    "inverse probability": "everybody: if all had been treated, against if nobody had",
    "stabilised": "everybody: if all had been treated, against if nobody had",
    "treated": "those who were treated: as they were, against if they had not been",
    "overlap": "those of whom either could be expected, the more so the more open it was",
    "matching": "those of whom somebody alike is in the other group, as if each were matched",
}


@dataclass(frozen=True, eq=False)
class Weights:
    """A weight for each person, shape (n,), what kind, of whom the answer is, and how many were cut."""

    kind: Kind
    weight: Floats
    treated: Flags
    cut: int = 0
    most: float | None = None

    @property
    def estimand(self) -> str:
        """Of whom the answer is."""
        return ESTIMANDS[self.kind]

    @property
    def method(self) -> str:
        """The kind, and what was cut."""
        cut = "" if self.most is None else f", {self.cut:,} weights cut at {self.most:.3g}"
        return f"{self.kind} weights{cut}"

    @property
    def effective(self) -> tuple[float, float]:
        """How many people with equal weights would say as much: of those treated, and of the others (Kish)."""
        return effective_size(self.weight[self.treated]), effective_size(self.weight[~self.treated])

    def cut_at(self, share: float) -> Weights:
        """Weights above this share of all (0.99) set to it: they are said, for the answer is then of fewer people.

        ValueError for a share that is none.
        """
        if not 0.5 < share <= 1:
            raise ValueError(f"weights are cut at a share above 0.5, up to 1, found {share}")
        most = float(np.quantile(self.weight, share))
        return replace(self, weight=np.minimum(self.weight, most), cut=int((self.weight > most).sum()), most=most)


def effective_size(weight: Floats) -> float:
    """(Sum of weights) squared over the sum of their squares; 0 for none. Kish 1965.

    >>> effective_size(np.array([1.0, 1.0, 1.0])), effective_size(np.array([]))
    (3.0, 0.0)
    """
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def weigh(propensity: Propensity, kind: Kind) -> Weights:
    """Weights of one kind from chances of treatment. ValueError for a kind that is none.

    Robins, Hernan & Brumback 2000, doi:10.1097/00001648-200009000-00011; Li, Morgan & Zaslavsky 2018,
    doi:10.1080/01621459.2016.1260466 (overlap); Li & Greene 2013, doi:10.1515/ijb-2012-0030 (matching).

    >>> from remission.stats.propensity.logistic import fit_propensity
    >>> found = fit_propensity([True, False, True, False, True, False], {"age": [50, 40, 45, 48, 38, 35]})
    >>> [round(one, 1) for one in weigh(found, "overlap").effective]
    [2.7, 2.7]
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, found {kind}")
    treated, share = propensity.treated, float(propensity.treated.mean())
    one, other = _FORMULAS[kind]
    weight = np.where(treated, one(propensity.scores, share), other(propensity.scores, share))
    return Weights(kind, np.asarray(weight, np.float64), treated)
