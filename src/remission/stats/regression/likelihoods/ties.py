"""The ways to treat events of one day, by name, with the word of SAS for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from remission.stats.regression.likelihoods.exact_ties import ExactTies
from remission.stats.regression.likelihoods.partial import Partial

if TYPE_CHECKING:
    from remission.stats.regression.likelihoods.slopes import Likelihood
    from remission.stats.regression.risk_sets import RiskSets
    from remission.stats.regression.rows import ModelRows
    from remission.stats.survival.time_at_risk import Floats

Ties = Literal["efron", "breslow", "discrete", "exact marginal"]
TIES: tuple[Ties, ...] = get_args(Ties)

# R's "exact" is not that of SAS. Whoever compares programs goes by these words.
NAMED: dict[Ties, str] = {
    "efron": "Efron's ties (R efron, SAS EFRON)",
    "breslow": "Breslow's ties (R breslow, SAS BRESLOW)",
    "discrete": "discrete ties (R exact, SAS DISCRETE)",
    "exact marginal": "exact marginal ties (SAS EXACT, not in R)",
}


def _check(rows: ModelRows, ties: Ties) -> None:
    if ties not in TIES:
        programs = "exact of R is discrete, EXACT of SAS is exact marginal"
        raise ValueError(f"ties must be one of {', '.join(TIES)}, found {ties!r}: {programs}")
    if ties in ("efron", "breslow"):
        return
    if rows.rows.weight is not None:
        raise ValueError(f"weights have no meaning with {NAMED[ties]}: choose efron or breslow")
    if rows.rows.cluster is not None:
        raise ValueError(f"errors by cluster are not known with {NAMED[ties]}: choose efron or breslow")


class TiedLikelihood:
    """Which likelihood belongs to a name."""

    @staticmethod
    def of(rows: ModelRows, ties: Ties) -> tuple[Likelihood, Floats]:
        """The likelihood of coefficients of the scaled covariates, and those in its order, shape (m, p).

        ValueError for an unknown name, and for weights or clusters with ties that have none.
        """
        _check(rows, ties)
        x, offset = rows.covariates.scaled(rows.sets.order), rows.sets.of_rows(rows.offset)
        return TiedLikelihood.on(rows.sets, x, offset, ties), x

    @staticmethod
    def on(sets: RiskSets, x: Floats, offset: Floats, ties: Ties) -> Likelihood:
        """The same of risk sets, with covariates and offset in their order."""
        if ties in ("efron", "breslow"):
            return Partial(sets, x, offset, ties == "efron")
        return ExactTies(sets, x, offset, ties == "discrete")
