"""The rows of a forest in pixels: names, counts, marks and numbers of each line, from the top down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.exhibits.synthesis.lines import OF_MANY, Line, spoken, value_words, weight_words
from remission.exhibits.theme import BLUE, INK, MUTED, PAPER, VERMILION, Size
from remission.exhibits.wording import wrapped

if TYPE_CHECKING:
    from remission.exhibits.synthesis.forest import Forest

LAYERS = ("intervals", "squares", "diamonds", "arrows", "words", "links")
INKS = {"study": BLUE, "apart": BLUE, "pooled": INK, "before": MUTED, "prediction": INK, "printed": VERMILION}
# Half the height of a diamond, and the areas of the smallest and largest square, in pixels.
HALF, SMALLEST, LARGEST = 6, 30, 190
# Labels of an axis nearer to each other than that, in pixels, would touch.
TICK = 43


@dataclass(frozen=True)
class Columns:
    """Where things stand across a forest, in pixels: counts and weights end at their place, the rest begins there."""

    width: float
    letters: int
    value_letters: int
    counts: float
    plot: tuple[float, float]
    values: float
    weights: float | None


# A phone has no room beside the plot: names stand above it, and no weights, which the table has.
COLUMNS = {
    True: Columns(width=862, letters=39, value_letters=36, counts=362, plot=(386, 604), values=616, weights=862),
    False: Columns(width=336, letters=36, value_letters=28, counts=336, plot=(0, 148), values=160, weights=None),
}


class ForestRows:
    """Lines laid out from the top down; `layers` holds what each layer of the picture is drawn from."""

    def __init__(self, forest: Forest, size: Size) -> None:
        self.forest, self.columns, self.size = forest, COLUMNS[size.wide], size
        self.leading = size.words + 3
        self.top = self.axis = 0.0
        self.group = ""
        self.layers: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
        weighed = any(line.weight is not None for line in forest.lines)
        self.weights = self.columns.weights if weighed else None
        self.most = max((self._mass(line) for line in forest.lines), default=0) or 1
        self._add_heads()

    def _say(self, words: str, x: float, y: float, align: str = "left", ink: str = INK, *, bold: bool = False) -> None:
        # A text that Vega would hide as null, and one of no letters, are no marks.
        if words:
            weight = "bold" if bold else "normal"
            self.layers["words"].append({"words": words, "x": x, "y": y, "align": align, "ink": ink, "weight": weight})

    def _add_heads(self) -> None:
        columns, y = self.columns, self.leading
        left, _ = columns.plot
        if self.size.wide:
            self._say("Study", 0, y, ink=MUTED)
            self._say(self.forest.counted, columns.counts, y, "right", MUTED)
            self._say(self.forest.scale.title, left, 0, ink=MUTED)
            if self.weights is not None:
                self._say("Weight", self.weights, y, "right", MUTED)
        else:
            for at, line in enumerate(wrapped(f"{self.forest.scale.title}. Right: {self.forest.counted.lower()}",
                                              self.size.letters)):  # fmt: skip
                self._say(line, 0, at * self.leading, ink=MUTED)
                y = (at + 1) * self.leading
        self.axis = y + 6
        self.top = self.axis + 8

    def add(self, line: Line) -> None:
        """One line under those before it, below the heading of its group."""
        if line.group != self.group:
            self.group = line.group
            for words in wrapped(line.group, 90 if self.size.wide else 40):
                self._say(words, 0, self.top + self.leading, bold=True)
                self.top += self.leading
            self.top += 0.6 * self.leading
        said = wrapped(line.signed_name, self.columns.letters)
        about = wrapped(line.says, self.columns.letters) if line.says else []
        values = wrapped(value_words(line, self.forest.scale, short=not self.size.wide), self.columns.value_letters)
        begins, high = self.top, (len(said) + len(about)) * self.leading
        middle = self._add_names(line, said, about, begins, high)
        # Words of the number that take more lines than the names need room below.
        more = max(len(values) - (len(said) + len(about) if self.size.wide else 1), 0) * self.leading
        self.top = begins + high + more + (6 if self.size.wide else self.leading + 10)
        self._add_marks(line, middle)
        self._add_numbers(line, values, middle, begins)
        if line.href:
            ends = {"x": 0, "x2": self.columns.width, "y": begins, "y2": self.top}
            self.layers["links"].append({**ends, "href": line.href, "words": spoken(line, self.forest.scale)})

    def _add_names(self, line: Line, said: list[str], about: list[str], begins: float, high: float) -> float:
        """The name and what the line estimates; gives the middle of the row of the plot."""
        first = begins + self.leading / 2 + 2
        bold = line.role in OF_MANY
        for at, words in enumerate([*said, *about]):
            ink = INK if at < len(said) else MUTED
            self._say(words, 0, first + at * self.leading, ink=ink, bold=bold and at < len(said))
        return first + (high - self.leading) / 2 if self.size.wide else begins + high + self.leading / 2 + 3

    def _add_numbers(self, line: Line, values: list[str], middle: float, begins: float) -> None:
        counts_at = middle if self.size.wide else begins + self.leading / 2 + 2
        self._say(line.counted, self.columns.counts, counts_at, "right", MUTED if line.role == "prediction" else INK)
        bold = line.role == "pooled" and line.value is not None
        for at, words in enumerate(values):
            self._say(words, self.columns.values, middle + at * self.leading, bold=bold)
        if self.weights is not None and line.weight is not None:
            self._say(weight_words(line.weight), self.weights, middle, "right")

    def _add_marks(self, line: Line, middle: float) -> None:
        ink, scale = INKS[line.role], self.forest.scale
        if line.low is not None and line.high is not None:
            low, high = scale.place(line.low), scale.place(line.high)
            ends = [self._across(min(max(place, 0), 1)) for place in (low, high)]
            if line.role in OF_MANY and line.value is not None:
                self._add_diamond(line, ends, middle)
                return
            dash = [3, 3] if line.role == "prediction" else [1, 0]
            self.layers["intervals"].append({"x": ends[0], "x2": ends[1], "y": middle, "ink": ink, "dash": dash})
            for out, end, shape in ((low < 0, ends[0], "triangle-left"), (high > 1, ends[1], "triangle-right")):
                if out:
                    self.layers["arrows"].append({"x": end, "y": middle, "ink": ink, "shape": shape})
        if line.value is not None and line.role != "prediction":
            self._add_square(line, middle)

    def _add_square(self, line: Line, middle: float) -> None:
        # A root of the mass, or the largest study would hide what an area of a few pixels cannot show.
        area = SMALLEST + (LARGEST - SMALLEST) * (self._mass(line) / self.most) ** 0.5
        hollow = line.role in ("apart", "before", "printed")
        self.layers["squares"].append({
            "x": self._across(min(max(self.forest.scale.place(line.value or 0), 0), 1)), "y": middle,
            "size": area, "ink": INKS[line.role], "fill": PAPER if hollow else INKS[line.role],
            "shape": "diamond" if line.role in OF_MANY else "square"})  # fmt: skip

    def _add_diamond(self, line: Line, ends: list[float], middle: float) -> None:
        at = self._across(min(max(self.forest.scale.place(line.value or 0), 0), 1))
        fill = PAPER if line.role in ("before", "printed") else INK
        corners = [(ends[0], 0), (at, HALF), (ends[1], 0)]
        look = {"line": f"{middle}", "ink": INKS[line.role], "fill": fill}
        self.layers["diamonds"] += [{**look, "x": x, "y": middle - half, "y2": middle + half} for x, half in corners]

    def _mass(self, line: Line) -> float:
        return (
            (line.weight if line.weight is not None else float(line.n or 0)) if line.role in ("study", "apart") else 0
        )

    def _across(self, place: float) -> float:
        """A place of the plot in pixels."""
        left, right = self.columns.plot
        return round(left + place * (right - left), 2)

    def axis_rows(self, tall: float) -> dict[str, list[dict[str, Any]]]:
        """The lines and numbers of the axis, down to the end of the picture, and the line of no difference."""
        left, right = self.columns.plot
        scale = self.forest.scale
        written = scale.ticks(TICK / (right - left))
        grid = [{"x": self._across(scale.place(tick)), "y": self.axis + 4, "y2": tall} for tick in written]
        ticks = [{"x": row["x"], "y": self.axis - 8, "words": scale.tick_words(tick)}
                 for row, tick in zip(grid, written, strict=True)]  # fmt: skip
        same = [] if scale.reference is None else [{**grid[0], "x": self._across(scale.reference)}]
        return {"grid": grid, "ticks": ticks, "reference": same}
