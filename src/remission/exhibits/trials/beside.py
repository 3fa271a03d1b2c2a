"""Printed numbers with their intervals, and beside each what virtual people give: fitted and not fitted apart.

Groups stand under headings that carry their mark, so that a shape is explained where it is used; a number that lies
outside of chance is named in words, with how far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import TICK, Figure, Spec, layer, name, own_ink
from remission.exhibits.synthesis.canvas import OWN, only, pixel_axes
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

LAYERS = ("grid", "intervals", "printed", "simulated", "words")
KEY = "printed, with its interval"
DASHED = "dashed where none was printed: what chance allows with so few people"
HEADS = {True: "Fitted to these", False: "Nothing was fitted to these"}
# Letters of a name beside the plot, and where the numbers begin at its right, in pixels.
LETTERS, RIGHT = 48, 622
# Hollow and round, or full with corners: told apart without colour, and the line of what was printed is seen in both.
MARKS = {True: ("circle", PAPER), False: ("diamond", BLUE)}


@dataclass(frozen=True)
class Pair:
    """One printed number with the limits that chance allows, and the simulated one; `open_ends`: none were printed."""

    arm: str
    what: str
    printed: float
    limits: tuple[float, float]
    open_ends: bool
    simulated: float
    fitted: bool
    agrees: bool

    @property
    def apart(self) -> str:
        """How far outside of chance it lies; empty where it lies within.

        >>> Pair("Arm", "free of relapses", 73, (66, 81), False, 62.1, fitted=False, agrees=False).apart
        'outside chance: 10.9 too low'
        """
        less = self.simulated - self.printed
        return "" if self.agrees else f"outside chance: {abs(less):.3g} too {'low' if less < 0 else 'high'}"


@dataclass(frozen=True)
class Beside:
    """What the picture shows; the axis goes from 0 to the last of `ticks`. ValueError where a number lies beyond it."""

    title: str
    subtitle: str
    pairs: Sequence[Pair]
    ticks: Sequence[float]

    def __post_init__(self) -> None:
        """Refuse a number that would be drawn at the end of the axis, where it is not."""
        for one in self.pairs:
            if not (0 <= one.printed <= self.ticks[-1] and 0 <= one.simulated <= self.ticks[-1]):
                raise ValueError(f"{one.arm}, {one.what}: beyond the axis, which ends at {self.ticks[-1]:g}")


def draw_beside(shown: Beside, table: Table, provenance: Provenance) -> Figure:
    """The picture in two widths; `table` is its text twin."""
    missed = [one for one in shown.pairs if not one.agrees]
    told = "; ".join(f"{one.arm}, {one.what}, {one.apart}" for one in missed)
    outside = f"{len(missed)} outside of chance: {told}." if missed else "None lies outside of chance."
    return Figure(
        name=table.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"{count(len(shown.pairs), 'printed number')}, each with the simulated one beside it. {outside}",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
    )


def _spec(shown: Beside, size: Size) -> Spec:
    rows = _Rows(shown, size)
    x, y = pixel_axes(rows.width, rows.top)
    shape, fill = {"field": "shape", **OWN}, {"field": "fill", **OWN}
    text: dict[str, Any] = {"type": "text", "baseline": "middle", "fontSize": size.words}
    x2, y2 = {"field": "x2"}, {"field": "y2"}
    layers = [
        layer("grid", {"type": "rule", "color": HAIRLINE}, x=x, y=y, y2=y2),
        layer("intervals", {"type": "rule", "strokeWidth": 2, "color": INK}, x=x, x2=x2, y=y,
              strokeDash={"field": "dash", **OWN}),
        layer("printed", {"type": "point", "shape": TICK, "size": 260, "strokeWidth": 2.5, "opacity": 1, "stroke": INK},
              x=x, y=y),
        layer("simulated", {"type": "point", "size": 95, "strokeWidth": 2, "opacity": 1}, x=x, y=y, shape=shape,
              fill=fill, stroke=own_ink()),
        *(only(layer("words", text | {"align": align, "fontWeight": weight}, x=x, y=y, text=name("words"),
                     color=own_ink()), f"datum.align == '{align}' && datum.weight == '{weight}'")
          for align, weight in (("left", "normal"), ("left", "bold"), ("center", "normal"))),
    ]  # fmt: skip
    return {"datasets": rows.layers, "layer": layers, "width": rows.width, "height": rows.top}


class _Rows:
    """Everything laid out in pixels from the top down; `layers` holds what each layer is drawn from."""

    def __init__(self, shown: Beside, size: Size) -> None:
        self.shown, self.wide, self.leading, self.top = shown, size.wide, size.words + 3.0, 0.0
        self.width = 862 if size.wide else 336
        # A phone has no room beside the plot: words stand above it.
        self.plot = (310.0, 606.0) if size.wide else (6.0, 326.0)
        self.layers: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
        self._add_key()
        for fitted in (True, False):
            group = [one for one in shown.pairs if one.fitted is fitted]
            if group:
                self._add_head(fitted=fitted)
                for one in group:
                    self._add(one)

    def _say(self, words: str, x: float, y: float, ink: str = INK, *, bold: bool = False, align: str = "left") -> None:
        weight = "bold" if bold else "normal"
        self.layers["words"].append({"words": words, "x": x, "y": y, "ink": ink, "weight": weight, "align": align})

    def _mark(self, x: float, y: float, ink: str, *, fitted: bool) -> None:
        shape, fill = MARKS[fitted]
        fill = fill if fill == PAPER else ink
        self.layers["simulated"].append({"x": x, "y": y, "shape": shape, "fill": fill, "ink": ink})

    def _interval(self, low: float, high: float, y: float, *, dashed: bool) -> None:
        self.layers["intervals"].append({"x": low, "x2": high, "y": y, "dash": [4, 3] if dashed else [1, 0]})

    def _add_key(self) -> None:
        y = self.leading / 2
        self._interval(0, 30, y, dashed=False)
        self.layers["printed"].append({"x": 15, "y": y})
        for at, words in enumerate(wrapped(f"{KEY}; {DASHED}", 110 if self.wide else 40)):
            self._say(words, 38, y + at * self.leading, MUTED)
            self.top = (at + 1.2) * self.leading

    def _add_head(self, *, fitted: bool) -> None:
        y = self.top + self.leading
        self._mark(7, y, BLUE, fitted=fitted)
        self._say(HEADS[fitted], 20, y, bold=True)
        # One axis for each group: the eye need not go back to the first.
        axis = y if self.wide else y + 1.3 * self.leading
        for tick in self.shown.ticks:
            self._say(f"{tick:g}", self._across(tick), axis, MUTED, align="center")
        self.top = axis + 0.8 * self.leading

    def _add(self, one: Pair) -> None:
        names = [(words, INK) for words in wrapped(one.arm, LETTERS)]
        names += [(words, MUTED) for words in wrapped(one.what, LETTERS)]
        numbers = [f"{one.printed:g} printed, {one.simulated:g} simulated", *filter(None, [one.apart])]
        lines = max(len(names), len(numbers)) if self.wide else len(names) + len(numbers)
        begins, tall = self.top, lines * self.leading
        for at, (words, ink) in enumerate(names):
            self._say(words, 0, begins + (at + 0.5) * self.leading, ink)
        middle = begins + (tall / 2 if self.wide else tall + 0.6 * self.leading)
        # Beside the plot words stand at the height of their mark, on a phone under the name.
        upper = middle - len(numbers) * self.leading / 2 if self.wide else begins + len(names) * self.leading
        for at, words in enumerate(numbers):
            ink = VERMILION if at else INK
            self._say(words, RIGHT if self.wide else 0, upper + (at + 0.5) * self.leading, ink, bold=at > 0)
        self.top = begins + tall + 8 if self.wide else middle + 1.2 * self.leading
        self._add_marks(one, middle, (begins, self.top) if self.wide else (middle - 8, middle + 8))

    def _add_marks(self, one: Pair, middle: float, span: tuple[float, float]) -> None:
        self.layers["grid"] += [{"x": self._across(tick), "y": span[0], "y2": span[1]} for tick in self.shown.ticks]
        low, high = map(self._across, one.limits)
        self._interval(low, high, middle, dashed=one.open_ends)
        self.layers["printed"].append({"x": self._across(one.printed), "y": middle})
        self._mark(self._across(one.simulated), middle, BLUE if one.agrees else VERMILION, fitted=one.fitted)

    def _across(self, value: float) -> float:
        """A value in pixels; what chance allows beyond an end of the axis is cut there."""
        left, right = self.plot
        return round(left + min(max(value / self.shown.ticks[-1], 0), 1) * (right - left), 2)
