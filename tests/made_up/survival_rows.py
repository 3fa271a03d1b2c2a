"""Random rows of follow-up for property tests, and a Kaplan-Meier curve written as the textbook says it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

Row = tuple[int, int, bool]  # entry, exit, event

followed = st.tuples(st.just(0), st.integers(1, 40), st.booleans())
late = st.tuples(st.integers(0, 30), st.integers(1, 20), st.booleans()).map(
    lambda row: (row[0], row[0] + row[1], row[2])
)

many_followed = st.lists(followed, min_size=1, max_size=40)
many_late = st.lists(late, min_size=1, max_size=40)


def columns(rows: list[Row]) -> tuple[list[int], list[int], list[bool]]:
    """Entry, exit and event as three lists."""
    entry, last, event = zip(*rows, strict=True)
    return list(entry), list(last), list(event)


def textbook(rows: list[Row]) -> dict[int, Fraction]:
    """The height of the curve after each day on which somebody leaves, in exact fractions."""
    height, curve = Fraction(1), {}
    for day in sorted({last for _, last, _ in rows}):
        at_risk = sum(entry < day <= last for entry, last, _ in rows)
        events = sum(event for _, last, event in rows if last == day)
        height *= Fraction(at_risk - events, at_risk)
        curve[day] = height
    return curve
