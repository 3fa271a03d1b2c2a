"""Shapes of a curve fitted to follow-up with ties, weights and late entry: numbers, errors, likelihood, shares left."""

from __future__ import annotations

from typing import cast

from pins import Answer, Inputs, Table, Tolerance
from remission.stats.parametric.fit import Fit, fit_shape
from remission.stats.parametric.shape import shapes_for
from remission.stats.survival.time_at_risk import TimeAtRisk

TOLERANCE = Tolerance(1e-6, "R has slopes and information of the written-out likelihoods by differences")
AT = [3.0, 10.0, 15.0]
# Fitted once, and asked four questions.
_FITTED: dict[tuple[str, str], Fit] = {}


def ours(inputs: Inputs, name: str, shape: str, question: str) -> Answer:
    """Our answer, as to `falling|weibull|numbers`."""
    fit = _fitted(inputs[name], name, shape)
    if question == "log likelihood":
        return [fit.log_likelihood]
    found = {"numbers": fit.at, "errors": fit.errors, "left": fit.survival(AT)}
    return cast("Answer", found[question].tolist())


def _fitted(d: Table, name: str, shape: str) -> Fit:
    if (name, shape) not in _FITTED:
        rows = TimeAtRisk.of(d["exit"], d["event"] == 1, d["entry"])
        asked = next(one for one in shapes_for(rows) if one.name == shape)
        _FITTED[name, shape] = fit_shape(asked, d["exit"], d["event"] == 1, entry=d["entry"], weight=d["weight"])
    return _FITTED[name, shape]
