"""Everything that is wrong with real files of hospital stock, put into invented rows on purpose and counted.

Rows are arrays side by side. First come the troubles that stay in a month for good (parts of vials, returns that
outweigh issues, prices not known, trusts that send nothing or only part of it), then those of an early version of the
month: some trusts go on correcting their newest months.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from remission.simulation.stock.trusts import Flags, Floats, Ints

if TYPE_CHECKING:
    from remission.simulation.stock.supply import Line

PART_VIALS, NEGATIVE, NULL_COST = 0.10, 0.007, 0.039
MISSING, GAPS, LONGEST_GAP = 0.006, 4, 5
PARTIAL, PARTLY_SENT = 0.006, 0.35
BACKTRACKING = 0.45  # of trusts correct months that are out already
DROPPED, LOWERED, FADES = 0.10, 0.15, 0.75  # of their rows at first, and how fast that goes away with months
LATE = 0.02  # of trusts are not in the newest month yet

WHOLE, PARTLY, NONE = 0, 1, 2


@dataclass(frozen=True)
class Rows:
    """Rows of one month: places of the reporter and the product, quantity, and what befell them, shape (rows,)."""

    reporter: Ints
    product: Ints
    quantity: Floats
    part_vial: Flags
    negative: Flags
    null_cost: Flags
    chance: Floats

    def only(self, keep: Flags) -> Rows:
        """The rows for which `keep` is true."""
        return Rows(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Products:
    """What the troubles need to know of each product, shape (products,)."""

    udfs_size: Floats
    is_vial: Flags

    @classmethod
    def of(cls, lines: tuple[Line, ...]) -> Products:
        """Of these lines."""
        return cls(np.array([line.udfs_size for line in lines]), np.array([line.is_vial for line in lines]))


def troubled(draws: Floats, products: Products, reporter: Ints, product: Ints, units: Ints) -> Rows:
    """Rows with the troubles that stay; `draws` is uniform, shape (4, rows)."""
    size = products.udfs_size[product]
    part = products.is_vial[product] & (draws[0] < PART_VIALS)
    negative = draws[1] < NEGATIVE
    # From the same draw that chose the row: another one would move every number drawn after it.
    tenths = np.ceil(draws[0] / PART_VIALS * 9) / 10
    quantity = np.where(part, (units - tenths) * size, units * size)
    quantity = np.where(negative, -np.minimum(quantity, size), quantity)
    rounded: Floats = quantity.astype(np.float64).round(2)
    return Rows(reporter, product, rounded, part & ~negative, negative, draws[2] < NULL_COST, draws[3])


def draw_submissions(random: np.random.Generator, reporters: int, months: int) -> Ints:
    """Whether each reporter sends a month whole, in part or not at all, shape (reporters, months)."""
    draws = random.random((reporters, months))
    sent = np.where(draws < MISSING, NONE, np.where(draws < MISSING + PARTIAL, PARTLY, WHOLE))
    for who, when, long in random.random((GAPS, 3)):
        begin = int(when * months)
        # Gaps of several months in a row, too: coverage has to tell a silence from an end.
        sent[int(who * reporters), begin : begin + 2 + int(long * (LONGEST_GAP - 1))] = NONE
    return sent


def sent_only(rows: Rows, sent: Ints) -> Rows:
    """The rows that are sent at all, given how each reporter sends this month."""
    how = sent[rows.reporter]
    return rows.only((how == WHOLE) | ((how == PARTLY) & (rows.chance < PARTLY_SENT)))


def early_version(rows: Rows, draws: Floats, products: Products, age_months: int) -> Rows:
    """The month as it stood when it was `age_months` old (0: the newest): rows missing, quantities too low.

    `draws` is uniform, shape (2, reporters): who corrects later, and who is late altogether in the newest month.
    """
    # Corrections become rarer with age; a file that is years old differs no more.
    fade = FADES**age_months
    corrects = draws[0][rows.reporter] < BACKTRACKING
    place = (rows.chance * 7919.0) % 1.0  # independent of which rows a partial submission keeps
    late = (age_months == 0) & (draws[1][rows.reporter] < LATE)
    dropped = late | (corrects & (place < DROPPED * fade))
    # From the other end of the same chance: a row is dropped or lowered, and never both.
    lower = corrects & (place > 1 - LOWERED * fade) & (rows.quantity > 2 * products.udfs_size[rows.product])
    quantity = np.where(lower, rows.quantity - products.udfs_size[rows.product], rows.quantity)
    changed = Rows(**{**vars(rows), "quantity": np.round(quantity, 2)})
    return changed.only(~dropped)
