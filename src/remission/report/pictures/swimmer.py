"""The swimmer plot: one line a person, with what happened when, and when somebody was looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import ARROW, CROSS, TICK, Figure, Spec, layer, name, number, own_ink, pixels, year_axis
from remission.exhibits.tables import Shown, Table, shows
from remission.exhibits.theme import GREEN, INK, MUTED, PAPER, PURPLE, SIZES, THERAPY_FILLS, UNTREATED, VERMILION, Size
from remission.exhibits.wording import count, years
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

# So many lines fill a page of paper; who is left out is chosen evenly and told.
MOST_PERSONS = 60
MOST_THERAPIES = 6
CHOICE = "all who died, and an even choice by group and length of follow-up"
OBSERVED = "Being observed, no therapy"
OBSERVED_ONLY = "Being observed (therapies not collected)"
OTHER = "Another therapy"
# Two ticks: somebody was still being followed when the records were closed.
TWO_TICKS = "M-0.35,-1V1M0.35,-1V1"
# Name, shape, ink, filled?, as they are drawn and explained; the last five are ends of follow-up.
MARKS: tuple[tuple[str, str, str, bool], ...] = (
    ("Procedure", "square", INK, True),
    ("Course or single dose", "square", INK, False),
    ("Other relapse", "circle", VERMILION, False),
    ("Relapse that counts", "circle", VERMILION, True),
    ("Scan with lesions", "diamond", PURPLE, False),
    ("MRI activity that counts", "diamond", PURPLE, True),
    ("Progression that counts", "triangle-up", GREEN, True),
    ("Death", CROSS, INK, False),
    ("Completed", ARROW, MUTED, True),
    ("Cut off", TWO_TICKS, MUTED, False),
    ("Left or lost", TICK, MUTED, False),
    ("End, reason not recorded", "triangle-down", MUTED, False),
)


@dataclass(frozen=True)
class Timelines:
    """Who is drawn and what: frames of whole days.

    persons: person, group, last_day (null: nothing is known), in the order in which they are drawn; stretches: person,
    therapy (null: observed, no therapy), from_day, to_day; marks: person, mark (a name in MARKS), day.
    `left_out` persons are not drawn. Unless `therapies_collected` nobody can be said to have had no therapy.
    """

    persons: pl.DataFrame
    stretches: pl.DataFrame
    marks: pl.DataFrame
    left_out: int
    therapies_collected: bool

    @property
    def observed_words(self) -> str:
        """What a bar without a therapy means."""
        return OBSERVED if self.therapies_collected else OBSERVED_ONLY

    @property
    def last_day(self) -> int:
        """The last day of any line or mark, half a year at least."""
        days: list[int] = [*self.persons["last_day"].drop_nulls(), *self.marks["day"].drop_nulls()]
        # Half a year at least, so that marks of the first days are not drawn on an axis of days.
        return max([183, *days])


def draw_swimmer(timelines: Timelines, clock: str, provenance: Provenance) -> Figure:
    """Draw the timelines, one line a person."""
    shown = timelines.persons.height
    drawn = count(shown, "person")
    everybody = shown + timelines.left_out
    choice = f" {shown} of {everybody:,} persons: {CHOICE}." if timelines.left_out else ""
    return Figure(
        name="timelines",
        title=f"What happened to {'each person' if not timelines.left_out else f'{shown} of {everybody:,} persons'}",
        subtitle=f"One line a person. Coloured bar: somebody was looking; thin line: only known to be alive.{choice}",
        description=f"Timelines of {drawn}: therapies, events and ends of follow-up; all in the table.",
        specs={width: _spec(timelines, clock, SIZES[width]) for width in SIZES},
        table=_table(timelines, provenance),
        provenance=provenance,
    )


def _spec(timelines: Timelines, clock: str, size: Size) -> Spec:
    therapies = _therapies(timelines.stretches)
    fills = {timelines.observed_words: UNTREATED} | dict(zip(therapies, THERAPY_FILLS, strict=False))
    key = _key_rows(timelines, fills)
    data = {**_rows(timelines, fills), "key": key}
    side = "hconcat" if size.wide else "vconcat"
    last = days_to_years(timelines.last_day)
    groups = timelines.persons["group"].unique(maintain_order=True).to_list()
    plots = [_plot(timelines, group, {**year_axis(last, clock), "grid": True}, size) for group in groups]
    return {"datasets": data, side: [{"vconcat": plots, "spacing": 10}, _key_view(len(key))], "spacing": 16}


def _plot(timelines: Timelines, group: str | None, axis: Spec, size: Size) -> Spec:
    """The lines of one group; a line is drawn where it has a place, so that groups need no filter of their own."""
    everybody = timelines.persons
    persons = everybody.filter(pl.col("group").eq_missing(pl.lit(group)))["person"].to_list()
    last = days_to_years(timelines.last_day)
    # Pixels a person: many persons are drawn closer, and still legible.
    step = 17 if everybody.height <= 40 else 13
    row = name("person", sort=persons, axis={"title": None, "labelFontSize": min(size.words - 1, step - 2)})
    # A little more than the time itself on both sides, or marks on the first and the last day would be cut in half.
    scale = {"domain": [-0.025 * last, 1.03 * last], "nice": False}
    time = number("t", axis=axis, scale=scale)
    mine = [{"filter": {"field": "person", "oneOf": persons}}]
    line = {"type": "rule", "strokeWidth": 1, "color": MUTED, "opacity": 0.6}
    bar = {"type": "bar", "height": {"band": 0.66}}
    layers = [
        # In this order: the thin line of being known to be alive, the bars on it, and marks over both.
        layer("persons", line, y=row, x={**time, "field": "zero"}, x2={"field": "t"}),
        layer("stretches", bar, y=row, x=time, x2={"field": "until"}, fill=own_ink("fill")),
        layer("marks", _POINT, y=row, x=time, shape=own_ink("shape"), stroke=own_ink(), fill=own_ink("fill")),
    ]
    title = {"title": {"text": group, "fontSize": size.words, "offset": 4}} if group else {}
    views = [{**one, "transform": mine} for one in layers]
    return {"width": size.plot if size.wide else size.plot + 20, "height": {"step": step}, "layer": views, **title}


_POINT = {"type": "point", "size": 70, "opacity": 1, "strokeWidth": 1.8}


def _key_view(rows: int) -> Spec:
    """What bars and marks mean, drawn by us: a legend shows shape and fill of one mark apart."""
    place = number("row", axis=None, scale={"domain": [-0.5, rows - 0.5], "reverse": True, "nice": False})
    at_left = {"x": pixels(8), "y": place}
    words = {"type": "text", "align": "left", "baseline": "middle"}
    layers = [
        layer("key", _POINT, **at_left, shape=own_ink("shape"), stroke=own_ink(), fill=own_ink("fill")),
        layer("key", words, x=pixels(24), y=place, text=name("words")),
    ]
    return {"width": 190, "height": 21 * rows, "layer": layers}


def _key_rows(timelines: Timelines, fills: dict[str, str]) -> list[dict[str, Any]]:
    used = set(timelines.marks["mark"])
    bars = [{"words": words, "shape": "square", "ink": fill, "fill": fill} for words, fill in fills.items()]
    marks = [{"words": mark, **_look(mark)} for mark, *_ in MARKS if mark in used]
    return [{**row, "row": place} for place, row in enumerate([*bars, *marks])]


def _look(mark: str) -> dict[str, str]:
    _, shape, ink, filled = next(known for known in MARKS if known[0] == mark)
    return {"shape": shape, "ink": ink, "fill": ink if filled else PAPER}


def _therapies(stretches: pl.DataFrame) -> list[str]:
    """The commonest therapies by their names; the rest are drawn as another therapy."""
    named = stretches.filter(pl.col("therapy").is_not_null())
    # By name where equally common, so that a picture does not change from run to run.
    counted = named.group_by("therapy").len().sort("len", "therapy", descending=[True, False])["therapy"].to_list()
    return [*counted[:MOST_THERAPIES], *([OTHER] if len(counted) > MOST_THERAPIES else [])]


def _rows(timelines: Timelines, fills: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    persons = [
        {"person": row["person"], "zero": 0, "t": days_to_years(row["last_day"] or 0)}
        for row in timelines.persons.to_dicts()
    ]
    stretches = [
        {
            "person": row["person"],
            "fill": fills.get(row["therapy"] or timelines.observed_words, fills.get(OTHER)),
            "t": days_to_years(row["from_day"]),
            "until": days_to_years(row["to_day"]),
        }
        for row in timelines.stretches.to_dicts()
    ]
    marks = [
        {"person": row["person"], "t": days_to_years(row["day"]), **_look(row["mark"])}
        for row in timelines.marks.to_dicts()
    ]
    return {"persons": persons, "stretches": stretches, "marks": marks}


def _table(timelines: Timelines, provenance: Provenance) -> Table:
    """What the picture shows as words: one row a person, each mark with its time in years."""
    said: dict[str, list[str]] = {}
    for row in timelines.marks.sort("day", maintain_order=True).to_dicts():
        said.setdefault(row["person"], []).append(f"{row['mark']} {years(row['day'])}")
    marks = ["; ".join(said.get(person, [])) for person in timelines.persons["person"]]
    frame = timelines.persons.with_columns(marks=pl.Series(marks, dtype=pl.String))
    grouped = frame["group"].null_count() < frame.height
    columns = (
        shows("person", "Person"),
        *((shows("group", "Group", words=True),) if grouped else ()),
        Shown("Years known", lambda row: "–" if row["last_day"] is None else years(row["last_day"])),
        shows("marks", "Marks, each with its year", words=True),
    )
    note = (
        f"{count(timelines.left_out, 'more person is', 'more persons are')} neither in the picture nor in this table."
        if timelines.left_out
        else ""
    )
    return Table("timelines", "Timelines: what the picture shows, person by person.", frame, columns, provenance, note)
