"""What can be known of each therapy in each month: used, not used, not visible here, or not reported.

Each state has a texture of its own (filled, hollow, striped, dotted), so that the grid is read without colour; the
reasons stand in the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.place_words import STATES
from remission.exhibits.figure import Spec, layer, name, number, pixels
from remission.exhibits.month_axis import (
    MONTH,
    Months,
    Panel,
    months_words,
    panel_title,
    time_channel,
    year_of,
)
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import INK, MUTED, OCHRE, PAPER, USED, Size
from remission.exhibits.wording import count

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

ANY = "any medicine at all"
# Pixels a row: on a phone the name of a therapy stands above its bar.
ROW = {True: 21, False: 36}
BAR = 13


@dataclass(frozen=True, eq=False)
class PlaceCoverage:
    """The states of one place.

    `frame` has columns month, therapy, state and reason (null where there is none to give); `submitted` has month and
    rows (of any medicine), a month without a row or with null rows was not reported. `therapies` is the order of rows.
    """

    place: str
    frame: pl.DataFrame
    submitted: pl.DataFrame
    therapies: Sequence[str]
    months: Months

    @cached_property
    def runs(self) -> list[dict[str, Any]]:
        """One row for each stretch of months in which the state of a therapy stays the same, with its reasons."""
        found = {(row["therapy"], row["month"]): row for row in self.frame.to_dicts()}
        # A month without a row was not reported, whatever the reason; no cell may stay empty, for white would read as
        # "not used".
        blank = {"state": "not reported", "reason": "no row of this month"}
        rows = [_Cell(ANY, month, *state) for month, state in self._history().items()]
        for therapy in self.therapies:
            states = [(month, found.get((therapy, month), blank)) for month in self.months.all]
            rows += [_Cell(therapy, month, row["state"], row["reason"]) for month, row in states]
        return [_run(list(cells)) for _, cells in groupby(rows, key=lambda one: (one.therapy, one.state))]

    def _history(self) -> dict[date, tuple[str, str | None]]:
        rows = dict(self.submitted.drop_nulls("rows").select("month", "rows").iter_rows())
        reported = {month: bool(rows.get(month)) for month in self.months.all}
        return {month: ("used", None) if yes else ("not reported", None) for month, yes in reported.items()}


@dataclass(frozen=True)
class _Cell:
    therapy: str
    month: date
    state: str
    reason: str | None


def _run(cells: list[_Cell]) -> dict[str, Any]:
    first, last = cells[0], cells[-1]
    reasons = "; ".join(dict.fromkeys(cell.reason for cell in cells if cell.reason))
    return {"therapy": first.therapy, "state": first.state, "reason": reasons or None, "first": first.month,
            "last": last.month, "months": len(cells)}  # fmt: skip


def coverage_words(coverage: PlaceCoverage) -> str:
    """How many therapies are in each state in the last month."""
    last = [run for run in coverage.runs if run["last"] == coverage.months.last and run["therapy"] != ANY]
    numbers = {state: sum(run["state"] == state for run in last) for state in STATES}
    parts = [f"{number} {state}" for state, number in numbers.items() if number]
    return f"In the last month, of {count(len(last), 'therapy', 'therapies')}: {', '.join(parts)}."


def coverage_panel(coverage: PlaceCoverage, size: Size) -> Panel:
    """The view, with its key; rows in pixels from the top."""
    rows = [ANY, *coverage.therapies]
    step = ROW[size.wide]
    key = list(_key(size))
    top = max(one["y"] for one in key) + 24
    places = {therapy: top + step * at + (BAR / 2 if size.wide else 16 + BAR / 2) for at, therapy in enumerate(rows)}
    tall = top + step * len(rows)
    runs = [_drawn(run, places[run["therapy"]]) for run in coverage.runs]
    names = [{"words": therapy, "y": place if size.wide else place - BAR / 2 - 9} for therapy, place in places.items()]
    at = {"axis": None, "scale": {"domain": [0, tall], "range": [0, tall]}}
    layers = [
        *_textures("grid_runs", time_channel(coverage.months, axis=True), {"field": "t2"}, at),
        *_textures("grid_key", number("x", axis=None, scale=None), {"field": "x2"}, at),
        _text("grid_key", number("words_at", axis=None, scale=None), at, size),
        _text("grid_names", pixels(size.plot + 14 if size.wide else 0), at, size),
    ]
    view = {"width": size.plot, "height": tall, "layer": layers, "title": panel_title("What these data can show", size)}
    return Panel({"grid_runs": runs, "grid_key": key, "grid_names": names}, view)


def _drawn(run: dict[str, Any], place: float) -> dict[str, Any]:
    ends = {"t": year_of(run["first"]), "t2": year_of(run["last"]) + MONTH}
    return {"state": run["state"], "y": place, "top": place - BAR / 2, "bottom": place + BAR / 2, **ends}


def _key(size: Size) -> Iterator[dict[str, Any]]:
    # Four words do not fit beside each other on a phone.
    beside = 4 if size.wide else 2
    for at, state in enumerate(STATES):
        left, y = size.plot / beside * (at % beside), BAR / 2 + 20 * (at // beside)
        # "Here", because somebody may well be given it: it is this trust's stock that does not show it.
        words = f"{state} here" if state == "not visible" else state
        yield {"state": state, "x": left, "x2": left + 24, "y": y, "top": y - BAR / 2, "bottom": y + BAR / 2,
               "words": words, "words_at": left + 30}  # fmt: skip


def _textures(rows: str, x: Spec, x2: Spec, at: Spec) -> list[Spec]:
    """Filled, hollow, striped and dotted bars; stripes are a thick dashed line and need no pattern."""
    box = {"y": number("top", **at), "y2": {"field": "bottom"}}
    line = {"y": number("y", **at)}
    drawn: list[tuple[str, Spec, Spec]] = [
        ("used", {"type": "rect", "color": USED, "stroke": None}, box),
        ("not used", {"type": "rect", "fill": PAPER, "stroke": INK, "strokeWidth": 1}, box),
        ("not visible", {"type": "rule", "color": OCHRE, "strokeWidth": BAR, "strokeDash": [2, 3], "strokeCap": "butt"},
         line),
        ("not reported", {"type": "rule", "color": MUTED, "strokeWidth": 2, "strokeDash": [2, 5], "strokeCap": "butt"},
         line),
    ]  # fmt: skip
    return [
        {**layer(rows, mark, x=x, x2=x2, **encoding), "transform": [{"filter": f"datum.state == '{state}'"}]}
        for state, mark, encoding in drawn
    ]


def _text(rows: str, x: Spec, at: Spec, size: Size) -> Spec:
    mark = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words, "color": INK}
    return layer(rows, mark, x=x, y=number("y", **at), text=name("words"))


def coverage_table(coverage: PlaceCoverage, provenance: Provenance) -> Table:
    """Every stretch of months in one state, with the reason."""
    schema = {"therapy": pl.String, "state": pl.String, "reason": pl.String, "first": pl.Date, "last": pl.Date,
              "months": pl.Int64}  # fmt: skip
    frame = pl.DataFrame(coverage.runs, schema=schema)
    columns = (
        shows("therapy", "Therapy"),
        Shown("State", _state, words=True),
        Shown("Months", lambda row: months_words(row["first"], row["last"]), words=True),
        shows("months", "Number"),
        shows("reason", "Why", words=True),
    )
    caption = f"{coverage.place}: what these data can show, therapy by therapy."
    return Table("coverage", caption, frame, columns, provenance)


def _state(row: Any) -> str:
    # Any medicine at all is not "used": its row says only whether anything came.
    if row["therapy"] == ANY:
        return "reported" if row["state"] == "used" else "not reported"
    return f"{row['state']} here" if row["state"] == "not visible" else str(row["state"])
