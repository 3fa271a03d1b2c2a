"""Pairs of a phase II and a phase III trial of one treatment: a table of the library, each row with its status.

Only what was read stands in it: a pair whose numbers are merely remembered waits until somebody reads its paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from remission.inputs.declared import key
from remission.library.catalogue import table


@dataclass(frozen=True)
class Pair:
    """One outcome of one pair of trials: effects as printed, whether they may be compared, and where they are from."""

    drug: str
    phase2: str = key("The phase II trial")
    phase2_people: str = key("Its people")
    phase2_against: str = key("What it was compared with")
    outcome2: str = key("What was measured")
    effect2: float = key("What was found: a ratio")
    phase3: str = key("The phase III trial")
    phase3_people: str = key("Its people")
    phase3_against: str = key("What it was compared with")
    outcome3: str = key("What was measured")
    effect3: float = key("What was found: a ratio")
    comparable: str = key("May the two be compared: yes, partly, no", choices=("yes", "partly", "no"))
    source: str = key("Where the numbers are from")
    status: str = key("How far they were checked", choices=("verified", "secondary"))
    dose: str = ""
    why: str = ""
    note: str = ""

    @property
    def kept(self) -> float:
        """How much of the log effect of phase II was left in phase III."""
        # Of logs, for ratios are effects by how many times: 1 is all of it, 0 none, and below 0 it was turned round.
        return math.log(self.effect3) / math.log(self.effect2)


@cache
def phase_pairs() -> tuple[Pair, ...]:
    """Every pair of the library.

    >>> round(phase_pairs()[0].kept, 2)
    0.68
    """
    return table("phase_pairs", Pair)


def pairs_of(drug: str) -> tuple[Pair, ...]:
    """The pairs of one drug with one comparison and one outcome, wholly or, where people differed, partly."""
    return tuple(one for one in phase_pairs() if one.drug == drug and one.comparable != "no")
