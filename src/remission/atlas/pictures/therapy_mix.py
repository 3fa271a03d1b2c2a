"""What was issued by class of therapy, month by month, as stacked areas; a month that was not reported is a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from remission.atlas.place_words import amount_words
from remission.exhibits.figure import Spec, layer, name, number, own_ink, pixels
from remission.exhibits.month_axis import (
    LEFT,
    MONTH,
    Months,
    Panel,
    month_words,
    panel_title,
    stretches,
    time_channel,
    year_of,
)
from remission.exhibits.rendering import Finishing
from remission.exhibits.tables import Shown, Table
from remission.exhibits.theme import CLASS_FILLS, INK, MUTED, PAPER, Size
from remission.exhibits.wording import percent

if TYPE_CHECKING:
    from remission.inputs.provenance import Provenance

HEIGHT = {True: 250, False: 190}
LINE = 19
RECENT = 12
# Inks take turns in brightness; what is alike in grey differs in its texture, so each class is told without colour.
_TEXTURES = (
    "",
    '<path d="M-1.5 1.5l3-3M0 6l6-6M4.5 7.5l3-3" stroke="{0}" stroke-width="1.1"/>',
    '<circle cx="3" cy="3" r="1.1" fill="{0}"/>',
    '<path d="M0 3h6" stroke="{0}" stroke-width="1.1"/>',
    '<path d="M3 0v6" stroke="{0}" stroke-width="1.1"/>',
)
_TILE = (
    '<pattern id="p-mix-{0}" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M0 0h6v6h-6z" fill="{1}"/>{2}</pattern>'
)
# Dark inks have light lines and light ones dark, or the texture would not be seen.
PATTERNS = "".join(
    _TILE.format(at, ink, _TEXTURES[at // 2].format(MUTED if at % 2 else PAPER)) for at, ink in enumerate(CLASS_FILLS)
)
FILLS = tuple(f"url(#p-mix-{at})" if at // 2 else ink for at, ink in enumerate(CLASS_FILLS))
FINISHING = Finishing(patterns=PATTERNS)
PARTLY = "Shares are not known: files of the last 12 months hold some medicines only."
# Smaller shares are named in the picture and the table, not in the sentence.
SMALL = 0.005


@dataclass(frozen=True, eq=False)
class Mix:
    """Patient-years by month and class of one place.

    `frame` has columns month (first day), group (a class of `classes`) and patient_years; a month that is missing, or
    null throughout, was not reported. `classes` is in the order of the stack, the same on every page, so that a class
    keeps its ink. `partly` are months whose files hold some medicines only: of the others nothing is known in them.
    """

    place: str
    frame: pl.DataFrame
    classes: Sequence[str]
    months: Months
    partly: frozenset[date] = frozenset()

    @property
    def recent_partly(self) -> bool:
        """Is any of the last 12 months known in part only, so that no share of them is?"""
        return not self.partly.isdisjoint(self.months.all[-RECENT:])

    @cached_property
    def cells(self) -> dict[date, dict[str, float]]:
        """The reported months: patient-years by class, classes of which nothing was issued as 0."""
        cells: dict[date, dict[str, float]] = {}
        for row in self.frame.drop_nulls("patient_years").sort("month").to_dicts():
            # A class of which nothing was issued in a reported month is a true 0, unlike one in a month without a
            # report.
            month = cells.setdefault(row["month"], dict.fromkeys(self.classes, 0.0))
            month[row["group"]] += row["patient_years"]
        return cells

    def recent(self) -> dict[str, float | None]:
        """The share of each class in the reported months of the last 12; null where nothing was issued or reported."""
        last = self.months.all[-RECENT:]
        if self.recent_partly:
            return dict.fromkeys(self.classes)
        cells = [cell for month, cell in self.cells.items() if month in last]
        sums = {group: sum(cell[group] for cell in cells) for group in self.classes}
        total = sum(sums.values())
        # By sum over months and not by mean of shares: a lumpy month must not outweigh the others.
        return {group: sums[group] / total if total > 0 else None for group in self.classes}


def recent_words(mix: Mix, most: int | None = None) -> str:
    """The mix of the last 12 months in a sentence; of the classes only the `most` largest where a number is given."""
    if mix.recent_partly:
        return PARTLY
    shares = [(share, group) for group, share in mix.recent().items() if share and share >= SMALL]
    parts = [f"{group} {percent(share, 0)}" for share, group in sorted(shares, key=lambda one: (-one[0], one[1]))]
    if most is not None and len(parts) > most:
        return f"Most of it: {', '.join(parts[:most])}."
    return (
        f"Last {RECENT} months: {', '.join(parts)}." if parts else f"Last {RECENT} months: nothing issued or reported."
    )


def fill_of(mix: Mix, group: str) -> str:
    """The fill of a class: by its place among all classes, whether it was issued here or not."""
    return FILLS[list(mix.classes).index(group) % len(FILLS)]


def mix_panels(mix: Mix, size: Size, *, axis: bool) -> list[Panel]:
    """The panels: areas, and on a phone the classes with their inks under them."""
    areas = list(_corners(mix))
    labels = list(_labels(mix, size))
    y = number("low", axis={"title": None, "minExtent": LEFT, "maxExtent": LEFT, "tickCount": 4},
               scale={"domain": [0, _most(mix)], "nice": True})  # fmt: skip
    mark = {"type": "area", "stroke": PAPER, "strokeWidth": 0.5, "opacity": 1}
    layers = [
        layer("mix_areas", mark, x=time_channel(mix.months, axis=axis), y=y, y2={"field": "high"}, color=own_ink(),
              detail=name("part")),
        *(_end_labels(size) if size.wide else []),
    ]  # fmt: skip
    title = panel_title("Patient-years issued, by class of therapy", size)
    view = {"width": size.plot, "height": HEIGHT[size.wide], "layer": layers, "title": title}
    # The labels stand in pixels, the areas in patient-years.
    view["resolve"] = {"scale": {"y": "independent"}}
    panel = Panel({"mix_areas": areas, **({"mix_labels": labels} if size.wide else {})}, view)
    return [panel] if size.wide else [panel, Panel({"mix_labels": labels}, _key(len(labels), size))]


def _most(mix: Mix) -> float:
    return max((sum(max(part, 0) for part in cell.values()) for cell in mix.cells.values()), default=1) or 1


def _corners(mix: Mix) -> Iterator[dict[str, Any]]:
    """The corners of the areas, one set for each stretch of reported months; it begins and ends flat."""
    cells = mix.cells
    for at, (first, last) in enumerate(stretches(cells)):
        inside = [month for month in cells if first <= month <= last]
        # Corners at the middle of each month and at both ends of a stretch, so that a single month is an area too.
        places = [year_of(first), *(year_of(month) + MONTH / 2 for month in inside), year_of(last) + MONTH]
        for place, month in zip(places, [first, *inside, last], strict=True):
            low = 0.0
            for group in mix.classes:
                # Returns would make an area fall below the one under it; they are in the table.
                high = low + max(cells[month][group], 0)
                yield {"part": f"{group} {at}", "t": place, "low": low, "high": high, "ink": fill_of(mix, group)}
                low = high


def _labels(mix: Mix, size: Size) -> Iterator[dict[str, Any]]:
    """The classes that were ever issued, from the top of the stack down, at heights where none covers another."""
    cells = mix.cells
    shown = [group for group in mix.classes if any(cell[group] > 0 for cell in cells.values())]
    shares = mix.recent()
    heights = _heights(mix, shown) if size.wide else [LINE * (place + 0.5) for place in range(len(shown))]
    for group, height in zip(reversed(shown), heights, strict=True):
        share = shares[group]
        said = "not in the last 12 months" if not share else percent(share, 0)
        if share and share < SMALL:
            said = "under 1\u00a0%"
        words = group if mix.recent_partly else f"{group}, {said}"
        yield {"y": height, "top": height - 6, "bottom": height + 6, "words": words,
               "ink": fill_of(mix, group)}  # fmt: skip


def _heights(mix: Mix, shown: Sequence[str]) -> list[float]:
    """Pixels from the top: beside the last area of each class, pushed apart to a line each."""
    cells = mix.cells
    last, most, tall = cells[max(cells)] if cells else {}, _most(mix), HEIGHT[True]
    middles, low = [], 0.0
    for group in shown:
        part = max(last[group], 0)
        middles.append(tall * (1 - (low + part / 2) / most))
        low += part
    return pushed_apart(middles[::-1], LINE, tall)


def pushed_apart(places: Sequence[float], apart: float, room: float) -> list[float]:
    """Places in their order, moved so that neighbours stand `apart` and all stay above `room` if they can.

    >>> pushed_apart([10, 12, 40], 19, 100)
    [10, 29, 48]
    >>> pushed_apart([90, 95], 19, 100)
    [71.5, 90.5]
    """
    down = list(places)
    # Down first, then up from the bottom: what was pushed out of the picture pushes the others back.
    for at in range(1, len(down)):
        down[at] = max(down[at], down[at - 1] + apart)
    if down and down[-1] > room - apart / 2:
        down[-1] = room - apart / 2
    for at in range(len(down) - 2, -1, -1):
        down[at] = min(down[at], down[at + 1] - apart)
    return down


def _end_labels(size: Size) -> list[Spec]:
    at = number("y", axis=None, scale={"domain": [0, HEIGHT[True]], "range": [0, HEIGHT[True]]})
    return _swatches(size.plot + 14, size, at)


def _key(rows: int, size: Size) -> Spec:
    tall = LINE * max(rows, 1)
    at = number("y", axis=None, scale={"domain": [0, tall], "range": [0, tall]})
    return {"width": size.plot, "height": tall, "layer": _swatches(0, size, at)}


def _swatches(left: float, size: Size, at: Spec) -> list[Spec]:
    top, text = {**at, "field": "top"}, {"type": "text", "align": "left", "baseline": "middle", "fontSize": size.words}
    return [
        layer("mix_labels", {"type": "rect", "stroke": MUTED, "strokeWidth": 0.5}, x=pixels(left), x2=pixels(left + 12),
              y=top, y2={"field": "bottom"}, color=own_ink()),
        layer("mix_labels", text | {"color": INK}, x=pixels(left + 18), y=at, text=name("words")),
    ]  # fmt: skip


def mix_table(mix: Mix, provenance: Provenance) -> Table:
    """Every month with the patient-years of each class and of all, months that were not reported in words."""
    cells = mix.cells
    rows = []
    for month in mix.months.all:
        cell = cells.get(month)
        parts: dict[str, float | None] = dict.fromkeys(mix.classes) if cell is None else {**cell}
        total = None if cell is None or month in mix.partly else sum(cell.values())
        if month in mix.partly:  # nothing of a class in a file that is cut is no 0
            parts = {group: part or None for group, part in parts.items()}
        rows.append({"month": month, **parts, "all classes": total, "reported": cell is not None})
    shown = issued_classes(mix)
    number_columns = dict.fromkeys((*mix.classes, "all classes"), pl.Float64)
    schema = {"month": pl.Date, **number_columns, "reported": pl.Boolean}
    columns = (
        Shown("Month", lambda row: month_words(row["month"])),
        *(_cell(group) for group in (*shown, "all classes")),
    )
    caption = f"{mix.place}: patient-years issued each month, by class of therapy."
    note = " ".join(
        [*(["Less than 0: more was returned than issued."] if _returned(cells) else []), *_never(mix, shown)]
    )
    return Table("therapy-mix", caption, pl.DataFrame(rows, schema=schema), columns, provenance, note)


def issued_classes(mix: Mix) -> list[str]:
    """The classes of which anything was ever issued or returned, in the order of the stack."""
    cells = mix.cells.values()
    return [group for group in mix.classes if any(cell[group] for cell in cells)]


def _never(mix: Mix, shown: Sequence[str]) -> list[str]:
    absent = [group for group in mix.classes if group not in shown]
    return [f"Not issued in any reported month: {', '.join(absent)}."] if absent else []


def _returned(cells: dict[date, dict[str, float]]) -> bool:
    return any(part < 0 for cell in cells.values() for part in cell.values())


def _cell(group: str) -> Shown:
    def text(row: Any) -> str:
        return amount_words(row[group]) if row["reported"] else "not reported"

    return Shown(f"{group[:1].upper()}{group[1:]}", text)
