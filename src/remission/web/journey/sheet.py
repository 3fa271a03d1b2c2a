"""The sheet on which a timeline is drawn: elements of a picture from above to below, days from left to right."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from remission.exhibits.theme import HAIRLINE, INK, PAPER

if TYPE_CHECKING:
    from datetime import date

    from remission.exhibits.theme import Size
    from remission.registry.values import Told

# Pixels: so wide that on half a sheet of paper beside the words its letters are of 7 points.
WIDE, NARROW = 600, 340
MARK = 11
# Air at the right edge, for a mark of today.
RIGHT = 14
Value = str | float


@dataclass(frozen=True)
class Shape:
    """One element of the picture: its name, its attributes, and the words in it."""

    name: str
    about: Mapping[str, Value]
    words: str = ""

    def at(self, x: float, y: float) -> Shape:
        """The same, moved."""
        return replace(self, about={**self.about, "transform": f"translate({x:g} {y:g})"})


@dataclass
class Sheet:
    """The sheet that is drawn on from above to below: `y` is how far it is filled."""

    size: Size
    first: date
    last: date
    y: float = 0
    shapes: list[Shape] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The width of the whole picture, in pixels."""
        return WIDE if self.size.wide else NARROW

    @property
    def left(self) -> int:
        """Where the first year begins: numbers of an axis have room before it."""
        return 26

    def x(self, day: date) -> float:
        """Where a day lies."""
        share = (day - self.first).days / (self.last - self.first).days
        return round(self.left + share * (self.width - self.left - RIGHT), 1)

    def add(self, name: str, words: str = "", /, **about: Value) -> None:
        """Draw one element; an underscore in a name of an attribute is a hyphen."""
        self.shapes.append(Shape(name, {one.replace("_", "-"): value for one, value in about.items()}, words))

    def line(self, x1: float, y1: float, x2: float, y2: float, ink: str = HAIRLINE, **about: Value) -> None:
        """A straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ink, **about)

    def text(self, x: float, y: float, words: str, **about: Value) -> None:
        """One line of words, on paper of its own where a line goes through them."""
        ground: dict[str, Value] = {"stroke": PAPER, "stroke-width": 4, "paint-order": "stroke"}
        self.add("text", words, **{"x": x, "y": y, "font-size": self.size.words, "fill": INK, **ground, **about})

    def lines(self, words: str, **about: Value) -> None:
        """Words over the whole width, as many lines as they need."""
        # A letter is about half as wide as it is tall.
        for one in textwrap.wrap(words, min(self.size.letters, int(self.width / (0.52 * self.size.words)))):
            self.y += self.size.words + 4
            self.text(0, self.y, one, **about)

    def heading(self, words: str) -> None:
        """The heading of a part."""
        self.y += 10
        self.lines(words, font_weight="bold")
        self.y += 7

    def pill(self, when: Told, middle: float, fill: str, ink: str, *, round_: bool = True, dash: str = "") -> None:
        """A mark that is as long as the days that it may mean, and never smaller than what can be seen."""
        begin, end = self.x(when.first), self.x(when.last)
        begin, width = (min(begin, (begin + end - MARK) / 2), max(MARK, end - begin))
        more: dict[str, Value] = {"stroke-dasharray": dash} if dash else {}
        self.add("rect", x=round(begin, 1), y=round(middle - MARK / 2, 1), width=round(width, 1), height=MARK,
                 rx=MARK / 2 if round_ else 0, fill=fill, stroke=ink, **{"stroke-width": 1.8, **more})  # fmt: skip
