"""A negative control: the same comparison on an outcome that the strategies cannot change, where none should be seen.

What differs there all the same is left of how people differed, or of how they were recorded, and stands in the main
estimate too. Lipsitch, Tchetgen Tchetgen & Cohen 2010, doi:10.1097/EDE.0b013e3181d61eeb.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from remission.comparison.design.filling import pool_contrasts
from remission.comparison.design.impossible import competes
from remission.inputs.problems import InputProblems, Problem
from remission.stats.propensity.contrasts import Contrast, GroupRows, contrast_groups
from remission.stats.regression.refusals import NotEstimable
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.comparison.design.emulated import Emulated
    from remission.comparison.design.records import Design
    from remission.comparison.design.weighing import Weighed
    from remission.outcomes.outcome import Outcome

KEY = "outcome.negative_control"


@dataclass(frozen=True, eq=False)
class Control:
    """The contrasts of a negative control, made alike by the same weights and as treated; of how many people."""

    outcome: Outcome
    contrasts: tuple[Contrast, ...]
    crude: tuple[Contrast, ...]
    people: int
    events: int
    level: float

    @property
    def differs(self) -> bool:
        """Does the interval of the hazard ratio leave out 1? Not where it has no limits."""
        _, low, high = self.contrasts[0].limits(self.level)
        return low > 1 or high < 1

    @property
    def said(self) -> str:
        """What was found, and what it means for the main estimate."""
        value, low, high = self.contrasts[0].limits(self.level)
        if not all(map(math.isfinite, (value, low, high))):
            return (
                f"Negative control, {self.outcome.endpoint.title}: the hazard ratio has no limits, so it says nothing."
            )
        words = f"{text_half_up(value, 2)} ({text_half_up(low, 2)} to {text_half_up(high, 2)})"
        told = f"Negative control, {self.outcome.endpoint.title}: hazard ratio {words} by the same weights."
        if self.differs:
            return (
                f"{told} The strategies cannot change this outcome, so the groups still differ in people or in how "
                f"they were recorded: the main estimate may hold as much that is no effect."
            )
        return (
            f"{told} The interval holds 1, as it should. It leaves open every ratio within it, and the main estimate "
            f"may be off by as much."
        )


def check_control(design: Design, file: str) -> Iterator[Problem]:
    """What is wrong with asking for a negative control."""
    asked = design.outcome.negative_control
    if asked is None:
        return
    if asked == design.outcome.endpoint:
        yield Problem.at_key(file, KEY, found=f"{asked}, the outcome itself", allowed="another endpoint",
                             do="Name one that the strategies cannot change, or leave it out.")  # fmt: skip
    lost = design.follow_up.censoring == "weighted"
    if design.cloned or design.in_sequence or lost:
        found = f"{asked}, with {'those lost weighted for' if lost else design.time_zero.at}"
        yield Problem.at_key(
            file, KEY, found=found, allowed="none, for clones, for sequences, or where those lost are weighted for",
            do="Their weights belong to the time until the outcome: carry out a second design with that endpoint.",
        )  # fmt: skip


def estimate_control(
    emulated: Emulated, weighed: Sequence[Weighed], at_days: Sequence[int], file: str
) -> Control | None:
    """The contrasts by the weights of each set, pooled where there are several; None where none was asked for.

    Whoever was not followed for it is left out of it. InputProblems where a strategy has no event of it.
    """
    if emulated.control is None:
        return None
    frame = emulated.people.select("subject_id", "treated").join(
        emulated.followed_for(emulated.control), on="subject_id", how="left", maintain_order="left"
    )
    there = frame["exit"].is_not_null().to_numpy()
    entry, exits = (frame[name].fill_null(0).cast(pl.Int64).to_numpy() for name in ("entry", "exit"))
    event, treated = frame["event"].fill_null(value=False).to_numpy(), frame["treated"].to_numpy()
    died = frame["competed"].fill_null(value=False).to_numpy() if competes(emulated.control) else None

    def contrasted(places: np.ndarray, cluster: np.ndarray, weight: np.ndarray) -> tuple[Contrast, ...]:
        competed = None if died is None else died[places]
        rows = GroupRows(entry[places], exits[places], event[places], treated[places], cluster, competed)
        return contrast_groups(rows, weight, at_days, emulated.design.horizon_days)

    every = np.flatnonzero(there)
    try:
        each = []
        for one in weighed:
            kept = there[one.held.places]
            each.append(contrasted(one.held.places[kept], one.rows.cluster[kept], one.weight[kept]))
        crude = contrasted(every, every, np.ones(every.size))
    except NotEstimable as why:
        raise InputProblems(
            Problem.at_key(file, KEY, found=f"no difference that can be estimated ({why})",
                           allowed="events in both strategies", do="Choose another endpoint, or leave it out.")
        ) from None  # fmt: skip
    held = weighed[0].held.places
    held = held[there[held]]
    level = emulated.design.analysis.level
    contrasts = each[0] if len(each) == 1 else pool_contrasts(each)
    return Control(emulated.control, contrasts, crude, held.size, int(event[held].sum()), level)
