"""Clones, their weights, hazard ratio and curves; trials begun each period; weights for staying; pairs."""

from __future__ import annotations

from typing import cast

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.emulation.censoring import weigh_staying
from remission.stats.emulation.clones import Grace, clone
from remission.stats.emulation.compare import bootstrap_clones, clone_curves, clone_hazard_ratio
from remission.stats.emulation.pairs import censor_pairs
from remission.stats.emulation.staying import Model, WeightedClones, weigh_clones
from remission.stats.emulation.trials import expand_trials

TOLERANCE = Tolerance(1e-7, "glm and coxph stop where a step no longer changes the deviance")
INPUTS = "propensity"
COLUMNS = ("age", "edss", "relapses")
GRACE, PERIOD, TRIAL = Grace(365, 60), 90, 8
ON = (200, 365, 700)


def ours(inputs: Inputs, name: str, question: str, about: str = "") -> Answer:
    """Our answer, as to `chosen|rows|hazard w`."""
    d = {key: np.array(column) for key, column in inputs[name].items()}
    n = d["exit"].size
    exit, event = d["exit"].astype(np.int64), d["event"] == 1
    start = np.where(d["treated"] == 1, np.arange(1, n + 1) * 37 % exit, -1).astype(np.int64)
    if question in ("trials", "staying"):
        return _periods(exit, event, start, d["age"], question, about)
    if question == "pairs":
        ends, happened = censor_pairs(exit, event, np.arange(n) // 3)
        return [*map(float, (*ends, *happened))]
    clones = clone(exit, event, start, GRACE)
    if question == "clones":
        return [*map(float, {"exit": clones.exit, "event": clones.event, "departed": clones.departed}[about])]
    model, _, what = about.partition(" ")
    columns, named = {one: d[one] for one in COLUMNS}, cast("Model", model)
    if question == "hazard ratio":
        whole = bootstrap_clones(exit, event, start, GRACE, columns, _ratio, model=named, draws=0)
        return [whole.value, float(clone_hazard_ratio(weigh_clones(clones, columns, model=named)).standard_errors[0])]
    rows = weigh_clones(clones, columns, model=named)
    return _weighted(rows, question, what)


def _ratio(rows: WeightedClones) -> float:
    return float(clone_hazard_ratio(rows).coefficients[0])


def _weighted(rows: WeightedClones, question: str, what: str) -> Answer:
    if question == "rows":
        return [*map(float, {"from": rows.entry, "to": rows.exit, "event": rows.event, "w": rows.weight}[what])]
    curve = clone_curves(rows)[1 - int(what)]
    places = [curve.at(day) for day in ON]
    return [float(curve.survival[at]) for at in places] + [float(np.sqrt(curve.log_variance[at])) for at in places]


def _periods(
    exit: np.ndarray, event: np.ndarray, start: np.ndarray, age: np.ndarray, question: str, about: str
) -> Answer:
    number = (exit - 1) // PERIOD + 1
    person = np.repeat(np.arange(exit.size), number)
    month = np.concatenate([np.arange(one) for one in number])
    last = month == number[person] - 1
    on = (start[person] >= 0) & (start[person] < PERIOD * (month + 1))
    if question == "staying":
        over = {"month": month} if about == "stabilised" else None
        leaves = last & ~event[person]
        return [*map(float, weigh_staying(person, leaves, {"age": age[person], "month": month}, over=over).weight)]
    before = (start[person] >= 0) & (start[person] < PERIOD * month)
    found = expand_trials(person, ~before, on, last & event[person], most=TRIAL)
    columns = (found.begins, found.assigned, found.periods, found.event, found.keeps, found.keeps_event)
    return [*map(float, columns[int(about) - 1])]
