"""The specification curve: every estimate in order, and below it which options made it.

Simonsohn, Simmons & Nelson 2020, doi:10.1038/s41562-020-0912-z, drew it first. It describes how far an estimate
depends on choices; it is no test, and a value in its middle is not truer than one at its end.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.bars import LETTER, Bar, draw_bars
from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, name, number, own_ink, pixels
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, HAIRLINE, INK, MUTED, SIZES, SLATE, VERMILION, Size
from remission.exhibits.wording import at_years, count, level_words, limits_words, percent, wrapped
from remission.inputs.provenance import Provenance
from remission.stats.horizons import YEAR_DAYS
from remission.stats.rounding import text_half_up

if TYPE_CHECKING:
    from remission.stats.variance_shares import VarianceShares

SAME_PERSONS = (
    "All estimates rest on the same persons, so whether two intervals overlap says nothing about whether two "
    "definitions differ."
)
NO_TEST = (
    "A specification curve describes how far an estimate depends on choices. It is not a test, and no definition is "
    "right because many others give the same."
)
HEIGHT = {True: 260, False: 210}
ROW = 21
ROW_NARROW = 42
# Below so many pixels a definition, neighbours are drawn as one.
TOUCHING = 4.0


@dataclass(frozen=True)
class ShownChoice:
    """One thing that was decided in several ways, with the words of each."""

    name: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Specification:
    """One definition: the place of its option in each choice, its estimate, and the persons behind it."""

    id: str
    places: tuple[int, ...]
    value: float | None
    low: float | None
    high: float | None
    persons: int
    assessed: int
    events: int
    person_days: int

    @property
    def per_100_person_years(self) -> float | None:
        """Events in 100 years of follow-up; None where nobody was followed."""
        return 100 * YEAR_DAYS * self.events / self.person_days if self.person_days else None


@dataclass(frozen=True)
class Specifications:
    """All definitions of one thing at one time; `base` is the id of the endpoint as it is, which may be among them."""

    name: str
    title: str
    choices: tuple[ShownChoice, ...]
    rows: tuple[Specification, ...]
    at_days: int
    level: float
    interval: str
    method: str
    base: str
    base_name: str
    provenance: Provenance

    @cached_property
    def ordered(self) -> tuple[Specification, ...]:
        """From the lowest to the highest estimate, equal ones by their options; those without an estimate come last."""
        # Rounded first: estimates that differ in their last digits only are equal, and keep the order of their
        # options.
        return tuple(sorted(self.rows, key=lambda row: (row.value is None, round(row.value or 0.0, 12), row.places)))

    @cached_property
    def estimated(self) -> tuple[Specification, ...]:
        """Those with an estimate, in order."""
        return tuple(row for row in self.ordered if row.value is not None)

    @cached_property
    def values(self) -> list[float]:
        """The estimates, in order."""
        return [row.value for row in self.estimated if row.value is not None]

    @property
    def base_row(self) -> Specification | None:
        """The endpoint as it is, when it is among the definitions and has an estimate."""
        return next((row for row in self.estimated if row.id == self.base), None)

    def range_words(self) -> str:
        """The lowest and highest estimate and the middle one."""
        if not self.values:
            return "no definition has an estimate"
        middle = percent(statistics.median(self.values))
        return f"{text_half_up(100 * self.values[0], 1)} to {percent(self.values[-1])}, median {middle}"


def draw_specification_curve(seen: Specifications) -> Figure:
    """Estimates in order with their intervals, and under each the options that made it."""
    without = len(seen.rows) - len(seen.estimated)
    left_out = f" {count(without, 'definition')} without an estimate not drawn." if without else ""
    marked = f" Marked: {seen.base_name} as it is." if seen.base_row else ""
    said = f"Share with the event by {at_years(seen.at_days)}: {seen.range_words()}."
    lines = f"Lines: {level_words(seen.level)} {seen.interval} intervals.{marked}{left_out}"
    return Figure(
        name="specification-curve",
        title=f"{seen.title} under {len(seen.estimated)} definitions",
        subtitle=f"{said} {lines} It is no test.",
        description=f"Specification curve. {said} Below each estimate stand the options that made it. "
        "The table has the numbers.",
        specs={width: _spec(seen, SIZES[width]) for width in SIZES},
        table=definitions_table(seen),
        provenance=seen.provenance,
    )


def definitions_table(seen: Specifications) -> Table:
    """Every definition in order of its estimate, with its options, persons and events."""
    rows = [_row(seen, rank, row) for rank, row in enumerate(seen.ordered, 1)]
    columns = (
        shows("rank", "No."),
        *(shows(choice.name, choice.label, words=True) for choice in seen.choices),
        Shown("With the event", share_words),
        Shown("Interval", lambda row: limits_words(row) if row["low"] is not None and row["high"] is not None else "–"),
        shows("assessed", "Assessed"),
        shows("events", "Events"),
        Shown("Per 100 person-years", _rate),
        Shown("Not assessable", _not_assessable),
        shows("definition", "Definition"),
    )
    caption = (
        f"{seen.title}: every definition, by its estimate at {at_years(seen.at_days)}, with "
        f"{level_words(seen.level)} {seen.interval} intervals in per cent."
    )
    note = (
        f"With the event: {seen.method}. Events and rates are over all follow-up. Not assessable: entered and has no "
        "follow-up under this definition (no usable baseline, say)."
    )
    return Table("definitions", caption, pl.DataFrame(rows, infer_schema_length=None), columns, seen.provenance, note)


def _row(seen: Specifications, rank: int, row: Specification) -> dict[str, object]:
    options = {choice.name: choice.options[place] for choice, place in zip(seen.choices, row.places, strict=True)}
    return {
        "rank": rank,
        "definition": row.id,
        **options,
        "at_days": seen.at_days,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "level": seen.level,
        "method": seen.method,
        "persons": row.persons,
        "assessed": row.assessed,
        "events": row.events,
        "person_years": row.person_days / YEAR_DAYS,
        "per_100_person_years": row.per_100_person_years,
        "share_not_assessable": 1 - row.assessed / row.persons if row.persons else None,
        "as_the_endpoint": row.id == seen.base,
    }


def share_words(row: Row) -> str:
    """The share with the event where its limits stand elsewhere, or that they are not to be had.

    >>> share_words({"value": 1.0, "low": None}), share_words({"value": 0.0, "low": None})
    ('100.0\\xa0% (limits not estimable)', 'none yet')
    """
    if row["value"] is None:
        return "–"
    if row["low"] is not None:
        return percent(row["value"])
    # It is the share with the event: 0 is a curve on which nothing happened, and 1 is not.
    return f"{percent(row['value'])} (limits not estimable)" if row["value"] else "none yet"


def _not_assessable(row: Row) -> str:
    return "–" if row["share_not_assessable"] is None else percent(row["share_not_assessable"])


def _rate(row: Row) -> str:
    return "–" if row["per_100_person_years"] is None else text_half_up(row["per_100_person_years"], 2)


def draw_variance_shares(seen: Specifications, shares: VarianceShares) -> Figure:
    """What each choice explains of the variance of the estimates, and what only combinations explain."""
    rows = variance_rows(seen, shares)
    shown = [row for row in rows if row["share"] is not None]
    inks = {row["what"]: SLATE if row["choice"] is None else BLUE for row in rows}
    bars = [Bar(str(row["what"]), row["share"], percent(row["share"]), inks[row["what"]]) for row in shown]
    said = "; ".join(f"{row['what']}: {percent(row['share'])}" for row in shown) or "The estimates do not vary"
    return Figure(
        name="variance-shares",
        title="Which choice matters: shares of the estimates' variance",
        subtitle=f"Share with the event by {at_years(seen.at_days)} over {shares.n} definitions. "
        f"{shares.method[:1].upper()}{shares.method[1:]}.",
        description=f"Shares of the variance of the estimate. {said}.",
        specs=draw_bars(bars),
        table=_variance_table(seen, shares, rows),
        provenance=seen.provenance,
    )


def variance_rows(seen: Specifications, shares: VarianceShares) -> list[dict[str, Any]]:
    """Choices from the largest share to the smallest, then the interactions; null where the estimates do not vary."""
    named = sorted(
        zip(seen.choices, shares.factors, strict=True), key=lambda pair: -pair[1] if pair[1] == pair[1] else 0
    )
    rows = [{"what": choice.label, "choice": choice.name, "share": share} for choice, share in named]
    rows.append({"what": "Interactions of choices", "choice": None, "share": shares.interactions})
    # Only NaN is unlike itself: where estimates do not vary no choice explains anything.
    return [{**row, "share": row["share"] if row["share"] == row["share"] else None} for row in rows]


def _variance_table(seen: Specifications, shares: VarianceShares, rows: Sequence[Row]) -> Table:
    frame = pl.DataFrame(rows, schema={"what": pl.String, "choice": pl.String, "share": pl.Float64})
    frame = frame.with_columns(method=pl.lit(shares.method), definitions=pl.lit(shares.n), at_days=pl.lit(seen.at_days))
    columns = (
        shows("what", "Choice"),
        Shown("Share of variance", lambda row: "not estimable" if row["share"] is None else percent(row["share"])),
    )
    balance = "Every combination is there equally often." if shares.balanced else "Some combinations are missing."
    caption = f"Shares of the variance of the share with the event by {at_years(seen.at_days)}."
    note = (
        f"Method: {shares.method}. {balance} The definitions are all that the file asks for and no sample, so the "
        "shares depend on the options it offers and have no interval."
    )
    return Table("variance-shares", caption, frame, columns, seen.provenance, note)


def _spec(seen: Specifications, size: Size) -> Spec:
    matrix = _Matrix.of(seen, size)
    count_drawn = max(len(seen.estimated), 1)
    rank = number("rank", axis=None, scale={"domain": [0.5, count_drawn + 0.5], "nice": False, "zero": False})
    data = {
        "points": list(_points(seen)),
        "median": [{"median": statistics.median(seen.values), "words": "median"}] if seen.values else [],
        "base": list(_base(seen)),
        "cells": _cells(seen, matrix, size.plot / count_drawn),
        "labels": matrix.labels,
        "guides": [{"y": y} for y in matrix.middles.values()],
    }
    views = [_curve_view(rank, seen, size, count_drawn), _matrix_view(rank, matrix, size)]
    return {"datasets": data, "vconcat": views, "spacing": 12, "bounds": "full", "resolve": {"scale": {"x": "shared"}}}


def _points(seen: Specifications) -> list[dict[str, Any]]:
    return [
        {"rank": rank, "value": row.value, "low": row.low, "high": row.high,
         "ink": VERMILION if row.id == seen.base else BLUE}
        for rank, row in enumerate(seen.estimated, 1)
    ]  # fmt: skip


def _base(seen: Specifications) -> list[dict[str, Any]]:
    row = seen.base_row
    if row is None:
        return []
    rank = seen.estimated.index(row) + 1
    words = f"{seen.base_name}: {percent(row.value or 0.0)}"
    return [{"rank": rank, "words": words, "left": rank <= len(seen.estimated) / 2,
             "top": _top(seen), "until": row.high or row.value}]  # fmt: skip


def _top(seen: Specifications) -> float:
    highest = max((row.high or row.value or 0.0 for row in seen.estimated), default=0.0)
    return min(1.0, max(highest * 1.04, 0.01))


def _curve_view(rank: Spec, seen: Specifications, size: Size, drawn: int) -> Spec:
    step = size.plot / drawn
    share = {
        "axis": {"labelExpr": PER_CENT, "title": None, "tickCount": 5},
        "scale": {"domain": [0, _top(seen)], "nice": False},
    }
    # Where there is no room between lines they are a band.
    thick = min(2.2, 0.5 * step) if step > TOUCHING else step
    dot = min(44.0, max(4.0, (0.55 * step) ** 2))
    words = {"type": "text", "fontSize": size.words, "baseline": "bottom", "color": VERMILION, "dy": -5}
    layers = [
        layer("points", {"type": "rule", "strokeWidth": thick, "opacity": 0.45},
              x=rank, y=number("low", **share), y2={"field": "high"}, color=own_ink()),
        layer("median", {"type": "rule", "color": MUTED, "strokeDash": [2, 3]}, y=number("median", **share)),
        layer("points", {"type": "point", "filled": True, "size": dot, "opacity": 1},
              x=rank, y=number("value", **share), color=own_ink()),
        layer("base", {"type": "rule", "color": VERMILION, "strokeDash": [4, 3], "strokeWidth": 1.3},
              x=rank, y=number("top", **share), y2={"field": "until"}),
        {**layer("base", words | {"align": "left", "dx": -3}, x=rank, y=pixels(0), text=name("words")),
         "transform": [{"filter": "datum.left"}]},
        {**layer("base", words | {"align": "right", "dx": 3}, x=rank, y=pixels(0), text=name("words")),
         "transform": [{"filter": "!datum.left"}]},
    ]  # fmt: skip
    if size.wide:
        mark = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words, "color": MUTED}
        layers.append(layer("median", mark, x=pixels(size.plot + 8), y=number("median", **share), text=name("words")))
    return {"width": size.plot, "height": HEIGHT[size.wide], "layer": layers}


@dataclass(frozen=True)
class _Matrix:
    """Where the words and rows of the options stand: `middles` by choice and option, in pixels from the top."""

    labels: list[dict[str, Any]]
    middles: dict[tuple[int, int], float]
    height: float

    @classmethod
    def of(cls, seen: Specifications, size: Size) -> _Matrix:
        labels: list[dict[str, Any]] = []
        middles: dict[tuple[int, int], float] = {}
        top, leading = 0.0, size.words + 3
        for at, choice in enumerate(seen.choices):
            heading = wrapped(choice.label, 40 if size.wide else size.letters - 6)
            labels += [{"words": line, "y": top + leading / 2 + i * leading, "bold": True, "indent": 0}
                       for i, line in enumerate(heading)]  # fmt: skip
            top += leading * len(heading) + 2
            for place, option in enumerate(choice.options):
                lines = wrapped(option, 38 if size.wide else size.letters - 6)
                high = leading * len(lines)
                first = top + leading / 2 + (max(0, ROW - high) / 2 if size.wide else 0)
                labels += [{"words": line, "y": first + i * leading, "bold": False, "indent": 12 if size.wide else 0}
                           for i, line in enumerate(lines)]  # fmt: skip
                # On a phone the row stands under its words.
                middles[at, place] = top + max(high, ROW) / 2 if size.wide else top + high + 9
                top += max(high, ROW) if size.wide else high + ROW_NARROW - leading
            top += 10
        return cls(labels, middles, top)


def _cells(seen: Specifications, matrix: _Matrix, step: float) -> list[dict[str, Any]]:
    # Where neighbours touch anyhow a gap between them would only be a grey haze.
    half = 0.5 if step <= TOUCHING else 0.43
    cells = [
        {"left": rank - half, "right": rank + half, "y": matrix.middles[at, place] - 6,
         "y2": matrix.middles[at, place] + 6, "ink": VERMILION if row.id == seen.base else INK}
        for rank, row in enumerate(seen.estimated, 1)
        for at, place in enumerate(row.places)
    ]  # fmt: skip
    # A thousand rectangles a row would make a file of megabytes.
    return _joined(cells) if step <= TOUCHING else cells


def _joined(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbours of one row and ink as one rectangle."""
    joined: list[dict[str, Any]] = []
    open_runs: dict[float, dict[str, Any]] = {}
    for cell in cells:
        run = open_runs.get(cell["y"])
        if run is not None and run["right"] == cell["left"] and run["ink"] == cell["ink"]:
            run["right"] = cell["right"]
        else:
            open_runs[cell["y"]] = run = dict(cell)
            joined.append(run)
    return joined


