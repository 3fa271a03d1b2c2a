"""Deciles of all trusts over time, with England or one trust drawn over them.

The deciles say how different trusts are, not how they ought to be; the line of one place is broken where it has no
figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.place_words import MeasureWords, day_of, estimate_words, number_words, said_words
from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, pixels
from remission.exhibits.month_axis import (
    LEFT,
    MONTH,
    Months,
    Panel,
    month_words,
    panel_title,
    stretches,
    time_channel,
    under_each_other,
    year_of,
)
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count
from remission.stats.estimates import Estimates
from remission.stats.quantiles import FEWEST, named_deciles

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

TENTHS = tuple(range(1, 10))
HEIGHT = {True: 300, False: 240}


@dataclass(frozen=True, eq=False)
class Deciles:
    """A measure over time: `estimates` has one row a window and place, of trusts and of the one that is `highlight`ed.

    `highlight` is a code; `highlight_name` its name. A window stands at its last month. Where the place is of another
    size than a trust, its total is said and not `drawn`: on an axis that holds it trusts would lie on the ground.
    """

    words: MeasureWords
    estimates: Estimates
    highlight: str
    highlight_name: str
    drawn: bool = True

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row a month: trusts (with a figure), d1 to d9 (null below 10 trusts), and the estimate highlighted."""
        rows = self.estimates.frame.filter(pl.col("what") == self.words.name, pl.col("to_day").is_not_null())
        trusts = rows.filter(pl.col("population") == "trust").group_by("to_day").agg("value")
        here = rows.filter(pl.col("group") == self.highlight).select("to_day", *_HERE)
        # All windows, also those in which no trust has a figure: a month that is left out would close the gap.
        joined = rows.select("to_day").unique().join(trusts, on="to_day", how="left").join(
            here, on="to_day", how="left", suffix="_here"
        ).sort("to_day")  # fmt: skip
        units = rows["unit"].drop_nulls()
        made = [_window(row, units[0] if units.len() else None) for row in joined.to_dicts()]
        schema = {"month": pl.Date, "trusts": pl.Int64, **{f"d{at}": pl.Float64 for at in TENTHS}}
        schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
        return pl.DataFrame(made, schema={**schema, "unit": pl.String, "absent_reason": pl.String})


_HERE = ("value", "low", "high", "absent_reason")


def _window(row: dict[str, Any], unit: str | None) -> dict[str, Any]:
    values = [value for value in row["value"] or [] if value is not None]
    said = {"value": row["value_here"], **{part: row[part] for part in _HERE[1:]}, "unit": unit}
    return {"month": day_of(row["to_day"]).replace(day=1), "trusts": len(values), **named_deciles(values), **said}


def draw_decile_chart(of: Deciles, provenance: Provenance) -> Figure:
    """Bands between the deciles, the median dashed, and one place with its interval."""
    frame = of.frame
    return Figure(
        name=f"deciles-{of.words.name}",
        title=f"{of.words.title}: over time",
        subtitle="Bands: deciles of all trusts with a figure, the middle one dashed. "
        f"{_drawn_words(of)} Each point is the window that ends there.",
        description=f"{of.words.title} over time. {decile_words(of)}",
        specs={width: under_each_other([_panel(of, frame, SIZES[width])]) for width in SIZES},
        table=_table(of, frame, provenance),
        provenance=provenance,
    )


def _drawn_words(of: Deciles) -> str:
    if not of.drawn:
        return f"{of.highlight_name} is a sum of many trusts and not drawn; the table has it."
    return (
        f"Line: {of.highlight_name}, with its interval; dotted band: where {of.highlight_name} lies at least and at "
        "most while it has no figure."
    )


def trusts_words(of: Deciles) -> str:
    """How many trusts have a figure in the first and the last window, for their number changes.

    >>> trusts_words(Deciles(MeasureWords("m", "", "", "", "", "", ""), Estimates.of([]), "England", "England"))
    'No trust has a figure in any window.'
    """
    rows = [row for row in of.frame.to_dicts() if row["trusts"]]
    if not rows:
        return "No trust has a figure in any window."
    first, last = rows[0], rows[-1]
    if first is last:
        return f"{_with_figure(first)}."
    return (
        f"{_with_figure(first)}, {last['trusts']} in that ending {month_words(last['month'])}. Their number changes, "
        "so a line that moves may be other trusts and no change in any of them."
    )


