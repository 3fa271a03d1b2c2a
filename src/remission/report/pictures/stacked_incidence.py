"""Who has had the event, who has died without it and who is free of both, as areas on each other, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from remission.exhibits.figure import PER_CENT, Figure, Spec, last_year_of, layer, name, number, own_ink, year_axis
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, MUTED, NOT_FREE, SIZES, VERMILION, Size
from remission.exhibits.wording import amount, at_years, interval_words, level_words, percent, wrapped
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.competing.aalen_johansen import Incidence
    from remission.stats.estimates import Estimates

# Where the axis may end: with all of it shown, a few per cent would be a line.
TOPS = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
COLOURS = "Dark: had the event; pale: died without it; white: free of both."
HEIGHT, LINE = 170, 18
# Labels in the margin are that share of the height apart, or they would touch.
APART = 0.24


@dataclass(frozen=True)
class Stack:
    """One group of the picture: its name, its curves, the places of event and death in them, and its three labels.

    `until` is the day up to which it is drawn; `event` and `death` are the shares at the time of the labels, None where
    nobody was followed so long.
    """

    name: str
    incidence: Incidence
    until: int
    event: float | None
    death: float | None

    @property
    def days(self) -> np.ndarray:
        """The days of its curves that are drawn."""
        return self.incidence.days[self.incidence.days <= self.until]

    def share(self, cause: int) -> np.ndarray:
        """The share with one kind of event on each of these days, shape (k,)."""
        if cause not in self.incidence.causes:
            return np.zeros(self.days.size)
        return self.incidence.incidence[: self.days.size, self.incidence.place(cause)]


@dataclass(frozen=True)
class StackPlan:
    """The words of one picture: its name, the event with its article, the clock, the day of the labels."""

    name: str
    noun: str
    clock: str
    label_day: int


def draw_stacked_incidence(plan: StackPlan, stacks: Sequence[Stack], table: Table, provenance: Provenance) -> Figure:
    """Areas of each group on one axis of time; the limits are in the table."""
    top = _top(stacks)
    cut = "" if top == 1 else f" The axis ends at {percent(top, 0)}: the rest up to 100 % is free of both too."
    said = "; ".join(". ".join(filter(None, [one.name, _described(plan, one)])) for one in stacks)
    return Figure(
        name=f"incidence-{plan.name}",
        title=f"Cumulative incidence: {plan.noun}, and death without it",
        subtitle=f"Aalen-Johansen, as far as enough are at risk. {COLOURS}{cut}",
        description=f"Stacked areas over time at {at_years(plan.label_day)}. {said}. The table has the limits.",
        specs={width: _spec(plan, stacks, top, SIZES[width]) for width in SIZES},
        table=table,
        provenance=provenance,
        upright="Share of persons",
    )


def _described(plan: StackPlan, one: Stack) -> str:
    return ", ".join(words for words, *_ in _labels(plan, one))


def _top(stacks: Sequence[Stack]) -> float:
    most = max((float((one.share(1) + one.share(2))[-1]) for one in stacks if one.days.size), default=0.0)
    return next(top for top in TOPS if top >= min(1.25 * most, 1.0))


def _spec(plan: StackPlan, stacks: Sequence[Stack], top: float, size: Size) -> Spec:
    last = last_year_of(max((one.until for one in stacks), default=0))
    data: dict[str, list[dict[str, Any]]] = {}
    views: list[Spec] = []
    for at, one in enumerate(stacks):
        data[f"areas{at}"], data[f"labels{at}"] = list(_areas(one)), list(_placed(plan, one, top, last))
        if one.name:
            views.append(_text_view(data, f"name{at}", [{"words": one.name, "ink": INK}], size, bold=True))
        if not size.wide:
            rows = [{"words": words, "ink": ink} for words, ink, _ in _labels(plan, one)]
            views.append(_text_view(data, f"keys{at}", rows, size))
        views.append(_panel(at, one is stacks[-1], plan, (last, top), size))
    return {"datasets": data, "vconcat": views, "spacing": 8, "bounds": "full", "resolve": {"scale": {"x": "shared"}}}


def _panel(at: int, is_last: bool, plan: StackPlan, ends: tuple[float, float], size: Size) -> Spec:  # noqa: FBT001
    last, top = ends
    axis = year_axis(last, plan.clock, 8 if size.wide else 6)
    time = number("t", axis=axis if is_last else {**axis, "title": None}, scale={"domain": [0, last], "nice": False})
    ticks = {"labelExpr": PER_CENT, "title": None, "values": [0, top / 2, top]}
    share = {"axis": ticks, "scale": {"domain": [0, top], "clamp": True}}
    kind, area = name("kind"), {"type": "area", "interpolate": "step-after", "line": False}
    layers = [
        layer(f"areas{at}", area, x=time, y=number("low", **share), y2={"field": "high"}, detail=kind, color=own_ink()),
        # An edge, for an area of one per cent is thinner than a line, and white is no colour on paper.
        layer(f"areas{at}", {"type": "line", "interpolate": "step-after", "strokeWidth": 1.4}, x=time,
              y=number("high", **share), detail=kind, color=own_ink("edge")),
    ]  # fmt: skip
    if size.wide:
        text = {"type": "text", "align": "left", "baseline": "middle", "dx": 8, "fontSize": size.words}
        layers.append(layer(f"labels{at}", text, x=time, y=number("y", **share), text=name("words"), color=own_ink()))
    return {"width": size.plot, "height": HEIGHT, "layer": layers}


def _text_view(
    data: dict[str, list[dict[str, Any]]], rows: str, lines: list[dict[str, Any]], size: Size, *, bold: bool = False
) -> Spec:
    data[rows] = [
        {**line, "words": words, "y": 0.0}
        for line in lines
        for words in wrapped(line["words"], size.letters if size.wide else 40)
    ]
    for at, row in enumerate(data[rows]):
        row["y"] = at * LINE + LINE / 2
    tall = LINE * len(data[rows])
    y = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    look = {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    x = {"value": 0}
    text = {**look, "fontWeight": "bold"} if bold else look
    return {
        "width": size.plot,
        "height": tall,
        "layer": [layer(rows, text, x=x, y=y, text=name("words"), color=own_ink())],
    }


def _areas(one: Stack) -> Iterator[dict[str, Any]]:
    """Steps of both areas, from day zero to the group's last day."""
    days = np.concatenate(([0], one.days, [one.until]))
    event, death = (
        np.concatenate(([0.0], share, share[-1:] if share.size else [0.0])) for share in map(one.share, (1, 2))
    )
    for day, mine, other in zip(days.tolist(), event.tolist(), death.tolist(), strict=True):
        t = days_to_years(day)
        yield {"t": t, "kind": "event", "low": 0.0, "high": mine, "ink": BLUE, "edge": BLUE}
        # Without a death its edge would stand on that of the event, in another ink.
        if death[-1] > 0:
            yield {"t": t, "kind": "death", "low": mine, "high": mine + other, "ink": NOT_FREE, "edge": VERMILION}


