"""What the looks of a trial cannot have, told by the key of its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.inputs.not_a_design import wrong_amounts, wrong_fractions, wrong_kind
from remission.trials.kinds.time_to_event.wrong_tests import wrong_weights

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.records import EventTrial, GivingUp
    from remission.trials.design.said import Said


def wrong_looks(alpha: float, trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Every problem of its looks: when they come, what is spent at each, and when to give up."""
    yield from said.reasons("fractions", wrong_fractions(trial.fractions), "Put the looks in order.")
    # For statistics a trial may end before all of its information; `events` of a design are those of its last look, so
    # that one is the whole.
    if trial.fractions and trial.fractions[-1] != 1:
        yield said.problem("fractions", f"{trial.fractions[-1]:g} last", "1 last", "End with the look at all events.")
    # Amounts by hand take the place of the function, whose name has a default and is not looked at then.
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
    # Each follows from the other; both together could contradict each other, and one would be kept in silence.
    if (trial.events is None) == (trial.power is None):
        found = "neither" if trial.events is None else "both"
        yield said.problem("events", f"{found} events and power" if found == "both" else "neither events nor power",
                           "events or power", "Say how many events, or for which power they are computed.")  # fmt: skip
    # Nobody's event is counted twice, so that there cannot be more events than people.
    yield from said.at_least(
        "events", trial.events, 1, max(trial.people, 1), "Without events there is nothing to compare."
    )
    # A power of alpha is had without any effect, and needs no events.
    yield from said.between("power", trial.power, alpha, 1, "Correct the power, such as 0.9.")
    yield from wrong_weights(trial, said)


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
    # At the last look whoever is not above is below, so that a bound there would be a second one.
    if len(futility.bounds) != looks - 1:
        yield to.problem(
            "bounds", len(futility.bounds), f"one for each look but the last: {looks - 1}", "Add or leave out."
        )


def _unread_gamma(gamma: float | None, beside: str, said: Said) -> Iterator[Problem]:
    """Where amounts or bounds were written by hand, gamma would be read and not kept."""
    if gamma is not None:
        yield said.problem("gamma", f"{gamma:g} beside {beside}", "none there", "Leave out one of the two.")
