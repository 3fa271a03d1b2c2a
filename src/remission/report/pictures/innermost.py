"""Where a curve can run between visits: a box for each innermost interval, with the Kaplan-Meier steps over them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, layer, number, own_ink, pixels, year_axis, year_ticks
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import INK, SIZES, Size, Width, line_of
from remission.exhibits.wording import at_years, count, percent
from remission.stats.horizons import days_to_years, years_to_days

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.interval.npmle import IntervalCurve
    from remission.stats.survival.kaplan_meier import Curve

# A box of one day is an event whose day is known: it is drawn as a step.
ONE_DAY = 1
SAID = (
    "Boxes: where the share free can run between two visits (NPMLE). "
    "Thin line: Kaplan-Meier, as if each event had come on the day on which it was seen."
)


@dataclass(frozen=True)
class Panel:
    """One group: the curve that visits leave open, and the Kaplan-Meier curve of the same endpoint."""

    name: str
    between: IntervalCurve
    seen: Curve

    @property
    def last_day(self) -> int:
        """The last day on which anything is known of the curve: the end of the last box that ends."""
        ends = self.between.right[np.isfinite(self.between.right)].tolist()
        starts = self.between.left.tolist()
        return int(max([*ends, *starts, self.seen.last_day]))


def draw_innermost(name: str, title: str, clock: str, panels: Sequence[Panel], provenance: Provenance) -> Figure:
    """Draw a panel for each group, one below the other, on one clock."""
    persons = count(sum(one.between.n for one in panels), "person")
    specs: dict[Width, Spec] = {width: _spec(clock, panels, size) for width, size in SIZES.items()}
    return Figure(
        name=f"between-visits-{name}",
        title=f"{title}, as far as visits can tell",
        subtitle=f"{persons}. {SAID}",
        description=f"{title} by two methods. {SAID} The table gives the numbers.",
        specs=specs,
        table=_table(name, title, panels, provenance),
        provenance=provenance,
        upright=title,
    )


def _spec(clock: str, panels: Sequence[Panel], size: Size) -> Spec:
    last = days_to_years(max((one.last_day for one in panels), default=0) or 365)
    data: dict[str, list[dict[str, Any]]] = {}
    views = []
    for place, one in enumerate(panels):
        ink = {"ink": line_of(place).ink}
        data |= {
            f"boxes{place}": [{**box, **ink} for box in _boxes(one.between)],
            f"levels{place}": [{**corner, **ink} for corner in _levels(one.between, one.last_day)],
            f"steps{place}": list(_steps(one.seen, one.last_day)),
        }
        views.append(_panel(place, one.name, line_of(place).ink, clock if one is panels[-1] else "", last, size))
    return {"datasets": data, "vconcat": views, "spacing": 18, "bounds": "full", "resolve": {"scale": {"x": "shared"}}}


def _panel(place: int, name: str, ink: str, clock: str, last: float, size: Size) -> Spec:
    axis = year_axis(last, clock or "", 8 if size.wide else 6)
    time = number("t", axis=axis, scale={"domain": [0, last], "nice": False})
    share = {
        "axis": {"labelExpr": PER_CENT, "title": None, "values": [0, 0.25, 0.5, 0.75, 1]},
        "scale": {"domain": [0, 1]},
    }
    layers = [
        layer(f"boxes{place}", {"type": "rect", "opacity": 0.35, "clip": True}, x=time, x2={"field": "until"},
              y=number("low", **share), y2={"field": "high"}, color=own_ink()),
        layer(f"levels{place}", {"type": "rule", "strokeWidth": 2.6, "clip": True}, x=time, x2={"field": "until"},
              y=number("low", **share), y2={"field": "high"}, color=own_ink()),
        layer(f"steps{place}", {"type": "line", "interpolate": "step-after", "strokeWidth": 1.2, "clip": True},
              x=time, y=number("s", **share), color=pixels(INK)),  # type: ignore[arg-type]
    ]  # fmt: skip
    title = {"text": name, "fontSize": size.words, "color": ink, "anchor": "start", "frame": "group", "offset": 6}
    view: Spec = {"width": size.plot, "height": 210 if size.wide else 170, "layer": layers}
    return {**view, "title": title} if name else view


def _fallen(curve: IntervalCurve) -> Iterator[tuple[float, float, float, float]]:
    """Of each interval its two days and the shares free before and after it."""
    before = 1.0
    for left, right, mass in zip(curve.left.tolist(), curve.right.tolist(), curve.mass.tolist(), strict=True):
        after = max(before - mass, 0.0)
        yield left, right, before, after
        before = after


def _boxes(curve: IntervalCurve) -> Iterator[dict[str, Any]]:
    for left, right, before, after in _fallen(curve):
        if ONE_DAY < right - left < math.inf:
            yield {"t": days_to_years(left), "until": days_to_years(right), "low": after, "high": before}


def _levels(curve: IntervalCurve, last_day: int) -> Iterator[dict[str, Any]]:
    """The stretches on which the curve is known, and the falls of which the day is."""
    since, height = 0.0, 1.0
    for left, right, before, after in _fallen(curve):
        yield {"t": days_to_years(since), "until": days_to_years(left), "low": before, "high": before}
        if right - left <= ONE_DAY:
            day = days_to_years(right)
            yield {"t": day, "until": day, "low": after, "high": before}
            yield {"t": days_to_years(left), "until": day, "low": before, "high": before}
        since, height = right, after
    # After the last visit anything can be: nothing is drawn there.
    if since < last_day:
        yield {"t": days_to_years(since), "until": days_to_years(last_day), "low": height, "high": height}


def _steps(curve: Curve, last_day: int) -> Iterator[dict[str, Any]]:
    happened = curve.events > 0
    days = [0, *curve.days[happened].tolist(), int(min(curve.known_until, last_day))]
    heights = [1.0, *curve.survival[happened].tolist(), float(curve.survival[-1]) if curve.survival.size else 1.0]
    for day, height in zip(days, heights, strict=True):
        yield {"t": days_to_years(day), "s": height}


def _table(name: str, title: str, panels: Sequence[Panel], provenance: Provenance) -> Table:
    """Shown at the years under the axis; the CSV has every interval, in days."""
    last = days_to_years(max((one.last_day for one in panels), default=0) or 365)
    days = [years_to_days(year) for year in year_ticks(last) if year]
    shown = pl.DataFrame([row for one in panels for row in _at_ticks(one, days)], infer_schema_length=None)
    intervals = pl.DataFrame(
        [row for one in panels for row in _intervals(one)],
        schema={"group": pl.String, "after_day": pl.Int64, "by_day": pl.Int64, **dict.fromkeys(
            ("free_before", "free_after"), pl.Float64)},
    )  # fmt: skip
    columns = (
        Shown("Time", lambda row: at_years(row["day"])),
        *((shows("group", "Group", words=True),) if len(panels) > 1 else ()),
        Shown("Kaplan-Meier", lambda row: "nobody at risk" if row["seen"] is None else percent(row["seen"])),
        Shown("Between visits", range_words),
    )
    note = "The CSV has a row for each innermost interval: the curve falls after after_day and by by_day."
    return Table(f"between-visits-{name}", f"{title}, by year.", shown, columns, provenance, note, intervals)


def _at_ticks(one: Panel, days: Sequence[int]) -> Iterator[dict[str, Any]]:
    low, high = one.between.free_between(days)
    for day, least, most in zip(days, low.tolist(), high.tolist(), strict=True):
        seen = one.seen.survival_on([day]).item() if day <= one.seen.known_until else None
        known = math.isclose(least, most, abs_tol=1e-12)
        value = least if known else None
        yield {"day": day, "group": one.name, "seen": seen, "value": value, "low": least, "high": most}


def _intervals(one: Panel) -> Iterator[dict[str, Any]]:
    for left, right, before, after in _fallen(one.between):
        by = int(right) if math.isfinite(right) else None
        yield {
            "group": one.name or None,
            "after_day": int(left),
            "by_day": by,
            "free_before": before,
            "free_after": after,
        }


def range_words(row: Row) -> str:
    """A share that visits tell, or the range that they leave open.

    >>> range_words({"value": None, "low": 0.671, "high": 0.704}), range_words({"value": 0.7, "low": 0.7, "high": 0.7})
    ('67.1 to 70.4\\xa0%', '70.0\\xa0%')
    """
    low, high = percent(row["low"]), percent(row["high"])
    return high if low == high else f"{low.removesuffix('%').rstrip()} to {high}"
