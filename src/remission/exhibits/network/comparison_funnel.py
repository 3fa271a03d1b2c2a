"""A comparison-adjusted funnel: how far each trial lies from what the network says of its comparison, by its error.

Trials of one comparison cannot be laid beside those of another until the effect of each comparison is taken out. What
is left would lie evenly about 0; a lean of the small trials to one side is what selective printing would look like, and
what other things look like too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from remission.exhibits.figure import Figure
from remission.exhibits.network.sheet import Sheet
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import name_link
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count, listed
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.exhibits.figure import Spec
    from remission.inputs.provenance import Provenance

WITHIN = 1.959964
RATIOS = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0, 4.0)


@dataclass(frozen=True)
class FunnelTrial:
    """A trial: its `distance` (log ratio) from its comparison, and its standard `error` on the same scale.

    An error that is `counted` here, and not printed, is drawn open.
    """

    name: str
    one: str
    other: str
    distance: float
    error: float
    href: str = ""
    counted: bool = False

    @property
    def is_outside(self) -> bool:
        """Is it farther off than chance takes 95 of 100 trials with its error?"""
        return abs(self.distance) > WITHIN * self.error


@dataclass(frozen=True)
class ComparisonFunnel:
    """Trials with their distances; `says` is what a test of lean found, in words, and `left_out` what has no place.

    A trial alone with its comparison lies at 0 by the way it is reckoned: it says nothing.
    """

    name: str
    title: str
    trials: Sequence[FunnelTrial]
    says: str = ""
    left_out: str = ""

    @property
    def outside(self) -> list[FunnelTrial]:
        """Those farther off than chance would have them."""
        return [one for one in self.trials if one.is_outside]


def draw_comparison_funnel(funnel: ComparisonFunnel, provenance: Provenance) -> Figure:
    """Dots by distance and error, and the lines between which 95 in 100 would lie; who lies beyond is named."""
    said = funnel_words(funnel)
    return Figure(
        name=funnel.name,
        title=funnel.title,
        subtitle=f"{said} Left: better for the first of the two than the network says. Higher: smaller error. Slanting "
        f"lines: where 95 in 100 would lie if chance alone moved them. {_open_words(funnel)}{funnel.says}".strip(),
        description=f"Funnel plot of trials by their distance from their comparison. {said} {funnel.says}".strip(),
        specs={width: _spec(funnel, SIZES[width]) for width in SIZES},
        table=funnel_table(funnel, provenance),
        provenance=provenance,
        finishing=Finishing(linked=any(one.href for one in funnel.trials)),
    )


def _open_words(funnel: ComparisonFunnel) -> str:
    return "Open: its error is counted here, not printed. " if any(one.counted for one in funnel.trials) else ""


def funnel_words(funnel: ComparisonFunnel) -> str:
    """How many comparisons of trials are drawn, and which lie beyond what chance allows."""
    names = listed([one.name for one in funnel.outside])
    beyond = f"{len(funnel.outside)} beyond what chance allows: {names}" if names else "none beyond what chance allows"
    return f"{count(len(funnel.trials), 'comparison')}, {beyond}."


def funnel_table(funnel: ComparisonFunnel, provenance: Provenance) -> Table:
    """Every trial with its comparison, how far it lies from it, and its error."""
    rows = [{"name": one.name, "href": one.href, "one": one.one, "other": one.other, "distance": one.distance,
             "error": one.error, "error_is": "counted here" if one.counted else "printed",
             "outside": "yes" if one.is_outside else "no"} for one in funnel.trials]  # fmt: skip
    schema = {**dict.fromkeys(("name", "href", "one", "other"), pl.String),
              **dict.fromkeys(("distance", "error"), pl.Float64), "error_is": pl.String,
              "outside": pl.String}  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema)
    columns = (
        Shown("Trial", lambda row: name_link(row, "name"), words=True),
        Shown("Comparison", lambda row: f"{row['one']} against {row['other']}", words=True),
        Shown("Times the ratio of its comparison", lambda row: text_half_up(math.exp(row["distance"]), 2)),
        Shown("Standard error (log)", lambda row: text_half_up(row["error"], 2)),
        shows("error_is", "That error is", words=True),
        shows("outside", "Beyond chance", words=True),
    )
    return Table(funnel.name, f"{funnel.title}.", frame, columns, provenance, funnel.left_out, frame.drop("href"))


TALL = 300


def _spec(funnel: ComparisonFunnel, size: Size) -> Spec:
    sheet = Sheet(size)
    left, right = (60.0, 780.0) if size.wide else (34.0, 330.0)
    most = 1.08 * max((one.error for one in funnel.trials), default=0.5)
    reach = max([WITHIN * most, *(1.1 * abs(one.distance) for one in funnel.trials)])
    middle, half = (left + right) / 2, (right - left) / 2

    def across(distance: float) -> float:
        return round(middle + half * distance / reach, 2)

    def down(error: float) -> float:
        return round(20 + TALL * error / most, 2)

    _add_axes(sheet, (left, right), across, down, most, reach)
    for one in funnel.trials:
        ink = VERMILION if one.is_outside else BLUE
        x, y = across(one.distance), down(one.error)
        fill = PAPER if one.counted else ink
        sheet.point(x, y, ink=ink, fill=fill, shape="diamond" if one.is_outside else "circle", area=75)
        if one.is_outside and size.wide:
            side = -1 if one.distance > 0 else 1
            sheet.say(one.name, x + 10 * side, y, "left" if side > 0 else "right")
        if one.href:
            words = f"{one.name}: {one.one} against {one.other}"
            sheet.link(x - 8, y - 8, x + 8, y + 8, href=one.href, words=words)
    return sheet.spec(20 + TALL + 52)


def _add_axes(sheet: Sheet, ends: tuple[float, float], across: Callable[[float], float],
              down: Callable[[float], float], most: float, reach: float) -> None:  # fmt: skip
    left, right = ends
    foot = 20 + TALL
    step = next(one for one in (0.05, 0.1, 0.2, 0.5, 1.0) if most / one <= 6 or one == 1.0)
    for at in range(int(most / step) + 1):
        y = down(at * step)
        sheet.rule(left, y, right, y, ink=HAIRLINE)
        sheet.say(f"{at * step:g}", left - 6, y, "right", ink=MUTED)
    sheet.say("Standard error of the log ratio", 0, 0, ink=MUTED)
    for ratio in RATIOS:
        if abs(math.log(ratio)) <= reach:
            sheet.say(f"{ratio:g}", across(math.log(ratio)), foot + 14, "center", ink=MUTED)
    sheet.rule(across(0), 20, across(0), foot, ink=INK, thick=1.4)
    for side in (-1, 1):
        sheet.rule(across(0), 20, across(side * WITHIN * most), foot, ink=MUTED, dash=(4, 3), thick=1.2)
    whole = "Times the ratio that the network has for the same two treatments"
    says = whole if sheet.size.wide else "Times the ratio of the network"
    sheet.say(says, (left + right) / 2, foot + 34, "center", ink=MUTED)
