"""A sheet on which a picture is laid out in pixels: words, lines, boxes, points and links, each from the top left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import Spec, layer, name, number, own_ink
from remission.exhibits.synthesis.canvas import OWN, link_layer, only, pixel_axes
from remission.exhibits.theme import INK, PAPER

if TYPE_CHECKING:
    from remission.exhibits.theme import Size

# Layers from the ground up: what is laid down later lies over what is laid down first.
ORDER = ("boxes", "rules", "points", "halos", "words", "links")
# The box of a wide picture with words beside its plot, and of one on a phone, in pixels.
WIDTHS = {True: 862.0, False: 336.0}
PLACES = frozenset(("x", "y", "x2", "y2"))
Drawn = list[dict[str, Any]]


class Sheet:
    """Marks in pixels; a word, line, box or point names its own ink, so that a picture is one list of each."""

    def __init__(self, size: Size) -> None:
        self.size, self.width, self.leading = size, WIDTHS[size.wide], size.words + 3
        self.rows: dict[str, Drawn] = {one: [] for one in ORDER}

    def say(self, words: str, x: float, y: float, align: str = "left", *, ink: str = INK, bold: bool = False,
            letters: float | None = None, angle: int = 0) -> None:  # fmt: skip
        """Words at a place; `letters` is their size where it is not the usual one."""
        # A text of no letters is no mark.
        if words:
            self.rows["words"].append({
                "words": words, "x": x, "y": y, "align": align, "ink": ink, "weight": "bold" if bold else "normal",
                "letters": self.size.words if letters is None else letters, "angle": angle})  # fmt: skip

    def haloed(self, words: str, x: float, y: float, *, letters: float) -> None:
        """Words over a line, on paper of their own."""
        self.rows["halos"].append({"words": words, "x": x, "y": y, "letters": letters})

    def rule(self, x: float, y: float, x2: float, y2: float, *, ink: str, thick: float = 1,
             dash: tuple[int, ...] = (1, 0)) -> None:  # fmt: skip
        """A straight line."""
        ends = {"x": x, "y": y, "x2": x2, "y2": y2}
        self.rows["rules"].append({**ends, "ink": ink, "thick": thick, "dash": list(dash)})

    def box(self, x: float, y: float, x2: float, y2: float, *, fill: str, ink: str) -> None:
        """A box with its fill and edge."""
        self.rows["boxes"].append({"x": x, "y": y, "x2": x2, "y2": y2, "fill": fill, "ink": ink})

    def point(self, x: float, y: float, *, ink: str, fill: str = PAPER, shape: str = "circle", area: float = 60,
              thick: float = 1.6) -> None:  # fmt: skip
        """A point; `area` in square pixels."""
        look = {"ink": ink, "fill": fill, "shape": shape, "area": area, "thick": thick}
        self.rows["points"].append({"x": x, "y": y, **look})

    def link(self, x: float, y: float, x2: float, y2: float, *, href: str, words: str) -> None:
        """A box that is a link, where there is an address."""
        if href:
            self.rows["links"].append({"x": x, "y": y, "x2": x2, "y2": y2, "href": href, "words": words})

    def spec(self, tall: float) -> Spec:
        """The drawing, as high as it says."""
        x, y = pixel_axes(self.width, tall)
        kept = {key: [_quartered(row) for row in rows] for key, rows in self.rows.items() if rows}
        layers = [one for key in ORDER if key in kept for one in _LAYERS[key](x, y, kept[key])]
        return {"datasets": kept, "layer": layers, "width": self.width, "height": tall}


def _quartered(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its places in quarters of a pixel, which have no long tails of digits in a picture."""
    return {key: round(4 * value) / 4 if key in PLACES else value for key, value in row.items()}


def _field(field: str) -> Spec:
    return {"field": field, **OWN}


def _amount(field: str) -> Spec:
    return number(field, scale=None, legend=None)


def _boxes(x: Spec, y: Spec, _: Drawn) -> list[Spec]:
    mark = {"type": "rect", "opacity": 1, "strokeWidth": 1}
    return [layer("boxes", mark, x=x, y=y, x2={"field": "x2"}, y2={"field": "y2"}, fill=_field("fill"),
                  stroke=own_ink())]  # fmt: skip


def _rules(x: Spec, y: Spec, _: Drawn) -> list[Spec]:
    return [layer("rules", {"type": "rule", "opacity": 1}, x=x, y=y, x2={"field": "x2"}, y2={"field": "y2"},
                  color=own_ink(), strokeWidth=_amount("thick"), strokeDash=_field("dash"))]  # fmt: skip


def _points(x: Spec, y: Spec, _: Drawn) -> list[Spec]:
    return [layer("points", {"type": "point", "opacity": 1}, x=x, y=y, stroke=own_ink(), fill=_field("fill"),
                  shape=_field("shape"), size=_amount("area"), strokeWidth=_amount("thick"))]  # fmt: skip


def _halos(x: Spec, y: Spec, _: Drawn) -> list[Spec]:
    text = {"type": "text", "baseline": "middle", "align": "center", "fontWeight": "bold"}
    about = {"x": x, "y": y, "text": name("words"), "size": _amount("letters")}
    return [layer("halos", text | look, **about) for look in ({"stroke": PAPER, "strokeWidth": 5}, {"color": INK})]


def _words(x: Spec, y: Spec, rows: Drawn) -> list[Spec]:
    text = {"type": "text", "baseline": "middle"}
    # Alignment, weight and angle of a text are no channels of their own in every renderer: a layer for each that is.
    kinds = dict.fromkeys((row["align"], row["weight"], row["angle"]) for row in rows)
    return [
        only(layer("words", text | {"align": align, "fontWeight": weight, "angle": angle}, x=x, y=y,
                   text=name("words"), color=own_ink(), size=_amount("letters")),
             f"datum.align == '{align}' && datum.weight == '{weight}' && datum.angle == {angle}")
        for align, weight, angle in kinds
    ]  # fmt: skip


def _links(x: Spec, y: Spec, _: Drawn) -> list[Spec]:
    return [link_layer(x, y)]


_LAYERS = {"boxes": _boxes, "rules": _rules, "points": _points, "halos": _halos, "words": _words, "links": _links}
