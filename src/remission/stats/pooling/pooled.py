"""One number of several studies: what it estimates, how sure, how far the studies differ, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from scipy.special import chdtri, stdtrit

from remission.stats.intervals import normal_quantile
from remission.stats.pooling.asked import Asked
from remission.stats.pooling.scales import SCALES, Floats, On

PredictionDf = Literal["k-1", "k-2", "normal"]

MEDIAN, MEAN = "the median cohort", "the mean of cohorts"
COMMON, CRUDE = "one value that all cohorts share", "all people together"
TOO_FEW = "not estimable: one study is no pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class Pooled:
    """A pooled number; `effect` and `standard_error` on the scale `on`, the others as people read them.

    estimates: whose number it is: estimators of rare events differ because they estimate different things.
    tau2: the variance between studies on the scale `on`, with its interval; i2: its share of the variance of a typical
    study, 0 to 1; q, q_df, q_p: Cochran's test. precision: alpha + beta where cohorts follow a beta distribution.
    prediction_low, prediction_high: where the true value of another such study would lie.
    weights: shares of the studies in the order given, where the method has such. points: of the quadrature.
    What could not be had is None, and `absent_reason` says why.
    """

    method: str
    estimates: str
    on: On
    level: float
    k: int
    effect: float | None = None
    standard_error: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    tau2: float | None = None
    tau2_low: float | None = None
    tau2_high: float | None = None
    precision: float | None = None
    i2: float | None = None
    q: float | None = None
    q_df: int | None = None
    q_p: float | None = None
    prediction_low: float | None = None
    prediction_high: float | None = None
    weights: Floats | None = None
    log_likelihood: float | None = None
    points: int | None = None
    absent_reason: str | None = None

    @property
    def mean(self) -> float | None:
        """The mean over cohorts that differ as much as these, where `value` is the median one; else the value."""
        if self.effect is None or not self.tau2 or self.estimates != MEDIAN:
            return self.value
        return SCALES[self.on].mean(self.effect, self.tau2)

    def rows(self, what: str, **labels: object) -> list[dict[str, object]]:
        """Rows for `Estimates.of`: the number, and beside it the prediction interval and tau squared if there are such.

        >>> pooled = Pooled(method="m", estimates=MEDIAN, on="log", level=0.95, k=4, value=0.5, tau2=0.1)
        >>> [(row["what"], row["value"], row["studies"]) for row in pooled.rows("relapse rate ratio")]
        [('relapse rate ratio', 0.5, 4), ('tau squared of relapse rate ratio', 0.1, 4)]
        """
        # One study may have several cohorts: who knows how many studies there are says so in a label.
        shared = {"studies": self.k, **labels, "level": self.level, "absent_reason": self.absent_reason}
        scale = "log" if self.on == "log" else "linear"
        number = {"what": what, "value": self.value, "low": self.low, "high": self.high, "scale": scale}
        found = [shared | number | {"method": self.method}]
        if self.prediction_low is not None:
            found.append(
                shared
                | {"what": f"prediction interval of {what}", "value": self.value, "scale": scale}
                | {"low": self.prediction_low, "high": self.prediction_high, "method": self.method}
            )
        if self.tau2 is not None:
            between = {"value": self.tau2, "low": self.tau2_low, "high": self.tau2_high, "unit": f"{self.on} squared"}
            found.append(
                shared | {"what": f"tau squared of {what}", "method": self.method, "scale": "linear"} | between
            )
        return found


class Limits(NamedTuple):
    """Quantiles of one two-sided level."""

    level: float

    @property
    def normal(self) -> float:
        """Of the normal distribution; ValueError unless the level lies between 0 and 1."""
        return normal_quantile(self.level)

    def t(self, df: int) -> float:
        """Of Student's t; NaN without a degree of freedom."""
        return float(stdtrit(df, 1 - (1 - self.level) / 2)) if df > 0 else float("nan")

    def chi_squared(self, df: int) -> tuple[float, float]:
        """The lower and the upper quantile, half of what is left in each tail."""
        tail = (1 - self.level) / 2
        return float(chdtri(df, 1 - tail)), float(chdtri(df, tail))

    def prediction(self, k: int, df: PredictionDf) -> tuple[float, str]:
        """Half-width of a prediction interval in errors, and its words; NaN with too few studies.

        The normal quantile takes the variance between studies for known: with ten studies it is a seventh too short.
        """
        Asked.word("prediction_df", df, get_args(PredictionDf))
        if df == "normal":
            return self.normal, "normal"
        return self.t(k - int(df[-1])), f"t on {df}"
