"""What no trial can have, told by the key of its file: every fault at once, before anything is computed.

Bounds of numbers are looked at here and not where keys are declared, so that a hazard below 0 and looks out of order
are told together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from remission.trials.design.records import KINDS, EventTrial, OneArmTrial, RateTrial, ShareTrial
from remission.trials.design.said import Said
from remission.trials.design.taken import told_with_a_status
from remission.trials.kinds.one_arm import wrong_one_arm
from remission.trials.kinds.rates import wrong_rates
from remission.trials.kinds.shares import wrong_shares
from remission.trials.kinds.time_to_event.wrong import wrong_events

if TYPE_CHECKING:
    from remission.inputs.not_a_design import NotADesign
    from remission.inputs.problems import Problem
    from remission.trials.design.records import Trial, TrialDesign


def wrong_design(design: TrialDesign, file: str) -> Iterator[Problem]:
    """Every problem of a design whose keys and types are right."""
    said = Said(file)
    yield from said.between("alpha", design.alpha, 0, 0.5, "Correct the one-sided error, such as 0.025.")
    if len(design.kinds) != 1:
        yield said.problem(None, ", ".join(design.kinds) or "none of them", f"one of {', '.join(KINDS)}",
                           "Keep the one that this trial is.")  # fmt: skip
    # Each of several, for nobody knows which will be kept; the one that stays should not need a second round.
    for kind, trial in design.kinds.items():
        yield from _wrong_trial(design.alpha, trial, said.within(kind))
    yield from _without_source(design, said)


def _wrong_trial(alpha: float, trial: Trial, said: Said) -> Iterator[Problem]:
    match trial:
        case EventTrial():
            yield from wrong_events(alpha, trial, said)
        case RateTrial():
            yield from wrong_rates(trial, said)
        case OneArmTrial():
            yield from wrong_one_arm(trial, said)
        case ShareTrial():
            yield from wrong_shares(trial, said)


def _without_source(design: TrialDesign, said: Said) -> Iterator[Problem]:
    """What is not assumed must say where it is from."""
    # Share and factor of a stratum have one status and one source, which are told once.
    for one in {one.key: one for one in told_with_a_status(design)}.values():
        if one.status != "assumed" and not one.source.strip():
            yield said.problem(f"{one.key}.source", "nothing", f"where the number is from, as it is {one.status}",
                               'Name its source, or write status = "assumed".')  # fmt: skip


def in_words(error: NotADesign, file: str, key: str) -> list[Problem]:
    """What the statistics refuse of a design that looked right, as problems of its file."""
    return list(Said(file).reasons(key, error.reasons, "Change the design so that it can be."))
