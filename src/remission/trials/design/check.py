"""What no trial can have, told by the key of its file: every fault at once, before anything is computed.

Bounds of numbers are looked at here and not where keys are declared, so that a hazard below 0 and looks out of order
are told together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import wrong_amounts, wrong_fractions, wrong_kind
from remission.simulation.trials.plan import MOST_PEOPLE, people_by_arm
from remission.stats.sample_size.max_combo import MOST_TESTS
from remission.trials.design.other_tests import wrong_restricted_mean, wrong_strata
from remission.trials.design.records import KINDS, EventTrial, OneArmTrial, RateTrial, ShareTrial
from remission.trials.design.said import Said
from remission.trials.design.taken import taken_for_true

if TYPE_CHECKING:
    from remission.inputs.not_a_design import NotADesign
    from remission.inputs.problems import Problem
    from remission.trials.design.records import Effect, GivingUp, Piece, Trial, TrialDesign

# Nobody plans for longer; what is beyond it is a slip of the keyboard.
MOST_MONTHS, MOST_YEARS = 600.0, 50.0
# Exact chances of one arm and of shares go through every count that can come out, of shares through every pair of them.
MOST_OF_EXACT = 2_000


def wrong_design(design: TrialDesign, file: str) -> Iterator[Problem]:
    """Every problem of a design whose keys and types are right."""
    said = Said(file)
    yield from said.between("alpha", design.alpha, 0, 0.5, "Correct the one-sided error, such as 0.025.")
    if len(design.kinds) != 1:
        yield said.problem(None, ", ".join(design.kinds) or "none of them", f"one of {', '.join(KINDS)}",
                           "Keep the one that this trial is.")  # fmt: skip
    for kind, trial in design.kinds.items():
        yield from _wrong_trial(design.alpha, trial, said.within(kind))
    yield from _without_source(design, said)


def _wrong_trial(alpha: float, trial: Trial, said: Said) -> Iterator[Problem]:
    match trial:
        case EventTrial():
            yield from _wrong_events(alpha, trial, said)
        case RateTrial():
            yield from _wrong_rates(trial, said)
        case OneArmTrial():
            yield from _wrong_one_arm(trial, said)
        case ShareTrial():
            yield from _wrong_shares(trial, said)


def _wrong_events(alpha: float, trial: EventTrial, said: Said) -> Iterator[Problem]:
    yield from said.at_least("people", trial.people, 2, MOST_PEOPLE, "Say how many people are in both arms together.")
    yield from said.at_least("last_month", trial.last_month, 1, MOST_MONTHS, "Say when the trial ends at the latest.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    yield from _wrong_pieces("control", trial.control, said)
    yield from _wrong_pieces("dropout", trial.dropout, said)
    yield from _wrong_effect("effect", trial.effect, said)
    for at, other in enumerate(trial.others, 1):
        yield from _wrong_effect(f"others[{at}].effect", other.effect, said)
    if trial.control and not any(one.per_year > 0 for one in trial.control):
        yield said.problem("control", "no hazard above 0", "events in the control arm",
                           "Give it a hazard: without events there is nothing to compare.")  # fmt: skip
    yield from _wrong_accrual(trial, said)
    yield from _wrong_truths("truths", trial.truths, 0.001, 1000, said)
    yield from _wrong_looks(alpha, trial, said)
    yield from wrong_strata(trial, said)
    yield from wrong_restricted_mean(trial, said)
    for month in trial.watched_months:
        yield from said.at_least(
            "watched_months", month, 0.01, max(trial.last_month, 0.01), "Name months of the trial."
        )


def _wrong_pieces(key: str, pieces: Sequence[Piece], said: Said) -> Iterator[Problem]:
    yield from _wrong_starts(key, [one.from_month for one in pieces], said)
    for at, one in enumerate(pieces, 1):
        yield from said.at_least(
            f"{key}[{at}].per_year", one.per_year, 0, 1000, "Hazards below 0 do not exist: correct it."
        )


def _wrong_effect(key: str, pieces: Sequence[Effect], said: Said) -> Iterator[Problem]:
    yield from _wrong_starts(key, [one.from_month for one in pieces], said)
    for at, one in enumerate(pieces, 1):
        yield from said.at_least(f"{key}[{at}].ratio", one.ratio, 0.001, 1000, "Correct the ratio, treated to control.")


def _wrong_starts(key: str, starts: Sequence[float], said: Said) -> Iterator[Problem]:
    if starts and (starts[0] != 0 or any(not one < other for one, other in pairwise(starts))):
        yield said.problem(f"{key}.from_month", ", ".join(f"{one:g}" for one in starts), "0 first, then rising months",
                           "Put the pieces in order.")  # fmt: skip


def _wrong_accrual(trial: EventTrial, said: Said) -> Iterator[Problem]:
    starts = [one.from_month for one in trial.accrual]
    wrong = list(_wrong_starts("accrual", starts, said))
    for at, one in enumerate(trial.accrual, 1):
        wrong += said.at_least(f"accrual[{at}].people_per_month", one.people_per_month, 0, MOST_PEOPLE, "Correct it.")
    yield from wrong
    if wrong or not trial.last_month > 0:
        return
    ends = [*starts[1:], math.inf]
    entered = math.fsum(
        one.people_per_month * max(0.0, min(end, trial.last_month) - one.from_month)
        for one, end in zip(trial.accrual, ends, strict=True)
    )
    if entered < trial.people:
        yield said.problem("accrual", f"{entered:g} people by month {trial.last_month:g}",
                           f"all {trial.people:,} people",
                           "Let people enter faster or for longer, take fewer, or end later.")  # fmt: skip


def _wrong_looks(alpha: float, trial: EventTrial, said: Said) -> Iterator[Problem]:
    yield from said.reasons("fractions", wrong_fractions(trial.fractions), "Put the looks in order.")
    if trial.fractions and trial.fractions[-1] != 1:
        yield said.problem("fractions", f"{trial.fractions[-1]:g} last", "1 last", "End with the look at all events.")
    if trial.spent:
        amounts = wrong_amounts(trial.spent, alpha, len(trial.fractions))
        yield from said.reasons("spent", amounts, "Spend no more than alpha over all looks together.")
        yield from _unread_gamma(trial.gamma, "spent", said)
    else:
        kind = wrong_kind(trial.spending, trial.gamma)
        yield from said.reasons("spending", kind, "Name one of those, with gamma where it has one.")
    # A look at a month waits for no events, and is the only one: that is told with the month.
    if trial.restricted_mean_month is not None:
        return
    if trial.futility is not None:
        yield from _wrong_futility(trial.futility, trial, said)
    if (trial.events is None) == (trial.power is None):
        found = "neither" if trial.events is None else "both"
        yield said.problem("events", f"{found} events and power" if found == "both" else "neither events nor power",
                           "events or power", "Say how many events, or for which power they are computed.")  # fmt: skip
    yield from said.at_least(
        "events", trial.events, 1, max(trial.people, 1), "Without events there is nothing to compare."
    )
    yield from said.between("power", trial.power, alpha, 1, "Correct the power, such as 0.9.")
    yield from _wrong_test(trial, said)


def _wrong_test(trial: EventTrial, said: Said) -> Iterator[Problem]:
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
    constant = len(trial.effect) == 1
    if trial.power is not None and not (log_rank and constant and trial.effect[0].ratio < 1):
        yield said.problem("power", f"{trial.power:g}",
                           "events, where the ratio changes, is 1 or more, or the test has weights",
                           "Name events: power is told for them.")  # fmt: skip


def _wrong_futility(futility: GivingUp, trial: EventTrial, said: Said) -> Iterator[Problem]:
    to, looks = said.within("futility"), len(trial.fractions)
    if looks == 1:
        yield said.problem("futility", "one look", "two looks or more", "Look earlier too, or leave futility out.")
        return
    if bool(futility.spending) == bool(futility.bounds):
        yield to.problem("spending", "neither or both", "spending or bounds", "Keep one of the two.")
    if futility.spending:
        yield from to.reasons("spending", wrong_kind(futility.spending, futility.gamma), "Name one of those.")
        # Beta is 1 - power: taken from nowhere it would be a choice that nobody made.
        if trial.power is None:
            yield to.problem("spending", "no power", "power, for beta is 1 - power", "Name power, or bounds of Z.")
        return
    yield from _unread_gamma(futility.gamma, "bounds", to)
    if len(futility.bounds) != looks - 1:
        yield to.problem(
            "bounds", len(futility.bounds), f"one for each look but the last: {looks - 1}", "Add or leave out."
        )


def _unread_gamma(gamma: float | None, beside: str, said: Said) -> Iterator[Problem]:
    """Where amounts or bounds were written by hand, gamma would be read and not kept."""
    if gamma is not None:
        yield said.problem("gamma", f"{gamma:g} beside {beside}", "none there", "Leave out one of the two.")


def _wrong_truths(key: str, truths: Sequence[float], low: float, high: float, said: Said) -> Iterator[Problem]:
    for one in truths:
        yield from said.at_least(key, one, low, high, "Look at truths that can be.")


def _wrong_rates(trial: RateTrial, said: Said) -> Iterator[Problem]:
    yield from said.at_least("people", trial.people, 4, MOST_PEOPLE, "Say how many people are in both arms together.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    if trial.people >= 4 and 0.05 <= trial.allocation <= 20 and min(arms := _arms(trial)) < 2:
        yield said.problem("allocation", f"{arms[0]} control and {arms[1]} treated", "2 people or more in either arm",
                           "Nothing is known of how people differ from one: take more people.")  # fmt: skip
    yield from said.given("control", trial.control, 0, 1000, "Without events there is nothing to compare.")
    yield from said.given("ratio", trial.ratio, 0, 1000, "Correct the rate ratio, treated to control.")
    for key, one in (("dispersion", trial.dispersion), ("dropout_per_year", trial.dropout_per_year)):
        yield from said.at_least(f"{key}.value", one.value, 0, 1000, "Correct it: 0 or more.")
    yield from said.between("most_years", trial.most_years, 0, MOST_YEARS, "Say how long the first are followed.")
    yield from said.at_least("least_years", trial.least_years, 0.01, max(trial.most_years, 0.01),
                             "Who enters last is followed no longer than who enters first.")  # fmt: skip
    yield from _wrong_truths("truths", trial.truths, 0.001, 1000, said)


def _arms(trial: RateTrial) -> tuple[int, ...]:
    return people_by_arm(trial.people, (1.0, trial.allocation))


def _wrong_one_arm(trial: OneArmTrial, said: Said) -> Iterator[Problem]:
    yield from said.at_least("people", trial.people, 2, MOST_OF_EXACT, "Say how many people are treated.")
    yield from said.between("years", trial.years, 0, MOST_YEARS, "Say how long everybody is followed.")
    yield from said.given(
        "history_free", trial.history_free, 0, 1, "A history without any event leaves nothing to compare."
    )
    yield from said.given("ratio", trial.ratio, 0, 1, "Plan for fewer events than history has.")
    yield from _wrong_truths("truths", trial.truths, 0.001, 1, said)


def _wrong_shares(trial: ShareTrial, said: Said) -> Iterator[Problem]:
    yield from said.at_least("people", trial.people, 4, MOST_OF_EXACT, "Say how many are seen in both arms together.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    yield from said.between("landmark_months", trial.landmark_months, 0, MOST_MONTHS, "Say when that is seen.")
    for key, one in (("control", trial.control), ("treated", trial.treated)):
        yield from said.given(key, one, 0, 1, "Correct the share.")
    if trial.control.value == trial.treated.value:
        yield said.problem("treated.value", f"{trial.treated.value:g}", "another share than the control's",
                           "No number of people tells equal shares apart.")  # fmt: skip
    yield from said.at_least("lost.value", trial.lost.value, 0, 0.9, "Correct the share of people not seen.")
    yield from _wrong_truths("truths", trial.truths, 0.001, 0.999, said)


def _without_source(design: TrialDesign, said: Said) -> Iterator[Problem]:
    """What is not assumed must say where it is from."""
    # Share and factor of a stratum have one status and one source, which are told once.
    for one in {one.key: one for one in taken_for_true(design)}.values():
        if one.status != "assumed" and not one.source.strip():
            yield said.problem(f"{one.key}.source", "nothing", f"where the number is from, as it is {one.status}",
                               'Name its source, or write status = "assumed".')  # fmt: skip


def in_words(error: NotADesign, file: str, key: str) -> list[Problem]:
    """What the statistics refuse of a design that looked right, as problems of its file."""
    return list(Said(file).reasons(key, error.reasons, "Change the design so that it can be."))
