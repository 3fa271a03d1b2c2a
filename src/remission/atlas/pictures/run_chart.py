"""A run chart: one number a month with its median, and where a lasting change is signalled, in words.

The statistics judge; this draws and says what they found. A change is a fact about the data (a new code, a homecare
contract, a new therapy), never a judgement.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.place_words import number_words
from remission.exhibits.figure import Figure, Spec, layer, name, number
from remission.exhibits.month_axis import (
    LEFT,
    MONTH,
    Months,
    Panel,
    month_words,
    months_words,
    panel_title,
    stretches,
    time_channel,
    under_each_other,
    year_of,
)
from remission.exhibits.tables import Shown, Table
from remission.exhibits.theme import BLUE, INK, MUTED, PAPER, SIZES, VERMILION, Size
from remission.exhibits.wording import count, listed
from remission.stats.months.run_chart import METHOD, RunCharts, run_chart

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 150, False: 130}
# Words of changes and notes stand on so many lines.
LINES, LEADING = 3, 14


@dataclass(frozen=True, eq=False)
class Run:
    """One number a month of one place, and what the rules of a run chart say of it.

    `frame` has columns month and value (null, or no row: not reported). `chart` is that of `run_chart` for this series
    over all of `months`, NaN where nothing was reported; `run_of` makes it. `notes` are dated remarks such as a merger.
    """

    place: str
    what: str
    unit: str
    frame: pl.DataFrame
    months: Months
    chart: RunCharts
    notes: Sequence[tuple[date, str]] = ()

    def values(self) -> dict[date, float]:
        """The reported months with their values, in order."""
        known = self.frame.drop_nulls("value").sort("month")
        return dict(known.select("month", "value").iter_rows())

    def step(self) -> date | None:
        """The first month after the likeliest step, where one was found."""
        place = int(self.chart.step)
        return self.months.all[place] if place >= 0 else None


def run_of(place: str, what: str, unit: str, frame: pl.DataFrame, months: Months) -> Run:
    """The run of one series, judged here; a recipe that judges many series at once fills `Run` itself.

    >>> frame = pl.DataFrame({"month": [date(2025, 1, 1)], "value": [1.0]})
    >>> run_of("A trust", "All therapies", "patient-years", frame, Months(date(2025, 1, 1), date(2025, 3, 1))).step()
    """
    values = dict(frame.drop_nulls("value").select("month", "value").iter_rows())
    # NaN and not 0 for a month without a report: a run of zeros would be a signal.
    series = [values.get(month, math.nan) for month in months.all]
    return Run(place, what, unit, frame, months, run_chart(series))


def draw_run_chart(run: Run, provenance: Provenance) -> Figure:
    """The run chart alone; months that were not reported are gaps in its line."""
    changes = change_words(run)
    return Figure(
        name="run-chart",
        title=f"{run.what}: {run.place}",
        subtitle=f"Each dot a month, in {run.unit}; level line: {_level_words(run)}. {changes} Gaps: not reported.",
        description=f"Run chart of {run.what[:1].lower()}{run.what[1:]} by month. {changes}",
        specs={width: under_each_other([run_panel(run, SIZES[width], axis=True)]) for width in SIZES},
        table=run_table(run, provenance),
        provenance=provenance,
    )


def _level_words(run: Run) -> str:
    return "the median" if run.step() is None else "the mean before and since the change"


def change_words(run: Run) -> str:
    """Whether the months signal a lasting change, and if so its likeliest month and the levels around it.

    >>> frame = pl.DataFrame({"month": [date(2025, 1, 1)], "value": [1.0]})
    >>> change_words(run_of("A trust", "All", "patient-years", frame, Months(date(2025, 1, 1), date(2025, 3, 1))))
    'Too few months to look for a lasting change.'
    """
    chart, step = run.chart, run.step()
    if not chart.judged:
        return "Too few months to look for a lasting change."
    if not chart.signal:
        return f"No lasting change signalled; median {number_words(float(chart.median), run.unit)}{_unit(run)}."
    if step is None:
        return "The months signal a lasting change, but too few lie on one side of it to say when."
    before, after = (number_words(float(level), run.unit) for level in (chart.before, chart.after))
    means = f"mean {before} before, {after} since{_unit(run, ', in ')}"
    return f"A lasting change is signalled, likeliest from {month_words(step)}: {means}."


def _unit(run: Run, between: str = " ") -> str:
    """The unit after a number; per cent stand at the number itself."""
    return "" if run.unit == "proportion" else f"{between}{run.unit}"


CAUTION = (
    "Such a change may be a merger, a new code, a contract with a homecare company or an outsourced pharmacy, and need "
    "not be a change of treatment."
)


def run_panel(run: Run, size: Size, *, axis: bool) -> Panel:
    """Dots joined within stretches of reported months, medians, and a mark at each change and note."""
    values = run.values()
    most = max(values.values(), default=1) or 1
    least = min([0.0, *values.values()])
    # From 0, or from below it where more was returned than issued; with room above the largest month for the words of
    # changes.
    y = number("value", axis={"title": None, "minExtent": LEFT, "maxExtent": LEFT, "tickCount": 3},
               scale={"domain": [least, most * 1.12], "nice": False})  # fmt: skip
    time = time_channel(run.months, axis=axis)
    marks = list(_marks(run))
    ends = {"x": {**time, "field": "first"}, "x2": {"field": "last"}}
    layers = [
        layer("run_points", {"type": "line", "color": MUTED, "strokeWidth": 1}, x=time, y=y, detail=name("part")),
        layer("run_points", {"type": "point", "filled": True, "size": 14, "color": BLUE, "opacity": 1}, x=time, y=y),
        layer("run_levels", {"type": "rule", "color": INK, "strokeWidth": 1.8}, **ends, y=y),
        layer("run_changes", {"type": "rule", "color": VERMILION, "strokeDash": [4, 3], "strokeWidth": 1.4}, x=time),
        *(_mark_words(time, size) if marks else ()),
    ]
    data = {"run_points": list(_points(values)), "run_levels": list(_levels(run)), "run_changes": marks}
    title = panel_title(f"{run.what} ({run.unit})", size)
    return Panel(data, {"width": size.plot, "height": HEIGHT[size.wide], "layer": layers, "title": title})


def _mark_words(time: Spec, size: Size) -> Iterator[Spec]:
    """The words of changes and notes, towards the middle of the plot, neighbours on different lines."""
    edge: Spec = {"stroke": PAPER, "strokeWidth": 4}
    for align, ink in product(("left", "right"), (edge, {"color": VERMILION})):
        mark = {"type": "text", "align": align, "baseline": "top", "dx": 4 if align == "left" else -4,
                "limit": size.plot * 0.5, "fontSize": size.words - 1, **ink}  # fmt: skip
        words = layer("run_changes", mark, x=time, y=number("down", scale=None, axis=None), text=name("words"))
        yield {**words, "transform": [{"filter": f"datum.align === '{align}'"}]}


def _points(values: dict[date, float]) -> Iterator[dict[str, Any]]:
    # One part for each stretch of reported months: the line must not cross a gap.
    for part, (first, last) in enumerate(stretches(values)):
        for month, value in values.items():
            if first <= month <= last:
                yield {"part": part, "t": year_of(month) + MONTH / 2, "value": value}


def _levels(run: Run) -> list[dict[str, Any]]:
    """The median of all months, or the levels before and after a step."""
    start, end = run.months.domain
    step = run.step()
    if step is not None:
        at = year_of(step)
        return [{"first": start, "last": at, "value": float(run.chart.before)},
                {"first": at, "last": end, "value": float(run.chart.after)}]  # fmt: skip
    median = float(run.chart.median)
    return [] if math.isnan(median) else [{"first": start, "last": end, "value": median}]


def _marks(run: Run) -> Iterator[dict[str, Any]]:
    step = run.step()
    marks = [*([(step, "change")] if step else []), *run.notes]
    start, end = run.months.domain
    inside = sorted(mark for mark in marks if run.months.first <= mark[0] <= run.months.last)
    for at, (month, words) in enumerate(inside):
        # Words run towards the middle, where there is room for them.
        align = "left" if year_of(month) < (start + end) / 2 else "right"
        yield {"t": year_of(month), "words": words, "align": align, "down": LEADING * (at % LINES)}


def run_table(run: Run, provenance: Provenance) -> Table:
    """Every month with its value, or that it was not reported, and on which side of the median it lies."""
    values, median = run.values(), float(run.chart.median)
    rows = [{"month": month, "value": values.get(month)} for month in run.months.all]
    frame = pl.DataFrame(rows, schema={"month": pl.Date, "value": pl.Float64})
    columns = (
        Shown("Month", lambda row: month_words(row["month"])),
        Shown(_heading(run.unit), lambda row: _said(row["value"], run.unit)),
        Shown("Against the median", lambda row: _side(row["value"], median), words=True),
    )
    note = f"{change_words(run)} Method: {METHOD}."
    return Table("run-chart", f"{run.what}, {run.place}.", frame, columns, provenance, note)


def _heading(unit: str) -> str:
    return "Share" if unit == "proportion" else f"{unit[:1].upper()}{unit[1:]}"


def _said(value: float | None, unit: str) -> str:
    return "not reported" if value is None else number_words(value, unit)


def _side(value: float | None, median: float) -> str:
    if value is None or math.isnan(median):
        return "–"
    return "on it" if value == median else "above" if value > median else "below"


def silence_words(run: Run) -> str:
    """How many months were not reported.

    >>> frame = pl.DataFrame({"month": [date(2025, 1, 1)], "value": [1.0]})
    >>> silence_words(run_of("T", "Total", "patient-years", frame, Months(date(2025, 1, 1), date(2025, 3, 1))))
    '2 of 3 months not reported: February 2025 to March 2025.'
    """
    every = run.months.all
    values = run.values()
    missing = [month for month in every if month not in values]
    if not missing:
        return f"All {count(len(every), 'month')} reported."
    parts = listed([months_words(*stretch) for stretch in stretches(missing)])
    return f"{len(missing)} of {count(len(every), 'month')} not reported: {parts}."
