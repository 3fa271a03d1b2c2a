"""How everything looks: the one place of inks, fills and sizes of letters, of pictures and of pages.

No other module, style sheet, script or template names a colour or a size of letters: a picture imports it from here,
and a style sheet takes it from the variables that `css_variables` writes. So a colour is changed in one line.

Colour never carries a meaning alone. The inks were chosen to be told apart by colour-blind readers and dark enough
(4.5 to 1 on white) to be used for text.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal, NamedTuple

# Liberation Sans ships inside the renderer and has the metrics of Arial, so that text fits wherever it is shown.
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"

# ---------------------------------------------------------------- ground and words

PAPER = "white"
# The same in digits, for maps: how bright it is is reckoned, to choose the ink of the words on a fill.
WHITE = "#ffffff"
INK = "#1b2430"
MUTED = "#4b5563"
HAIRLINE = "#e3e7ec"
# Darker than a hairline, because on a page rules part rows of a table and not years.
RULE = "#d5dbe3"
PALE = "#f3f6fa"
# What must not be overlooked: the banner of what is not observed, what nobody has verified.
WARN, WARN_GROUND = "#8a2f08", "#fdf1ea"
# Forms: the edge of what is typed into, what is picked, what is pressed, and what is to be looked at again.
EDGE, PICKED, PRESSED = "#6b7787", "#e6f0fa", "#08447f"
WRONG, WRONG_GROUND = "#a11212", "#fdf0f0"
# Black and the paper around one another: a focus that is seen on every fill of the map.
FOCUS = "#000"
SHADOW = "rgb(0 0 0 / .2)"

# ---------------------------------------------------------------- groups

BLUE, VERMILION, GREEN, PURPLE, OCHRE, SLATE = "#0b5cad", "#b8420f", "#00705a", "#7b3294", "#855a00", "#4b5563"

# ---------------------------------------------------------------- fills of the report

# The way of people is blue, who leaves it is sand: told apart in grey by the place of the box.
FLOW_BOX, FLOW_ASIDE, FLOW_EDGE = "#e8eef6", "#f4f1ea", "#9aa7b8"
# Vermilion made lighter: any grade behind the severe ones; and light enough beside blue to be told apart in grey too.
ANY_GRADE = "#e9b99f"
NOT_FREE = "#f3c9ae"
# Under the marks of a timeline, so pale that every mark is seen on them.
UNTREATED = "#c9d7e8"
THERAPY_FILLS = ("#f0c27b", "#a9d3c0", "#d7b5d8", "#f2a48c", "#b7c56a", "#8fb8de", "#cfc4b2")

# ---------------------------------------------------------------- fills of the multiverse

# Agreement from pale to dark, told apart without colour; sand is no step of it, for pairs without a kappa.
KAPPA_FILLS = ("#e4eef8", "#bdd7ee", "#84b3dc", "#3f86c0", "#15578f", "#0a2a4a")
NO_KAPPA = "#f2dfc4"
KAPPA_EDGE = "#9aa7b5"

# ---------------------------------------------------------------- fills of a league table

# Pale enough for ink (12 to 1 and more), and told apart in grey by the arrow that stands in each.
FAVOURS_ROW, FAVOURS_COLUMN = "#cfe1f2", "#f8dcc8"

# ---------------------------------------------------------------- lights of risk of bias


class Light(NamedTuple):
    """A light: its ground, its ring, and the ink of its sign (4.5 to 1 on the ground), which is read without colour."""

    ground: str
    ink: str
    sign: str


# From pale to dark as the risk grows, so that the order is seen in grey; what was not judged is paper.
LIGHTS = {
    "low": Light("#d3ebdc", "#00705a", "#004d3e"),
    "middle": Light("#f3d9a4", "#855a00", "#5a3d00"),
    "high": Light("#b8420f", "#8a2f08", "#ffffff"),
    "highest": Light("#4a1804", "#4a1804", "#ffffff"),
    "none": Light("white", "#4b5563", "#4b5563"),
}

# ---------------------------------------------------------------- fills of the atlas

# Dark and light take turns, so that neighbours in a stack are told apart in grey as well.
CLASS_FILLS = (BLUE, "#a9cdea", GREEN, "#a8d8c2", PURPLE, "#d8bfe2", VERMILION, "#f7c59f", SLATE, "#cfd5dd")
# No ink of a class of therapy, which stand in the same picture.
USED = "#3b4654"
# The middle eight tenths of trusts, and within them the middle half.
OUTER_BAND, INNER_BAND = "#e1e5ea", "#c3cad3"

# ---------------------------------------------------------------- the map

# By number of classes, from less to more: light to dark, so that the order is seen in grey.
BLUES: dict[int, tuple[str, ...]] = {
    1: ("#6baed6",),
    2: ("#bdd7ee", "#2171b5"),
    3: ("#cfe1f2", "#6baed6", "#08519c"),
    4: ("#d6e6f4", "#94c4df", "#4292c6", "#084594"),
    5: ("#dbe9f6", "#a8cce6", "#64a5d4", "#2a74b6", "#083d7f"),
}
# From the most below 0 to the least; brown and blue are told apart by colour-blind readers too.
BROWNS: dict[int, tuple[str, ...]] = {
    1: ("#bf812d",),
    2: ("#8c510a", "#e3bb78"),
    3: ("#7a4404", "#bf812d", "#f0d6a4"),
}
# Circles stand on every blue, so they are of the colour that no class has.
ORANGE, ORANGE_EDGE = "#f59b33", "#6b3a05"
LAND, COASTLINE, EDGE = "#eeefec", "#c3c8c4", "#34414f"
# Grey, because white ones would leave two white neighbours without a border.
CELL_EDGE = "#8d98a5"
TOO_LITTLE_FILL = "#e4e0d8"


class Pattern(NamedTuple):
    """What is unknown is drawn as a pattern, which no class has: its ground, and the ink of its lines or dots."""

    ground: str
    ink: str


HATCHED, DOTTED, RULED = Pattern("#f6f6f4", "#6d7680"), Pattern("#fff7e6", "#8a5a12"), Pattern("#f3f4f5", "#b3bac2")

# ---------------------------------------------------------------- lines and letters

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
# Two or three words must fit into a hexagon, which is smaller on a phone.
HEXAGON_WORDS: dict[Width, float] = {"wide": 11.5, "narrow": 8.2}

# In the cells of a league table: where there is room for limits, and where there is little.
SMALL_CELL, SMALLEST_CELL = 12.0, 10.5

# Sizes of letters of a page. A phone has smaller headings; paper counts in points, and its tables are wide.
LETTERS = {
    "text": "1.0625rem",
    "h1": "1.9rem",
    "h2": "1.4rem",
    "h3": "1.12rem",
    "web": "1.125rem",
    "subtitle": "1.2rem",
    "first": "1.3rem",
    "plain": "1rem",
    "small": ".95rem",
    "tip": ".9rem",
    "h1-small": "1.5rem",
    "first-small": "1.15rem",
    "h1-paper": "1.4rem",
    "paper": "10pt",
    "paper-small": "8.5pt",
    "paper-tiny": "7.5pt",
    "paper-least": "7pt",
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
        "background": PAPER,
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


def css_variables() -> str:
    """The inks and sizes that style sheets and scripts take: a rule of `:root` that stands before every style sheet.

    >>> f"--ink: {INK};" in css_variables(), "--size-h1: 1.9rem;" in css_variables()
    (True, True)
    """
    inks = {"font": FONT, "ink": INK, "muted": MUTED, "line": RULE, "pale": PALE, "paper": PAPER, "blue": BLUE,
            "warn": WARN, "warn-pale": WARN_GROUND, "focus": FOCUS, "shadow": SHADOW, "edge": EDGE,
            "picked": PICKED, "pressed": PRESSED, "wrong": WRONG, "wrong-pale": WRONG_GROUND}  # fmt: skip
    variables = inks | {f"size-{name}": size for name, size in LETTERS.items()}
    said = " ".join(f"--{name}: {value};" for name, value in variables.items())
    return f":root {{ {said} }}\n"


def style_sheet(*names: str) -> str:
    """Style sheets of the templates, one after the other, behind the variables that they take."""
    folder = files("remission.exhibits").joinpath("templates")
    return css_variables() + "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
