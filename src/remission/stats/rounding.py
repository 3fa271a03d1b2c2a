"""Printing numbers as published tables do: halves go away from zero, and an exact half is recognised as one.

An estimate such as 23/24 x 18/20 = 86.25 % is an exact half: Python and R round it to the even digit, 86.2, or find it
stored a trifle too low, where a decimal calculation prints 86.3. Adding 1e-9 and rounding halves up restores that.
"""

from __future__ import annotations

import math

RECOGNISED_HALF = 1e-9


def round_half_up(value: float, digits: int = 0) -> float:
    """Round to `digits` decimals, halves away from zero, after adding 1e-9 to the magnitude.

    >>> round_half_up(86.25, 1), round(86.25, 1), round_half_up(-0.5)
    (86.3, 86.2, -1.0)
    """
    if not math.isfinite(value):
        return value
    scale = 10.0**digits
    magnitude = math.floor((abs(value) + RECOGNISED_HALF) * scale + 0.5) / scale
    return math.copysign(magnitude, value) if magnitude else 0.0


def text_half_up(value: float, digits: int = 0) -> str:
    """The rounded number as text with exactly `digits` decimals, never "-0".

    >>> text_half_up(100 * 23 / 24 * 18 / 20, 1), text_half_up(-0.04, 1), text_half_up(12.0)
    ('86.3', '0.0', '12')
    """
    return f"{round_half_up(value, digits):.{digits}f}"
