"""What a trial of time to an event cannot have, told by the key of its file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from remission.simulation.trials.plan import MOST_PEOPLE
from remission.trials.design.said import MOST_MONTHS
from remission.trials.kinds.time_to_event.wrong_looks import wrong_looks
from remission.trials.kinds.time_to_event.wrong_tests import wrong_restricted_mean, wrong_strata

if TYPE_CHECKING:
    from remission.inputs.problems import Problem
    from remission.trials.design.records import Effect, EventTrial, Piece
    from remission.trials.design.said import Said

# What rounding may take of a number of people.
HAIR = 1e-6


def wrong_events(alpha: float, trial: EventTrial, said: Said) -> Iterator[Problem]:
    """Every problem of a trial of time to an event."""
    yield from said.at_least("people", trial.people, 2, MOST_PEOPLE, "Say how many people are in both arms together.")
    yield from said.at_least("last_month", trial.last_month, 1, MOST_MONTHS, "Say when the trial ends at the latest.")
    yield from said.at_least("allocation", trial.allocation, 0.05, 20, "Say how many are treated for each control.")
    yield from _wrong_pieces("control", trial.control, said)
    yield from _wrong_pieces("dropout", trial.dropout, said)
    yield from _wrong_effect("effect", trial.effect, said)
    for at, other in enumerate(trial.others, 1):
        yield from _wrong_effect(f"others[{at}].effect", other.effect, said)
    # The treated have this hazard times a ratio, so that without it nobody has any event in either arm.
    if trial.control and not any(one.per_year > 0 for one in trial.control):
        yield said.problem("control", "no hazard above 0", "events in the control arm",
                           "Give it a hazard: without events there is nothing to compare.")  # fmt: skip
    yield from _wrong_accrual(trial, said)
    yield from said.truths(trial.truths, 0.001, 1000)
    yield from wrong_looks(alpha, trial, said)
    yield from wrong_strata(trial, said)
    yield from wrong_restricted_mean(trial, said)
    # A last month below 0 is told by its own key: the range that is named here must not be upside down.
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
    # A first piece that begins later would say nothing of the months before it.
    if starts and (starts[0] != 0 or any(not one < other for one, other in pairwise(starts))):
        yield said.problem(f"{key}.from_month", ", ".join(f"{one:g}" for one in starts), "0 first, then rising months",
                           "Put the pieces in order.")  # fmt: skip


def _wrong_accrual(trial: EventTrial, said: Said) -> Iterator[Problem]:
    starts = [one.from_month for one in trial.accrual]
    wrong = list(_wrong_starts("accrual", starts, said))
    for at, one in enumerate(trial.accrual, 1):
        wrong += said.at_least(f"accrual[{at}].people_per_month", one.people_per_month, 0, MOST_PEOPLE, "Correct it.")
    yield from wrong
    # A sum over pieces out of order is of no accrual, and whoever mends them would be told of a problem that is not
    # there.
    if wrong or not trial.last_month > 0:
        return
    # The last rate holds for as long as the trial goes on.
    ends = [*starts[1:], math.inf]
    entered = math.fsum(
        # A piece that begins after the last month lets nobody in; without the 0 it would take people away again.
        one.people_per_month * max(0.0, min(end, trial.last_month) - one.from_month)
        for one, end in zip(trial.accrual, ends, strict=True)
    )
    # 8.2 a month for 25 months are 205 people, and a hair fewer to a computer.
    if entered < trial.people - HAIR:
        yield said.problem("accrual", f"{entered:g} people by month {trial.last_month:g}",
                           f"all {trial.people:,} people",
                           "Let people enter faster or for longer, take fewer, or end later.")  # fmt: skip