def _with_figure(row: dict[str, Any]) -> str:
    have = "has" if row["trusts"] == 1 else "have"
    return f"{count(row['trusts'], 'trust')} {have} a figure in the window ending {month_words(row['month'])}"


def decile_words(of: Deciles) -> str:
    """The last window in a sentence."""
    rows = of.frame.to_dicts()
    if not rows:
        return "No window has a figure."
    last = rows[-1]
    said = f"{of.highlight_name}, window ending {month_words(last['month'])}: {said_words(last)}."
    if last["d1"] is None:
        return f"{said} Fewer than {FEWEST} trusts have a figure, so no deciles are given."
    low, middle, high = (number_words(last[part], last["unit"]) for part in ("d1", "d5", "d9"))
    unit = "" if last["unit"] in (None, "proportion") else f" {last['unit']}"
    middles = f"Of {last['trusts']} trusts the middle one has {middle}"
    return f"{said} {middles}; eight in ten lie between {low} and {high}{unit}."


def _panel(of: Deciles, frame: pl.DataFrame, size: Size) -> Panel:
    rows = frame.to_dicts()
    # An empty chart still needs an axis; any month will do.
    months = Months(rows[0]["month"], rows[-1]["month"]) if rows else Months(date(2025, 1, 1), date(2025, 1, 1))
    proportion = any(row["unit"] == "proportion" for row in rows)
    y = number("y", axis={"title": None, "minExtent": LEFT, "maxExtent": LEFT, "tickCount": 5,
                          **({"labelExpr": PER_CENT} if proportion else {})}, scale={"zero": True})  # fmt: skip
    time = time_channel(months, axis=True)
    drawn = rows if of.drawn else [{**row, **dict.fromkeys(_HERE[:3])} for row in rows]
    data = {
        "decile_bands": list(_bands(rows)),
        "decile_line": list(_line(drawn)),
        "decile_bounds": list(_bounds(drawn)),
        "decile_words": _labels(of, drawn),
    }
    unit = "Per cent" if proportion else next((unit_title(row["unit"]) for row in rows if row["unit"]), "")
    view = {"width": size.plot, "height": HEIGHT[size.wide], "layer": _layers(time, y, size)}
    return Panel(data, {**view, "title": panel_title(unit, size)} if unit else view)


def unit_title(unit: str) -> str:
    """A unit as the words over an axis.

    >>> unit_title("patient-years a year")
    'Patient-years a year'
    """
    return f"{unit[:1].upper()}{unit[1:]}"


def _layers(time: Spec, y: Spec, size: Size) -> list[Spec]:
    part = name("part")
    band = {"type": "area", "color": MUTED, "stroke": PAPER, "strokeWidth": 0.6}
    dark = number("dark", scale={"domain": [0, 1], "range": [0.12, 0.42]}, legend=None)
    last = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    layers = [
        # In this order: bands, the median on them, and the place over both; its interval is pale, so that bands show
        # through.
        layer("decile_bands", band, x=time, y=y, y2={"field": "y2"}, opacity=dark, detail=part),
        {**layer("decile_bands", {"type": "line", "color": INK, "strokeDash": [5, 3], "strokeWidth": 1.3}, x=time,
                 y=y, detail=part), "transform": [{"filter": "datum.at == 5"}]},
        layer("decile_line", {"type": "area", "color": VERMILION, "opacity": 0.22}, x=time, y={**y, "field": "low"},
              y2={"field": "high"}, detail=part),
        layer("decile_line", {"type": "line", "color": VERMILION, "strokeWidth": 2.4, "point": {"size": 9,
              "color": VERMILION, "filled": True}}, x=time, y=y, detail=part),
    ]  # fmt: skip
    # A dotted band: the median of trusts is dashed, and a line with a figure is whole.
    dots = {"strokeWidth": 1.8, "strokeDash": [0.1, 4], "strokeCap": "round"}
    edge = {"type": "line", "color": VERMILION, **dots}
    between = {"type": "area", "color": VERMILION, "opacity": 0.08}
    high = {**y, "field": "y2"}
    layers += [layer("decile_bounds", between, x=time, y=y, y2={"field": "y2"}, detail=part),
               *(layer("decile_bounds", edge, x=time, y=end, detail=part) for end in (y, high))]  # fmt: skip
    # Words at the right edge have no room on a phone; the subtitle and the table say the same.
    if size.wide:
        layers.append(layer("decile_words", last, x=pixels(size.plot + 12), y=y, text=name("words"),
                            color={"field": "ink", "type": "nominal", "scale": None, "legend": None}))  # fmt: skip
    return layers


