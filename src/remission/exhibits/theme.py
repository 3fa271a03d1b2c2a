"""How every picture looks: one font, one set of inks, one set of lines. Colour never carries a meaning alone.

The inks were chosen to be told apart by colour-blind readers and dark enough (4.5 to 1 on white) to be used for text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

# Liberation Sans ships inside the renderer and has the metrics of Arial, so that text fits wherever it is shown.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
INK = "#1b2430"
MUTED = "#4b5563"
HAIRLINE = "#e3e7ec"
BLUE, VERMILION, GREEN, PURPLE, OCHRE, SLATE = "#0b5cad", "#b8420f", "#00705a", "#7b3294", "#855a00", "#4b5563"

Width = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Line:
    """How one group is drawn: ink and dashes, so that it is known in black and white too."""

    ink: str
    dash: tuple[int, ...]


LINES = (
    Line(BLUE, ()),
    Line(VERMILION, (7, 3)),
    Line(GREEN, (2, 2)),
    Line(PURPLE, (9, 3, 2, 3)),
    Line(OCHRE, (4, 4)),
    Line(SLATE, (12, 4)),
)


@dataclass(frozen=True)
class Size:
    """Width of the plot and size of its words: `wide` for page and paper, `narrow` for a phone; in pixels."""

    plot: int
    margin: int
    words: int
    letters: int

    @property
    def wide(self) -> bool:
        """Is there room for words beside the plot?"""
        return self.plot > 400


SIZES: dict[Width, Size] = {
    "wide": Size(plot=560, margin=230, words=14, letters=102),
    "narrow": Size(plot=270, margin=0, words=13, letters=46),
}


def line_of(place: int) -> Line:
    """The line of the group at this place; more than six groups begin again.

    >>> line_of(6) == line_of(0)
    True
    """
    return LINES[place % len(LINES)]


def configuration(size: Size) -> dict[str, Any]:
    """The Vega-Lite configuration that all pictures share."""
    words = size.words
    return {
        "font": FONT,
        "aria": False,  # the picture is described once, as a whole; labels on every mark are noise
        "background": "white",
        "padding": 6,
        "view": {"stroke": None},
        "axis": {
            "labelFontSize": words,
            "titleFontSize": words,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": INK,
            "gridColor": HAIRLINE,
            "domainColor": INK,
            "tickColor": INK,
            "labelFlush": False,
            "titlePadding": 10,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "axisX": {"grid": False},
        "legend": {
            "labelFontSize": words,
            "titleFontSize": words,
            "labelColor": INK,
            "titleColor": INK,
            "labelLimit": 260,
            "symbolSize": 110,
        },
        "header": {"labelFontSize": words, "labelFontWeight": "bold", "labelColor": INK, "title": None},
        "text": {"fontSize": words, "color": INK},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontSize": words + 4,
            "color": INK,
            "subtitleFontSize": words - 0.5,
            "subtitleColor": MUTED,
            "subtitlePadding": 5,
            "subtitleLineHeight": words + 4,
            "offset": 16,
        },
    }
