"""A league table: every treatment against every other, relapses in one triangle and disability in the other.

Rows and columns stand in the order in which they are given, and never by effect: a table sorted by a number that is
hardly known would say more than it knows. Each cell says its row against its column. Bold and an arrow to a name say
which treatment the whole interval favours; colour says it once more.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.network.ratios import NOT_CONNECTED, Ratio
from remission.exhibits.network.sheet import Sheet
from remission.exhibits.rendering import PLAIN
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import (
    FAVOURS_COLUMN,
    FAVOURS_ROW,
    HAIRLINE,
    INK,
    MUTED,
    PALE,
    PAPER,
    SIZES,
    SMALL_CELL,
    SMALLEST_CELL,
    Size,
)
from remission.exhibits.wording import NBSP, count
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.figure import Spec
    from remission.exhibits.tables import Row
    from remission.inputs.provenance import Provenance

Pairs = Mapping[tuple[str, str], Ratio]
NEITHER = "Neither: the interval holds 1, so the two cannot be told apart."
NOT_SORTED = "Rows and columns stand in a fixed order by kind of drug, and not by effect."
# A cell may be as narrow as its limits are wide when they stand one above the other.
MOST_CELL, WHOLE_CELL, LEAST_CELL, HIGH = 84.0, 40.0, 30.0, 42.0


@dataclass(frozen=True)
class LeagueGrid:
    """Treatments in order, and for each two (row, column) the ratio of each outcome, told once, either way round.

    `upper` is what stands above the diagonal and `lower` what stands below it; `upper_says` and `lower_says` are their
    names in words. `short` are names for the heads of columns.
    """

    name: str
    title: str
    treatments: Sequence[str]
    reference: str
    upper: Pairs
    lower: Pairs
    upper_says: str = "relapses"
    lower_says: str = "disability"
    short: Mapping[str, str] = field(default_factory=dict)

    def cell(self, row: str, column: str, *, upper: bool) -> Ratio:
        """The row against the column; what is known only the other way round is turned."""
        pairs = self.upper if upper else self.lower
        if (row, column) in pairs:
            return pairs[row, column]
        found = pairs.get((column, row))
        return found.turned() if found else Ratio(row, column, why=NOT_CONNECTED)

    def cells(self) -> Iterator[tuple[int, int, Ratio]]:
        """Row and column with the ratio that stands there: every cell off the diagonal."""
        for at, row in enumerate(self.treatments):
            for place, column in enumerate(self.treatments):
                if at != place:
                    yield at, place, self.cell(row, column, upper=at < place)


def draw_league_grid(grid: LeagueGrid, provenance: Provenance) -> Figure:
    """The whole grid where there is room; on a phone every treatment against the reference, and the rest as tables."""
    known = [ratio for _, _, ratio in grid.cells() if ratio.value is not None]
    apart = sum(bool(ratio.favours) for ratio in known)
    return Figure(
        name=grid.name,
        title=grid.title,
        subtitle=f"{NOT_SORTED} Below 1: less of it under the first of the two. Bold, an arrow to its name and a "
        "colour: the whole interval favours that treatment. Plain on white: they cannot be told apart.",
        description=f"League table of {count(len(grid.treatments), 'treatment')} in a fixed order. Of {len(known)} "
        f"ratios {apart or 'none'} can be told from 1. The table says each in words.",
        specs={"wide": _wide(grid, SIZES["wide"]), "narrow": _narrow(grid, SIZES["narrow"])},
        table=grid_table(grid, provenance),
        provenance=provenance,
        finishing=PLAIN,
    )


_SCHEMA = {
    **dict.fromkeys(("one", "other"), pl.String),
    **{f"{which}_{end}": pl.Float64 for which in ("upper", "lower") for end in ("value", "low", "high")},
    **{f"{which}_{said}": pl.String for which in ("upper", "lower") for said in ("words", "favours", "said")},
}


def grid_table(grid: LeagueGrid, provenance: Provenance) -> Table:
    """Every two treatments once, with both outcomes in words, and the treatment that each number favours."""
    pairs = list(combinations(grid.treatments, 2))
    return _pairs_table(grid, pairs, grid.name, f"{grid.title}: every two treatments.", provenance)


def tables_of_each(grid: LeagueGrid, provenance: Provenance) -> list[Table]:
    """For each treatment a table of it against every other, in order: what a reader of one treatment looks for."""
    return [
        _pairs_table(grid, [(one, other) for other in grid.treatments if other != one], f"{grid.name}-{at}",
                     f"{one[:1].upper()}{one[1:]} against each of the others.", provenance, of_one=True)
        for at, one in enumerate(grid.treatments, 1)
    ]  # fmt: skip


def _pairs_table(grid: LeagueGrid, pairs: list[tuple[str, str]], name: str, caption: str, provenance: Provenance, *,
                 of_one: bool = False) -> Table:  # fmt: skip
    rows = [_pair_row(grid, one, other) for one, other in pairs]
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    names = (shows("other", "Against", words=True),) if of_one else (
        shows("one", "Treatment", words=True), shows("other", "Against", words=True))  # fmt: skip
    told = [
        Shown(says[:1].upper() + says[1:], _told(which), words=True)
        for which, says in (("upper", grid.upper_says), ("lower", grid.lower_says))
    ]
    raw = frame.drop("upper_words", "lower_words", "upper_said", "lower_said")
    return Table(name, caption, frame, (*names, *told), provenance, f"{NOT_SORTED} {NEITHER}", raw)


def _told(which: str) -> Callable[[Row], str]:
    """A ratio with whom it favours in one cell: half as many cells as with a column for each."""
    return lambda row: str(row[f"{which}_said"])


def _pair_row(grid: LeagueGrid, one: str, other: str) -> dict[str, object]:
    row: dict[str, object] = {"one": one, "other": other}
    for which in ("upper", "lower"):
        ratio = grid.cell(one, other, upper=which == "upper")
        row |= {f"{which}_value": ratio.value, f"{which}_low": ratio.low, f"{which}_high": ratio.high,
                f"{which}_words": ratio.words(), f"{which}_favours": ratio.favours_words,
                f"{which}_said": ratio.said}  # fmt: skip
    return row


# ---------------------------------------------------------------- the whole grid


def _wide(grid: LeagueGrid, size: Size) -> Spec:
    sheet, many = Sheet(size), max(len(grid.treatments), 1)
    letters = max((len(one) for one in grid.treatments), default=1)
    codes = [grid.short.get(one, one) for one in grid.treatments]
    # Whole names beside the rows where there is room for them and the cells; else codes, and a key under the grid.
    whole = 7.2 * letters + 14 + many * WHOLE_CELL <= sheet.width
    heads = list(grid.treatments) if whole else codes
    left = (7.2 if whole else 9.4) * max(map(len, heads), default=1) + 14
    # Whole pixels: a picture of so many cells is written with fewer digits.
    left = math.ceil(left)
    cell = float(min(MOST_CELL, max(LEAST_CELL, (sheet.width - left) // many)))
    flat = 9.4 * max(map(len, codes), default=1) <= cell
    sheet.say(f"Above the diagonal: {grid.upper_says}. Below it: {grid.lower_says}. Each cell: its row against its "
              "column.", 0, 0, ink=MUTED)  # fmt: skip
    top = 42 if flat else 24 + 8.2 * max(map(len, codes), default=1)
    top = math.ceil(top)
    corner = (left, top, cell)
    _add_lines(sheet, corner, many)
    for at, (head, code) in enumerate(zip(heads, codes, strict=True)):
        _add_heads(sheet, (head, code), at, corner, bold=grid.treatments[at] == grid.reference, flat=flat)
    for row, column, ratio in grid.cells():
        _add_cell(sheet, ratio, (left + column * cell, top + row * HIGH), cell)
    foot = top + many * HIGH + 2
    return sheet.spec(
        foot if heads == codes and letters <= max(map(len, codes), default=1) else _add_key(sheet, grid, foot)
    )


def _add_lines(sheet: Sheet, corner: tuple[float, float, float], many: int) -> None:
    """The lines between cells: fewer marks than a box for each."""
    left, top, cell = corner
    for at in range(many + 1):
        x, y = left + at * cell, top + at * HIGH
        sheet.rule(x, top, x, top + many * HIGH, ink=HAIRLINE)
        sheet.rule(left, y, left + many * cell, y, ink=HAIRLINE)


def _add_heads(sheet: Sheet, heads: tuple[str, str], at: int, corner: tuple[float, float, float], *, bold: bool,
               flat: bool) -> None:  # fmt: skip
    (head, code), (left, top, cell) = heads, corner
    letters, middle = sheet.size.words - 1, left + (at + 0.5) * cell
    sheet.say(head, left - 8, top + (at + 0.5) * HIGH, "right", bold=bold, letters=letters)
    if flat:
        sheet.say(code, middle, top - 10, "center", bold=bold, letters=letters)
    else:
        sheet.say(code, middle, top - 6, bold=bold, letters=letters, angle=-90)
    x, y = left + at * cell, top + at * HIGH
    sheet.box(x, y, x + cell, y + HIGH, fill=PALE, ink=HAIRLINE)


def _add_key(sheet: Sheet, grid: LeagueGrid, foot: float) -> float:
    """What the codes over the columns mean."""
    # A code never stands on another line than its name.
    said = "; ".join(
        f"{grid.short[one]} {one}".replace(" ", NBSP) for one in grid.treatments if grid.short.get(one, one) != one
    )
    lines = textwrap.wrap(said, 118, break_on_hyphens=False)
    for at, words in enumerate(lines):
        sheet.say(words, 0, foot + 14 + at * sheet.leading, ink=MUTED)
    return foot + 8 + len(lines) * sheet.leading


def _add_cell(sheet: Sheet, ratio: Ratio, corner: tuple[float, float], cell: float) -> None:
    x, y = corner
    small = SMALL_CELL if cell >= WHOLE_CELL else SMALLEST_CELL
    favoured = {ratio.one: FAVOURS_ROW, ratio.other: FAVOURS_COLUMN}.get(ratio.favours, PAPER)
    if favoured != PAPER:
        sheet.box(x, y, x + cell, y + HIGH, fill=favoured, ink=HAIRLINE)
    middle = x + cell / 2
    if ratio.value is None or ratio.low is None or ratio.high is None:
        sheet.say("–", middle, y + HIGH / 2, "center", ink=MUTED, letters=small)
        return
    bold = bool(ratio.favours)
    value, low, high = (text_half_up(one, 2) for one in (ratio.value, ratio.low, ratio.high))
    sheet.say(value, middle, y + 9, "center", bold=bold, letters=small + 1)
    sheet.say(f"{low} to", middle, y + 22, "center", letters=small - 1)
    sheet.say(high, middle, y + 34, "center", letters=small - 1)
    if ratio.favours:
        # The arrow points to the name of whom the number favours: to the left end of the row, or up the column.
        shape = "triangle-left" if ratio.favours == ratio.one else "triangle-up"
        sheet.point(x + 6, y + 36, ink=INK, fill=INK, shape=shape, area=16, thick=0.5)


# ---------------------------------------------------------------- against the reference, on a phone


def _narrow(grid: LeagueGrid, size: Size) -> Spec:
    sheet = Sheet(size)
    lines = (
        f"Each against {grid.reference}. The tables below have",
        "each against every other. Arrow up: it favours the",
        f"treatment. Arrow down: it favours {grid.reference}.",
    )
    for at, words in enumerate(lines):
        sheet.say(words, 0, at * sheet.leading, ink=MUTED)
    top = len(lines) * sheet.leading + 8.0
    for one in grid.treatments:
        if one != grid.reference:
            top = _add_against(sheet, grid, one, top)
    return sheet.spec(top)


def _add_against(sheet: Sheet, grid: LeagueGrid, one: str, top: float) -> float:
    sheet.say(one, 0, top + 8, bold=True)
    y = top + 8 + sheet.leading + 2
    # Each is read in its own triangle, but always as the treatment against the reference.
    for upper, says in ((True, grid.upper_says), (False, grid.lower_says)):
        ratio = grid.cell(one, grid.reference, upper=upper)
        fill = {one: FAVOURS_ROW, grid.reference: FAVOURS_COLUMN}.get(ratio.favours, PAPER)
        sheet.box(0, y - 10, sheet.width, y + 10, fill=fill, ink=HAIRLINE)
        sheet.say(says[:1].upper() + says[1:], 6, y)
        sheet.say(ratio.words(), sheet.width - 20, y, "right", bold=bool(ratio.favours))
        if ratio.favours:
            shape = "triangle-up" if ratio.favours == one else "triangle-down"
            sheet.point(sheet.width - 9, y, ink=INK, fill=INK, shape=shape, area=34, thick=0.5)
        y += 21
    return y + 4
