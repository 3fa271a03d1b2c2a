"""Effects of studies averaged by the inverse of their variances: common, or normal around a middle."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from remission.stats.pooling.asked import Asked
from remission.stats.pooling.between import Between, Tau2, Weighted
from remission.stats.pooling.pooled import COMMON, MEDIAN, TOO_FEW, Limits, Pooled, PredictionDf
from remission.stats.pooling.scales import SCALES, Floats

if TYPE_CHECKING:
    from remission.stats.pooling.effects import Effects

PoolInterval = Literal["wald", "hartung-knapp", "hartung-knapp, at least wald"]

ALIKE = "not estimable: all studies found the same value, so they show no uncertainty"


def pool_effects(
    effects: Effects,
    *,
    tau2: Tau2 = "REML",
    interval: PoolInterval = "wald",
    level: float = 0.95,
    prediction_df: PredictionDf = "k-1",
    cluster: ArrayLike | None = None,
) -> Pooled:
    """The weighted mean of effects, with weights 1 / (variance + tau squared).

    - tau2: REML, ML, PM (Paule-Mandel), DL (DerSimonian-Laird), or common: no difference between studies.
    - interval: wald, normal with variance 1 / sum of weights. hartung-knapp: that variance times
      q = sum w (y - mean)^2 / (k - 1), and t on k - 1; it holds its level where wald does not. "at least wald": with q
      no lower than 1, for a few studies that happen to agree.
    - tau squared has a Q-profile interval; I^2 is its share of the variance of a typical study.
    - prediction_df: t on k-1, or k-2 by name, or the normal quantile, which is too short.
    - cluster: names, shape (k,), equal for effects of one study, such as its arms. The error is then that between
      clusters, times sqrt(m / (m - 1)) of m of them, with t on m - 1, and m is the k of all else. Only with `wald`.

    One study is no pool (`absent_reason`), but for `common`. ValueError for unknown words and levels, and for clusters
    of another length. Pinned to `rma`, `predict`, `confint` and `robust` of R's metafor.
    Viechtbauer 2005, doi:10.3102/10769986030003261 (estimators); Viechtbauer 2007, doi:10.1002/sim.2514 (Q-profile);
    IntHout et al. 2014, doi:10.1186/1471-2288-14-25 (Hartung-Knapp); Higgins et al. 2009,
    doi:10.1111/j.1467-985X.2008.00552.x (prediction); Hedges et al. 2010, doi:10.1002/jrsm.5 (clusters).

    >>> from remission.stats.pooling.effects import logit_proportions
    >>> pooled = pool_effects(logit_proportions([3, 0, 5], [21, 24, 364]), interval="hartung-knapp")
    >>> [round(100 * number, 1) for number in (pooled.value, pooled.low, pooled.high)], pooled.k
    ([3.7, 0.1, 55.9], 3)
    """
    options = _Options(tau2, interval, level, prediction_df, None if cluster is None else np.asarray(cluster))
    words = options.words(effects)
    if words["k"] == 1 and (effects.k > 1 or tau2 != "common"):
        return Pooled(**words, absent_reason=TOO_FEW)
    between = Between.of(effects.values, effects.variances)
    variance = between.estimate(tau2)
    fit = between.at(variance)
    weights = 1 / (effects.variances + variance)
    middle = options.middle(effects, between.origin + float(fit.mean), fit, weights)
    spread = options.spread(effects, between, variance, middle)
    return Pooled(**words, **middle, **spread, weights=weights / weights.sum())


class _Options(NamedTuple):
    tau2: Tau2
    interval: PoolInterval
    level: float
    prediction_df: PredictionDf
    cluster: NDArray[Any] | None

    def studies(self, effects: Effects) -> int:
        """How many studies: effects of one cluster are of one."""
        return effects.k if self.cluster is None else np.unique(self.cluster).size

    def words(self, effects: Effects) -> dict[str, Any]:
        """What was asked, in the fields of Pooled."""
        Asked.word("tau2", self.tau2, get_args(Tau2))
        Asked.word("interval", self.interval, get_args(PoolInterval) if self.cluster is None else ("wald",))
        if self.cluster is not None and self.cluster.shape != effects.values.shape:
            raise ValueError(f"as many clusters as effects: {self.cluster.size}, {effects.k}")
        _, prediction = Limits(self.level).prediction(self.studies(effects), self.prediction_df)
        common = self.tau2 == "common"
        interval = f"{self.interval} interval" if self.cluster is None else "error by cluster, t interval"
        method = f"inverse variance, {_TAU2[self.tau2]}, {interval}"
        method += f"{'' if common else f', prediction by {prediction}'}; {effects.made}"
        estimates = COMMON if common else MEDIAN
        k = self.studies(effects)
        return {"method": method, "estimates": estimates, "on": effects.on, "level": self.level, "k": k}

    def middle(self, effects: Effects, effect: float, fit: Weighted, weights: Floats) -> dict[str, Any]:
        """The mean with its error and limits."""
        scale, limits, df = SCALES[effects.on], Limits(self.level), self.studies(effects) - 1
        error, reach = 1 / math.sqrt(fit.total), limits.normal
        if self.cluster is not None and df > 0:
            lean = np.bincount(np.unique(self.cluster, return_inverse=True)[1], weights * (effects.values - effect))
            error = math.sqrt(float(lean @ lean) * (df + 1) / df) / float(fit.total)
            reach = limits.t(df)
        elif self.interval != "wald" and df > 0:
            q = float(fit.q) / df
            error *= math.sqrt(max(q, 1.0) if self.interval == "hartung-knapp, at least wald" else q)
            reach = limits.t(df)
        found: dict[str, Any] = {"effect": effect, "standard_error": error, "value": float(scale.natural(effect))}
        if error == 0:
            return found | {"absent_reason": ALIKE}
        low, high = scale.limits(effect - reach * error, effect + reach * error)
        return found | {"low": low, "high": high}

    def spread(self, effects: Effects, between: Between, tau2: float, middle: dict[str, Any]) -> dict[str, Any]:
        """How far the studies differ: Q, I squared, tau squared with its interval, and where the next one would lie."""
        df, q, limits = effects.k - 1, float(between.scan.q[0]), Limits(self.level)
        if df == 0:
            return {}
        found: dict[str, Any] = {"q": q, "q_df": df, "q_p": float(chdtrc(df, q))}
        if self.tau2 == "common":
            return found | {"i2": max(0.0, 1 - df / q) if q > 0 else 0.0}
        lower, upper = limits.chi_squared(df)
        found["tau2"], found["i2"] = tau2, tau2 / (tau2 + df / float(between.scan.trace[0]))
        found["tau2_low"], found["tau2_high"] = between.where_q_is(upper), between.where_q_is(lower)
        reach, _ = limits.prediction(self.studies(effects), self.prediction_df)
        if reach > 0 and middle["standard_error"] > 0:
            half = reach * math.sqrt(tau2 + middle["standard_error"] ** 2)
            ends = SCALES[effects.on].limits(middle["effect"] - half, middle["effect"] + half)
            found["prediction_low"], found["prediction_high"] = ends
        return found


_TAU2: dict[Tau2, str] = {
    "REML": "tau squared by restricted likelihood (REML)",
    "ML": "tau squared by likelihood (ML)",
    "PM": "tau squared by Paule-Mandel",
    "DL": "tau squared by DerSimonian-Laird",
    "common": "one common effect",
}
