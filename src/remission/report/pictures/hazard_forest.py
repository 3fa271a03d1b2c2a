"""A forest of hazard ratios: a square with its limits for each subgroup or component, counts and numbers beside.

Laid out in pixels, as the forests of studies are, so that a row of the plot and its words cannot drift apart. Squares
are as large as the information behind them; on a phone the plot stands under the name of its row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink
from remission.exhibits.synthesis.canvas import OWN, only, pixel_axes
from remission.exhibits.synthesis.scales import Scale
from remission.exhibits.tables import Shown, Table
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, SIZES, Size
from remission.exhibits.wording import level_words, p_words, wrapped
from remission.report.hazards.wording import ratio_words
from remission.report.pictures.comparison import p_number

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import TestResult

SMALLEST, LARGEST = 30, 190
TICK = 43
# Beyond these ends an interval is cut, and an arrow says so.
LAYERS = ("intervals", "arrows", "squares", "words", "rules")


@dataclass(frozen=True)
class ForestLine:
    """One row: its name, events and persons of both groups, the ratio with its limits, or `why` there is none.

    `part` is the heading it stands under, and `test` the interaction of that heading, on its first row.
    """

    part: str
    name: str
    group: str
    against: str
    counts: tuple[int, int]
    against_counts: tuple[int, int]
    value: float | None
    low: float | None
    high: float | None
    why: str

    @property
    def information(self) -> float:
        """One over the variance of the logarithm of the ratio, but for a factor of all alike; 0 where it has none."""
        if self.low is None or self.high is None or not 0 < self.low < self.high:
            return 0.0
        return 1 / math.log(self.high / self.low) ** 2

    @property
    def words(self) -> str:
        """The ratio with its limits, or why there is none."""
        ratio = {"value": self.value, "low": self.low, "high": self.high, "absent_reason": self.why}
        return ratio_words(ratio)


@dataclass(frozen=True)
class ForestPlan:
    """The words of one forest: its name, title, what is compared ("HSCT against ..."), level, lines, interactions."""

    name: str
    title: str
    subtitle: str
    level: float
    lines: Sequence[ForestLine]
    tests: dict[str, TestResult]

    @property
    def one_pair(self) -> bool:
        """Are two groups compared, and no more?"""
        return len({(line.group, line.against) for line in self.lines}) == 1


def draw_hazard_forest(plan: ForestPlan, provenance: Provenance) -> Figure:
    """The forest in two widths; its table has every number."""
    said = "; ".join(f"{_named(plan, line)}: {line.words}" for line in plan.lines)
    return Figure(
        name=plan.name,
        title=plan.title,
        subtitle=plan.subtitle,
        description=f"Forest plot of hazard ratios with {level_words(plan.level)} intervals. {said}.",
        specs={width: _Rows(plan, SIZES[width]).spec() for width in SIZES},
        table=forest_table(plan, provenance),
        provenance=provenance,
    )


def _named(plan: ForestPlan, line: ForestLine) -> str:
    pair = "" if plan.one_pair else f", {line.group} against {line.against}"
    return f"{', '.join(filter(None, [line.part, line.name]))}{pair}"


@dataclass(frozen=True)
class _Across:
    """Where columns stand, in pixels: counts end at their place, the plot from and to, the rest begins there."""

    width: float
    letters: int
    counts: tuple[float, float]
    plot: tuple[float, float]
    values: float


ACROSS = {
    True: _Across(862, 27, (290, 400), (424, 610), 626),
    False: _Across(336, 30, (258, 336), (0, 170), 182),
}


class _Rows:
    """Lines laid out from the top down; `layers` holds what each layer of the picture is drawn from."""

    def __init__(self, plan: ForestPlan, size: Size) -> None:
        self.plan, self.size, self.across = plan, size, ACROSS[size.wide]
        limits = [one for line in plan.lines for one in (line.low, line.high)]
        self.scale = Scale.of("Hazard ratio", "ratio", limits)
        self.leading = size.words + 3.0
        self.most = max((line.information for line in plan.lines), default=0.0) or 1.0
        self.layers: dict[str, list[dict[str, Any]]] = {one: [] for one in LAYERS}
        self.top = 0.0

    def spec(self) -> Spec:
        """All rows with their axis, as a drawing."""
        self._heads()
        first, part = self.top, ""
        for line in self.plan.lines:
            if line.part != part:
                part = line.part
                self._heading(part)
            self._line(line)
        self._favours()
        tall = self.top + 4
        x, y = pixel_axes(self.across.width, tall)
        data = {**self.layers, **self._axis(first, tall)}
        return {"datasets": data, "width": self.across.width, "height": tall, "layer": _layers(x, y, self.size)}

    def _say(self, words: str, x: float, y: float, align: str = "left", ink: str = INK, *, bold: bool = False) -> None:
        weight = "bold" if bold else "normal"
        self.layers["words"].append({"words": words, "x": x, "y": y, "align": align, "ink": ink, "weight": weight})

    def _heads(self) -> None:
        first = self.plan.lines[0]
        names = (first.group, first.against) if self.plan.one_pair else ("Group", "Against")
        heads = [wrapped(one, 15 if self.size.wide else 12) for one in names]
        tall = max(map(len, heads)) + 1
        for at, words in zip(self.across.counts, heads, strict=True):
            for place, word in enumerate(words):
                self._say(word, at, (tall - 1 - len(words) + place + 0.5) * self.leading, "right", MUTED)
            self._say("events / n", at, (tall - 0.5) * self.leading, "right", MUTED)
        ratio = f"Hazard ratio ({level_words(self.plan.level)} interval)"
        if self.size.wide:
            self._say(ratio, self.across.values, (tall - 0.5) * self.leading, ink=MUTED)
        else:
            self._say("Hazard ratio,", 0, (tall - 1.5) * self.leading, ink=MUTED)
            self._say(f"{level_words(self.plan.level)} interval", 0, (tall - 0.5) * self.leading, ink=MUTED)
        # The numbers of the axis stand below the heads.
        self.axis = tall * self.leading + 12
        self.top = self.axis + 14

    def _heading(self, part: str) -> None:
        self.top += 0.4 * self.leading
        middle = self.top + self.leading / 2
        self._say(part, 0, middle, bold=True)
        if (test := self.plan.tests.get(part)) is not None:
            self._say(f"interaction {p_words(test.p)}", self.across.width, middle, "right", MUTED)
        self.top += self.leading + 2

    def _line(self, line: ForestLine) -> None:
        said = wrapped(line.name, self.across.letters)
        if not self.plan.one_pair:
            said += wrapped(f"{line.group} against {line.against}", self.across.letters)
        indent = 10.0 if line.part else 0.0
        begins = self.top + self.leading / 2
        for at, words in enumerate(said):
            self._say(
                words, indent, begins + at * self.leading, bold=not line.part and at == 0 and line is self.plan.lines[0]
            )
        for ends, (events, n) in zip(self.across.counts, (line.counts, line.against_counts), strict=True):
            self._say(f"{events:,} / {n:,}", ends, begins, "right")
        middle = begins if self.size.wide else begins + len(said) * self.leading + 2
        values = wrapped(line.words, 30 if self.size.wide else 24)
        # Words of why there is none have the room of the plot on a phone.
        left = self.across.values if line.value is not None or self.size.wide else 10.0
        for place, words in enumerate(values):
            self._say(words, left, middle + place * self.leading, ink=INK if line.value is not None else MUTED)
        self._marks(line, middle)
        rows = max(len(said), len(values)) if self.size.wide else len(said) + len(values)
        self.top += rows * self.leading + (6 if self.size.wide else 12)

    def _marks(self, line: ForestLine, middle: float) -> None:
        if line.value is None or line.low is None or line.high is None:
            return
        low, high = self.scale.place(line.low), self.scale.place(line.high)
        ends = [self._at(min(max(place, 0.0), 1.0)) for place in (low, high)]
        self.layers["intervals"].append({"x": ends[0], "x2": ends[1], "y": middle})
        for out, end, shape in ((low < 0, ends[0], "triangle-left"), (high > 1, ends[1], "triangle-right")):
            if out:
                self.layers["arrows"].append({"x": end, "y": middle, "shape": shape})
        # A root, or the largest would hide what an area of a few pixels cannot show.
        area = SMALLEST + (LARGEST - SMALLEST) * (line.information / self.most) ** 0.5
        at = self._at(min(max(self.scale.place(line.value), 0.0), 1.0))
        self.layers["squares"].append({"x": at, "y": middle, "size": area})

    def _at(self, place: float) -> float:
        left, right = self.across.plot
        return round(left + place * (right - left), 2)

    def _favours(self) -> None:
        """Which side is whose, in the words of the groups: whether an event is bad is not for a picture to say."""
        first, one = self.plan.lines[0], self._at(self.scale.reference or 0.5)
        names = (first.group, first.against) if self.plan.one_pair else ("the first named", "the other")
        self.top += 6
        if self.size.wide:
            middle = self.top + self.leading / 2
            self._say(f"\u2190 fewer events in {names[0]}", one - 8, middle, "right", MUTED)
            self._say(f"fewer events in {names[1]} \u2192", one + 8, middle, ink=MUTED)
            self.top += self.leading
            return
        sides = zip(("Left", "Right"), names, strict=True)
        for words in (part for side, whose in sides for part in wrapped(f"{side} of 1: fewer events in {whose}", 44)):
            self._say(words, 0, self.top + self.leading / 2, ink=MUTED)
            self.top += self.leading

    def _axis(self, first: float, tall: float) -> dict[str, list[dict[str, Any]]]:
        left, right = self.across.plot
        apart = TICK / (right - left)
        # 1 is what a reader looks for: numbers too near to it give way.
        others = [
            tick for tick in self.scale.ticks(apart) if abs(self.scale.place(tick) - self.scale.place(1)) >= apart
        ]
        written = sorted([1.0, *others])
        ends = tall - (2 if self.size.wide else 3) * self.leading
        grid = [{"x": self._at(self.scale.place(tick)), "y": first - 6, "y2": ends} for tick in written]
        ticks = [
            {"x": row["x"], "y": self.axis, "words": self.scale.tick_words(tick)}
            for row, tick in zip(grid, written, strict=True)
        ]
        reference = self._at(self.scale.reference or 0.5)
        return {"grid": grid, "ticks": ticks, "reference": [{"x": reference, "y": first - 6, "y2": ends}]}


def _layers(x: Spec, y: Spec, size: Size) -> list[Spec]:
    at, down = {"x": x, "y": y}, {"x": x, "y": y, "y2": {"field": "y2"}}
    text = {"type": "text", "baseline": "middle", "fontSize": size.words}
    point = {"type": "point", "filled": True, "opacity": 1}
    return [
        layer("grid", {"type": "rule", "color": HAIRLINE}, **down),
        layer("reference", {"type": "rule", "color": MUTED, "strokeDash": [4, 3]}, **down),
        layer("ticks", text | {"align": "center", "color": MUTED}, **at, text=name("words")),
        layer("intervals", {"type": "rule", "strokeWidth": 1.8, "color": BLUE}, x=x, y=y, x2={"field": "x2"}),
        layer("arrows", point | {"size": 60, "color": BLUE}, **at, shape={"field": "shape", **OWN}),
        layer("squares", point | {"shape": "square", "color": BLUE}, **at,
              size=number("size", scale=None, legend=None)),
        *(only(layer("words", text | {"align": align, "fontWeight": weight}, **at, text=name("words"), color=own_ink()),
               f"datum.align == '{align}' && datum.weight == '{weight}'")
          for align in ("left", "right") for weight in ("normal", "bold")),
    ]  # fmt: skip


def forest_table(plan: ForestPlan, provenance: Provenance) -> Table:
    """A row a line of the forest, with the p of the interaction where its heading begins; the CSV has all digits."""
    rows, before = [], ""
    for line in plan.lines:
        test = plan.tests.get(line.part) if line.part != before else None
        before = line.part
        known = None if test is None or math.isnan(test.p) else test.p
        (events, n), (against_events, against_n) = line.counts, line.against_counts
        rows.append({
            "part": line.part, "name": line.name, "group": line.group, "against": line.against, "events": events,
            "n": n, "against_events": against_events, "against_n": against_n, "value": line.value, "low": line.low,
            "high": line.high, "level": plan.level, "interaction_p": known, "absent_reason": line.why or None,
            "tested": test is not None,
        })  # fmt: skip
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    first = plan.lines[0]
    mine, other = (first.group, first.against) if plan.one_pair else ("Group", "Against")
    pair = Shown("Groups", lambda row: f"{row['group']} against {row['against']}", words=True)
    tested = Shown("Interaction p", lambda row: p_number(row["interaction_p"]) if row["tested"] else "")
    columns = (
        Shown(
            "Subgroup" if plan.tests else "Component", lambda row: ": ".join(filter(None, [row["part"], row["name"]]))
        ),
        *(() if plan.one_pair else (pair,)),
        Shown(f"{mine}: events / n", lambda row: f"{row['events']} / {row['n']}"),
        Shown(f"{other}: events / n", lambda row: f"{row['against_events']} / {row['against_n']}"),
        Shown(f"Hazard ratio ({level_words(plan.level)} interval)", ratio_words),
        *((tested,) if plan.tests else ()),
    )
    note = " ".join(dict.fromkeys(f"{one.method[:1].upper()}{one.method[1:]}." for one in plan.tests.values()))
    return Table(plan.name, f"{plan.title}.", frame, columns, provenance, note, frame.drop("tested"))


_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("part", "name", "group", "against"), pl.String),
    **dict.fromkeys(("events", "n", "against_events", "against_n"), pl.Int64),
    **dict.fromkeys(("value", "low", "high", "level", "interaction_p"), pl.Float64),
    "absent_reason": pl.String,
    "tested": pl.Boolean,
}
