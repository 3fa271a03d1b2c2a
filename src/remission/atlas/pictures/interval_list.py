"""Places with their intervals against one value, in order of name: a list that is read, not a ranking."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.page_shell import trust_link
from remission.atlas.place_words import MeasureWords, estimate_words, number_words, of_words
from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink, pixels
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import GREEN, INK, MUTED, PAPER, PURPLE, SIZES, Size
from remission.exhibits.wording import count, listed
from remission.supply.measures.deserts import SIDES, Side, england_between, side_of

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# More would be pages of lines; the tables have all places.
MOST = 60
STEP = {True: 21, False: 38}
SHAPES = {"below": "triangle-down", "above": "triangle-up"}
INKS = {"below": PURPLE, "above": GREEN}


@dataclass(frozen=True, eq=False)
class Compared:
    """Places against England: `rows` are rows of Estimates with a `name` each, `england` the value compared with.

    England's figure is uncertain too: where its `bounds` are given, only a place beyond both of them is beyond England,
    whatever England is. Without a figure `england` is null. `pages` are the codes that have a page.
    """

    words: MeasureWords
    rows: Sequence[Row]
    england: float | None
    pages: Collection[str] = ()
    bounds: tuple[float, float] | None = None

    @property
    def against(self) -> tuple[float, float] | None:
        """What places must lie wholly below or wholly above."""
        return england_between(self.england, self.bounds)

    def on(self, side: Side) -> list[Row]:
        """The rows of one of `SIDES`, in order of name."""
        found = [row for row in self.rows if side_of(row, self.against) == side]
        return sorted(found, key=lambda row: (row["name"], row["group"]))


def draw_intervals(of: Compared, provenance: Provenance) -> Figure:
    """The places whose whole interval lies on one side of England's value, in order of name."""
    # By name and never by value: any order of values would be read as a ranking.
    decided = sorted([*of.on("below"), *of.on("above")], key=lambda row: (row["name"], row["group"]))
    hidden = f" The first {MOST} of them by name are drawn; the tables have all." if len(decided) > MOST else ""
    return Figure(
        name=f"intervals-{of.words.name}",
        title=f"{of.words.title}: intervals that lie wholly on one side of England",
        subtitle=f"{compared_words(of)} In order of name. Upright line: England.{hidden}",
        description=f"Intervals of places against England. {compared_words(of)}",
        specs={width: _spec(of, decided[:MOST], SIZES[width]) for width in SIZES},
        table=places_table(of, "decided", decided, provenance),
        provenance=provenance,
    )


def compared_words(of: Compared) -> str:
    """How many places lie below, above, and undecided."""
    below, undecided, above, unused, without = (len(of.on(side)) for side in SIDES)
    places = count(below + above + undecided, "place")
    rest = _rest(unused, without)
    if of.against is None:
        return f"England has no figure of its own, so none of {places} with a figure can be compared.{rest}"
    if not below + undecided + above:
        return f"{_england(of)} No place has a figure.{rest}"
    parts = [(below, "below it"), (above, "above it"), (undecided, "undecided")]
    said = listed([f"{number} {words}" for number, words in parts if number])
    return f"{_england(of)} Of {places} with a figure: {said}.{rest}"


def _rest(unused: int, without: int) -> str:
    """Places of which there is no figure, in a sentence of their own; none where there are none."""
    parts = [(unused, "where nothing of it is used"), (without, "without a figure")]
    said = listed([f"{number} {words}" for number, words in parts if number])
    return f" Beside them: {said}." if said else ""


def _england(of: Compared) -> str:
    unit = next((row["unit"] for row in of.rows if row["unit"]), None)
    value = None if of.england is None else number_words(of.england, unit)
    if of.bounds is None:
        return f"England: {value}."
    low, high = (number_words(end, unit) for end in of.bounds)
    if value is None:
        return f"England has no figure but lies between {low} and {high}."
    return f"England: {value}, and between {low} and {high} with all that is doubtful."


