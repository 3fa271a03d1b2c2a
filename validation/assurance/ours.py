"""From phase II to III: errors of a log ratio, results that passed, beliefs, assurance and power, and other people."""

from __future__ import annotations

import numpy as np

from pins import Answer, Inputs, Tolerance
from remission.stats.assurance.beliefs import Belief, NormalPrior, believe, believe_passed, kept_share
from remission.stats.assurance.errors import error_from_events, error_from_groups, error_from_interval
from remission.stats.assurance.future import EventDriven, FixedFollowUp, passing_line
from remission.stats.assurance.mix import mixed_log_shift
from remission.stats.assurance.selection import (
    estimate_passed,
    expected_passing,
    log_likelihood_of_passed,
)
from remission.stats.assurance.success import assurance, normal_assurance

TOLERANCE = Tolerance(1e-7, "R integrates to 1e-11 and its roots carry that on; ours are sums over points, or formulas")
RATIOS = np.log([0.02, 0.07, 0.29, 0.7, 1, 1.4])


def ours(inputs: Inputs, question: str, *parts: str) -> Answer:
    """Our answer, as to `belief|1|passed`."""
    if question in ("groups", "events", "interval"):
        return _error(inputs, question, int(parts[0]) - 1)
    if question == "mix":
        d = {name: float(column[int(parts[0]) - 1]) for name, column in inputs["mixes"].items()}
        people = (d["relapsing_people"], d["progressive_people"])
        return [mixed_log_shift((d["relapsing"], d["progressive"]), people, (1, 0))]
    if question == "log-rank":
        return _trial(inputs, int(parts[0]) - 1)
    d = {name: float(column[int(parts[0]) - 1]) for name, column in inputs["results"].items()}
    if question == "closed":
        return [normal_assurance(d["found"], d["error"], _event_driven(inputs, parts[1]).error)]
    if question in ("belief", "assurance"):
        belief = _belief(d, parts[1])
        asked = [belief.mean, belief.spread] if question == "belief" else []
        return asked or [assurance(_event_driven(inputs, parts[2]), belief)]
    if question == "kept":
        return [kept_share(d["error"], NormalPrior(d["mean"], d["spread"]))]
    if question == "line":
        return [passing_line(d["error"], d["alpha"])]
    if question == "beyond":
        return [float(one) for one in expected_passing([-1, -0.5, 0, 0.5], d["error"], d["alpha"])]
    if question == "most-likely":
        return [_most_likely(d)]
    raise LookupError(question)


def _error(inputs: Inputs, question: str, at: int) -> Answer:
    d = {name: float(column[at]) for name, column in inputs["counts"].items()}
    if question == "groups":
        return [error_from_groups(d["one"], d["other"])]
    if question == "events":
        return [error_from_events(d["one"] + d["other"], d["ratio"])]
    return [error_from_interval(d["low"], d["high"], d["level"])]


def _trial(inputs: Inputs, at: int) -> Answer:
    d = {name: float(column[at]) for name, column in inputs["trials"].items()}
    trial = FixedFollowUp(d["controls"], d["treated"], d["rate"], d["years"], d["dropout"])
    told = trial.log_rank(RATIOS)
    return [float(one) for one in np.stack([*told, trial.power(RATIOS)], axis=1).ravel()]


def _event_driven(inputs: Inputs, at: str) -> EventDriven:
    d = inputs["trials"]
    return EventDriven(float(d["events"][int(at) - 1]), float(d["share"][int(at) - 1]))


def _belief(d: dict[str, float], name: str) -> Belief:
    prior = NormalPrior(d["mean"], d["spread"]) if name in ("normal", "both") else None
    if name in ("flat", "normal"):
        return believe(d["found"], d["error"], prior)
    return believe_passed(d["found"], d["error"], d["alpha"], prior)


def _most_likely(d: dict[str, float]) -> float:
    told = estimate_passed(d["found"], d["error"], d["alpha"])
    near = log_likelihood_of_passed([told - 0.01, told, told + 0.01], d["found"], d["error"], d["alpha"])
    # One that is not the top of the likelihood is no answer, wherever it lies.
    return told if near[1] >= near.max() else float("nan")
