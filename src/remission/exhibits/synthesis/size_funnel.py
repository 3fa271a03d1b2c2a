"""A funnel against people: each study by how many it followed and its share, between limits that chance alone allows.

Of shares near 0 the standard error depends on the share itself, so the usual funnel (against the standard error) leans
even where nothing is missing, and so do tests of asymmetry such as Egger's. Against the number of people it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.rendering import Finishing
from remission.exhibits.synthesis.canvas import only, point_layer
from remission.exhibits.synthesis.lines import Line, lines_table, spoken
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.theme import BLUE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import NBSP, count, listed

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# A name stands on the side of its point where there is room for it.
SIDES: tuple[dict[str, Any], ...] = ({"align": "left", "dx": 9, "dy": -9}, {"align": "right", "dx": -9, "dy": -9})
HEIGHT = {True: 330, False: 290}
NO_TEST = (
    "No test of asymmetry is made: near 0 the error of a share depends on the share, and such tests then find what is "
    "not there."
)


@dataclass(frozen=True)
class SizeFunnel:
    """Studies by people and share, the pooled share, and at each of some sizes the shares that chance allows.

    `limits` are rows (people, low, high) around `centre`, in order of people; `centre_says` names what the centre is.
    """

    name: str
    title: str
    lines: Sequence[Line]
    scale: Scale
    centre: float | None
    centre_says: str
    limits: Sequence[tuple[int, float, float]]
    counted: str = "People"

    @property
    def shown(self) -> list[Line]:
        """The studies that have a share and people; the others stand in the table only."""
        return [line for line in self.lines if line.value is not None and line.n]

    @property
    def outside(self) -> list[Line]:
        """The studies beyond the limits of their own size."""
        return [line for line in self.shown if self._is_outside(line)]

    def _is_outside(self, line: Line) -> bool:
        # Limits go up in steps: those of the nearest size that is not larger hold for a study between two.
        own = [(low, high) for people, low, high in self.limits if people <= (line.n or 0)]
        return bool(own) and not own[-1][0] <= (line.value or 0) <= own[-1][1]


def draw_size_funnel(funnel: SizeFunnel, provenance: Provenance) -> Figure:
    """Dots, the pooled share and the limits of chance; a study beyond them is a diamond with its name."""
    said = funnel_words(funnel)
    table = lines_table(funnel.name, f"{funnel.title}.", funnel.lines, funnel.scale, provenance,
                        counted=funnel.counted, note=NO_TEST)  # fmt: skip
    return Figure(
        name=funnel.name,
        title=funnel.title,
        subtitle=f"{said} Level line: {funnel.centre_says}. Curves: where 95 in 100 studies of a size would lie if "
        "chance alone made them differ. Hollow: not in the pool.",
        description=f"Funnel plot of studies by their number of people. {said}",
        specs={width: _spec(funnel, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
        finishing=Finishing(linked=True),
    )


def funnel_words(funnel: SizeFunnel) -> str:
    """How many studies lie beyond what chance allows, by name."""
    names = listed([line.name for line in funnel.outside])
    beyond = f"{len(funnel.outside)} beyond what chance allows: {names}" if names else "none beyond what chance allows"
    return f"{count(len(funnel.shown), 'study', 'studies')}, {beyond}."


def _spec(funnel: SizeFunnel, size: Size) -> Spec:
    most = max((line.n or 0 for line in funnel.shown), default=100)
    # Roots of both: most studies are small and most shares near 0.
    x = number("x", axis={"title": "People in the study", "tickCount": 6}, scale={"type": "sqrt", "domain": [0, most]})
    label = f"format(datum.value * 100, '~g') + '{NBSP}%'"
    ticks = {"title": None, "values": funnel.scale.ticks(0.08), "labelExpr": label, "grid": True}
    y = number("y", axis=ticks, scale={"type": "sqrt", "domain": [*funnel.scale.ends], "clamp": True})
    data = {
        "limits": [{"which": which, "x": people, "y": value} for people, *pair in funnel.limits
                   for which, value in zip(("low", "high"), pair, strict=True)],
        "centre": [] if funnel.centre is None else [{"y": funnel.centre}],
        "dots": [_dot(funnel, line) for line in sorted(funnel.shown, key=lambda line: -(line.n or 0))],
        "names": [_name(line, most) for line in funnel.outside] if size.wide else [],
    }  # fmt: skip
    width = size.plot + (160 if size.wide else 10)
    return {"datasets": data, "layer": _layers(x, y, size), "width": width, "height": HEIGHT[size.wide]}


def _layers(x: Spec, y: Spec, size: Size) -> list[Spec]:
    steps = {"type": "line", "color": MUTED, "strokeDash": [4, 3], "interpolate": "step-after", "clip": True}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words - 1}
    return [
        layer("limits", steps, x=x, y=y, detail=name("which")),
        layer("centre", {"type": "rule", "color": INK, "strokeWidth": 1.4}, y=y),
        point_layer("dots", x, y, size=75, strokeWidth=1.4),
        *(only(layer("names", text | side | look, x=x, y=y, text=name("words")), f"datum.align == '{side['align']}'")
          for side in SIDES for look in ({"stroke": PAPER, "strokeWidth": 3}, {"color": INK})),
    ]  # fmt: skip


def _name(line: Line, most: int) -> dict[str, Any]:
    # Half of the width of a scale of roots is a quarter of its length.
    align = "left" if (line.n or 0) < most / 4 else "right"
    return {"x": line.n, "y": line.value, "words": line.name, "align": align}


def _dot(funnel: SizeFunnel, line: Line) -> dict[str, Any]:
    beyond = line in funnel.outside
    ink = VERMILION if beyond else BLUE
    return {"x": line.n, "y": line.value, "ink": ink, "fill": PAPER if line.role == "apart" else ink,
            "shape": "diamond" if beyond else "circle", "href": line.href,
            "words": spoken(line, funnel.scale)}  # fmt: skip