def _spec(of: Compared, rows: Sequence[Row], size: Size) -> Spec:
    step, tall = STEP[size.wide], STEP[size.wide] * max(len(rows), 1)
    england = list(of.against or ())
    known = [row[part] for row in rows for part in ("value", "low", "high") if row[part] is not None]
    # From 0 on: an axis that begins elsewhere makes small differences look large.
    ends = (min([0.0, *england, *known]), max([0.0, *england, *known]))
    # On a phone the name stands above its interval, so the interval lies lower in its row.
    marks = [_drawn(of, row, ends, step * (at + (0.5 if size.wide else 0.72))) for at, row in enumerate(rows)]
    names = [{"words": row["name"], "y": step * (at + (0.5 if size.wide else 0.28))} for at, row in enumerate(rows)]
    proportion = any(row["unit"] == "proportion" for row in rows)
    at = {"axis": None, "scale": {"domain": [0, tall], "range": [0, tall]}}
    axis = {"title": None, "tickCount": 5, "orient": "top", **({"labelExpr": PER_CENT} if proportion else {})}
    x = {"axis": axis, "scale": {"domain": [*ends], "nice": True}}
    line = {"type": "rule", "strokeWidth": 2}
    words = {"type": "text", "baseline": "middle", "fontSize": size.words, "align": "right" if size.wide else "left"}
    at_left = {"x": pixels(-10 if size.wide else 0), "y": number("y", **at)}
    shape = {"field": "shape", "type": "nominal", "scale": None, "legend": None}
    layers = [
        layer("england", {"type": "rule", "color": MUTED, "strokeDash": [4, 3]}, x=number("x", **x)),
        layer("marks", line, x=number("low", **x), x2={"field": "high"}, y=number("y", **at), color=own_ink()),
        layer("marks", {"type": "point", "filled": True, "size": 70, "opacity": 1}, x=number("x", **x),
              y=number("y", **at), color=own_ink(), shape=shape),
        # A white edge keeps names legible where England's line passes behind them.
        layer("names", words | {"stroke": PAPER, "strokeWidth": 4}, **at_left, text=name("words")),
        layer("names", words | {"color": INK}, **at_left, text=name("words")),
    ]  # fmt: skip
    data = {"marks": marks, "names": names, "england": [{"x": value} for value in england]}
    return {"datasets": data, "layer": layers, "width": size.plot, "height": tall}


def _drawn(of: Compared, row: Row, ends: tuple[float, float], y: float) -> dict[str, Any]:
    """One interval; an open limit reaches to the end of what is drawn."""
    side = side_of(row, of.against)
    low, high = (end if row[limit] is None else row[limit] for limit, end in zip(("low", "high"), ends, strict=True))
    return {"x": row["value"], "low": low, "high": high, "y": y, "ink": INKS[side], "shape": SHAPES[side]}


def places_table(of: Compared, which: str, rows: Sequence[Row], provenance: Provenance) -> Table:
    """Some of the places in numbers, in order of name."""
    numbers = dict.fromkeys(("value", "low", "high", "level", "numerator", "denominator"), pl.Float64)
    texts = dict.fromkeys(("name", "group", "unit", "absent_reason", "side"), pl.String)
    schema = {**texts, **numbers}
    made = [{**{field: row.get(field) for field in schema}, "side": side_of(row, of.against)} for row in rows]
    columns = (
        Shown("Place", lambda row: trust_link("", row["group"], row["name"], of.pages)),
        Shown("Value (interval)", estimate_words),
        Shown("From", lambda row: of_words(row, of.words.made_from), words=True),
        shows("side", "Against England", words=True),
    )
    caption = f"{of.words.title}: {_WHICH[which]}, in order of name."
    note = UNUSED if which == "not used" else ""
    return Table(f"{which}-{of.words.name}", caption, pl.DataFrame(made, schema=schema), columns, provenance, note)


UNUSED = (
    "Hospitals for eyes, children, cancer or bones are among them: where nobody is treated for MS, nothing is used."
)
_WHICH = {
    "decided": "places whose whole interval lies on one side of England",
    "below": "the whole interval below England (“desert”)",
    "above": "the whole interval above England (“oasis”)",
    "undecided": "undecided, England lies inside the interval or there is no interval",
    "not used": "nothing of it is used (a “desert” without an interval)",
    "no figure": "no figure, and why",
}
