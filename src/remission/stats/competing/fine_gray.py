"""Fine and Gray's model of the hazard of the subdistribution: what a covariate does to the cumulative incidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from remission.stats.competing.causes import CauseRows
from remission.stats.competing.censoring import CensoringTerm, StayingOn
from remission.stats.regression.covariates import Covariates
from remission.stats.regression.cox import CoxFit, cox
from remission.stats.regression.influence import Influence
from remission.stats.survival.time_at_risk import Floats

Convention = Literal["cmprsk", "finegray"]
CONVENTIONS: tuple[Convention, ...] = get_args(Convention)

NAMED: dict[Convention, str] = {
    "cmprsk": "Fine and Gray's model as R's cmprsk: Breslow's ties, variance with the term of censoring",
    "finegray": "Fine and Gray's model as R's finegray: Efron's ties, errors by the infinitesimal jackknife of people",
}


@dataclass(frozen=True, eq=False)
class FineGrayFit:
    """Coefficients are logarithms of subdistribution hazard ratios, shape (p,); covariance: shape (p, p).

    weighted: the weighted Cox model behind it, whose rows are pieces of people.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    method: str
    weighted: CoxFit

    @property
    def standard_errors(self) -> Floats:
        """Of the coefficients, shape (p,)."""
        return np.asarray(np.sqrt(self.covariance.diagonal()))


def fine_gray(
    exit: ArrayLike,
    cause: ArrayLike,
    covariates: Mapping[str, ArrayLike],
    *,
    failure: int = 1,
    convention: Convention = "cmprsk",
) -> FineGrayFit:
    """Proportional hazards of the subdistribution of one kind of event, as a weighted Cox model.

    Who has another kind of event stays at risk ever after, with a weight that falls as fast as others are censored. So
    the ratio says which way the cumulative incidence moves, and is no ratio of rates among those who can still have the
    event: report it beside the cause-specific one, which is `cox` with other kinds as censored.

    Covariates are as they were on day 0: with columns that change the model has no meaning, so there is no entry, and
    rows in pieces are not for it. exit: whole days, shape (n,); cause: 0 for no event, 1, 2, ... for its kind; failure:
    the kind of interest. convention: the two programs of R differ where censoring and events share a day, in ties, and
    in the variance. NotEstimable as of `cox`; KeyError if nobody had the event.
    Fine & Gray 1999, doi:10.1080/01621459.1999.10474144. Pinned to `cmprsk::crr` and `finegray` of R.

    >>> fit = fine_gray([9, 13, 18, 23, 28, 31], [1, 2, 0, 1, 1, 0], {"arm": [1, 0, 1, 0, 1, 0]})
    >>> round(float(fit.coefficients[0]), 4), round(float(fit.standard_errors[0]), 4)
    (1.2458, 0.9317)
    """
    if convention not in CONVENTIONS:
        raise ValueError(f"convention must be one of {', '.join(CONVENTIONS)}, found {convention!r}")
    arrays, complete = Covariates.checked(covariates)
    ends, kinds = np.asarray(exit), np.asarray(cause)
    if not ends.shape == kinds.shape == complete.shape:
        raise ValueError(f"all arrays must be of one length, found {[one.shape for one in (ends, kinds, complete)]}")
    data = CauseRows.of(ends[complete], kinds[complete])
    data.check_happened(failure)
    columns = {name: column[complete][data.kept] for name, column in arrays.items()}
    staying = StayingOn.of(data, failure, events_first=convention == "finegray")
    fit = _weighted(staying, columns, convention)
    covariance = fit.covariance if convention == "finegray" else _with_censoring(fit, staying)
    missing = int(complete.size - np.count_nonzero(complete))
    method = NAMED[convention] + (f", {missing} rows without a covariate left out" if missing else "")
    return FineGrayFit(fit.names, fit.coefficients, covariance, fit.log_likelihood, method, fit)


def _weighted(staying: StayingOn, columns: Mapping[str, NDArray[Any]], convention: Convention) -> CoxFit:
    person = staying.person
    pieces = {name: column[person] for name, column in columns.items()}
    return cox(
        staying.exit, staying.event, pieces, entry=staying.entry, weight=staying.weight, cluster=person,
        ties="breslow" if convention == "cmprsk" else "efron",
    )  # fmt: skip


def _with_censoring(fit: CoxFit, staying: StayingOn) -> Floats:
    """The sandwich of Fine and Gray: each person's score, with what it tells of the weights of others."""
    score = Influence.of(fit).score * staying.weight[:, None]
    scores = np.column_stack([np.bincount(staying.person, column) for column in score.T])
    total = scores + CensoringTerm.of(fit, staying)
    return np.asarray(fit.model_covariance @ (total.T @ total) @ fit.model_covariance)
