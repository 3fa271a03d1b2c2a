"""How a value or its absence looks on a map: classes with round limits, patterns for what is unknown, one legend.

The legend is made from the same limits as the fill. Blues go from light to dark and mean less and more, never worse and
better; what can be below 0 is brown there, and its legend says less and more. What is unknown has a pattern of its own,
so that it is told apart without colour and never taken for none.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remission.atlas.place_words import number_words
from remission.exhibits.theme import BLUES, BROWNS, DOTTED, HATCHED, RULED, TOO_LITTLE_FILL, WHITE
from remission.exhibits.wording import NBSP

Row = Mapping[str, Any]

# As many blues as can be told apart beside each other.
CLASSES = 5


@dataclass(frozen=True)
class Look:
    """How one kind of absence is drawn (`fill` is a colour or a pattern) and said in the legend and the table."""

    key: str
    fill: str
    legend: str
    table: str


NOT_USED = Look("n", WHITE, "Not used here", "not used here")
TOO_LITTLE = Look("t", TOO_LITTLE_FILL, "Too little for a figure", "too little issued for a figure")
NOT_VISIBLE = Look("v", "url(#p-hatch)", "Not visible here", "not visible here")
NOT_REPORTED = Look("r", "url(#p-dots)", "Not reported", "not reported")
NO_ROW = Look("m", "url(#p-dots)", "Not reported", "not in these data")
REFUSED = Look("x", "url(#p-cross)", "Refused to say", "asked, and refused to say")
NOT_PUBLISHED = Look("p", "url(#p-lines)", "Not published", "not published by this nation")
LOOKS = (NOT_USED, TOO_LITTLE, NOT_VISIBLE, NOT_REPORTED, NO_ROW, REFUSED, NOT_PUBLISHED)
ALWAYS = (NOT_USED, NOT_VISIBLE, NOT_REPORTED)
BY_REASON: dict[str, Look] = {
    "not used here": NOT_USED,
    "too little issued": TOO_LITTLE,
    "not estimable": TOO_LITTLE,
    "not visible here": NOT_VISIBLE,
    "not reported": NOT_REPORTED,
    "not published": NOT_PUBLISHED,
}
LOOK_OF = {look.key: look for look in LOOKS}

# Diagonals are drawn inside the tile: a rotated pattern shows seams in PDF.
_TILE = '<pattern id="p-{0}" width="{1}" height="{1}" patternUnits="userSpaceOnUse">{2}</pattern>'
_GROUND = '<path d="M0 0h{0}v{0}h-{0}z" fill="{1}"/>'
_DIAGONAL = '<path d="M-1.5 1.5l3-3M0 6l6-6M4.5 7.5l3-3" stroke="{0}" stroke-width=".9"/>'
_OTHER_DIAGONAL = '<path d="M4.5-1.5l3 3M0 0l6 6M-1.5 4.5l3 3" stroke="{0}" stroke-width=".9"/>'
PATTERNS = "".join(
    _TILE.format(name, size, _GROUND.format(size, of.ground) + drawing.format(of.ink))
    for name, size, of, drawing in (
        ("hatch", 6, HATCHED, _DIAGONAL),
        ("dots", 7, DOTTED, '<circle cx="3.5" cy="3.5" r="1.15" fill="{0}"/>'),
        ("cross", 6, HATCHED, _DIAGONAL + _OTHER_DIAGONAL),
        ("lines", 9, RULED, '<path d="M0 4.5h9" stroke="{0}" stroke-width=".8"/>'),
    )
)


@dataclass(frozen=True)
class Scale:
    """Classes of a measure: `breaks` are the inner limits, in the unit of the Estimates, in order.

    A value that stands on a limit belongs to the class above it. The classes of a `signed` scale part at 0, which is
    one of its breaks, and say of which side they are.

    >>> Scale((0.2, 0.4), "proportion").labels()
    ['under 20\\xa0%', '20 to under 40\\xa0%', '40\\xa0% or more']
    >>> Scale((-5.0, 0.0), None, signed=True).labels()
    ['less: under \u22125', 'less: \u22125 to under 0', 'same or more: 0 or more']
    """

    breaks: tuple[float, ...]
    unit: str | None
    signed: bool = False

    def class_of(self, value: float) -> int:
        """The class of a value, from 0."""
        # A value that stands on a limit belongs above it, also where its last digit was lost on the way.
        return bisect_right(self.breaks, value + 1e-12)

    def labels(self) -> list[str]:
        """What each class is called."""
        if not self.breaks:
            return ["any value"]
        said = [_limit(limit, self.unit) for limit in self.breaks]
        between = [f"{_bare(low)} to under {high}" for low, high in pairwise(said)]
        labels = [f"under {said[0]}", *between, f"{said[-1]} or more"]
        return [_side(at - self.below) + label for at, label in enumerate(labels)] if self.signed else labels

    @property
    def inks(self) -> tuple[str, ...]:
        """The colour of each class: light to dark, or from dark brown over light ones to dark blue."""
        classes = len(self.breaks) + 1
        return BROWNS[self.below] + BLUES[classes - self.below] if self.signed else BLUES[classes]

    @property
    def below(self) -> int:
        """How many classes lie below 0 on a signed scale; none on any other."""
        return self.breaks.index(0.0) + 1 if self.signed else 0

    def heading(self, title: str) -> str:
        """What the legend is headed: the measure in its unit, and where colours part.

        >>> Scale((0.2,), "proportion").heading("Share"), Scale((0.0,), "patient-years", signed=True).heading("Growth")
        ('Share', 'Growth, patient-years; brown below 0, blue above')
        """
        unit = "" if self.unit in (None, "", "proportion") else f", {self.unit}"
        return f"{title}{unit}{'; brown below 0, blue above' if self.signed else ''}"


def _side(place: int) -> str:
    return "less: " if place < 0 else "same or more: " if place == 0 else "more: "


def scale_of(values: Iterable[float | None], unit: str | None, *, signed: bool = False) -> Scale:
    """Round limits that part values into about five equal classes; fewer when they are much alike.

    Give it the values of all months and windows of a measure, so that a colour means the same in all of them. A
    `signed` scale has 0 as a limit and at most three classes on either side, of equal widths.

    >>> scale_of([share / 100 for share in range(101)], "proportion").breaks
    (0.2, 0.4, 0.6, 0.8)
    """
    known = np.array([value for value in values if value is not None and math.isfinite(value)])
    if signed:
        return Scale(_signed_breaks(known), unit, signed=True)
    if not known.size or known.min() == known.max():
        return Scale((), unit)
    # Fifths of the values, so that each class is found on the map; then rounded, so that a reader can name it.
    fifths = np.quantile(known, [at / CLASSES for at in range(1, CLASSES)])
    # A sixth of the spread between the outer limits, or of a twentieth of the whole range where most values are
    # alike.
    step = _round_step(max(float(fifths[-1] - fifths[0]), float(np.ptp(known)) / 20) / 6)
    # The digits of the step, or 3 * 0.05 would be printed as 0.15000000000000002.
    digits = max(0, 2 - math.floor(math.log10(step)))
    rounded = sorted({round(round(float(limit) / step) * step, digits) for limit in fifths})
    return Scale(tuple(limit for limit in rounded if known.min() < limit <= known.max()), unit)


def _signed_breaks(known: NDArray[np.float64]) -> tuple[float, ...]:
    """0, and round limits at the thirds of all sizes on either side of it, as far as values go."""
    sizes = np.abs(known[known != 0])
    if not sizes.size:
        return (0.0,)
    # The same limits on both sides of 0, whatever lies there: less and more must look alike.
    limits = {_rounded(float(third)) for third in np.quantile(sizes, [1 / 3, 2 / 3])}
    every = sorted({0.0} | limits | {-limit for limit in limits})
    return tuple(limit for limit in every if limit == 0 or known.min() < limit <= known.max())


def _rounded(size: float) -> float:
    """The nearest of 1, 2 or 5 times a power of ten.

    >>> _rounded(17.0), _rounded(0.4), _rounded(80.0)
    (20.0, 0.5, 100.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    # Nearest by ratio: from 1 to 10 the steps of 1, 2 and 5 are about equally far apart so.
    return float(min((part * power for part in (1, 2, 5, 10)), key=lambda limit: abs(math.log(limit / size))))


def _round_step(least: float) -> float:
    """1, 2 or 5 times a power of ten, not above `least` times 1.5."""
    power = 10.0 ** math.floor(math.log10(least * 1.5))
    return next(part * power for part in (5, 2, 1) if part * power <= least * 1.5 * (1 + 1e-9))


def _limit(limit: float, unit: str | None) -> str:
    if unit != "proportion":
        return f"{limit:,.10g}".replace("-", "\u2212")
    return f"{round(100 * limit, 6):g}{NBSP}%"


def _bare(said: str) -> str:
    return said.removesuffix(f"{NBSP}%")


def look_key(row: Row | None, scale: Scale, *, refused: bool = False) -> str:
    """What a place's fill says: the digit of its class, or the letter of a `Look`.

    Places that refused to answer an FOI request are drawn so where nothing else is known of them.

    >>> look_key({"value": 0.1, "absent_reason": None}, Scale((0.2,), "proportion"))
    '0'
    >>> look_key({"value": None, "absent_reason": "not reported"}, Scale((0.2,), "proportion"))
    'r'
    """
    if row is not None and row["value"] is not None:
        return str(scale.class_of(row["value"]))
    look = NO_ROW if row is None else BY_REASON.get(str(row["absent_reason"]), TOO_LITTLE)
    # A refusal is drawn only where nothing else is known: what is seen, or known not to be used, says more.
    return REFUSED.key if refused and look not in (NOT_USED, TOO_LITTLE) else look.key


def look_words(key: str, scale: Scale) -> str:
    """A fill in words, as the table has it."""
    return scale.labels()[int(key)] if key.isdigit() else LOOK_OF[key].table


def fills(scale: Scale) -> dict[str, str]:
    """Fill by key: a colour or a pattern, classes first."""
    classes = {str(at): ink for at, ink in enumerate(scale.inks)}
    return classes | {look.key: look.fill for look in LOOKS}


def text_inks(scale: Scale, dark: str) -> dict[str, str]:
    """The ink of words that stand on a fill: white or `dark`, whichever is seen better; dark on patterns."""
    inks = {str(at): _seen_on(ink, dark) for at, ink in enumerate(scale.inks)}
    return dict.fromkeys(fills(scale), dark) | inks


def _seen_on(fill: str, dark: str) -> str:
    # The 0.05 is part of the contrast ratio of WCAG: a screen is never quite black.
    ground, white, black = (_luminance(ink) + 0.05 for ink in (fill, WHITE, dark))
    return WHITE if white / ground > ground / black else dark


def _luminance(ink: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of a colour written as # and six digits."""
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def legend_entries(scale: Scale, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Key and words of each line of the legend: every class, what is always explained, and what occurs besides."""
    occurs = {LOOK_OF[key].legend for key in keys if not key.isdigit()} | {look.legend for look in ALWAYS}
    # Two looks may have one entry in the legend; the first of them explains it.
    absences = {look.legend: look.key for look in reversed(LOOKS) if look.legend in occurs}
    ordered = sorted(absences.items(), key=lambda entry: [look.key for look in LOOKS].index(entry[1]))
    return [*((str(at), words) for at, words in enumerate(scale.labels())), *((key, words) for words, key in ordered)]


def volume_marks(largest: float) -> list[float]:
    """Three round volumes for the legend of the circles, none above the largest.

    >>> volume_marks(480.0), volume_marks(7.0)
    ([20.0, 100.0, 400.0], [0.25, 1.25, 5.0])
    """
    if largest <= 0:
        return []
    power = 10.0 ** math.floor(math.log10(largest))
    # A round volume that occurs: the largest circle of the legend must be one that could be on the map.
    most = next(part * power for part in (8, 5, 4, 2, 1) if part * power <= largest * (1 + 1e-9))
    return [most / 20, most / 4, most]


def volume_words(volume: float) -> str:
    """A volume in the legend.

    >>> volume_words(1000.0), volume_words(0.25)
    ('1,000', '0.25')
    """
    return f"{volume:,.10g}" if volume < 1 or volume == round(volume) else number_words(volume, None)