def _matrix_view(rank: Spec, matrix: _Matrix, size: Size) -> Spec:
    scale = {"domain": [0, matrix.height], "range": [0, matrix.height]}
    y = number("y", axis=None, scale=scale)
    widest = max(
        (LETTER * len(row["words"]) * (1.06 if row["bold"] else 1) + row["indent"] for row in matrix.labels), default=0
    )
    left = -widest - 8 if size.wide else 0
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    axis = {
        "title": "Definitions, from the lowest estimate to the highest",
        "labels": False,
        "ticks": False,
        "domain": False,
        "orient": "bottom",
    }
    titled = {**rank, "field": "left", "axis": axis}
    layers = [
        layer("guides", {"type": "rule", "color": HAIRLINE, "strokeWidth": 1}, y=y),
        layer("cells", {"type": "rect", "stroke": None}, x=titled, x2={"field": "right"},
              y=y, y2={"field": "y2"}, color=own_ink()),
        *(
            {**layer("labels", text | {"fontWeight": "bold" if bold else "normal"},
                     x=pixels(left + (12 if size.wide and not bold else 0)), y=y, text=name("words")),
             "transform": [{"filter": f"datum.bold == {str(bold).lower()}"}]}
            for bold in (True, False)
        ),
    ]  # fmt: skip
    return {"width": size.plot, "height": matrix.height, "layer": layers}
