"""In how many ways memory B cells were counted, and how many drugs each way has: the answer before any axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remission.studies.b_cells.join import FEWEST, Effect, Joined, join
from remission.studies.b_cells.rows import DENOMINATORS, MEMORY, UNKNOWN_DENOMINATORS, Compartment, Counted

COUNTED_FROM_BEFORE = ("change", "left of baseline")


@dataclass(frozen=True)
class Way:
    """One denominator: the drugs with a number of change from before, and those with a direction only."""

    denominator: str
    numbers: tuple[str, ...]
    directions: tuple[str, ...]

    @property
    def says(self) -> str:
        """The denominator in words."""
        return DENOMINATORS[self.denominator]


def ways(rows: Sequence[Counted], subset: str = MEMORY) -> tuple[Way, ...]:
    """Each way in which cells were counted, with its drugs.

    >>> from remission.studies.b_cells.load import load_b_cells
    >>> [(way.denominator, way.numbers) for way in ways(load_b_cells().counts) if way.numbers]
    [('not told', ('cladribine',))]
    """
    found = []
    for denominator in DENOMINATORS:
        own = [row for row in rows if (row.subset, row.denominator) == (subset, denominator)
               and row.statistic in COUNTED_FROM_BEFORE and row.status != "not found"]  # fmt: skip
        numbers = dict.fromkeys(row.drug for row in own if row.is_number)
        directions = dict.fromkeys(row.drug for row in own if row.drug not in numbers)
        if own:
            found.append(Way(denominator, tuple(numbers), tuple(directions)))
    return tuple(found)


def joins(
    rows: Sequence[Counted], effects: Mapping[str, Effect], natalizumab: Compartment = "blood", subset: str = MEMORY
) -> tuple[Joined, ...]:
    """The axis of each denominator that is known and has any row of the cells."""
    known = [way.denominator for way in ways(rows, subset) if way.denominator not in UNKNOWN_DENOMINATORS]
    return tuple(join(rows, effects, subset, one, natalizumab=natalizumab) for one in known)


def answer(rows: Sequence[Counted], effects: Mapping[str, Effect]) -> str:
    """What can be said of memory B cells and effect, first in plain words; then whether there is an axis."""
    made = [one for one in joins(rows, effects) if one.carries_axis]
    if made:
        return " ".join(_range_words(one) for one in made)
    return (
        "What can be read today does not show whether drugs that take away more memory B cells work better. "
        f"No axis can be drawn: {FEWEST} drugs counted in one way are needed. {_numbers_words(rows)}"
    )


def _numbers_words(rows: Sequence[Counted]) -> str:
    """Which drugs have a number of how many cells were left, and how far those were checked."""
    own = [row for row in rows if row.subset == MEMORY and row.statistic == "left of baseline" and row.is_number]
    drugs = sorted({row.drug for row in own})
    if not drugs:
        return "No drug has a number of how many were left."
    second_hand = all(row.status == "secondary" for row in own)
    number = (
        "a number of how many were left, and it is second-hand." if second_hand else "a number of how many were left."
    )
    return f"Only {' and '.join(drugs)} {'has' if len(drugs) == 1 else 'have'} {number}"


def _range_words(joined: Joined) -> str:
    assert joined.range is not None  # an axis has one
    low, high = joined.range
    return (
        f"Memory B cells of {len(joined.points)} drugs were counted {DENOMINATORS[joined.asked.denominator]}: the "
        f"correlation of their order with effect lies from {low:.2f} to {high:.2f}."
    )