def _to_the_end(share: np.ndarray) -> np.ndarray:
    return np.concatenate(([0.0], share, share[-1:] if share.size else [0.0]))


def _labels(plan: StackPlan, one: Stack) -> list[tuple[str, str, float]]:
    """Words, ink and middle of each area at the day of the labels; one line where nobody was followed so long."""
    if one.event is None or one.death is None:
        return [(f"nobody followed to {at_years(plan.label_day)}", MUTED, 0.5)]
    both = one.event + one.death
    return [
        (f"Had the event: {_share(one.event)} at {at_years(plan.label_day)}", BLUE, one.event / 2),
        (f"Died without it: {_share(one.death)}", VERMILION, one.event + one.death / 2),
        (f"Free of both: {percent(1 - both)}", INK, (both + 1) / 2),
    ]


def _share(value: float) -> str:
    return percent(value) if value else "nobody"


def _placed(plan: StackPlan, one: Stack, top: float, last: float) -> Iterator[dict[str, Any]]:
    """Labels beside the end of the plot, each near its area and none on another."""
    labels, least = _labels(plan, one), 0.04 * top
    for at, (words, ink, middle) in enumerate(labels):
        # Room is left above for those that follow.
        most = top * (0.96 - APART * (len(labels) - 1 - at))
        y = max(least, min(middle, most))
        yield {"t": last, "y": y, "words": words, "ink": ink}
        least = y + APART * top


def incidence_table(
    plan: StackPlan, event: Estimates, death: Estimates, too_high: Estimates, every: Estimates, provenance: Provenance
) -> Table:
    """Both incidences with their limits at each chosen time, and one less Kaplan-Meier as the caution it is."""
    beside = {"died": death, "high": too_high}
    frame = event.frame.select("group", "at_days", "at_risk", "n", "value", "low", "high", "absent_reason", "level")
    for prefix, other in beside.items():
        renamed = {one: f"{prefix}_{one}" for one in ("value", "low", "high", "absent_reason")}
        frame = pl.concat([frame, other.frame.select(list(renamed)).rename(renamed)], how="horizontal")
    level = level_words(float(frame["level"][0])) if frame.height else ""
    divided = frame["group"].null_count() < frame.height
    columns = (
        Shown("Time", lambda row: at_years(row["at_days"])),
        *([shows("group", "Group", words=True)] if divided else []),
        Shown("At risk", lambda row: amount(row["at_risk"])),
        Shown("Had the event", lambda row: _words(row, "")),
        Shown("Died without it", lambda row: _words(row, "died_")),
        Shown("Free of both", _free),
        Shown("One less Kaplan-Meier", lambda row: _one(row["high_value"])),
    )
    methods = "; ".join(dict.fromkeys(pl.concat([event.frame, death.frame, too_high.frame])["method"].drop_nulls()))
    note = f"One less Kaplan-Meier censors deaths and is too high where anybody dies. Methods: {methods}."
    caption = f"Cumulative incidence of {plan.noun}, and of death without it, with {level} intervals."
    return Table(f"incidence-{plan.name}", caption, frame, columns, provenance, note, _filled(every))


def _words(row: Row, prefix: str) -> str:
    found = {one: row[f"{prefix}{one}"] for one in ("value", "low", "high", "absent_reason")}
    if found["value"] == 0:
        return "nobody by then"
    return interval_words(found) if found["value"] is not None else "not estimable"


def _free(row: Row) -> str:
    both = (row["value"], row["died_value"])
    return "not estimable" if None in both else percent(1 - sum(both))


def _one(value: float | None) -> str:
    return "not estimable" if value is None else percent(value)


def _filled(every: Estimates) -> pl.DataFrame:
    frame = every.frame
    return frame.select(one for one in frame.columns if frame[one].null_count() < frame.height)
