"""What tests with weights, with strata and of restricted means cannot have, told by the key of the file."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.simulation.trials.plan import people_by_arm, two_arms
from remission.stats.sample_size.max_combo import MOST_TESTS

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.records import EventTrial
    from remission.trials.design.said import Said

# More parts than these are a list of people; each has a table of its own when trials are played.
MOST_STRATA = 20
# Decimals add up to 1 but for their last bit; whatever is farther off was written so.
SHARES_ADD_UP = 1e-9


def wrong_strata(trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Every problem of the strata; none where there are none."""
    strata = trial.strata
    if not strata:
        return
    # One stratum is everybody, and makes no other test than none.
    if not 2 <= len(strata) <= MOST_STRATA:
        yield said.problem("strata", len(strata), f"2 to {MOST_STRATA}, or none", "Add a stratum, or leave them out.")
    names = [one.name for one in strata]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield said.problem("strata.name", f"{name} {names.count(name)} times", "each name once", "Name each by itself.")
    for at, one in enumerate(strata, 1):
        if not one.name.strip():
            yield said.problem(f"strata[{at}].name", "nothing", "a few words", "Say what its people have in common.")
        yield from said.between(f"strata[{at}].share", one.share, 0, 1, "Say which share of each arm it is.")
        yield from said.at_least(f"strata[{at}].factor", one.factor, 0.01, 100, "Correct the factor on the hazards.")
    total = math.fsum(one.share for one in strata)
    if not abs(total - 1) < SHARES_ADD_UP:
        yield said.problem("strata.share", f"{total:g} together", "shares that add up to 1", "Correct the shares.")
    # People are told off by shares, so that wrong ones would leave strata empty that are not.
    elif all(one.share > 0 for one in strata):
        yield from _empty_strata(trial, said)


def _empty_strata(trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Strata in which an arm has nobody: their log-rank test has nothing to compare."""
    # Told by their own keys, and by such numbers nobody can be told off to an arm.
    if not (trial.people > 0 and trial.allocation > 0):
        return
    arms = two_arms(trial.people, trial.allocation)
    # As trials are played: arms first and strata within them, so that what is empty here would be empty there.
    told = [people_by_arm(arm, [one.share for one in trial.strata]) for arm in arms]
    for at, both in enumerate(zip(*told, strict=True), 1):
        if min(both) < 1:
            yield said.problem(f"strata[{at}].share", f"{both[0]} control and {both[1]} treated",
                               "somebody in each arm", "Take more people, or fewer strata.")  # fmt: skip


def wrong_weights(trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Every problem of the weights, and of what a test with weights cannot have."""
    for pair in trial.weights:
        if len(pair) != 2 or not all(0 <= one <= 20 for one in pair):
            yield said.problem("weights", list(pair), "pairs of rho and gamma, 0 to 20", "Write [0, 1] to look late.")
    if len(trial.weights) > MOST_TESTS:
        yield said.problem("weights", f"{len(trial.weights)} pairs", f"{MOST_TESTS} at most",
                           "Keep those that look where the effect may be.")  # fmt: skip
    log_rank = trial.weights == ((0.0, 0.0),)
    if not log_rank and len(trial.fractions) > 1:
        yield said.problem("weights", f"{len(trial.fractions)} looks", "one look, for a test with weights",
                           "Look once, or compare by the log-rank test, whose looks can be bounded.")  # fmt: skip
    # The bound of the largest test takes alpha whole: amounts written beside it would be read and not kept.
    if not log_rank and trial.spent:
        yield said.problem("spent", "amounts, of a test with weights", "none", "Leave them out: all of alpha is spent.")
    # Events for a power are Schoenfeld's, of one ratio below 1 and a test without weights; of anything else they would
    # be the number of another trial.
    constant = len(trial.effect) == 1
    if trial.power is not None and not (log_rank and constant and trial.effect[0].ratio < 1):
        yield said.problem("power", f"{trial.power:g}",
                           "events, where the ratio changes, is 1 or more, or the test has weights",
                           "Name events: power is told for them.")  # fmt: skip


def wrong_restricted_mean(trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Every problem of a comparison of restricted means, which is one test at one look; none where it is not asked."""
    month = trial.restricted_mean_month
    if month is None:
        return
    if not 0 < month <= trial.last_month:
        yield said.problem("restricted_mean_month", f"{month:g}", f"above 0, up to {trial.last_month:g}, the last",
                           "Nobody is followed for longer than the trial: name an earlier month.")  # fmt: skip
    beside = "with restricted_mean_month"
    if len(trial.fractions) > 1:
        yield said.problem("fractions", f"{len(trial.fractions)} looks {beside}", "one look, in the last month",
                           "Leave fractions out.")  # fmt: skip
    # Spending is not among them: at one look every function has spent the whole of alpha. A key that holds its default
    # counts as not written.
    others = {"futility": trial.futility is not None, "spent": bool(trial.spent), "events": trial.events is not None,
              "power": trial.power is not None, "weights": trial.weights != ((0.0, 0.0),),
              "strata": bool(trial.strata)}  # fmt: skip
    for key in (key for key, written in others.items() if written):
        yield said.problem(key, f"{key} {beside}", "none", INSTEAD[key])


INSTEAD = {
    "futility": "Leave it out: there is no earlier look at which to give up.",
    "spent": "Leave it out: all of alpha is spent at the one look.",
    "events": "Leave it out: the look comes in the last month, whatever has happened.",
    "power": "Leave it out: power is told for these people and the last month.",
    "weights": "Choose the restricted mean or the log-rank tests.",
    "strata": "Choose the restricted mean or the stratified log-rank test.",
}