def _bands(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Eight bands, darker towards the middle, broken where there are too few trusts."""
    known = {row["month"]: row for row in rows if row["d1"] is not None}
    for place, (first, last) in enumerate(stretches(known)):
        for at in TENTHS[:-1]:
            # Darkest at the median, palest at the outer deciles, so that eight bands read as one distribution.
            dark = 1 - abs(at + 0.5 - 5) / 4
            for month, row in known.items():
                if first <= month <= last:
                    yield {"part": f"{at} {place}", "at": at, "t": year_of(month) + MONTH / 2, "y": row[f"d{at}"],
                           "y2": row[f"d{at + 1}"], "dark": dark}  # fmt: skip


def _line(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    known = {row["month"]: row for row in rows if row["value"] is not None}
    for place, (first, last) in enumerate(stretches(known)):
        for month, row in known.items():
            if first <= month <= last:
                # An open limit is drawn at the value itself: an interval drawn to the edge would look known.
                limits = {end: row[end] if row[end] is not None else row["value"] for end in ("low", "high")}
                yield {"part": place, "t": year_of(month) + MONTH / 2, "y": row["value"], **limits}


def _bounds(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Where the place has no figure but bounds: a band outside which it cannot lie."""
    known = {row["month"]: row for row in rows if row["value"] is None and None not in (row["low"], row["high"])}
    for place, (first, last) in enumerate(stretches(known)):
        for month, row in known.items():
            if first <= month <= last:
                yield {"part": place, "t": year_of(month) + MONTH / 2, "y": row["low"], "y2": row["high"]}


def _labels(of: Deciles, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Words at the right edge, from the top down, moved apart where they would cover each other."""
    last, name_here = rows[-1] if rows else {}, of.highlight_name
    places = [(last.get("value"), name_here, VERMILION), (last.get("d9"), "one in ten above", MUTED),
              (last.get("d1"), "one in ten below", MUTED)]  # fmt: skip
    if last and last["value"] is None:
        places += [
            (last["high"], f"{name_here}, at most", VERMILION),
            (last["low"], f"{name_here}, at least", VERMILION),
        ]
    known = sorted(((y, words, ink) for y, words, ink in places if y is not None), reverse=True)
    tops = [max(row[part] for part in ("value", "high", "d9") if row[part] is not None) for row in rows if _any(row)]
    heights = [y for y, _, _ in known]
    for above, below in pairwise(range(len(heights))):
        # Seven hundredths of the height is a line of words; downwards only, so that the uppermost stays at its line.
        heights[below] = min(heights[below], heights[above] - 0.07 * max(tops, default=1))
    return [{"y": y, "words": words, "ink": ink} for y, (_, words, ink) in zip(heights, known, strict=True)]


def _any(row: dict[str, Any]) -> bool:
    return any(row[part] is not None for part in ("value", "high", "d9"))


def _table(of: Deciles, frame: pl.DataFrame, provenance: Provenance) -> Table:
    columns = (
        Shown("Window ending", lambda row: month_words(row["month"])),
        Shown(of.highlight_name, estimate_words),
        *(_decile(at) for at in TENTHS),
        shows("trusts", "Trusts with a figure"),
    )
    latest = frame.sort("month", descending=True)
    caption = f"{of.words.title}: {of.highlight_name} and the deciles of trusts."
    return Table(f"deciles-{of.words.name}", caption, latest, columns, provenance, f"Method: {of.words.method}")


def _decile(at: int) -> Shown:
    def text(row: Any) -> str:
        return "–" if row[f"d{at}"] is None else number_words(row[f"d{at}"], row["unit"])

    return Shown(f"{at}0th percentile" if at != 5 else "Median", text)
