"""The legend of a map, drawn as marks of the map itself: its swatches take the fill's own scale, its circles theirs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from remission.atlas.map.scale import Scale, fills, legend_entries, volume_marks, volume_words
from remission.exhibits.figure import Spec, layer, name, number, own_ink
from remission.exhibits.theme import EDGE, INK, ORANGE, ORANGE_EDGE
from remission.places.geography import Point

LINE = 1.3
SWATCH = (24, 16)
# Labels that say "less" or "more" before their limits need so much more room, in pixels.
FOR_SIDES = 60


@dataclass(frozen=True)
class Legend:
    """Where the legends of classes (`at`), of what is unknown (`absent`: its left edge; None: below) and circles stand.

    A circle of the volume `largest` has `area` square pixels; others in proportion. `letters` fit on a line of the
    first and `circle_letters` on a line of the last.
    """

    at: Point
    absent: float | None
    circles: Point
    words: float
    area: float
    largest: float
    letters: int
    circle_letters: int

    @property
    def step(self) -> float:
        """From one line to the next."""
        return round(self.words * 1.65, 1)


def at_pixel(field: str) -> Spec:
    """A position given in pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def volume_size(legend: Legend) -> Spec:
    """The channel of circles: area in proportion to patient-years."""
    scale = {"type": "linear", "domain": [0, legend.largest or 1], "range": [0, legend.area], "nice": False}
    return number("volume", scale=scale, legend=None)


def legend_rows(legend: Legend, scale: Scale, keys: Iterable[str], title: str) -> dict[str, list[dict[str, Any]]]:
    """The datasets of the legend: one line a class, then what is unknown, and a few circles."""
    entries, inks = legend_entries(scale, keys), fills(scale)
    headings, (x, y) = _heading(legend, legend.at, scale.heading(title) if title else "", legend.letters)
    # Classes are numbered and absences have letters; each group stands in a place of its own.
    classes = [entry for entry in entries if entry[0].isdigit()]
    absences = entries[len(classes) :]
    moved = FOR_SIDES if scale.signed else 0
    beside = (x, y + len(classes) * legend.step) if legend.absent is None else (legend.absent + moved, y)
    lines = [*_swatches(legend, (x, y), classes, inks), *_swatches(legend, beside, absences, inks)]
    words = "Patient-years issued, all MS therapies"
    circles, top = _heading(legend, legend.circles, words if legend.largest else "", legend.circle_letters)
    return {"legend": lines, "sizes": _sizes(legend, top), "headings": [*headings, *circles]}


def _heading(legend: Legend, at: Point, words: str, letters: int) -> tuple[list[dict[str, Any]], Point]:
    """Lines of a heading, and where what stands under it begins."""
    lines = textwrap.wrap(words, letters, break_on_hyphens=False)
    high = legend.words * LINE
    rows = [{"words": line, "x": at[0], "y": at[1] + (place + 0.5) * high} for place, line in enumerate(lines)]
    return rows, (at[0], at[1] + len(lines) * high + 6)


def _swatches(
    legend: Legend, at: Point, entries: Iterable[tuple[str, str]], inks: Mapping[str, str]
) -> list[dict[str, Any]]:
    (x, y), (wide, high) = at, SWATCH
    tops = [(round(y + place * legend.step, 1), key, words) for place, (key, words) in enumerate(entries)]
    return [
        {"fill": inks[key], "words": words, "x": x, "x2": x + wide, "y": top, "y2": top + high, "xt": x + wide + 8,
         "yt": top + high / 2}
        for top, key, words in tops
    ]  # fmt: skip


def _sizes(legend: Legend, at: Point) -> list[dict[str, Any]]:
    x, top = at
    rows: list[dict[str, Any]] = []
    for volume in volume_marks(legend.largest):
        # At least as high as a swatch, so that words of small circles do not touch.
        high = max((legend.area * volume / legend.largest) ** 0.5, SWATCH[1]) + 6
        middle = round(top + high / 2, 1)
        rows.append({"volume": volume, "words": volume_words(volume), "x": x + 20, "xt": x + 46, "y": middle})
        top += high
    return rows


def legend_layers(legend: Legend) -> list[Spec]:
    """Swatches with the fills of the places, circles with the scale of the circles, and their words."""
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": legend.words, "color": INK}
    swatch = {"type": "rect", "stroke": EDGE, "strokeWidth": 0.7, "strokeOpacity": 0.6}
    circle = {"type": "point", "filled": True, "color": ORANGE, "stroke": ORANGE_EDGE, "strokeWidth": 0.8, "opacity": 1}
    return [
        layer("legend", swatch, x=at_pixel("x"), x2={"field": "x2"}, y=at_pixel("y"), y2={"field": "y2"},
              color=own_ink("fill")),
        layer("legend", text, x=at_pixel("xt"), y=at_pixel("yt"), text=name("words")),
        layer("headings", text | {"fontWeight": "bold"}, x=at_pixel("x"), y=at_pixel("y"), text=name("words")),
        layer("sizes", circle, x=at_pixel("x"), y=at_pixel("y"), size=volume_size(legend)),
        layer("sizes", text, x=at_pixel("xt"), y=at_pixel("y"), text=name("words")),
    ]  # fmt: skip
