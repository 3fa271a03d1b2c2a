"""The Kaplan-Meier picture: curves with bands, ends of follow-up, and the numbers at risk under the axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.exhibits.figure import (
    PER_CENT,
    TICK,
    Figure,
    Spec,
    last_year_of,
    layer,
    name,
    number,
    own_ink,
    pixels,
    year_axis,
    year_ticks,
)
from remission.exhibits.tables import Row, Shown, Table
from remission.exhibits.theme import MUTED, SIZES, Line, Size, Width, line_of
from remission.exhibits.wording import (
    amount,
    at_years,
    count,
    interval_words,
    level_words,
    method_words,
    percent,
    wrapped,
    years,
)
from remission.stats.estimates import Estimates
from remission.stats.horizons import days_to_years, years_to_days
from remission.stats.intervals import Interval, confidence_limits
from remission.stats.survival.kaplan_meier import Curve

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# Ends of follow-up of more people make a thick line of the curve; the subtitle says that they are left out.
MOST_TICKS = 300
HEIGHT = {"wide": 330, "narrow": 250}
# Two lines of words for each group, its name above its numbers, and some air.
ROW_HEIGHT = 42
DASH = {"field": "dash", "type": "nominal", "scale": None, "legend": None}
# Pixels between the numbers at risk of two times, without which they are read as one.
AIR = 3
# Two-line labels at the ends of curves need this share of the height each.
LABEL_APART = 0.125


@dataclass(frozen=True)
class NamedCurve:
    """The curve of one group; a cohort that is not divided is one group without a name."""

    name: str
    curve: Curve


@dataclass(frozen=True)
class CurvePlan:
    """The words and choices of one picture: what is estimated, at which level, on which clock, who is not in it.

    `tests` are lines that say how groups compare; they stand below the numbers at risk. `who` says whom the curves are
    of where one person is in several of them; by default people are counted curve by curve. `ticks` is what a tick
    marks.
    """

    name: str
    title: str
    clock: str
    level: float
    interval: Interval
    left_out: tuple[str, ...] = ()
    label_day: int | None = None
    tests: tuple[str, ...] = ()
    who: str = ""
    ticks: str = "end of follow-up without an event"


def risk_days(curves: Sequence[NamedCurve]) -> list[int]:
    """The days at which numbers at risk are given: those under the axis and, in the text twin, the last day."""
    # Only the days under the axis are drawn: each number stands under its tick. The table has the last day as well.
    days = [years_to_days(year) for year in year_ticks(_last_year(curves))]
    last_day = max((one.curve.last_day for one in curves), default=0)
    return [*days, last_day] if last_day > days[-1] else days


def enters_late(curves: Sequence[NamedCurve]) -> bool:
    """Did anybody come under observation after time began?"""
    return any("late entry" in one.curve.method for one in curves)


def draw_kaplan_meier(
    plan: CurvePlan, curves: Sequence[NamedCurve], at_risk: Estimates, at_times: Estimates, provenance: Provenance
) -> Figure:
    """Draw curves. `at_risk` has a row for each of `risk_days` and group.

    The labels give the last of `at_times` up to the plan's `label_day`.
    """
    rows = at_risk.rows()
    labels = {one.name: _label(at_times, one, plan.label_day) for one in curves}
    specs: dict[Width, Spec] = {width: _spec(plan, curves, rows, labels, width) for width in SIZES}
    many = any(np.count_nonzero(one.curve.censored) > MOST_TICKS for one in curves)
    ticks = "Ends of follow-up are too many to mark." if many else f"Ticks: {plan.ticks}."
    persons = plan.who or count(sum(one.curve.n for one in curves), "person")
    # Whoever looks at the picture alone would take its persons for all who entered.
    without = f" Not in it: {'; '.join(plan.left_out)}." if plan.left_out else ""
    late = " (late entry)" if enters_late(curves) else ""
    return Figure(
        name=f"curve-{plan.name}",
        title=plan.title,
        subtitle=f"{persons}.{without} Kaplan-Meier{late} with {level_words(plan.level)} {plan.interval} band. {ticks}",
        description=_description(plan, curves, labels),
        specs=specs,
        table=_table(plan, rows, curves, provenance),
        provenance=provenance,
        upright=plan.title,
    )


def _last_year(curves: Sequence[NamedCurve]) -> float:
    return last_year_of(max((one.curve.last_day for one in curves), default=0))


def _label(at_times: Estimates, one: NamedCurve, last_day: int | None) -> str:
    """The last estimate that can be given up to a day, with its time."""
    rows: list[dict[str, Any]] = at_times.rows()
    rows = [row for row in rows if (row["group"] or "") == one.name and row["value"] is not None]
    rows = [row for row in rows if last_day is None or row["at_days"] <= last_day]
    if not rows:
        return "not estimable"
    last = rows[-1]
    if last["value"] != 1 and last_day is not None and not one.curve.enough_at_risk(last["at_days"]):
        return f"too few at risk at {at_years(last['at_days'])}"
    # On a curve at 1 nothing has happened, and a label of 100 % would read as a finding. One that fell to 0 has no
    # limits either, and everything has happened.
    return "no event seen" if last["value"] == 1 else f"{interval_words(last)} at {at_years(last['at_days'])}"


def _description(plan: CurvePlan, curves: Sequence[NamedCurve], labels: dict[str, str]) -> str:
    parts = [f"{one.name + ': ' if one.name else ''}{labels[one.name]}" for one in curves]
    return f"Kaplan-Meier curve of {plan.title}, starting at 100%. {'; '.join(parts)}. The table gives the numbers."


def _spec(
    plan: CurvePlan, curves: Sequence[NamedCurve], rows: Sequence[Row], labels: dict[str, str], width: Width
) -> Spec:
    size, height, last = SIZES[width], HEIGHT[width], _last_year(curves)
    looks, days = [line_of(place) for place in range(len(curves))], risk_days(curves)
    data = {
        "steps": [row for one, look in zip(curves, looks, strict=True) for row in _steps(one, look, days[-1])],
        "band": [row for one, look in zip(curves, looks, strict=True) for row in _band(one, look, plan)],
        "ends": [row for one, look in zip(curves, looks, strict=True) for row in _ends(one, look)],
        "labels": _end_labels(curves, looks, labels),
        "risk": list(_risk_rows(rows, curves, looks, last, size)),
    }
    time = number(
        "t", axis=year_axis(last, plan.clock, 8 if size.wide else 6), scale={"domain": [0, last], "nice": False}
    )
    curve = _curve_view(time, size, height, len(curves))
    risk = _risk_view(last, size, len(curves))
    # A phone has no margin beside the curve, so its labels stand under it.
    views: list[Spec] = [curve, risk] if size.wide else [curve, *_narrow_labels(size, len(curves)), risk]
    views += _lines_view(plan.tests, size)
    return {
        "datasets": data,
        "vconcat": views,
        "spacing": 14,
        "bounds": "full",
        "resolve": {"scale": {"x": "shared"}},
    }


def _curve_view(time: Spec, size: Size, height: int, groups: int) -> Spec:
    share = {
        "axis": {"labelExpr": PER_CENT, "title": None, "values": [0, 0.25, 0.5, 0.75, 1]},
        "scale": {"domain": [0, 1]},
    }
    group = name("group")
    ink = own_ink()
    layers = [
        # The band first, so that curves are drawn over the bands of others.
        layer("band", {"type": "area", "interpolate": "step-after", "opacity": 0.14, "clip": True},
              x=time, y=number("low", **share), y2={"field": "high"}, color=ink, detail=group),
        layer("steps", {"type": "line", "interpolate": "step-after", "strokeWidth": 2.6, "strokeCap": "butt"},
              x=time, y=number("s", **share), color=ink, detail=group,
              strokeDash={"field": "dash", "type": "nominal", "scale": None, "legend": None}),
        layer("ends", {"type": "point", "shape": TICK, "size": 70, "strokeWidth": 1.6, "opacity": 1},
              x=time, y=number("s", **share), color=ink),
    ]  # fmt: skip
    if size.wide:
        # The name 8 pixels above the end of the curve and the estimate 9 below it, two lines around one height;
        # without a name the estimate stands beside the end itself (1, for letters sit a little high).
        layers += [_end_text(size, -8, "group", "bold"), _end_text(size, 9 if groups > 1 else 1, "words", "normal")]
    return {"width": size.plot, "height": height, "layer": layers}


def _end_text(size: Size, down: int, field: str, weight: str) -> Spec:
    mark = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "dy": down,
        "fontWeight": weight,
        "fontSize": size.words,
    }
    # The curve's own scale, 0 to 1, so that a label stands where its curve ends.
    place = number("label_at", scale={"domain": [0, 1]})
    return layer("labels", mark, x=pixels(size.plot + 12), y=place, text=name(field), color=own_ink())


def _narrow_labels(size: Size, groups: int) -> list[Spec]:
    """On a phone the labels stand under the curve, each with a piece of its line."""
    # Two lines of words, or one where there are no groups.
    high = 44 if groups > 1 else 22
    place = number("row", axis=None, scale={"domain": [0, groups], "reverse": True})
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    at_left = {"x": pixels(36), "y": place, "color": own_ink()}
    layers = [
        layer(
            "labels",
            {"type": "rule", "strokeWidth": 2.6},
            **{**at_left, "x": pixels(0)},
            x2=pixels(28),
            strokeDash=DASH,
        ),
        layer("labels", {**text, "dy": 9 if groups > 1 else 0}, **at_left, text=name("words")),
    ]
    if groups > 1:
        layers.append(layer("labels", {**text, "dy": -8, "fontWeight": "bold"}, **at_left, text=name("group")))
    return [{"width": size.plot, "height": high * groups, "layer": layers}]


def _risk_view(last: float, size: Size, groups: int) -> Spec:
    """Numbers at risk on the clock of the curve, so that each stands under its tick."""
    # A single group has no name to be written above its numbers, so half is enough.
    height = ROW_HEIGHT * groups if groups > 1 else ROW_HEIGHT // 2
    time = number("t", axis=None, scale={"domain": [0, last], "nice": False})
    place = number("y", axis=None, scale={"domain": [0, height], "range": [0, height]})
    words = {"type": "text", "fontSize": size.words}
    layers = [layer("risk", words, x=time, y=place, text=name("words"), color=own_ink())]
    if groups > 1:
        # 18 pixels above the numbers: one line of words.
        bold = {**words, "align": "left", "fontWeight": "bold", "dy": -18}
        names = layer("risk", bold, x=pixels(-12), y=place, text=name("group"), color=own_ink())
        # Once a group, at the left edge: every row of numbers has a place for it.
        layers.append({**names, "transform": [{"filter": "datum.t == 0"}]})
    title = {"text": "Number at risk (events so far)", "fontSize": size.words, "fontWeight": "normal", "color": MUTED}
    return {
        "width": size.plot,
        "height": height,
        # 12 to the left, so that it begins where the names and the first number do.
        "title": {**title, "frame": "group", "offset": 6, "dx": -12},
        "layer": layers,
    }


def _lines_view(lines: Sequence[str], size: Size) -> list[Spec]:
    """Lines of words below everything, where no curve can run through them."""
    broken = [part for line in lines for part in wrapped(line, size.letters)]
    if not broken:
        return []
    high = size.words + 5
    rows = [{"y": high * (at + 0.5), "words": words} for at, words in enumerate(broken)]
    text = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    place = number("y", axis=None, scale={"domain": [0, high * len(rows)], "range": [0, high * len(rows)]})
    said = {**layer("lines", text, x=pixels(-12), y=place, text=name("words")), "data": {"values": rows}}
    return [{"width": size.plot, "height": high * len(rows), "layer": [said]}]


def _drawn(group: str, look: Line) -> dict[str, Any]:
    # A solid line needs a pattern as well, because one legend is shared by all.
    return {"group": group, "ink": look.ink, "dash": list(look.dash) or [1, 0]}


def _steps(one: NamedCurve, look: Line, last_day: int) -> Iterator[dict[str, Any]]:
    """The corners of the curve: the start, each day with an event, the last day that is known, up to that of all."""
    if not one.curve.n:
        return
    happened = one.curve.events > 0
    # Corners only: days without an event add nothing to a step and much to the file.
    days = [0, *one.curve.days[happened].tolist(), int(min(one.curve.known_until, last_day))]
    heights = [1.0, *one.curve.survival[happened].tolist(), float(one.curve.survival[-1])]
    for day, height in zip(days, heights, strict=True):
        yield {**_drawn(one.name, look), "t": days_to_years(day), "s": height}


def _band(one: NamedCurve, look: Line, plan: CurvePlan) -> Iterator[dict[str, Any]]:
    """The band from the first event on; it ends where limits cease to exist."""
    curve = one.curve
    happened = np.flatnonzero(curve.events > 0)
    low, high = confidence_limits(curve.survival[happened], curve.log_variance[happened], plan.level, plan.interval)
    corners = [(int(curve.days[at]), lo, hi) for at, lo, hi in zip(happened, low, high, strict=True)]
    # A corner that has no limits ends the last step of the band on the last day.
    corners.append((curve.last_day, np.nan, np.nan))
    for (day, lo, hi), (until, next_low, _) in pairwise(corners):
        if not np.isnan(lo):
            yield _band_corner(one.name, look, day, (lo, hi))
            if np.isnan(next_low):
                yield _band_corner(one.name, look, until, (lo, hi))


def _band_corner(group: str, look: Line, day: int, limits: tuple[float, float]) -> dict[str, Any]:
    return {"group": group, "ink": look.ink, "t": days_to_years(day), "low": float(limits[0]), "high": float(limits[1])}


def _ends(one: NamedCurve, look: Line) -> Iterator[dict[str, Any]]:
    ended = np.flatnonzero(one.curve.censored > 0)
    for at in ended.tolist() if ended.size <= MOST_TICKS else []:
        yield {"ink": look.ink, "t": days_to_years(float(one.curve.days[at])), "s": float(one.curve.survival[at])}


def _end_labels(curves: Sequence[NamedCurve], looks: Sequence[Line], labels: dict[str, str]) -> list[dict[str, Any]]:
    ends = [float(one.curve.survival[-1]) if one.curve.n else 1.0 for one in curves]
    rows = []
    for row, (one, look, at) in enumerate(zip(curves, looks, _apart(ends), strict=True)):
        words = labels[one.name]
        rows.append({**_drawn(one.name, look), "label_at": at, "words": words, "row": row + 0.5})
    return rows


def _apart(ends: Sequence[float]) -> list[float]:
    """Heights for labels, moved up or down just enough that none covers another.

    >>> _apart([0.5, 0.5])
    [0.5625, 0.4375]
    """
    order = sorted(range(len(ends)), key=lambda place: -ends[place])
    heights = list(ends)
    # Pushed apart in pairs: each round may bring two others together again, and with six groups that is over long
    # before.
    for _ in range(40):
        for above, below in pairwise(order):
            if (lack := LABEL_APART - (heights[above] - heights[below])) > 1e-9:
                heights[above] += lack / 2
                heights[below] -= lack / 2
    # Together they are then moved back onto the plot.
    over, under = max(0.0, max(heights, default=0) - 1), max(0.0, 0.04 - min(heights, default=1))
    return [height - over + under for height in heights]


def _risk_rows(
    rows: Sequence[Row], curves: Sequence[NamedCurve], looks: Sequence[Line], last: float, size: Size
) -> Iterator[dict[str, Any]]:
    places = {one.name: place for place, one in enumerate(curves)}
    wanted = {years_to_days(year) for year in year_ticks(last, 8 if size.wide else 6)}
    told = [(row, f"{amount(row['at_risk'])} ({amount(row['events'])})") for row in rows if row["at_days"] in wanted]
    kept = _days_apart([(row["at_days"], words) for row, words in told], size.plot / last, size.words)
    for row, words in told:
        if row["at_days"] in kept:
            place = places[row["group"] or ""]
            # Below the group's name, which stands 18 higher; 10 is the middle of half a row.
            low = ROW_HEIGHT * place + 30 if len(curves) > 1 else 10
            yield {
                **_drawn(row["group"] or "", looks[place]),
                "t": days_to_years(row["at_days"]),
                "y": low,
                "words": words,
            }


def _days_apart(told: Sequence[tuple[int, str]], a_year: float, letter: int) -> set[int]:
    """Every day, every second, or as few as leave air between words that stand around them; the first always.

    told: a day and its words, any number of groups; a_year, letter: pixels. The table has the days that are left out.

    >>> sorted(_days_apart([(0, "120 (0)"), (365, "100 (9)"), (731, "90 (12)")], 30, 13))
    [0, 731]
    """
    days = sorted({day for day, _ in told})
    # The widest words of a day, for all groups keep the same days.
    wide = {day: max(_em(words) for at, words in told if at == day) * letter for day in days}
    for every in range(1, len(days)):
        kept = days[::every]
        apart = ((days_to_years(to - day) * a_year, (wide[day] + wide[to]) / 2) for day, to in pairwise(kept))
        if all(between >= words + AIR for between, words in apart):
            return set(kept)
    return set(days[:1])


def _em(words: str) -> float:
    """About how wide words of figures are, in sizes of a letter: a digit 0.56, a bracket 0.33, a space 0.28."""
    return sum({" ": 0.28, ".": 0.28, "(": 0.33, ")": 0.33}.get(one, 0.56) for one in words)


def _table(plan: CurvePlan, rows: Sequence[Row], curves: Sequence[NamedCurve], provenance: Provenance) -> Table:
    frame = Estimates.of({**row, "what": plan.title} for row in rows).frame
    columns = (
        Shown("Years", lambda row: years(row["at_days"], 2)),
        *((Shown("Group", lambda row: str(row["group"]), words=True),) if len(curves) > 1 else ()),
        Shown("At risk", lambda row: amount(row["at_risk"])),
        Shown("Events so far", lambda row: amount(row["events"])),
        Shown("Estimate", _value),
        Shown("Interval", _interval),
    )
    method = method_words(plan.interval, plan.level, late_entry=enters_late(curves))
    if any(one.curve.clusters for one in curves):
        # Errors of weighted or repeated rows are not Greenwood's: the curve names its own.
        method = f"{curves[0].curve.method}, {level_words(plan.level)} {plan.interval} interval"
    caption = f"{plan.title}: numbers behind the curve. {method}."
    return Table(f"curve-{plan.name}", caption, _filled(frame), columns, provenance)


def _value(row: Row) -> str:
    if row["value"] is None:
        return "–"
    return percent(row["value"]) if row["events"] else "no event yet"


def _interval(row: Row) -> str:
    if row["low"] is None:
        return "not estimable" if row["events"] else "–"
    return f"{percent(row['low'])} to {percent(row['high'])}"


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the columns of Estimates that do not apply; those that the picture is read by always stay."""
    always = {"group", "at_days", "value", "low", "high", "at_risk", "events", "absent_reason"}
    return frame.select(name for name in frame.columns if name in always or frame[name].null_count() < frame.height)
