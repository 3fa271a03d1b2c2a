"""How many people a power takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

# What power trials are planned for, nearly all of them.
POWERS = (0.8, 0.9)


@dataclass(frozen=True)
class Size:
    """Whole people of all arms together.

    enter: who must enter, where some are not seen; events: those expected of all, of a trial of time to an event.
    """

    people: int
    enter: int | None = None
    events: int | None = None


def whole(number: float) -> int:
    """Rounded up, for one short is short; what is whole but for rounding stays as it is.

    >>> whole(113.6), whole(114 + 1e-12)
    (114, 114)
    """
    return math.ceil(number - 1e-9)
