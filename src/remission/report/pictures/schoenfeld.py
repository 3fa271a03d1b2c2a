"""The ratio over time: what each event speaks for (scaled Schoenfeld residuals), a smooth line, the constant ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, number, year_axis
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, MUTED, SIZES, VERMILION, Size
from remission.exhibits.wording import level_words, p_words, years
from remission.report.hazards.ratio_words import held_words
from remission.report.hazards.wording import ratio_number
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.report.hazards.model_columns import ModelColumn
    from remission.report.hazards.over_time import Proportional
    from remission.stats.regression.smooth import Smooth

HEIGHT = {True: 300, False: 240}
# Ratios to be written on the upright axis; between them a logarithm needs no more.
TICKS = (0.0001, 0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 4, 10, 100, 1000, 10000)


def draw_ratio_over_time(proportional: Proportional, column: ModelColumn) -> Figure:
    """A dot an event, the spline with its limits, the constant ratio as dashes and 1 as a thin line.

    Its rows are single persons. Without enough events for a line the dots and the constant ratio stand alone.
    """
    model, outcome = proportional.model, proportional.model.design.outcome
    smooth, rows = proportional.smooth(column.name), proportional.residuals(column.name)
    constant = float(model.fit.coefficients[model.fit.names.index(column.name)])
    test, level = proportional.found.tests[column.name], level_words(model.level)
    line = f"Line: spline with {level} band." if smooth else "Too few events for a line."
    title = f"Hazard ratio over time: {column.level} to {column.against}"
    said = f"the constant ratio, {ratio_number(math.exp(constant))}"
    return Figure(
        name=f"ratio-over-time-{outcome.endpoint.name}-{_place(proportional, column)}",
        title=title,
        subtitle=(
            f"{outcome.endpoint.event_free}, {held_words(model)}. Dot: what one event speaks for (scaled Schoenfeld "
            f"residual). {line} Dashes: {said}. Thin line: 1, no difference. Test of proportional hazards: "
            f"{p_words(test.p)}."
        ),
        description=f"Dots of single events, by time, and {said}, as a dashed line. {_course(smooth)}",
        specs={width: _spec(rows, smooth, constant, SIZES[width]) for width in SIZES},
        table=_table(proportional, column, rows, smooth),
        provenance=outcome.provenance,
        upright="Hazard ratio (log scale)",
    )


def _place(proportional: Proportional, column: ModelColumn) -> int:
    return proportional.model.design.group_columns.index(column) + 1


def _course(smooth: Smooth | None) -> str:
    if smooth is None:
        return "There are too few events for a smooth line."
    ends = [(smooth.days[at], math.exp(smooth.effect[at])) for at in (0, -1)]
    said = [f"{ratio_number(ratio)} at {years(day, 2)} years" for day, ratio in ends]
    return f"The smooth line goes from {said[0]} to {said[1]}."


def _spec(rows: Sequence[Row], smooth: Smooth | None, constant: float, size: Size) -> Spec:
    line = _smooth_rows(smooth)
    logs = [row["log_ratio"] for row in rows] + [constant, 0.0]
    logs += [value for row in line for value in (row["log_low"], row["log_high"])]
    # A tenth of a unit of air above and below; beyond e to the 12th no axis can be read.
    low, high = max(min(logs) - 0.1, -12.0), min(max(logs) + 0.1, 12.0)
    last = days_to_years(max((row["day"] for row in rows), default=365))
    time = number(
        "t", axis=year_axis(last, "Years", 8 if size.wide else 6), scale={"domain": [0, last * 1.02], "nice": False}
    )
    ticks = [tick for tick in TICKS if low <= math.log(tick) <= high and _room(tick, high - low)]
    axis = {"title": None, "values": ticks, "format": "~g"}
    scale = {"type": "log", "domain": [math.exp(low), math.exp(high)], "nice": False}

    def upright(field: str) -> Spec:
        return number(field, axis=axis, scale=scale)

    across = [{"t": at, "constant": math.exp(constant), "one": 1.0} for at in (0.0, last * 1.02)]
    dots = [{"t": days_to_years(row["day"]), "ratio": math.exp(row["log_ratio"])} for row in rows]
    layers = [
        layer("smooth", {"type": "area", "opacity": 0.16, "clip": True, "color": BLUE}, x=time, y=upright("low"),
              y2={"field": "high"}),
        layer("across", {"type": "line", "strokeWidth": 1, "color": MUTED}, x=time, y=upright("one")),
        layer("dots", {"type": "point", "filled": True, "size": 26, "opacity": 0.55, "color": MUTED, "clip": True},
              x=time, y=upright("ratio")),
        layer("across", {"type": "line", "strokeWidth": 2, "strokeDash": [7, 4], "color": VERMILION}, x=time,
              y=upright("constant")),
        layer("smooth", {"type": "line", "strokeWidth": 2.6, "color": BLUE, "clip": True}, x=time, y=upright("ratio")),
    ]  # fmt: skip
    return {
        "datasets": {"smooth": line, "dots": dots, "across": across},
        "layer": layers,
        "width": size.plot + (size.margin // 2 if size.wide else 0),
        "height": HEIGHT[size.wide],
    }


def _room(tick: float, span: float) -> bool:
    """Quarters and halves only where the axis is short enough for them."""
    return span < 4 or round(math.log10(tick), 6).is_integer()


def _smooth_rows(smooth: Smooth | None) -> list[dict[str, Any]]:
    if smooth is None:
        return []
    lines = (smooth.days, smooth.effect, smooth.low, smooth.high)
    return [
        {"t": days_to_years(day), "day": int(day), "ratio": math.exp(effect), "low": math.exp(low),
         "high": math.exp(high), "log_low": low, "log_high": high}
        for day, effect, low, high in zip(*(one.tolist() for one in lines), strict=True)
    ]  # fmt: skip


def _table(proportional: Proportional, column: ModelColumn, rows: Sequence[Row], smooth: Smooth | None) -> Table:
    on_day = {row["day"]: row for row in _smooth_rows(smooth)}
    outcome = proportional.model.design.outcome
    shown = [{**row, "ratio": math.exp(row["log_ratio"]), **_line_on(on_day.get(row["day"]))} for row in rows]
    schema = {"subject_id": pl.String, "day": pl.Int32, **dict.fromkeys(("log_ratio", "ratio", *LINE), pl.Float64)}
    columns = (
        shows("subject_id", "Person", words=True),
        Shown("Years", lambda row: years(row["day"], 2)),
        Shown("Ratio it speaks for", lambda row: ratio_number(row["ratio"])),
        Shown("Smooth line", lambda row: "–" if row["smooth"] is None else ratio_number(row["smooth"])),
        Shown("From", lambda row: "–" if row["smooth_low"] is None else ratio_number(row["smooth_low"])),
        Shown("To", lambda row: "–" if row["smooth_high"] is None else ratio_number(row["smooth_high"])),
    )
    caption = f"Hazard ratio over time, {column.level} to {column.against}: a row an event."
    note = f"Method of the line: {smooth.method}; limits are pointwise and approximate." if smooth else ""
    name = f"ratio-over-time-{outcome.endpoint.name}-{_place(proportional, column)}"
    return Table(name, caption, pl.DataFrame(shown, schema), columns, outcome.provenance, note)


LINE = ("smooth", "smooth_low", "smooth_high")


def _line_on(row: Row | None) -> dict[str, float | None]:
    values = (None, None, None) if row is None else (row["ratio"], row["low"], row["high"])
    return dict(zip(LINE, values, strict=True))
