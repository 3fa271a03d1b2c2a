"""Pictures of the EDSS: how much it changed, and the way of every person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.exhibits.figure import Figure, Spec, layer, name, number, own_ink, year_axis
from remission.exhibits.tables import Row, Shown, Table, shows
from remission.exhibits.theme import BLUE, INK, SIZES, SLATE, VERMILION, Size
from remission.exhibits.wording import MINUS, count, signed, years
from remission.stats.horizons import days_to_years

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance
    from remission.stats.estimates import Estimates

# More thin lines than that are a grey area and make the file slow.
MOST_LINES = 300
# Name of the panel, ink and dashes of its lines.
WAYS = (("Better", BLUE), ("Unchanged", SLATE), ("Worse", VERMILION))
COMPLETED = {True: "yes", False: "no", None: "not recorded"}
_RULE = {"type": "rule", "strokeWidth": 3, "color": INK}
_DOT = {"type": "point", "filled": True, "size": 120, "color": INK, "opacity": 1}
# A minus sign that is one, on axes that show changes.
SIGNED = f"(datum.value > 0 ? '+' : datum.value < 0 ? '{MINUS}' : '') + format(abs(datum.value), '.1f')"


def draw_edss_change(
    changes: pl.DataFrame, groups: Sequence[str], summary: Estimates, provenance: Provenance
) -> Figure:
    """How many people changed by how much; the line above the bars is the median with its quartiles."""
    known = changes.filter(pl.col("change").is_not_null())
    rows = known.group_by("group", "change").len("persons").sort("group", "change")
    everybody: list[dict[str, Any]] = summary.rows()
    middles = [row for row in everybody if row["value"] is not None]
    said = "; ".join(_median_words(row) for row in middles) or "Nobody had a score before and after"
    return Figure(
        name="edss-change",
        title="Change in EDSS among those who completed follow-up",
        subtitle=f"{count(known.height, 'person')} with a score before and after. Line: median and quartiles.",
        description=f"Bars of how many persons changed by how many EDSS points. {said}.",
        specs={width: _change_spec(rows, groups, middles, SIZES[width]) for width in SIZES},
        table=_change_table(rows, grouped=len(groups) > 1, provenance=provenance),
        provenance=provenance,
    )


def _median_words(row: Row) -> str:
    median = signed(row["value"])
    return f"{row['group']}: median {median}" if row["group"] else f"Median {median}"


def _change_spec(rows: pl.DataFrame, groups: Sequence[str], middles: list[dict[str, Any]], size: Size) -> Spec:
    most = max([1, *rows["persons"].to_list()])
    # Half a point more on either side, or the outermost bars would be cut in half.
    reach = max([1.0, *rows["change"].abs().to_list()]) + 0.5
    bars = [{**row, "ink": _ink(row["change"])} for row in rows.to_dicts()]
    middle = [{**{key: row[key] for key in ("value", "low", "high")}, "group": row["group"] or ""} for row in middles]
    views = [_change_view(group, reach, most, size) for group in groups]
    resolve = {"scale": {"x": "shared", "y": "shared"}}
    return {"datasets": {"bars": bars, "middle": middle}, "vconcat": views, "spacing": 18, "resolve": resolve}


def _change_view(group: str, reach: float, most: int, size: Size) -> Spec:
    title = f"Change in EDSS points{' (below 0: better)' if size.wide else ''}"
    # Half-points only on a short axis: on a longer one their labels would touch.
    steps = [step / 2 for step in range(-20, 21) if abs(step / 2) <= reach and (reach < 3 or step % 2 == 0)]
    axis = {"values": steps, "title": title, "labelExpr": SIGNED}
    x = number("change", axis=axis, scale={"domain": [-reach, reach], "nice": False})
    # A quarter more above the tallest bar: the median and its quartiles are drawn there.
    top = most * 1.25
    whole = {"title": "Persons", "tickMinStep": 1, "tickCount": 4, "format": "d"}
    y = number("persons", axis=whole, scale={"domain": [0, top], "nice": False})
    # Four fifths of half a point's room, so that neighbouring bars do not touch; never too thin to be seen.
    width = max(6, round(size.plot / (reach * 2) / 2 * 0.8))
    same = [{"filter": f"datum.group === {_quoted(group)}"}]
    at_top = {"y": number("at", scale={"domain": [0, top]})}
    place = [*same, {"calculate": f"{most * 1.13}", "as": "at"}]
    layers = [
        {**layer("bars", {"type": "bar", "width": width}, x=x, y=y, color=own_ink()), "transform": same},
        {**layer("middle", _RULE, x=number("low"), x2={"field": "high"}, **at_top), "transform": place},
        {**layer("middle", _DOT, x=number("value"), **at_top), "transform": place},
    ]
    label = {"title": {"text": group, "fontSize": size.words, "anchor": "start", "offset": 4}} if group else {}
    return {"width": size.plot, "height": 190, "layer": layers, **label}


def _quoted(text: str) -> str:
    # Names of groups come from records and go into an expression: a quotation mark or the end of a line would end it.
    return json.dumps(text)


def _ink(change: float) -> str:
    return WAYS[0][1] if change < 0 else WAYS[2][1] if change > 0 else WAYS[1][1]


def _change_table(rows: pl.DataFrame, *, grouped: bool, provenance: Provenance) -> Table:
    columns = (
        Shown("Change", lambda row: signed(row["change"])),
        *((shows("group", "Group", words=True),) if grouped else ()),
        shows("persons", "Persons"),
    )
    return Table("edss-change", "Change in EDSS among those who completed follow-up.", rows, columns, provenance)


def draw_trajectories(
    readings: pl.DataFrame,
    changes: pl.DataFrame,
    clock: str,
    provenance: Provenance,
    groups: Sequence[str] = ("",),
) -> Figure:
    """Everyone's scores in three panels: the last score is better than, the same as or worse than the first.

    Each of the groups has a row of panels.
    """
    ways = changes.filter(pl.col("change").is_not_null()).select("subject_id", way=_way())
    shown = ways.head(MOST_LINES)
    # A year before day zero shows the way into treatment; older scores would squeeze what came after.
    lines = readings.filter(pl.col("day") >= -365).join(shown, on="subject_id", how="inner", maintain_order="left")
    labelled = shown.join(changes.select("subject_id", "group"), on="subject_id", how="left", maintain_order="left")
    totals = {(group, way): labelled.filter(group=group, way=way).height for group in groups for way, _ in WAYS}
    hidden = ways.height - shown.height
    without = changes.height - ways.height
    left = f" {count(without, 'person')} without a score before or after not shown." if without else ""
    more = f" The first {shown.height} persons; {count(hidden, 'more is', 'more are')} not shown." if hidden else ""
    parts = ", ".join(f"{number_of} {way.lower()}{_of(group)}" for (group, way), number_of in totals.items())
    return Figure(
        name="edss-trajectories",
        title="EDSS of every person over time",
        subtitle=f"Thin: one person. Thick: median of each year's scores. By change from first to last.{left}{more}",
        description=f"EDSS lines of {count(shown.height, 'person')}: {parts}.",
        specs={width: _lines_spec(lines, groups, totals, clock, SIZES[width]) for width in SIZES},
        table=_lines_table(changes, readings, provenance),
        provenance=provenance,
    )


def _of(group: str) -> str:
    return f" in {group}" if group else ""


def _way() -> pl.Expr:
    better, same, worse = (pl.lit(way) for way, _ in WAYS)
    return pl.when(pl.col("change") < 0).then(better).when(pl.col("change") > 0).then(worse).otherwise(same)


def _lines_spec(
    lines: pl.DataFrame, groups: Sequence[str], totals: dict[tuple[str, str], int], clock: str, size: Size
) -> Spec:
    # Half a year at least, so that a cohort just begun is not drawn on an axis of days.
    last = days_to_years(max([183, *lines["day"].to_list()]))
    first = days_to_years(min([0, *lines["day"].to_list()]))
    points = [
        {
            "person": row["subject_id"],
            "group": row["group"],
            "way": row["way"],
            "t": days_to_years(row["day"]),
            "edss": row["edss"],
        }
        for row in lines.to_dicts()
    ]
    data = {"points": points, "middle": _medians(lines)}
    rows = [
        [_lines_view((group, way), ink, totals[group, way], (first, last, clock), size) for way, ink in WAYS]
        for group in groups
    ]
    if len(rows) == 1:
        return {"datasets": data, "hconcat" if size.wide else "vconcat": rows[0], "spacing": 22}
    views = [_row_of(group, panels, size) for group, panels in zip(groups, rows, strict=True)]
    return {"datasets": data, "vconcat": views, "spacing": 22}


def _row_of(group: str, panels: list[Spec], size: Size) -> Spec:
    """The panels of one group under its name."""
    title = {"text": group, "fontSize": size.words + 1, "anchor": "start", "offset": 8}
    return {"title": title, "hconcat" if size.wide else "vconcat": panels, "spacing": 22}


def _medians(lines: pl.DataFrame) -> list[dict[str, Any]]:
    """The median score of each panel around every year in which at least three persons were seen."""
    yearly = lines.with_columns(year=(pl.col("day") / 365.25).round().clip(lower_bound=0))
    # One score a person and year: who is seen often must not outweigh the others.
    one_each = yearly.group_by("group", "way", "year", "subject_id", maintain_order=True).agg(pl.col("edss").median())
    middles = (
        one_each.group_by("group", "way", "year", maintain_order=True)
        .agg(pl.col("edss").median(), pl.len())
        # The median of one or two persons is those persons.
        .filter(pl.col("len") >= 3)
    )
    return middles.sort("group", "way", "year").select("group", "way", pl.col("year").alias("t"), "edss").to_dicts()


def _lines_view(of: tuple[str, str], ink: str, persons: int, clock: tuple[float, float, str], size: Size) -> Spec:
    (group, way), (first, last, title) = of, clock
    same = [{"filter": f"datum.way === {_quoted(way)} && datum.group === {_quoted(group)}"}]
    # The panels share their axes: its words stand once, under the middle one and beside the first.
    bottom = title if not size.wide or way == "Unchanged" else None
    axis = {**year_axis(last, title, 4), "title": bottom}
    x = number("t", axis=axis, scale={"domain": [first, last], "nice": False})
    ticks = {"title": "EDSS" if not size.wide or way == "Better" else None, "values": [0, 2, 4, 6, 8, 10]}
    y = number("edss", axis=ticks, scale={"domain": [0, 10]})
    thin = {"type": "line", "strokeWidth": 1.2, "opacity": 0.3 if persons > 12 else 0.5, "color": ink}
    thick = {"type": "line", "strokeWidth": 3.2, "color": ink, "point": {"filled": True, "size": 36, "color": ink}}
    layers = [
        {**layer("points", thin, x=x, y=y, detail=name("person")), "transform": same},
        {**layer("middle", thick, x=x, y=y), "transform": same},
    ]
    label = {"text": f"{way}: {count(persons, 'person')}", "fontSize": size.words, "color": ink, "offset": 6}
    return {
        "width": 215 if size.wide else size.plot,
        "height": 230 if size.wide else 150,
        "title": label,
        "layer": layers,
    }


def _lines_table(changes: pl.DataFrame, readings: pl.DataFrame, provenance: Provenance) -> Table:
    scores = readings.group_by("subject_id", maintain_order=True).agg(scores=pl.len())
    frame = changes.join(scores, on="subject_id", how="left", maintain_order="left")
    grouped = frame["group"].n_unique() > 1
    columns = (
        shows("subject_id", "Person"),
        *((shows("group", "Group", words=True),) if grouped else ()),
        Shown("Scores", lambda row: str(row["scores"] or 0)),
        _score("baseline", "Before"),
        _score("last", "Last"),
        Shown("Year of last", lambda row: "–" if row["last_day"] is None else years(row["last_day"])),
        Shown("Change", lambda row: "–" if row["change"] is None else signed(row["change"])),
        Shown("Completed", lambda row: COMPLETED[row["completed"]], words=True),
    )
    return Table("edss-persons", "EDSS of every person who entered.", frame, columns, provenance)


def _score(field: str, header: str) -> Shown:
    def text(row: Row) -> str:
        return "–" if row[field] is None else f"{row[field]:.1f}"

    return Shown(header, text)
