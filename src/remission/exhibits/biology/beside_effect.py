"""Effect and cells side by side, drug by drug: a ratio with its interval, and beside it what was read of the cells.

There is no line through the two and no axis of the cells: what was counted in different ways is told in words, each
with its denominator. A place without a number says so, and none is left empty (decision 245).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from remission.exhibits.figure import Figure, Spec, layer, name, own_ink
from remission.exhibits.synthesis.canvas import OWN, only, pixel_axes
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, PAPER, SIZES, Size
from remission.exhibits.wording import count, wrapped

if TYPE_CHECKING:
    from remission.exhibits.synthesis.scales import Scale
    from remission.exhibits.tables import Table
    from remission.inputs.provenance import Provenance

Sign = Literal["down", "up", "same", "none"]
SIGNS: dict[Sign, str] = {"down": "triangle-down", "up": "triangle-up", "same": "diamond", "none": ""}
NO_EFFECT = "not known"
LAYERS = ("intervals", "points", "signs", "words", "rules")
# Labels of an axis nearer to each other than that, in pixels, would touch.
TICK = 26


@dataclass(frozen=True)
class Cells:
    """One thing that was read of the cells: a sign, and in words what it is and how it was counted."""

    sign: Sign
    words: str
    second_hand: bool = False


@dataclass(frozen=True)
class DrugRow:
    """One drug: its effect (`assumed` where its error rests on an assumption), and what was read of the cells."""

    name: str
    cells: Sequence[Cells]
    value: float | None = None
    low: float | None = None
    high: float | None = None
    effect_words: str = NO_EFFECT
    assumed: bool = False


@dataclass(frozen=True)
class BesideEffect:
    """The drugs in order, the scale of effects, what heads the column of cells, and the text twin."""

    name: str
    title: str
    subtitle: str
    drugs: Sequence[DrugRow]
    scale: Scale
    cells_title: str
    table: Table


@dataclass(frozen=True)
class Columns:
    """Where things stand across the picture, in pixels, and how many letters fit."""

    width: float
    letters: int
    plot: tuple[float, float]
    values: float
    cells: float
    cell_letters: int


COLUMNS = {
    True: Columns(width=862, letters=26, plot=(200, 380), values=390, cells=556, cell_letters=41),
    False: Columns(width=336, letters=40, plot=(0, 148), values=160, cells=6, cell_letters=42),
}


def draw_beside_effect(shown: BesideEffect, provenance: Provenance) -> Figure:
    """The picture in two widths."""
    known = sum(drug.value is not None for drug in shown.drugs)
    said = " ".join(f"{one.name}: {one.effect_words}; {'; '.join(cell.words for cell in one.cells)}."
                    for one in shown.drugs)  # fmt: skip
    return Figure(
        name=shown.name,
        title=shown.title,
        subtitle=shown.subtitle,
        description=f"{count(len(shown.drugs), 'drug')}, {known} with a known effect. {said}",
        specs={width: _spec(shown, SIZES[width]) for width in SIZES},
        table=shown.table,
        provenance=provenance,
    )


def _spec(shown: BesideEffect, size: Size) -> Spec:
    rows = Rows(shown, size)
    for drug in shown.drugs:
        rows.add(drug)
    tall, width = rows.top + 4, rows.columns.width
    x, y = pixel_axes(width, tall)
    return {"datasets": {**rows.layers, **rows.axis(tall)}, "width": width, "height": tall,
            "layer": _layers(x, y, size)}  # fmt: skip


def _layers(x: Spec, y: Spec, size: Size) -> list[Spec]:
    point = {"type": "point", "opacity": 1, "strokeWidth": 1.6, "size": 70}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    look = {"stroke": own_ink(), "fill": {"field": "fill", **OWN}, "shape": {"field": "shape", **OWN}}
    upright = {"x": x, "y": y, "y2": {"field": "y2"}}
    return [
        layer("grid", {"type": "rule", "color": HAIRLINE}, **upright),
        layer("reference", {"type": "rule", "color": MUTED, "strokeDash": [4, 3]}, **upright),
        layer("rules", {"type": "rule", "color": HAIRLINE}, x=x, y=y, x2={"field": "x2"}),
        layer("intervals", {"type": "rule", "strokeWidth": 1.8, "color": BLUE}, x=x, y=y, x2={"field": "x2"},
              strokeDash={"field": "dash", **OWN}),
        layer("points", point, x=x, y=y, **look),
        layer("signs", point | {"size": 80}, x=x, y=y, **look),
        layer("ticks", text | {"align": "center", "color": MUTED}, x=x, y=y, text=name("words")),
        *(only(layer("words", text | {"align": "left", "fontWeight": weight}, x=x, y=y, text=name("words"),
                     color=own_ink()), f"datum.weight == '{weight}'") for weight in ("normal", "bold")),
    ]  # fmt: skip


class Rows:
    """Drugs laid out from the top down; `layers` holds what each layer is drawn from."""

    def __init__(self, shown: BesideEffect, size: Size) -> None:
        self.shown, self.size, self.columns = shown, size, COLUMNS[size.wide]
        self.leading = size.words + 4
        self.layers: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
        self.effects: list[float] = []
        columns, wide = self.columns, size.wide
        over = [shown.scale.title] if wide else [f"Left: {shown.scale.title.lower()}. Below: {shown.cells_title}"]
        lines = [line for one in over for line in wrapped(one, 46)]
        for at, line in enumerate(lines):
            self._say(line, columns.plot[0], at * self.leading, MUTED)
        if wide:
            for at, line in enumerate(wrapped(shown.cells_title, columns.cell_letters)):
                self._say(line, columns.cells, at * self.leading, MUTED)
            lines = [*lines, *wrapped(shown.cells_title, columns.cell_letters)][1:]
        self.axis_top = (max(len(lines), 1) + 0.2) * self.leading
        self.top = self.axis_top + 0.9 * self.leading

    def _say(self, words: str, x: float, y: float, ink: str = INK, *, bold: bool = False) -> None:
        weight = "bold" if bold else "normal"
        self.layers["words"].append({"words": words, "x": x, "y": y, "ink": ink, "weight": weight})

    def add(self, drug: DrugRow) -> None:
        """One drug below the last."""
        columns, wide = self.columns, self.size.wide
        self.layers["rules"].append({"x": 0, "x2": columns.width, "y": self.top})
        names = wrapped(drug.name, columns.letters)
        first = self.top + self.leading / 2 + 5
        for at, line in enumerate(names):
            self._say(line, 0, first + at * self.leading, bold=True)
        effect_at = first if wide else first + len(names) * self.leading
        values = wrapped(drug.effect_words, 22 if wide else 26)
        self.effects.append(effect_at)
        self._add_effect(drug, values, effect_at)
        begins = first if wide else effect_at + len(values) * self.leading
        lines = self._add_cells(drug, begins)
        deepest = max(first + len(names) * self.leading, effect_at + len(values) * self.leading,
                      begins + lines * self.leading)  # fmt: skip
        self.top = deepest - self.leading / 2 + 5

    def _add_effect(self, drug: DrugRow, values: list[str], at: float) -> None:
        scale, columns = self.shown.scale, self.columns
        ink = MUTED if drug.value is None else INK
        for place, words in enumerate(values):
            self._say(words, columns.values, at + place * self.leading, ink)
        if drug.value is None:
            return
        if drug.low is not None and drug.high is not None:
            ends = [self._across(min(max(scale.place(end), 0), 1)) for end in (drug.low, drug.high)]
            dash = [4, 3] if drug.assumed else [1, 0]
            self.layers["intervals"].append({"x": ends[0], "x2": ends[1], "y": at, "dash": dash})
        fill = PAPER if drug.assumed else BLUE
        across = self._across(min(max(scale.place(drug.value), 0), 1))
        self.layers["points"].append({"x": across, "y": at, "ink": BLUE, "fill": fill, "shape": "square"})

    def _add_cells(self, drug: DrugRow, begins: float) -> int:
        """What was read of the cells; gives the number of lines."""
        lines = 0
        left = self.columns.cells
        for cell in drug.cells:
            at = begins + lines * self.leading
            if shape := SIGNS[cell.sign]:
                fill = PAPER if cell.second_hand else INK
                self.layers["signs"].append({"x": left, "y": at, "ink": INK, "fill": fill, "shape": shape})
            ink = INK if shape else MUTED
            for line, words in enumerate(wrapped(cell.words, self.columns.cell_letters)):
                self._say(words, left + 14, at + line * self.leading, ink)
                lines += 1
        return lines

    def _across(self, place: float) -> float:
        left, right = self.columns.plot
        return round(left + place * (right - left), 2)

    def axis(self, tall: float) -> dict[str, list[dict[str, Any]]]:
        """The lines and numbers of the scale of effects, and the line of no difference."""
        left, right = self.columns.plot
        scale = self.shown.scale
        written = scale.ticks(TICK / (right - left))
        places = [self._across(scale.place(tick)) for tick in written]
        ticks = [{"x": place, "y": self.axis_top, "words": scale.tick_words(tick)}
                 for place, tick in zip(places, written, strict=True)]  # fmt: skip
        # On a phone words stand below the plot of each drug, and no line may run through them.
        half = self.leading / 2
        spans = [(self.axis_top + 0.6 * self.leading, tall)] if self.size.wide else [
            (at - half, at + half) for at in self.effects
        ]  # fmt: skip
        grid = [{"x": place, "y": top, "y2": end} for place in places for top, end in spans]
        unity = [] if scale.reference is None else [self._across(scale.reference)]
        same = [{"x": place, "y": top, "y2": end} for place in unity for top, end in spans]
        return {"grid": grid, "ticks": ticks, "reference": same}
