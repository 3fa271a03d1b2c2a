"""Our answers to the questions put to R, found by the same keys, and where we answer otherwise on purpose.

A key such as `ties|quantile|0.5|log-log|0.95` names the data set, the question and its settings.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from remission.stats.estimates import Estimates
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.proportions import ProportionInterval, estimate_proportion
from remission.stats.ranks import wilcoxon_signed_rank
from remission.stats.rates import EventCounts, RateMethod, estimate_rate, estimate_rate_ratio
from remission.stats.summaries import quantiles
from remission.stats.survival.estimates import estimate_follow_up, estimate_median, estimate_survival
from remission.stats.survival.kaplan_meier import Curve, kaplan_meier
from remission.stats.survival.logrank import events_by_group, log_rank
from remission.stats.survival.restricted_mean import restricted_mean, restricted_mean_difference

HERE = Path(__file__).parent
Answer = list[float]
Table = dict[str, np.ndarray[Any, Any]]


def stored(script: str) -> dict[str, Any]:
    """What R answered to a script such as `survival/log_rank`, with hashes and versions."""
    return cast("dict[str, Any]", json.loads(stored_at(script).read_text()))


def stored_at(script: str) -> Path:
    return HERE / "answers" / f"{script.split('/')[1]}.json"


def differences(script: str) -> Iterator[tuple[str, float]]:
    """For each key of a script, how far our answer is from R's: the worst of its values, infinite if one is missing."""
    for key, values in stored(script)["answers"].items():
        theirs = [math.nan if value is None else float(value) for value in values]
        yield key, difference(OURS[script](*key.split("|")), on_purpose(key, theirs))


def difference(ours: Answer, theirs: Answer) -> float:
    """The worst difference of two lists, absolute below 1 and relative above; infinite if their shapes differ."""
    if len(ours) != len(theirs):
        return math.inf
    return max((_apart(our, their) for our, their in zip(ours, theirs, strict=True)), default=0.0)


def _apart(our: float, their: float) -> float:
    if math.isnan(our) or math.isnan(their):
        return 0.0 if math.isnan(our) and math.isnan(their) else math.inf
    if math.isinf(our) or math.isinf(their):
        return 0.0 if our == their else math.inf
    return abs(our - their) / max(1.0, abs(their))


# The upper limit of this curve is 0.469 on day 57, for the first time below one half, and 0.485 on day 58. We take the
# first such day, as R's print(survfit) does; R's quantile(survfit) sorts the limits before looking and takes day 58.
FIRST_DAY_BELOW = {"whole_weights|follow-up|log|0.95": [44.0, 32.0, 57.0]}


def on_purpose(key: str, theirs: Answer) -> Answer:
    """What we answer on purpose: R's answer but for the two differences that the README gives reasons for."""
    if key in FIRST_DAY_BELOW:
        return FIRST_DAY_BELOW[key]
    if key.split("|")[1] == "at day" and theirs[-1] == 0:
        return [theirs[0], math.nan, math.nan, *theirs[3:]]
    return theirs


