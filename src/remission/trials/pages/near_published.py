"""How near virtual people come to published numbers, in two pictures: shares in per cent, and relapses a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.page import Block, Picture, Section
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.trials.beside import Beside, Pair, draw_beside
from remission.exhibits.wording import count
from remission.simulation.course.page import QUANTITIES, arm_words, printed_words, simulated_words, what_words

if TYPE_CHECKING:
    from remission.exhibits.figure import Figure
    from remission.inputs.provenance import Provenance
    from remission.simulation.course.calibrate import Target

# What follows the fit is no surprise: only the other numbers could have come out otherwise.
JUDGE = "What was fitted had to come out. Look at the second group: what is in it could have failed."
CHANCE = (
    "Chance allows: the printed interval, or, where none was printed, 95 % limits by the number of people in the arm."
)
PER_CENT, A_YEAR = "%", "relapses a year"
TICKS = {PER_CENT: (0.0, 25.0, 50.0, 75.0, 100.0), A_YEAR: (0.0, 0.25, 0.5, 0.75, 1.0)}
TITLES = {
    PER_CENT: ("near-shares", "Per cent of people, printed and simulated"),
    A_YEAR: ("near-rates", "Relapses a year, printed and simulated"),
}


def _arm_and_what(row: Row) -> str:
    what = str(row["what"])
    return f"{row['arm']}. {what[:1].upper()}{what[1:]}"


# One column and not two: the source of a row must be seen without moving a window of 1,200 pixels sideways.
PUBLISHED = Shown("Published arm", _arm_and_what, words=True)


def near_section(targets: Sequence[Target], provenance: Provenance) -> Section:
    """Both pictures, and what has no place in either."""
    shares, rates = (Picture.of(near_picture(targets, unit, provenance)) for unit in TICKS)
    others = [unit_of(one) for one in targets if unit_of(one) not in TICKS]
    said = (
        f"{count(len(others), 'more number')} of other units ({'; '.join(sorted(set(others)))}): in the tables below."
    )
    return Section("near", "How near they come", [Block("", [JUDGE], shares), Block("", [said], rates)])


def near_picture(targets: Sequence[Target], unit: str, provenance: Provenance) -> Figure:
    """Printed numbers of one unit, each with the simulated one beside it."""
    name, title = TITLES[unit]
    # In the order of the picture, so that the table reads beside it.
    shown = sorted((one for one in targets if unit_of(one) == unit), key=lambda one: not one.parameter)
    outside = sum(not one.agrees for one in shown)
    said = f"{outside} of {len(shown)} lie outside of chance." if outside else "All lie within chance."
    beside = Beside(title, said, [pair_of(one) for one in shown], TICKS[unit])
    return draw_beside(beside, near_table(name, title, shown, provenance), provenance)


def near_table(name: str, title: str, targets: Sequence[Target], provenance: Provenance) -> Table:
    """A row for each number of a picture, with the interval that is drawn."""
    rows = [
        {"arm": arm_words(one), "what": what_words(one), "printed": printed_words(one)}
        | dict(zip(("low", "high"), limits_of(one), strict=True))
        | {"simulated": simulated_words(one), "fitted": bool(one.parameter), "agrees": one.agrees}
        for one in targets
    ]
    columns = (
        PUBLISHED,
        shows("printed", "Printed", words=True),
        Shown("Chance allows", lambda row: f"{row['low']:.3g} to {row['high']:.3g}"),
        shows("simulated", "Simulated", words=True),
        Shown("Fitted", lambda row: "yes" if row["fitted"] else "no"),
        Shown("Within chance", lambda row: "yes" if row["agrees"] else "no"),
    )
    return Table(name, f"{title}.", pl.DataFrame(rows), columns, provenance, CHANCE)


def unit_of(one: Target) -> str:
    """Per cent, relapses a year, or the whole name of the quantity where it has no picture.

    >>> from remission.simulation.course.calibrate import load_targets
    >>> [unit_of(one) for one in load_targets("placebo-against-drug")[:2]]
    ['relapses a year', '%']
    """
    # By the unit at the end of the words, for whatever is in per cent stands on one axis.
    words = QUANTITIES[one.quantity]
    return PER_CENT if words.endswith(PER_CENT) else words


def limits_of(one: Target) -> tuple[float, float]:
    """Between what chance allows a simulated number to lie; of shares no more than all and no less than none."""
    low, high = one.chance
    # Normal limits of a share near all or none reach beyond it, where no share can lie and the axis has no room.
    return (max(low, 0.0), min(high, 100.0)) if unit_of(one) == PER_CENT else (low, high)


def pair_of(one: Target) -> Pair:
    """A target as its picture shows it; ValueError where nothing was simulated yet."""
    # A target may stand in the library before the calibration has run: drawn then, it would have nothing beside it.
    if one.fitted is None:
        raise ValueError(f"{one.quantity} of {one.study}: nothing was simulated beside it; run the calibration")
    return Pair(
        arm=arm_words(one).rpartition(", ")[0],
        what=plain_words(one),
        printed=one.value,
        limits=limits_of(one),
        open_ends=one.low is None,
        simulated=one.fitted,
        fitted=bool(one.parameter),
        agrees=one.agrees,
    )


def plain_words(one: Target) -> str:
    """What was printed and when, without its unit."""
    return what_words(one).replace(", %", "")
