"""How sure one may be of a pooled number, as somebody judged it; not judged if nobody did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from remission.inputs.declared import key

Sure = Literal["high", "moderate", "low", "very low", "not judged"]
Reason = Literal["none", "serious", "very serious", "not judged"]


@dataclass(frozen=True)
class Certainty:
    """A judgement in the words of GRADE (Guyatt et al. 2008, doi:10.1136/bmj.39489.470347.AD), with who and why.

    >>> Certainty().sure
    'not judged'
    """

    sure: Sure = key("How sure", "not judged")
    risk_of_bias: Reason = key("Are the studies likely to mislead?", "not judged")
    inconsistency: Reason = key("Do they differ more than chance explains?", "not judged")
    indirectness: Reason = key("Are other people or other treatments meant than in the question?", "not judged")
    imprecision: Reason = key("Is the interval too wide for the question?", "not judged")
    publication_bias: Reason = key("Are results likely to be missing?", "not judged")
    by: str = key("Who judged", "")
    on: date | None = key("The day", None)
    why: str = key("Why", "")

    @property
    def is_judged(self) -> bool:
        """Did somebody judge?"""
        return self.sure != "not judged"