@cache
def table(topic: str, name: str) -> Table:
    """One input as columns, the type of each told by its first value."""
    with (HERE / "inputs" / topic / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = {column: np.array([row[column] for row in rows]) for column in rows[0]}
    return {column: _typed(column, values) for column, values in columns.items()}


def _typed(column: str, values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if column in ("weight", "difference", "value"):
        return values.astype(float)
    return values if column == "group" else values.astype(int)


def spells(name: str, group: str | None = None) -> tuple[Table, dict[str, Any]]:
    """A data set as the arguments of our functions: entry only if somebody enters late."""
    d = table("survival", name)
    chosen = np.full(len(d["exit"]), True) if group is None else d["group"] == group
    d = {column: values[chosen] for column, values in d.items()}
    return d, {"entry": d["entry"]} if "late_entry" in name else {}


@cache
def curve(name: str, group: str | None = None) -> Curve:
    d, late = spells(name, group)
    weight = d["weight"] if "weights" in name else None
    return kaplan_meier(d["exit"], d["event"] == 1, weight=weight, **late)


def _row(estimates: Estimates, *columns: str) -> Answer:
    row = estimates.rows()[0]
    return [math.nan if row[column] is None else float(cast("float", row[column])) for column in columns]


def _kaplan_meier(name: str, question: str, *settings: str) -> Answer:
    if not settings:
        values = getattr(curve(name), question.replace(" ", "_"))
        return cast("Answer", np.asarray(values, dtype=float).tolist())
    *chosen, interval_name, level_text = settings
    interval, level = cast("Interval", interval_name), float(level_text)
    if question in ("low", "high"):
        low, high = confidence_limits(curve(name).survival, curve(name).greenwood, level, interval)
        return cast("Answer", (low if question == "low" else high).tolist())
    if question == "at day":
        estimates = estimate_survival(curve(name), [int(chosen[0])], level, interval)
        return _row(estimates, "value", "low", "high", "at_risk", "events")
    if question == "quantile":
        return _row(estimate_median(curve(name), level, interval, float(chosen[0])), "value", "low", "high")
    d, late = spells(name)
    return _row(
        estimate_follow_up(d["exit"], d["event"] == 1, level=level, interval=interval, **late), "value", "low", "high"
    )


def _restricted_mean(name: str, question: str, horizon: str, level: str = "0.95") -> Answer:
    if question == "restricted mean":
        return list(restricted_mean(curve(name), int(horizon)))
    estimates, test = restricted_mean_difference(curve(name, "a"), curve(name, "b"), int(horizon), float(level))
    return [*_row(estimates, "value", "low", "high"), test.p]


@cache
def clustered_curve(name: str, group: str | None = None) -> Curve:
    d = table("clustered", name)
    chosen = np.full(len(d["exit"]), True) if group is None else d["group"] == group
    d = {column: values[chosen] for column, values in d.items()}
    return kaplan_meier(d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"], cluster=d["cluster"])


def _jackknife(name: str, question: str, *settings: str) -> Answer:
    whole = clustered_curve(name)
    if question == "survival":
        return cast("Answer", whole.survival.tolist())
    if question == "standard error":
        above = whole.survival > 0
        return cast("Answer", (whole.survival * np.sqrt(np.where(above, whole.log_variance, 0))).tolist())
    if question in ("restricted mean", "difference"):
        return _clustered_mean(name, question, *settings)
    *chosen, interval_name, level_text = settings
    interval, level = cast("Interval", interval_name), float(level_text)
    if question == "at day":
        return _row(estimate_survival(whole, [int(chosen[0])], level, interval), "value", "low", "high", "events")
    if question == "median":
        return _row(estimate_median(whole, level, interval), "value", "low", "high")
    low, high = confidence_limits(whole.survival, whole.log_variance, level, interval)
    return cast("Answer", (low if question == "low" else high).tolist())


def _clustered_mean(name: str, question: str, horizon: str, level: str = "0.95") -> Answer:
    if question == "restricted mean":
        return list(restricted_mean(clustered_curve(name), int(horizon)))
    curves = (clustered_curve(name, "a"), clustered_curve(name, "b"))
    estimates, test = restricted_mean_difference(*curves, int(horizon), float(level))
    return [*_row(estimates, "value", "low", "high"), test.p]


def _log_rank(name: str, question: str) -> Answer:
    d, late = spells(name)
    arguments = (d["exit"], d["event"] == 1, d["group"])
    if question in ("observed", "expected", "covariance"):
        return cast("Answer", getattr(events_by_group(*arguments), question).ravel().tolist())
    test = log_rank(*arguments, strata=d["stratum"] if question.startswith("stratified") else None, **late)
    return [test.statistic, math.nan if test.df is None else float(test.df), test.p]


def _signed_rank(name: str, method: str, correction: str = "corrected") -> Answer:
    values = table("ranks", name)["difference"]
    if method == "exact":
        test = wilcoxon_signed_rank(values, "exact")
    else:
        test = wilcoxon_signed_rank(values, "normal", correction == "corrected")
    return [test.statistic, test.p]


def _proportion(numerator: str, denominator: str, method: str, level: str) -> Answer:
    chosen = cast("ProportionInterval", method)
    return _row(estimate_proportion(int(numerator), int(denominator), float(level), chosen), "low", "high")


def _quantiles(name: str, _question: str) -> Answer:
    values = quantiles(table("summaries", name)["value"], (0, 0.1, 0.25, 0.5, 0.75, 0.9, 1))
    return cast("Answer", values.tolist())


def _rates(name: str, question: str, level: str) -> Answer:
    d = table("rates", name)
    if question == "ratio":
        a, b = (EventCounts.of(d["events"][d["group"] == group], d["days"][d["group"] == group]) for group in "ab")
        estimates, test = estimate_rate_ratio(a, b, float(level))
        return [*_row(estimates, "value", "low", "high"), test.statistic, test.p]
    counts = EventCounts.of(d["events"], d["days"], d["subject"])
    estimates = estimate_rate(counts, float(level), cast("RateMethod", question))
    dispersion = estimates.frame.filter(estimates.frame["what"] == "dispersion")["value"].to_list()
    return [*_row(estimates, "value", "low", "high"), *dispersion]


OURS: dict[str, Callable[..., Answer]] = {
    "survival/kaplan_meier": _kaplan_meier,
    "survival/restricted_mean": _restricted_mean,
    "survival/log_rank": _log_rank,
    "clustered/jackknife": _jackknife,
    "ranks/signed_rank": _signed_rank,
    "proportions/intervals": _proportion,
    "summaries/quantiles": _quantiles,
    "rates/rates": _rates,
}
