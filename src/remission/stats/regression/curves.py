"""Curves that a fitted model predicts for covariates of one pattern, with limits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.stats.estimates import NOT_ESTIMABLE, Estimates
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.time_at_risk import Days, Floats

if TYPE_CHECKING:
    from remission.stats.regression.cox import CoxFit


@dataclass(frozen=True, eq=False)
class PredictedCurve:
    """days: event days of the stratum, ascending, shape (k,); cumulative_hazard: up to and including each;
    variance: of that, shape (k,), of the hazard and of the coefficients; known_until: the last day of follow-up.
    """

    days: Days
    cumulative_hazard: Floats
    variance: Floats
    known_until: int
    method: str

    @property
    def survival(self) -> Floats:
        """exp(-cumulative hazard), shape (k,)."""
        return np.asarray(np.exp(-self.cumulative_hazard))


def predicted_curve(
    fit: CoxFit, pattern: Mapping[str, float], stratum: str | int | None = None, offset: float = 0.0
) -> PredictedCurve:
    """The curve of somebody with these covariates, and this offset, in this stratum.

    The baseline hazard is the curve's cumulative hazard where every covariate is 0. Its steps are Efron's where the
    ties are, else Breslow's. A predicted curve is of one pattern: that of mean covariates is of nobody, and is not the
    mean curve of a group (see `estimate_standardised`). `fit.covariance` is used for the coefficients.

    pattern: a value for every column of the model; KeyError names what is missing or unknown. ValueError if there are
    strata and none of them is named. Tsiatis 1981, doi:10.1214/aos/1176345335. Pinned to `survfit(coxph)` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> curve = predicted_curve(fit, {"arm": 0})
    >>> curve.days.tolist(), curve.survival.round(3).tolist()
    ([9, 13, 23, 28], [0.919, 0.82, 0.67, 0.406])
    """
    if pattern.keys() != set(fit.names):
        raise KeyError(f"give a value for each of {', '.join(fit.names)}, and for nothing else: found {list(pattern)}")
    place = _place(fit, stratum)
    chosen = fit.data.sets.stratum == place
    about, steps = fit.data.covariates, fit.steps
    scaled = (np.array([pattern[name] for name in fit.names]) - about.centre) / about.spread
    ratio = math.exp(float(scaled * about.spread @ fit.coefficients) + offset - steps.level)
    hazard = np.cumsum(steps.hazard[chosen])
    moved = (scaled * hazard[:, None] - np.cumsum(steps.hazard_mean[chosen], axis=0)) * about.spread
    of_coefficients = np.einsum("ka,ab,kb->k", moved, fit.covariance, moved)
    variance = ratio**2 * (np.cumsum(steps.squared[chosen]) + of_coefficients)
    rows = fit.data.rows.exit[fit.data.member == place]
    return PredictedCurve(fit.data.sets.days[chosen], ratio * hazard, variance, int(rows.max()), fit.method)


def _place(fit: CoxFit, stratum: str | int | None) -> int:
    labels: list[object] = fit.data.strata.tolist()
    if stratum is None and len(labels) == 1:
        return 0
    if stratum not in labels:
        raise ValueError(f"stratum must be one of {', '.join(map(str, labels))}, found {stratum!r}")
    return labels.index(stratum)


def estimate_predicted(
    curve: PredictedCurve, at_days: Sequence[int], level: float = 0.95, interval: Interval = "log-log"
) -> Estimates:
    """The predicted share still free of the event at the end of each day, one row a day, with pointwise limits.

    Before the first event there are no limits, and after the last follow-up there is no value. ValueError for an
    unknown interval or level. Pinned to `summary(survfit(coxph), times = )` of R.

    >>> from remission.stats.regression.cox import cox
    >>> fit = cox([9, 13, 18, 23, 28, 31], [True, True, False, True, True, False], {"arm": [1, 0, 1, 1, 0, 0]})
    >>> estimate_predicted(predicted_curve(fit, {"arm": 0}), [20]).frame["value"].round(3).item()
    0.82
    """
    days = np.asarray(at_days, dtype=np.int64)
    place = np.searchsorted(curve.days, days, side="right")
    survival = np.where(days > curve.known_until, np.nan, np.append(1.0, curve.survival)[place])
    low, high = confidence_limits(survival, np.append(0.0, curve.variance)[place], level, interval)
    low, high = (np.where(place > 0, limit, np.nan) for limit in (low, high))
    constant = {"what": "predicted event-free", "unit": "proportion", "level": level, "scale": interval}
    constant |= {"method": f"{curve.method}, predicted for one pattern, {interval} interval"}
    columns = zip(days.tolist(), survival.tolist(), low.tolist(), high.tolist(), strict=True)
    return Estimates.of(
        constant | _known(dict(zip(("at_days", "value", "low", "high"), row, strict=True))) for row in columns
    )


def _known(row: dict[str, float]) -> dict[str, float | str | None]:
    known = {name: None if math.isnan(value) else value for name, value in row.items()}
    return known | {"absent_reason": NOT_ESTIMABLE if None in known.values() else None}
