"""Studies averaged by inverse variance: tau squared by REML, ML, Paule-Mandel and DerSimonian-Laird, with its Q-profile
interval; Wald and Hartung-Knapp intervals; prediction; effects of counts and of printed intervals; one study less, one
more, each against the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.pooling.beta_binomial import pool_crude
from remission.stats.pooling.effects import Effects, log_minus_log, log_rates, log_ratios, logit_proportions
from remission.stats.pooling.inverse_variance import pool_effects
from remission.stats.pooling.pooled import Pooled
from remission.stats.pooling.sensitivity import cumulative, influence, leave_one_out

TOLERANCE = Tolerance(1e-8, "R stops where a step, or Q, is within 1e-13 of its aim, and Q is flat in tau squared")


def ours(inputs: Inputs, name: str, *asked: str) -> Answer:
    """Our answer, as to `sets|17|REML`, `bcg|influence` or `printed|ratio`."""
    if name == "printed":
        return _printed(*asked)
    d = inputs[name]
    if len(asked) == 1:
        return _each(asked[0], _effects(name, d), d["year"])
    if asked[0] != "all":
        d = {column: values[d["set"] == int(asked[0])] for column, values in d.items()}
    if asked[1] == "by cluster":
        pooled = pool_effects(_effects(name, d), cluster=d["year"] - d["year"] % 4)
        return _numbers(pooled, "standard_error", "low", "high", "prediction_low", "prediction_high")
    if asked[1] in ("rates", "added to all", "crude"):
        return _of_counts(asked[1], d)
    answer = _pooled(asked[1], _effects(name, d))
    return _in_errors(answer, asked[1], d["variance"]) if name == "errors" else answer


def on_purpose(key: str, theirs: Answer) -> tuple[Answer, str] | None:
    """Where the likelihood has two maxima, at 0 and further out, R takes 0 and we the higher one."""
    if key != "errors|31|ML":
        return None
    higher = [0.00026114220483946414, 0.01767073264641796, 0.010421381573723335]
    half = 1.959963984540054 * higher[2]
    return [*higher, higher[1] - half, higher[1] + half], "R stays at the lower of two maxima"


def _in_errors(answer: Answer, question: str, variances: np.ndarray[Any, Any]) -> Answer:
    """What was pooled as it is, in units of the median error, in which R is asked: it would lose digits otherwise."""
    size = float(np.median(variances)) ** 0.5
    powers = {"differ": [0, 0, 0], "tau squared": [2, 2], "common": [1, 1, 1, 1, 0]}
    of_tau2 = [2, 1, 1, 1, 1] if question in ("REML", "ML", "PM", "DL") else [1] * len(answer)
    return [one / size**power for one, power in zip(answer, powers.get(question, of_tau2), strict=True)]


def _effects(name: str, d: Table) -> Effects:
    if name == "errors":
        return Effects(d["effect"], d["variance"])
    if name == "bcg":
        a, n = d["with"], d["with"] + d["without"]
        c, m = d["others_with"], d["others_with"] + d["others_without"]
        return Effects(np.log(a / n) - np.log(c / m), 1 / a - 1 / n + 1 / c - 1 / m)
    # On the linear scale: R answers in log odds.
    effects = logit_proportions(d["events"], d["total"])
    return Effects(effects.values, effects.variances)


def _pooled(question: str, effects: Effects) -> Answer:
    if question in ("REML", "ML", "PM", "DL"):
        return _middle(pool_effects(effects, tau2=question))
    if question == "common":
        pooled = pool_effects(effects, tau2="common")
        return _numbers(pooled, "effect", "standard_error", "low", "high", "i2")
    if question == "differ":
        return _numbers(pool_effects(effects), "q", "q_p", "i2")
    if question == "tau squared":
        return _numbers(pool_effects(effects), "tau2_low", "tau2_high")
    if question == "prediction":
        fits: tuple[dict[str, Any], ...] = ({}, {"interval": "hartung-knapp"}, {"prediction_df": "k-2"})
        found = (pool_effects(effects, **options) for options in fits)
        return [one for pooled in found for one in _numbers(pooled, "prediction_low", "prediction_high")]
    return _numbers(pool_effects(effects, interval=question), "standard_error", "low", "high")


def _of_counts(question: str, d: Table) -> Answer:
    if question == "crude":
        return _numbers(pool_crude(d["events"], d["total"]), "value", "low", "high")
    if question == "rates":
        effects, level = log_rates(d["events"], d["person_years"]), 0.9
    else:
        effects, level = logit_proportions(d["events"], d["total"], to="all"), 0.95
    return _middle(pool_effects(Effects(effects.values, effects.variances), level=level))


def _each(question: str, effects: Effects, years: np.ndarray[Any, Any]) -> Answer:
    if question == "influence":
        found = influence(effects)
        return [*found.residual, *found.cook, *found.hat, *found.tau2_without]
    if question == "leave one out":
        fits = leave_one_out(pool_effects, effects)
    elif question == "cumulative":
        fits = cumulative(pool_effects, effects, order=years)
    else:
        raise LookupError(question)
    # R's first of a cumulative series is that study alone, of which we say that it is no pool.
    alone = effects.take([int(np.argmin(years))])
    first = {"effect": alone.values[0], "standard_error": alone.variances[0] ** 0.5, "tau2": 0.0}
    names = ("effect", "standard_error", "tau2")
    return [float(first[name] if fit.k == 1 else getattr(fit, name)) for name in names for fit in fits]


def _printed(what: str, scale: str = "") -> Answer:
    if what == "ratio":
        effects = log_ratios([0.27], [0.14], [0.50])
    elif scale == "linear":
        effects = log_minus_log([0.713], [0.578], [0.848], 0.90, "linear")
    else:
        effects = log_minus_log([0.73], [0.66], [0.81])
    return [float(effects.values[0]), float(effects.variances[0])]


def _middle(pooled: Pooled) -> Answer:
    return _numbers(pooled, "tau2", "effect", "standard_error", "low", "high")


def _numbers(pooled: Pooled, *names: str) -> Answer:
    return [float("nan") if getattr(pooled, name) is None else float(getattr(pooled, name)) for name in names]
