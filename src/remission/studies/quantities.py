"""The names of what studies measure: in what unit, and what shape a number of it has.

The shape decides how it may be pooled: a count by its events, a survival share only with its printed interval, a ratio
on the log scale. What is plain is shown and never pooled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from remission.inputs.declared import key
from remission.library.catalogue import table

Shape = Literal["count", "survival", "share", "rate", "ratio", "plain"]


@dataclass(frozen=True)
class Quantity:
    """One thing that studies measure."""

    name: str = key("Its name in files of studies")
    title: str = key("Its name in people's words")
    unit: str = key("The unit in which it is printed")
    better: Literal["higher", "lower", "neither"] = key("Which direction is good for people")
    shape: Shape = key("What shape a number of it has")
    says: str = key("What it is, in a sentence")

    @property
    def is_percentage(self) -> bool:
        """Is it printed as a percentage?"""
        return self.unit == "%"


@cache
def quantities() -> dict[str, Quantity]:
    """Every quantity by its name.

    >>> quantities()["transplant-deaths"].title, quantities()["progression-free"].shape
    ('Died of the transplant', 'survival')
    """
    return {one.name: one for one in table("quantities", Quantity)}
